/* Writes rows of JSON with their records behind their own members, as pipeline/record.py makes them. */
#include "json_lines.h"

#include <string.h>
#include <tmmintrin.h>

enum { V1 = 1, OPENED = 0, KINDS = 4, OUTCOMES = SW_WORD_PROTECTIONS - SW_WORD_OUTCOMES };
enum { STEP = 16, KEY_ID = 14, UID = 8, SHORT_WORD = 48 };

/* Bytes of header and tag, and where a counter is thought to sit, by kind (format/layouts.py). */
static const uint8_t shortest[KINDS] = {0, 32, 28, 27};
static const struct {
    uint8_t at, bytes;
} counter_of[KINDS] = {{0, 0}, {14, 2}, {1, 3}, {1, 3}};

/* A word where it may be copied whole, whatever its length: most are short. */
typedef struct {
    uint8_t text[SHORT_WORD];
    sw_stretch whole;
} word;

static inline uint8_t *put(uint8_t *to, const void *from, size_t bytes)
{
    memcpy(to, from, bytes);
    return to + bytes;
}

/* Writes SHORT_WORD bytes at least. */
static inline uint8_t *put_word(uint8_t *to, const word *from)
{
    memcpy(to, from->text, SHORT_WORD);
    if (__builtin_expect(from->whole.bytes > SHORT_WORD, 0))
        memcpy(to, from->whole.at, from->whole.bytes);
    return to + from->whole.bytes;
}

static inline uint8_t *put_null(uint8_t *to)
{
    return put(to, "null", 4);
}

static inline uint8_t *put_flag(uint8_t *to, uint8_t flag)
{
    return flag ? put(to, "true", 4) : put(to, "false", 5);
}

static uint8_t *put_number(uint8_t *to, const uint8_t *from, size_t bytes)
{
    uint8_t digits[10], *first = digits + sizeof digits;
    uint32_t number = 0;
    for (size_t i = 0; i < bytes; i++)
        number = number << 8 | from[i];
    do
        *--first = (uint8_t)('0' + number % 10);
    while (number /= 10);
    return put(to, first, (size_t)(digits + sizeof digits - first));
}

/* ---- texts in hex and base64, between quotes ---- */

static const char hex_digits[] = "0123456789abcdef";

static inline void hex_sixteen(uint8_t *to, __m128i octets)
{
    __m128i digits = _mm_loadu_si128((const __m128i *)hex_digits), low = _mm_set1_epi8(15);
    __m128i first = _mm_shuffle_epi8(digits, _mm_and_si128(_mm_srli_epi16(octets, 4), low));
    __m128i second = _mm_shuffle_epi8(digits, _mm_and_si128(octets, low));
    _mm_storeu_si128((__m128i *)to, _mm_unpacklo_epi8(first, second));
    _mm_storeu_si128((__m128i *)(to + STEP), _mm_unpackhi_epi8(first, second));
}

static inline uint8_t *put_hex(uint8_t *to, const uint8_t *from, size_t bytes)
{
    *to++ = '"';
    for (; bytes >= STEP; bytes -= STEP, from += STEP, to += 2 * STEP)
        hex_sixteen(to, _mm_loadu_si128((const __m128i *)from));
    for (; bytes; bytes--, from++) {
        *to++ = (uint8_t)hex_digits[*from >> 4];
        *to++ = (uint8_t)hex_digits[*from & 15];
    }
    *to++ = '"';
    return to;
}

static uint8_t *put_base64(uint8_t *to, const uint8_t *from, size_t bytes)
{
    static const char characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    *to++ = '"';
    for (; bytes; from += 3) {
        size_t taken = bytes < 3 ? bytes : 3;
        uint32_t bits = (uint32_t)from[0] << 16 | (taken > 1 ? (uint32_t)from[1] << 8 : 0) | (taken > 2 ? from[2] : 0);
        for (size_t i = 0; i < 4; i++)
            *to++ = i <= taken ? (uint8_t)characters[bits >> (18 - 6 * i) & 63] : '=';
        bytes -= taken;
    }
    *to++ = '"';
    return to;
}

/* ---- rows ---- */

/* The piece between two numbers; false where it leads outside. Each number is read once: nobody can move it
 * after it was checked. */
static inline bool take(const uint8_t *base, size_t size, const int64_t *from, const int64_t *to, sw_stretch *piece)
{
    int64_t begin = *from, end = *to;
    if (begin < 0 || begin > end || end > (int64_t)size)
        return false;
    *piece = (sw_stretch){base + begin, (size_t)(end - begin)};
    return true;
}

/* A row as it is looked at once, and written then. */
typedef struct {
    sw_stretch own, message, text, given;
    uint8_t outcome, reason, kind;
} row;

