#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* What the manual at the top of dynrepo.h promises, held against the build: its byte table, its quick start, the list of functions. The
 * file is read where this one was compiled from. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* A file of the project, terminated; NULL: there is none. The caller frees it. */
static char *slurp(const char *name)
{
    char path[512], *text;
    const char *slash = strrchr(__FILE__, '/');
    long n;
    FILE *f;

    snprintf(path, sizeof path, "%.*s../%s", slash ? (int)(slash + 1 - __FILE__) : 0, __FILE__, name);
    f = fopen(path, "rb");
    if (!f)
        return NULL;
    fseek(f, 0, SEEK_END);
    n = ftell(f);
    rewind(f);
    text = (char *)malloc((size_t)n + 1);
    assert_int_equal(fread(text, 1, (size_t)n, f), n);
    text[n] = '\0';
    fclose(f);
    return text;
}

static char *header(void)
{
    char *text = slurp("dynrepo.h");

    if (!text)
        fail_msg("dynrepo.h is not beside the directory of %s; run this from where it was compiled", __FILE__);
    return text;
}

/* The manual: the comment that the file begins with. */
static char *manual(void)
{
    char *text = header(), *end = strstr(text, "*/");

    assert_non_null(end);
    *end = '\0';
    return text;
}

/* ---- memory ---- */

/* The number behind a name in the manual's MEMORY section. */
static size_t figure(const char *name)
{
    char *text = manual(), *at = strstr(text, "\n * MEMORY\n"), line[64];
    unsigned long n = 0;

    assert_non_null(at);
    snprintf(line, sizeof line, "\n *     %s ", name);
    at = strstr(at, line);
    if (!at || sscanf(at + strlen(line), "%lu", &n) != 1)
        fail_msg("the manual's byte table has no line for %s", name);
    free(text);
    return n;
}

static void the_byte_table_is_that_of_the_build(void **state)
{
    (void)state;
    if (sizeof(void *) != 8)
        skip();
    assert_int_equal(figure("dyn_client"), sizeof(dyn_client));
    assert_int_equal(figure("state"), sizeof(dyn__state));
    assert_int_equal(figure("TLS contexts"), sizeof(dyn__tls));
}

/* The variables that dyn_open may look at, set so that only what a test gives counts. */
static int clean_environment(void **state)
{
    static const char *names[] = { "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" };

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        unsetenv(names[i]);
    setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1), setenv("AWS_SECRET_ACCESS_KEY", "secret", 1), setenv("AWS_REGION", "us-east-1", 1);
    setenv("AWS_CONFIG_FILE", "/nonexistent", 1), setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent", 1);
    return 0;
}

static void tls_buffers_are_as_large_as_the_table_says(void **state)
{
    static const struct { uint32_t record; const char *text; } sizes[] = { { 4096, "config.record_size 4096" }, { 2048, "2048" }, { 1024, "1024" }, { 512, "512" }, { 0, NULL } };
    static unsigned char memory[48 * 1024];
    char *text = manual();
    unsigned listed[4];
    const char *at = strstr(text, "config.record_size 4096, 2048, 1024, 512: ");

    (void)state;
    assert_non_null(at);
    assert_int_equal(sscanf(at, "config.record_size 4096, 2048, 1024, 512: %u, %u, %u, %u", &listed[0], &listed[1], &listed[2], &listed[3]), 4);
    free(text);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        dyn_client db;
        assert_int_equal(dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory), .record_size = sizes[i].record }), DYN_OK);
        assert_non_null(db.state->tls);
        assert_int_equal(db.state->tls->client.eng.ibuf_len, sizes[i].record ? listed[i] : figure("TLS in"));
        assert_int_equal(db.state->tls->client.eng.obuf_len, figure("TLS out"));
        dyn_close(&db);
    }
}

