/* The program whose size tools/footprint reports: a sensor that puts its reading and gets its settings' last one back, over a modem
 * that somebody else drives. WITH_TLS: over an https endpoint with the TLS of dynrepo; else the modem is secure by itself. */
#include "dynrepo.h"

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

int       modem_open(void *user, const char *host, uint16_t port, uint32_t wait_ms);
ptrdiff_t modem_read(void *user, void *to, size_t size, uint32_t wait_ms);
ptrdiff_t modem_write(void *user, const void *from, size_t size, uint32_t wait_ms);
void      modem_close(void *user);
void      modem_wait(void *user, int wants, uint32_t ms);
uint32_t  board_ticks_ms(void *user);
bool      board_entropy(void *user, void *to, size_t size);
int       main(void);

static const dyn_stream modem = {
    .open = modem_open, .read = modem_read, .write = modem_write, .close = modem_close, .wait = modem_wait,
#ifndef WITH_TLS
    .secure = true,
#endif
};
static const dyn_system board = { .ticks_ms = board_ticks_ms, .entropy = board_entropy };

#ifdef WITH_TLS
static unsigned char memory[32 * 1024];
#else
static unsigned char memory[12 * 1024];
#endif
static dyn_client db;

int main(void)
{
    reading r = { "boiler-7", 1763712000000, 61.5, true };
    dyn_status s = dyn_open(&db, &(dyn_config){
        DYN_MEMORY(memory), .region = "eu-central-1", .access_key = "AKIDEXAMPLE", .secret_key = "SECRET", .stream = &modem, .system = &board });

    if (s == DYN_OK)
        s = reading_put(&db, &r, NULL);
    if (s == DYN_OK)
        s = reading_get(&db, &r, NULL);
    dyn_close(&db);
    return s == DYN_OK ? 0 : 1;
}
