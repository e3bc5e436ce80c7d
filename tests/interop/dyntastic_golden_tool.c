#include "../../dynrepo.h"
/* The calls of tests/golden/dyntastic.json in C; see tests/support/golden.h. */
#include "golden.h"

typedef struct inner { int64_t f; } inner;
static const dyn_field inner_fields[] = { DYN_INT(inner, f, .attr = "F") };
static const dyn_model inner_model = { DYN_MODEL(inner, inner_fields) };

typedef struct kinds {
    char          id[8], text[32];
    int64_t       time;
    unsigned char uuid[16], bytes[8];
    int           byte_count, level;
    dyn_number    number;
    double        real;
    dyn_value     value;
    int64_t       ints[4];
    int           int_count;
    char          set[2][24];
    int           set_count;
    inner         n;
} kinds;
static const dyn_name levels[] = { { 0, "none" }, { 1, "x" }, { 2, "sv" } };
static const char none_in_list[] = "{\"L\":[{\"NULL\":true},{\"M\":{}}]}";

/* save() of a model whose one member is this. */
#define SAVE(name, field, ...) \
    static dyn_status name(void) \
    { \
        static const dyn_field fields[] = { DYN_TEXT(kinds, id), field }; \
        static const dyn_model model = { DYN_MODEL(kinds, fields), .table = "o", .pk = "id" }; \
        kinds k = { .id = "1", __VA_ARGS__ }; \
        return dyn_put(&db, &model, &k, NULL); \
    }
SAVE(dt_naive, DYN_MICROS(kinds, time, DYN_ISO_NAIVE, .attr = "v"), .time = 1641092645000000)
SAVE(dt_us, DYN_MICROS(kinds, time, DYN_ISO_NAIVE, .attr = "v"), .time = 1641092645120000)
SAVE(dt_utc, DYN_MICROS(kinds, time, DYN_ISO_Z, .attr = "v"), .time = 1641092645000000)
SAVE(dt_off, DYN_MICROS(kinds, time, DYN_ISO_Z, .attr = "v"), .time = 1641092645000000 + 5 * 3600000000)
SAVE(date, DYN_TEXT(kinds, text, .attr = "v"), .text = "2022-01-02")
SAVE(time_of_day, DYN_TEXT(kinds, text, .attr = "v"), .text = "03:04:05.000010")
SAVE(td, DYN_TEXT(kinds, text, .attr = "v"), .text = "P1DT2.000005S")
SAVE(uuid, DYN_UUID(kinds, uuid, .attr = "v"), .uuid = { [15] = 5 })
SAVE(an_enum, DYN_ENUM(kinds, level, levels, .attr = "v"), .level = 1)
SAVE(intenum, DYN_INT(kinds, level, .attr = "v"), .level = 3)
SAVE(strenum, DYN_ENUM(kinds, level, levels, .attr = "v"), .level = 2)
SAVE(flt, DYN_REAL(kinds, real, .attr = "v"), .real = 1.5)
SAVE(dec, DYN_NUMBER(kinds, number, .attr = "v"), .number = { "1.50" })
SAVE(list, DYN_VALUE(kinds, value, .attr = "v"), .value = { none_in_list, sizeof none_in_list - 1 })
SAVE(fset, DYN_INT_LIST(kinds, ints, int_count, .attr = "v"), .ints = { 1 }, .int_count = 1)
SAVE(eset, DYN_INT_SET(kinds, ints, int_count, .attr = "v"), .int_count = 0)
SAVE(dtset, DYN_TEXT_SET(kinds, set, set_count, .attr = "v"), .set = { "2022-01-02T00:00:00" }, .set_count = 1)
SAVE(tup, DYN_INT_LIST(kinds, ints, int_count, .attr = "v"), .ints = { 1, 2 }, .int_count = 2)
SAVE(bts, DYN_BYTES_N(kinds, bytes, byte_count, .attr = "v"), .bytes = { 0, 255 }, .byte_count = 2)
SAVE(empty, DYN_TEXT(kinds, text, .attr = "v"), .text = "")
SAVE(big, DYN_NUMBER(kinds, number, .attr = "v"), .number = { "10000000000000000000000000000000000001" })
SAVE(too_big, DYN_NUMBER(kinds, number, .attr = "v"), .number = { "100000000000000000000000000000000000001" })
SAVE(nested, DYN_MAP(kinds, n, inner_model), .n = { 2 })

static dyn_status update_nested(void)
{
    static const dyn_field fields[] = { DYN_TEXT(kinds, id), DYN_MAP(kinds, n, inner_model) };
    static const dyn_model model = { DYN_MODEL(kinds, fields), .table = "o", .pk = "id" };

    return dyn_update_key(&db, &model, DYN_KEY("1"), DYN_EXPR("SET n = ?", golden_raw("{\"M\":{\"F\":{\"N\":\"3\"}}}")), NULL);
}

static dyn_status nothing(void) { return DYN_OK; }

int main(int argc, char **argv)
{
    const golden_call calls[] = {
        { "save dt_naive", dt_naive }, { "save dt_us", dt_us }, { "save dt_utc", dt_utc }, { "save dt_off", dt_off }, { "save date", date },
        { "save time", time_of_day }, { "save td", td }, { "save uuid", uuid }, { "save enum", an_enum }, { "save intenum", intenum },
        { "save strenum", strenum }, { "save flt", flt }, { "save dec", dec }, { "save none_in_list", list }, { "save fset", fset }, { "save eset", eset },
        { "save dtset", dtset }, { "save tup", tup }, { "save bts", bts }, { "save empty", empty }, { "save big", big }, { "save toobig", too_big },
        { "save nested", nested }, { "update nested model", update_nested },
    };

    return golden_main(argc, argv, calls, sizeof calls / sizeof calls[0], nothing);
}
