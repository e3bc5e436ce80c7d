#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* The repository against the engine: keys of ids, versions, stamps, expiry, lists. What is stored is looked at in the engine's own answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

typedef struct review {
    char    title[32];
    int64_t stars;
    char    note[32];
    char    tags[4][16];
    int     tag_count;
} review;
static const dyn_field review_fields[] = {
    DYN_TEXT(review, title), DYN_INT(review, stars), DYN_TEXT(review, note, .optional = true, .omit_zero = true), DYN_TEXT_LIST(review, tags, tag_count),
};
static const dyn_model review_model = { DYN_MODEL(review, review_fields), .table = "reviews" };
/* Only its keys, to make the table with. */
typedef struct keys { char pk[64], sk[64]; } keys;
static const dyn_field key_fields[] = { DYN_TEXT(keys, pk), DYN_TEXT(keys, sk) };
static const dyn_model key_model = { DYN_MODEL(keys, key_fields), .table = "reviews", .pk = "pk", .sk = "sk" };

static fixture f;
static dyn_client *const db = &f.db;
static dyn_repo repo;
static unsigned char memory[32 * 1024];

static int open_repo(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, 32 * 1024, NULL));
    fixture_table(&f, &key_model);
    dyn_repo_config c = { DYN_MEMORY(memory), .convention = dyn_pydantic_dynamo(), .prefix = "shop", .name = "reviews", .type = "review" };
    want(db, DYN_OK, dyn_repo_open(&repo, db, &review_model, &c));
    return 0;
}

static int close_repo(void **state)
{
    (void)state;
    return fixture_end(&f, &key_model);
}

static void a_content_comes_back_with_its_ids(void **state)
{
    review r = { "Fine", 4, "", { "a", "b" }, 2 }, got;
    dyn_content c;

    (void)state;
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("2026", "berlin"), DYN_KEY("x", 7), &r, NULL));
    holds(engine_get(&f, &key_model, "\"pk\":{\"S\":\"shop#reviews#2026#berlin\"},\"sk\":{\"S\":\"review#x#7\"}"),
          "\"title\":{\"S\":\"Fine\"}|\"stars\":{\"N\":\"4\"}|\"tags\":{\"L\":[{\"S\":\"a\"},{\"S\":\"b\"}]}|\"note\":{\"NULL\":true}|\"_object_version\":{\"N\":\"1\"}|\"_timestamp\":{\"S\":\"20");
    memset(&got, 0xff, sizeof got);
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("2026", "berlin"), DYN_KEY("x", 7), &got, &c, NULL));
    assert_string_equal(got.title, "Fine");
    assert_int_equal(got.stars, 4);
    assert_string_equal(got.note, "");
    assert_int_equal(got.tag_count, 2);
    assert_int_equal(c.partition_count, 2);
    assert_memory_equal(c.partition[1].ptr, "berlin", 6);
    assert_int_equal(c.content_count, 2);
    assert_memory_equal(c.content[1].ptr, "7", 1);
    assert_int_equal(c.version, 1);
    assert_int_equal(c.expires, 0);
    assert_true(c.changed_us > 0);
    want(db, DYN_NOT_FOUND, dyn_repo_get(&repo, DYN_KEY("2026"), DYN_KEY("x", 7), &got, &c, NULL));
}

static void an_update_counts_the_version_and_compares_it(void **state)
{
    review r = { "Fine", 4, "", { "a" }, 1 }, got;
    dyn_content c;

    (void)state;
    want(db, DYN_CONDITION_FAILED, dyn_repo_update(&repo, DYN_KEY("p"), DYN_KEY("c"), DYN_EXPR("SET stars = ?", 5), NULL));
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("p"), DYN_KEY("c"), &r, NULL));
    dyn_repo_write o = { .version = 1, .expires = 4102444800 };
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("p"), DYN_KEY("c"), DYN_EXPR("SET stars = stars + ?, note = ?", 5, "more"), &o));
    want(db, DYN_CONDITION_FAILED, dyn_repo_update(&repo, DYN_KEY("p"), DYN_KEY("c"), DYN_EXPR("SET stars = ?", 5), &o));
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("p"), DYN_KEY("c"), &got, &c, NULL));
    assert_int_equal(got.stars, 9);
    assert_string_equal(got.note, "more");
    assert_int_equal(c.version, 2);
    assert_int_equal(c.expires, 4102444800);
    dyn_repo_write never = { .version = 2, .never_expires = true };
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("p"), DYN_KEY("c"), DYN_EXPR("REMOVE note SET stars = ?", 1), &never));
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("p"), DYN_KEY("c"), &got, &c, NULL));
    assert_int_equal(c.version, 3);
    assert_int_equal(c.expires, 0);
    assert_int_equal(got.stars, 1);
    want(db, DYN_CONDITION_FAILED, dyn_repo_delete(&repo, DYN_KEY("p"), DYN_KEY("c"), &o));
    o.version = 3;
    want(db, DYN_OK, dyn_repo_delete(&repo, DYN_KEY("p"), DYN_KEY("c"), &(dyn_repo_write){ .version = 3 }));
    want(db, DYN_NOT_FOUND, dyn_repo_get(&repo, DYN_KEY("p"), DYN_KEY("c"), &got, &c, NULL));
}

