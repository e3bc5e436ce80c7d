#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Over ten thousand writes through a network that loses, cuts, corrupts or fails every other answer, before or after the engine did the work.
 * After each of them the item is looked at past the client: what was acknowledged was done once, what was denied was not done, and all
 * else said so. Two dozen clients in one poll loop; their clocks run eight times too fast, so that the pauses between tries are short. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

enum { WORKERS = 24, HASTE = 8, AGE = 25 };    /* clients; how much faster time is; calls after which a client is opened anew, with a full bucket */

typedef struct counter {
    char    id[16];
    int64_t n;
    char    text[24];
    char    write_id[33];
} counter;
static const dyn_field plain_fields[] = { DYN_TEXT(counter, id), DYN_INT(counter, n), DYN_TEXT(counter, text) };
static const dyn_field marked_fields[] = { DYN_TEXT(counter, id), DYN_INT(counter, n), DYN_TEXT(counter, text), DYN_WRITE_ID(counter, write_id) };
static const dyn_model plain_model = { DYN_MODEL(counter, plain_fields), .table = "counters", .pk = "id" };
static const dyn_model marked_model = { DYN_MODEL(counter, marked_fields), .table = "counters", .pk = "id" };

/* How a counter is counted up. */
typedef enum way { ADD, ADD_ONCE, PUT_IF, PUT_IF_MARKED, UPDATE_IF, UPDATE_IF_MARKED, SAVE, TRANSACT } way;

typedef struct worker {
    fixture           f;
    way               way;
    int               left, age;
    bool              running;
    int64_t           n;           /* what the counter surely is */
    counter           before, item;
    dyn_arg           args[2];
    dyn_expr          change;
    dyn_write_options options;
    dyn_tx_write      action;
} worker;

typedef struct tally {
    long done, uncertain, failed, conditions, tries;
} tally;

static uint32_t hasty_ticks(void *user)
{
    struct timespec t;

    (void)user;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint32_t)(HASTE * ((uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000));
}

static int64_t unix_ms(void *user)
{
    (void)user;
    return (int64_t)time(NULL) * 1000;
}

static bool entropy(void *user, void *to, size_t size)
{
    (void)user;
    return getentropy(to, size) == 0;
}

static const dyn_system hasty = { .ticks_ms = hasty_ticks, .unix_ms = unix_ms, .entropy = entropy };
static fixture direct;             /* makes the table, and looks at it past the gate */

static void open_worker(worker *w)
{
    dyn_config c = { .table_prefix = direct.prefix, .system = &hasty, .attempts = 10, .attempt_ms = 60000, .idle_ms = 60000, .connect_ms = 60000,
                     .total_ms = 600000 };

    want(&w->f.db, DYN_OK, fixture_open(&w->f, FIXTURE_PLAIN, &c));
    w->age = 0;
}

/* The counter as it is stored. */
static int64_t truth(const worker *w)
{
    char key[64];
    const char *text, *n;

    snprintf(key, sizeof key, "\"id\":{\"S\":\"%s\"}", w->item.id);
    text = engine_get(&direct, &plain_model, key);
    n = strstr(text, "\"n\":{\"N\":\"");
    return n ? atoll(n + 10) : -1;
}

static dyn_status begin(worker *w)
{
    dyn_client *db = &w->f.db;
    const dyn_model *model = w->way == PUT_IF_MARKED || w->way == UPDATE_IF_MARKED ? &marked_model : &plain_model;
    bool updates = w->way == UPDATE_IF || w->way == UPDATE_IF_MARKED;

    memset((void *)&w->options, 0, sizeof w->options);
    w->before = w->item;
    w->before.n = w->n;
    w->item.n = w->n + 1;
    w->args[0] = dyn_int(w->n + (w->way >= PUT_IF && !updates && w->way != TRANSACT ? 0 : 1));
    w->args[1] = dyn_int(w->n);
    if (w->way == ADD || w->way == ADD_ONCE || w->way == TRANSACT)
        w->args[0] = dyn_int(1), dyn_expr_of(&w->change, "ADD n ?", w->args, 1);
    else
        dyn_expr_of(&w->change, "SET n = ?", w->args, 1);
    if (w->way >= PUT_IF && w->way <= UPDATE_IF_MARKED)
        dyn_expr_of(&w->options.when[0], "n = ?", w->args + 1, 1);
    if (w->way == ADD_ONCE)
        w->options.once = DYN_ONCE;
    switch (w->way) {
    case PUT_IF: case PUT_IF_MARKED:
        return dyn_put_begin(db, model, &w->item, &w->options);
    case SAVE:
        return dyn_save_changes_begin(db, model, &w->before, &w->item, &w->options);
    case TRANSACT:
        memset((void *)&w->action, 0, sizeof w->action);
        w->action.kind = DYN_TX_KIND_UPDATE, w->action.model = model, w->action.item = &w->item, w->action.change = w->change;
        return dyn_transact_write_begin(db, &w->action, 1, NULL);
    default:
        return dyn_update_begin(db, model, &w->item, w->change, &w->options);
    }
}

