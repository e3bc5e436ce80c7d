#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Golden requests of dyntastic 0.18.0: each was made by the library itself (boto3 1.44.5) and taken down; the same call here must send the same
 * operation, key and item, and expressions that are the same once names and values stand in place of their placeholders. What differs is said
 * where it does: no false ConsistentRead, no true ScanIndexForward, both the service's defaults; no parentheses that change nothing. */
#include "call_fixture.h"
#include <stdio.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

typedef struct deep { char t[8]; } deep;
static const dyn_field deep_fields[] = { DYN_TEXT(deep, t, .optional = true) };
static const dyn_model deep_model = { DYN_MODEL(deep, deep_fields) };
typedef struct mid { deep r[2]; int r_count; } mid;
static const dyn_field mid_fields[] = { DYN_MAP_LIST(mid, r, r_count, deep_model, .optional = true) };
static const dyn_model mid_model = { DYN_MODEL(mid, mid_fields) };
typedef struct o {
    char    id[16], s[16], t[16];
    int64_t n, m;
    char    l[4][8], ss[4][8];
    int64_t ns[4];
    int     l_count, ss_count, ns_count;
    bool    has_q;
    mid     q;
} o;
static const dyn_field o_fields[] = {
    DYN_TEXT(o, id), DYN_TEXT(o, s, .omit_zero = true), DYN_TEXT(o, t, .omit_zero = true), DYN_INT(o, n, .omit_zero = true), DYN_INT(o, m, .omit_zero = true),
    DYN_TEXT_LIST(o, l, l_count, .omit_zero = true), DYN_TEXT_SET(o, ss, ss_count), DYN_INT_SET(o, ns, ns_count),
    DYN_MAP(o, q, mid_model, .has = DYN_HAS(o, has_q)),
};
static const dyn_index o_indexes[] = { { .pk = { "s" }, .sk = { "n" } } };
static const dyn_model o_model = { DYN_MODEL(o, o_fields), .table = "o", .pk = "id", DYN_INDEXES(o_indexes) };
DYN_TYPED(o, o_model)

