#define DYNREPO_IMPLEMENTATION
#include "../dynrepo.h"
/* Lists of a repository, collected and page by page; what is kept and let go of while they run; contents written once. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include "client_fixture.h"

typedef struct note {
    char    text[16];
    int64_t n;
    char    my_ttl[8];               /* its name ends as that of an attribute of the convention */
} note;
static const dyn_field note_fields[] = { DYN_TEXT(note, text), DYN_INT(note, n), DYN_TEXT(note, my_ttl, .optional = true) };
static const dyn_model note_model = { DYN_MODEL(note, note_fields), .table = "notes" };
typedef struct keys { char pk[64], sk[64]; } keys;
static const dyn_field key_fields[] = { DYN_TEXT(keys, pk), DYN_TEXT(keys, sk) };
static const dyn_model key_model = { DYN_MODEL(keys, key_fields), .table = "notes", .pk = "pk", .sk = "sk" };

static fixture f;
static dyn_client *const db = &f.db;
static dyn_repo repo, other;
static unsigned char memory[2][32 * 1024];

static void open_one(dyn_repo *to, unsigned char *at, const dyn_model *model, const char *type)
{
    dyn_repo_config c = { .memory = at, .memory_size = sizeof memory[0], .convention = dyn_pydantic_dynamo(), .prefix = "p", .name = "n", .type = type,
                          .consistent = true };
    want(db, DYN_OK, dyn_repo_open(to, db, model, &c));
}

static int open_all(void **state)
{
    (void)state;
    if (gate_is_there())
        gate_reset();
    want(db, DYN_OK, fixture_open(&f, 48 * 1024, NULL));
    fixture_table(&f, &key_model);
    open_one(&repo, memory[0], &note_model, "note");
    open_one(&other, memory[1], &note_model, "other");
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    return fixture_end(&f, &key_model);
}

/* Notes n = from .. to - 1 of partition "ann", contents "0007" …. */
static dyn_status some(void *user, size_t index, dyn_repo_item *item)
{
    static note n;
    static char id[80];
    static dyn_arg partition, content;

    memset((void *)&n, 0, sizeof n);
    n.n = (int64_t)index;
    snprintf(n.text, sizeof n.text, "note %u", (unsigned)index);
    snprintf(id, sizeof id, "%s%04u", (const char *)user, (unsigned)index);
    partition = dyn_text("ann"), content = dyn_text(id);
    dyn_key_of(&item->partition, &partition, 1);
    dyn_key_of(&item->content, &content, 1);
    item->item = &n;
    return DYN_OK;
}

static void fill(size_t count)
{
    char ids[] = "";

    want(db, DYN_OK, dyn_repo_put_many(&repo, some, ids, count, NULL));
}

static void a_list_is_collected_with_what_is_kept_beside(void **state)
{
    note got[12];
    dyn_content kept[12];
    size_t count;
    dyn_rows rows;

    (void)state;
    fill(9);
    dyn_repo_list(&repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("ann"), .newest_first = true });
    want(db, DYN_OK, dyn_repo_collect(&repo, &rows, got, kept, 12, &count));
    assert_int_equal(count, 9);
    for (size_t i = 0; i < count; i++) {
        char id[8];
        snprintf(id, sizeof id, "%04u", 8 - (unsigned)i);
        assert_int_equal(got[i].n, 8 - (int64_t)i);
        assert_int_equal(kept[i].content[0].len, 4);
        assert_memory_equal(kept[i].content[0].ptr, id, 4);           /* all texts are there at once */
        assert_memory_equal(kept[i].partition[0].ptr, "ann", 3);
        assert_int_equal(kept[i].version, 1);
    }
    dyn_repo_list(&repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("ann") });
    want(db, DYN_TOO_LARGE, dyn_repo_collect(&repo, &rows, got, NULL, 8, &count));
    says(db, "more contents than the 8");
    assert_int_equal(count, 8);
    assert_int_equal(got[7].n, 7);
    dyn_repo_list(&repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("ann"), .limit = 8 });
    want(db, DYN_OK, dyn_repo_collect(&repo, &rows, got, NULL, 8, &count));
    dyn_repo_list(&repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("bob") });
    want(db, DYN_OK, dyn_repo_collect(&repo, &rows, got, NULL, 8, &count));
    assert_int_equal(count, 0);
    dyn_repo_list(&repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY(1.5) });
    want(db, DYN_INVALID, dyn_repo_collect(&repo, &rows, got, NULL, 8, &count));
}

