/* Tests of the core against OpenSSL, on every CPU path of this machine. */
#include "oracle.h"

#ifdef SEALWRIGHT_MEMCHECK
#include <valgrind/memcheck.h>
#endif

static sw_cpu path;

static void open_and_check(corpus *c, const char *what)
{
    sw_result result = sw_ccm_open(path, &c->batch);
    CHECK(result == SW_DONE, "%s: result %d", what, result);
    check_opened(c, what);
}

static void test_every_length(int suite)
{
    int64_t lengths[1101 + 4];
    for (int i = 0; i <= 1100; i++)
        lengths[i] = (i * 389) % 1101; /* mixed, each once */
    const int64_t boundaries[] = {4080, 4081, 65535, 65536};
    memcpy(lengths + 1101, boundaries, sizeof boundaries);
    corpus c = make_ccm(1105, lengths, 300, suite, 5);
    open_and_check(&c, "every length");
    free_corpus(&c);
    int64_t long_ones[] = {1048577, 1048560, 4096, 1048561, 0, 17};
    c = make_ccm(6, long_ones, 6, suite, 0);
    open_and_check(&c, "long ones");
    free_corpus(&c);
}

static void test_equal_lengths(int suite)
{
    for (int64_t length = 0; length <= 300; length++) {
        int64_t lengths[40];
        size_t count = 1 + random64() % 40;
        for (size_t i = 0; i < count; i++)
            lengths[i] = length;
        corpus c = make_ccm(count, lengths, 1 + random64() % count, suite, 6);
        open_and_check(&c, "equal lengths");
        free_corpus(&c);
    }
}

/* Lengths that end in the same block, or nearly: such batches are not sorted. */
static void test_one_class(int suite)
{
    for (int64_t blocks = 1; blocks < 600; blocks += blocks < 20 ? 1 : 97) {
        int64_t lengths[100]; /* more than three groups of sixteen */
        size_t count = 1 + random64() % 100;
        for (size_t i = 0; i < count; i++)
            lengths[i] = 16 * blocks - (int64_t)(random64() % (blocks < 256 ? 16 : 400));
        corpus c = make_ccm(count, lengths, 1 + random64() % count, suite, 6);
        open_and_check(&c, "one class");
        free_corpus(&c);
    }
}

static void test_random_batches(void)
{
    for (int turn = 0; turn < scaled(200); turn++) {
        int64_t lengths[5000];
        size_t count = turn == 7 ? 5000 : 1 + random64() % 120;
        unsigned most = 1 + (unsigned)(random64() % (turn % 3 ? 200 : 1500));
        for (size_t i = 0; i < count; i++)
            lengths[i] = (int64_t)(random64() % most);
        corpus c = make_ccm(count, lengths, 1 + random64() % count, turn % 2 ? -1 : (int)(random64() & 1), 4);
        open_and_check(&c, "random batches");
        free_corpus(&c);
    }
}

/* Every bit of header-less message: none may open, none may leave text. */
static void test_every_bit(void)
{
    int64_t lengths[16 * 8 + 44 * 8];
    size_t count = sizeof lengths / sizeof *lengths;
    for (size_t i = 0; i < count; i++)
        lengths[i] = 44;
    corpus c = make_ccm(count, lengths, 3, SW_AES_128_CCM, 0);
    for (size_t i = 0; i < count; i++) {
        c.data[(size_t)c.in_at[i] + 16 + i / 8] ^= (uint8_t)(1 << i % 8);
        c.bad[i] = 1;
    }
    open_and_check(&c, "every bit");
    free_corpus(&c);
}

static void test_seal(void)
{
    for (int turn = 0; turn < 60; turn++) {
        int64_t lengths[1200];
        size_t count = turn < 2 ? 1101 : 1 + random64() % 80;
        bool equal = turn % 3 == 2;
        for (size_t i = 0; i < count; i++)
            lengths[i] = turn < 2 ? (int64_t)i : equal && i ? lengths[0] : (int64_t)(random64() % 300);
        corpus c = make_ccm(count, lengths, 1 + random64() % count, equal ? turn & 1 : -1, 0);
        int64_t *at = calloc(count, 8), sum = 0;
        for (size_t i = 0; i < count; i++)
            at[i] = sum, sum += lengths[i] + 16;
        uint8_t *out = malloc((size_t)sum);
        sw_batch batch = c.batch;
        batch.in = (uintptr_t)c.text, batch.in_at = c.out_at, batch.header_length = 0;
        batch.out = (uintptr_t)out, batch.out_at = at;
        CHECK(sw_ccm_seal(path, &batch) == SW_DONE, "seal");
        for (size_t i = 0; i < count; i++)
            CHECK(c.status[i] == 1 && !memcmp(out + at[i], c.data + c.in_at[i] + 16, (size_t)lengths[i] + 16),
                  "seal: %d bytes", (int)lengths[i]);
        free(out), free(at), free_corpus(&c);
    }
}

