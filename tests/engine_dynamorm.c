#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* What DynamORM does on its tables, against the engine: relations, and twins of that library's own tests (each says of which). What is stored is
 * looked at in the engine's own answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

/* ---- the forum of the documentation of its relations */

typedef struct user { char name[32]; int64_t karma; } user;
static const dyn_field user_fields[] = { DYN_TEXT(user, name), DYN_INT(user, karma, .optional = true) };
static const dyn_model user_model = { DYN_MODEL(user, user_fields), .table = "users", .pk = "name" };
DYN_TYPED(user, user_model)

typedef struct thread { char forum_name[32], user_name[32], subject[64]; } thread;
static const dyn_field thread_fields[] = { DYN_TEXT(thread, forum_name), DYN_TEXT(thread, user_name), DYN_TEXT(thread, subject) };
static const dyn_index thread_indexes[] = {
    { .name = "threads-by-user", .pk = { "user_name" }, .sk = { "subject" }, .projection = DYN_PROJECT_KEYS }
};
static const dyn_model thread_model = {
    DYN_MODEL(thread, thread_fields), .table = "threads", .pk = "forum_name", .sk = "subject", DYN_INDEXES(thread_indexes)
};
DYN_TYPED(thread, thread_model)

typedef struct reply { char forum_thread[100], created[32], user_name[32], message[64]; int64_t likes; } reply;
static const dyn_field reply_fields[] = {
    DYN_TEXT(reply, forum_thread), DYN_TEXT(reply, created), DYN_TEXT(reply, user_name), DYN_TEXT(reply, message, .omit_zero = true),
    DYN_INT(reply, likes, .omit_zero = true)
};
static const dyn_index reply_indexes[] = {
    { .name = "replies-by-user", .pk = { "user_name" }, .sk = { "message" }, .projection = DYN_PROJECT_KEYS }
};
static const dyn_model reply_model = {
    DYN_MODEL(reply, reply_fields), .table = "replies", .pk = "forum_thread", .sk = "created", DYN_INDEXES(reply_indexes)
};
DYN_TYPED(reply, reply_model)

/* One that has a number for its key and a template in its table's. */
typedef struct profile { char name[32]; int64_t number; char about[64]; } profile;
static const dyn_field profile_fields[] = { DYN_TEXT(profile, name), DYN_INT(profile, number), DYN_TEXT(profile, about, .omit_zero = true) };
static const dyn_model profile_model = { DYN_MODEL(profile, profile_fields), .table = "profiles", .pk = "pk = USER#{name}", .sk = "number" };

static const dyn_relation thread_replies = {
    .name = "replies", .from = &thread_model, .to = &reply_model, .on = { "forum_thread = {forum_name}\n{subject}" }
};
static const dyn_relation reply_thread = {
    .name = "thread", .from = &reply_model, .to = &thread_model, .on = { "forum_thread = {forum_name}\n{subject}" }, .back = true
};
static const dyn_relation thread_user = { .name = "user", .from = &thread_model, .to = &user_model, .on = { "name = {user_name}" } };
static const dyn_relation user_threads = {
    .name = "threads", .from = &user_model, .to = &thread_model, .on = { "user_name = {name}" }, .index = "threads-by-user"
};
static const dyn_relation user_replies = {
    .name = "replies", .from = &user_model, .to = &reply_model, .on = { "user_name = {name}" }, .index = "replies-by-user"
};
static const dyn_relation user_profile = {
    .name = "profile", .from = &user_model, .to = &profile_model, .on = { "name", "number = {karma}" }
};
DYN_TYPED_RELATION(thread_user, thread, user, thread_user)
DYN_TYPED_RELATION(user_profile, user, profile, user_profile)

/* ---- the table of the library's tests: foo (hash), bar (range) */

typedef struct child { char sub[24]; int64_t n; bool has_n; } child;
static const dyn_field child_fields[] = { DYN_TEXT(child, sub, .omit_zero = true), DYN_INT(child, n, .has = DYN_HAS(child, has_n)) };
static const dyn_model child_model = { DYN_MODEL(child, child_fields) };

typedef struct entry {
    char    foo[32], bar[32], baz[400];
    int64_t count;
    bool    has_count;
    child   inner;
    bool    has_inner;
    char    things[6][16];
    int     thing_count;
    bool    has_things;
} entry;
static const dyn_field entry_fields[] = {
    DYN_TEXT(entry, foo), DYN_TEXT(entry, bar), DYN_TEXT(entry, baz, .omit_zero = true), DYN_INT(entry, count, .has = DYN_HAS(entry, has_count)),
    DYN_MAP(entry, inner, child_model, .has = DYN_HAS(entry, has_inner)), DYN_TEXT_LIST(entry, things, thing_count, .has = DYN_HAS(entry, has_things)),
};
static const dyn_index entry_indexes[] = {
    { .name = "by-baz", .pk = { "baz" }, .projection = DYN_PROJECT_INCLUDE, .include = { "count" } },
    { .name = "by-count", .sk = { "count" }, .local = true },
};
static const dyn_model entry_model = { DYN_MODEL(entry, entry_fields), .table = "items", .pk = "foo", .sk = "bar", DYN_INDEXES(entry_indexes) };
DYN_TYPED(entry, entry_model)

/* ---- the lock of its documentation */

typedef struct lock { char name[16]; int64_t updated; char key[16]; bool is_locked; } lock;
static const dyn_field lock_fields[] = {
    DYN_TEXT(lock, name), DYN_INT(lock, updated), DYN_TEXT(lock, key, .omit_zero = true), DYN_BOOL(lock, is_locked),
};
static const dyn_model lock_model = { DYN_MODEL(lock, lock_fields), .table = "locks", .pk = "name" };
DYN_TYPED(lock, lock_model)

static fixture f;
static dyn_client *const db = &f.db;
static dyn_related r;

static int forum(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, 32 * 1024, NULL));
    fixture_table(&f, &user_model);
    fixture_table(&f, &thread_model);
    fixture_table(&f, &reply_model);
    fixture_table(&f, &profile_model);
    return 0;
}

static int no_forum(void **state)
{
    (void)state;
    fixture_drop(&f, &user_model);
    fixture_drop(&f, &thread_model);
    fixture_drop(&f, &reply_model);
    fixture_drop(&f, &profile_model);
    fixture_close(&f);
    return 0;
}

static const thread hello = { "Cats", "ann", "Hello" };

