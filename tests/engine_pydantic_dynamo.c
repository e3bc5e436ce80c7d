#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* The tests that pydantic-dynamo has of itself, with a repository in C: each says whose twin it is. Behind them what the library has as a bug or a gap. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

typedef struct address {
    char    street[32];
    int64_t number;
    char    hint[16];
    bool    has_hint;
} address;
static const dyn_field address_fields[] = {
    DYN_TEXT(address, street), DYN_INT(address, number), DYN_TEXT(address, hint, .optional = true, .has = DYN_HAS(address, has_hint)),
};
static const dyn_model address_model = { DYN_MODEL(address, address_fields), .nulls = true };
static const dyn_name levels[] = { { 0, "one" }, { 1, "two" } };

typedef struct example {
    char       name[700];
    int        level;
    int64_t    at;                /* microseconds */
    char       day[12], hour[20];
    int64_t    count;
    dyn_number price;
    bool       flag;
    char       tags[4][16], marks[4][16];
    int        tag_count, mark_count;
    address    home;
    bool       has_home;
    dyn_value  extra;
    char       note[24];
    bool       has_note;
    int64_t    views;
    bool       has_views;
} example;
static const dyn_field example_fields[] = {
    DYN_TEXT(example, name), DYN_ENUM(example, level, levels), DYN_MICROS(example, at, DYN_ISO_OFFSET, .omit_zero = true),
    DYN_TEXT(example, day), DYN_TEXT(example, hour), DYN_INT(example, count), DYN_NUMBER(example, price), DYN_BOOL(example, flag),
    DYN_TEXT_LIST(example, tags, tag_count), DYN_TEXT_LIST(example, marks, mark_count),
    DYN_MAP(example, home, address_model, .optional = true, .has = DYN_HAS(example, has_home)), DYN_VALUE(example, extra, .optional = true),
    DYN_TEXT(example, note, .optional = true, .has = DYN_HAS(example, has_note)),
    DYN_INT(example, views, .optional = true, .has = DYN_HAS(example, has_views)),
};
static const dyn_model example_model = { DYN_MODEL(example, example_fields), .table = "examples" };
typedef struct keys { char pk[64], sk[64]; } keys;             /* to make the table with */
static const dyn_field key_fields[] = { DYN_TEXT(keys, pk), DYN_TEXT(keys, sk) };
static const dyn_model key_model = { DYN_MODEL(keys, key_fields), .table = "examples", .pk = "PARTITION_KEY = {pk}", .sk = "SORT_KEY = {sk}" };

static fixture f, g;
static dyn_client *const db = &f.db;
static dyn_repo repo, other;
static unsigned char memory[64 * 1024], other_memory[64 * 1024];

static dyn_repo_config config(void *room, size_t size)
{
    return (dyn_repo_config){ .memory = room, .memory_size = size, .convention = dyn_pydantic_dynamo(), .prefix = "test", .name = "integration", .type = "example",
                              .pk = "PARTITION_KEY", .sk = "SORT_KEY", .consistent = true };
}

static int open_repo(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, 128 * 1024, NULL));
    fixture_table(&f, &key_model);
    dyn_repo_config c = config(memory, sizeof memory);
    want(db, DYN_OK, dyn_repo_open(&repo, db, &example_model, &c));
    return 0;
}

static int close_repo(void **state)
{
    (void)state;
    fixture_drop(&f, &key_model);
    fixture_close(&f);
    if (g.all)
        fixture_close(&g);
    return 0;
}

/* A second client with a repository of its own on the same table. */
static void open_other(void)
{
    dyn_config c = { .table_prefix = f.prefix };
    dyn_repo_config rc = config(other_memory, sizeof other_memory);

    want(&g.db, DYN_OK, fixture_open(&g, 128 * 1024, &c));
    want(&g.db, DYN_OK, dyn_repo_open(&other, &g.db, &example_model, &rc));
}

static example sample(int i)
{
    example e = { .level = i % 2, .at = 1715934542000000 + i, .day = "2024-05-17", .hour = "03:04:05.000120", .count = i, .price = { "1.5" }, .flag = i % 3 == 0,
                  .tags = { "a", "b" }, .tag_count = 2, .marks = { "m" }, .mark_count = 1, .home = { "Main Street", 7, "", false }, .has_home = true,
                  .extra = { "{\"M\":{\"k\":{\"N\":\"1\"},\"n\":{\"NULL\":true}}}", 41 } };

    e.extra.len = strlen(e.extra.json);
    snprintf(e.name, sizeof e.name, "number %d", i);
    return e;
}

/* Examples from `first` on, of one partition, with ids of three digits. */
typedef struct source { const char *part; example e; char id[32]; dyn_arg arg, part_arg; size_t pad; } source;

static dyn_status give(void *user, size_t index, dyn_repo_item *item)
{
    source *s = (source *)user;

    s->e = sample((int)index);
    if (s->pad)
        memset(s->e.name, 'x', s->pad), s->e.name[s->pad] = '\0';
    snprintf(s->id, sizeof s->id, "%0*d", s->pad ? 4 : 3, (int)index);
    s->arg = dyn_text(s->id), s->part_arg = dyn_text(s->part);
    dyn_key_of(&item->content, &s->arg, 1);
    dyn_key_of(&item->partition, &s->part_arg, 1);
    item->item = &s->e;
    return DYN_OK;
}

static void same(const example *a, const example *b)
{
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->level, b->level);
    assert_true(a->at == b->at);
    assert_string_equal(a->day, b->day);
    assert_string_equal(a->hour, b->hour);
    assert_true(a->count == b->count);
    assert_string_equal(a->price.text, b->price.text);
    assert_int_equal(a->flag, b->flag);
    assert_int_equal(a->tag_count, b->tag_count);
    for (int i = 0; i < a->tag_count; i++)
        assert_string_equal(a->tags[i], b->tags[i]);
    assert_int_equal(a->mark_count, b->mark_count);
    assert_int_equal(a->has_home, b->has_home);
    if (a->has_home) {
        assert_string_equal(a->home.street, b->home.street);
        assert_true(a->home.number == b->home.number);
    }
    assert_int_equal(a->has_note, b->has_note);
    assert_int_equal(a->has_views, b->has_views);
    assert_true(!a->extra.len || dyn_value_equal(a->extra, b->extra));
}

