/* A repository in a loop that does not stop: contents of partitions, and a relation beside them, each call begun and then stepped. A weather service's
 * stations, kept by pydantic-dynamo's convention. Against the engine that AWS_ENDPOINT_URL_DYNAMODB names. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct weather { double celsius; char sky[16]; } weather;
static const dyn_field weather_fields[] = { DYN_REAL(weather, celsius), DYN_TEXT(weather, sky) };
static const dyn_model weather_model = { DYN_MODEL(weather, weather_fields), .table = "weather" };
DYN_TYPED_REPO(days, weather, weather_model)

/* The table, and beside it stations and their owners, as models with keys of their own. */
typedef struct keys { char pk[64], sk[64]; } keys;
static const dyn_field key_fields[] = { DYN_TEXT(keys, pk), DYN_TEXT(keys, sk) };
static const dyn_model table_model = { DYN_MODEL(keys, key_fields), .table = "weather", .pk = "pk", .sk = "sk" };

typedef struct station { char name[16], owner[16]; } station;
static const dyn_field station_fields[] = { DYN_TEXT(station, name), DYN_TEXT(station, owner) };
static const dyn_model station_model = { DYN_MODEL(station, station_fields), .table = "weather", .pk = "pk = STATION#{name}", .sk = "sk = STATION" };

typedef struct owner { char name[16], phone[16]; } owner;
static const dyn_field owner_fields[] = { DYN_TEXT(owner, name), DYN_TEXT(owner, phone, .omit_zero = true) };
static const dyn_model owner_model = { DYN_MODEL(owner, owner_fields), .table = "weather", .pk = "pk = OWNER#{name}", .sk = "sk = OWNER" };
static const dyn_relation owner_of = { .name = "owner", .from = &station_model, .to = &owner_model, .on = { "name = {owner}" } };
DYN_TYPED_RELATION(station_owner, station, owner, owner_of)

static dyn_client db;
static unsigned long rounds;

/* One call to its end, whose begin said s. */
static dyn_status finish(dyn_status s)
{
    while (s == DYN_OK && (s = dyn_step(&db)) == DYN_PENDING) {
        dyn_want want = dyn_wants(&db);
        dyn_posix_wait(NULL, &want, 1, want.ms);
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

static void single(dyn_repo *repo)
{
    weather w = { 21.5, "clear" };
    dyn_content c;

    must(finish(days_put_begin(repo, DYN_KEY("ulm"), DYN_KEY("2026-11-20"), &w, NULL)));
    must(finish(days_update_begin(repo, DYN_KEY("ulm"), DYN_KEY("2026-11-20"), DYN_EXPR("SET sky = ?, celsius = celsius - ?", "cloudy", 2), NULL)));
    must(finish(days_get_begin(repo, DYN_KEY("ulm"), DYN_KEY("2026-11-20"), &w, &c, NULL)));
    printf("single   %.1f, %s, version %d\n", w.celsius, w.sky, (int)c.version);
    dyn_status s = finish(days_delete_begin(repo, DYN_KEY("ulm"), DYN_KEY("2026-11-20"), &(dyn_repo_write){ .version = 1 }));
    printf("delete   version 1: %s\n", dyn_status_name(s));
    must(finish(days_delete_begin(repo, DYN_KEY("ulm"), DYN_KEY("2026-11-20"), NULL)));
}

static void many(dyn_repo *repo)
{
    weather w[3] = { { 1, "rain" }, { 2, "snow" }, { 3, "clear" } }, got;
    dyn_repo_item items[3] = { days_item(DYN_KEY("ulm"), DYN_KEY("2026-11-21"), &w[0]), days_item(DYN_KEY("ulm"), DYN_KEY("2026-11-22"), &w[1]),
                               days_item(DYN_KEY("ulm"), DYN_KEY("2026-12-01"), &w[2]) };
    uint32_t order[3];
    uint64_t count, deleted;
    dyn_repo_once once = { .order = order };
    dyn_content c;
    dyn_rows rows;
    dyn_status s;

    must(finish(days_put_many_begin(repo, items, 3, NULL)));
    w[1].celsius = -2;
    must(finish(days_write_once_begin(repo, items, 3, &once)));
    printf("once     %d of 3 differed\n", (int)once.wrote);
    must(finish(days_get_many_begin(repo, items, 3, NULL)));
    must(finish(days_count_begin(repo, &(dyn_repo_query){ .partition = DYN_KEY("ulm"), .prefix = DYN_KEY("2026-11") }, &count)));
    printf("count    %d in November\n", (int)count);
    must(days_list(repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("ulm"), .newest_first = true, .limit = 2 }));
    while ((s = finish(days_next_begin(repo, &rows, &got, &c))) == DYN_ROW)
        printf("list     %.*s %.0f, %s\n", (int)c.content[0].len, c.content[0].ptr, got.celsius, got.sky);
    must(s);
    must(dyn_finish(&rows));
    dyn_content beside[3];                                 /* or at once: what goes into an array, and page by page with a cursor between */
    size_t n;
    char cursor[256] = "";
    must(days_list(repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("ulm") }));
    must(finish(days_collect_begin(repo, &rows, w, beside, 3, &n)));
    printf("collect  %d, the last %.*s\n", (int)n, (int)beside[n - 1].content[0].len, beside[n - 1].content[0].ptr);
    do {
        must(days_list(repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("ulm"), .cursor = cursor }));
        must(finish(days_page_begin(repo, &rows, w, NULL, 2, &n, cursor, sizeof cursor)));
        printf("page     of %d\n", (int)n);
    } while (*cursor);
    dyn_repo *const kinds[] = { repo };                    /* here of one kind; see examples/collections.c */
    size_t which;
    must(dyn_repo_list_any(kinds, 1, &rows, &(dyn_repo_query){ .partition = DYN_KEY("ulm"), .limit = 1 }));
    if (finish(dyn_repo_next_any_begin(&rows, &which, &got, sizeof got, &c)) == DYN_ROW)
        printf("any      of kind %d, %s\n", (int)which, got.sky);
    must(dyn_finish(&rows));
    must(finish(days_delete_all_begin(repo, &(dyn_repo_query){ .partition = DYN_KEY("ulm") }, &deleted)));
    printf("deleted  %d\n", (int)deleted);
}

