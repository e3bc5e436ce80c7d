/* What is over DynamoDB's limits is refused before it is sent: items of 409,600 bytes, keys of 2,048 and 1,024. The figures are those of the developer
 * guide's "Service, account, and table quotas"; an item of texts alone has the bytes of its names and of its texts. */
#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
#include <stdio.h>
#include <stdlib.h>
#include "support/call_fixture.h"

typedef struct paper {
    dyn_str id, at, note, more;
} paper;
static const dyn_field paper_fields[] = { DYN_STR(paper, id), DYN_STR(paper, at), DYN_STR(paper, note), DYN_STR(paper, more, .omit_zero = true) };
static const dyn_model paper_model = { DYN_MODEL(paper, paper_fields), .table = "papers", .pk = "id", .sk = "at" };

typedef struct page {
    char    id[8];
    char    body[1024];
} page;
static const dyn_field page_fields[] = { DYN_TEXT(page, id), DYN_TEXT(page, body) };
static const dyn_model page_model = { DYN_MODEL(page, page_fields) };
typedef struct book {
    char id[16];
    int  count;
    page pages[500];
} book;
static const dyn_field book_fields[] = { DYN_TEXT(book, id), DYN_MAP_LIST(book, pages, count, page_model) };
static const dyn_model book_model = { DYN_MODEL(book, book_fields), .table = "books", .pk = "id" };

enum { LIMIT = 409600 };
static char bytes[LIMIT + 1];

static dyn_str some(size_t n)
{
    dyn_str s = { bytes, n };
    return s;
}

/* Puts it; how many requests went out. */
static int sent(fixture *f, const dyn_model *m, const void *item, dyn_status *s)
{
    int before = f->s.requests;

    answer(f, 200, "{}");
    *s = drive(f, dyn_put_begin(&f->db, m, item, NULL));
    return f->s.requests - before;
}

static void an_item_may_have_400_kb_and_no_byte_more(void **state)
{
    fixture *f = opened(64 * 1024);
    paper p = { some(10), some(20), some(LIMIT - (2 + 10) - (2 + 20) - 4), { NULL, 0 } };
    dyn_status s;

    (void)state;
    memset(bytes, 'x', sizeof bytes);
    assert_int_equal(sent(f, &paper_model, &p, &s), 1);
    assert_int_equal(s, DYN_OK);
    p.note.len++;
    assert_int_equal(sent(f, &paper_model, &p, &s), 0);
    assert_int_equal(s, DYN_TOO_LARGE);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "the item has 409601 bytes"));
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "\"note\""));
    assert_string_equal(dyn_last_error(&f->db)->attribute, "note");
    p.note.len = 7;
    assert_int_equal(sent(f, &paper_model, &p, &s), 1);      /* the client goes on */
    assert_int_equal(s, DYN_OK);
    finish(f);
}

static void the_text_of_the_request_may_be_longer_than_the_item(void **state)
{
    fixture *f = opened(64 * 1024);
    paper p = { { "a", 1 }, { "b", 1 }, some(150000), { NULL, 0 } };
    dyn_status s;

    (void)state;
    memset(bytes, 1, sizeof bytes);                          /* each \u0001 in JSON: 900,000 bytes */
    assert_int_equal(sent(f, &paper_model, &p, &s), 1);
    assert_int_equal(s, DYN_OK);
    assert_true(f->s.last_len > 900000);
    finish(f);
}

static void keys_have_their_own_limits(void **state)
{
    static const struct { size_t id, at; const char *text; } rows[] = {
        { 2048, 1024, NULL }, { 2049, 1, "key \"id\": 2049 bytes" }, { 1, 1025, "key \"at\": 1025 bytes" }, { 1, 1024, NULL }
    };

    (void)state;
    memset(bytes, 'x', sizeof bytes);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fixture *f = opened(64 * 1024);
        paper p = { some(rows[i].id), some(rows[i].at), some(0), { NULL, 0 } };
        dyn_status s;
        assert_int_equal(sent(f, &paper_model, &p, &s), rows[i].text ? 0 : 1);
        assert_int_equal(s, rows[i].text ? DYN_TOO_LARGE : DYN_OK);
        if (rows[i].text)
            assert_non_null(strstr(dyn_last_error(&f->db)->text, rows[i].text));
        finish(f);
    }
}

