#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* >>sign. Expected signatures: computed with botocore 1.43.11 (SigV4Auth at the time named). The cases named after files of aws-c-auth's
 * signing test suite (v4, commit 495329c) are that suite's requests, and the signatures are its header-signature.txt too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define S(literal) dyn__sign_text(DYN__LIT(literal))
#define SUITE_TIME INT64_C(1440938160)      /* 2015-08-30T12:36:00Z */
#define KEY        "AKIDEXAMPLE"
#define SECRET     "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define EMPTY_SHA  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define HOST       "dynamodb.us-east-1.amazonaws.com"
#define GET_ITEM   "DynamoDB_20120810.GetItem"
#define PUT_ITEM   "DynamoDB_20120810.PutItem"
#define PETS       "{\"TableName\":\"Pets\",\"Key\":{\"AnimalType\":{\"S\":\"Dog\"},\"Name\":{\"S\":\"Fido\"}}}"
#define PETS_SHA   "171bd6abf3d60e95f5690809010d3bc9e47e4fc585f87494e8ccda938e412a80"
#define PETS_SIGNATURE "705a28e4b5e8175894c6a4521f03169f4713393c68962b19f55be28f1d50c2ad"
#define STS_TOKEN \
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi" \
    "/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64" \
    "lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="

static void unhex(unsigned char *out, const char *hex)
{
    for (; *hex; hex += 2) {
        char pair[3] = { hex[0], hex[1], 0 };
        *out++ = (unsigned char)strtoul(pair, NULL, 16);
    }
}

static void assert_hex(const unsigned char *got, size_t n, const char *expected)
{
    char hex[129];

    dyn__hex(hex, got, n);
    hex[2 * n] = 0;
    assert_string_equal(hex, expected);
}

/* ---- primitives ---- */

static void hex_is_lower_case_and_two_digits_a_byte(void **state)
{
    const unsigned char bytes[] = { 0x00, 0x09, 0x0a, 0x10, 0x7f, 0x80, 0xff };

    (void)state;
    assert_hex(bytes, sizeof bytes, "00090a107f80ff");
}

