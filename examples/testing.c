/* Unit tests of a program's own code, without a network: a spy stands in the service's place, tells the answers that a test has thought of, and keeps
 * what was asked. No test framework is needed; assert does. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#undef NDEBUG
#include <assert.h>
#include <stdio.h>
#include <string.h>

/* --- The code that is tested: seats of a show are reserved ------------------------------------------------------------- */

typedef struct show { char title[24]; int64_t seats; } show;
static const dyn_field show_fields[] = { DYN_TEXT(show, title), DYN_INT(show, seats) };
static const dyn_model show_model = { DYN_MODEL(show, show_fields), .table = "shows", .pk = "title" };
DYN_TYPED(show, show_model)

typedef struct guest { char name[24]; int64_t seats; } guest;
static const dyn_field guest_fields[] = { DYN_TEXT(guest, name), DYN_INT(guest, seats) };
static const dyn_model guest_model = { DYN_MODEL(guest, guest_fields), .table = "guests" };
DYN_TYPED_REPO(guests, guest, guest_model)

/* Takes n seats: how many are left, or -1 when there are not as many, -2 when nobody knows. */
static int64_t reserve(dyn_client *db, const char *title, int64_t n)
{
    show s = { "", 0 };
    dyn_write_options options = { .when = { DYN_EXPR("seats >= ?", n) }, .into = &(dyn_image){ .item = &s } };

    snprintf(s.title, sizeof s.title, "%s", title);
    switch (show_update(db, &s, DYN_EXPR("SET seats = seats - ?", n), &options)) {
    case DYN_OK:               return s.seats;
    case DYN_CONDITION_FAILED: return -1;
    default:                   return -2;
    }
}

/* How many seats all shows have together. */
static int64_t all_seats(dyn_client *db)
{
    int64_t sum = 0;
    dyn_rows rows;
    show s;

    show_scan(db, &rows, NULL);
    while (show_next(&rows, &s) == DYN_ROW)
        sum += s.seats;
    return dyn_finish(&rows) == DYN_OK ? sum : -1;
}

/* --- What every test begins and ends with -------------------------------------------------------------------------------- */

typedef struct stage {
    unsigned char memory[32 * 1024], kept[16 * 1024];
    dyn_spy       spy;
    dyn_client    db;
} stage;
static stage st;

static void begin(void)
{
    dyn_config config = { DYN_MEMORY(st.memory), .table_prefix = "test-" };

    dyn_spy_open(&st.spy, st.kept, sizeof st.kept, &config);
    assert(dyn_open(&st.db, &config) == DYN_OK);
}

static void print(void *user, const void *data, size_t size)
{
    (void)user;
    fwrite(data, 1, size, stdout);
}

static void end(const char *name)
{
    if (!dyn_spy_done(&st.spy))                            /* an answer that nobody wanted, or the spy's memory was too small */
        dyn_spy_show(&st.spy, &(dyn_sink){ print, NULL });
    assert(dyn_spy_done(&st.spy));
    dyn_close(&st.db);
    printf("ok       %s, %u requests\n", name, (unsigned)st.spy.count);
}

/* --- The tests ----------------------------------------------------------------------------------------------------------- */

static void a_reservation_asks_for_enough_seats(void)
{
    begin();
    assert(dyn_spy_answer(&st.spy, 200, "{\"Attributes\": {\"title\": {\"S\": \"Faust\"}, \"seats\": {\"N\": \"38\"}}}") == DYN_OK);
    assert(reserve(&st.db, "Faust", 2) == 38);
    assert(dyn_spy_sent(&st.spy, 0, "UpdateItem", "{ \"TableName\": \"test-shows\", \"Key\": {\"title\": {\"S\": \"Faust\"}},"
        " \"UpdateExpression\": \"SET #0 = #0 - :0\", \"ConditionExpression\": \"#0 >= :0\", \"ExpressionAttributeNames\": {\"#0\": \"seats\"},"
        " \"ExpressionAttributeValues\": {\":0\": {\"N\": \"2\"}}, \"ReturnValues\": \"ALL_NEW\" }"));
    end("a reservation asks for enough seats");
}

static void a_full_house_is_told(void)
{
    begin();
    assert(dyn_spy_refuse(&st.spy, "ConditionalCheckFailedException", "The conditional request failed") == DYN_OK);
    assert(reserve(&st.db, "Faust", 200) == -1);
    end("a full house is told");
}

static void a_lost_answer_is_not_taken_for_a_refusal(void)
{
    begin();
    assert(dyn_spy_drop(&st.spy) == DYN_OK);
    assert(reserve(&st.db, "Faust", 2) == -2);             /* it may have been done: it is not asked again */
    assert(st.spy.count == 1 && dyn_last_error(&st.db)->maybe_applied);
    end("a lost answer is not taken for a refusal");
}

static void a_busy_service_is_asked_again_and_all_pages_are_read(void)
{
    const int64_t before = 1795262400000;                  /* the spy's clock: waiting moves it, and takes no time */

    begin();
    dyn_spy_refuse(&st.spy, "ThrottlingException", "Rate exceeded");
    dyn_spy_answer(&st.spy, 200, "{\"Items\":[{\"title\":{\"S\":\"Faust\"},\"seats\":{\"N\":\"38\"}}],\"LastEvaluatedKey\":{\"title\":{\"S\":\"Faust\"}}}");
    dyn_spy_answer(&st.spy, 200, "{\"Items\":[{\"title\":{\"S\":\"Hamlet\"},\"seats\":{\"N\":\"4\"}}]}");
    assert(all_seats(&st.db) == 42);
    assert(st.spy.count == 3 && st.spy.unix_ms > before);
    assert(dyn_spy_sent(&st.spy, 1, "Scan", NULL) && dyn_spy_says(&st.spy, 2, "ExclusiveStartKey.title.S", "Faust"));
    end("a busy service is asked again and all pages are read");
}

static void a_guest_is_stored_with_version_and_stamp(void)
{
    static unsigned char memory[24 * 1024];
    guest ann = { "Ann", 2 };
    dyn_repo repo;

    begin();
    assert(guests_open(&repo, &st.db, &(dyn_repo_config){ DYN_MEMORY(memory), .convention = dyn_pydantic_dynamo(), .prefix = "hall", .type = "guest" }) == DYN_OK);
    assert(guests_put(&repo, DYN_KEY("faust"), DYN_KEY("ann"), &ann, NULL) == DYN_OK);
    assert(dyn_spy_says(&st.spy, 0, "Item._timestamp.S", "2026-11-21T12:00:00+00:00") && dyn_spy_says(&st.spy, 0, "Item._object_version.N", "1"));

    /* requests one by one, as JSON */
    for (const dyn_spy_request *r = st.spy.requests; r; r = r->next) {
        dyn_str key;
        if (dyn_json_get(r->body, "Item.pk.S", &key))
            printf("sent     %.*s of %.*s\n", (int)r->operation.len, r->operation.ptr, (int)key.len, key.ptr);
    }
    end("a guest is stored with version and stamp");
}

int main(void)
{
    dyn_error error;

    assert(dyn_model_check(&show_model, &error) == DYN_OK);
    a_reservation_asks_for_enough_seats();
    a_full_house_is_told();
    a_lost_answer_is_not_taken_for_a_refusal();
    a_busy_service_is_asked_again_and_all_pages_are_read();
    a_guest_is_stored_with_version_and_stamp();
    return 0;
}
