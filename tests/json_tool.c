#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* The C side of py_json.py. Reads documents from stdin until it ends: 4 bytes of length (little endian), then the bytes. Answers each with
 * '1' when dyn__skip_run takes it as one JSON value with white space around it, '0' when not, 'X' when it depends on how the bytes
 * are split. */
#include <stdio.h>
#include <stdlib.h>

static bool is_json(const char *p, size_t n, size_t step)
{
    dyn__skip s;
    const char *at = p, *end = p + n;
    int r = DYN__MORE;

    dyn__skip_start(&s);
    for (size_t to = 0; r == DYN__MORE && to < n; ) {
        to = n - to > step ? to + step : n;
        r = dyn__skip_run(&s, &at, p + to);
    }
    while (r == DYN__GOOD && at < end && dyn__is_space(*at))
        at++;
    return r == DYN__GOOD && at == end;
}

int main(void)
{
    unsigned char length[4];

    while (fread(length, 1, 4, stdin) == 4) {
        size_t n = (size_t)length[0] | (size_t)length[1] << 8 | (size_t)length[2] << 16 | (size_t)length[3] << 24;
        char *text = (char *)malloc(n + 1);
        if (!text || fread(text, 1, n, stdin) != n)
            return 1;
        text[n] = ' ';                                       /* a number ends with what follows it */
        bool whole = is_json(text, n + 1, n + 1);
        putchar(is_json(text, n + 1, 1) != whole || is_json(text, n + 1, 7) != whole ? 'X' : whole ? '1' : '0');
        free(text);
    }
    return fflush(stdout) ? 1 : 0;
}
