#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* dynamo-items against the engine. The library has no tests: these are twins of what its README shows and of what it was seen to do. What is stored is
 * looked at in the engine's own answer; what Python's str() makes of a value stands here as Python printed it. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

typedef enum statuses { PENDING, FAILED, COMPLETE } statuses;
static const dyn_name status_names[] = { { PENDING, "pending" }, { FAILED, "failed" }, { COMPLETE, "complete" } };
static const dyn_name status_keys[] = { { PENDING, "Statuses.pending" }, { FAILED, "Statuses.failed" }, { COMPLETE, "Statuses.complete" } };

typedef struct Command { unsigned char command_id[16]; statuses status; int retry; } Command;
static const dyn_field command_fields[] = { DYN_UUID(Command, command_id), DYN_ENUM(Command, status, status_names), DYN_INT(Command, retry) };
static const dyn_model command_type = { DYN_MODEL(Command, command_fields), .table = "items", .pk = "command_id", .nulls = true };

typedef struct CommandV2 { unsigned char device_id[16], command_id[16]; statuses status; int retry; } CommandV2;
static const dyn_field command2_fields[] = {
    DYN_UUID(CommandV2, device_id), DYN_UUID(CommandV2, command_id), DYN_ENUM(CommandV2, status, status_names), DYN_INT(CommandV2, retry)
};
static const dyn_model command2_type = { DYN_MODEL(CommandV2, command2_fields), .table = "items", .pk = "device_id", .nulls = true };

typedef struct CommandV2Log { unsigned char device_id[16]; int64_t timestamp; char log[64]; } CommandV2Log;
static const dyn_field log_fields[] = {
    DYN_UUID(CommandV2Log, device_id), DYN_MICROS(CommandV2Log, timestamp, DYN_ISO_NAIVE, .iso_key = DYN_ISO_NAIVE | DYN_ISO_SPACE), DYN_TEXT(CommandV2Log, log)
};
static const dyn_model log_type = { DYN_MODEL(CommandV2Log, log_fields), .table = "items", .pk = "device_id", .nulls = true };

/* What a key can be made of. */
typedef struct Part { char name[32]; int64_t at; statuses status; int64_t number; uint8_t small; } Part;
static const dyn_field part_fields[] = {
    DYN_TEXT(Part, name), DYN_MICROS(Part, at, DYN_ISO_Z, .iso_key = DYN_ISO_OFFSET | DYN_ISO_SPACE), DYN_ENUM_KEYED(Part, status, status_names, status_keys),
    DYN_INT_KEYED(Part, number), DYN_INT_KEYED(Part, small),
};
static const dyn_model part_type = { DYN_MODEL(Part, part_fields), .table = "items", .pk = "name", .nulls = true };

static fixture f;
static dyn_client *const db = &f.db;
static dyn_model alone, commands, commands_v2, logs;
static unsigned char room[4096];
static dyn_arena arena;
static dyn_error error;

static dyn_str text_of(const char *text)
{
    dyn_str s = { text, strlen(text) };
    return s;
}

/* The types of the README. */
static void declare(dyn_prefix p[5])
{
    const dyn_prefix all[] = {
        { .model = &command_type }, { .model = &command2_type, .member = "device_id" }, { .model = &command2_type, .member = "command_id" },
        { .model = &log_type, .member = "device_id", .like = "CommandV2.device_id" }, { .model = &log_type, .member = "timestamp" },
    };
    memcpy((void *)p, all, sizeof all);
}

static dyn_status make(const dyn_prefix *pk, const dyn_prefix *sk, const char *separator, dyn_model *out)
{
    return dyn_prefix_model(pk, sk, true, separator, &arena, out, &error);
}

static int open_table(void **state)
{
    dyn_prefix p[5];

    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, 32 * 1024, NULL));
    memset((void *)&arena, 0, sizeof arena);
    memset(room, 0, sizeof room);
    arena.base = room, arena.size = sizeof room;
    declare(p);
    assert_int_equal(dyn_prefixes(p, 5, text_of(""), &error), DYN_OK);
    assert_int_equal(dyn_prefix_model(&p[0], NULL, false, NULL, &arena, &alone, &error), DYN_OK);
    alone.table = "default";
    assert_int_equal(make(&p[0], NULL, NULL, &commands), DYN_OK);
    assert_int_equal(make(&p[1], &p[2], NULL, &commands_v2), DYN_OK);
    assert_int_equal(make(&p[3], &p[4], NULL, &logs), DYN_OK);
    fixture_table(&f, &commands_v2);
    return 0;
}

