#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* The same over TLS, against the gate's listeners; certificates that must be refused; and clocks that are wrong or not there. What is right
 * and wrong about each certificate stands in tests/support/certs.sh. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

typedef struct reading {
    char    device[16];
    int64_t at;
    double  value;
    dyn_str note;
} reading;
static const dyn_field reading_fields[] = { DYN_TEXT(reading, device), DYN_INT(reading, at), DYN_REAL(reading, value), DYN_STR(reading, note, .optional = true) };
static const dyn_model reading_model = { DYN_MODEL(reading, reading_fields), .table = "telemetry", .pk = "pk = DEVICE#{device}", .sk = "sk = READING#{at:13}" };
DYN_TYPED(reading, reading_model)

static fixture f;
static dyn_client *const db = &f.db;

/* A file of the test certificates, whole. */
static dyn_str certificate(const char *name)
{
    static char text[4][16384];
    static unsigned turn;
    char path[512];
    char *to = text[turn++ % 4];
    dyn_str s = { to, 0 };

    snprintf(path, sizeof path, "%s/%s", getenv("DYNREPO_TEST_CERTS"), name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    s.len = fread(to, 1, sizeof text[0], file);
    fclose(file);
    return s;
}

/* https://host:port of one of the gate's listeners. */
static const char *at(const char *host, const char *listener)
{
    static char url[128];

    snprintf(url, sizeof url, "https://%s:%d", host, gate_tls_port(listener));
    return url;
}

static int reset(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    fixture_close(&f);
    return 0;
}

/* Table, put, get, update, select, scan, delete. */
static void works(void)
{
    reading r = { "boiler-7", 1000, 1.5, { "hot", 3 } }, back;
    dyn_rows rows;

    fixture_table(&f, &reading_model);
    want(db, DYN_OK, reading_put(db, &r, NULL));
    want(db, DYN_OK, reading_update(db, &r, DYN_EXPR("SET value = value + ?", 2), NULL));
    want(db, DYN_OK, reading_get_key(db, &back, DYN_KEY("boiler-7", 1000), NULL));
    assert_true(back.value == 3.5 && back.note.len == 3);
    want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "boiler-7") }));
    want(db, DYN_ROW, reading_next(&rows, &back));
    want(db, DYN_DONE, reading_next(&rows, &back));
    want(db, DYN_OK, reading_scan(db, &rows, NULL));
    want(db, DYN_ROW, reading_next(&rows, &back));
    want(db, DYN_OK, dyn_finish(&rows));
    want(db, DYN_CONDITION_FAILED, reading_put(db, &r, &(dyn_write_options){ .when = { DYN_EXPR("missing(value)") } }));
    want(db, DYN_OK, reading_delete(db, &r, NULL));
    want(db, DYN_NOT_FOUND, reading_get(db, &r, NULL));
    want(db, DYN_OK, dyn_delete_table(db, &reading_model, NULL));
}

static void everything_works_over_tls_with_either_kind_of_key_and_either_form_of_root(void **state)
{
    static const struct { const char *listener, *root; } cases[] = { { "RSA", "rsa-root.pem" }, { "RSA", "rsa-root.der" }, { "EC", "ec-root.pem" }, { "EC", "ec-root.der" } };
    (void)state;
    needs_the_gate();
    for (size_t i = 0; i < 4; i++) {
        gate_reset();
        want(db, DYN_OK, fixture_open(&f, FIXTURE_TLS, &(dyn_config){ .endpoint = at("localhost", cases[i].listener), .trust = certificate(cases[i].root) }));
        assert_int_equal(dyn_record_size(db), 0);
        works();
        assert_int_equal(dyn_record_size(db), 16384);
        assert_int_equal(gate_stat("tls_handshakes"), 1);          /* one connection for all */
        fixture_close(&f);
    }
}

