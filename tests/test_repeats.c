#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Calls one after the other on one client, against a scripted peer: what an earlier call, answer or try must not leave behind, and what
 * a lost, early or empty answer may be taken for. Bodies are DynamoDB's as the API reference shows them: GetItem, PutItem and Query always
 * answer with a JSON object; what is no such object says nothing about the item. */
#include "call_fixture.h"

static const dyn_error *error_of(fixture *f)
{
    return dyn_last_error(&f->db);
}

/* An answer that is lost: the request arrives whole, then the connection breaks. */
static void answer_lost(fixture *f)
{
    answer_raw(f, "")->then = SCRIPT_RESET;
}

static const char empty_200[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/* A query of one partition. The values of the expression live as long as the process. */
static dyn_query of_a(void)
{
    static dyn_arg a;
    dyn_query q;

    a = dyn_text("a");
    memset(&q, 0, sizeof q);
    dyn_expr_of(&q.key, "id = ?", &a, 1);
    return q;
}

/* What the last whole request said about the time; the text behind the name, up to the line's end. */
static const char *amz_date(const fixture *f)
{
    const char *at = strstr(f->s.head, "X-Amz-Date: ");

    if (!at)
        at = strstr(f->s.head, "x-amz-date: ");
    assert_non_null(at);
    return at + 12;
}

/* An item whose text is long: `len` times the same letter. The caller frees it. */
static char *item_of(const char *before, size_t len, const char *behind)
{
    static const char head[] = "{\"note\":{\"S\":\"", tail[] = "\"},\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"},\"temp\":{\"N\":\"1\"},\"on\":{\"BOOL\":true}}";
    char *text = (char *)malloc(strlen(before) + sizeof head + len + sizeof tail + strlen(behind));
    size_t n = (size_t)sprintf(text, "%s%s", before, head);

    memset(text + n, 'z', len);
    sprintf(text + n + len, "%s%s", tail, behind);
    return text;
}

/* --- What an answer may be taken for ------------------------------------------------------------------------------- */

static dyn_status put_large(fixture *f)
{
    static char big[30000];
    thing t = key_a();

    memset(big, 'y', sizeof big);
    t.note.ptr = big, t.note.len = sizeof big;
    return drive(f, thing_put_begin(&f->db, &t, NULL));
}

static void a_200_before_the_whole_body_was_sent_is_no_success_but_a_reason_to_send_it_again(void **state)
{
    fixture *f = opened(16384);

    (void)state;
    answer(f, 200, "{}")->early = 5000;
    answer(f, 200, "{}");
    assert_int_equal(put_large(f), DYN_OK);
    assert_int_equal(f->s.requests, 2);
    assert_true(f->s.last_len > 30000);        /* the second one arrived whole */
    finish(f);
}

static void a_200_before_the_whole_body_was_sent_in_the_last_try_is_an_error_that_says_maybe_applied(void **state)
{
    fixture *f = make(16384);

    (void)state;
    f->config.attempts = 1;
    open_it(f);
    answer(f, 200, "{}")->early = 5000;
    dyn_status s = put_large(f);
    assert_true(s >= DYN_INVALID);
    assert_int_equal(error_of(f)->status, s);
    assert_true(error_of(f)->maybe_applied);
    assert_int_equal(f->s.requests, 1);
    finish(f);
}

static void an_empty_200_to_a_get_is_corrupt_and_not_the_item_that_was_found_before(void **state)
{
    fixture *f = opened(16384);
    thing t;

    (void)state;
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t), DYN_OK);
    for (int i = 0; i < 4; i++)
        answer_raw(f, empty_200);
    assert_int_equal(get(f, &t), DYN_CORRUPT);
    assert_int_equal(error_of(f)->status, DYN_CORRUPT);
    finish(f);
}

static void an_empty_200_to_a_put_is_a_success_even_behind_a_bad_row(void **state)
{
    fixture *f = opened(16384);
    thing t;

    (void)state;
    answer(f, 200, "{\"Item\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"}}}");
    assert_int_equal(get(f, &t), DYN_BAD_ROW);
    answer_raw(f, empty_200);
    assert_int_equal(put(f), DYN_OK);
    assert_int_equal(error_of(f)->status, DYN_OK);
    assert_int_equal(f->s.requests, 2);
    finish(f);
}

