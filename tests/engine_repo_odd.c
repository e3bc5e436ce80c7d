#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* The repository where things are odd: what is not there, does not fit, has another name or length than one thinks. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

typedef struct place {
    char    street[40], town[40], country[40], region[40], district[40];
    int64_t number;
    char    hint[16];
    bool    has_hint;
} place;
static const dyn_field place_fields[] = {
    DYN_TEXT(place, street, .attr = "street_of_the_place"), DYN_TEXT(place, town, .attr = "town_of_the_place"),
    DYN_TEXT(place, country, .attr = "country_of_the_place"), DYN_TEXT(place, region, .attr = "region_of_the_place"),
    DYN_TEXT(place, district, .attr = "district_of_the_place"), DYN_INT(place, number), DYN_TEXT(place, hint, .optional = true, .has = DYN_HAS(place, has_hint)),
};
static const dyn_model place_model = { DYN_MODEL(place, place_fields), .nulls = true };
static const dyn_name colours[] = { { 1, "red" }, { 2, "green" } };
typedef struct lamp { int colour; int64_t watts; } lamp;
static const dyn_field lamp_fields[] = { DYN_ENUM(lamp, colour, colours), DYN_INT(lamp, watts) };
static const dyn_model lamp_model = { DYN_MODEL(lamp, lamp_fields), .nulls = true };

typedef struct thing {
    char       title[16];
    int64_t    n, other;
    bool       has_n, has_other;
    place      home, *far;
    bool       has_home;
    lamp       light;
    bool       has_light;
    char       set[4][8], tags[4][8];
    int        set_count, tag_count;
    dyn_number price;
} thing;
static const dyn_field thing_fields[] = {
    DYN_TEXT(thing, title), DYN_INT(thing, n, .has = DYN_HAS(thing, has_n)), DYN_INT(thing, other, .has = DYN_HAS(thing, has_other)),
    DYN_MAP(thing, home, place_model, .has = DYN_HAS(thing, has_home)), DYN_MAP_PTR(thing, far, place_model, .optional = true),
    DYN_MAP(thing, light, lamp_model, .has = DYN_HAS(thing, has_light)), DYN_TEXT_SET(thing, set, set_count, .optional = true),
    DYN_TEXT_LIST(thing, tags, tag_count, .optional = true), DYN_NUMBER(thing, price, .optional = true),
};
static const dyn_model thing_model = { DYN_MODEL(thing, thing_fields), .table = "things" };
static const dyn_model lamp_table_model = { DYN_MODEL(lamp, lamp_fields), .table = "things" };
typedef struct keys { char a[1024], b[1024]; } keys;
static const dyn_field key_fields[] = { DYN_TEXT(keys, a), DYN_TEXT(keys, b) };
static const dyn_model key_model = { DYN_MODEL(keys, key_fields), .table = "things", .pk = "pk = {a}", .sk = "sk = {b}" };

static fixture f;
static dyn_client *const db = &f.db;
static dyn_repo repo;
static unsigned char memory[64 * 1024];

static dyn_repo_config config(void)
{
    return (dyn_repo_config){ DYN_MEMORY(memory), .convention = dyn_pydantic_dynamo(), .prefix = "shop", .name = "x", .type = "t", .consistent = true };
}

static int open_repo(void **state)
{
    dyn_repo_config c = config();

    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, 64 * 1024, NULL));
    fixture_table(&f, &key_model);
    want(db, DYN_OK, dyn_repo_open(&repo, db, &thing_model, &c));
    return 0;
}

static int close_repo(void **state)
{
    (void)state;
    return fixture_end(&f, &key_model);
}

static void reopen(const dyn_repo_config *c)
{
    want(db, DYN_OK, dyn_repo_open(&repo, db, &thing_model, c));
}

