#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Where calls meet what they were not made for: a peer that sends more than it was asked for or never ends, texts that lie in the client's own memory,
 * values in odd spellings, models met in another order. Bodies are DynamoDB's as the API reference shows them; in JSON ' stands for ". */
#include "call_fixture.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* ' to ". The last eight are kept. */
static const char *q(const char *text)
{
    static char kept[8][4096];
    static unsigned turn;
    char *to = kept[turn++ % 8];
    size_t i = 0;

    for (; text[i]; i++)
        to[i] = (char)(text[i] == '\'' ? '"' : text[i]);
    to[i] = '\0';
    return to;
}

static const char *body_of(fixture *f)
{
    static char body[8192];

    snprintf(body, sizeof body, "%.*s", (int)f->s.last_len, f->s.last ? f->s.last : "");
    return body;
}

static const char *text_of(fixture *f)
{
    return dyn_last_error(&f->db)->text;
}

#define ROW(n) "{'id':{'S':'a'},'n':{'N':'" #n "'},'temp':{'N':'1'},'on':{'BOOL':true}}"

static dyn_query of_a(void)
{
    static dyn_arg a;
    dyn_query query;

    a = dyn_text("a");
    memset((void *)&query, 0, sizeof query);
    dyn_expr_of(&query.key, "id = ?", &a, 1);
    return query;
}

/* --- A peer that does not keep to what was asked ------------------------------------------------------------------- */

static void rows_beyond_the_limit_are_not_written_behind_the_programs_array(void **state)
{
    static const char three[] = "{'Items':[" ROW(1) "," ROW(2) "," ROW(3) "],'Count':3}";

    (void)state;
    for (size_t piece = 0; piece < 4; piece++) {
        fixture *f = opened(16 * 1024);
        thing t[3];
        dyn_rows rows;
        dyn_query query = of_a();
        char cursor[256];
        size_t count = 0;

        memset((void *)t, 0x5a, sizeof t);
        f->s.read_most = piece * 7;
        answer(f, 200, q(three));
        assert_int_equal(thing_select(&f->db, &rows, &query), DYN_OK);
        assert_int_equal(dyn_page(&rows, t, sizeof *t, 2, &count, cursor, sizeof cursor), DYN_OK);
        assert_int_equal(count, 2);
        assert_true(t[0].n == 1 && t[1].n == 2);
        for (size_t i = 0; i < sizeof *t; i++)
            assert_int_equal(((unsigned char *)(t + 2))[i], 0x5a);
        assert_int_equal(put(f) == DYN_OK, 0);      /* the client is free: there is no more answer */
        finish(f);
    }
}

static void a_page_that_ends_where_it_begins_ends_the_read(void **state)
{
    fixture *f = opened(16 * 1024);
    dyn_rows rows;
    thing t;

    (void)state;
    for (int i = 0; i < 4; i++)
        answer(f, 200, q("{'Items':[],'Count':0,'LastEvaluatedKey':{'id':{'S':'a'},'n':{'N':'1'}}}"));
    dyn_query query = of_a();
    assert_int_equal(thing_select(&f->db, &rows, &query), DYN_OK);
    assert_int_equal(thing_next(&rows, &t), DYN_PROTOCOL);
    assert_non_null(strstr(text_of(f), "the read would never end"));
    assert_int_equal(dyn_finish(&rows), DYN_PROTOCOL);
    assert_int_equal(f->s.requests, 2);
    finish(f);
}

/* --- Texts in the client's memory ---------------------------------------------------------------------------------- */

typedef struct page {
    dyn_str url, title;
    int32_t hits;
} page;
static const dyn_field page_fields[] = { DYN_STR(page, url), DYN_STR(page, title, .optional = true), DYN_INT(page, hits) };
static const dyn_model page_model = { DYN_MODEL(page, page_fields), .table = "pages", .pk = "pk = PAGE#{url}" };
DYN_TYPED(page, page_model)

static void is_text(dyn_str s, const char *text)
{
    assert_int_equal(s.len, strlen(text));
    assert_memory_equal(s.ptr, text, s.len);
}

