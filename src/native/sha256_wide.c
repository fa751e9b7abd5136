/* SHA-256 with the SHA instructions where AVX-512 gives four streams registers enough (-msha -mavx512vl):
 * a block costs 55 cycles instead of 63. */
#include "sha256_kernel.h"

void sw_sha_four_wide(sw_sha *const state[4], const uint8_t *const block[4])
{
    compress(state, block, 4);
}
