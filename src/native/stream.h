/* From messages to plaintexts in one go, for keys that are held in memory. */
#ifndef SEALWRIGHT_STREAM_H
#define SEALWRIGHT_STREAM_H

#include "sealwright_core.h"

/* Codes of an Outcome (errors.py). What is NOT_ATTEMPTED is for the caller to try. */
enum { SW_OPENED = 0, SW_MALFORMED = 1, SW_NO_PARAMETERS = 2, SW_NOT_AUTHENTIC = 5, SW_NOT_ATTEMPTED = 6 };

/* Uplink messages, and where their texts and outcomes go: columns of `count`. */
typedef struct {
    size_t count;
    const sw_shapes *shapes;
    const sw_keyring *ring;
    sw_span span; /* what the MAC of v2 covers */
    /* Either messages that stand alone; those whose text has not the room that is there are left. */
    const sw_object *object;
    /* Or messages end to end, and an arena that takes their texts so; what did not open is zero in it. */
    const uint8_t *data;
    size_t data_bytes;
    const void *at; /* numbers of `at_bytes`, 4 or 8: message i is data[at[i] .. at[i + 1]] */
    size_t at_bytes;
    uint8_t *arena;
    size_t arena_bytes;
    int64_t *slot; /* count + 1: message i's text is arena[slot[i] .. slot[i + 1]] */
    /* What came of each. */
    uint8_t *outcome;
    uint8_t *reason;
    int32_t *place; /* of the message's key in the keyring, -1 where it has none */
} sw_stream;

/* Read, look up and open messages a window at a time: what one stage has brought into the cache is
 * there for the next. `threads` share the windows, in order, so that slots follow each other; fewer where
 * the system gives no more. `left` takes the number of messages that are not attempted, for others to
 * judge: signed ones, and those whose name is not plain. Every number that leads to an address is
 * checked: SW_BAD_LENGTH. */
sw_result sw_stream_open(sw_cpu cpu, const sw_stream *stream, unsigned threads, size_t *left);

#endif
