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

/* As an index's key must be when its member changes: the attribute is made of the new value, and the item says its kind. */
static void an_update_makes_the_attributes_of_indexes_again(void **state)
{
    fixture *f = opened(24 * 1024);
    visit v = a_visit();

    (void)state;
    answer(f, 200, "{}");
    assert_int_equal(drive(f, visit_update_begin(&f->db, &v, DYN_EXPR("SET score = ?, city = ? REMOVE floor", 1, "Bonn"), NULL)), DYN_OK);
    assert_non_null(strstr(body_of(f), q("'UpdateExpression':'SET #3 = if_not_exists(#3, :2), #4 = :3, #0 = :0, #1 = :1 REMOVE #2'")));
    assert_non_null(strstr(body_of(f), q("{'#0':'points','#1':'city','#2':'floor','#3':'type','#4':'gsi1pk'}")));
    assert_non_null(strstr(body_of(f), q("{':0':{'N':'1'},':1':{'S':'Bonn'},':2':{'S':'visit'},':3':{'S':'CITY#Bonn'}}")));
    answer(f, 200, "{}");
    assert_int_equal(drive(f, visit_update_begin(&f->db, &v, DYN_EXPR("REMOVE floor"), NULL)), DYN_OK);
    assert_non_null(strstr(body_of(f), q("'UpdateExpression':'SET #1 = if_not_exists(#1, :0) REMOVE #0'")));
    answer(f, 200, "{}");
    dyn_tx_write tx[] = { DYN_TX_UPDATE(visit_model, &v, DYN_EXPR("SET owner = ?", "Ann")) };
    assert_int_equal(drive(f, dyn_transact_write_begin(&f->db, tx, 1, NULL)), DYN_OK);
    assert_non_null(strstr(body_of(f), q("'UpdateExpression':'SET #1 = if_not_exists(#1, :1), #2 = :2, #0 = :0'")));
    assert_non_null(strstr(body_of(f), q("':2':{'S':'OWNER#Ann'}")));
    visit before = v;
    v.floor++;
    answer(f, 200, "{}");
    assert_int_equal(drive(f, visit_save_changes_begin(&f->db, &before, &v, &(dyn_write_options){ .upsert = true })), DYN_OK);
    assert_non_null(strstr(body_of(f), q("'type'")));
    answer(f, 200, "{}");
    before.floor++, v.floor += 2;
    assert_int_equal(drive(f, visit_save_changes_begin(&f->db, &before, &v, NULL)), DYN_OK);
    assert_null(strstr(body_of(f), q("'type'")));                     /* there must be an item, so it has a kind */
    finish(f);
}

static void an_update_that_cannot_make_an_indexs_attribute_is_refused_by_name(void **state)
{
    static const dyn_index indexes[] = { { .name = "by_place", .pk = { "place = {city}/{street}!" } } };
    static const dyn_model place_model = { DYN_MODEL(visit, visit_fields), .table = "t", .pk = "pk = SITE#{site}", .sk = "at", DYN_INDEXES(indexes) };
    static const char wanted[] = "is in the template of the index attribute \"place\"";
    fixture *f = opened(24 * 1024);
    visit v = a_visit();
    dyn_expr bad[] = {
        DYN_EXPR("SET city = ?", "Bonn"), DYN_EXPR("REMOVE city"), DYN_EXPR("SET street = if_not_exists(street, ?), city = ?", "B", "A"),
        DYN_EXPR("SET street = city, city = ?", "A"), DYN_EXPR("SET street = ?, city = ?", dyn_null(), "A"), DYN_EXPR("SET city = ? REMOVE street", "A"),
    };

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(dyn_update_begin(&f->db, &place_model, &v, bad[i], NULL), DYN_INVALID);
        if (!strstr(dyn_last_error(&f->db)->text, wanted))
            fail_msg("%s: %s", bad[i].text, dyn_last_error(&f->db)->text);
    }
    assert_int_equal(dyn_update_begin(&f->db, &place_model, &v, DYN_EXPR("SET city = ?, street = ?", "A/B", "C"), NULL), DYN_INVALID);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "must not contain \"/\""));
    assert_int_equal(visit_update_begin(&f->db, &v, DYN_EXPR("SET gsi1pk = ?", "CITY#Bonn"), NULL), DYN_INVALID);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "\"gsi1pk\" is made by a template"));
    answer(f, 200, "{}");
    assert_int_equal(drive(f, dyn_update_begin(&f->db, &place_model, &v, DYN_EXPR("SET street = ?, city = ?", "C", "A"), NULL)), DYN_OK);
    assert_non_null(strstr(body_of(f), q("'UpdateExpression':'SET #2 = :2, #0 = :0, #1 = :1'")));
    assert_non_null(strstr(body_of(f), q("':2':{'S':'A/C!'}")));
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

