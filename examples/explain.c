/* What a call would send, and what calls do send: dyn_explain and dyn_trace. Run against a local engine:
 * AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>

typedef struct visit {
    char    page[24];
    int64_t count;
} visit;

static const dyn_field visit_fields[] = { DYN_TEXT(visit, page), DYN_INT(visit, count) };
static const dyn_model visit_model = { DYN_MODEL(visit, visit_fields), .table = "example-visits", .pk = "page" };
DYN_TYPED(visit, visit_model)

static void print(void *user, const void *data, size_t size)
{
    fwrite(data, 1, size, (FILE *)user);
}

static void on_event(void *user, const dyn_trace_event *e)
{
    if (e->what == DYN_TRACE_SENDING)
        fprintf((FILE *)user, "trace    %s, try %u, %u bytes\n", e->operation, (unsigned)e->attempt, (unsigned)e->bytes);
    else if (e->what == DYN_TRACE_ANSWERED)
        fprintf((FILE *)user, "trace    HTTP %d%s%s\n", e->http_status, e->code[0] ? ", " : "", e->code);
    else if (e->what == DYN_TRACE_FAILED || e->what == DYN_TRACE_ENDED)
        fprintf((FILE *)user, "trace    %s %s\n", e->what == DYN_TRACE_ENDED ? "ended with" : "failed with", dyn_status_name(e->status));
    else
        fprintf((FILE *)user, "trace    waiting %u ms\n", (unsigned)e->ms);
}

int main(void)
{
    static unsigned char memory[48 * 1024];
    dyn_client db;
    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return dyn_print_error(&db), 1;

    /* The next call is printed, not sent: no table is needed. */
    visit v = { "index", 1 };
    dyn_explanation e = { .sink = { print, stdout } };
    if (dyn_explain(&db, &e) != DYN_OK || visit_update(&db, &v, DYN_EXPR("ADD count ?", 1), &(dyn_write_options){
            .when = { DYN_EXPR("count < ? OR attribute_not_exists(count)", 1000) } }) != DYN_DONE)
        return dyn_print_error(&db), 1;

    dyn_trace trace = { .event = on_event, .user = stdout };
    if (dyn_trace_start(&db, &trace) != DYN_OK)
        return 1;
    if (visit_get(&db, &v, &(dyn_get_options){ .table = "example-nowhere" }) != DYN_NO_TABLE)
        return dyn_print_error(&db), 1;
    dyn_trace_stop(&db, &trace);
    dyn_close(&db);
    return 0;
}
