#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* >>expr: texts with `?` to the members of a request. Every expected text was written by hand from DynamoDB's grammar
 * (Developer Guide, "Comparison operator and function reference", "Update expressions in DynamoDB", "Key condition expressions
 * for the Query operation"), with placeholders numbered in order of appearance. */
#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

typedef struct person {
    char   name[16];
    int    age;
    char   zip[8];
} person;
static const dyn_field person_fields[] = { DYN_TEXT(person, name), DYN_INT(person, age, .optional = true), DYN_TEXT(person, zip, .attr = "postal code") };
static const dyn_model person_model = { DYN_MODEL(person, person_fields) };

enum color { RED, GREEN };
static const dyn_name colors[] = { { RED, "red" }, { GREEN, "green" } };

typedef struct reading {
    char       device[24];
    int64_t    taken_at;
    double     celsius;
    bool       charging;
    dyn_str    note;
    char       code[5];
    uint8_t    level;
    int16_t    offset;
    uint64_t   total;
    float      f;
    dyn_number exact;
    person     owner;
    char       tags[4][8];
    uint8_t    tag_count;
    double     values[3];
    int        value_count;
    bool       flags[2];
    int        flag_count;
    int        color;
    int64_t    at;
    int64_t    sec;
    int64_t    ms;
    char       hidden[4];
    int        size;
} reading;
static const dyn_field reading_fields[] = {
    DYN_TEXT(reading, device), DYN_INT(reading, taken_at), DYN_REAL(reading, celsius, .attr = "temp"), DYN_BOOL(reading, charging),
    DYN_STR(reading, note, .optional = true), DYN_TEXT(reading, code, .optional = true), DYN_INT(reading, level, .optional = true), DYN_INT(reading, offset), DYN_INT(reading, total),
    DYN_REAL(reading, f), DYN_NUMBER(reading, exact), DYN_MAP(reading, owner, person_model), DYN_TEXT_LIST(reading, tags, tag_count, .optional = true),
    DYN_REAL_LIST(reading, values, value_count), DYN_BOOL_LIST(reading, flags, flag_count), DYN_ENUM(reading, color, colors), DYN_ISO(reading, at),
    DYN_SECONDS(reading, sec), DYN_MILLIS(reading, ms), DYN_TEXT(reading, hidden, .key_only = true), DYN_INT(reading, size),
};
static const dyn_model reading_model = { DYN_MODEL(reading, reading_fields), .table = "t", .pk = "pk = DEVICE#{device}", .sk = "sk = READING#{taken_at:13}" };
static const dyn_model plain_model = { DYN_MODEL(reading, reading_fields), .table = "t", .pk = "device", .sk = "taken_at" };
static const dyn_model lone_model = { DYN_MODEL(reading, reading_fields), .table = "t", .pk = "device" };
static const dyn_model text_sk_model = { DYN_MODEL(reading, reading_fields), .table = "t", .pk = "device", .sk = "code" };
static const dyn_model many_model = { DYN_MODEL(reading, reading_fields), .table = "t", .pk = "pk = T#{device}#{color}", .sk = "sk = O#{level:3}#{code}#{size:4}" };
static const dyn_model last_text_model = { DYN_MODEL(reading, reading_fields), .table = "t", .pk = "pk = D#{device}", .sk = "sk = N#{code}" };
static const dyn_model bare_text_model = { DYN_MODEL(reading, reading_fields), .table = "t", .pk = "pk = D#{device}", .sk = "sk = {code}" };
static const dyn_model bare_number_model = { DYN_MODEL(reading, reading_fields), .table = "t", .pk = "pk = D#{device}", .sk = "sk = {level:3}#END" };
static const dyn_model time_model = { DYN_MODEL(reading, reading_fields), .table = "t", .pk = "pk = D#{device}", .sk = "sk = AT#{at}" };
static const dyn_model double_literal_model = { DYN_MODEL(reading, reading_fields), .table = "t", .pk = "pk = {code}--{device}", .sk = "sk = A" };

static unsigned char memory[1 << 16];
static char got[1 << 15], want[1 << 15];
static dyn_error error;

static void sink_put(char **to, const char *p)
{
    while (*p)
        *(*to)++ = *p++;
    **to = 0;
}

/* "a|b" as the JSON member that holds placeholders; ' stands for ". */
static void members(char **to, const char *title, char sigil, const char *list, bool quote)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    size_t id = 0;

    while (list && *list) {
        char head[8] = { '"', sigil, digits[id % 36], '"', ':', 0 };
        sink_put(to, id ? "," : title);
        sink_put(to, head);
        if (quote)
            sink_put(to, "\"");
        for (; *list && *list != '|'; list++) {
            char one[2] = { *list == '\'' ? '"' : *list, 0 };
            sink_put(to, one);
        }
        if (quote)
            sink_put(to, "\"");
        list += *list == '|';
        id++;
    }
    if (id)
        sink_put(to, "}");
}

/* Compiles and leaves expression and members in `got`; an error's text instead if there is one. */
static void compile(char what, const dyn_model *model, const dyn_expr *list, size_t n)
{
    dyn_arena arena = { memory, sizeof memory, 0, 0, 0 };
    dyn__exprs x;
    dyn_str out = { "", 0 };
    bool repeatable = false;
    dyn__known *models = NULL;
    dyn_status s;

    memset(&x, 0, sizeof x);
    memset(&error, 0, sizeof error);
    x.arena = &arena;
    x.known = model ? dyn__known_make(&arena, model, &models) : NULL;
    x.err = &error;
    x.what = what == 'f' || what == 'q' ? "filter" : NULL;
    x.in_query = what == 'q';
    s = what == 'u' ? dyn__expr_update(&x, list, &out, &repeatable) : what == 'k' ? dyn__expr_key(&x, list, &out) : dyn__expr_condition(&x, list, n, &out);
    assert_int_equal(s, error.status);
    if (s != DYN_OK) {
        assert_int_equal(s, DYN_INVALID);
        strcpy(got, error.text);
        return;
    }
    dyn__writer w = { got, sizeof got - 1, 0, 0, 0, NULL, NULL };
    if (what == 'u')
        dyn__puts(&w, repeatable ? "repeatable: " : "once: ");
    dyn__put(&w, out.ptr, out.len);
    dyn__write_names(&w, &x);
    dyn__write_values(&w, &x);
    got[w.len] = 0;
}

static void check(char what, const dyn_model *model, dyn_expr e, const char *text, const char *names, const char *values)
{
    char *to = want;

    sink_put(&to, text);
    members(&to, ",\"ExpressionAttributeNames\":{", '#', names, true);
    members(&to, ",\"ExpressionAttributeValues\":{", ':', values, false);
    compile(what, model, &e, 1);
    assert_string_equal(got, want);
}

#define OK(expr, text, names, values)        check('c', &reading_model, expr, text, names, values)
#define FREE(expr, text, names, values)      check('c', NULL, expr, text, names, values)
#define BAD(expr, text)                      check('f', &reading_model, expr, "filter, position " text, NULL, NULL)
#define UPDATE(expr, text, names, values)    check('u', &reading_model, expr, text, names, values)
#define BAD_UPDATE(expr, text)               check('u', &reading_model, expr, "update, position " text, NULL, NULL)
#define KEY(model, expr, text, names, values) check('k', &model, expr, text, names, values)
#define BAD_KEY(model, expr, text)           check('k', &model, expr, text, NULL, NULL)

static void writes_every_comparator(void **state)
{
    (void)state;
    OK(DYN_EXPR("celsius = ?", 60), "#0 = :0", "temp", "{'N':'60'}");
    OK(DYN_EXPR("celsius<>?", 60), "#0 <> :0", "temp", "{'N':'60'}");
    OK(DYN_EXPR("celsius < ?", 60.5), "#0 < :0", "temp", "{'N':'60.5'}");
    OK(DYN_EXPR("temp <= ?", -1), "#0 <= :0", "temp", "{'N':'-1'}");
    OK(DYN_EXPR("celsius > ?", 60), "#0 > :0", "temp", "{'N':'60'}");
    OK(DYN_EXPR("celsius >=?", 60), "#0 >= :0", "temp", "{'N':'60'}");
    OK(DYN_EXPR("celsius BETWEEN ? AND ?", 1, 2), "#0 BETWEEN :0 AND :1", "temp", "{'N':'1'}|{'N':'2'}");
    OK(DYN_EXPR("celsius between ? and ?", 1, 1), "#0 BETWEEN :0 AND :0", "temp", "{'N':'1'}");
    OK(DYN_EXPR("code IN (?, ?,?)", "a", "b", "c"), "#0 IN (:0, :1, :2)", "code", "{'S':'a'}|{'S':'b'}|{'S':'c'}");
    OK(DYN_EXPR("code in(?)", "a"), "#0 IN (:0)", "code", "{'S':'a'}");
}

