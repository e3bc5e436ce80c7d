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
static size_t small;             /* not 0: the work memory has one byte less than this */
static size_t steps;             /* not 0: behind the first piece, text comes in pieces of so many bytes */
static dyn_arena *keep;

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
    work.base = work_bytes, work.size = small ? small - 1 : sizeof work_bytes;
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

/* Decodes text that is there up to `first` at first, then all of it, each part in a block of its own. The status: DYN_CORRUPT when it is no JSON, or not whole. */
static dyn_status decode_cut(const dyn_model *m, const char *text, void *item, size_t first)
{
    dyn__known *k = know(m);
    size_t n = strlen(text), have = 0;
    int r = DYN__MORE;
    char *window = NULL;

    decoder.models = models, decoder.err = &error, decoder.work = &work, decoder.keep = keep;
    dyn__decode_start(&decoder, k, item);
    for (size_t to = first < n ? first : n; r == DYN__MORE; to = steps && n - to > steps ? to + steps : n) {
        size_t more = to - (n - strlen(text));
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

static const dyn_model *on_model = &unit_model;

/* A condition or an update, as it is sent; or the error's text. */
static const char *compiled(bool update, dyn_expr e)
{
    static char out[1024];
    dyn__known *k = know(on_model);
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

/* ---- arrays behind pointers */

typedef struct probe_p {
    dyn_str  name;
    int64_t *marks;
    size_t   mark_count;
    spot    *spots;
    uint32_t spot_count;
} probe_p;
static const dyn_field probe_p_fields[] = {
    DYN_STR(probe_p, name), DYN_INT_ARRAY(probe_p, marks, mark_count, .omit_zero = true), DYN_MAP_ARRAY(probe_p, spots, spot_count, spot_model, .optional = true),
};
static const dyn_model probe_p_model = { DYN_MODEL(probe_p, probe_p_fields) };

typedef struct host_p {
    char        id[8];
    probe_p    *probes;
    int         probe_count;
    float      *levels;
    uint64_t    level_count;
    bool       *flags;
    int         flag_count;
    dyn_str    *words;
    int         word_count;
    enum color *hues;
    int         hue_count;
    dyn_number *numbers;
    int         number_count;
    int64_t    *times;
    int         time_count;
    spot       *at;
    int16_t    *level;
    double     *ratio;
    bool       *on;
    int32_t     last;
} host_p;
static const dyn_field host_p_fields[] = {
    DYN_TEXT(host_p, id), DYN_MAP_ARRAY(host_p, probes, probe_count, probe_p_model, .optional = true), DYN_REAL_ARRAY(host_p, levels, level_count, .optional = true),
    DYN_BOOL_ARRAY(host_p, flags, flag_count, .optional = true), DYN_STR_ARRAY(host_p, words, word_count, .optional = true, .omit_zero = true),
    DYN_ENUM_ARRAY(host_p, hues, hue_count, colors, .omit_zero = true), DYN_NUMBER_ARRAY(host_p, numbers, number_count, .omit_zero = true),
    DYN_ISO_ARRAY(host_p, times, time_count, .omit_zero = true), DYN_MAP_PTR(host_p, at, spot_model), DYN_INT_PTR(host_p, level), DYN_REAL_PTR(host_p, ratio, .attr = "r"),
    DYN_BOOL_PTR(host_p, on), DYN_INT(host_p, last),
};
static const dyn_model host_p_model = { DYN_MODEL(host_p, host_p_fields), .table = "t", .pk = "id" };

#define HOST "{'id':{'S':'h'},'probes':{'L':[{'M':{'name':{'S':'a \\\"long\\\" name'},'marks':{'L':[{'N':'1'},{'N':'-2'},{'N':'9007199254740993'}]},'spots':{'L':[]}}}," \
             "{'M':{'name':{'S':'b'},'spots':{'L':[{'M':{'x':{'N':'7'},'y':{'N':'8'}}},{'M':{'x':{'N':'9'},'y':{'N':'-10'}}}]}}}]}," \
             "'levels':{'L':[{'N':'0.1'},{'N':'1.5'}]},'flags':{'L':[{'BOOL':true},{'BOOL':false}]},'words':{'L':[{'S':'one'},{'S':''},{'S':'\xc3\xa9'}]}," \
             "'hues':{'L':[{'S':'red'},{'S':'dark blue'}]},'numbers':{'L':[{'N':'12345678901234567890'}]}," \
             "'times':{'L':[{'S':'2024-05-17T08:29:02.742Z'}]},'at':{'M':{'x':{'N':'3'},'y':{'N':'0'}}},'level':{'N':'-300'},'r':{'N':'0.25'},'on':{'BOOL':true}," \
             "'last':{'N':'77'}}"

static void arrays_of_any_length_go_both_ways(void **state)
{
    host_p h;

    (void)state;
    assert_int_equal(decode(&host_p_model, HOST, &h), DYN_OK);
    assert_int_equal(h.probe_count, 2);
    assert_true(h.probes[0].name.len == 13 && memcmp(h.probes[0].name.ptr, "a \"long\" name", 13) == 0);
    assert_true(h.probes[0].mark_count == 3 && h.probes[0].marks[2] == 9007199254740993 && h.probes[0].spot_count == 0 && !h.probes[0].spots);
    assert_true(h.probes[1].mark_count == 0 && !h.probes[1].marks && h.probes[1].spot_count == 2 && h.probes[1].spots[1].y == -10);
    assert_true(h.level_count == 2 && h.levels[0] == 0.1f && h.levels[1] == 1.5f && h.flag_count == 2 && h.flags[0] && !h.flags[1]);
    assert_true(h.word_count == 3 && h.words[0].len == 3 && h.words[1].len == 0 && h.words[2].len == 2 && h.hue_count == 2 && h.hues[1] == NAVY);
    assert_string_equal(h.numbers[0].text, "12345678901234567890");
    assert_true(h.times[0] == 1715934542742 && h.at->x == 3 && *h.level == -300 && *h.ratio == 0.25 && *h.on && h.last == 77);
    assert_true((uintptr_t)h.probes % sizeof(void *) == 0 && (uintptr_t)h.probes[0].marks % sizeof(int64_t) == 0 && (uintptr_t)h.ratio % sizeof(double) == 0);
    same_text(encode(&host_p_model, &h), HOST);
}

static void what_an_item_does_not_have_is_null(void **state)
{
    host_p h;

    (void)state;
    assert_int_equal(decode(&host_p_model, "{'at':{'NULL':true},'id':{'S':'h'},'probes':{'NULL':true},'last':{'N':'1'}}", &h), DYN_OK);
    assert_true(!h.probes && !h.probe_count && !h.levels && !h.level_count && !h.at && !h.level && !h.ratio && !h.on && h.last == 1);
    same_text(encode(&host_p_model, &h), "{'id':{'S':'h'},'probes':{'L':[]},'levels':{'L':[]},'flags':{'L':[]},'last':{'N':'1'}}");
}

static void what_does_not_fit_behind_a_pointer_is_named(void **state)
{
    host_p h;

    (void)state;
    assert_int_equal(decode(&host_p_model, "{'id':{'S':'h'},'last':{'N':'1'},'probes':{'L':[{'M':{'spots':{'L':[]}}}]}}", &h), DYN_BAD_ROW);
    says("attribute \"name\" is missing");
    assert_int_equal(decode(&host_p_model, "{'id':{'S':'h'},'last':{'N':'1'},'levels':{'S':'x'}}", &h), DYN_BAD_ROW);
    says("attribute \"levels\": found a text (S), the member is a list (L)");
    assert_int_equal(decode(&host_p_model, "{'id':{'S':'h'},'last':{'N':'1'},'level':{'N':'40000'}}", &h), DYN_BAD_ROW);
    says("attribute \"level\": the number 40000 does not fit");
    memset(&h, 0, sizeof h);
    strcpy(h.id, "h");
    h.word_count = 2;
    assert_null(encode(&host_p_model, &h));
    says("attribute \"words\": its count is 2, but its pointer is NULL");
    h.word_count = -1;
    assert_null(encode(&host_p_model, &h));
    says("attribute \"words\": its count is 4294967295");
}

static void text_that_is_no_list_is_no_item(void **state)
{
    static const char *const texts[] = {
        "{'id':{'S':'h'},'levels':{'L':5},'last':{'N':'1'}}", "{'id':{'S':'h'},'levels':{'L':[1]},'last':{'N':'1'}}",
        "{'id':{'S':'h'},'levels':{'L':{}},'last':{'N':'1'}}", "{'id':{'S':'h'},'levels':{'L':[],'L':[]},'last':{'N':'1'}}",
        "{'id':{'S':'h'},'levels':{'L':[{'N':'1'},]},'last':{'N':'1'}}", "{'id':{'S':'h'},'at':{'M':[]},'last':{'N':'1'}}",
        "{'id':{'S':'h'},'probes':{'L':[{'M':{'name':{'S':'a'},'marks':{'L':[[]]}}}]},'last':{'N':'1'}}",
    };
    host_p h;

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_int_equal(decode(&host_p_model, texts[i], &h), DYN_CORRUPT);
}

/* In memory of every size: it fits, or what is missing is named. */
static void too_little_memory_for_an_array_names_it_and_the_bytes(void **state)
{
    host_p h;
    size_t enough = 0, named = 0;
    char *json = strdup(q(HOST));

    (void)state;
    for (size_t size = 0; size < 4096; size += 8)
        for (size_t first = strlen(json); first > 1; first /= 2) {
            memset(&h, 0, sizeof h);
            small = size + 1;
            dyn_status s = decode_cut(&host_p_model, json, &h, first);
            small = 0;
            if (s == DYN_OK)
                enough = size;
            else {
                assert_int_equal(s, DYN_NO_MEMORY);
                assert_true(error.needed > 0 && error.attribute[0]);
                named++;
            }
        }
    free(json);
    assert_true(enough > 0 && named > 0);
}

static void what_a_user_lends_holds_the_elements(void **state)
{
    static unsigned char lent[4096];
    host_p h;
    dyn_arena a;
    char *json = strdup(q(HOST));

    (void)state;
    for (size_t first = 1; first <= strlen(json); first++) {
        memset((void *)&a, 0, sizeof a);
        a.base = lent, a.size = sizeof lent;
        keep = &a;
        dyn_status s = decode_cut(&host_p_model, json, &h, first);
        keep = NULL;
        assert_int_equal(s, DYN_OK);
        assert_true((unsigned char *)h.probes >= lent && (unsigned char *)(h.probes + 2) <= lent + a.used && (unsigned char *)h.at > lent);
        assert_true(h.probes[0].name.ptr > (char *)lent && h.probes[1].spots[1].y == -10);
        assert_true(work.size == sizeof work_bytes && work.used <= strlen(json));
    }
    free(json);
}

static void paths_lead_through_pointers(void **state)
{
    (void)state;
    on_model = &host_p_model;
    assert_string_equal(compiled(false, DYN_EXPR("probes[1].spots[0].x = ? AND at.y < ? AND contains(words, ?) AND level = ?", 3, 5, "one", 4)),
        q("#0[1].#1[0].#2 = :0 AND #3.#4 < :1 AND contains(#5, :2) AND #6 = :3,'ExpressionAttributeNames':{'#0':'probes','#1':'spots','#2':'x','#3':'at','#4':'y',"
          "'#5':'words','#6':'level'},'ExpressionAttributeValues':{':0':{'N':'3'},':1':{'N':'5'},':2':{'S':'one'},':3':{'N':'4'}}"));
    const dyn_arg more[] = { dyn_int(GREEN), dyn_text("red") };
    assert_string_equal(compiled(true, DYN_EXPR("SET hues = list_append(hues, ?), level = level + ? REMOVE at", dyn_list(more, 2), 2)),
        q("SET #0 = list_append(#0, :0), #1 = #1 + :1 REMOVE #2,'ExpressionAttributeNames':{'#0':'hues','#1':'level','#2':'at'},"
          "'ExpressionAttributeValues':{':0':{'L':[{'S':'green'},{'S':'red'}]},':1':{'N':'2'}}"));
    assert_non_null(strstr(compiled(false, DYN_EXPR("level = ?", 40000)), "member \"level\": 40000 is outside its range"));
    assert_non_null(strstr(compiled(false, DYN_EXPR("contains(hues, ?)", "pink")), "the enum has no name \"pink\""));
    assert_non_null(strstr(compiled(false, DYN_EXPR("at.z = ?", 1)), "the model \"spot\" has no member or attribute \"z\""));
    on_model = &unit_model;
}

/* ---- bytes in lists */

typedef struct macs {
    char          id[4];
    unsigned char all[2][3];
    uint8_t       count;
} macs;
static const dyn_field macs_fields[] = { DYN_TEXT(macs, id), DYN_BYTES_LIST(macs, all, count) };
static const dyn_model macs_model = { DYN_MODEL(macs, macs_fields), .table = "t", .pk = "id" };

/* Base64 from RFC 4648, section 10, and Python's base64. */
static void bytes_in_a_list_go_both_ways(void **state)
{
    macs m;

    (void)state;
    assert_int_equal(decode(&macs_model, "{'id':{'S':'a'},'all':{'L':[{'B':'Zm9v'},{'B':'AP\\/+'}]}}", &m), DYN_OK);
    assert_int_equal(m.count, 2);
    assert_memory_equal(m.all[0], "foo", 3);
    assert_memory_equal(m.all[1], "\x00\xff\xfe", 3);
    same_text(encode(&macs_model, &m), "{'id':{'S':'a'},'all':{'L':[{'B':'Zm9v'},{'B':'AP/+'}]}}");
    assert_int_equal(decode(&macs_model, "{'id':{'S':'a'},'all':{'L':[{'B':'Zm8='}]}}", &m), DYN_BAD_ROW);
    says("attribute \"all\"");
}

/* ---- large attributes in pieces */

typedef struct image {
    char      id[4];
    dyn_large firmware, notes;
    int32_t   version;
} image;
static const dyn_field image_fields[] = {
    DYN_TEXT(image, id), DYN_LARGE_BYTES(image, firmware, .attr = "fw"), DYN_LARGE_TEXT(image, notes, .omit_zero = true), DYN_INT(image, version),
};
static const dyn_model image_model = { DYN_MODEL(image, image_fields), .table = "t", .pk = "id" };

/* What flash would be: pieces must come in order, from 0. */
typedef struct flash {
    unsigned char bytes[1 << 19];
    size_t size, pieces, largest, begins;
    bool   full;
} flash;
static flash drive_a, drive_b;

static bool flash_take(void *user, size_t offset, const void *data, size_t size)
{
    flash *f = (flash *)user;

    if (offset == 0)
        f->size = 0, f->pieces = 0, f->begins++;
    assert_int_equal(offset, f->size);
    if (f->full && offset)
        return false;
    memcpy(f->bytes + offset, data, size);
    f->size += size, f->pieces++;
    f->largest = size > f->largest ? size : f->largest;
    return true;
}

static bool flash_give(void *user, size_t offset, void *to, size_t size)
{
    flash *f = (flash *)user;

    assert_true(offset + size <= f->size);
    memcpy(to, f->bytes + offset, size);
    return !f->full;
}

static image an_image(void)
{
    image i;

    memset((void *)&i, 0, sizeof i);
    strcpy(i.id, "i");
    i.firmware.take = i.notes.take = flash_take;
    i.firmware.user = &drive_a, i.notes.user = &drive_b;
    memset(&drive_a, 0, sizeof drive_a);
    memset(&drive_b, 0, sizeof drive_b);
    return i;
}

static void large_attributes_come_in_pieces(void **state)
{
    static const char head[] = "{\"id\":{\"S\":\"i\"},\"notes\":{\"S\":\"", mid[] = "\"},\"fw\":{\"B\":\"", tail[] = "\"},\"version\":{\"N\":\"3\"}}";
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static const size_t sizes[] = { 0, 1, 2, 3, 4, 47, 48, 49, 500, 4095, 4096, 4097, 12289, 70000 };
    char *json = (char *)malloc(400000);

    (void)state;
    for (size_t c = 0; c < COUNT(sizes); c++)
        for (size_t piece = 7; piece < 100000; piece = piece * 31 + 1) {
            image i = an_image();
            size_t n = sizes[c], at = 0;
            strcpy(json, head), at = strlen(json);
            for (size_t k = 0; k < n; k++)     /* one escape in each 5 characters */
                at += (size_t)sprintf(json + at, "%s", k % 5 == 0 ? "\\u00e9" : k % 5 == 1 ? "\\n" : "x");
            strcpy(json + at, mid), at += strlen(mid);
            for (size_t k = 0; k < n; k += 3) {
                unsigned v = 0;
                for (size_t b = 0; b < 3; b++)
                    v = v << 8 | (k + b < n ? (unsigned)(((k + b) * 131) & 255) : 0);
                for (size_t b = 0; b < 4; b++)
                    json[at++] = k + b > n ? '=' : digits[v >> (18 - 6 * b) & 63];
                if (k + 1 == n)
                    json[at - 2] = '=';
            }
            strcpy(json + at, tail);
            small = piece < 300 ? 400 : 0;
            steps = piece;
            dyn_status s = decode_cut(&image_model, json, &i, piece < strlen(json) ? piece : strlen(json));
            small = steps = 0;
            if (s != DYN_OK)
                fail_msg("%zu bytes, pieces of %zu: %s", n, piece, error.text);
            assert_int_equal(i.version, 3);
            assert_int_equal(i.firmware.size, n);
            assert_int_equal(drive_a.size, n);
            assert_int_equal(drive_a.begins, 1);
            for (size_t k = 0; k < n; k++)
                assert_int_equal(drive_a.bytes[k], (k * 131) & 255);
            size_t bytes = n + (n + 4) / 5;
            assert_int_equal(drive_b.size, bytes);
            assert_int_equal(i.notes.size, bytes);
            assert_true(n == 0 || (memcmp(drive_b.bytes, "\xc3\xa9\nxxx\xc3\xa9", 2 + (n > 1)) == 0));
            assert_true(drive_a.largest <= 4098 && (piece >= 300 || drive_a.largest <= 400));
        }
    free(json);
}

static void bytes_that_are_no_base64_are_refused_and_passed_over(void **state)
{
    static const char *const texts[] = { "Zm9", "Zm9v=", "Zm=v", "Zg==Zg==", "Z", "Zm9v!m9v", "Zh==", "=" };
    char json[128];
    image i;

    (void)state;
    for (size_t c = 0; c < COUNT(texts); c++)
        for (size_t first = 1; first < 60; first++) {
            i = an_image();
            snprintf(json, sizeof json, "{\"id\":{\"S\":\"i\"},\"fw\":{\"B\":\"%s\"},\"version\":{\"N\":\"3\"}}", texts[c]);
            assert_int_equal(decode_cut(&image_model, json, &i, first), DYN_BAD_ROW);
            says("attribute \"fw\"");
            assert_int_equal(i.version, 3);
        }
}

static void a_refusal_of_the_taker_ends_it(void **state)
{
    char *json = (char *)malloc(30000);
    image i = an_image();

    (void)state;
    drive_a.full = true;
    memset(json, 'A', 30000);
    memcpy(json, "{\"id\":{\"S\":\"i\"},\"fw\":{\"B\":\"", 27);
    strcpy(json + 27 + 20000, "\"},\"version\":{\"N\":\"3\"}}");
    assert_int_equal(decode_cut(&image_model, json, &i, 100), DYN_CANCELLED);
    says("attribute \"fw\": its take function refused the bytes from 4098 on");
    assert_int_equal(i.version, 3);
    free(json);
}

static void without_a_taker_it_is_counted(void **state)
{
    image i = an_image();

    (void)state;
    i.firmware.take = NULL;
    assert_int_equal(decode_cut(&image_model, "{\"id\":{\"S\":\"i\"},\"fw\":{\"B\":\"Zm9vYg==\"},\"version\":{\"N\":\"3\"}}", &i, 100), DYN_OK);
    assert_int_equal(i.firmware.size, 4);
    assert_true(i.notes.take != NULL && i.notes.size == 0 && i.notes.user == &drive_b);
    assert_int_equal(decode_cut(&image_model, "{\"id\":{\"S\":\"i\"},\"version\":{\"N\":\"3\"}}", &i, 100), DYN_BAD_ROW);
    says("attribute \"fw\" is missing");
}

/* Made again from any byte on, as a request is that is larger than the window. */
static void large_attributes_are_written_piece_by_piece(void **state)
{
    static const size_t sizes[] = { 0, 1, 2, 191, 192, 193, 1000, 5000 };
    static char whole[30000], window[300];
    image i = an_image();

    (void)state;
    i.firmware.give = i.notes.give = flash_give;
    i.version = 3;
    for (size_t c = 0; c < COUNT(sizes); c++) {
        i.firmware.size = drive_a.size = sizes[c];
        i.notes.size = drive_b.size = sizes[c] / 4 * 4;
        for (size_t k = 0; k < sizes[c]; k++)
            drive_a.bytes[k] = (unsigned char)(k * 7);
        for (size_t k = 0; k + 4 <= sizes[c]; k += 4)
            memcpy(drive_b.bytes + k, k % 3 ? "\xf0\x9f\x92\xa9" : "a\n\xc3\xa9", 4);
        const char *text = encode(&image_model, &i);
        assert_non_null(text);
        strcpy(whole, text);
        if (sizes[c] == 2)
            same_text(text, "{'id':{'S':'i'},'fw':{'B':'AAc='},'notes':{'S':''},'version':{'N':'3'}}");
        dyn__known *k = know(&image_model);
        for (size_t part = 0, at = 1; part < 6; part++) {
            dyn__writer all = { NULL, 0, 0, 0, at, NULL, NULL };
            size_t next;
            dyn__write_item_part(&all, k, part, (const unsigned char *)&i, &error);
            next = all.pos;
            for (size_t from = at; from < next; from += sizeof window) {
                dyn__writer w = { window, sizeof window, 0, from, at, NULL, NULL };
                assert_int_equal(dyn__write_item_part(&w, k, part, (const unsigned char *)&i, &error), DYN_OK);
                size_t n = next - from < sizeof window ? next - from : sizeof window;
                assert_true(w.len >= n && memcmp(window, whole + from, n) == 0);
            }
            at = next;
        }
    }
}

static void what_cannot_be_read_is_not_written(void **state)
{
    image i = an_image();

    (void)state;
    assert_null(encode(&image_model, &i));
    says("attribute \"fw\": it has no give function");
    i.firmware.give = flash_give, drive_a.size = i.firmware.size = 409601;
    assert_null(encode(&image_model, &i));
    says("attribute \"fw\": it has 409601 bytes; an item has at most 400 KB");
    i.firmware.size = 10, drive_a.full = true;
    assert_null(encode(&image_model, &i));
    says("attribute \"fw\": its give function has no bytes from 0 on");
    drive_a.full = false;
    i.notes.give = flash_give, i.notes.size = drive_b.size = 3;
    memcpy(drive_b.bytes, "a\xc3(", 3);
    assert_null(encode(&image_model, &i));
    says("attribute \"notes\": the text is not valid UTF-8");
}

/* ---- sets of slices and bytes */

typedef struct sets_p {
    char          id[4];
    dyn_str       words[3];
    uint8_t       word_count;
    dyn_str       blobs[3];
    int           blob_count;
    unsigned char macs[2][3];
    uint16_t      mac_count;
    char          names[3][4];
    uint8_t       name_count;
    double        reals[3];
    uint8_t       real_count;
} sets_p;
static const dyn_field sets_p_fields[] = {
    DYN_TEXT(sets_p, id), DYN_STR_SET(sets_p, words, word_count), DYN_BLOB_SET(sets_p, blobs, blob_count), DYN_BYTES_SET(sets_p, macs, mac_count, .attr = "m"),
    DYN_TEXT_SET(sets_p, names, name_count), DYN_REAL_SET(sets_p, reals, real_count),
};
static const dyn_model sets_p_model = { DYN_MODEL(sets_p, sets_p_fields), .table = "t", .pk = "id" };

static void sets_of_slices_and_bytes_go_both_ways(void **state)
{
    sets_p s;

    (void)state;
    assert_int_equal(decode(&sets_p_model, "{'id':{'S':'a'},'words':{'SS':['one','\\u00e9\\n']},'blobs':{'BS':['Zm9v','','Zg==']},'m':{'BS':['AP\\/+']}}", &s), DYN_OK);
    assert_true(s.word_count == 2 && s.words[0].len == 3 && s.words[1].len == 3 && memcmp(s.words[1].ptr, "\xc3\xa9\n", 3) == 0);
    assert_true(s.blob_count == 3 && s.blobs[0].len == 3 && memcmp(s.blobs[0].ptr, "foo", 3) == 0 && s.blobs[1].len == 0 && s.blobs[2].len == 1);
    assert_true(s.mac_count == 1 && memcmp(s.macs[0], "\x00\xff\xfe", 3) == 0 && s.name_count == 0);
    same_text(encode(&sets_p_model, &s), "{'id':{'S':'a'},'words':{'SS':['one','\xc3\xa9\\n']},'blobs':{'BS':['Zm9v','','Zg==']},'m':{'BS':['AP/+']}}");
}

static void what_does_not_fit_a_set_is_named(void **state)
{
    sets_p s;

    (void)state;
    assert_int_equal(decode(&sets_p_model, "{'id':{'S':'a'},'words':{'SS':['1','2','3','4']}}", &s), DYN_BAD_ROW);
    says("attribute \"words\": more than the 3 elements");
    assert_int_equal(decode(&sets_p_model, "{'id':{'S':'a'},'blobs':{'BS':['Zm9']}}", &s), DYN_BAD_ROW);
    says("attribute \"blobs\": the element \"Zm9\" is no base64");
    assert_int_equal(decode(&sets_p_model, "{'id':{'S':'a'},'m':{'BS':['Zm8=']}}", &s), DYN_BAD_ROW);
    says("attribute \"m\": an element of 2 bytes does not fit unsigned char[3]");
    assert_int_equal(decode(&sets_p_model, "{'id':{'S':'a'},'words':{'SS':[1]}}", &s), DYN_BAD_ROW);
    says("attribute \"words\": it is no set of strings");
    assert_int_equal(decode(&sets_p_model, "{'id':{'S':'a'},'words':{'NS':['1']}}", &s), DYN_BAD_ROW);
    says("attribute \"words\": found a number set (NS)");
    memset(&s, 0, sizeof s);
    strcpy(s.id, "a");
    s.words[0].ptr = "x", s.words[0].len = 1, s.words[2] = s.words[0], s.word_count = 3;
    assert_null(encode(&sets_p_model, &s));
    says("attribute \"words\": elements 0 and 2 of the set are equal");
    s.word_count = 0, s.mac_count = 2;
    assert_null(encode(&sets_p_model, &s));
    says("attribute \"m\": elements 0 and 1 of the set are equal");
    s.mac_count = 3;
    assert_null(encode(&sets_p_model, &s));
    says("attribute \"m\": its count is 3");
    s.mac_count = 0, s.reals[0] = 0.0, s.reals[1] = -0.0, s.real_count = 2;
    assert_null(encode(&sets_p_model, &s));
    says("attribute \"reals\": elements 0 and 1");
    s.real_count = 0, strcpy(s.names[0], "ab"), strcpy(s.names[1], "abc"), strcpy(s.names[2], "ab"), s.name_count = 3;
    assert_null(encode(&sets_p_model, &s));
    says("attribute \"names\": elements 0 and 2");
    s.name_count = 2;
    same_text(encode(&sets_p_model, &s), "{'id':{'S':'a'},'names':{'SS':['ab','abc']}}");
}

/* ---- any value, and all others */

typedef struct open_p {
    char      id[4];
    int32_t   n;
    dyn_value any, maybe;
    dyn_value rest;
} open_p;
static const dyn_field open_p_fields[] = {
    DYN_TEXT(open_p, id, .key_only = true), DYN_INT(open_p, n), DYN_VALUE(open_p, any), DYN_VALUE(open_p, maybe, .attr = "m", .optional = true), DYN_REST(open_p, rest),
};
static const dyn_model open_p_model = { DYN_MODEL(open_p, open_p_fields), .table = "t", .pk = "pk = P#{id}" };

static void is_json(dyn_value v, const char *text)
{
    if (v.len != strlen(q(text)) || memcmp(v.json, q(text), v.len) != 0)
        fail_msg("\n  %.*s\nis not\n  %s", (int)v.len, v.json, q(text));
}

static void any_value_is_kept_as_it_is(void **state)
{
    static const char *const values[] = {
        "{'S':'a \\u00e9 \\\" }'}", "{'N':'-1.50'}", "{'BOOL':false}", "{'NULL':true}", "{'B':'Zm9v'}", "{'SS':['a','b']}", "{'NS':['1']}", "{'BS':['Zg==']}",
        "{'M':{'a':{'L':[{'M':{}},{'N':'1'}]},'':{'S':''}}}", "{'L':[]}", "{ 'M' : { } }",
    };
    char text[512];
    open_p o;

    (void)state;
    for (size_t i = 0; i < COUNT(values); i++) {
        snprintf(text, sizeof text, "{'pk':{'S':'P#x'},'n':{'N':'1'},'any':%s}", values[i]);
        assert_int_equal(decode(&open_p_model, text, &o), DYN_OK);
        assert_string_equal(o.id, "x");
        is_json(o.any, values[i]);
        assert_true(o.maybe.len == 0 && o.rest.len == 0);
        snprintf(text, sizeof text, "{'pk':{'S':'P#x'},'n':{'N':'1'},'any':%s}", values[i]);
        same_text(encode(&open_p_model, &o), text);
    }
    o.any.len--;
    assert_null(encode(&open_p_model, &o));
    says("attribute \"any\": the dyn_value is no AttributeValue");
    o.any.len = 0;
    assert_null(encode(&open_p_model, &o));
    says("attribute \"any\": the dyn_value is empty");
    assert_int_equal(decode(&open_p_model, "{'pk':{'S':'P#x'},'n':{'N':'1'},'any':{'X':'1'}}", &o), DYN_BAD_ROW);
    says("attribute \"any\": it is of no type that is known");
    assert_int_equal(decode(&open_p_model, "{'pk':{'S':'P#x'},'n':{'N':'1'}}", &o), DYN_BAD_ROW);
    says("attribute \"any\" is missing");
}

static void attributes_that_the_model_does_not_know_come_back(void **state)
{
    open_p o;

    (void)state;
    assert_int_equal(decode(&open_p_model, "{'a':{'S':'x'},'pk':{'S':'P#x'},'rest':{'N':'5'},'n':{'N':'1'},'deep':{'M':{'l':{'L':[{'NULL':true}]}}},'any':{'N':'2'},"
                            "'odd \\\" name':{'SS':['1']}}", &o), DYN_OK);
    assert_int_equal(o.n, 1);
    is_json(o.any, "{'N':'2'}");
    is_json(o.rest, "{'M':{'a':{'S':'x'},'rest':{'N':'5'},'deep':{'M':{'l':{'L':[{'NULL':true}]}}},'odd \\\" name':{'SS':['1']}}}");
    o.n = 7;
    same_text(encode(&open_p_model, &o), "{'pk':{'S':'P#x'},'n':{'N':'7'},'any':{'N':'2'},'a':{'S':'x'},'rest':{'N':'5'},'deep':{'M':{'l':{'L':[{'NULL':true}]}}},"
              "'odd \\\" name':{'SS':['1']}}");
}

static void the_rest_cannot_hold_what_the_model_knows(void **state)
{
    static const struct { const char *json, *says; } rests[] = {
        { "{\"M\":{\"a\":{\"N\":\"1\"},\"n\":{\"N\":\"1\"}}}", "member \"rest\": it has the attribute \"n\", which the model \"open_p\" knows" },
        { "{\"M\":{\"pk\":{\"S\":\"1\"}}}", "the attribute \"pk\"" }, { "{\"M\":{\"\\u006d\":{\"S\":\"1\"}}}", "the attribute \"m\"" },
        { "{\"L\":[]}", "it is no map of attributes" }, { "{\"M\":{\"a\":5}}", "its attribute \"a\" is no AttributeValue" }, { "nonsense", "it is no map" },
        { "{\"M\":{\"a\":{\"Q\":\"5\"}}}", "its attribute \"a\" is no AttributeValue" },
    };
    open_p o;

    (void)state;
    for (size_t i = 0; i < COUNT(rests); i++) {
        memset((void *)&o, 0, sizeof o);
        strcpy(o.id, "x");
        o.any.json = "{\"S\":\"\"}", o.any.len = 8;
        o.rest.json = rests[i].json, o.rest.len = strlen(rests[i].json);
        assert_null(encode(&open_p_model, &o));
        says(rests[i].says);
    }
    o.rest.json = "{\"M\":{}}", o.rest.len = 8;
    same_text(encode(&open_p_model, &o), "{'pk':{'S':'P#x'},'n':{'N':'0'},'any':{'S':''}}");
}

static void the_rest_stands_once_and_at_the_top(void **state)
{
    static const dyn_field twice[] = { DYN_TEXT(open_p, id), DYN_REST(open_p, any), DYN_REST(open_p, rest) }, below[] = { DYN_REST(open_p, rest) };
    static const dyn_model m = { DYN_MODEL(open_p, twice), .table = "t", .pk = "id" }, n = { DYN_MODEL(open_p, below) };
    typedef struct outer { char id[4]; open_p in; } outer;
    static const dyn_field fields[] = { DYN_TEXT(outer, id), DYN_MAP(outer, in, n) };
    static const dyn_model o = { DYN_MODEL(outer, fields), .table = "t", .pk = "id" };
    dyn_error e;

    (void)state;
    assert_int_equal(dyn_model_check(&m, &e), DYN_INVALID);
    assert_non_null(strstr(e.text, "DYN_REST of member \"any\" can stand once"));
    assert_int_equal(dyn_model_check(&o, &e), DYN_INVALID);
    assert_non_null(strstr(e.text, "it cannot be in a nested struct"));
}

static dyn_value value(const char *json)
{
    dyn_value v = { json, strlen(json) };

    return v;
}

static void values_stand_in_expressions(void **state)
{
    (void)state;
    on_model = &open_p_model;
    assert_string_equal(compiled(true, DYN_EXPR("SET any = ?, n = ?", value("{\"M\":{\"a\":{\"N\":\"1\"}}}"), value("{\"N\":\"5\"}"))),
        q("SET #0 = :0, #1 = :1,'ExpressionAttributeNames':{'#0':'any','#1':'n'},'ExpressionAttributeValues':{':0':{'M':{'a':{'N':'1'}}},':1':{'N':'5'}}"));
    assert_string_equal(compiled(false, DYN_EXPR("any.a[0].b = ? AND contains(any, ?) AND any.c <> ?", value("{ \"S\":\"x\\\"y\"}"), value("{\"B\":\"Zg==\"}"), value("{\"BOOL\":true}"))),
        q("#0.#1[0].#2 = :0 AND contains(#0, :1) AND #0.#3 <> :2,'ExpressionAttributeNames':{'#0':'any','#1':'a','#2':'b','#3':'c'},"
          "'ExpressionAttributeValues':{':0':{ 'S':'x\\\"y'},':1':{'B':'Zg=='},':2':{'BOOL':true}}"));
    on_model = &unit_model;
    const dyn_arg more[] = { dyn_val(value("{\"M\":{\"name\":{\"S\":\"x\"}}}")) };
    assert_string_equal(compiled(true, DYN_EXPR("SET sensors = list_append(sensors, ?), sensors[1].where = ?", dyn_list(more, 1), value("{\"M\":{}}"))),
        "update, position 40: this path overlaps with another that is updated");
    assert_string_equal(compiled(true, DYN_EXPR("SET sensors = list_append(sensors, ?)", dyn_list(more, 1))),
        q("SET #0 = list_append(#0, :0),'ExpressionAttributeNames':{'#0':'s'},'ExpressionAttributeValues':{':0':{'L':[{'M':{'name':{'S':'x'}}}]}}"));
    assert_non_null(strstr(compiled(true, DYN_EXPR("SET on = ?", value("{\"M\":{}}"))), "it is a bool, the value is a map"));
    assert_non_null(strstr(compiled(true, DYN_EXPR("SET on = ?", value("{\"M\":{}"))), "no sound AttributeValue"));
    assert_non_null(strstr(compiled(true, DYN_EXPR("SET on = ?", value(""))), "no sound AttributeValue"));
    on_model = &open_p_model;
    assert_non_null(strstr(compiled(false, DYN_EXPR("rest.a = ?", 1)), "member \"rest\" is no attribute"));
    on_model = &unit_model;
}

static void what_is_moved_in_pieces_is_no_key(void **state)
{
    static const dyn_field fields[] = { DYN_TEXT(image, id), DYN_LARGE_BYTES(image, firmware), DYN_LARGE_TEXT(image, notes) };
    dyn_model m = { DYN_MODEL(image, fields), .table = "t", .pk = "firmware" };
    dyn_error e;

    (void)state;
    assert_int_equal(dyn_model_check(&m, &e), DYN_INVALID);
    assert_non_null(strstr(e.text, "member \"firmware\" is moved in pieces and cannot be in a key"));
    m.pk = "id", m.sk = "sk = N#{notes}";
    assert_int_equal(dyn_model_check(&m, &e), DYN_INVALID);
    assert_non_null(strstr(e.text, "cannot be in a key"));
    m.sk = NULL;
    assert_int_equal(dyn_model_check(&m, &e), DYN_OK);
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
        cmocka_unit_test(arrays_of_any_length_go_both_ways),
        cmocka_unit_test(what_an_item_does_not_have_is_null),
        cmocka_unit_test(what_does_not_fit_behind_a_pointer_is_named),
        cmocka_unit_test(text_that_is_no_list_is_no_item),
        cmocka_unit_test(too_little_memory_for_an_array_names_it_and_the_bytes),
        cmocka_unit_test(what_a_user_lends_holds_the_elements),
        cmocka_unit_test(paths_lead_through_pointers),
        cmocka_unit_test(bytes_in_a_list_go_both_ways),
        cmocka_unit_test(large_attributes_come_in_pieces),
        cmocka_unit_test(bytes_that_are_no_base64_are_refused_and_passed_over),
        cmocka_unit_test(a_refusal_of_the_taker_ends_it),
        cmocka_unit_test(without_a_taker_it_is_counted),
        cmocka_unit_test(large_attributes_are_written_piece_by_piece),
        cmocka_unit_test(what_cannot_be_read_is_not_written),
        cmocka_unit_test(what_is_moved_in_pieces_is_no_key),
        cmocka_unit_test(sets_of_slices_and_bytes_go_both_ways),
        cmocka_unit_test(what_does_not_fit_a_set_is_named),
        cmocka_unit_test(any_value_is_kept_as_it_is),
        cmocka_unit_test(attributes_that_the_model_does_not_know_come_back),
        cmocka_unit_test(the_rest_cannot_hold_what_the_model_knows),
        cmocka_unit_test(the_rest_stands_once_and_at_the_top),
        cmocka_unit_test(values_stand_in_expressions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
