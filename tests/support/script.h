/* A scripted peer for tests without an engine: a dyn_stream and a dyn_system in memory, with a clock that moves only when the client
 * waits. Answers are given in order, one for each request that arrives whole. Include after dynrepo.h and <cmocka.h>. */
#ifndef DYN_TEST_SCRIPT_H
#define DYN_TEST_SCRIPT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__GNUC__)
#define SCRIPT_UNUSED __attribute__((unused))
#else
#define SCRIPT_UNUSED
#endif

enum { SCRIPT_STAY, SCRIPT_CLOSE, SCRIPT_RESET };      /* what the peer does behind an answer */
enum { SCRIPT_OPEN, SCRIPT_READ, SCRIPT_WRITE };

typedef struct script_answer {
    const char *text;
    size_t      len;
    int         then;              /* SCRIPT_… */
    size_t      early;             /* > 0: it comes after so many bytes of the request; the rest is not taken */
    uint32_t    delay_ms, gap_ms;  /* before its first byte; between reads */
} script_answer;

typedef struct script {
    uint32_t now;
    int64_t  unix_ms;              /* of tick 0 */
    uint32_t seed;                 /* the first four bytes of entropy */
    script_answer answers[64];
    int      answer_count, next;
    /* how the stream behaves */
    size_t   read_most, write_most;      /* bytes in one call; 0: all */
    int      open_again, open_error;     /* so many AGAIN before it connects; then this instead */
    int      connect_failures;           /* the first so many connections are refused */
    uint32_t open_ms;                    /* a connection takes so long */
    bool     reads_stutter, writes_stutter;   /* every other call is AGAIN */
    bool     writes_stall;               /* writes are AGAIN for good */
    size_t   stall_after;                /* bytes of a request that are taken before that; 0: no stall */
    bool     dead;                       /* alive() says that the peer closed */
    int      fail_at, fail_with;         /* the n-th call of open, read and write (from 1) returns this */
    bool     again_first;                /* and AGAIN the time before it */
    /* what happened */
    int      calls, opens, closes, requests;
    bool     connected, was_again, reading_again, opening;
    uint32_t opening_at;
    uint32_t pauses[64];                 /* waits with nothing to read or write: between tries */
    int      pause_count;
    char    *got;                        /* the present request */
    size_t   got_len, got_cap, body_at, body_len;
    char    *last;                       /* the last whole request's body */
    size_t   last_len;
    char     head[4096];                 /* and its head */
    size_t   taken;                      /* bytes in all */
    const script_answer *playing;
    size_t   played;
    uint32_t ready_at;
} script;

static bool script_fails(script *s, int *with)
{
    s->calls++;
    if (s->again_first && s->calls + 1 == s->fail_at) {
        *with = DYN_IO_AGAIN;
        return true;
    }
    *with = s->fail_with;
    return s->fail_at && s->calls == s->fail_at;
}

static int script_open(void *user, const char *host, uint16_t port, uint32_t wait_ms)
{
    script *s = (script *)user;
    int with;

    (void)host, (void)port, (void)wait_ms;
    if (script_fails(s, &with))
        return with;
    if (!s->opening)
        s->opening = true, s->opening_at = s->now, s->opens++;
    if (s->open_again > 0) {
        s->open_again--;
        return DYN_IO_AGAIN;
    }
    if (s->now - s->opening_at < s->open_ms)
        return DYN_IO_AGAIN;
    s->opening = false;
    if (s->open_error)
        return s->open_error;
    if (s->connect_failures > 0) {
        s->connect_failures--;
        return DYN_IO_ERROR;
    }
    s->connected = true, s->dead = false;
    s->got_len = 0, s->playing = NULL;
    return 1;
}

static void script_begin_answer(script *s)
{
    s->playing = s->next < s->answer_count ? &s->answers[s->next++] : NULL;
    s->played = 0;
    s->ready_at = s->now + (s->playing ? s->playing->delay_ms : 0);
}

/* Looks whether the request is whole now, and what the next answer is then. */
static void script_look(script *s)
{
    char *end, *length;

    if (!s->playing && s->next < s->answer_count && s->answers[s->next].early && s->got_len >= s->answers[s->next].early) {
        s->requests++;
        script_begin_answer(s);
        return;
    }
    if (!s->body_at) {
        s->got[s->got_len] = 0;
        end = strstr(s->got, "\r\n\r\n");
        if (!end)
            return;
        s->body_at = (size_t)(end - s->got) + 4;
        length = strstr(s->got, "Content-Length:");
        if (!length)
            length = strstr(s->got, "content-length:");
        s->body_len = length && length < end ? (size_t)atol(length + 15) : 0;
    }
    if (s->got_len < s->body_at + s->body_len)
        return;
    free(s->last);
    s->last_len = s->body_len;
    s->last = (char *)malloc(s->body_len + 1);
    memcpy(s->last, s->got + s->body_at, s->body_len);
    s->last[s->body_len] = 0;
    snprintf(s->head, sizeof s->head, "%.*s", (int)s->body_at, s->got);
    s->requests++;
    s->got_len = s->body_at = s->body_len = 0;
    script_begin_answer(s);
}