static void put_replies(int count)
{
    for (int i = 0; i < count; i++) {
        reply a = { "", "", "bob", "", i };
        snprintf(a.created, sizeof a.created, "2026-11-%02d", i + 1);
        snprintf(a.message, sizeof a.message, "message %d", i);
        want(db, DYN_OK, dyn_relate(db, &r, &thread_replies, &hello));
        want(db, DYN_OK, dyn_related_put(&r, &a, NULL));
        assert_string_equal(a.forum_thread, "Cats\nHello");
    }
}

/* Twin of DynamORM: the forum example: Thread.replies is iterated. */
static void many_are_read_in_their_order(void **state)
{
    reply got;
    dyn_rows rows;
    int n = 0;

    (void)state;
    put_replies(5);
    holds(engine_get(&f, &reply_model, "\"forum_thread\":{\"S\":\"Cats\\nHello\"},\"created\":{\"S\":\"2026-11-02\"}"), "\"message\":{\"S\":\"message 1\"}");
    want(db, DYN_OK, dyn_relate(db, &r, &thread_replies, &hello));
    want(db, DYN_OK, dyn_related_select(&r, &rows, NULL));
    while (reply_next(&rows, &got) == DYN_ROW)
        assert_int_equal(got.likes, n++);
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(n, 5);
}

/* Twin of DynamORM: QuerySet.filter and count; a filter on the key's members too. */
static void many_are_filtered_and_counted(void **state)
{
    dyn_counted counted;
    reply got;
    dyn_rows rows;

    (void)state;
    put_replies(6);
    want(db, DYN_OK, dyn_relate(db, &r, &thread_replies, &hello));
    want(db, DYN_OK, dyn_related_count(&r, NULL, &counted));
    assert_int_equal(counted.count, 6);
    want(db, DYN_OK, dyn_related_count(&r, &(dyn_query){ .where = { DYN_EXPR("likes >= ?", 4) } }, &counted));
    assert_int_equal(counted.count, 2);
    dyn_related_select(&r, &rows, &(dyn_query){ .key = DYN_EXPR("created BETWEEN ? AND ?", "2026-11-02", "2026-11-04"), .newest_first = true, .limit = 1 });
    want(db, DYN_ROW, reply_next(&rows, &got));
    assert_string_equal(got.created, "2026-11-04");
    want(db, DYN_DONE, reply_next(&rows, &got));
    want(db, DYN_OK, dyn_finish(&rows));
}

/* Twin of DynamORM: the forum example: Thread.user, and User.replies over an index that holds keys alone. */
static void one_is_read_from_the_side_of_many(void **state)
{
    thread t;
    user u = { "ann", 7 }, got = { "", 0 };
    reply one;
    dyn_counted counted;

    (void)state;
    put_replies(2);
    want(db, DYN_OK, user_put(db, &u, NULL));
    want(db, DYN_OK, thread_put(db, &hello, NULL));
    want(db, DYN_OK, thread_user_relate(db, &r, &hello));
    want(db, DYN_OK, thread_user_get(&r, &got, NULL));
    assert_string_equal(got.name, "ann");
    assert_int_equal(got.karma, 7);

    reply a = { "Cats\nHello", "2026-11-01", "bob", "", 0 };
    memset(&t, 0, sizeof t);
    want(db, DYN_OK, dyn_relate(db, &r, &reply_thread, &a));
    want(db, DYN_OK, dyn_related_get(&r, &t, NULL));
    assert_string_equal(t.user_name, "ann");

    user bob = { "bob", 0 };
    want(db, DYN_OK, dyn_relate(db, &r, &user_replies, &bob));
    want(db, DYN_OK, dyn_related_count(&r, NULL, &counted));
    assert_int_equal(counted.count, 2);
    memset(&one, 0, sizeof one);
    want(db, DYN_OK, dyn_related_get(&r, &one, NULL));
    assert_string_equal(one.message, "message 0");

    want(db, DYN_OK, dyn_relate(db, &r, &user_threads, &u));
    memset(&t, 0, sizeof t);
    want(db, DYN_OK, dyn_related_get(&r, &t, NULL));
    assert_string_equal(t.subject, "Hello");
}

/* An index that holds keys alone: the one is read whole all the same. */
static void one_over_an_index_of_keys_is_whole(void **state)
{
    user bob = { "bob", 0 };
    reply one;

    (void)state;
    put_replies(3);
    engine_put(&f, &reply_model, "\"forum_thread\":{\"S\":\"x\"},\"created\":{\"S\":\"y\"},\"user_name\":{\"S\":\"bob\"},\"message\":{\"S\":\"a\"},"
               "\"likes\":{\"N\":\"77\"}");
    want(db, DYN_OK, dyn_relate(db, &r, &user_replies, &bob));
    want(db, DYN_OK, dyn_related_get(&r, &one, NULL));
    assert_int_equal(one.likes, 77);
    reply keys;
    memset(&keys, 0, sizeof keys);
    want(db, DYN_OK, dyn_related_get(&r, &keys, &(dyn_get_options){ .fields = DYN_FIELDS("message") }));
    assert_int_equal(keys.likes, 0);
}

/* Twin of DynamORM: the one-to-one lifecycle: created when absent, found then, replaced, deleted, and deleting nothing. */
static void one_to_one_is_made_found_replaced_and_deleted(void **state)
{
    user u = { "ann", 3 };
    profile p = { "", 0, "new here" };
    bool made = false;

    (void)state;
    want(db, DYN_OK, user_profile_relate(db, &r, &u));
    want(db, DYN_NOT_FOUND, user_profile_get(&r, &p, NULL));
    assert_string_equal(p.name, "ann");
    assert_int_equal(p.number, 3);
    assert_string_equal(p.about, "new here");
    want(db, DYN_OK, user_profile_make(&r, &p, &made, NULL));
    assert_true(made);
    holds(engine_get(&f, &profile_model, "\"pk\":{\"S\":\"USER#ann\"},\"number\":{\"N\":\"3\"}"), "\"about\":{\"S\":\"new here\"}|\"name\":{\"S\":\"ann\"}");
    profile other = { "", 0, "another" };
    want(db, DYN_OK, user_profile_make(&r, &other, &made, NULL));
    assert_false(made);
    assert_string_equal(other.about, "new here");
    profile next = { "zoe", 9, "replaced" };
    want(db, DYN_OK, user_profile_put(&r, &next, NULL));
    holds(engine_get(&f, &profile_model, "\"pk\":{\"S\":\"USER#ann\"},\"number\":{\"N\":\"3\"}"), "\"about\":{\"S\":\"replaced\"}");
    want(db, DYN_OK, dyn_related_delete(&r, NULL));
    assert_string_equal(engine_get(&f, &profile_model, "\"pk\":{\"S\":\"USER#ann\"},\"number\":{\"N\":\"3\"}"), "{}");
    want(db, DYN_OK, dyn_related_delete(&r, NULL));
    want(db, DYN_CONDITION_FAILED, dyn_related_delete(&r, &(dyn_write_options){ .when = { DYN_EXPR("attribute_exists(name)") } }));
}

