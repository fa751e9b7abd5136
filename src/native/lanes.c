/* From a batch to lanes: where each message's text, key and slot are. */
#include "paths.h"

#include <string.h>

/* What idle lanes read: a text of no bytes, its tag, and a key row. */
static const uint8_t NOTHING[SW_ROW_BYTES + SW_TAG];

static void idle(sw_group *group, uint32_t lane)
{
    group->in[lane] = group->behind[lane] = group->key[lane] = group->nonce[lane] = NOTHING;
    group->out[lane] = group->sink;
    group->length[lane] = 0;
}

static inline void load_lane(const sw_batch *batch, size_t place, sw_group *group, uint32_t lane)
{
    uintptr_t text = batch->in + (uintptr_t)batch->in_at[place] + batch->header_length;
    uint32_t length = (uint32_t)batch->text_length[place];
    const uint8_t *key = (const uint8_t *)(sw_first_key(batch) + (size_t)batch->row[place] * sw_key_stride(batch));
    group->in[lane] = (const uint8_t *)text;
    group->behind[lane] = (const uint8_t *)(text + length);
    group->out[lane] = (uint8_t *)(batch->out + (uintptr_t)batch->out_at[place]);
    group->key[lane] = key;
    group->nonce[lane] = batch->nonce_in_header ? (const uint8_t *)(text - 16) : key + SW_NONCE_BEHIND_KEY;
    group->length[lane] = length;
}

void sw_load_lanes(const sw_run *run, size_t at, uint32_t lanes, sw_group *group)
{
    size_t left = at < run->count ? run->count - at : 0;
    uint32_t live = left < lanes ? (uint32_t)left : lanes;
    uint32_t shortest = UINT32_MAX, longest = 0;
    for (uint32_t lane = 0; lane < live; lane++) {
        load_lane(run->batch, run->first + (run->order ? run->order[at + lane] : at + lane), group, lane);
        uint32_t length = group->length[lane];
        shortest = length < shortest ? length : shortest;
        longest = length > longest ? length : longest;
    }
    for (uint32_t lane = live; lane < lanes; lane++)
        idle(group, lane);
    group->at = at;
    group->live = live;
    group->shortest = live == lanes ? shortest : 0;
    group->longest = longest;
}

void sw_write_status(const sw_run *run, const sw_group *group, uint32_t good)
{
    uint8_t *status = run->batch->status + run->first;
    for (uint32_t lane = 0; lane < group->live; lane++) {
        size_t at = group->at + lane;
        status[run->order ? run->order[at] : at] = (uint8_t)(good >> lane & 1);
    }
}

__attribute__((cold)) void sw_clear_failed(const sw_group *group, uint32_t good)
{
    for (uint32_t lane = 0; lane < group->live; lane++)
        if (!(good >> lane & 1))
            memset(group->out[lane], 0, group->length[lane]);
}
