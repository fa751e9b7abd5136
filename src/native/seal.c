/* Whole messages out of texts: the header before, the sealed text, the tag behind. */
#include "hmac.h"
#include "macs.h"

#include <string.h>

enum {
    WINDOW = 1024,     /* texts laid out at once: they are still in the cache when they are sealed */
    LONGEST_PREFIX = 3 * SW_BLOCK,
};

static inline const uint8_t *row_of(const sw_batch *texts, size_t i)
{
    return texts->rows + (size_t)texts->row[i] * SW_ROW_BYTES;
}

static inline uint8_t *slot_of(const sw_batch *texts, size_t i)
{
    return (uint8_t *)(texts->out + (uintptr_t)texts->out_at[i]);
}

static inline const uint8_t *text_of(const sw_batch *texts, size_t i)
{
    return (const uint8_t *)(texts->in + (uintptr_t)texts->in_at[i]);
}

/* Look at every number before anything is written; `suites` takes a bit for each suite in use. */
static sw_result check(const sw_batch *texts, int64_t shortest, int64_t longest, uint32_t allowed, uint32_t *suites)
{
    *suites = 0;
    for (size_t i = 0; i < texts->count; i++) {
        if ((uint64_t)texts->row[i] >= texts->row_count)
            return SW_BAD_ROW;
        if (texts->text_length[i] < shortest || texts->text_length[i] > longest)
            return SW_BAD_LENGTH;
        *suites |= sw_suite_bit(row_of(texts, i));
    }
    if (texts->header_length > SW_BLOCK)
        return SW_BAD_LENGTH;
    return *suites & ~allowed ? SW_BAD_SUITE : SW_DONE;
}

sw_result sw_seal_ccm(sw_cpu cpu, const sw_batch *texts, const uint8_t *headers)
{
    uint8_t status[WINDOW]; /* what a kernel says of each text is no news here */
    sw_batch part = *texts;
    sw_result result = check(texts, 0, SW_LONGEST_CCM_TEXT, 1U << SW_AES_128_CCM | 1U << SW_AES_256_CCM, &part.suites);
    part.in = texts->out, part.out = texts->out + texts->header_length, part.status = status;
    for (size_t first = 0; result == SW_DONE && first < texts->count; first += WINDOW) {
        part.count = texts->count - first < WINDOW ? texts->count - first : WINDOW;
        for (size_t i = first; i < first + part.count; i++) {
            memcpy(slot_of(texts, i), headers + SW_BLOCK * i, texts->header_length);
            memcpy(slot_of(texts, i) + texts->header_length, text_of(texts, i), (size_t)texts->text_length[i]);
        }
        part.in_at = part.out_at = texts->out_at + first;
        part.text_length = texts->text_length + first;
        part.row = texts->row + first;
        result = sw_ccm_seal(cpu, &part);
    }
    return result;
}

/* Put the MAC behind the body of a message (RFC 2104; what it covers is the layout's). */
static void put_mac(const sw_batch *texts, sw_span span, size_t i)
{
    const uint8_t *row = row_of(texts, i);
    uint8_t *message = slot_of(texts, i), *body = message + texts->header_length, before[LONGEST_PREFIX];
    size_t length = (size_t)texts->text_length[i], prefix = 0;
    for (unsigned p = 0; span.part[p] != SW_PART_BODY; p++) {
        bool is_header = span.part[p] == SW_PART_HEADER;
        size_t bytes = is_header ? texts->header_length : SW_BLOCK;
        memcpy(before + prefix,
               is_header                          ? message
               : span.part[p] == SW_PART_IV ? row + SW_ROW_NONCE
                                                  : row + SW_ROW_KIV,
               bytes);
        prefix += bytes;
    }
    /* A shorter key ends in zeros, as HMAC would fill it up. */
    sw_hmac(row + SW_ROW_MAC_KEY, SW_ROW_NONCE - SW_ROW_MAC_KEY, before, prefix, body, length, body + length);
}

static sw_result seal_with_macs(sw_cpu cpu, const sw_batch *texts, const uint8_t *headers, sw_span span,
                                int64_t shortest, uint32_t allowed)
{
    uint32_t suites;
    sw_result fault = check(texts, shortest, INT32_MAX, allowed, &suites);
    if (fault != SW_DONE)
        return fault;
    if (!sw_ends_in_body(span))
        return SW_BAD_SPAN;
    if (cpu == SW_CPU_NONE || !sw_has_sha())
        return SW_NO_CPU;
    for (size_t i = 0; i < texts->count; i++) {
        uint8_t *body = slot_of(texts, i) + texts->header_length;
        memcpy(slot_of(texts, i), headers + SW_BLOCK * i, texts->header_length);
        if (allowed == 1U << SW_HMAC_SHA256)
            memcpy(body, text_of(texts, i), (size_t)texts->text_length[i]);
        else
            sw_cs1_encrypt(row_of(texts, i), text_of(texts, i), (size_t)texts->text_length[i], body);
        put_mac(texts, span, i);
    }
    sw_wipe_stack();
    return SW_DONE;
}

sw_result sw_seal_cs1(sw_cpu cpu, const sw_batch *texts, const uint8_t *headers, sw_span span)
{
    return seal_with_macs(cpu, texts, headers, span, SW_BLOCK, 1U << SW_AES_128_CS1 | 1U << SW_AES_256_CS1);
}

sw_result sw_seal_signed(sw_cpu cpu, const sw_batch *texts, const uint8_t *headers, sw_span span)
{
    return seal_with_macs(cpu, texts, headers, span, 0, 1U << SW_HMAC_SHA256);
}
