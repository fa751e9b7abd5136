/* What the scheduler and the CPU paths of CCM know of each other. */
#ifndef SEALWRIGHT_PATHS_H
#define SEALWRIGHT_PATHS_H

#include "sealwright_core.h"

enum {
    SW_MOST_LANES = 16,
    SW_BARE_KEY = 32,
    SW_NONCE_BEHIND_KEY = SW_ROW_NONCE - 4 - SW_ROW_KEY, /* from a row's key to the 16 bytes that end in its nonce */
};

/* Where the key of row 0 stands, and how far it is from one row's key to the next one's. */
static inline uintptr_t sw_first_key(const sw_batch *batch)
{
    return (uintptr_t)batch->rows + (batch->bare_keys ? 0 : SW_ROW_KEY);
}

static inline uint32_t sw_key_stride(const sw_batch *batch) { return batch->bare_keys ? SW_BARE_KEY : SW_ROW_BYTES; }

/* Consecutive places of a batch that take one key size. */
typedef struct {
    const sw_batch *batch;
    const uint32_t *order; /* places, relative to `first`; NULL where they are in order */
    size_t first;
    size_t count;
    uint32_t key_length;
    bool equal; /* all texts have one length */
} sw_run;

/* One message a lane. Lanes without a message have an empty text and write to `sink`. */
typedef struct {
    _Alignas(64) const uint8_t *in[SW_MOST_LANES]; /* where each text begins */
    const uint8_t *behind[SW_MOST_LANES];          /* where it ends: the tag, when opening */
    uint8_t *out[SW_MOST_LANES];
    const uint8_t *key[SW_MOST_LANES];
    const uint8_t *nonce[SW_MOST_LANES]; /* 16 bytes, of which the last 12 are the nonce */
    uint32_t length[SW_MOST_LANES];
    uint32_t live;
    uint32_t shortest; /* bytes, of the lanes in use; 0 where a lane is idle */
    uint32_t longest;
    size_t at; /* the place in the run of the first lane */
    uint8_t sink[64];
} sw_group;

/* Fill the lanes with the messages from `at` on; none where the run has ended. */
void sw_load_lanes(const sw_run *run, size_t at, uint32_t lanes, sw_group *group);

/* Write a status byte a lane from a bit a lane. */
void sw_write_status(const sw_run *run, const sw_group *group, uint32_t good);

/* Clear the slots of the lanes whose bit is 0. */
void sw_clear_failed(const sw_group *group, uint32_t good);

void sw_ccm_open_aesni(const sw_run *run);
void sw_ccm_seal_aesni(const sw_run *run);
void sw_ccm_open_vaes256(const sw_run *run);
void sw_ccm_seal_vaes256(const sw_run *run);
void sw_ccm_open_vaes512(const sw_run *run);
void sw_ccm_seal_vaes512(const sw_run *run);

/* What CPUID and XGETBV say, as far as it matters here. */
typedef struct {
    uint32_t leaf1_ecx, leaf7_ebx, leaf7_ecx, saved;
} sw_cpuid;

/* The widest path of a CPU that says this of itself. */
sw_cpu sw_path_of(const sw_cpuid *has);

/* Whether a path opens known messages of every suite, refuses damaged ones, and seals their texts alike. */
bool sw_passes_self_test(sw_cpu cpu);

/* Fill with zeros in a way that the compiler cannot drop. */
void sw_wipe(void *memory, size_t bytes);

/* Overwrite the stack below the caller, where the spilled registers of what it called may stand. */
void sw_wipe_stack(void);

/* Tell memcheck that a verdict may be branched upon: whether a message opened is no secret. */
#ifdef SEALWRIGHT_MEMCHECK
#include <valgrind/memcheck.h>
#define SW_PUBLIC(value) ((void)VALGRIND_MAKE_MEM_DEFINED(&(value), sizeof(value)))
#else
#define SW_PUBLIC(value) ((void)(value))
#endif

#endif
