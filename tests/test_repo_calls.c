#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Every call of repositories, documents, relations and of what is kept back, against told answers: stepped over a stream that gives and takes one byte at
 * a time, in memory of every size, with the connection broken at each of its requests, with answers that are wrong, and cancelled on the way. What it does
 * must be what the blocking call does on a good line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

typedef struct place { double lat, lon; } place;
static const dyn_field place_fields[] = { DYN_REAL(place, lat), DYN_REAL(place, lon) };
static const dyn_model place_model = { DYN_MODEL(place, place_fields) };

typedef struct thing { dyn_str title; int64_t n; place at; bool has_at; } thing;
static const dyn_field thing_fields[] = { DYN_STR(thing, title), DYN_INT(thing, n), DYN_MAP(thing, at, place_model, .optional = true, .has = DYN_HAS(thing, has_at)) };
static const dyn_model thing_model = { DYN_MODEL(thing, thing_fields), .table = "things" };
DYN_TYPED_REPO(things, thing, thing_model)

typedef struct owner { char name[16]; char town[24]; } owner;
static const dyn_field owner_fields[] = { DYN_TEXT(owner, name), DYN_TEXT(owner, town, .omit_zero = true) };
static const dyn_index owner_indexes[] = { { .name = "by-town", .pk = { "town" }, .projection = DYN_PROJECT_KEYS } };
static const dyn_model owner_model = { DYN_MODEL(owner, owner_fields), .table = "owners", .pk = "name", DYN_INDEXES(owner_indexes) };
typedef struct dog { char name[16], owner[16], town[24]; } dog;
static const dyn_field dog_fields[] = { DYN_TEXT(dog, name), DYN_TEXT(dog, owner), DYN_TEXT(dog, town) };
static const dyn_model dog_model = { DYN_MODEL(dog, dog_fields), .table = "dogs", .pk = "name" };
static const dyn_relation dog_owner = { .name = "owner", .from = &dog_model, .to = &owner_model, .on = { "name = {owner}" } };
static const dyn_relation dog_neighbours = { .name = "neighbours", .from = &dog_model, .to = &owner_model, .on = { "town" }, .index = "by-town" };

/* --- One run of one call ------------------------------------------------------------------------------------------- */

enum { EDGE = 32, MOST_ANSWERS = 16 };

typedef struct world {
    bool        stepped;
    dyn_spy     spy;
    dyn_stream  inner, slow;
    bool        turn[2];
    dyn_client  db;
    dyn_repo    repo;
    dyn_docs    docs;
    unsigned char *memory, *repo_memory;
    size_t      memory_size, repo_size;
    unsigned char room[16 * 1024];
    dyn_arena   arena;
    char        out[8 * 1024];          /* what the call gave */
    size_t      out_len;
    bool        opening;                /* it failed while the repository was opened */
} world;

static void say(world *w, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    w->out_len += (size_t)vsnprintf(w->out + w->out_len, sizeof w->out - w->out_len, format, list);
    va_end(list);
    assert_true(w->out_len < sizeof w->out);
}

static void say_thing(world *w, const thing *t, const dyn_content *c)
{
    say(w, "%.*s %d%s", (int)t->title.len, t->title.ptr, (int)t->n, t->has_at ? " placed" : "");
    if (c)
        say(w, " %.*s/%.*s v%d", (int)c->partition[0].len, c->partition[0].ptr, (int)c->content[0].len, c->content[0].ptr, (int)c->version);
    say(w, "; ");
}

/* A stream that gives and takes one byte, and nothing every other time. */
static ptrdiff_t slow_read(void *user, void *to, size_t size, uint32_t wait_ms)
{
    world *w = (world *)user;

    return (w->turn[0] = !w->turn[0]) ? DYN_IO_AGAIN : w->inner.read(w->inner.user, to, size ? 1 : 0, wait_ms);
}

static ptrdiff_t slow_write(void *user, const void *from, size_t size, uint32_t wait_ms)
{
    world *w = (world *)user;

    return (w->turn[1] = !w->turn[1]) ? DYN_IO_AGAIN : w->inner.write(w->inner.user, from, size ? 1 : 0, wait_ms);
}

static int slow_open(void *user, const char *host, uint16_t port, uint32_t wait_ms)
{
    world *w = (world *)user;

    return w->inner.open(w->inner.user, host, port, wait_ms);
}

static void slow_close(void *user)
{
    world *w = (world *)user;

    w->inner.close(w->inner.user);
}

static void slow_wait(void *user, int wants, uint32_t ms)
{
    (void)user, (void)wants, (void)ms;
    fail_msg("dyn_step waited");
}

static long cancel_in = -1;                      /* so many steps from now; -1: never */

static bool cancelled(world *w)
{
    if (cancel_in < 0 || cancel_in-- > 0)
        return false;
    dyn_cancel(&w->db);
    return true;
}

static dyn_status finish(world *w, dyn_status s)
{
    long rounds = 0;

    while (s == DYN_OK && (s = dyn_step(&w->db)) == DYN_PENDING) {
        if (cancelled(w))
            return DYN_CANCELLED;
        dyn_want want = dyn_wants(&w->db);
        if (++rounds > 4000000)
            fail_msg("the call does not end");
        assert_true(want.events != 0 || want.ms > 0);
        if (!want.events)
            w->inner.wait(w->inner.user, 0, want.ms);
        s = DYN_OK;
    }
    return s == DYN_DONE && !rounds ? DYN_OK : s;           /* there was nothing to step */
}

/* A read's next row, whose DYN_DONE says that there is none. */
static dyn_status finish_row(world *w, dyn_status s)
{
    dyn_status first = s;

    if (s == DYN_OK)
        while ((s = dyn_step(&w->db)) == DYN_PENDING) {
            if (cancelled(w))
                return DYN_CANCELLED;
            dyn_want want = dyn_wants(&w->db);
            if (!want.events)
                w->inner.wait(w->inner.user, 0, want.ms);
        }
    return first == DYN_OK ? s : first;
}

#define CALL(function, ...) (w->stepped ? finish(w, function##_begin(__VA_ARGS__)) : function(__VA_ARGS__))
#define ROW(function, ...)  (w->stepped ? finish_row(w, function##_begin(__VA_ARGS__)) : function(__VA_ARGS__))

/* --- The calls ------------------------------------------------------------------------------------------------------- */

#define HEAD(k)  "\"pk\":{\"S\":\"p#n#a\"},\"sk\":{\"S\":\"t#" k "\"}"
#define BESIDE   "\"_object_version\":{\"N\":\"2\"},\"_timestamp\":{\"S\":\"2026-11-21T12:00:00+00:00\"}"
#define ITEM(k, n) "{" HEAD(k) ",\"title\":{\"S\":\"a title of some length that needs room of its own, " k "\"},\"n\":{\"N\":\"" n "\"}," BESIDE "}"
#define SAID_OF(k, n, id) "a title of some length that needs room of its own, " k " " n " a/" id " v2; "
#define SAID(k, n) SAID_OF(k, n, k)

static thing some(int64_t n)
{
    thing t;

    memset(&t, 0, sizeof t);
    t.title.ptr = "what it is called", t.title.len = 17, t.n = n;
    return t;
}

