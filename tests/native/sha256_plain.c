/* SHA-256 in plain C (FIPS 180-4), in the place of the core's for memcheck, which knows no SHA instructions.
 * The constants are the core's own: what is checked is how the core treats secrets, not their hash. */
#include "sha256_kernel.h"
#include "sealwright_core.h"

#include <string.h>

bool __wrap_sw_has_sha(void);
bool __wrap_sw_has_sha(void) { return true; }

const sw_sha SW_SHA_START = {
    {{0x9b05688c, 0x510e527f, 0xbb67ae85, 0x6a09e667}, {0x5be0cd19, 0x1f83d9ab, 0xa54ff53a, 0x3c6ef372}}};

/* Where the words A to H stand in a state: their half and place. */
static const uint8_t WHERE[8][2] = {{0, 3}, {0, 2}, {1, 3}, {1, 2}, {0, 1}, {0, 0}, {1, 1}, {1, 0}};

static uint32_t turn(uint32_t word, int bits) { return word >> bits | word << (32 - bits); }

void sw_sha_one(sw_sha *state, const uint8_t *block)
{
    uint32_t w[64], v[8];
    for (int i = 0; i < 16; i++) {
        memcpy(&w[i], block + 4 * i, 4);
        w[i] = __builtin_bswap32(w[i]);
    }
    for (int i = 16; i < 64; i++)
        w[i] = w[i - 16] + w[i - 7] + (turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >> 3) +
               (turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >> 10);
    for (int i = 0; i < 8; i++)
        v[i] = state->half[WHERE[i][0]][WHERE[i][1]];
    for (int i = 0; i < 64; i++) {
        uint32_t one = v[7] + (turn(v[4], 6) ^ turn(v[4], 11) ^ turn(v[4], 25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) +
                       K[i] + w[i];
        uint32_t two = (turn(v[0], 2) ^ turn(v[0], 13) ^ turn(v[0], 22)) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += one, v[0] = one + two;
    }
    for (int i = 0; i < 8; i++)
        state->half[WHERE[i][0]][WHERE[i][1]] += v[i];
}

void sw_sha_four(sw_sha *const state[4], const uint8_t *const block[4])
{
    for (int i = 0; i < 4; i++)
        sw_sha_one(state[i], block[i]);
}

void sw_sha_four_wide(sw_sha *const state[4], const uint8_t *const block[4])
{
    sw_sha_four(state, block);
}

void sw_sha_digest(const sw_sha *state, uint8_t *digest, unsigned words)
{
    for (unsigned i = 0; i < words; i++) {
        uint32_t word = __builtin_bswap32(state->half[WHERE[i][0]][WHERE[i][1]]);
        memcpy(digest + 4 * i, &word, 4);
    }
}
