/* Lines of JSON, ordinary and not; rows with their records; at the edges of pages that nobody may touch. */
#include "oracle.h"
#include "plain_json.h"

#define OTHER NULL
enum { MOST = 64 };

static sw_stretch stretch(const char *text)
{
    return (sw_stretch){text, strlen(text)};
}

/* What became of a text; `data` has exactly the room asked for. */
typedef struct {
    int64_t begin[MOST], end[MOST], offset[MOST + 1];
    uint8_t ordinary[MOST], *data;
    size_t lines, used;
} reading;

static reading read_text(const uint8_t *text, size_t bytes, sw_encoding encoding, size_t room, size_t most)
{
    static const char *const names[] = {"outcome", "tag"};
    const sw_stretch taken[] = {stretch(names[0]), stretch(names[1])};
    static reading r;
    r.data = malloc(room + 1);
    const sw_json_text from = {
        .text = text, .bytes = bytes, .longest = 400, .encoding = encoding, .column = stretch("payload"),
        .taken = taken, .taken_count = 2, .most = most, .begin = r.begin, .end = r.end, .ordinary = r.ordinary,
        .data = r.data, .data_bytes = room, .offset = r.offset,
    };
    r.lines = sw_json_read(&from, &r.used);
    return r;
}

/* Read one line at both edges of an area; `message` is what it holds, OTHER where it is not ordinary. */
static void check_line(const char *line, size_t bytes, sw_encoding encoding, const char *message)
{
    for (int at_end = 0; at_end < 2; at_end++) {
        fence area = make_fence(bytes);
        uint8_t *text = at_end ? area.end - bytes : area.start;
        memcpy(text, line, bytes);
        reading r = read_text(text, bytes, encoding, bytes, MOST);
        CHECK(r.lines == 1 && r.used == bytes, "%s: %zu lines", line, r.lines);
        CHECK(r.ordinary[0] == (message != OTHER), "%s: ordinary %d", line, r.ordinary[0]);
        if (message) {
            CHECK((size_t)r.offset[1] == strlen(message) && !memcmp(r.data, message, strlen(message)), "%s: data", line);
            CHECK(plain_row(text + r.begin[0], (size_t)(r.end[0] - r.begin[0])), "%s: the object", line);
        } else {
            CHECK(r.begin[0] == 0 && (size_t)r.end[0] == bytes && !r.offset[1], "%s: the line", line);
        }
        free(r.data), free_fence(area);
    }
}

