/* pynamite's README in C: documents without a model, on the tables that pynamite's services use. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static dyn_client db;
static dyn_docs docs;

/* Ends the program when a call failed. */
static void must(dyn_status s)
{
    if (s == DYN_OK)
        return;
    dyn_print_error(&db);
    exit(1);
}

/* A document from plain JSON, in one of a few buffers. */
static dyn_value doc(const char *json)
{
    static char buffers[4][1024];
    static unsigned at;
    dyn_value v;
    dyn_error error;

    at = (at + 1) % 4;
    if (dyn_value_from_json(json, strlen(json), buffers[at], sizeof buffers[at], &v, &error) != DYN_OK)
        puts(error.text), exit(1);
    return v;
}

static void show(const dyn_doc *d)
{
    char text[1024] = "";

    dyn_value_to_json(d->value, text, sizeof text, NULL);
    printf("%.*s %.*s %s\n", (int)d->pk.len, d->pk.ptr, (int)d->sk.len, d->sk.ptr, text);
}

/* The table, which other programs of pynamite have made long ago. */
static void make_table(const char *table)
{
    static unsigned char memory[32 * 1024];
    dyn_docs new_docs;

    must(dyn_docs_open(&new_docs, &db, &(dyn_docs_config){ DYN_MEMORY(memory), .table = table, .pk = "PK", .sk = "SK" }));
    dyn_status s = dyn_create_table(&db, dyn_docs_model(&new_docs), NULL);
    must(s == DYN_IN_USE ? DYN_OK : s);
    must(dyn_wait_table(&db, dyn_docs_model(&new_docs), DYN_TABLE_ACTIVE, NULL));
}

/* "Using the bookmarks datamodel from nosql workbench examples" */
static void bookmarks(void)
{
    dyn_repo_write replace = { .replace = true };
    dyn_rows rows;
    dyn_doc d;

    must(dyn_docs_put(&docs, DYN_KEY("123", "CUST#123"), doc("{\"email\":\"shirley@example.net\",\"fullName\":\"Shirley Rodriguez\","
         "\"userPreferences\":{\"language\":\"en\",\"sort\":\"date\",\"sortDirection\":\"ascending\"}}"), &replace, &d));
    printf("put %zu bytes\n", d.size);
    must(dyn_docs_put(&docs, DYN_KEY("123", "https://aws.amazon.com"), doc("{\"folder\":\"Cloud\",\"url\":\"https://aws.amazon.com\",\"title\":\"AWS\"}"),
                      &replace, NULL));
    must(dyn_docs_put(&docs, DYN_KEY("123", "https://console.aws.amazon.com"), doc("{\"folder\":\"Cloud\",\"title\":\"AWS Console\"}"), &replace, NULL));
    must(dyn_docs_get(&docs, DYN_KEY("123", "CUST#123"), &d, NULL));
    show(&d);
    must(dyn_docs_get(&docs, DYN_KEY("123", "https://aws.amazon.com"), &d, &(dyn_get_options){ .fields = DYN_FIELDS("folder, url") }));
    show(&d);
    must(dyn_docs_set(&docs, DYN_KEY("123", "https://aws.amazon.com"), doc("{\"updateDate\":\"2020-03-25T09:16:46-07:00\",\"folder\":\"Work\"}"), NULL, NULL));
    dyn_docs_list(&docs, &rows, &(dyn_repo_query){ .partition = DYN_KEY("123") });                                    /* db.get_partition("123") */
    while (dyn_docs_next(&docs, &rows, &d) == DYN_ROW)
        show(&d);
    must(dyn_finish(&rows));
    dyn_docs_list(&docs, &rows, &(dyn_repo_query){ .partition = DYN_KEY("123"), .prefix = DYN_KEY("https://"), .where = { DYN_EXPR("folder = ?", "Cloud") } });
    while (dyn_docs_next(&docs, &rows, &d) == DYN_ROW)
        show(&d);
    must(dyn_finish(&rows));
    must(dyn_docs_get(&docs, DYN_KEY("123.CUST#123"), &d, &(dyn_get_options){ .fields = DYN_FIELDS("userPreferences.language") }));
    show(&d);
    must(dyn_docs_get(&docs, DYN_KEY("123.CUST#123"), &d, &(dyn_get_options){ .fields = DYN_FIELDS("userPreferences.gpsLocation") }));
    show(&d);                                             /* it is there, but has no such attribute */
    printf("321.CUST#321: %s\n", dyn_status_name(dyn_docs_get(&docs, DYN_KEY("321.CUST#321"), &d, NULL)));
}

