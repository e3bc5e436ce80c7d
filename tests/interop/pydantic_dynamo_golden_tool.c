#include "../../dynrepo.h"
/* Prints what the calls would send that tests/golden/pydantic_dynamo.json has from the library: label, operation and body, separated by tabs, a line each. */
#include <stdio.h>
#include <string.h>

typedef struct inner {
    char    t[16];
    int64_t n;
    bool    has_n;
} inner;
static const dyn_field inner_fields[] = { DYN_TEXT(inner, t), DYN_INT(inner, n, .optional = true, .has = DYN_HAS(inner, has_n)) };
static const dyn_model inner_model = { DYN_MODEL(inner, inner_fields), .nulls = true };
static const dyn_name names[] = { { 0, "one" } };
typedef struct outer {
    char       s[16], opt[16], st[2][8], da[16], ti[16];
    inner      n;
    dyn_value  d, l;
    int        st_count, e;
    int64_t    dt, i;
    dyn_number dec, f;
    bool       has_opt, has_n, has_dt, has_da, has_ti, has_dec, has_f;
} outer;
#define MAYBE(flag) .optional = true, .has = DYN_HAS(outer, flag)
static const dyn_field fields[] = {
    DYN_TEXT(outer, s), DYN_TEXT(outer, opt, MAYBE(has_opt)), DYN_MAP(outer, n, inner_model, MAYBE(has_n)), DYN_VALUE(outer, d), DYN_VALUE(outer, l),
    DYN_TEXT_LIST(outer, st, st_count), DYN_MICROS(outer, dt, DYN_ISO_OFFSET, MAYBE(has_dt)), DYN_TEXT(outer, da, MAYBE(has_da)),
    DYN_TEXT(outer, ti, MAYBE(has_ti)), DYN_ENUM(outer, e, names), DYN_NUMBER(outer, dec, MAYBE(has_dec)), DYN_NUMBER(outer, f, MAYBE(has_f)), DYN_INT(outer, i),
};
static const dyn_model model = { DYN_MODEL(outer, fields), .table = "T" };

static dyn_client db;
static dyn_repo repo;
static char body[65536];
static size_t length;

static void keep(void *user, const void *data, size_t size)
{
    (void)user;
    if (size < sizeof body - length)
        memcpy(body + length, data, size), length += size;
}

static dyn_explanation told;

static void ask(void)
{
    memset((void *)&told, 0, sizeof told);
    told.sink.write = keep, told.as_sent = true;
    length = 0;
    dyn_explain(&db, &told);
}

static void tell(const char *label, dyn_status s)
{
    if (s != DYN_DONE)
        printf("%s\t%s\t%s\n", label, dyn_status_name(s), dyn_last_error(&db)->text);
    else
        printf("%s\t%s\t%.*s\n", label, told.operation, (int)length, body);
}

static void update(const char *label, dyn_key p, dyn_key c, dyn_expr change, const dyn_repo_write *o)
{
    ask();
    tell(label, dyn_repo_update(&repo, p, c, change, o));
}

static void list(const char *label, const dyn_repo_query *q)
{
    dyn_rows rows;
    outer o;
    dyn_content c;

    ask();
    dyn_repo_list(&repo, &rows, q);
    dyn_status s = dyn_repo_next(&repo, &rows, &o, &c);
    tell(label, s == DYN_OK ? DYN_DONE : s);
    dyn_finish(&rows);
}

static dyn_value value(const char *json)
{
    return (dyn_value){ json, strlen(json) };
}

static void writes(void)
{
    outer full = { .s = "x", .st = { "x" }, .st_count = 1, .n = { .t = "q" }, .has_n = true, .dt = 1672628645000000, .has_dt = true, .da = "2023-01-02", .has_da = true,
                   .ti = "03:04:00", .has_ti = true, .dec = { "1.50" }, .has_dec = true };
    outer plain = { .s = "x", .st = { "a" }, .st_count = 1 };
    dyn_content c;

    full.d = value("{\"M\":{\"k\":{\"NULL\":true},\"dt\":{\"S\":\"2023-01-02T03:04:05+00:00\"}}}");
    full.l = value("{\"L\":[{\"S\":\"2023-01-02T03:04:05.000120-05:00\"},{\"N\":\"1\"}]}");
    plain.d = value("{\"M\":{}}"), plain.l = value("{\"L\":[]}");
    ask();
    tell("put full", dyn_repo_put(&repo, DYN_KEY("a", "b"), DYN_KEY("c"), &full, &(dyn_repo_write){ .expires = 1672646645 }));
    ask();
    tell("naive expiry", dyn_repo_put(&repo, DYN_KEY("n"), DYN_KEY("1"), &plain, &(dyn_repo_write){ .expires = 1672531200 }));
    plain.st_count = 0;
    ask();
    tell("put empty ids", dyn_repo_put(&repo, dyn_no_ids(), dyn_no_ids(), &plain, NULL));
    ask();
    tell("get empty ids", dyn_repo_get(&repo, dyn_no_ids(), dyn_no_ids(), &plain, &c, NULL));
    ask();
    tell("get str id", dyn_repo_get(&repo, DYN_KEY("w"), DYN_KEY(1), &plain, &c, NULL));
    ask();
    tell("hash in ids roundtrip", dyn_repo_get(&repo, DYN_KEY("h#i"), DYN_KEY("1#2", "3"), &plain, &c, NULL));
}