static const struct {
    const char *line, *message;
    sw_encoding encoding;
} lines[] = {
    {"{\"payload\":\"616263\"}\n", "abc", SW_HEX},
    {"{\"payload\":\"616263\"}", "abc", SW_HEX},
    {" \t{ \"payload\"\t: \"4A4b4C\" } \r\r\n", "JKL", SW_HEX},
    {"{\"payload\":\"\"}\n", "", SW_HEX},
    {"{\"payload\":\"6162636465666768696a6b6c6d6e6f707172\",\"n\":1}\n", "abcdefghijklmnopqr", SW_HEX},
    {"{\"a\":[],\"b\":{},\"c\":[1,-2.50e+7 , 0,0.5E-3,1e5],\"d\":{\"x\":[true,false,null]},\"payload\":\"61\"}\n", "a", SW_HEX},
    {"{\"a\":{\"payload\":\"62\",\"payload\":1,\"outcome\":2},\"payload\":\"61\",\"a\":3}\n", "a", SW_HEX},
    {"{\"s\":\"a long text with \\\"escapes\\\" \\\\ \\/ \\b\\f\\n\\r\\t \\u00e9\\uD7ff\\uE000\",\"payload\":\"61\"}\n", "a", SW_HEX},
    {"{\"s\":\"\303\251 \340\240\200 \341\200\200 \355\237\277 \357\277\277 \360\220\200\200 \361\200\200\200 \364\217\277\277\",\"payload\":\"61\"}\n", "a", SW_HEX},
    {"{\"s\":\"\177\",\"\":0,\"payload\":\"61\"}\n", "a", SW_HEX},
    {"{\"a\":[[[[[[[[[[[[[[1]]]]]]]]]]]]]],\"payload\":\"61\"}\n", "a", SW_HEX},
    {"{\"payload\":\"QUJD\"}\n", "ABC", SW_BASE64},
    {"{\"payload\":\"QUI=\"}\n", "AB", SW_BASE64},
    {"{\"payload\":\"QUI\"}\n", "AB", SW_BASE64},
    {"{\"payload\":\"QQ==\"}\n", "A", SW_BASE64},
    {"{\"payload\":\"QQ\"}\n", "A", SW_BASE64},
    {"{\"payload\":\"\"}\n", "", SW_BASE64},
    {"{\"payload\":\"Pz8/Pz4+\"}\n", "???\?>>", SW_BASE64},
    {"{\"payload\":\"Pz8_Pz4-\"}\n", "???\?>>", SW_BASE64URL},
    {"{\"payload\":\"Pz8_Pz4-\"}\n", OTHER, SW_BASE64},
    {"{\"payload\":\"Pz8/Pz4+\"}\n", OTHER, SW_BASE64URL},
    {"{\"payload\":\"Q\"}\n", OTHER, SW_BASE64},
    {"{\"payload\":\"QUJDQ\"}\n", OTHER, SW_BASE64},
    {"{\"payload\":\"QR==\"}\n", OTHER, SW_BASE64},
    {"{\"payload\":\"QUJ=\"}\n", OTHER, SW_BASE64},
    {"{\"payload\":\"QUJD=\"}\n", OTHER, SW_BASE64},
    {"{\"payload\":\"QQ=\"}\n", OTHER, SW_BASE64},
    {"{\"payload\":\"Q===\"}\n", OTHER, SW_BASE64},
    {"{\"payload\":\"====\"}\n", OTHER, SW_BASE64},
    {"{\"payload\":\"QU D\"}\n", OTHER, SW_BASE64},
    {"{\"payload\":\"616\"}\n", OTHER, SW_HEX},
    {"{\"payload\":\"6g\"}\n", OTHER, SW_HEX},
    {"{\"payload\":\"g6\"}\n", OTHER, SW_HEX},
    {"{\"payload\":\"61 62 63 64 65 6\"}\n", OTHER, SW_HEX},
    {"{\"payload\":\" 61\"}\n", OTHER, SW_HEX},
    {"{\"payload\":\"6\\u0031\"}\n", OTHER, SW_HEX},
    {"{\"payload\":null}\n", OTHER, SW_HEX},
    {"{\"payload\":[17]}\n", OTHER, SW_HEX},
    {"{\"payload\":\n", OTHER, SW_HEX},
    {"{\"payload\":\"61\",\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"payload\":\"61\",\"outcome\":1}\n", OTHER, SW_HEX},
    {"{\"tag\":1,\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"n\":1}\n", OTHER, SW_HEX},
    {"{}\n", OTHER, SW_HEX},
    {"\n", OTHER, SW_HEX},
    {" \n", OTHER, SW_HEX},
    {"[1]\n", OTHER, SW_HEX},
    {"{\"payload\":\"61\"}{\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"payload\":\"61\",}\n", OTHER, SW_HEX},
    {"{,\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"payload\":\"61\"\n", OTHER, SW_HEX},
    {"{\"payload\":\"61\" \"n\":1}\n", OTHER, SW_HEX},
    {"{\"payload\" \"61\"}\n", OTHER, SW_HEX},
    {"{\"payload\n", OTHER, SW_HEX},
    {"{\"payl\\u006fad\":\"61\",\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"\303\251\":1,\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"n\":1,\r\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"n\":01,\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"n\":-,\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"n\":1.,\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"n\":1e,\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"n\":.5,\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"n\":-", OTHER, SW_HEX},
    {"{\"n\":1e+", OTHER, SW_HEX},
    {"{\"n\":1.", OTHER, SW_HEX},
    {"{\"n\":1", OTHER, SW_HEX},
    {"{\"n\":", OTHER, SW_HEX},
    {"{\"n\":NaN,\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"n\":tru,\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"n\":fals", OTHER, SW_HEX},
    {"{\"n\":nul", OTHER, SW_HEX},
    {"{\"n\":[1,],\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"n\":[1 2],\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"n\":[1,", OTHER, SW_HEX},
    {"{\"n\":[1", OTHER, SW_HEX},
    {"{\"n\":[", OTHER, SW_HEX},
    {"{\"n\":{\"a\"1},\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"n\":{1:2},\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"n\":{\"a\":1,},\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"n\":{\"a\n", OTHER, SW_HEX},
    {"{\"s\":\"\\x\",\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"s\":\"\\u12g4\",\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"s\":\"\\u12", OTHER, SW_HEX},
    {"{\"s\":\"\\", OTHER, SW_HEX},
    {"{\"s\":\"\\ud83d\\ude00\",\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"s\":\"\\uDFFF\",\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"s\":\"\t\",\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"s\":\"\377\",\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"s\":\"\200\",\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"s\":\"\301\277\",\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"s\":\"\303a\",\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"s\":\"\340\237\277\",\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"s\":\"\355\240\200\",\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"s\":\"\360\217\277\277\",\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"s\":\"\364\220\200\200\",\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"s\":\"\341\200a\",\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"{\"s\":\"\341\200", OTHER, SW_HEX},
    {"{\"a\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]],\"payload\":\"61\"}\n", OTHER, SW_HEX},
    {"\357\273\277{\"payload\":\"61\"}\n", OTHER, SW_HEX},
};

static void test_lines(void)
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        check_line(lines[i].line, strlen(lines[i].line), lines[i].encoding, lines[i].message);
    check_line("{\"payload\":\"6\0001\"}\n", 18, SW_HEX, OTHER);
    char line[500];
    for (int blanks = 370; blanks < 400; blanks++) { /* of 400 bytes at most */
        int bytes = snprintf(line, sizeof line, "{\"payload\":\"61\"%*s}\n", blanks, "");
        check_line(line, (size_t)bytes, SW_HEX, bytes > 400 ? OTHER : "a");
    }
}

