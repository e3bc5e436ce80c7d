#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* >>model: members that hold more than one value: lists of every kind, structs in lists, maps in maps. Written, and read whole and cut in two
 * at any byte. Expected texts were written by hand from the AttributeValue type of the DynamoDB API Reference. In all JSON here ' stands for ". */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

static unsigned char memory[1 << 16], work_bytes[1 << 14];
static dyn_arena arena, work;
static dyn_error error;
static dyn__known *models;
static dyn__decoder decoder;

/* ' to ". The last four results are kept. */
static const char *q(const char *text)
{
    static char kept[4][1 << 13];
    static unsigned turn;
    char *to = kept[turn++ % 4];
    size_t i = 0;

    for (; text[i]; i++)
        to[i] = (char)(text[i] == '\'' ? '"' : text[i]);
    to[i] = '\0';
    return to;
}

static dyn__known *know(const dyn_model *m)
{
    dyn_error e;

    memset((void *)&arena, 0, sizeof arena);
    arena.base = memory, arena.size = sizeof memory;
    memset((void *)&work, 0, sizeof work);
    work.base = work_bytes, work.size = sizeof work_bytes;
    memset((void *)&error, 0, sizeof error);
    memset((void *)&decoder, 0, sizeof decoder);
    models = NULL;
    if (dyn_model_check(m, &e) != DYN_OK)
        fail_msg("%s", e.text);
    assert_non_null(dyn__known_make(&arena, m, &models));
    return dyn__known_find(models, m);
}

/* The item as JSON, with its braces; NULL: it cannot be written, see error. */
static const char *encode(const dyn_model *m, const void *item)
{
    static char text[1 << 14];
    dyn__known *k = know(m);
    dyn__writer w = { text, sizeof text - 2, 0, 0, 0, NULL, NULL };
    dyn_status s = DYN_OK;

    dyn__putc(&w, '{');
    for (size_t part = 0; s == DYN_OK; part++)
        s = dyn__write_item_part(&w, k, part, (const unsigned char *)item, &error);
    dyn__putc(&w, '}');
    text[w.len] = '\0';
    return s == DYN_DONE ? text : NULL;
}

static void same_text(const char *got, const char *wanted)
{
    if (!got)
        fail_msg("not written: %s", error.text);
    if (strcmp(got, q(wanted)) != 0)
        fail_msg("\n  %s\nis not\n  %s", got, q(wanted));
}

/* Decodes text that is there up to `first` at first, each part in a block of its own. The status: DYN_CORRUPT when it is no JSON, or not whole. */
static dyn_status decode_cut(const dyn_model *m, const char *text, void *item, size_t first)
{
    dyn__known *k = know(m);
    size_t n = strlen(text), have = 0;
    int r = DYN__MORE;
    char *window = NULL;

    decoder.models = models, decoder.err = &error, decoder.work = &work;
    dyn__decode_start(&decoder, k, item);
    for (size_t to = first; r == DYN__MORE; to = n) {
        size_t more = first ? to - (n - strlen(text)) : 0;
        char *grown = (char *)malloc(have + more + 1);
        if (have)
            memcpy(grown, window, have);
        memcpy(grown + have, text, more);
        free(window);
        window = (char *)malloc(have + more + !(have + more));   /* of the very size, for the sanitizer */
        memcpy(window, grown, have + more);
        free(grown);
        text += more, have += more;
        const char *at = window, *end = window + have;
        r = dyn__decode(&decoder, &at, end);
        have = (size_t)(end - at);
        memmove(window, at, have);
        if (r == DYN__MORE && !*text)
            break;
    }
    free(window);
    return r == DYN__GOOD ? decoder.status : DYN_CORRUPT;
}

/* Decodes it whole; then cut at every byte, where the same struct must come of it but for what pointers point to. */
static dyn_status decode(const dyn_model *m, const char *text, void *item)
{
    unsigned char *other = (unsigned char *)malloc(m->size), *again = (unsigned char *)malloc(m->size);
    char *json = strdup(q(text)), said[sizeof error.text];
    dyn_status s;

    memset(item, 0, m->size);
    s = decode_cut(m, json, item, strlen(json));
    strcpy(said, error.text);
    for (size_t i = 1; i < strlen(json); i++) {
        memset(again, 0, m->size);
        if (decode_cut(m, json, again, i) != s || strcmp(said, error.text) != 0)
            fail_msg("%s\ncut at %zu: %d, %s\nwhole: %d, %s", json, i, (int)decoder.status, error.text, (int)s, said);
        if (s == DYN_OK && !strstr(m->name, "_p") && memcmp(again, item, m->size) != 0)
            fail_msg("%s\ncut at %zu gives another struct", json, i);
    }
    memset(other, 0, m->size);
    assert_int_equal(decode_cut(m, json, other, strlen(json)), s);   /* what item points to stands as it did */
    strcpy(error.text, said);
    free(json), free(other), free(again);
    return s;
}

