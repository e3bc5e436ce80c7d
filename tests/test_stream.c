#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* TLS against OpenSSL: `openssl s_server` on the loopback, with the certificates of support/certs.sh. What is right is decided by
 * OpenSSL and by RFC 5246 and 5280, not by the code under test. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <cmocka.h>

#define WAIT_MS 10000

static char certs[512];

/* A running server. */
typedef struct server {
    pid_t pid;
    uint16_t port;
} server;

/* A client's side of a connection: the stream under TLS counts, dribbles or blocks as told. */
typedef struct client {
    dyn_posix_stream socket;
    dyn_stream       below, shim;
    bool             dribble, read_hiccup, write_hiccup, deaf;   /* deaf: nothing can be written */
    unsigned char    sent[65536];
    size_t           sent_size;
    dyn__tls         tls;
    unsigned char    in[16709], out[1109];
    size_t           in_size;
    unsigned char    memory[16384];
    dyn_arena        arena;
    dyn_error        err;
    bool             no_clock;
    int64_t          clock;                   /* 0: the system's */
} client;

static ptrdiff_t shim_read(void *user, void *to, size_t size, uint32_t wait_ms)
{
    client *c = (client *)user;

    if (c->dribble) {
        c->read_hiccup = !c->read_hiccup;
        if (c->read_hiccup)
            return DYN_IO_AGAIN;
        return c->below.read(c->below.user, to, size > 0 ? 1 : 0, 0);
    }
    return c->below.read(c->below.user, to, size, wait_ms);
}

static ptrdiff_t shim_write(void *user, const void *from, size_t size, uint32_t wait_ms)
{
    client *c = (client *)user;
    ptrdiff_t n;

    if (c->deaf)
        return DYN_IO_AGAIN;
    if (c->dribble) {
        c->write_hiccup = !c->write_hiccup;
        if (c->write_hiccup)
            return DYN_IO_AGAIN;
        size = size > 0 ? 1 : 0;
    }
    n = c->below.write(c->below.user, from, size, wait_ms);
    if (n > 0 && c->sent_size + (size_t)n <= sizeof c->sent) {
        memcpy(c->sent + c->sent_size, from, (size_t)n);
        c->sent_size += (size_t)n;
    }
    return n;
}

/* How many application data records (type 23; RFC 5246, 6.2.1) the client has sent. */
static int application_records(const client *c)
{
    int n = 0;

    for (size_t at = 0; at + 5 <= c->sent_size; at += 5u + (size_t)(c->sent[at + 3] << 8 | c->sent[at + 4]))
        n += c->sent[at] == 23;
    return n;
}

static dyn_str slurp(const char *name, char *buf, size_t size)
{
    char path[600];
    dyn_str s = { buf, 0 };

    snprintf(path, sizeof path, "%s%s%s", name[0] == '/' ? "" : certs, name[0] == '/' ? "" : "/", name);
    FILE *f = fopen(path, "rb");
    if (f) {
        s.len = fread(buf, 1, size, f);
        fclose(f);
    }
    return s;
}

/* Starts a server with the key and certificate NAME; chain: the intermediate that it sends behind it, or NULL. option: one more
 * option and its argument, or NULL. */
static server serve(const char *name, const char *chain, const char *option, const char *argument)
{
    char cert[600], key[600], ca[600], line[256];
    const char *args[24];
    int out[2], n = 0;
    server s = { 0, 0 };

    snprintf(cert, sizeof cert, "%s/%s.pem", certs, name);
    snprintf(key, sizeof key, "%s/%s.key", certs, name);
    snprintf(ca, sizeof ca, "%s/%s.pem", certs, chain ? chain : "");
    args[n++] = "openssl", args[n++] = "s_server", args[n++] = "-accept", args[n++] = "127.0.0.1:0", args[n++] = "-rev";
    args[n++] = "-cert", args[n++] = cert, args[n++] = "-key", args[n++] = key;
    if (chain)
        args[n++] = "-CAfile", args[n++] = ca;
    if (option)
        args[n++] = option;
    if (argument)
        args[n++] = argument;
    args[n] = NULL;
    assert_int_equal(pipe(out), 0);
    s.pid = fork();
    if (s.pid == 0) {
        dup2(out[1], 1);
        close(open("/dev/null", O_RDWR));
        dup2(open("/dev/null", O_RDWR), 0);
        dup2(0, 2);
        close(out[0]);
        execvp("openssl", (char *const *)(uintptr_t)args);
        _exit(127);
    }
    close(out[1]);
    FILE *f = fdopen(out[0], "r");
    while (fgets(line, sizeof line, f))
        if (strncmp(line, "ACCEPT", 6) == 0) {
            s.port = (uint16_t)atoi(strrchr(line, ':') + 1);
            break;
        }
    fclose(f);                     /* the server ignores it: it has nothing more to say */
    assert_int_not_equal(s.port, 0);
    return s;
}

