#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Repositories and documents on a bad line: a fault at each single request of each call. What was acknowledged is stored, once; what was not is told;
 * nothing else has changed. What is stored is read past the client and the gate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>
#include "client_fixture.h"

typedef struct place { double lat, lon; } place;
static const dyn_field place_fields[] = { DYN_REAL(place, lat), DYN_REAL(place, lon) };
static const dyn_model place_model = { DYN_MODEL(place, place_fields) };
typedef struct thing { int64_t n; place at; bool has_at; } thing;
static const dyn_field thing_fields[] = { DYN_INT(thing, n), DYN_MAP(thing, at, place_model, .optional = true, .has = DYN_HAS(thing, has_at)) };
static const dyn_model thing_model = { DYN_MODEL(thing, thing_fields), .table = "things" };
DYN_TYPED_REPO(things, thing, thing_model)

typedef struct keys { char pk[64], sk[64]; } keys;
static const dyn_field key_fields[] = { DYN_TEXT(keys, pk), DYN_TEXT(keys, sk) };
static const dyn_model key_model = { DYN_MODEL(keys, key_fields), .table = "things", .pk = "pk", .sk = "sk" };

static fixture f;
static dyn_client *const db = &f.db;
static dyn_repo repo;
static dyn_docs docs;
static unsigned char memory[32 * 1024], docs_memory[40 * 1024];
static char seen[4096];                          /* what a read gave */

/* --- What is stored -------------------------------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
    return strcmp((const char *)a, (const char *)b);
}

/* Every item as "sk n version lat", in order. */
static const char *stored(void)
{
    static char lines[64][64], text[4096];
    char body[256];
    dyn_str all = { NULL, 0 }, items, item, name, v;
    size_t at = 0, count = 0, n = 0;

    snprintf(body, sizeof body, "{\"TableName\":\"%sthings\",\"ConsistentRead\":true}", f.prefix);
    all.ptr = engine_call("Scan", body), all.len = strlen(all.ptr);
    assert_true(dyn_json_get(all, "Items", &items));
    while (dyn_json_next(items, &at, &name, &item) && count < 64) {
        static const char *const paths[] = { "sk.S", "n.N", "_object_version.N", "at.M.lat.N" };
        size_t len = 0;
        for (int i = 0; i < 4; i++)
            if (dyn_json_get(item, paths[i], &v))
                len += (size_t)snprintf(lines[count] + len, sizeof lines[0] - len, "%s%.*s", i ? " " : "", (int)v.len - 2, v.ptr + 1);
        count++;
    }
    qsort(lines, count, sizeof lines[0], by_text);
    text[0] = 0;
    for (size_t i = 0; i < count; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s|", lines[i]);
    return text;
}

/* The items that are there before each call: k with n=5 in version 2, and l0 … l5 with n=0 … 5. */
static void prepare(void)
{
    char item[256];
    dyn_str all = { NULL, 0 }, items, one, name, sk;
    size_t at = 0;
    static char copy[64 * 1024];

    gate_reset();
    snprintf(item, sizeof item, "{\"TableName\":\"%sthings\"}", f.prefix);
    snprintf(copy, sizeof copy, "%s", engine_call("Scan", item));
    all.ptr = copy, all.len = strlen(copy);
    if (dyn_json_get(all, "Items", &items))
        while (dyn_json_next(items, &at, &name, &one))
            if (dyn_json_get(one, "sk.S", &sk)) {
                snprintf(item, sizeof item, "{\"TableName\":\"%sthings\",\"Key\":{\"pk\":{\"S\":\"p\"},\"sk\":{\"S\":%.*s}}}", f.prefix, (int)sk.len, sk.ptr);
                engine_call("DeleteItem", item);
            }
    engine_put(&f, &key_model, "\"pk\":{\"S\":\"p\"},\"sk\":{\"S\":\"k\"},\"n\":{\"N\":\"5\"},\"_object_version\":{\"N\":\"2\"}");
    for (int i = 0; i < 6; i++) {
        snprintf(item, sizeof item, "\"pk\":{\"S\":\"p\"},\"sk\":{\"S\":\"l%d\"},\"n\":{\"N\":\"%d\"},\"_object_version\":{\"N\":\"1\"}", i, i);
        engine_put(&f, &key_model, item);
    }
}

#define L012345 "l0 0 1|l1 1 1|l2 2 1|l3 3 1|l4 4 1|l5 5 1|"
#define BEFORE  "k 5 2|" L012345

/* --- The calls ------------------------------------------------------------------------------------------------------- */

static dyn_status put(void)
{
    thing t = { 7, { 0, 0 }, false };

    return things_put(&repo, DYN_KEY("p"), DYN_KEY("k"), &t, NULL);
}

static dyn_status create(void)
{
    thing t = { 7, { 0, 0 }, false };

    return things_put(&repo, DYN_KEY("p"), DYN_KEY("new"), &t, &(dyn_repo_write){ .create = true });
}

static dyn_status update(void)
{
    return things_update(&repo, DYN_KEY("p"), DYN_KEY("k"), DYN_EXPR("SET n = n + ?", 1), NULL);
}

static dyn_status update_version(void)
{
    return things_update(&repo, DYN_KEY("p"), DYN_KEY("k"), DYN_EXPR("SET n = n + ?", 1), &(dyn_repo_write){ .version = 2 });
}

static dyn_status update_nested(void)
{
    return things_update(&repo, DYN_KEY("p"), DYN_KEY("k"), DYN_EXPR("SET at.lat = ?", 3), NULL);
}

static dyn_status delete_one(void)
{
    return things_delete(&repo, DYN_KEY("p"), DYN_KEY("k"), NULL);
}

static dyn_status delete_all(void)
{
    uint64_t n = 0;
    dyn_status s = things_delete_all(&repo, &(dyn_repo_query){ .partition = DYN_KEY("p"), .prefix = DYN_KEY("l") }, &n);

    snprintf(seen, sizeof seen, "%d", (int)n);
    return s;
}

static thing many[4] = { { 10, { 0, 0 }, false }, { 11, { 0, 0 }, false }, { 2, { 0, 0 }, false }, { 13, { 0, 0 }, false } };
#define MANY { things_item(DYN_KEY("p"), DYN_KEY("l0"), &many[0]), things_item(DYN_KEY("p"), DYN_KEY("m"), &many[1]), \
               things_item(DYN_KEY("p"), DYN_KEY("l2"), &many[2]), things_item(DYN_KEY("p"), DYN_KEY("o"), &many[3]) }