static void bad_certificates_are_refused_and_no_request_is_sent(void **state)
{
    static const struct { const char *listener, *root; dyn_status status; const char *says; } cases[] = {
        { "WRONG_HOST", "ec-root.pem", DYN_TLS_WRONG_HOST, "localhost" }, { "WILDCARD", "ec-root.pem", DYN_TLS_WRONG_HOST, "localhost" },
        { "EXPIRED", "ec-root.pem", DYN_TLS_EXPIRED, "localhost" }, { "NOT_YET", "ec-root.pem", DYN_TLS_EXPIRED, "localhost" },
        { "SELF_SIGNED", "ec-root.pem", DYN_TLS_UNTRUSTED, "localhost" }, { "UNKNOWN_ROOT", "ec-root.pem", DYN_TLS_UNTRUSTED, "localhost" },
        { "CA_LESS", "ec-root.pem", DYN_TLS_UNTRUSTED, "localhost" },
        { "EC", "rsa-root.pem", DYN_TLS_UNTRUSTED, "localhost" }, { "EC", NULL, DYN_TLS_UNTRUSTED, "localhost" }, { "RSA", NULL, DYN_TLS_UNTRUSTED, "localhost" },
    };
    reading r = { "boiler-7", 1000, 1.5, { NULL, 0 } };
    (void)state;
    needs_the_gate();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dyn_config c = { .endpoint = at("localhost", cases[i].listener) };
        if (cases[i].root)
            c.trust = certificate(cases[i].root);
        gate_reset();
        want(db, DYN_OK, fixture_open(&f, FIXTURE_TLS, &c));
        dyn_status s = reading_put(db, &r, NULL);
        if (s != cases[i].status)
            print_error("%s with %s\n", cases[i].listener, cases[i].root ? cases[i].root : "the built-in roots");
        want(db, cases[i].status, s);
        says(db, cases[i].says);
        assert_false(dyn_last_error(db)->maybe_applied);
        assert_false(dyn_is_transient(s));
        assert_int_equal(gate_stat("requests"), 0);
        want(db, cases[i].status, reading_get(db, &r, NULL));      /* and again */
        assert_int_equal(gate_stat("requests"), 0);
        assert_int_equal(gate_stat("tls_handshakes"), 0);
        fixture_close(&f);
    }
}

static void the_texts_of_refusals_say_what_is_wrong(void **state)
{
    static const struct { const char *listener, *says; } cases[] = {
        { "WRONG_HOST", "localhost|certificate" }, { "EXPIRED", "expired|2021-01-01T00:00:00Z" }, { "NOT_YET", "not yet|2049-01-01T00:00:00Z" }, { "UNKNOWN_ROOT", "trust" }, { "SELF_SIGNED", "trust" },
    };
    reading r = { "boiler-7", 1000, 1.5, { NULL, 0 } };
    (void)state;
    needs_the_gate();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        want(db, DYN_OK, fixture_open(&f, FIXTURE_TLS, &(dyn_config){ .endpoint = at("localhost", cases[i].listener), .trust = certificate("ec-root.pem") }));
        assert_true(reading_put(db, &r, NULL) >= DYN_TLS_FAILED);
        says(db, cases[i].says);
        fixture_close(&f);
    }
}

static void an_address_in_an_https_endpoint_is_refused_with_the_reason(void **state)
{
    static const char *const hosts[] = { "127.0.0.1", "[::1]" };
    (void)state;
    needs_the_gate();
    for (size_t i = 0; i < 2; i++) {
        reading r = { "boiler-7", 1000, 1.5, { NULL, 0 } };
        dyn_status s = fixture_open(&f, FIXTURE_TLS, &(dyn_config){ .endpoint = at(hosts[i], "EC"), .trust = certificate("ec-root.pem") });
        if (s == DYN_OK)
            s = reading_put(db, &r, NULL);
        want(db, DYN_INVALID, s);
        says(db, i ? "::1|address|name" : "127.0.0.1|address|name");
        assert_int_equal(gate_stat("requests"), 0);
        assert_int_equal(gate_stat("connections"), 0);
        fixture_close(&f);
    }
}

