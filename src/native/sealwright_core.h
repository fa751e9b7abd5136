/* The native core: opens and seals batches of messages. It knows nothing of Python.
 *
 * Every function may be called from several threads at once. Nothing here allocates memory,
 * except where its comment says so, and nothing reads or writes outside what it was given.
 */
#ifndef SEALWRIGHT_CORE_H
#define SEALWRIGHT_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One row of parameters, as keys/table.py lays it out (ROW). */
enum {
    SW_ROW_STATE = 0,
    SW_ROW_SUITE = 1,
    SW_ROW_REASON = 2,
    SW_ROW_MAC_KEY_LENGTH = 3,
    SW_ROW_UID = 4,
    SW_ROW_KEY = 12,
    SW_ROW_MAC_KEY = 44,
    SW_ROW_NONCE = 76,
    SW_ROW_KIV = 92,
    SW_ROW_BYTES = 108,
};

/* Codes of a Suite (format/suites.py). */
enum { SW_AES_128_CCM, SW_AES_256_CCM, SW_AES_128_CS1, SW_AES_256_CS1, SW_HMAC_SHA256 };

enum { SW_BLOCK = 16, SW_TAG = 16, SW_LONGEST_CCM_TEXT = (1 << 24) - 1 };

/* The CPU paths, from the plainest to the widest. */
typedef enum { SW_CPU_NONE, SW_CPU_AESNI, SW_CPU_VAES256, SW_CPU_VAES512 } sw_cpu;

/* What a call of the core came to. Outputs count only after SW_DONE. */
typedef enum {
    SW_DONE,
    SW_BAD_ROW,       /* a row number lies outside the table */
    SW_BAD_LENGTH,    /* a text is negative or longer than the cipher can take */
    SW_BAD_SUITE,     /* a row's suite is not one of this cipher's */
    SW_BAD_SPAN,      /* a MAC's span does not end in the body */
    SW_BAD_OFFSETS,   /* messages end before they begin, or outside the data */
    SW_NO_CPU,        /* this CPU has no path, or its path failed the self-test */
    SW_NO_ROOM,       /* what is to be written may not fit */
    SW_NO_MEMORY,
} sw_result;

/* Messages of one kind, with the key row and the output slot of each.
 *
 * Message i begins at `in + in_at[i]`: header, text of text_length[i] bytes, tag. Its plaintext
 * goes to `out + out_at[i]`. Both bases are numbers, so that the same call serves one buffer with
 * offsets (base = its address) and separate objects (base = 0, "offsets" = their addresses).
 * Slots must not overlap each other or the input.
 */
typedef struct {
    size_t count;
    uintptr_t in;
    const int64_t *in_at;
    const int64_t *text_length;
    uintptr_t out;
    const int64_t *out_at;
    const uint8_t *rows;
    size_t row_count;
    const int64_t *row;
    uint8_t *status; /* one byte a message: 1 where it opened, 0 where it did not */
    uint32_t header_length;
    bool nonce_in_header; /* CCM: the nonce is header[4:16], whatever the row says */
    uint32_t suites;      /* CCM: a bit for each suite in use, where the caller knows; 0: read the rows */
    bool bare_keys;       /* CCM: rows are 32 bytes of key and nothing else; needs the two above */
    const struct sw_mac_key *mac_keys; /* CS1: the rows made ready; NULL: they are made from `rows` */
} sw_batch;

/* The bit of a row's suite; numbers that are no suite share the last one. */
static inline uint32_t sw_suite_bit(const uint8_t *row)
{
    uint8_t suite = row[SW_ROW_SUITE];
    return 1U << (suite < 31 ? suite : 31);
}

/* ---- cpu.c ---- */

/* Choose the widest path that this CPU has, that is not above `cap` and that passes its
 * known-answer tests of every suite. Returns it; SW_CPU_NONE when there is none. */
sw_cpu sw_choose_cpu(sw_cpu cap);