/* The names that dyntastic gives its indexes; of several attributes and local ones by the same rule. */
static void an_index_without_a_name_is_called_by_its_attributes(void **state)
{
    static const dyn_index indexes[] = {
        { .pk = { "city" } }, { .pk = { "city" }, .sk = { "floor" } }, { .pk = { "score" } }, { .pk = { "g = A#{city}", "street" }, .sk = { "floor" } },
        { .sk = { "floor" }, .local = true }, { .name = "own", .pk = { "street" } },
    };
    static const dyn_model model = { DYN_MODEL(visit, visit_fields), .table = "t", .pk = "pk = SITE#{site}", .sk = "at", DYN_INDEXES(indexes) };
    static const char *const names[] = { "city-index", "city_floor-index", "points-index", "g_street_floor-index", "pk_floor-index", "own" };
    dyn_error e;

    (void)state;
    if (dyn_model_check(&model, &e) != DYN_OK)
        fail_msg("%s", e.text);
    for (size_t i = 0; i < COUNT(names); i++) {
        fixture *f = opened(24 * 1024);
        dyn_rows rows;
        visit v;
        char text[64];
        answer(f, 200, "{\"Items\":[],\"Count\":0,\"ScannedCount\":0}");
        dyn_query query = { .index = names[i] };
        if (dyn_scan(&f->db, &rows, &model, &query) != DYN_OK)
            fail_msg("%s: %s", names[i], dyn_last_error(&f->db)->text);
        assert_int_equal(drive(f, dyn_next_begin(&rows, &v, sizeof v)), DYN_DONE);
        snprintf(text, sizeof text, "\"IndexName\":\"%s\"", names[i]);
        assert_non_null(strstr(body_of(f), text));
        finish(f);
    }
}

