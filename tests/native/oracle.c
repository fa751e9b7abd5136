/* OpenSSL behind a few plain functions, and batches made with it. */
#include "oracle.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/mman.h>

int scaled(int batches)
{
    const char *scale = getenv("SCALE");
    int times = scale ? atoi(scale) : 1;
    CHECK(times > 0, "SCALE=%s: a number of times", scale);
    return batches * times;
}

static uint64_t state = 0x9e3779b97f4a7c15;

uint64_t random64(void)
{
    uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

void random_bytes(uint8_t *to, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] = (uint8_t)random64();
}

void oracle_ccm_seal(const uint8_t *key, int key_length, const uint8_t *nonce, const uint8_t *text, int length,
                     uint8_t *out)
{
    int made = 0;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    const EVP_CIPHER *cipher = key_length == 16 ? EVP_aes_128_ccm() : EVP_aes_256_ccm();
    int ok = EVP_EncryptInit_ex(ctx, cipher, NULL, NULL, NULL);
    ok &= EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, 12, NULL);
    ok &= EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 16, NULL);
    ok &= EVP_EncryptInit_ex(ctx, NULL, NULL, key, nonce);
    ok &= EVP_EncryptUpdate(ctx, NULL, &made, NULL, length);
    ok &= EVP_EncryptUpdate(ctx, out, &made, length ? text : (const uint8_t *)"", length);
    int last = 0;
    ok &= EVP_EncryptFinal_ex(ctx, out + made, &last);
    ok &= EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, out + length);
    CHECK(ok == 1, "OpenSSL CCM, %d bytes", length);
    EVP_CIPHER_CTX_free(ctx);
}

void oracle_cs1_seal(const uint8_t *key, int key_length, const uint8_t *iv, const uint8_t *text, int length,
                     uint8_t *out)
{
    static EVP_CIPHER *by_size[2];
    EVP_CIPHER **cipher = &by_size[key_length == 32];
    if (!*cipher)
        *cipher = EVP_CIPHER_fetch(NULL, key_length == 16 ? "AES-128-CBC-CTS" : "AES-256-CBC-CTS", NULL);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    OSSL_PARAM mode[2] = {OSSL_PARAM_construct_utf8_string(OSSL_CIPHER_PARAM_CTS_MODE, "CS1", 0),
                          OSSL_PARAM_construct_end()};
    int made = 0;
    CHECK(EVP_EncryptInit_ex2(ctx, *cipher, key, iv, mode) == 1 && EVP_EncryptUpdate(ctx, out, &made, text, length) == 1,
          "OpenSSL CS1, %d bytes", length);
    EVP_CIPHER_CTX_free(ctx);
}

void oracle_hmac(const uint8_t *key, int key_length, const uint8_t *data, size_t length, uint8_t *tag16)
{
    uint8_t whole[32];
    unsigned made = 32;
    CHECK(HMAC(EVP_sha256(), key, key_length, data, length, whole, &made), "OpenSSL HMAC");
    memcpy(tag16, whole, 16);
}

static corpus make_room(size_t count, const int64_t *lengths, size_t keys, uint32_t header_length)
{
    corpus c = {0};
    size_t in = 0, out = 0;
    c.in_at = calloc(count + 1, 8), c.text_length = calloc(count + 1, 8), c.out_at = calloc(count + 1, 8);
    c.row = calloc(count + 1, 8), c.status = malloc(count + 1), c.bad = calloc(count + 1, 1);
    for (size_t i = 0; i < count; i++) {
        c.in_at[i] = (int64_t)in, c.out_at[i] = (int64_t)out, c.text_length[i] = lengths[i];
        c.row[i] = (int64_t)(random64() % keys);
        in += header_length + (size_t)lengths[i] + 16, out += (size_t)lengths[i];
    }
    if (keys == count)
        for (size_t i = 0; i < count; i++)
            c.row[i] = (int64_t)i;
    memset(c.status, 0x55, count + 1);
    c.data = malloc(in + 1), c.text = malloc(out + 1), c.arena = malloc(out + 1);
    c.data_bytes = in, c.arena_bytes = out;
    c.rows = malloc(keys * SW_ROW_BYTES);
    random_bytes(c.data, in), random_bytes(c.text, out), random_bytes(c.rows, keys * SW_ROW_BYTES);
    memset(c.arena, 0xaa, out + 1);
    c.batch = (sw_batch){count,          (uintptr_t)c.data, c.in_at, c.text_length, (uintptr_t)c.arena, c.out_at, c.rows,
                         keys, c.row, c.status, header_length, false, 0, false, NULL};
    return c;
}

static void damage(corpus *c, size_t i, unsigned one_bad_in)
{
    if (!one_bad_in || random64() % one_bad_in)
        return;
    size_t bits = 8 * (size_t)(c->text_length[i] + 16), bit = random64() % bits;
    c->data[(size_t)c->in_at[i] + c->batch.header_length + bit / 8] ^= (uint8_t)(1 << bit % 8);
    c->bad[i] = 1;
}

corpus make_ccm(size_t count, const int64_t *lengths, size_t keys, int suite, unsigned one_bad_in)
{
    corpus c = make_room(count, lengths, keys, 16);
    for (size_t i = 0; i < keys; i++)
        c.rows[i * SW_ROW_BYTES + SW_ROW_SUITE] = (uint8_t)(suite < 0 ? (int)(random64() & 1) : suite);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *row = c.rows + c.row[i] * SW_ROW_BYTES;
        uint8_t *message = c.data + c.in_at[i];
        oracle_ccm_seal(row + SW_ROW_KEY, row[SW_ROW_SUITE] == SW_AES_256_CCM ? 32 : 16, row + SW_ROW_NONCE,
                        c.text + c.out_at[i], (int)lengths[i], message + 16);
        damage(&c, i, one_bad_in);
    }
    return c;
}

