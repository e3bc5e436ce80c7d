/* A program of DynamORM in C, on the same tables: books with an index by author, a lock, and the relations of a forum.
 * Run against a local engine: tools/engine run -- build/examples/dynamorm */
#define DYNREPO_IMPLEMENTATION
#include "dynrepo.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

/* ---- class Book(DynaModel): Table, ByAuthor(GlobalIndex) and Schema. Attributes have the members' names, None is absent. */

typedef struct book {
    char    isbn[16];
    char    title[64];
    char    author[32];
    char    publisher[32];
    int64_t year;
    bool    in_print, has_in_print;
} book;
static const char *valid_isbn(const void *member, const void *item)
{
    const char *isbn = (const char *)member;

    (void)item;
    return isbn && strspn(isbn, "0123456789") == strlen(isbn) ? NULL : "an ISBN is made of digits";
}
static const char *this_year(void *item, void *user)      /* missing=lambda: utcnow().year */
{
    book *b = (book *)item;

    (void)user;
    if (!b->year)
        b->year = 1970 + (int64_t)time(NULL) / 31556952;
    return NULL;
}
/* post_save.connect(…, sender=Book), post_update …: heard of each, in batches and transactions too */
static int saved, updated;
static void book_saved(const void *item, void *user)
{
    (void)item, (void)user;
    saved++;
}
static void book_updated(const void *item, void *user)
{
    (void)item, (void)user;
    updated++;
}
static const char *book_deleting(const void *item, void *user)      /* pre_delete; a reason refuses it */
{
    (void)user;
    return strcmp(((const book *)item)->isbn, "12345678910") == 0 ? "the first book stays" : NULL;
}
static const dyn_hooks book_hooks = { .after_save = book_saved, .after_update = book_updated, .before_delete = book_deleting };

static const dyn_field book_fields[] = {
    DYN_TEXT(book, isbn, DYN_VALIDATE(valid_isbn)),
    DYN_TEXT(book, title, .omit_zero = true),
    DYN_TEXT(book, author, .omit_zero = true),
    DYN_TEXT(book, publisher, .omit_zero = true),
    DYN_INT (book, year),
    DYN_BOOL(book, in_print, .has = DYN_HAS(book, has_in_print)),
};
static const dyn_index book_indexes[] = {
    { .name = "by-author", .pk = { "author" }, .read_units = 25, .write_units = 5 },      /* ProjectAll(); else .projection = DYN_PROJECT_KEYS … */
};
static const dyn_model book_model = {
    DYN_MODEL(book, book_fields), .table = "prod-books", .pk = "isbn", DYN_INDEXES(book_indexes), DYN_BEFORE_SAVE(this_year),
    DYN_HOOKS(&book_hooks)
};
DYN_TYPED(book, book_model)

