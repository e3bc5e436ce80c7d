#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Every function that takes options by reference, called from C++20 against a real engine: items, batches, tables, PartiQL, repositories, documents,
 * relations, what is kept back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string>
extern "C" {
#include <cmocka.h>
}
#include "client_fixture.h"

struct city {
    char    country[8];
    char    name[24];
    int64_t people;
};
static const dyn_field city_fields[] = { DYN_TEXT(city, country), DYN_TEXT(city, name), DYN_INT(city, people) };
static const dyn_model city_model = { DYN_MODEL(city, city_fields), .table = "cities", .pk = "country", .sk = "name" };
DYN_TYPED(city, city_model)

struct land {
    char code[8];
    char name[24];
};
static const dyn_field land_fields[] = { DYN_TEXT(land, code), DYN_TEXT(land, name, .optional = true) };
static const dyn_model land_model = { DYN_MODEL(land, land_fields), .table = "lands", .pk = "code" };
static const dyn_relation city_land_relation = { .name = "land", .from = &city_model, .to = &land_model, .on = { "code = {country}" } };
static const dyn_relation land_cities = { .name = "cities", .from = &land_model, .to = &city_model, .on = { "country = {code}" } };
DYN_TYPED_RELATION(city_land, city, land, city_land_relation)

struct note {
    char    text[24];
    int64_t stars;
};
static const dyn_field note_fields[] = { DYN_TEXT(note, text), DYN_INT(note, stars) };
static const dyn_model note_model = { DYN_MODEL(note, note_fields), .table = "notes" };
DYN_TYPED_REPO(notes, note, note_model)

struct keys { char pk[64], sk[64]; };
static const dyn_field key_fields[] = { DYN_TEXT(keys, pk), DYN_TEXT(keys, sk) };
static const dyn_model key_model = { DYN_MODEL(keys, key_fields), .table = "notes", .pk = "pk", .sk = "sk" };

static fixture f;
static dyn_client *const db = &f.db;

static int open_all(void **)
{
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, 48 * 1024, nullptr));
    for (const dyn_model *m : { &city_model, &land_model, &key_model })
        fixture_table(&f, m);
    return 0;
}

static int close_all(void **)
{
    for (const dyn_model *m : { &city_model, &land_model, &key_model })
        fixture_drop(&f, m);
    fixture_close(&f);
    return 0;
}

static void items_by_model(void **)
{
    city c = { "de", "Berlin", 3 }, got = { "de", "Berlin", 0 };
    dyn_rows rows;
    dyn_counted counted;
    const dyn_model *const both[] = { &city_model };
    size_t which;

    want(db, DYN_OK, dyn_put(db, &city_model, &c, { .when = { DYN_EXPR("attribute_not_exists(name)") } }));
    want(db, DYN_CONDITION_FAILED, city_put(db, &c, { .when = { DYN_EXPR("attribute_not_exists(name)") } }));
    want(db, DYN_OK, dyn_get(db, &city_model, &got, { .consistent = true }));
    assert_int_equal(got.people, 3);
    want(db, DYN_OK, dyn_get_key(db, &city_model, &got, DYN_KEY("de", std::string("Berlin").c_str()), { .consistent = true }));
    want(db, DYN_OK, dyn_update(db, &city_model, &c, DYN_EXPR("SET people = people + ?", 1), { .when = { DYN_EXPR("people = ?", 3) } }));
    want(db, DYN_OK, dyn_update_key(db, &city_model, DYN_KEY("de", "Berlin"), DYN_EXPR("SET people = people + ?", 1), { .when = { DYN_EXPR("people = ?", 4) } }));
    c.people = 5;
    city after = c;
    after.people = 6;
    want(db, DYN_OK, dyn_save_changes(db, &city_model, &c, &after, { .when = { DYN_EXPR("people = ?", 5) } }));
    after.people = 7, c.people = 6;
    want(db, DYN_OK, city_save_changes(db, &c, &after, { .when = { DYN_EXPR("people = ?", 6) } }));
    dyn_select(db, &rows, &city_model, { .key = DYN_EXPR("country = ?", "de") });
    want(db, DYN_ROW, dyn_next(&rows, &got, sizeof got));
    assert_int_equal(got.people, 7);
    want(db, DYN_DONE, dyn_next(&rows, &got, sizeof got));
    dyn_scan(db, &rows, &city_model, { .where = { DYN_EXPR("people > ?", 6) } });
    want(db, DYN_ROW, city_next(&rows, &got));
    want(db, DYN_OK, dyn_finish(&rows));
    dyn_select_any(db, &rows, both, 1, { .key = DYN_EXPR("country = ?", "de") });
    want(db, DYN_ROW, dyn_next_any(&rows, &which, &got, sizeof got));
    want(db, DYN_OK, dyn_finish(&rows));
    dyn_scan_any(db, &rows, both, 1, { .limit = 1 });
    want(db, DYN_ROW, dyn_next_any(&rows, &which, &got, sizeof got));
    want(db, DYN_OK, dyn_finish(&rows));
    want(db, DYN_OK, dyn_count(db, &city_model, { .key = DYN_EXPR("country = ?", "de") }, &counted));
    assert_int_equal(counted.count, 1);
    want(db, DYN_OK, city_count(db, { .key = DYN_EXPR("country = ?", "fr") }, &counted));
    assert_int_equal(counted.count, 0);
    want(db, DYN_CONDITION_FAILED, dyn_delete(db, &city_model, &c, { .when = { DYN_EXPR("people = ?", 1) } }));
    want(db, DYN_OK, dyn_delete_key(db, &city_model, DYN_KEY("de", "Berlin"), { .when = { DYN_EXPR("people = ?", 7) } }));
}

