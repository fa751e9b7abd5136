/* From messages to plaintexts in one go: reading, look-up and opening (-maes -mssse3 -msse4.1). */
#include "stream.h"

#include "keyring.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

enum { WINDOW = 2048, MOST_THREADS = 64, AT_ONCE = 32 };

/* Codes of a Kind (format/layouts.py), and of a Reason (errors.py). */
enum { V1 = 1, V2 = 2, UNKNOWN_HEADER = 10 };

/* The ways to open a message: by cipher and key size. NO_WAY is for what is tried elsewhere, and
 * for what is malformed; NO_KEY for a name that nobody knows. */
enum { CCM_128, CCM_256, CS1, WAYS, NO_WAY = WAYS, NO_KEY };

/* Messages that go one way: where they are, and the place of each one's key. */
typedef struct {
    int64_t in_at[WINDOW + 1], length[WINDOW], out_at[WINDOW + 1], key[WINDOW];
} columns;

/* What is known of the messages of one window, out of reach of whoever might write to the arrays. */
typedef struct {
    size_t first, count;
    uint8_t kind[WINDOW], raw[WINDOW][16];
    uint8_t way[WINDOW];
    columns all, some;
    uint32_t ways[WAYS]; /* how many messages go each way */
    uint16_t among[WINDOW];  /* where each of `some` stands in the window */
    uint8_t status[WINDOW];
} window;

/* What the threads share. */
typedef struct {
    const sw_stream *stream;
    sw_cpu cpu;
    pthread_mutex_t turn;
    size_t next; /* the first message that nobody has taken */
    int64_t slot;
    size_t left;
    sw_result result;
} work;

static void read_objects(const sw_stream *stream, window *in)
{
    const sw_object *object = stream->object + in->first;
    sw_parse_objects(stream->shapes, in->count, object, in->kind, stream->reason + in->first, in->raw[0], in->all.length);
    for (size_t i = 0; i < in->count; i++) {
        in->all.in_at[i] = (int64_t)(uintptr_t)object[i].in;
        in->all.out_at[i] = (int64_t)(uintptr_t)object[i].out;
    }
}

/* Read the headers of a window, and give each message its slot, the first one from `slot` on. */
static sw_result read_arrays(const sw_stream *stream, window *in, int64_t slot)
{
    columns *all = &in->all;
    const uint8_t *at = (const uint8_t *)stream->at + in->first * stream->at_bytes;
    if (!sw_take_offsets(at, stream->at_bytes, in->count + 1, (int64_t)stream->data_bytes, all->in_at))
        return SW_BAD_OFFSETS;
    if (sw_parse_headers(stream->shapes, in->count, stream->data, stream->data_bytes, all->in_at, in->kind,
                         stream->reason + in->first, in->raw[0], all->length) < 0)
        return SW_BAD_LENGTH;
    for (size_t i = 0; i < in->count; i++) {
        all->out_at[i] = slot;
        slot += all->length[i];
    }
    all->out_at[in->count] = slot;
    memcpy(stream->slot + in->first, all->out_at, (in->count + 1) * sizeof *all->out_at);
    return slot <= (int64_t)stream->arena_bytes ? SW_DONE : SW_BAD_LENGTH;
}

/* The names of some messages, and their buckets on the way to the cache. */
static inline void ask(const sw_stream *stream, const window *in, size_t from, size_t several, __m128i *name, size_t *at)
{
    const __m128i mask[4] = {_mm_setzero_si128(), sw_first_bytes(14), sw_first_bytes(12), sw_first_bytes(12)};
    for (size_t i = 0; i < several; i++) {
        name[i] = _mm_and_si128(sw_load_name(in->raw[from + i]), mask[in->kind[from + i]]);
        at[i] = sw_bucket_of(stream->ring->names, name[i]);
        __builtin_prefetch(&stream->ring->names->bucket[at[i]]);
    }
}

