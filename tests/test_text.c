/* Tests of >>text: numbers and times as text and back, UTF-8, CRC-32. oracle_numbers.c compares doubles by the million. */
#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
#include <setjmp.h>
#include <stdlib.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* ---- doubles ---- */

/* repr() of Python 3, which is the shortest and closest text, laid out as the manual says. */
static void writes_a_double_as_its_shortest_text(void **state)
{
    static const struct { double value; const char *text; } cases[] = {
        { 0x0.0p+0, "0" },
        { 0x1.0000000000000p+0, "1" },
        { -0x1.0000000000000p+0, "-1" },
        { 0x1.5bdf3b645a1cbp+4, "21.742" },
        { 0x1.c000000000000p+1, "3.5" },
        { 0x1.8d6e000000000p+16, "101742" },
        { 0x1.999999999999ap-4, "0.1" },
        { 0x1.999999999999ap-3, "0.2" },
        { 0x1.3333333333333p-2, "0.3" },
        { 0x1.3333333333334p-2, "0.30000000000000004" },
        { 0x1.5555555555555p-2, "0.3333333333333333" },
        { 0x1.5555555555555p-1, "0.6666666666666666" },
        { -0x1.1126666666666p+8, "-273.15" },
        { 0x1.4f8b588e368f1p-17, "0.00001" },
        { 0x1.0c6f7a0b5ed8dp-20, "0.000001" },
        { 0x1.4f8b588e368f1p-20, "0.00000125" },
        { 0x1.ad7f29abcaf48p-24, "1e-7" },
        { 0x1.0c689ad36862ep-20, "9.999e-7" },
        { 0x1.d6f3454800000p+26, "123456789.125" },
        { 0x1.c6bf526340000p+49, "1000000000000000" },
        { 0x1.1c37937e08000p+53, "10000000000000000" },
        { 0x1.b69b4ba630f35p+56, "123456789012345680" },
        { 0x1.5af1d78b58c40p+66, "100000000000000000000" },
        { 0x1.b1ae4d6e2ef4fp+69, "999999999999999900000" },
        { 0x1.b1ae4d6e2ef50p+69, "1e+21" },
        { 0x1.0f0cf064dd592p+73, "1e+22" },
        { 0x1.52d02c7e14af6p+76, "1e+23" },
        { 0x1.1ffdbf6b2b2ebp+76, "8.5e+22" },
        { 0x1.2eec2eb3869afp+100, "1.5e+30" },
        { -0x1.e6c71fe61a3efp-100, "-1.5e-30" },
        { 0x0.0000000000001p-1022, "5e-324" },
        { 0x0.0000000000002p-1022, "1e-323" },
        { 0x1.0000000000000p-1022, "2.2250738585072014e-308" },
        { 0x0.fffffffffffffp-1022, "2.225073858507201e-308" },
        { 0x1.fffffffffffffp+1023, "1.7976931348623157e+308" },
        { 0x1.fffffffffffffp+52, "9007199254740991" },
        { 0x1.0000000000000p+53, "9007199254740992" },
        { 0x1.0000000000001p+53, "9007199254740994" },
        { 0x1.0000000000000p+52, "4503599627370496" },
        { 0x1.0c6f7a0b5ed8dp-20, "0.000001" },
        { 0x1.dcd64ffffdf3bp+29, "999999999.999" },
        { 0x1.dcd65000020c5p+29, "1000000000.001" },
        { 0x1.ffffde7210be9p-1, "0.999999" },
        { 0x1.1bebdf578b2f4p-432, "1e-130" },
        { 0x1.4ccd05aa182c7p+415, "1.1e+125" },
        { 0x1.9000000000000p+6, "100" },
        { 0x1.1666666666666p+2, "4.35" },
        { 0x1.0000000000000p+70, "1.1805916207174113e+21" },
        { 0x1.0000000000000p-70, "8.470329472543003e-22" },
        { 0x1.141f4bf38cb29p+54, "19430376160308388" },
        { 0x1.0000000000000p-44, "5.684341886080802e-14" },
        { 0x1.0000000000000p-20, "9.5367431640625e-7" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[33] = { 0 };
        size_t n = dyn__write_double(text, cases[i].value);
        assert_string_equal(text, cases[i].text);
        assert_int_equal(n, strlen(cases[i].text));
    }
}

static void writes_minus_zero_as_zero(void **state)
{
    char text[32];

    (void)state;
    assert_int_equal(dyn__write_double(text, -0.0), 1);
    assert_int_equal(text[0], '0');
}

/* float() of Python 3. */
static void reads_a_text_as_the_nearest_double(void **state)
{
    static const struct { const char *text; double value; } cases[] = {
        { "0", 0x0.0p+0 },
        { "-0", -0x0.0p+0 },
        { "0.0", 0x0.0p+0 },
        { "00042", 0x1.5000000000000p+5 },
        { "1", 0x1.0000000000000p+0 },
        { "+5", 0x1.4000000000000p+2 },
        { "-7", -0x1.c000000000000p+2 },
        { "12.5", 0x1.9000000000000p+3 },
        { "1.50E2", 0x1.2c00000000000p+7 },
        { "1e5", 0x1.86a0000000000p+16 },
        { "1E+5", 0x1.86a0000000000p+16 },
        { "1e-5", 0x1.4f8b588e368f1p-17 },
        { "21.742", 0x1.5bdf3b645a1cbp+4 },
        { "3.5", 0x1.c000000000000p+1 },
        { "101742", 0x1.8d6e000000000p+16 },
        { "1.615218678973E9", 0x1.81191fdbe45a2p+30 },
        { "0.30000000000000004", 0x1.3333333333334p-2 },
        { "9007199254740993", 0x1.0000000000000p+53 },
        { "9007199254740993.0000000000000000000000001", 0x1.0000000000001p+53 },
        { "2.2250738585072011e-308", 0x0.fffffffffffffp-1022 },
        { "4.9406564584124654e-324", 0x0.0000000000001p-1022 },
        { "2.4703282292062328e-324", 0x0.0000000000001p-1022 },
        { "1.7976931348623157e308", 0x1.fffffffffffffp+1023 },
        { "1.7976931348623158e308", 0x1.fffffffffffffp+1023 },
        { "8.5e22", 0x1.1ffdbf6b2b2ebp+76 },
        { "1e23", 0x1.52d02c7e14af6p+76 },
        { "123456789012345678901234567890", 0x1.8ee90ff6c373ep+96 },
        { "0.00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
          "00000000000000000000000000000001", 0x1.1bebdf578b2f4p-432 },
        { "1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
          "00000000000000000000000000", 0x1.2e8bd69aa19ccp+415 },
        { "99999999999999999999999999999999999999e87", 0x1.2e8bd69aa19ccp+415 },
        { "0.1000000000000000055511151231257827021181583404541015625", 0x1.999999999999ap-4 },
        { "0.1000000000000000124900090270330610871315002441406250", 0x1.999999999999bp-4 },
        { "6.9294956446009195e15", 0x1.89e56ee5e7a58p+52 },
        { "0e999999999999999999", 0x0.0p+0 },
        { "0e-999999999999999999", 0x0.0p+0 },
        { "1267650600228229542234191560703", 0x1.0000000000000p+100 },
        { "1267650600228229542234191560704", 0x1.0000000000000p+100 },
        { "1267650600228229542234191560705", 0x1.0000000000001p+100 },
        { "1267650600228229823709168271359", 0x1.0000000000001p+100 },
        { "1267650600228229823709168271360", 0x1.0000000000002p+100 },
        { "1267650600228229823709168271361", 0x1.0000000000002p+100 },
        { "1267650600228229542234191560704.0000001", 0x1.0000000000001p+100 },
        { "8988465674311580536566680721305029496276241413130815897397134275615404541548669375241369800602409693"
          "5349884403114202125541629105369684531108613657287705365884742938136589844238179474556051429647415148"
          "6978574387976858590638908514073910088308747655630259515975825139366555781573480200663642101543165321" "61708031",
          0x1.0000000000000p+1023 },
        { "8988465674311580536566680721305029496276241413130815897397134275615404541548669375241369800602409693"
          "5349884403114202125541629105369684531108613657287705365884742938136589844238179474556051429647415148"
          "6978574387976858590638908514073910088308747655630259515975825139366555781573480200663642101543165321" "61708033",
          0x1.0000000000001p+1023 },
        { "1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
          "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
          "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" "0e-300",
          0x1.0000000000000p+0 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        double v = 42;
        assert_int_equal(dyn__parse_double(cases[i].text, strlen(cases[i].text), &v), DYN__NUM_OK);
        if (memcmp(&v, &cases[i].value, sizeof v) != 0)
            fail_msg("%s", cases[i].text);
    }
}

/* The midpoint of 1 and the next double is 1 + 2^-53 (exact, from Python's fractions); a digit far behind it decides. */
static void lets_the_last_of_thousands_of_digits_decide(void **state)
{
    static char text[4000];
    static const char midpoint[] = "1.00000000000000011102230246251565404236316680908203125";
    size_t n = sizeof midpoint - 1;
    double v;

    (void)state;
    memcpy(text, midpoint, n);
    memset(text + n, '0', sizeof text - n);
    assert_int_equal(dyn__parse_double(text, sizeof text, &v), DYN__NUM_OK);
    assert_true(v == 1);
    text[sizeof text - 1] = '1';
    assert_int_equal(dyn__parse_double(text, sizeof text, &v), DYN__NUM_OK);
    assert_true(v == 0x1.0000000000001p+0);
    text[n - 1] = '4';
    assert_int_equal(dyn__parse_double(text, sizeof text, &v), DYN__NUM_OK);
    assert_true(v == 1);
}

/* The limits are those of IEEE 754: 2^1024 - 2^970 is the first that rounds to infinity, 2^-1075 the last that rounds to 0. */
static void refuses_what_a_double_cannot_hold(void **state)
{
    static const char *const cases[] = {
        "1e309", "-1e309", "1.7976931348623159e308", "2.4703282292062327e-324", "1e-324", "2e-324", "1e-400", "-1e-400",
        "1e999999999", "1e-999999999",
        "1e99999999999999999999999999999999999999", "-1e-99999999999999999999999999999999999999"
    };
    double v = 42;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(dyn__parse_double(cases[i], strlen(cases[i]), &v), DYN__NUM_RANGE);
    assert_true(v == 42);
}

/* ---- what is a number at all ---- */

static void refuses_what_is_no_number(void **state)
{
    static const char *const cases[] = {
        "", "-", "+", ".", "e", "e5", "-e5", ".5", "5.", "-.5", "5.e3", "1e", "1e+", "1e-", "1ee5", "1e5.5", "1.2.3", "--1",
        "+-1", " 1",
        "1 ", "1,5", "0x10", "1f", "nan", "NaN", "inf", "Infinity", "1_000", "\xd9\xa1", "12a", "a12", "1e5 ",
        "123456789012345678901234567890x",
        "1\x80", "/", ":", "1/", "1:"
    };
    double d = 42;
    int64_t i64 = 42;
    uint64_t u64 = 42;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t n = strlen(cases[i]);
        assert_int_equal(dyn__parse_double(cases[i], n, &d), DYN__NUM_SYNTAX);
        assert_int_equal(dyn__parse_i64(cases[i], n, &i64), DYN__NUM_SYNTAX);
        assert_int_equal(dyn__parse_u64(cases[i], n, &u64), DYN__NUM_SYNTAX);
        assert_int_equal(dyn__check_number(cases[i], n), DYN__NUM_SYNTAX);
    }
    assert_true(d == 42 && i64 == 42 && u64 == 42);
}

static void reads_no_byte_behind_the_text(void **state)
{
    static const char *const cases[] = { "1", "-", "1.", "1.5", "1e", "1e5", "1e+", "12345678901234567890", "-0.5e-3" };
    double d;
    int64_t v;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t n = strlen(cases[i]);
        char *exact = (char *)malloc(n);                       /* the sanitizer and valgrind see a step beyond */
        memcpy(exact, cases[i], n);
        (void)dyn__parse_double(exact, n, &d);
        (void)dyn__parse_i64(exact, n, &v);
        (void)dyn__check_number(exact, n);
        free(exact);
    }
}