static dyn_status repo_put(world *w)
{
    thing t = some(1);

    return CALL(things_put, &w->repo, DYN_KEY("a"), DYN_KEY("k"), &t, &(dyn_repo_write){ .create = true });
}

static dyn_status repo_get(world *w)
{
    thing t;
    dyn_content c;
    dyn_status s = CALL(things_get, &w->repo, DYN_KEY("a"), DYN_KEY("k"), &t, &c, NULL);

    if (s == DYN_OK)
        say_thing(w, &t, &c);
    return s;
}

static dyn_status repo_update(world *w)
{
    return CALL(things_update, &w->repo, DYN_KEY("a"), DYN_KEY("k"), DYN_EXPR("SET n = n + ?, title = ?", 1, "new"), &(dyn_repo_write){ .version = 2 });
}

static dyn_status repo_update_nested(world *w)
{
    return CALL(things_update, &w->repo, DYN_KEY("a"), DYN_KEY("k"), DYN_EXPR("SET at.lat = ?", 1.5), NULL);
}

static dyn_status repo_delete(world *w)
{
    return CALL(things_delete, &w->repo, DYN_KEY("a"), DYN_KEY("k"), &(dyn_repo_write){ .version = 2 });
}

static dyn_status repo_list(world *w)
{
    dyn_rows rows;
    dyn_content c;
    thing t;
    dyn_status s = things_list(&w->repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("a"), .where = { DYN_EXPR("n > ?", 0) } });

    while (s == DYN_OK && ROW(things_next, &w->repo, &rows, &t, &c) == DYN_ROW)
        say_thing(w, &t, &c);
    return dyn_finish(&rows);
}

/* What was gathered, where the cursor stands, and that the read is over. */
static void say_gathered(world *w, dyn_rows *rows, const thing *t, const dyn_content *c, size_t n, const char *cursor)
{
    char key[400];

    for (size_t i = 0; i < n; i++)
        say_thing(w, t + i, c + i);
    if (cursor && *cursor) {
        assert_int_equal(dyn_cursor_key(cursor, key, sizeof key, NULL), DYN_OK);
        say(w, "%s", key);
    }
    (void)dyn_finish(rows);
    assert_false(rows->open);
}

static bool gathered(dyn_status s)
{
    return s == DYN_OK || s == DYN_TOO_LARGE || s == DYN_BAD_ROW;
}

/* A list into an array of so many, and what came before it was cancelled. */
static dyn_status collects(world *w, size_t capacity, bool whole)
{
    dyn_rows rows;
    dyn_content c[4];
    thing t[4];
    size_t n = 9;

    (void)things_list(&w->repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("a"), .prefix = whole ? DYN_KEY("k") : dyn_no_ids(), .whole_ids = whole });
    dyn_status s = CALL(things_collect, &w->repo, &rows, t, c, capacity, &n);
    say_gathered(w, &rows, t, c, gathered(s) ? n : 0, NULL);
    assert_true(n <= capacity && (s != DYN_CANCELLED || dyn_finish(&rows) == DYN_CANCELLED));
    return s;
}

static dyn_status repo_collect(world *w) { return collects(w, 4, false); }
static dyn_status repo_collect_exact(world *w) { return collects(w, 3, false); }
static dyn_status repo_collect_too_many(world *w) { return collects(w, 2, false); }
static dyn_status repo_collect_whole(world *w) { return collects(w, 2, true); }

static dyn_status pages(world *w, size_t capacity, bool whole)
{
    dyn_rows rows;
    dyn_content c[4];
    thing t[4];
    char cursor[300] = "before";
    size_t n = 9;

    (void)things_list(&w->repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("a"), .prefix = whole ? DYN_KEY("k") : dyn_no_ids(), .whole_ids = whole });
    dyn_status s = CALL(things_page, &w->repo, &rows, t, c, capacity, &n, cursor, sizeof cursor);
    say_gathered(w, &rows, t, c, gathered(s) ? n : 0, cursor);
    assert_true(n <= capacity && (gathered(s) || !*cursor) && (s != DYN_CANCELLED || dyn_finish(&rows) == DYN_CANCELLED));
    return s;
}

static dyn_status repo_page(world *w) { return pages(w, 2, false); }
static dyn_status repo_page_last(world *w) { return pages(w, 4, false); }
static dyn_status repo_page_whole(world *w) { return pages(w, 1, true); }

/* The same of plain rows: a scan of the owners, with a filter or without. */
static dyn_status owners(world *w, bool page, size_t capacity, bool filtered)
{
    dyn_rows rows;
    owner o[3];
    char cursor[300] = "before", key[300];
    size_t n = 9;

    (void)dyn_scan(&w->db, &rows, &owner_model, &(dyn_query){ .where = { filtered ? DYN_EXPR("town <> ?", "Rome") : (dyn_expr){ 0 } } });
    dyn_status s = page ? CALL(dyn_page, &rows, o, sizeof *o, capacity, &n, cursor, sizeof cursor) : CALL(dyn_collect, &rows, o, sizeof *o, capacity, &n);
    for (size_t i = 0; gathered(s) && i < n; i++)
        say(w, "%s of %s; ", o[i].name, o[i].town);
    if (page && dyn_cursor_key(cursor, key, sizeof key, NULL) == DYN_OK)
        say(w, "%s", key);
    assert_true(n <= capacity && (s != DYN_CANCELLED || dyn_finish(&rows) == DYN_CANCELLED));
    (void)dyn_finish(&rows);
    return s;
}

static dyn_status plain_collect(world *w) { return owners(w, false, 3, true); }
static dyn_status plain_collect_exact(world *w) { return owners(w, false, 2, false); }
static dyn_status plain_collect_too_many(world *w) { return owners(w, false, 1, false); }
static dyn_status plain_page(world *w) { return owners(w, true, 2, false); }
static dyn_status plain_page_filtered(world *w) { return owners(w, true, 2, true); }
static dyn_status plain_page_last(world *w) { return owners(w, true, 3, false); }

static dyn_status repo_list_any(world *w)
{
    dyn_repo *const all[] = { &w->repo };
    dyn_rows rows;
    dyn_content c;
    thing t;
    size_t which;
    dyn_status s = dyn_repo_list_any(all, 1, &rows, &(dyn_repo_query){ .partition = DYN_KEY("a") });

    while (s == DYN_OK && ROW(dyn_repo_next_any, &rows, &which, &t, sizeof t, &c) == DYN_ROW)
        say_thing(w, &t, &c);
    return dyn_finish(&rows);
}

static dyn_status repo_count(world *w)
{
    uint64_t n;
    dyn_status s = CALL(things_count, &w->repo, &(dyn_repo_query){ .partition = DYN_KEY("a"), .prefix = DYN_KEY("k") }, &n);

    if (s == DYN_OK)
        say(w, "%d", (int)n);
    return s;
}

static dyn_status repo_delete_all(world *w)
{
    uint64_t n;
    dyn_status s = CALL(things_delete_all, &w->repo, &(dyn_repo_query){ .partition = DYN_KEY("a") }, &n);

    if (s == DYN_OK)
        say(w, "%d", (int)n);
    return s;
}