/* "Datamodel for a cloud video service" */
static void videos(void)
{
    dyn_doc d;
    dyn_arg moderate[] = { dyn_text("MODERATE") };
    dyn_arg level[] = { dyn_text("MODERATE"), dyn_text("ELEVATED") };

    must(dyn_docs_set(&docs, DYN_KEY("USER", "#ACTIVE#ACC_45438981"),
                      doc("{\"firstname\":\"John\",\"email\":\"john@example.com\",\"verified\":true}"), NULL, NULL));
    must(dyn_docs_set(&docs, DYN_KEY("USER", "#ACTIVE#ACC_15464279"),
                      doc("{\"firstname\":\"Penny\",\"email\":\"penny@example.com\",\"verified\":false}"), NULL, NULL));
    must(dyn_docs_get(&docs, DYN_KEY("USER.#ACTIVE#ACC_45438981"), &d, NULL));
    show(&d);
    must(dyn_docs_set(&docs, DYN_KEY("CHANNEL", "#penny_makes_things"), doc("{\"author\":\"ACC_15464279\",\"videos\":0,\"subscribers\":0}"), NULL, NULL));
    must(dyn_docs_set(&docs, DYN_KEY("USER", "#ACTIVE#ACC_15464279"), doc("{\"verified\":true}"), NULL, &d));
    show(&d);                                             /* ReturnValues="ALL_NEW" */

    /* a video is put, and counted in its channel, or neither is */
    static unsigned char room[4096];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_tx_write actions[4];
    dyn_docs_batch batch;
    dyn_docs_batch_open(&batch, &docs, &arena, actions, 4);
    dyn_docs_batch_delete(&batch, DYN_KEY("VIDEO.#VID_1"), NULL);
    dyn_docs_batch_abort(&batch);                         /* nothing is sent */
    dyn_docs_batch_put(&batch, DYN_KEY("VIDEO.#VID_15464279"), doc("{\"Title\":\"How to make soup\",\"views\":0,\"author\":\"ACC_15464279\"}"), NULL);
    dyn_docs_batch_update(&batch, DYN_KEY("CHANNEL.#penny_makes_things"), DYN_EXPR("SET videos = videos + ?", 1), NULL);
    must(dyn_docs_batch_save(&batch, NULL));

    for (int i = 0; i < 3; i++)                           /* Increment("views") */
        must(dyn_docs_update(&docs, DYN_KEY("VIDEO.#VID_15464279"), DYN_EXPR("SET views = views + ?", 1), NULL, NULL));
    for (int i = 0; i < 2; i++)
        must(dyn_docs_update(&docs, DYN_KEY("CHANNEL.#penny_makes_things"), DYN_EXPR("SET subscribers = subscribers + ?", 1), NULL, NULL));
    must(dyn_docs_update(&docs, DYN_KEY("VIDEO.#VID_15464279"), DYN_EXPR("SET `__shadow_ban_level` = ?", dyn_set(level, 2)), NULL, NULL));
    must(dyn_docs_update(&docs, DYN_KEY("VIDEO.#VID_15464279"), DYN_EXPR("DELETE `__shadow_ban_level` ?", dyn_set(moderate, 1)), NULL, &d));   /* SetRemove */
    show(&d);
    must(dyn_docs_get(&docs, DYN_KEY("CHANNEL.#penny_makes_things"), &d, NULL));
    show(&d);
}

