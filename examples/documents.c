/* Items that are more than a flat struct: structs in a list, an array of any length, an optional struct behind a pointer, a free-form value,
 * attributes that this program knows nothing of, and a firmware image of 200 KB that never is in memory as a whole. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <string.h>

typedef struct sensor {
    char   name[16];
    double celsius;
} sensor;
static const dyn_field sensor_fields[] = { DYN_TEXT(sensor, name), DYN_REAL(sensor, celsius) };
static const dyn_model sensor_model = { DYN_MODEL(sensor, sensor_fields) };

typedef struct place {
    double lat, lon;
} place;
static const dyn_field place_fields[] = { DYN_REAL(place, lat), DYN_REAL(place, lon) };
static const dyn_model place_model = { DYN_MODEL(place, place_fields) };

typedef struct unit {
    char          id[16];
    sensor        sensors[4];         /* a list of maps, at most 4 */
    uint8_t       sensor_count;
    int32_t      *samples;            /* a list of any length */
    size_t        sample_count;
    place        *where;              /* a map, or NULL */
    dyn_str       tags[4];            /* a string set */
    unsigned char macs[2][6];         /* a binary set */
    uint8_t       tag_count, mac_count;
    dyn_value     config;             /* any value, as JSON text */
    dyn_value     rest;               /* what other programs have added */
} unit;
static const dyn_field unit_fields[] = {
    DYN_TEXT(unit, id),
    DYN_MAP_LIST(unit, sensors, sensor_count, sensor_model),
    DYN_INT_ARRAY(unit, samples, sample_count, .omit_zero = true),
    DYN_MAP_PTR(unit, where, place_model),
    DYN_STR_SET(unit, tags, tag_count),
    DYN_BYTES_SET(unit, macs, mac_count),
    DYN_VALUE(unit, config, .optional = true),
    DYN_REST(unit, rest),
};
static const dyn_model unit_model = { DYN_MODEL(unit, unit_fields), .table = "units", .pk = "id" };
DYN_TYPED(unit, unit_model)

typedef struct image {
    char      id[16];
    dyn_large code;                   /* bytes, moved in pieces */
} image;
static const dyn_field image_fields[] = { DYN_TEXT(image, id), DYN_LARGE_BYTES(image, code) };
static const dyn_model image_model = { DYN_MODEL(image, image_fields), .table = "units", .pk = "id" };
DYN_TYPED(image, image_model)

/* The firmware's flash, to read from and to write to. */
static unsigned char slot_a[200 * 1024], slot_b[200 * 1024];

static bool from_slot(void *user, size_t offset, void *to, size_t size)
{
    memcpy(to, (unsigned char *)user + offset, size);
    return true;
}

static bool to_slot(void *user, size_t offset, const void *data, size_t size)
{
    if (offset + size > sizeof slot_b)
        return false;                                     /* no room: the call ends with DYN_CANCELLED */
    memcpy((unsigned char *)user + offset, data, size);   /* at offset 0 it begins, again too after a broken connection */
    return true;
}

int main(void)
{
    static unsigned char memory[16 * 1024];
    dyn_client db;
    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return dyn_print_error(&db), 1;
    dyn_status s = dyn_create_table(&db, &unit_model, NULL);
    if ((s != DYN_OK && s != DYN_IN_USE) || dyn_wait_table(&db, &unit_model, DYN_TABLE_ACTIVE, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;

    int32_t samples[] = { 3, 1, 4, 1, 5, 9 };
    place ulm = { 48.4, 9.99 };
    unit u = { "u1", { { "inlet", 21.5 }, { "outlet", 63 } }, 2, samples, 6, &ulm, { { "roof", 4 }, { "leased", 6 } }, { { 2, 0, 0, 0, 0, 7 } }, 2, 1,
               { NULL, 0 }, { NULL, 0 } };
    static const char config[] = "{\"M\":{\"mode\":{\"S\":\"eco\"},\"limits\":{\"L\":[{\"N\":\"5\"},{\"N\":\"70\"}]}}}";
    if (dyn_value_check(config, sizeof config - 1, &u.config, NULL) != DYN_OK || unit_put(&db, &u, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;

    /* another program adds an attribute; expressions lead into lists, pointers and values */
    if (unit_update(&db, &u, DYN_EXPR("SET sensors[1].celsius = ?, config.mode = ?, where.lat = ?", 64.5, "boost", 48.41), NULL) != DYN_OK)
        return dyn_print_error(&db), 1;
    if (unit_get_key(&db, &u, DYN_KEY("u1"), NULL) != DYN_OK)
        return dyn_print_error(&db), 1;
    dyn_value mode = { "", 0 };
    dyn_value_get(u.config, "mode", &mode);
    printf("%s: %d sensors, %s %.1f, %zu samples, the last %d, at %.2f, mode %.*s\n", u.id, u.sensor_count, u.sensors[1].name, u.sensors[1].celsius,
           u.sample_count, (int)u.samples[u.sample_count - 1], u.where->lat, (int)mode.len, mode.json);

    u.sensor_count = 1;                                   /* what was read may be changed and put back: u.rest goes with it */
    if (unit_put(&db, &u, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;

    for (size_t i = 0; i < sizeof slot_a; i++)
        slot_a[i] = (unsigned char)(i * i >> 7);
    image i = { "fw-1.2", { to_slot, from_slot, slot_a, sizeof slot_a } };
    if (image_put(&db, &i, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;
    i.code.user = slot_b;
    if (image_get(&db, &i, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;
    printf("%s: %zu bytes, %s; %s\n", i.id, i.code.size, memcmp(slot_a, slot_b, sizeof slot_a) == 0 ? "the same" : "others",
           dyn_memory_peak(&db) <= sizeof memory ? "within 16 KB" : "?");
    dyn_close(&db);
    return 0;
}
