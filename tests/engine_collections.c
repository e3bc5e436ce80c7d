#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Several repositories of one partition, read by one call, against the engine. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

typedef struct customer { char name[40]; int64_t n; } customer;
static const dyn_field customer_fields[] = { DYN_TEXT(customer, name), DYN_INT(customer, n) };
static const dyn_model customer_model = { DYN_MODEL(customer, customer_fields), .table = "shop" };
typedef struct order { int64_t n; char state[200]; dyn_str note; } order;
static const dyn_field order_fields[] = { DYN_INT(order, n), DYN_TEXT(order, state), DYN_STR(order, note) };
static const dyn_model order_model = { DYN_MODEL(order, order_fields), .table = "shop" };
typedef struct line { int64_t n; } line;
static const dyn_field line_fields[] = { DYN_INT(line, n) };
static const dyn_model line_model = { DYN_MODEL(line, line_fields), .table = "shop" };
typedef struct keys { char pk[64], sk[64]; } keys;
static const dyn_field key_fields[] = { DYN_TEXT(keys, pk), DYN_TEXT(keys, sk) };
static const dyn_model key_model = { DYN_MODEL(keys, key_fields), .table = "shop", .pk = "pk", .sk = "sk" };

/* The same kinds with keys of their own, as dynamo-items has them. */
typedef struct device { char id[16]; char owner[16]; } device;
static const dyn_field device_fields[] = { DYN_TEXT(device, id), DYN_TEXT(device, owner) };
static const dyn_model device_model = { DYN_MODEL(device, device_fields), .table = "shop", .pk = "pk = D#{id}", .sk = "sk = A" };
typedef struct command { char id[16]; char device[16]; int64_t n; } command;
static const dyn_field command_fields[] = { DYN_TEXT(command, id), DYN_TEXT(command, device), DYN_INT(command, n) };
static const dyn_model command_model = { DYN_MODEL(command, command_fields), .table = "shop", .pk = "pk = D#{device}", .sk = "sk = C#{id}" };

static fixture f;
static dyn_client *const db = &f.db;
enum { CUSTOMERS, ORDERS, LINES, KINDS };
static dyn_repo repo[KINDS];
static dyn_repo *const all[KINDS] = { &repo[CUSTOMERS], &repo[ORDERS], &repo[LINES] };
static unsigned char memory[KINDS][24 * 1024];
typedef union row { customer c; order o; line l; device d; command x; } row;

static void open_one(int which, const dyn_model *model, dyn_convention how, const char *name, const char *type)
{
    dyn_repo_config c = { .memory = memory[which], .memory_size = sizeof memory[which], .convention = how, .prefix = name ? "shop" : NULL, .name = name, .type = type };
    want(db, DYN_OK, dyn_repo_open(&repo[which], db, model, &c));
}

static int open_all(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, 64 * 1024, NULL));
    fixture_table(&f, &key_model);
    open_one(CUSTOMERS, &customer_model, dyn_pydantic_dynamo(), "c", "customer");
    open_one(ORDERS, &order_model, dyn_pydantic_dynamo(), "c", "order");
    open_one(LINES, &line_model, dyn_pydantic_dynamo(), "c", "order#line");      /* its keys begin as those of an order "line" would */
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    return fixture_end(&f, &key_model);
}

/* One customer, three orders, two lines, and an item of another program. */
static void fill(void)
{
    customer ann = { "Ann", 7 };
    order o = { 0, "open", { "", 0 } };
    line l;

    want(db, DYN_OK, dyn_repo_put(all[CUSTOMERS], DYN_KEY("ann"), dyn_no_ids(), &ann, NULL));
    for (o.n = 1; o.n <= 3; o.n++) {
        char note[2] = { (char)('0' + o.n), 0 };
        o.note.ptr = note, o.note.len = 1;
        want(db, DYN_OK, dyn_repo_put(all[ORDERS], DYN_KEY("ann"), DYN_KEY("2026", o.n), &o, NULL));
    }
    for (l.n = 1; l.n <= 2; l.n++)
        want(db, DYN_OK, dyn_repo_put(all[LINES], DYN_KEY("ann"), DYN_KEY(l.n), &l, NULL));
    engine_put(&f, &key_model, "\"pk\":{\"S\":\"shop#c#ann\"},\"sk\":{\"S\":\"other#1\"},\"n\":{\"N\":\"1\"}");
    engine_put(&f, &key_model, "\"pk\":{\"S\":\"shop#c#ann\"},\"sk\":{\"S\":\"cust\"},\"n\":{\"N\":\"1\"}");
}