/* "Increment / Decrement", and remove_meta, which is how a document comes here: keys and stamps stand beside it. */
static void counters(void)
{
    dyn_doc d;

    must(dyn_docs_put(&docs, DYN_KEY("example.record"), doc("{\"count\":0}"), NULL, NULL));
    printf("again: %s\n", dyn_status_name(dyn_docs_put(&docs, DYN_KEY("example.record"), doc("{\"count\":9}"), NULL, NULL)));
    must(dyn_docs_get(&docs, DYN_KEY("example.record"), &d, NULL));
    show(&d);
    printf("made and changed at the same time: %d\n", d.created_us && d.created_us == d.updated_us);
    must(dyn_docs_update(&docs, DYN_KEY("example.record"), DYN_EXPR("SET count = count + ?", 1), NULL, NULL));
    must(dyn_docs_update(&docs, DYN_KEY("example.record"), DYN_EXPR("SET count = count + ?", 8), NULL, &d));
    show(&d);
    must(dyn_docs_update(&docs, DYN_KEY("example.record"), DYN_EXPR("SET count = count - ?", 9), NULL, &d));
    show(&d);
    must(dyn_docs_delete(&docs, DYN_KEY("example.record"), NULL));
}

static void to_stdout(void *user, const void *data, size_t n)
{
    (void)user;
    fwrite(data, 1, n, stdout);
}

/* list_tables(), db.describe, db.info(), show_schema(db), show_partition(db), db.scan(confirm=True), create_nosql_workbench() */
static void whole_table(void)
{
    static unsigned char room[16384];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_sink out = { to_stdout, NULL };
    dyn_docs_survey found;
    dyn_table_info info;
    static dyn_tables tables;
    dyn_rows rows;
    dyn_doc d;
    size_t count = 0;

    must(dyn_list_tables(&db, &tables, NULL));
    for (size_t i = 0; i < tables.count; i++)
        printf("table %.*s\n", (int)tables.names[i].len, tables.names[i].ptr);
    must(dyn_describe_table(&db, dyn_docs_model(&docs), &info, NULL));
    printf("%.*s is %.*s, its key %.*s and %.*s\n", (int)info.name.len, info.name.ptr, (int)info.status_text.len, info.status_text.ptr,
           (int)info.pk.len, info.pk.ptr, (int)info.sk.len, info.sk.ptr);
    must(dyn_docs_look(&docs, true, DYN_DOCS_BY_KIND, &arena, &found));
    dyn_docs_show(&found, &out);
    must(dyn_docs_look(&docs, true, DYN_DOCS_BY_PARTITION, &arena, &found));
    for (const dyn_docs_kind *k = found.kinds; k; k = k->next)
        printf("partition %.*s: %d\n", (int)k->pk.len, k->pk.ptr, (int)k->count);
    dyn_docs_scan(&docs, &rows, true, NULL);
    while (dyn_docs_next(&docs, &rows, &d) == DYN_ROW)
        count++;
    must(dyn_finish(&rows));
    printf("%zu documents\n", count);
    arena.used = 0;
    must(dyn_docs_export(&docs, true, DYN_DOCS_WORKBENCH, &out, &arena));
}

int main(void)
{
    static unsigned char memory[48 * 1024], docs_memory[32 * 1024], names[128];
    dyn_arena arena = { names, sizeof names, 0, 0, 0 };

    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return dyn_print_error(&db), 1;
    const char *table = dyn_table_from_environment("DYNAMO_TABLE_NAME", "youtubeclone.com", &arena);
    make_table(table);
    must(dyn_docs_open(&docs, &db, &(dyn_docs_config){ DYN_MEMORY(docs_memory), .table = table }));     /* asks for the names of the key */
    bookmarks();
    videos();
    counters();
    whole_table();
    must(dyn_docs_delete(&docs, DYN_KEY("VIDEO.#VID_15464279"), NULL));
    must(dyn_delete_table(&db, dyn_docs_model(&docs), NULL));
    dyn_close(&db);
    return 0;
}
