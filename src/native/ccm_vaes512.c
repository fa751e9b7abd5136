/* CCM, sixteen messages at once: VAES and AVX-512 (-maes -mvaes -mavx512f -mavx512bw -mavx512vl -mavx512dq). */
#include "paths.h"

#include <immintrin.h>

typedef __m512i vec;
enum { LANES = 4 };
#define EXPANDING 1

/* Keep a value in a register: or the compiler loads it anew for each use, and loads are scarce. */
static inline vec vec_once(vec value)
{
    __asm__("" : "+v"(value));
    return value;
}

static inline vec vec_zero(void) { return _mm512_setzero_si512(); }
static inline vec vec_xor(vec a, vec b) { return _mm512_xor_si512(a, b); }
static inline vec vec_xor3(vec a, vec b, vec c) { return _mm512_ternarylogic_epi32(a, b, c, 0x96); }
static inline vec vec_aesenc(vec a, vec k) { return _mm512_aesenc_epi128(a, k); }
static inline vec vec_aesenclast(vec a, vec k) { return _mm512_aesenclast_epi128(a, k); }
static inline vec vec_shuffle_bytes(vec a, vec order) { return _mm512_shuffle_epi8(a, order); }
static inline vec vec_low32(vec a, vec b) { return _mm512_unpacklo_epi32(a, b); }
static inline vec vec_high32(vec a, vec b) { return _mm512_unpackhi_epi32(a, b); }
static inline vec vec_low64(vec a, vec b) { return _mm512_unpacklo_epi64(a, b); }
static inline vec vec_high64(vec a, vec b) { return _mm512_unpackhi_epi64(a, b); }
static inline vec vec_set32(uint32_t word) { return _mm512_set1_epi32((int)word); }
static inline vec vec_last_word(uint32_t word) { return _mm512_maskz_set1_epi32(0x8888, (int)word); }

static inline __m128i load16(const uint8_t *from) { return _mm_loadu_si128((const __m128i *)(const void *)from); }

static inline vec vec_repeat(const uint8_t constant[16]) { return _mm512_broadcast_i32x4(load16(constant)); }

static inline vec vec_gather(const uint8_t *const *from, size_t offset)
{
    __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(load16(from[0] + offset)), load16(from[1] + offset), 1);
    __m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(load16(from[2] + offset)), load16(from[3] + offset), 1);
    return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

static inline vec vec_spread(const uint32_t *number)
{
    const vec lane = _mm512_set_epi32(3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0);
    return _mm512_permutexvar_epi32(lane, _mm512_castsi128_si512(load16((const uint8_t *)number)));
}

static inline __mmask16 vec_same32(vec a, vec b) { return _mm512_cmpeq_epi32_mask(a, b); }
static inline vec vec_select(__mmask16 where, vec yes, vec no) { return _mm512_mask_mov_epi32(no, where, yes); }

/* Blocks of texts of these lengths. */
static inline vec vec_blocks(vec length)
{
    return _mm512_srli_epi32(_mm512_add_epi32(length, vec_set32(SW_BLOCK - 1)), 4);
}

/* The bytes of each text from `offset` on, at most 64, in every byte of its lane. */
static inline vec vec_left(vec length, uint32_t offset)
{
    vec left = _mm512_max_epi32(_mm512_sub_epi32(length, vec_set32(offset)), vec_zero());
    return _mm512_shuffle_epi8(_mm512_min_epi32(left, vec_set32(64)), vec_zero());
}

