#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Batches against a scripted peer: request bodies as the API reference's BatchGetItem and BatchWriteItem show them, answers that differ in order and
 * spelling from what was sent, what is given back unprocessed, and answers that no service would send. */
#include "call_fixture.h"

static const dyn_error *error_of(fixture *f)
{
    return dyn_last_error(&f->db);
}

/* Another model in the table of the things, and one in a table of its own. */
typedef struct note {
    char id[16];
    int  n;
    char text[24];
} note;
static const dyn_field note_fields[] = { DYN_TEXT(note, id), DYN_INT(note, n), DYN_TEXT(note, text) };
static const dyn_model note_model = { DYN_MODEL(note, note_fields), .table = "things", .pk = "id", .sk = "n" };

typedef struct user {
    char  name[24];
    float age;
} user;
static const dyn_field user_fields[] = { DYN_TEXT(user, name), DYN_REAL(user, age) };
static const dyn_model user_model = { DYN_MODEL(user, user_fields), .table = "users", .pk = "pk = USER#{name}" };
static const dyn_model stranger_model = { DYN_MODEL(user, user_fields), .table = "things", .pk = "name" };
static const dyn_model arn_model = { DYN_MODEL(user, user_fields), .table = "arn:aws:dynamodb:us-east-1:123456789012:table/people", .pk = "name" };

static void make_things(thing *t, size_t count)
{
    memset((void *)t, 0, count * sizeof *t);
    for (size_t i = 0; i < count; i++) {
        strcpy(t[i].id, "a");
        t[i].n = (int64_t)i, t[i].temp = 0.5, t[i].on = true;
    }
}

/* The text with each %d in it replaced by the number. The caller frees it. */
static char *repeat(const char *before, const char *each, int from, int to, const char *behind)
{
    char *out = (char *)malloc(strlen(before) + strlen(behind) + (size_t)(to - from + 1) * (strlen(each) + 16) + 1), *p = out;

    p += sprintf(p, "%s", before);
    for (int i = from; i <= to; i++) {
        p += sprintf(p, "%s", i > from ? "," : "");
        for (const char *c = each; *c; c++)
            p += *c == '#' ? sprintf(p, "%d", i) : sprintf(p, "%c", *c);
    }
    sprintf(p, "%s", behind);
    return out;
}

static void answer_things(fixture *f, int from, int to, const char *behind)
{
    char *body = repeat("{\"Responses\":{\"things\":[", "{\"n\":{\"N\":\"#\"},\"id\":{\"S\":\"a\"},\"temp\":{\"N\":\"#.5\"},\"on\":{\"BOOL\":true}}", from, to, behind);

    answer(f, 200, body);
    free(body);
}

static size_t count_of(const char *text, const char *what)
{
    size_t n = 0;

    while ((text = strstr(text, what)) != NULL)
        n++, text++;
    return n;
}

/* --- Bodies -------------------------------------------------------------------------------------------------------- */

static void writes_are_sent_by_table(void **state)
{
    fixture *f = opened(16 * 1024);
    thing t = key_a();
    note n = { "b", -1, "say \"hi\"" };
    user u = { "ann", 1.5f };
    dyn_batch_change c[4];

    (void)state;
    t.temp = 2;
    memset((void *)c, 0, sizeof c);
    c[0].model = &thing_model, c[0].item = &t;
    c[1].model = &user_model, c[1].item = &u;
    c[2].model = &note_model, c[2].item = &n;
    c[3].model = &thing_model, c[3].key = DYN_KEY("z", 9), c[3].remove = true;
    answer(f, 200, "{\"UnprocessedItems\":{}}");
    assert_int_equal(drive(f, dyn_batch_write_begin(&f->db, c, 4, NULL)), DYN_OK);
    assert_string_equal(f->s.last, "{\"RequestItems\":{\"users\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"USER#ann\"},\"name\":{\"S\":\"ann\"},\"age\":{\"N\":\"1.5\"}}}}],"
        "\"things\":[{\"PutRequest\":{\"Item\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"},\"temp\":{\"N\":\"2\"},\"on\":{\"BOOL\":false}}}},"
        "{\"PutRequest\":{\"Item\":{\"id\":{\"S\":\"b\"},\"n\":{\"N\":\"-1\"},\"text\":{\"S\":\"say \\\"hi\\\"\"}}}},"
        "{\"DeleteRequest\":{\"Key\":{\"id\":{\"S\":\"z\"},\"n\":{\"N\":\"9\"}}}}]}}");
    assert_non_null(strstr(f->s.head, "DynamoDB_20120810.BatchWriteItem\r\n"));
    finish(f);
}

static void reads_are_asked_by_table(void **state)
{
    fixture *f = opened(16 * 1024);
    thing t[2];
    user u;
    dyn_batch_item w[3];
    dyn_batch_get_options o;

    (void)state;
    make_things(t, 2);
    memset((void *)w, 0, sizeof w), memset((void *)&o, 0, sizeof o), memset((void *)&u, 0, sizeof u);
    w[0].model = &thing_model, w[0].item = &t[0];
    w[1].model = &user_model, w[1].item = &u, w[1].key = DYN_KEY("ann"), w[1].table = "other-users";
    w[2].model = &thing_model, w[2].item = &t[1];
    o.consistent = true, o.capacity = DYN_CAPACITY_TOTAL;
    answer(f, 200, "{\"ConsumedCapacity\":[{\"TableName\":\"things\",\"CapacityUnits\":1.5},{\"TableName\":\"other-users\",\"CapacityUnits\":0.5}],\"Responses\":{},"
                   "\"UnprocessedKeys\":{}}");
    assert_int_equal(drive(f, dyn_batch_get_begin(&f->db, w, 3, &o)), DYN_NOT_FOUND);
    assert_string_equal(f->s.last, "{\"RequestItems\":{\"other-users\":{\"Keys\":[{\"pk\":{\"S\":\"USER#ann\"}}],\"ConsistentRead\":true},"
        "\"things\":{\"Keys\":[{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"0\"}},{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}],\"ConsistentRead\":true}},"
        "\"ReturnConsumedCapacity\":\"TOTAL\"}");
    assert_true(dyn_capacity(&f->db).total == 2);
    assert_int_equal(w[1].status, DYN_NOT_FOUND);
    finish(f);
}

