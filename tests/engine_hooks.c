#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Hooks: what a program's functions hear of single writes, transactions, batches and repositories, and what they can refuse or change. That a thing
 * was written, or was not, is asked of the engine. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

/* All that was heard, as text: "save a/1 10; delete a/1". */
static char heard[1 << 16];
static size_t heard_len;

static void hear(const char *what, const char *a, long long b, long long value)
{
    heard_len += (size_t)snprintf(heard + heard_len, sizeof heard - heard_len, "%s%s %s/%lld", heard_len ? "; " : "", what, a, b);
    if (value >= 0)
        heard_len += (size_t)snprintf(heard + heard_len, sizeof heard - heard_len, " %lld", value);
}

static void heard_is(const char *text)
{
    assert_string_equal(heard, text);
    heard[heard_len = 0] = 0;
}

/* How often something was heard. */
static int times(const char *what)
{
    int n = 0;

    for (const char *p = heard; (p = strstr(p, what)) != NULL; p++)
        n++;
    return n;
}

/* ---- hooks of a model */

typedef struct thing { char id[16]; int64_t n; int64_t value; } thing;

static const char *thing_before_save(void *item, void *user)
{
    thing *t = (thing *)item;

    (void)user;
    hear("saving", t->id, (long long)t->n, (long long)t->value);
    t->value += 1000;
    return t->value == 1666 ? "666 is not kept" : NULL;
}

static void thing_saved(const void *item, void *user)
{
    const thing *t = (const thing *)item;
    assert_string_equal((const char *)user, "mine");
    hear("saved", t->id, (long long)t->n, (long long)t->value);
}

static const char *thing_updating(const void *item, void *user)
{
    const thing *t = (const thing *)item;
    (void)user;
    hear("updating", t->id, (long long)t->n, -1);
    return strcmp(t->id, "fixed") == 0 ? "it is fixed" : NULL;
}

static void thing_updated(const void *item, void *user)
{
    const thing *t = (const thing *)item;
    (void)user;
    hear("updated", t->id, (long long)t->n, -1);
}

static const char *thing_deleting(const void *item, void *user)
{
    const thing *t = (const thing *)item;
    (void)user;
    hear("deleting", t->id, (long long)t->n, -1);
    return strcmp(t->id, "root") == 0 ? "the root stays" : NULL;
}

static void thing_deleted(const void *item, void *user)
{
    const thing *t = (const thing *)item;
    (void)user;
    hear("deleted", t->id, (long long)t->n, -1);
}

static const dyn_hooks thing_hooks = { thing_saved, thing_updating, thing_updated, thing_deleting, thing_deleted };
static const dyn_field thing_fields[] = { DYN_TEXT(thing, id), DYN_INT(thing, n), DYN_INT(thing, value) };
static const dyn_model thing_model = { DYN_MODEL(thing, thing_fields), .table = "things", .pk = "pk = T#{id}", .sk = "sk = N#{n:6}",
                                       DYN_BEFORE_SAVE(thing_before_save), DYN_HOOKS(&thing_hooks), .user = (void *)(uintptr_t)"mine" };
DYN_TYPED(thing, thing_model)
/* The same items without hooks, with texts that are slices. */
typedef struct bare { dyn_str id; int64_t n; int64_t value; } bare;
static const dyn_field bare_fields[] = { DYN_STR(bare, id), DYN_INT(bare, n), DYN_INT(bare, value) };
static void bare_deleted(const void *item, void *user)
{
    const bare *t = (const bare *)item;
    char id[32];
    (void)user;
    snprintf(id, sizeof id, "%.*s", (int)t->id.len, t->id.ptr);
    hear("gone", id, (long long)t->n, (long long)t->value);
}
static const dyn_hooks bare_hooks = { NULL, NULL, NULL, NULL, bare_deleted };
static const dyn_model bare_model = { DYN_MODEL(bare, bare_fields), .table = "things", .pk = "pk = T#{id}", .sk = "sk = N#{n:6}", DYN_HOOKS(&bare_hooks) };
DYN_TYPED(bare, bare_model)

static fixture f;
static dyn_client *const db = &f.db;