/* The content ids of a list, as text. */
static const char *ids(const dyn_repo_query *q)
{
    review r;

    return fixture_ids(&repo, q, &r);
}

static void lists_by_prefix_and_between(void **state)
{
    static const char *const all[] = { "1", "10", "2", "3" };
    review r = { "Fine", 4, "", { "a" }, 1 };
    uint64_t count;

    (void)state;
    for (int i = 0; i < 4; i++) {
        r.stars = i;
        want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("p"), DYN_KEY(all[i]), &r, NULL));
        want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("p"), DYN_KEY(all[i], "x"), &r, NULL));
    }
    assert_string_equal(ids(&(dyn_repo_query){ .partition = DYN_KEY("p") }), "1 1/x 10 10/x 2 2/x 3 3/x");
    assert_string_equal(ids(&(dyn_repo_query){ .partition = DYN_KEY("p"), .newest_first = true, .limit = 3 }), "3/x 3 2/x");
    assert_string_equal(ids(&(dyn_repo_query){ .partition = DYN_KEY("p"), .prefix = DYN_KEY("1") }), "1 1/x 10 10/x");
    assert_string_equal(ids(&(dyn_repo_query){ .partition = DYN_KEY("p"), .prefix = DYN_KEY("1"), .whole_ids = true }), "1 1/x");
    assert_string_equal(ids(&(dyn_repo_query){ .partition = DYN_KEY("p"), .prefix = DYN_KEY("1"), .whole_ids = true, .newest_first = true, .limit = 1 }), "1/x");
    assert_string_equal(ids(&(dyn_repo_query){ .partition = DYN_KEY("p"), .from = DYN_KEY("10"), .to = DYN_KEY("3") }), "10 10/x 2 2/x 3");
    assert_string_equal(ids(&(dyn_repo_query){ .partition = DYN_KEY("p"), .from = DYN_KEY("10"), .to = DYN_KEY("3"), .to_prefix = true }), "10 10/x 2 2/x 3 3/x");
    assert_string_equal(ids(&(dyn_repo_query){ .partition = DYN_KEY("p"), .from = DYN_KEY("1"), .to = DYN_KEY("1") }), "1 1/x 10 10/x");
    assert_string_equal(ids(&(dyn_repo_query){ .partition = DYN_KEY("p"), .from = DYN_KEY("1"), .to = DYN_KEY("1"), .limit = 2, .newest_first = true }), "10/x 10");
    assert_string_equal(ids(&(dyn_repo_query){ .partition = DYN_KEY("p"), .from = DYN_KEY("1"), .to = DYN_KEY("1"), .exact = true }), "1");
    assert_string_equal(ids(&(dyn_repo_query){ .partition = DYN_KEY("p"), .where = { DYN_EXPR("stars >= ?", 2) }, .limit = 3 }), "2 2/x 3");
    assert_string_equal(ids(&(dyn_repo_query){ .partition = DYN_KEY("q") }), "");
    want(db, DYN_OK, dyn_repo_count(&repo, &(dyn_repo_query){ .partition = DYN_KEY("p"), .prefix = DYN_KEY("1") }, &count));
    assert_int_equal(count, 4);
    want(db, DYN_OK, dyn_repo_count(&repo, &(dyn_repo_query){ .partition = DYN_KEY("p"), .prefix = DYN_KEY("1"), .whole_ids = true }, &count));
    assert_int_equal(count, 2);
    want(db, DYN_OK, dyn_repo_count(&repo, &(dyn_repo_query){ .partition = DYN_KEY("p"), .where = { DYN_EXPR("stars = ?", 3) } }, &count));
    assert_int_equal(count, 2);
}

