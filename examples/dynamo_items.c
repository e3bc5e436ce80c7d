/* dynamo-items' README in C: types of items that share a table, told apart by prefixes made of their names, and collections of them. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum statuses { PENDING, FAILED, COMPLETE } statuses;
static const dyn_name status_names[] = { { PENDING, "pending" }, { FAILED, "failed" }, { COMPLETE, "complete" } };
static const dyn_name status_keys[] = { { PENDING, "Statuses.pending" }, { FAILED, "Statuses.failed" }, { COMPLETE, "Statuses.complete" } };

typedef struct Command {
    unsigned char command_id[16];
    statuses      status;
    int           retry;
} Command;
static const dyn_field command_fields[] = { DYN_UUID(Command, command_id, .make = DYN_MAKE_UUID4),   /* uuid4() when it is zero */
                                            DYN_ENUM(Command, status, status_names), DYN_INT(Command, retry) };
static const dyn_model command_type = { DYN_MODEL(Command, command_fields), .table = "dynamo-items-2", .pk = "command_id", .nulls = true };

/* This new version of the command item uses command_id as a sort key. */
typedef struct CommandV2 {
    unsigned char device_id[16];
    unsigned char command_id[16];
    statuses      status;
    int           retry;
} CommandV2;
static const dyn_field command2_fields[] = {
    DYN_UUID(CommandV2, device_id), DYN_UUID(CommandV2, command_id), DYN_ENUM(CommandV2, status, status_names), DYN_INT(CommandV2, retry)
};
static const dyn_model command2_type = { DYN_MODEL(CommandV2, command2_fields), .table = "dynamo-items-2", .pk = "device_id", .nulls = true };

typedef struct CommandV2Log {
    unsigned char device_id[16];
    int64_t       timestamp;                              /* Unix microseconds: datetime.utcnow(), without a zone */
    char          log[64];
} CommandV2Log;
static const dyn_field log_fields[] = {
    DYN_UUID(CommandV2Log, device_id), DYN_MICROS(CommandV2Log, timestamp, DYN_ISO_NAIVE, .iso_key = DYN_ISO_NAIVE | DYN_ISO_SPACE), DYN_TEXT(CommandV2Log, log)
};
static const dyn_model log_type = { DYN_MODEL(CommandV2Log, log_fields), .table = "dynamo-items-2", .pk = "device_id", .nulls = true };

/* An item whose key is an enum. */
typedef struct Summary {
    statuses status;
    int      count;
} Summary;
static const dyn_field summary_fields[] = { DYN_ENUM_KEYED(Summary, status, status_names, status_keys), DYN_INT(Summary, count) };
static const dyn_model summary_type = { DYN_MODEL(Summary, summary_fields), .table = "dynamo-items-2", .pk = "status", .nulls = true };

/* One whose key is an int, which stands there as its digits. */
typedef struct Release {
    int number;
    int downloads;
} Release;
static const dyn_field release_fields[] = { DYN_INT_KEYED(Release, number), DYN_INT(Release, downloads) };
static const dyn_model release_type = { DYN_MODEL(Release, release_fields), .table = "dynamo-items-2", .pk = "number", .nulls = true };

static dyn_model commands, commands_v2, logs, summaries, releases;

static dyn_client db;

static void must(dyn_status s)
{
    if (s == DYN_OK)
        return;
    dyn_print_error(&db);
    exit(1);
}

/* Item order determines key prefixes. With a map that says them all it does not. */
static void declare_items(void)
{
    static unsigned char room[1024];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_prefix p[] = {
        { .model = &command_type },                       /* the first field is the key */
        { .model = &command2_type, .member = "device_id" }, { .model = &command2_type, .member = "command_id" },
        { .model = &log_type, .member = "device_id", .like = "CommandV2.device_id" }, { .model = &log_type, .member = "timestamp" },
        { .model = &summary_type, .given = "SUM" }, { .model = &release_type },
    };
    char map[256];
    dyn_error error;

    if (dyn_prefixes(p, sizeof p / sizeof *p, (dyn_str){ NULL, 0 }, &error) != DYN_OK
        || dyn_prefix_model(&p[0], NULL, true, NULL, &arena, &commands, &error) != DYN_OK    /* its sort key will be "A" */
        || dyn_prefix_model(&p[1], &p[2], true, NULL, &arena, &commands_v2, &error) != DYN_OK
        || dyn_prefix_model(&p[3], &p[4], true, NULL, &arena, &logs, &error) != DYN_OK
        || dyn_prefix_model(&p[5], NULL, true, NULL, &arena, &summaries, &error) != DYN_OK
        || dyn_prefix_model(&p[6], NULL, true, NULL, &arena, &releases, &error) != DYN_OK)
        puts(error.text), exit(1);
    dyn_prefix_map(p, sizeof p / sizeof *p, map, sizeof map, NULL);
    puts(map);
    if (dyn_prefixes(p, 3, (dyn_str){ "{\"CommandV2.device_id\":\"CC\"}", 28 }, &error) == DYN_INVALID)
        puts(error.text);
}

