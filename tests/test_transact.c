#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Transactions, writes done once, write ids and saved changes against a scripted peer. Requests and answers were written by hand from
 * DynamoDB's API reference: TransactWriteItems, TransactGetItems, TransactionCanceledException. The peer's random bytes are 78 56 34 12 and zeros. */
#include "call_fixture.h"

#define RANDOM_ID "78563412000000000000000000000000"

typedef struct doc {
    char    id[16];
    int64_t n;
    dyn_str text;
    char    mark[33];
} doc;
static const dyn_field doc_fields[] = { DYN_TEXT(doc, id), DYN_INT(doc, n), DYN_STR(doc, text, .omit_zero = true), DYN_WRITE_ID(doc, mark) };
static const dyn_model doc_model = { DYN_MODEL(doc, doc_fields), .table = "docs", .pk = "pk = DOC#{id}" };
DYN_TYPED(doc, doc_model)

#define CANCELED(reasons) "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionCanceledException\",\"Message\":\"Transaction cancelled, please refer " \
                          "cancellation reasons for specific reasons [None]\",\"CancellationReasons\":[" reasons "]}"
#define NONE     "{\"Code\":\"None\"}"
#define FAILED   "{\"Code\":\"ConditionalCheckFailed\",\"Message\":\"The conditional request failed\"}"
#define CONFLICT "{\"Code\":\"TransactionConflict\",\"Message\":\"Transaction is ongoing for the item\"}"
#define SLOW     "{\"Code\":\"ProvisionedThroughputExceeded\",\"Message\":\"The level of configured provisioned throughput\"}"
#define WRONG    "{\"Code\":\"ValidationError\",\"Message\":\"An operand in the update expression has an incorrect data type\"}"

static dyn_arg  five;
static dyn_expr add_five, if_on;

static int values(void **state)
{
    static dyn_arg on;

    (void)state;
    five = dyn_int(5), on = dyn_bool(true);
    dyn_expr_of(&add_five, "ADD n ?", &five, 1);
    dyn_expr_of(&if_on, "on = ?", &on, 1);
    return 0;
}

/* A put of a doc, an update, a check and a delete of things. */
static void four_actions(dyn_tx_write a[4], doc *d, thing t[3])
{
    memset((void *)a, 0, 4 * sizeof *a);
    memset(d, 0, sizeof *d);
    strcpy(d->id, "x");
    d->n = 1;
    for (int i = 0; i < 3; i++) {
        memset(&t[i], 0, sizeof t[i]);
        t[i].id[0] = (char)('a' + i), t[i].n = 7;
    }
    for (int i = 0; i < 4; i++)
        a[i].kind = DYN_TX_KIND_PUT + i, a[i].model = &thing_model, a[i].item = &t[(i + 2) % 3];
    a[0].model = &doc_model, a[0].item = d;
    a[2].when[0] = if_on;
}

static const char four_body[] =
    "{\"TransactItems\":[{\"Put\":{\"TableName\":\"docs\",\"Item\":{\"pk\":{\"S\":\"DOC#x\"},\"id\":{\"S\":\"x\"},\"n\":{\"N\":\"1\"},\"mark\":{\"S\":\"" RANDOM_ID "\"}}}},"
    "{\"Update\":{\"TableName\":\"things\",\"Key\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"}},\"UpdateExpression\":\"SET #1 = :1\",\"ConditionExpression\":\"#0 = :0\","
    "\"ExpressionAttributeNames\":{\"#0\":\"on\",\"#1\":\"temp\"},\"ExpressionAttributeValues\":{\":0\":{\"BOOL\":true},\":1\":{\"N\":\"1.5\"}}}},"
    "{\"Delete\":{\"TableName\":\"things\",\"Key\":{\"id\":{\"S\":\"b\"},\"n\":{\"N\":\"7\"}},\"ConditionExpression\":\"#0 = :0\","
    "\"ExpressionAttributeNames\":{\"#0\":\"on\"},\"ExpressionAttributeValues\":{\":0\":{\"BOOL\":true}}}},"
    "{\"ConditionCheck\":{\"TableName\":\"things\",\"Key\":{\"id\":{\"S\":\"c\"},\"n\":{\"N\":\"7\"}},\"ConditionExpression\":\"#0 = :0\","
    "\"ExpressionAttributeNames\":{\"#0\":\"on\"},\"ExpressionAttributeValues\":{\":0\":{\"BOOL\":true}}}}],\"ClientRequestToken\":\"" RANDOM_ID "\"}";

/* Sends them: the last three with a condition, the update with an image if one is wanted. */
static dyn_status write_all(fixture *f, dyn_tx_write a[4], dyn_image *existing)
{
    static doc d;
    static thing t[3];
    static dyn_arg cold;

    four_actions(a, &d, t);
    cold = dyn_real(1.5);
    dyn_expr_of(&a[1].change, "SET temp = ?", &cold, 1);
    for (int i = 1; i < 4; i++)
        a[i].when[0] = if_on;
    if (existing)
        a[1].existing = existing;
    return drive(f, dyn_transact_write_begin(&f->db, a, 4, NULL));
}

/* --- Requests ------------------------------------------------------------------------------------------------------ */

static void each_action_stands_in_the_body_with_names_and_values_of_its_own(void **state)
{
    fixture *f = opened(16384);
    dyn_tx_write a[4];

    (void)state;
    answer(f, 200, "{}");
    assert_int_equal(write_all(f, a, NULL), DYN_OK);
    assert_string_equal(f->s.last, four_body);
    assert_non_null(strstr(f->s.head, "DynamoDB_20120810.TransactWriteItems"));
    finish(f);
}

