#include "../../dynrepo.h"
/* The three versions of a table that DynamORM's own test of update_table has, for tests/py_tables_of_dynamorm.py; see tests/support/golden.h. */
#include "golden.h"

typedef struct thing { char foo[16], bar[16], baz[16], bbq[16]; } thing;
static const dyn_field fields[] = { DYN_TEXT(thing, foo), DYN_TEXT(thing, bar), DYN_TEXT(thing, baz), DYN_TEXT(thing, bbq) };
static const dyn_index two[] = {
    { .name = "index1", .pk = { "baz" }, .sk = { "bbq" }, .read_units = 5, .write_units = 5 },
    { .name = "index2", .pk = { "bbq" }, .sk = { "baz" }, .read_units = 5, .write_units = 5 },
};
static const dyn_index one[] = { { .name = "index2", .pk = { "bbq" }, .sk = { "baz" }, .read_units = 10, .write_units = 10 } };
static const dyn_model v1 = { DYN_MODEL(thing, fields), .table = "things", .pk = "foo", .sk = "bar" };
static const dyn_model v2 = { DYN_MODEL(thing, fields), .table = "things", .pk = "foo", .sk = "bar", DYN_INDEXES(two) };
static const dyn_model v3 = { DYN_MODEL(thing, fields), .table = "things", .pk = "foo", .sk = "bar", DYN_INDEXES(one) };

static dyn_status create(void) { return dyn_create_table(&db, &v1, &(dyn_table_options){ .read_units = 5, .write_units = 5 }); }
static dyn_status to(const dyn_model *model)
{
    return dyn_table_migrate(&db, model, NULL, &(dyn_table_options){ .read_units = 10, .write_units = 10, .stream = DYN_VIEW_BOTH, .delete_indexes = true });
}
static dyn_status to_v2(void) { return to(&v2); }
static dyn_status to_v3(void) { return to(&v3); }
static dyn_status nothing(void) { return DYN_OK; }

int main(int argc, char **argv)
{
    const golden_call calls[] = { { "create", create }, { "v2", to_v2 }, { "v3", to_v3 } };

    return golden_main(argc, argv, calls, sizeof calls / sizeof calls[0], nothing);
}
