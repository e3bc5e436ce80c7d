/* Any text as a key template, and any text as a key that one made. Properties: a template that is taken writes a key, or says why not; a key that was
 * written is read back to the same members. Input: the template, a zero, then the member's text and a key. */
#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
#include <stdlib.h>
#include <string.h>

typedef struct thing {
    char     id[16];
    uint32_t n;
    dyn_str  s;
    int64_t  at;
} thing;
static const dyn_field fields[] = {
    DYN_TEXT(thing, id, .optional = true), DYN_INT(thing, n, .optional = true), DYN_STR(thing, s, .optional = true), DYN_ISO(thing, at, .optional = true)
};
static unsigned char memory[1 << 15];
static char text[8192], item[4096];
static dyn_error err;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char template_text[256];
    dyn_arena arena = { memory, sizeof memory, 0, 0, 0 };
    const uint8_t *zero = (const uint8_t *)memchr(data, 0, size);
    size_t n = zero ? (size_t)(zero - data) : size, rest = size - n - (zero != NULL), length;
    const char *p = (const char *)data + size - rest;
    thing t, again;

    if (n >= sizeof template_text || rest > 512)
        return 0;
    memcpy(template_text, data, n);
    template_text[n] = 0;
    dyn_model m = { DYN_MODEL(thing, fields), .table = "t", .pk = template_text, .sk = NULL };
    if (dyn_model_check(&m, &err) != DYN_OK) {
        if (!err.text[0])
            abort();
        return 0;
    }
    memset(&t, 0, sizeof t);
    memcpy(t.id, p, rest < 15 ? rest : 15);
    t.n = (uint32_t)(rest * 77777), t.s.ptr = p, t.s.len = rest, t.at = (int64_t)rest * 1000000007;
    if (dyn_to_json(&m, &t, DYN_FORM_DYNAMODB, &arena, text, sizeof text, &length, &err) == DYN_OK) {
        if (dyn_from_json(&m, &again, DYN_FORM_DYNAMODB, text, length, &arena, &err) != DYN_OK)
            abort();
        if (strcmp(again.id, t.id) != 0 || again.n != t.n || again.at != t.at || !dyn__eq(again.s.ptr, again.s.len, t.s.ptr, t.s.len))
            abort();
    }
    dyn_build b;
    dyn_str s = { p, rest };
    dyn_str attr;
    const char *behind;
    dyn__split_key(template_text, &attr, &behind);
    char name[256];
    memcpy(name, attr.ptr, attr.len);
    name[attr.len] = 0;
    dyn_build_begin(&b, item, sizeof item);
    dyn_build_map(&b, NULL);
    dyn_build_slice(&b, name, s);
    dyn_build_close(&b);
    dyn_value v;
    if (dyn_build_end(&b, &v, &err) == DYN_OK)
        (void)dyn_value_into(v, &m, &again, &arena, &err);
    return 0;
}
