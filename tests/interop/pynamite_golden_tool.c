#include "../../dynrepo.h"
/* The calls of tests/golden/pynamite.json in C; see tests/support/golden.h. */
#include "golden.h"

static dyn_docs docs, mine, other;
static dyn_doc doc;

static dyn_status put(void) { return dyn_docs_put(&docs, DYN_KEY("a.b.c"), golden_value("{\"x\":1,\"n\":null}"), NULL, &doc); }
static dyn_status put_again(void) { return dyn_docs_put(&docs, DYN_KEY("a.b.c"), golden_value("{\"x\":2}"), NULL, &doc); }
static dyn_status put_decimal(void) { return dyn_docs_put(&docs, DYN_KEY("a.dec"), golden_value("{\"x\":1.5}"), NULL, &doc); }
static dyn_status get_dec(void) { return dyn_docs_get(&docs, DYN_KEY("a.dec"), &doc, NULL); }
static dyn_status get(void) { return dyn_docs_get(&docs, DYN_KEY("a.b.c"), &doc, NULL); }
static dyn_status get_attrs(void) { return dyn_docs_get(&docs, DYN_KEY("a.b.c"), &doc, &(dyn_get_options){ .fields = DYN_FIELDS("x, n") }); }
static dyn_status get_missing(void) { return dyn_docs_get(&docs, DYN_KEY("a.zz"), &doc, NULL); }

static dyn_status set(const char *key, const char *json) { return dyn_docs_set(&docs, DYN_KEY(key), golden_value(json), NULL, &doc); }
static dyn_status update(void) { return set("a.b", "{\"s\":\"hello\",\"l\":[1],\"d\":{\"k\":1}}"); }
static dyn_status one_true(void) { return set("a.c1", "{\"a\":1,\"b\":true,\"c\":1.0}"); }
static dyn_status nothing_false(void) { return set("a.c2", "{\"a\":0,\"b\":\"\",\"c\":false}"); }
static dyn_status five(void) { return set("a.c3", "{\"a\":5,\"b\":-5}"); }
static dyn_status minus_one(void) { return set("a.c4", "{\"a\":-1,\"b\":2}"); }
static dyn_status none(void) { return set("a.c5", "{\"a\":null}"); }
static dyn_status a_float(void) { return set("a.c6", "{\"a\":1.5}"); }
static dyn_status a_set(void) { return dyn_docs_set(&docs, DYN_KEY("a.c7"), golden_raw("{\"M\":{\"a\":{\"SS\":[\"y\",\"x\"]}}}"), NULL, &doc); }
static dyn_status nested_set(void) { return set("a.b", "{\"d.k\":5,\"l[0]\":7}"); }
static dyn_status index_10(void) { return set("a.b", "{\"l[10]\":7}"); }

static dyn_status change(const char *key, dyn_expr e) { return dyn_docs_update(&docs, DYN_KEY(key), e, NULL, &doc); }
static dyn_status incr(void) { return change("a.c1", DYN_EXPR("SET a = a + ?", 3)); }
static dyn_status incr_missing(void) { return change("a.c1", DYN_EXPR("SET zz = zz + ?", 1)); }
static dyn_status incr_half(void) { return change("a.c3", DYN_EXPR("SET a = a + ?", 0.5)); }
static dyn_status incr_minus(void) { return change("a.c3", DYN_EXPR("SET a = a + ?", -1)); }
static dyn_status nested_incr(void) { return change("a.b", DYN_EXPR("SET d.k = d.k + ?", 1)); }
static dyn_status if_none(void) { return change("a.b", DYN_EXPR("SET q = if_not_exists(q, ?)", "MAGIC")); }
static dyn_status list_remove(void) { return change("a.b", DYN_EXPR("REMOVE l[0]")); }

static dyn_status append(void)
{
    dyn_arg nine[] = { dyn_int(9) };
    return change("a.b", DYN_EXPR("SET l = list_append(?, l)", dyn_list(nine, 1)));
}

static dyn_status set_append(void)
{
    dyn_arg z[] = { dyn_text("z") };
    return change("a.c7", DYN_EXPR("ADD a ?", dyn_set(z, 1)));
}

static dyn_status set_remove(void)
{
    dyn_arg x[] = { dyn_text("x") };
    return change("a.c7", DYN_EXPR("DELETE a ?", dyn_set(x, 1)));
}

/* db.batch(), which the README has and the library has not. */
static dyn_status batch(void)
{
    static unsigned char room[8192];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_tx_write actions[2];
    dyn_docs_batch b;

    dyn_docs_batch_open(&b, &docs, &arena, actions, 2);
    dyn_docs_batch_update(&b, DYN_KEY("a.b"), DYN_EXPR("SET n = n + ?", 1), NULL);
    dyn_docs_batch_delete(&b, DYN_KEY("a.c"), NULL);
    return dyn_docs_batch_save(&b, NULL);
}