static int close_table(void **state)
{
    (void)state;
    return fixture_end(&f, &commands_v2);
}

/* The stored item of this key is just this one. */
#define stored(model, key, json) stored_at(model, key, json, __LINE__)
static void stored_at(const dyn_model *model, const char *key, const char *json, int line)
{
    dyn_str item = { NULL, 0 };
    char a[1024], b[1024];

    assert_true(dyn_json_get(text_of(engine_get(&f, model, key)), "Item", &item));
    snprintf(a, sizeof a, "{\"M\":%.*s}", (int)item.len, item.ptr);
    snprintf(b, sizeof b, "{\"M\":%s}", json);
    if (!dyn_value_equal((dyn_value){ a, strlen(a) }, (dyn_value){ b, strlen(b) }))
        fail_msg("line %d: %s is not %s", line, a, b);
}

static void letters(const dyn_prefix *p, size_t count, const char *json)
{
    char map[512];

    assert_int_equal(dyn_prefix_map(p, count, map, sizeof map, NULL), DYN_OK);
    assert_string_equal(map, json);
}

/* ---- the README */

/* Twin of dynamo-items: README, "Simple Usage": the first field is the key, its table has no sort key. */
static void the_first_item_of_the_readme_is_stored_byte_for_byte(void **state)
{
    Command c = { { 0 }, PENDING, 0 }, got;

    (void)state;
    fixture_table(&f, &alone);
    assert_true(dyn_uuid_parse("aaf0637a-6221-4bbb-bf6d-edc4c04a6118", 36, c.command_id));
    want(db, DYN_OK, dyn_put(db, &alone, &c, NULL));
    stored(&alone, "\"pk\":{\"S\":\"CC#aaf0637a-6221-4bbb-bf6d-edc4c04a6118\"}",
           "{\"pk\":{\"S\":\"CC#aaf0637a-6221-4bbb-bf6d-edc4c04a6118\"},\"command_id\":{\"S\":\"aaf0637a-6221-4bbb-bf6d-edc4c04a6118\"},\"retry\":{\"N\":\"0\"},"
           "\"status\":{\"S\":\"pending\"}}");
    want(db, DYN_OK, dyn_get_key(db, &alone, &got, DYN_KEY("aaf0637a-6221-4bbb-bf6d-edc4c04a6118"), NULL));
    assert_memory_equal(got.command_id, c.command_id, 16);
    assert_int_equal(got.status, PENDING);
    fixture_drop(&f, &alone);
}

