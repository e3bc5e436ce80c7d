#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Tables and what calls cost, against a scripted peer: golden requests, and answers as DynamoDB's API reference shows them. */
#include "call_fixture.h"

static dyn_status put_asking(fixture *f, dyn_capacity_level level)
{
    thing t = key_a();
    dyn_write_options o;

    memset(&o, 0, sizeof o);
    o.capacity = level;
    return drive(f, thing_put_begin(&f->db, &t, &o));
}

/* --- Capacity ------------------------------------------------------------------------------------------------------ */

/* The shapes of the API reference's ConsumedCapacity: TOTAL, INDEXES, of a transaction, of a batch. */
static void consumed_units_are_taken_from_every_shape_in_pieces_of_every_size(void **state)
{
    static const struct { const char *body; double total, read, write, table, indexes; uint32_t answers; } cases[] = {
        { "{\"ConsumedCapacity\":{\"TableName\":\"things\",\"CapacityUnits\":1.0}}", 1, 0, 1, 0, 0, 1 },
        { "{\"ConsumedCapacity\":{\"CapacityUnits\":2.5E0,\"TableName\":\"a\\\"b\\\\\"},\"Attributes\":{}}", 2.5, 0, 2.5, 0, 0, 1 },
        { "{ \"ConsumedCapacity\" : { \"TableName\" : \"things\" , \"CapacityUnits\" : 3 , \"Table\" : { \"CapacityUnits\" : 1 } ,"
          " \"GlobalSecondaryIndexes\" : { \"CapacityUnits\" : { \"CapacityUnits\" : 1 } , \"Table\" : { \"CapacityUnits\" : 0.5 } } ,"
          " \"LocalSecondaryIndexes\" : { \"l\" : { \"CapacityUnits\" : 0.5 } } } }", 3, 0, 3, 1, 2, 1 },
        { "{\"ConsumedCapacity\":{\"TableName\":\"t\",\"CapacityUnits\":6.0,\"ReadCapacityUnits\":2.0,\"WriteCapacityUnits\":4.0,"
          "\"Table\":{\"CapacityUnits\":6.0,\"ReadCapacityUnits\":2.0,\"WriteCapacityUnits\":4.0}}}", 6, 2, 4, 6, 0, 1 },
        { "{\"ConsumedCapacity\":[{\"TableName\":\"a\",\"CapacityUnits\":1.5,\"Table\":{\"CapacityUnits\":1}},"
          "{\"TableName\":\"b\",\"CapacityUnits\":2.0,\"GlobalSecondaryIndexes\":{\"x\":{\"CapacityUnits\":0.5}}}]}", 3.5, 0, 3.5, 1, 0.5, 1 },
        { "{}", 0, 0, 0, 0, 0, 0 },
        { "{\"ConsumedCapacity\":null}", 0, 0, 0, 0, 0, 0 },
        { "{\"ConsumedCapacity\":[]}", 0, 0, 0, 0, 0, 0 },
        { "{\"ConsumedCapacity\":{\"TableName\":\"x\",\"CapacityUnits\":\"7\"}}", 0, 0, 0, 0, 0, 1 },          /* odd ones are not believed */
        { "{\"ConsumedCapacity\":{\"CapacityUnits\":-1}}", 0, 0, 0, 0, 0, 1 },
        { "{\"ConsumedCapacity\":{\"CapacityUnits\":1e999}}", 0, 0, 0, 0, 0, 1 },
        { "{\"ConsumedCapacity\":{\"CapacityUnits\":1.00000000000000000000000000000000000000000001}}", 0, 0, 0, 0, 0, 1 }
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t most = 0; most < 8; most++) {
            fixture *f = opened(16384);
            answer(f, 200, cases[i].body);
            f->s.read_most = most;
            assert_int_equal(put_asking(f, DYN_CAPACITY_INDEXES), DYN_OK);
            dyn_units u = dyn_capacity(&f->db);
            if (u.total != cases[i].total || u.read != cases[i].read || u.write != cases[i].write || u.table != cases[i].table
                || u.indexes != cases[i].indexes || u.answers != cases[i].answers)
                fail_msg("%s in pieces of %d: %g %g %g %g %g %d", cases[i].body, (int)most, u.total, u.read, u.write, u.table, u.indexes, (int)u.answers);
            finish(f);
        }
}

static void units_are_asked_for_only_where_somebody_wants_them(void **state)
{
    fixture *f = opened(16384);
    thing t;
    dyn_get_options o;

    (void)state;
    answer(f, 200, "{\"ConsumedCapacity\":{\"CapacityUnits\":1}}");
    assert_int_equal(put(f), DYN_OK);
    assert_null(strstr(f->s.last, "ReturnConsumedCapacity"));
    assert_int_equal(dyn_capacity(&f->db).answers, 0);
    answer(f, 200, "{}");
    assert_int_equal(put_asking(f, DYN_CAPACITY_TOTAL), DYN_OK);
    assert_non_null(strstr(f->s.last, ",\"ReturnConsumedCapacity\":\"TOTAL\"}"));
    t = key_a();
    memset(&o, 0, sizeof o);
    o.capacity = DYN_CAPACITY_INDEXES;
    answer(f, 200, "{\"Item\":" ITEM ",\"ConsumedCapacity\":{\"CapacityUnits\":0.5}}");
    assert_int_equal(drive(f, thing_get_begin(&f->db, &t, &o)), DYN_OK);
    assert_string_equal(f->s.last, "{\"TableName\":\"things\",\"Key\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"}},\"ReturnConsumedCapacity\":\"INDEXES\"}");
    assert_true(dyn_capacity(&f->db).read == 0.5);
    assert_true(dyn_capacity(&f->db).write == 0);
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t), DYN_OK);
    assert_null(strstr(f->s.last, "ReturnConsumedCapacity"));
    assert_int_equal(dyn_capacity(&f->db).answers, 0);         /* of the last call */
    finish(f);
}