/* Twin of DynamORM: a many-to-one that is assigned sets the keys of its owner: reply.user = ann. */
static void what_is_assigned_sets_the_keys_of_its_owner(void **state)
{
    user ann = { "ann", 3 }, got = { "", 0 }, owner = { "", 0 };
    thread cats = { "pets", "", "Cats" }, from_reply = { "", "", "" };
    reply miaow = { "", "2026-11-20", "", "Miaow", 0 };
    profile p = { "zoe", 9, "" };

    (void)state;
    want(db, DYN_OK, user_put(db, &ann, NULL));
    want(db, DYN_OK, thread_user_relate_to(db, &r, &cats, &ann));
    assert_string_equal(cats.user_name, "ann");
    want(db, DYN_OK, thread_user_get(&r, &got, NULL));        /* and it leads there from now on */
    assert_int_equal(got.karma, 3);
    want(db, DYN_OK, dyn_relate_to(db, &r, &reply_thread, &miaow, &cats));
    assert_string_equal(miaow.forum_thread, "pets\nCats");
    want(db, DYN_OK, dyn_relate_to(db, &r, &thread_replies, &from_reply, &miaow));
    assert_string_equal(from_reply.forum_name, "pets");
    assert_string_equal(from_reply.subject, "Cats");
    want(db, DYN_OK, user_profile_relate_to(db, &r, &owner, &p));
    assert_string_equal(owner.name, "zoe");
    assert_int_equal(owner.karma, 9);
    strcpy(miaow.forum_thread, "no line break");
    refuses(db, "relation \"replies\"|does not fit its template", dyn_relate_to(db, &r, &thread_replies, &from_reply, &miaow));
}

/* A profile with a rule, for the next test. */
static const dyn_field ruled_fields[] = { DYN_TEXT(profile, name), DYN_INT(profile, number), DYN_TEXT(profile, about, DYN_LENGTH("3", "40")) };
static const dyn_model ruled_model = { DYN_MODEL(profile, ruled_fields), .table = "profiles", .pk = "pk = USER#{name}", .sk = "number" };
static const dyn_relation user_ruled = { .name = "ruled", .from = &user_model, .to = &ruled_model, .on = { "name", "number = {karma}" } };

/* Twin of DynamORM: sample.save() saves and validates what is one to one with it: both are stored, or none. */
static void an_owner_and_its_partner_are_saved_together(void **state)
{
    static const char key[] = "\"pk\":{\"S\":\"USER#ann\"},\"number\":{\"N\":\"3\"}";
    user u = { "ann", 3 }, stored;
    profile p = { "", 0, "new here" };
    dyn_image existing = { .item = &stored };
    long before;

    (void)state;
    want(db, DYN_OK, dyn_relate(db, &r, &user_ruled, &u));
    strcpy(p.about, "no");
    refuses(db, "about", dyn_related_save(&r, &p, NULL));
    assert_string_equal(engine_get(&f, &user_model, "\"name\":{\"S\":\"ann\"}"), "{}");
    strcpy(p.about, "new here");
    before = gate_is_there() ? gate_stat("requests") : 0;
    want(db, DYN_OK, dyn_related_save(&r, &p, NULL));
    assert_string_equal(p.name, "ann");
    assert_int_equal(p.number, 3);
    if (gate_is_there())
        assert_int_equal(gate_stat("requests") - before, 1);
    holds(engine_get(&f, &user_model, "\"name\":{\"S\":\"ann\"}"), "\"karma\":{\"N\":\"3\"}");
    holds(engine_get(&f, &profile_model, key), "\"about\":{\"S\":\"new here\"}");

    /* save(unique=True): the owner is there, so neither is written */
    strcpy(p.about, "another");
    dyn_write_options unique = { .when = { DYN_EXPR("attribute_not_exists(name)") }, .existing = &existing };
    want(db, DYN_CONDITION_FAILED, dyn_related_save(&r, &p, &unique));
    assert_true(existing.found);
    assert_string_equal(stored.name, "ann");
    holds(engine_get(&f, &profile_model, key), "\"about\":{\"S\":\"new here\"}");
    refuses(db, "relation \"ruled\"|belong to the write of one", dyn_related_save(&r, &p, &(dyn_write_options){ .check_version = true }));
    want(db, DYN_OK, dyn_related_save_begin(&r, &p, NULL));
    while (dyn_step(db) == DYN_PENDING)
        usleep(100);
    holds(engine_get(&f, &profile_model, key), "\"about\":{\"S\":\"another\"}");
}

/* Twin of DynamORM: the one-to-one lifecycle, further: what is related is validated, saved in part, and of one type: another does not compile. Deleting what is not there
 * is no error unless a condition asks. */
static void one_to_one_is_validated_and_saved_in_part(void **state)
{
    user u = { "ann", 3 };
    profile p = { "", 0, "no" }, changed;

    (void)state;
    want(db, DYN_OK, dyn_relate(db, &r, &user_ruled, &u));
    refuses(db, "about", dyn_related_put(&r, &p, NULL));
    want(db, DYN_INVALID, dyn_related_make(&r, &p, NULL, NULL));      /* it looks first, and puts nothing */
    says(db, "about");
    assert_string_equal(engine_get(&f, &profile_model, "\"pk\":{\"S\":\"USER#ann\"},\"number\":{\"N\":\"3\"}"), "{}");
    strcpy(p.about, "long enough");
    want(db, DYN_OK, dyn_related_put(&r, &p, NULL));
    engine_put(&f, &profile_model, "\"pk\":{\"S\":\"USER#ann\"},\"number\":{\"N\":\"3\"},\"name\":{\"S\":\"ann\"},\"about\":{\"S\":\"long enough\"},\"more\":{\"N\":\"1\"}");
    changed = p;
    strcpy(changed.about, "partly");
    want(db, DYN_OK, dyn_save_changes(db, &ruled_model, &p, &changed, NULL));
    holds(engine_get(&f, &profile_model, "\"pk\":{\"S\":\"USER#ann\"},\"number\":{\"N\":\"3\"}"), "\"about\":{\"S\":\"partly\"}|\"more\":{\"N\":\"1\"}");
    want(db, DYN_OK, dyn_relate(db, &r, &user_ruled, &u));
    want(db, DYN_OK, dyn_related_delete(&r, NULL));
    want(db, DYN_OK, dyn_related_delete(&r, NULL));
    want(db, DYN_CONDITION_FAILED, dyn_related_delete(&r, &(dyn_write_options){ .when = { DYN_EXPR("attribute_exists(name)") } }));
}