static void takes_values_and_paths_on_either_side(void **state)
{
    (void)state;
    OK(DYN_EXPR("? < celsius", 5), ":0 < #0", "temp", "{'N':'5'}");
    OK(DYN_EXPR("celsius < f"), "#0 < #1", "temp|f", NULL);
    OK(DYN_EXPR("? BETWEEN celsius AND f", 3), ":0 BETWEEN #0 AND #1", "temp|f", "{'N':'3'}");
    OK(DYN_EXPR("celsius BETWEEN f AND ?", 3), "#0 BETWEEN #1 AND :0", "temp|f", "{'N':'3'}");
    OK(DYN_EXPR("? BETWEEN ? AND celsius", 3, 2), ":0 BETWEEN :1 AND #0", "temp", "{'N':'3'}|{'N':'2'}");
    OK(DYN_EXPR("? IN (note, code)", "a"), ":0 IN (#0, #1)", "note|code", "{'S':'a'}");
    OK(DYN_EXPR("? IN (?, code)", "a", "b"), ":0 IN (:1, #0)", "code", "{'S':'a'}|{'S':'b'}");
    OK(DYN_EXPR("? = charging", 1), ":0 = #0", "charging", "{'BOOL':true}");
    OK(DYN_EXPR("? = size(note)", 4), ":0 = size(#0)", "note", "{'N':'4'}");
    OK(DYN_EXPR("size(note) = size(tags)"), "size(#0) = size(#1)", "note|tags", NULL);
}

static void writes_every_function(void **state)
{
    (void)state;
    OK(DYN_EXPR("attribute_exists(note)"), "attribute_exists(#0)", "note", NULL);
    OK(DYN_EXPR("attribute_not_exists ( pk )"), "attribute_not_exists(#0)", "pk", NULL);
    OK(DYN_EXPR("attribute_type(note, ?)", "NULL"), "attribute_type(#0, :0)", "note", "{'S':'NULL'}");
    OK(DYN_EXPR("begins_with(note, ?)", "ab"), "begins_with(#0, :0)", "note", "{'S':'ab'}");
    OK(DYN_EXPR("begins_with(at, ?)", "2024-05"), "begins_with(#0, :0)", "at", "{'S':'2024-05'}");
    OK(DYN_EXPR("begins_with(color, ?)", "gr"), "begins_with(#0, :0)", "color", "{'S':'gr'}");
    OK(DYN_EXPR("begins_with(note, code)"), "begins_with(#0, #1)", "note|code", NULL);
    OK(DYN_EXPR("contains(note, ?)", "x"), "contains(#0, :0)", "note", "{'S':'x'}");
    OK(DYN_EXPR("contains(tags, ?)", "x"), "contains(#0, :0)", "tags", "{'S':'x'}");
    OK(DYN_EXPR("contains(flags, ?)", 1), "contains(#0, :0)", "flags", "{'BOOL':true}");
    OK(DYN_EXPR("contains(tags, code)"), "contains(#0, #1)", "tags|code", NULL);
    OK(DYN_EXPR("size(tags) > ?", 5), "size(#0) > :0", "tags", "{'N':'5'}");
    OK(DYN_EXPR("size(owner) <> ?", 5), "size(#0) <> :0", "owner", "{'N':'5'}");
    OK(DYN_EXPR("size = ?", 5), "#0 = :0", "size", "{'N':'5'}");
}

static void missing_means_absent_or_null(void **state)
{
    (void)state;
    OK(DYN_EXPR("missing(note)"), "attribute_not_exists(#0) OR attribute_type(#0, :0)", "note", "{'S':'NULL'}");
    OK(DYN_EXPR("missing(note) AND level = ?", 1), "(attribute_not_exists(#0) OR attribute_type(#0, :0)) AND #1 = :1", "note|level", "{'S':'NULL'}|{'N':'1'}");
    OK(DYN_EXPR("level = ? AND missing(note)", 1), "#0 = :0 AND (attribute_not_exists(#1) OR attribute_type(#1, :1))", "level|note", "{'N':'1'}|{'S':'NULL'}");
    OK(DYN_EXPR("level = ? OR missing(note)", 1), "#0 = :0 OR attribute_not_exists(#1) OR attribute_type(#1, :1)", "level|note", "{'N':'1'}|{'S':'NULL'}");
    OK(DYN_EXPR("NOT missing(owner.age)"), "NOT (attribute_not_exists(#0.#1) OR attribute_type(#0.#1, :0))", "owner|age", "{'S':'NULL'}");
    OK(DYN_EXPR("(missing(note)) AND level = ?", 1), "(attribute_not_exists(#0) OR attribute_type(#0, :0)) AND #1 = :1", "note|level", "{'S':'NULL'}|{'N':'1'}");
}

static void keeps_precedence_with_the_fewest_parentheses(void **state)
{
    (void)state;
    OK(DYN_EXPR("((level = ?))", 1), "#0 = :0", "level", "{'N':'1'}");
    OK(DYN_EXPR("level = ? OR size = ? AND f = ?", 1, 2, 3), "#0 = :0 OR #1 = :1 AND #2 = :2", "level|size|f", "{'N':'1'}|{'N':'2'}|{'N':'3'}");
    OK(DYN_EXPR("level = ? OR (size = ? AND f = ?)", 1, 2, 3), "#0 = :0 OR #1 = :1 AND #2 = :2", "level|size|f", "{'N':'1'}|{'N':'2'}|{'N':'3'}");
    OK(DYN_EXPR("(level = ? OR size = ?) AND f = ?", 1, 2, 3), "(#0 = :0 OR #1 = :1) AND #2 = :2", "level|size|f", "{'N':'1'}|{'N':'2'}|{'N':'3'}");
    OK(DYN_EXPR("((level = ? OR ((size = ?)))) AND f = ?", 1, 2, 3), "(#0 = :0 OR #1 = :1) AND #2 = :2", "level|size|f", "{'N':'1'}|{'N':'2'}|{'N':'3'}");
    OK(DYN_EXPR("f = ? AND (level = ? OR size = ?)", 1, 2, 3), "#0 = :0 AND (#1 = :1 OR #2 = :2)", "f|level|size", "{'N':'1'}|{'N':'2'}|{'N':'3'}");
    OK(DYN_EXPR("f = ? AND (level = ? AND size = ?)", 1, 2, 3), "#0 = :0 AND #1 = :1 AND #2 = :2", "f|level|size", "{'N':'1'}|{'N':'2'}|{'N':'3'}");
    OK(DYN_EXPR("(level = ? OR size = ?) OR f = ?", 1, 2, 3), "#0 = :0 OR #1 = :1 OR #2 = :2", "level|size|f", "{'N':'1'}|{'N':'2'}|{'N':'3'}");
    OK(DYN_EXPR("not level = ?", 1), "NOT #0 = :0", "level", "{'N':'1'}");
    OK(DYN_EXPR("NOT (level = ?)", 1), "NOT #0 = :0", "level", "{'N':'1'}");
    OK(DYN_EXPR("NOT NOT level = ?", 1), "#0 = :0", "level", "{'N':'1'}");
    OK(DYN_EXPR("NOT (NOT level = ?)", 1), "NOT (NOT #0 = :0)", "level", "{'N':'1'}");
    OK(DYN_EXPR("NOT (level = ? AND f = ?)", 1, 2), "NOT (#0 = :0 AND #1 = :1)", "level|f", "{'N':'1'}|{'N':'2'}");
    OK(DYN_EXPR("NOT level = ? AND f = ?", 1, 2), "NOT #0 = :0 AND #1 = :1", "level|f", "{'N':'1'}|{'N':'2'}");
    OK(DYN_EXPR("NOT (level = ? OR f = ?) AND size = ?", 1, 2, 3), "NOT (#0 = :0 OR #1 = :1) AND #2 = :2", "level|f|size", "{'N':'1'}|{'N':'2'}|{'N':'3'}");
    OK(DYN_EXPR("(level = ?)AND(f = ?)", 1, 2), "#0 = :0 AND #1 = :1", "level|f", "{'N':'1'}|{'N':'2'}");
}

static void shares_names_and_values(void **state)
{
    (void)state;
    OK(DYN_EXPR("level = ? OR level = ? OR size = ?", 1, 2, 1), "#0 = :0 OR #0 = :1 OR #1 = :0", "level|size", "{'N':'1'}|{'N':'2'}");
    OK(DYN_EXPR("temp > ? AND celsius < ?", 5.0, 6), "#0 > :0 AND #0 < :1", "temp", "{'N':'5'}|{'N':'6'}");
    OK(DYN_EXPR("level = ? OR f = ?", 5, 5.0), "#0 = :0 OR #1 = :0", "level|f", "{'N':'5'}");
    OK(DYN_EXPR("flags = ? OR flags = ?", dyn_list((const dyn_arg[]){ dyn_int(1) }, 1), dyn_list((const dyn_arg[]){ dyn_bool(true) }, 1)), "#0 = :0 OR #0 = :0",
       "flags", "{'L':[{'BOOL':true}]}");
    OK(DYN_EXPR("owner.name = ? OR owner.zip = ?", "a", "a"), "#0.#1 = :0 OR #0.#2 = :0", "owner|name|postal code", "{'S':'a'}");
}

static void numbers_placeholders_in_base_36(void **state)
{
    char text[400] = "?";
    dyn_arg args[40];
    dyn_expr e;

    (void)state;
    for (int i = 0; i < 40; i++)
        args[i] = dyn_int(i);
    strcpy(text, "size IN (?");
    for (int i = 1; i < 38; i++)
        strcat(text, ",?");
    strcat(text, ")");
    e.text = text, e.args = args, e.count = 38;
    compile('c', &reading_model, &e, 1);
    assert_non_null(strstr(got, ":8, :9, :a, "));
    assert_non_null(strstr(got, ":y, :z, :10, :11)"));
    assert_non_null(strstr(got, "\":z\":{\"N\":\"35\"},\":10\":{\"N\":\"36\"}"));
}