static void an_empty_200_to_a_query_is_corrupt_and_not_the_end_of_the_rows(void **state)
{
    fixture *f = opened(16384);
    dyn_query q = of_a();
    dyn_rows rows;
    thing t;

    (void)state;
    for (int i = 0; i < 4; i++)
        answer_raw(f, empty_200);
    assert_int_equal(thing_select(&f->db, &rows, &q), DYN_OK);
    assert_int_equal(thing_next(&rows, &t), DYN_CORRUPT);
    assert_int_equal(dyn_finish(&rows), DYN_CORRUPT);
    finish(f);
}

static void a_last_key_of_null_ends_the_read(void **state)
{
    (void)state;
    for (int scan = 0; scan < 2; scan++) {
        fixture *f = opened(16384);
        dyn_query q = of_a();
        dyn_rows rows;
        thing t;
        for (int i = 0; i < 3; i++)
            answer(f, 200, "{\"Items\":[" ITEM "],\"LastEvaluatedKey\":null}");
        if (scan)
            memset((void *)&q, 0, sizeof q);
        assert_int_equal(scan ? thing_scan(&f->db, &rows, &q) : thing_select(&f->db, &rows, &q), DYN_OK);
        assert_int_equal(thing_next(&rows, &t), DYN_ROW);
        assert_int_equal(thing_next(&rows, &t), DYN_DONE);
        assert_int_equal(dyn_finish(&rows), DYN_OK);
        assert_int_equal(f->s.requests, 1);
        finish(f);
    }
}

static void a_204_to_an_update_that_counts_is_uncertain(void **state)
{
    fixture *f = opened(16384);

    (void)state;
    answer_raw(f, "HTTP/1.1 204 No Content\r\n\r\n");
    answer(f, 200, "{}");
    dyn_arg one = dyn_int(1);
    dyn_expr add;
    dyn_expr_of(&add, "ADD temp ?", &one, 1);
    thing t = key_a();
    assert_int_equal(drive(f, thing_update_begin(&f->db, &t, add, NULL)), DYN_UNCERTAIN);
    assert_true(error_of(f)->maybe_applied);
    assert_int_equal(f->s.requests, 1);
    finish(f);
}

static void a_get_answered_408_is_sent_again(void **state)
{
    fixture *f = opened(16384);
    thing t;

    (void)state;
    answer_raw(f, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")->then = SCRIPT_CLOSE;
    answer(f, 200, FOUND);
    assert_int_equal(get(f, &t), DYN_OK);
    assert_int_equal(f->s.requests, 2);
    finish(f);
}

/* --- Answers that were lost ---------------------------------------------------------------------------------------- */

static void a_write_that_asks_for_the_old_item_is_uncertain_when_its_answer_was_lost(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        fixture *f = opened(16384);
        thing t = key_a(), old;
        dyn_arg value = dyn_real(42);
        dyn_expr set;
        dyn_image image;
        dyn_write_options o;
        memset((void *)&image, 0, sizeof image);
        memset((void *)&o, 0, sizeof o);
        image.item = &old, o.old = &image;
        dyn_expr_of(&set, "SET temp = ?", &value, 1);
        answer_lost(f);
        answer(f, 200, "{\"Attributes\":" ITEM "}");
        dyn_status s = drive(f, i == 0 ? thing_put_begin(&f->db, &t, &o) : i == 1 ? thing_update_begin(&f->db, &t, set, &o)
                                                                                  : thing_delete_begin(&f->db, &t, &o));
        assert_int_equal(s, DYN_UNCERTAIN);
        assert_true(error_of(f)->maybe_applied);
        assert_false(image.found);
        assert_int_equal(f->s.requests, 1);
        finish(f);
    }
}

static void a_table_that_is_not_found_by_the_repeat_of_a_lost_deletion_is_deleted(void **state)
{
    fixture *f = opened(16384);

    (void)state;
    answer_lost(f);
    answer(f, 400, "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException\",\"message\":\"Requested resource not found\"}");
    assert_int_equal(drive(f, dyn_delete_table_begin(&f->db, &thing_model, NULL)), DYN_OK);
    assert_int_equal(error_of(f)->status, DYN_OK);
    assert_int_equal(f->s.requests, 2);
    finish(f);
}

