/* CCM, eight messages at once: VAES and AVX2 (-maes -mvaes -mavx2). */
#include "paths.h"

#include <immintrin.h>
#include <string.h>

typedef __m256i vec;
enum { LANES = 2 };
#define EXPANDING 1

/* Keep a value in a register: or the compiler loads it anew for each use, and loads are scarce. */
static inline vec vec_once(vec value)
{
    __asm__("" : "+x"(value));
    return value;
}

static inline vec vec_zero(void) { return _mm256_setzero_si256(); }
static inline vec vec_xor(vec a, vec b) { return _mm256_xor_si256(a, b); }
static inline vec vec_xor3(vec a, vec b, vec c) { return _mm256_xor_si256(_mm256_xor_si256(a, b), c); }
static inline vec vec_aesenc(vec a, vec k) { return _mm256_aesenc_epi128(a, k); }
static inline vec vec_aesenclast(vec a, vec k) { return _mm256_aesenclast_epi128(a, k); }
static inline vec vec_shuffle_bytes(vec a, vec order) { return _mm256_shuffle_epi8(a, order); }
static inline vec vec_low32(vec a, vec b) { return _mm256_unpacklo_epi32(a, b); }
static inline vec vec_high32(vec a, vec b) { return _mm256_unpackhi_epi32(a, b); }
static inline vec vec_low64(vec a, vec b) { return _mm256_unpacklo_epi64(a, b); }
static inline vec vec_high64(vec a, vec b) { return _mm256_unpackhi_epi64(a, b); }
static inline vec vec_set32(uint32_t word) { return _mm256_set1_epi32((int)word); }

static inline vec vec_last_word(uint32_t word)
{
    return _mm256_set_epi32((int)word, 0, 0, 0, (int)word, 0, 0, 0);
}

static inline __m128i load16(const uint8_t *from) { return _mm_loadu_si128((const __m128i *)(const void *)from); }

static inline vec vec_repeat(const uint8_t constant[16]) { return _mm256_broadcastsi128_si256(load16(constant)); }

static inline vec vec_gather(const uint8_t *const *from, size_t offset)
{
    return _mm256_inserti128_si256(_mm256_castsi128_si256(load16(from[0] + offset)), load16(from[1] + offset), 1);
}

static inline vec vec_spread(const uint32_t *number)
{
    int first = (int)number[0], second = (int)number[1];
    return _mm256_set_epi32(second, second, second, second, first, first, first, first);
}

static inline vec vec_same32(vec a, vec b) { return _mm256_cmpeq_epi32(a, b); }
static inline vec vec_select(vec where, vec yes, vec no) { return _mm256_blendv_epi8(no, yes, where); }

/* Blocks of texts of these lengths. */
static inline vec vec_blocks(vec length)
{
    return _mm256_srli_epi32(_mm256_add_epi32(length, vec_set32(SW_BLOCK - 1)), 4);
}

/* The bytes of each text from `offset` on, at most 64, in every byte of its lane. */
static inline vec vec_left(vec length, uint32_t offset)
{
    vec left = _mm256_max_epi32(_mm256_sub_epi32(length, vec_set32(offset)), vec_zero());
    return _mm256_shuffle_epi8(_mm256_min_epi32(left, vec_set32(64)), vec_zero());
}

/* Bytes 0 to 15: their places in a block. */
static const uint8_t PLACES[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static inline vec vec_keep(vec text, vec left, unsigned block)
{
    vec place = _mm256_add_epi8(vec_repeat(PLACES), _mm256_set1_epi8((char)(16 * block)));
    return _mm256_and_si256(text, _mm256_cmpgt_epi8(left, place));
}

#include "ccm_blocks.h"
#include "key_schedule.h"

static inline vec two_blocks(const sw_group *group, unsigned lane, uint32_t from, bool whole, bool sealing)
{
    if (whole)
        return vec_gather(group->in + lane, from);
    return _mm256_inserti128_si256(_mm256_castsi128_si256(load_block(group, lane, from, sealing)),
                                   load_block(group, lane + 1, from, sealing), 1);
}

static inline __attribute__((always_inline)) void load_chunk(vec text[4][4], const sw_group *group, uint32_t offset, bool whole, bool sealing)
{
    for (unsigned v = 0; v < 4; v++)
        for (unsigned block = 0; block < 4; block++)
            text[block][v] = two_blocks(group, v * LANES, offset + block * SW_BLOCK, whole, sealing);
}

static inline __attribute__((always_inline)) void store_chunk(vec text[4][4], const sw_group *group, uint32_t offset, bool whole)
{
    for (unsigned lane = 0; lane < 4 * LANES; lane++)
        for (unsigned block = 0; block < 4; block++) {
            uint32_t from = offset + block * SW_BLOCK;
            vec pair = text[block][lane / LANES];
            __m128i value = lane % LANES ? _mm256_extracti128_si256(pair, 1) : _mm256_castsi256_si128(pair);
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
    for (unsigned v = 0; v < 4; v++) {
        vec differ = vec_xor(vec_gather(group->behind + v * LANES, 0), tag[v]);
        differ = _mm256_or_si256(differ, _mm256_shuffle_epi32(differ, 0x4e));
        uint32_t pairs = (uint32_t)_mm256_movemask_pd(
            _mm256_castsi256_pd(_mm256_cmpeq_epi64(differ, vec_zero())));
        equal |= ((pairs & 1) | (pairs >> 1 & 2)) << v * LANES;
    }
    return equal;
}

static inline void store_tags(const sw_group *group, const vec tag[4])
{
    for (unsigned i = 0; i < 4 * LANES; i++) {
        vec pair = tag[i / LANES];
        __m128i lane = i % LANES ? _mm256_extracti128_si256(pair, 1) : _mm256_castsi256_si128(pair);
        _mm_storeu_si128((__m128i *)(void *)(group->out[i] + group->length[i]), lane);
    }
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

static inline void wipe_registers(void) { _mm256_zeroall(); }

#include "ccm_kernel.h"

void sw_ccm_open_vaes256(const sw_run *run) { run_ccm(run, false); }
void sw_ccm_seal_vaes256(const sw_run *run) { run_ccm(run, true); }
