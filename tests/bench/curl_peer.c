/* curlpeer ENDPOINT OP N WARM - what a C programmer writes by hand today: libcurl with CURLOPT_AWS_SIGV4, one reused
 * easy handle, a JSON library to build the request and to decode into a typed struct.
 * -DUSE_CJSON: cJSON (Debian package); otherwise yyjson. */
#include "bench.h"
#include <curl/curl.h>
#ifdef USE_CJSON
#include <cjson/cJSON.h>
#else
#include "yyjson.h"
#endif

typedef struct { char fw[16]; int rssi; double batt; } meta;
typedef struct { char pk[64], sk[32]; long long seq; double temp; int ok; char note[128]; meta meta; double vals[8]; int nvals; } item;
static char *rb; static size_t rn, rcap;
static CURL *h;

static size_t on_body(char *p, size_t s, size_t n, void *x) {
    (void)x; n *= s;
    if (rn + n + 1 > rcap) { rcap = (rn + n + 1) * 2; rb = realloc(rb, rcap); }
    memcpy(rb + rn, p, n); rn += n; rb[rn] = 0;
    return n;
}
static void cpy(char *d, size_t cap, const char *s) { if (!s) { *d = 0; return; } size_t n = strlen(s); if (n >= cap) n = cap - 1; memcpy(d, s, n); d[n] = 0; }

static void call(const char *body, size_t n) {
    rn = 0;
    curl_easy_setopt(h, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE, (long)n);
    CURLcode e = curl_easy_perform(h);
    long st = 0; curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &st);
    if (e || st != 200) { fprintf(stderr, "curl %s, status %ld: %s\n", curl_easy_strerror(e), st, rb ? rb : ""); exit(1); }
}