static page read_page(fixture *f, const char *url)
{
    char body[512];
    page p;

    memset((void *)&p, 0, sizeof p);
    p.url.ptr = url, p.url.len = strlen(url);
    snprintf(body, sizeof body, "{'Item':{'title':{'S':'Before'},'pk':{'S':'PAGE#%s'},'url':{'S':'%s'},'hits':{'N':'1'}}}", url, url);
    answer(f, 200, q(body));
    assert_int_equal(drive(f, page_get_begin(&f->db, &p, NULL)), DYN_OK);
    is_text(p.url, url);
    return p;
}

static void a_key_text_that_was_read_is_right_after_a_get_that_failed(void **state)
{
    static const char *const answers[] = {
        "{'Item':{'title':{'S':'a text that covers what was read before, all of it, and more'},'url':{'S':'else'},'hits':{'N':'x'},'pk':{'S':'PAGE#else'}}}",
        "{'Item':{'title':{'S':'a text that covers what was read before, all of it, and more'}}}", "{}",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        fixture *f = opened(16 * 1024);
        page p = read_page(f, "/a/long/way/down"), q2;
        answer(f, 200, q(answers[i]));
        assert_int_equal(drive(f, page_get_begin(&f->db, &p, NULL)), i == 2 ? DYN_NOT_FOUND : DYN_BAD_ROW);
        is_text(p.url, "/a/long/way/down");
        answer(f, 200, q("{'Item':{'pk':{'S':'PAGE#/a/long/way/down'},'url':{'S':'/a/long/way/down'},'hits':{'N':'2'}}}"));
        assert_int_equal(drive(f, page_get_begin(&f->db, &p, NULL)), DYN_OK);
        assert_non_null(strstr(body_of(f), q("'pk':{'S':'PAGE#/a/long/way/down'}")));
        is_text(p.url, "/a/long/way/down");
        q2 = p;
        assert_int_equal(q2.hits, 2);
        finish(f);
    }
}

static void gets_by_a_key_text_that_was_read_do_not_use_up_the_memory(void **state)
{
    fixture *f = opened(16 * 1024);
    page p = read_page(f, "/x");

    (void)state;
    for (int i = 0; i < 40; i++) {
        char *text = (char *)malloc(2048), *long_text = (char *)malloc(1024);
        memset(long_text, 'z', 1000), long_text[1000] = 0;
        snprintf(text, 2048, "{'Item':{'title':{'S':'%s'},'pk':{'S':'PAGE#/x'},'url':{'S':'/x'},'hits':{'N':'1'}}}", long_text);
        answer(f, 200, q(text));
        assert_int_equal(drive(f, page_get_begin(&f->db, &p, NULL)), DYN_OK);
        is_text(p.url, "/x");
        free(f->owned[--f->owned_count]), free(text), free(long_text);
    }
    finish(f);
}

static void a_key_text_that_was_read_is_right_after_a_transaction_that_failed(void **state)
{
    fixture *f = opened(16 * 1024);
    page p = read_page(f, "/a/long/way"), other;
    dyn_tx_read reads[2] = { DYN_TX_GET(page_model, &p), DYN_TX_GET(page_model, &other) };

    (void)state;
    memset((void *)&other, 0, sizeof other);
    other.url.ptr = "/b", other.url.len = 2;
    answer(f, 200, q("{'Responses':[{'Item':{'title':{'S':'a text that covers what was read before'},'url':{'S':'wrong'},'hits':{'N':'x'}}},{}]}"));
    assert_int_equal(drive(f, dyn_transact_get_begin(&f->db, reads, 2, NULL)), DYN_BAD_ROW);
    is_text(p.url, "/a/long/way");
    is_text(other.url, "/b");
    finish(f);
}