static void follows_paths_through_the_models(void **state)
{
    (void)state;
    OK(DYN_EXPR("owner.name = ?", "x"), "#0.#1 = :0", "owner|name", "{'S':'x'}");
    OK(DYN_EXPR("owner.zip = ?", "x"), "#0.#1 = :0", "owner|postal code", "{'S':'x'}");
    OK(DYN_EXPR("owner.`postal code` = ?", "x"), "#0.#1 = :0", "owner|postal code", "{'S':'x'}");
    OK(DYN_EXPR("tags[0] = ?", "x"), "#0[0] = :0", "tags", "{'S':'x'}");
    OK(DYN_EXPR("flags [ 01 ] = ?", 0), "#0[1] = :0", "flags", "{'BOOL':false}");
    OK(DYN_EXPR("`temp` = ?", 1), "#0 = :0", "temp", "{'N':'1'}");
    OK(DYN_EXPR("attribute_exists(pk) AND sk <> ?", "x"), "attribute_exists(#0) AND #1 <> :0", "pk|sk", "{'S':'x'}");
    FREE(DYN_EXPR("a.b[3].c = ? AND `x.y`[0][1] <> a", 5), "#0.#1[3].#2 = :0 AND #3[0][1] <> #0", "a|b|c|x.y", "{'N':'5'}");
    FREE(DYN_EXPR("attribute_not_exists(`\xC3\xA9 \"q\"`)"), "attribute_not_exists(#0)", "\xC3\xA9 \\'q\\'", NULL);
    FREE(DYN_EXPR("and = ? AND between BETWEEN ? AND or", 1, 2), "#0 = :0 AND #1 BETWEEN :1 AND #2", "and|between|or", "{'N':'1'}|{'N':'2'}");
}

static void converts_values_to_what_they_meet(void **state)
{
    static const dyn_number big = { "12345678901234567890123456789012345678" };

    (void)state;
    OK(DYN_EXPR("charging = ?", 1), "#0 = :0", "charging", "{'BOOL':true}");
    OK(DYN_EXPR("charging = ?", (bool)false), "#0 = :0", "charging", "{'BOOL':false}");
    OK(DYN_EXPR("level = ?", 255.0), "#0 = :0", "level", "{'N':'255'}");
    OK(DYN_EXPR("level = ?", dyn_num("1E2")), "#0 = :0", "level", "{'N':'100'}");
    OK(DYN_EXPR("total = ?", UINT64_MAX), "#0 = :0", "total", "{'N':'18446744073709551615'}");
    OK(DYN_EXPR("f = ?", 0.1f), "#0 = :0", "f", "{'N':'0.1'}");
    OK(DYN_EXPR("exact = ?", &big), "#0 = :0", "exact", "{'N':'12345678901234567890123456789012345678'}");
    OK(DYN_EXPR("color = ?", GREEN), "#0 = :0", "color", "{'S':'green'}");
    OK(DYN_EXPR("color = ?", "red"), "#0 = :0", "color", "{'S':'red'}");
    OK(DYN_EXPR("at >= ?", INT64_C(1715934542742)), "#0 >= :0", "at", "{'S':'2024-05-17T08:29:02.742Z'}");
    OK(DYN_EXPR("at >= ?", "2024-05-17T10:29:02.742+02:00"), "#0 >= :0", "at", "{'S':'2024-05-17T08:29:02.742Z'}");
    OK(DYN_EXPR("sec = ?", "2024-05-17T08:29:02Z"), "#0 = :0", "sec", "{'N':'1715934542'}");
    OK(DYN_EXPR("ms = ?", "2024-05-17T08:29:02.742Z"), "#0 = :0", "ms", "{'N':'1715934542742'}");
    OK(DYN_EXPR("note = ?", dyn_null()), "#0 = :0", "note", "{'NULL':true}");
    OK(DYN_EXPR("code = ?", "much longer than code"), "#0 = :0", "code", "{'S':'much longer than code'}");
    OK(DYN_EXPR("flags = ?", dyn_list((const dyn_arg[]){ dyn_int(1), dyn_bool(false) }, 2)), "#0 = :0", "flags", "{'L':[{'BOOL':true},{'BOOL':false}]}");
    FREE(DYN_EXPR("a = ?", dyn_set((const dyn_arg[]){ dyn_int(1), dyn_real(2.5) }, 2)), "#0 = :0", "a", "{'NS':['1','2.5']}");
    FREE(DYN_EXPR("a = ?", dyn_set((const dyn_arg[]){ dyn_text("x"), dyn_text("") }, 2)), "#0 = :0", "a", "{'SS':['x','']}");
    FREE(DYN_EXPR("a = ?", dyn_list(NULL, 0)), "#0 = :0", "a", "{'L':[]}");
    FREE(DYN_EXPR("a = ?", 1e22), "#0 = :0", "a", "{'N':'1e+22'}");
}

static void refuses_values_that_do_not_survive(void **state)
{
    (void)state;
    BAD(DYN_EXPR("level = ?", 300), "9: member \"level\": 300 is outside its range, 0 to 255");
    BAD(DYN_EXPR("offset = ?", -32769), "10: member \"offset\": -32769 is outside its range, -32768 to 32767");
    BAD(DYN_EXPR("total = ?", -1), "9: member \"total\": -1 is outside its range, 0 to 18446744073709551615");
    BAD(DYN_EXPR("level = ?", 1.5), "9: member \"level\": it is an integer of up to 8 bits; the value is no whole number or too large");
    BAD(DYN_EXPR("charging = ?", 2), "12: member \"charging\": it is a bool, the value is a number");
    BAD(DYN_EXPR("note = ?", 5), "8: member \"note\": it is text, the value is a number");
    BAD(DYN_EXPR("level = ?", "5"), "9: member \"level\": it is a number, the value is text");
    BAD(DYN_EXPR("pk = ?", 5), "6: it takes text, the value is a number");
    BAD(DYN_EXPR("color = ?", "blue"), "9: member \"color\": the enum has no name \"blue\"");
    BAD(DYN_EXPR("color = ?", 7), "9: member \"color\": the enum has no name for the value 7");
    BAD(DYN_EXPR("at = ?", "yesterday"), "6: member \"at\": \"yesterday\" is no time such as \"2024-05-17T08:29:02Z\"");
    BAD(DYN_EXPR("sec = ?", "2024-05-17T08:29:02.5Z"), "7: member \"sec\": it holds whole seconds; \"2024-05-17T08:29:02.5Z\" does not fit");
    BAD(DYN_EXPR("at = ?", INT64_MAX), "6: member \"at\": the time is outside the years 0000 to 9999");
    BAD(DYN_EXPR("celsius = ?", INT64_C(9007199254740993)), "11: member \"celsius\": it cannot hold the integer exactly; a dyn_number can");
    BAD(DYN_EXPR("celsius = ?", (double)NAN), "11: member \"celsius\": NaN and infinity are no numbers for DynamoDB");
    BAD(DYN_EXPR("celsius = ?", 1e130), "11: member \"celsius\": the number is outside DynamoDB's range (0, or 1e-130 to 9.99e125)");
    BAD(DYN_EXPR("exact = ?", dyn_num("1x")), "9: member \"exact\": \"1x\" is no number of at most 38 digits between 1e-130 and 9.99e125");
    BAD(DYN_EXPR("note = ?", "\xff"), "8: member \"note\": the text is not valid UTF-8");
    BAD(DYN_EXPR("note = ?", (const char *)NULL), "8: member \"note\": the value is a null pointer; dyn_null() is the value NULL");
    BAD(DYN_EXPR("owner = ?", 1), "9: member \"owner\": it is a map, the value is a number");
    BAD(DYN_EXPR("size(note) > ?", "x"), "14: it takes a number, the value is text");
    BAD(DYN_EXPR("contains(tags, ?)", 5), "16: member \"tags\": it is text, the value is a number");
    check('c', NULL, DYN_EXPR("a = ?", dyn_set(NULL, 0)), "condition, position 5: a set cannot be empty", NULL, NULL);
    check('c', NULL, DYN_EXPR("a = ?", dyn_set((const dyn_arg[]){ dyn_int(1), dyn_real(1) }, 2)), "condition, position 5: elements 0 and 1 of the set are equal", NULL, NULL);
    check('c', NULL, DYN_EXPR("a = ?", dyn_set((const dyn_arg[]){ dyn_int(1), dyn_text("a") }, 2)),
          "condition, position 5: a set has text only, numbers only or bytes only; element 1 is text", NULL, NULL);
}

