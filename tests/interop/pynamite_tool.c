/* The C side of tests/py_interop_pynamite.py and tests/py_interop_dynamo_items.py: documents and typed items, by a line of JSON each on stdin and stdout. */
#define DYNREPO_IMPLEMENTATION
#include "../../dynrepo.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static dyn_client db;
static dyn_docs docs;
static char line[65536], value[65536], out[131072];

typedef enum statuses { PENDING, FAILED, COMPLETE } statuses;
static const dyn_name status_names[] = { { PENDING, "pending" }, { FAILED, "failed" }, { COMPLETE, "complete" } };
static const dyn_name status_keys[] = { { PENDING, "Statuses.pending" }, { FAILED, "Statuses.failed" }, { COMPLETE, "Statuses.complete" } };

/* An item as dynamo-items stores it: a collection per device, sorted by time; a Decimal is text, None is NULL. */
typedef struct DeviceLog {
    unsigned char device_id[16];
    int64_t       timestamp;
    int64_t       zoned;
    statuses      status;
    int64_t       retry;
    char          price[64];
    char          note[256];
    bool          noted;
    dyn_str       tags[8];
    uint8_t       tag_count;
} DeviceLog;
static const dyn_field log_fields[] = {
    DYN_UUID(DeviceLog, device_id), DYN_MICROS(DeviceLog, timestamp, DYN_ISO_Z, .iso_key = DYN_ISO_OFFSET | DYN_ISO_SPACE),
    DYN_MICROS(DeviceLog, zoned, DYN_ISO_NAIVE), DYN_ENUM(DeviceLog, status, status_names), DYN_INT(DeviceLog, retry), DYN_TEXT(DeviceLog, price),
    DYN_TEXT(DeviceLog, note, .optional = true, .has = DYN_HAS(DeviceLog, noted)), DYN_STR_LIST(DeviceLog, tags, tag_count),
};
static const dyn_model log_type = { DYN_MODEL(DeviceLog, log_fields), .table = "dynamo-items", .pk = "device_id", .nulls = true };

/* One whose key is an enum, in a table with sort keys that it has none for. */
typedef struct Summary {
    statuses status;
    int64_t  count;
} Summary;
static const dyn_field summary_fields[] = { DYN_ENUM_KEYED(Summary, status, status_names, status_keys), DYN_INT(Summary, count) };
static const dyn_model summary_type = { DYN_MODEL(Summary, summary_fields), .table = "dynamo-items", .pk = "status", .nulls = true };
static dyn_model logs, summaries;

static bool declare(void)
{
    static unsigned char room[1024];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_prefix p[] = { { .model = &log_type }, { .model = &log_type, .member = "timestamp" }, { .model = &summary_type } };
    dyn_error error;

    return dyn_prefixes(p, 3, (dyn_str){ NULL, 0 }, &error) == DYN_OK && dyn_prefix_model(&p[0], &p[1], true, NULL, &arena, &logs, &error) == DYN_OK
           && dyn_prefix_model(&p[2], NULL, true, NULL, &arena, &summaries, &error) == DYN_OK;
}

/* A member of the request, as a C string. */
static const char *text(dyn_str request, const char *name, char *to, size_t size)
{
    dyn_str v;

    to[0] = 0;
    if (dyn_json_get(request, name, &v))
        (void)dyn_json_text(v, to, size, NULL);
    return to;
}

static void answer(dyn_status s, const char *json)
{
    if (s == DYN_OK)
        printf("{\"ok\":%s}\n", json);
    else {
        printf("{\"status\":%d,\"error\":\"", (int)s);
        for (const char *p = dyn_last_error(&db)->text; *p; p++)
            putchar(*p == '"' || *p == '\\' || *p < ' ' ? '\'' : *p);
        puts("\"}");
    }
    fflush(stdout);
}

/* A document as JSON: its attributes as DynamoDB has them, its stamps in microseconds. */
static size_t describe(const dyn_doc *d, char *to, size_t size)
{
    return (size_t)snprintf(to, size, "{\"sk\":\"%.*s\",\"created\":%lld,\"updated\":%lld,\"item\":%.*s}", (int)d->sk.len, d->sk.ptr, (long long)d->created_us,
                            (long long)d->updated_us, (int)(d->value.len - 6), d->value.json + 5);
}

static dyn_status list(dyn_str request)
{
    char pk[128];
    dyn_rows rows;
    dyn_doc d;
    size_t n = 0;

    n += (size_t)snprintf(out, sizeof out, "[");
    dyn_docs_list(&docs, &rows, &(dyn_repo_query){ .partition = DYN_KEY(text(request, "pk", pk, sizeof pk)) });
    while (dyn_docs_next(&docs, &rows, &d) == DYN_ROW && n + 64 < sizeof out)
        n += (size_t)snprintf(out + n, sizeof out - n, "%s\"%.*s\"", n > 1 ? "," : "", (int)d.sk.len, d.sk.ptr);
    snprintf(out + n, sizeof out - n, "]");
    return dyn_finish(&rows);
}