/* In the library the related instance is kept by the class, so that two owners have the same. */
static void nothing_is_kept_between_two_owners(void **state)
{
    user a = { "ann", 1 }, b = { "bob", 1 };
    profile p = { "", 0, "of ann" }, q = { "", 0, "of bob" };
    dyn_related ra, rb;

    (void)state;
    want(db, DYN_OK, user_profile_relate(db, &ra, &a));
    want(db, DYN_OK, user_profile_relate(db, &rb, &b));
    want(db, DYN_OK, user_profile_make(&ra, &p, NULL, NULL));
    want(db, DYN_OK, user_profile_make(&rb, &q, NULL, NULL));
    want(db, DYN_OK, user_profile_get(&ra, &q, NULL));
    assert_string_equal(q.about, "of ann");
    want(db, DYN_OK, user_profile_get(&rb, &p, NULL));
    assert_string_equal(p.about, "of bob");
}

/* Twin of DynamORM: assigning: the keys are set from the owner. */
static void assigning_sets_the_keys(void **state)
{
    user u = { "cat", 0 };
    thread t = { "Cats", "", "Mine" };

    (void)state;
    want(db, DYN_OK, dyn_relate(db, &r, &user_threads, &u));
    want(db, DYN_OK, dyn_related_assign(&r, &t));
    assert_string_equal(t.user_name, "cat");
    user back = { "", 0 };
    want(db, DYN_OK, dyn_relate(db, &r, &thread_user, &t));
    want(db, DYN_OK, dyn_related_assign(&r, &back));
    assert_string_equal(back.name, "cat");
}

static void what_is_wrong_with_a_relation_is_named(void **state)
{
    static const dyn_relation no_member = { .name = "a", .from = &user_model, .to = &thread_model, .on = { "owner = {name}" } };
    static const dyn_relation no_source = { .name = "b", .from = &user_model, .to = &thread_model, .on = { "user_name = {nick}" } };
    static const dyn_relation no_width = { .name = "c", .from = &user_model, .to = &thread_model, .on = { "user_name = {name}/{karma}" } };
    static const dyn_relation nothing = { .name = "d", .from = &user_model, .to = &thread_model };
    user u = { "a/b", 0 };
    thread t = { "x", "", "y" };
    reply odd = { "no line break", "c", "u", "", 0 };
    dyn_rows rows;

    (void)state;
    refuses(db, "relation \"a\"|\"owner\" is no member of model \"thread\"", dyn_relate(db, &r, &no_member, &u));
    want(db, DYN_INVALID, dyn_related_get(&r, &t, NULL));
    want(db, DYN_INVALID, dyn_related_select(&r, &rows, NULL));
    want(db, DYN_INVALID, dyn_finish(&rows));
    refuses(db, "model \"user\": its key template names {nick}|in relation \"b\"", dyn_relate(db, &r, &no_source, &u));
    refuses(db, "needs a width|relation \"c\"", dyn_relate(db, &r, &no_width, &u));
    refuses(db, "relation \"d\"|.on", dyn_relate(db, &r, &nothing, &u));
    refuses(db, "relation \"thread\"|\"no line break\" does not fit its template", dyn_relate(db, &r, &reply_thread, &odd));
    want(db, DYN_OK, dyn_relate(db, &r, &user_threads, &u));
    refuses(db, "relation \"threads\"|dyn_related_delete needs a relation by the whole key of model \"thread\"", dyn_related_delete(&r, NULL));
    refuses(db, "dyn_related_make needs a relation by the whole key", dyn_related_make(&r, &t, NULL, NULL));
}

/* A thread's user is asked for by a second client while the first reads threads. */
static void a_relation_may_be_made_while_a_read_is_open(void **state)
{
    user ann = { "ann", 1 };
    dyn_rows rows;
    thread t;
    fixture second;

    (void)state;
    want(db, DYN_OK, user_put(db, &ann, NULL));
    want(db, DYN_OK, thread_put(db, &hello, NULL));
    want(db, DYN_OK, fixture_open(&second, 16 * 1024, &(dyn_config){ .table_prefix = f.prefix }));
    thread_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("forum_name = ?", "Cats") });
    while (thread_next(&rows, &t) == DYN_ROW) {
        user u;
        want(db, DYN_OK, thread_user_relate(db, &r, &t));
        want(db, DYN_BUSY, thread_user_get(&r, &u, NULL));
        want(&second.db, DYN_OK, thread_user_relate(&second.db, &r, &t));
        want(&second.db, DYN_OK, thread_user_get(&r, &u, NULL));
        assert_int_equal(u.karma, 1);
    }
    want(db, DYN_OK, dyn_finish(&rows));
    fixture_close(&second);
}

/* Each call has a twin that only begins; make is a chain of two. */
static void relations_are_stepped(void **state)
{
    user u = { "eve", 1 };
    profile p = { "", 0, "x" };
    bool made;
    dyn_status s;

    (void)state;
    want(db, DYN_OK, user_profile_relate(db, &r, &u));
    want(db, DYN_OK, user_profile_make_begin(&r, &p, &made, NULL));
    for (long i = 0; (s = dyn_step(db)) == DYN_PENDING && i < 100000000; i++) { }
    want(db, DYN_OK, s);
    assert_true(made);
    put_replies(1);
    reply one;
    user bob = { "bob", 0 };
    want(db, DYN_OK, dyn_relate(db, &r, &user_replies, &bob));
    want(db, DYN_OK, dyn_related_get_begin(&r, &one, NULL));
    for (long i = 0; (s = dyn_step(db)) == DYN_PENDING && i < 100000000; i++) { }
    want(db, DYN_OK, s);
    assert_string_equal(one.created, "2026-11-01");
}

