#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Prefixes of keys by type: what is refused since its items could not be found again, or would be found as others. What is stored is looked at in
 * engine_dynamo_items.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

typedef struct Command { char command_id[16]; } Command;
static const dyn_field command_fields[] = { DYN_TEXT(Command, command_id) };
static const dyn_model command = { DYN_MODEL(Command, command_fields), .table = "items", .pk = "command_id" };

typedef struct Cat { char claws[16]; int64_t seen, fed, born; int32_t lives; char a[4]; } Cat;
static const dyn_field cat_fields[] = {
    DYN_TEXT(Cat, claws), DYN_MICROS(Cat, seen, DYN_ISO_Z), DYN_MICROS(Cat, fed, DYN_ISO_Z, .iso_key = DYN_ISO_OFFSET | DYN_ISO_SPACE), DYN_ISO(Cat, born),
    DYN_INT(Cat, lives), DYN_TEXT(Cat, a),
};
static const dyn_model cat = { DYN_MODEL(Cat, cat_fields), .table = "items", .pk = "claws" };

static dyn_error error;

static dyn_status letters(dyn_prefix *p, size_t count, const char *map)
{
    return dyn_prefixes(p, count, (dyn_str){ map, strlen(map) }, &error);
}

#define says(part) do { if (!strstr(error.text, part)) fail_msg("\"%s\" does not say \"%s\"", error.text, part); } while (0)

/* The map may hold types of other programs on the table. Letters that are made here must not be theirs. */
static void letters_of_types_that_only_the_map_knows_are_theirs(void **state)
{
    dyn_prefix p[] = { { .model = &cat } }, given[] = { { .model = &cat, .given = "CC" } }, like[] = { { .model = &cat, .like = "Command.command_id" } };

    (void)state;
    assert_int_equal(letters(p, 1, "{\"Command.command_id\":\"CC\"}"), DYN_INVALID);
    says("\"Cat.claws\" and \"Command.command_id\" have the same prefix \"CC\"");
    assert_int_equal(letters(given, 1, "{\"Command.command_id\":\"CC\"}"), DYN_INVALID);
    says("\"CC\", which is that of \"Command.command_id\"");
    assert_int_equal(letters(p, 1, "{\"Command.command_id\":\"CC\",\"Cat.claws\":\"CCL\"}"), DYN_OK);
    assert_string_equal(p[0].text, "CCL");
    assert_int_equal(letters(like, 1, "{\"Command.command_id\":\"CC\"}"), DYN_OK);
    assert_string_equal(like[0].text, "CC");
    assert_int_equal(letters(like, 1, "{\"Dog.command_id\":\"CC\"}"), DYN_INVALID);
    says("nor in the map");
}

static void letters_that_are_given_are_those_of_the_map(void **state)
{
    dyn_prefix p[] = { { .model = &command, .given = "COM" } };

    (void)state;
    assert_int_equal(letters(p, 1, "{\"Command.command_id\":\"COM\"}"), DYN_OK);
    assert_int_equal(letters(p, 1, "{\"Command.command_id\":\"CC\"}"), DYN_INVALID);
    says("\"Command.command_id\" is given the prefix \"COM\", but the map says \"CC\"");
}

/* The map that dyn_prefix_map writes has those that are like another too; it gives the same again. */
static void a_map_that_was_written_gives_the_same_letters(void **state)
{
    dyn_prefix p[] = { { .model = &command }, { .model = &cat, .like = "Command.command_id" }, { .model = &cat, .member = "a", .given = "x\"y" } };
    char map[256];

    (void)state;
    assert_int_equal(letters(p, 3, ""), DYN_OK);
    assert_int_equal(dyn_prefix_map(p, 3, map, sizeof map, NULL), DYN_OK);
    assert_string_equal(map, "{\"Command.command_id\":\"CC\",\"Cat.claws\":\"CC\",\"Cat.a\":\"x\\\"y\"}");
    assert_int_equal(letters(p, 3, map), DYN_OK);
    assert_string_equal(p[1].text, "CC");
    assert_string_equal(p[2].text, "x\"y");
}