/* Title, stars and tags are there, the note is NULL; it stays so when the read has ended, as after dyn_next. */
static void a_list_tells_what_its_last_row_had(void **state)
{
    review r = { "Fine", 4, "", { "a" }, 1 };
    dyn_rows rows;
    dyn_content c;

    (void)state;
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("p"), DYN_KEY("c"), &r, NULL));
    dyn_repo_list(&repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("p") });
    want(db, DYN_ROW, dyn_repo_next(&repo, &rows, &r, &c));
    assert_int_equal(rows.present.bits[0] & 15, 11);
    want(db, DYN_DONE, dyn_repo_next(&repo, &rows, &r, &c));
    assert_int_equal(dyn_present(&rows)->bits[0] & 15, 11);
    want(db, DYN_OK, dyn_finish(&rows));
}

static bool is(dyn_str a, const char *text)
{
    return a.len == strlen(text) && memcmp(a.ptr, text, a.len) == 0;
}

/* A separator of two characters, one of which ids may hold; ids that there is no room for stay together in the last. */
static void keys_are_taken_apart_at_whole_separators(void **state)
{
    static unsigned char room[32 * 1024];
    review r = { "Fine", 4, "", { "a" }, 1 };
    dyn_repo_config config = { DYN_MEMORY(room), .convention = dyn_pydantic_dynamo(), .prefix = "shop", .type = "review" };
    dyn_arg args[DYN_MAX_IDS + 2];
    dyn_content c;
    dyn_repo mine;
    dyn_key many;

    (void)state;
    config.convention.separator = "::";
    want(db, DYN_OK, dyn_repo_open(&mine, db, &review_model, &config));
    for (int i = 0; i < DYN_MAX_IDS + 2; i++)
        args[i] = dyn_int(i);
    dyn_key_of(&many, args, DYN_MAX_IDS + 2);
    want(db, DYN_OK, dyn_repo_put(&mine, DYN_KEY(":a:", "", "b:"), many, &r, NULL));
    holds(engine_get(&f, &key_model, "\"pk\":{\"S\":\"shop:::a:::::b:\"},\"sk\":{\"S\":\"review::0::1::2::3::4::5::6::7::8::9::10::11::12::13::14::15::16::17\"}"),
          "\"title\":{\"S\":\"Fine\"}");
    want(db, DYN_OK, dyn_repo_get(&mine, DYN_KEY(":a:", "", "b:"), many, &r, &c, NULL));
    assert_int_equal(c.content_count, DYN_MAX_IDS);
    assert_true(is(c.content[14], "14") && is(c.content[15], "15::16::17"));
    assert_int_equal(c.partition_count, 3);                        /* Python: ":a:::::b:".split("::") is [":a", "", ":b:"] */
    assert_true(is(c.partition[0], ":a") && is(c.partition[1], "") && is(c.partition[2], ":b:"));
    assert_true(c.partition[3].ptr == NULL && c.partition[3].len == 0);
}

