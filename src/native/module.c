/* The slit between Python and the core: the only file that knows Python.
 *
 * Arrays come in through the buffer protocol and are checked here, each number of them, before
 * the core sees an address: the core itself checks nothing but rows and lengths. The GIL is
 * released around each batch.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "sealwright_core.h"

/* ---- buffers ---- */

/* Borrow a contiguous buffer of `count` items of `size` bytes; any count where it is negative. */
static bool borrow(PyObject *from, Py_buffer *view, bool writable, Py_ssize_t size, Py_ssize_t count, const char *name)
{
    if (PyObject_GetBuffer(from, view, writable ? PyBUF_WRITABLE : PyBUF_SIMPLE) < 0)
        return false;
    if (view->len % size == 0 && (count < 0 || view->len / size == count))
        return true;
    PyErr_Format(PyExc_ValueError, "native: %s has %zd bytes, not %zd items of %zd", name, view->len, count, size);
    PyBuffer_Release(view);
    return false;
}

static void give_back(Py_buffer *views, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (views[i].obj)
            PyBuffer_Release(&views[i]);
}

/* ---- opening ---- */

enum { DATA, START, LENGTH, ROWS, ROW, ARENA, SLOT, STATUS, BUFFERS };

/* Whether a stretch of `length` bytes from `at` lies within `size` bytes. */
static inline bool within(int64_t at, int64_t length, Py_ssize_t size)
{
    return at >= 0 && length >= 0 && length <= size && at <= size - length;
}

static bool all_within(const sw_batch *batch, Py_ssize_t data, Py_ssize_t arena)
{
    int64_t around = (int64_t)batch->header_length + SW_TAG;
    for (size_t i = 0; i < batch->count; i++)
        if (batch->text_length[i] > data || !within(batch->in_at[i], batch->text_length[i] + around, data) ||
            !within(batch->out_at[i], batch->text_length[i], arena))
            return false;
    return true;
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
    return true;
}