static dyn_status repo_put_many(world *w)
{
    thing t[3] = { some(1), some(2), some(3) };
    dyn_repo_item items[3] = { things_item(DYN_KEY("a"), DYN_KEY("k"), &t[0]), things_item(DYN_KEY("a"), DYN_KEY("l"), &t[1]),
                               things_item(DYN_KEY("a"), DYN_KEY("k"), &t[2]) };
    size_t folded = 9;
    uint8_t left = 0xff;
    dyn_status s = CALL(things_put_many, &w->repo, items, 3, &(dyn_batch_write_options){ .folded = &folded, .left = &left });

    if (s == DYN_OK)
        say(w, "%d folded, %d left", (int)folded, left & 7);
    return s;
}

static dyn_status repo_get_many(world *w)
{
    thing t[3];
    dyn_content c[3];
    dyn_repo_item items[3] = { things_item(DYN_KEY("a"), DYN_KEY("k"), &t[0]), things_item(DYN_KEY("a"), DYN_KEY("m"), &t[1]),
                               things_item(DYN_KEY("a"), DYN_KEY("l"), &t[2]) };
    for (int i = 0; i < 3; i++)
        items[i].out = &c[i];
    w->arena.used = 0;
    dyn_status s = CALL(things_get_many, &w->repo, items, 3, &(dyn_batch_get_options){ .arena = &w->arena });

    for (int i = 0; i < 3 && (s == DYN_OK || s == DYN_NOT_FOUND); i++)
        if (items[i].status == DYN_OK)
            say_thing(w, &t[i], &c[i]);
        else
            say(w, "%s; ", dyn_status_name(items[i].status));
    return s;
}

static dyn_status writes_once(world *w, bool batches)
{
    thing t[3] = { some(5), some(2), some(3) };
    dyn_repo_item items[3] = { things_item(DYN_KEY("a"), DYN_KEY("k"), &t[0]), things_item(DYN_KEY("a"), DYN_KEY("m"), &t[1]),
                               things_item(DYN_KEY("a"), DYN_KEY("l"), &t[2]) };
    uint32_t order[3];
    uint8_t written = 0xff;
    dyn_repo_once once = { .order = order, .written = &written, .batches = batches };

    t[0].title.ptr = "a title of some length that needs room of its own, k", t[0].title.len = strlen(t[0].title.ptr);
    dyn_status s = CALL(things_write_once, &w->repo, items, 3, &once);
    if (s == DYN_OK)
        say(w, "%d wrote, bits %d", (int)once.wrote, written & 7);
    return s;
}

static dyn_status repo_write_once(world *w)
{
    return writes_once(w, false);
}

static dyn_status repo_write_once_in_batches(world *w)
{
    return writes_once(w, true);
}

static void say_doc(world *w, const dyn_doc *d)
{
    say(w, "%.*s.%.*s %.*s; ", (int)d->pk.len, d->pk.ptr, (int)d->sk.len, d->sk.ptr, (int)d->value.len, d->value.json);
}

#define DOC(k, n) "{\"pk\":{\"S\":\"a\"},\"sk\":{\"S\":\"" k "\"},\"n\":{\"N\":\"" n "\"},\"_created\":{\"S\":\"2026-11-21T12:00:00.000001\"},\"_updated\":{\"S\":\"2026-11-21T12:00:00.000001\"}}"
static const dyn_value value = { "{\"M\":{\"n\":{\"N\":\"5\"},\"m\":{\"M\":{\"x\":{\"S\":\"deep\"}}}}}", 50 };

static dyn_status docs_get(world *w)
{
    dyn_doc d;
    dyn_status s = CALL(dyn_docs_get, &w->docs, DYN_KEY("a.k"), &d, NULL);

    if (s == DYN_OK)
        say_doc(w, &d);
    return s;
}

static dyn_status docs_put(world *w)
{
    dyn_doc d;
    dyn_status s = CALL(dyn_docs_put, &w->docs, DYN_KEY("a.k"), value, NULL, &d);

    if (s == DYN_OK)
        say(w, "%d bytes", (int)d.size);
    return s;
}

static dyn_status docs_update(world *w)
{
    dyn_doc d;
    dyn_status s = CALL(dyn_docs_update, &w->docs, DYN_KEY("a.k"), DYN_EXPR("SET n = n + ?, `odd name` = ?", 1, "x"), NULL, &d);

    if (s == DYN_OK)
        say_doc(w, &d);
    return s;
}

static dyn_status docs_set(world *w)
{
    dyn_doc d;
    dyn_status s = CALL(dyn_docs_set, &w->docs, DYN_KEY("a.k"), value, NULL, &d);

    if (s == DYN_OK)
        say_doc(w, &d);
    return s;
}

static dyn_status docs_delete(world *w)
{
    return CALL(dyn_docs_delete, &w->docs, DYN_KEY("a.k"), &(dyn_repo_write){ .must_exist = true });
}

static dyn_status docs_rows(world *w, dyn_rows *rows, dyn_status s)
{
    dyn_doc d;

    while (s == DYN_OK && ROW(dyn_docs_next, &w->docs, rows, &d) == DYN_ROW)
        say_doc(w, &d);
    return dyn_finish(rows);
}

static dyn_status docs_list(world *w)
{
    dyn_rows rows;

    return docs_rows(w, &rows, dyn_docs_list(&w->docs, &rows, &(dyn_repo_query){ .partition = DYN_KEY("a") }));
}

static dyn_status docs_scan(world *w)
{
    dyn_rows rows;

    return docs_rows(w, &rows, dyn_docs_scan(&w->docs, &rows, true, NULL));
}

static dyn_status docs_batch(world *w)
{
    dyn_tx_write actions[3];
    dyn_docs_batch b;

    w->arena.used = 0;
    dyn_docs_batch_open(&b, &w->docs, &w->arena, actions, 3);
    dyn_docs_batch_put(&b, DYN_KEY("a.k"), value, NULL);
    dyn_docs_batch_update(&b, DYN_KEY("a.l"), DYN_EXPR("SET n = ?", 1), NULL);
    dyn_docs_batch_delete(&b, DYN_KEY("a.m"), NULL);
    return CALL(dyn_docs_batch_save, &b, NULL);
}

static dyn_status docs_look(world *w)
{
    dyn_docs_survey survey;

    w->arena.used = 0;
    dyn_status s = CALL(dyn_docs_look, &w->docs, true, DYN_DOCS_BY_KIND, &w->arena, &survey);
    for (const dyn_docs_kind *k = s == DYN_OK ? survey.kinds : NULL; k; k = k->next) {
        int n = 0;
        for (const dyn_docs_attribute *x = k->attributes; x; x = x->next)
            n++;
        say(w, "%d of %d kind with %d attributes", (int)k->count, (int)survey.kind_count, n);
    }
    return s;
}

static void collect(void *user, const void *data, size_t size)
{
    say((world *)user, "%.*s", (int)size, (const char *)data);
}

static dyn_status docs_export(world *w, int form)
{
    const dyn_sink to = { collect, w };

    w->arena.used = 0;
    return CALL(dyn_docs_export, &w->docs, true, form, &to, &w->arena);
}

static dyn_status docs_export_nested(world *w) { return docs_export(w, DYN_DOCS_NESTED); }
static dyn_status docs_export_lines(world *w) { return docs_export(w, DYN_DOCS_LINES); }
static dyn_status docs_export_workbench(world *w) { return docs_export(w, DYN_DOCS_WORKBENCH); }

