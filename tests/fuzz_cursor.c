/* Any text as a cursor: it is refused, or shows a key that is JSON. */
#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char json[4096], again[8192];
    char *text;
    size_t length;
    dyn_value key;
    dyn_error err;

    if (size > 4096)
        return 0;
    text = (char *)malloc(size + 1);
    memcpy(text, data, size);
    text[size] = 0;
    memset((void *)&err, 0, sizeof err);
    if (dyn_cursor_key(text, json, sizeof json, &length) == DYN_OK && dyn_value_from_json(json, length, again, sizeof again, &key, &err) == DYN_INVALID)
        abort();
    (void)dyn_cursor_key(text, json, 8, &length);
    free(text);
    return 0;
}