/* An item as Python's None leaves it: every optional member is NULL. */
static void put_none(const char *id)
{
    char item[1024];

    snprintf(item, sizeof item, "\"pk\":{\"S\":\"shop#x#p\"},\"sk\":{\"S\":\"t#%s\"},\"title\":{\"S\":\"a\"},\"n\":{\"NULL\":true},\"other\":{\"NULL\":true},\"home\":{\"NULL\":true},"
             "\"far\":{\"NULL\":true},\"light\":{\"NULL\":true},\"set\":{\"NULL\":true},\"tags\":{\"NULL\":true},\"price\":{\"NULL\":true},\"_object_version\":{\"N\":\"1\"}", id);
    engine_put(&f, &key_model, item);
}

static const char *stored(const char *id)
{
    char key[256];

    snprintf(key, sizeof key, "\"pk\":{\"S\":\"shop#x#p\"},\"sk\":{\"S\":\"t#%s\"}", id);
    return engine_get(&f, &key_model, key);
}

/* The content ids of a list, as text. */
static const char *ids(const dyn_repo_query *q)
{
    thing t;

    return fixture_ids(&repo, q, &t);
}

/* --- What is not there, and what is there instead */

static void a_version_is_of_an_item_that_is_there(void **state)
{
    thing t = { .title = "a" };

    (void)state;
    want(db, DYN_CONDITION_FAILED, dyn_repo_put(&repo, DYN_KEY("p"), DYN_KEY("1"), &t, &(dyn_repo_write){ .expected = 1 }));
    want(db, DYN_CONDITION_FAILED, dyn_repo_delete(&repo, DYN_KEY("p"), DYN_KEY("1"), &(dyn_repo_write){ .version = 1 }));
    want(db, DYN_CONDITION_FAILED, dyn_repo_update(&repo, DYN_KEY("p"), DYN_KEY("1"), DYN_EXPR("SET n = ?", 1), &(dyn_repo_write){ .version = 1, .create = true }));
    assert_null(strstr(stored("1"), "Item\":"));
    put_none("2");
    engine_put(&f, &key_model, "\"pk\":{\"S\":\"shop#x#p\"},\"sk\":{\"S\":\"t#3\"},\"title\":{\"S\":\"without\"}");     /* reads as version 1 */
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("p"), DYN_KEY("2"), &t, &(dyn_repo_write){ .expected = 1 }));
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("p"), DYN_KEY("3"), &t, &(dyn_repo_write){ .expected = 1 }));
    holds(stored("3"), "\"_object_version\":{\"N\":\"2\"}");
}

static void a_conflict_tells_the_stored_content_and_nothing_beside_the_callers_struct(void **state)
{
    struct { thing t; unsigned char guard[128]; } *seen = malloc(sizeof *seen);
    thing t = { .title = "stored", .n = 5, .has_n = true };
    dyn_image image = { .item = &seen->t };
    dyn_content c;

    (void)state;
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("p"), DYN_KEY("1"), &t, &(dyn_repo_write){ .version = 3, .expires = 4102444800 }));
    for (int i = 0; i < 3; i++) {
        dyn_repo_write o = { .existing = &image, .existing_content = &c };
        memset(seen, 0x5a, sizeof *seen), memset(&c, 0, sizeof c);
        if (i == 0) {
            o.expected = 2;
            want(db, DYN_CONDITION_FAILED, dyn_repo_put(&repo, DYN_KEY("p"), DYN_KEY("1"), &t, &o));
        } else if (i == 1) {
            o.version = 2;
            want(db, DYN_CONDITION_FAILED, dyn_repo_update(&repo, DYN_KEY("p"), DYN_KEY("1"), DYN_EXPR("SET n = ?", 1), &o));
        } else {
            o.version = 2;
            want(db, DYN_CONDITION_FAILED, dyn_repo_delete(&repo, DYN_KEY("p"), DYN_KEY("1"), &o));
        }
        assert_true(image.found);
        assert_true(dyn_has(&thing_model, &image.present, "n"));
        assert_string_equal(seen->t.title, "stored");
        assert_int_equal(seen->t.n, 5);
        assert_int_equal(c.version, 3);
        assert_int_equal(c.expires, 4102444800);
        assert_int_equal(c.content_count, 1);
        for (size_t k = 0; k < sizeof seen->guard; k++)
            assert_int_equal(seen->guard[k], 0x5a);
    }
    want(db, DYN_CONDITION_FAILED, dyn_repo_put(&repo, DYN_KEY("p"), DYN_KEY("2"), &t, &(dyn_repo_write){ .expected = 2, .existing = &image }));
    assert_false(image.found);
    refuses(db, ".item", dyn_repo_put(&repo, DYN_KEY("p"), DYN_KEY("2"), &t, &(dyn_repo_write){ .existing = &(dyn_image){ .item = NULL } }));
    free(seen);
}

