/* Reads lines that are ordinary JSON objects: finds one member's text and decodes it. Whatever is out of the
 * ordinary is left alone, so that what such a line means is decided in one place, which is not here. */
#include "json_lines.h"

#include <emmintrin.h>
#include <string.h>
#include <tmmintrin.h>

enum { DEEPEST = 16, STEP = 16 };

/* A place in a line. Readers return where they end, or NULL for what is not ordinary. */
typedef const uint8_t *place;

static inline place skip_blanks(place at, place end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return at;
}

/* The first byte that does not stand for itself in a string: a quote, a backslash, a control character or
 * one that is not ASCII. */
static inline place find_special(place at, place end)
{
    for (; end - at >= STEP; at += STEP) {
        __m128i text = _mm_loadu_si128((const __m128i *)at);
        /* As signed numbers, what is not ASCII is below the space too. */
        __m128i special = _mm_or_si128(_mm_cmplt_epi8(text, _mm_set1_epi8(' ')),
                                       _mm_or_si128(_mm_cmpeq_epi8(text, _mm_set1_epi8('"')),
                                                    _mm_cmpeq_epi8(text, _mm_set1_epi8('\\'))));
        int found = _mm_movemask_epi8(special);
        if (found)
            return at + __builtin_ctz((unsigned)found);
    }
    while (at < end && *at >= ' ' && *at < 0x80 && *at != '"' && *at != '\\')
        at++;
    return at;
}

static inline bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static inline bool is_hex(uint8_t byte)
{
    return is_digit(byte) || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f');
}

/* Skip an escape. Those of surrogates, whole pairs too, are not ordinary. */
static place skip_escape(place at, place end)
{
    if (end - at >= 2 && memchr("\"\\/bfnrt", at[1], 8))
        return at + 2;
    if (end - at < 6 || at[1] != 'u')
        return NULL;
    for (int i = 2; i < 6; i++)
        if (!is_hex(at[i]))
            return NULL;
    return (at[2] | 0x20) == 'd' && at[3] >= '8' ? NULL : at + 6;
}

/* Skip one character of UTF-8 that is not ASCII (RFC 3629, section 4). */
static place skip_character(place at, place end)
{
    uint8_t first = at[0];
    int more = first >= 0xc2 && first <= 0xdf ? 1 : (first & 0xf0) == 0xe0 ? 2 : first >= 0xf0 && first <= 0xf4 ? 3 : 0;
    if (!more || end - at <= more)
        return NULL;
    uint8_t least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    uint8_t most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (at[1] < least || at[1] > most)
        return NULL;
    for (int i = 2; i <= more; i++)
        if ((at[i] & 0xc0) != 0x80)
            return NULL;
    return at + 1 + more;
}

/* Skip the rest of a string, whose opening quote stands before `at`. */
static inline place skip_string(place at, place end)
{
    while (at && (at = find_special(at, end)) < end && *at != '"')
        at = *at == '\\' ? skip_escape(at, end) : *at >= 0x80 ? skip_character(at, end) : NULL;
    return at && at < end ? at + 1 : NULL;
}

static place skip_digits(place at, place end)
{
    if (at == end || !is_digit(*at))
        return NULL;
    while (at < end && is_digit(*at))
        at++;
    return at;
}

static place skip_number(place at, place end)
{
    at += *at == '-';
    at = at < end && *at == '0' ? at + 1 : skip_digits(at, end);
    if (at && at < end && *at == '.')
        at = skip_digits(at + 1, end);
    if (at && at < end && (*at | 0x20) == 'e') {
        at++;
        at += at < end && (*at == '+' || *at == '-');
        at = skip_digits(at, end);
    }
    return at;
}

static place skip_word(place at, place end, const char *word, size_t bytes)
{
    return (size_t)(end - at) >= bytes && !memcmp(at, word, bytes) ? at + bytes : NULL;
}

static place skip_value(place at, place end, int depth);

/* Skip a name with its colon and the blanks around; `at` is behind its opening quote. */
static inline place skip_colon(place at, place end)
{
    at = skip_blanks(at, end);
    return at < end && *at == ':' ? skip_blanks(at + 1, end) : NULL;
}

