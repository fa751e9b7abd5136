/* HMAC-SHA-256 of many messages, four side by side (RFC 2104; RFC 4868 for the cut to 128 bits).
 *
 * Each of four lanes takes one block a step, and takes the next message as soon as its own is
 * done, so that messages of any mixture of lengths keep all lanes busy. The states behind the
 * inner and the outer key block are made ahead: once a row where rows serve several messages (two
 * blocks of five less for a short message), else for a few messages at a time. */
#include "macs.h"
#include "sha256.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64, INNER_PAD = 0x36, OUTER_PAD = 0x5c, SOON = 32 };

typedef struct {
    sw_sha inner, outer;
} key_states;

typedef enum { IDLE, DATA, OUTER } phase;

typedef struct {
    phase phase;
    size_t block; /* of the data: the next one to take */
    sw_sha state, outer;
    uint8_t buffer[BLOCK]; /* the block of the outer hash */
    sw_verified *message;
} lane;

typedef struct {
    const sw_batch *batch;
    sw_span span;
    void (*four)(sw_sha *const state[4], const uint8_t *const block[4]);
    size_t next;      /* the next message to take */
    key_states *kept; /* one a row; NULL where hardly any row serves twice */
    key_states soon[SOON];
    uint8_t pad[4][BLOCK];
    lane lane[4];
} machine;

static void key_block(uint8_t block[BLOCK], const uint8_t *key, size_t length, uint8_t pad)
{
    memset(block, pad, BLOCK);
    for (size_t i = 0; i < length; i++)
        block[i] ^= key[i];
}

/* The key block of a row, whose key stands in 32 bytes that end in zeros. */
static void row_key_block(uint8_t block[BLOCK], const uint8_t *row, uint8_t pad)
{
    uint64_t word[4], pads = 0x0101010101010101 * (uint64_t)pad;
    memcpy(word, row + SW_ROW_MAC_KEY, sizeof word);
    memset(block, pad, BLOCK);
    for (unsigned i = 0; i < 4; i++)
        word[i] ^= pads;
    memcpy(block, word, sizeof word);
}

/* Hash the inner and the outer key blocks of two rows. */
static void make_states(machine *m, const uint8_t *const row[2], key_states *const to[2])
{
    sw_sha *const state[4] = {&to[0]->inner, &to[0]->outer, &to[1]->inner, &to[1]->outer};
    const uint8_t *const block[4] = {m->pad[0], m->pad[1], m->pad[2], m->pad[3]};
    for (unsigned i = 0; i < 4; i++) {
        *state[i] = SW_SHA_START;
        row_key_block(m->pad[i], row[i / 2], i % 2 ? OUTER_PAD : INNER_PAD);
    }
    m->four(state, block);
}

static const uint8_t *row_of(const sw_batch *batch, size_t row)
{
    return batch->rows + row * SW_ROW_BYTES;
}

/* Make the states of the next messages, in `soon`. */
static void make_soon(machine *m)
{
    size_t left = m->batch->count - m->next, count = left < SOON ? left : SOON;
    for (size_t i = 0; i < count; i += 2) {
        size_t second = i + 1 < count ? i + 1 : i;
        const uint8_t *const row[2] = {row_of(m->batch, (size_t)m->batch->row[m->next + i]),
                                       row_of(m->batch, (size_t)m->batch->row[m->next + second])};
        key_states *const to[2] = {&m->soon[i], &m->soon[i + 1]};
        make_states(m, row, to);
    }
}

/* Make the states of every row in use, in `kept`. */
static bool make_kept(machine *m)
{
    size_t rows = m->batch->row_count, pending = SIZE_MAX;
    uint8_t *used = calloc(rows, 1);
    m->kept = aligned_alloc(64, (rows * sizeof *m->kept + 63) / 64 * 64);
    for (size_t i = 0; used && m->kept && i < m->batch->count; i++)
        used[m->batch->row[i]] = 1;
    for (size_t i = 0; used && m->kept && i <= rows; i++) {
        if (i < rows && !used[i])
            continue;
        if (i == rows && pending == SIZE_MAX)
            break;
        if (pending == SIZE_MAX) {
            pending = i;
            continue;
        }
        size_t second = i < rows ? i : pending;
        const uint8_t *const row[2] = {row_of(m->batch, pending), row_of(m->batch, second)};
        key_states twin, *const to[2] = {&m->kept[pending], i < rows ? &m->kept[i] : &twin};
        make_states(m, row, to);
        pending = SIZE_MAX;
    }
    bool made = used && m->kept;
    free(used);
    return made;
}

