/* A program as for a board: all memory is counted at compile time, the way to the network is a modem's, clock and random bytes are the board's, the
 * certificate to trust is one of its own, and a log of any length goes up in pieces. The modem here is a POSIX socket behind a small buffer, so that
 * the program also runs on a PC:   firmware [certificate.pem]   with AWS_ENDPOINT_URL_DYNAMODB, http or https. On the board define DYNREPO_NO_OS. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <string.h>

typedef struct report {
    char      device[16];
    int64_t   number;
    double    volts;
    dyn_large log;                                         /* text of up to 400 KB, which nowhere stands as a whole */
} report;
static const dyn_field report_fields[] = { DYN_TEXT(report, device), DYN_INT(report, number), DYN_REAL(report, volts), DYN_LARGE_TEXT(report, log) };
static const dyn_model report_model = { DYN_MODEL(report, report_fields), .table = "reports", .pk = "device", .sk = "number" };
DYN_TYPED(report, report_model)

/* A bound that the compiler knows; dyn_item_max says the same exactly, at run time. */
static unsigned char memory[DYN_MEMORY_FOR(report, report_fields) + DYN_MEMORY_TLS];
_Static_assert(sizeof report_fields / sizeof *report_fields <= DYN_MAX_FIELDS, "too many members for one model");
_Static_assert(sizeof memory <= 96 * 1024, "the board has no more");

/* --- The modem ------------------------------------------------------------------------------------------------------- */

typedef struct modem {
    dyn_posix_stream socket;
    dyn_stream       below;
    unsigned long    up, down, opened;                     /* bytes, and connections */
} modem;

static int modem_open(void *user, const char *host, uint16_t port, uint32_t wait_ms)
{
    modem *m = (modem *)user;
    int s = m->below.open(m->below.user, host, port, wait_ms);

    m->opened += s == 1;
    return s;
}

static ptrdiff_t modem_read(void *user, void *to, size_t size, uint32_t wait_ms)
{
    modem *m = (modem *)user;
    ptrdiff_t n = m->below.read(m->below.user, to, size < 256 ? size : 256, wait_ms);     /* its buffer holds no more */

    m->down += n > 0 ? (unsigned long)n : 0;
    return n;
}

static ptrdiff_t modem_write(void *user, const void *from, size_t size, uint32_t wait_ms)
{
    modem *m = (modem *)user;
    ptrdiff_t n = m->below.write(m->below.user, from, size < 256 ? size : 256, wait_ms);

    m->up += n > 0 ? (unsigned long)n : 0;
    return n;
}

static void modem_close(void *user)
{
    modem *m = (modem *)user;

    m->below.close(m->below.user);
}

static void modem_wait(void *user, int wants, uint32_t ms)
{
    modem *m = (modem *)user;

    m->below.wait(m->below.user, wants, ms);               /* on a board: sleep until the modem's interrupt, or so long */
}

/* --- The board --------------------------------------------------------------------------------------------------------- */

static uint32_t board_ticks(void *user)
{
    (void)user;
    return dyn_posix_system()->ticks_ms(NULL);             /* on a board: a timer */
}

static bool board_random(void *user, void *to, size_t size)
{
    (void)user;
    return dyn_posix_system()->entropy(NULL, to, size);    /* on a board: its generator, and false when that is not ready */
}

/* The log, line by line; on a board: from flash. 40 bytes each. */
static bool give_log(void *user, size_t offset, void *to, size_t size)
{
    char line[48];

    (void)user;
    for (size_t i = 0; i < size; i++) {
        snprintf(line, sizeof line, "%06u the pump was on, and then off again\n", (unsigned)((offset + i) / 43));
        ((char *)to)[i] = line[(offset + i) % 43];
    }
    return true;
}

static bool take_log(void *user, size_t offset, const void *data, size_t size)
{
    (void)data;
    *(size_t *)user = offset + size;
    return true;
}

/* The certificate that this board trusts, and no other; a real one has it as a constant. */
static size_t read_certificate(const char *name, char *to, size_t size)
{
    FILE *f = name ? fopen(name, "rb") : NULL;
    size_t n = f ? fread(to, 1, size, f) : 0;

    if (f)
        fclose(f);
    return n;
}

int main(int argc, char **argv)
{
    static char certificate[8 * 1024];
    static modem m;
    size_t length = read_certificate(argc > 1 ? argv[1] : NULL, certificate, sizeof certificate), seen = 0;
    dyn_stream stream = { .open = modem_open, .read = modem_read, .write = modem_write, .close = modem_close, .wait = modem_wait, .user = &m };
    dyn_system board = { .ticks_ms = board_ticks, .entropy = board_random };    /* no clock: the time is asked of the service */
    dyn_client db;

    dyn_posix_stream_make(&m.socket, &m.below);
    if (length) {                                          /* is it one at all? dyn_open would say so too */
        dyn_arena arena = { .base = memory, .size = sizeof memory };
        const void *anchors;
        size_t count;
        dyn_error e;
        if (dyn_read_certificates(&arena, (dyn_str){ certificate, length }, &anchors, &count, &e) != DYN_OK)
            return fprintf(stderr, "%s\n", e.text), 1;
    }
    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory), .stream = &stream, .system = &board, .record_size = 4096, DYN_TRUST(length ? certificate : NULL, length) }) != DYN_OK)
        return dyn_print_error(&db), 1;
    dyn_status s = dyn_create_table(&db, &report_model, NULL);
    if ((s != DYN_OK && s != DYN_IN_USE) || dyn_wait_table(&db, &report_model, DYN_TABLE_ACTIVE, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;

    report r = { .device = "pump-3", .number = 1, .volts = 23.9, .log = { .give = give_log, .size = 43 * 1000 } };
    if (report_put(&db, &r, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;
    r.log = (dyn_large){ .take = take_log, .user = &seen };
    if (report_get(&db, &r, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;
    printf("log      %u bytes went up and came back: %u\n", 43 * 1000, (unsigned)seen);
    printf("item     %s\n", dyn_item_max(&report_model) <= DYN_ITEM_MAX(report, report_fields) ? "the log apart within its bound" : "over its bound");
    printf("memory   %s\n", dyn_memory_peak(&db) <= sizeof memory ? "enough" : "?");
    printf("line     %s\n", dyn_record_size(&db) ? dyn_record_size(&db) <= 4096 ? "TLS, records of 4096" : "TLS, records of any size" : "plain");
    printf("modem    %s\n", m.up > 43000 && m.down > 43000 && m.opened ? "everything went through it" : "?");
    if (dyn_delete_table(&db, &report_model, NULL) != DYN_OK)
        return dyn_print_error(&db), 1;
    dyn_close(&db);
    return 0;
}