static int open_things(void **state)
{
    dyn_config c = { .attempts = 2 };

    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, 48 * 1024, &c));
    fixture_table(&f, &thing_model);
    heard[heard_len = 0] = 0;
    return 0;
}

static int close_things(void **state)
{
    (void)state;
    return fixture_end(&f, &thing_model);
}

static void single_writes_are_heard(void **state)
{
    thing t = { "a", 1, 10 }, before = t, root = { "root", 1, 0 };

    (void)state;
    want(db, DYN_OK, thing_put(db, &t, NULL));
    heard_is("saving a/1 10; saved a/1 1010");
    want(db, DYN_CONDITION_FAILED, thing_put(db, &t, &(dyn_write_options){ .when = { DYN_EXPR("attribute_not_exists(id)") } }));
    heard_is("saving a/1 10");
    want(db, DYN_OK, thing_update(db, &t, DYN_EXPR("SET value = ?", 5), NULL));
    heard_is("updating a/1; updated a/1");
    want(db, DYN_OK, dyn_update_key(db, &thing_model, DYN_KEY("a", 1), DYN_EXPR("SET value = ?", 6), NULL));
    heard_is("updating a/1; updated a/1");
    t.value = 77;
    want(db, DYN_OK, thing_save_changes(db, &before, &t, NULL));
    heard_is("updating a/1; updated a/1");
    want(db, DYN_OK, thing_save_changes(db, &t, &t, NULL));
    heard_is("");
    want(db, DYN_OK, thing_delete(db, &t, NULL));
    heard_is("deleting a/1; deleted a/1");
    want(db, DYN_OK, dyn_delete_key(db, &thing_model, DYN_KEY("b", 22), NULL));
    heard_is("deleting b/22; deleted b/22");
    want(db, DYN_OK, dyn_delete_key(db, &bare_model, DYN_KEY("long enough", 3), NULL));
    heard_is("gone long enough/3 0");
    refuses(db, ".before_delete refused it: the root stays", thing_delete(db, &root, NULL));
    refuses(db, ".before_update refused it: it is fixed", dyn_update_key(db, &thing_model, DYN_KEY("fixed", 1), DYN_EXPR("SET value = ?", 6), NULL));
    heard_is("deleting root/1; updating fixed/1");
    t.value = 9;
    want(db, DYN_OK, thing_put(db, &t, &(dyn_write_options){ .once = DYN_ONCE }));
    heard_is("saving a/1 9; saved a/1 1009");
}

static void a_step_by_step_write_is_heard_at_its_end(void **state)
{
    thing t = { "a", 1, 10 };
    dyn_status s;

    (void)state;
    want(db, DYN_OK, thing_put_begin(db, &t, NULL));
    heard_is("saving a/1 10");
    while ((s = dyn_step(db)) == DYN_PENDING) {
        assert_string_equal(heard, "");
        if (dyn_wants(db).ms)
            usleep(1000);
    }
    assert_int_equal(s, DYN_OK);
    heard_is("saved a/1 1010");
    want(db, DYN_OK, thing_put_begin(db, &t, NULL));
    dyn_cancel(db);
    heard_is("saving a/1 10");
    want(db, DYN_OK, thing_get(db, &t, NULL));           /* nothing is left of it */
    heard_is("");
}

static void a_transaction_tells_its_actions_in_order(void **state)
{
    thing a = { "a", 1, 1 }, b = { "b", 2, 2 };
    dyn_tx_write good[] = { DYN_TX_PUT(thing_model, &a), DYN_TX_UPDATE_KEY(thing_model, DYN_KEY("c", 3), DYN_EXPR("SET value = ?", 3)),
                            DYN_TX_DELETE(thing_model, &b), DYN_TX_CHECK_KEY(thing_model, DYN_KEY("d", 4), .when = { DYN_EXPR("attribute_not_exists(id)") }) };
    dyn_tx_write bad[] = { DYN_TX_PUT(thing_model, &a), DYN_TX_CHECK_KEY(thing_model, DYN_KEY("d", 4), .when = { DYN_EXPR("attribute_exists(id)") }) };

    (void)state;
    want(db, DYN_OK, dyn_transact_write(db, good, 4, NULL));
    heard_is("saving a/1 1; updating c/3; deleting b/2; saved a/1 1001; updated c/3; deleted b/2");
    want(db, DYN_CONDITION_FAILED, dyn_transact_write(db, bad, 2, NULL));
    heard_is("saving a/1 1");
}

