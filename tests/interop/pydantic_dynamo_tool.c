#define DYNREPO_IMPLEMENTATION
#include "../../dynrepo.h"
/* The C side of tests/py_interop_pydantic_dynamo.py: one command a line on stdin, fields separated by tabs; one line or more on stdout, the last one OK …, or
 * a status and the error's text. Ids: each as hex, with commas between; "-" for none. A content is answered as
 *   partition ids, content ids, version, expires, changed_us, then the members; texts as hex, "-" for what is absent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <inttypes.h>

typedef struct owner {
    char    name[40];
    int64_t age;
    bool    has_age;
} owner;
static const dyn_field owner_fields[] = { DYN_TEXT(owner, name), DYN_INT(owner, age, .optional = true, .has = DYN_HAS(owner, has_age)) };
static const dyn_model owner_model = { DYN_MODEL(owner, owner_fields), .nulls = true };
static const dyn_name levels[] = { { 0, "low" }, { 1, "in the middle" }, { 2, "high" } };

typedef struct film {
    char       title[64];
    int64_t    count;
    dyn_number price;
    int64_t    at, local;         /* microseconds */
    char       day[16], alarm[24];
    int        level;
    bool       flag;
    char       tags[6][24], marks[6][24];
    int        tag_count, mark_count;
    owner      owner;
    bool       has_owner;
    char       note[64];
    bool       has_note;
    int64_t    views;
    bool       has_views;
    dyn_value  extra;
} film;
static const dyn_field film_fields[] = {
    DYN_TEXT(film, title), DYN_INT(film, count), DYN_NUMBER(film, price), DYN_MICROS(film, at, DYN_ISO_OFFSET), DYN_MICROS(film, local, DYN_ISO_OFFSET),
    DYN_TEXT(film, day), DYN_TEXT(film, alarm), DYN_ENUM(film, level, levels), DYN_BOOL(film, flag), DYN_TEXT_LIST(film, tags, tag_count),
    DYN_TEXT_SET(film, marks, mark_count), DYN_MAP(film, owner, owner_model, .optional = true, .has = DYN_HAS(film, has_owner)),
    DYN_TEXT(film, note, .optional = true, .has = DYN_HAS(film, has_note)), DYN_INT(film, views, .optional = true, .has = DYN_HAS(film, has_views)), DYN_VALUE(film, extra),
};
static const dyn_model film_model = { DYN_MODEL(film, film_fields), .table = "films" };
typedef struct keys { char pk[64], sk[64]; } keys;             /* to make the table with */
static const dyn_field key_fields[] = { DYN_TEXT(keys, pk), DYN_TEXT(keys, sk) };
static const dyn_model key_model = { DYN_MODEL(keys, key_fields), .table = "films", .pk = "PARTITION_KEY = {pk}", .sk = "SORT_KEY = {sk}" };

enum { MOST = 1200 };
static unsigned char memory[256 * 1024], repo_memory[256 * 1024];
static dyn_client db;
static dyn_repo repo;
static film films[MOST];
static dyn_repo_item items[MOST];
static dyn_content outs[MOST];
static char *texts[MOST];
static dyn_arg ids[MOST][8];
static size_t count;

/* The next field of a line. */
static char *next(char **at)
{
    char *p = *at, *tab = p ? strchr(p, '\t') : NULL;

    if (tab)
        *tab++ = '\0';
    *at = tab;
    return p ? p : (char *)"";
}

static char *from_hex(const char *hex, size_t n, char *to)
{
    unsigned byte;

    for (; n >= 2 && sscanf(hex, "%2x", &byte) == 1; hex += 2, n -= 2)
        *to++ = (char)byte;
    *to = '\0';
    return to + 1;
}

/* Ids of a field, their texts put where *to points. */
static dyn_key take_ids(const char *field, dyn_arg *args, char **to)
{
    dyn_key key;
    size_t n = 0;

    while (field[0] != '-') {
        size_t len = strcspn(field, ",");
        char *end = from_hex(field, len, *to);
        args[n++] = dyn_slice((dyn_str){ *to, (size_t)(end - 1 - *to) });
        *to = end;
        field += len;
        if (*field++ != ',')
            break;
    }
    dyn_key_of(&key, args, n);
    return key;
}

static void put_hex(const char *p, size_t n)
{
    while (n--)
        printf("%02x", (unsigned)(unsigned char)*p++);
}

static void put_ids(const dyn_str *list, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (i)
            putchar(',');
        put_hex(list[i].ptr, list[i].len);
    }
    printf("%s\t", n ? "" : "-");
}

