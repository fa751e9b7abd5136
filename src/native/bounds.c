/* The bounds of a batch from outside: every number of it is looked at, and none is believed. */
#include "bounds.h"

/* Texts take `more_in` bytes more where they are read, `more_out` where they are written. */
static bool fits(const sw_batch *batch, size_t data, size_t arena, int64_t more_in, int64_t more_out)
{
    /* Differences of what is checked already: no sum, so that nothing can overflow. */
    int64_t most_in = (int64_t)data - more_in, most_out = (int64_t)arena - more_out, free_from = 0;
    for (size_t i = 0; i < batch->count; i++) {
        int64_t length = batch->text_length[i], in = batch->in_at[i], out = batch->out_at[i];
        if (length < 0 || length > most_in || in < 0 || in > most_in - length)
            return false;
        if (out < free_from || out > most_out || length > most_out - out)
            return false;
        free_from = out + length + more_out;
    }
    return true;
}

bool sw_batch_fits(const sw_batch *batch, size_t data, size_t arena)
{
    return fits(batch, data, arena, (int64_t)batch->header_length + SW_TAG, 0);
}

bool sw_texts_fit(const sw_batch *texts, size_t data, size_t arena)
{
    return fits(texts, data, arena, 0, (int64_t)texts->header_length + SW_TAG);
}

bool sw_apart(sw_stretch written, const sw_stretch *other, size_t count)
{
    uintptr_t start = (uintptr_t)written.at;
    for (size_t i = 0; i < count; i++) {
        uintptr_t at = (uintptr_t)other[i].at;
        /* Empty pieces lie nowhere. */
        if (written.bytes && other[i].bytes && start < at + other[i].bytes && at < start + written.bytes)
            return false;
    }
    return true;
}
