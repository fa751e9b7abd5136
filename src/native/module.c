/* The slit between Python and the core: the only file that knows Python.
 *
 * Arrays come in through the buffer protocol. Each number in them is checked before the core uses an
 * address that it leads to: those of `open` by bounds.c, those of headers and rows as they are read.
 * The GIL is released around each batch.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "bounds.h"
#include "json_lines.h"
#include "stream.h"

/* ---- buffers ---- */

/* Borrow a contiguous buffer of `count` items of `size` bytes; any count where it is negative. Items of
 * 4 and 8 bytes are numbers, and the compiler may rely on their alignment. */
static bool borrow(PyObject *from, Py_buffer *view, bool writable, Py_ssize_t size, Py_ssize_t count, const char *name)
{
    if (PyObject_GetBuffer(from, view, writable ? PyBUF_WRITABLE : PyBUF_SIMPLE) < 0)
        return false;
    if (view->len % size || (count >= 0 && view->len / size != count))
        PyErr_Format(PyExc_ValueError, "native: %s has %zd bytes: items of %zd do not fit", name, view->len, size);
    else if ((size == 4 || size == 8) && (uintptr_t)view->buf % (uintptr_t)size)
        PyErr_Format(PyExc_ValueError, "native: the numbers of %s are not aligned", name);
    else
        return true;
    PyBuffer_Release(view);
    return false;
}

static void give_back(Py_buffer *views, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (views[i].obj)
            PyBuffer_Release(&views[i]);
}

static bool apart(const Py_buffer *written, const Py_buffer *other)
{
    const sw_stretch there = {other->buf, (size_t)other->len};
    if (sw_apart((sw_stretch){written->buf, (size_t)written->len}, &there, 1))
        return true;
    PyErr_SetString(PyExc_ValueError, "native: what is written must not overlap another buffer");
    return false;
}

/* ---- numbers ---- */

static bool read_number(PyObject *from, long least, long most, const char *name, long *to)
{
    *to = PyLong_AsLong(from);
    if (*to == -1 && PyErr_Occurred())
        return false;
    if (*to >= least && *to <= most)
        return true;
    PyErr_Format(PyExc_ValueError, "native: %s is %ld to %ld, not %ld", name, least, most, *to);
    return false;
}

/* ---- opening ---- */

enum { DATA, START, LENGTH, ROWS, ROW, ARENA, SLOT, STATUS, BUFFERS };

/* What is written must not be what is read, or a number could change after it was checked. */
static bool outputs_apart(const Py_buffer *view)
{
    sw_stretch all[BUFFERS];
    for (unsigned i = 0; i < BUFFERS; i++)
        all[i] = (sw_stretch){view[i].buf, (size_t)view[i].len};
    /* STATUS is the last of them, and needs no comparing with itself. */
    if (sw_apart(all[ARENA], all, ARENA) && sw_apart(all[ARENA], all + SLOT, 1) && sw_apart(all[STATUS], all, STATUS))
        return true;
    PyErr_SetString(PyExc_ValueError, "native: arena and status must not overlap another buffer");
    return false;
}

static bool borrow_batch(PyObject *const *args, Py_buffer *view, sw_batch *batch)
{
    if (!borrow(args[DATA], &view[DATA], false, 1, -1, "data") ||
        !borrow(args[START], &view[START], false, 8, -1, "start"))
        return false;
    Py_ssize_t count = view[START].len / 8;
    if (!borrow(args[LENGTH], &view[LENGTH], false, 8, count, "text_length") ||
        !borrow(args[ROWS], &view[ROWS], false, SW_ROW_BYTES, -1, "rows") ||
        !borrow(args[ROW], &view[ROW], false, 8, count, "row") ||
        !borrow(args[ARENA], &view[ARENA], true, 1, -1, "arena") ||
        !borrow(args[SLOT], &view[SLOT], false, 8, count, "slot") ||
        !borrow(args[STATUS], &view[STATUS], true, 1, count, "status"))
        return false;
    *batch = (sw_batch){
        .count = (size_t)count,
        .in = (uintptr_t)view[DATA].buf,
        .in_at = view[START].buf,
        .text_length = view[LENGTH].buf,
        .out = (uintptr_t)view[ARENA].buf,
        .out_at = view[SLOT].buf,
        .rows = view[ROWS].buf,
        .row_count = (size_t)(view[ROWS].len / SW_ROW_BYTES),
        .row = view[ROW].buf,
        .status = view[STATUS].buf,
    };
    return outputs_apart(view);
}

static PyObject *answer(sw_result result)
{
    static const char *const words[] = {
        [SW_BAD_ROW] = "a row number lies outside the table, or a code has no word",
        [SW_BAD_LENGTH] = "a text is too long or too short for the cipher",
        [SW_BAD_SPAN] = "a MAC's span does not end in the body",
        [SW_BAD_OFFSETS] = "messages: offsets must rise within the data",
        [SW_BAD_SUITE] = "a row's suite is not one of this cipher's",
        [SW_NO_CPU] = "this CPU has no path of that name",
        [SW_NO_ROOM] = "out may be too small",
    };
    if (result == SW_DONE)
        Py_RETURN_NONE;
    if (result == SW_NO_MEMORY)
        return PyErr_NoMemory();
    return PyErr_Format(PyExc_ValueError, result == SW_BAD_OFFSETS ? "%s" : "native: %s", words[result]);
}

static bool read_span(PyObject *from, sw_span *span)
{
    char *parts;
    Py_ssize_t count;
    if (PyBytes_AsStringAndSize(from, &parts, &count) < 0)
        return false;
    if (count > (Py_ssize_t)sizeof span->part) {
        PyErr_SetString(PyExc_ValueError, "native: a MAC covers four parts at most");
        return false;
    }
    memset(span, 0, sizeof *span);
    memcpy(span->part, parts, (size_t)count);
    return true;
}

