#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* >>exchange, >>call and >>op against a scripted peer: no engine, no network, a clock that moves only when the client waits.
 * Bodies are DynamoDB's as the API reference shows them; error bodies follow the cases of Smithy's awsJson1_0 error tests
 * and botocore's parser tests; retry figures are those of the SDKs' standard retry mode (aws-sdk-go-v2 retry2026_test.go). */
#include "call_fixture.h"

static dyn_status put_if(fixture *f)
{
    thing t = key_a();
    dyn_write_options o;

    memset(&o, 0, sizeof o);
    o.when[0] = DYN_EXPR("attribute_not_exists(id)");
    return drive(f, thing_put_begin(&f->db, &t, &o));
}

static dyn_status update(fixture *f, const char *text, size_t count)
{
    static dyn_arg one[2];
    dyn_expr e;

    one[0] = one[1] = dyn_int(1);
    dyn_expr_of(&e, text, one, count);
    thing t = key_a();
    return drive(f, thing_update_begin(&f->db, &t, e, NULL));
}

static dyn_status count_up(fixture *f)
{
    return update(f, "ADD temp ?", 1);
}

static void check_a(const thing *t)
{
    assert_string_equal(t->id, "a");
    assert_int_equal(t->n, 7);
    assert_true(t->temp == 1.5);
    assert_true(t->on);
    assert_int_equal(t->note.len, 10);
    assert_memory_equal(t->note.ptr, "h\xc3\xa9llo \"q\"", 10);
}

static const dyn_error *error_of(fixture *f)
{
    return dyn_last_error(&f->db);
}

/* --- Answers in every split ---------------------------------------------------------------------------------------- */

#define HEAD200 "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n"

/* The same item in every framing that HTTP/1.1 has. */
static const struct { const char *name, *text; int then; } framings[] = {
    { "Content-Length", HEAD200 "Content-Length: 109\r\n\r\n" FOUND, SCRIPT_STAY },
    { "a 100 before", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n" HEAD200 "Content-Length: 109\r\n\r\n" FOUND, SCRIPT_STAY },
    { "one chunk", HEAD200 "Transfer-Encoding: chunked\r\n\r\n6d\r\n" FOUND "\r\n0\r\n\r\n", SCRIPT_STAY },
    { "many chunks", HEAD200 "Transfer-Encoding: chunked\r\n\r\n8;ext=\"1\"\r\n{\"Item\":\r\n1\r\n{\r\n64\r\n\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"},\"temp\":{\"N\":\"1.5\"},"
                     "\"on\":{\"BOOL\":true},\"note\":{\"S\":\"h\\u00e9llo \\\"q\\\"\"}}}\r\n0\r\nX-A: b\r\n\r\n", SCRIPT_STAY },
    { "until close", HEAD200 "\r\n" FOUND, SCRIPT_CLOSE },
    { "Connection: close", HEAD200 "Connection: close\r\nContent-Length: 109\r\n\r\n" FOUND, SCRIPT_CLOSE },
    { "blanks around", HEAD200 "Content-Length: 115\r\n\r\n \r\n" FOUND "\n\t ", SCRIPT_STAY }
};

static void an_answer_means_the_same_in_every_framing_and_in_pieces_of_every_size(void **state)
{
    static const size_t sizes[] = { 0, 1, 2, 3, 5, 7, 16, 61, 128 };

    (void)state;
    for (size_t i = 0; i < sizeof framings / sizeof framings[0]; i++)
        for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++)
            for (int stutter = 0; stutter < 2; stutter++) {
                fixture *f = opened(16384);
                thing t;
                answer_raw(f, framings[i].text)->then = framings[i].then;
                f->s.read_most = sizes[j], f->s.write_most = sizes[j];
                f->s.reads_stutter = f->s.writes_stutter = stutter;
                if (get(f, &t) != DYN_OK)
                    fail_msg("%s in pieces of %lu: %s", framings[i].name, (unsigned long)sizes[j], error_of(f)->text);
                check_a(&t);
                assert_int_equal(f->s.requests, 1);
                finish(f);
            }
}

static void an_answer_cut_at_any_byte_is_repeated_and_never_taken_for_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof framings / sizeof framings[0]; i++)
        for (size_t cut = 0; cut < strlen(framings[i].text); cut++) {
            fixture *f = opened(16384);
            thing t;
            script_add(&f->s, framings[i].text, cut)->then = SCRIPT_CLOSE;
            answer(f, 200, FOUND);
            if (get(f, &t) != DYN_OK)
                fail_msg("%s cut at %lu: %s", framings[i].name, (unsigned long)cut, error_of(f)->text);
            check_a(&t);
            finish(f);
        }
}

static void a_body_of_json_only_until_close_that_is_cut_is_not_found_never(void **state)
{
    static const char whole[] = HEAD200 "\r\n" FOUND;

    (void)state;
    for (size_t cut = strlen(HEAD200) + 3; cut < sizeof whole - 1; cut++) {
        fixture *f = make(16384);
        thing t;
        f->config.attempts = 1;
        open_it(f);
        script_add(&f->s, whole, cut)->then = SCRIPT_CLOSE;
        dyn_status s = get(f, &t);
        if (s != DYN_CORRUPT && s != DYN_DISCONNECTED)
            fail_msg("cut at %lu: %s", (unsigned long)cut, dyn_status_name(s));
        finish(f);
    }
}

static void a_wrong_checksum_is_corrupt_and_a_missing_one_is_not_asked_for(void **state)
{
    fixture *f = make(16384);
    thing t;

    (void)state;
    f->config.attempts = 1;
    open_it(f);
    answer_raw(f, HEAD200 "x-amz-crc32: 1\r\nContent-Length: 109\r\n\r\n" FOUND);
    assert_int_equal(get(f, &t), DYN_CORRUPT);
    assert_int_equal(t.n, 7);
    assert_string_equal(t.id, "a");
    answer_raw(f, HEAD200 "Content-Length: 109\r\n\r\n" FOUND);
    assert_int_equal(get(f, &t), DYN_OK);
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t), DYN_OK);
    check_a(&t);
    finish(f);
    f = opened(16384);                         /* with tries left it is asked again */
    answer_raw(f, HEAD200 "x-amz-crc32: 1\r\nContent-Length: 109\r\n\r\n" FOUND);
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t), DYN_OK);
    assert_int_equal(f->s.requests, 2);
    finish(f);
}

static void members_come_in_any_order_with_any_blanks_and_strangers_among_them(void **state)
{
    fixture *f = opened(16384);
    thing t;

    (void)state;
    answer(f, 200, " {\t\"ConsumedCapacity\" : { \"TableName\":\"things\", \"CapacityUnits\":0.5, \"a\":[1,[2],{}] } ,\r\n\"Item\" : { \"zz\" : {\"L\":[{\"M\":{}},{\"NS\":[\"1\"]}]},"
                   " \"note\" : { \"S\" : \"h\\u00e9llo \\\"q\\\"\" } , \"temp\":{\"N\":\"15e-1\"},\"on\" : { \"BOOL\" : true },\"n\":{\"N\":\"7\"} , \"id\":{\"S\":\"\\u0061\"} } , \"X\":null } ");
    assert_int_equal(get(f, &t), DYN_OK);
    check_a(&t);
    finish(f);
}

