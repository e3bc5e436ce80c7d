#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Transactions, writes done once, and saved changes, against the engine behind the gate. What is stored is looked at past the client, as the
 * engine's JSON. Bodies expected were written by hand from DynamoDB's API reference (TransactWriteItems, TransactGetItems, UpdateItem). */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

typedef struct account {
    char    id[16];
    int64_t balance;
    char    note[16];
    dyn_str owner;
} account;
static const dyn_field account_fields[] = {
    DYN_TEXT(account, id), DYN_INT(account, balance), DYN_TEXT(account, note, .omit_zero = true), DYN_STR(account, owner, .omit_zero = true)
};
static const dyn_model account_model = { DYN_MODEL(account, account_fields), .table = "accounts", .pk = "id" };
DYN_TYPED(account, account_model)

typedef struct entry {
    char    account[16];
    int64_t at;
    int64_t amount;
} entry;
static const dyn_field entry_fields[] = { DYN_TEXT(entry, account), DYN_INT(entry, at), DYN_INT(entry, amount) };
static const dyn_model entry_model = { DYN_MODEL(entry, entry_fields), .table = "ledger", .pk = "pk = ACCOUNT#{account}", .sk = "sk = ENTRY#{at:10}" };
DYN_TYPED(entry, entry_model)

typedef struct place {
    char    city[12];
    int32_t floor;
} place;
static const dyn_field place_fields[] = { DYN_TEXT(place, city), DYN_INT(place, floor, .attr = "level") };
static const dyn_model place_model = { DYN_MODEL(place, place_fields) };
typedef struct sensor {
    char     id[16];
    double   celsius;
    int32_t  count;
    bool     has_count;
    place    where;
    int32_t  vals[4];
    uint8_t  val_count;
    char     tags[3][8];
    uint8_t  tag_count;
    char     name[8];
} sensor;
static const dyn_field sensor_fields[] = {
    DYN_TEXT(sensor, id), DYN_REAL(sensor, celsius, .attr = "temp"), DYN_INT(sensor, count, .has = DYN_HAS(sensor, has_count)),
    DYN_MAP(sensor, where, place_model), DYN_INT_LIST(sensor, vals, val_count), DYN_TEXT_SET(sensor, tags, tag_count), DYN_TEXT(sensor, name)
};
static const dyn_model sensor_model = { DYN_MODEL(sensor, sensor_fields), .table = "sensors", .pk = "id" };
DYN_TYPED(sensor, sensor_model)

typedef struct note {
    char    id[16];
    int64_t n;
    char    text[16];
    char    write_id[33];
} note;
static const dyn_field note_fields[] = { DYN_TEXT(note, id), DYN_INT(note, n), DYN_TEXT(note, text, .optional = true), DYN_WRITE_ID(note, write_id, .attr = "wid") };
static const dyn_model note_model = { DYN_MODEL(note, note_fields), .table = "notes", .pk = "id" };
DYN_TYPED(note, note_model)

static fixture f;

static int open_all(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    want(&f.db, DYN_OK, fixture_open(&f, FIXTURE_PLAIN, NULL));
    fixture_table(&f, &account_model);
    fixture_table(&f, &entry_model);
    fixture_table(&f, &sensor_model);
    fixture_table(&f, &note_model);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    dyn_cancel(&f.db);
    fixture_drop(&f, &account_model);
    fixture_drop(&f, &entry_model);
    fixture_drop(&f, &sensor_model);
    fixture_drop(&f, &note_model);
    fixture_close(&f);
    return 0;
}

static void two_accounts(void)
{
    engine_put(&f, &account_model, "\"id\":{\"S\":\"anna\"},\"balance\":{\"N\":\"100\"},\"owner\":{\"S\":\"Anna B\\u00f6ll\"},\"hidden\":{\"S\":\"kept\"}");
    engine_put(&f, &account_model, "\"id\":{\"S\":\"ben\"},\"balance\":{\"N\":\"20\"}");
}