/* Strings of every length, so that they end at every place of a step. */
static void test_every_length(void)
{
    char line[400], digits[200], message[100];
    for (int n = 0; n < 90; n++) {
        for (int i = 0; i < n; i++)
            message[i] = (char)('a' + i % 26), sprintf(digits + 2 * i, i % 2 ? "%02x" : "%02X", message[i]);
        message[n] = digits[2 * n] = 0;
        int bytes = snprintf(line, sizeof line, "{\"x\":\"%.*s\",\"payload\":\"%s\"}", n, "0123456789012345678901234567890123456789", digits);
        check_line(line, (size_t)bytes, SW_HEX, message);
        for (int i = 0; i < 2 * n; i++) { /* a foreign character at any place */
            char *at = strstr(line, "payload") + 10 + i, kept = *at;
            *at = "/:@G`g "[i % 7];
            check_line(line, (size_t)bytes, SW_HEX, OTHER);
            *at = kept;
        }
    }
}

/* Several lines: order, the most that are asked for, and room for the data that does not suffice. */
static void test_many(void)
{
    const char *text = "{\"payload\":\"6162\"}\nno\n\n{\"payload\":\"63\"}\n{\"payload\":\"64\"}";
    size_t bytes = strlen(text);
    reading r = read_text((const uint8_t *)text, bytes, SW_HEX, 4, MOST);
    CHECK(r.lines == 5 && r.used == bytes && !memcmp(r.data, "abcd", 4), "five lines");
    CHECK(!memcmp(r.ordinary, "\1\0\0\1\1", 5) && r.offset[2] == 2 && r.offset[4] == 3 && r.offset[5] == 4, "order");
    CHECK(r.begin[1] == 19 && r.end[1] == 22 && r.begin[2] == 22 && r.end[2] == 23, "places");
    free(r.data);
    r = read_text((const uint8_t *)text, bytes, SW_HEX, 4, 2);
    CHECK(r.lines == 2 && r.used == 22, "two lines");
    free(r.data);
    r = read_text((const uint8_t *)text, bytes, SW_HEX, 1, MOST);
    CHECK(!memcmp(r.ordinary, "\0\0\0\1\0", 5) && r.offset[5] == 1, "a room of one byte");
    free(r.data);
    const char *base64 = "{\"payload\":\"QUI=\"}";
    r = read_text((const uint8_t *)base64, strlen(base64), SW_BASE64, 1, MOST);
    CHECK(r.lines == 1 && !r.ordinary[0], "a room too small for base64");
    free(r.data);
    r = read_text((const uint8_t *)"", 0, SW_HEX, 0, MOST);
    CHECK(!r.lines && !r.used && !r.offset[0], "no lines");
    free(r.data);
}

