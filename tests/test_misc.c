#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* JSON documents, raw calls, explaining, tracing, recording and replaying, against a scripted peer. */
#include "call_fixture.h"

static dyn_str str(const char *s)
{
    dyn_str r;

    r.ptr = s, r.len = strlen(s);
    return r;
}

static void is(dyn_str got, const char *wanted)
{
    if (got.len != strlen(wanted) || memcmp(got.ptr, wanted, got.len) != 0)
        fail_msg("\"%.*s\" is not \"%s\"", (int)got.len, got.ptr, wanted);
}

static dyn_status update(fixture *f, const char *text, size_t count)
{
    static dyn_arg one[2];
    dyn_expr e;
    thing t = key_a();

    one[0] = one[1] = dyn_int(1);
    dyn_expr_of(&e, text, one, count);
    return drive(f, thing_update_begin(&f->db, &t, e, NULL));
}

static dyn_status count_up(fixture *f)
{
    return update(f, "ADD temp ?", 1);
}

/* --- JSON documents ------------------------------------------------------------------------------------------------ */

static const char document[] = " {\"Table\" : {\"KeySchema\":[{\"AttributeName\":\"pk\"},{\"AttributeName\":\"s\\u006b\"}],\"ItemCount\":12,\"a.b\":[true,[1,2]],"
                               "\"\\u0041\\\"\":null,\"\":7,\"Created\":1.615218678973E9},\"N\":{\"N\":\"-42\"}} ";

static void a_path_leads_to_a_value_of_the_document(void **state)
{
    static const struct { const char *path, *value; } cases[] = {
        { "Table.KeySchema[0].AttributeName", "\"pk\"" }, { "Table.KeySchema[1].AttributeName", "\"s\\u006b\"" }, { "Table.ItemCount", "12" },
        { "Table.`a.b`[1][0]", "1" }, { "Table.`a.b`[0]", "true" }, { "Table.A\"", "null" }, { "Table.``", "7" }, { "N", "{\"N\":\"-42\"}" }, { "N.N", "\"-42\"" }
    };
    dyn_str v;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(dyn_json_get(str(document), cases[i].path, &v));
        is(v, cases[i].value);
    }
    assert_true(dyn_json_get(str(document), "", &v));
    assert_int_equal(v.len, strlen(document) - 2);
}

static void what_is_not_in_the_document_is_not_found(void **state)
{
    static const char *const paths[] = { "table", "Table.KeySchema[2]", "Table.KeySchema.AttributeName", "Table[0]", "Table.KeySchema[", "Table.KeySchema[x]",
                                         "Table.`a.b", "Table.ItemCount.x", "Table.ItemCount[0]", "Table.`a.b`[99999999999999999999]", "Tabl" };
    dyn_str v = { "?", 1 };

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        assert_false(dyn_json_get(str(document), paths[i], &v));
    is(v, "?");
}

static void scalars_are_taken_out_of_a_document(void **state)
{
    char text[16];
    size_t n;
    int64_t i;
    double d;
    dyn_str v;

    (void)state;
    assert_true(dyn_json_get(str(document), "Table.KeySchema[1].AttributeName", &v));
    assert_int_equal(dyn_json_text(v, text, sizeof text, &n), DYN_OK);
    assert_string_equal(text, "sk");
    assert_int_equal(n, 2);
    assert_int_equal(dyn_json_text(v, text, 2, &n), DYN_TOO_LARGE);
    assert_string_equal(text, "");
    assert_int_equal(dyn_json_text(str("12"), text, sizeof text, NULL), DYN_INVALID);
    assert_true(dyn_json_int(str("\"-42\""), &i) && i == -42);
    assert_true(dyn_json_int(str("9223372036854775807"), &i) && i == INT64_MAX);
    assert_false(dyn_json_int(str("9223372036854775808"), &i));
    assert_false(dyn_json_int(str("1.5"), &i));
    assert_false(dyn_json_int(str("\"\""), &i));
    assert_true(dyn_json_get(str(document), "Table.Created", &v) && dyn_json_real(v, &d) && d == 1615218678.973);
}

static void members_and_elements_come_one_by_one(void **state)
{
    dyn_str name, value, list;
    size_t at = 0;

    (void)state;
    assert_true(dyn_json_next(str("{ \"a\" : 1 , \"b\\n\":[2, 3]}"), &at, &name, &value));
    is(name, "a"), is(value, "1");
    assert_true(dyn_json_next(str("{ \"a\" : 1 , \"b\\n\":[2, 3]}"), &at, &name, &value));
    is(name, "b\\n"), is(value, "[2, 3]");
    assert_false(dyn_json_next(str("{ \"a\" : 1 , \"b\\n\":[2, 3]}"), &at, &name, &value));
    list = value, at = 0;
    assert_true(dyn_json_next(list, &at, NULL, &value));
    is(value, "2");
    assert_true(dyn_json_next(list, &at, &name, &value));
    is(value, "3"), is(name, "");
    assert_false(dyn_json_next(list, &at, NULL, &value));
    at = 0;
    assert_false(dyn_json_next(str("[]"), &at, NULL, &value));
    assert_false(dyn_json_next(str("{}"), &at, NULL, &value));
    assert_false(dyn_json_next(str("7"), &at, NULL, &value));
    assert_false(dyn_json_next(str(""), &at, NULL, &value));
}

/* The document cut at every byte, and with every byte replaced: nothing is read outside (ASan sees it), and nothing runs on. */
static void broken_documents_are_read_without_harm(void **state)
{
    size_t size = sizeof document - 1, n = 0;

    (void)state;
    for (size_t cut = 0; cut <= size; cut++)
        for (int change = 0; change < 2; change++) {
            char *copy = (char *)malloc(cut + 1);
            dyn_str json, name, value;
            memcpy(copy, document, cut);
            if (change && cut)
                copy[cut / 2] = "[{\"]},:\\\x80"[n++ % 9];
            char *exact = (char *)malloc(cut ? cut : 1);
            memcpy(exact, copy, cut);
            json.ptr = exact, json.len = cut;
            (void)dyn_json_get(json, "Table.KeySchema[1].AttributeName", &value);
            for (size_t at = 0, i = 0; i < 100 && dyn_json_next(json, &at, &name, &value); i++) { }
            if (dyn_json_check(json, NULL) && cut < size - 1 && !change)
                fail_msg("a document cut at %u is one", (unsigned)cut);
            free(copy);
            free(exact);
        }
    assert_true(dyn_json_check(str(document), NULL));
    assert_true(dyn_json_check(str("12"), NULL));
    assert_false(dyn_json_check(str("1."), NULL));
    assert_false(dyn_json_check(str("{} {}"), &n));
    assert_int_equal(n, 3);
    assert_false(dyn_json_check(str(""), NULL));
}