static void a_peer_that_closes_its_side_while_a_large_body_is_sent_ends_the_call_soon(void **state)
{
    static const script_answer closed = { "", 0, SCRIPT_CLOSE, 0, 0, 0 };
    static char big[30000];
    fixture *f = make(16384);
    thing t = key_a();

    (void)state;
    f->config.attempts = 1;
    open_it(f);
    memset(big, 'y', sizeof big);
    t.note.ptr = big, t.note.len = sizeof big;
    f->s.stall_after = 4000;                   /* it takes no more, and says so only by its end of the stream */
    assert_int_equal(thing_put_begin(&f->db, &t, NULL), DYN_OK);
    dyn_status s = DYN_PENDING;
    for (int i = 0; i < 20 && f->s.got_len < 4000; i++)
        assert_int_equal(s = dyn_step(&f->db), DYN_PENDING);
    f->s.playing = &closed, f->s.played = 0, f->s.ready_at = f->s.now;
    uint32_t before = f->s.now;
    for (int i = 0; i < 3 && s == DYN_PENDING; i++)
        s = dyn_step(&f->db);
    assert_int_equal(s, DYN_DISCONNECTED);
    assert_true(error_of(f)->maybe_applied);
    assert_int_equal(f->s.now, before);        /* no limit of time had to end it */
    finish(f);
}

/* --- Memory from call to call -------------------------------------------------------------------------------------- */

static void a_write_with_old_keeps_the_texts_of_the_last_read(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        fixture *f = opened(16384);
        thing a, b = key_a(), old;
        dyn_arg value = dyn_real(42);
        dyn_expr set;
        dyn_image image;
        dyn_write_options o;
        memset((void *)&image, 0, sizeof image);
        memset((void *)&o, 0, sizeof o);
        image.item = &old, o.old = &image;
        dyn_expr_of(&set, "SET temp = ?", &value, 1);
        answer(f, 200, "{\"Item\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"},\"temp\":{\"N\":\"1\"},\"on\":{\"BOOL\":true},\"note\":{\"S\":\"first text\"}}}");
        answer(f, 200, "{\"Attributes\":{\"id\":{\"S\":\"b\"},\"n\":{\"N\":\"7\"},\"temp\":{\"N\":\"1\"},\"on\":{\"BOOL\":true},\"note\":{\"S\":\"OTHER ITEM\"}}}");
        assert_int_equal(get(f, &a), DYN_OK);
        strcpy(b.id, "b");
        assert_int_equal(drive(f, i ? thing_update_begin(&f->db, &b, set, &o) : thing_put_begin(&f->db, &b, &o)), DYN_OK);
        assert_true(image.found);
        assert_int_equal(old.note.len, 10);
        assert_memory_equal(old.note.ptr, "OTHER ITEM", 10);
        assert_int_equal(a.note.len, 10);
        assert_memory_equal(a.note.ptr, "first text", 10);
        finish(f);
    }
}

static void refused_puts_that_fetch_the_existing_item_do_not_use_up_the_memory(void **state)
{
    fixture *f = opened(16384);
    char *body = item_of("{\"__type\":\"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException\",\"message\":\"The conditional request failed\",\"Item\":",
                         300, "}");
    script_answer *a = answer(f, 400, body);
    const char *text = a->text;
    size_t len = a->len;

    (void)state;
    for (int i = 0; i < 200; i++) {
        thing t = key_a(), existing;
        dyn_image image;
        dyn_write_options o;
        memset((void *)&image, 0, sizeof image);
        memset((void *)&o, 0, sizeof o);
        image.item = &existing, o.existing = &image;
        o.when[0] = DYN_EXPR("attribute_not_exists(id)");
        f->s.answer_count = f->s.next = 0;
        script_add(&f->s, text, len);
        assert_int_equal(drive(f, thing_put_begin(&f->db, &t, &o)), DYN_CONDITION_FAILED);
        assert_true(image.found);
        assert_int_equal(existing.note.len, 300);
    }
    finish(f);
    free(body);
}

