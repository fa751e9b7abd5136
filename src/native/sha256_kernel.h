/* The compression function for one to four streams, a template: sha256_ni.c and sha256_wide.c include
 * it under their own CPU flags. Two rounds wait four cycles for the two before them, so that one
 * stream leaves the unit idle; four streams side by side fill it. */
#include "sha256.h"

#include <immintrin.h>

static const _Alignas(64) uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

#define ALWAYS static inline __attribute__((always_inline))
#define EACH_STREAM(s) _Pragma("GCC unroll 4") for (unsigned s = 0; s < streams; s++)

typedef struct {
    __m128i abef, cdgh, w[4];
} stream;

ALWAYS void begin(stream *at, const sw_sha *state, const uint8_t *block)
{
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    at->abef = _mm_load_si128((const __m128i *)(const void *)state->half[0]);
    at->cdgh = _mm_load_si128((const __m128i *)(const void *)state->half[1]);
    _Pragma("GCC unroll 4") for (unsigned i = 0; i < 4; i++)
        at->w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)(block + 16 * i)), swap);
}

/* Make the next four words of the message schedule, in the place of the oldest four. */
ALWAYS void next_words(stream *at, unsigned step)
{
    __m128i *oldest = &at->w[step % 4], last = at->w[(step + 3) % 4];
    __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(*oldest, at->w[(step + 1) % 4]),
                                _mm_alignr_epi8(last, at->w[(step + 2) % 4], 4));
    *oldest = _mm_sha256msg2_epu32(sum, last);
}

ALWAYS void four_rounds(stream *at, unsigned step)
{
    __m128i sum = _mm_add_epi32(at->w[step % 4], _mm_load_si128((const __m128i *)(const void *)(K + 4 * step)));
    at->cdgh = _mm_sha256rnds2_epu32(at->cdgh, at->abef, sum);
    at->abef = _mm_sha256rnds2_epu32(at->abef, at->cdgh, _mm_shuffle_epi32(sum, 0x0e));
}

ALWAYS void finish(const stream *at, sw_sha *state)
{
    __m128i *half = (__m128i *)(void *)state->half;
    _mm_store_si128(half, _mm_add_epi32(_mm_load_si128(half), at->abef));
    _mm_store_si128(half + 1, _mm_add_epi32(_mm_load_si128(half + 1), at->cdgh));
}

ALWAYS void compress(sw_sha *const *state, const uint8_t *const *block, unsigned streams)
{
    stream at[4];
    EACH_STREAM(s) begin(&at[s], state[s], block[s]);
    _Pragma("GCC unroll 16") for (unsigned step = 0; step < 16; step++)
    {
        if (step >= 4)
            EACH_STREAM(s) next_words(&at[s], step);
        EACH_STREAM(s) four_rounds(&at[s], step);
    }
    EACH_STREAM(s) finish(&at[s], state[s]);
}