static void a_transaction_larger_than_the_window_is_sent_as_a_large_client_sends_it(void **state)
{
    static thing t[40];
    static char text[3000];
    static dyn_tx_write a[40];
    char *bodies[2];

    (void)state;
    memset(text, 'q', sizeof text);
    memset((void *)a, 0, sizeof a);
    for (int i = 0; i < 40; i++) {
        memset(&t[i], 0, sizeof t[i]);
        t[i].id[0] = 'a', t[i].n = i, t[i].note.ptr = text, t[i].note.len = (size_t)(i * 70);
        a[i].kind = i % 3 == 2 ? DYN_TX_KIND_DELETE : DYN_TX_KIND_PUT, a[i].model = &thing_model, a[i].item = &t[i];
    }
    for (int large = 0; large < 2; large++) {
        fixture *f = opened(large ? 1 << 20 : 24000);
        if (!large) {
            answer_raw(f, "")->then = SCRIPT_RESET;      /* the second pass over a large body too */
            answer_raw(f, "")->then = SCRIPT_RESET;
        }
        answer(f, 200, "{}");
        assert_int_equal(drive(f, dyn_transact_write_begin(&f->db, a, 40, NULL)), DYN_OK);
        bodies[large] = (char *)malloc(f->s.last_len + 1);
        memcpy(bodies[large], f->s.last, f->s.last_len + 1);
        finish(f);
    }
    assert_true(strlen(bodies[0]) > 40000);
    assert_string_equal(bodies[0], bodies[1]);
    free(bodies[0]);
    free(bodies[1]);
}

/* 409,600 bytes an item, 4 MB all of them (Service quotas). A thing: the names id n temp on note are 13 bytes; "a", 1, 1.5, a bool: 1 + 2 + 2 + 1. */
static void items_that_are_too_large_are_refused_by_the_number_of_their_action(void **state)
{
    static thing t[11];
    static dyn_tx_write a[11];
    fixture *f = opened(16384);
    char *text = (char *)malloc(500000);

    (void)state;
    memset(text, 'q', 500000);
    memset((void *)a, 0, sizeof a);
    for (int i = 0; i < 11; i++) {
        memset(&t[i], 0, sizeof t[i]);
        t[i].id[0] = 'a', t[i].n = i + 1, t[i].temp = 1.5, t[i].note.ptr = text, t[i].note.len = 5;
        a[i].kind = DYN_TX_KIND_PUT, a[i].model = &thing_model, a[i].item = &t[i];
    }
    t[1].note.len = 409600;
    assert_int_equal(dyn_transact_write_begin(&f->db, a, 2, NULL), DYN_TOO_LARGE);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "409600"));
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "action 2"));
    for (int i = 0; i < 11; i++)
        t[i].note.len = 390000;
    assert_int_equal(dyn_transact_write_begin(&f->db, a, 11, NULL), DYN_TOO_LARGE);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "4194304"));
    assert_int_equal(f->s.requests, 0);
    answer(f, 200, "{}");
    assert_int_equal(drive(f, dyn_transact_write_begin(&f->db, a, 10, NULL)), DYN_OK);
    t[0].note.len = 409600 - 19;
    answer(f, 200, "{}");
    assert_int_equal(drive(f, dyn_transact_write_begin(&f->db, a, 1, NULL)), DYN_OK);
    t[0].note.len++;
    assert_int_equal(dyn_transact_write_begin(&f->db, a, 1, NULL), DYN_TOO_LARGE);
    free(text);
    finish(f);
}

static bool no_entropy(void *user, void *to, size_t size)
{
    (void)user, (void)to, (void)size;
    return false;
}

static void without_random_bytes_nothing_is_sent_but_with_a_token_of_the_callers(void **state)
{
    fixture *f = make(16384);
    dyn_tx_write a[1];
    dyn_tx_options o;
    dyn_write_options once;
    thing t = key_a();
    doc d;

    (void)state;
    f->system.entropy = no_entropy;
    open_it(f);
    memset((void *)a, 0, sizeof a);
    memset((void *)&o, 0, sizeof o);
    memset((void *)&once, 0, sizeof once);
    memset(&d, 0, sizeof d);
    strcpy(d.id, "x");
    once.once = DYN_ONCE;
    a[0].kind = DYN_TX_KIND_PUT, a[0].model = &thing_model, a[0].item = &t;
    assert_int_equal(dyn_transact_write_begin(&f->db, a, 1, NULL), DYN_NO_ENTROPY);
    assert_int_equal(thing_put_begin(&f->db, &t, &once), DYN_NO_ENTROPY);
    assert_int_equal(doc_put_begin(&f->db, &d, NULL), DYN_NO_ENTROPY);
    assert_int_equal(f->s.requests, 0);
    o.token = "123456789012345678901234567890123456";
    answer(f, 200, "{}");
    assert_int_equal(drive(f, dyn_transact_write_begin(&f->db, a, 1, &o)), DYN_OK);
    assert_non_null(strstr(f->s.last, "\"ClientRequestToken\":\"123456789012345678901234567890123456\"}"));
    finish(f);
}

static void options_that_were_not_zeroed_are_told(void **state)
{
    fixture *f = opened(16384);
    dyn_tx_write a[4];
    dyn_tx_options o;

    (void)state;
    memset((void *)&o, 0x5a, sizeof o);
    memset((void *)a, 0, sizeof a);
    assert_int_equal(dyn_transact_write_begin(&f->db, a, 4, &o), DYN_INVALID);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "not zeroed"));
    finish(f);
}

/* --- Cancelled ----------------------------------------------------------------------------------------------------- */