static void an_empty_batch_sends_nothing(void **state)
{
    fixture *f = opened(16 * 1024);
    thing t[2];
    dyn_mask masks[2];

    (void)state;
    make_things(t, 2);
    memset(masks, 0, sizeof masks);
    masks[0].bits[0] = masks[1].bits[0] = 31;
    assert_int_equal(drive(f, thing_put_many_begin(&f->db, t, 0, NULL)), DYN_OK);
    assert_int_equal(drive(f, dyn_batch_get_begin(&f->db, NULL, 0, NULL)), DYN_OK);
    assert_int_equal(drive(f, thing_complete_begin(&f->db, t, 2, masks, NULL)), DYN_OK);
    assert_int_equal(dyn_put_many(&f->db, &thing_model, t, 0, NULL), DYN_OK);
    assert_int_equal(thing_put_many_begin(&f->db, t, 0, NULL), DYN_OK);
    dyn_cancel(&f->db);
    assert_int_equal(dyn_step(&f->db), DYN_INVALID);
    assert_int_equal(f->s.requests, 0);
    finish(f);
}

/* --- Answers of another order and spelling -------------------------------------------------------------------------- */

static void items_find_their_structs_in_any_order_and_spelling(void **state)
{
    fixture *f = opened(16 * 1024);
    thing t[4];
    user u;
    dyn_batch_item w[5];

    (void)state;
    make_things(t, 4);
    memset((void *)w, 0, sizeof w), memset((void *)&u, 0, sizeof u);
    strcpy(t[0].id, "h\xc3\xa9llo"), t[0].n = 100;
    strcpy(t[1].id, "a/b"), t[1].n = -7;
    strcpy(t[2].id, "a/b"), t[2].n = 0;
    strcpy(t[3].id, "\xf0\x9f\x98\x80"), t[3].n = 12345;
    strcpy(u.name, "ann");
    for (int i = 0; i < 4; i++)
        w[i].model = &thing_model, w[i].item = &t[i];
    w[4].model = &user_model, w[4].item = &u;
    answer(f, 200, "{ \"Extra\" : [1,{\"a\":null}], \"UnprocessedKeys\" : { } ,\n\"Responses\" : { \"things\" : [ { \"on\":{\"BOOL\":true} , \"more\":{\"L\":[{\"M\":{\"id\":{\"S\":\"x\"}}}]},"
        "\"temp\":{\"N\":\"3\"}, \"n\" : { \"N\" : \"1.2345E4\" }, \"id\":{\"S\":\"\\uD83D\\uDE00\"} },"
        " {\"id\":{\"S\":\"\\u0061\\/b\"},\"n\":{\"N\":\"0.0\"},\"temp\":{\"N\":\"2\"},\"on\":{\"BOOL\":false}},"
        "{\"id\":{\"S\":\"a/b\"},\"n\":{\"N\":\"-7\"},\"temp\":{\"N\":\"1\"},\"on\":{\"BOOL\":false}},"
        "{\"n\":{\"N\":\"1E2\"},\"id\":{\"S\":\"h\\u00e9llo\"},\"temp\":{\"N\":\"0\"},\"on\":{\"BOOL\":true}} ] , \"users\":[{\"pk\":{\"S\":\"USER#ann\"},\"name\":{\"S\":\"ann\"},\"age\":{\"N\":\"31\"}}] } }");
    assert_int_equal(drive(f, dyn_batch_get_begin(&f->db, w, 5, NULL)), DYN_OK);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(w[i].status, DYN_OK);
        assert_true(t[i].temp == i);
    }
    assert_true(u.age == 31);
    finish(f);
}

static void an_answer_may_come_in_any_pieces(void **state)
{
    (void)state;
    for (size_t most = 1; most < 40; most += most < 12 ? 1 : 9) {
        fixture *f = opened(16 * 1024);
        thing t[9];
        make_things(t, 9);
        f->s.read_most = most;
        f->s.reads_stutter = most % 2;
        answer_things(f, 0, 3, "]},\"UnprocessedKeys\":{\"things\":{\"ConsistentRead\":false,\"Keys\":[{\"n\":{\"N\":\"8\"},\"id\":{\"S\":\"a\"}},{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"5\"}}]}}}");
        answer_things(f, 5, 5, "]}}");
        assert_int_equal(drive(f, thing_get_many_begin(&f->db, t, 9, NULL, NULL)), DYN_NOT_FOUND);
        assert_string_equal(f->s.last, "{\"RequestItems\":{\"things\":{\"Keys\":[{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"5\"}},{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"8\"}}]}}}");
        for (int i = 0; i < 9; i++)
            assert_true(t[i].temp == (i < 4 || i == 5 ? i + 0.5 : 0.5));
        finish(f);
    }
}