static void indexes_that_cannot_be_are_refused_by_name(void **state)
{
    dyn_error e;

    (void)state;
    if (dyn_model_check(&visit_model, &e) != DYN_OK)
        fail_msg("%s", e.text);
    REFUSED("name \"ab\"", { .name = "ab", .pk = { "city" } });
    REFUSED("name \"a b c\"", { .name = "a b c", .pk = { "city" } });
    REFUSED("two indexes have the name \"city-index\"", { .pk = { "city" } }, { .name = "city-index", .pk = { "street" } });
    REFUSED("name made for the index of \"x y = A#{city}\" must be", { .pk = { "x y = A#{city}" } });
    REFUSED("needs a .pk", { .name = NULL });
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

/* --- Queries on indexes --------------------------------------------------------------------------------------------- */

#define NO_ROWS "{\"Items\":[],\"Count\":0,\"ScannedCount\":0}"

/* The body that a select sends. */
static const char *select_body(const dyn_query *query)
{
    fixture *f = opened(24 * 1024);
    dyn_rows rows;
    visit v;

    answer(f, 200, NO_ROWS);
    if (visit_select(&f->db, &rows, query) != DYN_OK)
        fail_msg("%s", dyn_last_error(&f->db)->text);
    assert_int_equal(drive(f, visit_next_begin(&rows, &v)), DYN_DONE);
    const char *body = body_of(f);
    finish(f);
    return body;
}

static void select_refused(const dyn_query *query, const char *says)
{
    fixture *f = opened(24 * 1024);
    dyn_rows rows;

    assert_int_equal(visit_select(&f->db, &rows, query), DYN_INVALID);
    if (!strstr(dyn_last_error(&f->db)->text, says))
        fail_msg("\"%s\" does not say \"%s\"", dyn_last_error(&f->db)->text, says);
    assert_int_equal(f->s.requests, 0);
    finish(f);
}

#define SENDS(body, ...) do { dyn_query query = { __VA_ARGS__ }; assert_string_equal(select_body(&query), q(body)); } while (0)
#define REFUSES(says, ...) do { dyn_query query = { __VA_ARGS__ }; select_refused(&query, says); } while (0)

static void a_query_names_the_index_and_conditions_its_key(void **state)
{
    (void)state;
    SENDS("{'TableName':'visits','IndexName':'by_city','KeyConditionExpression':'#0 = :0 AND #1 BETWEEN :1 AND :2','FilterExpression':'#2 = :3',"
          "'ExpressionAttributeNames':{'#0':'gsi1pk','#1':'gsi1sk',"
          "'#2':'type'},'ExpressionAttributeValues':{':0':{'S':'CITY#Ulm'},':1':{'S':'AT#0000000000005'},"
          "':2':{'S':'AT#9999999999999'},':3':{'S':'visit'}}}", .key = DYN_EXPR("city = ? AND at >= ?", "Ulm", 5), .index = "by_city");
    SENDS("{'TableName':'visits','IndexName':'by_owner','KeyConditionExpression':'#0 = :0 AND begins_with(#1, :1)','ExpressionAttributeNames':{'#0':'gsi2pk',"
          "'#1':'pk'},'ExpressionAttributeValues':{':0':{'S':'OWNER#kim'},':1':{'S':'SITE#'}}}", .key = DYN_EXPR("owner = ?", "kim"), .index = "by_owner");
    SENDS("{'TableName':'visits','IndexName':'by_score','KeyConditionExpression':'#0 = :0 AND #1 > :1','FilterExpression':'#2 = :2',"
          "'ExpressionAttributeNames':{'#0':'pk','#1':'points','#2':'type'},"
          "'ExpressionAttributeValues':{':0':{'S':'SITE#s'},':1':{'N':'2.5'},':2':{'S':'visit'}},'ScanIndexForward':false,'ConsistentRead':true}",
          .key = DYN_EXPR("site = ? AND score > ?", "s", 2.5), .newest_first = true, .consistent = true, .index = "by_score");
}

static void up_to_four_and_four_attributes_are_conditioned_from_left_to_right(void **state)
{
    (void)state;
    SENDS("{'TableName':'visits','IndexName':'by_place','KeyConditionExpression':'#0 = :0 AND #1 = :1 AND #2 = :2 AND #3 < :3','ExpressionAttributeNames':"
          "{'#0':'city','#1':'street','#2':'floor',"
          "'#3':'points'},'ExpressionAttributeValues':{':0':{'S':'Ulm'},':1':{'S':'Weg'},':2':{'N':'3'},':3':{'N':'9'}}}",
          .key = DYN_EXPR("street = ? AND city = ? AND score < ? AND floor = ?", "Weg", "Ulm", 9, 3), .index = "by_place");
    REFUSES("key condition, position 1: member \"city\" of the partition key must be given by =", .key = DYN_EXPR("city > ? AND street = ?", "U", "W"),
            .index = "by_place");
    REFUSES("member \"street\" of the partition key must be given by =", .key = DYN_EXPR("city = ?", "U"), .index = "by_place");
    REFUSES("position 29: member \"score\" needs the key attribute \"floor\" before it, all of it by =",
            .key = DYN_EXPR("city = ? AND street = ? AND score = ?", "U", "W", 1), .index = "by_place");
    REFUSES("member \"score\" needs the key attribute \"floor\"", .key = DYN_EXPR("city = ? AND street = ? AND floor > ? AND score = ?", "U", "W", 1, 2),
            .index = "by_place");
    REFUSES("member \"owner\" is not in the key of index \"by_place\"", .key = DYN_EXPR("owner = ?", "U"), .index = "by_place");
}

static void what_an_index_cannot_do_is_refused(void **state)
{
    (void)state;
    REFUSES("no index \"by_moon\"", .key = DYN_EXPR("city = ?", "U"), .index = "by_moon");
    REFUSES("index \"by_city\" is global: it cannot be read with .consistent", .key = DYN_EXPR("city = ?", "U"), .consistent = true, .index = "by_city");
    REFUSES("\"points\" is part of the key", .key = DYN_EXPR("site = ?", "U"), .where = { DYN_EXPR("points = ?", 1) }, .index = "by_score");
    REFUSES("\"gsi1sk\" is part of the key", .key = DYN_EXPR("city = ?", "U"), .where = { DYN_EXPR("gsi1sk = ?", "x") }, .index = "by_city");
    REFUSES(".segment", .key = DYN_EXPR("site = ?", "U"), .segment = 0, .segments = 2);
    REFUSES(".rate", .key = DYN_EXPR("site = ?", "U"), .rate = -1);
}

static void a_projection_has_the_key_attributes_and_the_kind_added(void **state)
{
    (void)state;
    SENDS("{'TableName':'visits','KeyConditionExpression':'#0 = :0 AND begins_with(#1, :1)','ProjectionExpression':'#2, #3, #0, #1, #4',"
          "'ExpressionAttributeNames':{'#0':'pk','#1':'sk','#2':'points','#3':'city','#4':'type'},"
          "'ExpressionAttributeValues':{':0':{'S':'SITE#s'},':1':{'S':'VISIT#'}}}", .key = DYN_EXPR("site = ?", "s"), .fields = DYN_FIELDS("score, city"));
    REFUSES("fields, position 8: this path overlaps", .key = DYN_EXPR("site = ?", "s"), .fields = DYN_FIELDS("score, points"));
    REFUSES("fields, position 1: the model \"visit\" has no member or attribute \"sc\"", .key = DYN_EXPR("site = ?", "s"), .fields = DYN_FIELDS("sc"));
    REFUSES("fields, position 7", .key = DYN_EXPR("site = ?", "s"), .fields = DYN_FIELDS("score city"));
}

#define PARTIAL "{'pk':{'S':'SITE#s1'},'sk':{'S':'VISIT#0000000000007'},'points':{'N':'4'},'type':{'S':'visit'}}"

static void a_partial_item_loads_and_the_mask_tells_what_came(void **state)
{
    fixture *f = opened(24 * 1024);
    dyn_get_options o;
    dyn_mask mask;
    visit v = a_visit();

    (void)state;
    memset((void *)&o, 0, sizeof o);
    o.fields = DYN_FIELDS("score, floor"), o.present = &mask;
    answer(f, 200, q("{'Item':" PARTIAL "}"));
    dyn_status s = drive(f, visit_get_key_begin(&f->db, &v, DYN_KEY("s1", 7), &o));
    if (s != DYN_OK)
        fail_msg("%s", dyn_last_error(&f->db)->text);
    assert_string_equal(body_of(f), q("{'TableName':'visits','Key':{'pk':{'S':'SITE#s1'},'sk':{'S':'VISIT#0000000000007'}},'ProjectionExpression':"
        "'#0, #1, #2, #3, #4','ExpressionAttributeNames':{'#0':'points','#1':'floor','#2':'pk','#3':'sk','#4':'type'}}"));
    assert_true(v.score == 4);
    assert_string_equal(v.site, "s1");           /* out of the key */
    assert_int_equal(v.at, 7);
    assert_string_equal(v.city, "");
    assert_true(dyn_has(&visit_model, &mask, "score"));
    assert_true(dyn_has(&visit_model, &mask, "site"));
    assert_false(dyn_has(&visit_model, &mask, "floor"));
    assert_false(dyn_has(&visit_model, &mask, "city"));
    assert_false(dyn_has(&visit_model, &mask, "nothing"));
    finish(f);
}

static void a_required_member_that_was_asked_for_and_is_missing_is_still_a_bad_row(void **state)
{
    fixture *f = opened(24 * 1024);
    dyn_get_options o;
    visit v = a_visit();

    (void)state;
    memset((void *)&o, 0, sizeof o);
    o.fields = DYN_FIELDS("score");
    answer(f, 200, q("{'Item':{'pk':{'S':'SITE#s1'},'sk':{'S':'VISIT#0000000000007'},'type':{'S':'visit'}}}"));
    assert_int_equal(drive(f, visit_get_key_begin(&f->db, &v, DYN_KEY("s1", 7), &o)), DYN_BAD_ROW);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "\"points\" is missing"));
    finish(f);
}