static void reasons_mean_the_same_in_every_order_with_blanks_and_strangers_and_cut_anywhere(void **state)
{
    static const char *const bodies[] = {
        CANCELED(NONE "," FAILED "," NONE "," NONE),
        "{\"CancellationReasons\":[{\"Code\":\"None\",\"Message\":null},{\"Item\":" ITEM ",\"Message\":\"m\",\"Code\":\"ConditionalCheckFailed\"},{\"Code\":\"None\"},"
        "{\"Strange\":[{\"Code\":\"X\"}],\"Code\":\"None\"}],\"__type\":\"a#TransactionCanceledException\",\"message\":\"x\"}",
        " { \"Other\" : [ { } ] , \"__type\" : \"TransactionCanceledException\" , \"CancellationReasons\" : [ { } , { \"Code\" : \"ConditionalCheckFailed\" , \"Item\" : "
        ITEM " } , { \"Code\":\"None\",\"Item\":{} } , { \"Message\" : \"\" } ] } ",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        for (size_t piece = 1; piece < 40; piece += piece < 8 ? 1 : 7) {
            fixture *f = opened(16384);
            dyn_tx_write a[4];
            thing seen;
            dyn_image image;
            memset((void *)&image, 0, sizeof image);
            image.item = &seen;
            f->s.read_most = piece;
            answer(f, 400, bodies[i]);
            assert_int_equal(write_all(f, a, &image), DYN_CONDITION_FAILED);
            assert_int_equal(f->s.requests, 1);
            assert_int_equal(a[0].status, DYN_OK);
            assert_int_equal(a[1].status, DYN_CONDITION_FAILED);
            assert_string_equal(a[1].code, "ConditionalCheckFailed");
            assert_int_equal(a[3].status, DYN_OK);
            assert_non_null(strstr(dyn_last_error(&f->db)->text, "action 2 of 4"));
            assert_int_equal(image.found, i > 0);
            if (i > 0) {
                assert_int_equal(seen.note.len, 10);
                assert_memory_equal(seen.note.ptr, "h\xc3\xa9llo \"q\"", 10);
            }
            finish(f);
        }
}

static void conflicts_and_throttling_alone_are_tried_again_with_the_same_body(void **state)
{
    fixture *f = opened(16384);
    dyn_tx_write a[4];

    (void)state;
    answer(f, 400, CANCELED(NONE "," CONFLICT "," NONE "," CONFLICT));
    answer(f, 400, CANCELED(SLOW "," NONE "," CONFLICT "," NONE));
    answer(f, 400, "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionInProgressException\",\"Message\":\"in progress\"}");
    answer(f, 200, "{}");
    assert_int_equal(write_all(f, a, NULL), DYN_OK);
    assert_int_equal(f->s.requests, 4);
    assert_string_equal(f->s.last, four_body);
    assert_true(f->s.pauses[0] < 25);          /* a conflict passes, throttling takes a while */
    assert_int_equal(a[1].status, DYN_OK);
    assert_string_equal(a[1].code, "");
    finish(f);
}

static void a_conflict_that_stays_is_told_of_its_action(void **state)
{
    fixture *f = opened(16384);
    dyn_tx_write a[4];

    (void)state;
    for (int i = 0; i < 4; i++)
        answer(f, 400, CANCELED(NONE "," NONE "," CONFLICT "," NONE));
    assert_int_equal(write_all(f, a, NULL), DYN_CONFLICT);
    assert_int_equal(f->s.requests, 4);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "action 3 of 4 (Delete"));
    assert_int_equal(a[2].status, DYN_CONFLICT);
    assert_string_equal(a[2].message, "Transaction is ongoing for the item");
    assert_false(dyn_last_error(&f->db)->maybe_applied);
    finish(f);
}

static void a_reason_of_its_own_counts_more_than_a_conflict_before_it(void **state)
{
    fixture *f = opened(16384);
    dyn_tx_write a[4];

    (void)state;
    answer(f, 400, CANCELED(CONFLICT "," NONE "," WRONG "," FAILED));
    assert_int_equal(write_all(f, a, NULL), DYN_REJECTED);
    assert_int_equal(f->s.requests, 1);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "action 3 of 4 (Delete, model \"thing\"): ValidationError: An operand in the update"));
    assert_string_equal(dyn_last_error(&f->db)->attribute, "action 3");
    assert_int_equal(a[0].status, DYN_CONFLICT);
    assert_int_equal(a[2].status, DYN_REJECTED);
    assert_int_equal(a[3].status, DYN_CONDITION_FAILED);
    finish(f);
}

static void a_lost_answer_then_a_cancellation_leaves_no_doubt(void **state)
{
    fixture *f = opened(16384);
    dyn_tx_write a[4];

    (void)state;
    answer_raw(f, "")->then = SCRIPT_RESET;
    answer(f, 400, CANCELED(NONE "," FAILED "," NONE "," NONE));
    assert_int_equal(write_all(f, a, NULL), DYN_CONDITION_FAILED);
    assert_false(dyn_last_error(&f->db)->maybe_applied);
    finish(f);
    f = opened(16384);                         /* but tries that ran out do */
    for (int i = 0; i < 4; i++)
        answer_raw(f, "")->then = SCRIPT_RESET;
    assert_int_equal(write_all(f, a, NULL), DYN_DISCONNECTED);
    assert_true(dyn_last_error(&f->db)->maybe_applied);
    finish(f);
}

static void a_cancellation_that_makes_no_sense_is_an_error_all_the_same(void **state)
{
    static const char *const bodies[] = {
        CANCELED(NONE "," NONE "," NONE "," NONE), CANCELED(""), CANCELED(NONE "," FAILED "," NONE "," NONE "," NONE),
        "{\"__type\":\"TransactionCanceledException\",\"CancellationReasons\":null}", "{\"__type\":\"TransactionCanceledException\",\"CancellationReasons\":{\"Code\":7}}",
        "{\"__type\":\"TransactionCanceledException\",\"CancellationReasons\":[7,8]}", "{\"__type\":\"TransactionCanceledException\",\"CancellationReasons\":[",
        "{\"__type\":\"TransactionCanceledException\",\"CancellationReasons\":[{\"Code\":\"ConditionalCheckFailed\"",
        "{\"__type\":\"TransactionCanceledException\",\"CancellationReasons\":[" NONE "],\"CancellationReasons\":[" FAILED "]}",
        "{\"__type\":\"TransactionCanceledException\",\"CancellationReasons\":[{\"Code\":\"None\",\"Item\":[]}," FAILED "," NONE "," NONE ",]}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        fixture *f = opened(16384);
        dyn_tx_write a[4];
        for (int k = 0; k < 4; k++)
            answer(f, 400, bodies[i]);
        dyn_status s = write_all(f, a, NULL);
        assert_true(s >= DYN_INVALID);
        assert_string_not_equal(dyn_last_error(&f->db)->text, "");
        finish(f);
    }
}