/* Bytes 0 to 15: their places in a block. */
static const uint8_t PLACES[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static inline vec vec_keep(vec text, vec left, unsigned block)
{
    vec place = _mm512_add_epi8(vec_repeat(PLACES), _mm512_set1_epi8((char)(16 * block)));
    return _mm512_maskz_mov_epi8(_mm512_cmplt_epu8_mask(place, left), text);
}

#include "key_schedule.h"

/* Four rows of four blocks become four columns, and back again. */
static inline __attribute__((always_inline)) void transpose_blocks(vec row[4])
{
    vec a = _mm512_shuffle_i32x4(row[0], row[1], 0x44), b = _mm512_shuffle_i32x4(row[0], row[1], 0xee);
    vec c = _mm512_shuffle_i32x4(row[2], row[3], 0x44), d = _mm512_shuffle_i32x4(row[2], row[3], 0xee);
    row[0] = _mm512_shuffle_i32x4(a, c, 0x88);
    row[1] = _mm512_shuffle_i32x4(a, c, 0xdd);
    row[2] = _mm512_shuffle_i32x4(b, d, 0x88);
    row[3] = _mm512_shuffle_i32x4(b, d, 0xdd);
}

/* The bytes that a text has in the 64 from `offset` on, a bit a byte. */
static inline __mmask64 bytes_left(uint32_t length, uint32_t offset)
{
    uint32_t left = length > offset ? length - offset : 0;
    return _cvtu64_mask64(left < 64 ? ((uint64_t)1 << left) - 1 : UINT64_MAX);
}

/* Where a text's bytes from `offset` on are; its end where it has none, so that no address is
 * formed far outside a message. */
static inline uint32_t within(uint32_t length, uint32_t offset) { return offset < length ? offset : length; }

static inline __attribute__((always_inline)) void load_chunk(vec text[4][4], const sw_group *group, uint32_t offset, bool whole, bool sealing)
{
    (void)sealing;
    for (unsigned v = 0; v < 4; v++) {
        vec row[4];
        for (unsigned lane = 0; lane < LANES; lane++) {
            const uint8_t *in = group->in[v * LANES + lane];
            uint32_t length = group->length[v * LANES + lane];
            row[lane] = whole ? _mm512_loadu_si512(in + offset)
                              : _mm512_maskz_loadu_epi8(bytes_left(length, offset), in + within(length, offset));
        }
        transpose_blocks(row);
        for (unsigned block = 0; block < 4; block++)
            text[block][v] = row[block];
    }
}

static inline __attribute__((always_inline)) void store_chunk(vec text[4][4], const sw_group *group, uint32_t offset, bool whole)
{
    for (unsigned v = 0; v < 4; v++) {
        vec row[4] = {text[0][v], text[1][v], text[2][v], text[3][v]};
        transpose_blocks(row);
        for (unsigned lane = 0; lane < LANES; lane++) {
            uint8_t *out = group->out[v * LANES + lane];
            uint32_t length = group->length[v * LANES + lane];
            if (whole)
                _mm512_storeu_si512(out + offset, row[lane]);
            else
                _mm512_mask_storeu_epi8(out + within(length, offset), bytes_left(length, offset), row[lane]);
        }
    }
}

/* A bit a lane: whether the tag behind its text is the one that was computed. */
static inline uint32_t tags_equal(const sw_group *group, const vec tag[4])
{
    uint32_t equal = 0;
    for (unsigned v = 0; v < 4; v++) {
        vec differ = vec_xor(vec_gather(group->behind + v * LANES, 0), tag[v]);
        /* Both halves of each lane or-ed into both: a bit pair a lane that is equal or not as one. */
        differ = _mm512_or_si512(differ, _mm512_shuffle_epi32(differ, _MM_PERM_BADC));
        uint32_t pairs = _cvtmask8_u32(_mm512_testn_epi64_mask(differ, differ));
        equal |= ((pairs & 1) | (pairs >> 1 & 2) | (pairs >> 2 & 4) | (pairs >> 3 & 8)) << v * LANES;
    }
    return equal;
}

static inline void store_tags(const sw_group *group, const vec tag[4])
{
    for (unsigned i = 0; i < 4 * LANES; i++) {
        __m128i lane[LANES];
        _mm512_storeu_si512(lane, tag[i / LANES]);
        _mm_storeu_si128((__m128i *)(void *)(group->out[i] + group->length[i]), lane[i % LANES]);
    }
}

static inline vec load8(const int64_t *from) { return _mm512_loadu_si512(from); }

static inline void put8(const void *at, vec addresses) { _mm512_store_si512((void *)(uintptr_t)at, addresses); }

/* Load sixteen lanes whose messages stand in a row, eight at a time. */
static inline void load_full(const sw_run *run, size_t at, sw_group *group)
{
    const sw_batch *batch = run->batch;
    const vec text = _mm512_set1_epi64((long long)(batch->in + batch->header_length));
    const vec out = _mm512_set1_epi64((long long)batch->out), keys = _mm512_set1_epi64((long long)sw_first_key(batch));
    const vec stride = _mm512_set1_epi64(sw_key_stride(batch));
    __m256i shorter[2];
    for (unsigned half = 0; half < 2; half++) {
        size_t lane = 8 * half, place = run->first + at + lane;
        vec in = _mm512_add_epi64(load8(batch->in_at + place), text);
        vec length = load8(batch->text_length + place);
        vec key = _mm512_add_epi64(_mm512_mul_epu32(load8(batch->row + place), stride), keys);
        vec nonce = batch->nonce_in_header ? _mm512_sub_epi64(in, _mm512_set1_epi64(16))
                                           : _mm512_add_epi64(key, _mm512_set1_epi64(SW_NONCE_BEHIND_KEY));
        put8(&group->in[lane], in);
        put8(&group->behind[lane], _mm512_add_epi64(in, length));
        put8(&group->out[lane], _mm512_add_epi64(load8(batch->out_at + place), out));
        put8(&group->key[lane], key);
        put8(&group->nonce[lane], nonce);
        shorter[half] = _mm512_cvtepi64_epi32(length);
    }
    vec lengths = _mm512_inserti64x4(_mm512_castsi256_si512(shorter[0]), shorter[1], 1);
    put8(group->length, lengths);
    group->at = at;
    group->live = 4 * LANES;
    group->shortest = group->longest = (uint32_t)batch->text_length[run->first + at];
    if (!run->equal) {
        group->shortest = _mm512_reduce_min_epu32(lengths);
        group->longest = _mm512_reduce_max_epu32(lengths);
    }
}

static inline void status_full(uint8_t *status, uint32_t good)
{
    _mm_storeu_si128((__m128i *)(void *)status, _mm_maskz_set1_epi8((__mmask16)good, 1));
}

static inline void wipe_registers(void)
{
    __asm__ __volatile__("vzeroall\n\t"
                         "vpxord %%zmm16,%%zmm16,%%zmm16\n\tvpxord %%zmm17,%%zmm17,%%zmm17\n\t"
                         "vpxord %%zmm18,%%zmm18,%%zmm18\n\tvpxord %%zmm19,%%zmm19,%%zmm19\n\t"
                         "vpxord %%zmm20,%%zmm20,%%zmm20\n\tvpxord %%zmm21,%%zmm21,%%zmm21\n\t"
                         "vpxord %%zmm22,%%zmm22,%%zmm22\n\tvpxord %%zmm23,%%zmm23,%%zmm23\n\t"
                         "vpxord %%zmm24,%%zmm24,%%zmm24\n\tvpxord %%zmm25,%%zmm25,%%zmm25\n\t"
                         "vpxord %%zmm26,%%zmm26,%%zmm26\n\tvpxord %%zmm27,%%zmm27,%%zmm27\n\t"
                         "vpxord %%zmm28,%%zmm28,%%zmm28\n\tvpxord %%zmm29,%%zmm29,%%zmm29\n\t"
                         "vpxord %%zmm30,%%zmm30,%%zmm30\n\tvpxord %%zmm31,%%zmm31,%%zmm31\n\t"
                         : : : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
                           "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "xmm16", "xmm17", "xmm18", "xmm19", "xmm20",
                           "xmm21", "xmm22", "xmm23", "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30",
                           "xmm31");
}

#include "ccm_kernel.h"

void sw_ccm_open_vaes512(const sw_run *run) { run_ccm(run, false); }
void sw_ccm_seal_vaes512(const sw_run *run) { run_ccm(run, true); }