/* What the engine has of an account. */
static const char *stored(const char *id)
{
    static char text[2000];
    char key[64];

    snprintf(key, sizeof key, "\"id\":{\"S\":\"%s\"}", id);
    snprintf(text, sizeof text, "%s", engine_get(&f, &account_model, key));
    return text;
}

/* --- Writing ------------------------------------------------------------------------------------------------------- */

static void a_transfer_touches_three_models_items_at_once(void **state)
{
    entry e = { "anna", 7, -30 };

    (void)state;
    two_accounts();
    engine_put(&f, &sensor_model, "\"id\":{\"S\":\"s\"},\"temp\":{\"N\":\"1\"}");
    dyn_tx_write actions[] = {
        DYN_TX_UPDATE_KEY(account_model, DYN_KEY("anna"), DYN_EXPR("SET balance = balance - ?", 30), .when = { DYN_EXPR("balance >= ?", 30) }),
        DYN_TX_UPDATE_KEY(account_model, DYN_KEY("ben"), DYN_EXPR("SET balance = balance + ?", 30)),
        DYN_TX_PUT(entry_model, &e, .when = { DYN_EXPR("attribute_not_exists(account)") }),
        DYN_TX_CHECK_KEY(sensor_model, DYN_KEY("s"), .when = { DYN_EXPR("celsius < ?", 5) }),
    };
    want(&f.db, DYN_OK, dyn_transact_write(&f.db, actions, 4, NULL));
    holds(stored("anna"), "\"balance\":{\"N\":\"70\"}|\"hidden\":{\"S\":\"kept\"}");
    holds(stored("ben"), "\"balance\":{\"N\":\"50\"}");
    holds(engine_get(&f, &entry_model, "\"pk\":{\"S\":\"ACCOUNT#anna\"},\"sk\":{\"S\":\"ENTRY#0000000007\"}"), "\"amount\":{\"N\":\"-30\"}");
    for (int i = 0; i < 4; i++)
        assert_int_equal(actions[i].status, DYN_OK);
    dyn_tx_write gone[] = { DYN_TX_DELETE(entry_model, &e), DYN_TX_DELETE_KEY(account_model, DYN_KEY("ben"), .when = { DYN_EXPR("balance = ?", 50) }) };
    want(&f.db, DYN_OK, dyn_transact_write(&f.db, gone, 2, NULL));
    assert_string_equal(stored("ben"), "{}");
}

static void a_condition_that_fails_cancels_all_and_names_its_action_and_gives_the_item(void **state)
{
    account seen;
    dyn_image image = { .item = &seen };

    (void)state;
    two_accounts();
    dyn_tx_write actions[] = {
        DYN_TX_UPDATE_KEY(account_model, DYN_KEY("ben"), DYN_EXPR("SET balance = balance + ?", 500)),
        DYN_TX_UPDATE_KEY(account_model, DYN_KEY("anna"), DYN_EXPR("SET balance = balance - ?", 500), .when = { DYN_EXPR("balance >= ?", 500) },
                          .existing = &image),
    };
    want(&f.db, DYN_CONDITION_FAILED, dyn_transact_write(&f.db, actions, 2, NULL));
    says(&f.db, "action 2 of 2|Update|account|its condition did not hold");
    assert_string_equal(dyn_last_error(&f.db)->attribute, "action 2");
    assert_false(dyn_last_error(&f.db)->maybe_applied);
    assert_int_equal(actions[0].status, DYN_OK);
    assert_int_equal(actions[1].status, DYN_CONDITION_FAILED);
    assert_string_equal(actions[1].code, "ConditionalCheckFailed");
    assert_true(image.found);
    assert_int_equal(seen.balance, 100);
    assert_int_equal(seen.owner.len, 10);
    assert_memory_equal(seen.owner.ptr, "Anna B\xc3\xb6ll", 10);
    assert_string_equal(seen.note, "");
    holds(stored("ben"), "\"balance\":{\"N\":\"20\"}");
}

