/* Every kind of member in one struct: filled in, put, got into another, and compared through their JSON. What is left to options and to expressions
 * stands in the other examples. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <string.h>

enum mood { CALM, ALERT };
static const dyn_name moods[] = { { CALM, "calm" }, { ALERT, "alert" } };

typedef struct spot {
    double lat, lon;
} spot;
static const dyn_field spot_fields[] = { DYN_REAL(spot, lat), DYN_REAL(spot, lon) };
static const dyn_model spot_model = { DYN_MODEL(spot, spot_fields) };

typedef struct all {
    char       id[16];
    /* one value */
    dyn_str    text;
    float      real;
    dyn_number number;
    int64_t    seconds, iso;
    int        mood;
    spot       place;
    bool       has_nick;
    char       nick[16];
    /* arrays with room for so many */
    int32_t    ints[4];       uint8_t int_count;
    double     reals[2];      int real_count;
    bool       flags[2];      int flag_count;
    char       words[2][8];   int word_count;
    dyn_str    texts[2];      int text_count;
    dyn_number numbers[2];    int number_count;
    int64_t    days[2];       int day_count;
    int64_t    ticks[2];      int tick_count;
    int64_t    times[2];      int time_count;
    int        moods[2];      int mood_count;
    unsigned char macs[2][6]; int mac_count;
    dyn_str    blobs[2];      int blob_count;
    /* sets */
    char       tags[2][8];    int tag_count;
    int32_t    primes[3];     int prime_count;
    double     halves[2];     int half_count;
    dyn_number exact[2];      int exact_count;
    dyn_str    parts[2];      int part_count;
    /* arrays of any length, and what may be absent */
    int64_t   *many;          uint32_t many_count;
    double    *samples;       uint32_t sample_count;
    bool      *bits;          uint32_t bit_count;
    dyn_str   *names;         uint32_t name_count;
    dyn_number *sums;         uint32_t sum_count;
    int64_t   *dates;         uint32_t date_count;
    int64_t   *stamps;        uint32_t stamp_count;
    int64_t   *meetings;      uint32_t meeting_count;
    int       *ups;           uint32_t up_count;
    spot      *route;         uint32_t route_count;
    int32_t   *maybe_int;
    double    *maybe_real;
    bool      *maybe_bool;
} all;
static const dyn_field all_fields[] = {
    DYN_TEXT(all, id), DYN_STR(all, text), DYN_REAL(all, real), DYN_NUMBER(all, number), DYN_SECONDS(all, seconds),
    DYN_ISO(all, iso), DYN_ENUM(all, mood, moods),
    DYN_MAP(all, place, spot_model), DYN_TEXT(all, nick, .has = DYN_HAS(all, has_nick)),
    DYN_INT_LIST(all, ints, int_count), DYN_REAL_LIST(all, reals, real_count), DYN_BOOL_LIST(all, flags, flag_count), DYN_TEXT_LIST(all, words, word_count),
    DYN_STR_LIST(all, texts, text_count), DYN_NUMBER_LIST(all, numbers, number_count), DYN_SECONDS_LIST(all, days, day_count),
    DYN_MILLIS_LIST(all, ticks, tick_count), DYN_ISO_LIST(all, times, time_count), DYN_ENUM_LIST(all, moods, mood_count, moods),
    DYN_BYTES_LIST(all, macs, mac_count), DYN_BLOB_LIST(all, blobs, blob_count),
    DYN_TEXT_SET(all, tags, tag_count), DYN_INT_SET(all, primes, prime_count), DYN_REAL_SET(all, halves, half_count), DYN_NUMBER_SET(all, exact, exact_count),
    DYN_BLOB_SET(all, parts, part_count),
    DYN_INT_ARRAY(all, many, many_count), DYN_REAL_ARRAY(all, samples, sample_count), DYN_BOOL_ARRAY(all, bits, bit_count),
    DYN_STR_ARRAY(all, names, name_count),
    DYN_NUMBER_ARRAY(all, sums, sum_count), DYN_SECONDS_ARRAY(all, dates, date_count), DYN_MILLIS_ARRAY(all, stamps, stamp_count),
    DYN_ISO_ARRAY(all, meetings, meeting_count), DYN_ENUM_ARRAY(all, ups, up_count, moods), DYN_MAP_ARRAY(all, route, route_count, spot_model),
    DYN_INT_PTR(all, maybe_int), DYN_REAL_PTR(all, maybe_real), DYN_BOOL_PTR(all, maybe_bool),
};
static const dyn_model all_model = { DYN_MODEL(all, all_fields), .table = "everything", .pk = "id" };
DYN_TYPED_AS(all, all, all_model)

