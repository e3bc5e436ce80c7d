/* A program on tables of dyntastic, a Python library: what its README shows, one after the other, in C. The items are the same: a Python service
 * with the models in the comments reads and changes what this writes, and the other way round. Against the engine that DYNTASTIC_HOST names, or
 * AWS_ENDPOINT_URL_DYNAMODB. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* class Product(Dyntastic):
 *     __table_name__ = "products"
 *     __hash_key__ = "product_id"
 *     product_id: str = Field(default_factory=lambda: str(uuid.uuid4()))
 *     name: str
 *     description: Optional[str] = None
 *     price: float
 *     tax: Optional[float] = None */
typedef struct product {
    unsigned char product_id[16];
    char          name[32], description[64];      /* "" is None: absent */
    double        price, tax;                     /* here a float can be saved */
    bool          has_tax;
} product;
static const dyn_field product_fields[] = {
    DYN_UUID(product, product_id, .make = DYN_MAKE_UUID4), DYN_TEXT(product, name), DYN_TEXT(product, description, .omit_zero = true),
    DYN_REAL(product, price), DYN_REAL(product, tax, .has = DYN_HAS(product, has_tax)),
};
static const dyn_model product_model = { DYN_MODEL(product, product_fields), .table = "dyntastic-products", .pk = "product_id" };
DYN_TYPED(product, product_model)

/* class Event(Dyntastic): event_id: str (hash), timestamp: datetime (range), data: dict, and more to query by */
typedef struct event {
    char      event_id[24];
    int64_t   timestamp;                          /* Unix microseconds; in the table 2022-02-12T18:27:55.837000Z */
    char      date[12];
    int64_t   my_int, another_int;
    char      my_field[24], another_field[24], my_list[8][16], my_string_set[8][16];
    int       list_count, set_count;
    dyn_value data;                               /* any document */
} event;
static const dyn_field event_fields[] = {
    DYN_TEXT(event, event_id), DYN_MICROS(event, timestamp, DYN_ISO_Z), DYN_TEXT(event, date, .optional = true, .omit_zero = true),
    DYN_INT(event, my_int, .optional = true), DYN_INT(event, another_int, .optional = true),
    DYN_TEXT(event, my_field, .optional = true, .omit_zero = true), DYN_TEXT(event, another_field, .optional = true, .omit_zero = true),
    DYN_TEXT_LIST(event, my_list, list_count, .optional = true), DYN_TEXT_SET(event, my_string_set, set_count, .optional = true),
    DYN_VALUE(event, data, .optional = true),
};
static const dyn_index event_indexes[] = {
    { .pk = { "my_int" } },                                                     /* Index("my_int"): my_int-index */
    { .pk = { "date" }, .sk = { "timestamp" }, .projection = DYN_PROJECT_KEYS },  /* Index("date", "timestamp", keys_only=True): date_timestamp-index */
};
static const dyn_model event_model = { DYN_MODEL(event, event_fields), .table = "dyntastic-events", .pk = "event_id", .sk = "timestamp", DYN_INDEXES(event_indexes) };
DYN_TYPED(event, event_model)

static int failed(dyn_client *db, const char *what)
{
    printf("%s failed\n", what);
    return dyn_print_error(db), 1;
}

/* Queries, one row a line. */
static int show(dyn_client *db, const char *what, const dyn_query *query)
{
    dyn_rows rows;
    event e;
    event_select(db, &rows, query);               /* pages come by themselves */
    printf("%-9s", what);
    while (event_next(&rows, &e) == DYN_ROW)
        printf(" %lld", (long long)e.my_int);
    printf("\n");
    return dyn_finish(&rows) == DYN_OK ? 0 : failed(db, what);
}

