/* Which CPU paths may run here: CPUID, and what the operating system saves. */
#include "paths.h"

#include <cpuid.h>
#include <stdatomic.h>

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

sw_cpu sw_path_of(const sw_cpuid *has)
{
    const uint32_t base = SSSE3 | SSE41 | AES, wide = AVX512F | AVX512DQ | AVX512BW | AVX512VL;
    if ((has->leaf1_ecx & base) != base)
        return SW_CPU_NONE;
    if (!(has->leaf7_ecx & VAES) || !(has->leaf7_ebx & AVX2) || (has->saved & SAVES_YMM) != SAVES_YMM)
        return SW_CPU_AESNI;
    if ((has->leaf7_ebx & wide) != wide || (has->saved & SAVES_ZMM) != SAVES_ZMM)
        return SW_CPU_VAES256;
    return SW_CPU_VAES512;
}

/* Leaves that a CPU does not have stay zero. */
static sw_cpuid ask_cpu(void)
{
    sw_cpuid has = {0};
    uint32_t a, b, c, d;
    if (__get_cpuid(1, &a, &b, &c, &d))
        has.leaf1_ecx = c;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d))
        has.leaf7_ebx = b, has.leaf7_ecx = c;
    if ((has.leaf1_ecx & OSXSAVE) && (has.leaf1_ecx & AVX))
        has.saved = saved_state();
    return has;
}

sw_cpu sw_widest_cpu(void)
{
    sw_cpuid has = ask_cpu();
    return sw_path_of(&has);
}

/* Asked once: in a virtual machine CPUID takes tens of microseconds. */
bool sw_has_sha(void)
{
    static atomic_int known; /* 0: not yet asked, 1: no, 2: yes */
    int answer = atomic_load_explicit(&known, memory_order_relaxed);
    if (!answer) {
        answer = ask_cpu().leaf7_ebx & SHA ? 2 : 1;
        atomic_store_explicit(&known, answer, memory_order_relaxed);
    }
    return answer == 2;
}

const char *sw_cpu_name(sw_cpu cpu)
{
    static const char *const names[] = {"none", "aesni", "vaes256", "vaes512"};
    return names[cpu];
}

sw_cpu sw_choose_cpu(sw_cpu cap)
{
    sw_cpu widest = sw_widest_cpu();
    for (sw_cpu cpu = cap < widest ? cap : widest; cpu != SW_CPU_NONE; cpu--)
        if (sw_passes_self_test(cpu))
            return cpu;
    return SW_CPU_NONE;
}
