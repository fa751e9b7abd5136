/* Peers in C, as a careful C programmer would write them: OpenSSL, and Intel's ipsec-mb where it is. Beside
 * them stands sealwright's own kernel, as a C program would call it.
 *
 *   peers NAME CORPUS   reads one byte a command from standard input:
 *                       r  open every message, answer with the nanoseconds that it took
 *                       t  answer with the status bytes and the plaintexts of the last round
 *   peers clock         tells the clock of a busy core in GHz
 *   peers names         tells which peers were built in, and their versions
 *
 * CORPUS is what native_peers.py writes. A peer is handed the key set of each message: it looks nothing up.
 */
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef WITH_IPSEC_MB
#include <intel-ipsec-mb.h>
#endif
#ifdef WITH_SEALWRIGHT
#include "sealwright_core.h"
#endif

enum { TAG = 16, V1_HEADER = 16, V2_HEADER = 12 };

typedef struct {
    uint8_t key[32], mac_key[32], iv[16];
    uint8_t key_length, mac_key_length, rest[14];
} key_set;

typedef struct {
    int64_t count, key_count, data_bytes;
    int64_t *offsets, *row;
    key_set *keys;
    uint8_t *data, *arena, *status;
    int64_t *slot;
} corpus;

static void die(const char *words)
{
    fprintf(stderr, "peers: %s\n", words);
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void *read_block(FILE *file, size_t bytes)
{
    /* A little room behind: no library here may be blamed for reading whole vectors. */
    void *block = malloc(bytes + 64);
    if (!block || fread(block, 1, bytes, file) != bytes)
        die("the corpus is cut short");
    return block;
}

static corpus read_corpus(const char *path, int64_t header_length)
{
    FILE *file = fopen(path, "rb");
    corpus c = {0};
    if (!file || fread(&c, 8, 3, file) != 3)
        die("the corpus cannot be read");
    size_t n = (size_t)c.count;
    c.offsets = read_block(file, (n + 1) * 8);
    c.row = read_block(file, n * 8);
    c.keys = read_block(file, (size_t)c.key_count * sizeof(key_set));
    c.data = read_block(file, (size_t)c.data_bytes);
    fclose(file);
    c.slot = malloc((n + 1) * 8);
    c.slot[0] = 0;
    for (size_t i = 0; i < n; i++)
        c.slot[i + 1] = c.slot[i] + c.offsets[i + 1] - c.offsets[i] - header_length - TAG;
    c.arena = calloc((size_t)c.slot[n] + 64, 1);
    c.status = calloc(n, 1);
    return c;
}

/* ---- OpenSSL, AES-CCM: one context for all messages ---- */

static void begin_ccm(EVP_CIPHER_CTX *ctx, const EVP_CIPHER *cipher)
{
    EVP_DecryptInit_ex(ctx, cipher, NULL, NULL, NULL);
    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, 12, NULL);
}

static void openssl_ccm(corpus *c)
{
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, c->keys->key_length == 16 ? "AES-128-CCM" : "AES-256-CCM", NULL);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    begin_ccm(ctx, cipher);
    for (int64_t i = 0; i < c->count; i++) {
        uint8_t *message = c->data + c->offsets[i];
        int length = (int)(c->slot[i + 1] - c->slot[i]), made = 0;
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG, message + V1_HEADER + length);
        EVP_DecryptInit_ex(ctx, NULL, NULL, c->keys[c->row[i]].key, message + 4);
        EVP_DecryptUpdate(ctx, NULL, &made, NULL, length);
        c->status[i] = EVP_DecryptUpdate(ctx, c->arena + c->slot[i], &made, message + V1_HEADER, length) == 1;
        if (!c->status[i]) { /* in OpenSSL 3.0 the context goes on failing good messages until it is reset */
            EVP_CIPHER_CTX_reset(ctx);
            begin_ccm(ctx, cipher);
        }
    }
    EVP_CIPHER_CTX_free(ctx);
    EVP_CIPHER_free(cipher);
}

/* ---- OpenSSL, HMAC-SHA-256 and AES-CBC-CS1: a MAC context and a cipher context for all messages ---- */

typedef struct {
    EVP_MAC *hmac;
    EVP_MAC_CTX *mac;
    EVP_CIPHER *cipher;
    EVP_CIPHER_CTX *aes;
} cs1_contexts;

static cs1_contexts begin_cs1(int key_length)
{
    const char *name = key_length == 16 ? "AES-128-CBC-CTS" : "AES-256-CBC-CTS";
    cs1_contexts x = {.hmac = EVP_MAC_fetch(NULL, "HMAC", NULL), .cipher = EVP_CIPHER_fetch(NULL, name, NULL)};
    OSSL_PARAM mode[] = {OSSL_PARAM_construct_utf8_string(OSSL_CIPHER_PARAM_CTS_MODE, "CS1", 0), OSSL_PARAM_END};
    OSSL_PARAM digest[] = {OSSL_PARAM_construct_utf8_string("digest", "SHA256", 0), OSSL_PARAM_END};
    x.mac = EVP_MAC_CTX_new(x.hmac);
    x.aes = EVP_CIPHER_CTX_new();
    EVP_MAC_CTX_set_params(x.mac, digest);
    EVP_DecryptInit_ex2(x.aes, x.cipher, NULL, NULL, mode);
    return x;
}