/* Twin of dynamo-items: README, "Multiple Items and Item Collections": the two items, the second with the first one's prefix; and one without a sort key. */
static void the_items_of_a_collection_are_stored_byte_for_byte_and_read_together(void **state)
{
    const dyn_model *both[] = { &commands_v2, &logs };
    union { CommandV2 command; CommandV2Log log; } item;
    CommandV2 v2 = { { 0 }, { 0 }, PENDING, 0 };
    CommandV2Log log = { { 0 }, 1693098636357227, "Something happened!" };
    Command c = { { [15] = 1 }, COMPLETE, 3 };
    char seen[8] = "";
    dyn_rows rows;
    size_t which;

    (void)state;
    dyn_uuid_parse("3939ba91-7687-4df4-8ed3-db531a66f989", 36, v2.device_id);
    dyn_uuid_parse("186a3ca1-f1df-4975-a9dd-39f11015b4a1", 36, v2.command_id);
    memcpy(log.device_id, v2.device_id, 16);
    want(db, DYN_OK, dyn_put(db, &commands_v2, &v2, NULL));
    want(db, DYN_OK, dyn_put(db, &logs, &log, NULL));
    want(db, DYN_OK, dyn_put(db, &commands, &c, NULL));
    stored(&commands_v2, "\"pk\":{\"S\":\"CD#3939ba91-7687-4df4-8ed3-db531a66f989\"},\"sk\":{\"S\":\"CCO#186a3ca1-f1df-4975-a9dd-39f11015b4a1\"}",
           "{\"pk\":{\"S\":\"CD#3939ba91-7687-4df4-8ed3-db531a66f989\"},\"sk\":{\"S\":\"CCO#186a3ca1-f1df-4975-a9dd-39f11015b4a1\"},"
           "\"command_id\":{\"S\":\"186a3ca1-f1df-4975-a9dd-39f11015b4a1\"},\"device_id\":{\"S\":\"3939ba91-7687-4df4-8ed3-db531a66f989\"},"
           "\"retry\":{\"N\":\"0\"},\"status\":{\"S\":\"pending\"}}");
    stored(&logs, "\"pk\":{\"S\":\"CD#3939ba91-7687-4df4-8ed3-db531a66f989\"},\"sk\":{\"S\":\"CT#2023-08-27 01:10:36.357227\"}",
           "{\"pk\":{\"S\":\"CD#3939ba91-7687-4df4-8ed3-db531a66f989\"},\"sk\":{\"S\":\"CT#2023-08-27 01:10:36.357227\"},"
           "\"device_id\":{\"S\":\"3939ba91-7687-4df4-8ed3-db531a66f989\"},\"log\":{\"S\":\"Something happened!\"},"
           "\"timestamp\":{\"S\":\"2023-08-27T01:10:36.357227\"}}");
    stored(&commands, "\"pk\":{\"S\":\"CC#00000000-0000-0000-0000-000000000001\"},\"sk\":{\"S\":\"A\"}",
           "{\"pk\":{\"S\":\"CC#00000000-0000-0000-0000-000000000001\"},\"sk\":{\"S\":\"A\"},\"command_id\":{\"S\":\"00000000-0000-0000-0000-000000000001\"},"
           "\"retry\":{\"N\":\"3\"},\"status\":{\"S\":\"complete\"}}");
    dyn_select_any(db, &rows, both, 2, &(dyn_query){ .key = DYN_EXPR("device_id = ?", "3939ba91-7687-4df4-8ed3-db531a66f989") });
    while (dyn_next_any(&rows, &which, &item, sizeof item) == DYN_ROW)
        strcat(seen, which == 0 ? "c" : "l");
    want(db, DYN_OK, dyn_finish(&rows));
    assert_string_equal(seen, "cl");
}

/* Twin of dynamo-items: get_item of what is not there, which is an error of validation or an object of defaults in the library. */
static void what_is_not_there_is_not_found(void **state)
{
    CommandV2 v2;
    Command c;

    (void)state;
    want(db, DYN_NOT_FOUND, dyn_get_key(db, &commands, &c, DYN_KEY("00000000-0000-0000-0000-000000000009"), NULL));
    refuses(db, "its key has 2 members", dyn_get_key(db, &commands_v2, &v2, DYN_KEY("00000000-0000-0000-0000-000000000009"), NULL));
    refuses(db, "its key has 1 member", dyn_get_key(db, &commands, &c, DYN_KEY("00000000-0000-0000-0000-000000000009", "A"), NULL));
}

/* ---- prefixes */

/* Twin of dynamo-items: the letters of the README's three types, in the order in which they are declared; in another order they are others. */
static void letters_are_made_in_the_order_of_declaration(void **state)
{
    dyn_prefix p[5], first[2] = { { .model = &command2_type, .member = "command_id" }, { .model = &command_type } };

    (void)state;
    declare(p);
    assert_int_equal(dyn_prefixes(p, 5, text_of(""), &error), DYN_OK);
    letters(p, 5, "{\"Command.command_id\":\"CC\",\"CommandV2.device_id\":\"CD\",\"CommandV2.command_id\":\"CCO\",\"CommandV2Log.device_id\":\"CD\","
            "\"CommandV2Log.timestamp\":\"CT\"}");
    assert_int_equal(dyn_prefixes(first, 2, text_of(""), &error), DYN_OK);
    letters(first, 2, "{\"CommandV2.command_id\":\"CC\",\"Command.command_id\":\"CCO\"}");
}

/* With the map that was made once, every order of declaration gives the same letters. A type more, before the others, makes those that it makes in Python too:
 * if they are another's it is an error, and it is given some. */