static void a_batch_finds_items_by_key_texts_that_the_read_before_brought(void **state)
{
    enum { MANY = 120 };
    static page p[MANY];
    static dyn_status statuses[MANY];
    fixture *f = opened(96 * 1024);
    dyn_rows rows;
    dyn_query query;
    size_t count = 0, n = 0;
    char *text = (char *)malloc(64 * 1024);

    (void)state;
    memset((void *)&query, 0, sizeof query);
    n = (size_t)sprintf(text, "{\"Items\":[");
    for (int i = 0; i < MANY; i++)
        n += (size_t)sprintf(text + n, "%s{\"pk\":{\"S\":\"PAGE#/p%d\"},\"url\":{\"S\":\"/p%d\"},\"hits\":{\"N\":\"%d\"}}", i ? "," : "", i, i, i);
    sprintf(text + n, "]}");
    answer(f, 200, text);
    answer(f, 200, "{\"Responses\":{\"pages\":[{\"pk\":{\"S\":\"PAGE#/p0\"},\"url\":{\"S\":\"/p0\"},\"hits\":{\"N\":\"1000\"},"
                   "\"title\":{\"S\":\"a text that covers what was read before, as it stands at the far end\"}}]},\"UnprocessedKeys\":{}}");
    answer(f, 200, "{\"Responses\":{\"pages\":[]},\"UnprocessedKeys\":{}}");
    assert_int_equal(page_scan(&f->db, &rows, &query), DYN_OK);
    assert_int_equal(dyn_collect(&rows, p, sizeof *p, MANY, &count), DYN_OK);
    assert_int_equal(count, MANY);
    assert_int_equal(drive(f, dyn_get_many_begin(&f->db, &page_model, p, MANY, statuses, NULL)), DYN_NOT_FOUND);
    assert_non_null(strstr(body_of(f), "{\"pk\":{\"S\":\"PAGE#/p119\"}}"));
    for (int i = 0; i < MANY; i++) {
        char url[16];
        sprintf(url, "/p%d", i);
        is_text(p[i].url, url);
        assert_int_equal(statuses[i], i ? DYN_NOT_FOUND : DYN_OK);
    }
    free(text);
    finish(f);
}

static void completing_rows_leaves_the_texts_of_those_that_are_complete(void **state)
{
    fixture *f = opened(16 * 1024);
    page p[2];
    dyn_mask masks[2];
    dyn_rows rows;
    dyn_query query;
    size_t count = 0;

    (void)state;
    memset((void *)&query, 0, sizeof query);
    memset((void *)masks, 0, sizeof masks);
    masks[0].bits[0] = 7, masks[1].bits[0] = 1;
    answer(f, 200, q("{'Items':[{'pk':{'S':'PAGE#/one'},'url':{'S':'/one'},'title':{'S':'The first'},'hits':{'N':'1'}},"
                     "{'pk':{'S':'PAGE#/two'},'url':{'S':'/two'},'hits':{'N':'1'}}]}"));
    answer(f, 200, q("{'Responses':{'pages':[{'pk':{'S':'PAGE#/two'},'url':{'S':'/two'},'hits':{'N':'2'},'title':{'S':'The second, a longer one'}}]}}"));
    assert_int_equal(page_scan(&f->db, &rows, &query), DYN_OK);
    assert_int_equal(dyn_collect(&rows, p, sizeof *p, 2, &count), DYN_OK);
    assert_int_equal(drive(f, dyn_complete_begin(&f->db, &page_model, p, 2, masks, NULL)), DYN_OK);
    is_text(p[0].title, "The first");
    is_text(p[0].url, "/one");
    is_text(p[1].title, "The second, a longer one");
    finish(f);
}

/* --- What is made on save ------------------------------------------------------------------------------------------ */

typedef struct memo {
    unsigned char id[16];
    char          text[32];
    int64_t       changed;
    uint32_t      version;
} memo;
static const dyn_field memo_fields[] = {
    DYN_UUID(memo, id, .make = DYN_MAKE_UUID4), DYN_TEXT(memo, text), DYN_UPDATED(memo, changed), DYN_VERSION(memo, version),
};
static const dyn_model memo_model = { DYN_MODEL(memo, memo_fields), .table = "memos", .pk = "text" };
DYN_TYPED(memo, memo_model)

