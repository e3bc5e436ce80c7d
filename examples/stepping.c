/* A program whose loop never stops: every call is begun and then stepped, and between two steps the valves are looked after. A day's readings are put,
 * changed, read in pages of two models, and taken away. Against the engine that AWS_ENDPOINT_URL_DYNAMODB names. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct reading {
    char    device[16];
    int64_t minute;
    double  celsius;
} reading;
static const dyn_field reading_fields[] = { DYN_TEXT(reading, device), DYN_INT(reading, minute), DYN_REAL(reading, celsius) };
static const dyn_model reading_model = { DYN_MODEL(reading, reading_fields), .table = "stepping", .pk = "pk = {device}", .sk = "sk = AT#{minute:4}",
                                         DYN_ITEM_KIND("kind = reading") };
DYN_TYPED(reading, reading_model)

typedef struct alarm {
    char    device[16];
    int64_t minute;
    char    text[24];
} alarm;
static const dyn_field alarm_fields[] = { DYN_TEXT(alarm, device), DYN_INT(alarm, minute), DYN_TEXT(alarm, text) };
static const dyn_model alarm_model = { DYN_MODEL(alarm, alarm_fields), .table = "stepping", .pk = "pk = {device}", .sk = "sk = ALARM#{minute:4}",
                                       DYN_ITEM_KIND("kind = alarm") };
DYN_TYPED(alarm, alarm_model)

static dyn_client db;
static unsigned long rounds;                     /* of the loop: the valves were looked after so often */

/* One call to its end, whose begin said s. A real program would keep the client beside its other work and step it when poll says so, as
 * examples/two_clients_epoll.c does; here the loop stands still in one place, so that the calls can be read one below the other. */
static dyn_status finish(dyn_status s)
{
    while (s == DYN_OK && (s = dyn_step(&db)) == DYN_PENDING) {
        dyn_want want = dyn_wants(&db);
        dyn_posix_wait(NULL, &want, 1, want.ms < 10 ? want.ms : 10);     /* poll: the valves want to be seen every 10 ms */
        rounds++;
        s = DYN_OK;
    }
    return s;
}

static void must(dyn_status s)
{
    if (s == DYN_OK || s == DYN_DONE)
        return;
    dyn_print_error(&db);
    exit(1);
}

/* Single items. */
static void singles(void)
{
    reading r = { "boiler", 1, 60 }, before, got;

    must(finish(reading_put_begin(&db, &r, NULL)));
    must(finish(reading_update_begin(&db, &r, DYN_EXPR("SET celsius = celsius + ?", 1.5), NULL)));
    must(finish(reading_update_key_begin(&db, DYN_KEY("boiler", 1), DYN_EXPR("SET celsius = celsius + ?", 1), NULL)));
    must(finish(reading_get_begin(&db, &r, NULL)));
    before = r, r.celsius = 70;
    must(finish(reading_save_changes_begin(&db, &before, &r, NULL)));
    must(finish(reading_get_key_begin(&db, &got, DYN_KEY("boiler", 1), &(dyn_get_options){ .consistent = true })));
    printf("single   %.1f, then %.1f\n", before.celsius, got.celsius);
    must(finish(reading_delete_begin(&db, &got, NULL)));
    must(finish(reading_delete_key_begin(&db, DYN_KEY("boiler", 2), NULL)));      /* that it is not there is no error */
}

/* Readings as they come from a log. */
static dyn_status from_log(void *user, size_t index, dyn_batch_change *change)
{
    reading *r = (reading *)user;

    *r = (reading){ "boiler", 10 + (int64_t)index, 50 + (double)index };
    change->model = &reading_model, change->item = r;
    return DYN_OK;
}

static void many(void)
{
    reading room, two[2] = { { "boiler", 10, 0 }, { "boiler", 11, 0 } };
    alarm a = { "boiler", 12, "" };
    dyn_status found[2];
    dyn_mask known[2] = { { { 3 } }, { { 3 } } };         /* of the two their keys' members are known */
    dyn_batch_item both[] = { { .model = &reading_model, .item = &two[0] }, { .model = &alarm_model, .item = &a } };

    must(finish(dyn_batch_write_from_begin(&db, from_log, &room, 30, NULL)));
    strcpy(a.text, "too hot");
    must(finish(dyn_batch_write_begin(&db, &(dyn_batch_change){ .model = &alarm_model, .item = &a }, 1, NULL)));
    must(finish(dyn_batch_get_begin(&db, both, 2, NULL)));
    must(finish(reading_get_many_begin(&db, two, 2, found, NULL)));
    must(finish(reading_complete_begin(&db, two, 2, known, NULL)));
    printf("batch    %.0f and %.0f degrees, %s\n", two[0].celsius, two[1].celsius, a.text);
    two[0].minute = 100, two[1].minute = 101;
    must(finish(reading_put_many_begin(&db, two, 2, NULL)));
    must(finish(reading_delete_many_begin(&db, two, 2, NULL)));
}