/* --- Raw calls ----------------------------------------------------------------------------------------------------- */

static dyn_status raw(fixture *f, const char *operation, const char *body, dyn_str *answer_, const dyn_raw_options *o)
{
    return drive(f, dyn_raw_begin(&f->db, operation, str(body), answer_, o));
}

static void a_raw_call_sends_its_body_and_gives_the_answer(void **state)
{
    fixture *f = opened(16384);
    dyn_str a;

    (void)state;
    answer(f, 200, "{\"AccountMaxReadCapacityUnits\":80000}");
    assert_int_equal(raw(f, "DescribeLimits", "{}", &a, NULL), DYN_OK);
    is(a, "{\"AccountMaxReadCapacityUnits\":80000}");
    assert_string_equal(f->s.last, "{}");
    assert_non_null(strstr(f->s.head, "DynamoDB_20120810.DescribeLimits\r\n"));
    answer(f, 200, "{}");
    assert_int_equal(raw(f, "GetRecords", "{\"ShardIterator\":\"x\"}", &a, NULL), DYN_OK);
    assert_non_null(strstr(f->s.head, "DynamoDBStreams_20120810.GetRecords\r\n"));
    finish(f);
}

static void a_refusal_is_handed_out_whole(void **state)
{
    static const char body[] = "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionCanceledException\",\"Message\":\"cancelled\",\"CancellationReasons\":"
                               "[{\"Code\":\"None\"},{\"Code\":\"ConditionalCheckFailed\"}]}";
    fixture *f = opened(16384);
    dyn_str a, code;

    (void)state;
    answer(f, 400, body);
    assert_int_equal(raw(f, "TransactWriteItems", "{\"TransactItems\":[]}", &a, NULL), DYN_REJECTED);
    is(a, body);
    assert_true(dyn_json_get(a, "CancellationReasons[1].Code", &code));
    is(code, "\"ConditionalCheckFailed\"");
    assert_string_equal(dyn_last_error(&f->db)->code, "TransactionCanceledException");
    finish(f);
}

/* The names that only read are sent again after a cut; others are uncertain, unless the options say otherwise. */
static void whether_a_raw_call_is_repeated_depends_on_its_name_or_the_options(void **state)
{
    static const struct { const char *name; int repeat, requests; dyn_status status; } cases[] = {
        { "DescribeTable", DYN_REPEAT_BY_NAME, 2, DYN_OK }, { "Query", DYN_REPEAT_BY_NAME, 2, DYN_OK }, { "BatchWriteItem", DYN_REPEAT_BY_NAME, 2, DYN_OK },
        { "UpdateItem", DYN_REPEAT_BY_NAME, 1, DYN_UNCERTAIN }, { "BatchExecuteStatement", DYN_REPEAT_BY_NAME, 1, DYN_UNCERTAIN },
        { "UpdateItem", DYN_REPEAT_YES, 2, DYN_OK }, { "BatchWriteItem", DYN_REPEAT_NO, 1, DYN_UNCERTAIN }, { "ExecuteStatement", DYN_REPEAT_BY_NAME, 1, DYN_UNCERTAIN }
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture *f = opened(16384);
        dyn_raw_options o;
        dyn_str a;
        memset((void *)&o, 0, sizeof o);
        o.repeat = (uint8_t)cases[i].repeat;
        answer_raw(f, "HTTP/1.1 200 OK\r\nConte")->then = SCRIPT_RESET;
        answer(f, 200, "{\"a\":1}");
        assert_int_equal(raw(f, cases[i].name, "{}", &a, &o), cases[i].status);
        assert_int_equal(f->s.requests, cases[i].requests);
        is(a, cases[i].status == DYN_OK ? "{\"a\":1}" : "");
        finish(f);
    }
}

static void a_raw_call_that_cannot_be_right_is_refused_unsent(void **state)
{
    fixture *f = opened(16384);
    dyn_str a;

    (void)state;
    assert_int_equal(raw(f, "Describe Table", "{}", &a, NULL), DYN_INVALID);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "\"Describe Table\""));
    assert_int_equal(raw(f, "", "{}", &a, NULL), DYN_INVALID);
    assert_int_equal(raw(f, "DescribeTable", "{\"TableName\":}", &a, NULL), DYN_INVALID);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "position"));
    assert_int_equal(raw(f, "DescribeTable", "[]", &a, NULL), DYN_INVALID);
    assert_int_equal(f->s.requests, 0);
    finish(f);
}

static void large_body(void *user, const dyn_sink *to)
{
    to->write(to->user, "{\"x\":\"", 6);
    for (int i = 0; i < *(int *)user; i++)
        to->write(to->user, "0123456789", 10);
    to->write(to->user, "\"}", 2);
}

/* A body of 40 KB through a client of 16 KB, and an answer into the caller's arena. */
static void a_raw_body_may_be_made_piece_by_piece(void **state)
{
    static unsigned char room[64];
    fixture *f = opened(16384);
    dyn_raw_options o;
    dyn_arena arena;
    dyn_str a;
    int n = 4000;

    (void)state;
    memset((void *)&o, 0, sizeof o);
    memset((void *)&arena, 0, sizeof arena);
    arena.base = room, arena.size = sizeof room;
    o.write = large_body, o.user = &n, o.arena = &arena;
    answer(f, 200, "{\"a\":1}");
    assert_int_equal(drive(f, dyn_raw_begin(&f->db, "PutItem", str(""), &a, &o)), DYN_OK);
    assert_int_equal(f->s.last_len, 40008);
    assert_ptr_equal(a.ptr, room);
    is(a, "{\"a\":1}");
    arena.used = 60;
    answer(f, 200, "{\"a\":1}");
    assert_int_equal(drive(f, dyn_raw_begin(&f->db, "PutItem", str(""), &a, &o)), DYN_NO_MEMORY);
    finish(f);
}

/* --- Explaining ---------------------------------------------------------------------------------------------------- */

static char told[8192];

static void tell(void *user, const void *data, size_t size)
{
    size_t n = strlen(told);

    (void)user;
    assert_true(n + size < sizeof told);
    memcpy(told + n, data, size);
    told[n + size] = 0;
}

