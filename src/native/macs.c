/* The MACs of many messages, four side by side.
 *
 * Each of four lanes takes one block a step, and takes the next message as soon as its own is
 * done, so that messages of any mixture of lengths keep all lanes busy. The states behind the
 * inner and the outer key block are made ahead: once a row where rows serve several messages (two
 * blocks of five less for a short message), else for a few messages at a time. */
#include "macs.h"

#include <stdlib.h>
#include <string.h>

enum { SOON = 32 };

typedef enum { IDLE, DATA, OUTER } phase;

typedef struct {
    phase phase;
    size_t block; /* of the data: the next one to take */
    sw_sha state, outer;
    uint8_t buffer[SW_SHA_BLOCK]; /* the block of the outer hash */
    sw_verified *message;
} lane;

typedef struct {
    const sw_batch *batch;
    sw_span span;
    sw_sha_four_function *four;
    size_t next; /* the next message to take */
    const sw_mac_key *keys; /* one a row, where they are made ahead */
    sw_mac_key *kept; /* one a row; NULL where hardly any row serves twice, or all are ready */
    sw_mac_key soon[SOON];
    sw_key_blocks blocks;
    lane lane[4];
} machine;

static const uint8_t *row_of(const sw_batch *batch, size_t row)
{
    return batch->rows + row * SW_ROW_BYTES;
}

static void make_two(machine *m, size_t first_row, sw_mac_key *first, size_t second_row, sw_mac_key *second)
{
    const uint8_t *const row[2] = {row_of(m->batch, first_row), row_of(m->batch, second_row)};
    sw_mac_key *const to[2] = {first, second};
    sw_make_mac_keys(m->four, row, &m->blocks, to);
}

/* Make the keys of the next messages ready, in `soon`. */
static void make_soon(machine *m)
{
    const int64_t *row = m->batch->row + m->next;
    size_t left = m->batch->count - m->next, count = left < SOON ? left : SOON;
    for (size_t i = 0; i < count; i += 2) {
        size_t second = i + 1 < count ? i + 1 : i;
        make_two(m, (size_t)row[i], &m->soon[i], (size_t)row[second], &m->soon[i + 1]);
    }
}

/* Make every row in use ready, in `kept`. Behind them stands a byte a row: whether it is in use. */
static bool make_kept(machine *m)
{
    const sw_batch *batch = m->batch;
    size_t rows = batch->row_count, waiting = SIZE_MAX;
    m->kept = aligned_alloc(64, (rows * (sizeof *m->kept + 1) + 63) / 64 * 64);
    if (!m->kept)
        return false;
    uint8_t *used = memset(m->kept + rows, 0, rows);
    for (size_t i = 0; i < batch->count; i++)
        used[batch->row[i]] = 1;
    for (size_t row = 0; row < rows; row++)
        if (used[row] && waiting == SIZE_MAX) {
            waiting = row;
        } else if (used[row]) {
            make_two(m, waiting, &m->kept[waiting], row, &m->kept[row]);
            waiting = SIZE_MAX;
        }
    if (waiting != SIZE_MAX) /* the last one has no companion: `soon` is free */
        make_two(m, waiting, &m->kept[waiting], waiting, &m->soon[0]);
    return true;
}

/* Copy in steps of 16 bytes: may read and write up to 15 bytes more than `length`. */
static inline void copy_roughly(uint8_t *to, const uint8_t *from, size_t length)
{
    for (size_t i = 0; i < length; i += 16)
        memcpy(to + i, from + i, 16);
}

/* Put what stands before the body to `copy`: parts of at most 16 bytes. A message is never shorter
 * than 16 bytes, so that 16 may be read from its beginning. */
static size_t copy_prefix(uint8_t *copy, sw_span span, const uint8_t *message, uint32_t header, const sw_mac_key *key)
{
    size_t at = 0;
    for (unsigned i = 0; span.part[i] != SW_PART_BODY; i++) {
        bool is_header = span.part[i] == SW_PART_HEADER;
        const uint8_t *from = is_header ? message : span.part[i] == SW_PART_IV ? key->iv : key->kiv;
        memcpy(copy + at, from, 16);
        at += is_header ? header : 16;
    }
    return at;
}

/* Copy a message out of the input, and lay out the blocks that its MAC covers: all in `copy`, or, where
 * they are many, the first in `copy`, then the slot's own bytes, then the last ones in `copy` again. */