static void an_item_larger_than_the_window_is_read(void **state)
{
    fixture *f = opened(64 * 1024);
    thing t = key_a();
    char *body = (char *)malloc(20000);
    int at = sprintf(body, "{\"Responses\":{\"things\":[{\"id\":{\"S\":\"a\"},\"on\":{\"BOOL\":true},\"temp\":{\"N\":\"4\"},\"junk\":{\"S\":\"");

    (void)state;
    memset(body + at, 'j', 16000);
    sprintf(body + at + 16000, "\"},\"note\":{\"S\":\"x\\\"y\"},\"n\":{\"N\":\"7\"}}]}}");
    answer(f, 200, body);
    f->s.read_most = 1000;
    assert_int_equal(drive(f, thing_get_many_begin(&f->db, &t, 1, NULL, NULL)), DYN_OK);
    assert_true(t.temp == 4 && t.note.len == 3);
    assert_memory_equal(t.note.ptr, "x\"y", 3);
    free(body);
    finish(f);
}

static void of_two_reads_of_one_item_one_is_sent_and_both_are_filled(void **state)
{
    fixture *f = opened(16 * 1024);
    thing t[2] = { key_a(), key_a() };
    note n = { "a", 7, "" };
    dyn_batch_item w[3];

    (void)state;
    memset((void *)w, 0, sizeof w);
    w[0].model = &thing_model, w[0].item = &t[0];
    w[1].model = &note_model, w[1].item = &n;
    w[2].model = &thing_model, w[2].item = &t[1], w[2].key = DYN_KEY("a", dyn_num("7.0"));
    answer(f, 200, "{\"Responses\":{},\"UnprocessedKeys\":{\"things\":{\"Keys\":[{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"}}]}}}");
    answer(f, 200, "{\"Responses\":{\"things\":[{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"},\"temp\":{\"N\":\"1\"},\"on\":{\"BOOL\":true},\"text\":{\"S\":\"both\"}}]}}");
    assert_int_equal(drive(f, dyn_batch_get_begin(&f->db, w, 3, NULL)), DYN_OK);
    assert_int_equal(count_of(f->s.last, "\"n\""), 1);
    assert_true(t[0].temp == 1 && t[1].temp == 1);
    assert_string_equal(n.text, "both");
    assert_int_equal(w[1].present.bits[0], 7);
    assert_int_equal(w[2].present.bits[0], 15);
    finish(f);
}

/* The item that is expected next is another one, or does not come at all: what was in the structs stays. */
static void items_out_of_order_leave_other_structs_alone(void **state)
{
    (void)state;
    for (int round = 0; round < 3; round++) {
        fixture *f = opened(16 * 1024);
        thing t[12];
        char body[2048];
        int at = sprintf(body, "{\"Responses\":{\"things\":[");
        make_things(t, 12);
        for (int i = 0; i < 12; i++) {
            int n = round == 0 ? 11 - i : round == 1 ? (i * 5) % 12 : i;
            t[i].note.ptr = "old", t[i].note.len = 3;
            if (n != 4 && n != 9)
                at += sprintf(body + at, "%s{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"%d\"},\"temp\":{\"N\":\"%d\"},\"on\":{\"BOOL\":true},\"note\":{\"S\":\"new %d\"}}",
                              body[at - 1] == '[' ? "" : ",", n, 100 + n, n);
        }
        sprintf(body + at, "]}}");
        answer(f, 200, body);
        assert_int_equal(drive(f, thing_get_many_begin(&f->db, t, 12, NULL, NULL)), DYN_NOT_FOUND);
        for (int i = 0; i < 12; i++) {
            char words[8];
            bool there = i != 4 && i != 9;
            sprintf(words, there ? "new %d" : "old", i);
            assert_int_equal(t[i].n, i);
            assert_true(t[i].temp == (there ? 100 + i : 0.5));
            assert_int_equal(t[i].note.len, strlen(words));
            assert_memory_equal(t[i].note.ptr, words, strlen(words));
        }
        assert_int_equal(f->db.state->results, 8 * 5 + 2 * 6);
        finish(f);
    }
}

/* A write id is made for what is put, whatever stands in the struct. */
typedef struct marked {
    char id[8];
    char by[33];
} marked;
static const dyn_field marked_fields[] = { DYN_TEXT(marked, id), DYN_WRITE_ID(marked, by) };
static const dyn_model marked_model = { DYN_MODEL(marked, marked_fields), .table = "marked", .pk = "id" };

static void puts_carry_a_new_write_id(void **state)
{
    fixture *f = opened(16 * 1024);
    marked m[2] = { { "a", "" }, { "b", "old" } };
    char first[40], *at;

    (void)state;
    answer(f, 200, "{}"), answer(f, 200, "{}");
    f->s.seed = 0xabcdef01;
    assert_int_equal(drive(f, dyn_put_many_begin(&f->db, &marked_model, m, 2, NULL)), DYN_OK);
    at = strstr(f->s.last, "\"by\":{\"S\":\"");
    assert_non_null(at);
    snprintf(first, sizeof first, "%.32s", at + 11);
    assert_int_equal(strspn(first, "0123456789abcdef"), 32);
    assert_int_equal(count_of(f->s.last, first), 2);
    assert_null(strstr(f->s.last, "old"));
    assert_string_equal(m[1].by, "old");
    finish(f);
}

/* What is made on save is made once for each item, and the same again when it is sent again. */
typedef struct versioned {
    char    id[8];
    int64_t version, made_at;
} versioned;
static const dyn_field versioned_fields[] = { DYN_TEXT(versioned, id), DYN_VERSION(versioned, version), DYN_CREATED(versioned, made_at) };
static const dyn_model versioned_model = { DYN_MODEL(versioned, versioned_fields), .table = "versioned", .pk = "id" };

