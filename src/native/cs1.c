/* AES-CBC-CS1 beneath an HMAC (addendum to SP 800-38A), and signed data (-maes -mssse3 -msse4.1).
 *
 * The MAC comes first: only what it has verified is handed on to here, four messages of one key
 * size at a time, whose keys are expanded side by side. */
#include "macs.h"

#include <immintrin.h>
#include <string.h>

typedef __m128i vec;
enum { LANES = 1, AT_ONCE = 4, DEEP = 8 };

#define ALWAYS static inline __attribute__((always_inline))

ALWAYS vec vec_xor(vec a, vec b) { return _mm_xor_si128(a, b); }
ALWAYS vec vec_xor3(vec a, vec b, vec c) { return _mm_xor_si128(_mm_xor_si128(a, b), c); }
ALWAYS vec vec_aesenclast(vec a, vec k) { return _mm_aesenclast_si128(a, k); }
ALWAYS vec vec_shuffle_bytes(vec a, vec order) { return _mm_shuffle_epi8(a, order); }
ALWAYS vec vec_low32(vec a, vec b) { return _mm_unpacklo_epi32(a, b); }
ALWAYS vec vec_high32(vec a, vec b) { return _mm_unpackhi_epi32(a, b); }
ALWAYS vec vec_low64(vec a, vec b) { return _mm_unpacklo_epi64(a, b); }
ALWAYS vec vec_high64(vec a, vec b) { return _mm_unpackhi_epi64(a, b); }
ALWAYS vec vec_set32(uint32_t word) { return _mm_set1_epi32((int)word); }
ALWAYS vec vec_load(const uint8_t *from) { return _mm_loadu_si128((const __m128i *)(const void *)from); }
ALWAYS void vec_store(uint8_t *to, vec value) { _mm_storeu_si128((__m128i *)(void *)to, value); }
ALWAYS vec vec_repeat(const uint8_t constant[16]) { return vec_load(constant); }
ALWAYS vec vec_gather(const uint8_t *const *from, size_t offset) { return vec_load(from[0] + offset); }

#include "ccm_blocks.h"
#include "key_schedule.h"

typedef vec schedule[15][AT_ONCE];

/* The round keys of decryption: those of encryption, through InvMixColumns (FIPS 197, 5.3.5). */
static void invert_keys(schedule keys, unsigned rounds)
{
    for (unsigned round = 1; round < rounds; round++)
        for (unsigned i = 0; i < AT_ONCE; i++)
            keys[round][i] = _mm_aesimc_si128(keys[round][i]);
}

/* Decrypt `count` blocks (at most DEEP) side by side. */
ALWAYS void decrypt_blocks(vec *block, unsigned count, schedule keys, unsigned i, unsigned rounds)
{
    _Pragma("GCC unroll 8") for (unsigned b = 0; b < count; b++) block[b] = vec_xor(block[b], keys[rounds][i]);
    for (unsigned round = rounds - 1; round > 0; round--) {
        vec key = keys[round][i];
        _Pragma("GCC unroll 8") for (unsigned b = 0; b < count; b++) block[b] = _mm_aesdec_si128(block[b], key);
    }
    _Pragma("GCC unroll 8") for (unsigned b = 0; b < count; b++) block[b] =
        _mm_aesdeclast_si128(block[b], keys[0][i]);
}

/* Decrypt `count` CBC blocks, a constant; returns the last block of ciphertext. In and out may be one. */
ALWAYS vec decrypt_cbc(const uint8_t *in, uint8_t *out, vec before, unsigned count, schedule keys, unsigned i,
                       unsigned rounds)
{
    vec sealed[DEEP], text[DEEP];
    _Pragma("GCC unroll 8") for (unsigned b = 0; b < count; b++) text[b] = sealed[b] = vec_load(in + 16 * b);
    decrypt_blocks(text, count, keys, i, rounds);
    _Pragma("GCC unroll 8") for (unsigned b = 0; b < count; b++)
        vec_store(out + 16 * b, vec_xor(text[b], b ? sealed[b - 1] : before));
    return sealed[count - 1];
}

