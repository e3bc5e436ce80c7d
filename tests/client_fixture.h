/* What the engine tests share: a client whose memory lies between canaries, tables of the test's own, the engine's raw answers. Include
 * after <cmocka.h>. A test has one open fixture at a time unless it makes more itself. */
#ifndef DYN_TEST_CLIENT_FIXTURE_H
#define DYN_TEST_CLIENT_FIXTURE_H

#include "gate.h"
#include <time.h>

enum { FIXTURE_PLAIN = 16 * 1024, FIXTURE_TLS = 48 * 1024, FIXTURE_CANARY = 61 };   /* 61: so that the client's memory begins at an odd address */

typedef struct fixture {
    dyn_client     db;
    unsigned char *all;          /* canary, the client's memory, canary */
    size_t         size;         /* of the client's memory */
    char           prefix[48];   /* of this fixture's tables: no other test's tables begin so */
} fixture;

/* Opens f->db over `size` bytes between canaries, with the config given (NULL: defaults) and a table prefix of its own. */
GATE_UNUSED static dyn_status fixture_open(fixture *f, size_t size, const dyn_config *config)
{
    static unsigned counter;
    dyn_config c;

    memset((void *)f, 0, sizeof *f);
    memset((void *)&c, 0, sizeof c);
    if (config)
        c = *config;
    snprintf(f->prefix, sizeof f->prefix, "t%ld-%u-", (long)getpid(), ++counter);
    f->all = (unsigned char *)malloc(size + 2 * FIXTURE_CANARY);
    memset(f->all, 0xa5, size + 2 * FIXTURE_CANARY);
    f->size = size;
    c.memory = f->all + FIXTURE_CANARY;
    c.memory_size = size;
    if (!c.endpoint)
        c.endpoint = getenv("DYNREPO_ENDPOINT");
    if (!c.table_prefix)
        c.table_prefix = f->prefix;
    if (getenv("DYNREPO_TEST_SLOW")) {               /* valgrind: the limits are not what is tested */
        c.connect_ms = c.connect_ms ? c.connect_ms : 60000;
        c.attempt_ms = c.attempt_ms ? c.attempt_ms : 60000;
        c.idle_ms = c.idle_ms ? c.idle_ms : 60000;
        c.total_ms = c.total_ms ? c.total_ms : 300000;
    }
    return dyn_open(&f->db, &c);
}

/* Closes it; the canaries must stand, and nothing, a secret above all, may be left in the memory. */
GATE_UNUSED static void fixture_close(fixture *f)
{
    size_t left = 0;

    if (!f->all)
        return;
    dyn_close(&f->db);
    for (size_t i = 0; i < FIXTURE_CANARY; i++)
        if (f->all[i] != 0xa5 || f->all[FIXTURE_CANARY + f->size + i] != 0xa5)
            fail_msg("the client wrote outside its memory, %d bytes from %s", (int)(f->all[i] != 0xa5 ? FIXTURE_CANARY - i : i), f->all[i] != 0xa5 ? "its begin" : "its end");
    for (size_t i = 0; i < f->size; i++)
        left += f->all[FIXTURE_CANARY + i] != 0 && f->all[FIXTURE_CANARY + i] != 0xa5;
    free(f->all);
    f->all = NULL;
    if (left)
        fail_msg("dyn_close left %u bytes in the client's memory", (unsigned)left);
}

/* The call's status must be this one; the client's error is shown otherwise. */
#define want(db, status, call) fixture_want(db, status, call, #call, __FILE__, __LINE__)
GATE_UNUSED static void fixture_want(const dyn_client *db, dyn_status wanted, dyn_status got, const char *call, const char *file, int line)
{
    char text[1024] = "";

    if (got == wanted)
        return;
    dyn_format_error(dyn_last_error(db), text, sizeof text);
    print_error("%s\n  is %s and not %s: %s\n", call, dyn_status_name(got), dyn_status_name(wanted), text);
    _fail(file, line);
}

/* The last error's text must contain each of the parts, which are separated by '|'. */
#define says(db, parts) fixture_says(db, parts, __FILE__, __LINE__)
GATE_UNUSED static void fixture_says(const dyn_client *db, const char *parts, const char *file, int line)
{
    char text[1024], part[256];

    dyn_format_error(dyn_last_error(db), text, sizeof text);
    while (*parts) {
        size_t n = strcspn(parts, "|");
        snprintf(part, sizeof part, "%.*s", (int)n, parts);
        if (!strstr(text, part)) {
            print_error("\"%s\"\n  does not say \"%s\"\n", text, part);
            _fail(file, line);
        }
        parts += n + (parts[n] == '|');
    }
}

/* The call must fail with DYN_INVALID and this text, and send nothing. */
#define refuses(db, parts, call) do { \
        long fixture_before = gate_is_there() ? gate_stat("requests") : 0; \
        want(db, DYN_INVALID, call); \
        says(db, parts); \
        assert_int_equal(fixture_before, gate_is_there() ? gate_stat("requests") : 0); \
    } while (0)

