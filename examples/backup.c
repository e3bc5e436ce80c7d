/* A table without a model is looked at, written out, and read in again somewhere else: what is in it, as lines of AWS's export, as a model for NoSQL
 * Workbench. First as a command would do it, then stepped, as a program would that goes on with other work. Against the engine that
 * AWS_ENDPOINT_URL_DYNAMODB names. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static dyn_client db;
static struct { char text[16 * 1024]; size_t len; } file;      /* what a file would be */

static dyn_status finish(dyn_status s)
{
    while (s == DYN_OK && (s = dyn_step(&db)) == DYN_PENDING) {
        dyn_want want = dyn_wants(&db);
        dyn_posix_wait(NULL, &want, 1, want.ms);
        s = DYN_OK;
    }
    return s;
}

static void must(dyn_status s)
{
    if (s == DYN_OK || s == DYN_DONE)                          /* DYN_DONE: there was nothing to step */
        return;
    dyn_print_error(&db);
    exit(1);
}

static void print(void *user, const void *data, size_t size)
{
    (void)user;
    fwrite(data, 1, size, stdout);
}

static void keep(void *user, const void *data, size_t size)
{
    (void)user;
    if (size <= sizeof file.text - file.len)
        memcpy(file.text + file.len, data, size), file.len += size;
}

static const dyn_sink to_screen = { print, NULL }, to_file = { keep, NULL };

/* A document of the text given, which is a map. */
static dyn_value doc(const char *json)
{
    dyn_value v;
    dyn_error e;

    memset(&e, 0, sizeof e);
    if (dyn_value_check(json, strlen(json), &v, &e) != DYN_OK)
        puts(e.text), exit(1);
    return v;
}

/* Some documents, stepped. */
static void fill(dyn_docs *docs)
{
    static unsigned char room[4 * 1024];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_tx_write actions[2];
    dyn_docs_batch batch;
    dyn_rows rows;
    dyn_doc d;
    int n = 0;

    must(finish(dyn_docs_put_begin(docs, DYN_KEY("USER#ann", "PROFILE"), doc("{\"M\":{\"name\":{\"S\":\"Ann\"},\"age\":{\"N\":\"36\"}}}"), NULL, &d)));
    printf("put      %.*s, %s\n", (int)d.pk.len, d.pk.ptr, d.size > 80 ? "its size told" : "?");
    must(finish(dyn_docs_update_begin(docs, DYN_KEY("USER#ann", "PROFILE"), DYN_EXPR("SET age = age + ?", 1), NULL, &d)));
    must(finish(dyn_docs_set_begin(docs, DYN_KEY("USER#ann", "PROFILE"), doc("{\"M\":{\"town\":{\"S\":\"Ulm\"}}}"), NULL, NULL)));
    must(finish(dyn_docs_get_begin(docs, DYN_KEY("USER#ann.PROFILE"), &d, NULL)));
    printf("get      %u attributes\n", (unsigned)dyn_value_count(d.value));
    dyn_docs_batch_open(&batch, docs, &arena, actions, 2);
    dyn_docs_batch_put(&batch, DYN_KEY("USER#ann", "NOTE#1"), doc("{\"M\":{\"text\":{\"S\":\"first\"}}}"), NULL);
    dyn_docs_batch_put(&batch, DYN_KEY("USER#ben", "NOTE#1"), doc("{\"M\":{\"text\":{\"NULL\":true}}}"), NULL);
    must(finish(dyn_docs_batch_save_begin(&batch, NULL)));
    must(dyn_docs_list(docs, &rows, &(dyn_repo_query){ .partition = DYN_KEY("USER#ann") }));
    while (finish(dyn_docs_next_begin(docs, &rows, &d)) == DYN_ROW)
        n++;
    must(dyn_finish(&rows));
    must(finish(dyn_docs_delete_begin(docs, DYN_KEY("USER#ben", "NOTE#1"), NULL)));
    printf("list     %d of ann\n", n);
}