static void trust_that_is_no_certificate_is_refused_at_open(void **state)
{
    static const char *const texts[] = { "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "-----BEGIN CERTIFICATE-----\nMIIB", "\x30\x82" };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        want(db, DYN_INVALID, fixture_open(&f, FIXTURE_TLS, &(dyn_config){ .endpoint = "https://localhost:1", .trust = { texts[i], strlen(texts[i]) } }));
        says(db, "trust");
        fixture_close(&f);
    }
}

static void a_plain_server_behind_https_is_a_failed_handshake(void **state)
{
    char url[64];
    static dyn_tables tables;
    (void)state;
    needs_the_gate();
    snprintf(url, sizeof url, "https://localhost%s", strrchr(getenv("DYNREPO_TEST_GATE"), ':'));
    want(db, DYN_OK, fixture_open(&f, FIXTURE_TLS, &(dyn_config){ .endpoint = url, .trust = certificate("ec-root.pem"), .attempts = 1, .connect_ms = 300 }));
    dyn_status s = dyn_list_tables(db, &tables, NULL);
    assert_true(s == DYN_TLS_FAILED || s == DYN_DISCONNECTED || s == DYN_TIMEOUT);      /* this server waits for an end of the line */
    says(db, "TLS");
}

static void a_page_of_1_mb_goes_through_48_kb_with_tls(void **state)
{
    static char batch[65536], note[300];
    reading r;
    dyn_rows rows;
    int count = 0;
    (void)state;
    needs_the_gate();
    want(db, DYN_OK, fixture_open(&f, FIXTURE_TLS, &(dyn_config){ .endpoint = at("localhost", "EC"), .trust = certificate("ec-root.pem") }));
    fixture_table(&f, &reading_model);
    memset(note, 'x', sizeof note - 1);
    for (int i = 0; i < 3600; i += 25) {
        size_t n = (size_t)sprintf(batch, "{\"RequestItems\":{\"%stelemetry\":[", f.prefix);
        for (int k = i; k < i + 25; k++)
            n += (size_t)sprintf(batch + n, "%s{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"DEVICE#big\"},\"sk\":{\"S\":\"READING#%013d\"},\"device\":{\"S\":\"big\"},\"at\":{\"N\":\"%d\"},"
                                 "\"value\":{\"N\":\"%d.5\"},\"note\":{\"S\":\"%s\"}}}}", k > i ? "," : "", k, k, k, note);
        strcpy(batch + n, "]}}");
        engine_call("BatchWriteItem", batch);
    }
    want(db, DYN_OK, reading_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("device = ?", "big") }));
    while (reading_next(&rows, &r) == DYN_ROW) {
        assert_true(r.at == count && r.value == count + 0.5 && r.note.len == 299);
        count++;
    }
    want(db, DYN_OK, dyn_finish(&rows));
    assert_int_equal(count, 3600);
    want(db, DYN_OK, dyn_delete_table(db, &reading_model, NULL));
}

static void a_new_connection_resumes_the_session(void **state)
{
    reading r = { "boiler-7", 1000, 1.5, { NULL, 0 } };
    (void)state;
    needs_the_gate();
    for (int i = 0; i < 2; i++) {
        gate_reset();
        want(db, DYN_OK, fixture_open(&f, FIXTURE_TLS, &(dyn_config){ .endpoint = at("localhost", i ? "RSA" : "EC"), .trust = certificate(i ? "rsa-root.pem" : "ec-root.pem") }));
        fixture_table(&f, &reading_model);
        assert_int_equal(gate_stat("tls_resumed"), 0);
        gate_rule("{\"action\":\"close_after\",\"times\":3}");
        for (int k = 0; k < 4; k++)
            want(db, DYN_OK, reading_put(db, &r, NULL));
        assert_int_equal(gate_stat("tls_resumed"), 3);
        assert_int_equal(gate_stat("tls_handshakes"), 4);
        want(db, DYN_OK, dyn_delete_table(db, &reading_model, NULL));
        fixture_close(&f);
    }
}