static void with_a_map_the_order_does_not_matter(void **state)
{
    static const char map[] = "{\"Command.command_id\":\"CC\",\"CommandV2.device_id\":\"CD\",\"CommandV2.command_id\":\"CCO\",\"CommandV2Log.timestamp\":\"CT\"}";
    const dyn_model cat = { .name = "Cat", .fields = command_fields };
    dyn_prefix p[5], mixed[6];
    size_t order[5] = { 0, 1, 2, 3, 4 };

    (void)state;
    declare(p);
    assert_int_equal(dyn_prefixes(p, 5, text_of(map), &error), DYN_OK);
    for (int turn = 0; turn < 120; turn++) {
        size_t rest[5] = { 0, 1, 2, 3, 4 };
        for (int i = 0, n = turn, left = 5; i < 5; i++, left--) {      /* each of the 120 orders */
            order[i] = rest[n % left];
            rest[n % left] = rest[left - 1], n /= left;
        }
        dyn_prefix fresh[5];
        declare(fresh);
        for (int i = 0; i < 5; i++)
            mixed[i + 1] = fresh[order[i]];
        mixed[0] = (dyn_prefix){ .model = &cat };
        assert_int_equal(dyn_prefixes(mixed, 6, text_of(map), &error), DYN_INVALID);
        assert_non_null(strstr(error.text, "\"Cat.command_id\" and \"Command.command_id\" have the same prefix \"CC\""));
        mixed[0].given = "CAT";
        assert_int_equal(dyn_prefixes(mixed, 6, text_of(map), &error), DYN_OK);
        for (int i = 0; i < 5; i++)
            assert_string_equal(mixed[i + 1].text, p[order[i]].text);
    }
}

/* Twin of dynamo-items: a type whose letters are all taken, whose keys begin with "None#" there. */
static void letters_that_are_all_taken_are_an_error(void **state)
{
    typedef struct A { char a[4]; } A;
    static const dyn_field a_fields[] = { DYN_TEXT(A, a) };
    static const dyn_model one = { DYN_MODEL(A, a_fields), .table = "items", .pk = "a" };
    static const dyn_model two = { .name = "Apple", .size = sizeof(A), .fields = a_fields, .field_count = 1, .table = "items", .pk = "a" };
    dyn_prefix p[] = { { .model = &one }, { .model = &two } };

    (void)state;
    assert_int_equal(dyn_prefixes(p, 2, text_of(""), &error), DYN_INVALID);
    assert_non_null(strstr(error.text, "\"Apple.a\": all prefixes that its letters make are taken"));
    p[1].given = "AP";
    assert_int_equal(dyn_prefixes(p, 2, text_of(""), &error), DYN_OK);
    letters(p, 2, "{\"A.a\":\"AA\",\"Apple.a\":\"AP\"}");
    dyn_prefix same[] = { { .model = &one }, { .model = &one, .member = "a" } };      /* one class and member: one prefix, as there */
    assert_int_equal(dyn_prefixes(same, 2, text_of(""), &error), DYN_OK);
    assert_string_equal(same[0].text, same[1].text);
}

/* In the library letters that are given are not reserved: two types with the same ones are read as each other. */
static void letters_that_two_types_have_are_an_error_unless_one_is_like_the_other(void **state)
{
    dyn_prefix given[] = { { .model = &command_type, .given = "X" }, { .model = &command2_type, .given = "X" } };
    dyn_prefix made[] = { { .model = &command_type }, { .model = &command2_type, .given = "CC" } };
    dyn_prefix like[] = { { .model = &log_type, .like = "CommandV2.device_id" }, { .model = &command2_type, .given = "DEV" } };
    dyn_prefix nobody[] = { { .model = &log_type, .like = "CommandV3.device_id" } };
    dyn_prefix empty[] = { { .model = &log_type, .given = "" } };

    (void)state;
    assert_int_equal(dyn_prefixes(given, 2, text_of(""), &error), DYN_INVALID);
    assert_non_null(strstr(error.text, "\"Command.command_id\" and \"CommandV2.device_id\" have the same prefix \"X\""));
    assert_int_equal(dyn_prefixes(made, 2, text_of(""), &error), DYN_INVALID);
    assert_int_equal(dyn_prefixes(like, 2, text_of(""), &error), DYN_OK);
    assert_string_equal(like[0].text, "DEV");
    assert_int_equal(dyn_prefixes(nobody, 1, text_of(""), &error), DYN_INVALID);
    assert_non_null(strstr(error.text, "\"CommandV3.device_id\", which is no entry"));
    assert_int_equal(dyn_prefixes(empty, 1, text_of(""), &error), DYN_INVALID);
    dyn_prefix p[5];
    declare(p);
    assert_int_equal(dyn_prefixes(p, 5, text_of("{\"CommandV2.device_id\":\"CC\",\"Command.command_id\":\"CC\"}"), &error), DYN_INVALID);
}

