/* Conventions: what each of the five libraries keeps beside a content, one of your own made from them, and functions of yours that hear of saves and
 * deletes. A document archive whose items have a revision and two stamps, and whose deletions are refused while somebody works on them. Against the
 * engine that AWS_ENDPOINT_URL_DYNAMODB names. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct paper { char title[32]; char editor[16]; } paper;
static const dyn_field paper_fields[] = { DYN_TEXT(paper, title), DYN_TEXT(paper, editor, .optional = true, .omit_zero = true) };
static const dyn_model paper_model = { DYN_MODEL(paper, paper_fields), .table = "archive" };
DYN_TYPED_REPO(papers, paper, paper_model)

typedef struct keys { char pk[64], sk[64]; } keys;
static const dyn_field key_fields[] = { DYN_TEXT(keys, pk), DYN_TEXT(keys, sk) };
static const dyn_model table_model = { DYN_MODEL(keys, key_fields), .table = "archive", .pk = "pk", .sk = "sk" };

static dyn_client db;

static void must(dyn_status s)
{
    if (s == DYN_OK)
        return;
    dyn_print_error(&db);
    exit(1);
}

/* --- What the libraries keep --------------------------------------------------------------------------------------- */

static void show(const dyn_convention *c)
{
    printf("%-16s keys %s, version %s, expiry %s, changed %s, None is %s\n", c->name, c->keys == DYN_KEYS_OF_IDS ? "of ids" : "of the model",
           c->version ? c->version : "-", c->expires ? c->expires : "-", c->changed ? c->changed : "-", c->nulls ? "NULL" : "absent");
}

/* The archive's own: keys of ids with a slash between, a revision, two stamps that sort as text; what is there is not replaced by a put. */
static dyn_convention archive(void)
{
    dyn_convention c = dyn_dyntastic();

    c.name = "archive", c.keys = DYN_KEYS_OF_IDS, c.separator = "/", c.odd_ids = DYN_IDS_ESCAPE;
    c.version = "rev", c.created = "made", c.changed = "changed", c.times = DYN_ISO_Z | DYN_ISO_MICROS;
    c.create_only = true;
    return c;
}

/* --- Functions that hear of it ------------------------------------------------------------------------------------- */

typedef struct watch { int saved, deleted; const char *locked; } watch;

static void saved(void *user, dyn_key partition, dyn_key content, const void *item)
{
    (void)partition, (void)content, (void)item;            /* item is NULL after an update */
    ((watch *)user)->saved++;
}

static const char *may_go(void *user, dyn_key partition, dyn_key content)
{
    const watch *w = (const watch *)user;

    (void)partition;
    return w->locked && content.count && strncmp(content.args[0].as.s.ptr, w->locked, content.args[0].as.s.len) == 0 ? "somebody is working on it" : NULL;
}

static void deleted(void *user, dyn_key partition, dyn_key content)
{
    (void)partition, (void)content;
    ((watch *)user)->deleted++;
}

/* The ids of a content, as a path. */
static const char *path(const dyn_content *c)
{
    static char text[DYN_MAX_IDS * 16];
    size_t n = 0;

    for (uint32_t i = 0; i < c->content_count && n < sizeof text; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%.*s", i ? " > " : "", (int)c->content[i].len, c->content[i].ptr);
    return text;
}

int main(void)
{
    static unsigned char memory[48 * 1024], repo_memory[24 * 1024];
    const dyn_convention all[] = { dyn_pydantic_dynamo(), dyn_dyntastic(), dyn_dynamo_items(), dyn_dynamorm(), dyn_pynamite(), archive() };
    watch w = { 0, 0, "plan" };
    const dyn_repo_hooks hooks = { .after_save = saved, .before_delete = may_go, .after_delete = deleted, .user = &w };
    dyn_repo repo;
    dyn_content c;
    paper p = { "The plan", "" };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        show(&all[i]);
    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return dyn_print_error(&db), 1;
    must(dyn_create_table(&db, &table_model, NULL));
    must(dyn_wait_table(&db, &table_model, DYN_TABLE_ACTIVE, NULL));
    must(papers_open(&repo, &db, &(dyn_repo_config){ DYN_MEMORY(repo_memory), .convention = archive(), .name = "papers", .hooks = &hooks }));

    must(papers_put(&repo, DYN_KEY(2026), DYN_KEY("plan", "a/b"), &p, NULL));          /* an id with the separator in it is escaped */
    dyn_status again = papers_put(&repo, DYN_KEY(2026), DYN_KEY("plan", "a/b"), &p, NULL);
    must(papers_update(&repo, DYN_KEY(2026), DYN_KEY("plan", "a/b"), DYN_EXPR("SET editor = ?", "ann"), &(dyn_repo_write){ .version = 1 }));
    must(papers_get(&repo, DYN_KEY(2026), DYN_KEY("plan", "a/b"), &p, &c, NULL));
    printf("%s: %s, revision %d by %s, %s\n", path(&c), p.title, (int)c.version, p.editor, c.created_us && c.changed_us >= c.created_us ? "with its stamps" : "?");
    printf("put again: %s\n", dyn_status_name(again));

    if (papers_delete(&repo, DYN_KEY(2026), DYN_KEY("plan", "a/b"), NULL) != DYN_INVALID)
        return 1;
    printf("delete: %s\n", dyn_last_error(&db)->text);
    w.locked = NULL;
    must(papers_delete(&repo, DYN_KEY(2026), DYN_KEY("plan", "a/b"), NULL));
    printf("heard of %d saves and %d delete\n", w.saved, w.deleted);
    must(dyn_delete_table(&db, &table_model, NULL));
    dyn_close(&db);
    return 0;
}
