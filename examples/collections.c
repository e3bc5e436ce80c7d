/* Contents of several kinds in one partition: a customer, the orders and the payments, each kind with a repository of its own. One read gives them all,
 * and each row says of which repository it is. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <string.h>

typedef struct customer { char name[40]; int64_t since; } customer;
static const dyn_field customer_fields[] = { DYN_TEXT(customer, name), DYN_INT(customer, since) };
static const dyn_model customer_model = { DYN_MODEL(customer, customer_fields), .table = "example-shop" };

typedef struct order { char what[24]; int64_t cents; char state[12]; } order;
static const dyn_field order_fields[] = { DYN_TEXT(order, what), DYN_INT(order, cents), DYN_TEXT(order, state) };
static const dyn_model order_model = { DYN_MODEL(order, order_fields), .table = "example-shop" };

typedef struct payment { int64_t cents; char state[12]; } payment;
static const dyn_field payment_fields[] = { DYN_INT(payment, cents), DYN_TEXT(payment, state) };
static const dyn_model payment_model = { DYN_MODEL(payment, payment_fields), .table = "example-shop" };

/* Only the keys, to make the table with. */
typedef struct keys { char pk[64], sk[64]; } keys;
static const dyn_field key_fields[] = { DYN_TEXT(keys, pk), DYN_TEXT(keys, sk) };
static const dyn_model table_model = { DYN_MODEL(keys, key_fields), .table = "example-shop", .pk = "pk", .sk = "sk" };

enum { CUSTOMER, ORDER, PAYMENT, KINDS };
static dyn_client db;
static dyn_repo customers, orders, payments;
static dyn_repo *const shop[KINDS] = { [CUSTOMER] = &customers, [ORDER] = &orders, [PAYMENT] = &payments };

static int fail(void)
{
    dyn_print_error(&db);
    dyn_close(&db);
    return 1;
}

/* What the repositories do is heard: an order of nothing is refused, new ones are open, what was deleted is told. */
static const char *order_saving(void *user, dyn_key partition, dyn_key content, void *item)
{
    order *o = item;                                      /* a copy; NULL for an update */

    (void)user, (void)partition, (void)content;
    if (o && !*o->state)
        strcpy(o->state, "open");
    return o && o->cents <= 0 ? "it costs nothing" : NULL;
}

static void order_deleted(void *user, dyn_key partition, dyn_key content)
{
    (void)user;
    printf("deleted   %.*s's of %.*s\n", (int)partition.args[0].as.s.len, partition.args[0].as.s.ptr, (int)content.args[0].as.s.len, content.args[0].as.s.ptr);
}

static const dyn_repo_hooks order_hooks = { .before_save = order_saving, .after_delete = order_deleted };

/* What a list of the first so many repositories gives, a line for each content. */
static dyn_status show(const char *what, size_t kinds, const dyn_repo_query *query)
{
    union { customer c; order o; payment p; } row;        /* room for the largest of them */
    dyn_content kept;
    dyn_rows rows;
    size_t kind;

    printf("%s\n", what);
    dyn_repo_list_any(shop, kinds, &rows, query);
    while (dyn_repo_next_any(&rows, &kind, &row, sizeof row, &kept) == DYN_ROW) {
        if (kind == CUSTOMER)
            printf("  customer  %s, since %d\n", row.c.name, (int)row.c.since);
        else if (kind == ORDER)
            printf("  order     %.*s: %s for %d, %s\n", (int)kept.content[0].len, kept.content[0].ptr, row.o.what, (int)row.o.cents, row.o.state);
        else
            printf("  payment   %.*s: %d, %s\n", (int)kept.content[0].len, kept.content[0].ptr, (int)row.p.cents, row.p.state);
    }
    return dyn_finish(&rows);
}