#define OWNED(site, at) "{'gsi2pk':{'S':'OWNER#kim'},'sk':{'S':'VISIT#" at "'},'pk':{'S':'SITE#" site "'}}"

static void rows_of_an_index_with_keys_only_have_the_members_that_stand_in_keys(void **state)
{
    dyn_query query = { .key = DYN_EXPR("owner = ?", "kim"), .index = "by_owner" };

    (void)state;
    for (size_t piece = 0; piece < 40; piece++) {
        fixture *f = opened(24 * 1024);
        dyn_rows rows;
        visit v;
        f->s.read_most = piece;
        answer(f, 200, q("{'Items':[" OWNED("s1", "0000000000007") "," OWNED("s2", "0000000000008") "],'Count':2}"));
        assert_int_equal(visit_select(&f->db, &rows, &query), DYN_OK);
        assert_int_equal(drive(f, visit_next_begin(&rows, &v)), DYN_ROW);
        assert_string_equal(v.owner, "kim");
        assert_string_equal(v.site, "s1");
        assert_int_equal(v.at, 7);
        assert_true(v.has_owner);
        const dyn_mask *present = dyn_present(&rows);
        assert_true(dyn_has(&visit_model, present, "owner") && dyn_has(&visit_model, present, "at"));
        assert_false(dyn_has(&visit_model, present, "score"));
        assert_int_equal(drive(f, visit_next_begin(&rows, &v)), DYN_ROW);
        assert_string_equal(v.site, "s2");
        assert_int_equal(drive(f, visit_next_begin(&rows, &v)), DYN_DONE);
        assert_int_equal(dyn_finish(&rows), DYN_OK);
        finish(f);
    }
}

static void a_page_of_an_index_that_is_cut_goes_on_behind_the_last_row_by_all_keys(void **state)
{
    dyn_query query = { .key = DYN_EXPR("owner = ?", "kim"), .index = "by_owner" };
    fixture *f = opened(24 * 1024);
    dyn_rows rows;
    visit v;
    static char cut[1024];

    (void)state;
    snprintf(cut, sizeof cut, "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n%s", q("{'Items':[" OWNED("s1", "0000000000007") ",{'gsi2"));
    answer_raw(f, cut)->then = SCRIPT_CLOSE;
    answer(f, 200, q("{'Items':[" OWNED("s2", "0000000000008") "],'Count':1}"));
    assert_int_equal(visit_select(&f->db, &rows, &query), DYN_OK);
    assert_int_equal(drive(f, visit_next_begin(&rows, &v)), DYN_ROW);
    assert_int_equal(drive(f, visit_next_begin(&rows, &v)), DYN_ROW);
    assert_string_equal(v.site, "s2");
    assert_non_null(strstr(body_of(f), q(",'ExclusiveStartKey':{'pk':{'S':'SITE#s1'},'sk':{'S':'VISIT#0000000000007'},'gsi2pk':{'S':'OWNER#kim'}}}")));
    assert_int_equal(drive(f, visit_next_begin(&rows, &v)), DYN_DONE);
    finish(f);
}

/* --- Cursors ---------------------------------------------------------------------------------------------------------- */

#define VISIT(at, points) "{'pk':{'S':'SITE#s1'},'sk':{'S':'VISIT#000000000000" at "'},'site':{'S':'s1'},'at':{'N':'" at "'},'points':{'N':'" points \
    "'},'type':{'S':'visit'}}"
#define LAST(at) ",'LastEvaluatedKey':{'pk':{'S':'SITE#s1'},'sk':{'S':'VISIT#000000000000" at "'}}"

/* Reads `take` rows of one page of three and gives the cursor. */
static dyn_status cursor_behind(int take, const char *tail, char *cursor, size_t size)
{
    fixture *f = opened(24 * 1024);
    dyn_query query = { .key = DYN_EXPR("site = ?", "s1") };
    dyn_rows rows;
    visit v;
    size_t n;
    static char body[2048];

    snprintf(body, sizeof body, "{'Items':[" VISIT("1", "1") "," VISIT("2", "2") "," VISIT("3", "3") "],'Count':3%s}", tail);
    answer(f, 200, q(body));
    answer(f, 200, "{\"Items\":[],\"Count\":0}");
    assert_int_equal(visit_select(&f->db, &rows, &query), DYN_OK);
    for (int i = 0; i < take; i++)
        assert_int_equal(drive(f, visit_next_begin(&rows, &v)), i < 3 ? DYN_ROW : DYN_DONE);
    dyn_status s = dyn_cursor(&rows, cursor, size, &n);
    assert_int_equal(n >= size ? 0 : strlen(cursor), n >= size ? 0 : n);
    dyn_finish(&rows);
    finish(f);
    return s;
}

