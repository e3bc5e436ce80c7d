#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* An index with four and four key attributes, and several models read from an index and by a scan, against the engine behind the gate. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

typedef struct part {
    char    id[16];
    int32_t a, b, c, d, e, f, g, h;
} part;
static const dyn_field part_fields[] = {
    DYN_TEXT(part, id), DYN_INT(part, a), DYN_INT(part, b), DYN_INT(part, c), DYN_INT(part, d), DYN_INT(part, e), DYN_INT(part, f), DYN_INT(part, g),
    DYN_INT(part, h),
};
static const dyn_index part_indexes[] = { { .name = "wide", .pk = { "a", "b", "c", "d" }, .sk = { "e", "f", "g", "h" } } };
static const dyn_model part_model = { DYN_MODEL(part, part_fields), .table = "parts", .pk = "id", DYN_INDEXES(part_indexes) };
DYN_TYPED(part, part_model)

typedef struct house {
    char street[16], city[16];
    int  floors;
} house;
typedef struct tree {
    char street[16], city[16];
    int  height;
} tree;
static const dyn_field house_fields[] = { DYN_TEXT(house, street), DYN_TEXT(house, city), DYN_INT(house, floors) };
static const dyn_field tree_fields[] = { DYN_TEXT(tree, street), DYN_TEXT(tree, city), DYN_INT(tree, height) };
static const dyn_index by_city[] = { { .name = "by_city", .pk = { "city" }, .sk = { "sk" } } };
static const dyn_model house_model = { DYN_MODEL(house, house_fields), .table = "town", .pk = "pk = HOUSE#{street}", .sk = "sk = HOUSE#{street}", DYN_INDEXES(by_city) };
static const dyn_model tree_model = { DYN_MODEL(tree, tree_fields), .table = "town", .pk = "pk = TREE#{street}", .sk = "sk = TREE#{street}", DYN_INDEXES(by_city) };

static fixture f;
static dyn_client *const db = &f.db;

static int start(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, 48 * 1024, NULL));
    return 0;
}

static int stop(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

static void an_index_with_four_and_four_key_attributes_is_read_by_them(void **state)
{
    dyn_rows rows;
    part p = { "", 1, 2, 3, 4, 5, 6, 7, 0 };
    int seen = 0;

    (void)state;
    dyn_status made = dyn_create_table(db, &part_model, NULL);
    if (made == DYN_REJECTED)
        skip();                                /* an engine without such indexes */
    want(db, DYN_OK, made);
    want(db, DYN_OK, dyn_wait_table(db, &part_model, DYN_TABLE_ACTIVE, NULL));
    for (int i = 0; i < 6; i++) {
        snprintf(p.id, sizeof p.id, "p%d", i);
        p.h = i, p.d = i == 5 ? 9 : 4;
        want(db, DYN_OK, part_put(db, &p, NULL));
    }
    dyn_query query = { .key = DYN_EXPR("a = ? AND b = ? AND c = ? AND d = ? AND e = ? AND f = ? AND g = ? AND h >= ?", 1, 2, 3, 4, 5, 6, 7, 2), .index = "wide" };
    want(db, DYN_OK, part_select(db, &rows, &query));
    for (; part_next(&rows, &p) == DYN_ROW; seen++)
        assert_int_equal(p.h, 2 + seen);
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(seen, 3);
    fixture_drop(&f, &part_model);
}

static void rows_of_several_models_come_from_an_index_and_from_a_scan(void **state)
{
    static const dyn_model *const models[] = { &house_model, &tree_model };
    house h = { "Weg 1", "Ulm", 3 };
    tree t = { "Weg 2", "Ulm", 12 };
    union { house h; tree t; } row;
    dyn_rows rows;
    size_t which = 9, houses = 0, trees = 0;
    dyn_query query = { .key = DYN_EXPR("city = ?", "Ulm"), .index = "by_city" };

    (void)state;
    fixture_table(&f, &house_model);
    want(db, DYN_OK, dyn_put(db, &house_model, &h, NULL));
    want(db, DYN_OK, dyn_put(db, &tree_model, &t, NULL));
    strcpy(t.street, "Weg 3"), strcpy(t.city, "Bonn");
    want(db, DYN_OK, dyn_put(db, &tree_model, &t, NULL));
    want(db, DYN_OK, dyn_select_any(db, &rows, models, 2, &query));
    want(db, DYN_ROW, dyn_next_any(&rows, &which, &row, sizeof row));
    assert_int_equal(which, 0);
    assert_int_equal(row.h.floors, 3);
    want(db, DYN_ROW, dyn_next_any(&rows, &which, &row, sizeof row));
    assert_int_equal(which, 1);
    assert_int_equal(row.t.height, 12);
    want(db, DYN_DONE, dyn_next_any(&rows, &which, &row, sizeof row));
    want(db, DYN_OK, dyn_finish(&rows));
    want(db, DYN_OK, dyn_scan_any(db, &rows, models, 2, NULL));
    while (dyn_next_any(&rows, &which, &row, sizeof row) == DYN_ROW)
        houses += which == 0, trees += which == 1;
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(houses, 1);
    assert_int_equal(trees, 2);
    fixture_drop(&f, &house_model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_index_with_four_and_four_key_attributes_is_read_by_them, start, stop),
        cmocka_unit_test_setup_teardown(rows_of_several_models_come_from_an_index_and_from_a_scan, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