bool oracle_span_ends(sw_span span)
{
    for (int p = 0; p < 4; p++)
        if (span.part[p] == SW_PART_BODY)
            return true;
        else if (span.part[p] == SW_PART_END || span.part[p] > SW_PART_KIV)
            return false;
    return false;
}

size_t oracle_span(sw_span span, const uint8_t *message, uint32_t header, size_t body, const uint8_t *row, uint8_t *out)
{
    size_t at = 0;
    for (int p = 0; p < 4 && span.part[p] != SW_PART_END; p++) {
        const uint8_t *from[] = {0, message, message + header, row + SW_ROW_NONCE, row + SW_ROW_KIV};
        size_t length[] = {0, header, body, 16, 16};
        memcpy(out + at, from[span.part[p]], length[span.part[p]]);
        at += length[span.part[p]];
        if (span.part[p] == SW_PART_BODY)
            break;
    }
    return at;
}

corpus make_v2(size_t count, const int64_t *lengths, size_t keys, int suite, sw_span span, unsigned one_bad_in)
{
    bool sealed = suite != SW_HMAC_SHA256;
    uint32_t header = sealed ? 12 : 11;
    corpus c = make_room(count, lengths, keys, header);
    int64_t longest = 0;
    for (size_t i = 0; i < count; i++)
        longest = lengths[i] > longest ? lengths[i] : longest;
    uint8_t *covered = malloc((size_t)longest + 64);
    for (size_t i = 0; i < keys; i++) {
        uint8_t *row = c.rows + i * SW_ROW_BYTES;
        row[SW_ROW_SUITE] = (uint8_t)(suite < 0 ? SW_AES_128_CS1 + (int)(random64() & 1) : suite);
        row[SW_ROW_MAC_KEY_LENGTH] = random64() & 1 ? 16 : 32;
        if (row[SW_ROW_MAC_KEY_LENGTH] == 16)
            memset(row + SW_ROW_MAC_KEY + 16, 0, 16);
    }
    for (size_t i = 0; i < count; i++) {
        const uint8_t *row = c.rows + c.row[i] * SW_ROW_BYTES;
        uint8_t *message = c.data + c.in_at[i], *body = message + header;
        const uint8_t *text = c.text + c.out_at[i];
        if (sealed)
            oracle_cs1_seal(row + SW_ROW_KEY, row[SW_ROW_SUITE] == SW_AES_256_CS1 ? 32 : 16, row + SW_ROW_NONCE, text,
                            (int)lengths[i], body);
        else
            memcpy(body, text, (size_t)lengths[i]);
        size_t bytes = oracle_span(span, message, header, (size_t)lengths[i], row, covered);
        oracle_hmac(row + SW_ROW_MAC_KEY, row[SW_ROW_MAC_KEY_LENGTH], covered, bytes, body + lengths[i]);
        damage(&c, i, one_bad_in);
    }
    free(covered);
    return c;
}

sw_batch texts_of(const corpus *c, uint8_t *out, uint8_t *headers)
{
    sw_batch texts = c->batch;
    texts.in = (uintptr_t)c->text, texts.in_at = c->out_at;
    texts.out = (uintptr_t)out, texts.out_at = c->in_at;
    texts.status = NULL;
    random_bytes(headers, 16 * texts.count);
    for (size_t i = 0; i < texts.count; i++)
        memcpy(headers + 16 * i, c->data + c->in_at[i], texts.header_length);
    return texts;
}

void check_opened(const corpus *c, const char *what)
{
    for (size_t i = 0; i < c->batch.count; i++) {
        size_t length = (size_t)c->text_length[i];
        const uint8_t *got = c->arena + c->out_at[i];
        CHECK(c->status[i] == !c->bad[i], "%s: message %zu of %zu, %zu bytes, status %d, damaged %d", what, i,
              c->batch.count, length, c->status[i], c->bad[i]);
        if (c->bad[i]) {
            for (size_t b = 0; b < length; b++)
                CHECK(!got[b], "%s: message %zu, %zu bytes: plaintext at %zu", what, i, length, b);
        } else {
            CHECK(!memcmp(got, c->text + c->out_at[i], length), "%s: message %zu, %zu bytes: wrong text", what, i, length);
        }
    }
    CHECK(c->arena[c->arena_bytes] == 0xaa, "%s: written behind the arena", what);
}

void free_corpus(corpus *c)
{
    free(c->data), free(c->text), free(c->arena), free(c->rows), free(c->status), free(c->bad);
    free(c->in_at), free(c->text_length), free(c->out_at), free(c->row);
}

fence make_fence(size_t bytes)
{
    size_t room = (bytes + 4095) / 4096 * 4096 + 4096;
    uint8_t *at = mmap(NULL, room + 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(at != MAP_FAILED, "mmap");
    mprotect(at, 4096, PROT_NONE);
    mprotect(at + 4096 + room, 4096, PROT_NONE);
    return (fence){at + 4096, at + 4096 + room, room};
}

void free_fence(fence area)
{
    munmap(area.start - 4096, area.bytes + 8192);
}