static void what_is_made_on_save_is_made_once(void **state)
{
    fixture *f = opened(16 * 1024);
    versioned v[2] = { { "a", 4, 0 }, { "b", 0, 77 } };

    (void)state;
    answer(f, 200, "{\"UnprocessedItems\":{\"versioned\":[{\"PutRequest\":{\"Item\":{\"id\":{\"S\":\"a\"}}}},{\"PutRequest\":{\"Item\":{\"id\":{\"S\":\"b\"}}}}]}}");
    answer(f, 200, "{}");
    assert_int_equal(drive(f, dyn_put_many_begin(&f->db, &versioned_model, v, 2, NULL)), DYN_OK);
    assert_true(f->s.now > 1000);                /* the second request is a later one */
    assert_string_equal(f->s.last, "{\"RequestItems\":{\"versioned\":[{\"PutRequest\":{\"Item\":{\"id\":{\"S\":\"a\"},\"version\":{\"N\":\"5\"},\"made_at\":{\"N\":\"1763712001000\"}}}},"
        "{\"PutRequest\":{\"Item\":{\"id\":{\"S\":\"b\"},\"version\":{\"N\":\"1\"},\"made_at\":{\"N\":\"77\"}}}}]}}");
    assert_int_equal(v[0].version, 4);
    finish(f);
}

/* --- Unprocessed ---------------------------------------------------------------------------------------------------- */

static void unprocessed_writes_are_sent_again_whatever_their_form(void **state)
{
    fixture *f = opened(16 * 1024);
    thing t[5];
    user u = { "ann", 40 };
    dyn_batch_change c[6];
    uint8_t left = 0;
    dyn_batch_write_options o;

    (void)state;
    make_things(t, 5);
    memset((void *)c, 0, sizeof c), memset((void *)&o, 0, sizeof o);
    for (int i = 0; i < 5; i++)
        c[i].model = &thing_model, c[i].item = &t[i], c[i].remove = i == 3;
    c[5].model = &user_model, c[5].item = &u;
    o.left = &left;
    answer(f, 200, "{\"Why\":{\"x\":[]}, \"UnprocessedItems\" : { \"users\":[{\"PutRequest\":{\"Item\":{\"age\":{\"N\":\"40\"},\"pk\":{\"S\":\"USER\\u0023ann\"}}}} ],"
        "\"things\" : [ {\"DeleteRequest\" : {\"Note\":[true], \"Key\":{\"n\":{\"N\":\"3\"},\"id\":{\"S\":\"\\u0061\"}}}} , { \"Tag\":1, \"PutRequest\":{ \"Item\" :"
        "{\"note\":{\"S\":\"}]\"},\"temp\":{\"N\":\"0.5\"},\"id\":{\"S\":\"a\"},\"on\":{\"BOOL\":true},\"n\":{\"N\":\"1E0\"}}, \"More\":{} } } ] } }");
    answer(f, 200, "{\"UnprocessedItems\":{\"things\":[{\"DeleteRequest\":{\"Key\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"3\"}}}}]}}");
    answer(f, 200, "{}");
    assert_int_equal(drive(f, dyn_batch_write_begin(&f->db, c, 6, &o)), DYN_OK);
    assert_string_equal(f->s.last, "{\"RequestItems\":{\"things\":[{\"DeleteRequest\":{\"Key\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"3\"}}}}]}}");
    assert_int_equal(f->s.requests, 3);
    assert_int_equal(f->s.pause_count, 2);
    assert_true(f->s.pauses[0] <= 100 && f->s.pauses[1] <= 100);
    assert_int_equal(left, 0);
    finish(f);
}

static void only_rounds_without_progress_count(void **state)
{
    fixture *f = opened(16 * 1024);
    thing t[12];
    uint8_t left[2];
    dyn_batch_write_options o;
    static const char back[] = "{\"DeleteRequest\":{\"Key\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"#\"}}}}";

    (void)state;
    make_things(t, 12);
    memset((void *)&o, 0, sizeof o);
    o.left = left;
    for (int done = 1; done <= 9; done++)       /* three rounds for nothing, then one that takes one more */
        for (int i = 0; i < (done % 3 ? 1 : 4); i++) {
            char *body = repeat("{\"UnprocessedItems\":{\"things\":[", back, done, 11, "]}}");
            answer(f, 200, body);
            free(body);
        }
    char *body = repeat("{\"UnprocessedItems\":{\"things\":[", back, 10, 11, "]}}");
    for (int i = 0; i < 5; i++)
        answer(f, 200, body);
    free(body);
    assert_int_equal(drive(f, thing_delete_many_begin(&f->db, t, 12, &o)), DYN_THROTTLED);
    assert_int_equal(f->s.requests, 6 + 3 * 4 + 5);
    assert_int_equal(left[0], 0);
    assert_int_equal(left[1], 0x0c);
    assert_non_null(strstr(error_of(f)->text, "2 of 2 writes unprocessed, 4 times"));
    for (int i = 0; i < f->s.pause_count; i++)
        assert_true(f->s.pauses[i] <= 4000);
    assert_true(dyn_is_transient(DYN_THROTTLED));
    finish(f);
}

static void the_time_limit_ends_a_throttled_batch(void **state)
{
    fixture *f = opened(16 * 1024);
    thing t[2];
    dyn_status statuses[2];
    dyn_batch_get_options o;

    (void)state;
    make_things(t, 2);
    memset((void *)&o, 0, sizeof o);
    o.total_ms = 1;
    for (int i = 0; i < 4; i++)
        answer(f, 200, "{\"Responses\":{},\"UnprocessedKeys\":{\"things\":{\"Keys\":[{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"0\"}},{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}]}}}");
    assert_int_equal(drive(f, thing_get_many_begin(&f->db, t, 2, statuses, &o)), DYN_THROTTLED);
    assert_true(f->s.requests < 4);
    assert_int_equal(statuses[0], DYN_THROTTLED);
    assert_int_equal(statuses[1], DYN_THROTTLED);
    finish(f);
}