static void a_success_with_an_empty_body_is_a_success(void **state)
{
    static const char *const empty[] = { "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                                         "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" };

    (void)state;
    for (int i = 0; i < 3; i++) {
        fixture *f = opened(16384);
        answer_raw(f, empty[i]);
        assert_int_equal(put(f), DYN_OK);
        assert_int_equal(f->s.requests, 1);
        finish(f);
    }
}

/* --- Every call of the stream fails in turn ------------------------------------------------------------------------ */

typedef dyn_status (*operation)(fixture *f);

static dyn_status do_get(fixture *f)
{
    thing t;
    dyn_status s = get(f, &t);

    if (s == DYN_OK)
        check_a(&t);
    return s;
}

static dyn_status list(fixture *f, thing *rows_out, size_t capacity, size_t *count, size_t limit)
{
    dyn_rows rows;
    dyn_query q;
    dyn_status s;

    memset(&q, 0, sizeof q);
    q.key = DYN_EXPR("id = ?", "a");
    q.limit = limit;
    thing_select(&f->db, &rows, &q);
    for (*count = 0;; ++*count) {
        thing spare;
        s = drive(f, thing_next_begin(&rows, *count < capacity ? &rows_out[*count] : &spare));
        if (s != DYN_ROW)
            break;
    }
    dyn_status end = dyn_finish(&rows);
    return s == DYN_DONE ? end : s;
}

static dyn_status do_list(fixture *f)
{
    thing t[4];
    size_t count;
    dyn_status s = list(f, t, 4, &count, 0);

    if (s == DYN_OK)
        assert_true(count >= 1);               /* a page taken up again is the same page here */
    return s;
}

#define PAGE1 "{\"Items\":[" ITEM "],\"Count\":1,\"ScannedCount\":1}"

static void whichever_call_of_the_stream_fails_the_result_is_a_success_or_a_clean_status(void **state)
{
    static const struct { const char *name; operation run; const char *good; } operations[] = {
        { "get", do_get, FOUND }, { "put", put, "{}" }, { "update", count_up, "{}" }, { "select", do_list, PAGE1 }
    };
    static const int faults[] = { DYN_IO_ERROR, DYN_IO_CLOSED, DYN_IO_AGAIN };

    (void)state;
    for (size_t o = 0; o < 4; o++)
        for (int fault = 0; fault < 6; fault++)
            for (int attempts = 1; attempts <= 4; attempts += 3) {
                bool reached = true;
                for (int n = 1; reached; n++) {
                    fixture *f = make(16384);
                    f->config.attempts = (uint32_t)attempts;
                    open_it(f);
                    for (int i = 0; i < 4; i++)
                        answer(f, 200, operations[o].good);
                    f->s.read_most = 37, f->s.write_most = 97;
                    f->s.fail_at = n, f->s.fail_with = faults[fault % 3], f->s.again_first = fault >= 3;
                    dyn_status s = operations[o].run(f);
                    reached = f->s.calls >= n;
                    bool lost = s == DYN_DISCONNECTED || s == DYN_UNREACHABLE || (s == DYN_UNCERTAIN && o == 2);
                    if (s != DYN_OK && !(lost && (attempts == 1 || o == 2)))
                        fail_msg("%s, call %d gives %d: %s %s", operations[o].name, n, f->s.fail_with, dyn_status_name(s), error_of(f)->text);
                    if (s != DYN_OK && error_of(f)->text[0] == 0)
                        fail_msg("%s, call %d: no text", operations[o].name, n);
                    assert_int_equal(error_of(f)->status, s);
                    finish(f);
                }
            }
}

/* --- Bodies larger than the window --------------------------------------------------------------------------------- */

static char *big_text(size_t n)
{
    char *p = (char *)malloc(n);

    for (size_t i = 0; i < n; i++)
        p[i] = i % 97 == 0 ? '"' : i % 89 == 0 ? '\n' : (char)('a' + i % 26);
    return p;
}

/* The header of the signed hash does not exist for DynamoDB, so the judge is the signature: both clients must send the same. */
static const char *signature_of(const fixture *f)
{
    return strstr(f->s.head, "Signature=");
}

static dyn_status put_big(fixture *f, char *text, size_t n)
{
    thing t = key_a();

    t.note.ptr = text, t.note.len = n;
    answer(f, 200, "{}");
    return drive(f, thing_put_begin(&f->db, &t, NULL));
}

static void a_body_larger_than_the_window_is_sent_as_a_large_client_sends_it(void **state)
{
    enum { N = 100 * 1024 };
    static const size_t takes[] = { 0, 1, 2, 1000, 4096 };
    char *text = big_text(N);
    fixture *big = opened(1 << 20);

    (void)state;
    assert_int_equal(put_big(big, text, N), DYN_OK);
    assert_true(big->s.last_len > N);
    for (size_t i = 0; i < 5; i++) {
        fixture *small = opened(16384);
        small->s.write_most = takes[i];
        assert_int_equal(put_big(small, text, N), DYN_OK);
        assert_int_equal(small->s.last_len, big->s.last_len);
        assert_memory_equal(small->s.last, big->s.last, big->s.last_len);
        assert_string_equal(signature_of(small), signature_of(big));
        finish(small);
    }
    finish(big);
    free(text);
}

static void a_large_body_is_sent_again_whole_after_a_cut_in_its_middle(void **state)
{
    enum { N = 40 * 1024 };
    char *text = big_text(N);

    (void)state;
    for (size_t at = 1; at < N; at += 3001) {
        fixture *f = opened(16384);
        script_answer *a = answer_raw(f, "");
        a->early = at, a->then = SCRIPT_RESET;
        assert_int_equal(put_big(f, text, N), DYN_OK);
        assert_true(f->s.last_len > N);
        assert_int_equal(f->s.requests, 2);
        finish(f);
    }
    free(text);
}

static void an_item_that_changes_while_it_is_sent_never_goes_out_whole(void **state)
{
    enum { N = 40 * 1024 };
    char *text = big_text(N);
    fixture *f = opened(16384);
    thing t = key_a();

    (void)state;
    t.note.ptr = text, t.note.len = N;
    f->s.write_most = 1000;
    answer(f, 200, "{}");
    assert_int_equal(thing_put_begin(&f->db, &t, NULL), DYN_OK);
    for (int i = 0; i < 3; i++)
        f->s.writes_stutter = true, assert_int_equal(dyn_step(&f->db), DYN_PENDING);
    text[N - 1]++;
    assert_int_equal(drive(f, DYN_OK), DYN_CHANGED);
    assert_int_equal(f->s.requests, 0);
    assert_false(f->s.connected);
    finish(f);
    free(text);
}

static void a_counting_update_that_changes_while_it_is_sent_is_changed_and_not_uncertain(void **state)
{
    enum { N = 40 * 1024 };
    char *text = big_text(N);
    fixture *f = opened(65536);
    thing t = key_a();
    dyn_arg args[2];
    dyn_expr e;
    dyn_str slice = { text, N };

    (void)state;
    dyn_expr_of(&e, "SET note = ?, temp = temp + ?", args, 2);
    args[0] = dyn_slice(slice), args[1] = dyn_int(1);
    answer(f, 200, "{}");
    f->s.write_most = 1000, f->s.writes_stutter = true;
    dyn_status s = thing_update_begin(&f->db, &t, e, NULL);
    if (s == DYN_OK) {                         /* values may be copied at the beginning: then nothing can change */
        for (int i = 0; i < 3; i++)
            assert_int_equal(dyn_step(&f->db), DYN_PENDING);
        text[N - 1]++;
        s = drive(f, DYN_OK);
        assert_true(s == DYN_CHANGED || s == DYN_OK);
    } else
        assert_int_equal(s, DYN_NO_MEMORY);
    finish(f);
    free(text);
}

static void an_early_refusal_ends_the_sending_and_is_the_status(void **state)
{
    enum { N = 60 * 1024 };
    char *text = big_text(N);

    (void)state;
    for (int split = 0; split < 3; split++) {
        fixture *f = opened(16384);
        thing t = key_a();
        t.note.ptr = text, t.note.len = N;
        script_answer *a = answer_raw(f, "HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoo large");
        a->early = 5000, a->then = SCRIPT_CLOSE;
        f->s.read_most = split == 1 ? 1 : 0, f->s.write_most = 700, f->s.reads_stutter = split == 2;
        assert_int_equal(drive(f, thing_put_begin(&f->db, &t, NULL)), DYN_TOO_LARGE);
        assert_int_equal(error_of(f)->http_status, 413);
        assert_int_equal(error_of(f)->attempts, 1);
        assert_true(f->s.taken < N);
        assert_false(f->s.connected);          /* half a request stands on it */
        finish(f);
    }
    free(text);
}

static void a_100_while_the_body_is_still_going_out_does_not_end_it(void **state)
{
    enum { N = 60 * 1024 };
    char *text = big_text(N);
    fixture *f = opened(16384);
    thing t = key_a();

    (void)state;
    t.note.ptr = text, t.note.len = N;
    f->s.write_most = 900, f->s.stall_after = 9000;
    assert_int_equal(thing_put_begin(&f->db, &t, NULL), DYN_OK);
    while (f->s.got_len < 9000)
        assert_int_equal(dyn_step(&f->db), DYN_PENDING);
    static const script_answer interim = { "HTTP/1.1 100 Continue\r\n\r\n", 25, SCRIPT_STAY, 0, 0, 0 };
    f->s.playing = &interim, f->s.played = 0, f->s.ready_at = f->s.now;
    assert_int_equal(dyn_step(&f->db), DYN_PENDING);
    f->s.stall_after = 0;
    f->s.playing = NULL;
    answer(f, 200, "{}");
    assert_int_equal(drive(f, DYN_OK), DYN_OK);
    assert_int_equal(f->s.requests, 1);
    assert_int_equal(f->s.opens, 1);
    finish(f);
    free(text);
}

/* --- The retry mode's official numbers ----------------------------------------------------------------------------- */

/* A second opinion of the client's generator, xorshift32 (Marsaglia, 2003), seeded with entropy. */
static uint32_t dice;
static uint32_t roll(uint32_t cap)
{
    dice ^= dice << 13, dice ^= dice >> 17, dice ^= dice << 5;
    return (uint32_t)(((uint64_t)dice * cap) >> 32);
}

#define E500 "{\"__type\":\"com.amazonaws.dynamodb.v20120810#InternalServerError\",\"message\":\"x\"}"
#define THROTTLE "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException\",\"message\":\"slow\"}"

static int bucket(const fixture *f)
{
    return f->db.state->bucket;
}

static void four_tries_at_25_50_100_ms_cost_14_each(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed < 2000; seed += 37) {
        fixture *f = make(16384);
        thing t;
        f->s.seed = seed;
        open_it(f);
        for (int i = 0; i < 6; i++)
            answer(f, 500, E500);
        assert_int_equal(get(f, &t), DYN_UNAVAILABLE);
        assert_int_equal(f->s.requests, 4);
        assert_int_equal(error_of(f)->attempts, 4);
        assert_int_equal(bucket(f), 458);
        dice = seed | 1;
        uint32_t waits[3] = { roll(25), roll(50), roll(100) };
        int k = 0;
        for (int i = 0; i < 3; i++)
            if (waits[i])
                assert_int_equal(f->s.pauses[k++], waits[i]);
        assert_int_equal(f->s.pause_count, k);
        finish(f);
    }
}

static void a_throttle_costs_5_and_waits_up_to_a_second_then_two_then_four(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed < 500; seed += 37) {
        fixture *f = make(16384);
        thing t;
        f->s.seed = seed, f->config.attempts = 8, f->config.total_ms = 200000;
        open_it(f);
        for (int i = 0; i < 8; i++)
            answer(f, 400, THROTTLE);
        assert_int_equal(get(f, &t), DYN_THROTTLED);
        assert_int_equal(f->s.requests, 8);
        assert_int_equal(bucket(f), 500 - 7 * 5);
        dice = seed | 1;
        static const uint32_t caps[] = { 1000, 2000, 4000, 8000, 16000, 20000, 20000 };
        int k = 0;
        for (int i = 0; i < 7; i++) {
            uint32_t ms = roll(caps[i]);
            if (ms)
                assert_int_equal(f->s.pauses[k++], ms);
        }
        assert_int_equal(f->s.pause_count, k);
        finish(f);
    }
}

static void the_service_may_ask_for_a_longer_wait_within_five_seconds(void **state)
{
    static const struct { const char *header; uint32_t least, more; } cases[] = {
        { "x-amz-retry-after: 1500\r\n", 1500, 0 }, { "x-amz-retry-after: 10000\r\n", 5000, 1 }, { "x-amz-retry-after: 0\r\n", 0, 1 },
        { "x-amz-retry-after: -5\r\n", 0, 1 }, { "x-amz-retry-after: soon\r\n", 0, 1 }, { "", 0, 1 }
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture *f = make(16384);
        thing t;
        f->s.seed = 77;
        open_it(f);
        answer_with(f, 500, cases[i].header, E500);
        answer(f, 200, FOUND);
        assert_int_equal(get(f, &t), DYN_OK);
        dice = 77;
        uint32_t expected = cases[i].least + (cases[i].more ? roll(25) : 0);
        assert_int_equal(f->s.pause_count, expected ? 1 : 0);
        if (expected)
            assert_int_equal(f->s.pauses[0], expected);
        finish(f);
    }
}