static void put_list(char list[][24], int n)
{
    for (int i = 0; i < n; i++) {
        if (i)
            putchar(',');
        put_hex(list[i], strlen(list[i]));
    }
    printf("%s\t", n ? "" : "-");
}

static void show(const film *f, const dyn_content *c)
{
    put_ids(c->partition, c->partition_count);
    put_ids(c->content, c->content_count);
    printf("%" PRIu64 "\t%" PRId64 "\t%" PRId64 "\t", c->version, c->expires, c->changed_us);
    put_hex(f->title, strlen(f->title));
    printf("\t%" PRId64 "\t%s\t%" PRId64 "\t%" PRId64 "\t%s\t%s\t%s\t%d\t", f->count, f->price.text, f->at, f->local, f->day, f->alarm, levels[f->level].name, f->flag);
    put_list((char (*)[24])(uintptr_t)f->tags, f->tag_count);
    put_list((char (*)[24])(uintptr_t)f->marks, f->mark_count);
    if (f->has_owner) {
        put_hex(f->owner.name, strlen(f->owner.name));
        if (f->owner.has_age)
            printf(":%" PRId64, f->owner.age);
    } else
        printf("-");
    printf("\t");
    if (f->has_note)
        put_hex(f->note, strlen(f->note));
    else
        printf("-");
    if (f->has_views)
        printf("\t%" PRId64 "\t", f->views);
    else
        printf("\t-\t");
    put_hex(f->extra.json, f->extra.len);
    printf("\n");
}

/* Contents of an earlier command, given by an array. */
static void forget(void)
{
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    memset((void *)items, 0, sizeof items);
    count = 0;
}

/* p c version expires json */
static dyn_status add(char *rest)
{
    char *p = next(&rest), *c = next(&rest), *to;
    dyn_repo_item *i = &items[count];
    dyn_error err = { 0 };
    dyn_arena arena = { 0 };

    to = texts[count] = (char *)malloc(strlen(p) + strlen(c) + 32 + 8 * (rest ? strlen(rest) : 0) + 16384);
    i->partition = take_ids(p, ids[count], &to);
    i->content = take_ids(c, ids[count] + 4, &to);
    i->version = strtoull(next(&rest), NULL, 10);
    i->expires = strtoll(next(&rest), NULL, 10);
    i->item = &films[count];
    i->out = &outs[count];
    if (rest) {
        arena.base = (unsigned char *)to, arena.size = 8 * strlen(rest) + 16384;
        dyn_status s = dyn_from_json(&film_model, &films[count], DYN_FORM_PLAIN, rest, strlen(rest), &arena, &err);
        if (s != DYN_OK) {
            printf("%s\t%s\n", dyn_status_name(s), err.text);
            return s;
        }
    }
    count++;
    return DYN_OK;
}

/* p, then prefix or from and to; up; limit; whether between; a filter's text and its one value */
static dyn_status list(char *rest, bool remove, uint64_t *deleted)
{
    static char text[4096];
    static dyn_arg args[3][8], value[1];
    char *to = text;
    dyn_repo_query q = { 0 };
    dyn_rows rows;
    dyn_content c;
    film f;

    q.partition = take_ids(next(&rest), args[0], &to);
    char *first = next(&rest), *last = next(&rest);
    if (last[0] == '*')
        q.prefix = take_ids(first, args[1], &to);
    else
        q.from = take_ids(first, args[1], &to), q.to = take_ids(last, args[2], &to);
    q.newest_first = next(&rest)[0] == 'd';
    q.limit = (size_t)atoi(next(&rest));
    if (rest) {
        char *where = next(&rest);
        value[0] = dyn_text(rest);
        dyn_expr_of(&q.where[0], where, value, rest ? 1 : 0);
    }
    if (remove)
        return dyn_repo_delete_all(&repo, &q, deleted);
    dyn_repo_list(&repo, &rows, &q);
    while (dyn_repo_next(&repo, &rows, &f, &c) == DYN_ROW)
        show(&f, &c);
    return dyn_finish(&rows);
}