static void an_image_that_does_not_fit_is_a_bad_row_that_names_action_and_attribute(void **state)
{
    fixture *f = opened(16384);
    dyn_tx_write a[4];
    thing seen;
    dyn_image image;

    (void)state;
    memset((void *)&image, 0, sizeof image);
    image.item = &seen;
    answer(f, 400, CANCELED(NONE ",{\"Code\":\"ConditionalCheckFailed\",\"Item\":{\"id\":{\"S\":\"a\"},\"n\":{\"S\":\"seven\"}}}," NONE "," NONE));
    assert_int_equal(write_all(f, a, &image), DYN_BAD_ROW);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "\"n\""));
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "action 2"));
    finish(f);
}

/* --- Reading ------------------------------------------------------------------------------------------------------- */

#define SECOND "{\"pk\":{\"S\":\"DOC#x\"},\"id\":{\"S\":\"x\"},\"n\":{\"N\":\"3\"},\"text\":{\"S\":\"some text that is kept\"}}"
#define SNAPSHOT "{\"ConsumedCapacity\":[],\"Responses\":[{\"Item\":" ITEM "},{},{\"Item\":" SECOND "}]}"

static dyn_status read_three(fixture *f, dyn_tx_read r[3], thing t[2], doc *d)
{
    t[0] = t[1] = key_a();
    strcpy(t[1].id, "b");
    memset(d, 0, sizeof *d);
    strcpy(d->id, "x");
    memset((void *)r, 0, 3 * sizeof *r);
    r[0].model = r[1].model = &thing_model, r[2].model = &doc_model;
    r[0].item = &t[0], r[1].item = &t[1], r[2].item = d;
    return drive(f, dyn_transact_get_begin(&f->db, r, 3, NULL));
}

static void a_snapshot_is_read_in_pieces_of_every_size(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < 60; piece += piece < 8 ? 1 : 9) {
        fixture *f = opened(16384);
        dyn_tx_read r[3];
        thing t[2];
        doc d;
        f->s.read_most = piece;
        answer(f, 200, SNAPSHOT);
        assert_int_equal(read_three(f, r, t, &d), DYN_OK);
        assert_string_equal(f->s.last, "{\"TransactItems\":[{\"Get\":{\"TableName\":\"things\",\"Key\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"}}}},"
                            "{\"Get\":{\"TableName\":\"things\",\"Key\":{\"id\":{\"S\":\"b\"},\"n\":{\"N\":\"7\"}}}},"
                            "{\"Get\":{\"TableName\":\"docs\",\"Key\":{\"pk\":{\"S\":\"DOC#x\"}}}}]}");
        assert_true(r[0].found && !r[1].found && r[2].found);
        assert_memory_equal(t[0].note.ptr, "h\xc3\xa9llo \"q\"", 10);
        assert_int_equal(d.n, 3);
        assert_int_equal(d.text.len, 22);
        assert_memory_equal(d.text.ptr, "some text that is kept", 22);
        finish(f);
    }
}

static void a_snapshot_cut_at_any_byte_is_read_again_whole(void **state)
{
    size_t whole, n;
    char *text = script_answer_text(200, "", SNAPSHOT, strlen(SNAPSHOT), &whole);

    (void)state;
    for (n = 0; n < whole; n++) {
        fixture *f = opened(16384);
        dyn_tx_read r[3];
        thing t[2];
        doc d;
        script_add(&f->s, text, n)->then = SCRIPT_CLOSE;
        answer(f, 200, "{\"Responses\":[{},{\"Item\":" ITEM "},{}]}");
        assert_int_equal(read_three(f, r, t, &d), DYN_OK);
        assert_true(!r[0].found && r[1].found && !r[2].found);
        assert_string_equal(t[0].id, "a");
        assert_string_equal(d.id, "x");
        finish(f);
    }
    free(text);
}

static void an_answer_of_too_few_or_too_many_items_is_corrupt_and_the_keys_are_as_before(void **state)
{
    static const char *const bodies[] = {
        "{}", "{\"Responses\":[]}", "{\"Responses\":[{\"Item\":{\"id\":{\"S\":\"zzz\"},\"n\":{\"N\":\"99\"}}},{}]}", "{\"Responses\":[{},{},{},{}]}",
        "{\"Responses\":[{}],\"Responses\":[{},{},{}]}", "{\"Responses\":null}", "{\"Responses\":[[],[],[]]}"
    };

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        fixture *f = opened(16384);
        dyn_tx_read r[3];
        thing t[2];
        doc d;
        for (int k = 0; k < 4; k++)
            answer(f, 200, bodies[i]);
        assert_int_equal(read_three(f, r, t, &d), DYN_CORRUPT);
        assert_string_equal(t[0].id, "a");
        assert_int_equal(t[0].n, 7);
        assert_string_equal(d.id, "x");
        finish(f);
    }
}

static void a_read_that_meets_a_writer_is_tried_again(void **state)
{
    fixture *f = opened(16384);
    dyn_tx_read r[3];
    thing t[2];
    doc d;

    (void)state;
    answer(f, 400, CANCELED(NONE "," CONFLICT "," NONE));
    answer(f, 200, SNAPSHOT);
    assert_int_equal(read_three(f, r, t, &d), DYN_OK);
    for (int i = 0; i < 4; i++)
        answer(f, 400, CANCELED(NONE "," CONFLICT "," NONE));
    assert_int_equal(read_three(f, r, t, &d), DYN_CONFLICT);
    assert_int_equal(r[1].status, DYN_CONFLICT);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "action 2 of 3 (Get, model \"thing\")"));
    finish(f);
}

static void every_size_of_memory_is_enough_or_says_how_much_is(void **state)
{
    size_t enough = 0, size;

    (void)state;
    for (size = 5000; size < 20000; size += 61) {
        fixture *f = make(size);
        dyn_tx_write a[4];
        dyn_tx_read r[3];
        thing t[2], seen;
        doc d;
        dyn_image image;
        memset((void *)&image, 0, sizeof image);
        image.item = &seen;
        dyn_status s = dyn_open(&f->db, &f->config);
        f->opened = true;
        if (s == DYN_OK) {
            answer(f, 400, CANCELED(NONE ",{\"Code\":\"ConditionalCheckFailed\",\"Item\":" ITEM "}," NONE "," NONE));
            s = write_all(f, a, &image);
            f->s.next = f->s.answer_count;
            if (s == DYN_CONDITION_FAILED) {
                assert_memory_equal(seen.note.ptr, "h\xc3\xa9llo \"q\"", 10);
                answer(f, 200, SNAPSHOT);
                s = read_three(f, r, t, &d);
            }
        }
        if (s == DYN_OK)
            enough = enough ? enough : size;
        else {
            assert_int_equal(s, DYN_NO_MEMORY);
            assert_true(dyn_last_error(&f->db)->needed > size);
            enough = 0;
        }
        finish(f);
    }
    assert_true(enough && enough < 16384);
}

