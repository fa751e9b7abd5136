/* JSON read in the plainest way, a byte at a time, as an independent answer: whether a text begins with a value
 * by the grammar of RFC 8259 (strings of any bytes but control characters), and where that ends. */
#ifndef PLAIN_JSON_H
#define PLAIN_JSON_H
#include "json_lines.h"

#include <stdlib.h>
#include <string.h>

static const char *plain_blank(const char *at)
{
    return at + strspn(at, " \t");
}

static const char *plain_string(const char *at)
{
    if (*at++ != '"')
        return NULL;
    for (; *at != '"'; at++) {
        if ((unsigned char)*at < ' ')
            return NULL;
        if (*at == '\\' && !strchr("\"\\/bfnrtu", *++at))
            return NULL;
        if (*at == 'u' && at[-1] == '\\' && strspn(at + 1, "0123456789abcdefABCDEF") < 4)
            return NULL;
    }
    return at + 1;
}

static const char *plain_number(const char *at)
{
    at += *at == '-';
    size_t whole = strspn(at, "0123456789");
    if (!whole || (*at == '0' && whole > 1))
        return NULL;
    at += whole;
    if (*at == '.') {
        size_t part = strspn(at + 1, "0123456789");
        if (!part)
            return NULL;
        at += 1 + part;
    }
    if (*at == 'e' || *at == 'E') {
        at++;
        at += *at == '+' || *at == '-';
        size_t power = strspn(at, "0123456789");
        return power ? at + power : NULL;
    }
    return at;
}

/* Returns what stands behind a value, NULL where there is none. The text ends in a NUL. */
static const char *plain_value(const char *at, int depth)
{
    static const char *const words[] = {"true", "false", "null"};
    if (depth > 40)
        return NULL;
    for (int i = 0; i < 3; i++)
        if (!strncmp(at, words[i], strlen(words[i])))
            return at + strlen(words[i]);
    if (*at == '"')
        return plain_string(at);
    if (*at != '{' && *at != '[')
        return plain_number(at);
    char last = *at == '{' ? '}' : ']';
    at = plain_blank(at + 1);
    if (*at == last)
        return at + 1;
    for (;; at = plain_blank(at + 1)) {
        if (last == '}') {
            if (!(at = plain_string(at)) || *(at = plain_blank(at)) != ':')
                return NULL;
            at = plain_blank(at + 1);
        }
        if (!(at = plain_value(at, depth + 1)))
            return NULL;
        at = plain_blank(at);
        if (*at != ',')
            return *at == last ? at + 1 : NULL;
    }
}

/* Whether a whole row is an object in the eyes of the plain reader. */
static bool plain_row(const uint8_t *row, size_t bytes)
{
    char *text = calloc(bytes + 8, 1);
    memcpy(text, row, bytes);
    const char *end = strlen(text) == bytes && *text == '{' ? plain_value(text, 0) : NULL;
    bool whole = end == text + bytes;
    free(text);
    return whole;
}

#endif
