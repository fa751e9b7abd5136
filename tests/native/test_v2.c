/* CS1 with HMAC, and signed data, against OpenSSL. */
#include "oracle.h"

static sw_cpu v2_path;

static void open_v2(corpus *c, int suite, sw_span span, const char *what)
{
    sw_result result = (suite == SW_HMAC_SHA256 ? sw_signed_open : sw_cs1_open)(v2_path, &c->batch, span);
    CHECK(result == SW_DONE, "%s: result %d", what, result);
    check_opened(c, what);
}

static const sw_span SPANS[] = {
    {{SW_PART_HEADER, SW_PART_BODY}},
    {{SW_PART_BODY}},
    {{SW_PART_IV, SW_PART_BODY}},
    {{SW_PART_KIV, SW_PART_BODY}},
    {{SW_PART_HEADER, SW_PART_IV, SW_PART_BODY}},
    {{SW_PART_HEADER, SW_PART_KIV, SW_PART_IV, SW_PART_BODY}},
};

static void test_lengths(int suite)
{
    int64_t lengths[1200], shortest = suite == SW_HMAC_SHA256 ? 0 : 16;
    for (unsigned s = 0; s < sizeof SPANS / sizeof *SPANS; s++) {
        size_t count = 0;
        for (int64_t n = shortest; n <= 1100; n++)
            lengths[count++] = n;
        for (int64_t n = 0; n < 3; n++)
            lengths[count++] = 4080 + n, lengths[count++] = 65535 + n;
        corpus c = make_v2(count, lengths, s % 2 ? count : 300, suite, SPANS[s], 5);
        open_v2(&c, suite, SPANS[s], "v2 lengths");
        free_corpus(&c);
    }
}

static void test_random(void)
{
    for (int turn = 0; turn < scaled(300); turn++) {
        int64_t lengths[200];
        size_t count = 1 + random64() % 200;
        unsigned most = turn % 4 ? 200 : 3000;
        for (size_t i = 0; i < count; i++)
            lengths[i] = 16 + (int64_t)(random64() % most);
        int suite = (int)(random64() % 4) - 1;
        suite = suite < 0 ? -1 : SW_AES_128_CS1 + suite;
        sw_span span = SPANS[random64() % 6];
        corpus c = make_v2(count, lengths, 1 + random64() % count, suite, span, turn % 3 ? 4 : 0);
        open_v2(&c, suite, span, "v2 random");
        free_corpus(&c);
    }
}

/* Each message, slot and the table alone in an area, at its end or at its start. */
static void test_v2_fences(int suite, bool at_end)
{
    enum { COUNT = 160 };
    int64_t lengths[COUNT], in_at[COUNT], out_at[COUNT];
    fence in[COUNT], out[COUNT], table = make_fence(COUNT * SW_ROW_BYTES);
    for (int i = 0; i < COUNT; i++)
        lengths[i] = i < 120 ? i + 16 : 900 + (int64_t)(random64() % 400);
    corpus c = make_v2(COUNT, lengths, COUNT, suite, SPANS[0], 4);
    uint32_t overhead = c.batch.header_length + 16;
    uint8_t *rows = at_end ? table.end - COUNT * SW_ROW_BYTES : table.start;
    memcpy(rows, c.rows, COUNT * SW_ROW_BYTES);
    for (int i = 0; i < COUNT; i++) {
        size_t bytes = (size_t)lengths[i] + overhead;
        in[i] = make_fence(bytes), out[i] = make_fence((size_t)lengths[i]);
        uint8_t *from = at_end ? in[i].end - bytes : in[i].start;
        memcpy(from, c.data + c.in_at[i], bytes);
        in_at[i] = (int64_t)(uintptr_t)from;
        out_at[i] = (int64_t)(uintptr_t)(at_end ? out[i].end - lengths[i] : out[i].start);
    }
    sw_batch batch = c.batch;
    batch.in = batch.out = 0, batch.in_at = in_at, batch.out_at = out_at, batch.rows = rows;
    CHECK((suite == SW_HMAC_SHA256 ? sw_signed_open : sw_cs1_open)(v2_path, &batch, SPANS[0]) == SW_DONE, "fences");
    for (int i = 0; i < COUNT; i++) {
        const uint8_t *got = (const uint8_t *)(uintptr_t)out_at[i];
        CHECK(c.status[i] == !c.bad[i], "v2 fences: status of %d bytes", (int)lengths[i]);
        for (int64_t b = 0; b < lengths[i]; b++)
            CHECK(got[b] == (c.bad[i] ? 0 : c.text[c.out_at[i] + b]), "v2 fences: byte %d", (int)b);
        for (int64_t b = lengths[i]; !at_end && b < lengths[i] + 64; b++)
            CHECK(!got[b], "v2 fences: written behind");
        free_fence(in[i]), free_fence(out[i]);
    }
    free_fence(table);
    free_corpus(&c);
}

static void test_cs1_encrypt(void)
{
    for (int n = 16; n < 600; n++) {
        uint8_t row[SW_ROW_BYTES], text[600], ours[600], theirs[600];
        random_bytes(row, sizeof row), random_bytes(text, sizeof text);
        row[SW_ROW_SUITE] = n & 1 ? SW_AES_128_CS1 : SW_AES_256_CS1;
        sw_cs1_encrypt(row, text, (size_t)n, ours);
        oracle_cs1_seal(row + SW_ROW_KEY, n & 1 ? 16 : 32, row + SW_ROW_NONCE, text, n, theirs);
        CHECK(!memcmp(ours, theirs, (size_t)n), "CS1 encryption of %d bytes", n);
    }
}

/* RFC 3962's CS3 answers, the last two blocks in CS1's order. */
static void test_known_answers(void)
{
    static const uint8_t answer17[17] = {0x97, 0xc6, 0x35, 0x35, 0x68, 0xf2, 0xbf, 0x8c, 0xb4,
                                         0xd8, 0xa5, 0x80, 0x36, 0x2d, 0xa7, 0xff, 0x7f};
    uint8_t row[SW_ROW_BYTES] = {1, SW_AES_128_CS1}, out[17];
    memcpy(row + SW_ROW_KEY, "chicken teriyaki", 16);
    sw_cs1_encrypt(row, (const uint8_t *)"I would like the General Gau's Chicken", 17, out);
    CHECK(!memcmp(out, answer17, 17), "RFC 3962");
}

static void test_hmac(void)
{
    uint8_t key[64], data[700], ours[16], theirs[16];
    for (int n = 0; n < 700; n++) {
        random_bytes(key, sizeof key), random_bytes(data, sizeof data);
        /* The same bytes, the first of them apart from the others. */
        size_t before = (size_t)n < 65 ? random64() % ((size_t)n + 1) : random64() % 65;
        sw_hmac(key, (size_t)n % 65, data, before, data + before, (size_t)n - before, ours);
        oracle_hmac(key, n % 65, data, (size_t)n, theirs);
        CHECK(!memcmp(ours, theirs, 16), "HMAC of %d bytes", n);
    }
}

void test_v2(void);
void test_v2(void)
{
    test_known_answers();
    test_hmac();
    test_cs1_encrypt();
    for (v2_path = SW_CPU_AESNI; v2_path <= sw_widest_cpu(); v2_path++) {
        for (int suite = SW_AES_128_CS1; suite <= SW_HMAC_SHA256; suite++) {
            test_lengths(suite);
            test_v2_fences(suite, true);
            test_v2_fences(suite, false);
        }
        test_random();
        printf("%s: CS1 and HMAC agree with OpenSSL\n", sw_cpu_name(v2_path));
    }
}