/* ---- keys */

/* Twin of dynamo-items: prefix=False, prefix_value and seperator of Key. */
static void a_prefix_may_be_none_or_given_and_the_separator_any(void **state)
{
    dyn_prefix bare[] = { { .model = &part_type, .none = true }, { .model = &part_type, .member = "number", .none = true } };
    dyn_prefix given[] = { { .model = &part_type, .given = "p" }, { .model = &part_type, .member = "small", .given = "sm" } };
    Part p = { "bolt", 0, PENDING, 5, 7 };
    static dyn_model m, n;

    (void)state;
    assert_int_equal(dyn_prefixes(bare, 2, text_of(""), &error), DYN_OK);
    assert_int_equal(make(&bare[0], &bare[1], NULL, &m), DYN_OK);
    want(db, DYN_OK, dyn_put(db, &m, &p, NULL));
    holds(engine_get(&f, &m, "\"pk\":{\"S\":\"bolt\"},\"sk\":{\"S\":\"5\"}"), "\"number\":{\"N\":\"5\"}|\"name\":{\"S\":\"bolt\"}");
    assert_int_equal(dyn_prefixes(given, 2, text_of(""), &error), DYN_OK);
    assert_int_equal(make(&given[0], &given[1], "::", &n), DYN_OK);
    want(db, DYN_OK, dyn_put(db, &n, &p, NULL));
    holds(engine_get(&f, &n, "\"pk\":{\"S\":\"p::bolt\"},\"sk\":{\"S\":\"sm::7\"}"), "\"small\":{\"N\":\"7\"}");
    dyn_arena small = { room, 8, 0, 0, 0 };
    assert_int_equal(dyn_prefix_model(&given[0], NULL, true, NULL, &small, &n, &error), DYN_NO_MEMORY);
    assert_true(error.needed > 8);
}

/* Twin of dynamo-items: key text of times, enums and integers is that of str(), their attributes that of JSON. */
static void keys_are_what_str_makes_of_a_value(void **state)
{
    static const struct { Part part; const char *member, *sk, *attribute; } cases[] = {
        { { "a", 1672628645000000, PENDING, 0, 0 }, "at", "PA#2023-01-02 03:04:05+00:00", "\"at\":{\"S\":\"2023-01-02T03:04:05Z\"}" },
        { { "a", 1672628645000010, PENDING, 0, 0 }, "at", "PA#2023-01-02 03:04:05.000010+00:00", "\"at\":{\"S\":\"2023-01-02T03:04:05.000010Z\"}" },
        { { "a", 0, COMPLETE, 0, 0 }, "status", "PS#Statuses.complete", "\"status\":{\"S\":\"complete\"}" },
        { { "a", 0, PENDING, 0, 0 }, "number", "PN#0", "\"number\":{\"N\":\"0\"}" },
        { { "a", 0, PENDING, 1234567890123456789, 0 }, "number", "PN#1234567890123456789", "\"number\":{\"N\":\"1234567890123456789\"}" },
        { { "a", 0, PENDING, -42, 0 }, "number", "PN#-42", "\"number\":{\"N\":\"-42\"}" },
        { { "a", 0, PENDING, INT64_MIN, 0 }, "number", "PN#-9223372036854775808", "\"number\":{\"N\":\"-9223372036854775808\"}" },
        { { "a", 0, PENDING, 0, 255 }, "small", "PSM#255", "\"small\":{\"N\":\"255\"}" },
    };
    static dyn_model models[COUNT(cases)];

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        dyn_prefix p[] = { { .model = &part_type, .given = "PART" }, { .model = &part_type, .member = "at" }, { .model = &part_type, .member = "status" },
                           { .model = &part_type, .member = "number" }, { .model = &part_type, .member = "small" } };
        size_t sk = 1;
        char key[128];
        Part got;
        dyn_arena here = arena;
        assert_int_equal(dyn_prefixes(p, 5, text_of(""), &error), DYN_OK);
        while (strcmp(p[sk].member, cases[i].member) != 0)
            sk++;
        assert_int_equal(dyn_prefix_model(&p[0], &p[sk], true, NULL, &here, &models[i], &error), DYN_OK);
        arena = here;
        want(db, DYN_OK, dyn_put(db, &models[i], &cases[i].part, NULL));
        snprintf(key, sizeof key, "\"pk\":{\"S\":\"PART#a\"},\"sk\":{\"S\":\"%s\"}", cases[i].sk);
        holds(engine_get(&f, &models[i], key), cases[i].attribute);
        got = cases[i].part;
        got.small = 9;
        if (sk != 4) {
            want(db, DYN_OK, dyn_get(db, &models[i], &got, NULL));
            assert_int_equal(got.small, cases[i].part.small);
        }
        want(db, DYN_OK, dyn_delete(db, &models[i], &cases[i].part, NULL));
        assert_string_equal(engine_get(&f, &models[i], key), "{}");
    }
}