/* ---- hooks of a repository */

static struct heard { int saved, updated, gone; char last[32]; } heard;

static void after_save(void *own, dyn_key partition, dyn_key content, const void *item)
{
    (void)own, (void)content;
    *(item ? &heard.saved : &heard.updated) += 1;
    snprintf(heard.last, sizeof heard.last, "%s", partition.args[0].as.s.ptr);
}

static const char *before_delete(void *own, dyn_key partition, dyn_key content)
{
    (void)own, (void)content;
    return strcmp(partition.args[0].as.s.ptr, "root") == 0 ? "the root stays" : NULL;
}

static void after_delete(void *own, dyn_key partition, dyn_key content)
{
    (void)own, (void)partition, (void)content;
    heard.gone++;
}

/* Twin of DynamORM: the signals post_save, post_update, pre_delete, post_delete. */
static void hooks_hear_of_what_was_done(void **state)
{
    static const dyn_repo_hooks hooks = { .after_save = after_save, .before_delete = before_delete, .after_delete = after_delete };
    static unsigned char memory[24 * 1024];
    dyn_repo_config c = { DYN_MEMORY(memory), .convention = dyn_dynamorm(), .hooks = &hooks };
    user u = { "ann", 1 };
    dyn_repo repo;

    (void)state;
    memset(&heard, 0, sizeof heard);
    want(db, DYN_OK, dyn_repo_open(&repo, db, &user_model, &c));
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("ann"), dyn_no_ids(), &u, NULL));
    assert_int_equal(heard.saved, 1);
    assert_string_equal(heard.last, "ann");
    want(db, DYN_CONDITION_FAILED, dyn_repo_put(&repo, DYN_KEY("ann"), dyn_no_ids(), &u, &(dyn_repo_write){ .create = true }));
    assert_int_equal(heard.saved, 1);
    want(db, DYN_OK, dyn_repo_update(&repo, DYN_KEY("ann"), dyn_no_ids(), DYN_EXPR("SET karma = karma + ?", 1), NULL));
    assert_int_equal(heard.updated, 1);
    refuses(db, "model \"user\"|the root stays", dyn_repo_delete(&repo, DYN_KEY("root"), dyn_no_ids(), NULL));
    want(db, DYN_OK, dyn_repo_delete(&repo, DYN_KEY("ann"), dyn_no_ids(), NULL));
    assert_int_equal(heard.gone, 1);
    want(db, DYN_NOT_FOUND, user_get(db, &u, NULL));
}

/* ---- twins of the tests of one table */

static int items(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, 64 * 1024, NULL));
    fixture_table(&f, &entry_model);
    return 0;
}

static int no_items(void **state)
{
    (void)state;
    return fixture_end(&f, &entry_model);
}

static entry of(const char *foo, const char *bar, const char *baz, int64_t count)
{
    entry i;

    memset(&i, 0, sizeof i);
    snprintf(i.foo, sizeof i.foo, "%s", foo);
    snprintf(i.bar, sizeof i.bar, "%s", bar);
    snprintf(i.baz, sizeof i.baz, "%s", baz);
    i.count = count, i.has_count = true;
    return i;
}

static void put(entry i)
{
    want(db, DYN_OK, entry_put(db, &i, NULL));
}

/* Twin of DynamORM: test_table_create_delete. */
static void a_table_exists_until_it_is_deleted(void **state)
{
    dyn_table_info info;

    (void)state;
    want(db, DYN_OK, dyn_describe_table(db, &entry_model, &info, NULL));
    want(db, DYN_OK, dyn_delete_table(db, &entry_model, NULL));
    want(db, DYN_OK, dyn_wait_table(db, &entry_model, DYN_TABLE_GONE, NULL));
    want(db, DYN_NOT_FOUND, dyn_describe_table(db, &entry_model, &info, NULL));
}

/* Twin of DynamORM: test_put_remove_nones and test_put_get; what is absent is left out at any depth. */
static void a_put_leaves_out_what_is_absent(void **state)
{
    entry i = of("first", "one", "", 0), got;

    (void)state;
    i.has_count = false, i.has_inner = true;
    put(i);
    const char *stored = engine_get(&f, &entry_model, "\"foo\":{\"S\":\"first\"},\"bar\":{\"S\":\"one\"}");
    holds(stored, "\"bar\":{\"S\":\"one\"}|\"inner\":{\"M\":{}}");
    assert_true(!strstr(stored, "count") && !strstr(stored, "baz") && !strstr(stored, "things"));
    want(db, DYN_OK, entry_get_key(db, &got, DYN_KEY("first", "one"), NULL));
    assert_false(got.has_count);
    assert_true(got.has_inner);
    want(db, DYN_NOT_FOUND, entry_get_key(db, &got, DYN_KEY("first", "two"), NULL));   /* test_get_non_existant */
}

/* Twin of DynamORM: test_schema_change: an attribute that the model does not know, or no longer, is passed over; an update keeps it, a put does not. */
static void attributes_of_another_schema_are_passed_over(void **state)
{
    entry got;

    (void)state;
    engine_put(&f, &entry_model, "\"foo\":{\"S\":\"a\"},\"bar\":{\"S\":\"b\"},\"gone\":{\"L\":[{\"N\":\"1\"},{\"NULL\":true}]},\"count\":{\"N\":\"4\"}");
    want(db, DYN_OK, entry_get_key(db, &got, DYN_KEY("a", "b"), NULL));
    assert_int_equal(got.count, 4);
    want(db, DYN_OK, entry_update(db, &got, DYN_EXPR("SET baz = ?", "new"), &(dyn_write_options){ .into = &(dyn_image){ .item = &got } }));
    assert_string_equal(got.baz, "new");
    holds(engine_get(&f, &entry_model, "\"foo\":{\"S\":\"a\"},\"bar\":{\"S\":\"b\"}"), "\"gone\":|\"baz\":{\"S\":\"new\"}");
}

/* Twin of DynamORM: test_put_unique; the hash key may be a reserved word, which in the library is an error. */
static void a_unique_put_refuses_the_second(void **state)
{
    user u = { "ann", 1 };
    dyn_write_options unique = { .when = { DYN_EXPR("attribute_not_exists(name)") } };

    (void)state;
    fixture_table(&f, &user_model);
    want(db, DYN_OK, user_put(db, &u, &unique));
    want(db, DYN_CONDITION_FAILED, user_put(db, &u, &unique));
    fixture_drop(&f, &user_model);
}

