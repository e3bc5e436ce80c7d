/* PartiQL: DynamoDB's SQL, with structs put in and taken out; and a raw call with its JSON answer. Run against a local engine:
 * AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>

typedef struct account {
    char    owner[24];
    int64_t cents;
} account;

static const dyn_field account_fields[] = { DYN_TEXT(account, owner), DYN_INT(account, cents) };
static const dyn_model account_model = { DYN_MODEL(account, account_fields), .table = "example-accounts", .pk = "owner" };
DYN_TYPED(account, account_model)

int main(void)
{
    static unsigned char memory[48 * 1024];
    dyn_client db;
    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return dyn_print_error(&db), 1;
    dyn_status s = dyn_create_table(&db, &account_model, NULL);
    if ((s != DYN_OK && s != DYN_IN_USE) || dyn_wait_table(&db, &account_model, DYN_TABLE_ACTIVE, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;

    account list[] = { { "ann", 5000 }, { "bob", 300 } };
    for (int i = 0; i < 2; i++) {
        dyn_statement insert = { .text = DYN_EXPR("INSERT INTO {table} VALUE {item}"), .model = &account_model, .item = &list[i] };
        s = dyn_execute(&db, &insert, NULL);
        if (s != DYN_OK && s != DYN_CONDITION_FAILED)    /* it is there from an earlier run */
            return dyn_print_error(&db), 1;
    }

    /* Money moves whole or not at all, and once, however often the network makes the client try. */
    dyn_statement move[] = {
        { .text = DYN_EXPR("UPDATE {table} SET cents = cents - ? WHERE owner = ? AND cents >= ?", 700, "ann", 700), .model = &account_model },
        { .text = DYN_EXPR("UPDATE {table} SET cents = cents + ? WHERE owner = ?", 700, "bob"), .model = &account_model },
    };
    s = dyn_execute_transaction(&db, move, 2, NULL);
    for (int i = 0; s != DYN_OK && i < 2; i++)
        printf("statement %d: %s %s\n", i + 1, dyn_status_name(move[i].status), move[i].message);

    /* Two reads in one request. */
    account ann, bob;
    dyn_image images[] = { { .item = &ann }, { .item = &bob } };
    dyn_statement look[] = {
        { .text = DYN_EXPR("SELECT * FROM {table} WHERE owner = ?", "ann"), .model = &account_model, .into = &images[0] },
        { .text = DYN_EXPR("SELECT * FROM {table} WHERE owner = ?", "bob"), .model = &account_model, .into = &images[1] },
    };
    if (dyn_execute_batch(&db, look, 2, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;
    printf("ann      %s\nbob      %s\n", images[0].found && ann.cents == 4300 ? "4300" : "?", images[1].found && bob.cents == 1000 ? "1000" : "?");

    dyn_rows rows;
    account a;
    dyn_statement rich = { .text = DYN_EXPR("SELECT owner, cents FROM {table} WHERE cents > ?", 2000), .model = &account_model };
    dyn_execute_select(&db, &rows, &rich, &(dyn_execute_options){ .limit = 10 });
    while (account_next(&rows, &a) == DYN_ROW)
        printf("rich     %s\n", a.owner);
    if (dyn_finish(&rows) != DYN_OK)
        dyn_print_error(&db);

    /* What this header has no function for: any operation by its name. */
    dyn_str answer, value, body = { "{\"TableName\":\"example-accounts\"}", 32 };
    char name[64];
    size_t at = 0;
    int64_t items;
    double created;
    if (dyn_raw(&db, "DescribeTable", body, &answer, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;
    if (dyn_json_get(answer, "Table.KeySchema[0].AttributeName", &value) && dyn_json_text(value, name, sizeof name, NULL) == DYN_OK)
        printf("key      %s\n", name);
    if (dyn_json_check(answer, NULL) && dyn_json_get(answer, "Table.ItemCount", &value) && dyn_json_int(value, &items)
        && dyn_json_get(answer, "Table.CreationDateTime", &value) && dyn_json_real(value, &created) && created > 1e9)
        printf("raw      the table was made\n");
    dyn_json_get(answer, "Table.AttributeDefinitions", &value);
    for (dyn_str element; dyn_json_next(value, &at, NULL, &element); )
        printf("element  %.*s\n", (int)(element.len < 2 ? element.len : 1), element.ptr);

    dyn_delete_table(&db, &account_model, NULL);
    dyn_close(&db);
    return 0;
}
