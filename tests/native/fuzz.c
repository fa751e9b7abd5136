/* Fuzzing of the core's entry points: bytes become a small batch with any numbers, which passes the same
 * bounds as one from Python, or is refused. Built once a target: -DTARGET=open_ccm and so on. What must
 * hold: nothing is touched outside the buffers (AddressSanitizer, and a frame of guard bytes), a failed
 * message leaves zeros, every path gives the same answers, and the plain re-readings below agree. */
#include "bounds.h"
#include "oracle.h"
#include "plain_json.h"
#include "stream.h"

typedef struct {
    const uint8_t *at;
    size_t left;
} input;

static uint8_t take_byte(input *from)
{
    return from->left ? (from->left--, *from->at++) : 0;
}

/* A number: mostly a small one, at times any, at times one at the end of its type. */
static int64_t take_number(input *from, int64_t natural)
{
    uint8_t how = take_byte(from);
    if (how < 0xc0)
        return natural;
    if (how < 0xe0)
        return natural + (int8_t)take_byte(from);
    if (how < 0xf0)
        return (int64_t)take_byte(from) << 8 | take_byte(from);
    int64_t number = 0;
    for (int i = 0; i < 8; i++)
        number = (int64_t)((uint64_t)number << 8 | take_byte(from));
    return number;
}

static void take_bytes(input *from, uint8_t *to, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] = take_byte(from);
}

enum { MOST = 40, MOST_ROWS = 4, GUARD = 64, ARENA = 4096 };

typedef sw_result open_function(sw_cpu cpu, const sw_batch *batch, sw_span span);

static __attribute__((unused)) sw_result open_ccm_batch(sw_cpu cpu, const sw_batch *batch, sw_span span)
{
    (void)span;
    return sw_ccm_open(cpu, batch);
}

/* What a batch of zeros and guards became on one path. */
typedef struct {
    sw_result result;
    uint8_t status[MOST];
    uint8_t *arena;
} answer;

static answer ask(open_function *open, sw_cpu cpu, sw_batch batch, size_t arena, sw_span span)
{
    answer a = {.arena = malloc(arena + 2 * GUARD)};
    memset(a.arena, 0x5a, arena + 2 * GUARD);
    memset(a.arena + GUARD, 0, arena);
    memset(a.status, 0x5a, sizeof a.status);
    batch.out = (uintptr_t)(a.arena + GUARD), batch.status = a.status;
    a.result = open(cpu, &batch, span);
    for (size_t i = 0; i < GUARD; i++)
        CHECK(a.arena[i] == 0x5a && a.arena[GUARD + arena + i] == 0x5a, "written outside the arena");
    for (size_t i = batch.count; i < MOST; i++)
        CHECK(a.status[i] == 0x5a, "written outside the status");
    for (size_t i = 0; a.result == SW_DONE && i < batch.count; i++) {
        CHECK(a.status[i] <= 1, "status %d", a.status[i]);
        for (int64_t b = 0; !a.status[i] && b < batch.text_length[i]; b++)
            CHECK(!a.arena[GUARD + batch.out_at[i] + b], "plaintext of a failed message");
    }
    return a;
}

/* Make a message right, so that verdicts of both kinds occur: seal what stands in its place. */
static void make_right(uint8_t *message, uint32_t header, int64_t length, const uint8_t *row, bool nonce_in_header,
                       sw_span span)
{
    uint8_t *text = message + header, tag[16], *made = malloc((size_t)length + 64);
    int key_length = row[SW_ROW_SUITE] == SW_AES_256_CCM || row[SW_ROW_SUITE] == SW_AES_256_CS1 ? 32 : 16;
    if (row[SW_ROW_SUITE] <= SW_AES_256_CCM) {
        oracle_ccm_seal(row + SW_ROW_KEY, key_length, nonce_in_header ? text - 12 : row + SW_ROW_NONCE, text,
                        (int)length, made);
        memcpy(text, made, (size_t)length + 16);
    } else {
        if (row[SW_ROW_SUITE] != SW_HMAC_SHA256) {
            oracle_cs1_seal(row + SW_ROW_KEY, key_length, row + SW_ROW_NONCE, text, (int)length, made);
            memcpy(text, made, (size_t)length);
        }
        size_t bytes = oracle_span(span, message, header, (size_t)length, row, made);
        oracle_hmac(row + SW_ROW_MAC_KEY, row[SW_ROW_MAC_KEY_LENGTH], made, bytes, tag);
        memcpy(text + length, tag, 16);
    }
    free(made);
}