/* Twin of DynamORM: test_put_batch and test_get_batch, with a projection that has a reserved word. */
static void a_batch_is_put_and_read_in_part(void **state)
{
    entry all[130];
    dyn_status status[130];

    (void)state;
    for (int i = 0; i < 130; i++) {
        char bar[8];
        snprintf(bar, sizeof bar, "%d", i);
        all[i] = of("batch", bar, "baz", i);
    }
    want(db, DYN_OK, entry_put_many(db, all, 130, NULL));
    for (int i = 0; i < 130; i++)
        all[i].count = -1, all[i].baz[0] = 0;
    want(db, DYN_OK, entry_get_many(db, all, 130, status, &(dyn_batch_get_options){ .fields = DYN_FIELDS("count") }));
    for (int i = 0; i < 130; i++) {
        assert_int_equal(all[i].count, i);
        assert_string_equal(all[i].baz, "");
    }
}

/* What a query gives: the bars of its rows, in order. */
#define bars(query_call, wanted) fixture_bars(query_call, wanted, __FILE__, __LINE__)
static dyn_rows rows;
static void fixture_bars(dyn_status begun, const char *wanted, const char *file, int line)
{
    char text[512] = "";
    entry i;

    (void)begun;
    while (entry_next(&rows, &i) == DYN_ROW) {
        strncat(text, i.bar, sizeof text - strlen(text) - 1);
        strncat(text, " ", sizeof text - strlen(text) - 1);
    }
    fixture_want(db, DYN_OK, dyn_finish(&rows), "the read", file, line);
    if (strcmp(text, wanted) != 0) {
        print_error("%s\n  and not %s\n", text, wanted);
        _fail(file, line);
    }
}

static void some(void)
{
    put(of("f", "a1", "x", 1)), put(of("f", "a2", "y", 2)), put(of("f", "b1", "x", 3)), put(of("f", "b2", "bazillion", 4));
    entry n = of("f", "c", "", 0);
    n.has_count = false, n.has_inner = true;
    snprintf(n.inner.sub, sizeof n.inner.sub, "deep");
    put(n), put(of("g", "z", "x", 9));
}

/* Twins of DynamORM: test_query, test_query_filters, test_query_with_Q. */
static void queries_order_limit_and_filter(void **state)
{
    (void)state;
    some();
    bars(entry_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("foo = ?", "f") }), "a1 a2 b1 b2 c ");
    bars(entry_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("foo = ?", "f"), .newest_first = true }), "c b2 b1 a2 a1 ");
    bars(entry_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("foo = ?", "f"), .limit = 2 }), "a1 a2 ");
    bars(entry_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("foo = ? AND begins_with(bar, ?)", "f", "b") }), "b1 b2 ");
    bars(entry_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("foo = ? AND bar BETWEEN ? AND ?", "f", "a2", "b1") }), "a2 b1 ");
    bars(entry_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("foo = ?", "f"),
                                               .where = { DYN_EXPR("count >= ?", 2), DYN_EXPR("baz = ? OR NOT count < ?", "x", 4) } }), "b1 b2 ");
    refuses(db, "foo", entry_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("bar = ?", "a1") }));
    want(db, DYN_INVALID, dyn_finish(&rows));
    dyn_counted counted;
    want(db, DYN_OK, entry_count(db, &(dyn_query){ .key = DYN_EXPR("foo = ?", "f") }, &counted));
    assert_int_equal(counted.count, 5);
    want(db, DYN_OK, entry_count(db, NULL, &counted));
    assert_int_equal(counted.count, 6);
}

/* Twins of DynamORM: test_scan and test_scan_q. count__in and __type, which the library's documentation names and its code does not know, work. */
static void scans_filter_by_every_operator(void **state)
{
    (void)state;
    some();
    bars(entry_scan(db, &rows, &(dyn_query){ .where = { DYN_EXPR("inner.sub = ?", "deep") } }), "c ");
    bars(entry_scan(db, &rows, &(dyn_query){ .where = { DYN_EXPR("begins_with(baz, ?)", "baz") } }), "b2 ");
    bars(entry_scan(db, &rows, &(dyn_query){ .where = { DYN_EXPR("attribute_not_exists(count)") } }), "c ");
    bars(entry_scan(db, &rows, &(dyn_query){ .where = { DYN_EXPR("foo = ? AND count IN (?, ?)", "f", 1, 4) } }), "a1 b2 ");
    bars(entry_scan(db, &rows, &(dyn_query){ .where = { DYN_EXPR("foo = ? AND attribute_type(inner, ?)", "f", "M") } }), "c ");
    bars(entry_scan(db, &rows, &(dyn_query){ .where = { DYN_EXPR("foo = ? AND (count = ? OR NOT count <> ?)", "f", 2, 3) } }), "a2 b1 ");
    bars(entry_scan(db, &rows, &(dyn_query){ .where = { DYN_EXPR("contains(baz, ?) AND size(baz) > ?", "zil", 3) } }), "b2 ");
    refuses(db, "nothing", entry_scan(db, &rows, &(dyn_query){ .where = { DYN_EXPR("nothing = ?", 1) } }));
    want(db, DYN_INVALID, dyn_finish(&rows));
    for (size_t limit = 1; limit < 4; limit++) {             /* .limit(n), with a filter too */
        entry i;
        size_t n = 0;
        entry_scan(db, &rows, &(dyn_query){ .limit = limit, .where = { DYN_EXPR("foo = ?", "f") } });
        while (entry_next(&rows, &i) == DYN_ROW)
            n++;
        want(db, DYN_OK, dyn_finish(&rows));
        assert_int_equal(n, limit);
    }
}

