/* Blocks of 16 bytes in and out of messages, for the paths whose CPU has no byte masks.
 * A template: a path includes it, so that each has its own copy under its own CPU flags. */

/* Load the first `bytes` (1 to 15) from memory that may end right behind them; zeros follow. */
static inline __m128i load_part(const uint8_t *from, uint32_t bytes)
{
    uint64_t low = 0, high = 0;
    if (bytes & 8) {
        memcpy(&low, from, 8);
        if (bytes > 8) /* the last 8 bytes overlap the first: shift what both hold away */ {
            memcpy(&high, from + bytes - 8, 8);
            high >>= 8 * (16 - bytes);
        }
    } else if (bytes & 4) {
        uint32_t first, last;
        memcpy(&first, from, 4);
        memcpy(&last, from + bytes - 4, 4);
        low = first | (uint64_t)last << 8 * (bytes - 4);
    } else {
        low = from[0] | (uint64_t)from[bytes / 2] << 8 * (bytes / 2) | (uint64_t)from[bytes - 1] << 8 * (bytes - 1);
    }
    return _mm_set_epi64x((long long)high, (long long)low);
}

/* Store the first `bytes` (1 to 15) and nothing behind them. */
static inline void store_part(uint8_t *to, __m128i value, uint32_t bytes)
{
    uint64_t low = (uint64_t)_mm_cvtsi128_si64(value);
    if (bytes & 8) {
        memcpy(to, &low, 8);
        low = (uint64_t)_mm_extract_epi64(value, 1);
        to += 8;
    }
    if (bytes & 4) {
        uint32_t word = (uint32_t)low;
        memcpy(to, &word, 4);
        low >>= 32;
        to += 4;
    }
    if (bytes & 2) {
        uint16_t word = (uint16_t)low;
        memcpy(to, &word, 2);
        low >>= 16;
        to += 2;
    }
    if (bytes & 1)
        *to = (uint8_t)low;
}

/* The block of a lane's text at byte `from`; zeros where the text has ended. When opening, a whole
 * block may be read wherever a text byte is left, because the tag follows the text. */
static inline __m128i load_block(const sw_group *group, unsigned lane, uint32_t from, bool sealing)
{
    uint32_t length = group->length[lane];
    if (from >= length)
        return _mm_setzero_si128();
    const uint8_t *at = group->in[lane] + from;
    if (!sealing || length - from >= SW_BLOCK)
        return _mm_loadu_si128((const __m128i *)(const void *)at);
    return load_part(at, length - from);
}

static inline void store_block(const sw_group *group, unsigned lane, uint32_t from, __m128i value)
{
    uint32_t length = group->length[lane];
    if (from >= length)
        return;
    uint8_t *at = group->out[lane] + from;
    if (length - from >= SW_BLOCK)
        _mm_storeu_si128((__m128i *)(void *)at, value);
    else
        store_part(at, value, length - from);
}