static dyn_status docs_import(world *w)
{
    static const char lines[] = "{\"Item\":" DOC("k", "1") "}\n{\"Item\":" DOC("l", "2") "}\n";
    const dyn_str text = { lines, sizeof lines - 1 };
    uint64_t n = 0;

    w->arena.used = 0;
    dyn_status s = CALL(dyn_docs_import, &w->docs, DYN_DOCS_LINES, text, &w->arena, &n);
    if (s == DYN_OK)
        say(w, "%d", (int)n);
    return s;
}

static dyn_status docs_open(world *w)
{
    dyn_docs_config c = { .memory = w->repo_memory, .memory_size = w->repo_size, .table = "docs" };
    dyn_docs other;
    dyn_status s = CALL(dyn_docs_open, &other, &w->db, &c);

    if (s == DYN_OK)
        say(w, "%s", dyn_docs_model(&other)->table);
    return s;
}

static const dog rex = { "rex", "ann", "Ulm" };

static dyn_status related_get(world *w)
{
    dyn_related r;
    owner o;

    dyn_relate(&w->db, &r, &dog_owner, &rex);
    dyn_status s = CALL(dyn_related_get, &r, &o, NULL);
    if (s == DYN_OK)
        say(w, "%s of %s", o.name, o.town);
    return s;
}

static dyn_status related_get_by_index(world *w)
{
    dyn_related r;
    owner o;

    dyn_relate(&w->db, &r, &dog_neighbours, &rex);
    dyn_status s = CALL(dyn_related_get, &r, &o, NULL);
    if (s == DYN_OK)
        say(w, "%s of %s", o.name, o.town);
    return s;
}

static dyn_status related_make(world *w)
{
    dyn_related r;
    owner o = { "", "Bonn" };
    bool made = false;

    dyn_relate(&w->db, &r, &dog_owner, &rex);
    dyn_status s = CALL(dyn_related_make, &r, &o, &made, NULL);
    if (s == DYN_OK)
        say(w, "%s of %s, %s", o.name, o.town, made ? "made" : "found");
    return s;
}

static dyn_status related_put(world *w)
{
    dyn_related r;
    owner o = { "", "Bonn" };

    dyn_relate(&w->db, &r, &dog_owner, &rex);
    return CALL(dyn_related_put, &r, &o, NULL);
}

static dyn_status related_save(world *w)
{
    dyn_related r;
    owner o = { "", "Bonn" };
    dog d = { "rex", "", "Ulm" };
    owner ann = { "ann", "" };

    dyn_relate_to(&w->db, &r, &dog_owner, &d, &ann);
    dyn_status s = CALL(dyn_related_save, &r, &o, NULL);
    if (s == DYN_OK)
        say(w, "%s of %s", o.name, o.town);
    return s;
}

static dyn_status related_delete(world *w)
{
    dyn_related r;

    dyn_relate(&w->db, &r, &dog_owner, &rex);
    return CALL(dyn_related_delete, &r, NULL);
}

static dyn_status related_count(world *w)
{
    dyn_related r;
    dyn_counted counted;

    dyn_relate(&w->db, &r, &dog_neighbours, &rex);
    dyn_status s = CALL(dyn_related_count, &r, NULL, &counted);
    if (s == DYN_OK)
        say(w, "%d", (int)counted.count);
    return s;
}

static dyn_status writer_send(world *w)
{
    dyn_writer_options o = { .memory = w->room, .memory_size = sizeof w->room };
    owner ann = { "ann", "Ulm" }, ben = { "ben", "" };
    dyn_writer x;

    dyn_writer_open(&x, &w->db, &o);
    (void)CALL(dyn_writer_put, &x, &owner_model, &ann);
    (void)CALL(dyn_writer_delete, &x, &owner_model, &ben);
    (void)CALL(dyn_writer_delete_key, &x, &owner_model, DYN_KEY("cid"));
    dyn_status s = CALL(dyn_writer_send, &x);
    if (s == DYN_OK)
        say(w, "%d written", (int)x.written);
    return s;
}

static dyn_status transaction_commit(world *w)
{
    dyn_transaction_options o = { .memory = w->room, .memory_size = sizeof w->room };
    owner ann = { "ann", "Ulm" };
    dyn_transaction x;

    dyn_transaction_open(&x, &w->db, &o);
    (void)CALL(dyn_transaction_add, &x, &(dyn_tx_write)DYN_TX_PUT(owner_model, &ann));
    (void)CALL(dyn_transaction_add, &x, &(dyn_tx_write)DYN_TX_UPDATE_KEY(owner_model, DYN_KEY("ben"), DYN_EXPR("SET town = ?", "Bonn")));
    dyn_status s = CALL(dyn_transaction_commit, &x);
    if (s == DYN_OK)
        say(w, "%d committed", (int)x.committed);
    return s;
}

/* once: where its answer is lost it may not be sent twice, but says so. */
typedef struct call {
    const char *name;
    dyn_status (*run)(world *w);
    const char *wanted;                  /* what it says */
    dyn_status  status;
    bool        once;
    const char *answers[MOST_ANSWERS];   /* "!Code" refuses */
} call;

#define PAGE(items, more) "{\"Items\":[" items "],\"Count\":2,\"ScannedCount\":2" more "}"
#define MORE ",\"LastEvaluatedKey\":{" HEAD("l") "}"
#define TABLE "{\"Table\":{\"TableName\":\"docs\",\"TableStatus\":\"ACTIVE\",\"AttributeDefinitions\":[{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"}," \
              "{\"AttributeName\":\"sk\",\"AttributeType\":\"S\"}],\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"sk\",\"KeyType\":\"RANGE\"}]}}"
#define OWNER "{\"name\":{\"S\":\"ann\"},\"town\":{\"S\":\"Ulm\"}}"

#define MISFIT(k) "{" HEAD(k) ",\"title\":{\"N\":\"1\"},\"n\":{\"N\":\"1\"}," BESIDE "}"
#define LIVES(name, town) "{\"name\":{\"S\":\"" name "\"},\"town\":{\"S\":\"" town "\"}}"
#define BEHIND(name) ",\"LastEvaluatedKey\":{\"name\":{\"S\":\"" name "\"}}"
#define AT(name) "{\"name\":{\"S\":\"" name "\"}}"