static void a_condition_failed_even_where_the_stored_item_does_not_fit(void **state)
{
    thing t = { .title = "new" }, seen;
    dyn_image image = { .item = &seen, .found = true };

    (void)state;
    engine_put(&f, &key_model, "\"pk\":{\"S\":\"shop#x#p\"},\"sk\":{\"S\":\"t#1\"},\"title\":{\"S\":\"a title that is too long\"}");
    want(db, DYN_CONDITION_FAILED, dyn_repo_put(&repo, DYN_KEY("p"), DYN_KEY("1"), &t, &(dyn_repo_write){ .create = true, .existing = &image }));
    says(db, "\"title\"|char[16]|condition");
    assert_false(image.found);
}

static void a_part_of_a_content_comes_with_its_version_and_expiry(void **state)
{
    thing t = { .title = "stored", .n = 5, .has_n = true }, got;
    dyn_content c;

    (void)state;
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("p"), DYN_KEY("1"), &t, &(dyn_repo_write){ .version = 7, .expires = 4102444800 }));
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("p"), DYN_KEY("1"), &got, &c, &(dyn_get_options){ .fields = DYN_FIELDS("n") }));
    assert_int_equal(got.n, 5);
    assert_string_equal(got.title, "");
    assert_int_equal(c.version, 7);
    assert_int_equal(c.expires, 4102444800);
    assert_true(c.changed_us > 0);
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("p"), DYN_KEY("1"), &got, &c, &(dyn_get_options){ .fields = DYN_FIELDS("title, `_object_version`") }));
    assert_int_equal(c.version, 7);
}

/* --- What does not fit the model */

static void a_list_that_stopped_at_a_bad_row_is_not_at_its_end(void **state)
{
    dyn_rows rows;
    thing t;
    int n = 0;

    (void)state;
    put_none("1"), put_none("3");
    engine_put(&f, &key_model, "\"pk\":{\"S\":\"shop#x#p\"},\"sk\":{\"S\":\"t#2\"},\"title\":{\"S\":\"a title that is too long\"}");
    want(db, DYN_OK, dyn_repo_list(&repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("p") }));
    while (dyn_repo_next(&repo, &rows, &t, NULL) == DYN_ROW)
        n++;
    assert_int_equal(n, 1);
    want(db, DYN_BAD_ROW, dyn_finish(&rows));
    says(db, "\"title\"|t#2");
    want(db, DYN_OK, dyn_repo_list(&repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("p") }));
    for (n = 0; n < 4; n++)                        /* past it */
        (void)dyn_repo_next(&repo, &rows, &t, NULL);
    want(db, DYN_OK, dyn_finish(&rows));
}

