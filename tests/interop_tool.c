#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Puts and gets items for tests/py_interop.py: one command a line on stdin, one answer a line on stdout, fields separated by tabs, texts as hex.
 *   put  id  FIELDS…     ->  OK, or the error's text          create, drop  ->  the same
 *   get  id              ->  OK id FIELDS…
 *   range  id  from  to  ->  OK and the serials of the rows in between
 * FIELDS: text slice flag i64 u64 real number iso seconds color city floor ints reals words, a list's elements separated by commas. */
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <inttypes.h>

typedef struct place {
    char    city[16];
    int32_t floor;
} place;
static const dyn_field place_fields[] = { DYN_TEXT(place, city), DYN_INT(place, floor, .attr = "level") };
static const dyn_model place_model = { DYN_MODEL(place, place_fields) };
static const dyn_name colors[] = { { 0, "red" }, { 1, "green" }, { 2, "dark blue" } };

typedef struct thing {
    char       id[16];
    uint32_t   serial;
    char       text[64];
    dyn_str    slice;
    bool       flag;
    int64_t    i64;
    uint64_t   u64;
    double     real;
    dyn_number number;
    int64_t    iso, seconds;
    int        color;
    place      where;
    int64_t    ints[8];
    int        int_count;
    double     reals[8];
    int        real_count;
    char       words[8][32];
    int        word_count;
} thing;
static const dyn_field fields[] = {
    DYN_TEXT(thing, id), DYN_INT(thing, serial, .key_only = true), DYN_TEXT(thing, text), DYN_STR(thing, slice), DYN_BOOL(thing, flag), DYN_INT(thing, i64),
    DYN_INT(thing, u64), DYN_REAL(thing, real, .attr = "real number"), DYN_NUMBER(thing, number), DYN_ISO(thing, iso), DYN_SECONDS(thing, seconds),
    DYN_ENUM(thing, color, colors), DYN_MAP(thing, where, place_model), DYN_INT_LIST(thing, ints, int_count), DYN_REAL_LIST(thing, reals, real_count),
    DYN_TEXT_LIST(thing, words, word_count),
};
static const dyn_model model = { DYN_MODEL(thing, fields), .table = "interop", .pk = "pk = THING#{id}", .sk = "sk = S#{serial:9}" };
DYN_TYPED(thing, model)

static unsigned char memory[64 * 1024];
static dyn_client db;

static size_t from_hex(const char *hex, char *to, size_t size)
{
    size_t n = 0;
    unsigned byte;

    for (; hex[0] && hex[1] && n + 1 < size && sscanf(hex, "%2x", &byte) == 1; hex += 2)
        to[n++] = (char)byte;
    to[n] = '\0';
    return n;
}

static void put_hex(const char *p, size_t n)
{
    while (n--)
        printf("%02x", (unsigned)(unsigned char)*p++);
}

/* The next field of a line, cut off at `until`. */
static char *next(char **at, char until)
{
    char *p = *at, *end = p ? strchr(p, until) : NULL;

    *at = end ? end + 1 : NULL;
    if (end)
        *end = '\0';
    return p ? p : *at;
}

static void take(thing *t, char *line, char *slice, size_t size)
{
    char *list, *p;

    from_hex(next(&line, '\t'), t->text, sizeof t->text);
    t->slice.len = from_hex(next(&line, '\t'), slice, size), t->slice.ptr = slice;
    t->flag = *next(&line, '\t') == '1';
    t->i64 = strtoll(next(&line, '\t'), NULL, 10);
    t->u64 = strtoull(next(&line, '\t'), NULL, 10);
    t->real = strtod(next(&line, '\t'), NULL);
    snprintf(t->number.text, sizeof t->number.text, "%s", next(&line, '\t'));
    t->iso = strtoll(next(&line, '\t'), NULL, 10);
    t->seconds = strtoll(next(&line, '\t'), NULL, 10);
    t->color = atoi(next(&line, '\t'));
    from_hex(next(&line, '\t'), t->where.city, sizeof t->where.city);
    t->where.floor = atoi(next(&line, '\t'));
    for (list = next(&line, '\t'); list && *list && (p = next(&list, ',')) != NULL; )
        t->ints[t->int_count++] = strtoll(p, NULL, 10);
    for (list = next(&line, '\t'); list && *list && (p = next(&list, ',')) != NULL; )
        t->reals[t->real_count++] = strtod(p, NULL);
    for (list = next(&line, '\t'); list && *list && (p = next(&list, ',')) != NULL; )
        from_hex(*p == '-' ? "" : p, t->words[t->word_count++], sizeof t->words[0]);
}