/* Twin of pydantic-dynamo: test_get_none. */
static void what_is_not_there_is_not_found(void **state)
{
    example e;
    dyn_content c;

    (void)state;
    want(db, DYN_NOT_FOUND, dyn_repo_get(&repo, dyn_no_ids(), dyn_no_ids(), &e, &c, NULL));
    want(db, DYN_NOT_FOUND, dyn_repo_get(&repo, DYN_KEY("a"), DYN_KEY("b"), &e, &c, NULL));
}

/* Twin of pydantic-dynamo: test_put_then_get_item: all types. */
static void what_was_put_is_got(void **state)
{
    example e = sample(3), got;
    dyn_content c;

    (void)state;
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("p"), DYN_KEY("c", "d"), &e, &(dyn_repo_write){ .expires = 4102444800 }));
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("p"), DYN_KEY("c", "d"), &got, &c, NULL));
    same(&e, &got);
    assert_int_equal(c.version, 1);
    assert_int_equal(c.expires, 4102444800);
    holds(engine_get(&f, &key_model, "\"PARTITION_KEY\":{\"S\":\"test#integration#p\"},\"SORT_KEY\":{\"S\":\"example#c#d\"}"),
          "\"level\":{\"S\":\"two\"}|\"at\":{\"S\":\"2024-05-17T08:29:02.000003+00:00\"}|\"note\":{\"NULL\":true}|\"hint\":{\"NULL\":true}|\"_ttl\":{\"N\":\"4102444800\"}");
}

/* Twin of pydantic-dynamo: test_put_batch_then_get_batch: 125 crosses the 25 of a write and the 100 of a read. */
static void a_batch_of_125_is_put_and_got(void **state)
{
    enum { N = 125 };
    static example got[N];
    static dyn_repo_item items[N];
    static char names[N][8];
    static dyn_arg args[N];
    static unsigned char room[256 * 1024];
    source s = { .part = "b" };
    dyn_arena arena = { .base = room, .size = sizeof room };

    (void)state;
    want(db, DYN_OK, dyn_repo_put_many(&repo, give, &s, N, NULL));
    memset((void *)items, 0, sizeof items);
    for (int i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "%03d", i);
        args[i] = dyn_text(names[i]);
        items[i].partition = DYN_KEY("b");
        dyn_key_of(&items[i].content, &args[i], 1);
        items[i].item = &got[i];
    }
    dyn_key b = DYN_KEY("b");
    for (int i = 0; i < N; i++)
        items[i].partition = b;
    want(db, DYN_OK, dyn_repo_get_many(&repo, items, N, &(dyn_batch_get_options){ .arena = &arena }));
    for (int i = 0; i < N; i++) {
        example e = sample(i);
        same(&e, &got[i]);
    }
}

/* How many a list gives, with the first and the last count of them. */
static int listed(const dyn_repo_query *q, int64_t *first, int64_t *last)
{
    dyn_rows rows;
    dyn_content c;
    example e;
    int n = 0;

    dyn_repo_list(&repo, &rows, q);
    while (dyn_repo_next(&repo, &rows, &e, &c) == DYN_ROW)
        *(n++ ? last : first) = e.count;
    if (n < 2)
        *last = n ? *first : -1;
    want(db, DYN_OK, dyn_finish(&rows));
    return n;
}

/* Twins of pydantic-dynamo: test_put_batch_then_list_with_prefix_filter, both orders, _with_limit, and _list_with_filter on an enum. */
static void lists_take_prefix_order_limit_and_filter(void **state)
{
    source s = { .part = "l" };
    int64_t a = 0, b = 0;

    (void)state;
    want(db, DYN_OK, dyn_repo_put_many(&repo, give, &s, 137, NULL));
    assert_int_equal(listed(&(dyn_repo_query){ .partition = DYN_KEY("l"), .prefix = DYN_KEY("0") }, &a, &b), 100);
    assert_true(a == 0 && b == 99);
    assert_int_equal(listed(&(dyn_repo_query){ .partition = DYN_KEY("l"), .prefix = DYN_KEY("0"), .newest_first = true }, &a, &b), 100);
    assert_true(a == 99 && b == 0);
    assert_int_equal(listed(&(dyn_repo_query){ .partition = DYN_KEY("l"), .limit = 2 }, &a, &b), 2);
    assert_true(a == 0 && b == 1);
    assert_int_equal(listed(&(dyn_repo_query){ .partition = DYN_KEY("l"), .where = { DYN_EXPR("level = ?", "two") } }, &a, &b), 68);
    assert_true(a == 1 && b == 135);
    /* Python reads on behind its limit, and sends none with a filter */
    assert_int_equal(listed(&(dyn_repo_query){ .partition = DYN_KEY("l"), .where = { DYN_EXPR("level = ?", "two") }, .limit = 5 }, &a, &b), 5);
    assert_true(a == 1 && b == 9);
    assert_int_equal(listed(&(dyn_repo_query){ .partition = DYN_KEY("l"), .page = 3, .limit = 5 }, &a, &b), 5);
}

/* Twins of pydantic-dynamo: test_put_batch_then_list_between_sorting, _limit and _filter: times as ids. */
static void lists_between_two_times(void **state)
{
    char at[10][40];
    int64_t a = 0, b = 0;

    (void)state;
    for (int i = 0; i < 10; i++) {
        example e = sample(i);
        snprintf(at[i], sizeof at[i], "2024-05-1%dT08:29:02.742000+00:00", i);
        want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("t"), DYN_KEY(at[i]), &e, NULL));
    }
    assert_int_equal(listed(&(dyn_repo_query){ .partition = DYN_KEY("t"), .from = DYN_KEY(at[1]), .to = DYN_KEY(at[8]) }, &a, &b), 8);
    assert_true(a == 1 && b == 8);
    assert_int_equal(listed(&(dyn_repo_query){ .partition = DYN_KEY("t"), .from = DYN_KEY(at[1]), .to = DYN_KEY(at[8]), .newest_first = true }, &a, &b), 8);
    assert_true(a == 8 && b == 1);
    assert_int_equal(listed(&(dyn_repo_query){ .partition = DYN_KEY("t"), .from = DYN_KEY(at[1]), .to = DYN_KEY(at[8]), .limit = 5 }, &a, &b), 5);
    assert_true(a == 1 && b == 5);
    assert_int_equal(listed(&(dyn_repo_query){ .partition = DYN_KEY("t"), .from = DYN_KEY(at[1]), .to = DYN_KEY(at[8]), .limit = 5, .newest_first = true }, &a, &b), 5);
    assert_true(a == 8 && b == 4);
    assert_int_equal(listed(&(dyn_repo_query){ .partition = DYN_KEY("t"), .from = DYN_KEY(at[1]), .to = DYN_KEY(at[8]),
                                               .where = { DYN_EXPR("level = ?", "one") } }, &a, &b), 4);
    assert_true(a == 2 && b == 8);
}