static void what_does_not_fit_is_deleted_and_counted_all_the_same(void **state)
{
    uint64_t n = 0;
    thing t;

    (void)state;
    put_none("10"), put_none("1");
    engine_put(&f, &key_model, "\"pk\":{\"S\":\"shop#x#p\"},\"sk\":{\"S\":\"t#1#a\"},\"title\":{\"S\":\"a title that is too long\"}");
    want(db, DYN_OK, dyn_repo_count(&repo, &(dyn_repo_query){ .partition = DYN_KEY("p"), .prefix = DYN_KEY("1"), .whole_ids = true }, &n));
    assert_int_equal(n, 2);
    want(db, DYN_OK, dyn_repo_delete_all(&repo, &(dyn_repo_query){ .partition = DYN_KEY("p"), .prefix = DYN_KEY("1"), .whole_ids = true }, &n));
    assert_int_equal(n, 2);
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("p"), DYN_KEY("10"), &t, NULL, NULL));
    want(db, DYN_NOT_FOUND, dyn_repo_get(&repo, DYN_KEY("p"), DYN_KEY("1"), &t, NULL, NULL));
}

static void after_a_call_that_met_what_does_not_fit_the_client_is_free(void **state)
{
    thing t = { .title = "a" };
    dyn_arg p = dyn_text("p"), c[3] = { dyn_text("1"), dyn_text("2"), dyn_text("3") };
    dyn_repo_item items[3];
    uint32_t order[3];
    dyn_repo_once once = { .order = order };

    (void)state;
    memset((void *)items, 0, sizeof items);
    for (int i = 0; i < 3; i++)
        dyn_key_of(&items[i].partition, &p, 1), dyn_key_of(&items[i].content, &c[i], 1), items[i].item = &t;
    engine_put(&f, &key_model, "\"pk\":{\"S\":\"shop#x#p\"},\"sk\":{\"S\":\"t#2\"},\"title\":{\"S\":\"a title that is too long\"}");
    want(db, DYN_BAD_ROW, dyn_repo_write_once(&repo, NULL, items, 3, &once));
    assert_int_equal(once.wrote, 0);
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("p"), DYN_KEY("9"), &t, NULL));
}

static void a_delete_with_a_filter_does_not_read_again_what_stays(void **state)
{
    thing t = { .title = "a", .has_n = true };
    uint64_t n;
    char id[8];

    (void)state;
    for (int i = 0; i < 120; i++) {
        snprintf(id, sizeof id, "%03d", i);
        t.n = i;
        want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("p"), DYN_KEY(id), &t, NULL));
    }
    uint64_t before = dyn_meter(db).all.requests;
    want(db, DYN_OK, dyn_repo_delete_all(&repo, &(dyn_repo_query){ .partition = DYN_KEY("p"), .where = { DYN_EXPR("n >= ?", 90) }, .page = 20 }, &n));
    assert_int_equal(n, 30);
    assert_in_range(dyn_meter(db).all.requests - before, 6, 20);      /* 6 pages of 20, and 4 for three batches of deletes; not three times 6 */
    want(db, DYN_OK, dyn_repo_count(&repo, &(dyn_repo_query){ .partition = DYN_KEY("p") }, &n));
    assert_int_equal(n, 90);
}

/* --- Updates of what Python wrote as None */

static void a_refused_update_leaves_what_is_none_as_it_is(void **state)
{
    (void)state;
    put_none("1");
    want(db, DYN_REJECTED, dyn_repo_update(&repo, DYN_KEY("p"), DYN_KEY("1"), DYN_EXPR("SET n = n + ?", 1), NULL));
    want(db, DYN_REJECTED, dyn_repo_update(&repo, DYN_KEY("p"), DYN_KEY("1"), DYN_EXPR("SET n = other + ?", 1), NULL));
    want(db, DYN_REJECTED, dyn_repo_update(&repo, DYN_KEY("p"), DYN_KEY("1"), DYN_EXPR("SET `unknown`.x = ?", 1), NULL));
    says(db, "document path");
    holds(stored("1"), "\"n\":{\"NULL\":true}|\"other\":{\"NULL\":true}|\"_object_version\":{\"N\":\"1\"}");
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("p"), DYN_KEY("1"), DYN_EXPR("SET n = if_not_exists(other, ?) + ? ADD price ?", 5, 1, 2), NULL));
    holds(stored("1"), "\"n\":{\"N\":\"6\"}|\"price\":{\"N\":\"2\"}|\"_object_version\":{\"N\":\"2\"}");
}