static const call calls[] = {
    { "put", repo_put, "", DYN_OK, false, { "{}" } },
    { "get", repo_get, SAID("k", "5"), DYN_OK, false, { "{\"Item\":" ITEM("k", "5") "}" } },
    { "get, not found", repo_get, "", DYN_NOT_FOUND, false, { "{}" } },
    { "update", repo_update, "", DYN_OK, true, { "{}" } },
    { "delete", repo_delete, "", DYN_OK, false, { "{}" } },
    { "list", repo_list, SAID("k", "5") SAID("l", "6") SAID("m", "7"), DYN_OK, false,
      { PAGE(ITEM("k", "5") "," ITEM("l", "6"), MORE), PAGE(ITEM("m", "7"), "") } },
    { "collect", repo_collect, SAID("k", "5") SAID("l", "6") SAID("m", "7"), DYN_OK, false,
      { PAGE(ITEM("k", "5") "," ITEM("l", "6"), MORE), PAGE(ITEM("m", "7"), "") } },
    { "collect, exactly full", repo_collect_exact, SAID("k", "5") SAID("l", "6") SAID("m", "7"), DYN_OK, false,
      { PAGE(ITEM("k", "5") "," ITEM("l", "6"), MORE), PAGE(ITEM("m", "7"), "") } },
    { "collect, too many", repo_collect_too_many, SAID("k", "5") SAID("l", "6"), DYN_TOO_LARGE, false,
      { PAGE(ITEM("k", "5") "," ITEM("l", "6"), MORE), PAGE(ITEM("m", "7"), "") } },
    { "collect, a bad row", repo_collect, SAID("k", "5"), DYN_BAD_ROW, false, { PAGE(ITEM("k", "5") "," MISFIT("l") "," ITEM("m", "7"), "") } },
    { "collect, whole ids", repo_collect_whole, SAID("k", "5") SAID_OF("k#1", "7", "k"), DYN_OK, false,
      { PAGE(ITEM("k", "5") "," ITEM("k1", "6"), ",\"LastEvaluatedKey\":{" HEAD("k1") "}"), PAGE(ITEM("k#1", "7"), "") } },
    { "page", repo_page, SAID("k", "5") SAID("l", "6") "{" HEAD("l") "}", DYN_OK, false, { PAGE(ITEM("k", "5") "," ITEM("l", "6"), MORE) } },
    { "page, the last", repo_page_last, SAID("k", "5") SAID("l", "6") SAID("m", "7"), DYN_OK, false,
      { PAGE(ITEM("k", "5") "," ITEM("l", "6"), MORE), PAGE(ITEM("m", "7"), "") } },
    { "page, exactly the last", repo_page, SAID("k", "5") SAID("l", "6"), DYN_OK, false, { PAGE(ITEM("k", "5") "," ITEM("l", "6"), "") } },
    { "page, a bad row", repo_page, SAID("k", "5") "{" HEAD("l") "}", DYN_BAD_ROW, false, { PAGE(ITEM("k", "5") "," MISFIT("l") "," ITEM("m", "7"), "") } },
    { "page, whole ids", repo_page_whole, SAID_OF("k#1", "7", "k") "{" HEAD("k#1") "}", DYN_OK, false,
      { PAGE(ITEM("k1", "6"), ",\"LastEvaluatedKey\":{" HEAD("k1") "}"), PAGE(ITEM("k#1", "7") "," ITEM("k#2", "8"), "") } },
    { "dyn_collect", plain_collect, "ann of Ulm; ben of Bonn; ", DYN_OK, false, { PAGE(LIVES("ann", "Ulm"), BEHIND("ann")), PAGE(LIVES("ben", "Bonn"), "") } },
    { "dyn_collect, exactly full", plain_collect_exact, "ann of Ulm; ben of Bonn; ", DYN_OK, false,
      { PAGE(LIVES("ann", "Ulm"), BEHIND("ann")), PAGE(LIVES("ben", "Bonn"), "") } },
    { "dyn_collect, too many", plain_collect_too_many, "ann of Ulm; ", DYN_TOO_LARGE, false,
      { PAGE(LIVES("ann", "Ulm"), BEHIND("ann")), PAGE(LIVES("ben", "Bonn"), "") } },
    { "dyn_collect, a bad row", plain_collect, "ann of Ulm; ", DYN_BAD_ROW, false, { PAGE(LIVES("ann", "Ulm") "," LIVES("a name of twenty and more", "Bonn"), "") } },
    { "dyn_page", plain_page, "ann of Ulm; ben of Bonn; " AT("ben"), DYN_OK, false,
      { PAGE(LIVES("ann", "Ulm"), BEHIND("ann")), PAGE(LIVES("ben", "Bonn"), BEHIND("ben")) } },
    { "dyn_page, filtered", plain_page_filtered, "ann of Bonn; ben of Bonn; " AT("ben"), DYN_OK, false,
      { PAGE(LIVES("ann", "Bonn") "," LIVES("ben", "Bonn") "," LIVES("cid", "Bonn"), BEHIND("cid")) } },
    { "dyn_page, the last", plain_page_last, "ann of Ulm; ben of Bonn; ", DYN_OK, false, { PAGE(LIVES("ann", "Ulm"), BEHIND("ann")), PAGE(LIVES("ben", "Bonn"), "") } },
    { "list_any", repo_list_any, SAID("k", "5") SAID("l", "6") SAID("m", "7"), DYN_OK, false,
      { PAGE(ITEM("k", "5") "," ITEM("l", "6"), MORE), PAGE(ITEM("m", "7"), "") } },
    { "count", repo_count, "4", DYN_OK, false, { PAGE("", MORE), PAGE("", "") } },
    { "delete_all", repo_delete_all, "3", DYN_OK, false,
      { PAGE(ITEM("k", "5") "," ITEM("l", "6"), MORE), "{\"UnprocessedItems\":{}}", PAGE(ITEM("m", "7"), ""), "{\"UnprocessedItems\":{}}" } },
    { "put_many", repo_put_many, "1 folded, 0 left", DYN_OK, false, { "{\"UnprocessedItems\":{}}" } },
    { "get_many", repo_get_many, SAID("k", "5") "DYN_NOT_FOUND; " SAID("l", "6"), DYN_NOT_FOUND, false,
      { "{\"Responses\":{\"things\":[" ITEM("k", "5") "]},\"UnprocessedKeys\":{}}", "{\"Responses\":{\"things\":[" ITEM("l", "6") "]},\"UnprocessedKeys\":{}}" } },
    { "docs_get", docs_get, "a.k {\"M\":{\"n\":{\"N\":\"5\"}}}; ", DYN_OK, false, { "{\"Item\":" DOC("k", "5") "}" } },
    { "docs_put", docs_put, "73 bytes", DYN_OK, false, { "{}" } },
    { "docs_update", docs_update, "a.k {\"M\":{\"n\":{\"N\":\"6\"}}}; ", DYN_OK, true, { "{\"Attributes\":" DOC("k", "6") "}" } },
    { "docs_set", docs_set, "a.k {\"M\":{\"n\":{\"N\":\"5\"}}}; ", DYN_OK, false, { "{\"Attributes\":" DOC("k", "5") "}" } },
    { "docs_delete", docs_delete, "", DYN_OK, false, { "{}" } },
    { "docs_list", docs_list, "a.k {\"M\":{\"n\":{\"N\":\"5\"}}}; a.l {\"M\":{\"n\":{\"N\":\"6\"}}}; ", DYN_OK, false, { PAGE(DOC("k", "5") "," DOC("l", "6"), "") } },
    { "docs_scan", docs_scan, "a.k {\"M\":{\"n\":{\"N\":\"5\"}}}; a.l {\"M\":{\"n\":{\"N\":\"6\"}}}; ", DYN_OK, false, { PAGE(DOC("k", "5") "," DOC("l", "6"), "") } },
    { "docs_batch", docs_batch, "", DYN_OK, false, { "{}" } },
    { "docs_look", docs_look, "2 of 1 kind with 3 attributes", DYN_OK, false, { PAGE(DOC("k", "5") "," DOC("k", "6"), "") } },
    { "docs_export nested", docs_export_nested, NULL, DYN_OK, false, { PAGE(DOC("k", "5") "," DOC("l", "6"), "") } },
    { "docs_export lines", docs_export_lines, "{\"Item\":" DOC("k", "5") "}\n{\"Item\":" DOC("l", "6") "}\n", DYN_OK, false, { PAGE(DOC("k", "5") "," DOC("l", "6"), "") } },
    { "docs_export workbench", docs_export_workbench, NULL, DYN_OK, false, { TABLE, PAGE(DOC("k", "5"), ""), PAGE(DOC("k", "5"), "") } },
    { "docs_import", docs_import, "2", DYN_OK, false, { "{\"UnprocessedItems\":{}}" } },
    { "docs_open", docs_open, "docs", DYN_OK, false, { TABLE } },
    { "related_get", related_get, "ann of Ulm", DYN_OK, false, { "{\"Item\":" OWNER "}" } },
    { "related_get by an index", related_get_by_index, "ann of Ulm", DYN_OK, false, { PAGE(OWNER, ""), "{\"Item\":" OWNER "}" } },
    { "related_make, found", related_make, "ann of Ulm, found", DYN_OK, false, { "{\"Item\":" OWNER "}" } },
    { "related_make, made", related_make, "ann of Bonn, made", DYN_OK, false, { "{}", "{}" } },
    { "related_put", related_put, "", DYN_OK, false, { "{}" } },
    { "related_save", related_save, "ann of Bonn", DYN_OK, false, { "{}" } },
    { "related_delete", related_delete, "", DYN_OK, false, { "{}" } },
    { "related_count", related_count, "4", DYN_OK, false, { PAGE("", ",\"LastEvaluatedKey\":" OWNER), PAGE("", "") } },
    { "writer_send", writer_send, "3 written", DYN_OK, false, { "{\"UnprocessedItems\":{}}" } },
    { "transaction_commit", transaction_commit, "2 committed", DYN_OK, false, { "{}" } },
    { "write_once in batches", repo_write_once_in_batches, "2 wrote, bits 6", DYN_OK, false, { PAGE(ITEM("k", "5") "," ITEM("l", "6"), ""), "{\"UnprocessedItems\":{}}", "{}", "{}" } },
    { "write_once", repo_write_once, "2 wrote, bits 6", DYN_OK, false, { PAGE(ITEM("k", "5") "," ITEM("l", "6"), ""), "{}", "{}", "{}" } },
    { "update nested", repo_update_nested, "", DYN_OK, true,
      { "!ValidationException The document path provided in the update expression is invalid for update", "{}", "{}", "{}", "{}" } },
};