static void points_at_what_is_wrong_in_a_text(void **state)
{
    (void)state;
    BAD(DYN_EXPR("level = ? AND celcius > ?", 1, 2), "15: the model \"reading\" has no member or attribute \"celcius\"");
    BAD(DYN_EXPR("owner.nam = ?", 1), "7: the model \"person\" has no member or attribute \"nam\"");
    BAD(DYN_EXPR("celsius.x = ?", 1), "9: there is nothing below \"celsius\": it is a number");
    BAD(DYN_EXPR("tags[0].x = ?", 1), "9: there is nothing below \"tags\": it is text");
    BAD(DYN_EXPR("pk.x = ?", 1), "4: there is nothing below \"the key\": it is text");
    BAD(DYN_EXPR("owner[0] = ?", 1), "7: there is no list here: \"owner\" is a map");
    BAD(DYN_EXPR("tags[x] = ?", 1), "6: an index of the list expected, found \"x\"");
    BAD(DYN_EXPR("hidden = ?", "x"), "1: member \"hidden\" is in the key only (.key_only), there is no such attribute");
    BAD(DYN_EXPR("level = ? AND", 1), "14: a path or `?` expected, but the text ends here");
    BAD(DYN_EXPR("level = ? size = ?", 1, 2), "11: AND, OR or the end expected, found \"size\"");
    BAD(DYN_EXPR("level"), "6: a comparison expected, but the text ends here");
    BAD(DYN_EXPR("(level = ?", 1), "11: \")\" expected, but the text ends here");
    BAD(DYN_EXPR("level = ?)", 1), "10: AND, OR or the end expected, found \")\"");
    BAD(DYN_EXPR("level = 5"), "9: a path or `?` expected, found \"5\"");
    BAD(DYN_EXPR("level = :v"), "9: \":\" means nothing here; a value is written as ?, a name as it is or in `backticks`");
    BAD(DYN_EXPR("level = 'x'"), "9: \"'\" means nothing here; a value is written as ?, a name as it is or in `backticks`");
    BAD(DYN_EXPR("`level = ?", 1), "1: the closing ` is missing");
    BAD(DYN_EXPR("`` = ?", 1), "1: the quoted name is empty");
    BAD(DYN_EXPR("Size(note) > ?", 1), "1: \"Size\" is no function; there are attribute_exists, attribute_not_exists, attribute_type, begins_with, contains, missing and size");
    BAD(DYN_EXPR("level = contains(note, ?)", "x"), "9: \"contains\" cannot stand here; only size() has a value to compare");
    BAD(DYN_EXPR("attribute_exists(?)", 1), "18: a path or `?` expected, found \"?\"");
    BAD(DYN_EXPR("attribute_type(note, ?)", "TEXT"), "22: \"TEXT\" is no type; there are S N B SS NS BS M L NULL BOOL");
    BAD(DYN_EXPR("attribute_type(note, code)"), "22: `?` for the name of a type expected, found \"code\"");
    BAD(DYN_EXPR("begins_with(level, ?)", "x"), "13: begins_with() of a number; it is for text and bytes");
    BAD(DYN_EXPR("contains(level, ?)", 1), "10: contains() of a number; it is for text, lists and sets");
    BAD(DYN_EXPR("size(level) = ?", 1), "6: size() of a number; it is for text, lists, maps and sets");
    BAD(DYN_EXPR("celsius BETWEEN ? OR ?", 1, 2), "19: AND and the upper bound expected, found \"OR\"");
    BAD(DYN_EXPR("level = note"), "9: text never equals a number");
    BAD(DYN_EXPR("charging < ?", 1), "1: a bool has no order; use = or <>");
    BAD(DYN_EXPR("level < ?", dyn_null()), "1: NULL has no order; use = or <>");
}

static void counts_the_values(void **state)
{
    (void)state;
    BAD(DYN_EXPR("level = ? AND size = ?", 1), "22: this `?` has no value; 1 are given");
    BAD(DYN_EXPR("level = ?"), "9: this `?` has no value; 0 are given");
    BAD(DYN_EXPR("level = ?", 1, 2), "10: the text has 1 `?`, but 2 values are given");
}

static void refuses_what_dynamodb_would_refuse(void **state)
{
    static char text[8192];
    static dyn_arg args[400];
    dyn_expr e;
    size_t n;

    (void)state;
    BAD(DYN_EXPR("level = level"), "9: the first operand must be distinct from the others");
    BAD(DYN_EXPR("celsius = temp"), "11: the first operand must be distinct from the others");
    BAD(DYN_EXPR("? = ?", 1, 1), "5: the first operand must be distinct from the others");
    BAD(DYN_EXPR("level IN (?, level)", 1), "14: the first operand must be distinct from the others");
    BAD(DYN_EXPR("level BETWEEN ? AND ?", 5, 1), "21: the bounds of BETWEEN are in the wrong order");
    BAD(DYN_EXPR("note BETWEEN ? AND ?", "b", "a"), "20: the bounds of BETWEEN are in the wrong order");
    check('c', NULL, DYN_EXPR("a BETWEEN ? AND ?", "b", 1), "condition, position 17: the bounds of BETWEEN differ in type: text and a number", NULL, NULL);
    for (int i = 0; i < 400; i++)
        args[i] = dyn_int(i % 7);
    e.text = text, e.args = args;
    strcpy(text, "size IN (?");
    for (n = 1; n < 101; n++)
        strcat(text, ",?");
    strcat(text, ")"), e.count = 101;
    compile('f', &reading_model, &e, 1);
    assert_string_equal(got, "filter, position 210: IN takes at most 100 operands");
    strcpy(text, "f=?");
    for (n = 1; n < 151; n++)
        strcat(text, " OR f=?");
    e.count = 151;
    compile('f', &reading_model, &e, 1);
    assert_string_equal(got, "filter, position 1052: there are more than 300 operators and functions, DynamoDB's limit");
    text[strlen(text) - 7] = 0, e.count = 150;                /* 150 comparisons and 149 ORs */
    compile('f', &reading_model, &e, 1);
    assert_memory_equal(got, "#0 = :0 OR #0 = :1 OR ", 22);
    memset(text, '(', 33), strcpy(text + 33, "f=?"), memset(text + 36, ')', 33), text[69] = 0, e.count = 1;
    compile('f', &reading_model, &e, 1);
    assert_string_equal(got, "filter, position 33: parentheses are nested deeper than 32 levels");
    e.text = text + 2, text[67] = 0;
    compile('f', &reading_model, &e, 1);
    assert_memory_equal(got, "#0 = :0,", 8);
    memset(text, ' ', 4200), text[4200] = 0, e.text = text;
    compile('f', &reading_model, &e, 1);
    assert_string_equal(got, "filter, position 4097: the text is longer than 4096 bytes");
}

static void joins_the_expressions_of_a_list(void **state)
{
    (void)state;
    dyn_expr list[4] = { DYN_EXPR(""), DYN_EXPR("level = ? OR size = ?", 1, 2), DYN_EXPR("missing(note)"), DYN_EXPR("f = ? AND level = ?", 2, 3) };
    compile('f', &reading_model, list, 4);
    assert_memory_equal(got, "(#0 = :0 OR #1 = :1) AND (attribute_not_exists(#2) OR attribute_type(#2, :2)) AND #3 = :1 AND #0 = :3,", 102);
    list[2].text = NULL, list[3].text = "";
    compile('f', &reading_model, list, 4);
    assert_memory_equal(got, "#0 = :0 OR #1 = :1,", 19);
    list[1].text = NULL;
    compile('f', &reading_model, list, 4);
    assert_string_equal(got, "");
    list[3] = DYN_EXPR("note > ? OR", "x");
    compile('f', &reading_model, list, 4);
    assert_string_equal(got, "filter 4, position 12: a path or `?` expected, but the text ends here");
}

static void keeps_the_key_out_of_the_filter_of_a_query(void **state)
{
    (void)state;
    check('q', &reading_model, DYN_EXPR("pk = ?", "x"), "filter, position 1: \"pk\" is part of the key; the filter of a query cannot use it, the key condition can", NULL, NULL);
    check('q', &plain_model, DYN_EXPR("device = ?", "x"), "filter, position 1: \"device\" is part of the key; the filter of a query cannot use it, the key condition can", NULL, NULL);
    check('q', &reading_model, DYN_EXPR("device = ?", "x"), "#0 = :0", "device", "{'S':'x'}");
}

