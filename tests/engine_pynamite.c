#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Documents by pynamite's convention, against the engine: what its README and its lists of errors show, and what it does wrong, right. What is stored is looked at in
 * the engine's own answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

/* Only its keys, to make the table with. */
typedef struct keys { char pk[64], sk[64]; } keys;
static const dyn_field key_fields[] = { DYN_TEXT(keys, pk, .attr = "PK"), DYN_TEXT(keys, sk, .attr = "SK") };
static const dyn_model key_model = { DYN_MODEL(keys, key_fields), .table = "youtubeclone.com", .pk = "pk", .sk = "sk" };

static fixture f;
static dyn_client *const db = &f.db;
static dyn_docs docs;
static unsigned char memory[32 * 1024];

static int open_docs(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, 32 * 1024, NULL));
    fixture_table(&f, &key_model);
    dyn_docs_config c = { DYN_MEMORY(memory), .table = "youtubeclone.com" };
    want(db, DYN_OK, dyn_docs_open(&docs, db, &c));
    return 0;
}

static int close_docs(void **state)
{
    (void)state;
    return fixture_end(&f, &key_model);
}

/* A map from plain JSON. */
static dyn_value map(const char *json)
{
    static char buffers[8][2048];
    static int which;
    dyn_value v;
    dyn_error e;

    which = (which + 1) % 8;
    if (dyn_value_from_json(json, strlen(json), buffers[which], sizeof buffers[which], &v, &e) != DYN_OK)
        fail_msg("%s", e.text);
    return v;
}

/* Is it this, in any order? */
#define is(v, json) is_at(v, json, __LINE__)
static void is_at(dyn_value v, const char *json, int line)
{
    char text[2048] = "";

    if (dyn_value_equal(v, map(json)))
        return;
    dyn_value_to_json(v, text, sizeof text, NULL);
    fail_msg("line %d: %s is not %s", line, text, json);
}

/* What is stored in place of what was to be written is told as a document, and nothing beside it is touched. */
static void a_conflict_tells_the_stored_document(void **state)
{
    struct { dyn_doc d; unsigned char guard[128]; } *seen = malloc(sizeof *seen);
    dyn_image image = { .item = &seen->d };
    dyn_repo_write o = { .existing = &image };
    dyn_expr two = DYN_EXPR("n = ?", 2);
    dyn_doc d;

    (void)state;
    want(db, DYN_OK, dyn_docs_put(&docs, DYN_KEY("a.b"), map("{\"n\":1}"), NULL, NULL));
    for (int i = 0; i < 3; i++) {
        memset(seen, 0x5a, sizeof *seen);
        if (i == 1)
            o.when[0] = two;
        if (i == 0)
            want(db, DYN_CONDITION_FAILED, dyn_docs_put(&docs, DYN_KEY("a.b"), map("{\"n\":2}"), &o, NULL));
        else
            want(db, DYN_CONDITION_FAILED, dyn_docs_update(&docs, DYN_KEY("a.b"), DYN_EXPR("SET n = ?", 3), &o, i == 1 ? NULL : &d));
        assert_true(image.found);
        is(seen->d.value, "{\"n\":1}");
        assert_int_equal(seen->d.sk.len, 1);
        assert_true(seen->d.created_us > 0);
        for (size_t k = 0; k < sizeof seen->guard; k++)
            assert_int_equal(seen->guard[k], 0x5a);
    }
    static unsigned char room[4096];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_tx_write actions[2];
    dyn_docs_batch batch;
    dyn_docs_batch_open(&batch, &docs, &arena, actions, 2);
    refuses(db, "existing|batch", dyn_docs_batch_put(&batch, DYN_KEY("a.c"), map("{}"), &o));
    free(seen);
}

/* Twin of pynamite: README, its first record: put once, counted up and down. */
static void increments_and_decrements(void **state)
{
    dyn_doc d;

    (void)state;
    want(db, DYN_OK, dyn_docs_put(&docs, DYN_KEY("example.record"), map("{\"count\":0}"), NULL, &d));
    assert_memory_equal(d.pk.ptr, "example", 7);
    assert_memory_equal(d.sk.ptr, "record", 6);
    assert_true(d.created_us > 0 && d.created_us == d.updated_us);
    holds(engine_get(&f, &key_model, "\"PK\":{\"S\":\"example\"},\"SK\":{\"S\":\"record\"}"), "\"count\":{\"N\":\"0\"}|\"_created\":{\"S\":\"20|\"_updated\":{\"S\":\"20");
    want(db, DYN_OK, dyn_docs_update(&docs, DYN_KEY("example.record"), DYN_EXPR("SET count = count + ?", 1), NULL, &d));
    is(d.value, "{\"count\":1}");
    want(db, DYN_OK, dyn_docs_update(&docs, DYN_KEY("example.record"), DYN_EXPR("SET count = count + ?", 8), NULL, NULL));
    want(db, DYN_OK, dyn_docs_update(&docs, DYN_KEY("example.record"), DYN_EXPR("SET count = count - ?", 0.5), NULL, NULL));
    want(db, DYN_OK, dyn_docs_update(&docs, DYN_KEY("example.record"), DYN_EXPR("SET count = count + ?", -8), NULL, &d));
    is(d.value, "{\"count\":0.5}");
    assert_true(d.updated_us >= d.created_us && d.created_us > 0);
}

