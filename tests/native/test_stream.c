/* The stream and its keyring: who is opened, who is told at once, and who is left for others. */
#include "oracle.h"
#include "stream.h"

static const sw_span SPAN = {{SW_PART_HEADER, SW_PART_BODY}};

/* What is said of a message: an outcome; LEFT is NOT_ATTEMPTED. */
enum { LEFT = SW_NOT_ATTEMPTED };

/* Sorts of rows. The first four are plain. */
typedef enum {
    PLAIN, PLAIN_V2, TWICE, TWICE_V2, /* one key and one name, told once and told twice */
    TORN, TORN_V2, TORN_SIZE, REFUSED, REFUSED_AGAIN, CROOKED_NONCE, CROOKED_DEVICE, ANOTHER_DEVICE,
    ANOTHER_DEVICE_V2, ANOTHER_SUITE, ANOTHER_SUITE_V2, LONG_MAC_KEY, DOWNLINK, SORTS,
} sort;

static bool is_v2(sort s)
{
    return s == PLAIN_V2 || s == TWICE_V2 || s == TORN_V2 || s == ANOTHER_DEVICE_V2 || s == ANOTHER_SUITE_V2 ||
           s == LONG_MAC_KEY;
}

static bool is_twice(sort s)
{
    return s == TWICE || s == TWICE_V2 || s == TORN || s == TORN_V2 || s == TORN_SIZE || s == REFUSED_AGAIN;
}

/* Rows in pairs: 2 i, and 2 i + 1, which is used where its sort is told twice. */
typedef struct {
    size_t pairs;
    uint8_t *rows, *look_ups, *crooked;
    sw_keyring *ring;
} held;

static uint8_t *row_at(const held *h, size_t row) { return h->rows + row * SW_ROW_BYTES; }
static uint8_t *header_at(const held *h, size_t row) { return h->look_ups + row * SW_LOOK_UP_BYTES + SW_LOOK_UP_HEADER; }

static void make_row(const held *h, size_t i, sort s)
{
    uint8_t *row = row_at(h, i), *header = header_at(h, i);
    bool v2 = is_v2(s);
    random_bytes(row, SW_ROW_BYTES), random_bytes(header, 16);
    h->look_ups[i * SW_LOOK_UP_BYTES] = 0;
    header[0] = (uint8_t)(v2 ? 0x28 : 0x11);
    memset(header + (v2 ? 12 : 14), 0, v2 ? 4 : 2);
    row[SW_ROW_STATE] = s == REFUSED ? 3 : 1;
    row[SW_ROW_SUITE] = (uint8_t)((v2 ? SW_AES_128_CS1 : SW_AES_128_CCM) + (random64() & 1));
    row[SW_ROW_MAC_KEY_LENGTH] = s == LONG_MAC_KEY ? 33 : 32;
    memcpy(row + SW_ROW_UID + 2, header + (v2 ? 4 : 2), 6);
    if (!v2)
        memcpy(row + SW_ROW_NONCE, header + 4, 12);
    row[SW_ROW_NONCE] ^= s == CROOKED_NONCE;
    row[SW_ROW_UID + 7] ^= s == ANOTHER_DEVICE || s == ANOTHER_DEVICE_V2;
    row[SW_ROW_SUITE] = s == ANOTHER_SUITE ? SW_AES_128_CS1 : s == ANOTHER_SUITE_V2 ? SW_HMAC_SHA256 : row[SW_ROW_SUITE];
    h->crooked[i] = s == CROOKED_DEVICE;
    h->look_ups[i * SW_LOOK_UP_BYTES] = s == DOWNLINK ? 2 : 0;
}

static held make_held(size_t pairs)
{
    held h = {pairs, malloc(2 * pairs * SW_ROW_BYTES + 1), malloc(2 * pairs * SW_LOOK_UP_BYTES + 1), calloc(2 * pairs + 1, 1), 0};
    uint8_t secret[32];
    for (size_t i = 0; i < pairs; i++) {
        sort s = (sort)(i % SORTS);
        make_row(&h, 2 * i, s);
        memcpy(row_at(&h, 2 * i + 1), row_at(&h, 2 * i), SW_ROW_BYTES);
        memcpy(h.look_ups + (2 * i + 1) * SW_LOOK_UP_BYTES, h.look_ups + 2 * i * SW_LOOK_UP_BYTES, SW_LOOK_UP_BYTES);
        uint8_t *again = row_at(&h, 2 * i + 1);
        if (s == TWICE || s == TORN) /* another header of the same key id */
            header_at(&h, 2 * i + 1)[15] = 1, again[SW_ROW_NONCE + 11] = 1;
        again[SW_ROW_KEY] ^= s == TORN;
        again[SW_ROW_MAC_KEY] ^= s == TORN_V2;
        again[SW_ROW_SUITE] ^= s == TORN_SIZE;
        again[SW_ROW_STATE] = s == REFUSED_AGAIN ? 3 : again[SW_ROW_STATE];
        if (!is_twice(s)) /* a row that is not for uplink protection */
            h.look_ups[(2 * i + 1) * SW_LOOK_UP_BYTES] = 1;
        h.crooked[2 * i + 1] = h.crooked[2 * i];
    }
    random_bytes(secret, 32);
    h.ring = sw_keyring_build(h.rows, h.look_ups, h.crooked, 2 * pairs, secret);
    CHECK(h.ring, "keyring of %zu pairs", pairs);
    return h;
}

