#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* More twins of DynamORM's own tests, against the engine: what they try of declarations, keys, validation, whole tables and their versions. engine_dynamorm.c has
 * those of items, queries and relations. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* foo and bar as in the library's tests, and what its schemas hold. */
typedef struct inner { char sub[16]; int64_t n; } inner;
static const dyn_field inner_fields[] = { DYN_TEXT(inner, sub, .optional = true, .omit_zero = true), DYN_INT(inner, n, .optional = true, .omit_zero = true) };
static const dyn_model inner_model = { DYN_MODEL(inner, inner_fields) };

typedef struct thing { char foo[16], bar[16], baz[300], bbq[16]; int64_t count; bool has_count; inner child; bool has_child; } thing;
static const dyn_field thing_fields[] = {
    DYN_TEXT(thing, foo), DYN_TEXT(thing, bar), DYN_TEXT(thing, baz, .omit_zero = true, .optional = true), DYN_TEXT(thing, bbq, .omit_zero = true, .optional = true),
    DYN_INT(thing, count, .has = DYN_HAS(thing, has_count)), DYN_MAP(thing, child, inner_model, .has = DYN_HAS(thing, has_child)),
};
static const dyn_model thing_model = { DYN_MODEL(thing, thing_fields), .table = "things", .pk = "foo", .sk = "bar" };
DYN_TYPED(thing, thing_model)

static fixture f;
static dyn_client *const db = &f.db;

static int open_client(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, 64 * 1024, NULL));
    return 0;
}

static int close_client(void **state)
{
    (void)state;
    return fixture_end(&f, &thing_model);
}

static int open_things(void **state)
{
    open_client(state);
    fixture_table(&f, &thing_model);
    return 0;
}

static thing of(const char *foo, const char *bar, const char *baz, int64_t count)
{
    thing t;

    memset((void *)&t, 0, sizeof t);
    snprintf(t.foo, sizeof t.foo, "%s", foo), snprintf(t.bar, sizeof t.bar, "%s", bar), snprintf(t.baz, sizeof t.baz, "%s", baz);
    t.count = count, t.has_count = true;
    return t;
}

/* How often the gate saw an operation among the last hundred requests. */
static long seen(const char *operation)
{
    static char log[1 << 20];
    char begin[64];
    long n = 0;

    gate_control("GET", "log?n=100&raw=1", NULL, log, sizeof log);
    snprintf(begin, sizeof begin, "%s\taccepted", operation);
    for (const char *p = log; (p = strstr(p, begin)) != NULL; p++)
        n++;
    return n;
}

/* ---- declarations */

typedef struct word { char name[16], other[16]; int64_t number; bool flag; double real; char many[2][8]; int many_count; } word;
static const dyn_field word_fields[] = {
    DYN_TEXT(word, name), DYN_TEXT(word, other), DYN_INT(word, number), DYN_BOOL(word, flag), DYN_TEXT_LIST(word, many, many_count),
};
static const dyn_field twice_fields[] = { DYN_TEXT(word, name), DYN_TEXT(word, other, .attr = "name") };
static const dyn_index no_key[] = { { .name = "by-nothing" } };
static const dyn_index strange_key[] = { { .name = "by-strange", .pk = { "strange" } } };
static const dyn_index same_name[] = { { .name = "one", .pk = { "other" } }, { .name = "one", .pk = { "number" } } };
static const dyn_index local_hash[] = { { .name = "local", .pk = { "other" }, .sk = { "number" }, .local = true } };