/* pynamite's put silently writes nothing the second time; here it is told, and replaces on request. */
static void a_put_creates_and_replaces_on_request(void **state)
{
    dyn_doc d;

    (void)state;
    want(db, DYN_OK, dyn_docs_put(&docs, DYN_KEY("a.b.c"), map("{\"x\":1,\"n\":null}"), NULL, NULL));
    want(db, DYN_CONDITION_FAILED, dyn_docs_put(&docs, DYN_KEY("a.b.c"), map("{\"x\":2}"), NULL, NULL));
    want(db, DYN_OK, dyn_docs_get(&docs, DYN_KEY("a", "b.c"), &d, NULL));
    is(d.value, "{\"x\":1,\"n\":null}");
    want(db, DYN_OK, dyn_docs_put(&docs, DYN_KEY("a.b.c"), map("{\"x\":2}"), &(dyn_repo_write){ .replace = true }, &d));
    size_t size = d.size;
    want(db, DYN_OK, dyn_docs_get(&docs, DYN_KEY(map("{\"PK\":\"a\",\"SK\":\"b.c\",\"more\":1}")), &d, NULL));
    is(d.value, "{\"x\":2}");
    assert_int_equal(d.size, size);
    want(db, DYN_OK, dyn_docs_delete(&docs, DYN_KEY("a.b.c"), NULL));
    want(db, DYN_OK, dyn_docs_delete(&docs, DYN_KEY("a.nonexist"), NULL));
    want(db, DYN_CONDITION_FAILED, dyn_docs_delete(&docs, DYN_KEY("a.nonexist"), &(dyn_repo_write){ .must_exist = true }));
    want(db, DYN_NOT_FOUND, dyn_docs_get(&docs, DYN_KEY("a.b.c"), &d, NULL));
}

static void keys_that_are_none_are_refused_by_name(void **state)
{
    dyn_doc d;

    (void)state;
    want(db, DYN_INVALID, dyn_docs_get(&docs, DYN_KEY("nodot"), &d, NULL));
    assert_non_null(strstr(dyn_last_error(db)->text, "\"nodot\""));
    want(db, DYN_INVALID, dyn_docs_get(&docs, DYN_KEY(".x"), &d, NULL));
    want(db, DYN_INVALID, dyn_docs_get(&docs, DYN_KEY("a", "b", "c"), &d, NULL));
    want(db, DYN_INVALID, dyn_docs_get(&docs, DYN_KEY(map("{\"PK\":\"a\"}")), &d, NULL));
    want(db, DYN_INVALID, dyn_docs_put(&docs, DYN_KEY("a.b"), map("{\"PK\":\"a\"}"), NULL, NULL));
}

/* Twin of pynamite: README, the bookmarks, with the attrs projection working: chosen attributes, and the difference between no item and none of its attributes. */
static void a_get_brings_chosen_attributes(void **state)
{
    dyn_doc d;

    (void)state;
    want(db, DYN_OK, dyn_docs_put(&docs, DYN_KEY("321", "CUST#321"), map("{\"email\":\"zhang@example.net\",\"userPreferences\":{\"language\":\"zh\",\"sort\":\"date\"}}"),
                                  NULL, NULL));
    want(db, DYN_OK, dyn_docs_get(&docs, DYN_KEY("321.CUST#321"), &d, &(dyn_get_options){ .fields = DYN_FIELDS("userPreferences.language") }));
    is(d.value, "{\"userPreferences\":{\"language\":\"zh\"}}");
    want(db, DYN_OK, dyn_docs_get(&docs, DYN_KEY("321.CUST#321"), &d, &(dyn_get_options){ .fields = DYN_FIELDS("userPreferences.gpsLocation") }));
    is(d.value, "{}");
    want(db, DYN_NOT_FOUND, dyn_docs_get(&docs, DYN_KEY("321.CUST#322"), &d, &(dyn_get_options){ .fields = DYN_FIELDS("userPreferences.gpsLocation") }));
}

/* Every value keeps its own: pynamite's hashed placeholders store 1 for true, -5 for 5, and false for 0 and "". */
static void values_that_hash_alike_stay_apart(void **state)
{
    (void)state;
    want(db, DYN_OK, dyn_docs_set(&docs, DYN_KEY("a.c1"), map("{\"a\":1,\"b\":true,\"c\":0,\"d\":\"\",\"e\":false,\"f\":5,\"g\":-5,\"h\":-1,\"i\":2,\"j\":null}"), NULL, NULL));
    holds(engine_get(&f, &key_model, "\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"c1\"}"),
          "\"a\":{\"N\":\"1\"}|\"b\":{\"BOOL\":true}|\"c\":{\"N\":\"0\"}|\"d\":{\"S\":\"\"}|\"e\":{\"BOOL\":false}|\"f\":{\"N\":\"5\"}|\"g\":{\"N\":\"-5\"}|\"h\":{\"N\":\"-1\"}|"
          "\"i\":{\"N\":\"2\"}|\"j\":{\"NULL\":true}|\"_created\":{\"S\"|\"_updated\":{\"S\"");
}

/* Dotted paths, indexes of any length, and what its helpers of lists and sets were to do. */
static void updates_reach_into_documents(void **state)
{
    dyn_doc d;
    dyn_arg set[] = { dyn_text("x"), dyn_text("y") }, one[] = { dyn_text("z") };

    (void)state;
    want(db, DYN_OK, dyn_docs_put(&docs, DYN_KEY("a.b"), map("{\"l\":[0,1,2,3,4,5,6,7,8,9,10,{\"n\":1}],\"d\":{\"k\":1}}"), NULL, NULL));
    want(db, DYN_OK, dyn_docs_set(&docs, DYN_KEY("a.b"), map("{\"d.k\":5,\"l[10]\":7,\"l[11].n\":2}"), NULL, &d));
    is(d.value, "{\"l\":[0,1,2,3,4,5,6,7,8,9,7,{\"n\":2}],\"d\":{\"k\":5}}");
    want(db, DYN_OK, dyn_docs_update(&docs, DYN_KEY("a.b"), DYN_EXPR("SET l = list_append(?, l), d.k = d.k + ?, q = if_not_exists(q, ?)", dyn_list(one, 1), 1, "MAGIC"),
                                     NULL, NULL));
    want(db, DYN_OK, dyn_docs_update(&docs, DYN_KEY("a.b"), DYN_EXPR("REMOVE l[1], l[3]"), NULL, NULL));
    want(db, DYN_OK, dyn_docs_update(&docs, DYN_KEY("a.b"), DYN_EXPR("ADD tags ?", dyn_set(set, 2)), NULL, NULL));
    want(db, DYN_OK, dyn_docs_update(&docs, DYN_KEY("a.b"), DYN_EXPR("DELETE tags ? ", dyn_set(set, 1)), NULL, &d));
    holds(engine_get(&f, &key_model, "\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"b\"}"), "\"q\":{\"S\":\"MAGIC\"}|\"tags\":{\"SS\":[\"y\"]}|\"k\":{\"N\":\"6\"}|\"l\":{\"L\":[{\"S\":\"z\"},{\"N\":\"1\"},{\"N\":\"3\"}");
    want(db, DYN_INVALID, dyn_docs_set(&docs, DYN_KEY("a.b"), map("{\"l[x]\":7}"), NULL, NULL));
    want(db, DYN_INVALID, dyn_docs_set(&docs, DYN_KEY("a.b"), map("{\"PK\":7}"), NULL, NULL));
    want(db, DYN_CONDITION_FAILED, dyn_docs_set(&docs, DYN_KEY("a.no"), map("{\"x\":7}"), &(dyn_repo_write){ .must_exist = true }, NULL));
}

