#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Every operation in memory of every size, from nothing to enough, against recorded answers: it succeeds, or says DYN_NO_MEMORY and a
 * size that gets past this point; nothing else, and nothing outside of the memory is touched. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "script.h"

#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define TOKEN  "IQoJb3JpZ2luX2VjEXAMPLETOKENIQoJb3JpZ2luX2VjEXAMPLETOKEN"

typedef struct place {
    double  lat, lon;
    char    name[16];
} place;
typedef struct thing {
    dyn_str  owner;            /* in the key only */
    int64_t  n;
    double   temp;
    bool     on;
    dyn_str  note;
    place    at;
    int32_t  counts[8];
    uint32_t count_count;
} thing;

static const dyn_field place_fields[] = { DYN_REAL(place, lat), DYN_REAL(place, lon), DYN_TEXT(place, name, .optional = true) };
static const dyn_model place_model = { DYN_MODEL(place, place_fields) };
static const dyn_field thing_fields[] = {
    DYN_STR(thing, owner, .key_only = true), DYN_INT(thing, n), DYN_REAL(thing, temp), DYN_BOOL(thing, on), DYN_STR(thing, note, .optional = true),
    DYN_MAP(thing, at, place_model, .optional = true), DYN_INT_LIST(thing, counts, count_count, .optional = true)
};
static const dyn_model thing_model = { DYN_MODEL(thing, thing_fields), .table = "things", .pk = "pk = OWNER#{owner}", .sk = "sk = N#{n:6}" };
DYN_TYPED(thing, thing_model)

#define ITEM_OF(n) "{\"pk\":{\"S\":\"OWNER#somebody\"},\"sk\":{\"S\":\"N#00000" n "\"},\"n\":{\"N\":\"" n "\"},\"temp\":{\"N\":\"1.5\"},\"on\":{\"BOOL\":true}," \
                   "\"at\":{\"M\":{\"lat\":{\"N\":\"1\"},\"lon\":{\"N\":\"2\"},\"name\":{\"S\":\"here\"}}},\"counts\":{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]}," \
                   "\"note\":{\"S\":\"a note of some length, so that it needs memory of its own, as it has no room in the struct: " \
                   "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\"}}"
