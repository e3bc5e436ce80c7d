#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Items that hold more than scalars, against the engine behind the gate: structs in lists, arrays behind pointers, values of any type, what a model
 * does not know, attributes of hundreds of kilobytes in pieces. What is stored is looked at past the client, as the engine's JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

typedef struct line {
    char    sku[12];
    int32_t count;
    double  price;
} line;
static const dyn_field line_fields[] = { DYN_TEXT(line, sku), DYN_INT(line, count), DYN_REAL(line, price) };
static const dyn_model line_model = { DYN_MODEL(line, line_fields) };

typedef struct place {
    char city[16];
} place;
static const dyn_field place_fields[] = { DYN_TEXT(place, city) };
static const dyn_model place_model = { DYN_MODEL(place, place_fields) };

typedef struct order {
    char      id[16];
    line      lines[4];
    uint8_t   line_count;
    place    *ship_to;
    line     *history;
    size_t    history_count;
    dyn_str  *notes;
    int       note_count;
    dyn_str   tags[4];
    int       tag_count;
    unsigned char macs[2][6];
    int       mac_count;
    dyn_value extra;
    dyn_value rest;
} order;
static const dyn_field order_fields[] = {
    DYN_TEXT(order, id), DYN_MAP_LIST(order, lines, line_count, line_model), DYN_MAP_PTR(order, ship_to, place_model),
    DYN_MAP_ARRAY(order, history, history_count, line_model, .omit_zero = true), DYN_STR_ARRAY(order, notes, note_count, .omit_zero = true),
    DYN_STR_SET(order, tags, tag_count), DYN_BYTES_SET(order, macs, mac_count), DYN_VALUE(order, extra, .optional = true), DYN_REST(order, rest),
};
static const dyn_model order_model = { DYN_MODEL(order, order_fields), .table = "orders", .pk = "id" };
DYN_TYPED(order, order_model)

typedef struct image {
    char      id[16];
    dyn_large firmware, log;
    int32_t   version;
} image;
static const dyn_field image_fields[] = {
    DYN_TEXT(image, id), DYN_LARGE_BYTES(image, firmware, .omit_zero = true), DYN_LARGE_TEXT(image, log, .omit_zero = true), DYN_INT(image, version),
};
static const dyn_model image_model = { DYN_MODEL(image, image_fields), .table = "images", .pk = "id" };
DYN_TYPED(image, image_model)

/* The same items, read as a whole. */
typedef struct heavy {
    char    id[16];
    dyn_str firmware;
    int32_t version;
} heavy;
static const dyn_field heavy_fields[] = { DYN_TEXT(heavy, id), DYN_BLOB(heavy, firmware), DYN_INT(heavy, version) };
static const dyn_model heavy_model = { DYN_MODEL(heavy, heavy_fields), .table = "images", .pk = "id" };
DYN_TYPED(heavy, heavy_model)

static fixture f;
static dyn_client *const db = &f.db;

static int open_all(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, FIXTURE_PLAIN, NULL));
    fixture_table(&f, &order_model);
    fixture_table(&f, &image_model);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    fixture_drop(&f, &order_model);
    fixture_drop(&f, &image_model);
    fixture_close(&f);
    return 0;
}

static dyn_str slice(const char *text)
{
    dyn_str s = { text, strlen(text) };

    return s;
}

static bool same(dyn_str s, const char *text)
{
    return s.len == strlen(text) && memcmp(s.ptr, text, s.len) == 0;
}

static const char *stored(const char *id)
{
    char key[64];

    snprintf(key, sizeof key, "\"id\":{\"S\":\"%s\"}", id);
    return engine_get(&f, &order_model, key);
}

