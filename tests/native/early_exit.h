/* A fault for the timing test to see: tags of the AES-NI path are compared byte by byte, up to the first
 * that differs. Put before the path's own file by the compiler's -include. */
#include <immintrin.h>

static inline int compare_up_to_the_first(__m128i differ)
{
    unsigned char byte[16];
    _mm_storeu_si128((__m128i *)(void *)byte, differ);
    for (int i = 0; i < 16; i++) {
        if (byte[i])
            return 0;
        __asm__ volatile("" : : : "memory"); /* or the compiler makes one comparison of all */
    }
    return 1;
}

#define _mm_testz_si128(a, b) compare_up_to_the_first(_mm_and_si128(a, b))