typedef struct tagged {
    char id[8], at[8];
} tagged;
static const dyn_field tagged_fields[] = { DYN_TEXT(tagged, id), DYN_TEXT(tagged, at) };
static const dyn_model tagged_model = { DYN_MODEL(tagged, tagged_fields), .table = "tags", .pk = "pk = ID#{id}", .sk = "sk = {at}!" };

/* One call of each kind by a key of the given texts: the first status that is not DYN_OK, and how many are. */
static int refusals(fixture *f, const dyn_model *m, const char *id, const char *at, const char *text)
{
    dyn_arg args[2];
    dyn_key key;
    paper p = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
    dyn_expr set;
    int n = 0;

    args[0] = dyn_text(id), args[1] = dyn_text(at);
    dyn_key_of(&key, args, 2);
    dyn_expr_of(&set, "REMOVE extra", NULL, 0);
    dyn_batch_change changes[1] = { { .model = m, .remove = true, .key = key } };
    dyn_batch_item items[1] = { { .model = m, .item = &p, .key = key } };
    dyn_tx_write tx[1] = { { .model = m, .key = key, .kind = DYN_TX_KIND_DELETE } };
    dyn_tx_read read[1] = { { .model = m, .item = &p, .key = key } };
    dyn_status got[7];
    for (int i = 0; i < 7; i++) {
        got[i] = i == 0 ? drive(f, dyn_get_key_begin(&f->db, m, &p, key, NULL)) : i == 1 ? drive(f, dyn_update_key_begin(&f->db, m, key, set, NULL))
                 : i == 2 ? drive(f, dyn_delete_key_begin(&f->db, m, key, NULL)) : i == 3 ? drive(f, dyn_batch_write_begin(&f->db, changes, 1, NULL))
                 : i == 4 ? drive(f, dyn_batch_get_begin(&f->db, items, 1, NULL)) : i == 5 ? drive(f, dyn_transact_write_begin(&f->db, tx, 1, NULL))
                 : drive(f, dyn_transact_get_begin(&f->db, read, 1, NULL));
        if (got[i] == DYN_TOO_LARGE && strstr(dyn_last_error(&f->db)->text, text))
            n++;
        else
            print_message("call %d: status %d, \"%s\"\n", i, (int)got[i], dyn_last_error(&f->db)->text);
    }
    return n;
}

/* The members hold seven bytes; what is too long for a key is so whatever they hold. */
static void a_key_that_is_too_long_is_refused_in_every_call(void **state)
{
    static char id[2060], at[1040];
    fixture *f = opened(64 * 1024);
    thing t;
    dyn_error problem;
    dyn_arena arena = { (unsigned char *)bytes, sizeof bytes, 0, 0, 0 };
    size_t count;

    (void)state;
    memset(id, 'i', sizeof id), memset(at, 'a', sizeof at);
    id[2049] = 0, at[5] = 0;
    assert_int_equal(refusals(f, &paper_model, id, at, "key \"id\": 2049 bytes; DynamoDB takes 2048 for a partition key"), 7);
    id[2046] = 0;
    assert_int_equal(refusals(f, &tagged_model, id, at, "key \"pk\": 2049 bytes"), 7);
    id[5] = 0, at[5] = 'a', at[1025] = 0;
    assert_int_equal(refusals(f, &paper_model, id, at, "key \"at\": 1025 bytes; DynamoDB takes 1024 for a sort key"), 7);
    assert_string_equal(dyn_last_error(&f->db)->attribute, "at");
    at[1024] = 0;
    assert_int_equal(refusals(f, &tagged_model, id, at, "key \"sk\": 1025 bytes"), 7);
    assert_int_equal(f->s.requests, 0);
    memset(bytes, 'x', 4000);
    paper p = { { bytes, 2049 }, { "b", 1 }, { "c", 1 }, { NULL, 0 } };
    arena.base += 4096, arena.size -= 4096;
    assert_int_equal(dyn_validate(&paper_model, &p, &arena, &problem, 1, &count), DYN_INVALID);
    assert_int_equal(count, 1);
    assert_non_null(strstr(problem.text, "key \"id\": 2049 bytes"));
    assert_int_equal(dyn_item_size(&paper_model, &p, &arena, &count, &problem), DYN_TOO_LARGE);
    assert_int_equal(count, 2 + 2049 + 2 + 1 + 4 + 1);
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t), DYN_OK);                    /* the client goes on */
    finish(f);
}