/* What is wrong with an update is told as by dyn_update of the same text, stamps or not; naming a stamp is refused by its name. */
static void a_mistake_in_an_update_is_told_where_it_stands(void **state)
{
    static const char *const wrong[] = { "SET x = = ?", "SET x = ? y", "ADD n = ?", "REMOVE a SET x ?", "REMOVE a, SET x = ?", "SET x = ?, PK = ?", "SET x ? REMOVE a" };
    static const char *const stamps[] = { "SET `_updated` = ?", "REMOVE a, _created", "SET x = ?, _created = ?" };
    char text[320];

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        dyn_arg values[] = { dyn_int(1), dyn_int(2) };
        dyn_expr e;
        dyn_expr_of(&e, wrong[i], values, strchr(wrong[i], '?') ? (strchr(wrong[i], ',') && i == 5) + 1u : 0);
        want(db, DYN_INVALID, dyn_update_key(db, dyn_docs_model(&docs), DYN_KEY("a", "b"), e, NULL));
        snprintf(text, sizeof text, "%s", dyn_last_error(db)->text);
        want(db, DYN_INVALID, dyn_docs_update(&docs, DYN_KEY("a.b"), e, NULL, NULL));
        assert_string_equal(dyn_last_error(db)->text, text);
    }
    for (size_t i = 0; i < sizeof stamps / sizeof *stamps; i++) {
        dyn_arg values[] = { dyn_text("x"), dyn_text("x") };
        dyn_expr e;
        dyn_expr_of(&e, stamps[i], values, i == 1 ? 0 : i ? 2 : 1);
        refuses(db, i ? "an update may not name \"_created\"" : "an update may not name \"_updated\"", dyn_docs_update(&docs, DYN_KEY("a.b"), e, NULL, NULL));
    }
}

/* How many documents a read gives. */
static size_t rows_of(dyn_rows *rows)
{
    dyn_doc d;
    size_t n = 0;

    while (dyn_docs_next(&docs, rows, &d) == DYN_ROW)
        n++;
    want(db, DYN_OK, dyn_finish(rows));
    return n;
}

static void a_partition_comes_whole_and_by_prefix(void **state)
{
    dyn_rows rows;
    char sk[32];

    (void)state;
    for (int i = 0; i < 12; i++) {
        snprintf(sk, sizeof sk, "%s%d", i < 7 ? "URL#" : "CUST#", i);
        want(db, DYN_OK, dyn_docs_set(&docs, DYN_KEY("123", sk), map("{\"folder\":\"Cloud\"}"), NULL, NULL));
    }
    want(db, DYN_OK, dyn_docs_list(&docs, &rows, &(dyn_repo_query){ .partition = DYN_KEY("123"), .page = 2 }));
    assert_int_equal(rows_of(&rows), 12);
    dyn_docs_list(&docs, &rows, &(dyn_repo_query){ .partition = DYN_KEY("123"), .prefix = DYN_KEY("URL#"), .where = { DYN_EXPR("folder = ? AND attribute_not_exists(x.y)", "Cloud") } });
    assert_int_equal(rows_of(&rows), 7);
    want(db, DYN_INVALID, dyn_docs_scan(&docs, &rows, false, NULL));
    assert_int_equal(dyn_finish(&rows), DYN_INVALID);
    dyn_docs_scan(&docs, &rows, true, &(dyn_query){ .page = 5 });
    assert_int_equal(rows_of(&rows), 12);
}

/* A key given as a map is not changed: with a tenant, pynamite's second use of it asks for ten@ten@k. */
static void a_tenant_sees_its_own(void **state)
{
    static unsigned char more[32 * 1024];
    dyn_docs mine;
    dyn_value key = map("{\"PK\":\"k\",\"SK\":\"s\"}");
    dyn_rows rows;
    dyn_doc d;
    size_t n = 0;

    (void)state;
    want(db, DYN_OK, dyn_docs_open(&mine, db, &(dyn_docs_config){ DYN_MEMORY(more), .table = "youtubeclone.com", .pk = "PK", .sk = "SK", .tenant = "ten" }));
    want(db, DYN_OK, dyn_docs_set(&mine, DYN_KEY(key), map("{\"a\":1}"), NULL, NULL));
    want(db, DYN_OK, dyn_docs_get(&mine, DYN_KEY(key), &d, NULL));
    assert_int_equal(d.pk.len, 1);
    assert_memory_equal(d.pk.ptr, "k", 1);
    holds(engine_get(&f, &key_model, "\"PK\":{\"S\":\"ten@k\"},\"SK\":{\"S\":\"s\"}"), "\"a\":{\"N\":\"1\"}");
    want(db, DYN_OK, dyn_docs_set(&docs, DYN_KEY("k.s"), map("{\"a\":2}"), NULL, NULL));
    dyn_docs_scan(&mine, &rows, true, NULL);
    while (dyn_docs_next(&mine, &rows, &d) == DYN_ROW)
        n++, is(d.value, "{\"a\":1}");
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(n, 1);
}