static void each_image_goes_to_its_action(void **state)
{
    account seen[3];
    dyn_image images[3] = { { .item = &seen[0] }, { .item = &seen[1] }, { .item = &seen[2] } };
    account new_one = { "carl", 1, "", { "", 0 } };

    (void)state;
    two_accounts();
    dyn_tx_write actions[] = {
        DYN_TX_CHECK_KEY(account_model, DYN_KEY("ben"), .when = { DYN_EXPR("balance = ?", 1) }, .existing = &images[0]),
        DYN_TX_PUT(account_model, &new_one, .existing = &images[1]),
        DYN_TX_DELETE_KEY(account_model, DYN_KEY("anna"), .when = { DYN_EXPR("balance = ?", 2), DYN_EXPR("owner = ?", "Anna") }, .existing = &images[2]),
    };
    want(&f.db, DYN_CONDITION_FAILED, dyn_transact_write(&f.db, actions, 3, NULL));
    assert_true(images[0].found);
    assert_false(images[1].found);
    assert_true(images[2].found);
    assert_string_equal(seen[0].id, "ben");
    assert_int_equal(seen[0].balance, 20);
    assert_string_equal(seen[2].id, "anna");
    assert_memory_equal(seen[2].owner.ptr, "Anna B\xc3\xb6ll", 10);
    assert_int_equal(actions[1].status, DYN_OK);
    assert_string_equal(stored("carl"), "{}");
}

static void a_hundred_puts_pass_in_one_transaction_and_through_a_small_window(void **state)
{
    static entry rows[100];
    static dyn_tx_write actions[101];
    fixture g;

    (void)state;
    dyn_config c = { .table_prefix = f.prefix };
    want(&g.db, DYN_OK, fixture_open(&g, 64 * 1024, &c));
    for (int i = 0; i < 100; i++) {
        rows[i] = (entry){ "many", i, i * 3 };
        actions[i] = (dyn_tx_write)DYN_TX_PUT(entry_model, &rows[i]);
    }
    want(&g.db, DYN_OK, dyn_transact_write(&g.db, actions, 100, NULL));
    holds(engine_get(&f, &entry_model, "\"pk\":{\"S\":\"ACCOUNT#many\"},\"sk\":{\"S\":\"ENTRY#0000000099\"}"), "\"amount\":{\"N\":\"297\"}");
    static dyn_tx_read reads[100];
    static entry back[100];
    for (int i = 0; i < 100; i++) {
        back[i] = (entry){ "many", 99 - i, 0 };
        reads[i] = (dyn_tx_read)DYN_TX_GET(entry_model, &back[i]);
    }
    want(&g.db, DYN_OK, dyn_transact_get(&g.db, reads, 100, NULL));
    for (int i = 0; i < 100; i++) {
        assert_true(reads[i].found);
        assert_int_equal(back[i].amount, (99 - i) * 3);
    }
    refuses(&g.db, "101 actions|1 to 100", dyn_transact_write(&g.db, actions, 101, NULL));
    refuses(&g.db, "0 actions", dyn_transact_write(&g.db, actions, 0, NULL));
    fixture_close(&g);
}