static void a_large_struct_without_slices_is_weighed_too(void **state)
{
    static book b;
    fixture *f = opened(64 * 1024);
    dyn_status s;

    (void)state;
    strcpy(b.id, "b");
    for (b.count = 0; b.count < 500; b.count++)
        memset(b.pages[b.count].body, 'x', 1000);
    assert_int_equal(sent(f, &book_model, &b, &s), 0);
    assert_int_equal(s, DYN_TOO_LARGE);
    assert_string_equal(dyn_last_error(&f->db)->attribute, "pages");
    b.count = 300;
    assert_int_equal(sent(f, &book_model, &b, &s), 1);
    assert_int_equal(s, DYN_OK);
    finish(f);
}

static void batches_and_transactions_refuse_the_same(void **state)
{
    fixture *f = opened(64 * 1024);
    paper p[2] = { { { "a", 1 }, { "b", 1 }, some(5), { NULL, 0 } }, { { "c", 1 }, { "d", 1 }, some(LIMIT - 100), some(200) } };
    dyn_tx_write w[] = { DYN_TX_PUT(paper_model, &p[0]), DYN_TX_PUT(paper_model, &p[1]) };

    (void)state;
    memset(bytes, 'x', sizeof bytes);
    assert_int_equal(dyn_put_many(&f->db, &paper_model, p, 2, NULL), DYN_TOO_LARGE);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "\"note\" with 409504"));
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "number 1 of the batch"));
    assert_int_equal(dyn_transact_write(&f->db, w, 2, NULL), DYN_TOO_LARGE);
    assert_int_equal(f->s.requests, 0);
    finish(f);
}

typedef struct keyed {
    char   id[20], text[100];
    int8_t small[8];
    int    count;
} keyed;
static const dyn_field keyed_fields[] = { DYN_TEXT(keyed, id), DYN_TEXT(keyed, text), DYN_INT_LIST(keyed, small, count) };
static const dyn_model keyed_model = { DYN_MODEL(keyed, keyed_fields), .table = "t", .pk = "pk = K#{id}" };

/* --- How large an item can be --- */

static const dyn_name kinds[] = { { 0, "a" }, { 1, "the longest" } };
typedef struct fixed {
    char          id[12];
    uint16_t      n;
    int8_t        i8;
    int64_t       i64;
    uint64_t      u64;
    double        real;
    float         single;
    bool          on;
    dyn_number    number;
    int64_t       iso, micros;
    int           kind;
    unsigned char uuid[16], digest[5];
    int16_t       ints[3];
    int           int_count;
    char          words[2][5];
    int           word_count;
    bool          flags[4];
    int           flag_count;
    page          inner[2];
    int           inner_count;
    char          tags[2][4];
    int           tag_count;
} fixed;
static const dyn_field fixed_fields[] = {
    DYN_TEXT(fixed, id), DYN_INT(fixed, n, .key_only = true), DYN_INT(fixed, i8), DYN_INT(fixed, i64), DYN_INT(fixed, u64), DYN_REAL(fixed, real),
    DYN_REAL(fixed, single), DYN_BOOL(fixed, on, .attr = "on \"or\" off"), DYN_NUMBER(fixed, number), DYN_ISO(fixed, iso), DYN_MICROS(fixed, micros, DYN_ISO_OFFSET),
    DYN_ENUM(fixed, kind, kinds), DYN_UUID(fixed, uuid), DYN_BYTES(fixed, digest), DYN_INT_LIST(fixed, ints, int_count),
    DYN_TEXT_LIST(fixed, words, word_count), DYN_BOOL_LIST(fixed, flags, flag_count), DYN_MAP_LIST(fixed, inner, inner_count, page_model),
    DYN_TEXT_SET(fixed, tags, tag_count),
};
static const dyn_model fixed_model = { DYN_MODEL(fixed, fixed_fields), .table = "t", .pk = "pk = A#{id}", .sk = "sk = {n:5}" };

