/* A table shared with a Python service that uses pydantic-dynamo: actors and the reviews of them, as that library's README has them. What the service
 * writes is read here, and the other way round: keys, versions, stamps and expiry are kept as it keeps them. */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <string.h>

/* class FilmActor(BaseModel): id: str; name: str; review: Optional[str] */
typedef struct actor {
    char id[40], name[40], review[80];
    bool has_review;
} actor;
static const dyn_field actor_fields[] = {
    DYN_TEXT(actor, id), DYN_TEXT(actor, name), DYN_TEXT(actor, review, .optional = true, .has = DYN_HAS(actor, has_review)),   /* None is NULL */
};
static const dyn_model actor_model = { DYN_MODEL(actor, actor_fields), .table = "example-films" };
DYN_TYPED_REPO(actors, actor, actor_model)                                                                   /* actors_put, actors_get … */

/* class ActorReview(BaseModel): id: str; actor_id: str; created: datetime; review: str */
typedef struct review {
    char    id[40], actor_id[40];
    int64_t created;                  /* Unix microseconds, as a datetime has them */
    char    review[80];
} review;
static const dyn_field review_fields[] = {
    DYN_TEXT(review, id), DYN_TEXT(review, actor_id), DYN_MICROS(review, created, DYN_ISO_OFFSET), DYN_TEXT(review, review),
};
static const dyn_model review_model = { DYN_MODEL(review, review_fields), .table = "example-films" };
DYN_TYPED_REPO(reviews, review, review_model)

/* The table itself, which the library takes as given. */
typedef struct keys { char pk[64], sk[64]; } keys;
static const dyn_field key_fields[] = { DYN_TEXT(keys, pk), DYN_TEXT(keys, sk) };
static const dyn_model table_model = { DYN_MODEL(keys, key_fields), .table = "example-films", .pk = "PARTITION_KEY = {pk}", .sk = "SORT_KEY = {sk}" };

static dyn_client db;

static int fail(void)
{
    dyn_print_error(&db);
    dyn_close(&db);
    return 1;
}

/* A list to its end; how many there were, or -1. */
static int list(dyn_repo *repo, const char *what, const dyn_repo_query *query)
{
    dyn_rows rows;
    dyn_content c;
    review r;
    int n = 0;

    reviews_list(repo, &rows, query);
    for (; reviews_next(repo, &rows, &r, &c) == DYN_ROW; n++)
        printf("%-10s %.*s  %s\n", what, (int)c.content[0].len, c.content[0].ptr, r.review);
    return dyn_finish(&rows) == DYN_OK ? n : -1;
}

/* data = [PartitionedContent(…) for _ in range(10000)]: contents that are made when they are asked for, in no order. */
typedef struct extras {
    actor   a;
    char    id[16];
    dyn_arg part, arg;
} extras;
static dyn_status make_extra(void *user, size_t i, dyn_repo_item *item)
{
    extras *e = (extras *)user;

    memset(&e->a, 0, sizeof e->a);
    snprintf(e->id, sizeof e->id, "%08x", (unsigned)(i * 2654435761u) & 0xffffffffu);
    snprintf(e->a.name, sizeof e->a.name, "Extra number %d", (int)i);
    strcpy(e->a.id, e->id);
    e->part = dyn_text("extras"), e->arg = dyn_text(e->id);
    dyn_key_of(&item->partition, &e->part, 1);
    dyn_key_of(&item->content, &e->arg, 1);
    item->item = &e->a;
    return DYN_OK;
}