static dyn_status some_things(void *user, size_t index, dyn_batch_change *c)
{
    thing *t = (thing *)user;

    memset(t, 0, sizeof *t);
    snprintf(t->id, sizeof t->id, "s");
    t->n = (int64_t)index, t->value = (int64_t)index;
    c->model = &thing_model, c->item = t;
    return DYN_OK;
}

static void a_batch_tells_each_that_was_written(void **state)
{
    thing t[30];
    dyn_batch_change changes[4];

    (void)state;
    if (!gate_is_there())
        skip();
    memset(t, 0, sizeof t);
    for (int i = 0; i < 30; i++)
        snprintf(t[i].id, sizeof t[i].id, "b"), t[i].n = i, t[i].value = i;
    gate_rule("{\"op\":\"BatchWriteItem\",\"action\":\"unprocessed\",\"keep\":4,\"times\":2}");
    want(db, DYN_OK, thing_put_many(db, t, 30, NULL));
    assert_int_equal(times("saving "), 30);              /* once for each, however often it was sent */
    assert_int_equal(times("saved "), 30);
    assert_non_null(strstr(heard, "saved b/29 1029"));
    heard[heard_len = 0] = 0;

    /* the first 25 are written, of the others 2 */
    gate_reset();
    gate_rule("{\"op\":\"BatchWriteItem\",\"action\":\"unprocessed\",\"keep\":2,\"times\":1,\"skip\":1}");
    gate_rule("{\"op\":\"BatchWriteItem\",\"action\":\"unprocessed\",\"keep\":0,\"times\":-1,\"skip\":1}");
    want(db, DYN_THROTTLED, thing_delete_many(db, t, 30, NULL));
    assert_int_equal(times("deleting "), 30);
    assert_int_equal(times("deleted "), 27);
    gate_reset();
    for (int i = 25; i < 30; i++) {
        thing got = t[i];
        char told[32];
        snprintf(told, sizeof told, "deleted b/%d", i);
        assert_int_equal(thing_get(db, &got, NULL), strstr(heard, told) ? DYN_NOT_FOUND : DYN_OK);
    }
    heard[heard_len = 0] = 0;

    /* of two changes of one item only the later is told; keys alone; a refusal ends the call before its request */
    memset(changes, 0, sizeof changes);
    t[0].value = 1, t[1] = t[0], t[1].value = 2;
    changes[0].model = &thing_model, changes[0].item = &t[0];
    changes[1].model = &thing_model, changes[1].item = &t[1];
    changes[2].model = &thing_model, changes[2].remove = true, changes[2].key = DYN_KEY("b", 26);
    changes[3].model = &bare_model, changes[3].remove = true, changes[3].key = DYN_KEY("b", 27);
    want(db, DYN_OK, dyn_batch_write(db, changes, 4, NULL));
    heard_is("saving b/0 1; saving b/0 2; deleting b/26; saved b/0 1002; deleted b/26; gone b/27 0");
    changes[2].key = DYN_KEY("root", 1);
    refuses(db, "the root stays|number 2 of the batch", dyn_batch_write(db, changes, 4, NULL));
    heard[heard_len = 0] = 0;

    want(db, DYN_OK, dyn_batch_write_from(db, some_things, &t[0], 60, NULL));
    assert_int_equal(times("saved s/"), 60);
    assert_non_null(strstr(heard, "saved s/59 1059"));
}

/* ---- hooks of a repository */

typedef struct review { int64_t stars; char text[32]; bool has_inner; struct inner { int64_t a; } inner; } review;
static const dyn_field inner_fields[] = { DYN_INT(struct inner, a) };
static const dyn_model inner_model = { DYN_MODEL(struct inner, inner_fields) };
static const dyn_field review_fields[] = { DYN_INT(review, stars), DYN_TEXT(review, text, .optional = true),
                                           DYN_MAP(review, inner, inner_model, .optional = true, .has = DYN_HAS(review, has_inner)) };