/* The widest path that this CPU (and its operating system) has. */
sw_cpu sw_widest_cpu(void);

const char *sw_cpu_name(sw_cpu cpu);

/* ---- schedule.c: AES-CCM, 12-byte nonce, 16-byte tag, no associated data (RFC 3610) ---- */

/* Open messages. The slot of a message that does not verify is left all zero. */
sw_result sw_ccm_open(sw_cpu cpu, const sw_batch *batch);

/* Seal texts: here message i begins header_length bytes before its text, with no tag behind it,
 * and the slot takes ciphertext and tag (text_length + 16 bytes). A slot may begin where its own
 * text does: then it is sealed in place. */
sw_result sw_ccm_seal(sw_cpu cpu, const sw_batch *batch);

/* ---- cs1.c: AES-CBC-CS1 with HMAC-SHA-256 cut to 128 bits; and the HMAC alone ---- */

/* What a MAC covers, in order, out of these parts: at most three, and then the body. */
typedef enum { SW_PART_END, SW_PART_HEADER, SW_PART_BODY, SW_PART_IV, SW_PART_KIV } sw_part;

typedef struct {
    uint8_t part[4];
} sw_span;

/* Verify, then decrypt. No AES touches a message whose MAC fails; its slot is left all zero.
 * Allocates the MAC states of the rows in use, and wipes them. */
sw_result sw_cs1_open(sw_cpu cpu, const sw_batch *batch, sw_span span);

/* Whether this CPU has the instructions that the functions below and HMAC need. */
bool sw_has_sha(void);

/* Verify, then copy the data that was signed. */
sw_result sw_signed_open(sw_cpu cpu, const sw_batch *batch, sw_span span);

/* Encrypt one text of 16 bytes or more under a row, with IV = the row's nonce. */
void sw_cs1_encrypt(const uint8_t *row, const uint8_t *text, size_t length, uint8_t *out);

/* ---- seal.c: whole messages of each suite ---- */

/* Seal texts of one kind under headers that stand 16 bytes apart. Here `in + in_at[i]` is the text alone,
 * the slot takes header, sealed text and tag, and `status` is not used. `nonce_in_header` needs headers
 * of 16 bytes. Whoever calls sees to it that no key meets a nonce or an IV twice. */
sw_result sw_seal_ccm(sw_cpu cpu, const sw_batch *texts, const uint8_t *headers);
sw_result sw_seal_cs1(sw_cpu cpu, const sw_batch *texts, const uint8_t *headers, sw_span span);
sw_result sw_seal_signed(sw_cpu cpu, const sw_batch *texts, const uint8_t *headers, sw_span span);

/* ---- hmac.c ---- */

/* HMAC-SHA-256 of `before` (at most 64 bytes) and `data` behind it, cut to 16 bytes (RFC 2104). The key
 * has at most 64 bytes. */
void sw_hmac(const uint8_t *key, size_t key_length, const uint8_t *before, size_t before_length,
             const uint8_t *data, size_t length, uint8_t tag[16]);

/* ---- keymap.c ---- */

/* A map from 16-byte names (headers, or key ids that end in two zeros) to row numbers. */
typedef struct sw_keymap sw_keymap;

/* Build a map of `count` names, `stride` bytes apart; of equal names the first is kept.
 * `secret` is drawn afresh for each map: whoever sends messages chooses their headers, and must
 * not know where they fall. Allocates; NULL when there is no memory. */
sw_keymap *sw_keymap_build(const uint8_t *names, size_t stride, size_t count, const uint8_t secret[32]);

void sw_keymap_free(sw_keymap *map);

/* Look up `count` names of 16 bytes, `stride` apart, of which the first `significant` bytes
 * count. Writes the row of each, -1 where there is none. */
void sw_keymap_find(const sw_keymap *map, const uint8_t *names, size_t stride, size_t count,
                    size_t significant, int64_t *row);

/* ---- keyring.c ---- */

