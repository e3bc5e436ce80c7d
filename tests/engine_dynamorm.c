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

/* Twin of the forum example: Thread.replies is iterated. */
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

/* Twin of QuerySet.filter and count; a filter on the key's members too. */
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

/* Twin of the forum example: Thread.user, and User.replies over an index that holds keys alone. */
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

/* Twin of the one-to-one lifecycle: created when absent, found then, replaced, deleted, and deleting nothing. */
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

/* Twin of assigning: the keys are set from the owner. */
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

/* Twin of the signals post_save, post_update, pre_delete, post_delete. */
static void hooks_hear_of_what_was_done(void **state)
{
    static const dyn_repo_hooks hooks = { after_save, before_delete, after_delete, NULL };
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

#define FORUM(test) cmocka_unit_test_setup_teardown(test, forum, no_forum)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FORUM(many_are_read_in_their_order), FORUM(many_are_filtered_and_counted), FORUM(one_is_read_from_the_side_of_many),
        FORUM(one_over_an_index_of_keys_is_whole), FORUM(one_to_one_is_made_found_replaced_and_deleted), FORUM(nothing_is_kept_between_two_owners),
        FORUM(assigning_sets_the_keys), FORUM(what_is_wrong_with_a_relation_is_named), FORUM(a_relation_may_be_made_while_a_read_is_open),
        FORUM(relations_are_stepped), FORUM(hooks_hear_of_what_was_done),
    };

    return cmocka_run_group_tests_name("engine_dynamorm", tests, NULL, NULL);
}
