/* JSON Lines: ordinary rows are read and written here, so that none of them becomes an object of Python's. */
#ifndef SEALWRIGHT_JSON_LINES_H
#define SEALWRIGHT_JSON_LINES_H

#include "bounds.h"

/* The texts that messages travel in (pipeline/encoding.py). */
typedef enum { SW_HEX, SW_BASE64, SW_BASE64URL } sw_encoding;

/* Lines to read, and columns of `most` for what they hold. */
typedef struct {
    const uint8_t *text; /* whole lines; the last of them needs no newline */
    size_t bytes;
    size_t longest; /* bytes of an ordinary line at most, its newline with them */
    sw_encoding encoding;
    sw_stretch column;       /* the name of the member that holds the message */
    const sw_stretch *taken; /* names that no ordinary row has */
    size_t taken_count;
    size_t most;
    int64_t *begin; /* where an ordinary row's object begins and ends; of another the whole line */
    int64_t *end;
    uint8_t *ordinary; /* 1 or 0 */
    uint8_t *data;     /* the messages end to end; a row that is not ordinary has none */
    size_t data_bytes;
    int64_t *offset; /* most + 1 */
} sw_json_text;

/* Read `most` lines, or all that there are; `used` takes the bytes that they have. Returns how many.
 *
 * An ordinary line is one object by the grammar of RFC 8259, of UTF-8 and of `longest` bytes at most, nested no
 * deeper than 16, with spaces and tabs alone between its tokens (and a carriage return at its end). No
 * name at its top has an escape or is one of those taken. `column` stands there once, and holds a text
 * without escapes that is a message in `encoding`, or nothing at all. Every other line is for the caller. */
size_t sw_json_read(const sw_json_text *from, size_t *used);

/* The words of a record (pipeline/record.py), ready to be copied: the names with what stands around them,
 * then outcomes, protections by kind, and reasons, as JSON. */
enum {
    SW_WORD_OUTCOME, SW_WORD_REASON, SW_WORD_PLAINTEXT, SW_WORD_PROTECTION, SW_WORD_UID, SW_WORD_KEY_ID,
    SW_WORD_COUNTER, SW_WORD_TAG, SW_WORD_DUPLICATE, SW_WORD_NONCE_REUSE,
    SW_WORD_OUTCOMES,
    SW_WORD_PROTECTIONS = SW_WORD_OUTCOMES + 7,
    SW_WORD_REASONS = SW_WORD_PROTECTIONS + 4,
    SW_MOST_WORDS = 64,
};

/* Rows to write: columns of `count`, those of offsets with one number more. */
typedef struct {
    size_t count;
    const uint8_t *text; /* row i's own object is text[begin[i] .. end[i]] */
    size_t text_bytes;
    const int64_t *begin;
    const int64_t *end;
    const uint8_t *data; /* the messages end to end */
    size_t data_bytes;
    const int64_t *offset;
    const uint8_t *outcome; /* codes, as kind and reason are */
    const uint8_t *reason;
    const uint8_t *kind;
    const uint8_t *uid; /* 8 bytes each */
    const uint8_t *duplicate;
    const uint8_t *nonce_reuse;
    const uint8_t *arena; /* the plaintexts of opened messages */
    size_t arena_bytes;
    const int64_t *slot;
    const uint8_t *given; /* plaintexts that are JSON already; one of no bytes is written in `form` */
    size_t given_bytes;
    const int64_t *given_at;
    sw_encoding form; /* hex or base64 */
    const sw_stretch *word;
    size_t words;
    uint8_t *out;
    size_t out_bytes;
    int64_t *line_end; /* where each line ends in `out` */
} sw_json_rows;

/* Write each row's object with its record behind its own members, a line each. Returns SW_BAD_OFFSETS for
 * a number that leads outside, SW_BAD_ROW for a code without a word, SW_BAD_LENGTH for a message shorter
 * than its kind has it, SW_NO_ROOM where `out` could be too small: a line needs SW_JSON_LINE bytes and
 * those of all words beside the texts in it, each of which may become twice as long. */
sw_result sw_json_write(const sw_json_rows *rows);

enum { SW_JSON_LINE = 256 };

#endif