static dyn_status books(dyn_client *db)
{
    book foo = { "12345678910", "Foo", "Mr. Bar", "Publishorama", 0, false, false }, b, after;
    dyn_write_options unique = { .when = { DYN_EXPR("attribute_not_exists(isbn)") } };
    dyn_counted counted;
    dyn_rows rows;

    if (book_put(db, &foo, NULL) != DYN_OK)                                    /* foo.save(), Book.put({…}) */
        return DYN_INVALID;
    printf("unique   %s\n", dyn_status_name(book_put(db, &foo, &unique)));     /* Book.put_unique(…): HashKeyExists */
    book odd = { "12-34", "Bar", "Ms. Foo", "", 1999, true, true };
    printf("invalid  %s\n", dyn_status_name(book_put(db, &odd, NULL)));        /* ValidationError */
    strcpy(odd.isbn, "1234");
    if (book_put(db, &odd, NULL) != DYN_OK || book_get_key(db, &b, DYN_KEY("12345678910"), &(dyn_get_options){ .consistent = true }) != DYN_OK)
        return DYN_INVALID;
    printf("get      %s by %s\n", b.title, b.author);                          /* Book.get(isbn="12345678910") */

    /* book.update(title='Corrected Foo', conditions=dict(title=book.title)) */
    if (book_update(db, &b, DYN_EXPR("SET title = ?", "Corrected Foo"),
                    &(dyn_write_options){ .when = { DYN_EXPR("title = ?", b.title) }, .into = &(dyn_image){ .item = &b } }) != DYN_OK)
        return DYN_INVALID;
    printf("update   %s\n", b.title);
    after = b;
    after.in_print = false, after.has_in_print = true;                         /* book.save(partial=True): sends what differs */
    if (book_save_changes(db, &b, &after, NULL) != DYN_OK)
        return DYN_INVALID;

    /* Book.scan(author__ne="Mr. Bar"), Book.scan(Q(author="Mr. Bar") | ~Q(year__gt=2000)) */
    book_scan(db, &rows, &(dyn_query){ .where = { DYN_EXPR("author <> ?", "Mr. Bar") } });
    while (book_next(&rows, &b) == DYN_ROW)
        printf("scan     %s\n", b.title);
    if (dyn_finish(&rows) != DYN_OK)
        return rows.status;
    if (book_count(db, &(dyn_query){ .where = { DYN_EXPR("author = ? OR NOT year > ?", "Mr. Bar", 2000) } }, &counted) != DYN_OK)
        return DYN_INVALID;
    printf("count    %u over all pages\n", (unsigned)counted.count);
    /* Book.query(isbn__begins_with="12345"): DynamoDB takes = only for a partition key, so this is a scan; here of the index, Book.ByAuthor.scan(…) */
    printf("query    %s\n", dyn_status_name(book_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("begins_with(isbn, ?)", "12345") })));
    dyn_finish(&rows);
    book_scan(db, &rows, &(dyn_query){ .index = "by-author", .where = { DYN_EXPR("begins_with(isbn, ?)", "12345") } });
    while (book_next(&rows, &b) == DYN_ROW)
        printf("begins   %s\n", b.title);
    if (dyn_finish(&rows) != DYN_OK)
        return rows.status;
    if (book_get_key(db, &b, DYN_KEY("12345678910"), NULL) != DYN_OK)
        return DYN_INVALID;
    b.in_print = false, b.has_in_print = true;                                 /* book.in_print = False; book.save(): all of it */
    if (book_put(db, &b, NULL) != DYN_OK)
        return DYN_INVALID;
    /* Book.ByAuthor.query(author="Mr. Bar").reverse().specific_attributes(["title"]) */
    book_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("author = ?", "Mr. Bar"), .newest_first = true, .index = "by-author",
                                         .fields = DYN_FIELDS("title") });
    while (book_next(&rows, &b) == DYN_ROW)
        printf("index    %s\n", b.title);
    if (dyn_finish(&rows) != DYN_OK)
        return rows.status;
    printf("delete   %s\n", dyn_status_name(book_delete(db, &foo, NULL)));
    printf("signals  %d saved, %d updated\n", saved, updated);
    return DYN_OK;
}

/* ---- class Thing(DynaModel): a choice of colors, and an index of keys only, in which a thing without an owner does not stand. */

typedef struct thing { char id[16], name[32], color[8], owner[16]; } thing;
static const dyn_field thing_fields[] = {
    DYN_TEXT(thing, id), DYN_TEXT(thing, name), DYN_TEXT(thing, color, DYN_ONE_OF("purple|red|yellow")), DYN_TEXT(thing, owner, .omit_zero = true),
};
static const dyn_index thing_indexes[] = { { .name = "by-owner", .pk = { "owner" }, .projection = DYN_PROJECT_KEYS } };    /* ProjectKeys() */
static const dyn_model thing_model = { DYN_MODEL(thing, thing_fields), .table = "things", .pk = "id", DYN_INDEXES(thing_indexes) };
DYN_TYPED(thing, thing_model)

