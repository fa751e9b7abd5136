/* Which messages go into the lanes together: those of one key size, and nearly one length. */
#include "paths.h"

enum {
    WINDOW = 4096, /* messages sorted at once: their order stays on the stack, their bytes near */
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

/* The suites in use, a bit each. A table has about a row a header, so that reading all its rows
 * in their order costs less than reading a row a message at random. */
static uint32_t suites_in_use(const sw_batch *batch)
{
    uint32_t suites = batch->suites;
    if (suites)
        return suites;
    if (batch->row_count <= 2 * batch->count)
        for (size_t row = 0; row < batch->row_count; row++)
            suites |= sw_suite_bit(batch->rows + row * SW_ROW_BYTES);
    if (suites == 1U << SW_AES_128_CCM || suites == 1U << SW_AES_256_CCM)
        return suites;
    suites = 0;
    for (size_t i = 0; i < batch->count; i++) {
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

/* Whether the texts of a batch have one class; `equal` tells whether they have one length. */
static bool all_alike(const sw_batch *batch, bool *equal)
{
    int64_t first = batch->text_length[0], differ = 0;
    for (size_t i = 0; i < batch->count; i++)
        differ |= batch->text_length[i] ^ first;
    *equal = !differ;
    uint32_t class = class_of(first);
    for (size_t i = 0; differ && i < batch->count; i++)
        if (class_of(batch->text_length[i]) != class)
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

static void run_window(const sw_batch *batch, size_t first, size_t count, uint32_t suites, run_function *run)
{
    uint32_t order[WINDOW];
    size_t narrow = sort_window(batch, first, count, suites, order);
    if (narrow)
        run(&(sw_run){batch, order, first, narrow, 16, false});
    if (narrow < count)
        run(&(sw_run){batch, order + narrow, first, count - narrow, 32, false});
}

static sw_result run_batch(sw_cpu cpu, const sw_batch *batch, run_function *const by_cpu[])
{
    if (cpu == SW_CPU_NONE)
        return SW_NO_CPU;
    sw_result fault = check(batch);
    if (fault != SW_DONE || !batch->count)
        return fault;
    uint32_t suites = suites_in_use(batch);
    if (suites & ~(1U << SW_AES_128_CCM | 1U << SW_AES_256_CCM))
        return SW_BAD_SUITE;
    bool one_size = (suites & (suites - 1)) == 0;
    bool equal;
    if (one_size && all_alike(batch, &equal)) {
        by_cpu[cpu](&(sw_run){batch, NULL, 0, batch->count, suites == 1U << SW_AES_128_CCM ? 16 : 32, equal});
        return SW_DONE;
    }
    for (size_t first = 0; first < batch->count; first += WINDOW) {
        size_t count = batch->count - first < WINDOW ? batch->count - first : WINDOW;
        run_window(batch, first, count, suites, by_cpu[cpu]);
    }
    return SW_DONE;
}

sw_result sw_ccm_open(sw_cpu cpu, const sw_batch *batch)
{
    return run_batch(cpu, batch, OPEN);
}

sw_result sw_ccm_seal(sw_cpu cpu, const sw_batch *batch)
{
    return run_batch(cpu, batch, SEAL);
}
