/* A table is made, migrated, looked at and deleted by a program that does other things meanwhile: making a table and its indexes takes the service
 * minutes. Then a look at what went over the line. Against the engine that AWS_ENDPOINT_URL_DYNAMODB names. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct ticket { char id[16]; char owner[16]; int64_t until; } ticket;
static const dyn_field ticket_fields[] = { DYN_TEXT(ticket, id), DYN_TEXT(ticket, owner), DYN_INT(ticket, until) };
static const dyn_model first_model = { DYN_MODEL(ticket, ticket_fields), .table = "tickets", .pk = "id" };
static const dyn_index ticket_indexes[] = { { .name = "by-owner", .pk = { "owner" } } };
static const dyn_model ticket_model = { DYN_MODEL(ticket, ticket_fields), .table = "tickets", .pk = "id", DYN_INDEXES(ticket_indexes) };

static dyn_client db;
static unsigned long meanwhile;                  /* what else was done */

/* One call to its end, whose begin said s. */
static dyn_status finish(dyn_status s)
{
    while (s == DYN_OK && (s = dyn_step(&db)) == DYN_PENDING) {
        dyn_want want = dyn_wants(&db);
        dyn_posix_wait(NULL, &want, 1, want.ms);
        meanwhile++;
        s = DYN_OK;
    }
    return s;
}

static void must(dyn_status s)
{
    if (s == DYN_OK)
        return;
    dyn_print_error(&db);
    exit(1);
}

static void print(void *user, const void *data, size_t size)
{
    (void)user;
    fwrite(data, 1, size, stdout);
}
static const dyn_sink out = { print, NULL };

static void deploy(void)
{
    uint32_t steps;

    must(finish(dyn_create_table_begin(&db, &first_model, NULL)));
    must(finish(dyn_wait_table_begin(&db, &first_model, DYN_TABLE_ACTIVE, NULL)));
    must(finish(dyn_table_diff_begin(&db, &ticket_model, &out, &steps, NULL)));
    printf("%u step; migrating:\n", (unsigned)steps);
    must(finish(dyn_table_migrate_begin(&db, &ticket_model, &out, NULL)));
    must(finish(dyn_update_table_begin(&db, &ticket_model, &(dyn_table_options){ .protection = DYN_SWITCH_ON })));
    must(finish(dyn_wait_table_begin(&db, &ticket_model, DYN_TABLE_ACTIVE, NULL)));
    must(finish(dyn_set_ttl_begin(&db, &ticket_model, "until", true, NULL)));
    must(finish(dyn_tag_table_begin(&db, &ticket_model, &(dyn_tag){ "team", "desk" }, 1, NULL)));
}

static void look(void)
{
    static dyn_tags tags;
    static dyn_tables tables;
    dyn_table_info info;
    dyn_ttl_info ttl;

    must(finish(dyn_describe_table_begin(&db, &ticket_model, &info, NULL)));
    const dyn_index_info *index = &info.indexes[0];
    printf("index    %.*s on %.*s\n", (int)index->name.len, index->name.ptr, (int)index->pk[0].len, index->pk[0].ptr);
    must(finish(dyn_describe_ttl_begin(&db, &ticket_model, &ttl, NULL)));
    printf("ttl      %s\n", ttl.on ? "on" : "off");
    must(finish(dyn_list_tags_begin(&db, &ticket_model, &tags, NULL)));
    printf("tags     %u\n", (unsigned)tags.count);
    must(finish(dyn_untag_table_begin(&db, &ticket_model, &(const char *){ "team" }, 1, NULL)));
    must(finish(dyn_list_tables_begin(&db, &tables, &(dyn_list_options){ .start = { "ticket", 6 }, .limit = 1 })));
    printf("table    %.*s\n", (int)tables.names[0].len, tables.names[0].ptr);
}

int main(void)
{
    static unsigned char memory[64 * 1024];

    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return dyn_print_error(&db), 1;
    deploy();
    look();
    must(finish(dyn_update_table_begin(&db, &ticket_model, &(dyn_table_options){ .protection = DYN_SWITCH_OFF })));
    must(finish(dyn_wait_table_begin(&db, &ticket_model, DYN_TABLE_ACTIVE, NULL)));
    must(finish(dyn_delete_table_begin(&db, &ticket_model, NULL)));
    printf("%s\n", meanwhile ? "the program went on meanwhile" : "the program stood still");

    dyn_metered line = dyn_meter(&db);
    const dyn_traffic *all = &line.all, *last = &line.call;
    printf("line     %s, the last call %u request\n", all->sent > last->sent && all->connections == 1 ? "one connection" : "?", (unsigned)last->requests);
    dyn_close(&db);
    return 0;
}
