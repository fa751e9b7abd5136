/* What must hold whatever happens: bounds, refusals, no memory, CPUs of other kinds, and no key left behind. */
#include "bounds.h"
#include "oracle.h"
#include "paths.h"

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/aes.h>

/* The harness is linked so that these stand between the core and the real ones. */
void *__real_aligned_alloc(size_t alignment, size_t bytes);
void *__wrap_aligned_alloc(size_t alignment, size_t bytes);
bool __real_sw_passes_self_test(sw_cpu cpu);
bool __wrap_sw_passes_self_test(sw_cpu cpu);

static int allocations_left = INT32_MAX;
static sw_cpu best = SW_CPU_VAES512;

void *__wrap_aligned_alloc(size_t alignment, size_t bytes)
{
    return allocations_left-- > 0 ? __real_aligned_alloc(alignment, bytes) : NULL;
}

bool __wrap_sw_passes_self_test(sw_cpu cpu)
{
    return cpu <= best && __real_sw_passes_self_test(cpu);
}

static const sw_span SPAN = {{SW_PART_HEADER, SW_PART_BODY}};

/* A keyring is whole, or there is none, whichever piece of memory is missing. */
static void test_no_memory_for_a_keyring(void)
{
    uint8_t rows[2 * SW_ROW_BYTES] = {0}, look_ups[2 * SW_LOOK_UP_BYTES] = {0}, crooked[2] = {0}, secret[32] = {0};
    look_ups[SW_LOOK_UP_HEADER] = 0x11, look_ups[SW_LOOK_UP_BYTES + SW_LOOK_UP_HEADER] = 0x2a;
    sw_keyring *ring = NULL;
    int pieces = 0;
    for (; !ring; pieces++) {
        allocations_left = pieces;
        ring = sw_keyring_build(rows, look_ups, crooked, 2, secret);
        allocations_left = INT32_MAX;
        CHECK(pieces < 20, "a keyring of two rows");
    }
    CHECK(pieces > 5, "%d pieces of memory", pieces);
    sw_keyring_free(ring);
    sw_keyring_free(NULL);
}

static void test_no_memory(void)
{
    int64_t lengths[50];
    for (int i = 0; i < 50; i++)
        lengths[i] = 40;
    corpus c = make_v2(50, lengths, 7, SW_AES_128_CS1, SPAN, 0);
    allocations_left = 0;
    CHECK(sw_cs1_open(SW_CPU_AESNI, &c.batch, SPAN) == SW_NO_MEMORY, "states");
    for (int i = 0; i < 2; i++) {
        allocations_left = i;
        CHECK(!sw_keymap_build(c.data, 16, 10, c.data), "map");
    }
    allocations_left = INT32_MAX;
    CHECK(!sw_keymap_build(c.data, 16, UINT32_MAX, c.data), "a map of more names than it can number");
    sw_keymap_free(NULL);
    free_corpus(&c);
}