/* Skip the rest of an object or array: members, or items alone. */
static place skip_inside(place at, place end, int depth, bool members)
{
    uint8_t last = members ? '}' : ']';
    at = skip_blanks(at, end);
    if (at < end && *at == last)
        return at + 1;
    while (at < end) {
        if (members && (*at != '"' || !(at = skip_string(at + 1, end)) || !(at = skip_colon(at, end))))
            return NULL;
        if (!(at = skip_value(at, end, depth)) || (at = skip_blanks(at, end)) == end)
            return NULL;
        if (*at == last)
            return at + 1;
        if (*at != ',')
            return NULL;
        at = skip_blanks(at + 1, end);
    }
    return NULL;
}

static place skip_value(place at, place end, int depth)
{
    if (at == end || depth > DEEPEST)
        return NULL;
    switch (*at) {
    case '"':
        return skip_string(at + 1, end);
    case '{':
    case '[':
        return skip_inside(at + 1, end, depth + 1, *at == '{');
    case 't':
        return skip_word(at, end, "true", 4);
    case 'f':
        return skip_word(at, end, "false", 5);
    case 'n':
        return skip_word(at, end, "null", 4);
    default:
        return skip_number(at, end);
    }
}

/* ---- messages ---- */

static inline int hex_value(uint8_t digit)
{
    return is_digit(digit) ? digit - '0' : is_hex(digit) ? (digit | 0x20) - 'a' + 10 : -1;
}

/* Decode the sixteen digits at `from` into eight bytes; returns whether they are digits. */
static inline bool decode_sixteen(place from, uint8_t *to)
{
    __m128i text = _mm_loadu_si128((const __m128i *)from);
    __m128i digit = _mm_sub_epi8(text, _mm_set1_epi8('0'));
    __m128i letter = _mm_sub_epi8(_mm_or_si128(text, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
    /* Unsigned "at most" by way of the minimum. */
    __m128i is_decimal = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
    __m128i is_letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(5)), letter);
    __m128i value = _mm_or_si128(_mm_and_si128(is_decimal, digit),
                                 _mm_and_si128(is_letter, _mm_add_epi8(letter, _mm_set1_epi8(10))));
    __m128i pairs = _mm_maddubs_epi16(value, _mm_set1_epi16(0x0110)); /* 16 times the first, and the second */
    _mm_storel_epi64((__m128i *)to, _mm_packus_epi16(pairs, pairs));
    return _mm_movemask_epi8(_mm_or_si128(is_decimal, is_letter)) == 0xffff;
}

/* Decode a text; returns its bytes, -1 where it is not one of them or has not the room. */
static int64_t decode_hex(place at, size_t digits, uint8_t *to, size_t room)
{
    size_t i = 0;
    if (digits % 2 || digits / 2 > room)
        return -1;
    for (; i + STEP <= digits; i += STEP)
        if (!decode_sixteen(at + i, to + i / 2))
            return -1;
    for (; i < digits; i += 2) {
        int high = hex_value(at[i]), low = hex_value(at[i + 1]);
        if (high < 0 || low < 0)
            return -1;
        to[i / 2] = (uint8_t)(high << 4 | low);
    }
    return (int64_t)(digits / 2);
}

/* One more than the value of each character of base64, in either alphabet; 0 is none. */
#define ROW(first, value)                                                                                              \
    [first] = value, [first + 1] = value + 1, [first + 2] = value + 2, [first + 3] = value + 3, [first + 4] = value + 4
static const uint8_t value_of[256] = {
    ROW('A', 1), ROW('F', 6), ROW('K', 11), ROW('P', 16), ROW('U', 21), ['Z'] = 26,
    ROW('a', 27), ROW('f', 32), ROW('k', 37), ROW('p', 42), ROW('u', 47), ['z'] = 52,
    ROW('0', 53), ROW('5', 58), ['+'] = 63, ['-'] = 63, ['/'] = 64, ['_'] = 64,
};
#undef ROW

