/* The key map against a plain search, and headers against a plain reading of the dispatch. */
#include "oracle.h"
#include "stream.h"

static void test_map(size_t count, size_t significant)
{
    uint8_t secret[32], *names = malloc(count * 24 + 16), *asked = malloc(2 * count * 16 + 16);
    int64_t *row = malloc(2 * count * 8 + 8);
    random_bytes(secret, 32), random_bytes(names, count * 24);
    for (size_t i = 0; i < count; i++)
        memset(names + 24 * i + significant, 0, 16 - significant);
    if (count > 2)
        memcpy(names + 24 * (count - 1), names, 16); /* a repeat: the first is found */
    sw_keymap *map = sw_keymap_build(names, 24, count, secret);
    CHECK(map, "map");
    for (size_t i = 0; i < count; i++) {
        memcpy(asked + 32 * i, names + 24 * i, 16);
        random_bytes(asked + 32 * i + significant, 16 - significant);
        random_bytes(asked + 32 * i + 16, 16);
    }
    sw_keymap_find(map, asked, 16, 2 * count, significant, row);
    for (size_t i = 0; i < count; i++) {
        int64_t right = count > 2 && i == count - 1 ? 0 : (int64_t)i;
        CHECK(row[2 * i] == right && row[2 * i + 1] == -1, "map of %zu: name %zu at %d", count, i, (int)row[2 * i]);
    }
    sw_keymap_free(map);
    free(names), free(asked), free(row);
}

static void test_headers(int purpose)
{
    enum { COUNT = 4000 };
    static uint8_t data[COUNT * 80];
    int64_t at[COUNT + 1], text[COUNT], sum = 0;
    static uint8_t kind[COUNT], reason[COUNT], raw[COUNT][16];
    for (int i = 0; i < COUNT; i++)
        at[i] = sum, sum += (int64_t)(random64() % 80);
    at[COUNT] = sum;
    random_bytes(data, sizeof data);
    for (int i = 0; i < COUNT; i++)
        if (random64() % 8)
            data[at[i]] = (uint8_t)(random64() % 3 ? 0x10 + random64() % 32 : 0x29);
    sw_shapes shapes = sw_shapes_for(purpose, 72);
    uint8_t *tight = malloc((size_t)sum); /* so that sanitizers see a read behind the end */
    memcpy(tight, data, (size_t)sum);
    int64_t bad = sw_parse_headers(&shapes, COUNT, tight, (size_t)sum, at, kind, reason, &raw[0][0], text), count = 0;
    for (int i = 0; i < COUNT; i++) {
        int64_t length = at[i + 1] - at[i];
        uint8_t first = tight[at[i] < sum ? at[i] : 0];
        int k = first >> 4 == 1 ? (purpose == 2 ? 0 : 1) : first >> 4 == 2 ? (purpose == 2 || (purpose == 0 && first == 0x29) ? 3 : 2) : 0;
        int header = (int[]){0, 16, 12, 11}[k];
        int why = !length                                 ? 4
                  : !k                                    ? (first >> 4 == 1 ? 6 : 5)
                  : length < header + 16                  ? 7
                  : k == 2 && length < header + 32        ? 8
                  : length > 72                           ? 9
                                                          : 0;
        CHECK(reason[i] == why && kind[i] == (why ? 0 : k), "header %d: %d, not %d", i, reason[i], why);
        CHECK(text[i] == (why ? 0 : length - header - 16), "text length");
        for (int b = 0; b < 16; b++)
            CHECK(raw[i][b] == (why || b >= header ? 0 : tight[at[i] + b]), "raw");
        count += why != 0;
    }
    CHECK(bad == count, "malformed");
    free(tight);
}

/* Offsets that lead outside, or back. */
static void test_offsets(void)
{
    uint8_t data[64] = {0x11}, kind[2], reason[2], raw[32];
    int64_t text[2];
    const int64_t wrong[][3] = {{-1, 40, 60},       {65, 65, 65},        {0, 41, 40}, {0, 40, 65},
                                {0, INT64_MIN, 60}, {0, INT64_MAX, 60}, {INT64_MIN, 0, 60}};
    sw_shapes shapes = sw_shapes_for(0, 1000);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(sw_parse_headers(&shapes, 2, data, 64, wrong[i], kind, reason, raw, text) == -1, "offsets %zu", i);
}