static dyn_status put_many(void)
{
    dyn_repo_item items[4] = MANY;

    return things_put_many(&repo, items, 4, NULL);
}

static dyn_status write_once(void)
{
    dyn_repo_item items[4] = MANY;
    uint32_t order[4];
    uint8_t written = 0;
    dyn_repo_once once = { .order = order, .written = &written, .batches = true };
    dyn_status s = things_write_once(&repo, items, 4, &once);

    if (s == DYN_OK)
        snprintf(seen, sizeof seen, "%d: %d", (int)once.wrote, written);
    return s;
}

static dyn_status write_once_alone(void)
{
    dyn_repo_item items[4] = MANY;
    uint32_t order[4];
    dyn_repo_once once = { .order = order };

    return things_write_once(&repo, items, 4, &once);
}

static dyn_status get_many(void)
{
    thing t[3];
    dyn_repo_item items[3] = { things_item(DYN_KEY("p"), DYN_KEY("l4"), &t[0]), things_item(DYN_KEY("p"), DYN_KEY("none"), &t[1]),
                               things_item(DYN_KEY("p"), DYN_KEY("k"), &t[2]) };
    dyn_status s = things_get_many(&repo, items, 3, NULL);

    if (s == DYN_NOT_FOUND)
        snprintf(seen, sizeof seen, "%d %s %d", (int)t[0].n, dyn_status_name(items[1].status), (int)t[2].n);
    return s == DYN_NOT_FOUND ? DYN_OK : s;
}