static void a_client_opens_in_48_kb_with_tls_and_in_16_kb_without(void **state)
{
    static unsigned char memory[48 * 1024];
    dyn_client db;

    (void)state;
    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        fail_msg("%s", dyn_last_error(&db)->text);
    assert_non_null(db.state->tls);
    dyn_close(&db);
    if (dyn_open(&db, &(dyn_config){ .memory = memory, .memory_size = 16 * 1024, .endpoint = "http://127.0.0.1:8000" }) != DYN_OK)
        fail_msg("%s", dyn_last_error(&db)->text);
    assert_null(db.state->tls);
    dyn_close(&db);
    for (size_t i = 0; i < 16 * 1024; i++)
        assert_int_equal(memory[i], 0);
}

static void opening_in_no_memory_or_one_byte_says_how_much_is_needed(void **state)
{
    static unsigned char memory[48 * 1024];
    static const char *endpoints[] = { NULL, "http://127.0.0.1:8000" };

    (void)state;
    for (size_t e = 0; e < COUNT(endpoints); e++)
        for (size_t first = 0; first < 2; first++) {
            dyn_client db;
            size_t size = first;
            int rounds = 0;
            while (dyn_open(&db, &(dyn_config){ .memory = memory, .memory_size = size, .endpoint = endpoints[e] }) != DYN_OK) {
                const dyn_error *error = dyn_last_error(&db);
                assert_int_equal(error->status, DYN_NO_MEMORY);
                assert_true(error->needed > size && error->needed <= sizeof memory);
                assert_non_null(strstr(error->text, "config.memory has"));
                size = error->needed;
                dyn_close(&db);
                assert_true(++rounds < 20);
            }
            dyn_close(&db);
        }
    dyn_client db;
    assert_int_equal(dyn_open(&db, &(dyn_config){ .memory_size = sizeof memory }), DYN_NO_MEMORY);     /* a size without memory */
    dyn_close(&db);
}

/* ---- units that were built differently ---- */

static void another_version_or_size_is_refused_and_nothing_is_touched(void **state)
{
    static unsigned char memory[48 * 1024], before[sizeof(dyn_client)];
    const dyn_config c = { DYN_MEMORY(memory) };
    dyn_client db;

    (void)state;
    memset((void *)&db, 0x77, sizeof db);
    memcpy(before, &db, sizeof db);
    assert_int_equal(dyn__open(&db, &c, sizeof db, sizeof c, DYNREPO_VERSION + 1), DYN_INVALID);
    assert_int_equal(dyn__open(&db, &c, sizeof db, sizeof c, DYNREPO_VERSION - 1), DYN_INVALID);
    assert_int_equal(dyn__open(&db, &c, sizeof db - 8, sizeof c, DYNREPO_VERSION), DYN_INVALID);
    assert_int_equal(dyn__open(&db, &c, sizeof db + 8, sizeof c, DYNREPO_VERSION), DYN_INVALID);
    assert_int_equal(dyn__open(&db, &c, sizeof db, sizeof c - 8, DYNREPO_VERSION), DYN_INVALID);
    assert_int_equal(dyn__open(&db, &c, sizeof db, sizeof c + 8, DYNREPO_VERSION), DYN_INVALID);
    assert_memory_equal(before, &db, sizeof db);
}

static void a_config_that_was_not_zeroed_is_refused(void **state)
{
    static unsigned char memory[48 * 1024];
    dyn_client db;

    (void)state;
    for (int end = 0; end < 2; end++) {
        dyn_config c = { DYN_MEMORY(memory) };
        *(end ? &c.end_canary_ : &c.start_canary_) = 0xcccccccc;
        assert_int_equal(dyn_open(&db, &c), DYN_INVALID);
        assert_non_null(strstr(dyn_last_error(&db)->text, "not zeroed"));
        dyn_close(&db);
    }
}

/* ---- the quick start ---- */