/* Twin of pydantic-dynamo: test_update_happy_path: the version, a time in New York, an increment, an append, an expiry; all other members stay. */
static void an_update_sets_counts_appends_and_expires(void **state)
{
    example e = sample(5), got;
    dyn_content c;
    dyn_arg more[1] = { dyn_text("c") };

    (void)state;
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("u"), DYN_KEY("c"), &e, NULL));
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("u"), DYN_KEY("c"),
                                     DYN_EXPR("SET at = ?, count = if_not_exists(count, ?) + ?, tags = list_append(if_not_exists(tags, ?), ?)",
                                              "2024-05-17T04:29:02.000001-04:00", 0, 2, dyn_list(NULL, 0), dyn_list(more, 1)),
                                     &(dyn_repo_write){ .version = 1, .expires = 4102444800 }));
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("u"), DYN_KEY("c"), &got, &c, NULL));
    e.at = 1715934542000001, e.count += 2, e.tag_count = 3;
    strcpy(e.tags[2], "c");
    same(&e, &got);
    assert_int_equal(c.version, 2);
    assert_int_equal(c.expires, 4102444800);
}

/* Twins of pydantic-dynamo: test_update_nested_model_field and _nested_dict_field: what stands beside stays. */
static void an_update_of_a_nested_member_keeps_its_siblings(void **state)
{
    example e = sample(5), got;

    (void)state;
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("u"), DYN_KEY("n"), &e, NULL));
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("u"), DYN_KEY("n"), DYN_EXPR("SET home.street = ?, extra.two = ?", "Side Street", 2), NULL));
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("u"), DYN_KEY("n"), &got, NULL, NULL));
    strcpy(e.home.street, "Side Street");
    e.extra.json = "{\"M\":{\"k\":{\"N\":\"1\"},\"n\":{\"NULL\":true},\"two\":{\"N\":\"2\"}}}", e.extra.len = strlen(e.extra.json);
    same(&e, &got);
}

/* Twins of pydantic-dynamo: test_update_item_doesnt_exist, whose error names both ids, and of the one with an old version. */
static void an_update_of_nothing_or_of_another_version_fails(void **state)
{
    example e = sample(1);

    (void)state;
    want(db, DYN_CONDITION_FAILED, dyn_repo_update(&repo, DYN_KEY("miss"), DYN_KEY("ing"), DYN_EXPR("SET count = ?", 1), NULL));
    says(db, "test#integration#miss|example#ing");
    want(db, DYN_NOT_FOUND, dyn_repo_get(&repo, DYN_KEY("miss"), DYN_KEY("ing"), &e, NULL, NULL));
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("u"), DYN_KEY("v"), &e, &(dyn_repo_write){ .version = 11 }));
    want(db, DYN_CONDITION_FAILED, dyn_repo_update(&repo, DYN_KEY("u"), DYN_KEY("v"), DYN_EXPR("SET count = ?", 1), &(dyn_repo_write){ .version = 10 }));
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("u"), DYN_KEY("v"), DYN_EXPR("SET count = ?", 1), &(dyn_repo_write){ .version = 11 }));
}

/* Twin of pydantic-dynamo: test_put_batch_then_delete_prefix. */
static void a_prefix_is_deleted(void **state)
{
    source s = { .part = "d" };
    uint64_t deleted;
    int64_t a = 0, b = 0;

    (void)state;
    want(db, DYN_OK, dyn_repo_put_many(&repo, give, &s, 137, NULL));
    want(db, DYN_OK, dyn_repo_delete_all(&repo, &(dyn_repo_query){ .partition = DYN_KEY("d"), .prefix = DYN_KEY("0") }, &deleted));
    assert_int_equal(deleted, 100);
    assert_int_equal(listed(&(dyn_repo_query){ .partition = DYN_KEY("d") }, &a, &b), 37);
    assert_true(a == 100 && b == 136);
}

/* Twin of pydantic-dynamo: the long list: 2,250 items, more than a page of 1 MB. */
static void a_long_list_goes_over_pages(void **state)
{
    source s = { .part = "long", .pad = 600 };
    int64_t a = 0, b = 0;

    (void)state;
    want(db, DYN_OK, dyn_repo_put_many(&repo, give, &s, 2250, NULL));
    assert_int_equal(listed(&(dyn_repo_query){ .partition = DYN_KEY("long") }, &a, &b), 2250);
    assert_true(a == 0 && b == 2249);
    assert_int_equal(listed(&(dyn_repo_query){ .partition = DYN_KEY("long"), .newest_first = true }, &a, &b), 2250);
    assert_true(a == 2249 && b == 0);
}

/* Eight contents of two partitions, in no order. */
static dyn_status eight(void *user, size_t index, dyn_repo_item *item)
{
    static const char *const parts[] = { "ABC", "XYZ" }, *const contents[] = { "Z", "A", "M", "B" };
    source *s = (source *)user;

    s->e = sample((int)index);
    s->part_arg = dyn_text(parts[index % 2]), s->arg = dyn_text(contents[index / 2]);
    dyn_key_of(&item->partition, &s->part_arg, 1);
    dyn_key_of(&item->content, &s->arg, 1);
    item->item = &s->e;
    return DYN_OK;
}

/* Twins of pydantic-dynamo: test_write_once, with all new, none new, some new, and a single one. */
static void what_is_there_is_not_written_again(void **state)
{
    uint32_t order[8];
    uint8_t written = 0;
    dyn_repo_once o = { .order = order, .written = &written };
    source s = { .part = NULL };

    (void)state;
    want(db, DYN_OK, dyn_repo_write_once(&repo, eight, &s, 8, &o));
    assert_int_equal(o.wrote, 8);
    want(db, DYN_OK, dyn_repo_write_once(&repo, eight, &s, 8, &o));
    assert_int_equal(o.wrote, 0);
    want(db, DYN_OK, dyn_repo_delete_all(&repo, &(dyn_repo_query){ .partition = DYN_KEY("XYZ") }, NULL));
    want(db, DYN_OK, dyn_repo_write_once(&repo, eight, &s, 8, &o));
    assert_int_equal(o.wrote, 4);
    assert_int_equal(written, 0xaa);
    want(db, DYN_OK, dyn_repo_write_once(&repo, eight, &s, 1, &o));
    assert_int_equal(o.wrote, 0);
}