static void many_are_put_read_and_deleted(void **state)
{
    enum { N = 137 };
    static review r[N], got[N];
    static dyn_repo_item items[N];
    static char names[N][8];
    static dyn_arg args[N];
    static dyn_content out[N];
    uint64_t deleted = 0;
    const dyn_key many = DYN_KEY("many");

    (void)state;
    memset(items, 0, sizeof items);
    for (int i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "%03d", i);
        snprintf(r[i].title, sizeof r[i].title, "number %d", i);
        r[i].stars = i;
        args[i] = dyn_text(names[i]);
        items[i].partition = many, items[i].item = &r[i];
        dyn_key_of(&items[i].content, &args[i], 1);
        items[i].expires = i == 5 ? 4102444800 : 0;
    }
    want(db, DYN_OK, dyn_repo_put_many(&repo, NULL, items, N, NULL));
    for (int i = 0; i < N; i++)
        items[i].item = &got[i], items[i].out = &out[i];
    names[7][0] = 'x';                       /* one that is not there */
    want(db, DYN_NOT_FOUND, dyn_repo_get_many(&repo, items, N, NULL));
    for (int i = 0; i < N; i++) {
        assert_int_equal(items[i].status, i == 7 ? DYN_NOT_FOUND : DYN_OK);
        if (i != 7) {
            assert_int_equal(got[i].stars, i);
            assert_string_equal(got[i].title, r[i].title);
            assert_int_equal(out[i].version, 1);
            assert_int_equal(out[i].expires, i == 5 ? 4102444800 : 0);
        }
    }
    want(db, DYN_OK, dyn_repo_delete_all(&repo, &(dyn_repo_query){ .partition = DYN_KEY("many"), .prefix = DYN_KEY("0") }, &deleted));
    assert_int_equal(deleted, 100);
    assert_int_equal(strlen(ids(&(dyn_repo_query){ .partition = DYN_KEY("many") })), 37 * 4 - 1);
    want(db, DYN_OK, dyn_repo_delete_all(&repo, &(dyn_repo_query){ .partition = DYN_KEY("many"), .from = DYN_KEY("110"), .to = DYN_KEY("119") }, &deleted));
    assert_int_equal(deleted, 10);
    want(db, DYN_OK, dyn_repo_delete_all(&repo, &(dyn_repo_query){ .partition = DYN_KEY("many"), .prefix = DYN_KEY("0") }, &deleted));
    assert_int_equal(deleted, 0);
}

/* A content that the engine was given otherwise is told, with what is wrong, and all the others are read. */
static void get_many_goes_on_behind_a_bad_content(void **state)
{
    enum { N = 35 };                           /* three batches and a half */
    static review r[N];
    static dyn_repo_item items[N];
    static dyn_arg args[N];
    const dyn_key many = DYN_KEY("bad");

    (void)state;
    memset(items, 0, sizeof items);
    for (int i = 0; i < N; i++) {
        r[i].stars = i;
        args[i] = dyn_int(i);
        items[i].partition = many, items[i].item = &r[i];
        dyn_key_of(&items[i].content, &args[i], 1);
    }
    want(db, DYN_OK, dyn_repo_put_many(&repo, NULL, items, N - 1, NULL));
    engine_put(&f, &key_model, "\"pk\":{\"S\":\"shop#reviews#bad\"},\"sk\":{\"S\":\"review#12\"},\"title\":{\"S\":\"\"},\"stars\":{\"S\":\"many\"},\"tags\":{\"L\":[]}");
    engine_put(&f, &key_model, "\"pk\":{\"S\":\"shop#reviews#bad\"},\"sk\":{\"S\":\"review#31\"},\"title\":{\"N\":\"1\"}");
    for (int i = 0; i < N; i++)
        r[i].stars = -1;
    want(db, DYN_BAD_ROW, dyn_repo_get_many(&repo, items, N, NULL));
    says(db, "stars|review#12");
    for (int i = 0; i < N; i++) {
        bool bad = i == 12 || i == 31;
        assert_int_equal(items[i].status, bad ? DYN_BAD_ROW : i == N - 1 ? DYN_NOT_FOUND : DYN_OK);
        assert_int_equal(r[i].stars, bad || i == N - 1 ? -1 : i);
    }
}

/* Each content's key and value for a batch: number i has the key i % keys. */
typedef struct cycle { size_t keys; review r; dyn_arg part, id; } cycle;
static dyn_status in_a_cycle(void *user, size_t index, dyn_repo_item *item)
{
    cycle *c = (cycle *)user;

    memset(&c->r, 0, sizeof c->r);
    c->r.stars = (int64_t)index;
    c->part = dyn_text("cycle"), c->id = dyn_int((int64_t)(index % c->keys));
    dyn_key_of(&item->partition, &c->part, 1);
    dyn_key_of(&item->content, &c->id, 1);
    item->item = &c->r;
    return DYN_OK;
}

