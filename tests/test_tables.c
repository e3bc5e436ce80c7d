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
        cmocka_unit_test(the_meter_counts_the_bytes_of_the_stream_for_each_call_and_in_all),
        cmocka_unit_test(a_client_that_is_not_open_has_moved_nothing)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