/* Twin of DynamORM: the ten declaration errors: no table, name, key, field or schema; keys and indexes by what is no field. */
static void ten_wrong_declarations_are_named_before_anything_is_sent(void **state)
{
#define WORD(...) { DYN_MODEL(word, word_fields), __VA_ARGS__ }
    static const struct { dyn_model model; const char *says; } cases[] = {
        { WORD(.pk = "name"), ".table" },                                                       /* no Table, or one without a name */
        { WORD(.table = "words"), ".pk" },                                                     /* no hash_key */
        { { .name = "empty", .size = sizeof(word), .table = "words", .pk = "name" }, "fields" },   /* no Schema */
        { WORD(.table = "words", .pk = "missing"), "\"missing\"" },                            /* hash_key that is no field */
        { WORD(.table = "words", .pk = "name", .sk = "missing"), "\"missing\"" },              /* range_key that is no field */
        { WORD(.table = "words", .pk = "flag"), "\"flag\"" },                                  /* a field that cannot be a key */
        { { DYN_MODEL(word, twice_fields), .table = "words", .pk = "name" }, "\"name\"" },     /* two fields of one name */
        { WORD(.table = "words", .pk = "name", DYN_INDEXES(no_key)), "by-nothing" },           /* an index without a hash_key */
        { WORD(.table = "words", .pk = "name", DYN_INDEXES(strange_key)), "strange" },         /* an index by what is no field */
        { WORD(.table = "words", .pk = "name", DYN_INDEXES(same_name)), "one" },
        { WORD(.table = "words", .pk = "name", .sk = "other", DYN_INDEXES(local_hash)), "local" },   /* a local index by another hash_key */
    };
    word w;

    (void)state;
    memset((void *)&w, 0, sizeof w);
    for (size_t i = 0; i < COUNT(cases); i++)
        refuses(db, cases[i].says, cases[i].model.indexes ? dyn_create_table(db, &cases[i].model, NULL) : dyn_put(db, &cases[i].model, &w, NULL));
    /* read and write, which the library must be told, and both of them; here a table is billed per request unless told */
    refuses(db, "units", dyn_create_table(db, &thing_model, &(dyn_table_options){ .read_units = 5 }));
}

/* ---- keys */

typedef struct counter { int64_t id; double at; } counter;
static const dyn_field counter_fields[] = { DYN_INT(counter, id), DYN_REAL(counter, at) };
static const dyn_model counter_model = { DYN_MODEL(counter, counter_fields), .table = "counters", .pk = "id", .sk = "at" };
typedef struct digest { unsigned char hash[4]; int64_t n; } digest;
static const dyn_field digest_fields[] = { DYN_BYTES(digest, hash), DYN_INT(digest, n) };
static const dyn_model digest_model = { DYN_MODEL(digest, digest_fields), .table = "digests", .pk = "hash" };

/* Twin of DynamORM: a numeric hash key is of type N; one of Raw is B. */
static void keys_of_numbers_and_bytes_have_their_types(void **state)
{
    counter c = { 7, 0.25 }, got = { 0, 0 };
    digest d = { { 0, 255, 1, 2 }, 5 }, back = { { 0 }, 0 };
    char body[128];

    (void)state;
    fixture_table(&f, &counter_model);
    fixture_table(&f, &digest_model);
    snprintf(body, sizeof body, "{\"TableName\":\"%scounters\"}", f.prefix);
    const char *told = engine_call("DescribeTable", body);
    assert_null(strstr(told, "\"AttributeType\":\"S\""));
    holds(told, "\"AttributeType\":\"N\"");
    want(db, DYN_OK, dyn_put(db, &counter_model, &c, NULL));
    holds(engine_get(&f, &counter_model, "\"id\":{\"N\":\"7\"},\"at\":{\"N\":\"0.25\"}"), "\"id\":{\"N\":\"7\"}");
    want(db, DYN_OK, dyn_get_key(db, &counter_model, &got, DYN_KEY(7, 0.25), NULL));
    assert_true(got.id == 7);
    snprintf(body, sizeof body, "{\"TableName\":\"%sdigests\"}", f.prefix);
    holds(engine_call("DescribeTable", body), "\"AttributeType\":\"B\"");
    want(db, DYN_OK, dyn_put(db, &digest_model, &d, NULL));
    want(db, DYN_OK, dyn_get_key(db, &digest_model, &back, DYN_KEY(dyn_bytes(d.hash, 4)), NULL));
    assert_int_equal(back.n, 5);
    fixture_drop(&f, &counter_model);
    fixture_drop(&f, &digest_model);
}

typedef struct user { unsigned char id[16]; char name[16]; } user;
static const dyn_field user_fields[] = { DYN_UUID(user, id), DYN_TEXT(user, name) };
static const dyn_model user_model = { DYN_MODEL(user, user_fields), .table = "users", .pk = "id" };

