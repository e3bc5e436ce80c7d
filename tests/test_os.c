#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Sockets, and the search for settings. What the profile files mean is taken from the AWS SDKs and Tools Reference Guide ("Shared
 * config and credentials files", "Service-specific endpoints"); where that leaves room, from botocore (session.py, configloader.py,
 * credentials.py). */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <cmocka.h>

/* -- settings -- */

static char home[64];
static unsigned char memory[16384];
static dyn_arena arena;
static dyn_error err;
static dyn__found found;

static const char *const variables[] = {
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"
};

static void put_file(const char *name, const char *text)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", home, name);
    if (!text) {
        remove(path);
        return;
    }
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* An empty home directory and an environment without AWS variables. */
static int fresh(void **state)
{
    char path[128];

    (void)state;
    if (!home[0]) {
        snprintf(home, sizeof home, "/tmp/dynrepo-test-os-XXXXXX");
        if (!mkdtemp(home))
            return -1;
    }
    snprintf(path, sizeof path, "%s/.aws", home);
    mkdir(path, 0700);
    put_file(".aws/config", NULL);
    put_file(".aws/credentials", NULL);
    put_file("other", NULL);
    setenv("HOME", home, 1);
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
    memset((void *)&found, 0, sizeof found);
    memset((void *)&err, 0, sizeof err);
    memset((void *)&arena, 0, sizeof arena);
    memset(memory, 0x55, sizeof memory);
    arena.base = memory, arena.size = sizeof memory;
    return 0;
}

static int clean(void **state)
{
    char path[128];

    fresh(state);
    snprintf(path, sizeof path, "%s/.aws", home);
    rmdir(path);
    rmdir(home);
    return 0;
}

static dyn_status discover(const char *profile)
{
    err.status = DYN_OK;
    return dyn__os_discover(&arena, profile, &found, &err);
}

static void expect(dyn_str got, const char *text)
{
    char copy[4096];

    assert_true(got.len < sizeof copy);
    if (got.len > 0)
        memcpy(copy, got.ptr, got.len);
    copy[got.len] = 0;
    assert_string_equal(copy, text);
}

static bool memory_holds(const char *text)
{
    for (size_t i = 0; i + strlen(text) <= sizeof memory; i++)
        if (memcmp(memory + i, text, strlen(text)) == 0)
            return true;
    return false;
}

static void nothing_at_all_is_no_error_and_leaves_all_empty(void **state)
{
    (void)state;
    assert_int_equal(discover(NULL), DYN_OK);
    expect(found.access_key, ""), expect(found.secret_key, ""), expect(found.token, ""), expect(found.region, "");
    expect(found.endpoint, "");
    unsetenv("HOME");
    assert_int_equal(discover(NULL), DYN_OK);
}

static void the_environment_gives_credentials_and_region(void **state)
{
    (void)state;
    setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1), setenv("AWS_SECRET_ACCESS_KEY", "s/e+c=ret", 1), setenv("AWS_SESSION_TOKEN", "tok", 1);
    setenv("AWS_DEFAULT_REGION", "eu-central-1", 1);
    assert_int_equal(discover(NULL), DYN_OK);
    setenv("AWS_ACCESS_KEY_ID", "CHANGED", 1);                                /* what was found are copies */
    expect(found.access_key, "AKIDENV"), expect(found.secret_key, "s/e+c=ret"), expect(found.token, "tok");
    expect(found.region, "eu-central-1");
}

static void aws_region_comes_before_aws_default_region(void **state)
{
    (void)state;
    setenv("AWS_REGION", "eu-west-1", 1), setenv("AWS_DEFAULT_REGION", "eu-central-1", 1);
    assert_int_equal(discover(NULL), DYN_OK);
    expect(found.region, "eu-west-1");
}

static void an_empty_variable_counts_as_not_set(void **state)
{
    (void)state;
    setenv("AWS_REGION", "", 1), setenv("AWS_DEFAULT_REGION", "eu-central-1", 1), setenv("AWS_PROFILE", "", 1);
    setenv("AWS_ACCESS_KEY_ID", "", 1);
    assert_int_equal(discover(NULL), DYN_OK);
    expect(found.region, "eu-central-1"), expect(found.access_key, "");
}