/* What a client says first, seen on its way through a stream. */
static dyn_stream below;
static unsigned char hello[1024];
static size_t hello_size;
static ptrdiff_t seen_write(void *user, const void *from, size_t size, uint32_t wait_ms)
{
    ptrdiff_t n = below.write(user, from, size, wait_ms);

    for (ptrdiff_t i = 0; i < n && hello_size < sizeof hello; i++)
        hello[hello_size++] = ((const unsigned char *)from)[i];
    return n;
}

static void the_size_of_records_that_is_asked_for_is_the_configs(void **state)
{
    static const struct { uint32_t record_size; int code; } cases[] = { { 0, 0 }, { 16384, 0 }, { 4096, 4 }, { 2048, 3 }, { 1024, 2 }, { 512, 1 } };    /* RFC 6066, 4 */
    dyn_posix_stream posix;
    static dyn_tables tables;
    (void)state;
    needs_the_gate();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dyn_stream stream;
        int code = 0;
        dyn_posix_stream_make(&posix, &below);
        stream = below;
        stream.write = seen_write;
        hello_size = 0;
        want(db, DYN_OK, fixture_open(&f, FIXTURE_TLS, &(dyn_config){ .endpoint = at("localhost", "EC"), .trust = certificate("ec-root.pem"), .stream = &stream,
                                                                      .record_size = cases[i].record_size }));
        want(db, DYN_OK, dyn_list_tables(db, &tables, NULL));
        /* ClientHello: record 5, message 4, version 2, random 32, session, suites, compression, extensions */
        size_t p = 43u + 1u + hello[43];
        p += 2u + hello[p] * 256u + hello[p + 1];
        p += 1u + hello[p];
        for (size_t end = p + 2 + hello[p] * 256u + hello[p + 1], next = p + 2; next < end; next += 4u + hello[next + 2] * 256u + hello[next + 3])
            if (hello[next] == 0 && hello[next + 1] == 1)
                code = hello[next + 4];
        assert_int_equal(code, cases[i].code);
        assert_int_equal(dyn_record_size(db), code ? 256 << code : 16384);
        fixture_close(&f);
    }
}

static void smaller_records_are_asked_for_and_the_outcome_is_told(void **state)
{
    static const uint32_t sizes[] = { 512, 1024, 2048, 4096 };
    (void)state;
    needs_the_gate();
    for (size_t i = 0; i < 4; i++) {
        gate_reset();
        want(db, DYN_OK, fixture_open(&f, FIXTURE_TLS, &(dyn_config){ .endpoint = at("localhost", "EC"), .trust = certificate("ec-root.pem"), .record_size = sizes[i] }));
        works();
        assert_int_equal(dyn_record_size(db), sizes[i]);           /* OpenSSL agrees */
        fixture_close(&f);
    }
    want(db, DYN_INVALID, fixture_open(&f, FIXTURE_TLS, &(dyn_config){ .endpoint = at("localhost", "EC"), .trust = certificate("ec-root.pem"), .record_size = 700 }));
    says(db, "700|512|4096");
}

/* ---- clocks */

static int64_t clock_error_ms;
static int64_t wrong_clock(void *user)
{
    return dyn_posix_system()->unix_ms(user) + clock_error_ms;
}
static int64_t no_clock(void *user)
{
    (void)user;
    return 0;
}

static dyn_system with_clock(int64_t (*clock)(void *user))
{
    dyn_system s = *dyn_posix_system();

    s.unix_ms = clock;
    return s;
}

static void without_a_clock_the_time_is_learned_from_the_service(void **state)
{
    (void)state;
    needs_the_gate();
    for (int i = 0; i < 6; i++) {                          /* plain, EC, RSA; no function, or one that does not know */
        dyn_system system = with_clock(i % 2 ? no_clock : NULL);
        dyn_config c = { .system = &system };
        if (i >= 2)
            c.endpoint = at("localhost", i >= 4 ? "RSA" : "EC"), c.trust = certificate(i >= 4 ? "rsa-root.pem" : "ec-root.pem");
        gate_reset();
        want(db, DYN_OK, fixture_open(&f, i >= 2 ? FIXTURE_TLS : FIXTURE_PLAIN, &c));
        works();
        assert_int_equal(gate_stat("refused"), 0);
        assert_int_equal(gate_stat("connections"), 1);
        fixture_close(&f);
    }
}