static __attribute__((unused)) void fuzz_open(input *from, open_function *open, uint8_t suites, unsigned first_suite,
                                              int64_t shortest)
{
    int64_t in_at[MOST], text_length[MOST], out_at[MOST], row[MOST];
    size_t count = take_byte(from) % (MOST + 1), row_count = take_byte(from) % (MOST_ROWS + 1), arena = ARENA;
    bool nonce_in_header = first_suite == SW_AES_128_CCM && take_byte(from) & 1;
    uint32_t header = nonce_in_header || first_suite == SW_AES_128_CCM ? 16 : take_byte(from) % 17;
    uint8_t rights = take_byte(from);
    sw_span span = {{SW_PART_HEADER, SW_PART_BODY}};
    if (take_byte(from) & 1)
        take_bytes(from, span.part, 4);
    uint8_t *rows = malloc(row_count * SW_ROW_BYTES + 1);
    for (size_t i = 0; i < row_count; i++) {
        uint8_t *at = rows + i * SW_ROW_BYTES, suite = take_byte(from), seed = take_byte(from);
        for (size_t b = 0; b < SW_ROW_BYTES; b++)
            at[b] = (uint8_t)(seed * 31 + b * 7);
        at[SW_ROW_SUITE] = suite < 0xf0 ? (uint8_t)(first_suite + suite % suites) : suite;
        at[SW_ROW_MAC_KEY_LENGTH] = seed < 0xf0 ? 32 : seed;
    }
    int64_t in = 0, out = 0;
    for (size_t i = 0; i < count; i++) {
        uint8_t size = take_byte(from);
        text_length[i] = take_number(from, shortest + (size < 0xf0 ? size % 80 : 8 * (int64_t)size));
        in_at[i] = take_number(from, in), out_at[i] = take_number(from, out);
        row[i] = take_number(from, row_count ? (int64_t)(i % row_count) : 0);
        int64_t length = text_length[i] > 0 && text_length[i] < 4096 ? text_length[i] : 0;
        in += header + length + 16, out += length;
    }
    arena = (size_t)out + 2 - (out > 1 ? take_byte(from) % 4 : 0); /* at times a byte short */
    size_t data_bytes = (size_t)in, cut = take_byte(from);
    data_bytes -= cut >= 0xf0 && data_bytes > cut - 0xf0 ? cut - 0xf0 : 0;
    uint8_t *data = malloc(data_bytes + 1); /* one more, so that there is an address for none */
    for (size_t i = 0; i < data_bytes; i++)
        data[i] = from->left ? take_byte(from) : (uint8_t)i;
    sw_batch batch = {count, (uintptr_t)data, in_at, text_length, 0, out_at, rows, row_count, row,
                      NULL,  header,          nonce_in_header, 0, false, NULL};
    if (sw_batch_fits(&batch, data_bytes, arena)) {
        for (size_t i = 0; i < count; i++)
            if (rights >> i % 8 & 1 && row[i] >= 0 && (size_t)row[i] < row_count && text_length[i] >= shortest) {
                const uint8_t *r = rows + row[i] * SW_ROW_BYTES;
                if (r[SW_ROW_SUITE] >= first_suite && r[SW_ROW_SUITE] < first_suite + suites &&
                    r[SW_ROW_MAC_KEY_LENGTH] == 32 && oracle_span_ends(span))
                    make_right(data + in_at[i], header, text_length[i], r, nonce_in_header, span);
            }
        answer first = ask(open, SW_CPU_AESNI, batch, arena, span);
        for (sw_cpu cpu = SW_CPU_VAES256; cpu <= sw_widest_cpu(); cpu++) {
            answer other = ask(open, cpu, batch, arena, span);
            CHECK(first.result == other.result && !memcmp(first.status, other.status, MOST) &&
                      !memcmp(first.arena, other.arena, arena + 2 * GUARD),
                  "%s disagrees", sw_cpu_name(cpu));
            free(other.arena);
        }
        free(first.arena);
    }
    free(data), free(rows);
}