/* Integers in keys as their digits: found by =, not by order; their values checked. */
static void an_integer_in_a_key_is_found_and_changed_by_its_value(void **state)
{
    dyn_prefix p[] = { { .model = &part_type }, { .model = &part_type, .member = "small" } };
    Part part = { "nut", 1672628645000000, FAILED, 1, 10 }, got;
    dyn_rows rows;
    static dyn_model m;

    (void)state;
    assert_int_equal(dyn_prefixes(p, 2, text_of(""), &error), DYN_OK);
    assert_int_equal(make(&p[0], &p[1], NULL, &m), DYN_OK);
    for (int i = 9; i < 12; i++)
        part.small = (uint8_t)i, want(db, DYN_OK, dyn_put(db, &m, &part, NULL));
    want(db, DYN_OK, dyn_get_key(db, &m, &got, DYN_KEY("nut", 11), NULL));
    assert_int_equal(got.small, 11);
    want(db, DYN_OK, dyn_update_key(db, &m, DYN_KEY("nut", 11), DYN_EXPR("SET number = number + ?", 4), NULL));
    want(db, DYN_OK, dyn_get_key(db, &m, &got, DYN_KEY("nut", 11), NULL));
    assert_int_equal(got.number, 5);
    dyn_select(db, &rows, &m, &(dyn_query){ .key = DYN_EXPR("name = ? AND small = ?", "nut", 10) });
    want(db, DYN_ROW, dyn_next(&rows, &got, sizeof got));
    assert_int_equal(got.small, 10);
    want(db, DYN_DONE, dyn_next(&rows, &got, sizeof got));
    want(db, DYN_OK, dyn_finish(&rows));
    refuses(db, "digits alone", dyn_select(db, &rows, &m, &(dyn_query){ .key = DYN_EXPR("name = ? AND small > ?", "nut", 9) }));
    assert_int_equal(dyn_finish(&rows), DYN_INVALID);
    refuses(db, "256 is outside its range", dyn_get_key(db, &m, &got, DYN_KEY("nut", 256), NULL));
    refuses(db, "integer", dyn_get_key(db, &m, &got, DYN_KEY("nut", "11"), NULL));
    refuses(db, "part of the key", dyn_update_key(db, &m, DYN_KEY("nut", 11), DYN_EXPR("SET small = ?", 12), NULL));
}

/* ---- DYN_INT_KEYED, without a client */

typedef struct Digits { char kind[8]; int8_t a; uint64_t b; int64_t c; bool has_c; } Digits;
static const dyn_field digit_fields[] = {
    DYN_TEXT(Digits, kind, .key_only = true), DYN_INT_KEYED(Digits, a, .key_only = true), DYN_INT_KEYED(Digits, b, .omit_zero = true, .initial = "7"),
    DYN_INT_KEYED(Digits, c, .optional = true, .has = DYN_HAS(Digits, has_c)),
};
static const dyn_model digit_model = { DYN_MODEL(Digits, digit_fields), .table = "digits", .pk = "pk = {kind}#{a}" };