static void a_key_without_its_secret_is_named(void **state)
{
    (void)state;
    setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1), setenv("AWS_SESSION_TOKEN", "tok", 1), setenv("AWS_REGION", "eu-west-1", 1);
    put_file(".aws/credentials", "[default]\naws_access_key_id = A\naws_secret_access_key = B\n");
    assert_int_equal(discover(NULL), DYN_NO_CREDENTIALS);
    assert_non_null(strstr(err.text, "AWS_SECRET_ACCESS_KEY"));
    expect(found.access_key, ""), expect(found.region, "");
    assert_int_equal(arena.used, 0);
    assert_false(memory_holds("AKIDENV"));

    unsetenv("AWS_ACCESS_KEY_ID");
    put_file(".aws/credentials", "[default]\naws_access_key_id = AKIDFILE\n");
    assert_int_equal(discover(NULL), DYN_NO_CREDENTIALS);
    assert_non_null(strstr(err.text, ".aws/credentials"));
    assert_non_null(strstr(err.text, "aws_secret_access_key"));
    assert_false(memory_holds("AKIDFILE"));
}

static void what_is_set_already_is_kept(void **state)
{
    (void)state;
    setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1), setenv("AWS_SECRET_ACCESS_KEY", "secret", 1), setenv("AWS_REGION", "eu-west-1", 1);
    setenv("AWS_ENDPOINT_URL", "http://env", 1), setenv("AWS_SESSION_TOKEN", "tok", 1);
    found.access_key = dyn__os_str("MINE"), found.secret_key = dyn__os_str("ALSO"), found.region = dyn__os_str("us-east-2");
    found.endpoint = dyn__os_str("http://mine");
    assert_int_equal(discover(NULL), DYN_OK);
    expect(found.access_key, "MINE"), expect(found.secret_key, "ALSO"), expect(found.token, ""), expect(found.region, "us-east-2");
    expect(found.endpoint, "http://mine");
}

static void the_environment_comes_before_the_files(void **state)
{
    (void)state;
    setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1), setenv("AWS_SECRET_ACCESS_KEY", "secret", 1), setenv("AWS_REGION", "eu-west-1", 1);
    put_file(".aws/credentials", "[default]\naws_access_key_id = A\naws_secret_access_key = B\naws_session_token = T\n");
    put_file(".aws/config", "[default]\nregion = us-east-1\n");
    assert_int_equal(discover(NULL), DYN_OK);
    expect(found.access_key, "AKIDENV"), expect(found.secret_key, "secret"), expect(found.token, ""), expect(found.region, "eu-west-1");
}

static void a_profile_given_by_the_program_skips_the_credentials_of_the_environment(void **state)
{
    (void)state;
    setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1), setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
    put_file(".aws/credentials", "[dev]\naws_access_key_id = A\naws_secret_access_key = B\n");
    assert_int_equal(discover("dev"), DYN_OK);
    expect(found.access_key, "A"), expect(found.secret_key, "B");
}

static void aws_profile_chooses_a_profile_but_the_environments_credentials_win(void **state)
{
    (void)state;
    setenv("AWS_PROFILE", "dev", 1);
    put_file(".aws/credentials", "[default]\naws_access_key_id=X\naws_secret_access_key=Y\n[dev]\naws_access_key_id=A\n"
                                 "aws_secret_access_key=B\n");
    put_file(".aws/config", "[profile dev]\nregion = ap-south-1\n[default]\nregion = us-east-1\n");
    assert_int_equal(discover(NULL), DYN_OK);
    expect(found.access_key, "A"), expect(found.region, "ap-south-1");
    fresh(NULL);
    setenv("AWS_PROFILE", "dev", 1);
    setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1), setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
    put_file(".aws/config", "[profile dev]\nregion = ap-south-1\n");
    assert_int_equal(discover(NULL), DYN_OK);
    expect(found.access_key, "AKIDENV"), expect(found.region, "ap-south-1");
}

static void a_named_profile_that_is_nowhere_is_an_error_with_both_files(void **state)
{
    (void)state;
    put_file(".aws/config", "[profile dev]\nregion = a\n[other]\nregion = b\n");
    setenv("AWS_PROFILE", "other", 1);                                        /* without "profile" it is none in a config file */
    assert_int_equal(discover(NULL), DYN_NO_CREDENTIALS);
    assert_non_null(strstr(err.text, "\"other\""));
    assert_non_null(strstr(err.text, ".aws/credentials"));
    assert_non_null(strstr(err.text, ".aws/config"));
    assert_int_equal(discover("prod"), DYN_NO_CREDENTIALS);
    assert_non_null(strstr(err.text, "\"prod\""));
}