/* --- What cannot be trusted ----------------------------------------------------------------------------------------- */

static const struct { const char *body, *says; } lies[] = {
    { "{\"Responses\":{\"others\":[]}}", "names the table \"others\"" },
    { "{\"UnprocessedKeys\":{\"thing\":{\"Keys\":[]}}}", "names the table \"thing\"" },
    { "{\"Responses\":{\"things\":[{\"id\":{\"S\":\"b\"},\"n\":{\"N\":\"7\"},\"temp\":{\"N\":\"1\"},\"on\":{\"BOOL\":true}}]}}", "{\"S\":\"b\"}" },
    { "{\"Responses\":{\"things\":[{\"id\":{\"S\":\"a\"},\"temp\":{\"N\":\"1\"},\"on\":{\"BOOL\":true}}]}}", "not asked for" },
    { "{\"Responses\":{\"things\":[{}]}}", "not asked for" },
    { "{\"Responses\":{\"things\":[{\"id\":{\"N\":\"a\"},\"n\":{\"N\":\"7\"}}]}}", "not asked for" },
    { "{\"Responses\":{\"things\":[{\"id\":{\"L\":[]},\"n\":7}]}}", "not asked for" },
    { "{\"UnprocessedKeys\":{\"things\":{\"Keys\":[{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"8\"}}]}}}", "{\"N\":\"8\"}" },
    { "{\"Responses\":{\"things\":[{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"}},]}}", "no JSON" },
    { "{\"Responses\":{\"things\":[7]}}", "no JSON" },
    { "{\"Responses\":{\"things\":{}}}", "no JSON" },
    { "{\"Responses\":[]}", "no JSON" },
    { "{\"Responses\":{,}}", "no JSON" },
    { "{\"Responses\":{\"things\":[]}", "ends in the middle" },
    { "{\"UnprocessedKeys\":{\"things\":[]}}", "no JSON" },
    { "[]", "no JSON" },
};

static void answers_to_what_was_not_asked_are_corrupt(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        fixture *f = opened(16 * 1024);
        thing t = key_a();
        dyn_status status;
        for (int k = 0; k < 4; k++)
            answer(f, 200, lies[i].body);
        dyn_status s = drive(f, thing_get_many_begin(&f->db, &t, 1, &status, NULL));
        if (s != DYN_CORRUPT || !strstr(error_of(f)->text, lies[i].says))
            fail_msg("%s: %s: %s", lies[i].body, dyn_status_name(s), error_of(f)->text);
        assert_int_equal(f->s.requests, 4);
        assert_int_equal(status, DYN_PENDING);
        assert_string_equal(t.id, "a");
        assert_int_equal(t.n, 7);
        finish(f);
    }
}

static void writes_given_back_that_were_not_sent_are_corrupt(void **state)
{
    static const char *const bodies[] = {
        "{\"UnprocessedItems\":{\"other\":[]}}", "{\"UnprocessedItems\":{\"things\":[{\"PutRequest\":{\"Item\":{\"id\":{\"S\":\"b\"},\"n\":{\"N\":\"7\"}}}}]}}",
        "{\"UnprocessedItems\":{\"things\":[{\"PutRequest\":{\"Item\":{}}}]}}", "{\"UnprocessedItems\":{\"things\":[{\"PutRequest\":[]}]}}",
        "{\"UnprocessedItems\":{\"things\":{\"Keys\":[]}}}"
    };

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        fixture *f = opened(16 * 1024);
        thing t = key_a();
        uint8_t left = 0;
        dyn_batch_write_options o;
        memset((void *)&o, 0, sizeof o);
        o.left = &left;
        for (int k = 0; k < 4; k++)
            answer(f, 200, bodies[i]);
        assert_int_equal(drive(f, thing_put_many_begin(&f->db, &t, 1, &o)), DYN_CORRUPT);
        assert_int_equal(left, 1);
        assert_true(error_of(f)->maybe_applied);
        finish(f);
    }
}

/* --- Failures on the way -------------------------------------------------------------------------------------------- */

static void a_cut_answer_is_asked_for_again_and_its_texts_are_let_go(void **state)
{
    static const char two[] = "{\"Responses\":{\"things\":[" ITEM ",{\"id\":{\"S\":\"b\"},\"n\":{\"N\":\"1\"},\"temp\":{\"N\":\"x\"},\"on\":{\"BOOL\":true}}]},\"UnprocessedKeys\":{}}";
    static const char good[] = "{\"Responses\":{\"things\":[{\"id\":{\"S\":\"b\"},\"n\":{\"N\":\"1\"},\"temp\":{\"N\":\"5\"},\"on\":{\"BOOL\":true}}," ITEM "]},\"UnprocessedKeys\":{}}";
    fixture *f = opened(16 * 1024);
    thing t[2] = { key_a(), key_a() };
    char *whole;
    size_t len;

    (void)state;
    strcpy(t[1].id, "b"), t[1].n = 1;
    whole = script_answer_text(200, "", two, sizeof two - 1, &len);
    script_add(&f->s, whole, len - 5)->then = SCRIPT_CLOSE;      /* an item that does not fit was in it: it was not said */
    answer(f, 200, good);
    assert_int_equal(drive(f, thing_get_many_begin(&f->db, t, 2, NULL, NULL)), DYN_OK);
    assert_int_equal(error_of(f)->status, DYN_OK);
    assert_true(t[0].note.len == 10 && t[1].temp == 5);
    assert_int_equal(f->db.state->results, 10);
    free(whole);
    finish(f);
}