/* A call has ended: is what it says true? */
static void judge(worker *w, dyn_status s, tally *t)
{
    const dyn_error *e = dyn_last_error(&w->f.db);
    int64_t now = truth(w);
    char text[700];
    bool exact = w->way == PUT_IF_MARKED || w->way == UPDATE_IF_MARKED;

    dyn_format_error(e, text, sizeof text);
    if (s == DYN_OK ? now != w->n + 1 : now != w->n && now != w->n + 1)
        fail_msg("%s: %s said, but the counter went from %ld to %ld; %s", w->item.id, dyn_status_name(s), (long)w->n, (long)now, text);
    if (s != DYN_OK && !e->maybe_applied && now != w->n)
        fail_msg("%s: %s said without a doubt, but it was done; %s", w->item.id, dyn_status_name(s), text);
    if (s == DYN_CONDITION_FAILED && (exact || now != w->n + 1))       /* nobody else writes: it was this very call */
        fail_msg("%s: a condition that held failed, from %ld to %ld; %s", w->item.id, (long)w->n, (long)now, text);
    if (s == DYN_UNCERTAIN && w->way != ADD)
        fail_msg("%s: uncertain, though it can be repeated; %s", w->item.id, text);
    t->done += s == DYN_OK;
    t->uncertain += s != DYN_OK && e->maybe_applied;
    t->failed += s != DYN_OK && !e->maybe_applied;
    t->conditions += s == DYN_CONDITION_FAILED;
    t->tries += e->attempts;
    w->n = now;
    w->left--, w->age++;
    w->running = false;
    if (w->age == AGE) {
        fixture_close(&w->f);
        open_worker(w);
    }
}

/* Lets all workers count in one way. */
static tally count_up(way how, int calls, const char *rules)
{
    static worker workers[WORKERS];
    tally t = { 0, 0, 0, 0, 0 };
    int busy = WORKERS;

    memset((void *)workers, 0, sizeof workers);
    if (getenv("DYNREPO_TEST_SLOW"))
        calls /= 20;
    for (int i = 0; i < WORKERS; i++) {
        worker *w = &workers[i];
        char item[128];
        w->way = how, w->left = calls / WORKERS + 1;
        snprintf(w->item.id, sizeof w->item.id, "w%d-%d", (int)how, i);
        strcpy(w->item.text, "always the same");
        snprintf(item, sizeof item, "\"id\":{\"S\":\"%s\"},\"n\":{\"N\":\"0\"},\"text\":{\"S\":\"%s\"}", w->item.id, w->item.text);
        engine_put(&direct, &plain_model, item);
        open_worker(w);
    }
    gate_reset();
    gate_rule(rules);
    while (busy > 0) {
        struct pollfd fds[WORKERS];
        uint32_t ms = 1000;
        bool moved = false;
        busy = 0;
        for (int i = 0; i < WORKERS; i++) {
            worker *w = &workers[i];
            fds[i].fd = -1, fds[i].events = 0;
            if (!w->left)
                continue;
            busy++;
            dyn_status s = w->running ? dyn_step(&w->f.db) : begin(w);
            moved = moved || !w->running || s != DYN_PENDING;
            if (!w->running && s == DYN_OK)
                w->running = true;
            else if (s != DYN_PENDING)
                judge(w, s, &t);
            if (!w->running)
                continue;
            dyn_want want = dyn_wants(&w->f.db);
            fds[i].fd = want.events ? (int)want.handle : -1;
            fds[i].events = (short)((want.events & DYN_WANT_READ ? POLLIN : 0) | (want.events & DYN_WANT_WRITE ? POLLOUT : 0));
            ms = want.ms < ms ? want.ms : ms;
        }
        if (!moved)
            poll(fds, WORKERS, (int)(ms / HASTE) + 1);
    }
    gate_reset();
    for (int i = 0; i < WORKERS; i++)
        fixture_close(&workers[i].f);
    print_message("             %ld acknowledged, %ld uncertain (%ld by their condition), %ld failed for sure; %ld tries\n", t.done, t.uncertain, t.conditions,
                  t.failed, t.tries);
    assert_true(t.done > 0);
    return t;
}