/* ---- writing ---- */

static const char *const words[] = {
    "\"outcome\":", ",\"reason\":", ",\"plaintext\":", ",\"protection\":", ",\"uid\":", ",\"key_id\":", ",\"counter\":",
    ",\"tag\":", ",\"duplicate\":", ",\"a name that is longer than any word that is copied at once\":",
    "\"opened\"", "\"malformed\"", "2", "3", "4", "\"not_authentic\"", "6",
    "null", "\"encrypted\"", "\"encrypted\"", "\"signed\"",
    "null", "\"missing\"",
};
enum { WORDS = sizeof words / sizeof *words, ROWS = 5, OUT = 20000 };

/* Five rows: v1 opened, v2 failed, none, integrity opened, v1 opened and given. */
typedef struct {
    sw_json_rows rows;
    sw_stretch word[WORDS];
    int64_t begin[ROWS], end[ROWS], offset[ROWS + 1], slot[ROWS + 1], given_at[ROWS + 1], line_end[ROWS];
    uint8_t outcome[ROWS], reason[ROWS], kind[ROWS], uid[8 * ROWS], duplicate[ROWS], reuse[ROWS], out[OUT];
} writing;

static const char *const text = "{\"n\":1 \t}{}{ \n\v\f\r }{\"m\":\"x\"}{\"o\":{}}";
static const char *const plain = "seventeen letters012";

static void make_writing(writing *w, const uint8_t *data)
{
    *w = (writing){
        .begin = {0, 9, 11, 19, 28}, .end = {9, 11, 19, 28, 36}, .offset = {0, 35, 63, 63, 92, 124},
        .slot = {0, 17, 17, 17, 18, 20}, .given_at = {0, 0, 0, 0, 0, 4}, .outcome = {0, 5, 1, 0, 0},
        .reason = {0, 0, 1, 0, 0}, .kind = {1, 2, 0, 3, 1}, .duplicate = {0, 0, 0, 1, 0}, .reuse = {0, 0, 0, 0, 1},
    };
    for (int i = 0; i < WORDS; i++)
        w->word[i] = stretch(words[i]);
    for (int i = 0; i < 8 * ROWS; i++)
        w->uid[i] = (uint8_t)i;
    w->rows = (sw_json_rows){
        .count = ROWS, .text = (const uint8_t *)text, .text_bytes = strlen(text), .begin = w->begin, .end = w->end,
        .data = data, .data_bytes = 124, .offset = w->offset, .outcome = w->outcome, .reason = w->reason,
        .kind = w->kind, .uid = w->uid, .duplicate = w->duplicate, .nonce_reuse = w->reuse,
        .arena = (const uint8_t *)plain, .arena_bytes = strlen(plain), .slot = w->slot,
        .given = (const uint8_t *)"\"gi\"", .given_bytes = 4, .given_at = w->given_at, .form = SW_HEX,
        .word = w->word, .words = WORDS, .out = w->out, .out_bytes = OUT, .line_end = w->line_end,
    };
}