static void every_call_of_the_stream_may_fail_once(void **state)
{
    (void)state;
    for (int at = 1; at < 60; at++) {
        fixture *f = opened(16 * 1024);
        thing t[3];
        uint8_t left = 0;
        dyn_batch_write_options o;
        memset((void *)&o, 0, sizeof o);
        o.left = &left;
        make_things(t, 3);
        f->s.read_most = 60, f->s.write_most = 200;
        f->s.fail_at = at, f->s.fail_with = at % 2 ? DYN_IO_ERROR : DYN_IO_CLOSED;
        for (int i = 0; i < 4; i++)
            answer(f, 200, "{\"UnprocessedItems\":{}}");
        assert_int_equal(drive(f, thing_put_many_begin(&f->db, t, 3, &o)), DYN_OK);
        assert_int_equal(left, 0);
        f->s.next = f->s.answer_count = 0;
        for (int i = 0; i < 4; i++)
            answer_things(f, 0, 2, "]}}");
        f->s.fail_at = f->s.calls + at;
        dyn_status s = drive(f, thing_get_many_begin(&f->db, t, 3, NULL, NULL));
        if (s != DYN_OK)
            fail_msg("at %d: %s: %s", at, dyn_status_name(s), error_of(f)->text);
        assert_true(t[2].temp == 2.5);
        finish(f);
    }
}

static void what_was_cut_off_for_good_stays_left(void **state)
{
    fixture *f = opened(16 * 1024);
    thing t[30];
    uint8_t left[4];
    dyn_batch_write_options o;

    (void)state;
    make_things(t, 30);
    memset((void *)&o, 0, sizeof o);
    o.left = left;
    for (int i = 0; i < 30; i++)
        t[i].id[0] = (char)('a' + i % 20);
    answer(f, 200, "{}");
    for (int i = 0; i < 9; i++)
        answer_raw(f, "")->then = SCRIPT_RESET;
    assert_int_equal(drive(f, thing_put_many_begin(&f->db, t, 30, &o)), DYN_DISCONNECTED);
    assert_true(error_of(f)->maybe_applied);
    size_t done = 0;
    while (done < 30 && !dyn_batch_is_left(left, done))
        done++;
    assert_true(done > 0 && done <= 25);
    for (size_t i = done; i < 30; i++)
        assert_true(dyn_batch_is_left(left, i));
    assert_int_equal(left[3] & 0xc0, 0);        /* no bit behind the last */
    finish(f);
}

static void a_cancelled_or_refused_batch_leaves_all(void **state)
{
    fixture *f = opened(16 * 1024);
    thing t[9];
    uint8_t left[2] = { 0, 0 };
    dyn_batch_write_options o;
    dyn_rows rows;

    (void)state;
    make_things(t, 9);
    memset((void *)&o, 0, sizeof o);
    o.left = left;
    assert_int_equal(thing_put_many_begin(&f->db, t, 9, &o), DYN_OK);
    assert_int_equal(dyn_step(&f->db), DYN_PENDING);
    dyn_cancel(&f->db);
    assert_int_equal(left[0], 0xff);
    assert_int_equal(left[1], 1);
    left[0] = 0;
    assert_int_equal(thing_scan(&f->db, &rows, NULL), DYN_OK);
    assert_int_equal(thing_put_many_begin(&f->db, t, 9, &o), DYN_BUSY);
    assert_int_equal(left[0], 0xff);
    dyn_finish(&rows);
    finish(f);
}

/* --- What is refused ------------------------------------------------------------------------------------------------ */

static void wrong_entries_are_refused_by_number(void **state)
{
    fixture *f = opened(16 * 1024);
    thing t[2];
    user u = { "ann", 1 };
    dyn_batch_change c[2];
    dyn_batch_item w[1];

    (void)state;
    make_things(t, 2);
    memset((void *)c, 0, sizeof c), memset((void *)w, 0, sizeof w);
    c[0].model = &thing_model, c[0].item = &t[0];
#define REFUSED(what, says) do { \
        assert_int_equal(drive(f, what), DYN_INVALID); \
        if (!strstr(error_of(f)->text, says)) fail_msg("%s", error_of(f)->text); \
    } while (0)
    REFUSED(dyn_batch_write_begin(&f->db, c, 2, NULL), "needs a .model; this is number 1");
    c[1].model = &thing_model;
    REFUSED(dyn_batch_write_begin(&f->db, c, 2, NULL), "a \"thing\" without .item");
    c[1].key = DYN_KEY("a", 1);
    REFUSED(dyn_batch_write_begin(&f->db, c, 2, NULL), ".remove");
    c[1].remove = true, c[1].key = DYN_KEY("a");
    REFUSED(dyn_batch_write_begin(&f->db, c, 2, NULL), "its key has 2 members; this is number 1");
    c[1].remove = false, c[1].key.count = 0, c[1].item = &t[1];
    t[1].temp = 0.0 / (t[1].temp - 0.5);
    REFUSED(dyn_batch_write_begin(&f->db, c, 2, NULL), "temp");
    assert_non_null(strstr(error_of(f)->text, "number 1 of the batch"));
    t[1].id[0] = 0;
    REFUSED(dyn_batch_write_begin(&f->db, c, 2, NULL), "it is empty");
    c[1].model = &stranger_model, c[1].item = &u;
    REFUSED(dyn_batch_write_begin(&f->db, c, 2, NULL), "name the same table \"things\", but other key attributes");
    w[0].model = &thing_model, w[0].key = DYN_KEY("a", 1);
    REFUSED(dyn_batch_get_begin(&f->db, w, 1, NULL), "the struct to read it into");
    assert_int_equal(f->s.requests, 0);
    finish(f);
}