/* Twin of DynamORM: test_update_conditions: sixteen that fail. */
static void sixteen_conditions_that_fail(void **state)
{
    dyn_expr when[] = {
        DYN_EXPR("count = ?", 6), DYN_EXPR("count <> ?", 5), DYN_EXPR("count > ?", 5), DYN_EXPR("count >= ?", 6), DYN_EXPR("count < ?", 5),
        DYN_EXPR("count <= ?", 4), DYN_EXPR("count BETWEEN ? AND ?", 6, 9), DYN_EXPR("count IN (?, ?)", 1, 2), DYN_EXPR("attribute_not_exists(count)"),
        DYN_EXPR("attribute_exists(things)"), DYN_EXPR("attribute_type(count, ?)", "S"), DYN_EXPR("begins_with(baz, ?)", "no"),
        DYN_EXPR("contains(baz, ?)", "no"), DYN_EXPR("count = ? OR count = ?", 1, 2), DYN_EXPR("count = ? AND NOT baz = ?", 5, "baz"),
    };
    entry i = of("a", "b", "baz", 5);

    (void)state;
    put(i);
    for (size_t k = 0; k < sizeof when / sizeof when[0]; k++)
        want(db, DYN_CONDITION_FAILED, entry_update(db, &i, DYN_EXPR("SET baz = ?", "changed"), &(dyn_write_options){ .when = { when[k] } }));
    want(db, DYN_CONDITION_FAILED, entry_update(db, &i, DYN_EXPR("SET baz = ?", "changed"),
                                               &(dyn_write_options){ .when = { DYN_EXPR("count = ?", 5), DYN_EXPR("baz = ?", "no") } }));
    holds(engine_get(&f, &entry_model, "\"foo\":{\"S\":\"a\"},\"bar\":{\"S\":\"b\"}"), "\"baz\":{\"S\":\"baz\"}");
    refuses(db, "no member or attribute \"unknown\"", entry_update(db, &i, DYN_EXPR("SET baz = ?", "x"),
                                                                  &(dyn_write_options){ .when = { DYN_EXPR("attribute_exists(unknown)") } }));
}

/* Twins of DynamORM: test_update, test_update_no_range, test_update_invalid_fields, test_update_expressions and test_update_nested. */
static void updates_append_count_and_set_when_absent(void **state)
{
    entry i = of("a", "b", "", 5), got;
    dyn_arg two = dyn_text("two");
    dyn_write_options into = { .into = &(dyn_image){ .item = &got } };

    (void)state;
    i.has_things = true, i.thing_count = 1, i.has_inner = true;
    snprintf(i.things[0], sizeof i.things[0], "one");
    put(i);
    want(db, DYN_OK, entry_update(db, &i, DYN_EXPR("SET things = list_append(things, ?), count = count + ?, baz = if_not_exists(baz, ?)",
                                                  dyn_list(&two, 1), 3, "fresh"), &into));
    assert_int_equal(got.thing_count, 2);
    assert_string_equal(got.things[1], "two");
    assert_int_equal(got.count, 8);
    assert_string_equal(got.baz, "fresh");
    want(db, DYN_OK, entry_update(db, &i, DYN_EXPR("SET count = count - ?, baz = if_not_exists(baz, ?)", 6, "not this"), &into));
    assert_int_equal(got.count, 2);
    assert_string_equal(got.baz, "fresh");
    want(db, DYN_OK, entry_update(db, &i, DYN_EXPR("SET inner.sub = ?, inner.n = if_not_exists(inner.n, ?)", "y", 7), &into));
    assert_string_equal(got.inner.sub, "y");
    assert_int_equal(got.inner.n, 7);
    refuses(db, "key|3|2", entry_update_key(db, DYN_KEY("a", "b", "c"), DYN_EXPR("SET count = ?", 1), NULL));
    refuses(db, "unknown", entry_update(db, &i, DYN_EXPR("SET unknown = ?", 1), NULL));
    want(db, DYN_OK, entry_get_key(db, &got, DYN_KEY("a", "b"), &(dyn_get_options){ .consistent = true }));
    assert_int_equal(got.count, 2);
}

/* Twin of DynamORM: test_scan_full_response and test_recursive: four thousand items, over 1 MB: two pages. */
static void four_thousand_items_are_two_pages(void **state)
{
    static entry some_items[100];
    dyn_counted counted;
    long before;
    int n = 0;
    entry i;

    (void)state;
    for (int at = 0; at < 4000; at += 100) {
        for (int k = 0; k < 100; k++) {
            char foo[16];
            snprintf(foo, sizeof foo, "%d", at + k);
            some_items[k] = of(foo, foo, "", at + k);
            memset(some_items[k].baz, 'b', 290);
        }
        want(db, DYN_OK, entry_put_many(db, some_items, 100, NULL));
    }
    before = gate_is_there() ? gate_stat("requests") : 0;
    entry_scan(db, &rows, NULL);
    while (entry_next(&rows, &i) == DYN_ROW)
        n++;
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(n, 4000);
    if (gate_is_there())
        assert_int_equal(gate_stat("requests") - before, 2);
    want(db, DYN_OK, entry_count(db, NULL, &counted));
    assert_int_equal(counted.count, 4000);
}

/* Twins of DynamORM: test_index_query, test_sparse_indexes and test_specific_attributes. */
static void indexes_hold_what_they_project(void **state)
{
    entry i;

    (void)state;
    some();
    entry_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("baz = ?", "bazillion"), .index = "by-baz" });
    want(db, DYN_ROW, entry_next(&rows, &i));
    assert_int_equal(i.count, 4);
    assert_false(dyn_has(&entry_model, dyn_present(&rows), "inner"));
    want(db, DYN_OK, dyn_finish(&rows));
    bars(entry_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("foo = ? AND count > ?", "f", 2), .index = "by-count", .consistent = true }), "b1 b2 ");
    int n = 0;
    entry_scan(db, &rows, &(dyn_query){ .index = "by-baz", .where = { DYN_EXPR("count > ?", 1) } });      /* an index scanned */
    while (entry_next(&rows, &i) == DYN_ROW)
        n += !dyn_has(&entry_model, dyn_present(&rows), "things");
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(n, 4);
    dyn_counted counted;
    want(db, DYN_OK, entry_count(db, &(dyn_query){ .index = "by-baz" }, &counted));     /* the item without baz is not in it */
    assert_int_equal(counted.count, 5);
    entry_scan(db, &rows, &(dyn_query){ .fields = DYN_FIELDS("inner.sub"), .where = { DYN_EXPR("bar = ?", "c") } });
    want(db, DYN_ROW, entry_next(&rows, &i));
    assert_string_equal(i.inner.sub, "deep");
    assert_false(i.has_count);
    want(db, DYN_OK, dyn_finish(&rows));
}