static int products(dyn_client *db)
{
    product p = { .name = "bread", .description = "Sourdough Bread", .price = 3.99 };
    char id[37];
    if (product_put(db, &p, &(dyn_write_options){ .made = &p }) != DYN_OK)          /* product.save() */
        return failed(db, "save");
    dyn_uuid_format(p.product_id, id);
    product q = { .name = "bread", .price = 3.49 };
    unsigned char room[1024];
    char text[256];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_error err = { 0 };
    if (product_to_json(&q, DYN_FORM_PLAIN, &arena, text, sizeof text, NULL, &err) != DYN_OK)      /* p.model_dump_json() */
        return printf("%s\n", err.text), 1;
    printf("json      %s\n", text);
    if (product_get_key(db, &p, DYN_KEY(id), &(dyn_get_options){ .consistent = true }) != DYN_OK)   /* Product.get(id, consistent_read=True) */
        return failed(db, "get");
    printf("product   %s, %s, %.2f, %s tax\n", p.name, p.description, p.price, p.has_tax ? "with" : "without");
    dyn_status s = product_get_key(db, &p, DYN_KEY("d2e91c30-e701-422f-b71b-465b02749f18"), NULL);   /* get and safe_get: DYN_NOT_FOUND is no exception */
    printf("safe_get  %s\n", dyn_status_name(s));
    return s != DYN_NOT_FOUND;
}

static int queries(dyn_client *db)
{
    char cursor[512] = "";
    event page[3], found[8];
    dyn_mask masks[8];
    dyn_rows rows;
    size_t n = 0;
    const char *some = "some_event_id", *filter = "3";

    event e = { .event_id = "some_event_id", .timestamp = 1644451200000000 };
    if (event_get(db, &e, NULL) != DYN_OK ||                                        /* Event.get(id, time), and refresh(): by the key that is in e */
        event_get_key(db, &e, DYN_KEY(some, "2022-02-11T00:00:00Z"), NULL) != DYN_OK)
        return failed(db, "get");
    printf("get       my_int %lld\n", (long long)e.my_int);
    show(db, "all", &(dyn_query){ .key = DYN_EXPR("event_id = ?", some), .page = 10 });
    show(db, "range", &(dyn_query){ .key = DYN_EXPR("event_id = ? AND timestamp < ?", some, "2022-02-13T00:00:00Z") });
    show(db, "filter", &(dyn_query){ .key = DYN_EXPR("event_id = ?", some), .where = { DYN_EXPR("my_field = ?", "even") } });
    show(db, "index", &(dyn_query){ .key = DYN_EXPR("my_int = ?", 4), .index = "my_int-index" });
    show(db, "optional", &(dyn_query){ .key = DYN_EXPR("my_int = ?", 3), .index = "my_int-index",
                                       .where = { filter ? DYN_EXPR("another_field = ?", filter) : (dyn_expr){ 0 } } });
    show(db, "newest", &(dyn_query){ .key = DYN_EXPR("event_id = ? AND timestamp BETWEEN ? AND ?", some, "2022-02-11T00:00:00Z", "2022-02-14T00:00:00Z"),
                                     .newest_first = true, .consistent = true });

    show(db, "begins", &(dyn_query){ .key = DYN_EXPR("event_id = ? AND begins_with(timestamp, ?)", some, "2022-02-1"), .newest_first = true, .limit = 3 });

    event_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("date = ?", "2022-02-12"), .index = "date_timestamp-index" });   /* keys only … */
    while (n < 8 && event_next(&rows, &found[n]) == DYN_ROW)
        masks[n] = *dyn_present(&rows), n++;
    if (dyn_finish(&rows) != DYN_OK)
        return failed(db, "the keys");
    printf("keys      %zu rows, my_int is %s", n, dyn_has(&event_model, &masks[0], "my_int") ? "there" : "not there");
    if (event_complete(db, found, n, masks, NULL) != DYN_OK)                         /* … load_full_item=True, 100 in one request */
        return failed(db, "to load the full items");
    printf(", then %lld\n", (long long)found[0].my_int);

    for (size_t pages = 1; pages < 9; pages++) {                                    /* query_page(last_evaluated_key=…) */
        event_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("event_id = ?", some), .cursor = cursor });
        if (event_page(&rows, page, 3, &n, cursor, sizeof cursor) != DYN_OK)
            return failed(db, "a page");
        printf("page      %zu items, %s\n", n, cursor[0] ? "has more" : "the last");
        if (!cursor[0])
            break;
    }
    size_t scanned = 0;
    event_scan(db, &rows, &(dyn_query){ .where = { DYN_EXPR("my_int < ? AND my_field IN (?, ?, ?)", 5, "a", "odd", "c") } });
    while (event_next(&rows, &page[0]) == DYN_ROW)
        scanned++;
    printf("scan      %zu\n", scanned);
    return dyn_finish(&rows) == DYN_OK ? 0 : failed(db, "scan");
}

