/* Writes that belong together, stepped: transactions, changes that are kept back and sent at the end, PartiQL, a raw call, and the stream that tells of
 * it all. A small shop: stock goes out when an order comes in. Against the engine that AWS_ENDPOINT_URL_DYNAMODB names. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct article { char name[16]; int64_t stock; } article;
static const dyn_field article_fields[] = { DYN_TEXT(article, name), DYN_INT(article, stock) };
static const dyn_model article_model = { DYN_MODEL(article, article_fields), .table = "articles", .pk = "name" };
DYN_TYPED(article, article_model)

typedef struct order { int64_t number; char article[16]; int64_t pieces; } order;
static const dyn_field order_fields[] = { DYN_INT(order, number), DYN_TEXT(order, article), DYN_INT(order, pieces) };
static const dyn_model order_model = { DYN_MODEL(order, order_fields), .table = "orders", .pk = "number" };
DYN_TYPED(order, order_model)

static dyn_client db;

/* One call to its end, whose begin said s; between two steps there is time for other work. */
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
    if (s == DYN_OK || s == DYN_DONE)              /* DYN_DONE of a _begin: there was nothing to send */
        return;
    dyn_print_error(&db);
    exit(1);
}

/* Sells so many: the order is there and the stock is less, or neither. */
static dyn_status sell(const order *o)
{
    article a;
    order same = { 0, "", 0 };
    dyn_tx_options once = { .token = o->number == 1 ? "order-1" : "order-2" };      /* sent twice it is done once */

    strcpy(a.name, o->article);
    dyn_tx_write actions[] = {
        DYN_TX_PUT(order_model, o, .when = { DYN_EXPR("attribute_not_exists(number)") }),
        DYN_TX_UPDATE(article_model, &a, DYN_EXPR("SET stock = stock - ?", o->pieces), .when = { DYN_EXPR("stock >= ?", o->pieces) }),
        DYN_TX_CHECK_KEY(article_model, DYN_KEY("open"), .when = { DYN_EXPR("stock = ?", 1) }),     /* the shop is open */
    };
    dyn_status s = finish(dyn_transact_write_begin(&db, actions, 3, &once));
    dyn_tx_read both[] = { DYN_TX_GET(article_model, &a), DYN_TX_GET_KEY(order_model, &same, DYN_KEY(o->number)) };
    must(finish(dyn_transact_get_begin(&db, both, 2, NULL)));
    printf("order    %d is %s, %d left\n", (int)o->number, both[1].found ? "taken" : "refused", (int)a.stock);
    return s;
}

/* The shop closes: it is not open any more, and what was ordered is forgotten. */
static void closing(const order *o)
{
    article open = { "open", 1 }, soap = { "soap", 0 };
    dyn_tx_write actions[] = { DYN_TX_DELETE(article_model, &open), DYN_TX_DELETE_KEY(order_model, DYN_KEY(o->number)),
                               DYN_TX_CHECK(article_model, &soap, .when = { DYN_EXPR("attribute_exists(name)") }) };

    must(finish(dyn_transact_write_begin(&db, actions, 3, NULL)));
}

/* Changes that are collected, and sent or dropped at the end. */
static void kept_back(void)
{
    static unsigned char memory[8 * 1024];
    article soap = { "soap", 5 }, salt = { "salt", 7 }, none = { "none", 0 };
    dyn_writer w;
    dyn_transaction t;

    must(dyn_writer_open(&w, &db, &(dyn_writer_options){ DYN_MEMORY(memory), .every = 25 }));
    article_writer_put(&w, &soap);                 /* these two would send when 25 are together */
    article_writer_delete(&w, &none);
    dyn_writer_drop(&w);                           /* thought better of it */
    must(finish(article_writer_put_begin(&w, &soap)));         /* DYN_DONE: it is only kept */
    must(finish(article_writer_put_begin(&w, &salt)));
    must(finish(article_writer_delete_begin(&w, &none)));
    must(finish(article_writer_delete_key_begin(&w, DYN_KEY("nothing"))));
    article_writer_delete_key(&w, DYN_KEY("nobody"));
    must(finish(dyn_writer_send_begin(&w)));
    printf("writer   %u changes in %u batch\n", (unsigned)w.written, (unsigned)w.batches);

    must(dyn_transaction_open(&t, &db, &(dyn_transaction_options){ DYN_MEMORY(memory) }));
    must(finish(dyn_transaction_add_begin(&t, &(dyn_tx_write)DYN_TX_UPDATE_KEY(article_model, DYN_KEY("soap"), DYN_EXPR("SET stock = ?", 0)))));
    dyn_transaction_drop(&t);
    article open = { "open", 1 };
    must(finish(dyn_transaction_add_begin(&t, &(dyn_tx_write)DYN_TX_PUT(article_model, &open))));
    must(finish(dyn_transaction_commit_begin(&t)));
    printf("commit   %u action\n", (unsigned)t.committed);
}