/* --- Once ---------------------------------------------------------------------------------------------------------- */

static void once_is_a_transaction_of_one_action_and_its_errors_are_those_of_the_write(void **state)
{
    fixture *f = opened(16384);
    dyn_write_options o;
    thing t = key_a();

    (void)state;
    memset((void *)&o, 0, sizeof o);
    o.once = DYN_ONCE;
    o.when[0] = if_on;
    static dyn_expr change;
    static dyn_arg one;
    one = dyn_real(1);
    dyn_expr_of(&change, "ADD temp ?", &one, 1);
    answer_raw(f, "")->then = SCRIPT_RESET;
    answer(f, 200, "{}");
    assert_int_equal(drive(f, thing_update_begin(&f->db, &t, change, &o)), DYN_OK);
    assert_string_equal(f->s.last, "{\"TransactItems\":[{\"Update\":{\"TableName\":\"things\",\"Key\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"}},"
                        "\"UpdateExpression\":\"ADD #1 :1\",\"ConditionExpression\":\"#0 = :0\",\"ExpressionAttributeNames\":{\"#0\":\"on\",\"#1\":\"temp\"},"
                        "\"ExpressionAttributeValues\":{\":0\":{\"BOOL\":true},\":1\":{\"N\":\"1\"}}}}],\"ClientRequestToken\":\"" RANDOM_ID "\"}");
    answer_raw(f, "")->then = SCRIPT_RESET;
    answer(f, 400, CANCELED(FAILED));
    assert_int_equal(drive(f, thing_delete_begin(&f->db, &t, &o)), DYN_CONDITION_FAILED);
    assert_string_equal(dyn_last_error(&f->db)->text, "the condition did not hold");
    assert_false(dyn_last_error(&f->db)->maybe_applied);
    answer(f, 400, CANCELED(WRONG));
    assert_int_equal(drive(f, thing_update_begin(&f->db, &t, change, &o)), DYN_REJECTED);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "ValidationError: An operand"));
    answer(f, 400, "{\"__type\":\"x#ResourceNotFoundException\",\"message\":\"Requested resource not found\"}");
    assert_int_equal(drive(f, thing_put_begin(&f->db, &t, &o)), DYN_NO_TABLE);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "\"things\""));
    finish(f);
}

/* --- Write ids ----------------------------------------------------------------------------------------------------- */

#define REFUSED(item) "{\"__type\":\"x#ConditionalCheckFailedException\",\"message\":\"The conditional request failed\",\"Item\":" item "}"
#define OWN     "{\"pk\":{\"S\":\"DOC#x\"},\"id\":{\"S\":\"x\"},\"n\":{\"N\":\"1\"},\"mark\":{\"S\":\"" RANDOM_ID "\"}}"
#define ANOTHER "{\"pk\":{\"S\":\"DOC#x\"},\"id\":{\"S\":\"x\"},\"n\":{\"N\":\"1\"},\"mark\":{\"S\":\"78563412000000000000000000000001\"}}"
#define BARE    "{\"pk\":{\"S\":\"DOC#x\"},\"id\":{\"S\":\"x\"},\"n\":{\"N\":\"1\"}}"
#define ODD     "{\"pk\":{\"S\":\"DOC#x\"},\"id\":{\"S\":\"x\"},\"n\":{\"S\":\"one\"},\"mark\":{\"S\":\"nothing\"}}"

static dyn_status put_doc(fixture *f, dyn_image *existing)
{
    static dyn_write_options o;
    static doc d;

    memset((void *)&o, 0, sizeof o);
    memset(&d, 0, sizeof d);
    strcpy(d.id, "x");
    d.n = 1;
    dyn_expr_of(&o.when[0], "attribute_not_exists(id)", NULL, 0);
    o.existing = existing;
    return drive(f, doc_put_begin(&f->db, &d, &o));
}

static void a_repeat_asks_for_the_item_and_takes_only_its_own_id_for_its_own_work(void **state)
{
    static const struct { const char *item; dyn_status status; } cases[] = {
        { OWN, DYN_OK }, { ANOTHER, DYN_CONDITION_FAILED }, { BARE, DYN_CONDITION_FAILED }, { ODD, DYN_CONDITION_FAILED }, { "{}", DYN_CONDITION_FAILED },
        { "null", DYN_CONDITION_FAILED }
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture *f = opened(16384);
        char body[1000];
        snprintf(body, sizeof body, REFUSED("%s"), cases[i].item);
        answer_raw(f, "")->then = SCRIPT_RESET;
        answer(f, 400, body);
        assert_int_equal(put_doc(f, NULL), cases[i].status);
        assert_non_null(strstr(f->s.last, ",\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\"}"));
        assert_int_equal(dyn_last_error(&f->db)->status, cases[i].status);
        assert_int_equal(dyn_last_error(&f->db)->maybe_applied, cases[i].status != DYN_OK);
        assert_int_equal(f->s.requests, 2);
        finish(f);
    }
}