static inline sw_result take_row(const sw_json_rows *rows, size_t i, row *to)
{
    if (!take(rows->text, rows->text_bytes, &rows->begin[i], &rows->end[i], &to->own) ||
        !take(rows->data, rows->data_bytes, &rows->offset[i], &rows->offset[i + 1], &to->message) ||
        !take(rows->arena, rows->arena_bytes, &rows->slot[i], &rows->slot[i + 1], &to->text) ||
        !take(rows->given, rows->given_bytes, &rows->given_at[i], &rows->given_at[i + 1], &to->given))
        return SW_BAD_OFFSETS;
    to->outcome = rows->outcome[i], to->reason = rows->reason[i], to->kind = rows->kind[i];
    if (to->outcome >= OUTCOMES || to->kind >= KINDS || SW_WORD_REASONS + (size_t)to->reason >= rows->words)
        return SW_BAD_ROW;
    return to->message.bytes < shortest[to->kind] ? SW_BAD_LENGTH : SW_DONE;
}

/* The object without its last brace and the blanks before it, and a comma where it has a member. */
static inline uint8_t *put_own(uint8_t *to, sw_stretch own)
{
    const uint8_t *text = own.at;
    size_t bytes = own.bytes ? own.bytes - 1 : 0;
    while (bytes && (text[bytes - 1] == ' ' || (text[bytes - 1] >= '\t' && text[bytes - 1] <= '\r')))
        bytes--;
    to = put(to, text, bytes);
    if (bytes != 1 || text[0] != '{')
        *to++ = ',';
    return to;
}

static inline uint8_t *put_plaintext(uint8_t *to, const sw_json_rows *rows, const row *from)
{
    if (from->outcome != OPENED)
        return put_null(to);
    if (from->given.bytes)
        return put(to, from->given.at, from->given.bytes);
    return (rows->form == SW_HEX ? put_hex : put_base64)(to, from->text.at, from->text.bytes);
}

/* What the header claims, and the tag. */
static inline uint8_t *put_claims(uint8_t *to, const word *words, const row *from)
{
    const uint8_t *message = from->message.at;
    to = put_word(to, &words[SW_WORD_KEY_ID]);
    to = from->kind == V1 ? put_hex(to, message, KEY_ID) : put_null(to);
    to = put_word(to, &words[SW_WORD_COUNTER]);
    to = from->kind ? put_number(to, message + counter_of[from->kind].at, counter_of[from->kind].bytes) : put_null(to);
    to = put_word(to, &words[SW_WORD_TAG]);
    return from->kind ? put_hex(to, message + from->message.bytes - SW_TAG, SW_TAG) : put_null(to);
}

static inline uint8_t *put_row(uint8_t *to, const sw_json_rows *rows, const word *words, const row *from, size_t i)
{
    to = put_own(to, from->own);
    to = put_word(to, &words[SW_WORD_OUTCOME]);
    to = put_word(to, &words[SW_WORD_OUTCOMES + from->outcome]);
    to = put_word(to, &words[SW_WORD_REASON]);
    to = put_word(to, &words[SW_WORD_REASONS + from->reason]);
    to = put_word(to, &words[SW_WORD_PLAINTEXT]);
    to = put_plaintext(to, rows, from);
    to = put_word(to, &words[SW_WORD_PROTECTION]);
    to = put_word(to, &words[SW_WORD_PROTECTIONS + from->kind]);
    to = put_word(to, &words[SW_WORD_UID]);
    to = from->outcome == OPENED ? put_hex(to, rows->uid + UID * i, UID) : put_null(to);
    to = put_claims(to, words, from);
    to = put_word(to, &words[SW_WORD_DUPLICATE]);
    to = put_flag(to, rows->duplicate[i]);
    to = put_word(to, &words[SW_WORD_NONCE_REUSE]);
    to = put_flag(to, rows->nonce_reuse[i]);
    return put(to, "}\n", 2);
}

/* Copy the words to where they may be read beyond their ends; returns the bytes of all. */
static size_t take_words(const sw_json_rows *rows, word *words)
{
    size_t sum = 0;
    for (size_t i = 0; i < rows->words; i++) {
        sw_stretch whole = rows->word[i];
        words[i].whole = whole;
        memcpy(words[i].text, whole.at, whole.bytes < SHORT_WORD ? whole.bytes : SHORT_WORD);
        sum += whole.bytes;
    }
    return sum;
}

sw_result sw_json_write(const sw_json_rows *rows)
{
    word words[SW_MOST_WORDS] = {0};
    if (rows->words <= SW_WORD_REASONS || rows->words > SW_MOST_WORDS)
        return SW_BAD_ROW;
    size_t fixed = SW_JSON_LINE + take_words(rows, words), used = 0;
    for (size_t i = 0; i < rows->count; i++) {
        row one;
        sw_result result = take_row(rows, i, &one);
        if (result != SW_DONE)
            return result;
        if (rows->out_bytes - used < fixed + one.own.bytes + 2 * one.text.bytes + one.given.bytes)
            return SW_NO_ROOM;
        used = (size_t)(put_row(rows->out + used, rows, words, &one, i) - rows->out);
        rows->line_end[i] = (int64_t)used;
    }
    return SW_DONE;
}