static void a_map_that_is_made_for_an_update_has_all_that_it_must_have(void **state)
{
    thing t;

    (void)state;
    put_none("1");                                 /* the map's text is longer than a key's */
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("p"), DYN_KEY("1"), DYN_EXPR("SET home.number = ?, far.number = ?", 7, 8), NULL));
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("p"), DYN_KEY("1"), &t, NULL, NULL));
    assert_true(t.has_home);
    assert_int_equal(t.home.number, 7);
    assert_string_equal(t.home.district, "");
    assert_non_null(t.far);
    assert_int_equal(t.far->number, 8);
    want(db, DYN_INVALID, dyn_repo_update(&repo, DYN_KEY("p"), DYN_KEY("1"), DYN_EXPR("SET light.watts = ?", 60), NULL));      /* there is no colour 0 */
    says(db, "colour|\"light\"|SET all of it");
    holds(stored("1"), "\"light\":{\"NULL\":true}");
}

static void a_members_name_may_be_a_keyword(void **state)
{
    dyn_arg w[2] = { dyn_text("w"), dyn_text("v") };
    thing t;

    (void)state;
    put_none("1");
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("p"), DYN_KEY("1"), DYN_EXPR("ADD set ?", dyn_set(w, 2)), NULL));
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("p"), DYN_KEY("1"), DYN_EXPR("DELETE set ?", dyn_set(w, 1)), &(dyn_repo_write){ .never_expires = true }));
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("p"), DYN_KEY("1"), &t, NULL, NULL));
    assert_int_equal(t.set_count, 1);
    assert_string_equal(t.set[0], "v");
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("p"), DYN_KEY("1"), DYN_EXPR("REMOVE other, set\r\nSET n=?", 4), &(dyn_repo_write){ .expires = 77 }));
    holds(stored("1"), "\"n\":{\"N\":\"4\"}|\"_ttl\":{\"N\":\"77\"}|\"_object_version\":{\"N\":\"4\"}");
    assert_null(strstr(stored("1"), "\"set\""));
}

/* --- Keys */

static void ranges_may_be_open_and_end_with_whole_ids(void **state)
{
    static const char *const all[] = { "1", "1!", "1#x", "10", "2" };

    (void)state;
    for (int i = 0; i < 5; i++)
        put_none(all[i]);
    assert_string_equal(ids(&(dyn_repo_query){ .partition = DYN_KEY("p"), .from = DYN_KEY("1", "x") }), "1/x 10 2");
    assert_string_equal(ids(&(dyn_repo_query){ .partition = DYN_KEY("p"), .to = DYN_KEY("1", "x") }), "1 1! 1/x");
    assert_string_equal(ids(&(dyn_repo_query){ .partition = DYN_KEY("p"), .from = DYN_KEY("1"), .to = DYN_KEY("1") }), "1 1! 1/x 10");
    assert_string_equal(ids(&(dyn_repo_query){ .partition = DYN_KEY("p"), .from = DYN_KEY("1"), .to = DYN_KEY("1"), .whole_ids = true }), "1 1/x");
    assert_string_equal(ids(&(dyn_repo_query){ .partition = DYN_KEY("p"), .from = DYN_KEY("0"), .to = DYN_KEY("1"), .to_prefix = true }), "1 1! 1/x 10");
    assert_string_equal(ids(&(dyn_repo_query){ .partition = DYN_KEY("p"), .from = DYN_KEY("0"), .to = DYN_KEY("1"), .to_prefix = true, .whole_ids = true, .limit = 2,
                                               .newest_first = true }), "1/x 1");
    uint64_t n;
    refuses(db, ".exact|.to_prefix", dyn_repo_count(&repo, &(dyn_repo_query){ .partition = DYN_KEY("p"), .from = DYN_KEY("1"), .to = DYN_KEY("1"), .exact = true,
                                                                              .to_prefix = true }, &n));
}