#define TABLE "\"TableName\":\"things\",\"TableArn\":\"arn:aws:dynamodb:us-east-1:123456789012:table/things\",\"TableStatus\":\"ACTIVE\",\"ItemCount\":3," \
              "\"AttributeDefinitions\":[{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"},{\"AttributeName\":\"sk\",\"AttributeType\":\"S\"}]," \
              "\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"sk\",\"KeyType\":\"RANGE\"}]"

enum { EDGE = 64 };

typedef struct run_result {
    dyn_status status;
    size_t     needed, peak, progress;      /* progress: bytes of answers that were read */
    char       text[320];
} run_result;

typedef struct world {
    script     s;
    dyn_stream stream;
    dyn_system system;
    dyn_config config;
    dyn_client db;
    char      *texts[8];
    int        text_count;
    const char *arena_text;
} world;

static void answers(world *w, int status, const char *body)
{
    size_t len;
    char *text = script_answer_text(status, "", body, strlen(body), &len);

    w->texts[w->text_count++] = text;
    script_add(&w->s, text, len);
}

static thing sample(void)
{
    thing t;

    memset(&t, 0, sizeof t);
    t.owner.ptr = "somebody", t.owner.len = 8;
    t.n = 7, t.temp = 1.5, t.note.ptr = "a note", t.note.len = 6;
    t.counts[0] = 5, t.count_count = 1;
    return t;
}

/* --- The operations ------------------------------------------------------------------------------------------------ */

static dyn_status do_open(world *w)
{
    (void)w;
    return DYN_OK;
}

static dyn_status do_put(world *w)
{
    thing t = sample();

    answers(w, 200, "{}");
    return thing_put(&w->db, &t, NULL);
}

static dyn_status check_read(const thing *t)
{
    assert_int_equal(t->owner.len, 8);
    assert_memory_equal(t->owner.ptr, "somebody", 8);
    assert_int_equal(t->n, 7);
    assert_int_equal(t->count_count, 2);
    assert_string_equal(t->at.name, "here");
    assert_memory_equal(t->note.ptr, "a note of some length", 21);
    return DYN_OK;
}

static dyn_status do_get(world *w)
{
    thing t = sample();
    dyn_status s;

    answers(w, 200, "{\"Item\":" ITEM_OF("7") "}");
    s = thing_get(&w->db, &t, NULL);
    return s == DYN_OK ? check_read(&t) : s;
}

static dyn_status do_get_key(world *w)
{
    thing t;
    dyn_status s;

    answers(w, 200, "{\"Item\":" ITEM_OF("7") "}");
    s = thing_get_key(&w->db, &t, DYN_KEY("somebody", 7), NULL);
    return s == DYN_OK ? check_read(&t) : s;
}

static dyn_status do_update(world *w)
{
    thing t = sample(), after;
    dyn_image into = { &after, false, { { 0, 0 } } };
    dyn_write_options o;
    dyn_status s;

    memset(&o, 0, sizeof o);
    o.into = &into;
    o.when[0] = DYN_EXPR("temp < ? AND (attribute_exists(note) OR NOT size(note) > ?)", 100, 3);
    o.when[1] = DYN_EXPR("at.name IN (?, ?, ?)", "a", "b", "c");
    answers(w, 200, "{\"Attributes\":" ITEM_OF("7") "}");
    s = thing_update(&w->db, &t, DYN_EXPR("SET temp = temp + ?, note = ?, counts[1] = ? REMOVE at.name", 1, "a longer text than the others", 5), &o);
    if (s == DYN_OK)
        assert_true(into.found);
    return s == DYN_OK ? check_read(&after) : s;
}

static dyn_status do_delete(world *w)
{
    thing t = sample(), there;
    dyn_image existing = { &there, false, { { 0, 0 } } };
    dyn_write_options o;
    dyn_status s;

    memset(&o, 0, sizeof o);
    o.existing = &existing;
    o.when[0] = DYN_EXPR("on = ?", false);
    answers(w, 400, "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException\",\"message\":\"The conditional request failed\",\"Item\":" ITEM_OF("7") "}");
    s = thing_delete(&w->db, &t, &o);
    if (s != DYN_CONDITION_FAILED)
        return s;
    assert_true(existing.found);
    return check_read(&there);
}

static void two_pages(world *w)
{
    answers(w, 200, "{\"Items\":[" ITEM_OF("5") "," ITEM_OF("6") "],\"LastEvaluatedKey\":{\"pk\":{\"S\":\"OWNER#somebody\"},\"sk\":{\"S\":\"N#000006\"}}}");
    answers(w, 200, "{\"Items\":[" ITEM_OF("7") "]}");
}

static dyn_status read_all(world *w, dyn_rows *rows)
{
    thing t;
    dyn_status s;
    int n = 5;

    (void)w;
    while ((s = thing_next(rows, &t)) == DYN_ROW)
        assert_int_equal(t.n, n++);
    dyn_status end = dyn_finish(rows);
    if (s != DYN_DONE)
        return s;
    assert_int_equal(n, 8);
    check_read(&t);
    return end;
}

static dyn_status do_select(world *w)
{
    dyn_rows rows;
    dyn_query q;

    memset(&q, 0, sizeof q);
    q.key = DYN_EXPR("owner = ? AND n >= ?", "somebody", 1);
    q.where[0] = DYN_EXPR("contains(note, ?)", "note");
    two_pages(w);
    (void)thing_select(&w->db, &rows, &q);
    return read_all(w, &rows);
}

static dyn_status do_select_cut(world *w)
{
    dyn_rows rows;
    dyn_query q;
    static const char half[] = "HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n{\"Items\":[" ITEM_OF("5") "," ITEM_OF("6") ",{\"pk\":{\"S\":\"OWNER#some";

    memset(&q, 0, sizeof q);
    q.key = DYN_EXPR("owner = ?", "somebody");
    script_add(&w->s, half, sizeof half - 1)->then = SCRIPT_CLOSE;
    answers(w, 200, "{\"Items\":[" ITEM_OF("7") "]}");
    (void)thing_select(&w->db, &rows, &q);
    return read_all(w, &rows);
}

static dyn_status do_scan(world *w)
{
    dyn_rows rows;

    two_pages(w);
    (void)thing_scan(&w->db, &rows, NULL);
    return read_all(w, &rows);
}

static dyn_status do_collect(world *w)
{
    dyn_rows rows;
    dyn_query q;
    thing all[3];
    size_t count;
    dyn_status s;

    memset(&q, 0, sizeof q);
    q.key = DYN_EXPR("owner = ?", "somebody");
    two_pages(w);
    (void)thing_select(&w->db, &rows, &q);
    s = thing_collect(&rows, all, 3, &count);
    if (s != DYN_OK)
        return s;
    assert_int_equal(count, 3);
    for (int i = 0; i < 3; i++)
        assert_memory_equal(all[i].note.ptr, "a note of some length", 21);
    return check_read(&all[2]);
}

static dyn_status do_collect_too_many(world *w)
{
    dyn_rows rows;
    dyn_query q;
    thing all[2];
    size_t count;
    dyn_status s;

    memset(&q, 0, sizeof q);
    q.key = DYN_EXPR("owner = ?", "somebody");
    two_pages(w);
    (void)thing_select(&w->db, &rows, &q);
    s = thing_collect(&rows, all, 2, &count);
    if (s != DYN_TOO_LARGE)
        return s == DYN_OK ? DYN_INVALID : s;
    assert_int_equal(count, 2);
    return DYN_OK;
}

static dyn_status do_create(world *w)
{
    answers(w, 200, "{\"TableDescription\":{" TABLE "}}");
    return dyn_create_table(&w->db, &thing_model, NULL);
}

static dyn_status do_describe(world *w)
{
    dyn_table_info info;
    dyn_status s;

    answers(w, 200, "{\"Table\":{" TABLE "}}");
    s = dyn_describe_table(&w->db, &thing_model, &info, NULL);
    if (s != DYN_OK)
        return s;
    assert_int_equal(info.status, DYN_TABLE_ACTIVE);
    assert_memory_equal(info.name.ptr, "things", 6);
    assert_memory_equal(info.pk.ptr, "pk", 2);
    return s;
}

static dyn_status do_wait(world *w)
{
    answers(w, 200, "{\"Table\":{\"TableStatus\":\"CREATING\"}}");
    answers(w, 200, "{\"Table\":{" TABLE "}}");
    return dyn_wait_table(&w->db, &thing_model, DYN_TABLE_ACTIVE, NULL);
}

static dyn_status do_list(world *w)
{
    dyn_tables tables;
    dyn_status s;

    answers(w, 200, "{\"TableNames\":[\"one\",\"two\",\"three\"],\"LastEvaluatedTableName\":\"three\"}");
    s = dyn_list_tables(&w->db, &tables, NULL);
    if (s != DYN_OK)
        return s;
    assert_int_equal(tables.count, 3);
    assert_memory_equal(tables.names[2].ptr, "three", 5);
    assert_true(tables.more);
    return s;
}

/* What was read lives through a write and through another get's beginning. */
static dyn_status do_get_change_put(world *w)
{
    thing t = sample();
    dyn_status s;

    answers(w, 200, "{\"Item\":" ITEM_OF("7") "}");
    answers(w, 200, "{}");
    s = thing_get(&w->db, &t, NULL);
    if (s != DYN_OK)
        return s;
    t.temp += 1;
    s = thing_put(&w->db, &t, NULL);
    if (s != DYN_OK)
        return s;
    assert_non_null(strstr(w->s.last, "a note of some length"));
    assert_non_null(strstr(w->s.last, "OWNER#somebody"));
    return check_read(&t);
}

/* --- The loop ------------------------------------------------------------------------------------------------------ */

typedef dyn_status (*operation)(world *w);

static void search(const unsigned char *p, size_t n, const char *what, const char *name)
{
    size_t len = strlen(what);

    for (size_t i = 0; i + len <= n; i++)
        if (memcmp(p + i, what, len) == 0)
            fail_msg("%s stands in the memory at %lu", name, (unsigned long)i);
}

/* Runs an operation in `size` bytes; the memory begins at an odd address. */
static run_result run(operation op, size_t size, const char *endpoint)
{
    static world w;
    run_result r;
    unsigned char *all = (unsigned char *)malloc(size + 2 * EDGE + 1), *block = all + EDGE + 1;

    memset(&r, 0, sizeof r);
    memset(&w, 0, sizeof w);
    memset(all, 0xa5, size + 2 * EDGE + 1);
    script_make(&w.s, &w.stream, &w.system);
    w.s.read_most = 61;
    w.config.memory = block, w.config.memory_size = size;
    w.config.endpoint = endpoint, w.config.region = "us-east-1", w.config.stream = &w.stream, w.config.system = &w.system;
    w.config.access_key = "AKIDEXAMPLE", w.config.secret_key = SECRET, w.config.session_token = TOKEN;
    r.status = dyn_open(&w.db, &w.config);
    if (r.status == DYN_OK) {
        search(block, size, SECRET, "the secret");
        r.status = op(&w);
        search(block, size, SECRET, "the secret");
        r.peak = dyn_memory_peak(&w.db);
        assert_true(r.peak > 0 && r.peak <= size);
    } else {
        search(block, size, SECRET, "the secret");
        search(block, size, TOKEN, "the token");
    }
    if (r.status != DYN_OK) {
        assert_int_equal(dyn_last_error(&w.db)->status, r.status);
        r.needed = dyn_last_error(&w.db)->needed;
        strcpy(r.text, dyn_last_error(&w.db)->text);
    }
    for (int i = 0; i < w.s.next; i++)
        r.progress += &w.s.answers[i] == w.s.playing ? w.s.played : w.s.answers[i].len;
    bool was_open = w.db.state != NULL;
    dyn_close(&w.db);
    dyn_close(&w.db);
    for (size_t i = 0; was_open && i < size; i++)
        if (block[i])
            fail_msg("byte %lu of the memory is not wiped", (unsigned long)i);
    for (size_t i = 0; i < EDGE; i++)
        if (all[i] != 0xa5 || block[size + i] != 0xa5)
            fail_msg("in %lu bytes: the memory around was written to", (unsigned long)size);
    while (w.text_count)
        free(w.texts[--w.text_count]);
    script_free(&w.s);
    free(all);
    return r;
}

static void loop(operation op, const char *name, const char *endpoint, size_t most)
{
    size_t enough = 0;
    unsigned good = 0;

    for (size_t size = 0, step = 1; good < 200; size += step) {
        run_result r = run(op, size, endpoint);
        step = r.needed > size + 160 ? 7 : 1;  /* far from where it would change, not every size is tried */
        if (r.status == DYN_OK) {
            enough = enough ? enough : size;
            good++;
            continue;
        }
        if (r.status != DYN_NO_MEMORY)
            fail_msg("%s in %lu bytes: %s %s", name, (unsigned long)size, dyn_status_name(r.status), r.text);
        if (enough && size > enough + 64)      /* windows are fractions, aligned: a few bytes of work memory more or less */
            fail_msg("%s goes with %lu bytes, but not with %lu: %s", name, (unsigned long)enough, (unsigned long)size, r.text);
        enough = good = 0;
        if (r.needed <= size || size > most)
            fail_msg("%s in %lu bytes needs %lu: %s", name, (unsigned long)size, (unsigned long)r.needed, r.text);
        if (size % 7 && r.needed - size > 64)
            continue;
        run_result next = run(op, r.needed, endpoint);
        if (next.status != DYN_OK && (next.status != DYN_NO_MEMORY || next.needed <= r.needed || next.progress < r.progress))
            fail_msg("%s in %lu bytes said %lu (%s), and with these %lu (%s)", name, (unsigned long)size, (unsigned long)r.needed, r.text, (unsigned long)next.needed, next.text);
    }
    /* whoever follows the numbers arrives soon, and not far beyond what is enough */
    size_t size = 0;
    int hops = 0;
    for (run_result r = run(op, 0, endpoint); r.status != DYN_OK; r = run(op, size, endpoint), hops++)
        size = r.needed;
    if (hops > 40 || size > enough + enough / 2 + 2048)
        fail_msg("%s: %lu bytes after %d steps; %lu are enough", name, (unsigned long)size, hops, (unsigned long)enough);
    for (size = enough; size < 300000; size += size / 3)
        assert_int_equal(run(op, size, endpoint).status, DYN_OK);
}

#define LOOP(function) static void function##_in_memory_of_every_size(void **state) { (void)state; loop(function, #function, "http://127.0.0.1:8000", 20000); }
LOOP(do_open)
LOOP(do_put)
LOOP(do_get)
LOOP(do_get_key)
LOOP(do_update)
LOOP(do_delete)
LOOP(do_select)
LOOP(do_select_cut)
LOOP(do_scan)
LOOP(do_collect)
LOOP(do_collect_too_many)
LOOP(do_create)
LOOP(do_describe)
LOOP(do_wait)
LOOP(do_list)
LOOP(do_get_change_put)

static void opening_with_tls_in_memory_of_every_size(void **state)
{
    (void)state;
    loop(do_open, "open with TLS", "https://dynamodb.us-east-1.amazonaws.com", 60000);
}

static void a_16_kb_client_is_enough_for_each_of_these(void **state)
{
    static const operation all[] = { do_put, do_get, do_update, do_delete, do_select, do_scan, do_collect, do_create, do_describe, do_wait, do_list, do_get_change_put };

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        assert_int_equal(run(all[i], 16384, "http://127.0.0.1:8000").status, DYN_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(do_open_in_memory_of_every_size),
        cmocka_unit_test(do_put_in_memory_of_every_size),
        cmocka_unit_test(do_get_in_memory_of_every_size),
        cmocka_unit_test(do_get_key_in_memory_of_every_size),
        cmocka_unit_test(do_update_in_memory_of_every_size),
        cmocka_unit_test(do_delete_in_memory_of_every_size),
        cmocka_unit_test(do_select_in_memory_of_every_size),
        cmocka_unit_test(do_select_cut_in_memory_of_every_size),
        cmocka_unit_test(do_scan_in_memory_of_every_size),
        cmocka_unit_test(do_collect_in_memory_of_every_size),
        cmocka_unit_test(do_collect_too_many_in_memory_of_every_size),
        cmocka_unit_test(do_create_in_memory_of_every_size),
        cmocka_unit_test(do_describe_in_memory_of_every_size),
        cmocka_unit_test(do_wait_in_memory_of_every_size),
        cmocka_unit_test(do_list_in_memory_of_every_size),
        cmocka_unit_test(do_get_change_put_in_memory_of_every_size),
        cmocka_unit_test(opening_with_tls_in_memory_of_every_size),
        cmocka_unit_test(a_16_kb_client_is_enough_for_each_of_these),
    };

    unsetenv("AWS_CA_BUNDLE");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
