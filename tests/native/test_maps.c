/* The key map against a plain search, and headers against a plain reading of the dispatch. */
#include "oracle.h"

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

/* Offsets of either width: those that rise within the data are copied, others refused. */
static void test_take_offsets(void)
{
    const int64_t wide[][3] = {{0, 40, 64}, {64, 64, 64}, {-1, 40, 60}, {0, 41, 40}, {0, 40, 65}, {0, INT64_MIN, 60},
                               {0, INT64_MAX, 60}, {INT64_MIN, INT64_MAX, 0}};
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
        int64_t to[3];
        CHECK(sw_take_offsets(wide[i], 8, 3, 64, to) == (i < 2), "wide offsets %zu", i);
        int32_t narrow[3] = {(int32_t)wide[i][0], (int32_t)wide[i][1], (int32_t)wide[i][2]};
        bool good = narrow[0] >= 0 && narrow[1] >= narrow[0] && narrow[2] >= narrow[1] && narrow[2] <= 64;
        CHECK(sw_take_offsets(narrow, 4, 3, 64, to) == good, "narrow offsets %zu", i);
        CHECK(!good || (to[0] == narrow[0] && to[1] == narrow[1] && to[2] == narrow[2]), "copied offsets %zu", i);
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
    test_take_offsets();
    test_header_fences();
    test_judge();
    printf("maps and headers are right\n");
}