static bool open_cs1(cs1_contexts *x, const key_set *keys, const uint8_t *message, int length, uint8_t *out)
{
    uint8_t tag[32];
    size_t tag_length;
    int made = 0;
    EVP_MAC_init(x->mac, keys->mac_key, keys->mac_key_length, NULL);
    EVP_MAC_update(x->mac, message, (size_t)(V2_HEADER + length));
    EVP_MAC_final(x->mac, tag, &tag_length, sizeof tag);
    if (CRYPTO_memcmp(tag, message + V2_HEADER + length, TAG))
        return false;
    EVP_DecryptInit_ex2(x->aes, NULL, keys->key, keys->iv, NULL);
    return EVP_DecryptUpdate(x->aes, out, &made, message + V2_HEADER, length) == 1;
}

static void openssl_cs1(corpus *c)
{
    cs1_contexts x = begin_cs1(c->keys->key_length);
    for (int64_t i = 0; i < c->count; i++)
        c->status[i] = open_cs1(&x, c->keys + c->row[i], c->data + c->offsets[i],
                                (int)(c->slot[i + 1] - c->slot[i]), c->arena + c->slot[i]);
    EVP_MAC_CTX_free(x.mac), EVP_MAC_free(x.hmac), EVP_CIPHER_CTX_free(x.aes), EVP_CIPHER_free(x.cipher);
}

/* ---- ipsec-mb, AES-128-CCM: its manager keeps several messages in flight ---- */

#ifdef WITH_IPSEC_MB
static IMB_MGR *manager;

typedef struct {
    uint8_t enc[15 * 16] __attribute__((aligned(16))), dec[15 * 16] __attribute__((aligned(16)));
    uint8_t tag[TAG];
} in_flight;

static void finish(corpus *c, const IMB_JOB *job)
{
    for (; job; job = IMB_GET_COMPLETED_JOB(manager)) {
        int64_t i = (int64_t)(intptr_t)job->user_data;
        const uint8_t *tag = c->data + c->offsets[i + 1] - TAG;
        bool good = job->status == IMB_STATUS_COMPLETED && !CRYPTO_memcmp(job->auth_tag_output, tag, TAG);
        c->status[i] = good;
        if (!good) /* it decrypts before it knows: what did not verify must not stay */
            memset(c->arena + c->slot[i], 0, (size_t)(c->slot[i + 1] - c->slot[i]));
    }
}

static void describe(IMB_JOB *job, corpus *c, int64_t i, in_flight *own)
{
    uint64_t length = (uint64_t)(c->slot[i + 1] - c->slot[i]);
    job->cipher_mode = IMB_CIPHER_CCM, job->hash_alg = IMB_AUTH_AES_CCM;
    job->cipher_direction = IMB_DIR_DECRYPT, job->chain_order = IMB_ORDER_CIPHER_HASH;
    job->enc_keys = own->enc, job->dec_keys = own->enc;
    job->key_len_in_bytes = 16;
    job->src = c->data + c->offsets[i];
    job->dst = c->arena + c->slot[i];
    job->cipher_start_src_offset_in_bytes = V1_HEADER, job->msg_len_to_cipher_in_bytes = length;
    job->hash_start_src_offset_in_bytes = V1_HEADER, job->msg_len_to_hash_in_bytes = length;
    job->iv = c->data + c->offsets[i] + 4, job->iv_len_in_bytes = 12;
    job->auth_tag_output = own->tag, job->auth_tag_output_len_in_bytes = TAG;
    job->u.CCM.aad = NULL, job->u.CCM.aad_len_in_bytes = 0;
    job->user_data = (void *)(intptr_t)i;
}

static void ipsec_mb_ccm(corpus *c)
{
    static in_flight ring[IMB_MAX_JOBS];
    const IMB_JOB *job;
    for (int64_t i = 0; i < c->count; i++) {
        in_flight *own = ring + i % IMB_MAX_JOBS;
        IMB_AES_KEYEXP_128(manager, c->keys[c->row[i]].key, own->enc, own->dec);
        describe(IMB_GET_NEXT_JOB(manager), c, i, own);
        finish(c, IMB_SUBMIT_JOB_NOCHECK(manager));
    }
    while ((job = IMB_FLUSH_JOB(manager)))
        finish(c, job);
}