/* ---- sealing: what comes out is what OpenSSL makes, on every path ---- */

typedef sw_result seal_function(sw_cpu cpu, const sw_batch *texts, const uint8_t *headers, sw_span span);

static __attribute__((unused)) sw_result seal_ccm_texts(sw_cpu cpu, const sw_batch *texts, const uint8_t *headers,
                                                        sw_span span)
{
    (void)span;
    return sw_seal_ccm(cpu, texts, headers);
}

static void check_sealed(const sw_batch *texts, const uint8_t *heads, sw_span span, const uint8_t *arena, size_t i)
{
    const uint8_t *row = texts->rows + texts->row[i] * SW_ROW_BYTES, *got = arena + texts->out_at[i];
    size_t length = (size_t)texts->text_length[i], bytes = texts->header_length + length + 16;
    uint8_t *wanted = malloc(bytes);
    memcpy(wanted, heads + 16 * i, texts->header_length);
    memcpy(wanted + texts->header_length, (const uint8_t *)texts->in + texts->in_at[i], length);
    make_right(wanted, texts->header_length, (int64_t)length, row, texts->nonce_in_header, span);
    CHECK(!memcmp(got, wanted, bytes), "sealed otherwise than by OpenSSL: %zu bytes", length);
    free(wanted);
}

static __attribute__((unused)) void fuzz_seal(input *from, seal_function *seal, uint8_t suites, unsigned first_suite,
                                              int64_t shortest)
{
    int64_t in_at[MOST], text_length[MOST], out_at[MOST], row[MOST], in = 0, out = 0;
    uint8_t heads[16 * MOST], rows[MOST_ROWS * SW_ROW_BYTES];
    size_t count = take_byte(from) % (MOST + 1), row_count = take_byte(from) % (MOST_ROWS + 1);
    bool nonce_in_header = first_suite == SW_AES_128_CCM && take_byte(from) & 1;
    uint32_t header = first_suite == SW_AES_128_CCM ? 16 : take_byte(from) % 18;
    sw_span span = {{SW_PART_HEADER, SW_PART_BODY}};
    if (take_byte(from) & 1)
        take_bytes(from, span.part, 4);
    for (size_t i = 0; i < row_count * SW_ROW_BYTES; i++)
        rows[i] = (uint8_t)(i * 7 + i / SW_ROW_BYTES);
    for (size_t i = 0; i < row_count; i++) {
        uint8_t suite = take_byte(from);
        rows[i * SW_ROW_BYTES + SW_ROW_SUITE] = suite < 0xf0 ? (uint8_t)(first_suite + suite % suites) : suite;
        rows[i * SW_ROW_BYTES + SW_ROW_MAC_KEY_LENGTH] = 32;
    }
    for (size_t i = 0; i < count; i++) {
        uint8_t size = take_byte(from);
        text_length[i] = take_number(from, shortest + (size < 0xf0 ? size % 80 : 8 * (int64_t)size));
        in_at[i] = take_number(from, in), out_at[i] = take_number(from, out);
        row[i] = take_number(from, row_count ? (int64_t)(i % row_count) : 0);
        int64_t length = text_length[i] > 0 && text_length[i] < 4096 ? text_length[i] : 0;
        in += length, out += header + length + 16;
    }
    size_t arena = (size_t)out + 2 - (out > 1 ? take_byte(from) % 4 : 0), data_bytes = (size_t)in;
    take_bytes(from, heads, sizeof heads);
    uint8_t *data = malloc(data_bytes + 1), *first = malloc(arena + 2 * GUARD), *other = malloc(arena + 2 * GUARD);
    for (size_t i = 0; i < data_bytes; i++)
        data[i] = from->left ? take_byte(from) : (uint8_t)i;
    sw_batch texts = {count, (uintptr_t)data, in_at, text_length, 0, out_at, rows, row_count, row,
                      NULL,  header,          nonce_in_header, 0, false, NULL};
    sw_result result = SW_DONE;
    for (sw_cpu cpu = SW_CPU_AESNI; cpu <= sw_widest_cpu() && sw_texts_fit(&texts, data_bytes, arena); cpu++) {
        uint8_t *to = cpu == SW_CPU_AESNI ? first : other;
        memset(to, 0x5a, arena + 2 * GUARD);
        texts.out = (uintptr_t)(to + GUARD);
        sw_result told = seal(cpu, &texts, heads, span);
        CHECK(cpu == SW_CPU_AESNI || (told == result && !memcmp(first, other, arena + 2 * GUARD)), "%s disagrees",
              sw_cpu_name(cpu));
        result = told;
        for (size_t i = 0; i < GUARD; i++)
            CHECK(to[i] == 0x5a && to[GUARD + arena + i] == 0x5a, "written outside the arena");
        for (size_t i = 0; result == SW_DONE && i < count; i++)
            check_sealed(&texts, heads, span, to + GUARD, i);
    }
    free(data), free(first), free(other);
}