static void a_success_gives_back_what_its_last_retry_cost_or_one(void **state)
{
    fixture *f = opened(16384);
    thing t;

    (void)state;
    answer(f, 500, E500);
    answer(f, 500, E500);
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t), DYN_OK);
    assert_int_equal(bucket(f), 500 - 14);     /* two paid, one given back */
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t), DYN_OK);
    assert_int_equal(bucket(f), 500 - 13);
    answer(f, 400, THROTTLE);
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t), DYN_OK);
    assert_int_equal(bucket(f), 500 - 13);
    for (int i = 0; i < 4; i++)
        answer(f, 500, E500);
    assert_int_equal(get(f, &t), DYN_UNAVAILABLE);
    assert_int_equal(bucket(f), 500 - 13 - 42);  /* a failure gives nothing back */
    finish(f);
}

static void later_pages_of_a_read_give_back_one_and_not_the_first_pages_cost(void **state)
{
    fixture *f = opened(16384);
    thing t[4];
    size_t count;

    (void)state;
    answer(f, 500, E500);
    answer(f, 500, E500);
    answer(f, 200, "{\"Items\":[],\"LastEvaluatedKey\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}}");
    answer(f, 200, PAGE1);
    assert_int_equal(list(f, t, 4, &count, 0), DYN_OK);
    assert_int_equal(bucket(f), 500 - 28 + 14 + 1);
    finish(f);
}

static void an_empty_bucket_ends_the_tries_but_never_prevents_the_first(void **state)
{
    fixture *f = opened(16384);
    thing t;
    int failures = 0;

    (void)state;
    while (bucket(f) >= 14) {
        f->s.answer_count = f->s.next = 0;
        for (int i = 0; i < 4; i++)
            answer_raw(f, "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n");
        f->s.pause_count = 0;
        assert_int_equal(get(f, &t), DYN_UNAVAILABLE);
        failures++;
    }
    assert_int_equal(bucket(f), 500 - 35 * 14);    /* 11 calls pay 42, the last 28 */
    assert_int_equal(failures, 12);
    f->s.answer_count = f->s.next = 0;
    answer_raw(f, "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n");
    answer_raw(f, "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n");
    int before = f->s.requests;
    assert_int_equal(get(f, &t), DYN_UNAVAILABLE);
    assert_int_equal(f->s.requests, before + 1);
    finish(f);
}

/* --- Errors of every shape ----------------------------------------------------------------------------------------- */

typedef struct shape { int http; const char *headers, *body; dyn_status status; const char *code, *message; } shape;

static const shape shapes[] = {
    /* Smithy's awsJson1_0 error cases: the name in the header, in `code`, in `__type`; with a namespace, with an address, with both. */
    { 400, "X-Amzn-Errortype: FooError\r\n", "{}", DYN_REJECTED, "FooError", "" },
    { 400, "X-Amzn-Errortype: FooError:http://internal.amazon.com/coral/com.amazon.coral.validate/\r\n", "{}", DYN_REJECTED, "FooError", "" },
    { 400, "X-Amzn-Errortype: aws.protocoltests.json10#FooError:http://internal.amazon.com/coral/com.amazon.coral.validate/\r\n", "{}", DYN_REJECTED, "FooError", "" },
    { 400, "", "{\"code\":\"FooError\"}", DYN_REJECTED, "FooError", "" },
    { 400, "", "{\"code\":\"FooError:http://internal.amazon.com/coral/com.amazon.coral.validate/\"}", DYN_REJECTED, "FooError", "" },
    { 400, "", "{\"code\":\"aws.protocoltests.restjson#FooError\"}", DYN_REJECTED, "FooError", "" },
    { 400, "", "{\"code\":\"aws.protocoltests.restjson#FooError:http://internal.amazon.com/\"}", DYN_REJECTED, "FooError", "" },
    { 400, "", "{\"__type\":\"FooError\"}", DYN_REJECTED, "FooError", "" },
    { 400, "", "{\"__type\":\"FooError:http://internal.amazon.com/coral/com.amazon.coral.validate/\"}", DYN_REJECTED, "FooError", "" },
    { 400, "", "{\"__type\":\"aws.protocoltests.restjson#FooError\"}", DYN_REJECTED, "FooError", "" },
    { 400, "", "{\"__type\":\"aws.protocoltests.restjson#FooError:http://internal.amazon.com/coral/\"}", DYN_REJECTED, "FooError", "" },
    { 400, "", "{\"__type\":\"a#FooError\",\"errorDetails\":[{\"__type\":\"a#ErrorDetails\",\"message\":\"inner\",\"reason\":\"Some reason\"}]}", DYN_REJECTED, "FooError", "" },
    { 400, "", "{\"errorDetails\":{\"__type\":\"a#Inner\",\"code\":\"Inner\"},\"__type\":\"a#FooError\",\"message\":\"m\"}", DYN_REJECTED, "FooError", "m" },
    /* the order: header, code, __type */
    { 400, "X-Amzn-Errortype: First\r\n", "{\"__type\":\"Third\",\"code\":\"Second\"}", DYN_REJECTED, "First", "" },
    { 400, "", "{\"code\":\"Second\",\"__type\":\"Third\"}", DYN_REJECTED, "Second", "" },
    { 400, "", "{\"__type\":\"Third\",\"code\":\"Second\"}", DYN_REJECTED, "Second", "" },
    { 400, "", "{\"code\":17,\"__type\":\"Third\"}", DYN_REJECTED, "Third", "" },
    /* the text */
    { 400, "", "{\"__type\":\"com.amazon.coral.validate#ValidationException\",\"message\":\"One \\\"bad\\\" thing\"}", DYN_REJECTED, "ValidationException", "One \"bad\" thing" },
    { 400, "", "{\"__type\":\"com.amazon.coral.service#AccessDeniedException\",\"Message\":\"User: x\"}", DYN_DENIED, "AccessDeniedException", "User: x" },
    { 400, "", "{\"__type\":\"com.amazon.coral.service#SerializationException\"}", DYN_REJECTED, "SerializationException", "" },
    { 400, "", "{\"__type\":\"x#ValidationException\",\"message\":null}", DYN_REJECTED, "ValidationException", "" },
    /* the service's names (DynamoDB developer guide, error handling) */
    { 400, "", "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException\",\"message\":\"The conditional request failed\"}", DYN_CONDITION_FAILED,
      "ConditionalCheckFailedException", "" },
    { 400, "", "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException\",\"message\":\"Requested resource not found\"}", DYN_NO_TABLE, "ResourceNotFoundException", "" },
    { 400, "", "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ResourceInUseException\",\"message\":\"x\"}", DYN_IN_USE, "ResourceInUseException", "" },
    { 400, "", "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionConflictException\",\"message\":\"x\"}", DYN_CONFLICT, "TransactionConflictException", "" },
    { 409, "", "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ReplicatedWriteConflictException\",\"message\":\"x\"}", DYN_CONFLICT, "ReplicatedWriteConflictException", "" },
    { 400, "", THROTTLE, DYN_THROTTLED, "ProvisionedThroughputExceededException", "slow" },
    { 400, "", "{\"__type\":\"com.amazon.coral.availability#ThrottlingException\",\"message\":\"x\"}", DYN_THROTTLED, "ThrottlingException", "" },
    { 400, "", "{\"__type\":\"com.amazonaws.dynamodb.v20120810#RequestLimitExceeded\",\"message\":\"x\"}", DYN_THROTTLED, "RequestLimitExceeded", "" },
    { 400, "", "{\"__type\":\"com.amazonaws.dynamodb.v20120810#LimitExceededException\",\"message\":\"x\"}", DYN_THROTTLED, "LimitExceededException", "" },
    { 400, "", "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ItemCollectionSizeLimitExceededException\",\"message\":\"x\"}", DYN_REJECTED, "ItemCollectionSizeLimitExceededException", "" },
    { 400, "", "{\"__type\":\"com.amazon.coral.service#UnrecognizedClientException\",\"message\":\"The security token included in the request is invalid.\"}", DYN_DENIED,
      "UnrecognizedClientException", "" },
    { 400, "", "{\"__type\":\"com.amazon.coral.service#ExpiredTokenException\",\"message\":\"x\"}", DYN_DENIED, "ExpiredTokenException", "" },
    { 400, "", "{\"__type\":\"com.amazon.coral.service#IncompleteSignatureException\",\"message\":\"x\"}", DYN_DENIED, "IncompleteSignatureException", "" },
    { 400, "", "{\"__type\":\"com.amazon.coral.service#MissingAuthenticationTokenException\",\"message\":\"x\"}", DYN_DENIED, "MissingAuthenticationTokenException", "" },
    { 400, "", "{\"__type\":\"com.amazon.coral.service#InvalidSignatureException\",\"message\":\"x\"}", DYN_DENIED, "InvalidSignatureException", "" },
    { 400, "", "{\"__type\":\"com.amazon.coral.service#UnknownOperationException\"}", DYN_REJECTED, "UnknownOperationException", "" },
    /* no JSON at all: the number says it */
    { 500, "", "Internal Server Error", DYN_UNAVAILABLE, "", "" },
    { 500, "", "", DYN_UNAVAILABLE, "", "" },
    { 502, "Content-Type: text/html\r\n", "<html><body><h1>502 Bad Gateway</h1></body></html>", DYN_UNAVAILABLE, "", "" },
    { 503, "", "{\"message\":\"Service Unavail", DYN_UNAVAILABLE, "", "" },
    { 503, "", "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ServiceUnavailable\",\"message\":\"x\"}", DYN_UNAVAILABLE, "ServiceUnavailable", "" },
    { 504, "", "[1,2,3]", DYN_UNAVAILABLE, "", "" },
    { 500, "", "\"text\"", DYN_UNAVAILABLE, "", "" },
    { 500, "", "null", DYN_UNAVAILABLE, "", "" },
    { 501, "", "no", DYN_UNAVAILABLE, "", "" },
    { 413, "", "Request Entity Too Large", DYN_TOO_LARGE, "", "" },
    { 404, "", "<UnknownOperationException/>\n", DYN_REJECTED, "", "" },
    { 403, "", "", DYN_REJECTED, "", "" },
    { 429, "", "", DYN_THROTTLED, "", "" },
    { 429, "", "{\"message\":\"Too many\"}", DYN_THROTTLED, "", "Too many" },
    { 301, "Location: https://elsewhere/\r\n", "", DYN_PROTOCOL, "", "" },
    { 204, "", "", DYN_PROTOCOL, "", "" },
    { 500, "Content-Encoding: gzip\r\n", "\x1f\x8b\x08", DYN_UNAVAILABLE, "", "" },
    /* odd but legal */
    { 400, "", " \n{ \"other\":[{\"__type\":\"no\"}] , \"message\" : \"m\" , \"__type\" : \"x#ValidationException\" } ", DYN_REJECTED, "ValidationException", "m" }
};