/* The station's owner: made when there is none, replaced, let go. */
static void relation(void)
{
    station s = { "ulm", "ann" };
    owner o = { "", "0731 1" };
    dyn_related of;
    dyn_counted counted;
    bool made;

    must(station_owner_relate(&db, &of, &s));
    must(finish(station_owner_make_begin(&of, &o, &made, NULL)));
    strcpy(o.phone, "0731 2");
    must(finish(station_owner_put_begin(&of, &o, NULL)));
    must(finish(station_owner_save_begin(&of, &o, NULL)));       /* the station too, in one transaction */
    must(finish(station_owner_get_begin(&of, &o, NULL)));
    must(finish(dyn_related_count_begin(&of, NULL, &counted)));
    printf("owner    %s, %s, %s, one of %d\n", o.name, o.phone, made ? "made" : "found", (int)counted.count);
    must(finish(dyn_related_delete_begin(&of, NULL)));
    dyn_status gone = station_owner_get(&of, &o, NULL);
    must(station_owner_assign(&of, &o));                   /* only the members that make it this station's */
    printf("owner    %s is %s\n", o.name, dyn_status_name(gone));
    must(dyn_related_delete(&of, NULL));                   /* that there is none is no error */
}

int main(void)
{
    static unsigned char memory[64 * 1024], repo_memory[24 * 1024];
    dyn_repo repo;

    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return dyn_print_error(&db), 1;
    must(finish(dyn_create_table_begin(&db, &table_model, NULL)));
    must(finish(dyn_wait_table_begin(&db, &table_model, DYN_TABLE_ACTIVE, NULL)));
    must(days_open(&repo, &db, &(dyn_repo_config){ DYN_MEMORY(repo_memory), .convention = dyn_pydantic_dynamo(), .prefix = "met", .type = "day" }));
    single(&repo);
    many(&repo);
    relation();
    must(finish(dyn_delete_table_begin(&db, &table_model, NULL)));
    printf("%s\n", rounds > 0 ? "the loop went on meanwhile" : "the loop stood still");
    dyn_close(&db);
    return 0;
}