/* ---- the targets ---- */

static __attribute__((unused)) void open_ccm(input *from)
{
    fuzz_open(from, open_ccm_batch, 2, SW_AES_128_CCM, 0);
}

static __attribute__((unused)) void open_cs1(input *from)
{
    fuzz_open(from, sw_cs1_open, 2, SW_AES_128_CS1, 16);
}

static __attribute__((unused)) void open_signed(input *from)
{
    fuzz_open(from, sw_signed_open, 1, SW_HMAC_SHA256, 0);
}

static __attribute__((unused)) void seal_ccm(input *from)
{
    fuzz_seal(from, seal_ccm_texts, 2, SW_AES_128_CCM, 0);
}

static __attribute__((unused)) void seal_cs1(input *from)
{
    fuzz_seal(from, sw_seal_cs1, 2, SW_AES_128_CS1, 16);
}

static __attribute__((unused)) void seal_signed(input *from)
{
    fuzz_seal(from, sw_seal_signed, 1, SW_HMAC_SHA256, 0);
}

static __attribute__((unused)) void headers(input *from)
{
    int64_t at[MOST + 1], text[MOST];
    uint8_t kind[MOST], reason[MOST], raw[16 * MOST];
    size_t count = take_byte(from) % (MOST + 1);
    int purpose = take_byte(from) % 3;
    int64_t longest = take_number(from, 64), sum = 0;
    for (size_t i = 0; i <= count; i++)
        at[i] = take_number(from, sum), sum += take_byte(from) % 80;
    uint8_t *data = malloc(from->left + 1);
    size_t size = from->left;
    memcpy(data, from->at, size);
    sw_shapes shapes = sw_shapes_for(purpose, longest);
    int64_t bad = sw_parse_headers(&shapes, count, data, size, at, kind, reason, raw, text), told = 0;
    bool rising = at[0] >= 0 && at[count] <= (int64_t)size;
    for (size_t i = 0; i < count; i++)
        rising = rising && at[i] <= at[i + 1];
    CHECK(rising == (bad >= 0), "offsets");
    for (size_t i = 0; rising && i < count; i++) {
        int64_t bytes = at[i + 1] - at[i], header = shapes.header_length[kind[i] & 3];
        told += reason[i] != 0;
        CHECK(kind[i] <= 3 && (kind[i] == 0) == (reason[i] != 0), "kind and reason");
        CHECK(text[i] == (kind[i] ? bytes - header - 16 : 0) && text[i] >= 0, "text length");
        for (int b = 0; b < 16; b++)
            CHECK(raw[16 * i + (size_t)b] == (kind[i] && b < header ? data[at[i] + b] : 0), "raw");
    }
    CHECK(!rising || told == bad, "count");
    free(data);
}