static dyn_explanation explanation(bool as_sent)
{
    dyn_explanation e;

    memset((void *)&e, 0, sizeof e);
    e.sink.write = tell;
    e.as_sent = as_sent;
    told[0] = 0;
    return e;
}

static void contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" does not contain \"%s\"", text, part);
}

/* The bytes that an explained put would send are those that the next put does send. */
static void what_is_explained_is_what_would_be_sent(void **state)
{
    fixture *f = opened(16384);
    dyn_explanation e = explanation(true);

    (void)state;
    answer(f, 200, "{}");
    assert_int_equal(dyn_explain(&f->db, &e), DYN_OK);
    assert_int_equal(put(f), DYN_DONE);
    assert_int_equal(f->s.requests, 0);
    assert_string_equal(e.operation, "PutItem");
    assert_int_equal(e.body_bytes, strlen(told));
    assert_int_equal(put(f), DYN_OK);
    assert_int_equal(f->s.requests, 1);
    assert_string_equal(told, f->s.last);
    finish(f);
}

/* id "a" 2 + 1, n 1 + 2, temp 4 + 1 or 2, on 2 + 1: by the rules of the developer guide's CapacityUnitCalculations. */
static void an_explanation_says_what_the_request_means(void **state)
{
    fixture *f = opened(16384);
    dyn_explanation e = explanation(false);
    dyn_rows rows;
    dyn_query q;
    thing t;

    (void)state;
    dyn_explain(&f->db, &e);
    assert_int_equal(put(f), DYN_DONE);
    contains(told, "PutItem on table \"things\", http://127.0.0.1:8000, region us-east-1\n");
    contains(told, "at least 1 write unit,");
    contains(told, "{\n  \"TableName\":\"things\",\n  \"Item\":{\n    \"id\":{\"S\":\"a\"},\n    \"n\":{\"N\":\"7\"},\n");
    assert_in_range(e.item_bytes, 13, 15);
    assert_true(e.write_units == 1 && e.read_units == 0);
    e = explanation(false);
    memset((void *)&q, 0, sizeof q);
    q.key = DYN_EXPR("id = ? AND n >= ?", "a", 5);
    q.where[0] = DYN_EXPR("temp > ? OR on = ?", 60, true);
    q.limit = 3;
    dyn_explain(&f->db, &e);
    assert_int_equal(thing_select(&f->db, &rows, &q), DYN_DONE);
    assert_int_equal(thing_next(&rows, &t), DYN_DONE);
    assert_int_equal(dyn_finish(&rows), DYN_OK);
    contains(told, "Query on table");
    contains(told, "key range: id = {\"S\":\"a\"} AND n >= {\"N\":\"5\"}\n");
    contains(told, "filter: temp > {\"N\":\"60\"} OR on = {\"BOOL\":true}\n");
    contains(told, "at least 0.5 read units");
    assert_true(e.read_units == 0.5 && e.write_units == 0);
    e = explanation(false);
    dyn_explain(&f->db, &e);
    assert_int_equal(count_up(f), DYN_DONE);
    contains(told, "key: {\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"}}\n");
    contains(told, "change: ADD temp {\"N\":\"1\"}\n");
    contains(told, "DYN_UNCERTAIN");
    assert_int_equal(f->s.opens, 0);
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t), DYN_OK);
    finish(f);
}

static void a_call_that_is_wrong_is_refused_and_not_explained(void **state)
{
    fixture *f = opened(16384);
    dyn_explanation e = explanation(false);

    (void)state;
    dyn_explain(&f->db, &e);
    assert_int_equal(dyn_explain(&f->db, &e), DYN_OK);
    assert_int_equal(update(f, "SET nosuch = ?", 1), DYN_INVALID);
    assert_string_equal(told, "");
    memset((void *)&e, 0x5a, sizeof e);
    answer(f, 200, "{}");
    assert_int_equal(count_up(f), DYN_OK);
    assert_int_equal(f->s.requests, 1);
    assert_string_equal(told, "");
    finish(f);
}

/* A blocking call forgets the explanation itself, so that a trace behind it hears the next call. */
static void a_blocking_call_that_is_wrong_ends_the_explanation(void **state)
{
    fixture *f = opened(16384);
    dyn_explanation e = explanation(false);
    thing t = key_a();
    dyn_expr change;
    dyn_arg one = dyn_int(1);

    (void)state;
    dyn_explain(&f->db, &e);
    dyn_expr_of(&change, "SET nosuch = ?", &one, 1);
    assert_int_equal(thing_update(&f->db, &t, change, NULL), DYN_INVALID);
    memset((void *)&e, 0x5a, sizeof e);
    e = explanation(false);
    assert_int_equal(dyn_explain(&f->db, &e), DYN_OK);
    assert_int_equal(count_up(f), DYN_DONE);
    contains(told, "UpdateItem");
    finish(f);
}

static void an_explained_batch_is_held_back(void **state)
{
    fixture *f = opened(16384);
    dyn_explanation e = explanation(false);
    thing t[2] = { key_a(), key_a() };

    (void)state;
    t[1].n = 8;
    dyn_explain(&f->db, &e);
    assert_int_equal(drive(f, dyn_put_many_begin(&f->db, &thing_model, t, 2, NULL)), DYN_DONE);
    contains(told, "BatchWriteItem on table \"things\", ");
    contains(told, "\"n\":{\"N\":\"8\"}");
    assert_int_equal(f->s.opens, 0);
    dyn_explain(&f->db, &e);
    assert_int_equal(dyn_put_many(&f->db, &thing_model, t, 2, NULL), DYN_DONE);
    assert_int_equal(f->s.requests, 0);
    answer(f, 200, "{\"UnprocessedItems\":{}}");
    assert_int_equal(drive(f, dyn_put_many_begin(&f->db, &thing_model, t, 2, NULL)), DYN_OK);
    assert_int_equal(f->s.requests, 1);
    finish(f);
}

/* --- Tracing ------------------------------------------------------------------------------------------------------- */

static void trace_line(void *user, const dyn_trace_event *e)
{
    static const char *const names[] = { "", "send", "answer", "failed", "wait", "end" };
    char line[256];

    snprintf(line, sizeof line, "%s %s %u %s %d %s %s%s|", names[e->what], e->operation, (unsigned)e->attempt, dyn_status_name(e->status), e->http_status, e->code,
             e->request_id, e->reused ? " reused" : "");
    tell(user, line, strlen(line));
}