static void an_order_goes_there_and_back(void **state)
{
    static line history[3] = { { "h1", 1, 0.5 }, { "h2", 2, 1.5 }, { "h3", 3, 2.5 } };
    static dyn_str notes[2];
    place ulm = { "Ulm" };
    order o, back;
    (void)state;
    notes[0] = slice("first \"note\""), notes[1] = slice("");
    memset((void *)&o, 0, sizeof o);
    strcpy(o.id, "o1");
    o.lines[0] = (line){ "bolt", 100, 0.02 }, o.lines[1] = (line){ "nut", 50, 0.01 }, o.line_count = 2;
    o.ship_to = &ulm, o.history = history, o.history_count = 3, o.notes = notes, o.note_count = 2;
    o.tags[0] = slice("red"), o.tags[1] = slice("blue"), o.tag_count = 2;
    memcpy(o.macs[0], "\x00\x01\x02\xfd\xfe\xff", 6), o.mac_count = 1;
    o.extra = (dyn_value){ "{\"M\":{\"fw\":{\"S\":\"1.2\"},\"vals\":{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]}}}", 60 };
    o.extra.len = strlen(o.extra.json);
    want(db, DYN_OK, order_put(db, &o, NULL));
    holds(stored("o1"), "\"lines\":{\"L\":[{\"M\":{|\"sku\":{\"S\":\"bolt\"}|\"count\":{\"N\":\"100\"}|\"price\":{\"N\":\"0.02\"}|\"ship_to\":{\"M\":{\"city\":{\"S\":\"Ulm\"}}}|"
          "\"notes\":{\"L\":[{\"S\":\"first \\\"note\\\"\"},{\"S\":\"\"}]}|\"macs\":{\"BS\":[\"AAEC/f7/\"]}|\"fw\":{\"S\":\"1.2\"}");
    memset((void *)&back, 0x5a, sizeof back);
    want(db, DYN_OK, order_get_key(db, &back, DYN_KEY("o1"), NULL));
    assert_true(back.line_count == 2 && strcmp(back.lines[1].sku, "nut") == 0 && back.lines[0].price == 0.02 && back.lines[1].count == 50);
    assert_string_equal(back.ship_to->city, "Ulm");
    assert_true(back.history_count == 3 && strcmp(back.history[2].sku, "h3") == 0 && back.history[0].price == 0.5);
    assert_true(back.note_count == 2 && same(back.notes[0], "first \"note\"") && back.notes[1].len == 0 && back.tag_count == 2);
    assert_true((same(back.tags[0], "red") && same(back.tags[1], "blue")) || (same(back.tags[1], "red") && same(back.tags[0], "blue")));
    assert_true(back.mac_count == 1 && memcmp(back.macs[0], o.macs[0], 6) == 0);
    dyn_value inner;
    assert_true(dyn_value_get(back.extra, "vals[1]", &inner) && dyn_value_equal(back.extra, o.extra));
    assert_int_equal(back.rest.len, 0);
}

static void the_engine_agrees_on_paths_into_them(void **state)
{
    order o;
    dyn_rows rows;
    dyn_value line4 = { "{\"M\":{\"sku\":{\"S\":\"new\"},\"count\":{\"N\":\"1\"},\"price\":{\"N\":\"9\"}}}", 0 };
    dyn_arg with[1];
    (void)state;
    line4.len = strlen(line4.json);
    with[0] = dyn_val(line4);
    order_scan(db, &rows, &(dyn_query){ .where = { DYN_EXPR("lines[0].sku = ? AND ship_to.city = ? AND size(history) = ? AND history[1].price > ? AND contains(tags, ?)",
               "bolt", "Ulm", 3, 1, "red") } });
    assert_int_equal(order_next(&rows, &o), DYN_ROW);
    assert_int_equal(order_next(&rows, &o), DYN_DONE);
    want(db, DYN_OK, dyn_finish(&rows));
    want(db, DYN_OK, order_update_key(db, DYN_KEY("o1"), DYN_EXPR("SET lines = list_append(lines, ?), ship_to.city = ?, extra.fw = ? REMOVE history[0] DELETE tags ?",
         dyn_list(with, 1), "Bonn", "1.3", dyn_set((const dyn_arg[]){ dyn_text("red") }, 1)), NULL));
    want(db, DYN_OK, order_get_key(db, &o, DYN_KEY("o1"), NULL));
    assert_true(o.line_count == 3 && strcmp(o.lines[2].sku, "new") == 0 && o.lines[2].price == 9 && strcmp(o.ship_to->city, "Bonn") == 0);
    assert_true(o.history_count == 2 && strcmp(o.history[0].sku, "h2") == 0 && o.tag_count == 1 && same(o.tags[0], "blue"));
    want(db, DYN_OK, order_update_key(db, DYN_KEY("o1"), DYN_EXPR("SET lines[0] = ? REMOVE ship_to", line4), NULL));
    want(db, DYN_OK, order_get_key(db, &o, DYN_KEY("o1"), NULL));
    assert_true(strcmp(o.lines[0].sku, "new") == 0 && !o.ship_to);
}