static dyn_status a_city(void *user, size_t index, dyn_batch_change *change)
{
    change->model = &city_model, change->item = static_cast<city *>(user) + index;
    return DYN_OK;
}

static dyn_status one_row(void *user, const void *, const dyn_mask *)
{
    ++*static_cast<int *>(user);
    return DYN_OK;
}

static void batches_and_a_pool(void **)
{
    city all[2] = { { "fr", "Lyon", 1 }, { "fr", "Nice", 2 } };
    dyn_status statuses[2];
    dyn_mask masks[2];
    uint8_t left = 0;
    int seen = 0;
    city room[1];
    dyn_rows rows[1];
    dyn_client *const clients[] = { db };
    dyn_pool pool = { .clients = clients, .count = 1 };
    const dyn_batch_change changes[] = { { .model = &city_model, .item = &all[0] } };
    dyn_batch_item items[] = { { .model = &city_model, .item = &all[0] } };

    want(db, DYN_OK, dyn_batch_write(db, changes, 1, { .left = &left }));
    want(db, DYN_OK, dyn_batch_write_from(db, a_city, all, 2, { .left = &left }));
    want(db, DYN_OK, dyn_put_many(db, &city_model, all, 2, { .left = &left }));
    want(db, DYN_OK, city_put_many(db, all, 2, { .left = &left }));
    assert_int_equal(left, 0);
    want(db, DYN_OK, dyn_batch_get(db, items, 1, { .consistent = true }));
    want(db, DYN_OK, dyn_get_many(db, &city_model, all, 2, statuses, { .consistent = true }));
    want(db, DYN_OK, city_get_many(db, all, 2, statuses, { .consistent = true }));
    memset((void *)masks, 0, sizeof masks);
    want(db, DYN_OK, dyn_complete(db, &city_model, all, 2, masks, { .consistent = true }));
    memset((void *)masks, 0, sizeof masks);
    want(db, DYN_OK, city_complete(db, all, 2, masks, { .consistent = true }));
    assert_int_equal(all[1].people, 2);
    want(db, DYN_OK, dyn_pool_scan(&pool, &city_model, { .consistent = true }, room, sizeof room[0], rows, one_row, &seen));
    assert_int_equal(seen, 2);
    int begun = 0;
    want(db, DYN_OK, dyn_pool_run(&pool, { .begin = [](void *user, size_t, dyn_client *client) {
                                               static city c = { "fr", "Nice", 0 };
                                               return (*static_cast<int *>(user))++ ? DYN_DONE : city_get_begin(client, &c, nullptr);
                                           },
                                           .ended = [](void *, size_t, dyn_client *, dyn_status s) { return s; }, .user = &begun }));
    assert_int_equal(begun, 2);
    want(db, DYN_OK, dyn_delete_many(db, &city_model, all, 1, { .left = &left }));
    want(db, DYN_OK, city_delete_many(db, all, 2, { .left = &left }));
}