static void lists_are_collected_or_read_page_by_page(void **state)
{
    static thing t[8];
    static dyn_content c[8];
    dyn_key two = DYN_KEY("2");
    dyn_repo_query q = { .partition = DYN_KEY("p") };
    dyn_rows rows;
    char cursor[512] = "", id[8];
    size_t n, all = 0, pages = 0;

    (void)state;
    for (int i = 0; i < 7; i++) {
        snprintf(id, sizeof id, i < 5 ? "%d" : "2#%d", i);
        put_none(id);                              /* 0 1 2 2#5 2#6 3 4 */
    }
    for (int whole = 0; whole < 2; whole++, cursor[0] = 0) {
        q.prefix = whole ? two : dyn_no_ids(), q.whole_ids = whole;
        want(db, DYN_OK, dyn_repo_list(&repo, &rows, &q));
        want(db, DYN_OK, dyn_repo_collect(&repo, &rows, t, c, 8, &n));
        assert_int_equal(n, whole ? 3 : 7);
        assert_memory_equal(c[n - 1].content[0].ptr, whole ? "2" : "4", 1);
        assert_int_equal(c[0].version, 1);
        want(db, DYN_OK, dyn_repo_list(&repo, &rows, &q));
        want(db, whole ? DYN_OK : DYN_TOO_LARGE, dyn_repo_collect(&repo, &rows, t, NULL, 3, &n));
        assert_int_equal(n, 3);
        for (all = pages = 0; pages < 9 && (!pages || cursor[0]); pages++, all += n) {
            q.cursor = cursor;
            want(db, DYN_OK, dyn_repo_list(&repo, &rows, &q));
            want(db, DYN_OK, dyn_repo_page(&repo, &rows, t, c, 2, &n, cursor, sizeof cursor));
            assert_in_range(n, cursor[0] ? 2 : 1, 2);
        }
        assert_int_equal(all, whole ? 3 : 7);
        assert_int_equal(pages, whole ? 2 : 4);
        q.cursor = NULL;
    }
    want(db, DYN_OK, dyn_repo_list(&repo, &rows, &q));
    want(db, DYN_TOO_LARGE, dyn_repo_page(&repo, &rows, t, c, 2, &n, cursor, 8));
    want(db, DYN_OK, dyn_repo_list(&repo, &rows, &q));
    want(db, DYN_INVALID, dyn_repo_page(&repo, &rows, t, c, 0, &n, cursor, sizeof cursor));
    engine_put(&f, &key_model, "\"pk\":{\"S\":\"shop#x#p\"},\"sk\":{\"S\":\"t#2#7\"},\"title\":{\"S\":\"a title that is too long\"}");
    want(db, DYN_OK, dyn_repo_list(&repo, &rows, &q));
    want(db, DYN_BAD_ROW, dyn_repo_collect(&repo, &rows, t, c, 8, &n));
    uint64_t deleted;
    refuses(db, ".cursor", dyn_repo_delete_all(&repo, &(dyn_repo_query){ .partition = DYN_KEY("p"), .cursor = "x" }, &deleted));
}

static void ids_come_back_whatever_the_separator(void **state)
{
    thing t = { .title = "a" }, got;
    dyn_repo_config c = config();
    dyn_content out;

    (void)state;
    c.convention.separator = "::", c.convention.odd_ids = DYN_IDS_ESCAPE;
    reopen(&c);
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("a:", "b"), DYN_KEY(":", "::", ":::x", "%3A"), &t, NULL));
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("a:", "b"), DYN_KEY(":", "::", ":::x", "%3A"), &got, &out, NULL));
    assert_int_equal(out.partition_count, 2);
    assert_memory_equal(out.partition[0].ptr, "a:", 2);
    assert_int_equal(out.content_count, 4);
    assert_memory_equal(out.content[0].ptr, ":", 1);
    assert_memory_equal(out.content[1].ptr, "::", 2);
    assert_memory_equal(out.content[2].ptr, ":::x", 4);
    assert_memory_equal(out.content[3].ptr, "%3A", 3);
    c.convention.odd_ids = DYN_IDS_REFUSE;
    reopen(&c);
    refuses(db, "\"a:\"|\"::\"", dyn_repo_put(&repo, DYN_KEY("a:", "b"), DYN_KEY("x"), &t, NULL));
}

