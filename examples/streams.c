/* Change streams: what happens to a table's items, read in order and resumed at a checkpoint. Run against a local engine:
 * AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <string.h>

typedef struct task {
    char    id[24];
    int64_t hours;
} task;

static const dyn_field task_fields[] = { DYN_TEXT(task, id), DYN_INT(task, hours) };
static const dyn_model task_model = { DYN_MODEL(task, task_fields), .table = "example-tasks", .pk = "pk = TASK#{id}" };
DYN_TYPED(task, task_model)

static const char table[] =
    "{\"TableName\":\"example-tasks\",\"BillingMode\":\"PAY_PER_REQUEST\",\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"}],"
    "\"AttributeDefinitions\":[{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"}],"
    "\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":\"NEW_AND_OLD_IMAGES\"}}";

int main(void)
{
    static unsigned char memory[48 * 1024], more[48 * 1024];
    static dyn_shard shards[16];
    dyn_client db, reader;
    dyn_str answer, body = { table, sizeof table - 1 };
    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return dyn_print_error(&db), 1;
    if (dyn_open(&reader, &(dyn_config){ DYN_MEMORY(more), DYN_STREAMS }) != DYN_OK)   /* the streams have an endpoint of their own */
        return dyn_print_error(&reader), 1;
    dyn_status s = dyn_raw(&db, "CreateTable", body, &answer, NULL);
    if ((s != DYN_OK && s != DYN_IN_USE) || dyn_wait_table(&db, &task_model, DYN_TABLE_ACTIVE, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;

    task paint = { "paint", 8 };
    if (task_put(&db, &paint, NULL) != DYN_OK || task_update(&db, &paint, DYN_EXPR("SET hours = ?", 12), NULL) != DYN_OK
        || task_delete(&db, &paint, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;

    dyn_stream_info streams[4];
    size_t count = 0, length = 0;
    if (dyn_list_streams(&reader, "example-tasks", streams, 4, &count) != DYN_OK)
        return dyn_print_error(&reader), 1;
    printf("streams  %s\n", count ? "there is one" : "none");

    dyn_changes changes;
    char checkpoint[4096], shard[72] = "", sequence[48] = "";
    if (dyn_changes_open(&changes, &reader, &task_model, shards, 16, NULL) != DYN_OK)
        return dyn_print_error(&reader), 1;
    for (;;) {
        task before = { "", 0 }, after = { "", 0 }, key = { "", 0 };
        dyn_change change = { .before = { .item = &before }, .after = { .item = &after }, .keys = { .item = &key } };
        s = dyn_change_next(&changes, &change);
        if (s != DYN_ROW)
            break;                                         /* DYN_DONE: ask again in a second or later */
        printf("change   %s of %s: %d to %d hours%s\n", change.kind == DYN_CHANGE_INSERT ? "insert" : change.kind == DYN_CHANGE_MODIFY ? "modify" : "remove",
               key.id, (int)before.hours, (int)after.hours, change.expired ? ", its time was over" : "");
        if (change.kind == DYN_CHANGE_INSERT) {
            snprintf(shard, sizeof shard, "%.*s", (int)change.shard.len, change.shard.ptr);
            snprintf(sequence, sizeof sequence, "%.*s", (int)change.sequence.len, change.sequence.ptr);
            dyn_changes_checkpoint(&changes, checkpoint, sizeof checkpoint, &length);   /* store it with what was made of the change */
        }
    }
    if (s != DYN_DONE)
        return dyn_print_error(&reader), 1;

    /* A program that was restarted goes on behind the checkpoint: the insert is not seen again. */
    task after = { "", 0 };
    dyn_change change = { .after = { .item = &after } };
    memset(shards, 0, sizeof shards);
    dyn_changes_open(&changes, &reader, &task_model, shards, 16, &(dyn_changes_options){ .checkpoint = { checkpoint, length } });
    if (dyn_change_next(&changes, &change) == DYN_ROW)
        printf("resumed  at %s\n", change.kind == DYN_CHANGE_MODIFY ? "the modify" : "?");
    dyn_changes_pause(&changes);                           /* the client is free for other calls */

    /* Or at any change whose number is known. */
    dyn_changes_seek(&changes, shard, DYN_FROM_AT, sequence);
    if (dyn_change_next(&changes, &change) == DYN_ROW)
        printf("sought   %s\n", change.kind == DYN_CHANGE_INSERT ? "the insert" : "?");
    dyn_changes_pause(&changes);

    dyn_delete_table(&db, &task_model, NULL);
    dyn_close(&reader);
    dyn_close(&db);
    return 0;
}