/* What Python rewrites each time: contents at a higher version, without partition ids, and ids that sort before '#'. */
static void what_python_writes_again_is_not_written_again(void **state)
{
    example e = sample(1);
    dyn_repo_item items[3] = { { .partition = dyn_no_ids(), .content = DYN_KEY("1"), .item = &e }, { .partition = DYN_KEY("w"), .content = DYN_KEY("a b", "x"), .item = &e },
                               { .partition = DYN_KEY("w"), .content = DYN_KEY("a", "x"), .item = &e, .expires = 4102444800 } };
    uint32_t order[3];
    dyn_repo_once o = { .order = order };
    dyn_content c;

    (void)state;
    want(db, DYN_OK, dyn_repo_write_once(&repo, NULL, items, 3, &o));
    assert_int_equal(o.wrote, 3);
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("w"), DYN_KEY("a b", "x"), DYN_EXPR("SET count = ?", 1), NULL));
    want(db, DYN_OK, dyn_repo_write_once(&repo, NULL, items, 3, &o));
    assert_int_equal(o.wrote, 0);
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("w"), DYN_KEY("a b", "x"), &e, &c, NULL));
    assert_int_equal(c.version, 2);
}

/* Numbers by value, maps in any order: what another program stored so is the same. */
static void what_is_written_otherwise_but_equal_is_not_written_again(void **state)
{
    example e = sample(1);
    dyn_repo_item item = { .partition = DYN_KEY("q"), .content = DYN_KEY("1"), .item = &e };
    uint32_t order[1];
    dyn_repo_once o = { .order = order };

    (void)state;
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("q"), DYN_KEY("1"), &e, NULL));
    strcpy(e.price.text, "15E-1");
    e.extra.json = "{\"M\":{\"n\":{\"NULL\":true},\"k\":{\"N\":\"1.0\"}}}", e.extra.len = strlen(e.extra.json);
    want(db, DYN_OK, dyn_repo_write_once(&repo, NULL, &item, 1, &o));
    assert_int_equal(o.wrote, 0);
    strcpy(e.price.text, "1.51");
    want(db, DYN_OK, dyn_repo_write_once(&repo, NULL, &item, 1, &o));
    assert_int_equal(o.wrote, 1);
}

/* None is stored as NULL, and AWS refuses a path below it: the map is made first. */
static void a_nested_member_of_what_is_none_is_set(void **state)
{
    example e = sample(5), got;
    dyn_content c;

    (void)state;
    e.has_home = false;
    e.extra.len = 0;
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("u"), DYN_KEY("none"), &e, NULL));
    dyn_expr change = DYN_EXPR("SET home.number = home.number + ?, home.hint = ?, extra.deep = ?", 4, "left", 1);
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("u"), DYN_KEY("none"), change, &(dyn_repo_write){ .version = 1 }));
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("u"), DYN_KEY("none"), &got, &c, NULL));
    assert_true(got.has_home);
    assert_string_equal(got.home.street, "");
    assert_int_equal(got.home.number, 4);
    assert_string_equal(got.home.hint, "left");
    assert_int_equal(c.version, 2);
    static const char deep[] = "{\"M\":{\"deep\":{\"N\":\"1\"}}}";
    assert_true(dyn_value_equal(got.extra, (dyn_value){ deep, sizeof deep - 1 }));
    /* of another version, or of nothing, it makes no map */
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("u"), DYN_KEY("none"), &e, NULL));
    want(db, DYN_CONDITION_FAILED, dyn_repo_update(&repo, DYN_KEY("u"), DYN_KEY("none"), change, &(dyn_repo_write){ .version = 2 }));
    want(db, DYN_CONDITION_FAILED, dyn_repo_update(&repo, DYN_KEY("u"), DYN_KEY("nothing"), change, NULL));
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("u"), DYN_KEY("none"), &got, &c, NULL));
    assert_false(got.has_home);
    want(db, DYN_NOT_FOUND, dyn_repo_get(&repo, DYN_KEY("u"), DYN_KEY("nothing"), &got, &c, NULL));
}

/* An increment of what Python stored as None counts from zero; it refuses that itself. */
static void an_increment_of_what_is_none_counts_from_zero(void **state)
{
    example e = sample(5), got;
    dyn_content c;
    dyn_expr change = DYN_EXPR("SET views = if_not_exists(views, ?) + ?", 0, 3);

    (void)state;
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("u"), DYN_KEY("null"), &e, NULL));
    for (int i = 1; i <= 2; i++) {
        want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("u"), DYN_KEY("null"), change, NULL));
        want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("u"), DYN_KEY("null"), &got, &c, NULL));
        assert_true(got.has_views);
        assert_int_equal(got.views, 3 * i);
        assert_int_equal(c.version, 1 + i);
    }
}

/* missing() finds what was put with None; Python's own filter does not. */
static void a_filter_finds_what_is_none(void **state)
{
    example e = sample(2);
    int64_t a = 0, b = 0;

    (void)state;
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("f"), DYN_KEY("1"), &e, NULL));
    e.has_note = true;
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("f"), DYN_KEY("2"), &e, NULL));
    assert_int_equal(listed(&(dyn_repo_query){ .partition = DYN_KEY("f"), .where = { DYN_EXPR("missing(note)") } }, &a, &b), 1);
    assert_int_equal(listed(&(dyn_repo_query){ .partition = DYN_KEY("f"), .where = { DYN_EXPR("attribute_not_exists(note)") } }, &a, &b), 0);
    assert_int_equal(listed(&(dyn_repo_query){ .partition = DYN_KEY("f"), .where = { DYN_EXPR("NOT missing(note)") } }, &a, &b), 1);
}