static const dyn_model review_model = { DYN_MODEL(review, review_fields), .table = "reviews" };
typedef struct keys { char pk[64], sk[64]; } keys;
static const dyn_field key_fields[] = { DYN_TEXT(keys, pk), DYN_TEXT(keys, sk) };
static const dyn_model key_model = { DYN_MODEL(keys, key_fields), .table = "reviews", .pk = "pk", .sk = "sk" };

static void hear_ids(const char *what, dyn_key p, dyn_key c, long long value)
{
    char text[128];
    size_t n = 0;

    text[0] = 0;
    for (size_t i = 0; i < p.count; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%.*s", i ? "." : "", (int)p.args[i].as.s.len, p.args[i].as.s.ptr);
    for (size_t i = 0; i < c.count; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%.*s", i ? "." : "|", (int)c.args[i].as.s.len, c.args[i].as.s.ptr);
    hear(what, text, (long long)(p.count * 10 + c.count), value);
}

static const char *review_saving(void *user, dyn_key p, dyn_key c, void *item)
{
    review *r = (review *)item;

    (void)user;
    hear_ids("saving", p, c, r ? (long long)r->stars : -1);
    if (r && r->stars > 5)
        return "at most five stars";
    if (r)
        snprintf(r->text, sizeof r->text, "%d stars", (int)r->stars);
    return NULL;
}

static void review_saved(void *user, dyn_key p, dyn_key c, const void *item)
{
    const review *r = (const review *)item;

    (void)user;
    if (r)
        assert_int_equal(r->text[0], '0' + r->stars);
    hear_ids("saved", p, c, r ? (long long)r->stars : -1);
}

static const char *review_loading(void *user, dyn_key p, dyn_key c)
{
    (void)user, (void)c;
    return p.count && p.args[0].as.s.len == 6 && memcmp(p.args[0].as.s.ptr, "secret", 6) == 0 ? "it is secret" : NULL;
}

static const char *review_loaded(void *user, dyn_key p, dyn_key c, void *item)
{
    review *r = (review *)item;

    (void)user;
    hear_ids("loaded", p, c, (long long)r->stars);
    r->stars *= 10;
    return r->stars == 0 ? "no stars" : NULL;
}

static const char *review_deleting(void *user, dyn_key p, dyn_key c)
{
    (void)user;
    hear_ids("deleting", p, c, -1);
    return NULL;
}

static void review_deleted(void *user, dyn_key p, dyn_key c)
{
    (void)user;
    hear_ids("deleted", p, c, -1);
}

static const dyn_repo_hooks review_hooks = { .before_save = review_saving, .after_save = review_saved, .before_load = review_loading,
                                             .after_load = review_loaded, .before_delete = review_deleting, .after_delete = review_deleted };
static dyn_repo repo;
static unsigned char memory[32 * 1024];

static int open_reviews(void **state)
{
    dyn_convention how = dyn_pydantic_dynamo();

    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, 48 * 1024, NULL));
    fixture_table(&f, &key_model);
    how.odd_ids = DYN_IDS_ESCAPE;
    dyn_repo_config c = { DYN_MEMORY(memory), .convention = how, .prefix = "shop", .name = "r", .type = "review", .hooks = &review_hooks };
    want(db, DYN_OK, dyn_repo_open(&repo, db, &review_model, &c));
    heard[heard_len = 0] = 0;
    return 0;
}

static int close_reviews(void **state)
{
    (void)state;
    return fixture_end(&f, &key_model);
}

