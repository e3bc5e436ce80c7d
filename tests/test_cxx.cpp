#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* The header used from C++20: options by reference, values that die with the full expression, enums with a type of their own. The peer is
 * scripted; the bodies that it must see were written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string>
extern "C" {
#include <cmocka.h>
}
#include "script.h"

enum class level : uint8_t { low = 1, high = 200 };

struct reading {
    char    device[24];
    int64_t taken_at;
    double  celsius;
    bool    charging;
    level   grade;
    dyn_str note;
};
static const dyn_name levels[] = { { 1, "low" }, { 200, "high" } };
static const dyn_field reading_fields[] = {
    DYN_TEXT(reading, device), DYN_INT(reading, taken_at), DYN_REAL(reading, celsius, .attr = "temp"), DYN_BOOL(reading, charging),
    DYN_ENUM(reading, grade, levels), DYN_STR(reading, note, .omit_zero = true),
};
static const dyn_model reading_model = {
    DYN_MODEL(reading, reading_fields),
    .table = "telemetry",
    .pk = "pk = DEVICE#{device}",
    .sk = "sk = READING#{taken_at:13}",
};
DYN_TYPED(reading, reading_model)

#define KEY  "\"pk\":{\"S\":\"DEVICE#boiler-7\"},\"sk\":{\"S\":\"READING#1763712000000\"}"
#define ITEM "{" KEY ",\"device\":{\"S\":\"boiler-7\"},\"taken_at\":{\"N\":\"1763712000000\"},\"temp\":{\"N\":\"61.5\"},\"charging\":{\"BOOL\":true},\"grade\":{\"S\":\"high\"}}"

/* A client on a scripted peer; closed and its edges checked when it goes. */
struct peer {
    script     s;
    dyn_stream stream;
    dyn_system system;
    dyn_client db;
    unsigned char block[64 + 16384 + 64];

    peer()
    {
        script_make(&s, &stream, &system);
        memset(block, 0xa5, sizeof block);
        const dyn_status opened = dyn_open(&db, { .memory = block + 64, .memory_size = 16384, .region = "us-east-1", .endpoint = "http://127.0.0.1:8000",
                                                  .access_key = "AKIDEXAMPLE", .secret_key = "secret", .stream = &stream, .system = &system });
        if (opened != DYN_OK)
            fail_msg("%s", dyn_last_error(&db)->text);
    }
    ~peer()
    {
        dyn_close(&db);
        for (size_t i = 0; i < 64; i++)
            if (block[i] != 0xa5 || block[64 + 16384 + i] != 0xa5)
                fail_msg("the client wrote outside its memory");
        script_free(&s);
    }
    void answers(const char *body)
    {
        size_t len;
        char *text = script_answer_text(200, "", body, strlen(body), &len);
        script_add(&s, text, len);
        text_of.push_back(text);
    }
    void was_asked(const char *body) const
    {
        const std::string got(s.last, s.last_len);
        if (got != body)
            fail_msg("%s\n  was sent, and not\n%s", got.c_str(), body);
    }
    struct list {
        char *texts[16];
        int   count = 0;
        void push_back(char *text) { texts[count++] = text; }
        ~list() { while (count) free(texts[--count]); }
    } text_of;
};

static reading sample()
{
    reading r = {};
    strcpy(r.device, "boiler-7");
    r.taken_at = 1763712000000, r.celsius = 61.5, r.charging = true, r.grade = level::high;
    return r;
}

static void a_put_takes_its_options_by_reference(void **)
{
    peer p;
    const reading r = sample();

    p.answers("{}");
    assert_int_equal(reading_put(&p.db, &r, { .when = { DYN_EXPR("attribute_not_exists(device)"), DYN_EXPR("celsius < ?", 60) } }), DYN_OK);
    p.was_asked("{\"TableName\":\"telemetry\",\"Item\":" ITEM ",\"ConditionExpression\":\"attribute_not_exists(#0) AND #1 < :0\","
                "\"ExpressionAttributeNames\":{\"#0\":\"device\",\"#1\":\"temp\"},\"ExpressionAttributeValues\":{\":0\":{\"N\":\"60\"}}}");
}