static void free_held(held *h)
{
    sw_keyring_free(h->ring);
    free(h->rows), free(h->look_ups), free(h->crooked);
}

/* Messages in a row, and what has to come of each. */
typedef struct {
    size_t count;
    uint8_t *data, *arena, *wanted, *outcome, *reason, *text;
    const uint8_t **row; /* whose UID an opened message has */
    int64_t *at, *slot, *length;
    int32_t *place;
} sent;

static size_t seal(const uint8_t *row, const uint8_t *header, const uint8_t *text, size_t length, uint8_t *to)
{
    bool v2 = header[0] >> 4 == 2;
    size_t start = v2 ? 12 : 16;
    memcpy(to, header, start);
    if (v2) {
        oracle_cs1_seal(row + SW_ROW_KEY, row[SW_ROW_SUITE] == SW_AES_256_CS1 ? 32 : 16, row + SW_ROW_NONCE, text,
                        (int)length, to + start);
        oracle_hmac(row + SW_ROW_MAC_KEY, 32, to, start + length, to + start + length);
    } else {
        oracle_ccm_seal(row + SW_ROW_KEY, row[SW_ROW_SUITE] == SW_AES_256_CCM ? 32 : 16, header + 4, text, (int)length,
                        to + start);
    }
    return start + length + 16;
}

/* Write message i to `to`, and say what has to come of it; returns its bytes. */
static size_t make_message(const held *h, sent *all, size_t i, uint8_t *to, const uint8_t *text)
{
    size_t length = 16 + random64() % 90, pair = h->pairs ? random64() % h->pairs : 0;
    sort s = (sort)(pair % SORTS);
    all->row[i] = h->pairs ? row_at(h, 2 * pair) : NULL;
    all->length[i] = (int64_t)length;
    unsigned lot = (unsigned)(random64() % 20);
    if (lot == 0) { /* malformed */
        all->wanted[i] = SW_MALFORMED, all->length[i] = 0;
        memset(to, 0x31, 40);
        return random64() % 40;
    }
    random_bytes(to, 28 + length + 4);
    if (lot == 1) { /* signed: left */
        to[0] = 0x29, all->wanted[i] = LEFT, all->length[i] = (int64_t)length + 1;
        return 28 + length;
    }
    if (lot == 2 || !h->pairs || s == DOWNLINK) { /* known to nobody */
        to[0] = (uint8_t)(lot & 1 ? 0x11 : 0x2a), all->wanted[i] = SW_NO_PARAMETERS;
        all->length[i] = (int64_t)length + (lot & 1 ? 0 : 4);
        return 32 + length;
    }
    uint8_t header[16];
    memcpy(header, header_at(h, 2 * pair), 16);
    if (header[0] == 0x11 && (random64() & 1))
        header[15] = 7; /* another message of the same key */
    size_t bytes = seal(row_at(h, 2 * pair), header, text, length, to);
    bool damaged = lot == 3;
    to[bytes - 1 - random64() % 16] ^= (uint8_t)(damaged << (random64() % 8));
    all->wanted[i] = s > TWICE_V2 ? LEFT : damaged ? SW_NOT_AUTHENTIC : SW_OPENED;
    return bytes;
}

static sent make_sent(const held *h, size_t count)
{
    enum { MOST = 160 };
    sent all = {count, malloc(count * MOST + 1), malloc(count * MOST + 1), malloc(count + 1), malloc(count + 1),
                malloc(count + 1), malloc(count * MOST + 1), calloc(count + 1, sizeof(uint8_t *)), calloc(count + 1, 8),
                calloc(count + 1, 8), calloc(count + 1, 8), calloc(count + 1, 4)};
    random_bytes(all.text, count * MOST);
    for (size_t i = 0; i < count; i++)
        all.at[i + 1] = all.at[i] + (int64_t)make_message(h, &all, i, all.data + all.at[i], all.text + i * MOST);
    memset(all.arena, 0xaa, count * MOST + 1);
    return all;
}

