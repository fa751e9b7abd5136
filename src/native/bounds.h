/* What a batch from outside must keep to, before the core sees an address of it. */
#ifndef SEALWRIGHT_BOUNDS_H
#define SEALWRIGHT_BOUNDS_H

#include "sealwright_core.h"

/* A piece of memory that was lent. */
typedef struct {
    const void *at;
    size_t bytes;
} sw_stretch;

/* Whether every message lies within `data` bytes and every slot within `arena` bytes, the slots one
 * behind the other. Rows and the ciphers' own limits are checked by the functions that open. */
bool sw_batch_fits(const sw_batch *batch, size_t data, size_t arena);

/* The same for texts that are sealed: each lies within the data, and header, text and tag within the arena. */
bool sw_texts_fit(const sw_batch *texts, size_t data, size_t arena);

/* Whether `written` touches none of `count` others. */
bool sw_apart(sw_stretch written, const sw_stretch *other, size_t count);

#endif
