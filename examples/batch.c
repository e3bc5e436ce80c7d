/* Batches: a day's readings are written from a function, read again with the boiler that they belong to, completed, and deleted. Against
 * the engine that DYNREPO_ENDPOINT or AWS_ENDPOINT_URL_DYNAMODB names. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <string.h>

typedef struct reading {
    char    device[24];
    int64_t taken_at;          /* Unix milliseconds */
    double  celsius;
} reading;
static const dyn_field reading_fields[] = { DYN_TEXT(reading, device), DYN_INT(reading, taken_at), DYN_REAL(reading, celsius) };
static const dyn_model reading_model = {
    DYN_MODEL(reading, reading_fields), .table = "batch-example", .pk = "pk = DEVICE#{device}", .sk = "sk = READING#{taken_at:13}" };
DYN_TYPED(reading, reading_model)

typedef struct boiler {
    char device[24];
    int  kilowatts;
} boiler;
static const dyn_field boiler_fields[] = { DYN_TEXT(boiler, device), DYN_INT(boiler, kilowatts) };
static const dyn_model boiler_model = { DYN_MODEL(boiler, boiler_fields), .table = "batch-example", .pk = "pk = DEVICE#{device}", .sk = "sk = BOILER" };

enum { MINUTES = 120, START = 1763712 };

/* The readings as they are asked for: from a flash log, say. Nothing needs to be in memory at once. */
static dyn_status next_reading(void *user, size_t index, dyn_batch_change *change)
{
    reading *r = user;
    *r = (reading){ "boiler-7", START * 1000000LL + 60000 * (int64_t)index, 60 + 0.125 * (double)(index % 16) };
    change->model = &reading_model, change->item = r;
    return DYN_OK;
}

static void tell(void *user, size_t done, size_t count)
{
    (void)user;
    if (done == count)
        printf("write    %zu of %zu\n", done, count);
}

static int fails(dyn_client *db, const char *what)
{
    printf("%s failed\n", what);
    return dyn_print_error(db), 1;
}

int main(void)
{
    static unsigned char memory[64 * 1024];
    dyn_client db;
    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return dyn_print_error(&db), 1;
    dyn_status s = dyn_create_table(&db, &reading_model, NULL);
    if ((s != DYN_OK && s != DYN_IN_USE) || dyn_wait_table(&db, &reading_model, DYN_TABLE_ACTIVE, NULL) != DYN_OK)
        return fails(&db, "the table");

    reading r;
    uint8_t left[(MINUTES + 7) / 8];                      /* a bit for each that is not known to be written */
    if (dyn_batch_write_from(&db, next_reading, &r, MINUTES, &(dyn_batch_write_options){ .left = left, .progress = tell }) != DYN_OK) {
        for (size_t i = 0; i < MINUTES; i++)
            if (dyn_batch_is_left(left, i))
                printf("not written: %zu\n", i);          /* keep it for the next time */
        return fails(&db, "the batch");
    }

    boiler b = { "boiler-7", 35 };                        /* several models: an array of changes */
    reading odd = { "boiler-7", START * 1000000LL + 1, -1 };
    if (dyn_batch_write(&db, (dyn_batch_change[]){ { .model = &boiler_model, .item = &b }, { .model = &reading_model, .item = &odd },
                                                   { .model = &reading_model, .key = DYN_KEY("boiler-7", 1763712000000), .remove = true } }, 3, NULL) != DYN_OK)
        return fails(&db, "the changes");

    boiler found;
    reading first, second;
    dyn_batch_item items[] = { { .model = &boiler_model, .item = &found, .key = DYN_KEY("boiler-7") },
                               { .model = &reading_model, .item = &first, .key = DYN_KEY("boiler-7", 1763712000000) },
                               { .model = &reading_model, .item = &second, .key = DYN_KEY("boiler-7", 1763712060000) } };
    if (dyn_batch_get(&db, items, 3, &(dyn_batch_get_options){ .consistent = true }) != DYN_NOT_FOUND)   /* the second one was deleted */
        return fails(&db, "the reads");
    for (int i = 0; i < 3; i++)
        printf("read     %d is %s\n", i, dyn_status_name(items[i].status));
    printf("boiler   %s has %d kW, and read %.3f\n", found.device, found.kilowatts, second.celsius);

    reading some[3] = { { "boiler-7", 1763712060000, 0 }, { "boiler-7", 1763712120000, 0 }, { "boiler-7", 1763712180000, 0 } };
    dyn_mask masks[3] = { { { 3 } }, { { 3 } }, { { 7 } } };   /* as an index gave them: without celsius, but for the last */
    if (reading_complete(&db, some, 3, masks, NULL) != DYN_OK)
        return fails(&db, "to complete");
    printf("complete %.3f %.3f %.3f\n", some[0].celsius, some[1].celsius, some[2].celsius);

    static reading all[MINUTES + 1];
    for (int i = 0; i < MINUTES; i++)
        next_reading(&all[i], (size_t)i, &(dyn_batch_change){ 0 });
    all[MINUTES] = odd;
    static dyn_status statuses[MINUTES + 1];
    size_t there = 0;
    s = reading_get_many(&db, all, MINUTES + 1, statuses, NULL);
    for (int i = 0; i <= MINUTES; i++)
        there += statuses[i] == DYN_OK;
    printf("many     %zu of %d are there: %s\n", there, MINUTES + 1, dyn_status_name(s));
    if (reading_delete_many(&db, all, MINUTES + 1, NULL) != DYN_OK || reading_put_many(&db, all, 3, NULL) != DYN_OK
        || reading_delete_many(&db, all, 3, NULL) != DYN_OK)
        return fails(&db, "to delete");
    printf("deleted  them; %zu bytes of memory were used\n", dyn_memory_peak(&db));
    dyn_delete_table(&db, &reading_model, NULL);
    dyn_close(&db);
    return 0;
}