#define SLICE(literal) { literal, sizeof(literal) - 1 }

static unsigned char memory[64 * 1024], texts[16 * 1024], scratch[16 * 1024];

int main(void)
{
    static int64_t many[] = { 1, -2, 3 }, days[] = { 1763712000 }, stamps[] = { 1763712000123 };
    static double samples[] = { 0.5, 1e-3 }, maybe = 2.5;
    static bool bits[] = { true, false, true };
    static dyn_str names[] = { SLICE("Ada"), SLICE("") };
    static dyn_number sums[] = { { "12345678901234567890.5" } };
    static int ups[] = { ALERT, CALM };
    static spot route[] = { { 52.5, 13.4 }, { 48.1, 11.6 } };
    static char before[8192], after[8192];
    static all a = {
        "one", SLICE("any \"text\""), 0.1f, { "12.5" }, 1763712000, 1763712000123, ALERT, { 1, 2 }, true, "nick",
        { 1, 2, 3 }, 3, { 0.25 }, 1, { true, false }, 2, { "x", "yy" }, 2, { SLICE("s") }, 1, { { "7" } }, 1, { 1763712000 }, 1, { 1763712000123 }, 1,
        { 1763712000123 }, 1, { ALERT, CALM }, 2, { { 1, 2, 3, 4, 5, 6 } }, 1, { SLICE("\1\2") }, 1,
        { "red", "blue" }, 2, { 2, 3, 5 }, 3, { 0.5, 1.5 }, 2, { { "0.1" } }, 1, { SLICE("p") }, 1,
        many, 3, samples, 2, bits, 3, names, 2, sums, 1, days, 1, stamps, 1, stamps, 1, ups, 2, route, 2, NULL, &maybe, bits
    };
    dyn_arena room = { .base = texts, .size = sizeof texts }, work = { .base = scratch, .size = sizeof scratch };
    dyn_error error;
    dyn_client db;
    dyn_tables tables;
    all b;
    size_t n, m;

    if (dyn_model_check(&all_model, &error) != DYN_OK)
        return printf("%s\n", error.text), 1;
    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return dyn_print_error(&db), 1;
    if (dyn_create_table(&db, &all_model, NULL) != DYN_OK || dyn_wait_table(&db, &all_model, DYN_TABLE_ACTIVE, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;
    if (dyn_list_tables(&db, &tables, NULL) != DYN_OK || tables.count < 1)
        return dyn_print_error(&db), 1;
    memset(&b, 0, sizeof b);
    strcpy(b.id, "one");
    if (all_put(&db, &a, NULL) != DYN_OK || all_get(&db, &b, &(dyn_get_options){ .arena = &room }) != DYN_OK)
        return dyn_print_error(&db), 1;
    printf("%s, %s, %u in many, route of %u, maybe %g, no int: %d\n", b.nick, b.number.text, (unsigned)b.many_count, (unsigned)b.route_count, *b.maybe_real,
           b.maybe_int == NULL);

    /* Sets have no order, so the two are compared as values. */
    dyn_value x, y;
    work.used = 0;
    if (dyn_to_json(&all_model, &a, DYN_FORM_PLAIN, &work, before, sizeof before, &n, &error) != DYN_OK)
        return printf("%s\n", error.text), 1;
    work.used = 0;
    if (dyn_to_json(&all_model, &b, DYN_FORM_PLAIN, &work, after, sizeof after, &m, &error) != DYN_OK)
        return printf("%s\n", error.text), 1;
    printf("%s", n > 500 && m > 500 ? "" : "the JSON is too short\n");
    work.used = 0;
    if (dyn_value_of(&all_model, &a, &work, before, sizeof before, &x, &error) != DYN_OK)
        return printf("%s\n", error.text), 1;
    work.used = 0;
    if (dyn_value_of(&all_model, &b, &work, after, sizeof after, &y, &error) != DYN_OK)
        return printf("%s\n", error.text), 1;
    printf("%s\n", dyn_value_equal(x, y) ? "what came back is what was put" : "they differ");
    if (dyn_delete_table(&db, &all_model, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;
    dyn_close(&db);
    return 0;
}