static void contents_of_one_key_are_folded_over_the_whole_call(void **state)
{
    static uint8_t left[1500];
    cycle c = { 70, { "", 0, "", { "" }, 0 }, dyn_int(0), dyn_int(0) };
    size_t folded = 99;
    dyn_batch_write_options o = { .left = left, .folded = &folded };
    review r;
    long requests = gate_is_there() ? gate_stat("requests") : 0;

    (void)state;
    want(db, DYN_OK, dyn_repo_put_many(&repo, in_a_cycle, &c, 200, &o));
    assert_int_equal(folded, 130);
    if (gate_is_there())
        assert_int_equal(gate_stat("requests") - requests, 3);         /* 70 of 25 */
    for (int i = 0; i < 200; i++)
        assert_false(dyn_batch_is_left(left, (size_t)i));
    for (int i = 0; i < 70; i++) {
        want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("cycle"), DYN_KEY(i), &r, NULL, NULL));
        assert_int_equal(r.stars, i < 60 ? 140 + i : 70 + i);
    }
    c.keys = 4000;                             /* more than this client's memory has room to know: the later one counts all the same */
    want(db, DYN_OK, dyn_repo_put_many(&repo, in_a_cycle, &c, 4001, &o));
    assert_int_equal(folded, 0);
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("cycle"), DYN_KEY(0), &r, NULL, NULL));
    assert_int_equal(r.stars, 4000);
    c.keys = 1;
    want(db, DYN_OK, dyn_repo_put_many(&repo, in_a_cycle, &c, 1, &o));
    assert_int_equal(folded, 0);
}

/* Contents n to n + count - 1 of `parts` partitions, in an order of its own; numbers of 1000 and more have another title. */
typedef struct source { int first, parts; review r; char id[16], part[16]; dyn_arg arg, part_arg; int changed; } source;

static dyn_status give(void *user, size_t index, dyn_repo_item *item)
{
    source *s = (source *)user;
    int n = s->first + (int)((index * 7919) % 10007);

    memset(&s->r, 0, sizeof s->r);
    snprintf(s->id, sizeof s->id, "%d", n);
    snprintf(s->part, sizeof s->part, "p%d", n % s->parts);
    snprintf(s->r.title, sizeof s->r.title, "%d%s", n, n == s->changed ? " changed" : "");
    s->arg = dyn_text(s->id), s->part_arg = dyn_text(s->part);
    dyn_key_of(&item->content, &s->arg, 1);
    dyn_key_of(&item->partition, &s->part_arg, 1);
    item->item = &s->r;
    return DYN_OK;
}

static void writes_once_what_is_new_or_differs(void **state)
{
    enum { N = 500 };
    static uint32_t order[N];
    static uint8_t written[(N + 7) / 8];
    source s = { 0, 3, { "", 0, "", { "" }, 0 }, "", "", dyn_int(0), dyn_int(0), -1 };
    dyn_repo_once o = { .order = order, .written = written };
    dyn_content c;
    review r;
    long requests;

    (void)state;
    want(db, DYN_OK, dyn_repo_write_once(&repo, give, &s, 100, &o));
    assert_int_equal(o.wrote, 100);
    assert_int_equal(written[0], 0xff);
    want(db, DYN_OK, dyn_repo_write_once(&repo, give, &s, 100, &o));
    assert_int_equal(o.wrote, 0);
    assert_int_equal(written[0], 0);
    want(db, DYN_OK, dyn_repo_write_once(&repo, give, &s, N, &o));
    assert_int_equal(o.wrote, N - 100);
    s.changed = 7919;                        /* number 1 */
    want(db, DYN_OK, dyn_repo_write_once(&repo, give, &s, N, &o));
    assert_int_equal(o.wrote, 1);
    assert_int_equal(written[0], 2);
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("p2"), DYN_KEY(7919), &r, &c, NULL));
    assert_string_equal(r.title, "7919 changed");
    assert_int_equal(c.version, 2);
    requests = gate_is_there() ? gate_stat("requests") : 0;
    want(db, DYN_OK, dyn_repo_write_once(&repo, give, &s, N, &o));
    assert_int_equal(o.wrote, 0);
    if (gate_is_there())
        assert_int_equal(gate_stat("requests") - requests, 3);     /* one query for each partition */
    want(db, DYN_OK, dyn_repo_write_once(&repo, give, &s, 0, &o));
}

/* A model with keys of its own, as dyntastic, dynamo-items and DynamORM have them; a text of the key is a slice. */
typedef struct own { dyn_str device; int64_t n; int64_t value; char note[16]; } own;
static const dyn_field own_fields[] = { DYN_STR(own, device), DYN_INT(own, n), DYN_INT(own, value), DYN_TEXT(own, note, .omit_zero = true) };
static const dyn_model own_model = { DYN_MODEL(own, own_fields), .table = "reviews", .pk = "pk = D#{device}", .sk = "sk = N#{n:6}" };
typedef struct own_source { int changed; own o; char device[8]; } own_source;