/* The lines of the manual between two that begin so, without the comment's margin; the first and last are left out. */
static char *excerpt(const char *first, const char *last)
{
    char *text = manual(), *from = strstr(text, first), *to = from ? strstr(from, last) : NULL, *out = (char *)malloc(strlen(text) + 1);
    size_t n = 0;

    if (!to)
        fail_msg("the manual has no %s followed by %s", first, last);
    for (char *line = strchr(from + 1, '\n') + 1; line < to; line = strchr(line, '\n') + 1) {
        size_t margin = strspn(line, " *"), len = strcspn(line, "\n");
        margin = margin > 8 ? 8 : margin;
        memcpy(out + n, line + margin, len - margin + 1);
        n += len - margin + 1;
    }
    out[n] = '\0';
    free(text);
    return out;
}

#define FIRST "\n * QUICK START"
#define CALLS "\n *      reading_get(&db, &r, NULL)"
#define LAST  "\n * A local server"

/* The compiler that is run here is the same, whether this program is sanitized or not: once is enough. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif

#ifndef SANITIZED
/* Compiles it with the strict warnings, with or without the implementation; what a compiler says is a failure. */
static void compiles_silently(const char *code, bool whole)
{
    char directory[] = "/tmp/dynrepo-manual-XXXXXX", path[64], command[1024], top[512], said[4096];
    const char *slash = strrchr(__FILE__, '/');
    FILE *f;

    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/quickstart.c", directory);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fprintf(f, "%s#include \"dynrepo.h\"\n#include <stdio.h>\n%s", whole ? "#define DYNREPO_IMPLEMENTATION\n" : "", code) > 0);
    fclose(f);
    snprintf(top, sizeof top, "%.*s..", slash ? (int)(slash + 1 - __FILE__) : 0, __FILE__);
    snprintf(command, sizeof command, "${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Werror -O1 -I '%s' '%s' -o %s/quickstart %s 2>&1",
             top, path, directory, whole ? "-lbearssl" : "-c");
    f = popen(command, "r");
    assert_non_null(f);
    size_t n = fread(said, 1, sizeof said - 1, f);
    said[n] = '\0';
    int code_of = pclose(f);
    unlink(path);
    snprintf(path, sizeof path, "%s/quickstart", directory);
    unlink(path);
    rmdir(directory);
    if (code_of || n)
        fail_msg("the quick start does not compile silently:\n%s", said);
}

static void the_quick_start_compiles_silently(void **state)
{
    char *code = excerpt(FIRST, CALLS);

    (void)state;
    assert_non_null(strstr(code, "int main(void)"));
    compiles_silently(code, true);
    free(code);
}

static void the_calls_below_it_compile_silently(void **state)
{
    char *quick = excerpt(FIRST, CALLS), *calls = excerpt(CALLS, LAST), *code = (char *)malloc(strlen(quick) + 8192);
    char *at = strstr(quick, "int main(void)");

    (void)state;
    assert_non_null(at);
    *at = '\0';
    strcpy(code, quick);
    strcat(code, "int main(void)\n{\n    static dyn_client db;\n    static reading r;\n    reading_get(&db, &r, NULL);\n");
    for (char *line = calls; *line; ) {
        size_t len = strcspn(line, "\n");
        char *comment = strstr(line, "//");
        size_t used = comment && comment < line + len ? (size_t)(comment - line) : len;
        sprintf(code + strlen(code), "    %.*s%s\n", (int)used, line, strspn(line, " ") < used ? ";" : "");
        line += len + (line[len] == '\n');
    }
    strcat(code, "    return 0;\n}\n");
    compiles_silently(code, false);
    free(quick), free(calls), free(code);
}
#endif

/* The code of a line, without comment and white space. */
static void bare(char *out, size_t size, const char *line, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len && n + 1 < size; i++) {
        if (line[i] == '/' && i + 1 < len && (line[i + 1] == '/' || line[i + 1] == '*'))
            break;
        if (line[i] != ' ' && line[i] != '\t')
            out[n++] = line[i];
    }
    out[n] = '\0';
}