/* What a list gives: the kind, its number, its last content id. */
static const char *listed(size_t count, const dyn_repo_query *q)
{
    static char text[1024];
    size_t n = 0, which;
    dyn_content c;
    dyn_rows rows;
    row r;

    text[0] = 0;
    dyn_repo_list_any(all, count, &rows, q);
    while (dyn_repo_next_any(&rows, &which, &r, sizeof r, &c) == DYN_ROW) {
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%c%d", n ? " " : "", "cox"[which],
                              (int)(which == CUSTOMERS ? r.c.n : which == ORDERS ? r.o.n : r.l.n));
        if (which == ORDERS)
            n += (size_t)snprintf(text + n, sizeof text - n, "=%.*s", (int)r.o.note.len, r.o.note.ptr);
        if (c.content_count)
            n += (size_t)snprintf(text + n, sizeof text - n, "/%.*s", (int)c.content[c.content_count - 1].len, c.content[c.content_count - 1].ptr);
        assert_int_equal(c.version, 1);
        assert_memory_equal(c.partition[0].ptr, "ann", 3);
    }
    want(db, DYN_OK, dyn_finish(&rows));
    return text;
}

static void one_read_gives_the_contents_of_all_repositories(void **state)
{
    long requests;

    (void)state;
    fill();
    requests = gate_is_there() ? gate_stat("requests") : 0;
    assert_string_equal(listed(KINDS, &(dyn_repo_query){ .partition = DYN_KEY("ann") }), "c7 o1=1/1 o2=2/2 o3=3/3 x1/1 x2/2");
    if (gate_is_there())
        assert_int_equal(gate_stat("requests") - requests, 1);
    assert_string_equal(listed(KINDS, &(dyn_repo_query){ .partition = DYN_KEY("bob") }), "");
    assert_string_equal(listed(KINDS, &(dyn_repo_query){ .partition = DYN_KEY("ann"), .newest_first = true }), "x2/2 x1/1 o3=3/3 o2=2/2 o1=1/1 c7");
}

static void the_limit_of_a_collection_is_exact(void **state)
{
    (void)state;
    fill();
    assert_string_equal(listed(KINDS, &(dyn_repo_query){ .partition = DYN_KEY("ann"), .limit = 2 }), "c7 o1=1/1");
    assert_string_equal(listed(KINDS, &(dyn_repo_query){ .partition = DYN_KEY("ann"), .limit = 4, .page = 1 }), "c7 o1=1/1 o2=2/2 o3=3/3");
    assert_string_equal(listed(KINDS, &(dyn_repo_query){ .partition = DYN_KEY("ann"), .limit = 3, .newest_first = true, .page = 2 }), "x2/2 x1/1 o3=3/3");
    assert_string_equal(listed(KINDS, &(dyn_repo_query){ .partition = DYN_KEY("ann"), .limit = 3, .where = { DYN_EXPR("n >= ?", 2) } }), "c7 o2=2/2 o3=3/3");
    assert_string_equal(listed(KINDS, &(dyn_repo_query){ .partition = DYN_KEY("ann"), .limit = 1, .where = { DYN_EXPR("n = ?", 2) }, .newest_first = true }), "x2/2");
}