/* Twin of DynamORM: delete with a UUID key, which is normalised: whether it comes as bytes, as a value or as a text. */
static void an_item_is_deleted_by_its_uuid(void **state)
{
    static const char key[] = "\"id\":{\"S\":\"aaf0637a-6221-4bbb-bf6d-edc4c04a6118\"}";
    user u = { { 0 }, "ann" };

    (void)state;
    fixture_table(&f, &user_model);
    assert_true(dyn_uuid_parse("AAF0637A-6221-4BBB-BF6D-EDC4C04A6118", 36, u.id));      /* of either case: in the struct it is bytes */
    for (int way = 0; way < 3; way++) {
        want(db, DYN_OK, dyn_put(db, &user_model, &u, NULL));
        holds(engine_get(&f, &user_model, key), "\"name\":{\"S\":\"ann\"}");
        want(db, DYN_OK, way == 0 ? dyn_delete(db, &user_model, &u, NULL) : dyn_delete_key(db, &user_model, way == 1 ? DYN_KEY(dyn_uuid(u.id)) :
                                                                                         DYN_KEY("aaf0637a-6221-4bbb-bf6d-edc4c04a6118"), NULL));
        assert_string_equal(engine_get(&f, &user_model, key), "{}");
    }
    want(db, DYN_OK, dyn_put(db, &user_model, &u, NULL));
    refuses(db, "is no UUID in 36 characters of lower case; dyn_uuid(bytes) writes it so",
            dyn_delete_key(db, &user_model, DYN_KEY("AAF0637A-6221-4BBB-BF6D-EDC4C04A6118"), NULL));      /* and deletes nothing else unseen */
    holds(engine_get(&f, &user_model, key), "ann");
    fixture_drop(&f, &user_model);
}

/* ---- validation */

typedef struct strict { char id[16]; int64_t age; char mail[32]; int64_t made; } strict;
static const char *has_at(const void *member, const void *item)
{
    (void)item;
    return strchr((const char *)member, '@') ? NULL : "it is no mail address";
}
static const dyn_field strict_fields[] = {
    DYN_TEXT(strict, id, DYN_LENGTH("1", "8")), DYN_INT(strict, age, DYN_RANGE("0", "150")), DYN_TEXT(strict, mail, DYN_VALIDATE(has_at)),
    DYN_MICROS(strict, made, DYN_ISO_OFFSET),
};
static const dyn_model strict_model = { DYN_MODEL(strict, strict_fields), .table = "strict", .pk = "id" };

/* Twin of DynamORM: validation errors of put, save and update name the field; those of marshmallow do not come when it writes, here they do. */
static void what_is_not_valid_is_not_written(void **state)
{
    strict s = { "1", 30, "a@b", 0 }, bad;

    (void)state;
    fixture_table(&f, &strict_model);
    bad = s, bad.age = 151;
    refuses(db, "age", dyn_put(db, &strict_model, &bad, NULL));
    bad = s, strcpy(bad.mail, "nobody");
    refuses(db, "mail|it is no mail address", dyn_put(db, &strict_model, &bad, NULL));
    bad = s, strcpy(bad.id, "123456789");
    refuses(db, "id", dyn_put(db, &strict_model, &bad, NULL));
    want(db, DYN_OK, dyn_put(db, &strict_model, &s, NULL));
    refuses(db, "age", dyn_update(db, &strict_model, &s, DYN_EXPR("SET age = ?", -1), NULL));
    refuses(db, "mail", dyn_update(db, &strict_model, &s, DYN_EXPR("SET mail = ?", "nobody"), NULL));
    refuses(db, "age", dyn_update(db, &strict_model, &s, DYN_EXPR("SET age = ?", "thirty"), NULL));
    bad = s, bad.age = 200;
    refuses(db, "age", dyn_save_changes(db, &strict_model, &s, &bad, NULL));
    engine_put(&f, &strict_model, "\"id\":{\"S\":\"2\"},\"age\":{\"N\":\"999\"},\"mail\":{\"S\":\"x@y\"},\"made\":{\"S\":\"2017-07-28T16:18:15+00:00\"}");
    want(db, DYN_BAD_ROW, dyn_get_key(db, &strict_model, &bad, DYN_KEY("2"), NULL));
    says(db, "age");
    fixture_drop(&f, &strict_model);
}