/* End a message of `bytes` after `at` with SHA-256's padding; returns the blocks from `start` on.
 * `before` bytes were hashed ahead of `start`. Needs room for 72 bytes behind `at`. */
static size_t pad_message(uint8_t *start, uint8_t *at, size_t before)
{
    size_t used = (size_t)(at - start), blocks = (used + 9 + BLOCK - 1) / BLOCK;
    uint64_t bits = __builtin_bswap64(8 * (uint64_t)(before + used));
    *at = 0x80;
    memset(at + 1, 0, BLOCK + 8);
    memcpy(start + blocks * BLOCK - 8, &bits, 8);
    return blocks;
}

/* Copy in steps of 16 bytes: may read and write up to 15 bytes more than `length`. */
static inline void copy_roughly(uint8_t *to, const uint8_t *from, size_t length)
{
    for (size_t i = 0; i < length; i += 16)
        memcpy(to + i, from + i, 16);
}

/* Put what stands before the body to `copy`: parts of at most 16 bytes. A message is never shorter
 * than 16 bytes, so that 16 may be read from its beginning. */
static size_t copy_prefix(uint8_t *copy, sw_span span, const uint8_t *message, uint32_t header, const uint8_t *row)
{
    size_t at = 0;
    for (unsigned i = 0; span.part[i] != SW_PART_BODY; i++) {
        bool is_header = span.part[i] == SW_PART_HEADER;
        const uint8_t *from = is_header                      ? message
                              : span.part[i] == SW_PART_IV ? row + SW_ROW_NONCE
                                                           : row + SW_ROW_KIV;
        memcpy(copy + at, from, 16);
        at += is_header ? header : 16;
    }
    return at;
}

/* Copy a message out of the input, and lay out the blocks that its MAC covers: all in `copy`, or, where
 * they are many, the first in `copy`, then the slot's own bytes, then the last ones in `copy` again. */
static void lay_out(sw_verified *to, const machine *m, size_t place)
{
    const sw_batch *batch = m->batch;
    const uint8_t *message = (const uint8_t *)(batch->in + (uintptr_t)batch->in_at[place]);
    const uint8_t *body = message + batch->header_length;
    size_t length = (size_t)batch->text_length[place];
    to->place = place;
    to->row = batch->rows + (size_t)batch->row[place] * SW_ROW_BYTES;
    to->out = (uint8_t *)(batch->out + (uintptr_t)batch->out_at[place]);
    to->length = length;
    to->prefix = copy_prefix(to->copy, m->span, message, batch->header_length, to->row);
    memcpy(to->tag, body + length, 16);
    if (to->prefix + length <= SW_COPY) {
        to->body = to->copy + to->prefix;
        copy_roughly(to->copy + to->prefix, body, length);
        to->blocks = pad_message(to->copy, to->copy + to->prefix + length, BLOCK);
        return;
    }
    memcpy(to->out, body, length);
    to->body = to->out;
    memcpy(to->copy + to->prefix, to->out, BLOCK - to->prefix);
    size_t whole = (to->prefix + length) / BLOCK, left = (to->prefix + length) % BLOCK;
    memcpy(to->copy + BLOCK, to->out + length - left, left);
    to->blocks = whole + pad_message(to->copy + BLOCK, to->copy + BLOCK + left, BLOCK + whole * BLOCK);
}

static const uint8_t *block_of(const sw_verified *message, size_t block)
{
    size_t whole = (message->prefix + message->length) / BLOCK;
    if (message->body != message->out || block == 0)
        return message->copy + block * BLOCK;
    if (block < whole)
        return message->out + block * BLOCK - message->prefix;
    return message->copy + (1 + block - whole) * BLOCK;
}

static void begin_message(machine *m, lane *at)
{
    if (m->next == m->batch->count) {
        at->phase = IDLE;
        return;
    }
    if (!m->kept && m->next % SOON == 0)
        make_soon(m);
    size_t place = m->next++;
    lay_out(at->message, m, place);
    const key_states *key = m->kept ? &m->kept[m->batch->row[place]] : &m->soon[place % SOON];
    at->phase = DATA;
    at->block = 0;
    at->state = key->inner;
    at->outer = key->outer;
}

static const uint8_t *next_block(const lane *at)
{
    return at->phase == DATA ? block_of(at->message, at->block) : at->buffer;
}

