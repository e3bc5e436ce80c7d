#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* The C side of py_sign.py: signs what comes on stdin until it ends.
 *
 * Everything is fields: 4 bytes of length (little endian), then the bytes. A request is a field with the number of its fields in
 * decimal, then those:
 *   S method path query body sha256 service region access_key secret unix_s (name value)...   dyn_sign; an empty sha256: not given
 *   D access_key secret token region host target sha256 unix_s content_length                 the client's own signer, kept if it may be
 * The answer is one field for each: for S "status date authorization", for D the head of the request, or "refused". */
#include <stdio.h>
#include <stdlib.h>

enum { FIELDS_MAX = 10 + 2 * DYN_SIGN_HEADERS_MAX + 4 };

static dyn_str fields[FIELDS_MAX];
static char block[1 << 20], answer[1 << 20];

static void give_up(const char *why)
{
    fprintf(stderr, "sign_tool: %s\n", why);
    exit(1);
}

/* Reads one field into the block from *used on. False: the input ended. */
static bool read_field(dyn_str *field, size_t *used)
{
    unsigned char length[4];
    size_t got = fread(length, 1, 4, stdin), n;

    if (got == 0)
        return false;
    n = (size_t)length[0] | (size_t)length[1] << 8 | (size_t)length[2] << 16 | (size_t)length[3] << 24;
    if (got != 4 || n >= sizeof block - *used || fread(block + *used, 1, n, stdin) != n)
        give_up("a field is cut off, or the request is larger than 1 MB");
    field->ptr = block + *used, field->len = n;
    block[*used + n] = 0;
    *used += n + 1;
    return true;
}

static void write_answer(size_t n)
{
    unsigned char length[4] = { (unsigned char)n, (unsigned char)(n >> 8), (unsigned char)(n >> 16), (unsigned char)(n >> 24) };

    if (fwrite(length, 1, 4, stdout) != 4 || fwrite(answer, 1, n, stdout) != n)
        give_up("stdout is closed");
}

static void sign_any(size_t count)
{
    dyn_sign_request r;
    dyn_sign_header headers[DYN_SIGN_HEADERS_MAX + 2];
    char date[17] = "", authorization[8192] = "";
    int status;

    memset((void *)&r, 0, sizeof r);
    r.method = fields[1], r.path = fields[2], r.query = fields[3], r.body = fields[4];
    if (fields[5].len == 32)
        r.body_sha256 = (const unsigned char *)fields[5].ptr;
    r.service = fields[6], r.region = fields[7], r.access_key = fields[8], r.secret = fields[9];
    r.unix_s = strtoll(fields[10].ptr, NULL, 10);
    for (size_t i = 11; i + 1 < count; i += 2) {
        headers[r.header_count].name = fields[i];
        headers[r.header_count++].value = fields[i + 1];
    }
    r.headers = headers;
    status = (int)dyn_sign(&r, authorization, sizeof authorization, NULL, date);
    write_answer((size_t)snprintf(answer, sizeof answer, "%d %s %s", status, date, authorization));
}

static bool same(dyn_str a, dyn_str b)
{
    return dyn__eq(a.ptr, a.len, b.ptr, b.len);
}

static void sign_own(void)
{
    static dyn__signer signer;
    static dyn_str kept[5];
    static char kept_bytes[8192];
    static bool open, good;
    bool changed = !open;
    dyn__writer w;

    for (int i = 0; i < 5 && !changed; i++)
        changed = !same(kept[i], fields[1 + i]);
    if (changed) {
        size_t used = 0;
        for (int i = 0; i < 5; i++) {
            if (fields[1 + i].len > sizeof kept_bytes - used)
                give_up("credentials of more than 8 KB");
            memcpy(kept_bytes + used, fields[1 + i].ptr, fields[1 + i].len);
            kept[i].ptr = kept_bytes + used, kept[i].len = fields[1 + i].len;
            used += kept[i].len;
        }
        open = true;
        good = dyn__signer_open(&signer, kept[0], kept[1], kept[2], kept[3], kept[4]);
    }
    memset(&w, 0, sizeof w);
    w.buf = answer, w.cap = sizeof answer;
    if (good) {
        dyn__signer_sign(&signer, strtoll(fields[8].ptr, NULL, 10), fields[6], (const unsigned char *)fields[7].ptr);
        dyn__write_head(&w, &signer, kept[4], fields[6], (size_t)strtoull(fields[9].ptr, NULL, 10));
    } else {
        dyn__put(&w, DYN__LIT("refused"));
    }
    write_answer(w.len);
}

int main(void)
{
    dyn_str number;
    size_t used = 0;

    for (; read_field(&number, &used); used = 0) {
        size_t count = (size_t)strtoull(number.ptr, NULL, 10);
        if (count < 1 || count > FIELDS_MAX)
            give_up("a request has too many fields");
        for (size_t i = 0; i < count; i++)
            if (!read_field(&fields[i], &used))
                give_up("a request is cut off");
        if (fields[0].ptr[0] == 'S' && count >= 11)
            sign_any(count);
        else if (fields[0].ptr[0] == 'D' && count == 10 && fields[7].len == 32)
            sign_own();
        else
            give_up("a request is neither S nor D");
    }
    return 0;
}