static void a_repository_tells_of_single_contents(void **state)
{
    review r = { 4, "", false, { 0 } }, got;
    dyn_content c;

    (void)state;
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("2026", "ulm"), DYN_KEY(7), &r, NULL));
    heard_is("saving 2026.ulm|7/21 4; saved 2026.ulm|7/21 4");
    assert_string_equal(r.text, "");                     /* it was a copy */
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("2026", "ulm"), DYN_KEY(7), &got, NULL, NULL));
    heard_is("loaded 2026.ulm|7/21 4");
    assert_int_equal(got.stars, 40);
    assert_string_equal(got.text, "4 stars");
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("2026", "ulm"), DYN_KEY(7), DYN_EXPR("SET stars = ?", 5), NULL));
    heard_is("saving 2026.ulm|7/21; saved 2026.ulm|7/21");
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("2026", "ulm"), DYN_KEY(7), DYN_EXPR("SET inner.a = ?", 5), NULL));
    heard_is("saving 2026.ulm|7/21; saved 2026.ulm|7/21");     /* the map was made by a request of its own, that is not told */
    want(db, DYN_CONDITION_FAILED, dyn_repo_update(&repo, DYN_KEY("2026"), DYN_KEY(7), DYN_EXPR("SET stars = ?", 5), NULL));
    heard_is("saving 2026|7/11");
    want(db, DYN_OK, dyn_repo_delete(&repo, DYN_KEY("2026", "ulm"), DYN_KEY(7), NULL));
    heard_is("deleting 2026.ulm|7/21; deleted 2026.ulm|7/21");
    r.stars = 6;
    refuses(db, ".before_save refused it: at most five stars", dyn_repo_put(&repo, DYN_KEY("2026", "ulm"), DYN_KEY(7), &r, NULL));
    refuses(db, ".before_load refused it: it is secret", dyn_repo_get(&repo, DYN_KEY("secret"), DYN_KEY(7), &got, NULL, NULL));
    r.stars = 0, heard[heard_len = 0] = 0;
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("a#b"), DYN_KEY("c%#"), &r, NULL));
    heard_is("saving a#b|c%#/11 0; saved a#b|c%#/11 0");
    want(db, DYN_BAD_ROW, dyn_repo_get(&repo, DYN_KEY("a#b"), DYN_KEY("c%#"), &got, &c, NULL));
    says(db, ".after_load refused the item: no stars");
}

static dyn_status three(void *user, size_t index, dyn_repo_item *item)
{
    static dyn_arg part, id;
    static review r;

    (void)user;
    part = dyn_text("p"), id = dyn_int((int64_t)index);
    memset(&r, 0, sizeof r);
    r.stars = 1 + (int64_t)index % 5;
    item->item = &r;
    dyn_key_of(&item->partition, &part, 1);
    dyn_key_of(&item->content, &id, 1);
    return DYN_OK;
}

static void a_repository_tells_of_many(void **state)
{
    uint32_t order[40];
    dyn_repo_once once = { .order = order };
    dyn_rows rows;
    review r;
    uint64_t deleted;
    int n = 0;

    (void)state;
    want(db, DYN_OK, dyn_repo_put_many(&repo, three, NULL, 3, NULL));
    heard_is("saving p|0/11 1; saving p|1/11 2; saving p|2/11 3; saved p|0/11 1; saved p|1/11 2; saved p|2/11 3");
    dyn_repo_list(&repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("p") });
    for (; dyn_repo_next(&repo, &rows, &r, NULL) == DYN_ROW; n++)
        assert_int_equal(r.stars, 10 * (n + 1));
    want(db, DYN_OK, dyn_finish(&rows));
    heard_is("loaded p|0/11 1; loaded p|1/11 2; loaded p|2/11 3");
    if (gate_is_there())
        gate_rule("{\"op\":\"BatchWriteItem\",\"action\":\"unprocessed\",\"keep\":1,\"times\":1}");
    want(db, DYN_OK, dyn_repo_delete_all(&repo, &(dyn_repo_query){ .partition = DYN_KEY("p") }, &deleted));
    assert_int_equal(times("deleting p|"), 3);
    assert_int_equal(times("deleted p|"), 3);
    heard[heard_len = 0] = 0;
    want(db, DYN_OK, dyn_repo_write_once(&repo, three, NULL, 40, &once));
    assert_int_equal(once.wrote, 40);
    assert_int_equal(times("saved p|"), 40);
    refuses(db, "it is secret", dyn_repo_list(&repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("secret") }));
}

static const char *doc_deleting(void *user, dyn_key p, dyn_key c)
{
    (void)user;
    hear_ids("deleting", p, c, -1);
    return c.args[0].as.s.ptr[0] == 'k' ? "it is kept" : NULL;
}
static void doc_saved(void *user, dyn_key p, dyn_key c, const void *item)
{
    (void)user;
    hear_ids("saved", p, c, item ? (long long)((const dyn_doc *)item)->value.len : -1);
}
static const dyn_repo_hooks doc_hooks = { .after_save = doc_saved, .before_delete = doc_deleting, .after_delete = review_deleted };

