#include "../../dynrepo.h"
/* The calls of tests/golden/pydantic_dynamo.json in C; see tests/support/golden.h. */
#include "golden.h"

typedef struct inner {
    char    t[16];
    int64_t n;
    bool    has_n;
} inner;
static const dyn_field inner_fields[] = { DYN_TEXT(inner, t), DYN_INT(inner, n, .optional = true, .has = DYN_HAS(inner, has_n)) };
static const dyn_model inner_model = { DYN_MODEL(inner, inner_fields), .nulls = true };
static const dyn_name names[] = { { 0, "one" } };
typedef struct outer {
    char       s[16], st[2][8], da[16], ti[16];
    inner      n;
    dyn_value  d, l;
    int        st_count, e;
    int64_t    dt, i, opt;
    dyn_number dec, f;
    bool       has_opt, has_n, has_dt, has_da, has_ti, has_dec, has_f;
} outer;
#define MAYBE(flag) .optional = true, .has = DYN_HAS(outer, flag)
static const dyn_field fields[] = {
    DYN_TEXT(outer, s), DYN_INT(outer, opt, MAYBE(has_opt)), DYN_MAP(outer, n, inner_model, MAYBE(has_n)), DYN_VALUE(outer, d), DYN_VALUE(outer, l),
    DYN_TEXT_LIST(outer, st, st_count), DYN_MICROS(outer, dt, DYN_ISO_OFFSET, MAYBE(has_dt)), DYN_TEXT(outer, da, MAYBE(has_da)),
    DYN_TEXT(outer, ti, MAYBE(has_ti)), DYN_ENUM(outer, e, names), DYN_NUMBER(outer, dec, MAYBE(has_dec)), DYN_NUMBER(outer, f, MAYBE(has_f)), DYN_INT(outer, i),
};
static const dyn_model model = { DYN_MODEL(outer, fields), .table = "T" };

typedef struct aliased { int64_t foo; } aliased;
static const dyn_field aliased_fields[] = { DYN_INT(aliased, foo) };
static const dyn_model aliased_model = { DYN_MODEL(aliased, aliased_fields), .table = "T" };

static dyn_repo repo, forbids, aliases;
static dyn_content content;
static outer got;

static outer simple(void)
{
    outer o = { .s = "x", .st = { "a" }, .st_count = 1, .d = golden_raw("{\"M\":{}}"), .l = golden_raw("{\"L\":[]}") };
    return o;
}

static dyn_status put_full(void)
{
    outer full = { .s = "x", .st = { "x" }, .st_count = 1, .n = { .t = "q" }, .has_n = true, .dt = 1672628645000000, .has_dt = true, .da = "2023-01-02", .has_da = true,
                   .ti = "03:04:00", .has_ti = true, .dec = { "1.50" }, .has_dec = true };

    full.d = golden_raw("{\"M\":{\"k\":{\"NULL\":true},\"dt\":{\"S\":\"2023-01-02T03:04:05+00:00\"}}}");
    full.l = golden_raw("{\"L\":[{\"S\":\"2023-01-02T03:04:05.000120-05:00\"},{\"N\":\"1\"}]}");
    return dyn_repo_put(&repo, DYN_KEY("a", "b"), DYN_KEY("c"), &full, &(dyn_repo_write){ .expires = 1672646645 });
}

static dyn_status put_empty_ids(void)
{
    outer o = simple();
    o.st_count = 0;
    return dyn_repo_put(&repo, dyn_no_ids(), dyn_no_ids(), &o, NULL);
}

static dyn_status put_empty_set(void)
{
    outer o = simple();
    o.st_count = 0;
    return dyn_repo_put(&repo, DYN_KEY("z"), DYN_KEY("c"), &o, NULL);
}

static dyn_status put_float(void)
{
    outer o = simple();
    o.f = (dyn_number){ "1.5" }, o.has_f = true;
    return dyn_repo_put(&repo, DYN_KEY("z"), DYN_KEY("c"), &o, NULL);
}

