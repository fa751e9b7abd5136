/* Which messages go into the lanes together: those of one key size, and nearly one length. */
#include "paths.h"

enum {
    WINDOW = 2048, /* messages taken at once: their order stays on the stack, their keys and bytes near */
    EXACT = 256,   /* texts of fewer blocks have a class of their own; above, eight an octave */
    CLASSES = EXACT + 8 * 13,
    BLOCK_SHIFT = 4,
    AHEAD = 16,
};

typedef void run_function(const sw_run *run);

static run_function *const OPEN[] = {0, sw_ccm_open_aesni, sw_ccm_open_vaes256, sw_ccm_open_vaes512};
static run_function *const SEAL[] = {0, sw_ccm_seal_aesni, sw_ccm_seal_vaes256, sw_ccm_seal_vaes512};

/* The class of a text: texts of one class end within an eighth of each other. */
static inline uint32_t class_of(int64_t length)
{
    uint32_t blocks = (uint32_t)((length + SW_BLOCK - 1) >> BLOCK_SHIFT);
    if (blocks < EXACT)
        return blocks;
    uint32_t octave = 31 - (uint32_t)__builtin_clz(blocks);
    return EXACT + 8 * (octave - 8) + (blocks >> (octave - 3) & 7);
}

/* Every row is inside the table and every length inside the cipher's limit. */
static sw_result check(const sw_batch *batch)
{
    uint64_t row_fault = batch->row_count > UINT32_MAX, length_fault = 0;
    for (size_t i = 0; i < batch->count; i++) {
        row_fault |= (uint64_t)batch->row[i] >= batch->row_count;
        length_fault |= (uint64_t)batch->text_length[i] > SW_LONGEST_CCM_TEXT;
    }
    return row_fault ? SW_BAD_ROW : length_fault ? SW_BAD_LENGTH : SW_DONE;
}

/* The suites of a window, a bit each. What is read here is on its way to the cache for the kernel. */
static uint32_t suites_in_use(const sw_batch *batch, size_t first, size_t count)
{
    uint32_t suites = batch->suites;
    for (size_t i = first; !batch->suites && i < first + count; i++) {
        size_t ahead = i + AHEAD < batch->count ? i + AHEAD : i;
        __builtin_prefetch(batch->rows + (size_t)batch->row[ahead] * SW_ROW_BYTES);
        suites |= sw_suite_bit(batch->rows + (size_t)batch->row[i] * SW_ROW_BYTES);
    }
    return suites;
}

static inline bool is_wide(const sw_batch *batch, size_t place)
{
    return batch->rows[(size_t)batch->row[place] * SW_ROW_BYTES + SW_ROW_SUITE] == SW_AES_256_CCM;
}

/* Whether the texts of a window have one class; `equal` tells whether they have one length. */
static bool all_alike(const sw_batch *batch, size_t first, size_t count, bool *equal)
{
    const int64_t *length = batch->text_length + first;
    int64_t differ = 0;
    for (size_t i = 0; i < count; i++)
        differ |= length[i] ^ length[0];
    *equal = !differ;
    uint32_t class = class_of(length[0]);
    for (size_t i = 0; differ && i < count; i++)
        if (class_of(length[i]) != class)
            return false;
    return true;
}

/* A stable counting sort of a window by key size and class. Returns how many have 16-byte keys. */
static size_t sort_window(const sw_batch *batch, size_t first, size_t count, uint32_t suites, uint32_t *order)
{
    bool both = suites == (1U << SW_AES_128_CCM | 1U << SW_AES_256_CCM);
    uint32_t next[2 * CLASSES] = {0};
    uint16_t class[WINDOW];
    for (size_t i = 0; i < count; i++) {
        uint32_t c = class_of(batch->text_length[first + i]);
        if (both ? is_wide(batch, first + i) : suites == 1U << SW_AES_256_CCM)
            c += CLASSES;
        class[i] = (uint16_t)c;
        next[c]++;
    }
    uint32_t sum = 0, narrow = 0;
    for (uint32_t c = 0; c < 2 * CLASSES; c++) {
        uint32_t members = next[c];
        narrow = c == CLASSES ? sum : narrow;
        next[c] = sum;
        sum += members;
    }
    for (size_t i = 0; i < count; i++)
        order[next[class[i]]++] = (uint32_t)i;
    return narrow;
}

static sw_result run_window(const sw_batch *batch, size_t first, size_t count, run_function *run)
{
    uint32_t suites = suites_in_use(batch, first, count), order[WINDOW];
    if (suites & ~(1U << SW_AES_128_CCM | 1U << SW_AES_256_CCM))
        return SW_BAD_SUITE;
    bool one_size = (suites & (suites - 1)) == 0, equal;
    if (one_size && all_alike(batch, first, count, &equal)) {
        run(&(sw_run){batch, NULL, first, count, suites == 1U << SW_AES_128_CCM ? 16 : 32, equal});
        return SW_DONE;
    }
    size_t narrow = sort_window(batch, first, count, suites, order);
    if (narrow)
        run(&(sw_run){batch, order, first, narrow, 16, false});
    if (narrow < count)
        run(&(sw_run){batch, order + narrow, first, count - narrow, 32, false});
    return SW_DONE;
}

static sw_result run_batch(sw_cpu cpu, const sw_batch *batch, run_function *const by_cpu[])
{
    sw_result result = cpu == SW_CPU_NONE ? SW_NO_CPU : check(batch);
    for (size_t first = 0; result == SW_DONE && first < batch->count; first += WINDOW) {
        size_t count = batch->count - first < WINDOW ? batch->count - first : WINDOW;
        result = run_window(batch, first, count, by_cpu[cpu]);
    }
    return result;
}

sw_result sw_ccm_open(sw_cpu cpu, const sw_batch *batch)
{
    return run_batch(cpu, batch, OPEN);
}

sw_result sw_ccm_seal(sw_cpu cpu, const sw_batch *batch)
{
    return run_batch(cpu, batch, SEAL);
}