/* A key that Python writes in another way than C could not be found by the other: the member must say how. */
static void a_member_that_cannot_stand_in_a_key_as_it_is_is_refused_by_name(void **state)
{
    static const struct { const char *member, *separator, *given, *says; } wrong[] = {
        { "seen", NULL, NULL, "\"Cat.seen\": a time in such a key" }, { "born", NULL, NULL, ".iso_key" }, { "lives", NULL, NULL, "DYN_INT_KEYED" },
        { "tail", NULL, NULL, "no member \"tail\"" }, { "claws", "{", NULL, "the separator \"{\" must not contain {" },
        { "claws", NULL, "{a}", "the prefix \"{a}\" must not contain {" },
    };
    unsigned char room[256];
    dyn_model m;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        dyn_arena arena = { room, sizeof room, 0, 0, 0 };
        dyn_prefix p[] = { { .model = &cat, .member = wrong[i].member, .given = wrong[i].given }, { .model = &command } };
        assert_int_equal(letters(p, 2, ""), DYN_OK);
        assert_int_equal(dyn_prefix_model(&p[0], NULL, true, wrong[i].separator, &arena, &m, &error), DYN_INVALID);
        says(wrong[i].says);
        assert_int_equal(dyn_prefix_model(&p[1], &p[0], true, wrong[i].separator, &arena, &m, &error), DYN_INVALID);
    }
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_prefix p[] = { { .model = &cat }, { .model = &cat, .member = "fed" } };
    assert_int_equal(letters(p, 2, ""), DYN_OK);
    assert_int_equal(dyn_prefix_model(&p[0], &p[1], true, "}", &arena, &m, &error), DYN_OK);
    assert_string_equal(m.sk, "sk = CF}{fed}");
    assert_int_equal(dyn_model_check(&m, &error), DYN_OK);
}

/* Struct and member may be called otherwise than class and field: letters and the map are of Python's names, the template of the member's. */
static void letters_are_made_of_the_names_that_python_knows(void **state)
{
    typedef struct log_entry { char device[16]; int64_t when; } log_entry;
    static const dyn_field fields[] = {
        DYN_TEXT(log_entry, device, .attr = "device_id"), DYN_MICROS(log_entry, when, DYN_ISO_NAIVE, .attr = "timestamp", .iso_key = DYN_ISO_NAIVE | DYN_ISO_SPACE),
    };
    static const dyn_model entry = { DYN_MODEL(log_entry, fields), .table = "items", .pk = "device" };
    dyn_prefix p[] = { { .model = &entry, .type = "CommandV2Log" }, { .model = &entry, .type = "CommandV2Log", .member = "when" },
                       { .model = &command, .like = "CommandV2Log.device_id" } };
    unsigned char room[256];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    char map[256];
    dyn_model m;

    (void)state;
    assert_int_equal(letters(p, 3, ""), DYN_OK);
    assert_int_equal(dyn_prefix_map(p, 3, map, sizeof map, NULL), DYN_OK);
    assert_string_equal(map, "{\"CommandV2Log.device_id\":\"CD\",\"CommandV2Log.timestamp\":\"CT\",\"Command.command_id\":\"CD\"}");
    assert_int_equal(letters(p, 2, "{\"CommandV2Log.timestamp\":\"TIME\"}"), DYN_OK);
    assert_int_equal(dyn_prefix_model(&p[0], &p[1], true, NULL, &arena, &m, &error), DYN_OK);
    assert_string_equal(m.pk, "pk = CD#{device}");
    assert_string_equal(m.sk, "sk = TIME#{when}");
    assert_int_equal(dyn_model_check(&m, &error), DYN_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_of_types_that_only_the_map_knows_are_theirs),
        cmocka_unit_test(letters_that_are_given_are_those_of_the_map),
        cmocka_unit_test(letters_are_made_of_the_names_that_python_knows),
        cmocka_unit_test(a_map_that_was_written_gives_the_same_letters),
        cmocka_unit_test(a_member_that_cannot_stand_in_a_key_as_it_is_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
