#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* >>http. Expected values are written out by hand from RFC 9112 (HTTP/1.1) and RFC 9110; the kinds of malformed responses are those
 * of llhttp's test corpus. Every response is fed whole, cut in two at every place, cut in three, and byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define S(literal) dyn__sign_text(DYN__LIT(literal))

typedef enum outcome { COMPLETE, CLOSED /* complete because the peer closed */, CUT, REFUSED } outcome;

typedef struct result {
    outcome     how;
    size_t      body_len, used;
    dyn__http   h;
    char       *body;
} result;

/* Feeds one piece, from a copy of exactly its size so that the sanitizer sees every byte read too far. True: the end is known. */
static bool feed(result *r, char *window, size_t *len)
{
    char *exact = (char *)malloc(*len + (*len == 0));
    size_t used, got = 0;
    int done, head = r->h.state <= DYN__HTTP_FIELD;

    memcpy(exact, window, *len);
    done = head ? dyn__http_head(&r->h, exact, *len, &used) : dyn__http_body(&r->h, exact, *len, &used, &got);
    assert_true(used <= *len && got <= used);
    memcpy(r->body + r->body_len, exact, got);
    free(exact);
    r->body_len += got, r->used += used;
    *len -= used;
    memmove(window, window + used, *len);
    if (done < 0)
        r->how = REFUSED;
    else if (done > 0 && head)
        return feed(r, window, len);
    else if (done > 0)
        r->how = COMPLETE;
    return done != 0;
}

/* Feeds a response in pieces that end at cut1 and cut2 (step 0), or in pieces of step bytes. */
static result run(const char *text, size_t n, size_t cut1, size_t cut2, size_t step)
{
    result r;
    char *window = (char *)malloc(n + 1);
    size_t at = 0, len = 0;
    bool end = false;

    memset(&r, 0, sizeof r);
    r.body = (char *)malloc(n + 1);
    dyn__http_start(&r.h);
    while (at < n && !end) {
        size_t to = step > 0 ? at + step : at < cut1 ? cut1 : at < cut2 ? cut2 : n;
        to = DYN__MIN(to, n);
        memcpy(window + len, text + at, to - at);
        len += to - at;
        at = to;
        end = feed(&r, window, &len);
    }
    if (!end)
        r.how = dyn__http_closed(&r.h) > 0 ? CLOSED : CUT;
    free(window);
    return r;
}

typedef struct http_case {
    const char *name, *text;
    outcome     how;
    int         status;
    const char *body;         /* COMPLETE, CLOSED */
    bool        keep_alive;
    size_t      left_over;    /* bytes behind the response */
    const char *reason;       /* REFUSED, CUT: a part of it */
} http_case;