/* ---- integers ---- */

/* int(Decimal(text)) of Python 3. */
static void reads_an_integer_in_every_form(void **state)
{
    static const struct { const char *text; dyn__num status; int64_t value; } cases[] = {
        { "0", DYN__NUM_OK, 0 }, { "-0", DYN__NUM_OK, 0 }, { "12", DYN__NUM_OK, 12 }, { "-7", DYN__NUM_OK, -7 },
        { "+5", DYN__NUM_OK, 5 },
        { "00042", DYN__NUM_OK, 42 }, { "1.50E2", DYN__NUM_OK, 150 }, { "12.0", DYN__NUM_OK, 12 }, { "-1.2e1", DYN__NUM_OK, -12 },
        { "0.0", DYN__NUM_OK, 0 }, { "0e999999999", DYN__NUM_OK, 0 }, { "0.00e-7", DYN__NUM_OK, 0 },
        { "1200e-2", DYN__NUM_OK, 12 },
        { "0.000000000000000000000000000007e30", DYN__NUM_OK, 7 }, { "1E18", DYN__NUM_OK, INT64_C(1000000000000000000) },
        { "00000000000000000000000000000000000000012", DYN__NUM_OK, 12 },
        { "12.00000000000000000000000000000000000000", DYN__NUM_OK, 12 },
        { "70000000000000000000000000000000e-31", DYN__NUM_OK, 7 },
        { "9223372036854775807", DYN__NUM_OK, INT64_MAX }, { "-9223372036854775808", DYN__NUM_OK, INT64_MIN },
        { "-9223372036854775808.0", DYN__NUM_OK, INT64_MIN }, { "9223372036854775.807e3", DYN__NUM_OK, INT64_MAX },
        { "9223372036854775808", DYN__NUM_RANGE, 0 }, { "-9223372036854775809", DYN__NUM_RANGE, 0 },
        { "1e19", DYN__NUM_RANGE, 0 },
        { "18446744073709551616", DYN__NUM_RANGE, 0 }, { "-18446744073709551616", DYN__NUM_RANGE, 0 },
        { "99999999999999999999", DYN__NUM_RANGE, 0 }, { "100000000000000000000000000000", DYN__NUM_RANGE, 0 },
        { "1e999999999", DYN__NUM_RANGE, 0 }, { "-1e9999999999999999999999", DYN__NUM_RANGE, 0 },
        { "0.5", DYN__NUM_FRACTION, 0 }, { "-12.5", DYN__NUM_FRACTION, 0 }, { "1e-1", DYN__NUM_FRACTION, 0 },
        { "1e-999999999", DYN__NUM_FRACTION, 0 }, { "123456789012345678901234567890.5", DYN__NUM_FRACTION, 0 }
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t v = 4711;
        dyn__num status = dyn__parse_i64(cases[i].text, strlen(cases[i].text), &v);
        if (status != cases[i].status || v != (status == DYN__NUM_OK ? cases[i].value : 4711))
            fail_msg("%s", cases[i].text);
    }
}