static void wrong_actions_are_refused_by_their_number(void **state)
{
    account a = { "anna", 1, "", { "", 0 } }, nameless = { "", 1, "", { "", 0 } };
    dyn_tx_options too_long = { .token = "1234567890123456789012345678901234567" }, empty = { .token = "" };

    (void)state;
    dyn_tx_write twice[] = { DYN_TX_PUT(account_model, &a), DYN_TX_DELETE_KEY(account_model, DYN_KEY("anna")) };
    refuses(&f.db, "actions 1 and 2|same item|anna|accounts", dyn_transact_write(&f.db, twice, 2, NULL));
    dyn_tx_write other_table[] = { DYN_TX_PUT(account_model, &a), DYN_TX_DELETE_KEY(account_model, DYN_KEY("anna"), .table = "elsewhere") };
    want(&f.db, DYN_NO_TABLE, dyn_transact_write(&f.db, other_table, 2, NULL));
    dyn_tx_write bare[] = { DYN_TX_PUT(account_model, &a), DYN_TX_CHECK_KEY(account_model, DYN_KEY("ben")) };
    refuses(&f.db, "a check is a condition only|action 2|ConditionCheck", dyn_transact_write(&f.db, bare, 2, NULL));
    dyn_tx_write no_key[] = { DYN_TX_PUT(account_model, &nameless) };
    refuses(&f.db, "id|empty|action 1|Put", dyn_transact_write(&f.db, no_key, 1, NULL));
    dyn_tx_write typo[] = { DYN_TX_UPDATE(account_model, &a, DYN_EXPR("SET balanse = ?", 1)) };
    refuses(&f.db, "balanse|action 1|Update", dyn_transact_write(&f.db, typo, 1, NULL));
    dyn_tx_write made_by_hand[1];
    memset(made_by_hand, 0, sizeof made_by_hand);
    refuses(&f.db, "action 1|DYN_TX_", dyn_transact_write(&f.db, made_by_hand, 1, NULL));
    refuses(&f.db, "the token|37 characters|1 to 36", dyn_transact_write(&f.db, twice, 1, &too_long));
    refuses(&f.db, "the token|0 characters", dyn_transact_write(&f.db, twice, 1, &empty));
    dyn_tx_read reads[] = { DYN_TX_GET(account_model, &a), DYN_TX_GET(account_model, &a) };
    refuses(&f.db, "actions 1 and 2|same item", dyn_transact_get(&f.db, reads, 2, NULL));
    refuses(&f.db, "token|dyn_transact_write", dyn_transact_get(&f.db, reads, 1, &(dyn_tx_options){ .token = "a" }));
}

static void a_token_given_makes_a_second_call_the_same_and_another_transaction_an_error(void **state)
{
    dyn_tx_options token = { .token = "order-4711" };

    (void)state;
    two_accounts();
    dyn_tx_write add[] = { DYN_TX_UPDATE_KEY(account_model, DYN_KEY("ben"), DYN_EXPR("ADD balance ?", 5)) };
    want(&f.db, DYN_OK, dyn_transact_write(&f.db, add, 1, &token));
    want(&f.db, DYN_OK, dyn_transact_write(&f.db, add, 1, &token));
    holds(stored("ben"), "\"balance\":{\"N\":\"25\"}");
    dyn_tx_write other[] = { DYN_TX_UPDATE_KEY(account_model, DYN_KEY("ben"), DYN_EXPR("ADD balance ?", 6)) };
    want(&f.db, DYN_REJECTED, dyn_transact_write(&f.db, other, 1, &token));
    says(&f.db, "\"order-4711\" was used for another transaction");
}

static void a_lost_answer_is_repeated_with_the_same_token_and_applied_once(void **state)
{
    (void)state;
    needs_the_gate();
    two_accounts();
    gate_rule("{\"op\":\"TransactWriteItems\",\"action\":\"reset_after_request\",\"times\":2}");
    dyn_tx_write add[] = { DYN_TX_UPDATE_KEY(account_model, DYN_KEY("ben"), DYN_EXPR("ADD balance ?", 5)),
                           DYN_TX_UPDATE_KEY(account_model, DYN_KEY("anna"), DYN_EXPR("ADD balance ?", -5)) };
    want(&f.db, DYN_OK, dyn_transact_write(&f.db, add, 2, NULL));
    holds(stored("ben"), "\"balance\":{\"N\":\"25\"}");
    holds(stored("anna"), "\"balance\":{\"N\":\"95\"}");
    assert_int_equal(gate_stat("accepted") >= 3, 1);
}

/* --- Reading ------------------------------------------------------------------------------------------------------- */

