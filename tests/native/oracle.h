/* OpenSSL, as the independent answer, and helpers that the tests and the bench share. */
#ifndef ORACLE_H
#define ORACLE_H
#include "sealwright_core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(what, ...)                                                                                               \
    do {                                                                                                               \
        if (!(what)) {                                                                                                 \
            fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #what);                                                 \
            fprintf(stderr, __VA_ARGS__);                                                                              \
            fprintf(stderr, "\n");                                                                                     \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

/* So many random batches, times SCALE of the environment. */
int scaled(int batches);

uint64_t random64(void);
void random_bytes(uint8_t *to, size_t count);

/* Seal with OpenSSL's CCM: `out` takes the ciphertext and 16 bytes of tag. */
void oracle_ccm_seal(const uint8_t *key, int key_length, const uint8_t *nonce, const uint8_t *text, int length,
                     uint8_t *out);
void oracle_cs1_seal(const uint8_t *key, int key_length, const uint8_t *iv, const uint8_t *text, int length,
                     uint8_t *out);
void oracle_hmac(const uint8_t *key, int key_length, const uint8_t *data, size_t length, uint8_t *tag16);

/* Write what a MAC covers to `out`; returns its bytes. */
size_t oracle_span(sw_span span, const uint8_t *message, uint32_t header, size_t body, const uint8_t *row, uint8_t *out);

/* Whether a span ends in the body, which is then its only one. */
bool oracle_span_ends(sw_span span);

/* A batch with memory of its own, one buffer in and one out. */
typedef struct {
    sw_batch batch;
    uint8_t *data, *text, *arena, *rows, *status, *bad;
    int64_t *in_at, *text_length, *out_at, *row;
    size_t data_bytes, arena_bytes;
} corpus;

/* Make `count` sealed messages of the given lengths under `keys` random rows; a damaged one in
 * `one_bad_in` (0: none). Suite is SW_AES_128_CCM, SW_AES_256_CCM, or -1 for both at random. */
corpus make_ccm(size_t count, const int64_t *lengths, size_t keys, int suite, unsigned one_bad_in);
corpus make_v2(size_t count, const int64_t *lengths, size_t keys, int suite, sw_span span, unsigned one_bad_in);
/* The texts of a corpus as a batch that is to become its messages again, in `out` (data_bytes) and with
 * `headers` (16 bytes each, which this fills; what a shorter header leaves of them is random). */
sw_batch texts_of(const corpus *c, uint8_t *out, uint8_t *headers);
void check_opened(const corpus *c, const char *what);
void free_corpus(corpus *c);

/* An area that begins and ends at a page which nobody may touch. */
typedef struct {
    uint8_t *start, *end;
    size_t bytes;
} fence;

fence make_fence(size_t bytes);
void free_fence(fence area);

int bench(int argc, char **argv);
#endif
