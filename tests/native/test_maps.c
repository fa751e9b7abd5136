/* The key map against a plain search, and headers against a plain reading of FORMATS.md. */
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

void test_maps(void);
void test_maps(void)
{
    for (size_t count = 0; count < 200; count++)
        test_map(count, count % 2 ? 16 : 14);
    test_map(100000, 16);
    test_map(100000, 14);
    for (int purpose = 0; purpose < 3; purpose++)
        test_headers(purpose);
    printf("maps and headers are right\n");
}