static void what_the_model_does_not_know_survives_a_put(void **state)
{
    static const char odd[] = "\"id\":{\"S\":\"o2\"},\"lines\":{\"L\":[]},\"python\":{\"M\":{\"a\":{\"NS\":[\"1\"]},\"b\":{\"NULL\":true}}},\"r\\u00e9st\":{\"B\":\"Zm9v\"},"
                              "\"text\":{\"S\":\"say \\\"x\\\" \\\\ \\n\"},\"rest\":{\"N\":\"3\"}";
    order o;
    (void)state;
    engine_put(&f, &order_model, odd);
    want(db, DYN_OK, order_get_key(db, &o, DYN_KEY("o2"), NULL));
    assert_int_equal(dyn_value_count(o.rest), 4);
    strcpy(o.lines[0].sku, "x"), o.lines[0].count = 1, o.lines[0].price = 2, o.line_count = 1;
    want(db, DYN_OK, order_put(db, &o, NULL));
    holds(stored("o2"), "\"sku\":{\"S\":\"x\"}|\"NS\":[\"1\"]|\"b\":{\"NULL\":true}|{\"B\":\"Zm9v\"}|\"text\":{\"S\":\"say \\\"x\\\" \\\\ \\n\"}|\"rest\":{\"N\":\"3\"}");
    order again;
    dyn_value kept = { NULL, 0 };
    char copy[512];
    memcpy(copy, o.rest.json, o.rest.len);
    kept.json = copy, kept.len = o.rest.len;
    want(db, DYN_OK, order_get_key(db, &again, DYN_KEY("o2"), NULL));
    assert_true(dyn_value_equal(again.rest, kept));
}

static void an_arena_of_the_users_keeps_a_list_of_them(void **state)
{
    static unsigned char lent[8192];
    dyn_arena a = { .base = lent, .size = sizeof lent };
    order all[4];
    size_t count = 0;
    dyn_rows rows;
    (void)state;
    order_scan(db, &rows, &(dyn_query){ .arena = &a });
    want(db, DYN_OK, order_collect(&rows, all, 4, &count));
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].id, "o1") == 0)
            assert_true((unsigned char *)all[i].history >= lent && (unsigned char *)(all[i].history + 2) <= lent + sizeof lent && strcmp(all[i].history[1].sku, "h3") == 0);
        else
            assert_int_equal(dyn_value_count(all[i].rest), 4);
}

/* ---- large attributes */

/* What flash is to a device: it stands outside of the client's memory. */
typedef struct flash {
    unsigned char bytes[400 * 1024];
    size_t size, pieces, largest;
} flash;
static flash from_flash, to_flash, log_flash;

static bool take(void *user, size_t offset, const void *data, size_t size)
{
    flash *to = (flash *)user;

    if (!offset)
        to->size = to->pieces = 0;
    assert_int_equal(offset, to->size);
    memcpy(to->bytes + offset, data, size);
    to->size += size, to->pieces++;
    to->largest = size > to->largest ? size : to->largest;
    return true;
}

static bool give(void *user, size_t offset, void *to, size_t size)
{
    memcpy(to, ((flash *)user)->bytes + offset, size);
    return true;
}

static void firmware_goes_up_and_down_through_a_small_client(void **state)
{
    image up, down;
    (void)state;
    memset((void *)&up, 0, sizeof up);
    strcpy(up.id, "fw-7");
    up.version = 7;
    up.firmware.give = up.log.give = give, up.firmware.user = &from_flash, up.log.user = &log_flash;
    up.firmware.size = 250000, up.log.size = 30000;
    for (size_t i = 0; i < up.firmware.size; i++)
        from_flash.bytes[i] = (unsigned char)(i * 2654435761u >> 13);
    for (size_t i = 0; i < up.log.size; i++)
        log_flash.bytes[i] = (unsigned char)"line \"7\"\n\x01\xc3\xa9\xf0\x9f\x92\xa9"[i % 16];
    want(db, DYN_OK, image_put(db, &up, NULL));
    memset((void *)&down, 0, sizeof down);
    down.firmware.take = down.log.take = take, down.firmware.user = &to_flash, down.log.user = &to_flash;
    down.log.take = NULL;
    want(db, DYN_OK, image_get_key(db, &down, DYN_KEY("fw-7"), NULL));
    assert_int_equal(down.version, 7);
    assert_int_equal(down.firmware.size, 250000);
    assert_int_equal(down.log.size, 30000);
    assert_int_equal(to_flash.size, 250000);
    assert_memory_equal(to_flash.bytes, from_flash.bytes, 250000);
    assert_true(to_flash.largest <= 4098);
    down.log.take = take, down.firmware.take = NULL;
    want(db, DYN_OK, image_get_key(db, &down, DYN_KEY("fw-7"), NULL));
    assert_int_equal(to_flash.size, 30000);
    assert_memory_equal(to_flash.bytes, log_flash.bytes, 30000);
    const char *raw = engine_get(&f, &image_model, "\"id\":{\"S\":\"fw-7\"}");
    assert_true(strlen(raw) > 333336 + 30000);
    assert_true(dyn_memory_peak(db) <= FIXTURE_PLAIN);
}

