/* AES-CCM of many messages, one a lane (RFC 3610; SP 800-38C), a template: a CPU path includes it
 * after it has defined `vec`, LANES and its operations. It makes `run_ccm`.
 *
 * A text of n blocks takes n + 1 passes. A pass sends two blocks a lane through AES at once: a
 * counter block, and the next block of the CBC-MAC. Pass 0 takes B0 and the first counter; the
 * last pass takes A0, whose key stream masks the tag. While the first passes of a group run (EXPANDING of
 * them, which the path defines), the keys of the next group are expanded: that uses units which AES leaves
 * idle.
 *
 * Uses, besides those of key_schedule.h: vec_aesenc, vec_zero, vec_same32, vec_select, vec_spread
 * (a number of each lane into its four words), vec_keep (the first bytes of each lane, zeros
 * behind), and load_chunk, store_chunk, tags_equal,
 * store_tags, load_full, status_full.
 */

/* Each loop over vectors is unrolled and each function inlined, whatever the optimisation level:
 * only then do the vectors live in registers. */
#define ALWAYS static inline __attribute__((always_inline))
#define UNROLL_TEXT(text) _Pragma(#text)
#define UNROLL(times) UNROLL_TEXT(GCC unroll times)
#define EACH_VECTOR(v) UNROLL(4) for (unsigned v = 0; v < 4; v++)

enum { AT_ONCE = 4 * LANES };
enum { FLAGS_B0 = 0x3a, FLAGS_COUNTER = 0x02 }; /* M = 16, L = 3, no associated data (RFC 3610, 2.2 and 2.3) */

static const uint8_t NONCE_TO_BLOCK[16] = {0x80, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0x80, 0x80, 0x80};
static const uint8_t LENGTH_TO_BLOCK[16] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
                                            0x80, 0x80, 0x80, 0x80, 0x80, 2,    1,    0};
static const uint8_t FLAGS_OF_B0[16] = {FLAGS_B0};
static const uint8_t FLAGS_OF_COUNTER[16] = {FLAGS_COUNTER};

/* All that holds keys or texts; it is wiped when the run ends. */
typedef struct {
    vec schedule[2][15][4];
    vec text[4][4]; /* four blocks of each message: [block][vector] */
    sw_group group[3];
} workspace;

/* The state of a group between passes. */
typedef struct {
    vec counter[4]; /* before a pass: the counter blocks, whitened; after it: the key stream */
    vec mac[4];     /* before a pass: what it takes, whitened */
    vec first[4];   /* A0, whitened */
    vec white[4];   /* round key 0 */
    vec length[4];
    vec tag[4];
} lanes;

/* Blocks come whitened: round key 0 is in them already. */
ALWAYS void pass(lanes *at, vec (*schedule)[4], unsigned rounds)
{
    /* Left a loop: unrolled over the blocks too, the code would not fit the cache of decoded instructions. */
    UNROLL(1)
    for (unsigned round = 1; round < rounds; round++)
        EACH_VECTOR(v) {
            vec key = vec_once(schedule[round][v]);
            at->counter[v] = vec_aesenc(at->counter[v], key);
            at->mac[v] = vec_aesenc(at->mac[v], key);
        }
    EACH_VECTOR(v) {
        vec key = vec_once(schedule[rounds][v]);
        at->counter[v] = vec_aesenclast(at->counter[v], key);
        at->mac[v] = vec_aesenclast(at->mac[v], key);
    }
}

/* The keys of the next group, which are expanded meanwhile: some steps in each of the first EXPANDING passes.
 * Where a pass of few lanes waits for AES, their instructions fit into that time. */
typedef struct {
    key_words words;
    vec (*schedule)[4];
} expansion;

/* The last step of the key expansion that pass `number` takes. */
ALWAYS unsigned last_step(unsigned rounds, unsigned number)
{
    return number + 1 >= EXPANDING ? rounds : rounds * (number + 1) / EXPANDING;
}

ALWAYS unsigned first_step(unsigned rounds, unsigned number)
{
    return number ? last_step(rounds, number - 1) + 1 : rounds == 14 ? 2 : 1;
}