static void an_error_of_any_shape_gives_its_status_name_and_text(void **state)
{
    static const size_t sizes[] = { 0, 1, 3 };

    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        for (size_t j = 0; j < 3; j++) {
            const shape *c = &shapes[i];
            fixture *f = make(16384);
            thing t;
            f->config.attempts = 1;
            open_it(f);
            f->s.read_most = sizes[j];
            answer_with(f, c->http, c->headers, c->http == 204 ? "" : c->body);
            dyn_status s = get(f, &t);
            if (s != c->status)
                fail_msg("HTTP %d, %s%s: %s and not %s", c->http, c->headers, c->body, dyn_status_name(s), dyn_status_name(c->status));
            if (strcmp(error_of(f)->code, c->code) != 0)
                fail_msg("HTTP %d, %s%s: the code is \"%s\"", c->http, c->headers, c->body, error_of(f)->code);
            if (!strstr(error_of(f)->text, c->message))
                fail_msg("HTTP %d, %s%s: the text is \"%s\"", c->http, c->headers, c->body, error_of(f)->text);
            assert_int_equal(error_of(f)->http_status, c->http);
            assert_string_equal(error_of(f)->request_id, "REQ1");
            assert_string_equal(t.id, "a");
            assert_int_equal(t.n, 7);
            finish(f);
        }
}

static void errors_that_pass_are_tried_again_and_others_are_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const shape *c = &shapes[i];
        fixture *f = opened(16384);
        thing t;
        bool again = c->status == DYN_THROTTLED || c->status == DYN_CONFLICT || (c->status == DYN_UNAVAILABLE && c->http != 501);
        answer_with(f, c->http, c->headers, c->http == 204 ? "" : c->body);
        answer(f, 200, FOUND);
        dyn_status s = get(f, &t);
        if (s != (again ? DYN_OK : c->status) || f->s.requests != (again ? 2 : 1))
            fail_msg("HTTP %d, %s%s: %s after %d requests", c->http, c->headers, c->body, dyn_status_name(s), f->s.requests);
        finish(f);
    }
}

/* --- Hostile answers ----------------------------------------------------------------------------------------------- */

/* After the kinds of JSONTestSuite (Seriot, "Parsing JSON is a minefield"): what is no JSON, or none that DynamoDB sends. */
static const char *const garbage[] = {
    "", "{", "}", "[", "]", "{]", "[}", "{\"Item\"", "{\"Item\":", "{\"Item\":}", "{\"Item\":{}", "{\"Item\":{},}", "{,\"Item\":{}}", "{\"Item\" {}}", "{\"Item\",{}}",
    "{'Item':{}}", "{Item:{}}", "{\"Item\":{}}x", "{\"Item\":{}}{}", "{\"Item\":{}}]", "{\"Item\":{\"id\":{\"S\":\"a\"}}", "{\"Item\":{\"id\":{\"S\":\"a\"},}}",
    "{\"Item\":{\"id\":{\"S\":\"a\" \"b\"}}}", "{\"Item\":{\"id\":{\"S\":\"a\\x\"}}}", "{\"Item\":{\"id\":{\"S\":\"a\\u12\"}}}", "{\"Item\":{\"id\":{\"S\":\"\\uD800\"}}}",
    "{\"Item\":{\"id\":{\"S\":\"\\uD800\\uD800\"}}}", "{\"Item\":{\"id\":{\"S\":\"\\uDC00\"}}}", "{\"Item\":{\"id\":{\"S\":\"\\uD834x\"}}}", "{\"Item\":{\"id\":{\"S\":\"a\nb\"}}}",
    "{\"Item\":{\"id\":{\"S\":\"a\tb\"}}}", "{\"Item\":{\"id\":{\"S\":\"a\x01\"}}}", "{\"Item\":{\"id\":{\"S\":\"\xff\"}}}", "{\"Item\":{\"id\":{\"S\":\"\xc0\x80\"}}}",
    "{\"Item\":{\"id\":{\"S\":\"\xed\xa0\x80\"}}}", "{\"Item\":{\"id\":{\"S\":\"\xe2\x82\"}}}", "{\"Item\":{\"id\":{\"S\":\"\xf5\x80\x80\x80\"}}}", "{\"x\":01}", "{\"x\":1.}", "{\"x\":.5}",
    "{\"x\":+1}", "{\"x\":-}", "{\"x\":1e}", "{\"x\":1e+}", "{\"x\":0x1}", "{\"x\":NaN}", "{\"x\":Infinity}", "{\"x\":-Infinity}", "{\"x\":tru}", "{\"x\":True}", "{\"x\":nul}", "{\"x\":truex}",
    "{\"x\":1 2}", "{\"x\":[1,]}", "{\"x\":[,1]}", "{\"x\":[1 2]}", "{\"x\":{\"a\":1,}}", "{\"x\":{\"a\"}}", "{\"x\":{1:2}}", "{\"x\":\"\\u00g0\"}", "{\"x\":\"", "\xef\xbb\xbf{}", "{}\x01",
    "{\"Item\":{\"id\":\"a\"}}", "{\"Item\":{\"id\":[]}}", "{\"Item\":{\"id\":{}}}", "{\"Item\":{\"id\":{\"S\":\"a\",\"N\":\"1\"}}}", "{\"Item\":{\"n\":{\"N\":7}}}", "{\"Item\":[]}", "{\"Item\":7}",
    "{\"Item\":{\"on\":{\"BOOL\":\"true\"}}}", "{\"Item\":{\"on\":{\"BOOL\":truth}}}", "[]", "7", "null", "\"x\"", "/* */{}", "{}//", "{\"a\":\"\\", "{\"a\":\"\\u", "\xff\xfe", "{\"x\":1}\xff"
};

static void no_garbage_is_taken_for_an_item(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++)
        for (size_t most = 0; most < 2; most++) {
            fixture *f = make(16384);
            thing t;
            f->config.attempts = 1;
            open_it(f);
            f->s.read_most = most;
            answer(f, 200, garbage[i]);
            dyn_status s = get(f, &t);
            bool none = s == DYN_NOT_FOUND && (!*garbage[i] || strcmp(garbage[i], "{\"Item\":7}") == 0 || strcmp(garbage[i], "{\"Item\":[]}") == 0);
            if (s != DYN_CORRUPT && s != DYN_BAD_ROW && !none)
                fail_msg("case %lu, %s: %s %s", (unsigned long)i, garbage[i], dyn_status_name(s), error_of(f)->text);
            assert_string_equal(t.id, "a");
            assert_int_equal(t.n, 7);
            finish(f);
        }
}

static void garbage_in_a_page_ends_the_read_as_corrupt(void **state)
{
    (void)state;
    for (size_t i = 1; i < sizeof garbage / sizeof garbage[0]; i++) {
        char text[512];
        thing t[4];
        size_t count;
        if (strncmp(garbage[i], "{\"Item\":", 8) != 0)
            continue;
        fixture *f = make(16384);
        snprintf(text, sizeof text, "{\"Items\":[" ITEM ",%s", garbage[i] + 8);
        f->config.attempts = 1;
        open_it(f);
        answer(f, 200, text);
        dyn_status s = list(f, t, 4, &count, 0);
        if (s != DYN_CORRUPT && s != DYN_BAD_ROW)
            fail_msg("%s: %s %s", text, dyn_status_name(s), error_of(f)->text);
        assert_int_equal(count, 1);
        finish(f);
    }
}

/* head, then `times` middles, then tail, as an answer's body. */
static dyn_status get_repeated(fixture *f, const char *head, const char *middle, size_t times, const char *tail)
{
    size_t n = strlen(middle), len;
    char *body = (char *)malloc(strlen(head) + n * times + strlen(tail) + 1), *p = body;
    thing t;

    p += sprintf(p, "%s", head);
    for (size_t i = 0; i < times; i++, p += n)
        memcpy(p, middle, n);
    p += sprintf(p, "%s", tail);
    f->owned[f->owned_count++] = script_answer_text(200, "", body, (size_t)(p - body), &len);
    free(body);
    script_add(&f->s, f->owned[f->owned_count - 1], len);
    return get(f, &t);
}

static void depth_length_and_size_have_bounds(void **state)
{
    static const struct { const char *head, *middle, *tail; size_t times; } cases[] = {
        { "{\"x\":", "[", "", 100000 }, { "{\"x\":", "{\"a\":", "", 100000 }, { "{\"Item\":{\"zz\":", "{\"L\":[", "", 100000 }, { "{\"Item\":{\"zz\":", "{\"M\":{\"a\":", "", 100000 },
        { "{\"Item\":", "{\"id\":", "", 100000 }, { "{\"Item\":{\"n\":{\"N\":\"", "9", "\"}}}", 100000 }, { "{\"Item\":{\"temp\":{\"N\":\"1e", "9", "\"}}}", 100000 },
        { "{\"Item\":{\"id\":{\"S\":\"", "long ", "\"}}}", 100000 }, { "{\"Item\":{\"note\":{\"S\":\"", "long ", "\"}}}", 100000 }, { "{\"Item\":{\"", "name", "\":{\"S\":\"\"}}}", 100000 },
        { "{\"", "name", "\":1}", 100000 }, { "{\"x\":", "1", "}", 100000 }, { "{\"x\":\"", "\\u0000", "\"}", 100000 }, { "{\"Item\":{\"n\":{\"", "N", "\":\"1\"}}}", 100000 },
        { " ", " ", "{", 100000 }, { "{\"x\":1", " ", "}", 100000 }, { "{\"Item\":{\"on\":{\"BOOL\":", " ", "true}}}", 100000 }, { "{\"Item\":{\"id\":", " ", "{\"S\":\"a\"}}}", 100000 },
        { "{\"Item\":{\"id\":{\"S\":", " ", "\"a\"}}}", 100000 }, { "{\"Item\":{\"id\":{\"S\" ", " ", ":\"a\"}}}", 100000 }
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture *f = make(16384);
        f->config.attempts = 1;
        open_it(f);
        dyn_status s = get_repeated(f, cases[i].head, cases[i].middle, cases[i].times, cases[i].tail);
        bool harmless = s == DYN_NOT_FOUND && strncmp(cases[i].head, "{\"Item", 6) != 0;
        if (s != DYN_CORRUPT && s != DYN_BAD_ROW && s != DYN_NO_MEMORY && !harmless)
            fail_msg("%s%s…%s: %s", cases[i].head, cases[i].middle, cases[i].tail, dyn_status_name(s));
        finish(f);
    }
}