static void a_trace_tells_of_each_try_its_answer_and_the_end(void **state)
{
    fixture *f = opened(16384);
    dyn_trace trace;
    thing t;

    (void)state;
    told[0] = 0;
    memset((void *)&trace, 0, sizeof trace);
    assert_int_equal(dyn_trace_start(&f->db, &trace), DYN_INVALID);
    trace.event = trace_line;
    assert_int_equal(dyn_trace_start(&f->db, &trace), DYN_OK);
    answer(f, 500, "{\"__type\":\"InternalServerError\",\"message\":\"oops\"}");
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t), DYN_OK);
    assert_string_equal(told, "send GetItem 1 DYN_OK 0  |answer GetItem 1 DYN_OK 500 InternalServerError REQ1|wait GetItem 1 DYN_OK 0  |"
                              "send GetItem 2 DYN_OK 0   reused|answer GetItem 2 DYN_OK 200  REQ1 reused|end GetItem 2 DYN_OK 0   reused|");
    told[0] = 0;
    answer_raw(f, "HTTP/1.1 200 OK\r\nConte")->then = SCRIPT_RESET;
    assert_int_equal(count_up(f), DYN_UNCERTAIN);
    contains(told, "failed UpdateItem 1 DYN_DISCONNECTED 0");
    contains(told, "end UpdateItem 1 DYN_UNCERTAIN");
    dyn_trace_stop(&f->db, &trace);
    told[0] = 0;
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t), DYN_OK);
    assert_string_equal(told, "");
    finish(f);
}

/* Nothing that is secret is told: neither key, nor signature, nor token. */
static void a_trace_and_an_explanation_hold_no_secret(void **state)
{
    fixture *f = make(16384);
    dyn_explanation e = explanation(false);
    dyn_trace trace;
    thing t;

    (void)state;
    f->config.session_token = "SESSIONTOKEN==";
    open_it(f);
    memset((void *)&trace, 0, sizeof trace);
    trace.event = trace_line;
    dyn_trace_start(&f->db, &trace);
    dyn_explain(&f->db, &e);
    assert_int_equal(get(f, &t), DYN_DONE);
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t), DYN_OK);
    contains(told, "end GetItem");
    assert_null(strstr(told, "SESSIONTOKEN"));
    assert_null(strstr(told, "AKIDEXAMPLE"));
    assert_null(strstr(told, "wJalr"));
    assert_null(strstr(told, "Signature"));
    finish(f);
}

/* --- Recording and replaying --------------------------------------------------------------------------------------- */

static char *recording;
static size_t recording_len;

static void keep(void *user, const void *data, size_t size)
{
    (void)user;
    recording = (char *)realloc(recording, recording_len + size + 1);
    memcpy(recording + recording_len, data, size);
    recording_len += size;
    recording[recording_len] = 0;
}

/* What a program does: reads, writes, lists; the results as text. */
static void session(dyn_client *db, char *out, size_t size, int change)
{
    dyn_expr e;
    dyn_arg one = dyn_int(1);
    dyn_rows rows;
    thing t = key_a();
    size_t n = 0;

    dyn_status got = thing_get(db, &t, NULL);
    n += (size_t)snprintf(out + n, size - n, "%s %g ", dyn_status_name(got), t.temp);
    t.temp = change == 1 ? 3 : 2;
    n += (size_t)snprintf(out + n, size - n, "%s ", dyn_status_name(thing_put(db, &t, NULL)));
    dyn_expr_of(&e, "ADD temp ?", &one, 1);
    n += (size_t)snprintf(out + n, size - n, "%s ", dyn_status_name(thing_update(db, &t, e, NULL)));
    thing_scan(db, &rows, NULL);
    while (change != 2 && thing_next(&rows, &t) == DYN_ROW)
        n += (size_t)snprintf(out + n, size - n, "%s:%.*s ", t.id, (int)t.note.len, t.note.ptr);
    n += (size_t)snprintf(out + n, size - n, "%s", dyn_status_name(dyn_finish(&rows)));
}

/* A session with an answer of 500, a cut, and a stream that stutters; recorded. */
static void record_session(char *out, size_t size, bool token)
{
    fixture *f = make(16384);
    dyn_recorder recorder;
    dyn_sink sink;

    recording_len = 0;
    sink.write = keep, sink.user = NULL;
    f->config.session_token = token ? "SESSIONTOKEN==" : NULL;
    f->s.reads_stutter = f->s.writes_stutter = true;
    f->s.read_most = 50, f->s.write_most = 100;
    open_it(f);
    assert_int_equal(dyn_record(&f->db, &recorder, &sink), DYN_OK);
    answer(f, 500, "{\"__type\":\"InternalServerError\",\"message\":\"oops\"}");
    answer(f, 200, FOUND);
    answer(f, 200, "{}");
    answer_raw(f, "HTTP/1.1 200 OK\r\nConte")->then = SCRIPT_RESET;
    answer(f, 200, "{\"Items\":[" ITEM "," ITEM "],\"Count\":2}");
    session(&f->db, out, size, 0);
    assert_int_equal(dyn_record(&f->db, &recorder, &sink), DYN_INVALID);
    finish(f);
}

static dyn_status replay_session(char *out, size_t size, size_t memory, int change, char *problem)
{
    unsigned char *block = (unsigned char *)malloc(memory);
    dyn_player *player = (dyn_player *)malloc(sizeof *player);
    dyn_config config;
    dyn_client db;
    dyn_str text;
    dyn_status s;

    text.ptr = recording, text.len = recording_len;
    memset((void *)&config, 0, sizeof config);
    s = dyn_play(player, text, &config);
    if (s == DYN_OK) {
        config.memory = block, config.memory_size = memory;
        assert_int_equal(dyn_open(&db, &config), DYN_OK);
        session(&db, out, size, change);
        dyn_close(&db);
        s = dyn_played(player) ? DYN_OK : DYN_CHANGED;
    }
    strcpy(problem, player->problem);
    free(player);
    free(block);
    return s;
}

static void a_recording_played_back_makes_the_program_do_the_same(void **state)
{
    char first[512], again[512], problem[320];

    (void)state;
    for (int token = 0; token < 2; token++) {
        record_session(first, sizeof first, token);
        contains(first, "DYN_OK 1.5 DYN_OK DYN_UNCERTAIN a:h\xc3\xa9llo \"q\" a:h");
        if (replay_session(again, sizeof again, 16384, 0, problem) != DYN_OK)
            fail_msg("%s", problem);
        assert_string_equal(first, again);
        assert_int_equal(replay_session(again, sizeof again, 24000, 0, problem), DYN_OK);   /* with other windows too */
        assert_string_equal(first, again);
    }
}

