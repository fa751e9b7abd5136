/* The inside of a key map, for those who look names up one by one (-maes -mssse3 -msse4.1).
 *
 * A bucket is one line of memory with three names and their values, so that a look-up costs one
 * miss; the misses of a batch overlap. The hash is four rounds of AES under round keys that
 * are drawn afresh for each map: whoever sends messages chooses their headers, but cannot tell
 * which of them share a bucket. */
#ifndef SEALWRIGHT_KEYMAP_H
#define SEALWRIGHT_KEYMAP_H

#include "sealwright_core.h"

#include <immintrin.h>

enum { SW_SLOTS = 3 };

typedef struct {
    _Alignas(64) uint8_t name[SW_SLOTS][16];
    uint32_t value[SW_SLOTS]; /* 0 where the slot is empty */
    uint32_t unused;
} sw_bucket;

struct sw_keymap {
    _Alignas(64) __m128i key[5];
    size_t buckets;
    sw_bucket *bucket;
};

/* An empty map with room for `most` names. Allocates; NULL when there is no memory, or for 2^32 names. */
sw_keymap *sw_keymap_new(size_t most, const uint8_t secret[32]);

/* The value of a name, which is put into the map with the value 0 where it is not there: the caller
 * must then give it another one. */
uint32_t *sw_keymap_put(sw_keymap *map, __m128i name);

/* Look through the buckets after `at`, if that is full; returns the name's value, 0 where it is not there. */
uint32_t sw_look_further(const sw_keymap *map, size_t at, __m128i name);

static inline __m128i sw_load_name(const uint8_t *from) { return _mm_loadu_si128((const __m128i *)(const void *)from); }

static inline size_t sw_bucket_of(const sw_keymap *map, __m128i name)
{
    __m128i mixed = _mm_xor_si128(name, map->key[0]);
    for (unsigned round = 1; round < 5; round++)
        mixed = _mm_aesenc_si128(mixed, map->key[round]);
    /* The upper half of a product spreads 32 bits of hash over any number of buckets. */
    return (size_t)(((uint64_t)(uint32_t)_mm_cvtsi128_si32(mixed) * map->buckets) >> 32);
}

static inline bool sw_same_name(__m128i a, const uint8_t *b)
{
    return _mm_movemask_epi8(_mm_cmpeq_epi8(a, sw_load_name(b))) == 0xffff;
}

/* The value of a name in bucket `at`, 0 where it is not there. All three slots are compared before
 * anything is decided: which one holds a name is chance, and a branch on chance costs more than two
 * comparisons. */
static inline uint32_t sw_look_up(const sw_keymap *map, size_t at, __m128i name)
{
    const sw_bucket *here = &map->bucket[at];
    uint32_t value = 0;
    for (unsigned slot = 0; slot < SW_SLOTS; slot++)
        value |= here->value[slot] & -(uint32_t)sw_same_name(name, here->name[slot]);
    if (__builtin_expect(!value && here->value[SW_SLOTS - 1], 0))
        return sw_look_further(map, at, name);
    return value;
}

/* A mask of the first `bytes` bytes of a name. */
static inline __m128i sw_first_bytes(size_t bytes)
{
    return _mm_cmplt_epi8(_mm_set_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
                          _mm_set1_epi8((char)bytes));
}

#endif
