/* From headers to plaintexts in one go, for keys that are held in memory. */
#ifndef SEALWRIGHT_STREAM_H
#define SEALWRIGHT_STREAM_H

#include "sealwright_core.h"

/* Names of 16 bytes, and the row that each place of the map stands for. */
typedef struct {
    const sw_keymap *map; /* NULL where no name is held */
    const int64_t *row;
    size_t count;
} sw_names;

/* v1 messages and others, columns of `count`, and the keys that are held for uplink protection. */
typedef struct {
    size_t count;
    uintptr_t in;
    size_t in_bytes;
    const int64_t *in_at;
    const uint8_t *kind; /* 0 where the message is malformed: left alone */
    const uint8_t *raw;
    const int64_t *text_length;
    uintptr_t out;
    size_t out_bytes;
    const int64_t *out_at;
    sw_names headers;
    sw_names key_ids;
    const uint8_t *rows;
    size_t row_count;
    const uint8_t *regular; /* a byte a row: 1 where its nonce is header[4:16] */
    const uint8_t *told;    /* as for sw_judge */
    unsigned checked;
    int64_t *row;    /* takes the row of each message, 0 where it has none */
    uint8_t *reason; /* takes what keeps it from being tried */
    uint8_t *status; /* takes 1 where it opened, 2 where it did not, 0 where it was not tried here */
    uint8_t *uid;    /* takes 8 bytes, the row's UID where the message opened */
} sw_stream;

/* Look up, judge and open v1 messages whose nonce stands in their header, a window at a time: what one
 * stage has brought into the cache is there for the next. What nothing keeps back and what is not of
 * this sort has reason 0 and status 0 afterwards, and is for the caller to try. Every number that leads
 * to an address is checked: SW_BAD_ROW, SW_BAD_LENGTH. */
sw_result sw_stream_open(sw_cpu cpu, const sw_stream *stream);

#endif