static void reads_an_unsigned_integer_up_to_its_end(void **state)
{
    static const struct { const char *text; dyn__num status; uint64_t value; } cases[] = {
        { "0", DYN__NUM_OK, 0 }, { "-0", DYN__NUM_OK, 0 }, { "-0.0", DYN__NUM_OK, 0 },
        { "18446744073709551615", DYN__NUM_OK, UINT64_MAX },
        { "1.8446744073709551615e19", DYN__NUM_OK, UINT64_MAX }, { "1e19", DYN__NUM_OK, UINT64_C(10000000000000000000) },
        { "12345678901234567891", DYN__NUM_OK, UINT64_C(12345678901234567891) },
        { "9999999999999999999", DYN__NUM_OK, UINT64_C(9999999999999999999) },
        { "18446744073709551616", DYN__NUM_RANGE, 0 }, { "18446744073709551620", DYN__NUM_RANGE, 0 },
        { "2e19", DYN__NUM_RANGE, 0 },
        { "1e20", DYN__NUM_RANGE, 0 }, { "-1", DYN__NUM_RANGE, 0 }, { "-1.0", DYN__NUM_RANGE, 0 }, { "1.5", DYN__NUM_FRACTION, 0 }
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint64_t v = 4711;
        dyn__num status = dyn__parse_u64(cases[i].text, strlen(cases[i].text), &v);
        if (status != cases[i].status || v != (status == DYN__NUM_OK ? cases[i].value : 4711))
            fail_msg("%s", cases[i].text);
    }
}