static dyn_status document(const char *what, dyn_str request)
{
    char pk[128], sk[128];
    dyn_status s = DYN_INVALID;
    dyn_value v = { NULL, 0 };
    dyn_doc d;
    dyn_str item;
    dyn_key key = DYN_KEY(text(request, "pk", pk, sizeof pk), text(request, "sk", sk, sizeof sk));

    strcpy(out, "null");
    if (dyn_json_get(request, "item", &item)) {
        snprintf(value, sizeof value, "{\"M\":%.*s}", (int)item.len, item.ptr);
        if (dyn_value_check(value, strlen(value), &v, NULL) != DYN_OK)
            return DYN_INVALID;
    }
    if (strcmp(what, "get") == 0)
        s = dyn_docs_get(&docs, key, &d, NULL);
    else if (strcmp(what, "put") == 0)
        s = dyn_docs_put(&docs, key, v, NULL, &d);
    else if (strcmp(what, "set") == 0)
        s = dyn_docs_set(&docs, key, v, NULL, &d);
    else if (strcmp(what, "count") == 0)
        s = dyn_docs_update(&docs, key, DYN_EXPR("SET n = n + ?", 1), NULL, &d);
    else if (strcmp(what, "delete") == 0)
        return dyn_docs_delete(&docs, key, NULL);
    if (s == DYN_OK)
        describe(&d, out, sizeof out);
    return s;
}

/* A typed item, by its own JSON. */
static dyn_status item(const char *what, dyn_str request)
{
    static unsigned char room[65536], more[32768];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 }, texts = { more, sizeof more, 0, 0, 0 };
    union { DeviceLog log; Summary summary; } u;
    dyn_str json, type;
    dyn_error e;

    memset(&u, 0, sizeof u);
    strcpy(out, "null");
    if (!dyn_json_get(request, "item", &json) || !dyn_json_get(request, "type", &type))
        return DYN_INVALID;
    const dyn_model *m = type.len > 2 && type.ptr[1] == 'S' ? &summaries : &logs;
    dyn_status s = dyn_from_json(m, &u, DYN_FORM_PLAIN, json.ptr, json.len, &arena, &e);
    if (s != DYN_OK)
        return fprintf(stderr, "%s\n", e.text), s;
    if (strcmp(what, "put_item") == 0)
        return dyn_put(&db, m, &u, NULL);
    s = dyn_get(&db, m, &u, &(dyn_get_options){ .arena = &texts });
    if (s == DYN_OK)
        s = dyn_to_json(m, &u, DYN_FORM_PLAIN, &arena, out, sizeof out, NULL, &e);
    return s;
}

int main(int argc, char **argv)
{
    static unsigned char memory[128 * 1024], docs_memory[48 * 1024];
    char what[32];

    if (argc < 2 || dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory), .endpoint = getenv("DYNREPO_ENDPOINT"), .table_prefix = argv[1] }) != DYN_OK || !declare())
        return dyn_print_error(&db), 1;
    while (fgets(line, sizeof line, stdin)) {
        dyn_str request = { line, strlen(line) };
        text(request, "do", what, sizeof what);
        if (strcmp(what, "create") == 0) {
            dyn_status s = dyn_docs_open(&docs, &db, &(dyn_docs_config){ DYN_MEMORY(docs_memory), .table = "pynamite", .pk = "PK", .sk = "SK" });
            s = s == DYN_OK ? dyn_create_table(&db, dyn_docs_model(&docs), NULL) : s;
            s = s == DYN_OK ? dyn_wait_table(&db, dyn_docs_model(&docs), DYN_TABLE_ACTIVE, NULL) : s;
            s = s == DYN_OK ? dyn_create_table(&db, &logs, NULL) : s;
            s = s == DYN_OK ? dyn_wait_table(&db, &logs, DYN_TABLE_ACTIVE, NULL) : s;
            answer(s == DYN_OK ? dyn_docs_open(&docs, &db, &(dyn_docs_config){ DYN_MEMORY(docs_memory), .table = "pynamite" }) : s, "null");
        } else if (strcmp(what, "drop") == 0) {
            dyn_status s = dyn_delete_table(&db, &logs, NULL);
            answer(s == DYN_OK ? dyn_delete_table(&db, dyn_docs_model(&docs), NULL) : s, "null");
        } else if (strcmp(what, "list") == 0) {
            dyn_status s = list(request);
            answer(s, out);
        } else {
            dyn_status s = strstr(what, "_item") ? item(what, request) : document(what, request);
            answer(s, out);
        }
    }
    dyn_close(&db);
    return 0;
}