static dyn_status list(void)
{
    dyn_rows rows;
    dyn_content c;
    thing t;
    size_t n = 0;

    things_list(&repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("p"), .page = 2 });
    while (things_next(&repo, &rows, &t, &c) == DYN_ROW)
        n += (size_t)snprintf(seen + n, sizeof seen - n, "%.*s %d|", (int)c.content[0].len, c.content[0].ptr, (int)t.n);
    return dyn_finish(&rows);
}

static dyn_status count(void)
{
    uint64_t n = 0;
    dyn_status s = things_count(&repo, &(dyn_repo_query){ .partition = DYN_KEY("p") }, &n);

    snprintf(seen, sizeof seen, "%d", (int)n);
    return s;
}

static dyn_status doc_update(void)
{
    return dyn_docs_update(&docs, DYN_KEY("p.k"), DYN_EXPR("SET n = n + ?", 1), NULL, NULL);
}

static dyn_status doc_batch(void)
{
    static const dyn_value v = { "{\"M\":{\"n\":{\"N\":\"20\"}}}", 23 };
    static unsigned char room[4096];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_tx_write actions[3];
    dyn_docs_batch b;

    dyn_docs_batch_open(&b, &docs, &arena, actions, 3);
    dyn_docs_batch_put(&b, DYN_KEY("p.new"), v, NULL);
    dyn_docs_batch_update(&b, DYN_KEY("p.k"), DYN_EXPR("SET n = n + ?", 1), NULL);
    dyn_docs_batch_delete(&b, DYN_KEY("p.l0"), NULL);
    return dyn_docs_batch_save(&b, NULL);
}

static dyn_status doc_import(void)
{
    static const char lines[] = "{\"Item\":{\"pk\":{\"S\":\"p\"},\"sk\":{\"S\":\"x\"},\"n\":{\"N\":\"1\"}}}\n{\"Item\":{\"pk\":{\"S\":\"p\"},\"sk\":{\"S\":\"y\"},\"n\":{\"N\":\"2\"}}}\n";
    static unsigned char room[8192];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    const dyn_str text = { lines, sizeof lines - 1 };
    uint64_t n;

    return dyn_docs_import(&docs, DYN_DOCS_LINES, text, &arena, &n);
}

/* whole: where it is not acknowledged it has happened as a whole or not at all. repeats: it is never uncertain, since it can be sent again. */
typedef struct call {
    const char *name;
    dyn_status (*run)(void);
    const char *after, *seen;
    bool        whole, repeats;
} call;

static const call calls[] = {
    { "put", put, "k 7 1|" L012345, NULL, true, false },
    { "create", create, "k 5 2|" L012345 "new 7 1|", NULL, true, false },
    { "update", update, "k 6 3|" L012345, NULL, true, false },
    { "update with a version", update_version, "k 6 3|" L012345, NULL, true, true },
    { "update in a map that is absent", update_nested, "k 5 3 3|" L012345, NULL, false, false },
    { "delete", delete_one, L012345, NULL, true, false },
    { "delete_all", delete_all, "k 5 2|", "6", false, false },
    { "put_many", put_many, "k 5 2|l0 10 1|l1 1 1|l2 2 1|l3 3 1|l4 4 1|l5 5 1|m 11 1|o 13 1|", NULL, false, false },
    { "write_once in batches", write_once, "k 5 2|l0 10 2|l1 1 1|l2 2 1|l3 3 1|l4 4 1|l5 5 1|m 11 1|o 13 1|", "3: 11", false, false },
    { "write_once", write_once_alone, "k 5 2|l0 10 2|l1 1 1|l2 2 1|l3 3 1|l4 4 1|l5 5 1|m 11 1|o 13 1|", NULL, false, false },
    { "get_many", get_many, BEFORE, "4 DYN_NOT_FOUND 5", true, false },
    { "list", list, BEFORE, "k 5|l0 0|l1 1|l2 2|l3 3|l4 4|l5 5|", true, false },
    { "count", count, BEFORE, "7", true, false },
    { "docs_update", doc_update, "k 6 2|" L012345, NULL, true, false },
    { "docs_batch", doc_batch, "k 6 2|l1 1 1|l2 2 1|l3 3 1|l4 4 1|l5 5 1|new 20|", NULL, true, false },
    { "docs_import", doc_import, BEFORE "x 1|y 2|", NULL, false, false },
};