static PyObject *answer(sw_result result)
{
    static const char *const words[] = {
        [SW_BAD_ROW] = "a row number lies outside the table",
        [SW_BAD_LENGTH] = "a text is too long or too short for the cipher",
        [SW_BAD_SPAN] = "a MAC's span does not end in the body",
        [SW_BAD_SUITE] = "a row's suite is not one of this cipher's",
        [SW_NO_CPU] = "this CPU has no path of that name",
    };
    if (result == SW_DONE)
        Py_RETURN_NONE;
    if (result == SW_NO_MEMORY)
        return PyErr_NoMemory();
    return PyErr_Format(PyExc_ValueError, "native: %s", words[result]);
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
    long kind = PyLong_AsLong(args[BUFFERS]), cpu = PyLong_AsLong(args[BUFFERS + 1]);
    long header_length = PyLong_AsLong(args[BUFFERS + 2]);
    int nonce_in_header = PyObject_IsTrue(args[BUFFERS + 3]);
    sw_span span;
    if (PyErr_Occurred() || nonce_in_header < 0 || !read_span(args[BUFFERS + 4], &span))
        return NULL;
    if (kind < CCM || kind > SIGNED || cpu < SW_CPU_AESNI || cpu > (long)widest || header_length < 0 ||
        header_length > SW_BLOCK || (nonce_in_header && header_length < SW_BLOCK))
        return PyErr_Format(PyExc_ValueError, "native: no such kind, CPU path or header length");
    Py_buffer view[BUFFERS] = {0};
    sw_batch batch;
    PyObject *done = NULL;
    if (borrow_batch(args, view, &batch)) {
        sw_result result = SW_DONE;
        bool fits;
        batch.header_length = (uint32_t)header_length;
        batch.nonce_in_header = nonce_in_header;
        Py_BEGIN_ALLOW_THREADS
        fits = all_within(&batch, view[DATA].len, view[ARENA].len);
        if (fits)
            result = kind == CCM   ? sw_ccm_open((sw_cpu)cpu, &batch)
                     : kind == CS1 ? sw_cs1_open((sw_cpu)cpu, &batch, span)
                                   : sw_signed_open((sw_cpu)cpu, &batch, span);
        Py_END_ALLOW_THREADS
        done = fits ? answer(result)
                    : PyErr_Format(PyExc_ValueError, "native: a message or a slot lies outside its buffer");
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
    long purpose = PyLong_AsLong(args[COLUMNS]);
    long long longest = PyLong_AsLongLong(args[COLUMNS + 1]);
    if (PyErr_Occurred())
        return NULL;
    Py_buffer view[COLUMNS] = {0};
    PyObject *done = NULL;
    if (borrow(args[BYTES], &view[BYTES], false, 1, -1, "data") &&
        borrow(args[OFFSETS], &view[OFFSETS], false, 8, -1, "offsets") && view[OFFSETS].len) {
        Py_ssize_t count = view[OFFSETS].len / 8 - 1;
        if (borrow(args[KIND], &view[KIND], true, 1, count, "kind") &&
            borrow(args[REASON], &view[REASON], true, 1, count, "reason") &&
            borrow(args[RAW], &view[RAW], true, 16, count, "raw") &&
            borrow(args[TEXT], &view[TEXT], true, 8, count, "text_length")) {
            const int64_t *at = view[OFFSETS].buf;
            bool rising = at[0] >= 0 && at[count] <= view[BYTES].len;
            size_t malformed = 0;
            Py_BEGIN_ALLOW_THREADS
            for (Py_ssize_t i = 0; i < count; i++)
                rising &= at[i] <= at[i + 1];
            if (rising) {
                sw_shapes shapes = sw_shapes_for((int)purpose, longest);
                malformed = sw_parse_headers(&shapes, (size_t)count, (uintptr_t)view[BYTES].buf, at, NULL,
                                             view[KIND].buf, view[REASON].buf, view[RAW].buf, view[TEXT].buf);
            }
            Py_END_ALLOW_THREADS
            done = rising ? PyLong_FromSize_t(malformed)
                          : PyErr_Format(PyExc_ValueError, "native: offsets must rise within the data");
        }
    }
    give_back(view, COLUMNS);
    return done;
}

/* ---- judging ---- */

static PyObject *judge(PyObject *Py_UNUSED(self), PyObject *const *args, Py_ssize_t nargs)
{
    enum { KIND, RAW, STATE, AT, TABLE, TOLD, REASON, COLUMNS };
    if (nargs != COLUMNS + 1)
        return PyErr_Format(PyExc_TypeError, "native: judge takes %d arguments", COLUMNS + 1);
    unsigned long checked = PyLong_AsUnsignedLong(args[COLUMNS]);
    if (PyErr_Occurred())
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
        const sw_question asked = {(size_t)view[KIND].len, view[KIND].buf, view[RAW].buf,
                                   view[STATE].buf,        view[AT].buf,   view[TABLE].buf};
        const int64_t rows = view[TABLE].len / SW_ROW_BYTES;
        bool fits = true;
        Py_BEGIN_ALLOW_THREADS
        for (size_t i = 0; i < asked.count; i++)
            fits &= asked.row[i] >= 0 && asked.row[i] < rows;
        if (fits)
            sw_judge(&asked, view[TOLD].buf, (unsigned)checked, view[REASON].buf);
        Py_END_ALLOW_THREADS
        done = fits ? Py_NewRef(Py_None) : PyErr_Format(PyExc_ValueError, "native: a row lies outside the table");
    }
    give_back(view, COLUMNS);
    return done;
}

/* ---- the key map ---- */

typedef struct {
    PyObject_HEAD
    sw_keymap *map;
} KeyMap;

