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

/* "Using the bookmarks data model" */
static void bookmarks(void)
{
    dyn_rows rows;
    dyn_doc d;

    dyn_repo_write replace = { .replace = true };
    must(dyn_docs_put(&docs, DYN_KEY("123", "CUST#123"), doc("{\"email\":\"shirley@example.net\",\"userPreferences\":{\"language\":\"en\",\"sort\":\"date\"}}"), &replace, &d));
    printf("put %zu bytes\n", d.size);
    must(dyn_docs_put(&docs, DYN_KEY("123", "https://aws.amazon.com"), doc("{\"folder\":\"Cloud\",\"url\":\"https://aws.amazon.com\",\"title\":\"AWS\"}"), &replace, NULL));
    must(dyn_docs_get(&docs, DYN_KEY("123", "https://aws.amazon.com"), &d, &(dyn_get_options){ .fields = DYN_FIELDS("folder, url") }));
    show(&d);
    must(dyn_docs_set(&docs, DYN_KEY("123", "https://aws.amazon.com"), doc("{\"updateDate\":\"2020-03-25T09:16:46-07:00\",\"folder\":\"Work\"}"), NULL, NULL));
    dyn_docs_list(&docs, &rows, &(dyn_repo_query){ .partition = DYN_KEY("123") });
    while (dyn_docs_next(&docs, &rows, &d) == DYN_ROW)
        show(&d);
    must(dyn_finish(&rows));
    must(dyn_docs_get(&docs, DYN_KEY("123.CUST#123"), &d, &(dyn_get_options){ .fields = DYN_FIELDS("userPreferences.language") }));
    show(&d);
    must(dyn_docs_get(&docs, DYN_KEY("123.CUST#123"), &d, &(dyn_get_options){ .fields = DYN_FIELDS("userPreferences.gpsLocation") }));
    show(&d);                                             /* it is there, but has no such attribute */
}

/* "Data model for a cloud video service" */
static void videos(void)
{
    dyn_doc d;
    dyn_arg level[] = { dyn_text("MODERATE") };

    must(dyn_docs_set(&docs, DYN_KEY("USER", "#ACTIVE#ACC_15464279"), doc("{\"firstname\":\"Penny\",\"verified\":false}"), NULL, NULL));
    must(dyn_docs_set(&docs, DYN_KEY("USER", "#ACTIVE#ACC_15464279"), doc("{\"verified\":true}"), NULL, &d));
    show(&d);                                             /* ReturnValues="ALL_NEW" */
    must(dyn_docs_set(&docs, DYN_KEY("CHANNEL", "#penny_makes_things"), doc("{\"videos\":0,\"subscribers\":0}"), NULL, NULL));

    /* a video is put, and counted in its channel, or neither is */
    static unsigned char room[4096];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_tx_write actions[4];
    dyn_docs_batch batch;
    dyn_docs_batch_open(&batch, &docs, &arena, actions, 4);
    dyn_docs_batch_delete(&batch, DYN_KEY("VIDEO.#VID_1"), NULL);
    dyn_docs_batch_abort(&batch);                         /* nothing is sent */
    dyn_docs_batch_put(&batch, DYN_KEY("VIDEO.#VID_15464279"), doc("{\"Title\":\"How to make soup\",\"views\":0}"), NULL);
    dyn_docs_batch_update(&batch, DYN_KEY("CHANNEL.#penny_makes_things"), DYN_EXPR("SET videos = videos + ?", 1), NULL);
    must(dyn_docs_batch_save(&batch, NULL));

    for (int i = 0; i < 3; i++)
        must(dyn_docs_update(&docs, DYN_KEY("VIDEO.#VID_15464279"), DYN_EXPR("SET views = views + ?", 1), NULL, NULL));
    must(dyn_docs_update(&docs, DYN_KEY("VIDEO.#VID_15464279"), DYN_EXPR("ADD `__shadow_ban_level` ?", dyn_set(level, 1)), NULL, &d));
    show(&d);
    must(dyn_docs_update(&docs, DYN_KEY("VIDEO.#VID_15464279"), DYN_EXPR("DELETE `__shadow_ban_level` ?", dyn_set(level, 1)), NULL, NULL));
    must(dyn_docs_get(&docs, DYN_KEY("CHANNEL.#penny_makes_things"), &d, NULL));
    show(&d);
}

int main(void)
{
    static unsigned char memory[48 * 1024], docs_memory[32 * 1024], names[128];
    dyn_arena arena = { names, sizeof names, 0, 0, 0 };
    dyn_table_info info;
    dyn_rows rows;
    dyn_doc d;
    size_t count = 0;

    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return dyn_print_error(&db), 1;
    const char *table = dyn_table_from_environment("DYNAMO_TABLE_NAME", "youtubeclone.com", &arena);
    make_table(table);
    must(dyn_docs_open(&docs, &db, &(dyn_docs_config){ DYN_MEMORY(docs_memory), .table = table }));     /* asks for the names of the key */
    bookmarks();
    videos();

    must(dyn_describe_table(&db, dyn_docs_model(&docs), &info, NULL));
    printf("%.*s is %.*s, its key %.*s and %.*s\n", (int)info.name.len, info.name.ptr, (int)info.status_text.len, info.status_text.ptr,
           (int)info.pk.len, info.pk.ptr, (int)info.sk.len, info.sk.ptr);
    dyn_docs_scan(&docs, &rows, true, NULL);
    while (dyn_docs_next(&docs, &rows, &d) == DYN_ROW)
        count++;
    must(dyn_finish(&rows));
    printf("%zu documents\n", count);
    must(dyn_docs_delete(&docs, DYN_KEY("VIDEO.#VID_15464279"), NULL));
    must(dyn_delete_table(&db, dyn_docs_model(&docs), NULL));
    dyn_close(&db);
    return 0;
}
