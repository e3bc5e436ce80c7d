/* repo ENDPOINT CONVENTION - readings in a table as a Python library lays them out, kept by a dyn_repo, and for pydantic-dynamo's layout also by the plain
 * operations on a model with the same attributes. One command a line on stdin, one RESULT line each on stdout, so that peers can take turns:
 *   make                 the table, 1,000 readings in it to list and one to update
 *   put WAY N WARM       and get, update, list; WAY: repo or bare
 *   counted              how often the one was updated
 *   drop                 the table goes */
#define DYNREPO_IMPLEMENTATION
#include "../../dynrepo.h"
#include "bench.h"

enum { LISTED = 1000 };

typedef struct meta {
    char   fw[16];
    int    rssi;
    double batt;
} meta;
typedef struct reading {
    char     device[24], at[32];
    int64_t  seq;
    double   temp;
    bool     ok;
    char     note[128];
    meta     meta;
    double   vals[8];
    int      nvals;
    uint64_t version;              /* the last two are for the plain operations: a repository keeps them itself */
    int64_t  changed;
} reading;

static const dyn_field meta_fields[] = { DYN_TEXT(meta, fw), DYN_INT(meta, rssi), DYN_REAL(meta, batt) };
static const dyn_model meta_model = { DYN_MODEL(meta, meta_fields) };
#define MEMBERS DYN_INT(reading, seq), DYN_REAL(reading, temp), DYN_BOOL(reading, ok), DYN_TEXT(reading, note), DYN_MAP(reading, meta, meta_model), \
                DYN_REAL_LIST(reading, vals, nvals)
/* Keys of ids: the repository makes them. */
static const dyn_field ids_fields[] = { MEMBERS };
static const dyn_model ids_model = { DYN_MODEL(reading, ids_fields), .table = "bench-readings" };
/* The same attributes without a repository: keys by templates, version and stamp as members. */
static const dyn_field bare_fields[] = {
    DYN_TEXT(reading, device, .key_only = true), DYN_TEXT(reading, at, .key_only = true), MEMBERS,
    DYN_INT(reading, version, .attr = "_object_version"), DYN_MICROS(reading, changed, DYN_ISO_OFFSET, .attr = "_timestamp"),
};
static const dyn_model bare_model = { DYN_MODEL(reading, bare_fields), .table = "bench-readings",
                                      .pk = "pk = plant#readings#{device}", .sk = "sk = reading#{at}" };
/* Keys that are plain attributes. */
static const dyn_field plain_fields[] = { DYN_TEXT(reading, device), DYN_TEXT(reading, at), MEMBERS };
static const dyn_model plain_model = { DYN_MODEL(reading, plain_fields), .table = "bench-readings", .pk = "device", .sk = "at" };
/* To make tables with. */
typedef struct keys {
    char pk[8], sk[8];
} keys;
static const dyn_field key_fields[] = { DYN_TEXT(keys, pk), DYN_TEXT(keys, sk) };
static const dyn_model lower_keys = { DYN_MODEL(keys, key_fields), .table = "bench-readings", .pk = "pk", .sk = "sk" };
static const dyn_model upper_keys = { DYN_MODEL(keys, key_fields), .table = "bench-readings", .pk = "PK = {pk}", .sk = "SK = {sk}" };

static const reading sample = { "0001742", "2024-05-17T08:29:02.742Z", 101742, 21.742, true,
    "pump two restarted after brown-out, pressure back to nominal.", { "1.4.2", -67, 3.71 }, { 12, -7, 1024, 3.5 }, 4, 1, 0 };
static unsigned char memory[64 * 1024], repo_memory[128 * 1024];
static dyn_client db;
static dyn_repo repo;
static const dyn_model *table;
static bool plain, pynamite;

static double sum(const reading *r)
{
    double s = (double)r->seq + r->meta.rssi;
    for (int k = 0; k < r->nvals; k++)
        s += r->vals[k];
    return s;
}

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* The operations. Each gives a sum of what it has read, 1 for a write. */
static dyn_status put_repo(double *check)
{
    dyn_repo_write replace = { .replace = pynamite };
    *check = 1;
    return dyn_repo_put(&repo, DYN_KEY(sample.device), DYN_KEY(sample.at), &sample, &replace);
}

static dyn_status put_bare(double *check)
{
    reading r = sample;
    *check = 1;
    r.changed = now();
    return dyn_put(&db, &bare_model, &r, NULL);
}

static dyn_status get_repo(double *check)
{
    reading r;
    dyn_content c;
    dyn_status s = dyn_repo_get(&repo, DYN_KEY(sample.device), DYN_KEY(sample.at), &r, &c, NULL);
    *check = s == DYN_OK ? sum(&r) : 0;
    return s;
}

static dyn_status get_bare(double *check)
{
    reading r;
    dyn_status s = dyn_get_key(&db, &bare_model, &r, DYN_KEY(sample.device, sample.at), NULL);
    *check = s == DYN_OK ? sum(&r) : 0;
    return s;
}

static dyn_status update_repo(double *check)
{
    *check = 1;
    return dyn_repo_update(&repo, DYN_KEY("changed"), DYN_KEY(sample.at), DYN_EXPR("SET temp = ?, seq = seq + ?", 21.5, 1), NULL);
}

