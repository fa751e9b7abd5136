/* From headers and key ids to rows: a hash map for batches of look-ups (-maes -mssse3 -msse4.1). */
#include "keymap.h"

#include <stdlib.h>
#include <string.h>

enum { AHEAD = 32 };

/* Round keys out of 32 secret bytes: each half in turn, made different by a constant. */
static void set_keys(sw_keymap *map, const uint8_t secret[32])
{
    for (int i = 0; i < 5; i++)
        map->key[i] = _mm_xor_si128(sw_load_name(secret + 16 * (i % 2)), _mm_set1_epi32((int)(0x243f6a88U * (uint32_t)i)));
}

sw_keymap *sw_keymap_new(size_t most, const uint8_t secret[32])
{
    sw_keymap *map = aligned_alloc(64, sizeof *map);
    if (!map || most >= UINT32_MAX) {
        free(map);
        return NULL;
    }
    set_keys(map, secret);
    map->buckets = most - most / 4 + 1; /* when names differ, four slots in nine are taken */
    map->bucket = aligned_alloc(64, map->buckets * sizeof *map->bucket);
    if (!map->bucket) {
        free(map);
        return NULL;
    }
    memset(map->bucket, 0, map->buckets * sizeof *map->bucket);
    return map;
}

void sw_keymap_free(sw_keymap *map)
{
    if (!map)
        return;
    free(map->bucket);
    free(map);
}

uint32_t *sw_keymap_put(sw_keymap *map, __m128i name)
{
    for (size_t at = sw_bucket_of(map, name);; at = at + 1 == map->buckets ? 0 : at + 1) {
        sw_bucket *here = &map->bucket[at];
        for (unsigned slot = 0; slot < SW_SLOTS; slot++) {
            if (!here->value[slot])
                _mm_store_si128((__m128i *)(void *)here->name[slot], name);
            if (!here->value[slot] || sw_same_name(name, here->name[slot]))
                return &here->value[slot];
        }
    }
}

sw_keymap *sw_keymap_build(const uint8_t *names, size_t stride, size_t count, const uint8_t secret[32])
{
    sw_keymap *map = sw_keymap_new(count, secret);
    for (size_t i = 0; map && i < count; i++) {
        if (i + AHEAD < count)
            __builtin_prefetch(&map->bucket[sw_bucket_of(map, sw_load_name(names + (i + AHEAD) * stride))], 1);
        uint32_t *value = sw_keymap_put(map, sw_load_name(names + i * stride));
        if (!*value)
            *value = (uint32_t)i + 1;
    }
    return map;
}

uint32_t sw_look_further(const sw_keymap *map, size_t at, __m128i name)
{
    for (;;) {
        at = at + 1 == map->buckets ? 0 : at + 1;
        const sw_bucket *here = &map->bucket[at];
        for (unsigned slot = 0; slot < SW_SLOTS; slot++)
            if (!here->value[slot] || sw_same_name(name, here->name[slot]))
                return here->value[slot];
    }
}

void sw_keymap_find(const sw_keymap *map, const uint8_t *names, size_t stride, size_t count, size_t significant,
                    int64_t *row)
{
    __m128i mask = sw_first_bytes(significant), name[AHEAD];
    size_t at[AHEAD];
    for (size_t first = 0; first < count; first += AHEAD) {
        size_t several = count - first < AHEAD ? count - first : AHEAD;
        for (size_t i = 0; i < several; i++) {
            name[i] = _mm_and_si128(sw_load_name(names + (first + i) * stride), mask);
            at[i] = sw_bucket_of(map, name[i]);
            __builtin_prefetch(&map->bucket[at[i]]);
        }
        for (size_t i = 0; i < several; i++)
            row[first + i] = (int64_t)sw_look_up(map, at[i], name[i]) - 1;
    }
}