/* The texts are those of C's own macros. */
static void writes_integers_of_every_length(void **state)
{
    static const struct { int64_t value; const char *text; } cases[] = {
        { 0, "0" }, { 7, "7" }, { 10, "10" }, { 99, "99" }, { 100, "100" }, { 101, "101" }, { -1, "-1" }, { -100, "-100" },
        { 12345, "12345" }, { 987654321, "987654321" }, { INT64_C(1000000000000000009), "1000000000000000009" },
        { INT64_MAX, "9223372036854775807" }, { INT64_MIN, "-9223372036854775808" }
    };
    char buf[24];

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        dyn_str s = dyn__decimal(buf, cases[i].value);
        assert_int_equal(s.len, strlen(cases[i].text));
        assert_memory_equal(s.ptr, cases[i].text, s.len);
    }
    dyn_str s = dyn__decimal_u(buf, UINT64_MAX);
    assert_int_equal(s.len, 20);
    assert_memory_equal(s.ptr, "18446744073709551615", 20);
}

/* ---- DynamoDB's numbers ---- */

/* The limits of the DynamoDB developer guide: 38 significant digits, 1E-130 to 9.9999999999999999999999999999999999999E+125. */
static void takes_the_numbers_that_dynamodb_takes(void **state)
{
    static const char *const good[] = {
        "0", "-0", "0.000", "0e9999999999999999999", "00042", "+5", "1.50E2", "1e-130", "-1E-130", "1.5e-130", "0.1e-129",
        "1e125", "10e124",
        "9.9999999999999999999999999999999999999E+125", "-9.9999999999999999999999999999999999999E+125",
        "12345678901234567890123456789012345678", "1234567890123456789.0123456789012345678",
        "0.00000000000000000000000000000000000000000000000000000000000012345678901234567890123456789012345678000"
    };
    static const char *const bad[] = {
        "1e126", "-1e126", "10e125", "0.9e-130", "1e-131", "-1e-131", "9.99999999999999999999999999999999999999E+125",
        "123456789012345678901234567890123456789", "1.00000000000000000000000000000000000001", "1e999999999", "1e-999999999",
        "1e99999999999999999999999999"
    };

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        if (dyn__check_number(good[i], strlen(good[i])) != DYN__NUM_OK)
            fail_msg("%s", good[i]);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (dyn__check_number(bad[i], strlen(bad[i])) != DYN__NUM_RANGE)
            fail_msg("%s", bad[i]);
    }
}

