/* SHA-256 with the SHA instructions (-msha -mssse3 -msse4.1). */
#include "sha256_kernel.h"

const sw_sha SW_SHA_START = {
    {{0x9b05688c, 0x510e527f, 0xbb67ae85, 0x6a09e667}, {0x5be0cd19, 0x1f83d9ab, 0xa54ff53a, 0x3c6ef372}}};

void sw_sha_one(sw_sha *state, const uint8_t *block)
{
    compress(&state, &block, 1);
}

void sw_sha_four(sw_sha *const state[4], const uint8_t *const block[4])
{
    compress(state, block, 4);
}

void sw_sha_digest(const sw_sha *state, uint8_t *digest, unsigned words)
{
    /* Each half holds two pairs, both backwards: turning all its bytes around puts A B before E F. */
    const __m128i turn = _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);
    __m128i abef = _mm_shuffle_epi8(_mm_load_si128((const __m128i *)(const void *)state->half[0]), turn);
    __m128i cdgh = _mm_shuffle_epi8(_mm_load_si128((const __m128i *)(const void *)state->half[1]), turn);
    _mm_storeu_si128((__m128i *)(void *)digest, _mm_unpacklo_epi64(abef, cdgh));
    if (words > 4)
        _mm_storeu_si128((__m128i *)(void *)(digest + 16), _mm_unpackhi_epi64(abef, cdgh));
}