/* What is in the table: kinds of documents, and what stands in each partition. */
static void look(dyn_docs *docs, dyn_arena *arena)
{
    dyn_docs_survey survey;

    must(dyn_docs_look(docs, true, DYN_DOCS_BY_KIND, arena, &survey));
    dyn_docs_show(&survey, &to_screen);
    for (const dyn_docs_kind *k = survey.kinds; k; k = k->next) {
        unsigned texts = 0;
        for (const dyn_docs_attribute *a = k->attributes; a; a = a->next)
            texts += (a->types & 1u << DYN_TYPE_S) != 0;
        printf("kind     %.*s %.*s: %u attributes are texts\n", (int)k->pk.len, k->pk.ptr, (int)k->sk.len, k->sk.ptr, texts);
    }
    must(finish(dyn_docs_look_begin(docs, true, DYN_DOCS_BY_PARTITION, arena, &survey)));
    printf("look     %u partition with %u documents\n", (unsigned)survey.kind_count, (unsigned)survey.count);
}

int main(void)
{
    static unsigned char memory[64 * 1024], docs_memory[32 * 1024], copy_memory[32 * 1024], scratch[32 * 1024];
    dyn_arena arena = { scratch, sizeof scratch, 0, 0, 0 };
    dyn_docs docs, copy;
    uint64_t count;
    dyn_doc d;
    dyn_status s;

    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return dyn_print_error(&db), 1;
    must(dyn_docs_open(&docs, &db, &(dyn_docs_config){ DYN_MEMORY(docs_memory), .table = "backup", .pk = "PK", .sk = "SK" }));
    must(dyn_create_table(&db, dyn_docs_model(&docs), NULL));
    must(dyn_wait_table(&db, dyn_docs_model(&docs), DYN_TABLE_ACTIVE, NULL));
    fill(&docs);
    look(&docs, &arena);

    /* out, as lines; the same stepped, as Workbench wants it */
    must(dyn_docs_export(&docs, true, DYN_DOCS_LINES, &to_file, NULL));
    printf("export   %s\n", memcmp(file.text, "{\"Item\":{", 9) == 0 ? "lines" : "?");
    size_t lines = file.len;
    must(finish(dyn_docs_export_begin(&docs, true, DYN_DOCS_WORKBENCH, &to_file, &arena)));
    printf("export   %s\n", file.len > lines + 200 ? "a model for NoSQL Workbench" : "?");

    /* in, to another table, and once more, stepped: what is there is replaced */
    must(dyn_create_table(&db, dyn_docs_model(&docs), &(dyn_table_options){ .table = "restored" }));
    must(finish(dyn_docs_open_begin(&copy, &db, &(dyn_docs_config){ DYN_MEMORY(copy_memory), .table = "restored" })));   /* asks for its keys' names */
    must(dyn_docs_import(&copy, DYN_DOCS_LINES, (dyn_str){ file.text, lines }, &arena, &count));
    must(finish(dyn_docs_import_begin(&copy, DYN_DOCS_LINES, (dyn_str){ file.text, lines }, &arena, &count)));
    s = dyn_docs_get(&copy, DYN_KEY("USER#ann", "PROFILE"), &d, NULL);
    printf("import   %u documents, the copy is %s\n", (unsigned)count, dyn_status_name(s));

    /* an item as other code has it, with keys and stamps in it, becomes a document */
    char bare[256];
    dyn_value v;
    must(dyn_docs_bare(&docs, doc("{\"M\":{\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"b\"},\"_created\":{\"S\":\"2026-11-21T10:00:00\"},\"n\":{\"N\":\"1\"}}}"), bare, sizeof bare, &v));
    printf("bare     %.*s\n", (int)v.len, v.json);
    must(dyn_delete_table(&db, dyn_docs_model(&copy), NULL));
    must(dyn_delete_table(&db, dyn_docs_model(&docs), NULL));
    dyn_close(&db);
    return 0;
}