int main(void)
{
    static unsigned char memory[64 * 1024], actor_memory[24 * 1024], review_memory[24 * 1024];
    static const char id1[] = "0d7c4b1e-day-lewis", id2[] = "5e9fa2c0-buscemi";
    dyn_repo actors, reviews;

    if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
        return fail();
    dyn_status s = dyn_create_table(&db, &table_model, NULL);
    if ((s != DYN_OK && s != DYN_IN_USE) || dyn_wait_table(&db, &table_model, DYN_TABLE_ACTIVE, NULL) != DYN_OK)
        return fail();

    /* DynamoRepository[FilmActor](partition_prefix="test", partition_name="integration", content_type="actor", …) */
    dyn_repo_config config = { DYN_MEMORY(actor_memory), .convention = dyn_pydantic_dynamo(), .prefix = "test", .name = "integration", .type = "actor",
                               .pk = "PARTITION_KEY", .sk = "SORT_KEY", .consistent = true };
    if (actors_open(&actors, &db, &config) != DYN_OK)
        return fail();
    config.type = "review", config.memory = review_memory;
    if (reviews_open(&reviews, &db, &config) != DYN_OK)
        return fail();

    /* put, put_batch */
    actor lewis = { .name = "Daniel Day-Lewis" }, buscemi = { .name = "Steve Buscemi" };
    strcpy(lewis.id, id1), strcpy(buscemi.id, id2);
    dyn_repo_item both[] = { actors_item(dyn_no_ids(), DYN_KEY(id1), &lewis), actors_item(dyn_no_ids(), DYN_KEY(id2), &buscemi) };
    if (actors_put(&actors, dyn_no_ids(), DYN_KEY(id1), &lewis, NULL) != DYN_OK || actors_put_many(&actors, both, 2, NULL) != DYN_OK)
        return fail();

    /* update with UpdateCommand(set_commands=…), and with current_version=1, which is not the version any more: the stored content is told */
    actor a;
    dyn_content c;
    dyn_image stored = { .item = &a };
    if (actors_update(&actors, dyn_no_ids(), DYN_KEY(id1), DYN_EXPR("SET review = ?", "Talented, but unfriendly in Gangs of New York"), NULL) != DYN_OK)
        return fail();
    s = actors_update(&actors, dyn_no_ids(), DYN_KEY(id1), DYN_EXPR("SET review = ?", "?"),
                      &(dyn_repo_write){ .version = 1, .existing = &stored, .existing_content = &c });
    printf("version 1  %s: %s has version %d\n", dyn_status_name(s), a.name, (int)c.version);

    /* get, get_batch */
    if (actors_get(&actors, dyn_no_ids(), DYN_KEY(id1), &a, &c, NULL) != DYN_OK)
        return fail();
    printf("get        %s: %s (version %d)\n", a.name, a.review, (int)c.version);
    if (actors_get_many(&actors, both, 2, NULL) != DYN_OK)
        return fail();
    printf("get_many   %s, %s\n", lewis.name, buscemi.name);

    /* filters: missing() also finds what is None, which FilterCommand(not_exists={"review"}) does not */
    uint64_t without, talented, others;
    if (actors_count(&actors, &(dyn_repo_query){ .where = { DYN_EXPR("missing(review)") } }, &without) != DYN_OK ||
        actors_count(&actors, &(dyn_repo_query){ .where = { DYN_EXPR("review = ?", lewis.review) } }, &talented) != DYN_OK ||
        actors_count(&actors, &(dyn_repo_query){ .where = { DYN_EXPR("review <> ?", lewis.review) } }, &others) != DYN_OK)
        return fail();
    printf("filters    %d without a review, %d with this one, %d without this one\n", (int)without, (int)talented, (int)others);

    /* reviews of an actor, by their time */
    static const char *const times[] = { "2022-12-31T23:59:59+00:00", "2023-01-15T10:00:00+00:00", "2023-03-02T10:00:00.000250+00:00", "2024-05-17T08:29:02+00:00" };
    static const int64_t micros[] = { 1672531199000000, 1673776800000000, 1677751200000250, 1715934542000000 };
    static const char *const texts[] = { "Too long", "I really thought he was the hero of this movie", "He really embodies the New York state of mind", "Again!" };
    review r[4];
    dyn_repo_item items[5];
    size_t folded;
    memset(r, 0, sizeof r);
    dyn_arg part = dyn_text(id1), content[4];
    for (int i = 0; i < 4; i++) {
        snprintf(r[i].id, sizeof r[i].id, "review-%d", i);
        strcpy(r[i].actor_id, id1);
        strcpy(r[i].review, texts[i]);
        r[i].created = micros[i];
        content[i] = dyn_text(times[i]);
        dyn_key partition, key;
        dyn_key_of(&partition, &part, 1);
        dyn_key_of(&key, &content[i], 1);
        items[i] = reviews_item(partition, key, &r[i]);
    }
    items[4] = items[3];                           /* the library's README saves two reviews with one key in a batch, which the service refuses */
    if (reviews_put_many(&reviews, items, 5, &(dyn_batch_write_options){ .folded = &folded }) != DYN_OK)
        return fail();
    printf("put_many   5 reviews, %d of them left out for a later one with its key\n", (int)folded);

    /* list, with a prefix of the time; list_between */
    if (list(&reviews, "all", &(dyn_repo_query){ .partition = DYN_KEY(id1) }) != 4 ||
        list(&reviews, "2023", &(dyn_repo_query){ .partition = DYN_KEY(id1), .prefix = DYN_KEY("2023") }) != 2 ||
        list(&reviews, "newest", &(dyn_repo_query){ .partition = DYN_KEY(id1), .newest_first = true, .limit = 1 }) != 1 ||
        list(&reviews, "to April", &(dyn_repo_query){ .partition = DYN_KEY(id1), .from = DYN_KEY("2023-01"), .to = DYN_KEY("2023-04") }) != 2)
        return fail();

    /* a page at a time, as BatchResponses come; and all of them as a list */
    static review page[4];
    static dyn_content contents[4];
    dyn_rows rows;
    char cursor[512] = "";
    size_t n;
    do {
        reviews_list(&reviews, &rows, &(dyn_repo_query){ .partition = DYN_KEY(id1), .cursor = cursor });
        if (reviews_page(&reviews, &rows, page, contents, 3, &n, cursor, sizeof cursor) != DYN_OK)
            return fail();
        printf("page       %d reviews, %s\n", (int)n, cursor[0] ? "more follow" : "no more");
    } while (cursor[0]);
    reviews_list(&reviews, &rows, &(dyn_repo_query){ .partition = DYN_KEY(id1) });
    if (reviews_collect(&reviews, &rows, page, contents, 4, &n) != DYN_OK)
        return fail();
    printf("collect    %d reviews, the last of %.*s\n", (int)n, (int)contents[n - 1].content[0].len, contents[n - 1].content[0].ptr);

    /* WriteOnceRepository: what is there is not written again; one that differs is */
    uint32_t order[4];
    uint8_t written;
    dyn_repo_once once = { .order = order, .written = &written };
    if (reviews_write_once(&reviews, items, 4, &once) != DYN_OK)
        return fail();
    printf("once       %d written", (int)once.wrote);
    strcpy(r[3].review, "Again, and better");
    if (reviews_write_once(&reviews, items, 4, &once) != DYN_OK)
        return fail();
    printf(", then %d, number %d\n", (int)once.wrote, written == 8 ? 3 : -1);

    /* the same with ten thousand from a function */
    static uint32_t many_order[10000];
    static uint8_t many_written[10000 / 8];
    static extras e;
    dyn_repo_once many = { .order = many_order, .written = many_written, .batches = true };      /* 25 at a time: nobody else writes them */
    if (dyn_repo_write_once(&actors, make_extra, &e, 10000, &many) != DYN_OK)
        return fail();
    printf("once       %d written", (int)many.wrote);
    if (dyn_repo_write_once(&actors, make_extra, &e, 10000, &many) != DYN_OK)
        return fail();
    printf(", then %d\n", (int)many.wrote);

    /* delete: of a prefix, and of one content */
    uint64_t deleted;
    if (reviews_delete_all(&reviews, &(dyn_repo_query){ .partition = DYN_KEY(id1), .prefix = DYN_KEY("2023") }, &deleted) != DYN_OK ||
        actors_delete(&actors, dyn_no_ids(), DYN_KEY(id2), NULL) != DYN_OK)
        return fail();
    s = actors_get(&actors, dyn_no_ids(), DYN_KEY(id2), &a, NULL, NULL);
    printf("deleted    %d reviews; the second actor is %s\n", (int)deleted, dyn_status_name(s));
    dyn_repo_close(&reviews);                      /* only where others shall be opened: it gives back what the client keeps of it */
    if (dyn_delete_table(&db, &table_model, NULL) != DYN_OK)
        return fail();
    dyn_close(&db);
    return 0;
}
