/* HMAC-SHA-256 (RFC 2104; RFC 4868 for the cut to 128 bits): where a key begins, and the MAC of one message. */
#include "hmac.h"

#include "paths.h"

#include <string.h>

enum { INNER_PAD = 0x36, OUTER_PAD = 0x5c };

static void key_block(uint8_t block[SW_SHA_BLOCK], const uint8_t *key, size_t length, uint8_t pad)
{
    memset(block, pad, SW_SHA_BLOCK);
    for (size_t i = 0; i < length; i++)
        block[i] ^= key[i];
}

/* The key block of a row, whose key stands in 32 bytes that end in zeros. */
static void row_key_block(uint8_t block[SW_SHA_BLOCK], const uint8_t *row, uint8_t pad)
{
    uint64_t word[4], pads = 0x0101010101010101 * (uint64_t)pad;
    memcpy(word, row + SW_ROW_MAC_KEY, sizeof word);
    memset(block, pad, SW_SHA_BLOCK);
    for (unsigned i = 0; i < 4; i++)
        word[i] ^= pads;
    memcpy(block, word, sizeof word);
}

static void copy_row(sw_mac_key *to, const uint8_t *row)
{
    memset(to, 0, sizeof *to);
    memcpy(to->key, row + SW_ROW_KEY, sizeof to->key);
    memcpy(to->iv, row + SW_ROW_NONCE, sizeof to->iv);
    memcpy(to->kiv, row + SW_ROW_KIV, sizeof to->kiv);
    to->wide = row[SW_ROW_SUITE] == SW_AES_256_CS1;
}

void sw_make_mac_keys(sw_sha_four_function *four, const uint8_t *const row[2], sw_key_blocks *blocks,
                      sw_mac_key *const to[2])
{
    copy_row(to[0], row[0]);
    copy_row(to[1], row[1]);
    sw_sha *const state[4] = {&to[0]->states.inner, &to[0]->states.outer, &to[1]->states.inner, &to[1]->states.outer};
    const uint8_t *const block[4] = {blocks->of[0], blocks->of[1], blocks->of[2], blocks->of[3]};
    for (unsigned i = 0; i < 4; i++) {
        *state[i] = SW_SHA_START;
        row_key_block(blocks->of[i], row[i / 2], i % 2 ? OUTER_PAD : INNER_PAD);
    }
    four(state, block);
}

size_t sw_pad_message(uint8_t *start, uint8_t *at, size_t before)
{
    size_t used = (size_t)(at - start), blocks = (used + 9 + SW_SHA_BLOCK - 1) / SW_SHA_BLOCK;
    uint64_t bits = __builtin_bswap64(8 * (uint64_t)(before + used));
    *at = 0x80;
    memset(at + 1, 0, SW_SHA_BLOCK + 8);
    memcpy(start + blocks * SW_SHA_BLOCK - 8, &bits, 8);
    return blocks;
}

void sw_hmac(const uint8_t *key, size_t key_length, const uint8_t *before, size_t before_length,
             const uint8_t *data, size_t length, uint8_t tag[16])
{
    sw_sha inner = SW_SHA_START, outer = SW_SHA_START;
    uint8_t block[3 * SW_SHA_BLOCK];
    key_block(block, key, key_length, OUTER_PAD);
    sw_sha_one(&outer, block);
    key_block(block, key, key_length, INNER_PAD);
    sw_sha_one(&inner, block);
    size_t hashed = SW_SHA_BLOCK, used = before_length;
    memcpy(block, before, used);
    while (used + length >= SW_SHA_BLOCK) {
        /* What stands before the data fills its block up; from then on blocks are hashed where they stand. */
        size_t taken = SW_SHA_BLOCK - used;
        if (used)
            memcpy(block + used, data, taken);
        sw_sha_one(&inner, used ? block : data);
        data += taken, length -= taken, hashed += SW_SHA_BLOCK, used = 0;
    }
    memcpy(block + used, data, length);
    size_t blocks = sw_pad_message(block, block + used + length, hashed);
    for (size_t i = 0; i < blocks; i++)
        sw_sha_one(&inner, block + i * SW_SHA_BLOCK);
    sw_sha_digest(&inner, block, 8);
    sw_pad_message(block, block + 32, SW_SHA_BLOCK);
    sw_sha_one(&outer, block);
    sw_sha_digest(&outer, tag, 4);
    sw_wipe(block, sizeof block);
    sw_wipe(&inner, sizeof inner);
    sw_wipe(&outer, sizeof outer);
}