static dyn_status all_of(dyn_rows *rows)
{
    while (dyn_docs_next(&docs, rows, &doc) == DYN_ROW) { }
    return dyn_finish(rows);
}

static dyn_status partition(void)
{
    dyn_rows rows;

    dyn_docs_list(&docs, &rows, &(dyn_repo_query){ .partition = DYN_KEY("a"), .prefix = DYN_KEY("c") });
    return all_of(&rows);
}

static dyn_status collected(void)
{
    dyn_rows rows;

    dyn_docs_list(&docs, &rows, &(dyn_repo_query){ .partition = DYN_KEY("USER"), .from = DYN_KEY("11.11.11"), .to = DYN_KEY("11.11.12") });
    return all_of(&rows);
}

static dyn_status scan_if(bool confirmed)
{
    dyn_rows rows;

    dyn_docs_scan(&docs, &rows, confirmed, NULL);
    return all_of(&rows);
}

static dyn_status scan_unconfirmed(void) { return scan_if(false); }
static dyn_status scan(void) { return scan_if(true); }
static dyn_status delete(void) { return dyn_docs_delete(&docs, DYN_KEY("a.nonexist"), NULL); }
static dyn_status key_of_one(void) { return dyn_docs_get(&docs, DYN_KEY(golden_value("{\"PK\":\"a\"}")), &doc, NULL); }
static dyn_status key_without_dot(void) { return dyn_docs_get(&docs, DYN_KEY("a"), &doc, NULL); }

/* One map for both uses, which the library changes. */
static const char key_map[] = "{\"M\":{\"PK\":{\"S\":\"k\"},\"SK\":{\"S\":\"s\"}}}";
static dyn_status tenant_update(void) { return dyn_docs_set(&mine, DYN_KEY(golden_raw(key_map)), golden_value("{\"a\":1}"), NULL, &doc); }
static dyn_status tenant_get(void) { return dyn_docs_get(&mine, DYN_KEY(golden_raw(key_map)), &doc, NULL); }
static dyn_status other_put(void) { return dyn_docs_put(&other, DYN_KEY("a.b"), golden_value("{\"x\":1}"), NULL, &doc); }

static dyn_status look(int by)
{
    static unsigned char room[4096];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_docs_survey survey;

    return dyn_docs_look(&docs, true, by, &arena, &survey);
}

static dyn_status schema(void) { return look(DYN_DOCS_BY_KIND); }
static dyn_status show_partition(void) { return look(DYN_DOCS_BY_PARTITION); }

static dyn_status open_all(void)
{
    static unsigned char memory[3][32 * 1024];
    dyn_docs_config c = { DYN_MEMORY(memory[0]), .table = "P", .pk = "PK", .sk = "SK" };
    dyn_status s = dyn_docs_open(&docs, &db, &c);

    c.memory = memory[1], c.tenant = "ten";
    s = s == DYN_OK ? dyn_docs_open(&mine, &db, &c) : s;
    c.memory = memory[2], c.tenant = NULL, c.table = "Q", c.pk = "hk", c.sk = "rk";
    return s == DYN_OK ? dyn_docs_open(&other, &db, &c) : s;
}

int main(int argc, char **argv)
{
    const golden_call calls[] = {
        { "put", put }, { "put again", put_again }, { "put decimal", put_decimal }, { "get dec (was written?)", get_dec }, { "get", get },
        { "get attrs", get_attrs }, { "get missing", get_missing }, { "update", update }, { "upd collide 1/True", one_true },
        { "upd collide 0/''/False", nothing_false }, { "upd collide 5/-5", five }, { "upd collide -1/2", minus_one }, { "upd None", none },
        { "upd float", a_float }, { "upd set", a_set }, { "incr", incr }, { "incr missing", incr_missing }, { "incr 0.5", incr_half }, { "incr -1", incr_minus },
        { "nested incr", nested_incr }, { "append", append }, { "ifne", if_none }, { "listremove", list_remove }, { "setappend", set_append },
        { "setremove", set_remove }, { "nested set", nested_set }, { "idx10", index_10 }, { "dynamo.Increment", incr }, { "dynamo.Key", batch },
        { "partition", partition }, { "scan unconfirmed", scan_unconfirmed }, { "scan", scan }, { "delete", delete }, { "key list1", key_of_one },
        { "key nodot", key_without_dot }, { "tenant upd dict", tenant_update }, { "tenant get same dict", tenant_get }, { "Q put", other_put },
        { "Q put again overwrites?", other_put }, { "schema", schema }, { "showpart", show_partition }, { "coll expr", collected },
    };

    return golden_main(argc, argv, calls, sizeof calls / sizeof calls[0], open_all);
}