/* Twin of DynamORM: a native datetime makes the round trip, in the condition of an update too, which is a TypeError there; another type does not. */
static void a_time_makes_the_round_trip(void **state)
{
    strict s = { "1", 30, "a@b", 1501258695000048 }, got;

    (void)state;
    fixture_table(&f, &strict_model);
    want(db, DYN_OK, dyn_put(db, &strict_model, &s, NULL));
    holds(engine_get(&f, &strict_model, "\"id\":{\"S\":\"1\"}"), "\"made\":{\"S\":\"2017-07-28T16:18:15.000048+00:00\"}");
    want(db, DYN_OK, dyn_get_key(db, &strict_model, &got, DYN_KEY("1"), NULL));
    assert_true(got.made == s.made);
    want(db, DYN_CONDITION_FAILED, dyn_update(db, &strict_model, &s, DYN_EXPR("SET age = ?", 31), &(dyn_write_options){ .when = { DYN_EXPR("made > ?", s.made) } }));
    want(db, DYN_OK, dyn_update(db, &strict_model, &s, DYN_EXPR("SET age = ?", 31), &(dyn_write_options){ .when = { DYN_EXPR("made = ?", s.made) } }));
    refuses(db, "made", dyn_update(db, &strict_model, &s, DYN_EXPR("SET made = ?", "yesterday"), NULL));
    refuses(db, "made", dyn_update(db, &strict_model, &s, DYN_EXPR("SET made = ?", dyn_bool(true)), NULL));
    engine_put(&f, &strict_model, "\"id\":{\"S\":\"2\"},\"age\":{\"N\":\"1\"},\"mail\":{\"S\":\"x@y\"},\"made\":{\"S\":\"2017-07-28T16:18:15.000048+0000\"}");   /* schematics */
    want(db, DYN_OK, dyn_get_key(db, &strict_model, &got, DYN_KEY("2"), NULL));
    assert_true(got.made == s.made);
    fixture_drop(&f, &strict_model);
}

/* ---- items */

typedef struct single { char name[16]; int64_t n; } single;
static const dyn_field single_fields[] = { DYN_TEXT(single, name), DYN_INT(single, n, .optional = true) };
static const dyn_model single_model = { DYN_MODEL(single, single_fields), .table = "singles", .pk = "name" };

/* Twins of DynamORM: save, update, consistent get and delete of a model with a hash key alone, and of one with a sort key too; overwrite. */
static void items_of_both_kinds_of_keys_are_saved_updated_and_deleted(void **state)
{
    single s = { "a", 1 }, one;
    thing t = of("a", "b", "", 1), two;
    dyn_get_options consistent = { .consistent = true };

    (void)state;
    fixture_table(&f, &single_model);
    want(db, DYN_OK, dyn_put(db, &single_model, &s, NULL));
    want(db, DYN_OK, dyn_update(db, &single_model, &s, DYN_EXPR("SET n = n + ?", 1), NULL));
    want(db, DYN_OK, dyn_get_key(db, &single_model, &one, DYN_KEY("a"), &consistent));
    assert_int_equal(one.n, 2);
    s.n = 9;
    want(db, DYN_OK, dyn_put(db, &single_model, &s, NULL));                              /* overwritten */
    want(db, DYN_OK, dyn_get_key(db, &single_model, &one, DYN_KEY("a"), &consistent));
    assert_int_equal(one.n, 9);
    want(db, DYN_OK, dyn_delete(db, &single_model, &s, NULL));
    want(db, DYN_NOT_FOUND, dyn_get_key(db, &single_model, &one, DYN_KEY("a"), &consistent));
    fixture_drop(&f, &single_model);

    want(db, DYN_OK, thing_put(db, &t, NULL));
    want(db, DYN_OK, thing_put(db, &(thing){ .foo = "a", .bar = "c" }, NULL));
    want(db, DYN_OK, thing_update(db, &t, DYN_EXPR("SET baz = ?", "x"), NULL));
    want(db, DYN_OK, thing_get_key(db, &two, DYN_KEY("a", "b"), &consistent));
    assert_string_equal(two.baz, "x");
    want(db, DYN_OK, thing_delete(db, &t, NULL));
    want(db, DYN_NOT_FOUND, thing_get_key(db, &two, DYN_KEY("a", "b"), &consistent));
    want(db, DYN_OK, thing_get_key(db, &two, DYN_KEY("a", "c"), &consistent));
}

