#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Indexes, projections, cursors and many models against a scripted peer: what is sent, what is refused before anything is. Bodies are what the API
 * reference's Query, Scan and GetItem take; limits are those of "Quotas in Amazon DynamoDB". In JSON ' stands for ". */
#include "call_fixture.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

typedef struct visit {
    char    site[16];
    int64_t at;                  /* milliseconds */
    char    city[16];
    char    street[16];
    double  score;
    bool    has_owner;
    char    owner[16];
    int32_t floor;
} visit;
static const dyn_field visit_fields[] = {
    DYN_TEXT(visit, site), DYN_INT(visit, at), DYN_TEXT(visit, city, .omit_zero = true), DYN_TEXT(visit, street, .omit_zero = true),
    DYN_REAL(visit, score, .attr = "points"), DYN_TEXT(visit, owner, .has = DYN_HAS(visit, has_owner)), DYN_INT(visit, floor, .optional = true),
};
static const dyn_index visit_indexes[] = {
    { .name = "by_city", .pk = { "gsi1pk = CITY#{city}" }, .sk = { "gsi1sk = AT#{at:13}" } },
    { .name = "by_place", .pk = { "city", "street" }, .sk = { "floor", "score", "at" }, .projection = DYN_PROJECT_INCLUDE, .include = { "owner" } },
    { .name = "by_owner", .pk = { "gsi2pk = OWNER#{owner}" }, .sk = { "pk" }, .projection = DYN_PROJECT_KEYS },
    { .name = "by_score", .sk = { "score" }, .local = true },
};
static const dyn_model visit_model = {
    DYN_MODEL(visit, visit_fields), .table = "visits", .pk = "pk = SITE#{site}", .sk = "sk = VISIT#{at:13}", DYN_INDEXES(visit_indexes),
    DYN_ITEM_KIND("type = visit")
};
DYN_TYPED(visit, visit_model)

/* ' to ". The last four are kept. */
static const char *q(const char *text)
{
    static char kept[4][4096];
    static unsigned turn;
    char *to = kept[turn++ % 4];
    size_t i = 0;

    for (; text[i]; i++)
        to[i] = (char)(text[i] == '\'' ? '"' : text[i]);
    to[i] = '\0';
    return to;
}

/* The body of the last request. */
static const char *body_of(fixture *f)
{
    static char body[8192];

    snprintf(body, sizeof body, "%.*s", (int)f->s.last_len, f->s.last ? f->s.last : "");
    return body;
}

static visit a_visit(void)
{
    visit v;

    memset((void *)&v, 0, sizeof v);
    strcpy(v.site, "s1"), strcpy(v.city, "Ulm"), strcpy(v.street, "Weg"), strcpy(v.owner, "kim");
    v.at = 1763712000000, v.score = 2.5, v.has_owner = true, v.floor = 3;
    return v;
}

/* --- The model ----------------------------------------------------------------------------------------------------- */

static void a_put_writes_what_the_indexes_templates_make_and_the_kind(void **state)
{
    fixture *f = opened(24 * 1024);
    visit v = a_visit();

    (void)state;
    answer(f, 200, "{}");
    assert_int_equal(drive(f, visit_put_begin(&f->db, &v, NULL)), DYN_OK);
    assert_string_equal(body_of(f), q("{'TableName':'visits','Item':{'pk':{'S':'SITE#s1'},'sk':{'S':'VISIT#1763712000000'},'site':{'S':'s1'},"
        "'at':{'N':'1763712000000'},'city':{'S':'Ulm'},'street':{'S':'Weg'},'points':{'N':'2.5'},'owner':{'S':'kim'},'floor':{'N':'3'},"
        "'type':{'S':'visit'},'gsi1pk':{'S':'CITY#Ulm'},'gsi1sk':{'S':'AT#1763712000000'},'gsi2pk':{'S':'OWNER#kim'}}}"));
    finish(f);
}

static void an_index_is_sparse_where_a_member_of_its_template_is_not_stored(void **state)
{
    fixture *f = opened(24 * 1024);
    visit v = a_visit();

    (void)state;
    v.city[0] = 0, v.has_owner = false;
    answer(f, 200, "{}");
    assert_int_equal(drive(f, visit_put_begin(&f->db, &v, NULL)), DYN_OK);
    assert_null(strstr(body_of(f), "gsi1pk"));
    assert_null(strstr(body_of(f), "gsi2pk"));
    assert_non_null(strstr(body_of(f), "gsi1sk"));
    finish(f);
}

static void what_templates_made_is_passed_over_when_an_item_is_read_and_another_kind_is_refused(void **state)
{
    static const struct { const char *kind; dyn_status status; const char *says; } cases[] = {
        { ",'type':{'S':'visit'}", DYN_OK, "" },
        { ",'type':{'S':'visitor'}", DYN_BAD_ROW, "\"type\" says \"visitor\", an item of model \"visit\" has \"visit\" there" },
        { ",'type':{'S':'vis'}", DYN_BAD_ROW, "says \"vis\"" }, { ",'type':{'N':'1'}", DYN_BAD_ROW, "says \"another type\"" },
        { "", DYN_BAD_ROW, "says \"nothing\"" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t piece = 0; piece < 8; piece++) {
            fixture *f = opened(24 * 1024);
            visit v = a_visit();
            char text[1024];
            snprintf(text, sizeof text, "{'Item':{'gsi2pk':{'S':'OWNER#other'},'pk':{'S':'SITE#s1'},'gsi1sk':{'N':'1'},'sk':{'S':'VISIT#1763712000000'},"
                     "'site':{'S':'s1'},'at':{'N':'1763712000000'},'points':{'N':'7'}%s}}", cases[i].kind);
            f->s.read_most = piece;
            answer(f, 200, q(text));
            dyn_status s = drive(f, visit_get_begin(&f->db, &v, NULL));
            assert_int_equal(s, cases[i].status);
            assert_non_null(strstr(dyn_last_error(&f->db)->text, cases[i].says));
            if (s == DYN_OK)
                assert_true(v.score == 7);
            finish(f);
        }
}

static void an_update_of_a_member_in_an_indexs_template_is_refused_by_name(void **state)
{
    fixture *f = opened(24 * 1024);
    visit v = a_visit();
    dyn_expr change = DYN_EXPR("SET score = ?, city = ?", 1, "Bonn"), attribute = DYN_EXPR("SET gsi1pk = ?", "CITY#Bonn");

    (void)state;
    assert_int_equal(visit_update_begin(&f->db, &v, change, NULL), DYN_INVALID);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "member \"city\" is in the template of the index attribute \"gsi1pk\""));
    assert_int_equal(visit_update_begin(&f->db, &v, attribute, NULL), DYN_INVALID);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "\"gsi1pk\" is made by a template"));
    finish(f);
}