static void an_account_has_a_line_for_each_model_and_operation_and_a_sum(void **state)
{
    static const dyn_model other = { DYN_MODEL(thing, thing_fields), .table = "others", .pk = "id", .sk = "n" };
    dyn_total totals[4];
    fixture *f = make(16384);
    thing t;

    (void)state;
    memset(totals, 0, sizeof totals);
    f->config.capacity = DYN_CAPACITY_TOTAL, f->config.totals = totals, f->config.total_count = 4;
    open_it(f);
    for (int i = 0; i < 2; i++) {
        answer(f, 200, "{\"ConsumedCapacity\":{\"CapacityUnits\":1.5}}");
        assert_int_equal(put(f), DYN_OK);
        answer(f, 200, "{\"ConsumedCapacity\":{\"CapacityUnits\":0.5},\"Item\":" ITEM "}");
        assert_int_equal(get(f, &t), DYN_OK);
    }
    t = key_a();
    answer(f, 200, "{\"ConsumedCapacity\":{\"CapacityUnits\":7}}");
    assert_int_equal(drive(f, dyn_put_begin(&f->db, &other, &t, NULL)), DYN_OK);
    answer(f, 200, "{\"ConsumedCapacity\":{\"CapacityUnits\":100}}");
    assert_int_equal(drive(f, dyn_delete_begin(&f->db, &other, &t, NULL)), DYN_OK);     /* finds no line */
    assert_null(totals[0].operation);
    assert_true(totals[0].units.total == 111 && totals[0].units.read == 1 && totals[0].units.write == 110 && totals[0].units.answers == 6);
    assert_ptr_equal(totals[1].model, &thing_model);
    assert_string_equal(totals[1].operation, "PutItem");
    assert_true(totals[1].units.write == 3 && totals[1].units.answers == 2);
    assert_string_equal(totals[2].operation, "GetItem");
    assert_true(totals[2].units.read == 1 && totals[2].units.total == 1);
    assert_string_equal(totals[3].operation, "PutItem");
    assert_ptr_equal(totals[3].model, &other);
    assert_true(totals[3].units.write == 7 && totals[3].units.answers == 1);
    finish(f);
}

static void units_of_all_pages_of_a_read_are_summed(void **state)
{
    fixture *f = opened(16384);
    dyn_rows rows;
    dyn_query q;
    thing t[4];
    size_t count;

    (void)state;
    memset(&q, 0, sizeof q);
    q.capacity = DYN_CAPACITY_TOTAL;
    answer(f, 200, "{\"ConsumedCapacity\":{\"CapacityUnits\":2.5},\"Items\":[" ITEM "],\"LastEvaluatedKey\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"}}}");
    answer(f, 200, "{\"Items\":[" ITEM "],\"ConsumedCapacity\":{\"CapacityUnits\":0.5}}");
    assert_int_equal(thing_scan(&f->db, &rows, &q), DYN_OK);
    assert_int_equal(thing_collect(&rows, t, 4, &count), DYN_OK);
    assert_int_equal(count, 2);
    assert_true(dyn_capacity(&f->db).read == 3);
    assert_int_equal(dyn_capacity(&f->db).answers, 2);
    assert_non_null(strstr(f->s.last, "\"ReturnConsumedCapacity\":\"TOTAL\",\"ExclusiveStartKey\""));
    finish(f);
}

/* --- Requests on tables -------------------------------------------------------------------------------------------- */

typedef struct order {
    char    customer[16];
    int64_t placed;
    char    status[16];
    char    city[16];
    double  total;
} order;
static const dyn_field order_fields[] = { DYN_TEXT(order, customer), DYN_INT(order, placed), DYN_TEXT(order, status), DYN_TEXT(order, city, .attr = "town"),
                                          DYN_REAL(order, total) };
static const dyn_index order_indexes[] = {
    { .name = "by-status", .pk = { "status" }, .sk = { "placed" } },
    { .name = "by-total", .sk = { "total" }, .local = true, .projection = DYN_PROJECT_KEYS },
    { .name = "by-town", .pk = { "city", "status" }, .sk = { "placed", "total" }, .projection = DYN_PROJECT_INCLUDE, .include = { "customer", "note" },
      .read_units = 7, .write_units = 8 },
};
#define ORDERS(extra) { DYN_MODEL(order, order_fields), .table = "orders", .pk = "pk = C#{customer}", .sk = "sk = O#{placed:13}", extra }
static const dyn_model order_model = ORDERS(DYN_INDEXES(order_indexes));
static const dyn_model bare_model = ORDERS(.end_ = 0);

#define STATUS_KEYS "\"KeySchema\":[{\"AttributeName\":\"status\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"placed\",\"KeyType\":\"RANGE\"}]"
#define TOWN_KEYS "\"KeySchema\":[{\"AttributeName\":\"town\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"status\",\"KeyType\":\"HASH\"}," \
                  "{\"AttributeName\":\"placed\",\"KeyType\":\"RANGE\"},{\"AttributeName\":\"total\",\"KeyType\":\"RANGE\"}]"
#define TOTAL_INDEX "{\"IndexName\":\"by-total\",\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"}," \
                    "{\"AttributeName\":\"total\",\"KeyType\":\"RANGE\"}],\"Projection\":{\"ProjectionType\":\"KEYS_ONLY\"}}"
#define TABLE_KEYS "\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"sk\",\"KeyType\":\"RANGE\"}]"
#define DEFINED(name, type) "{\"AttributeName\":\"" name "\",\"AttributeType\":\"" type "\"}"
#define UNITS(r, w) "\"ProvisionedThroughput\":{\"ReadCapacityUnits\":" #r ",\"WriteCapacityUnits\":" #w "}"