#define OK_HEAD   "HTTP/1.1 200 OK\r\n"
#define CHUNKED   OK_HEAD "Transfer-Encoding: chunked\r\n\r\n"
static const http_case cases[] = {
    { "an answer of DynamoDB", OK_HEAD "Server: Server\r\nDate: Mon, 08 Mar 2021 15:51:23 GMT\r\nContent-Type: application/x-amz-json-1.0\r\n"
      "Content-Length: 2\r\nConnection: keep-alive\r\nx-amzn-RequestId: E6TGS5HKHHV08HSQA31IO1IDMFVV4KQNSO5AEMVJF66Q9ASUAAJG\r\n"
      "x-amz-crc32: 2745614147\r\n\r\n{}", COMPLETE, 200, "{}", true, 0, NULL },
    { "no body", OK_HEAD "Content-Length: 0\r\n\r\n", COMPLETE, 200, "", true, 0, NULL },
    { "names in any case", OK_HEAD "CONTENT-LENGTH: 3\r\ncOnNeCtIoN: CLOSE\r\n\r\nabc", COMPLETE, 200, "abc", false, 0, NULL },
    { "no blank behind ':'", OK_HEAD "Content-Length:3\r\n\r\nabc", COMPLETE, 200, "abc", true, 0, NULL },
    { "blanks and tabs around a value", OK_HEAD "Content-Length: \t 3 \t \r\n\r\nabc", COMPLETE, 200, "abc", true, 0, NULL },
    { "a tab in a value", OK_HEAD "X: a\tb\r\nContent-Length: 1\r\n\r\na", COMPLETE, 200, "a", true, 0, NULL },
    { "no reason phrase", "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na", COMPLETE, 200, "a", true, 0, NULL },
    { "an empty reason phrase", "HTTP/1.1 404 \r\nContent-Length: 1\r\n\r\na", COMPLETE, 404, "a", true, 0, NULL },
    { "a reason phrase in UTF-8", "HTTP/1.1 500 f\xc3\xbcnf\r\nContent-Length: 1\r\n\r\na", COMPLETE, 500, "a", true, 0, NULL },
    { "bytes behind the body", OK_HEAD "Content-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\n", COMPLETE, 200, "a", true, 17, NULL },
    { "the same Content-Length twice", OK_HEAD "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
      COMPLETE, 200, "abc", true, 0, NULL },
    { "Content-Length with zeros in front", OK_HEAD "Content-Length: 0003\r\n\r\nabc", COMPLETE, 200, "abc", true, 0, NULL },
    { "close among other options", OK_HEAD "Connection: foo , close\r\nContent-Length: 1\r\n\r\na",
      COMPLETE, 200, "a", false, 0, NULL },
    { "a word that only begins with close", OK_HEAD "Connection: closed\r\nContent-Length: 1\r\n\r\na",
      COMPLETE, 200, "a", true, 0, NULL },
    { "HTTP/1.0", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na", COMPLETE, 200, "a", false, 0, NULL },
    { "a later minor version", "HTTP/1.7 200 OK\r\nContent-Length: 1\r\n\r\na", COMPLETE, 200, "a", true, 0, NULL },
    { "204 has no body", "HTTP/1.1 204 No Content\r\n\r\nabc", COMPLETE, 204, "", true, 3, NULL },
    { "204 that announces a body", "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc", COMPLETE, 204, "", false, 3, NULL },
    { "304 has no body, whatever its length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n",
      COMPLETE, 304, "", true, 0, NULL },
    { "100 before the answer", "HTTP/1.1 100 Continue\r\n\r\n" OK_HEAD "Content-Length: 1\r\n\r\na",
      COMPLETE, 200, "a", true, 0, NULL },
    { "headers of 103 do not count", "HTTP/1.1 103 Early Hints\r\nContent-Length: 7\r\nConnection: close\r\nx-amz-crc32: 1\r\n\r\n" OK_HEAD
      "Content-Length: 1\r\n\r\na", COMPLETE, 200, "a", true, 0, NULL },
    { "until the peer closes", OK_HEAD "Connection: close\r\n\r\nabc", CLOSED, 200, "abc", false, 0, NULL },
    { "until the peer closes, unsaid", OK_HEAD "\r\nabc", CLOSED, 200, "abc", false, 0, NULL },
    { "chunks", CHUNKED "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", COMPLETE, 200, "hello world", true, 0, NULL },
    { "no chunk but the last", CHUNKED "0\r\n\r\nrest", COMPLETE, 200, "", true, 4, NULL },
    { "chunk sizes in both cases, with zeros", CHUNKED "00a\r\n0123456789\r\nB\r\n0123456789a\r\n000\r\n\r\n", COMPLETE, 200,
      "01234567890123456789a", true, 0, NULL },
    { "chunk extensions", CHUNKED "1;a=b;c=\"d e\"\r\nx\r\n2 ; q\r\nyz\r\n0;last\r\n\r\n", COMPLETE, 200, "xyz", true, 0, NULL },
    { "a chunk's size with blanks behind it", CHUNKED "1 \t\r\nx\r\n0\r\n\r\n", COMPLETE, 200, "x", true, 0, NULL },
    { "trailers", CHUNKED "1\r\nx\r\n0\r\nA: b\r\nContent-Length: 9\r\n\r\nq", COMPLETE, 200, "x", true, 1, NULL },
    { "CR and LF as payload", CHUNKED "4\r\n\r\n\r\n\r\n0\r\n\r\n", COMPLETE, 200, "\r\n\r\n", true, 0, NULL },
    { "Chunked in capitals", OK_HEAD "Transfer-Encoding: CHUNKED\r\n\r\n1\r\nx\r\n0\r\n\r\n", COMPLETE, 200, "x", true, 0, NULL },

    { "Content-Length and chunked", OK_HEAD "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      REFUSED, 200, NULL, false, 0, "both" },
    { "chunked and Content-Length", OK_HEAD "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
      REFUSED, 200, NULL, false, 0, "both" },
    { "gzip, chunked", OK_HEAD "Transfer-Encoding: gzip, chunked\r\n\r\n",
      REFUSED, 200, NULL, false, 0, "Transfer-Encoding other" },
    { "chunked twice", OK_HEAD "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
      REFUSED, 200, NULL, false, 0, "Transfer-Encoding" },
    { "an empty Transfer-Encoding", OK_HEAD "Transfer-Encoding:\r\n\r\n", REFUSED, 200, NULL, false, 0, "Transfer-Encoding" },
    { "chunked in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", REFUSED, 200, NULL, false, 0, "HTTP/1.0" },
    { "two lengths", OK_HEAD "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", REFUSED, 200, NULL, false, 0, "two different" },
    { "a list of lengths", OK_HEAD "Content-Length: 5, 5\r\n\r\n", REFUSED, 200, NULL, false, 0, "not a number" },
    { "a length with a sign", OK_HEAD "Content-Length: +5\r\n\r\n", REFUSED, 200, NULL, false, 0, "not a number" },
    { "a negative length", OK_HEAD "Content-Length: -5\r\n\r\n", REFUSED, 200, NULL, false, 0, "not a number" },
    { "a hexadecimal length", OK_HEAD "Content-Length: 0x5\r\n\r\n", REFUSED, 200, NULL, false, 0, "not a number" },
    { "an empty length", OK_HEAD "Content-Length: \r\n\r\n", REFUSED, 200, NULL, false, 0, "not a number" },
    { "a length of 2^53 + 1", OK_HEAD "Content-Length: 9007199254740993\r\n\r\n", REFUSED, 200, NULL, false, 0, "2^53" },
    { "a length of 2^64 + 1", OK_HEAD "Content-Length: 18446744073709551617\r\n\r\n", REFUSED, 200, NULL, false, 0, "2^53" },
    { "a length of forty digits", OK_HEAD "Content-Length: 1000000000000000000000000000000000000001\r\n\r\n",
      REFUSED, 200, NULL, false, 0, "2^53" },
    { "LF alone behind the status line", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
      REFUSED, 0, NULL, false, 0, "LF without CR" },
    { "LF alone behind a header", OK_HEAD "Content-Length: 0\n\r\n", REFUSED, 200, NULL, false, 0, "LF without CR" },
    { "CR alone in a header", OK_HEAD "A: b\rContent-Length: 0\r\n\r\n", REFUSED, 200, NULL, false, 0, "CR without LF" },
    { "a folded header", OK_HEAD "A: b\r\n c\r\n\r\n", REFUSED, 200, NULL, false, 0, "begins with a blank" },
    { "a folded header with ':'", OK_HEAD "A: b\r\n\tContent-Length: 0\r\n\r\n",
      REFUSED, 200, NULL, false, 0, "begins with a blank" },
    { "a blank before ':'", OK_HEAD "Content-Length : 0\r\n\r\n", REFUSED, 200, NULL, false, 0, "before the ':'" },
    { "a header without ':'", OK_HEAD "Content-Length\r\n\r\n", REFUSED, 200, NULL, false, 0, "without ':'" },
    { "words without ':'", OK_HEAD "no header\r\n\r\n", REFUSED, 200, NULL, false, 0, "without ':'" },
    { "a header without a name", OK_HEAD ": x\r\n\r\n", REFUSED, 200, NULL, false, 0, "without a name" },
    { "an odd byte in a name", OK_HEAD "Conte@nt: x\r\n\r\n", REFUSED, 200, NULL, false, 0, "name that is not allowed" },
    { "a control byte in a value", OK_HEAD "A: \x01\r\n\r\n", REFUSED, 200, NULL, false, 0, "control byte" },
    { "DEL in a value", OK_HEAD "A: 1\x7f" "23456789012345\r\n\r\n", REFUSED, 200, NULL, false, 0, "control byte" },
    { "another protocol", "SIP/2.0 200 OK\r\n\r\n", REFUSED, 0, NULL, false, 0, "status line" },
    { "HTTP/2.0", "HTTP/2.0 200 OK\r\n\r\n", REFUSED, 0, NULL, false, 0, "status line" },
    { "http in small letters", "http/1.1 200 OK\r\n\r\n", REFUSED, 0, NULL, false, 0, "status line" },
    { "an empty line first", "\r\nHTTP/1.1 200 OK\r\n\r\n", REFUSED, 0, NULL, false, 0, "status line" },
    { "two blanks before the status", "HTTP/1.1  200 OK\r\n\r\n", REFUSED, 0, NULL, false, 0, "status line" },
    { "a status of two digits", "HTTP/1.1 20 OK!\r\n\r\n", REFUSED, 0, NULL, false, 0, "status line" },
    { "a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n", REFUSED, 0, NULL, false, 0, "status line" },
    { "status 099", "HTTP/1.1 099 OK\r\n\r\n", REFUSED, 0, NULL, false, 0, "100 to 599" },
    { "status 600", "HTTP/1.1 600 OK\r\n\r\n", REFUSED, 0, NULL, false, 0, "100 to 599" },
    { "101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", REFUSED, 0, NULL, false, 0, "101" },
    { "a checksum that is no number", OK_HEAD "x-amz-crc32: abc\r\n\r\n", REFUSED, 200, NULL, false, 0, "crc32" },
    { "a checksum of 2^32", OK_HEAD "x-amz-crc32: 4294967296\r\n\r\n", REFUSED, 200, NULL, false, 0, "crc32" },
    { "two checksums", OK_HEAD "x-amz-crc32: 1\r\nx-amz-crc32: 2\r\n\r\n", REFUSED, 200, NULL, false, 0, "two different" },
    { "a chunk size that is no number", CHUNKED "5g\r\nhello\r\n", REFUSED, 200, NULL, false, 0, "hexadecimal" },
    { "a chunk size with 0x", CHUNKED "0x5\r\nhello\r\n", REFUSED, 200, NULL, false, 0, "hexadecimal" },
    { "an empty chunk size", CHUNKED "\r\nhello\r\n", REFUSED, 200, NULL, false, 0, "hexadecimal" },
    { "a chunk size with a sign", CHUNKED "+5\r\nhello\r\n", REFUSED, 200, NULL, false, 0, "hexadecimal" },
    { "a negative chunk size", CHUNKED "-5\r\nhello\r\n", REFUSED, 200, NULL, false, 0, "hexadecimal" },
    { "a chunk size behind a blank", CHUNKED " 5\r\nhello\r\n", REFUSED, 200, NULL, false, 0, "hexadecimal" },
    { "two chunk sizes", CHUNKED "5 5\r\nhello\r\n", REFUSED, 200, NULL, false, 0, "no extension" },
    { "a chunk size of 2^64", CHUNKED "10000000000000000\r\n", REFUSED, 200, NULL, false, 0, "16 digits" },
    { "a chunk size of 2^63", CHUNKED "8000000000000000\r\n", REFUSED, 200, NULL, false, 0, "2^53" },
    { "chunks of more than 2^53 in all", CHUNKED "1\r\nx\r\n20000000000000\r\n", REFUSED, 200, NULL, false, 0, "2^53" },
    { "LF alone behind a chunk size", CHUNKED "5\nhello\r\n", REFUSED, 200, NULL, false, 0, "hexadecimal" },
    { "LF alone behind an extension", CHUNKED "5;a\nhello\r\n", REFUSED, 200, NULL, false, 0, "control byte" },
    { "CR alone behind a chunk size", CHUNKED "5\rhello\r\n", REFUSED, 200, NULL, false, 0, "CR without LF" },
    { "a chunk longer than its size", CHUNKED "4\r\nhello\r\n", REFUSED, 200, NULL, false, 0, "longer than its size" },
    { "LF alone behind a chunk", CHUNKED "5\r\nhello\n0\r\n\r\n", REFUSED, 200, NULL, false, 0, "longer than its size" },
    { "CR alone behind a chunk", CHUNKED "5\r\nhello\r0\r\n\r\n", REFUSED, 200, NULL, false, 0, "CR without LF" },
    { "LF alone behind the last chunk", CHUNKED "0\r\n\n", REFUSED, 200, NULL, false, 0, "control byte" },
    { "LF alone behind a trailer", CHUNKED "0\r\nA: b\n\r\n", REFUSED, 200, NULL, false, 0, "control byte" },

    { "cut before the first byte", "", CUT, 0, NULL, false, 0, "closed" },
    { "cut in the status line", "HTTP/1.1 20", CUT, 0, NULL, false, 0, "closed" },
    { "cut in the head", OK_HEAD "Content-Length: 0\r\n", CUT, 200, NULL, false, 0, "closed" },
    { "cut behind an interim response", "HTTP/1.1 100 Continue\r\n\r\n", CUT, 0, NULL, false, 0, "closed" },
    { "cut in the body", OK_HEAD "Content-Length: 5\r\n\r\nabcd", CUT, 200, NULL, false, 0, "closed" },
    { "cut in a chunk", CHUNKED "5\r\nhell", CUT, 200, NULL, false, 0, "closed" },
    { "cut before the last chunk", CHUNKED "5\r\nhello\r\n", CUT, 200, NULL, false, 0, "closed" },
    { "cut behind the last chunk", CHUNKED "5\r\nhello\r\n0\r\n", CUT, 200, NULL, false, 0, "closed" },
};

/* Runs one case in one way; complains with the case's name and the cuts. */
static void check(const http_case *c, size_t n, size_t cut1, size_t cut2, size_t step)
{
    result r = run(c->text, n, cut1, cut2, step);
    bool whole = c->how == COMPLETE || c->how == CLOSED;
    bool ok = r.how == c->how && r.h.status == c->status && r.h.keep_alive == c->keep_alive;

    if (whole)
        ok = ok && r.used == n - c->left_over && r.body_len == strlen(c->body) && memcmp(r.body, c->body, r.body_len) == 0
            && strcmp(dyn__http_reason(&r.h), "") == 0;
    else
        ok = ok && strstr(dyn__http_reason(&r.h), c->reason) != NULL;
    free(r.body);
    if (!ok)
        fail_msg("\"%s\" cut at %u and %u, step %u: outcome %d, status %d, keep_alive %d, used %u, body %u, reason \"%s\"", c->name,
                 (unsigned)cut1, (unsigned)cut2, (unsigned)step, (int)r.how, r.h.status, r.h.keep_alive, (unsigned)r.used,
                 (unsigned)r.body_len, dyn__http_reason(&r.h));
}

#define EACH_CASE(c) (const http_case *c = cases; c < cases + sizeof cases / sizeof *cases; c++)

static void a_response_in_one_piece_is_understood(void **state)
{
    (void)state;
    for EACH_CASE(c)
        check(c, strlen(c->text), 0, 0, 0);
}

static void a_response_cut_in_two_anywhere_is_the_same(void **state)
{
    (void)state;
    for EACH_CASE(c)
        for (size_t cut = 1; cut < strlen(c->text); cut++)
            check(c, strlen(c->text), cut, 0, 0);
}

static void a_response_cut_in_three_anywhere_is_the_same(void **state)
{
    (void)state;
    for EACH_CASE(c)
        for (size_t cut = 1, n = strlen(c->text); n < 90 && cut < n; cut++)
            for (size_t cut2 = cut + 1; cut2 < n; cut2++)
                check(c, n, cut, cut2, 0);
}

static void a_response_byte_by_byte_is_the_same(void **state)
{
    (void)state;
    for EACH_CASE(c)
        for (size_t step = 1; step < 9; step++)
            check(c, strlen(c->text), 0, 0, step);
}

/* No prefix of a response may be taken for another whole one: each ends in a way that only its last byte completes. */
static void no_truncated_response_passes_for_a_whole_one(void **state)
{
    (void)state;
    for EACH_CASE(c)
        for (size_t n = 0; c->how == COMPLETE && n < strlen(c->text) - c->left_over; n++) {
            result r = run(c->text, n, 0, 0, 0);
            assert_int_equal(r.how, CUT);
            free(r.body);
        }
}

static void a_nul_byte_in_the_head_is_refused(void **state)
{
    static const char text[] = OK_HEAD "A: b\0c\r\n\r\n";
    result r = run(text, sizeof text - 1, 0, 0, 0);

    (void)state;
    assert_int_equal(r.how, REFUSED);
    free(r.body);
}

/* ---- what the head says ---- */

static dyn__http head_of(const char *lines)
{
    char text[2000];
    dyn__http h;
    size_t used;
    int n = snprintf(text, sizeof text, OK_HEAD "%s\r\n", lines);

    dyn__http_start(&h);
    assert_int_equal(dyn__http_head(&h, text, (size_t)n, &used), 1);
    assert_int_equal(used, n);
    assert_int_equal(h.head_bytes, n);
    return h;
}

static void the_checksum_is_an_unsigned_number_of_32_bits(void **state)
{
    dyn__http h = head_of("x-amz-crc32: 4294967295\r\n");

    (void)state;
    assert_true(h.has_crc);
    assert_true(h.crc == 4294967295U);
    assert_false(head_of("Content-Length: 0\r\n").has_crc);
}

/* 1615218683 from Python: calendar.timegm(email.utils.parsedate("Mon, 08 Mar 2021 15:51:23 GMT")). */
static void the_date_is_parsed_on_demand(void **state)
{
    dyn__http h = head_of("Date: Mon, 08 Mar 2021 15:51:23 GMT\r\n");

    (void)state;
    assert_true(dyn__http_date(&h) == 1615218683);
    h = head_of("Date: Monday\r\n");
    assert_true(dyn__http_date(&h) == 0);
    h = head_of("");
    assert_true(dyn__http_date(&h) == 0);
}

static void an_age_shows_that_a_cache_answered(void **state)
{
    (void)state;
    assert_true(head_of("Age: 5\r\n").has_age);
    assert_false(head_of("Agf: 5\r\n").has_age);
}

static void retry_after_is_milliseconds_and_nonsense_is_ignored(void **state)
{
    (void)state;
    assert_int_equal(head_of("x-amz-retry-after: 1500\r\n").retry_after_ms, 1500);
    assert_int_equal(head_of("x-amz-retry-after: 99999999999999999999\r\n").retry_after_ms, 2147483647);
    assert_int_equal(head_of("x-amz-retry-after: 2147483648\r\n").retry_after_ms, 2147483647);
    assert_int_equal(head_of("x-amz-retry-after: -1\r\n").retry_after_ms, 0);
    assert_int_equal(head_of("x-amz-retry-after: soon\r\n").retry_after_ms, 0);
    assert_int_equal(head_of("x-amz-retry-after:\r\n").retry_after_ms, 0);
}

static void only_a_coding_other_than_identity_is_one(void **state)
{
    (void)state;
    assert_true(head_of("Content-Encoding: gzip\r\n").encoded);
    assert_true(head_of("Content-Encoding: gzip\r\nContent-Encoding: identity\r\n").encoded);
    assert_false(head_of("Content-Encoding: Identity\r\n").encoded);
    assert_false(head_of("Content-Encoding: \r\n").encoded);
    assert_false(head_of("").encoded);
}

static void the_request_id_is_kept_and_cut_when_too_long(void **state)
{
    char line[200];

    (void)state;
    assert_string_equal(head_of("x-amzn-RequestId: E6TGS5HKHHV08HSQA31IO1IDMFVV4KQNSO5AEMVJF66Q9ASUAAJG\r\n").request_id,
                        "E6TGS5HKHHV08HSQA31IO1IDMFVV4KQNSO5AEMVJF66Q9ASUAAJG");
    assert_string_equal(head_of("x-amzn-RequestId: 0123456789\xc3\xa4.\r\n").request_id, "0123456789??.");
    snprintf(line, sizeof line, "x-amzn-RequestId: %0100d\r\n", 7);
    assert_int_equal(strlen(head_of(line).request_id), 63);
}

/* The forms that the restJson1 and awsJson protocols' test "error" cases name: bare, with an address, with a namespace, with both. */
static void the_error_type_loses_namespace_and_address(void **state)
{
    (void)state;
    assert_string_equal(head_of("X-Amzn-Errortype: FooError\r\n").error_type, "FooError");
    assert_string_equal(
        head_of("X-Amzn-Errortype: FooError:http://internal.amazon.com/coral/com.amazon.coral.validate/\r\n").error_type, "FooError");
    assert_string_equal(head_of("X-Amzn-Errortype: aws.protocoltests.restjson#FooError\r\n").error_type, "FooError");
    assert_string_equal(
        head_of("X-Amzn-Errortype: aws.protocoltests.restjson#FooError:http://internal.amazon.com/#x\r\n").error_type, "FooError");
    assert_string_equal(head_of("X-Amzn-Errortype: # FooError :\r\n").error_type, "FooError");
    assert_string_equal(head_of("X-Amzn-Errortype: :\r\n").error_type, "");
    assert_int_equal(
        strlen(head_of("X-Amzn-Errortype: AnErrorNameThatIsMuchLongerThanFortySevenBytesWouldEverAllow\r\n").error_type), 47);
}

static void a_parser_keeps_within_256_bytes(void **state)
{
    (void)state;
    assert_true(sizeof(dyn__http) <= 256);
}

/* ---- limits ---- */

/* A text under construction for the tests of limits. */
typedef struct text { char bytes[450000]; size_t n; } text;
static text big;

static void add(const char *s)
{
    size_t n = strlen(s);

    assert_true(big.n + n < sizeof big.bytes);
    memcpy(big.bytes + big.n, s, n);
    big.n += n;
}

static void start_with(const char *s)
{
    big.n = 0;
    add(s);
}

static void fill(char c, size_t n)
{
    memset(big.bytes + big.n, c, n);
    big.n += n;
}

/* Fed whole and in pieces of 100 bytes; reason "": it is complete. */
static void assert_big(const char *reason)
{
    for (int pass = 0; pass < 2; pass++) {
        result r = run(big.bytes, big.n, 0, 0, pass ? 100 : 0);
        free(r.body);
        assert_int_equal(r.how, *reason ? REFUSED : COMPLETE);
        assert_true(*reason ? strstr(dyn__http_reason(&r.h), reason) != NULL : *dyn__http_reason(&r.h) == 0);
    }
}

static void a_line_has_up_to_8_kb(void **state)
{
    (void)state;
    for (size_t n = 8192; n <= 8194; n++) {
        start_with(OK_HEAD "Content-Length: 0\r\nA:");
        fill('x', n - 4);
        add("\r\n\r\n");
        assert_big(n == 8192 ? "" : "8 KB");
    }
}

static void an_endless_line_is_refused_without_its_end(void **state)
{
    (void)state;
    start_with(OK_HEAD "A:");
    fill('x', 8190);
    assert_big("8 KB");
}

static void a_head_has_up_to_64_kb(void **state)
{
    (void)state;
    for (size_t n = 0; n <= 1; n++) {
        start_with(OK_HEAD "Content-Length: 0\r\n");
        while (big.n < 65000) {
            add("A:");
            fill('x', 996);
            add("\r\n");
        }
        add("A:");
        fill('x', 65536 - 4 - big.n + n);
        add("\r\n\r\n");
        assert_int_equal(big.n, 65536 + n);
        assert_big(n == 0 ? "" : "64 KB");
    }
}

static void a_head_has_up_to_128_lines(void **state)
{
    (void)state;
    for (int headers = 125; headers <= 126; headers++) {
        start_with(OK_HEAD "Content-Length: 0\r\n");
        for (int i = 0; i < headers; i++)
            add("A: b\r\n");
        add("\r\n");
        assert_big(headers == 125 ? "" : "128 lines");
    }
}

static void sixteen_interim_responses_are_skipped_and_one_more_is_refused(void **state)
{
    (void)state;
    for (int interim = 16; interim <= 17; interim++) {
        big.n = 0;
        for (int i = 0; i < interim; i++)
            add("HTTP/1.1 102 Processing\r\n\r\n");
        add(OK_HEAD "Content-Length: 0\r\n\r\n");
        assert_big(interim == 16 ? "" : "16 interim");
    }
}

static void chunk_extensions_and_trailers_have_up_to_64_kb(void **state)
{
    (void)state;
    for (size_t n = 65536; n <= 65537; n++) {
        start_with(CHUNKED "1");
        add(";");
        fill('e', n - 6);
        add("\r\nx\r\n0\r\nA: bc\r\n\r\n");
        assert_big(n == 65536 ? "" : "64 KB");
    }
}

static void many_small_chunks_are_no_extension(void **state)
{
    (void)state;
    start_with(CHUNKED);
    for (int i = 0; i < 66000; i++)
        add("1\r\nx\r\n");
    add("0\r\n\r\n");
    assert_big("");
}

static void a_length_of_2_to_the_53_is_taken(void **state)
{
    (void)state;
    assert_true(head_of("Content-Length: 9007199254740992\r\n").left == UINT64_C(9007199254740992));
}

static void a_refused_response_stays_refused(void **state)
{
    dyn__http h;
    char body[] = "x";
    size_t used, got;

    (void)state;
    dyn__http_start(&h);
    assert_int_equal(dyn__http_head(&h, DYN__LIT("junk\r\n"), &used), -1);
    assert_int_equal(used, 0);
    assert_int_equal(dyn__http_head(&h, DYN__LIT(OK_HEAD "\r\n"), &used), -1);
    assert_int_equal(dyn__http_body(&h, body, 1, &used, &got), -1);
    assert_int_equal(dyn__http_closed(&h), -1);
    assert_string_equal(dyn__http_reason(&h), "no status line of HTTP/1.1 at its start");
}

static void a_complete_response_stays_complete(void **state)
{
    dyn__http h = head_of("Content-Length: 0\r\n");
    char next[] = "HTTP/1.1 200 OK\r\n";
    size_t used, got;

    (void)state;
    assert_int_equal(dyn__http_body(&h, next, sizeof next - 1, &used, &got), 1);
    assert_int_equal(used, 0);
    assert_int_equal(got, 0);
    assert_int_equal(dyn__http_closed(&h), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_response_in_one_piece_is_understood),
        cmocka_unit_test(a_response_cut_in_two_anywhere_is_the_same),
        cmocka_unit_test(a_response_cut_in_three_anywhere_is_the_same),
        cmocka_unit_test(a_response_byte_by_byte_is_the_same),
        cmocka_unit_test(no_truncated_response_passes_for_a_whole_one),
        cmocka_unit_test(a_nul_byte_in_the_head_is_refused),
        cmocka_unit_test(the_checksum_is_an_unsigned_number_of_32_bits),
        cmocka_unit_test(the_date_is_parsed_on_demand),
        cmocka_unit_test(an_age_shows_that_a_cache_answered),
        cmocka_unit_test(retry_after_is_milliseconds_and_nonsense_is_ignored),
        cmocka_unit_test(only_a_coding_other_than_identity_is_one),
        cmocka_unit_test(the_request_id_is_kept_and_cut_when_too_long),
        cmocka_unit_test(the_error_type_loses_namespace_and_address),
        cmocka_unit_test(a_parser_keeps_within_256_bytes),
        cmocka_unit_test(a_line_has_up_to_8_kb),
        cmocka_unit_test(an_endless_line_is_refused_without_its_end),
        cmocka_unit_test(a_head_has_up_to_64_kb),
        cmocka_unit_test(a_head_has_up_to_128_lines),
        cmocka_unit_test(sixteen_interim_responses_are_skipped_and_one_more_is_refused),
        cmocka_unit_test(chunk_extensions_and_trailers_have_up_to_64_kb),
        cmocka_unit_test(many_small_chunks_are_no_extension),
        cmocka_unit_test(a_length_of_2_to_the_53_is_taken),
        cmocka_unit_test(a_refused_response_stays_refused),
        cmocka_unit_test(a_complete_response_stays_complete),
    };

    return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
