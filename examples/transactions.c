/* Transactions: money moves between two accounts and a ledger gets an entry, all of it or nothing; both are read as of one moment; a counter is
 * counted exactly once; changes of a struct are saved without overwriting what others changed. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <string.h>

typedef struct account {
    char    name[16];
    int64_t balance;
    char    city[16];
    char    write_id[33];      /* by which a repeated write knows its own work */
} account;
static const dyn_field account_fields[] = {
    DYN_TEXT(account, name), DYN_INT(account, balance), DYN_TEXT(account, city), DYN_WRITE_ID(account, write_id),
};
static const dyn_model account_model = { DYN_MODEL(account, account_fields), .table = "bank", .pk = "pk = ACCOUNT#{name}", .sk = "sk = ACCOUNT" };
DYN_TYPED(account, account_model)

typedef struct entry {
    char    name[16];
    int64_t number;
    int64_t amount;
} entry;
static const dyn_field entry_fields[] = { DYN_TEXT(entry, name), DYN_INT(entry, number), DYN_INT(entry, amount) };
static const dyn_model entry_model = { DYN_MODEL(entry, entry_fields), .table = "bank", .pk = "pk = ACCOUNT#{name}", .sk = "sk = ENTRY#{number:8}" };
DYN_TYPED(entry, entry_model)

/* Moves an amount; DYN_CONDITION_FAILED when there is not as much, or the entry's number is taken. */
static dyn_status transfer(dyn_client *db, const char *from, const char *to, const entry *e)
{
    account poor;
    dyn_image left = { .item = &poor };
    dyn_tx_write actions[] = {
        DYN_TX_UPDATE_KEY(account_model, DYN_KEY(from), DYN_EXPR("SET balance = balance - ?", e->amount),
                          .when = { DYN_EXPR("balance >= ?", e->amount) }, .existing = &left),
        DYN_TX_UPDATE_KEY(account_model, DYN_KEY(to), DYN_EXPR("SET balance = balance + ?", e->amount), .when = { DYN_EXPR("attribute_exists(name)") }),
        DYN_TX_PUT(entry_model, e, .when = { DYN_EXPR("attribute_not_exists(number)") }),
    };
    dyn_status s = dyn_transact_write(db, actions, 3, NULL);

    if (s == DYN_CONDITION_FAILED && actions[0].status == s && left.found)
        printf("refused   %s has %lld, and not %lld\n", from, (long long)poor.balance, (long long)e->amount);
    return s;
}

int main(void)
{
    static unsigned char memory[48 * 1024];
    dyn_client db;

    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return dyn_print_error(&db), 1;
    dyn_status s = dyn_create_table(&db, &account_model, NULL);
    if ((s != DYN_OK && s != DYN_IN_USE) || dyn_wait_table(&db, &account_model, DYN_TABLE_ACTIVE, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;

    account anna = { "anna", 100, "Ulm", "" }, ben = { "ben", 20, "Bonn", "" };
    entry e = { "anna", 1, 30 };
    entry_delete(&db, &e, NULL);
    if (account_put(&db, &anna, NULL) != DYN_OK || account_put(&db, &ben, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;

    if (transfer(&db, "anna", "ben", &e) != DYN_OK)
        return dyn_print_error(&db), 1;
    entry too_much = { "anna", 2, 500 };
    if (transfer(&db, "anna", "ben", &too_much) != DYN_CONDITION_FAILED)
        return dyn_print_error(&db), 1;

    dyn_tx_read reads[] = { DYN_TX_GET(account_model, &anna), DYN_TX_GET(account_model, &ben), DYN_TX_GET(entry_model, &e), DYN_TX_GET(entry_model, &too_much) };
    if (dyn_transact_get(&db, reads, 4, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;
    printf("snapshot  anna %lld, ben %lld, entry 1 %s, entry 2 %s\n", (long long)anna.balance, (long long)ben.balance,
           reads[2].found ? "is there" : "is not there", reads[3].found ? "is there" : "is not there");

    if (account_update(&db, &ben, DYN_EXPR("ADD balance ?", 5), &(dyn_write_options){ .once = DYN_ONCE }) != DYN_OK)   /* counted once, whatever is lost */
        return dyn_print_error(&db), 1;

    account moved = anna;
    strcpy(moved.city, "Jena");                /* only this is sent: what others did to the balance meanwhile stays */
    if (account_save_changes(&db, &anna, &moved, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;
    if (account_get(&db, &anna, NULL) != DYN_OK || account_get(&db, &ben, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;
    printf("after     anna %lld in %s, ben %lld\n", (long long)anna.balance, anna.city, (long long)ben.balance);
    dyn_close(&db);
    return 0;
}