static const char *const faults[] = {
    "\"action\":\"reset_after_request\"", "\"action\":\"status\",\"status\":500,\"apply\":true", "\"action\":\"throttle\"", "\"action\":\"cut\",\"at_body\":1",
    "\"action\":\"reset_before\"", "\"action\":\"status\",\"status\":500", "\"action\":\"drop\",\"ms\":5", "\"action\":\"drop\",\"ms\":5,\"apply\":true",
    "\"action\":\"close_after\",\"mode\":\"header\"", "\"action\":\"bad_crc\"",
};
enum { FAULTS = 10, FAULTS_OF_LONG_CALLS = 4 };    /* a try takes its pauses: calls of many requests meet the first four only */

static int set_up(void **state)
{
    dyn_repo_config c = { DYN_MEMORY(memory), .convention = dyn_pydantic_dynamo(), .batch = 2, .consistent = true };
    dyn_docs_config d = { DYN_MEMORY(docs_memory), .table = "things", .pk = "pk", .sk = "sk" };

    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, 32 * 1024, NULL));
    fixture_table(&f, &key_model);
    want(db, DYN_OK, dyn_repo_open(&repo, db, &thing_model, &c));
    want(db, DYN_OK, dyn_docs_open(&docs, db, &d));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return fixture_end(&f, &key_model);
}

/* The call with this fault at its request number `at`; false: it has no so many requests. */
static bool try_with(const call *c, const char *fault, int at)
{
    char rule[200];

    prepare();
    seen[0] = 0;
    snprintf(rule, sizeof rule, "{\"skip\":%d,%s}", at, fault);
    gate_rule(rule);
    dyn_status s = c->run();
    const dyn_error *e = dyn_last_error(db);
    bool hit = gate_stat("rules_left") == 0;
    const char *now = stored();
    bool applied = strcmp(now, c->after) == 0;
    if (s == DYN_OK) {
        if (!applied || (c->seen && strcmp(seen, c->seen) != 0))
            fail_msg("%s, %s at request %d: acknowledged, but stored is\n  %s, not\n  %s; seen %s", c->name, fault, at, now, c->after, seen);
    } else {
        if (s != DYN_UNCERTAIN && s != DYN_CONDITION_FAILED && !(s == DYN_CORRUPT && strstr(fault, "crc")))   /* rows were handed out already */
            fail_msg("%s, %s at request %d: %s %s", c->name, fault, at, dyn_status_name(s), e->text);
        if (c->repeats && s == DYN_UNCERTAIN)
            fail_msg("%s, %s at request %d: uncertain, and it could be sent again", c->name, fault, at);
        if (c->whole && !applied && strcmp(now, BEFORE) != 0)
            fail_msg("%s, %s at request %d: %s, and stored is\n  %s", c->name, fault, at, dyn_status_name(s), now);
        if (strcmp(c->after, BEFORE) != 0 && (applied || s == DYN_UNCERTAIN) && !e->maybe_applied)
            fail_msg("%s, %s at request %d: %s, and nobody says that it may have been applied: %s", c->name, fault, at, dyn_status_name(s), e->text);
    }
    return hit;
}

static void a_fault_at_any_request_of_any_call_loses_nothing(void **state)
{
    int tried = 0;

    (void)state;
    needs_the_gate();
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        for (size_t j = 0; j < (calls[i].whole ? FAULTS : FAULTS_OF_LONG_CALLS); j++)
            for (int at = 0; try_with(&calls[i], faults[j], at); at++)
                tried++;
    assert_true(tried > 150);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_fault_at_any_request_of_any_call_loses_nothing) };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