enum { CCM = 1, CS1 = 2, SIGNED = 3 };

/* The widest path of this CPU, asked once: under a hypervisor CPUID costs microseconds. */
static sw_cpu widest;

static PyObject *open_messages(PyObject *Py_UNUSED(self), PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs != BUFFERS + 5)
        return PyErr_Format(PyExc_TypeError, "native: open takes %d arguments", BUFFERS + 5);
    long kind, cpu, header_length;
    sw_span span;
    if (!read_number(args[BUFFERS], CCM, SIGNED, "kind", &kind) ||
        !read_number(args[BUFFERS + 1], SW_CPU_AESNI, (long)widest, "cpu", &cpu) ||
        !read_number(args[BUFFERS + 2], 0, SW_BLOCK, "header_length", &header_length))
        return NULL;
    int nonce_in_header = PyObject_IsTrue(args[BUFFERS + 3]);
    if (nonce_in_header < 0 || !read_span(args[BUFFERS + 4], &span))
        return NULL;
    if (nonce_in_header && header_length < SW_BLOCK)
        return PyErr_Format(PyExc_ValueError, "native: a header of %ld bytes holds no nonce", header_length);
    Py_buffer view[BUFFERS] = {0};
    sw_batch batch;
    PyObject *done = NULL;
    if (borrow_batch(args, view, &batch)) {
        sw_result result = SW_DONE;
        bool fits;
        batch.header_length = (uint32_t)header_length;
        batch.nonce_in_header = nonce_in_header;
        Py_BEGIN_ALLOW_THREADS
        fits = sw_batch_fits(&batch, (size_t)view[DATA].len, (size_t)view[ARENA].len);
        if (fits)
            result = kind == CCM   ? sw_ccm_open((sw_cpu)cpu, &batch)
                     : kind == CS1 ? sw_cs1_open((sw_cpu)cpu, &batch, span)
                                   : sw_signed_open((sw_cpu)cpu, &batch, span);
        Py_END_ALLOW_THREADS
        done = fits ? answer(result)
                    : PyErr_Format(PyExc_ValueError, "native: a message or a slot lies outside its buffer or on another");
    }
    give_back(view, BUFFERS);
    return done;
}

/* ---- sealing ---- */

enum { HEADS = STATUS }; /* where `open` has the status, `seal` has the headers */

static bool borrow_texts(PyObject *const *args, Py_buffer *view, sw_batch *texts)
{
    static const char *const name[] = {"data", "start", "text_length", "rows", "row", "arena", "slot", "headers"};
    static const Py_ssize_t size[] = {1, 8, 8, SW_ROW_BYTES, 8, 1, 8, SW_BLOCK};
    sw_stretch all[BUFFERS];
    for (int i = DATA; i < BUFFERS; i++) {
        bool each = i != DATA && i != START && i != ROWS && i != ARENA; /* one for each text */
        if (!borrow(args[i], &view[i], i == ARENA, size[i], each ? view[START].len / 8 : -1, name[i]))
            return false;
        all[i] = (sw_stretch){view[i].buf, (size_t)view[i].len};
    }
    *texts = (sw_batch){
        .count = (size_t)view[START].len / 8,
        .in = (uintptr_t)view[DATA].buf,
        .in_at = view[START].buf,
        .text_length = view[LENGTH].buf,
        .out = (uintptr_t)view[ARENA].buf,
        .out_at = view[SLOT].buf,
        .rows = view[ROWS].buf,
        .row_count = (size_t)(view[ROWS].len / SW_ROW_BYTES),
        .row = view[ROW].buf,
    };
    if (sw_apart(all[ARENA], all, ARENA) && sw_apart(all[ARENA], all + SLOT, BUFFERS - SLOT))
        return true;
    PyErr_SetString(PyExc_ValueError, "native: the arena must not overlap another buffer");
    return false;
}

static PyObject *seal_messages(PyObject *Py_UNUSED(self), PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs != BUFFERS + 5)
        return PyErr_Format(PyExc_TypeError, "native: seal takes %d arguments", BUFFERS + 5);
    long kind, cpu, header_length;
    sw_span span;
    int nonce_in_header = PyObject_IsTrue(args[BUFFERS + 3]);
    if (nonce_in_header < 0 || !read_number(args[BUFFERS], CCM, SIGNED, "kind", &kind) ||
        !read_number(args[BUFFERS + 1], SW_CPU_AESNI, (long)widest, "cpu", &cpu) ||
        !read_number(args[BUFFERS + 2], nonce_in_header ? SW_BLOCK : 0, SW_BLOCK, "header_length", &header_length) ||
        !read_span(args[BUFFERS + 4], &span))
        return NULL;
    Py_buffer view[BUFFERS] = {0};
    sw_batch texts;
    PyObject *done = NULL;
    if (borrow_texts(args, view, &texts)) {
        sw_result result = SW_DONE;
        bool fits;
        texts.header_length = (uint32_t)header_length;
        texts.nonce_in_header = nonce_in_header;
        Py_BEGIN_ALLOW_THREADS
        fits = sw_texts_fit(&texts, (size_t)view[DATA].len, (size_t)view[ARENA].len);
        if (fits)
            result = kind == CCM   ? sw_seal_ccm((sw_cpu)cpu, &texts, view[HEADS].buf)
                     : kind == CS1 ? sw_seal_cs1((sw_cpu)cpu, &texts, view[HEADS].buf, span)
                                   : sw_seal_signed((sw_cpu)cpu, &texts, view[HEADS].buf, span);
        Py_END_ALLOW_THREADS
        done = fits ? answer(result)
                    : PyErr_Format(PyExc_ValueError, "native: a text or a slot lies outside its buffer or on another");
    }
    give_back(view, BUFFERS);
    return done;
}

