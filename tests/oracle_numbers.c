/* Compares >>text's conversion of doubles with libc's, which is exact: oracle_numbers [count [seed]].
 *
 * For count random bit patterns: the text reads back as the same double, by dyn__parse_double and by strtod; it is as short as the
 * shortest %.Ne that reads back, and as close as that (one in 50). Then texts of other kinds: %.17g, random digits and exponents,
 * midpoints of two neighbours written out exactly, with a digit more or less (where long double can hold them), and cases that are
 * known to be hard. */
#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
#include <stdio.h>
#include <stdlib.h>
#include <math.h>
#include <float.h>
#include <time.h>

static unsigned long passed, failed;
static uint64_t seed;

/* SplitMix64. */
static uint64_t next_random(void)
{
    uint64_t z = seed += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static void check(bool good, const char *what, const char *text)
{
    if (good) {
        passed++;
        return;
    }
    if (failed++ < 20)
        fprintf(stderr, "FAILED: %s: %.60s%s (%u bytes)\n", what, text, strlen(text) > 60 ? "..." : "", (unsigned)strlen(text));
}

static uint64_t bits_of(double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double v;

    memcpy(&v, &bits, sizeof v);
    return v;
}

static double random_double(void)
{
    uint64_t bits;

    do
        bits = next_random();
    while ((bits >> 52 & 0x7ff) == 0x7ff);
    return double_of(bits);
}

/* dyn__parse_double says what strtod says; infinity and a 0 that has digits are DYN__NUM_RANGE. */
static void check_parse(const char *text)
{
    double want = strtod(text, NULL), got = -12345;
    dyn__num r = dyn__parse_double(text, strlen(text), &got);
    bool zero = want == 0 && strcspn(text, "123456789") >= strcspn(text, "eE");

    if (isinf(want) || (want == 0 && !zero))
        check(r == DYN__NUM_RANGE && got == -12345, "out of range", text);
    else
        check(r == DYN__NUM_OK && bits_of(got) == bits_of(want), "parse", text);
}

/* The digits of a number's text without sign, point, exponent and outer zeros. */
static size_t significant(const char *text, char *digits)
{
    size_t n = 0;

    for (; *text && *text != 'e'; text++) {
        if (*text >= '0' && *text <= '9' && (n > 0 || *text != '0'))
            digits[n++] = *text;
    }
    while (n > 0 && digits[n - 1] == '0')
        n--;
    digits[n] = 0;
    return n;
}

/* The same digits as the shortest %.Ne that reads back, which is also the closest of its length. Where that is not unique (more
 * than one text of this length reads back), %.Ne is the closest of all, so that it may not read back: then only the length. */
static void check_shortest(double v, const char *text)
{
    char libc[64], a[64], b[64];
    size_t n = significant(text, a);

    for (int precision = 0; precision < 17; precision++) {
        snprintf(libc, sizeof libc, "%.*e", precision, v);
        if (strtod(libc, NULL) == v) {
            size_t m = significant(libc, b);
            check(n <= m, "not the shortest", text);
            check(n < m || strcmp(a, b) == 0, "not the closest", text);
            return;
        }
    }
}

static void check_round_trip(double v, bool thorough)
{
    char text[40], want[64];
    double back = 0;

    memset(text, '#', sizeof text);
    size_t n = dyn__write_double(text, v);
    check(n > 0 && n <= 25 && text[n] == '#', "length", text);
    text[n] = 0;
    check(dyn__parse_double(text, n, &back) == DYN__NUM_OK && back == v, "round trip", text);
    check(strtod(text, NULL) == v, "round trip by strtod", text);
    if (thorough) {
        check_shortest(v, text);
        snprintf(want, sizeof want, "%.17g", v);
        check_parse(want);
    }
}

/* 1 to 40 digits, perhaps with a point, perhaps with an exponent. */
static void check_random_text(void)
{
    char text[80], *t = text;
    uint64_t r = next_random();
    int n = 1 + (int)(r % 40), point = (int)(r >> 8 & 63), kind = (int)(r >> 16 & 3);

    if (r >> 20 & 1)
        *t++ = '-';
    for (int i = 0; i < n; i++) {
        if (i == point && i > 0)
            *t++ = '.';
        *t++ = (char)('0' + next_random() % 10);
    }
    *t = 0;
    if (kind == 1)
        snprintf(t, 10, "e%d", (int)(r >> 32) % 25);
    else if (kind > 1)
        snprintf(t, 10, "E%+d", (int)(r >> 32) % 350);
    check_parse(text);
}

/* The point halfway to the next double, exactly: n / 2^k has at most 1075 digits behind the point. */
static void check_midpoint(double v)
{
    static char text[2600];
    uint64_t bits = bits_of(v) & ~((uint64_t)1 << 63);
    double low = double_of(bits), high = double_of(bits + 1);

    if (isinf(high) || LDBL_MANT_DIG < 64 || LDBL_MAX_EXP < 16384)
        return;                                                /* only a wider long double holds the midpoint */
    snprintf(text, sizeof text, "%.1100Le", ((long double)low + (long double)high) / 2);
    check_parse(text);
    char *e = strchr(text, 'e');
    e[-1] = '1';                                               /* a little more */
    check_parse(text);
    for (char *d = e - 1; d > text; d--) {                     /* a little less */
        if (*d == '.')
            continue;
        if (*d == '0' || (d == e - 1)) {
            *d = '9';
        } else {
            --*d;
            break;
        }
    }
    check_parse(text);
}

static const char *const hard[] = {
    "2.2250738585072011e-308", "2.2250738585072012e-308", "2.2250738585072014e-308", "5e-324", "4.9406564584124654e-324",
    "2.4703282292062327e-324", "2.4703282292062328e-324", "1.7976931348623157e308", "1.7976931348623158e308",
    "1.7976931348623159e308", "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587"
    "207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366"
    "959622842914819860834936475292719074168444365510704342711559699508093042880", "1e309", "1e-400", "0e999999999999999999999",
    "9007199254740993", "9007199254740993.0", "9007199254740993.00000000000000000000000000000000000000000001",
    "9007199254740992.99999999999999999999999999999999", "9007199254740995", "0.1", "0.3", "1e23", "8.5e22", "1e22", "1e-5",
    "9.5367431640625e-07", "123456789012345678901234567890", "100000000000000016777215", "100000000000000016777216",
    "1.00000000000000011102230246251565404236316680908203125", "1.00000000000000011102230246251565404236316680908203124",
    "1.00000000000000011102230246251565404236316680908203126", "0.500000000000000166533453693773481063544750213623046875",
    "3.518437208883201171875e13", "62.5364939768271845828", "8.10109172351e-10", "1.50000000000000011102230246251565",
    "7.2057594037927933e16", "6929495644600919.5", "3.7455744005952583e15", "2.2250738585072011e-308",
    "5708990770823839207320493820740630171355185152001e-3",
    "9214843084008499", "30078505129381147446200", "1777820000000000000001",
    "0.500000000000000166547006220929549868969843373633921146392822265625",
    "3.23788391330290128958835241250153217486303766942310805990129704955230197067067656578683574258779955"
      "7860615776559838283435514391084153169252689190564396459577394618038928365305143463955100356696665629"
      "2020173313440317300443693602052583458034314716600326995807313009548483639755486900107515300188817581"
      "8417456965217311047369602274993463842538062336977473656000899740406096749802838919187896396857543922"
      "2206416981462690113342524002724385941651051293552601421155333430225237291523843322331326138431477823"
      "5911424088000307751706259156707286570031519536642607698224949379518458015308952384398197084033899378"
      "7324146348420560800002727053110682738790779144491853477159875016281254886276849320151899166802825173"
      "0299953143924168545708663913273994694463908672332763671875E-319",
    "6.9533558078350031e-310", "1.1754943508222875e-38", "4.1e-321", "1e-323", "1.448997445238699",
    "0.0000000000000000000000000000000000001e37",
};

/* Seconds since the start; says how far it is when it takes long. */
static void progress(unsigned long i, unsigned long count)
{
    static time_t start, last;
    time_t now = time(NULL);

    if (start == 0)
        start = last = now;
    if (now - last >= 2) {
        last = now;
        fprintf(stderr, "%lu of %lu after %ld s\n", i, count, (long)(now - start));
    }
}

int main(int argc, char **argv)
{
    unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000000;

    seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 20120218;
    printf("oracle_numbers: %lu doubles, seed %llu\n", count, (unsigned long long)seed);
    for (size_t i = 0; i < sizeof hard / sizeof *hard; i++) {
        check_parse(hard[i]);
        if (isfinite(strtod(hard[i], NULL)))
            check_round_trip(strtod(hard[i], NULL), true);
    }
    for (int e = 0; e < 2047; e++) {                           /* powers of two, their neighbours, and what lies between */
        for (int d = -2; d <= 2; d++) {
            uint64_t bits = ((uint64_t)e << 52) + (uint64_t)(int64_t)d;
            if (bits >> 63 == 0) {
                check_round_trip(double_of(bits), true);
                check_midpoint(double_of(bits));
            }
        }
    }
    for (unsigned long i = 0; i < count; i++) {
        double v = random_double();
        if (i % 4096 == 0)
            progress(i, count);
        check_round_trip(v, i % 50 == 0);
        if (i % 4 == 0)
            check_random_text();
        if (i % 16 == 1) {
            v = (double)(int64_t)(next_random() >> (20 + next_random() % 44));
            v /= pow(10, (double)(next_random() % 12));
            check_round_trip(v, i % 160 == 1);
        }
        if (i % 1000 == 2)
            check_midpoint(v);
        if (i % 1000 == 502)
            check_midpoint(double_of(next_random() >> (12 + next_random() % 50)));    /* subnormal */
    }
    printf("oracle_numbers: %lu passed, %lu failed\n", passed, failed);
    return failed > 0;
}
