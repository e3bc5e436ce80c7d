/* A session with the engine, recorded, and played back without it. Run against a local engine:
 * AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <string.h>

typedef struct note {
    char id[16];
    char text[40];
} note;

static const dyn_field note_fields[] = { DYN_TEXT(note, id), DYN_TEXT(note, text) };
static const dyn_model note_model = { DYN_MODEL(note, note_fields), .table = "example-notes", .pk = "id" };
DYN_TYPED(note, note_model)

static struct { char text[64 * 1024]; size_t len; } recording;

static void keep(void *user, const void *data, size_t size)   /* or to a file */
{
    (void)user;
    if (size <= sizeof recording.text - recording.len)
        memcpy(recording.text + recording.len, data, size), recording.len += size;
}

/* The program that is recorded, and made to do the same again. */
static dyn_status session(dyn_client *db)
{
    note n = { "first", "hello" };
    dyn_status s = dyn_create_table(db, &note_model, NULL);
    if (s == DYN_OK || s == DYN_IN_USE)
        s = dyn_wait_table(db, &note_model, DYN_TABLE_ACTIVE, NULL);
    if (s == DYN_OK)
        s = note_put(db, &n, NULL);
    if (s == DYN_OK)
        s = note_get(db, &n, NULL);
    printf("note     %s\n", s == DYN_OK ? n.text : dyn_status_name(s));
    if (s == DYN_OK)
        s = dyn_delete_table(db, &note_model, NULL);
    return s;
}

int main(void)
{
    static unsigned char memory[48 * 1024];
    static dyn_player player;
    dyn_client db;
    dyn_recorder recorder;
    dyn_sink sink = { keep, NULL };

    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK || dyn_record(&db, &recorder, &sink) != DYN_OK || session(&db) != DYN_OK)
        return dyn_print_error(&db), 1;
    dyn_close(&db);

    dyn_config config = { DYN_MEMORY(memory) };
    dyn_str text = { recording.text, recording.len };
    if (dyn_play(&player, text, &config) != DYN_OK || dyn_open(&db, &config) != DYN_OK || session(&db) != DYN_OK)
        return fprintf(stderr, "%s\n", player.problem), 1;
    dyn_close(&db);
    printf("played   %s\n", dyn_played(&player) ? "whole" : player.problem);
    return 0;
}