/* A put with a condition whose answer is lost; the repeat fails on the item that the first try wrote. */
static void what_was_made_is_told_when_a_repeat_finds_its_own_work(void **state)
{
    fixture *f = opened(24 * 1024);
    memo m, made;
    dyn_write_options o;
    char id[37], body[512];

    (void)state;
    memset((void *)&m, 0, sizeof m), memset((void *)&made, 0, sizeof made), memset((void *)&o, 0, sizeof o);
    strcpy(m.text, "t");
    o.when[0] = DYN_EXPR("missing(text)");
    o.made = &made;
    script_answer *lost = answer_raw(f, "");
    lost->then = SCRIPT_RESET;
    dyn_status s = memo_put_begin(&f->db, &m, &o);
    assert_int_equal(s, DYN_OK);
    for (int i = 0; i < 1000 && f->s.requests < 1; i++) {
        s = dyn_step(&f->db);
        dyn_want want = dyn_wants(&f->db);
        if (s == DYN_PENDING)
            script_wait(&f->s, want.events, want.ms);
    }
    const char *at = strstr(body_of(f), q("'id':{'S':'"));
    assert_non_null(at);
    snprintf(id, sizeof id, "%.36s", at + 11);
    snprintf(body, sizeof body, "{'__type':'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException','Item':{'id':{'S':'%s'},'text':{'S':'t'},"
             "'changed':{'N':'5'},'version':{'N':'1'}}}", id);
    answer(f, 400, q(body));
    assert_int_equal(drive(f, DYN_OK), DYN_OK);
    assert_int_equal(made.version, 1);
    char told[37];
    dyn_uuid_format(made.id, told);
    assert_string_equal(told, id);
    finish(f);
}

static void saving_changes_tells_what_was_made(void **state)
{
    fixture *f = opened(24 * 1024);
    memo before, after;
    dyn_write_options o;

    (void)state;
    memset((void *)&before, 0, sizeof before), memset((void *)&o, 0, sizeof o);
    strcpy(before.text, "t");
    before.version = 4, before.changed = 5;
    after = before;
    after.id[3] = 9;
    o.check_version = true, o.made = &after;
    answer(f, 200, "{}");
    assert_int_equal(drive(f, memo_save_changes_begin(&f->db, &before, &after, &o)), DYN_OK);
    assert_int_equal(after.version, 5);
    assert_true(after.changed > 5);
    finish(f);
}

/* --- Keys ---------------------------------------------------------------------------------------------------------- */

typedef struct slot {
    char    site[16];
    int32_t number;
    int32_t load;
} slot;
static const dyn_field slot_fields[] = { DYN_TEXT(slot, site, .key_only = true), DYN_INT(slot, number, .key_only = true), DYN_INT(slot, load) };
static const dyn_model slot_model = { DYN_MODEL(slot, slot_fields), .table = "slots", .pk = "pk = SITE#{site}", .sk = "sk = SLOT#{number:3}" };
DYN_TYPED(slot, slot_model)

static void changes_of_two_items_that_differ_in_their_key_alone_are_refused(void **state)
{
    fixture *f = opened(16 * 1024);
    slot before = { "north", 1, 5 }, after = { "north", 2, 6 };

    (void)state;
    assert_int_equal(slot_save_changes_begin(&f->db, &before, &after, NULL), DYN_INVALID);
    assert_non_null(strstr(text_of(f), "member \"number\" is part of the key and differs"));
    after.number = 1;
    answer(f, 200, "{}");
    assert_int_equal(drive(f, slot_save_changes_begin(&f->db, &before, &after, NULL)), DYN_OK);
    assert_null(strstr(body_of(f), "number"));
    finish(f);
}

static void a_keys_number_is_read_only_as_it_is_written(void **state)
{
    static const struct { const char *sk; dyn_status status; } cases[] = {
        { "SLOT#012", DYN_ROW }, { "SLOT#1E1", DYN_BAD_ROW }, { "SLOT#-01", DYN_BAD_ROW }, { "SLOT#+01", DYN_BAD_ROW }, { "SLOT#1.0", DYN_BAD_ROW },
        { "SLOT#12", DYN_BAD_ROW }, { "SLOT#0012", DYN_BAD_ROW },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        fixture *f = opened(16 * 1024);
        dyn_rows rows;
        dyn_query query;
        slot v;
        char body[256];
        memset((void *)&query, 0, sizeof query);
        snprintf(body, sizeof body, "{'Items':[{'pk':{'S':'SITE#n'},'sk':{'S':'%s'},'load':{'N':'1'}}]}", cases[i].sk);
        answer(f, 200, q(body));
        assert_int_equal(slot_scan(&f->db, &rows, &query), DYN_OK);
        assert_int_equal(slot_next(&rows, &v), cases[i].status);
        if (cases[i].status == DYN_ROW)
            assert_int_equal(v.number, 12);
        dyn_finish(&rows);
        finish(f);
    }
}