static void the_first_try_is_believed_and_asks_for_nothing(void **state)
{
    fixture *f = opened(16384);
    doc seen;
    dyn_image image;

    (void)state;
    answer(f, 400, REFUSED(OWN));              /* no try was lost: it cannot be this call's */
    assert_int_equal(put_doc(f, NULL), DYN_CONDITION_FAILED);
    assert_null(strstr(f->s.last, "ReturnValuesOnConditionCheckFailure"));
    assert_false(dyn_last_error(&f->db)->maybe_applied);
    answer(f, 400, "{\"__type\":\"x#ThrottlingException\"}");
    answer(f, 400, REFUSED(OWN));              /* one that was denied was not lost either */
    assert_int_equal(put_doc(f, NULL), DYN_CONDITION_FAILED);
    assert_false(dyn_last_error(&f->db)->maybe_applied);
    memset((void *)&image, 0, sizeof image);
    image.item = &seen;
    answer_raw(f, "")->then = SCRIPT_RESET;
    answer(f, 400, REFUSED(ANOTHER));
    assert_int_equal(put_doc(f, &image), DYN_CONDITION_FAILED);
    assert_true(image.found);
    assert_string_equal(seen.mark, "78563412000000000000000000000001");
    assert_true(dyn_last_error(&f->db)->maybe_applied);
    answer_raw(f, "")->then = SCRIPT_RESET;
    answer(f, 400, REFUSED(OWN));
    assert_int_equal(put_doc(f, &image), DYN_OK);
    assert_false(image.found);
    finish(f);
}

static void an_update_that_knows_itself_gives_the_new_item(void **state)
{
    fixture *f = opened(16384);
    doc d, now;
    dyn_image into;
    dyn_write_options o;
    dyn_expr change;
    dyn_arg one = dyn_int(1), zero = dyn_int(0);

    (void)state;
    memset(&d, 0, sizeof d);
    strcpy(d.id, "x");
    memset((void *)&into, 0, sizeof into);
    memset((void *)&o, 0, sizeof o);
    into.item = &now;
    o.into = &into;
    dyn_expr_of(&o.when[0], "n = ?", &zero, 1);
    dyn_expr_of(&change, "REMOVE text SET n = ?", &one, 1);
    answer_raw(f, "")->then = SCRIPT_RESET;
    answer(f, 400, REFUSED("{\"id\":{\"S\":\"x\"},\"n\":{\"N\":\"1\"},\"text\":{\"S\":\"its text\"},\"mark\":{\"S\":\"" RANDOM_ID "\"}}"));
    assert_int_equal(drive(f, doc_update_begin(&f->db, &d, change, &o)), DYN_OK);
    assert_true(into.found);
    assert_int_equal(now.n, 1);
    assert_int_equal(now.text.len, 8);
    assert_memory_equal(now.text.ptr, "its text", 8);
    assert_non_null(strstr(f->s.last, "\"UpdateExpression\":\"REMOVE #1 SET #2 = :2, #0 = :1\""));
    assert_non_null(strstr(f->s.last, "\"#2\":\"mark\""));
    finish(f);
}

static void a_large_put_is_sent_again_whole_with_its_question(void **state)
{
    static char text[9000];
    static dyn_write_options o;
    static doc d;
    fixture *f = opened(16384);

    (void)state;
    memset(text, 't', sizeof text);
    memset((void *)&o, 0, sizeof o);
    memset(&d, 0, sizeof d);
    strcpy(d.id, "x");
    d.text.ptr = text, d.text.len = sizeof text;
    dyn_expr_of(&o.when[0], "attribute_not_exists(id)", NULL, 0);
    answer_raw(f, "")->then = SCRIPT_RESET;
    answer(f, 400, REFUSED(OWN));
    assert_int_equal(drive(f, doc_put_begin(&f->db, &d, &o)), DYN_OK);
    assert_true(f->s.last_len > sizeof text);
    assert_non_null(strstr(f->s.last, "\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\"}"));
    finish(f);
}

typedef struct token {
    char          name[12];
    unsigned char uuid[16];
} token;
static const dyn_field token_fields[] = { DYN_TEXT(token, name), DYN_UUID(token, uuid, .make = DYN_MAKE_UUID4) };
static const dyn_model token_model = { DYN_MODEL(token, token_fields), .table = "tokens", .pk = "name" };
DYN_TYPED(token, token_model)

/* The UUID of version 4 of the peer's random bytes (RFC 9562, 5.4). */
static void a_uuid_that_this_call_made_is_a_mark_and_one_that_was_there_is_none(void **state)
{
    static const char refused[] = REFUSED("{\"name\":{\"S\":\"t\"},\"uuid\":{\"S\":\"78563412-0000-4000-8000-000000000000\"}}");

    (void)state;
    for (int given = 0; given < 2; given++) {
        fixture *f = opened(16384);
        token t = { "t", { 0 } };
        dyn_write_options o;
        memset((void *)&o, 0, sizeof o);
        dyn_expr_of(&o.when[0], "attribute_not_exists(name)", NULL, 0);
        if (given)
            memcpy(t.uuid, "\x78\x56\x34\x12\0\0\x40\0\x80\0\0\0\0\0\0\0", 16);
        answer_raw(f, "")->then = SCRIPT_RESET;
        answer(f, 400, refused);
        assert_int_equal(drive(f, token_put_begin(&f->db, &t, &o)), given ? DYN_CONDITION_FAILED : DYN_OK);
        assert_non_null(strstr(f->s.last, "78563412-0000-4000-8000-000000000000"));
        finish(f);
    }
}

/* --- Saved changes ------------------------------------------------------------------------------------------------- */

typedef struct spot {
    char    city[12];
    int32_t level;
} spot;
static const dyn_field spot_fields[] = { DYN_TEXT(spot, city), DYN_INT(spot, level, .optional = true, .omit_zero = true) };
static const dyn_model spot_model = { DYN_MODEL(spot, spot_fields), .nulls = true };
typedef struct visit {
    char      id[12];
    char      guest[12];
    int64_t   at;
    spot      where;
    spot      other;
    dyn_value rest;
} visit;
static const dyn_field visit_fields[] = {
    DYN_TEXT(visit, id), DYN_TEXT(visit, guest, .omit_zero = true), DYN_INT(visit, at), DYN_MAP(visit, where, spot_model), DYN_MAP(visit, other, spot_model),
    DYN_REST(visit, rest)
};
static const dyn_index visit_indexes[] = { { .name = "by_guest", .pk = { "gsi1pk = GUEST#{guest}" }, .sk = { "gsi1sk = AT#{at:6}" } } };
static const dyn_model visit_model = { DYN_MODEL(visit, visit_fields), .table = "visits", .pk = "id", DYN_INDEXES(visit_indexes) };
DYN_TYPED(visit, visit_model)