static ptrdiff_t script_write(void *user, const void *from, size_t size, uint32_t wait_ms)
{
    script *s = (script *)user;
    int with;

    (void)wait_ms;
    assert_true(s->connected);
    assert_true(size > 0);
    if (script_fails(s, &with))
        return with;
    if (s->writes_stall || (s->stall_after && s->got_len >= s->stall_after))
        return DYN_IO_AGAIN;
    if (s->playing && s->playing->early)
        return s->playing->then == SCRIPT_RESET ? DYN_IO_ERROR : DYN_IO_AGAIN;
    if (s->writes_stutter && (s->was_again = !s->was_again))
        return DYN_IO_AGAIN;
    if (s->write_most && size > s->write_most)
        size = s->write_most;
    if (s->got_len == 0)
        s->body_at = 0;
    if (s->got_len + size + 1 > s->got_cap) {
        s->got_cap = (s->got_len + size + 1) * 2;
        s->got = (char *)realloc(s->got, s->got_cap);
    }
    memcpy(s->got + s->got_len, from, size);
    s->got_len += size, s->taken += size;
    script_look(s);
    return (ptrdiff_t)size;
}

static ptrdiff_t script_read(void *user, void *to, size_t size, uint32_t wait_ms)
{
    script *s = (script *)user;
    int with;

    (void)wait_ms;
    assert_true(s->connected);
    assert_true(size > 0);
    if (script_fails(s, &with))
        return with;
    if (!s->playing || (int32_t)(s->ready_at - s->now) > 0)
        return DYN_IO_AGAIN;
    if (s->reads_stutter && (s->reading_again = !s->reading_again))
        return DYN_IO_AGAIN;
    if (s->played == s->playing->len)
        return s->playing->then == SCRIPT_CLOSE ? DYN_IO_CLOSED : s->playing->then == SCRIPT_RESET ? DYN_IO_ERROR : DYN_IO_AGAIN;
    if (s->read_most && size > s->read_most)
        size = s->read_most;
    if (size > s->playing->len - s->played)
        size = s->playing->len - s->played;
    memcpy(to, s->playing->text + s->played, size);
    s->played += size;
    s->ready_at = s->now + s->playing->gap_ms;
    return (ptrdiff_t)size;
}

static bool script_alive(void *user)
{
    return !((script *)user)->dead;
}

static void script_close(void *user)
{
    script *s = (script *)user;

    s->closes += s->connected;
    s->connected = s->opening = false;
    s->playing = NULL;
    s->got_len = s->body_at = s->body_len = 0;
}

static void script_wait(void *user, int wants, uint32_t ms)
{
    script *s = (script *)user;

    if (!wants && ms) {
        assert_true(s->pause_count < 64);
        s->pauses[s->pause_count++] = ms;
    }
    if ((wants & DYN_WANT_READ) && s->playing && s->played < s->playing->len && s->ready_at - s->now < ms)
        ms = s->ready_at - s->now;
    if ((wants & DYN_WANT_READ) && s->playing && s->played == s->playing->len && s->playing->then != SCRIPT_STAY)
        ms = 0;
    if (s->opening && s->opening_at + s->open_ms - s->now <= ms)
        ms = s->opening_at + s->open_ms - s->now;
    if (wants && (s->open_again || s->writes_stutter || s->reads_stutter || s->again_first) && !s->writes_stall && !(s->stall_after && s->got_len >= s->stall_after))
        ms = 0;                          /* what is AGAIN now is not AGAIN next time */
    s->now += ms;
}

static intptr_t script_handle(void *user)
{
    (void)user;
    return 7;
}

static uint32_t script_ticks(void *user)
{
    return ((script *)user)->now;
}

static int64_t script_unix(void *user)
{
    script *s = (script *)user;

    return s->unix_ms ? s->unix_ms + s->now : 0;
}

static bool script_entropy(void *user, void *to, size_t size)
{
    memset(to, 0, size);
    memcpy(to, &((script *)user)->seed, size < 4 ? size : 4);
    return true;
}

SCRIPT_UNUSED static void script_make(script *s, dyn_stream *stream, dyn_system *system)
{
    memset(s, 0, sizeof *s);
    s->now = 1000, s->unix_ms = INT64_C(1763712000000), s->seed = 0x12345678;
    memset((void *)stream, 0, sizeof *stream);
    stream->open = script_open, stream->read = script_read, stream->write = script_write, stream->alive = script_alive;
    stream->close = script_close, stream->wait = script_wait, stream->handle = script_handle, stream->user = s;
    memset((void *)system, 0, sizeof *system);
    system->ticks_ms = script_ticks, system->unix_ms = script_unix, system->entropy = script_entropy, system->user = s;
}

SCRIPT_UNUSED static void script_free(script *s)
{
    free(s->got);
    free(s->last);
}

/* Adds an answer; the text must live on. */
SCRIPT_UNUSED static script_answer *script_add(script *s, const char *text, size_t len)
{
    script_answer *a = &s->answers[s->answer_count++];

    assert_true(s->answer_count <= 64);
    memset(a, 0, sizeof *a);
    a->text = text, a->len = len;
    return a;
}

/* CRC-32 bit by bit (IEEE 802.3). */
SCRIPT_UNUSED static uint32_t script_crc(const char *p, size_t n)
{
    uint32_t crc = 0xffffffffu;

    while (n--) {
        crc ^= (unsigned char)*p++;
        for (int i = 0; i < 8; i++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

/* A whole answer as DynamoDB sends it, with its checksum; `more` is further header lines. The caller frees it. */
SCRIPT_UNUSED static char *script_answer_text(int status, const char *more, const char *body, size_t body_len, size_t *len)
{
    char *text = (char *)malloc(body_len + 512 + strlen(more));
    int n = sprintf(text, "HTTP/1.1 %d X\r\nServer: Server\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: %lu\r\nx-amzn-RequestId: REQ1\r\n"
                          "x-amz-crc32: %lu\r\n%s\r\n", status, (unsigned long)body_len, (unsigned long)script_crc(body, body_len), more);

    memcpy(text + n, body, body_len);
    *len = (size_t)n + body_len;
    text[*len] = 0;
    return text;
}

#endif