#ifdef USE_CJSON
static const char *S(const cJSON *o, const char *k) { cJSON *v = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(o, k), "S"); return cJSON_GetStringValue(v); }
static const char *N(const cJSON *o, const char *k) { cJSON *v = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(o, k), "N"); const char *s = cJSON_GetStringValue(v); return s ? s : "0"; }
static void decode(const cJSON *o, item *it) {
    cpy(it->pk, sizeof it->pk, S(o, "pk")); cpy(it->sk, sizeof it->sk, S(o, "sk"));
    it->seq = strtoll(N(o, "seq"), 0, 10); it->temp = strtod(N(o, "temp"), 0);
    it->ok = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(o, "ok"), "BOOL"));
    cpy(it->note, sizeof it->note, S(o, "note"));
    const cJSON *m = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(o, "meta"), "M");
    cpy(it->meta.fw, sizeof it->meta.fw, S(m, "fw")); it->meta.rssi = atoi(N(m, "rssi")); it->meta.batt = strtod(N(m, "batt"), 0);
    const cJSON *l = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(o, "vals"), "L"), *v;
    it->nvals = 0;
    cJSON_ArrayForEach(v, l) if (it->nvals < 8) it->vals[it->nvals++] = strtod(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(v, "N")), 0);
}
static size_t decode_page(const char *b, size_t n, item **out) {
    cJSON *d = cJSON_ParseWithLength(b, n), *l = cJSON_GetObjectItemCaseSensitive(d, "Items"), *v;
    size_t k = 0; item *a = malloc(sizeof *a * (size_t)cJSON_GetArraySize(l));
    cJSON_ArrayForEach(v, l) decode(v, &a[k++]);
    cJSON_Delete(d); *out = a; return k;
}
static void decode_one(const char *b, size_t n, item *it) {
    cJSON *d = cJSON_ParseWithLength(b, n); decode(cJSON_GetObjectItemCaseSensitive(d, "Item"), it); cJSON_Delete(d);
}
static void aS(cJSON *o, const char *k, const char *s) { cJSON_AddStringToObject(cJSON_AddObjectToObject(o, k), "S", s); }
static void aN(cJSON *o, const char *k, const char *s) { cJSON_AddStringToObject(cJSON_AddObjectToObject(o, k), "N", s); }
static char *enc_get(const item *it) {
    cJSON *d = cJSON_CreateObject(), *k; cJSON_AddStringToObject(d, "TableName", "telemetry");
    k = cJSON_AddObjectToObject(d, "Key"); aS(k, "pk", it->pk); aS(k, "sk", it->sk);
    char *s = cJSON_PrintUnformatted(d); cJSON_Delete(d); return s;
}
static char *enc_query(const item *it) {
    cJSON *d = cJSON_CreateObject(); cJSON_AddStringToObject(d, "TableName", "telemetry");
    cJSON_AddStringToObject(d, "KeyConditionExpression", "pk = :p"); aS(cJSON_AddObjectToObject(d, "ExpressionAttributeValues"), ":p", it->pk);
    char *s = cJSON_PrintUnformatted(d); cJSON_Delete(d); return s;
}
static char *enc_put(const item *it) {
    char t[40]; cJSON *d = cJSON_CreateObject(), *o, *m, *l;
    cJSON_AddStringToObject(d, "TableName", "telemetry"); o = cJSON_AddObjectToObject(d, "Item");
    aS(o, "pk", it->pk); aS(o, "sk", it->sk); sprintf(t, "%lld", it->seq); aN(o, "seq", t); sprintf(t, "%.17g", it->temp); aN(o, "temp", t);
    cJSON_AddBoolToObject(cJSON_AddObjectToObject(o, "ok"), "BOOL", it->ok); aS(o, "note", it->note);
    m = cJSON_AddObjectToObject(cJSON_AddObjectToObject(o, "meta"), "M");
    aS(m, "fw", it->meta.fw); sprintf(t, "%d", it->meta.rssi); aN(m, "rssi", t); sprintf(t, "%.17g", it->meta.batt); aN(m, "batt", t);
    l = cJSON_AddArrayToObject(cJSON_AddObjectToObject(o, "vals"), "L");
    for (int i = 0; i < it->nvals; i++) { cJSON *e = cJSON_CreateObject(); sprintf(t, "%.17g", it->vals[i]); cJSON_AddStringToObject(e, "N", t); cJSON_AddItemToArray(l, e); }
    char *s = cJSON_PrintUnformatted(d); cJSON_Delete(d); return s;
}
#else
static const char *S(yyjson_val *o, const char *k) { return yyjson_get_str(yyjson_obj_get(yyjson_obj_get(o, k), "S")); }
static const char *N(yyjson_val *o, const char *k) { const char *s = yyjson_get_str(yyjson_obj_get(yyjson_obj_get(o, k), "N")); return s ? s : "0"; }
static void decode(yyjson_val *o, item *it) {
    cpy(it->pk, sizeof it->pk, S(o, "pk")); cpy(it->sk, sizeof it->sk, S(o, "sk"));
    it->seq = strtoll(N(o, "seq"), 0, 10); it->temp = strtod(N(o, "temp"), 0);
    it->ok = yyjson_get_bool(yyjson_obj_get(yyjson_obj_get(o, "ok"), "BOOL"));
    cpy(it->note, sizeof it->note, S(o, "note"));
    yyjson_val *m = yyjson_obj_get(yyjson_obj_get(o, "meta"), "M"), *l = yyjson_obj_get(yyjson_obj_get(o, "vals"), "L"), *v;
    cpy(it->meta.fw, sizeof it->meta.fw, S(m, "fw")); it->meta.rssi = atoi(N(m, "rssi")); it->meta.batt = strtod(N(m, "batt"), 0);
    size_t i, n; it->nvals = 0;
    yyjson_arr_foreach(l, i, n, v) if (it->nvals < 8) it->vals[it->nvals++] = strtod(yyjson_get_str(yyjson_obj_get(v, "N")), 0);
}
static size_t decode_page(const char *b, size_t n, item **out) {
    yyjson_doc *d = yyjson_read(b, n, 0); yyjson_val *l = yyjson_obj_get(yyjson_doc_get_root(d), "Items"), *v;
    size_t i, k; item *a = malloc(sizeof *a * yyjson_arr_size(l));
    yyjson_arr_foreach(l, i, k, v) decode(v, &a[i]);
    k = yyjson_arr_size(l); yyjson_doc_free(d); *out = a; return k;
}
static void decode_one(const char *b, size_t n, item *it) {
    yyjson_doc *d = yyjson_read(b, n, 0); decode(yyjson_obj_get(yyjson_doc_get_root(d), "Item"), it); yyjson_doc_free(d);
}
static yyjson_mut_doc *D;
static yyjson_mut_val *sub(yyjson_mut_val *o, const char *k) { yyjson_mut_val *v = yyjson_mut_obj(D); yyjson_mut_obj_add_val(D, o, k, v); return v; }
static void aS(yyjson_mut_val *o, const char *k, const char *s) { yyjson_mut_obj_add_str(D, sub(o, k), "S", s); }
static void aN(yyjson_mut_val *o, const char *k, const char *s) { yyjson_mut_obj_add_strcpy(D, sub(o, k), "N", s); }
static yyjson_mut_val *start(void) {
    D = yyjson_mut_doc_new(0); yyjson_mut_val *r = yyjson_mut_obj(D); yyjson_mut_doc_set_root(D, r);
    yyjson_mut_obj_add_str(D, r, "TableName", "telemetry"); return r;
}
static char *done(void) { char *s = yyjson_mut_write(D, 0, 0); yyjson_mut_doc_free(D); return s; }
static char *enc_get(const item *it) { yyjson_mut_val *k = sub(start(), "Key"); aS(k, "pk", it->pk); aS(k, "sk", it->sk); return done(); }
static char *enc_query(const item *it) {
    yyjson_mut_val *r = start(); yyjson_mut_obj_add_str(D, r, "KeyConditionExpression", "pk = :p");
    aS(sub(r, "ExpressionAttributeValues"), ":p", it->pk); return done();
}
static char *enc_put(const item *it) {
    char t[40]; yyjson_mut_val *o = sub(start(), "Item"), *m, *l;
    aS(o, "pk", it->pk); aS(o, "sk", it->sk); sprintf(t, "%lld", it->seq); aN(o, "seq", t); sprintf(t, "%.17g", it->temp); aN(o, "temp", t);
    yyjson_mut_obj_add_bool(D, sub(o, "ok"), "BOOL", it->ok); aS(o, "note", it->note);
    m = sub(sub(o, "meta"), "M"); aS(m, "fw", it->meta.fw); sprintf(t, "%d", it->meta.rssi); aN(m, "rssi", t); sprintf(t, "%.17g", it->meta.batt); aN(m, "batt", t);
    l = yyjson_mut_arr(D); yyjson_mut_obj_add_val(D, sub(o, "vals"), "L", l);
    for (int i = 0; i < it->nvals; i++) { yyjson_mut_val *e = yyjson_mut_arr_add_obj(D, l); sprintf(t, "%.17g", it->vals[i]); yyjson_mut_obj_add_strcpy(D, e, "N", t); }
    return done();
}
#endif