/* The way of a message, by what the map says of its name. */
static inline uint8_t way_of(unsigned kind, uint32_t value)
{
    /* By kind, and by the two bits that say whether the name is plain and the key wide. */
    static const uint8_t WAY[4][4] = {
        {NO_WAY, NO_WAY, NO_WAY, NO_WAY},
        {NO_WAY, NO_WAY, CCM_128, CCM_256},
        {NO_WAY, NO_WAY, CS1, CS1},
        {NO_WAY, NO_WAY, NO_WAY, NO_WAY},
    };
    static const uint8_t WITHOUT[4] = {NO_WAY, NO_KEY, NO_KEY, NO_WAY};
    return value ? WAY[kind][value >> SW_PLACE_BITS] : WITHOUT[kind];
}

/* Messages that stand alone go no way where their text has not the room that is there. */
static void check_room(const sw_stream *stream, window *in)
{
    for (size_t i = 0; i < in->count; i++)
        if (in->way[i] < WAYS && stream->object[in->first + i].room != in->all.length[i]) {
            in->way[i] = NO_WAY;
            stream->place[in->first + i] = -1;
        }
}

/* Give each message its key and its way. */
static void look_up(const sw_stream *stream, window *in)
{
    const int64_t first_mac = (int64_t)stream->ring->first_mac;
    int32_t *place = stream->place + in->first;
    __m128i name[AT_ONCE];
    size_t at[AT_ONCE];
    for (size_t from = 0; from < in->count; from += AT_ONCE) {
        size_t several = in->count - from < AT_ONCE ? in->count - from : AT_ONCE;
        ask(stream, in, from, several, name, at);
        for (size_t i = 0; i < several; i++) {
            uint32_t value = sw_look_up(stream->ring->names, at[i], name[i]);
            uint8_t way = way_of(in->kind[from + i], value);
            int32_t key = (int32_t)(value & SW_PLACE_MASK) - 1;
            in->way[from + i] = way;
            in->all.key[from + i] = key - (way == CS1 ? first_mac : 0);
            place[from + i] = way < WAYS ? key : -1;
        }
    }
    if (stream->object)
        check_room(stream, in);
    for (uint8_t way = 0; way < WAYS; way++) {
        uint32_t count = 0;
        for (size_t i = 0; i < in->count; i++)
            count += in->way[i] == way;
        in->ways[way] = count;
    }
}

/* Bring the messages that go one way together. */
static const columns *gather(window *in, unsigned way)
{
    if (in->ways[way] == in->count)
        return &in->all;
    size_t picked = 0;
    for (size_t i = 0; i < in->count; i++) {
        in->among[picked] = (uint16_t)i;
        in->some.in_at[picked] = in->all.in_at[i];
        in->some.length[picked] = in->all.length[i];
        in->some.out_at[picked] = in->all.out_at[i];
        in->some.key[picked] = in->all.key[i];
        picked += in->way[i] == way;
    }
    return &in->some;
}

static void tell(const sw_stream *stream, const window *in, unsigned way)
{
    uint8_t *outcome = stream->outcome + in->first;
    bool all = in->ways[way] == in->count;
    for (size_t i = 0; i < in->ways[way]; i++)
        outcome[all ? i : in->among[i]] = in->status[i] ? SW_OPENED : SW_NOT_AUTHENTIC;
}

/* Open the messages that go one way. */
static sw_result open_way(sw_cpu cpu, const sw_stream *stream, window *in, unsigned way)
{
    const columns *messages = gather(in, way);
    const sw_keyring *ring = stream->ring;
    const sw_batch batch = {
        .count = in->ways[way],
        .in = (uintptr_t)stream->data,
        .in_at = messages->in_at,
        .text_length = messages->length,
        .out = (uintptr_t)stream->arena,
        .out_at = messages->out_at,
        .rows = ring->bare[0],
        .row_count = way == CS1 ? ring->count - ring->first_mac : ring->first_mac,
        .row = messages->key,
        .status = in->status,
        .header_length = way == CS1 ? 12 : 16,
        .nonce_in_header = true,
        .suites = 1U << (way == CCM_256 ? SW_AES_256_CCM : SW_AES_128_CCM),
        .bare_keys = true,
        .mac_keys = ring->mac,
    };
    sw_result result = way == CS1 ? sw_cs1_open(cpu, &batch, stream->span) : sw_ccm_open(cpu, &batch);
    tell(stream, in, way);
    return result;
}

