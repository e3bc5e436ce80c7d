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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_may_have_400_kb_and_no_byte_more),
        cmocka_unit_test(the_text_of_the_request_may_be_longer_than_the_item),
        cmocka_unit_test(keys_have_their_own_limits),
        cmocka_unit_test(a_large_struct_without_slices_is_weighed_too),
        cmocka_unit_test(batches_and_transactions_refuse_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
