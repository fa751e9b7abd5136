/* Which keys may be used without further thought, and where they stand (-maes -mssse3 -msse4.1). */
#include "keyring.h"

#include <stdlib.h>
#include <string.h>

enum { EXACT = 1 }; /* the code of a State (keys/table.py) */
enum { KEY_ID_BYTES = 14, V2_HEADER_BYTES = 12, UID_IN_V1 = 2, UID_IN_V2 = 4, AHEAD = 16, LINE = 64 };

static inline const uint8_t *header_of(const uint8_t *look_ups, size_t row)
{
    return look_ups + row * SW_LOOK_UP_BYTES + SW_LOOK_UP_HEADER;
}

/* The version of a header for uplink protection; 0 for other rows. */
static inline unsigned version_of(const uint8_t *look_ups, size_t row)
{
    unsigned nibble = *header_of(look_ups, row) >> 4;
    return look_ups[row * SW_LOOK_UP_BYTES] == SW_UPLINK_PROTECTION && nibble <= 2 ? nibble : 0;
}

static inline __m128i name_of(const uint8_t *header, unsigned version)
{
    return _mm_and_si128(sw_load_name(header), sw_first_bytes(version == 1 ? KEY_ID_BYTES : V2_HEADER_BYTES));
}

/* Ask for the bucket that a later row will look at. */
static inline void prefetch(const sw_keyring *ring, const uint8_t *look_ups, size_t row)
{
    __m128i name = name_of(header_of(look_ups, row), version_of(look_ups, row));
    __builtin_prefetch(&ring->names->bucket[sw_bucket_of(ring->names, name)], 1);
}

static bool fits_v1(const uint8_t *row, const uint8_t *header)
{
    return row[SW_ROW_STATE] == EXACT && row[SW_ROW_SUITE] <= SW_AES_256_CCM &&
           !memcmp(row + SW_ROW_NONCE, header + 4, 12) && !memcmp(row + SW_ROW_UID + 2, header + UID_IN_V1, 6);
}

static bool fits_v2(const uint8_t *row, const uint8_t *header)
{
    return row[SW_ROW_STATE] == EXACT && (row[SW_ROW_SUITE] == SW_AES_128_CS1 || row[SW_ROW_SUITE] == SW_AES_256_CS1) &&
           row[SW_ROW_MAC_KEY_LENGTH] <= 32 && !memcmp(row + SW_ROW_UID + 2, header + UID_IN_V2, 6);
}

static void make_mac_key(sw_mac_key *to, const uint8_t *row)
{
    sw_mac_key again;
    sw_key_blocks blocks;
    const uint8_t *const rows[2] = {row, row};
    sw_mac_key *const both[2] = {to, &again};
    sw_make_mac_keys(sw_sha_four, rows, &blocks, both);
    sw_wipe(&again, sizeof again);
    sw_wipe(&blocks, sizeof blocks);
}

/* What is known of a name so far, and the next free places. */
typedef struct {
    sw_keyring *ring;
    size_t bare, mac;
} builder;

static bool same_key(const sw_keyring *ring, size_t place, const uint8_t *row, bool wide, unsigned version)
{
    if (memcmp(ring->uid[place], row + SW_ROW_UID, 8) != 0)
        return false;
    if (version == 1)
        return !memcmp(ring->bare[place], row + SW_ROW_KEY, wide ? 32 : 16);
    sw_mac_key key;
    make_mac_key(&key, row);
    bool same = !memcmp(&ring->mac[place - ring->first_mac], &key, sizeof key);
    sw_wipe(&key, sizeof key);
    return same;
}

static void add(builder *to, const uint8_t *row, const uint8_t *header, unsigned version, bool crooked)
{
    sw_keyring *ring = to->ring;
    bool plain = version == 1 ? fits_v1(row, header) && !crooked : fits_v2(row, header) && sw_has_sha();
    bool wide = row[SW_ROW_SUITE] == SW_AES_256_CCM || row[SW_ROW_SUITE] == SW_AES_256_CS1;
    uint32_t *value = sw_keymap_put(ring->names, name_of(header, version));
    if (*value) {
        bool agree = plain && !!(*value & SW_WIDE) == wide &&
                     same_key(ring, (*value & SW_PLACE_MASK) - 1, row, wide, version);
        *value &= agree ? UINT32_MAX : ~SW_PLAIN;
        return;
    }
    size_t place = version == 1 ? to->bare++ : to->mac++;
    *value = (uint32_t)(place + 1) | (wide ? SW_WIDE : 0) | (plain ? SW_PLAIN : 0);
    memcpy(ring->uid[place], row + SW_ROW_UID, 8);
    if (version == 1)
        memcpy(ring->bare[place], row + SW_ROW_KEY, SW_BARE_KEY);
    else if (plain)
        make_mac_key(&ring->mac[place - ring->first_mac], row);
}

static void *zeroed(size_t items, size_t bytes)
{
    size_t all = (items * bytes + LINE) / LINE * LINE;
    void *memory = aligned_alloc(LINE, all);
    return memory ? memset(memory, 0, all) : NULL;
}

/* Make room for as many keys as there are rows of each version. */
static sw_keyring *make_room(const uint8_t *look_ups, size_t count, const uint8_t secret[32])
{
    size_t rows[3] = {0};
    for (size_t row = 0; row < count; row++)
        rows[version_of(look_ups, row)]++;
    sw_keyring *ring = count < SW_PLACE_MASK ? zeroed(1, sizeof *ring) : NULL;
    if (!ring)
        return NULL;
    ring->first_mac = rows[1];
    ring->count = rows[1] + rows[2];
    ring->names = sw_keymap_new(ring->count, secret);
    ring->bare = zeroed(rows[1], SW_BARE_KEY);
    ring->mac = zeroed(rows[2], sizeof *ring->mac);
    ring->uid = zeroed(ring->count, sizeof *ring->uid);
    if (ring->names && ring->bare && ring->mac && ring->uid)
        return ring;
    sw_keyring_free(ring);
    return NULL;
}

sw_keyring *sw_keyring_build(const uint8_t *rows, const uint8_t *look_ups, const uint8_t *crooked, size_t count,
                             const uint8_t secret[32])
{
    builder to = {.ring = make_room(look_ups, count, secret)};
    if (!to.ring)
        return NULL;
    to.mac = to.ring->first_mac;
    for (size_t row = 0; row < count; row++) {
        unsigned version = version_of(look_ups, row);
        if (row + AHEAD < count)
            prefetch(to.ring, look_ups, row + AHEAD);
        if (version)
            add(&to, rows + row * SW_ROW_BYTES, header_of(look_ups, row), version, crooked[row]);
    }
    return to.ring;
}

void sw_keyring_free(sw_keyring *ring)
{
    if (!ring)
        return;
    if (ring->bare)
        sw_wipe(ring->bare, ring->first_mac * sizeof *ring->bare);
    if (ring->mac)
        sw_wipe(ring->mac, (ring->count - ring->first_mac) * sizeof *ring->mac);
    free(ring->bare);
    free(ring->mac);
    free(ring->uid);
    sw_keymap_free(ring->names);
    free(ring);
}

bool sw_keyring_uids(const sw_keyring *ring, const int32_t *place, size_t count, uint8_t *uid)
{
    static const uint8_t none[8];
    for (size_t i = 0; i < count; i++) {
        int32_t at = place[i];
        if (at >= 0 && (size_t)at >= ring->count)
            return false;
        memcpy(uid + 8 * i, at < 0 ? none : ring->uid[at], 8);
    }
    return true;
}