/* ---- time ---- */

/* datetime of Python 3; the year 0 by hand: it is a leap year, 366 days before the year 1. */
static void writes_and_reads_iso_times(void **state)
{
    static const struct { int64_t ms; const char *text; } cases[] = {
        { INT64_C(-62167219200000), "0000-01-01T00:00:00.000Z" },
        { INT64_C(-62162121600001), "0000-02-28T23:59:59.999Z" },
        { INT64_C(-62135596800000), "0001-01-01T00:00:00.000Z" },
        { INT64_C(-12219289076996), "1582-10-15T01:02:03.004Z" },
        { INT64_C(-2208988800001), "1899-12-31T23:59:59.999Z" },
        { INT64_C(-2203891201000), "1900-02-28T23:59:59.000Z" },
        { INT64_C(-2203891200000), "1900-03-01T00:00:00.000Z" },
        { INT64_C(-1), "1969-12-31T23:59:59.999Z" },
        { INT64_C(0), "1970-01-01T00:00:00.000Z" },
        { INT64_C(68212800000), "1972-02-29T12:00:00.000Z" },
        { INT64_C(946684799001), "1999-12-31T23:59:59.001Z" },
        { INT64_C(951782400000), "2000-02-29T00:00:00.000Z" },
        { INT64_C(951868800000), "2000-03-01T00:00:00.000Z" },
        { INT64_C(1000000000000), "2001-09-09T01:46:40.000Z" },
        { INT64_C(1709251199999), "2024-02-29T23:59:59.999Z" },
        { INT64_C(1715934542742), "2024-05-17T08:29:02.742Z" },
        { INT64_C(2147483648000), "2038-01-19T03:14:08.000Z" },
        { INT64_C(4107456000000), "2100-02-28T00:00:00.000Z" },
        { INT64_C(4107542400010), "2100-03-01T00:00:00.010Z" },
        { INT64_C(13574563200000), "2400-02-29T00:00:00.000Z" },
        { INT64_C(253402300799999), "9999-12-31T23:59:59.999Z" },
        { INT64_C(69960149627667), "4186-12-12T22:53:47.667Z" },
        { INT64_C(211907285355664), "8685-01-27T14:49:15.664Z" },
        { INT64_C(-35338336144748), "0850-03-04T11:30:55.252Z" },
        { INT64_C(134737928100748), "6239-09-04T18:15:00.748Z" },
        { INT64_C(49907858335784), "3551-07-09T05:58:55.784Z" },
        { INT64_C(139204922919632), "6381-03-25T02:08:39.632Z" },
        { INT64_C(167856972900214), "7289-03-05T00:55:00.214Z" },
        { INT64_C(49267804700984), "3531-03-28T05:18:20.984Z" },
        { INT64_C(40699829591963), "3259-09-22T20:13:11.963Z" },
        { INT64_C(39651985406169), "3226-07-10T00:23:26.169Z" },
        { INT64_C(13201438792617), "2388-05-03T10:19:52.617Z" },
        { INT64_C(240907470321067), "9604-01-20T21:45:21.067Z" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[33] = { 0 };
        int64_t ms = 42;
        assert_int_equal(dyn__write_iso(text, cases[i].ms, true), 24);
        assert_string_equal(text, cases[i].text);
        assert_true(dyn__parse_iso(text, 24, &ms));
        assert_true(ms == cases[i].ms);
    }
}

/* A walk over all days from 0000-01-01 to 9999-12-31, counted by hand from the calendar's rule. */
static void knows_every_day_of_ten_thousand_years(void **state)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int64_t day = -719528, ms;

    (void)state;
    for (int y = 0; y < 10000; y++) {
        for (int m = 0; m < 12; m++) {
            int n = lengths[m] + (m == 1 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
            for (int d = 1; d <= n; d++, day++) {
                char text[32], want[] = "0000-00-00T00:00:00Z";
                want[0] = (char)('0' + y / 1000), want[1] = (char)('0' + y / 100 % 10), want[2] = (char)('0' + y / 10 % 10);
                want[3] = (char)('0' + y % 10), want[5] = (char)('0' + (m + 1) / 10), want[6] = (char)('0' + (m + 1) % 10);
                want[8] = (char)('0' + d / 10), want[9] = (char)('0' + d % 10);
                if (dyn__write_iso(text, day * 86400000, false) != 20 || memcmp(text, want, 20) != 0)
                    fail_msg("%s", want);
                if (!dyn__parse_iso(want, 20, &ms) || ms != day * 86400000)
                    fail_msg("%s", want);
            }
        }
    }
    assert_true(day == 2932897);
}

/* datetime.fromisoformat of Python 3, cut to milliseconds. */
static void reads_the_dialects_of_iso_time(void **state)
{
    static const struct { const char *text; int64_t ms; } cases[] = {
        { "2024-05-17T08:29:02Z", INT64_C(1715934542000) },
        { "2024-05-17 08:29:02", INT64_C(1715934542000) },
        { "2024-05-17T08:29:02", INT64_C(1715934542000) },
        { "2024-05-17T08:29:02.7Z", INT64_C(1715934542700) },
        { "2024-05-17T08:29:02.742999999Z", INT64_C(1715934542742) },
        { "2024-05-17T10:29:02+02:00", INT64_C(1715934542000) },
        { "2024-05-17T00:29:02.5-08:00", INT64_C(1715934542500) },
        { "2024-05-17 08:29:02.123456+00:00", INT64_C(1715934542123) },
        { "2024-05-17T13:59:02.742+05:30", INT64_C(1715934542742) },
        { "2023-12-31T23:30:00-01:45", INT64_C(1704071700000) },
        { "1969-12-31T23:59:59.25+00:00", INT64_C(-750) },
        { "2024-02-29T00:00:00Z", INT64_C(1709164800000) },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t ms = 42;
        if (!dyn__parse_iso(cases[i].text, strlen(cases[i].text), &ms) || ms != cases[i].ms)
            fail_msg("%s", cases[i].text);
    }
}

static void refuses_times_that_do_not_exist(void **state)
{
    static const char *const cases[] = {
        "", "2024", "2024-05-17", "2024-05-17T08:29", "2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
        "2024-04-31T00:00:00Z", "2024-06-31T00:00:00Z", "2024-09-31T00:00:00Z", "2024-11-31T00:00:00Z", "2024-01-32T00:00:00Z",
        "2024-00-01T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-00T00:00:00Z", "2024-05-17T24:00:00Z", "2024-05-17T23:60:00Z",
        "2024-05-17T23:59:60Z", "2024-05-17t08:29:02Z", "2024-05-17T08:29:02z", "2024-05-17_08:29:02Z", "2024/05/17T08:29:02Z",
        "2024-05-17T08:29:02.Z", "2024-05-17T08:29:02.1234567890Z", "2024-05-17T08:29:02,5Z", "2024-05-17T08:29:02+020",
        "2024-05-17T08:29:02+24:00", "2024-05-17T08:29:02+02:60", "2024-05-17T08:29:02+02", "2024-05-17T08:29:02Z ",
        "2024-05-17T08:29:02ZZ", " 2024-05-17T08:29:02Z", "+2024-5-17T08:29:02Z", "2024-5-17T08:29:02.00Z",
        "0000-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01", "2024-05-17T08:29:0:Z", "2024-05-17T08:29:02 02:00"
    };
    int64_t ms = 42;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (dyn__parse_iso(cases[i], strlen(cases[i]), &ms))
            fail_msg("%s", cases[i]);
    }
    assert_true(ms == 42);
}