static dyn_status give_own(void *user, size_t index, dyn_repo_item *item)
{
    own_source *s = (own_source *)user;
    int n = (int)((index * 37) % 101);

    memset(&s->o, 0, sizeof s->o);
    snprintf(s->device, sizeof s->device, "d%d", n % 3);
    s->o.device.ptr = s->device, s->o.device.len = 2;
    s->o.n = n, s->o.value = n == s->changed ? -1 : n;
    item->item = &s->o;
    return DYN_OK;
}

static void writes_once_by_the_models_own_keys(void **state)
{
    enum { N = 60 };
    uint32_t order[N];
    uint8_t written[(N + 7) / 8];
    own_source s = { -1, { { "", 0 }, 0, 0, "" }, "" };
    dyn_repo_once o = { .order = order, .written = written };
    dyn_repo_config c = { DYN_MEMORY(memory), .convention = dyn_dyntastic(), .batch = 25 };
    own near[N];
    dyn_repo_item items[N + 1];

    (void)state;
    want(db, DYN_OK, dyn_repo_open(&repo, db, &own_model, &c));
    want(db, DYN_OK, dyn_repo_write_once(&repo, give_own, &s, N, &o));
    assert_int_equal(o.wrote, N);
    want(db, DYN_OK, dyn_repo_write_once(&repo, give_own, &s, N, &o));
    assert_int_equal(o.wrote, 0);
    s.changed = 37;                            /* number 1 */
    want(db, DYN_OK, dyn_repo_write_once(&repo, give_own, &s, N, &o));
    assert_int_equal(o.wrote, 1);
    assert_int_equal(written[0], 2);
    holds(engine_get(&f, &own_model, "\"pk\":{\"S\":\"D#d1\"},\"sk\":{\"S\":\"N#000037\"}"), "\"value\":{\"N\":\"-1\"}");

    /* from an array, in batches of 25; the last two are of one key */
    memset(items, 0, sizeof items);
    for (int i = 0; i < N; i++) {
        own_source *one = &s;
        dyn_repo_item item;
        memset(&item, 0, sizeof item);
        give_own(one, (size_t)i, &item);
        near[i] = one->o;
        near[i].device.ptr = near[i].n % 3 == 0 ? "d0" : near[i].n % 3 == 1 ? "d1" : "d2";
        items[i].item = &near[i];
    }
    items[N].item = &near[0];
    long requests = gate_is_there() ? gate_stat("requests") : 0;
    uint32_t more[N + 1];
    uint8_t bits[(N + 8) / 8];
    o.order = more, o.written = bits;
    want(db, DYN_OK, dyn_repo_write_once(&repo, NULL, items, N + 1, &o));
    assert_int_equal(o.wrote, 0);
    assert_int_equal(o.folded, 1);
    if (gate_is_there())
        assert_int_equal(gate_stat("requests") - requests, 3);
    near[5].value = 1000, near[6].value = 1001;
    o.batches = true;
    want(db, DYN_OK, dyn_repo_write_once(&repo, NULL, items, N + 1, &o));
    assert_int_equal(o.wrote, 2);
    assert_int_equal(bits[0], 0x60);
    want(db, DYN_OK, dyn_repo_write_once(&repo, NULL, items, N + 1, &o));
    assert_int_equal(o.wrote, 0);
}