static void a_snapshot_has_items_of_several_models_and_says_which_are_not_there(void **state)
{
    account a, nobody = { "nobody", 42, "unchanged", { "", 0 } };
    entry e = { "anna", 1, 0 };

    (void)state;
    two_accounts();
    engine_put(&f, &entry_model, "\"pk\":{\"S\":\"ACCOUNT#anna\"},\"sk\":{\"S\":\"ENTRY#0000000001\"},\"account\":{\"S\":\"anna\"},\"at\":{\"N\":\"1\"},\"amount\":{\"N\":\"8\"}");
    dyn_tx_read reads[] = { DYN_TX_GET_KEY(account_model, &a, DYN_KEY("anna")), DYN_TX_GET(account_model, &nobody), DYN_TX_GET(entry_model, &e) };
    want(&f.db, DYN_OK, dyn_transact_get(&f.db, reads, 3, NULL));
    assert_true(reads[0].found);
    assert_int_equal(a.balance, 100);
    assert_memory_equal(a.owner.ptr, "Anna B\xc3\xb6ll", 10);
    assert_false(reads[1].found);
    assert_int_equal(reads[1].status, DYN_NOT_FOUND);
    assert_int_equal(nobody.balance, 42);
    assert_string_equal(nobody.note, "unchanged");
    assert_true(reads[2].found);
    assert_int_equal(e.amount, 8);
}

static void an_item_that_does_not_fit_is_named_and_the_others_are_there(void **state)
{
    account a = { "odd", 0, "", { "", 0 } }, b = { "ben", 0, "", { "", 0 } };

    (void)state;
    two_accounts();
    engine_put(&f, &account_model, "\"id\":{\"S\":\"odd\"},\"balance\":{\"S\":\"much\"}");
    dyn_tx_read reads[] = { DYN_TX_GET(account_model, &a), DYN_TX_GET(account_model, &b) };
    want(&f.db, DYN_BAD_ROW, dyn_transact_get(&f.db, reads, 2, NULL));
    says(&f.db, "balance|action 1");
    assert_int_equal(reads[0].status, DYN_BAD_ROW);
    assert_false(reads[0].found);
    assert_true(reads[1].found);
    assert_int_equal(b.balance, 20);
    assert_string_equal(a.id, "odd");
}

/* --- Once ---------------------------------------------------------------------------------------------------------- */

static void once_counts_once_though_its_answers_are_lost(void **state)
{
    account a = { "ben", 0, "", { "", 0 } };
    dyn_write_options once = { .once = DYN_ONCE };

    (void)state;
    needs_the_gate();
    two_accounts();
    gate_rule("{\"op\":\"TransactWriteItems\",\"action\":\"reset_after_request\",\"times\":3}");
    want(&f.db, DYN_OK, account_update(&f.db, &a, DYN_EXPR("ADD balance ?", 7), &once));
    holds(stored("ben"), "\"balance\":{\"N\":\"27\"}");
    gate_rule("{\"op\":\"TransactWriteItems\",\"action\":\"reset_after_request\"}");
    account made = { "dora", 3, "new", { "", 0 } };
    want(&f.db, DYN_OK, account_put(&f.db, &made, &(dyn_write_options){ .once = DYN_ONCE, .when = { DYN_EXPR("attribute_not_exists(id)") } }));
    holds(stored("dora"), "\"balance\":{\"N\":\"3\"}");
    gate_rule("{\"op\":\"TransactWriteItems\",\"action\":\"reset_after_request\"}");
    want(&f.db, DYN_OK, account_delete(&f.db, &made, &(dyn_write_options){ .once = DYN_ONCE, .when = { DYN_EXPR("balance = ?", 3) } }));
    assert_string_equal(stored("dora"), "{}");
}

static void once_gives_a_failed_condition_and_its_item_as_usual_but_no_other_images(void **state)
{
    account a = { "anna", 0, "", { "", 0 } }, seen;
    dyn_image image = { .item = &seen };

    (void)state;
    two_accounts();
    want(&f.db, DYN_CONDITION_FAILED, account_update(&f.db, &a, DYN_EXPR("ADD balance ?", 7),
         &(dyn_write_options){ .once = DYN_ONCE, .when = { DYN_EXPR("balance < ?", 0) }, .existing = &image }));
    says(&f.db, "the condition did not hold");
    assert_false(dyn_last_error(&f.db)->maybe_applied);
    assert_true(image.found);
    assert_int_equal(seen.balance, 100);
    assert_memory_equal(seen.owner.ptr, "Anna B\xc3\xb6ll", 10);
    refuses(&f.db, "once with into|read it afterwards", account_update(&f.db, &a, DYN_EXPR("ADD balance ?", 7), &(dyn_write_options){ .once = DYN_ONCE, .into = &image }));
    refuses(&f.db, "once with old", account_put(&f.db, &a, &(dyn_write_options){ .once = DYN_ONCE, .old = &image }));
}