/* ---- headers ---- */

static PyObject *parse_headers(PyObject *Py_UNUSED(self), PyObject *const *args, Py_ssize_t nargs)
{
    enum { BYTES, OFFSETS, KIND, REASON, RAW, TEXT, COLUMNS };
    if (nargs != COLUMNS + 2)
        return PyErr_Format(PyExc_TypeError, "native: parse_headers takes %d arguments", COLUMNS + 2);
    long purpose;
    if (!read_number(args[COLUMNS], 0, 2, "purpose", &purpose))
        return NULL;
    long long longest = PyLong_AsLongLong(args[COLUMNS + 1]);
    if (longest == -1 && PyErr_Occurred())
        return NULL;
    Py_buffer view[COLUMNS] = {0};
    int64_t malformed = -1;
    if (borrow(args[BYTES], &view[BYTES], false, 1, -1, "data") &&
        borrow(args[OFFSETS], &view[OFFSETS], false, 8, -1, "offsets")) {
        Py_ssize_t count = view[OFFSETS].len / 8 - 1;
        if (count < 0)
            PyErr_SetString(PyExc_ValueError, "native: offsets needs one number more than there are messages");
        else if (borrow(args[KIND], &view[KIND], true, 1, count, "kind") &&
                 borrow(args[REASON], &view[REASON], true, 1, count, "reason") &&
                 borrow(args[RAW], &view[RAW], true, 16, count, "raw") &&
                 borrow(args[TEXT], &view[TEXT], true, 8, count, "text_length")) {
            Py_BEGIN_ALLOW_THREADS
            sw_shapes shapes = sw_shapes_for((int)purpose, longest);
            malformed = sw_parse_headers(&shapes, (size_t)count, view[BYTES].buf, (size_t)view[BYTES].len,
                                         view[OFFSETS].buf, view[KIND].buf, view[REASON].buf, view[RAW].buf,
                                         view[TEXT].buf);
            Py_END_ALLOW_THREADS
            if (malformed < 0)
                PyErr_SetString(PyExc_ValueError, "native: offsets must rise within the data");
        }
    }
    give_back(view, COLUMNS);
    return malformed < 0 ? NULL : PyLong_FromLongLong(malformed);
}

/* ---- judging ---- */

static PyObject *judge(PyObject *Py_UNUSED(self), PyObject *const *args, Py_ssize_t nargs)
{
    enum { KIND, RAW, STATE, AT, TABLE, TOLD, REASON, COLUMNS };
    if (nargs != COLUMNS + 1)
        return PyErr_Format(PyExc_TypeError, "native: judge takes %d arguments", COLUMNS + 1);
    long checked;
    if (!read_number(args[COLUMNS], 0, 15, "checked", &checked))
        return NULL;
    Py_buffer view[COLUMNS] = {0};
    PyObject *done = NULL;
    if (borrow(args[KIND], &view[KIND], false, 1, -1, "kind") &&
        borrow(args[RAW], &view[RAW], false, 16, view[KIND].len, "raw") &&
        borrow(args[STATE], &view[STATE], false, 1, view[KIND].len, "state") &&
        borrow(args[AT], &view[AT], false, 8, view[KIND].len, "row") &&
        borrow(args[TABLE], &view[TABLE], false, SW_ROW_BYTES, -1, "rows") &&
        borrow(args[TOLD], &view[TOLD], false, 1, 256, "told") &&
        borrow(args[REASON], &view[REASON], true, 1, view[KIND].len, "reason")) {
        const sw_question asked = {
            .count = (size_t)view[KIND].len,
            .kind = view[KIND].buf,
            .raw = view[RAW].buf,
            .state = view[STATE].buf,
            .row = view[AT].buf,
            .rows = view[TABLE].buf,
            .row_count = (size_t)(view[TABLE].len / SW_ROW_BYTES),
        };
        sw_result result;
        Py_BEGIN_ALLOW_THREADS
        result = sw_judge(&asked, view[TOLD].buf, (unsigned)checked, view[REASON].buf);
        Py_END_ALLOW_THREADS
        done = answer(result);
    }
    give_back(view, COLUMNS);
    return done;
}

/* ---- the key map ---- */

typedef struct {
    PyObject_HEAD
    sw_keymap *map;
} KeyMap;

static PyObject *keymap_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *none[] = {"", "", NULL};
    Py_buffer names, secret;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "y*y*:KeyMap", none, &names, &secret))
        return NULL;
    KeyMap *self = NULL;
    if (names.len % 16 || secret.len != 32)
        PyErr_SetString(PyExc_ValueError, "native: a key map takes names of 16 bytes and a secret of 32");
    else if ((self = (KeyMap *)type->tp_alloc(type, 0))) {
        Py_BEGIN_ALLOW_THREADS
        self->map = sw_keymap_build(names.buf, 16, (size_t)names.len / 16, secret.buf);
        Py_END_ALLOW_THREADS
        if (!self->map) {
            Py_CLEAR(self);
            PyErr_NoMemory();
        }
    }
    PyBuffer_Release(&names);
    PyBuffer_Release(&secret);
    return (PyObject *)self;
}