static __attribute__((unused)) void keymap(input *from)
{
    uint8_t secret[32] = {0};
    secret[0] = take_byte(from);
    size_t significant = 1 + take_byte(from) % 16, count = take_byte(from), asked = take_byte(from);
    /* Of few different names, so that there are repeats. */
    uint8_t *names = calloc(count + 1, 16), *queries = calloc(asked + 1, 16);
    int64_t *row = malloc((asked + 1) * 8);
    for (size_t i = 0; i < count; i++)
        names[16 * i] = take_byte(from), names[16 * i + significant - 1] ^= take_byte(from) & 3;
    for (size_t i = 0; i < asked; i++) {
        queries[16 * i] = take_byte(from), queries[16 * i + significant - 1] ^= take_byte(from) & 3;
        memset(queries + 16 * i + significant, 0xee, 16 - significant);
    }
    sw_keymap *map = sw_keymap_build(names, 16, count, secret);
    CHECK(map, "map");
    sw_keymap_find(map, queries, 16, asked, significant, row);
    for (size_t i = 0; i < asked; i++) {
        int64_t first = -1;
        for (size_t n = count; n-- > 0;)
            if (!memcmp(names + 16 * n, queries + 16 * i, significant))
                first = (int64_t)n;
        CHECK(row[i] == first, "name %zu at %d, not %d", i, (int)row[i], (int)first);
    }
    sw_keymap_free(map);
    free(names), free(queries), free(row);
}

static __attribute__((unused)) void judge(input *from)
{
    uint8_t kind[MOST], raw[16 * MOST], state[MOST], told[256], reason[MOST + 1];
    int64_t row[MOST];
    size_t count = take_byte(from) % (MOST + 1), row_count = take_byte(from) % 5;
    unsigned checked = take_byte(from) % 16;
    uint8_t *rows = malloc(row_count * SW_ROW_BYTES + 1);
    take_bytes(from, rows, row_count * SW_ROW_BYTES);
    for (int i = 0; i < 256; i++)
        told[i] = (uint8_t)(i * 5);
    bool within = true;
    for (size_t i = 0; i < count; i++) {
        kind[i] = take_byte(from), state[i] = take_byte(from) % 6;
        row[i] = take_number(from, row_count ? (int64_t)(i % row_count) : 0);
        within = within && row[i] >= 0 && (uint64_t)row[i] < row_count;
        take_bytes(from, raw + 16 * i, 16);
    }
    memset(reason, 0x5a, sizeof reason);
    sw_question asked = {count, kind, raw, state, row, rows, row_count};
    CHECK((sw_judge(&asked, told, checked, reason) == SW_DONE) == within, "rows");
    for (size_t i = count; i < sizeof reason; i++)
        CHECK(reason[i] == 0x5a, "written behind");
    for (size_t i = 0; within && i < count; i++) {
        bool tried = state[i] == 1 || state[i] == 2, refused = state[i] == 3 || state[i] == 4;
        CHECK(tried || reason[i] == (refused ? told[rows[row[i] * SW_ROW_BYTES + SW_ROW_REASON]] : 10), "reason");
    }
    free(rows);
}

