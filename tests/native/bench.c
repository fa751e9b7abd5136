/* Nanoseconds a message and ratios to an OpenSSL loop in C, in interleaved rounds. */
#include "oracle.h"
#include "stream.h"

#include <immintrin.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <time.h>

enum { ROUNDS = 15 };

/* Asked once: in a virtual machine CPUID takes microseconds. */
static sw_cpu widest;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, by_value);
    return values[count / 2];
}

/* The peer: one context, initialised for each message, as a careful C programmer would. */
static void openssl_open(const sw_batch *b)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-128-CCM", NULL);
    EVP_DecryptInit_ex(ctx, cipher, NULL, NULL, NULL);
    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, 12, NULL);
    for (size_t i = 0; i < b->count; i++) {
        const uint8_t *message = (const uint8_t *)(b->in + (uintptr_t)b->in_at[i]) + b->header_length;
        const uint8_t *row = b->rows + (size_t)b->row[i] * SW_ROW_BYTES;
        int length = (int)b->text_length[i], made = 0;
        uint8_t *out = (uint8_t *)(b->out + (uintptr_t)b->out_at[i]);
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 16, (void *)(uintptr_t)(message + length));
        EVP_DecryptInit_ex(ctx, NULL, NULL, row + SW_ROW_KEY, row + SW_ROW_NONCE);
        EVP_DecryptUpdate(ctx, NULL, &made, NULL, length);
        b->status[i] = EVP_DecryptUpdate(ctx, out, &made, message, length) == 1;
    }
    EVP_CIPHER_CTX_free(ctx);
    EVP_CIPHER_free(cipher);
}

/* The peer for v2: a MAC context and a cipher context, both used anew for each message. */
static void openssl_open_v2(const sw_batch *b)
{
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *mac = EVP_MAC_CTX_new(hmac);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-128-CBC-CTS", NULL);
    OSSL_PARAM digest[2] = {OSSL_PARAM_construct_utf8_string("digest", "SHA256", 0), OSSL_PARAM_construct_end()};
    OSSL_PARAM mode[2] = {OSSL_PARAM_construct_utf8_string(OSSL_CIPHER_PARAM_CTS_MODE, "CS1", 0),
                          OSSL_PARAM_construct_end()};
    EVP_DecryptInit_ex2(ctx, cipher, NULL, NULL, mode);
    for (size_t i = 0; i < b->count; i++) {
        const uint8_t *message = (const uint8_t *)(b->in + (uintptr_t)b->in_at[i]);
        const uint8_t *row = b->rows + (size_t)b->row[i] * SW_ROW_BYTES;
        int length = (int)b->text_length[i], made = 0;
        uint8_t tag[32], *out = (uint8_t *)(b->out + (uintptr_t)b->out_at[i]);
        size_t tag_length;
        EVP_MAC_init(mac, row + SW_ROW_MAC_KEY, row[SW_ROW_MAC_KEY_LENGTH], i ? NULL : digest);
        EVP_MAC_update(mac, message, b->header_length + (size_t)length);
        EVP_MAC_final(mac, tag, &tag_length, sizeof tag);
        b->status[i] = !memcmp(tag, message + b->header_length + length, 16);
        if (!b->status[i])
            continue;
        EVP_DecryptInit_ex2(ctx, NULL, row + SW_ROW_KEY, row + SW_ROW_NONCE, NULL);
        EVP_DecryptUpdate(ctx, out, &made, message + b->header_length, length);
    }
    EVP_MAC_CTX_free(mac), EVP_MAC_free(hmac), EVP_CIPHER_CTX_free(ctx), EVP_CIPHER_free(cipher);
}

static void bench_v2(const char *title, size_t count, int64_t low, int64_t high, size_t keys)
{
    const sw_span span = {{SW_PART_HEADER, SW_PART_BODY}};
    int64_t *lengths = malloc(count * 8);
    for (size_t i = 0; i < count; i++)
        lengths[i] = low + (int64_t)(random64() % (uint64_t)(high - low + 1));
    corpus c = make_v2(count, lengths, keys, SW_AES_128_CS1, span, 0);
    double ours[ROUNDS], theirs[ROUNDS];
    for (int round = -2; round < ROUNDS; round++) {
        double start = now();
        openssl_open_v2(&c.batch);
        double middle = now();
        if (round == -2)
            check_opened(&c, title), memset(c.arena, 0xaa, c.arena_bytes);
        double again = now();
        CHECK(sw_cs1_open(widest, &c.batch, span) == SW_DONE, "bench");
        double end = now();
        if (round == -2)
            check_opened(&c, title);
        if (round >= 0)
            theirs[round] = (middle - start) / (double)count, ours[round] = (end - again) / (double)count;
    }
    double a = median(theirs, ROUNDS), b = median(ours, ROUNDS);
    printf("CS1+HMAC %-24s openssl %7.1f | ours %6.1f %5.1fx\n", title, a, b, a / b);
    free_corpus(&c);
    free(lengths);
}