static void keymap_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    if (((KeyMap *)self)->map)
        sw_keymap_free(((KeyMap *)self)->map);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *keymap_find(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs != 3)
        return PyErr_Format(PyExc_TypeError, "native: find takes names, how many of their bytes count, and rows");
    long significant;
    if (!read_number(args[1], 1, 16, "significant", &significant))
        return NULL;
    Py_buffer view[2] = {0};
    PyObject *done = NULL;
    if (borrow(args[0], &view[0], false, 16, -1, "names") &&
        borrow(args[2], &view[1], true, 8, view[0].len / 16, "rows")) {
        Py_BEGIN_ALLOW_THREADS
        sw_keymap_find(((KeyMap *)self)->map, view[0].buf, 16, (size_t)view[0].len / 16, (size_t)significant,
                       view[1].buf);
        Py_END_ALLOW_THREADS
        done = Py_NewRef(Py_None);
    }
    give_back(view, 2);
    return done;
}

static PyMethodDef keymap_methods[] = {
    {"find", (PyCFunction)(void (*)(void))keymap_find, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot keymap_slots[] = {
    {Py_tp_new, keymap_new},
    {Py_tp_dealloc, keymap_dealloc},
    {Py_tp_methods, keymap_methods},
    {0, NULL},
};

static PyType_Spec keymap_spec = {
    .name = "sealwright._native.KeyMap",
    .basicsize = sizeof(KeyMap),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = keymap_slots,
};

/* ---- the keyring ---- */

typedef struct {
    PyObject_HEAD
    sw_keyring *ring;
} KeyRing;

static PyObject *keyring_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *none[] = {"", "", "", "", NULL};
    PyObject *given[4];
    Py_buffer view[4] = {0};
    KeyRing *self = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOOO:KeyRing", none, &given[0], &given[1], &given[2], &given[3]))
        return NULL;
    if (borrow(given[0], &view[0], false, SW_ROW_BYTES, -1, "rows") &&
        borrow(given[1], &view[1], false, SW_LOOK_UP_BYTES, view[0].len / SW_ROW_BYTES, "look_ups") &&
        borrow(given[2], &view[2], false, 1, view[0].len / SW_ROW_BYTES, "crooked") &&
        borrow(given[3], &view[3], false, 1, 32, "secret") && (self = (KeyRing *)type->tp_alloc(type, 0))) {
        Py_BEGIN_ALLOW_THREADS
        self->ring = sw_keyring_build(view[0].buf, view[1].buf, view[2].buf, (size_t)view[2].len, view[3].buf);
        Py_END_ALLOW_THREADS
        if (!self->ring) {
            Py_CLEAR(self);
            PyErr_NoMemory();
        }
    }
    give_back(view, 4);
    return (PyObject *)self;
}

static void keyring_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    sw_keyring_free(((KeyRing *)self)->ring);
    type->tp_free(self);
    Py_DECREF(type);
}

/* The arrays of a stream: those that are read, and then those that are written. */
enum { S_DATA, S_OFFSETS, S_ARENA, S_SLOT, S_OUTCOME, S_REASON, S_PLACE, S_ARRAYS, S_WRITTEN = S_ARENA };

static bool borrow_stream(PyObject *const *args, Py_buffer *view)
{
    if (!borrow(args[S_DATA], &view[S_DATA], false, 1, -1, "data") ||
        !borrow(args[S_OUTCOME], &view[S_OUTCOME], true, 1, -1, "outcome"))
        return false;
    Py_ssize_t count = view[S_OUTCOME].len;
    /* Of 4 or of 8 bytes: their number tells. */
    if (!borrow(args[S_OFFSETS], &view[S_OFFSETS], false, 4, -1, "offsets") ||
        !borrow(args[S_ARENA], &view[S_ARENA], true, 1, -1, "arena") ||
        !borrow(args[S_SLOT], &view[S_SLOT], true, 8, count + 1, "slot") ||
        !borrow(args[S_REASON], &view[S_REASON], true, 1, count, "reason") ||
        !borrow(args[S_PLACE], &view[S_PLACE], true, 4, count, "place"))
        return false;
    if (view[S_OFFSETS].len != 4 * (count + 1) && view[S_OFFSETS].len != 8 * (count + 1)) {
        PyErr_SetString(PyExc_ValueError, "native: offsets needs one number of 4 or 8 bytes more than there are messages");
        return false;
    }
    for (int out = S_WRITTEN; out < S_ARRAYS; out++)
        for (int other = 0; other < out; other++)
            if (!apart(&view[out], &view[other]))
                return false;
    return true;
}

/* The bytes that a message's text will have, by its first byte; -1 where it is none that is opened here. */
static Py_ssize_t room_of(const uint8_t *message, Py_ssize_t bytes)
{
    Py_ssize_t room = bytes ? bytes - SW_TAG - (message[0] >> 4 == 1 ? 16 : message[0] >> 4 == 2 ? 12 : bytes) : -1;
    return room < 0 ? -1 : room;
}

/* Make a place for the text of each of some bytes objects. Returns them in a list, None where there is none. */
static PyObject *make_texts(PyObject *messages, sw_object *object)
{
    Py_ssize_t count = PyTuple_GET_SIZE(messages);
    PyObject *texts = PyList_New(count);
    for (Py_ssize_t i = 0; texts && i < count; i++) {
        PyObject *message = PyTuple_GET_ITEM(messages, i);
        const uint8_t *in = (const uint8_t *)PyBytes_AS_STRING(message);
        Py_ssize_t bytes = PyBytes_GET_SIZE(message), room = room_of(in, bytes);
        PyObject *text = room < 0 ? Py_NewRef(Py_None) : PyBytes_FromStringAndSize(NULL, room);
        if (!text) {
            Py_CLEAR(texts);
            break;
        }
        PyList_SET_ITEM(texts, i, text);
        object[i] = (sw_object){in, bytes, room < 0 ? NULL : (uint8_t *)PyBytes_AS_STRING(text), room};
    }
    return texts;
}

