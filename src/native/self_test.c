/* Known answers: what a CPU path has to open and to seal before it may do anything else. */
#include "paths.h"

#include <string.h>

static const char TEXT[] = "The quick brown fox jumps over the lazy dog.";

/* The header of a made message of vectors/v1, and of bytes 4 to 15 the nonce; the first 16 bytes of the key
 * are the REST document's sample, the others and the MAC key count from 0 and from 32. */
static const uint8_t HEADER[16] = {0x11, 0x01, 0x00, 0x08, 0x00, 0x3f, 0x97, 0x20, 0x3b, 0x08, 0xc7, 0x87, 0xd1, 0xb2, 0x00, 0x00};
static const uint8_t KEY[16] = {0x95, 0x36, 0x5f, 0x3f, 0x67, 0x4e, 0xe4, 0x80, 0x17, 0xbc, 0x94, 0xfc, 0x16, 0x55, 0xd5, 0xe4};

enum {
    LENGTH = sizeof TEXT - 1,
    COPIES = 17, /* one more than the widest path has lanes */
    LONGEST = 16 + LENGTH + SW_TAG,
};

/* The text and its tag behind the header, by suite; made with another implementation. */
static const uint8_t SEALED[5][LENGTH + SW_TAG] = {
    [SW_AES_128_CCM] = {
        0x6b, 0x89, 0x2c, 0x69, 0x89, 0x57, 0x56, 0xcd, 0xaf, 0x4b, 0xe4, 0xed, 0xdf, 0x06, 0xdf, 0xce, 0xca, 0x8c,
        0xae, 0x87, 0x7a, 0x1c, 0x00, 0x54, 0x06, 0xe4, 0x6f, 0xf1, 0xb8, 0x17, 0xd4, 0x46, 0xfd, 0xe3, 0x7a, 0x8d,
        0xd6, 0x6e, 0x89, 0x97, 0xa2, 0xba, 0x99, 0x90, 0xd5, 0x7e, 0xfa, 0x77, 0xa7, 0x3c, 0x85, 0x93, 0x50, 0x11,
        0xbc, 0xbb, 0xc7, 0xc0, 0xbf, 0x5e},
    [SW_AES_256_CCM] = {
        0x0f, 0xf0, 0x08, 0x90, 0x96, 0x12, 0x21, 0x1f, 0xd9, 0xb9, 0x6a, 0x76, 0x54, 0x9e, 0xbb, 0xff, 0x13, 0xd3,
        0x02, 0x3f, 0x2c, 0xaf, 0x80, 0xe4, 0x88, 0x80, 0xc5, 0x8f, 0x79, 0x5e, 0xe6, 0x4c, 0xcb, 0x85, 0xca, 0xcc,
        0x99, 0x1e, 0x6b, 0x47, 0x79, 0x75, 0xed, 0x13, 0xbf, 0x57, 0x25, 0xa5, 0xfb, 0xc2, 0x7f, 0x46, 0x71, 0x8b,
        0xf5, 0x93, 0xde, 0xf3, 0xf3, 0x1d},
    [SW_AES_128_CS1] = {
        0x67, 0x66, 0x67, 0xa4, 0xe7, 0x53, 0xfd, 0xc5, 0x43, 0x5d, 0xc1, 0x86, 0x0d, 0x89, 0x94, 0x60, 0x44, 0x6f,
        0x1d, 0x71, 0xe3, 0xdb, 0x8e, 0x6c, 0x00, 0x3b, 0xdf, 0x4a, 0x26, 0x8e, 0x03, 0xea, 0xab, 0xbb, 0x96, 0xaa,
        0x89, 0xc1, 0x26, 0x82, 0x39, 0x5f, 0xf0, 0x99, 0x13, 0x95, 0x89, 0x86, 0xf9, 0xfd, 0xad, 0x2b, 0xa3, 0x21,
        0xb7, 0x91, 0xd2, 0xb2, 0xc5, 0xee},
    [SW_AES_256_CS1] = {
        0x93, 0x3f, 0x5a, 0xd2, 0xa1, 0xf6, 0x9d, 0x2a, 0x48, 0xbe, 0x21, 0xf9, 0xbd, 0xaf, 0xe3, 0xae, 0x9c, 0x37,
        0x56, 0xf3, 0x93, 0x4a, 0xa7, 0xc6, 0x94, 0x79, 0x39, 0xd0, 0x8c, 0x6d, 0x12, 0x73, 0xdf, 0xf4, 0x06, 0x68,
        0xec, 0x88, 0x16, 0x64, 0x62, 0xc0, 0xa8, 0xdf, 0x5a, 0x0c, 0x7c, 0x16, 0xc7, 0x74, 0x03, 0x6b, 0x61, 0xc1,
        0x4a, 0x16, 0x52, 0x23, 0x1d, 0x1e},
    [SW_HMAC_SHA256] = {
        0x54, 0x68, 0x65, 0x20, 0x71, 0x75, 0x69, 0x63, 0x6b, 0x20, 0x62, 0x72, 0x6f, 0x77, 0x6e, 0x20, 0x66, 0x6f,
        0x78, 0x20, 0x6a, 0x75, 0x6d, 0x70, 0x73, 0x20, 0x6f, 0x76, 0x65, 0x72, 0x20, 0x74, 0x68, 0x65, 0x20, 0x6c,
        0x61, 0x7a, 0x79, 0x20, 0x64, 0x6f, 0x67, 0x2e, 0x70, 0xf4, 0x79, 0xd5, 0xc6, 0x6e, 0x4a, 0xbc, 0xad, 0xfd,
        0xa2, 0x04, 0xe4, 0xdd, 0x8a, 0x15},
};