/* The realistic stream: headers are read, keys are looked up by key id, messages are opened. */
static void bench_stream(size_t count, size_t keys, int64_t length)
{
    int64_t *lengths = calloc(count, 8), *slot = calloc(count + 1, 8);
    uint8_t *look_ups = calloc(keys, SW_LOOK_UP_BYTES), *crooked = calloc(keys, 1), *outcome = malloc(count), secret[32];
    uint8_t *reason = malloc(count);
    int32_t *place = malloc(count * 4);
    for (size_t i = 0; i < count; i++)
        lengths[i] = length;
    corpus c = make_ccm(count, lengths, keys, SW_AES_128_CCM, 0);
    random_bytes(secret, 32);
    for (size_t i = 0; i < keys; i++) {
        uint8_t *row = c.rows + i * SW_ROW_BYTES, *header = look_ups + i * SW_LOOK_UP_BYTES + SW_LOOK_UP_HEADER;
        row[SW_ROW_STATE] = 1, header[0] = 0x11;
        memcpy(header + 4, row + SW_ROW_NONCE, 10), memset(row + SW_ROW_NONCE + 10, 0, 2);
        memcpy(row + SW_ROW_UID + 2, header + 2, 6);
    }
    for (size_t i = 0; i < count; i++) {
        uint8_t *row = c.rows + c.row[i] * SW_ROW_BYTES, *message = c.data + c.in_at[i];
        memcpy(message, look_ups + (size_t)c.row[i] * SW_LOOK_UP_BYTES + SW_LOOK_UP_HEADER, 16);
        oracle_ccm_seal(row + SW_ROW_KEY, 16, row + SW_ROW_NONCE, c.text + c.out_at[i], (int)length, message + 16);
    }
    c.in_at[count] = (int64_t)c.data_bytes;
    sw_keyring *ring = sw_keyring_build(c.rows, look_ups, crooked, keys, secret);
    sw_shapes shapes = sw_shapes_for(0, 16 << 20);
    const sw_stream stream = {
        .count = count, .shapes = &shapes, .ring = ring, .span = {{SW_PART_HEADER, SW_PART_BODY}}, .data = c.data,
        .data_bytes = c.data_bytes, .at = c.in_at, .at_bytes = 8, .arena = c.arena, .arena_bytes = c.arena_bytes, .slot = slot,
        .outcome = outcome, .reason = reason, .place = place,
    };
    double ours[2][ROUNDS], openssl[ROUNDS];
    for (int round = -2; round < ROUNDS; round++) {
        double start = now();
        openssl_open(&c.batch);
        openssl[round < 0 ? 0 : round] = (now() - start) / (double)count;
        memset(c.arena, 0xaa, c.arena_bytes);
        for (int warm = 0; warm < 2; warm++) {
            size_t left;
            start = now();
            CHECK(sw_stream_open(widest, &stream, 1, &left) == SW_DONE && !left, "stream");
            ours[warm][round < 0 ? 0 : round] = (now() - start) / (double)count;
        }
        CHECK(!memcmp(c.arena, c.text, c.arena_bytes), "stream: texts");
    }
    double a = median(openssl, ROUNDS), cold = median(ours[0], ROUNDS), warm = median(ours[1], ROUNDS);
    printf("stream of %zu x %d B, %zu keys: %.1f ns, %.1f with cold caches; openssl %.1f: %.1fx\n", count, (int)length,
           keys, warm, cold, a, a / warm);
    sw_keyring_free(ring), free_corpus(&c);
    free(lengths), free(slot), free(look_ups), free(crooked), free(outcome), free(reason), free(place);
}

/* The unit's limit: nanoseconds for one 128-bit block-round, from independent chains. */
static __attribute__((target("vaes,avx512f"))) double block_round(void)
{
    __m512i k = _mm512_set1_epi32(7), a = k, b = k, c = k, d = k, e = k, f = k, g = k, h = k;
    double best = 1e9;
    for (int turn = 0; turn < 20; turn++) {
        double start = now();
        for (int i = 0; i < 20000; i++) {
            a = _mm512_aesenc_epi128(a, k), b = _mm512_aesenc_epi128(b, k);
            c = _mm512_aesenc_epi128(c, k), d = _mm512_aesenc_epi128(d, k);
            e = _mm512_aesenc_epi128(e, k), f = _mm512_aesenc_epi128(f, k);
            g = _mm512_aesenc_epi128(g, k), h = _mm512_aesenc_epi128(h, k);
            __asm__ volatile("" : "+v"(a), "+v"(b), "+v"(c), "+v"(d), "+v"(e), "+v"(f), "+v"(g), "+v"(h));
        }
        double taken = (now() - start) / (20000.0 * 8 * 4);
        best = taken < best ? taken : best;
    }
    return best;
}

