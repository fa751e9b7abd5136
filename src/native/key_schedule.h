/* AES key expansion in vectors (FIPS 197, section 5.2), a template: a CPU path includes it after
 * it has defined `vec`, LANES (messages a vector) and the operations named below.
 *
 * Four vectors hold 4 x LANES messages. Between steps the words lie transposed: word[i] holds
 * word i of every message, so that one AES instruction substitutes the words of all of them, and
 * the xors need no shifts. A 4x4 transposition brings each round key back into lanes.
 *
 * Uses: vec_xor, vec_xor3, vec_shuffle_bytes, vec_aesenclast, vec_low32, vec_high32, vec_low64,
 * vec_high64 (unpack within 128 bits), vec_set32, vec_repeat (a 16-byte constant in each lane),
 * vec_gather (16 bytes from each of LANES pointers, plus an offset).
 */

typedef struct {
    vec word[8];
} key_words;

/* AESENCLAST shifts rows before it substitutes: these masks undo that shift, and the first one
 * also rotates each word by a byte (RotWord). */
static const uint8_t ROTATE[16] = {1, 14, 11, 4, 5, 2, 15, 8, 9, 6, 3, 12, 13, 10, 7, 0};
static const uint8_t KEEP[16] = {0, 13, 10, 7, 4, 1, 14, 11, 8, 5, 2, 15, 12, 9, 6, 3};

static const uint8_t ROUND_CONSTANT[11] = {0, 1, 2, 4, 8, 16, 32, 64, 128, 27, 54};

static inline __attribute__((always_inline)) void transpose_words(vec out[4], const vec in[4])
{
    vec a = vec_low32(in[0], in[1]), b = vec_high32(in[0], in[1]);
    vec c = vec_low32(in[2], in[3]), d = vec_high32(in[2], in[3]);
    out[0] = vec_low64(a, c);
    out[1] = vec_high64(a, c);
    out[2] = vec_low64(b, d);
    out[3] = vec_high64(b, d);
}

/* Load the keys, and write the round keys that are the key itself. */
static inline __attribute__((always_inline)) void begin_keys(key_words *words, vec schedule[][4], const uint8_t *const *key, unsigned rounds)
{
    for (unsigned half = 0; half < (rounds == 14 ? 2 : 1); half++) {
        for (unsigned v = 0; v < 4; v++)
            schedule[half][v] = vec_gather(key + v * LANES, 16 * half);
        transpose_words(words->word + 4 * half, schedule[half]);
    }
}

/* Make round key `step` out of those before it. */
static inline __attribute__((always_inline)) void expand_step(key_words *words, vec schedule[][4], unsigned step, unsigned rounds)
{
    bool wide = rounds == 14, odd = wide && step % 2;
    vec *word = words->word + (odd ? 4 : 0);
    vec last = words->word[wide && !odd ? 7 : 3];
    vec constant = vec_set32(odd ? 0 : ROUND_CONSTANT[wide ? step / 2 : step]);
    vec t = vec_aesenclast(vec_shuffle_bytes(last, vec_repeat(odd ? KEEP : ROTATE)), constant);
    vec three = vec_xor3(word[0], word[1], word[2]);
    word[3] = vec_xor3(word[3], three, t);
    word[1] = vec_xor3(word[1], word[0], t);
    word[0] = vec_xor(word[0], t);
    word[2] = vec_xor(three, t);
    transpose_words(schedule[step], word);
}

static inline void expand_keys(vec schedule[][4], const uint8_t *const *key, unsigned rounds)
{
    key_words words;
    begin_keys(&words, schedule, key, rounds);
    for (unsigned step = rounds == 14 ? 2 : 1; step <= rounds; step++)
        expand_step(&words, schedule, step, rounds);
}