static void writes_every_clause_of_an_update(void **state)
{
    (void)state;
    UPDATE(DYN_EXPR("SET celsius = ?", 5), "repeatable: SET #0 = :0", "temp", "{'N':'5'}");
    UPDATE(DYN_EXPR("set celsius=?,note=? remove code", 5, "x"), "repeatable: SET #0 = :0, #1 = :1 REMOVE #2", "temp|note|code", "{'N':'5'}|{'S':'x'}");
    UPDATE(DYN_EXPR("REMOVE note, owner.age SET size = ?", 5), "repeatable: REMOVE #0, #1.#2 SET #3 = :0", "note|owner|age|size", "{'N':'5'}");
    UPDATE(DYN_EXPR("ADD level ?", 5), "once: ADD #0 :0", "level", "{'N':'5'}");
    UPDATE(DYN_EXPR("ADD level ?", -5), "once: ADD #0 :0", "level", "{'N':'-5'}");
    UPDATE(DYN_EXPR("ADD owner.age ?", 5), "once: ADD #0.#1 :0", "owner|age", "{'N':'5'}");
    UPDATE(DYN_EXPR("SET size = size + ?", 5), "once: SET #0 = #0 + :0", "size", "{'N':'5'}");
    UPDATE(DYN_EXPR("SET size = ? - size", 5), "once: SET #0 = :0 - #0", "size", "{'N':'5'}");
    UPDATE(DYN_EXPR("SET size = ? + ?", 5, 6), "repeatable: SET #0 = :0 + :1", "size", "{'N':'5'}|{'N':'6'}");
    UPDATE(DYN_EXPR("SET size = level"), "repeatable: SET #0 = #1", "size|level", NULL);
    UPDATE(DYN_EXPR("SET size = if_not_exists(size, ?)", 5), "repeatable: SET #0 = if_not_exists(#0, :0)", "size", "{'N':'5'}");
    UPDATE(DYN_EXPR("SET size = if_not_exists(size, ?) + ?", 0, 1), "once: SET #0 = if_not_exists(#0, :0) + :1", "size", "{'N':'0'}|{'N':'1'}");
    UPDATE(DYN_EXPR("SET size = ? + if_not_exists(size, ?)", 1, 0), "once: SET #0 = :1 + if_not_exists(#0, :0)", "size", "{'N':'0'}|{'N':'1'}");
    UPDATE(DYN_EXPR("SET tags = list_append(tags, ?)", dyn_list((const dyn_arg[]){ dyn_text("a") }, 1)), "once: SET #0 = list_append(#0, :0)", "tags", "{'L':[{'S':'a'}]}");
    UPDATE(DYN_EXPR("SET tags = list_append(if_not_exists(tags, ?), ?)", dyn_list(NULL, 0), dyn_list((const dyn_arg[]){ dyn_text("a") }, 1)),
           "once: SET #0 = list_append(if_not_exists(#0, :0), :1)", "tags", "{'L':[]}|{'L':[{'S':'a'}]}");
    UPDATE(DYN_EXPR("SET owner.zip = ?, tags = ?", "x", dyn_list(NULL, 0)), "repeatable: SET #0.#1 = :0, #2 = :1", "owner|postal code|tags", "{'S':'x'}|{'L':[]}");
    check('u', NULL, DYN_EXPR("ADD a ? DELETE b ?", dyn_set((const dyn_arg[]){ dyn_int(1) }, 1), dyn_set((const dyn_arg[]){ dyn_text("x") }, 1)),
          "repeatable: ADD #0 :0 DELETE #1 :1", "a|b", "{'NS':['1']}|{'SS':['x']}");
    check('u', NULL, DYN_EXPR("SET set = set + ?", 1), "once: SET #0 = #0 + :0", "set", "{'N':'1'}");
}

static void knows_which_updates_are_not_the_same_twice(void **state)
{
    (void)state;
    UPDATE(DYN_EXPR("REMOVE tags[0]"), "once: REMOVE #0[0]", "tags", NULL);
    UPDATE(DYN_EXPR("SET tags[3] = ?", "x"), "once: SET #0[3] = :0", "tags", "{'S':'x'}");
    UPDATE(DYN_EXPR("SET size = level, level = ?", 1), "once: SET #0 = #1, #1 = :0", "size|level", "{'N':'1'}");
    UPDATE(DYN_EXPR("SET size = if_not_exists(level, ?) REMOVE level", 1), "once: SET #0 = if_not_exists(#1, :0) REMOVE #1", "size|level", "{'N':'1'}");
    UPDATE(DYN_EXPR("SET size = level, total = level"), "repeatable: SET #0 = #1, #2 = #1", "size|level|total", NULL);
    check('u', NULL, DYN_EXPR("SET a.b = a"), "once: SET #0.#1 = #0", "a|b", NULL);
}

static void refuses_wrong_updates(void **state)
{
    (void)state;
    BAD_UPDATE(DYN_EXPR("SET pk = ?", "x"), "5: attribute \"pk\" is part of the key and cannot be updated");
    BAD_UPDATE(DYN_EXPR("SET size = ?, device = ?", 1, "x"), "15: member \"device\" is part of the key and cannot be updated");
    check('u', &plain_model, DYN_EXPR("REMOVE taken_at"), "update, position 8: attribute \"taken_at\" is part of the key and cannot be updated", NULL, NULL);
    BAD_UPDATE(DYN_EXPR("SET size = ?, size = ?", 1, 2), "15: this path overlaps with another that is updated");
    BAD_UPDATE(DYN_EXPR("SET owner.age = ? REMOVE owner", 1), "26: this path overlaps with another that is updated");
    BAD_UPDATE(DYN_EXPR("REMOVE tags SET tags[1] = ?", "x"), "17: this path overlaps with another that is updated");
    BAD_UPDATE(DYN_EXPR("SET size = ? SET level = ?", 1, 2), "14: SET stands twice; join its parts by \",\"");
    BAD_UPDATE(DYN_EXPR("size = ?", 1), "1: SET, REMOVE, ADD or DELETE expected, found \"size\"");
    BAD_UPDATE(DYN_EXPR(""), "1: it is empty; an update has SET, REMOVE, ADD or DELETE");
    BAD_UPDATE(DYN_EXPR("SET size ?", 1), "10: \"=\" expected, found \"?\"");
    BAD_UPDATE(DYN_EXPR("SET code = ?", "12345"), "12: the text has 5 bytes, member \"code\" holds 4");
    BAD_UPDATE(DYN_EXPR("SET level = ?", 256), "13: member \"level\": 256 is outside its range, 0 to 255");
    BAD_UPDATE(DYN_EXPR("SET values = ?", dyn_list((const dyn_arg[]){ dyn_int(1), dyn_int(1), dyn_int(1), dyn_int(1) }, 4)), "14: member \"values\" has room for 3 elements, the list has 4");
    BAD_UPDATE(DYN_EXPR("SET tags = ?", dyn_list((const dyn_arg[]){ dyn_text("12345678") }, 1)), "12: element 0 has 8 bytes, \"tags\" holds 7");
    BAD_UPDATE(DYN_EXPR("SET note = note + ?", 1), "17: + gives a number, the target is text");
    BAD_UPDATE(DYN_EXPR("SET f = ?", 1e39), "9: member \"f\": it is a float, which holds numbers up to 3.4e38");
    BAD_UPDATE(DYN_EXPR("SET size = size + ?", 1.5), "19: it is an integer of up to 64 bits; the value is no whole number or too large");
    BAD_UPDATE(DYN_EXPR("SET size = size + ? + ?", 1, 2), "21: SET takes at most one + or -");
    BAD_UPDATE(DYN_EXPR("SET size = note"), "12: text never equals a number");
    BAD_UPDATE(DYN_EXPR("SET tags = list_append(tags, ?)", "x"), "30: member \"tags\": it is a list, the value is text");
    BAD_UPDATE(DYN_EXPR("SET size = list_append(size, ?)", 1), "12: list_append() gives a list, the target is a number");
    BAD_UPDATE(DYN_EXPR("SET size = max(size, ?)", 1), "12: \"max\" is no function of SET; there are if_not_exists and list_append");
    BAD_UPDATE(DYN_EXPR("SET size = if_not_exists(?, ?)", 1, 2), "26: a path expected, found \"?\"");
    BAD_UPDATE(DYN_EXPR("SET size = if_not_exists(if_not_exists(size, ?), ?)", 1, 2), "26: a path expected, found \"if_not_exists\"");
    check('u', NULL, DYN_EXPR("SET a = list_append(a, ?)", "x"), "update, position 24: list_append() takes lists; make one of it with dyn_list()", NULL, NULL);
    BAD_UPDATE(DYN_EXPR("ADD note ?", "x"), "5: ADD is for numbers and sets; this is text");
    BAD_UPDATE(DYN_EXPR("ADD size size"), "10: `?` expected, found \"size\"");
    BAD_UPDATE(DYN_EXPR("DELETE size ?", 1), "8: DELETE takes elements out of a set; this is a number");
    BAD_UPDATE(DYN_EXPR("REMOVE note note"), "13: \",\", SET, REMOVE, ADD, DELETE or the end expected, found \"note\"");
    BAD_UPDATE(DYN_EXPR("REMOVE note", 1), "12: the text has 0 `?`, but 1 values are given");
    check('u', NULL, DYN_EXPR("ADD a ?", "x"), "update, position 7: ADD takes a number or a set, the value is text", NULL, NULL);
    check('u', NULL, DYN_EXPR("DELETE a ?", 1), "update, position 10: DELETE takes a set, the value is a number", NULL, NULL);
    check('u', NULL, DYN_EXPR("SET a = a + ?", "x"), "update, position 13: it takes a number, the value is text", NULL, NULL);
}

