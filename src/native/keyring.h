/* The inside of a keyring, for those who open with it (-maes -mssse3 -msse4.1). */
#ifndef SEALWRIGHT_KEYRING_H
#define SEALWRIGHT_KEYRING_H

#include "hmac.h"
#include "keymap.h"
#include "paths.h"

/* What the map says of a name: a place among the keys, counted from 1, and two bits. */
enum { SW_PLACE_BITS = 30 };
#define SW_PLACE_MASK ((1U << SW_PLACE_BITS) - 1)
#define SW_WIDE (1U << 30)  /* the key has 32 bytes */
#define SW_PLAIN (1U << 31) /* nothing needs to be weighed: every message of this name takes this key */

/* A name is a v1 key id (14 bytes) or a v2 header (12 bytes), and zeros. It is plain when all rows of
 * that name agree in key and UID, are to be used, and fit the header in suite and UID; under v1 the
 * nonce must be header[4:16] too. Names that are not plain are there, for others to judge. */
struct sw_keyring {
    sw_keymap *names;
    size_t count;     /* keys: at most one a row */
    size_t first_mac; /* keys before this place are v1's, of SW_BARE_KEY bytes; the others are sw_mac_keys */
    uint8_t (*bare)[SW_BARE_KEY];
    sw_mac_key *mac;
    uint8_t (*uid)[8];
};

#endif