static void stop(server s)
{
    kill(s.pid, SIGKILL);
    waitpid(s.pid, NULL, 0);
}

/* A client that trusts the certificates in the file named. */
static void prepare(client *c, const char *root)
{
    static char pem[16384];
    br_x509_trust_anchor *anchors;
    size_t count;

    if (c->in_size == 0)
        c->in_size = sizeof c->in;
    c->arena.base = c->memory, c->arena.size = sizeof c->memory;
    dyn_posix_stream_make(&c->socket, &c->below);
    c->shim = c->below;
    c->shim.read = shim_read, c->shim.write = shim_write, c->shim.user = c;
    assert_int_equal(dyn__anchors_load(&c->arena, slurp(root, pem, sizeof pem), &anchors, &count, &c->err), DYN_OK);
    assert_int_equal(count, 1);
    dyn__tls_init(&c->tls, c->in, c->in_size, c->out, sizeof c->out, anchors, count);
}

/* Connects and goes through the handshake; DYN_OK, or what dyn__tls_error says. */
static dyn_status shake(client *c, server s, const char *host)
{
    const dyn_system *system = dyn_posix_system();
    int64_t now = c->no_clock ? 0 : c->clock ? c->clock : system->unix_ms(NULL) / 1000;
    int r = DYN_IO_AGAIN;

    c->err.status = DYN_OK;
    c->sent_size = 0;
    assert_int_equal(c->below.open(c->below.user, "127.0.0.1", s.port, WAIT_MS), 1);
    dyn_status status = dyn__tls_start(&c->tls, &c->shim, host, now, system, &c->err);
    if (status != DYN_OK)
        return status;
    for (int i = 0; i < 100000 && r == DYN_IO_AGAIN; i++) {
        r = dyn__tls_handshake(&c->tls, c->dribble ? 0 : WAIT_MS);
        if (r == DYN_IO_AGAIN)
            assert_int_not_equal(c->tls.wants, 0);
        if (r == DYN_IO_AGAIN && c->dribble && c->read_hiccup == false)
            c->below.wait(c->below.user, c->tls.wants, 1000);
    }
    return r == 1 ? DYN_OK : dyn__tls_error(&c->tls, &c->err, host);
}

static void hang_up(client *c)
{
    dyn__tls_close(&c->tls);
    c->below.close(c->below.user);
}

/* Sends a line and reads it back reversed, as `s_server -rev` does. */
static void expect_reversed(client *c, const char *line, const char *reversed)
{
    char got[256];
    size_t n = 0, size = strlen(line), at = 0;

    for (int i = 0; i < 100000 && at < size; i++) {
        ptrdiff_t k = dyn__tls_write(&c->tls, line + at, size - at, WAIT_MS);
        assert_true(k > 0 || k == DYN_IO_AGAIN);
        at += k > 0 ? (size_t)k : 0;
    }
    for (int i = 0; i < 100000 && n < strlen(reversed); i++) {
        ptrdiff_t k = dyn__tls_read(&c->tls, got + n, sizeof got - n, WAIT_MS);
        assert_true(k > 0 || k == DYN_IO_AGAIN);
        n += k > 0 ? (size_t)k : 0;
        if (k == DYN_IO_AGAIN && c->dribble)
            c->below.wait(c->below.user, c->tls.wants, 1);
    }
    assert_int_equal(n, strlen(reversed));
    assert_memory_equal(got, reversed, n);
}

/* A handshake that must be refused with a status, a text and no byte of application data. */
static void expect_refused(const char *name, const char *chain, const char *host, dyn_status status, const char *text)
{
    static client c;

    memset((void *)&c, 0, sizeof c);
    prepare(&c, "ec-root.pem");
    server s = serve(name, chain, NULL, NULL);
    assert_int_equal(shake(&c, s, host), status);
    assert_non_null(strstr(c.err.text, text));
    assert_non_null(strstr(c.err.text, host));
    assert_true(dyn__tls_write(&c.tls, "secret", 6, 100) < 0);
    assert_int_equal(application_records(&c), 0);
    assert_false(c.tls.session_valid);
    hang_up(&c);
    stop(s);
}

static client one;     /* the client of the test that runs */

static int fresh(void **state)
{
    (void)state;
    memset((void *)&one, 0, sizeof one);
    return 0;
}

/* -- whom it trusts -- */