static void without_a_clock_bad_certificates_are_refused_all_the_same(void **state)
{
    static const struct { const char *listener; dyn_status status; } cases[] = {
        { "WRONG_HOST", DYN_TLS_WRONG_HOST }, { "SELF_SIGNED", DYN_TLS_UNTRUSTED }, { "UNKNOWN_ROOT", DYN_TLS_UNTRUSTED }, { "EXPIRED", DYN_TLS_EXPIRED },
        { "NOT_YET", DYN_NO_CLOCK },            /* the time that the server tells is not one at which its certificate is valid */
    };
    char log[4096];
    (void)state;
    needs_the_gate();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        reading r = { "boiler-7", 1000, 1.5, { NULL, 0 } };
        dyn_system system = with_clock(NULL);
        gate_reset();
        want(db, DYN_OK, fixture_open(&f, FIXTURE_TLS, &(dyn_config){ .endpoint = at("localhost", cases[i].listener), .trust = certificate("ec-root.pem"), .system = &system }));
        dyn_status s = reading_put(db, &r, NULL);
        if (s != cases[i].status)
            print_error("%s\n", cases[i].listener);
        want(db, cases[i].status, s);
        gate_control("GET", "log?n=10&raw=1", NULL, log, sizeof log);
        assert_null(strstr(log, "PutItem"));                       /* GET / may have been asked, to learn the date; nothing signed */
        fixture_close(&f);
    }
}

static void a_wrong_clock_is_corrected_after_one_refusal_and_stays_so(void **state)
{
    static const int64_t hours[] = { 1, -1, 24 * 400, -24 * 400 };
    dyn_system system = with_clock(wrong_clock);
    (void)state;
    needs_the_gate();
    for (size_t i = 0; i < 4; i++) {
        clock_error_ms = hours[i] * 3600000;
        gate_reset();
        want(db, DYN_OK, fixture_open(&f, FIXTURE_PLAIN, &(dyn_config){ .system = &system }));
        works();
        assert_int_equal(gate_stat("refused"), 1);
        fixture_close(&f);
    }
}

static void over_tls_a_clock_an_hour_off_is_corrected_too(void **state)
{
    dyn_system system = with_clock(wrong_clock);
    (void)state;
    needs_the_gate();
    clock_error_ms = 3600000;
    want(db, DYN_OK, fixture_open(&f, FIXTURE_TLS, &(dyn_config){ .endpoint = at("localhost", "EC"), .trust = certificate("ec-root.pem"), .system = &system }));
    works();
    assert_int_equal(gate_stat("refused"), 1);
}

static void a_service_whose_clock_is_ahead_is_followed(void **state)
{
    reading r = { "boiler-7", 1000, 1.5, { NULL, 0 } };
    (void)state;
    needs_the_gate();
    want(db, DYN_OK, fixture_open(&f, FIXTURE_PLAIN, NULL));
    fixture_table(&f, &reading_model);
    gate_reset();
    gate_rule("{\"action\":\"date_skew_s\",\"s\":3600,\"times\":-1}");
    for (int i = 0; i < 3; i++)
        want(db, DYN_OK, reading_put(db, &r, NULL));
    assert_int_equal(gate_stat("refused"), 1);
    gate_reset();
    want(db, DYN_OK, dyn_delete_table(db, &reading_model, NULL));      /* and back */
    assert_int_equal(gate_stat("refused"), 1);
}

#define T(test) cmocka_unit_test_setup_teardown(test, reset, close_all)

/* --- Recorded ------------------------------------------------------------------------------------------------------- */

static char   recording[65536];
static size_t recorded;

static void keep(void *user, const void *data, size_t size)
{
    (void)user;
    assert_true(recorded + size < sizeof recording);
    memcpy(recording + recorded, data, size);
    recorded += size;
    recording[recorded] = 0;
}