/* Put None in the place of every text that did not come out. */
static void drop_texts(PyObject *texts, const uint8_t *outcome)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(texts); i++)
        if (outcome[i] != SW_OPENED) {
            PyObject *text = PyList_GET_ITEM(texts, i);
            PyList_SET_ITEM(texts, i, Py_NewRef(Py_None));
            Py_DECREF(text);
        }
}

static bool all_bytes(PyObject *messages)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(messages); i++)
        if (!PyBytes_CheckExact(PyTuple_GET_ITEM(messages, i)))
            return false;
    return true;
}

/* What is opened, and how: the last arguments of both doors. */
typedef struct {
    sw_shapes shapes;
    sw_span span;
    long threads, cpu;
} manner;

static bool read_manner(PyObject *const *args, manner *how)
{
    long purpose;
    long long longest = PyLong_AsLongLong(args[1]);
    if ((longest == -1 && PyErr_Occurred()) || !read_number(args[0], 0, 2, "purpose", &purpose) ||
        !read_span(args[2], &how->span) || !read_number(args[3], 1, INT32_MAX, "threads", &how->threads) ||
        !read_number(args[4], SW_CPU_AESNI, (long)widest, "cpu", &how->cpu))
        return false;
    how->shapes = sw_shapes_for((int)purpose, longest);
    return true;
}

/* Open with the GIL released; returns the number of messages that are left, or NULL. */
static PyObject *run_stream(const sw_stream *stream, const manner *how)
{
    size_t left = 0;
    sw_result result;
    Py_BEGIN_ALLOW_THREADS
    result = sw_stream_open((sw_cpu)how->cpu, stream, (unsigned)how->threads, &left);
    Py_END_ALLOW_THREADS
    PyObject *done = answer(result);
    if (!done)
        return NULL;
    Py_DECREF(done);
    return PyLong_FromSize_t(left);
}

static PyObject *keyring_open(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs != S_ARRAYS + 5)
        return PyErr_Format(PyExc_TypeError, "native: open takes %d arguments", S_ARRAYS + 5);
    manner how;
    if (!read_manner(args + S_ARRAYS, &how))
        return NULL;
    Py_buffer view[S_ARRAYS] = {0};
    PyObject *done = NULL;
    if (borrow_stream(args, view)) {
        const sw_stream stream = {
            .count = (size_t)view[S_OUTCOME].len,
            .shapes = &how.shapes,
            .ring = ((KeyRing *)self)->ring,
            .span = how.span,
            .data = view[S_DATA].buf,
            .data_bytes = (size_t)view[S_DATA].len,
            .at = view[S_OFFSETS].buf,
            .at_bytes = (size_t)(view[S_OFFSETS].len / (view[S_OUTCOME].len + 1)),
            .arena = view[S_ARENA].buf,
            .arena_bytes = (size_t)view[S_ARENA].len,
            .slot = view[S_SLOT].buf,
            .outcome = view[S_OUTCOME].buf,
            .reason = view[S_REASON].buf,
            .place = view[S_PLACE].buf,
        };
        done = run_stream(&stream, &how);
    }
    give_back(view, S_ARRAYS);
    return done;
}

/* The texts of bytes objects, and how many of those are left to others. */
static PyObject *open_objects(sw_stream *stream, const manner *how, PyObject *messages)
{
    sw_object *object = PyMem_Malloc((size_t)PyTuple_GET_SIZE(messages) * sizeof *object + 1);
    if (!object)
        return PyErr_NoMemory();
    PyObject *texts = make_texts(messages, object), *left = NULL;
    stream->object = object;
    if (texts)
        left = run_stream(stream, how);
    if (left)
        drop_texts(texts, stream->outcome);
    PyMem_Free(object);
    PyObject *both = left ? PyTuple_Pack(2, texts, left) : NULL;
    Py_XDECREF(left);
    Py_XDECREF(texts);
    return both;
}

static PyObject *keyring_open_list(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    enum { OUTCOME, REASON, PLACE, COLUMNS };
    if (nargs != 1 + COLUMNS + 5 || !PyTuple_CheckExact(args[0]))
        return PyErr_Format(PyExc_TypeError, "native: open_list takes a tuple and %d arguments", COLUMNS + 5);
    PyObject *messages = args[0], *done = NULL;
    if (!all_bytes(messages))
        Py_RETURN_NONE;
    manner how;
    if (!read_manner(args + 1 + COLUMNS, &how))
        return NULL;
    Py_ssize_t count = PyTuple_GET_SIZE(messages);
    Py_buffer view[COLUMNS] = {0};
    if (borrow(args[1], &view[OUTCOME], true, 1, count, "outcome") &&
        borrow(args[2], &view[REASON], true, 1, count, "reason") &&
        borrow(args[3], &view[PLACE], true, 4, count, "place") && apart(&view[REASON], &view[OUTCOME]) &&
        apart(&view[PLACE], &view[OUTCOME]) && apart(&view[PLACE], &view[REASON])) {
        sw_stream stream = {
            .count = (size_t)count,
            .shapes = &how.shapes,
            .ring = ((KeyRing *)self)->ring,
            .span = how.span,
            .outcome = view[OUTCOME].buf,
            .reason = view[REASON].buf,
            .place = view[PLACE].buf,
        };
        done = open_objects(&stream, &how, messages);
    }
    give_back(view, COLUMNS);
    return done;
}

/* Write the UID of the device that each place's key belongs to; zeros for place -1. */
static PyObject *keyring_uids(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs != 2)
        return PyErr_Format(PyExc_TypeError, "native: uids takes places and UIDs");
    Py_buffer view[2] = {0};
    bool fine = borrow(args[0], &view[0], false, 4, -1, "places") &&
                borrow(args[1], &view[1], true, 1, 2 * view[0].len, "uids") && apart(&view[1], &view[0]);
    if (fine && !sw_keyring_uids(((KeyRing *)self)->ring, view[0].buf, (size_t)view[0].len / 4, view[1].buf)) {
        fine = false;
        PyErr_SetString(PyExc_ValueError, "native: a place lies outside the keyring");
    }
    give_back(view, 2);
    return fine ? Py_NewRef(Py_None) : NULL;
}

