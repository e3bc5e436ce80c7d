#define DYNREPO_IMPLEMENTATION
#include "../../dynrepo.h"
/* The C side of tests/py_interop_dynamorm.py: one command a line on stdin, fields separated by tabs, one answer a line on stdout; items as plain JSON.
 *   diff                              ->  OK and the number of steps from the table that is there to the model
 *   put  ITEM                         ->  OK            unique  ITEM  ->  OK, or EXISTS
 *   get  holder  serial                ->  OK ITEM, or NONE
 *   list  holder  [after serial]       ->  OK ITEM ITEM …
 *   titled  title                     ->  OK serial …   (index by-title)         counted  holder  least  ->  OK serial:flag … (index by-count)
 *   plus  holder  serial  n  tag       ->  OK            (count = count + n, tag appended)
 *   when  holder  serial  count        ->  OK, or FAILED (title = "taken" if the count is that)
 *   save  holder  serial  title        ->  OK            (what differs)
 *   count  holder                      ->  OK number     delete  holder  serial  ->  OK
 *   lock  name  key, unlock  name  key ->  OK, or FAILED
 *   explain  COMMAND…                 ->  the request that it would send first, its operation and its body; then the command's own line
 * Anything else that happens: the error's text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct meta { char city[32]; int64_t level; } meta;
static const dyn_field meta_fields[] = { DYN_TEXT(meta, city), DYN_INT(meta, level) };
static const dyn_model meta_model = { DYN_MODEL(meta, meta_fields) };

typedef struct thing {
    char          holder[32];
    int64_t       serial;
    char          title[96];
    bool          flag, has_flag;
    dyn_number    amount;
    bool          has_amount;
    int64_t       made;               /* Unix microseconds */
    char          day[16];
    int64_t       span;               /* seconds */
    unsigned char id[16];
    meta          place;
    bool          has_place;
    char          tags[40][24];
    int           tag_count;
    int64_t       count;
} thing;
static const dyn_field thing_fields[] = {
    DYN_TEXT(thing, holder), DYN_INT(thing, serial), DYN_TEXT(thing, title, .omit_zero = true), DYN_BOOL(thing, flag, .has = DYN_HAS(thing, has_flag)),
    DYN_NUMBER(thing, amount, .has = DYN_HAS(thing, has_amount)), DYN_MICROS(thing, made, DYN_ISO_OFFSET), DYN_TEXT(thing, day), DYN_INT(thing, span),
    DYN_UUID(thing, id), DYN_MAP(thing, place, meta_model, .attr = "meta", .has = DYN_HAS(thing, has_place)), DYN_TEXT_LIST(thing, tags, tag_count),
    DYN_INT(thing, count),
};
static const dyn_index thing_indexes[] = {
    { .name = "by-title", .pk = { "title" }, .sk = { "serial" }, .projection = DYN_PROJECT_KEYS, .read_units = 5, .write_units = 5 },
    { .name = "by-count", .sk = { "count" }, .local = true, .projection = DYN_PROJECT_INCLUDE, .include = { "flag", "day" } },
};
static const dyn_model model = { DYN_MODEL(thing, thing_fields), .table = "things", .pk = "holder", .sk = "serial", DYN_INDEXES(thing_indexes) };
DYN_TYPED(thing, model)

/* The lock of the library's README. */
typedef struct mutex { char name[16]; int64_t updated; char key[16]; bool is_locked; } mutex;
static const dyn_field mutex_fields[] = {
    DYN_TEXT(mutex, name), DYN_INT(mutex, updated), DYN_TEXT(mutex, key, .omit_zero = true), DYN_BOOL(mutex, is_locked),
};
static const dyn_model mutex_model = { DYN_MODEL(mutex, mutex_fields), .table = "locks", .pk = "name" };
DYN_TYPED(mutex, mutex_model)

static unsigned char memory[96 * 1024];
static dyn_client db;