static void the_credentials_file_wins_and_key_and_secret_come_from_one_file(void **state)
{
    (void)state;
    put_file(".aws/credentials", "[default]\naws_access_key_id = A\naws_secret_access_key = B\n");
    put_file(".aws/config", "[default]\naws_access_key_id = C\naws_secret_access_key = D\naws_session_token = E\nregion = r\n");
    assert_int_equal(discover(NULL), DYN_OK);
    expect(found.access_key, "A"), expect(found.secret_key, "B"), expect(found.token, ""), expect(found.region, "r");
    fresh(NULL);
    put_file(".aws/credentials", "[default]\naws_secret_access_key = LONELY\n");
    put_file(".aws/config", "[default]\naws_access_key_id = C\naws_secret_access_key = D\naws_session_token = E\n");
    assert_int_equal(discover(NULL), DYN_OK);
    expect(found.access_key, "C"), expect(found.secret_key, "D"), expect(found.token, "E");
    assert_false(memory_holds("LONELY"));
}

static void the_forms_of_a_file_are_understood(void **state)
{
    (void)state;
    put_file(".aws/config",
             "# comment\n; comment\n\nregion = before any section\n"
             "[profile other]\nregion = wrong\n"
             "[  profile   \"my team\"  ] # comment\r\n"
             "  REGION=eu-north-1   ; comment\r\n"
             "  s3 =\n    endpoint_url = http://nested\n    region = nested\n"
             "  no equals sign\n"
             "\taws_access_key_id\t=\tAKID\n"
             "aws_secret_access_key = a#b;c=d/e+f\n"
             "aws_session_token =\n"
             "endpoint_url = http://profile:8000");                             /* no end of line */
    assert_int_equal(discover("my team"), DYN_OK);
    expect(found.region, "eu-north-1"), expect(found.endpoint, "http://profile:8000");
    expect(found.secret_key, "a#b;c=d/e+f"), expect(found.token, "");
}

static void long_lines_and_long_tokens_are_read(void **state)
{
    static char text[16384], token[2049];

    (void)state;
    memset(token, 'T', 2048);
    token[2048] = 0;
    snprintf(text, sizeof text, "[default]\n# %s%s\nx%s = y\naws_access_key_id = A\naws_secret_access_key = B\n"
             "aws_session_token = %s\n", token, token, token, token);
    put_file(".aws/credentials", text);
    assert_int_equal(discover(NULL), DYN_OK);
    expect(found.token, token);
}

static void the_paths_of_the_files_can_be_set(void **state)
{
    char path[128];

    (void)state;
    put_file("other", "[default]\nregion = elsewhere\naws_access_key_id = A\naws_secret_access_key = B\n");
    setenv("AWS_CONFIG_FILE", "~/other", 1);
    setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials", 1);
    assert_int_equal(discover(NULL), DYN_OK);
    expect(found.region, "elsewhere"), expect(found.access_key, "A");
    fresh(NULL);
    put_file("other", "[default]\naws_access_key_id = A\naws_secret_access_key = B\n");
    snprintf(path, sizeof path, "%s/other", home);
    setenv("AWS_SHARED_CREDENTIALS_FILE", path, 1);
    setenv("AWS_CONFIG_FILE", home, 1);                                       /* a directory is no file */
    assert_int_equal(discover(NULL), DYN_OK);
    expect(found.access_key, "A");
}

/* Each row adds a source that comes before those above it. */
static void the_endpoint_is_taken_in_the_documented_order(void **state)
{
    (void)state;
    put_file(".aws/config", "[default]\nendpoint_url = http://profile\n");
    assert_int_equal(discover(NULL), DYN_OK);
    expect(found.endpoint, "http://profile");

    memset((void *)&found, 0, sizeof found);
    put_file(".aws/config", "[services local]\ns3 =\n  endpoint_url = http://s3\ndynamodb = \n  endpoint_url = http://services\nsqs =\n"
                            "  endpoint_url = http://sqs\n[services x]\ndynamodb =\n  endpoint_url = http://x\n"
                            "[default]\nendpoint_url = http://profile\nservices = local\n");
    assert_int_equal(discover(NULL), DYN_OK);
    expect(found.endpoint, "http://services");

    memset((void *)&found, 0, sizeof found);
    setenv("AWS_ENDPOINT_URL", "http://env", 1);
    assert_int_equal(discover(NULL), DYN_OK);
    expect(found.endpoint, "http://env");

    memset((void *)&found, 0, sizeof found);
    setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://dynamodb", 1);
    assert_int_equal(discover(NULL), DYN_OK);
    expect(found.endpoint, "http://dynamodb");

    memset((void *)&found, 0, sizeof found);
    setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE", 1);
    assert_int_equal(discover(NULL), DYN_OK);
    expect(found.endpoint, "");
}