static PyMethodDef keyring_methods[] = {
    {"open", (PyCFunction)(void (*)(void))keyring_open, METH_FASTCALL, NULL},
    {"open_list", (PyCFunction)(void (*)(void))keyring_open_list, METH_FASTCALL, NULL},
    {"uids", (PyCFunction)(void (*)(void))keyring_uids, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot keyring_slots[] = {
    {Py_tp_new, keyring_new},
    {Py_tp_dealloc, keyring_dealloc},
    {Py_tp_methods, keyring_methods},
    {0, NULL},
};

static PyType_Spec keyring_spec = {
    .name = "sealwright._native.KeyRing",
    .basicsize = sizeof(KeyRing),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = keyring_slots,
};

/* ---- lists of bytes ---- */

static PyObject *join_items(PyObject *const *item, Py_ssize_t count, int64_t *offset)
{
    Py_ssize_t sum = 0;
    offset[0] = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!PyBytes_CheckExact(item[i]))
            Py_RETURN_NONE;
        sum += PyBytes_GET_SIZE(item[i]);
        offset[i + 1] = sum;
    }
    PyObject *joined = PyBytes_FromStringAndSize(NULL, sum);
    char *to = joined ? PyBytes_AS_STRING(joined) : NULL;
    for (Py_ssize_t i = 0; joined && i < count; to += PyBytes_GET_SIZE(item[i]), i++)
        memcpy(to, PyBytes_AS_STRING(item[i]), (size_t)PyBytes_GET_SIZE(item[i]));
    return joined;
}

/* Write where each of some bytes objects begins and ends when they stand end to end, and return them
 * so; None where one of them is not exactly bytes. */
static PyObject *join(PyObject *Py_UNUSED(self), PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs != 2)
        return PyErr_Format(PyExc_TypeError, "native: join takes a list or tuple, and offsets");
    Py_buffer offsets = {0};
    if (!borrow(args[1], &offsets, true, 8, -1, "offsets"))
        return NULL;
    /* From here on no code of Python's runs, which could change the list. */
    PyObject *messages = PySequence_Fast(args[0], "native: join takes a list or tuple"), *joined = NULL;
    if (messages && offsets.len / 8 == PySequence_Fast_GET_SIZE(messages) + 1)
        joined = join_items(PySequence_Fast_ITEMS(messages), PySequence_Fast_GET_SIZE(messages), offsets.buf);
    else if (messages)
        PyErr_SetString(PyExc_ValueError, "native: offsets needs one number more than there are messages");
    Py_XDECREF(messages);
    PyBuffer_Release(&offsets);
    return joined;
}

/* Return each slot of the arena as bytes, None where the status is not 1. */
static PyObject *texts(PyObject *Py_UNUSED(self), PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs != 3)
        return PyErr_Format(PyExc_TypeError, "native: texts takes arena, offsets and status");
    Py_buffer view[3] = {0};
    PyObject *list = NULL;
    if (borrow(args[0], &view[0], false, 1, -1, "arena") && borrow(args[2], &view[2], false, 1, -1, "status") &&
        borrow(args[1], &view[1], false, 8, view[2].len + 1, "offsets")) {
        const int64_t *at = view[1].buf;
        const uint8_t *status = view[2].buf;
        list = PyList_New(view[2].len);
        for (Py_ssize_t i = 0; list && i < view[2].len; i++) {
            int64_t start = at[i], end = at[i + 1];
            PyObject *text = NULL;
            if (status[i] != 1)
                text = Py_NewRef(Py_None);
            else if (start >= 0 && start <= end && end <= view[0].len)
                text = PyBytes_FromStringAndSize((const char *)view[0].buf + start, (Py_ssize_t)(end - start));
            else
                PyErr_SetString(PyExc_ValueError, "native: a slot lies outside the arena");
            if (text)
                PyList_SET_ITEM(list, i, text);
            else
                Py_CLEAR(list);
        }
    }
    give_back(view, 3);
    return list;
}

/* ---- repeats ---- */

static PyObject *see(PyObject *Py_UNUSED(self), PyObject *const *args, Py_ssize_t nargs)
{
    enum { SLOTS, HASHES, SEEN, COLUMNS };
    if (nargs != COLUMNS + 1)
        return PyErr_Format(PyExc_TypeError, "native: see takes %d arguments", COLUMNS + 1);
    int add = PyObject_IsTrue(args[COLUMNS]);
    Py_buffer view[COLUMNS] = {0};
    PyObject *done = NULL;
    if (add >= 0 && borrow(args[SLOTS], &view[SLOTS], add, 8, -1, "slots") &&
        borrow(args[HASHES], &view[HASHES], false, 8, -1, "hashes") &&
        borrow(args[SEEN], &view[SEEN], true, 1, view[HASHES].len / 8, "seen") && apart(&view[SEEN], &view[HASHES]) &&
        apart(&view[SEEN], &view[SLOTS]) && apart(&view[SLOTS], &view[HASHES])) {
        size_t slots = (size_t)view[SLOTS].len / 8, fresh;
        bool room = slots && !(slots & (slots - 1));
        Py_BEGIN_ALLOW_THREADS
        room = room && sw_see(view[SLOTS].buf, slots, view[HASHES].buf, (size_t)view[HASHES].len / 8, add,
                              view[SEEN].buf, &fresh);
        Py_END_ALLOW_THREADS
        done = room ? PyLong_FromSize_t(fresh)
                    : PyErr_Format(PyExc_ValueError, "native: slots are a power of two, and not all are taken");
    }
    give_back(view, COLUMNS);
    return done;
}

