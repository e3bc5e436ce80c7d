/* What the golden tools share: a table of calls by name. Without an argument the names are printed; with one, an endpoint, names come on stdin, each call is
 * made and its status and error printed, a line each. See golden.py. */
#ifndef DYN_TEST_GOLDEN_H
#define DYN_TEST_GOLDEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct golden_call {
    const char *name;
    dyn_status (*make)(void);
} golden_call;

static dyn_client db;

/* A value from plain JSON, in one of a few buffers. */
static inline dyn_value golden_value(const char *json)
{
    static char buffers[8][4096];
    static unsigned at;
    dyn_value v = { NULL, 0 };
    dyn_error e;

    at = (at + 1) % 8;
    if (dyn_value_from_json(json, strlen(json), buffers[at], sizeof buffers[at], &v, &e) != DYN_OK)
        fprintf(stderr, "%s\n", e.text), exit(1);
    return v;
}

/* A value from DynamoDB's own JSON, which must stay. */
static inline dyn_value golden_raw(const char *json)
{
    dyn_value v = { json, strlen(json) };
    return v;
}

/* Opens db; `open` opens what stands on it. */
static int golden_main(int argc, char **argv, const golden_call *calls, size_t count, dyn_status (*open)(void))
{
    static unsigned char memory[256 * 1024];
    char name[256];

    if (argc < 2) {
        for (size_t i = 0; i < count; i++)
            puts(calls[i].name);
        return 0;
    }
    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory), .endpoint = argv[1] }) != DYN_OK || open() != DYN_OK)
        return dyn_print_error(&db), 1;
    while (fgets(name, sizeof name, stdin)) {
        size_t i = 0;
        name[strcspn(name, "\n")] = '\0';
        while (i < count && strcmp(calls[i].name, name) != 0)
            i++;
        dyn_status s = i < count ? calls[i].make() : DYN_INVALID;
        printf("%s\t%s\n", dyn_status_name(s), i == count ? "the tool does not know this call" : s == DYN_OK ? "" : dyn_last_error(&db)->text);
        fflush(stdout);
    }
    dyn_close(&db);
    return 0;
}

#endif