static void a_services_section_below_the_profile_is_found_too(void **state)
{
    (void)state;
    put_file(".aws/config", "[profile dev]\nservices = local\n[services local]\ndynamodb =\n  endpoint_url = http://services\n");
    assert_int_equal(discover("dev"), DYN_OK);
    expect(found.endpoint, "http://services");
}

static void a_profile_can_ignore_configured_endpoints(void **state)
{
    (void)state;
    put_file(".aws/config", "[default]\nendpoint_url = http://profile\nignore_configured_endpoint_urls = true\n");
    assert_int_equal(discover(NULL), DYN_OK);
    expect(found.endpoint, "");
}

static void too_little_memory_is_told_at_every_size_and_leaves_no_secret(void **state)
{
    size_t fails = 0;

    (void)state;
    for (size_t size = 1; size < 1000; size++) {
        fresh(NULL);
        put_file(".aws/credentials", "[default]\naws_access_key_id = AKID\naws_secret_access_key = SECRET\n");
        put_file(".aws/config", "[services s]\ndynamodb=\n endpoint_url = http://e\n[default]\nregion = r\nservices = s\n");
        arena.size = size;
        dyn_status status = discover(NULL);
        if (status == DYN_OK)
            break;
        assert_int_equal(status, DYN_NO_MEMORY);
        assert_true(arena.missing > 0);
        assert_int_equal(arena.used, 0);
        assert_false(memory_holds("SECR"));
        fails++;
    }
    expect(found.secret_key, "SECRET"), expect(found.endpoint, "http://e");
    assert_in_range(fails, 50, 500);
}

/* -- clocks and random bytes -- */

static void the_clocks_run(void **state)
{
    const dyn_system *system = dyn_posix_system();
    uint32_t start = system->ticks_ms(NULL);

    (void)state;
    usleep(20000);
    assert_in_range(system->ticks_ms(NULL) - start, 19, 2000);
    assert_in_range(system->unix_ms(NULL) / 1000, (int64_t)time(NULL) - 2, (int64_t)time(NULL) + 2);
}

static void random_bytes_of_any_size_differ(void **state)
{
    static unsigned char a[1000], b[1000];
    const dyn_system *system = dyn_posix_system();

    (void)state;
    assert_true(system->entropy(NULL, a, 32) && system->entropy(NULL, b, 32));
    assert_memory_not_equal(a, b, 32);
    assert_true(system->entropy(NULL, a, sizeof a) && system->entropy(NULL, b, sizeof b));
    assert_memory_not_equal(a + 968, b + 968, 32);
}

/* -- sockets -- */

static dyn_posix_stream socket_of;
static dyn_stream stream;

static int listen_on(uint16_t *port)
{
    struct sockaddr_in a;
    socklen_t size = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    memset(&a, 0, sizeof a);
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, size), 0);
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &size), 0);
    *port = ntohs(a.sin_port);
    return fd;
}

/* A connection to ourselves; the peer's end. */
static int connected(void)
{
    uint16_t port;
    int listener = listen_on(&port), peer;

    dyn_posix_stream_make(&socket_of, &stream);
    assert_int_equal(stream.open(stream.user, "127.0.0.1", port, 2000), 1);
    assert_int_equal(stream.open(stream.user, "127.0.0.1", port, 2000), 1);   /* connected already */
    peer = accept(listener, NULL, NULL);
    assert_true(peer >= 0);
    close(listener);
    return peer;
}

static void bytes_go_both_ways(void **state)
{
    char got[8];
    int peer = connected();

    (void)state;
    assert_true(stream.alive(stream.user));
    assert_int_equal(stream.write(stream.user, "ping", 4, 1000), 4);
    assert_int_equal(read(peer, got, sizeof got), 4);
    assert_int_equal(write(peer, "pong!", 5), 5);
    assert_int_equal(stream.read(stream.user, got, sizeof got, 1000), 5);
    assert_memory_equal(got, "pong!", 5);
    close(peer);
    stream.close(stream.user);
}

static void nagles_algorithm_is_off_and_the_descriptor_is_not_inherited(void **state)
{
    int peer = connected(), on = 0, fd = (int)stream.handle(stream.user);
    socklen_t size = sizeof on;

    (void)state;
    assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &size), 0);
    assert_int_not_equal(on, 0);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_false(fcntl(fd, F_GETFL) & O_NONBLOCK);
    close(peer);
    stream.close(stream.user);
}