/* A table, and in it a put and a get, stepped: nothing waits in the stream, so what TLS wants has to be told right. */
static void put_and_get_stepped(dyn_client *client, reading *back)
{
    static const reading r = { "boiler-9", 1000, 2.5, { NULL, 0 } };

    want(client, DYN_OK, dyn_create_table(client, &reading_model, NULL));
    want(client, DYN_OK, dyn_wait_table(client, &reading_model, DYN_TABLE_ACTIVE, NULL));
    for (int get = 0; get < 2; get++) {
        *back = r;
        back->value = 0;
        dyn_status s = get ? reading_get_begin(client, back, NULL) : reading_put_begin(client, &r, NULL);
        for (int i = 0; i < 1000000 && (s == DYN_OK || s == DYN_PENDING); i++) {
            s = dyn_step(client);
            if (s != DYN_PENDING)
                break;
            dyn_want w = dyn_wants(client);
            struct pollfd p = { (int)w.handle, (short)((w.events & DYN_WANT_READ ? POLLIN : 0) | (w.events & DYN_WANT_WRITE ? POLLOUT : 0)), 0 };
            if (w.handle >= 0)                 /* a player has none, and does not wait */
                (void)poll(&p, 1, (int)w.ms);
        }
        want(client, DYN_OK, s);
    }
    want(client, DYN_OK, dyn_delete_table(client, &reading_model, NULL));
}

/* What is recorded stands above TLS, without secrets; it is played back without a network. */
static void a_recording_over_tls_holds_the_requests_and_is_played_back(void **state)
{
    static unsigned char memory[65536];
    static dyn_player player;
    static dyn_recorder recorder;
    static const dyn_sink sink = { keep, NULL };
    dyn_config config;
    dyn_client again;
    dyn_str text = { recording, 0 };
    reading back;

    (void)state;
    needs_the_gate();
    gate_reset();
    want(db, DYN_OK, fixture_open(&f, FIXTURE_TLS, &(dyn_config){ .endpoint = at("localhost", "EC"), .trust = certificate("ec-root.pem") }));
    want(db, DYN_OK, dyn_record(db, &recorder, &sink));
    put_and_get_stepped(db, &back);
    assert_true(back.value == 2.5);
    fixture_close(&f);
    assert_non_null(strstr(recording, "DynamoDB_20120810.PutItem"));
    assert_non_null(strstr(recording, "boiler-9"));
    assert_null(strstr(recording, "Signature="));
    memset((void *)&config, 0, sizeof config);
    text.len = recorded;
    assert_int_equal(dyn_play(&player, text, &config), DYN_OK);
    config.memory = memory, config.memory_size = sizeof memory;
    want(&again, DYN_OK, dyn_open(&again, &config));
    put_and_get_stepped(&again, &back);
    assert_true(back.value == 2.5);
    dyn_close(&again);
    if (!dyn_played(&player))
        fail_msg("%s", player.problem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(everything_works_over_tls_with_either_kind_of_key_and_either_form_of_root),
        T(bad_certificates_are_refused_and_no_request_is_sent),
        T(the_texts_of_refusals_say_what_is_wrong),
        T(an_address_in_an_https_endpoint_is_refused_with_the_reason),
        T(trust_that_is_no_certificate_is_refused_at_open),
        T(a_plain_server_behind_https_is_a_failed_handshake),
        T(a_page_of_1_mb_goes_through_48_kb_with_tls),
        T(a_new_connection_resumes_the_session),
        T(the_size_of_records_that_is_asked_for_is_the_configs),
        T(smaller_records_are_asked_for_and_the_outcome_is_told),
        T(without_a_clock_the_time_is_learned_from_the_service),
        T(without_a_clock_bad_certificates_are_refused_all_the_same),
        T(a_wrong_clock_is_corrected_after_one_refusal_and_stays_so),
        T(over_tls_a_clock_an_hour_off_is_corrected_too),
        T(a_service_whose_clock_is_ahead_is_followed),
        T(a_recording_over_tls_holds_the_requests_and_is_played_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