/* All pages of a query, so many contents in each at most: the numbers in order. */
static const char *pages(dyn_repo_query q, size_t capacity, int *count)
{
    static char all[1024];
    char cursor[512] = "", next[512];
    size_t used = 0, n;
    note got[16];
    dyn_rows rows;

    all[0] = 0;
    for (*count = 0; *count < 40; ) {
        q.cursor = cursor;
        dyn_repo_list(&repo, &rows, &q);
        want(db, DYN_OK, dyn_repo_page(&repo, &rows, got, NULL, capacity, &n, next, sizeof next));
        assert_true(n <= capacity);
        for (size_t i = 0; i < n; i++)
            used += (size_t)snprintf(all + used, sizeof all - used, "%s%d", used ? " " : "", (int)got[i].n);
        ++*count;
        if (!next[0])
            return all;
        strcpy(cursor, next);
    }
    fail_msg("the pages have no end");
    return all;
}

static void a_list_goes_page_by_page_with_a_cursor_between(void **state)
{
    int n;

    (void)state;
    fill(10);
    assert_string_equal(pages((dyn_repo_query){ .partition = DYN_KEY("ann") }, 4, &n), "0 1 2 3 4 5 6 7 8 9");
    assert_int_equal(n, 3);
    assert_string_equal(pages((dyn_repo_query){ .partition = DYN_KEY("ann"), .newest_first = true }, 3, &n), "9 8 7 6 5 4 3 2 1 0");
    assert_string_equal(pages((dyn_repo_query){ .partition = DYN_KEY("ann"), .where = { DYN_EXPR("n > ?", 2) }, .page = 2 }, 3, &n), "3 4 5 6 7 8 9");
    assert_string_equal(pages((dyn_repo_query){ .partition = DYN_KEY("ann"), .from = DYN_KEY("0003"), .to = DYN_KEY("0008") }, 2, &n), "3 4 5 6 7 8");
    assert_string_equal(pages((dyn_repo_query){ .partition = DYN_KEY("bob") }, 2, &n), "");
    assert_int_equal(n, 1);
}

static void pages_of_whole_ids_pass_over_what_does_not_belong(void **state)
{
    int n;
    note x = { "x", 100, "" };

    (void)state;
    fill(6);
    for (int i = 0; i < 5; i++, x.n++)
        want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("ann"), DYN_KEY("0003", i), &x, NULL));
    for (int i = 0; i < 5; i++, x.n++)
        want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("ann"), DYN_KEY("00031", i), &x, NULL));
    assert_string_equal(pages((dyn_repo_query){ .partition = DYN_KEY("ann"), .prefix = DYN_KEY("0003"), .whole_ids = true }, 2, &n), "3 100 101 102 103 104");
    assert_string_equal(pages((dyn_repo_query){ .partition = DYN_KEY("ann"), .prefix = DYN_KEY("0003"), .whole_ids = true, .page = 1 }, 16, &n),
                        "3 100 101 102 103 104");
}