/* The members of CreateTable as the API reference names them. */
static void a_table_with_everything_is_asked_for_in_one_request(void **state)
{
    static const dyn_tag tags[] = { { "team", "a\"b" }, { "stage", "" } };
    fixture *f = opened(16384);
    dyn_table_options o;

    (void)state;
    memset(&o, 0, sizeof o);
    o.read_units = 3, o.write_units = 4, o.stream = DYN_VIEW_OLD, o.table_class = DYN_CLASS_INFREQUENT, o.protection = DYN_SWITCH_ON;
    o.tags = tags, o.tag_count = 2;
    answer(f, 200, "{\"TableDescription\":{}}");
    assert_int_equal(drive(f, dyn_create_table_begin(&f->db, &order_model, &o)), DYN_OK);
    assert_string_equal(f->s.last, "{\"TableName\":\"orders\",\"AttributeDefinitions\":[" DEFINED("pk", "S") "," DEFINED("sk", "S") ","
        DEFINED("status", "S") "," DEFINED("placed", "N") "," DEFINED("total", "N") "," DEFINED("town", "S") "]," TABLE_KEYS
        ",\"LocalSecondaryIndexes\":[" TOTAL_INDEX "],\"GlobalSecondaryIndexes\":[{\"IndexName\":\"by-status\"," STATUS_KEYS
        ",\"Projection\":{\"ProjectionType\":\"ALL\"}," UNITS(3, 4) "},{\"IndexName\":\"by-town\"," TOWN_KEYS
        ",\"Projection\":{\"ProjectionType\":\"INCLUDE\",\"NonKeyAttributes\":[\"customer\",\"note\"]}," UNITS(7, 8) "}],"
        "\"BillingMode\":\"PROVISIONED\"," UNITS(3, 4) ",\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":\"OLD_IMAGE\"},"
        "\"TableClass\":\"STANDARD_INFREQUENT_ACCESS\",\"DeletionProtectionEnabled\":true,"
        "\"Tags\":[{\"Key\":\"team\",\"Value\":\"a\\\"b\"},{\"Key\":\"stage\",\"Value\":\"\"}]}");
    memset(&o, 0, sizeof o);
    o.max_read_units = 100, o.max_write_units = -1, o.stream = DYN_VIEW_OFF;
    answer(f, 200, "{}");
    assert_int_equal(drive(f, dyn_create_table_begin(&f->db, &bare_model, &o)), DYN_OK);
    assert_string_equal(f->s.last, "{\"TableName\":\"orders\",\"AttributeDefinitions\":[" DEFINED("pk", "S") "," DEFINED("sk", "S") "]," TABLE_KEYS
        ",\"BillingMode\":\"PAY_PER_REQUEST\",\"OnDemandThroughput\":{\"MaxReadRequestUnits\":100,\"MaxWriteRequestUnits\":-1}}");
    finish(f);
}

static void settings_are_changed_by_their_names(void **state)
{
    static const struct { dyn_table_options o; const char *body; } cases[] = {
        { { .read_units = 1, .write_units = 2 }, ",\"BillingMode\":\"PROVISIONED\"," UNITS(1, 2) "}" },
        { { .read_units = 1, .write_units = 2, .billing = DYN_BILLING_PROVISIONED }, ",\"BillingMode\":\"PROVISIONED\"," UNITS(1, 2)
          ",\"GlobalSecondaryIndexUpdates\":[{\"Update\":{\"IndexName\":\"by-status\"," UNITS(1, 2) "}},{\"Update\":{\"IndexName\":\"by-town\"," UNITS(7, 8) "}}]}" },
        { { .billing = DYN_BILLING_ON_DEMAND }, ",\"BillingMode\":\"PAY_PER_REQUEST\"}" },
        { { .read_units = 1, .write_units = 2, .index = "by-status" }, ",\"GlobalSecondaryIndexUpdates\":[{\"Update\":{\"IndexName\":\"by-status\"," UNITS(1, 2) "}}]}" },
        { { .max_read_units = -1, .index = "by-status" },
          ",\"GlobalSecondaryIndexUpdates\":[{\"Update\":{\"IndexName\":\"by-status\",\"OnDemandThroughput\":{\"MaxReadRequestUnits\":-1}}}]}" },
        { { .max_write_units = 9 }, ",\"OnDemandThroughput\":{\"MaxWriteRequestUnits\":9}}" },
        { { .stream = DYN_VIEW_OFF }, ",\"StreamSpecification\":{\"StreamEnabled\":false}}" },
        { { .table_class = DYN_CLASS_STANDARD }, ",\"TableClass\":\"STANDARD\"}" },
        { { .protection = DYN_SWITCH_OFF }, ",\"DeletionProtectionEnabled\":false}" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture *f = opened(16384);
        char body[1024];
        answer(f, 200, "{\"TableDescription\":{}}");
        assert_int_equal(drive(f, dyn_update_table_begin(&f->db, &order_model, &cases[i].o)), DYN_OK);
        snprintf(body, sizeof body, "{\"TableName\":\"orders\"%s", cases[i].body);
        assert_string_equal(f->s.last, body);
        assert_non_null(strstr(f->s.head, "DynamoDB_20120810.UpdateTable\r\n"));
        finish(f);
    }
}

static void options_that_contradict_each_other_are_refused(void **state)
{
    static const dyn_index clash[] = { { .name = "by-status", .pk = { "city" } } };
    static const dyn_model clashing = ORDERS(DYN_INDEXES(clash));
    static const dyn_model elsewhere = { DYN_MODEL(order, order_fields), .table = "others", .pk = "pk = C#{customer}", .sk = "sk = O#{placed:13}" };
    static const dyn_model keyed = { DYN_MODEL(order, order_fields), .table = "orders", .pk = "pk = C#{customer}", .sk = "placed" };
    static const dyn_index typed[] = { { .name = "by-town", .pk = { "placed" } } };
    static const dyn_model *const a[] = { &clashing }, *const b[] = { &elsewhere }, *const c[] = { &keyed };
    static const struct { dyn_table_options o; const char *text; } cases[] = {
        { { .read_units = 1 }, "read_units and write_units" },
        { { .read_units = 1, .write_units = 1, .billing = DYN_BILLING_ON_DEMAND }, "DYN_BILLING_ON_DEMAND" },
        { { .billing = DYN_BILLING_PROVISIONED }, "DYN_BILLING_PROVISIONED" },
        { { .max_read_units = -2 }, "max_read_units" },
        { { .ttl = "" }, "options.ttl" },
        { { DYN_MODELS(a) }, "index \"by-status\" is not the same in the models" },
        { { DYN_MODELS(b) }, "do not share a table: theirs are \"orders\" and \"others\"" },
        { { DYN_MODELS(c) }, "share a table, and their sort keys differ: \"sk\" and \"placed\"" },
    };

    (void)state, (void)typed;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture *f = opened(16384);
        assert_int_equal(drive(f, dyn_create_table_begin(&f->db, &order_model, &cases[i].o)), DYN_INVALID);
        if (!strstr(dyn_last_error(&f->db)->text, cases[i].text))
            fail_msg("%s does not say %s", dyn_last_error(&f->db)->text, cases[i].text);
        assert_int_equal(f->s.requests, 0);
        finish(f);
    }
}

