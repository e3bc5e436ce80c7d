/* Two clients in one thread, driven from one epoll loop: each writes readings of a boiler of its own, then counts them. Nothing blocks:
 * dyn_step moves a call on, dyn_wants says what to wait for. (A host name is still looked up by the system's resolver, which blocks; an
 * address in the endpoint avoids that.) Linux only, for epoll; with poll or an RTOS's events the loop is the same. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { CLIENTS = 2, READINGS = 20 };

typedef struct reading {
    char    device[24];
    int64_t taken_at;          /* Unix milliseconds */
    double  celsius;
} reading;

static const dyn_field reading_fields[] = { DYN_TEXT(reading, device), DYN_INT(reading, taken_at), DYN_REAL(reading, celsius) };
static const dyn_model reading_model = { DYN_MODEL(reading, reading_fields), .table = "boilers", .pk = "device", .sk = "taken_at" };
DYN_TYPED(reading, reading_model)

/* What one client is doing. Everything that a running call points to lives here, and so stays where it is. */
typedef struct worker {
    dyn_client     db;
    unsigned char  memory[48 * 1024];
    reading        r;
    dyn_arg        device;      /* the value of the query's ? */
    dyn_rows       rows;
    int            written, counted;
    bool           reading_rows, done;
    dyn_status     result;
    int            fd;          /* what epoll watches for this client; -1: nothing */
    uint32_t       step_at;     /* by clock_ms: step again then at the latest */
} worker;

static uint32_t clock_ms(void)
{
    return dyn_posix_system()->ticks_ms(NULL);
}

/* The call before ended with s: begins the next one. DYN_OK: there is one. */
static dyn_status go_on(worker *w, dyn_status s)
{
    if (s >= DYN_INVALID)
        return s;
    if (w->reading_rows) {
        if (s == DYN_ROW)
            w->counted++;
        return s == DYN_DONE ? s : reading_next_begin(&w->rows, &w->r);
    }
    if (w->written < READINGS) {
        w->r.taken_at = 1763712000000 + 60000 * (int64_t)w->written;
        w->r.celsius = 20 + 0.5 * w->written++;
        return reading_put_begin(&w->db, &w->r, NULL);
    }
    dyn_query q = { .limit = 0 };
    dyn_expr_of(&q.key, "device = ?", &w->device, 1);
    w->reading_rows = true;
    s = reading_select(&w->db, &w->rows, &q);
    return s == DYN_OK ? reading_next_begin(&w->rows, &w->r) : s;
}

/* Moves a client on as far as it goes without waiting. */
static void run(worker *w)
{
    dyn_status s;

    while ((s = dyn_step(&w->db)) != DYN_PENDING) {
        s = go_on(w, s);
        if (s != DYN_OK) {
            w->done = true;
            w->result = w->reading_rows ? dyn_finish(&w->rows) : s;
            return;
        }
    }
}

/* Tells epoll what this client waits for. A client that reconnects has another descriptor, or one of the same number that epoll does not
 * know (it forgets those that are closed), so MOD is tried first and ADD when that is unknown. */
static void watch(worker *w, int epoll, uint32_t number)
{
    dyn_want want = dyn_wants(&w->db);
    int fd = w->done || !want.events ? -1 : (int)want.handle;
    struct epoll_event e = { 0 };

    w->step_at = clock_ms() + want.ms;
    if (w->fd >= 0 && w->fd != fd)
        epoll_ctl(epoll, EPOLL_CTL_DEL, w->fd, NULL);     /* fails when it is closed: then it is gone already */
    w->fd = fd;
    if (fd < 0)
        return;
    e.events = (want.events & DYN_WANT_READ ? (uint32_t)EPOLLIN : 0) | (want.events & DYN_WANT_WRITE ? (uint32_t)EPOLLOUT : 0);
    e.data.u32 = number;
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &e) != 0 && errno == ENOENT)
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
}

/* Milliseconds until the first client must be stepped whatever happens; -1: all are done. */
static int patience(const worker *all)
{
    int least = -1;

    for (int i = 0; i < CLIENTS; i++) {
        int32_t left = (int32_t)(all[i].step_at - clock_ms());
        if (!all[i].done && (least < 0 || left < least))
            least = left > 0 ? left : 0;
    }
    return least;
}

static int loop(worker *all)
{
    struct epoll_event ready[CLIENTS];
    int epoll = epoll_create1(0), ms;

    for (int i = 0; i < CLIENTS; i++) {
        run(&all[i]);
        watch(&all[i], epoll, (uint32_t)i);
    }
    while ((ms = patience(all)) >= 0) {
        bool step[CLIENTS] = { false };
        int n = epoll_wait(epoll, ready, CLIENTS, ms);
        for (int i = 0; i < n; i++)
            step[ready[i].data.u32] = true;
        for (int i = 0; i < CLIENTS; i++) {
            if (all[i].done || (!step[i] && (int32_t)(all[i].step_at - clock_ms()) > 0))
                continue;
            run(&all[i]);
            watch(&all[i], epoll, (uint32_t)i);
        }
    }
    close(epoll);
    return 0;
}

int main(void)
{
    static worker all[CLIENTS];
    int failed = 0;

    for (int i = 0; i < CLIENTS; i++) {
        worker *w = &all[i];
        memset(w, 0, sizeof *w);
        w->fd = -1;
        snprintf(w->r.device, sizeof w->r.device, "boiler-%d", i + 1);
        if (dyn_open(&w->db, &(dyn_config){ DYN_MEMORY(w->memory) }) != DYN_OK)
            return dyn_print_error(&w->db), 1;
    }
    dyn_status s = dyn_create_table(&all[0].db, &reading_model, NULL);   /* once, at the start: these two block */
    if ((s != DYN_OK && s != DYN_IN_USE) || dyn_wait_table(&all[0].db, &reading_model, DYN_TABLE_ACTIVE, NULL) != DYN_OK)
        return dyn_print_error(&all[0].db), 1;
    for (int i = 0; i < CLIENTS; i++) {
        all[i].device = dyn_text(i == 0 ? "boiler-1" : "boiler-2");
        if (go_on(&all[i], DYN_OK) != DYN_OK)
            return dyn_print_error(&all[i].db), 1;
    }
    loop(all);
    for (int i = 0; i < CLIENTS; i++) {
        worker *w = &all[i];
        if (w->result != DYN_OK)
            dyn_print_error(&w->db);
        else
            printf("boiler-%d  %d readings written, %d counted\n", i + 1, w->written, w->counted);
        failed += w->result != DYN_OK || w->counted != READINGS;
        dyn_close(&w->db);
    }
    return failed;
}