static void writes_no_time_outside_of_four_digit_years(void **state)
{
    char text[32];

    (void)state;
    assert_int_equal(dyn__write_iso(text, INT64_C(-62167219200001), true), 0);
    assert_int_equal(dyn__write_iso(text, INT64_C(253402300800000), true), 0);
    assert_int_equal(dyn__write_iso(text, INT64_MIN, true), 0);
    assert_int_equal(dyn__write_iso(text, INT64_MAX, false), 0);
}

/* 20150830T123600Z is the time of AWS's SigV4 test suite; seconds by datetime of Python 3. */
static void writes_and_reads_amazons_dates(void **state)
{
    char text[17] = { 0 };
    int64_t s = 0;

    (void)state;
    dyn__write_amz_date(text, 1440938160);
    assert_string_equal(text, "20150830T123600Z");
    assert_true(dyn__parse_amz_date("20130609T100015Z", 16, &s));
    assert_true(s == 1370772015);
    assert_false(dyn__parse_amz_date("20130609T100015", 15, &s));
    assert_false(dyn__parse_amz_date("20130609T100015z", 16, &s));
    assert_false(dyn__parse_amz_date("20130230T100015Z", 16, &s));
    assert_false(dyn__parse_amz_date("2013-609T100015Z", 16, &s));
    assert_true(s == 1370772015);
    dyn__write_amz_date(text, INT64_MAX);
    assert_string_equal(text, "99991231T235959Z");
    dyn__write_amz_date(text, INT64_MIN);
    assert_string_equal(text, "00000101T000000Z");
}