static void updates(void)
{
    dyn_key ab = DYN_KEY("a", "b"), c = DYN_KEY("c"), x = DYN_KEY("x"), one = DYN_KEY("1");
    dyn_arg q[1] = { dyn_text("q") }, rq[2] = { dyn_text("r"), dyn_text("q") };
    dyn_expr command = DYN_EXPR("SET s = ?, n.t = ?, i = if_not_exists(i, ?) + ?, l = list_append(if_not_exists(l, ?), ?)", "new", "nn", 0, 2, dyn_list(NULL, 0),
                                dyn_list(q, 1));

    update("update", ab, c, command, &(dyn_repo_write){ .version = 1, .expires = 1672628645 });
    update("update again", ab, c, command, &(dyn_repo_write){ .version = 1, .expires = 1672628645 });
    update("update nested into NULL model", dyn_no_ids(), dyn_no_ids(), DYN_EXPR("SET n.t = ?", "nn"), NULL);
    update("update current_version=0 require_exists False", DYN_KEY("new"), c, DYN_EXPR("SET s = ?", "q"), &(dyn_repo_write){ .create = true });
    update("update wrong ver", ab, c, DYN_EXPR(""), &(dyn_repo_write){ .version = 77 });
    update("incr NULL attr", dyn_no_ids(), dyn_no_ids(), DYN_EXPR("SET opt = if_not_exists(opt, ?) + ?", 0, 1), NULL);
    update("set None", x, one, DYN_EXPR("SET opt = ?", dyn_null()), NULL);
    update("set set()", x, one, DYN_EXPR("SET st = ?", dyn_list(rq, 2)), NULL);
    update("dict field new key + deep", x, one, DYN_EXPR("SET d.two = ?", value("{\"M\":{\"deep\":{\"N\":\"1\"}}}")), NULL);
    update("model instance as set value", x, one, DYN_EXPR("SET n = ?", value("{\"M\":{\"t\":{\"S\":\"z\"},\"n\":{\"NULL\":true}}}")), NULL);
    update("increment Optional[int]", x, one, DYN_EXPR("SET i = if_not_exists(i, ?) + ?", 0, -1), NULL);
}

static void lists(void)
{
    dyn_key ab = DYN_KEY("a", "b"), l = DYN_KEY("L"), x = DYN_KEY("x"), w = DYN_KEY("w");

    list("filter not_exists on NULL", &(dyn_repo_query){ .where = { DYN_EXPR("attribute_not_exists(opt) AND s = ? AND i <> ?", "x", 5) } });
    list("list_between equal, limit/desc dropped", &(dyn_repo_query){ .partition = ab, .from = DYN_KEY("c"), .to = DYN_KEY("c") });
    list("list_between", &(dyn_repo_query){ .partition = ab, .from = DYN_KEY("a"), .to = DYN_KEY("d"), .newest_first = true, .limit = 1, .page = 1 });
    list("writeonce 1", &(dyn_repo_query){ .partition = w, .from = DYN_KEY(1), .to = DYN_KEY(2) });
    list("writeonce [] pid 1", &(dyn_repo_query){ .from = DYN_KEY(1), .to = DYN_KEY(1) });
    list("limit+filter returns", &(dyn_repo_query){ .partition = l, .where = { DYN_EXPR("s = ?", "x") } });
    list("limit 2", &(dyn_repo_query){ .partition = l, .limit = 2, .page = 2 });
    list("limit 0", &(dyn_repo_query){ .partition = l });
    list("filter equals None", &(dyn_repo_query){ .partition = x, .where = { DYN_EXPR("opt = ?", dyn_null()) } });
    ask();
    tell("delete", dyn_repo_delete_all(&repo, &(dyn_repo_query){ .partition = ab, .prefix = DYN_KEY("c") }, NULL));
}

int main(void)
{
    static unsigned char memory[64 * 1024], repo_memory[64 * 1024];

    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory), .endpoint = "http://127.0.0.1:9" }) != DYN_OK ||
        dyn_repo_open(&repo, &db, &model, &(dyn_repo_config){ DYN_MEMORY(repo_memory), .convention = dyn_pydantic_dynamo(), .prefix = "pre", .name = "name",
                                                              .type = "ct" }) != DYN_OK)
        return dyn_print_error(&db), 1;
    writes();
    updates();
    lists();
    dyn_close(&db);
    return 0;
}