static dyn_status update_bare(double *check)
{
    *check = 1;
    return dyn_update_key(&db, &bare_model, DYN_KEY("changed", sample.at),
                          DYN_EXPR("SET temp = ?, seq = seq + ?, version = if_not_exists(version, ?) + ?, changed = ?", 21.5, 1, 0, 1, now()),
                          &(dyn_write_options){ .when = { DYN_EXPR("attribute_exists(pk)") } });
}

static dyn_status list_repo(double *check)
{
    dyn_rows rows;
    reading r;
    dyn_content c;
    *check = 0;
    dyn_repo_list(&repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("listed") });
    while (dyn_repo_next(&repo, &rows, &r, &c) == DYN_ROW)
        *check += sum(&r);
    return dyn_finish(&rows);
}

static dyn_status list_bare(double *check)
{
    dyn_rows rows;
    reading r;
    *check = 0;
    dyn_select(&db, &rows, &bare_model, &(dyn_query){ .key = DYN_EXPR("device = ?", "listed") });
    while (dyn_next(&rows, &r, sizeof r) == DYN_ROW)
        *check += sum(&r);
    return dyn_finish(&rows);
}

static const struct {
    const char *name;
    dyn_status (*repo)(double *), (*bare)(double *);
} operations[] = { { "put", put_repo, put_bare }, { "get", get_repo, get_bare }, { "update", update_repo, update_bare }, { "list", list_repo, list_bare } };

/* One of the readings to list; the last one is the one to update. */
static dyn_status fill(void *user, size_t i, dyn_repo_item *item)
{
    static reading r;
    static dyn_arg args[2];
    (void)user;
    r = sample;
    strcpy(r.device, i < LISTED ? "listed" : "changed");
    if (i < LISTED)
        sprintf(r.at, "2024-05-17T08:%02u:%02u.%03uZ", (unsigned)(i / 60 % 60), (unsigned)(i % 60), (unsigned)(i % 1000)), r.seq = 100000 + (int64_t)i;
    args[0] = dyn_text(r.device), args[1] = dyn_text(r.at);
    dyn_key_of(&item->partition, args, 1);
    dyn_key_of(&item->content, args + 1, 1);
    item->item = &r;
    return DYN_OK;
}

static dyn_status make(void)
{
    dyn_status s = dyn_create_table(&db, table, NULL);
    if (s == DYN_OK)
        s = dyn_wait_table(&db, table, DYN_TABLE_ACTIVE, NULL);
    return s == DYN_OK ? dyn_repo_put_many(&repo, fill, NULL, LISTED + 1, NULL) : s;
}

/* Has the item that was updated counted all updates, those of other programs included? */
static dyn_status counted(double *check)
{
    reading r;
    dyn_status s = dyn_repo_get(&repo, DYN_KEY("changed"), DYN_KEY(sample.at), &r, NULL, NULL);
    *check = s == DYN_OK ? (double)(r.seq - sample.seq) : 0;
    return s;
}

static dyn_status open_repo(const char *name)
{
    dyn_repo_config c = { DYN_MEMORY(repo_memory), .batch = 25 };
    table = &lower_keys;
    if (!strcmp(name, "pydantic-dynamo"))
        c.convention = dyn_pydantic_dynamo(), c.prefix = "plant", c.name = "readings", c.type = "reading";
    else if (!strcmp(name, "pynamite"))
        c.convention = dyn_pynamite(), pynamite = true, c.pk = "PK", c.sk = "SK", table = &upper_keys;
    else if (!strcmp(name, "dyntastic") || !strcmp(name, "DynamORM"))
        c.convention = *name == 'd' ? dyn_dyntastic() : dyn_dynamorm(), plain = true, table = &plain_model;
    else
        return fprintf(stderr, "repo: no convention \"%s\"\n", name), DYN_INVALID;
    return dyn_repo_open(&repo, &db, plain ? &plain_model : &ids_model, &c);
}

/* One command. */
static dyn_status obey(const char *line)
{
    char what[16] = "", way[16] = "";
    long n = 1, warm = 0;
    double cpu = 0, wall = 0, check = 0;
    dyn_status s = DYN_OK;
    sscanf(line, "%15s %15s %ld %ld", what, way, &n, &warm);
    if (!strcmp(what, "make"))
        s = make();
    else if (!strcmp(what, "drop"))
        s = dyn_delete_table(&db, table, NULL);
    else if (!strcmp(what, "counted"))
        s = counted(&check);
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        if (!strcmp(what, operations[i].name)) {
            dyn_status (*operation)(double *) = *way == 'b' ? operations[i].bare : operations[i].repo;
            for (long k = -warm; k < n && s == DYN_OK; k++) {
                if (k == 0)
                    wall = now_us(), cpu = cpu_us();
                s = operation(&check);
            }
            cpu = cpu_us() - cpu, wall = now_us() - wall;
        }
    result(what, n, cpu, wall, check);
    return s;
}

int main(int argc, char **argv)
{
    char line[80];
    dyn_status s = DYN_INVALID;
    if (argc < 3)
        return 2;
    s = dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory), .region = "us-east-1", .endpoint = argv[1], .access_key = "AKIDEXAMPLE",
                                     .secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" });
    if (s == DYN_OK)
        s = open_repo(argv[2]);
    setvbuf(stdout, NULL, _IOLBF, 0);
    while (s == DYN_OK && fgets(line, sizeof line, stdin))
        s = obey(line);
    if (s != DYN_OK)
        return dyn_print_error(&db), 1;
    dyn_close(&db);
    return 0;
}