static void a_recording_holds_no_secret(void **state)
{
    char out[512];

    (void)state;
    record_session(out, sizeof out, true);
    assert_null(strstr(recording, "SESSIONTOKEN"));
    assert_null(strstr(recording, "AKIDEXAMPLE"));
    assert_null(strstr(recording, "wJalr"));
    assert_null(strstr(recording, "Signature="));
    contains(recording, "dynrepo-recording 1\n");
    contains(recording, "***");
    contains(recording, "things");
}

/* Another item, a call less, a recording that ends early or was changed: each is told, and the program comes to an end. */
static void a_program_that_leaves_the_recording_is_told(void **state)
{
    char out[512], problem[320];

    (void)state;
    record_session(out, sizeof out, false);
    assert_int_equal(replay_session(out, sizeof out, 16384, 1, problem), DYN_CHANGED);
    contains(problem, "sends other bytes than were recorded");
    assert_int_equal(replay_session(out, sizeof out, 16384, 2, problem), DYN_CHANGED);
    contains(problem, "line ");
    size_t whole = recording_len;
    for (size_t cut = 0; cut < whole; cut += whole / 97) {
        recording_len = cut;
        dyn_status s = replay_session(out, sizeof out, 16384, 0, problem);
        if (s == DYN_OK)
            fail_msg("a recording cut at %u of %u bytes was played whole", (unsigned)cut, (unsigned)whole);
        assert_true(problem[0] != 0);
    }
    recording_len = whole;
    recording[9] = 'X';
    assert_int_equal(replay_session(out, sizeof out, 16384, 0, problem), DYN_INVALID);
    contains(problem, "dyn_record did not write");
    recording_len = 0;
    assert_int_equal(replay_session(out, sizeof out, 16384, 0, problem), DYN_INVALID);
    free(recording);
    recording = NULL;
}

/* --- Change streams ------------------------------------------------------------------------------------------------ */

#define STREAMS "{\"Streams\":[{\"StreamArn\":\"arn:old\",\"StreamLabel\":\"2026-01-01T00:00:00.000\"},{\"StreamArn\":\"arn:new\",\"StreamLabel\":\"2026-02-01T00:00:00.000\"}]}"
#define RECORD(name, number, n, user) "{\"eventID\":\"e" number "\",\"eventName\":\"" name "\"," user "\"dynamodb\":{\"ApproximateCreationDateTime\":1.7637120E9,\"SizeBytes\":26," \
    "\"Keys\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"" n "\"}},\"SequenceNumber\":\"" number "\",\"StreamViewType\":\"KEYS_ONLY\"}}"

static dyn_shard shards[3];
static dyn_changes changes;

static dyn_status next_change(fixture *f, dyn_change *c, thing *key)
{
    memset((void *)c, 0, sizeof *c);
    memset(key, 0, sizeof *key);
    c->keys.item = key;
    return drive(f, dyn_change_next_begin(&changes, c));
}

/* The child stands first in the description and comes last; its iterator expires at once and is asked for again; an item whose time is over is
 * told from one that was deleted (userIdentity as the developer guide on TTL and streams has it). */
static void children_come_after_parents_and_expired_iterators_are_renewed(void **state)
{
    fixture *f = opened(16384);
    dyn_change c;
    thing key;

    (void)state;
    memset(shards, 0, sizeof shards);
    assert_int_equal(dyn_changes_open(&changes, &f->db, &thing_model, shards, 3, NULL), DYN_OK);
    answer(f, 200, STREAMS);
    answer(f, 200, "{\"StreamDescription\":{\"Shards\":[{\"ShardId\":\"child\",\"ParentShardId\":\"parent\"}],\"LastEvaluatedShardId\":\"child\"}}");
    answer(f, 200, "{\"StreamDescription\":{\"Shards\":[{\"ShardId\":\"parent\",\"ParentShardId\":\"gone\"}]}}");
    answer(f, 200, "{\"ShardIterator\":\"p1\"}");
    answer(f, 200, "{\"NextShardIterator\":null,\"Records\":[" RECORD("REMOVE", "100", "1", "") "," RECORD("REMOVE", "101", "2",
           "\"userIdentity\":{\"type\":\"Service\",\"principalId\":\"dynamodb.amazonaws.com\"},") "]}");
    answer(f, 200, "{\"ShardIterator\":\"c1\"}");
    answer(f, 400, "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ExpiredIteratorException\",\"message\":\"expired\"}");
    answer(f, 200, "{\"ShardIterator\":\"c\\\"2\"}");
    answer(f, 200, "{\"Records\":[" RECORD("INSERT", "200", "3", "") "],\"NextShardIterator\":\"c3\"}");
    assert_int_equal(next_change(f, &c, &key), DYN_ROW);
    assert_true(c.kind == DYN_CHANGE_REMOVE && !c.expired && key.n == 1 && c.unix_ms == INT64_C(1763712000000));
    assert_int_equal(next_change(f, &c, &key), DYN_ROW);
    assert_true(c.expired && key.n == 2);
    assert_int_equal(next_change(f, &c, &key), DYN_ROW);
    assert_true(c.kind == DYN_CHANGE_INSERT && key.n == 3);
    is(c.shard, "child"), is(c.sequence, "200");
    contains(f->s.last, "{\"ShardIterator\":\"c\\\"2\"");
    dyn_changes_pause(&changes);
    finish(f);
}

/* Changes were lost because they are older than a day: an error, once; then it goes on with the oldest that is left. */
static void trimmed_changes_are_an_error_once(void **state)
{
    static const char checkpoint[] = "arn:new";
    fixture *f = opened(16384);
    dyn_changes_options o;
    dyn_change c;
    thing key;

    (void)state;
    memset(shards, 0, sizeof shards);
    memset((void *)&o, 0, sizeof o);
    o.arn = checkpoint;
    assert_int_equal(dyn_changes_open(&changes, &f->db, &thing_model, shards, 3, &o), DYN_OK);
    assert_int_equal(dyn_changes_seek(&changes, "s", DYN_FROM_BEHIND, "77"), DYN_OK);
    answer(f, 200, "{\"StreamDescription\":{\"Shards\":[{\"ShardId\":\"s\"}]}}");
    answer(f, 400, "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TrimmedDataAccessException\",\"message\":\"beyond trim\"}");
    assert_int_equal(next_change(f, &c, &key), DYN_REJECTED);
    contains(f->s.last, "\"ShardIteratorType\":\"AFTER_SEQUENCE_NUMBER\",\"SequenceNumber\":\"77\"");
    contains(dyn_last_error(&f->db)->text, "shard s: changes older than 24 hours are gone");
    answer(f, 200, "{\"ShardIterator\":\"i\"}");
    answer(f, 200, "{\"Records\":[" RECORD("INSERT", "200", "3", "") "],\"NextShardIterator\":\"i2\"}");
    assert_int_equal(next_change(f, &c, &key), DYN_ROW);
    assert_int_equal(key.n, 3);
    dyn_changes_pause(&changes);
    finish(f);
}