/* A call to the engine itself, past the client and the gate; the answer's body, good until the next. Skips the test where the engine is not
 * known. */
GATE_UNUSED static const char *engine_call(const char *operation, const char *body)
{
    static char answer[4 << 20];
    char head[512];
    const char *engine = getenv("DYNREPO_TEST_ENGINE"), *colon = engine ? strrchr(engine, ':') : NULL, *length;
    size_t have = 0, need = sizeof answer - 1, n = strlen(body), sent = 0;
    int fd;
    ssize_t got = 0;

    if (!colon)
        skip();
    fd = gate_connect(atoi(colon + 1));
    snprintf(head, sizeof head, "POST / HTTP/1.1\r\nHost: engine\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810.%s\r\n"
             "X-Amz-Date: 20260101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, "
             "Signature=0\r\nConnection: close\r\nContent-Length: %lu\r\n\r\n", operation, (unsigned long)n);
    if (fd < 0 || write(fd, head, strlen(head)) < 0)
        fail_msg("the engine took no request");
    while (sent < n && (got = write(fd, body + sent, n - sent)) > 0)
        sent += (size_t)got;
    while (have < need && (got = read(fd, answer + have, sizeof answer - 1 - have)) > 0) {
        have += (size_t)got;
        answer[have] = '\0';
        char *text = strstr(answer, "\r\n\r\n");
        length = text ? strstr(answer, "content-length: ") : NULL;
        if (length && length < text)
            need = (size_t)(text + 4 - answer) + (size_t)atol(length + 16);
    }
    close(fd);
    answer[have] = '\0';
    if (strncmp(answer, "HTTP/1.1 200", 12) != 0)
        fail_msg("the engine refused %s %.300s: %.600s", operation, body, answer);
    return strstr(answer, "\r\n\r\n") + 4;
}

/* Stores an item, given as the inside of its JSON, in the model's table of this fixture. */
GATE_UNUSED static void engine_put(const fixture *f, const dyn_model *model, const char *item)
{
    size_t size = strlen(item) + 256;
    char *body = (char *)malloc(size);

    snprintf(body, size, "{\"TableName\":\"%s%s\",\"Item\":{%s}}", f->prefix, model->table, item);
    engine_call("PutItem", body);
    free(body);
}

/* The stored item with this key (the inside of its JSON) as JSON; "{}" when there is none. */
GATE_UNUSED static const char *engine_get(const fixture *f, const dyn_model *model, const char *key)
{
    char body[4096];

    snprintf(body, sizeof body, "{\"TableName\":\"%s%s\",\"Key\":{%s},\"ConsistentRead\":true}", f->prefix, model->table, key);
    return engine_call("GetItem", body);
}

/* The text must contain each of the parts, which are separated by '|'. */
#define holds(text, parts) fixture_holds(text, parts, __FILE__, __LINE__)
GATE_UNUSED static void fixture_holds(const char *text, const char *parts, const char *file, int line)
{
    char part[1024];

    while (*parts) {
        size_t n = strcspn(parts, "|");
        snprintf(part, sizeof part, "%.*s", (int)n, parts);
        if (!strstr(text, part)) {
            print_error("%.3000s\n  does not contain %s\n", text, part);
            _fail(file, line);
        }
        parts += n + (parts[n] == '|');
    }
}

/* Makes the model's table and waits for it. */
GATE_UNUSED static void fixture_table(fixture *f, const dyn_model *model)
{
    want(&f->db, DYN_OK, dyn_create_table(&f->db, model, NULL));
    want(&f->db, DYN_OK, dyn_wait_table(&f->db, model, DYN_TABLE_ACTIVE, NULL));
}

GATE_UNUSED static void fixture_drop(fixture *f, const dyn_model *model)
{
    dyn_status s = f->all ? dyn_delete_table(&f->db, model, NULL) : DYN_OK;

    if (s != DYN_OK && s != DYN_NOT_FOUND)
        want(&f->db, DYN_OK, s);
}

/* Ends a test's table and client. */
GATE_UNUSED static int fixture_end(fixture *f, const dyn_model *model)
{
    if (gate_is_there())
        gate_reset();
    fixture_drop(f, model);
    fixture_close(f);
    return 0;
}

/* The content ids of a repository's list, as text: "a/1 a/2". row: room for a struct. */
GATE_UNUSED static const char *fixture_ids(dyn_repo *repo, const dyn_repo_query *query, void *row)
{
    static char text[4096];
    size_t n = 0;
    dyn_rows rows;
    dyn_content c;

    text[0] = 0;
    dyn_repo_list(repo, &rows, query);
    while (dyn_repo_next(repo, &rows, row, &c) == DYN_ROW)
        for (uint32_t i = 0; i < c.content_count; i++)
            n += (size_t)snprintf(text + n, sizeof text - n, "%s%.*s", i ? "/" : n ? " " : "", (int)c.content[i].len, c.content[i].ptr);
    want(repo->db, DYN_OK, dyn_finish(&rows));
    return text;
}

GATE_UNUSED static void needs_the_gate(void)
{
    if (!gate_is_there())
        skip();
}

#endif