static void an_rsa_chain_under_a_given_root_is_accepted(void **state)
{
    (void)state;
    prepare(&one, "rsa-root.pem");
    server s = serve("rsa-leaf", "rsa-int", NULL, NULL);
    assert_int_equal(shake(&one, s, "localhost"), DYN_OK);
    expect_reversed(&one, "hello\n", "olleh\n");
    hang_up(&one);
    stop(s);
}

static void an_ec_chain_under_a_given_root_is_accepted(void **state)
{
    (void)state;
    prepare(&one, "ec-root.der");
    server s = serve("ec-leaf", "ec-int", NULL, NULL);
    assert_int_equal(shake(&one, s, "localhost"), DYN_OK);
    expect_reversed(&one, "hello\n", "olleh\n");
    hang_up(&one);
    stop(s);
}

static void a_self_signed_certificate_is_accepted_when_it_is_the_anchor(void **state)
{
    (void)state;
    prepare(&one, "self-signed.pem");
    server s = serve("self-signed", NULL, NULL, NULL);
    assert_int_equal(shake(&one, s, "localhost"), DYN_OK);
    hang_up(&one);
    stop(s);
}

static void a_wildcard_covers_one_label(void **state)
{
    (void)state;
    prepare(&one, "ec-root.pem");
    server s = serve("wildcard", "ec-int", NULL, NULL);
    assert_int_equal(shake(&one, s, "a.example.test"), DYN_OK);
    hang_up(&one);
    assert_int_equal(shake(&one, s, "a.b.example.test"), DYN_TLS_WRONG_HOST);
    hang_up(&one);
    stop(s);
}

static void a_certificate_for_another_host_is_refused(void **state)
{
    (void)state;
    expect_refused("wrong-host", "ec-int", "localhost", DYN_TLS_WRONG_HOST, "for other names");
}

static void an_expired_certificate_is_refused(void **state)
{
    (void)state;
    expect_refused("expired", "ec-int", "localhost", DYN_TLS_EXPIRED, "valid from 2020-01-01T00:00:00Z to 2021-01-01T00:00:00Z");
}

static void a_certificate_that_is_not_yet_valid_is_refused(void **state)
{
    (void)state;
    expect_refused("not-yet", "ec-int", "localhost", DYN_TLS_EXPIRED, "valid from 2049-01-01T00:00:00Z to 2049-12-31T23:59:59Z");
}

static void a_self_signed_certificate_is_refused(void **state)
{
    (void)state;
    expect_refused("self-signed", NULL, "localhost", DYN_TLS_UNTRUSTED, "trusted roots");
}

static void a_certificate_under_an_unknown_root_is_refused(void **state)
{
    (void)state;
    expect_refused("unknown-root", NULL, "localhost", DYN_TLS_UNTRUSTED, "trusted roots");
}

static void a_chain_without_its_intermediate_is_refused(void **state)
{
    (void)state;
    expect_refused("ca-less", NULL, "localhost", DYN_TLS_UNTRUSTED, "trusted roots");
}

static void an_address_or_no_name_as_host_is_refused_before_anything_is_sent(void **state)
{
    static const char *const hosts[] = { "", "127.0.0.1", "::1" };

    (void)state;
    prepare(&one, "ec-root.pem");
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        one.err.status = DYN_OK;
        assert_int_equal(dyn__tls_start(&one.tls, &one.shim, hosts[i], 0, dyn_posix_system(), &one.err), DYN_INVALID);
    }
    assert_non_null(strstr(one.err.text, "this is an address"));
}

static bool no_entropy(void *user, void *to, size_t size)
{
    (void)user, (void)to, (void)size;
    return false;
}

static void without_random_bytes_there_is_no_handshake(void **state)
{
    dyn_system system = *dyn_posix_system();

    (void)state;
    prepare(&one, "ec-root.pem");
    system.entropy = no_entropy;
    assert_int_equal(dyn__tls_start(&one.tls, &one.shim, "localhost", 0, &system, &one.err), DYN_NO_ENTROPY);
    one.err.status = DYN_OK;
    system.entropy = NULL;
    assert_int_equal(dyn__tls_start(&one.tls, &one.shim, "localhost", 0, &system, &one.err), DYN_NO_ENTROPY);
}

/* -- without a clock -- */

static void without_a_clock_a_valid_chain_is_accepted(void **state)
{
    (void)state;
    prepare(&one, "rsa-root.pem");
    one.no_clock = true;
    server s = serve("rsa-leaf", "rsa-int", NULL, NULL);
    assert_int_equal(shake(&one, s, "localhost"), DYN_OK);
    assert_int_equal(one.tls.leaf_not_after - one.tls.leaf_not_before, 31 * 86400);   /* from yesterday, for 30 days: certs.sh */
    hang_up(&one);
    stop(s);
}