/* Twin of pynamite: README, its first user, who has an empty _updated. */
static void an_empty_time_is_none(void **state)
{
    dyn_doc d;
    char bare[256];
    dyn_value v;

    (void)state;
    engine_put(&f, &key_model, "\"PK\":{\"S\":\"USER\"},\"SK\":{\"S\":\"1\"},\"n\":{\"S\":\"x\"},\"_created\":{\"S\":\"2022-04-02T10:52:04.976474\"},\"_updated\":{\"S\":\"\"}");
    want(db, DYN_OK, dyn_docs_get(&docs, DYN_KEY("USER.1"), &d, NULL));
    assert_int_equal(d.created_us, 1648896724976474);
    assert_int_equal(d.updated_us, 0);
    assert_int_equal(dyn_docs_bare(&docs, map("{\"PK\":\"a\",\"_created\":\"x\",\"x\":3,\"SK\":\"b\",\"_updated\":\"y\"}"), bare, sizeof bare, &v), DYN_OK);
    is(v, "{\"x\":3}");
}

/* Twin of pynamite: README, "Batch would work something like this": all or nothing, saved or aborted. */
static void a_batch_is_saved_whole_or_aborted(void **state)
{
    static unsigned char room[8192];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_tx_write actions[4];
    dyn_docs_batch b;
    dyn_doc d;

    (void)state;
    want(db, DYN_OK, dyn_docs_set(&docs, DYN_KEY("CHANNEL.#p"), map("{\"videos\":0}"), NULL, NULL));
    dyn_docs_batch_open(&b, &docs, &arena, actions, 4);
    want(db, DYN_OK, dyn_docs_batch_update(&b, DYN_KEY("VIDEO.#1"), DYN_EXPR("SET Title = ?, views = ?", "soup", 0), NULL));
    want(db, DYN_OK, dyn_docs_batch_update(&b, DYN_KEY("CHANNEL.#p"), DYN_EXPR("SET videos = videos + ?", 1), NULL));
    dyn_docs_batch_abort(&b);
    want(db, DYN_OK, dyn_docs_batch_save(&b, NULL));
    want(db, DYN_NOT_FOUND, dyn_docs_get(&docs, DYN_KEY("VIDEO.#1"), &d, NULL));
    for (int i = 0; i < 2; i++) {              /* the second time the video is there already, and nothing is counted */
        want(db, DYN_OK, dyn_docs_batch_put(&b, DYN_KEY("VIDEO.#1"), map("{\"Title\":\"soup\"}"), NULL));
        want(db, DYN_OK, dyn_docs_batch_update(&b, DYN_KEY("CHANNEL.#p"), DYN_EXPR("SET videos = videos + ?", 1), NULL));
        want(db, i ? DYN_CONDITION_FAILED : DYN_OK, dyn_docs_batch_save(&b, NULL));
    }
    want(db, DYN_OK, dyn_docs_get(&docs, DYN_KEY("CHANNEL.#p"), &d, NULL));
    is(d.value, "{\"videos\":1}");
    want(db, DYN_OK, dyn_docs_batch_delete(&b, DYN_KEY("VIDEO.#1"), &(dyn_repo_write){ .must_exist = true }));
    want(db, DYN_INVALID, dyn_docs_batch_delete(&b, DYN_KEY("VIDEO"), NULL));
    assert_int_equal(dyn_docs_batch_save(&b, NULL), DYN_INVALID);
    want(db, DYN_OK, dyn_docs_get(&docs, DYN_KEY("VIDEO.#1"), &d, NULL));
    holds(engine_get(&f, &key_model, "\"PK\":{\"S\":\"VIDEO\"},\"SK\":{\"S\":\"#1\"}"), "\"Title\":{\"S\":\"soup\"}|\"_created\":{\"S\"|\"_updated\":{\"S\"");
}

/* What a sink got. */
static char written[8192];
static size_t written_len;

static void into_text(void *user, const void *data, size_t n)
{
    (void)user;
    assert_true(written_len + n < sizeof written);
    memcpy(written + written_len, data, n);
    written[written_len += n] = 0;
}