static void a_flood_of_header_lines_is_refused(void **state)
{
    static const char *const lines[] = { "X-A: b\r\n", "X-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                         "HTTP/1.1 100 Continue\r\n\r\n", "\r\n", "\n" };

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        size_t n = strlen(lines[i]), total = 1 << 20;
        char *text = (char *)malloc(total + n + 32);
        size_t len = i < 3 ? (size_t)sprintf(text, "HTTP/1.1 200 OK\r\n") : 0;
        fixture *f = make(16384);
        thing t;
        f->config.attempts = 1;
        open_it(f);
        for (; len < total; len += n)
            memcpy(text + len, lines[i], n);
        script_add(&f->s, text, len);
        dyn_status s = get(f, &t);
        if (s != DYN_PROTOCOL && s != DYN_NO_MEMORY)
            fail_msg("a flood of %s: %s %s", lines[i], dyn_status_name(s), error_of(f)->text);
        assert_true(f->s.played < 128 * 1024);
        assert_false(f->s.connected);
        finish(f);
        free(text);
    }
}

static void what_stands_behind_an_answer_is_never_the_next_one(void **state)
{
    fixture *f = opened(16384);
    thing t;

    (void)state;
    answer_raw(f, HEAD200 "Content-Length: 109\r\n\r\n" FOUND "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t), DYN_OK);
    assert_false(f->s.connected);
    assert_int_equal(get(f, &t), DYN_OK);
    check_a(&t);
    finish(f);
}

/* --- Time ---------------------------------------------------------------------------------------------------------- */

static void each_limit_fires_when_it_should(void **state)
{
    static const struct { const char *name; uint32_t open_ms, delay_ms, gap_ms, attempts; bool stall; uint32_t took; const char *knob; } cases[] = {
        { "connect", 100000, 0, 0, 1, false, 3100, "connect_ms" }, { "first byte", 0, 100000, 0, 1, false, 5000, "attempt_ms" }, { "gap", 0, 0, 100000, 1, false, 700, "idle_ms" },
        { "write", 0, 0, 0, 1, true, 700, "idle_ms" }, { "total", 0, 0, 600, 1, false, 20000, "total_ms" }
    };
    static const uint32_t starts[] = { 0, 1000, UINT32_MAX, UINT32_MAX - 600, UINT32_MAX - 3000, INT32_MAX, (uint32_t)INT32_MAX - 400 };

    (void)state;
    for (size_t j = 0; j < sizeof starts / sizeof starts[0]; j++)
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            fixture *f = make(16384);
            thing t;
            f->s.now = starts[j];
            f->config.attempts = cases[i].attempts, f->config.idle_ms = 700, f->config.total_ms = 20000;
            open_it(f);
            f->s.open_ms = cases[i].open_ms, f->s.writes_stall = cases[i].stall, f->s.read_most = 1;
            script_answer *a = answer(f, 200, FOUND);
            a->delay_ms = cases[i].delay_ms, a->gap_ms = cases[i].gap_ms;
            dyn_status s = get(f, &t);
            uint32_t took = f->s.now - starts[j];
            if (s != DYN_TIMEOUT || took != cases[i].took)
                fail_msg("%s from tick %u: %s after %u ms", cases[i].name, starts[j], dyn_status_name(s), took);
            if (!strstr(error_of(f)->text, cases[i].knob))
                fail_msg("%s: %s", cases[i].name, error_of(f)->text);
            assert_false(f->s.connected);
            finish(f);
        }
}

static void a_calls_own_total_overrides_the_configs(void **state)
{
    fixture *f = opened(16384);
    thing t = key_a();
    dyn_get_options o;

    (void)state;
    memset(&o, 0, sizeof o);
    o.total_ms = 250;
    answer(f, 200, FOUND)->delay_ms = 100000;
    assert_int_equal(drive(f, thing_get_begin(&f->db, &t, &o)), DYN_TIMEOUT);
    assert_int_equal(f->s.now, 1250);
    assert_int_equal(error_of(f)->attempts, 1);
    finish(f);
}

static void a_limit_of_the_largest_number_is_no_limit_that_has_passed(void **state)
{
    fixture *f = make(16384);
    thing t = key_a();
    dyn_get_options o;

    (void)state;
    f->config.connect_ms = f->config.attempt_ms = f->config.idle_ms = f->config.total_ms = UINT32_MAX;
    open_it(f);
    f->s.open_ms = 50000;
    answer(f, 200, FOUND)->delay_ms = 60000;
    assert_int_equal(get(f, &t), DYN_OK);
    memset(&o, 0, sizeof o);
    o.total_ms = UINT32_MAX;
    t = key_a();
    answer(f, 200, FOUND)->delay_ms = 60000;
    assert_int_equal(drive(f, thing_get_begin(&f->db, &t, &o)), DYN_OK);
    finish(f);
}

static void a_time_out_is_tried_again_while_there_is_time(void **state)
{
    fixture *f = opened(16384);
    thing t;

    (void)state;
    answer(f, 200, FOUND)->delay_ms = 100000;
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t), DYN_OK);
    assert_int_equal(f->s.requests, 2);
    assert_true(f->s.now - 1000 >= 5000 && f->s.now - 1000 <= 5025);
    finish(f);
}

static void a_slow_peer_that_moves_bytes_is_not_timed_out(void **state)
{
    fixture *f = make(16384);
    thing t;

    (void)state;
    f->config.total_ms = 3000000;
    open_it(f);
    f->s.read_most = 1;
    answer(f, 200, FOUND)->gap_ms = 4999;
    assert_int_equal(get(f, &t), DYN_OK);
    assert_int_equal(f->s.requests, 1);
    finish(f);
}

static void a_connection_that_took_long_leaves_the_sending_its_own_time(void **state)
{
    fixture *f = make(16384);
    thing t = key_a();

    (void)state;
    f->config.attempts = 1;
    open_it(f);
    f->s.open_ms = 3000, f->s.stall_after = 1, f->s.write_most = 1;
    answer(f, 200, FOUND);
    assert_int_equal(thing_get_begin(&f->db, &t, NULL), DYN_OK);
    f->s.writes_stall = true;
    for (int i = 0; i < 3 && f->s.now < 4000; i++) {
        assert_int_equal(dyn_step(&f->db), DYN_PENDING);
        dyn_want w = dyn_wants(&f->db);
        script_wait(&f->s, w.events, w.ms);
    }
    assert_int_equal(dyn_step(&f->db), DYN_PENDING);
    assert_int_equal(dyn_wants(&f->db).ms, 5000);
    f->s.now += 1000;                          /* more than what is left of connect_ms */
    f->s.writes_stall = false, f->s.stall_after = 0, f->s.write_most = 0;
    assert_int_equal(drive(f, DYN_OK), DYN_OK);
    finish(f);
}

static void a_late_step_with_data_waiting_is_no_time_out(void **state)
{
    fixture *f = opened(16384);
    thing t = key_a();

    (void)state;
    answer(f, 200, FOUND);
    assert_int_equal(thing_get_begin(&f->db, &t, NULL), DYN_OK);
    f->s.read_most = 10, f->s.reads_stutter = true;
    assert_int_equal(dyn_step(&f->db), DYN_PENDING);
    for (int i = 0; i < 30; i++) {
        f->s.now += 20000;                     /* the program did something else */
        f->s.reads_stutter = i % 2, f->s.reading_again = true;
        dyn_status s = dyn_step(&f->db);
        f->s.reads_stutter = false;
        if (s != DYN_PENDING) {
            assert_int_equal(s, DYN_OK);
            break;
        }
    }
    finish(f);
}

static void the_time_between_rows_is_the_programs(void **state)
{
    char page[4096], *p = page;
    fixture *f = opened(16384);
    dyn_rows rows;
    dyn_query q;
    thing t;
    int n = 0;
    dyn_status s;

    (void)state;
    p += sprintf(p, "{\"Items\":[");
    for (int i = 0; i < 10; i++)
        p += sprintf(p, "%s{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"%d\"},\"temp\":{\"N\":\"1\"},\"on\":{\"BOOL\":false}}", i ? "," : "", i);
    sprintf(p, "],\"Count\":10}");
    answer(f, 200, page)->gap_ms = 10;
    f->s.read_most = 50;
    memset(&q, 0, sizeof q);
    q.key = DYN_EXPR("id = ?", "a");
    assert_int_equal(thing_select(&f->db, &rows, &q), DYN_OK);
    f->s.now += 3000000;
    while ((s = drive(f, thing_next_begin(&rows, &t))) == DYN_ROW) {
        assert_int_equal(t.n, n++);
        f->s.now += 3000000;
    }
    assert_int_equal(s, DYN_DONE);
    assert_int_equal(n, 10);
    assert_int_equal(dyn_finish(&rows), DYN_OK);
    assert_int_equal(f->s.requests, 1);
    finish(f);
}

static void wants_names_the_handle_only_while_there_is_a_connection_to_wait_for(void **state)
{
    fixture *f = opened(16384);
    thing t = key_a();

    (void)state;
    assert_int_equal(dyn_wants(&f->db).handle, -1);
    answer(f, 500, E500);
    answer(f, 200, FOUND)->delay_ms = 10;
    assert_int_equal(thing_get_begin(&f->db, &t, NULL), DYN_OK);
    dyn_want w = dyn_wants(&f->db);
    assert_int_equal(w.ms, 0);
    assert_int_equal(dyn_step(&f->db), DYN_PENDING);      /* the wait before the second try */
    w = dyn_wants(&f->db);
    assert_int_equal(w.events, 0);
    assert_int_equal(w.handle, -1);
    assert_true(w.ms > 0 && w.ms <= 25);
    f->s.now += w.ms - 1;
    assert_int_equal(dyn_step(&f->db), DYN_PENDING);
    assert_int_equal(f->s.requests, 1);
    f->s.now += 1;
    assert_int_equal(dyn_step(&f->db), DYN_PENDING);
    assert_int_equal(f->s.requests, 2);
    w = dyn_wants(&f->db);
    assert_int_equal(w.events, DYN_WANT_READ);
    assert_int_equal(w.handle, 7);
    assert_int_equal(drive(f, DYN_OK), DYN_OK);
    assert_int_equal(dyn_step(&f->db), DYN_INVALID);
    finish(f);
}

