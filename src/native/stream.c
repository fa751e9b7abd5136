/* From headers to plaintexts in one go: look-up, judging and opening, a window of messages at a time. */
#include "stream.h"

#include "bounds.h"

#include <string.h>

enum { WINDOW = 1024, V1 = 1 };

/* Codes of a State (keys/table.py). */
enum { UNKNOWN = 0, CANDIDATE = 2 };

enum { HEADER_BYTES = 16, KEY_ID_BYTES = 14, NOT_TRIED = 0, OPENED = 1, FAILED = 2 };

/* What is known of the messages of one window. */
typedef struct {
    int64_t found[WINDOW];
    uint8_t state[WINDOW];
    uint8_t reason[WINDOW];
    uint32_t place[WINDOW]; /* of those that are tried: where they stand in the stream */
    int64_t in_at[WINDOW], text_length[WINDOW], out_at[WINDOW], row[WINDOW];
    uint8_t status[WINDOW];
    uint32_t suites; /* a bit for each suite of those that are tried */
} window;

/* Find `count` names; an index without any names finds none. */
static void find(const sw_names *names, const uint8_t *raw, size_t count, size_t significant, int64_t *found)
{
    if (names->map)
        sw_keymap_find(names->map, raw, HEADER_BYTES, count, significant, found);
    else
        memset(found, 0xff, count * sizeof *found);
}

/* The row that a place stands for; one outside the table where the caller's numbers are wrong. */
static inline int64_t row_of(const sw_names *names, int64_t place)
{
    return (uint64_t)place < names->count ? names->row[place] : INT64_MAX;
}

/* Give each message its row and state: the very header first, then the key id of v1. */
static bool look_up(const sw_stream *stream, window *in, size_t from, size_t count)
{
    bool missing = false, fits = true;
    find(&stream->headers, stream->raw + HEADER_BYTES * from, count, HEADER_BYTES, in->found);
    for (size_t i = 0; i < count; i++) {
        int64_t row = in->found[i] < 0 ? 0 : row_of(&stream->headers, in->found[i]);
        fits &= (uint64_t)row < stream->row_count;
        stream->row[from + i] = row;
        missing |= row == 0 && stream->kind[from + i] == V1;
    }
    if (missing)
        find(&stream->key_ids, stream->raw + HEADER_BYTES * from, count, KEY_ID_BYTES, in->found);
    for (size_t i = 0; fits && i < count; i++) {
        int64_t row = stream->row[from + i];
        bool candidate = missing && row == 0 && stream->kind[from + i] == V1 && in->found[i] >= 0;
        if (candidate)
            row = stream->row[from + i] = row_of(&stream->key_ids, in->found[i]);
        fits &= (uint64_t)row < stream->row_count;
        if (fits)
            in->state[i] = candidate ? CANDIDATE : stream->rows[SW_ROW_BYTES * (size_t)row + SW_ROW_STATE];
    }
    return fits;
}

/* Pick out what is tried here; returns how many that are. */
static size_t pick(const sw_stream *stream, window *in, size_t from, size_t count)
{
    size_t picked = 0;
    in->suites = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = from + i;
        stream->status[at] = NOT_TRIED;
        if (!stream->kind[at])
            continue;
        stream->reason[at] = in->reason[i];
        in->place[picked] = (uint32_t)i;
        in->in_at[picked] = stream->in_at[at];
        in->text_length[picked] = stream->text_length[at];
        in->out_at[picked] = stream->out_at[at];
        in->row[picked] = stream->row[at];
        if (!in->reason[i] && stream->kind[at] == V1 && stream->regular[stream->row[at]]) {
            in->suites |= sw_suite_bit(stream->rows + SW_ROW_BYTES * (size_t)stream->row[at]);
            picked++;
        }
    }
    return picked;
}

static sw_result open_picked(sw_cpu cpu, const sw_stream *stream, window *in, size_t from, size_t picked)
{
    const sw_batch batch = {
        .count = picked,
        .in = stream->in,
        .in_at = in->in_at,
        .text_length = in->text_length,
        .out = stream->out,
        .out_at = in->out_at,
        .rows = stream->rows,
        .row_count = stream->row_count,
        .row = in->row,
        .status = in->status,
        .header_length = HEADER_BYTES,
        .nonce_in_header = true,
        .suites = in->suites,
    };
    if (!sw_batch_fits(&batch, stream->in_bytes, stream->out_bytes))
        return SW_BAD_LENGTH;
    sw_result result = sw_ccm_open(cpu, &batch);
    for (size_t i = 0; result == SW_DONE && i < picked; i++) {
        size_t at = from + in->place[i];
        stream->status[at] = in->status[i] ? OPENED : FAILED;
        if (in->status[i])
            memcpy(stream->uid + 8 * at, stream->rows + SW_ROW_BYTES * (size_t)in->row[i] + SW_ROW_UID, 8);
    }
    return result;
}

sw_result sw_stream_open(sw_cpu cpu, const sw_stream *stream)
{
    window in;
    for (size_t from = 0; from < stream->count; from += WINDOW) {
        size_t count = stream->count - from < WINDOW ? stream->count - from : WINDOW;
        if (!look_up(stream, &in, from, count))
            return SW_BAD_ROW;
        const sw_question asked = {
            .count = count,
            .kind = stream->kind + from,
            .raw = stream->raw + HEADER_BYTES * from,
            .state = in.state,
            .row = stream->row + from,
            .rows = stream->rows,
            .row_count = stream->row_count,
        };
        sw_result result = sw_judge(&asked, stream->told, stream->checked, in.reason);
        size_t picked = pick(stream, &in, from, count);
        if (result == SW_DONE && picked)
            result = open_picked(cpu, stream, &in, from, picked);
        if (result != SW_DONE)
            return result;
    }
    return SW_DONE;
}