/* --- Migrations ---------------------------------------------------------------------------------------------------- */

static char told[2048];
static void keep(void *user, const void *data, size_t size)
{
    size_t n = strlen(told);

    (void)user;
    assert_true(n + size < sizeof told);
    memcpy(told + n, data, size);
    told[n + size] = 0;
}
static const dyn_sink sink = { keep, NULL };

#define DEFINITIONS "\"AttributeDefinitions\":[" DEFINED("pk", "S") "," DEFINED("sk", "S") "," DEFINED("status", "S") "," DEFINED("placed", "N") "," \
                    DEFINED("total", "N") "," DEFINED("town", "S") "]"
#define ON_DEMAND ",\"BillingModeSummary\":{\"BillingMode\":\"PAY_PER_REQUEST\"}"
#define LIVE(status, more) "{\"Table\":{\"TableName\":\"orders\",\"TableStatus\":\"" status "\"," DEFINITIONS "," TABLE_KEYS more "}}"
#define STATUS_INDEX(status) "{\"IndexName\":\"by-status\"," STATUS_KEYS ",\"Projection\":{\"ProjectionType\":\"ALL\"},\"IndexStatus\":\"" status "\"}"
#define TOWN_INDEX(status) "{\"IndexName\":\"by-town\"," TOWN_KEYS \
                           ",\"Projection\":{\"NonKeyAttributes\":[\"note\",\"customer\"],\"ProjectionType\":\"INCLUDE\"},\"IndexStatus\":\"" status "\"}"
#define LOCALS ",\"LocalSecondaryIndexes\":[" TOTAL_INDEX "]"
#define GLOBALS(list) LOCALS ON_DEMAND ",\"GlobalSecondaryIndexes\":[" list "]"

static dyn_status migrate(fixture *f, const dyn_table_options *o)
{
    told[0] = 0;
    return drive(f, dyn_table_migrate_begin(&f->db, &order_model, &sink, o));
}

/* One change at a time, each when table and index are ACTIVE again (the developer guide on UpdateTable). */
static void a_migration_waits_for_table_and_index_between_its_steps(void **state)
{
    fixture *f = opened(24576);

    (void)state;
    answer(f, 200, LIVE("UPDATING", LOCALS ON_DEMAND));
    answer(f, 200, LIVE("ACTIVE", LOCALS ON_DEMAND));
    answer(f, 200, "{\"TableDescription\":{}}");                                          /* create by-status */
    answer(f, 200, LIVE("ACTIVE", LOCALS ON_DEMAND));                                     /* not told yet */
    answer(f, 200, LIVE("UPDATING", GLOBALS(STATUS_INDEX("CREATING"))));
    answer(f, 200, LIVE("ACTIVE", GLOBALS(STATUS_INDEX("CREATING"))));
    answer(f, 200, LIVE("ACTIVE", GLOBALS(STATUS_INDEX("ACTIVE"))));
    answer(f, 200, "{\"TableDescription\":{}}");                                          /* create by-town */
    answer(f, 200, LIVE("ACTIVE", GLOBALS(STATUS_INDEX("ACTIVE") "," TOWN_INDEX("ACTIVE"))));
    assert_int_equal(migrate(f, NULL), DYN_OK);
    assert_int_equal(f->s.requests, 9);
    assert_string_equal(told, "create index by-status (pk status, sk placed; ALL)\ncreate index by-town (pk town, status, sk placed, total; INCLUDE)\n");
    finish(f);
}

static void a_step_asks_for_exactly_one_index(void **state)
{
    fixture *f = make(24576);
    dyn_table_options o;

    (void)state;
    f->config.attempts = 1;
    open_it(f);
    answer(f, 200, LIVE("ACTIVE", LOCALS ON_DEMAND));
    answer(f, 400, "{\"__type\":\"com.amazonaws.dynamodb.v20120810#LimitExceededException\",\"message\":\"slow\"}");
    assert_int_equal(migrate(f, NULL), DYN_THROTTLED);
    assert_string_equal(f->s.last, "{\"TableName\":\"orders\",\"AttributeDefinitions\":[" DEFINED("status", "S") "," DEFINED("placed", "N") "],"
                        "\"GlobalSecondaryIndexUpdates\":[{\"Create\":{\"IndexName\":\"by-status\"," STATUS_KEYS ",\"Projection\":{\"ProjectionType\":\"ALL\"}}}]}");
    answer(f, 200, LIVE("ACTIVE", LOCALS "," UNITS(5, 6)));                               /* provisioned: an index needs units */
    answer(f, 400, "{\"__type\":\"LimitExceededException\"}");
    assert_int_equal(migrate(f, NULL), DYN_THROTTLED);
    assert_non_null(strstr(f->s.last, "\"ALL\"}," UNITS(5, 6) "}}]}"));
    memset(&o, 0, sizeof o);
    o.delete_indexes = true;
    told[0] = 0;
    answer(f, 200, LIVE("ACTIVE", GLOBALS(STATUS_INDEX("ACTIVE") "," TOWN_INDEX("DELETING"))));
    answer(f, 200, LIVE("ACTIVE", GLOBALS(STATUS_INDEX("ACTIVE"))));
    answer(f, 400, "{\"__type\":\"LimitExceededException\"}");
    assert_int_equal(drive(f, dyn_table_migrate_begin(&f->db, &bare_model, &sink, &o)), DYN_THROTTLED);
    assert_string_equal(f->s.last, "{\"TableName\":\"orders\",\"GlobalSecondaryIndexUpdates\":[{\"Delete\":{\"IndexName\":\"by-status\"}}]}");
    assert_string_equal(told, "left alone: index by-total, which no model names\ndelete index by-status\n");
    finish(f);
}