/* Two clients write the same new contents once at the same time, without versions: each is written by one of them. */
static void two_that_write_once_by_own_keys_write_nothing_twice(void **state)
{
    enum { N = 60 };
    static unsigned char room[32 * 1024];
    static uint32_t order[2][N];
    own_source s[2] = { { -1, { { "", 0 }, 0, 0, "" }, "" }, { -1, { { "", 0 }, 0, 0, "" }, "" } };
    dyn_repo_once o[2] = { { .order = order[0] }, { .order = order[1] } };
    dyn_repo_config c = { DYN_MEMORY(memory), .convention = dyn_dyntastic() };
    dyn_config config = { .table_prefix = f.prefix };
    dyn_status status[2] = { DYN_PENDING, DYN_PENDING };
    fixture g;
    dyn_repo other;

    (void)state;
    want(&g.db, DYN_OK, fixture_open(&g, 32 * 1024, &config));
    want(db, DYN_OK, dyn_repo_open(&repo, db, &own_model, &c));
    c.memory = room, c.memory_size = sizeof room;
    want(&g.db, DYN_OK, dyn_repo_open(&other, &g.db, &own_model, &c));
    want(db, DYN_OK, dyn_repo_write_once_begin(&repo, give_own, &s[0], N, &o[0]));
    want(&g.db, DYN_OK, dyn_repo_write_once_begin(&other, give_own, &s[1], N, &o[1]));
    for (long turn = 0; (status[0] == DYN_PENDING || status[1] == DYN_PENDING) && turn < 300000; turn++) {
        for (int i = 0; i < 2; i++)
            if (status[i] == DYN_PENDING)
                status[i] = dyn_step(i ? &g.db : db);
        usleep(100);
    }
    want(db, DYN_OK, status[0]);
    want(&g.db, DYN_OK, status[1]);
    assert_int_equal(o[0].wrote + o[1].wrote, N);
    want(db, DYN_OK, dyn_repo_write_once(&repo, give_own, &s[0], N, &o[0]));
    assert_int_equal(o[0].wrote, 0);
    fixture_close(&g);
}

static void stamps_are_not_guessed_without_a_clock(void **state)
{
    dyn_system blind = *dyn_posix_system();
    review r = { "Fine", 4, "", { "" }, 0 }, got;
    fixture g;
    dyn_repo mine;
    static unsigned char room[32 * 1024];
    dyn_config config = { .system = &blind, .table_prefix = f.prefix };

    (void)state;
    blind.unix_ms = NULL;
    want(&g.db, DYN_OK, fixture_open(&g, 32 * 1024, &config));
    dyn_repo_config c = { DYN_MEMORY(room), .convention = dyn_pydantic_dynamo(), .prefix = "shop", .name = "reviews", .type = "review" };
    want(&g.db, DYN_OK, dyn_repo_open(&mine, &g.db, &review_model, &c));
    want(&g.db, DYN_NO_CLOCK, dyn_repo_put(&mine, DYN_KEY("p"), DYN_KEY("c"), &r, NULL));
    says(&g.db, "pydantic-dynamo|set the clock, or read something first");
    want(&g.db, DYN_NO_CLOCK, dyn_repo_update(&mine, DYN_KEY("p"), DYN_KEY("c"), DYN_EXPR("SET stars = ?", 1), NULL));
    want(&g.db, DYN_NOT_FOUND, dyn_repo_get(&mine, DYN_KEY("p"), DYN_KEY("c"), &got, NULL, NULL));      /* the service tells the time */
    want(&g.db, DYN_OK, dyn_repo_put(&mine, DYN_KEY("p"), DYN_KEY("c"), &r, NULL));
    fixture_close(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_content_comes_back_with_its_ids, open_repo, close_repo),
        cmocka_unit_test_setup_teardown(an_update_counts_the_version_and_compares_it, open_repo, close_repo),
        cmocka_unit_test_setup_teardown(lists_by_prefix_and_between, open_repo, close_repo),
        cmocka_unit_test_setup_teardown(a_list_tells_what_its_last_row_had, open_repo, close_repo),
        cmocka_unit_test_setup_teardown(keys_are_taken_apart_at_whole_separators, open_repo, close_repo),
        cmocka_unit_test_setup_teardown(many_are_put_read_and_deleted, open_repo, close_repo),
        cmocka_unit_test_setup_teardown(writes_once_by_the_models_own_keys, open_repo, close_repo),
        cmocka_unit_test_setup_teardown(two_that_write_once_by_own_keys_write_nothing_twice, open_repo, close_repo),
        cmocka_unit_test_setup_teardown(get_many_goes_on_behind_a_bad_content, open_repo, close_repo),
        cmocka_unit_test_setup_teardown(contents_of_one_key_are_folded_over_the_whole_call, open_repo, close_repo),
        cmocka_unit_test_setup_teardown(stamps_are_not_guessed_without_a_clock, open_repo, close_repo),
        cmocka_unit_test_setup_teardown(writes_once_what_is_new_or_differs, open_repo, close_repo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