/* A page of 1 MB: each item has an attribute of almost 400 KB, which no memory here could hold. */
static void a_page_of_large_items_passes_through_the_default_client(void **state)
{
    image up, row;
    dyn_rows rows;
    size_t seen = 0, bytes = 0;
    (void)state;
    memset((void *)&up, 0, sizeof up);
    up.firmware.give = give, up.firmware.user = &from_flash, up.firmware.size = 390000;
    for (int i = 0; i < 4; i++) {
        snprintf(up.id, sizeof up.id, "big-%d", i);
        want(db, DYN_OK, image_put(db, &up, NULL));
    }
    memset((void *)&row, 0, sizeof row);
    row.firmware.take = take, row.firmware.user = &to_flash;
    image_scan(db, &rows, &(dyn_query){ .where = { DYN_EXPR("begins_with(id, ?)", "big-") } });
    while (image_next(&rows, &row) == DYN_ROW) {
        seen++, bytes += row.firmware.size;
        assert_int_equal(to_flash.size, 390000);
        assert_memory_equal(to_flash.bytes, from_flash.bytes, 390000);
    }
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(seen, 4);
    assert_int_equal(bytes, 4 * 390000);
    assert_true(dyn_memory_peak(db) <= FIXTURE_PLAIN);
    print_message("%u bytes in 4 items passed; at most %u bytes of memory were used\n", (unsigned)bytes, (unsigned)dyn_memory_peak(db));
}

static void what_does_not_fit_the_memory_names_key_attribute_and_bytes(void **state)
{
    dyn_rows rows;
    heavy h;
    (void)state;
    want(db, DYN_NO_MEMORY, heavy_get_key(db, &h, DYN_KEY("big-1"), NULL));
    says(db, "attribute \"firmware\"|520008 bytes");
    assert_string_equal(dyn_last_error(db)->attribute, "firmware");
    assert_true(dyn_last_error(db)->needed > 520000);
    heavy_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("id = ?", "big-2") });
    assert_int_equal(heavy_next(&rows, &h), DYN_NO_MEMORY);
    assert_int_equal(dyn_finish(&rows), DYN_NO_MEMORY);
    says(db, "attribute \"firmware\"|520008 bytes|big-2");
}

/* With what it asks for it works. */
static void the_bytes_that_are_asked_for_are_enough(void **state)
{
    size_t size = FIXTURE_PLAIN;
    (void)state;
    for (int i = 0; i < 6; i++) {
        unsigned char *memory = (unsigned char *)malloc(size);
        dyn_client other;
        dyn_config c;
        heavy h;
        memset((void *)&c, 0, sizeof c);
        c.memory = memory, c.memory_size = size, c.endpoint = getenv("DYNREPO_ENDPOINT"), c.table_prefix = f.prefix;
        assert_int_equal(dyn_open(&other, &c), DYN_OK);
        dyn_status s = heavy_get_key(&other, &h, DYN_KEY("big-1"), NULL);
        if (s == DYN_OK) {
            assert_int_equal(h.firmware.len, 390000);
            assert_memory_equal(h.firmware.ptr, from_flash.bytes, 390000);
            i = 6;
        } else {
            assert_int_equal(s, DYN_NO_MEMORY);
            size = dyn_last_error(&other)->needed;
        }
        dyn_close(&other);
        free(memory);
        if (i == 5)
            fail_msg("%u bytes are not enough yet", (unsigned)size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_goes_there_and_back),
        cmocka_unit_test(the_engine_agrees_on_paths_into_them),
        cmocka_unit_test(what_the_model_does_not_know_survives_a_put),
        cmocka_unit_test(an_arena_of_the_users_keeps_a_list_of_them),
        cmocka_unit_test(firmware_goes_up_and_down_through_a_small_client),
        cmocka_unit_test(a_page_of_large_items_passes_through_the_default_client),
        cmocka_unit_test(what_does_not_fit_the_memory_names_key_attribute_and_bytes),
        cmocka_unit_test(the_bytes_that_are_asked_for_are_enough),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