static void says(const char *part)
{
    if (!strstr(error.text, part))
        fail_msg("\"%s\"\n  does not say \"%s\"", error.text, part);
}

/* ---- lists of structs */

typedef struct spot {
    int16_t x, y;
} spot;
static const dyn_field spot_fields[] = { DYN_INT(spot, x), DYN_INT(spot, y, .optional = true) };
static const dyn_model spot_model = { DYN_MODEL(spot, spot_fields) };

typedef struct sensor {
    char    name[8];
    double  celsius;
    spot    where;
    int32_t last[3];
    uint8_t last_count;
    spot    path[2];
    int     path_count;
} sensor;
static const dyn_field sensor_fields[] = {
    DYN_TEXT(sensor, name), DYN_REAL(sensor, celsius, .attr = "temp"), DYN_MAP(sensor, where, spot_model, .optional = true),
    DYN_INT_LIST(sensor, last, last_count, .omit_zero = true), DYN_MAP_LIST(sensor, path, path_count, spot_model, .omit_zero = true),
};
static const dyn_model sensor_model = { DYN_MODEL(sensor, sensor_fields) };

typedef struct unit {
    char    id[8];
    sensor  sensors[3];
    uint8_t sensor_count;
    bool    on;
} unit;
static const dyn_field unit_fields[] = { DYN_TEXT(unit, id), DYN_MAP_LIST(unit, sensors, sensor_count, sensor_model, .attr = "s"), DYN_BOOL(unit, on) };
static const dyn_model unit_model = { DYN_MODEL(unit, unit_fields), .table = "t", .pk = "id" };

static void structs_in_a_list_are_maps_in_a_list(void **state)
{
    unit u = { "u1", { { "in", 21.5, { 1, 2 }, { 5, 6 }, 2, { { 0, 0 } }, 0 }, { "out", -3, { 3, 0 }, { 0 }, 0, { { 7, 8 }, { 9, 10 } }, 2 } }, 2, true };

    (void)state;
    same_text(encode(&unit_model, &u),
              "{'id':{'S':'u1'},'s':{'L':["
              "{'M':{'name':{'S':'in'},'temp':{'N':'21.5'},'where':{'M':{'x':{'N':'1'},'y':{'N':'2'}}},'last':{'L':[{'N':'5'},{'N':'6'}]}}},"
              "{'M':{'name':{'S':'out'},'temp':{'N':'-3'},'where':{'M':{'x':{'N':'3'},'y':{'N':'0'}}},'path':{'L':["
              "{'M':{'x':{'N':'7'},'y':{'N':'8'}}},{'M':{'x':{'N':'9'},'y':{'N':'10'}}}]}}}]},'on':{'BOOL':true}}");
    u.sensor_count = 0;
    same_text(encode(&unit_model, &u), "{'id':{'S':'u1'},'s':{'L':[]},'on':{'BOOL':true}}");
}

static void maps_in_a_list_are_read_into_the_array(void **state)
{
    unit u;

    (void)state;
    assert_int_equal(decode(&unit_model,
        "{'id':{'S':'u1'},'s':{'L':[{'M':{'temp':{'N':'21.5'},'name':{'S':'in'},'path':{'L':[{'M':{'x':{'N':'7'}}},{'M':{'y':{'N':'10'},'x':{'N':'9'}}}]}}},"
        " {'M' : {'name':{'S':'out'},'extra':{'M':{'deep':{'L':[]}}},'where':{'M':{'x':{'N':'3'}}},'temp':{'N':'-3'},'last':{'L':[{'N':'5'},{'N':'6'}]}}}]},"
        "'on':{'BOOL':true}}", &u), DYN_OK);
    assert_int_equal(u.sensor_count, 2);
    assert_string_equal(u.sensors[0].name, "in");
    assert_true(u.sensors[0].celsius == 21.5 && u.sensors[1].celsius == -3 && u.on);
    assert_int_equal(u.sensors[0].path_count, 2);
    assert_true(u.sensors[0].path[0].x == 7 && u.sensors[0].path[0].y == 0 && u.sensors[0].path[1].x == 9 && u.sensors[0].path[1].y == 10);
    assert_string_equal(u.sensors[1].name, "out");
    assert_true(u.sensors[1].where.x == 3 && u.sensors[1].last_count == 2 && u.sensors[1].last[1] == 6 && u.sensors[1].path_count == 0);
}