static void free_sent(sent *all)
{
    free(all->data), free(all->arena), free(all->wanted), free(all->outcome), free(all->reason), free(all->text);
    free(all->row), free(all->at), free(all->slot), free(all->length), free(all->place);
}

static sw_stream stream_of(const held *h, const sent *all, const sw_shapes *shapes)
{
    return (sw_stream){
        .count = all->count, .data = all->data, .data_bytes = (size_t)all->at[all->count], .at = all->at, .at_bytes = 8,
        .shapes = shapes, .ring = h->ring, .span = SPAN, .arena = all->arena, .arena_bytes = (size_t)all->at[all->count],
        .slot = all->slot, .outcome = all->outcome, .reason = all->reason, .place = all->place,
    };
}

static void check_message(const held *h, const sent *all, size_t i, const uint8_t *uid)
{
    static const uint8_t none[8];
    const uint8_t *got = all->arena + all->slot[i], *text = all->text + i * 160;
    CHECK(all->outcome[i] == all->wanted[i], "message %zu of %zu, %zu pairs: outcome %d, not %d", i, all->count, h->pairs,
          all->outcome[i], all->wanted[i]);
    CHECK(all->slot[i + 1] - all->slot[i] == all->length[i], "slot %zu", i);
    bool opened = all->outcome[i] == SW_OPENED;
    for (int64_t b = 0; b < all->length[i]; b++)
        CHECK(got[b] == (opened ? text[b] : 0), "text of message %zu", i);
    CHECK(opened || all->outcome[i] == SW_NOT_AUTHENTIC || all->place[i] == -1, "place of message %zu", i);
    if (opened)
        CHECK(!memcmp(uid, all->row[i] + SW_ROW_UID, 8), "UID of message %zu", i);
    else if (all->place[i] < 0)
        CHECK(!memcmp(uid, none, 8), "UID of no key");
    CHECK(!!all->reason[i] == (all->outcome[i] == SW_MALFORMED || all->outcome[i] == SW_NO_PARAMETERS), "reason");
}

static void check_sent(const held *h, const sent *all, size_t left)
{
    uint8_t *uid = malloc(all->count * 8 + 1);
    CHECK(sw_keyring_uids(h->ring, all->place, all->count, uid), "UIDs");
    size_t wanted = 0;
    for (size_t i = 0; i < all->count; i++) {
        check_message(h, all, i, uid + 8 * i);
        wanted += all->wanted[i] == LEFT;
    }
    CHECK(left == wanted, "%zu left, not %zu", left, wanted);
    CHECK(all->arena[all->slot[all->count]] == 0xaa, "written behind the last slot");
    free(uid);
}

static void test_stream(size_t count, size_t pairs, unsigned threads)
{
    held h = make_held(pairs);
    sent all = make_sent(&h, count);
    sw_shapes shapes = sw_shapes_for(0, 1 << 20);
    sw_stream stream = stream_of(&h, &all, &shapes);
    for (sw_cpu cpu = SW_CPU_AESNI; cpu <= sw_widest_cpu(); cpu++) {
        size_t left = 77;
        memset(all.arena, 0xaa, (size_t)all.at[count] + 1);
        CHECK(sw_stream_open(cpu, &stream, threads, &left) == SW_DONE, "stream");
        check_sent(&h, &all, left);
    }
    free_sent(&all), free_held(&h);
}