static void a_range_goes_from_one_kind_to_another(void **state)
{
    (void)state;
    fill();
    assert_string_equal(listed(2, &(dyn_repo_query){ .partition = DYN_KEY("ann"), .from = dyn_no_ids(), .to = DYN_KEY("2026", 2) }), "c7 o1=1/1 o2=2/2");
    assert_string_equal(listed(2, &(dyn_repo_query){ .partition = DYN_KEY("ann"), .from = dyn_no_ids(), .to = DYN_KEY("2026"), .to_prefix = true }), "c7 o1=1/1 o2=2/2 o3=3/3");
}

static void models_with_keys_of_their_own_are_told_by_their_templates(void **state)
{
    dyn_repo *const both[] = { all[0], all[1] };
    device d = { "d1", "ann" };
    command x = { "", "d1", 0 };
    dyn_rows rows;
    size_t which;
    row r;
    int n = 0;

    (void)state;
    open_one(0, &device_model, dyn_dynamo_items(), NULL, NULL);
    open_one(1, &command_model, dyn_dynamo_items(), NULL, NULL);
    want(db, DYN_OK, dyn_repo_put(both[0], DYN_KEY("d1"), dyn_no_ids(), &d, NULL));
    for (x.n = 0; x.n < 3; x.n++) {
        snprintf(x.id, sizeof x.id, "x%d", (int)x.n);
        want(db, DYN_OK, dyn_repo_put(both[1], DYN_KEY("d1"), DYN_KEY(x.id), &x, NULL));
    }
    want(db, DYN_OK, dyn_repo_list_any(both, 2, &rows, &(dyn_repo_query){ .partition = DYN_KEY("d1"), .limit = 3 }));
    for (; dyn_repo_next_any(&rows, &which, &r, sizeof r, NULL) == DYN_ROW; n++) {
        assert_int_equal(which, n > 0);
        if (n)
            assert_int_equal(r.x.n, n - 1);
        else
            assert_string_equal(r.d.owner, "ann");
    }
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(n, 3);
}

static void a_row_that_does_not_fit_is_told_and_passed(void **state)
{
    dyn_rows rows;
    size_t which = 9;
    row r;

    (void)state;
    fill();
    engine_put(&f, &key_model, "\"pk\":{\"S\":\"shop#c#ann\"},\"sk\":{\"S\":\"order#2026#2\"},\"n\":{\"S\":\"two\"}");
    want(db, DYN_OK, dyn_repo_list_any(all, KINDS, &rows, &(dyn_repo_query){ .partition = DYN_KEY("ann") }));
    want(db, DYN_ROW, dyn_repo_next_any(&rows, &which, &r, sizeof r, NULL));
    want(db, DYN_ROW, dyn_repo_next_any(&rows, &which, &r, sizeof r, NULL));
    want(db, DYN_BAD_ROW, dyn_repo_next_any(&rows, &which, &r, sizeof r, NULL));
    assert_int_equal(which, ORDERS);
    says(db, "order#2026#2|n");
    want(db, DYN_ROW, dyn_repo_next_any(&rows, &which, &r, sizeof r, NULL));
    assert_int_equal(r.o.n, 3);
    want(db, DYN_OK, dyn_finish(&rows));
}

static int loaded;
static const char *order_loading(void *user, dyn_key p, dyn_key c)
{
    (void)user, (void)c;
    return p.args[0].as.s.ptr[0] == 'x' ? "x is nobody's" : NULL;
}
static const char *order_loaded(void *user, dyn_key p, dyn_key c, void *item)
{
    (void)user;
    loaded++;
    assert_memory_equal(p.args[0].as.s.ptr, "ann", 3);
    assert_int_equal(c.count, 2);
    ((order *)item)->n += 100;
    return NULL;
}