/* Messages of 0 to 60 bytes, each alone in an area: no byte outside a message is read. */
static void test_header_fences(void)
{
    sw_shapes shapes = sw_shapes_for(0, 1000);
    for (size_t bytes = 0; bytes < 60; bytes++)
        for (int which = 0; which < 8; which++) {
            fence area = make_fence(bytes);
            uint8_t *data = which & 1 ? area.end - bytes : area.start, kind, reason, raw[16];
            const uint8_t first[] = {0x11, 0x21, 0x29, 0x99};
            int64_t at[2] = {0, (int64_t)bytes}, text;
            if (bytes)
                data[0] = first[which / 2];
            sw_parse_headers(&shapes, 1, data, bytes, at, &kind, &reason, raw, &text);
            CHECK(!kind == !!reason, "header of %zu bytes", bytes);
            free_fence(area);
        }
}

/* What keeps a header from being tried, in the words of opening/judge.py. */
static int verdict(unsigned kind, const uint8_t *raw, unsigned state, const uint8_t *row, unsigned checked)
{
    const int uid_at[] = {0, 2, 4, 4};
    unsigned suite = row[SW_ROW_SUITE];
    if (state == 3 || state == 4)
        return row[SW_ROW_REASON] ^ 0x80;
    if (state != 1 && state != 2)
        return 10;
    if (checked >> kind & 1 && memcmp(row + SW_ROW_UID + 2, raw + uid_at[kind], 6))
        return 11;
    if ((suite == SW_HMAC_SHA256) != (kind == 3))
        return 12;
    bool fits = kind == 1 ? suite < 2 : kind == 2 ? suite == 2 || suite == 3 : kind == 3;
    return fits ? 0 : 13;
}

static void test_judge(void)
{
    enum { COUNT = 20000, ROWS = 300 };
    static uint8_t kind[COUNT], raw[COUNT][16], state[COUNT], reason[COUNT], rows[ROWS][SW_ROW_BYTES];
    static int64_t row[COUNT];
    uint8_t told[256];
    random_bytes(&rows[0][0], sizeof rows), random_bytes(&raw[0][0], sizeof raw);
    for (int i = 0; i < 256; i++)
        told[i] = (uint8_t)(i ^ 0x80);
    for (int i = 0; i < ROWS; i++)
        rows[i][SW_ROW_SUITE] = (uint8_t)(random64() % 4 ? random64() % 6 : random64());
    for (int i = 0; i < COUNT; i++) {
        kind[i] = (uint8_t)(random64() % 4), state[i] = (uint8_t)(random64() % 7), row[i] = (int64_t)(random64() % ROWS);
        if (random64() % 4)
            memcpy(&raw[i][kind[i] == 1 ? 2 : 4], &rows[row[i]][SW_ROW_UID + 2], 6);
    }
    sw_question asked = {COUNT, kind, &raw[0][0], state, row, &rows[0][0], ROWS};
    for (unsigned checked = 0; checked < 16; checked++) {
        CHECK(sw_judge(&asked, told, checked, reason) == SW_DONE, "judge");
        for (int i = 0; i < COUNT; i++)
            CHECK(reason[i] == verdict(kind[i], raw[i], state[i], rows[row[i]], checked), "judge %d", i);
    }
    row[COUNT / 2] = ROWS;
    CHECK(sw_judge(&asked, told, 0, reason) == SW_BAD_ROW, "row behind the table");
    row[COUNT / 2] = -1;
    CHECK(sw_judge(&asked, told, 0, reason) == SW_BAD_ROW, "row before the table");
}

/* Headers that are held, headers of whose key only the id is held, unknown ones, refused rows, rows of
 * another suite, irregular nonces, malformed messages and such of another kind: who is opened, and how. */