/* The same messages, each alone in memory as an object, and its text too. */
static void test_objects(size_t count, size_t pairs)
{
    held h = make_held(pairs);
    sent all = make_sent(&h, count);
    sw_object *object = calloc(count + 1, sizeof *object);
    for (size_t i = 0; i < count; i++) {
        int64_t bytes = all.at[i + 1] - all.at[i], room = bytes - (all.data[all.at[i]] >> 4 == 1 ? 32 : 28);
        uint8_t *in = malloc((size_t)bytes + 1);
        memcpy(in, all.data + all.at[i], (size_t)bytes);
        room = i % 50 == 49 ? room + 1 : room;
        object[i] = (sw_object){in, bytes, room < 0 ? NULL : malloc((size_t)room + 1), room};
    }
    sw_shapes shapes = sw_shapes_for(0, 1 << 20);
    sw_stream stream = {
        .count = count, .shapes = &shapes, .ring = h.ring, .span = SPAN, .object = object, .outcome = all.outcome,
        .reason = all.reason, .place = all.place,
    };
    size_t left;
    CHECK(sw_stream_open(sw_widest_cpu(), &stream, 2, &left) == SW_DONE, "objects");
    for (size_t i = 0; i < count; i++) {
        bool roomless = i % 50 == 49 && (all.wanted[i] == SW_OPENED || all.wanted[i] == SW_NOT_AUTHENTIC);
        CHECK(all.outcome[i] == (roomless ? LEFT : all.wanted[i]), "object %zu: outcome %d", i, all.outcome[i]);
        CHECK(!roomless || all.place[i] == -1, "object %zu: place", i);
        for (int64_t b = 0; !roomless && all.wanted[i] == SW_NOT_AUTHENTIC && b < object[i].room; b++)
            CHECK(!object[i].out[b], "object %zu: text of a message that failed", i);
        if (all.outcome[i] == SW_OPENED)
            CHECK(!memcmp(object[i].out, all.text + i * 160, (size_t)object[i].room), "object %zu: text", i);
        free((void *)(uintptr_t)object[i].in), free(object[i].out);
    }
    free(object), free_sent(&all), free_held(&h);
}

/* Messages of one sort only take no detour. */
static void test_one_way(sort s)
{
    enum { COUNT = 1500 };
    held h = make_held(SORTS);
    uint8_t *data = malloc(COUNT * 80), outcome[COUNT], reason[COUNT], *arena = malloc(COUNT * 80), text[40];
    int64_t at[COUNT + 1] = {0}, slot[COUNT + 1];
    int32_t place[COUNT];
    random_bytes(text, sizeof text);
    for (size_t i = 0; i < COUNT; i++)
        at[i + 1] = at[i] + (int64_t)seal(row_at(&h, 2 * s), header_at(&h, 2 * s), text, sizeof text, data + at[i]);
    sw_shapes shapes = sw_shapes_for(0, 1 << 20);
    sw_stream stream = {
        .count = COUNT, .shapes = &shapes, .ring = h.ring, .span = SPAN, .data = data, .data_bytes = (size_t)at[COUNT],
        .at = at, .at_bytes = 8, .arena = arena, .arena_bytes = COUNT * 80, .slot = slot, .outcome = outcome, .reason = reason,
        .place = place,
    };
    size_t left = 1;
    CHECK(sw_stream_open(sw_widest_cpu(), &stream, 1, &left) == SW_DONE && !left, "one way");
    for (size_t i = 0; i < COUNT; i++)
        CHECK(outcome[i] == SW_OPENED && !memcmp(arena + slot[i], text, sizeof text), "one way: message %zu", i);
    free(data), free(arena), free_held(&h);
}

/* Numbers that lead outside are refused, and so are places that are none. */
static void test_stream_faults(void)
{
    held h = make_held(SORTS);
    sent all = make_sent(&h, 3000);
    sw_shapes shapes = sw_shapes_for(0, 1 << 20);
    sw_stream stream = stream_of(&h, &all, &shapes);
    size_t left;
    stream.arena_bytes = 100;
    CHECK(sw_stream_open(SW_CPU_AESNI, &stream, 2, &left) == SW_BAD_LENGTH, "a small arena");
    stream.arena_bytes = stream.data_bytes--;
    CHECK(sw_stream_open(SW_CPU_AESNI, &stream, 1, &left) == SW_BAD_OFFSETS, "offsets behind the data");
    stream.data_bytes++, stream.span.part[0] = SW_PART_END;
    CHECK(sw_stream_open(SW_CPU_AESNI, &stream, 3, &left) == SW_BAD_SPAN, "a span without a body");
    stream.span = SPAN, all.at[1] = INT64_MAX;
    CHECK(sw_stream_open(SW_CPU_AESNI, &stream, 1, &left) == SW_BAD_OFFSETS, "an offset far away");
    int32_t none = INT32_MAX;
    uint8_t uid[8];
    CHECK(!sw_keyring_uids(h.ring, &none, 1, uid), "a place that is none");
    free_sent(&all), free_held(&h);
}

void test_streams(void);
void test_streams(void)
{
    for (unsigned threads = 1; threads <= 3; threads += 2) {
        test_stream(0, 0, threads);
        test_stream(100, 0, threads);
        test_stream(700, 1, threads);
        test_stream(5000, 3, threads);
        test_stream(5000, 1000, threads);
    }
    test_stream(3000, 100, 1000);
    test_objects(0, 1);
    test_objects(4000, 200);
    test_one_way(PLAIN);
    test_one_way(PLAIN_V2);
    test_stream_faults();
    printf("the stream is right\n");
}
