/* Sealing whole messages against OpenSSL: the bytes are those that it makes, on every CPU path. */
#include "bounds.h"
#include "oracle.h"

static sw_cpu seal_path;

static const sw_span SPANS[] = {
    {{SW_PART_HEADER, SW_PART_BODY}},
    {{SW_PART_BODY}},
    {{SW_PART_IV, SW_PART_BODY}},
    {{SW_PART_KIV, SW_PART_BODY}},
    {{SW_PART_HEADER, SW_PART_IV, SW_PART_BODY}},
    {{SW_PART_HEADER, SW_PART_KIV, SW_PART_IV, SW_PART_BODY}},
};
enum { SPAN_COUNT = sizeof SPANS / sizeof *SPANS, GUARD = 64 };

/* Suites: -1 for both of CCM, -2 for both of CS1, else the suite itself. */
static bool is_ccm(int suite) { return suite == -1 || suite == SW_AES_128_CCM || suite == SW_AES_256_CCM; }

static corpus make_sealed(size_t count, const int64_t *lengths, size_t keys, int suite, sw_span span)
{
    return is_ccm(suite) ? make_ccm(count, lengths, keys, suite, 0)
                         : make_v2(count, lengths, keys, suite == -2 ? -1 : suite, span, 0);
}

static sw_result seal(const sw_batch *texts, const uint8_t *headers, int suite, sw_span span)
{
    return is_ccm(suite)             ? sw_seal_ccm(seal_path, texts, headers)
           : suite == SW_HMAC_SHA256 ? sw_seal_signed(seal_path, texts, headers, span)
                                     : sw_seal_cs1(seal_path, texts, headers, span);
}

static void check_sealed(const corpus *c, int suite, sw_span span, bool nonce_in_header, const char *what)
{
    uint8_t *out = malloc(c->data_bytes + GUARD), *headers = malloc(16 * c->batch.count + 1);
    memset(out, 0xaa, c->data_bytes + GUARD);
    sw_batch texts = texts_of(c, out, headers);
    texts.nonce_in_header = nonce_in_header;
    sw_result result = seal(&texts, headers, suite, span);
    CHECK(result == SW_DONE, "%s: result %d", what, result);
    for (size_t i = 0; i < texts.count; i++)
        CHECK(!memcmp(out + c->in_at[i], c->data + c->in_at[i], (size_t)c->text_length[i] + texts.header_length + 16),
              "%s: suite %d, %d bytes", what, suite, (int)c->text_length[i]);
    for (size_t b = 0; b < GUARD; b++)
        CHECK(out[c->data_bytes + b] == 0xaa, "%s: written behind the arena", what);
    free(out), free(headers);
}

static void test_lengths(int suite, sw_span span)
{
    int64_t lengths[1200], shortest = suite == -2 || suite == SW_AES_128_CS1 || suite == SW_AES_256_CS1 ? 16 : 0;
    size_t count = 0;
    for (int64_t n = shortest; n <= 1100; n++)
        lengths[count++] = shortest + (n * 389) % (1101 - shortest);
    const int64_t boundaries[] = {4079, 4080, 4081, 65535, 65536, 1048560, 1048561};
    memcpy(lengths + count, boundaries, sizeof boundaries);
    count += sizeof boundaries / sizeof *boundaries;
    corpus c = make_sealed(count, lengths, 300, suite, span);
    check_sealed(&c, suite, span, false, "lengths");
    free_corpus(&c);
}

/* Groups that fill the lanes exactly, miss one message, or have one too many, of one length and of many. */
static void test_lanes(int suite)
{
    for (size_t count = 0; count <= 50; count++)
        for (int mixed = 0; mixed < 2; mixed++) {
            int64_t lengths[50], length = 16 + (int64_t)(random64() % 200);
            for (size_t i = 0; i < count; i++)
                lengths[i] = mixed ? 16 + (int64_t)(random64() % 200) : length;
            corpus c = make_sealed(count, lengths, 1 + random64() % (count + 1), suite, SPANS[0]);
            check_sealed(&c, suite, SPANS[0], false, "lanes");
            free_corpus(&c);
        }
}