static void a_row_that_was_cut_while_rows_are_collected_gives_its_memory_back(void **state)
{
    fixture *f = opened(16384);                /* four of its texts would not fit: 4 * 3400 + 3168 */
    char *body = item_of("{\"Items\":[", 3400, "]}");
    dyn_query q = of_a();
    dyn_rows rows;
    thing all[4];
    size_t count = 0, len;

    (void)state;
    answer(f, 200, "{\"Items\":[" ITEM "],\"LastEvaluatedKey\":{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"}}}");
    char *page = script_answer_text(200, "", body, strlen(body), &len);
    for (int i = 0; i < 3; i++)
        script_add(&f->s, page, len - 30)->then = SCRIPT_RESET;
    script_add(&f->s, page, len);
    assert_int_equal(thing_select(&f->db, &rows, &q), DYN_OK);
    assert_int_equal(thing_collect(&rows, all, 4, &count), DYN_OK);
    assert_int_equal(count, 2);
    assert_int_equal(all[0].note.len, 10);
    assert_memory_equal(all[0].note.ptr, "h\xc3\xa9llo \"q\"", 10);
    assert_int_equal(all[1].note.len, 3400);
    assert_true(all[1].note.ptr[0] == 'z' && all[1].note.ptr[3399] == 'z');
    finish(f);
    free(page);
    free(body);
}

/* --- Reads that are left or cancelled ------------------------------------------------------------------------------ */

static void a_select_with_the_same_rows_ends_the_first_read_and_works(void **state)
{
    fixture *f = opened(16384);
    dyn_query q = of_a();
    dyn_rows rows;
    thing t;

    (void)state;
    answer(f, 200, "{\"Items\":[" ITEM "," ITEM "]}");
    answer(f, 200, "{\"Items\":[" ITEM "]}");
    answer(f, 200, "{}");
    assert_int_equal(thing_select(&f->db, &rows, &q), DYN_OK);
    assert_int_equal(thing_next(&rows, &t), DYN_ROW);
    assert_int_equal(thing_select(&f->db, &rows, &q), DYN_OK);
    assert_int_equal(thing_next(&rows, &t), DYN_ROW);
    assert_int_equal(rows.count, 1);
    assert_int_equal(thing_next(&rows, &t), DYN_DONE);
    assert_int_equal(dyn_finish(&rows), DYN_OK);
    assert_int_equal(put(f), DYN_OK);          /* nothing is open any more */
    assert_int_equal(f->s.requests, 3);
    finish(f);
}

static void closing_the_client_does_not_write_to_rows_that_are_gone(void **state)
{
    fixture *f = opened(16384);
    dyn_rows *rows = (dyn_rows *)calloc(1, sizeof *rows);
    dyn_query q = of_a();
    thing t;

    (void)state;
    answer(f, 200, "{\"Items\":[" ITEM "," ITEM "]}");
    assert_int_equal(thing_select(&f->db, rows, &q), DYN_OK);
    assert_int_equal(thing_next(rows, &t), DYN_ROW);
    free(rows);                                /* AddressSanitizer tells of any use from here on */
    dyn_close(&f->db);
    f->opened = false;
    finish(f);
}

static void closing_the_client_leaves_the_bytes_of_an_open_read_as_they_are(void **state)
{
    fixture *f = opened(16384);
    dyn_query q = of_a();
    dyn_rows rows, before;
    thing t;

    (void)state;
    memset((void *)&rows, 0, sizeof rows);     /* padding too: it is compared */
    answer(f, 200, "{\"Items\":[" ITEM "," ITEM "]}");
    assert_int_equal(thing_select(&f->db, &rows, &q), DYN_OK);
    assert_int_equal(thing_next(&rows, &t), DYN_ROW);
    memcpy(&before, &rows, sizeof rows);
    dyn_close(&f->db);
    assert_memory_equal(&before, &rows, sizeof rows);
    f->opened = false;
    finish(f);
}

static void a_read_cancelled_between_its_rows_is_told_by_the_last_error(void **state)
{
    fixture *f = opened(16384);
    dyn_query q = of_a();
    dyn_rows rows;
    thing t;

    (void)state;
    answer(f, 200, "{\"Items\":[" ITEM "," ITEM "]}");
    assert_int_equal(thing_select(&f->db, &rows, &q), DYN_OK);
    assert_int_equal(thing_next(&rows, &t), DYN_ROW);
    dyn_cancel(&f->db);
    assert_int_equal(error_of(f)->status, DYN_CANCELLED);
    assert_int_equal(dyn_finish(&rows), DYN_CANCELLED);
    assert_int_equal(error_of(f)->status, DYN_CANCELLED);
    finish(f);
}