/* --- Models -------------------------------------------------------------------------------------------------------- */

typedef struct inner {
    char name[8];
} inner;
static const dyn_field inner_fields[] = { DYN_TEXT(inner, name) };
static const dyn_model inner_model = { DYN_MODEL(inner, inner_fields), .table = "inners" };      /* no key: of nested structs only */
typedef struct outer {
    char  id[8];
    inner in;
} outer;
static const dyn_field outer_fields[] = { DYN_TEXT(outer, id), DYN_MAP(outer, in, inner_model) };
static const dyn_model outer_model = { DYN_MODEL(outer, outer_fields), .table = "outers", .pk = "id" };

static void a_model_that_was_met_in_another_is_checked_when_it_is_used_itself(void **state)
{
    fixture *f = opened(16 * 1024);
    outer o = { "a", { "b" } };
    inner i = { "b" };

    (void)state;
    answer(f, 200, "{}");
    assert_int_equal(drive(f, dyn_put_begin(&f->db, &outer_model, &o, NULL)), DYN_OK);
    for (int n = 0; n < 2; n++) {
        assert_int_equal(dyn_put_begin(&f->db, &inner_model, &i, NULL), DYN_INVALID);
        assert_non_null(strstr(text_of(f), "model \"inner\": it needs a .table and a .pk"));
    }
    answer(f, 200, "{}");
    assert_int_equal(drive(f, dyn_put_begin(&f->db, &outer_model, &o, NULL)), DYN_OK);
    finish(f);
}

static void what_suits_no_nested_struct_is_refused_there(void **state)
{
    static const dyn_field made[] = { DYN_TEXT(outer, id), DYN_MAP(outer, in, inner_model, .make = DYN_MAKE_UUID4) };
    static const dyn_field ranged[] = { DYN_TEXT(outer, id), DYN_MAP(outer, in, inner_model, DYN_RANGE("0", "1")) };
    const dyn_model a = { DYN_MODEL(outer, made), .table = "outers", .pk = "id" }, b = { DYN_MODEL(outer, ranged), .table = "outers", .pk = "id" };
    dyn_error error;

    (void)state;
    assert_int_equal(dyn_model_check(&a, &error), DYN_INVALID);
    assert_non_null(strstr(error.text, "member \"in\" cannot be made so"));
    assert_int_equal(dyn_model_check(&b, &error), DYN_INVALID);
    assert_non_null(strstr(error.text, "what is allowed for member \"in\" does not suit its kind"));
}

/* --- Rules --------------------------------------------------------------------------------------------------------- */

typedef struct dial {
    char     id[8];
    char     color[8];
    char     label[16];
    char     own[16];
    int32_t *level;
    int32_t  count;
    int32_t  list[4];
} dial;
static const char *never_x(const void *member, const void *item)
{
    (void)item;
    return *(const char *)member == 'x' ? "it must not begin with x" : NULL;
}
static const dyn_field dial_fields[] = {
    DYN_TEXT(dial, id), DYN_TEXT(dial, color, DYN_ONE_OF("red|blue")), DYN_TEXT(dial, label, DYN_LENGTH("0", "5")), DYN_TEXT(dial, own, DYN_VALIDATE(never_x)),
    DYN_INT_PTR(dial, level, DYN_RANGE("0", "9")), DYN_INT_LIST(dial, list, count, DYN_LENGTH("1", "2")),
};
static const dyn_model dial_model = { DYN_MODEL(dial, dial_fields), .table = "dials", .pk = "id" };
DYN_TYPED(dial, dial_model)