/* The same table by statements. */
static void statements(void)
{
    article a = { "rice", 9 };
    dyn_statement insert = { .text = DYN_EXPR("INSERT INTO {table} VALUE {item}"), .model = &article_model, .item = &a };
    dyn_statement more[] = { { .text = DYN_EXPR("UPDATE {table} SET stock = ? WHERE name = ?", 10, "rice"), .model = &article_model },
                             { .text = DYN_EXPR("UPDATE {table} SET stock = ? WHERE name = ?", 8, "salt"), .model = &article_model } };

    must(finish(dyn_execute_begin(&db, &insert, NULL)));
    must(finish(dyn_execute_batch_begin(&db, more, 2, &(dyn_execute_options){ .repeat = DYN_REPEAT_YES })));
    must(finish(dyn_execute_transaction_begin(&db, more, 2, NULL)));
    must(finish(article_get_key_begin(&db, &a, DYN_KEY("rice"), NULL)));
    printf("partiql  %d of rice\n", (int)a.stock);
}

/* What the stream of the articles' table tells. */
static void told(void)
{
    static dyn_shard shards[8];
    dyn_stream_info stream;
    dyn_changes changes;
    size_t count = 0, changed = 0;
    dyn_status s;

    must(finish(dyn_list_streams_begin(&db, "articles", &stream, 1, &count)));
    must(dyn_changes_open(&changes, &db, &article_model, shards, 8, NULL));
    do {
        article after = { "", 0 };
        dyn_change change = { .after = { .item = &after } };
        s = finish(dyn_change_next_begin(&changes, &change));
        changed += s == DYN_ROW && change.after.found && strcmp(after.name, "rice") == 0;
    } while (s == DYN_ROW);
    must(s);
    printf("stream   %u, rice changed %s\n", (unsigned)count, changed >= 2 ? "more than once" : "?");
}

int main(void)
{
    static unsigned char memory[64 * 1024], room[4 * 1024];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    const order first = { 1, "soap", 3 }, second = { 2, "soap", 3 };
    dyn_str answer, status;

    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return dyn_print_error(&db), 1;
    must(finish(dyn_create_table_begin(&db, &article_model, &(dyn_table_options){ .stream = DYN_VIEW_BOTH })));
    must(finish(dyn_create_table_begin(&db, &order_model, NULL)));
    must(finish(dyn_wait_table_begin(&db, &article_model, DYN_TABLE_ACTIVE, NULL)));
    must(finish(dyn_wait_table_begin(&db, &order_model, DYN_TABLE_ACTIVE, NULL)));
    kept_back();
    must(sell(&first));
    if (sell(&second) != DYN_CONDITION_FAILED)
        return 1;
    closing(&first);
    statements();
    told();

    static const char body[] = "{\"TableName\":\"orders\"}";
    must(finish(dyn_raw_begin(&db, "DescribeTable", (dyn_str){ body, sizeof body - 1 }, &answer, &(dyn_raw_options){ .arena = &arena })));
    if (dyn_json_get(answer, "Table.TableStatus", &status))
        printf("raw      the orders' table is %.*s\n", (int)status.len, status.ptr);
    must(finish(dyn_delete_table_begin(&db, &article_model, NULL)));
    must(finish(dyn_delete_table_begin(&db, &order_model, NULL)));
    dyn_close(&db);
    return 0;
}