/* FIPS 180-2, B.1 to B.3, and the empty text (NIST CAVP). */
static void sha_256_gives_the_values_of_fips_180(void **state)
{
    static char million[1000000];
    static const struct { const char *text, *hash; } known[] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
    };
    unsigned char hash[32];
    dyn__sha sha;

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        dyn__sha_init(&sha);
        dyn__sha_update(&sha, known[i].text, strlen(known[i].text));
        dyn__sha_out(&sha, hash);
        assert_hex(hash, sizeof hash, known[i].hash);
    }
    memset(million, 'a', sizeof million);
    dyn__sha_init(&sha);
    dyn__sha_update(&sha, million, sizeof million);
    dyn__sha_out(&sha, hash);
    assert_hex(hash, sizeof hash, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Every length around the ends of blocks, cut in two anywhere, and gone on with from the state behind each whole block. */
static void sha_256_of_pieces_is_what_bearssl_says_of_the_whole(void **state)
{
    unsigned char text[200], want[32], got[32], middle[32];
    dyn__sha sha;

    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (unsigned char)(i * 37 + 11);
    for (size_t n = 0; n <= sizeof text; n++) {
        br_sha256_context judge;
        br_sha256_init(&judge);
        br_sha256_update(&judge, text, n);
        br_sha256_out(&judge, want);
        for (size_t cut = 0; cut <= n; cut++) {
            dyn__sha_init(&sha);
            dyn__sha_update(&sha, text, cut);
            if (cut % 64 == 0) {
                dyn__sha_state(&sha, middle);
                memset(&sha, 0, sizeof sha);
                dyn__sha_init(&sha);
                dyn__sha_set_state(&sha, middle, cut);
            }
            dyn__sha_update(&sha, text + cut, n - cut);
            dyn__sha_out(&sha, got);
            assert_memory_equal(got, want, sizeof want);
            dyn__sha_out(&sha, got);              /* asked again: it changes nothing */
            assert_memory_equal(got, want, sizeof want);
        }
    }
}

static void assert_hmac(dyn_str key, dyn_str text, const char *expected)
{
    dyn__hmac_key k;
    dyn__sha sha;
    unsigned char mac[32];

    dyn__hmac_key_set(&k, &sha, key, S(""));
    dyn__hmac_begin(&k, &sha);
    dyn__sha_put(&sha, text);
    dyn__hmac_end(&k, &sha, mac);
    assert_hex(mac, sizeof mac, expected);
}

/* RFC 4231, test cases 1, 2 and 6. */
static void hmac_gives_the_values_of_rfc_4231(void **state)
{
    char key[131];

    (void)state;
    memset(key, 0x0b, 20);
    assert_hmac(dyn__sign_text(key, 20), S("Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    assert_hmac(S("Jefe"), S("what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    assert_hmac(dyn__sign_text(key, 131), S("Test Using Larger Than Block-Size Key - Hash Key First"),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void assert_signing_key(dyn_str service, const char *expected)
{
    dyn__hmac_key got, want;
    dyn__sha sha;
    unsigned char raw[32];

    dyn__sign_secret(&got, &sha, S(SECRET));
    dyn__sign_key(&got, &sha, "20150830T123600Z", S("us-east-1"), service);
    unhex(raw, expected);
    dyn__hmac_key_set(&want, &sha, dyn__sign_text((const char *)raw, sizeof raw), S(""));
    assert_memory_equal(&got, &want, sizeof got);
}

/* facts: computed with Python's hmac. */
static void the_signing_key_of_a_day_is_derived_as_botocore_does(void **state)
{
    (void)state;
    assert_signing_key(S("service"), "938127b5336810ddb6a5d6af445fcac9e371f9ed418ed386b022aed82901be75");
    assert_signing_key(S("dynamodb"), "44a00bf61392567a12c8a1af3f6227f121fdd3ffabe98527663649f33cbff4aa");
}

/* RFC 9110, 5.6.2: "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~" / DIGIT / ALPHA */
static void a_header_name_has_exactly_the_bytes_of_the_rfc(void **state)
{
    const char *allowed = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    (void)state;
    for (int c = 0; c < 256; c++)
        assert_int_equal(dyn__is_token_char((char)c), c != 0 && strchr(allowed, c) != NULL);
}

/* ---- dyn_sign ---- */

static dyn_sign_request suite_request(const char *method, const dyn_sign_header *headers, size_t count)
{
    dyn_sign_request r;

    memset(&r, 0, sizeof r);
    r.method = dyn__sign_text(method, strlen(method));
    r.headers = headers, r.header_count = count;
    r.service = S("service"), r.region = S("us-east-1"), r.access_key = S(KEY), r.secret = S(SECRET);
    r.unix_s = SUITE_TIME;
    return r;
}

typedef struct suite_case {
    const char *name, *method, *path, *query;
    struct { const char *name, *value; } headers[6];
    const char *body, *signed_headers, *signature;
} suite_case;

#define EXAMPLE { "Host", "example.amazonaws.com" }
static const suite_case suite[] = {
    { "get-vanilla", "GET", "/", "", { EXAMPLE }, "", "host;x-amz-date",
      "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
    { "get-vanilla, path left out", "GET", "", "", { EXAMPLE }, "", "host;x-amz-date",
      "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
    { "post-vanilla", "POST", "/", "", { EXAMPLE }, "", "host;x-amz-date",
      "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b" },
    { "post-header-key-case", "POST", "/", "", { { "HOST", "example.amazonaws.com" } }, "", "host;x-amz-date",
      "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b" },
    { "post-header-key-sort", "POST", "/", "", { { "My-Header1", "value1" }, EXAMPLE }, "", "host;my-header1;x-amz-date",
      "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c" },
    { "post-header-value-case", "POST", "/", "", { EXAMPLE, { "My-Header1", "VALUE1" } }, "", "host;my-header1;x-amz-date",
      "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d" },
    { "post-sts-header-before", "POST", "/", "", { EXAMPLE, { "X-Amz-Security-Token", STS_TOKEN } }, "",
      "host;x-amz-date;x-amz-security-token", "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead" },
    { "post-vanilla-query", "POST", "/", "Param1=value1", { EXAMPLE }, "", "host;x-amz-date",
      "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11" },
    { "post-x-www-form-urlencoded", "POST", "/", "",
      { EXAMPLE, { "Content-Length", "13" }, { "Content-Type", "application/x-www-form-urlencoded" },
        { "X-Amz-Content-Sha256", "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e" } }, "Param1=value1",
      "content-length;content-type;host;x-amz-content-sha256;x-amz-date",
      "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b" },
    { "get-header-key-duplicate", "GET", "/", "",
      { EXAMPLE, { "My-Header1", "value2" }, { "My-Header1", "value2" }, { "My-Header1", "value1" } }, "",
      "host;my-header1;x-amz-date", "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea" },
    { "get-header-value-order", "GET", "/", "",
      { EXAMPLE, { "My-Header1", "value4" }, { "MY-HEADER1", "value1" }, { "my-header1", "value3" }, { "My-Header1", "value2" } }, "",
      "host;my-header1;x-amz-date", "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01" },
    { "get-header-value-trim", "GET", "/", "", { EXAMPLE, { "My-Header1", " value1" }, { "My-Header2", " \"a   b   c\"" } }, "",
      "host;my-header1;my-header2;x-amz-date", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736" },
    { "blanks may be tabs, names may be one letter", "GET", "/", "", { { "A", "\t x \t  y\t" }, EXAMPLE }, "", "a;host;x-amz-date",
      "396e520fa1ebc6ece97d198421eae2c5b6808c7eda240c2fc7f950f402b7b5dc" },
    { "get-vanilla-query-order-key-case", "GET", "/", "Param1=value1&Param2=value2", { EXAMPLE }, "", "host;x-amz-date",
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500" },
    { "get-space-normalized", "GET", "/example%20space/", "", { EXAMPLE }, "", "host;x-amz-date",
      "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741" },
    { "a path sent as /example%20space/ is encoded once more", "GET", "/example%2520space/", "", { EXAMPLE }, "", "host;x-amz-date",
      "446b817944c553435b35e813c261ff4e161fff982d1bacdef1c87f6785dd1662" },
};

static size_t suite_headers(const suite_case *c, dyn_sign_header *headers)
{
    size_t n = 0;

    for (; n < 6 && c->headers[n].name; n++) {
        headers[n].name = dyn__sign_text(c->headers[n].name, strlen(c->headers[n].name));
        headers[n].value = dyn__sign_text(c->headers[n].value, strlen(c->headers[n].value));
    }
    return n;
}

static void signs_the_published_suite_as_botocore_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof suite / sizeof *suite; i++) {
        const suite_case *c = &suite[i];
        dyn_sign_header headers[6];
        dyn_sign_request r = suite_request(c->method, headers, suite_headers(c, headers));
        char got[600], expected[600], date[17];
        size_t length;
        r.path = dyn__sign_text(c->path, strlen(c->path));
        r.query = dyn__sign_text(c->query, strlen(c->query));
        r.body = dyn__sign_text(c->body, strlen(c->body));
        snprintf(expected, sizeof expected, "AWS4-HMAC-SHA256 Credential=" KEY "/20150830/us-east-1/service/aws4_request, "
                 "SignedHeaders=%s, Signature=%s", c->signed_headers, c->signature);
        assert_int_equal(dyn_sign(&r, got, sizeof got, &length, date), DYN_OK);
        if (strcmp(got, expected) != 0)
            print_message("case %s\n", c->name);
        assert_string_equal(got, expected);
        assert_int_equal(length, strlen(expected));
        assert_string_equal(date, "20150830T123600Z");
    }
}

static const dyn_sign_header example_host[] = { { { "Host", 4 }, { "example.amazonaws.com", 21 } } };
#define VANILLA "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"

static void the_hash_of_the_body_may_be_given_instead_of_the_body(void **state)
{
    unsigned char hash[32];
    char got[300], date[17];
    dyn_sign_request r = suite_request("POST", example_host, 1);

    (void)state;
    unhex(hash, EMPTY_SHA);
    r.body = S("not looked at"), r.body_sha256 = hash;
    assert_int_equal(dyn_sign(&r, got, sizeof got, NULL, date), DYN_OK);
    assert_non_null(strstr(got, "Signature=" VANILLA));
}

static void a_buffer_that_is_too_small_is_told_its_size(void **state)
{
    char got[300], date[17];
    size_t length = 0;
    dyn_sign_request r = suite_request("POST", example_host, 1);
    size_t expected = strlen("AWS4-HMAC-SHA256 Credential=" KEY "/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, "
                             "Signature=" VANILLA);

    (void)state;
    assert_int_equal(dyn_sign(&r, NULL, 0, &length, date), DYN_TOO_LARGE);
    assert_int_equal(length, expected);
    for (size_t size = 1; size <= expected; size++) {
        memset(got, 'x', sizeof got);
        assert_int_equal(dyn_sign(&r, got, size, &length, date), DYN_TOO_LARGE);
        assert_string_equal(got, "");
        assert_int_equal(got[size], 'x');
    }
    assert_int_equal(dyn_sign(&r, got, expected + 1, &length, date), DYN_OK);
    assert_string_equal(got + expected - 64, VANILLA);
}

static void assert_invalid(const dyn_sign_request *r)
{
    char got[600], date[17];

    assert_int_equal(dyn_sign(r, got, sizeof got, NULL, date), DYN_INVALID);
}

static void a_request_without_host_is_refused(void **state)
{
    dyn_sign_header h = { S("Hosts"), S("x") };
    dyn_sign_request r = suite_request("POST", &h, 1);

    (void)state;
    assert_invalid(&r);
    r.headers = NULL, r.header_count = 0;
    assert_invalid(&r);
}

static void headers_that_would_smuggle_or_clash_are_refused(void **state)
{
    static const struct { const char *name, *value; } bad[] = {
        { "X-Amz-Date", "20150830T123600Z" }, { "x-amz-date", "" }, { "Authorization", "x" }, { "", "x" }, { "a b", "x" },
        { "a:", "x" }, { "a\xc3\xa4", "x" }, { "a", "x\r\nb: y" }, { "a", "\x7f" }, { "a", "\x01" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dyn_sign_header h[2] = { example_host[0], example_host[0] };
        dyn_sign_request r = suite_request("POST", h, 2);
        h[1].name = dyn__sign_text(bad[i].name, strlen(bad[i].name));
        h[1].value = dyn__sign_text(bad[i].value, strlen(bad[i].value));
        assert_invalid(&r);
    }
}

static void members_that_are_missing_or_out_of_range_are_refused(void **state)
{
    dyn_sign_request good = suite_request("POST", example_host, 1), r;

    (void)state;
    r = good, r.method = S(""), assert_invalid(&r);
    r = good, r.method = S("PO ST"), assert_invalid(&r);
    r = good, r.path = S("/a b"), assert_invalid(&r);
    r = good, r.query = S("a=b\n"), assert_invalid(&r);
    r = good, r.service = S(""), assert_invalid(&r);
    r = good, r.region = S(""), assert_invalid(&r);
    r = good, r.access_key = S(""), assert_invalid(&r);
    r = good, r.access_key = S("A\r\nB"), assert_invalid(&r);
    r = good, r.secret = S(""), assert_invalid(&r);
    r = good, r.unix_s = -1, assert_invalid(&r);
    r = good, r.unix_s = INT64_C(253402300800), assert_invalid(&r);
}

static void the_last_second_of_the_year_9999_can_be_signed(void **state)
{
    dyn_sign_request r = suite_request("POST", example_host, 1);
    char got[300], date[17];

    (void)state;
    r.unix_s = INT64_C(253402300799);
    assert_int_equal(dyn_sign(&r, got, sizeof got, NULL, date), DYN_OK);
    assert_string_equal(date, "99991231T235959Z");
}

static void thirty_two_headers_are_signed_and_one_more_is_refused(void **state)
{
    dyn_sign_header h[DYN_SIGN_HEADERS_MAX + 1];
    char names[DYN_SIGN_HEADERS_MAX + 1][4], got[600], date[17];
    dyn_sign_request r;

    (void)state;
    h[0] = example_host[0];
    for (int i = 1; i <= DYN_SIGN_HEADERS_MAX; i++) {
        snprintf(names[i], sizeof names[i], "z%02u", (unsigned)(99 - i) % 100);
        h[i].name = dyn__sign_text(names[i], 3);
        h[i].value = S("v");
    }
    r = suite_request("POST", h, DYN_SIGN_HEADERS_MAX);
    assert_int_equal(dyn_sign(&r, got, sizeof got, NULL, date), DYN_OK);
    assert_non_null(strstr(got, "SignedHeaders=host;x-amz-date;z68;z69;z70;"));
    r.header_count++;
    assert_invalid(&r);
}

/* ---- the client's signer ---- */

static void open_signer(dyn__signer *s, dyn_str secret, dyn_str token)
{
    assert_true(dyn__signer_open(s, S(KEY), secret, token, S("us-east-1"), S(HOST)));
}

static void assert_signs(dyn__signer *s, int64_t unix_s, dyn_str target, const char *expected)
{
    unsigned char hash[32];
    char got[65];

    unhex(hash, PETS_SHA);
    dyn__signer_sign(s, unix_s, target, hash);
    memcpy(got, s->signature, 64);
    got[64] = 0;
    assert_string_equal(got, expected);
}

static void signs_a_get_item_as_botocore_does(void **state)
{
    dyn__signer s;

    (void)state;
    open_signer(&s, S(SECRET), S(""));
    assert_signs(&s, SUITE_TIME, S(GET_ITEM), PETS_SIGNATURE);
}

static void signs_with_a_session_token_as_botocore_does(void **state)
{
    dyn__signer s;

    (void)state;
    open_signer(&s, S(SECRET), S("SESSIONTOKEN=="));
    assert_signs(&s, SUITE_TIME, S(GET_ITEM), "63034269e237afe822543c44b3c045efc21c4074a199ff0a7fcf2252b5811447");
}

static void what_is_kept_between_requests_does_not_change_signatures(void **state)
{
    static const struct { int after; const char *target, *signature; } steps[] = {
        { 0, GET_ITEM, PETS_SIGNATURE },
        { 0, GET_ITEM, PETS_SIGNATURE },
        { 0, PUT_ITEM, "ef661f260bc67c58b3fd6ce337ec98cdcaff006677bc07d01d1534fac6723eb9" },
        { 0, GET_ITEM, PETS_SIGNATURE },
        { 0, "DynamoDB_20120810.DescribeContinuousBackups", "7dca6bc4b26bd00c8857dbf867008bae27aa7b10cde4ef5bc48e16346bd56cdb" },
        { 0, PUT_ITEM, "ef661f260bc67c58b3fd6ce337ec98cdcaff006677bc07d01d1534fac6723eb9" },
        { 1, GET_ITEM, "60cbb581832d586d5563f6f4eba50a4434d733acab60958233878d453388aa86" },
        { 0, GET_ITEM, PETS_SIGNATURE },
    };
    dyn__signer s;

    (void)state;
    open_signer(&s, S(SECRET), S(""));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        assert_signs(&s, SUITE_TIME + steps[i].after, dyn__sign_text(steps[i].target, strlen(steps[i].target)), steps[i].signature);
}

static void a_new_day_has_a_new_key(void **state)
{
    dyn__signer s;
    dyn__hmac_key first;

    (void)state;
    open_signer(&s, S(SECRET), S(""));
    assert_signs(&s, INT64_C(1440979199), S(GET_ITEM), "b4a6ddf1a776d57a0bcd68dac43ccaa00cb01f05e78ae9e2d0a8646132000783");
    first = s.key;
    assert_signs(&s, INT64_C(1440979200), S(GET_ITEM), "c9815e85f09686af82e74997069905078e10eb4b50ebfde7f03bdde770218e4c");
    assert_memory_not_equal(&first, &s.key, sizeof first);
    assert_signs(&s, SUITE_TIME, S(GET_ITEM), PETS_SIGNATURE);
    assert_memory_equal(&first, &s.key, sizeof first);
}

/* "AWS4" and 60 bytes just fill a block of SHA-256; 70 do not fit. */
static void secrets_around_the_block_size_sign_as_botocore_does(void **state)
{
    char secret[70];
    dyn__signer s;

    (void)state;
    memset(secret, 'k', sizeof secret);
    open_signer(&s, dyn__sign_text(secret, 60), S(""));
    assert_signs(&s, SUITE_TIME, S(GET_ITEM), "3845fdbf1975d31c7712b716afe28857be17ce1aaa143fca98ae4dd2bb0d8194");
    open_signer(&s, dyn__sign_text(secret, 70), S(""));
    assert_signs(&s, SUITE_TIME, S(GET_ITEM), "39e9e032ff8834b375dae1f3e4151a11f8256624da62586b539a0ae2955184bd");
}

static void credentials_that_cannot_stand_in_a_header_are_refused(void **state)
{
    dyn__signer s;
    char text[129];

    (void)state;
    memset(text, 'A', sizeof text);
    assert_false(dyn__signer_open(&s, S(""), S("s"), S(""), S("r"), S("h")));
    assert_false(dyn__signer_open(&s, S("a"), S(""), S(""), S("r"), S("h")));
    assert_false(dyn__signer_open(&s, S("a"), S("s"), S("t\r\nx: y"), S("r"), S("h")));
    assert_false(dyn__signer_open(&s, S("a"), S("s"), S(""), S(""), S("h")));
    assert_false(dyn__signer_open(&s, S("a"), S("s"), S(""), S("r"), S("h h")));
    assert_false(dyn__signer_open(&s, S("\xc3\xa4"), S("s"), S(""), S("r"), S("h")));
    assert_false(dyn__signer_open(&s, dyn__sign_text(text, 129), S("s"), S(""), S("r"), S("h")));
    assert_true(dyn__signer_open(&s, dyn__sign_text(text, 128), S("s"), S(""), S("r"), S("h")));
    assert_false(dyn__signer_open(&s, S("a"), S("s"), S(""), dyn__sign_text(text, 33), S("h")));
    assert_true(dyn__signer_open(&s, S("a"), S("s"), S(""), dyn__sign_text(text, 32), S("h")));
}

static void the_signer_keeps_within_its_share_of_the_clients_memory(void **state)
{
    (void)state;
    assert_true(sizeof(dyn__signer) <= 1100);
}

static void assert_head(dyn_str token, const char *token_line, const char *names, const char *signature)
{
    char got[1200], expected[1200];
    dyn__signer s;
    dyn__writer w;

    open_signer(&s, S(SECRET), token);
    assert_signs(&s, SUITE_TIME, S(GET_ITEM), signature);
    snprintf(expected, sizeof expected,
             "POST / HTTP/1.1\r\nHost: " HOST "\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Date: 20150830T123600Z\r\n"
             "X-Amz-Target: " GET_ITEM "\r\n%sAuthorization: AWS4-HMAC-SHA256 Credential=" KEY "/20150830/us-east-1/dynamodb/aws4_request, "
             "SignedHeaders=%s, Signature=%s\r\nAccept-Encoding: identity\r\nUser-Agent: " DYN__USER_AGENT "\r\nContent-Length: 73\r\n\r\n",
             token_line, names, signature);
    memset(&w, 0, sizeof w);
    w.buf = got, w.cap = sizeof got;
    dyn__write_head(&w, &s, S(HOST), S(GET_ITEM), sizeof PETS - 1);
    assert_int_equal(w.len, strlen(expected));
    assert_memory_equal(got, expected, w.len);
}

static void writes_the_whole_head_of_a_request(void **state)
{
    (void)state;
    assert_head(S(""), "", "content-type;host;x-amz-date;x-amz-target", PETS_SIGNATURE);
}

static void writes_the_session_token_into_the_head(void **state)
{
    (void)state;
    assert_head(S("SESSIONTOKEN=="), "X-Amz-Security-Token: SESSIONTOKEN==\r\n",
                "content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
                "63034269e237afe822543c44b3c045efc21c4074a199ff0a7fcf2252b5811447");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hex_is_lower_case_and_two_digits_a_byte),
        cmocka_unit_test(sha_256_gives_the_values_of_fips_180),
        cmocka_unit_test(sha_256_of_pieces_is_what_bearssl_says_of_the_whole),
        cmocka_unit_test(hmac_gives_the_values_of_rfc_4231),
        cmocka_unit_test(the_signing_key_of_a_day_is_derived_as_botocore_does),
        cmocka_unit_test(a_header_name_has_exactly_the_bytes_of_the_rfc),
        cmocka_unit_test(signs_the_published_suite_as_botocore_does),
        cmocka_unit_test(the_hash_of_the_body_may_be_given_instead_of_the_body),
        cmocka_unit_test(a_buffer_that_is_too_small_is_told_its_size),
        cmocka_unit_test(a_request_without_host_is_refused),
        cmocka_unit_test(headers_that_would_smuggle_or_clash_are_refused),
        cmocka_unit_test(members_that_are_missing_or_out_of_range_are_refused),
        cmocka_unit_test(the_last_second_of_the_year_9999_can_be_signed),
        cmocka_unit_test(thirty_two_headers_are_signed_and_one_more_is_refused),
        cmocka_unit_test(signs_a_get_item_as_botocore_does),
        cmocka_unit_test(signs_with_a_session_token_as_botocore_does),
        cmocka_unit_test(what_is_kept_between_requests_does_not_change_signatures),
        cmocka_unit_test(a_new_day_has_a_new_key),
        cmocka_unit_test(secrets_around_the_block_size_sign_as_botocore_does),
        cmocka_unit_test(credentials_that_cannot_stand_in_a_header_are_refused),
        cmocka_unit_test(the_signer_keeps_within_its_share_of_the_clients_memory),
        cmocka_unit_test(writes_the_whole_head_of_a_request),
        cmocka_unit_test(writes_the_session_token_into_the_head),
    };

    return cmocka_run_group_tests_name("sign", tests, NULL, NULL);
}
