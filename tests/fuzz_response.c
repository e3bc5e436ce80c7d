/* Any bytes as an answer's body, or as the whole answer, to a get, a put, a query and a raw call, in pieces of any size. Properties: each call ends, with
 * a status, and the memory around the client's stays as it was. The first two bytes say what is asked and how the answer comes. */
#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
#include <stdio.h>
#include <stdlib.h>
#include "support/call_fixture.h"

static void use(fixture *f, int what)
{
    thing t = { "a", 7, 0, false, { NULL, 0 } };
    dyn_str body = { "{}", 2 }, got;
    dyn_rows rows;

    if (what == 0)
        (void)drive(f, thing_get_begin(&f->db, &t, NULL));
    else if (what == 1)
        (void)drive(f, thing_put_begin(&f->db, &t, NULL));
    else if (what == 2)
        (void)drive(f, dyn_raw_begin(&f->db, "DescribeLimits", body, &got, NULL));
    else {
        dyn_query q;
        memset((void *)&q, 0, sizeof q);
        (void)thing_scan(&f->db, &rows, &q);
        for (int i = 0; i < 1000; i++) {
            dyn_status s = thing_next(&rows, &t);
            if (s != DYN_ROW && s != DYN_BAD_ROW)
                break;
        }
        (void)dyn_finish(&rows);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = { 200, 400, 500, 413 };
    char *copy;
    fixture *f;

    if (size < 2 || size > 4096)
        return 0;
    (void)answer;                              /* of the fixture; these answers come from the input */
    f = opened(16 * 1024);
    f->s.read_most = data[1] & 31;
    copy = (char *)malloc(size - 1);
    memcpy(copy, data + 2, size - 2);
    copy[size - 2] = 0;
    for (int i = 0; i < 2; i++) {
        if (data[0] & 4)
            script_add(&f->s, copy, size - 2)->then = SCRIPT_CLOSE;
        else {
            size_t len;
            char *text = script_answer_text(statuses[data[0] >> 3 & 3], "", copy, size - 2, &len);
            f->owned[f->owned_count++] = text;
            script_add(&f->s, text, len)->then = SCRIPT_CLOSE;
        }
    }
    use(f, data[0] & 3);
    finish(f);
    free(copy);
    return 0;
}