/* --- Saving changes ------------------------------------------------------------------------------------------------ */

static const sensor a_sensor = { "s1", 20.5, 3, true, { "Ulm", 2 }, { 1, 2 }, 2, { "red", "big" }, 2, "old" };

static void a_stored_sensor(void)
{
    engine_put(&f, &sensor_model, "\"id\":{\"S\":\"s1\"},\"temp\":{\"N\":\"20.5\"},\"count\":{\"N\":\"3\"},\"where\":{\"M\":{\"city\":{\"S\":\"Ulm\"},\"level\":{\"N\":\"2\"},"
               "\"zip\":{\"S\":\"89073\"}}},\"vals\":{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]},\"tags\":{\"SS\":[\"big\",\"red\"]},\"name\":{\"S\":\"old\"},\"extra\":{\"BOOL\":true}");
}

static void only_what_differs_is_sent_and_the_rest_of_the_item_stays(void **state)
{
    char body[4096];
    sensor before = a_sensor, after = a_sensor;

    (void)state;
    a_stored_sensor();
    after.celsius = 21.25;
    after.has_count = false;
    after.where.floor = 3;
    after.vals[1] = 9;
    want(&f.db, DYN_OK, sensor_save_changes(&f.db, &before, &after, NULL));
    holds(engine_get(&f, &sensor_model, "\"id\":{\"S\":\"s1\"}"), "\"temp\":{\"N\":\"21.25\"}|\"city\":{\"S\":\"Ulm\"}|\"level\":{\"N\":\"3\"}|\"zip\":{\"S\":\"89073\"}|"
          "[{\"N\":\"1\"},{\"N\":\"9\"}]|\"extra\":{\"BOOL\":true}|\"name\":{\"S\":\"old\"}");
    assert_null(strstr(engine_get(&f, &sensor_model, "\"id\":{\"S\":\"s1\"}"), "\"count\""));
    if (gate_is_there()) {
        gate_last_body(body, sizeof body);
        holds(body, "\"UpdateExpression\":\"SET #0 = :_0, #2.#3 = :_1, #4 = :_2 REMOVE #1\"|\"ConditionExpression\":\"attribute_exists(#5)\"|"
              "\"ExpressionAttributeNames\":{\"#0\":\"temp\",\"#1\":\"count\",\"#2\":\"where\",\"#3\":\"level\",\"#4\":\"vals\",\"#5\":\"id\"}|"
              "\"ExpressionAttributeValues\":{\":_0\":{\"N\":\"21.25\"},\":_1\":{\"N\":\"3\"},\":_2\":{\"L\":[{\"N\":\"1\"},{\"N\":\"9\"}]}}");
    }
}

static void nothing_that_differs_is_no_request(void **state)
{
    sensor before = a_sensor, after = a_sensor;

    (void)state;
    needs_the_gate();
    long requests = gate_stat("requests");
    after.vals[3] = 77;                        /* behind the count: not part of the item */
    want(&f.db, DYN_OK, sensor_save_changes(&f.db, &before, &after, NULL));
    want(&f.db, DYN_DONE, sensor_save_changes_begin(&f.db, &before, &after, NULL));
    assert_int_equal(gate_stat("requests"), requests);
}

static void an_item_that_is_gone_is_not_made_again_unless_that_is_wanted(void **state)
{
    sensor before = a_sensor, after = a_sensor;

    (void)state;
    strcpy(before.id, "none");
    strcpy(after.id, "none");
    after.where.floor = 8;
    want(&f.db, DYN_CONDITION_FAILED, sensor_save_changes(&f.db, &before, &after, NULL));
    assert_string_equal(engine_get(&f, &sensor_model, "\"id\":{\"S\":\"none\"}"), "{}");
    want(&f.db, DYN_OK, sensor_save_changes(&f.db, &before, &after, &(dyn_write_options){ .upsert = true }));
    holds(engine_get(&f, &sensor_model, "\"id\":{\"S\":\"none\"}"), "\"level\":{\"N\":\"8\"}|\"city\":{\"S\":\"Ulm\"}");
}