static dyn_status things(dyn_client *db)
{
    thing one = { "thing1", "Thing One", "purple", "ann" }, two = { "thing2", "Thing Two", "red", "ann" }, three = { "thing3", "Thing Three", "red", "" };
    thing got[4];
    dyn_mask masks[4];
    static dyn_tables tables;
    dyn_rows rows;
    size_t n = 0;

    if (dyn_list_tables(db, &tables, NULL) != DYN_OK)                          /* list(dynamodb.tables.all()) */
        return DYN_INVALID;
    if (thing_put(db, &one, NULL) != DYN_OK || thing_put(db, &two, NULL) != DYN_OK || thing_put(db, &three, NULL) != DYN_OK)
        return DYN_INVALID;
    snprintf(three.color, sizeof three.color, "orange");
    printf("orange   %s\n", dyn_status_name(thing_put(db, &three, NULL)));     /* ValidationError */
    if (thing_get_key(db, &one, DYN_KEY("thing1"), NULL) != DYN_OK)            /* Thing.get(id="thing1") */
        return DYN_INVALID;
    printf("thing1   %s\n", one.color);

    /* Thing.ByOwner.query(owner="ann"), whose things are partial, then a batch get of the whole ones */
    thing_select(db, &rows, &(dyn_query){ .key = DYN_EXPR("owner = ?", "ann"), .index = "by-owner" });
    while (n < 4 && thing_next(&rows, &got[n]) == DYN_ROW)
        masks[n] = *dyn_present(&rows), n++;
    if (dyn_finish(&rows) != DYN_OK)
        return rows.status;
    printf("sparse   %zu, %s name\n", n, dyn_has(&thing_model, &masks[0], "name") ? "with" : "without");
    if (thing_complete(db, got, n, masks, NULL) != DYN_OK)
        return DYN_INVALID;
    printf("whole    %s\n", strcmp(got[0].id, "thing1") == 0 ? got[0].name : got[1].name);
    thing_scan(db, &rows, &(dyn_query){ .where = { DYN_EXPR("begins_with(name, ?) AND attribute_not_exists(owner)", "Thing") } });
    while (thing_next(&rows, &one) == DYN_ROW)
        printf("nobody's %s\n", one.name);
    return dyn_finish(&rows);
}

/* ---- class Lock(DynaModel). The condition names is_locked too: by `updated` alone, in seconds, two could have it within one second. */

typedef struct lock {
    char    name[16];
    int64_t updated;
    char    key[16];
    bool    is_locked;
} lock;
static const dyn_field lock_fields[] = {
    DYN_TEXT(lock, name), DYN_INT(lock, updated), DYN_TEXT(lock, key, .omit_zero = true), DYN_BOOL(lock, is_locked),
};
static const dyn_model lock_model = { DYN_MODEL(lock, lock_fields), .table = "locks", .pk = "name" };
DYN_TYPED(lock, lock_model)

/* Takes the lock `name` for `key`. DYN_OK · DYN_CONDITION_FAILED: somebody else has it. */
static dyn_status take(dyn_client *db, const char *name, const char *key)
{
    lock l = { "", 0, "", false };
    dyn_status s = lock_get_key(db, &l, DYN_KEY(name), &(dyn_get_options){ .consistent = true });

    if (s == DYN_NOT_FOUND) {
        snprintf(l.name, sizeof l.name, "%s", name);
        s = lock_put(db, &l, &(dyn_write_options){ .when = { DYN_EXPR("attribute_not_exists(name)") } });
    }
    if (s == DYN_OK)
        s = lock_update(db, &l, DYN_EXPR("SET is_locked = ?, key = ?, updated = ?", true, key, (int64_t)time(NULL)),
                        &(dyn_write_options){ .when = { DYN_EXPR("updated = ? AND is_locked = ?", l.updated, false) } });
    return s;
}

