/* Pieces of HMAC-SHA-256 that the verifying of many messages is built from. */
#ifndef SEALWRIGHT_HMAC_H
#define SEALWRIGHT_HMAC_H

#include "sha256.h"

enum { SW_SHA_BLOCK = 64 };

/* The states behind a key's inner and outer block. */
typedef struct {
    sw_sha inner, outer;
} sw_key_states;

/* A row of v2 or integrity made ready for its messages. */
typedef struct sw_mac_key {
    _Alignas(64) uint8_t key[32];
    uint8_t iv[16];
    uint8_t wide; /* whether `key` has 32 bytes */
    uint8_t unused[15];
    sw_key_states states;
    uint8_t kiv[16];
} sw_mac_key;

/* Room for the key blocks of two keys; the caller wipes it. */
typedef struct {
    uint8_t of[4][SW_SHA_BLOCK];
} sw_key_blocks;

/* Make two rows ready. `to` are two places. */
void sw_make_mac_keys(sw_sha_four_function *four, const uint8_t *const row[2], sw_key_blocks *blocks,
                      sw_mac_key *const to[2]);

/* End what was written from `start` to `at` with SHA-256's padding; returns the blocks from `start` on.
 * `before` bytes were hashed ahead of `start`. Needs room for 72 bytes behind `at`. */
size_t sw_pad_message(uint8_t *start, uint8_t *at, size_t before);

#endif