/* An answer that is given in place of the told one. */
static struct { int at; const char *text; size_t len; } spoilt;

static void tell_answers(world *w, const call *c, int drop_at)
{
    for (int i = 0; i < MOST_ANSWERS && c->answers[i]; i++) {
        if (i == drop_at)
            dyn_spy_drop(&w->spy);
        if (spoilt.text && i == spoilt.at) {
            char *room = dyn__spy_keep(&w->spy, 200, spoilt.len);
            memcpy(room, spoilt.text, spoilt.len);
        } else if (c->answers[i][0] == '!') {
            char code[64];
            size_t n = strcspn(c->answers[i] + 1, " ");
            snprintf(code, sizeof code, "%.*s", (int)n, c->answers[i] + 1);
            dyn_spy_refuse(&w->spy, code, c->answers[i] + 2 + n);
        } else {
            dyn_spy_answer(&w->spy, 200, c->answers[i]);
        }
    }
}

static unsigned char spy_memory[512 * 1024];

/* The call, in so much memory of the client and of the repository. */
static dyn_status run(world *w, const call *c, bool stepped, size_t memory, size_t repo_memory, int drop_at)
{
    dyn_config config = { .memory_size = memory };
    dyn_status s;

    memset(w, 0, sizeof *w);
    w->stepped = stepped;
    w->memory = (unsigned char *)malloc(memory + 2 * EDGE), w->repo_memory = (unsigned char *)malloc(repo_memory + 2 * EDGE);
    w->memory_size = memory, w->repo_size = repo_memory;
    memset(w->memory, 0xa5, memory + 2 * EDGE), memset(w->repo_memory, 0xa5, repo_memory + 2 * EDGE);
    w->memory += EDGE, w->repo_memory += EDGE;
    w->arena.base = w->room, w->arena.size = sizeof w->room;
    config.memory = w->memory;
    dyn_spy_open(&w->spy, spy_memory, sizeof spy_memory, &config);
    w->inner = *config.stream;
    w->slow.open = slow_open, w->slow.read = slow_read, w->slow.write = slow_write, w->slow.close = slow_close, w->slow.wait = slow_wait, w->slow.user = w;
    w->slow.secure = true;
    if (stepped)
        config.stream = &w->slow;
    s = dyn_open(&w->db, &config);
    w->opening = true;
    if (s == DYN_OK && strncmp(c->name, "docs_", 5) == 0 && c->run != docs_open) {
        dyn_docs_config d = { .memory = w->repo_memory, .memory_size = repo_memory, .table = "docs", .pk = "pk", .sk = "sk" };
        s = CALL(dyn_docs_open, &w->docs, &w->db, &d);
    } else if (s == DYN_OK && c->run != docs_open && strncmp(c->name, "related", 7) != 0) {
        dyn_repo_config r = { .memory = w->repo_memory, .memory_size = repo_memory, .convention = dyn_pydantic_dynamo(), .prefix = "p", .name = "n", .type = "t",
                              .batch = 2 };
        s = things_open(&w->repo, &w->db, &r);
    }
    if (s == DYN_OK) {
        w->opening = c->run == docs_open;
        tell_answers(w, c, drop_at);
        s = c->run(w);
    }
    if (s != DYN_OK && s != DYN_NOT_FOUND && dyn_last_error(&w->db)->status != s)
        fail_msg("%s: %s, and the error has %s: %s", c->name, dyn_status_name(s), dyn_status_name(dyn_last_error(&w->db)->status),
                 dyn_last_error(&w->db)->text);
    return s;
}

static void done(world *w)
{
    dyn_close(&w->db);
    for (int i = 1; i <= EDGE; i++)
        if (w->memory[-i] != 0xa5 || w->memory[w->memory_size + (size_t)i - 1] != 0xa5 || w->repo_memory[-i] != 0xa5 || w->repo_memory[w->repo_size + (size_t)i - 1] != 0xa5)
            fail_msg("the memory around was written to");
    free(w->memory - EDGE), free(w->repo_memory - EDGE);
}

/* All requests as one text. */
static char *requests(const world *w)
{
    static char text[128 * 1024];
    size_t n = 0;

    text[0] = 0;
    for (const dyn_spy_request *r = w->spy.requests; r; r = r->next)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s %s\n", r->operation.ptr, r->body.ptr);
    assert_true(n < sizeof text);
    char *copy = (char *)malloc(n + 1);
    return (char *)memcpy(copy, text, n + 1);
}