/* Twins of DynamORM: unique save, and partial save with return_all: what the item is then comes back, with what others have changed. */
static void a_partial_save_may_tell_the_whole_item(void **state)
{
    thing before = of("a", "b", "x", 1), after, whole;
    dyn_image into = { .item = &whole };
    char body[1024];

    (void)state;
    dyn_write_options unique = { .when = { DYN_EXPR("attribute_not_exists(foo)") } };
    want(db, DYN_OK, thing_put(db, &before, &unique));
    want(db, DYN_CONDITION_FAILED, thing_put(db, &before, &unique));
    want(db, DYN_OK, thing_update(db, &before, DYN_EXPR("SET bbq = ?", "by another"), NULL));
    after = before;
    after.count = 2;
    want(db, DYN_OK, thing_save_changes(db, &before, &after, &(dyn_write_options){ .into = &into }));
    assert_true(into.found);
    assert_string_equal(whole.bbq, "by another");
    assert_int_equal(whole.count, 2);
    if (gate_is_there()) {                                   /* and the changed field alone was sent */
        body[gate_last_body(body, sizeof body - 1)] = '\0';
        assert_non_null(strstr(body, "\"2\""));
        assert_null(strstr(body, "baz"));
    }
}

/* Twins of DynamORM: nested paths: set, replaced as a whole, set if there is none; a field that the schema no longer has, with return_all. */
static void nested_values_are_set_and_replaced(void **state)
{
    thing t = of("a", "b", "", 1), got;
    dyn_image into = { .item = &got };
    dyn_arg sub = dyn_text("whole");
    static const char map[] = "{\"M\":{\"sub\":{\"S\":\"other\"}}}";

    (void)state;
    (void)sub;
    engine_put(&f, &thing_model, "\"foo\":{\"S\":\"a\"},\"bar\":{\"S\":\"b\"},\"removed\":{\"S\":\"old\"},\"child\":{\"M\":{\"sub\":{\"S\":\"s\"},\"n\":{\"N\":\"1\"}}}");
    want(db, DYN_OK, thing_update(db, &t, DYN_EXPR("SET child.sub = ?, child.n = if_not_exists(child.n, ?)", "new", 5), &(dyn_write_options){ .into = &into }));
    assert_string_equal(got.child.sub, "new");
    assert_int_equal(got.child.n, 1);
    want(db, DYN_OK, thing_update(db, &t, DYN_EXPR("SET child = ?", ((dyn_value){ map, sizeof map - 1 })), &(dyn_write_options){ .into = &into }));
    assert_string_equal(got.child.sub, "other");
    assert_int_equal(got.child.n, 0);
    holds(engine_get(&f, &thing_model, "\"foo\":{\"S\":\"a\"},\"bar\":{\"S\":\"b\"}"), "\"removed\":{\"S\":\"old\"}");
    refuses(db, "removed", thing_update(db, &t, DYN_EXPR("SET removed = ?", 1), NULL));
    refuses(db, "nothing", thing_update(db, &t, DYN_EXPR("SET child.nothing = ?", 1), NULL));
}