/* The next field of a line. */
static char *next(char **at)
{
    char *p = *at, *end = p ? strchr(p, '\t') : NULL;
    static char none[1];

    *at = end ? end + 1 : NULL;
    if (end)
        *end = '\0';
    return p ? p : none;
}

static void say(dyn_status s)
{
    char text[1024];

    if (s == DYN_OK)
        puts("OK");
    else if (s == DYN_CONDITION_FAILED)
        puts("FAILED");
    else if (s == DYN_NOT_FOUND)
        puts("NONE");
    else
        dyn_format_error(dyn_last_error(&db), text, sizeof text), puts(text);
}

static void show(const thing *t)
{
    static char text[16 * 1024];
    static unsigned char scratch[16 * 1024];
    dyn_arena arena = { scratch, sizeof scratch, 0, 0, 0 };
    dyn_error error;

    if (thing_to_json(t, DYN_FORM_PLAIN, &arena, text, sizeof text, NULL, &error) != DYN_OK)
        snprintf(text, sizeof text, "{\"error\":\"%s\"}", error.text);
    printf("\t%s", text);
}

static bool take(const char *json, thing *t)
{
    static unsigned char scratch[16 * 1024];
    dyn_arena arena = { scratch, sizeof scratch, 0, 0, 0 };
    dyn_error error;

    memset(t, 0, sizeof *t);
    if (thing_from_json(t, DYN_FORM_PLAIN, json, strlen(json), &arena, &error) == DYN_OK)
        return true;
    puts(error.text);
    return false;
}

/* Rows of a read, as items, as serials, or as serials with their flags. */
static void rows_out(dyn_rows *rows, int how)
{
    thing t;

    printf("OK");
    while (thing_next(rows, &t) == DYN_ROW) {
        if (how == 0)
            show(&t);
        else if (how == 1)
            printf("\t%lld", (long long)t.serial);
        else
            printf("\t%lld:%s", (long long)t.serial, t.has_flag ? t.flag ? "true" : "false" : "none");
    }
    printf("\n");
    if (dyn_finish(rows) != DYN_OK)
        dyn_print_error(&db);
}

static void read_many(const char *verb, char *at)
{
    const char *first = next(&at), *second = next(&at);
    dyn_rows rows;

    if (strcmp(verb, "titled") == 0)
        thing_select(&db, &rows, &(dyn_query){ .key = DYN_EXPR("title = ?", first), .index = "by-title" });
    else if (strcmp(verb, "counted") == 0)
        thing_select(&db, &rows, &(dyn_query){ .key = DYN_EXPR("holder = ? AND count >= ?", first, atoll(second)), .index = "by-count" });
    else if (*second)
        thing_select(&db, &rows, &(dyn_query){ .key = DYN_EXPR("holder = ?", first), .after = DYN_KEY(first, atoll(second)) });
    else
        thing_select(&db, &rows, &(dyn_query){ .key = DYN_EXPR("holder = ?", first), .consistent = true });
    rows_out(&rows, strcmp(verb, "titled") == 0 ? 1 : strcmp(verb, "counted") == 0 ? 2 : 0);
}

static void one(const char *verb, char *at)
{
    static thing t, before;
    const char *holder = next(&at);
    int64_t serial = atoll(next(&at));
    dyn_status s = DYN_OK;

    memset(&t, 0, sizeof t);
    if (strcmp(verb, "get") == 0) {
        s = thing_get_key(&db, &t, DYN_KEY(holder, serial), &(dyn_get_options){ .consistent = true });
        if (s == DYN_OK) {
            printf("OK"), show(&t), printf("\n");
            return;
        }
    } else if (strcmp(verb, "plus") == 0) {
        int64_t n = atoll(next(&at));
        dyn_arg tag = dyn_text(next(&at));
        s = thing_update_key(&db, DYN_KEY(holder, serial), DYN_EXPR("SET count = count + ?, tags = list_append(tags, ?)", n, dyn_list(&tag, 1)), NULL);
    } else if (strcmp(verb, "when") == 0)
        s = thing_update_key(&db, DYN_KEY(holder, serial), DYN_EXPR("SET title = ?", "taken"),
                             &(dyn_write_options){ .when = { DYN_EXPR("count = ?", atoll(next(&at))) } });
    else if (strcmp(verb, "save") == 0) {
        s = thing_get_key(&db, &before, DYN_KEY(holder, serial), NULL);
        t = before;
        snprintf(t.title, sizeof t.title, "%s", next(&at));
        if (s == DYN_OK)
            s = thing_save_changes(&db, &before, &t, NULL);
    } else
        s = thing_delete_key(&db, DYN_KEY(holder, serial), NULL);
    say(s);
}

