/* CCM, four messages at once: AES-NI and SSE4.1 (-maes -mssse3 -msse4.1). */
#include "paths.h"

#include <immintrin.h>
#include <string.h>

typedef __m128i vec;
enum { LANES = 1 };
#ifndef EXPANDING
#define EXPANDING 4
#endif

/* Keep a value in a register: or the compiler loads it anew for each use, and loads are scarce. */
static inline vec vec_once(vec value)
{
    __asm__("" : "+x"(value));
    return value;
}

static inline vec vec_zero(void) { return _mm_setzero_si128(); }
static inline vec vec_xor(vec a, vec b) { return _mm_xor_si128(a, b); }
static inline vec vec_xor3(vec a, vec b, vec c) { return _mm_xor_si128(_mm_xor_si128(a, b), c); }
static inline vec vec_aesenc(vec a, vec k) { return _mm_aesenc_si128(a, k); }
static inline vec vec_aesenclast(vec a, vec k) { return _mm_aesenclast_si128(a, k); }
static inline vec vec_shuffle_bytes(vec a, vec order) { return _mm_shuffle_epi8(a, order); }
static inline vec vec_low32(vec a, vec b) { return _mm_unpacklo_epi32(a, b); }
static inline vec vec_high32(vec a, vec b) { return _mm_unpackhi_epi32(a, b); }
static inline vec vec_low64(vec a, vec b) { return _mm_unpacklo_epi64(a, b); }
static inline vec vec_high64(vec a, vec b) { return _mm_unpackhi_epi64(a, b); }
static inline vec vec_set32(uint32_t word) { return _mm_set1_epi32((int)word); }
static inline vec vec_last_word(uint32_t word) { return _mm_set_epi32((int)word, 0, 0, 0); }
static inline vec vec_load(const uint8_t *from) { return _mm_loadu_si128((const __m128i *)(const void *)from); }
static inline vec vec_repeat(const uint8_t constant[16]) { return vec_load(constant); }
static inline vec vec_gather(const uint8_t *const *from, size_t offset) { return vec_load(from[0] + offset); }
static inline vec vec_spread(const uint32_t *number) { return vec_set32(number[0]); }
static inline vec vec_same32(vec a, vec b) { return _mm_cmpeq_epi32(a, b); }
static inline vec vec_select(vec where, vec yes, vec no) { return _mm_blendv_epi8(no, yes, where); }

/* Blocks of texts of these lengths. */
static inline vec vec_blocks(vec length)
{
    return _mm_srli_epi32(_mm_add_epi32(length, vec_set32(SW_BLOCK - 1)), 4);
}

/* The bytes of each text from `offset` on, at most 64, in every byte of its lane. */
static inline vec vec_left(vec length, uint32_t offset)
{
    vec left = _mm_max_epi32(_mm_sub_epi32(length, vec_set32(offset)), vec_zero());
    return _mm_shuffle_epi8(_mm_min_epi32(left, vec_set32(64)), vec_zero());
}

/* Bytes 0 to 15: their places in a block. */
static const uint8_t PLACES[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static inline vec vec_keep(vec text, vec left, unsigned block)
{
    vec place = _mm_add_epi8(vec_repeat(PLACES), _mm_set1_epi8((char)(16 * block)));
    return _mm_and_si128(text, _mm_cmpgt_epi8(left, place));
}

#include "ccm_blocks.h"
#include "key_schedule.h"

static inline vec block_of_chunk(vec (*text)[4], unsigned block, unsigned lane) { return text[block][lane]; }
static inline void put_block(vec (*text)[4], unsigned block, unsigned lane, __m128i value) { text[block][lane] = value; }

static inline __attribute__((always_inline)) void load_chunk(vec text[4][4], const sw_group *group, uint32_t offset, bool whole, bool sealing)
{
    for (unsigned lane = 0; lane < 4; lane++)
        for (unsigned block = 0; block < 4; block++) {
            uint32_t from = offset + block * SW_BLOCK;
            put_block(text, block, lane,
                      whole ? vec_load(group->in[lane] + from) : load_block(group, lane, from, sealing));
        }
}

static inline __attribute__((always_inline)) void store_chunk(vec text[4][4], const sw_group *group, uint32_t offset, bool whole)
{
    for (unsigned lane = 0; lane < 4; lane++)
        for (unsigned block = 0; block < 4; block++) {
            uint32_t from = offset + block * SW_BLOCK;
            __m128i value = block_of_chunk(text, block, lane);
            if (whole)
                _mm_storeu_si128((__m128i *)(void *)(group->out[lane] + from), value);
            else
                store_block(group, lane, from, value);
        }
}

/* A bit a lane: whether the tag behind its text is the one that was computed. */
static inline uint32_t tags_equal(const sw_group *group, const vec tag[4])
{
    uint32_t equal = 0;
    for (unsigned lane = 0; lane < 4; lane++) {
        vec differ = _mm_xor_si128(vec_load(group->behind[lane]), tag[lane]);
        equal |= (uint32_t)_mm_testz_si128(differ, differ) << lane;
    }
    return equal;
}

static inline void store_tags(const sw_group *group, const vec tag[4])
{
    for (unsigned lane = 0; lane < 4; lane++)
        _mm_storeu_si128((__m128i *)(void *)(group->out[lane] + group->length[lane]), tag[lane]);
}

/* Load lanes whose messages stand in a row. */
static inline void load_full(const sw_run *run, size_t at, sw_group *group)
{
    sw_load_lanes(run, at, 4 * LANES, group);
}

static inline void status_full(uint8_t *status, uint32_t good)
{
    for (unsigned lane = 0; lane < 4 * LANES; lane++)
        status[lane] = (uint8_t)(good >> lane & 1);
}

static inline void wipe_registers(void)
{
    __asm__ __volatile__("pxor %%xmm0,%%xmm0\n\tpxor %%xmm1,%%xmm1\n\tpxor %%xmm2,%%xmm2\n\tpxor %%xmm3,%%xmm3\n\t"
                         "pxor %%xmm4,%%xmm4\n\tpxor %%xmm5,%%xmm5\n\tpxor %%xmm6,%%xmm6\n\tpxor %%xmm7,%%xmm7\n\t"
                         "pxor %%xmm8,%%xmm8\n\tpxor %%xmm9,%%xmm9\n\tpxor %%xmm10,%%xmm10\n\tpxor %%xmm11,%%xmm11\n\t"
                         "pxor %%xmm12,%%xmm12\n\tpxor %%xmm13,%%xmm13\n\tpxor %%xmm14,%%xmm14\n\tpxor %%xmm15,%%xmm15"
                         : : : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
                           "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}

#include "ccm_kernel.h"

void sw_ccm_open_aesni(const sw_run *run) { run_ccm(run, false); }
void sw_ccm_seal_aesni(const sw_run *run) { run_ccm(run, true); }