/* One answer in two is lost, before or after the work was done. */
static const char every_other[] =
    "[{\"action\":\"reset_after_request\",\"percent\":12,\"times\":-1,\"seed\":1},"
    "{\"action\":\"reset_before\",\"percent\":10,\"times\":-1,\"seed\":2},"
    "{\"action\":\"cut\",\"at\":40,\"percent\":9,\"times\":-1,\"seed\":3},"
    "{\"action\":\"cut\",\"at_body\":1,\"percent\":6,\"times\":-1,\"seed\":4},"
    "{\"action\":\"corrupt\",\"percent\":8,\"times\":-1,\"seed\":5},"
    "{\"action\":\"status\",\"status\":500,\"apply\":true,\"percent\":9,\"times\":-1,\"seed\":6},"
    "{\"action\":\"status\",\"status\":503,\"percent\":6,\"times\":-1,\"seed\":7},"
    "{\"action\":\"drop\",\"apply\":true,\"ms\":3,\"percent\":5,\"times\":-1,\"seed\":8},"
    "{\"action\":\"delay_ms\",\"ms\":8,\"percent\":5,\"times\":-1,\"seed\":9},"
    "{\"action\":\"throttle\",\"percent\":1,\"times\":-1,\"seed\":10}]";

/* One in five. */
static const char every_fifth[] =
    "[{\"action\":\"reset_after_request\",\"percent\":8,\"times\":-1,\"seed\":1},"
    "{\"action\":\"cut\",\"at\":100,\"percent\":6,\"times\":-1,\"seed\":2},"
    "{\"action\":\"status\",\"status\":500,\"apply\":true,\"percent\":7,\"times\":-1,\"seed\":3}]";

static void what_counts_is_done_once_or_uncertain(void **state)
{
    (void)state;
    tally t = count_up(ADD, 2000, every_other);
    assert_true(t.uncertain > 0);
    t = count_up(ADD, 1000, every_fifth);
    assert_true(t.uncertain > 0);
}

static void what_counts_once_is_never_uncertain_but_when_its_tries_ran_out(void **state)
{
    (void)state;
    tally t = count_up(ADD_ONCE, 2000, every_other);
    assert_true(t.uncertain + t.failed <= t.done / 100);
    t = count_up(ADD_ONCE, 500, every_fifth);
    assert_int_equal(t.uncertain + t.failed, 0);
    t = count_up(TRANSACT, 500, every_fifth);
    assert_int_equal(t.uncertain + t.failed, 0);
}

static void a_conditional_write_without_a_mark_may_meet_itself_and_says_so(void **state)
{
    (void)state;
    tally t = count_up(PUT_IF, 1000, every_other);
    assert_true(t.conditions > 0);
    t = count_up(UPDATE_IF, 1000, every_other);
    assert_true(t.conditions > 0);
}

static void a_conditional_write_with_a_mark_knows_itself(void **state)
{
    (void)state;
    tally t = count_up(PUT_IF_MARKED, 1500, every_other);
    assert_int_equal(t.conditions, 0);
    t = count_up(UPDATE_IF_MARKED, 1500, every_other);
    assert_int_equal(t.conditions, 0);
}

static void saved_changes_are_repeated_until_they_are_there(void **state)
{
    (void)state;
    tally t = count_up(SAVE, 1000, every_other);
    assert_int_equal(t.conditions, 0);
}

static int open_all(void **state)
{
    (void)state;
    if (!gate_is_there())
        return 0;
    gate_reset();
    want(&direct.db, DYN_OK, fixture_open(&direct, FIXTURE_PLAIN, NULL));
    fixture_table(&direct, &plain_model);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    if (!gate_is_there())
        return 0;
    gate_reset();
    fixture_drop(&direct, &plain_model);
    fixture_close(&direct);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_counts_is_done_once_or_uncertain),
        cmocka_unit_test(what_counts_once_is_never_uncertain_but_when_its_tries_ran_out),
        cmocka_unit_test(a_conditional_write_without_a_mark_may_meet_itself_and_says_so),
        cmocka_unit_test(a_conditional_write_with_a_mark_knows_itself),
        cmocka_unit_test(saved_changes_are_repeated_until_they_are_there),
    };

    if (!gate_is_there()) {
        print_message("[  SKIPPED ] 1 test(s)\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, open_all, close_all);
}