static void without_a_clock_what_expired_before_the_release_is_refused(void **state)
{
    (void)state;
    prepare(&one, "ec-root.pem");
    one.no_clock = true;
    server s = serve("expired", "ec-int", NULL, NULL);
    assert_int_equal(shake(&one, s, "localhost"), DYN_TLS_EXPIRED);
    hang_up(&one);
    stop(s);
}

static void without_a_clock_the_chain_and_the_name_are_still_checked(void **state)
{
    (void)state;
    prepare(&one, "ec-root.pem");
    one.no_clock = true;
    server s = serve("unknown-root", NULL, NULL, NULL);
    assert_int_equal(shake(&one, s, "localhost"), DYN_TLS_UNTRUSTED);
    hang_up(&one);
    stop(s);
    s = serve("wrong-host", "ec-int", NULL, NULL);
    assert_int_equal(shake(&one, s, "localhost"), DYN_TLS_WRONG_HOST);
    hang_up(&one);
    stop(s);
}

/* Hands a chain to the check in pieces of the given size; returns BearSSL's verdict. */
static unsigned check_in_pieces(client *c, const char *const *names, size_t count, size_t piece)
{
    static char der[4096];

    c->tls.x509->start_chain(&c->tls.x509, "localhost");
    for (size_t i = 0; i < count; i++) {
        dyn_str s = slurp(names[i], der, sizeof der);
        c->tls.x509->start_cert(&c->tls.x509, (uint32_t)s.len);
        for (size_t at = 0; at < s.len; at += piece)
            c->tls.x509->append(&c->tls.x509, (const unsigned char *)der + at, s.len - at < piece ? s.len - at : piece);
        c->tls.x509->end_cert(&c->tls.x509);
    }
    return c->tls.x509->end_chain(&c->tls.x509);
}

static void the_validity_of_the_leaf_is_found_in_pieces_of_any_size(void **state)
{
    static const char *const chain[] = { "not-yet.der", "ec-int.der" };

    (void)state;
    prepare(&one, "ec-root.pem");
    for (size_t piece = 1; piece < 600; piece++) {
        dyn__tls_set_time(&one.tls, (int64_t)DYN__BUILD_DAY * 86400);
        assert_int_equal(check_in_pieces(&one, chain, 2, piece), 0);          /* the time moved to 2049 */
        assert_int_equal(one.tls.leaf_not_before, 2493072000);                 /* date -u -d 2049-01-01 +%s */
        assert_int_equal(one.tls.leaf_not_after, 2524607999);
    }
}

static void both_forms_of_time_are_read(void **state)
{
    static const char *const as_leaf[] = { "ec-int.der" };                     /* 2020: UTCTime; 2099: GeneralizedTime (RFC 5280) */

    (void)state;
    prepare(&one, "ec-root.pem");
    (void)check_in_pieces(&one, as_leaf, 1, 7);
    assert_int_equal(one.tls.leaf_not_before, 1577836800);
    assert_int_equal(one.tls.leaf_not_after, 4102444799);
}

static void garbage_instead_of_a_certificate_is_refused(void **state)
{
    unsigned char junk[300];
    uint32_t x = 1;

    (void)state;
    prepare(&one, "ec-root.pem");
    for (int round = 0; round < 2000; round++) {
        for (size_t i = 0; i < sizeof junk; i++)
            x = x * 1664525u + 1013904223u, junk[i] = (unsigned char)(x >> 24);
        if (round % 2)
            junk[0] = 0x30, junk[1] = 0x82, junk[2] = 1, junk[3] = 0x28, junk[4] = 0x30, junk[5] = (unsigned char)(0x80 | (x & 7));
        one.tls.x509->start_chain(&one.tls.x509, "localhost");
        one.tls.x509->start_cert(&one.tls.x509, (uint32_t)sizeof junk);
        one.tls.x509->append(&one.tls.x509, junk, sizeof junk);
        one.tls.x509->end_cert(&one.tls.x509);
        assert_int_not_equal(one.tls.x509->end_chain(&one.tls.x509), 0);
    }
}

/* -- moving bytes -- */

static void a_stream_of_single_bytes_that_blocks_every_other_time_works(void **state)
{
    (void)state;
    prepare(&one, "ec-root.pem");
    one.dribble = true;
    server s = serve("ec-leaf", "ec-int", NULL, NULL);
    assert_int_equal(shake(&one, s, "localhost"), DYN_OK);
    expect_reversed(&one, "byte by byte\n", "etyb yb etyb\n");
    hang_up(&one);
    stop(s);
}

