/* Whether time tells anything of a secret: Welch's t-test between two classes of inputs that are drawn at
 * random, call by call (the method of dudect). Times above the nine tenths' mark are left out: interrupts
 * are in them. |t| is the median of five runs; below 5 nothing is seen, and a planted early exit is far
 * above 50.
 *
 *   timing            every case on every CPU path of this machine
 *   timing planted    the core was built with an early exit: it must be seen
 */
#include "oracle.h"

#include <immintrin.h>
#include <math.h>

enum { MESSAGES = 16, LENGTH = 64, VARIANTS = 64, RUNS = 5, LEAST_SAMPLES = 2000 };

static const double UNSEEN = 5, SEEN = 50;
static const sw_span SPAN = {{SW_PART_HEADER, SW_PART_BODY}};

/* What an input consists of; the same places are filled anew before each call. */
typedef struct {
    uint8_t *data, *text, *rows;
} input;

typedef struct {
    const char *name;
    int suite;
    bool sealing;
    void (*make)(input *it, const corpus *c, int class);
} timing_case;

static size_t rows_bytes(void) { return MESSAGES * SW_ROW_BYTES; }

static uint8_t *tag_of(uint8_t *data, const corpus *c, size_t i)
{
    return data + c->in_at[i] + c->batch.header_length + c->text_length[i];
}

/* ---- classes: each is made from a corpus whose messages are all good ---- */

/* One byte of each tag is wrong: the first, or the last. */
static void one_wrong_byte(input *it, const corpus *c, int class)
{
    for (size_t i = 0; i < MESSAGES; i++)
        tag_of(it->data, c, i)[class ? 15 : 0] ^= (uint8_t)(1 + random64() % 255);
}

/* The last bit of each tag is wrong, or nothing of it is right. */
static void wrong_all_over(input *it, const corpus *c, int class)
{
    for (size_t i = 0; i < MESSAGES; i++)
        for (int b = class ? 0 : 15; b < 16; b++)
            tag_of(it->data, c, i)[b] ^= class ? (uint8_t)(1 + random64() % 255) : 1;
}

/* Keys of zeros, or random ones; the tags fit neither. */
static void other_keys(input *it, const corpus *c, int class)
{
    (void)c;
    for (size_t i = 0; i < MESSAGES; i++) {
        uint8_t *row = it->rows + i * SW_ROW_BYTES;
        memset(row + SW_ROW_KEY, 0, 64);
        if (class)
            random_bytes(row + SW_ROW_KEY, 32 + (row[SW_ROW_MAC_KEY_LENGTH] == 32 ? 32 : 16));
    }
}

/* Texts of zeros, or random ones. */
static void other_texts(input *it, const corpus *c, int class)
{
    memset(it->text, 0, c->arena_bytes);
    if (class)
        random_bytes(it->text, c->arena_bytes);
}

static const timing_case CASES[] = {
    {"CCM: a tag wrong in its first byte, or in its last", SW_AES_128_CCM, false, one_wrong_byte},
    {"CCM: a tag wrong in one bit, or all over", SW_AES_256_CCM, false, wrong_all_over},
    {"CCM: opening under keys of zeros, or random ones", SW_AES_128_CCM, false, other_keys},
    {"CCM: sealing zeros, or a random text", SW_AES_128_CCM, true, other_texts},
    {"CCM: sealing under keys of zeros, or random ones", SW_AES_256_CCM, true, other_keys},
    {"CS1: a MAC wrong in its first byte, or in its last", SW_AES_128_CS1, false, one_wrong_byte},
    {"CS1: a MAC wrong in one bit, or all over", SW_AES_256_CS1, false, wrong_all_over},
    {"CS1: opening under keys of zeros, or random ones", SW_AES_128_CS1, false, other_keys},
    {"CS1: sealing zeros, or a random text", SW_AES_256_CS1, true, other_texts},
    {"CS1: sealing under keys of zeros, or random ones", SW_AES_128_CS1, true, other_keys},
    {"signed: a MAC wrong in its first byte, or in its last", SW_HMAC_SHA256, false, one_wrong_byte},
    {"signed: verifying under keys of zeros, or random ones", SW_HMAC_SHA256, false, other_keys},
};

/* ---- measuring ---- */

static sw_result call(sw_cpu cpu, const timing_case *one, const sw_batch *batch, const uint8_t *headers)
{
    bool ccm = one->suite <= SW_AES_256_CCM, is_signed = one->suite == SW_HMAC_SHA256;
    if (one->sealing)
        return ccm ? sw_seal_ccm(cpu, batch, headers) : sw_seal_cs1(cpu, batch, headers, SPAN);
    return ccm         ? sw_ccm_open(cpu, batch)
           : is_signed ? sw_signed_open(cpu, batch, SPAN)
                       : sw_cs1_open(cpu, batch, SPAN);
}

static uint64_t begin(void)
{
    _mm_lfence();
    uint64_t ticks = __rdtsc();
    _mm_lfence();
    return ticks;
}