static void rules_hold_for_a_dyn_value_too(void **state)
{
    static const struct { const char *change, *json, *says; } cases[] = {
        { "SET color = ?", "{'S':'red'}", NULL }, { "SET color = ?", "{'S':'green'}", "only red|blue" },
        { "SET color = ?", "{'S':'\\u0072ed'}", "cannot be told of this dyn_value" }, { "SET label = ?", "{'S':'a\\nb'}", "cannot be told of this dyn_value" },
        { "SET own = ?", "{'S':'a\\nb'}", "cannot be told of this dyn_value" }, { "SET own = ?", "{'S':'xy'}", "it must not begin with x" },
        { "SET list = ?", "{'L':[{'N':'1'},{'N':'2'}]}", NULL }, { "SET list = ?", "{'L':[{'N':'1'},{'N':'2'},{'N':'3'}]}", "a length of 3 is not allowed" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        fixture *f = opened(16 * 1024);
        dial d;
        dyn_value v;
        dyn_error error;
        const char *json = q(cases[i].json);
        memset((void *)&d, 0, sizeof d);
        strcpy(d.id, "a");
        assert_int_equal(dyn_value_check(json, strlen(json), &v, &error), DYN_OK);
        dyn_expr change = DYN_EXPR(cases[i].change, v);
        dyn_status s = dial_update_begin(&f->db, &d, change, NULL);
        assert_int_equal(s, cases[i].says ? DYN_INVALID : DYN_OK);
        if (cases[i].says)
            assert_non_null(strstr(text_of(f), cases[i].says));
        dyn_cancel(&f->db);
        finish(f);
    }
}

static void a_rule_of_a_pointer_is_about_what_it_points_to(void **state)
{
    fixture *f = opened(16 * 1024);
    int32_t level = 9;
    dial d;

    (void)state;
    memset((void *)&d, 0, sizeof d);
    strcpy(d.id, "a"), strcpy(d.color, "red");
    d.count = 1, d.level = &level;
    answer(f, 200, "{}");
    assert_int_equal(drive(f, dial_put_begin(&f->db, &d, NULL)), DYN_OK);
    level = 10;
    assert_int_equal(dial_put_begin(&f->db, &d, NULL), DYN_INVALID);
    assert_non_null(strstr(text_of(f), "attribute \"level\": 10 is not allowed, only 0 to 9"));
    d.level = NULL;
    answer(f, 200, "{}");
    assert_int_equal(drive(f, dial_put_begin(&f->db, &d, NULL)), DYN_OK);
    answer(f, 200, q("{'Item':{'id':{'S':'a'},'color':{'S':'red'},'label':{'S':''},'own':{'S':''},'level':{'N':'3'},'list':{'L':[{'N':'1'}]}}}"));
    assert_int_equal(drive(f, dial_get_begin(&f->db, &d, NULL)), DYN_OK);
    assert_int_equal(*d.level, 3);
    answer(f, 200, q("{'Item':{'id':{'S':'a'},'color':{'S':'red'},'label':{'S':''},'own':{'S':''},'level':{'N':'30'},'list':{'L':[{'N':'1'}]}}}"));
    assert_int_equal(drive(f, dial_get_begin(&f->db, &d, NULL)), DYN_BAD_ROW);
    finish(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_beyond_the_limit_are_not_written_behind_the_programs_array),
        cmocka_unit_test(a_page_that_ends_where_it_begins_ends_the_read),
        cmocka_unit_test(a_key_text_that_was_read_is_right_after_a_get_that_failed),
        cmocka_unit_test(gets_by_a_key_text_that_was_read_do_not_use_up_the_memory),
        cmocka_unit_test(a_key_text_that_was_read_is_right_after_a_transaction_that_failed),
        cmocka_unit_test(a_batch_finds_items_by_key_texts_that_the_read_before_brought),
        cmocka_unit_test(completing_rows_leaves_the_texts_of_those_that_are_complete),
        cmocka_unit_test(what_was_made_is_told_when_a_repeat_finds_its_own_work),
        cmocka_unit_test(saving_changes_tells_what_was_made),
        cmocka_unit_test(changes_of_two_items_that_differ_in_their_key_alone_are_refused),
        cmocka_unit_test(a_keys_number_is_read_only_as_it_is_written),
        cmocka_unit_test(a_model_that_was_met_in_another_is_checked_when_it_is_used_itself),
        cmocka_unit_test(what_suits_no_nested_struct_is_refused_there),
        cmocka_unit_test(rules_hold_for_a_dyn_value_too),
        cmocka_unit_test(a_rule_of_a_pointer_is_about_what_it_points_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