static void a_second_connection_resumes_the_session(void **state)
{
    (void)state;
    prepare(&one, "rsa-root.pem");
    server s = serve("rsa-leaf", "rsa-int", NULL, NULL);
    assert_int_equal(shake(&one, s, "localhost"), DYN_OK);
    assert_true(one.tls.session_valid);
    assert_int_equal(one.tls.certificates, 2);
    hang_up(&one);
    one.tls.certificates = 77;
    assert_int_equal(shake(&one, s, "localhost"), DYN_OK);
    assert_int_equal(one.tls.certificates, 77);                                /* none was sent */
    expect_reversed(&one, "again\n", "niaga\n");
    hang_up(&one);
    stop(s);
}

static void a_session_is_not_offered_to_another_host(void **state)
{
    (void)state;
    prepare(&one, "ec-root.pem");
    server s = serve("wildcard", "ec-int", NULL, NULL);
    assert_int_equal(shake(&one, s, "a.example.test"), DYN_OK);
    hang_up(&one);
    one.tls.certificates = 77;
    assert_int_equal(shake(&one, s, "b.example.test"), DYN_OK);
    assert_int_equal(one.tls.certificates, 2);
    hang_up(&one);
    stop(s);
}

static void a_small_input_buffer_is_enough_when_the_server_agrees(void **state)
{
    static const size_t sizes[] = { 837, 1349, 2373, 4421 };

    (void)state;
    server s = serve("rsa-leaf", "rsa-int", NULL, NULL);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char line[201], reversed[201];
        fresh(NULL);
        one.in_size = sizes[i];
        prepare(&one, "rsa-root.pem");
        assert_int_equal(shake(&one, s, "localhost"), DYN_OK);
        for (size_t k = 0; k < 199; k++)
            line[k] = (char)('a' + k % 26), reversed[198 - k] = line[k];
        line[199] = reversed[199] = '\n', line[200] = reversed[200] = 0;
        expect_reversed(&one, line, reversed);
        hang_up(&one);
    }
    stop(s);
}

static void an_answer_can_be_read_while_nothing_can_be_written(void **state)
{
    static char big[8000];
    char got[16];
    ptrdiff_t n = DYN_IO_AGAIN;

    (void)state;
    prepare(&one, "ec-root.pem");
    server s = serve("ec-leaf", "ec-int", NULL, NULL);
    assert_int_equal(shake(&one, s, "localhost"), DYN_OK);
    assert_int_equal(dyn__tls_write(&one.tls, "early\n", 6, WAIT_MS), 6);
    one.deaf = true;
    n = dyn__tls_write(&one.tls, big, sizeof big, 0);
    assert_true(n > 0 && n < 8000);                                            /* what fits the output buffer */
    assert_int_equal(dyn__tls_write(&one.tls, big, sizeof big, 0), DYN_IO_AGAIN);
    assert_int_equal(one.tls.wants, DYN_WANT_WRITE);
    n = DYN_IO_AGAIN;
    for (int i = 0; i < 1000 && n == DYN_IO_AGAIN; i++) {
        n = dyn__tls_read(&one.tls, got, sizeof got, WAIT_MS);
        if (n == DYN_IO_AGAIN) {
            assert_int_equal(one.tls.wants, DYN_WANT_READ | DYN_WANT_WRITE);
            one.below.wait(one.below.user, DYN_WANT_READ, 100);
        }
    }
    assert_int_equal(n, 6);
    assert_memory_equal(got, "ylrae\n", 6);
    hang_up(&one);
    stop(s);
}

static void a_connection_cut_without_goodbye_is_closed(void **state)
{
    char got[16];

    (void)state;
    prepare(&one, "ec-root.pem");
    server s = serve("ec-leaf", "ec-int", NULL, NULL);
    assert_int_equal(shake(&one, s, "localhost"), DYN_OK);
    stop(s);
    assert_int_equal(dyn__tls_read(&one.tls, got, sizeof got, WAIT_MS), DYN_IO_CLOSED);
    assert_int_equal(dyn__tls_error(&one.tls, &one.err, "localhost"), DYN_DISCONNECTED);
    hang_up(&one);
}

static void a_goodbye_of_the_peer_is_closed(void **state)
{
    char got[16];

    (void)state;
    prepare(&one, "ec-root.pem");
    server s = serve("ec-leaf", "ec-int", NULL, NULL);
    assert_int_equal(shake(&one, s, "localhost"), DYN_OK);
    assert_int_equal(dyn__tls_write(&one.tls, "CLOSE\n", 6, WAIT_MS), 6);     /* s_server -rev shuts TLS down at this line */
    assert_int_equal(dyn__tls_read(&one.tls, got, sizeof got, WAIT_MS), DYN_IO_CLOSED);
    assert_int_equal(one.tls.broken, 0);
    hang_up(&one);
    stop(s);
}

