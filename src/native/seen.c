/* Sets of 64-bit hashes, as opening/duplicates.py keeps them: open addressing, linear probing, 0 is empty. */
#include "sealwright_core.h"

enum { AHEAD = 12 };

/* The slot that holds a hash, or the empty one where it belongs; NULL where the set is full. */
static inline uint64_t *find(uint64_t *slots, size_t mask, uint64_t hash)
{
    for (size_t step = 0; step <= mask; step++) {
        uint64_t *slot = &slots[(hash + step) & mask];
        if (*slot == hash || !*slot)
            return slot;
    }
    return NULL;
}

bool sw_see(uint64_t *slots, size_t slot_count, const uint64_t *hashes, size_t count, bool add, uint8_t *seen, size_t *fresh)
{
    size_t mask = slot_count - 1;
    *fresh = 0;
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < count)
            __builtin_prefetch(&slots[hashes[i + AHEAD] & mask]);
        uint64_t hash = hashes[i], *slot = find(slots, mask, hash);
        if (!slot)
            return false;
        seen[i] = *slot == hash;
        *fresh += !seen[i];
        if (add)
            *slot = hash;
    }
    return true;
}

void sw_hash_rows(const uint8_t *rows, size_t words, size_t count, uint64_t key, uint64_t *hashes)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t state = key;
        for (size_t w = 0; w < words; w++) {
            uint64_t word;
            __builtin_memcpy(&word, rows + 8 * (i * words + w), sizeof word);
            state = (state ^ word) * 0xFF51AFD7ED558CCD;
            state ^= state >> 32;
        }
        state *= 0xC4CEB9FE1A85EC53;
        state ^= state >> 32;
        hashes[i] = state ? state : 1;
    }
}