enum { CLIENT = 32 * 1024, REPO = 40 * 1024 };
static world w1, w2;
#define EACH(c) for (const call *c = calls; c < calls + sizeof calls / sizeof *calls; c++)

static void each_call_does_what_it_says(void **state)
{
    (void)state;
    EACH(c) {
        dyn_status s = run(&w1, c, false, CLIENT, REPO, -1);
        if (s != c->status || (c->wanted && strcmp(w1.out, c->wanted) != 0) || w1.spy.problem) {
            print_error("%s", requests(&w1));
            fail_msg("%s: %s %s\n  said %s\n  not  %s", c->name, dyn_status_name(s), dyn_last_error(&w1.db)->text, w1.out, c->wanted ? c->wanted : "");
        }
        done(&w1);
    }
}

static void stepped_byte_by_byte_each_call_sends_and_gives_the_same(void **state)
{
    (void)state;
    EACH(c) {
        dyn_status a = run(&w1, c, false, CLIENT, REPO, -1), b = run(&w2, c, true, CLIENT, REPO, -1);
        char *sent1 = requests(&w1), *sent2 = requests(&w2);
        if (a != b || strcmp(w1.out, w2.out) != 0 || strcmp(sent1, sent2) != 0)
            fail_msg("%s: %s, stepped %s %s\n%s%s\n  %s\n  %s", c->name, dyn_status_name(a), dyn_status_name(b), dyn_last_error(&w2.db)->text, sent1, sent2, w1.out, w2.out);
        free(sent1), free(sent2);
        done(&w1), done(&w2);
    }
}

/* Follows error.needed from nothing on; then every size below. In less memory a batch may be cut into more requests, for which no answers were told: then
 * only the status counts. */
static void sweep(const call *c, bool repo)
{
    size_t size = 0, enough, most = repo ? REPO : CLIENT, count;
    int hops = 0;

    (void)run(&w1, c, false, CLIENT, REPO, -1);
    count = w1.spy.count;
    done(&w1);

    for (;; hops++) {
        dyn_status s = run(&w1, c, false, repo ? CLIENT : size, repo ? size : REPO, -1);
        size_t needed = dyn_last_error(&w1.db)->needed;
        char text[320];
        snprintf(text, sizeof text, "%s", dyn_last_error(&w1.db)->text);
        done(&w1);
        if (s == c->status)
            break;
        if (s != DYN_NO_MEMORY || needed <= size || hops > 40 || needed > most)
            fail_msg("%s in %lu bytes of the %s: %s, needs %lu: %s", c->name, (unsigned long)size, repo ? "repository" : "client", dyn_status_name(s), (unsigned long)needed, text);
        size = needed;
    }
    enough = size;
    for (size = 0; size < enough + 300; size += size + 600 < enough ? 61 : 7) {
        dyn_status s = run(&w1, c, false, repo ? CLIENT : size, repo ? size : REPO, -1);
        if (s == DYN_NO_MEMORY ? dyn_last_error(&w1.db)->needed <= size : s != c->status || (c->wanted && w1.spy.count == count && strcmp(w1.out, c->wanted) != 0))
            fail_msg("%s in %lu bytes of the %s: %s %s, %s", c->name, (unsigned long)size, repo ? "repository" : "client", dyn_status_name(s), dyn_last_error(&w1.db)->text, w1.out);
        done(&w1);
    }
}

static void the_client_in_memory_of_every_size(void **state)
{
    (void)state;
    EACH(c)
        sweep(c, false);
}

static void the_repository_in_memory_of_every_size(void **state)
{
    (void)state;
    EACH(c)
        if (strncmp(c->name, "related", 7) != 0)
            sweep(c, true);
}

static void a_connection_that_breaks_at_any_request_is_no_loss(void **state)
{
    (void)state;
    EACH(c)
        for (int at = 0; at < MOST_ANSWERS && c->answers[at]; at++)
            for (int stepped = 0; stepped < 2; stepped++) {
                dyn_status s = run(&w1, c, stepped != 0, CLIENT, REPO, at);
                bool same = s == c->status && (!c->wanted || strcmp(w1.out, c->wanted) == 0);
                bool told = s == DYN_UNCERTAIN && dyn_last_error(&w1.db)->maybe_applied;
                if (!same && !(c->once && told))
                    fail_msg("%s, the answer to request %d lost: %s %s\n  said %s", c->name, at, dyn_status_name(s), dyn_last_error(&w1.db)->text, w1.out);
                done(&w1);
            }
}

/* --- Hostile answers ------------------------------------------------------------------------------------------------- */

static uint32_t seed;

static uint32_t dice(uint32_t sides)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % sides;
}

/* An answer with something wrong in it; it may still be JSON. */
static void spoil(char *text, size_t *len, size_t room)
{
    static const char bytes[] = "{}[]\",:0159-.eNSBMLntf\\ \x01\x7f\xc3\xff";
    size_t at = dice((uint32_t)*len), n = 1 + dice(12);

    n = n > *len - at ? *len - at : n;
    switch (dice(5)) {
    case 0:                                    /* one byte is another */
        text[at] = bytes[dice(sizeof bytes)];
        break;
    case 1:                                    /* some are missing */
        memmove(text + at, text + at + n, *len - at - n);
        *len -= n;
        break;
    case 2:                                    /* some come twice */
        if (*len + n <= room) {
            memmove(text + at + n, text + at, *len - at);
            *len += n;
        }
        break;
    case 3:                                    /* it ends early */
        *len = at + 1;
        break;
    default:                                   /* another type or a number of any size */
        for (size_t i = at; i + 4 < *len; i++)
            if (text[i] == '"' && text[i + 2] == '"' && text[i + 3] == ':') {
                text[i + 1] = "SNBLM"[dice(5)];
                break;
            }
    }
}

/* The same call on the same client and repository once more, with good answers, gives what it should. */
static void again(world *w, const call *c, const char *behind)
{
    w->spy.first_ = NULL;
    w->spy.unix_ms = 1795262400000;            /* a stamp without a fraction */
    w->out_len = 0, w->out[0] = 0;
    tell_answers(w, c, -1);
    dyn_status s = c->run(w);
    if (s != c->status || (c->wanted && strcmp(w->out, c->wanted) != 0))
        fail_msg("%s again, behind one that %s: %s %s\n  said %s", c->name, behind, dyn_status_name(s), dyn_last_error(&w->db)->text, w->out);
}

enum { ROUNDS = 400 };

static void whatever_is_answered_the_call_ends_and_the_client_goes_on(void **state)
{
    static char text[8192];
    int good = 0, bad = 0;

    (void)state;
    seed = 20261121;
    EACH(c)
        for (int round = 0; round < ROUNDS; round++) {
            int count = 0;
            while (count < MOST_ANSWERS && c->answers[count])
                count++;
            int which = (int)dice((uint32_t)count);
            size_t len = strlen(c->answers[which]);
            memcpy(text, c->answers[which], len);
            for (uint32_t n = 1 + dice(2); n > 0 && len > 1; n--)
                spoil(text, &len, sizeof text - 16);
            spoilt.at = which, spoilt.text = text, spoilt.len = len;
            dyn_status s = run(&w1, c, round % 2 != 0, CLIENT, REPO, -1);
            spoilt.text = NULL;
            *(s == c->status ? &good : &bad) += 1;
            if (s == DYN_PENDING || s == DYN_BUSY)
                fail_msg("%s ends with %s; answered was %.*s", c->name, dyn_status_name(s), (int)len, text);
            text[len] = 0;
            again(&w1, c, text);
            done(&w1);
        }
    assert_true(good > 100 && bad > 100);
}