/* Reads of many: each row is a call, or a whole page is, or all that there is. */
static void reads(void)
{
    static const dyn_model *const models[] = { &reading_model, &alarm_model };
    union { reading reading; alarm alarm; } any;
    char cursor[512];
    dyn_counted counted;
    dyn_rows rows;
    size_t which, kinds[2] = { 0, 0 }, n;
    reading r, four[4], all[32];
    dyn_status s;

    dyn_query hot = { .key = DYN_EXPR("device = ?", "boiler"), .where = { DYN_EXPR("celsius > ?", 70) } };
    must(finish(reading_count_begin(&db, &hot, &counted)));
    printf("count    %u over 70 degrees\n", (unsigned)counted.count);

    must(reading_select(&db, &rows, &hot));               /* sends nothing yet */
    must(finish(reading_next_begin(&rows, &r)) == DYN_ROW ? DYN_OK : DYN_INVALID);
    must(dyn_cursor(&rows, cursor, sizeof cursor, NULL)); /* where it stands: the next run, or another program, goes on there */
    must(dyn_finish(&rows));
    hot.cursor = cursor;
    must(reading_select(&db, &rows, &hot));
    must(finish(reading_next_begin(&rows, &r)) == DYN_ROW ? DYN_OK : DYN_INVALID);
    must(dyn_finish(&rows));
    printf("cursor   goes on at minute %d\n", (int)r.minute);

    must(reading_select(&db, &rows, &hot));               /* from there on, four at a time; the last page may be empty */
    must(finish(reading_page_begin(&rows, four, 4, &n, cursor, sizeof cursor)));
    printf("page     %u, %s\n", (unsigned)n, *cursor ? "and there is more" : "and that is all");
    hot.cursor = NULL;
    must(reading_select(&db, &rows, &hot));
    must(finish(reading_collect_begin(&rows, all, 32, &n)));
    printf("collect  %u, the first at minute %d\n", (unsigned)n, (int)all[0].minute);

    must(dyn_scan_any(&db, &rows, models, 2, &(dyn_query){ .skip_others = true }));
    while ((s = finish(dyn_next_any_begin(&rows, &which, &any, sizeof any))) == DYN_ROW)
        kinds[which]++;
    must(s);
    must(dyn_finish(&rows));
    printf("scan     %u readings, %u alarm\n", (unsigned)kinds[0], (unsigned)kinds[1]);
}

/* --- A pool: two clients at work at the same time, each with the next reading that is left ------------------------------ */

typedef struct sweep { reading now[2]; int64_t next; } sweep;

static dyn_status take_next(void *user, size_t i, dyn_client *client)
{
    sweep *w = (sweep *)user;

    if (w->next == 40)
        return DYN_DONE;
    w->now[i] = (reading){ "boiler", w->next++, 0 };
    return reading_delete_begin(client, &w->now[i], NULL);
}

static dyn_status took(void *user, size_t i, dyn_client *client, dyn_status s)
{
    (void)user, (void)i, (void)client;
    return s;
}

static void together(void)
{
    static unsigned char memory[32 * 1024];
    static dyn_client other;
    dyn_client *const team[] = { &db, &other };
    sweep w = { .next = 10 };
    dyn_pool pool = { .clients = team, .count = 2 };

    must(dyn_open(&other, &(dyn_config){ DYN_MEMORY(memory) }));
    must(dyn_pool_run(&pool, &(dyn_pool_work){ .begin = take_next, .ended = took, .user = &w }));
    printf("pool     %d readings deleted by two clients\n", (int)w.next - 10);
    dyn_close(&other);
}

int main(void)
{
    static unsigned char memory[64 * 1024];

    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return dyn_print_error(&db), 1;
    must(finish(dyn_create_table_begin(&db, &reading_model, NULL)));
    must(finish(dyn_wait_table_begin(&db, &reading_model, DYN_TABLE_ACTIVE, NULL)));
    singles();
    many();
    reads();
    together();
    must(finish(dyn_delete_table_begin(&db, &reading_model, NULL)));
    printf("%s\n", rounds > 0 ? "the loop went on meanwhile" : "the loop stood still");
    dyn_close(&db);
    return 0;
}