static void hex(char *to, const uint8_t *from, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        sprintf(to + 2 * i, "%02x", from[i]);
}

/* A row in the plainest way. */
static int plain_line(char *to, const writing *w, const uint8_t *data, int i, const char *own, const char *shown)
{
    const uint8_t *message = data + w->offset[i];
    size_t bytes = (size_t)(w->offset[i + 1] - w->offset[i]);
    char uid[30] = "null", id[40] = "null", counter[20] = "null", tag[40] = "null";
    if (!w->outcome[i])
        sprintf(uid, "\"                \""), hex(uid + 1, w->uid + 8 * i, 8), strcpy(uid + 17, "\"");
    if (w->kind[i] == 1)
        strcpy(id, "\""), hex(id + 1, message, 14), strcat(id, "\"");
    if (w->kind[i]) {
        strcpy(tag, "\""), hex(tag + 1, message + bytes - 16, 16), strcat(tag, "\"");
        unsigned number = w->kind[i] == 1 ? message[14] * 256U + message[15] : message[1] * 65536U + message[2] * 256U + message[3];
        sprintf(counter, "%u", number);
    }
    return sprintf(to, "%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s}\n", own, words[0], words[10 + w->outcome[i]], words[1],
                   words[21 + w->reason[i]], words[2], shown, words[3], words[17 + w->kind[i]], words[4], uid, words[5], id,
                   words[6], counter, words[7], tag, words[8], w->duplicate[i] ? "true" : "false", words[9],
                   w->reuse[i] ? "true" : "false");
}

static void test_rows(const uint8_t *data)
{
    static const char *const own[] = {"{\"n\":1,", "{", "{", "{\"m\":\"x\",", "{\"o\":{},"};
    static const char *const shown[][ROWS] = {
        {"\"736576656e7465656e206c657474657273\"", "null", "null", "\"30\"", "\"gi\""},
        {"\"c2V2ZW50ZWVuIGxldHRlcnM=\"", "null", "null", "\"MA==\"", "\"gi\""},
    };
    static writing w;
    for (int form = SW_HEX; form <= SW_BASE64; form++) {
        char wanted[4000];
        int at = 0;
        make_writing(&w, data);
        w.rows.form = (sw_encoding)form;
        CHECK(sw_json_write(&w.rows) == SW_DONE, "rows");
        for (int i = 0; i < ROWS; i++) {
            at += plain_line(wanted + at, &w, data, i, own[i], shown[form][i]);
            CHECK(w.line_end[i] == at, "line %d ends at %d, not %d", i, (int)w.line_end[i], at);
        }
        CHECK(!memcmp(w.out, wanted, (size_t)at), "rows: %.*s", at, w.out);
    }
    make_writing(&w, data);
    w.rows.form = SW_BASE64, w.given_at[5] = 0, w.slot[0] = 15, w.slot[3] = 17, w.slot[4] = 20, w.slot[5] = 20;
    CHECK(sw_json_write(&w.rows) == SW_DONE, "rows");
    CHECK(strstr((char *)w.out, "\"cnM=\"") && strstr((char *)w.out, "\"MDEy\"") && strstr((char *)w.out, "\"\""), "base64: %s", w.out);
}