static void tables(void **)
{
    dyn_table_info info;
    dyn_ttl_info ttl;
    dyn_tags tags;
    dyn_tables list;
    dyn_str answer;
    uint32_t steps;
    const dyn_sink none = { [](void *, const void *, size_t) {}, nullptr };
    const dyn_tag owner[] = { { "owner", "ada" } };
    const char *const names[] = { "owner" };

    want(db, DYN_OK, dyn_create_table(db, &city_model, { .table = "more" }));
    want(db, DYN_OK, dyn_wait_table(db, &city_model, DYN_TABLE_ACTIVE, { .table = "more" }));
    want(db, DYN_OK, dyn_describe_table(db, &city_model, &info, { .table = "more" }));
    want(db, DYN_OK, dyn_update_table(db, &city_model, { .read_units = 5, .write_units = 5, .table = "more", .billing = DYN_BILLING_PROVISIONED }));
    want(db, DYN_OK, dyn_wait_table(db, &city_model, DYN_TABLE_ACTIVE, { .table = "more" }));
    want(db, DYN_OK, dyn_table_diff(db, &city_model, &none, &steps, { .table = "more" }));
    want(db, DYN_OK, dyn_table_migrate(db, &city_model, &none, { .table = "more" }));
    want(db, DYN_OK, dyn_set_ttl(db, &city_model, "until", true, { .table = "more" }));
    want(db, DYN_OK, dyn_describe_ttl(db, &city_model, &ttl, { .table = "more" }));
    want(db, DYN_OK, dyn_tag_table(db, &city_model, owner, 1, { .table = "more" }));
    want(db, DYN_OK, dyn_list_tags(db, &city_model, &tags, { .table = "more" }));
    want(db, DYN_OK, dyn_untag_table(db, &city_model, names, 1, { .table = "more" }));
    want(db, DYN_OK, dyn_list_tables(db, &list, { .limit = 1 }));
    assert_int_equal(list.count, 1);
    want(db, DYN_OK, dyn_raw(db, "ListTables", dyn_str{ "{}", 2 }, &answer, { .repeat = DYN_REPEAT_YES }));
    want(db, DYN_OK, dyn_delete_table(db, &city_model, { .table = "more" }));
}

static void statements_and_transactions(void **)
{
    city c = { "it", "Rome", 1 };
    dyn_rows rows;
    dyn_statement insert = { .text = DYN_EXPR("INSERT INTO {table} VALUE {item}"), .model = &city_model, .item = &c };
    const auto all = DYN_EXPR("SELECT * FROM {table} WHERE country = ?", "it");
    const auto change = DYN_EXPR("UPDATE {table} SET people = 2 WHERE country = ? AND name = ?", "it", "Rome");
    const dyn_statement select = { .text = all, .model = &city_model };
    dyn_statement update[] = { { .text = change, .model = &city_model } };

    want(db, DYN_OK, dyn_execute(db, &insert, { .total_ms = 9000 }));
    dyn_execute_select(db, &rows, &select, { .limit = 1 });
    want(db, DYN_ROW, city_next(&rows, &c));
    want(db, DYN_OK, dyn_finish(&rows));
    dyn_execute_select(db, &rows, { .text = DYN_EXPR("SELECT * FROM {table} WHERE country = ?", "it"), .model = &city_model }, { .limit = 1 });
    want(db, DYN_ROW, city_next(&rows, &c));
    want(db, DYN_OK, dyn_finish(&rows));
    dyn_execute_select(db, &rows, { .text = DYN_EXPR("SELECT * FROM {table} WHERE country = ?", "it"), .model = &city_model }, nullptr);
    want(db, DYN_ROW, city_next(&rows, &c));
    want(db, DYN_OK, dyn_finish(&rows));
    want(db, DYN_OK, dyn_execute_batch(db, update, 1, { .repeat = DYN_REPEAT_YES }));
    want(db, DYN_OK, dyn_execute_transaction(db, update, 1, { .total_ms = 9000 }));
    want(db, DYN_OK, dyn_execute(db, { .text = DYN_EXPR("DELETE FROM {table} WHERE country = ? AND name = ?", "it", "Rome"), .model = &city_model }, nullptr));

    dyn_tx_write put[] = { DYN_TX_PUT(city_model, &c) };
    dyn_tx_read get[] = { DYN_TX_GET(city_model, &c) };
    want(db, DYN_OK, dyn_transact_write(db, put, 1, { .token = "once" }));
    want(db, DYN_OK, dyn_transact_get(db, get, 1, { .total_ms = 9000 }));
    assert_true(get[0].found);

    static unsigned char memory[4096];
    dyn_writer w;
    want(db, DYN_OK, dyn_writer_open(&w, db, { DYN_MEMORY(memory) }));
    city_writer_delete_key(&w, DYN_KEY("it", "Rome"));
    want(db, DYN_OK, dyn_writer_send(&w));
    dyn_transaction t;
    want(db, DYN_OK, dyn_transaction_open(&t, db, { DYN_MEMORY(memory) }));
    want(db, DYN_OK, dyn_transaction_add(&t, DYN_TX_PUT(city_model, &c)));
    want(db, DYN_OK, dyn_transaction_commit(&t));
    want(db, DYN_OK, city_delete(db, &c, { .when = { DYN_EXPR("people = ?", 1) } }));
}