static dyn_status naive_expiry(void)
{
    outer o = simple();
    return dyn_repo_put(&repo, DYN_KEY("n"), DYN_KEY("1"), &o, &(dyn_repo_write){ .expires = 1672531200 });
}

static dyn_status get(dyn_key p, dyn_key c) { return dyn_repo_get(&repo, p, c, &got, &content, NULL); }
static dyn_status get_empty_ids(void) { return get(dyn_no_ids(), dyn_no_ids()); }
static dyn_status get_str_id(void) { return get(DYN_KEY("w"), DYN_KEY(1)); }
static dyn_status get_with_hash(void) { return get(DYN_KEY("h#i"), DYN_KEY("1#2", "3")); }

static dyn_status get_forbidden(void)
{
    aliased a;
    return dyn_repo_get(&forbids, DYN_KEY("a"), DYN_KEY("1"), &a, &content, NULL);
}

static dyn_status alias_put(void) { aliased a = { 1 }; return dyn_repo_put(&aliases, DYN_KEY("a"), DYN_KEY("1"), &a, NULL); }
static dyn_status alias_get(void) { aliased a; return dyn_repo_get(&aliases, DYN_KEY("a"), DYN_KEY("1"), &a, &content, NULL); }

/* --- updates --- */

static dyn_status update(void)
{
    static dyn_arg q[1];
    q[0] = dyn_text("q");
    dyn_expr command = DYN_EXPR("SET s = ?, n.t = ?, i = if_not_exists(i, ?) + ?, l = list_append(if_not_exists(l, ?), ?)", "new", "nn", 0, 2, dyn_list(NULL, 0),
                                dyn_list(q, 1));
    dyn_repo_write o = { .version = 1, .expires = 1672628645 };

    return dyn_repo_update(&repo, DYN_KEY("a", "b"), DYN_KEY("c"), command, &o);
}

/* Of the content that most are of. */
static dyn_status change(dyn_expr e) { return dyn_repo_update(&repo, DYN_KEY("x"), DYN_KEY("1"), e, NULL); }
static dyn_status of_no_ids(dyn_expr e) { return dyn_repo_update(&repo, dyn_no_ids(), dyn_no_ids(), e, NULL); }
static dyn_status of_abc(dyn_expr e) { return dyn_repo_update(&repo, DYN_KEY("a", "b"), DYN_KEY("c"), e, NULL); }

static dyn_status twice(void)
{
    dyn_expr command = DYN_EXPR("SET s = ?", "new");
    dyn_status s = change(command);
    return s == DYN_OK ? change(command) : s;
}

static dyn_status update_empty_dict(void) { return of_abc(DYN_EXPR("SET s = ?", "q")); }
static dyn_status update_nested_null(void) { return of_no_ids(DYN_EXPR("SET n.t = ?", "nn")); }
static dyn_status update_append_none(void) { return of_abc(DYN_EXPR("SET l = list_append(if_not_exists(l, ?), ?)", dyn_list(NULL, 0), dyn_null())); }
static dyn_status update_create(void) { return dyn_repo_update(&repo, DYN_KEY("new"), DYN_KEY("c"), DYN_EXPR("SET s = ?", "q"), &(dyn_repo_write){ .create = true }); }
static dyn_status update_wrong(void) { return dyn_repo_update(&repo, DYN_KEY("a", "b"), DYN_KEY("c"), DYN_EXPR(""), &(dyn_repo_write){ .version = 77 }); }
static dyn_status incr_null_attr(void) { return of_no_ids(DYN_EXPR("SET opt = if_not_exists(opt, ?) + ?", 0, 1)); }
static dyn_status nested_null(void) { return change(DYN_EXPR("SET n.t = ?", "nn")); }
static dyn_status incr_null(void) { return change(DYN_EXPR("SET opt = if_not_exists(opt, ?) + ?", 0, 1)); }
static dyn_status append_none(void) { return change(DYN_EXPR("SET l = list_append(if_not_exists(l, ?), ?)", dyn_list(NULL, 0), dyn_null())); }
static dyn_status set_none(void) { return change(DYN_EXPR("SET opt = ?", dyn_null())); }
static dyn_status dict_field(void) { return change(DYN_EXPR("SET d.two = ?", golden_raw("{\"M\":{\"deep\":{\"N\":\"1\"}}}"))); }
static dyn_status any_field(void) { return change(DYN_EXPR("SET d = ?", golden_raw("{\"M\":{\"k\":{\"N\":\"1\"}}}"))); }
static dyn_status model_value(void) { return change(DYN_EXPR("SET n = ?", golden_raw("{\"M\":{\"t\":{\"S\":\"z\"},\"n\":{\"NULL\":true}}}"))); }
static dyn_status increment(void) { return change(DYN_EXPR("SET i = if_not_exists(i, ?) + ?", 0, -1)); }
static dyn_status increment_decimal(void) { return change(DYN_EXPR("SET dec = if_not_exists(dec, ?) + ?", 0, 1.5)); }

