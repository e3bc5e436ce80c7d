#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* The spy that stands in the service's place in tests of a user's program: what it keeps, what it gives, and how requests are compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

typedef struct note { char id[16]; char text[200]; } note;
static const dyn_field note_fields[] = { DYN_TEXT(note, id), DYN_TEXT(note, text, .optional = true, .omit_zero = true) };
static const dyn_model note_model = { DYN_MODEL(note, note_fields), .table = "notes", .pk = "id" };
DYN_TYPED(note, note_model)

static unsigned char memory[24 * 1024], kept[16 * 1024];
static dyn_spy spy;
static dyn_client db;

static int open_it(void **state)
{
    dyn_config c = { DYN_MEMORY(memory) };

    (void)state;
    dyn_spy_open(&spy, kept, sizeof kept, &c);
    assert_int_equal(dyn_open(&db, &c), DYN_OK);
    return 0;
}

static int close_it(void **state)
{
    (void)state;
    dyn_close(&db);
    return 0;
}

static void what_no_answer_was_told_for_succeeds_or_is_not_found(void **state)
{
    note n = { "a", "hello" };

    (void)state;
    assert_int_equal(note_put(&db, &n, NULL), DYN_OK);
    assert_int_equal(note_get(&db, &n, NULL), DYN_NOT_FOUND);
    assert_int_equal(note_delete(&db, &n, NULL), DYN_OK);
    assert_int_equal(spy.count, 3);
    assert_true(dyn_spy_done(&spy));
    assert_true(dyn_spy_sent(&spy, 0, "PutItem", NULL) && dyn_spy_sent(&spy, 1, "GetItem", NULL) && dyn_spy_sent(&spy, 2, "DeleteItem", NULL));
    assert_false(dyn_spy_sent(&spy, 3, "DeleteItem", NULL) || dyn_spy_sent(&spy, 0, "PutItems", NULL) || dyn_spy_says(&spy, 3, "TableName", "notes"));
}

