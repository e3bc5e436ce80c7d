/* The gate's control (see gate.py) for tests in C, over a plain blocking socket. Include after <cmocka.h>. */
#ifndef DYN_TEST_GATE_H
#define DYN_TEST_GATE_H

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <arpa/inet.h>

#if defined(__GNUC__)
#define GATE_UNUSED __attribute__((unused))
#else
#define GATE_UNUSED
#endif

/* False when the tests run against a server without the gate; a test that needs it then calls skip(). */
GATE_UNUSED static int gate_is_there(void)
{
    return getenv("DYNREPO_TEST_GATE") != NULL;
}

/* The port of one of the gate's TLS listeners: gate_tls_port("RSA"), "EC", "EXPIRED", …; 0 when there is none. */
GATE_UNUSED static int gate_tls_port(const char *name)
{
    char variable[64];
    const char *port;

    snprintf(variable, sizeof variable, "DYNREPO_TEST_TLS_%s", name);
    port = getenv(variable);
    return port ? atoi(port) : 0;
}

/* A connection to 127.0.0.1:port, or -1. */
GATE_UNUSED static int gate_connect(int port)
{
    struct sockaddr_in a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    memset(&a, 0, sizeof a);
    a.sin_family = AF_INET;
    a.sin_port = htons((unsigned short)port);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Sends one control request and stores the answer's body, NUL-terminated and cut to size, in out (may be NULL). Fails the test when the gate
 * does not answer 200. Returns the bytes stored. gate_control("GET", "stats", NULL, out, sizeof out) */
GATE_UNUSED static size_t gate_control(const char *method, const char *where, const char *body, char *out, size_t size)
{
    static char answer[1 << 20];
    char head[512];
    const char *address = getenv("DYNREPO_TEST_GATE"), *colon = address ? strrchr(address, ':') : NULL, *text;
    size_t have = 0, n = body ? strlen(body) : 0;
    int fd = colon ? gate_connect(atoi(colon + 1)) : -1;
    ssize_t got;

    if (fd < 0)
        fail_msg("no gate at DYNREPO_TEST_GATE=%s; run this program by tests/support/run.py", address ? address : "");
    snprintf(head, sizeof head, "%s /__gate/%s HTTP/1.1\r\nHost: gate\r\nContent-Length: %lu\r\nConnection: close\r\n\r\n", method, where,
             (unsigned long)n);
    if (write(fd, head, strlen(head)) < 0 || (n && write(fd, body, n) < 0))
        fail_msg("the gate took no request");
    while (have < sizeof answer - 1 && (got = read(fd, answer + have, sizeof answer - 1 - have)) > 0)
        have += (size_t)got;
    close(fd);
    answer[have] = '\0';
    text = strstr(answer, "\r\n\r\n");
    if (!text || strncmp(answer, "HTTP/1.1 200", 12) != 0)
        fail_msg("the gate refused %s %s: %s", method, where, answer);
    text += 4;
    have -= (size_t)(text - answer);
    if (!out || size == 0)
        return 0;
    if (have > size - 1)
        have = size - 1;
    memcpy(out, text, have);
    out[have] = '\0';
    return have;
}

/* gate_rule("{\"op\":\"PutItem\",\"action\":\"cut\",\"at\":17}"); also a JSON list of rules. */
GATE_UNUSED static void gate_rule(const char *json)
{
    gate_control("POST", "rules", json, NULL, 0);
}

/* No rules, counters at 0, empty log: for a test's setup. */
GATE_UNUSED static void gate_reset(void)
{
    gate_control("POST", "reset", NULL, NULL, 0);
}

/* One counter: gate_stat("requests"), "accepted", "refused", "connections", "open", "tls_handshakes", "tls_resumed", "tls_failed",
 * "engine_requests", "rules_left". */
GATE_UNUSED static long gate_stat(const char *name)
{
    char text[1024], quoted[64], *at;

    gate_control("GET", "stats", NULL, text, sizeof text);
    snprintf(quoted, sizeof quoted, "\"%s\":", name);
    at = strstr(text, quoted);
    if (!at)
        fail_msg("the gate has no counter %s", name);
    return atol(at + strlen(quoted));
}

/* The body, or the head, of the last request that the gate accepted. */
GATE_UNUSED static size_t gate_last_body(char *out, size_t size)
{
    return gate_control("GET", "last?raw=body", NULL, out, size);
}

GATE_UNUSED static size_t gate_last_head(char *out, size_t size)
{
    return gate_control("GET", "last?raw=head", NULL, out, size);
}

#endif