static PyObject *hash_rows(PyObject *Py_UNUSED(self), PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs != 3)
        return PyErr_Format(PyExc_TypeError, "native: hash_rows takes rows, a key and hashes");
    Py_buffer view[2] = {0};
    PyObject *done = NULL;
    uint64_t key = PyLong_AsUnsignedLongLong(args[1]);
    if (!PyErr_Occurred() && borrow(args[0], &view[0], false, 8, -1, "rows") &&
        borrow(args[2], &view[1], true, 8, -1, "hashes") && apart(&view[1], &view[0])) {
        Py_ssize_t count = view[1].len / 8, words = count ? view[0].len / 8 / count : 0;
        if (count * words * 8 != view[0].len) {
            PyErr_SetString(PyExc_ValueError, "native: rows are of equal length, one for each hash");
        } else {
            Py_BEGIN_ALLOW_THREADS
            sw_hash_rows(view[0].buf, (size_t)words, (size_t)count, key, view[1].buf);
            Py_END_ALLOW_THREADS
            done = Py_NewRef(Py_None);
        }
    }
    give_back(view, 2);
    return done;
}

/* ---- JSON Lines ---- */

/* Look at bytes objects of a tuple, which nobody can change. Returns their number, -1 for anything else. */
static Py_ssize_t read_words(PyObject *from, sw_stretch *word)
{
    Py_ssize_t count = PyTuple_CheckExact(from) ? PyTuple_GET_SIZE(from) : SW_MOST_WORDS + 1;
    for (Py_ssize_t i = 0; count <= SW_MOST_WORDS && i < count; i++) {
        PyObject *each = PyTuple_GET_ITEM(from, i);
        if (!PyBytes_CheckExact(each))
            count = SW_MOST_WORDS + 1;
        else
            word[i] = (sw_stretch){PyBytes_AS_STRING(each), (size_t)PyBytes_GET_SIZE(each)};
    }
    if (count <= SW_MOST_WORDS)
        return count;
    PyErr_Format(PyExc_TypeError, "native: words are a tuple of %d bytes objects at most", SW_MOST_WORDS);
    return -1;
}

/* Borrow columns, each of which has its size and place here; those that are written overlap no other. */
typedef struct {
    const char *name;
    Py_ssize_t size; /* of an item */
    int more;        /* items beyond one for each row; -1: any number of them */
    bool written;
} column;

static bool borrow_columns(PyObject *const *args, Py_buffer *view, const column *columns, int number, int counted)
{
    if (!borrow(args[counted], &view[counted], columns[counted].written, 1, -1, columns[counted].name))
        return false;
    for (int i = 0; i < number; i++) {
        Py_ssize_t items = columns[i].more < 0 ? -1 : view[counted].len + columns[i].more;
        if (i != counted && !borrow(args[i], &view[i], columns[i].written, columns[i].size, items, columns[i].name))
            return false;
    }
    for (int out = 0; out < number; out++)
        for (int other = 0; columns[out].written && other < number; other++)
            if (other != out && !apart(&view[out], &view[other]))
                return false;
    return true;
}

static PyObject *read_json(PyObject *Py_UNUSED(self), PyObject *const *args, Py_ssize_t nargs)
{
    enum { TEXT, BEGIN, END, ORDINARY, BYTES, OFFSETS, COLUMNS };
    static const column columns[] = {{"text", 1, -1, false}, {"begin", 8, 0, true}, {"end", 8, 0, true},
                                     {"ordinary", 1, 0, true}, {"data", 1, -1, true}, {"offsets", 8, 1, true}};
    if (nargs != COLUMNS + 3)
        return PyErr_Format(PyExc_TypeError, "native: read_json takes %d arguments", COLUMNS + 3);
    long longest, encoding;
    sw_stretch word[SW_MOST_WORDS];
    Py_ssize_t words = read_words(args[COLUMNS + 2], word);
    if (words < 0 || !read_number(args[COLUMNS], 0, LONG_MAX, "longest", &longest) ||
        !read_number(args[COLUMNS + 1], SW_HEX, SW_BASE64URL, "encoding", &encoding))
        return NULL;
    if (!words)
        return PyErr_Format(PyExc_ValueError, "native: read_json takes the column's name");
    Py_buffer view[COLUMNS] = {0};
    PyObject *done = NULL;
    if (borrow_columns(args, view, columns, COLUMNS, ORDINARY)) {
        const sw_json_text from = {
            .text = view[TEXT].buf,
            .bytes = (size_t)view[TEXT].len,
            .longest = (size_t)longest,
            .encoding = (sw_encoding)encoding,
            .column = word[0],
            .taken = word + 1,
            .taken_count = (size_t)words - 1,
            .most = (size_t)view[ORDINARY].len,
            .begin = view[BEGIN].buf,
            .end = view[END].buf,
            .ordinary = view[ORDINARY].buf,
            .data = view[BYTES].buf,
            .data_bytes = (size_t)view[BYTES].len,
            .offset = view[OFFSETS].buf,
        };
        size_t lines, used;
        Py_BEGIN_ALLOW_THREADS
        lines = sw_json_read(&from, &used);
        Py_END_ALLOW_THREADS
        done = Py_BuildValue("nn", (Py_ssize_t)lines, (Py_ssize_t)used);
    }
    give_back(view, COLUMNS);
    return done;
}