/* Batches around and beyond what is laid out at once. */
static void test_windows(int suite)
{
    static int64_t lengths[2049];
    for (size_t i = 0; i < 2049; i++)
        lengths[i] = 16 + (int64_t)(random64() % 60);
    for (size_t count = 1023; count <= 2049; count += count == 1025 ? 1022 : 1) {
        corpus c = make_sealed(count, lengths, 1 + random64() % count, suite, SPANS[0]);
        check_sealed(&c, suite, SPANS[0], false, "windows");
        free_corpus(&c);
    }
}

static void test_random(void)
{
    for (int turn = 0; turn < scaled(300); turn++) {
        int64_t lengths[120];
        size_t count = 1 + random64() % 120;
        for (size_t i = 0; i < count; i++)
            lengths[i] = 16 + (int64_t)(random64() % (turn % 4 ? 200 : 3000));
        int suite = (int)(random64() % 7) - 2;
        sw_span span = SPANS[random64() % SPAN_COUNT];
        corpus c = make_sealed(count, lengths, 1 + random64() % count, suite, span);
        check_sealed(&c, suite, span, false, "random");
        free_corpus(&c);
    }
}

static void test_nonces_in_headers(void)
{
    int64_t lengths[90];
    for (int i = 0; i < 90; i++)
        lengths[i] = i;
    corpus c = make_ccm(90, lengths, 90, -1, 0);
    for (size_t i = 0; i < 90; i++) {
        memcpy(c.data + c.in_at[i] + 4, c.rows + i * SW_ROW_BYTES + SW_ROW_NONCE, 12);
        memset(c.rows + i * SW_ROW_BYTES + SW_ROW_NONCE, 0, 16);
    }
    check_sealed(&c, -1, SPANS[0], true, "nonces in headers");
    free_corpus(&c);
}

/* Each text, slot, the headers and the table alone in an area, at its end or at its start. */
static void test_fences(int suite, bool at_end)
{
    enum { COUNT = 160 };
    int64_t lengths[COUNT], in_at[COUNT], out_at[COUNT];
    fence in[COUNT], out[COUNT], table = make_fence(COUNT * SW_ROW_BYTES), heads = make_fence(16 * COUNT);
    for (int i = 0; i < COUNT; i++)
        lengths[i] = 16 + (i < 120 ? i : (int64_t)(random64() % 1400));
    corpus c = make_sealed(COUNT, lengths, COUNT, suite, SPANS[0]);
    uint32_t header = c.batch.header_length;
    uint8_t *rows = at_end ? table.end - COUNT * SW_ROW_BYTES : table.start;
    uint8_t *headers = at_end ? heads.end - 16 * COUNT : heads.start;
    sw_batch texts = texts_of(&c, NULL, headers);
    memcpy(rows, c.rows, COUNT * SW_ROW_BYTES);
    for (int i = 0; i < COUNT; i++) {
        size_t bytes = (size_t)lengths[i], made = bytes + header + 16;
        in[i] = make_fence(bytes), out[i] = make_fence(made);
        uint8_t *from = at_end ? in[i].end - bytes : in[i].start;
        memcpy(from, c.text + c.out_at[i], bytes);
        in_at[i] = (int64_t)(uintptr_t)from;
        out_at[i] = (int64_t)(uintptr_t)(at_end ? out[i].end - made : out[i].start);
    }
    texts.in = texts.out = 0, texts.in_at = in_at, texts.out_at = out_at, texts.rows = rows;
    CHECK(seal(&texts, headers, suite, SPANS[0]) == SW_DONE, "fences");
    for (int i = 0; i < COUNT; i++) {
        const uint8_t *got = (const uint8_t *)(uintptr_t)out_at[i];
        size_t made = (size_t)lengths[i] + header + 16;
        CHECK(!memcmp(got, c.data + c.in_at[i], made), "seal fences: %d bytes", (int)lengths[i]);
        for (size_t b = made; !at_end && b < made + GUARD && b < out[i].bytes; b++)
            CHECK(!got[b], "seal fences: written behind");
        free_fence(in[i]), free_fence(out[i]);
    }
    free_fence(table), free_fence(heads);
    free_corpus(&c);
}