static void conditions_and_images_work_with_saved_changes(void **state)
{
    sensor before = a_sensor, after = a_sensor, now, seen;
    dyn_image into = { .item = &now }, existing = { .item = &seen };

    (void)state;
    a_stored_sensor();
    strcpy(after.name, "new");
    want(&f.db, DYN_CONDITION_FAILED, sensor_save_changes(&f.db, &before, &after, &(dyn_write_options){
         .when = { DYN_EXPR("celsius > ? OR count = ?", 30, 4) }, .existing = &existing }));
    assert_true(existing.found);
    assert_string_equal(seen.name, "old");
    want(&f.db, DYN_OK, sensor_save_changes(&f.db, &before, &after, &(dyn_write_options){
         .when = { DYN_EXPR("celsius < ? OR count = ?", 30, 4) }, .into = &into }));
    assert_true(into.found);
    assert_string_equal(now.name, "new");
    assert_true(now.celsius > 20.4 && now.celsius < 20.6);
    strcpy(after.name, "once");
    want(&f.db, DYN_OK, sensor_save_changes(&f.db, &before, &after, &(dyn_write_options){ .once = DYN_ONCE }));
    holds(engine_get(&f, &sensor_model, "\"id\":{\"S\":\"s1\"}"), "\"name\":{\"S\":\"once\"}");
}

static void a_changed_key_is_refused_by_name(void **state)
{
    sensor before = a_sensor, after = a_sensor;

    (void)state;
    strcpy(after.id, "s2");
    refuses(&f.db, "member \"id\" is part of the key", sensor_save_changes(&f.db, &before, &after, NULL));
}

/* --- Write ids ----------------------------------------------------------------------------------------------------- */

static void every_put_and_update_stores_a_new_write_id(void **state)
{
    note n = { "n1", 1, "a", "mine" }, back, first;

    (void)state;
    want(&f.db, DYN_OK, note_put(&f.db, &n, NULL));
    assert_string_equal(n.write_id, "mine");
    first = back = n;
    want(&f.db, DYN_OK, note_get(&f.db, &first, NULL));
    assert_int_equal(strlen(first.write_id), 32);
    assert_int_equal(strspn(first.write_id, "0123456789abcdef"), 32);
    const char *changes[] = { "SET n = ?", "ADD n ?", "REMOVE text SET n = ?" };
    for (int i = 0; i < 3; i++) {
        want(&f.db, DYN_OK, note_update(&f.db, &n, DYN_EXPR(changes[i], 5), &(dyn_write_options){ .into = &(dyn_image){ .item = &back } }));
        assert_int_equal(back.n, i == 1 ? 10 : 5);
        assert_int_equal(strlen(back.write_id), 32);
        assert_string_not_equal(back.write_id, first.write_id);
        first = back;
        if (i == 1)
            want(&f.db, DYN_OK, note_update(&f.db, &n, DYN_EXPR("SET text = ?", "x"), NULL));
    }
    back = n;
    strcpy(back.text, "saved");
    want(&f.db, DYN_OK, note_save_changes(&f.db, &n, &back, NULL));
    want(&f.db, DYN_OK, note_get(&f.db, &back, NULL));
    assert_string_not_equal(back.write_id, first.write_id);
    dyn_tx_write actions[] = { DYN_TX_PUT(note_model, &n) };
    want(&f.db, DYN_OK, dyn_transact_write(&f.db, actions, 1, NULL));
    want(&f.db, DYN_OK, note_get(&f.db, &first, NULL));
    assert_int_equal(strlen(first.write_id), 32);
    assert_string_not_equal(back.write_id, first.write_id);
}

