/* Tables: one program makes a table for two kinds of items, a later version of it finds out what has changed and migrates; then a look at the
 * table, at tags, and at what it all cost. Run against a local engine: tools/engine run -- build/examples/tables */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>

typedef struct order {
    char    customer[24];
    int64_t placed;            /* Unix milliseconds */
    char    status[12];
    char    city[24];
    double  total;
} order;

static const dyn_field order_fields[] = {
    DYN_TEXT(order, customer),
    DYN_INT (order, placed),
    DYN_TEXT(order, status),
    DYN_TEXT(order, city),
    DYN_REAL(order, total),
};
static const dyn_index first_indexes[] = {
    { .name = "by-total", .sk = { "total" }, .local = true, .projection = DYN_PROJECT_KEYS },
};
static const dyn_index later_indexes[] = {
    { .name = "by-total", .sk = { "total" }, .local = true, .projection = DYN_PROJECT_KEYS },
    { .name = "by-place", .pk = { "city", "status" }, .sk = { "placed" }, .projection = DYN_PROJECT_INCLUDE, .include = { "total" } },
};

/* The model as it was first, and as it is some versions later. */
static const dyn_model first_model = {
    DYN_MODEL(order, order_fields), .table = "orders", .pk = "pk = CUSTOMER#{customer}", .sk = "sk = ORDER#{placed:13}", DYN_INDEXES(first_indexes)
};
static const dyn_model order_model = {
    DYN_MODEL(order, order_fields), .table = "orders", .pk = "pk = CUSTOMER#{customer}", .sk = "sk = ORDER#{placed:13}", DYN_INDEXES(later_indexes)
};
DYN_TYPED(order, order_model)

/* Another kind of item in the same table, which expires. */
typedef struct session {
    char    customer[24];
    char    token[24];
    int64_t expires;           /* Unix seconds */
} session;

static const dyn_field session_fields[] = { DYN_TEXT(session, customer), DYN_TEXT(session, token), DYN_TTL(session, expires) };
static const dyn_index session_indexes[] = { { .name = "by-token", .pk = { "token" } } };
static const dyn_model session_model = {
    DYN_MODEL(session, session_fields), .table = "orders", .pk = "pk = CUSTOMER#{customer}", .sk = "sk = SESSION#{token}", DYN_INDEXES(session_indexes)
};
static const dyn_model *const others[] = { &session_model };

/* Where lines about steps go. */
static void print(void *user, const void *data, size_t size)
{
    (void)user;
    fwrite(data, 1, size, stdout);
}
static const dyn_sink out = { print, NULL };

/* The first version makes its table; the later one says what it would do, and does it. */
static int deploy(dyn_client *db)
{
    static const dyn_tag tags[] = { { "team", "shop" }, { "stage", "test" } };
    uint32_t steps;

    if (dyn_create_table(db, &first_model, &(dyn_table_options){ .tags = tags, .tag_count = 2 }) != DYN_OK ||
        dyn_wait_table(db, &first_model, DYN_TABLE_ACTIVE, NULL) != DYN_OK)
        return 1;
    dyn_table_options later = { DYN_MODELS(others), .stream = DYN_VIEW_BOTH, .protection = DYN_SWITCH_ON };
    puts("to do:");
    if (dyn_table_diff(db, &order_model, &out, &steps, &later) != DYN_OK)
        return 1;
    printf("%u steps; migrating:\n", (unsigned)steps);
    if (dyn_table_migrate(db, &order_model, &out, &later) != DYN_OK || dyn_table_diff(db, &order_model, &out, &steps, &later) != DYN_OK)
        return 1;
    printf("%u steps are left\n", (unsigned)steps);
    return 0;
}

/* What the table is like now. */
static int look(dyn_client *db)
{
    dyn_table_info info;
    dyn_ttl_info ttl;
    static dyn_tags tags;

    if (dyn_describe_table(db, &order_model, &info, NULL) != DYN_OK)
        return 1;
    printf("%.*s: %s, %s, %zu indexes\n", (int)info.name.len, info.name.ptr, info.status == DYN_TABLE_ACTIVE ? "active" : "not active",
           info.on_demand ? "billed per request" : "provisioned", info.index_count);
    for (size_t i = 0; i < info.index_count; i++)
        printf("  %.*s%s: %u + %u keys\n", (int)info.indexes[i].name.len, info.indexes[i].name.ptr, info.indexes[i].local ? " (local)" : "",
               info.indexes[i].pk_count, info.indexes[i].sk_count);
    if (dyn_describe_ttl(db, &order_model, &ttl, NULL) != DYN_OK)
        return 1;
    printf("TTL %s %.*s\n", ttl.on ? "on" : "off", (int)ttl.attribute.len, ttl.attribute.ptr);
    if (dyn_untag_table(db, &order_model, &(const char *){ "stage" }, 1, NULL) != DYN_OK ||
        dyn_tag_table(db, &order_model, &(dyn_tag){ "owner", "Ada" }, 1, NULL) != DYN_OK || dyn_list_tags(db, &order_model, &tags, NULL) != DYN_OK)
        return 1;
    for (size_t i = 0; i < tags.count; i++)
        printf("tag %.*s = %.*s\n", (int)tags.keys[i].len, tags.keys[i].ptr, (int)tags.values[i].len, tags.values[i].ptr);
    return 0;
}

/* An item, and what writing it cost. */
static int use(dyn_client *db)
{
    order o = { "ada", 1763712000000, "open", "Oslo", 12.5 };

    if (order_put(db, &o, &(dyn_write_options){ .capacity = DYN_CAPACITY_INDEXES }) != DYN_OK)
        return 1;
    dyn_units cost = dyn_capacity(db);
    printf("a put: %g write units, %g of them for indexes; %s\n", cost.write, cost.indexes,
           dyn_meter(db).call.sent < 1000 ? "less than 1 KB was sent" : "more than 1 KB was sent");
    return order_get(db, &o, NULL) != DYN_OK;
}

/* Tidies up. */
static int leave(dyn_client *db)
{
    return dyn_set_ttl(db, &order_model, "expires", false, NULL) != DYN_OK ||
           dyn_update_table(db, &order_model, &(dyn_table_options){ .protection = DYN_SWITCH_OFF }) != DYN_OK ||
           dyn_wait_table(db, &order_model, DYN_TABLE_ACTIVE, NULL) != DYN_OK || dyn_delete_table(db, &order_model, NULL) != DYN_OK;
}

int main(void)
{
    static unsigned char memory[64 * 1024];
    static dyn_total totals[8];
    dyn_client db;

    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory), .capacity = DYN_CAPACITY_TOTAL, DYN_TOTALS(totals) }) != DYN_OK)
        return dyn_print_error(&db), 1;
    if (deploy(&db) || look(&db) || use(&db) || leave(&db))
        return dyn_print_error(&db), 1;
    for (size_t i = 1; i < sizeof totals / sizeof *totals && totals[i].operation; i++)
        printf("%s of %s: %g units\n", totals[i].operation, totals[i].model->name, totals[i].units.total);
    printf("%s\n", dyn_meter(&db).all.requests > 20 ? "more than 20 requests" : "at most 20 requests");
    dyn_close(&db);
    return 0;
}