/* --- The kept connection ------------------------------------------------------------------------------------------- */

static void one_connection_serves_many_calls(void **state)
{
    fixture *f = opened(16384);
    thing t;

    (void)state;
    for (int i = 0; i < 5; i++)
        answer(f, i == 2 ? 400 : 200, i == 2 ? "{\"__type\":\"x#ValidationException\"}" : FOUND);
    for (int i = 0; i < 5; i++)
        assert_int_equal(get(f, &t), i == 2 ? DYN_REJECTED : DYN_OK);
    assert_int_equal(f->s.opens, 1);
    finish(f);
}

static void a_kept_connection_that_the_peer_closed_is_noticed_before_it_is_used(void **state)
{
    fixture *f = make(16384);
    thing t;

    (void)state;
    f->config.attempts = 1;
    open_it(f);
    answer(f, 200, FOUND);
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t), DYN_OK);
    f->s.dead = true;
    assert_int_equal(get(f, &t), DYN_OK);
    assert_int_equal(f->s.opens, 2);
    assert_int_equal(f->s.requests, 2);
    assert_int_equal(f->s.pause_count, 0);
    assert_int_equal(bucket(f), 500);
    finish(f);
}

static void a_stale_connection_costs_a_reconnect_but_no_delay_and_no_try(void **state)
{
    (void)state;
    for (int how = 0; how < 3; how++) {        /* the write fails; the answer is a close; a reset */
        fixture *f = make(16384);
        thing t;
        f->config.attempts = 1;
        open_it(f);
        answer(f, 200, FOUND);
        assert_int_equal(get(f, &t), DYN_OK);
        if (how == 0)
            f->s.fail_at = f->s.calls + 1, f->s.fail_with = DYN_IO_CLOSED;
        else
            answer_raw(f, "")->then = how == 1 ? SCRIPT_CLOSE : SCRIPT_RESET;
        answer(f, 200, FOUND);
        assert_int_equal(get(f, &t), DYN_OK);
        check_a(&t);
        assert_int_equal(f->s.opens, 2);
        assert_int_equal(f->s.pause_count, 0);
        assert_int_equal(bucket(f), 500);
        answer_raw(f, "")->then = SCRIPT_CLOSE;         /* but a new connection that breaks is a failure */
        answer_raw(f, "")->then = SCRIPT_CLOSE;
        assert_int_equal(get(f, &t), DYN_DISCONNECTED);
        finish(f);
    }
}

static void a_stale_connection_that_took_bytes_of_a_counting_update_is_uncertain(void **state)
{
    fixture *f = opened(16384);
    thing t;

    (void)state;
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t), DYN_OK);
    answer_raw(f, "")->then = SCRIPT_CLOSE;
    assert_int_equal(count_up(f), DYN_UNCERTAIN);
    assert_true(error_of(f)->maybe_applied);
    assert_int_equal(f->s.requests, 2);
    finish(f);
    f = opened(16384);                         /* nothing of it was taken: sent on a new connection */
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t), DYN_OK);
    f->s.fail_at = f->s.calls + 1, f->s.fail_with = DYN_IO_ERROR;
    answer(f, 200, "{}");
    assert_int_equal(count_up(f), DYN_OK);
    assert_int_equal(f->s.requests, 2);
    finish(f);
}

static void a_connection_idle_for_more_than_50_seconds_is_not_used_again(void **state)
{
    static const uint32_t idle[] = { 49000, 51000, 3000000000u };

    (void)state;
    for (int i = 0; i < 3; i++) {
        fixture *f = opened(16384);
        thing t;
        answer(f, 200, FOUND);
        answer(f, 200, FOUND);
        assert_int_equal(get(f, &t), DYN_OK);
        f->s.now += idle[i];
        assert_int_equal(get(f, &t), DYN_OK);
        assert_int_equal(f->s.opens, i == 0 ? 1 : 2);
        finish(f);
    }
}

static void connection_close_is_honoured(void **state)
{
    static const char *const heads[] = { "Connection: close\r\n", "connection: Keep-Alive, CLOSE\r\n" };

    (void)state;
    for (int i = 0; i < 3; i++) {
        fixture *f = opened(16384);
        thing t;
        if (i < 2)
            answer_with(f, 200, heads[i], FOUND);
        else
            answer_raw(f, "HTTP/1.0 200 OK\r\nContent-Length: 109\r\n\r\n" FOUND);
        answer(f, 200, FOUND);
        assert_int_equal(get(f, &t), DYN_OK);
        assert_false(f->s.connected);
        assert_int_equal(get(f, &t), DYN_OK);
        assert_int_equal(f->s.opens, 2);
        finish(f);
    }
}

/* --- Cancelling ---------------------------------------------------------------------------------------------------- */

static void a_call_can_be_cancelled_after_any_number_of_steps(void **state)
{
    (void)state;
    for (int steps = 0, ended = 0; !ended; steps++) {
        fixture *f = opened(16384);
        thing t = key_a();
        answer(f, 500, E500);
        answer(f, 200, "{}");
        f->s.open_again = 2, f->s.write_most = 150, f->s.read_most = 60, f->s.reads_stutter = f->s.writes_stutter = true;
        assert_int_equal(thing_put_begin(&f->db, &t, NULL), DYN_OK);
        for (int i = 0; i < steps && !ended; i++) {
            dyn_want w;
            ended = dyn_step(&f->db) != DYN_PENDING;
            w = dyn_wants(&f->db);
            script_wait(&f->s, w.events, w.ms);
        }
        bool touched = f->s.taken > 0;
        dyn_cancel(&f->db);
        if (!ended) {
            assert_int_equal(error_of(f)->status, DYN_CANCELLED);
            assert_int_equal(error_of(f)->maybe_applied, touched);
        }
        assert_int_equal(dyn_step(&f->db), DYN_INVALID);
        f->s.answer_count = f->s.next = 0;
        f->s.write_most = f->s.read_most = 0;
        answer(f, 200, FOUND);
        assert_int_equal(get(f, &t), DYN_OK);  /* the client is as good as new */
        check_a(&t);
        dyn_cancel(&f->db);
        assert_int_equal(error_of(f)->status, DYN_OK);
        finish(f);
    }
}

static void a_read_can_be_cancelled_between_its_rows_and_within(void **state)
{
    (void)state;
    for (int when = 0; when < 3; when++) {
        fixture *f = opened(16384);
        dyn_rows rows;
        dyn_query q;
        thing t;
        memset(&q, 0, sizeof q);
        q.key = DYN_EXPR("id = ?", "a");
        answer(f, 200, "{\"Items\":[" ITEM "," ITEM "]}")->gap_ms = 5;
        f->s.read_most = 50;
        assert_int_equal(thing_select(&f->db, &rows, &q), DYN_OK);
        if (when > 0)
            assert_int_equal(drive(f, thing_next_begin(&rows, &t)), DYN_ROW);
        if (when > 1) {
            assert_int_equal(thing_next_begin(&rows, &t), DYN_OK);
            assert_int_equal(dyn_step(&f->db), DYN_PENDING);
        }
        dyn_cancel(&f->db);
        assert_int_equal(drive(f, thing_next_begin(&rows, &t)), DYN_CANCELLED);
        assert_int_equal(dyn_finish(&rows), DYN_CANCELLED);
        f->s.read_most = 0;
        answer(f, 200, FOUND);
        f->s.next = 1;
        if (when == 0)
            f->s.next = 1;
        assert_int_equal(get(f, &t), DYN_OK);
        finish(f);
    }
}

/* --- Writes that are safe to repeat -------------------------------------------------------------------------------- */

static size_t marks(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == '?';
    return n;
}

static void what_comes_to_the_same_when_done_twice_is_repeated_after_a_cut(void **state)
{
    static const char *const safe[] = { "SET temp = ?", "SET temp = ?, on = ?", "REMOVE note", "SET temp = if_not_exists(temp, ?)", "SET temp = ? REMOVE note" };

    (void)state;
    for (int i = 0; i < 2; i++) {
        fixture *f = opened(16384);
        answer_raw(f, "")->then = SCRIPT_RESET;
        answer(f, 200, "{}");
        assert_int_equal(i ? put_if(f) : put(f), DYN_OK);
        assert_int_equal(f->s.requests, 2);
        finish(f);
    }
    for (size_t i = 0; i < sizeof safe / sizeof safe[0]; i++) {
        fixture *f = opened(16384);
        answer_raw(f, "")->then = SCRIPT_RESET;
        answer(f, 200, "{}");
        dyn_status s = update(f, safe[i], marks(safe[i]));
        if (s != DYN_OK)
            fail_msg("%s: %s %s", safe[i], dyn_status_name(s), error_of(f)->text);
        assert_int_equal(f->s.requests, 2);
        finish(f);
    }
}

static void what_counts_is_uncertain_after_a_cut_and_is_not_sent_again(void **state)
{
    static const char *const counting[] = { "ADD temp ?", "SET temp = temp + ?", "SET temp = temp - ?", "SET on = ? ADD temp ?", "SET temp = if_not_exists(temp, ?) + ?" };

    (void)state;
    for (size_t i = 0; i < sizeof counting / sizeof counting[0]; i++)
        for (int how = 0; how < 7; how++) {
            fixture *f = opened(16384);
            if (how == 0)
                answer_raw(f, "")->then = SCRIPT_RESET;
            else if (how == 1)
                answer_raw(f, "HTTP/1.1 200 OK\r\nContent-Le")->then = SCRIPT_CLOSE;
            else if (how == 2)
                answer(f, 200, "{}")->delay_ms = 6000;
            else if (how == 3)
                answer(f, 500, E500);
            else if (how == 4)
                answer_raw(f, "HTTP/1.1 200 OK\r\nx-amz-crc32: 5\r\nContent-Length: 2\r\n\r\n{}");
            else if (how == 5)
                answer_raw(f, "")->early = 10, f->s.answers[0].then = SCRIPT_RESET, f->s.write_most = 10;
            else
                answer(f, 200, "{}")->delay_ms = 100000, f->s.now += 1;
            answer(f, 200, "{}");
            dyn_status s = update(f, counting[i], marks(counting[i]));
            if (s != DYN_UNCERTAIN)
                fail_msg("%s, %d: %s %s", counting[i], how, dyn_status_name(s), error_of(f)->text);
            assert_true(error_of(f)->maybe_applied);
            assert_int_equal(f->s.requests, 1);
            finish(f);
        }
}