static const visit a_visit = { "v", "anna", 5, { "Ulm", 2 }, { "Bonn", 1 }, { NULL, 0 } };

/* What saving the difference sends, from the update on. */
static const char *saved(fixture *f, const visit *after, const dyn_write_options *o)
{
    answer(f, 200, "{}");
    assert_int_equal(drive(f, visit_save_changes_begin(&f->db, &a_visit, after, o)), DYN_OK);
    return strstr(f->s.last, "\"UpdateExpression\"");
}

static void a_member_of_an_index_key_takes_the_indexs_attribute_with_it(void **state)
{
    fixture *f = opened(16384);
    visit v = a_visit;

    (void)state;
    v.at = 12;
    assert_string_equal(saved(f, &v, NULL), "\"UpdateExpression\":\"SET #0 = :_0, #1 = :_1\",\"ConditionExpression\":\"attribute_exists(#2)\","
                        "\"ExpressionAttributeNames\":{\"#0\":\"at\",\"#1\":\"gsi1sk\",\"#2\":\"id\"},"
                        "\"ExpressionAttributeValues\":{\":_0\":{\"N\":\"12\"},\":_1\":{\"S\":\"AT#000012\"}}}");
    v.guest[0] = 0;                            /* absent, so the item leaves the index */
    v.at = a_visit.at;
    assert_string_equal(saved(f, &v, NULL), "\"UpdateExpression\":\"REMOVE #0, #1\",\"ConditionExpression\":\"attribute_exists(#2)\","
                        "\"ExpressionAttributeNames\":{\"#0\":\"guest\",\"#1\":\"gsi1pk\",\"#2\":\"id\"}}");
    finish(f);
}

static void nested_structs_are_changed_by_their_members_and_sent_whole_to_make_an_item(void **state)
{
    fixture *f = opened(16384);
    visit v = a_visit;
    dyn_write_options o;

    (void)state;
    memset((void *)&o, 0, sizeof o);
    v.where.level = 3;
    v.other.level = 0;                         /* absent: NULL, as its model writes it */
    assert_string_equal(saved(f, &v, NULL), "\"UpdateExpression\":\"SET #0.#1 = :_0, #2.#1 = :_1\",\"ConditionExpression\":\"attribute_exists(#3)\","
                        "\"ExpressionAttributeNames\":{\"#0\":\"where\",\"#1\":\"level\",\"#2\":\"other\",\"#3\":\"id\"},"
                        "\"ExpressionAttributeValues\":{\":_0\":{\"N\":\"3\"},\":_1\":{\"NULL\":true}}}");
    o.upsert = true;
    assert_string_equal(saved(f, &v, &o), "\"UpdateExpression\":\"SET #0 = :_0, #1 = :_1\",\"ExpressionAttributeNames\":{\"#0\":\"where\",\"#1\":\"other\"},"
                        "\"ExpressionAttributeValues\":{\":_0\":{\"M\":{\"city\":{\"S\":\"Ulm\"},\"level\":{\"N\":\"3\"}}},"
                        "\":_1\":{\"M\":{\"city\":{\"S\":\"Bonn\"},\"level\":{\"NULL\":true}}}}}");
    finish(f);
}

static void what_the_model_does_not_know_is_not_saved_by_changes(void **state)
{
    fixture *f = opened(16384);
    visit v = a_visit, w;

    (void)state;
    v.rest.json = "{\"M\":{\"x\":{\"N\":\"1\"}}}", v.rest.len = strlen(v.rest.json);
    w = v;
    w.rest.json = "{\"M\":{\"x\":{\"N\":\"2\"}}}";
    assert_int_equal(visit_save_changes_begin(&f->db, &v, &w, NULL), DYN_INVALID);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "\"rest\""));
    w.rest = v.rest;
    assert_int_equal(visit_save_changes_begin(&f->db, &v, &w, NULL), DYN_DONE);
    assert_int_equal(f->s.requests, 0);
    finish(f);
}

/* --- What was made, cancelled reads, tokens that run out ----------------------------------------------------------- */

static void what_a_put_made_is_told_when_its_repeat_knows_its_own_work(void **state)
{
    fixture *f = opened(16384);
    token t = { "t", { 0 } }, made;
    dyn_write_options o;

    (void)state;
    memset(&made, 0, sizeof made);
    memset((void *)&o, 0, sizeof o);
    o.made = &made;
    dyn_expr_of(&o.when[0], "attribute_not_exists(name)", NULL, 0);
    answer_raw(f, "")->then = SCRIPT_RESET;
    answer(f, 400, REFUSED("{\"name\":{\"S\":\"t\"},\"uuid\":{\"S\":\"78563412-0000-4000-8000-000000000000\"}}"));
    assert_int_equal(drive(f, token_put_begin(&f->db, &t, &o)), DYN_OK);
    assert_memory_equal(made.uuid, "\x78\x56\x34\x12\0\0\x40\0\x80\0\0\0\0\0\0\0", 16);
    assert_false(dyn_last_error(&f->db)->maybe_applied);
    finish(f);
}

typedef struct page {
    char    name[12];
    int64_t views, version;
} page;
static const dyn_field page_fields[] = { DYN_TEXT(page, name), DYN_INT(page, views), DYN_VERSION(page, version) };
static const dyn_model page_model = { DYN_MODEL(page, page_fields), .table = "pages", .pk = "name" };
DYN_TYPED(page, page_model)

/* The version that was stored, alone or in a transaction of one action: without it the next save of the same struct would fail. */
static void saved_changes_tell_the_version_that_they_made(void **state)
{
    (void)state;
    for (int once = 0; once < 2; once++) {
        fixture *f = opened(16384);
        page before = { "p", 1, 4 }, after = { "p", 2, 4 };
        dyn_write_options o;
        memset((void *)&o, 0, sizeof o);
        o.check_version = true, o.made = &after;
        o.once = once ? DYN_ONCE : (dyn_once)NULL;
        answer(f, 200, "{}");
        assert_int_equal(drive(f, page_save_changes_begin(&f->db, &before, &after, &o)), DYN_OK);
        assert_non_null(strstr(f->s.last, "\":0\":{\"N\":\"4\"},\":1\":{\"N\":\"5\"}"));
        assert_int_equal(after.version, 5);
        assert_int_equal(after.views, 2);
        finish(f);
    }
}