/* show_schema, show_partition and the exports that pynamite's broken modules were to make. */
static void a_table_is_looked_at_and_written_out(void **state)
{
    static unsigned char room[8192];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_docs_survey survey;
    dyn_sink sink = { into_text, NULL };
    dyn_str text, item, v;
    dyn_value checked;
    size_t at = 0, n = 0;

    (void)state;
    want(db, DYN_OK, dyn_docs_set(&docs, DYN_KEY("USER", "#ACTIVE#1"), map("{\"name\":\"a\",\"n\":1}"), NULL, NULL));
    want(db, DYN_OK, dyn_docs_set(&docs, DYN_KEY("USER", "#ACTIVE#2"), map("{\"name\":\"\\u0001\",\"n\":null,\"gone\":null}"), NULL, NULL));
    want(db, DYN_OK, dyn_docs_set(&docs, DYN_KEY("123", "CUST#1"), map("{\"l\":[1,{\"x\":true}]}"), NULL, NULL));
    want(db, DYN_INVALID, dyn_docs_look(&docs, false, DYN_DOCS_BY_KIND, &arena, &survey));
    want(db, DYN_OK, dyn_docs_look(&docs, true, DYN_DOCS_BY_KIND, &arena, &survey));
    assert_int_equal(survey.kind_count, 2);
    assert_int_equal(survey.count, 3);
    written_len = 0;
    dyn_docs_show(&survey, &sink);
    holds(written, "USER* #ACTIVE#* 2\n|* CUST#* 1\n|    name S 2\n|    n N NULL 2\n|    gone NULL 1\n|    l L 1\n|    _updated S 2\n");
    arena.used = 0;
    want(db, DYN_OK, dyn_docs_look(&docs, true, DYN_DOCS_BY_PARTITION, &arena, &survey));
    assert_int_equal(survey.kind_count, 2);
    assert_int_equal(survey.kinds->count + survey.kinds->next->count, 3);

    written_len = 0;
    want(db, DYN_OK, dyn_docs_export(&docs, true, DYN_DOCS_NESTED, &sink, NULL));
    text.ptr = written, text.len = written_len;
    while (text.len && text.ptr[text.len - 1] == '\n')
        text.len--;
    assert_true(dyn_json_check(text, NULL));
    assert_true(dyn_json_get(text, "USER.`#ACTIVE#2`.name", &v));
    assert_memory_equal(v.ptr, "\"\\u0001\"", 8);
    assert_true(dyn_json_get(text, "`123`.`CUST#1`.l[1].x", &v));
    assert_memory_equal(v.ptr, "true", 4);

    written_len = 0;
    want(db, DYN_OK, dyn_docs_export(&docs, true, DYN_DOCS_LINES, &sink, NULL));
    for (char *line = strtok(written, "\n"); line; line = strtok(NULL, "\n"), n++) {
        text.ptr = line, text.len = strlen(line);
        assert_true(dyn_json_check(text, NULL) && dyn_json_get(text, "Item", &item) && dyn_json_get(item, "PK.S", &v));
    }
    assert_int_equal(n, 3);

    written_len = 0;
    arena.used = 0;
    want(db, DYN_OK, dyn_docs_export(&docs, true, DYN_DOCS_WORKBENCH, &sink, &arena));
    text.ptr = written, text.len = written_len;
    while (text.len && text.ptr[text.len - 1] == '\n')
        text.len--;
    assert_true(dyn_json_check(text, NULL) && dyn_json_get(text, "DataModel[0].KeyAttributes.SortKey.AttributeName", &v));
    assert_memory_equal(v.ptr, "\"SK\"", 4);
    assert_null(strstr(written, "NULL"));
    holds(written, "{\"AttributeName\":\"name\",\"AttributeType\":\"S\"}|{\"AttributeName\":\"l\",\"AttributeType\":\"L\"}|{\"AttributeName\":\"n\",\"AttributeType\":\"N\"}");
    assert_null(strstr(written, "\"gone\""));
    assert_true(dyn_json_get(text, "DataModel[0].TableData", &v));
    for (n = 0; dyn_json_next(v, &at, NULL, &item); n++) {
        char whole[1024];
        assert_true((size_t)snprintf(whole, sizeof whole, "{\"M\":%.*s}", (int)item.len, item.ptr) < sizeof whole);
        assert_int_equal(dyn_value_check(whole, strlen(whole), &checked, NULL), DYN_OK);
    }
    assert_int_equal(n, 3);
}

/* What was written out is read in again, into a tenant's part too; a line of AWS's export with binary and sets loses nothing. */
static void what_was_written_out_is_read_in(void **state)
{
    static unsigned char room[16384], more[32 * 1024];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_sink sink = { into_text, NULL };
    const char *line = "\n{\"Item\":{\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"b\"},\"x\":{\"B\":\"AAE=\"},\"s\":{\"SS\":[\"p\"]}}}\r\n\n";
    dyn_docs mine;
    uint64_t count;
    char sk[16];
    dyn_doc d;

    (void)state;
    for (int i = 0; i < 12; i++) {
        snprintf(sk, sizeof sk, "#%d\t", i);
        want(db, DYN_OK, dyn_docs_set(&docs, DYN_KEY(i < 5 ? "p" : "q", sk), map("{\"n\":1,\"m\":{\"x\":[true,null]}}"), NULL, &d));
    }
    written_len = 0;
    want(db, DYN_OK, dyn_docs_export(&docs, true, DYN_DOCS_NESTED, &sink, NULL));
    want(db, DYN_OK, dyn_docs_open(&mine, db, &(dyn_docs_config){ DYN_MEMORY(more), .table = "youtubeclone.com", .tenant = "ten" }));
    want(db, DYN_OK, dyn_docs_import(&mine, DYN_DOCS_NESTED, (dyn_str){ written, written_len }, &arena, &count));
    assert_int_equal(count, 12);
    dyn_doc copy;
    want(db, DYN_OK, dyn_docs_get(&mine, DYN_KEY("q", sk), &copy, NULL));
    is(copy.value, "{\"n\":1,\"m\":{\"x\":[true,null]}}");
    assert_int_equal(copy.created_us, d.created_us);
    want(db, DYN_OK, dyn_docs_import(&docs, DYN_DOCS_LINES, (dyn_str){ line, strlen(line) }, &arena, &count));
    assert_int_equal(count, 1);
    holds(engine_get(&f, &key_model, "\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"b\"}"), "\"x\":{\"B\":\"AAE=\"}|\"s\":{\"SS\":[\"p\"]}");
    want(db, DYN_INVALID, dyn_docs_import(&mine, DYN_DOCS_LINES, (dyn_str){ line, strlen(line) }, &arena, &count));
    assert_non_null(strstr(dyn_last_error(db)->text, "tenant"));
    want(db, DYN_INVALID, dyn_docs_import(&docs, DYN_DOCS_LINES, (dyn_str){ "{\"a\":1}", 7 }, &arena, &count));
    want(db, DYN_INVALID, dyn_docs_import(&docs, DYN_DOCS_NESTED, (dyn_str){ "{\"a\":{\"b\":1}}", 13 }, &arena, NULL));
    want(db, DYN_OK, dyn_docs_import(&docs, DYN_DOCS_NESTED, (dyn_str){ "{}", 2 }, &arena, &count));
    assert_int_equal(count, 0);
}

/* show_partition: each partition once, with its items, however many there are. */
static void many_partitions_are_counted_each(void **state)
{
    static unsigned char room[128 * 1024];
    static char lines[64 * 600];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_docs_survey survey;
    uint64_t count;
    size_t n = 0, seen = 0;

    (void)state;
    for (int i = 0; i < 600; i++)
        n += (size_t)sprintf(lines + n, "{\"Item\":{\"PK\":{\"S\":\"p%d\"},\"SK\":{\"S\":\"%d\"}}}\n", i * 7 % 300, i);
    want(db, DYN_OK, dyn_docs_import(&docs, DYN_DOCS_LINES, (dyn_str){ lines, n }, &arena, &count));
    assert_int_equal(count, 600);
    arena.used = 0;
    want(db, DYN_OK, dyn_docs_look(&docs, true, DYN_DOCS_BY_PARTITION, &arena, &survey));
    assert_int_equal(survey.kind_count, 300);
    assert_int_equal(survey.count, 600);
    for (const dyn_docs_kind *k = survey.kinds; k; k = k->next, seen++)
        assert_int_equal(k->count, 2);
    assert_int_equal(seen, 300);
}