static void test_refusals(int suite)
{
    int64_t lengths[3] = {20, 16, 30};
    corpus c = make_sealed(3, lengths, 2, suite, SPANS[0]);
    uint8_t out[200] = {0}, headers[48];
    sw_batch texts = texts_of(&c, out, headers);
    const int64_t rows[] = {2, -1, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        c.row[1] = rows[i];
        CHECK(seal(&texts, headers, suite, SPANS[0]) == SW_BAD_ROW, "row %d", (int)rows[i]);
    }
    c.row[1] = 1;
    const int64_t sizes[] = {-1, INT64_MIN, INT64_MAX, (int64_t)INT32_MAX + 1};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        c.text_length[2] = sizes[i];
        CHECK(seal(&texts, headers, suite, SPANS[0]) == SW_BAD_LENGTH, "length %d", (int)i);
    }
    c.text_length[2] = is_ccm(suite) ? 1 << 24 : suite == SW_HMAC_SHA256 ? -16 : 15;
    CHECK(seal(&texts, headers, suite, SPANS[0]) == SW_BAD_LENGTH, "length of the cipher");
    c.text_length[2] = 30;
    texts.header_length = 17;
    CHECK(seal(&texts, headers, suite, SPANS[0]) == SW_BAD_LENGTH, "header");
    texts.header_length = c.batch.header_length;
    for (int other = 0; other < 256; other++) {
        uint8_t was = c.rows[c.row[0] * SW_ROW_BYTES + SW_ROW_SUITE];
        c.rows[c.row[0] * SW_ROW_BYTES + SW_ROW_SUITE] = (uint8_t)other;
        bool fits = is_ccm(suite) ? other <= SW_AES_256_CCM : suite == SW_HMAC_SHA256 ? other == suite : other == 2 || other == 3;
        CHECK((seal(&texts, headers, suite, SPANS[0]) == SW_DONE) == fits, "suite %d", other);
        c.rows[c.row[0] * SW_ROW_BYTES + SW_ROW_SUITE] = was;
    }
    const sw_span wrong = {{SW_PART_HEADER}};
    CHECK((seal(&texts, headers, suite, wrong) == SW_BAD_SPAN) == !is_ccm(suite), "span");
    seal_path = SW_CPU_NONE;
    CHECK(seal(&texts, headers, suite, SPANS[0]) == SW_NO_CPU, "no path");
    free_corpus(&c);
}

static void test_bounds(void)
{
    const int64_t start[2] = {0, 4}, length[2] = {4, 8}, slot[2] = {0, 36};
    int64_t in[2], size[2], out[2];
    sw_batch texts = {.count = 2, .in_at = in, .text_length = size, .out_at = out, .header_length = 16};
    memcpy(in, start, 16), memcpy(size, length, 16), memcpy(out, slot, 16);
    CHECK(sw_texts_fit(&texts, 12, 76), "texts that fit to the byte");
    CHECK(!sw_texts_fit(&texts, 11, 76) && !sw_texts_fit(&texts, 12, 75), "one byte less");
    CHECK(!sw_texts_fit(&texts, 0, 76) && !sw_texts_fit(&texts, 12, 0), "none");
    const int64_t any[] = {-1, -32, 77, INT32_MAX, (int64_t)1 << 32, INT64_MAX, INT64_MAX - 31, INT64_MIN, INT64_MIN + 31};
    int64_t *const column[] = {in, size, out};
    for (int which = 0; which < 6; which++)
        for (size_t i = 0; i < sizeof any / sizeof *any; i++) {
            int64_t *place = column[which / 2] + which % 2, was = *place;
            *place = any[i];
            CHECK(!sw_texts_fit(&texts, 12, 76), "column %d, number %zu", which / 2, i);
            *place = was;
        }
    out[1] = 35;
    CHECK(!sw_texts_fit(&texts, 12, 100), "slots that overlap");
}

void test_sealing(void);
void test_sealing(void)
{
    test_bounds();
    for (sw_cpu path = SW_CPU_AESNI; path <= sw_widest_cpu(); path++) {
        seal_path = path;
        for (int suite = -2; suite <= SW_HMAC_SHA256; suite++) {
            for (unsigned s = 0; s < (is_ccm(suite) ? 1 : SPAN_COUNT); s++)
                test_lengths(suite, SPANS[s]);
            test_lanes(suite);
            test_windows(suite);
            test_fences(suite, true);
            test_fences(suite, false);
        }
        test_random();
        test_nonces_in_headers();
        for (int suite = -2; suite <= SW_HMAC_SHA256; suite++) {
            seal_path = path;
            test_refusals(suite);
        }
        printf("%s: sealed messages are OpenSSL's\n", sw_cpu_name(path));
    }
}