static void options_by_pointer_work_too(void **)
{
    peer p;
    const reading r = sample();

    p.answers("{}");
    assert_int_equal(reading_put(&p.db, &r, nullptr), DYN_OK);
    p.was_asked("{\"TableName\":\"telemetry\",\"Item\":" ITEM "}");
}

static void a_get_by_key_fills_an_enum_of_an_unsigned_type(void **)
{
    peer p;
    reading r = {};
    std::string device = "boiler";

    p.answers("{\"Item\":" ITEM "}");
    assert_int_equal(reading_get_key(&p.db, &r, DYN_KEY((device + "-7").c_str(), 1763712000000), { .consistent = true }), DYN_OK);
    p.was_asked("{\"TableName\":\"telemetry\",\"Key\":{" KEY "},\"ConsistentRead\":true}");
    assert_true(r.grade == level::high);
    assert_string_equal(r.device, "boiler-7");
    p.answers("{}");
    assert_int_equal(reading_get(&p.db, &r, dyn_get_options{}), DYN_NOT_FOUND);
}

/* The strings die at the semicolon, which is behind the call. */
static void values_of_std_string_live_until_the_end_of_the_call(void **)
{
    peer p;
    const reading r = sample();
    const auto text = [](const char *s) { return std::string(s) + " that is too long for a small string"; };

    p.answers("{}");
    assert_int_equal(reading_update(&p.db, &r, DYN_EXPR("SET note = ?, celsius = celsius + ?", text("one").c_str(), 1.5f), { .when = { DYN_EXPR("note = ?", text("two").c_str()) } }), DYN_OK);
    p.was_asked("{\"TableName\":\"telemetry\",\"Key\":{" KEY "},\"UpdateExpression\":\"SET #0 = :1, #1 = #1 + :2\",\"ConditionExpression\":\"#0 = :0\","
                "\"ExpressionAttributeNames\":{\"#0\":\"note\",\"#1\":\"temp\"},\"ExpressionAttributeValues\":{\":0\":{\"S\":\"two that is too long for a small string\"},"
                "\":1\":{\"S\":\"one that is too long for a small string\"},\":2\":{\"N\":\"1.5\"}}}");
}

static void every_type_of_value_is_taken(void **)
{
    static const dyn_number number = { "1.50" };
    const dyn_str slice = { "abcd", 2 };
    const dyn_arg parts[] = { dyn_int(1), dyn_text("x") };
    char writable[] = "w";
    const auto held = DYN_EXPR("", 1, 2u, 3L, 4UL, 5LL, 6ULL, 0.5, 0.25f, true, "text", writable, slice, &number, dyn_null(), dyn_list(parts, 2), static_cast<short>(-7));
    const dyn_expr e = held;
    static const int kinds[] = { DYN_ARG_INT, DYN_ARG_UINT, DYN_ARG_INT, DYN_ARG_UINT, DYN_ARG_INT, DYN_ARG_UINT, DYN_ARG_REAL, DYN_ARG_REAL, DYN_ARG_BOOL, DYN_ARG_TEXT, DYN_ARG_TEXT,
                                 DYN_ARG_TEXT, DYN_ARG_NUMBER, DYN_ARG_NULL, DYN_ARG_LIST, DYN_ARG_INT };

    assert_int_equal(e.count, 16);
    for (size_t i = 0; i < e.count; i++)
        assert_int_equal(e.args[i].kind, kinds[i]);
    assert_int_equal(e.args[11].as.s.len, 2);
    assert_true(e.args[7].as.d == 0.25 && e.args[15].as.i == -7);
    const dyn_key k = DYN_KEY("a", 1);
    assert_int_equal(k.count, 2);
}

