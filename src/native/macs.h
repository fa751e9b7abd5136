/* Verifying many MACs at once: what the machine in macs.c asks for and gives. */
#ifndef SEALWRIGHT_MACS_H
#define SEALWRIGHT_MACS_H

#include "hmac.h"
#include "paths.h"

enum {
    SW_COPY = 1024, /* spans of at most this many bytes are copied whole before they are verified */
    SW_COPY_ROOM = SW_COPY + 192,
};

/* A message on its way: what its MAC covers, copied out of reach of whoever may still write to the
 * input, so that what was verified is what is decrypted. */
typedef struct {
    size_t place;
    const uint8_t *key, *iv; /* in the caller's memory: they outlast the machine's own */
    bool wide;               /* whether the key has 32 bytes */
    const uint8_t *body; /* the verified bytes: in `copy`, or in the slot itself where they are many */
    uint8_t *out;
    size_t length;
    size_t prefix; /* bytes that the MAC covers before the body */
    size_t blocks;
    uint8_t tag[16];
    _Alignas(16) uint8_t copy[SW_COPY_ROOM];
} sw_verified;

/* Whether a span is up to three parts and then the body. */
bool sw_ends_in_body(sw_span span);

/* Takes a message whose MAC is right, and may keep it; gives back one that is free. */
typedef sw_verified *sw_take_verified(void *taker, sw_verified *message);

/* Verify every message of a batch, and hand on those whose MAC is right; clear the slots of the others.
 * `lane` are the machine's first four messages. */
sw_result sw_verify_macs(sw_cpu cpu, const sw_batch *batch, sw_span span, sw_verified *lane[4],
                         sw_take_verified *take, void *taker);

#endif