static void lay_out(sw_verified *to, const machine *m, size_t place, const sw_mac_key *key)
{
    const sw_batch *batch = m->batch;
    const uint8_t *message = (const uint8_t *)(batch->in + (uintptr_t)batch->in_at[place]);
    const uint8_t *body = message + batch->header_length;
    size_t length = (size_t)batch->text_length[place];
    to->place = place;
    const uint8_t *row = batch->mac_keys ? NULL : row_of(batch, (size_t)batch->row[place]);
    to->key = row ? row + SW_ROW_KEY : key->key;
    to->iv = row ? row + SW_ROW_NONCE : key->iv;
    to->wide = key->wide;
    to->out = (uint8_t *)(batch->out + (uintptr_t)batch->out_at[place]);
    to->length = length;
    to->prefix = copy_prefix(to->copy, m->span, message, batch->header_length, key);
    memcpy(to->tag, body + length, 16);
    if (to->prefix + length <= SW_COPY) {
        to->body = to->copy + to->prefix;
        copy_roughly(to->copy + to->prefix, body, length);
        to->blocks = sw_pad_message(to->copy, to->copy + to->prefix + length, SW_SHA_BLOCK);
        return;
    }
    memcpy(to->out, body, length);
    to->body = to->out;
    memcpy(to->copy + to->prefix, to->out, SW_SHA_BLOCK - to->prefix);
    size_t whole = (to->prefix + length) / SW_SHA_BLOCK, left = (to->prefix + length) % SW_SHA_BLOCK;
    memcpy(to->copy + SW_SHA_BLOCK, to->out + length - left, left);
    to->blocks = whole + sw_pad_message(to->copy + SW_SHA_BLOCK, to->copy + SW_SHA_BLOCK + left, SW_SHA_BLOCK + whole * SW_SHA_BLOCK);
}

static const uint8_t *block_of(const sw_verified *message, size_t block)
{
    size_t whole = (message->prefix + message->length) / SW_SHA_BLOCK;
    if (message->body != message->out || block == 0)
        return message->copy + block * SW_SHA_BLOCK;
    if (block < whole)
        return message->out + block * SW_SHA_BLOCK - message->prefix;
    return message->copy + (1 + block - whole) * SW_SHA_BLOCK;
}

static void begin_message(machine *m, lane *at)
{
    if (m->next == m->batch->count) {
        at->phase = IDLE;
        return;
    }
    size_t place = m->next;
    if (!m->keys && place % SOON == 0)
        make_soon(m);
    m->next++;
    const sw_mac_key *key = m->keys ? &m->keys[m->batch->row[place]] : &m->soon[place % SOON];
    lay_out(at->message, m, place, key);
    at->phase = DATA;
    at->block = 0;
    at->state = key->states.inner;
    at->outer = key->states.outer;
}

static const uint8_t *next_block(const lane *at)
{
    return at->phase == DATA ? block_of(at->message, at->block) : at->buffer;
}

/* The block of the outer hash: the inner digest behind the key block (RFC 2104, section 2). */
static void begin_outer(lane *at)
{
    static const uint8_t PADDING[SW_SHA_BLOCK - 32] = {[0] = 0x80, [30] = 0x03}; /* 768 bits */
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

bool sw_ends_in_body(sw_span span)
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
    if (!sw_ends_in_body(span))
        return SW_BAD_SPAN;
    machine m = {.batch = batch, .span = span, .four = cpu == SW_CPU_VAES512 ? sw_sha_four_wide : sw_sha_four};
    for (unsigned i = 0; i < 4; i++)
        m.lane[i].message = first[i];
    /* States are kept where rows are fewer than messages, or nearly: else hardly any serves twice. */
    bool keep = !batch->mac_keys && batch->row_count < batch->count + batch->count / 4;
    bool ready = !keep || make_kept(&m);
    m.keys = keep ? m.kept : batch->mac_keys;
    if (ready)
        run_machine(&m, take, taker);
    if (m.kept)
        sw_wipe(m.kept, batch->row_count * sizeof *m.kept);
    free(m.kept);
    sw_wipe(&m, sizeof m);
    sw_wipe_stack(); /* `m` is large: what the caller wipes does not reach behind it */
    return ready ? SW_DONE : SW_NO_MEMORY;
}