/* Twin of DynamORM: 4,000 items: a scan stops behind 3,299 of them, .start(last) goes on with the other 701; a query of an index over its pages. */
static void a_read_goes_on_behind_the_last_item(void **state)
{
    static const dyn_index by_bbq[] = { { .name = "by-bbq", .pk = { "bbq" }, .sk = { "bar" } } };
    static const dyn_model indexed = { DYN_MODEL(thing, thing_fields), .table = "many", .pk = "foo", .sk = "bar", DYN_INDEXES(by_bbq) };
    static thing page[4000];
    static bool met[4000];
    char cursor[512] = "";
    dyn_rows rows;
    size_t n = 0, more = 0, all = 0;

    (void)state;
    fixture_table(&f, &indexed);
    for (int i = 0; i < 4000; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", i);
        page[i] = of(id, id, "", i);
        memset(page[i].baz, 'b', sizeof page[i].baz - 1);
        strcpy(page[i].bbq, "same");
    }
    want(db, DYN_OK, dyn_put_many(db, &indexed, page, 4000, NULL));
    dyn_scan(db, &rows, &indexed, NULL);
    want(db, DYN_OK, dyn_page(&rows, page, sizeof *page, 3299, &n, cursor, sizeof cursor));
    assert_int_equal(n, 3299);
    assert_true(cursor[0]);
    dyn_scan(db, &rows, &indexed, &(dyn_query){ .cursor = cursor });
    want(db, DYN_OK, dyn_page(&rows, page + 3299, sizeof *page, 701 + 0, &more, cursor, sizeof cursor));
    assert_int_equal(more, 701);
    for (int i = 0; i < 4000; i++) {
        assert_false(met[page[i].count]);
        met[page[i].count] = true;
    }
    long before = gate_is_there() ? gate_stat("requests") : 0;
    dyn_select(db, &rows, &indexed, &(dyn_query){ .key = DYN_EXPR("bbq = ?", "same"), .index = "by-bbq" });
    while (dyn_next(&rows, &page[0], sizeof page[0]) == DYN_ROW)
        all++;
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(all, 4000);
    if (gate_is_there())
        assert_true(gate_stat("requests") - before > 1);
    fixture_drop(&f, &indexed);
}

/* ---- tables */

static const dyn_index two_indexes[] = {
    { .name = "index1", .pk = { "baz" }, .sk = { "bbq" } },
    { .name = "index2", .pk = { "bbq" }, .sk = { "baz" } },
};
static const dyn_index one_index[] = { { .name = "index2", .pk = { "bbq" }, .sk = { "baz" } } };
static const dyn_model second = { DYN_MODEL(thing, thing_fields), .table = "things", .pk = "foo", .sk = "bar", DYN_INDEXES(two_indexes) };
static const dyn_model third = { DYN_MODEL(thing, thing_fields), .table = "things", .pk = "foo", .sk = "bar", DYN_INDEXES(one_index) };

/* Twin of DynamORM: update_table from version 1 to 2 (four operations) to 3 (two) and then none: each operation is one UpdateTable, and a table that is as it should be
 * is only looked at. Here without units, which the engine does not keep for an index; py_tables_of_dynamorm.py has the library's own, with them. */
static void a_table_goes_from_version_to_version_in_as_many_operations(void **state)
{
    const dyn_table_options o2 = { .stream = DYN_VIEW_BOTH, .protection = DYN_SWITCH_ON, .delete_indexes = true };
    const dyn_table_options o3 = { .stream = DYN_VIEW_OFF, .protection = DYN_SWITCH_ON, .delete_indexes = true };
    const struct { const dyn_model *model; const dyn_table_options *options; uint32_t steps; } versions[] = {
        { &second, &o2, 4 }, { &second, &o2, 0 }, { &third, &o3, 2 }, { &third, &o3, 0 },
    };

    (void)state;
    fixture_table(&f, &thing_model);
    for (size_t i = 0; i < COUNT(versions); i++) {
        uint32_t steps = 99;
        want(db, DYN_OK, dyn_table_diff(db, versions[i].model, NULL, &steps, versions[i].options));
        assert_int_equal(steps, versions[i].steps);
        if (gate_is_there())
            gate_reset();
        want(db, DYN_OK, dyn_table_migrate(db, versions[i].model, NULL, versions[i].options));
        if (gate_is_there())
            assert_int_equal(seen("UpdateTable"), versions[i].steps);
    }
    dyn_table_info info;
    want(db, DYN_OK, dyn_describe_table(db, &third, &info, NULL));
    assert_int_equal(info.index_count, 1);
    assert_memory_equal(info.indexes[0].name.ptr, "index2", 6);
    want(db, DYN_OK, dyn_update_table(db, &third, &(dyn_table_options){ .protection = DYN_SWITCH_OFF }));
}