/* RFC 9110, 5.6.7 ("Sun, 06 Nov 1994 08:49:37 GMT"); seconds by Python's datetime. */
static void reads_http_dates(void **state)
{
    static const struct { const char *text; int64_t s; } good[] = {
        { "Sun, 06 Nov 1994 08:49:37 GMT", 784111777 }, { "Fri, 17 May 2024 08:31:22 GMT", 1715934682 },
        { "Thu, 01 Jan 1970 00:00:00 GMT", 0 }, { "Thu, 29 Feb 2024 23:59:59 GMT", 1709251199 },
        { "Tue, 31 Dec 2024 00:00:01 GMT", 1735603201 }
    };
    static const char *const bad[] = {
        "", "Sun, 06 Nov 1994 08:49:37", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nob 1994 08:49:37 GMT", "Son, 06 Nov 1994 08:49:37 GMT",
        "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 6  Nov 1994 08:49:37 GMT", "Sun, 06 ovD 1994 08:49:37 GMT"
    };
    int64_t s = 42;

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (dyn__parse_http_date(bad[i], strlen(bad[i]), &s) || s != 42)
            fail_msg("%s", bad[i]);
    }
    for (size_t i = 0; i < COUNT(good); i++) {
        if (!dyn__parse_http_date(good[i].text, strlen(good[i].text), &s) || s != good[i].s)
            fail_msg("%s", good[i].text);
    }
}

/* ---- bytes ---- */