/* Every way in and out of a member: its own type, and its digits in the key, which are there in one form alone. */
static void integers_of_digits_are_read_as_they_are_written(void **state)
{
    static const struct { const char *item; dyn_status s; int a; uint64_t b; } texts[] = {
        { "{\"pk\":{\"S\":\"k#-128\"},\"b\":{\"N\":\"18446744073709551615\"}}", DYN_OK, -128, UINT64_MAX }, { "{\"pk\":{\"S\":\"k#0\"}}", DYN_OK, 0, 7 },
        { "{\"pk\":{\"S\":\"k#5\"},\"b\":{\"N\":\"1E2\"}}", DYN_OK, 5, 100 }, { "{\"pk\":{\"S\":\"k#5\"},\"b\":{\"N\":\"5.0\"}}", DYN_OK, 5, 5 },
        { "{\"pk\":{\"S\":\"k#05\"}}", DYN_BAD_ROW, 0, 0 }, { "{\"pk\":{\"S\":\"k#+5\"}}", DYN_BAD_ROW, 0, 0 }, { "{\"pk\":{\"S\":\"k#-0\"}}", DYN_BAD_ROW, 0, 0 },
        { "{\"pk\":{\"S\":\"k#128\"}}", DYN_BAD_ROW, 0, 0 }, { "{\"pk\":{\"S\":\"k#\"}}", DYN_BAD_ROW, 0, 0 }, { "{\"pk\":{\"S\":\"k#x\"}}", DYN_BAD_ROW, 0, 0 },
        { "{\"pk\":{\"S\":\"k#1E1\"}}", DYN_BAD_ROW, 0, 0 }, { "{\"pk\":{\"S\":\"k#1\"},\"b\":{\"N\":\"1.5\"}}", DYN_BAD_ROW, 0, 0 },
        { "{\"pk\":{\"S\":\"k#1\"},\"b\":{\"N\":\"-1\"}}", DYN_BAD_ROW, 0, 0 }, { "{\"pk\":{\"S\":\"k#1\"},\"b\":{\"S\":\"1\"}}", DYN_BAD_ROW, 0, 0 },
        { "{\"pk\":{\"S\":\"k#1\"},\"b\":{\"N\":\"18446744073709551616\"}}", DYN_BAD_ROW, 0, 0 },
    };
    static unsigned char memory[4096];
    char out[256];
    Digits d;

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        dyn_arena here = { memory, sizeof memory, 0, 0, 0 };
        dyn_status s = dyn_from_json(&digit_model, &d, DYN_FORM_DYNAMODB, texts[i].item, strlen(texts[i].item), &here, &error);
        if (s != texts[i].s || (s == DYN_OK && (d.a != texts[i].a || d.b != texts[i].b)))
            fail_msg("%s: %s, %d, %s", texts[i].item, dyn_status_name(s), d.a, error.text);
    }
    for (int a = -128; a < 128; a++) {
        dyn_arena here = { memory, sizeof memory, 0, 0, 0 };
        Digits there = { "k", (int8_t)a, 0, -a, true }, back;
        char wanted[128];
        size_t n;
        snprintf(wanted, sizeof wanted, "{\"pk\":{\"S\":\"k#%d\"},\"c\":{\"N\":\"%d\"}}", a, -a);
        assert_int_equal(dyn_to_json(&digit_model, &there, DYN_FORM_DYNAMODB, &here, out, sizeof out, &n, &error), DYN_OK);
        assert_string_equal(out, wanted);
        assert_int_equal(dyn_from_json(&digit_model, &back, DYN_FORM_DYNAMODB, out, n, &here, &error), DYN_OK);
        assert_true(back.a == a && back.c == -a && back.has_c && back.b == 7);
        assert_int_equal(dyn_to_json(&digit_model, &there, DYN_FORM_PLAIN, &here, out, sizeof out, &n, &error), DYN_OK);
        memset((void *)&back, 0, sizeof back);
        assert_int_equal(dyn_from_json(&digit_model, &back, DYN_FORM_PLAIN, out, n, &here, &error), DYN_OK);
        assert_true(back.a == a && back.c == -a);
    }
}

/* ---- attributes */

typedef struct Kinds { char id[8], dec[16], by[8], td[16], note[16]; bool has_note; char tags[2][8]; int tag_count; dyn_value any; } Kinds;
static const dyn_field kind_fields[] = {
    DYN_TEXT(Kinds, id), DYN_TEXT(Kinds, dec), DYN_TEXT(Kinds, by), DYN_TEXT(Kinds, td), DYN_TEXT(Kinds, note, .optional = true, .has = DYN_HAS(Kinds, has_note)),
    DYN_TEXT_LIST(Kinds, tags, tag_count), DYN_VALUE(Kinds, any, .optional = true),
};
static const dyn_model kinds_type = { DYN_MODEL(Kinds, kind_fields), .table = "items", .pk = "id", .nulls = true };