static void a_cursor_stands_behind_the_last_row_handed_out_and_can_be_read(void **state)
{
    char cursor[256], key[128];
    size_t n;

    (void)state;
    assert_int_equal(cursor_behind(2, LAST("3"), cursor, sizeof cursor), DYN_OK);
    for (const char *p = cursor; *p; p++)
        assert_true((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || *p == '-' || *p == '_');
    assert_int_equal(dyn_cursor_key(cursor, key, sizeof key, &n), DYN_OK);
    assert_string_equal(key, q("{'pk':{'S':'SITE#s1'},'sk':{'S':'VISIT#0000000000002'}}"));
    assert_int_equal(n, strlen(key));
    assert_int_equal(dyn_cursor_key(cursor, key, 5, &n), DYN_TOO_LARGE);
    assert_int_equal(n, 55);
    assert_int_equal(dyn_cursor_key(cursor, NULL, 0, &n), DYN_TOO_LARGE);
    assert_int_equal(cursor_behind(0, "", cursor, sizeof cursor), DYN_OK);
    assert_int_equal(dyn_cursor_key(cursor, key, sizeof key, &n), DYN_OK);
    assert_string_equal(key, "{}");
    assert_int_equal(cursor_behind(4, "", cursor, sizeof cursor), DYN_DONE);
    assert_string_equal(cursor, "");
    assert_int_equal(cursor_behind(1, "", cursor, 20), DYN_TOO_LARGE);
    assert_string_equal(cursor, "");
}

static void a_read_goes_on_behind_a_cursor_a_plain_key_or_key_values(void **state)
{
    char cursor[256];
    const char *expected = "{'TableName':'visits','KeyConditionExpression':'#0 = :0 AND begins_with(#1, :1)','ExpressionAttributeNames':{'#0':'pk','#1':'sk'},"
        "'ExpressionAttributeValues':{':0':{'S':'SITE#s1'},':1':{'S':'VISIT#'}},'ExclusiveStartKey':{'pk':{'S':'SITE#s1'},'sk':{'S':'VISIT#0000000000002'}}}";

    (void)state;
    cursor_behind(2, LAST("3"), cursor, sizeof cursor);
    SENDS(expected, .key = DYN_EXPR("site = ?", "s1"), .cursor = cursor);
    const char *json = q("{'pk':{'S':'SITE#s1'},'sk':{'S':'VISIT#0000000000002'}}");
    SENDS(expected, .key = DYN_EXPR("site = ?", "s1"), .start = { json, strlen(json) });
    SENDS(expected, .key = DYN_EXPR("site = ?", "s1"), .after = DYN_KEY("s1", 2));
    SENDS("{'TableName':'visits','IndexName':'by_owner','KeyConditionExpression':'#0 = :0 AND begins_with(#1, :1)','ExpressionAttributeNames':{'#0':'gsi2pk',"
          "'#1':'pk'},'ExpressionAttributeValues':{':0':{'S':'OWNER#kim'},':1':{'S':'SITE#'}},'ExclusiveStartKey':{'pk':{'S':'SITE#s1'},"
          "'sk':{'S':'VISIT#0000000000002'},'gsi2pk':{'S':'OWNER#kim'}}}", .key = DYN_EXPR("owner = ?", "kim"),
            .index = "by_owner", .after = DYN_KEY("s1", 2, "kim"));
    REFUSES("give one of them", .key = DYN_EXPR("site = ?", "s1"), .cursor = cursor, .after = DYN_KEY("s1", 2));
    REFUSES("too few", .key = DYN_EXPR("site = ?", "s1"), .after = DYN_KEY("s1"));
    REFUSES("3 values were given, the key has 2 members", .key = DYN_EXPR("site = ?", "s1"), .after = DYN_KEY("s1", 2, 3));
}

static void a_cursor_of_another_query_is_refused(void **state)
{
    char cursor[256];

    (void)state;
    cursor_behind(2, LAST("3"), cursor, sizeof cursor);
    REFUSES("of another query", .key = DYN_EXPR("site = ?", "s2"), .cursor = cursor);
    REFUSES("of another query", .key = DYN_EXPR("site = ? AND at > ?", "s1", 0), .cursor = cursor);
    REFUSES("of another query", .key = DYN_EXPR("site = ?", "s1"), .newest_first = true, .cursor = cursor);
    REFUSES("of another query", .key = DYN_EXPR("site = ?", "s1"), .where = { DYN_EXPR("score > ?", 1) }, .cursor = cursor);
    REFUSES("of another query", .key = DYN_EXPR("site = ?", "s1"), .table = "other", .cursor = cursor);
    REFUSES("of another query", .key = DYN_EXPR("site = ?", "s1"), .index = "by_score", .cursor = cursor);
}

static void every_damage_to_a_cursor_is_noticed(void **state)
{
    char cursor[256], bad[256], key[128];
    size_t n, len;

    (void)state;
    cursor_behind(2, LAST("3"), cursor, sizeof cursor);
    len = strlen(cursor);
    for (size_t i = 0; i < len; i++)
        for (const char *c = "A_z09-+=/ "; *c; c++) {
            strcpy(bad, cursor);
            if (bad[i] == *c)
                continue;
            bad[i] = *c;
            if (dyn_cursor_key(bad, key, sizeof key, &n) != DYN_INVALID)
                fail_msg("digit %d as %c went unnoticed", (int)i, *c);
        }
    for (size_t i = 0; i < len; i++) {
        strcpy(bad, cursor);
        bad[i] = 0;
        assert_int_equal(dyn_cursor_key(bad, key, sizeof key, &n), DYN_INVALID);
    }
    strcpy(bad, cursor), strcat(bad, "A");
    assert_int_equal(dyn_cursor_key(bad, key, sizeof key, &n), DYN_INVALID);
    REFUSES("it is no cursor, or was damaged", .key = DYN_EXPR("site = ?", "s1"), .cursor = bad);
}

static void a_plain_key_may_be_of_the_keys_attributes_only(void **state)
{
    static const struct { const char *json, *says; } cases[] = {
        { "[]", "no JSON object" }, { "{'pk':{'S':'a'}", "no JSON object" }, { "{}", "\"pk\" of the key is missing" },
        { "{'pk':{'S':'a'}}", "\"sk\" of the key is missing" }, { "{'pk':{'S':'a'},'pk':{'S':'b'},'sk':{'S':'c'}}", "twice" },
        { "{'pk':{'S':'a'},'sk':{'S':'c'},'x':{'S':'d'}}", "\"x\" is not of the key" }, { "{'pk':{'S':'a'},'sk':{'SS':['c']}}", "\"sk\" must be" },
        { "{'pk':{'S':'a'},'sk':{'S':'c','N':'1'}}", "\"sk\" must be" }, { "{'pk':'a','sk':{'S':'c'}}", "\"pk\" must be" },
        { "{'pk':{'S':'a'},'sk':{'S':'c'}},'Limit':1", "no JSON object" }
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *json = q(cases[i].json);
        REFUSES(cases[i].says, .key = DYN_EXPR("site = ?", "s1"), .start = { json, strlen(json) });
    }
}

static void before_a_page_that_is_not_what_its_checksum_says_the_cursor_stands_and_the_rows_are_counted(void **state)
{
    fixture *f = opened(24 * 1024);
    dyn_query query = { .key = DYN_EXPR("site = ?", "s1") };
    dyn_rows rows;
    visit v;
    char cursor[256], key[128];
    static char bad[2048];
    size_t n;
    const char *body = q("{'Items':[" VISIT("3", "3") "," VISIT("4", "4") "],'Count':2}");

    (void)state;
    answer(f, 200, q("{'Items':[" VISIT("1", "1") "," VISIT("2", "2") "],'Count':2" LAST("2") "}"));
    snprintf(bad, sizeof bad, "HTTP/1.1 200 OK\r\nx-amz-crc32: 1\r\nContent-Length: %d\r\n\r\n%s", (int)strlen(body), body);
    answer_raw(f, bad);
    f->s.now = 1000;
    assert_int_equal(visit_select(&f->db, &rows, &query), DYN_OK);
    dyn_status s = DYN_ROW;
    while (s == DYN_ROW)
        s = visit_next(&rows, &v);
    assert_int_equal(s, DYN_CORRUPT);
    assert_int_equal(rows.count, 2);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "the 2 rows before this page are good"));
    assert_int_equal(dyn_cursor(&rows, cursor, sizeof cursor, &n), DYN_OK);
    assert_int_equal(dyn_cursor_key(cursor, key, sizeof key, &n), DYN_OK);
    assert_string_equal(key, q("{'pk':{'S':'SITE#s1'},'sk':{'S':'VISIT#0000000000002'}}"));
    finish(f);
}