static double once(const sw_batch *batch, sw_cpu cpu)
{
    double start = now();
    if (cpu == SW_CPU_NONE)
        openssl_open(batch);
    else
        CHECK(sw_ccm_open(cpu, batch) == SW_DONE, "bench");
    return (now() - start) / (double)batch->count;
}

static void bench_ccm(const char *title, size_t count, int64_t low, int64_t high, size_t keys, double limit)
{
    int64_t *lengths = malloc(count * 8);
    for (size_t i = 0; i < count; i++)
        lengths[i] = low + (int64_t)(random64() % (uint64_t)(high - low + 1));
    corpus c = make_ccm(count, lengths, keys, SW_AES_128_CCM, 0);
    double times[4][ROUNDS], ns[4];
    for (sw_cpu cpu = SW_CPU_NONE; cpu <= widest; cpu++)
        for (int i = 0; i < 3; i++)
            once(&c.batch, cpu);
    for (int round = 0; round < ROUNDS; round++)
        for (sw_cpu cpu = SW_CPU_NONE; cpu <= widest; cpu++) {
            if (round == 0)
                memset(c.arena, 0xaa, c.arena_bytes), memset(c.status, 0, count);
            times[cpu][round] = once(&c.batch, cpu);
            if (round == 0)
                check_opened(&c, title);
        }
    double rounds = 0;
    for (size_t i = 0; i < count; i++)
        rounds += (double)((lengths[i] + 15) / 16 * 2 + 2) * 10 + 10;
    for (sw_cpu cpu = SW_CPU_NONE; cpu <= widest; cpu++)
        ns[cpu] = median(times[cpu], ROUNDS);
    printf("%-28s openssl %7.1f", title, ns[0]);
    for (sw_cpu cpu = SW_CPU_AESNI; cpu <= widest; cpu++)
        printf(" | %s %6.1f %5.1fx", sw_cpu_name(cpu), ns[cpu], ns[0] / ns[cpu]);
    printf(" | limit %5.1f: %2.0f %%\n", rounds / (double)count * limit, 100 * rounds / (double)count * limit / ns[widest]);
    free_corpus(&c);
    free(lengths);
}

/* The least time of many short calls: what the code costs when nobody disturbs it. */
static void profile(int64_t length)
{
    int64_t lengths[256];
    for (int i = 0; i < 256; i++)
        lengths[i] = length;
    corpus c = make_ccm(256, lengths, 256, SW_AES_128_CCM, 0);
    for (sw_cpu cpu = SW_CPU_AESNI; cpu <= sw_widest_cpu(); cpu++) {
        double best = 1e9;
        for (int i = 0; i < 3000; i++) {
            double taken = once(&c.batch, cpu);
            best = taken < best ? taken : best;
        }
        printf("%s %5.2f ns  ", sw_cpu_name(cpu), best);
    }
    printf("a message of %d\n", (int)length);
    free_corpus(&c);
}

int bench(int argc, char **argv)
{
    widest = sw_widest_cpu();
    if (argc > 0 && !strcmp(argv[0], "profile")) {
        for (int64_t length = 16; length <= 1024; length *= 4)
            profile(length);
        return 0;
    }
    double limit = block_round();
    printf("a block-round takes %.4f ns at best\n", limit);
    size_t count = argc > 0 ? (size_t)atoi(argv[0]) : 10000;
    for (int64_t length = 16; length <= 1024; length *= 4) {
        char title[64];
        snprintf(title, sizeof title, "%d B, distinct keys", (int)length);
        bench_ccm(title, count, length, length, count, limit);
    }
    bench_ccm("64 B, half as many keys", count, 64, 64, count / 2, limit);
    bench_ccm("44 B, half as many keys", count, 44, 44, count / 2, limit);
    bench_ccm("16-1024 B, distinct keys", count, 16, 1024, count, limit);
    bench_stream(count, count / 2, 64);
    if (argc > 1)
        bench_stream(1000000, 500000, 64);
    bench_v2("64 B, distinct keys", count, 64, 64, count);
    bench_v2("64 B, half as many keys", count, 64, 64, count / 2);
    bench_v2("64 B, 100 keys", count, 64, 64, 100);
    bench_v2("61 B, half as many keys", count, 61, 61, count / 2);
    bench_v2("16-1024 B, half", count, 16, 1024, count / 2);
    bench_ccm("64 B, batch of 256", 256, 64, 64, 256, limit);
    bench_ccm("0-200 B, batch of 256", 256, 0, 200, 256, limit);
    return 0;
}