static void what_does_not_fit_in_a_list_of_structs_is_named(void **state)
{
    unit u;

    (void)state;
    assert_int_equal(decode(&unit_model, "{'id':{'S':'u'},'on':{'BOOL':true},'s':{'L':[{'M':{'temp':{'N':'1'},'name':{'S':'123456789'}}}]}}", &u), DYN_BAD_ROW);
    says("attribute \"name\"");
    assert_int_equal(decode(&unit_model, "{'id':{'S':'u'},'on':{'BOOL':true},'s':{'L':[{'M':{'name':{'S':'a'}}}]}}", &u), DYN_BAD_ROW);
    says("attribute \"temp\" is missing");
    assert_int_equal(decode(&unit_model, "{'id':{'S':'u'},'on':{'BOOL':true},'s':{'L':[{'S':'a'}]}}", &u), DYN_BAD_ROW);
    says("attribute \"s\": found a text (S), the member is a map");
    assert_int_equal(decode(&unit_model, "{'id':{'S':'u'},'on':{'BOOL':true},'s':{'L':[{'NULL':true}]}}", &u), DYN_BAD_ROW);
    assert_int_equal(decode(&unit_model, "{'id':{'S':'u'},'on':{'BOOL':true},'s':{'L':[{'M':{'name':{'S':'a'},'temp':{'N':'1'}}},{'M':{'name':{'S':'a'},'temp':{'N':'1'}}},"
                            "{'M':{'name':{'S':'a'},'temp':{'N':'1'}}},{'M':{'name':{'S':'a'},'temp':{'N':'1'}}}]}}", &u), DYN_BAD_ROW);
    says("more than the 3 elements");
    memset(&u, 0, sizeof u);
    strcpy(u.id, "u");
    u.sensor_count = 4;
    assert_null(encode(&unit_model, &u));
    says("its count is 4, but there is room for 3");
}

static void a_model_of_the_wrong_size_for_its_elements_is_refused(void **state)
{
    dyn_field fields[COUNT(unit_fields)];
    dyn_model m = { DYN_MODEL(unit, fields), .table = "t", .pk = "id" };
    dyn_error e;

    (void)state;
    memcpy(fields, unit_fields, sizeof fields);
    fields[1].nested = &spot_model;
    assert_int_equal(dyn_model_check(&m, &e), DYN_INVALID);
    assert_non_null(strstr(e.text, "member \"sensors\" has another size than its model \"spot\""));
}

/* ---- lists of scalars */

enum color { RED, GREEN = 7, NAVY = -3 };
static const dyn_name colors[] = { { RED, "red" }, { GREEN, "green" }, { NAVY, "dark blue" } };

typedef struct lists {
    char       id[4];
    uint32_t   seconds[2];
    uint8_t    second_count;
    int64_t    millis[2];
    uint8_t    milli_count;
    int64_t    isos[2];
    uint8_t    iso_count;
    enum color hues[3];
    uint8_t    hue_count;
    int8_t     bytes[2];
    uint8_t    byte_count;
    dyn_number numbers[2];
    uint8_t    number_count;
    dyn_number set[2];
    uint8_t    set_count;
} lists;
static const dyn_field lists_fields[] = {
    DYN_TEXT(lists, id), DYN_SECONDS_LIST(lists, seconds, second_count), DYN_MILLIS_LIST(lists, millis, milli_count), DYN_ISO_LIST(lists, isos, iso_count),
    DYN_ENUM_LIST(lists, hues, hue_count, colors), DYN_ENUM_LIST(lists, bytes, byte_count, colors), DYN_NUMBER_LIST(lists, numbers, number_count),
    DYN_NUMBER_SET(lists, set, set_count),
};
static const dyn_model lists_model = { DYN_MODEL(lists, lists_fields), .table = "t", .pk = "id" };

#define LISTS "{'id':{'S':'a'},'seconds':{'L':[{'N':'4294967295'},{'N':'0'}]},'millis':{'L':[{'N':'-1'}]}," \
              "'isos':{'L':[{'S':'1970-01-01T00:00:00.000Z'},{'S':'2024-05-17T08:29:02.742Z'}]},'hues':{'L':[{'S':'green'},{'S':'dark blue'},{'S':'red'}]}," \
              "'bytes':{'L':[{'S':'dark blue'}]},'numbers':{'L':[{'N':'12345678901234567890123456789012345678'},{'N':'-0.5'}]},'set':{'NS':['1E-130','7']}}"