static void documents_are_told_in_transactions_too(void **state)
{
    static unsigned char room[48 * 1024], scratch[16 * 1024];
    char table[128];
    dyn_value v = { "{\"M\":{\"a\":{\"N\":\"1\"}}}", 21 };
    dyn_arena arena = { scratch, sizeof scratch, 0, 0, 0 };
    dyn_tx_write actions[4];
    dyn_docs_batch batch;
    dyn_docs docs;

    (void)state;
    snprintf(table, sizeof table, "%s", key_model.table);
    dyn_docs_config c = { DYN_MEMORY(room), .table = table, .pk = "pk", .sk = "sk", .tenant = "me", .hooks = &doc_hooks };
    want(db, DYN_OK, dyn_docs_open(&docs, db, &c));
    want(db, DYN_OK, dyn_docs_put(&docs, DYN_KEY("a.1"), v, NULL, NULL));
    heard_is("saved a|1/11 21");
    want(db, DYN_OK, dyn_docs_set(&docs, DYN_KEY("a.1"), v, NULL, NULL));
    heard_is("saved a|1/11");
    dyn_docs_batch_open(&batch, &docs, &arena, actions, 4);
    want(db, DYN_OK, dyn_docs_batch_put(&batch, DYN_KEY("a.2"), v, NULL));
    want(db, DYN_OK, dyn_docs_batch_update(&batch, DYN_KEY("a.3"), DYN_EXPR("SET b = ?", 1), NULL));
    want(db, DYN_OK, dyn_docs_batch_delete(&batch, DYN_KEY("a.1"), NULL));
    heard_is("");
    want(db, DYN_OK, dyn_docs_batch_save(&batch, NULL));
    heard_is("deleting a|1/11; saved a|2/11 21; saved a|3/11; deleted a|1/11");
    refuses(db, "it is kept", dyn_docs_delete(&docs, DYN_KEY("a.k"), NULL));
}

/* ---- hooks of a model in a writer, a transaction, a repository */

static void what_was_kept_back_is_told_when_it_is_sent(void **state)
{
    static unsigned char room[16 * 1024];
    thing a = { "a", 1, 1 }, b = { "b", 2, 2 };
    dyn_writer w;
    dyn_transaction t;

    (void)state;
    want(db, DYN_OK, dyn_writer_open(&w, db, &(dyn_writer_options){ DYN_MEMORY(room) }));
    want(db, DYN_OK, dyn_writer_put(&w, &thing_model, &a));
    want(db, DYN_OK, dyn_writer_delete(&w, &thing_model, &b));
    heard_is("");
    want(db, DYN_OK, dyn_writer_send(&w));
    heard_is("saving a/1 1; deleting b/2; saved a/1 1001; deleted b/2");
    assert_int_equal(w.written, 2);
    want(db, DYN_OK, dyn_transaction_open(&t, db, &(dyn_transaction_options){ DYN_MEMORY(room) }));
    want(db, DYN_OK, dyn_transaction_add(&t, &(dyn_tx_write)DYN_TX_PUT(thing_model, &b)));
    want(db, DYN_OK, dyn_transaction_add(&t, &(dyn_tx_write)DYN_TX_DELETE(thing_model, &a)));
    want(db, DYN_OK, dyn_transaction_commit(&t));
    heard_is("saving b/2 2; deleting a/1; saved b/2 1002; deleted a/1");
    assert_int_equal(t.committed, 2);
}

static void thing_repo_saved(void *user, dyn_key p, dyn_key c, const void *item)
{
    (void)user, (void)item;
    assert_int_equal(p.count, 1);
    assert_int_equal(c.count, 1);
    assert_int_equal(c.args[0].as.i, 1);
    hear("repo", p.args[0].as.s.ptr, (long long)c.args[0].as.i, -1);
}