static void a_table_that_becomes_provisioned_has_units_for_each_index(void **state)
{
    fixture *f = make(24576);
    dyn_table_options o;

    (void)state;
    f->config.attempts = 1;
    open_it(f);
    memset(&o, 0, sizeof o);
    o.read_units = 3, o.write_units = 4;
    answer(f, 200, LIVE("ACTIVE", GLOBALS(STATUS_INDEX("ACTIVE") "," TOWN_INDEX("ACTIVE"))));
    answer(f, 400, "{\"__type\":\"LimitExceededException\"}");
    assert_int_equal(migrate(f, &o), DYN_THROTTLED);
    assert_string_equal(f->s.last, "{\"TableName\":\"orders\",\"BillingMode\":\"PROVISIONED\"," UNITS(3, 4) ",\"GlobalSecondaryIndexUpdates\":["
                        "{\"Update\":{\"IndexName\":\"by-status\"," UNITS(3, 4) "}},{\"Update\":{\"IndexName\":\"by-town\"," UNITS(7, 8) "}}]}");
    assert_string_equal(told, "bill provisioned throughput, 3 read and 4 write units\n");
    finish(f);
}

static void a_stream_with_another_view_is_switched_off_and_on(void **state)
{
    fixture *f = opened(24576);
    dyn_table_options o;

    (void)state;
    memset(&o, 0, sizeof o);
    o.stream = DYN_VIEW_BOTH;
#define FULL GLOBALS(STATUS_INDEX("ACTIVE") "," TOWN_INDEX("ACTIVE"))
    answer(f, 200, LIVE("ACTIVE", FULL ",\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":\"KEYS_ONLY\"}"));
    answer(f, 200, "{}");
    answer(f, 200, LIVE("ACTIVE", FULL));
    answer(f, 200, "{}");
    answer(f, 200, LIVE("ACTIVE", FULL ",\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":\"NEW_AND_OLD_IMAGES\"}"));
    assert_int_equal(migrate(f, &o), DYN_OK);
    assert_string_equal(told, "disable the stream\nenable the stream, NEW_AND_OLD_IMAGES\n");
    finish(f);
}

static void a_migration_goes_on_when_another_change_runs_or_an_answer_was_lost(void **state)
{
    fixture *f = opened(24576);

    (void)state;
    answer(f, 400, "{\"__type\":\"ResourceNotFoundException\",\"message\":\"no\"}");
    answer(f, 500, "{}");                                                                /* create: applied, and not told */
    answer(f, 400, "{\"__type\":\"ResourceInUseException\",\"message\":\"exists\"}");
    answer(f, 400, "{\"__type\":\"ResourceNotFoundException\",\"message\":\"not yet\"}");
    answer(f, 200, LIVE("CREATING", GLOBALS(STATUS_INDEX("CREATING"))));
    answer(f, 200, LIVE("ACTIVE", GLOBALS(STATUS_INDEX("ACTIVE"))));
    answer(f, 400, "{\"__type\":\"ResourceInUseException\",\"message\":\"updating\"}"); /* by-town: somebody else is at it */
    answer(f, 200, LIVE("UPDATING", GLOBALS(STATUS_INDEX("ACTIVE") "," TOWN_INDEX("CREATING"))));
    answer(f, 200, LIVE("ACTIVE", GLOBALS(STATUS_INDEX("ACTIVE") "," TOWN_INDEX("ACTIVE"))));
    assert_int_equal(migrate(f, NULL), DYN_OK);
    assert_int_equal(f->s.requests, 9);
    finish(f);
}

static void a_change_that_never_shows_is_an_error_and_no_endless_loop(void **state)
{
    fixture *f = opened(24576);

    (void)state;
    answer(f, 200, LIVE("ACTIVE", LOCALS ON_DEMAND));
    answer(f, 200, "{}");
    for (int i = 0; i < 7; i++)
        answer(f, 200, LIVE("ACTIVE", LOCALS ON_DEMAND));
    assert_int_equal(migrate(f, NULL), DYN_REJECTED);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "as it was before"));
    assert_int_equal(f->s.requests, 9);
    finish(f);
}

/* Somebody else's change ran when ours was asked for: ours was refused, so it is to be asked for again. */
static void a_step_that_was_refused_is_taken_again_when_the_other_change_is_over(void **state)
{
    fixture *f = opened(24576);

    (void)state;
    answer(f, 200, LIVE("ACTIVE", LOCALS ON_DEMAND ",\"GlobalSecondaryIndexes\":[" TOWN_INDEX("ACTIVE") "]"));
    answer(f, 400, "{\"__type\":\"ResourceInUseException\",\"message\":\"updating\"}");
    answer(f, 200, LIVE("UPDATING", LOCALS ON_DEMAND ",\"GlobalSecondaryIndexes\":[" TOWN_INDEX("ACTIVE") "]"));
    answer(f, 200, LIVE("ACTIVE", LOCALS ON_DEMAND ",\"GlobalSecondaryIndexes\":[" TOWN_INDEX("ACTIVE") "]"));
    answer(f, 200, "{}");
    answer(f, 200, LIVE("ACTIVE", GLOBALS(STATUS_INDEX("ACTIVE") "," TOWN_INDEX("ACTIVE"))));
    assert_int_equal(migrate(f, NULL), DYN_OK);
    assert_int_equal(f->s.requests, 6);
    assert_string_equal(told, "create index by-status (pk status, sk placed; ALL)\n");
    finish(f);
}

