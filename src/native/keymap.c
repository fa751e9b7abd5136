/* From headers and key ids to rows: a hash map for batches of look-ups (-maes -mssse3 -msse4.1).
 *
 * A bucket is one line of memory with three names and their rows, so that a look-up costs one
 * miss; the misses of a batch overlap. The hash is four rounds of AES under round keys that
 * are drawn afresh for each map: whoever sends messages chooses their headers, but cannot tell
 * which of them share a bucket. */
#include "paths.h"

#include <immintrin.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 3, AHEAD = 32 };

typedef struct {
    _Alignas(64) uint8_t name[SLOTS][16];
    uint32_t row[SLOTS]; /* and one: 0 where the slot is empty */
    uint32_t unused;
} bucket;

struct sw_keymap {
    _Alignas(64) __m128i key[5];
    size_t buckets;
    bucket *bucket;
};

static inline __m128i load_name(const uint8_t *from) { return _mm_loadu_si128((const __m128i *)(const void *)from); }

static inline size_t bucket_of(const sw_keymap *map, __m128i name)
{
    __m128i mixed = _mm_xor_si128(name, map->key[0]);
    for (unsigned round = 1; round < 5; round++)
        mixed = _mm_aesenc_si128(mixed, map->key[round]);
    /* The upper half of a product spreads 32 bits of hash over any number of buckets. */
    return (size_t)(((uint64_t)(uint32_t)_mm_cvtsi128_si32(mixed) * map->buckets) >> 32);
}

static inline bool same_name(__m128i a, const uint8_t *b)
{
    return _mm_movemask_epi8(_mm_cmpeq_epi8(a, load_name(b))) == 0xffff;
}

/* Round keys out of 32 secret bytes: each half in turn, made different by a constant. */
static void set_keys(sw_keymap *map, const uint8_t secret[32])
{
    for (int i = 0; i < 5; i++)
        map->key[i] = _mm_xor_si128(load_name(secret + 16 * (i % 2)), _mm_set1_epi32((int)(0x243f6a88U * (uint32_t)i)));
}

static void insert(sw_keymap *map, __m128i name, uint32_t row)
{
    for (size_t at = bucket_of(map, name);; at = at + 1 == map->buckets ? 0 : at + 1) {
        bucket *here = &map->bucket[at];
        for (unsigned slot = 0; slot < SLOTS; slot++) {
            if (!here->row[slot]) {
                _mm_store_si128((__m128i *)(void *)here->name[slot], name);
                here->row[slot] = row + 1;
                return;
            }
            if (same_name(name, here->name[slot]))
                return;
        }
    }
}

sw_keymap *sw_keymap_build(const uint8_t *names, size_t stride, size_t count, const uint8_t secret[32])
{
    sw_keymap *map = aligned_alloc(64, sizeof *map);
    if (!map || count >= UINT32_MAX) {
        free(map);
        return NULL;
    }
    set_keys(map, secret);
    map->buckets = count - count / 4 + 1; /* when names differ, four slots in nine are taken */
    map->bucket = aligned_alloc(64, map->buckets * sizeof *map->bucket);
    if (!map->bucket) {
        free(map);
        return NULL;
    }
    memset(map->bucket, 0, map->buckets * sizeof *map->bucket);
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < count)
            __builtin_prefetch(&map->bucket[bucket_of(map, load_name(names + (i + AHEAD) * stride))], 1);
        insert(map, load_name(names + i * stride), (uint32_t)i);
    }
    return map;
}

void sw_keymap_free(sw_keymap *map)
{
    if (!map)
        return;
    free(map->bucket);
    free(map);
}

/* Look through the buckets after the first, if that is full. */
static __attribute__((noinline)) int64_t look_further(const sw_keymap *map, size_t at, __m128i name)
{
    if (!map->bucket[at].row[SLOTS - 1])
        return -1;
    for (;;) {
        at = at + 1 == map->buckets ? 0 : at + 1;
        const bucket *here = &map->bucket[at];
        for (unsigned slot = 0; slot < SLOTS; slot++) {
            if (!here->row[slot])
                return -1;
            if (same_name(name, here->name[slot]))
                return (int64_t)here->row[slot] - 1;
        }
    }
}

/* All three slots are compared before anything is decided: which one holds a name is chance, and a
 * branch on chance costs more than two comparisons. */
static inline int64_t look_up(const sw_keymap *map, size_t at, __m128i name)
{
    const bucket *here = &map->bucket[at];
    uint32_t row = 0;
    for (unsigned slot = 0; slot < SLOTS; slot++)
        row |= here->row[slot] & -(uint32_t)same_name(name, here->name[slot]);
    if (__builtin_expect(!row, 0))
        return look_further(map, at, name);
    return (int64_t)row - 1;
}

static __m128i first_bytes(size_t significant)
{
    return _mm_cmplt_epi8(_mm_set_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
                          _mm_set1_epi8((char)significant));
}

void sw_keymap_find(const sw_keymap *map, const uint8_t *names, size_t stride, size_t count, size_t significant,
                    int64_t *row)
{
    __m128i mask = first_bytes(significant), name[AHEAD];
    size_t at[AHEAD];
    for (size_t first = 0; first < count; first += AHEAD) {
        size_t several = count - first < AHEAD ? count - first : AHEAD;
        for (size_t i = 0; i < several; i++) {
            name[i] = _mm_and_si128(load_name(names + (first + i) * stride), mask);
            at[i] = bucket_of(map, name[i]);
            __builtin_prefetch(&map->bucket[at[i]]);
        }
        for (size_t i = 0; i < several; i++)
            row[first + i] = look_up(map, at[i], name[i]);
    }
}