/* The orders of a customer as a shop's pages show them, two on each: a page ends with the cursor that its link to the next one carries. */
static dyn_status pages(void)
{
    char cursor[256] = "", next[256];
    dyn_content kept[2];
    order page[2], all[8];
    dyn_rows rows;
    size_t count;

    do {
        dyn_repo_list(&orders, &rows, &(dyn_repo_query){ .partition = DYN_KEY("ann"), .cursor = cursor });
        if (dyn_repo_page(&orders, &rows, page, kept, 2, &count, next, sizeof next) != DYN_OK)
            return dyn_last_error(&db)->status;
        printf("a page\n");
        for (size_t i = 0; i < count; i++)
            printf("  order     %.*s: %s\n", (int)kept[i].content[0].len, kept[i].content[0].ptr, page[i].what);
        strcpy(cursor, next);
    } while (cursor[0]);
    dyn_repo_list(&orders, &rows, &(dyn_repo_query){ .partition = DYN_KEY("ann"), .newest_first = true });
    dyn_status s = dyn_repo_collect(&orders, &rows, all, NULL, 8, &count);     /* all at once: the client is free to change them */
    for (size_t i = 0; s == DYN_OK && i < count; i++)
        printf("%s%s", i ? ", " : "together  ", all[i].what);
    printf("\n");
    return s;
}

int main(void)
{
    static unsigned char memory[64 * 1024], repo_memory[KINDS][24 * 1024];
    static const dyn_model *const models[KINDS] = { &customer_model, &order_model, &payment_model };
    static const char *const types[KINDS] = { "customer", "order", "payment" };

    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return fail();
    dyn_status s = dyn_create_table(&db, &table_model, NULL);
    if ((s != DYN_OK && s != DYN_IN_USE) || dyn_wait_table(&db, &table_model, DYN_TABLE_ACTIVE, NULL) != DYN_OK)
        return fail();
    for (int i = 0; i < KINDS; i++) {
        dyn_repo_config config = { .memory = repo_memory[i], .memory_size = sizeof repo_memory[i], .convention = dyn_pydantic_dynamo(),
                                   .prefix = "shop", .name = "customers", .type = types[i],
                                   .hooks = i == ORDER ? &order_hooks : NULL };
        if (dyn_repo_open(shop[i], &db, models[i], &config) != DYN_OK)
            return fail();
    }

    customer ann = { "Ann", 2019 };
    order paint = { "paint", 1250, "sent" }, brush = { "brush", 300, "" }, nothing = { "nothing", 0, "" };
    payment paid = { 1250, "done" };
    if (dyn_repo_put(&customers, DYN_KEY("ann"), dyn_no_ids(), &ann, NULL) != DYN_OK ||
        dyn_repo_put(&orders, DYN_KEY("ann"), DYN_KEY("2026-03-01"), &paint, NULL) != DYN_OK ||
        dyn_repo_put(&orders, DYN_KEY("ann"), DYN_KEY("2026-04-20"), &brush, NULL) != DYN_OK ||
        dyn_repo_put(&payments, DYN_KEY("ann"), DYN_KEY("2026-03-03"), &paid, NULL) != DYN_OK)
        return fail();

    if (show("all of it", KINDS, &(dyn_repo_query){ .partition = DYN_KEY("ann") }) != DYN_OK ||
        show("the last two", KINDS, &(dyn_repo_query){ .partition = DYN_KEY("ann"), .newest_first = true, .limit = 2 }) != DYN_OK ||
        show("above 10", KINDS, &(dyn_repo_query){ .partition = DYN_KEY("ann"), .where = { DYN_EXPR("cents > ?", 1000) } }) != DYN_OK ||
        show("from the customer to the orders of March", 2,
             &(dyn_repo_query){ .partition = DYN_KEY("ann"), .from = dyn_no_ids(), .to = DYN_KEY("2026-03"), .to_prefix = true }) != DYN_OK)
        return fail();
    order tape = { "tape", 120, "" };
    if (dyn_repo_put(&orders, DYN_KEY("ann"), DYN_KEY("2026-04-28"), &tape, NULL) != DYN_OK || pages() != DYN_OK)
        return fail();
    printf("refused   %s\n", dyn_status_name(dyn_repo_put(&orders, DYN_KEY("ann"), DYN_KEY("2026-05-01"), &nothing, NULL)));
    uint64_t deleted;
    if (dyn_repo_delete_all(&orders, &(dyn_repo_query){ .partition = DYN_KEY("ann"), .prefix = DYN_KEY("2026") }, &deleted) != DYN_OK)
        return fail();
    dyn_close(&db);
    return 0;
}