/* The service's texts: to ask for what is so already is a ValidationException. */
static void a_ttl_that_is_set_already_is_set(void **state)
{
    fixture *f = opened(24576);

    (void)state;
    answer(f, 400, "{\"__type\":\"com.amazon.coral.validate#ValidationException\",\"message\":\"TimeToLive is already enabled\"}");
    assert_int_equal(drive(f, dyn_set_ttl_begin(&f->db, &bare_model, "expires", true, NULL)), DYN_OK);
    assert_int_equal(dyn_last_error(&f->db)->status, DYN_OK);
    answer(f, 400, "{\"__type\":\"com.amazon.coral.validate#ValidationException\",\"message\":\"TimeToLive is already disabled\"}");
    assert_int_equal(drive(f, dyn_set_ttl_begin(&f->db, &bare_model, "expires", false, NULL)), DYN_OK);
    answer(f, 400, "{\"__type\":\"com.amazon.coral.validate#ValidationException\",\"message\":\"TimeToLive is already enabled\"}");
    assert_int_equal(drive(f, dyn_set_ttl_begin(&f->db, &bare_model, "expires", false, NULL)), DYN_REJECTED);
    answer(f, 400, "{\"__type\":\"com.amazon.coral.validate#ValidationException\",\"message\":\"TimeToLive is active on a different AttributeName: current AttributeName is x\"}");
    assert_int_equal(drive(f, dyn_set_ttl_begin(&f->db, &bare_model, "expires", true, NULL)), DYN_REJECTED);
    finish(f);
}

static void a_ttl_is_switched_on_when_the_table_is_there(void **state)
{
    fixture *f = opened(24576);
    dyn_table_options o;

    (void)state;
    memset(&o, 0, sizeof o);
    o.ttl = "expires";
    answer(f, 200, "{\"TableDescription\":{}}");
    answer(f, 200, LIVE("CREATING", ON_DEMAND));
    answer(f, 200, LIVE("ACTIVE", ON_DEMAND));
    answer(f, 200, "{\"TimeToLiveDescription\":{\"TimeToLiveStatus\":\"DISABLED\"}}");
    answer(f, 200, "{\"TimeToLiveSpecification\":{\"Enabled\":true,\"AttributeName\":\"expires\"}}");
    assert_int_equal(drive(f, dyn_create_table_begin(&f->db, &bare_model, &o)), DYN_OK);
    assert_int_equal(f->s.requests, 5);
    assert_string_equal(f->s.last, "{\"TableName\":\"orders\",\"TimeToLiveSpecification\":{\"Enabled\":true,\"AttributeName\":\"expires\"}}");
    answer(f, 200, LIVE("ACTIVE", ON_DEMAND));
    answer(f, 200, "{\"TimeToLiveDescription\":{\"TimeToLiveStatus\":\"ENABLED\",\"AttributeName\":\"other\"}}");
    assert_int_equal(drive(f, dyn_table_migrate_begin(&f->db, &bare_model, NULL, &o)), DYN_INVALID);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "TTL is on attribute other"));
    answer(f, 200, LIVE("ACTIVE", ON_DEMAND));
    answer(f, 200, "{\"TimeToLiveDescription\":{\"TimeToLiveStatus\":\"DISABLING\",\"AttributeName\":\"expires\"}}");
    assert_int_equal(drive(f, dyn_table_migrate_begin(&f->db, &bare_model, NULL, &o)), DYN_INVALID);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "being switched off"));
    finish(f);
}

/* What a migration of one index sends and gets, from beginning to end. */
static void answers_of_a_migration(fixture *f)
{
    answer(f, 200, LIVE("ACTIVE", GLOBALS(TOWN_INDEX("ACTIVE"))));
    answer(f, 200, "{\"TableDescription\":{}}");
    answer(f, 200, LIVE("ACTIVE", GLOBALS(STATUS_INDEX("CREATING") "," TOWN_INDEX("ACTIVE"))));
    answer(f, 200, LIVE("ACTIVE", GLOBALS(STATUS_INDEX("ACTIVE") "," TOWN_INDEX("ACTIVE"))));
    answer(f, 200, "{\"TimeToLiveDescription\":{\"TimeToLiveStatus\":\"DISABLED\"}}");
    answer(f, 200, "{}");
}

static void too_little_memory_is_told_at_every_size_and_what_is_told_is_enough_in_the_end(void **state)
{
    dyn_table_options o;
    bool done = false;

    (void)state;
    memset(&o, 0, sizeof o);
    o.ttl = "expires";
    for (size_t size = 6000; size < 30000 && !done; size += 200) {
        fixture *f = make(size);
        f->opened = dyn_open(&f->db, &f->config) == DYN_OK;
        if (f->opened) {
            answers_of_a_migration(f);
            dyn_status s = migrate(f, &o);
            if (s != DYN_OK && s != DYN_NO_MEMORY)
                fail_msg("%d bytes: %s %s", (int)size, dyn_status_name(s), dyn_last_error(&f->db)->text);
            if (s == DYN_NO_MEMORY)
                assert_true(dyn_last_error(&f->db)->needed > size);
            done = s == DYN_OK;
        }
        finish(f);
    }
    assert_true(done);
}

static void any_call_of_the_stream_may_fail_and_the_migration_ends(void **state)
{
    dyn_table_options o;

    (void)state;
    memset(&o, 0, sizeof o);
    o.ttl = "expires", o.total_ms = 20000;
    for (int at = 1; at < 40; at++) {
        fixture *f = opened(24576);
        answers_of_a_migration(f);
        for (int i = 0; i < 20; i++)
            answer(f, 400, "{\"__type\":\"ValidationException\",\"message\":\"no\"}");
        f->s.fail_at = at, f->s.fail_with = DYN_IO_ERROR;
        (void)migrate(f, &o);
        f->s.fail_at = 0;
        finish(f);
    }
}