static void begin_ipsec_mb(void)
{
    IMB_ARCH arch;
    manager = alloc_mb_mgr(0);
    if (!manager)
        die("ipsec-mb has no manager");
    init_mb_mgr_auto(manager, &arch);
}
#endif

/* ---- sealwright's kernel, handed the keys as the others are ---- */

#ifdef WITH_SEALWRIGHT
static struct {
    sw_cpu cpu;
    int64_t *length;
    uint8_t (*keys)[32];
} kernel;

/* Lay the keys out as the core wants them: once, as the others make their contexts. */
static void begin_sealwright(const corpus *c)
{
    kernel.cpu = sw_choose_cpu(SW_CPU_VAES512);
    kernel.length = malloc((size_t)c->count * sizeof *kernel.length);
    kernel.keys = malloc((size_t)c->key_count * sizeof *kernel.keys);
    if (!kernel.length || !kernel.keys || kernel.cpu == SW_CPU_NONE)
        die("the core cannot run here");
    for (int64_t i = 0; i < c->count; i++)
        kernel.length[i] = c->slot[i + 1] - c->slot[i];
    for (int64_t i = 0; i < c->key_count; i++)
        memcpy(kernel.keys[i], c->keys[i].key, sizeof *kernel.keys);
}

static void sealwright_ccm(corpus *c)
{
    const sw_batch batch = {
        .count = (size_t)c->count,
        .in = (uintptr_t)c->data,
        .in_at = c->offsets,
        .text_length = kernel.length,
        .out = (uintptr_t)c->arena,
        .out_at = c->slot,
        .rows = kernel.keys[0],
        .row_count = (size_t)c->key_count,
        .row = c->row,
        .status = c->status,
        .header_length = V1_HEADER,
        .nonce_in_header = true,
        .suites = 1U << (c->keys->key_length == 16 ? SW_AES_128_CCM : SW_AES_256_CCM),
        .bare_keys = true,
    };
    if (sw_ccm_open(kernel.cpu, &batch) != SW_DONE)
        die("the core refuses the corpus");
}
#endif

/* ---- the clock: a chain of additions, one a cycle ---- */

static double ghz(void)
{
    enum { TURNS = 200000, CHAIN = 64 };
    double best = 1e18;
    for (int round = 0; round < 40; round++) {
        uint64_t x = (uint64_t)round;
        double start = now();
        for (int i = 0; i < TURNS; i++)
            __asm__ volatile(".rept 64\n\tadd $3, %0\n\timul $1, %0, %0\n\t.endr" : "+r"(x));
        double taken = now() - start;
        best = taken < best ? taken : best;
    }
    /* An addition takes one cycle and a multiplication three; newer cores fold chains of additions alone. */
    return 4.0 * CHAIN * TURNS / best;
}

static void names(void)
{
    printf("openssl-ccm openssl-cs1\t%s\n", OpenSSL_version(OPENSSL_VERSION));
#ifdef WITH_SEALWRIGHT
    printf("sealwright-ccm\tthis checkout\n");
#endif
#ifdef WITH_IPSEC_MB
    printf("ipsec-mb-ccm\tipsec-mb %s\n", imb_get_version_str());
#endif
}

static void serve(corpus *c, void (*run)(corpus *))
{
    for (int command = getchar(); command != EOF; command = getchar()) {
        if (command == 'r') {
            memset(c->status, 0, (size_t)c->count);
            double start = now();
            run(c);
            printf("%.0f\n", now() - start);
        } else {
            fwrite(c->status, 1, (size_t)c->count, stdout);
            fwrite(c->arena, 1, (size_t)c->slot[c->count], stdout);
            memset(c->arena, 0xaa, (size_t)c->slot[c->count]); /* the next round cannot live on this one */
        }
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "clock"))
        return printf("%.4f\n", ghz()) < 0;
    if (argc == 2 && !strcmp(argv[1], "names"))
        return names(), 0;
    if (argc != 3)
        die("peers NAME CORPUS, peers clock or peers names");
    void (*run)(corpus *) = NULL;
    int64_t header = V1_HEADER;
    if (!strcmp(argv[1], "openssl-ccm"))
        run = openssl_ccm;
    if (!strcmp(argv[1], "openssl-cs1"))
        run = openssl_cs1, header = V2_HEADER;
#ifdef WITH_IPSEC_MB
    if (!strcmp(argv[1], "ipsec-mb-ccm"))
        begin_ipsec_mb(), run = ipsec_mb_ccm;
#endif
#ifdef WITH_SEALWRIGHT
    if (!strcmp(argv[1], "sealwright-ccm"))
        run = sealwright_ccm;
#endif
    if (!run)
        die("there is no such peer");
    corpus c = read_corpus(argv[2], header);
#ifdef WITH_SEALWRIGHT
    if (run == sealwright_ccm)
        begin_sealwright(&c);
#endif
    serve(&c, run);
    return 0;
}