/* An expression with its names and values written in place of the placeholders, and without the parentheses around the whole. */
static void inlined(dyn_str expression, dyn_str names, dyn_str values, char *to, size_t size)
{
    size_t n = 0, depth = 0;

    for (size_t i = 0; i < expression.len && n + 128 < size;) {
        char word[32], path[40];
        size_t k = 1;
        dyn_str value;
        if (expression.ptr[i] != '#' && expression.ptr[i] != ':') {
            to[n++] = expression.ptr[i++];
            continue;
        }
        while (i + k < expression.len && k < sizeof word - 1 && strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", expression.ptr[i + k]))
            k++;
        snprintf(path, sizeof path, "%.*s", (int)k, expression.ptr + i);
        size_t at = 0;
        dyn_str name;
        bool found = false;
        while (!found && dyn_json_next(expression.ptr[i] == '#' ? names : values, &at, &name, &value))
            found = name.len == strlen(path) && memcmp(name.ptr, path, name.len) == 0;
        if (!found)
            fail_msg("%s of %.*s is not given", path, (int)expression.len, expression.ptr);
        for (size_t c = 0; c < value.len && n + 1 < size; c++)
            if (value.ptr[c] != ' ')
                to[n++] = value.ptr[c];
        i += k;
    }
    to[n] = '\0';
    if (to[0] != '(' || to[n - 1] != ')')
        return;
    for (size_t i = 0; i < n; i++) {
        depth += to[i] == '(';
        depth -= to[i] == ')';
        if (depth == 0 && i + 1 < n)
            return;
    }
    memmove(to, to + 1, n - 2);
    to[n - 2] = '\0';
}

static dyn_str str_of(const char *text)
{
    dyn_str s = { text, text ? strlen(text) : 0 };
    return s;
}

/* The expression of the body must be the golden one. */
static void same_expression(const char *body, const char *member, const char *expression, const char *names, const char *values)
{
    char wanted[1024], got[1024];
    dyn_str e = { NULL, 0 }, n = { NULL, 0 }, v = { NULL, 0 };

    if (!dyn_json_get(str_of(body), member, &e))
        fail_msg("no %s in %s", member, body);
    dyn_json_get(str_of(body), "ExpressionAttributeNames", &n);
    dyn_json_get(str_of(body), "ExpressionAttributeValues", &v);
    if (e.len > 1 && e.ptr[0] == '"')
        e.ptr++, e.len -= 2;
    inlined(str_of(expression), str_of(names), str_of(values), wanted, sizeof wanted);
    inlined(e, n, v, got, sizeof got);
    if (strcmp(wanted, got) != 0)
        fail_msg("dyntastic: %s\n  here: %s\n  in %s", wanted, got, body);
}

/* The body of the last request. */
static const char *body_of(fixture *f)
{
    static char body[8192];

    snprintf(body, sizeof body, "%.*s", (int)f->s.last_len, f->s.last ? f->s.last : "");
    return body;
}

/* Twin of dyntastic: update_expressions: what each of its builders makes, 47 strings. */
static void updates_are_those_of_dyntastic(void **state)
{
    const dyn_arg x = dyn_text("x"), yx[] = { dyn_text("y"), dyn_text("x") }, onetwo[] = { dyn_int(1), dyn_int(2) };
    const struct { dyn_expr change; const char *expression, *names, *values; } goldens[] = {
        { DYN_EXPR("SET s = ?", "v"), "SET #0 = :0", "{\"#0\": \"s\"}", "{\":0\": {\"S\": \"v\"}}" },
        { DYN_EXPR("SET s = t"), "SET #0 = #1", "{\"#0\": \"s\", \"#1\": \"t\"}", NULL },
        { DYN_EXPR("SET s = t, n = ? REMOVE l[2]", 5), "SET #0 = #1, #2 = :0 REMOVE #3[2]", "{\"#0\": \"s\", \"#1\": \"t\", \"#2\": \"n\", \"#3\": \"l\"}", "{\":0\": {\"N\": \"5\"}}" },
        { DYN_EXPR("SET n = m + ?", 3), "SET #0 = #1 + :0", "{\"#0\": \"n\", \"#1\": \"m\"}", "{\":0\": {\"N\": \"3\"}}" },
        { DYN_EXPR("SET n = m - ?", 3), "SET #0 = #1 - :0", "{\"#0\": \"n\", \"#1\": \"m\"}", "{\":0\": {\"N\": \"3\"}}" },
        { DYN_EXPR("SET n = ? + m", 3), "SET #0 = :0 + #1", "{\"#0\": \"n\", \"#1\": \"m\"}", "{\":0\": {\"N\": \"3\"}}" },
        { DYN_EXPR("SET n = ? - m", 3), "SET #0 = :0 - #1", "{\"#0\": \"n\", \"#1\": \"m\"}", "{\":0\": {\"N\": \"3\"}}" },
        { DYN_EXPR("SET n = n + m"), "SET #0 = #1 + #2", "{\"#0\": \"n\", \"#1\": \"n\", \"#2\": \"m\"}", NULL },
        { DYN_EXPR("SET s = if_not_exists(s, ?)", "d"), "SET #0 = if_not_exists(#1, :0)", "{\"#0\": \"s\", \"#1\": \"s\"}", "{\":0\": {\"S\": \"d\"}}" },
        { DYN_EXPR("SET s = if_not_exists(t, ?)", "d"), "SET #0 = if_not_exists(#1, :0)", "{\"#0\": \"s\", \"#1\": \"t\"}", "{\":0\": {\"S\": \"d\"}}" },
        { DYN_EXPR("SET l = list_append(l, ?)", dyn_list(&x, 1)), "SET #0 = list_append(#1, :0)", "{\"#0\": \"l\", \"#1\": \"l\"}", "{\":0\": {\"L\": [{\"S\": \"x\"}]}}" },
        { DYN_EXPR("REMOVE s, t"), "REMOVE #0, #1", "{\"#0\": \"s\", \"#1\": \"t\"}", NULL },
        { DYN_EXPR("ADD ss ?", dyn_set(&x, 1)), "ADD #0 :0", "{\"#0\": \"ss\"}", "{\":0\": {\"SS\": [\"x\"]}}" },
        { DYN_EXPR("ADD ss ?", dyn_set(yx, 2)), "ADD #0 :0", "{\"#0\": \"ss\"}", "{\":0\": {\"SS\": [\"y\", \"x\"]}}" },
        { DYN_EXPR("ADD n ?", 5), "ADD #0 :0", "{\"#0\": \"n\"}", "{\":0\": {\"N\": \"5\"}}" },
        { DYN_EXPR("DELETE ss ?", dyn_set(&x, 1)), "DELETE #0 :0", "{\"#0\": \"ss\"}", "{\":0\": {\"SS\": [\"x\"]}}" },
        { DYN_EXPR("DELETE ns ?", dyn_set(onetwo, 2)), "DELETE #0 :0", "{\"#0\": \"ns\"}", "{\":0\": {\"NS\": [\"1\", \"2\"]}}" },
        { DYN_EXPR("SET `qq`.`r` = ?", "deep"), "SET #0.#1 = :0", "{\"#0\": \"qq\", \"#1\": \"r\"}", "{\":0\": {\"S\": \"deep\"}}" },
        { DYN_EXPR("SET n = n + ?", 1), "SET #0 = #1 + :0", "{\"#0\": \"n\", \"#1\": \"n\"}", "{\":0\": {\"N\": \"1\"}}" },
        { DYN_EXPR("SET n = ? + n", 1), "SET #0 = :0 + #1", "{\"#0\": \"n\", \"#1\": \"n\"}", "{\":0\": {\"N\": \"1\"}}" },
        { DYN_EXPR("SET n = n - ?", 1), "SET #0 = #1 - :0", "{\"#0\": \"n\", \"#1\": \"n\"}", "{\":0\": {\"N\": \"1\"}}" },
        { DYN_EXPR("SET n = ? - n", 1), "SET #0 = :0 - #1", "{\"#0\": \"n\", \"#1\": \"n\"}", "{\":0\": {\"N\": \"1\"}}" },
        { DYN_EXPR("SET n = n - m"), "SET #0 = #1 - #2", "{\"#0\": \"n\", \"#1\": \"n\", \"#2\": \"m\"}", NULL },
        { DYN_EXPR("SET n = m"), "SET #0 = #1", "{\"#0\": \"n\", \"#1\": \"m\"}", NULL },
        { DYN_EXPR("SET n = ?", -5), "SET #0 = :0", "{\"#0\": \"n\"}", "{\":0\": {\"N\": \"-5\"}}" },
        { DYN_EXPR("SET n = if_not_exists(n, ?)", 7), "SET #0 = if_not_exists(#1, :0)", "{\"#0\": \"n\", \"#1\": \"n\"}", "{\":0\": {\"N\": \"7\"}}" },
        { DYN_EXPR("SET n = if_not_exists(m, ?)", 0), "SET #0 = if_not_exists(#1, :0)", "{\"#0\": \"n\", \"#1\": \"m\"}", "{\":0\": {\"N\": \"0\"}}" },
        { DYN_EXPR("SET n = if_not_exists(m, n)"), "SET #0 = if_not_exists(#1, #2)", "{\"#0\": \"n\", \"#1\": \"m\", \"#2\": \"n\"}", NULL },
        { DYN_EXPR("SET l = list_append(?, ?)", dyn_list(&x, 1), dyn_list(yx, 2)), "SET #0 = list_append(:0, :1)", "{\"#0\": \"l\"}", "{\":0\": {\"L\": [{\"S\": \"x\"}]}, \":1\": {\"L\": [{\"S\": \"y\"}, {\"S\": \"x\"}]}}" },
        { DYN_EXPR("SET l = list_append(l, ?)", dyn_list(yx, 2)), "SET #0 = list_append(#1, :0)", "{\"#0\": \"l\", \"#1\": \"l\"}", "{\":0\": {\"L\": [{\"S\": \"y\"}, {\"S\": \"x\"}]}}" },
        { DYN_EXPR("SET l = list_append(if_not_exists(l, ?), ?)", dyn_list(NULL, 0), dyn_list(&x, 1)), "SET #0 = list_append(if_not_exists(#1, :0), :1)", "{\"#0\": \"l\", \"#1\": \"l\"}", "{\":0\": {\"L\": []}, \":1\": {\"L\": [{\"S\": \"x\"}]}}" },
        { DYN_EXPR("SET l = ?", dyn_list(yx, 2)), "SET #0 = :0", "{\"#0\": \"l\"}", "{\":0\": {\"L\": [{\"S\": \"y\"}, {\"S\": \"x\"}]}}" },
        { DYN_EXPR("SET ss = ?", dyn_set(&x, 1)), "SET #0 = :0", "{\"#0\": \"ss\"}", "{\":0\": {\"SS\": [\"x\"]}}" },
        { DYN_EXPR("SET ns = ?", dyn_set(onetwo, 2)), "SET #0 = :0", "{\"#0\": \"ns\"}", "{\":0\": {\"NS\": [\"1\", \"2\"]}}" },
        { DYN_EXPR("REMOVE s"), "REMOVE #0", "{\"#0\": \"s\"}", NULL },
        { DYN_EXPR("REMOVE l[0]"), "REMOVE #0[0]", "{\"#0\": \"l\"}", NULL },
        { DYN_EXPR("REMOVE l[0], l[3]"), "REMOVE #0[0], #1[3]", "{\"#0\": \"l\", \"#1\": \"l\"}", NULL },
        { DYN_EXPR("REMOVE q.r"), "REMOVE #0.#1", "{\"#0\": \"q\", \"#1\": \"r\"}", NULL },
        { DYN_EXPR("ADD ns ?", dyn_set(onetwo, 1)), "ADD #0 :0", "{\"#0\": \"ns\"}", "{\":0\": {\"NS\": [\"1\"]}}" },
        { DYN_EXPR("ADD n ?", -3), "ADD #0 :0", "{\"#0\": \"n\"}", "{\":0\": {\"N\": \"-3\"}}" },
        { DYN_EXPR("ADD n ?, m ?", 1, 2), "ADD #0 :0, #1 :1", "{\"#0\": \"n\", \"#1\": \"m\"}", "{\":0\": {\"N\": \"1\"}, \":1\": {\"N\": \"2\"}}" },
        { DYN_EXPR("DELETE ss ?", dyn_set(yx, 2)), "DELETE #0 :0", "{\"#0\": \"ss\"}", "{\":0\": {\"SS\": [\"y\", \"x\"]}}" },
        { DYN_EXPR("DELETE ss ?, ns ?", dyn_set(&x, 1), dyn_set(onetwo, 2)), "DELETE #0 :0, #1 :1", "{\"#0\": \"ss\", \"#1\": \"ns\"}", "{\":0\": {\"SS\": [\"x\"]}, \":1\": {\"NS\": [\"1\", \"2\"]}}" },
        { DYN_EXPR("SET s = ?, t = ?", "a", "b"), "SET #0 = :0, #1 = :1", "{\"#0\": \"s\", \"#1\": \"t\"}", "{\":0\": {\"S\": \"a\"}, \":1\": {\"S\": \"b\"}}" },
        { DYN_EXPR("SET s = ?, t = if_not_exists(t, ?), n = n + ?", "a", "b", 1), "SET #0 = :0, #1 = if_not_exists(#2, :1), #3 = #4 + :2", "{\"#0\": \"s\", \"#1\": \"t\", \"#2\": \"t\", \"#3\": \"n\", \"#4\": \"n\"}", "{\":0\": {\"S\": \"a\"}, \":1\": {\"S\": \"b\"}, \":2\": {\"N\": \"1\"}}" },
        { DYN_EXPR("SET s = ? REMOVE t ADD n ? DELETE ss ?", "a", 1, dyn_set(&x, 1)), "SET #0 = :0 REMOVE #1 ADD #2 :1 DELETE #3 :2", "{\"#0\": \"s\", \"#1\": \"t\", \"#2\": \"n\", \"#3\": \"ss\"}", "{\":0\": {\"S\": \"a\"}, \":1\": {\"N\": \"1\"}, \":2\": {\"SS\": [\"x\"]}}" },
        { DYN_EXPR("SET s = ?, t = ? REMOVE l[1]", "a", "b"), "SET #0 = :0, #2 = :1 REMOVE #1[1]", "{\"#0\": \"s\", \"#1\": \"l\", \"#2\": \"t\"}", "{\":0\": {\"S\": \"a\"}, \":1\": {\"S\": \"b\"}}" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(goldens); i++) {
        fixture *f = opened(24 * 1024);
        answer(f, 200, "{}");
        assert_int_equal(drive(f, o_update_key_begin(&f->db, DYN_KEY("1"), goldens[i].change, NULL)), DYN_OK);
        same_expression(body_of(f), "UpdateExpression", goldens[i].expression, goldens[i].names, goldens[i].values);
        assert_non_null(strstr(body_of(f), "\"TableName\":\"o\",\"Key\":{\"id\":{\"S\":\"1\"}}"));
        finish(f);
    }
}

/* Twin of dyntastic: its conditions and their combinations, 40 strings. */
static void conditions_are_those_of_dyntastic(void **state)
{
    static const char s[] = "{\"#n0\": \"s\"}", n[] = "{\"#n0\": \"n\"}", sn[] = "{\"#n0\": \"s\", \"#n1\": \"n\"}", v[] = "{\":v0\": {\"S\": \"v\"}}", five[] = "{\":v0\": {\"N\": \"5\"}}",
                      one_five[] = "{\":v0\": {\"N\": \"1\"}, \":v1\": {\"N\": \"5\"}}", v_five[] = "{\":v0\": {\"S\": \"v\"}, \":v1\": {\"N\": \"5\"}}";
    const struct { dyn_expr when; const char *expression, *names, *values; } goldens[] = {
        { DYN_EXPR("s = ?", "v"), "#n0 = :v0", s, v }, { DYN_EXPR("s <> ?", "v"), "#n0 <> :v0", s, v },
        { DYN_EXPR("n < ?", 5), "#n0 < :v0", n, five }, { DYN_EXPR("n <= ?", 5), "#n0 <= :v0", n, five },
        { DYN_EXPR("n > ?", 5), "#n0 > :v0", n, five }, { DYN_EXPR("n >= ?", 5), "#n0 >= :v0", n, five },
        { DYN_EXPR("n BETWEEN ? AND ?", 1, 5), "#n0 BETWEEN :v0 AND :v1", n, one_five }, { DYN_EXPR("n IN (?, ?)", 1, 5), "#n0 IN (:v0, :v1)", n, one_five },
        { DYN_EXPR("begins_with(s, ?)", "v"), "begins_with(#n0, :v0)", s, v }, { DYN_EXPR("contains(s, ?)", "v"), "contains(#n0, :v0)", s, v },
        { DYN_EXPR("attribute_exists(s)"), "attribute_exists(#n0)", s, NULL }, { DYN_EXPR("attribute_not_exists(s)"), "attribute_not_exists(#n0)", s, NULL },
        { DYN_EXPR("attribute_type(s, ?)", "S"), "attribute_type(#n0, :v0)", s, "{\":v0\": {\"S\": \"S\"}}" }, { DYN_EXPR("size(s) > ?", 5), "size(#n0) > :v0", s, five },
        { DYN_EXPR("s = ? AND n = ?", "v", 5), "(#n0 = :v0 AND #n1 = :v1)", sn, v_five }, { DYN_EXPR("s = ? OR n = ?", "v", 5), "(#n0 = :v0 OR #n1 = :v1)", sn, v_five },
        { DYN_EXPR("NOT s = ?", "v"), "(NOT #n0 = :v0)", s, v },
        { DYN_EXPR("s = ? AND (n = ? OR n = ?)", "v", 5, 1), "(#n0 = :v0 AND (#n1 = :v1 OR #n2 = :v2))", "{\"#n0\": \"s\", \"#n1\": \"n\", \"#n2\": \"n\"}",
          "{\":v0\": {\"S\": \"v\"}, \":v1\": {\"N\": \"5\"}, \":v2\": {\"N\": \"1\"}}" },
        { DYN_EXPR("n < m"), "#n0 < #n1", "{\"#n0\": \"n\", \"#n1\": \"m\"}", NULL }, { DYN_EXPR("l[0] = ?", "v"), "#n0[0] = :v0", "{\"#n0\": \"l\"}", v },
        { DYN_EXPR("q.r[1].t = ?", "v"), "#n0.#n1[1].#n2 = :v0", "{\"#n0\": \"q\", \"#n1\": \"r\", \"#n2\": \"t\"}", v },
        { DYN_EXPR("s < ?", "v"), "#n0 < :v0", "{\"#n0\": \"s\"}", "{\":v0\": {\"S\": \"v\"}}" },
        { DYN_EXPR("s >= ?", "v"), "#n0 >= :v0", "{\"#n0\": \"s\"}", "{\":v0\": {\"S\": \"v\"}}" },
        { DYN_EXPR("s BETWEEN ? AND ?", "a", "c"), "#n0 BETWEEN :v0 AND :v1", "{\"#n0\": \"s\"}", "{\":v0\": {\"S\": \"a\"}, \":v1\": {\"S\": \"c\"}}" },
        { DYN_EXPR("s IN (?, ?, ?)", "a", "b", "c"), "#n0 IN (:v0, :v1, :v2)", "{\"#n0\": \"s\"}", "{\":v0\": {\"S\": \"a\"}, \":v1\": {\"S\": \"b\"}, \":v2\": {\"S\": \"c\"}}" },
        { DYN_EXPR("s <> t"), "#n0 <> #n1", "{\"#n0\": \"s\", \"#n1\": \"t\"}", NULL },
        { DYN_EXPR("n >= m"), "#n0 >= #n1", "{\"#n0\": \"n\", \"#n1\": \"m\"}", NULL },
        { DYN_EXPR("size(s) = ?", 5), "size(#n0) = :v0", "{\"#n0\": \"s\"}", "{\":v0\": {\"N\": \"5\"}}" },
        { DYN_EXPR("size(s) <= ?", 5), "size(#n0) <= :v0", "{\"#n0\": \"s\"}", "{\":v0\": {\"N\": \"5\"}}" },
        { DYN_EXPR("size(l) < ?", 5), "size(#n0) < :v0", "{\"#n0\": \"l\"}", "{\":v0\": {\"N\": \"5\"}}" },
        { DYN_EXPR("contains(ss, ?)", "x"), "contains(#n0, :v0)", "{\"#n0\": \"ss\"}", "{\":v0\": {\"S\": \"x\"}}" },
        { DYN_EXPR("contains(ns, ?)", 1), "contains(#n0, :v0)", "{\"#n0\": \"ns\"}", "{\":v0\": {\"N\": \"1\"}}" },
        { DYN_EXPR("contains(l, ?)", "x"), "contains(#n0, :v0)", "{\"#n0\": \"l\"}", "{\":v0\": {\"S\": \"x\"}}" },
        { DYN_EXPR("attribute_exists(q.r)"), "attribute_exists(#n0.#n1)", "{\"#n0\": \"q\", \"#n1\": \"r\"}", NULL },
        { DYN_EXPR("begins_with(q.r[0].t, ?)", "v"), "begins_with(#n0.#n1[0].#n2, :v0)", "{\"#n0\": \"q\", \"#n1\": \"r\", \"#n2\": \"t\"}", "{\":v0\": {\"S\": \"v\"}}" },
        { DYN_EXPR("NOT (s = ? AND n = ?)", "v", 5), "(NOT (#n0 = :v0 AND #n1 = :v1))", "{\"#n0\": \"s\", \"#n1\": \"n\"}", "{\":v0\": {\"S\": \"v\"}, \":v1\": {\"N\": \"5\"}}" },
        { DYN_EXPR("NOT attribute_exists(s)"), "(NOT attribute_exists(#n0))", "{\"#n0\": \"s\"}", NULL },
        { DYN_EXPR("(s = ? AND n = ?) AND attribute_exists(t)", "v", 5), "(#n0 = :v0 AND #n1 = :v1 AND attribute_exists(#n2))", "{\"#n0\": \"s\", \"#n1\": \"n\", \"#n2\": \"t\"}", "{\":v0\": {\"S\": \"v\"}, \":v1\": {\"N\": \"5\"}}" },
        { DYN_EXPR("(s = ? OR n = ?) OR attribute_exists(t)", "v", 5), "(#n0 = :v0 OR #n1 = :v1 OR attribute_exists(#n2))", "{\"#n0\": \"s\", \"#n1\": \"n\", \"#n2\": \"t\"}", "{\":v0\": {\"S\": \"v\"}, \":v1\": {\"N\": \"5\"}}" },
        { DYN_EXPR("(s = ? OR n = ?) AND NOT t = ?", "v", 5, "w"), "((#n0 = :v0 OR #n1 = :v1) AND NOT #n2 = :v2)", "{\"#n0\": \"s\", \"#n1\": \"n\", \"#n2\": \"t\"}", "{\":v0\": {\"S\": \"v\"}, \":v1\": {\"N\": \"5\"}, \":v2\": {\"S\": \"w\"}}" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(goldens); i++) {
        fixture *f = opened(24 * 1024);
        answer(f, 200, "{}");
        if (drive(f, o_put_begin(&f->db, &(o){ .id = "1" }, &(dyn_write_options){ .when = { goldens[i].when } })) != DYN_OK)
            fail_msg("%s", dyn_last_error(&f->db)->text);
        same_expression(body_of(f), "ConditionExpression", goldens[i].expression, goldens[i].names, goldens[i].values);
        assert_non_null(strstr(body_of(f), "\"TableName\":\"o\",\"Item\":{\"id\":{\"S\":\"1\"}}"));
        finish(f);
    }
}

/* A read's body, for the golden requests below. */
static const char *read_body(fixture *f, bool scan, const dyn_query *query)
{
    dyn_rows rows;
    o row;

    answer(f, 200, "{\"Items\":[],\"Count\":0,\"ScannedCount\":0}");
    if ((scan ? o_scan : o_select)(&f->db, &rows, query) != DYN_OK)
        fail_msg("%s", dyn_last_error(&f->db)->text);
    assert_int_equal(drive(f, o_next_begin(&rows, &row)), DYN_DONE);
    return body_of(f);
}

/* Query, Query of an index, Scan, DeleteItem, GetItem. */
static void reads_and_deletes_are_those_of_dyntastic(void **state)
{
    fixture *f = opened(24 * 1024);
    o row;

    (void)state;
    const char *names = "{\"#n0\": \"n\", \"#n1\": \"s\", \"#n2\": \"id\"}", *values = "{\":v0\": {\"N\": \"5\"}, \":v1\": {\"S\": \"h\"}}";
    const char *body = read_body(f, false, &(dyn_query){ .key = DYN_EXPR("id = ?", "h"), .where = { DYN_EXPR("n < ? AND attribute_exists(s)", 5) }, .page = 7, .newest_first = true,
                                                         .consistent = true });
    same_expression(body, "KeyConditionExpression", "#n2 = :v1", names, values);
    same_expression(body, "FilterExpression", "(#n0 < :v0 AND attribute_exists(#n1))", names, values);
    assert_non_null(strstr(body, "\"ConsistentRead\":true"));
    assert_non_null(strstr(body, "\"Limit\":7"));
    assert_non_null(strstr(body, "\"ScanIndexForward\":false"));
    finish(f);

    f = opened(24 * 1024);
    body = read_body(f, false, &(dyn_query){ .key = DYN_EXPR("s = ? AND n BETWEEN ? AND ?", "v", 1, 5), .index = "s_n-index" });
    same_expression(body, "KeyConditionExpression", "(#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2)", "{\"#n0\": \"s\", \"#n1\": \"n\"}",
                    "{\":v0\": {\"S\": \"v\"}, \":v1\": {\"N\": \"1\"}, \":v2\": {\"N\": \"5\"}}");
    assert_non_null(strstr(body, "\"IndexName\":\"s_n-index\""));
    finish(f);

    f = opened(24 * 1024);
    body = read_body(f, true, &(dyn_query){ .where = { DYN_EXPR("n < ? AND s IN (?, ?)", 5, "a", "b") } });
    same_expression(body, "FilterExpression", "(#n0 < :v0 AND #n1 IN (:v1, :v2))", "{\"#n0\": \"n\", \"#n1\": \"s\"}",
                    "{\":v0\": {\"N\": \"5\"}, \":v1\": {\"S\": \"a\"}, \":v2\": {\"S\": \"b\"}}");
    finish(f);

    f = opened(24 * 1024);
    answer(f, 200, "{}");
    assert_int_equal(drive(f, o_delete_key_begin(&f->db, DYN_KEY("1"), &(dyn_write_options){ .when = { DYN_EXPR("n = ?", 5) } })), DYN_OK);
    same_expression(body_of(f), "ConditionExpression", "#n0 = :v0", "{\"#n0\": \"n\"}", "{\":v0\": {\"N\": \"5\"}}");
    assert_non_null(strstr(body_of(f), "\"TableName\":\"o\",\"Key\":{\"id\":{\"S\":\"1\"}}"));
    finish(f);

    f = opened(24 * 1024);
    answer(f, 200, "{}");
    assert_int_equal(drive(f, o_get_key_begin(&f->db, &row, DYN_KEY("k"), NULL)), DYN_NOT_FOUND);
    assert_string_equal(body_of(f), "{\"TableName\":\"o\",\"Key\":{\"id\":{\"S\":\"k\"}}}");
    finish(f);
}

/* --- Items: save() of one value of each kind --- */

typedef struct kinds {
    char          id[8], text[32];
    int64_t       time, day_s;
    unsigned char uuid[16], bytes[8];
    int           byte_count, level;
    dyn_number    number;
    dyn_value     value;
    int64_t       tuple[4];
    int           tuple_count;
    char          set[2][24];
    int           set_count;
} kinds;
static const dyn_name levels[] = { { 0, "none" }, { 1, "x" }, { 2, "sv" } };
#define SAVES(field, golden, ...) do { \
        static const dyn_field kind_fields[] = { DYN_TEXT(kinds, id), field }; \
        static const dyn_model kind_model = { DYN_MODEL(kinds, kind_fields), .table = "o", .pk = "id" }; \
        kinds k = { .id = "1", __VA_ARGS__ }; \
        fixture *f = opened(24 * 1024); \
        answer(f, 200, "{}"); \
        if (drive(f, dyn_put_begin(&f->db, &kind_model, &k, NULL)) != DYN_OK) \
            fail_msg("%s", dyn_last_error(&f->db)->text); \
        assert_string_equal(body_of(f), "{\"TableName\":\"o\",\"Item\":{\"id\":{\"S\":\"1\"},\"v\":" golden "}}"); \
        finish(f); \
    } while (0)

/* A frozenset is a list in dyntastic, a mixed set and a float it refuses, an empty set the service: those have no golden request. */
static void items_are_those_of_dyntastic(void **state)
{
    static const char none_in_list[] = "{\"L\":[{\"NULL\":true},{\"M\":{}}]}";

    (void)state;
    SAVES(DYN_MICROS(kinds, time, DYN_ISO_NAIVE, .attr = "v"), "{\"S\":\"2022-01-02T03:04:05\"}", .time = 1641092645000000);
    SAVES(DYN_MICROS(kinds, time, DYN_ISO_NAIVE, .attr = "v"), "{\"S\":\"2022-01-02T03:04:05.120000\"}", .time = 1641092645120000);
    SAVES(DYN_MICROS(kinds, time, DYN_ISO_Z, .attr = "v"), "{\"S\":\"2022-01-02T03:04:05Z\"}", .time = 1641092645000000);
    SAVES(DYN_TEXT(kinds, text, .attr = "v"), "{\"S\":\"2022-01-02\"}", .text = "2022-01-02");                              /* date */
    SAVES(DYN_TEXT(kinds, text, .attr = "v"), "{\"S\":\"03:04:05.000010\"}", .text = "03:04:05.000010");                    /* time */
    SAVES(DYN_TEXT(kinds, text, .attr = "v"), "{\"S\":\"P1DT2.000005S\"}", .text = "P1DT2.000005S");                        /* timedelta */
    SAVES(DYN_UUID(kinds, uuid, .attr = "v"), "{\"S\":\"00000000-0000-0000-0000-000000000005\"}", .uuid = { [15] = 5 });
    SAVES(DYN_ENUM(kinds, level, levels, .attr = "v"), "{\"S\":\"x\"}", .level = 1);
    SAVES(DYN_INT(kinds, level, .attr = "v"), "{\"N\":\"3\"}", .level = 3);                                                  /* IntEnum */
    SAVES(DYN_ENUM(kinds, level, levels, .attr = "v"), "{\"S\":\"sv\"}", .level = 2);
    SAVES(DYN_NUMBER(kinds, number, .attr = "v"), "{\"N\":\"1.50\"}", .number = { "1.50" });
    SAVES(DYN_NUMBER(kinds, number, .attr = "v"), "{\"N\":\"10000000000000000000000000000000000001\"}", .number = { "10000000000000000000000000000000000001" });
    SAVES(DYN_VALUE(kinds, value, .attr = "v"), "{\"L\":[{\"NULL\":true},{\"M\":{}}]}", .value = { none_in_list, sizeof none_in_list - 1 });
    SAVES(DYN_TEXT_SET(kinds, set, set_count, .attr = "v"), "{\"SS\":[\"2022-01-02T00:00:00\"]}", .set = { "2022-01-02T00:00:00" }, .set_count = 1);
    SAVES(DYN_INT_LIST(kinds, tuple, tuple_count, .attr = "v"), "{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]}", .tuple = { 1, 2 }, .tuple_count = 2);
    SAVES(DYN_BYTES_N(kinds, bytes, byte_count, .attr = "v"), "{\"B\":\"AP8=\"}", .bytes = { 0, 255 }, .byte_count = 2);
    SAVES(DYN_TEXT(kinds, text, .attr = "v"), "{\"S\":\"\"}", .text = "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(updates_are_those_of_dyntastic),
        cmocka_unit_test(conditions_are_those_of_dyntastic),
        cmocka_unit_test(reads_and_deletes_are_those_of_dyntastic),
        cmocka_unit_test(items_are_those_of_dyntastic),
    };
    return cmocka_run_group_tests_name("dyntastic's requests", tests, NULL, NULL);
}