static void each_row_is_heard_by_its_repository_also_step_by_step(void **state)
{
    static const dyn_repo_hooks hooks = { .before_load = order_loading, .after_load = order_loaded };
    dyn_repo_config c = { .memory = memory[ORDERS], .memory_size = sizeof memory[ORDERS], .convention = dyn_pydantic_dynamo(), .prefix = "shop", .name = "c",
                          .type = "order", .hooks = &hooks };
    dyn_rows rows;
    dyn_status s;
    size_t which = 9;
    int sum = 0;
    row r;

    (void)state;
    fill();
    want(db, DYN_OK, dyn_repo_open(&repo[ORDERS], db, &order_model, &c));
    want(db, DYN_OK, dyn_repo_list_any(all, KINDS, &rows, &(dyn_repo_query){ .partition = DYN_KEY("ann"), .page = 2 }));
    do {
        want(db, DYN_OK, dyn_repo_next_any_begin(&rows, &which, &r, sizeof r, NULL));
        while ((s = dyn_step(db)) == DYN_PENDING)
            usleep(100);
        if (s == DYN_ROW && which == ORDERS)
            sum += (int)r.o.n;
    } while (s == DYN_ROW);
    assert_int_equal(s, DYN_DONE);
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(loaded, 3);
    assert_int_equal(sum, 306);
    refuses(db, ".before_load refused it: x is nobody's", dyn_repo_list_any(all, KINDS, &rows, &(dyn_repo_query){ .partition = DYN_KEY("x") }));
}

static void repositories_that_cannot_be_told_apart_are_refused(void **state)
{
    dyn_repo *const twice[] = { all[0], all[0] };
    dyn_repo_query q = { .partition = DYN_KEY("ann") };
    dyn_rows rows;
    row r;
    size_t which;

    (void)state;
    refuses(db, "the same one", dyn_repo_list_any(twice, 2, &rows, &q));
    assert_int_equal(dyn_repo_next_any(&rows, &which, &r, sizeof r, NULL), DYN_INVALID);
    assert_int_equal(dyn_finish(&rows), DYN_INVALID);
    refuses(db, ".prefix", dyn_repo_list_any(all, KINDS, &rows, &(dyn_repo_query){ .partition = DYN_KEY("ann"), .prefix = DYN_KEY("2026") }));
    want(db, DYN_OK, dyn_repo_list_any(all, KINDS, &rows, &q));
    refuses(db, "dyn_repo_next_any: the destination has 8 bytes|union", dyn_repo_next_any(&rows, &which, &r, 8, NULL));
    refuses(db, "dyn_repo_next_any", dyn_next_any(&rows, &which, &r, sizeof r));
    want(db, DYN_OK, dyn_finish(&rows));
    want(db, DYN_OK, dyn_repo_list(all[0], &rows, &q));
    refuses(db, "dyn_repo_list_any", dyn_repo_next_any(&rows, &which, &r, sizeof r, NULL));
    want(db, DYN_OK, dyn_finish(&rows));
    open_one(LINES, &line_model, dyn_pydantic_dynamo(), "c", "order");
    refuses(db, "cannot be told apart|order#|DYN_ITEM_KIND", dyn_repo_list_any(all, KINDS, &rows, &q));
    open_one(LINES, &line_model, dyn_pydantic_dynamo(), "d", "line");
    refuses(db, "no partition in common|shop#c#|shop#d#", dyn_repo_list_any(all, KINDS, &rows, &q));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_read_gives_the_contents_of_all_repositories, open_all, close_all),
        cmocka_unit_test_setup_teardown(the_limit_of_a_collection_is_exact, open_all, close_all),
        cmocka_unit_test_setup_teardown(a_range_goes_from_one_kind_to_another, open_all, close_all),
        cmocka_unit_test_setup_teardown(models_with_keys_of_their_own_are_told_by_their_templates, open_all, close_all),
        cmocka_unit_test_setup_teardown(a_row_that_does_not_fit_is_told_and_passed, open_all, close_all),
        cmocka_unit_test_setup_teardown(each_row_is_heard_by_its_repository_also_step_by_step, open_all, close_all),
        cmocka_unit_test_setup_teardown(repositories_that_cannot_be_told_apart_are_refused, open_all, close_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