static void test_stream(size_t count, size_t keys)
{
    enum { NONCE_AT = 4 };
    int64_t *lengths = calloc(count + 1, 8), *row_of = calloc(keys + 1, 8), *row = calloc(count + 1, 8);
    uint8_t *names = malloc(keys * 16 + 1), *ids = malloc(keys * 16 + 1), *raw = malloc(count * 16 + 1), secret[32];
    uint8_t *kind = malloc(count + 1), *reason = malloc(count + 1), *uid = calloc(count + 1, 8), told[256];
    uint8_t *regular = malloc(keys + 1);
    for (size_t i = 0; i < count; i++)
        lengths[i] = (int64_t)(random64() % 90);
    corpus c = make_ccm(count, lengths, keys, -1, 0);
    random_bytes(secret, 32), random_bytes(names, keys * 16);
    memset(told, 77, sizeof told);
    for (size_t i = 0; i < keys; i++) {
        uint8_t *at = c.rows + i * SW_ROW_BYTES;
        at[SW_ROW_STATE] = i % 11 == 10 ? 3 : 1, regular[i] = i % 5 != 4, row_of[i] = (int64_t)i;
        memcpy(names + 16 * i + 2, at + SW_ROW_UID + 2, 6);
        memcpy(ids + 16 * i, names + 16 * i, 14), memset(ids + 16 * i + 14, 0, 2);
        if (i % 3 == 2)
            random_bytes(names + 16 * i, 16); /* only the key id is held */
    }
    c.rows[SW_ROW_STATE] = 0; /* row 0 stands for none */
    random_bytes(names, 16), random_bytes(ids, 14);
    for (size_t i = 0; i < count; i++) {
        size_t key = (size_t)c.row[i];
        uint8_t *message = c.data + c.in_at[i], *at = c.rows + key * SW_ROW_BYTES;
        memcpy(message, ids + 16 * key, 16);
        if (key % 3 != 2)
            memcpy(message, names + 16 * key, 16);
        if (i % 13 == 12 || !key)
            random_bytes(message, 16); /* known to nobody */
        kind[i] = (uint8_t)(i % 17 == 16 ? 0 : i % 19 == 18 ? 2 : 1);
        oracle_ccm_seal(at + SW_ROW_KEY, at[SW_ROW_SUITE] == SW_AES_256_CCM ? 32 : 16, message + NONCE_AT,
                        c.text + c.out_at[i], (int)lengths[i], message + 16);
        c.bad[i] = i % 7 == 6;
        message[16 + lengths[i]] ^= c.bad[i];
        memcpy(raw + 16 * i, message, 16);
    }
    sw_keymap *map = sw_keymap_build(names, 16, keys, secret), *id_map = sw_keymap_build(ids, 16, keys, secret);
    sw_stream stream = {count, (uintptr_t)c.data, c.data_bytes, c.in_at, kind, raw, c.text_length, (uintptr_t)c.arena,
                        c.arena_bytes, c.out_at, {map, row_of, keys}, {id_map, row_of, keys}, c.rows, keys, regular,
                        told, 2, row, reason, c.status, uid};
    memset(c.arena, 0, c.arena_bytes);
    CHECK(sw_stream_open(sw_widest_cpu(), &stream) == SW_DONE, "stream");
    for (size_t i = 0; i < count; i++) {
        size_t key = (size_t)c.row[i];
        const uint8_t *at = c.rows + key * SW_ROW_BYTES, *got = c.arena + c.out_at[i];
        bool known = i % 13 != 12 && key, candidate = key % 3 == 2, refused = at[SW_ROW_STATE] == 3 && !candidate;
        /* What is of another kind is judged, and left to the caller. */
        bool tried = kind[i] == 1 && known && !refused && regular[key];
        int status = !tried ? 0 : c.bad[i] ? 2 : 1;
        CHECK(c.status[i] == status, "stream: message %zu of %zu: %d, not %d", i, count, c.status[i], status);
        CHECK(kind[i] != 1 || reason[i] == (!known ? 10 : refused ? 77 : 0), "stream: reason %d", reason[i]);
        for (int64_t b = 0; b < lengths[i]; b++)
            CHECK(got[b] == (status == 1 ? c.text[c.out_at[i] + b] : 0), "stream: text");
        CHECK(!memcmp(uid + 8 * i, status == 1 ? at + SW_ROW_UID : (const uint8_t[8]){0}, 8), "stream: UID");
    }
    if (count > 3) {
        c.out_at[2] = (int64_t)c.arena_bytes + 1;
        int64_t start = c.in_at[0];
        for (size_t i = 0; i < count; i++)
            c.in_at[i] = INT64_MAX;
        CHECK(sw_stream_open(sw_widest_cpu(), &stream) == SW_BAD_LENGTH, "stream: outside");
        c.in_at[0] = start;
        row_of[0] = row_of[keys - 1] = row_of[keys / 2] = row_of[1] = (int64_t)keys;
        stream.headers.count = stream.key_ids.count = 0;
        CHECK(sw_stream_open(sw_widest_cpu(), &stream) == SW_BAD_ROW, "stream: row");
        stream.headers.map = stream.key_ids.map = NULL;
        CHECK(sw_stream_open(sw_widest_cpu(), &stream) == SW_DONE, "stream: nothing is held");
    }
    sw_keymap_free(map), sw_keymap_free(id_map), free_corpus(&c);
    free(lengths), free(row_of), free(row), free(names), free(ids), free(raw), free(kind), free(reason), free(uid);
    free(regular);
}

void test_maps(void);
void test_maps(void)
{
    for (size_t count = 0; count < 200; count++)
        test_map(count, count % 2 ? 16 : 14);
    test_map(100000, 16);
    test_map(100000, 14);
    for (int purpose = 0; purpose < 3; purpose++)
        test_headers(purpose);
    test_offsets();
    test_header_fences();
    test_judge();
    test_stream(0, 1);
    test_stream(3000, 300);
    test_stream(3000, 2000);
    printf("maps and headers are right\n");
}
