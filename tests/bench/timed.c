/* timed COMMAND... - runs it and prints on standard error: TIMED wall_us=… cpu_us=… maxrss_kb=…. Wall is from just before the fork to
 * the end being collected. A tiny parent, since on Linux a child's maximal memory starts from the image that forked it. */
#define _GNU_SOURCE
#include "bench.h"
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    int status;
    struct rusage r;
    double wall = now_us();
    pid_t child = fork();
    if (!child) {
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    wait4(child, &status, 0, &r);
    wall = now_us() - wall;
    fprintf(stderr, "TIMED wall_us=%.0f cpu_us=%ld maxrss_kb=%ld\n", wall,
            (long)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1000000L + (long)(r.ru_utime.tv_usec + r.ru_stime.tv_usec), r.ru_maxrss);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
