/* batch ENDPOINT N - an import: N readings are put in batches and read again in batches, in 64 KB of client memory. What it shows is how much of the
 * time is the client's own: the rest is the engine's. */
#define DYNREPO_IMPLEMENTATION
#include "../../dynrepo.h"
#include "bench.h"

typedef struct reading {
    char    device[24];
    int64_t at;
    double  celsius, volts;
    bool    charging;
    int     rssi;
    char    note[64];
    int64_t seen;
} reading;
static const dyn_field fields[] = {
    DYN_TEXT(reading, device), DYN_INT(reading, at), DYN_REAL(reading, celsius), DYN_REAL(reading, volts), DYN_BOOL(reading, charging), DYN_INT(reading, rssi),
    DYN_TEXT(reading, note), DYN_ISO(reading, seen)
};
static const dyn_model model = { DYN_MODEL(reading, fields), .table = "bench-batch", .pk = "pk = DEVICE#{device}", .sk = "sk = READING#{at:13}" };
DYN_TYPED(reading, model)

static unsigned char memory[64 * 1024];
static reading *all, *back;

static void make(reading *r, long i, bool key_only)
{
    memset((void *)r, 0, sizeof *r);
    sprintf(r->device, "boiler-%ld", i % 100);
    r->at = 1763712000000 + 1000 * i;
    if (key_only)
        return;
    r->celsius = 20 + (double)(i % 400) / 8, r->volts = 3.3 + (double)(i % 7) / 100, r->charging = i % 2 == 0, r->rssi = (int)(-40 - i % 50), r->seen = r->at + 742;
    strcpy(r->note, "pump two restarted after brown-out, pressure nominal");
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    long n = atol(argv[2]);
    dyn_client db;
    dyn_status s = dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory), .region = "us-east-1", .endpoint = argv[1], .access_key = "AKIDEXAMPLE",
                                                .secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" });
    all = malloc((size_t)n * sizeof *all), back = malloc((size_t)n * sizeof *back);
    for (long i = 0; i < n; i++)
        make(&all[i], i, false), make(&back[i], i, true);
    if (s == DYN_OK)
        s = dyn_create_table(&db, &model, NULL);
    if (s == DYN_OK || s == DYN_IN_USE)
        s = dyn_wait_table(&db, &model, DYN_TABLE_ACTIVE, NULL);
    if (s != DYN_OK)
        return dyn_print_error(&db), 1;
    for (int op = 0; op < 2; op++) {
        double wall = now_us(), cpu = cpu_us();
        s = op ? reading_get_many(&db, back, (size_t)n, NULL, NULL) : reading_put_many(&db, all, (size_t)n, NULL);
        cpu = cpu_us() - cpu, wall = now_us() - wall;
        if (s != DYN_OK)
            return dyn_print_error(&db), 1;
        result(op ? "batch-get" : "batch-write", n, cpu, wall, 0);
    }
    if (memcmp(all, back, (size_t)n * sizeof *all) != 0)
        return fprintf(stderr, "batch: what was read is not what was written\n"), 1;
    dyn_delete_table(&db, &model, NULL);
    dyn_close(&db);
    return 0;
}