static PyObject *keymap_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(keywords))
{
    Py_buffer names, secret;
    if (!PyArg_ParseTuple(args, "y*y*", &names, &secret))
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
    long significant = PyLong_AsLong(args[1]);
    if (significant < 1 || significant > 16)
        return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_ValueError, "native: 1 to 16 bytes of a name count");
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

/* ---- lists of bytes ---- */

/* Write where each of some bytes objects begins and ends when they stand end to end, and return them
 * so; None where one of them is not exactly bytes. */
static PyObject *join(PyObject *Py_UNUSED(self), PyObject *const *args, Py_ssize_t nargs)
{
    if (nargs != 2)
        return PyErr_Format(PyExc_TypeError, "native: join takes a list or tuple, and offsets");
    PyObject *messages = PySequence_Fast(args[0], "native: join takes a list or tuple");
    if (!messages)
        return NULL;
    Py_ssize_t count = PySequence_Fast_GET_SIZE(messages);
    PyObject **item = PySequence_Fast_ITEMS(messages), *joined = NULL;
    Py_buffer offsets = {0};
    if (borrow(args[1], &offsets, true, 8, count + 1, "offsets")) {
        int64_t *at = offsets.buf;
        Py_ssize_t all_bytes = 0;
        at[0] = 0;
        for (; all_bytes < count && PyBytes_CheckExact(item[all_bytes]); all_bytes++)
            at[all_bytes + 1] = at[all_bytes] + PyBytes_GET_SIZE(item[all_bytes]);
        if (all_bytes < count)
            joined = Py_NewRef(Py_None);
        else if ((joined = PyBytes_FromStringAndSize(NULL, at[count])))
            for (Py_ssize_t i = 0; i < count; i++)
                memcpy(PyBytes_AS_STRING(joined) + at[i], PyBytes_AS_STRING(item[i]), (size_t)(at[i + 1] - at[i]));
        PyBuffer_Release(&offsets);
    }
    Py_DECREF(messages);
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
            PyObject *text = NULL;
            if (status[i] != 1)
                text = Py_NewRef(Py_None);
            else if (within(at[i], at[i + 1] - at[i], view[0].len))
                text = PyBytes_FromStringAndSize((const char *)view[0].buf + at[i], (Py_ssize_t)(at[i + 1] - at[i]));
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

/* ---- the module ---- */

static PyObject *choose_cpu(PyObject *Py_UNUSED(self), PyObject *cap)
{
    long most = PyLong_AsLong(cap);
    return PyErr_Occurred() ? NULL : PyLong_FromLong((long)sw_choose_cpu((sw_cpu)most));
}

static PyObject *has_sha(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(none))
{
    return PyBool_FromLong(sw_has_sha());
}

static PyObject *cpu_name(PyObject *Py_UNUSED(self), PyObject *cpu)
{
    long path = PyLong_AsLong(cpu);
    if (path < SW_CPU_NONE || path > SW_CPU_VAES512)
        return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_ValueError, "native: no such CPU path");
    return PyUnicode_FromString(sw_cpu_name((sw_cpu)path));
}

static PyMethodDef methods[] = {
    {"open", (PyCFunction)(void (*)(void))open_messages, METH_FASTCALL, NULL},
    {"parse_headers", (PyCFunction)(void (*)(void))parse_headers, METH_FASTCALL, NULL},
    {"judge", (PyCFunction)(void (*)(void))judge, METH_FASTCALL, NULL},
    {"join", (PyCFunction)(void (*)(void))join, METH_FASTCALL, NULL},
    {"texts", (PyCFunction)(void (*)(void))texts, METH_FASTCALL, NULL},
    {"choose_cpu", choose_cpu, METH_O, NULL},
    {"cpu_name", cpu_name, METH_O, NULL},
    {"has_sha", has_sha, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static int execute(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &keymap_spec, NULL);
    if (!type)
        return -1;
    widest = sw_widest_cpu();
    int added = PyModule_AddType(module, (PyTypeObject *)type);
    Py_DECREF(type);
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