static void a_cursor_belongs_to_its_query(void **state)
{
    char cursor[512], small[20];
    dyn_repo_query q = { .partition = DYN_KEY("ann") };
    dyn_rows rows;
    note got[4];
    size_t n;
    uint64_t count;

    (void)state;
    fill(6);
    dyn_repo_list(&repo, &rows, &q);
    want(db, DYN_TOO_LARGE, dyn_repo_page(&repo, &rows, got, NULL, 4, &n, small, sizeof small));
    dyn_repo_list(&repo, &rows, &q);
    want(db, DYN_INVALID, dyn_repo_page(&repo, &rows, got, NULL, 0, &n, cursor, sizeof cursor));
    dyn_repo_list(&repo, &rows, &q);
    want(db, DYN_OK, dyn_repo_page(&repo, &rows, got, NULL, 4, &n, cursor, sizeof cursor));
    q.cursor = cursor;
    refuses(db, ".cursor", dyn_repo_count(&repo, &q, &count));
    refuses(db, ".cursor", dyn_repo_delete_all(&repo, &q, &count));
    refuses(db, "cursor", dyn_repo_list(&repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("bob"), .cursor = cursor }));
    want(db, DYN_OK, dyn_repo_list(&repo, &rows, &q));
    want(db, DYN_ROW, dyn_repo_next(&repo, &rows, &got[0], NULL));
    assert_int_equal(got[0].n, 4);
    want(db, DYN_OK, dyn_finish(&rows));
}

static void a_read_of_several_repositories_goes_on_behind_a_cursor(void **state)
{
    dyn_repo *const both[] = { &repo, &other };
    dyn_repo_query q = { .partition = DYN_KEY("ann"), .limit = 3 };
    char cursor[512] = "", seen[64] = "";
    note x = { "x", 0, "" }, got;
    size_t which, used = 0;
    dyn_rows rows;

    (void)state;
    fill(4);
    for (; x.n < 4; x.n++)
        want(db, DYN_OK, dyn_repo_put(&other, DYN_KEY("ann"), DYN_KEY(x.n), &x, NULL));
    for (int i = 0; i < 4; i++) {
        q.cursor = cursor;
        dyn_repo_list_any(both, 2, &rows, &q);
        while (dyn_repo_next_any(&rows, &which, &got, sizeof got, NULL) == DYN_ROW)
            used += (size_t)snprintf(seen + used, sizeof seen - used, "%c%d", which ? 'o' : 'n', (int)got.n);
        dyn_status s = dyn_cursor(&rows, cursor, sizeof cursor, NULL);
        want(db, DYN_OK, dyn_finish(&rows));
        if (s == DYN_DONE)
            break;
    }
    assert_string_equal(seen, "n0n1n2n3o0o1o2o3");
}

static void closing_a_repository_ends_its_read(void **state)
{
    dyn_repo *const both[] = { &repo, &other };
    dyn_repo_query q = { .partition = DYN_KEY("ann") };
    dyn_rows rows;
    size_t which;
    note got;

    (void)state;
    fill(4);
    want(db, DYN_OK, dyn_repo_list_any(both, 2, &rows, &q));
    want(db, DYN_ROW, dyn_repo_next_any(&rows, &which, &got, sizeof got, NULL));
    dyn_repo_close(&other);
    assert_int_equal(dyn_repo_next_any(&rows, &which, &got, sizeof got, NULL), DYN_CANCELLED);
    assert_int_equal(dyn_finish(&rows), DYN_CANCELLED);
    want(db, DYN_OK, dyn_repo_list(&repo, &rows, &q));
    want(db, DYN_ROW, dyn_repo_next(&repo, &rows, &got, NULL));
    dyn_repo_close(&other);                                           /* not open, and not its read */
    want(db, DYN_ROW, dyn_repo_next(&repo, &rows, &got, NULL));
    dyn_repo_close(&repo);
    assert_int_equal(dyn_repo_next(&repo, &rows, &got, NULL), DYN_CANCELLED);
    assert_int_equal(dyn_finish(&rows), DYN_CANCELLED);
    refuses(db, "the repository is not open", dyn_repo_put(&repo, DYN_KEY("ann"), DYN_KEY("1"), &got, NULL));
    refuses(db, "the repository is not open", dyn_repo_list(&repo, &rows, &q));
    open_one(&repo, memory[0], &note_model, "note");
    want(db, DYN_OK, dyn_repo_get_begin(&repo, DYN_KEY("ann"), DYN_KEY("0001"), &got, NULL, NULL));
    dyn_repo_close(&repo);
    open_one(&repo, memory[0], &note_model, "note");
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("ann"), DYN_KEY("0001"), &got, NULL, NULL));
}