static void lists_of_every_scalar_kind_go_both_ways(void **state)
{
    lists l;

    (void)state;
    assert_int_equal(decode(&lists_model, LISTS, &l), DYN_OK);
    assert_true(l.second_count == 2 && l.seconds[0] == UINT32_MAX && l.seconds[1] == 0 && l.milli_count == 1 && l.millis[0] == -1);
    assert_true(l.iso_count == 2 && l.isos[0] == 0 && l.isos[1] == 1715934542742);
    assert_true(l.hue_count == 3 && l.hues[0] == GREEN && l.hues[1] == NAVY && l.hues[2] == RED && l.byte_count == 1 && l.bytes[0] == NAVY);
    assert_int_equal(l.number_count, 2);
    assert_string_equal(l.numbers[0].text, "12345678901234567890123456789012345678");
    assert_string_equal(l.set[0].text, "1E-130");
    same_text(encode(&lists_model, &l), LISTS);
}

static void an_element_that_does_not_fit_its_kind_is_named(void **state)
{
    lists l;

    (void)state;
    assert_int_equal(decode(&lists_model, "{'id':{'S':'a'},'hues':{'L':[{'S':'pink'}]}}", &l), DYN_BAD_ROW);
    says("attribute \"hues\": \"pink\" is none of the enum's names");
    assert_int_equal(decode(&lists_model, "{'id':{'S':'a'},'seconds':{'L':[{'N':'-1'}]}}", &l), DYN_BAD_ROW);
    says("attribute \"seconds\": the number -1 does not fit");
    assert_int_equal(decode(&lists_model, "{'id':{'S':'a'},'isos':{'L':[{'S':'yesterday'}]}}", &l), DYN_BAD_ROW);
    says("attribute \"isos\": \"yesterday\" is no ISO 8601 time");
    memset(&l, 0, sizeof l);
    strcpy(l.id, "a");
    l.hues[0] = (enum color)5, l.hue_count = 1;
    assert_null(encode(&lists_model, &l));
    says("attribute \"hues\": the enum has no name for the value 5");
}

typedef struct list_p {
    char    id[4];
    dyn_str words[3];
    uint8_t word_count;
} list_p;
static const dyn_field list_p_fields[] = { DYN_TEXT(list_p, id), DYN_STR_LIST(list_p, words, word_count) };
static const dyn_model list_p_model = { DYN_MODEL(list_p, list_p_fields), .table = "t", .pk = "id" };

static void slices_in_a_list_lie_in_the_clients_memory(void **state)
{
    list_p l;

    (void)state;
    assert_int_equal(decode(&list_p_model, "{'id':{'S':'a'},'words':{'L':[{'S':'one'},{'S':''},{'S':'\\u00e9 and more'}]}}", &l), DYN_OK);
    assert_int_equal(l.word_count, 3);
    assert_true(l.words[0].len == 3 && memcmp(l.words[0].ptr, "one", 3) == 0 && l.words[1].len == 0);
    assert_true(l.words[2].len == 11 && memcmp(l.words[2].ptr, "\xc3\xa9 and more", 11) == 0);
    same_text(encode(&list_p_model, &l), "{'id':{'S':'a'},'words':{'L':[{'S':'one'},{'S':''},{'S':'\xc3\xa9 and more'}]}}");
}

/* ---- nesting */

typedef struct deep { int32_t v; } deep;
static const dyn_field deep_fields[] = { DYN_INT(deep, v) };
static dyn_field level_fields[DYN_MAX_DEPTH + 1];
static dyn_model level_models[DYN_MAX_DEPTH + 1];

/* So many levels of maps, each in the one above; all at the offset 0. */
static const dyn_model *nested(int levels)
{
    static const dyn_field id_field[] = { DYN_TEXT(unit, id) };

    (void)id_field;
    for (int i = 0; i < levels; i++) {
        level_fields[i].member = "v", level_fields[i].size = sizeof(deep), level_fields[i].kind = DYN_KIND_MAP, level_fields[i].nested = &level_models[i + 1];
        level_models[i].name = "level", level_models[i].size = sizeof(deep), level_models[i].fields = &level_fields[i], level_models[i].field_count = 1;
    }
    level_models[levels - 1].fields = deep_fields;
    return level_models;
}