static void makes_closed_ranges_of_a_number_in_the_sort_key(void **state)
{
    (void)state;
    KEY(reading_model, DYN_EXPR("device = ?", "b"), "#0 = :0 AND begins_with(#1, :1)", "pk|sk", "{'S':'DEVICE#b'}|{'S':'READING#'}");
    KEY(reading_model, DYN_EXPR("device = ? AND taken_at = ?", "b", 5), "#0 = :0 AND #1 = :1", "pk|sk", "{'S':'DEVICE#b'}|{'S':'READING#0000000000005'}");
    KEY(reading_model, DYN_EXPR("device = ? AND taken_at >= ?", "boiler-7", INT64_C(1763000000000)), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk",
        "{'S':'DEVICE#boiler-7'}|{'S':'READING#1763000000000'}|{'S':'READING#9999999999999'}");
    KEY(reading_model, DYN_EXPR("taken_at > ? AND device = ?", 5, "b"), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk",
        "{'S':'DEVICE#b'}|{'S':'READING#0000000000006'}|{'S':'READING#9999999999999'}");
    KEY(reading_model, DYN_EXPR("device = ? AND taken_at < ?", "b", 5), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk",
        "{'S':'DEVICE#b'}|{'S':'READING#0000000000000'}|{'S':'READING#0000000000004'}");
    KEY(reading_model, DYN_EXPR("device = ? and taken_at <= ?", "b", 5), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk",
        "{'S':'DEVICE#b'}|{'S':'READING#0000000000000'}|{'S':'READING#0000000000005'}");
    KEY(reading_model, DYN_EXPR("? = device AND ? < taken_at", "b", 5), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk",
        "{'S':'DEVICE#b'}|{'S':'READING#0000000000006'}|{'S':'READING#9999999999999'}");
    KEY(reading_model, DYN_EXPR("device = ? AND taken_at BETWEEN ? AND ?", "b", 5, 7), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk",
        "{'S':'DEVICE#b'}|{'S':'READING#0000000000005'}|{'S':'READING#0000000000007'}");
    KEY(bare_number_model, DYN_EXPR("device = ? AND level > ?", "b", 5), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk", "{'S':'D#b'}|{'S':'006'}|{'S':'999#END'}");
    KEY(bare_number_model, DYN_EXPR("device = ? AND level = ?", "b", 5), "#0 = :0 AND #1 = :1", "pk|sk", "{'S':'D#b'}|{'S':'005#END'}");
    KEY(bare_number_model, DYN_EXPR("device = ?", "b"), "#0 = :0", "pk", "{'S':'D#b'}");
}

static void makes_closed_ranges_of_a_time_in_the_sort_key(void **state)
{
    (void)state;
    KEY(time_model, DYN_EXPR("device = ? AND at > ?", "b", INT64_C(1715934542742)), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk",
        "{'S':'D#b'}|{'S':'AT#2024-05-17T08:29:02.743Z'}|{'S':'AT#9999-12-31T23:59:59.999Z'}");
    KEY(time_model, DYN_EXPR("device = ? AND at < ?", "b", "1970-01-01T00:00:00Z"), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk",
        "{'S':'D#b'}|{'S':'AT#0000-01-01T00:00:00.000Z'}|{'S':'AT#1969-12-31T23:59:59.999Z'}");
    KEY(time_model, DYN_EXPR("device = ? AND begins_with(at, ?)", "b", "2024-05"), "#0 = :0 AND begins_with(#1, :1)", "pk|sk", "{'S':'D#b'}|{'S':'AT#2024-05'}");
}

/* Texts of one length have neighbours: a second, a microsecond. A value between two of them leaves out neither. */
static void times_of_other_forms_have_closed_ranges_in_their_steps(void **state)
{
    typedef struct span { char device[8]; int64_t at; } span;
    static const dyn_field second_fields[] = { DYN_TEXT(span, device), DYN_TIME(span, at, DYN_ISO_OFFSET, .iso_key = DYN_ISO_Z | DYN_ISO_SECONDS) };
    static const dyn_field micro_fields[] = { DYN_TEXT(span, device), DYN_MICROS(span, at, DYN_ISO_Z | DYN_ISO_MICROS) };
    static const dyn_model second_model = { DYN_MODEL(span, second_fields), .table = "t", .pk = "pk = D#{device}", .sk = "sk = AT#{at}" };
    static const dyn_model micro_model = { DYN_MODEL(span, micro_fields), .table = "t", .pk = "pk = D#{device}", .sk = "sk = AT#{at}" };

    (void)state;
    KEY(second_model, DYN_EXPR("device = ? AND at > ?", "b", 5000), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk",
        "{'S':'D#b'}|{'S':'AT#1970-01-01T00:00:06Z'}|{'S':'AT#9999-12-31T23:59:59Z'}");
    KEY(second_model, DYN_EXPR("device = ? AND at >= ?", "b", 5500), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk",
        "{'S':'D#b'}|{'S':'AT#1970-01-01T00:00:06Z'}|{'S':'AT#9999-12-31T23:59:59Z'}");
    KEY(second_model, DYN_EXPR("device = ? AND at < ?", "b", 5500), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk",
        "{'S':'D#b'}|{'S':'AT#0000-01-01T00:00:00Z'}|{'S':'AT#1970-01-01T00:00:05Z'}");
    KEY(second_model, DYN_EXPR("device = ? AND at < ?", "b", 5000), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk",
        "{'S':'D#b'}|{'S':'AT#0000-01-01T00:00:00Z'}|{'S':'AT#1970-01-01T00:00:04Z'}");
    KEY(second_model, DYN_EXPR("device = ? AND at BETWEEN ? AND ?", "b", 5500, 7500), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk",
        "{'S':'D#b'}|{'S':'AT#1970-01-01T00:00:06Z'}|{'S':'AT#1970-01-01T00:00:07Z'}");
    KEY(micro_model, DYN_EXPR("device = ? AND at > ?", "b", 5), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk",
        "{'S':'D#b'}|{'S':'AT#1970-01-01T00:00:00.000006Z'}|{'S':'AT#9999-12-31T23:59:59.999999Z'}");
}

static void makes_closed_ranges_of_a_text_in_the_sort_key(void **state)
{
    (void)state;
    KEY(last_text_model, DYN_EXPR("device = ? AND code >= ?", "b", "k"), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk", "{'S':'D#b'}|{'S':'N#k'}|{'S':'N#\xF4\x8F\xBF\xBF'}");
    KEY(last_text_model, DYN_EXPR("device = ? AND code > ?", "b", "k"), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk", "{'S':'D#b'}|{'S':'N#k\\u0000'}|{'S':'N#\xF4\x8F\xBF\xBF'}");
    KEY(last_text_model, DYN_EXPR("device = ? AND code <= ?", "b", "k"), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk", "{'S':'D#b'}|{'S':'N#'}|{'S':'N#k'}");
    KEY(last_text_model, DYN_EXPR("device = ? AND code BETWEEN ? AND ?", "b", "k", "m"), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk", "{'S':'D#b'}|{'S':'N#k'}|{'S':'N#m'}");
    KEY(last_text_model, DYN_EXPR("device = ? AND begins_with(code, ?)", "b", "k"), "#0 = :0 AND begins_with(#1, :1)", "pk|sk", "{'S':'D#b'}|{'S':'N#k'}");
    KEY(bare_text_model, DYN_EXPR("device = ? AND code < ?", "b", "k"), "#0 = :0 AND #1 < :1", "pk|sk", "{'S':'D#b'}|{'S':'k'}");
    KEY(bare_text_model, DYN_EXPR("device = ?", "b"), "#0 = :0", "pk", "{'S':'D#b'}");
    BAD_KEY(last_text_model, DYN_EXPR("device = ? AND code < ?", "b", "k"), "key condition, position 16: a text before this one has no closed range; use \"code <= ?\" and skip the equal one");
}

static void takes_the_members_of_a_sort_key_from_the_left(void **state)
{
    (void)state;
    KEY(many_model, DYN_EXPR("device = ? AND color = ?", "b", RED), "#0 = :0 AND begins_with(#1, :1)", "pk|sk", "{'S':'T#b#red'}|{'S':'O#'}");
    KEY(many_model, DYN_EXPR("device = ? AND color = ? AND level = ?", "b", "red", 5), "#0 = :0 AND begins_with(#1, :1)", "pk|sk", "{'S':'T#b#red'}|{'S':'O#005#'}");
    KEY(many_model, DYN_EXPR("device = ? AND color = ? AND level = ? AND code = ?", "b", "red", 5, "x"), "#0 = :0 AND begins_with(#1, :1)", "pk|sk", "{'S':'T#b#red'}|{'S':'O#005#x#'}");
    KEY(many_model, DYN_EXPR("device = ? AND color = ? AND level = ? AND begins_with(code, ?)", "b", "red", 5, "x"), "#0 = :0 AND begins_with(#1, :1)", "pk|sk",
        "{'S':'T#b#red'}|{'S':'O#005#x'}");
    KEY(many_model, DYN_EXPR("device = ? AND color = ? AND level < ?", "b", "red", 5), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk", "{'S':'T#b#red'}|{'S':'O#000'}|{'S':'O#004#\xF4\x8F\xBF\xBF'}");
    KEY(many_model, DYN_EXPR("device = ? AND color = ? AND level = ? AND code = ? AND size > ?", "b", "red", 5, "x", 1), "#0 = :0 AND #1 BETWEEN :1 AND :2", "pk|sk",
        "{'S':'T#b#red'}|{'S':'O#005#x#0002'}|{'S':'O#005#x#9999'}");
    BAD_KEY(many_model, DYN_EXPR("device = ?", "b"), "key condition, position 1: member \"color\" of the partition key must be given by =");
    BAD_KEY(many_model, DYN_EXPR("device = ? AND color = ? AND code = ?", "b", "red", "x"), "key condition, position 30: member \"code\" needs \"level\" before it by =");
    BAD_KEY(many_model, DYN_EXPR("device = ? AND color = ? AND level > ? AND code = ?", "b", "red", 1, "x"), "key condition, position 44: member \"code\" needs \"level\" before it by =");
    BAD_KEY(many_model, DYN_EXPR("device = ? AND color = ? AND level = ? AND code > ?", "b", "red", 1, "x"),
            "key condition, position 44: member \"code\" is text with more behind it in the key; only = and begins_with() keep to its order");
}

static void uses_plain_keys_as_they_are(void **state)
{
    (void)state;
    KEY(plain_model, DYN_EXPR("device = ?", "b"), "#0 = :0", "device", "{'S':'b'}");
    KEY(plain_model, DYN_EXPR("device = ? AND taken_at < ?", "b", -5), "#0 = :0 AND #1 < :1", "device|taken_at", "{'S':'b'}|{'N':'-5'}");
    KEY(plain_model, DYN_EXPR("device = ? AND taken_at BETWEEN ? AND ?", "b", 1, 2), "#0 = :0 AND #1 BETWEEN :1 AND :2", "device|taken_at", "{'S':'b'}|{'N':'1'}|{'N':'2'}");
    KEY(text_sk_model, DYN_EXPR("device = ? AND begins_with(code, ?)", "b", "x"), "#0 = :0 AND begins_with(#1, :1)", "device|code", "{'S':'b'}|{'S':'x'}");
    KEY(lone_model, DYN_EXPR("device = ?", "b"), "#0 = :0", "device", "{'S':'b'}");
    check('k', NULL, DYN_EXPR("id = ? AND n >= ?", "b", 4), "#0 = :0 AND #1 >= :1", "id|n", "{'S':'b'}|{'N':'4'}");
    BAD_KEY(plain_model, DYN_EXPR("device = ? AND begins_with(taken_at, ?)", "b", "x"), "key condition, position 28: begins_with() of a number; it is for text and bytes");
}

static void refuses_wrong_key_conditions(void **state)
{
    (void)state;
    BAD_KEY(reading_model, DYN_EXPR("taken_at = ?", 1), "key condition, position 1: member \"device\" of the partition key must be given by =");
    BAD_KEY(reading_model, DYN_EXPR("device > ?", "b"), "key condition, position 1: member \"device\" of the partition key must be given by =");
    BAD_KEY(reading_model, DYN_EXPR("pk = ?", "b"), "key condition, position 1: \"pk\" is made from a template; give the members in it");
    BAD_KEY(reading_model, DYN_EXPR("device = ? AND celsius = ?", "b", 1), "key condition, position 16: member \"celsius\" is not in the key; filter by it");
    BAD_KEY(reading_model, DYN_EXPR("device = ? AND foo = ?", "b", 1), "key condition, position 16: the model \"reading\" has no member or attribute \"foo\"");
    BAD_KEY(reading_model, DYN_EXPR("device = ? AND device = ?", "b", "c"), "key condition, position 16: \"device\" is given twice");
    BAD_KEY(reading_model, DYN_EXPR("device = ? AND taken_at = ?", "b", -5), "member \"taken_at\": -5 cannot be in a key template; it must be 0 or more");
    BAD_KEY(reading_model, DYN_EXPR("device = ? AND taken_at >= ?", "b", INT64_C(10000000000000)), "member \"taken_at\": 10000000000000 needs 14 digits, the key template has 13");
    BAD_KEY(reading_model, DYN_EXPR("device = ? AND taken_at < ?", "b", 0), "key condition, position 16: nothing in the key is less than this value of \"taken_at\"");
    BAD_KEY(reading_model, DYN_EXPR("device = ? AND taken_at > ?", "b", INT64_C(9999999999999)), "key condition, position 16: nothing in the key is greater than this value of \"taken_at\"");
    BAD_KEY(reading_model, DYN_EXPR("device = ? AND taken_at BETWEEN ? AND ?", "b", 2, 1), "key condition, position 39: the bounds of BETWEEN are in the wrong order");
    BAD_KEY(reading_model, DYN_EXPR("device = ?", ""), "key condition, position 10: the text is empty; a key's must not be");
    BAD_KEY(reading_model, DYN_EXPR("device = ?", dyn_null()), "key condition, position 10: a key is text, a number or bytes, the value is NULL");
    BAD_KEY(reading_model, DYN_EXPR("device = ? OR taken_at = ?", "b", 1), "key condition, position 12: AND or the end expected, found \"OR\"");
    BAD_KEY(reading_model, DYN_EXPR("device <> ?", "b"), "key condition, position 8: = < <= > >= or BETWEEN expected, found \"<>\"");
    BAD_KEY(reading_model, DYN_EXPR(""), "key condition, position 1: it is empty; a query needs the partition key");
    BAD_KEY(reading_model, DYN_EXPR("device = taken_at"), "key condition, position 10: `?` expected, found \"taken_at\"");
    BAD_KEY(many_model, DYN_EXPR("device = ? AND color = ?", "a#b", RED), "member \"device\": \"a#b\" must not contain \"#\", which follows it in the key template");
    BAD_KEY(double_literal_model, DYN_EXPR("code = ? AND device = ?", "a-", "x"), "member \"code\": \"a-\" must not contain \"--\", which follows it in the key template");
    KEY(double_literal_model, DYN_EXPR("code = ? AND device = ?", "a-b", "x"), "#0 = :0 AND #1 = :1", "pk|sk", "{'S':'a-b--x'}|{'S':'A'}");
}

/* Every size of memory up to enough gives the same text or DYN_NO_MEMORY. */
static void says_when_memory_is_short(void **state)
{
    (void)state;
    size_t failed = 0;
    dyn_expr e = DYN_EXPR("level = ? AND (missing(note) OR owner.name = ?)", 1, "x");
    for (size_t size = 0; size < 1024; size++) {
        dyn_arena arena = { memory, size, 0, 0, 0 };
        dyn__exprs x;
        dyn_str out = { NULL, 0 };
        memset(&x, 0, sizeof x);
        memset(&error, 0, sizeof error);
        x.arena = &arena, x.err = &error;
        dyn_status s = dyn__expr_condition(&x, &e, 1, &out);
        assert_true(s == DYN_NO_MEMORY || s == DYN_OK);
        assert_int_equal(s, error.status);
        failed += s != DYN_OK;
    }
    assert_in_range(failed, 100, 900);
}

/* The expressions that DynamoDB's Developer Guide itself gives as examples ("Condition expressions", "Update expressions", "Key condition
 * expressions", "Filter expressions"), their literals and placeholders as `?`, without a model. */
static void takes_the_examples_of_the_developer_guide(void **state)
{
    (void)state;
    FREE(DYN_EXPR("attribute_not_exists(Id)"), "attribute_not_exists(#0)", "Id", NULL);
    FREE(DYN_EXPR("Price > ?", 500), "#0 > :0", "Price", "{'N':'500'}");
    FREE(DYN_EXPR("(ProductCategory IN (?, ?)) and (Price between ? and ?)", "Sporting Goods", "Gardening Supplies", 500, 600),
         "#0 IN (:0, :1) AND #1 BETWEEN :2 AND :3", "ProductCategory|Price", "{'S':'Sporting Goods'}|{'S':'Gardening Supplies'}|{'N':'500'}|{'N':'600'}");
    FREE(DYN_EXPR("attribute_not_exists(Price)"), "attribute_not_exists(#0)", "Price", NULL);
    FREE(DYN_EXPR("attribute_exists(ProductReviews.OneStar)"), "attribute_exists(#0.#1)", "ProductReviews|OneStar", NULL);
    FREE(DYN_EXPR("attribute_type(Color, ?)", "SS"), "attribute_type(#0, :0)", "Color", "{'S':'SS'}");
    FREE(DYN_EXPR("begins_with(Pictures.FrontView, ?)", "http://"), "begins_with(#0.#1, :0)", "Pictures|FrontView", "{'S':'http://'}");
    FREE(DYN_EXPR("contains(Color, ?)", "Red"), "contains(#0, :0)", "Color", "{'S':'Red'}");
    FREE(DYN_EXPR("size(VideoClip) > ?", 64000), "size(#0) > :0", "VideoClip", "{'N':'64000'}");
    FREE(DYN_EXPR("size(Brand) <= ?", 20), "size(#0) <= :0", "Brand", "{'N':'20'}");
    FREE(DYN_EXPR("ProductReviews.FiveStar[0] = ?", "Excellent!"), "#0.#1[0] = :0", "ProductReviews|FiveStar", "{'S':'Excellent!'}");
    FREE(DYN_EXPR("Views >= ?", 1000), "#0 >= :0", "Views", "{'N':'1000'}");
    FREE(DYN_EXPR("LastPostedBy = ? AND Replies > ?", "User A", 3), "#0 = :0 AND #1 > :1", "LastPostedBy|Replies", "{'S':'User A'}|{'N':'3'}");
    FREE(DYN_EXPR("a < b"), "#0 < #1", "a|b", NULL);
    FREE(DYN_EXPR("a BETWEEN b AND c"), "#0 BETWEEN #1 AND #2", "a|b|c", NULL);
    FREE(DYN_EXPR("a IN (b, c, d)"), "#0 IN (#1, #2, #3)", "a|b|c|d", NULL);
    FREE(DYN_EXPR("NOT a = b AND c = d OR e = f"), "NOT #0 = #1 AND #2 = #3 OR #4 = #5", "a|b|c|d|e|f", NULL);
    FREE(DYN_EXPR("NOT (a = b AND (c = d OR e = f))"), "NOT (#0 = #1 AND (#2 = #3 OR #4 = #5))", "a|b|c|d|e|f", NULL);
}

static void takes_the_update_examples_of_the_developer_guide(void **state)
{
#define FREE_UPDATE(expr, text, names, values) check('u', NULL, expr, text, names, values)
    (void)state;
    FREE_UPDATE(DYN_EXPR("SET ProductCategory = ?, Price = ?", "Hardware", 60), "repeatable: SET #0 = :0, #1 = :1", "ProductCategory|Price", "{'S':'Hardware'}|{'N':'60'}");
    FREE_UPDATE(DYN_EXPR("SET RelatedItems = ?, ProductReviews = ?", dyn_list((const dyn_arg[]){ dyn_text("Hammer") }, 1), "x"),
                "repeatable: SET #0 = :0, #1 = :1", "RelatedItems|ProductReviews", "{'L':[{'S':'Hammer'}]}|{'S':'x'}");
    FREE_UPDATE(DYN_EXPR("SET RelatedItems[1] = ?", "Nails"), "once: SET #0[1] = :0", "RelatedItems", "{'S':'Nails'}");
    FREE_UPDATE(DYN_EXPR("SET pr.`5star`[1] = ?, pr.`3star` = ?", "Very happy", "Just OK"), "once: SET #0.#1[1] = :0, #0.#2 = :1", "pr|5star|3star",
                "{'S':'Very happy'}|{'S':'Just OK'}");
    FREE_UPDATE(DYN_EXPR("SET Price = Price - ?", 15), "once: SET #0 = #0 - :0", "Price", "{'N':'15'}");
    FREE_UPDATE(DYN_EXPR("SET RelatedItems = list_append(RelatedItems, ?)", dyn_list((const dyn_arg[]){ dyn_text("Screwdriver") }, 1)),
                "once: SET #0 = list_append(#0, :0)", "RelatedItems", "{'L':[{'S':'Screwdriver'}]}");
    FREE_UPDATE(DYN_EXPR("SET RelatedItems = list_append(?, RelatedItems)", dyn_list((const dyn_arg[]){ dyn_text("Saw blades") }, 1)),
                "once: SET #0 = list_append(:0, #0)", "RelatedItems", "{'L':[{'S':'Saw blades'}]}");
    FREE_UPDATE(DYN_EXPR("SET Price = if_not_exists(Price, ?)", 100), "repeatable: SET #0 = if_not_exists(#0, :0)", "Price", "{'N':'100'}");
    FREE_UPDATE(DYN_EXPR("REMOVE Brand, InStock, QuantityOnHand"), "repeatable: REMOVE #0, #1, #2", "Brand|InStock|QuantityOnHand", NULL);
    FREE_UPDATE(DYN_EXPR("REMOVE RelatedItems[1], RelatedItems[2]"), "once: REMOVE #0[1], #0[2]", "RelatedItems", NULL);
    FREE_UPDATE(DYN_EXPR("ADD Price ?", 15), "once: ADD #0 :0", "Price", "{'N':'15'}");
    FREE_UPDATE(DYN_EXPR("ADD Color ?", dyn_set((const dyn_arg[]){ dyn_text("Orange"), dyn_text("Purple") }, 2)), "repeatable: ADD #0 :0", "Color",
                "{'SS':['Orange','Purple']}");
    FREE_UPDATE(DYN_EXPR("DELETE Color ?", dyn_set((const dyn_arg[]){ dyn_text("Yellow") }, 1)), "repeatable: DELETE #0 :0", "Color", "{'SS':['Yellow']}");
    FREE_UPDATE(DYN_EXPR("SET Price = Price - ? REMOVE InStock", 15), "once: SET #0 = #0 - :0 REMOVE #1", "Price|InStock", "{'N':'15'}");
    FREE_UPDATE(DYN_EXPR("SET RelatedItems[1] = ?, Price = ?", "n", 75), "once: SET #0[1] = :0, #1 = :1", "RelatedItems|Price", "{'S':'n'}|{'N':'75'}");
    FREE_UPDATE(DYN_EXPR("set x = ? + y", 1), "once: SET #0 = :0 + #1", "x|y", "{'N':'1'}");
    FREE_UPDATE(DYN_EXPR("set x = if_not_exists(x, ?) + ?", 0, 1), "once: SET #0 = if_not_exists(#0, :0) + :1", "x", "{'N':'0'}|{'N':'1'}");
    FREE_UPDATE(DYN_EXPR("set l = list_append(if_not_exists(l, ?), ?)", dyn_list(NULL, 0), dyn_list((const dyn_arg[]){ dyn_int(1) }, 1)),
                "once: SET #0 = list_append(if_not_exists(#0, :0), :1)", "l", "{'L':[]}|{'L':[{'N':'1'}]}");
    FREE_UPDATE(DYN_EXPR("set a = b"), "repeatable: SET #0 = #1", "a|b", NULL);
    FREE_UPDATE(DYN_EXPR("set a.b.c = a.b.d, e = ?", dyn_null()), "repeatable: SET #0.#1.#2 = #0.#1.#3, #4 = :0", "a|b|c|d|e", "{'NULL':true}");
    FREE_UPDATE(DYN_EXPR("remove a[0].b"), "repeatable: REMOVE #0[0].#1", "a|b", NULL);
    FREE_UPDATE(DYN_EXPR("add s ? delete t ?", dyn_set((const dyn_arg[]){ dyn_int(1) }, 1), dyn_set((const dyn_arg[]){ dyn_int(2) }, 1)),
                "repeatable: ADD #0 :0 DELETE #1 :1", "s|t", "{'NS':['1']}|{'NS':['2']}");
}

static void refuses_broken_texts_without_a_model_too(void **state)
{
#define FREE_BAD(expr, text) check('f', NULL, expr, "filter, position " text, NULL, NULL)
    (void)state;
    FREE_BAD(DYN_EXPR("a ="), "4: a path or `?` expected, but the text ends here");
    FREE_BAD(DYN_EXPR("a = ? AND", 1), "10: a path or `?` expected, but the text ends here");
    FREE_BAD(DYN_EXPR("(a = ?", 1), "7: \")\" expected, but the text ends here");
    FREE_BAD(DYN_EXPR("a = ?)", 1), "6: AND, OR or the end expected, found \")\"");
    FREE_BAD(DYN_EXPR("a BETWEEN ? OR ?", 1, 2), "13: AND and the upper bound expected, found \"OR\"");
    FREE_BAD(DYN_EXPR("a IN ()"), "7: a path or `?` expected, found \")\"");
    FREE_BAD(DYN_EXPR("a IN ?", 1), "6: \"(\" expected, found \"?\"");
    FREE_BAD(DYN_EXPR("a..b = ?", 1), "3: a name expected, found \".\"");
    FREE_BAD(DYN_EXPR("a[x] = ?", 1), "3: an index of the list expected, found \"x\"");
    FREE_BAD(DYN_EXPR("a[1 = ?", 1), "5: \"]\" expected, found \"=\"");
    FREE_BAD(DYN_EXPR("`a = ?", 1), "1: the closing ` is missing");
    FREE_BAD(DYN_EXPR("size(a)"), "8: a comparison expected, but the text ends here");
    FREE_BAD(DYN_EXPR("NOT"), "4: a path or `?` expected, but the text ends here");
    FREE_BAD(DYN_EXPR("a == ?", 1), "4: a path or `?` expected, found \"=\"");
    FREE_BAD(DYN_EXPR("a != ?", 1), "3: \"!\" means nothing here; a value is written as ?, a name as it is or in `backticks`");
    FREE_BAD(DYN_EXPR("a = 5"), "5: a path or `?` expected, found \"5\"");
    FREE_BAD(DYN_EXPR("a = 'x'"), "5: \"'\" means nothing here; a value is written as ?, a name as it is or in `backticks`");
    FREE_BAD(DYN_EXPR("begins_with(a)"), "14: \",\" expected, found \")\"");
    FREE_BAD(DYN_EXPR("Begins_With(a, ?)", "x"), "1: \"Begins_With\" is no function; there are attribute_exists, attribute_not_exists, attribute_type, begins_with, contains, missing and size");
    FREE_BAD(DYN_EXPR("a = ? b = ?", 1, 2), "7: AND, OR or the end expected, found \"b\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_every_comparator), cmocka_unit_test(takes_values_and_paths_on_either_side), cmocka_unit_test(writes_every_function),
        cmocka_unit_test(missing_means_absent_or_null), cmocka_unit_test(keeps_precedence_with_the_fewest_parentheses), cmocka_unit_test(shares_names_and_values),
        cmocka_unit_test(numbers_placeholders_in_base_36), cmocka_unit_test(follows_paths_through_the_models), cmocka_unit_test(converts_values_to_what_they_meet),
        cmocka_unit_test(refuses_values_that_do_not_survive), cmocka_unit_test(points_at_what_is_wrong_in_a_text), cmocka_unit_test(counts_the_values),
        cmocka_unit_test(refuses_what_dynamodb_would_refuse), cmocka_unit_test(joins_the_expressions_of_a_list), cmocka_unit_test(keeps_the_key_out_of_the_filter_of_a_query),
        cmocka_unit_test(writes_every_clause_of_an_update), cmocka_unit_test(knows_which_updates_are_not_the_same_twice), cmocka_unit_test(refuses_wrong_updates),
        cmocka_unit_test(makes_closed_ranges_of_a_number_in_the_sort_key), cmocka_unit_test(makes_closed_ranges_of_a_time_in_the_sort_key),
        cmocka_unit_test(times_of_other_forms_have_closed_ranges_in_their_steps),
        cmocka_unit_test(makes_closed_ranges_of_a_text_in_the_sort_key), cmocka_unit_test(takes_the_members_of_a_sort_key_from_the_left),
        cmocka_unit_test(takes_the_examples_of_the_developer_guide), cmocka_unit_test(takes_the_update_examples_of_the_developer_guide),
        cmocka_unit_test(refuses_broken_texts_without_a_model_too), cmocka_unit_test(uses_plain_keys_as_they_are), cmocka_unit_test(refuses_wrong_key_conditions), cmocka_unit_test(says_when_memory_is_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
