/* Headers of many messages, as format/headers.py reads them; nothing here is verified. */
#include "sealwright_core.h"

#include <string.h>

enum { V1 = 1, V2 = 2, INTEGRITY = 3 };

/* Codes of a Reason (errors.py). */
enum {
    REASON_NONE,
    REASON_EMPTY = 4,
    REASON_UNKNOWN_VERSION,
    REASON_WRONG_PURPOSE,
    REASON_TOO_SHORT,
    REASON_TEXT_UNDER_ONE_BLOCK,
    REASON_TOO_LONG,
};

enum { ANY_PURPOSE, PROTECTION_PURPOSE, INTEGRITY_PURPOSE, INTEGRITY_TYPE = 0x29 };

enum { AHEAD = 16 };

sw_shapes sw_shapes_for(int purpose, int64_t max_length)
{
    sw_shapes shapes = {.header_length = {0, 16, 12, 11}, .shortest_text = {0, 0, 16, 0}};
    for (int low = 0; low < 16; low++) {
        shapes.kind_of_first_byte[0x10 + low] = purpose == INTEGRITY_PURPOSE ? 0 : V1;
        shapes.kind_of_first_byte[0x20 + low] = purpose == INTEGRITY_PURPOSE ? INTEGRITY : V2;
    }
    if (purpose == ANY_PURPOSE)
        shapes.kind_of_first_byte[INTEGRITY_TYPE] = INTEGRITY;
    for (int kind = V1; kind <= INTEGRITY; kind++)
        shapes.longest[kind] = max_length;
    int64_t ccm = SW_LONGEST_CCM_TEXT + 16 + SW_TAG;
    shapes.longest[V1] = max_length < ccm ? max_length : ccm;
    return shapes;
}

/* The first fault of a message, in the order in which its bytes are read. */
static __attribute__((cold)) uint8_t fault_of(const sw_shapes *shapes, const uint8_t *message, int64_t length)
{
    if (length == 0)
        return REASON_EMPTY;
    uint8_t kind = shapes->kind_of_first_byte[message[0]];
    int64_t text = length - shapes->header_length[kind] - SW_TAG;
    if (!kind)
        return message[0] >> 4 == 1 ? REASON_WRONG_PURPOSE : REASON_UNKNOWN_VERSION;
    if (text < 0)
        return REASON_TOO_SHORT;
    return text < shapes->shortest_text[kind] ? REASON_TEXT_UNDER_ONE_BLOCK : REASON_TOO_LONG;
}

/* Zero what stands behind a header of `length` bytes. */
static inline void cut_header(uint8_t raw[16], int64_t length)
{
    for (int64_t i = length; i < 16; i++)
        raw[i] = 0;
}

/* Read the header of one message; returns whether it is well-formed. */
static inline bool read_one(const sw_shapes *shapes, const uint8_t *message, int64_t bytes, uint8_t *kind,
                            uint8_t *reason, uint8_t *raw, int64_t *text_length)
{
    /* The shortest message of any kind has more than 16 bytes, which may then be read. */
    uint8_t is = bytes >= SW_BLOCK ? shapes->kind_of_first_byte[message[0]] : 0;
    int64_t text = bytes - (is == V1 ? 16 : shapes->header_length[is]) - SW_TAG;
    if (__builtin_expect(!is || text < shapes->shortest_text[is] || bytes > shapes->longest[is], 0)) {
        *kind = 0;
        *reason = fault_of(shapes, message, bytes);
        memset(raw, 0, 16);
        *text_length = 0;
        return false;
    }
    *kind = is;
    *reason = REASON_NONE;
    memcpy(raw, message, 16);
    if (is != V1)
        cut_header(raw, shapes->header_length[is]);
    *text_length = text;
    return true;
}

/* The copy is what is checked: the caller's own may change meanwhile. */
static inline bool take(const uint8_t *offsets, size_t width, size_t count, int64_t size, int64_t *to)
{
    uint64_t signs = 0;
    int64_t before = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t narrow;
        int64_t at;
        if (width == sizeof at) {
            memcpy(&at, offsets + width * i, sizeof at);
        } else {
            memcpy(&narrow, offsets + width * i, sizeof narrow);
            at = narrow;
        }
        /* A sign tells: an offset is negative, falls, or lies outside. Differences wrap around only
         * where an offset is negative, which is a fault already. */
        signs |= (uint64_t)at | ((uint64_t)at - (uint64_t)before) | ((uint64_t)size - (uint64_t)at);
        to[i] = before = at;
    }
    return !(signs >> 63);
}

bool sw_take_offsets(const void *offsets, size_t width, size_t count, int64_t size, int64_t *to)
{
    /* Two calls of a constant width each, so that both loops become vectors. */
    return width == 8 ? take(offsets, 8, count, size, to) : take(offsets, 4, count, size, to);
}

int64_t sw_parse_headers(const sw_shapes *shapes, size_t count, const uint8_t *data, size_t size, const int64_t *at,
                         uint8_t *kind, uint8_t *reason, uint8_t *raw, int64_t *text_length)
{
    int64_t malformed = 0, start = at[0];
    if (start < 0 || start > (int64_t)size)
        return -1;
    for (size_t i = 0; i < count; i++) {
        /* Each offset is read once: nobody can move it after it was checked. */
        int64_t end = at[i + 1];
        if (end < start || end > (int64_t)size)
            return -1;
        malformed += !read_one(shapes, data + start, end - start, &kind[i], &reason[i], raw + 16 * i, &text_length[i]);
        start = end;
    }
    return malformed;
}

void sw_parse_objects(const sw_shapes *shapes, size_t count, const sw_object *object, uint8_t *kind, uint8_t *reason,
                      uint8_t *raw, int64_t *text_length)
{
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < count)
            __builtin_prefetch(object[i + AHEAD].in);
        read_one(shapes, object[i].in, object[i].bytes, &kind[i], &reason[i], raw + 16 * i, &text_length[i]);
    }
}
