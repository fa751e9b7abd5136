/* SHA-256 compression with the SHA instructions (FIPS 180-4), one and four streams at a time. */
#ifndef SEALWRIGHT_SHA256_H
#define SEALWRIGHT_SHA256_H

#include <stddef.h>
#include <stdint.h>

/* A state in the order that the instructions take: A B E F, then C D G H. */
typedef struct {
    _Alignas(16) uint32_t half[2][4];
} sw_sha;

extern const sw_sha SW_SHA_START;

/* Take one block of 64 bytes into each state. States are distinct. */
typedef void sw_sha_four_function(sw_sha *const state[4], const uint8_t *const block[4]);

void sw_sha_one(sw_sha *state, const uint8_t *block);
sw_sha_four_function sw_sha_four, sw_sha_four_wide;

/* Write the first four words of the digest, or all eight, most significant byte first. */
void sw_sha_digest(const sw_sha *state, uint8_t *digest, unsigned words);

#endif