/* p c version expires text, then values: s: and hex, i: an integer, t: microseconds, l: one text in a list */
static dyn_status update(char *rest)
{
    static char text[8192];
    static dyn_arg args[2][8], values[12], inner[12];
    char *to = text, *p = next(&rest), *c = next(&rest);
    dyn_key partition = take_ids(p, args[0], &to), content = take_ids(c, args[1], &to);
    dyn_repo_write o = { 0 };
    dyn_expr e;
    size_t n = 0;

    o.version = strtoull(next(&rest), NULL, 10);
    o.expires = strtoll(next(&rest), NULL, 10);
    char *change = next(&rest);
    for (; rest && n < 12; n++) {
        char *v = next(&rest), *end = from_hex(v + 2, strlen(v + 2), to);
        dyn_str s = { to, (size_t)(end - 1 - to) };
        if (v[0] == 'i' || v[0] == 't')
            values[n] = dyn_int(strtoll(v + 2, NULL, 10));
        else
            values[n] = dyn_slice(s), to = end;
        if (v[0] == 'l')
            inner[n] = values[n], values[n] = dyn_list(&inner[n], 1);
    }
    dyn_expr_of(&e, change, values, n);
    return dyn_repo_update(&repo, partition, content, e, &o);
}

static dyn_status once(uint64_t *wrote)
{
    static uint32_t order[MOST];
    dyn_repo_once o = { .order = order };
    dyn_status s = dyn_repo_write_once(&repo, NULL, items, count, &o);

    *wrote = o.wrote;
    return s;
}

/* Does what a line says; *n is a number that belongs to the answer. */
static dyn_status command(char *line, uint64_t *n)
{
    char *rest = line, *what = next(&rest);
    bool is_add = strcmp(what, "add") == 0, one = strcmp(what, "put") == 0 || strcmp(what, "get") == 0 || strcmp(what, "delete") == 0;
    static bool alone;
    dyn_status s = DYN_OK;

    if (is_add || one) {
        if (one || alone)
            forget();
        alone = one;
        s = add(rest);
    }
    dyn_repo_item *i = &items[0];
    if (s != DYN_OK || is_add)
        return s;
    if (strcmp(what, "put") == 0)
        return dyn_repo_put(&repo, i->partition, i->content, i->item, &(dyn_repo_write){ .version = i->version, .expires = i->expires });
    if (strcmp(what, "delete") == 0)
        return dyn_repo_delete(&repo, i->partition, i->content, &(dyn_repo_write){ .version = i->version });
    if (strcmp(what, "get") == 0) {
        s = dyn_repo_get(&repo, i->partition, i->content, &films[0], &outs[0], NULL);
        if (s == DYN_OK)
            show(&films[0], &outs[0]);
        return s;
    }
    if (strcmp(what, "put_many") == 0)
        s = dyn_repo_put_many(&repo, NULL, items, count, NULL);
    else if (strcmp(what, "write_once") == 0)
        s = once(n);
    else if (strcmp(what, "get_many") == 0) {
        static unsigned char many[8 << 20];
        dyn_arena arena = { 0 };
        arena.base = many, arena.size = sizeof many;
        s = dyn_repo_get_many(&repo, items, count, &(dyn_batch_get_options){ .arena = &arena });
        for (size_t k = 0; k < count && (s == DYN_OK || s == DYN_NOT_FOUND); k++)
            if (items[k].status == DYN_OK)
                show(&films[k], &outs[k]);
    } else if (strcmp(what, "list") == 0)
        return list(rest, false, n);
    else if (strcmp(what, "delete_all") == 0)
        return list(rest, true, n);
    else if (strcmp(what, "update") == 0)
        return update(rest);
    else if (strcmp(what, "create") == 0)
        return dyn_create_table(&db, &key_model, NULL);
    else if (strcmp(what, "drop") == 0)
        return dyn_delete_table(&db, &key_model, NULL);
    else
        return DYN_INVALID;
    forget();
    return s;
}

int main(int argc, char **argv)
{
    static char line[1 << 17];

    if (argc != 2 || dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory), .endpoint = getenv("DYNREPO_ENDPOINT"), .table_prefix = argv[1] }) != DYN_OK)
        return argc == 2 ? dyn_print_error(&db), 1 : 2;
    if (dyn_repo_open(&repo, &db, &film_model, &(dyn_repo_config){ DYN_MEMORY(repo_memory), .convention = dyn_pydantic_dynamo(), .prefix = "shop", .name = "films",
                      .type = "film", .pk = "PARTITION_KEY", .sk = "SORT_KEY", .consistent = true, .batch = 100 }) != DYN_OK)
        return dyn_print_error(&db), 1;
    while (fgets(line, sizeof line, stdin)) {
        uint64_t n = 0;
        line[strcspn(line, "\n")] = '\0';
        dyn_status s = command(line, &n);
        if (s == DYN_OK)
            printf("OK\t%" PRIu64 "\n", n);
        else
            printf("%s\t%s\n", dyn_status_name(s), dyn_last_error(&db)->text);
        fflush(stdout);
    }
    dyn_close(&db);
    return 0;
}