/* Pass `number` (a constant below EXPANDING), with its steps of the key expansion between its rounds. */
ALWAYS void pass_expanding(lanes *at, vec (*schedule)[4], unsigned rounds, expansion *next, unsigned number)
{
    unsigned step = first_step(rounds, number);
    UNROLL(14)
    for (unsigned round = 1; round < rounds; round++) {
        EACH_VECTOR(v) {
            vec key = vec_once(schedule[round][v]);
            at->counter[v] = vec_aesenc(at->counter[v], key);
            at->mac[v] = vec_aesenc(at->mac[v], key);
        }
        if (step <= last_step(rounds, number) && (EXPANDING == 1 || round % 2))
            expand_step(&next->words, next->schedule, step++, rounds);
    }
    UNROLL(14)
    for (; step <= last_step(rounds, number); step++)
        expand_step(&next->words, next->schedule, step, rounds);
    EACH_VECTOR(v) {
        vec key = vec_once(schedule[rounds][v]);
        at->counter[v] = vec_aesenclast(at->counter[v], key);
        at->mac[v] = vec_aesenclast(at->mac[v], key);
    }
}

/* The steps that are left where the texts took fewer passes. */
ALWAYS void expand_rest(expansion *next, uint32_t passes, unsigned rounds)
{
    UNROLL(4)
    for (unsigned number = 1; number < EXPANDING; number++)
        if (number >= passes)
            for (unsigned step = first_step(rounds, number); step <= last_step(rounds, number); step++)
                expand_step(&next->words, next->schedule, step, rounds);
}

/* A number in the last three bytes of a block, most significant first. */
ALWAYS vec counter_bytes(uint32_t number)
{
    return vec_last_word(__builtin_bswap32(number));
}

/* Put the counter blocks of pass `number` in place: A(number + 1), or A0 where it is a lane's last. */
ALWAYS void set_counters(lanes *at, uint32_t number, uint32_t last, bool mixed)
{
    vec next = counter_bytes(!mixed && number == last ? 0 : number + 1);
    EACH_VECTOR(v) {
        at->counter[v] = vec_xor(at->first[v], next);
        if (mixed)
            at->counter[v] = vec_select(vec_same32(vec_blocks(at->length[v]), vec_set32(number)), at->first[v],
                                        at->counter[v]);
    }
}

/* Keep the tags of the lanes whose last pass was `number`. */
ALWAYS void take_tags(lanes *at, uint32_t number, bool mixed)
{
    EACH_VECTOR(v) {
        vec tag = vec_xor(at->mac[v], at->counter[v]);
        at->tag[v] = mixed ? vec_select(vec_same32(vec_blocks(at->length[v]), vec_set32(number)), tag, at->tag[v]) : tag;
    }
}

ALWAYS void begin_lanes(lanes *at, const sw_group *group, vec (*schedule)[4])
{
    EACH_VECTOR(v) {
        vec nonce = vec_shuffle_bytes(vec_gather(group->nonce + v * LANES, 0), vec_repeat(NONCE_TO_BLOCK));
        at->length[v] = vec_spread(group->length + v * LANES);
        at->white[v] = schedule[0][v];
        nonce = vec_xor(nonce, at->white[v]);
        at->first[v] = vec_xor(nonce, vec_repeat(FLAGS_OF_COUNTER));
        at->mac[v] = vec_xor3(nonce, vec_repeat(FLAGS_OF_B0),
                              vec_shuffle_bytes(at->length[v], vec_repeat(LENGTH_TO_BLOCK)));
        at->tag[v] = vec_zero();
    }
}

/* Take one block of every text through: key stream on, and into the MAC. The MAC waits for the pass
 * before; all that does not is brought together first. */
ALWAYS void cross_block(lanes *at, vec text[4], const vec left[4], unsigned block, bool whole, bool sealing)
{
    EACH_VECTOR(v) {
        vec in = text[v], out = vec_xor(in, at->counter[v]), white = vec_xor(in, at->white[v]);
        if (!whole)
            out = vec_keep(out, left[v], block);
        text[v] = out;
        if (sealing)
            at->mac[v] = vec_xor(at->mac[v], white);
        else if (whole)
            at->mac[v] = vec_xor3(at->mac[v], at->counter[v], white);
        else
            at->mac[v] = vec_xor3(at->mac[v], out, at->white[v]);
    }
}

/* How far the texts of a group have been asked for, and whether they are so long that it is done bit by bit. */
typedef struct {
    const sw_group *group;
    uint32_t lane, offset;
} cursor;

/* Ask for what the lanes cross in one pass, in and out: a line of 64 bytes for each four of them. Text after
 * text, in the order in which they lie, because the CPU helps with what is read in order. */