/* Twins of pydantic-dynamo: the seven cases of schema validation: nothing is sent. */
static void a_command_that_does_not_fit_the_model_is_not_sent(void **state)
{
    dyn_key p = DYN_KEY("u"), c = DYN_KEY("c");

    (void)state;
    refuses(db, "nothere", dyn_repo_update(&repo, p, c, DYN_EXPR("SET nothere = ?", 1), NULL));
    refuses(db, "nothere", dyn_repo_update(&repo, p, c, DYN_EXPR("SET home.nothere = ?", 1), NULL));
    refuses(db, "count", dyn_repo_update(&repo, p, c, DYN_EXPR("SET count.below = ?", 1), NULL));
    refuses(db, "text", dyn_repo_update(&repo, p, c, DYN_EXPR("SET name = if_not_exists(name, ?) + ?", 0, 1), NULL));
    refuses(db, "count", dyn_repo_update(&repo, p, c, DYN_EXPR("SET count = ?", "one"), NULL));
    refuses(db, "list", dyn_repo_update(&repo, p, c, DYN_EXPR("SET count = list_append(count, ?)", dyn_list(NULL, 0)), NULL));
    refuses(db, "may not name \"_object_version\"", dyn_repo_update(&repo, p, c, DYN_EXPR("SET `_object_version` = ?", 7), NULL));
    refuses(db, "part of the key", dyn_repo_update(&repo, p, c, DYN_EXPR("SET PARTITION_KEY = ?", "x"), NULL));
    refuses(db, "level", dyn_repo_update(&repo, p, c, DYN_EXPR("SET level = ?", "three"), NULL));
}

/* Two contents with one key in one request, which the service refuses from Python: the later one is sent, and the other counted. */
static void of_two_contents_with_one_key_the_later_is_put(void **state)
{
    example e[3] = { sample(1), sample(2), sample(3) };
    dyn_repo_item items[3] = { { .partition = DYN_KEY("twice"), .content = DYN_KEY("a"), .item = &e[0] },
                               { .partition = DYN_KEY("twice"), .content = DYN_KEY("b"), .item = &e[1] },
                               { .partition = DYN_KEY("twice"), .content = DYN_KEY("a"), .item = &e[2] } };
    size_t folded = 99;
    example got;

    (void)state;
    want(db, DYN_OK, dyn_repo_put_many(&repo, NULL, items, 3, &(dyn_batch_write_options){ .folded = &folded }));
    assert_int_equal(folded, 1);
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("twice"), DYN_KEY("a"), &got, NULL, NULL));
    same(&e[2], &got);
    want(db, DYN_OK, dyn_repo_put_many(&repo, NULL, items, 2, &(dyn_batch_write_options){ .folded = &folded }));
    assert_int_equal(folded, 0);
}

/* Ids that hold the separator: as Python writes them by default, else refused or told apart. */
static void an_id_may_hold_the_separator(void **state)
{
    static unsigned char room[64 * 1024];
    example e = sample(1);
    dyn_content c;
    dyn_repo odd;
    dyn_repo_config rc = config(room, sizeof room);

    (void)state;
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("1#2", "3"), DYN_KEY("c"), &e, NULL));
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("1", "2", "3"), DYN_KEY("c"), &e, &c, NULL));
    assert_int_equal(c.partition_count, 3);
    rc.convention.odd_ids = DYN_IDS_REFUSE;
    want(db, DYN_OK, dyn_repo_open(&odd, db, &example_model, &rc));
    refuses(db, "1#2|separator", dyn_repo_put(&odd, DYN_KEY("1#2", "3"), DYN_KEY("c"), &e, NULL));
    rc.convention.odd_ids = DYN_IDS_ESCAPE;
    want(db, DYN_OK, dyn_repo_open(&odd, db, &example_model, &rc));
    want(db, DYN_OK, dyn_repo_put(&odd, DYN_KEY("1#2%", "3"), DYN_KEY("c"), &e, NULL));
    want(db, DYN_OK, dyn_repo_get(&odd, DYN_KEY("1#2%", "3"), DYN_KEY("c"), &e, &c, NULL));
    assert_int_equal(c.partition_count, 2);
    assert_int_equal(c.partition[0].len, 4);
    assert_memory_equal(c.partition[0].ptr, "1#2%", 4);
    holds(engine_get(&f, &key_model, "\"PARTITION_KEY\":{\"S\":\"test#integration#1%232%25#3\"},\"SORT_KEY\":{\"S\":\"example#c\"}"), "_object_version");
}

/* Two clients that each add one to what they read, a thousand times together: nothing is lost. */
static void two_writers_of_one_version_lose_no_update(void **state)
{
    enum { ROUNDS = 500 };
    example e = sample(0);
    dyn_content c;
    int done[2] = { 0, 0 }, lost = 0;

    (void)state;
    open_other();
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("race"), DYN_KEY("c"), &e, NULL));
    while (done[0] + done[1] < 2 * ROUNDS) {
        example seen[2];
        uint64_t version[2];
        for (int i = 0; i < 2; i++) {          /* both read before either writes */
            want(i ? &g.db : db, DYN_OK, dyn_repo_get(i ? &other : &repo, DYN_KEY("race"), DYN_KEY("c"), &seen[i], &c, NULL));
            version[i] = c.version;
        }
        for (int i = 0; i < 2; i++) {
            dyn_repo_write o = { .version = version[i] };
            dyn_status s = dyn_repo_update(i ? &other : &repo, DYN_KEY("race"), DYN_KEY("c"), DYN_EXPR("SET count = ?", seen[i].count + 1), &o);
            if (s == DYN_OK)
                done[i]++;
            else
                want(i ? &g.db : db, DYN_CONDITION_FAILED, s), lost++;
        }
    }
    assert_int_equal(lost, done[0] + done[1]);
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("race"), DYN_KEY("c"), &e, &c, NULL));
    assert_int_equal(e.count, 2 * ROUNDS);
    assert_int_equal(c.version, 2 * ROUNDS + 1);
}

/* Two clients write the same contents once, step by step at the same time: all are there, and none is written twice by both unless in batches. */
static void writes_once_by_two(bool alone)
{
    enum { N = 120 };
    static uint32_t order[2][N];
    source s[2] = { { .part = "o" }, { .part = "o" } };
    dyn_repo_once o[2] = { { .order = order[0], .batches = !alone }, { .order = order[1], .batches = !alone } };
    dyn_client *const both[2] = { db, &g.db };
    dyn_status status[2];
    int64_t a = 0, b = 0;

    open_other();
    for (int i = 0; i < 2; i++) {
        want(both[i], DYN_OK, dyn_repo_write_once_begin(i ? &other : &repo, give, &s[i], N, &o[i]));
        status[i] = DYN_PENDING;
    }
    for (long turn = 0; status[0] == DYN_PENDING || status[1] == DYN_PENDING; turn++) {
        for (int i = 0; i < 2; i++)
            if (status[i] == DYN_PENDING)
                status[i] = dyn_step(both[i]);
        struct timespec nap = { 0, 100000 };
        nanosleep(&nap, NULL);
        assert_true(turn < 300000);
    }
    want(db, DYN_OK, status[0]);
    want(&g.db, DYN_OK, status[1]);
    assert_true(alone ? o[0].wrote + o[1].wrote == N : o[0].wrote + o[1].wrote >= N);
    for (int i = 0; i < N && alone; i++) {
        dyn_content c;
        char id[8];
        example e;
        snprintf(id, sizeof id, "%03d", i);
        want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("o"), DYN_KEY(id), &e, &c, NULL));
        assert_int_equal(c.version, 1);
    }
    assert_int_equal(listed(&(dyn_repo_query){ .partition = DYN_KEY("o") }, &a, &b), N);
    want(db, DYN_OK, dyn_repo_write_once(&repo, give, &s[0], N, &o[0]));
    assert_int_equal(o[0].wrote, 0);
}