/* Gives it back. DYN_CONDITION_FAILED: it was not this key's. */
static dyn_status give(dyn_client *db, const char *name, const char *key)
{
    return lock_update_key(db, DYN_KEY(name), DYN_EXPR("SET is_locked = ?, updated = ? REMOVE key", false, (int64_t)time(NULL)),
                           &(dyn_write_options){ .when = { DYN_EXPR("key = ?", key) } });
}

static dyn_status locks(dyn_client *db)
{
    printf("lock     %s\n", dyn_status_name(take(db, "my-lock", "my-key")));
    printf("other    %s\n", dyn_status_name(take(db, "my-lock", "other")));
    printf("other    %s\n", dyn_status_name(give(db, "my-lock", "other")));
    if (give(db, "my-lock", "my-key") != DYN_OK)
        return DYN_INVALID;
    printf("other    %s\n", dyn_status_name(take(db, "my-lock", "other")));
    return DYN_OK;
}

/* ---- The forum: Thread.user is a ManyToOne, Thread.replies a OneToMany, User.threads the way back over an index. A thread and its replies lie in one
 * partition here, an item collection, so that one call reads both. */

typedef struct user { char name[16]; char motto[32]; } user;
static const dyn_field user_fields[] = { DYN_TEXT(user, name), DYN_TEXT(user, motto, .omit_zero = true) };
static const dyn_model user_model = { DYN_MODEL(user, user_fields), .table = "users", .pk = "name" };

typedef struct thread { char forum[16], subject[32], user_name[16]; } thread;
static const dyn_field thread_fields[] = { DYN_TEXT(thread, forum), DYN_TEXT(thread, subject), DYN_TEXT(thread, user_name) };
static const dyn_index thread_indexes[] = { { .name = "threads-by-user", .pk = { "user_name" }, .projection = DYN_PROJECT_KEYS } };
static const dyn_model thread_model = { DYN_MODEL(thread, thread_fields), .table = "forum", .pk = "pk = {forum}/{subject}", .sk = "sk = THREAD",
                                        DYN_INDEXES(thread_indexes) };
DYN_TYPED(thread, thread_model)

typedef struct reply { char forum[16], subject[32], created[24], message[64]; } reply;
static const dyn_field reply_fields[] = { DYN_TEXT(reply, forum), DYN_TEXT(reply, subject), DYN_TEXT(reply, created), DYN_TEXT(reply, message) };
static const dyn_model reply_model = { DYN_MODEL(reply, reply_fields), .table = "forum", .pk = "pk = {forum}/{subject}", .sk = "sk = REPLY#{created}" };
DYN_TYPED(reply, reply_model)

static const dyn_relation thread_user_relation = { .name = "user", .from = &thread_model, .to = &user_model, .on = { "name = {user_name}" } };
static const dyn_relation thread_replies = { .name = "replies", .from = &thread_model, .to = &reply_model, .on = { "forum", "subject" } };
static const dyn_relation user_threads = {
    .name = "threads", .from = &user_model, .to = &thread_model, .on = { "user_name = {name}" }, .index = "threads-by-user"
};
DYN_TYPED_RELATION(thread_user, thread, user, thread_user_relation)