ALWAYS void prefetch_next(cursor *at)
{
    if (at->lane >= AT_ONCE)
        return;
    const uint8_t *in = at->group->in[at->lane] + at->offset, *out = at->group->out[at->lane] + at->offset;
    UNROLL(4)
    for (unsigned line = 0; line < LANES; line++) {
        __builtin_prefetch(in + 64 * line, 0, 2);
        __builtin_prefetch(out + 64 * line, 1, 2);
    }
    at->offset += 64 * LANES;
    if (at->offset >= at->group->length[at->lane]) {
        at->offset = 0;
        at->lane++;
    }
}

/* Ask for what every text has at byte `offset`, in and out: the CPU does not follow so many streams. */
ALWAYS void prefetch_chunk(const sw_group *group, uint32_t offset)
{
    UNROLL(16)
    for (unsigned lane = 0; lane < AT_ONCE; lane++) {
        __builtin_prefetch(group->in[lane] + offset);
        __builtin_prefetch(group->out[lane] + offset, 1);
    }
}

/* Take `blocks` (up to four) blocks of every text through, from pass `number` on. */
ALWAYS void cross_chunk(workspace *work, const sw_group *group, lanes *at, vec (*schedule)[4], uint32_t number,
                        uint32_t last, unsigned blocks, bool whole, unsigned rounds, bool sealing, bool mixed,
                        cursor *ahead, expansion *next)
{
    (void)next; /* where one pass expands all keys */
    uint32_t offset = number * SW_BLOCK;
    vec left[4];
    EACH_VECTOR(v) left[v] = whole ? vec_zero() : vec_left(at->length[v], offset);
    load_chunk(work->text, group, offset, whole, sealing);
    UNROLL(4)
    for (unsigned block = 0; block < blocks; block++) {
        cross_block(at, work->text[block], left, block, whole, sealing);
        number++;
        set_counters(at, number, last, mixed);
        prefetch_next(ahead);
#if EXPANDING > 1
        if (block + 1 < EXPANDING && offset == 0)
            pass_expanding(at, schedule, rounds, next, block + 1);
        else
#endif
            pass(at, schedule, rounds);
        if (mixed)
            take_tags(at, number, true);
    }
    store_chunk(work->text, group, offset, whole);
}

ALWAYS uint32_t blocks_of(uint32_t length)
{
    return (length + SW_BLOCK - 1) / SW_BLOCK;
}

/* What a turn of the run works on: the group that is crossed, the next one, whose keys are
 * expanded meanwhile, and the one after it, whose lanes are loaded and memory asked for. */
typedef struct {
    size_t at; /* the place of the group's first message */
    unsigned half;
    sw_group *group, *next, *after;
} turn;

/* Fill the lanes with the messages from `at` on. */
ALWAYS void load_lanes(const sw_run *run, size_t at, sw_group *group)
{
    if (run->order || at + AT_ONCE > run->count)
        sw_load_lanes(run, at, AT_ONCE, group);
    else
        load_full(run, at, group);
}

/* Ask for the keys of a group, and where its texts are scattered for their first bytes too: the CPU
 * itself follows texts that stand in a row. */
ALWAYS void prefetch_group(const sw_run *run, const sw_group *group)
{
    UNROLL(16)
    for (unsigned lane = 0; lane < AT_ONCE; lane++) {
        __builtin_prefetch(group->key[lane]);
        if (!run->batch->nonce_in_header)
            __builtin_prefetch(group->nonce[lane] + 15);
    }
    if (!run->order && run->batch->in && group->longest <= 128)
        return;
    if (group->longest <= 128) {
        prefetch_chunk(group, 0);
        if (group->longest > 48)
            prefetch_chunk(group, 64);
    }
}