static void bodies_are_compared_as_json(void **state)
{
    static const struct { const char *json; bool same; } cases[] = {
        { "{\"TableName\":\"notes\",\"Item\":{\"id\":{\"S\":\"a\"},\"text\":{\"S\":\"\\\"h\\u00e9\\\"\\n\"}}}", true },
        { " { \"Item\" : { \"text\" : { \"S\" : \"\\u0022h\xc3\xa9\\u0022\\u000a\" } , \"id\" : { \"S\" : \"\\u0061\" } } , \"Table\\u004eame\" : \"notes\" } ", true },
        { "{\"TableName\":\"notes\",\"Item\":{\"id\":{\"S\":\"a\"},\"text\":{\"S\":\"other\"}}}", false },
        { "{\"TableName\":\"notes\",\"Item\":{\"id\":{\"S\":\"a\"}}}", false },
        { "{\"TableName\":\"notes\",\"Item\":{\"id\":{\"S\":\"a\"},\"text\":{\"S\":\"\\\"h\xc3\xa9\\\"\\n\"},\"more\":{\"S\":\"a\"}}}", false },
        { "{\"TableName\":\"notes\",\"Item\":{\"id\":{\"N\":\"a\"},\"text\":{\"S\":\"\\\"h\xc3\xa9\\\"\\n\"}}}", false },
        { "{\"TableName\":\"notes\"}", false }, { "[]", false }, { "{}", false }, { "\"notes\"", false }, { "1", false }, { "", false }, { "{", false }, { "{}x", false },
    };
    note n = { "a", "\"h\xc3\xa9\"\n" };

    (void)state;
    assert_int_equal(note_put(&db, &n, NULL), DYN_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (dyn_spy_sent(&spy, 0, "PutItem", cases[i].json) != cases[i].same)
            fail_msg("%s", cases[i].json);
    assert_true(dyn_spy_says(&spy, 0, "Item.text.S", "\"h\xc3\xa9\"\n"));
    assert_false(dyn_spy_says(&spy, 0, "Item.text.S", "\"h\xc3\xa9\""));
    assert_false(dyn_spy_says(&spy, 0, "Item.text.N", "1"));
}

static void lists_are_compared_in_their_order(void **state)
{
    dyn_str body = { "{\"a\":[1,[true,null],{\"x\":2.50}]}", 32 }, answer;

    (void)state;
    assert_int_equal(dyn_raw(&db, "GetThing", body, &answer, NULL), DYN_OK);
    assert_true(dyn_spy_sent(&spy, 0, "GetThing", "{\"a\" : [1, [true, null], {\"x\": 2.50}]}"));
    static const char *const others[] = { "{\"a\":[[true,null],1,{\"x\":2.50}]}", "{\"a\":[1,[true,null]]}", "{\"a\":[1,[true,null],{\"x\":2.50},3]}",
                                          "{\"a\":[1,[true,false],{\"x\":2.50}]}", "{\"a\":[1,[],{\"x\":2.50}]}", "{\"a\":[1,[true,null],{\"x\":2.5}]}" };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (dyn_spy_sent(&spy, 0, "GetThing", others[i]))
            fail_msg("%s", others[i]);
    assert_true(dyn_spy_says(&spy, 0, "a[2].x", "2.50") && dyn_spy_says(&spy, 0, "a[1][0]", "true"));
}

static void answers_are_given_in_order_and_refusals_are_what_the_service_says(void **state)
{
    note n = { "a", "" };

    (void)state;
    assert_int_equal(dyn_spy_answer(&spy, 200, "{\"Item\":{\"id\":{\"S\":\"a\"},\"text\":{\"S\":\"one\"}}}"), DYN_OK);
    assert_int_equal(dyn_spy_refuse(&spy, "ResourceNotFoundException", "no \"such\" table\n"), DYN_OK);
    assert_int_equal(dyn_spy_answer(&spy, 400, "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException\",\"message\":\"no\","
                                               "\"Item\":{\"id\":{\"S\":\"a\"},\"text\":{\"S\":\"two\"}}}"), DYN_OK);
    assert_false(dyn_spy_done(&spy));
    assert_int_equal(note_get(&db, &n, NULL), DYN_OK);
    assert_string_equal(n.text, "one");
    assert_int_equal(note_get(&db, &n, NULL), DYN_NO_TABLE);
    assert_non_null(strstr(dyn_last_error(&db)->text, "no \"such\" table"));
    note there;
    dyn_image existing = { .item = &there };
    assert_int_equal(note_put(&db, &n, &(dyn_write_options){ .existing = &existing, .when = { DYN_EXPR("attribute_not_exists(id)") } }), DYN_CONDITION_FAILED);
    assert_true(existing.found);
    assert_string_equal(there.text, "two");
    assert_true(dyn_spy_done(&spy));
}

static void a_dropped_connection_and_a_failing_service_are_tried_again_without_taking_time(void **state)
{
    note n = { "a", "" };
    int64_t before = spy.unix_ms;

    (void)state;
    assert_true(before == INT64_C(1795262400000));         /* date -u -d 2026-11-21T12:00:00Z +%s */
    dyn_spy_drop(&spy);
    dyn_spy_answer(&spy, 500, "{\"__type\":\"InternalServerError\",\"message\":\"sorry\"}");
    dyn_spy_answer(&spy, 200, "{\"Item\":{\"id\":{\"S\":\"a\"},\"text\":{\"S\":\"third\"}}}");
    assert_int_equal(note_get(&db, &n, NULL), DYN_OK);
    assert_string_equal(n.text, "third");
    assert_int_equal(spy.count, 3);
    assert_true(spy.unix_ms >= before);
    dyn_spy_drop(&spy);
    dyn_image old = { .item = &n };                       /* a write that tells what was there before is not sent twice */
    assert_int_equal(note_put(&db, &n, &(dyn_write_options){ .old = &old }), DYN_UNCERTAIN);
    assert_int_equal(spy.count, 4);
}

static void calls_can_be_stepped(void **state)
{
    note n = { "a", "hello" };
    dyn_status s = note_put_begin(&db, &n, NULL);
    int steps = 0;

    (void)state;
    dyn_spy_drop(&spy);
    for (; s == DYN_OK || s == DYN_PENDING; steps++) {
        assert_true(steps < 1000);
        s = dyn_step(&db);
        if (s == DYN_PENDING)
            spy.stream_.wait(&spy, 0, dyn_wants(&db).ms);
        else
            break;
    }
    assert_int_equal(s, DYN_OK);
    assert_int_equal(spy.count, 2);
}

static void the_same_program_sends_the_same_bytes(void **state)
{
    char first[2000] = "";
    note n = { "a", "hello" };

    for (int run = 0; run < 2; run++) {
        dyn_tx_write actions[] = { DYN_TX_PUT(note_model, &n) };
        assert_int_equal(dyn_transact_write(&db, actions, 1, NULL), DYN_OK);     /* its token is of random bytes */
        if (run == 0)
            snprintf(first, sizeof first, "%.*s", (int)spy.requests->body.len, spy.requests->body.ptr);
        else
            assert_memory_equal(first, spy.requests->body.ptr, spy.requests->body.len);
        assert_true(strstr(first, "ClientRequestToken") != NULL);
        close_it(state);
        open_it(state);
    }
}

static struct { char text[1000]; size_t len; } shown;

static void show(void *user, const void *data, size_t size)
{
    (void)user;
    assert_true(size < sizeof shown.text - shown.len);
    memcpy(shown.text + shown.len, data, size), shown.len += size;
    shown.text[shown.len] = 0;
}

static void requests_are_shown_a_line_each(void **state)
{
    note n = { "a", "" };
    const dyn_sink to = { show, NULL };

    (void)state;
    shown.len = 0;
    note_put(&db, &n, NULL);
    note_delete(&db, &n, NULL);
    dyn_spy_show(&spy, &to);
    assert_string_equal(shown.text, "PutItem {\"TableName\":\"notes\",\"Item\":{\"id\":{\"S\":\"a\"}}}\nDeleteItem {\"TableName\":\"notes\",\"Key\":{\"id\":{\"S\":\"a\"}}}\n");
}

static void mistakes_of_the_test_are_told(void **state)
{
    note n = { "a", "hello" };

    assert_int_equal(dyn_spy_answer(&spy, 200, "{\"Item\":"), DYN_INVALID);
    assert_non_null(strstr(spy.problem, "no JSON"));
    assert_false(dyn_spy_done(&spy));
    shown.len = 0;
    dyn_spy_show(&spy, &(dyn_sink){ show, NULL });
    assert_non_null(strstr(shown.text, "no JSON"));
    close_it(state);
    open_it(state);
    assert_int_equal(dyn_spy_answer(&spy, 100, "{}"), DYN_INVALID);
    close_it(state);

    /* memory of every size: it is enough, or the spy says so; nothing around it is touched */
    bool good = false;
    for (size_t size = 0; size < 700; size++) {
        unsigned char *room = (unsigned char *)malloc(size + 16);
        dyn_config c = { DYN_MEMORY(memory) };
        memset(room, 0xa5, size + 16);
        dyn_spy_open(&spy, room, size, &c);
        assert_int_equal(dyn_open(&db, &c), DYN_OK);
        dyn_status told = dyn_spy_refuse(&spy, "ValidationException", "not so"), s = note_put(&db, &n, NULL);
        if (told == DYN_OK && !spy.problem)
            assert_int_equal(s, DYN_REJECTED);
        else
            assert_non_null(strstr(spy.problem, "too small"));
        assert_true(dyn_spy_done(&spy) == !spy.problem && !(good && spy.problem));
        good = !spy.problem;
        dyn_close(&db);
        for (size_t i = 0; i < 16; i++)
            assert_int_equal(room[size + i], 0xa5);
        free(room);
    }
    assert_true(good);
    open_it(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, open_it, close_it)
        T(what_no_answer_was_told_for_succeeds_or_is_not_found), T(bodies_are_compared_as_json), T(lists_are_compared_in_their_order),
        T(answers_are_given_in_order_and_refusals_are_what_the_service_says), T(a_dropped_connection_and_a_failing_service_are_tried_again_without_taking_time),
        T(calls_can_be_stepped), T(the_same_program_sends_the_same_bytes), T(requests_are_shown_a_line_each), T(mistakes_of_the_test_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