static void more_shards_than_there_is_room_for_are_told(void **state)
{
    fixture *f = opened(16384);
    dyn_change c;
    thing key;

    (void)state;
    memset(shards, 0, sizeof shards);
    assert_int_equal(dyn_changes_open(&changes, &f->db, &thing_model, shards, 1, NULL), DYN_OK);
    answer(f, 200, STREAMS);
    answer(f, 200, "{\"StreamDescription\":{\"Shards\":[{\"ShardId\":\"a\"},{\"ShardId\":\"b\"}]}}");
    assert_int_equal(next_change(f, &c, &key), DYN_NO_MEMORY);
    contains(dyn_last_error(&f->db)->text, "more than the 1 shards");
    contains(f->s.last, "arn:new");
    finish(f);
}

/* The endpoints of botocore's rules for dynamodbstreams: streams.dynamodb.<region>.<domain>. */
static void a_client_for_streams_has_their_endpoint(void **state)
{
    fixture *f = make(16384);
    dyn_stream_info list[1];
    size_t count;

    (void)state;
    f->config.endpoint = NULL, f->config.region = "cn-north-1";
    f->config.find_endpoint = dyn__streams_endpoint;
    f->stream.secure = true;
    unsetenv("AWS_ENDPOINT_URL"), unsetenv("AWS_ENDPOINT_URL_DYNAMODB"), unsetenv("AWS_ENDPOINT_URL_DYNAMODB_STREAMS");
    open_it(f);
    answer(f, 200, "{\"Streams\":[]}");
    assert_int_equal(drive(f, dyn_list_streams_begin(&f->db, NULL, list, 1, &count)), DYN_OK);
    contains(f->s.head, "Host: streams.dynamodb.cn-north-1.amazonaws.com.cn\r\n");
    finish(f);
    f = make(16384);
    f->config.endpoint = NULL, f->stream.secure = true;
    open_it(f);
    assert_int_equal(drive(f, dyn_list_streams_begin(&f->db, NULL, list, 1, &count)), DYN_INVALID);
    contains(dyn_last_error(&f->db)->text, "DYN_STREAMS");
    finish(f);
}


/* Opens the changes of stream arn:new, with so much room for shards. */
static void open_changes(fixture *f, size_t room)
{
    dyn_changes_options o;

    memset(shards, 0, sizeof shards);
    memset((void *)&o, 0, sizeof o);
    o.arn = "arn:new";
    assert_int_equal(dyn_changes_open(&changes, &f->db, &thing_model, shards, room, &o), DYN_OK);
}

#define DESCRIBED(list) "{\"StreamDescription\":{\"Shards\":[" list "]}}"

/* Shard a is read to its end and told of for a day: its place must not go to another, or it would be read again. */
static void a_shard_that_was_read_is_not_read_again_for_want_of_room(void **state)
{
    fixture *f = opened(16384);
    dyn_change c;
    thing key;

    (void)state;
    open_changes(f, 2);
    answer(f, 200, DESCRIBED("{\"ShardId\":\"a\"},{\"ShardId\":\"b\"}"));
    answer(f, 200, "{\"ShardIterator\":\"a1\"}");
    answer(f, 200, "{\"Records\":[" RECORD("INSERT", "100", "1", "") "]}");
    assert_int_equal(next_change(f, &c, &key), DYN_ROW);
    answer(f, 200, "{\"ShardIterator\":\"b1\"}");
    answer(f, 200, "{\"Records\":[],\"NextShardIterator\":\"b2\"}");
    assert_int_equal(next_change(f, &c, &key), DYN_DONE);
    answer(f, 200, DESCRIBED("{\"ShardId\":\"a\"},{\"ShardId\":\"b\"},{\"ShardId\":\"c\",\"ParentShardId\":\"a\"}"));
    assert_int_equal(next_change(f, &c, &key), DYN_NO_MEMORY);
    contains(dyn_last_error(&f->db)->text, "more than the 2 shards");
    answer(f, 200, DESCRIBED("{\"ShardId\":\"b\"},{\"ShardId\":\"c\",\"ParentShardId\":\"a\"}"));   /* a day later: a is gone */
    answer(f, 200, DESCRIBED("{\"ShardId\":\"b\"},{\"ShardId\":\"c\",\"ParentShardId\":\"a\"}"));
    answer(f, 200, "{\"Records\":[],\"NextShardIterator\":\"b3\"}");
    answer(f, 200, "{\"ShardIterator\":\"c1\"}");
    answer(f, 200, "{\"Records\":[" RECORD("INSERT", "300", "3", "") "],\"NextShardIterator\":\"c2\"}");
    assert_int_equal(next_change(f, &c, &key), DYN_ROW);
    assert_int_equal(key.n, 3);
    is(c.shard, "c");
    dyn_changes_pause(&changes);
    finish(f);
}

/* A program that was away for more than a day: its shard is not there any more. Told once; then it goes on with the others. */
static void a_shard_of_a_checkpoint_that_is_gone_is_told_once(void **state)
{
    fixture *f = opened(16384);
    dyn_change c;
    thing key;

    (void)state;
    open_changes(f, 3);
    assert_int_equal(dyn_changes_seek(&changes, "old", DYN_FROM_BEHIND, "77"), DYN_OK);
    answer(f, 200, DESCRIBED("{\"ShardId\":\"new\",\"ParentShardId\":\"old\"}"));
    answer(f, 400, "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException\",\"message\":\"Requested resource not found: Shard does not exist\"}");
    assert_int_equal(next_change(f, &c, &key), DYN_REJECTED);
    contains(dyn_last_error(&f->db)->text, "shard old: changes older than 24 hours are gone");
    answer(f, 200, DESCRIBED("{\"ShardId\":\"new\",\"ParentShardId\":\"old\"}"));
    answer(f, 200, "{\"ShardIterator\":\"n1\"}");
    answer(f, 200, "{\"Records\":[" RECORD("INSERT", "300", "3", "") "],\"NextShardIterator\":\"n2\"}");
    assert_int_equal(next_change(f, &c, &key), DYN_ROW);
    assert_int_equal(key.n, 3);
    dyn_changes_pause(&changes);
    finish(f);
}