static void streams(void **)
{
    static dyn_shard shards[4];
    dyn_changes changes;

    want(db, DYN_INVALID, dyn_changes_open(&changes, db, &city_model, shards, 4, { .page = 1001 }));
    want(db, DYN_OK, dyn_changes_open(&changes, db, &city_model, shards, 4, { .from = DYN_FROM_NOW }));
}

static void a_repository(void **)
{
    static unsigned char memory[16 * 1024];
    dyn_repo repo;
    dyn_rows rows;
    dyn_content c;
    note n = { "one", 1 }, two = { "two", 2 }, got;
    uint64_t count;
    const auto p = DYN_KEY("p"), first = DYN_KEY(1), second = DYN_KEY(2);
    uint32_t order[2];
    dyn_repo_once once = { .order = order };

    want(db, DYN_OK, dyn_repo_open(&repo, db, &note_model, { DYN_MEMORY(memory), .convention = dyn_pydantic_dynamo(), .name = "n", .type = "t" }));
    want(db, DYN_OK, dyn_repo_put(&repo, p, first, &n, { .create = true }));
    want(db, DYN_CONDITION_FAILED, dyn_repo_put(&repo, p, first, &n, { .create = true }));
    want(db, DYN_OK, dyn_repo_get(&repo, p, first, &got, &c, { .consistent = true }));
    want(db, DYN_OK, dyn_repo_update(&repo, p, first, DYN_EXPR("SET stars = ?", 5), { .version = 1 }));
    dyn_repo_list(&repo, &rows, { .partition = DYN_KEY("p"), .newest_first = true });
    want(db, DYN_ROW, dyn_repo_next(&repo, &rows, &got, &c));
    assert_int_equal(c.version, 2);
    want(db, DYN_OK, dyn_finish(&rows));
    dyn_repo *const both[] = { &repo };
    size_t which;
    dyn_repo_list_any(both, 1, &rows, { .partition = DYN_KEY("p"), .limit = 1 });
    want(db, DYN_ROW, dyn_repo_next_any(&rows, &which, &got, sizeof got, &c));
    want(db, DYN_OK, dyn_finish(&rows));
    want(db, DYN_OK, dyn_repo_count(&repo, { .partition = DYN_KEY("p") }, &count));
    assert_int_equal(count, 1);
    dyn_repo_item items[] = { notes_item(p, first, &n), notes_item(p, second, &two) };
    want(db, DYN_OK, dyn_repo_put_many(&repo, nullptr, items, 2, { .total_ms = 9000 }));
    want(db, DYN_OK, dyn_repo_get_many(&repo, items, 2, { .consistent = true }));
    want(db, DYN_OK, dyn_repo_write_once(&repo, nullptr, items, 2, once));
    assert_int_equal(once.wrote, 0);
    want(db, DYN_OK, dyn_repo_delete(&repo, p, first, { .version = 1 }));
    want(db, DYN_OK, dyn_repo_delete_all(&repo, { .partition = DYN_KEY("p") }, &count));
    assert_int_equal(count, 1);

    /* the same by the typed functions */
    want(db, DYN_OK, notes_open(&repo, db, { DYN_MEMORY(memory), .convention = dyn_pydantic_dynamo(), .name = "n", .type = "t" }));
    want(db, DYN_OK, notes_put(&repo, p, first, &n, { .create = true }));
    want(db, DYN_OK, notes_get(&repo, p, first, &got, &c, { .consistent = true }));
    want(db, DYN_OK, notes_update(&repo, p, first, DYN_EXPR("SET stars = ?", 5), { .version = 1 }));
    notes_list(&repo, &rows, { .partition = DYN_KEY("p") });
    want(db, DYN_ROW, notes_next(&repo, &rows, &got, &c));
    want(db, DYN_OK, dyn_finish(&rows));
    want(db, DYN_OK, notes_count(&repo, { .partition = DYN_KEY("p") }, &count));
    want(db, DYN_OK, notes_put_many(&repo, items, 2, { .total_ms = 9000 }));
    want(db, DYN_OK, notes_get_many(&repo, items, 2, { .consistent = true }));
    assert_string_equal(two.text, "two");
    two.stars = 3;
    want(db, DYN_OK, notes_write_once(&repo, items, 2, once));
    assert_int_equal(once.wrote, 1);
    want(db, DYN_OK, notes_delete(&repo, p, first, { .version = 1 }));
    want(db, DYN_OK, notes_delete_all(&repo, { .partition = DYN_KEY("p") }, &count));
    assert_int_equal(count, 1);
}