/* The block of the outer hash: the inner digest behind the key block (RFC 2104, section 2). */
static void begin_outer(lane *at)
{
    static const uint8_t PADDING[BLOCK - 32] = {[0] = 0x80, [30] = 0x03}; /* 768 bits */
    sw_sha_digest(&at->state, at->buffer, 8);
    memcpy(at->buffer + 32, PADDING, sizeof PADDING);
    at->state = at->outer;
    at->phase = OUTER;
}

/* All 16 bytes are compared, whatever the first ones say. */
static bool same_tag(const uint8_t *a, const uint8_t *b)
{
    uint64_t x[2], y[2];
    memcpy(x, a, 16);
    memcpy(y, b, 16);
    bool same = ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
    SW_PUBLIC(same);
    return same;
}

static void end_message(machine *m, lane *at, sw_take_verified *take, void *taker)
{
    uint8_t tag[16];
    sw_sha_digest(&at->state, tag, 4);
    sw_verified *message = at->message;
    bool good = same_tag(tag, message->tag);
    m->batch->status[message->place] = good;
    if (good)
        at->message = take(taker, message);
    else
        memset(message->out, 0, message->length);
    begin_message(m, at);
}

static void advance(machine *m, lane *at, sw_take_verified *take, void *taker)
{
    if (at->phase == DATA && ++at->block == at->message->blocks)
        begin_outer(at);
    else if (at->phase == OUTER)
        end_message(m, at, take, taker);
}

static void run_machine(machine *m, sw_take_verified *take, void *taker)
{
    sw_sha *state[4];
    for (unsigned i = 0; i < 4; i++) {
        state[i] = &m->lane[i].state;
        begin_message(m, &m->lane[i]);
    }
    /* Idle lanes hash whatever stands in their buffer: nobody looks. */
    while (m->lane[0].phase || m->lane[1].phase || m->lane[2].phase || m->lane[3].phase) {
        const uint8_t *block[4];
        for (unsigned i = 0; i < 4; i++)
            block[i] = next_block(&m->lane[i]);
        m->four(state, block);
        for (unsigned i = 0; i < 4; i++)
            advance(m, &m->lane[i], take, taker);
    }
}

/* A span is up to three parts and then the body. */
static bool ends_in_body(sw_span span)
{
    for (unsigned i = 0; i < 4; i++)
        if (span.part[i] == SW_PART_BODY)
            return true;
        else if (span.part[i] == SW_PART_END || span.part[i] > SW_PART_KIV)
            return false;
    return false;
}

sw_result sw_verify_macs(sw_cpu cpu, const sw_batch *batch, sw_span span, sw_verified *first[4], sw_take_verified *take,
                         void *taker)
{
    if (!ends_in_body(span))
        return SW_BAD_SPAN;
    machine m = {.batch = batch, .span = span, .four = cpu == SW_CPU_VAES512 ? sw_sha_four_wide : sw_sha_four};
    for (unsigned i = 0; i < 4; i++)
        m.lane[i].message = first[i];
    /* States are kept where rows are fewer than messages, or nearly: else hardly any serves twice. */
    bool keep = batch->row_count < batch->count + batch->count / 4;
    bool ready = !keep || make_kept(&m);
    if (ready)
        run_machine(&m, take, taker);
    if (m.kept)
        sw_wipe(m.kept, batch->row_count * sizeof *m.kept);
    free(m.kept);
    sw_wipe(&m, sizeof m);
    return ready ? SW_DONE : SW_NO_MEMORY;
}

void sw_hmac(const uint8_t *key, size_t key_length, const uint8_t *data, size_t length, uint8_t tag[16])
{
    sw_sha inner = SW_SHA_START, outer = SW_SHA_START;
    uint8_t block[3 * BLOCK];
    key_block(block, key, key_length, OUTER_PAD);
    sw_sha_one(&outer, block);
    key_block(block, key, key_length, INNER_PAD);
    sw_sha_one(&inner, block);
    size_t whole = length / BLOCK;
    for (size_t i = 0; i < whole; i++)
        sw_sha_one(&inner, data + i * BLOCK);
    if (length % BLOCK)
        memcpy(block, data + whole * BLOCK, length % BLOCK);
    size_t blocks = pad_message(block, block + length % BLOCK, (1 + whole) * BLOCK);
    for (size_t i = 0; i < blocks; i++)
        sw_sha_one(&inner, block + i * BLOCK);
    sw_sha_digest(&inner, block, 8);
    pad_message(block, block + 32, BLOCK);
    sw_sha_one(&outer, block);
    sw_sha_digest(&outer, tag, 4);
    sw_wipe(block, sizeof block);
    sw_wipe(&inner, sizeof inner);
    sw_wipe(&outer, sizeof outer);
}
