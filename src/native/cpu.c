/* Which CPU paths may run here: CPUID, what the operating system saves, and a known answer. */
#include "paths.h"

#include <cpuid.h>
#include <stdatomic.h>
#include <string.h>

/* Leaf 1, ecx. */
enum { SSSE3 = 1 << 9, SSE41 = 1 << 19, AES = 1 << 25, OSXSAVE = 1 << 27, AVX = 1 << 28 };
/* Leaf 7, ebx and ecx. */
#define AVX2 (1U << 5)
#define AVX512F (1U << 16)
#define AVX512DQ (1U << 17)
#define SHA (1U << 29)
#define AVX512BW (1U << 30)
#define AVX512VL (1U << 31)
#define VAES (1U << 9)

/* Register state that the operating system saves (XCR0). */
enum { SAVES_YMM = 0x06, SAVES_ZMM = 0xe6 };

static uint32_t saved_state(void)
{
    uint32_t low, high;
    __asm__ __volatile__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

sw_cpu sw_widest_cpu(void)
{
    uint32_t a, b, c, d;
    const uint32_t base = SSSE3 | SSE41 | AES;
    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & base) != base)
        return SW_CPU_NONE;
    uint32_t saved = (c & OSXSAVE) && (c & AVX) ? saved_state() : 0;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(c & VAES) || !(b & AVX2) || (saved & SAVES_YMM) != SAVES_YMM)
        return SW_CPU_AESNI;
    const uint32_t wide = AVX512F | AVX512DQ | AVX512BW | AVX512VL;
    if ((b & wide) != wide || (saved & SAVES_ZMM) != SAVES_ZMM)
        return SW_CPU_VAES256;
    return SW_CPU_VAES512;
}

/* Asked once: in a virtual machine CPUID takes tens of microseconds. */
bool sw_has_sha(void)
{
    static atomic_int known; /* 0: not yet asked, 1: no, 2: yes */
    int answer = atomic_load_explicit(&known, memory_order_relaxed);
    if (!answer) {
        uint32_t a, b, c, d;
        answer = __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & SHA) ? 2 : 1;
        atomic_store_explicit(&known, answer, memory_order_relaxed);
    }
    return answer == 2;
}

const char *sw_cpu_name(sw_cpu cpu)
{
    static const char *const names[] = {"none", "aesni", "vaes256", "vaes512"};
    return names[cpu];
}

/* The made message of FORMATS.md: a sentence of 44 bytes under the REST document's sample key. */
static const uint8_t MESSAGE[76] = {
    0x11, 0x01, 0x00, 0x08, 0x00, 0x3f, 0x97, 0x20, 0x3b, 0x08, 0xc7, 0x87, 0xd1, 0xb2, 0x00, 0x00, 0x6b, 0x89, 0x2c,
    0x69, 0x89, 0x57, 0x56, 0xcd, 0xaf, 0x4b, 0xe4, 0xed, 0xdf, 0x06, 0xdf, 0xce, 0xca, 0x8c, 0xae, 0x87, 0x7a, 0x1c,
    0x00, 0x54, 0x06, 0xe4, 0x6f, 0xf1, 0xb8, 0x17, 0xd4, 0x46, 0xfd, 0xe3, 0x7a, 0x8d, 0xd6, 0x6e, 0x89, 0x97, 0xa2,
    0xba, 0x99, 0x90, 0xd5, 0x7e, 0xfa, 0x77, 0xa7, 0x3c, 0x85, 0x93, 0x50, 0x11, 0xbc, 0xbb, 0xc7, 0xc0, 0xbf, 0x5e,
};
static const uint8_t KEY[16] = {0x95, 0x36, 0x5f, 0x3f, 0x67, 0x4e, 0xe4, 0x80,
                                0x17, 0xbc, 0x94, 0xfc, 0x16, 0x55, 0xd5, 0xe4};
static const char SENTENCE[] = "The quick brown fox jumps over the lazy dog.";

enum { COPIES = 17, TEXT = sizeof SENTENCE - 1 }; /* one more than the widest path has lanes */

/* Open copies of a known message, the last of them damaged. */
static bool knows_the_answer(sw_cpu cpu)
{
    uint8_t row[SW_ROW_BYTES] = {1, SW_AES_128_CCM}, damaged[sizeof MESSAGE], status[COPIES], out[COPIES][TEXT];
    int64_t in_at[COPIES], text_length[COPIES], out_at[COPIES], rows[COPIES] = {0};
    memcpy(row + SW_ROW_KEY, KEY, sizeof KEY);
    memcpy(row + SW_ROW_NONCE, MESSAGE + 4, 12);
    memcpy(damaged, MESSAGE, sizeof MESSAGE);
    damaged[sizeof MESSAGE - 1] ^= 0x80;
    for (int i = 0; i < COPIES; i++) {
        in_at[i] = (int64_t)(uintptr_t)(i < COPIES - 1 ? MESSAGE : damaged);
        text_length[i] = TEXT;
        out_at[i] = i * TEXT;
    }
    sw_batch batch = {COPIES, 0, in_at, text_length, (uintptr_t)out, out_at, row, 1, rows, status, 16, false, 0};
    if (sw_ccm_open(cpu, &batch) != SW_DONE)
        return false;
    bool right = !status[COPIES - 1];
    for (int i = 0; i < TEXT; i++)
        right &= !out[COPIES - 1][i];
    for (int i = 0; i < COPIES - 1; i++)
        right &= status[i] && !memcmp(out[i], SENTENCE, TEXT);
    return right;
}

sw_cpu sw_choose_cpu(sw_cpu cap)
{
    sw_cpu widest = sw_widest_cpu();
    for (sw_cpu cpu = cap < widest ? cap : widest; cpu != SW_CPU_NONE; cpu--)
        if (knows_the_answer(cpu))
            return cpu;
    return SW_CPU_NONE;
}