static void a_counting_update_out_of_time_is_uncertain(void **state)
{
    fixture *f = make(16384);

    (void)state;
    f->config.total_ms = 300;
    open_it(f);
    answer(f, 200, "{}")->delay_ms = 100000;
    assert_int_equal(count_up(f), DYN_UNCERTAIN);
    assert_true(error_of(f)->maybe_applied);
    finish(f);
}

static void what_was_never_sent_or_was_denied_may_be_sent_again(void **state)
{
    fixture *f = opened(16384);

    (void)state;
    f->s.connect_failures = 2;
    answer(f, 400, THROTTLE);
    answer(f, 200, "{}");
    assert_int_equal(count_up(f), DYN_OK);     /* refused, refused, throttled, done */
    assert_int_equal(f->s.requests, 2);
    answer(f, 400, "{\"__type\":\"x#TransactionConflictException\"}");
    answer(f, 429, "");
    answer(f, 200, "{}");
    assert_int_equal(count_up(f), DYN_OK);
    f->s.connect_failures = 9;
    script_close(&f->s);
    f->s.dead = true;
    assert_int_equal(count_up(f), DYN_UNREACHABLE);
    assert_false(error_of(f)->maybe_applied);
    finish(f);
}

#define CONDITION "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException\",\"message\":\"The conditional request failed\",\"Item\":" ITEM "}"

static void a_condition_that_fails_on_a_repeat_may_have_been_met_by_the_first_try(void **state)
{
    fixture *f = opened(16384);

    (void)state;
    answer(f, 400, CONDITION);
    assert_int_equal(put_if(f), DYN_CONDITION_FAILED);
    assert_false(error_of(f)->maybe_applied);
    answer(f, 500, E500);
    answer(f, 400, CONDITION);
    assert_int_equal(put_if(f), DYN_CONDITION_FAILED);
    assert_true(error_of(f)->maybe_applied);
    answer(f, 400, THROTTLE);                  /* not ambiguous */
    answer(f, 400, CONDITION);
    assert_int_equal(put_if(f), DYN_CONDITION_FAILED);
    assert_false(error_of(f)->maybe_applied);
    finish(f);
}

static void a_write_whose_answer_does_not_fit_was_applied_and_says_so(void **state)
{
    fixture *f = opened(16384);
    thing t = key_a(), after;
    dyn_image into;
    dyn_write_options o;

    (void)state;
    memset(&into, 0, sizeof into);
    memset(&o, 0, sizeof o);
    into.item = &after, o.into = &into;
    answer(f, 200, "{\"Attributes\":{\"n\":{\"S\":\"seven\"}}}");
    assert_int_equal(drive(f, thing_update_begin(&f->db, &t, DYN_EXPR("ADD temp ?", 1), &o)), DYN_BAD_ROW);
    assert_true(error_of(f)->maybe_applied);
    assert_int_equal(f->s.requests, 1);
    char *text = big_text(20000), *body = (char *)malloc(60000), *p = body;
    p += sprintf(p, "{\"Attributes\":{\"note\":{\"S\":\"");
    for (int i = 0; i < 20000; i++)
        *p++ = 'x';
    strcpy(p, "\"}}}");
    answer(f, 200, body);
    assert_int_equal(drive(f, thing_update_begin(&f->db, &t, DYN_EXPR("ADD temp ?", 1), &o)), DYN_NO_MEMORY);
    assert_true(error_of(f)->maybe_applied);
    assert_int_equal(f->s.requests, 2);
    free(text);
    free(body);
    finish(f);
}

/* --- Pages --------------------------------------------------------------------------------------------------------- */

static char *page_of(int from, int to, const char *tail)
{
    char *page = (char *)malloc((size_t)(to - from) * 120 + 512), *p = page;

    p += sprintf(p, "{\"Items\":[");
    for (int i = from; i < to; i++)
        p += sprintf(p, "%s{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"%d\"},\"temp\":{\"N\":\"1\"},\"on\":{\"BOOL\":false},\"note\":{\"S\":\"row %d\"}}", i > from ? "," : "", i, i);
    sprintf(p, "]%s}", tail);
    return page;
}

static void the_last_key_may_stand_before_the_items(void **state)
{
    fixture *f = opened(16384);
    thing t[4];
    size_t count;

    (void)state;
    answer(f, 200, "{\"LastEvaluatedKey\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"}},\"Count\":1,\"Items\":[" ITEM "]}");
    answer(f, 200, "{\"ScannedCount\":1,\"Count\":1,\"Items\":[" ITEM "],\"X\":{\"Items\":[1]}}");
    assert_int_equal(list(f, t, 4, &count, 0), DYN_OK);
    assert_int_equal(count, 2);
    assert_non_null(strstr(f->s.last, "\"ExclusiveStartKey\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"}}"));
    finish(f);
}

static void the_last_key_keeps_every_blank_wherever_the_answer_is_split(void **state)
{
    (void)state;
    for (size_t most = 1; most < 9; most++) {
        fixture *f = opened(16384);
        thing t[4];
        size_t count;
        f->s.read_most = most;
        answer(f, 200, "{\"Items\":[],\"LastEvaluatedKey\": {\"id\":{\"S\":\" a  b   c \"},\"n\":{\"N\":\"7\"}},\"Count\":1  2}");
        for (int i = 1; i < 4; i++)
            f->s.answers[i] = f->s.answers[0], f->s.answer_count = i + 1;
        assert_int_equal(list(f, t, 4, &count, 0), DYN_CORRUPT);    /* 1  2 is no number either */
        f->s.answer_count = f->s.next = 0;
        answer(f, 200, "{\"Items\":[],\"LastEvaluatedKey\": {\"id\":{\"S\":\" a  b   c \"},\"n\":{\"N\":\"7\"}},\"Count\":1}");
        answer(f, 200, PAGE1);
        assert_int_equal(list(f, t, 4, &count, 0), DYN_OK);
        assert_non_null(strstr(f->s.last, "\"ExclusiveStartKey\":{\"id\":{\"S\":\" a  b   c \"},\"n\":{\"N\":\"7\"}}"));
        finish(f);
    }
}

static void a_page_cut_at_any_byte_goes_on_behind_its_last_whole_row(void **state)
{
    char *page = page_of(0, 6, ",\"Count\":6");
    size_t len, body = strlen(page);
    char *whole = script_answer_text(200, "", page, body, &len);

    (void)state;
    for (size_t cut = 0; cut < len; cut++) {
        fixture *f = opened(16384);
        thing t[8];
        size_t count;
        int rows = 0;
        script_add(&f->s, whole, cut)->then = cut % 2 ? SCRIPT_CLOSE : SCRIPT_RESET;
        for (int i = 0; i < 6; i++) {          /* how many rows are whole in what was sent */
            char end[64];
            sprintf(end, "\"row %d\"}}", i);
            const char *at = strstr(whole, end);
            rows += at && (size_t)(at - whole) + strlen(end) <= cut;
        }
        char *rest = page_of(rows, 6, "");
        answer(f, 200, rest);
        dyn_status s = list(f, t, 8, &count, 0);
        if (s != DYN_OK || count != 6)
            fail_msg("cut at %lu: %s, %lu rows %s", (unsigned long)cut, dyn_status_name(s), (unsigned long)count, error_of(f)->text);
        for (int i = 0; i < 6; i++)
            assert_int_equal(t[i].n, i);
        char start[128];
        sprintf(start, "\"ExclusiveStartKey\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"%d\"}}", rows - 1);
        if (rows ? !strstr(f->s.last, start) : strstr(f->s.last, "ExclusiveStartKey") != NULL)
            fail_msg("cut at %lu, behind row %d: %s", (unsigned long)cut, rows, f->s.last);
        free(rest);
        finish(f);
    }
    free(whole);
    free(page);
}

static void a_bad_checksum_after_rows_is_corrupt_and_before_them_a_retry(void **state)
{
    char *page = page_of(0, 3, ""), *text = (char *)malloc(2048);
    fixture *f = opened(16384);
    thing t[8];
    size_t count;

    (void)state;
    sprintf(text, HEAD200 "x-amz-crc32: 12345\r\nContent-Length: %lu\r\n\r\n%s", (unsigned long)strlen(page), page);
    answer_raw(f, text);
    answer(f, 200, page);
    assert_int_equal(list(f, t, 8, &count, 0), DYN_CORRUPT);
    assert_int_equal(count, 3);
    assert_int_equal(f->s.requests, 1);
    finish(f);
    f = opened(16384);
    answer_raw(f, HEAD200 "x-amz-crc32: 12345\r\nContent-Length: 12\r\n\r\n{\"Items\":[]}");
    answer(f, 200, page);
    assert_int_equal(list(f, t, 8, &count, 0), DYN_OK);
    assert_int_equal(count, 3);
    finish(f);
    free(page);
    free(text);
}

static void a_limit_that_is_reached_does_not_hide_a_bad_checksum(void **state)
{
    char *page = page_of(0, 3, ",\"LastEvaluatedKey\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"2\"}}"), *text = (char *)malloc(2048);

    (void)state;
    for (int slow = 0; slow < 2; slow++) {
        fixture *f = opened(16384);
        thing t[8];
        size_t count;
        sprintf(text, HEAD200 "x-amz-crc32: 12345\r\nContent-Length: %lu\r\n\r\n%s", (unsigned long)strlen(page), page);
        script_answer *a = answer_raw(f, text);
        a->gap_ms = slow ? 10 : 0;
        f->s.read_most = slow ? 20 : 0;
        assert_int_equal(list(f, t, 8, &count, 3), DYN_CORRUPT);
        assert_int_equal(count, 3);
        finish(f);
        f = opened(16384);
        a = answer(f, 200, page);
        a->gap_ms = slow ? 10 : 0;
        f->s.read_most = slow ? 20 : 0;
        assert_int_equal(list(f, t, 8, &count, 3), DYN_OK);
        assert_int_equal(count, 3);
        assert_int_equal(f->s.requests, 1);
        assert_true(f->s.connected);           /* read to its end, so it can be kept */
        finish(f);
    }
    free(page);
    free(text);
}