static void a_put_cancelled_while_it_waits_behind_a_throttle_was_not_applied(void **state)
{
    fixture *f = opened(16384);
    thing t = key_a();

    (void)state;
    answer(f, 400, "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ThrottlingException\",\"message\":\"slow\"}");
    assert_int_equal(thing_put_begin(&f->db, &t, NULL), DYN_OK);
    assert_int_equal(dyn_step(&f->db), DYN_PENDING);
    assert_int_equal(f->s.requests, 1);
    assert_int_equal(dyn_wants(&f->db).events, 0);     /* it waits for time alone */
    dyn_cancel(&f->db);
    assert_int_equal(error_of(f)->status, DYN_CANCELLED);
    assert_false(error_of(f)->maybe_applied);
    finish(f);
}

static void a_call_cancelled_before_it_began_says_nothing_of_the_one_before(void **state)
{
    fixture *f = opened(16384);
    thing t = key_a();

    (void)state;
    answer_with(f, 400, "Retry-After: 3\r\n", "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ValidationException\",\"message\":\"no\"}");
    assert_int_equal(put(f), DYN_REJECTED);
    assert_string_equal(error_of(f)->code, "ValidationException");
    assert_int_equal(thing_put_begin(&f->db, &t, NULL), DYN_OK);
    dyn_cancel(&f->db);
    assert_int_equal(error_of(f)->status, DYN_CANCELLED);
    assert_string_equal(error_of(f)->code, "");
    assert_int_equal(error_of(f)->http_status, 0);
    finish(f);
}

/* --- Clocks and connections ---------------------------------------------------------------------------------------- */

static int64_t wall_clock;

static int64_t read_wall_clock(void *user)
{
    (void)user;
    return wall_clock;
}

static void a_clock_that_comes_up_after_the_time_was_learned_is_used_as_it_is(void **state)
{
    fixture *f = make(16384);

    (void)state;
    f->system.unix_ms = read_wall_clock, wall_clock = 0;
    open_it(f);
    answer_with(f, 200, "Date: Fri, 21 Nov 2025 08:00:00 GMT\r\n", "healthy");
    answer(f, 200, "{}");
    answer(f, 200, "{}");
    assert_int_equal(put(f), DYN_OK);
    assert_memory_equal(amz_date(f), "20251121T080000Z", 16);
    wall_clock = INT64_C(1763712600000);       /* date -u -d @1763712600: Fri Nov 21 08:10:00 UTC 2025 */
    assert_int_equal(put(f), DYN_OK);
    assert_memory_equal(amz_date(f), "20251121T081000Z", 16);
    finish(f);
}

static void a_clock_that_is_wrong_is_corrected_for_the_next_call_even_with_one_try(void **state)
{
    fixture *f = make(16384);                  /* its clock says 08:00:01 */

    (void)state;
    f->config.attempts = 1;
    open_it(f);
    answer_with(f, 400, "Date: Fri, 21 Nov 2025 10:00:00 GMT\r\n",
                "{\"__type\":\"com.amazon.coral.service#InvalidSignatureException\",\"message\":\"Signature expired\"}");
    answer_with(f, 200, "Date: Fri, 21 Nov 2025 10:00:00 GMT\r\n", "{}");
    assert_int_equal(put(f), DYN_CLOCK_SKEW);
    assert_memory_equal(amz_date(f), "20251121T080001Z", 16);
    assert_int_equal(f->s.requests, 1);
    assert_int_equal(put(f), DYN_OK);
    assert_memory_equal(amz_date(f), "20251121T100000Z", 16);
    finish(f);
}

