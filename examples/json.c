/* Structs to JSON and back, free-form values, and what would be refused: all without a client or a network. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>

typedef struct reading {
    char    device[24];
    int64_t taken_at;
    double  celsius;
    bool    charging;
} reading;

static const dyn_field reading_fields[] = {
    DYN_TEXT(reading, device),
    DYN_INT (reading, taken_at),
    DYN_REAL(reading, celsius, .attr = "temp"),
    DYN_BOOL(reading, charging),
};
static const dyn_model reading_model = {
    DYN_MODEL(reading, reading_fields),
    .table = "telemetry",
    .pk = "pk = DEVICE#{device}",
    .sk = "sk = READING#{taken_at:13}",
};
DYN_TYPED(reading, reading_model)

static unsigned char memory[4096];
static dyn_error error, problems[4];
static char text[512], buffer[512];

static int failed(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, error.text);
    return 1;
}

/* A free-form document: built, looked into, compared, written as plain JSON, and read from it. */
static int documents(void)
{
    dyn_build b;
    dyn_value v, again, each, fw;
    dyn_arena arena = { memory, sizeof memory, 0, 0, 0 };
    dyn_str name, s;
    size_t at = 0, length;
    int64_t second = 0;

    dyn_build_begin(&b, buffer, sizeof buffer);
    dyn_build_map(&b, NULL);
    dyn_build_text(&b, "fw", "1.2\n");
    dyn_build_number(&b, "exact", "1234567890123456789.0123456789");
    dyn_build_list(&b, "vals");
    dyn_build_int(&b, NULL, 3);
    dyn_build_int(&b, NULL, -4);
    dyn_build_close(&b);
    dyn_build_set(&b, "tags", DYN_TYPE_SS);
    dyn_build_text(&b, NULL, "lab");
    dyn_build_close(&b);
    dyn_build_bytes(&b, "mac", "\x00\x01\xff", 3);
    dyn_build_close(&b);
    if (dyn_build_end(&b, &v, &error) != DYN_OK || dyn_value_to_json(v, text, sizeof text, &length) != DYN_OK)
        return failed("build");
    printf("%s\n", text);

    if (dyn_value_get(v, "vals[1]", &each) && dyn_value_int(each, &second) == DYN_OK)
        printf("vals[1] is %d, the document has %u members and %u bytes\n", (int)second, (unsigned)dyn_value_count(v), (unsigned)dyn_value_item_size(v));
    while (dyn_value_next(v, &at, &name, &each))
        printf("%.*s is of type %d\n", (int)name.len, name.ptr, (int)dyn_value_type(each));
    if (!dyn_value_get(v, "fw", &fw) || dyn_value_text(fw, &arena, &s) != DYN_OK)
        return failed("fw");

    static const char other[] = "{\"M\":{\"N\":{\"N\":\"1e2\"}}}", same[] = "{\"M\":{\"N\":{\"N\":\"100\"}}}";
    if (dyn_value_check(other, sizeof other - 1, &v, &error) != DYN_OK || dyn_value_check(same, sizeof same - 1, &again, &error) != DYN_OK)
        return failed("check");
    printf("1e2 and 100 are %s\n", dyn_value_equal(v, again) ? "the same" : "different");
    return dyn_value_from_json("{\"a\":[1,null]}", 14, buffer, sizeof buffer, &v, &error) == DYN_OK ? 0 : failed("from plain JSON");
}

int main(void)
{
    reading r = { "boiler-7", 1763712000000, 61.5, true }, again = r;
    dyn_arena arena = { memory, sizeof memory, 0, 0, 0 };
    size_t length, size, count;
    dyn_value v;

    if (reading_to_json(&r, DYN_FORM_PLAIN, &arena, text, sizeof text, &length, &error) != DYN_OK)
        return failed("to plain JSON");
    printf("%s\n", text);
    if (reading_from_json(&again, DYN_FORM_PLAIN, text, length, &arena, &error) != DYN_OK)
        return failed("from plain JSON");
    if (reading_to_json(&again, DYN_FORM_DYNAMODB, &arena, text, sizeof text, &length, &error) != DYN_OK)
        return failed("to DynamoDB's JSON");
    printf("%s\n", text);

    if (dyn_value_of(&reading_model, &r, &arena, buffer, sizeof buffer, &v, &error) != DYN_OK
        || dyn_value_into(v, &reading_model, &again, &arena, &error) != DYN_OK)
        return failed("value");
    if (reading_item_size(&r, &arena, &size, &error) != DYN_OK)
        return failed("size");
    printf("DynamoDB counts %u bytes\n", (unsigned)size);

    r.taken_at = -1;
    r.device[0] = (char)0xff;
    if (reading_validate(&r, &arena, problems, 4, &count) != DYN_OK)
        for (size_t i = 0; i < count && i < 4; i++)
            printf("%s\n", problems[i].text);
    return documents();
}
