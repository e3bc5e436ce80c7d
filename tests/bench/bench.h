/* What the C programs of the benchmark share: clocks, processor time, the high-water mark of memory, the RESULT line. */
#ifndef BENCH_H
#define BENCH_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static inline double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static inline double cpu_us(void)
{
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1e6 + (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

/* The most memory that this process has had, in KB. */
static inline long high_water_kb(void)
{
    char line[256];
    long kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (!strncmp(line, "VmHWM:", 6))
            kb = atol(line + 6);
    if (f)
        fclose(f);
    return kb;
}

/* cpu and wall are of all n operations; check is the sum of the numbers that the last one decoded. */
static inline void result(const char *op, long n, double cpu, double wall, double check)
{
    long kb = high_water_kb();
    printf("RESULT op=%s n=%ld cpu_us=%.3f wall_us=%.3f rss_kb=%ld check=%.1f\n", op, n, cpu / (double)n, wall / (double)n, kb, check);
}
#endif