/* The text of the second change does not fit: a checkpoint must not stand behind it, and the next call asks for what is behind the first. */
static void a_change_that_does_not_fit_the_memory_is_not_passed_over(void **state)
{
    static const char image[] = "{\"Records\":[" RECORD("INSERT", "100", "1", "") ",{\"eventID\":\"e2\",\"eventName\":\"INSERT\",\"dynamodb\":{"
                                "\"Keys\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"2\"}},\"SequenceNumber\":\"101\",\"NewImage\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"2\"},"
                                "\"temp\":{\"N\":\"1\"},\"on\":{\"BOOL\":true},\"note\":{\"S\":\"%s\"}}}}],\"NextShardIterator\":\"i2\"}";
    static char text[5000], body[6000], place[500];
    fixture *f = opened(12000);
    dyn_change c;
    thing key, after;

    (void)state;
    memset(text, 'x', sizeof text - 1);
    snprintf(body, sizeof body, image, text);
    open_changes(f, 1);
    answer(f, 200, DESCRIBED("{\"ShardId\":\"s\"}"));
    answer(f, 200, "{\"ShardIterator\":\"i\"}");
    answer(f, 200, body);
    assert_int_equal(next_change(f, &c, &key), DYN_ROW);
    memset((void *)&c, 0, sizeof c);
    c.after.item = &after;
    assert_int_equal(drive(f, dyn_change_next_begin(&changes, &c)), DYN_NO_MEMORY);
    assert_int_equal(dyn_changes_checkpoint(&changes, place, sizeof place, NULL), DYN_OK);
    contains(place, "\ns 3 100\n");
    answer(f, 200, "{\"ShardIterator\":\"again\"}");
    answer(f, 200, "{\"Records\":[" RECORD("INSERT", "101", "2", "") "],\"NextShardIterator\":\"i2\"}");
    assert_int_equal(next_change(f, &c, &key), DYN_ROW);
    assert_int_equal(key.n, 2);
    contains(f->s.last, "\"again\"");
    dyn_changes_pause(&changes);
    finish(f);
}

/* In the middle of a page the client is cancelled, or the page turns out not to be what its checksum says: no change is left out, and only those
 * of the bad page come twice. */
static void a_page_left_in_its_middle_is_gone_on_with(void **state)
{
    static const char page[] = "{\"Records\":[" RECORD("INSERT", "101", "2", "") "],\"NextShardIterator\":\"i2\"}";
    static char place[500], bad[600];
    fixture *f = opened(16384);
    dyn_change c;
    thing key;

    (void)state;
    open_changes(f, 1);
    answer(f, 200, DESCRIBED("{\"ShardId\":\"s\"}"));
    answer(f, 200, "{\"ShardIterator\":\"i\"}");
    answer(f, 200, "{\"Records\":[" RECORD("INSERT", "100", "1", "") "," RECORD("INSERT", "101", "2", "") "],\"NextShardIterator\":\"i2\"}");
    assert_int_equal(next_change(f, &c, &key), DYN_ROW);
    dyn_cancel(&f->db);
    answer(f, 200, "{\"ShardIterator\":\"again\"}");
    snprintf(bad, sizeof bad, "HTTP/1.1 200 OK\r\nContent-Length: %u\r\nx-amz-crc32: 12345\r\n\r\n%s", (unsigned)strlen(page), page);
    answer_raw(f, bad);
    assert_int_equal(next_change(f, &c, &key), DYN_ROW);
    assert_int_equal(key.n, 2);
    assert_int_equal(next_change(f, &c, &key), DYN_CORRUPT);
    assert_int_equal(dyn_changes_checkpoint(&changes, place, sizeof place, NULL), DYN_OK);
    contains(place, "\ns 3 100\n");
    answer(f, 200, page);
    assert_int_equal(next_change(f, &c, &key), DYN_ROW);
    assert_int_equal(key.n, 2);
    contains(f->s.last, "\"again\"");
    assert_int_equal(dyn_changes_checkpoint(&changes, place, sizeof place, NULL), DYN_OK);
    contains(place, "\ns 3 101\n");
    dyn_changes_pause(&changes);
    finish(f);
}

static void changes_opened_again_let_the_client_go(void **state)
{
    fixture *f = opened(16384);
    dyn_change c;
    thing key;

    (void)state;
    open_changes(f, 1);
    answer(f, 200, DESCRIBED("{\"ShardId\":\"s\"}"));
    answer(f, 200, "{\"ShardIterator\":\"i\"}");
    answer(f, 200, "{\"Records\":[" RECORD("INSERT", "100", "1", "") "," RECORD("INSERT", "101", "2", "") "],\"NextShardIterator\":\"i2\"}");
    assert_int_equal(next_change(f, &c, &key), DYN_ROW);
    open_changes(f, 1);
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &key), DYN_OK);
    finish(f);
}

/* --- Statements ---------------------------------------------------------------------------------------------------- */

static dyn_statement a_statement(const char *text)
{
    dyn_statement s;

    memset((void *)&s, 0, sizeof s);
    dyn_expr_of(&s.text, text, NULL, 0);
    s.model = &thing_model;
    return s;
}

static void a_single_statement_that_is_stepped_knows_what_became_of_it(void **state)
{
    fixture *f = opened(16384);
    dyn_statement s = a_statement("DELETE FROM {table} WHERE id = 'a' AND n = 7");

    (void)state;
    answer(f, 400, "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException\",\"message\":\"The conditional request failed\"}");
    assert_int_equal(drive(f, dyn_execute_begin(&f->db, &s, NULL)), DYN_CONDITION_FAILED);
    assert_int_equal(s.status, DYN_CONDITION_FAILED);
    assert_string_equal(s.code, "ConditionalCheckFailedException");
    assert_string_equal(s.message, "The conditional request failed");
    answer(f, 200, "{\"Items\":[]}");
    assert_int_equal(drive(f, dyn_execute_begin(&f->db, &s, NULL)), DYN_OK);
    assert_int_equal(s.status, DYN_OK);
    assert_string_equal(s.code, "");
    assert_int_equal(dyn_execute_begin(&f->db, &s, NULL), DYN_OK);
    dyn_cancel(&f->db);
    assert_int_equal(s.status, DYN_CANCELLED);
    dyn_expr_of(&s.text, "DELETE FROM {table} WHERE id = ?", NULL, 0);
    assert_int_equal(dyn_execute_begin(&f->db, &s, NULL), DYN_INVALID);
    assert_int_equal(s.status, DYN_INVALID);
    finish(f);
}