static void hooks_of_the_model_come_before_those_of_its_repository(void **state)
{
    static const dyn_repo_hooks hooks = { .after_save = thing_repo_saved };
    thing a = { "a", 1, 1 };
    dyn_repo_config c = { DYN_MEMORY(memory), .convention = dyn_dynamorm(), .hooks = &hooks };

    (void)state;
    want(db, DYN_OK, dyn_repo_open(&repo, db, &thing_model, &c));
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("a"), DYN_KEY(1), &a, NULL));
    heard_is("saving a/1 1; saved a/1 1001; repo a/1");
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("a"), DYN_KEY(1), DYN_EXPR("SET value = ?", 2), NULL));
    heard_is("updating a/1; updated a/1; repo a/1");
    c.hooks = NULL;
    want(db, DYN_OK, dyn_repo_open(&repo, db, &thing_model, &c));
    want(db, DYN_OK, dyn_repo_delete(&repo, DYN_KEY("a"), DYN_KEY(1), NULL));
    heard_is("deleting a/1; deleted a/1");
}

typedef struct part { int64_t x; } part;
static const dyn_field part_fields[] = { DYN_INT(part, x) };
static const dyn_model part_model = { DYN_MODEL(part, part_fields) };
typedef struct whole { char id[16]; int64_t n, value; part p; bool has_p; } whole;
static void whole_saved(const void *item, void *user)
{
    (void)user;
    hear("saved", ((const whole *)item)->id, (long long)((const whole *)item)->n, -1);
}
static const char *whole_updating(const void *item, void *user)
{
    (void)user;
    hear("updating", ((const whole *)item)->id, (long long)((const whole *)item)->n, -1);
    return NULL;
}
static void whole_updated(const void *item, void *user)
{
    (void)user;
    hear("updated", ((const whole *)item)->id, (long long)((const whole *)item)->n, -1);
}
static const dyn_hooks whole_hooks = { .after_save = whole_saved, .before_update = whole_updating, .after_update = whole_updated };
static const dyn_field whole_fields[] = {
    DYN_TEXT(whole, id), DYN_INT(whole, n), DYN_INT(whole, value), DYN_MAP(whole, p, part_model, .has = DYN_HAS(whole, has_p)),
};
static const dyn_model whole_model = { DYN_MODEL(whole, whole_fields), .table = "things", .pk = "pk = T#{id}", .sk = "sk = N#{n:6}", DYN_HOOKS(&whole_hooks) };

static void an_update_whose_map_had_to_be_made_is_heard_once(void **state)
{
    whole w = { "a", 1, 5, { 0 }, false };
    dyn_repo_config c = { DYN_MEMORY(memory), .convention = dyn_dynamorm() };

    (void)state;
    want(db, DYN_OK, dyn_repo_open(&repo, db, &whole_model, &c));
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("a"), DYN_KEY(1), &w, NULL));
    heard_is("saved a/1");
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("a"), DYN_KEY(1), DYN_EXPR("SET p.x = ?", 2), NULL));
    heard_is("updating a/1; updated a/1");
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("a"), DYN_KEY(1), &w, NULL, NULL));
    assert_int_equal(w.p.x, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(single_writes_are_heard, open_things, close_things),
        cmocka_unit_test_setup_teardown(a_step_by_step_write_is_heard_at_its_end, open_things, close_things),
        cmocka_unit_test_setup_teardown(a_transaction_tells_its_actions_in_order, open_things, close_things),
        cmocka_unit_test_setup_teardown(a_batch_tells_each_that_was_written, open_things, close_things),
        cmocka_unit_test_setup_teardown(what_was_kept_back_is_told_when_it_is_sent, open_things, close_things),
        cmocka_unit_test_setup_teardown(hooks_of_the_model_come_before_those_of_its_repository, open_things, close_things),
        cmocka_unit_test_setup_teardown(an_update_whose_map_had_to_be_made_is_heard_once, open_things, close_things),
        cmocka_unit_test_setup_teardown(a_repository_tells_of_single_contents, open_reviews, close_reviews),
        cmocka_unit_test_setup_teardown(a_repository_tells_of_many, open_reviews, close_reviews),
        cmocka_unit_test_setup_teardown(documents_are_told_in_transactions_too, open_reviews, close_reviews),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