/* What an import says of each mistake, and that nothing was put. */
static void an_import_says_which_line_or_item_is_wrong(void **state)
{
    static unsigned char room[16384];
    static const struct { int form; const char *text, *says; } wrong[] = {
        { DYN_DOCS_LINES, "{\"Item\":{\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"1\"}}}\r\n\r\n{\"Item\":{\"PK\":{\"S\":\"a\"}}}\n", "\"SK\"|in line 3 of the text" },
        { DYN_DOCS_LINES, "{\"Item\":{\"PK\":{\"S\":\"a\"},\"SK\":{\"N\":\"1\"}}}", "\"SK\"|in line 1 of the text" },
        { DYN_DOCS_LINES, "\n{\"Item\":{\"PK\":{\"S\":\"a\"", "line 2 of the text" },
        { DYN_DOCS_LINES, "{\"Item\":{\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"1\"}}} more", "line 1 of the text" },
        { DYN_DOCS_LINES, "{\"Item\":[1]}", "line 1 of the text" },
        { DYN_DOCS_LINES, "\x1f\x8b\x08\x01", "gunzip" },
        { DYN_DOCS_LINES, "{\"Item\":{\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"1\"},\"x\":{\"Q\":1}}}", "\"x\"|in line 1 of the text" },
        { DYN_DOCS_LINES, "{\"Item\":{\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"1\"},\"x\":{\"N\":\"abc\"}}}", "abc|\"x\"|in line 1 of the text" },
        { DYN_DOCS_LINES, "{\"Item\":{\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"1\"},\"x\":{\"SS\":[]}}}", "\"x\"|in line 1 of the text" },
        { DYN_DOCS_LINES, "{\"Item\":{\"PK\":{\"S\":\"\"},\"SK\":{\"S\":\"1\"}}}", "\"PK\"|number 1 to 1" },
        { DYN_DOCS_NESTED, "[]", "{\"PK\":{\"SK\":" },
        { DYN_DOCS_NESTED, "{\"p\":[]}", "partition \"p\"" },
        { DYN_DOCS_NESTED, "{\"p\":{},\"q\":1}", "partition \"q\"" },
        { DYN_DOCS_NESTED, "{\"p\":{\"s\":1}}", "item \"s\" of partition \"p\"" },
        { DYN_DOCS_NESTED, "{\"p\":{\"s\":{\"x\":1e400}}}", "1e400|item \"s\" of partition \"p\"" },
    };
    dyn_counted all;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        dyn_arena arena = { room, sizeof room, 0, 0, 0 };
        uint64_t count = 9;
        dyn_status s = dyn_docs_import(&docs, wrong[i].form, (dyn_str){ wrong[i].text, strlen(wrong[i].text) }, &arena, &count);
        if (s != DYN_INVALID && s != DYN_BAD_ROW)
            fail_msg("%s\n  is %s", wrong[i].text, dyn_status_name(s));
        says(db, wrong[i].says);
        assert_int_equal(count, 0);
    }
    want(db, DYN_OK, dyn_count(db, &key_model, NULL, &all));
    assert_int_equal(all.count, 0);
}

/* Ten items are put at a time, but where the arena has no room for so many, fewer. */
static void an_import_of_large_items_takes_memory_for_one(void **state)
{
    static char lines[12 * 100200];
    static unsigned char room[500000];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    size_t n = 0;
    uint64_t count;

    (void)state;
    for (int k = 0; k < 12; k++) {
        n += (size_t)sprintf(lines + n, "{\"Item\":{\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"%02d\"},\"x\":{\"S\":\"", k);
        memset(lines + n, 'a' + k, 100000), n += 100000;
        n += (size_t)sprintf(lines + n, "\"}}}\n");
    }
    want(db, DYN_OK, dyn_docs_import(&docs, DYN_DOCS_LINES, (dyn_str){ lines, n }, &arena, &count));
    assert_int_equal(count, 12);
    for (int k = 0; k < 12; k++) {
        char key[64];
        snprintf(key, sizeof key, "\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"%02d\"}", k);
        const char *stored = strstr(engine_get(&f, &key_model, key), "\"x\":{\"S\":\"");
        assert_non_null(stored);
        assert_int_equal(strcspn(stored + 10, "\""), 100000);
        assert_int_equal(stored[10 + 99999], 'a' + k);
    }
    arena.used = 0;
    arena.size = 90000;
    want(db, DYN_NO_MEMORY, dyn_docs_import(&docs, DYN_DOCS_LINES, (dyn_str){ lines, n }, &arena, &count));
    assert_int_equal(count, 0);
}

/* A name that stood twice would cost readers all items but the last one's. */
static void a_partition_with_a_long_key_is_written_out_once(void **state)
{
    char pk[701], item[1024];
    dyn_str v;

    (void)state;
    memset(pk, 'p', 700), pk[700] = 0;
    for (int i = 0; i < 3; i++) {
        snprintf(item, sizeof item, "\"PK\":{\"S\":\"%s\"},\"SK\":{\"S\":\"%d\"},\"n\":{\"N\":\"%d\"}", pk, i, i);
        engine_put(&f, &key_model, item);
    }
    written_len = 0;
    want(db, DYN_OK, dyn_docs_export(&docs, true, DYN_DOCS_NESTED, &(dyn_sink){ into_text, NULL }, NULL));
    char *once = strstr(written, pk);
    assert_non_null(once);
    assert_null(strstr(once + 1, pk));
    snprintf(item, sizeof item, "%s.2.n", pk);
    assert_true(dyn_json_get((dyn_str){ written, written_len }, item, &v) && v.len == 1 && v.ptr[0] == '2');
}