static void a_read_returns_when_its_time_has_passed(void **state)
{
    char got[16];
    const dyn_system *system = dyn_posix_system();

    (void)state;
    prepare(&one, "ec-root.pem");
    server s = serve("ec-leaf", "ec-int", NULL, NULL);
    assert_int_equal(shake(&one, s, "localhost"), DYN_OK);
    uint32_t start = system->ticks_ms(NULL);
    assert_int_equal(dyn__tls_read(&one.tls, got, sizeof got, 200), DYN_IO_AGAIN);
    assert_in_range(system->ticks_ms(NULL) - start, 50, 1000);
    assert_int_equal(one.tls.wants, DYN_WANT_READ);
    hang_up(&one);
    stop(s);
}

static void each_cipher_suite_of_the_profile_works(void **state)
{
    static const char *const suites[][2] = {      /* OpenSSL's names */
        { "ECDHE-ECDSA-AES128-GCM-SHA256", "ec" }, { "ECDHE-RSA-AES128-GCM-SHA256", "rsa" },
#ifndef DYNREPO_SMALL
        { "ECDHE-ECDSA-AES256-GCM-SHA384", "ec" }, { "ECDHE-RSA-AES256-GCM-SHA384", "rsa" },
#endif
        { "ECDHE-ECDSA-CHACHA20-POLY1305", "ec" }, { "ECDHE-RSA-CHACHA20-POLY1305", "rsa" }
    };

    (void)state;
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        char leaf[16], middle[16], root[16];
        snprintf(leaf, sizeof leaf, "%s-leaf", suites[i][1]);
        snprintf(middle, sizeof middle, "%s-int", suites[i][1]);
        snprintf(root, sizeof root, "%s-root.pem", suites[i][1]);
        fresh(NULL);
        prepare(&one, root);
        server s = serve(leaf, middle, "-cipher", suites[i][0]);
        assert_int_equal(shake(&one, s, "localhost"), DYN_OK);
        expect_reversed(&one, "suite\n", "etius\n");
        hang_up(&one);
        stop(s);
    }
}

static void the_curve_p_384_works(void **state)
{
    (void)state;
    prepare(&one, "rsa-root.pem");
    server s = serve("rsa-leaf", "rsa-int", "-named_curve", "P-384");
    assert_int_equal(shake(&one, s, "localhost"), DYN_OK);
    hang_up(&one);
    stop(s);
}

static void a_server_without_forward_secrecy_is_refused(void **state)
{
    (void)state;
    prepare(&one, "rsa-root.pem");
    server s = serve("rsa-leaf", "rsa-int", "-cipher", "AES128-GCM-SHA256");
    assert_int_equal(shake(&one, s, "localhost"), DYN_TLS_FAILED);
    assert_non_null(strstr(one.err.text, "no cipher suite in common"));
    hang_up(&one);
    stop(s);
}

static void a_server_that_speaks_tls_1_3_only_is_named_so(void **state)
{
    (void)state;
    prepare(&one, "rsa-root.pem");
    server s = serve("rsa-leaf", "rsa-int", "-tls1_3", NULL);
    assert_int_equal(shake(&one, s, "localhost"), DYN_TLS_FAILED);
    assert_non_null(strstr(one.err.text, "does not speak TLS 1.2"));
    assert_non_null(strstr(one.err.text, "326"));                              /* 256 + alert 70 protocol_version (RFC 5246, 7.2) */
    hang_up(&one);
    stop(s);
}

/* -- trust anchors -- */

static dyn_status load(client *c, const char *p, size_t n, size_t *count)
{
    br_x509_trust_anchor *anchors;
    dyn_str s = { p, n };

    c->arena.base = c->memory, c->arena.used = 0;
    if (c->arena.size == 0)
        c->arena.size = sizeof c->memory;
    c->err.status = DYN_OK;
    return dyn__anchors_load(&c->arena, s, &anchors, count, &c->err);
}