static int64_t decode_base64(place at, size_t length, bool url, uint8_t *to, size_t room)
{
    size_t characters = length;
    while (characters && length - characters < 2 && at[characters - 1] == '=')
        characters--;
    size_t over = characters % 4, bytes = characters / 4 * 3 + (over ? over - 1 : 0);
    if (over == 1 || (length > characters && length % 4) || bytes > room)
        return -1;
    uint32_t bits = 0;
    for (size_t i = 0, out = 0; i < characters; i++) {
        uint8_t value = value_of[at[i]];
        if (!value || (url ? at[i] == '+' || at[i] == '/' : at[i] == '-' || at[i] == '_'))
            return -1;
        bits = bits << 6 | (uint32_t)(value - 1);
        if (i % 4)
            to[out++] = (uint8_t)(bits >> (6 - 2 * (i % 4)));
    }
    /* Bits left over belong to no byte: whether they may stand is not decided here. */
    return over && bits & (over == 2 ? 0xf : 3) ? -1 : (int64_t)bytes;
}

static int64_t decode(const sw_json_text *from, sw_stretch text, uint8_t *to, size_t room)
{
    if (from->encoding == SW_HEX)
        return decode_hex(text.at, text.bytes, to, room);
    return decode_base64(text.at, text.bytes, from->encoding == SW_BASE64URL, to, room);
}

/* ---- lines ---- */

static inline bool same(sw_stretch name, sw_stretch other)
{
    return name.bytes == other.bytes && !memcmp(name.at, other.at, name.bytes);
}

static bool is_taken(const sw_json_text *from, sw_stretch name)
{
    for (size_t i = 0; i < from->taken_count; i++)
        if (same(name, from->taken[i]))
            return true;
    return false;
}

/* Read a string that stands for itself; `at` is behind its opening quote. Returns what is behind the other. */
static inline place read_plain(place at, place end, sw_stretch *text)
{
    place quote = find_special(at, end);
    *text = (sw_stretch){at, (size_t)(quote - at)};
    return quote < end && *quote == '"' ? quote + 1 : NULL;
}

/* Read a member of the row: skip it, or take the message's text, where there is none yet. */
static inline place read_member(const sw_json_text *from, place at, place end, sw_stretch *message)
{
    sw_stretch name;
    if (at == end || *at != '"' || !(at = read_plain(at + 1, end, &name)) || !(at = skip_colon(at, end)))
        return NULL;
    if (same(name, from->column)) {
        if (message->at || at == end || *at != '"')
            return NULL;
        return read_plain(at + 1, end, message);
    }
    return is_taken(from, name) ? NULL : skip_value(at, end, 1);
}

/* Read an object to its end, and the text of its message. */
static inline place read_object(const sw_json_text *from, place at, place end, sw_stretch *message)
{
    if (at == end || *at != '{')
        return NULL;
    do {
        at = read_member(from, skip_blanks(at + 1, end), end, message);
        if (!at || (at = skip_blanks(at, end)) == end)
            return NULL;
    } while (*at == ',');
    return *at == '}' && message->at ? at + 1 : NULL;
}

/* Only blanks, and carriage returns, stand behind an ordinary row. */
static inline bool is_blank(place at, place end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
        at++;
    return at == end;
}

/* Read one line into place `i` of the columns; returns the bytes of its message. */
static inline size_t read_line(const sw_json_text *from, place line, place end, size_t i, size_t used)
{
    sw_stretch message = {0};
    place newline = end > line && end[-1] == '\n' ? end - 1 : end, begin = skip_blanks(line, newline);
    place after = (size_t)(end - line) > from->longest ? NULL : read_object(from, begin, newline, &message);
    int64_t bytes = -1;
    if (after && is_blank(after, newline))
        bytes = decode(from, message, from->data + used, from->data_bytes - used);
    from->ordinary[i] = bytes >= 0;
    from->begin[i] = (bytes < 0 ? line : begin) - from->text;
    from->end[i] = (bytes < 0 ? end : after) - from->text;
    return bytes < 0 ? 0 : (size_t)bytes;
}

size_t sw_json_read(const sw_json_text *from, size_t *used)
{
    place at = from->text, end = at + from->bytes;
    size_t lines = 0, filled = 0;
    from->offset[0] = 0;
    for (; lines < from->most && at < end; lines++) {
        place newline = memchr(at, '\n', (size_t)(end - at)), after = newline ? newline + 1 : end;
        filled += read_line(from, at, after, lines, filled);
        from->offset[lines + 1] = (int64_t)filled;
        at = after;
    }
    *used = (size_t)(at - from->text);
    return lines;
}