static PyObject *write_json(PyObject *Py_UNUSED(self), PyObject *const *args, Py_ssize_t nargs)
{
    enum { TEXT, BEGIN, END, BYTES, OFFSETS, OUTCOME, REASON, KIND, UID, DUPLICATE, REUSE, TEXTS, SLOTS, GIVEN, GIVEN_AT,
           OUT, LINE_END, COLUMNS };
    static const column columns[] = {
        {"text", 1, -1, false},    {"begin", 8, 0, false},       {"end", 8, 0, false},    {"data", 1, -1, false},
        {"offsets", 8, 1, false},  {"outcome", 1, 0, false},     {"reason", 1, 0, false}, {"kind", 1, 0, false},
        {"uid", 1, -1, false},     {"duplicate", 1, 0, false},   {"reuse", 1, 0, false},  {"arena", 1, -1, false},
        {"slot", 8, 1, false},     {"given", 1, -1, false},      {"given_at", 8, 1, false},
        {"out", 1, -1, true},      {"line_end", 8, 0, true},
    };
    if (nargs != COLUMNS + 2)
        return PyErr_Format(PyExc_TypeError, "native: write_json takes %d arguments", COLUMNS + 2);
    long form;
    sw_stretch word[SW_MOST_WORDS];
    Py_ssize_t words = read_words(args[COLUMNS + 1], word);
    if (words < 0 || !read_number(args[COLUMNS], SW_HEX, SW_BASE64, "form", &form))
        return NULL;
    Py_buffer view[COLUMNS] = {0};
    PyObject *done = NULL;
    if (!borrow_columns(args, view, columns, COLUMNS, OUTCOME)) {
        /* It has told why. */
    } else if (view[UID].len != 8 * view[OUTCOME].len) {
        PyErr_SetString(PyExc_ValueError, "native: uid needs 8 bytes for each row");
    } else {
        const sw_json_rows rows = {
            .count = (size_t)view[OUTCOME].len,
            .text = view[TEXT].buf,
            .text_bytes = (size_t)view[TEXT].len,
            .begin = view[BEGIN].buf,
            .end = view[END].buf,
            .data = view[BYTES].buf,
            .data_bytes = (size_t)view[BYTES].len,
            .offset = view[OFFSETS].buf,
            .outcome = view[OUTCOME].buf,
            .reason = view[REASON].buf,
            .kind = view[KIND].buf,
            .uid = view[UID].buf,
            .duplicate = view[DUPLICATE].buf,
            .nonce_reuse = view[REUSE].buf,
            .arena = view[TEXTS].buf,
            .arena_bytes = (size_t)view[TEXTS].len,
            .slot = view[SLOTS].buf,
            .given = view[GIVEN].buf,
            .given_bytes = (size_t)view[GIVEN].len,
            .given_at = view[GIVEN_AT].buf,
            .form = (sw_encoding)form,
            .word = word,
            .words = (size_t)words,
            .out = view[OUT].buf,
            .out_bytes = (size_t)view[OUT].len,
            .line_end = view[LINE_END].buf,
        };
        sw_result result;
        Py_BEGIN_ALLOW_THREADS
        result = sw_json_write(&rows);
        Py_END_ALLOW_THREADS
        done = answer(result);
    }
    give_back(view, COLUMNS);
    return done;
}

/* ---- the module ---- */

static PyObject *choose_cpu(PyObject *Py_UNUSED(self), PyObject *cap)
{
    long most;
    if (!read_number(cap, SW_CPU_NONE, SW_CPU_VAES512, "cap", &most))
        return NULL;
    return PyLong_FromLong((long)sw_choose_cpu((sw_cpu)most));
}

static PyObject *has_sha(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(none))
{
    return PyBool_FromLong(sw_has_sha());
}

static PyObject *cpu_name(PyObject *Py_UNUSED(self), PyObject *cpu)
{
    long path;
    if (!read_number(cpu, SW_CPU_NONE, SW_CPU_VAES512, "cpu", &path))
        return NULL;
    return PyUnicode_FromString(sw_cpu_name((sw_cpu)path));
}

static PyMethodDef methods[] = {
    {"open", (PyCFunction)(void (*)(void))open_messages, METH_FASTCALL, NULL},
    {"seal", (PyCFunction)(void (*)(void))seal_messages, METH_FASTCALL, NULL},
    {"parse_headers", (PyCFunction)(void (*)(void))parse_headers, METH_FASTCALL, NULL},
    {"judge", (PyCFunction)(void (*)(void))judge, METH_FASTCALL, NULL},
    {"join", (PyCFunction)(void (*)(void))join, METH_FASTCALL, NULL},
    {"texts", (PyCFunction)(void (*)(void))texts, METH_FASTCALL, NULL},
    {"see", (PyCFunction)(void (*)(void))see, METH_FASTCALL, NULL},
    {"hash_rows", (PyCFunction)(void (*)(void))hash_rows, METH_FASTCALL, NULL},
    {"read_json", (PyCFunction)(void (*)(void))read_json, METH_FASTCALL, NULL},
    {"write_json", (PyCFunction)(void (*)(void))write_json, METH_FASTCALL, NULL},
    {"choose_cpu", choose_cpu, METH_O, NULL},
    {"cpu_name", cpu_name, METH_O, NULL},
    {"has_sha", has_sha, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static int execute(PyObject *module)
{
    PyType_Spec *const specs[] = {&keymap_spec, &keyring_spec};
    widest = sw_widest_cpu();
    int added = 0;
    for (size_t i = 0; added == 0 && i < sizeof specs / sizeof *specs; i++) {
        PyObject *type = PyType_FromModuleAndSpec(module, specs[i], NULL);
        added = type ? PyModule_AddType(module, (PyTypeObject *)type) : -1;
        Py_XDECREF(type);
    }
    return added;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, execute},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
    {0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "sealwright._native",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__native(void);

PyMODINIT_FUNC PyInit__native(void)
{
    return PyModuleDef_Init(&definition);
}