static dyn_status forum(dyn_client *db)
{
    static const dyn_model *const both[] = { &thread_model, &reply_model };
    thread cats = { "pets", "Cats", "ann" };
    reply first = { "", "", "2026-11-20", "Miaow" }, second = { "", "", "2026-11-21", "Purr" }, r;
    user ann = { "", "new here" };
    union { thread thread; reply reply; } any;
    dyn_related of;                                         /* cats.user, cats.replies …: nothing is read before it is asked for */
    dyn_counted counted;
    dyn_rows rows;
    size_t which;
    bool made;

    if (thread_put(db, &cats, NULL) != DYN_OK)
        return DYN_INVALID;
    thread_user_relate(db, &of, &cats);
    if (thread_user_make(&of, &ann, &made, NULL) != DYN_OK)   /* read, or put when absent; the keys are set from the thread */
        return DYN_INVALID;
    printf("user     %s, %s, %s\n", ann.name, ann.motto, made ? "made" : "found");
    user bob = { "bob", "a cat" };
    thread_user_relate_to(db, &of, &cats, &bob);              /* cats.user = bob: the thread's user_name is what changes */
    if (thread_user_save(&of, &bob, NULL) != DYN_OK)          /* cats.save(), and what is one to one with it: both or none */
        return DYN_INVALID;
    dyn_relate_to(db, &of, &thread_user_relation, &cats, &ann);
    if (thread_user_save(&of, &ann, &(dyn_write_options){ .when = { DYN_EXPR("user_name = ?", "bob") } }) != DYN_OK)
        return DYN_INVALID;
    printf("save     %s is %s's again\n", cats.subject, cats.user_name);

    dyn_relate(db, &of, &thread_replies, &cats);
    if (dyn_related_put(&of, &first, NULL) != DYN_OK || dyn_related_put(&of, &second, NULL) != DYN_OK || dyn_related_count(&of, NULL, &counted) != DYN_OK)
        return DYN_INVALID;
    printf("replies  %u\n", (unsigned)counted.count);
    dyn_related_select(&of, &rows, &(dyn_query){ .where = { DYN_EXPR("begins_with(message, ?)", "P") } });   /* cats.replies.filter(…) */
    while (reply_next(&rows, &r) == DYN_ROW)
        printf("filter   %s\n", r.message);
    if (dyn_finish(&rows) != DYN_OK)
        return rows.status;

    dyn_relate(db, &of, &user_threads, &ann);
    dyn_related_select(&of, &rows, NULL);
    while (thread_next(&rows, &cats) == DYN_ROW)
        printf("thread   %s of %s\n", cats.subject, ann.name);
    if (dyn_finish(&rows) != DYN_OK)
        return rows.status;

    dyn_select_any(db, &rows, both, 2, &(dyn_query){ .key = DYN_EXPR("forum = ? AND subject = ?", "pets", "Cats") });
    while (dyn_next_any(&rows, &which, &any, sizeof any) == DYN_ROW)
        printf("both     %s\n", which == 0 ? any.thread.subject : any.reply.message);
    return dyn_finish(&rows);
}

static dyn_status make_table(dyn_client *db, const dyn_model *m, const dyn_table_options *options)
{
    dyn_status s = dyn_create_table(db, m, options);          /* Book.Table.create_table(wait=True); dyn_table_migrate is update_table() */

    return s == DYN_OK ? dyn_wait_table(db, m, DYN_TABLE_ACTIVE, NULL) : s;
}

int main(void)
{
    static unsigned char memory[64 * 1024];
    static const dyn_model *const tables[] = { &book_model, &lock_model, &user_model, &thread_model, &thing_model };
    dyn_client db;
    /* session_kwargs and resource_kwargs: .region = "us-east-2", .endpoint = "http://localhost:33333"; else the environment says */
    dyn_status s = dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory), .table_prefix = "example-" });

    for (size_t i = 0; s == DYN_OK && i < 5; i++)
        s = make_table(&db, tables[i], i == 0 ? &(dyn_table_options){ .read_units = 25, .write_units = 5 } : NULL);
    if (s == DYN_OK)
        s = things(&db);
    if (s == DYN_OK)
        s = books(&db);
    if (s == DYN_OK)
        s = locks(&db);
    if (s == DYN_OK)
        s = forum(&db);
    if (s != DYN_OK)
        dyn_print_error(&db);
    for (size_t i = 0; i < 5; i++)
        if (dyn_delete_table(&db, tables[i], NULL) != DYN_OK && s == DYN_OK)
            s = DYN_INVALID;
    dyn_close(&db);
    return s != DYN_OK;
}