static void two_that_write_once_in_batches_lose_nothing(void **state)
{
    (void)state;
    writes_once_by_two(false);
}

static void two_that_write_once_at_the_same_time_write_nothing_twice(void **state)
{
    (void)state;
    writes_once_by_two(true);
}

/* ---- twins of its unit tests, which look at what is sent */

/* The body of the n-th last request, as the gate saw it. */
static const char *sent(int back)
{
    static char log[1 << 20];
    char where[64], *body = log;

    snprintf(where, sizeof where, "log?n=%d&raw=1", back + 1);
    log[gate_control("GET", where, NULL, log, sizeof log - 1)] = '\0';
    log[strcspn(log, "\n")] = '\0';
    for (int i = 0; i < 3; i++)
        body = strchr(body, '\t') + 1;
    return body;
}

/* A member of it that is an expression, with names and values in place of placeholders. */
static const char *put_back(const char *body, const char *member)
{
    static char out[4096];
    dyn_str whole = { body, strlen(body) }, text, maps[2] = { { "{}", 2 }, { "{}", 2 } }, name, value;
    size_t n = 0;

    assert_true(dyn_json_get(whole, member, &text));
    dyn_json_get(whole, "ExpressionAttributeNames", &maps[0]);
    dyn_json_get(whole, "ExpressionAttributeValues", &maps[1]);
    for (size_t i = 1; i + 1 < text.len && n + 128 < sizeof out;) {
        bool is_value = text.ptr[i] == ':', found = false;
        size_t at = 0, k = 1;
        if (text.ptr[i] != '#' && !is_value) {
            out[n++] = text.ptr[i++];
            continue;
        }
        while ((text.ptr[i + k] >= '0' && text.ptr[i + k] <= '9') || (text.ptr[i + k] >= 'a' && text.ptr[i + k] <= 'z'))
            k++;
        while (!found && dyn_json_next(maps[is_value], &at, &name, &value))
            found = name.len == k && memcmp(name.ptr, text.ptr + i, k) == 0;
        if (!found)
            fail_msg("%s", body);
        if (!is_value)
            value.ptr++, value.len -= 2;
        if (value.len > 30 && value.ptr[0] == '{' && value.ptr[1] == '"' && memcmp(value.ptr + 6, "20", 2) == 0 && memcmp(value.ptr + 6, "2024", 4) != 0)
            value.ptr = "now", value.len = 3;
        memcpy(out + n, value.ptr, value.len);
        n += value.len, i += k;
    }
    out[n] = '\0';
    return out;
}

/* Twin of pydantic-dynamo: test_build_update_item_arguments: the update's text with twenty names, its order, and its condition. */
static void an_update_of_twenty_names_is_written_as_it_should_be(void **state)
{
    example e = sample(5);
    dyn_arg more[1] = { dyn_text("c") };

    (void)state;
    needs_the_gate();
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("u"), DYN_KEY("20"), &e, NULL));
    dyn_arg values[] = { dyn_text("n"), dyn_text("one"), dyn_text("2024-05-17T04:29:02-04:00"), dyn_text("d"), dyn_text("h"), dyn_num("2.50"), dyn_bool(true),
                         dyn_text("s"), dyn_int(1), dyn_text("h"), dyn_int(1), dyn_int(2), dyn_text("note"), dyn_int(0), dyn_int(1), dyn_int(3), dyn_list(NULL, 0),
                         dyn_list(more, 1), dyn_list(NULL, 0), dyn_list(more, 1) };
    dyn_expr change;
    dyn_expr_of(&change, "SET name = ?, level = ?, at = ?, day = ?, hour = ?, price = ?, flag = ?, home.street = ?, home.number = ?, home.hint = ?, extra.one = ?, "
                "extra.two = ?, note = ?, count = if_not_exists(count, ?) + ?, views = ?, tags = list_append(if_not_exists(tags, ?), ?), "
                "marks = list_append(if_not_exists(marks, ?), ?)", values, sizeof values / sizeof *values);
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("u"), DYN_KEY("20"), change, &(dyn_repo_write){ .version = 1, .expires = 4102444800 }));
    const char *body = sent(0);
    assert_string_equal(put_back(body, "UpdateExpression"),
                        "SET name = {\"S\":\"n\"}, level = {\"S\":\"one\"}, "
                        "at = {\"S\":\"2024-05-17T08:29:02+00:00\"}, day = {\"S\":\"d\"}, hour = {\"S\":\"h\"}, price = {\"N\":\"2.50\"}, flag = {\"BOOL\":true}, "
                        "home.street = {\"S\":\"s\"}, home.number = {\"N\":\"1\"}, home.hint = {\"S\":\"h\"}, extra.one = {\"N\":\"1\"}, extra.two = {\"N\":\"2\"}, "
                        "note = {\"S\":\"note\"}, count = if_not_exists(count, {\"N\":\"0\"}) + {\"N\":\"1\"}, views = {\"N\":\"3\"}, "
                        "tags = list_append(if_not_exists(tags, {\"L\":[]}), {\"L\":[{\"S\":\"c\"}]}), "
                        "marks = list_append(if_not_exists(marks, {\"L\":[]}), {\"L\":[{\"S\":\"c\"}]}), "
                        "_object_version = {\"N\":\"2\"}, _timestamp = now, _ttl = {\"N\":\"4102444800\"}");
    assert_string_equal(put_back(body, "ConditionExpression"),
                        "attribute_exists(PARTITION_KEY) AND (_object_version = {\"N\":\"1\"} OR attribute_not_exists(_object_version))");
    /* without a version there is no condition on it; with .create there is none at all */
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("u"), DYN_KEY("20"), DYN_EXPR("SET name = ?", "m"), NULL));
    assert_string_equal(put_back(sent(0), "ConditionExpression"), "attribute_exists(PARTITION_KEY)");
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("u"), DYN_KEY("20"), DYN_EXPR("SET name = ?", "m"), &(dyn_repo_write){ .create = true }));
    assert_null(strstr(sent(0), "ConditionExpression"));
}