/* Takes the lock, or gives it back. */
static dyn_status locked(bool take_it, char *at)
{
    const char *name = next(&at), *key = next(&at);
    mutex l;

    if (!take_it)
        return mutex_update_key(&db, DYN_KEY(name), DYN_EXPR("SET is_locked = ?, updated = ? REMOVE key", false, (int64_t)time(NULL)),
                                &(dyn_write_options){ .when = { DYN_EXPR("key = ?", key) } });
    dyn_status s = mutex_get_key(&db, &l, DYN_KEY(name), &(dyn_get_options){ .consistent = true });
    if (s != DYN_OK || l.is_locked)
        return s != DYN_OK ? s : DYN_CONDITION_FAILED;
    return mutex_update(&db, &l, DYN_EXPR("SET is_locked = ?, key = ?, updated = ?", true, key, (int64_t)time(NULL)),
                        &(dyn_write_options){ .when = { DYN_EXPR("updated = ? AND is_locked = ?", l.updated, false) } });
}

/* Prints a request's body. */
static void body(void *user, const void *data, size_t size)
{
    fwrite(data, 1, size, (FILE *)user);
}

int main(int argc, char **argv)
{
    static char line[32 * 1024];
    thing t;

    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory), .endpoint = getenv("DYNREPO_ENDPOINT"), .table_prefix = argc > 1 ? argv[1] : "" }) != DYN_OK)
        return dyn_print_error(&db), 1;
    while (fgets(line, sizeof line, stdin)) {
        char *at = line;
        line[strcspn(line, "\n")] = '\0';
        const char *verb = next(&at);
        dyn_explanation e = { .sink = { body, stdout }, .as_sent = true };
        if (strcmp(verb, "explain") == 0) {
            dyn_explain(&db, &e);
            verb = next(&at);
            printf("REQUEST\t");
        }
        if (strcmp(verb, "diff") == 0) {
            uint32_t steps = 99;
            dyn_status s = dyn_table_diff(&db, &model, NULL, &steps, NULL);
            if (s != DYN_OK)
                say(s);
            else
                printf("OK\t%u\n", (unsigned)steps);
        } else if (strcmp(verb, "put") == 0) {
            if (take(next(&at), &t))
                say(thing_put(&db, &t, NULL));
        } else if (strcmp(verb, "unique") == 0) {
            if (take(next(&at), &t))
                say(thing_put(&db, &t, &(dyn_write_options){ .when = { DYN_EXPR("attribute_not_exists(holder)") } }));
        } else if (strcmp(verb, "count") == 0) {
            dyn_counted counted;
            dyn_status s = thing_count(&db, &(dyn_query){ .key = DYN_EXPR("holder = ?", next(&at)) }, &counted);
            if (s != DYN_OK)
                say(s);
            else
                printf("OK\t%u\n", (unsigned)counted.count);
        } else if (strcmp(verb, "list") == 0 || strcmp(verb, "titled") == 0 || strcmp(verb, "counted") == 0)
            read_many(verb, at);
        else if (strcmp(verb, "lock") == 0 || strcmp(verb, "unlock") == 0)
            say(locked(*verb == 'l', at));
        else
            one(verb, at);
        fflush(stdout);
    }
    dyn_close(&db);
    return 0;
}
