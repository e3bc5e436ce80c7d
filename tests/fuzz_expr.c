/* Any text as a condition, an update and a key condition, checked against a model and without one. Properties: it is taken, or refused with a text;
 * what is taken fits what DynamoDB allows. The first byte says which values the question marks get. */
#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
#include <stdlib.h>
#include <string.h>

typedef struct inner {
    char fw[8];
    int  rssi;
} inner;
typedef struct thing {
    char    id[16];
    int64_t n;
    double  d;
    bool    on;
    dyn_str note;
    inner   meta;
    double  vals[4];
    int     nvals;
    char    tags[2][8];
    int     ntags;
} thing;
static const dyn_field inner_fields[] = { DYN_TEXT(inner, fw), DYN_INT(inner, rssi) };
static const dyn_model inner_model = { DYN_MODEL(inner, inner_fields) };
static const dyn_field fields[] = {
    DYN_TEXT(thing, id), DYN_INT(thing, n), DYN_REAL(thing, d, .attr = "temp"), DYN_BOOL(thing, on, .optional = true), DYN_STR(thing, note, .optional = true),
    DYN_MAP(thing, meta, inner_model, .optional = true), DYN_REAL_LIST(thing, vals, nvals, .optional = true), DYN_TEXT_SET(thing, tags, ntags),
};
static const dyn_model model = { DYN_MODEL(thing, fields), .table = "t", .pk = "pk = T#{id}", .sk = "sk = N#{n:13}" };
static unsigned char memory[1 << 16];
static char text[1 << 16];
static dyn_error err;

static void compile(int what, const dyn_model *m, const dyn_expr *e)
{
    static dyn__exprs x;
    dyn_arena arena = { memory, sizeof memory, 0, 0, 0 };
    dyn__known *models = NULL;
    bool repeatable = false;
    dyn_str out = { NULL, 0 };
    dyn_status s;

    memset((void *)&x, 0, sizeof x);
    memset((void *)&err, 0, sizeof err);
    x.arena = &arena, x.err = &err, x.known = m ? dyn__known_make(&arena, m, &models) : NULL;
    s = what == 0 ? dyn__expr_condition(&x, e, 1, &out) : what == 1 ? dyn__expr_update(&x, e, &out, &repeatable) : dyn__expr_key(&x, e, &out);
    if (s != err.status || (s != DYN_OK && !err.text[0]))
        abort();
    if (s != DYN_OK)
        return;
    dyn__writer w = { text, sizeof text, 0, 0, 0, NULL, NULL };
    dyn__write_names(&w, &x);
    dyn__write_values(&w, &x);
    if (out.len > 4096)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dyn_arg args[8];
    size_t n = size ? data[0] & 7u : 0;
    char *copy;
    dyn_expr e;

    if (size < 2 || size > 2048 || memchr(data + 1, 0, size - 1))
        return 0;
    for (size_t i = 0; i < n; i++)
        args[i] = (data[0] >> 3) % 3 == 0 ? dyn_int((int64_t)i) : (data[0] >> 3) % 3 == 1 ? dyn_text("a") : dyn_real(1.5);
    copy = (char *)malloc(size);
    memcpy(copy, data + 1, size - 1);
    copy[size - 1] = 0;
    memset((void *)&e, 0, sizeof e);
    e.text = copy, e.args = args, e.count = n;
    for (int what = 0; what < 3; what++)
        compile(what, &model, &e);
    compile(0, NULL, &e);
    compile(1, NULL, &e);
    free(copy);
    return 0;
}