static void give(const thing *t)
{
    printf("OK\t%s\t%" PRIu32 "\t", t->id, t->serial);
    put_hex(t->text, strlen(t->text));
    printf("\t");
    put_hex(t->slice.ptr, t->slice.len);
    printf("\t%d\t%" PRId64 "\t%" PRIu64 "\t%.17g\t%s\t%" PRId64 "\t%" PRId64 "\t%d\t", t->flag, t->i64, t->u64, t->real, t->number.text, t->iso, t->seconds, t->color);
    put_hex(t->where.city, strlen(t->where.city));
    printf("\t%" PRId32 "\t", t->where.floor);
    for (int i = 0; i < t->int_count; i++)
        printf(i ? ",%" PRId64 : "%" PRId64, t->ints[i]);
    printf("\t");
    for (int i = 0; i < t->real_count; i++)
        printf(i ? ",%.17g" : "%.17g", t->reals[i]);
    printf("\t");
    for (int i = 0; i < t->word_count; i++) {
        printf("%s", i ? "," : "");
        if (t->words[i][0])
            put_hex(t->words[i], strlen(t->words[i]));
        else
            printf("-");
    }
    printf("\n");
}

static void range(const char *id, int64_t from, int64_t to)
{
    dyn_rows rows;
    thing t;

    thing_select(&db, &rows, &(dyn_query){ .key = DYN_EXPR("id = ? AND serial BETWEEN ? AND ?", id, from, to) });
    printf("OK");
    while (thing_next(&rows, &t) == DYN_ROW)
        printf("\t%" PRIu32, t.serial);
    if (dyn_finish(&rows) != DYN_OK)
        printf("\t%s", dyn_last_error(&db)->text);
    printf("\n");
}

int main(int argc, char **argv)
{
    static char line[65536], slice[32768];
    thing t;

    if (argc != 2 || dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory), .endpoint = getenv("DYNREPO_ENDPOINT"), .table_prefix = argv[1] }) != DYN_OK)
        return argc == 2 ? dyn_print_error(&db), 1 : 2;
    while (fgets(line, sizeof line, stdin)) {
        char *rest = line, *command, *id;
        dyn_status s;
        line[strcspn(line, "\n")] = '\0';
        command = next(&rest, '\t');
        memset(&t, 0, sizeof t);
        id = rest ? next(&rest, '\t') : NULL;
        if (id) {
            char *colon = strchr(id, ':');
            t.serial = colon ? (uint32_t)strtoul(colon + 1, NULL, 10) : 0;
            snprintf(t.id, sizeof t.id, "%.*s", (int)strcspn(id, ":"), id);
        }
        if (strcmp(command, "range") == 0) {
            char *from = next(&rest, '\t');
            range(t.id, strtoll(from, NULL, 10), strtoll(rest, NULL, 10));
            fflush(stdout);
            continue;
        }
        if (strcmp(command, "put") == 0)
            take(&t, rest, slice, sizeof slice), s = thing_put(&db, &t, NULL);
        else if (strcmp(command, "get") == 0)
            s = thing_get(&db, &t, NULL);
        else if (strcmp(command, "create") == 0)
            s = dyn_create_table(&db, &model, NULL);
        else
            s = dyn_delete_table(&db, &model, NULL);
        if (s == DYN_OK && strcmp(command, "get") == 0)
            give(&t);
        else if (s == DYN_OK)
            printf("OK\n");
        else
            printf("%s\t%s\n", dyn_status_name(s), dyn_last_error(&db)->text);
        fflush(stdout);
    }
    dyn_close(&db);
    return 0;
}