static int updates(dyn_client *db)
{
    event e = { "updated", 1644690475837000, "", 1, 20, "old", "other", { "a", "b", "c" }, { "x", "y" }, 3, 2, { 0 } };
    const dyn_arg word = dyn_text("new_element"), two[] = { dyn_text("new_1"), dyn_text("new_2") }, old[] = { dyn_text("x") };
    const dyn_expr changes[] = {
        DYN_EXPR("SET my_field = ?", "new_value"),
        DYN_EXPR("SET my_field = another_field"),
        DYN_EXPR("SET my_int = another_int - ?", 10),
        DYN_EXPR("SET my_int = my_int + ?", 1),
        DYN_EXPR("SET my_list = list_append(my_list, ?)", dyn_list(&word, 1)),
        DYN_EXPR("SET date = if_not_exists(date, ?)", "2022-02-12"),                 /* set_default */
        DYN_EXPR("REMOVE my_field"),
        DYN_EXPR("REMOVE my_list[2]"),
        DYN_EXPR("ADD my_string_set ?", dyn_set(&word, 1)),
        DYN_EXPR("ADD my_string_set ?", dyn_set(two, 2)),
        DYN_EXPR("DELETE my_string_set ?", dyn_set(old, 1)),
        DYN_EXPR("DELETE my_string_set ?", dyn_set(two, 2)),
    };
    dyn_image now = { .item = &e };                                                 /* the item as it is after: no refresh, no second request */

    if (event_put(db, &e, NULL) != DYN_OK)
        return failed(db, "save");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        if (event_update(db, &e, changes[i], &(dyn_write_options){ .into = &now }) != DYN_OK)
            return failed(db, changes[i].text);
    printf("updated   my_int %lld, list %s %s %s, set of %d, date %s, my_field \"%s\"\n", (long long)e.my_int, e.my_list[0], e.my_list[1], e.my_list[2], e.set_count,
           e.date, e.my_field);
    dyn_status s = event_update(db, &e, DYN_EXPR("SET my_int = ?", 0), &(dyn_write_options){ .when = { DYN_EXPR("my_field = ?", "something") } });
    printf("condition %s\n", dyn_status_name(s));         /* dyntastic passes over it silently unless require_condition=True */
    return s != DYN_CONDITION_FAILED;
}