typedef struct holder { char id[4]; deep d; } holder;

static void maps_nest_as_deep_as_dynamodb_takes_them(void **state)
{
    holder h = { "a", { 42 } };
    dyn_field fields[] = { DYN_TEXT(holder, id), DYN_MAP(holder, d, level_models[0]) };
    dyn_model m = { DYN_MODEL(holder, fields), .table = "t", .pk = "id" };
    char text[1024] = "";
    dyn_error e;

    (void)state;
    nested(DYN_MAX_DEPTH - 1);
    strcat(text, "{'id':{'S':'a'},'d':");
    for (int i = 0; i < DYN_MAX_DEPTH - 1; i++)
        strcat(text, "{'M':{'v':");
    strcat(text, "{'N':'42'}");
    for (int i = 0; i < DYN_MAX_DEPTH - 1; i++)
        strcat(text, "}}");
    strcat(text, "}");
    same_text(encode(&m, &h), text);
    h.d.v = 0;
    assert_int_equal(decode(&m, text, &h), DYN_OK);
    assert_int_equal(h.d.v, 42);
    nested(DYN_MAX_DEPTH + 1);
    assert_int_equal(dyn_model_check(&m, &e), DYN_INVALID);
    assert_non_null(strstr(e.text, "at most 32 levels"));
}

/* ---- expressions */

/* A condition or an update on unit, as it is sent; or the error's text. */
static const char *compiled(bool update, dyn_expr e)
{
    static char out[1024];
    dyn__known *k = know(&unit_model);
    dyn__exprs x;
    dyn_str text;
    bool repeatable;
    dyn_arena a;
    static unsigned char room[8192];

    memset((void *)&a, 0, sizeof a);
    a.base = room, a.size = sizeof room;
    memset((void *)&x, 0, sizeof x);
    x.arena = &a, x.known = k, x.err = &error;
    dyn_status s = update ? dyn__expr_update(&x, &e, &text, &repeatable) : dyn__expr_condition(&x, &e, 1, &text);
    if (s != DYN_OK)
        return error.text;
    dyn__writer w = { out, sizeof out - 1, 0, 0, 0, NULL, NULL };
    dyn__put(&w, text.ptr, text.len);
    dyn__write_names(&w, &x);
    dyn__write_values(&w, &x);
    out[w.len] = 0;
    return out;
}

static void paths_lead_into_structs_in_lists(void **state)
{
    (void)state;
    assert_string_equal(compiled(false, DYN_EXPR("sensors[0].celsius > ? AND sensors[2].path[1].x = ? AND size(sensors) < ?", 20, 3, 5)),
        q("#0[0].#1 > :0 AND #0[2].#2[1].#3 = :1 AND size(#0) < :2,'ExpressionAttributeNames':{'#0':'s','#1':'temp','#2':'path','#3':'x'},"
          "'ExpressionAttributeValues':{':0':{'N':'20'},':1':{'N':'3'},':2':{'N':'5'}}"));
    assert_string_equal(compiled(true, DYN_EXPR("SET sensors[1].where.x = ? REMOVE sensors[0]", 7)),
        q("SET #0[1].#1.#2 = :0 REMOVE #0[0],'ExpressionAttributeNames':{'#0':'s','#1':'where','#2':'x'},'ExpressionAttributeValues':{':0':{'N':'7'}}"));
    assert_non_null(strstr(compiled(false, DYN_EXPR("sensors[0].nothing = ?", 1)), "the model \"sensor\" has no member or attribute \"nothing\""));
    assert_non_null(strstr(compiled(false, DYN_EXPR("sensors.celsius = ?", 1)), "there is nothing below \"sensors\": it is a list"));
    assert_non_null(strstr(compiled(false, DYN_EXPR("sensors[0].where.x = ?", 40000)), "member \"x\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(structs_in_a_list_are_maps_in_a_list),
        cmocka_unit_test(maps_in_a_list_are_read_into_the_array),
        cmocka_unit_test(what_does_not_fit_in_a_list_of_structs_is_named),
        cmocka_unit_test(a_model_of_the_wrong_size_for_its_elements_is_refused),
        cmocka_unit_test(lists_of_every_scalar_kind_go_both_ways),
        cmocka_unit_test(an_element_that_does_not_fit_its_kind_is_named),
        cmocka_unit_test(slices_in_a_list_lie_in_the_clients_memory),
        cmocka_unit_test(maps_nest_as_deep_as_dynamodb_takes_them),
        cmocka_unit_test(paths_lead_into_structs_in_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
