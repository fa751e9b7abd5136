/* Whether a parameter set may be tried on a header at all: what opening/judge.py says, for a batch. */
#include "sealwright_core.h"

#include <string.h>

enum { V1 = 1, V2 = 2, INTEGRITY = 3 };

/* Codes of a State (keys/table.py). */
enum { EXACT = 1, CANDIDATE = 2, REFUSED = 3, NOT_ATTEMPTED = 4 };

/* Codes of a Reason (errors.py). */
enum { REASON_NONE, UNKNOWN_HEADER = 10, ANOTHER_DEVICE, ANOTHER_PURPOSE, ANOTHER_SUITE };

/* Where the low six bytes of the UID sit in a header, by kind (format/layouts.py). */
static const uint8_t uid_at[4] = {0, 2, 4, 4};

static bool fits(uint8_t kind, uint8_t suite)
{
    switch (kind) {
    case V1:
        return suite == SW_AES_128_CCM || suite == SW_AES_256_CCM;
    case V2:
        return suite == SW_AES_128_CS1 || suite == SW_AES_256_CS1;
    default:
        return suite == SW_HMAC_SHA256;
    }
}

sw_result sw_judge(const sw_question *asked, const uint8_t told[256], unsigned checked, uint8_t *reason)
{
    for (size_t i = 0; i < asked->count; i++) {
        uint8_t state = asked->state[i], kind = asked->kind[i] & 3;
        uint64_t at = (uint64_t)asked->row[i];
        if (at >= asked->row_count)
            return SW_BAD_ROW;
        const uint8_t *row = asked->rows + SW_ROW_BYTES * at;
        if (state == REFUSED || state == NOT_ATTEMPTED)
            reason[i] = told[row[SW_ROW_REASON]];
        else if (state != EXACT && state != CANDIDATE)
            reason[i] = UNKNOWN_HEADER;
        else if ((checked >> kind & 1) && memcmp(row + SW_ROW_UID + 2, asked->raw + 16 * i + uid_at[kind], 6) != 0)
            reason[i] = ANOTHER_DEVICE;
        else if ((row[SW_ROW_SUITE] == SW_HMAC_SHA256) != (kind == INTEGRITY))
            reason[i] = ANOTHER_PURPOSE;
        else
            reason[i] = fits(kind, row[SW_ROW_SUITE]) ? REASON_NONE : ANOTHER_SUITE;
    }
    return SW_DONE;
}