/* A keyring of any rows, and messages of any bytes, end to end or alone: nobody has sealed them, so none opens. */
static __attribute__((unused)) void stream(input *from)
{
    enum { MOST_BYTES = 90 };
    size_t row_count = take_byte(from) % (MOST_ROWS + 1), count = take_byte(from) % (MOST + 1), left = 0;
    uint8_t rows[MOST_ROWS * SW_ROW_BYTES] = {0}, look_ups[MOST_ROWS * SW_LOOK_UP_BYTES] = {0}, crooked[MOST_ROWS];
    uint8_t secret[32] = {1}, outcome[MOST + 1], reason[MOST + 1], how = take_byte(from);
    int64_t at[MOST + 1], slot[MOST + 2];
    int32_t place[MOST + 1];
    for (size_t i = 0; i < row_count; i++) {
        uint8_t *row = rows + i * SW_ROW_BYTES, *look_up = look_ups + i * SW_LOOK_UP_BYTES;
        row[SW_ROW_STATE] = take_byte(from) % 3, row[SW_ROW_SUITE] = take_byte(from) % 6;
        row[SW_ROW_MAC_KEY_LENGTH] = take_byte(from), row[SW_ROW_KEY] = take_byte(from) % 3;
        look_up[0] = take_byte(from) % 2, crooked[i] = take_byte(from) & 1;
        look_up[SW_LOOK_UP_HEADER] = (uint8_t)(0x10 + take_byte(from) % 0x30), look_up[SW_LOOK_UP_HEADER + 15] = take_byte(from) % 2;
        memcpy(row + SW_ROW_NONCE, look_up + SW_LOOK_UP_HEADER + 4, 12);
    }
    int64_t sum = 0;
    for (size_t i = 0; i <= count; i++)
        at[i] = take_number(from, sum), sum += take_byte(from) % MOST_BYTES;
    size_t size = (size_t)sum, room = size + 2 - take_byte(from) % 4 % (2 + size);
    uint8_t *data = calloc(size + 1, 1), *arena = malloc(room + GUARD);
    take_bytes(from, data, size);
    memset(arena, 0x5a, room + GUARD), memset(outcome, 0x5a, sizeof outcome), memset(slot, 0, sizeof slot);
    sw_keyring *ring = sw_keyring_build(rows, look_ups, crooked, row_count, secret);
    CHECK(ring, "keyring");
    sw_shapes shapes = sw_shapes_for(how % 3, take_number(from, 64));
    sw_stream all = {
        .count = count, .shapes = &shapes, .ring = ring, .span = {{SW_PART_HEADER, SW_PART_BODY}}, .data = data,
        .data_bytes = size, .at = at, .at_bytes = 8, .arena = arena, .arena_bytes = room, .slot = slot,
        .outcome = outcome, .reason = reason, .place = place,
    };
    sw_result result = sw_stream_open(sw_widest_cpu(), &all, 1 + how / 128, &left);
    for (size_t i = 0; i < GUARD; i++)
        CHECK(arena[room + i] == 0x5a, "written behind the arena");
    CHECK(outcome[count] == 0x5a, "written behind the outcomes");
    size_t not_attempted = 0;
    for (size_t i = 0; result == SW_DONE && i < count; i++) {
        CHECK(outcome[i] == SW_MALFORMED || outcome[i] == SW_NO_PARAMETERS || outcome[i] == SW_NOT_AUTHENTIC ||
                  outcome[i] == SW_NOT_ATTEMPTED, "outcome %d of a message that nobody has sealed", outcome[i]);
        CHECK(slot[i] <= slot[i + 1] && (size_t)slot[i + 1] <= room, "slot");
        for (int64_t b = slot[i]; b < slot[i + 1]; b++)
            CHECK(!arena[b], "plaintext of a message that nobody has sealed");
        not_attempted += outcome[i] == SW_NOT_ATTEMPTED;
    }
    CHECK(result != SW_DONE || left == not_attempted, "left");
    sw_keyring_free(ring);
    free(data), free(arena);
}

/* Lines of any bytes, and of pieces of JSON: an ordinary one is an object in the eyes of the plain reader too. */
static __attribute__((unused)) void json_read(input *from)
{
    static const char *const pieces[] = {"{", "}", "[", "]", ":", ",", "\"", "\n", " ", "\"payload\":\"", "\"tag\":", "\\",
                                         "{\"payload\":\"11", "\"}\n", "\\u00", "1.5e-3", "true", "null", "\303\251", "\r"};
    uint8_t how = take_byte(from), ordinary[MOST + 1], text[4096 + 16], data[4096];
    int64_t begin[MOST], end[MOST], offset[MOST + 1];
    size_t bytes = 0, used, most = take_byte(from) % (MOST + 1), room = how & 0x80 ? take_byte(from) : sizeof data;
    while (from->left && bytes < 4096) {
        uint8_t next = take_byte(from);
        const char *piece = how & 0x40 && next >= 0x80 ? pieces[next % (sizeof pieces / sizeof *pieces)] : NULL;
        for (; piece && *piece; piece++)
            text[bytes++] = (uint8_t)*piece;
        if (!(how & 0x40) || next < 0x80)
            text[bytes++] = next;
    }
    uint8_t *tight = malloc(bytes + 1), *tight_data = malloc(room + 1);
    memcpy(tight, text, bytes);
    const sw_stretch column = {"payload", 7}, taken = {"tag", 3};
    ordinary[MOST] = ordinary[most] = 0x5a;
    const sw_json_text given = {
        .text = tight, .bytes = bytes, .longest = 300, .encoding = (sw_encoding)(how % 3), .column = column,
        .taken = &taken, .taken_count = 1, .most = most, .begin = begin, .end = end, .ordinary = ordinary,
        .data = tight_data, .data_bytes = room, .offset = offset,
    };
    size_t lines = sw_json_read(&given, &used), at = 0;
    CHECK(lines <= most && used <= bytes && (lines == most || used == bytes) && ordinary[most] == 0x5a, "lines");
    for (size_t i = 0; i < lines; i++) {
        const uint8_t *newline = memchr(tight + at, '\n', bytes - at);
        size_t after = newline ? (size_t)(newline - tight) + 1 : bytes;
        size_t own = (size_t)(end[i] - begin[i]);
        CHECK((size_t)begin[i] >= at && (size_t)end[i] <= after && begin[i] <= end[i], "line %zu", i);
        CHECK(offset[i] <= offset[i + 1] && (size_t)offset[i + 1] <= room, "offsets");
        CHECK(ordinary[i] ? plain_row(tight + begin[i], own) && after - at <= 300 : own == after - at && offset[i] == offset[i + 1],
              "row %zu: %.*s", i, (int)own, tight + begin[i]);
        at = after;
    }
    CHECK(at == used, "used");
    free(tight), free(tight_data);
}