static void whole_ids_need_no_memory_for_what_lies_beside(void **state)
{
    char beside[] = "1-an-id-that-begins-alike-and-is-long-enough-to-fill-the-memory-";
    note x = { "x", 0, "" }, got[4];
    uint64_t n = 0;
    dyn_rows rows;
    size_t count;

    (void)state;
    want(db, DYN_OK, dyn_repo_put_many(&repo, some, beside, 900, NULL));
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("ann"), DYN_KEY("1", "z"), &x, NULL));
    want(db, DYN_OK, dyn_repo_delete_all(&repo, &(dyn_repo_query){ .partition = DYN_KEY("ann"), .prefix = DYN_KEY("1"), .whole_ids = true }, &n));
    assert_int_equal(n, 1);
    want(db, DYN_OK, dyn_repo_count(&repo, &(dyn_repo_query){ .partition = DYN_KEY("ann") }, &n));
    assert_int_equal(n, 900);
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("ann"), DYN_KEY("1", "z"), &x, NULL));
    dyn_repo_list(&repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("ann"), .prefix = DYN_KEY("1"), .whole_ids = true, .newest_first = true });
    want(db, DYN_OK, dyn_repo_collect(&repo, &rows, got, NULL, 4, &count));
    assert_int_equal(count, 1);
}

static void a_part_of_a_content_tells_expiry_and_version_whatever_its_members_are_called(void **state)
{
    note x = { "x", 1, "a" }, got;
    dyn_content c;

    (void)state;
    want(db, DYN_OK, dyn_repo_put(&repo, DYN_KEY("ann"), DYN_KEY("1"), &x, &(dyn_repo_write){ .expires = 4102444800, .version = 7 }));
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("ann"), DYN_KEY("1"), &got, &c, &(dyn_get_options){ .fields = DYN_FIELDS("n, `my_ttl`") }));
    assert_int_equal(c.expires, 4102444800);
    assert_int_equal(c.version, 7);
    assert_string_equal(got.my_ttl, "a");
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("ann"), DYN_KEY("1"), &got, &c, &(dyn_get_options){ .fields = DYN_FIELDS(" `_ttl`,n") }));
    assert_int_equal(c.expires, 4102444800);
}

/* --- Writing once */

typedef struct person {
    char     name[16], lower[16];
    int64_t  created, updated;
    uint32_t writes;
} person;
static const char *lower(void *item, void *user)
{
    person *p = (person *)item;

    (void)user;
    for (size_t i = 0; i < sizeof p->name; i++)
        p->lower[i] = (char)(p->name[i] >= 'A' && p->name[i] <= 'Z' ? p->name[i] + 32 : p->name[i]);
    return p->name[0] ? NULL : "no name";
}
static const dyn_field person_fields[] = {
    DYN_TEXT(person, name), DYN_TEXT(person, lower), DYN_CREATED(person, created), DYN_UPDATED(person, updated), DYN_VERSION(person, writes),
};
static const dyn_model person_model = { DYN_MODEL(person, person_fields), .table = "notes", DYN_BEFORE_SAVE(lower) };