static void a_page_is_taken_and_the_next_ones_cursor_and_the_last_has_none(void **state)
{
    fixture *f = opened(24 * 1024);
    dyn_query query = { .key = DYN_EXPR("site = ?", "s1") };
    dyn_rows rows;
    visit page[2];
    char cursor[256] = "";
    size_t count;

    (void)state;
    answer(f, 200, q("{'Items':[" VISIT("1", "1") "," VISIT("2", "2") "],'Count':2" LAST("2") "}"));
    answer(f, 200, q("{'Items':[],'Count':0" LAST("3") "}"));                 /* an empty page in between */
    answer(f, 200, q("{'Items':[" VISIT("4", "4") "],'Count':1}"));
    query.cursor = cursor;
    assert_int_equal(visit_select(&f->db, &rows, &query), DYN_OK);
    assert_int_equal(visit_page(&rows, page, 2, &count, cursor, sizeof cursor), DYN_OK);
    assert_int_equal(count, 2);
    assert_int_equal(page[1].at, 2);
    assert_non_null(strstr(body_of(f), q(",'Limit':2}")));
    assert_string_not_equal(cursor, "");
    assert_int_equal(visit_select(&f->db, &rows, &query), DYN_OK);
    assert_int_equal(visit_page(&rows, page, 2, &count, cursor, sizeof cursor), DYN_OK);
    assert_int_equal(count, 1);
    assert_int_equal(page[0].at, 4);
    assert_string_equal(cursor, "");
    finish(f);
}

static void what_is_collected_is_asked_for_and_one_item_more(void **state)
{
    fixture *f = opened(24 * 1024);
    dyn_query query = { .key = DYN_EXPR("site = ?", "s1") };
    dyn_rows rows;
    visit found[5];
    size_t count;

    (void)state;
    answer(f, 200, q("{'Items':[" VISIT("1", "1") "," VISIT("2", "2") "],'Count':2}"));
    assert_int_equal(visit_select(&f->db, &rows, &query), DYN_OK);
    assert_int_equal(visit_collect(&rows, found, 5, &count), DYN_OK);
    assert_int_equal(count, 2);
    assert_non_null(strstr(body_of(f), q(",'Limit':6}")));
    finish(f);
}

