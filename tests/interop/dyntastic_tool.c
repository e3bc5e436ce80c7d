/* The side of dynrepo in tests/py_interop_dyntastic.py: one command a line on stdin, as JSON, answers as lines on stdout. The table is that of
 * a dyntastic model; every member is one of its fields. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct place {
    char    town[32];
    bool    has_floor;
    int32_t floor;
    char    spelt[32];           /* the city as dyntastic's update() spells it: by the field's name, not by its alias */
} place;
static const dyn_field place_fields[] = {
    DYN_TEXT(place, town, .attr = "City", .optional = true, .omit_zero = true),
    DYN_INT(place, floor, .has = DYN_HAS(place, has_floor)),
    DYN_TEXT(place, spelt, .attr = "city", .optional = true, .omit_zero = true),
};
static const dyn_model place_model = { DYN_MODEL(place, place_fields) };

enum kind { SMALL, LARGE };
static const dyn_name kinds[] = { { SMALL, "small" }, { LARGE, "dark large" } };

typedef struct thing {
    char          shelf[32];
    int64_t       at;                       /* Unix microseconds */
    int64_t       serial;
    char          name[128], note[128];
    bool          has_note, has_price, flag, has_place;
    dyn_number    price;
    int           kind, level;
    unsigned char uid[16];
    dyn_str       blob;
    char          day[16], length[40];
    int64_t       seen;
    bool          has_seen;
    char          words[16][64];
    int           word_count;
    int64_t       counts[16];
    int           count_count;
    dyn_str       blobs[8];
    int           blob_count;
    dyn_number    values[8];
    int           value_count;
    char          names[16][64];
    int           name_count;
    place         where, places[4];
    int           place_count;
    dyn_value     free;
} thing;
static const dyn_field fields[] = {
    DYN_TEXT(thing, shelf), DYN_MICROS(thing, at, DYN_ISO_Z, .attr = "madeAt"), DYN_INT(thing, serial), DYN_TEXT(thing, name),
    DYN_TEXT(thing, note, .has = DYN_HAS(thing, has_note)), DYN_NUMBER(thing, price, .has = DYN_HAS(thing, has_price)), DYN_BOOL(thing, flag),
    DYN_ENUM(thing, kind, kinds), DYN_INT(thing, level), DYN_UUID(thing, uid), DYN_BLOB(thing, blob), DYN_TEXT(thing, day), DYN_TEXT(thing, length),
    DYN_MICROS(thing, seen, DYN_ISO_Z, .attr = "lastSeen", .has = DYN_HAS(thing, has_seen)),
    DYN_TEXT_SET(thing, words, word_count, .optional = true), DYN_INT_SET(thing, counts, count_count, .optional = true),
    DYN_BLOB_SET(thing, blobs, blob_count, .optional = true), DYN_NUMBER_LIST(thing, values, value_count), DYN_TEXT_LIST(thing, names, name_count),
    DYN_MAP(thing, where, place_model, .attr = "place", .has = DYN_HAS(thing, has_place)), DYN_MAP_LIST(thing, places, place_count, place_model),
    DYN_VALUE(thing, free),
};

/* What dyntastic's update() wrote by the field's name is what the alias means. */
static const char *respell(void *item, void *user)
{
    thing *t = (thing *)item;

    (void)user;
    if (t->has_place && !t->where.town[0]) {
        memcpy(t->where.town, t->where.spelt, sizeof t->where.town);
        t->where.spelt[0] = '\0';
    }
    return NULL;
}

static const dyn_index indexes[] = {
    { .name = "serial-index", .pk = { "serial" } },
    { .name = "name_serial-index", .pk = { "name" }, .sk = { "serial" }, .projection = DYN_PROJECT_KEYS },
};
static const dyn_model model = { DYN_MODEL(thing, fields), .table = "things", .pk = "shelf", .sk = "at", DYN_INDEXES(indexes),
                                 DYN_AFTER_LOAD(respell) };
DYN_TYPED(thing, model)

static unsigned char memory[256 * 1024], texts[64 * 1024];
static char line[1 << 20], table[128];
static dyn_client db;

static dyn_status fill(dyn_str json, thing *t, dyn_arena *arena, dyn_error *error)
{
    memset((void *)t, 0, sizeof *t);
    return thing_from_json(t, DYN_FORM_PLAIN, json.ptr, json.len, arena, error);
}

/* One struct as plain JSON on a line of its own. */
static void show(const thing *t)
{
    static char text[64 * 1024];
    dyn_arena arena = { .base = texts, .size = sizeof texts };
    dyn_error error;
    size_t n;

    if (thing_to_json(t, DYN_FORM_PLAIN, &arena, text, sizeof text, &n, &error) != DYN_OK)
        printf("to_json: %s\n", error.text), exit(1);
    else
        printf("%s\n", text);
}

