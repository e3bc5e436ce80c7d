/* Members of more kinds than text and numbers: a UUID and stamps that are made on save, bytes, times as Python writes them, a version that keeps
 * two writers from overwriting each other, rules for what a member may hold, and hooks. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <string.h>

typedef struct note {
    unsigned char id[16], author[16];
    char          title[24];
    char          color[8];
    int32_t       stars;
    unsigned char digest[4], salt[8];
    uint8_t       salt_size;
    dyn_str       picture;
    int64_t       read_at;            /* Unix microseconds */
    int64_t       due;                /* Unix milliseconds */
    int64_t       created, updated, made, born, changed, first, last;
    uint32_t      version, expires;
} note;

/* NULL: it is right; else why not. */
static const char *no_shouting(const void *member, const void *item)
{
    const char *title = (const char *)member;

    (void)item;
    for (; *title; title++)
        if (*title >= 'a' && *title <= 'z')
            return NULL;
    return "do not shout";
}

/* Gets the copy that is sent. */
static const char *fill_in(void *item, void *user)
{
    note *n = (note *)item;

    (void)user;
    if (!n->color[0])
        strcpy(n->color, "red");
    return NULL;
}

/* Gets each note that was read; *user counts them. */
static const char *count(void *item, void *user)
{
    (void)item;
    ++*(int *)user;
    return NULL;
}

static int loaded;
static const dyn_field note_fields[] = {
    DYN_UUID(note, id, .make = DYN_MAKE_UUID7),
    DYN_UUID(note, author, .make = DYN_MAKE_UUID4),
    DYN_TEXT(note, title, DYN_VALIDATE(no_shouting)),
    DYN_TEXT(note, color, DYN_ONE_OF("red|green|blue")),
    DYN_INT(note, stars, DYN_RANGE("0", "5")),
    DYN_BYTES(note, digest),
    DYN_BYTES_N(note, salt, salt_size, DYN_LENGTH("1", "8")),
    DYN_BLOB(note, picture, .omit_zero = true),
    DYN_MICROS(note, read_at, DYN_ISO_OFFSET, .omit_zero = true),
    DYN_TIME(note, due, DYN_ISO_Z | DYN_ISO_SECONDS, .omit_zero = true),
    DYN_CREATED(note, created),
    DYN_UPDATED(note, updated),
    DYN_MILLIS(note, made, .make = DYN_MAKE_NOW),
    DYN_CREATED_ISO(note, born),
    DYN_UPDATED_ISO(note, changed),
    DYN_TIME(note, first, DYN_ISO_OFFSET, .make = DYN_MAKE_CREATED),      /* the same in another form */
    DYN_TIME(note, last, DYN_ISO_OFFSET, .make = DYN_MAKE_UPDATED),
    DYN_VERSION(note, version),
    DYN_TTL(note, expires),
};
static const dyn_model note_model = {
    DYN_MODEL(note, note_fields), .table = "notes", .pk = "id", DYN_BEFORE_SAVE(fill_in), DYN_AFTER_LOAD(count), .user = &loaded,
};
DYN_TYPED(note, note_model)

static int fail(dyn_client *db)
{
    dyn_print_error(db);
    dyn_close(db);
    return 1;
}

int main(void)
{
    static unsigned char memory[64 * 1024];
    dyn_client db;
    char text[37];

    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return fail(&db);
    dyn_status s = dyn_create_table(&db, &note_model, NULL);
    if ((s != DYN_OK && s != DYN_IN_USE) || dyn_wait_table(&db, &note_model, DYN_TABLE_ACTIVE, NULL) != DYN_OK)
        return fail(&db);

    note n = { .title = "Milk", .stars = 3, .digest = { 1, 2, 3, 4 }, .salt = { 9 }, .salt_size = 1, .picture = { "\x89PNG", 4 },
               .read_at = 1715934542000001, .due = 1715934542000 };
    if (note_put(&db, &n, &(dyn_write_options){ .made = &n }) != DYN_OK)            /* n has its id, stamps and version now */
        return fail(&db);
    dyn_uuid_format(n.id, text);
    printf("made a note %s, version %u, %s\n", n.id[6] >> 4 == 7 && strlen(text) == 36 ? "of our time" : "?", n.version, n.color);

    note other = n;                                                                 /* somebody else reads and writes it */
    strcpy(other.title, "Bread");
    if (note_put(&db, &other, &(dyn_write_options){ .check_version = true }) != DYN_OK)
        return fail(&db);
    s = note_update(&db, &n, DYN_EXPR("SET stars = ?", 4), &(dyn_write_options){ .check_version = true });
    printf("writing to what has changed: %s\n", dyn_status_name(s));
    n.stars = 6;
    s = note_put(&db, &n, NULL);
    printf("%s\n", dyn_last_error(&db)->text);
    n.stars = 5, strcpy(n.title, "MILK");
    s = note_put(&db, &n, NULL);
    printf("%s\n", dyn_last_error(&db)->text);

    unsigned char id[16];
    dyn_arg values[1];
    dyn_key key;
    if (!dyn_uuid_parse(text, strlen(text), id) || dyn_uuid_v4(&db, n.author) != DYN_OK || dyn_uuid_v7(&db, n.author) != DYN_OK)
        return fail(&db);
    values[0] = dyn_uuid(id);
    dyn_key_of(&key, values, 1);                                                    /* DYN_KEY(dyn_uuid(id)), put together at run time */
    if (dyn_update_key(&db, &note_model, key, DYN_EXPR("SET picture = ?", dyn_bytes("GIF8", 4)), NULL) != DYN_OK ||
        note_get_key(&db, &n, DYN_KEY(dyn_uuid(id)), NULL) != DYN_OK)
        return fail(&db);
    printf("%s, %.*s, version %u, loaded %d\n", n.title, (int)n.picture.len, n.picture.ptr, n.version, loaded);
    if (note_delete(&db, &n, &(dyn_write_options){ .check_version = true }) != DYN_OK || dyn_delete_table(&db, &note_model, NULL) != DYN_OK)
        return fail(&db);
    dyn_close(&db);
    return 0;
}