/* --- Descriptions -------------------------------------------------------------------------------------------------- */

/* CreationDateTime as in recorded traffic of the service (1.615218678973E9). */
static void a_description_is_decoded_in_full(void **state)
{
    fixture *f = opened(24576);
    dyn_table_info info;

    (void)state;
    answer(f, 200, LIVE("ARCHIVED", ",\"CreationDateTime\":1.615218678973E9,\"ItemCount\":12,\"TableSizeBytes\":3456,\"DeletionProtectionEnabled\":true,"
        "\"TableClassSummary\":{\"TableClass\":\"STANDARD_INFREQUENT_ACCESS\"},\"OnDemandThroughput\":{\"MaxReadRequestUnits\":50,\"MaxWriteRequestUnits\":-1},"
        "\"ProvisionedThroughput\":{\"NumberOfDecreasesToday\":0,\"ReadCapacityUnits\":0,\"WriteCapacityUnits\":0},"
        "\"LatestStreamArn\":\"arn:aws:dynamodb:eu-west-1:1:table\\/orders/stream/L\",\"LatestStreamLabel\":\"L\","
        "\"StreamSpecification\":{\"StreamEnabled\":false}" GLOBALS("{\"IndexName\":\"by-status\"," STATUS_KEYS
        ",\"Projection\":{\"ProjectionType\":\"ALL\"},\"IndexStatus\":\"CREATING\",\"Backfilling\":true,\"ItemCount\":5,\"IndexSizeBytes\":6," UNITS(7, 8) "}")));
    assert_int_equal(drive(f, dyn_describe_table_begin(&f->db, &bare_model, &info, NULL)), DYN_OK);
    assert_int_equal(info.status, DYN_TABLE_OTHER);
    assert_memory_equal(info.status_text.ptr, "ARCHIVED", 8);
    assert_true(info.created_ms == INT64_C(1615218678973));
    assert_true(info.item_count == 12 && info.size_bytes == 3456 && info.protected_ && info.on_demand);
    assert_int_equal(info.table_class, DYN_CLASS_INFREQUENT);
    assert_true(info.max_read_units == 50 && info.max_write_units == 0 && info.read_units == 0);
    assert_int_equal(info.stream, DYN_VIEW_OFF);
    assert_int_equal(info.stream_arn.len, strlen("arn:aws:dynamodb:eu-west-1:1:table/orders/stream/L"));
    assert_int_equal(info.index_count, 2);
    assert_true(info.indexes[0].local && !info.indexes[1].local);
    assert_true(info.indexes[1].backfilling && info.indexes[1].item_count == 5 && info.indexes[1].size_bytes == 6 && info.indexes[1].read_units == 7);
    assert_int_equal(info.indexes[1].status, DYN_TABLE_CREATING);
    finish(f);
}

static void a_description_cut_short_of_anything_is_taken_or_refused_but_never_trusted(void **state)
{
    static const char *const bodies[] = {
        "{}", "{\"Table\":{}}", "{\"Table\":[]}", "{\"Table\":\"x\"}", "[]", "{\"Table\":{\"KeySchema\":{},\"GlobalSecondaryIndexes\":{\"a\":[]}}}",
        "{\"Table\":{\"KeySchema\":[1,\"a\",{}],\"GlobalSecondaryIndexes\":[1,{},{\"KeySchema\":[{}]},{\"Projection\":{\"NonKeyAttributes\":[{},1]}}]}}",
        "{\"Table\":{\"GlobalSecondaryIndexes\":[{\"KeySchema\":[{},{},{},{},{},{}]}]}}",
        "{\"Table\":{\"CreationDateTime\":1e400,\"ItemCount\":-1,\"TableStatus\":\"ACTIVE\",\"TableName\":7}}"
    };

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        for (int k = 0; k < 3; k++) {
            fixture *f = make(24576);
            dyn_table_info info;
            dyn_table_options o;
            memset(&o, 0, sizeof o);
            o.total_ms = 3000;
            f->config.attempts = 1;
            open_it(f);
            for (int n = 0; n < 8; n++)
                answer(f, 200, bodies[i]);
            if (k == 0)
                (void)drive(f, dyn_describe_table_begin(&f->db, &order_model, &info, &o));
            else if (k == 1)
                (void)drive(f, dyn_table_diff_begin(&f->db, &order_model, NULL, NULL, &o));
            else
                assert_true(drive(f, dyn_table_migrate_begin(&f->db, &order_model, NULL, &o)) >= DYN_INVALID);
            finish(f);
        }
}

/* --- Tags ---------------------------------------------------------------------------------------------------------- */

static void tags_are_listed_over_all_pages(void **state)
{
    fixture *f = opened(16384);
    dyn_table_options o;
    dyn_tags tags;

    (void)state;
    answer(f, 200, "{\"Table\":{\"TableArn\":\"arn:aws:dynamodb:eu-west-1:1:table/orders\"}}");
    answer(f, 200, "{\"Tags\":[{\"Key\":\"a\",\"Value\":\"1\"},{\"Value\":\"\",\"Key\":\"b\\u00e9\"}],\"NextToken\":\"to\\\"k\"}");
    answer(f, 200, "{\"NextToken\":null,\"Tags\":[{\"Key\":\"c\",\"Value\":\"3\"}]}");
    assert_int_equal(drive(f, dyn_list_tags_begin(&f->db, &bare_model, &tags, NULL)), DYN_OK);
    assert_string_equal(f->s.last, "{\"ResourceArn\":\"arn:aws:dynamodb:eu-west-1:1:table/orders\",\"NextToken\":\"to\\\"k\"}");
    assert_int_equal(tags.count, 3);
    assert_true(tags.keys[0].len == 1 && *tags.keys[0].ptr == 'a' && *tags.values[0].ptr == '1');
    assert_true(tags.keys[1].len == 3 && memcmp(tags.keys[1].ptr, "b\xc3\xa9", 3) == 0 && tags.values[1].len == 0);
    assert_true(*tags.keys[2].ptr == 'c' && *tags.values[2].ptr == '3');
    memset(&o, 0, sizeof o);
    o.table = "arn:aws:dynamodb:eu-west-1:1:table/other";
    answer(f, 200, "{\"Tags\":[]}");
    assert_int_equal(drive(f, dyn_list_tags_begin(&f->db, &bare_model, &tags, &o)), DYN_OK);
    assert_string_equal(f->s.last, "{\"ResourceArn\":\"arn:aws:dynamodb:eu-west-1:1:table/other\"}");
    assert_int_equal(tags.count, 0);
    finish(f);
}