/* A table with indexes: a global one whose keys no item has, one the other way round, and a local one, which NoSQL Workbench's files do not know. */
typedef struct indexed { char pk[8], sk[8], city[8]; int at; } indexed;
static const dyn_field indexed_fields[] = { DYN_TEXT(indexed, pk, .attr = "PK"), DYN_TEXT(indexed, sk, .attr = "SK"), DYN_TEXT(indexed, city), DYN_INT(indexed, at) };
static const dyn_index indexed_indexes[] = {
    { .name = "by_city", .pk = { "city" }, .sk = { "at" }, .projection = DYN_PROJECT_INCLUDE, .include = { "note" } },
    { .name = "inverted", .pk = { "sk" }, .sk = { "pk" }, .projection = DYN_PROJECT_KEYS },
    { .name = "local", .sk = { "city" }, .local = true },
};
static const dyn_model indexed_model = { DYN_MODEL(indexed, indexed_fields), .table = "indexed", .pk = "pk", .sk = "sk", DYN_INDEXES(indexed_indexes) };

/* The file as NoSQL Workbench writes and reads it, member by member. */
static void a_file_of_nosql_workbench_has_the_tables_indexes(void **state)
{
    static unsigned char room[8192], more[32 * 1024];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    char wanted[2048];
    dyn_docs d;

    (void)state;
    fixture_table(&f, &indexed_model);
    want(db, DYN_OK, dyn_docs_open(&d, db, &(dyn_docs_config){ DYN_MEMORY(more), .table = "indexed" }));
    engine_put(&f, &indexed_model, "\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"b\"},\"x\":{\"NULL\":true}");
    written_len = 0;
    want(db, DYN_OK, dyn_docs_export(&d, true, DYN_DOCS_WORKBENCH, &(dyn_sink){ into_text, NULL }, &arena));
    char *date = strstr(written, "\"DateCreated\":\"");
    assert_non_null(date);
    int day, year, hour, minute, used = 0;
    char month[4], half[3], again[64];
    assert_int_equal(sscanf(date + 15, "%3s %d, %d, %d:%d %2s\"%n", month, &day, &year, &hour, &minute, half, &used), 6);
    assert_true(used && day > 0 && day < 32 && year > 2024 && hour > 0 && hour < 13 && minute < 60 && (!strcmp(half, "AM") || !strcmp(half, "PM")));
    snprintf(again, sizeof again, "%.*s", used - 1, date + 15);
    snprintf(wanted, sizeof wanted, "{\"ModelName\":\"indexed\",\"ModelMetadata\":{\"Author\":\"\",\"DateCreated\":\"%s\",\"DateLastModified\":\"%s\",\"Description\":\"\","
             "\"AWSService\":\"Amazon DynamoDB\",\"Version\":\"3.0\"},\"DataModel\":[{\"TableName\":\"indexed\",\"KeyAttributes\":{\"PartitionKey\":{\"AttributeName\":\"PK\","
             "\"AttributeType\":\"S\"},\"SortKey\":{\"AttributeName\":\"SK\",\"AttributeType\":\"S\"}},\"NonKeyAttributes\":[{\"AttributeName\":\"city\",\"AttributeType\":\"S\"},"
             "{\"AttributeName\":\"at\",\"AttributeType\":\"N\"}],\"GlobalSecondaryIndexes\":[{\"IndexName\":\"by_city\",\"KeyAttributes\":{\"PartitionKey\":"
             "{\"AttributeName\":\"city\",\"AttributeType\":\"S\"},\"SortKey\":{\"AttributeName\":\"at\",\"AttributeType\":\"N\"}},\"Projection\":{\"ProjectionType\":\"INCLUDE\","
             "\"NonKeyAttributes\":[\"note\"]}},{\"IndexName\":\"inverted\",\"KeyAttributes\":{\"PartitionKey\":{\"AttributeName\":\"SK\",\"AttributeType\":\"S\"},"
             "\"SortKey\":{\"AttributeName\":\"PK\",\"AttributeType\":\"S\"}},\"Projection\":{\"ProjectionType\":\"KEYS_ONLY\"}}],"
             "\"TableData\":[{\"PK\":{\"S\":\"a\"},\"SK\":{\"S\":\"b\"}}],\"DataAccess\":{\"MySql\":{}},\"BillingMode\":\"PAY_PER_REQUEST\"}]}\n", again, again);
    assert_string_equal(written, wanted);
    fixture_drop(&f, &indexed_model);
}

/* Twin of pynamite: the round trips of type_serializer: what boto3 makes of each type, put, got, and the same again. */
static void each_type_goes_there_and_back(void **state)
{
    static const char *const types[] = {
        "{\"S\":\"text\"}", "{\"S\":\"\"}", "{\"S\":\"\\u00e9\\n\\\"\\ud83d\\ude00\"}", "{\"N\":\"0\"}", "{\"N\":\"-1\"}", "{\"N\":\"12345678901234567890123456789012345678\"}",
        "{\"N\":\"0.00000000000000000000000000001\"}", "{\"BOOL\":true}", "{\"BOOL\":false}", "{\"NULL\":true}", "{\"B\":\"AP8=\"}", "{\"SS\":[\"a\",\"b\"]}",
        "{\"NS\":[\"1\",\"2.5\",\"-3\"]}", "{\"BS\":[\"AA==\",\"AQ==\"]}", "{\"L\":[]}", "{\"M\":{}}",
        "{\"L\":[{\"N\":\"1\"},{\"S\":\"x\"},{\"NULL\":true},{\"L\":[{\"M\":{\"k\":{\"SS\":[\"z\"]}}}]}]}", "{\"M\":{\"a.b\":{\"N\":\"1\"},\"l[10]\":{\"S\":\"odd names\"}}}",
    };
    char whole[2048] = "{\"M\":{", plain[2048], back[4096];
    dyn_value all, again;
    dyn_error e;
    dyn_doc d;

    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        snprintf(whole + strlen(whole), sizeof whole - strlen(whole), "%s\"a%02d\":%s", i ? "," : "", (int)i, types[i]);
    strcat(whole, "}}");
    assert_int_equal(dyn_value_check(whole, strlen(whole), &all, &e), DYN_OK);
    want(db, DYN_OK, dyn_docs_put(&docs, DYN_KEY("types.all"), all, NULL, NULL));
    want(db, DYN_OK, dyn_docs_get(&docs, DYN_KEY("types.all"), &d, NULL));
    assert_true(dyn_value_equal(d.value, all));
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {                  /* and through plain JSON, but for sets and bytes, which it has not */
        dyn_value one = { types[i], strlen(types[i]) };
        if (strstr(types[i], "SS") || strstr(types[i], "NS") || strstr(types[i], "\"B"))
            if (!strstr(types[i], "BOOL"))
                continue;
        assert_int_equal(dyn_value_to_json(one, plain, sizeof plain, NULL), DYN_OK);
        assert_int_equal(dyn_value_from_json(plain, strlen(plain), back, sizeof back, &again, &e), DYN_OK);
        if (!dyn_value_equal(one, again))
            fail_msg("%s became %s", types[i], plain);
    }
}