static const sw_span SPAN = {{SW_PART_HEADER, SW_PART_BODY}};

static sw_result open_suite(sw_cpu cpu, const sw_batch *batch, uint8_t suite)
{
    return suite <= SW_AES_256_CCM   ? sw_ccm_open(cpu, batch)
           : suite == SW_HMAC_SHA256 ? sw_signed_open(cpu, batch, SPAN)
                                     : sw_cs1_open(cpu, batch, SPAN);
}

static sw_result seal_suite(sw_cpu cpu, const sw_batch *texts, const uint8_t *headers, uint8_t suite)
{
    return suite <= SW_AES_256_CCM   ? sw_seal_ccm(cpu, texts, headers)
           : suite == SW_HMAC_SHA256 ? sw_seal_signed(cpu, texts, headers, SPAN)
                                     : sw_seal_cs1(cpu, texts, headers, SPAN);
}

static uint32_t header_length(uint8_t suite)
{
    return suite <= SW_AES_256_CCM ? 16 : suite == SW_HMAC_SHA256 ? 11 : 12;
}

static void make_row(uint8_t row[SW_ROW_BYTES], uint8_t suite)
{
    memset(row, 0, SW_ROW_BYTES);
    row[SW_ROW_STATE] = 1, row[SW_ROW_SUITE] = suite, row[SW_ROW_MAC_KEY_LENGTH] = 32;
    memcpy(row + SW_ROW_KEY, KEY, sizeof KEY);
    memcpy(row + SW_ROW_NONCE, HEADER + 4, 12);
    for (uint8_t i = 0; i < 32; i++) {
        row[SW_ROW_KEY + 16 + i % 16] = i % 16;
        row[SW_ROW_MAC_KEY + i] = 32 + i;
    }
}

/* Open copies of a known message, the last of them damaged. */
static bool opens(sw_cpu cpu, uint8_t suite)
{
    uint32_t header = header_length(suite);
    uint8_t row[SW_ROW_BYTES], message[2][LONGEST], status[COPIES], out[COPIES][LENGTH];
    int64_t in_at[COPIES], text_length[COPIES], out_at[COPIES], rows[COPIES] = {0};
    make_row(row, suite);
    for (int i = 0; i < 2; i++) {
        memcpy(message[i], HEADER, header);
        memcpy(message[i] + header, SEALED[suite], sizeof SEALED[suite]);
    }
    message[1][header + LENGTH + SW_TAG - 1] ^= 0x80;
    for (int i = 0; i < COPIES; i++) {
        in_at[i] = (int64_t)(uintptr_t)message[i == COPIES - 1];
        text_length[i] = LENGTH;
        out_at[i] = i * LENGTH;
    }
    const sw_batch batch = {
        .count = COPIES,
        .in_at = in_at,
        .text_length = text_length,
        .out = (uintptr_t)out,
        .out_at = out_at,
        .rows = row,
        .row_count = 1,
        .row = rows,
        .status = status,
        .header_length = header,
    };
    bool right = open_suite(cpu, &batch, suite) == SW_DONE && !status[COPIES - 1];
    for (int i = 0; i < COPIES; i++)
        for (int b = 0; right && b < LENGTH; b++)
            right = i < COPIES - 1 ? status[i] && out[i][b] == (uint8_t)TEXT[b] : !out[i][b];
    return right;
}

/* Seal copies of its text, which must give the message again. */
static bool seals(sw_cpu cpu, uint8_t suite)
{
    uint32_t header = header_length(suite);
    uint8_t row[SW_ROW_BYTES], headers[COPIES][SW_BLOCK], out[COPIES][LONGEST];
    int64_t in_at[COPIES] = {0}, text_length[COPIES], out_at[COPIES], rows[COPIES] = {0};
    make_row(row, suite);
    for (int i = 0; i < COPIES; i++) {
        memcpy(headers[i], HEADER, sizeof HEADER);
        text_length[i] = LENGTH;
        out_at[i] = i * LONGEST;
    }
    sw_batch texts = {.count = COPIES, .in = (uintptr_t)TEXT, .in_at = in_at, .text_length = text_length,
                      .out = (uintptr_t)out, .out_at = out_at, .rows = row, .row_count = 1, .row = rows,
                      .header_length = header};
    bool right = seal_suite(cpu, &texts, headers[0], suite) == SW_DONE;
    for (int i = 0; i < COPIES; i++)
        right = right && !memcmp(out[i], HEADER, header) && !memcmp(out[i] + header, SEALED[suite], sizeof SEALED[suite]);
    return right;
}

bool sw_passes_self_test(sw_cpu cpu)
{
    /* Without SHA instructions nobody asks the core for more than CCM. */
    uint8_t suites = sw_has_sha() ? 5 : 2;
    bool right = true;
    for (uint8_t suite = 0; suite < suites; suite++)
        right = right && opens(cpu, suite) && seals(cpu, suite);
    return right;
}