static void test_nonce_in_header(void)
{
    int64_t lengths[50];
    for (int i = 0; i < 50; i++)
        lengths[i] = i;
    corpus c = make_ccm(50, lengths, 50, -1, 4);
    for (size_t i = 0; i < 50; i++) {
        memcpy(c.data + c.in_at[i] + 4, c.rows + i * SW_ROW_BYTES + SW_ROW_NONCE, 12);
        memset(c.rows + i * SW_ROW_BYTES + SW_ROW_NONCE, 0, 16);
    }
    c.batch.nonce_in_header = true;
    open_and_check(&c, "nonce in header");
    free_corpus(&c);
}

static void test_faults(void)
{
    int64_t lengths[3] = {5, 6, 7};
    corpus c = make_ccm(3, lengths, 2, SW_AES_128_CCM, 0);
    c.row[1] = 2;
    CHECK(sw_ccm_open(path, &c.batch) == SW_BAD_ROW, "row");
    c.row[1] = -1;
    CHECK(sw_ccm_open(path, &c.batch) == SW_BAD_ROW, "row");
    c.row[1] = 1, c.text_length[2] = -1;
    CHECK(sw_ccm_open(path, &c.batch) == SW_BAD_LENGTH, "length");
    c.text_length[2] = 1 << 24;
    CHECK(sw_ccm_open(path, &c.batch) == SW_BAD_LENGTH, "length");
    c.text_length[2] = 7, c.rows[SW_ROW_SUITE] = SW_AES_128_CS1, c.row[0] = 0;
    CHECK(sw_ccm_open(path, &c.batch) == SW_BAD_SUITE, "suite");
    c.batch.count = 0;
    CHECK(sw_ccm_open(path, &c.batch) == SW_DONE, "empty batch");
    free_corpus(&c);
}

/* Each message alone behind a fence, at the end or at the start of its area; the same for its slot.
 * Addresses stand where offsets stand: the door for separate objects. */
static void test_fences(bool sealing, bool at_end)
{
    enum { COUNT = 180 };
    int64_t lengths[COUNT], in_at[COUNT], out_at[COUNT];
    fence in[COUNT], out[COUNT];
    for (int i = 0; i < COUNT; i++)
        lengths[i] = i < 150 ? i : (int64_t)(random64() % 600);
    corpus c = make_ccm(COUNT, lengths, COUNT, -1, sealing ? 0 : 4);
    for (int i = 0; i < COUNT; i++) {
        size_t length = (size_t)lengths[i], in_bytes = sealing ? length : length + 32, out_bytes = length + (sealing ? 16 : 0);
        in[i] = make_fence(in_bytes), out[i] = make_fence(out_bytes);
        uint8_t *from = at_end ? in[i].end - in_bytes : in[i].start, *to = at_end ? out[i].end - out_bytes : out[i].start;
        memcpy(from, sealing ? c.text + c.out_at[i] : c.data + c.in_at[i], in_bytes);
        memset(to, 0xaa, out_bytes);
        in_at[i] = (int64_t)(uintptr_t)from, out_at[i] = (int64_t)(uintptr_t)to;
    }
    fence rows = make_fence(COUNT * SW_ROW_BYTES);
    uint8_t *row = at_end ? rows.end - COUNT * SW_ROW_BYTES : rows.start;
    memcpy(row, c.rows, COUNT * SW_ROW_BYTES);
    sw_batch batch = c.batch;
    batch.in = batch.out = 0, batch.in_at = in_at, batch.out_at = out_at, batch.rows = row;
    batch.header_length = sealing ? 0 : 16;
    CHECK((sealing ? sw_ccm_seal : sw_ccm_open)(path, &batch) == SW_DONE, "fences");
    for (int i = 0; i < COUNT; i++) {
        const uint8_t *got = (const uint8_t *)(uintptr_t)out_at[i];
        size_t length = (size_t)lengths[i];
        CHECK(c.status[i] == !c.bad[i], "fences: status of %d bytes", (int)length);
        if (sealing)
            CHECK(!memcmp(got, c.data + c.in_at[i] + 16, length + 16), "fences: sealed %d bytes", (int)length);
        else if (!c.bad[i])
            CHECK(!memcmp(got, c.text + c.out_at[i], length), "fences: %d bytes", (int)length);
        else
            for (size_t b = 0; b < length; b++)
                CHECK(!got[b], "fences: plaintext");
        if (!at_end) { /* what stands behind the slot, in the same page, is as it was */
            size_t end = length + (sealing ? 16 : 0);
            for (size_t b = end; b < end + 64 && b < out[i].bytes; b++)
                CHECK(!got[b], "fences: written behind");
        }
        free_fence(in[i]), free_fence(out[i]);
    }
    free_fence(rows);
    free_corpus(&c);
}

static void test_path(void)
{
    for (int suite = -1; suite < 2; suite++) {
        test_every_length(suite);
        test_equal_lengths(suite);
        test_one_class(suite);
    }
    test_random_batches();
    test_every_bit();
    test_nonce_in_header();
    test_seal();
    test_faults();
    for (int which = 0; which < 4; which++)
        test_fences(which & 1, which & 2);
    printf("%s: CCM agrees with OpenSSL\n", sw_cpu_name(path));
}