static void the_longest_key_is_written_once(void **state)
{
    char id[1023];
    thing t = { .title = "a", .price = { "1.50" } };
    dyn_arg p = dyn_text("p"), content;
    dyn_repo_item item = { .item = &t };
    uint32_t order;
    dyn_repo_once once = { .order = &order };
    dyn_repo_config c = config();

    (void)state;
    memset(id, 'k', sizeof id);
    id[1022] = '\0';                               /* with "t#" 1,024 bytes, the most that DynamoDB takes */
    content = dyn_text(id);
    dyn_key_of(&item.partition, &p, 1), dyn_key_of(&item.content, &content, 1);
    c.key_size = 1024, c.text_size = 256;
    reopen(&c);
    want(db, DYN_OK, dyn_repo_write_once(&repo, NULL, &item, 1, &once));
    assert_int_equal(once.wrote, 1);
    strcpy(t.price.text, "1.5");                   /* equal, though it is written otherwise */
    want(db, DYN_OK, dyn_repo_write_once(&repo, NULL, &item, 1, &once));
    assert_int_equal(once.wrote, 0);
    want(db, DYN_OK, dyn_repo_write_once(&repo, NULL, &item, 0, &once));
}

/* --- Sets, which Python keeps as lists or as sets */

static void a_set_is_read_from_a_list_and_a_list_from_a_set(void **state)
{
    thing t;
    dyn_arg p = dyn_text("p"), content = dyn_text("1");
    dyn_repo_item item = { .item = &t };
    uint32_t order;
    dyn_repo_once once = { .order = &order };

    (void)state;
    engine_put(&f, &key_model, "\"pk\":{\"S\":\"shop#x#p\"},\"sk\":{\"S\":\"t#1\"},\"title\":{\"S\":\"a\"},\"set\":{\"L\":[{\"S\":\"b\"},{\"S\":\"a\"}]},"
                               "\"tags\":{\"SS\":[\"x\",\"y\"]},\"_object_version\":{\"N\":\"1\"}");
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("p"), DYN_KEY("1"), &t, NULL, NULL));
    assert_int_equal(t.set_count, 2);
    assert_string_equal(t.set[0], "b");
    assert_string_equal(t.set[1], "a");
    assert_int_equal(t.tag_count, 2);
    assert_string_equal(t.tags[1], "y");
    strcpy(t.set[0], "a"), strcpy(t.set[1], "b");            /* a set has no order */
    dyn_key_of(&item.partition, &p, 1), dyn_key_of(&item.content, &content, 1);
    want(db, DYN_OK, dyn_repo_write_once(&repo, NULL, &item, 1, &once));
    assert_int_equal(once.wrote, 0);
    engine_put(&f, &key_model, "\"pk\":{\"S\":\"shop#x#p\"},\"sk\":{\"S\":\"t#1\"},\"title\":{\"S\":\"a\"},\"set\":{\"L\":[]},\"tags\":{\"NS\":[\"1\"]}");
    want(db, DYN_BAD_ROW, dyn_repo_get(&repo, DYN_KEY("p"), DYN_KEY("1"), &t, NULL, NULL));
    says(db, "\"tags\"|NS");
    engine_put(&f, &key_model, "\"pk\":{\"S\":\"shop#x#p\"},\"sk\":{\"S\":\"t#1\"},\"title\":{\"S\":\"a\"},\"set\":{\"L\":[{\"N\":\"1\"}]}");
    want(db, DYN_BAD_ROW, dyn_repo_get(&repo, DYN_KEY("p"), DYN_KEY("1"), &t, NULL, NULL));
    says(db, "\"set\"|number");
}