#define INDEX(...) static const dyn_index indexes[] = { __VA_ARGS__ }; static const dyn_model model = { DYN_MODEL(visit, visit_fields), .table = "t", \
    .pk = "pk = SITE#{site}", .sk = "at", DYN_INDEXES(indexes) }
#define REFUSED(says, ...) do { INDEX(__VA_ARGS__); refused(&model, says); } while (0)

static void refused(const dyn_model *model, const char *says)
{
    dyn_error e;

    assert_int_equal(dyn_model_check(model, &e), DYN_INVALID);
    if (!strstr(e.text, says))
        fail_msg("\"%s\" does not say \"%s\"", e.text, says);
}

static void indexes_that_cannot_be_are_refused_by_name(void **state)
{
    dyn_error e;

    (void)state;
    if (dyn_model_check(&visit_model, &e) != DYN_OK)
        fail_msg("%s", e.text);
    REFUSED("name \"ab\"", { .name = "ab", .pk = { "city" } });
    REFUSED("name \"a b c\"", { .name = "a b c", .pk = { "city" } });
    REFUSED("name \"\"", { .pk = { "city" } });
    REFUSED("two indexes have the name \"one\"", { .name = "one", .pk = { "city" } }, { .name = "one", .pk = { "street" } });
    REFUSED("needs a .pk", { .name = "one", .sk = { "city" } });
    REFUSED("gap before \"street\"", { .name = "one", .pk = { "city", NULL, "street" } });
    REFUSED("\"city\" twice", { .name = "one", .pk = { "city", "city" } });
    REFUSED("\"city\" twice", { .name = "one", .pk = { "city" }, .sk = { "street", "city" } });
    REFUSED("\"points\" twice", { .name = "one", .pk = { "score" }, .sk = { "score" } });
    REFUSED("key \"nowhere\" is neither", { .name = "one", .pk = { "nowhere" } });
    REFUSED("{nowhere}", { .name = "one", .pk = { "g = A#{nowhere}" } });
    REFUSED("local index \"one\"", { .name = "one", .pk = { "city" }, .sk = { "floor" }, .local = true });
    REFUSED("local index \"one\"", { .name = "one", .sk = { "floor", "city" }, .local = true });
    REFUSED("made by two templates", { .name = "one", .pk = { "g = A#{city}" } }, { .name = "two", .pk = { "g = B#{city}" } });
    REFUSED("made by two templates", { .name = "one", .pk = { "pk = A#{city}" } });
    REFUSED("member \"city\" has the name", { .name = "one", .pk = { "city = A#{street}" } });
    REFUSED("member \"score\" has the name", { .name = "one", .pk = { "points = A#{street}" } });
    REFUSED(".include goes with", { .name = "one", .pk = { "city" }, .include = { "owner" } });
    REFUSED(".include goes with", { .name = "one", .pk = { "city" }, .projection = DYN_PROJECT_INCLUDE });
    REFUSED("go together", { .name = "one", .pk = { "city" }, .read_units = 5 });
}

static void a_table_has_at_most_20_global_and_5_local_indexes(void **state)
{
    static char names[26][8];
    static dyn_index indexes[26];
    static dyn_model model = { DYN_MODEL(visit, visit_fields), .table = "t", .pk = "site", .sk = "at", DYN_INDEXES(indexes) };
    dyn_error e;

    (void)state;
    for (size_t i = 0; i < COUNT(indexes); i++) {
        snprintf(names[i], sizeof names[i], "ix%d", (int)i);
        memset((void *)&indexes[i], 0, sizeof indexes[i]);
        indexes[i].name = names[i];
        indexes[i].local = i < 5;
        *(i < 5 ? indexes[i].sk : indexes[i].pk) = "floor";
    }
    model.index_count = 25;
    assert_int_equal(dyn_model_check(&model, &e), DYN_OK);
    model.index_count = 26;
    refused(&model, "at most 20 global and 5 local");
    model.index_count = 25, indexes[5].local = true, indexes[5].sk[0] = "floor", indexes[5].pk[0] = NULL;
    refused(&model, "at most 20 global and 5 local");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_put_writes_what_the_indexes_templates_make_and_the_kind),
        cmocka_unit_test(an_index_is_sparse_where_a_member_of_its_template_is_not_stored),
        cmocka_unit_test(what_templates_made_is_passed_over_when_an_item_is_read_and_another_kind_is_refused),
        cmocka_unit_test(an_update_of_a_member_in_an_indexs_template_is_refused_by_name),
        cmocka_unit_test(indexes_that_cannot_be_are_refused_by_name),
        cmocka_unit_test(a_table_has_at_most_20_global_and_5_local_indexes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