#ifdef SEALWRIGHT_MEMCHECK
/* The verdicts and the texts are out: compare them. */
static void check_known(corpus *c, size_t rows)
{
    (void)VALGRIND_MAKE_MEM_DEFINED(c->arena, c->arena_bytes);
    (void)VALGRIND_MAKE_MEM_DEFINED(c->rows, rows * SW_ROW_BYTES);
    check_opened(c, "memcheck");
    free_corpus(c);
}

static void memcheck_sealing(int suite, sw_span span)
{
    int64_t lengths[40];
    for (int i = 0; i < 40; i++)
        lengths[i] = 16 + (int64_t)(random64() % 150);
    bool ccm = suite <= SW_AES_256_CCM;
    corpus c = ccm ? make_ccm(40, lengths, 11, suite, 0) : make_v2(40, lengths, 11, suite, span, 0);
    uint8_t *out = malloc(c.data_bytes), headers[16 * 40];
    sw_batch texts = texts_of(&c, out, headers);
    for (size_t i = 0; i < 11; i++)
        (void)VALGRIND_MAKE_MEM_UNDEFINED(c.rows + i * SW_ROW_BYTES + SW_ROW_KEY, 64);
    (void)VALGRIND_MAKE_MEM_UNDEFINED(c.text, c.arena_bytes);
    sw_result result = ccm                       ? sw_seal_ccm(SW_CPU_AESNI, &texts, headers)
                       : suite == SW_HMAC_SHA256 ? sw_seal_signed(SW_CPU_AESNI, &texts, headers, span)
                                                 : sw_seal_cs1(SW_CPU_AESNI, &texts, headers, span);
    (void)VALGRIND_MAKE_MEM_DEFINED(out, c.data_bytes);
    CHECK(result == SW_DONE && !memcmp(out, c.data, c.data_bytes), "memcheck: sealing, suite %d", suite);
    free(out), free_corpus(&c);
}
#endif

/* Under valgrind, built with -DSEALWRIGHT_MEMCHECK: keys are marked undefined, so that memcheck reports
 * each branch and each address that depends on one. Only the AES-NI path: valgrind knows no VAES. */
static int memcheck(void)
{
#ifdef SEALWRIGHT_MEMCHECK
    for (int turn = 0; turn < 4; turn++) {
        int64_t lengths[40];
        for (int i = 0; i < 40; i++)
            lengths[i] = turn < 2 ? 64 : (int64_t)(random64() % 150);
        corpus c = make_ccm(40, lengths, 11, turn % 2, 3);
        for (size_t i = 0; i < 11; i++)
            (void)VALGRIND_MAKE_MEM_UNDEFINED(c.rows + i * SW_ROW_BYTES + SW_ROW_KEY, 32);
        CHECK(sw_ccm_open(SW_CPU_AESNI, &c.batch) == SW_DONE, "memcheck");
        check_known(&c, 11);
    }
    const sw_span span = {{SW_PART_HEADER, SW_PART_BODY}};
    for (int suite = SW_AES_128_CS1; suite <= SW_HMAC_SHA256; suite++)
        for (size_t keys = 11; keys <= 80; keys += 69) { /* with states that are kept, and without */
            int64_t lengths[40];
            for (int i = 0; i < 40; i++)
                lengths[i] = 16 + (int64_t)(random64() % (i ? 150 : 2000));
            corpus c = make_v2(40, lengths, keys, suite, span, 3);
            for (size_t i = 0; i < keys; i++)
                (void)VALGRIND_MAKE_MEM_UNDEFINED(c.rows + i * SW_ROW_BYTES + SW_ROW_KEY, 64);
            CHECK((suite == SW_HMAC_SHA256 ? sw_signed_open : sw_cs1_open)(SW_CPU_AESNI, &c.batch, span) == SW_DONE,
                  "memcheck");
            check_known(&c, keys);
        }
    for (int suite = SW_AES_128_CCM; suite <= SW_HMAC_SHA256; suite++)
        memcheck_sealing(suite, span);
#endif
    return 0;
}

void test_v2(void);
void test_sealing(void);
void test_maps(void);
void test_streams(void);
void test_safety(void);
void test_json(void);

/* The paths that this CPU does not have, for whoever counts what the tests reach. */
static int name_lacking(void)
{
    for (int cpu = (int)sw_widest_cpu() + 1; cpu <= SW_CPU_VAES512; cpu++)
        puts(sw_cpu_name((sw_cpu)cpu));
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "bench"))
        return bench(argc - 2, argv + 2);
    if (argc > 1 && !strcmp(argv[1], "memcheck"))
        return memcheck();
    if (argc > 1 && !strcmp(argv[1], "lacking"))
        return name_lacking();
    printf("widest path %s, chosen %s\n", sw_cpu_name(sw_widest_cpu()), sw_cpu_name(sw_choose_cpu(SW_CPU_VAES512)));
    for (path = SW_CPU_AESNI; path <= sw_widest_cpu(); path++) {
        CHECK(sw_choose_cpu(path) == path, "self-test of %s", sw_cpu_name(path));
        test_path();
    }
    test_v2();
    test_sealing();
    test_maps();
    test_streams();
    test_safety();
    test_json();
    return 0;
}