static void what_a_model_makes_on_save_is_no_difference(void **state)
{
    person people[2] = { { .name = "Ann" }, { .name = "Bob" } }, got;
    dyn_arg p = dyn_text("p"), ids[2] = { dyn_text("1"), dyn_text("2") };
    dyn_repo_item items[2];
    uint32_t order[2];
    uint8_t written[1];
    dyn_repo_once once = { .order = order, .written = written };
    dyn_content c;

    (void)state;
    open_one(&repo, memory[0], &person_model, "person");
    memset((void *)items, 0, sizeof items);
    for (int i = 0; i < 2; i++)
        dyn_key_of(&items[i].partition, &p, 1), dyn_key_of(&items[i].content, &ids[i], 1), items[i].item = &people[i];
    want(db, DYN_OK, dyn_repo_write_once(&repo, NULL, items, 2, &once));
    assert_int_equal(once.wrote, 2);
    want(db, DYN_OK, dyn_repo_write_once(&repo, NULL, items, 2, &once));
    assert_int_equal(once.wrote, 0);
    strcpy(people[1].name, "Ben");
    want(db, DYN_OK, dyn_repo_write_once(&repo, NULL, items, 2, &once));
    assert_int_equal(once.wrote, 1);
    assert_int_equal(written[0], 2);
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("p"), DYN_KEY("2"), &got, &c, NULL));
    assert_string_equal(got.lower, "ben");
    assert_int_equal(c.version, 2);
    assert_true(got.created > 0 && got.updated > 0);
    people[1].created = 5;                         /* given, so it counts */
    want(db, DYN_OK, dyn_repo_write_once(&repo, NULL, items, 2, &once));
    assert_int_equal(once.wrote, 1);
    people[0].name[0] = 0;
    want(db, DYN_INVALID, dyn_repo_write_once(&repo, NULL, items, 2, &once));
    says(db, ".before_save|no name");
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("p"), DYN_KEY("1"), &got, &c, NULL));
    assert_string_equal(got.name, "Ann");
}

typedef struct song {
    char    id[8];
    dyn_str words;
    char    tags[4][8];
    int     tag_count;
    int64_t n;
} song;
static const dyn_field song_fields[] = {
    DYN_TEXT(song, id), DYN_STR(song, words), DYN_TEXT_SET(song, tags, tag_count, .optional = true), DYN_INT(song, n),
};
static const dyn_model song_model = { DYN_MODEL(song, song_fields), .table = "notes", .pk = "pk = S#{id}", .sk = "sk = A" };

static void contents_with_keys_of_the_model_are_compared_one_beside_the_other(void **state)
{
    static const char words[] = "words of a song, which go on for a while so that there is something to write over";
    song songs[8], got;
    dyn_repo_item items[8];
    uint32_t order[8];
    uint8_t written[1];
    dyn_repo_once once = { .order = order, .written = written };
    dyn_repo_config c = { .memory = memory[0], .memory_size = sizeof memory[0], .convention = dyn_dyntastic(), .consistent = true };

    (void)state;
    want(db, DYN_OK, dyn_repo_open(&repo, db, &song_model, &c));
    memset((void *)items, 0, sizeof items);
    memset((void *)songs, 0, sizeof songs);
    for (int i = 0; i < 8; i++) {
        snprintf(songs[i].id, sizeof songs[i].id, "s%d", i);
        songs[i].words.ptr = words, songs[i].words.len = sizeof words - 1, songs[i].n = i;
        strcpy(songs[i].tags[0], "one"), strcpy(songs[i].tags[1], "two"), songs[i].tag_count = 2;
        items[i].item = &songs[i];
    }
    want(db, DYN_OK, dyn_repo_write_once(&repo, NULL, items, 8, &once));
    assert_int_equal(once.wrote, 8);
    for (int i = 0; i < 8; i++)                    /* the same sets, in another order */
        strcpy(songs[i].tags[0], "two"), strcpy(songs[i].tags[1], "one");
    want(db, DYN_OK, dyn_repo_write_once(&repo, NULL, items, 8, &once));
    assert_int_equal(once.wrote, 0);
    songs[0].words.len--, songs[2].tag_count = 1;
    want(db, DYN_OK, dyn_repo_write_once(&repo, NULL, items, 8, &once));
    assert_int_equal(once.wrote, 2);
    assert_int_equal(written[0], 5);
    want(db, DYN_OK, dyn_repo_get(&repo, DYN_KEY("s2"), dyn_no_ids(), &got, NULL, NULL));
    assert_int_equal(got.tag_count, 1);
}

/* --- What is told, and kept */

static dyn_status gives_up(void *user, size_t index, dyn_repo_item *item)
{
    dyn_status s = some(user, index, item);

    return index == 2 ? DYN_NOT_FOUND : s;
}