/* A mask of the first `bytes` bytes of a block. */
static inline vec first_bytes(size_t bytes)
{
    return _mm_cmplt_epi8(_mm_set_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
                          _mm_set1_epi8((char)bytes));
}

/* Decrypt one message. At whole blocks CS1 is CBC. Otherwise the last block hides the end of the one
 * before, of which `cut` bytes were sent: D(C_n) = C_(n-1) xor (P_n followed by zeros). */
ALWAYS void decrypt_message(const sw_verified *message, schedule keys, unsigned i, unsigned rounds)
{
    const uint8_t *in = message->body;
    uint8_t *out = message->out;
    size_t cut = message->length % 16, whole = message->length / 16 - (cut != 0);
    vec before = vec_load(message->iv), stolen = before, tail = before;
    if (cut) {
        vec mask = first_bytes(cut), last = vec_load(in + message->length - 16), sent = vec_load(in + 16 * whole);
        decrypt_blocks(&last, 1, keys, i, rounds);
        tail = vec_xor(last, sent);
        stolen = _mm_blendv_epi8(last, sent, mask);
    }
    size_t at = 0;
    for (; at + 8 <= whole; at += 8)
        before = decrypt_cbc(in + 16 * at, out + 16 * at, before, 8, keys, i, rounds);
    for (; at + 4 <= whole; at += 4)
        before = decrypt_cbc(in + 16 * at, out + 16 * at, before, 4, keys, i, rounds);
    for (; at < whole; at++)
        before = decrypt_cbc(in + 16 * at, out + 16 * at, before, 1, keys, i, rounds);
    if (cut) {
        decrypt_blocks(&stolen, 1, keys, i, rounds);
        vec_store(out + 16 * whole, vec_xor(stolen, before));
        store_part(out + 16 * whole + 16, tail, (uint32_t)cut);
    }
}

ALWAYS void decrypt_four(sw_verified *const message[AT_ONCE], unsigned count, unsigned rounds)
{
    schedule keys;
    const uint8_t *key[AT_ONCE];
    for (unsigned i = 0; i < AT_ONCE; i++)
        key[i] = message[i < count ? i : 0]->key;
    expand_keys(keys, key, rounds);
    invert_keys(keys, rounds);
    for (unsigned i = 0; i < count; i++)
        decrypt_message(message[i], keys, i, rounds);
    sw_wipe(keys, sizeof keys);
}

static __attribute__((noinline)) void decrypt_128(sw_verified *const message[AT_ONCE], unsigned count)
{
    decrypt_four(message, count, 10);
}

static __attribute__((noinline)) void decrypt_256(sw_verified *const message[AT_ONCE], unsigned count)
{
    decrypt_four(message, count, 14);
}

/* Messages that wait until four of their key size are there; and places for those that come. */
typedef struct {
    unsigned waiting[2], spare_count;
    sw_verified *queue[2][AT_ONCE];
    sw_verified *spare[3 * AT_ONCE];
    sw_verified message[3 * AT_ONCE];
} waiting_room;

static void serve(waiting_room *room, unsigned wide)
{
    unsigned count = room->waiting[wide];
    if (!count)
        return;
    (wide ? decrypt_256 : decrypt_128)(room->queue[wide], count);
    for (unsigned i = 0; i < count; i++)
        room->spare[room->spare_count++] = room->queue[wide][i];
    room->waiting[wide] = 0;
}

static sw_verified *wait_for_decryption(void *taker, sw_verified *message)
{
    waiting_room *room = taker;
    unsigned wide = message->wide;
    room->queue[wide][room->waiting[wide]++] = message;
    if (room->waiting[wide] == AT_ONCE)
        serve(room, wide);
    return room->spare[--room->spare_count];
}