/* Twins of pydantic-dynamo: an item without _object_version reads as version 1, no ids, and an expiry in a batch. */
static void what_is_beside_an_item_may_be_missing(void **state)
{
    example e = sample(1), got;
    dyn_content c;
    dyn_repo_item items[2] = { { .partition = DYN_KEY("x"), .content = DYN_KEY("1"), .item = &e, .expires = 4102444800 },
                               { .partition = dyn_no_ids(), .content = dyn_no_ids(), .item = &e } };
    int64_t a = 0, b = 0;
    char body[512];

    (void)state;
    want(db, DYN_OK, dyn_repo_put_many(&repo, NULL, items, 2, NULL));
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("x"), DYN_KEY("1"), &got, &c, NULL));
    assert_int_equal(c.expires, 4102444800);
    want(db, DYN_OK, dyn_repo_get(&repo, dyn_no_ids(), dyn_no_ids(), &got, &c, NULL));
    assert_int_equal(c.expires, 0);
    holds(engine_get(&f, &key_model, "\"PARTITION_KEY\":{\"S\":\"test#integration#\"},\"SORT_KEY\":{\"S\":\"example#\"}"), "_object_version");
    assert_int_equal(listed(&(dyn_repo_query){ .where = { DYN_EXPR("level = ?", "two") } }, &a, &b), 1);
    assert_int_equal(listed(&(dyn_repo_query){ .from = dyn_no_ids(), .to = dyn_no_ids() }, &a, &b), 1);      /* between None and None: all */
    snprintf(body, sizeof body, "{\"TableName\":\"%sexamples\",\"Key\":{\"PARTITION_KEY\":{\"S\":\"test#integration#x\"},\"SORT_KEY\":{\"S\":\"example#1\"}},"
             "\"UpdateExpression\":\"REMOVE #a, #b\",\"ExpressionAttributeNames\":{\"#a\":\"_object_version\",\"#b\":\"_timestamp\"}}", f.prefix);
    engine_call("UpdateItem", body);
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("x"), DYN_KEY("1"), &got, &c, NULL));
    assert_int_equal(c.version, 1);
    assert_int_equal(c.changed_us, 0);
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("x"), DYN_KEY("1"), DYN_EXPR("SET count = ?", 7), &(dyn_repo_write){ .version = 1 }));      /* Python refuses this */
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("x"), DYN_KEY("1"), &got, &c, NULL));
    assert_int_equal(c.version, 2);
}

/* Twin of pydantic-dynamo: get_batch of 120 ids: 100, those that were not processed again, 20. In the library that is an error of the request. */
static void a_batch_of_120_is_got_with_what_was_not_processed(void **state)
{
    enum { N = 120 };
    static example got[N];
    static dyn_repo_item items[N];
    static char names[N][8];
    static dyn_arg args[N];
    static unsigned char big_memory[1 << 20], text[1 << 20];
    dyn_arena arena = { .base = text, .size = sizeof text };
    dyn_repo_config rc = config(big_memory, sizeof big_memory);
    source s = { .part = "b" };
    dyn_key part = DYN_KEY("b");
    dyn_repo big;

    (void)state;
    needs_the_gate();
    rc.batch = 100;
    want(db, DYN_OK, dyn_repo_open(&big, db, &example_model, &rc));
    want(db, DYN_OK, dyn_repo_put_many(&repo, give, &s, N, NULL));
    memset((void *)items, 0, sizeof items);
    for (int i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "%03d", i);
        args[i] = dyn_text(names[i]);
        dyn_key_of(&items[i].content, &args[i], 1);
        items[i].partition = part, items[i].item = &got[i];
    }
    gate_reset();
    gate_rule("{\"op\":\"BatchGetItem\",\"action\":\"unprocessed\",\"keep\":60}");
    want(db, DYN_OK, dyn_repo_get_many(&big, items, N, &(dyn_batch_get_options){ .arena = &arena }));
    assert_int_equal(gate_stat("requests"), 3);
    for (int i = 0; i < N; i++) {
        example e = sample(i);
        assert_int_equal(items[i].status, DYN_OK);
        same(&e, &got[i]);
    }
    gate_reset();
}

/* Twins of pydantic-dynamo: the limit is reached within a page, at its end, behind it, and not at all: never more are given, nor read than it takes. */
static void a_limit_is_exact_wherever_pages_end(void **state)
{
    const struct { size_t page, limit; int rows; long requests; } cases[] = {
        { 3, 5, 5, 2 }, { 3, 6, 6, 2 }, { 3, 7, 7, 3 }, { 3, 2, 2, 1 }, { 3, 50, 10, 4 }, { 0, 5, 5, 1 }, { 0, 10, 10, 1 }, { 10, 10, 10, 1 }, { 3, 0, 10, 4 },
    };
    source s = { .part = "p" };
    int64_t a = 0, b = 0;

    (void)state;
    want(db, DYN_OK, dyn_repo_put_many(&repo, give, &s, 10, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        long before = gate_is_there() ? gate_stat("requests") : 0;
        assert_int_equal(listed(&(dyn_repo_query){ .partition = DYN_KEY("p"), .page = cases[i].page, .limit = cases[i].limit }, &a, &b), cases[i].rows);
        assert_int_equal(a, 0);
        assert_int_equal(b, cases[i].rows - 1);
        if (gate_is_there() && gate_stat("requests") - before > cases[i].requests)
            fail_msg("page %d, limit %d: %ld requests", (int)cases[i].page, (int)cases[i].limit, gate_stat("requests") - before);
    }
}

/* Twins of pydantic-dynamo: chunks of less, of exactly and of more than a request holds, put and deleted. */
static void writes_are_cut_into_requests_of_25(void **state)
{
    static unsigned char big_memory[1 << 19];
    const int counts[] = { 1, 24, 25, 26, 50, 51 };
    dyn_repo_config rc = config(big_memory, sizeof big_memory);
    dyn_repo big;

    (void)state;
    needs_the_gate();
    rc.batch = 25;
    want(db, DYN_OK, dyn_repo_open(&big, db, &example_model, &rc));
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        source s = { .part = "c" };
        uint64_t deleted = 0;
        gate_reset();
        want(db, DYN_OK, dyn_repo_put_many(&repo, give, &s, (size_t)counts[i], NULL));
        assert_int_equal(gate_stat("requests"), (counts[i] + 24) / 25);
        want(db, DYN_OK, dyn_repo_delete_all(&big, &(dyn_repo_query){ .partition = DYN_KEY("c") }, &deleted));
        assert_int_equal(deleted, counts[i]);
    }
}