static void documents(void **)
{
    static unsigned char memory[32 * 1024], room[4096];
    static const char json[] = "{\"M\":{\"n\":{\"N\":\"1\"}}}";
    dyn_docs docs;
    dyn_doc d;
    dyn_rows rows;
    dyn_docs_batch batch;
    dyn_tx_write actions[3];
    dyn_arena arena = { room, sizeof room };
    const dyn_value v = { json, sizeof json - 1 };

    want(db, DYN_OK, dyn_docs_open(&docs, db, { DYN_MEMORY(memory), .table = "notes" }));
    want(db, DYN_OK, dyn_docs_put(&docs, DYN_KEY("a.b"), v, { .replace = true }, nullptr));
    want(db, DYN_OK, dyn_docs_get(&docs, DYN_KEY("a.b"), &d, { .consistent = true }));
    want(db, DYN_OK, dyn_docs_update(&docs, DYN_KEY("a.b"), DYN_EXPR("SET n = n + ?", 1), { .must_exist = true }, &d));
    want(db, DYN_OK, dyn_docs_set(&docs, DYN_KEY("a.b"), v, { .must_exist = true }, &d));
    dyn_docs_list(&docs, &rows, { .partition = DYN_KEY("a") });
    want(db, DYN_ROW, dyn_docs_next(&docs, &rows, &d));
    want(db, DYN_OK, dyn_finish(&rows));
    dyn_docs_scan(&docs, &rows, true, { .where = { DYN_EXPR("n = ?", 1) } });
    want(db, DYN_ROW, dyn_docs_next(&docs, &rows, &d));
    want(db, DYN_OK, dyn_finish(&rows));
    dyn_docs_batch_open(&batch, &docs, &arena, actions, 3);
    dyn_docs_batch_put(&batch, DYN_KEY("a.c"), v, { .replace = true });
    dyn_docs_batch_update(&batch, DYN_KEY("a.d"), DYN_EXPR("SET n = ?", 1), { .create = true });
    dyn_docs_batch_delete(&batch, DYN_KEY("a.b"), { .must_exist = true });
    want(db, DYN_OK, dyn_docs_batch_save(&batch, { .token = "docs" }));
    want(db, DYN_OK, dyn_docs_delete(&docs, DYN_KEY("a.c"), { .must_exist = true }));
    want(db, DYN_CONDITION_FAILED, dyn_docs_delete(&docs, DYN_KEY("a.c"), { .must_exist = true }));
    want(db, DYN_OK, dyn_docs_delete(&docs, DYN_KEY("a.d"), nullptr));
}

static void relations(void **)
{
    city c = { "at", "Wien", 2 };
    land l = { "", "Austria" };
    dyn_related of;
    dyn_rows rows;
    dyn_counted counted;
    bool made;

    want(db, DYN_OK, city_land_relate(db, &of, &c));
    want(db, DYN_OK, city_land_make(&of, &l, &made, { .total_ms = 9000 }));
    assert_true(made);
    want(db, DYN_OK, city_land_get(&of, &l, { .consistent = true }));
    want(db, DYN_OK, city_land_put(&of, &l, { .when = { DYN_EXPR("attribute_exists(code)") } }));
    want(db, DYN_OK, dyn_related_make(&of, &l, &made, { .total_ms = 9000 }));
    assert_false(made);
    want(db, DYN_OK, dyn_related_get(&of, &l, { .consistent = true }));
    want(db, DYN_OK, dyn_relate(db, &of, &land_cities, &l));
    want(db, DYN_OK, dyn_related_put(&of, &c, { .when = { DYN_EXPR("attribute_not_exists(country)") } }));
    want(db, DYN_OK, dyn_related_count(&of, { .where = { DYN_EXPR("people = ?", 2) } }, &counted));
    assert_int_equal(counted.count, 1);
    dyn_related_select(&of, &rows, { .where = { DYN_EXPR("people = ?", 2) } });
    want(db, DYN_ROW, city_next(&rows, &c));
    want(db, DYN_OK, dyn_finish(&rows));
    want(db, DYN_OK, dyn_relate(db, &of, &city_land_relation, &c));
    want(db, DYN_OK, dyn_related_delete(&of, { .when = { DYN_EXPR("name = ?", "Austria") } }));
}

int main()
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_by_model), cmocka_unit_test(batches_and_a_pool), cmocka_unit_test(tables), cmocka_unit_test(statements_and_transactions),
        cmocka_unit_test(streams), cmocka_unit_test(a_repository), cmocka_unit_test(documents), cmocka_unit_test(relations),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