/* A source that gives another item each time it is asked for the second. */
static dyn_status waver(void *arg, size_t index, dyn_batch_change *change)
{
    static char text[900];
    thing *t = (thing *)arg;

    memset(text, 'x', sizeof text);
    make_things(t, 1);
    t->n = (int64_t)index;
    t->temp = index == 1 ? ++t[1].temp : 0;
    t->note.ptr = text, t->note.len = 900;
    change->model = &thing_model, change->item = t;
    return DYN_OK;
}

static void a_source_that_changes_its_mind_is_found_out(void **state)
{
    fixture *f = opened(9 * 1024);
    thing t[2];
    dyn_status s;

    (void)state;
    make_things(t, 2);
    answer(f, 200, "{}"), answer(f, 200, "{}");
    s = drive(f, dyn_batch_write_from_begin(&f->db, waver, t, 25, NULL));
    assert_int_equal(s, DYN_CHANGED);
    finish(f);
}

/* --- Limits --------------------------------------------------------------------------------------------------------- */

static void requests_stay_under_16_mb(void **state)
{
    enum { TEXT = 170 * 1024 };
    fixture *f = opened(4 << 20);               /* a window that takes most of an item: less makes each again and again */
    thing t[20];
    char *text = (char *)malloc(TEXT);

    (void)state;
    memset(text, 1, TEXT);                      /* a control character: one byte for DynamoDB, six of JSON */
    make_things(t, 20);
    for (int i = 0; i < 20; i++)
        t[i].note.ptr = text, t[i].note.len = TEXT;
    for (int i = 0; i < 2; i++)
        answer(f, 200, "{\"UnprocessedItems\":{}}");
    assert_int_equal(drive(f, thing_put_many_begin(&f->db, t, 20, NULL)), DYN_OK);
    assert_int_equal(f->s.requests, 2);
    assert_int_equal(f->s.pause_count, 0);
    assert_int_equal(count_of(f->s.last, "PutRequest"), 4);     /* 16 of 1,044,000 bytes are the most in 16,777,216 */
    assert_non_null(strstr(f->s.last, "\"n\":{\"N\":\"16\"}"));
    free(text);
    finish(f);
}

static void an_item_over_400_kb_is_refused_by_name(void **state)
{
    enum { TEXT = 409600 };
    fixture *f = opened(64 * 1024);
    thing t[3];
    char *text = (char *)malloc(TEXT);

    (void)state;
    memset(text, 'x', TEXT);
    make_things(t, 3);
    t[1].note.ptr = text, t[1].note.len = TEXT - 40;     /* id 2 + 1, n 1 + 2, temp 4 + 2, on 2 + 1, note 4: 19 beside */
    answer(f, 200, "{}");
    assert_int_equal(drive(f, thing_put_many_begin(&f->db, t, 3, NULL)), DYN_OK);
    t[1].note.len = TEXT - 4;
    assert_int_equal(drive(f, thing_put_many_begin(&f->db, t, 3, NULL)), DYN_TOO_LARGE);
    assert_non_null(strstr(error_of(f)->text, "\"note\""));
    assert_non_null(strstr(error_of(f)->text, "number 1 of the batch"));
    assert_int_equal(f->s.requests, 1);
    free(text);
    finish(f);
}

static void only_the_fields_asked_for_are_read(void **state)
{
    fixture *f = opened(16 * 1024);
    thing t[2];
    user u;
    dyn_batch_get_options o;
    dyn_batch_item w[2];

    (void)state;
    make_things(t, 2);
    memset((void *)&o, 0, sizeof o), memset((void *)w, 0, sizeof w), memset((void *)&u, 0, sizeof u);
    o.fields = DYN_FIELDS("temp");
    for (int i = 0; i < 2; i++)
        w[i].model = &thing_model, w[i].item = &t[i];
    answer(f, 200, "{\"Responses\":{\"things\":[{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"},\"temp\":{\"N\":\"9\"}},{\"temp\":{\"N\":\"8\"},\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"0\"}}]}}");
    assert_int_equal(drive(f, dyn_batch_get_begin(&f->db, w, 2, &o)), DYN_OK);
    assert_string_equal(f->s.last, "{\"RequestItems\":{\"things\":{\"Keys\":[{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"0\"}},{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}],"
        "\"ProjectionExpression\":\"#0, #1, #2\",\"ExpressionAttributeNames\":{\"#0\":\"temp\",\"#1\":\"id\",\"#2\":\"n\"}}}}");
    assert_true(t[0].temp == 8 && t[1].temp == 9 && t[1].n == 1);
    assert_int_equal(w[0].present.bits[0], 7);
    o.fields = DYN_FIELDS("nothing");
    assert_int_equal(drive(f, dyn_batch_get_begin(&f->db, w, 2, &o)), DYN_INVALID);
    o.fields = DYN_FIELDS("temp");
    w[1].model = &user_model, w[1].item = &u;
    assert_int_equal(drive(f, dyn_batch_get_begin(&f->db, w, 2, &o)), DYN_INVALID);
    assert_non_null(strstr(error_of(f)->text, "number 1 of the batch is of another"));
    finish(f);
}