/* Twin of DynamORM: index metadata: what was declared is what the table has, and what the library sends as a global index, a local one, is one. */
static void indexes_are_made_as_they_are_declared(void **state)
{
    static const dyn_index all[] = {
        { .name = "keys", .pk = { "baz" }, .projection = DYN_PROJECT_KEYS }, { .name = "some", .pk = { "bbq" }, .sk = { "count" }, .projection = DYN_PROJECT_INCLUDE,
          .include = { "baz" } }, { .name = "near", .sk = { "count" }, .local = true },
    };
    static const dyn_model indexed = { DYN_MODEL(thing, thing_fields), .table = "indexed", .pk = "foo", .sk = "bar", DYN_INDEXES(all) };
    dyn_table_info info;
    uint32_t steps = 9;

    (void)state;
    fixture_table(&f, &indexed);
    want(db, DYN_OK, dyn_describe_table(db, &indexed, &info, NULL));
    assert_int_equal(info.index_count, 3);
    for (size_t i = 0; i < 3; i++) {
        const dyn_str name = info.indexes[i].name;
        const dyn_index *declared = name.ptr[0] == 'k' ? &all[0] : name.ptr[0] == 's' ? &all[1] : &all[2];
        assert_int_equal(info.indexes[i].local, declared->local);
        assert_int_equal(info.indexes[i].projection, declared->projection);
    }
    want(db, DYN_OK, dyn_table_diff(db, &indexed, NULL, &steps, &(dyn_table_options){ .delete_indexes = true }));
    assert_int_equal(steps, 0);                              /* the library would make the local one again, as a global one */
    fixture_drop(&f, &indexed);
}

/* Twins of DynamORM: per-table region config and resource config: a model is used with the client of its region, its limits and its tries. */
static void each_table_may_have_a_client_of_its_own_with_region_and_limits(void **state)
{
    static fixture abroad;
    thing t = of("a", "b", "", 1), got;
    char head[4096];

    (void)state;
    needs_the_gate();
    want(&abroad.db, DYN_OK, fixture_open(&abroad, 32 * 1024, &(dyn_config){ .region = "eu-west-1", .attempts = 2, .table_prefix = f.prefix }));
    want(db, DYN_OK, thing_put(db, &t, NULL));
    head[gate_last_head(head, sizeof head - 1)] = '\0';
    holds(head, "/us-east-1/dynamodb/aws4_request");
    got = t;
    assert_int_not_equal(thing_get(&abroad.db, &got, NULL), DYN_OK);       /* the gate is of one region, and says so */
    says(&abroad.db, "not 'eu-west-1'");
    gate_reset();
    gate_rule("{\"op\":\"GetItem\",\"action\":\"status\",\"status\":500,\"times\":-1,\"unjudged\":true}");
    got = t;
    assert_int_not_equal(thing_get(&abroad.db, &got, NULL), DYN_OK);
    assert_int_equal(gate_stat("requests"), 2);                            /* as many tries as that client makes … */
    assert_int_not_equal(thing_get(db, &got, NULL), DYN_OK);
    assert_int_equal(gate_stat("requests"), 2 + 4);                        /* … and this one, by default */
    gate_reset();
    fixture_close(&abroad);
}

int main(void)
{
#define CLIENT(test) cmocka_unit_test_setup_teardown(test, open_client, close_client)
#define THINGS(test) cmocka_unit_test_setup_teardown(test, open_things, close_client)
    const struct CMUnitTest tests[] = {
        CLIENT(ten_wrong_declarations_are_named_before_anything_is_sent), CLIENT(keys_of_numbers_and_bytes_have_their_types), CLIENT(an_item_is_deleted_by_its_uuid),
        CLIENT(what_is_not_valid_is_not_written), CLIENT(a_time_makes_the_round_trip), THINGS(items_of_both_kinds_of_keys_are_saved_updated_and_deleted),
        THINGS(a_partial_save_may_tell_the_whole_item), THINGS(nested_values_are_set_and_replaced), CLIENT(a_read_goes_on_behind_the_last_item),
        CLIENT(a_table_goes_from_version_to_version_in_as_many_operations), CLIENT(indexes_are_made_as_they_are_declared),
        THINGS(each_table_may_have_a_client_of_its_own_with_region_and_limits),
    };
    return cmocka_run_group_tests_name("DynamORM's models", tests, NULL, NULL);
}