static void a_refused_port_is_an_error(void **state)
{
    uint16_t port;

    (void)state;
    close(listen_on(&port));
    dyn_posix_stream_make(&socket_of, &stream);
    assert_int_equal(stream.open(stream.user, "127.0.0.1", port, 2000), DYN_IO_ERROR);
    assert_int_equal(stream.handle(stream.user), -1);
    stream.close(stream.user);
}

static void an_unknown_name_is_told_apart(void **state)
{
    (void)state;
    dyn_posix_stream_make(&socket_of, &stream);
    int r = stream.open(stream.user, "no.such.host.invalid", 80, 2000);       /* RFC 6761: .invalid never exists */
    if (r == DYN_IO_ERROR)
        skip();                                                               /* no resolver answers here */
    assert_int_equal(r, DYN_IO_NO_HOST);
    stream.close(stream.user);
}

/* localhost usually is ::1 and 127.0.0.1; only the second one listens. */
static void the_next_address_of_a_name_is_tried(void **state)
{
    uint16_t port;
    int listener = listen_on(&port);

    (void)state;
    dyn_posix_stream_make(&socket_of, &stream);
    assert_int_equal(stream.open(stream.user, "localhost", port, 2000), 1);
    stream.close(stream.user);
    close(listener);
}

static void a_connection_can_be_made_without_waiting(void **state)
{
    uint16_t port;
    int listener = listen_on(&port), r = DYN_IO_AGAIN;

    (void)state;
    dyn_posix_stream_make(&socket_of, &stream);
    for (int i = 0; i < 100 && r == DYN_IO_AGAIN; i++) {
        r = stream.open(stream.user, "127.0.0.1", port, 0);
        if (r == DYN_IO_AGAIN)
            stream.wait(stream.user, DYN_WANT_WRITE, 100);
    }
    assert_int_equal(r, 1);
    stream.close(stream.user);
    close(listener);
}

static void a_closed_peer_is_seen(void **state)
{
    char got[8];
    int peer = connected();

    (void)state;
    assert_int_equal(write(peer, "x", 1), 1);
    close(peer);
    stream.wait(stream.user, DYN_WANT_READ, 1000);
    assert_false(stream.alive(stream.user));                                  /* a byte that nobody asked for */
    assert_int_equal(stream.read(stream.user, got, sizeof got, 1000), 1);
    assert_int_equal(stream.read(stream.user, got, sizeof got, 1000), DYN_IO_CLOSED);
    assert_false(stream.alive(stream.user));
    stream.close(stream.user);
}

static void writing_to_a_peer_that_is_gone_is_an_error_and_no_signal(void **state)
{
    int peer = connected();
    ptrdiff_t r = 1;
    struct linger hard = { 1, 0 };

    (void)state;
    signal(SIGPIPE, SIG_DFL);
    setsockopt(peer, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);              /* close resets */
    close(peer);
    for (int i = 0; i < 10 && r > 0; i++)
        r = stream.write(stream.user, "x", 1, 100);
    assert_int_equal(r, DYN_IO_ERROR);
    assert_int_equal(stream.write(stream.user, "x", 1, 100), DYN_IO_ERROR);
    stream.close(stream.user);
}

static void waits_end_in_time(void **state)
{
    static const uint32_t waits[] = { 0, 1, 30, 100, 300 };
    char got[8];
    int peer = connected();
    const dyn_system *system = dyn_posix_system();

    (void)state;
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        uint32_t start = system->ticks_ms(NULL);
        assert_int_equal(stream.read(stream.user, got, sizeof got, waits[i]), DYN_IO_AGAIN);
        assert_in_range(system->ticks_ms(NULL) - start, waits[i] / 4, waits[i] + 50);
    }
    uint32_t start = system->ticks_ms(NULL);
    stream.wait(stream.user, DYN_WANT_READ, 50);
    stream.wait(stream.user, 0, 50);
    assert_in_range(system->ticks_ms(NULL) - start, 90, 500);
    stream.wait(stream.user, DYN_WANT_WRITE, 5000);                           /* ready at once */
    assert_in_range(system->ticks_ms(NULL) - start, 90, 1000);
    close(peer);
    stream.close(stream.user);
}