/* Twins of DynamORM: test_partial_save: only what was changed is sent, so that what others changed stays; the second time there is nothing. */
static void a_partial_save_sends_what_differs(void **state)
{
    entry before = of("a", "b", "baz", 1), after;

    (void)state;
    put(before);
    want(db, DYN_OK, entry_update(db, &before, DYN_EXPR("SET count = ?", 50), NULL));
    after = before;
    snprintf(after.baz, sizeof after.baz, "changed");
    want(db, DYN_OK, entry_save_changes(db, &before, &after, NULL));
    holds(engine_get(&f, &entry_model, "\"foo\":{\"S\":\"a\"},\"bar\":{\"S\":\"b\"}"), "\"baz\":{\"S\":\"changed\"}|\"count\":{\"N\":\"50\"}");
    long requests = gate_is_there() ? gate_stat("requests") : 0;
    want(db, DYN_OK, entry_save_changes(db, &after, &after, NULL));
    assert_int_equal(requests, gate_is_there() ? gate_stat("requests") : 0);
}

/* Twin of DynamORM: test_update_table: a second version of the table adds an index, a third takes it away, and then there is nothing to do. */
static void a_table_follows_its_model(void **state)
{
    static const dyn_index more[] = {
        { .name = "by-baz", .pk = { "baz" }, .projection = DYN_PROJECT_INCLUDE, .include = { "count" } },
        { .name = "by-count", .sk = { "count" }, .local = true },
        { .name = "by-bar", .pk = { "bar" } },
    };
    static const dyn_model later = { DYN_MODEL(entry, entry_fields), .table = "items", .pk = "foo", .sk = "bar", DYN_INDEXES(more) };
    uint32_t steps;

    (void)state;
    want(db, DYN_OK, dyn_table_diff(db, &later, NULL, &steps, NULL));
    assert_int_equal(steps, 1);
    want(db, DYN_OK, dyn_table_migrate(db, &later, NULL, NULL));
    want(db, DYN_OK, dyn_table_diff(db, &later, NULL, &steps, NULL));
    assert_int_equal(steps, 0);
    want(db, DYN_OK, dyn_table_migrate(db, &entry_model, NULL, &(dyn_table_options){ .delete_indexes = true }));
    want(db, DYN_OK, dyn_table_diff(db, &entry_model, NULL, &steps, &(dyn_table_options){ .delete_indexes = true }));
    assert_int_equal(steps, 0);
}

/* ---- the lock of the documentation */

/* Two clients read the free lock, then both try to take it, their calls moved on by turns: each round exactly one has it. */
static void two_never_have_the_lock(void **state)
{
    fixture second;
    dyn_client *who[2] = { db, &second.db };
    int won[2] = { 0, 0 };

    (void)state;
    fixture_table(&f, &lock_model);
    want(db, DYN_OK, fixture_open(&second, 16 * 1024, &(dyn_config){ .table_prefix = f.prefix }));
    lock l = { "my-lock", 0, "", false }, seen[2];
    want(db, DYN_OK, lock_put(db, &l, NULL));
    for (int round = 0; round < 100; round++) {
        dyn_status s[2] = { DYN_PENDING, DYN_PENDING };
        for (int i = 0; i < 2; i++)
            want(who[i], DYN_OK, lock_get_key(who[i], &seen[i], DYN_KEY("my-lock"), &(dyn_get_options){ .consistent = true }));
        dyn_expr a = DYN_EXPR("SET is_locked = ?, key = ?, updated = ?", true, "a", 1), b = DYN_EXPR("SET is_locked = ?, key = ?, updated = ?", true, "b", 1);
        dyn_write_options oa = { .when = { DYN_EXPR("updated = ? AND is_locked = ?", seen[0].updated, false) } };
        dyn_write_options ob = { .when = { DYN_EXPR("updated = ? AND is_locked = ?", seen[1].updated, false) } };
        for (int i = 0; i < 2; i++) {
            int k = (i + round) % 2;
            want(who[k], DYN_OK, lock_update_begin(who[k], &seen[k], k ? b : a, k ? &ob : &oa));
        }
        for (long turn = round % 2; (s[0] == DYN_PENDING || s[1] == DYN_PENDING) && turn < 100000000; turn++)
            if (s[turn % 2] == DYN_PENDING)
                s[turn % 2] = dyn_step(who[turn % 2]);
        assert_int_equal((s[0] == DYN_OK) + (s[1] == DYN_OK), 1);
        assert_int_equal((s[0] == DYN_CONDITION_FAILED) + (s[1] == DYN_CONDITION_FAILED), 1);
        won[s[1] == DYN_OK]++;
        want(db, DYN_OK, lock_update_key(db, DYN_KEY("my-lock"), DYN_EXPR("SET is_locked = ? REMOVE key", false), NULL));
    }
    print_message("the lock was taken %d and %d times\n", won[0], won[1]);
    fixture_close(&second);
    fixture_drop(&f, &lock_model);
}

#define ITEMS(test) cmocka_unit_test_setup_teardown(test, items, no_items)

#define FORUM(test) cmocka_unit_test_setup_teardown(test, forum, no_forum)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FORUM(many_are_read_in_their_order), FORUM(many_are_filtered_and_counted), FORUM(one_is_read_from_the_side_of_many),
        FORUM(one_over_an_index_of_keys_is_whole), FORUM(one_to_one_is_made_found_replaced_and_deleted), FORUM(one_to_one_is_validated_and_saved_in_part),
        FORUM(what_is_assigned_sets_the_keys_of_its_owner), FORUM(an_owner_and_its_partner_are_saved_together),
        FORUM(nothing_is_kept_between_two_owners),
        FORUM(assigning_sets_the_keys), FORUM(what_is_wrong_with_a_relation_is_named), FORUM(a_relation_may_be_made_while_a_read_is_open),
        FORUM(relations_are_stepped), FORUM(hooks_hear_of_what_was_done),
        ITEMS(a_table_exists_until_it_is_deleted), ITEMS(a_put_leaves_out_what_is_absent), ITEMS(attributes_of_another_schema_are_passed_over),
        ITEMS(a_unique_put_refuses_the_second), ITEMS(a_batch_is_put_and_read_in_part), ITEMS(queries_order_limit_and_filter),
        ITEMS(scans_filter_by_every_operator), ITEMS(sixteen_conditions_that_fail), ITEMS(updates_append_count_and_set_when_absent),
        ITEMS(four_thousand_items_are_two_pages), ITEMS(indexes_hold_what_they_project), ITEMS(a_partial_save_sends_what_differs),
        ITEMS(a_table_follows_its_model), ITEMS(two_never_have_the_lock),
    };

    return cmocka_run_group_tests_name("engine_dynamorm", tests, NULL, NULL);
}