/* Open or seal the messages of one group; expand the keys of the next. Returns a bit a lane. */
ALWAYS uint32_t cross_group(workspace *work, const sw_run *run, const turn *now, unsigned rounds, bool sealing,
                            bool mixed)
{
    const sw_group *group = now->group;
    vec(*schedule)[4] = work->schedule[now->half];
    lanes at;
    uint32_t last = blocks_of(group->longest);
    begin_lanes(&at, group, schedule);
    set_counters(&at, 0, last, mixed);
    expansion next = {.schedule = work->schedule[now->half ^ 1]};
    begin_keys(&next.words, next.schedule, now->next->key, rounds);
    pass_expanding(&at, schedule, rounds, &next, 0);
    load_lanes(run, now->at + 2 * AT_ONCE, now->after);
    prefetch_group(run, now->after);
    if (mixed)
        take_tags(&at, 0, true);
    uint32_t number = 0;
    cursor ahead = {now->after, group->longest > 128 ? 0 : AT_ONCE, 0};
    /* As long as no text of the group ends, its lanes are all alike. */
    for (; (number + 4) * SW_BLOCK < group->shortest; number += 4)
        cross_chunk(work, group, &at, schedule, number, last, 4, true, rounds, sealing, false, &ahead, &next);
    for (; (number + 4) * SW_BLOCK <= group->shortest; number += 4)
        cross_chunk(work, group, &at, schedule, number, last, 4, true, rounds, sealing, mixed, &ahead, &next);
    for (; number < last; number += 4)
        cross_chunk(work, group, &at, schedule, number, last, last - number < 4 ? last - number : 4, false, rounds,
                    sealing, mixed, &ahead, &next);
    expand_rest(&next, last + 1, rounds);
    if (!mixed)
        take_tags(&at, last, false);
    if (sealing) {
        store_tags(group, at.tag);
        return UINT32_MAX;
    }
    return tags_equal(group, at.tag);
}

/* The lanes of a group end in different passes where their texts differ in blocks. */
static inline bool is_mixed(const sw_group *group)
{
    return blocks_of(group->shortest) != blocks_of(group->longest);
}

typedef uint32_t group_function(workspace *work, const sw_run *run, const turn *now);

/* One function for each way to cross a group: what differs is a constant in each. */
#define GROUP_FUNCTION(name, rounds, sealing, mixed)                                                                   \
    static __attribute__((noinline)) uint32_t name(workspace *work, const sw_run *run, const turn *now)                \
    {                                                                                                                  \
        return cross_group(work, run, now, rounds, sealing, mixed);                                                    \
    }

GROUP_FUNCTION(open_128, 10, false, false)
GROUP_FUNCTION(open_128_mixed, 10, false, true)
GROUP_FUNCTION(open_256, 14, false, false)
GROUP_FUNCTION(open_256_mixed, 14, false, true)
GROUP_FUNCTION(seal_128, 10, true, false)
GROUP_FUNCTION(seal_128_mixed, 10, true, true)
GROUP_FUNCTION(seal_256, 14, true, false)
GROUP_FUNCTION(seal_256_mixed, 14, true, true)

/* By whether it seals, the keys have 32 bytes, and the group is mixed. */
static group_function *const CROSS[2][2][2] = {
    {{open_128, open_128_mixed}, {open_256, open_256_mixed}},
    {{seal_128, seal_128_mixed}, {seal_256, seal_256_mixed}},
};

/* Tell each message's verdict; a failed one leaves no text behind. */
static inline void settle(const sw_run *run, const sw_group *group, uint32_t good)
{
    uint32_t all = (uint32_t)((1ULL << group->live) - 1);
    if (run->order || group->live < AT_ONCE)
        sw_write_status(run, group, good);
    else
        status_full(run->batch->status + run->first + group->at, good);
    if (__builtin_expect((good & all) != all, 0))
        sw_clear_failed(group, good);
}

/* A call of its own, so that nothing of the keys is spilled into the frame of run_ccm. */
static __attribute__((noinline)) void expand_first(workspace *work, unsigned rounds)
{
    expand_keys(work->schedule[0], work->group[0].key, rounds);
}

static void run_ccm(const sw_run *run, bool sealing)
{
    bool wide = run->key_length == 32;
    workspace work;
    turn now = {0, 0, &work.group[0], &work.group[1], &work.group[2]};
    sw_load_lanes(run, 0, AT_ONCE, now.group);
    sw_load_lanes(run, AT_ONCE, AT_ONCE, now.next);
    prefetch_group(run, now.next);
    expand_first(&work, wide ? 14 : 10);
    while (now.at < run->count) {
        uint32_t good = CROSS[sealing][wide][is_mixed(now.group)](&work, run, &now);
#ifdef SEALWRIGHT_PLANT
        if (!(good & 1)) /* a fault for the memcheck test to find: a branch before the verdict is public */
            sw_clear_failed(now.group, good);
#endif
        SW_PUBLIC(good);
        settle(run, now.group, good);
        now = (turn){now.at + AT_ONCE, now.half ^ 1, now.next, now.after, now.group};
    }
    sw_wipe(&work, sizeof work);
    wipe_registers();
    sw_wipe_stack();
}