/* RFC 3629, section 4, as a table of what the second byte may be, against every sequence of up to 4 bytes at the borders. */
static void takes_only_strict_utf8(void **state)
{
    static const char *const good[] = {
        "", "a", "plain ASCII of more than eight bytes", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
        "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "12345678\xc3\xa4" "1234567\xe2\x82\xac" "123456789",
        "\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
    };
    static const char *const bad[] = {
        "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x7f", "\xc2\xc0", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xe1\x80",
        "\xe1\x80\x7f", "\xed\xa0\x80",
        "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf1\x80\x80", "\xf1\x80\x80\xc0", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xff",
        "12345678\x80", "1234567\x80", "123456781234567\xc3"
    };

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        if (!dyn__utf8_ok(good[i], strlen(good[i])))
            fail_msg("good %u", (unsigned)i);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (dyn__utf8_ok(bad[i], strlen(bad[i])))
            fail_msg("bad %u", (unsigned)i);
    }
    assert_true(dyn__utf8_ok("a\0b", 3));
}

/* Of all three bytes with a high first one, as many are valid as RFC 3629 has code points for: one sequence of three for each of
 * U+0800 to U+FFFF but the surrogates, or one of two, U+0080 to U+07FF, and an ASCII character. */
static void takes_exactly_one_encoding_of_a_code_point(void **state)
{
    unsigned good = 0;

    (void)state;
    for (unsigned long bytes = 0x800000; bytes <= 0xffffff; bytes++) {
        char s[3] = { (char)(bytes >> 16), (char)(bytes >> 8 & 255), (char)(bytes & 255) };
        good += dyn__utf8_ok(s, 3);
    }
    assert_int_equal(good, 0x10000 - 0x800 - 0x800 + 0x780 * 0x80);
}

/* Vectors: recorded traffic of DynamoDB (x-amz-crc32), the check value of the CRC catalogue ("123456789"), and Python's zlib. */
static void computes_the_published_crc32(void **state)
{
    static const struct { const char *text; uint32_t crc; } cases[] = {
        { "", 0 }, { "{}", 2745614147u }, { "{\"Count\":0,\"Items\":[],\"ScannedCount\":0}", 3413411624u },
        { "healthy: dynamodb.us-east-1.amazonaws.com ", 3128867991u }, { "<UnknownOperationException/>\n", 3552371480u },
        { "123456789", 3421780262u }, { "a", 3904355907u }, { "12345678", 2598427311u },
        { "The quick brown fox jumps over the lazy dog", 0x414fa339u }
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_true(dyn__crc32(0, cases[i].text, strlen(cases[i].text)) == cases[i].crc);
}

/* zlib.crc32(bytes(i * 7 & 255 for i in range(1000))) of Python 3. */
static void computes_a_crc32_piece_by_piece(void **state)
{
    unsigned char data[1000];

    (void)state;
    for (unsigned i = 0; i < sizeof data; i++)
        data[i] = (unsigned char)(i * 7);
    for (size_t cut = 0; cut <= sizeof data; cut++)
        assert_true(dyn__crc32(dyn__crc32(0, data, cut), data + cut, sizeof data - cut) == 290117119u);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_a_double_as_its_shortest_text),
        cmocka_unit_test(writes_minus_zero_as_zero),
        cmocka_unit_test(reads_a_text_as_the_nearest_double),
        cmocka_unit_test(lets_the_last_of_thousands_of_digits_decide),
        cmocka_unit_test(refuses_what_a_double_cannot_hold),
        cmocka_unit_test(refuses_what_is_no_number),
        cmocka_unit_test(reads_no_byte_behind_the_text),
        cmocka_unit_test(reads_an_integer_in_every_form),
        cmocka_unit_test(reads_an_unsigned_integer_up_to_its_end),
        cmocka_unit_test(writes_integers_of_every_length),
        cmocka_unit_test(takes_the_numbers_that_dynamodb_takes),
        cmocka_unit_test(writes_and_reads_iso_times),
        cmocka_unit_test(knows_every_day_of_ten_thousand_years),
        cmocka_unit_test(reads_the_dialects_of_iso_time),
        cmocka_unit_test(refuses_times_that_do_not_exist),
        cmocka_unit_test(writes_no_time_outside_of_four_digit_years),
        cmocka_unit_test(writes_and_reads_amazons_dates),
        cmocka_unit_test(reads_http_dates),
        cmocka_unit_test(takes_only_strict_utf8),
        cmocka_unit_test(takes_exactly_one_encoding_of_a_code_point),
        cmocka_unit_test(computes_the_published_crc32),
        cmocka_unit_test(computes_a_crc32_piece_by_piece)
    };

    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