static double sum(const item *i) { double s = (double)i->seq + i->meta.rssi; for (int k = 0; k < i->nvals; k++) s += i->vals[k]; return s; }

int main(int ac, char **av) {
    if (ac < 5) return 2;
    long n = atol(av[3]), warm = atol(av[4]);
    item me = { "device#0001742", "2024-05-17T08:29:02.742Z", 101742, 21.742, 1,
        "pump two restarted after brown-out, pressure back to nominal.", { "1.4.2", -67, 3.71 }, { 12, -7, 1024, 3.5 }, 4 };
    const char *t = *av[2] == 'g' ? "GetItem" : *av[2] == 'p' ? "PutItem" : "Query";
    char th[64]; sprintf(th, "X-Amz-Target: DynamoDB_20120810.%s", t);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    h = curl_easy_init();
    struct curl_slist *hdr = curl_slist_append(0, th);
    hdr = curl_slist_append(hdr, "Content-Type: application/x-amz-json-1.0");
    curl_easy_setopt(h, CURLOPT_URL, av[1]);
    curl_easy_setopt(h, CURLOPT_HTTPHEADER, hdr);
    curl_easy_setopt(h, CURLOPT_AWS_SIGV4, "aws:amz:us-east-1:dynamodb");
    curl_easy_setopt(h, CURLOPT_USERPWD, "AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, on_body);
    double u = 0, w = 0, check = 0;
    for (long i = -warm; i < n; i++) {
        if (!i) { w = now_us(); u = cpu_us(); }
        char *b = *av[2] == 'g' ? enc_get(&me) : *av[2] == 'p' ? enc_put(&me) : enc_query(&me);
        call(b, strlen(b));
        free(b);
        if (*av[2] == 'g') { item it; decode_one(rb, rn, &it); check = sum(&it); }
        else if (*av[2] == 'q') {
            item *a; size_t k = decode_page(rb, rn, &a); check = 0;
            for (size_t j = 0; j < k; j++) check += sum(&a[j]);
            free(a);
        } else check = 1;
    }
    u = cpu_us() - u; w = now_us() - w;
    result(av[2], n, u, w, check);
    return 0;
}