static void a_cut_behind_the_last_row_of_a_limit_is_no_failure(void **state)
{
    char *page = page_of(0, 3, ",\"LastEvaluatedKey\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"2\"}}");
    size_t len;
    char *whole = script_answer_text(200, "", page, strlen(page), &len);
    fixture *f = opened(16384);
    thing t[8];
    size_t count;

    (void)state;
    script_add(&f->s, whole, len - 10)->then = SCRIPT_CLOSE;
    assert_int_equal(list(f, t, 8, &count, 3), DYN_OK);
    assert_int_equal(count, 3);
    assert_int_equal(f->s.requests, 1);
    finish(f);
    free(whole);
    free(page);
}

static void a_thousand_pages_need_no_more_memory_than_a_few(void **state)
{
    fixture *f = opened(9000);
    dyn_rows rows;
    dyn_query q;
    thing t;
    size_t peak = 0;
    char *page = page_of(0, 1, ",\"LastEvaluatedKey\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"2\"}}");
    char *other = page_of(0, 1, ",\"LastEvaluatedKey\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"3\"}}");

    (void)state;
    memset(&q, 0, sizeof q);
    q.key = DYN_EXPR("id = ?", "a");
    answer(f, 200, page), answer(f, 200, other);
    f->s.read_most = 40;
    assert_int_equal(thing_select(&f->db, &rows, &q), DYN_OK);
    for (int i = 0; i < 1000; i++) {
        f->s.next = i % 2;                     /* the same two pages for ever */
        dyn_status s = drive(f, thing_next_begin(&rows, &t));
        if (s != DYN_ROW)
            fail_msg("page %d: %s", i, error_of(f)->text);
        if (i == 10)
            peak = dyn_memory_peak(&f->db);
    }
    assert_int_equal(dyn_memory_peak(&f->db), peak);
    assert_int_equal(f->s.requests, 1000);
    assert_int_equal(dyn_finish(&rows), DYN_OK);
    free(page), free(other);
    finish(f);
}

static void a_wait_for_a_table_may_ask_any_number_of_times(void **state)
{
    static const char creating[] = "{\"Table\":{\"TableName\":\"things\",\"TableStatus\":\"CREATING\",\"AttributeDefinitions\":[{\"AttributeName\":\"id\",\"AttributeType\":\"S\"},"
                                   "{\"AttributeName\":\"n\",\"AttributeType\":\"N\"}],\"KeySchema\":[{\"AttributeName\":\"id\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"n\",\"KeyType\":"
                                   "\"RANGE\"}],\"ProvisionedThroughput\":{\"NumberOfDecreasesToday\":0,\"ReadCapacityUnits\":0,\"WriteCapacityUnits\":0},\"CreationDateTime\":1.615218678973E9}}";
    fixture *f = opened(9000);

    (void)state;
    for (int i = 0; i < 55; i++)
        answer(f, 200, creating);
    answer(f, 200, "{\"Table\":{\"TableStatus\":\"ACTIVE\"}}");
    assert_int_equal(drive(f, dyn_wait_table_begin(&f->db, &thing_model, DYN_TABLE_ACTIVE, NULL)), DYN_OK);
    assert_int_equal(f->s.requests, 56);
    finish(f);
}

/* --- Items after a failure ----------------------------------------------------------------------------------------- */

static void the_key_members_are_right_again_after_any_failure(void **state)
{
    static const struct { const char *body; dyn_status status; } cases[] = {
        { "{\"Item\":{\"id\":{\"S\":\"zzz\"},\"n\":{\"N\":\"99\"},\"temp\":{\"S\":\"x\"}}}", DYN_BAD_ROW },
        { "{\"Item\":{\"id\":{\"S\":\"a text of more than fifteen bytes\"},\"n\":{\"N\":\"99\"}}}", DYN_BAD_ROW },
        { "{\"Item\":{\"id\":{\"S\":\"zzz\"},\"n\":{\"N\":\"99\"}", DYN_CORRUPT }
    };

    (void)state;
    for (int i = 0; i < 3; i++) {
        fixture *f = make(16384);
        thing t;
        f->config.attempts = 1;
        open_it(f);
        answer(f, 200, cases[i].body);
        assert_int_equal(get(f, &t), cases[i].status);
        assert_string_equal(t.id, "a");
        assert_int_equal(t.n, 7);
        finish(f);
    }
    fixture *f = opened(16384);                /* a half item, then none */
    thing t;
    answer_raw(f, HEAD200 "Content-Length: 500\r\n\r\n{\"Item\":{\"id\":{\"S\":\"zzz\"},\"n\":{\"N\":\"99\"},")->then = SCRIPT_CLOSE;
    answer(f, 200, "{}");
    assert_int_equal(get(f, &t), DYN_NOT_FOUND);
    assert_string_equal(t.id, "a");
    assert_int_equal(t.n, 7);
    finish(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_means_the_same_in_every_framing_and_in_pieces_of_every_size),
        cmocka_unit_test(an_answer_cut_at_any_byte_is_repeated_and_never_taken_for_whole),
        cmocka_unit_test(a_body_of_json_only_until_close_that_is_cut_is_not_found_never),
        cmocka_unit_test(a_wrong_checksum_is_corrupt_and_a_missing_one_is_not_asked_for),
        cmocka_unit_test(members_come_in_any_order_with_any_blanks_and_strangers_among_them),
        cmocka_unit_test(a_success_with_an_empty_body_is_a_success),
        cmocka_unit_test(whichever_call_of_the_stream_fails_the_result_is_a_success_or_a_clean_status),
        cmocka_unit_test(a_body_larger_than_the_window_is_sent_as_a_large_client_sends_it),
        cmocka_unit_test(a_large_body_is_sent_again_whole_after_a_cut_in_its_middle),
        cmocka_unit_test(an_item_that_changes_while_it_is_sent_never_goes_out_whole),
        cmocka_unit_test(a_counting_update_that_changes_while_it_is_sent_is_changed_and_not_uncertain),
        cmocka_unit_test(an_early_refusal_ends_the_sending_and_is_the_status),
        cmocka_unit_test(a_100_while_the_body_is_still_going_out_does_not_end_it),
        cmocka_unit_test(four_tries_at_25_50_100_ms_cost_14_each),
        cmocka_unit_test(a_throttle_costs_5_and_waits_up_to_a_second_then_two_then_four),
        cmocka_unit_test(the_service_may_ask_for_a_longer_wait_within_five_seconds),
        cmocka_unit_test(a_success_gives_back_what_its_last_retry_cost_or_one),
        cmocka_unit_test(later_pages_of_a_read_give_back_one_and_not_the_first_pages_cost),
        cmocka_unit_test(an_empty_bucket_ends_the_tries_but_never_prevents_the_first),
        cmocka_unit_test(an_error_of_any_shape_gives_its_status_name_and_text),
        cmocka_unit_test(errors_that_pass_are_tried_again_and_others_are_not),
        cmocka_unit_test(no_garbage_is_taken_for_an_item),
        cmocka_unit_test(garbage_in_a_page_ends_the_read_as_corrupt),
        cmocka_unit_test(depth_length_and_size_have_bounds),
        cmocka_unit_test(a_flood_of_header_lines_is_refused),
        cmocka_unit_test(what_stands_behind_an_answer_is_never_the_next_one),
        cmocka_unit_test(each_limit_fires_when_it_should),
        cmocka_unit_test(a_calls_own_total_overrides_the_configs),
        cmocka_unit_test(a_limit_of_the_largest_number_is_no_limit_that_has_passed),
        cmocka_unit_test(a_time_out_is_tried_again_while_there_is_time),
        cmocka_unit_test(a_slow_peer_that_moves_bytes_is_not_timed_out),
        cmocka_unit_test(a_connection_that_took_long_leaves_the_sending_its_own_time),
        cmocka_unit_test(a_late_step_with_data_waiting_is_no_time_out),
        cmocka_unit_test(the_time_between_rows_is_the_programs),
        cmocka_unit_test(wants_names_the_handle_only_while_there_is_a_connection_to_wait_for),
        cmocka_unit_test(one_connection_serves_many_calls),
        cmocka_unit_test(a_kept_connection_that_the_peer_closed_is_noticed_before_it_is_used),
        cmocka_unit_test(a_stale_connection_costs_a_reconnect_but_no_delay_and_no_try),
        cmocka_unit_test(a_stale_connection_that_took_bytes_of_a_counting_update_is_uncertain),
        cmocka_unit_test(a_connection_idle_for_more_than_50_seconds_is_not_used_again),
        cmocka_unit_test(connection_close_is_honoured),
        cmocka_unit_test(a_call_can_be_cancelled_after_any_number_of_steps),
        cmocka_unit_test(a_read_can_be_cancelled_between_its_rows_and_within),
        cmocka_unit_test(what_comes_to_the_same_when_done_twice_is_repeated_after_a_cut),
        cmocka_unit_test(what_counts_is_uncertain_after_a_cut_and_is_not_sent_again),
        cmocka_unit_test(a_counting_update_out_of_time_is_uncertain),
        cmocka_unit_test(what_was_never_sent_or_was_denied_may_be_sent_again),
        cmocka_unit_test(a_condition_that_fails_on_a_repeat_may_have_been_met_by_the_first_try),
        cmocka_unit_test(a_write_whose_answer_does_not_fit_was_applied_and_says_so),
        cmocka_unit_test(the_last_key_may_stand_before_the_items),
        cmocka_unit_test(the_last_key_keeps_every_blank_wherever_the_answer_is_split),
        cmocka_unit_test(a_page_cut_at_any_byte_goes_on_behind_its_last_whole_row),
        cmocka_unit_test(a_bad_checksum_after_rows_is_corrupt_and_before_them_a_retry),
        cmocka_unit_test(a_limit_that_is_reached_does_not_hide_a_bad_checksum),
        cmocka_unit_test(a_cut_behind_the_last_row_of_a_limit_is_no_failure),
        cmocka_unit_test(a_thousand_pages_need_no_more_memory_than_a_few),
        cmocka_unit_test(a_wait_for_a_table_may_ask_any_number_of_times),
        cmocka_unit_test(the_key_members_are_right_again_after_any_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