static void a_call_that_is_cancelled_at_any_step_leaves_all_as_it_was(void **state)
{
    (void)state;
    EACH(c)
        for (long at = 0;; at += 1 + at / 6) {
            cancel_in = at;
            dyn_status s = run(&w1, c, true, CLIENT, REPO, -1);
            bool in_time = cancel_in < 0;
            cancel_in = -1;
            if (in_time && w1.opening && c->run != docs_open)
                fail_msg("%s: opening took steps", c->name);
            if (in_time ? s != DYN_CANCELLED : s != c->status)
                fail_msg("%s, cancelled at step %ld: %s %s", c->name, at, dyn_status_name(s), dyn_last_error(&w1.db)->text);
            again(&w1, c, "was cancelled");
            done(&w1);
            if (!in_time)
                break;
        }
}

/* Reads that are over, were never begun, or are in the middle of a row; a cursor without room. */
static dyn_status oddities(world *w)
{
    dyn_repo closed = w->repo;
    dyn_rows rows, other;
    owner o[2];
    thing t[2];
    char cursor[300];
    size_t n = 9;

    closed.state = NULL;
    assert_int_equal(dyn_scan(&w->db, &rows, &owner_model, NULL), DYN_OK);
    assert_int_equal(finish(w, dyn_collect_begin(&rows, o, sizeof *o, 2, &n)), DYN_OK);
    assert_int_equal(n, 1);
    assert_int_equal(dyn_finish(&rows), DYN_OK);
    n = 9;
    assert_int_equal(dyn_collect_begin(&rows, o, sizeof *o, 2, &n), DYN_DONE);             /* it is over, and well */
    assert_int_equal(n, 0);
    assert_int_equal(dyn_page_begin(&rows, o, sizeof *o, 2, &n, cursor, sizeof cursor), DYN_DONE);
    assert_int_equal(dyn_collect(&rows, o, sizeof *o, 2, &n), DYN_OK);

    assert_int_equal(dyn_scan(&w->db, &rows, &owner_model, &(dyn_query){ .index = "none" }), DYN_INVALID);
    assert_int_equal(dyn_collect_begin(&rows, o, sizeof *o, 2, &n), DYN_INVALID);          /* what the begin said */
    assert_non_null(strstr(dyn_last_error(&w->db)->text, "none"));

    assert_int_equal(dyn_scan(&w->db, &rows, &owner_model, NULL), DYN_OK);
    assert_int_equal(dyn_next_begin(&rows, o, sizeof *o), DYN_OK);
    assert_int_equal(dyn_collect_begin(&rows, o, sizeof *o, 2, &n), DYN_BUSY);             /* and what runs goes on */
    assert_int_equal(dyn_scan(&w->db, &other, &owner_model, NULL), DYN_BUSY);
    assert_int_equal(dyn_page_begin(&other, o, sizeof *o, 2, &n, cursor, sizeof cursor), DYN_BUSY);
    assert_int_equal(finish_row(w, DYN_OK), DYN_ROW);
    assert_int_equal(finish(w, dyn_collect_begin(&rows, o, sizeof *o, 2, &n)), DYN_OK);    /* from where it stands */
    assert_int_equal(n, 1);
    assert_string_equal(o[0].name, "ben");

    assert_int_equal(dyn_scan(&w->db, &rows, &owner_model, NULL), DYN_OK);
    assert_int_equal(dyn_page_begin(&rows, o, sizeof *o, 0, &n, cursor, sizeof cursor), DYN_INVALID);
    assert_string_equal(dyn_last_error(&w->db)->text, "dyn_page: a page has room for one row or more");
    assert_false(rows.open);
    assert_int_equal(things_list(&w->repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("a") }), DYN_OK);
    assert_int_equal(things_page_begin(&w->repo, &rows, t, NULL, 0, &n, cursor, sizeof cursor), DYN_INVALID);
    assert_string_equal(dyn_last_error(&w->db)->text, "dyn_repo_page: a page has room for one content or more");
    assert_int_equal(things_list(&w->repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("a") }), DYN_OK);
    assert_int_equal(things_collect_begin(&closed, &rows, t, NULL, 2, &n), DYN_INVALID);
    assert_string_equal(dyn_last_error(&w->db)->text, "the repository is not open");

    assert_int_equal(things_list(&w->repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("a") }), DYN_OK);
    assert_int_equal(finish(w, things_page_begin(&w->repo, &rows, t, NULL, 1, &n, cursor, 8)), DYN_TOO_LARGE);
    assert_non_null(strstr(dyn_last_error(&w->db)->text, "dyn_repo_page: the cursor does not fit 8 bytes"));
    assert_int_equal(n, 1);
    assert_string_equal(cursor, "");

    assert_int_equal(dyn_scan(&w->db, &rows, &owner_model, NULL), DYN_OK);
    assert_int_equal(finish(w, dyn_collect_begin(&rows, o, sizeof *o, 1, &n)), DYN_TOO_LARGE);
    assert_non_null(strstr(dyn_last_error(&w->db)->text, "more rows than the 1"));         /* the one more does not fit its struct */
    assert_int_equal(dyn_last_error(&w->db)->status, DYN_TOO_LARGE);

    assert_int_equal(things_list(&w->repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("a") }), DYN_OK);
    assert_int_equal(things_collect_begin(&w->repo, &rows, t, NULL, 2, &n), DYN_OK);
    dyn_repo_close(&w->repo);                  /* ends it */
    assert_int_equal(dyn_finish(&rows), DYN_CANCELLED);
    return DYN_OK;
}

static void what_cannot_be_gathered_is_told(void **state)
{
    static const call odd = { "oddities", oddities, "", DYN_OK, false,
        { PAGE(LIVES("ann", "Ulm"), ""), PAGE(LIVES("ann", "Ulm") "," LIVES("ben", "Bonn"), ""), PAGE(ITEM("k", "5"), MORE),
          PAGE(LIVES("ann", "Ulm") "," LIVES("a name of twenty and more", "Bonn"), "") } };

    (void)state;
    for (int stepped = 0; stepped < 2; stepped++) {
        assert_int_equal(run(&w1, &odd, stepped != 0, CLIENT, REPO, -1), DYN_OK);
        assert_int_equal(w1.spy.count, 4);     /* nothing else was sent */
        done(&w1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_does_what_it_says), cmocka_unit_test(stepped_byte_by_byte_each_call_sends_and_gives_the_same),
        cmocka_unit_test(the_client_in_memory_of_every_size), cmocka_unit_test(the_repository_in_memory_of_every_size),
        cmocka_unit_test(a_connection_that_breaks_at_any_request_is_no_loss), cmocka_unit_test(whatever_is_answered_the_call_ends_and_the_client_goes_on),
        cmocka_unit_test(a_call_that_is_cancelled_at_any_step_leaves_all_as_it_was), cmocka_unit_test(what_cannot_be_gathered_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