static dyn_status set_set(void)
{
    dyn_arg rq[2] = { dyn_text("r"), dyn_text("q") };
    return change(DYN_EXPR("SET st = ?", dyn_list(rq, 2)));
}

static dyn_status set_and_append(void)
{
    dyn_arg one[1] = { dyn_int(1) }, two[1] = { dyn_text("2") };
    return change(DYN_EXPR("SET l = ?, l = list_append(if_not_exists(l, ?), ?)", dyn_list(one, 1), dyn_list(NULL, 0), dyn_list(two, 1)));
}

/* --- lists --- */

static dyn_status list(const dyn_repo_query *q)
{
    dyn_rows rows;

    dyn_repo_list(&repo, &rows, q);
    while (dyn_repo_next(&repo, &rows, &got, &content) == DYN_ROW) { }
    return dyn_finish(&rows);
}

static dyn_status filter_null(void) { return list(&(dyn_repo_query){ .where = { DYN_EXPR("attribute_not_exists(opt) AND s = ? AND i <> ?", "x", 5) } }); }
static dyn_status between_equal(void) { return list(&(dyn_repo_query){ .partition = DYN_KEY("a", "b"), .from = DYN_KEY("c"), .to = DYN_KEY("c") }); }
static dyn_status between(void)
{
    return list(&(dyn_repo_query){ .partition = DYN_KEY("a", "b"), .from = DYN_KEY("a"), .to = DYN_KEY("d"), .newest_first = true, .limit = 1, .page = 1 });
}
static dyn_status not_exists(void) { return list(&(dyn_repo_query){ .partition = DYN_KEY("x"), .where = { DYN_EXPR("attribute_not_exists(opt)") } }); }
static dyn_status limit_filter(void) { return list(&(dyn_repo_query){ .partition = DYN_KEY("L"), .where = { DYN_EXPR("s = ?", "x") } }); }
static dyn_status limit_2(void) { return list(&(dyn_repo_query){ .partition = DYN_KEY("L"), .limit = 2, .page = 2 }); }
static dyn_status limit_0(void) { return list(&(dyn_repo_query){ .partition = DYN_KEY("L") }); }
static dyn_status list_p(void) { return list(&(dyn_repo_query){ .partition = DYN_KEY("P") }); }
static dyn_status filter_nested(void) { return list(&(dyn_repo_query){ .partition = DYN_KEY("x"), .where = { DYN_EXPR("n.t = ?", "z") } }); }
static dyn_status filter_none(void) { return list(&(dyn_repo_query){ .partition = DYN_KEY("x"), .where = { DYN_EXPR("opt = ?", dyn_null()) } }); }
static dyn_status delete(void) { return dyn_repo_delete_all(&repo, &(dyn_repo_query){ .partition = DYN_KEY("a", "b"), .prefix = DYN_KEY("c") }, NULL); }

/* --- many --- */

static dyn_status put_dup(void)
{
    outer o = simple();
    o.st_count = 0;
    dyn_repo_item items[2] = { { .partition = DYN_KEY("z"), .content = DYN_KEY("c"), .item = &o }, { .partition = DYN_KEY("z"), .content = DYN_KEY("c"), .item = &o } };
    return dyn_repo_put_many(&repo, NULL, items, 2, NULL);
}