/* Puts the items of a command, one by one or all in a batch. */
static dyn_status put(dyn_str items, bool batch)
{
    static thing all[1024];
    static unsigned char more[1 << 20];
    dyn_arena arena = { .base = more, .size = sizeof more };
    dyn_error error;
    dyn_str item;
    size_t at = 0, n = 0;
    dyn_status s = DYN_OK;

    while (dyn_json_next(items, &at, NULL, &item) && n < 1024) {
        s = fill(item, &all[n], &arena, &error);
        if (s != DYN_OK) {
            printf("from_json: %s\n", error.text);
            exit(1);
        }
        if (!batch && (s = thing_put(&db, &all[n], &(dyn_write_options){ .table = table })) != DYN_OK)
            return s;
        n++;
    }
    return batch ? thing_put_many(&db, all, n, &(dyn_batch_write_options){ .table = table }) : s;
}

static void text_of(const char *name, char *to, size_t size)
{
    dyn_str v;

    to[0] = '\0';
    if (dyn_json_get((dyn_str){ line, strlen(line) }, name, &v))
        dyn_json_text(v, to, size, NULL);
}

static int64_t int_of(const char *name)
{
    dyn_str v;
    int64_t n = 0;

    if (dyn_json_get((dyn_str){ line, strlen(line) }, name, &v))
        dyn_json_int(v, &n);
    return n;
}

/* The rows of a query, whole or as an index gives them, and completed when "load" says so. */
static dyn_status list(dyn_query q, bool load)
{
    dyn_rows rows;
    thing t;

    q.table = table;
    thing_select(&db, &rows, &q);
    if (!load) {
        while (thing_next(&rows, &t) == DYN_ROW)
            show(&t);
        return dyn_finish(&rows);
    }
    static thing all[64];
    dyn_mask masks[64];
    size_t n = 0;
    while (n < 64 && thing_next(&rows, &all[n]) == DYN_ROW)
        masks[n] = rows.present, n++;
    dyn_status s = dyn_finish(&rows);
    if (s == DYN_OK)
        s = thing_complete(&db, all, n, masks, &(dyn_batch_get_options){ .table = table });
    for (size_t i = 0; i < n && s == DYN_OK; i++)
        show(&all[i]);
    return s;
}

static dyn_status obey(const char *what)
{
    char shelf[32], at[40], word[64];
    dyn_str items;
    thing t;

    text_of("shelf", shelf, sizeof shelf), text_of("at", at, sizeof at), text_of("word", word, sizeof word);
    if (!strcmp(what, "table"))
        return text_of("name", table, sizeof table), DYN_OK;
    if (!strcmp(what, "create")) {
        dyn_status s = dyn_create_table(&db, &model, &(dyn_table_options){ .table = table });
        return s == DYN_OK ? dyn_wait_table(&db, &model, DYN_TABLE_ACTIVE, &(dyn_table_options){ .table = table }) : s;
    }
    if (!strcmp(what, "drop"))
        return dyn_delete_table(&db, &model, &(dyn_table_options){ .table = table });
    if (!strcmp(what, "put") || !strcmp(what, "put_batch"))
        return dyn_json_get((dyn_str){ line, strlen(line) }, "items", &items) ? put(items, what[3] != 0) : DYN_INVALID;
    if (!strcmp(what, "query"))
        return list((dyn_query){ .key = DYN_EXPR("shelf = ?", shelf) }, false);
    if (!strcmp(what, "by_serial"))
        return list((dyn_query){ .key = DYN_EXPR("serial = ?", int_of("serial")), .index = "serial-index" }, false);
    if (!strcmp(what, "by_name"))
        return list((dyn_query){ .key = DYN_EXPR("name = ?", word), .index = "name_serial-index" }, true);
    if (!strcmp(what, "delete"))
        return thing_delete_key(&db, DYN_KEY(shelf, at), &(dyn_write_options){ .table = table, .when = { DYN_EXPR("attribute_exists(shelf)") } });
    if (!strcmp(what, "get")) {
        dyn_status s = thing_get_key(&db, &t, DYN_KEY(shelf, at), &(dyn_get_options){ .table = table, .consistent = true });
        if (s == DYN_OK)
            show(&t);
        return s;
    }
    if (!strcmp(what, "update")) {
        dyn_arg one = dyn_text(word);
        dyn_status s = thing_update_key(&db, DYN_KEY(shelf, at), DYN_EXPR("SET serial = serial + ?, note = ?, names = list_append(names, ?) ADD words ?", 1, word,
                                        dyn_list(&one, 1), dyn_set(&one, 1)),
                                        &(dyn_write_options){ .table = table, .when = { DYN_EXPR("serial = ?", int_of("serial")) }, .into = &(dyn_image){ .item = &t } });
        if (s == DYN_OK)
            show(&t);
        return s;
    }
    return DYN_INVALID;
}

int main(void)
{
    char what[32];

    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory), .endpoint = getenv("DYNREPO_ENDPOINT") }) != DYN_OK)
        return dyn_print_error(&db), 1;
    while (fgets(line, sizeof line, stdin)) {
        text_of("do", what, sizeof what);
        dyn_status s = obey(what);
        if (s == DYN_OK)
            printf("ok\n");
        else
            printf("%s %s\n", dyn_status_name(s), dyn_last_error(&db)->text);
        fflush(stdout);
    }
    dyn_close(&db);
    return 0;
}