static void a_repeat_knows_its_own_write_by_its_id(void **state)
{
    note n = { "n2", 1, "a", "" }, back = n;
    char body[4096];

    (void)state;
    needs_the_gate();
    gate_rule("{\"op\":\"PutItem\",\"action\":\"reset_after_request\"}");
    want(&f.db, DYN_OK, note_put(&f.db, &n, &(dyn_write_options){ .when = { DYN_EXPR("attribute_not_exists(id)") } }));
    gate_last_body(body, sizeof body);
    holds(body, "\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\"");
    gate_control("GET", "log?n=2&raw=1", NULL, body, sizeof body);
    *strchr(body, '\n') = 0;
    assert_null(strstr(body, "ReturnValuesOnConditionCheckFailure"));
    gate_rule("{\"op\":\"UpdateItem\",\"action\":\"reset_after_request\"}");
    want(&f.db, DYN_OK, note_update(&f.db, &n, DYN_EXPR("SET n = ?", 2), &(dyn_write_options){ .when = { DYN_EXPR("n = ?", 1) },
                                                                                                .into = &(dyn_image){ .item = &back } }));
    assert_int_equal(back.n, 2);
    assert_string_equal(back.text, "a");
}

static void a_repeat_does_not_take_anothers_write_for_its_own(void **state)
{
    note n = { "n3", 1, "a", "" }, seen;
    dyn_image image = { .item = &seen };

    (void)state;
    needs_the_gate();
    engine_put(&f, &note_model, "\"id\":{\"S\":\"n3\"},\"n\":{\"N\":\"1\"},\"text\":{\"S\":\"a\"},\"wid\":{\"S\":\"00000000000000000000000000000000\"}");
    gate_rule("{\"op\":\"PutItem\",\"action\":\"reset_before\"}");
    want(&f.db, DYN_CONDITION_FAILED, note_put(&f.db, &n, &(dyn_write_options){ .when = { DYN_EXPR("attribute_not_exists(id)") } }));
    assert_true(dyn_last_error(&f.db)->maybe_applied);
    gate_rule("{\"op\":\"PutItem\",\"action\":\"reset_before\"}");
    want(&f.db, DYN_CONDITION_FAILED, note_put(&f.db, &n, &(dyn_write_options){ .when = { DYN_EXPR("attribute_not_exists(id)") }, .existing = &image }));
    assert_true(image.found);
    assert_string_equal(seen.text, "a");
    assert_true(dyn_last_error(&f.db)->maybe_applied);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_transfer_touches_three_models_items_at_once),
        cmocka_unit_test(a_condition_that_fails_cancels_all_and_names_its_action_and_gives_the_item),
        cmocka_unit_test(each_image_goes_to_its_action),
        cmocka_unit_test(a_hundred_puts_pass_in_one_transaction_and_through_a_small_window),
        cmocka_unit_test(wrong_actions_are_refused_by_their_number),
        cmocka_unit_test(a_token_given_makes_a_second_call_the_same_and_another_transaction_an_error),
        cmocka_unit_test(a_lost_answer_is_repeated_with_the_same_token_and_applied_once),
        cmocka_unit_test(a_snapshot_has_items_of_several_models_and_says_which_are_not_there),
        cmocka_unit_test(an_item_that_does_not_fit_is_named_and_the_others_are_there),
        cmocka_unit_test(once_counts_once_though_its_answers_are_lost),
        cmocka_unit_test(once_gives_a_failed_condition_and_its_item_as_usual_but_no_other_images),
        cmocka_unit_test(only_what_differs_is_sent_and_the_rest_of_the_item_stays),
        cmocka_unit_test(nothing_that_differs_is_no_request),
        cmocka_unit_test(an_item_that_is_gone_is_not_made_again_unless_that_is_wanted),
        cmocka_unit_test(conditions_and_images_work_with_saved_changes),
        cmocka_unit_test(a_changed_key_is_refused_by_name),
        cmocka_unit_test(every_put_and_update_stores_a_new_write_id),
        cmocka_unit_test(a_repeat_knows_its_own_write_by_its_id),
        cmocka_unit_test(a_repeat_does_not_take_anothers_write_for_its_own),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