/* Twin of pynamite: README, the video service: an upsert, a second one that changes one attribute, videos counted in their channel, a level added and taken away. */
static void the_video_service_of_the_readme(void **state)
{
    dyn_arg level[] = { dyn_text("MODERATE") };
    dyn_rows rows;
    dyn_doc d;

    (void)state;
    want(db, DYN_OK, dyn_docs_set(&docs, DYN_KEY("USER", "#ACTIVE#ACC_15464279"), map("{\"firstname\":\"Penny\",\"verified\":false}"), NULL, &d));
    int64_t made = d.created_us;
    want(db, DYN_OK, dyn_docs_set(&docs, DYN_KEY("USER", "#ACTIVE#ACC_15464279"), map("{\"verified\":true}"), NULL, &d));
    is(d.value, "{\"firstname\":\"Penny\",\"verified\":true}");
    assert_true(d.created_us == made && d.updated_us >= made);
    want(db, DYN_OK, dyn_docs_set(&docs, DYN_KEY("CHANNEL.#penny"), map("{\"videos\":0}"), NULL, NULL));
    for (int i = 0; i < 3; i++) {
        char key[32];
        snprintf(key, sizeof key, "VIDEO.#VID_%d", i);
        want(db, DYN_OK, dyn_docs_put(&docs, DYN_KEY(key), map("{\"Title\":\"soup\",\"views\":0}"), NULL, NULL));
        want(db, DYN_OK, dyn_docs_update(&docs, DYN_KEY("CHANNEL.#penny"), DYN_EXPR("SET videos = videos + ?", 1), NULL, NULL));
    }
    want(db, DYN_OK, dyn_docs_update(&docs, DYN_KEY("VIDEO.#VID_0"), DYN_EXPR("SET views = views + ? ADD `__shadow_ban_level` ?", 1, dyn_set(level, 1)), NULL, &d));
    holds(engine_get(&f, &key_model, "\"PK\":{\"S\":\"VIDEO\"},\"SK\":{\"S\":\"#VID_0\"}"), "\"__shadow_ban_level\":{\"SS\":[\"MODERATE\"]}|\"views\":{\"N\":\"1\"}");
    want(db, DYN_OK, dyn_docs_update(&docs, DYN_KEY("VIDEO.#VID_0"), DYN_EXPR("DELETE `__shadow_ban_level` ?", dyn_set(level, 1)), NULL, &d));
    is(d.value, "{\"Title\":\"soup\",\"views\":1}");
    want(db, DYN_OK, dyn_docs_list(&docs, &rows, &(dyn_repo_query){ .partition = DYN_KEY("VIDEO"), .prefix = DYN_KEY("#VID_") }));
    assert_int_equal(rows_of(&rows), 3);
    want(db, DYN_OK, dyn_docs_get(&docs, DYN_KEY("CHANNEL.#penny"), &d, &(dyn_get_options){ .fields = DYN_FIELDS("videos") }));
    is(d.value, "{\"videos\":3}");
}

/* Twin of pynamite: describe, status and info: state, key and number of items; the table's name from the environment. */
static void a_table_tells_of_itself(void **state)
{
    unsigned char room[64];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_table_info info;

    (void)state;
    want(db, DYN_OK, dyn_describe_table(db, dyn_docs_model(&docs), &info, NULL));
    assert_int_equal(info.status, DYN_TABLE_ACTIVE);
    assert_memory_equal(info.pk.ptr, "PK", 2);
    assert_memory_equal(info.sk.ptr, "SK", 2);
    setenv("DYNAMO_TABLE_NAME", "mine", 1);
    assert_string_equal(dyn_table_from_environment("DYNAMO_TABLE_NAME", "youtubeclone.com", &arena), "mine");
    unsetenv("DYNAMO_TABLE_NAME");
    assert_string_equal(dyn_table_from_environment("DYNAMO_TABLE_NAME", "youtubeclone.com", &arena), "youtubeclone.com");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_conflict_tells_the_stored_document, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(increments_and_decrements, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(a_put_creates_and_replaces_on_request, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(keys_that_are_none_are_refused_by_name, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(a_get_brings_chosen_attributes, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(values_that_hash_alike_stay_apart, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(updates_reach_into_documents, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(a_partition_comes_whole_and_by_prefix, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(a_tenant_sees_its_own, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(an_empty_time_is_none, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(a_table_is_looked_at_and_written_out, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(what_was_written_out_is_read_in, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(many_partitions_are_counted_each, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(a_mistake_in_an_update_is_told_where_it_stands, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(a_file_of_nosql_workbench_has_the_tables_indexes, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(an_import_says_which_line_or_item_is_wrong, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(an_import_of_large_items_takes_memory_for_one, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(a_partition_with_a_long_key_is_written_out_once, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(each_type_goes_there_and_back, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(the_video_service_of_the_readme, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(a_table_tells_of_itself, open_docs, close_docs),
        cmocka_unit_test_setup_teardown(a_batch_is_saved_whole_or_aborted, open_docs, close_docs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