/* The longest of each kind, by hand: a text of characters that JSON writes as \u0001, the least integers, the double with the most characters. */
static void an_item_of_the_longest_values_has_the_bytes_that_dyn_item_max_says(void **state)
{
    static fixed f;
    static char text[64 * 1024];
    static unsigned char work[64 * 1024];
    dyn_arena arena = { work, sizeof work, 0, 0, 0 };
    dyn_error error;
    size_t n = 0;

    (void)state;
    memset(&f, 0, sizeof f);
    memset(f.id, 1, sizeof f.id - 1);
    f.n = 65535, f.i8 = -128, f.i64 = INT64_MIN, f.u64 = UINT64_MAX, f.real = -1.2345678901234567e-6, f.single = -1.23456789e-6f, f.on = false;
    strcpy(f.number.text, "-0.00000000123456789012345678901234567890123456");
    f.iso = INT64_C(1715934542742), f.micros = INT64_C(1715934542742001), f.kind = 1;
    f.ints[0] = f.ints[1] = f.ints[2] = -32768, f.int_count = 3;
    memset(f.words[0], 2, 4), memset(f.words[1], 2, 4), f.word_count = 2;
    f.flag_count = 4, f.inner_count = 2, f.tag_count = 2;
    for (int i = 0; i < 2; i++) {
        memset(f.inner[i].id, 3, sizeof f.inner[i].id - 1), memset(f.inner[i].body, 3, sizeof f.inner[i].body - 1);
        memset(f.tags[i], 4 + i, 3);
    }
    if (dyn_to_json(&fixed_model, &f, DYN_FORM_DYNAMODB, &arena, text, sizeof text, &n, &error) != DYN_OK)
        fail_msg("%s", error.text);
    assert_true(n <= dyn_item_max(&fixed_model));
    if (n + 2 < dyn_item_max(&fixed_model))                 /* a float may be two characters shorter than the longest there is */
        fail_msg("%lu bytes, and %lu are said to be the most", (unsigned long)n, (unsigned long)dyn_item_max(&fixed_model));
    assert_int_equal(dyn_item_max(&paper_model), 0);        /* slices: no bound */
}

static char room[DYN_ITEM_MAX(keyed, keyed_fields) + 1];
static unsigned char keyed_memory[DYN_MEMORY_FOR(keyed, keyed_fields)];

static void a_bound_at_compile_time_is_enough(void **state)
{
    fixture *f = make(sizeof keyed_memory);
    static unsigned char work[16 * 1024];
    dyn_arena arena = { work, sizeof work, 0, 0, 0 };
    dyn_error error;
    dyn_status s;
    keyed k;
    size_t n;

    (void)state;
    assert_true(dyn_item_max(&keyed_model) > 0 && dyn_item_max(&keyed_model) < sizeof room);
    memset(&k, 0, sizeof k);
    memset(k.id, 1, sizeof k.id - 1), memset(k.text, 1, sizeof k.text - 1);
    for (k.count = 0; k.count < 8; k.count++)
        k.small[k.count] = -128;
    assert_int_equal(dyn_to_json(&keyed_model, &k, DYN_FORM_DYNAMODB, &arena, room, sizeof room, &n, &error), DYN_OK);
    assert_int_equal(n, dyn_item_max(&keyed_model));
    open_it(f);
    assert_int_equal(sent(f, &keyed_model, &k, &s), 1);
    assert_int_equal(s, DYN_OK);
    finish(f);
    (void)keyed_memory;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_may_have_400_kb_and_no_byte_more),
        cmocka_unit_test(the_text_of_the_request_may_be_longer_than_the_item),
        cmocka_unit_test(keys_have_their_own_limits),
        cmocka_unit_test(a_key_that_is_too_long_is_refused_in_every_call),
        cmocka_unit_test(a_large_struct_without_slices_is_weighed_too),
        cmocka_unit_test(batches_and_transactions_refuse_the_same),
        cmocka_unit_test(an_item_of_the_longest_values_has_the_bytes_that_dyn_item_max_says),
        cmocka_unit_test(a_bound_at_compile_time_is_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