/* Say of a message that goes no way what is certain already; true where others have to try it. */
static bool is_left(const sw_stream *stream, const window *in, size_t i)
{
    size_t at = in->first + i;
    if (in->way[i] == NO_KEY)
        stream->reason[at] = UNKNOWN_HEADER;
    stream->outcome[at] = !in->kind[i] ? SW_MALFORMED : in->way[i] == NO_KEY ? SW_NO_PARAMETERS : SW_NOT_ATTEMPTED;
    return stream->outcome[at] == SW_NOT_ATTEMPTED;
}

/* Clear the slots that no cipher writes to; returns how many messages others have to try. */
static size_t leave(const sw_stream *stream, const window *in)
{
    size_t left = 0;
    for (size_t i = 0; i < in->count; i++)
        if (in->way[i] >= WAYS) {
            if (!stream->object)
                memset(stream->arena + in->all.out_at[i], 0, (size_t)in->all.length[i]);
            left += is_left(stream, in, i);
        }
    return left;
}

static sw_result open_window(sw_cpu cpu, const sw_stream *stream, window *in, size_t *left)
{
    look_up(stream, in);
    sw_result result = SW_DONE;
    size_t gone = 0;
    for (unsigned way = 0; way < WAYS && result == SW_DONE; way++)
        if (in->ways[way]) {
            result = open_way(cpu, stream, in, way);
            gone += in->ways[way];
        }
    *left += gone < in->count ? leave(stream, in) : 0;
    return result;
}

/* Take the next window; none is left where `count` is 0. One thread at a time, so that slots follow
 * each other and offsets are read in order. */
static bool take(work *shared, window *in)
{
    pthread_mutex_lock(&shared->turn);
    size_t waiting = shared->result == SW_DONE ? shared->stream->count - shared->next : 0;
    in->first = shared->next;
    in->count = waiting < WINDOW ? waiting : WINDOW;
    shared->next += in->count;
    if (in->count && !shared->stream->object) {
        shared->result = read_arrays(shared->stream, in, shared->slot);
        shared->slot = in->all.out_at[in->count];
    }
    bool fine = in->count && shared->result == SW_DONE;
    pthread_mutex_unlock(&shared->turn);
    if (fine && shared->stream->object)
        read_objects(shared->stream, in);
    return fine;
}

static void *run(void *given)
{
    work *shared = given;
    window in;
    size_t left = 0;
    sw_result result = SW_DONE;
    while (result == SW_DONE && take(shared, &in))
        result = open_window(shared->cpu, shared->stream, &in, &left);
    pthread_mutex_lock(&shared->turn);
    shared->left += left;
    shared->result = shared->result == SW_DONE ? result : shared->result;
    pthread_mutex_unlock(&shared->turn);
    return NULL;
}

/* Start threads that take no signals: those are the caller's. Returns how many there are. */
static unsigned start(pthread_t *thread, unsigned wanted, work *shared)
{
    sigset_t all, before;
    unsigned started = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (started < wanted && !pthread_create(&thread[started], NULL, run, shared))
        started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

sw_result sw_stream_open(sw_cpu cpu, const sw_stream *stream, unsigned threads, size_t *left)
{
    work shared = {.stream = stream, .cpu = cpu, .turn = PTHREAD_MUTEX_INITIALIZER};
    pthread_t thread[MOST_THREADS];
    unsigned others = threads > MOST_THREADS ? MOST_THREADS : threads ? threads - 1 : 0;
    if (!stream->object)
        stream->slot[0] = 0;
    others = start(thread, others, &shared);
    run(&shared);
    for (unsigned i = 0; i < others; i++)
        pthread_join(thread[i], NULL);
    *left = shared.left;
    return shared.result;
}