static dyn_status get_dup(void)
{
    outer two[2];
    dyn_repo_item items[2] = { { .partition = DYN_KEY("w"), .content = DYN_KEY(1), .item = &two[0] }, { .partition = DYN_KEY("w"), .content = DYN_KEY(1), .item = &two[1] } };
    return dyn_repo_get_many(&repo, items, 2, NULL);
}

static dyn_status get_unprocessed(void)
{
    dyn_repo_item items[1] = { { .partition = DYN_KEY("w"), .content = DYN_KEY(1), .item = &got } };
    return dyn_repo_get_many(&repo, items, 1, NULL);
}

static dyn_status once(dyn_key partition, size_t count)
{
    outer o = simple();
    uint32_t order[2];
    dyn_repo_once options = { .order = order, .batches = true };
    dyn_repo_item items[2] = { { .partition = partition, .content = DYN_KEY(1), .item = &o }, { .partition = partition, .content = DYN_KEY(2), .item = &o } };

    return dyn_repo_write_once(&repo, NULL, items, count, &options);
}

static dyn_status write_once(void) { return once(DYN_KEY("w"), 2); }
static dyn_status write_once_no_ids(void) { return once(dyn_no_ids(), 1); }

static dyn_status open_all(void)
{
    static unsigned char memory[3][64 * 1024];
    dyn_repo_config c = { DYN_MEMORY(memory[0]), .convention = dyn_pydantic_dynamo(), .prefix = "pre", .name = "name", .type = "ct" };
    dyn_status s = dyn_repo_open(&repo, &db, &model, &c);

    c.memory = memory[1], c.type = "cx";
    s = s == DYN_OK ? dyn_repo_open(&forbids, &db, &aliased_model, &c) : s;
    c.memory = memory[2], c.type = "ca";
    return s == DYN_OK ? dyn_repo_open(&aliases, &db, &aliased_model, &c) : s;
}

int main(int argc, char **argv)
{
    const golden_call calls[] = {
        { "put full", put_full }, { "put empty ids", put_empty_ids }, { "get empty ids", get_empty_ids }, { "put empty set", put_empty_set },
        { "put float", put_float }, { "update", update }, { "reuse same command", twice }, { "update empty dict first", update_empty_dict },
        { "update nested into NULL model", update_nested_null }, { "update append None", update_append_none },
        { "update current_version=0 require_exists False", update_create }, { "update wrong ver", update_wrong }, { "incr NULL attr", incr_null_attr },
        { "filter not_exists on NULL", filter_null }, { "list_between equal, limit/desc dropped", between_equal }, { "list_between", between }, { "delete", delete },
        { "put_batch dup", put_dup }, { "writeonce 1", write_once }, { "writeonce 2", write_once }, { "writeonce after update (same data, ver 2)", write_once },
        { "writeonce [] pid 1", write_once_no_ids }, { "writeonce [] pid 2", write_once_no_ids }, { "get_batch unprocessed", get_unprocessed },
        { "get_batch dup keys", get_dup }, { "get str id", get_str_id }, { "extra=forbid read back", get_forbidden }, { "nested into NULL", nested_null },
        { "incr NULL", incr_null }, { "append None", append_none }, { "set None", set_none }, { "set set()", set_set },
        { "not_exists filter vs NULL", not_exists }, { "limit+filter returns", limit_filter }, { "limit 2", limit_2 }, { "limit 0", limit_0 },
        { "hash in ids roundtrip", get_with_hash }, { "delete prefix 1 leaves", list_p }, { "naive expiry", naive_expiry }, { "Any field set to dict", any_field },
        { "dict field new key + deep", dict_field }, { "model instance as set value", model_value }, { "increment Optional[int]", increment },
        { "increment decimal", increment_decimal }, { "set+append same attr", set_and_append }, { "filter nested", filter_nested },
        { "filter equals None", filter_none }, { "described model nested", nested_null }, { "alias put", alias_put }, { "alias get", alias_get },
    };

    return golden_main(argc, argv, calls, sizeof calls / sizeof calls[0], open_all);
}