/* Another writer's conflict would pass, the condition does not: to try again would be of no use, and the status says so. */
static void a_transaction_of_statements_fails_by_the_reason_that_stays(void **state)
{
    fixture *f = opened(16384);
    dyn_statement s[2];

    (void)state;
    s[0] = a_statement("UPDATE {table} SET temp = 1 WHERE id = 'a' AND n = 7");
    s[1] = a_statement("UPDATE {table} SET temp = 1 WHERE id = 'b' AND n = 7 AND temp = 2");
    answer(f, 400, "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionCanceledException\",\"Message\":\"cancelled\",\"CancellationReasons\":["
                   "{\"Code\":\"TransactionConflict\",\"Message\":\"ongoing\"},{\"Code\":\"ConditionalCheckFailed\",\"Message\":\"The conditional request failed\"}]}");
    assert_int_equal(drive(f, dyn_execute_transaction_begin(&f->db, s, 2, NULL)), DYN_CONDITION_FAILED);
    assert_int_equal(s[0].status, DYN_CONFLICT);
    assert_int_equal(s[1].status, DYN_CONDITION_FAILED);
    contains(dyn_last_error(&f->db)->text, "statement 2 of 2");
    assert_int_equal(f->s.requests, 1);
    finish(f);
}

static void a_batch_answered_for_fewer_statements_may_have_been_done(void **state)
{
    fixture *f = opened(16384);
    dyn_statement s[2];

    (void)state;
    s[0] = a_statement("DELETE FROM {table} WHERE id = 'a' AND n = 7"), s[1] = a_statement("DELETE FROM {table} WHERE id = 'b' AND n = 7");
    answer(f, 200, "{\"Responses\":[{}]}");
    assert_int_equal(drive(f, dyn_execute_batch_begin(&f->db, s, 2, NULL)), DYN_CORRUPT);
    assert_true(dyn_last_error(&f->db)->maybe_applied);
    finish(f);
}

static void a_trace_that_is_stopped_behind_an_explanation_hears_nothing_more(void **state)
{
    fixture *f = opened(16384);
    dyn_explanation e = explanation(false);
    dyn_trace trace;
    thing t;

    (void)state;
    memset((void *)&trace, 0, sizeof trace);
    trace.event = trace_line;
    assert_int_equal(dyn_trace_start(&f->db, &trace), DYN_OK);
    assert_int_equal(dyn_explain(&f->db, &e), DYN_OK);
    dyn_trace_stop(&f->db, &trace);
    memset((void *)&trace, 0x5a, sizeof trace);
    assert_int_equal(get(f, &t), DYN_DONE);
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t), DYN_OK);
    finish(f);
}

static void explained_changes_show_their_values_in_the_body(void **state)
{
    fixture *f = opened(16384);
    dyn_explanation e = explanation(false);
    thing before = key_a(), after = key_a();
    dyn_write_options o;

    (void)state;
    memset((void *)&o, 0, sizeof o);
    dyn_arg five = dyn_int(5);
    dyn_expr_of(&o.when[0], "temp < ?", &five, 1);
    after.temp = 3;
    dyn_explain(&f->db, &e);
    assert_int_equal(drive(f, thing_save_changes_begin(&f->db, &before, &after, &o)), DYN_DONE);
    contains(told, "change: SET temp = :_0\n");
    contains(told, "\":_0\":{\"N\":\"3\"}");
    finish(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_leads_to_a_value_of_the_document),
        cmocka_unit_test(what_is_not_in_the_document_is_not_found),
        cmocka_unit_test(scalars_are_taken_out_of_a_document),
        cmocka_unit_test(members_and_elements_come_one_by_one),
        cmocka_unit_test(broken_documents_are_read_without_harm),
        cmocka_unit_test(a_raw_call_sends_its_body_and_gives_the_answer),
        cmocka_unit_test(a_refusal_is_handed_out_whole),
        cmocka_unit_test(whether_a_raw_call_is_repeated_depends_on_its_name_or_the_options),
        cmocka_unit_test(a_raw_call_that_cannot_be_right_is_refused_unsent),
        cmocka_unit_test(a_raw_body_may_be_made_piece_by_piece),
        cmocka_unit_test(what_is_explained_is_what_would_be_sent),
        cmocka_unit_test(an_explanation_says_what_the_request_means),
        cmocka_unit_test(a_call_that_is_wrong_is_refused_and_not_explained),
        cmocka_unit_test(a_blocking_call_that_is_wrong_ends_the_explanation),
        cmocka_unit_test(an_explained_batch_is_held_back),
        cmocka_unit_test(a_trace_tells_of_each_try_its_answer_and_the_end),
        cmocka_unit_test(a_trace_and_an_explanation_hold_no_secret),
        cmocka_unit_test(a_recording_played_back_makes_the_program_do_the_same),
        cmocka_unit_test(a_recording_holds_no_secret),
        cmocka_unit_test(a_program_that_leaves_the_recording_is_told),
        cmocka_unit_test(children_come_after_parents_and_expired_iterators_are_renewed),
        cmocka_unit_test(trimmed_changes_are_an_error_once),
        cmocka_unit_test(more_shards_than_there_is_room_for_are_told),
        cmocka_unit_test(a_client_for_streams_has_their_endpoint),
        cmocka_unit_test(a_shard_that_was_read_is_not_read_again_for_want_of_room),
        cmocka_unit_test(a_shard_of_a_checkpoint_that_is_gone_is_told_once),
        cmocka_unit_test(a_change_that_does_not_fit_the_memory_is_not_passed_over),
        cmocka_unit_test(a_page_left_in_its_middle_is_gone_on_with),
        cmocka_unit_test(changes_opened_again_let_the_client_go),
        cmocka_unit_test(a_single_statement_that_is_stepped_knows_what_became_of_it),
        cmocka_unit_test(a_transaction_of_statements_fails_by_the_reason_that_stays),
        cmocka_unit_test(a_batch_answered_for_fewer_statements_may_have_been_done),
        cmocka_unit_test(a_trace_that_is_stopped_behind_an_explanation_hears_nothing_more),
        cmocka_unit_test(explained_changes_show_their_values_in_the_body),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