static void a_snapshot_that_is_cancelled_leaves_the_keys_as_they_were(void **state)
{
    static const char body[] = "{\"Responses\":[{\"Item\":{\"id\":{\"S\":\"zzz\"},\"n\":{\"N\":\"99\"},\"temp\":{\"N\":\"1\"},\"on\":{\"BOOL\":true}}},"
                               "{\"Item\":{\"id\":{\"S\":\"yyy\"},\"n\":{\"N\":\"98\"},\"temp\":{\"N\":\"1\"},\"on\":{\"BOOL\":true}}},{}]}";
    static char head[200 + sizeof body];
    fixture *f = opened(16384);
    dyn_tx_read r[2];
    thing t[2];

    (void)state;
    snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %u\r\n\r\n%.*s", (unsigned)sizeof body - 1, (int)sizeof body - 6, body);
    memset((void *)r, 0, sizeof r);
    t[0] = t[1] = key_a();
    t[1].id[0] = 'b';
    for (int i = 0; i < 2; i++)
        r[i].model = &thing_model, r[i].item = &t[i];
    answer_raw(f, head);
    assert_int_equal(dyn_transact_get_begin(&f->db, r, 2, NULL), DYN_OK);
    for (int i = 0; i < 20 && t[1].id[0] == 'b'; i++)
        assert_int_equal(dyn_step(&f->db), DYN_PENDING);
    assert_string_equal(t[0].id, "zzz");
    dyn_cancel(&f->db);
    assert_string_equal(t[0].id, "a");
    assert_string_equal(t[1].id, "b");
    assert_int_equal(t[0].n, 7);
    assert_int_equal(dyn_last_error(&f->db)->status, DYN_CANCELLED);
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t[0]), DYN_OK);
    finish(f);
}

/* "Idempotent for ten minutes" (API reference, ClientRequestToken): what is sent later would be done a second time. */
static void a_token_is_not_sent_again_when_the_service_may_have_forgotten_it(void **state)
{
    fixture *f = make(16384);
    thing t = key_a();
    dyn_write_options o;
    dyn_expr change;

    (void)state;
    f->config.attempt_ms = 8 * 60000, f->config.total_ms = 3600000;
    open_it(f);
    memset((void *)&o, 0, sizeof o);
    o.once = DYN_ONCE;
    dyn_expr_of(&change, "ADD temp ?", &five, 1);
    uint32_t before = f->s.now;
    answer_raw(f, "")->delay_ms = 3600000;     /* nothing comes, twice */
    answer_raw(f, "")->delay_ms = 3600000;
    answer(f, 200, "{}");
    dyn_status s = drive(f, thing_update_begin(&f->db, &t, change, &o));
    assert_true(s >= DYN_INVALID);
    assert_true(dyn_last_error(&f->db)->maybe_applied);
    assert_int_equal(f->s.requests, 2);
    assert_true(f->s.now - before < 10 * 60000);
    finish(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_action_stands_in_the_body_with_names_and_values_of_its_own),
        cmocka_unit_test(a_transaction_larger_than_the_window_is_sent_as_a_large_client_sends_it),
        cmocka_unit_test(items_that_are_too_large_are_refused_by_the_number_of_their_action),
        cmocka_unit_test(without_random_bytes_nothing_is_sent_but_with_a_token_of_the_callers),
        cmocka_unit_test(options_that_were_not_zeroed_are_told),
        cmocka_unit_test(reasons_mean_the_same_in_every_order_with_blanks_and_strangers_and_cut_anywhere),
        cmocka_unit_test(conflicts_and_throttling_alone_are_tried_again_with_the_same_body),
        cmocka_unit_test(a_conflict_that_stays_is_told_of_its_action),
        cmocka_unit_test(a_reason_of_its_own_counts_more_than_a_conflict_before_it),
        cmocka_unit_test(a_lost_answer_then_a_cancellation_leaves_no_doubt),
        cmocka_unit_test(a_cancellation_that_makes_no_sense_is_an_error_all_the_same),
        cmocka_unit_test(an_image_that_does_not_fit_is_a_bad_row_that_names_action_and_attribute),
        cmocka_unit_test(a_snapshot_is_read_in_pieces_of_every_size),
        cmocka_unit_test(a_snapshot_cut_at_any_byte_is_read_again_whole),
        cmocka_unit_test(an_answer_of_too_few_or_too_many_items_is_corrupt_and_the_keys_are_as_before),
        cmocka_unit_test(a_read_that_meets_a_writer_is_tried_again),
        cmocka_unit_test(every_size_of_memory_is_enough_or_says_how_much_is),
        cmocka_unit_test(once_is_a_transaction_of_one_action_and_its_errors_are_those_of_the_write),
        cmocka_unit_test(a_repeat_asks_for_the_item_and_takes_only_its_own_id_for_its_own_work),
        cmocka_unit_test(the_first_try_is_believed_and_asks_for_nothing),
        cmocka_unit_test(an_update_that_knows_itself_gives_the_new_item),
        cmocka_unit_test(a_large_put_is_sent_again_whole_with_its_question),
        cmocka_unit_test(a_uuid_that_this_call_made_is_a_mark_and_one_that_was_there_is_none),
        cmocka_unit_test(a_member_of_an_index_key_takes_the_indexs_attribute_with_it),
        cmocka_unit_test(nested_structs_are_changed_by_their_members_and_sent_whole_to_make_an_item),
        cmocka_unit_test(what_the_model_does_not_know_is_not_saved_by_changes),
        cmocka_unit_test(what_a_put_made_is_told_when_its_repeat_knows_its_own_work),
        cmocka_unit_test(saved_changes_tell_the_version_that_they_made),
        cmocka_unit_test(a_snapshot_that_is_cancelled_leaves_the_keys_as_they_were),
        cmocka_unit_test(a_token_is_not_sent_again_when_the_service_may_have_forgotten_it),
    };

    return cmocka_run_group_tests(tests, values, NULL);
}