static void tags_are_set_and_taken_away_by_the_arn(void **state)
{
    static const dyn_tag tags[] = { { "team", "sea" }, { "stage", "" } };
    static const char *const keys[] = { "a", "b\"" };
    fixture *f = opened(16384);

    (void)state;
    answer(f, 200, "{\"Table\":{\"TableArn\":\"arn:x\"}}");
    answer_raw(f, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");              /* TagResource has no output */
    assert_int_equal(drive(f, dyn_tag_table_begin(&f->db, &bare_model, tags, 2, NULL)), DYN_OK);
    assert_string_equal(f->s.last, "{\"ResourceArn\":\"arn:x\",\"Tags\":[{\"Key\":\"team\",\"Value\":\"sea\"},{\"Key\":\"stage\",\"Value\":\"\"}]}");
    answer(f, 200, "{\"Table\":{\"TableArn\":\"arn:x\"}}");
    answer(f, 200, "{}");
    assert_int_equal(drive(f, dyn_untag_table_begin(&f->db, &bare_model, keys, 2, NULL)), DYN_OK);
    assert_string_equal(f->s.last, "{\"ResourceArn\":\"arn:x\",\"TagKeys\":[\"a\",\"b\\\"\"]}");
    assert_int_equal(drive(f, dyn_tag_table_begin(&f->db, &bare_model, tags, 0, NULL)), DYN_INVALID);
    finish(f);
}

/* --- Traffic ------------------------------------------------------------------------------------------------------- */

static void the_meter_counts_the_bytes_of_the_stream_for_each_call_and_in_all(void **state)
{
    fixture *f = opened(16384);
    thing t;
    size_t first;

    (void)state;
    answer(f, 200, "{}");
    assert_int_equal(put(f), DYN_OK);
    first = f->s.taken;
    dyn_metered m = dyn_meter(&f->db);
    assert_int_equal(m.call.sent, first);
    assert_int_equal(m.call.received, f->s.answers[0].len);
    assert_int_equal(m.call.requests, 1);
    assert_int_equal(m.call.connections, 1);
    assert_int_equal(m.call.handshakes, 0);
    answer(f, 500, "{\"__type\":\"InternalServerError\"}");
    answer(f, 200, FOUND);
    f->s.read_most = 7, f->s.write_most = 5;
    assert_int_equal(get(f, &t), DYN_OK);
    m = dyn_meter(&f->db);
    assert_int_equal(m.call.sent, f->s.taken - first);
    assert_int_equal(m.call.received, f->s.answers[1].len + f->s.answers[2].len);
    assert_int_equal(m.call.requests, 2);
    assert_int_equal(m.call.connections, 0);
    assert_int_equal(m.all.sent, f->s.taken);
    assert_int_equal(m.all.received, f->s.answers[0].len + f->s.answers[1].len + f->s.answers[2].len);
    assert_int_equal(m.all.requests, 3);
    assert_int_equal(m.all.connections, 1);
    finish(f);
}

static void a_client_that_is_not_open_has_moved_nothing(void **state)
{
    dyn_client db;

    (void)state;
    memset(&db, 0, sizeof db);
    assert_int_equal(dyn_meter(&db).all.sent, 0);
    assert_int_equal(dyn_capacity(&db).answers, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(consumed_units_are_taken_from_every_shape_in_pieces_of_every_size),
        cmocka_unit_test(units_are_asked_for_only_where_somebody_wants_them),
        cmocka_unit_test(an_account_has_a_line_for_each_model_and_operation_and_a_sum),
        cmocka_unit_test(units_of_all_pages_of_a_read_are_summed),
        cmocka_unit_test(a_table_with_everything_is_asked_for_in_one_request),
        cmocka_unit_test(settings_are_changed_by_their_names),
        cmocka_unit_test(options_that_contradict_each_other_are_refused),
        cmocka_unit_test(a_migration_waits_for_table_and_index_between_its_steps),
        cmocka_unit_test(a_step_asks_for_exactly_one_index),
        cmocka_unit_test(a_table_that_becomes_provisioned_has_units_for_each_index),
        cmocka_unit_test(a_stream_with_another_view_is_switched_off_and_on),
        cmocka_unit_test(a_migration_goes_on_when_another_change_runs_or_an_answer_was_lost),
        cmocka_unit_test(a_change_that_never_shows_is_an_error_and_no_endless_loop),
        cmocka_unit_test(a_step_that_was_refused_is_taken_again_when_the_other_change_is_over),
        cmocka_unit_test(a_ttl_that_is_set_already_is_set),
        cmocka_unit_test(a_ttl_is_switched_on_when_the_table_is_there),
        cmocka_unit_test(too_little_memory_is_told_at_every_size_and_what_is_told_is_enough_in_the_end),
        cmocka_unit_test(any_call_of_the_stream_may_fail_and_the_migration_ends),
        cmocka_unit_test(a_description_is_decoded_in_full),
        cmocka_unit_test(a_description_cut_short_of_anything_is_taken_or_refused_but_never_trusted),
        cmocka_unit_test(tags_are_listed_over_all_pages),
        cmocka_unit_test(tags_are_set_and_taken_away_by_the_arn),
        cmocka_unit_test(the_meter_counts_the_bytes_of_the_stream_for_each_call_and_in_all),
        cmocka_unit_test(a_client_that_is_not_open_has_moved_nothing)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