/* --- Opening */

static void repositories_are_opened_as_often_as_one_likes(void **state)
{
    thing t = { .title = "a" };
    dyn_repo_config c = config();
    unsigned char *room;

    (void)state;
    for (int i = 0; i < 400; i++) {                /* in the same memory, of two models and names in turn */
        c.name = i % 2 ? "x" : "y", c.consistent = i % 3;
        want(db, DYN_OK, dyn_repo_open(&repo, db, i % 2 ? &thing_model : &lamp_table_model, &c));
    }
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("p"), DYN_KEY("1"), &t, NULL));
    holds(stored("1"), "\"title\":{\"S\":\"a\"}");
    for (int i = 0; i < 400; i++) {                /* anywhere, and closed */
        dyn_repo other;
        room = malloc(sizeof memory);
        c.memory = room + i % 7;
        c.memory_size = sizeof memory - 8;
        want(db, DYN_OK, dyn_repo_open(&other, db, &thing_model, &c));
        want(db, DYN_OK, dyn_repo_get(&other, DYN_KEY("p"), DYN_KEY("1"), &t, NULL, NULL));
        dyn_repo_close(&other);
        dyn_repo_close(&other);
        assert_int_equal(dyn_repo_get(&other, DYN_KEY("p"), DYN_KEY("1"), &t, NULL, NULL), DYN_INVALID);
        free(room);
    }
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("p"), DYN_KEY("1"), &t, NULL, NULL));
}

static void what_a_convention_does_not_keep_is_refused(void **state)
{
    thing t = { .title = "a" };
    dyn_repo_config c = config();

    (void)state;
    c.convention.version = c.convention.expires = NULL;
    reopen(&c);
    refuses(db, "expiry|keeps none", dyn_repo_put(&repo, DYN_KEY("p"), DYN_KEY("1"), &t, &(dyn_repo_write){ .expires = 5 }));
    refuses(db, "version|keeps none", dyn_repo_put(&repo, DYN_KEY("p"), DYN_KEY("1"), &t, &(dyn_repo_write){ .version = 5 }));
    c.memory = NULL;
    assert_int_equal(dyn_repo_open(&repo, db, &thing_model, &c), DYN_NO_MEMORY);
    says(db, "config.memory");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_repo, close_repo)
    const struct CMUnitTest tests[] = {
        TEST(a_version_is_of_an_item_that_is_there),
        TEST(a_conflict_tells_the_stored_content_and_nothing_beside_the_callers_struct),
        TEST(a_condition_failed_even_where_the_stored_item_does_not_fit),
        TEST(a_part_of_a_content_comes_with_its_version_and_expiry),
        TEST(a_list_that_stopped_at_a_bad_row_is_not_at_its_end),
        TEST(what_does_not_fit_is_deleted_and_counted_all_the_same),
        TEST(after_a_call_that_met_what_does_not_fit_the_client_is_free),
        TEST(a_delete_with_a_filter_does_not_read_again_what_stays),
        TEST(a_refused_update_leaves_what_is_none_as_it_is),
        TEST(a_map_that_is_made_for_an_update_has_all_that_it_must_have),
        TEST(a_members_name_may_be_a_keyword),
        TEST(ranges_may_be_open_and_end_with_whole_ids),
        TEST(lists_are_collected_or_read_page_by_page),
        TEST(ids_come_back_whatever_the_separator),
        TEST(the_longest_key_is_written_once),
        TEST(a_set_is_read_from_a_list_and_a_list_from_a_set),
        TEST(repositories_are_opened_as_often_as_one_likes),
        TEST(what_a_convention_does_not_keep_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
