/* dynrepo_peer ENDPOINT OP N WARM - the same work with dynrepo.h: get and put in 16 KB of client memory, the page in 256 KB. The answer's
 * x-amz-crc32 is checked, as always. */
#define DYNREPO_IMPLEMENTATION
#include "../../dynrepo.h"
#include "bench.h"

enum { PAGE_ITEMS = 3065 };            /* of canned's page: it ends with a LastEvaluatedKey that must not be followed */

typedef struct meta {
    char   fw[16];
    int    rssi;
    double batt;
} meta;
typedef struct item {
    char    pk[64], sk[32];
    int64_t seq;
    double  temp;
    bool    ok;
    char    note[128];
    meta    meta;
    double  vals[8];
    int     nvals;
} item;

static const dyn_field meta_fields[] = { DYN_TEXT(meta, fw), DYN_INT(meta, rssi), DYN_REAL(meta, batt) };
static const dyn_model meta_model = { DYN_MODEL(meta, meta_fields) };
static const dyn_field item_fields[] = {
    DYN_TEXT(item, pk), DYN_TEXT(item, sk), DYN_INT(item, seq), DYN_REAL(item, temp), DYN_BOOL(item, ok), DYN_TEXT(item, note),
    DYN_MAP(item, meta, meta_model), DYN_REAL_LIST(item, vals, nvals),
};
static const dyn_model item_model = { DYN_MODEL(item, item_fields), .table = "telemetry", .pk = "pk", .sk = "sk" };
DYN_TYPED(item, item_model)

static const item sample = { "device#0001742", "2024-05-17T08:29:02.742Z", 101742, 21.742, true,
    "pump two restarted after brown-out, pressure back to nominal.", { "1.4.2", -67, 3.71 }, { 12, -7, 1024, 3.5 }, 4 };
static unsigned char memory[256 * 1024];

static double sum(const item *i)
{
    double s = (double)i->seq + i->meta.rssi;
    for (int k = 0; k < i->nvals; k++)
        s += i->vals[k];
    return s;
}

static dyn_status get(dyn_client *db, double *check)
{
    item it;
    dyn_status s = item_get_key(db, &it, DYN_KEY(sample.pk, sample.sk), NULL);
    if (s == DYN_OK)
        *check = sum(&it);
    return s;
}

static dyn_status put(dyn_client *db, double *check)
{
    *check = 1;
    return item_put(db, &sample, NULL);
}

static dyn_status query(dyn_client *db, double *check)
{
    dyn_rows rows;
    item it;
    *check = 0;
    item_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("pk = ?", sample.pk), .limit = PAGE_ITEMS });
    while (item_next(&rows, &it) == DYN_ROW)
        *check += sum(&it);
    return dyn_finish(&rows);
}

int main(int argc, char **argv)
{
    if (argc < 5)
        return 2;
    long n = atol(argv[3]), warm = atol(argv[4]);
    dyn_status (*operation)(dyn_client *, double *) = *argv[2] == 'g' ? get : *argv[2] == 'p' ? put : query;
    dyn_client db;
    dyn_status s = dyn_open(&db, &(dyn_config){ .memory = memory, .memory_size = operation == query ? sizeof memory : 16 * 1024,
        .region = "us-east-1", .endpoint = argv[1], .access_key = "AKIDEXAMPLE", .secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" });

    double cpu = 0, wall = 0, check = 0;
    for (long i = -warm; i < n && s == DYN_OK; i++) {
        if (i == 0)
            wall = now_us(), cpu = cpu_us();
        s = operation(&db, &check);
    }
    if (s != DYN_OK)
        return dyn_print_error(&db), 1;
    result(argv[2], n, cpu_us() - cpu, now_us() - wall, check);
    dyn_close(&db);
    return 0;
}