static sw_verified *copy_out(void *taker, sw_verified *message)
{
    (void)taker;
    if (message->body != message->out)
        memcpy(message->out, message->body, message->length);
    return message;
}

static sw_result check(sw_cpu cpu, const sw_batch *batch, int64_t shortest, uint32_t suites)
{
    for (size_t i = 0; i < batch->count; i++) {
        if ((uint64_t)batch->row[i] >= batch->row_count)
            return SW_BAD_ROW;
        if (batch->text_length[i] < shortest || batch->text_length[i] > INT32_MAX || batch->header_length > 16)
            return SW_BAD_LENGTH;
        if (batch->mac_keys)
            continue; /* their suites were looked at when they were made */
        const uint8_t *row = batch->rows + (size_t)batch->row[i] * SW_ROW_BYTES;
        if (row[SW_ROW_SUITE] > 31 || !(suites >> row[SW_ROW_SUITE] & 1) || row[SW_ROW_MAC_KEY_LENGTH] > 32)
            return SW_BAD_SUITE;
    }
    return cpu != SW_CPU_NONE && sw_has_sha() ? SW_DONE : SW_NO_CPU;
}

static sw_result open_batch(sw_cpu cpu, const sw_batch *batch, sw_span span, sw_take_verified *take)
{
    waiting_room room;
    memset(room.waiting, 0, sizeof room.waiting);
    room.spare_count = 0;
    for (unsigned i = AT_ONCE; i < 3 * AT_ONCE; i++)
        room.spare[room.spare_count++] = &room.message[i];
    sw_verified *first[4] = {&room.message[0], &room.message[1], &room.message[2], &room.message[3]};
    sw_result result = sw_verify_macs(cpu, batch, span, first, take, &room);
    if (result == SW_DONE) {
        serve(&room, 0);
        serve(&room, 1);
    }
    sw_wipe_stack();
    return result;
}

sw_result sw_cs1_open(sw_cpu cpu, const sw_batch *batch, sw_span span)
{
    sw_result fault = check(cpu, batch, 16, 1U << SW_AES_128_CS1 | 1U << SW_AES_256_CS1);
    return fault == SW_DONE ? open_batch(cpu, batch, span, wait_for_decryption) : fault;
}

sw_result sw_signed_open(sw_cpu cpu, const sw_batch *batch, sw_span span)
{
    sw_result fault = check(cpu, batch, 0, 1U << SW_HMAC_SHA256);
    return fault == SW_DONE ? open_batch(cpu, batch, span, copy_out) : fault;
}

static void encrypt_blocks(const uint8_t *row, const uint8_t *text, size_t length, uint8_t *out, unsigned rounds)
{
    schedule keys;
    const uint8_t *key = row + SW_ROW_KEY, *same[AT_ONCE] = {key, key, key, key};
    expand_keys(keys, same, rounds);
    vec mac = vec_load(row + SW_ROW_NONCE);
    size_t cut = length % 16, whole = length / 16;
    for (size_t at = 0; at < whole + (cut != 0); at++) {
        vec block = at < whole ? vec_load(text + 16 * at) : load_part(text + 16 * whole, (uint32_t)cut);
        vec sealed = vec_xor(vec_xor(mac, block), keys[0][0]);
        for (unsigned round = 1; round < rounds; round++)
            sealed = _mm_aesenc_si128(sealed, keys[round][0]);
        mac = _mm_aesenclast_si128(sealed, keys[rounds][0]);
        /* The last block overwrites the end of the one before it: CS1 sends only its first bytes. */
        vec_store(out + (at < whole ? 16 * at : length - 16), mac);
    }
    sw_wipe(keys, sizeof keys);
}

void sw_cs1_encrypt(const uint8_t *row, const uint8_t *text, size_t length, uint8_t *out)
{
    encrypt_blocks(row, text, length, out, row[SW_ROW_SUITE] == SW_AES_256_CS1 ? 14 : 10);
    sw_wipe_stack();
}