static void counting_sums_all_pages_and_asks_for_no_item(void **state)
{
    fixture *f = opened(24 * 1024);
    dyn_query query = { .key = DYN_EXPR("site = ?", "s1"), .where = { DYN_EXPR("score > ?", 3) } };
    dyn_counted counted;

    (void)state;
    answer(f, 200, q("{'Count':3,'ScannedCount':10" LAST("4") "}"));
    answer(f, 200, q("{'Count':0,'ScannedCount':5,'LastEvaluatedKey':{'pk':{'S':'SITE#s1'},'sk':{'S':'VISIT#0000000000009'}}}"));
    answer(f, 200, q("{'Count':2,'ScannedCount':2}"));
    assert_int_equal(visit_count(&f->db, &query, &counted), DYN_OK);
    assert_int_equal(counted.count, 5);
    assert_int_equal(counted.scanned, 17);
    assert_string_equal(body_of(f), q("{'TableName':'visits','KeyConditionExpression':'#0 = :0 AND begins_with(#1, :1)','FilterExpression':'#2 > :2',"
        "'ExpressionAttributeNames':{'#0':'pk','#1':'sk','#2':'points'},'ExpressionAttributeValues':{':0':{'S':'SITE#s1'},':1':{'S':'VISIT#'},':2':{'N':'3'}},"
        "'Select':'COUNT','ExclusiveStartKey':{'pk':{'S':'SITE#s1'},'sk':{'S':'VISIT#0000000000009'}}}"));
    query.limit = 3;
    assert_int_equal(visit_count(&f->db, &query, &counted), DYN_INVALID);
    finish(f);
}

static void pages_wait_for_the_rate(void **state)
{
    fixture *f = opened(24 * 1024);
    dyn_query query = { .key = DYN_EXPR("site = ?", "s1"), .rate = 5 };
    dyn_rows rows;
    visit v;

    (void)state;
    answer(f, 200, q("{'Items':[" VISIT("1", "1") "],'Count':1,'ConsumedCapacity':{'TableName':'visits','CapacityUnits':10.0}" LAST("1") "}"));
    answer(f, 200, q("{'Items':[" VISIT("2", "2") "],'Count':1,'ConsumedCapacity':{'TableName':'visits','CapacityUnits':10.0}}"));
    assert_int_equal(visit_select(&f->db, &rows, &query), DYN_OK);
    assert_int_equal(drive(f, visit_next_begin(&rows, &v)), DYN_ROW);
    assert_non_null(strstr(body_of(f), q(",'ReturnConsumedCapacity':'TOTAL'")));
    uint32_t before = f->s.now;
    assert_int_equal(drive(f, visit_next_begin(&rows, &v)), DYN_ROW);
    assert_in_range(f->s.now - before, 1990, 2100);          /* 10 units at 5 per second */
    finish(f);
}

/* --- Several models ---------------------------------------------------------------------------------------------------- */

typedef struct owner {
    char id[16], name[16];
} owner;
static const dyn_field owner_fields[] = { DYN_TEXT(owner, id), DYN_TEXT(owner, name) };
static const dyn_model owner_model = { DYN_MODEL(owner, owner_fields), .table = "homes", .pk = "pk = HOME#{id}", .sk = "sk = OWNER" };
typedef struct room {
    char    home[16];
    int32_t number;
    double  size;
    dyn_str note;
} room;
static const dyn_field room_fields[] = { DYN_TEXT(room, home, .key_only = true), DYN_INT(room, number, .key_only = true), DYN_REAL(room, size),
                                         DYN_STR(room, note, .optional = true) };
static const dyn_model room_model = { DYN_MODEL(room, room_fields), .table = "homes", .pk = "pk = HOME#{home}", .sk = "sk = ROOM#{number:3}" };
typedef struct lamp {
    char    home[16];
    int32_t watts;
} lamp;
static const dyn_field lamp_fields[] = { DYN_TEXT(lamp, home), DYN_INT(lamp, watts) };
static const dyn_model lamp_model = { DYN_MODEL(lamp, lamp_fields), .table = "homes", .pk = "pk = HOME#{home}", .sk = "sk = ROOM#{watts:3}",
                                      DYN_ITEM_KIND("type = lamp") };
static const dyn_model *const home_models[] = { &owner_model, &room_model, &lamp_model };

#define HOME_ITEMS "{'Items':[{'sk':{'S':'OWNER'},'pk':{'S':'HOME#h1'},'id':{'S':'h1'},'name':{'S':'Ann'}}," \
    "{'note':{'S':'a \\'long\\' text'},'pk':{'S':'HOME#h1'},'sk':{'S':'ROOM#007'},'size':{'N':'12.5'}}," \
    "{'x':{'M':{'type':{'S':'no'}}},'pk':{'S':'HOME#h1'},'sk':{'S':'DOOR#1'}}," \
    "{'pk':{'S':'HOME#h1'},'sk':{'S':'ROOM#060'},'home':{'S':'h1'},'watts':{'N':'60'},'type':{'S':'lamp'}}],'Count':4}"

