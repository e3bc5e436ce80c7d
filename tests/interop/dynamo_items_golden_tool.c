#include "../../dynrepo.h"
/* The calls of tests/golden/dynamo_items.json in C; see tests/support/golden.h. */
#include "golden.h"

typedef enum status { PENDING, FAILED } status;
static const dyn_name status_names[] = { { PENDING, "pending" }, { FAILED, "failed" } };
static const dyn_name status_keys[] = { { PENDING, "S.p" }, { FAILED, "S.f" } };

typedef struct Command { unsigned char command_id[16]; status status; int retry; } Command;
static const dyn_field command_fields[] = { DYN_UUID(Command, command_id), DYN_ENUM(Command, status, status_names), DYN_INT(Command, retry) };
static const dyn_model command_type = { DYN_MODEL(Command, command_fields), .table = "t2", .pk = "command_id", .nulls = true };

typedef struct CommandV2 { unsigned char device_id[16], command_id[16]; } CommandV2;
static const dyn_field command2_fields[] = { DYN_UUID(CommandV2, device_id), DYN_UUID(CommandV2, command_id) };
static const dyn_model command2_type = { DYN_MODEL(CommandV2, command2_fields), .table = "t2", .pk = "device_id", .nulls = true };

typedef struct CommandV2Log {
    unsigned char device_id[16];
    int64_t       timestamp;
    char          dec[16], by[16], o[16], s[2][16], td[16];
    bool          has_o;
    int           s_count;
} CommandV2Log;
static const dyn_field log_fields[] = {
    DYN_UUID(CommandV2Log, device_id), DYN_MICROS(CommandV2Log, timestamp, DYN_ISO_Z, .iso_key = DYN_ISO_OFFSET | DYN_ISO_SPACE), DYN_TEXT(CommandV2Log, dec),
    DYN_TEXT(CommandV2Log, by), DYN_TEXT(CommandV2Log, o, .optional = true, .has = DYN_HAS(CommandV2Log, has_o)), DYN_TEXT_LIST(CommandV2Log, s, s_count), DYN_TEXT(CommandV2Log, td),
};
static const dyn_model log_type = { DYN_MODEL(CommandV2Log, log_fields), .table = "t2", .pk = "device_id", .nulls = true };

typedef struct E { status k; char b[8]; } E;
static const dyn_field e_fields[] = { DYN_ENUM_KEYED(E, k, status_names, status_keys), DYN_TEXT(E, b) };
static const dyn_model e_type = { DYN_MODEL(E, e_fields), .table = "t2", .pk = "k", .nulls = true };

typedef struct F { char id[8]; double f; } F;
static const dyn_field f_fields[] = { DYN_TEXT(F, id), DYN_REAL(F, f) };
static const dyn_model f_type = { DYN_MODEL(F, f_fields), .table = "t2", .pk = "id", .nulls = true };

/* A member with the name of the key attribute; and keys without prefixes, the second an integer. */
typedef struct P { char pk[8]; } P;
static const dyn_field p_fields[] = { DYN_TEXT(P, pk) };
static const dyn_model p_type = { DYN_MODEL(P, p_fields), .table = "t2", .pk = "pk", .nulls = true };
typedef struct N { char a[8]; int n; } N;
static const dyn_field n_fields[] = { DYN_TEXT(N, a), DYN_INT_KEYED(N, n) };
static const dyn_model n_type = { DYN_MODEL(N, n_fields), .table = "t3", .pk = "a", .nulls = true };

static dyn_model commands, commands_v2, logs, enums, floats, named, plain;

static dyn_status declare(void)
{
    static unsigned char room[2048];
    dyn_arena arena = { room, sizeof room, 0, 0, 0 };
    dyn_prefix p[] = {
        { .model = &command_type }, { .model = &command2_type, .member = "device_id" }, { .model = &command2_type, .member = "command_id" },
        { .model = &log_type, .member = "device_id", .like = "CommandV2.device_id" }, { .model = &log_type, .member = "timestamp" }, { .model = &e_type },
        { .model = &f_type }, { .model = &p_type }, { .model = &n_type, .none = true }, { .model = &n_type, .member = "n", .none = true },
    };
    dyn_error e;

    if (dyn_prefixes(p, sizeof p / sizeof *p, (dyn_str){ NULL, 0 }, &e) == DYN_OK && dyn_prefix_model(&p[0], NULL, true, NULL, &arena, &commands, &e) == DYN_OK &&
        dyn_prefix_model(&p[1], &p[2], true, NULL, &arena, &commands_v2, &e) == DYN_OK && dyn_prefix_model(&p[3], &p[4], true, NULL, &arena, &logs, &e) == DYN_OK &&
        dyn_prefix_model(&p[5], NULL, true, NULL, &arena, &enums, &e) == DYN_OK && dyn_prefix_model(&p[6], NULL, true, NULL, &arena, &floats, &e) == DYN_OK &&
        dyn_prefix_model(&p[7], NULL, true, NULL, &arena, &named, &e) == DYN_OK && dyn_prefix_model(&p[8], &p[9], true, NULL, &arena, &plain, &e) == DYN_OK)
        return DYN_OK;
    fprintf(stderr, "%s\n", e.text);
    return DYN_INVALID;
}

static dyn_status put_command(void)
{
    Command c = { { [15] = 1 }, PENDING, 0 };
    return dyn_put(&db, &commands, &c, NULL);
}

static dyn_status put_log(void)
{
    CommandV2Log l = { .device_id = { [15] = 2 }, .timestamp = 1672628645000000, .dec = "1.50", .by = "ab", .td = "P1D" };
    return dyn_put(&db, &logs, &l, NULL);
}

static dyn_status put_enum(void) { E e = { PENDING, "x" }; return dyn_put(&db, &enums, &e, NULL); }
static dyn_status put_float(void) { F f = { "1", 1.5 }; return dyn_put(&db, &floats, &f, NULL); }
static dyn_status put_pk(void) { P p = { "a" }; return dyn_put(&db, &named, &p, NULL); }
static dyn_status put_plain(void) { N n = { "a", 5 }; return dyn_put(&db, &plain, &n, NULL); }

static dyn_status get_of(dyn_key key)
{
    Command c;
    return dyn_get_key(&db, &commands, &c, key, NULL);
}

static dyn_status get_missing(void) { return get_of(DYN_KEY("zz")); }
static dyn_status get(void) { return get_of(DYN_KEY("00000000-0000-0000-0000-000000000001")); }
static dyn_status get_with_sk(void) { return get_of(DYN_KEY("00000000-0000-0000-0000-000000000001", "x")); }

static dyn_status get_without_sk(void)
{
    CommandV2 c;
    return dyn_get_key(&db, &commands_v2, &c, DYN_KEY("00000000-0000-0000-0000-000000000001"), NULL);
}

int main(int argc, char **argv)
{
    const golden_call calls[] = {
        { "put c", put_command }, { "put c3", put_log }, { "put enumkey", put_enum }, { "put float", put_float }, { "put pk field", put_pk },
        { "get missing", get_missing }, { "get", get }, { "get item w/ sk, sk omitted", get_without_sk }, { "get sk on item without sk", get_with_sk },
        { "noprefix int sk", put_plain },
    };

    return golden_main(argc, argv, calls, sizeof calls / sizeof calls[0], declare);
}