static void a_full_pipe_makes_write_return_in_time(void **state)
{
    static char block[65536];
    int peer = connected();
    ptrdiff_t r = 1;

    (void)state;
    for (int i = 0; i < 10000 && r > 0; i++)
        r = stream.write(stream.user, block, sizeof block, 0);
    assert_int_equal(r, DYN_IO_AGAIN);
    assert_int_equal(stream.write(stream.user, block, sizeof block, 20), DYN_IO_AGAIN);
    close(peer);
    stream.close(stream.user);
}

static void a_wait_that_shrinks_slowly_needs_no_new_time_limit(void **state)
{
    char got[8];
    int peer = connected();

    (void)state;
    for (uint32_t wait = 5000; wait >= 4100; wait -= 100) {
        assert_int_equal(write(peer, "x", 1), 1);
        assert_int_equal(stream.read(stream.user, got, sizeof got, wait), 1);
        assert_int_equal(socket_of.read_ms, 4096);
    }
    assert_int_equal(write(peer, "x", 1), 1);
    assert_int_equal(stream.read(stream.user, got, sizeof got, 1000), 1);
    assert_int_equal(socket_of.read_ms, 512);                                 /* never longer than asked */
    close(peer);
    stream.close(stream.user);
}

static void closing_is_legal_at_any_time(void **state)
{
    dyn_posix_stream zero;
    char got[8];

    (void)state;
    dyn_posix_stream_make(&zero, &stream);
    stream.close(stream.user), stream.close(stream.user);
    assert_int_equal(stream.handle(stream.user), -1);
    assert_false(stream.alive(stream.user));
    assert_int_equal(stream.read(stream.user, got, sizeof got, 10), DYN_IO_ERROR);
    assert_int_equal(stream.write(stream.user, got, sizeof got, 10), DYN_IO_ERROR);
    int peer = connected();
    stream.close(stream.user), stream.close(stream.user);
    close(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_at_all_is_no_error_and_leaves_all_empty, fresh),
        cmocka_unit_test_setup(the_environment_gives_credentials_and_region, fresh),
        cmocka_unit_test_setup(aws_region_comes_before_aws_default_region, fresh),
        cmocka_unit_test_setup(an_empty_variable_counts_as_not_set, fresh),
        cmocka_unit_test_setup(a_key_without_its_secret_is_named, fresh),
        cmocka_unit_test_setup(what_is_set_already_is_kept, fresh),
        cmocka_unit_test_setup(the_environment_comes_before_the_files, fresh),
        cmocka_unit_test_setup(a_profile_given_by_the_program_skips_the_credentials_of_the_environment, fresh),
        cmocka_unit_test_setup(aws_profile_chooses_a_profile_but_the_environments_credentials_win, fresh),
        cmocka_unit_test_setup(a_named_profile_that_is_nowhere_is_an_error_with_both_files, fresh),
        cmocka_unit_test_setup(the_credentials_file_wins_and_key_and_secret_come_from_one_file, fresh),
        cmocka_unit_test_setup(the_forms_of_a_file_are_understood, fresh),
        cmocka_unit_test_setup(long_lines_and_long_tokens_are_read, fresh),
        cmocka_unit_test_setup(the_paths_of_the_files_can_be_set, fresh),
        cmocka_unit_test_setup(the_endpoint_is_taken_in_the_documented_order, fresh),
        cmocka_unit_test_setup(a_services_section_below_the_profile_is_found_too, fresh),
        cmocka_unit_test_setup(a_profile_can_ignore_configured_endpoints, fresh),
        cmocka_unit_test_setup(too_little_memory_is_told_at_every_size_and_leaves_no_secret, fresh),
        cmocka_unit_test(the_clocks_run),
        cmocka_unit_test(random_bytes_of_any_size_differ),
        cmocka_unit_test(bytes_go_both_ways),
        cmocka_unit_test(nagles_algorithm_is_off_and_the_descriptor_is_not_inherited),
        cmocka_unit_test(a_refused_port_is_an_error),
        cmocka_unit_test(an_unknown_name_is_told_apart),
        cmocka_unit_test(the_next_address_of_a_name_is_tried),
        cmocka_unit_test(a_connection_can_be_made_without_waiting),
        cmocka_unit_test(a_closed_peer_is_seen),
        cmocka_unit_test(writing_to_a_peer_that_is_gone_is_an_error_and_no_signal),
        cmocka_unit_test(waits_end_in_time),
        cmocka_unit_test(a_full_pipe_makes_write_return_in_time),
        cmocka_unit_test(a_wait_that_shrinks_slowly_needs_no_new_time_limit),
        cmocka_unit_test(closing_is_legal_at_any_time),
    };

    return cmocka_run_group_tests(tests, NULL, clean);
}