/* Twin of pydantic-dynamo: an unmet condition is told apart from all other errors, which come as they are. */
static void other_errors_of_an_update_come_as_they_are(void **state)
{
    example e = sample(1);

    (void)state;
    needs_the_gate();
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("u"), DYN_KEY("e"), &e, NULL));
    want(db, DYN_CONDITION_FAILED, dyn_repo_update(&repo, DYN_KEY("u"), DYN_KEY("e"), DYN_EXPR("SET count = ?", 1), &(dyn_repo_write){ .version = 9 }));
    gate_rule("{\"op\":\"UpdateItem\",\"action\":\"error\",\"type\":\"ResourceNotFoundException\",\"message\":\"no such table\"}");
    want(db, DYN_NO_TABLE, dyn_repo_update(&repo, DYN_KEY("u"), DYN_KEY("e"), DYN_EXPR("SET count = ?", 1), NULL));
    gate_rule("{\"op\":\"UpdateItem\",\"action\":\"error\",\"type\":\"ValidationException\",\"message\":\"odd\"}");
    want(db, DYN_REJECTED, dyn_repo_update(&repo, DYN_KEY("u"), DYN_KEY("e"), DYN_EXPR("SET count = ?", 1), NULL));
    says(db, "odd");
    gate_rule("{\"op\":\"UpdateItem\",\"action\":\"error\",\"type\":\"AccessDeniedException\",\"message\":\"not you\"}");
    want(db, DYN_DENIED, dyn_repo_update(&repo, DYN_KEY("u"), DYN_KEY("e"), DYN_EXPR("SET count = ?", 1), NULL));
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("u"), DYN_KEY("e"), DYN_EXPR("SET count = ?", 1), &(dyn_repo_write){ .version = 1 }));
}

/* Twins of pydantic-dynamo: write_once of nothing asks nothing; of several it lists from the first to the last, list_between(["A"], ["Z"]). */
static void write_once_lists_from_the_first_to_the_last(void **state)
{
    uint32_t order[8];
    dyn_repo_once o = { .order = order };
    source s = { .part = NULL };
    long before;

    (void)state;
    needs_the_gate();
    before = gate_stat("requests");
    want(db, DYN_OK, dyn_repo_write_once(&repo, eight, &s, 0, &o));
    assert_int_equal(gate_stat("requests"), before);
    assert_int_equal(o.wrote, 0);
    want(db, DYN_OK, dyn_repo_write_once(&repo, eight, &s, 8, &o));
    before = gate_stat("requests");
    want(db, DYN_OK, dyn_repo_write_once(&repo, eight, &s, 8, &o));
    assert_int_equal(gate_stat("requests") - before, 2);
    for (int i = 0; i < 2; i++) {
        holds(sent(i), i ? "{\"S\":\"test#integration#ABC\"}" : "{\"S\":\"test#integration#XYZ\"}");
        holds(sent(i), "BETWEEN|{\"S\":\"example#A\"}|{\"S\":\"example#Z\"}");
    }
}

/* Twin of pydantic-dynamo: clean_dict: times, dates, enums and sets at any depth are stored as its isoformat() and value make them, and read as such. */
static void values_within_values_are_stored_as_they_are(void **state)
{
    static const char deep[] = "{\"M\":{\"at\":{\"S\":\"2024-05-17T08:29:02.000120+00:00\"},\"list\":{\"L\":[{\"M\":{\"day\":{\"S\":\"2024-05-17\"},\"none\":{\"NULL\":true},"
                               "\"set\":{\"L\":[{\"S\":\"two\"}]}}},{\"L\":[{\"N\":\"1.5\"}]}]}}}";
    example e = sample(1), got;

    (void)state;
    e.extra = (dyn_value){ deep, sizeof deep - 1 };
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("v"), DYN_KEY("1"), &e, NULL));
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("v"), DYN_KEY("1"), &got, NULL, NULL));
    assert_true(dyn_value_equal(got.extra, e.extra));
    holds(engine_get(&f, &key_model, "\"PARTITION_KEY\":{\"S\":\"test#integration#v\"},\"SORT_KEY\":{\"S\":\"example#1\"}"),
          "\"at\":{\"S\":\"2024-05-17T08:29:02.000120+00:00\"}|\"none\":{\"NULL\":true}|\"set\":{\"L\":[{\"S\":\"two\"}]}");
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, open_repo, close_repo)
    const struct CMUnitTest tests[] = {
        T(what_is_not_there_is_not_found), T(what_was_put_is_got), T(a_batch_of_125_is_put_and_got), T(lists_take_prefix_order_limit_and_filter),
        T(lists_between_two_times), T(an_update_sets_counts_appends_and_expires), T(an_update_of_a_nested_member_keeps_its_siblings),
        T(an_update_of_nothing_or_of_another_version_fails), T(a_prefix_is_deleted), T(a_long_list_goes_over_pages), T(what_is_there_is_not_written_again),
        T(what_python_writes_again_is_not_written_again), T(what_is_written_otherwise_but_equal_is_not_written_again),
        T(a_nested_member_of_what_is_none_is_set), T(an_increment_of_what_is_none_counts_from_zero), T(a_filter_finds_what_is_none),
        T(a_command_that_does_not_fit_the_model_is_not_sent), T(of_two_contents_with_one_key_the_later_is_put),
        T(an_id_may_hold_the_separator), T(two_writers_of_one_version_lose_no_update),
        T(an_update_of_twenty_names_is_written_as_it_should_be), T(what_is_beside_an_item_may_be_missing), T(a_batch_of_120_is_got_with_what_was_not_processed),
        T(a_limit_is_exact_wherever_pages_end), T(writes_are_cut_into_requests_of_25), T(other_errors_of_an_update_come_as_they_are),
        T(write_once_lists_from_the_first_to_the_last), T(values_within_values_are_stored_as_they_are),
        T(two_that_write_once_in_batches_lose_nothing), T(two_that_write_once_at_the_same_time_write_nothing_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
