#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Runs expressions for tests/py_expressions.py: one command a line on stdin, one answer a line on stdout, fields separated by tabs.
 *   scan    TEXT  ARG…       ->  OK and the ids of the items that the filter lets through
 *   update  id  TEXT  ARG…   ->  OK, or the status and the error's text
 * ARG: i:-5  r:1.5  b:1  s:hex  z:  (NULL)  L:1,2 (a list of integers)  S:hex,- (a string set, - for "")  N:1,2 (a number set) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct inner {
    int64_t x;
    char    y[16];
} inner;
static const dyn_field inner_fields[] = { DYN_INT(inner, x, .optional = true), DYN_TEXT(inner, y, .optional = true) };
static const dyn_model inner_model = { DYN_MODEL(inner, inner_fields) };

typedef struct thing {
    char    id[16];
    int64_t a;
    double  b;
    char    s[16], t[16];
    bool    f;
    int64_t l[32];
    int     l_count;
    char    ss[16][16];
    int     ss_count;
    int64_t ns[16];
    int     ns_count;
    inner   m;
} thing;
static const dyn_field fields[] = {
    DYN_TEXT(thing, id), DYN_INT(thing, a, .optional = true), DYN_REAL(thing, b, .attr = "the b", .optional = true), DYN_TEXT(thing, s, .attr = "size", .optional = true),
    DYN_TEXT(thing, t, .attr = "between", .optional = true), DYN_BOOL(thing, f, .optional = true), DYN_INT_LIST(thing, l, l_count, .optional = true),
    DYN_TEXT_SET(thing, ss, ss_count), DYN_INT_SET(thing, ns, ns_count), DYN_MAP(thing, m, inner_model, .optional = true),
};
static const dyn_model model = { DYN_MODEL(thing, fields), .table = "expressions", .pk = "id" };

static unsigned char memory[64 * 1024];
static dyn_client db;
static char texts[64][64];
static dyn_arg items[256], args[32];
static size_t text_count, item_count;

static dyn_arg text_of(const char *hex, size_t n)
{
    char *to = texts[text_count++ % 64];
    size_t len = 0;
    unsigned byte;

    for (; n >= 2 && sscanf(hex, "%2x", &byte) == 1; hex += 2, n -= 2)
        to[len++] = (char)byte;
    dyn_str s = { to, len };
    return dyn_slice(s);
}

/* "1,2" or "hex,hex" as values. */
static dyn_arg several(const char *p, bool text, bool set)
{
    const dyn_arg *first = items + item_count;
    size_t count = 0;

    while (*p) {
        size_t n = strcspn(p, ",");
        items[item_count++] = text ? text_of(p, n) : dyn_int(strtoll(p, NULL, 10));
        count++;
        p += n + (p[n] == ',');
    }
    return set ? dyn_set(first, count) : dyn_list(first, count);
}

static dyn_arg value(const char *p)
{
    switch (*p) {
    case 'i': return dyn_int(strtoll(p + 2, NULL, 10));
    case 'r': return dyn_real(strtod(p + 2, NULL));
    case 'b': return dyn_bool(p[2] == '1');
    case 's': return text_of(p + 2, strlen(p + 2));
    case 'L': return several(p + 2, false, false);
    case 'S': return several(p + 2, true, true);
    case 'N': return several(p + 2, false, true);
    default:  return dyn_null();
    }
}

static void scan(const dyn_expr *e)
{
    dyn_query q;
    dyn_rows rows;
    thing t;

    memset(&q, 0, sizeof q);
    q.where[0] = *e;
    dyn_scan(&db, &rows, &model, &q);
    printf("OK");
    while (dyn_next(&rows, &t, sizeof t) == DYN_ROW)
        printf("\t%s", t.id);
    if (dyn_finish(&rows) != DYN_OK)
        printf("\t%s %s", dyn_status_name(rows.status), dyn_last_error(&db)->text);
    printf("\n");
}

int main(int argc, char **argv)
{
    static char line[65536];

    if (argc != 2 || dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory), .endpoint = getenv("DYNREPO_ENDPOINT"), .table_prefix = argv[1] }) != DYN_OK)
        return argc == 2 ? dyn_print_error(&db), 1 : 2;
    while (fgets(line, sizeof line, stdin)) {
        char *field[40], *p = line;
        size_t n = 0, first;
        dyn_expr e;
        line[strcspn(line, "\n")] = '\0';
        while (p && n < 40) {
            field[n++] = p;
            p = strchr(p, '\t');
            if (p)
                *p++ = '\0';
        }
        bool update = strcmp(field[0], "update") == 0;
        first = update ? 3 : 2;
        item_count = 0;
        for (size_t i = first; i < n; i++)
            args[i - first] = value(field[i]);
        dyn_expr_of(&e, field[first - 1], args, n - first);
        if (!update)
            scan(&e);
        else if (dyn_update_key(&db, &model, DYN_KEY(field[1]), e, NULL) == DYN_OK)
            printf("OK\n");
        else
            printf("%s\t%s\n", dyn_status_name(dyn_last_error(&db)->status), dyn_last_error(&db)->text);
        fflush(stdout);
    }
    dyn_close(&db);
    return 0;
}