static void a_stream_that_cannot_tell_if_it_lives_is_not_used_again_behind_bytes_nobody_asked_for(void **state)
{
    static const char found[] = "HTTP/1.1 200 OK\r\nContent-Length: 109\r\n\r\n" FOUND;

    (void)state;
    for (int surplus = 0; surplus < 2; surplus++) {
        fixture *f = make(16384);
        thing t;
        f->stream.alive = NULL;
        open_it(f);
        f->s.read_most = sizeof found - 1;     /* what stands behind the first answer has not been read when it ends */
        answer_raw(f, surplus ? "HTTP/1.1 200 OK\r\nContent-Length: 109\r\n\r\n" FOUND "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" : found);
        answer_raw(f, found);
        assert_int_equal(get(f, &t), DYN_OK);
        assert_int_equal(get(f, &t), DYN_OK);
        assert_int_equal(f->s.opens, surplus ? 2 : 1);
        assert_int_equal(f->s.requests, 2);
        finish(f);
    }
}

/* Its id would never be made. */
static void a_write_id_in_a_nested_struct_is_refused_by_name(void **state)
{
    typedef struct inside { char mark[33]; } inside;
    typedef struct outside { char id[4]; inside in[2]; int count; } outside;
    static const dyn_field inside_fields[] = { DYN_WRITE_ID(inside, mark) };
    static const dyn_model inside_model = { DYN_MODEL(inside, inside_fields) };
    static const dyn_field outside_fields[] = { DYN_TEXT(outside, id), DYN_MAP_LIST(outside, in, count, inside_model) };
    static const dyn_model outside_model = { DYN_MODEL(outside, outside_fields), .table = "t", .pk = "id" };
    dyn_error e;

    (void)state;
    assert_int_equal(dyn_model_check(&outside_model, &e), DYN_INVALID);
    assert_string_equal(e.text, "model \"inside\": member \"mark\" is a DYN_WRITE_ID, which only a member of the outermost struct can be");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_200_before_the_whole_body_was_sent_is_no_success_but_a_reason_to_send_it_again),
        cmocka_unit_test(a_200_before_the_whole_body_was_sent_in_the_last_try_is_an_error_that_says_maybe_applied),
        cmocka_unit_test(an_empty_200_to_a_get_is_corrupt_and_not_the_item_that_was_found_before),
        cmocka_unit_test(an_empty_200_to_a_put_is_a_success_even_behind_a_bad_row),
        cmocka_unit_test(an_empty_200_to_a_query_is_corrupt_and_not_the_end_of_the_rows),
        cmocka_unit_test(a_last_key_of_null_ends_the_read),
        cmocka_unit_test(a_204_to_an_update_that_counts_is_uncertain),
        cmocka_unit_test(a_get_answered_408_is_sent_again),
        cmocka_unit_test(a_write_that_asks_for_the_old_item_is_uncertain_when_its_answer_was_lost),
        cmocka_unit_test(a_table_that_is_not_found_by_the_repeat_of_a_lost_deletion_is_deleted),
        cmocka_unit_test(a_peer_that_closes_its_side_while_a_large_body_is_sent_ends_the_call_soon),
        cmocka_unit_test(a_write_with_old_keeps_the_texts_of_the_last_read),
        cmocka_unit_test(refused_puts_that_fetch_the_existing_item_do_not_use_up_the_memory),
        cmocka_unit_test(a_row_that_was_cut_while_rows_are_collected_gives_its_memory_back),
        cmocka_unit_test(a_select_with_the_same_rows_ends_the_first_read_and_works),
        cmocka_unit_test(closing_the_client_does_not_write_to_rows_that_are_gone),
        cmocka_unit_test(closing_the_client_leaves_the_bytes_of_an_open_read_as_they_are),
        cmocka_unit_test(a_read_cancelled_between_its_rows_is_told_by_the_last_error),
        cmocka_unit_test(a_put_cancelled_while_it_waits_behind_a_throttle_was_not_applied),
        cmocka_unit_test(a_call_cancelled_before_it_began_says_nothing_of_the_one_before),
        cmocka_unit_test(a_clock_that_comes_up_after_the_time_was_learned_is_used_as_it_is),
        cmocka_unit_test(a_clock_that_is_wrong_is_corrected_for_the_next_call_even_with_one_try),
        cmocka_unit_test(a_stream_that_cannot_tell_if_it_lives_is_not_used_again_behind_bytes_nobody_asked_for),
        cmocka_unit_test(a_write_id_in_a_nested_struct_is_refused_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