static void a_source_that_gives_up_is_told(void **state)
{
    uint32_t order[4];
    dyn_repo_once once = { .order = order };
    char ids[] = "";
    note got;

    (void)state;
    refuses(db, "the source of the contents gave up at number 2", dyn_repo_write_once(&repo, gives_up, ids, 4, &once));
    refuses(db, "gave up at number 2", dyn_repo_put_many(&repo, gives_up, ids, 4, NULL));
    want(db, DYN_NOT_FOUND, dyn_repo_get(&repo, DYN_KEY("ann"), DYN_KEY("0000"), &got, NULL, NULL));
}

static void a_repository_that_is_opened_while_a_read_is_open_says_so(void **state)
{
    dyn_repo_config c = { DYN_MEMORY(memory[1]), .convention = dyn_pydantic_dynamo() };
    dyn_docs_config d = { DYN_MEMORY(memory[1]), .table = "notes" };
    dyn_docs docs;
    dyn_rows rows;
    note got;

    (void)state;
    fill(3);
    want(db, DYN_OK, dyn_repo_list(&repo, &rows, &(dyn_repo_query){ .partition = DYN_KEY("ann") }));
    want(db, DYN_ROW, dyn_repo_next(&repo, &rows, &got, NULL));
    want(db, DYN_BUSY, dyn_repo_open(&other, db, &note_model, &c));
    says(db, "still open|dyn_finish");
    want(db, DYN_BUSY, dyn_docs_open(&docs, db, &d));
    says(db, "still open|dyn_finish");
    want(db, DYN_ROW, dyn_repo_next(&repo, &rows, &got, NULL));
    want(db, DYN_OK, dyn_finish(&rows));
}

static void documents_are_opened_and_closed_as_often_as_one_likes(void **state)
{
    static unsigned char room[48 * 1024];
    dyn_value empty = { "{\"M\":{}}", 8 };
    dyn_docs docs;

    (void)state;
    for (int i = 0; i < 600; i++) {                /* wherever they lie; their client has 48 KB */
        dyn_docs_config c = { .memory = room + 16 * i, .memory_size = sizeof room - 16 * 600, .table = "notes", .pk = "pk", .sk = "sk" };
        want(db, DYN_OK, dyn_docs_open(&docs, db, &c));
        if (i % 50 == 0)
            want(db, DYN_OK, dyn_docs_put(&docs, DYN_KEY("a", "b"), empty, &(dyn_repo_write){ .replace = true }, NULL));
        dyn_repo_close(&docs.repo);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_list_is_collected_with_what_is_kept_beside, open_all, close_all),
        cmocka_unit_test_setup_teardown(a_list_goes_page_by_page_with_a_cursor_between, open_all, close_all),
        cmocka_unit_test_setup_teardown(pages_of_whole_ids_pass_over_what_does_not_belong, open_all, close_all),
        cmocka_unit_test_setup_teardown(a_cursor_belongs_to_its_query, open_all, close_all),
        cmocka_unit_test_setup_teardown(a_read_of_several_repositories_goes_on_behind_a_cursor, open_all, close_all),
        cmocka_unit_test_setup_teardown(closing_a_repository_ends_its_read, open_all, close_all),
        cmocka_unit_test_setup_teardown(whole_ids_need_no_memory_for_what_lies_beside, open_all, close_all),
        cmocka_unit_test_setup_teardown(a_part_of_a_content_tells_expiry_and_version_whatever_its_members_are_called, open_all, close_all),
        cmocka_unit_test_setup_teardown(contents_with_keys_of_the_model_are_compared_one_beside_the_other, open_all, close_all),
        cmocka_unit_test_setup_teardown(what_a_model_makes_on_save_is_no_difference, open_all, close_all),
        cmocka_unit_test_setup_teardown(a_source_that_gives_up_is_told, open_all, close_all),
        cmocka_unit_test_setup_teardown(a_repository_that_is_opened_while_a_read_is_open_says_so, open_all, close_all),
        cmocka_unit_test_setup_teardown(documents_are_opened_and_closed_as_often_as_one_likes, open_all, close_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