static void test_refusals(void)
{
    int64_t lengths[2] = {20, 30};
    corpus c = make_v2(2, lengths, 2, SW_AES_128_CS1, SPAN, 0);
    CHECK(sw_ccm_open(SW_CPU_NONE, &c.batch) == SW_NO_CPU, "CCM without a path");
    CHECK(sw_cs1_open(SW_CPU_NONE, &c.batch, SPAN) == SW_NO_CPU, "CS1 without a path");
    const sw_span wrong[] = {{{SW_PART_END}},
                             {{SW_PART_HEADER}},
                             {{SW_PART_HEADER, SW_PART_END, SW_PART_BODY}},
                             {{9, SW_PART_BODY}},
                             {{SW_PART_IV, SW_PART_KIV, SW_PART_HEADER, SW_PART_IV}}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(sw_cs1_open(SW_CPU_AESNI, &c.batch, wrong[i]) == SW_BAD_SPAN, "span %zu", i);
    c.row[1] = 2;
    CHECK(sw_cs1_open(SW_CPU_AESNI, &c.batch, SPAN) == SW_BAD_ROW, "row");
    c.row[1] = 1, c.text_length[1] = 15;
    CHECK(sw_cs1_open(SW_CPU_AESNI, &c.batch, SPAN) == SW_BAD_LENGTH, "length");
    c.text_length[1] = 30, c.rows[SW_ROW_SUITE] = SW_AES_128_CCM, c.row[0] = 0;
    CHECK(sw_cs1_open(SW_CPU_AESNI, &c.batch, SPAN) == SW_BAD_SUITE, "suite");
    for (int suite = 0; suite < 256; suite++) {
        c.rows[SW_ROW_SUITE] = c.rows[SW_ROW_BYTES + SW_ROW_SUITE] = (uint8_t)suite;
        c.batch.header_length = 0;
        CHECK((sw_ccm_open(SW_CPU_AESNI, &c.batch) == SW_BAD_SUITE) == (suite > SW_AES_256_CCM), "suite %d", suite);
    }
    free_corpus(&c);
}

static void test_bounds(void)
{
    const int64_t start[2] = {0, 36}, length[2] = {4, 8}, slot[2] = {0, 4};
    int64_t in[2], size[2], out[2];
    sw_batch batch = {.count = 2, .in_at = in, .text_length = size, .out_at = out, .header_length = 16};
    memcpy(in, start, 16), memcpy(size, length, 16), memcpy(out, slot, 16);
    CHECK(sw_batch_fits(&batch, 76, 12), "a batch that fits to the byte");
    CHECK(!sw_batch_fits(&batch, 75, 12) && !sw_batch_fits(&batch, 76, 11), "one byte less");
    CHECK(!sw_batch_fits(&batch, 0, 12) && !sw_batch_fits(&batch, 76, 0), "none");
    const int64_t any[] = {-1, -32, 77, INT32_MAX, (int64_t)1 << 32, INT64_MAX, INT64_MAX - 31, INT64_MIN, INT64_MIN + 31};
    int64_t *const column[] = {in, size, out};
    for (int which = 0; which < 6; which++)
        for (size_t i = 0; i < sizeof any / sizeof *any; i++) {
            int64_t *place = column[which / 2] + which % 2, was = *place;
            *place = any[i];
            CHECK(!sw_batch_fits(&batch, 76, 12), "column %d, number %zu", which / 2, i);
            *place = was;
        }
    out[1] = 3;
    CHECK(!sw_batch_fits(&batch, 76, 100), "slots that overlap");
    batch.count = 0;
    CHECK(sw_batch_fits(&batch, 0, 0), "nothing");

    uint8_t memory[30];
    sw_stretch middle = {memory + 10, 10}, others[] = {{memory, 10}, {memory + 20, 10}, {memory + 15, 0}};
    CHECK(sw_apart(middle, others, 3), "side by side");
    others[0].bytes = 11;
    CHECK(!sw_apart(middle, others, 3), "a byte too long");
    others[0] = (sw_stretch){memory + 19, 1};
    CHECK(!sw_apart(middle, others, 3), "within");
    CHECK(sw_apart((sw_stretch){memory + 12, 0}, &middle, 1), "nothing is written");
}

/* What the paths need of a CPU: without any bit of it the path is a plainer one. */
static void test_cpus(void)
{
    const sw_cpuid full = {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
    CHECK(sw_path_of(&full) == SW_CPU_VAES512, "everything");
    CHECK(sw_path_of(&(sw_cpuid){0}) == SW_CPU_NONE, "nothing");
    const struct {
        sw_cpuid lacks;
        sw_cpu path;
    } cases[] = {
        {{.leaf1_ecx = 1 << 25}, SW_CPU_NONE},      {{.leaf1_ecx = 1 << 9}, SW_CPU_NONE},
        {{.leaf1_ecx = 1 << 19}, SW_CPU_NONE},      {{.leaf7_ecx = 1 << 9}, SW_CPU_AESNI},
        {{.leaf7_ebx = 1 << 5}, SW_CPU_AESNI},      {{.saved = 4}, SW_CPU_AESNI},
        {{.leaf7_ebx = 1 << 16}, SW_CPU_VAES256},   {{.leaf7_ebx = 1 << 17}, SW_CPU_VAES256},
        {{.leaf7_ebx = 1 << 30}, SW_CPU_VAES256},   {{.leaf7_ebx = 1U << 31}, SW_CPU_VAES256},
        {{.saved = 0x20}, SW_CPU_VAES256},          {{.saved = 0x80}, SW_CPU_VAES256},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sw_cpuid has = {~cases[i].lacks.leaf1_ecx, ~cases[i].lacks.leaf7_ebx, ~cases[i].lacks.leaf7_ecx,
                        ~cases[i].lacks.saved};
        CHECK(sw_path_of(&has) == cases[i].path, "CPU %zu", i);
    }
    for (int path = (int)sw_widest_cpu(); path >= 0; path--) {
        best = (sw_cpu)path;
        CHECK(sw_choose_cpu(SW_CPU_VAES512) == (sw_cpu)path, "a path that fails its self-test is not chosen");
    }
    best = SW_CPU_VAES512;
}

/* ---- no key is left on the stack ---- */

#if !defined(__SANITIZE_ADDRESS__) && !defined(SEALWRIGHT_MEMCHECK) && defined(__OPTIMIZE__)

enum { DEPTH = 100000 };

/* Calls of one depth: the first fills the stack below the caller, the other looks for words in it. */
static __attribute__((noinline)) void fill_stack(void)
{
    volatile uint32_t stack[DEPTH];
    for (size_t i = 0; i < DEPTH; i++)
        stack[i] = 0;
    __asm__ volatile("" : : "r"(stack) : "memory");
}

static __attribute__((noinline)) size_t count_on_stack(const uint32_t *words, size_t count)
{
    volatile uint32_t stack[DEPTH];
    __asm__ volatile("" : : "r"(stack) : "memory");
    size_t found = 0;
    for (size_t i = 0; i < DEPTH; i++) {
        uint32_t here = stack[i];
        for (size_t w = 0; here && w < count; w++)
            found += here == words[w];
    }
    return found;
}

static sw_result open_or_seal(sw_cpu cpu, const sw_batch *batch, const uint8_t *headers, int suite)
{
    if (headers)
        return suite <= SW_AES_256_CCM   ? sw_seal_ccm(cpu, batch, headers)
               : suite == SW_HMAC_SHA256 ? sw_seal_signed(cpu, batch, headers, SPAN)
                                         : sw_seal_cs1(cpu, batch, headers, SPAN);
    return suite <= SW_AES_256_CCM   ? sw_ccm_open(cpu, batch)
           : suite == SW_HMAC_SHA256 ? sw_signed_open(cpu, batch, SPAN)
                                     : sw_cs1_open(cpu, batch, SPAN);
}

static void test_stack(int suite, int64_t length, bool mixed)
{
    int64_t lengths[100];
    for (int i = 0; i < 100; i++)
        lengths[i] = length + (mixed ? i : 0);
    bool ccm = suite <= SW_AES_256_CCM, wide = suite == SW_AES_256_CCM || suite == SW_AES_256_CS1;
    corpus c = ccm ? make_ccm(100, lengths, 1, suite, 0) : make_v2(100, lengths, 1, suite, SPAN, 0);
    AES_KEY schedule[2];
    uint32_t word[2 * 60 + 2 * 8];
    size_t count = 0;
    AES_set_encrypt_key(c.rows + SW_ROW_KEY, wide ? 256 : 128, &schedule[0]);
    AES_set_decrypt_key(c.rows + SW_ROW_KEY, wide ? 256 : 128, &schedule[1]);
    for (unsigned i = 0; i < (wide ? 60 : 44); i++)
        word[count++] = schedule[0].rd_key[i], word[count++] = schedule[1].rd_key[i];
    for (unsigned i = 0; !ccm && i < c.rows[SW_ROW_MAC_KEY_LENGTH] / 4; i++) {
        memcpy(&word[count], c.rows + SW_ROW_MAC_KEY + 4 * i, 4);
        word[count] ^= 0x36363636, word[count + 1] = word[count] ^ 0x6a6a6a6a; /* in the inner and the outer block */
        count += 2;
    }
    uint8_t *out = malloc(c.data_bytes), headers[16 * 100];
    sw_batch texts = texts_of(&c, out, headers);
    for (sw_cpu cpu = SW_CPU_AESNI; cpu <= sw_widest_cpu(); cpu++)
        for (int sealing = 0; sealing < 2; sealing++) {
            fill_stack();
            sw_result result = open_or_seal(cpu, sealing ? &texts : &c.batch, sealing ? headers : NULL, suite);
            size_t found = count_on_stack(word, count);
            CHECK(result == SW_DONE && !found, "%s, suite %d, %d bytes: %zu words of the key are left",
                  sw_cpu_name(cpu), suite, (int)length, found);
        }
    free(out), free_corpus(&c);
}

static void test_forgotten(void)
{
    for (int suite = SW_AES_128_CCM; suite <= SW_HMAC_SHA256; suite++)
        for (int64_t length = 16; length <= 1024; length *= 4)
            for (int mixed = 0; mixed < 2; mixed++)
                test_stack(suite, length, mixed);
    /* The search itself finds what is there. */
    uint32_t word = 0x12345678;
    fill_stack();
    CHECK(!count_on_stack(&word, 1), "an empty stack");
}

#else

static void test_forgotten(void) {} /* what is left depends on the product's own flags */

#endif

void test_safety(void);
void test_safety(void)
{
    test_no_memory();
    test_no_memory_for_a_keyring();
    test_refusals();
    test_bounds();
    test_cpus();
    test_forgotten();
    printf("bounds hold, and nothing of a key is left\n");
}