static int batches(dyn_client *db)
{
    static unsigned char kept[16 * 1024];                 /* what a writer or a transaction collects */
    dyn_writer writer;
    event e = { .event_id = "batch" };

    /* with Event.batch_writer(): */
    dyn_writer_open(&writer, db, &(dyn_writer_options){ DYN_MEMORY(kept) });
    for (e.timestamp = 0; e.timestamp < 5; e.timestamp++)
        event_writer_put(&writer, &e);                     /* a copy is kept: the first failure is remembered, and dyn_writer_send tells it */
    event_writer_delete_key(&writer, DYN_KEY("some_event_id", "2022-02-10T00:00:00Z"));
    if (dyn_writer_send(&writer) != DYN_OK)                /* or dyn_writer_drop: nothing is written */
        return failed(db, "the writer");
    printf("writer    %zu changes in %zu batch\n", writer.written, writer.batches);

    /* with Event.batch_writer(batch_size=2): */
    dyn_writer_open(&writer, db, &(dyn_writer_options){ DYN_MEMORY(kept), .every = 2 });
    for (e.timestamp = 0; e.timestamp < 3; e.timestamp++)
        event_writer_put(&writer, &e);
    if (dyn_writer_send(&writer) != DYN_OK)
        return failed(db, "the writer");
    printf("writer    %zu changes in %zu batches\n", writer.written, writer.batches);

    event many[6] = { { .event_id = "batch" }, { .event_id = "batch", .timestamp = 4 }, { .event_id = "batch", .timestamp = 99 } };
    dyn_status statuses[3];
    dyn_status s = event_get_many(db, many, 3, statuses, NULL);                     /* Event.batch_get([…]) */
    printf("batch_get %s: %s, %s, %s\n", dyn_status_name(s), dyn_status_name(statuses[0]), dyn_status_name(statuses[1]), dyn_status_name(statuses[2]));

    /* with transaction(): */
    dyn_transaction tx;
    product p = { .name = "rolls", .price = 0.5 };
    dyn_transaction_open(&tx, db, &(dyn_transaction_options){ DYN_MEMORY(kept) });
    dyn_transaction_add(&tx, &(dyn_tx_write)DYN_TX_PUT(product_model, &p));
    dyn_transaction_add(&tx, &(dyn_tx_write)DYN_TX_UPDATE_KEY(event_model, DYN_KEY("updated", "2022-02-12T18:27:55.837000Z"), DYN_EXPR("SET my_field = ?", "...")));
    if (dyn_transaction_commit(&tx) != DYN_OK)
        return failed(db, "the transaction");
    printf("committed %zu actions in %zu transaction\n", tx.committed, tx.commits);

    /* with transaction(auto_commit=True, commit_every=4): */
    dyn_transaction_open(&tx, db, &(dyn_transaction_options){ DYN_MEMORY(kept), .every = 4 });
    for (e.timestamp = 10; e.timestamp < 20; e.timestamp++)
        dyn_transaction_add(&tx, &(dyn_tx_write)DYN_TX_PUT(event_model, &e));
    if (dyn_transaction_commit(&tx) != DYN_OK) {
        printf("the first %zu are done, these are not: %zu\n", tx.committed, tx.count);
        return failed(db, "a transaction");
    }
    printf("committed %zu actions in %zu transactions\n", tx.committed, tx.commits);
    return 0;
}

int main(void)
{
    static unsigned char memory[64 * 1024];
    dyn_client db;
    dyn_config config = { DYN_MEMORY(memory) };           /* .endpoint and .region here come before the environment: __table_host__ */
    dyn_dyntastic_environment(&config);                    /* DYNTASTIC_HOST, DYNTASTIC_REGION */
    config.table_prefix = getenv("MY_TABLE_PREFIX");       /* names of tables at run time: so … */
    if (dyn_open(&db, &config) != DYN_OK)
        return dyn_print_error(&db), 1;

    /* Product.create_table(), Event.create_table(index1, index2) */
    const dyn_model *models[] = { &product_model, &event_model };
    for (int i = 0; i < 2; i++) {
        dyn_status s = dyn_create_table(&db, models[i], NULL);
        if ((s != DYN_OK && s != DYN_IN_USE) || dyn_wait_table(&db, models[i], DYN_TABLE_ACTIVE, NULL) != DYN_OK)
            return failed(&db, "the table");
    }
    for (int i = 0; i < 7; i++) {
        event e = { .event_id = "some_event_id", .timestamp = 1644451200000000 + i * 86400000000, .my_int = i };
        snprintf(e.date, sizeof e.date, "2022-02-%02d", 10 + i);
        snprintf(e.my_field, sizeof e.my_field, "%s", i % 2 ? "odd" : "even");
        snprintf(e.another_field, sizeof e.another_field, "%d", i);
        if (event_put(&db, &e, NULL) != DYN_OK)
            return failed(&db, "save");
    }
    product named = { .name = "cake", .price = 12 };
    const char *table = getenv("MY_TABLE_NAME");           /* … or one by one: __table_name__ = lambda: os.getenv("MY_TABLE_NAME") */
    if (table && (product_put(&db, &named, &(dyn_write_options){ .table = table, .made = &named }) != DYN_OK ||
                  product_get(&db, &named, &(dyn_get_options){ .table = table }) != DYN_OK))
        return failed(&db, "the table of the environment");
    int bad = products(&db) || queries(&db) || updates(&db) || batches(&db);
    for (int i = 0; i < 2; i++)
        dyn_delete_table(&db, models[i], NULL);
    dyn_close(&db);
    return bad;
}
