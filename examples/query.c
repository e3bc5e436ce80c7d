/* Queries: an index, a projection, counting, pages with a cursor that a web page could carry, several models in one table, a scan by three clients. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <string.h>

typedef struct visit {
    char    shop[16];
    int64_t at;                /* minutes since opening */
    char    city[16];
    double  spent;
} visit;
static const dyn_field visit_fields[] = {
    DYN_TEXT(visit, shop), DYN_INT(visit, at), DYN_TEXT(visit, city, .omit_zero = true), DYN_REAL(visit, spent),
};
static const dyn_index visit_indexes[] = {
    { .name = "by_city", .pk = { "gsi1pk = CITY#{city}" }, .sk = { "gsi1sk = AT#{at:6}" } },      /* a visit without a city is not in it */
};
static const dyn_model visit_model = {
    DYN_MODEL(visit, visit_fields), .table = "shops", .pk = "pk = SHOP#{shop}", .sk = "sk = VISIT#{at:6}",
    DYN_INDEXES(visit_indexes), DYN_ITEM_KIND("kind = visit"),
};
DYN_TYPED(visit, visit_model)

typedef struct owner {
    char shop[16];
    char name[16];
} owner;
static const dyn_field owner_fields[] = { DYN_TEXT(owner, shop), DYN_TEXT(owner, name) };
static const dyn_model owner_model = { DYN_MODEL(owner, owner_fields), .table = "shops", .pk = "pk = SHOP#{shop}", .sk = "sk = OWNER",
                                       DYN_ITEM_KIND("kind = owner") };
DYN_TYPED(owner, owner_model)

static dyn_status add_up(void *user, const void *item, const dyn_mask *present)
{
    (void)present;
    *(double *)user += ((const visit *)item)->spent;
    return DYN_OK;                                        /* anything else would end the scan */
}

/* The same rows in pages of four; each page could be asked for by another process, with the cursor alone. */
static dyn_status pages(dyn_client *db)
{
    char cursor[512] = "", key[256];
    visit page[4];
    size_t count;
    dyn_rows rows;

    do {
        visit_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("city = ?", "Ulm"), .index = "by_city", .cursor = cursor });
        if (visit_page(&rows, page, 4, &count, cursor, sizeof cursor) != DYN_OK)
            return DYN_INVALID;
        if (*cursor && dyn_cursor_key(cursor, key, sizeof key, NULL) != DYN_OK)
            return DYN_INVALID;
        printf("page     %u rows, then %s\n", (unsigned)count, *cursor ? key : "no more");
    } while (*cursor);
    return DYN_OK;
}

int main(void)
{
    static unsigned char memory[3][48 * 1024];
    static dyn_client clients[3];
    dyn_client *const team[3] = { &clients[0], &clients[1], &clients[2] }, *db = team[0];

    for (int i = 0; i < 3; i++)
        if (dyn_open(team[i], &(dyn_config){ DYN_MEMORY(memory[i]) }) != DYN_OK)
            return dyn_print_error(team[i]), 1;
    dyn_status s = dyn_create_table(db, &visit_model, NULL);
    if ((s != DYN_OK && s != DYN_IN_USE) || dyn_wait_table(db, &visit_model, DYN_TABLE_ACTIVE, NULL) != DYN_OK)
        return dyn_print_error(db), 1;
    for (int i = 0; i < 12; i++) {
        visit v = { "s1", i, "", i };
        v.shop[1] = (char)('1' + i % 2);
        strcpy(v.city, i % 4 == 3 ? "" : "Ulm");
        if (visit_put(db, &v, NULL) != DYN_OK)
            return dyn_print_error(db), 1;
    }
    if (owner_put(db, &(owner){ "s1", "Ann" }, NULL) != DYN_OK)
        return dyn_print_error(db), 1;

    dyn_counted counted;
    dyn_query ulm = { .key = DYN_EXPR("city = ? AND at < ?", "Ulm", 6), .where = { DYN_EXPR("spent > ?", 1) }, .index = "by_city" };
    if (visit_count(db, &ulm, &counted) != DYN_OK)
        return dyn_print_error(db), 1;
    printf("count    %u of %u\n", (unsigned)counted.count, (unsigned)counted.scanned);

    visit v;
    dyn_rows rows;
    visit_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("shop = ? AND at >= ?", "s2", 7), .limit = 2, .fields = DYN_FIELDS("spent"),
                                          .rate = 1000 });   /* capacity units per second: a read beside the day's work */
    while (visit_next(&rows, &v) == DYN_ROW)
        printf("partial  %s at %d spent %.0f, city %s\n", v.shop, (int)v.at, v.spent,
               dyn_has(&visit_model, dyn_present(&rows), "city") ? v.city : "not asked for");
    if (dyn_finish(&rows) != DYN_OK || pages(db) != DYN_OK)
        return dyn_print_error(db), 1;

    static const dyn_model *const models[] = { &owner_model, &visit_model };
    union { owner o; visit v; } any;
    size_t which;
    dyn_select_any(db, &rows, models, 2, &(dyn_query){ .key = DYN_EXPR("shop = ?", "s1"), .limit = 3 });
    while (dyn_next_any(&rows, &which, &any, sizeof any) == DYN_ROW) {
        if (which == 0)
            printf("owner    %s\n", any.o.name);
        else
            printf("visit    at %d\n", (int)any.v.at);
    }
    if (dyn_finish(&rows) != DYN_OK)
        return dyn_print_error(db), 1;

    double sum = 0;
    visit places[3];
    dyn_rows reads[3];
    dyn_pool pool = { .clients = team, .count = 3 };
    if (dyn_pool_scan(&pool, &visit_model, &(dyn_query){ .segments = 5 }, places, sizeof places[0], reads, add_up, &sum) != DYN_OK)
        return dyn_print_error(team[pool.failed]), 1;
    printf("all      %.0f\n", sum);
    if (dyn_delete_table(db, &visit_model, NULL) != DYN_OK)
        return dyn_print_error(db), 1;
    for (int i = 0; i < 3; i++)
        dyn_close(team[i]);
    return 0;
}