/* tools/anchors reads the certificates with its own code; here BearSSL's decoder reads the same files. */
static void the_built_in_anchors_are_the_roots_of_the_system(void **state)
{
    static const char *const files[] = { "Amazon_Root_CA_1", "Amazon_Root_CA_2", "Amazon_Root_CA_3", "Amazon_Root_CA_4",
                                         "Starfield_Services_Root_Certificate_Authority_-_G2" };
    static char pem[8192];

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        char path[200];
        br_x509_trust_anchor *a;
        const br_x509_trust_anchor *b = &dyn__anchors_builtin[i];
        size_t count;
        snprintf(path, sizeof path, "/usr/share/ca-certificates/mozilla/%s.crt", files[i]);
        dyn_str s = slurp(path, pem, sizeof pem);
        if (s.len == 0)
            skip();
        fresh(NULL);
        one.arena.base = one.memory, one.arena.size = sizeof one.memory;
        assert_int_equal(dyn__anchors_load(&one.arena, s, &a, &count, &one.err), DYN_OK);
        assert_int_equal(count, 1);
        assert_int_equal(a->dn.len, b->dn.len);
        assert_memory_equal(a->dn.data, b->dn.data, b->dn.len);
        assert_int_equal(a->flags, b->flags);
        assert_int_equal(a->pkey.key_type, b->pkey.key_type);
        if (b->pkey.key_type == BR_KEYTYPE_RSA) {
            assert_int_equal(a->pkey.key.rsa.nlen, b->pkey.key.rsa.nlen);
            assert_memory_equal(a->pkey.key.rsa.n, b->pkey.key.rsa.n, b->pkey.key.rsa.nlen);
            assert_int_equal(a->pkey.key.rsa.elen, b->pkey.key.rsa.elen);
            assert_memory_equal(a->pkey.key.rsa.e, b->pkey.key.rsa.e, b->pkey.key.rsa.elen);
        } else {
            assert_int_equal(a->pkey.key.ec.curve, b->pkey.key.ec.curve);
            assert_int_equal(a->pkey.key.ec.qlen, b->pkey.key.ec.qlen);
            assert_memory_equal(a->pkey.key.ec.q, b->pkey.key.ec.q, b->pkey.key.ec.qlen);
        }
    }
}

static void a_pem_text_may_hold_several_certificates_and_other_things(void **state)
{
    static char all[32768];
    static const char *const files[] = { "ec-leaf.key", "rsa-root.pem", "ec-root.pem", "other-root.pem" };
    size_t n = 0, count;

    (void)state;
    for (size_t i = 0; i < 4; i++)
        n += slurp(files[i], all + n, sizeof all - n).len;
    assert_int_equal(load(&one, all, n, &count), DYN_OK);
    assert_int_equal(count, 3);
    while (n > 0 && all[n - 1] == '\n')
        n--;
    assert_int_equal(load(&one, all, n, &count), DYN_OK);                      /* without the last line's end */
    assert_int_equal(count, 3);
}

static void what_is_no_certificate_is_named(void **state)
{
    static char text[16384];
    size_t count, n, first;
    char *end;

    (void)state;
    assert_int_equal(load(&one, "", 0, &count), DYN_INVALID);
    assert_int_equal(load(&one, "/etc/ssl/root.pem", 17, &count), DYN_INVALID);
    assert_non_null(strstr(one.err.text, "neither PEM"));
    assert_int_equal(load(&one, "0123456789", 10, &count), DYN_INVALID);       /* '0' is DER's first byte */
    assert_non_null(strstr(one.err.text, "certificate 1 cannot be read"));
    n = slurp("ec-leaf.key", text, sizeof text).len;
    assert_int_equal(load(&one, text, n, &count), DYN_INVALID);
    assert_non_null(strstr(one.err.text, "no object of type CERTIFICATE"));

    first = slurp("rsa-root.pem", text, sizeof text).len;
    n = first + slurp("ec-root.pem", text + first, sizeof text - first).len;
    text[n] = 0;
    end = strstr(text + first, "-----END");
    assert_non_null(end);
    assert_int_equal(load(&one, text, (size_t)(end - text), &count), DYN_INVALID);
    assert_non_null(strstr(one.err.text, "certificate 2 has no line"));
    text[first + 100] = '!';
    assert_int_equal(load(&one, text, n, &count), DYN_INVALID);
    assert_non_null(strstr(one.err.text, "object 2 is no valid PEM"));
    text[first + 100] = 'A', text[first + 30] = 'A';
    assert_int_equal(load(&one, text, n, &count), DYN_INVALID);
    assert_non_null(strstr(one.err.text, "certificate 2 cannot be read"));
}

