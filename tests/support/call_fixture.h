/* What tests of calls against a scripted peer share: a model, a client over memory between canaries, answers, and a call driven to its end.
 * Include after the implementation; see script.h. */
#ifndef DYN_TEST_CALL_FIXTURE_H
#define DYN_TEST_CALL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "script.h"

typedef struct thing {
    char    id[16];
    int64_t n;
    double  temp;
    bool    on;
    dyn_str note;
} thing;

static const dyn_field thing_fields[] = {
    DYN_TEXT(thing, id), DYN_INT(thing, n), DYN_REAL(thing, temp), DYN_BOOL(thing, on), DYN_STR(thing, note, .optional = true, .omit_zero = true)
};
static const dyn_model thing_model = { DYN_MODEL(thing, thing_fields), .table = "things", .pk = "id", .sk = "n" };
DYN_TYPED(thing, thing_model)

#define ITEM "{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"},\"temp\":{\"N\":\"1.5\"},\"on\":{\"BOOL\":true},\"note\":{\"S\":\"h\\u00e9llo \\\"q\\\"\"}}"
#define FOUND "{\"Item\":" ITEM "}"

/* --- Set-up -------------------------------------------------------------------------------------------------------- */

enum { EDGE = 64 };

typedef struct fixture {
    script         s;
    dyn_stream     stream;
    dyn_system     system;
    dyn_config     config;
    dyn_client     db;
    unsigned char *block;
    size_t         size;
    char          *owned[64];
    int            owned_count;
    bool           opened;
} fixture;

static fixture *make(size_t size)
{
    fixture *f = (fixture *)calloc(1, sizeof *f);

    script_make(&f->s, &f->stream, &f->system);
    f->size = size;
    f->block = (unsigned char *)malloc(size + 2 * EDGE);
    memset(f->block, 0xa5, size + 2 * EDGE);
    f->config.memory = f->block + EDGE, f->config.memory_size = size;
    f->config.endpoint = "http://127.0.0.1:8000", f->config.region = "us-east-1";
    f->config.access_key = "AKIDEXAMPLE", f->config.secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    f->config.stream = &f->stream, f->config.system = &f->system;
    return f;
}

static void open_it(fixture *f)
{
    assert_int_equal(dyn_open(&f->db, &f->config), DYN_OK);
    f->opened = true;
}

static fixture *opened(size_t size)
{
    fixture *f = make(size);

    open_it(f);
    return f;
}

static void edges(const fixture *f)
{
    for (int i = 0; i < EDGE; i++)
        if (f->block[i] != 0xa5 || f->block[EDGE + f->size + (size_t)i] != 0xa5)
            fail_msg("the memory around the client's was written to");
}

static void finish(fixture *f)
{
    edges(f);
    if (f->opened)
        dyn_close(&f->db);
    edges(f);
    for (int i = 0; i < f->owned_count; i++)
        free(f->owned[i]);
    script_free(&f->s);
    free(f->block);
    free(f);
}

static script_answer *answer_with(fixture *f, int status, const char *headers, const char *body)
{
    size_t len;
    char *text = script_answer_text(status, headers, body, strlen(body), &len);

    f->owned[f->owned_count++] = text;
    return script_add(&f->s, text, len);
}

static script_answer *answer(fixture *f, int status, const char *body)
{
    return answer_with(f, status, "", body);
}

SCRIPT_UNUSED static script_answer *answer_raw(fixture *f, const char *text)
{
    return script_add(&f->s, text, strlen(text));
}

/* Steps a call to its end. A client that neither waits for bytes nor for time would never end here. */
static dyn_status drive(fixture *f, dyn_status begun)
{
    for (int i = 0; begun == DYN_OK && i < 2000000; i++) {
        dyn_status s = dyn_step(&f->db);
        if (s != DYN_PENDING)
            return s;
        dyn_want want = dyn_wants(&f->db);
        assert_true(want.events != 0 || want.ms > 0);
        script_wait(&f->s, want.events, want.ms);
    }
    if (begun == DYN_OK)
        fail_msg("the call does not end");
    return begun;
}

static thing key_a(void)
{
    thing t;

    memset(&t, 0, sizeof t);
    strcpy(t.id, "a");
    t.n = 7;
    return t;
}

SCRIPT_UNUSED static dyn_status get(fixture *f, thing *t)
{
    *t = key_a();
    return drive(f, thing_get_begin(&f->db, t, NULL));
}

SCRIPT_UNUSED static dyn_status put(fixture *f)
{
    thing t = key_a();

    return drive(f, thing_put_begin(&f->db, &t, NULL));
}

#endif