static void an_item_collection_is_read_and_each_row_says_its_model(void **state)
{
    union { owner o; room r; lamp l; } u;

    (void)state;
    for (size_t piece = 0; piece < 60; piece++)
        for (int skip = 0; skip < 2; skip++) {
            fixture *f = opened(24 * 1024);
            dyn_query query = { .key = DYN_EXPR("id = ?", "h1"), .skip_others = skip };
            dyn_rows rows;
            size_t which = 9;
            f->s.read_most = piece;
            answer(f, 200, q(HOME_ITEMS));
            if (dyn_select_any(&f->db, &rows, home_models, 3, &query) != DYN_OK)
                fail_msg("%s", dyn_last_error(&f->db)->text);
            assert_int_equal(drive(f, dyn_next_any_begin(&rows, &which, &u, sizeof u)), DYN_ROW);
            assert_string_equal(body_of(f), q("{'TableName':'homes','KeyConditionExpression':'#0 = :0','ExpressionAttributeNames':{'#0':'pk'},"
                                              "'ExpressionAttributeValues':{':0':{'S':'HOME#h1'}}}"));
            assert_int_equal(which, 0);
            assert_string_equal(u.o.name, "Ann");
            assert_int_equal(drive(f, dyn_next_any_begin(&rows, &which, &u, sizeof u)), DYN_ROW);
            assert_int_equal(which, 1);
            assert_int_equal(u.r.number, 7);
            assert_string_equal(u.r.home, "h1");
            assert_int_equal(u.r.note.len, 13);
            assert_true(dyn_has(&room_model, dyn_present(&rows), "note"));
            if (!skip) {
                assert_int_equal(drive(f, dyn_next_any_begin(&rows, &which, &u, sizeof u)), DYN_BAD_ROW);
                assert_non_null(strstr(dyn_last_error(&f->db)->text, "none of the 3 models"));
                assert_non_null(strstr(dyn_last_error(&f->db)->text, "DOOR#1"));
            }
            assert_int_equal(drive(f, dyn_next_any_begin(&rows, &which, &u, sizeof u)), DYN_ROW);
            assert_int_equal(which, 2);
            assert_int_equal(u.l.watts, 60);
            char cursor[256], key[128];
            assert_int_equal(dyn_cursor(&rows, cursor, sizeof cursor, NULL), DYN_OK);
            assert_int_equal(dyn_cursor_key(cursor, key, sizeof key, NULL), DYN_OK);
            assert_string_equal(key, q("{'pk':{'S':'HOME#h1'},'sk':{'S':'ROOM#060'}}"));
            assert_int_equal(drive(f, dyn_next_any_begin(&rows, &which, &u, sizeof u)), DYN_DONE);
            assert_int_equal(dyn_finish(&rows), DYN_OK);
            finish(f);
        }
}

static void models_of_other_tables_and_small_places_are_refused(void **state)
{
    static const dyn_model *const mixed[] = { &owner_model, &visit_model };
    fixture *f = opened(24 * 1024);
    dyn_query query = { .key = DYN_EXPR("id = ?", "h1") };
    dyn_rows rows;
    room r;
    owner o;
    size_t which;

    (void)state;
    assert_int_equal(dyn_select_any(&f->db, &rows, mixed, 2, &query), DYN_INVALID);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "models \"owner\" and \"visit\" are not of one table"));
    assert_int_equal(dyn_select_any(&f->db, &rows, home_models, 3, &query), DYN_OK);
    assert_int_equal(dyn_next_any(&rows, &which, &o, sizeof o), DYN_INVALID);
    assert_int_equal(dyn_next(&rows, &r, sizeof r), DYN_INVALID);
    assert_non_null(strstr(dyn_last_error(&f->db)->text, "dyn_next_any"));
    dyn_finish(&rows);
    query.fields = DYN_FIELDS("name");
    assert_int_equal(dyn_select_any(&f->db, &rows, home_models, 3, &query), DYN_INVALID);
    finish(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_put_writes_what_the_indexes_templates_make_and_the_kind),
        cmocka_unit_test(an_index_is_sparse_where_a_member_of_its_template_is_not_stored),
        cmocka_unit_test(what_templates_made_is_passed_over_when_an_item_is_read_and_another_kind_is_refused),
        cmocka_unit_test(an_update_makes_the_attributes_of_indexes_again),
        cmocka_unit_test(an_update_that_cannot_make_an_indexs_attribute_is_refused_by_name),
        cmocka_unit_test(an_index_without_a_name_is_called_by_its_attributes),
        cmocka_unit_test(indexes_that_cannot_be_are_refused_by_name),
        cmocka_unit_test(a_table_has_at_most_20_global_and_5_local_indexes),
        cmocka_unit_test(a_query_names_the_index_and_conditions_its_key),
        cmocka_unit_test(up_to_four_and_four_attributes_are_conditioned_from_left_to_right),
        cmocka_unit_test(what_an_index_cannot_do_is_refused),
        cmocka_unit_test(a_projection_has_the_key_attributes_and_the_kind_added),
        cmocka_unit_test(a_partial_item_loads_and_the_mask_tells_what_came),
        cmocka_unit_test(a_required_member_that_was_asked_for_and_is_missing_is_still_a_bad_row),
        cmocka_unit_test(rows_of_an_index_with_keys_only_have_the_members_that_stand_in_keys),
        cmocka_unit_test(a_page_of_an_index_that_is_cut_goes_on_behind_the_last_row_by_all_keys),
        cmocka_unit_test(a_cursor_stands_behind_the_last_row_handed_out_and_can_be_read),
        cmocka_unit_test(a_read_goes_on_behind_a_cursor_a_plain_key_or_key_values),
        cmocka_unit_test(a_cursor_of_another_query_is_refused),
        cmocka_unit_test(every_damage_to_a_cursor_is_noticed),
        cmocka_unit_test(a_plain_key_may_be_of_the_keys_attributes_only),
        cmocka_unit_test(before_a_page_that_is_not_what_its_checksum_says_the_cursor_stands_and_the_rows_are_counted),
        cmocka_unit_test(a_page_is_taken_and_the_next_ones_cursor_and_the_last_has_none),
        cmocka_unit_test(what_is_collected_is_asked_for_and_one_item_more),
        cmocka_unit_test(counting_sums_all_pages_and_asks_for_no_item),
        cmocka_unit_test(pages_wait_for_the_rate),
        cmocka_unit_test(an_item_collection_is_read_and_each_row_says_its_model),
        cmocka_unit_test(models_of_other_tables_and_small_places_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