/* An item as it stands in the table; sk NULL: the table has no sort key. */
static void raw(const char *table, const char *pk, const char *sk)
{
    char body[256];
    dyn_str answer, item;

    snprintf(body, sizeof body, "{\"TableName\":\"%s\",\"Key\":{\"pk\":{\"S\":\"%s\"}%s%s%s}}", table, pk,
             sk ? ",\"sk\":{\"S\":\"" : "", sk ? sk : "", sk ? "\"}" : "");
    must(dyn_raw(&db, "GetItem", (dyn_str){ body, strlen(body) }, &answer, NULL));
    if (dyn_json_get(answer, "Item", &item))
        printf("%.*s\n", (int)item.len, item.ptr);
}

static void make_table(const dyn_model *m)
{
    dyn_status s = dyn_create_table(&db, m, NULL);

    must(s == DYN_IN_USE ? DYN_OK : s);
    must(dyn_wait_table(&db, m, DYN_TABLE_ACTIVE, NULL));
}

/* "Simple Usage": one type, in the default table, which has no sort key. */
static void simple_usage(void)
{
    static unsigned char room[256];
    static dyn_model simple;
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_prefix key = { .model = &command_type };          /* the first field is the key */
    Command c = { { 0 }, PENDING, 0 }, known = c;
    dyn_error error;

    if (dyn_prefixes(&key, 1, (dyn_str){ NULL, 0 }, &error) != DYN_OK || dyn_prefix_model(&key, NULL, false, NULL, &arena, &simple, &error) != DYN_OK)
        puts(error.text), exit(1);
    simple.table = dyn_table_from_environment("DYDB_TABLE_NAME", "dynamo-items", &arena);
    make_table(&simple);
    must(dyn_put(&db, &simple, &c, &(dyn_write_options){ .made = &c }));       /* commands.put_item(Command(command_id=uuid4())) */
    c.retry = 9;
    must(dyn_get(&db, &simple, &c, NULL));                                     /* by the id that was made */
    printf("in %s, retry %d\n", simple.table, c.retry);

    dyn_uuid_parse("aaf0637a-6221-4bbb-bf6d-edc4c04a6118", 36, known.command_id);
    must(dyn_put(&db, &simple, &known, NULL));
    must(dyn_get_key(&db, &simple, &c, DYN_KEY("aaf0637a-6221-4bbb-bf6d-edc4c04a6118"), NULL));
    raw(simple.table, "CC#aaf0637a-6221-4bbb-bf6d-edc4c04a6118", NULL);
    must(dyn_delete_table(&db, &simple, NULL));
}

int main(void)
{
    static unsigned char memory[48 * 1024];
    Command c = { { 0 }, PENDING, 0 };
    CommandV2 v2 = { { 0 }, { 0 }, PENDING, 0 };
    CommandV2Log log = { { 0 }, 1693098636357227, "Something happened!" };
    Summary sum = { FAILED, 3 };
    Release release = { 12, 0 };

    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return dyn_print_error(&db), 1;
    simple_usage();
    declare_items();
    make_table(&commands_v2);

    dyn_uuid_parse("aaf0637a-6221-4bbb-bf6d-edc4c04a6118", 36, c.command_id);
    must(dyn_put(&db, &commands, &c, NULL));
    c.retry = 9;
    must(dyn_get_key(&db, &commands, &c, DYN_KEY("aaf0637a-6221-4bbb-bf6d-edc4c04a6118"), NULL));
    printf("retry %d\n", c.retry);
    raw("dynamo-items-2", "CC#aaf0637a-6221-4bbb-bf6d-edc4c04a6118", "A");

    /* these make an item collection */
    dyn_uuid_parse("3939ba91-7687-4df4-8ed3-db531a66f989", 36, v2.device_id);
    dyn_uuid_parse("186a3ca1-f1df-4975-a9dd-39f11015b4a1", 36, v2.command_id);
    memcpy(log.device_id, v2.device_id, 16);
    must(dyn_put(&db, &commands_v2, &v2, NULL));
    must(dyn_put(&db, &logs, &log, NULL));
    raw("dynamo-items-2", "CD#3939ba91-7687-4df4-8ed3-db531a66f989", "CCO#186a3ca1-f1df-4975-a9dd-39f11015b4a1");
    raw("dynamo-items-2", "CD#3939ba91-7687-4df4-8ed3-db531a66f989", "CT#2023-08-27 01:10:36.357227");
    must(dyn_put(&db, &summaries, &sum, NULL));
    raw("dynamo-items-2", "SUM#Statuses.failed", "A");
    must(dyn_put(&db, &releases, &release, NULL));
    raw("dynamo-items-2", "RN#12", "A");

    /* and this reads it */
    const dyn_model *both[] = { &commands_v2, &logs };
    union { CommandV2 command; CommandV2Log log; } item;
    dyn_rows rows;
    size_t which;
    dyn_select_any(&db, &rows, both, 2, &(dyn_query){ .key = DYN_EXPR("device_id = ?", "3939ba91-7687-4df4-8ed3-db531a66f989") });
    while (dyn_next_any(&rows, &which, &item, sizeof item) == DYN_ROW)
        puts(which == 0 ? "a command" : item.log.log);
    must(dyn_finish(&rows));
    must(dyn_delete_table(&db, &commands_v2, NULL));
    dyn_close(&db);
    return 0;
}
