/* codec ratios ROUNDS        one item of 8 attributes between struct and DynamoDB's JSON, by dynrepo and by yyjson, in interleaved rounds
 * codec kinds                nanoseconds for each kind of member, to JSON and back
 * codec count KIND WAY N     does it N times: under callgrind the difference of two runs is the instructions of one (WAY: encode, decode)
 * yyjson parses into its tree and the values are copied out of it, or builds its tree and writes it: what a program does that uses it. */
#define DYNREPO_IMPLEMENTATION
#include "../../dynrepo.h"
#include "bench.h"
#include "yyjson.h"

/* ---- one member of each kind, eight times */

enum { MEMBERS = 8, ROOM = 8192 };
typedef enum color { RED, DARK_BLUE } color;
static const dyn_name colors[] = { { RED, "red" }, { DARK_BLUE, "dark blue" } };
typedef struct inner { int x; } inner;
static const dyn_field inner_fields[] = { DYN_INT(inner, x) };
static const dyn_model inner_model = { DYN_MODEL(inner, inner_fields) };

#define EIGHT(M, T, ...) M(T, a, ##__VA_ARGS__), M(T, b, ##__VA_ARGS__), M(T, c, ##__VA_ARGS__), M(T, d, ##__VA_ARGS__), \
                         M(T, e, ##__VA_ARGS__), M(T, f, ##__VA_ARGS__), M(T, g, ##__VA_ARGS__), M(T, h, ##__VA_ARGS__)
#define KIND(name, type, MACRO, ...) \
    typedef struct name { type a, b, c, d, e, f, g, h; } name; \
    static const dyn_field name##_fields[] = { EIGHT(MACRO, name, ##__VA_ARGS__) }; \
    static const dyn_model name##_model = { DYN_MODEL(name, name##_fields) };
typedef char text_t[32];
typedef unsigned char octets_t[16];
KIND(text_, text_t, DYN_TEXT)
KIND(str_, dyn_str, DYN_STR)
KIND(bool_, bool, DYN_BOOL)
KIND(int_, int64_t, DYN_INT)
KIND(uint_, uint32_t, DYN_INT)
KIND(real_, double, DYN_REAL)
KIND(float_, float, DYN_REAL)
KIND(number_, dyn_number, DYN_NUMBER)
KIND(seconds_, int64_t, DYN_SECONDS)
KIND(millis_, int64_t, DYN_MILLIS)
KIND(iso_, int64_t, DYN_ISO)
KIND(enum_, color, DYN_ENUM, colors)
KIND(map_, inner, DYN_MAP, inner_model)
KIND(bytes_, octets_t, DYN_BYTES)
KIND(uuid_, octets_t, DYN_UUID)

typedef struct ints { int64_t a[8], b[8], c[8], d[8], e[8], f[8], g[8], h[8]; int n; } ints;
static const dyn_field ints_fields[] = { EIGHT(DYN_INT_LIST, ints, n) };
static const dyn_model ints_model = { DYN_MODEL(ints, ints_fields) };
typedef struct texts { char a[4][16], b[4][16], c[4][16], d[4][16], e[4][16], f[4][16], g[4][16], h[4][16]; int n; } texts;
static const dyn_field texts_fields[] = { EIGHT(DYN_TEXT_SET, texts, n) };
static const dyn_model texts_model = { DYN_MODEL(texts, texts_fields) };

static text_ v_text; static str_ v_str; static bool_ v_bool; static int_ v_int; static uint_ v_uint; static real_ v_real; static float_ v_float;
static number_ v_number; static seconds_ v_seconds; static millis_ v_millis; static iso_ v_iso; static enum_ v_enum; static map_ v_map; static bytes_ v_bytes;
static uuid_ v_uuid; static ints v_ints; static texts v_texts;
static const struct kind { const char *name; const dyn_model *model; void *item; } kinds[] = {
    { "TEXT of 20 bytes", &text__model, &v_text }, { "STR of 20 bytes", &str__model, &v_str }, { "BOOL", &bool__model, &v_bool }, { "INT, 7 digits", &int__model, &v_int },
    { "INT, uint32_t", &uint__model, &v_uint }, { "REAL, 5 digits", &real__model, &v_real }, { "REAL, float", &float__model, &v_float },
    { "NUMBER, 20 digits", &number__model, &v_number }, { "SECONDS", &seconds__model, &v_seconds }, { "MILLIS", &millis__model, &v_millis },
    { "ISO", &iso__model, &v_iso }, { "ENUM", &enum__model, &v_enum }, { "MAP of an INT", &map__model, &v_map }, { "BYTES, 16", &bytes__model, &v_bytes },
    { "UUID", &uuid__model, &v_uuid }, { "INT_LIST of 8", &ints_model, &v_ints }, { "TEXT_SET of 4", &texts_model, &v_texts },
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static void fill(void)
{
    unsigned char *octets = (unsigned char *)&v_bytes;
    for (size_t i = 0; i < sizeof v_bytes; i++)
        octets[i] = (unsigned char)(37 * i), ((unsigned char *)&v_uuid)[i] = (unsigned char)(91 * i);
    for (int i = 0; i < MEMBERS; i++) {
        sprintf((&v_text.a)[i], "pump %d has restarted", i);
        (&v_str.a)[i] = (dyn_str){ "pump 9 has restarted", 20 };
        (&v_bool.a)[i] = i % 2, (&v_int.a)[i] = 1234567 + i, (&v_uint.a)[i] = 1234567 + (uint32_t)i;
        (&v_real.a)[i] = 21.742 + i, (&v_float.a)[i] = 21.742f + (float)i;
        strcpy((&v_number.a)[i].text, "12345678901234567.8");
        (&v_number.a)[i].text[0] = (char)('1' + i);
        (&v_seconds.a)[i] = 1763712000 + i, (&v_millis.a)[i] = 1763712000742 + i, (&v_iso.a)[i] = 1763712000742 + 86400000LL * i;
        (&v_enum.a)[i] = i % 2 ? RED : DARK_BLUE, (&v_map.a)[i].x = 100 + i;
        for (int k = 0; k < 8; k++)
            (&v_ints.a)[i][k] = 1000 * i + k;
        for (int k = 0; k < 4; k++)
            sprintf((&v_texts.a)[i][k], "tag %d of %d", k, i);
    }
    v_ints.n = 8, v_texts.n = 4;
}

/* ---- dynrepo's codec without a client */

typedef struct codec {
    dyn__known  *known;
    dyn__decoder decoder;
    dyn_error    err;
    dyn_arena    arena, work;
    unsigned char memory[16384], scratch[ROOM];
    char         json[ROOM];
    size_t       len;
} codec;

static void set_up(codec *c, const dyn_model *m)
{
    dyn__known *list = NULL;
    memset(c, 0, sizeof *c);
    c->arena.base = c->memory, c->arena.size = sizeof c->memory, c->work.base = c->scratch, c->work.size = sizeof c->scratch;
    if (dyn__check_model(m, &c->err) != DYN_OK && m->pk) {
        fprintf(stderr, "codec: %s\n", c->err.text);
        exit(1);
    }
    memset(&c->err, 0, sizeof c->err);
    dyn__known_make(&c->arena, m, &list);
    c->known = dyn__known_find(list, m);
    c->decoder.models = list, c->decoder.err = &c->err, c->decoder.work = &c->work;
}

/* All but the first comma is what an item is in a request. */
static size_t encode(codec *c, const void *item)
{
    dyn__writer w = { c->json, sizeof c->json, 0, 0, 0, NULL, NULL };
    dyn_status s = DYN_OK;
    dyn__putc(&w, '{');
    for (size_t part = c->known->pk.attr.len ? 0 : 2; s == DYN_OK; part++)
        s = dyn__write_item_part(&w, c->known, part, (const unsigned char *)item, &c->err);
    dyn__putc(&w, '}');
    if (s != DYN_DONE)
        fprintf(stderr, "codec: %s: %s\n", c->known->model->name, c->err.text), exit(1);
    c->json[w.len] = 0;
    if (c->json[1] == ',') {
        c->json[1] = '{';
        return c->len = w.len - 1;
    }
    return c->len = w.len;
}

static void decode(codec *c, const char *json, size_t n, void *item)
{
    const char *p = json;
    c->work.size = sizeof c->scratch;
    dyn__decode_start(&c->decoder, c->known, item);
    if (dyn__decode(&c->decoder, &p, json + n) != DYN__GOOD || c->decoder.status != DYN_OK)
        fprintf(stderr, "codec: %s: %s in %.300s\n", c->known->model->name, c->err.text, json), exit(1);
}

static void check(codec *c, const struct kind *k)
{
    static unsigned char back[ROOM];
    char first[ROOM];
    size_t n = encode(c, k->item);
    memcpy(first, c->json + (c->json[1] == '{'), n + 1);
    memset(back, 0, k->model->size);
    decode(c, first, n, back);
    encode(c, back);
    if (c->len != n || memcmp(first, c->json + (c->json[1] == '{'), n) != 0)
        fprintf(stderr, "codec: %s does not come back: %s\n", k->name, first), exit(1);
    memcpy(c->json, first, n + 1);
}

static void repeat(codec *c, const struct kind *k, bool back, long n)
{
    static unsigned char to[ROOM];
    for (long i = 0; i < n; i++)
        if (back)
            decode(c, c->json, c->len, to);
        else
            encode(c, k->item);
}

static int all_kinds(void)
{
    static codec c;
    for (size_t i = 0; i < KINDS; i++) {
        double best[2] = { 1e9, 1e9 };
        set_up(&c, kinds[i].model);
        check(&c, &kinds[i]);
        for (int r = 0; r < 30; r++) {
            double t[3];
            check(&c, &kinds[i]);
            t[0] = now_us();
            repeat(&c, &kinds[i], true, 500);
            t[1] = now_us();
            repeat(&c, &kinds[i], false, 500);
            t[2] = now_us();
            for (int k = 0; k < 2; k++)
                best[k] = t[k + 1] - t[k] < best[k] ? t[k + 1] - t[k] : best[k];
        }
        printf("KIND %zu encode_ns=%.1f decode_ns=%.1f name=%s\n", i, best[1] * 2 / MEMBERS, best[0] * 2 / MEMBERS, kinds[i].name);
    }
    return 0;
}

/* ---- one item of 8 attributes, against yyjson */

typedef struct item {
    char    pk[64], sk[32];
    int64_t seq;
    double  temp, volts;
    bool    ok;
    char    note[160];
    int     rssi;
} item;
static const dyn_field item_fields[] = {
    DYN_TEXT(item, pk), DYN_TEXT(item, sk), DYN_INT(item, seq), DYN_REAL(item, temp), DYN_REAL(item, volts), DYN_BOOL(item, ok), DYN_TEXT(item, note), DYN_INT(item, rssi)
};
static const dyn_model item_model = { DYN_MODEL(item, item_fields), .table = "telemetry", .pk = "pk", .sk = "sk" };
static const item sample = { "device#0001742/hall-7/boiler", "2024-05-17T08:29:02.742Z", 101742, 21.742, 3.71, true,
    "pump two restarted after brown-out at 07:58, then pressure and flow back to nominal, valve four still slow, a fitter is on the way.", -67 };

static void copy(char *to, size_t size, const char *from) { size_t n = strlen(from); n = n < size ? n : size - 1; memcpy(to, from, n); to[n] = 0; }
static const char *at(yyjson_val *o, const char *k, const char *tag) { return yyjson_get_str(yyjson_obj_get(yyjson_obj_get(o, k), tag)); }

static void yy_decode(const char *json, size_t n, item *to)
{
    yyjson_doc *d = yyjson_read(json, n, 0);
    yyjson_val *o = yyjson_doc_get_root(d);
    copy(to->pk, sizeof to->pk, at(o, "pk", "S")), copy(to->sk, sizeof to->sk, at(o, "sk", "S")), copy(to->note, sizeof to->note, at(o, "note", "S"));
    to->seq = strtoll(at(o, "seq", "N"), NULL, 10), to->rssi = atoi(at(o, "rssi", "N"));
    to->temp = strtod(at(o, "temp", "N"), NULL), to->volts = strtod(at(o, "volts", "N"), NULL);
    to->ok = yyjson_get_bool(yyjson_obj_get(yyjson_obj_get(o, "ok"), "BOOL"));
    yyjson_doc_free(d);
}

static void put_s(yyjson_mut_doc *d, yyjson_mut_val *o, const char *k, const char *tag, const char *text, bool keep)
{
    yyjson_mut_val *v = yyjson_mut_obj(d);
    if (keep)
        yyjson_mut_obj_add_strcpy(d, v, tag, text);
    else
        yyjson_mut_obj_add_str(d, v, tag, text);
    yyjson_mut_obj_add_val(d, o, k, v);
}

static size_t yy_encode(const item *i, char **json)
{
    char t[40];
    size_t n;
    yyjson_mut_doc *d = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *o = yyjson_mut_obj(d), *ok = yyjson_mut_obj(d);
    yyjson_mut_doc_set_root(d, o);
    put_s(d, o, "pk", "S", i->pk, false), put_s(d, o, "sk", "S", i->sk, false);
    sprintf(t, "%lld", (long long)i->seq), put_s(d, o, "seq", "N", t, true);
    sprintf(t, "%.17g", i->temp), put_s(d, o, "temp", "N", t, true);
    sprintf(t, "%.17g", i->volts), put_s(d, o, "volts", "N", t, true);
    yyjson_mut_obj_add_bool(d, ok, "BOOL", i->ok), yyjson_mut_obj_add_val(d, o, "ok", ok);
    put_s(d, o, "note", "S", i->note, false);
    sprintf(t, "%d", i->rssi), put_s(d, o, "rssi", "N", t, true);
    *json = yyjson_mut_write(d, 0, &n);
    yyjson_mut_doc_free(d);
    return n;
}

static int ratios(int rounds)
{
    static codec c;
    static char json[ROOM];
    enum { N = 2000 };
    item to;
    set_up(&c, &item_model);
    size_t n = encode(&c, &sample);
    memcpy(json, c.json, n);
    memset(&to, 0, sizeof to);
    decode(&c, json, n, &to);
    if (to.rssi != sample.rssi || strcmp(to.note, sample.note) || to.temp < sample.temp || to.temp > sample.temp)
        return 1;
    for (int r = 0; r < rounds; r++) {
        double t[5], sum = 0;
        char *text;
        t[0] = now_us();
        for (int i = 0; i < N; i++)
            decode(&c, json, n, &to), sum += to.temp;
        t[1] = now_us();
        for (int i = 0; i < N; i++)
            yy_decode(json, n, &to), sum += to.temp;
        t[2] = now_us();
        for (int i = 0; i < N; i++)
            sum += (double)encode(&c, &sample);
        t[3] = now_us();
        for (int i = 0; i < N; i++)
            sum += (double)yy_encode(&sample, &text), free(text);
        t[4] = now_us();
        printf("RATIO bytes=%zu decode_ns=%.1f yyjson_decode_ns=%.1f encode_ns=%.1f yyjson_encode_ns=%.1f sum=%.0f\n", n, (t[1] - t[0]) * 1e3 / N,
               (t[2] - t[1]) * 1e3 / N, (t[3] - t[2]) * 1e3 / N, (t[4] - t[3]) * 1e3 / N, sum);
    }
    return 0;
}

int main(int argc, char **argv)
{
    static codec c;
    fill();
    if (argc == 3 && !strcmp(argv[1], "ratios"))
        return ratios(atoi(argv[2]));
    if (argc == 2 && !strcmp(argv[1], "kinds"))
        return all_kinds();
    if (argc != 5 || atoi(argv[2]) >= KINDS)
        return 2;
    const struct kind *k = &kinds[atoi(argv[2])];
    set_up(&c, k->model);
    check(&c, k);
    repeat(&c, k, argv[3][0] == 'd', atol(argv[4]));
    return 0;
}