/* Twin of dynamo-items: attributes as JSON mode has them: a Decimal, bytes and a timedelta are texts, a set is a list, None is NULL. */
static void attributes_are_what_json_mode_makes_of_them(void **state)
{
    dyn_prefix p[] = { { .model = &kinds_type } };
    Kinds k = { .id = "1", .dec = "1.50", .by = "ab", .td = "P1D" }, got;
    static dyn_model m;

    (void)state;
    assert_int_equal(dyn_prefixes(p, 1, text_of(""), &error), DYN_OK);
    assert_int_equal(make(&p[0], NULL, NULL, &m), DYN_OK);
    want(db, DYN_OK, dyn_put(db, &m, &k, NULL));
    stored(&m, "\"pk\":{\"S\":\"KI#1\"},\"sk\":{\"S\":\"A\"}",
           "{\"pk\":{\"S\":\"KI#1\"},\"sk\":{\"S\":\"A\"},\"id\":{\"S\":\"1\"},\"dec\":{\"S\":\"1.50\"},\"by\":{\"S\":\"ab\"},\"td\":{\"S\":\"P1D\"},\"note\":{\"NULL\":true},"
           "\"tags\":{\"L\":[]},\"any\":{\"NULL\":true}}");
    engine_put(&f, &m, "\"pk\":{\"S\":\"KI#2\"},\"sk\":{\"S\":\"A\"},\"id\":{\"S\":\"2\"},\"dec\":{\"S\":\"2\"},\"by\":{\"S\":\"\"},\"td\":{\"S\":\"P1DT2.000005S\"},"
               "\"note\":{\"S\":\"x\"},\"tags\":{\"L\":[{\"S\":\"b\"},{\"S\":\"a\"}]},\"any\":{\"M\":{\"k\":{\"L\":[{\"NULL\":true}]}}}");
    want(db, DYN_OK, dyn_get_key(db, &m, &got, DYN_KEY("2"), NULL));
    assert_string_equal(got.td, "P1DT2.000005S");
    assert_true(got.has_note);
    assert_int_equal(got.tag_count, 2);
    assert_int_equal(dyn_value_type(got.any), DYN_TYPE_M);
}

/* Twin of dynamo-items: get_default_table(), whose name DYDB_TABLE_NAME gives. */
static void the_default_table_is_named_by_the_environment(void **state)
{
    dyn_arena here = arena, none = { room, 2, 0, 0, 0 };

    (void)state;
    unsetenv("DYDB_TABLE_NAME");
    assert_string_equal(dyn_table_from_environment("DYDB_TABLE_NAME", "dynamo-items", &here), "dynamo-items");
    setenv("DYDB_TABLE_NAME", "mine", 1);
    assert_string_equal(dyn_table_from_environment("DYDB_TABLE_NAME", "dynamo-items", &here), "mine");
    assert_null(dyn_table_from_environment("DYDB_TABLE_NAME", "dynamo-items", &none));
    unsetenv("DYDB_TABLE_NAME");
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, open_table, close_table)
    const struct CMUnitTest tests[] = {
        T(the_first_item_of_the_readme_is_stored_byte_for_byte), T(the_items_of_a_collection_are_stored_byte_for_byte_and_read_together),
        T(what_is_not_there_is_not_found), cmocka_unit_test(letters_are_made_in_the_order_of_declaration),
        cmocka_unit_test(with_a_map_the_order_does_not_matter), cmocka_unit_test(letters_that_are_all_taken_are_an_error),
        cmocka_unit_test(letters_that_two_types_have_are_an_error_unless_one_is_like_the_other), T(a_prefix_may_be_none_or_given_and_the_separator_any),
        T(keys_are_what_str_makes_of_a_value), T(an_integer_in_a_key_is_found_and_changed_by_its_value), T(attributes_are_what_json_mode_makes_of_them),
        cmocka_unit_test(integers_of_digits_are_read_as_they_are_written),
        T(the_default_table_is_named_by_the_environment),
    };
    return cmocka_run_group_tests_name("dynamo-items", tests, NULL, NULL);
}