static void anchors_in_too_little_memory_say_so_at_every_size(void **state)
{
    static char text[16384];
    size_t count, n = slurp("rsa-root.pem", text, sizeof text).len, fails = 0;

    (void)state;
    for (size_t size = 0; size < 4096; size++) {
        memset((void *)&one.arena, 0, sizeof one.arena);
        one.arena.size = size;
        if (size == 0)
            continue;
        dyn_status status = load(&one, text, n, &count);
        assert_int_equal(one.arena.size, size);
        if (status == DYN_OK) {
            assert_int_equal(count, 1);
            break;
        }
        assert_int_equal(status, DYN_NO_MEMORY);
        assert_true(one.arena.missing > 0);
        assert_int_equal(one.arena.used, 0);
        fails++;
    }
    assert_in_range(fails, 300, 4000);
}

/* The certificates: where DYNREPO_TEST_CERTS says, or made now by support/certs.sh beside this file. */
static bool find_certs(const char *source)
{
    const char *given = getenv("DYNREPO_TEST_CERTS"), *slash = strrchr(source, '/');
    char command[1200];

    if (given && *given) {
        snprintf(certs, sizeof certs, "%s", given);
        return true;
    }
    snprintf(certs, sizeof certs, "/tmp/dynrepo-test-certs-%lu", (unsigned long)getuid());
    snprintf(command, sizeof command, "'%.*s/support/certs.sh' %s", slash ? (int)(slash - source) : 1, slash ? source : ".", certs);
    return system(command) == 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_rsa_chain_under_a_given_root_is_accepted, fresh),
        cmocka_unit_test_setup(an_ec_chain_under_a_given_root_is_accepted, fresh),
        cmocka_unit_test_setup(a_self_signed_certificate_is_accepted_when_it_is_the_anchor, fresh),
        cmocka_unit_test_setup(a_wildcard_covers_one_label, fresh),
        cmocka_unit_test_setup(a_certificate_for_another_host_is_refused, fresh),
        cmocka_unit_test_setup(an_expired_certificate_is_refused, fresh),
        cmocka_unit_test_setup(a_certificate_that_is_not_yet_valid_is_refused, fresh),
        cmocka_unit_test_setup(a_self_signed_certificate_is_refused, fresh),
        cmocka_unit_test_setup(a_certificate_under_an_unknown_root_is_refused, fresh),
        cmocka_unit_test_setup(a_chain_without_its_intermediate_is_refused, fresh),
        cmocka_unit_test_setup(an_address_or_no_name_as_host_is_refused_before_anything_is_sent, fresh),
        cmocka_unit_test_setup(without_random_bytes_there_is_no_handshake, fresh),
        cmocka_unit_test_setup(without_a_clock_a_valid_chain_is_accepted, fresh),
        cmocka_unit_test_setup(without_a_clock_what_expired_before_the_release_is_refused, fresh),
        cmocka_unit_test_setup(without_a_clock_the_chain_and_the_name_are_still_checked, fresh),
        cmocka_unit_test_setup(the_validity_of_the_leaf_is_found_in_pieces_of_any_size, fresh),
        cmocka_unit_test_setup(both_forms_of_time_are_read, fresh),
        cmocka_unit_test_setup(garbage_instead_of_a_certificate_is_refused, fresh),
        cmocka_unit_test_setup(a_stream_of_single_bytes_that_blocks_every_other_time_works, fresh),
        cmocka_unit_test_setup(a_second_connection_resumes_the_session, fresh),
        cmocka_unit_test_setup(a_session_is_not_offered_to_another_host, fresh),
        cmocka_unit_test_setup(a_small_input_buffer_is_enough_when_the_server_agrees, fresh),
        cmocka_unit_test_setup(an_answer_can_be_read_while_nothing_can_be_written, fresh),
        cmocka_unit_test_setup(a_connection_cut_without_goodbye_is_closed, fresh),
        cmocka_unit_test_setup(a_goodbye_of_the_peer_is_closed, fresh),
        cmocka_unit_test_setup(a_read_returns_when_its_time_has_passed, fresh),
        cmocka_unit_test_setup(each_cipher_suite_of_the_profile_works, fresh),
        cmocka_unit_test_setup(the_curve_p_384_works, fresh),
        cmocka_unit_test_setup(a_server_without_forward_secrecy_is_refused, fresh),
        cmocka_unit_test_setup(a_server_that_speaks_tls_1_3_only_is_named_so, fresh),
        cmocka_unit_test_setup(the_built_in_anchors_are_the_roots_of_the_system, fresh),
        cmocka_unit_test_setup(a_pem_text_may_hold_several_certificates_and_other_things, fresh),
        cmocka_unit_test_setup(what_is_no_certificate_is_named, fresh),
        cmocka_unit_test_setup(anchors_in_too_little_memory_say_so_at_every_size, fresh),
    };

    if (!find_certs(__FILE__)) {
        fprintf(stderr, "test_stream: tests/support/certs.sh failed\n");
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
