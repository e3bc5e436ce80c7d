/* The quick start: a table is made, structs are put, read, changed, listed and deleted. `make demo` runs it. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>

typedef struct reading {
    char    device[24];
    int64_t taken_at;          /* Unix milliseconds */
    double  celsius;
    bool    charging;
} reading;

static const dyn_field reading_fields[] = {
    DYN_TEXT(reading, device),
    DYN_INT (reading, taken_at),
    DYN_REAL(reading, celsius, .attr = "temp"),
    DYN_BOOL(reading, charging),
};
static const dyn_model reading_model = {
    DYN_MODEL(reading, reading_fields),
    .table = "telemetry",
    .pk = "pk = DEVICE#{device}",
    .sk = "sk = READING#{taken_at:13}",
};
DYN_TYPED(reading, reading_model)     /* reading_put, reading_get, reading_select, reading_next …: typed, no void * */

int main(void)
{
    static unsigned char memory[48 * 1024];               /* all the memory it ever uses */
    dyn_client db;
    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return dyn_print_error(&db), 1;                   /* region, endpoint, credentials: from the environment */

    dyn_status s = dyn_create_table(&db, &reading_model, NULL);
    if ((s != DYN_OK && s != DYN_IN_USE) || dyn_wait_table(&db, &reading_model, DYN_TABLE_ACTIVE, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;

    for (int i = 0; i < 5; i++) {
        reading r = { "boiler-7", 1763712000000 + i * 60000, 59.5 + i, i % 2 == 0 };
        if (reading_put(&db, &r, NULL) != DYN_OK)
            return dyn_print_error(&db), 1;
    }

    reading one;
    if (reading_get_key(&db, &one, DYN_KEY("boiler-7", 1763712000000), NULL) != DYN_OK)
        return dyn_print_error(&db), 1;
    printf("get      %s  %lld  %.1f  %s\n", one.device, (long long)one.taken_at, one.celsius, one.charging ? "charging" : "-");

    if (reading_update(&db, &one, DYN_EXPR("SET celsius = celsius + ?, charging = ?", 3, false), &(dyn_write_options){
            .when = { DYN_EXPR("charging = ?", true) }, .into = &(dyn_image){ .item = &one } }) != DYN_OK)
        return dyn_print_error(&db), 1;
    printf("update   %s  %lld  %.1f  %s\n", one.device, (long long)one.taken_at, one.celsius, one.charging ? "charging" : "-");

    reading r;
    dyn_rows rows;
    reading_select(&db, &rows, &(dyn_query){
        .key = DYN_EXPR("device = ? AND taken_at >= ?", "boiler-7", 1763000000000),
        .where = { DYN_EXPR("celsius > ?", 60) },
        .newest_first = true, .limit = 10 });
    while (reading_next(&rows, &r) == DYN_ROW)
        printf("select   %lld  %.1f\n", (long long)r.taken_at, r.celsius);
    if (dyn_finish(&rows) != DYN_OK)                      /* an error in the loop or before it is never lost */
        dyn_print_error(&db);

    reading all[16];
    size_t count = 0;
    reading_scan(&db, &rows, NULL);
    if (reading_collect(&rows, all, 16, &count) != DYN_OK)
        dyn_print_error(&db);
    for (size_t i = 0; i < count; i++)
        if (reading_delete(&db, &all[i], NULL) != DYN_OK)
            dyn_print_error(&db);
    printf("deleted  %zu readings; %zu bytes of memory were used\n", count, dyn_memory_peak(&db));
    dyn_close(&db);                                       /* wipes secrets; legal after a failed open */
    return 0;
}