/* A look-up row as keys/held.py lays it out: a byte for direction and purpose, the header from byte 8 on. */
enum { SW_LOOK_UP_BYTES = 24, SW_LOOK_UP_HEADER = 8, SW_UPLINK_PROTECTION = 0 };

/* Keys for uplink protection that are held in memory, and the names that lead to them. */
typedef struct sw_keyring sw_keyring;

/* Prepare the keys of `count` rows and look-ups. `crooked` has a byte a row: 1 where its device breaks
 * the nonce's rule, so that its keys serve no header but their own. Allocates; NULL when there is no
 * memory, or for 2^30 rows. */
sw_keyring *sw_keyring_build(const uint8_t *rows, const uint8_t *look_ups, const uint8_t *crooked, size_t count,
                             const uint8_t secret[32]);

/* Wipe and free. */
void sw_keyring_free(sw_keyring *ring);

/* Write the UID, 8 bytes, of the key at each place; zeros for place -1. False where a place is none. */
bool sw_keyring_uids(const sw_keyring *ring, const int32_t *place, size_t count, uint8_t *uid);

/* ---- headers.c ---- */

typedef struct {
    uint8_t kind_of_first_byte[256];
    int64_t header_length[4]; /* by kind */
    int64_t shortest_text[4];
    int64_t longest[4]; /* the longest message of each kind */
} sw_shapes;

/* The table of format/layouts.py and format/header.py. `purpose` is 0 for what the message
 * says, 1 for protection, 2 for integrity. */
sw_shapes sw_shapes_for(int purpose, int64_t max_length);

/* Read headers: the same columns, and the same codes, as format/headers.py. Message i is
 * data[at[i] .. at[i + 1]]; `raw` takes 16 bytes a message. Returns how many are malformed, or -1
 * where the offsets do not rise within the `size` bytes of data. */
int64_t sw_parse_headers(const sw_shapes *shapes, size_t count, const uint8_t *data, size_t size, const int64_t *at,
                         uint8_t *kind, uint8_t *reason, uint8_t *raw, int64_t *text_length);

/* A message that stands alone in memory, and the place for its text, which has `room` bytes exactly. */
typedef struct {
    const uint8_t *in;
    int64_t bytes;
    uint8_t *out;
    int64_t room;
} sw_object;

/* Read headers of messages that stand alone, into the same columns. */
void sw_parse_objects(const sw_shapes *shapes, size_t count, const sw_object *object, uint8_t *kind, uint8_t *reason,
                      uint8_t *raw, int64_t *text_length);

/* Copy `count` offsets of `width` bytes (4 or 8) to `to`; false where they do not rise within `size`. */
bool sw_take_offsets(const void *offsets, size_t width, size_t count, int64_t size, int64_t *to);

/* ---- judge.c ---- */

/* Headers, and the answer of a source to each: columns of `count`. */
typedef struct {
    size_t count;
    const uint8_t *kind;
    const uint8_t *raw; /* 16 bytes each */
    const uint8_t *state;
    const int64_t *row;
    const uint8_t *rows;
    size_t row_count;
} sw_question;

/* Write the code of what keeps each header's messages from being tried, 0 where nothing does.
 * `told` says what becomes of a reason that a source gives; `checked` has a bit for each kind whose
 * UID must agree. Returns SW_BAD_ROW where a row number lies outside the table. */
sw_result sw_judge(const sw_question *asked, const uint8_t told[256], unsigned checked, uint8_t *reason);

/* ---- seen.c ---- */

/* Tell of each hash whether it is in a set, or earlier in the same array where they are to be added; `fresh`
 * takes how many are not. `slot_count` is a power of two. False where the set is full. */
bool sw_see(uint64_t *slots, size_t slot_count, const uint64_t *hashes, size_t count, bool add, uint8_t *seen,
            size_t *fresh);

/* Hash rows of `words` numbers each under a key, as format/hashing.py does. */
void sw_hash_rows(const uint8_t *rows, size_t words, size_t count, uint64_t key, uint64_t *hashes);

#endif