/* Each line of C in the README's first program stands in the manual's, in the same order. */
static void the_readme_shows_the_same_program(void **state)
{
    char *readme = slurp("README.md"), *quick = excerpt(FIRST, CALLS), want[512], got[512];
    char *line = readme ? strstr(readme, "```c\n") : NULL, *at = quick;

    (void)state;
    if (!line || !strstr(line, "DYN_TYPED(reading")) {
        free(readme), free(quick);
        skip();
    }
    for (line += 5; strncmp(line, "```", 3) != 0; line = strchr(line, '\n') + 1) {
        bare(want, sizeof want, line, strcspn(line, "\n"));
        for (bool found = !*want; !found; at += strcspn(at, "\n") + 1) {
            if (!*at)
                fail_msg("the manual's quick start has no line like the README's %.*s", (int)strcspn(line, "\n"), line);
            bare(got, sizeof got, at, strcspn(at, "\n"));
            found = strcmp(want, got) == 0;
        }
    }
    free(readme), free(quick);
}

/* ---- functions ---- */

static void every_function_of_the_interface_is_defined(void **state)
{
    char *text = header(), *middle = strstr(text, "/* ==== end of the interface ==== */"), name[64];
    int found = 0;

    (void)state;
    assert_non_null(middle);
    *middle++ = '\0';
    for (char *at = text; (at = strstr(at, "\nDYN_API ")) != NULL; found++) {
        at += 9;
        char *open = strchr(at, '('), *begin = open, *definition;
        while (begin[-1] == '_' || (begin[-1] >= 'a' && begin[-1] <= 'z') || (begin[-1] >= '0' && begin[-1] <= '9'))
            begin--;
        snprintf(name, sizeof name, "%.*s(", (int)(open - begin), begin);
        bool defined = false;
        for (definition = middle; !defined && (definition = strstr(definition, "\nDYN_API ")) != NULL; definition++) {
            char *end = strchr(definition + 1, '\n'), *there;
            *end = '\0';
            there = strstr(definition + 1, name);
            *end = '\n';
            char *line_end = there ? strstr(definition + 1, "\n{") : NULL;
            defined = line_end && !memchr(there, ';', (size_t)(line_end - there));
        }
        if (!defined)
            fail_msg("%s...) is declared and not defined", name);
    }
    assert_true(found > 40);
    free(text);
}

static void the_version_is_named_alike_everywhere(void **state)
{
    char *text = manual(), first[64];

    (void)state;
    snprintf(first, sizeof first, "Version %d.%d.%d.", DYNREPO_VERSION / 10000, DYNREPO_VERSION / 100 % 100, DYNREPO_VERSION % 100);
    assert_non_null(strstr(text, first));
    snprintf(first, sizeof first, "%d.%d.%d", DYNREPO_VERSION / 10000, DYNREPO_VERSION / 100 % 100, DYNREPO_VERSION % 100);
    assert_string_equal(first, DYNREPO_VERSION_TEXT);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_byte_table_is_that_of_the_build), cmocka_unit_test(tls_buffers_are_as_large_as_the_table_says),
        cmocka_unit_test(a_client_opens_in_48_kb_with_tls_and_in_16_kb_without), cmocka_unit_test(opening_in_no_memory_or_one_byte_says_how_much_is_needed),
        cmocka_unit_test(another_version_or_size_is_refused_and_nothing_is_touched), cmocka_unit_test(a_config_that_was_not_zeroed_is_refused),
#ifndef SANITIZED
        cmocka_unit_test(the_quick_start_compiles_silently), cmocka_unit_test(the_calls_below_it_compile_silently),
#endif
        cmocka_unit_test(the_readme_shows_the_same_program),
        cmocka_unit_test(every_function_of_the_interface_is_defined), cmocka_unit_test(the_version_is_named_alike_everywhere),
    };

    return cmocka_run_group_tests(tests, clean_environment, NULL);
}