/* Each number out of bounds, each code without a word, each room too small. */
static void test_refusals(const uint8_t *data)
{
    static writing w;
    int64_t *const numbers[] = {w.begin, w.end, w.offset, w.slot, w.given_at};
    const int64_t wrong[] = {-1, INT64_MIN, INT64_MAX, 125};
    for (int which = 0; which < 5; which++)
        for (int i = 0; i < ROWS; i++)
            for (int n = 0; n < 4; n++) {
                make_writing(&w, data);
                numbers[which][i + (which > 1)] = wrong[n];
                CHECK(sw_json_write(&w.rows) == SW_BAD_OFFSETS, "number %d of %d", i, which);
            }
    uint8_t *const codes[] = {w.outcome, w.reason, w.kind};
    for (int which = 0; which < 3; which++) {
        make_writing(&w, data);
        codes[which][2] = (uint8_t[]){7, 2, 4}[which];
        CHECK(sw_json_write(&w.rows) == SW_BAD_ROW, "code %d", which);
    }
    for (int kind = 1; kind < 4; kind++) {
        make_writing(&w, data);
        w.kind[2] = (uint8_t)kind;
        CHECK(sw_json_write(&w.rows) == SW_BAD_LENGTH, "kind %d of no bytes", kind);
    }
    for (size_t count = 0; count < 70; count++) {
        make_writing(&w, data);
        w.rows.words = count;
        CHECK(count == WORDS || count == 22 || (count > 21 && count <= 64) || sw_json_write(&w.rows) == SW_BAD_ROW, "words");
    }
    make_writing(&w, data);
    w.begin[1] = w.end[1]; /* a row of no bytes is written all the same */
    CHECK(sw_json_write(&w.rows) == SW_DONE, "a row of no bytes");
    size_t enough = 0;
    for (size_t room = 0; room < 6000 && !enough; room++) {
        make_writing(&w, data);
        w.rows.out = malloc(room + 1), w.rows.out_bytes = room;
        sw_result result = sw_json_write(&w.rows);
        CHECK(result == SW_DONE || result == SW_NO_ROOM, "room of %zu", room);
        enough = result == SW_DONE ? room : 0;
        free(w.rows.out);
    }
    CHECK(enough, "no room is enough");
}

/* ---- sets of hashes ---- */

static void test_seen(void)
{
    enum { SLOTS = 1024, COUNT = 600 };
    static uint64_t slots[SLOTS], hashes[COUNT], again[3];
    static uint8_t seen[COUNT], rows[COUNT * 32];
    size_t fresh = 0, wanted = 0;
    random_bytes(rows, sizeof rows);
    memcpy(rows + 32 * 500, rows, 32 * 50);
    sw_hash_rows(rows, 4, COUNT, 7, hashes);
    uint64_t state = 7, word;
    for (int w = 0; w < 4; w++)
        memcpy(&word, rows + 8 * w, 8), state = (state ^ word) * 0xFF51AFD7ED558CCD, state ^= state >> 32;
    state *= 0xC4CEB9FE1A85EC53, state ^= state >> 32;
    CHECK(hashes[0] == state, "hash");
    uint64_t none = 0, zero;
    sw_hash_rows((const uint8_t *)&none, 1, 1, 0, &zero);
    CHECK(zero == 1, "no hash is zero");
    CHECK(sw_see(slots, SLOTS, hashes, COUNT, true, seen, &fresh), "set");
    for (int i = 0; i < COUNT; i++) {
        bool before = false;
        for (int k = 0; k < i; k++)
            before = before || hashes[k] == hashes[i];
        CHECK(seen[i] == before, "hash %d", i);
        wanted += !before;
    }
    CHECK(fresh == wanted && fresh == COUNT - 50, "%zu fresh", fresh);
    again[0] = hashes[3], again[1] = again[2] = hashes[4] + 1;
    CHECK(sw_see(slots, SLOTS, again, 3, false, seen, &fresh) && seen[0] && !seen[1] && !seen[2] && fresh == 2, "holds");
    for (uint64_t i = 0; i < 4; i++)
        slots[i] = i + 5;
    again[0] = 99;
    CHECK(!sw_see(slots, 4, again, 1, true, seen, &fresh), "a full set");
}

void test_json(void);
void test_json(void)
{
    uint8_t data[124];
    random_bytes(data, sizeof data);
    data[14] = data[15] = 0; /* a counter of zero */
    test_lines();
    test_every_length();
    test_many();
    test_rows(data);
    test_refusals(data);
    test_seen();
    printf("lines of JSON and sets of hashes are right\n");
}