static void any_size_of_memory_is_enough_or_said_not_to_be(void **state)
{
    size_t first = 0;

    (void)state;
    for (size_t size = 4800; size < 12000; size += 56) {
        fixture *f = make(size);
        thing t[6];
        if (dyn_open(&f->db, &f->config) != DYN_OK) {
            dyn_close(&f->db);
            finish(f);
            continue;
        }
        f->opened = true;
        make_things(t, 6);
        for (int i = 0; i < 12; i++)
            answer(f, 200, "{\"UnprocessedItems\":{}}");
        dyn_status s = drive(f, thing_put_many_begin(&f->db, t, 6, NULL));
        assert_true(s == DYN_OK || (s == DYN_NO_MEMORY && error_of(f)->needed > size && !first));
        if (s == DYN_OK && !first)
            first = size;
        f->s.next = f->s.answer_count = 0;
        for (int i = 0; i < 4; i++)
            answer_things(f, 0, 5, "]}}");
        s = drive(f, thing_get_many_begin(&f->db, t, 6, NULL, NULL));
        assert_true(s == DYN_OK || s == DYN_NO_MEMORY || s == DYN_CORRUPT);   /* corrupt: all six answered where fewer were asked */
        finish(f);
    }
    assert_true(first && first < 9000);
}

static void a_table_may_be_named_by_its_arn(void **state)
{
    fixture *f = opened(16 * 1024);
    user u = { "ann", 0 };

    (void)state;
    answer(f, 200, "{\"Responses\":{\"people\":[{\"name\":{\"S\":\"ann\"},\"age\":{\"N\":\"31\"}}]}}");
    answer(f, 200, "{\"Responses\":{\"arn:aws:dynamodb:us-east-1:123456789012:table\\/people\":[{\"name\":{\"S\":\"ann\"},\"age\":{\"N\":\"32\"}}]}}");
    assert_int_equal(drive(f, dyn_get_many_begin(&f->db, &arn_model, &u, 1, NULL, NULL)), DYN_OK);
    assert_non_null(strstr(f->s.last, "{\"arn:aws:dynamodb:us-east-1:123456789012:table/people\":{"));
    assert_true(u.age == 31);
    assert_int_equal(drive(f, dyn_get_many_begin(&f->db, &arn_model, &u, 1, NULL, NULL)), DYN_OK);
    assert_true(u.age == 32);
    finish(f);
}

static void texts_go_to_the_arena_or_live_until_the_next_read(void **state)
{
    fixture *f = opened(16 * 1024);
    thing t = key_a();
    unsigned char room[64];
    dyn_arena arena;
    dyn_batch_get_options o;

    (void)state;
    memset((void *)&arena, 0, sizeof arena), memset((void *)&o, 0, sizeof o);
    arena.base = room, arena.size = sizeof room;
    o.arena = &arena;
    answer(f, 200, "{\"Responses\":{\"things\":[" ITEM "]}}");
    assert_int_equal(drive(f, thing_get_many_begin(&f->db, &t, 1, NULL, &o)), DYN_OK);
    assert_true((const unsigned char *)t.note.ptr >= room && (const unsigned char *)t.note.ptr < room + sizeof room);
    answer(f, 200, "{\"Responses\":{\"things\":[" ITEM "]}}");
    assert_int_equal(drive(f, thing_get_many_begin(&f->db, &t, 1, NULL, NULL)), DYN_OK);
    answer(f, 200, "{}");
    assert_int_equal(drive(f, thing_put_many_begin(&f->db, &t, 1, NULL)), DYN_OK);     /* a write lets it be */
    assert_non_null(strstr(f->s.last, "h\xc3\xa9llo \\\"q\\\""));
    for (int i = 0; i < 40; i++) {               /* nothing is lost of the memory with each */
        f->s.next = f->s.answer_count = 0;
        answer(f, 200, "{\"Responses\":{\"things\":[" ITEM "]}}");
        t = key_a();
        assert_int_equal(drive(f, thing_get_many_begin(&f->db, &t, 1, NULL, NULL)), DYN_OK);
    }
    assert_memory_equal(t.note.ptr, "h\xc3\xa9llo \"q\"", 10);
    finish(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_are_sent_by_table), cmocka_unit_test(reads_are_asked_by_table), cmocka_unit_test(an_empty_batch_sends_nothing),
        cmocka_unit_test(items_find_their_structs_in_any_order_and_spelling), cmocka_unit_test(an_answer_may_come_in_any_pieces),
        cmocka_unit_test(an_item_larger_than_the_window_is_read), cmocka_unit_test(of_two_reads_of_one_item_one_is_sent_and_both_are_filled),
        cmocka_unit_test(items_out_of_order_leave_other_structs_alone), cmocka_unit_test(puts_carry_a_new_write_id),
        cmocka_unit_test(what_is_made_on_save_is_made_once), cmocka_unit_test(unprocessed_writes_are_sent_again_whatever_their_form), cmocka_unit_test(only_rounds_without_progress_count),
        cmocka_unit_test(the_time_limit_ends_a_throttled_batch), cmocka_unit_test(answers_to_what_was_not_asked_are_corrupt),
        cmocka_unit_test(writes_given_back_that_were_not_sent_are_corrupt), cmocka_unit_test(a_cut_answer_is_asked_for_again_and_its_texts_are_let_go),
        cmocka_unit_test(every_call_of_the_stream_may_fail_once), cmocka_unit_test(what_was_cut_off_for_good_stays_left),
        cmocka_unit_test(a_cancelled_or_refused_batch_leaves_all), cmocka_unit_test(wrong_entries_are_refused_by_number),
        cmocka_unit_test(a_source_that_changes_its_mind_is_found_out), cmocka_unit_test(requests_stay_under_16_mb),
        cmocka_unit_test(an_item_over_400_kb_is_refused_by_name), cmocka_unit_test(only_the_fields_asked_for_are_read),
        cmocka_unit_test(any_size_of_memory_is_enough_or_said_not_to_be), cmocka_unit_test(a_table_may_be_named_by_its_arn),
        cmocka_unit_test(texts_go_to_the_arena_or_live_until_the_next_read)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