/* Rows of any numbers: refused, or written within the room and a line each. */
static __attribute__((unused)) void json_write(input *from)
{
    enum { TEXT = 200, WORDS = SW_WORD_REASONS + 3 };
    int64_t begin[MOST], end[MOST], line_end[MOST], *columns[3];
    int64_t offset[MOST + 1], slot[MOST + 1], given_at[MOST + 1];
    uint8_t bytes[TEXT], outcome[MOST], reason[MOST], kind[MOST], uid[8 * MOST] = {0}, flag[MOST];
    size_t count = take_byte(from) % (MOST + 1), longest = 20 + take_byte(from) % 80;
    uint8_t form = take_byte(from);
    size_t room = form & 2 ? (size_t)take_byte(from) * 64 : 100000;
    char name[128];
    sw_stretch word[WORDS];
    memset(name, 'w', sizeof name), memset(bytes, 'b', sizeof bytes);
    for (size_t i = 0; i < WORDS; i++)
        word[i] = (sw_stretch){name, i ? i : longest};
    columns[0] = offset, columns[1] = slot, columns[2] = given_at;
    for (int c = 0; c < 3; c++)
        for (size_t i = 0, sum = 0; i <= count; i++)
            columns[c][i] = take_number(from, (int64_t)sum), sum += c ? take_byte(from) % 5 : 32, sum = sum > TEXT ? TEXT : sum;
    for (size_t i = 0; i < count; i++) {
        begin[i] = take_number(from, (int64_t)i), end[i] = take_number(from, (int64_t)i + 9);
        outcome[i] = take_byte(from) % 8, reason[i] = take_byte(from) % 4, kind[i] = take_byte(from) % 5;
        flag[i] = take_byte(from) & 1;
    }
    uint8_t *text = malloc(TEXT), *data = malloc(TEXT), *arena = malloc(TEXT), *out = malloc(room + GUARD);
    memcpy(text, bytes, TEXT), memcpy(data, bytes, TEXT), memcpy(arena, bytes, TEXT), memset(out, 0x5a, room + GUARD);
    const sw_json_rows rows = {
        .count = count, .text = text, .text_bytes = TEXT, .begin = begin, .end = end, .data = data, .data_bytes = TEXT,
        .offset = offset, .outcome = outcome, .reason = reason, .kind = kind, .uid = uid, .duplicate = flag,
        .nonce_reuse = flag, .arena = arena, .arena_bytes = TEXT, .slot = slot, .given = bytes, .given_bytes = TEXT,
        .given_at = given_at, .form = (sw_encoding)(form & 1), .word = word, .words = WORDS, .out = out,
        .out_bytes = room, .line_end = line_end,
    };
    sw_result result = sw_json_write(&rows);
    for (size_t i = 0; i < GUARD; i++)
        CHECK(out[room + i] == 0x5a, "written behind the room");
    for (size_t i = 0; result == SW_DONE && i < count; i++) {
        int64_t before = i ? line_end[i - 1] : 0;
        CHECK(before < line_end[i] && (size_t)line_end[i] <= room && out[line_end[i] - 1] == '\n', "line %zu", i);
        CHECK(!memchr(out + before, '\n', (size_t)(line_end[i] - before - 1)), "two lines for one");
    }
    free(text), free(data), free(arena), free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input from = {data, size};
    TARGET(&from);
    return 0;
}