static uint64_t end(void)
{
    unsigned processor;
    uint64_t ticks = __rdtscp(&processor);
    _mm_lfence();
    return ticks;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Welch's t of two classes, over the times that are not above the limit. */
static double welch(const double *time, const uint8_t *class, size_t count, double limit)
{
    double sum[2] = {0}, n[2] = {0}, mean[2], square[2] = {0};
    for (size_t i = 0; i < count; i++)
        if (time[i] <= limit)
            sum[class[i]] += time[i], n[class[i]]++;
    for (int c = 0; c < 2; c++)
        mean[c] = sum[c] / n[c];
    for (size_t i = 0; i < count; i++)
        if (time[i] <= limit)
            square[class[i]] += (time[i] - mean[class[i]]) * (time[i] - mean[class[i]]);
    double error = square[0] / (n[0] - 1) / n[0] + square[1] / (n[1] - 1) / n[1];
    return error > 0 ? fabs(mean[0] - mean[1]) / sqrt(error) : 0;
}

/* One run: |t| over so many calls. */
static double run(sw_cpu cpu, const timing_case *one, corpus *c, const input pool[2][VARIANTS], size_t samples)
{
    double *time = malloc(samples * sizeof *time), *sorted = malloc(samples * sizeof *time);
    uint8_t *class = malloc(samples), *out = malloc(c->data_bytes), headers[16 * MESSAGES] = {0};
    sw_batch texts = texts_of(c, out, headers);
    for (size_t i = 0; i < samples; i++) {
        uint64_t drawn = random64();
        class[i] = drawn & 1;
        const input *from = &pool[class[i]][(drawn >> 8) % VARIANTS];
        memcpy(c->data, from->data, c->data_bytes);
        memcpy(c->text, from->text, c->arena_bytes);
        memcpy(c->rows, from->rows, rows_bytes());
        uint64_t start = begin();
        sw_result result = call(cpu, one, one->sealing ? &texts : &c->batch, headers);
        time[i] = (double)(end() - start);
        CHECK(result == SW_DONE, "%s", one->name);
    }
    memcpy(sorted, time, samples * sizeof *time);
    qsort(sorted, samples, sizeof *sorted, by_value);
    /* The first calls warm the caches up. */
    double t = welch(time + samples / 20, class + samples / 20, samples - samples / 20, sorted[9 * samples / 10]);
    free(time), free(sorted), free(class), free(out);
    return t;
}

static double measure(sw_cpu cpu, const timing_case *one, size_t samples)
{
    int64_t lengths[MESSAGES];
    for (int i = 0; i < MESSAGES; i++)
        lengths[i] = LENGTH;
    corpus c = one->suite <= SW_AES_256_CCM ? make_ccm(MESSAGES, lengths, MESSAGES, one->suite, 0)
                                            : make_v2(MESSAGES, lengths, MESSAGES, one->suite, SPAN, 0);
    input pool[2][VARIANTS];
    for (int class = 0; class < 2; class++)
        for (int v = 0; v < VARIANTS; v++) {
            input *it = &pool[class][v];
            *it = (input){malloc(c.data_bytes), malloc(c.arena_bytes), malloc(rows_bytes())};
            memcpy(it->data, c.data, c.data_bytes);
            memcpy(it->text, c.text, c.arena_bytes);
            memcpy(it->rows, c.rows, rows_bytes());
            one->make(it, &c, class);
        }
    double t[RUNS];
    for (int r = 0; r < RUNS; r++)
        t[r] = run(cpu, one, &c, pool, samples);
    qsort(t, RUNS, sizeof *t, by_value);
    for (int class = 0; class < 2; class++)
        for (int v = 0; v < VARIANTS; v++)
            free(pool[class][v].data), free(pool[class][v].text), free(pool[class][v].rows);
    free_corpus(&c);
    return t[RUNS / 2];
}

int main(int argc, char **argv)
{
    bool planted = argc > 1 && !strcmp(argv[1], "planted");
    const char *wanted = getenv("SAMPLES");
    size_t samples = wanted ? strtoul(wanted, NULL, 10) : 50000;
    CHECK(samples >= LEAST_SAMPLES, "SAMPLES=%s: at least %d", wanted, LEAST_SAMPLES);
    if (planted) {
        double t = measure(SW_CPU_AESNI, &CASES[0], samples);
        printf("the planted early exit: |t| = %.1f\n", t);
        CHECK(t > SEEN, "it must be above %.0f", SEEN);
        return 0;
    }
    int seen = 0;
    for (sw_cpu cpu = SW_CPU_AESNI; cpu <= sw_widest_cpu(); cpu++)
        for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
            double t = measure(cpu, &CASES[i], samples);
            printf("%-8s %-56s |t| = %5.2f%s\n", sw_cpu_name(cpu), CASES[i].name, t, t < UNSEEN ? "" : "  SEEN");
            seen += t >= UNSEEN;
        }
    return seen ? 1 : 0;
}