static void a_query_is_passed_by_reference(void **)
{
    peer p;
    dyn_rows rows;
    reading r, both[2];
    size_t count = 0;

    p.answers("{\"Items\":[" ITEM "," ITEM "],\"Count\":2,\"ScannedCount\":2}");
    assert_int_equal(reading_select(&p.db, &rows, { .key = DYN_EXPR("device = ? AND taken_at >= ?", std::string("boiler-7").c_str(), 1763000000000), .newest_first = true, .limit = 10 }),
                     DYN_OK);
    assert_int_equal(reading_next(&rows, &r), DYN_ROW);
    assert_true(r.celsius == 61.5);
    assert_int_equal(reading_next(&rows, &r), DYN_ROW);
    assert_int_equal(reading_next(&rows, &r), DYN_DONE);
    assert_int_equal(dyn_finish(&rows), DYN_OK);
    p.was_asked("{\"TableName\":\"telemetry\",\"KeyConditionExpression\":\"#0 = :0 AND #1 BETWEEN :1 AND :2\",\"ExpressionAttributeNames\":{\"#0\":\"pk\",\"#1\":\"sk\"},"
                "\"ExpressionAttributeValues\":{\":0\":{\"S\":\"DEVICE#boiler-7\"},\":1\":{\"S\":\"READING#1763000000000\"},\":2\":{\"S\":\"READING#9999999999999\"}},"
                "\"Limit\":10,\"ScanIndexForward\":false}");
    p.answers("{\"Items\":[" ITEM "," ITEM "],\"Count\":2,\"ScannedCount\":2}");
    assert_int_equal(reading_scan(&p.db, &rows, dyn_query{}), DYN_OK);
    assert_int_equal(reading_collect(&rows, both, 2, &count), DYN_OK);
    assert_int_equal(count, 2);
}

static void a_delete_by_key_and_a_table_work(void **)
{
    peer p;

    p.answers("{}");
    assert_int_equal(reading_delete_key(&p.db, DYN_KEY("boiler-7", 1763712000000), { .when = { DYN_EXPR("charging = ?", false) } }), DYN_OK);
    p.was_asked("{\"TableName\":\"telemetry\",\"Key\":{" KEY "},\"ConditionExpression\":\"#0 = :0\",\"ExpressionAttributeNames\":{\"#0\":\"charging\"},"
                "\"ExpressionAttributeValues\":{\":0\":{\"BOOL\":false}}}");
    assert_int_equal(reading_delete_key(&p.db, DYN_KEY("boiler-7", -1), nullptr), DYN_INVALID);
}

static void a_transaction_takes_its_actions_from_an_array(void **)
{
    peer p;
    reading r = { "boiler-7", 1763712000000, 61.5, true, level::high, {} }, other = { "boiler-9", 1763712000000, 61.5, true, level::high, {} };
    const auto change = DYN_EXPR("SET celsius = ?", 20), warm = DYN_EXPR("celsius > ?", 10);
    const auto key = DYN_KEY("boiler-8", 1763712000000);

    dyn_tx_write actions[] = { DYN_TX_PUT(reading_model, &r), DYN_TX_UPDATE_KEY(reading_model, key, change, .when = { warm }),
                               DYN_TX_CHECK(reading_model, &other, .when = { warm }) };
    p.answers("{}");
    assert_int_equal(dyn_transact_write(&p.db, actions, 3, { .token = "one" }), DYN_OK);
    dyn_tx_read reads[] = { DYN_TX_GET(reading_model, &r), DYN_TX_GET_KEY(reading_model, &other, key) };
    p.answers("{\"Responses\":[{},{}]}");
    assert_int_equal(dyn_transact_get(&p.db, reads, 2, nullptr), DYN_OK);
    assert_false(reads[0].found || reads[1].found);
    p.answers("{}");
    assert_int_equal(reading_update(&p.db, &r, DYN_EXPR("SET celsius = celsius + ?", 1), { .once = DYN_ONCE }), DYN_OK);
}

int main()
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_put_takes_its_options_by_reference), cmocka_unit_test(options_by_pointer_work_too), cmocka_unit_test(a_get_by_key_fills_an_enum_of_an_unsigned_type),
        cmocka_unit_test(values_of_std_string_live_until_the_end_of_the_call), cmocka_unit_test(every_type_of_value_is_taken), cmocka_unit_test(a_query_is_passed_by_reference),
        cmocka_unit_test(a_delete_by_key_and_a_table_work), cmocka_unit_test(a_transaction_takes_its_actions_from_an_array),
    };

    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
