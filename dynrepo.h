/* dynrepo.h - keep your own C structs in Amazon DynamoDB.   Version 0.1.0.   MIT licence at the end of this file.
 *
 *   1. In ONE source file:   #define DYNREPO_IMPLEMENTATION
 *                            #include "dynrepo.h"          - before any system header; everywhere else only the #include
 *   2. Link BearSSL and nothing else:   cc -std=c11 app.c -lbearssl      (Debian: libbearssl-dev, libjsmn-dev)
 *   3. Describe a struct, open a client over memory of yours, put, get, query: the quick start below.
 *
 *   A pointer may be NULL where its comment says so, and nowhere else.
 *   Nothing is allocated: all memory is a block that you hand to dyn_open. No struct of this interface may be MOVED OR COPIED
 *   while it is in use (dyn_client from open to close, dyn_rows from select to finish). One thread at a time per client.
 *   What is read (dyn_str members) lies in the client's memory and lives until the next read. Zeroed options are the defaults.
 *
 * Contents: Quick start - Models - Keys - Values and expressions - Reading many - Batches - Writing safely - Transactions - Errors - Memory -
 * Time limits and stepping - TLS and trust - Firmware - C++ - Switches - What it does not do - Decisions. Then the interface, section by section
 * (search for ">>": >>base >>stream >>model >>expr >>sign >>os >>call >>op >>repo), then the implementation in the same order.
 *
 * QUICK START
 *
 *      typedef struct reading {
 *          char    device[24];
 *          int64_t taken_at;                               // Unix milliseconds
 *          double  celsius;
 *          bool    charging;
 *      } reading;
 *
 *      static const dyn_field reading_fields[] = {
 *          DYN_TEXT(reading, device),
 *          DYN_INT (reading, taken_at),
 *          DYN_REAL(reading, celsius, .attr = "temp"),     // the attribute has another name than the member
 *          DYN_BOOL(reading, charging),
 *      };
 *      static const dyn_model reading_model = {
 *          DYN_MODEL(reading, reading_fields),
 *          .table = "telemetry",
 *          .pk = "pk = DEVICE#{device}",
 *          .sk = "sk = READING#{taken_at:13}",
 *      };
 *      DYN_TYPED(reading, reading_model)                   // reading_put, reading_get, reading_select, reading_next ...
 *
 *      int main(void)
 *      {
 *          static unsigned char memory[48 * 1024];         // all the memory it ever uses; 16 KB do without TLS
 *          dyn_client db;
 *          if (dyn_open(&db, &(dyn_config){ DYN_MEMORY(memory) }) != DYN_OK)
 *              return dyn_print_error(&db), 1;             // region, endpoint, credentials: from the environment
 *
 *          reading r = { "boiler-7", 1763712000000, 61.5, true };
 *          if (reading_put(&db, &r, NULL) != DYN_OK)
 *              return dyn_print_error(&db), 1;
 *
 *          dyn_rows rows;
 *          reading_select(&db, &rows, &(dyn_query){
 *              .key = DYN_EXPR("device = ? AND taken_at >= ?", "boiler-7", 1763000000000),
 *              .where = { DYN_EXPR("celsius > ?", 60) },
 *              .newest_first = true, .limit = 10 });
 *          while (reading_next(&rows, &r) == DYN_ROW)
 *              printf("%lld  %.1f\n", (long long)r.taken_at, r.celsius);
 *          if (dyn_finish(&rows) != DYN_OK)                // an error in the loop or before it is never lost
 *              dyn_print_error(&db);
 *          dyn_close(&db);                                 // wipes secrets; legal after a failed open
 *          return 0;
 *      }
 *
 *      reading_get(&db, &r, NULL)                          // by the key members that are set in r
 *      reading_get_key(&db, &r, DYN_KEY("boiler-7", 1763712000000), NULL)
 *      reading_update(&db, &r, DYN_EXPR("SET celsius = celsius + ?", 1), &(dyn_write_options){ .into = &(dyn_image){ .item = &r } })
 *      reading_delete(&db, &r, &(dyn_write_options){ .when = { DYN_EXPR("charging = ?", false) } })
 *      dyn_create_table(&db, &reading_model, NULL), dyn_wait_table(&db, &reading_model, DYN_TABLE_ACTIVE, NULL)
 *
 * A local server instead of the service: config.endpoint or AWS_ENDPOINT_URL_DYNAMODB = "http://127.0.0.1:8000".
 *
 * MODELS
 *
 *   A model is a const table over a struct that you have; nothing is generated. Each line names the type and the member, then options:
 *      .attr = "temp"       the attribute's name              .optional = true     absent or NULL is no error: .initial, or zero
 *      .has = DYN_HAS(T, flag)   a bool that says if it is there   .omit_zero = true    zero, "" or empty is not stored
 *      .nan = DYN_NAN_OMIT  NaN is not stored, else an error  .key_only = true     only in the key, not stored a second time
 *   in the order of dyn_field. A member of the wrong C type does not compile. Kinds: TEXT char[N] - STR slice - BOOL - INT any integer -
 *   REAL float, double - NUMBER 38 digits - SECONDS, MILLIS, ISO time - ENUM by names - MAP nested struct - INT_, REAL_, BOOL_,
 *   TEXT_LIST array with a count - INT_, REAL_, TEXT_SET the same as a set (an empty one is not stored). An attribute that is missing, NULL,
 *   too long, out of range or of another type than declared is an error that names it (DYN_BAD_ROW), never a silent zero or a cut
 *   text. Attributes that the model does not know are passed over, and
 *   survive a dyn_update, which sends only what it names; dyn_put replaces the whole item. A DYN_NUMBER may come back in another form
 *   than it was written (1.50 as 1.5): DynamoDB normalises. dyn_model_check(&model, &error) belongs into your unit tests.
 *
 *   More than one value: every scalar kind has a _LIST, an array with a count member (STR_, NUMBER_, SECONDS_, MILLIS_, ISO_, ENUM_LIST too), and
 *   MAP_LIST is an array of structs: DYN_MAP_LIST(unit, sensors, sensor_count, sensor_model). Lists and maps nest in each other to
 *   32 levels, and expressions name what is in them: "sensors[0].celsius > ?". An _ARRAY is a pointer and a count, of any length:
 *   DYN_MAP_ARRAY(order, lines, line_count, line_model); MAP_PTR, INT_PTR, REAL_PTR, BOOL_PTR are NULL when absent. What they point to lies
 *   where texts do. LARGE_BYTES and LARGE_TEXT move an attribute of up to 400 KB through two functions of yours (dyn_large), in pieces of at
 *   most 4 KB: from flash into a request, from an answer to flash.
 *
 *   BYTES unsigned char[N] - BYTES_N the same with a count - BLOB slice: B, base64 on the way. dyn_bytes(ptr, len) is their value in
 *   expressions and keys. A read item's bytes are as long as the member says, or DYN_BAD_ROW. UUID unsigned char[16], text on the way.
 *   TIME and MICROS are times in the forms that others write: DYN_MICROS(T, at, DYN_ISO_OFFSET) is Python's isoformat(), with six digits of
 *   a second when there are any; DYN_ISO_Z | DYN_ISO_MICROS sorts as text; .iso_key is the form in a key's template (Python's str():
 *   DYN_ISO_OFFSET | DYN_ISO_SPACE). DYN_ISO is DYN_ISO_Z | DYN_ISO_MILLIS. They read every form; what an integer of milliseconds cannot
 *   hold of a fraction is cut.
 *
 * KEYS
 *
 *   .pk = "product_id" is a member. .pk = "pk = DEVICE#{device}" is an attribute made of text and members; an integer has a width
 *   ({taken_at:13}) and is written with leading zeros so that text order is number order: it must be 0 or more and fit. A text in
 *   front of more text must not contain what follows it ("a#b" in {x}#{y}), and no key is empty: both are refused by name. Several models
 *   can share a table: a select stays inside the literal beginning of its model's sort key, a scan filters by both beginnings.
 *
 * INDEXES
 *
 *   static const dyn_index visit_indexes[] = { { .name = "by_city", .pk = { "gsi1pk = CITY#{city}" }, .sk = { "gsi1sk = AT#{at:13}" } } };
 *   and in the model, behind .sk: DYN_INDEXES(visit_indexes). A key is a member, an attribute with a template, or by its name one that another
 *   template makes ("sk"); up to four and four attributes. A put writes what templates make, and leaves an attribute out when a member in it is
 *   not stored (.has, .omit_zero): such an item is not in the index. An update of a member in an index's template is refused, since the
 *   attribute would stay as it was: put the item. DYN_ITEM_KIND("type = visit") is written by each put and required in each item read.
 *
 * VALUES AND EXPRESSIONS
 *
 *   DynamoDB's own language with ? for each value: DYN_EXPR("celsius > ? AND attribute_exists(owner.name) AND size(tags) < ?", 60, 5).
 *   Conditions: = <> < <= > >=, BETWEEN, IN, NOT, AND, OR, ( ), attribute_exists, attribute_not_exists, attribute_type, begins_with,
 *   contains, size, and missing(x) for "absent or NULL". Updates: SET a = ?, b = b + ?, c = if_not_exists(c, ?), d = list_append(d, ?)
 *   REMOVE e, f[0] ADD n ? DELETE tags ?. Names are members or attributes (`in backticks` when odd), with paths meta.fw and vals[2]; all are
 *   aliased, so
 *   reserved words are no matter. A value is converted to the kind of the member that it meets (60 to 60.0, 1 to true, ISO text to a time,
 *   a number to an enum's name), or refused. .where and .when are arrays of four, AND-ed, empty ones skipped.
 *   In a .key the members of the partition key stand with =, those of the sort key with =, then one range (< <= > >= BETWEEN begins_with).
 *   DYN_EXPR's values live as long as the enclosing block: do not build one in an inner block and use it outside.
 *
 * READING MANY
 *
 *   dyn_select / dyn_scan, dyn_next until it is not DYN_ROW, dyn_finish. Pages are fetched as needed, decoded as they arrive: a 1 MB page
 *   passes through a 16 KB client. .limit is exact. A row that does not fit the model is DYN_BAD_ROW with its key in the error; the next
 *   dyn_next goes on behind it. A connection cut in mid-page is taken up again behind the last whole row. A client has one read open
 *   at a time and other calls are DYN_BUSY meanwhile: to change while listing use dyn_collect first (it stops at a bad row), or a second
 *   client.
 *
 * BATCHES
 *
 *   reading_put_many(&db, array, count, &(dyn_batch_write_options){ .left = bits })   reading_delete_many   reading_get_many(&db, array, count, statuses, NULL)
 *   dyn_batch_write and dyn_batch_get take arrays of several models and tables; dyn_batch_write_from asks a function of yours for each item, so that
 *   a log in flash needs no copy in memory; reading_complete fetches what rows of an index lack. Requests have 25 writes or 100 keys, and what fits half of the
 *   work memory; each is settled before the next, so of two changes of one item the later one counts. What the service leaves unprocessed
 *   is sent again, and in the end handed back: a bit for each write in .left, a status for each read. A batch is no transaction: some of it may be done.
 *
 * WRITING SAFELY
 *
 *   Up to 4 tries (config.attempts), with full jitter, a budget of 500 and x-amz-retry-after: the SDKs' standard mode of November 2026.
 *   A request counts as possibly applied once the stream took a byte of it and no answer denied it. Then: unconditional puts, deletes and
 *   updates that come to the same when done twice are repeated; an update that counts (ADD, x = x + ?, list_append) is not, nor is a write that
 *   returns the old item (the second time that would be the new one): they end as DYN_UNCERTAIN; a conditional write is repeated, and when
 *   the repeat fails its condition the status is DYN_CONDITION_FAILED with error.maybe_applied. Nothing is lost silently, and nothing is
 *   counted twice silently.
 *   More certainty, where it is wanted: options.once = DYN_ONCE sends a put, update or delete as a transaction of one action, which DynamoDB does
 *   once however often it is sent (for ten minutes; twice the capacity): what counts is repeated then. A member char[33] DYN_WRITE_ID(T, m)
 *   gets a new random id with every put and update; a conditional write that is repeated asks for the item that fails its condition, and when
 *   that carries this call's id it was this call's own work: DYN_OK. Equal content proves nothing and is not taken for it.
 *   reading_save_changes(&db, &before, &after, NULL) sends only what differs, and never makes an item that was deleted meanwhile.
 *
 * TRANSACTIONS
 *
 *   All or nothing, over items of any models and tables; DynamoDB takes 100 actions, one for each item:
 *      dyn_tx_write move[] = {
 *          DYN_TX_UPDATE_KEY(account_model, DYN_KEY("anna"), DYN_EXPR("SET balance = balance - ?", 30), .when = { DYN_EXPR("balance >= ?", 30) }),
 *          DYN_TX_UPDATE_KEY(account_model, DYN_KEY("ben"), DYN_EXPR("SET balance = balance + ?", 30)),
 *          DYN_TX_PUT(entry_model, &entry) };
 *      if (dyn_transact_write(&db, move, 3, NULL) == DYN_CONDITION_FAILED) ...   // move[0].status says that it was the first one's
 *   DYN_TX_PUT, _UPDATE, _DELETE, _CHECK take a struct, with _KEY a key. A token, yours or a random one, makes it safe to repeat, and it always is;
 *   cancelled by other writers or throttling alone it is tried again. dyn_transact_get reads up to 100 items as of one moment:
 *      dyn_tx_read both[] = { DYN_TX_GET(account_model, &anna), DYN_TX_GET_KEY(entry_model, &entry, DYN_KEY("anna", 7)) };
 *      dyn_transact_get(&db, both, 2, NULL)                // both[1].found
 *   Work memory: 88 bytes and the key for each action, and its expressions; the items themselves are not copied.
 *
 * ERRORS
 *
 *   Every function that can fail returns a dyn_status. dyn_last_error(&db) has the first cause: text (what, where, what to do), the
 *   service's code and request id, HTTP status, attempts, needed bytes, maybe_applied, the attribute. dyn_is_transient(status),
 *   dyn_is_callers_fault(status), dyn_retry_after_ms(&db) save lists of statuses. After an error an item is unspecified but for its
 *   key members. Calls made while another runs return DYN_BUSY and leave its error alone.
 *
 * MEMORY
 *
 *   One block per client, divided at dyn_open; too small is DYN_NO_MEMORY with the bytes needed. dyn_memory_peak tells what was used.
 *   Bytes on a 64-bit machine (a test compares this table with the build; Cortex-M: see the README):
 *     dyn_client        552      yours, beside the block
 *     state            3504      settings, signing, decoder, the running call
 *     TLS contexts     7080      only with an https endpoint, as the next two
 *     TLS in          16709      config.record_size 4096, 2048, 1024, 512: 4421, 2373, 1349, 837
 *     TLS out          1109
 *     windows           a fifth of the rest to send, a quarter to receive (at most 16 KB and 64 KB), the request's head in front
 *     models            16 for each field and some 200 for each model that the client meets
 *     work              what is left: the running call from one end, results (text of dyn_str members) from the other
 *   Results are let go of when the next read's answer begins, so what was read may be changed and put back; those of a write's images
 *   when the next image comes. opt.arena keeps text longer.
 *   A text that does not fit the memory is DYN_NO_MEMORY, naming the attribute and the bytes. dyn_close wipes the whole block.
 *
 * WHAT IT COSTS
 *
 *   .capacity = DYN_CAPACITY_TOTAL or _INDEXES in the config, or in a call's options, asks what calls consume; dyn_capacity(&db) tells it of
 *   the last call: .total, .read, .write, .table, .indexes. DYN_TOTALS(array) in the config keeps the account of a whole program: the sum in
 *   array[0], then a line for each model and operation. dyn_meter(&db) counts bytes as the stream moves them, TLS included, requests,
 *   connections and handshakes: of the last call, and since dyn_open.
 *
 * TIME LIMITS AND STEPPING
 *
 *   Each function has a twin with _begin that only starts; dyn_step moves it on without ever blocking, dyn_wants says what to wait for and for
 *   how long, dyn_cancel ends it. The blocking functions are this loop. config: connect_ms (connection and handshake, each), attempt_ms
 *   (to the first byte of the answer), idle_ms (the longest gap between bytes), total_ms (all tries; also in each options struct). A
 *   limit is looked at only when nothing moves, and time between rows is not counted: a slow program is not timed out. Name
 *   look-ups of the POSIX stream block; an address in the endpoint avoids them (not with TLS, which needs a name to check).
 *   Of a try's signature: a clock that is more than 4 minutes off is corrected by the service's, once per call, and kept for the client.
 *
 * TLS AND TRUST
 *
 *   An https endpoint (the default) is TLS 1.2 by BearSSL: ECDHE with AES-GCM or ChaCha20-Poly1305. The chain must lead to one of the Amazon
 *   roots built in (Amazon Root CA 1-4, Starfield Services G2), or instead to config.trust (PEM or DER) or the file that the environment's
 *   AWS_CA_BUNDLE names, as with all AWS tools; name and dates are always checked, and
 *   there is no switch to skip any of it. A refused certificate sends no byte of the request. Not checked: revocation.
 *   Trusted input: the config, models, items and options of the program. Hostile input: every byte from the network; lengths, depths and
 *   numbers in it are bounded and checked, answers are compared with x-amz-crc32 when the service sends one.
 *
 * FIRMWARE
 *
 *   #define DYNREPO_NO_OS leaves out sockets, clocks and files; give config.stream (seven functions over your modem or socket, see dyn_stream)
 *   and
 *   config.system (milliseconds, random bytes, and the time if it is known). Without a clock the time is learned over TLS from the service, whose
 *   certificate is checked as always but for its dates, which the answer must lie within. DYNREPO_SMALL prefers size. A stack of 6 KB
 *   is enough for TLS. The largest single computation, a signature check in the handshake, takes up to a second on a 100 MHz Cortex-M3: mind
 *   the watchdog. record_size 2048 saves 14 KB where the server agrees (the service does not promise it; dyn_record_size tells).
 *
 * C++
 *
 *   The interface compiles as C++11, the implementation as C++20. Options are passed by reference: reading_put(&db, &r, { .when = { … } }) in
 *   place of &(dyn_write_options){ … }. DYN_EXPR's values live until the end of the full expression, so write it inside the call; for a
 *   _begin keep it in a variable (auto e = DYN_EXPR(…)) until the call has ended.
 *
 * SWITCHES  (each is built and tested; none changes a public struct)
 *
 *   DYNREPO_IMPLEMENTATION   the code, in one file     DYNREPO_STATIC   everything static in that file    DYNREPO_NO_TLS   no TLS in it
 *   DYNREPO_NO_OS   no POSIX     DYNREPO_SMALL   size before speed     DYNREPO_NO_ERROR_TEXT   statuses and codes, no texts (saves about 15 KB)
 *   DYNREPO_ASSERT(x)   default nothing; yours is called where a rule for callers or an invariant is broken
 *
 * RAW CALLS AND JSON
 *
 *   dyn_raw(&db, "DescribeLimits", body, &answer, NULL) signs, sends and repeats any operation, and gives its answer as JSON text, also
 *   a refusal's. dyn_json_get(answer, "Table.KeySchema[0].AttributeName", &value) finds a value in such a text, dyn_json_next goes through
 *   an object or an array, dyn_json_text, _int and _real take a scalar out. What is not read by name is not sent twice (options.repeat).
 *
 * PARTIQL
 *
 *   dyn_execute(&db, &(dyn_statement){ .text = DYN_EXPR("UPDATE {table} SET n = ? WHERE id = ?", 5, "a"), .model = &thing_model }, NULL) for INSERT,
 *   UPDATE and DELETE, dyn_execute_select with dyn_next for SELECT, dyn_execute_batch for up to 25 statements of which each may fail alone,
 *   dyn_execute_transaction for up to 100 that are done together or not at all. {table} is the model's table, {item} the struct in .item as
 *   a document, :member one of its members. The statement's names are the service's business, not the model's: attributes, and reserved words
 *   ("at", "name" …) in double quotes. An UPDATE that is cut off is DYN_UNCERTAIN unless options.repeat says that twice is the same as once.
 *
 * CHANGE STREAMS
 *
 *   A client opened with DYN_STREAMS (they have an endpoint of their own), dyn_changes_open over an array of dyn_shard (2.3 KB each), then
 *   dyn_change_next until DYN_DONE, again after a second: each change with its images before and after as structs, its kind, key, time and
 *   number. dyn_changes_checkpoint gives the place as a text, options.checkpoint goes on behind it, after a restart too; a change may then
 *   come twice, when it was handed out but its checkpoint not stored. Order holds for each item; shards are read children after parents.
 *   Iterators that expired are renewed; changes that were lost because they are older than 24 hours are an error, once, and never silent.
 *
 * WHAT IT DOES NOT DO (yet): bytes as members; credentials from containers,
 * instance metadata and STS. TLS 1.3.
 *
 * DECISIONS that differ from what one might expect
 *   - >>os stands before >>call, not last: dyn_open takes its defaults from it, and a section calls only sections above it.
 *   - A stream's read and write are told how long they may block, so that a blocking call costs one send and one recv and no poll between.
 *   - Key attributes come first in a put, then the members in their order: so writing can be resumed at any part.
 *   - SHA-256 over requests is an own one on 64-bit machines, BearSSL's elsewhere and with DYNREPO_SMALL: half of a put's processor time is
 *     hashing, and this one takes four fifths of the time. TLS is BearSSL's throughout.
 *   - dyn_collect reads one row more than the array holds, into work memory, to tell "exactly full" from "there is more".
 *
 * VERSIONS: DYNREPO_VERSION is major * 10000 + minor * 100 + patch. Before 1.0 a minor version may change the interface; a removed name stays as an #error
 * that names its replacement. Members are added to option structs before their end, so designated initialisers keep working.
 */
#ifndef DYNREPO_H
#define DYNREPO_H

#if defined(DYNREPO_IMPLEMENTATION) && !defined(DYNREPO_NO_OS) && !defined(_DEFAULT_SOURCE)
#define _DEFAULT_SOURCE                /* sockets under a strict -std=c99 */
#endif
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

#define DYNREPO_VERSION 100            /* major * 10000 + minor * 100 + patch */
#define DYNREPO_VERSION_TEXT "0.1.0"

#ifdef DYNREPO_STATIC
#define DYN_API static DYN__UNUSED
#else
#define DYN_API
#endif
#if defined(__GNUC__)
#define DYN__UNUSED __attribute__((unused))
#else
#define DYN__UNUSED
#endif
#ifdef __cplusplus
#define DYN__DEF(x) = x                /* so that g++ is silent about members left out of an initialiser */
extern "C" {
#else
#define DYN__DEF(x)
#endif

/* ======================================================================================================================
 * >>base   Status, slices, the arena, sinks.
 * Calls nothing. Everything else stands on this.
 * ==================================================================================================================== */

/* What a function says. Everything from DYN_INVALID on is an error; dyn_last_error tells more. */
typedef enum dyn_status {
    DYN_OK = 0,
    DYN_ROW,              /* dyn_next: *item holds a row */
    DYN_DONE,             /* dyn_next: there are no more rows */
    DYN_PENDING,          /* dyn_step: not finished; dyn_wants says what to wait for */
    DYN_NOT_FOUND,        /* the item or the table is not there; not an error */

    /* the program's own: the same call would fail again */
    DYN_INVALID,          /* an argument, a member, a model or an expression is wrong; nothing was sent */
    DYN_NO_MEMORY,        /* the memory given is too small; dyn_error.needed says how many bytes would get past this point */
    DYN_BUSY,             /* another call or read of this client is not finished */
    DYN_CHANGED,          /* the data to send changed while it was being sent */
    DYN_TOO_LARGE,        /* over a limit of DynamoDB or of the protocol */
    DYN_NO_CREDENTIALS,   /* none given and none found */
    DYN_NO_ENTROPY,       /* no source of random bytes: TLS is impossible */
    DYN_NO_CLOCK,         /* the time is unknown and could not be learned */
    DYN_CANCELLED,        /* dyn_cancel ended it */

    /* the data */
    DYN_BAD_ROW,          /* an item does not fit the model; a read of many goes on behind it */
    DYN_CORRUPT,          /* an answer is not what its checksum says, or is no valid JSON */

    /* the service's answer */
    DYN_CONDITION_FAILED, /* the condition of a write did not hold */
    DYN_CONFLICT,         /* a transaction is working on the item */
    DYN_NO_TABLE,         /* the table or index does not exist */
    DYN_IN_USE,           /* the table exists already, or is being changed */
    DYN_REJECTED,         /* the service refused the request; its code and message are in dyn_error */
    DYN_DENIED,           /* signature, key, token or permission */
    DYN_CLOCK_SKEW,       /* the service says that the request's time is wrong, and correcting it did not help */
    DYN_THROTTLED,        /* too much for the table or the account, also after all tries */
    DYN_UNAVAILABLE,      /* the service failed (5xx), also after all tries */
    DYN_UNCERTAIN,        /* a write that must not be repeated was cut off: it may have been applied or not */

    /* the way there */
    DYN_NO_HOST,          /* the host name is not known */
    DYN_UNREACHABLE,      /* no connection: refused, no route */
    DYN_DISCONNECTED,     /* the connection broke */
    DYN_TIMEOUT,          /* a time limit passed */
    DYN_PROTOCOL,         /* the peer does not speak proper HTTP */
    DYN_TLS_FAILED,       /* the TLS handshake or a record failed */
    DYN_TLS_UNTRUSTED,    /* the server's certificate does not lead to a trusted root */
    DYN_TLS_WRONG_HOST,   /* the server's certificate is for another host */
    DYN_TLS_EXPIRED       /* the server's certificate is expired or not yet valid */
} dyn_status;

/* A slice of bytes, not terminated. ptr may be NULL when len is 0. */
typedef struct dyn_str {
    const char *ptr DYN__DEF(NULL);
    size_t      len DYN__DEF(0);
} dyn_str;

/* Memory handed out from front to back, never given back one by one. Set base and size, the rest zero. */
typedef struct dyn_arena {
    unsigned char *base    DYN__DEF(NULL);
    size_t         size    DYN__DEF(0);   /* bytes */
    size_t         used    DYN__DEF(0);
    size_t         peak    DYN__DEF(0);   /* the most that was ever used */
    size_t         missing DYN__DEF(0);   /* by how many bytes the last failed request was too large */
} dyn_arena;

/* Where text goes: called any number of times, in order. */
typedef struct dyn_sink {
    void (*write)(void *user, const void *data, size_t size) DYN__DEF(NULL);
    void  *user DYN__DEF(NULL);
} dyn_sink;

/* What is known about the last failure. Texts are terminated; an unknown one is "". */
typedef struct dyn_error {
    dyn_status status        DYN__DEF(DYN_OK);
    int        http_status   DYN__DEF(0);      /* of the last answer; 0: there was none */
    uint32_t   attempts      DYN__DEF(0);      /* how often it was tried */
    uint32_t   retry_ms      DYN__DEF(0);      /* what the service asked to wait (x-amz-retry-after); 0: nothing */
    size_t     needed        DYN__DEF(0);      /* DYN_NO_MEMORY: bytes of memory that would get past this point */
    bool       maybe_applied DYN__DEF(false);  /* a write may have been applied although it failed */
    char       code[48];                       /* the service's error name: "ValidationException" */
    char       request_id[64];                 /* x-amzn-RequestId, for a support case */
    char       attribute[64];                  /* the attribute or action that it is about, cut when longer */
    char       text[320];                      /* what happened, and what to do next */
} dyn_error;

/* ======================================================================================================================
 * >>stream   The byte stream under HTTP, and the system that the core asks for time and random bytes.
 * ==================================================================================================================== */

/* What a stream's functions return, beside a number of bytes (> 0). */
enum {
    DYN_IO_AGAIN  = -1,   /* nothing now; ask again when the stream is ready */
    DYN_IO_CLOSED = -2,   /* the peer closed */
    DYN_IO_ERROR  = -3,   /* broken: reset, refused, unreachable */
    DYN_IO_NO_HOST = -4   /* open only: the name is not known */
};
enum { DYN_WANT_READ = 1, DYN_WANT_WRITE = 2 };

/* A byte stream to a host: sockets, a modem, a test. Every function gets `user`. wait_ms: how long the function may block when
 * nothing can be done at once; 0: not at all. A stream that cannot block ignores it and returns DYN_IO_AGAIN. Blocking shorter
 * is always right, longer never. */
typedef struct dyn_stream {
    /* Connects to host (a name or an address; IPv6 without brackets) and port. After DYN_IO_AGAIN it is called again with the same
     * arguments until it returns 1 (connected) or an error. A name look-up may block. */
    int       (*open)(void *user, const char *host, uint16_t port, uint32_t wait_ms) DYN__DEF(NULL);
    ptrdiff_t (*read)(void *user, void *to, size_t size, uint32_t wait_ms) DYN__DEF(NULL);
    ptrdiff_t (*write)(void *user, const void *from, size_t size, uint32_t wait_ms) DYN__DEF(NULL);
    bool      (*alive)(void *user) DYN__DEF(NULL);            /* false: the peer closed, or sent bytes that nobody asked for; NULL: unknown */
    void      (*close)(void *user) DYN__DEF(NULL);            /* legal at any time, also twice and before open */
    void      (*wait)(void *user, int wants, uint32_t ms) DYN__DEF(NULL);   /* blocks until ready (DYN_WANT_ bits) or ms passed;
                                                                 wants 0, or nothing open: sleeps */
    intptr_t  (*handle)(void *user) DYN__DEF(NULL);           /* for poll and epoll; -1: none; NULL: none */
    void       *user DYN__DEF(NULL);
    bool        secure DYN__DEF(false);                       /* the bytes are protected below (TLS in a modem): an https endpoint adds no TLS */
} dyn_stream;

/* What the core cannot know by itself. */
typedef struct dyn_system {
    uint32_t (*ticks_ms)(void *user) DYN__DEF(NULL);          /* required: milliseconds from any start, never going back; may wrap */
    int64_t  (*unix_ms)(void *user) DYN__DEF(NULL);           /* milliseconds since 1970; 0 or NULL: unknown, the service is asked */
    bool     (*entropy)(void *user, void *to, size_t size) DYN__DEF(NULL);  /* random bytes; required for TLS; false or NULL: an error, never a weak guess */
    void      *user DYN__DEF(NULL);
} dyn_system;

/* ======================================================================================================================
 * >>model   Describing a struct: fields, keys, tables.
 * A model is a const table over a struct that you have already; it lies in flash and is never changed.
 * ==================================================================================================================== */

#define DYN_MAX_FIELDS 128        /* of one struct; a nested struct counts for itself */
#define DYN_MAX_DEPTH  32         /* levels of nesting, DynamoDB's own limit */

/* What a member is. The macros below set it. */
typedef enum dyn_kind {
    DYN_KIND_NONE,
    DYN_KIND_TEXT,                /* char[N]                 S */
    DYN_KIND_STR,                 /* dyn_str                 S */
    DYN_KIND_BOOL,                /* bool                    BOOL */
    DYN_KIND_INT,                 /* any signed integer      N */
    DYN_KIND_UINT,                /* any unsigned integer    N */
    DYN_KIND_REAL,                /* float, double           N */
    DYN_KIND_NUMBER,              /* dyn_number              N */
    DYN_KIND_SECONDS,             /* any integer             N, Unix seconds */
    DYN_KIND_MILLIS,              /* 64-bit integer          N, Unix milliseconds */
    DYN_KIND_ISO,                 /* 64-bit integer, ms      S, "2024-05-17T08:29:02.742Z" */
    DYN_KIND_ENUM,                /* any integer             S, by a table of names */
    DYN_KIND_MAP,                 /* a struct                M */
    DYN_KIND_LIST,                /* T[N] and a count        L */
    DYN_KIND_TEXT_SET,            /* char[N][M] and a count  SS */
    DYN_KIND_NUMBER_SET,          /* number[N] and a count   NS */
    DYN_KIND_CODEC = 0x80         /* a kind that brings its own code (dyn_field.codec): this, and the letter of its type: S, N, Y bytes, M, L,
                                     s n b sets, ? any */
} dyn_kind;

/* A number as DynamoDB holds it: up to 38 significant digits, 1e-130 to 9.99e125, as terminated text: "-12.5", "1E-130"; "" is 0. */
typedef struct dyn_number {
    char text[48];
} dyn_number;

/* A large text or bytes that is moved in pieces, and never is in memory as a whole: from flash or a file into a request, from an answer to
 * flash or a file. take and give return false to refuse; the call then ends with DYN_CANCELLED. */
typedef struct dyn_large {
    /* Reading: takes the next piece. The offset grows by what was taken; at 0 the attribute begins, again too after a broken try: what
     * came before is void. An empty one is one piece of no bytes. NULL: it is only counted. */
    bool (*take)(void *user, size_t offset, const void *data, size_t size) DYN__DEF(NULL);
    /* Writing: gives bytes [offset, offset + size), any of them and more than once, the same each time. */
    bool (*give)(void *user, size_t offset, void *to, size_t size) DYN__DEF(NULL);
    void  *user DYN__DEF(NULL);
    size_t size DYN__DEF(0);          /* writing: bytes in all; reading: set to how many there were once the call has ended */
} dyn_large;

/* One name of an enum. */
typedef struct dyn_name {
    int64_t     value DYN__DEF(0);
    const char *name  DYN__DEF(NULL);
} dyn_name;

enum { DYN_NAN_ERROR = 0, DYN_NAN_OMIT = 1 };

struct dyn_model;
struct dyn__state;
struct dyn_field;
struct dyn_arg;
struct dyn__writer;

/* What a kind of members does that brings its own code. A field's macro names it, so that a program without such members does not link it. */
#define DYN__CODEC(name) DYN_API int name(int op, const struct dyn_field *f, void *at, void *more, dyn_error *err)
DYN__CODEC(dyn__bytes_codec);
DYN__CODEC(dyn__blob_codec);
DYN__CODEC(dyn__array_codec);
DYN__CODEC(dyn__pointer_codec);
DYN__CODEC(dyn__large_codec);
DYN__CODEC(dyn__bytes_item_codec);
DYN__CODEC(dyn__uuid_codec);
DYN__CODEC(dyn__time_codec);

/* How DYN_TIME and DYN_MICROS write a time: a zone, perhaps with others by |. Reading takes every form of ISO 8601 with date and time. */
enum {
    DYN_ISO_Z       = 1,          /* 2024-05-17T08:29:02Z: pydantic 2 */
    DYN_ISO_OFFSET  = 2,          /* 2024-05-17T08:29:02+00:00: Python's isoformat() of a time with a zone */
    DYN_ISO_COMPACT = 3,          /* 2024-05-17T08:29:02+0000 */
    DYN_ISO_NAIVE   = 4,          /* 2024-05-17T08:29:02: a time without a zone; it is UTC */
    DYN_ISO_SPACE   = 8,          /* a space instead of the T: Python's str() */
    DYN_ISO_SECONDS = 16,         /* never a fraction; default: six digits, but none when it is zero, as Python */
    DYN_ISO_MILLIS  = 32,         /* always three digits, so that text order is the order of time */
    DYN_ISO_MICROS  = 48          /* always six digits */
};

/* One member. Written with the DYN_ macros below; the options at the end may follow the member's name there, in this order. */
typedef struct dyn_field {
    const char *member       DYN__DEF(NULL);       /* set by the macros, down to name_count */
    uint32_t    offset       DYN__DEF(0);
    uint32_t    size         DYN__DEF(0);          /* bytes of the member; of one element for a list; of what a pointer points to */
    uint8_t     kind         DYN__DEF(0);          /* a dyn_kind */
    uint8_t     element      DYN__DEF(0);          /* list: the dyn_kind of its elements; pointer: of what it points to */
    uint8_t     count_size   DYN__DEF(0);          /* list: bytes of the count member */
    uint8_t     sign         DYN__DEF(0);          /* seconds, milliseconds, enum, also as elements: DYN_KIND_INT or _UINT */
    uint32_t    count_offset DYN__DEF(0);
    uint32_t    capacity     DYN__DEF(0);          /* list: how many elements there is room for */
    const struct dyn_model *nested DYN__DEF(NULL); /* map, or elements that are: the model of the nested struct */
    const dyn_name *names    DYN__DEF(NULL);       /* enum, or elements that are: its names */
    uint32_t    name_count   DYN__DEF(0);
    int       (*codec)(int op, const struct dyn_field *f, void *at, void *more, dyn_error *err) DYN__DEF(NULL);   /* a kind with its own code */
    uint8_t     iso          DYN__DEF(0);          /* DYN_TIME, DYN_MICROS: how it is written: DYN_ISO_Z … */
    uint16_t    micros       DYN__DEF(0);          /* and the microseconds that the member counts in */

    dyn_status (*on_write)(struct dyn__state *st) DYN__DEF(NULL);   /* DYN_WRITE_ID: makes the member anew for each write */

    const char *attr         DYN__DEF(NULL);       /* the attribute's name; default: the member's */
    bool        optional     DYN__DEF(false);      /* absent or NULL in an item is no error: the member becomes .initial, or zero */
    bool        omit_zero    DYN__DEF(false);      /* a member that is zero, "" or empty is not stored (implies optional) */
    bool        key_only     DYN__DEF(false);      /* not stored as an attribute: read back from the key, whose template has it */
    uint8_t     nan          DYN__DEF(0);          /* NaN and infinity: DYN_NAN_ERROR (default), or DYN_NAN_OMIT: not stored (implies optional) */
    const char *initial      DYN__DEF(NULL);       /* optional: the value when absent, as text: "21.5", "true", "red" */
    uint32_t    has          DYN__DEF(0);          /* DYN_HAS(T, flag): a bool member that says whether the member is there (implies optional) */
    uint8_t     iso_key      DYN__DEF(0);          /* DYN_TIME, DYN_MICROS: how it is written in a key's template; default: as the attribute */
    char        end_         DYN__DEF(0);          /* keeps the macros' last comma legal */
} dyn_field;

/* What an index holds of an item beside the key attributes of the table and its own. */
enum { DYN_PROJECT_ALL = 0, DYN_PROJECT_KEYS = 1, DYN_PROJECT_INCLUDE = 2 };

struct dyn__extension;

/* Checks and parses what a model has beyond its table's key. DYN_INDEXES and DYN_ITEM_KIND name it, so that a model without them does not link it. */
DYN_API dyn_status dyn__extend_model(struct dyn__extension *x);

/* A secondary index. Its keys are written as a model's: a member ("city"), or an attribute that a put makes by a template ("gsi1pk = CITY#{city}"),
 * or an attribute that another template of the model makes, by its name alone ("sk"). An item is in the index only when it has all of its key
 * attributes: the attribute of a template is left out when one of its members is (.has, .omit_zero, .nan). */
typedef struct dyn_index {
    const char *name         DYN__DEF(NULL);       /* 3 to 255 of A-Z a-z 0-9 _ - . */
    const char *pk[4]        DYN__DEF({});         /* partition key: one to four attributes; none if local, it is the table's then */
    const char *sk[4]        DYN__DEF({});         /* sort key: none to four; order counts; exactly one if local */
    bool        local        DYN__DEF(false);      /* a local index (at most 5); default: a global one (at most 20) */
    uint8_t     projection   DYN__DEF(0);          /* DYN_PROJECT_ALL (default), DYN_PROJECT_KEYS, DYN_PROJECT_INCLUDE */
    const char *include[20]  DYN__DEF({});         /* DYN_PROJECT_INCLUDE: members, or attributes, of top level */
    uint32_t    read_units   DYN__DEF(0);          /* global: both given: provisioned throughput; default: as the table */
    uint32_t    write_units  DYN__DEF(0);
    char        end_         DYN__DEF(0);
} dyn_index;

/* One kind of item. Keys: "member", or "attribute = TEXT#{member}#{number:13}": a template of literal text and members; an
 * integer in it has a width, and is written with leading zeros, so that text order is number order. */
typedef struct dyn_model {
    const char      *name        DYN__DEF(NULL);   /* set by DYN_MODEL, down to field_count */
    size_t           size        DYN__DEF(0);
    const dyn_field *fields      DYN__DEF(NULL);
    size_t           field_count DYN__DEF(0);
    const char      *table       DYN__DEF(NULL);   /* required, but for a nested struct */
    const char      *pk          DYN__DEF(NULL);   /* partition key; required, but for a nested struct */
    const char      *sk          DYN__DEF(NULL);   /* sort key; NULL: the table has none */
    const dyn_index *indexes     DYN__DEF(NULL);   /* set by DYN_INDEXES, with the next two */
    size_t           index_count DYN__DEF(0);
    dyn_status     (*index_work)(struct dyn__extension *x) DYN__DEF(NULL);
    const char      *kind        DYN__DEF(NULL);   /* set by DYN_ITEM_KIND, with the next one */
    dyn_status     (*kind_work)(struct dyn__extension *x) DYN__DEF(NULL);
    bool             nulls       DYN__DEF(false);  /* a member that is .optional and absent is written as NULL, not left out */
    char             end_        DYN__DEF(0);
} dyn_model;

/* Which members of an item were there: bit i is field i of the model's table. */
typedef struct dyn_mask {
    uint64_t bits[DYN_MAX_FIELDS / 64];
} dyn_mask;

/* The head of a model: static const dyn_model m = { DYN_MODEL(reading, reading_fields), .table = …, .pk = … }; */
#define DYN_MODEL(T, table_of_fields) .name = #T, .size = sizeof(T), .fields = (table_of_fields), \
                                      .field_count = sizeof(table_of_fields) / sizeof *(table_of_fields)

/* For a model, behind .sk: its secondary indexes, an array of dyn_index; and an attribute that says what kind of item it is, "type = reading": written by
 * each put, and required in each item that is read, so that models can share a table. */
#define DYN_INDEXES(array) .indexes = (array), .index_count = sizeof(array) / sizeof *(array), .index_work = dyn__extend_model
#define DYN_ITEM_KIND(text) .kind = (text), .kind_work = dyn__extend_model

/* The fields. The first argument is the struct's type, the second the member; options follow: DYN_REAL(reading, celsius, .attr = "temp").
 * A member of the wrong C type is a compile error ("size of array is negative", or "static assertion" in C++). */
#define DYN_TEXT(T, ...)    DYN__TEXT(T, __VA_ARGS__, .end_ = 0)      /* char[N]: at most N-1 bytes, always terminated; S */
#define DYN_STR(T, ...)     DYN__STR(T, __VA_ARGS__, .end_ = 0)       /* dyn_str; what is read lies in the client's memory; S */
#define DYN_BOOL(T, ...)    DYN__BOOL(T, __VA_ARGS__, .end_ = 0)      /* bool; BOOL */
#define DYN_INT(T, ...)     DYN__INT(T, __VA_ARGS__, .end_ = 0)       /* any integer type, signed or not; N */
#define DYN_REAL(T, ...)    DYN__REAL(T, __VA_ARGS__, .end_ = 0)      /* float or double; N */
#define DYN_NUMBER(T, ...)  DYN__NUMBER(T, __VA_ARGS__, .end_ = 0)    /* dyn_number: all 38 digits; N */
#define DYN_SECONDS(T, ...) DYN__SECONDS(T, __VA_ARGS__, .end_ = 0)   /* any integer: Unix seconds; N */
#define DYN_MILLIS(T, ...)  DYN__MILLIS(T, __VA_ARGS__, .end_ = 0)    /* 64-bit integer: Unix milliseconds; N */
#define DYN_ISO(T, ...)     DYN__ISO(T, __VA_ARGS__, .end_ = 0)       /* 64-bit integer: Unix milliseconds; S as "2024-05-17T08:29:02.742Z" */
#define DYN_ENUM(T, m, ...) DYN__ENUM(T, m, __VA_ARGS__, .end_ = 0)   /* any integer, then a table of dyn_name; S */
#define DYN_MAP(T, m, ...)  DYN__MAP(T, m, __VA_ARGS__, .end_ = 0)    /* a struct, then its model; M */
#define DYN_INT_LIST(T, m, ...)  DYN__INT_LIST(T, m, __VA_ARGS__, .end_ = 0)   /* integer[N], then the count's member (any integer); L of N */
#define DYN_REAL_LIST(T, m, ...) DYN__REAL_LIST(T, m, __VA_ARGS__, .end_ = 0)  /* float[N] or double[N], then the count's member; L of N */
#define DYN_BOOL_LIST(T, m, ...) DYN__BOOL_LIST(T, m, __VA_ARGS__, .end_ = 0)  /* bool[N], then the count's member; L of BOOL */
#define DYN_TEXT_LIST(T, m, ...) DYN__TEXT_LIST(T, m, __VA_ARGS__, .end_ = 0)  /* char[N][M], then the count's member; L of S */
/* char[33]: 32 random hex digits, made anew and stored by every put and update, so that a conditional write that is repeated knows its own
 * work (see WRITING SAFELY). The struct that is written is not changed. Needs random bytes (DYN_NO_ENTROPY). Optional; S */
#define DYN_WRITE_ID(T, ...) DYN__WRITE_ID(T, __VA_ARGS__, .end_ = 0)
DYN_API dyn_status dyn__mark_write(struct dyn__state *st);
#define DYN_STR_LIST(T, m, ...)     DYN__STR_LIST(T, m, __VA_ARGS__, .end_ = 0)      /* dyn_str[N], then the count's member; L of S */
#define DYN_NUMBER_LIST(T, m, ...)  DYN__NUMBER_LIST(T, m, __VA_ARGS__, .end_ = 0)   /* dyn_number[N], then the count's member; L of N */
#define DYN_SECONDS_LIST(T, m, ...) DYN__SECONDS_LIST(T, m, __VA_ARGS__, .end_ = 0)  /* integer[N] of Unix seconds, then the count's member; L of N */
#define DYN_MILLIS_LIST(T, m, ...)  DYN__MILLIS_LIST(T, m, __VA_ARGS__, .end_ = 0)   /* 64-bit integer[N] of milliseconds, then the count's member; L of N */
#define DYN_ISO_LIST(T, m, ...)     DYN__ISO_LIST(T, m, __VA_ARGS__, .end_ = 0)      /* 64-bit integer[N] of milliseconds, then the count's member; L of S */
#define DYN_ENUM_LIST(T, m, ...)    DYN__ENUM_LIST(T, m, __VA_ARGS__, .end_ = 0)     /* integer[N], the count's member, then a table of dyn_name; L of S */
#define DYN_MAP_LIST(T, m, ...)     DYN__MAP_LIST(T, m, __VA_ARGS__, .end_ = 0)      /* struct[N], the count's member, then its model; L of M */

#define DYN_TEXT_SET(T, m, ...)  DYN__TEXT_SET(T, m, __VA_ARGS__, .end_ = 0)   /* char[N][M], then the count's member; SS; an empty set is not stored */
#define DYN_INT_SET(T, m, ...)   DYN__INT_SET(T, m, __VA_ARGS__, .end_ = 0)    /* integer[N], then the count's member; NS */
#define DYN_REAL_SET(T, m, ...)  DYN__REAL_SET(T, m, __VA_ARGS__, .end_ = 0)   /* float[N] or double[N], then the count's member; NS */
#define DYN_NUMBER_SET(T, m, ...) DYN__NUMBER_SET(T, m, __VA_ARGS__, .end_ = 0)   /* dyn_number[N], then the count's member; NS */
#define DYN_BYTES(T, ...)      DYN__OCTETS(T, __VA_ARGS__, .end_ = 0)        /* unsigned char[N]: exactly N bytes; B */
#define DYN_BYTES_N(T, m, ...) DYN__OCTETS_N(T, m, __VA_ARGS__, .end_ = 0)   /* unsigned char[N], then the count's member: up to N bytes; B */
#define DYN_BLOB(T, ...)       DYN__BLOB(T, __VA_ARGS__, .end_ = 0)         /* dyn_str: bytes; what is read lies in the client's memory; B */
#define DYN_UUID(T, ...)       DYN__UUID(T, __VA_ARGS__, .end_ = 0)         /* unsigned char[16]; S as "0190d2a6-7f1c-7e3b-9a44-0123456789ab" */
#define DYN_TIME(T, m, ...)    DYN__TIME(T, m, __VA_ARGS__, .end_ = 0)      /* 64-bit integer, Unix milliseconds, then DYN_ISO_Z …; S */
#define DYN_MICROS(T, m, ...)  DYN__MICROS(T, m, __VA_ARGS__, .end_ = 0)    /* the same in Unix microseconds, which Python's datetime holds; S */

#define DYN_BYTES_LIST(T, m, ...)  DYN__BYTES_LIST(T, m, __VA_ARGS__, .end_ = 0)  /* unsigned char[N][M], then the count's member; L of B, each of M bytes */
#define DYN_BLOB_LIST(T, m, ...)   DYN__BLOB_LIST(T, m, __VA_ARGS__, .end_ = 0)   /* dyn_str[N], then the count's member; L of B */

/* Arrays of any length: a pointer, then its count, an integer of at least 32 bits. What is read lies where texts of dyn_str members do: in
 * options.arena, else in the client's memory. Writing takes what the pointer points to; a count of 0 needs none. */
#define DYN_INT_ARRAY(T, m, ...)     DYN__INT_ARRAY(T, m, __VA_ARGS__, .end_ = 0)      /* integer *; L of N */
#define DYN_REAL_ARRAY(T, m, ...)    DYN__REAL_ARRAY(T, m, __VA_ARGS__, .end_ = 0)     /* float * or double *; L of N */
#define DYN_BOOL_ARRAY(T, m, ...)    DYN__BOOL_ARRAY(T, m, __VA_ARGS__, .end_ = 0)     /* bool *; L of BOOL */
#define DYN_STR_ARRAY(T, m, ...)     DYN__STR_ARRAY(T, m, __VA_ARGS__, .end_ = 0)      /* dyn_str *; L of S */
#define DYN_NUMBER_ARRAY(T, m, ...)  DYN__NUMBER_ARRAY(T, m, __VA_ARGS__, .end_ = 0)   /* dyn_number *; L of N */
#define DYN_SECONDS_ARRAY(T, m, ...) DYN__SECONDS_ARRAY(T, m, __VA_ARGS__, .end_ = 0)  /* integer *, Unix seconds; L of N */
#define DYN_MILLIS_ARRAY(T, m, ...)  DYN__MILLIS_ARRAY(T, m, __VA_ARGS__, .end_ = 0)   /* 64-bit integer *, milliseconds; L of N */
#define DYN_ISO_ARRAY(T, m, ...)     DYN__ISO_ARRAY(T, m, __VA_ARGS__, .end_ = 0)      /* 64-bit integer *, milliseconds; L of S */
#define DYN_ENUM_ARRAY(T, m, ...)    DYN__ENUM_ARRAY(T, m, __VA_ARGS__, .end_ = 0)     /* integer *, the count's member, then a table of dyn_name; L of S */
#define DYN_MAP_ARRAY(T, m, ...)     DYN__MAP_ARRAY(T, m, __VA_ARGS__, .end_ = 0)      /* struct *, the count's member, then its model; L of M */

/* What may be absent, behind a pointer: NULL is absent, and what is read lies where an array's elements do. */
#define DYN_INT_PTR(T, ...)    DYN__INT_PTR(T, __VA_ARGS__, .end_ = 0)      /* integer *; N */
#define DYN_REAL_PTR(T, ...)   DYN__REAL_PTR(T, __VA_ARGS__, .end_ = 0)     /* float * or double *; N */
#define DYN_BOOL_PTR(T, ...)   DYN__BOOL_PTR(T, __VA_ARGS__, .end_ = 0)     /* bool *; BOOL */
#define DYN_MAP_PTR(T, m, ...) DYN__MAP_PTR(T, m, __VA_ARGS__, .end_ = 0)   /* struct *, then its model; M */

#define DYN_LARGE_BYTES(T, ...) DYN__LARGE_BYTES(T, __VA_ARGS__, .end_ = 0)   /* dyn_large; B */
#define DYN_LARGE_TEXT(T, ...)  DYN__LARGE_TEXT(T, __VA_ARGS__, .end_ = 0)    /* dyn_large; S */

/* For .has: the bool member that says whether another is there. */
#define DYN_HAS(T, flag) (uint32_t)(offsetof(T, flag) + 1 + DYN__CHECK_BOOL(T, flag))

/* How the macros check types: each gives 0, or does not compile. */
#define DYN__SIZEOF(T, m) sizeof(((T *)0)->m)
#ifdef __cplusplus
} /* extern "C" */
template <bool ok> struct dyn__require;
template <> struct dyn__require<true> { enum { zero = 0 }; };
template <typename T> struct dyn__type { enum { sign = -1, real = 0, boolean = 0, number = 0, slice = 0, text = 0, integer = 0 }; };
#define DYN__IS_INT(type, is_signed) \
    template <> struct dyn__type<type> { enum { sign = is_signed, real = 0, boolean = 0, number = 0, slice = 0, text = 0, integer = 1 }; };
DYN__IS_INT(char, (char)-1 < (char)1) DYN__IS_INT(signed char, 1) DYN__IS_INT(short, 1) DYN__IS_INT(int, 1) DYN__IS_INT(long, 1) DYN__IS_INT(long long, 1)
DYN__IS_INT(unsigned char, 0) DYN__IS_INT(unsigned short, 0) DYN__IS_INT(unsigned, 0) DYN__IS_INT(unsigned long, 0) DYN__IS_INT(unsigned long long, 0)
#define DYN__IS(type, what, a, b, c, d, e) \
    template <> struct dyn__type<type> { enum { sign = -1, real = a, boolean = b, number = c, slice = d, text = e, integer = 0 }; };
DYN__IS(float, real, 1, 0, 0, 0, 0) DYN__IS(double, real, 1, 0, 0, 0, 0) DYN__IS(bool, boolean, 0, 1, 0, 0, 0)
DYN__IS(dyn_number, number, 0, 0, 1, 0, 0) DYN__IS(dyn_str, slice, 0, 0, 0, 1, 0)
template <size_t n> struct dyn__type<char[n]> { enum { sign = -1, real = 0, boolean = 0, number = 0, slice = 0, text = 1, integer = 0 }; };
template <typename T> struct dyn__element { typedef void type; enum { count = 0 }; };
template <typename T, size_t n> struct dyn__element<T[n]> { typedef T type; enum { count = n }; };
template <bool is_enum, typename T> struct dyn__plain { typedef T type; };
template <typename T> struct dyn__plain<true, T> { typedef __underlying_type(T) type; };
template <typename T> struct dyn__element<T *> { typedef T type; enum { count = -1 }; };
template <typename A, typename B> struct dyn__same_type { enum { yes = 0 }; };
template <typename A> struct dyn__same_type<A, A> { enum { yes = 1 }; };
#define DYN__TYPE(T, m)        dyn__type<decltype(T::m)>
#define DYN__ITEM(T, m)        dyn__type<dyn__element<decltype(T::m)>::type>
#define DYN__ENUM_TYPE(T, m)   dyn__type<dyn__plain<__is_enum(decltype(T::m)), decltype(T::m)>::type>
#define DYN__ZERO(ok)          dyn__require<(ok)>::zero
#define DYN__CHECK_TEXT(T, m)  DYN__ZERO(DYN__TYPE(T, m)::text)
#define DYN__CHECK_STR(T, m)   DYN__ZERO(DYN__TYPE(T, m)::slice)
#define DYN__CHECK_BOOL(T, m)  DYN__ZERO(DYN__TYPE(T, m)::boolean)
#define DYN__CHECK_INT(T, m)   DYN__ZERO(DYN__ENUM_TYPE(T, m)::integer)
#define DYN__CHECK_REAL(T, m)  DYN__ZERO(DYN__TYPE(T, m)::real)
#define DYN__CHECK_NUMBER(T, m) DYN__ZERO(DYN__TYPE(T, m)::number)
#define DYN__CHECK_INTS(T, m)  DYN__ZERO(DYN__ITEM(T, m)::integer)
#define DYN__CHECK_REALS(T, m) DYN__ZERO(DYN__ITEM(T, m)::real)
#define DYN__CHECK_BOOLS(T, m) DYN__ZERO(DYN__ITEM(T, m)::boolean)
#define DYN__CHECK_TEXTS(T, m) DYN__ZERO(DYN__ITEM(T, m)::text)
#define DYN__CHECK_STRS(T, m)  DYN__ZERO(DYN__ITEM(T, m)::slice)
#define DYN__CHECK_NUMBERS(T, m) DYN__ZERO(DYN__ITEM(T, m)::number)
#define DYN__CHECK_ENUMS(T, m) DYN__ZERO(DYN__ENUM_ITEM(T, m)::integer)
#define DYN__CHECK_STRUCTS(T, m) DYN__ZERO(dyn__element<decltype(T::m)>::count != 0)
#define DYN__CHECK_FIXED(T, m) DYN__ZERO(dyn__element<decltype(T::m)>::count != -1)
#define DYN__CHECK_POINTER(T, m) DYN__ZERO(dyn__element<decltype(T::m)>::count == -1)
#define DYN__CHECK_LARGE(T, m) DYN__ZERO((dyn__same_type<decltype(T::m), dyn_large>::yes))
#define DYN__CHECK_BYTESES(T, m) DYN__ZERO((dyn__same_type<decltype(T::m), unsigned char[DYN__SIZEOF(T, m) / DYN__SIZEOF(T, m[0])][DYN__SIZEOF(T, m[0])]>::yes))
#define DYN__CHECK_BYTES(T, m) DYN__ZERO(DYN__ITEM(T, m)::integer && DYN__ITEM(T, m)::sign == 0 && DYN__SIZEOF(T, m[0]) == 1)
#define DYN__IS_SIGNED(T, m)   (DYN__ENUM_TYPE(T, m)::sign == 1)
#define DYN__ENUM_ITEM(T, m)   dyn__type<dyn__plain<__is_enum(dyn__element<decltype(T::m)>::type), dyn__element<decltype(T::m)>::type>::type>
#define DYN__ARE_SIGNED(T, m)  (DYN__ENUM_ITEM(T, m)::sign == 1)
extern "C" {
#else
#if defined(__GNUC__)
#define DYN__EXTENSION __extension__       /* _Generic before C11 */
#else
#define DYN__EXTENSION
#endif
#define DYN__ZERO(choice)      (sizeof(char[choice]) * 0)
#define DYN__AT(T, m)          (&((T *)0)->m)
#define DYN__IF_INT(p, yes_signed, yes_unsigned, no) DYN__EXTENSION _Generic((p), \
    char *: (char)-1 < 0 ? (yes_signed) : (yes_unsigned), signed char *: (yes_signed), short *: (yes_signed), int *: (yes_signed), long *: (yes_signed), \
    long long *: (yes_signed), unsigned char *: (yes_unsigned), unsigned short *: (yes_unsigned), unsigned *: (yes_unsigned), \
    unsigned long *: (yes_unsigned), unsigned long long *: (yes_unsigned), default: (no))
#define DYN__CHECK_TEXT(T, m)  DYN__ZERO(DYN__EXTENSION _Generic(DYN__AT(T, m), char (*)[DYN__SIZEOF(T, m)]: 1, default: -1))
#define DYN__CHECK_STR(T, m)   DYN__ZERO(DYN__EXTENSION _Generic(DYN__AT(T, m), dyn_str *: 1, default: -1))
#define DYN__CHECK_BOOL(T, m)  DYN__ZERO(DYN__EXTENSION _Generic(DYN__AT(T, m), bool *: 1, default: -1))
#define DYN__CHECK_INT(T, m)   DYN__ZERO(DYN__IF_INT(DYN__AT(T, m), 1, 1, -1))
#define DYN__CHECK_REAL(T, m)  DYN__ZERO(DYN__EXTENSION _Generic(DYN__AT(T, m), float *: 1, double *: 1, default: -1))
#define DYN__CHECK_NUMBER(T, m) DYN__ZERO(DYN__EXTENSION _Generic(DYN__AT(T, m), dyn_number *: 1, default: -1))
#define DYN__CHECK_INTS(T, m)  DYN__ZERO(DYN__IF_INT(DYN__AT(T, m[0]), 1, 1, -1))
#define DYN__CHECK_REALS(T, m) DYN__ZERO(DYN__EXTENSION _Generic(DYN__AT(T, m[0]), float *: 1, double *: 1, default: -1))
#define DYN__CHECK_BOOLS(T, m) DYN__ZERO(DYN__EXTENSION _Generic(DYN__AT(T, m[0]), bool *: 1, default: -1))
#define DYN__CHECK_TEXTS(T, m) DYN__ZERO(DYN__EXTENSION _Generic(DYN__AT(T, m[0]), char (*)[DYN__SIZEOF(T, m[0])]: 1, default: -1))
#define DYN__CHECK_STRS(T, m)  DYN__ZERO(DYN__EXTENSION _Generic(DYN__AT(T, m[0]), dyn_str *: 1, default: -1))
#define DYN__CHECK_NUMBERS(T, m) DYN__ZERO(DYN__EXTENSION _Generic(DYN__AT(T, m[0]), dyn_number *: 1, default: -1))
#define DYN__CHECK_ENUMS(T, m) DYN__CHECK_INTS(T, m)
#define DYN__CHECK_STRUCTS(T, m) DYN__ZERO(DYN__SIZEOF(T, m[0]) > 0 ? 1 : -1)
#if defined(__GNUC__)
#define DYN__IS_POINTER(T, m)  __builtin_types_compatible_p(__typeof__(((T *)0)->m), __typeof__(&((T *)0)->m[0]))
#define DYN__CHECK_FIXED(T, m) DYN__ZERO(DYN__IS_POINTER(T, m) ? -1 : 1)
#define DYN__CHECK_POINTER(T, m) DYN__ZERO(DYN__IS_POINTER(T, m) ? 1 : -1)
#else
#define DYN__CHECK_FIXED(T, m) 0
#define DYN__CHECK_POINTER(T, m) DYN__ZERO(DYN__SIZEOF(T, m) == sizeof(void *) ? 1 : -1)
#endif
#define DYN__CHECK_LARGE(T, m) DYN__ZERO(DYN__EXTENSION _Generic(DYN__AT(T, m), dyn_large *: 1, default: -1))
#define DYN__CHECK_BYTESES(T, m) DYN__ZERO(DYN__EXTENSION _Generic(DYN__AT(T, m[0]), unsigned char (*)[DYN__SIZEOF(T, m[0])]: 1, default: -1))
#define DYN__CHECK_BYTES(T, m) DYN__ZERO(DYN__EXTENSION _Generic(DYN__AT(T, m), unsigned char (*)[DYN__SIZEOF(T, m)]: 1, default: -1))
#define DYN__IS_SIGNED(T, m)   DYN__IF_INT(DYN__AT(T, m), 1, 0, 0)
#define DYN__ARE_SIGNED(T, m)  DYN__IF_INT(DYN__AT(T, m[0]), 1, 0, 0)
#endif
#define DYN__CHECK_WIDE(T, m)  (DYN__CHECK_INT(T, m) + sizeof(char[DYN__SIZEOF(T, m) == 8 ? 1 : -1]) * 0)
#define DYN__CHECK_WIDES(T, m) (DYN__CHECK_INTS(T, m) + sizeof(char[DYN__SIZEOF(T, m[0]) == 8 ? 1 : -1]) * 0)

#define DYN__FIELD(T, m, check, k) .member = #m, .offset = (uint32_t)(offsetof(T, m) + check(T, m)), .size = (uint32_t)DYN__SIZEOF(T, m), .kind = (uint8_t)(k)
#define DYN__SIGN(T, m) .sign = (uint8_t)(DYN__IS_SIGNED(T, m) ? DYN_KIND_INT : DYN_KIND_UINT)
#define DYN__TEXT(T, m, ...)    { DYN__FIELD(T, m, DYN__CHECK_TEXT, DYN_KIND_TEXT), __VA_ARGS__ }
#define DYN__CHECK_MARK(T, m)     (DYN__CHECK_TEXT(T, m) + sizeof(char[DYN__SIZEOF(T, m) == 33 ? 1 : -1]) * 0)
#define DYN__WRITE_ID(T, m, ...) { DYN__FIELD(T, m, DYN__CHECK_MARK, DYN_KIND_TEXT), .on_write = dyn__mark_write, __VA_ARGS__ }
#define DYN__STR(T, m, ...)     { DYN__FIELD(T, m, DYN__CHECK_STR, DYN_KIND_STR), __VA_ARGS__ }
#define DYN__BOOL(T, m, ...)    { DYN__FIELD(T, m, DYN__CHECK_BOOL, DYN_KIND_BOOL), __VA_ARGS__ }
#define DYN__INT(T, m, ...)     { DYN__FIELD(T, m, DYN__CHECK_INT, DYN__IS_SIGNED(T, m) ? DYN_KIND_INT : DYN_KIND_UINT), __VA_ARGS__ }
#define DYN__REAL(T, m, ...)    { DYN__FIELD(T, m, DYN__CHECK_REAL, DYN_KIND_REAL), __VA_ARGS__ }
#define DYN__NUMBER(T, m, ...)  { DYN__FIELD(T, m, DYN__CHECK_NUMBER, DYN_KIND_NUMBER), __VA_ARGS__ }
#define DYN__SECONDS(T, m, ...) { DYN__FIELD(T, m, DYN__CHECK_INT, DYN_KIND_SECONDS), DYN__SIGN(T, m), __VA_ARGS__ }
#define DYN__MILLIS(T, m, ...)  { DYN__FIELD(T, m, DYN__CHECK_WIDE, DYN_KIND_MILLIS), DYN__SIGN(T, m), __VA_ARGS__ }
#define DYN__ISO(T, m, ...)     { DYN__FIELD(T, m, DYN__CHECK_WIDE, DYN_KIND_ISO), __VA_ARGS__ }
#define DYN__ENUM(T, m, table, ...) { DYN__FIELD(T, m, DYN__CHECK_INT, DYN_KIND_ENUM), \
                                  DYN__SIGN(T, m), \
                                  .names = (table), .name_count = sizeof(table) / sizeof *(table), __VA_ARGS__ }
#define DYN__MAP(T, m, model, ...) { .member = #m, .offset = (uint32_t)offsetof(T, m), .size = (uint32_t)DYN__SIZEOF(T, m), .kind = DYN_KIND_MAP, \
                                  .nested = &(model), __VA_ARGS__ }
#define DYN__ARRAY(T, m, n, check, list, k) DYN__SIGNED_ARRAY(T, m, n, check, list, k, DYN_KIND_NONE)
#define DYN__SIGNED_ARRAY(T, m, n, check, list, k, s) .member = #m, .offset = (uint32_t)(offsetof(T, m) + check(T, m) + DYN__CHECK_FIXED(T, m)), \
                                  .size = (uint32_t)DYN__SIZEOF(T, m[0]), .kind = (uint8_t)(list), .element = (uint8_t)(k), \
                                  .count_size = (uint8_t)DYN__SIZEOF(T, n), .sign = (uint8_t)(s), \
                                  .count_offset = (uint32_t)(offsetof(T, n) + DYN__CHECK_INT(T, n)), \
                                  .capacity = (uint32_t)(DYN__SIZEOF(T, m) / DYN__SIZEOF(T, m[0]))
#define DYN__LIST(T, m, n, check, k) DYN__ARRAY(T, m, n, check, DYN_KIND_LIST, k)
#define DYN__SIGNED_LIST(T, m, n, check, k) DYN__SIGNED_ARRAY(T, m, n, check, DYN_KIND_LIST, k, DYN__ARE_SIGNED(T, m) ? DYN_KIND_INT : DYN_KIND_UINT)
#define DYN__INT_LIST(T, m, n, ...)  { DYN__LIST(T, m, n, DYN__CHECK_INTS, DYN__ARE_SIGNED(T, m) ? DYN_KIND_INT : DYN_KIND_UINT), __VA_ARGS__ }
#define DYN__REAL_LIST(T, m, n, ...) { DYN__LIST(T, m, n, DYN__CHECK_REALS, DYN_KIND_REAL), __VA_ARGS__ }
#define DYN__BOOL_LIST(T, m, n, ...) { DYN__LIST(T, m, n, DYN__CHECK_BOOLS, DYN_KIND_BOOL), __VA_ARGS__ }
#define DYN__TEXT_LIST(T, m, n, ...) { DYN__LIST(T, m, n, DYN__CHECK_TEXTS, DYN_KIND_TEXT), __VA_ARGS__ }
#define DYN__STR_LIST(T, m, n, ...)  { DYN__LIST(T, m, n, DYN__CHECK_STRS, DYN_KIND_STR), __VA_ARGS__ }
#define DYN__NUMBER_LIST(T, m, n, ...)  { DYN__LIST(T, m, n, DYN__CHECK_NUMBERS, DYN_KIND_NUMBER), __VA_ARGS__ }
#define DYN__SECONDS_LIST(T, m, n, ...) { DYN__SIGNED_LIST(T, m, n, DYN__CHECK_INTS, DYN_KIND_SECONDS), __VA_ARGS__ }
#define DYN__MILLIS_LIST(T, m, n, ...)  { DYN__SIGNED_LIST(T, m, n, DYN__CHECK_WIDES, DYN_KIND_MILLIS), __VA_ARGS__ }
#define DYN__ISO_LIST(T, m, n, ...)     { DYN__LIST(T, m, n, DYN__CHECK_WIDES, DYN_KIND_ISO), __VA_ARGS__ }
#define DYN__ENUM_LIST(T, m, n, table, ...) { DYN__SIGNED_LIST(T, m, n, DYN__CHECK_ENUMS, DYN_KIND_ENUM), \
                                  .names = (table), .name_count = sizeof(table) / sizeof *(table), __VA_ARGS__ }
#define DYN__MAP_LIST(T, m, n, model, ...) { DYN__LIST(T, m, n, DYN__CHECK_STRUCTS, DYN_KIND_MAP), .nested = &(model), __VA_ARGS__ }
#define DYN__TEXT_SET(T, m, n, ...)  { DYN__ARRAY(T, m, n, DYN__CHECK_TEXTS, DYN_KIND_TEXT_SET, DYN_KIND_TEXT), __VA_ARGS__ }
#define DYN__INT_SET(T, m, n, ...)   { DYN__ARRAY(T, m, n, DYN__CHECK_INTS, DYN_KIND_NUMBER_SET, \
                                  DYN__ARE_SIGNED(T, m) ? DYN_KIND_INT : DYN_KIND_UINT), __VA_ARGS__ }
#define DYN__REAL_SET(T, m, n, ...)  { DYN__ARRAY(T, m, n, DYN__CHECK_REALS, DYN_KIND_NUMBER_SET, DYN_KIND_REAL), __VA_ARGS__ }
#define DYN__NUMBER_SET(T, m, n, ...) { DYN__ARRAY(T, m, n, DYN__CHECK_NUMBERS, DYN_KIND_NUMBER_SET, DYN_KIND_NUMBER), __VA_ARGS__ }
#define DYN__OWN(T, m, check, letter, code) DYN__FIELD(T, m, check, DYN_KIND_CODEC | (letter)), .codec = (code)
#define DYN__OCTETS(T, m, ...)  { DYN__OWN(T, m, DYN__CHECK_BYTES, 'Y', dyn__bytes_codec), __VA_ARGS__ }
#define DYN__OCTETS_N(T, m, n, ...) { DYN__FIELD(T, m, DYN__CHECK_BYTES, DYN_KIND_CODEC | 'Y'), .count_size = (uint8_t)DYN__SIZEOF(T, n), \
                                  .count_offset = (uint32_t)(offsetof(T, n) + DYN__CHECK_INT(T, n)), .codec = dyn__bytes_codec, __VA_ARGS__ }
#define DYN__BLOB(T, m, ...)    { DYN__OWN(T, m, DYN__CHECK_STR, 'Y', dyn__blob_codec), __VA_ARGS__ }
#define DYN__BYTES_LIST(T, m, n, ...) { DYN__LIST(T, m, n, DYN__CHECK_BYTESES, DYN_KIND_CODEC | 'Y'), .codec = dyn__bytes_item_codec, __VA_ARGS__ }
#define DYN__BLOB_LIST(T, m, n, ...)  { DYN__LIST(T, m, n, DYN__CHECK_STRS, DYN_KIND_CODEC | 'Y'), .codec = dyn__blob_codec, __VA_ARGS__ }
#define DYN__CHECK_COUNT(T, n)  (DYN__CHECK_INT(T, n) + sizeof(char[DYN__SIZEOF(T, n) >= 4 ? 1 : -1]) * 0)
#define DYN__FAR(T, m, check, letter, k) .member = #m, .offset = (uint32_t)(offsetof(T, m) + check(T, m) + DYN__CHECK_POINTER(T, m)), \
                                  .size = (uint32_t)DYN__SIZEOF(T, m[0]), .kind = DYN_KIND_CODEC | (letter), .element = (uint8_t)(k)
#define DYN__FAR_ARRAY(T, m, n, check, k, s) DYN__FAR(T, m, check, 'L', k), .count_size = (uint8_t)DYN__SIZEOF(T, n), .sign = (uint8_t)(s), \
                                  .count_offset = (uint32_t)(offsetof(T, n) + DYN__CHECK_COUNT(T, n)), .capacity = UINT32_MAX
#define DYN__FAR_SIGN(T, m)     (DYN__ARE_SIGNED(T, m) ? DYN_KIND_INT : DYN_KIND_UINT)
#define DYN__INT_ARRAY(T, m, n, ...)     { DYN__FAR_ARRAY(T, m, n, DYN__CHECK_INTS, DYN__FAR_SIGN(T, m), 0), .codec = dyn__array_codec, __VA_ARGS__ }
#define DYN__REAL_ARRAY(T, m, n, ...)    { DYN__FAR_ARRAY(T, m, n, DYN__CHECK_REALS, DYN_KIND_REAL, 0), .codec = dyn__array_codec, __VA_ARGS__ }
#define DYN__BOOL_ARRAY(T, m, n, ...)    { DYN__FAR_ARRAY(T, m, n, DYN__CHECK_BOOLS, DYN_KIND_BOOL, 0), .codec = dyn__array_codec, __VA_ARGS__ }
#define DYN__STR_ARRAY(T, m, n, ...)     { DYN__FAR_ARRAY(T, m, n, DYN__CHECK_STRS, DYN_KIND_STR, 0), .codec = dyn__array_codec, __VA_ARGS__ }
#define DYN__NUMBER_ARRAY(T, m, n, ...)  { DYN__FAR_ARRAY(T, m, n, DYN__CHECK_NUMBERS, DYN_KIND_NUMBER, 0), .codec = dyn__array_codec, __VA_ARGS__ }
#define DYN__SECONDS_ARRAY(T, m, n, ...) { DYN__FAR_ARRAY(T, m, n, DYN__CHECK_INTS, DYN_KIND_SECONDS, DYN__FAR_SIGN(T, m)), \
                                  .codec = dyn__array_codec, __VA_ARGS__ }
#define DYN__MILLIS_ARRAY(T, m, n, ...)  { DYN__FAR_ARRAY(T, m, n, DYN__CHECK_WIDES, DYN_KIND_MILLIS, DYN__FAR_SIGN(T, m)), \
                                  .codec = dyn__array_codec, __VA_ARGS__ }
#define DYN__ISO_ARRAY(T, m, n, ...)     { DYN__FAR_ARRAY(T, m, n, DYN__CHECK_WIDES, DYN_KIND_ISO, 0), .codec = dyn__array_codec, __VA_ARGS__ }
#define DYN__ENUM_ARRAY(T, m, n, table, ...) { DYN__FAR_ARRAY(T, m, n, DYN__CHECK_ENUMS, DYN_KIND_ENUM, DYN__FAR_SIGN(T, m)), \
                                  .names = (table), .name_count = sizeof(table) / sizeof *(table), .codec = dyn__array_codec, __VA_ARGS__ }
#define DYN__MAP_ARRAY(T, m, n, model, ...)  { DYN__FAR_ARRAY(T, m, n, DYN__CHECK_STRUCTS, DYN_KIND_MAP, 0), .nested = &(model), \
                                  .codec = dyn__array_codec, __VA_ARGS__ }
#define DYN__INT_PTR(T, m, ...)   { DYN__FAR(T, m, DYN__CHECK_INTS, 'N', DYN__FAR_SIGN(T, m)), .codec = dyn__pointer_codec, __VA_ARGS__ }
#define DYN__REAL_PTR(T, m, ...)  { DYN__FAR(T, m, DYN__CHECK_REALS, 'N', DYN_KIND_REAL), .codec = dyn__pointer_codec, __VA_ARGS__ }
#define DYN__BOOL_PTR(T, m, ...)  { DYN__FAR(T, m, DYN__CHECK_BOOLS, 'T', DYN_KIND_BOOL), .codec = dyn__pointer_codec, __VA_ARGS__ }
#define DYN__MAP_PTR(T, m, model, ...) { DYN__FAR(T, m, DYN__CHECK_STRUCTS, 'M', DYN_KIND_MAP), .nested = &(model), .codec = dyn__pointer_codec, __VA_ARGS__ }
#define DYN__LARGE_BYTES(T, m, ...) { DYN__OWN(T, m, DYN__CHECK_LARGE, 'Y', dyn__large_codec), __VA_ARGS__ }
#define DYN__LARGE_TEXT(T, m, ...)  { DYN__OWN(T, m, DYN__CHECK_LARGE, 'S', dyn__large_codec), __VA_ARGS__ }
#define DYN__UUID(T, m, ...)    { DYN__OWN(T, m, DYN__CHECK_ID, 'S', dyn__uuid_codec), __VA_ARGS__ }
#define DYN__CHECK_ID(T, m)    (DYN__CHECK_BYTES(T, m) + sizeof(char[DYN__SIZEOF(T, m) == 16 ? 1 : -1]) * 0)
#define DYN__TIME(T, m, dialect, ...)   { DYN__OWN(T, m, DYN__CHECK_WIDE, 'S', dyn__time_codec), .iso = (uint8_t)(dialect), .micros = 1000, __VA_ARGS__ }
#define DYN__MICROS(T, m, dialect, ...) { DYN__OWN(T, m, DYN__CHECK_WIDE, 'S', dyn__time_codec), .iso = (uint8_t)(dialect), .micros = 1, __VA_ARGS__ }

/* ======================================================================================================================
 * >>expr   Conditions, filters, keys and updates as text with `?` for values.
 * DynamoDB's own expression language. Every name is aliased, so no reserved word can bite; a member's name and an attribute's
 * name both work; `backticks` quote odd names; missing(x) means absent or NULL. The text is checked against the model before
 * anything is sent.
 * ==================================================================================================================== */

typedef enum dyn_arg_kind {
    DYN_ARG_NONE,
    DYN_ARG_INT,                  /* as.i */
    DYN_ARG_UINT,                 /* as.u */
    DYN_ARG_REAL,                 /* as.d */
    DYN_ARG_BOOL,                 /* as.i, 0 or 1 */
    DYN_ARG_TEXT,                 /* as.s */
    DYN_ARG_NUMBER,               /* as.s: a number's text */
    DYN_ARG_NULL,
    DYN_ARG_ISO,                  /* as.i: Unix milliseconds, written as ISO 8601 text */
    DYN_ARG_LIST,                 /* as.list: a list (L) of values */
    DYN_ARG_SET,                  /* as.list: a string set (SS), number set (NS) or binary set (BS) */
    DYN_ARG_BYTES,                /* as.s: bytes (B); this and the next two are written by as.own.write */
    DYN_ARG_MADE,                 /* as.s: bytes that a text (S) is made of */
    DYN_ARG_TIME                  /* as.i: a time and its form, that a text (S) is made of */
} dyn_arg_kind;

/* One value for a `?` or a key. Made by the DYN_EXPR and DYN_KEY macros, or by the functions below. Text is not copied: it stays the
 * caller's and must live, unchanged, until the call has ended (dyn_select and dyn_scan copy it, but for lists and sets). */
typedef struct dyn_arg {
    int kind DYN__DEF(0);         /* a dyn_arg_kind */
    union dyn_arg_value {
        int64_t  i;
        uint64_t u;
        double   d;
        dyn_str  s;
        struct { const struct dyn_arg *items; size_t count; } list;
        struct { dyn_str s; void (*write)(struct dyn__writer *w, const struct dyn_arg *a); } own;   /* DYN_ARG_BYTES and behind: what writes as.s or
                                                                                                      as.i, which it begins with, between quotes */
#ifdef __cplusplus
        dyn_arg_value() : i(0) { }     /* a dyn_str has a constructor there, so the union needs one */
#endif
    } as;
} dyn_arg;

struct dyn__exprs;
struct dyn_expr;

/* Compiles conditions. DYN_EXPR names it, so that a program without expressions does not link it. */
DYN_API dyn_status dyn__compile_conditions(struct dyn__exprs *x, const struct dyn_expr *list, size_t n, dyn_str *out);

/* A text and the values for its `?`, in order. Made by DYN_EXPR, or at run time by dyn_expr_of. */
typedef struct dyn_expr {
    const char    *text  DYN__DEF(NULL);   /* NULL or "": none */
    const dyn_arg *args  DYN__DEF(NULL);
    size_t         count DYN__DEF(0);
    dyn_status   (*compile)(struct dyn__exprs *x, const struct dyn_expr *list, size_t n, dyn_str *out) DYN__DEF(NULL);   /* dyn__compile_conditions */
} dyn_expr;

/* An expression put together at run time. Neither text nor values are copied: they live until the call has ended. */
static inline DYN__UNUSED void dyn_expr_of(dyn_expr *e, const char *text, const dyn_arg *args, size_t count)
{
    e->text = text, e->args = args, e->count = count, e->compile = dyn__compile_conditions;
}

/* The values of the members in a model's key, partition key first, each in the template's order. */
typedef struct dyn_key {
    const dyn_arg *args  DYN__DEF(NULL);
    size_t         count DYN__DEF(0);
    dyn_status   (*convert)(dyn_error *err, const dyn_field *f, dyn_arg *arg) DYN__DEF(NULL);   /* dyn__convert_key */
} dyn_key;

/* Converts a key's value to its member's kind. DYN_KEY names it, so that a program whose keys all come from structs does not link it. */
DYN_API dyn_status dyn__convert_key(dyn_error *err, const dyn_field *f, dyn_arg *arg);

/* A key put together at run time. The values are not copied: they live until the call has begun. */
static inline DYN__UNUSED void dyn_key_of(dyn_key *k, const dyn_arg *args, size_t count)
{
    k->args = args, k->count = count, k->convert = dyn__convert_key;
}

/* --- Values ---------------------------------------------------------------------------------------------------------
 * What DYN_EXPR and DYN_KEY make of a C value; also for tables of values that are put together at run time. */

static inline DYN__UNUSED dyn_arg dyn_slice(dyn_str text)           /* S; may hold any valid UTF-8, zero bytes too */
{
    dyn_arg a;
    a.kind = text.ptr || !text.len ? DYN_ARG_TEXT : DYN_ARG_NONE;
    a.as.s = text;
    if (!text.ptr)
        a.as.s.ptr = "";
    return a;
}

static inline DYN__UNUSED dyn_arg dyn_text(const char *text)        /* S; terminated; NULL is refused when it is used */
{
    dyn_arg a;
    a.kind = text ? DYN_ARG_TEXT : DYN_ARG_NONE;
    a.as.s.ptr = text;
    for (a.as.s.len = 0; text && text[a.as.s.len]; a.as.s.len++) { }
    return a;
}

static inline DYN__UNUSED dyn_arg dyn_num(const char *number)       /* N; up to 38 digits, as text: "-12.5", "1E-130" */
{
    dyn_arg a = dyn_text(number);
    if (a.kind == DYN_ARG_TEXT)
        a.kind = DYN_ARG_NUMBER;
    return a;
}

static inline DYN__UNUSED dyn_arg dyn_int(int64_t v)                /* N */
{
    dyn_arg a;
    a.kind = DYN_ARG_INT;
    a.as.i = v;
    return a;
}

static inline DYN__UNUSED dyn_arg dyn_uint(uint64_t v)              /* N */
{
    dyn_arg a;
    a.kind = DYN_ARG_UINT;
    a.as.u = v;
    return a;
}

static inline DYN__UNUSED dyn_arg dyn_real(double v)                /* N; NaN and infinity are refused when it is used */
{
    dyn_arg a;
    a.kind = DYN_ARG_REAL;
    a.as.d = v;
    return a;
}

static inline DYN__UNUSED dyn_arg dyn_bool(bool v)                  /* BOOL */
{
    dyn_arg a;
    a.kind = DYN_ARG_BOOL;
    a.as.i = v;
    return a;
}

static inline DYN__UNUSED dyn_arg dyn_null(void)                    /* NULL, the value */
{
    dyn_arg a;
    a.kind = DYN_ARG_NULL;
    a.as.i = 0;
    return a;
}

static inline DYN__UNUSED dyn_arg dyn_list(const dyn_arg *items, size_t count)   /* L; the items are not copied */
{
    dyn_arg a;
    a.kind = DYN_ARG_LIST;
    a.as.list.items = items;
    a.as.list.count = count;
    return a;
}

static inline DYN__UNUSED dyn_arg dyn_set(const dyn_arg *items, size_t count)    /* SS or NS: all text or all numbers; the items are not copied */
{
    dyn_arg a = dyn_list(items, count);
    a.kind = DYN_ARG_SET;
    return a;
}

/* What writes such a value. dyn_bytes names it, so that a program without bytes does not link it. */
DYN_API void dyn__write_base64(struct dyn__writer *w, const dyn_arg *a);

static inline DYN__UNUSED dyn_arg dyn_bytes(const void *bytes, size_t size)      /* B; not copied */
{
    dyn_arg a;
    a.kind = bytes || !size ? DYN_ARG_BYTES : DYN_ARG_NONE;
    a.as.s.ptr = bytes ? (const char *)bytes : "";
    a.as.s.len = size;
    a.as.own.write = dyn__write_base64;
    return a;
}

/* UUIDs (RFC 9562): 16 bytes, and their text of 36 characters in lower case. */
DYN_API void dyn_uuid_format(const unsigned char id[16], char text[37]);                   /* terminated */
DYN_API bool dyn_uuid_parse(const char *text, size_t size, unsigned char id[16]);           /* false: it is none; takes either case */

/* What writes such a value. dyn_uuid names it, so that a program without UUIDs does not link it. */
DYN_API void dyn__write_uuid(struct dyn__writer *w, const dyn_arg *a);

static inline DYN__UNUSED dyn_arg dyn_uuid(const unsigned char id[16])           /* S, its text; the bytes are not copied */
{
    dyn_arg a;
    a.kind = id ? DYN_ARG_MADE : DYN_ARG_NONE;
    a.as.s.ptr = (const char *)id;
    a.as.s.len = 16;
    a.as.own.write = dyn__write_uuid;
    return a;
}

/* DYN_EXPR(text, values...): an expression with up to 16 values, one for each `?`: integers, float, double, bool, char *, dyn_str,
 * const dyn_number *, or a dyn_arg made by the functions above. DYN_KEY(values...): the values of a key's members, 1 to 16.
 * In C it lives as long as the block that it stands in; in C++ until the end of the full expression. */
#ifdef __cplusplus
} /* extern "C" */
inline dyn_arg dyn__arg(const char *v) { return dyn_text(v); }
inline dyn_arg dyn__arg(dyn_str v) { return dyn_slice(v); }
inline dyn_arg dyn__arg(const dyn_arg &v) { return v; }
inline dyn_arg dyn__arg(const dyn_number *v) { return dyn_num(v->text); }
inline dyn_arg dyn__arg(bool v) { return dyn_bool(v); }
template <typename T> dyn_arg dyn__arg(const T *) = delete;      /* no other pointer is a value, a bool least of all */
inline dyn_arg dyn__arg(double v) { return dyn_real(v); }
inline dyn_arg dyn__arg(int v) { return dyn_int(v); }
inline dyn_arg dyn__arg(long v) { return dyn_int(v); }
inline dyn_arg dyn__arg(long long v) { return dyn_int(v); }
inline dyn_arg dyn__arg(unsigned v) { return dyn_uint(v); }
inline dyn_arg dyn__arg(unsigned long v) { return dyn_uint(v); }
inline dyn_arg dyn__arg(unsigned long long v) { return dyn_uint(v); }
template <size_t n> struct dyn__held {
    const char *text;
    dyn_arg     args[n + 1];
    operator dyn_expr() const { dyn_expr e; dyn_expr_of(&e, text, args, n); return e; }
    operator dyn_key() const { dyn_key k; dyn_key_of(&k, args, n); return k; }
};
template <typename... T> inline dyn__held<sizeof...(T)> dyn__hold(const char *text, const T &... values)
{
    static_assert(sizeof...(T) <= 16, "at most 16 values");
    return { text, { dyn__arg(values)..., dyn_arg() } };
}
#define DYN_EXPR(...) dyn__hold(__VA_ARGS__)
#define DYN_KEY(...)  dyn__hold("", __VA_ARGS__)
extern "C" {
#else
static inline DYN__UNUSED dyn_arg dyn__arg(dyn_arg v) { return v; }
static inline DYN__UNUSED dyn_arg dyn__arg_number(const dyn_number *v) { return dyn_num(v->text); }
#define DYN__V(x) DYN__EXTENSION _Generic((x), \
    bool: dyn_bool, char: dyn_int, signed char: dyn_int, short: dyn_int, int: dyn_int, long: dyn_int, long long: dyn_int, \
    unsigned char: dyn_uint, unsigned short: dyn_uint, unsigned: dyn_uint, unsigned long: dyn_uint, unsigned long long: dyn_uint, \
    float: dyn_real, double: dyn_real, char *: dyn_text, const char *: dyn_text, dyn_str: dyn_slice, dyn_arg: dyn__arg, \
    dyn_number *: dyn__arg_number, const dyn_number *: dyn__arg_number)(x)
#define DYN__JOIN(a, b)  DYN__JOIN_(a, b)
#define DYN__JOIN_(a, b) a##b
#define DYN__COUNT(...)  DYN__COUNT_(__VA_ARGS__, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define DYN__COUNT_(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, number, ...) number
#define DYN__V1(a) DYN__V(a)
#define DYN__V2(a, ...) DYN__V(a), DYN__V1(__VA_ARGS__)
#define DYN__V3(a, ...) DYN__V(a), DYN__V2(__VA_ARGS__)
#define DYN__V4(a, ...) DYN__V(a), DYN__V3(__VA_ARGS__)
#define DYN__V5(a, ...) DYN__V(a), DYN__V4(__VA_ARGS__)
#define DYN__V6(a, ...) DYN__V(a), DYN__V5(__VA_ARGS__)
#define DYN__V7(a, ...) DYN__V(a), DYN__V6(__VA_ARGS__)
#define DYN__V8(a, ...) DYN__V(a), DYN__V7(__VA_ARGS__)
#define DYN__V9(a, ...) DYN__V(a), DYN__V8(__VA_ARGS__)
#define DYN__V10(a, ...) DYN__V(a), DYN__V9(__VA_ARGS__)
#define DYN__V11(a, ...) DYN__V(a), DYN__V10(__VA_ARGS__)
#define DYN__V12(a, ...) DYN__V(a), DYN__V11(__VA_ARGS__)
#define DYN__V13(a, ...) DYN__V(a), DYN__V12(__VA_ARGS__)
#define DYN__V14(a, ...) DYN__V(a), DYN__V13(__VA_ARGS__)
#define DYN__V15(a, ...) DYN__V(a), DYN__V14(__VA_ARGS__)
#define DYN__V16(a, ...) DYN__V(a), DYN__V15(__VA_ARGS__)
#define DYN__ARGS(n, ...) (const dyn_arg[]){ DYN__JOIN(DYN__V, n)(__VA_ARGS__) }, n
#define DYN__E1(text) ((dyn_expr){ text, NULL, 0, dyn__compile_conditions })
#define DYN__E2(text, ...) ((dyn_expr){ text, DYN__ARGS(1, __VA_ARGS__), dyn__compile_conditions })
#define DYN__E3(text, ...) ((dyn_expr){ text, DYN__ARGS(2, __VA_ARGS__), dyn__compile_conditions })
#define DYN__E4(text, ...) ((dyn_expr){ text, DYN__ARGS(3, __VA_ARGS__), dyn__compile_conditions })
#define DYN__E5(text, ...) ((dyn_expr){ text, DYN__ARGS(4, __VA_ARGS__), dyn__compile_conditions })
#define DYN__E6(text, ...) ((dyn_expr){ text, DYN__ARGS(5, __VA_ARGS__), dyn__compile_conditions })
#define DYN__E7(text, ...) ((dyn_expr){ text, DYN__ARGS(6, __VA_ARGS__), dyn__compile_conditions })
#define DYN__E8(text, ...) ((dyn_expr){ text, DYN__ARGS(7, __VA_ARGS__), dyn__compile_conditions })
#define DYN__E9(text, ...) ((dyn_expr){ text, DYN__ARGS(8, __VA_ARGS__), dyn__compile_conditions })
#define DYN__E10(text, ...) ((dyn_expr){ text, DYN__ARGS(9, __VA_ARGS__), dyn__compile_conditions })
#define DYN__E11(text, ...) ((dyn_expr){ text, DYN__ARGS(10, __VA_ARGS__), dyn__compile_conditions })
#define DYN__E12(text, ...) ((dyn_expr){ text, DYN__ARGS(11, __VA_ARGS__), dyn__compile_conditions })
#define DYN__E13(text, ...) ((dyn_expr){ text, DYN__ARGS(12, __VA_ARGS__), dyn__compile_conditions })
#define DYN__E14(text, ...) ((dyn_expr){ text, DYN__ARGS(13, __VA_ARGS__), dyn__compile_conditions })
#define DYN__E15(text, ...) ((dyn_expr){ text, DYN__ARGS(14, __VA_ARGS__), dyn__compile_conditions })
#define DYN__E16(text, ...) ((dyn_expr){ text, DYN__ARGS(15, __VA_ARGS__), dyn__compile_conditions })
#define DYN__E17(text, ...) ((dyn_expr){ text, DYN__ARGS(16, __VA_ARGS__), dyn__compile_conditions })
#define DYN_EXPR(...) DYN__JOIN(DYN__E, DYN__COUNT(__VA_ARGS__))(__VA_ARGS__)
#define DYN_KEY(...)  ((dyn_key){ DYN__ARGS(DYN__COUNT(__VA_ARGS__), __VA_ARGS__), dyn__convert_key })
#endif

/* ======================================================================================================================
 * >>sign   AWS Signature Version 4 for any service; the client signs its own requests with the same parts.
 * ==================================================================================================================== */

enum { DYN_SIGN_HEADERS_MAX = 32 };   /* headers that one request may sign */

/* One HTTP header. The name in any case; the value as it is sent: blanks around it and runs of blanks in it do not matter. */
typedef struct dyn_sign_header {
    dyn_str name;
    dyn_str value;
} dyn_sign_header;

/* A request to be signed. Nothing is copied or changed. */
typedef struct dyn_sign_request {
    dyn_str method DYN__DEF(dyn_str());                /* required: "GET", "POST" … */
    dyn_str path DYN__DEF(dyn_str());                  /* default "/": canonical, i.e. encoded as it is sent and, but for S3, once more */
    dyn_str query DYN__DEF(dyn_str());                 /* default none: canonical, i.e. encoded, and sorted by name and value */
    const dyn_sign_header *headers DYN__DEF(NULL);     /* in any order; Host is required, X-Amz-Date must not be among them; the values */
    size_t  header_count DYN__DEF(0);                  /* of a name that occurs again are joined by ','; up to DYN_SIGN_HEADERS_MAX */
    dyn_str body DYN__DEF(dyn_str());                  /* default empty */
    const unsigned char *body_sha256 DYN__DEF(NULL);   /* 32 bytes, instead of body; default: computed from body */
    dyn_str service DYN__DEF(dyn_str());               /* required: "dynamodb" */
    dyn_str region DYN__DEF(dyn_str());                /* required: "eu-central-1" */
    dyn_str access_key DYN__DEF(dyn_str());            /* required */
    dyn_str secret DYN__DEF(dyn_str());                /* required */
    int64_t unix_s DYN__DEF(0);                        /* the time of the request in seconds since 1970, years to 9999 */
} dyn_sign_request;

/* Signs a request: writes the value of its Authorization header, terminated, and the value of the X-Amz-Date header that must be
 * sent with it. Every header given is signed, and X-Amz-Date besides; give those that reach the service unchanged. A session token
 * is a header like any other (X-Amz-Security-Token). No memory is kept, and the stack needed does not depend on the request.
 * *length, unless NULL, is the length of the text without its terminator, also when it did not fit.
 * DYN_OK · DYN_TOO_LARGE (size is not above *length; authorization is "") · DYN_INVALID (a required member is missing or has a blank
 * or control byte, X-Amz-Date or Authorization among the headers, no Host, too many headers, the time out of range).
 * AWS General Reference, "Signature Version 4 signing process". */
DYN_API dyn_status dyn_sign(const dyn_sign_request *request, char *authorization, size_t size, size_t *length, char date[17]);

/* ======================================================================================================================
 * >>os   POSIX: sockets, clocks, random bytes. A firmware build leaves this out with DYNREPO_NO_OS.
 * ==================================================================================================================== */

#ifndef DYNREPO_NO_OS

/* A TCP connection. Zeroed it is closed; its members are its own. It may not be moved while it is used. */
typedef struct dyn_posix_stream {
    int      socket_1   DYN__DEF(0);      /* the descriptor plus 1; 0: none */
    bool     connecting DYN__DEF(false);
    uint32_t read_ms    DYN__DEF(0);      /* what SO_RCVTIMEO and SO_SNDTIMEO are set to; 0: not set */
    uint32_t write_ms   DYN__DEF(0);
    uint32_t since_ms   DYN__DEF(0);      /* when the attempt at the present address began */
    void    *addresses  DYN__DEF(NULL);   /* what the name led to, while connecting */
    void    *address    DYN__DEF(NULL);   /* the one that is being tried */
} dyn_posix_stream;

/* Clears *s and makes *stream the stream over it. open blocks while a name is looked up (the system's resolver has no other way), however
 * short its wait_ms; with a numeric address it does not. The addresses of a name are tried in turn. No signal is raised when the
 * peer is gone. */
DYN_API void dyn_posix_stream_make(dyn_posix_stream *s, dyn_stream *stream);

/* The system's clocks and random bytes. The struct is constant and lives as long as the program. */
DYN_API const dyn_system *dyn_posix_system(void);

#endif /* DYNREPO_NO_OS */

/* ======================================================================================================================
 * >>call   The client: opening, stepping, limits of time, errors.
 * ==================================================================================================================== */

struct dyn__state;
struct dyn__writer;

/* Capacity units, as answers tell them when they are asked to: dyn_capacity(&db), or in dyn_total. */
typedef struct dyn_units {
    double   total    DYN__DEF(0);             /* consumed in all */
    double   read     DYN__DEF(0);             /* of them, read units … */
    double   write    DYN__DEF(0);             /* … and write units */
    double   table    DYN__DEF(0);             /* by the table itself and … */
    double   indexes  DYN__DEF(0);             /* … by its indexes: both only with DYN_CAPACITY_INDEXES */
    uint32_t answers  DYN__DEF(0);             /* how many answers told units; 0: none, and the units are not known */
} dyn_units;

/* What to ask for: the value of .capacity in a config (for all calls) or in a call's options (for that one). A program that names none of the
 * two does not link what reads them. An item that fails its condition consumes write units too, which the service does not tell. */
typedef void (*dyn_capacity_level)(struct dyn__state *st, struct dyn__writer *w, const char *text, size_t n);
DYN_API void dyn__capacity_total(struct dyn__state *st, struct dyn__writer *w, const char *text, size_t n);
DYN_API void dyn__capacity_indexes(struct dyn__state *st, struct dyn__writer *w, const char *text, size_t n);
#define DYN_CAPACITY_TOTAL   dyn__capacity_total      /* ReturnConsumedCapacity TOTAL: total, read, write */
#define DYN_CAPACITY_INDEXES dyn__capacity_indexes    /* ReturnConsumedCapacity INDEXES: table and indexes too */

/* One line of a program's own account of units, see config.totals: the units of one operation on the items of one model. */
typedef struct dyn_total {
    const struct dyn_model *model DYN__DEF(NULL);  /* NULL: of calls without a model; in the first line: of all calls */
    const char *operation DYN__DEF(NULL);      /* DynamoDB's name: "PutItem"; NULL in the first line, and in lines that are still free */
    dyn_units   units     DYN__DEF(dyn_units());
} dyn_total;

struct dyn__state;

/* How a client is opened. Right when zeroed but for the memory; strings are copied at dyn_open, all else must outlive the client. */
typedef struct dyn_config {
    uint32_t    start_canary_  DYN__DEF(0);
    void       *memory         DYN__DEF(NULL);   /* required, with memory_size (DYN_MEMORY sets both): everything the client will ever use */
    size_t      memory_size    DYN__DEF(0);      /* bytes; too small: DYN_NO_MEMORY, and dyn_last_error()->needed says how much */
    const char *region         DYN__DEF(NULL);   /* default: AWS_REGION, AWS_DEFAULT_REGION, then the profile's */
    const char *endpoint       DYN__DEF(NULL);   /* "https://host[:port]" or "http://…"; default: AWS_ENDPOINT_URL_DYNAMODB,
                                                    AWS_ENDPOINT_URL, the profile's, else the service's for the region */
    const char *profile        DYN__DEF(NULL);   /* default: AWS_PROFILE, else "default"; one given here is used instead of the environment's keys */
    const char *access_key     DYN__DEF(NULL);   /* with secret_key; default: AWS_ACCESS_KEY_ID …, then the profile's */
    const char *secret_key     DYN__DEF(NULL);
    const char *session_token  DYN__DEF(NULL);   /* of temporary keys */
    const char *table_prefix   DYN__DEF(NULL);   /* put before every table name: "test-"; default: nothing */
    dyn_str     trust          DYN__DEF(dyn_str()); /* certificates to trust instead of the built-in Amazon roots: PEM text or one DER;
                                                       default: the file AWS_CA_BUNDLE, else the roots */
    dyn_status (*read_trust)(dyn_arena *arena, dyn_str certificates, const void **anchors, size_t *count, dyn_error *error) DYN__DEF(NULL);
                                                 /* dyn_read_certificates: required with trust under DYNREPO_NO_OS (DYN_TRUST sets both), else the default */
    const dyn_stream *stream   DYN__DEF(NULL);   /* the way to the network; default: POSIX sockets */
    const dyn_system *system   DYN__DEF(NULL);   /* time and random bytes; default: POSIX */
    uint32_t    connect_ms     DYN__DEF(0);      /* default 3100: name, connection and TLS handshake, each */
    uint32_t    attempt_ms     DYN__DEF(0);      /* default 5000: from the last byte sent to the first byte of the answer */
    uint32_t    idle_ms        DYN__DEF(0);      /* default 5000: the longest gap while bytes move */
    uint32_t    total_ms       DYN__DEF(0);      /* default 30000: all tries and waits of one call */
    uint32_t    attempts       DYN__DEF(0);      /* default 4: how often a request is sent at most */
    uint32_t    record_size    DYN__DEF(0);      /* default 16384: the largest TLS record taken; 512, 1024, 2048 or 4096
                                                    where the peer agrees (dyn_record_size tells) */
    dyn_capacity_level capacity DYN__DEF(NULL);  /* DYN_CAPACITY_TOTAL or _INDEXES: every call asks what it consumes; default: none does */
    dyn_total  *totals         DYN__DEF(NULL);   /* with total_count (DYN_TOTALS sets both): a zeroed array for the sums of what calls consumed.
                                                    The first line is the sum of all, then one for each model and operation; what finds
                                                    no free line is in the first one only. Default: none */
    size_t      total_count    DYN__DEF(0);
    dyn_status (*find_endpoint)(struct dyn__state *st, dyn_arena *arena, const struct dyn_config *config, dyn_str found) DYN__DEF(NULL);
                                                 /* DYN_STREAMS sets it; default: the endpoint of DynamoDB's tables */
    uint32_t    end_canary_    DYN__DEF(0);
} dyn_config;

/* For a config: certificates to trust, PEM text or one DER. Firmware that trusts the built-in roots does not link what reads certificates. */
#define DYN_TRUST(text, size) .trust = { (text), (size) }, .read_trust = dyn_read_certificates
DYN_API dyn_status dyn_read_certificates(dyn_arena *arena, dyn_str certificates, const void **anchors, size_t *count, dyn_error *error);

/* For a config: an array and its size; of bytes, of dyn_total. */
#define DYN_TOTALS(array) .totals = (array), .total_count = sizeof(array) / sizeof *(array)
#define DYN_MEMORY(array) .memory = (array), .memory_size = sizeof(array)

/* A client: one connection, used by one thread at a time. It must not be moved or copied while open; zeroed or not before dyn_open. */
typedef struct dyn_client {
    uint32_t           start_canary;
    struct dyn__state *state;
    dyn_error          error;
    uint32_t           end_canary;
} dyn_client;

/* What dyn_wants says after DYN_PENDING. */
typedef struct dyn_want {
    int      events;                   /* DYN_WANT_READ, DYN_WANT_WRITE or both: step again when one of them is so; 0: only the time counts */
    uint32_t ms;                       /* step again after this time at the latest */
    intptr_t handle;                   /* of the stream, for poll or epoll; -1: it has none, or is not open */
} dyn_want;

/* Opens a client: copies the config's strings, finds what it leaves out, divides the memory. No request is sent.
 * DYN_OK · DYN_NO_MEMORY (error.needed: bytes of memory) · DYN_INVALID (the endpoint, the trust, no region) · DYN_NO_CREDENTIALS ·
 * DYN_NO_ENTROPY. After an error only dyn_last_error, dyn_print_error and dyn_close may be called. */
DYN_API dyn_status dyn__open(dyn_client *client, const dyn_config *config, size_t client_size, size_t config_size, uint32_t version);
static inline DYN__UNUSED dyn_status dyn_open(dyn_client *client, const dyn_config *config)
{
    return dyn__open(client, config, sizeof *client, sizeof *config, DYNREPO_VERSION);
}

/* Closes the connection and wipes all secrets from the memory. Legal after a failed open, and twice. */
DYN_API void dyn_close(dyn_client *db);

/* What is known about the last failure of this client; status DYN_OK: the last call did not fail. Valid until the next call. */
DYN_API const dyn_error *dyn_last_error(const dyn_client *db);

/* The error as one line of text: what happened, what to do next, then code, request id and attempts where known. Writes at most
 * size bytes, always terminated when size > 0; returns the length that the whole text has. */
DYN_API size_t dyn_format_error(const dyn_error *error, char *text, size_t size);

/* The same text to a sink, in pieces. */
DYN_API void dyn_write_error(const dyn_error *error, const dyn_sink *sink);

#ifndef DYNREPO_NO_OS
/* The same on standard error, with a line end. */
DYN_API void dyn_print_error(const dyn_client *db);
#endif

/* A status as text: "DYN_NOT_FOUND". */
DYN_API const char *dyn_status_name(dyn_status status);

/* Might the same call succeed later, unchanged? */
DYN_API bool dyn_is_transient(dyn_status status);

/* Is it the program that has to change? */
DYN_API bool dyn_is_callers_fault(dyn_status status);

/* How long to wait before the same call is made again: what the service asked for, else a guess by the kind of failure; 0: no need,
 * or no use. */
DYN_API uint32_t dyn_retry_after_ms(const dyn_client *db);

/* Moves the running call on as far as it goes without blocking.
 * DYN_PENDING: see dyn_wants · DYN_ROW, DYN_OK, DYN_DONE, DYN_NOT_FOUND or an error: the call has ended with this · DYN_INVALID: no call is running. */
DYN_API dyn_status dyn_step(dyn_client *db);

/* What to wait for before the next dyn_step. */
DYN_API dyn_want dyn_wants(const dyn_client *db);

/* Ends the running call and the running read at once; the connection is closed if a request was under way. A write may have been applied. */
DYN_API void dyn_cancel(dyn_client *db);

/* The most memory that this client has used so far, in bytes of the block given to it. */
DYN_API size_t dyn_memory_peak(const dyn_client *db);

/* What went over the network. */
typedef struct dyn_traffic {
    uint64_t sent        DYN__DEF(0);          /* bytes that the stream took: HTTP heads and bodies, with TLS its records and handshakes */
    uint64_t received    DYN__DEF(0);          /* bytes that the stream gave */
    uint32_t requests    DYN__DEF(0);          /* begun to be sent, repeats among them */
    uint32_t connections DYN__DEF(0);          /* opened */
    uint32_t handshakes  DYN__DEF(0);          /* of TLS, complete */
} dyn_traffic;
typedef struct dyn_metered {
    dyn_traffic call DYN__DEF(dyn_traffic());  /* the running or the last call, from its begin on; a read of many is one call */
    dyn_traffic all  DYN__DEF(dyn_traffic());  /* since dyn_open */
} dyn_metered;

/* What this client has sent and received: dyn_meter(&db).call.sent. All zero when it is not open. Headers of TCP and IP are not in it. */
DYN_API dyn_metered dyn_meter(const dyn_client *db);

/* The capacity units that the running or the last call consumed, as far as answers told: dyn_capacity(&db).total. */
DYN_API dyn_units dyn_capacity(const dyn_client *db);

/* The largest TLS record the peer has agreed to send; 16384 unless config.record_size asked for less and it agreed. 0: no TLS connection. */
DYN_API uint32_t dyn_record_size(const dyn_client *db);

/* Makes a UUID (RFC 9562) of the client's random bytes, and version 7 also of its clock, so that their order is that of time. A model makes them
 * by itself with .make. DYN_OK · DYN_NO_ENTROPY · DYN_NO_CLOCK (the time is unknown; any call learns it from the service) · DYN_INVALID (not open). */
DYN_API dyn_status dyn_uuid_v4(dyn_client *db, unsigned char id[16]);
DYN_API dyn_status dyn_uuid_v7(dyn_client *db, unsigned char id[16]);

/* ======================================================================================================================
 * >>op   The operations: items, queries, tables.
 * Each function blocks until it is done; its twin with _begin only starts, and dyn_step does the work. What is passed in (items,
 * texts of expressions, option structs' pointers) must stay as it is until the call has ended.
 *
 * Every call may also return: DYN_BUSY (another call or read is running), DYN_INVALID, DYN_NO_MEMORY, DYN_REJECTED, DYN_DENIED,
 * DYN_THROTTLED, DYN_UNAVAILABLE, DYN_NO_TABLE, DYN_CORRUPT, DYN_TIMEOUT and what the way there brings (DYN_NO_HOST …).
 * ==================================================================================================================== */

/* Where a stored item is put that a write returns: `item` is a struct of the model. */
typedef struct dyn_image {
    void    *item    DYN__DEF(NULL);   /* set by the caller */
    bool     found   DYN__DEF(false);  /* set by the call: there was such an item */
    dyn_mask present DYN__DEF(dyn_mask()); /* set by the call: which members it had */
} dyn_image;

/* Options of dyn_get. */
typedef struct dyn_get_options {
    bool        consistent    DYN__DEF(false);  /* a strongly consistent read, at twice the capacity */
    dyn_arena  *arena         DYN__DEF(NULL);   /* where text of dyn_str members is put; default: the client's memory, until the next read */
    const char *table         DYN__DEF(NULL);   /* default: the model's, behind config.table_prefix */
    uint32_t    total_ms      DYN__DEF(0);      /* default: the config's */
    dyn_capacity_level capacity DYN__DEF(NULL); /* DYN_CAPACITY_TOTAL or _INDEXES, see dyn_capacity; default: the config's */
} dyn_get_options;

/* How a write is done exactly once: as a transaction of one action with a token, by which DynamoDB knows a repeat for ten minutes. */
typedef dyn_status (*dyn_once)(struct dyn__state *st);
DYN_API dyn_status dyn__send_once(struct dyn__state *st);
#define DYN_ONCE dyn__send_once

/* Options of dyn_put, dyn_update, dyn_delete and dyn_save_changes. */
typedef struct dyn_write_options {
    uint32_t    start_canary_ DYN__DEF(0);      /* both stay 0: a struct that was not zeroed is told by them */
    dyn_expr    when[4]       DYN__DEF({});     /* conditions, AND-ed; empty ones are skipped; default: none */
    dyn_image  *old           DYN__DEF(NULL);   /* gets the item as it was before; such a write is never repeated: DYN_UNCERTAIN when cut off */
    dyn_image  *into          DYN__DEF(NULL);   /* dyn_update: gets the item as it is after; not together with old */
    dyn_image  *existing      DYN__DEF(NULL);   /* gets the item that made the condition fail */
    dyn_arena  *arena         DYN__DEF(NULL);   /* as in dyn_get_options, for the images */
    const char *table         DYN__DEF(NULL);
    uint32_t    total_ms      DYN__DEF(0);
    dyn_capacity_level capacity DYN__DEF(NULL); /* as in dyn_get_options */
    dyn_once    once          DYN__DEF(NULL);   /* DYN_ONCE: done once however often it is sent; twice the capacity; not with old or into */
    bool        upsert        DYN__DEF(false);  /* dyn_save_changes: an item that is not there is made, of what differs; default: it must exist */
    uint32_t    end_canary_   DYN__DEF(0);
} dyn_write_options;

/* Read one item into *item. dyn_get finds it by the key members set in *item, dyn_get_key by their values.
 * Text of dyn_str members lies in the client's memory and lives until the next read on db; give options->arena to keep it longer.
 * DYN_OK · DYN_NOT_FOUND (item unchanged) · DYN_BAD_ROW (the item does not fit the model). After an error *item is
 * unspecified but for its key members. DynamoDB: GetItem. */
DYN_API dyn_status dyn_get(dyn_client *db, const dyn_model *model, void *item, const dyn_get_options *options);
DYN_API dyn_status dyn_get_begin(dyn_client *db, const dyn_model *model, void *item, const dyn_get_options *options);
DYN_API dyn_status dyn_get_key(dyn_client *db, const dyn_model *model, void *item, dyn_key key, const dyn_get_options *options);
DYN_API dyn_status dyn_get_key_begin(dyn_client *db, const dyn_model *model, void *item, dyn_key key, const dyn_get_options *options);

/* Write the whole item, replacing one with the same key.
 * DYN_OK · DYN_CONDITION_FAILED · DYN_CONFLICT. With a condition, an answer that was lost, and a repeat that fails its condition, the
 * status is DYN_CONDITION_FAILED with error.maybe_applied. DynamoDB: PutItem. */
DYN_API dyn_status dyn_put(dyn_client *db, const dyn_model *model, const void *item, const dyn_write_options *options);
DYN_API dyn_status dyn_put_begin(dyn_client *db, const dyn_model *model, const void *item, const dyn_write_options *options);

/* Change an item (or make it): DYN_EXPR("SET celsius = ?, n = n + ? REMOVE note", 20.5, 1).
 * DYN_OK · DYN_CONDITION_FAILED · DYN_CONFLICT · DYN_UNCERTAIN (an update that counts was cut off; it is not sent again by itself).
 * DynamoDB: UpdateItem. */
DYN_API dyn_status dyn_update(dyn_client *db, const dyn_model *model, const void *item, dyn_expr change, const dyn_write_options *options);
DYN_API dyn_status dyn_update_begin(dyn_client *db, const dyn_model *model, const void *item, dyn_expr change, const dyn_write_options *options);
DYN_API dyn_status dyn_update_key(dyn_client *db, const dyn_model *model, dyn_key key, dyn_expr change, const dyn_write_options *options);
DYN_API dyn_status dyn_update_key_begin(dyn_client *db, const dyn_model *model, dyn_key key, dyn_expr change, const dyn_write_options *options);

/* Delete an item; that there is none is no error (use DYN_EXPR("attribute_exists(member)") as a condition, or options->old).
 * DYN_OK · DYN_CONDITION_FAILED · DYN_CONFLICT. DynamoDB: DeleteItem. */
DYN_API dyn_status dyn_delete(dyn_client *db, const dyn_model *model, const void *item, const dyn_write_options *options);
DYN_API dyn_status dyn_delete_begin(dyn_client *db, const dyn_model *model, const void *item, const dyn_write_options *options);
DYN_API dyn_status dyn_delete_key(dyn_client *db, const dyn_model *model, dyn_key key, const dyn_write_options *options);
DYN_API dyn_status dyn_delete_key_begin(dyn_client *db, const dyn_model *model, dyn_key key, const dyn_write_options *options);

/* Send what differs between two structs of one item: `before`, as it was read, and `after`, as it shall be. Members that differ are set, those
 * that are absent in `after` are removed; of a nested struct that both have, only the members that differ. All else in the stored item stays,
 * attributes that the model does not know and what others changed meanwhile included. The members of the key must be equal. The item must
 * exist, unless options->upsert; options->when, into and existing work as in dyn_update. Repeated as often as needed: twice is the same as once.
 * DYN_OK (also when nothing differs: then nothing is sent; dyn_save_changes_begin says DYN_DONE, and there is nothing to step) ·
 * DYN_CONDITION_FAILED (there is no such item, or a condition of options->when did not hold) · DYN_CONFLICT. DynamoDB: UpdateItem. */
DYN_API dyn_status dyn_save_changes(dyn_client *db, const dyn_model *model, const void *before, const void *after, const dyn_write_options *options);
DYN_API dyn_status dyn_save_changes_begin(dyn_client *db, const dyn_model *model, const void *before, const void *after,
                                          const dyn_write_options *options);

/* --- Transactions ---------------------------------------------------------------------------------------------------
 * Up to 100 actions on items of any models and tables, all of them done or none; twice the capacity. */

/* What one action is. */
typedef enum dyn_tx_kind { DYN_TX_KIND_NONE, DYN_TX_KIND_PUT, DYN_TX_KIND_UPDATE, DYN_TX_KIND_DELETE, DYN_TX_KIND_CHECK } dyn_tx_kind;

/* One action of dyn_transact_write. Made by the DYN_TX_ macros, which take the options from .when on behind their arguments. */
typedef struct dyn_tx_write {
    int              kind     DYN__DEF(0);         /* a dyn_tx_kind; set by the macros, down to change */
    const dyn_model *model    DYN__DEF(NULL);
    const void      *item     DYN__DEF(NULL);      /* put: what is written; else a struct with the members of the key set, unless key is given */
    dyn_key          key      DYN__DEF(dyn_key());
    dyn_expr         change   DYN__DEF(dyn_expr());    /* of an update, as in dyn_update */
    dyn_expr         when[4]  DYN__DEF({});        /* conditions, AND-ed; a check needs one */
    dyn_image       *existing DYN__DEF(NULL);      /* gets the stored item when this action's condition fails */
    const char      *table    DYN__DEF(NULL);      /* default: the model's, behind config.table_prefix */
    dyn_status       status   DYN__DEF(DYN_OK);    /* set by the call: why this action cancelled the transaction; DYN_OK: it did not */
    char             code[32] DYN__DEF({});        /* the same in DynamoDB's words: "ConditionalCheckFailed" */
    char             message[96] DYN__DEF({});
    char             end_     DYN__DEF(0);         /* keeps the macros' last comma legal */
} dyn_tx_write;

/* Actions for an array: dyn_tx_write a[] = { DYN_TX_PUT(order_model, &order, .when = { DYN_EXPR("missing(id)") }), … }. The model by its name, the
 * struct by its address; with _KEY the key by its values instead, DYN_KEY(…). In C++ expressions and keys must be variables (see C++). */
#define DYN_TX_PUT(model_, ...)        DYN__TX_ITEM(DYN_TX_KIND_PUT, model_, __VA_ARGS__, .end_ = 0)
#define DYN_TX_DELETE(model_, ...)     DYN__TX_ITEM(DYN_TX_KIND_DELETE, model_, __VA_ARGS__, .end_ = 0)
#define DYN_TX_DELETE_KEY(model_, ...) DYN__TX_KEY(DYN_TX_KIND_DELETE, model_, __VA_ARGS__, .end_ = 0)
#define DYN_TX_CHECK(model_, ...)      DYN__TX_ITEM(DYN_TX_KIND_CHECK, model_, __VA_ARGS__, .end_ = 0)     /* only a condition: .when = { … } */
#define DYN_TX_CHECK_KEY(model_, ...)  DYN__TX_KEY(DYN_TX_KIND_CHECK, model_, __VA_ARGS__, .end_ = 0)
#define DYN_TX_UPDATE(model_, item_, ...)     DYN__TX_UPDATE(model_, item_, __VA_ARGS__, .end_ = 0)        /* then the change, DYN_EXPR("SET …") */
#define DYN_TX_UPDATE_KEY(model_, key_, ...)  DYN__TX_UPDATE_KEY(model_, key_, __VA_ARGS__, .end_ = 0)
#define DYN__TX_ITEM(kind_, model_, item_, ...) { .kind = (kind_), .model = &(model_), .item = (item_), __VA_ARGS__ }
#define DYN__TX_KEY(kind_, model_, key_, ...)   { .kind = (kind_), .model = &(model_), .key = key_, __VA_ARGS__ }
#define DYN__TX_UPDATE(model_, item_, change_, ...) \
    { .kind = DYN_TX_KIND_UPDATE, .model = &(model_), .item = (item_), .change = change_, __VA_ARGS__ }
#define DYN__TX_UPDATE_KEY(model_, key_, change_, ...) { .kind = DYN_TX_KIND_UPDATE, .model = &(model_), .key = key_, .change = change_, __VA_ARGS__ }

/* One item of dyn_transact_get. Made by DYN_TX_GET(model, &item) and DYN_TX_GET_KEY(model, &item, DYN_KEY(…)). */
typedef struct dyn_tx_read {
    const dyn_model *model  DYN__DEF(NULL);
    void            *item   DYN__DEF(NULL);        /* where it is put; its key members find it, unless key is given */
    dyn_key          key    DYN__DEF(dyn_key());
    const char      *table  DYN__DEF(NULL);
    bool             found  DYN__DEF(false);       /* set by the call: there is such an item */
    dyn_status       status DYN__DEF(DYN_OK);      /* set by the call: DYN_OK · DYN_NOT_FOUND (*item unchanged) · DYN_BAD_ROW · DYN_CONFLICT … */
    char             end_   DYN__DEF(0);
} dyn_tx_read;
#define DYN_TX_GET(model_, ...)            DYN__TX_GET(model_, __VA_ARGS__, .end_ = 0)
#define DYN_TX_GET_KEY(model_, item_, ...) DYN__TX_GET_KEY(model_, item_, __VA_ARGS__, .end_ = 0)
#define DYN__TX_GET(model_, item_, ...)    { .model = &(model_), .item = (item_), __VA_ARGS__ }
#define DYN__TX_GET_KEY(model_, item_, key_, ...) { .model = &(model_), .item = (item_), .key = key_, __VA_ARGS__ }

/* Options of both. */
typedef struct dyn_tx_options {
    uint32_t    start_canary_ DYN__DEF(0);
    const char *token         DYN__DEF(NULL);   /* dyn_transact_write: 1 to 36 characters by which DynamoDB knows a repeat for ten minutes, also one
                                                   by another process; default: made of random bytes for this call (DYN_NO_ENTROPY) */
    dyn_arena  *arena         DYN__DEF(NULL);   /* as in dyn_get_options; of images too */
    uint32_t    total_ms      DYN__DEF(0);      /* default: the config's; at least 7500 is wise, a stuck transaction is cleared after 5000 */
    dyn_capacity_level capacity DYN__DEF(NULL); /* as in dyn_get_options */
    uint32_t    end_canary_   DYN__DEF(0);
} dyn_tx_options;

/* Do all of the actions or none: 1 to 100, each on another item, 4 MB in all. The token makes it safe to repeat, so it always is. Cancelled
 * because other writes were working on the items, or for throughput alone, it is tried again. Cancelled for good, the status and the error are
 * those of the first action that failed for a reason of its own; each action's status, code and message say what it has to do with it.
 * DYN_OK · DYN_CONDITION_FAILED · DYN_CONFLICT · DYN_NO_ENTROPY · DYN_REJECTED (the token was used for another transaction; or a value that
 * DynamoDB does not take). DynamoDB: TransactWriteItems. */
DYN_API dyn_status dyn_transact_write(dyn_client *db, dyn_tx_write *actions, size_t count, const dyn_tx_options *options);
DYN_API dyn_status dyn_transact_write_begin(dyn_client *db, dyn_tx_write *actions, size_t count, const dyn_tx_options *options);

/* Read 1 to 100 items as they stood at one moment. Text lives as that of dyn_get.
 * DYN_OK (each read's found says whether it is there) · DYN_BAD_ROW (an item does not fit its model; all others are there) · DYN_CONFLICT.
 * After an error items are unspecified but for their key members. DynamoDB: TransactGetItems. */
DYN_API dyn_status dyn_transact_get(dyn_client *db, dyn_tx_read *reads, size_t count, const dyn_tx_options *options);
DYN_API dyn_status dyn_transact_get_begin(dyn_client *db, dyn_tx_read *reads, size_t count, const dyn_tx_options *options);

/* What to read with dyn_select or dyn_scan. */
typedef struct dyn_query {
    uint32_t    start_canary_ DYN__DEF(0);
    dyn_expr    key           DYN__DEF(dyn_expr());   /* dyn_select: required; conditions on the key's members */
    dyn_expr    where[4]      DYN__DEF({});     /* filters, AND-ed; empty ones are skipped */
    bool        newest_first  DYN__DEF(false);  /* dyn_select: descending by sort key */
    size_t      limit         DYN__DEF(0);      /* rows in all, exact; default: all */
    size_t      page          DYN__DEF(0);      /* items read per request, before the filter; default: as many as fit 1 MB */
    bool        consistent    DYN__DEF(false);
    dyn_arena  *arena         DYN__DEF(NULL);   /* as in dyn_get_options; holds the text of all rows then */
    const char *table         DYN__DEF(NULL);
    uint32_t    total_ms      DYN__DEF(0);      /* for each page; default: the config's */
    dyn_capacity_level capacity DYN__DEF(NULL); /* as in dyn_get_options; dyn_capacity has the sum of all pages */
    uint32_t    end_canary_   DYN__DEF(0);
} dyn_query;

/* A running read. Set up by dyn_select or dyn_scan; must not be moved while it runs. A client has one at a time. */
typedef struct dyn_rows {
    dyn_client      *db     DYN__DEF(NULL);
    const dyn_model *model  DYN__DEF(NULL);
    dyn_status       status DYN__DEF(DYN_OK);   /* what the begin said, then how the read ended */
    uint64_t         count  DYN__DEF(0);        /* rows handed out so far */
    bool             open   DYN__DEF(false);
} dyn_rows;

/* Begin to read the items of one partition (dyn_select: Query) or of the whole table that belong to the model (dyn_scan: Scan). Nothing is
 * sent yet. The status is kept in *rows too: dyn_next and dyn_finish return it, so it need not be looked at.
 * DYN_OK · DYN_INVALID · DYN_BUSY (another call or read of this client is running; that one is not disturbed). */
DYN_API dyn_status dyn_select(dyn_client *db, dyn_rows *rows, const dyn_model *model, const dyn_query *query);
DYN_API dyn_status dyn_scan(dyn_client *db, dyn_rows *rows, const dyn_model *model, const dyn_query *query);

/* The next row into *item; size is sizeof *item. dyn_next_begin starts it, dyn_step gives its end.
 * DYN_ROW · DYN_DONE · DYN_BAD_ROW (this item does not fit the model; the error names its key and attribute; the next call goes on behind it) ·
 * DYN_CORRUPT (a page was not what its checksum says: the rows of this page cannot be trusted) · any other error ends the read. */
DYN_API dyn_status dyn_next(dyn_rows *rows, void *item, size_t size);
DYN_API dyn_status dyn_next_begin(dyn_rows *rows, void *item, size_t size);

/* End a read, in the middle too. Returns the error that ended it, or the begin's; DYN_OK when there was none (a DYN_BAD_ROW that the program
 * went past is none). */
DYN_API dyn_status dyn_finish(dyn_rows *rows);

/* All rows of a read into items[0..capacity), then dyn_finish: the way to "list, then change each". *count is the number of rows.
 * Text of dyn_str members goes to query.arena, or into the client's memory until the next read.
 * DYN_OK · DYN_TOO_LARGE (there are more than capacity; the first ones are there) · DYN_BAD_ROW · any error of dyn_next. */
DYN_API dyn_status dyn_collect(dyn_rows *rows, void *items, size_t size, size_t capacity, size_t *count);

/* --- Batches ---------------------------------------------------------------------------------------------------------
 * Any number of items, of several models and tables, in as few requests as DynamoDB takes: 100 reads, 25 writes, 16 MB, and what fits
 * half of the work memory beside. A request's items are settled before the next is sent. What the service leaves unprocessed is sent
 * again after a while with jitter; rounds in which nothing was processed count against config.attempts, then the call ends as
 * DYN_THROTTLED. An item that is named twice in one request is sent once. options.total_ms begins anew whenever there was progress. */

/* Told after each request that is settled: so many of `count` items are done with. It must not use the client. */
typedef void (*dyn_batch_progress)(void *user, size_t done, size_t count);

/* One item to read with dyn_batch_get. */
typedef struct dyn_batch_item {
    const dyn_model *model   DYN__DEF(NULL);        /* required */
    void            *item    DYN__DEF(NULL);        /* required: where it goes, a struct of the model; its key members say which item it is */
    dyn_key          key     DYN__DEF(dyn_key());   /* the values of the key's members; default: those in *item */
    const char      *table   DYN__DEF(NULL);        /* default: the model's, behind config.table_prefix */
    dyn_status       status  DYN__DEF(DYN_OK);      /* set by the call: DYN_OK · DYN_NOT_FOUND (*item unchanged) · DYN_BAD_ROW (does not fit the model; only
                                                       its key members are good) · DYN_THROTTLED (left unprocessed) · DYN_PENDING (the call ended before) */
    dyn_mask         present DYN__DEF(dyn_mask());  /* set by the call: which members it had */
} dyn_batch_item;

/* Options of dyn_batch_get, dyn_get_many and dyn_complete. */
typedef struct dyn_batch_get_options {
    bool        consistent   DYN__DEF(false);       /* strongly consistent reads, at twice the capacity */
    dyn_arena  *arena        DYN__DEF(NULL);        /* where text of dyn_str members is put, of all items; default: the client's memory, until the next read */
    const char *table        DYN__DEF(NULL);        /* of entries that name none; default: the model's, behind config.table_prefix */
    uint32_t    total_ms     DYN__DEF(0);           /* of each request, its repeats included; default: the config's */
    dyn_capacity_level capacity DYN__DEF(NULL);     /* as in dyn_get_options; dyn_capacity has the sum of all requests */
    dyn_batch_progress progress DYN__DEF(NULL);
    void       *progress_user DYN__DEF(NULL);
} dyn_batch_get_options;

/* Read many items. Each goes into its own struct, in whatever order the answers bring them; items[i].status says what became of it.
 * DYN_OK: all were found · DYN_NOT_FOUND: all were asked for, some do not exist · DYN_BAD_ROW: all were asked for, some do not fit their model (the
 * error names the first) · DYN_THROTTLED and any other error: those with DYN_OK or DYN_NOT_FOUND are settled · DYN_CORRUPT: also when an answer
 * brings an item that was not asked for. DynamoDB: BatchGetItem. */
DYN_API dyn_status dyn_batch_get(dyn_client *db, dyn_batch_item *items, size_t count, const dyn_batch_get_options *options);
DYN_API dyn_status dyn_batch_get_begin(dyn_client *db, dyn_batch_item *items, size_t count, const dyn_batch_get_options *options);

/* The same for an array of structs of one model, by the key members in each. statuses: one for each, as in dyn_batch_item; NULL: not wanted. */
DYN_API dyn_status dyn_get_many(dyn_client *db, const dyn_model *model, void *items, size_t count, dyn_status *statuses,
                                const dyn_batch_get_options *options);
DYN_API dyn_status dyn_get_many_begin(dyn_client *db, const dyn_model *model, void *items, size_t count, dyn_status *statuses,
                                      const dyn_batch_get_options *options);

/* Fetch what rows lack that were read in part (from an index that does not hold all attributes, or with a projection): masks[i] says which members
 * items[i] has. Rows with all of them are left alone; the others are read whole, so that the members of one are of one moment, and
 * their masks set anew: all zero where the item is gone, which is DYN_NOT_FOUND as a whole. Statuses as of dyn_get_many. */
DYN_API dyn_status dyn_complete(dyn_client *db, const dyn_model *model, void *items, size_t count, dyn_mask *masks, const dyn_batch_get_options *options);
DYN_API dyn_status dyn_complete_begin(dyn_client *db, const dyn_model *model, void *items, size_t count, dyn_mask *masks,
                                      const dyn_batch_get_options *options);

/* One put or delete of dyn_batch_write. */
typedef struct dyn_batch_change {
    const dyn_model *model   DYN__DEF(NULL);        /* required */
    const void      *item    DYN__DEF(NULL);        /* put: the item; delete: a struct with the key members set */
    bool             remove  DYN__DEF(false);       /* delete the item; default: put it */
    dyn_key          key     DYN__DEF(dyn_key());   /* delete: the values of the key's members, in place of item */
    const char      *table   DYN__DEF(NULL);        /* default: the model's, behind config.table_prefix */
} dyn_batch_change;

/* Where changes come from that are not in memory at once: fills in *change, zeroed before, for number index, and returns DYN_OK, or the status that
 * the call is to end with. It is asked several times for each, in rising order again and again, and must give the same until its request is
 * settled; what it points to must stay until the next question. It must not use the client. */
typedef dyn_status (*dyn_batch_source)(void *user, size_t index, dyn_batch_change *change);

/* Options of dyn_batch_write, dyn_batch_write_from, dyn_put_many and dyn_delete_many. */
typedef struct dyn_batch_write_options {
    uint8_t    *left         DYN__DEF(NULL);        /* (count + 7) / 8 bytes: set by the call, bit i % 8 of left[i / 8] is on as long as change i is
                                                       not known to have been made; after an error too */
    const char *table        DYN__DEF(NULL);        /* of changes that name none; default: the model's, behind config.table_prefix */
    uint32_t    total_ms     DYN__DEF(0);           /* of each request, its repeats included; default: the config's */
    dyn_capacity_level capacity DYN__DEF(NULL);     /* as in dyn_get_options; dyn_capacity has the sum of all requests */
    dyn_batch_progress progress DYN__DEF(NULL);
    void       *progress_user DYN__DEF(NULL);
} dyn_batch_write_options;

/* Is change i of a batch not known to have been made? */
static inline DYN__UNUSED bool dyn_batch_is_left(const uint8_t *left, size_t i)
{
    return (left[i / 8] >> (i % 8) & 1) != 0;
}

/* Put and delete many items, in order: of two changes of one item the later one counts. There are no conditions, and no old items; a request that was
 * cut off is sent again, since putting or deleting twice is the same as once. The items are not copied: each is written from its struct into
 * the request, for every try anew.
 * DYN_OK: all were made · DYN_INVALID, DYN_TOO_LARGE: a change is wrong, the error says which; those of the requests before are made, none of its own ·
 * DYN_THROTTLED and any other error: options.left tells what is not known to have been made. DynamoDB: BatchWriteItem. */
DYN_API dyn_status dyn_batch_write(dyn_client *db, const dyn_batch_change *changes, size_t count, const dyn_batch_write_options *options);
DYN_API dyn_status dyn_batch_write_begin(dyn_client *db, const dyn_batch_change *changes, size_t count, const dyn_batch_write_options *options);
DYN_API dyn_status dyn_batch_write_from(dyn_client *db, dyn_batch_source source, void *user, size_t count, const dyn_batch_write_options *options);
DYN_API dyn_status dyn_batch_write_from_begin(dyn_client *db, dyn_batch_source source, void *user, size_t count, const dyn_batch_write_options *options);

/* The same for an array of structs of one model: all are put, or all are deleted by their key members. */
DYN_API dyn_status dyn_put_many(dyn_client *db, const dyn_model *model, const void *items, size_t count, const dyn_batch_write_options *options);
DYN_API dyn_status dyn_put_many_begin(dyn_client *db, const dyn_model *model, const void *items, size_t count, const dyn_batch_write_options *options);
DYN_API dyn_status dyn_delete_many(dyn_client *db, const dyn_model *model, const void *items, size_t count, const dyn_batch_write_options *options);
DYN_API dyn_status dyn_delete_many_begin(dyn_client *db, const dyn_model *model, const void *items, size_t count, const dyn_batch_write_options *options);

/* A table as DescribeTable tells it. Names lie in the client's memory until the next call. */
typedef enum dyn_table_status {
    DYN_TABLE_OTHER, DYN_TABLE_CREATING, DYN_TABLE_UPDATING, DYN_TABLE_DELETING, DYN_TABLE_ACTIVE, DYN_TABLE_GONE
} dyn_table_status;
/* How items are billed, and other settings of a table. 0 is always "as it is": of a new table, as the service makes it. */
typedef enum dyn_billing { DYN_BILLING_SAME, DYN_BILLING_ON_DEMAND, DYN_BILLING_PROVISIONED } dyn_billing;
typedef enum dyn_view { DYN_VIEW_SAME, DYN_VIEW_OFF, DYN_VIEW_KEYS, DYN_VIEW_NEW, DYN_VIEW_OLD, DYN_VIEW_BOTH } dyn_view;   /* what its stream tells */
typedef enum dyn_table_class { DYN_CLASS_SAME, DYN_CLASS_STANDARD, DYN_CLASS_INFREQUENT } dyn_table_class;
typedef enum dyn_switch { DYN_SWITCH_SAME, DYN_SWITCH_ON, DYN_SWITCH_OFF } dyn_switch;

/* A secondary index as DescribeTable tells it. */
typedef struct dyn_index_info {
    dyn_str  name              DYN__DEF(dyn_str());
    dyn_table_status status    DYN__DEF(DYN_TABLE_OTHER);   /* of a local index: the table's */
    bool     local             DYN__DEF(false);
    bool     backfilling       DYN__DEF(false);       /* it is being filled with the table's items */
    uint8_t  projection        DYN__DEF(0);           /* DYN_PROJECT_… */
    uint8_t  pk_count          DYN__DEF(0);           /* 1 to 4 */
    uint8_t  sk_count          DYN__DEF(0);           /* 0 to 4 */
    char     pk_type[4]        DYN__DEF({});          /* 'S', 'N' or 'B' */
    char     sk_type[4]        DYN__DEF({});
    dyn_str  pk[4]             DYN__DEF({});          /* names of attributes */
    dyn_str  sk[4]             DYN__DEF({});
    const dyn_str *include     DYN__DEF(NULL);        /* DYN_PROJECT_INCLUDE: what is in it beside keys */
    size_t   include_count     DYN__DEF(0);
    uint64_t read_units        DYN__DEF(0);           /* provisioned; 0: billed per request */
    uint64_t write_units       DYN__DEF(0);
    uint64_t item_count        DYN__DEF(0);           /* updated by the service every six hours or so, as the next one */
    uint64_t size_bytes        DYN__DEF(0);
} dyn_index_info;

typedef struct dyn_table_info {
    dyn_table_status status    DYN__DEF(DYN_TABLE_OTHER);
    dyn_str  name              DYN__DEF(dyn_str());
    dyn_str  arn               DYN__DEF(dyn_str());
    dyn_str  pk                DYN__DEF(dyn_str());   /* name of the partition key's attribute */
    dyn_str  sk                DYN__DEF(dyn_str());   /* of the sort key's; len 0: none */
    char     pk_type           DYN__DEF(0);           /* 'S', 'N' or 'B' */
    char     sk_type           DYN__DEF(0);
    uint64_t item_count        DYN__DEF(0);           /* updated by the service every six hours or so */
    uint64_t size_bytes        DYN__DEF(0);
    bool     on_demand         DYN__DEF(false);       /* billed per request */
    dyn_str  status_text       DYN__DEF(dyn_str());   /* "ACTIVE"; of DYN_TABLE_OTHER, what it is */
    const dyn_index_info *indexes DYN__DEF(NULL);     /* in the client's memory too: local ones first */
    size_t   index_count       DYN__DEF(0);
    uint64_t read_units        DYN__DEF(0);           /* provisioned; 0: billed per request */
    uint64_t write_units       DYN__DEF(0);
    uint64_t max_read_units    DYN__DEF(0);           /* billed per request: the most in a second; 0: no limit but the account's */
    uint64_t max_write_units   DYN__DEF(0);
    dyn_view stream            DYN__DEF(DYN_VIEW_SAME);   /* DYN_VIEW_OFF: it has none now */
    dyn_str  stream_arn        DYN__DEF(dyn_str());   /* of the latest stream; len 0: it never had one */
    dyn_str  stream_label      DYN__DEF(dyn_str());
    dyn_table_class table_class DYN__DEF(DYN_CLASS_SAME);
    bool     protected_        DYN__DEF(false);       /* DeletionProtectionEnabled: it cannot be deleted */
    int64_t  created_ms        DYN__DEF(0);           /* Unix milliseconds */
} dyn_table_info;

/* A tag of a table. */
typedef struct dyn_tag {
    const char *key   DYN__DEF(NULL);   /* 1 to 128 characters */
    const char *value DYN__DEF(NULL);   /* 0 to 256 */
} dyn_tag;

/* Options of what is done with tables. What a function does not name is of no matter to it. */
typedef struct dyn_table_options {
    uint32_t    read_units     DYN__DEF(0);     /* both given: provisioned throughput; default of a new table: billed per request */
    uint32_t    write_units    DYN__DEF(0);
    const char *table          DYN__DEF(NULL);  /* default: the model's, behind config.table_prefix */
    uint32_t    total_ms       DYN__DEF(0);     /* default: the config's; of dyn_wait_table, and of dyn_create_table with a TTL: 300000; of
                                                   dyn_table_migrate: 3600000 */
    const struct dyn_model *const *models DYN__DEF(NULL);   /* further models in the same table (DYN_MODELS sets both): their indexes and TTL too */
    size_t      model_count    DYN__DEF(0);
    dyn_billing billing        DYN__DEF(DYN_BILLING_SAME);   /* DYN_BILLING_PROVISIONED goes with the units above, which imply it */
    int32_t     max_read_units  DYN__DEF(0);    /* billed per request: the most in a second, -1: no limit; default: as it is */
    int32_t     max_write_units DYN__DEF(0);
    dyn_view    stream         DYN__DEF(DYN_VIEW_SAME);      /* the table's stream of changes: off, or what its records tell */
    dyn_table_class table_class DYN__DEF(DYN_CLASS_SAME);
    dyn_switch  protection     DYN__DEF(DYN_SWITCH_SAME);    /* against deletion */
    const char *ttl            DYN__DEF(NULL);  /* the attribute, Unix seconds, after which items expire; default: the models' DYN_TTL member's */
    const dyn_tag *tags        DYN__DEF(NULL);  /* dyn_create_table, and dyn_table_migrate when it makes the table */
    size_t      tag_count      DYN__DEF(0);
    const char *index          DYN__DEF(NULL);  /* dyn_update_table: the units above are this index's */
    bool        delete_indexes DYN__DEF(false); /* dyn_table_migrate, dyn_table_diff: delete global indexes that no model names */
} dyn_table_options;

/* For dyn_table_options: an array of pointers to models that share the table. */
#define DYN_MODELS(array) .models = (array), .model_count = sizeof(array) / sizeof *(array)

/* Create the model's table: keys, indexes, what the options say. It is not ready yet: dyn_wait_table. With a TTL it waits until the table is,
 * since only then the service takes one; the table is active when it returns.
 * DYN_OK · DYN_IN_USE (it exists) · DYN_INVALID (models that share the table disagree). DynamoDB: CreateTable, UpdateTimeToLive. */
DYN_API dyn_status dyn_create_table(dyn_client *db, const dyn_model *model, const dyn_table_options *options);
DYN_API dyn_status dyn_create_table_begin(dyn_client *db, const dyn_model *model, const dyn_table_options *options);
/* All that is known of a table; names and indexes in *info lie in the client's memory until the next read.
 * DYN_OK · DYN_NOT_FOUND. DynamoDB: DescribeTable. */
DYN_API dyn_status dyn_describe_table(dyn_client *db, const dyn_model *model, dyn_table_info *info, const dyn_table_options *options);
DYN_API dyn_status dyn_describe_table_begin(dyn_client *db, const dyn_model *model, dyn_table_info *info, const dyn_table_options *options);
/* Change what the options name: billing and units (of the table or of options.index), the most units, stream, class, protection. The service takes
 * some only one by one, and refuses others then. Indexes and TTL: dyn_table_migrate, dyn_set_ttl.
 * DYN_OK (it was accepted; the table is DYN_TABLE_UPDATING for a while) · DYN_IN_USE (another change is running). DynamoDB: UpdateTable. */
DYN_API dyn_status dyn_update_table(dyn_client *db, const dyn_model *model, const dyn_table_options *options);
DYN_API dyn_status dyn_update_table_begin(dyn_client *db, const dyn_model *model, const dyn_table_options *options);
/* DYN_OK · DYN_NOT_FOUND (there is no such table) · DYN_IN_USE. DynamoDB: DeleteTable. */
DYN_API dyn_status dyn_delete_table(dyn_client *db, const dyn_model *model, const dyn_table_options *options);
DYN_API dyn_status dyn_delete_table_begin(dyn_client *db, const dyn_model *model, const dyn_table_options *options);
/* Wait until the table is DYN_TABLE_ACTIVE or DYN_TABLE_GONE, asking at growing intervals (0.1 s to 5 s).
 * DYN_OK · DYN_TIMEOUT · DYN_NOT_FOUND (DYN_TABLE_ACTIVE is waited for, and there was none in six questions). DynamoDB: DescribeTable. */
DYN_API dyn_status dyn_wait_table(dyn_client *db, const dyn_model *model, dyn_table_status until, const dyn_table_options *options);
DYN_API dyn_status dyn_wait_table_begin(dyn_client *db, const dyn_model *model, dyn_table_status until, const dyn_table_options *options);

/* Compare the models and options with the table as it is, and change nothing. Each line to `to` (NULL: nowhere) is a step that dyn_table_migrate
 * would take ("create index by-city (pk city, sk taken_at; ALL)"), or begins with "left alone: " or "cannot: ". *steps (may be NULL): how many
 * steps there are. Default settings in the options are left as they are.
 * DYN_OK · DYN_INVALID (something cannot be changed in a table; the error names it). DynamoDB: DescribeTable, DescribeTimeToLive. */
DYN_API dyn_status dyn_table_diff(dyn_client *db, const dyn_model *model, const dyn_sink *to, uint32_t *steps, const dyn_table_options *options);
DYN_API dyn_status dyn_table_diff_begin(dyn_client *db, const dyn_model *model, const dyn_sink *to, uint32_t *steps, const dyn_table_options *options);
/* Make the table as the models and options say: create it if there is none, then take one step after the other, each when table and indexes are
 * active again; tells them to `to` as dyn_table_diff does. Nothing is touched that they do not name: an index is deleted only with
 * options.delete_indexes. Nothing is done where something cannot be changed (keys, local indexes, an index of the same name with other keys or
 * another projection). Filling a new index takes the service long; the migration may be begun again at any time and goes on where it was.
 * DYN_OK (all is as it should be) · DYN_INVALID · DYN_TIMEOUT. DynamoDB: DescribeTable, CreateTable, UpdateTable, UpdateTimeToLive. */
DYN_API dyn_status dyn_table_migrate(dyn_client *db, const dyn_model *model, const dyn_sink *to, const dyn_table_options *options);
DYN_API dyn_status dyn_table_migrate_begin(dyn_client *db, const dyn_model *model, const dyn_sink *to, const dyn_table_options *options);

/* The time to live of a table's items. */
typedef struct dyn_ttl_info {
    bool    on        DYN__DEF(false);     /* items expire, or will as soon as the service is done with switching it on */
    bool    changing  DYN__DEF(false);     /* it is being switched */
    dyn_str attribute DYN__DEF(dyn_str()); /* in the client's memory until the next read */
} dyn_ttl_info;
/* Switch the expiry of items by an attribute (Unix seconds) on or off. The service takes one such change an hour, and refuses what is so already.
 * DYN_OK. DynamoDB: UpdateTimeToLive, DescribeTimeToLive. */
DYN_API dyn_status dyn_set_ttl(dyn_client *db, const dyn_model *model, const char *attribute, bool on, const dyn_table_options *options);
DYN_API dyn_status dyn_set_ttl_begin(dyn_client *db, const dyn_model *model, const char *attribute, bool on, const dyn_table_options *options);
DYN_API dyn_status dyn_describe_ttl(dyn_client *db, const dyn_model *model, dyn_ttl_info *info, const dyn_table_options *options);
DYN_API dyn_status dyn_describe_ttl_begin(dyn_client *db, const dyn_model *model, dyn_ttl_info *info, const dyn_table_options *options);

/* All tags of a table: it has 50 at most. Texts lie in the client's memory until the next read. */
typedef struct dyn_tags {
    dyn_str keys[50];
    dyn_str values[50];
    size_t  count DYN__DEF(0);
} dyn_tags;
/* Set tags of a table (those with other keys stay), take some away, list all. The table's ARN is asked for first, unless options.table is one.
 * DYN_OK · DYN_NO_TABLE. DynamoDB: DescribeTable, then TagResource, UntagResource, ListTagsOfResource (all its pages). */
DYN_API dyn_status dyn_tag_table(dyn_client *db, const dyn_model *model, const dyn_tag *tags, size_t count, const dyn_table_options *options);
DYN_API dyn_status dyn_tag_table_begin(dyn_client *db, const dyn_model *model, const dyn_tag *tags, size_t count, const dyn_table_options *options);
DYN_API dyn_status dyn_untag_table(dyn_client *db, const dyn_model *model, const char *const *keys, size_t count, const dyn_table_options *options);
DYN_API dyn_status dyn_untag_table_begin(dyn_client *db, const dyn_model *model, const char *const *keys, size_t count,
                                         const dyn_table_options *options);
DYN_API dyn_status dyn_list_tags(dyn_client *db, const dyn_model *model, dyn_tags *tags, const dyn_table_options *options);
DYN_API dyn_status dyn_list_tags_begin(dyn_client *db, const dyn_model *model, dyn_tags *tags, const dyn_table_options *options);

/* Up to 100 table names. Names lie in the client's memory until the next read. */
typedef struct dyn_tables {
    dyn_str names[100];
    size_t  count DYN__DEF(0);
    bool    more  DYN__DEF(false);     /* there are more: ask again with start = names[count - 1] */
} dyn_tables;
typedef struct dyn_list_options {
    dyn_str  start    DYN__DEF(dyn_str());   /* names behind this one; default: from the first */
    uint32_t limit    DYN__DEF(0);           /* 1 to 100; default 100 */
    uint32_t total_ms DYN__DEF(0);
} dyn_list_options;
/* DYN_OK. DynamoDB: ListTables. */
DYN_API dyn_status dyn_list_tables(dyn_client *db, dyn_tables *tables, const dyn_list_options *options);
DYN_API dyn_status dyn_list_tables_begin(dyn_client *db, dyn_tables *tables, const dyn_list_options *options);

/* --- JSON documents -------------------------------------------------------------------------------------------------
 * Reading of JSON text as it stands, for answers of dyn_raw and the like: nothing is allocated or parsed ahead, a value is a slice of the
 * text. All of them take any bytes, well-formed or not, and never look outside the slice. */

/* Is it one JSON value (RFC 8259, nested at most 72 levels)? *at, unless NULL: where it stops being one. */
DYN_API bool dyn_json_check(dyn_str json, size_t *at);

/* The value at a path: "Table.KeySchema[0].AttributeName"; a name with dots, brackets or backticks' content stands in `backticks`; "" is the
 * document itself. *value is a slice of json, a string with its quotes; false: there is none, *value is left alone. */
DYN_API bool dyn_json_get(dyn_str json, const char *path, dyn_str *value);

/* The members of an object or the elements of an array, one by one: *at is 0 for the first and moves on. *name (unless NULL) is a member's
 * name as it is written, without quotes; empty for an element. false: there are no more, or it is neither. */
DYN_API bool dyn_json_next(dyn_str json, size_t *at, dyn_str *name, dyn_str *value);

/* A JSON string unescaped into text, terminated; *length (unless NULL) is its length. DYN_OK · DYN_INVALID (no string) · DYN_TOO_LARGE. */
DYN_API dyn_status dyn_json_text(dyn_str json, char *text, size_t size, size_t *length);

/* A number, with quotes (as DynamoDB's N) or without. false: no number, no integer, or out of range. */
DYN_API bool dyn_json_int(dyn_str json, int64_t *v);
DYN_API bool dyn_json_real(dyn_str json, double *v);

/* --- Raw calls ------------------------------------------------------------------------------------------------------ */

enum { DYN_REPEAT_BY_NAME, DYN_REPEAT_YES, DYN_REPEAT_NO };
typedef struct dyn_raw_options {
    uint8_t     repeat        DYN__DEF(0);      /* may it be sent again when its answer was lost? Default by name: Get, List, Describe, Query,
                                                   Scan, Batch … yes, others no (DYN_UNCERTAIN then) */
    const char *api           DYN__DEF(NULL);   /* in front of the operation's name; default "DynamoDB_20120810", for the four of streams
                                                   "DynamoDBStreams_20120810" */
    void      (*write)(void *user, const dyn_sink *to) DYN__DEF(NULL);   /* writes the body instead of `body`: called several times, the same
                                                   bytes each time; default: body */
    void       *user          DYN__DEF(NULL);
    dyn_arena  *arena         DYN__DEF(NULL);   /* where the answer is put; default: the client's memory, until the next call */
    uint32_t    total_ms      DYN__DEF(0);
} dyn_raw_options;

/* Any operation of DynamoDB's by its name, signed, sent and repeated as the others: dyn_raw(&db, "DescribeLimits", body, &answer, NULL).
 * body is a JSON object, ptr NULL: {}. *answer is the answer's JSON, also when the service refused; empty when there was none. The
 * answer must fit the client's memory as a whole. DYN_OK · DYN_UNCERTAIN · DYN_REJECTED and the other refusals. */
DYN_API dyn_status dyn_raw(dyn_client *db, const char *operation, dyn_str body, dyn_str *answer, const dyn_raw_options *options);
DYN_API dyn_status dyn_raw_begin(dyn_client *db, const char *operation, dyn_str body, dyn_str *answer, const dyn_raw_options *options);

/* --- PartiQL ---------------------------------------------------------------------------------------------------------
 * DynamoDB's SQL: DYN_EXPR("SELECT * FROM {table} WHERE device = ? AND at > ?", "boiler-7", 1000), ? for values as everywhere. With a model,
 * {table} is its table's name, prefix and quotes included; with an item, {item} is the whole struct as a document, and :member one of its
 * members. Names are attributes'; "double quotes" quote odd ones. Not checked here: the service reads the statement. */

/* One statement, and what became of it. */
typedef struct dyn_statement {
    dyn_expr         text     DYN__DEF(dyn_expr());  /* required */
    const dyn_model *model    DYN__DEF(NULL);        /* of what the statement is about; default: none, then no {table}, no images */
    const void      *item     DYN__DEF(NULL);        /* a struct of the model, for {item} and :member */
    bool             consistent DYN__DEF(false);     /* a SELECT's reads; not in a transaction */
    dyn_image       *into     DYN__DEF(NULL);        /* gets the item that it returns: by RETURNING, or a SELECT's in a batch or transaction */
    dyn_image       *existing DYN__DEF(NULL);        /* gets the item that made its condition fail */
    dyn_status       status   DYN__DEF(DYN_OK);      /* set by the call, down to message. In a batch or transaction: this statement's own */
    char             code[48];                       /* the service's error name; "": none */
    char             message[160];                   /* and message, cut when longer */
} dyn_statement;

typedef struct dyn_execute_options {
    size_t      limit         DYN__DEF(0);      /* dyn_execute_select: rows in all; default: all */
    size_t      page          DYN__DEF(0);      /* items read per request; default: as many as fit 1 MB */
    uint8_t     repeat        DYN__DEF(0);      /* as in dyn_raw_options; default: SELECT and INSERT are repeated, DELETE without .into too */
    dyn_str     token         DYN__DEF(dyn_str()); /* dyn_execute_transaction: 1 to 36 characters; the same again within ten minutes is not
                                                   applied twice; default: made of random bytes for this call */
    dyn_arena  *arena         DYN__DEF(NULL);   /* as in dyn_get_options */
    uint32_t    total_ms      DYN__DEF(0);
} dyn_execute_options;

/* Run an INSERT, UPDATE or DELETE. An INSERT of an item that is there is DYN_CONDITION_FAILED, with error.maybe_applied when an earlier try's
 * answer was lost. An UPDATE is not repeated by itself (DYN_UNCERTAIN when cut off): say options.repeat when twice is the same as once.
 * DYN_OK · DYN_CONDITION_FAILED · DYN_CONFLICT · DYN_UNCERTAIN. DynamoDB: ExecuteStatement. */
DYN_API dyn_status dyn_execute(dyn_client *db, dyn_statement *statement, const dyn_execute_options *options);
DYN_API dyn_status dyn_execute_begin(dyn_client *db, dyn_statement *statement, const dyn_execute_options *options);

/* Begin to read the rows of a SELECT; then dyn_next and dyn_finish as for dyn_select. Members that the SELECT leaves out are no error unless
 * it is SELECT *. A page that is cut after rows of it were handed out ends the read: PartiQL cannot go on within a page. */
DYN_API dyn_status dyn_execute_select(dyn_client *db, dyn_rows *rows, const dyn_statement *statement, const dyn_execute_options *options);

/* Up to 25 statements, all reads or all writes, each on its own: some may fail. Each one's status, code, message and row are set.
 * DYN_OK: all succeeded · else the first one's status that did not, its number in error.attribute. DynamoDB: BatchExecuteStatement. */
DYN_API dyn_status dyn_execute_batch(dyn_client *db, dyn_statement *statements, size_t count, const dyn_execute_options *options);
DYN_API dyn_status dyn_execute_batch_begin(dyn_client *db, dyn_statement *statements, size_t count, const dyn_execute_options *options);

/* Up to 100 statements, all or none; always safe to repeat. Each one's status says whether it was the reason of a failure.
 * DYN_OK · DYN_CONDITION_FAILED, DYN_CONFLICT …: the status of the first statement that made it fail · DYN_NO_ENTROPY (no token given and
 * none can be made). DynamoDB: ExecuteTransaction. */
DYN_API dyn_status dyn_execute_transaction(dyn_client *db, dyn_statement *statements, size_t count, const dyn_execute_options *options);
DYN_API dyn_status dyn_execute_transaction_begin(dyn_client *db, dyn_statement *statements, size_t count, const dyn_execute_options *options);

/* --- Change streams --------------------------------------------------------------------------------------------------
 * What happens to a table's items, in order for each item, for 24 hours: from oldest or from now, resumed anywhere, in as many shards as the
 * table has. The service has an endpoint of its own for it, so a client is opened for it, with DYN_STREAMS in its config; against a local
 * engine any client will do.
 * DynamoDB Streams: ListStreams, DescribeStream, GetShardIterator, GetRecords. */

/* For a config: a client of the change streams' endpoint. Default: config.endpoint, AWS_ENDPOINT_URL_DYNAMODB_STREAMS, what other clients
 * take from the environment, else the service's for the region, streams.dynamodb… */
#define DYN_STREAMS .find_endpoint = dyn__streams_endpoint
DYN_API dyn_status dyn__streams_endpoint(struct dyn__state *st, dyn_arena *arena, const dyn_config *config, dyn_str found);

/* One stream of a table. Texts lie in the client's memory until the next read. */
typedef struct dyn_stream_info {
    dyn_str arn   DYN__DEF(dyn_str());
    dyn_str table DYN__DEF(dyn_str());
    dyn_str label DYN__DEF(dyn_str());   /* when it was switched on: "2026-11-21T13:00:00.000" */
} dyn_stream_info;

/* The streams of a table (its name in full, without config.table_prefix; NULL: of all tables) into list[0..capacity). *count is how many
 * there are, even if more than capacity. DYN_OK · DYN_TOO_LARGE. DynamoDB: ListStreams, as often as needed. */
DYN_API dyn_status dyn_list_streams(dyn_client *db, const char *table, dyn_stream_info *list, size_t capacity, size_t *count);
DYN_API dyn_status dyn_list_streams_begin(dyn_client *db, const char *table, dyn_stream_info *list, size_t capacity, size_t *count);

enum { DYN_SHARD_NEW, DYN_SHARD_OPEN, DYN_SHARD_DONE };
enum { DYN_FROM_OLDEST, DYN_FROM_NOW, DYN_FROM_AT, DYN_FROM_BEHIND };

/* How far one shard is read. Zeroed at first, then dyn_changes_open's own. */
typedef struct dyn_shard {
    char    id[72];
    char    parent[72];           /* read to its end before this one begins; "": none */
    char    sequence[48];         /* of the last change that was handed out or passed over; "": none */
    uint8_t state;                /* DYN_SHARD_NEW, _OPEN, or _DONE: read to its end */
    uint8_t from;                 /* where it goes on without an iterator: DYN_FROM_… */
    char    iterator[2052];       /* where it goes on; good for 15 minutes */
} dyn_shard;

typedef struct dyn_changes_options {
    const char *arn           DYN__DEF(NULL);   /* of the stream; default: the newest of the model's table */
    uint8_t     from          DYN__DEF(0);      /* DYN_FROM_OLDEST (default) or DYN_FROM_NOW: behind what is there at the first dyn_change_next */
    dyn_str     checkpoint    DYN__DEF(dyn_str()); /* of dyn_changes_checkpoint: goes on where that was taken */
    uint32_t    page          DYN__DEF(0);      /* changes per request, 1 to 1000; default 1000 */
    dyn_arena  *arena         DYN__DEF(NULL);   /* as in dyn_get_options; holds the text of all changes then */
    const char *table         DYN__DEF(NULL);   /* default: the model's, behind config.table_prefix */
    uint32_t    total_ms      DYN__DEF(0);      /* for each request; default: the config's */
} dyn_changes_options;

/* A running read of changes. Members are its own; it must not be moved while in use. */
typedef struct dyn_changes {
    dyn_rows    rows          DYN__DEF(dyn_rows());
    dyn_client *db            DYN__DEF(NULL);
    const dyn_model *model    DYN__DEF(NULL);
    dyn_shard  *shards        DYN__DEF(NULL);
    size_t      capacity      DYN__DEF(0);
    size_t      count         DYN__DEF(0);      /* shards known */
    size_t      at            DYN__DEF(0);      /* the one that is read */
    dyn_changes_options options DYN__DEF(dyn_changes_options());
    bool        fresh         DYN__DEF(false);  /* the shards were asked for, and none of them has ended since */
    bool        begun         DYN__DEF(false);  /* shards that turn up later are read from their beginning */
    char        arn[600];
} dyn_changes;

typedef enum dyn_change_kind { DYN_CHANGE_INSERT = 1, DYN_CHANGE_MODIFY, DYN_CHANGE_REMOVE } dyn_change_kind;

/* One change. The caller sets .item of the images that it wants, the rest is set by dyn_change_next. Slices lie in the client's memory
 * until the next call. */
typedef struct dyn_change {
    dyn_image   before        DYN__DEF(dyn_image());  /* the item as it was; found only where the stream's view has it */
    dyn_image   after         DYN__DEF(dyn_image());  /* as it is now */
    dyn_image   keys          DYN__DEF(dyn_image());  /* its key members; always found */
    dyn_change_kind kind      DYN__DEF(DYN_CHANGE_INSERT);
    bool        expired       DYN__DEF(false);        /* removed by the service because its time to live was over */
    int64_t     unix_ms       DYN__DEF(0);            /* when, to the second */
    uint64_t    size_bytes    DYN__DEF(0);
    dyn_str     sequence      DYN__DEF(dyn_str());    /* its number in the shard; grows for each item */
    dyn_str     shard         DYN__DEF(dyn_str());
    dyn_str     event_id      DYN__DEF(dyn_str());    /* the same for the same change, however often it is read */
    dyn_str     user          DYN__DEF(dyn_str());    /* userIdentity's principalId; empty: none */
    dyn_str     record        DYN__DEF(dyn_str());    /* all of it, as JSON: for dyn_json_get */
} dyn_change;

/* Prepares to read changes; shards is the caller's array, one for each shard that the stream has had in the last 24 hours (about one for each
 * partition of the table, and again every four hours). Nothing is sent. DYN_OK · DYN_INVALID. */
DYN_API dyn_status dyn_changes_open(dyn_changes *changes, dyn_client *db, const dyn_model *model, dyn_shard *shards, size_t capacity,
                                    const dyn_changes_options *options);

/* The next change, parents' shards before their children's. Items of the table that are not of the model (by the literal beginnings of its
 * keys) are passed over. Between the changes of one page the client is busy: dyn_changes_pause lets it go.
 * DYN_ROW · DYN_DONE (there is no more at present: ask again in a second or later) · DYN_BAD_ROW (an image does not fit the model; the next
 * call goes on behind it) · DYN_REJECTED with code TrimmedDataAccessException (older than 24 hours: changes were lost; the next call goes on
 * with the oldest that is left) · DYN_NOT_FOUND (the table has no stream) · DYN_NO_MEMORY (also: more shards than capacity). After any error
 * the next call goes on where this one was. */
DYN_API dyn_status dyn_change_next(dyn_changes *changes, dyn_change *change);
DYN_API dyn_status dyn_change_next_begin(dyn_changes *changes, dyn_change *change);

/* Lets the client go for other calls, in the middle of a page too. The next dyn_change_next goes on behind the last change. */
DYN_API void dyn_changes_pause(dyn_changes *changes);

/* How far all shards are read, as printable text: what was handed out is behind it. Store it with what was made of the changes.
 * *length (unless NULL) is the text's, without its terminator. DYN_OK · DYN_TOO_LARGE (size is not above *length). */
DYN_API dyn_status dyn_changes_checkpoint(const dyn_changes *changes, char *text, size_t size, size_t *length);

/* Goes on at a place of one's own: at or behind the sequence number of a change in a shard; from is DYN_FROM_AT or DYN_FROM_BEHIND, or with
 * sequence NULL DYN_FROM_OLDEST or DYN_FROM_NOW. DYN_OK · DYN_INVALID · DYN_NO_MEMORY (no shard is free). */
DYN_API dyn_status dyn_changes_seek(dyn_changes *changes, const char *shard, int from, const char *sequence);

/* Checks a model once and for all: for a program's own unit tests. error may not be NULL. DYN_OK · DYN_INVALID, with a text that names what is wrong. */
DYN_API dyn_status dyn_model_check(const dyn_model *model, dyn_error *error);

/* Typed functions for a struct and its model, no void *: DYN_TYPED(reading, reading_model) makes
 *   reading_put(&db, &r, options)             reading_put_begin, and so on for each
 *   reading_get(&db, &r, options)             reading_get_key(&db, &r, DYN_KEY(…), options)
 *   reading_update(&db, &r, DYN_EXPR(…), options)   reading_update_key(&db, DYN_KEY(…), DYN_EXPR(…), options)
 *   reading_delete(&db, &r, options)          reading_delete_key(&db, DYN_KEY(…), options)
 *   reading_save_changes(&db, &before, &after, options)
 *   reading_select(&db, &rows, &query)        reading_scan(&db, &rows, &query)
 *   reading_next(&rows, &r)                   reading_collect(&rows, array, capacity, &count)
 * Of a T named other than its type use DYN_TYPED_AS(name, T, model). */
#define DYN_TYPED(T, model) DYN_TYPED_AS(T, T, model)
#define DYN__FN(name, function, parameters, arguments) \
    static inline DYN__UNUSED dyn_status name##_##function parameters { return dyn_##function arguments; }
#define DYN__FN2(name, function, parameters, arguments) \
    DYN__FN(name, function, parameters, arguments) \
    static inline DYN__UNUSED dyn_status name##_##function##_begin parameters { return dyn_##function##_begin arguments; }
#define DYN_TYPED_AS(name, T, model) \
    DYN__FN2(name, put, (dyn_client *db, const T *item, const dyn_write_options *options), (db, &(model), item, options)) \
    DYN__FN2(name, get, (dyn_client *db, T *item, const dyn_get_options *options), (db, &(model), item, options)) \
    DYN__FN2(name, get_key, (dyn_client *db, T *item, dyn_key key, const dyn_get_options *options), (db, &(model), item, key, options)) \
    DYN__FN2(name, update, (dyn_client *db, const T *item, dyn_expr change, const dyn_write_options *options), (db, &(model), item, change, options)) \
    DYN__FN2(name, update_key, (dyn_client *db, dyn_key key, dyn_expr change, const dyn_write_options *options), (db, &(model), key, change, options)) \
    DYN__FN2(name, save_changes, (dyn_client *db, const T *before, const T *after, const dyn_write_options *options), \
             (db, &(model), before, after, options)) \
    DYN__FN2(name, delete, (dyn_client *db, const T *item, const dyn_write_options *options), (db, &(model), item, options)) \
    DYN__FN2(name, delete_key, (dyn_client *db, dyn_key key, const dyn_write_options *options), (db, &(model), key, options)) \
    DYN__FN2(name, get_many, (dyn_client *db, T *items, size_t count, dyn_status *statuses, const dyn_batch_get_options *options), \
             (db, &(model), items, count, statuses, options)) \
    DYN__FN2(name, complete, (dyn_client *db, T *items, size_t count, dyn_mask *masks, const dyn_batch_get_options *options), \
             (db, &(model), items, count, masks, options)) \
    DYN__FN2(name, put_many, (dyn_client *db, const T *items, size_t count, const dyn_batch_write_options *options), (db, &(model), items, count, options)) \
    DYN__FN2(name, delete_many, (dyn_client *db, const T *items, size_t count, const dyn_batch_write_options *options), \
             (db, &(model), items, count, options)) \
    DYN__FN(name, select, (dyn_client *db, dyn_rows *rows, const dyn_query *query), (db, rows, &(model), query)) \
    DYN__FN(name, scan, (dyn_client *db, dyn_rows *rows, const dyn_query *query), (db, rows, &(model), query)) \
    static inline DYN__UNUSED dyn_status name##_next(dyn_rows *rows, T *item) { return dyn_next(rows, item, sizeof *item); } \
    static inline DYN__UNUSED dyn_status name##_next_begin(dyn_rows *rows, T *item) { return dyn_next_begin(rows, item, sizeof *item); } \
    static inline DYN__UNUSED dyn_status name##_collect(dyn_rows *rows, T *items, size_t capacity, size_t *count) \
    { return dyn_collect(rows, items, sizeof *items, capacity, count); } \
    DYN__TYPED_CXX(name, T)

#ifdef __cplusplus
} /* extern "C" */

/* C++ has no compound literals whose address can be taken: options by reference instead, as in
 * reading_put(&db, &r, { .when = { DYN_EXPR("attribute_not_exists(device)") } }). */
static inline DYN__UNUSED dyn_status dyn_open(dyn_client *db, const dyn_config &config) { return dyn_open(db, &config); }
static inline DYN__UNUSED dyn_status dyn_transact_write(dyn_client *db, dyn_tx_write *actions, size_t count, const dyn_tx_options &options)
{
    return dyn_transact_write(db, actions, count, &options);
}
static inline DYN__UNUSED dyn_status dyn_transact_get(dyn_client *db, dyn_tx_read *reads, size_t count, const dyn_tx_options &options)
{
    return dyn_transact_get(db, reads, count, &options);
}
#define DYN__FNR(name, function, parameters, arguments) \
    static inline DYN__UNUSED dyn_status name##_##function parameters { return name##_##function arguments; }
#define DYN__TYPED_CXX(name, T) \
    DYN__FNR(name, put, (dyn_client *db, const T *item, const dyn_write_options &options), (db, item, &options)) \
    DYN__FNR(name, get, (dyn_client *db, T *item, const dyn_get_options &options), (db, item, &options)) \
    DYN__FNR(name, get_key, (dyn_client *db, T *item, dyn_key key, const dyn_get_options &options), (db, item, key, &options)) \
    DYN__FNR(name, update, (dyn_client *db, const T *item, dyn_expr change, const dyn_write_options &options), (db, item, change, &options)) \
    DYN__FNR(name, update_key, (dyn_client *db, dyn_key key, dyn_expr change, const dyn_write_options &options), (db, key, change, &options)) \
    DYN__FNR(name, save_changes, (dyn_client *db, const T *before, const T *after, const dyn_write_options &options), (db, before, after, &options)) \
    DYN__FNR(name, delete, (dyn_client *db, const T *item, const dyn_write_options &options), (db, item, &options)) \
    DYN__FNR(name, delete_key, (dyn_client *db, dyn_key key, const dyn_write_options &options), (db, key, &options)) \
    DYN__FNR(name, get_many, (dyn_client *db, T *items, size_t count, dyn_status *statuses, const dyn_batch_get_options &options), \
             (db, items, count, statuses, &options)) \
    DYN__FNR(name, complete, (dyn_client *db, T *items, size_t count, dyn_mask *masks, const dyn_batch_get_options &options), \
             (db, items, count, masks, &options)) \
    DYN__FNR(name, put_many, (dyn_client *db, const T *items, size_t count, const dyn_batch_write_options &options), (db, items, count, &options)) \
    DYN__FNR(name, delete_many, (dyn_client *db, const T *items, size_t count, const dyn_batch_write_options &options), (db, items, count, &options)) \
    DYN__FNR(name, select, (dyn_client *db, dyn_rows *rows, const dyn_query &query), (db, rows, &query)) \
    DYN__FNR(name, scan, (dyn_client *db, dyn_rows *rows, const dyn_query &query), (db, rows, &query))
#else
#define DYN__TYPED_CXX(name, T)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ======================================================================================================================
 * >>repo   A repository: the contents of partitions, kept by a convention of keys, versions, stamps and expiry.
 * What five Python libraries do on their tables, each a dyn_convention. A repository is one client, one model, one table; it sends
 * nothing when it is opened. It puts key attributes, version, stamps and expiry beside the struct's members, and takes them off again.
 *
 * Ids: the first are the partition's, the others the content's: DYN_KEY("2026", "berlin"), texts or integers; dyn_no_ids() for none.
 * Every function may return what the operations of >>op return.
 * ==================================================================================================================== */

#define DYN_MAX_IDS 16

enum { DYN_KEYS_OF_MODEL, DYN_KEYS_OF_IDS };     /* the model's .pk and .sk; or prefix, name or type, then ids, with separators between */
enum { DYN_IDS_REFUSE, DYN_IDS_ESCAPE, DYN_IDS_AS_THEY_ARE };   /* an id that contains the separator: DYN_INVALID; %23 for it; as Python does */

/* How a library lays its items out. Made by dyn_pydantic_dynamo() and so on, and then changed where yours differs. */
typedef struct dyn_convention {
    const char *name        DYN__DEF(NULL);
    uint8_t     keys        DYN__DEF(0);      /* DYN_KEYS_OF_MODEL or _IDS */
    const char *version     DYN__DEF(NULL);   /* attribute that counts the versions; NULL: none */
    const char *expires     DYN__DEF(NULL);   /* attribute of the expiry, Unix seconds; NULL: none */
    const char *created     DYN__DEF(NULL);   /* attribute of the time it was made */
    const char *changed     DYN__DEF(NULL);   /* attribute of the time it was last written */
    uint8_t     times       DYN__DEF(0);      /* how the two are written: a DYN_ISO_ form */
    bool        nulls       DYN__DEF(false);  /* an optional member that is absent is written as NULL, not left out */
    bool        must_exist  DYN__DEF(false);  /* an update of an item that is not there fails, unless asked to make it */
    bool        create_only DYN__DEF(false);  /* a put of an item that is there fails, unless asked to replace it */
    uint8_t     odd_ids     DYN__DEF(0);      /* DYN_IDS_REFUSE … */
} dyn_convention;

/* A convention with nothing of its own. */
static inline DYN__UNUSED dyn_convention dyn__convention(const char *name)
{
    dyn_convention c;
    c.name = name, c.version = c.expires = c.created = c.changed = NULL;
    c.keys = c.times = c.odd_ids = 0;
    c.nulls = c.must_exist = c.create_only = false;
    return c;
}

/* pydantic-dynamo: keys "prefix#name#a#b" and "type#c", _object_version, _ttl, _timestamp as isoformat() writes it; None is NULL; an id that
 * contains # is not told from two. */
static inline DYN__UNUSED dyn_convention dyn_pydantic_dynamo(void)
{
    dyn_convention c = dyn__convention("pydantic-dynamo");
    c.keys = DYN_KEYS_OF_IDS;
    c.version = "_object_version", c.expires = "_ttl", c.changed = "_timestamp";
    c.nulls = c.must_exist = true;
    c.odd_ids = DYN_IDS_AS_THEY_ARE;
    return c;
}

/* How a repository is opened. All that it names must outlive the repository. */
typedef struct dyn_repo_config {
    uint32_t       start_canary_ DYN__DEF(0);
    void          *memory      DYN__DEF(NULL);   /* required, with memory_size (DYN_MEMORY sets both): too little is DYN_NO_MEMORY with error.needed */
    size_t         memory_size DYN__DEF(0);
    dyn_convention convention  DYN__DEF(dyn_convention());
    const char    *table       DYN__DEF(NULL);   /* default: the model's; the client's table_prefix stands before both */
    const char    *pk          DYN__DEF(NULL);   /* DYN_KEYS_OF_IDS: names of the table's key attributes; default "pk" and "sk" */
    const char    *sk          DYN__DEF(NULL);
    const char    *prefix      DYN__DEF(NULL);   /* DYN_KEYS_OF_IDS: what partition keys begin with; default: nothing */
    const char    *name        DYN__DEF(NULL);   /* the same, behind it */
    const char    *type        DYN__DEF(NULL);   /* what sort keys begin with; default: nothing */
    const char    *tenant      DYN__DEF(NULL);   /* before all of a partition key, with '@'; default: none */
    const char    *separator   DYN__DEF(NULL);   /* default "#" */
    size_t         key_size    DYN__DEF(0);      /* bytes of memory for each key's text; default 256 */
    size_t         text_size   DYN__DEF(0);      /* bytes for the text of an update and its conditions; default 1024 */
    bool           consistent  DYN__DEF(false);  /* every read of it is strongly consistent */
    uint32_t       end_canary_ DYN__DEF(0);
} dyn_repo_config;

struct dyn__repo;

/* A repository. Must not be moved while it is open. Nothing needs to be closed. */
typedef struct dyn_repo {
    dyn_client       *db    DYN__DEF(NULL);
    struct dyn__repo *state DYN__DEF(NULL);
} dyn_repo;

/* What a convention keeps beside a content. Texts lie in the client's memory, as dyn_str members do. */
typedef struct dyn_content {
    dyn_str  partition[DYN_MAX_IDS];             /* the ids of its partition, split from the key; DYN_KEYS_OF_IDS only */
    dyn_str  content[DYN_MAX_IDS];               /* its own ids */
    uint32_t partition_count DYN__DEF(0);
    uint32_t content_count   DYN__DEF(0);
    uint64_t version         DYN__DEF(0);        /* 0: the convention keeps none */
    int64_t  expires         DYN__DEF(0);        /* Unix seconds; 0: never */
    int64_t  created_us      DYN__DEF(0);        /* Unix microseconds; 0: not kept */
    int64_t  changed_us      DYN__DEF(0);
} dyn_content;

/* Options of the calls that write one content. */
typedef struct dyn_repo_write {
    uint32_t    start_canary_ DYN__DEF(0);
    uint64_t    version       DYN__DEF(0);       /* put: the version to write, default 1; update and delete: the version that must be stored, default any */
    uint64_t    expected      DYN__DEF(0);       /* put: the version that must be stored (compare and swap); default any */
    int64_t     expires       DYN__DEF(0);       /* Unix seconds; default: put: never, update: as it is */
    bool        never_expires DYN__DEF(false);   /* update: takes the expiry away */
    bool        create        DYN__DEF(false);   /* put: only if there is none; update: also if there is none */
    bool        replace       DYN__DEF(false);   /* put: also where the convention only creates */
    bool        must_exist    DYN__DEF(false);   /* update: only if there is one, also where the convention makes one */
    dyn_expr    when[3]       DYN__DEF({});      /* further conditions, AND-ed */
    dyn_image  *existing      DYN__DEF(NULL);    /* gets the item that made the condition fail, of the repository's model */
    uint32_t    total_ms      DYN__DEF(0);
    uint32_t    end_canary_   DYN__DEF(0);
} dyn_repo_write;

/* What to list. */
typedef struct dyn_repo_query {
    uint32_t    start_canary_ DYN__DEF(0);
    dyn_key     partition     DYN__DEF(dyn_key());   /* required, unless partitions have no ids */
    dyn_key     prefix        DYN__DEF(dyn_key());   /* contents whose first ids are these; default: all. As text: "1" is a prefix of "10" too */
    dyn_key     from          DYN__DEF(dyn_key());   /* contents from this one … */
    dyn_key     to            DYN__DEF(dyn_key());   /* … to this one, both included; with from. Equal to it: the prefix, as in Python */
    bool        whole_ids     DYN__DEF(false);       /* the prefix is of whole ids: "1" is none of "10" */
    bool        exact         DYN__DEF(false);       /* from and to that are equal mean the one content */
    bool        to_prefix     DYN__DEF(false);       /* everything that begins with `to` is included too */
    bool        newest_first  DYN__DEF(false);       /* descending by key */
    size_t      limit         DYN__DEF(0);           /* contents in all, exact, with a filter too; default: all */
    size_t      page          DYN__DEF(0);           /* items read per request */
    dyn_expr    where[4]      DYN__DEF({});          /* filters, AND-ed */
    bool        consistent    DYN__DEF(false);
    dyn_arena  *arena         DYN__DEF(NULL);        /* as in dyn_query */
    uint32_t    total_ms      DYN__DEF(0);
    uint32_t    end_canary_   DYN__DEF(0);
} dyn_repo_query;

/* No ids: the empty list. */
static inline DYN__UNUSED dyn_key dyn_no_ids(void)
{
    dyn_key k;
    dyn_key_of(&k, NULL, 0);
    return k;
}

/* Opens a repository: checks model and convention, lays out keys and fields in the memory given. No request is sent.
 * DYN_OK · DYN_NO_MEMORY (error.needed: bytes of config.memory) · DYN_INVALID (a member or attribute has the name of a key or of an attribute of
 * the convention, the model does not fit). */
DYN_API dyn_status dyn_repo_open(dyn_repo *repo, dyn_client *db, const dyn_model *model, const dyn_repo_config *config);

/* Write a content, replacing what is there (or, where the convention or options.create says so, only if nothing is).
 * DYN_OK · DYN_CONDITION_FAILED (there is one already, or its version is another). DynamoDB: PutItem. */
DYN_API dyn_status dyn_repo_put(dyn_repo *repo, dyn_key partition, dyn_key content, const void *item, const dyn_repo_write *options);
DYN_API dyn_status dyn_repo_put_begin(dyn_repo *repo, dyn_key partition, dyn_key content, const void *item, const dyn_repo_write *options);

/* Read one into *item, and what is kept beside it into *out, which may be NULL. DYN_OK · DYN_NOT_FOUND · DYN_BAD_ROW. DynamoDB: GetItem. */
DYN_API dyn_status dyn_repo_get(dyn_repo *repo, dyn_key partition, dyn_key content, void *item, dyn_content *out, const dyn_get_options *options);
DYN_API dyn_status dyn_repo_get_begin(dyn_repo *repo, dyn_key partition, dyn_key content, void *item, dyn_content *out, const dyn_get_options *options);

/* Change one: DYN_EXPR("SET owner.name = ?, n = if_not_exists(n, ?) + ? REMOVE note", …). Version and stamps move on by themselves. A nested path
 * whose optional map is not there is made first, in a request of its own. The expression is not changed: using it twice is the same twice.
 * DYN_OK · DYN_CONDITION_FAILED (there is none, or its version is another) · DYN_UNCERTAIN (see dyn_update). DynamoDB: UpdateItem. */
DYN_API dyn_status dyn_repo_update(dyn_repo *repo, dyn_key partition, dyn_key content, dyn_expr change, const dyn_repo_write *options);
DYN_API dyn_status dyn_repo_update_begin(dyn_repo *repo, dyn_key partition, dyn_key content, dyn_expr change, const dyn_repo_write *options);

/* Delete one; that there is none is no error unless a version or a condition asks for it. DYN_OK · DYN_CONDITION_FAILED. DynamoDB: DeleteItem. */
DYN_API dyn_status dyn_repo_delete(dyn_repo *repo, dyn_key partition, dyn_key content, const dyn_repo_write *options);
DYN_API dyn_status dyn_repo_delete_begin(dyn_repo *repo, dyn_key partition, dyn_key content, const dyn_repo_write *options);

/* Begin to list contents of a partition, in the order of their keys' bytes; then dyn_repo_next until it is not DYN_ROW, then dyn_finish(rows).
 * As dyn_select. DynamoDB: Query. */
DYN_API dyn_status dyn_repo_list(dyn_repo *repo, dyn_rows *rows, const dyn_repo_query *query);
DYN_API dyn_status dyn_repo_next(dyn_repo *repo, dyn_rows *rows, void *item, dyn_content *out);
DYN_API dyn_status dyn_repo_next_begin(dyn_repo *repo, dyn_rows *rows, void *item, dyn_content *out);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* DYNREPO_H */

/* ==== end of the interface ==== */

#if defined(DYNREPO_IMPLEMENTATION) && !defined(DYNREPO_IMPLEMENTED)
#define DYNREPO_IMPLEMENTED

#include <stdarg.h>
#include <string.h>
#include <bearssl.h>
#define DYN__USER_AGENT "dynrepo/" DYNREPO_VERSION_TEXT
#define DYN__BUILD_DAY 20778           /* the day of this release, since 1970: 2026-11-21; no certificate is older than its use */

#ifdef __cplusplus
extern "C" {
#endif

/* ======================================================================================================================
 * >>base   Status, slices, the arena, sinks.
 * Calls nothing.
 * ==================================================================================================================== */

#ifndef DYNREPO_ASSERT
#define DYNREPO_ASSERT(x) ((void)0)    /* yours, to stop where an invariant of this file or a rule for its callers is broken */
#endif
#define DYN__MIN(a, b) ((a) < (b) ? (a) : (b))
#define DYN__MAX(a, b) ((a) > (b) ? (a) : (b))
#define DYN__LIT(s)    ("" s), (sizeof(s) - 1)     /* a literal and its length, as two arguments */
#if defined(__GNUC__)
#define DYN__APART __attribute__((noinline))       /* keeps a function's locals out of the frame of its caller */
#else
#define DYN__APART
#endif

static bool dyn__eq(const char *a, size_t an, const char *b, size_t bn)
{
    return an == bn && (an == 0 || memcmp(a, b, an) == 0);
}

/* Clears secrets so that no optimiser takes it away. */
static void dyn__wipe(void *p, size_t n)
{
    volatile unsigned char *v = (volatile unsigned char *)p;

    while (n--)
        *v++ = 0;
}

/* Hands out n zeroed bytes aligned to align (a power of two), or notes how many were missing and returns NULL. */
static void *dyn__alloc(dyn_arena *arena, size_t n, size_t align)
{
    size_t pad = (size_t)(0 - ((uintptr_t)arena->base + arena->used)) & (align - 1), left = arena->size - arena->used;

    DYNREPO_ASSERT(arena->used <= arena->size && (align & (align - 1)) == 0);
    if (n > left || pad > left - n) {
        arena->missing = n + pad - left;
        return NULL;
    }
    void *p = arena->base + arena->used + pad;
    arena->used += pad + n;
    if (arena->used > arena->peak)
        arena->peak = arena->used;
    return memset(p, 0, n);
}

/* Takes n bytes that were written at the arena's front already. */
static void *dyn__alloc_written(dyn_arena *arena, size_t n)
{
    if (n > arena->size - arena->used) {
        arena->missing = n - (arena->size - arena->used);
        return NULL;
    }
    void *p = arena->base + arena->used;
    arena->used += n;
    if (arena->used > arena->peak)
        arena->peak = arena->used;
    return p;
}

/* How large a client's block must be for so many more bytes of work memory: of what is added, the windows take up to 45 of 100. */
static size_t dyn__need(size_t block, size_t missing)
{
    return block + 2 * missing + 64;
}

/* Text under construction. The bytes [from, from + cap) of what is written are kept in buf; with spill set, a full buffer is
 * handed to spill and reused, so nothing is lost. Without spill, what lies outside is counted and dropped, so that a text
 * larger than the buffer can be made again piece by piece, or only measured (cap 0). */
typedef struct dyn__writer {
    char   *buf;
    size_t  cap, len;      /* bytes of buf; how many of them are filled */
    size_t  from;          /* number of leading bytes that are not wanted */
    size_t  pos;           /* bytes written in all, wanted or not */
    void  (*spill)(void *user, const char *data, size_t n);
    void   *user;
} dyn__writer;

/* The part of dyn__put for what does not simply fit. */
static void dyn__put_slow(dyn__writer *w, const char *p, size_t n)
{
    size_t drop = 0;

    if (w->pos < w->from)
        drop = DYN__MIN(n, w->from - w->pos);
    w->pos += n;
    p += drop, n -= drop;
    while (n > 0) {
        size_t k = DYN__MIN(n, w->cap - w->len);
        if (k > 0)
            memcpy(w->buf + w->len, p, k);
        w->len += k, p += k, n -= k;
        if (n == 0 || !w->spill)
            return;
        w->spill(w->user, w->buf, w->len);
        w->len = 0;
    }
}

/* memcpy, of at least one byte. Most pieces of a request are shorter than a call of it is worth: those go as two words that overlap. */
static void dyn__copy(char *to, const char *p, size_t n)
{
#ifndef DYNREPO_SMALL
    if (n >= 8 && n <= 16) {
        memcpy(to, p, 8);
        memcpy(to + n - 8, p + n - 8, 8);
        return;
    }
    if (n >= 4 && n < 8) {
        memcpy(to, p, 4);
        memcpy(to + n - 4, p + n - 4, 4);
        return;
    }
    if (n < 4) {
        for (size_t i = 0; i < n; i++)
            to[i] = p[i];
        return;
    }
#endif
    memcpy(to, p, n);
}

static void dyn__put(dyn__writer *w, const char *p, size_t n)
{
    if (n <= w->cap - w->len && w->pos >= w->from) {
        if (n > 0)
            dyn__copy(w->buf + w->len, p, n);
        w->len += n, w->pos += n;
        return;
    }
    dyn__put_slow(w, p, n);
}

static void dyn__putc(dyn__writer *w, char c)
{
    if (w->len < w->cap && w->pos >= w->from)
        w->buf[w->len++] = c, w->pos++;
    else
        dyn__put_slow(w, &c, 1);
}

static void dyn__puts(dyn__writer *w, const char *s)
{
    dyn__put(w, s, strlen(s));
}

#ifndef DYNREPO_SMALL
/* "00" to "99" in a row. */
#define DYN__TEN(t) t "0" t "1" t "2" t "3" t "4" t "5" t "6" t "7" t "8" t "9"
static const char dyn__pairs[] = DYN__TEN("0") DYN__TEN("1") DYN__TEN("2") DYN__TEN("3") DYN__TEN("4")
                                 DYN__TEN("5") DYN__TEN("6") DYN__TEN("7") DYN__TEN("8") DYN__TEN("9");
#endif

/* v as decimal text in buf, right-aligned; what is returned lies in buf. */
static dyn_str dyn__decimal_u(char buf[24], uint64_t v)
{
    size_t at = 24;
    dyn_str s;

#ifndef DYNREPO_SMALL
    for (; v >= 100; v /= 100)
        at -= 2, memcpy(buf + at, dyn__pairs + 2 * (v % 100), 2);
#endif
    do
        buf[--at] = (char)('0' + v % 10);
    while (v /= 10);
    s.ptr = buf + at, s.len = 24 - at;
    return s;
}

static dyn_str dyn__decimal(char buf[24], int64_t v)
{
    dyn_str s = dyn__decimal_u(buf, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);

    if (v < 0) {
        s.ptr--, s.len++;
        buf[s.ptr - buf] = '-';
    }
    return s;
}

/* Appends a format to an error's text: %s a C string, %S a dyn_str by pointer (cut behind 120 bytes), %i an int64_t, %u a
 * uint64_t, %c a char, %% itself. Bytes that no terminal likes become '?'. */
static void dyn__say_va(dyn_error *e, const char *format, va_list ap)
{
    size_t cap = sizeof e->text - 1, n = strlen(e->text);

    for (; *format && n < cap; format++) {
        char digits[24], one;
        dyn_str s = { format, 1 };
        if (*format == '%') {
            switch (*++format) {
            case 's': s.ptr = va_arg(ap, const char *), s.len = strlen(s.ptr); break;
            case 'S': s = *va_arg(ap, const dyn_str *); break;
            case 'i': s = dyn__decimal(digits, va_arg(ap, int64_t)); break;
            case 'u': s = dyn__decimal_u(digits, va_arg(ap, uint64_t)); break;
            case 'c': one = (char)va_arg(ap, int), s.ptr = &one; break;
            default:  s.ptr = format; break;
            }
        }
        size_t shown = *format == 'S' && s.len > 120 ? 120 : s.len;
        for (size_t i = 0; i < shown && n < cap; i++)
            e->text[n++] = (unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f ? '?' : s.ptr[i];
        for (size_t i = 0; shown < s.len && i < 3 && n < cap; i++)
            e->text[n++] = '.';
    }
    e->text[n] = 0;
}

/* Records an error, unless there is one already: the first one wins. Returns the status it was given. e NULL: nobody wants to know
 * more; a dyn_error of one's own would take 500 bytes of stack. */
static dyn_status dyn__fail_(dyn_error *e, dyn_status status, const char *format, ...)
{
    if (e && e->status < DYN_INVALID) {
        va_list ap;
        e->status = status;
        e->text[0] = 0;
        va_start(ap, format);
        dyn__say_va(e, format, ap);
        va_end(ap);
    }
    return status;
}

/* Adds to the text of an error. */
static void dyn__say_(dyn_error *e, const char *format, ...)
{
    va_list ap;

    if (!e)
        return;
    va_start(ap, format);
    dyn__say_va(e, format, ap);
    va_end(ap);
}

#ifdef DYNREPO_NO_ERROR_TEXT
#define dyn__say(e, ...) (0 ? dyn__say_(e, __VA_ARGS__) : (void)0)
#define dyn__fail(e, status, ...) ((void)(0 && dyn__fail_(e, status, __VA_ARGS__)), dyn__fail_(e, status, ""))
#else
#define dyn__say(e, ...) dyn__say_(e, __VA_ARGS__)
#define dyn__fail(e, status, ...) dyn__fail_(e, status, __VA_ARGS__)
#endif

/* ======================================================================================================================
 * >>text   Numbers and times as text and back, UTF-8, CRC-32.
 * Calls >>base. Nothing here uses libc's strtod or printf: no locale, no rounding mode of the day, no surprises. What is not
 * a valid text is refused; nothing is guessed.
 * ==================================================================================================================== */

typedef enum dyn__num {
    DYN__NUM_OK,
    DYN__NUM_SYNTAX,       /* no number */
    DYN__NUM_RANGE,        /* a number, but too large, too small or too long for what is wanted */
    DYN__NUM_FRACTION      /* a number, but not an integer */
} dyn__num;

/* Whether double arithmetic rounds once, to double: not so on x87, nor where division may be approximated. */
#if defined(DYNREPO_SMALL) || defined(__FAST_MATH__)
#define DYN__EXACT_DOUBLE 0
#elif defined(__FLT_EVAL_METHOD__)
#define DYN__EXACT_DOUBLE (__FLT_EVAL_METHOD__ == 0 || __FLT_EVAL_METHOD__ == 16)
#elif defined(_M_X64) || defined(_M_ARM64)
#define DYN__EXACT_DOUBLE 1
#else
#define DYN__EXACT_DOUBLE 0
#endif

#if DYN__EXACT_DOUBLE
static const double dyn__tens[20] = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19
};
#endif

/* ---- wide integers and powers of ten ---- */

/* a * b: the upper 64 bits to *hi, the lower ones returned. */
static uint64_t dyn__mul(uint64_t a, uint64_t b, uint64_t *hi)
{
#ifdef __SIZEOF_INT128__
    __extension__ unsigned __int128 p = (unsigned __int128)a * b;

    *hi = (uint64_t)(p >> 64);
    return (uint64_t)p;
#else
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t low = a0 * b0, mid = a1 * b0 + (low >> 32), mid2 = a0 * b1 + (uint32_t)mid;

    *hi = a1 * b1 + (mid >> 32) + (mid2 >> 32);
    return mid2 << 32 | (uint32_t)low;
#endif
}

/* The number of zero bits above the highest one of v, which is not 0. */
static unsigned dyn__leading_zeros(uint64_t v)
{
#ifdef __GNUC__
    return (unsigned)__builtin_clzll(v);
#else
    unsigned n = 0;

    for (; v >> 63 == 0; v <<= 1)
        n++;
    return n;
#endif
}

/* floor(log10(2^e)) for |e| <= 1076, floor(log10(3/4 * 2^e)) with narrow; the bias keeps the shift free of negative numbers. */
static int dyn__log10_of_power2(int e, bool narrow)
{
    return (int)((uint32_t)(e * 315653 - (narrow ? 131008 : 0) + (400 << 20)) >> 20) - 400;
}

/* floor(log2(10^e)) for -351 <= e <= 325. */
static int dyn__log2_of_power10(int e)
{
    return (int)((uint32_t)(e * 217706 + (1200 << 16)) >> 16) - 1200;
}

/* The upper 192 bits of 10^(27 i - 351), cut off. */
static const uint64_t dyn__powers[26][3] = {
    { 0x8049a4ac0c5811aeu, 0x205b896d777d6278u, 0xac261e9f5141430bu },
    { 0xcf42894a5dce35eau, 0x52064cac828675b9u, 0x475f2b7d7df1ad7au },
    { 0xa76c582338ed2621u, 0xaf2af2b80af6f24eu, 0x657c8f4d43323a36u },
    { 0x873e4f75e2224e68u, 0x5a7744a6e804a291u, 0xcc35eddfcf0996d7u },
    { 0xda7f5bf590966848u, 0xaf39a475506a899eu, 0xa30294cc2934e662u },
    { 0xb080392cc4349decu, 0xbd8d794d96aacfb3u, 0xfe13a5c86af64418u },
    { 0x8e938662882af53eu, 0x547eb47b7282ee9cu, 0x41b0230e1421487du },
    { 0xe65829b3046b0afau, 0x0cb4a5a3112a5112u, 0xa3b561b1cb208396u },
    { 0xba121a4650e4ddebu, 0x92f34d62616ce413u, 0x21a0183e10583cd3u },
    { 0x964e858c91ba2655u, 0x3a6a07f8d510f86fu, 0xe9082f25e9c5e9ecu },
    { 0xf2d56790ab41c2a2u, 0xfae27299423fb9c3u, 0x3695dad7e8858901u },
    { 0xc428d05aa4751e4cu, 0xaa97e14c3c26b886u, 0x96842dc95323f5a8u },
    { 0x9e74d1b791e07e48u, 0x775ea264cf55347du, 0xca49f1c05120c9c7u },
    { 0x8000000000000000u, 0x0000000000000000u, 0x0000000000000000u },
    { 0xcecb8f27f4200f3au, 0x0000000000000000u, 0x0000000000000000u },
    { 0xa70c3c40a64e6c51u, 0x999090b65f67d924u, 0x0000000000000000u },
    { 0x86f0ac99b4e8dafdu, 0x69a028bb3ded71a3u, 0xdf9f915627c04e28u },
    { 0xda01ee641a708de9u, 0xe80e6f4820cc9495u, 0xd74baad03bc1d8d3u },
    { 0xb01ae745b101e9e4u, 0x5ec05dcff72e7f8fu, 0xc04c79ffe324301fu },
    { 0x8e41ade9fbebc27du, 0x14588f13be847307u, 0x23bd6a2059c002f5u },
    { 0xe5d3ef282a242e81u, 0x8f1668c8a86da5fau, 0xf0b5ccf5176ecc7cu },
    { 0xb9a74a0637ce2ee1u, 0x6d953e2bd7173692u, 0x88efb0037ac08bdeu },
    { 0x95f83d0a1fb69cd9u, 0x4abdaf101564f98eu, 0x0d5a4af7b3a98e47u },
    { 0xf24a01a73cf2dccfu, 0xbc633b39673c8cecu, 0x3d9c44cd2f36917cu },
    { 0xc3b8358109e84f07u, 0x0a862f80ec4700c8u, 0x02606ea01029dc37u },
    { 0x9e19db92b4e31ba9u, 0x6c07a2c26a8346d1u, 0x4944d9f52cd0dec2u },
};

/* The upper 128 bits of 10^k for -351 <= k <= 324, cut off (exact for 0 <= k <= 55): the table's entry below times 5^r, where
 * the cut of the entry never reaches the 128 bits (tried for every k). The product is rotated so that its highest bit is set. */
static void dyn__power10(int k, uint64_t *hi, uint64_t *lo)
{
#ifndef DYNREPO_SMALL
    static const uint64_t fives[27] = {                       /* 5^0 to 5^26, highest bit set */
        0x8000000000000000u, 0xa000000000000000u, 0xc800000000000000u, 0xfa00000000000000u, 0x9c40000000000000u,
        0xc350000000000000u, 0xf424000000000000u, 0x9896800000000000u, 0xbebc200000000000u, 0xee6b280000000000u,
        0x9502f90000000000u, 0xba43b74000000000u, 0xe8d4a51000000000u, 0x9184e72a00000000u, 0xb5e620f480000000u,
        0xe35fa931a0000000u, 0x8e1bc9bf04000000u, 0xb1a2bc2ec5000000u, 0xde0b6b3a76400000u, 0x8ac7230489e80000u,
        0xad78ebc5ac620000u, 0xd8d726b7177a8000u, 0x878678326eac9000u, 0xa968163f0a57b400u, 0xd3c21bcecceda100u,
        0x84595161401484a0u, 0xa56fa5b99019a5c8u
    };
#endif
    unsigned i = (unsigned)(k + 351);
    const uint64_t *base = dyn__powers[i / 27];
    uint64_t five, h0, h1, h2, l1, l2;

#ifdef DYNREPO_SMALL
    five = 1;
    for (i %= 27; i > 0; i--)
        five *= 5;
    five <<= dyn__leading_zeros(five);
#else
    five = fives[i % 27];
#endif
    (void)dyn__mul(base[2], five, &h0);
    l1 = dyn__mul(base[1], five, &h1);
    l2 = dyn__mul(base[0], five, &h2);
    l1 += h0;
    h1 += l1 < h0;
    l2 += h1;
    h2 += l2 < h1;
    if (h2 >> 63 == 0) {
        h2 = h2 << 1 | l2 >> 63;
        l2 = l2 << 1 | l1 >> 63;
    }
    *hi = h2, *lo = l2;
}

/* ---- double to text ---- */

/* The significant digits (no trailing zero, unless 0) times 10^exp10 as text: plain from 1e-6 to below 1e21, as 1.5e+30
 * elsewhere. Returns the length. */
static size_t dyn__lay_out(char *out, bool negative, uint64_t digits, int exp10)
{
    char buf[24], *o = out;
    dyn_str s = dyn__decimal_u(buf, digits);
    int n = (int)s.len, point = n + exp10, lead, e = 0;    /* lead: how many digits stand before the point */

    if (negative)
        *o++ = '-';
    if (point < -5 || point > 21)
        e = point - 1, point = 1;
    if (point <= 0) {
        *o++ = '0', *o++ = '.';
        for (; point < 0; point++)
            *o++ = '0';
    }
    lead = point > n ? n : point;
    for (int i = 0; i < n; i++) {
        if (i == lead && i > 0)
            *o++ = '.';
        *o++ = s.ptr[i];
    }
    for (; n < point; n++)
        *o++ = '0';
    if (e != 0) {
        *o++ = 'e', *o++ = e < 0 ? '-' : '+';
        s = dyn__decimal_u(buf, (uint64_t)(e < 0 ? -e : e));
        memcpy(o, s.ptr, s.len);
        o += s.len;
    }
    return (size_t)(o - out);
}

/* (hi, lo) * v / 2^128, its lowest bit set when the division leaves a rest. */
static uint64_t dyn__round_to_odd(uint64_t hi, uint64_t lo, uint64_t v)
{
    uint64_t carry, top, low;

    (void)dyn__mul(lo, v, &carry);
    low = dyn__mul(hi, v, &top);
    low += carry;
    top += low < carry;
    return top | (uint64_t)(low > 1);
}

/* The shortest decimal that lies in the rounding interval of fraction * 2^exp2, the closest of those.
 * Raffaello Giulietti, "The Schubfach way to render doubles" (2021): among the multiples of 10^k, with k just so large that the
 * interval holds at least one of them, only the neighbours of the value need a look, and before them those of 10^(k+1). */
static uint64_t dyn__shortest(uint64_t fraction, int exp2, bool narrow, int *exp10)
{
    int k = dyn__log10_of_power2(exp2, narrow), shift = exp2 + dyn__log2_of_power10(-k) + 1;
    uint64_t hi, lo, odd = fraction & 1, low, mid, high, s, t;

    dyn__power10(-k, &hi, &lo);
    hi += ++lo == 0;                                          /* the paper's g: above the power, never below it */
    mid = 4 * fraction;
    low = dyn__round_to_odd(hi, lo, (mid - (narrow ? 1 : 2)) << shift) + odd;    /* the bounds belong to the even ones */
    high = dyn__round_to_odd(hi, lo, (mid + 2) << shift) - odd;
    mid = dyn__round_to_odd(hi, lo, mid << shift);
    *exp10 = k;
    s = mid / 4;
    t = s / 10;
    if (t > 0) {
        bool below = low <= 40 * t, above = 40 * t + 40 <= high;
        if (below != above) {
            *exp10 = k + 1;
            return t + above;
        }
    }
    bool below = low <= 4 * s, above = 4 * s + 4 <= high;
    if (below != above)
        return s + above;
    return s + (mid > 4 * s + 2 || (mid == 4 * s + 2 && (s & 1)));
}

#if DYN__EXACT_DOUBLE
/* Writes v > 0 when it is an integer below 2^53, or m / 10^3 or m / 10^6 for an integer m below 10^15; 0 when not. With so few
 * digits no other decimal of that scale reads back as v, so that dropping the zeros at the end makes it the shortest one. */
static size_t dyn__write_short_double(char *out, bool negative, double v)
{
    if (v < 9007199254740992.0 && (double)(int64_t)v == v)
        return dyn__lay_out(out, negative, (uint64_t)(int64_t)v, 0);
    if (v >= 1e9)
        return 0;
    for (int scale = 3; scale <= 6; scale += 3) {
        int64_t m = (int64_t)(v * dyn__tens[scale] + 0.5);
        if ((double)m / dyn__tens[scale] == v) {
            uint64_t digits = (uint64_t)m;
            int exp10 = -scale;
            for (; digits % 10 == 0; exp10++)
                digits /= 10;
            return dyn__lay_out(out, negative, digits, exp10);
        }
    }
    return 0;
}
#endif

/* v, which is finite, as the shortest text that reads back as v, and among those the closest to v; -0 is "0". Writes at most 25
 * bytes, no 0 at the end. Returns the length. */
static size_t dyn__write_double(char out[32], double v)
{
    uint64_t bits, digits;
    int exp2, exp10;

    memcpy(&bits, &v, sizeof bits);
    bool negative = bits >> 63 != 0;
    exp2 = (int)(bits >> 52 & 0x7ff);
    bits &= ((uint64_t)1 << 52) - 1;
    if (exp2 == 0 && bits == 0) {
        out[0] = '0';
        return 1;
    }
#if DYN__EXACT_DOUBLE
    size_t n = dyn__write_short_double(out, negative, negative ? -v : v);
    if (n > 0)
        return n;
#endif
    bool narrow = bits == 0 && exp2 > 1;                      /* at a power of two, the interval below is half as wide */
    if (exp2 == 0)
        exp2 = 1;
    else
        bits |= (uint64_t)1 << 52;
    digits = dyn__shortest(bits, exp2 - 1075, narrow, &exp10);
    for (; digits % 10 == 0; exp10++)
        digits /= 10;
    return dyn__lay_out(out, negative, digits, exp10);
}

/* ---- text to number ---- */

/* A number's text taken apart: its value is the digits from first to last (a point among them is skipped), an integer of count
 * digits, times 10^exp10. The first and the last digit are not 0; count is 0 for zero. */
typedef struct dyn__numeral {
    const char *first, *last;
    int64_t     count, exp10;
    bool        negative;
} dyn__numeral;

static bool dyn__is_digit(char c)
{
    return (unsigned)c - '0' <= 9u;
}

/* Reads the exponent behind the e; a huge one is cut to what no digits can make up for. */
static bool dyn__scan_exponent(const char *p, const char *end, int64_t *exponent)
{
    bool negative = p < end && *p == '-';
    int64_t e = 0;

    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end)
        return false;
    for (; p < end; p++) {
        if (!dyn__is_digit(*p))
            return false;
        if (e < (int64_t)1 << 56)
            e = 10 * e + (*p - '0');
    }
    *exponent = negative ? -e : e;
    return true;
}

/* Takes [+-]digits[.digits][(e|E)[+-]digits] apart; false when the text is not of that form. */
static bool dyn__scan_number(const char *p, size_t n, dyn__numeral *t)
{
    const char *end = p + n, *point = NULL, *start;

    memset(t, 0, sizeof *t);
    if (n > 0 && (*p == '-' || *p == '+'))
        t->negative = *p++ == '-';
    for (start = p; p < end; p++) {
        if (*p > '0' && *p <= '9') {
            if (!t->first)
                t->first = p;
            t->last = p;
        } else if (*p == '.' && !point && p > start) {
            point = p;
        } else if (*p != '0') {
            break;
        }
    }
    if (p == start || (point && p == point + 1))
        return false;
    start = p;                                                /* from here on: the end of the digits */
    if (p < end && ((*p != 'e' && *p != 'E') || !dyn__scan_exponent(p + 1, end, &t->exp10)))
        return false;
    if (!t->first) {
        t->exp10 = 0;
        return true;
    }
    if (!point)
        point = start;
    t->count = t->last - t->first + (t->last < point || t->first > point);
    t->exp10 += point - t->last - (t->last < point);
    return true;
}

/* The first max digits of t as an integer. */
static uint64_t dyn__leading_digits(const dyn__numeral *t, int64_t max)
{
    uint64_t v = 0;

    for (const char *p = t->first; max > 0 && p <= t->last; p++) {
        if (*p != '.')
            v = 10 * v + (uint64_t)(*p - '0'), max--;
    }
    return v;
}

/* The part of dyn__parse_magnitude for what is not plain digits. */
static dyn__num dyn__parse_magnitude_slow(const char *p, size_t n, bool *negative, uint64_t *v)
{
    dyn__numeral t;
    uint64_t last;

    if (!dyn__scan_number(p, n, &t))
        return DYN__NUM_SYNTAX;
    *negative = t.negative;
    *v = 0;
    if (t.count == 0)
        return DYN__NUM_OK;
    if (t.exp10 < 0)
        return DYN__NUM_FRACTION;
    if (t.count > 20 || t.exp10 > 20 - t.count)
        return DYN__NUM_RANGE;
    *v = dyn__leading_digits(&t, t.count < 19 ? t.count : 19);
    for (int64_t i = t.count < 19 ? t.count : 19; i < t.count + t.exp10; i++) {
        last = i < t.count ? (uint64_t)(*t.last - '0') : 0;   /* the only digit left, if any, is the twentieth */
        if (*v > (UINT64_MAX - last) / 10)
            return DYN__NUM_RANGE;
        *v = *v * 10 + last;
    }
    return DYN__NUM_OK;
}

/* An integer's sign and absolute value. */
static dyn__num dyn__parse_magnitude(const char *p, size_t n, bool *negative, uint64_t *v)
{
    size_t i = n > 0 && *p == '-';
    uint64_t m = 0;

    *negative = i > 0;
    if (i < n && n - i <= 19) {
        for (; i < n && dyn__is_digit(p[i]); i++)
            m = 10 * m + (uint64_t)(p[i] - '0');
        *v = m;
        if (i == n)
            return DYN__NUM_OK;
    }
    return dyn__parse_magnitude_slow(p, n, negative, v);
}

/* The text of a number with an integral value ("12", "1.50E2") as int64_t; *v is set only with DYN__NUM_OK. */
static dyn__num dyn__parse_i64(const char *p, size_t n, int64_t *v)
{
    bool negative;
    uint64_t m;
    dyn__num r = dyn__parse_magnitude(p, n, &negative, &m);

    if (r != DYN__NUM_OK)
        return r;
    if (m > (uint64_t)INT64_MAX + negative)
        return DYN__NUM_RANGE;
    *v = !negative ? (int64_t)m : m == 0 ? 0 : -(int64_t)(m - 1) - 1;
    return DYN__NUM_OK;
}

/* The same as uint64_t. */
static dyn__num dyn__parse_u64(const char *p, size_t n, uint64_t *v)
{
    bool negative;
    uint64_t m;
    dyn__num r = dyn__parse_magnitude(p, n, &negative, &m);

    if (r != DYN__NUM_OK)
        return r;
    if (negative && m > 0)
        return DYN__NUM_RANGE;
    *v = m;
    return DYN__NUM_OK;
}

/* Whether DynamoDB takes the text as a number: at most 38 significant digits, 0 or 1E-130 to 9.99...E+125. */
static dyn__num dyn__check_number(const char *p, size_t n)
{
    dyn__numeral t;

    if (!dyn__scan_number(p, n, &t))
        return DYN__NUM_SYNTAX;
    if (t.count > 38 || (t.count > 0 && (t.count + t.exp10 > 126 || t.count + t.exp10 < -129)))
        return DYN__NUM_RANGE;
    return DYN__NUM_OK;
}

/* Bits 32 i to 32 i + 31 of v * 2^shift. */
static uint32_t dyn__word_of(uint64_t v, int shift, int i)
{
    int at = 32 * i - shift;

    if (at >= 0)
        return at < 64 ? (uint32_t)(v >> at) : 0;
    return at > -32 ? (uint32_t)(v << -at) : 0;
}

/* w = w * factor + add for n words, the lowest first; returns what does not fit. */
static uint32_t dyn__scale(uint32_t *w, int n, uint32_t factor, uint32_t add)
{
    for (int i = 0; i < n; i++) {
        uint64_t t = (uint64_t)w[i] * factor + add;
        w[i] = (uint32_t)t;
        add = (uint32_t)(t >> 32);
    }
    return add;
}

/* Compares t, of at most 309 digits before the point, with half * 2^exp2, 0 <= exp2 < 1024, as strcmp does: as integers. */
static int dyn__compare_large(const dyn__numeral *t, uint64_t half, int exp2)
{
    uint32_t w[34];
    const char *p = t->first;

    memset(w, 0, sizeof w);
    for (int64_t i = t->count + t->exp10; i > 0; i--) {
        uint32_t digit = 0;
        if (p <= t->last) {
            p += *p == '.';
            digit = (uint32_t)(*p++ - '0');
        }
        (void)dyn__scale(w, 34, 10, digit);
    }
    for (int i = 34; i-- > 0; ) {
        uint32_t h = dyn__word_of(half, exp2, i);
        if (w[i] != h)
            return w[i] < h ? -1 : 1;
    }
    return t->exp10 < 0;                                      /* equal so far, but t has a fraction */
}

/* Compares t with half * 2^exp2, half odd and -1075 <= exp2 < 0, as strcmp does: makes the digits of the latter's fraction one by
 * one until they differ from those of t. There are at most 1075, and t can be of any length. The digits before the point are the
 * same: half has 54 bits, so it is further from the next integer than t is from it. */
static int dyn__compare_small(const dyn__numeral *t, uint64_t half, int exp2)
{
    uint32_t w[34];                                           /* the fraction of half * 2^exp2 as a fixed-point number */
    int words = (31 - exp2) / 32, zeros = 0;
    int64_t place = t->count + t->exp10;                      /* of t's first digit: 0 is the one behind the point */
    const char *p = t->first;

    for (int i = 0; i < words; i++)
        w[i] = dyn__word_of(half, 32 * words + exp2, i);
    for (; place > 0 && p <= t->last; p++)
        place -= *p != '.';
    for (; p <= t->last; place++) {
        while (zeros < words && w[zeros] == 0)
            zeros++;
        if (zeros == words)
            return 1;
        uint32_t digit = 0, other = dyn__scale(w + zeros, words - zeros, 10, 0);
        if (place >= 0) {
            p += *p == '.';
            digit = (uint32_t)(*p++ - '0');
        }
        if (digit != other)
            return digit < other ? -1 : 1;
    }
    while (zeros < words && w[zeros] == 0)
        zeros++;
    return zeros == words ? 0 : -1;
}

/* Cuts digits * 10^exp10, 10^-324 <= it < 10^309, to m * 2^exp2 with the 53 bits of a double (fewer below 2^-1022), and says how
 * to round m: 1 up, -1 down, 0 when it is too close to a midpoint to tell; with cut set, also when up to 1 more in digits would
 * matter. After Daniel Lemire, "Number Parsing at a Gigabyte per Second" (2021): the digits times the upper 128 bits of the power
 * of ten are a lower bound of the value, with a known and small error. */
static int dyn__approximate(uint64_t digits, int exp10, bool cut, uint64_t *m, int *exp2)
{
    uint64_t hi, lo, mid, carry;
    unsigned zeros = dyn__leading_zeros(digits), drop = 11;
    int e = dyn__log2_of_power10(exp10) - 63 - (int)zeros;

    /* the value is (hi, mid) * 2^e, plus less than 4 units of mid, and less than 4 * 2^zeros units of hi for what was cut */
    dyn__power10(exp10, &hi, &lo);
    digits <<= zeros;
    (void)dyn__mul(lo, digits, &carry);
    mid = dyn__mul(hi, digits, &hi);
    mid += carry;
    hi += mid < carry;
    if (hi >> 63 == 0)
        hi = hi << 1 | mid >> 63, mid <<= 1, e--;

    e += 75;
    if (e < -1074)
        drop += (unsigned)(-1074 - e), e = -1074;
    *exp2 = e;
    *m = drop < 64 ? hi >> drop : 0;
    if (drop > 65)
        return -1;                                            /* below a quarter of the smallest double */
    uint64_t rest = drop < 64 ? hi & (((uint64_t)1 << drop) - 1) : hi;
    uint64_t half = drop < 65 ? (uint64_t)1 << (drop - 1) : 0;
    if (drop < 65 && (rest > half || (rest == half && mid > 0)))
        return 1;
    uint64_t gap = half - rest - (mid > 0);                   /* to the midpoint: (gap, 0 - mid) */
    return (cut ? gap <= (uint64_t)4 << zeros : gap == 0 && 0 - mid <= 4) ? 0 : -1;
}

/* The bits of m * 2^exp2; m has bit 52 or exp2 is -1074. One more in m may carry into the exponent, as it should. */
static uint64_t dyn__bits_of_double(uint64_t m, int exp2)
{
    return ((uint64_t)(exp2 + 1074) << 52) + m;
}

/* The part of dyn__parse_double for every text. */
static dyn__num dyn__parse_double_slow(const char *p, size_t n, double *v)
{
    dyn__numeral t;
    uint64_t bits = 0, m;
    int exp2;

    if (!dyn__scan_number(p, n, &t))
        return DYN__NUM_SYNTAX;
    if (t.count > 0) {
        int64_t used = t.count < 19 ? t.count : 19;           /* 19 digits always fit */
        if (t.count + t.exp10 > 309 || t.count + t.exp10 < -323)
            return DYN__NUM_RANGE;
        int up = dyn__approximate(dyn__leading_digits(&t, used), (int)(t.exp10 + t.count - used), t.count > used, &m, &exp2);
        if (up == 0)
            up = exp2 > 0 ? dyn__compare_large(&t, 2 * m + 1, exp2 - 1) : dyn__compare_small(&t, 2 * m + 1, exp2 - 1);
        bits = dyn__bits_of_double(m + (up > 0 || (up == 0 && (m & 1))), exp2);
        if (bits == 0 || bits >= (uint64_t)0x7ff << 52)
            return DYN__NUM_RANGE;
    }
    bits |= (uint64_t)t.negative << 63;
    memcpy(v, &bits, sizeof bits);
    return DYN__NUM_OK;
}

#if DYN__EXACT_DOUBLE
/* Reads what is plain digits, perhaps with a point, in 1 to 19 bytes; false when it is not or needs all care. An integer up to
 * 2^53 divided by a power of ten up to 10^22, both exact, is rounded only once (William D. Clinger, "How to Read Floating Point
 * Numbers Accurately", 1990). */
static bool dyn__parse_short_double(const char *p, size_t n, double *v)
{
    const char *s = p + (*p == '-'), *end = p + n, *start = s, *point;
    uint64_t w = 0, m;
    double d;
    int exp2;

    for (; s < end && dyn__is_digit(*s); s++)
        w = 10 * w + (uint64_t)(*s - '0');
    if (s == start)
        return false;
    point = s;
    if (s + 1 < end && *s == '.') {
        for (point = ++s; s < end && dyn__is_digit(*s); s++)
            w = 10 * w + (uint64_t)(*s - '0');
    }
    if (s != end)
        return false;
    if (w <= (uint64_t)1 << 53) {
        d = (double)(int64_t)w;
        if (s > point)
            d /= dyn__tens[s - point];
    } else {
        int up = dyn__approximate(w, (int)(point - s), false, &m, &exp2);
        if (up == 0)
            return false;
        m = dyn__bits_of_double(m + (up > 0), exp2);
        memcpy(&d, &m, sizeof d);
    }
    *v = start > p ? -d : d;
    return true;
}
#endif

/* The double nearest to a number's text of any length, the even one of two; *v is set only with DYN__NUM_OK. What rounds to
 * infinity, or to 0 without being 0, is out of range. */
static dyn__num dyn__parse_double(const char *p, size_t n, double *v)
{
#if DYN__EXACT_DOUBLE
    if (n > 0 && n <= 19 && dyn__parse_short_double(p, n, v))
        return DYN__NUM_OK;
#endif
    return dyn__parse_double_slow(p, n, v);
}

/* ---- time ---- */

/* Year, month, day, hour, minute, second and the digits of a fraction, in the order of a pattern's '0' to '6'. */
typedef struct dyn__civil {
    int f[7];
} dyn__civil;

/* Reads p, of the pattern's length, by the pattern: '0' to '6' stand for a digit of that field, '?' for any byte, another byte
 * for itself. */
static bool dyn__read_pattern(const char *p, const char *pattern, dyn__civil *c)
{
    memset(c, 0, sizeof *c);
    for (; *pattern; pattern++, p++) {
        if (*pattern >= '0' && *pattern <= '6') {
            if (!dyn__is_digit(*p))
                return false;
            c->f[*pattern - '0'] = 10 * c->f[*pattern - '0'] + (*p - '0');
        } else if (*pattern != '?' && *p != *pattern) {
            return false;
        }
    }
    return true;
}

/* The other way: fills out by the pattern, from its end; uses up the fields. */
static size_t dyn__write_pattern(char *out, const char *pattern, dyn__civil *c)
{
    size_t n = strlen(pattern);

    for (size_t i = n; i-- > 0; ) {
        out[i] = pattern[i];
        if (pattern[i] >= '0' && pattern[i] <= '6') {
            int *f = &c->f[pattern[i] - '0'];
            out[i] = (char)('0' + *f % 10);
            *f /= 10;
        }
    }
    return n;
}

/* Seconds since 1970 of a day and time in the proleptic Gregorian calendar; false when there is no such day or time. The days are
 * counted with March as the first month, so that the leap day ends a year: month m begins (153 m + 2) / 5 days into it. */
static bool dyn__from_civil(const dyn__civil *c, int64_t *unix_s)
{
    int y = c->f[0], m = c->f[1], d = c->f[2];
    bool leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
    int length = m == 2 ? 28 + leap : 30 + ((m + m / 8) & 1);

    if (m < 1 || m > 12 || d < 1 || d > length || c->f[3] > 23 || c->f[4] > 59 || c->f[5] > 59)
        return false;
    if (m < 3)
        y--, m += 12;
    y += 400;                                                 /* an era earlier, so that nothing is negative */
    int64_t days = (int64_t)y * 365 + y / 4 - y / 100 + y / 400 + (153 * (m - 3) + 2) / 5 + d - 1 - 146097 - 719468;
    *unix_s = ((days * 24 + c->f[3]) * 60 + c->f[4]) * 60 + c->f[5];
    return true;
}

#define DYN__YEAR_0     INT64_C(-62167219200)                 /* 0000-01-01T00:00:00Z */
#define DYN__YEAR_9999  INT64_C(253402300799)                 /* 9999-12-31T23:59:59Z */

/* Day and time of unix_s, which lies in the years 0 to 9999. */
static void dyn__to_civil(int64_t unix_s, dyn__civil *c)
{
    uint64_t t = (uint64_t)(unix_s - DYN__YEAR_0);
    uint32_t second = (uint32_t)(t % 86400);
    uint32_t days = (uint32_t)(t / 86400) + 146097 - 60;      /* since 1 March of the year -400 */
    uint32_t era = days / 146097, in_era = days % 146097;
    uint32_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    uint32_t day = in_era - (365 * year + year / 4 - year / 100), month = (5 * day + 2) / 153;

    c->f[0] = (int)(era * 400 + year + (month > 9)) - 400;
    c->f[1] = (int)(month > 9 ? month - 9 : month + 3);
    c->f[2] = (int)(day - (153 * month + 2) / 5 + 1);
    c->f[3] = (int)(second / 3600);
    c->f[4] = (int)(second / 60 % 60);
    c->f[5] = (int)(second % 60);
    c->f[6] = 0;
}

/* 2024-05-17T08:29:02.742Z, or without the milliseconds. Returns the length, no 0 at the end; 0 outside the years 0 to 9999. */
static size_t dyn__write_iso(char out[32], int64_t unix_ms, bool with_ms)
{
    int64_t s = unix_ms / 1000, ms = unix_ms % 1000;
    dyn__civil c;

    if (ms < 0)
        s--, ms += 1000;
    if (s < DYN__YEAR_0 || s > DYN__YEAR_9999)
        return 0;
    dyn__to_civil(s, &c);
    c.f[6] = (int)ms;
    return dyn__write_pattern(out, with_ms ? "0000-11-22T33:44:55.666Z" : "0000-11-22T33:44:55Z", &c);
}

/* Reads the zone at the end of an ISO time: Z, +hh:mm, -hh:mm, or nothing, which is UTC. */
static bool dyn__parse_zone(const char *p, size_t n, int64_t *offset_s)
{
    dyn__civil c;

    *offset_s = 0;
    if (n == 0 || (n == 1 && *p == 'Z'))
        return true;
    if ((n != 6 && n != 5) || (*p != '+' && *p != '-') || !dyn__read_pattern(p, n == 6 ? "?33:44" : "?3344", &c) || c.f[3] > 23 || c.f[4] > 59)
        return false;
    *offset_s = (int64_t)(c.f[3] * 60 + c.f[4]) * (*p == '-' ? -60 : 60);
    return true;
}

/* An ISO 8601 / RFC 3339 time: date, 'T' or a space, time, a fraction of 1 to 9 digits or none (cut to microseconds), zone.
 * *unix_us is set only when true is returned: a time that exists, in the years 0 to 9999 of UTC. */
static bool dyn__parse_iso_us(const char *p, size_t n, int64_t *unix_us)
{
    dyn__civil c;
    int64_t s, offset, us = 0;
    size_t at = 19;

    if (n < at || (p[10] != 'T' && p[10] != ' ') || !dyn__read_pattern(p, "0000-11-22?33:44:55", &c) || !dyn__from_civil(&c, &s))
        return false;
    if (at < n && p[at] == '.') {
        size_t start = ++at;
        for (; at < n && dyn__is_digit(p[at]); at++)
            us = at - start < 6 ? 10 * us + (p[at] - '0') : us;
        if (at == start || at - start > 9)
            return false;
        for (size_t i = at - start; i < 6; i++)
            us *= 10;
    }
    if (!dyn__parse_zone(p + at, n - at, &offset) || s - offset < DYN__YEAR_0 || s - offset > DYN__YEAR_9999)
        return false;
    *unix_us = (s - offset) * 1000000 + us;
    return true;
}

/* a / b, rounded down. */
static int64_t dyn__floor(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* The same, cut to milliseconds. */
static bool dyn__parse_iso(const char *p, size_t n, int64_t *unix_ms)
{
    int64_t us;

    if (!dyn__parse_iso_us(p, n, &us))
        return false;
    *unix_ms = dyn__floor(us, 1000);
    return true;
}

/* 20150830T123600Z: 16 bytes, no 0 at the end. Times outside the years 0 to 9999 become the nearest one inside. */
static void dyn__write_amz_date(char out[16], int64_t unix_s)
{
    dyn__civil c;

    dyn__to_civil(DYN__MAX(DYN__YEAR_0, DYN__MIN(unix_s, DYN__YEAR_9999)), &c);
    (void)dyn__write_pattern(out, "00001122T334455Z", &c);
}

static bool dyn__parse_amz_date(const char *p, size_t n, int64_t *unix_s)
{
    dyn__civil c;

    return n == 16 && dyn__read_pattern(p, "00001122T334455Z", &c) && dyn__from_civil(&c, unix_s);
}

/* Which of the three-letter names, 1 for the first, p is; 0: none. */
static int dyn__find_name(const char *names, const char *p)
{
    for (int i = 0; names[3 * i]; i++) {
        if (memcmp(names + 3 * i, p, 3) == 0)
            return i + 1;
    }
    return 0;
}

/* An HTTP date in its one modern form (IMF-fixdate, RFC 9110, 5.6.7): Fri, 17 May 2024 08:31:22 GMT. Whether the day of the week
 * is the right one is not looked at. */
static bool dyn__parse_http_date(const char *p, size_t n, int64_t *unix_s)
{
    dyn__civil c;

    if (n != 29 || !dyn__read_pattern(p, "???, 22 ??? 0000 33:44:55 GMT", &c) || !dyn__find_name("MonTueWedThuFriSatSun", p))
        return false;
    c.f[1] = dyn__find_name("JanFebMarAprMayJunJulAugSepOctNovDec", p + 8);
    return dyn__from_civil(&c, unix_s);
}

/* ---- bytes ---- */

/* Whether p[at..n) begins with a valid UTF-8 sequence of more than one byte; its length, or 0 (RFC 3629, section 4). */
static size_t dyn__utf8_sequence(const unsigned char *p, size_t n)
{
    unsigned lead = p[0], low = 0x80, high = 0xbf;            /* the bounds of the second byte */
    size_t len = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

    if (lead < 0xc2 || lead > 0xf4 || len > n)
        return 0;
    if (lead == 0xe0)
        low = 0xa0;                                           /* overlong below */
    else if (lead == 0xed)
        high = 0x9f;                                          /* surrogates above */
    else if (lead == 0xf0)
        low = 0x90;
    else if (lead == 0xf4)
        high = 0x8f;                                          /* more than U+10FFFF above */
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    }
    return len;
}

/* Strict UTF-8: no overlong form, no surrogate, nothing above U+10FFFF. */
static bool dyn__utf8_ok(const char *p, size_t n)
{
    const unsigned char *s = (const unsigned char *)p;

    for (size_t i = 0; i < n; ) {
        if (s[i] < 0x80) {
            uint64_t word = 0;
            for (; n - i >= sizeof word; i += sizeof word) {
                memcpy(&word, s + i, sizeof word);
                if (word & UINT64_C(0x8080808080808080))
                    break;
            }
            while (i < n && s[i] < 0x80)
                i++;
        } else {
            size_t len = dyn__utf8_sequence(s + i, n - i);
            if (len == 0)
                return false;
            i += len;
        }
    }
    return true;
}

/* Base64 with padding (RFC 4648, section 4) of n bytes. */
static void dyn__base64_put(dyn__writer *w, const unsigned char *p, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char out[128];

    while (n > 0) {
        size_t k = DYN__MIN(n, sizeof out / 4 * 3), at = 0;
        for (n -= k; k >= 3; k -= 3, p += 3, at += 4) {
            uint32_t v = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
            out[at] = digits[v >> 18], out[at + 1] = digits[v >> 12 & 63], out[at + 2] = digits[v >> 6 & 63], out[at + 3] = digits[v & 63];
        }
        if (k > 0) {
            uint32_t v = (uint32_t)p[0] << 16 | (k > 1 ? (uint32_t)p[1] << 8 : 0);
            out[at] = digits[v >> 18], out[at + 1] = digits[v >> 12 & 63], out[at + 2] = k > 1 ? digits[v >> 6 & 63] : '=', out[at + 3] = '=';
            at += 4, p += k;
        }
        dyn__put(w, out, at);
    }
}

/* The value of a base64 digit; above 63: it is none. */
static uint32_t dyn__base64_digit(char c)
{
#ifdef DYNREPO_SMALL
    return c >= 'A' && c <= 'Z' ? (uint32_t)(c - 'A') : c >= 'a' && c <= 'z' ? (uint32_t)(c - 'a' + 26) :
           c >= '0' && c <= '9' ? (uint32_t)(c - '0' + 52) : c == '+' ? 62 : c == '/' ? 63 : 0x80;
#else
#define DYN__NO8 128, 128, 128, 128, 128, 128, 128, 128
    static const uint8_t values[256] = {
        DYN__NO8, DYN__NO8, DYN__NO8, DYN__NO8, DYN__NO8, 128, 128, 128, 62, 128, 128, 128, 63, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 128, 128,
        128, 128, 128, 128, 128, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 128, 128, 128, 128,
        128, 128, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 128, 128, 128, 128, 128,
        DYN__NO8, DYN__NO8, DYN__NO8, DYN__NO8, DYN__NO8, DYN__NO8, DYN__NO8, DYN__NO8, DYN__NO8, DYN__NO8, DYN__NO8, DYN__NO8, DYN__NO8, DYN__NO8,
        DYN__NO8, DYN__NO8
    };
#undef DYN__NO8
    return values[(unsigned char)c];
#endif
}

/* How many bytes n digits of base64 give, padding included; SIZE_MAX: no such text has n digits. */
static size_t dyn__base64_size(const char *p, size_t n)
{
    if (n % 4)
        return SIZE_MAX;
    return n / 4 * 3 - (n > 0 && p[n - 1] == '=' ? p[n - 2] == '=' ? 2 : 1 : 0);
}

/* Reads n digits into dyn__base64_size bytes; strictly: no white space, and the bits that padding leaves over are 0. */
static bool dyn__base64_take(const char *p, size_t n, unsigned char *to)
{
    size_t size = dyn__base64_size(p, n), left = size % 3;
    uint32_t bad = 0, v;

    if (size == SIZE_MAX)
        return false;
    for (size_t i = 0; i < size / 3; i++, p += 4, to += 3) {
        uint32_t a = dyn__base64_digit(p[0]), b = dyn__base64_digit(p[1]), c = dyn__base64_digit(p[2]), d = dyn__base64_digit(p[3]);
        bad |= a | b | c | d;
        v = a << 18 | b << 12 | c << 6 | d;
        to[0] = (unsigned char)(v >> 16), to[1] = (unsigned char)(v >> 8), to[2] = (unsigned char)v;
    }
    if (left) {
        uint32_t a = dyn__base64_digit(p[0]), b = dyn__base64_digit(p[1]), c = left == 2 ? dyn__base64_digit(p[2]) : 0;
        bad |= a | b | c;
        v = a << 18 | b << 12 | c << 6;
        to[0] = (unsigned char)(v >> 16);
        if (left == 2)
            to[1] = (unsigned char)(v >> 8);
        bad |= v & (left == 1 ? 0xffffu : 0xffu) ? 0x80u : 0;
    }
    return bad < 64;
}

#ifdef DYNREPO_SMALL
/* CRC-32 as zlib has it (ISO-HDLC), four bits at a time; crc is 0, or the result for the bytes before. */
static uint32_t dyn__crc32(uint32_t crc, const void *data, size_t n)
{
    static const uint32_t table[16] = {
        0x00000000u, 0x1db71064u, 0x3b6e20c8u, 0x26d930acu, 0x76dc4190u, 0x6b6b51f4u, 0x4db26158u, 0x5005713cu,
        0xedb88320u, 0xf00f9344u, 0xd6d6a3e8u, 0xcb61b38cu, 0x9b64c2b0u, 0x86d3d2d4u, 0xa00ae278u, 0xbdbdf21cu
    };
    const unsigned char *p = (const unsigned char *)data;

    crc = ~crc;
    while (n-- > 0) {
        crc ^= *p++;
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}
#else
/* CRC is linear over GF(2): a table's entry i is the exclusive or of the entries for the single bits of i. These macros spell out
 * 2, 4 ... 256 entries from the entries for 1, 2, 4 ... 128. */
#define DYN__CRC_1(x, a)                      (x), (x) ^ (a)
#define DYN__CRC_2(x, a, b)                   DYN__CRC_1(x, a), DYN__CRC_1((x) ^ (b), a)
#define DYN__CRC_3(x, a, b, c)                DYN__CRC_2(x, a, b), DYN__CRC_2((x) ^ (c), a, b)
#define DYN__CRC_4(x, a, b, c, d)             DYN__CRC_3(x, a, b, c), DYN__CRC_3((x) ^ (d), a, b, c)
#define DYN__CRC_5(x, a, b, c, d, e)          DYN__CRC_4(x, a, b, c, d), DYN__CRC_4((x) ^ (e), a, b, c, d)
#define DYN__CRC_6(x, a, b, c, d, e, f)       DYN__CRC_5(x, a, b, c, d, e), DYN__CRC_5((x) ^ (f), a, b, c, d, e)
#define DYN__CRC_7(x, a, b, c, d, e, f, g)    DYN__CRC_6(x, a, b, c, d, e, f), DYN__CRC_6((x) ^ (g), a, b, c, d, e, f)
#define DYN__CRC_8(x, a, b, c, d, e, f, g, h) DYN__CRC_7(x, a, b, c, d, e, f, g), DYN__CRC_7((x) ^ (h), a, b, c, d, e, f, g)

/* [k][i]: the CRC of byte i with k zero bytes behind it. */
static const uint32_t dyn__crc_table[8][256] = {
    { DYN__CRC_8(0u, 0x77073096u, 0xee0e612cu, 0x076dc419u, 0x0edb8832u, 0x1db71064u, 0x3b6e20c8u, 0x76dc4190u, 0xedb88320u) },
    { DYN__CRC_8(0u, 0x191b3141u, 0x32366282u, 0x646cc504u, 0xc8d98a08u, 0x4ac21251u, 0x958424a2u, 0xf0794f05u, 0x3b83984bu) },
    { DYN__CRC_8(0u, 0x01c26a37u, 0x0384d46eu, 0x0709a8dcu, 0x0e1351b8u, 0x1c26a370u, 0x384d46e0u, 0x709a8dc0u, 0xe1351b80u) },
    { DYN__CRC_8(0u, 0xb8bc6765u, 0xaa09c88bu, 0x8f629757u, 0xc5b428efu, 0x5019579fu, 0xa032af3eu, 0x9b14583du, 0xed59b63bu) },
    { DYN__CRC_8(0u, 0x3d6029b0u, 0x7ac05360u, 0xf580a6c0u, 0x30704bc1u, 0x60e09782u, 0xc1c12f04u, 0x58f35849u, 0xb1e6b092u) },
    { DYN__CRC_8(0u, 0xcb5cd3a5u, 0x4dc8a10bu, 0x9b914216u, 0xec53826du, 0x03d6029bu, 0x07ac0536u, 0x0f580a6cu, 0x1eb014d8u) },
    { DYN__CRC_8(0u, 0xa6770bb4u, 0x979f1129u, 0xf44f2413u, 0x33ef4e67u, 0x67de9cceu, 0xcfbd399cu, 0x440b7579u, 0x8816eaf2u) },
    { DYN__CRC_8(0u, 0xccaa009eu, 0x4225077du, 0x844a0efau, 0xd3e51bb5u, 0x7cbb312bu, 0xf9766256u, 0x299dc2edu, 0x533b85dau) },
};

/* CRC-32 as zlib has it (ISO-HDLC), eight bytes at a time (Kounavis and Berry, "A Systematic Approach to Building High
 * Performance Software-Based CRC Generators", 2005); crc is 0, or the result for the bytes before. */
static uint32_t dyn__crc32(uint32_t crc, const void *data, size_t n)
{
    const unsigned char *p = (const unsigned char *)data;
    const uint32_t (*t)[256] = dyn__crc_table;

    crc = ~crc;
    for (; n >= 8; p += 8, n -= 8) {
        uint32_t a = crc ^ (p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
        uint32_t b = p[4] | (uint32_t)p[5] << 8 | (uint32_t)p[6] << 16 | (uint32_t)p[7] << 24;
        b = (t[3][b & 255] ^ t[2][b >> 8 & 255]) ^ (t[1][b >> 16 & 255] ^ t[0][b >> 24]);    /* does not wait for crc */
        crc = b ^ ((t[7][a & 255] ^ t[6][a >> 8 & 255]) ^ (t[5][a >> 16 & 255] ^ t[4][a >> 24]));
    }
    while (n-- > 0)
        crc = crc >> 8 ^ t[0][(crc ^ *p++) & 255];
    return ~crc;
}
#endif

/* ======================================================================================================================
 * >>json   Writing JSON strings; reading JSON piece by piece, strictly.
 * May call >>base and >>text. What is read lies in a window that more bytes are appended to: each function either consumes
 * what it understood, or leaves the position where it was and asks for more. jsmn serves where a whole small document is at
 * hand; it takes text that is no JSON, so the grammar is checked here first.
 * ==================================================================================================================== */

#ifdef JSMN_H
#error "dynrepo.h: include it before any other jsmn.h in the translation unit that defines DYNREPO_IMPLEMENTATION: jsmn's token layout depends on its switches"
#endif
#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#endif
#include <jsmn.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#define DYN__MORE 0               /* reading needs more bytes */
#define DYN__GOOD 1
#define DYN__BAD  (-1)            /* not JSON */
#define DYN__FULL (-2)            /* no room for what was read */

#define DYN__ONES  0x0101010101010101u
#define DYN__HIGHS 0x8080808080808080u

/* Has one of the eight bytes of v a value below 0x20, a quote, a backslash or the high bit? (Mycroft's test; bytes that
 * follow a hit may be reported too, which costs a look and no more.) */
static uint64_t dyn__special8(uint64_t v)
{
    uint64_t quote = v ^ (DYN__ONES * '"'), slash = v ^ (DYN__ONES * '\\');

    return (((v - DYN__ONES * 0x20) | (quote - DYN__ONES) | (slash - DYN__ONES)) | v) & DYN__HIGHS;
}

static bool dyn__is_plain(char c)
{
    return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 && c != '"' && c != '\\';
}

/* Which of the eight bytes at p is the first that dyn__special8 found. */
static size_t dyn__first_special(const char *p, uint64_t found)
{
#if defined(__GNUC__) && defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    (void)p;
    return (size_t)__builtin_ctzll(found) / 8;
#else
    size_t i = 0;
    (void)found;
    while (i < 8 && dyn__is_plain(p[i]))
        i++;
    return i;
#endif
}

/* How many leading bytes of p are plain: printable ASCII but for quote and backslash. */
static size_t dyn__plain_run(const char *p, size_t n)
{
    size_t i = 0;

    for (; n - i >= 8; i += 8) {
        uint64_t v;
        memcpy(&v, p + i, 8);
        v = dyn__special8(v);
        if (v)
            return i + dyn__first_special(p + i, v);
    }
    while (i < n && dyn__is_plain(p[i]))
        i++;
    return i;
}

/* Writes p, which is UTF-8, as the inside of a JSON string. */
static void dyn__put_escaped(dyn__writer *w, const char *p, size_t n)
{
    static const char hex[] = "0123456789abcdef";

    while (n > 0) {
        size_t run = dyn__plain_run(p, n);
        while (run < n && (unsigned char)p[run] >= 0x80)
            run++;
        dyn__put(w, p, run);
        p += run, n -= run;
        if (n == 0 || ((unsigned char)*p >= 0x20 && *p != '"' && *p != '\\'))
            continue;
        char out[6] = { '\\', *p, 0, 0, 0, 0 };
        size_t len = 2;
        switch (*p) {
        case '\n': out[1] = 'n'; break;
        case '\r': out[1] = 'r'; break;
        case '\t': out[1] = 't'; break;
        case '"':
        case '\\': break;
        default:
            out[1] = 'u', out[2] = '0', out[3] = '0', out[4] = hex[(unsigned char)*p >> 4], out[5] = hex[*p & 15];
            len = 6;
        }
        dyn__put(w, out, len);
        p++, n--;
    }
}

/* Writes p as a JSON string with its quotes. */
static void dyn__put_json(dyn__writer *w, const char *p, size_t n)
{
    dyn__putc(w, '"');
    dyn__put_escaped(w, p, n);
    dyn__putc(w, '"');
}

/* A writer's spill that escapes what it is given into another writer. */
static void dyn__spill_escaped(void *user, const char *p, size_t n)
{
    dyn__put_escaped((dyn__writer *)user, p, n);
}

/* Four hexadecimal digits at p; -1: not that. */
static int32_t dyn__hex4(const char *p)
{
    int32_t v = 0;

    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0)
            return -1;
        v = v * 16 + digit;
    }
    return v;
}

/* A code point as UTF-8; returns the number of bytes. */
static size_t dyn__utf8(char out[4], uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)((0xf00u >> n) | c);
    return n;
}

/* The escape at p, which points at its backslash: its bytes to out, their number to *n. Returns the escape's length, 0 when
 * it is cut by end, -1 when it is none. A surrogate without its pair is none (RFC 8259 section 8.2). */
static int dyn__escape(const char *p, const char *end, char out[4], size_t *n)
{
    static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";

    if (end - p < 2)
        return 0;
    for (size_t i = 0; i < sizeof names - 1; i++)
        if (p[1] == names[i]) {
            out[0] = bytes[i], *n = 1;
            return 2;
        }
    if (p[1] != 'u')
        return -1;
    if (end - p < 6)
        return 0;
    int32_t c = dyn__hex4(p + 2);
    if (c < 0 || (c >= 0xdc00 && c < 0xe000))
        return -1;
    if (c < 0xd800 || c >= 0xe000) {
        *n = dyn__utf8(out, (uint32_t)c);
        return 6;
    }
    if ((end - p > 6 && p[6] != '\\') || (end - p > 7 && p[7] != 'u'))
        return -1;
    if (end - p < 12)
        return 0;
    int32_t low = dyn__hex4(p + 8);
    if (low < 0xdc00 || low >= 0xe000)
        return -1;
    *n = dyn__utf8(out, 0x10000u + ((uint32_t)(c - 0xd800) << 10) + (uint32_t)(low - 0xdc00));
    return 12;
}

/* The length of the UTF-8 sequence at p (a byte >= 0x80), 0 when it is cut by end, -1 when it is none. */
static int dyn__sequence(const char *p, const char *end)
{
    unsigned char c = (unsigned char)*p;
    int n = c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : -1;

    if (n < 0)
        return -1;
    if (end - p < n)
        return 0;
    return dyn__utf8_ok(p, (size_t)n) ? n : -1;
}

/* Reads the bytes of a JSON string, behind its opening quote, unescaped to out (NULL: only counted). *len grows by what was
 * read. GOOD: *at stands behind the closing quote. MORE: everything up to *at is done. FULL: out is full, at *at. */
static int dyn__take_string(const char **at, const char *end, char *out, size_t cap, size_t *len)
{
    const char *p = *at;
    size_t n = *len;

    for (;;) {
        while (end - p >= 8 && cap - n >= 8) {
            uint64_t v;
            memcpy(&v, p, 8);
            if (dyn__special8(v))
                break;
            if (out)
                memcpy(out + n, &v, 8);
            p += 8, n += 8;
        }
        *at = p, *len = n;
        if (p == end)
            return DYN__MORE;
        unsigned char c = (unsigned char)*p;
        if (c == '"') {
            *at = p + 1;
            return DYN__GOOD;
        }
        char bytes[4];
        const char *from = p;
        size_t k = 1;
        int used = 1;
        if (c == '\\')
            used = dyn__escape(p, end, bytes, &k), from = bytes;
        else if (c >= 0x80)
            used = dyn__sequence(p, end), k = (size_t)used;
        else if (c < 0x20)
            used = -1;
        if (used <= 0)
            return used < 0 ? DYN__BAD : DYN__MORE;
        if (k > cap - n)
            return DYN__FULL;
        for (size_t i = 0; out && i < k; i++)
            out[n + i] = from[i];
        p += used, n += k;
    }
}

static bool dyn__is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Consumes one character c, and white space before it. */
static int dyn__take_char(const char **at, const char *end, char c)
{
    const char *p = *at;

    while (p < end && dyn__is_space(*p))
        p++;
    if (p == end)
        return DYN__MORE;
    if (*p != c)
        return DYN__BAD;
    *at = p + 1;
    return DYN__GOOD;
}

/* The next character that is no white space, without consuming it; 0: there is none yet. */
static char dyn__peek(const char **at, const char *end)
{
    while (*at < end && dyn__is_space(**at))
        ++*at;
    return *at < end ? **at : 0;
}

/* Passes over one JSON value of any kind and size, checking its grammar; resumes at any byte. Nesting is bounded by the bits
 * of `objects`: 32 levels of DynamoDB's documents are 64 of JSON, and a few around them. */
#define DYN__SKIP_DEPTH 72
enum {
    DYN__SK_VALUE, DYN__SK_FIRST, DYN__SK_KEY, DYN__SK_COLON, DYN__SK_NEXT, DYN__SK_STRING, DYN__SK_KEY_STRING, DYN__SK_WORD,
    DYN__SK_MINUS, DYN__SK_ZERO, DYN__SK_INT, DYN__SK_POINT, DYN__SK_FRACTION, DYN__SK_E, DYN__SK_SIGN, DYN__SK_EXPONENT
};
typedef struct dyn__skip {
    uint8_t     state;
    uint8_t     depth;
    const char *word;             /* what must still follow of true, false or null */
    uint8_t     objects[DYN__SKIP_DEPTH / 8];   /* bit: this level is an object */
} dyn__skip;

static void dyn__skip_start(dyn__skip *s)
{
    memset(s, 0, sizeof *s);
}

static bool dyn__skip_in_object(const dyn__skip *s)
{
    return s->depth > 0 && (s->objects[(s->depth - 1) / 8] >> ((s->depth - 1) % 8) & 1) != 0;
}

/* The first character of a value. */
static int dyn__skip_value(dyn__skip *s, char c)
{
    if (c == '{' || c == '[') {
        if (s->depth == DYN__SKIP_DEPTH)
            return DYN__BAD;
        uint8_t bit = (uint8_t)(1u << (s->depth % 8));
        s->objects[s->depth / 8] = (uint8_t)(c == '{' ? s->objects[s->depth / 8] | bit : s->objects[s->depth / 8] & ~bit);
        s->depth++;
        s->state = DYN__SK_FIRST;
    } else if (c == '"')
        s->state = DYN__SK_STRING;
    else if (c == '-')
        s->state = DYN__SK_MINUS;
    else if (c >= '0' && c <= '9')
        s->state = c == '0' ? DYN__SK_ZERO : DYN__SK_INT;
    else if (c == 't' || c == 'f' || c == 'n') {
        s->word = c == 't' ? "rue" : c == 'f' ? "alse" : "ull";
        s->state = DYN__SK_WORD;
    } else
        return DYN__BAD;
    return DYN__GOOD;
}

/* A character of a number; returns GOOD when it belongs to it, MORE when it ends the number, BAD when neither. */
static int dyn__skip_number(dyn__skip *s, char c)
{
    bool digit = c >= '0' && c <= '9';

    switch (s->state) {
    case DYN__SK_MINUS:
        s->state = c == '0' ? DYN__SK_ZERO : DYN__SK_INT;
        return digit ? DYN__GOOD : DYN__BAD;
    case DYN__SK_POINT:
        s->state = DYN__SK_FRACTION;
        return digit ? DYN__GOOD : DYN__BAD;
    case DYN__SK_E:
        s->state = digit ? DYN__SK_EXPONENT : DYN__SK_SIGN;
        return digit || c == '+' || c == '-' ? DYN__GOOD : DYN__BAD;
    case DYN__SK_SIGN:
        s->state = DYN__SK_EXPONENT;
        return digit ? DYN__GOOD : DYN__BAD;
    default:
        break;
    }
    if (digit)
        return s->state == DYN__SK_ZERO ? DYN__BAD : DYN__GOOD;
    if (c == '.' && (s->state == DYN__SK_ZERO || s->state == DYN__SK_INT)) {
        s->state = DYN__SK_POINT;
        return DYN__GOOD;
    }
    if ((c == 'e' || c == 'E') && s->state != DYN__SK_EXPONENT) {
        s->state = DYN__SK_E;
        return DYN__GOOD;
    }
    s->state = DYN__SK_NEXT;
    return DYN__MORE;
}

/* A character between values, keys and strings. */
static int dyn__skip_mark(dyn__skip *s, char c)
{
    bool object = dyn__skip_in_object(s);

    if ((s->state == DYN__SK_FIRST || s->state == DYN__SK_NEXT) && c == (object ? '}' : ']')) {
        s->depth--;
        s->state = DYN__SK_NEXT;
        return DYN__GOOD;
    }
    switch (s->state) {
    case DYN__SK_FIRST:
    case DYN__SK_KEY:
        if (!object)
            return dyn__skip_value(s, c);
        s->state = DYN__SK_KEY_STRING;
        return c == '"' ? DYN__GOOD : DYN__BAD;
    case DYN__SK_COLON:
        s->state = DYN__SK_VALUE;
        return c == ':' ? DYN__GOOD : DYN__BAD;
    case DYN__SK_NEXT:
        s->state = object ? DYN__SK_KEY : DYN__SK_VALUE;
        return c == ',' ? DYN__GOOD : DYN__BAD;
    default:
        return dyn__skip_value(s, c);
    }
}

/* Goes on over the value; GOOD when *at stands behind it. A number at the top level ends with the character behind it. */
static int dyn__skip_run(dyn__skip *s, const char **at, const char *end)
{
    const char *p = *at;
    int r = DYN__GOOD;

    while (r == DYN__GOOD) {
        if (s->state == DYN__SK_NEXT && s->depth == 0) {
            *at = p;
            return DYN__GOOD;
        }
        if (s->state == DYN__SK_STRING || s->state == DYN__SK_KEY_STRING) {
            size_t len = 0;
            r = dyn__take_string(&p, end, NULL, SIZE_MAX, &len);
            if (r == DYN__GOOD)
                s->state = s->state == DYN__SK_STRING ? DYN__SK_NEXT : DYN__SK_COLON;
            continue;
        }
        if (p == end)
            r = DYN__MORE;
        else if (s->state == DYN__SK_WORD) {
            r = *p++ == *s->word++ ? DYN__GOOD : DYN__BAD;
            if (*s->word == 0)
                s->state = DYN__SK_NEXT;
        } else if (s->state >= DYN__SK_MINUS) {
            r = dyn__skip_number(s, *p);
            if (r == DYN__GOOD)
                p++;
            else if (r == DYN__MORE)
                r = DYN__GOOD;
        } else if (dyn__is_space(*p))
            p++;
        else
            r = dyn__skip_mark(s, *p++);
    }
    *at = p;
    return r;
}

/* ======================================================================================================================
 * >>model   Field tables and key templates; struct to item and back.
 * May call >>base, >>text and >>json. A model is checked and parsed once, when a client meets it (dyn__known); an item is
 * written slot by slot, so that it can be resumed, and read as its bytes arrive, straight into the struct.
 * ==================================================================================================================== */

#define DYN__NO_FIELD 255
#define DYN__MAX_ITEM 409600      /* bytes of an item: 400 KB */
#define DYN__FLOW_MIN 48          /* bytes of a dyn_large that are handed on at once, at least and at most */
#define DYN__FLOW_MAX 4098

/* One attribute of a model as the client keeps it, so that nothing is parsed twice. */
typedef struct dyn__slot {
    const char *name;             /* the attribute's name */
    uint16_t    len;
    uint8_t     next;             /* the slot that followed this one in the last item: where to look first */
    bool        odd;              /* JSON escapes something in the name */
} dyn__slot;

/* A piece of a key template: literal text, then a member (field is DYN__NO_FIELD at the end of a template that ends in text). */
typedef struct dyn__part {
    dyn_str literal;
    uint8_t field;                /* index in the model's table */
    uint8_t width;                /* digits of an integer; 0 for text */
} dyn__part;

/* A key of a model. A plain key (plain == true) is one member, with no template: parts[0] names it, with an empty literal. */
typedef struct dyn__key {
    dyn_str          attr;        /* the attribute's name; len 0: the model has no such key */
    const dyn__part *parts;
    uint8_t          part_count;
    bool             plain;
} dyn__key;

/* A struct or a list that is being filled. */
typedef struct dyn__frame {
    struct dyn__known *known;     /* NULL in a list */
    const dyn_field *list;        /* the field, in a list */
    unsigned char   *base;        /* the struct that the offsets count from */
    unsigned char   *to;          /* list: where its elements go, */
    uint32_t         room;        /* how many at most, */
    uint32_t         count;       /* and how many there are so far */
    uint8_t          last;        /* the slot seen last */
    dyn_mask         present;
} dyn__frame;

/* An index as the client keeps it. */
typedef struct dyn__known_index {
    const dyn_index *index;
    const dyn__key  *keys;        /* the partition key's attributes, then the sort key's */
    uint8_t          pk_count, key_count;
} dyn__known_index;

struct dyn__decoder;

/* A model that the client has met, checked and parsed. */
typedef struct dyn__known {
    const dyn_model   *model;
    struct dyn__known *older;     /* list of the client's models */
    dyn__slot         *slots;     /* one for each field, then one each for a template's pk and sk */
    uint32_t           slot_count;
    bool               flags;     /* a field has a .has flag */
    dyn_status       (*on_write)(struct dyn__state *st);   /* of a field that is made anew for each write */
    uint8_t            first;     /* the slot that the last item began with */
    uint8_t            levels;    /* of nesting, its own included: 1 for a flat struct */
    struct dyn__frame *frames;    /* one for each level, for reading an item */
    dyn_mask           all;       /* every field */
    dyn_mask           required;  /* fields that must be in an item */
    dyn__key           pk, sk;
    /* what dyn__extend_model adds: attributes that are made beside the table's key, and the indexes */
    uint8_t            extra_count;   /* their slots are the last */
    const dyn__key    *extras;    /* the item's kind first, if the model has one */
    const dyn__known_index *indexes;  /* as many as the model's */
    dyn_status       (*write_extra)(dyn__writer *w, const struct dyn__known *k, const dyn__key *key, const unsigned char *item, dyn_error *err);
    int              (*read_extra)(struct dyn__decoder *d, size_t slot, const char *at, const char *end);
} dyn__known;

/* What a codec is asked: at and more by op; what it does not know goes to dyn__codec_default. An int is a dyn_status, or as said. */
enum {
    DYN__CODEC_CHECK,             /* at: the dyn_model; is the field's table entry right? */
    DYN__CODEC_ABSENT,            /* at: the member; 1: it is not stored, 0: it is */
    DYN__CODEC_LOAD,              /* at: the member (or a list's element), more: dyn_arg *; the member as a value */
    DYN__CODEC_STORE,             /* at: the member, more: const dyn_arg *, a text: a key's part or .initial; 1: stored, 0: it does not fit */
    DYN__CODEC_CONVERT,           /* at: const char *, what begins an error, more: dyn_arg *, a value that meets the member; DYN_PENDING: its type decides */
    DYN__CODEC_FITS,              /* the same for a converted value that will be stored: would it be read again? */
    DYN__CODEC_WRITE,             /* at: the member, more: dyn__writer *; its AttributeValue; DYN_PENDING: that of what LOAD gives */
    DYN__CODEC_CLEAR,             /* at: the member, which an item does not have */
    DYN__CODEC_FEED,              /* at: the member, more: dyn__decoder *; the AttributeValue at d->own_at begins: DYN__GOOD, MORE or BAD */
    DYN__CODEC_STEP,              /* more: dyn__decoder *, in the state DYN__D_OWN that FEED set; goes on with it */
    DYN__CODEC_KEY,               /* at: const dyn_arg *, a converted value, more: dyn__writer *; its text in a key's template */
    DYN__CODEC_READ               /* at: the member, more: dyn__decoder *; d->own holds the checked text of the AttributeValue */
};

static bool dyn__is_codec(uint8_t kind)
{
    return (kind & DYN_KIND_CODEC) != 0;
}

/* What dyn__extend_model is to do. */
typedef struct dyn__extension {
    const dyn_model *model;
    dyn__known      *known;       /* what is added to; NULL: the model is checked */
    dyn_arena       *arena;
    dyn_error       *err;
} dyn__extension;

/* Checks what the model has beyond its table's key, or adds it to *k. */
static dyn_status dyn__extend(const dyn_model *m, dyn__known *k, dyn_arena *arena, dyn_error *err)
{
    dyn_status (*work)(dyn__extension *) = m->index_work ? m->index_work : m->kind_work;
    dyn__extension x;

    x.model = m, x.known = k, x.arena = arena, x.err = err;
    return work ? work(&x) : DYN_OK;
}

static const char *dyn__attr(const dyn_field *f)
{
    return f->attr ? f->attr : f->member;
}

static bool dyn__mask_has(const dyn_mask *m, size_t i)
{
    return (m->bits[i / 64] >> (i % 64) & 1) != 0;
}

static void dyn__mask_set(dyn_mask *m, size_t i)
{
    m->bits[i / 64] |= (uint64_t)1 << (i % 64);
}

static bool dyn__same(const char *a, const char *b)
{
    return dyn__eq(a, strlen(a), b, strlen(b));
}

/* DynamoDB has no empty set: a set without elements is an absent attribute. */
static bool dyn__is_set(uint8_t kind)
{
    return kind == DYN_KIND_TEXT_SET || kind == DYN_KIND_NUMBER_SET;
}

/* The kind of the member, or of its elements. */
static uint8_t dyn__bottom(const dyn_field *f)
{
    return f->element ? f->element : f->kind;
}

/* The kinds whose member is a pointer to what it holds. */
static bool dyn__is_pointer(const dyn_field *f)
{
    return dyn__is_codec(f->kind) && f->element;
}

/* The kinds that are an array and a count. */
static bool dyn__is_array(uint8_t kind)
{
    return kind == DYN_KIND_LIST || dyn__is_set(kind);
}

/* May the attribute be absent from an item? */
static bool dyn__is_optional(const dyn_field *f)
{
    return f->optional || f->omit_zero || dyn__is_set(f->kind) || (dyn__is_pointer(f) && !f->count_size) ||
           f->has || f->nan == DYN_NAN_OMIT || f->initial || f->key_only || f->on_write;
}

/* --- Key templates ------------------------------------------------------------------------------------------------- */

/* Looks a member up by its C name; DYN__NO_FIELD: there is none. */
static uint8_t dyn__find_member(const dyn_model *m, const char *name, size_t n)
{
    for (size_t i = 0; i < m->field_count && i < DYN_MAX_FIELDS; i++)
        if (dyn__eq(name, n, m->fields[i].member, strlen(m->fields[i].member)))
            return (uint8_t)i;
    return DYN__NO_FIELD;
}

static bool dyn__is_integer_kind(uint8_t kind)
{
    return kind == DYN_KIND_INT || kind == DYN_KIND_UINT || kind == DYN_KIND_SECONDS || kind == DYN_KIND_MILLIS;
}

/* Splits "attr = template" or "member": the attribute's name, and where the template begins (NULL: a plain member). */
static void dyn__split_key(const char *text, dyn_str *attr, const char **rest)
{
    const char *p = text;

    while (*p == ' ')
        p++;
    attr->ptr = p;
    while (*p && *p != '=')
        p++;
    *rest = *p == '=' ? p + 1 : NULL;
    while (p > attr->ptr && p[-1] == ' ')
        p--;
    attr->len = (size_t)(p - attr->ptr);
    while (*rest && **rest == ' ')
        ++*rest;
}

/* Reads the next piece of a template: literal text, then "{member}" or "{member:width}" if there is one. *at moves on; returns
 * DYN_DONE at the end. */
static dyn_status dyn__next_part(const dyn_model *m, const char **at, dyn__part *part, dyn_error *err)
{
    const char *p = *at, *name;

    if (!*p)
        return DYN_DONE;
    part->literal.ptr = p, part->field = DYN__NO_FIELD, part->width = 0;
    while (*p && *p != '{')
        p++;
    part->literal.len = (size_t)(p - part->literal.ptr);
    *at = p;
    if (!*p)
        return DYN_OK;
    name = ++p;
    while (*p && *p != '}' && *p != ':')
        p++;
    dyn_str member = { name, (size_t)(p - name) };
    part->field = dyn__find_member(m, name, member.len);
    if (part->field == DYN__NO_FIELD)
        return dyn__fail(err, DYN_INVALID, "model \"%s\": its key template names {%S}, which is no member of the model", m->name, &member);
    unsigned width = 0;
    if (*p == ':')
        for (p++; *p >= '0' && *p <= '9' && width < 100; p++)
            width = width * 10 + (unsigned)(*p - '0');
    if (*p != '}')
        return dyn__fail(err, DYN_INVALID, "model \"%s\": the key template at {%S} is not closed with a }", m->name, &member);
    const dyn_field *f = &m->fields[part->field];
    bool integer = dyn__is_integer_kind(f->kind);
    if (integer && (width < 1 || width > 20))
        return dyn__fail(err, DYN_INVALID,
                         "model \"%s\": the integer {%S} in a key template needs a width from 1 to 20, such as {%S:13}, so that text order is number order",
                         m->name, &member, &member);
    if (!integer && (width || (f->kind != (DYN_KIND_CODEC | 'S')
                               && f->kind != DYN_KIND_TEXT && f->kind != DYN_KIND_STR && f->kind != DYN_KIND_ISO && f->kind != DYN_KIND_ENUM)))
        return dyn__fail(err, DYN_INVALID,
                         "model \"%s\": {%S} cannot be in a key template that way; text, enums and ISO times go in without a width, integers with one",
                         m->name, &member);
    part->width = (uint8_t)width;
    *at = p + 1;
    return DYN_OK;
}

/* The type letter of a plain key's attribute; 0: the member cannot be a key. */
static char dyn__key_type(const dyn_field *f)
{
    if (f->element)
        return 0;
    switch (f->kind) {
    case DYN_KIND_TEXT: case DYN_KIND_STR: case DYN_KIND_ISO: case DYN_KIND_ENUM: case DYN_KIND_CODEC | 'S':
        return 'S';
    case DYN_KIND_INT: case DYN_KIND_UINT: case DYN_KIND_REAL: case DYN_KIND_NUMBER: case DYN_KIND_SECONDS: case DYN_KIND_MILLIS: case DYN_KIND_CODEC | 'N':
        return 'N';
    case DYN_KIND_CODEC | 'Y':
        return 'B';
    default:
        return 0;
    }
}

/* Parses one key of a model. With parts == NULL only checks and counts. */
static dyn_status dyn__parse_key(const dyn_model *m, const char *text, dyn__key *key, dyn__part *parts, dyn_error *err)
{
    const char *rest;
    dyn__part part, before;

    memset((void *)key, 0, sizeof *key);
    memset((void *)&part, 0, sizeof part);
    if (!text)
        return DYN_OK;
    dyn__split_key(text, &key->attr, &rest);
    key->parts = parts;
    if (!rest) {
        part.field = dyn__find_member(m, key->attr.ptr, key->attr.len);
        if (part.field == DYN__NO_FIELD || !dyn__key_type(&m->fields[part.field]))
            return dyn__fail(err, DYN_INVALID,
                             "model \"%s\": the key \"%s\" is neither a text, number, bytes or time member nor an \"attribute = TEMPLATE\"", m->name, text);
        const char *name = dyn__attr(&m->fields[part.field]);
        key->attr.ptr = name, key->attr.len = strlen(name);
        key->plain = true, key->part_count = 1;
        if (parts)
            parts[0] = part;
        return DYN_OK;
    }
    if (!key->attr.len || !*rest)
        return dyn__fail(err, DYN_INVALID, "model \"%s\": the key \"%s\" needs an attribute's name before = and a template behind it", m->name, text);
    for (;;) {
        before = part;
        dyn_status s = dyn__next_part(m, &rest, &part, err);
        if (s == DYN_DONE)
            return DYN_OK;
        if (s != DYN_OK)
            return s;
        if (key->part_count == 16)
            return dyn__fail(err, DYN_INVALID, "model \"%s\": a key template has at most 16 parts", m->name);
        if (key->part_count && !part.literal.len && before.width == 0)
            return dyn__fail(err, DYN_INVALID,
                             "model \"%s\": in the template \"%s\" two members stand side by side; put a literal such as # between them", m->name, text);
        if (parts)
            parts[key->part_count] = part;
        key->part_count++;
    }
}

/* Does one of the model's keys contain field i? The keys have been parsed without an error before. */
static bool dyn__in_key(const dyn_model *m, size_t i)
{
    dyn__part part;
    dyn_error *unused = NULL;
    dyn_str attr;
    const char *rest;

    for (int k = 0; k < 2; k++) {
        const char *text = k ? m->sk : m->pk;
        if (!text)
            continue;
        dyn__split_key(text, &attr, &rest);
        while (rest && dyn__next_part(m, &rest, &part, unused) == DYN_OK)
            if (part.field == i)
                return true;
    }
    return false;
}

/* --- Members and arguments ----------------------------------------------------------------------------------------- */

/* Reads the integer at p, of size bytes. */
static int64_t dyn__load_signed(const unsigned char *p, size_t size)
{
    int8_t a;
    int16_t b;
    int32_t c;
    int64_t d;

    switch (size) {
    case 1: memcpy(&a, p, 1); return a;
    case 2: memcpy(&b, p, 2); return b;
    case 4: memcpy(&c, p, 4); return c;
    default: memcpy(&d, p, 8); return d;
    }
}

static uint64_t dyn__load_unsigned(const unsigned char *p, size_t size)
{
    uint16_t b;
    uint32_t c;
    uint64_t d;

    switch (size) {
    case 1: return *p;
    case 2: memcpy(&b, p, 2); return b;
    case 4: memcpy(&c, p, 4); return c;
    default: memcpy(&d, p, 8); return d;
    }
}

/* Stores the low bytes of v. */
static void dyn__store_bits(unsigned char *p, size_t size, uint64_t v)
{
    uint8_t a = (uint8_t)v;
    uint16_t b = (uint16_t)v;
    uint32_t c = (uint32_t)v;

    switch (size) {
    case 1: memcpy(p, &a, 1); break;
    case 2: memcpy(p, &b, 2); break;
    case 4: memcpy(p, &c, 4); break;
    default: memcpy(p, &v, 8); break;
    }
}

static double dyn__load_real(const unsigned char *p, size_t size)
{
    float f;
    double d;

    if (size == sizeof f) {
        memcpy(&f, p, sizeof f);
        return (double)f;
    }
    memcpy(&d, p, sizeof d);
    return d;
}

/* Stores an integer of sign and width of the kind, if it fits. */
static bool dyn__store_signed(unsigned char *to, size_t size, bool is_signed, int64_t v)
{
    int64_t max = size == 8 ? INT64_MAX : is_signed ? ((int64_t)1 << (8 * size - 1)) - 1 : ((int64_t)1 << (8 * size)) - 1;

    if (v > max || v < (is_signed ? -max - 1 : 0))
        return false;
    dyn__store_bits(to, size, (uint64_t)v);
    return true;
}

/* The integer kinds with a sign: DYN_INT by its kind, enums and times by their element (a uint32_t of seconds lasts until 2106). */
static bool dyn__is_signed(const dyn_field *f, uint8_t kind)
{
    return kind == DYN_KIND_ENUM || kind == DYN_KIND_SECONDS || kind == DYN_KIND_MILLIS ? f->sign != DYN_KIND_UINT : kind != DYN_KIND_UINT;
}

/* The name of an enum's value; NULL: it has none. */
static const char *dyn__enum_name(const dyn_field *f, int64_t v)
{
    for (size_t i = 0; i < f->name_count; i++)
        if (f->names[i].value == v)
            return f->names[i].name;
    return NULL;
}

/* An error about a member's value. */
#define dyn__fail_at(err, f, status, ...) (dyn__set_attribute(err, f), dyn__fail(err, status, __VA_ARGS__))
static void dyn__set_attribute(dyn_error *e, const dyn_field *f)
{
    const char *name = dyn__attr(f);
    size_t n = strlen(name);

    if (!e || e->status >= DYN_INVALID)
        return;
    if (n > sizeof e->attribute - 1)
        n = sizeof e->attribute - 1;
    memcpy(e->attribute, name, n);
    e->attribute[n] = 0;
}

/* Rounds the decimal text in[0..n) to the given number of significant digits, into out; digits left of the point that are
 * rounded away become zeros. Returns the length. */
static size_t dyn__round_text(char out[40], const char *in, size_t n, int digits)
{
    size_t len = 0, i = 0, last = 0;
    int seen = 0;
    bool up = false, point = false;

    if (in[0] == '-')
        out[len++] = in[i++];
    out[len++] = '0';                                  /* room for a carry */
    for (; i < n && in[i] != 'e'; i++) {
        if (in[i] == '.') {
            point = true;
            out[len++] = '.';
            continue;
        }
        if (seen || in[i] != '0')
            seen++;
        if (seen == digits + 1)
            up = in[i] >= '5';
        if (seen > digits && point)
            continue;
        out[len++] = seen > digits ? '0' : in[i];
        if (seen <= digits)
            last = len - 1;
    }
    if (out[len - 1] == '.')
        len--;
    for (size_t k = last; up && k < len; k--) {
        if (out[k] == '.')
            continue;
        up = out[k] == '9';
        out[k] = (char)(up ? '0' : out[k] + 1);
    }
    for (; i < n; i++)
        out[len++] = in[i];
    return len;
}

/* A float's value as the double with the shortest decimal text that reads back as this float: 0.1f becomes 0.1 and not
 * 0.100000001490116. Nine digits always suffice. */
static double dyn__widen(float f)
{
    double v = (double)f, shorter;
    char text[32], rounded[40];

    if (v != v || v - v != 0)
        return v;
    size_t n = dyn__write_double(text, v);
    for (int digits = 6; digits <= 9; digits++)
        if (dyn__parse_double(rounded, dyn__round_text(rounded, text, n, digits), &shorter) == DYN__NUM_OK && (float)shorter == f)
            return shorter;
    return v;
}

/* The length of the text in a char[size]; size: it is not terminated. */
static size_t dyn__text_length(const unsigned char *p, size_t size)
{
    size_t i = 0;

    for (; size - i >= 8; i += 8) {
        uint64_t v;
        memcpy(&v, p + i, 8);
        if ((v - DYN__ONES) & ~v & DYN__HIGHS)
            break;
    }
    while (i < size && p[i])
        i++;
    return i;
}

/* The text of a member, checked. */
static dyn_status dyn__load_text(dyn_error *err, const dyn_field *f, uint8_t kind, const unsigned char *p, dyn_str *s)
{
    if (kind == DYN_KIND_STR) {
        memcpy(s, p, sizeof *s);
        if (s->len && !s->ptr)
            return dyn__fail_at(err, f, DYN_INVALID, "attribute \"%s\": its slice has a length but no pointer", dyn__attr(f));
    } else {
        s->ptr = (const char *)p;
        s->len = dyn__text_length(p, f->size);
        if (s->len == f->size)
            return dyn__fail_at(err, f, DYN_INVALID, "attribute \"%s\": the text in char[%u] has no terminating zero", dyn__attr(f), (uint64_t)f->size);
    }
    if (s->len && !dyn__utf8_ok(s->ptr, s->len))
        return dyn__fail_at(err, f, DYN_INVALID, "attribute \"%s\": the text is not valid UTF-8", dyn__attr(f));
    return DYN_OK;
}

/* Is it a time that ISO 8601 can write with four digits of a year? */
static bool dyn__iso_ok(int64_t unix_ms)
{
    return unix_ms >= INT64_C(-62167219200000) && unix_ms <= INT64_C(253402300799999);
}

/* Is a double one that DynamoDB can hold? */
static bool dyn__storable(double v)
{
    double magnitude = v < 0 ? -v : v;

    return v == v && (magnitude == 0 || (magnitude >= 1e-130 && magnitude < 1e126));
}

/* A member (or a list's element) as an argument that can be written. The kind is the field's, or its element's. */
static dyn_status dyn__load_arg(dyn_error *err, const dyn_field *f, uint8_t kind, const unsigned char *p, dyn_arg *a)
{
    if (dyn__is_codec(kind))
        return (dyn_status)f->codec(DYN__CODEC_LOAD, f, (void *)p, a, err);
    switch (kind) {
    case DYN_KIND_TEXT:
    case DYN_KIND_STR:
        a->kind = DYN_ARG_TEXT;
        return dyn__load_text(err, f, kind, p, &a->as.s);
    case DYN_KIND_BOOL:
        a->kind = DYN_ARG_BOOL, a->as.i = *p != 0;
        return DYN_OK;
    case DYN_KIND_UINT:
        a->kind = DYN_ARG_UINT, a->as.u = dyn__load_unsigned(p, f->size);
        return DYN_OK;
    case DYN_KIND_REAL: {
        float single;
        a->kind = DYN_ARG_REAL;
        if (f->size == sizeof single)
            memcpy(&single, p, sizeof single), a->as.d = dyn__widen(single);
        else
            memcpy(&a->as.d, p, sizeof a->as.d);
        if (dyn__storable(a->as.d))
            return DYN_OK;
        if (a->as.d != a->as.d || a->as.d - a->as.d != 0)
            return dyn__fail_at(err, f, DYN_INVALID,
                                "attribute \"%s\": NaN and infinity cannot be stored; set .nan = DYN_NAN_OMIT to leave the attribute out then", dyn__attr(f));
        return dyn__fail_at(err, f, DYN_INVALID, "attribute \"%s\": the number is outside DynamoDB's range (0, or 1e-130 to 9.99e125)", dyn__attr(f));
    }
    case DYN_KIND_NUMBER:
        a->kind = DYN_ARG_NUMBER, a->as.s.ptr = (const char *)p, a->as.s.len = dyn__text_length(p, f->size);
        if (!a->as.s.len)
            a->as.s.ptr = "0", a->as.s.len = 1;                /* a zeroed dyn_number is zero, as every zeroed member */
        if (a->as.s.len < f->size && dyn__check_number(a->as.s.ptr, a->as.s.len) == DYN__NUM_OK)
            return DYN_OK;
        return dyn__fail_at(err, f, DYN_INVALID,
                            "attribute \"%s\": \"%S\" is no number of at most 38 digits between 1e-130 and 9.99e125", dyn__attr(f), &a->as.s);
    case DYN_KIND_ENUM: {
        int64_t v = f->sign == DYN_KIND_INT ? dyn__load_signed(p, f->size) : (int64_t)dyn__load_unsigned(p, f->size);
        const char *name = dyn__enum_name(f, v);
        if (!name)
            return dyn__fail_at(err, f, DYN_INVALID, "attribute \"%s\": the enum has no name for the value %i", dyn__attr(f), v);
        a->kind = DYN_ARG_TEXT, a->as.s.ptr = name, a->as.s.len = strlen(name);
        return DYN_OK;
    }
    default:
        a->kind = kind == DYN_KIND_ISO ? DYN_ARG_ISO : DYN_ARG_INT, a->as.i = dyn__load_signed(p, f->size);
        if (!dyn__is_signed(f, kind))
            a->kind = DYN_ARG_UINT, a->as.u = dyn__load_unsigned(p, f->size);
        if (kind == DYN_KIND_ISO && !dyn__iso_ok(a->as.i))
            return dyn__fail_at(err, f, DYN_INVALID, "attribute \"%s\": %i ms is outside the years 0000 to 9999", dyn__attr(f), a->as.i);
        return DYN_OK;
    }
}

/* Reads a value of the field's kind from plain text: for .initial, and for the members in a key. */
static dyn_status dyn__arg_from_text(dyn_error *err, const dyn_field *f, const char *text, size_t n, dyn_arg *a)
{
    dyn_str s = { text, n };
    bool good = true;

    switch (f->kind) {
    case DYN_KIND_BOOL:
        a->kind = DYN_ARG_BOOL, a->as.i = n == 4;
        good = dyn__eq(text, n, "true", 4) || dyn__eq(text, n, "false", 5);
        break;
    case DYN_KIND_UINT:
        a->kind = DYN_ARG_UINT;
        good = dyn__parse_u64(text, n, &a->as.u) == DYN__NUM_OK;
        break;
    case DYN_KIND_INT: case DYN_KIND_SECONDS: case DYN_KIND_MILLIS:
        a->kind = DYN_ARG_INT;
        good = dyn__parse_i64(text, n, &a->as.i) == DYN__NUM_OK;
        break;
    case DYN_KIND_REAL:
        a->kind = DYN_ARG_REAL;
        good = dyn__parse_double(text, n, &a->as.d) == DYN__NUM_OK;
        break;
    case DYN_KIND_NUMBER:
        a->kind = DYN_ARG_NUMBER, a->as.s = s;
        good = dyn__check_number(text, n) == DYN__NUM_OK;
        break;
    case DYN_KIND_ISO:
        a->kind = DYN_ARG_ISO;
        good = dyn__parse_iso(text, n, &a->as.i);
        break;
    default:
        a->kind = DYN_ARG_TEXT, a->as.s = s;
    }
    if (!good)
        return dyn__fail_at(err, f, DYN_INVALID, "attribute \"%s\": \"%S\" is no value for this kind of member", dyn__attr(f), &s);
    return DYN_OK;
}

/* Is a float still about the double that it was made of, and neither infinite nor, where that is not, zero? */
static bool dyn__is_near(float single, double v)
{
    return single - single == 0 && (single > 0 || single < 0 || !(v > 0 || v < 0));
}

/* Stores a value of the field's kind, or that of its elements; false: it does not fit. Text slices are kept as they are. */
static bool dyn__store_arg(const dyn_field *f, unsigned char *to, const dyn_arg *a)
{
    uint8_t kind = dyn__bottom(f);
    float single;

    if (dyn__is_codec(kind))
        return f->codec(DYN__CODEC_STORE, f, to, (void *)a, NULL) != 0;
    switch (kind) {
    case DYN_KIND_TEXT:
    case DYN_KIND_NUMBER:
        if (a->as.s.len >= f->size)
            return false;
        memcpy(to, a->as.s.ptr, a->as.s.len);
        to[a->as.s.len] = 0;
        return kind == DYN_KIND_NUMBER || strlen((const char *)to) == a->as.s.len;
    case DYN_KIND_STR:
        memcpy(to, &a->as.s, sizeof a->as.s);
        return true;
    case DYN_KIND_BOOL:
        *to = (unsigned char)(a->as.i != 0);
        return true;
    case DYN_KIND_UINT:
        if (f->size < 8 && a->as.u >> (8 * f->size))
            return false;
        dyn__store_bits(to, f->size, a->as.u);
        return true;
    case DYN_KIND_REAL:
        if (f->size == sizeof a->as.d) {
            memcpy(to, &a->as.d, sizeof a->as.d);
            return true;
        }
        return single = (float)a->as.d, memcpy(to, &single, sizeof single), dyn__is_near(single, a->as.d);
    case DYN_KIND_ENUM:
        for (size_t i = 0; i < f->name_count; i++)
            if (dyn__eq(a->as.s.ptr, a->as.s.len, f->names[i].name, strlen(f->names[i].name)))
                return dyn__store_signed(to, f->size, f->sign == DYN_KIND_INT, f->names[i].value);
        return false;
    default:
        return dyn__store_signed(to, f->size, dyn__is_signed(f, kind), a->as.i);
    }
}

/* --- Checking a model ---------------------------------------------------------------------------------------------- */

/* Can the field's table entry be right? */
static dyn_status dyn__check_field(const dyn_model *m, const dyn_field *f, unsigned depth, dyn_error *err);

static dyn_status dyn__check_fields(const dyn_model *m, unsigned depth, dyn_error *err)
{
    if (!m->name || !m->fields || !m->field_count || m->field_count > DYN_MAX_FIELDS || !m->size || depth > DYN_MAX_DEPTH)
        return dyn__fail(err, DYN_INVALID,
                         "model \"%s\": a model has a DYN_MODEL(type, fields) head, 1 to 128 fields and at most 32 levels", m->name ? m->name : "?");
    for (size_t i = 0; i < m->field_count; i++) {
        dyn_status s = dyn__check_field(m, &m->fields[i], depth, err);
        if (s != DYN_OK)
            return s;
    }
    for (size_t i = 0; i < m->field_count; i++)
        for (size_t k = 0; k < m->field_count; k++) {
            const char *attr = dyn__attr(&m->fields[i]);
            if (i != k && (dyn__same(attr, dyn__attr(&m->fields[k])) || dyn__same(attr, m->fields[k].member)))
                return dyn__fail(err, DYN_INVALID, "model \"%s\": the attribute \"%s\" of member \"%s\" is also the name or attribute of member \"%s\"",
                                 m->name, attr, m->fields[i].member, m->fields[k].member);
        }
    return DYN_OK;
}

static dyn_status dyn__check_initial(const dyn_model *m, const dyn_field *f, dyn_error *err)
{
    dyn_arg a;

    if (!f->initial)
        return DYN_OK;
    if (f->kind == DYN_KIND_MAP || dyn__is_array(f->kind) || f->key_only)
        return dyn__fail(err, DYN_INVALID,
                         "model \"%s\": member \"%s\" cannot have .initial; only text, number, bool, time and enum members can", m->name, f->member);
    if (dyn__arg_from_text(err, f, f->initial, strlen(f->initial), &a) != DYN_OK)
        return DYN_INVALID;
    unsigned char room[sizeof(dyn_number)];                    /* for every kind but text, whose member may be of any size */
    bool roomy = f->size <= sizeof room || !dyn__is_codec(f->kind);
    if (f->kind == DYN_KIND_TEXT ? a.as.s.len < f->size : roomy && dyn__store_arg(f, room, &a))
        return DYN_OK;
    return dyn__fail_at(err, f, DYN_INVALID, "model \"%s\": the .initial \"%s\" does not fit member \"%s\"", m->name, f->initial, f->member);
}

static dyn_status dyn__check_field(const dyn_model *m, const dyn_field *f, unsigned depth, dyn_error *err)
{
    if (!f->member || !f->kind || (dyn__is_codec(f->kind | f->element) ? !f->codec : f->kind > DYN_KIND_NUMBER_SET)
        || !f->size || f->offset > m->size || (dyn__is_pointer(f) ? sizeof(void *) : f->size) > m->size - f->offset)
        return dyn__fail(err, DYN_INVALID,
                         "model \"%s\": field \"%s\" is not of this struct; make it with a DYN_ macro and the same type as DYN_MODEL", m->name,
                         f->member ? f->member : "?");
    if (!*dyn__attr(f) || !dyn__utf8_ok(dyn__attr(f), strlen(dyn__attr(f))) || strlen(dyn__attr(f)) > 255)
        return dyn__fail(err, DYN_INVALID, "model \"%s\": the attribute name of member \"%s\" must be 1 to 255 bytes of UTF-8", m->name, f->member);
    if (dyn__is_array(f->kind) && (f->count_offset > m->size || f->count_size > m->size - f->count_offset || f->capacity > (m->size - f->offset) / f->size ||
                                     (f->count_size < 4 && f->capacity >> (8 * f->count_size))))
        return dyn__fail(err, DYN_INVALID, "model \"%s\": the list \"%s\" has %u elements, which its struct or its count of %u bytes cannot hold",
                         m->name, f->member, (uint64_t)f->capacity, (uint64_t)f->count_size);
    if (f->has > m->size)
        return dyn__fail(err, DYN_INVALID, "model \"%s\": .has of member \"%s\" must be DYN_HAS(%s, flag)", m->name, f->member, m->name);
    if (dyn__bottom(f) == DYN_KIND_MAP && !f->initial) {
        if (!f->nested || f->nested->size != f->size)
            return dyn__fail(err, DYN_INVALID,
                             "model \"%s\": member \"%s\" has another size than its model \"%s\"", m->name, f->member, f->nested ? f->nested->name : "?");
        return dyn__check_fields(f->nested, depth + 1 + (f->count_size != 0), err);
    }
    if (dyn__bottom(f) == DYN_KIND_ENUM && (!f->names || !f->name_count))
        return dyn__fail(err, DYN_INVALID, "model \"%s\": the enum \"%s\" needs a table of names", m->name, f->member);
    if (f->codec && f->codec(DYN__CODEC_CHECK, f, (void *)m, NULL, err) != DYN_OK)
        return DYN_INVALID;
    return dyn__check_initial(m, f, err);
}

/* Checks all of a model. */
static dyn_status dyn__check_model(const dyn_model *model, dyn_error *err)
{
    dyn__key pk, sk;
    dyn_status s;

    s = dyn__check_fields(model, 1, err);
    if (s == DYN_OK && (!model->pk || !model->table))
        s = dyn__fail(err, DYN_INVALID, "model \"%s\": it needs a .table and a .pk, such as .pk = \"id\" or .pk = \"pk = DEVICE#{id}\"", model->name);
    if (s == DYN_OK)
        s = dyn__parse_key(model, model->pk, &pk, NULL, err);
    if (s == DYN_OK)
        s = dyn__parse_key(model, model->sk, &sk, NULL, err);
    for (size_t i = 0; s == DYN_OK && i < model->field_count; i++) {
        const dyn_field *f = &model->fields[i];
        const char *attr = dyn__attr(f);
        if ((!pk.plain && dyn__eq(attr, strlen(attr), pk.attr.ptr, pk.attr.len))
            || (sk.attr.len && !sk.plain && dyn__eq(attr, strlen(attr), sk.attr.ptr, sk.attr.len)))
            s = dyn__fail(err, DYN_INVALID, "model \"%s\": member \"%s\" has the name of a key attribute that a template makes", model->name, f->member);
        else if (f->key_only && !dyn__in_key(model, i))
            s = dyn__fail(err, DYN_INVALID, "model \"%s\": member \"%s\" is .key_only but stands in no key template", model->name, f->member);
    }
    if (s == DYN_OK && sk.attr.len && dyn__eq(pk.attr.ptr, pk.attr.len, sk.attr.ptr, sk.attr.len))
        s = dyn__fail(err, DYN_INVALID, "model \"%s\": partition key and sort key are the same attribute", model->name);
    return s == DYN_OK ? dyn__extend(model, NULL, NULL, err) : s;
}

DYN_API dyn_status dyn_model_check(const dyn_model *model, dyn_error *err)
{
    memset((void *)err, 0, sizeof *err);
    dyn_status s = dyn__check_model(model, err);
    if (s == DYN_OK && ((model->index_count && !model->index_work) || (model->kind && !model->kind_work)))
        return dyn__fail(err, DYN_INVALID, "model \"%s\": .indexes and .kind are set by DYN_INDEXES(array) and DYN_ITEM_KIND(\"attribute = value\")",
                         model->name);
    return s;
}

/* --- Values for expressions and keys --------------------------------------------------------------------------------- */

/* The type letter of an attribute of a kind: S N B(OOL) Y for bytes M L, s for a set; 0: unknown. */
static char dyn__class(uint8_t kind)
{
    char own = (char)(kind & 0x7f);

    if (dyn__is_codec(kind))
        return (char)(own == '?' ? 0 : own == 'n' || own == 'b' ? 's' : own == 'T' ? 'B' : own);
    switch (kind) {
    case DYN_KIND_NONE: return 0;
    case DYN_KIND_TEXT: case DYN_KIND_STR: case DYN_KIND_ISO: case DYN_KIND_ENUM: return 'S';
    case DYN_KIND_BOOL: return 'B';
    case DYN_KIND_MAP:  return 'M';
    case DYN_KIND_LIST: return 'L';
    case DYN_KIND_TEXT_SET: case DYN_KIND_NUMBER_SET: return 's';
    default:            return 'N';
    }
}

/* The same for a value; 0 for NULL. */
static char dyn__arg_class(const dyn_arg *a)
{
    switch (a->kind) {
    case DYN_ARG_TEXT: case DYN_ARG_ISO: case DYN_ARG_MADE: case DYN_ARG_TIME: return 'S';
    case DYN_ARG_BOOL: return 'B';
    case DYN_ARG_BYTES: return 'Y';
    case DYN_ARG_LIST: return 'L';
    case DYN_ARG_SET:  return 's';
    case DYN_ARG_INT: case DYN_ARG_UINT: case DYN_ARG_REAL: case DYN_ARG_NUMBER: return 'N';
    default:           return 0;
    }
}

static const char *dyn__class_name(char c)
{
    switch (c) {
    case 'S': return "text";
    case 'N': return "a number";
    case 'B': return "a bool";
    case 'Y': return "bytes";
    case 'M': return "a map";
    case 'L': return "a list";
    case 's': return "a set";
    default:  return "NULL";
    }
}

/* Says that a value does not fit: "filter, position 9: member "x": …". */
static dyn_status dyn__misfit_(dyn_error *err, const dyn_field *f, const char *what, const char *format, ...)
{
    va_list ap;

    (void)what;                                                /* unused without error texts */
    if (err->status >= DYN_INVALID)
        return DYN_INVALID;
    if (f)
        dyn__set_attribute(err, f);
    dyn__fail(err, DYN_INVALID, f ? "%s: member \"%s\": " : "%s: ", what, f ? f->member : "");
    va_start(ap, format);
    dyn__say_va(err, format, ap);
    va_end(ap);
    return DYN_INVALID;
}
#ifdef DYNREPO_NO_ERROR_TEXT
#define dyn__misfit(err, f, what, ...) ((void)(0 && dyn__misfit_(err, f, what, __VA_ARGS__)), dyn__misfit_(err, f, what, ""))
#else
#define dyn__misfit(err, f, what, ...) dyn__misfit_(err, f, what, __VA_ARGS__)
#endif

/* Equal in kind and content. The depth of lists has been checked. */
static bool dyn__same_arg(const dyn_arg *a, const dyn_arg *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case DYN_ARG_NULL:
        return true;
    case DYN_ARG_TEXT:
    case DYN_ARG_NUMBER:
    case DYN_ARG_BYTES:
    case DYN_ARG_MADE:
        return dyn__eq(a->as.s.ptr, a->as.s.len, b->as.s.ptr, b->as.s.len);
    case DYN_ARG_TIME:
        return a->as.i == b->as.i && a->as.own.write == b->as.own.write;
    case DYN_ARG_LIST:
    case DYN_ARG_SET:
        if (a->as.list.count != b->as.list.count)
            return false;
        for (size_t i = 0; i < a->as.list.count; i++)
            if (!dyn__same_arg(a->as.list.items + i, b->as.list.items + i))
                return false;
        return true;
    default:
        return a->as.u == b->as.u;
    }
}

/* Makes one number of the several ways to write it: an integer is an INT if it can be. */
static dyn_status dyn__check_real(dyn_error *err, const dyn_field *f, dyn_arg *a, const char *what)
{
    double d = a->as.d;

    if (d != d || d - d != 0)
        return dyn__misfit(err, f, what, "NaN and infinity are no numbers for DynamoDB");
    if (!dyn__storable(d))
        return dyn__misfit(err, f, what, "the number is outside DynamoDB's range (0, or 1e-130 to 9.99e125)");
    if (d > -9.2e18 && d < 9.2e18 && (double)(int64_t)d - d == 0) {
        a->kind = DYN_ARG_INT;
        a->as.i = (int64_t)d;
    }
    return DYN_OK;
}

static dyn_status dyn__check_arg(dyn_error *err, const dyn_field *f, dyn_arg *a, const char *what, unsigned depth);

/* A list's or set's elements: a set has one or more, all text or all numbers, none twice. */
static dyn_status dyn__check_items(dyn_error *err, const dyn_field *f, const dyn_arg *a, const char *what, unsigned depth)
{
    bool set = a->kind == DYN_ARG_SET;
    char type = 0;

    if (depth == DYN_MAX_DEPTH)
        return dyn__misfit(err, f, what, "the list is nested deeper than 32 levels");
    if (set && !a->as.list.count)
        return dyn__misfit(err, f, what, "a set cannot be empty");
    for (size_t i = 0; i < a->as.list.count; i++) {
        dyn_arg item = a->as.list.items[i];
        if (dyn__check_arg(err, f, &item, what, depth + 1) != DYN_OK)
            return DYN_INVALID;
        char c = dyn__arg_class(&item);
        if (set && ((c != 'S' && c != 'N' && c != 'Y') || (type && type != c)))
            return dyn__misfit(err, f, what, "a set has text only, numbers only or bytes only; element %u is %s", (uint64_t)i, dyn__class_name(c));
        type = c;
        for (size_t k = 0; set && k < i; k++) {
            dyn_arg other = a->as.list.items[k];
            dyn__check_arg(err, f, &other, what, depth + 1);
            if (dyn__same_arg(&other, &item))
                return dyn__misfit(err, f, what, "elements %u and %u of the set are equal", (uint64_t)k, (uint64_t)i);
        }
    }
    return DYN_OK;
}

/* What is wrong with a value whatever it is for. */
static dyn_status dyn__check_arg(dyn_error *err, const dyn_field *f, dyn_arg *a, const char *what, unsigned depth)
{
    switch (a->kind) {
    case DYN_ARG_TEXT:
        if (a->as.s.len && !dyn__utf8_ok(a->as.s.ptr, a->as.s.len))
            return dyn__misfit(err, f, what, "the text is not valid UTF-8");
        return DYN_OK;
    case DYN_ARG_NUMBER:
        if (dyn__check_number(a->as.s.ptr, a->as.s.len) != DYN__NUM_OK)
            return dyn__misfit(err, f, what, "\"%S\" is no number of at most 38 digits between 1e-130 and 9.99e125", &a->as.s);
        return DYN_OK;
    case DYN_ARG_REAL:
        return dyn__check_real(err, f, a, what);
    case DYN_ARG_UINT:
        if (a->as.u <= INT64_MAX) {
            a->kind = DYN_ARG_INT;
            a->as.i = (int64_t)a->as.u;
        }
        return DYN_OK;
    case DYN_ARG_LIST:
    case DYN_ARG_SET:
        return dyn__check_items(err, f, a, what, depth);
    case DYN_ARG_INT: case DYN_ARG_BOOL: case DYN_ARG_NULL:
        return DYN_OK;
    case DYN_ARG_BYTES: case DYN_ARG_MADE: case DYN_ARG_TIME:
        return a->as.own.write ? DYN_OK : dyn__misfit(err, f, what, "the value was filled in by hand; make it with dyn_bytes() and the like");
    case DYN_ARG_ISO:
        return dyn__iso_ok(a->as.i) ? DYN_OK : dyn__misfit(err, f, what, "%i ms is outside the years 0000 to 9999", a->as.i);
    default:
        return dyn__misfit(err, f, what, "the value is a null pointer; dyn_null() is the value NULL");
    }
}

/* To an integer within the member's width. f NULL: of any width. */
static dyn_status dyn__to_integer(dyn_error *err, const dyn_field *f, uint8_t kind, dyn_arg *a, const char *what)
{
    unsigned bits = f && f->size < 8 ? 8 * (unsigned)f->size : 64;
    bool is_signed = f ? dyn__is_signed(f, kind) : true;
    uint64_t top = UINT64_MAX >> (64 - bits + (is_signed ? 1 : 0));
    int64_t low = is_signed ? -(int64_t)top - 1 : 0, i;

    if (a->kind == DYN_ARG_NUMBER) {
        if (dyn__parse_i64(a->as.s.ptr, a->as.s.len, &i) == DYN__NUM_OK)
            a->kind = DYN_ARG_INT, a->as.i = i;
        else if (dyn__parse_u64(a->as.s.ptr, a->as.s.len, &a->as.u) == DYN__NUM_OK)
            a->kind = DYN_ARG_UINT;
    }
    if (a->kind != DYN_ARG_INT && a->kind != DYN_ARG_UINT)
        return dyn__misfit(err, f, what, "it is an integer of up to %u bits; the value is no whole number or too large", (uint64_t)bits);
    if (!f || (a->kind == DYN_ARG_UINT ? a->as.u <= top : a->as.i >= low && (a->as.i < 0 || (uint64_t)a->as.i <= top)))
        return DYN_OK;
    return dyn__misfit(err, f, what, a->kind == DYN_ARG_UINT ? "%u is outside its range, %i to %u" : "%i is outside its range, %i to %u",
                       a->as.u, low, top);
}

/* To a time: an integer as it is, or ISO 8601 text. */
static dyn_status dyn__to_time(dyn_error *err, const dyn_field *f, uint8_t kind, dyn_arg *a, const char *what)
{
    if (a->kind == DYN_ARG_TEXT) {
        dyn_str s = a->as.s;
        if (!dyn__parse_iso(s.ptr, s.len, &a->as.i))
            return dyn__misfit(err, f, what, "\"%S\" is no time such as \"2024-05-17T08:29:02Z\"", &s);
        a->kind = DYN_ARG_INT;
        if (kind == DYN_KIND_SECONDS) {
            if (a->as.i % 1000)
                return dyn__misfit(err, f, what, "it holds whole seconds; \"%S\" does not fit", &s);
            a->as.i /= 1000;
        }
    }
    if (kind != DYN_KIND_ISO)
        return dyn__to_integer(err, f, kind, a, what);
    if (a->kind == DYN_ARG_INT)
        a->kind = DYN_ARG_ISO;
    if (a->kind != DYN_ARG_ISO)
        return dyn__misfit(err, f, what, "it is a time: milliseconds as an integer, or ISO 8601 text");
    return dyn__check_arg(err, f, a, what, 0);
}

/* To the name of an enum's value. */
static dyn_status dyn__to_name(dyn_error *err, const dyn_field *f, dyn_arg *a, const char *what)
{
    const char *name = NULL;

    if (a->kind == DYN_ARG_TEXT) {
        for (size_t i = 0; i < f->name_count && !name; i++)
            if (dyn__eq(a->as.s.ptr, a->as.s.len, f->names[i].name, strlen(f->names[i].name)))
                name = f->names[i].name;
        return name ? DYN_OK : dyn__misfit(err, f, what, "the enum has no name \"%S\"", &a->as.s);
    }
    name = dyn__enum_name(f, a->as.i);
    if (!name)
        return dyn__misfit(err, f, what, "the enum has no name for the value %i", a->as.i);
    a->kind = DYN_ARG_TEXT;
    a->as.s.ptr = name, a->as.s.len = strlen(name);
    return DYN_OK;
}

/* Does every bit of a value fit a float or double? */
static bool dyn__is_exact(const dyn_field *f, const dyn_arg *a)
{
    uint64_t m = a->kind == DYN_ARG_INT && a->as.i < 0 ? 0 - a->as.u : a->as.u;

    if (!f || (a->kind != DYN_ARG_INT && a->kind != DYN_ARG_UINT))
        return true;
    while (m && !(m & 1))
        m >>= 1;
    return m >> (f->size == sizeof(float) ? 24 : 53) == 0;
}

/* Converts a value to the kind of the field that it meets (its element's kind for an element of a list). f may be NULL: then
 * NONE takes anything, INT any integer, NUMBER any number, STR any text. `what` begins an error: "filter, position 9". A list's
 * elements are only checked here; NULL fits everywhere. */
static dyn_status dyn__convert(dyn_error *err, const dyn_field *f, uint8_t kind, dyn_arg *arg, const char *what)
{
    if (dyn__check_arg(err, f, arg, what, 0) != DYN_OK)
        return DYN_INVALID;
    char is = dyn__arg_class(arg), wants = dyn__class(kind);
    if (!is || !wants)
        return DYN_OK;
    if (dyn__is_codec(kind) && f) {
        int r = f->codec(DYN__CODEC_CONVERT, f, (void *)what, arg, err);
        if (r != DYN_PENDING)
            return (dyn_status)r;
    }
    if (is == 'S' && (kind == DYN_KIND_SECONDS || kind == DYN_KIND_MILLIS))
        return dyn__to_time(err, f, kind, arg, what);
    if (kind == DYN_KIND_ISO && (is == 'S' || is == 'N'))
        return dyn__to_time(err, f, kind, arg, what);
    if (kind == DYN_KIND_ENUM && (is == 'S' || arg->kind == DYN_ARG_INT))
        return dyn__to_name(err, f, arg, what);
    if (kind == DYN_KIND_BOOL && arg->kind == DYN_ARG_INT && (arg->as.u | 1) == 1)
        arg->kind = DYN_ARG_BOOL, is = 'B';
    if (is != wants)
        return dyn__misfit(err, f, what, f ? "it is %s, the value is %s" : "it takes %s, the value is %s",
                           dyn__class_name(wants), dyn__class_name(is));
    if (kind == DYN_KIND_REAL) {
        if (arg->kind == DYN_ARG_REAL && f && f->size == sizeof(float) && !((arg->as.d < 0 ? -arg->as.d : arg->as.d) < 3.4028235677973366e38))
            return dyn__misfit(err, f, what, "it is a float, which holds numbers up to 3.4e38");
        if (arg->kind == DYN_ARG_REAL && f && f->size == sizeof(float) && (double)(float)arg->as.d - arg->as.d == 0)
            arg->as.d = dyn__widen((float)arg->as.d);          /* as a float member is written */
        return dyn__is_exact(f, arg) ? DYN_OK : dyn__misfit(err, f, what, "it cannot hold the integer exactly; a dyn_number can");
    }
    if (wants == 'N' && kind != DYN_KIND_NUMBER && !dyn__is_codec(kind))
        return dyn__to_integer(err, f, kind, arg, what);
    return DYN_OK;
}

DYN_API dyn_status dyn__convert_key(dyn_error *err, const dyn_field *f, dyn_arg *arg)
{
    if (dyn__convert(err, f, f->kind, arg, "key") != DYN_OK)
        return DYN_INVALID;
    return dyn__is_codec(f->kind) ? (dyn_status)f->codec(DYN__CODEC_FITS, f, (void *)"key", arg, err) : DYN_OK;
}

/* The value of a scalar as a JSON string. */
static void dyn__write_scalar(dyn__writer *w, const dyn_arg *a)
{
    char buf[32];
    dyn_str s = a->as.s;

    if (a->kind >= DYN_ARG_BYTES) {
        dyn__putc(w, '"');
        a->as.own.write(w, a);
        dyn__putc(w, '"');
        return;
    }
    if (a->kind == DYN_ARG_INT)
        s = dyn__decimal(buf, a->as.i);
    else if (a->kind == DYN_ARG_UINT)
        s = dyn__decimal_u(buf, a->as.u);
    else if (a->kind == DYN_ARG_REAL)
        s.ptr = buf, s.len = dyn__write_double(buf, a->as.d);
    else if (a->kind == DYN_ARG_ISO)
        s.ptr = buf, s.len = dyn__write_iso(buf, a->as.i, true);
    dyn__put_json(w, s.ptr, s.len);
}

/* The AttributeValue of a checked value. Nesting is bounded by the check. */
static void dyn__write_arg(dyn__writer *w, const dyn_arg *a)
{
    char type = dyn__arg_class(a);

    if (a->kind == DYN_ARG_LIST || a->kind == DYN_ARG_SET) {
        const dyn_arg *items = a->as.list.items;
        bool set = a->kind == DYN_ARG_SET;
        char of = set ? dyn__arg_class(items) : 'L';
        dyn__puts(w, of == 'L' ? "{\"L\":[" : of == 'S' ? "{\"SS\":[" : of == 'N' ? "{\"NS\":[" : "{\"BS\":[");
        for (size_t i = 0; i < a->as.list.count; i++) {
            if (i)
                dyn__putc(w, ',');
            if (set)
                dyn__write_scalar(w, items + i);
            else
                dyn__write_arg(w, items + i);
        }
        dyn__puts(w, "]}");
    } else if (!type || type == 'B') {
        dyn__puts(w, !type ? "{\"NULL\":true}" : a->as.i ? "{\"BOOL\":true}" : "{\"BOOL\":false}");
    } else {
        dyn__puts(w, type == 'S' ? "{\"S\":" : type == 'N' ? "{\"N\":" : "{\"B\":");
        dyn__write_scalar(w, a);
        dyn__putc(w, '}');
    }
}

/* The number that an integer's part of a key template is made of, checked against its width. */
static dyn_status dyn__part_number(dyn_error *err, const dyn_field *f, unsigned width, const dyn_arg *a, uint64_t *v)
{
    char buf[24];

    if (a->kind != DYN_ARG_INT && a->kind != DYN_ARG_UINT)
        return dyn__fail_at(err, f, DYN_INVALID, "member \"%s\": NULL cannot be in a key template", f->member);
    if (a->kind == DYN_ARG_INT && a->as.i < 0)
        return dyn__fail_at(err, f, DYN_INVALID, "member \"%s\": %i cannot be in a key template; it must be 0 or more", f->member, a->as.i);
    *v = a->as.u;
    if (dyn__decimal_u(buf, *v).len > width)
        return dyn__fail_at(err, f, DYN_INVALID, "member \"%s\": %u needs %u digits, the key template has %u", f->member, *v,
                            (uint64_t)dyn__decimal_u(buf, *v).len, (uint64_t)width);
    return DYN_OK;
}

/* A text that is followed by a literal must end where that literal first occurs, or it could not be told where it ends. */
static dyn_status dyn__part_text(dyn_error *err, const dyn_field *f, const dyn_str *s, const dyn_str *literal)
{
    if (!s->len)
        return dyn__fail_at(err, f, DYN_INVALID, "member \"%s\" is empty; a member of a key template must not be", f->member);
    for (size_t i = 0; literal && literal->len && i < s->len; i++) {
        size_t n = DYN__MIN(literal->len, s->len - i);
        if (memcmp(s->ptr + i, literal->ptr, n) == 0 && memcmp(literal->ptr, literal->ptr + n, literal->len - n) == 0)
            return dyn__fail_at(err, f, DYN_INVALID, "member \"%s\": \"%S\" must not contain \"%S\", which follows it in the key template",
                                f->member, s, literal);
    }
    return DYN_OK;
}

/* Writes one part of a key template: its literal text, then its member, given as a value converted to the member's kind. */
static dyn_status dyn__render_part(dyn__writer *w, const dyn__known *known, const dyn__key *key, size_t part, const dyn_arg *value, dyn_error *err)
{
    const dyn__part *now = key->parts + part, *next = part + 1u < key->part_count ? now + 1 : NULL;
    char buf[40];
    dyn_str s;
    uint64_t v;

    dyn__put(w, now->literal.ptr, now->literal.len);
    if (now->field == DYN__NO_FIELD)
        return DYN_OK;
    const dyn_field *f = known->model->fields + now->field;
    if (now->width) {
        if (dyn__part_number(err, f, now->width, value, &v) != DYN_OK)
            return DYN_INVALID;
        s = dyn__decimal_u(buf, v);
        for (size_t i = s.len; i < now->width; i++)
            dyn__putc(w, '0');
    } else {
        s = value->as.s;
        if (value->kind == DYN_ARG_ISO)
            s.ptr = buf, s.len = dyn__write_iso(buf, value->as.i, true);
        else if (dyn__is_codec(f->kind) && value->kind != DYN_ARG_NULL) {
            dyn__writer made = { buf, sizeof buf, 0, 0, 0, NULL, NULL };
            f->codec(DYN__CODEC_KEY, f, (void *)value, &made, err);
            s.ptr = buf, s.len = made.len;
        } else if (value->kind != DYN_ARG_TEXT)
            s.len = 0;
        if (dyn__part_text(err, f, &s, next ? &next->literal : NULL) != DYN_OK)
            return DYN_INVALID;
    }
    dyn__put(w, s.ptr, s.len);
    return DYN_OK;
}

/* --- A model that a client has met --------------------------------------------------------------------------------- */

static dyn__known *dyn__known_find(dyn__known *list, const dyn_model *m)
{
    while (list && list->model != m)
        list = list->older;
    return list;
}

/* The number of parts of both keys. */
static size_t dyn__count_parts(const dyn_model *m)
{
    dyn__key pk, sk;

    dyn__parse_key(m, m->pk, &pk, NULL, NULL);
    dyn__parse_key(m, m->sk, &sk, NULL, NULL);
    return (size_t)pk.part_count + sk.part_count;
}

/* Does JSON escape a byte of the name? */
static bool dyn__is_odd(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)p[i] < 0x20 || p[i] == '"' || p[i] == '\\')
            return true;
    return false;
}

/* Allocates and parses; the model has been checked. NULL: the arena is too small. */
static dyn__known *dyn__known_make(dyn_arena *arena, const dyn_model *m, dyn__known **list)
{
    dyn__known *k = (dyn__known *)dyn__alloc(arena, sizeof *k, sizeof(uint64_t));
    dyn__part *parts = k ? (dyn__part *)dyn__alloc(arena, dyn__count_parts(m) * sizeof *parts, sizeof(void *)) : NULL;

    if (!parts)
        return NULL;
    k->model = m, k->older = *list;
    *list = k;
    dyn__parse_key(m, m->pk, &k->pk, parts, NULL);
    dyn__parse_key(m, m->sk, &k->sk, parts + k->pk.part_count, NULL);
    if (dyn__extend(m, k, arena, NULL) != DYN_OK)
        return NULL;
    dyn__slot *slots = (dyn__slot *)dyn__alloc(arena, (m->field_count + 2 + k->extra_count) * sizeof *slots, sizeof(void *));
    if (!slots)
        return NULL;
    k->slots = slots;
    for (size_t i = 0; i < m->field_count; i++) {
        slots[i].name = dyn__attr(&m->fields[i]);
        slots[i].len = (uint16_t)strlen(slots[i].name);
        slots[i].next = (uint8_t)(i + 1);
        slots[i].odd = dyn__is_odd(slots[i].name, slots[i].len);
        dyn__mask_set(&k->all, i);
        k->flags = k->flags || m->fields[i].has;
        k->on_write = m->fields[i].on_write ? m->fields[i].on_write : k->on_write;
        if (!dyn__is_optional(&m->fields[i]))
            dyn__mask_set(&k->required, i);
        uint8_t below = m->fields[i].count_size != 0;
        if (m->fields[i].nested) {
            dyn__known *nested = dyn__known_find(*list, m->fields[i].nested);
            if (!nested)
                nested = dyn__known_make(arena, m->fields[i].nested, list);
            if (!nested)
                return NULL;
            below = (uint8_t)(below + nested->levels);
        }
        k->levels = DYN__MAX(k->levels, (uint8_t)(1 + below));
    }
    k->frames = (dyn__frame *)dyn__alloc(arena, k->levels * sizeof *k->frames, sizeof(uint64_t));
    if (!k->frames)
        return NULL;
    k->slot_count = (uint32_t)m->field_count;
    for (size_t i = 0; i < 2u + k->extra_count; i++) {
        const dyn__key *key = i == 0 ? &k->pk : i == 1 ? &k->sk : k->extras + (i - 2);
        if (!key->attr.len || key->plain)
            continue;
        slots[k->slot_count].name = key->attr.ptr;
        slots[k->slot_count].len = (uint16_t)key->attr.len;
        slots[k->slot_count].next = (uint8_t)(k->slot_count + 1);
        slots[k->slot_count].odd = dyn__is_odd(key->attr.ptr, key->attr.len);
        k->slot_count++;
    }
    return k;
}

/* --- Struct to item ------------------------------------------------------------------------------------------------ */

/* Is the member one that is not stored: its flag says so, it is zero where zero is left out, or NaN where that is? */
static bool dyn__is_absent(const dyn_field *f, const unsigned char *item)
{
    const unsigned char *p = item + f->offset;
    dyn_str s;

    if (f->has && !item[f->has - 1])
        return true;
    if (dyn__is_codec(f->kind))
        return f->codec(DYN__CODEC_ABSENT, f, (void *)p, NULL, NULL) != 0;
    if (f->kind == DYN_KIND_REAL && f->nan == DYN_NAN_OMIT) {
        double v = dyn__load_real(p, f->size);
        if (v != v || v - v != 0)
            return true;
    }
    if (!f->omit_zero && !dyn__is_set(f->kind))
        return false;
    switch (f->kind) {
    case DYN_KIND_TEXT: case DYN_KIND_NUMBER: return *p == 0;
    case DYN_KIND_STR:  memcpy(&s, p, sizeof s); return s.len == 0;
    case DYN_KIND_REAL: return !(dyn__load_real(p, f->size) < 0) && !(dyn__load_real(p, f->size) > 0)
                               && dyn__load_real(p, f->size) == dyn__load_real(p, f->size);     /* NaN is not zero */
    case DYN_KIND_LIST: case DYN_KIND_TEXT_SET: case DYN_KIND_NUMBER_SET:
                        return dyn__load_unsigned(item + f->count_offset, f->count_size) == 0;
    case DYN_KIND_MAP:  return false;
    default:            return dyn__load_unsigned(p, f->size) == 0;
    }
}

static dyn_status dyn__write_value(dyn__writer *w, const dyn_field *f, const unsigned char *item, unsigned depth, dyn_error *err);

/* What an absent member is written as where the model says so. */
static dyn_status dyn__write_null(dyn__writer *w)
{
    dyn__puts(w, "{\"NULL\":true}");
    return DYN_OK;
}

/* The inside of a map: its members between braces. */
static dyn_status dyn__write_map(dyn__writer *w, const dyn_model *m, const unsigned char *item, unsigned depth, dyn_error *err)
{
    bool first = true;

    dyn__putc(w, '{');
    for (size_t i = 0; i < m->field_count; i++) {
        const dyn_field *f = &m->fields[i];
        bool absent = dyn__is_absent(f, item);
        if (absent && !(m->nulls && f->optional))
            continue;
        if (!first)
            dyn__putc(w, ',');
        first = false;
        dyn__put_json(w, dyn__attr(f), strlen(dyn__attr(f)));
        dyn__putc(w, ':');
        dyn_status s = absent ? dyn__write_null(w) : dyn__write_value(w, f, item, depth, err);
        if (s != DYN_OK)
            return s;
    }
    dyn__putc(w, '}');
    return DYN_OK;
}

/* A set has no element twice. */
static dyn_status dyn__check_unique(dyn_error *err, const dyn_field *f, const unsigned char *item, size_t i, const dyn_arg *a)
{
    for (size_t k = 0; k < i; k++) {
        dyn_arg other;
        if (dyn__load_arg(err, f, f->element, item + f->offset + k * f->size, &other) == DYN_OK && dyn__same_arg(&other, a))
            return dyn__fail_at(err, f, DYN_INVALID, "attribute \"%s\": elements %u and %u of the set are equal", dyn__attr(f), (uint64_t)k, (uint64_t)i);
    }
    return DYN_OK;
}

/* The AttributeValue of a scalar or a nested struct: of the member, or of one of its elements. */
static dyn_status dyn__write_single(dyn__writer *w, const dyn_field *f, const unsigned char *p, unsigned depth, dyn_error *err)
{
    dyn_arg a;
    dyn_status s;

    if (dyn__is_codec(dyn__bottom(f))) {
        s = (dyn_status)f->codec(DYN__CODEC_WRITE, f, (void *)p, w, err);
        if (s != DYN_PENDING)
            return s;
    }
    if (f->nested) {
        if (depth >= DYN_MAX_DEPTH)
            return dyn__fail_at(err, f, DYN_INVALID, "attribute \"%s\": nested deeper than 32 levels", dyn__attr(f));
        dyn__put(w, DYN__LIT("{\"M\":"));
        s = dyn__write_map(w, f->nested, p, depth + 1, err);
        dyn__putc(w, '}');
        return s;
    }
    s = dyn__load_arg(err, f, dyn__bottom(f), p, &a);
    if (s == DYN_OK)
        dyn__write_arg(w, &a);
    return s;
}

static dyn_status dyn__write_list(dyn__writer *w, const dyn_field *f, const unsigned char *item, unsigned depth, dyn_error *err)
{
    uint64_t count = dyn__load_unsigned(item + f->count_offset, f->count_size);

    if (count > f->capacity)
        return dyn__fail_at(err, f, DYN_INVALID,
                            "attribute \"%s\": its count is %u, but there is room for %u elements", dyn__attr(f), count, (uint64_t)f->capacity);
    dyn__puts(w, f->kind == DYN_KIND_LIST ? "{\"L\":[" : f->kind == DYN_KIND_TEXT_SET ? "{\"SS\":[" : "{\"NS\":[");
    for (size_t i = 0; i < count; i++) {
        const unsigned char *element = item + f->offset + i * f->size;
        if (i)
            dyn__putc(w, ',');
        if (!dyn__is_set(f->kind)) {
            dyn_status s = dyn__write_single(w, f, element, depth + 1, err);
            if (s != DYN_OK)
                return s;
            continue;
        }
        dyn_arg a;
        dyn_status s = dyn__load_arg(err, f, f->element, element, &a);
        if (s == DYN_OK)
            s = dyn__check_unique(err, f, item, i, &a);
        if (s != DYN_OK)
            return s;
        dyn__write_scalar(w, &a);
    }
    dyn__put(w, DYN__LIT("]}"));
    return DYN_OK;
}

/* One member's AttributeValue. Nesting is bounded by the model's, which dyn_model_check limits to 32. */
static dyn_status dyn__write_value(dyn__writer *w, const dyn_field *f, const unsigned char *item, unsigned depth, dyn_error *err)
{
    if (dyn__is_array(f->kind))
        return dyn__write_list(w, f, item, depth, err);
    if (dyn__is_pointer(f))
        return (dyn_status)f->codec(DYN__CODEC_WRITE, f, (void *)(item + f->offset), w, err);
    return dyn__write_single(w, f, item + f->offset, depth, err);
}

/* "attribute":{"S":"…"} of a key, from a struct (item) or from key values in order (args, which values->convert converts). */
static dyn_status dyn__write_key(dyn__writer *w, const dyn__known *k, const dyn__key *key, const unsigned char *item, const dyn_key *values,
                                 const dyn_arg *args, dyn_error *err)
{
    char buf[64];
    dyn__writer text = { buf, sizeof buf, 0, 0, 0, dyn__spill_escaped, w };

    dyn__put_json(w, key->attr.ptr, key->attr.len);
    dyn__put(w, DYN__LIT(":"));
    if (!key->plain)
        dyn__put(w, DYN__LIT("{\"S\":\""));
    for (size_t i = 0; i < key->part_count; i++) {
        const dyn_field *f = key->parts[i].field == DYN__NO_FIELD ? NULL : &k->model->fields[key->parts[i].field];
        dyn_arg a;
        dyn_status s = DYN_OK;
        memset((void *)&a, 0, sizeof a);
        if (f && item)
            s = dyn__load_arg(err, f, f->kind, item + f->offset, &a);
        else if (f) {
            a = *args++;
            s = values->convert(err, f, &a);
        }
        if (s == DYN_OK && key->plain) {
            if (a.kind == DYN_ARG_NULL || a.kind == DYN_ARG_BOOL || ((a.kind == DYN_ARG_TEXT || a.kind == DYN_ARG_BYTES) && !a.as.s.len))
                return dyn__fail_at(err, f, DYN_INVALID, "key \"%s\": it is empty; a key has a value", dyn__attr(f));
            dyn__write_arg(w, &a);
        } else if (s == DYN_OK)
            s = dyn__render_part(&text, k, key, i, f ? &a : NULL, err);
        if (s != DYN_OK)
            return s;
    }
    dyn__put_escaped(w, buf, text.len);
    if (!key->plain)
        dyn__put(w, DYN__LIT("\"}"));
    return DYN_OK;
}

/* How many parts dyn__write_item_part writes. */
static size_t dyn__item_parts(const dyn__known *k)
{
    return k->model->field_count + 2 + k->extra_count;
}

/* Writes part `part` of an item: the partition key, the sort key, then the members, then what templates make, so that all but the first begin with a
 * comma and writing can be resumed at any of them. DYN_DONE: there is no such part. */
static dyn_status dyn__write_item_part(dyn__writer *w, const dyn__known *k, size_t part, const unsigned char *item, dyn_error *err)
{
    size_t i = part - 2;

    if (part == 0)
        return dyn__write_key(w, k, &k->pk, item, NULL, NULL, err);
    if (part == 1) {
        if (!k->sk.attr.len)
            return DYN_OK;
        dyn__putc(w, ',');
        return dyn__write_key(w, k, &k->sk, item, NULL, NULL, err);
    }
    if (i >= k->model->field_count)
        return i - k->model->field_count < k->extra_count ? k->write_extra(w, k, k->extras + (i - k->model->field_count), item, err) : DYN_DONE;
    const dyn_field *f = &k->model->fields[i];
    bool absent = dyn__is_absent(f, item);
    if (f->key_only || (k->pk.plain && k->pk.parts[0].field == i) || (k->sk.plain && k->sk.parts[0].field == i)
        || (absent && !(k->model->nulls && f->optional)))
        return DYN_OK;
    dyn__putc(w, ',');
    dyn__put_json(w, k->slots[i].name, k->slots[i].len);
    dyn__putc(w, ':');
    return absent ? dyn__write_null(w) : dyn__write_value(w, f, item, 1, err);
}

/* --- Item to struct ------------------------------------------------------------------------------------------------ */

enum {
    DYN__D_OPEN,         /* the item's { */
    DYN__D_FIRST,        /* behind a map's {: a name or } */
    DYN__D_NAME,         /* behind a comma: a name */
    DYN__D_NEXT,         /* behind a value in a map: , or } */
    DYN__D_L_FIRST,      /* behind a list's [: a value or ] */
    DYN__D_L_VALUE,      /* behind a comma in a list: a value */
    DYN__D_L_NEXT,       /* behind a value in a list: , or ] */
    DYN__D_STRING,       /* inside a long text */
    DYN__D_STRING_END,   /* the } behind it */
    DYN__D_SKIP,         /* inside a value that is passed over */
    DYN__D_OWN,          /* inside a value that a codec takes */
    DYN__D_CLOSE         /* the } that closes {"M":{…} or {"L":[…] */
};

/* JSON text that is kept as it came. */
typedef struct dyn__raw {
    char  *ptr;
    size_t len, cap;
} dyn__raw;

/* Reads one item into a struct, in pieces of any size. */
typedef struct dyn__decoder {
    dyn__known *models;           /* the client's */
    dyn_error  *err;              /* receives why an item does not fit; the first reason wins */
    dyn_arena  *work;             /* its free end serves as room for texts of unknown length */
    dyn_arena  *keep;             /* where they are kept; NULL: at work's far end */
    bool        partial;          /* members may be missing: a projection, an image */
    bool        want_key;         /* note where the raw keys stand */
    uint8_t     state, depth;
    dyn_status  status;           /* of this item: DYN_OK, DYN_BAD_ROW or DYN_NO_MEMORY */
    size_t      text_len;         /* of the long text so far */
    char       *text;             /* where it goes; NULL: only counted */
    size_t      text_cap;
    const dyn_field *text_field;  /* NULL: the text of a key */
    unsigned char   *text_to;
    uint8_t     text_kind, text_slot;
    bool        from_key;         /* take all members of key templates from the keys' texts, not .key_only ones alone */
    dyn__raw    key[2];           /* of pk and sk: their AttributeValue, as it came */
    dyn__skip skip;
    dyn__frame *frames;           /* the model's: as many as its levels */
    const char **own_at, *own_end;   /* for a codec: the window */
    bool        own_whole;        /* the value is to be taken in one piece, as a key's */
    dyn__raw    own;              /* the value's text, gathered */
} dyn__decoder;

static void dyn__decode_start(dyn__decoder *d, dyn__known *k, void *item)
{
    dyn__frame *f = d->frames = k->frames;

    d->state = DYN__D_OPEN, d->depth = 0, d->status = DYN_OK;
    d->key[0].len = d->key[1].len = d->own.len = 0;
    memset((void *)f, 0, sizeof *f);
    f->known = k, f->base = (unsigned char *)item, f->last = DYN__NO_FIELD;
}

static const char *dyn__tag_name(char tag);
static char dyn__tag_of(uint8_t kind);

/* A kind in words. */
static const char *dyn__kind_name(uint8_t kind)
{
    static const char *const names[] = {
        "nothing", "a text", "a text", "a bool", "a signed integer", "an unsigned integer", "a floating-point number", "a dyn_number",
        "a time in seconds", "a time in milliseconds", "an ISO 8601 time", "an enum's name", "a map", "a list", "a string set", "a number set"
    };

    return dyn__is_codec(kind) ? dyn__tag_name(dyn__tag_of(kind)) : names[kind];
}

/* The range of a number's member, for an error text. */
static const char *dyn__kind_range(uint8_t kind, size_t size)
{
    if (kind == DYN_KIND_REAL)
        return size == sizeof(float) ? "0, or 1.4e-45 to 3.4e38" : "up to 1.8e308";
    if (kind == DYN_KIND_UINT)
        return size == 1 ? "0 to 255" : size == 2 ? "0 to 65535" : size == 4 ? "0 to 4294967295" : "0 to 18446744073709551615";
    if (kind == DYN_KIND_NUMBER)
        return "38 digits, 1e-130 to 9.99e125";
    return size == 1 ? "-128 to 127" : size == 2 ? "-32768 to 32767" : size == 4 ? "-2147483648 to 2147483647" : "-9223372036854775808 to 9223372036854775807";
}

/* A number's checked text into a dyn_number. What is longer than its room (1E-130 may come written out) is put into the form
 * d.ddE-n, which 38 digits always fit. */
static bool dyn__store_digits(unsigned char *to, const char *p, size_t n)
{
    char digits[40], text[24];
    size_t count = 0, at = 0;
    int64_t exponent = 0;
    bool point = false, any = false;

    if (n < sizeof(dyn_number)) {
        memcpy(to, p, n);
        to[n] = 0;
        return true;
    }
    if (*p == '-')
        to[at++] = '-';
    for (size_t i = *p == '-' || *p == '+'; i < n; i++) {
        int64_t e;
        if (p[i] == '.')
            point = true;
        else if (p[i] == 'e' || p[i] == 'E') {
            if (dyn__parse_i64(p + i + 1, n - i - 1, &e) != DYN__NUM_OK)
                return false;
            exponent += e;
            break;
        } else {
            any = any || p[i] != '0';
            if (any && count < 38)
                digits[count++] = p[i];
            exponent += any && !point ? 1 : !any && point ? -1 : 0;
        }
    }
    while (count > 1 && digits[count - 1] == '0')
        count--;
    if (!count)
        digits[count++] = '0', exponent = 1;
    to[at++] = (unsigned char)digits[0];
    if (count > 1) {
        to[at++] = '.';
        memcpy(to + at, digits + 1, count - 1);
        at += count - 1;
    }
    dyn_str e = dyn__decimal(text, exponent - 1);
    to[at++] = 'E';
    memcpy(to + at, e.ptr, e.len);
    to[at + e.len] = 0;
    return true;
}

/* Says why an item does not fit; what follows of it is still read, to reach its end. */
#define dyn__bad_item(d, f, ...) (dyn__bad_status(d), (void)dyn__fail_at((d)->err, f, DYN_BAD_ROW, __VA_ARGS__))
static void dyn__bad_status(dyn__decoder *d)
{
    if (d->status == DYN_OK)                   /* the first reason wins */
        d->status = DYN_BAD_ROW;
}

static bool dyn__decode_is_key(const dyn__decoder *d, const dyn__frame *fr, size_t slot, int *which)
{
    const dyn__known *k = fr->known;

    if (d->depth)
        return false;
    for (*which = 0; *which < 2; ++*which) {
        const dyn__key *key = *which ? &k->sk : &k->pk;
        if (!key->attr.len)
            continue;
        if (key->plain ? key->parts[0].field == slot : slot >= k->model->field_count && k->slots[slot].name == key->attr.ptr)
            return true;
    }
    return false;
}

/* Where a text of unknown length is put while it is read. The caller's arena is for what stays there, and need not hold the rest. */
static void dyn__text_room(dyn__decoder *d, bool stays)
{
    dyn_arena *a = stays && d->keep ? d->keep : d->work;

    d->text = (char *)a->base + a->used;
    d->text_cap = a->size - a->used;
}

/* Keeps the text that was read there, and says where it is now. Without an arena of the caller's it moves to the far end of
 * the work memory, which grows towards the front. */
static dyn_str dyn__text_keep(dyn__decoder *d, size_t len)
{
    dyn_str s = { d->text, len };

    if (d->keep) {
        d->keep->used += len;
        if (d->keep->used > d->keep->peak)
            d->keep->peak = d->keep->used;
        return s;
    }
    d->work->size -= len;
    s.ptr = (char *)d->work->base + d->work->size;
    memmove(d->work->base + d->work->size, d->text, len);
    return s;
}

/* A text of n bytes has no room. f: its member; NULL: the key's text. */
static void dyn__text_too_long(dyn__decoder *d, const dyn_field *f, size_t n)
{
    const dyn__known *k = d->frames[0].known;
    const dyn_str *key = d->text_slot ? &k->sk.attr : &k->pk.attr;
    dyn_str name = { f ? dyn__attr(f) : key->ptr, f ? strlen(dyn__attr(f)) : key->len };

    if (d->status != DYN_OK)
        return;
    d->status = DYN_NO_MEMORY;
    if (f)
        dyn__set_attribute(d->err, f);
    dyn__fail(d->err, DYN_NO_MEMORY, "attribute \"%S\": a text of %u bytes, but only %u bytes are left; give more config.memory, or a larger "
              "options.arena", &name, (uint64_t)n, (uint64_t)d->text_cap);
    d->err->needed = n - d->text_cap;
}

/* Is the text what a time is written as? In a key another form would be another item. */
static bool dyn__iso_exact(const char *p, size_t n, int64_t ms)
{
    char text[32];

    return dyn__eq(p, n, text, dyn__write_iso(text, ms, true));
}

/* Takes the members of a key template out of the key's text. */
static bool dyn__split_key_text(dyn__decoder *d, const dyn__key *key, const char *p, size_t n)
{
    dyn__frame *fr = &d->frames[0];

    for (size_t i = 0; i < key->part_count; i++) {
        const dyn__part *part = &key->parts[i], *next = i + 1 < key->part_count ? part + 1 : NULL;
        size_t len = 0;
        if (n < part->literal.len || memcmp(p, part->literal.ptr, part->literal.len) != 0)
            return false;
        p += part->literal.len, n -= part->literal.len;
        if (part->field == DYN__NO_FIELD)
            continue;
        if (part->width)
            len = part->width;
        else if (!next || !next->literal.len)
            len = n;
        else
            while (len + next->literal.len <= n && memcmp(p + len, next->literal.ptr, next->literal.len) != 0)
                len++;
        if (len > n)
            return false;
        const dyn_field *f = &fr->known->model->fields[part->field];
        dyn_arg a;
        if (f->key_only || d->from_key) {
            if (dyn__arg_from_text(NULL, f, p, len, &a) != DYN_OK || (f->kind == DYN_KIND_ISO && !dyn__iso_exact(p, len, a.as.i)))
                return false;
            if (f->kind == DYN_KIND_STR) {
                dyn__text_room(d, true);
                size_t rest = d->keep ? 0 : (size_t)(p + n - d->text);     /* of the key's text, which stands in the same room */
                if (d->text_cap < rest + len) {
                    dyn__text_too_long(d, NULL, rest + len);
                    return false;
                }
                memmove(d->text, p, len);
                a.as.s = dyn__text_keep(d, len);
            }
            if (!dyn__store_arg(f, fr->base + f->offset, &a))
                return false;
            dyn__mask_set(&fr->present, part->field);
        }
        p += len, n -= len;
    }
    return n == 0;
}

/* A text is complete: puts it into its member. */
static void dyn__text_done(dyn__decoder *d)
{
    const dyn_field *f = d->text_field;
    dyn__known *k = d->frames[0].known;
    dyn_str s = { d->text, d->text_len };
    dyn_error *err = d->err;
    dyn_arg a;

    if (!f) {
        const dyn__key *key = d->text_slot ? &k->sk : &k->pk;
        if (!d->text)
            dyn__text_too_long(d, NULL, d->text_len);
        else if (!dyn__split_key_text(d, key, d->text, d->text_len)) {
            dyn__bad_status(d);
            dyn__fail(err, DYN_BAD_ROW, "key \"%S\": its text \"%S\" does not fit the template of model \"%s\"", &key->attr, &s, k->model->name);
        }
        return;
    }
    if (d->text_kind == DYN_KIND_TEXT) {
        if (!d->text)
            dyn__bad_item(d, f, "attribute \"%s\": a text of %u bytes does not fit char[%u]", dyn__attr(f), (uint64_t)d->text_len, (uint64_t)f->size);
        else {
            d->text[d->text_len] = 0;
            if (strlen(d->text) != d->text_len)
                dyn__bad_item(d, f, "attribute \"%s\": the text has a zero byte inside, which char[N] cannot hold; use DYN_STR", dyn__attr(f));
        }
        return;
    }
    if (!d->text) {
        dyn__text_too_long(d, f, d->text_len);
        return;
    }
    if (d->text_kind == DYN_KIND_STR) {
        s = dyn__text_keep(d, d->text_len);
        memcpy(d->text_to, &s, sizeof s);
        return;
    }
    memset((void *)&a, 0, sizeof a);
    a.kind = DYN_ARG_TEXT, a.as.s = s;
    if (d->text_kind == DYN_KIND_ISO && !dyn__parse_iso(s.ptr, s.len, &a.as.i))
        dyn__bad_item(d, f, "attribute \"%s\": \"%S\" is no ISO 8601 time such as 2024-05-17T08:29:02.742Z", dyn__attr(f), &s);
    else if (d->text_kind == DYN_KIND_ISO && d->depth == 0 && d->text_slot < 2 && !dyn__iso_exact(s.ptr, s.len, a.as.i))
        dyn__bad_item(d, f, "key \"%s\": the time \"%S\" is not in the form that is written here (2024-05-17T08:29:02.742Z), so it could not be found "
                      "again; declare the member DYN_TEXT", dyn__attr(f), &s);
    else if (!dyn__store_arg(f, d->text_to, &a))
        dyn__bad_item(d, f, "attribute \"%s\": \"%S\" is none of the enum's names", dyn__attr(f), &s);
}

/* Goes on with a text; at its end it is put into its member. */
static int dyn__text_run(dyn__decoder *d, const char **at, const char *end)
{
    int r = dyn__take_string(at, end, d->text, d->text ? d->text_cap : SIZE_MAX, &d->text_len);

    if (r == DYN__FULL) {                      /* from here on it is only counted */
        d->text = NULL;
        r = dyn__take_string(at, end, NULL, SIZE_MAX, &d->text_len);
    }
    if (r == DYN__GOOD)
        dyn__text_done(d);
    return r;
}

/* A number's text, from the window, into its member. */
static void dyn__store_number(dyn__decoder *d, const dyn_field *f, uint8_t kind, unsigned char *to, const char *p, size_t n)
{
    int64_t i = 0;
    uint64_t u = 0;
    double v = 0;
    dyn__num r;
    dyn_str s = { p, n };
    bool fits = true;
    uint8_t range = kind;

    switch (kind) {
    case DYN_KIND_REAL:
        r = dyn__parse_double(p, n, &v);
        if (f->size == sizeof v)
            memcpy(to, &v, sizeof v);
        else {
            float single = (float)v;
            memcpy(to, &single, sizeof single);
            fits = dyn__is_near(single, v);
        }
        break;
    case DYN_KIND_UINT:
        r = dyn__parse_u64(p, n, &u);
        fits = r != DYN__NUM_OK || f->size == 8 || u >> (8 * f->size) == 0;
        if (fits)
            dyn__store_bits(to, f->size, u);
        break;
    case DYN_KIND_NUMBER:
        r = dyn__check_number(p, n);
        if (r == DYN__NUM_OK)
            fits = dyn__store_digits(to, p, n);
        break;
    default:
        r = dyn__parse_i64(p, n, &i);
        if (!dyn__is_signed(f, kind))
            range = DYN_KIND_UINT;
        fits = r != DYN__NUM_OK || dyn__store_signed(to, f->size, range != DYN_KIND_UINT, i);
        break;
    }
    if (r == DYN__NUM_SYNTAX)
        dyn__bad_item(d, f, "attribute \"%s\": \"%S\" is no number", dyn__attr(f), &s);
    else if (r == DYN__NUM_FRACTION)
        dyn__bad_item(d, f, "attribute \"%s\": %S is no whole number; the member is an integer, use DYN_REAL or DYN_NUMBER", dyn__attr(f), &s);
    else if (r == DYN__NUM_RANGE || !fits)
        dyn__bad_item(d, f, "attribute \"%s\": the number %S does not fit %s of %u bits (%s); use a wider member or DYN_NUMBER",
                      dyn__attr(f), &s, dyn__kind_name(kind),
                      (uint64_t)f->size * 8, dyn__kind_range(range, f->size));
}

static bool dyn__is_letter(char c)
{
    return c == 'S' || c == 'N' || c == 'M' || c == 'L' || c == 'B';
}

/* The tag of an AttributeValue, {"S": and so on: consumes it and gives its letter: S N B M L, s n b for sets, 0 for NULL, T for
 * BOOL, ? for one that is not known. */
static int dyn__take_tag(const char **at, const char *end, char *tag)
{
    const char *p = *at;
    char text[6];
    size_t n = 0;
    int r;

    if (end - p >= 5 && p[0] == '{' && p[1] == '"' && p[3] == '"' && p[4] == ':' && dyn__is_letter(p[2])) {
        *tag = p[2], *at = p + 5;
        return DYN__GOOD;
    }
    if ((r = dyn__take_char(&p, end, '{')) != DYN__GOOD || (r = dyn__take_char(&p, end, '"')) != DYN__GOOD)
        return r;
    r = dyn__take_string(&p, end, text, sizeof text, &n);
    if (r == DYN__FULL)                        /* longer than any that is known */
        r = dyn__take_string(&p, end, NULL, SIZE_MAX, &n);
    if (r != DYN__GOOD || (r = dyn__take_char(&p, end, ':')) != DYN__GOOD)
        return r;
    if (n == 1 && dyn__is_letter(text[0]))
        *tag = text[0];
    else if (n == 2 && dyn__is_letter(text[0]) && text[1] == 'S')
        *tag = (char)(text[0] | 0x20);
    else
        *tag = dyn__eq(text, n, "NULL", 4) ? '0' : dyn__eq(text, n, "BOOL", 4) ? 'T' : '?';
    *at = p;
    return DYN__GOOD;
}

/* A number's quoted text in the window: [*from, *from + *n). */
static int dyn__take_digits(const char **at, const char *end, const char **from, size_t *n)
{
    const char *p = *at;
    int r;

    if (p < end && *p == '"')
        p++;
    else if ((r = dyn__take_char(&p, end, '"')) != DYN__GOOD)
        return r;
    *from = p;
    while (p < end && *p != '"' && p - *from < 256)
        p++;
    if (p == end)
        return DYN__MORE;
    if (*p != '"')
        return DYN__BAD;
    *n = (size_t)(p - *from);
    *at = p + 1;
    return DYN__GOOD;
}

static int dyn__take_word(const char **at, const char *end, bool *value)
{
    const char *p = *at;
    char c = dyn__peek(&p, end);
    size_t n = c == 't' ? 4 : 5;

    if (!c)
        return DYN__MORE;
    if (c != 't' && c != 'f')
        return DYN__BAD;
    if ((size_t)(end - p) < n)
        return memcmp(p, c == 't' ? "true" : "false", (size_t)(end - p)) ? DYN__BAD : DYN__MORE;
    if (memcmp(p, c == 't' ? "true" : "false", n))
        return DYN__BAD;
    *value = c == 't';
    *at = p + n;
    return DYN__GOOD;
}

/* Passes over the value at *at (which is not consumed yet). */
static int dyn__decode_skip(dyn__decoder *d)
{
    dyn__skip_start(&d->skip);
    d->state = DYN__D_SKIP;
    return DYN__GOOD;
}

/* Is the whole string at p, with the brace behind it, in the window? */
static int dyn__string_ahead(const char *p, const char *end)
{
    size_t len = 0;
    int r = dyn__take_char(&p, end, '"');

    if (r == DYN__GOOD)
        r = dyn__take_string(&p, end, NULL, SIZE_MAX, &len);
    return r == DYN__GOOD ? dyn__take_char(&p, end, '}') : r;
}

/* Begins a text: into the member where its size is known, into free memory where not. A key's is taken in one piece, since its
 * raw text is wanted. */
static int dyn__decode_text(dyn__decoder *d, const dyn_field *f, uint8_t kind, unsigned char *to, const char **at, const char *end, bool whole)
{
    const char *p = *at;
    int r = whole ? dyn__string_ahead(p, end) : DYN__GOOD;

    if (r == DYN__GOOD)
        r = dyn__take_char(&p, end, '"');
    if (r != DYN__GOOD)
        return r;
    d->text_field = f, d->text_kind = kind, d->text_to = to, d->text_len = 0;
    if (kind == DYN_KIND_TEXT)
        d->text = (char *)to, d->text_cap = f->size - 1;
    else
        dyn__text_room(d, f && kind == DYN_KIND_STR);
    r = dyn__text_run(d, &p, end);
    if (r == DYN__BAD)
        return r;
    *at = p;
    if (r == DYN__MORE) {
        d->state = DYN__D_STRING;
        return DYN__GOOD;
    }
    r = dyn__take_char(at, end, '}');
    if (r != DYN__MORE)
        return r;
    d->state = DYN__D_STRING_END;
    return DYN__GOOD;
}

/* Enters a nested struct or a list, which goes to `to`; *at stands behind the tag. */
static int dyn__decode_enter(dyn__decoder *d, const dyn_field *f, unsigned char *to, unsigned char *base, char open, const char **at, const char *end)
{
    int r = dyn__take_char(at, end, open);

    if (r != DYN__GOOD)
        return r;
    if (d->depth + 1u >= d->frames[0].known->levels)
        return DYN__BAD;
    dyn__frame *fr = &d->frames[d->depth + 1];
    memset((void *)fr, 0, sizeof *fr);
    fr->last = DYN__NO_FIELD;
    if (open == '{') {
        fr->known = dyn__known_find(d->models, f->nested);
        fr->base = to;
        d->state = DYN__D_FIRST;
    } else {
        fr->list = f;
        fr->base = base;
        fr->to = to, fr->room = f->capacity;
        d->state = DYN__D_L_FIRST;
    }
    d->depth++;
    return DYN__GOOD;
}

/* A value of the right type for the kind; *at stands behind its tag. `to` is the member or element, base its struct. */
static int dyn__decode_typed(dyn__decoder *d, const dyn_field *f, uint8_t kind, unsigned char *to, unsigned char *base, char tag,
                             const char **at, const char *end, bool whole)
{
    const char *digits;
    size_t n;
    bool yes;
    int r;

    switch (tag) {
    case 'S':
        return dyn__decode_text(d, f, kind, to, at, end, whole);
    case 'N':
        r = dyn__take_digits(at, end, &digits, &n);
        if (r != DYN__GOOD)
            return r;
        if (*at < end && **at == '}')
            ++*at;
        else if ((r = dyn__take_char(at, end, '}')) != DYN__GOOD)
            return r;
        dyn__store_number(d, f, kind, to, digits, n);
        return r;
    case 'T':
        r = dyn__take_word(at, end, &yes);
        if (r == DYN__GOOD)
            r = dyn__take_char(at, end, '}');
        if (r == DYN__GOOD)
            *to = yes;
        return r;
    default:
        return dyn__decode_enter(d, f, to, base, tag == 'M' ? '{' : '[', at, end);
    }
}

/* Which tag a kind is read from. */
static char dyn__tag_of(uint8_t kind)
{
    if (dyn__is_codec(kind))
        return (char)(kind == (DYN_KIND_CODEC | 'Y') ? 'B' : kind & 0x7f);
    switch (kind) {
    case DYN_KIND_TEXT: case DYN_KIND_STR: case DYN_KIND_ISO: case DYN_KIND_ENUM: return 'S';
    case DYN_KIND_BOOL: return 'T';
    case DYN_KIND_MAP:  return 'M';
    case DYN_KIND_LIST: return 'L';
    case DYN_KIND_TEXT_SET:   return 's';
    case DYN_KIND_NUMBER_SET: return 'n';
    default:            return 'N';
    }
}

/* A tag in words. */
static const char *dyn__tag_name(char tag)
{
    static const char tags[] = "SNBMLsnb0T";
    static const char *const names[] = { "a text (S)", "a number (N)", "bytes (B)", "a map (M)", "a list (L)", "a string set (SS)", "a number set (NS)",
                                         "a binary set (BS)", "NULL", "a bool (BOOL)" };

    for (size_t i = 0; i < sizeof tags - 1; i++)
        if (tags[i] == tag)
            return names[i];
    return "an unknown type";
}

/* One AttributeValue for a member, or for an element of a list. MORE leaves *at where it was; GOOD may mean that the value has
 * only been entered (d->state says so). NULL is taken as absent where that is allowed: *null is set. */
static int dyn__decode_value(dyn__decoder *d, const dyn_field *f, uint8_t kind, unsigned char *to, unsigned char *base,
                             const char **at, const char *end, bool whole, bool *null)
{
    const char *p = *at;
    char tag;
    int r = dyn__take_tag(&p, end, &tag);

    if (r != DYN__GOOD)
        return r;
    if (dyn__is_codec(kind) && (tag == dyn__tag_of(kind) || kind == (DYN_KIND_CODEC | '?'))) {
        d->text_field = f, d->text_to = to;
        d->own_at = at, d->own_end = end, d->own_whole = whole;
        return f->codec(DYN__CODEC_FEED, f, to, d, d->err);
    }
    if (tag == dyn__tag_of(kind)) {
        r = dyn__decode_typed(d, f, kind, to, base, tag, &p, end, whole);
        if (r == DYN__GOOD)
            *at = p;
        return r;
    }
    *null = tag == '0' && kind == f->kind && (dyn__is_optional(f) || d->partial);
    if (!*null)
        dyn__bad_item(d, f, "attribute \"%s\": found %s, the member is %s%s", dyn__attr(f), dyn__tag_name(tag), dyn__kind_name(kind),
                      tag == '0' ? "; make it .optional if it may be NULL" : "");
    return dyn__decode_skip(d);
}

/* The name at *at, and the colon behind it, to a slot; slot_count: the model does not know it. */
static int dyn__decode_name(dyn__frame *fr, const char **at, const char *end, size_t *slot)
{
    const dyn__known *k = fr->known;
    size_t guess = fr->last == DYN__NO_FIELD ? fr->known->first : k->slots[fr->last].next;
    const char *p = *at;
    char name[256];
    size_t n = 0;

    if (guess < k->slot_count && (size_t)(end - p) > (size_t)k->slots[guess].len + 2) {
        size_t len = k->slots[guess].len;
        if (p[0] == '"' && p[len + 1] == '"' && p[len + 2] == ':' && memcmp(p + 1, k->slots[guess].name, len) == 0 && !k->slots[guess].odd) {
            *slot = guess;
            *at = p + len + 3;
            return DYN__GOOD;
        }
    }
    int r = dyn__take_char(&p, end, '"');
    if (r != DYN__GOOD)
        return r;
    r = dyn__take_string(&p, end, name, sizeof name, &n);
    if (r == DYN__FULL) {                      /* longer than any name of a model */
        size_t rest = 0;
        r = dyn__take_string(&p, end, NULL, SIZE_MAX, &rest);
        n = sizeof name + 1;
    }
    if (r == DYN__GOOD)
        r = dyn__take_char(&p, end, ':');
    if (r != DYN__GOOD)
        return r;
    for (*slot = 0; *slot < k->slot_count && !(k->slots[*slot].len == n && memcmp(k->slots[*slot].name, name, n) == 0); ++*slot)
        ;
    *at = p;
    if (*slot == k->slot_count)
        return r;
    if (fr->last == DYN__NO_FIELD)
        fr->known->first = (uint8_t)*slot;
    else
        fr->known->slots[fr->last].next = (uint8_t)*slot;
    return r;
}

/* Keeps raw text in work memory, whose pieces are reused as long as they are large enough. */
static void dyn__keep_raw(dyn__decoder *d, dyn__raw *raw, const char *p, size_t n)
{
    if (n > raw->cap) {
        size_t cap = DYN__MAX(n, 64);
        raw->ptr = (char *)dyn__alloc(d->work, cap, 1);
        raw->cap = raw->ptr ? cap : 0;
        if (!raw->ptr) {
            d->status = DYN_NO_MEMORY;
            dyn__fail(d->err, DYN_NO_MEMORY, "no memory is left to note an item's key of %u bytes", (uint64_t)n);
            d->err->needed = d->work->missing;
            n = 0;
        }
    }
    if (n)
        memcpy(raw->ptr, p, n);
    raw->len = n;
}

/* One member of a map: name and value, or as much of the value as there is of a long text. */
static int dyn__decode_member(dyn__decoder *d, const char **at, const char *end)
{
    dyn__frame *fr = &d->frames[d->depth];
    const dyn__known *k = fr->known;
    const char *p = *at, *value;
    size_t slot;
    uint8_t before = d->state;
    int r = dyn__decode_name(fr, &p, end, &slot), which = 0;

    if (r != DYN__GOOD)
        return r;
    d->state = DYN__D_NEXT;
    if (slot + k->extra_count >= k->slot_count || (d->depth && slot >= k->model->field_count)) {    /* unknown; a nested struct has no key */
        dyn__decode_skip(d);
        r = slot < k->slot_count && !d->depth ? k->read_extra(d, slot, p, end) : r;
        if (r == DYN__GOOD)
            *at = p;
        else
            d->state = before;
        return r;
    }
    bool key = dyn__decode_is_key(d, fr, slot, &which), null = false;
    value = p;
    d->text_slot = (uint8_t)which;
    if (slot < k->model->field_count) {
        const dyn_field *f = &k->model->fields[slot];
        r = dyn__decode_value(d, f, f->kind, fr->base + f->offset, fr->base, &p, end, key && d->want_key, &null);
        if (r == DYN__GOOD && !null)
            dyn__mask_set(&fr->present, slot);
    } else {
        char tag;
        r = dyn__take_tag(&p, end, &tag);
        if (r == DYN__GOOD && tag == 'S')
            r = dyn__decode_text(d, NULL, DYN_KIND_STR, NULL, &p, end, true);
        else if (r == DYN__GOOD) {
            dyn__bad_status(d);
            dyn_str name = { k->slots[slot].name, k->slots[slot].len };
            dyn__fail(d->err, DYN_BAD_ROW, "key \"%S\": found %s, a template makes a text (S)", &name, dyn__tag_name(tag));
            p = value;
            dyn__decode_skip(d);
        }
    }
    if (r != DYN__GOOD) {
        d->state = before;
        return r;
    }
    fr->last = (uint8_t)slot;
    if (key && d->want_key && d->state == DYN__D_NEXT)
        dyn__keep_raw(d, &d->key[which], value, (size_t)(p - value));
    *at = p;
    return r;
}

/* Gives absent members their initial value, or zero, and tells which must not be absent. */
static void dyn__decode_absent(dyn__decoder *d, dyn__frame *fr)
{
    const dyn_model *m = fr->known->model;

    for (size_t i = 0; i < m->field_count; i++) {
        const dyn_field *f = &m->fields[i];
        dyn_arg a;
        bool present = dyn__mask_has(&fr->present, i);
        if (f->has)
            fr->base[f->has - 1] = present;
        if (present)
            continue;
        if (!d->partial && dyn__mask_has(&fr->known->required, i)) {
            dyn__bad_item(d, f, "attribute \"%s\" is missing; make the member .optional if it may be", dyn__attr(f));
            return;
        }
        if (f->count_size)
            dyn__store_bits(fr->base + f->count_offset, f->count_size, 0);
        if (dyn__is_codec(f->kind))
            f->codec(DYN__CODEC_CLEAR, f, fr->base + f->offset, d, d->err);
        else if (!dyn__is_array(f->kind))
            memset(fr->base + f->offset, 0, f->size);
        if (f->initial && dyn__arg_from_text(d->err, f, f->initial, strlen(f->initial), &a) == DYN_OK)
            dyn__store_arg(f, fr->base + f->offset, &a);
    }
}

/* The } of a map or the item, the ] of a list. GOOD with depth 0 and a map: the item is complete. */
static int dyn__decode_leave(dyn__decoder *d)
{
    dyn__frame *fr = &d->frames[d->depth];

    if (fr->known) {
        if (fr->known->flags || memcmp(&fr->present, &fr->known->all, sizeof fr->present) != 0)
            dyn__decode_absent(d, fr);
        if (fr->known->extra_count && !d->depth)
            fr->known->read_extra(d, SIZE_MAX, NULL, NULL);
    } else
        dyn__store_bits(fr->base + fr->list->count_offset, fr->list->count_size, fr->count);
    if (d->depth) {
        d->depth--;
        d->state = DYN__D_CLOSE;
    }
    return DYN__GOOD;
}

/* One element of a set: a bare JSON string, taken in one piece. */
static int dyn__decode_in_set(dyn__decoder *d, const dyn_field *f, unsigned char *to, const char **at, const char *end)
{
    const char *p = *at, *digits;
    size_t n = 0;
    int r;

    if (f->element != DYN_KIND_TEXT) {
        r = dyn__take_digits(at, end, &digits, &n);
        if (r == DYN__GOOD)
            dyn__store_number(d, f, f->element, to, digits, n);
        return r;
    }
    r = dyn__take_char(&p, end, '"');
    if (r == DYN__GOOD)
        r = dyn__take_string(&p, end, (char *)to, f->size - 1, &n);
    if (r == DYN__FULL) {
        size_t more = 0;
        r = dyn__take_string(&p, end, NULL, SIZE_MAX, &more);
        if (r == DYN__GOOD)
            dyn__bad_item(d, f, "attribute \"%s\": an element of %u bytes does not fit char[%u]", dyn__attr(f), (uint64_t)(n + more), (uint64_t)f->size);
    } else if (r == DYN__GOOD) {
        to[n] = 0;
        if (strlen((const char *)to) != n)
            dyn__bad_item(d, f, "attribute \"%s\": an element has a zero byte inside, which char[N] cannot hold", dyn__attr(f));
    }
    if (r == DYN__GOOD)
        *at = p;
    return r;
}

/* One element of a list. */
static int dyn__decode_element(dyn__decoder *d, const char **at, const char *end)
{
    dyn__frame *fr = &d->frames[d->depth];
    const dyn_field *f = fr->list;
    bool null = false;
    int r;

    if (fr->count == fr->room) {
        if (d->status == DYN_OK)
            dyn__bad_item(d, f, "attribute \"%s\": more than the %u elements there is room for", dyn__attr(f), (uint64_t)fr->room);
        d->state = DYN__D_L_NEXT;
        return dyn__decode_skip(d);
    }
    uint8_t before = d->state;
    unsigned char *to = fr->to + (size_t)fr->count * f->size;
    d->state = DYN__D_L_NEXT;
    if (dyn__is_set(f->kind))
        r = dyn__decode_in_set(d, f, to, at, end);
    else
        r = dyn__decode_value(d, f, f->element, to, fr->base, at, end, false, &null);
    if (r == DYN__GOOD)
        fr->count++;
    else
        d->state = before;
    return r;
}

/* What follows a value that was passed over, or a text, or a nested value: in a map or in a list. */
static void dyn__decode_behind(dyn__decoder *d)
{
    d->state = d->frames[d->depth].known ? DYN__D_NEXT : DYN__D_L_NEXT;
}

/* One step of the machine; see the states. *done is set behind the item's last brace. */
static int dyn__decode_step(dyn__decoder *d, const char **at, const char *end, bool *done)
{
    char c;
    int r;

    switch (d->state) {
    case DYN__D_STRING:
        r = dyn__text_run(d, at, end);
        if (r == DYN__GOOD)
            d->state = DYN__D_STRING_END;
        return r;
    case DYN__D_SKIP:
        r = dyn__skip_run(&d->skip, at, end);
        if (r == DYN__GOOD)
            dyn__decode_behind(d);
        return r;
    case DYN__D_OWN:
        d->own_at = at, d->own_end = end;
        r = d->text_field->codec(DYN__CODEC_STEP, d->text_field, d->text_to, d, d->err);
        if (r == DYN__GOOD)
            dyn__decode_behind(d);
        return r;
    case DYN__D_STRING_END:
    case DYN__D_CLOSE:
        r = dyn__take_char(at, end, '}');
        if (r == DYN__GOOD)
            dyn__decode_behind(d);
        return r;
    case DYN__D_OPEN:
        r = dyn__take_char(at, end, '{');
        if (r == DYN__GOOD)
            d->state = DYN__D_FIRST;
        return r;
    default:
        break;
    }
    c = dyn__peek(at, end);
    if (!c)
        return DYN__MORE;
    switch (d->state) {
    case DYN__D_FIRST:
    case DYN__D_NEXT:
        if (c == '}') {
            ++*at;
            *done = d->depth == 0;
            return dyn__decode_leave(d);
        }
        if (d->state == DYN__D_NEXT) {
            d->state = DYN__D_NAME;
            return dyn__take_char(at, end, ',');
        }
        return dyn__decode_member(d, at, end);
    case DYN__D_NAME:
        return dyn__decode_member(d, at, end);
    case DYN__D_L_FIRST:
    case DYN__D_L_NEXT:
        if (c == ']') {
            ++*at;
            return dyn__decode_leave(d);
        }
        if (d->state == DYN__D_L_NEXT) {
            d->state = DYN__D_L_VALUE;
            return dyn__take_char(at, end, ',');
        }
        return dyn__decode_element(d, at, end);
    default:
        return dyn__decode_element(d, at, end);
    }
}

#ifndef DYNREPO_SMALL
/* The short way, for most of every item: a scalar that stands in the window as a whole, in the form that the service writes, without white
 * space and escapes. The functions return the position behind it, or NULL: then the steps above take it from its beginning, whatever it
 * is, and may write the member again. */
#define DYN__QUICK_MIN 16         /* bytes behind which a tag, or a bool as a whole, cannot end */

/* The text behind an opening quote, into a char[size]. Each copy of eight bytes is cut behind the quote, so zeros follow the text. */
static const char *dyn__quick_text(const char *p, const char *end, unsigned char *to, size_t size)
{
    for (size_t n = 0; end - p >= 9 && size - n >= 8; p += 8, n += 8) {
        uint64_t v, found;
        memcpy(&v, p, 8);
        found = dyn__special8(v);
        if (found) {
            static const unsigned char zeros[8] = { 0 };
            size_t k = dyn__first_special(p, found);
            memcpy(to + n, &v, 8);
            memcpy(to + n + k, zeros, 8 - k);
            return p[k] == '"' && p[k + 1] == '}' ? p + k + 2 : NULL;
        }
        memcpy(to + n, &v, 8);
    }
    return NULL;
}

/* The number behind an opening quote, of at most 18 digits, into an integer or a floating-point member. */
static const char *dyn__quick_number(const dyn_field *f, uint8_t kind, unsigned char *to, const char *p, const char *end)
{
    const char *first = p + (*p == '-'), *q = first, *point = NULL;
    uint64_t m = 0;

    for (; q < end && (dyn__is_digit(*q) || (*q == '.' && !point && q > first)); q++) {
        if (*q == '.')
            point = q;
        else
            m = 10 * m + (uint64_t)(*q - '0');
    }
    if (q == first || q - first > 18 || end - q < 2 || q[0] != '"' || q[1] != '}' || q - 1 == point)
        return NULL;
    if (kind == DYN_KIND_REAL) {
#if DYN__EXACT_DOUBLE
        double v = (double)(int64_t)m;
        if (m > (uint64_t)1 << 53)
            return NULL;
        if (point)
            v /= dyn__tens[q - point - 1];
        v = first > p ? -v : v;
        float single = (float)v;
        memcpy(to, f->size == sizeof v ? (const void *)&v : (const void *)&single, f->size == sizeof v ? sizeof v : sizeof single);
        return q + 2;
#else
        return NULL;
#endif
    }
    if (point || (kind == DYN_KIND_UINT && (first > p || (f->size < 8 && m >> (8 * f->size)))))
        return NULL;
    if (kind == DYN_KIND_UINT)
        dyn__store_bits(to, f->size, m);
    else if (!dyn__store_signed(to, f->size, dyn__is_signed(f, kind), first > p ? -(int64_t)m : (int64_t)m))
        return NULL;
    return q + 2;
}

/* One AttributeValue. */
static const char *dyn__quick_value(const dyn_field *f, uint8_t kind, unsigned char *to, const char *p, const char *end)
{
    if (end - p < DYN__QUICK_MIN)
        return NULL;
    switch (kind) {
    case DYN_KIND_TEXT:
        return memcmp(p, "{\"S\":\"", 6) == 0 ? dyn__quick_text(p + 6, end, to, f->size) : NULL;
    case DYN_KIND_INT: case DYN_KIND_UINT: case DYN_KIND_REAL: case DYN_KIND_SECONDS: case DYN_KIND_MILLIS:
        return memcmp(p, "{\"N\":\"", 6) == 0 ? dyn__quick_number(f, kind, to, p + 6, end) : NULL;
    case DYN_KIND_BOOL:
        if (memcmp(p, "{\"BOOL\":", 8) != 0)
            return NULL;
        *to = p[8] == 't';
        return memcmp(p + 8, "true}", 5) == 0 ? p + 13 : memcmp(p + 8, "false}", 6) == 0 ? p + 14 : NULL;
    default:
        return NULL;
    }
}

/* Members of a map, for as long as they come in the order of the last item and the short way does. */
static void dyn__quick_members(dyn__decoder *d, const char **at, const char *end)
{
    dyn__frame *fr = &d->frames[d->depth];
    const dyn__known *k = fr->known;
    const char *p = *at;

    for (;;) {
        size_t slot = fr->last == DYN__NO_FIELD ? k->first : k->slots[fr->last].next, len;
        int which = 0;
        if (slot >= k->model->field_count || k->slots[slot].odd)
            break;
        const dyn_field *f = &k->model->fields[slot];
        len = k->slots[slot].len;
        if ((size_t)(end - p) < len + 4 || (d->state == DYN__D_NEXT && *p != ','))
            break;
        const char *name = p + (d->state == DYN__D_NEXT), *value = name + len + 3;
        if (name[0] != '"' || name[len + 1] != '"' || name[len + 2] != ':' || memcmp(name + 1, k->slots[slot].name, len) != 0)
            break;
        p = dyn__quick_value(f, f->kind, fr->base + f->offset, value, end);
        if (!p)
            break;
        dyn__mask_set(&fr->present, slot);
        if (d->want_key && dyn__decode_is_key(d, fr, slot, &which))
            dyn__keep_raw(d, &d->key[which], value, (size_t)(p - value));
        fr->last = (uint8_t)slot;
        d->state = DYN__D_NEXT;
        *at = p;
    }
}

/* Elements of a list, likewise. */
static void dyn__quick_elements(dyn__decoder *d, const char **at, const char *end)
{
    dyn__frame *fr = &d->frames[d->depth];
    const dyn_field *f = fr->list;
    unsigned char *to = fr->to + (size_t)fr->count * f->size;

    for (; fr->count < fr->room && *at < end; fr->count++, to += f->size) {
        bool comma = d->state == DYN__D_L_NEXT;
        const char *p = comma && **at != ',' ? NULL : dyn__quick_value(f, f->element, to, *at + comma, end);
        if (!p)
            break;
        d->state = DYN__D_L_NEXT;
        *at = p;
    }
}
#endif

/* As many steps as the short way takes, and one more. */
static int dyn__decode_on(dyn__decoder *d, const char **at, const char *end, bool *done)
{
#ifndef DYNREPO_SMALL
    if (d->state >= DYN__D_FIRST && d->state <= DYN__D_NEXT)
        dyn__quick_members(d, at, end);
    else if (d->state >= DYN__D_L_FIRST && d->state <= DYN__D_L_NEXT)
        dyn__quick_elements(d, at, end);
#endif
    return dyn__decode_step(d, at, end, done);
}

/* Reads on in an item. GOOD: it is complete, d->status says whether it fits. MORE: *at is where more is needed from. BAD: no
 * JSON, or no item. */
static int dyn__decode(dyn__decoder *d, const char **at, const char *end)
{
    bool done = false;
    int r = DYN__GOOD;

    while (r == DYN__GOOD && !done)
        r = dyn__decode_on(d, at, end, &done);
    return r;
}

/* --- Kinds with their own code -------------------------------------------------------------------------------------- */

/* Room that stays: in the caller's arena, else at the far end of the work memory, as dyn__text_keep does. NULL: there is too little of it, and
 * the error says so. align is a power of two. */
static void *dyn__keep_room(dyn__decoder *d, const dyn_field *f, size_t n, size_t align)
{
    size_t left = d->work->size - d->work->used, pad = 0;
    void *p = NULL;

    if (d->keep) {
        p = dyn__alloc(d->keep, n, align);
        left = d->keep->size - d->keep->used;
    } else if (n <= left) {
        pad = ((uintptr_t)d->work->base + d->work->size - n) & (align - 1);
        if (n + pad <= left) {
            d->work->size -= n + pad;
            p = memset(d->work->base + d->work->size, 0, n);
        }
    }
    if (!p && d->status == DYN_OK) {
        d->status = DYN_NO_MEMORY;
        dyn__set_attribute(d->err, f);
        dyn__fail(d->err, DYN_NO_MEMORY, "attribute \"%s\": it takes %u bytes, but only %u bytes are left; give more config.memory, or a larger "
                  "options.arena", dyn__attr(f), (uint64_t)n, (uint64_t)left);
        d->err->needed = n + align - left;
    }
    return p;
}

/* The text of a value did not fit the work memory; how long it is is known now. */
static void dyn__own_short(dyn__decoder *d, size_t n)
{
    size_t left = d->work->size - d->work->used;

    if (d->status != DYN_OK)
        return;
    d->status = DYN_NO_MEMORY;
    dyn__set_attribute(d->err, d->text_field);
    dyn__fail(d->err, DYN_NO_MEMORY, "attribute \"%s\": its text of %u bytes is gathered first, but only %u bytes are left; give more config.memory",
              dyn__attr(d->text_field), (uint64_t)n, (uint64_t)left);
    d->err->needed = n - DYN__MIN(n, left) + 64;
}

/* Appends to the text that is gathered for a codec. Without memory it is only counted from then on: ptr is NULL. */
static void dyn__own_append(dyn__decoder *d, const char *p, size_t n)
{
    dyn__raw *raw = &d->own;

    if (!raw->len && !raw->cap)
        raw->ptr = (char *)d->work->base;      /* not NULL: nothing is lost yet */
    if (raw->ptr && n > raw->cap - raw->len) {
        bool last = raw->cap && raw->ptr + raw->cap == (char *)d->work->base + d->work->used;   /* grows where it is */
        size_t cap = DYN__MAX(raw->len + n, 64);
        char *to = (char *)dyn__alloc(d->work, last ? cap - raw->cap : cap, 1);
        if (last)
            to = to ? raw->ptr : (d->work->used -= raw->cap, (char *)NULL);
        else if (to && raw->len)
            memcpy(to, raw->ptr, raw->len);
        raw->ptr = to, raw->cap = to ? cap : 0;
    }
    if (raw->ptr)
        memcpy(raw->ptr + raw->len, p, n);
    raw->len += n;
}

/* The text of a value is complete. What gathered it is given back first where it can be: its bytes stay until READ has taken them. */
static void dyn__own_done(dyn__decoder *d)
{
    if (d->own.ptr)
        d->text_field->codec(DYN__CODEC_READ, d->text_field, d->text_to, d, d->err);
    else
        dyn__own_short(d, d->own.len);
    if (d->own.cap && d->own.ptr + d->own.cap == (char *)d->work->base + d->work->used) {
        d->work->used -= d->own.cap;
        d->own.cap = 0;
    }
    d->own.len = 0;
}

/* Gathers an AttributeValue for READ: where it stands if the window holds it as a whole, else in work memory. */
static int dyn__own_feed(dyn__decoder *d)
{
    const char *p = *d->own_at;
    dyn__raw kept = d->own;

    dyn__skip_start(&d->skip);
    int r = dyn__skip_run(&d->skip, &p, d->own_end);
    if (r == DYN__BAD || (r == DYN__MORE && d->own_whole))
        return r;
    if (r == DYN__GOOD) {
        uint8_t state = d->state;
        d->own.ptr = (char *)*d->own_at, d->own.len = (size_t)(p - *d->own_at), d->own.cap = 0;
        dyn__own_done(d);
        d->own = kept, d->own.len = 0;
        d->state = state;
    } else {
        d->state = DYN__D_OWN;
        d->own.len = 0;
        dyn__own_append(d, *d->own_at, (size_t)(p - *d->own_at));
    }
    *d->own_at = p;
    return DYN__GOOD;
}

static int dyn__own_step(dyn__decoder *d)
{
    const char *from = *d->own_at;
    int r = dyn__skip_run(&d->skip, d->own_at, d->own_end);

    if (r == DYN__BAD)
        return r;
    dyn__own_append(d, from, (size_t)(*d->own_at - from));
    if (d->state == DYN__D_OWN && r == DYN__GOOD)
        dyn__own_done(d);
    return r;
}

/* What kinds have in common; the last line of every codec. */
static int dyn__codec_default(int op, const dyn_field *f, void *at, void *more, dyn_error *err)
{
    switch (op) {
    case DYN__CODEC_FEED: return dyn__own_feed((dyn__decoder *)more);
    case DYN__CODEC_STEP: return dyn__own_step((dyn__decoder *)more);
    case DYN__CODEC_CONVERT:
    case DYN__CODEC_WRITE:
        return DYN_PENDING;
    case DYN__CODEC_LOAD:
        (void)at;
        return (int)dyn__fail_at(err, f, DYN_INVALID, "attribute \"%s\": a member of this kind is no single value", dyn__attr(f));
    case DYN__CODEC_KEY:
        if (((dyn_arg *)at)->kind >= DYN_ARG_BYTES)
            ((dyn_arg *)at)->as.own.write((dyn__writer *)more, (dyn_arg *)at);
        else
            dyn__put((dyn__writer *)more, ((dyn_arg *)at)->as.s.ptr, ((dyn_arg *)at)->as.s.len);
        return DYN_OK;
    case DYN__CODEC_ABSENT:
    case DYN__CODEC_STORE:
        return 0;
    case DYN__CODEC_CLEAR:
        memset(at, 0, f->size);
        return DYN_OK;
    default:
        return DYN_OK;
    }
}

/* Is there a backslash in it? */
static bool dyn__has_escape(const char *p, size_t n)
{
    size_t i = 0;

    for (; n - i >= 8; i += 8) {
        uint64_t v;
        memcpy(&v, p + i, 8);
        v ^= DYN__ONES * '\\';
        if ((v - DYN__ONES) & ~v & DYN__HIGHS)
            return true;
    }
    while (i < n && p[i] != '\\')
        i++;
    return i < n;
}

/* The text between the quotes of a value that is {"S":"…"} or {"B":"…"}. One with escapes is gathered, if it is not yet, and unescaped where it
 * is: what is written there is never longer than what it is read from, and the window stays as it came. */
static dyn_str dyn__own_text(dyn__decoder *d)
{
    dyn_str s = { d->own.ptr, d->own.len };
    bool escapes = dyn__has_escape(s.ptr, s.len);
    char tag;

    if (escapes && !d->own.cap) {
        d->own.ptr = NULL, d->own.len = 0;
        dyn__own_append(d, s.ptr, s.len);
        s.ptr = d->own.ptr, s.len = d->own.len;
    }
    const char *p = s.ptr, *end = p + s.len;
    if (!s.ptr) {
        dyn__own_short(d, s.len);
        s.ptr = "", s.len = 0;
        return s;
    }
    dyn__take_tag(&p, end, &tag);
    dyn__take_char(&p, end, '"');
    s.ptr = p, s.len = 0;
    if (escapes)
        dyn__take_string(&p, end, (char *)d->own.ptr + (s.ptr - d->own.ptr), (size_t)(end - p), &s.len);
    else {
        for (end--; *end != '"'; end--) { }
        s.len = (size_t)(end - p);
    }
    return s;
}

DYN_API void dyn__write_base64(struct dyn__writer *w, const dyn_arg *a)
{
    dyn__base64_put(w, (const unsigned char *)a->as.s.ptr, a->as.s.len);
}

/* The number of bytes in a member: its count's, or all. */
static uint64_t dyn__bytes_count(const dyn_field *f, const unsigned char *p)
{
    return f->count_size ? dyn__load_unsigned(p - f->offset + f->count_offset, f->count_size) : f->size;
}

/* Bytes are read. */
static void dyn__bytes_read(const dyn_field *f, unsigned char *p, dyn__decoder *d)
{
    dyn_str s = dyn__own_text(d);
    size_t n = dyn__base64_size(s.ptr, s.len);

    if (n == SIZE_MAX || (n <= f->size && !dyn__base64_take(s.ptr, s.len, p)))
        dyn__bad_item(d, f, "attribute \"%s\": \"%S\" is no base64", dyn__attr(f), &s);
    else if (n > f->size || (n != f->size && !f->count_size))
        dyn__bad_item(d, f, "attribute \"%s\": %u bytes do not fit unsigned char[%u]%s", dyn__attr(f), (uint64_t)n, (uint64_t)f->size,
                      n < f->size ? ", which holds no fewer; DYN_BYTES_N has a count" : "");
    else if (f->count_size)
        dyn__store_bits(p - f->offset + f->count_offset, f->count_size, n);
}

/* Does a value fit bytes? */
static int dyn__bytes_fit(const dyn_field *f, const char *what, const dyn_arg *a, dyn_error *err)
{
    if (a->kind != DYN_ARG_BYTES || a->as.s.len == f->size || (f->count_size && a->as.s.len < f->size))
        return DYN_OK;
    return (int)dyn__misfit(err, f, what, f->count_size ? "it holds up to %u bytes, the value has %u" : "it holds %u bytes, the value has %u",
                       (uint64_t)f->size, (uint64_t)a->as.s.len);
}

/* unsigned char[N] */
DYN__CODEC(dyn__bytes_codec)
{
    unsigned char *p = (unsigned char *)at;
    bool zero = true;

    switch (op) {
    case DYN__CODEC_LOAD:
        if (dyn__bytes_count(f, p) > f->size)
            return (int)dyn__fail_at(err, f, DYN_INVALID, "attribute \"%s\": its count is %u, but there is room for %u bytes", dyn__attr(f),
                                dyn__bytes_count(f, p), (uint64_t)f->size);
        *(dyn_arg *)more = dyn_bytes(p, (size_t)dyn__bytes_count(f, p));
        return DYN_OK;
    case DYN__CODEC_ABSENT:
        for (size_t i = 0; i < f->size && zero && !f->count_size; i++)
            zero = !p[i];
        return f->omit_zero && (f->count_size ? dyn__bytes_count(f, p) == 0 : zero);
    case DYN__CODEC_FITS:
        return dyn__bytes_fit(f, (const char *)at, (const dyn_arg *)more, err);
    case DYN__CODEC_READ:
        dyn__bytes_read(f, p, (dyn__decoder *)more);
        return DYN_OK;
    case DYN__CODEC_CHECK:
        if (f->count_size < 4 && f->count_size && f->size >> (8 * f->count_size))
            return (int)dyn__fail(err, DYN_INVALID, "model \"%s\": the count of member \"%s\" has %u bytes, which cannot count to %u",
                             ((const dyn_model *)at)->name, f->member, (uint64_t)f->count_size, (uint64_t)f->size);
        return DYN_OK;
    default:
        return dyn__codec_default(op, f, at, more, err);
    }
}

/* dyn_str */
DYN__CODEC(dyn__blob_codec)
{
    dyn__decoder *d = (dyn__decoder *)more;
    unsigned char *room;
    dyn_str s;
    size_t n;

    switch (op) {
    case DYN__CODEC_LOAD:
        memcpy(&s, at, sizeof s);
        if (s.len && !s.ptr)
            return (int)dyn__fail_at(err, f, DYN_INVALID, "attribute \"%s\": its slice has a length but no pointer", dyn__attr(f));
        *(dyn_arg *)more = dyn_bytes(s.ptr, s.len);
        return DYN_OK;
    case DYN__CODEC_ABSENT:
        memcpy(&s, at, sizeof s);
        return f->omit_zero && s.len == 0;
    case DYN__CODEC_READ:
        s = dyn__own_text(d);
        n = dyn__base64_size(s.ptr, s.len);
        room = n == SIZE_MAX ? NULL : (unsigned char *)dyn__keep_room(d, f, n, 1);
        if (n == SIZE_MAX || (room && !dyn__base64_take(s.ptr, s.len, room)))
            dyn__bad_item(d, f, "attribute \"%s\": \"%S\" is no base64", dyn__attr(f), &s);
        s.ptr = (const char *)room, s.len = room ? n : 0;
        memcpy(at, &s, sizeof s);
        return DYN_OK;
    default:
        return dyn__codec_default(op, f, at, more, err);
    }
}

/* unsigned char[M] as an element of a list, whose count is not its own. */
DYN__CODEC(dyn__bytes_item_codec)
{
    dyn_field one = *f;

    one.count_size = 0;
    return dyn__bytes_codec(op, &one, at, more, err);
}

/* --- Arrays and structs behind pointers ------------------------------------------------------------------------------
 * Their memory is taken when an AttributeValue begins, so it must stand in one piece, in the window or gathered in work memory: then its
 * elements are counted, and decoded as those of any list. What is nested in it stands in that piece too. */

/* The largest alignment that a type of this size can have. */
static size_t dyn__align_of(size_t size)
{
    return DYN__MIN(size & (0 - size), 16);
}

/* How many elements the list at p has, whose text is sound. */
static size_t dyn__count_elements(const char *p, const char *end)
{
    dyn__skip s;
    size_t n = 0;

    if (dyn__take_char(&p, end, '[') != DYN__GOOD || dyn__peek(&p, end) == ']')
        return 0;
    do {
        dyn__skip_start(&s);
        if (dyn__skip_run(&s, &p, end) != DYN__GOOD)
            return n;
        n++;
    } while (dyn__take_char(&p, end, ',') == DYN__GOOD);
    return n;
}

/* Takes memory for the elements of a list that stands at *at as a whole, and enters it. */
static int dyn__array_enter(dyn__decoder *d, const dyn_field *f, unsigned char *to, const char **at, const char *end)
{
    const char *p = *at;
    unsigned char *room = NULL;
    char tag;
    int r = dyn__take_tag(&p, end, &tag);
    size_t n = r == DYN__GOOD ? dyn__count_elements(p, end) : 0;

    if (r != DYN__GOOD)
        return r;
    if (n > 0) {
        size_t most = SIZE_MAX / 2 / f->size;
        room = (unsigned char *)dyn__keep_room(d, f, DYN__MIN(n, most) * f->size, dyn__align_of(f->size));
        if (!room)
            return dyn__decode_skip(d);
    }
    r = dyn__decode_enter(d, f, room, to - f->offset, '[', &p, end);
    if (r != DYN__GOOD)
        return r;
    d->frames[d->depth].room = (uint32_t)n;
    memcpy(to, &room, sizeof room);
    *at = p;
    return r;
}

/* Begins with a list: at once if the window holds all of it, else it is gathered. */
static int dyn__array_feed(dyn__decoder *d, const dyn_field *f, unsigned char *to)
{
    const char *p = *d->own_at;

    dyn__skip_start(&d->skip);
    int r = dyn__skip_run(&d->skip, &p, d->own_end);
    if (r == DYN__GOOD)
        return dyn__array_enter(d, f, to, d->own_at, d->own_end);
    if (r == DYN__BAD)
        return r;
    d->state = DYN__D_OWN;
    d->own.len = 0;
    dyn__own_append(d, *d->own_at, (size_t)(p - *d->own_at));
    *d->own_at = p;
    return DYN__GOOD;
}

/* Goes on gathering; at the end the list is decoded from what was gathered. */
static int dyn__array_step(dyn__decoder *d, const dyn_field *f, unsigned char *to)
{
    const char *from = *d->own_at;
    uint8_t depth = d->depth;
    bool done = false;
    int r = dyn__skip_run(&d->skip, d->own_at, d->own_end);

    if (r == DYN__BAD)
        return r;
    dyn__own_append(d, from, (size_t)(*d->own_at - from));
    if (r != DYN__GOOD)
        return r;
    if (!d->own.ptr) {
        dyn__own_short(d, d->own.len);
        return r;
    }
    size_t held = d->own.cap;
    const char *p = d->own.ptr, *end = p + d->own.len;
    r = dyn__array_enter(d, f, to, &p, end);
    while (r == DYN__GOOD && !(d->depth == depth && (d->state == DYN__D_CLOSE || d->state == DYN__D_SKIP)))
        r = dyn__decode_on(d, &p, end, &done);
    if (r == DYN__GOOD && d->state == DYN__D_CLOSE)
        r = dyn__take_char(&p, end, '}');
    if (held && d->own.ptr + held == (char *)d->work->base + d->work->used)
        d->work->used -= held, d->own.cap = 0;
    d->own.len = 0;
    return r == DYN__MORE ? DYN__BAD : r;
}

/* An array's count, and in *p its elements. */
static uint64_t dyn__array_count(const dyn_field *f, const void *at, const unsigned char **p)
{
    memcpy(p, at, sizeof *p);
    return dyn__load_unsigned((const unsigned char *)at - f->offset + f->count_offset, f->count_size);
}

static dyn_status dyn__array_write(dyn__writer *w, const dyn_field *f, const void *at, dyn_error *err)
{
    const unsigned char *p;
    uint64_t count = dyn__array_count(f, at, &p);

    if (count > DYN__MAX_ITEM)
        return dyn__fail_at(err, f, DYN_INVALID, "attribute \"%s\": its count is %u; an item of 400 KB cannot hold so many elements", dyn__attr(f), count);
    if (count && !p)
        return dyn__fail_at(err, f, DYN_INVALID, "attribute \"%s\": its count is %u, but its pointer is NULL", dyn__attr(f), count);
    dyn__puts(w, "{\"L\":[");
    for (size_t i = 0; i < count; i++) {
        if (i)
            dyn__putc(w, ',');
        dyn_status s = dyn__write_single(w, f, p + i * f->size, 1, err);
        if (s != DYN_OK)
            return s;
    }
    dyn__puts(w, "]}");
    return DYN_OK;
}

/* Is there room for a pointer where the table's entry says that one is? */
static dyn_status dyn__pointer_check(const dyn_field *f, const dyn_model *m, dyn_error *err)
{
    if (f->offset > m->size || m->size - f->offset < sizeof(void *))
        return dyn__fail(err, DYN_INVALID, "model \"%s\": field \"%s\" is not of this struct; make it with a DYN_ macro and the same type as DYN_MODEL",
                         m->name, f->member);
    return DYN_OK;
}

/* T * and a count */
DYN__CODEC(dyn__array_codec)
{
    const unsigned char *p;

    switch (op) {
    case DYN__CODEC_CHECK:
        return (int)dyn__pointer_check(f, (const dyn_model *)at, err);
    case DYN__CODEC_ABSENT:
        return f->omit_zero && dyn__array_count(f, at, &p) == 0;
    case DYN__CODEC_WRITE:
        return (int)dyn__array_write((dyn__writer *)more, f, at, err);
    case DYN__CODEC_CLEAR:
        memset(at, 0, sizeof p);
        return DYN_OK;
    case DYN__CODEC_FEED:
        return dyn__array_feed((dyn__decoder *)more, f, (unsigned char *)at);
    case DYN__CODEC_STEP:
        return dyn__array_step((dyn__decoder *)more, f, (unsigned char *)at);
    default:
        return dyn__codec_default(op, f, at, more, err);
    }
}

/* Takes memory for what a pointer is to point to, and reads into it. */
static int dyn__pointer_feed(dyn__decoder *d, const dyn_field *f, unsigned char *to)
{
    dyn_arena *a = d->keep ? d->keep : d->work;
    size_t before = d->keep ? a->used : a->size;
    unsigned char *room = (unsigned char *)dyn__keep_room(d, f, f->size, dyn__align_of(f->size));
    bool null = false;

    if (!room)
        return dyn__decode_skip(d);
    memcpy(to, &room, sizeof room);
    int r = dyn__decode_value(d, f, f->element, room, to - f->offset, d->own_at, d->own_end, d->own_whole, &null);
    if (r == DYN__MORE)                        /* it comes again */
        *(d->keep ? &a->used : &a->size) = before;
    return r;
}

/* T *: a struct or a scalar, or NULL */
DYN__CODEC(dyn__pointer_codec)
{
    const unsigned char *p = NULL;

    switch (op) {
    case DYN__CODEC_CHECK:
        return (int)dyn__pointer_check(f, (const dyn_model *)at, err);
    case DYN__CODEC_CONVERT:
        return (int)dyn__convert(err, f, f->element, (dyn_arg *)more, (const char *)at);
    case DYN__CODEC_ABSENT:
        memcpy(&p, at, sizeof p);
        return !p;
    case DYN__CODEC_WRITE:
        memcpy(&p, at, sizeof p);
        return (int)dyn__write_single((dyn__writer *)more, f, p, 1, err);
    case DYN__CODEC_CLEAR:
        memset(at, 0, sizeof p);
        return DYN_OK;
    case DYN__CODEC_FEED:
        return dyn__pointer_feed((dyn__decoder *)more, f, (unsigned char *)at);
    default:
        return dyn__codec_default(op, f, at, more, err);
    }
}

/* --- Large attributes, in pieces --------------------------------------------------------------------------------------
 * A dyn_large is moved through its functions, however large it is. Its state stands in the free end of the work memory while it is read;
 * nothing else is read meanwhile. */

/* What is known of the value that is being read, in front of the room for a piece of it. */
typedef struct dyn__flow {
    size_t  done;                 /* bytes handed on */
    size_t  fill, cap;            /* bytes in the room; its size */
    uint8_t digits;               /* base64 digits in `rest` */
    bool    ended;                /* padding was seen: nothing may follow */
    bool    bad;                  /* it is passed over: the error stands already */
    bool    closed;               /* behind the closing quote */
    char    rest[4];
} dyn__flow;

/* Hands on what is in the room. */
static void dyn__flow_give(dyn__decoder *d, const dyn_field *f, dyn_large *large, dyn__flow *flow)
{
    const unsigned char *room = (const unsigned char *)(flow + 1);

    if (!flow->bad && large->take && (flow->fill || !flow->done) && !large->take(large->user, flow->done, room, flow->fill)) {
        flow->bad = true;
        if (d->status == DYN_OK) {
            d->status = DYN_CANCELLED;
            (void)dyn__fail_at(d->err, f, DYN_CANCELLED, "attribute \"%s\": its take function refused the bytes from %u on", dyn__attr(f),
                               (uint64_t)flow->done);
        }
    }
    flow->done += flow->fill;
    flow->fill = 0;
}

/* Decodes base64 digits, which may come in any pieces. */
static void dyn__flow_digits(dyn__decoder *d, const dyn_field *f, dyn_large *large, dyn__flow *flow, const char *p, size_t n)
{
    while (n > 0 && !flow->bad) {
        size_t k = flow->digits ? 1 : n / 4 * 4;
        const char *from = p;
        if (flow->cap - flow->fill < 3)
            dyn__flow_give(d, f, large, flow);
        k = DYN__MIN(k, (flow->cap - flow->fill) / 3 * 4);
        if (k < 4) {
            flow->rest[flow->digits++] = *p++, n--;
            if (flow->digits < 4)
                continue;
            from = flow->rest, k = 4, flow->digits = 0;
        } else
            p += k, n -= k;
        size_t size = dyn__base64_size(from, k);
        if (flow->ended || !dyn__base64_take(from, k, (unsigned char *)(flow + 1) + flow->fill)) {
            flow->bad = true;
            dyn__bad_item(d, f, "attribute \"%s\": behind %u bytes it is no base64", dyn__attr(f), (uint64_t)(flow->done + flow->fill));
            return;
        }
        flow->fill += size;
        flow->ended = size != k / 4 * 3;
    }
}

/* Goes on with the string. GOOD: it is complete, with the brace behind it. */
static int dyn__flow_run(dyn__decoder *d, const dyn_field *f, dyn_large *large)
{
    dyn__flow *flow = (dyn__flow *)(void *)d->text;
    char digits[128];

    while (!flow->closed) {
        size_t len = 0;
        int r;
        if (flow->bad)
            r = dyn__take_string(d->own_at, d->own_end, NULL, SIZE_MAX, &len);
        else if (f->kind == (DYN_KIND_CODEC | 'Y')) {
            r = dyn__take_string(d->own_at, d->own_end, digits, sizeof digits, &len);
            dyn__flow_digits(d, f, large, flow, digits, len);
        } else {
            r = dyn__take_string(d->own_at, d->own_end, (char *)(flow + 1), flow->cap, &flow->fill);
            if (r == DYN__FULL)
                dyn__flow_give(d, f, large, flow);
        }
        if (r == DYN__BAD || r == DYN__MORE)
            return r;
        flow->closed = r == DYN__GOOD;
    }
    int r = dyn__take_char(d->own_at, d->own_end, '}');
    if (r != DYN__GOOD)
        return r;
    if (flow->digits && !flow->bad)
        dyn__bad_item(d, f, "attribute \"%s\": the %u digits of its base64 are no multiple of 4", dyn__attr(f),
                      (uint64_t)((flow->done + flow->fill) / 3 * 4 + flow->digits));
    else
        dyn__flow_give(d, f, large, flow);
    large->size = flow->done;
    return r;
}

/* Begins with a value. */
static int dyn__flow_feed(dyn__decoder *d, const dyn_field *f, dyn_large *large)
{
    const char *p = *d->own_at;
    char tag;
    int r = dyn__take_tag(&p, d->own_end, &tag);

    if (r == DYN__GOOD)
        r = dyn__take_char(&p, d->own_end, '"');
    if (r != DYN__GOOD)
        return r;
    dyn_arena *a = d->work;
    size_t pad = (size_t)(0 - ((uintptr_t)a->base + a->used)) & (sizeof(void *) - 1), left = a->size - a->used;
    if (left < pad + sizeof(dyn__flow) + DYN__FLOW_MIN) {
        d->status = DYN_NO_MEMORY;
        (void)dyn__fail_at(d->err, f, DYN_NO_MEMORY, "attribute \"%s\": %u bytes are left of the memory, its pieces need %u; give more config.memory",
                           dyn__attr(f), (uint64_t)left, (uint64_t)(pad + sizeof(dyn__flow) + DYN__FLOW_MIN));
        d->err->needed = pad + sizeof(dyn__flow) + DYN__FLOW_MIN - left;
        return dyn__decode_skip(d);
    }
    dyn__flow *flow = (dyn__flow *)(void *)(a->base + a->used + pad);
    memset((void *)flow, 0, sizeof *flow);
    flow->cap = DYN__MIN(left - pad - sizeof *flow, DYN__FLOW_MAX) / 3 * 3;
    d->text = (char *)flow;
    if (a->peak < a->used + pad + sizeof *flow + flow->cap)
        a->peak = a->used + pad + sizeof *flow + flow->cap;
    *d->own_at = p;
    r = dyn__flow_run(d, f, large);
    if (r == DYN__MORE)
        d->state = DYN__D_OWN;
    return r == DYN__MORE ? DYN__GOOD : r;
}

/* Bytes as base64. A writer that makes the request again piece by piece asks only for those that it wants. */
static dyn_status dyn__flow_bytes(dyn__writer *w, const dyn_field *f, const dyn_large *large, dyn_error *err)
{
    unsigned char piece[192];          /* 256 digits */
    size_t at = 0;

    if (w->pos < w->from)
        at = DYN__MIN((w->from - w->pos) / 256 * sizeof piece, large->size / sizeof piece * sizeof piece), w->pos += at / 3 * 4;
    for (; at < large->size; at += sizeof piece) {
        size_t n = DYN__MIN(sizeof piece, large->size - at);
        if (!w->spill && w->len == w->cap && w->pos >= w->from) {
            w->pos += (large->size - at + 2) / 3 * 4;
            return DYN_OK;
        }
        if (!large->give(large->user, at, piece, n))
            return dyn__fail_at(err, f, DYN_CANCELLED, "attribute \"%s\": its give function has no bytes from %u on", dyn__attr(f), (uint64_t)at);
        dyn__base64_put(w, piece, n);
    }
    return DYN_OK;
}

/* Text, which is read from its beginning each time: how long it becomes is not known before. A piece ends where a character does. */
static dyn_status dyn__flow_text(dyn__writer *w, const dyn_field *f, const dyn_large *large, dyn_error *err)
{
    char piece[192];

    for (size_t at = 0, n; at < large->size; at += n) {
        n = DYN__MIN(sizeof piece, large->size - at);
        if (!w->spill && w->len == w->cap && w->pos >= w->from && w->from)
            return DYN_OK;
        if (!large->give(large->user, at, piece, n))
            return dyn__fail_at(err, f, DYN_CANCELLED, "attribute \"%s\": its give function has no text from byte %u on", dyn__attr(f),
                                (uint64_t)at);
        if (at + n < large->size)
            for (size_t back = 0; back < 3 && n > 1 && ((unsigned char)piece[n - 1] & 0xc0) == 0x80; back++)
                n--;
        if (at + n < large->size && (unsigned char)piece[n - 1] >= 0xc0)
            n--;
        if (!n || !dyn__utf8_ok(piece, n))
            return dyn__fail_at(err, f, DYN_INVALID, "attribute \"%s\": the text is not valid UTF-8 between the bytes %u and %u", dyn__attr(f),
                                (uint64_t)at, (uint64_t)(at + sizeof piece));
        dyn__put_escaped(w, piece, n);
    }
    return DYN_OK;
}

static dyn_status dyn__flow_write(dyn__writer *w, const dyn_field *f, const dyn_large *large, dyn_error *err)
{
    bool bytes = f->kind == (DYN_KIND_CODEC | 'Y');

    if (!large->give)
        return dyn__fail_at(err, f, DYN_INVALID, "attribute \"%s\": it has no give function to read it with; a put stores the whole item", dyn__attr(f));
    if (large->size > DYN__MAX_ITEM)
        return dyn__fail_at(err, f, DYN_TOO_LARGE, "attribute \"%s\": it has %u bytes; an item has at most 400 KB", dyn__attr(f), (uint64_t)large->size);
    dyn__puts(w, bytes ? "{\"B\":\"" : "{\"S\":\"");
    dyn_status s = bytes ? dyn__flow_bytes(w, f, large, err) : dyn__flow_text(w, f, large, err);
    dyn__puts(w, "\"}");
    return s;
}

/* dyn_large */
DYN__CODEC(dyn__large_codec)
{
    dyn_large *large = (dyn_large *)at;

    switch (op) {
    case DYN__CODEC_ABSENT:
        return f->omit_zero && !large->give;
    case DYN__CODEC_WRITE:
        return (int)dyn__flow_write((dyn__writer *)more, f, large, err);
    case DYN__CODEC_CLEAR:
        large->size = 0;
        return DYN_OK;
    case DYN__CODEC_FEED:
        return dyn__flow_feed((dyn__decoder *)more, f, large);
    case DYN__CODEC_STEP:
        return dyn__flow_run((dyn__decoder *)more, f, large);
    default:
        return dyn__codec_default(op, f, at, more, err);
    }
}

/* --- Indexes, and the kind of an item ---------------------------------------------------------------------------------
 * What a model has beyond its table's key. Reached through the model's pointers alone, so that a model without them costs nothing. */

#define DYN__MAX_EXTRAS 100       /* attributes that templates make beside the table's key: a slot's number has a byte */

/* The key texts of a model in order: the kind's, then eight places for each index. NULL: nothing stands there. */
static const char *dyn__extra_text(const dyn_model *m, size_t n)
{
    if (n == 0)
        return m->kind;
    const dyn_index *x = m->indexes + (n - 1) / 8;
    return (n - 1) % 8 < 4 ? x->pk[(n - 1) % 4] : x->sk[(n - 1) % 4];
}

static size_t dyn__extra_texts(const dyn_model *m)
{
    return 1 + 8 * m->index_count;
}

/* Does a key text have a template? Gives the attribute's name too. */
static bool dyn__has_template(const char *text, dyn_str *attr, const char **rest)
{
    dyn__split_key(text, attr, rest);
    return *rest != NULL;
}

/* A template of the model for the attribute, among the table's keys and the first n extra texts; NULL: there is none. */
static const char *dyn__template_for(const dyn_model *m, const dyn_str *attr, size_t n)
{
    dyn_str other;
    const char *rest;

    for (int i = 0; i < 2; i++) {
        const char *text = i ? m->sk : m->pk;
        if (text && dyn__has_template(text, &other, &rest) && dyn__eq(attr->ptr, attr->len, other.ptr, other.len))
            return rest;
    }
    for (size_t i = 0; i < n; i++) {
        const char *text = dyn__extra_text(m, i);
        if (text && dyn__has_template(text, &other, &rest) && dyn__eq(attr->ptr, attr->len, other.ptr, other.len))
            return rest;
    }
    return NULL;
}

/* Does text n make an attribute that no text before it makes? */
static bool dyn__is_extra(const dyn_model *m, size_t n)
{
    const char *text = dyn__extra_text(m, n), *rest;
    dyn_str attr;

    return text && dyn__has_template(text, &attr, &rest) && !dyn__template_for(m, &attr, n);
}

/* Checks one key text: it parses, and agrees with the other templates for the same attribute and with the members. */
static dyn_status dyn__check_extra(const dyn_model *m, size_t n, dyn_error *err)
{
    const char *text = dyn__extra_text(m, n), *rest, *same;
    dyn_str attr;
    dyn__key key;

    bool made = dyn__has_template(text, &attr, &rest);
    uint8_t field = dyn__find_member(m, attr.ptr, attr.len);
    same = dyn__template_for(m, &attr, made ? n : dyn__extra_texts(m));
    if (!made && field == DYN__NO_FIELD && same)
        return DYN_OK;                                         /* by the name of an attribute that a template makes */
    if (dyn__parse_key(m, text, &key, NULL, err) != DYN_OK)
        return DYN_INVALID;
    if (!made && m->fields[field].key_only)
        return dyn__fail(err, DYN_INVALID, "model \"%s\": member \"%s\" is .key_only, there is no such attribute for an index", m->name, text);
    if (!made)
        return DYN_OK;
    if (same && !dyn__same(same, rest))
        return dyn__fail(err, DYN_INVALID, "model \"%s\": attribute \"%S\" is made by two templates, \"%s\" and \"%s\"", m->name, &attr, same, rest);
    if (attr.len > 255 || !dyn__utf8_ok(attr.ptr, attr.len))
        return dyn__fail(err, DYN_INVALID, "model \"%s\": the attribute of the key \"%s\" must have 1 to 255 bytes of UTF-8", m->name, text);
    for (size_t i = 0; i < m->field_count; i++)
        if (dyn__eq(attr.ptr, attr.len, dyn__attr(m->fields + i), strlen(dyn__attr(m->fields + i))) ||
            dyn__eq(attr.ptr, attr.len, m->fields[i].member, strlen(m->fields[i].member)))
            return dyn__fail(err, DYN_INVALID, "model \"%s\": member \"%s\" has the name of the attribute \"%S\", which a template makes",
                             m->name, m->fields[i].member, &attr);
    dyn__parse_key(m, m->pk, &key, NULL, err);
    bool taken = key.plain && dyn__eq(attr.ptr, attr.len, key.attr.ptr, key.attr.len);
    dyn__parse_key(m, m->sk, &key, NULL, err);
    if (taken || (key.plain && dyn__eq(attr.ptr, attr.len, key.attr.ptr, key.attr.len)))
        return dyn__fail(err, DYN_INVALID, "model \"%s\": attribute \"%S\" is the table's key, no template can make it", m->name, &attr);
    return DYN_OK;
}

/* An index's name: 3 to 255 of the characters DynamoDB allows. */
static bool dyn__index_name_ok(const char *name)
{
    size_t n = name ? strlen(name) : 0;

    for (size_t i = 0; i < n; i++) {
        char lower = (char)(name[i] | 0x20);
        if (!((lower >= 'a' && lower <= 'z') || (name[i] >= '-' && name[i] <= '9' && name[i] != '/') || name[i] == '_'))
            return false;
    }
    return n >= 3 && n <= 255;
}

/* The attribute's name of a key text that has been checked. */
static dyn_str dyn__extra_attr(const dyn_model *m, const char *text)
{
    dyn_str attr;
    const char *rest;

    if (dyn__has_template(text, &attr, &rest))
        return attr;
    uint8_t field = dyn__find_member(m, attr.ptr, attr.len);
    if (field != DYN__NO_FIELD)
        attr.ptr = dyn__attr(m->fields + field), attr.len = strlen(attr.ptr);
    return attr;
}

/* The keys of an index: without gaps, each attribute once, as many as its sort allows. */
static dyn_status dyn__check_index_keys(const dyn_model *m, const dyn_index *x, dyn_error *err)
{
    size_t counts[2] = { 0, 0 };

    for (int side = 0; side < 2; side++) {
        const char *const *keys = side ? x->sk : x->pk;
        for (size_t i = 0; i < 4; i++) {
            if (!keys[i])
                continue;
            if (i != counts[side]++)
                return dyn__fail(err, DYN_INVALID, "model \"%s\": index \"%s\": its keys have a gap before \"%s\"", m->name, x->name, keys[i]);
            dyn_str a = dyn__extra_attr(m, keys[i]);
            for (size_t k = 0; k < (side ? 4 + i : i); k++) {
                const char *other = side && k >= 4 ? x->sk[k - 4] : x->pk[k];
                dyn_str b = dyn__extra_attr(m, other ? other : "");
                if (other && dyn__eq(a.ptr, a.len, b.ptr, b.len))
                    return dyn__fail(err, DYN_INVALID, "model \"%s\": index \"%s\" has attribute \"%S\" twice in its key", m->name, x->name, &a);
            }
        }
    }
    if (x->local && (counts[0] || counts[1] != 1 || !m->sk))
        return dyn__fail(err, DYN_INVALID, "model \"%s\": the local index \"%s\" takes the table's partition key (leave .pk out) and needs one .sk, and the "
                         "table a sort key", m->name, x->name);
    if (!x->local && !counts[0])
        return dyn__fail(err, DYN_INVALID, "model \"%s\": index \"%s\" needs a .pk, such as .pk = { \"city\" }", m->name, x->name);
    return DYN_OK;
}

/* Checks an index but for its key texts. */
static dyn_status dyn__check_index(const dyn_model *m, const dyn_index *x, dyn_error *err)
{
    size_t includes = 0;

    if (!dyn__index_name_ok(x->name))
        return dyn__fail(err, DYN_INVALID, "model \"%s\": the index name \"%s\" must be 3 to 255 of A-Z a-z 0-9 _ - and .", m->name, x->name ? x->name : "");
    for (const dyn_index *other = m->indexes; other < x; other++)
        if (dyn__same(other->name, x->name))
            return dyn__fail(err, DYN_INVALID, "model \"%s\": two indexes have the name \"%s\"", m->name, x->name);
    for (size_t i = 0; i < 20; i++) {
        if (x->include[i] && (!*x->include[i] || strlen(x->include[i]) > 255))
            return dyn__fail(err, DYN_INVALID, "model \"%s\": index \"%s\": the names in .include have 1 to 255 bytes", m->name, x->name);
        includes += x->include[i] != NULL;
    }
    if (x->projection > DYN_PROJECT_INCLUDE || (x->projection == DYN_PROJECT_INCLUDE) != (includes > 0))
        return dyn__fail(err, DYN_INVALID, "model \"%s\": index \"%s\": .include goes with .projection = DYN_PROJECT_INCLUDE, which needs it",
                         m->name, x->name);
    if (!x->read_units != !x->write_units || (x->local && x->read_units))
        return dyn__fail(err, DYN_INVALID, "model \"%s\": index \"%s\": .read_units and .write_units go together, and not with .local", m->name, x->name);
    return dyn__check_index_keys(m, x, err);
}

static dyn_status dyn__check_extension(const dyn_model *m, dyn_error *err)
{
    size_t local = 0, extras = 0, n = dyn__extra_texts(m);
    dyn_str attr;
    const char *rest;

    if (m->index_count > 25 || (m->index_count && !m->indexes))
        return dyn__fail(err, DYN_INVALID, "model \"%s\": a table has at most 20 global and 5 local indexes", m->name);
    if (m->kind && (!dyn__has_template(m->kind, &attr, &rest) || !attr.len || !*rest || strlen(rest) > 255 || dyn__template_for(m, &attr, 0)))
        return dyn__fail(err, DYN_INVALID, "model \"%s\": the kind \"%s\" must be \"attribute = text\", with an attribute of its own", m->name, m->kind);
    for (const char *c = m->kind ? rest : ""; *c; c++)
        if (*c == '{')
            return dyn__fail(err, DYN_INVALID, "model \"%s\": the kind \"%s\" is the same for all items, it has no members", m->name, m->kind);
    for (size_t i = 0; i < n; i++) {
        if (dyn__extra_text(m, i) && dyn__check_extra(m, i, err) != DYN_OK)
            return DYN_INVALID;
        extras += dyn__is_extra(m, i);
    }
    for (size_t i = 0; i < m->index_count; i++) {
        if (dyn__check_index(m, m->indexes + i, err) != DYN_OK)
            return DYN_INVALID;
        local += m->indexes[i].local;
    }
    if (local > 5 || m->index_count - local > 20)
        return dyn__fail(err, DYN_INVALID, "model \"%s\": a table has at most 20 global and 5 local indexes", m->name);
    if (extras > DYN__MAX_EXTRAS)
        return dyn__fail(err, DYN_INVALID, "model \"%s\": its indexes have more than 100 attributes with templates", m->name);
    return DYN_OK;
}

/* The key of an index that a text means: a member, or what a template makes. NULL: no memory. */
static const dyn__key *dyn__resolve_key(const dyn__known *k, const char *text, dyn__key *key, dyn_arena *arena)
{
    dyn_str attr = dyn__extra_attr(k->model, text);

    for (size_t i = 0; i < 2u + k->extra_count; i++) {
        const dyn__key *other = i == 0 ? &k->pk : i == 1 ? &k->sk : k->extras + (i - 2);
        if (dyn__eq(attr.ptr, attr.len, other->attr.ptr, other->attr.len)) {
            *key = *other;
            return key;
        }
    }
    dyn__part *part = (dyn__part *)dyn__alloc(arena, sizeof *part, sizeof(void *));
    return part && dyn__parse_key(k->model, text, key, part, NULL) == DYN_OK ? key : NULL;
}

static bool dyn__make_index(dyn__known *k, const dyn_index *def, dyn__known_index *x, dyn_arena *arena)
{
    dyn__key *keys;
    size_t n = def->local;

    for (size_t i = 0; i < 8; i++)
        n += (i < 4 ? def->pk[i] : def->sk[i - 4]) != NULL;
    keys = (dyn__key *)dyn__alloc(arena, n * sizeof *keys, sizeof(void *));
    if (!keys)
        return false;
    x->index = def, x->keys = keys;
    if (def->local)
        *keys++ = k->pk, x->pk_count = x->key_count = 1;
    for (size_t i = 0; i < 8; i++) {
        const char *text = i < 4 ? def->pk[i] : def->sk[i - 4];
        if (!text)
            continue;
        if (!dyn__resolve_key(k, text, keys++, arena))
            return false;
        x->key_count++;
        x->pk_count = (uint8_t)(x->pk_count + (i < 4));
    }
    return true;
}

static int dyn__read_extra(dyn__decoder *d, size_t slot, const char *at, const char *end);

/* An attribute that a template makes beside the table's key; none when a member of it is not there. */
static dyn_status dyn__write_extra(dyn__writer *w, const dyn__known *k, const dyn__key *key, const unsigned char *item, dyn_error *err)
{
    for (size_t i = 0; i < key->part_count; i++)
        if (key->parts[i].field != DYN__NO_FIELD && dyn__is_absent(k->model->fields + key->parts[i].field, item))
            return DYN_OK;
    dyn__putc(w, ',');
    return dyn__write_key(w, k, key, item, NULL, NULL, err);
}

/* Parses what has been checked. */
static dyn_status dyn__make_extension(dyn__known *k, dyn_arena *arena)
{
    const dyn_model *m = k->model;
    size_t count = 0;

    for (size_t i = 0; i < dyn__extra_texts(m); i++)
        count += dyn__is_extra(m, i);
    dyn__key *extras = (dyn__key *)dyn__alloc(arena, count * sizeof *extras, sizeof(void *));
    dyn__known_index *indexes = (dyn__known_index *)dyn__alloc(arena, m->index_count * sizeof *indexes, sizeof(void *));
    if (!extras || !indexes)
        return DYN_NO_MEMORY;
    k->extras = extras, k->indexes = indexes;
    k->read_extra = dyn__read_extra, k->write_extra = dyn__write_extra;
    for (size_t i = 0; i < dyn__extra_texts(m); i++) {
        dyn__key *key = extras + k->extra_count;
        if (!dyn__is_extra(m, i))
            continue;
        dyn__parse_key(m, dyn__extra_text(m, i), key, NULL, NULL);
        dyn__part *parts = (dyn__part *)dyn__alloc(arena, key->part_count * sizeof *parts, sizeof(void *));
        if (!parts)
            return DYN_NO_MEMORY;
        dyn__parse_key(m, dyn__extra_text(m, i), key, parts, NULL);
        k->extra_count++;
    }
    for (size_t i = 0; i < m->index_count; i++)
        if (!dyn__make_index(k, m->indexes + i, indexes + i, arena))
            return DYN_NO_MEMORY;
    return DYN_OK;
}

DYN_API dyn_status dyn__extend_model(struct dyn__extension *e)
{
    if (!e->known)
        return dyn__check_extension(e->model, e->err);
    if (!e->model->pk || dyn__check_extension(e->model, NULL) != DYN_OK)
        return DYN_OK;                                         /* a nested struct's model, which has no indexes */
    return dyn__make_extension(e->known, e->arena);
}

/* The type letter of a key's attribute, for a table's definition. */
static DYN__UNUSED char dyn__key_letter(const dyn__known *k, const dyn__key *key)
{
    return key->plain ? dyn__key_type(k->model->fields + key->parts[0].field) : 'S';
}

/* Says that the item is of another kind than the model's. found NULL: it has no kind. */
static void dyn__bad_kind(dyn__decoder *d, const dyn__key *kind, const dyn_str *found)
{
    const dyn_str *wanted = &kind->parts[0].literal;
    dyn_str none = { "nothing", 7 };

    dyn__bad_status(d);
    dyn__fail(d->err, DYN_BAD_ROW, "attribute \"%S\" says \"%S\", an item of model \"%s\" has \"%S\" there", &kind->attr, found ? found : &none,
              d->frames[0].known->model->name, wanted);
}

/* Looks at the value of an attribute that a template makes beside the key, before it is passed over: the kind must be right, the others are made
 * anew by each put. At an item's end (SIZE_MAX): was there a kind? */
static int dyn__read_extra(dyn__decoder *d, size_t slot, const char *at, const char *end)
{
    dyn__frame *fr = &d->frames[0];
    const dyn__known *k = fr->known;
    char tag, text[256];
    size_t n = 0;
    int r;

    if (slot == SIZE_MAX) {
        if (k->model->kind && !fr->count && !d->partial)
            dyn__bad_kind(d, k->extras, NULL);
        return DYN__GOOD;
    }
    if (slot + k->extra_count > k->slot_count || !k->model->kind)
        return DYN__GOOD;
    r = dyn__take_tag(&at, end, &tag);
    if (r == DYN__GOOD && tag == 'S')
        r = dyn__take_char(&at, end, '"');
    if (r == DYN__GOOD && tag == 'S')
        r = dyn__take_string(&at, end, text, sizeof text, &n);
    if (r != DYN__GOOD && r != DYN__FULL)
        return r;
    dyn_str found = { tag == 'S' ? text : "another type", tag == 'S' ? n : 12 };
    fr->count = 1;
    if (r == DYN__FULL || tag != 'S' || !dyn__eq(text, n, k->extras->parts[0].literal.ptr, k->extras->parts[0].literal.len))
        dyn__bad_kind(d, k->extras, &found);
    return DYN__GOOD;
}

/* Is the value that is read one of the key's? */
static bool dyn__own_is_key(const dyn__decoder *d)
{
    return d->depth == 0 && d->text_slot < 2;
}

/* All bytes zero? */
static bool dyn__is_zero(const unsigned char *p, size_t n)
{
    while (n > 0 && !*p)
        p++, n--;
    return n == 0;
}

/* --- UUIDs --- */

DYN_API void dyn_uuid_format(const unsigned char id[16], char text[37])
{
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *text++ = '-';
        *text++ = "0123456789abcdef"[id[i] >> 4];
        *text++ = "0123456789abcdef"[id[i] & 15];
    }
    *text = 0;
}

DYN_API bool dyn_uuid_parse(const char *text, size_t size, unsigned char id[16])
{
    unsigned char read[16];
    size_t digits = 0;

    if (size != 36)
        return false;
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        char c = text[i], lower = (char)(c | 0x20);
        int digit = c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
        if (dash ? c != '-' : digit < 0)
            return false;
        if (!dash)
            read[digits / 2] = (unsigned char)(digits % 2 ? read[digits / 2] << 4 | digit : digit), digits++;
    }
    memcpy(id, read, sizeof read);
    return true;
}

DYN_API void dyn__write_uuid(struct dyn__writer *w, const dyn_arg *a)
{
    char text[37];

    dyn_uuid_format((const unsigned char *)a->as.s.ptr, text);
    dyn__put(w, text, 36);
}

/* Is the text one that dyn_uuid_format writes? In a key another form would be another item. */
static bool dyn__uuid_exact(const dyn_str *s, unsigned char id[16])
{
    char text[37];

    if (!dyn_uuid_parse(s->ptr, s->len, id))
        return false;
    dyn_uuid_format(id, text);
    return memcmp(text, s->ptr, 36) == 0;
}

static int dyn__uuid_convert(const dyn_field *f, const char *what, dyn_arg *a, dyn_error *err)
{
    unsigned char id[16];

    if (a->kind == DYN_ARG_BYTES && a->as.s.len == 16)
        a->kind = DYN_ARG_MADE, a->as.own.write = dyn__write_uuid;
    if (a->kind == DYN_ARG_MADE || (a->kind == DYN_ARG_TEXT && dyn__uuid_exact(&a->as.s, id)))
        return DYN_OK;
    if (a->kind == DYN_ARG_TEXT)
        return (int)dyn__misfit(err, f, what, "\"%S\" is no UUID in 36 characters of lower case; dyn_uuid(bytes) writes it so", &a->as.s);
    return DYN_PENDING;
}

/* unsigned char[16] as text */
DYN__CODEC(dyn__uuid_codec)
{
    dyn__decoder *d = (dyn__decoder *)more;
    dyn_str s;
    bool exact;

    switch (op) {
    case DYN__CODEC_LOAD:
        *(dyn_arg *)more = dyn_uuid((const unsigned char *)at);
        return DYN_OK;
    case DYN__CODEC_ABSENT:
        return f->omit_zero && dyn__is_zero((const unsigned char *)at, 16);
    case DYN__CODEC_CONVERT:
        return dyn__uuid_convert(f, (const char *)at, (dyn_arg *)more, err);
    case DYN__CODEC_STORE:
        return dyn__uuid_exact(&((const dyn_arg *)more)->as.s, (unsigned char *)at);
    case DYN__CODEC_READ:
        s = dyn__own_text(d);
        exact = dyn__uuid_exact(&s, (unsigned char *)at);
        if (!exact && (dyn__own_is_key(d) || !dyn_uuid_parse(s.ptr, s.len, (unsigned char *)at)))
            dyn__bad_item(d, f, "attribute \"%s\": \"%S\" is no UUID such as \"0190d2a6-7f1c-7e3b-9a44-0123456789ab\"%s", dyn__attr(f), &s,
                          dyn__own_is_key(d) ? "; in a key upper case could not be found again: declare the member DYN_TEXT" : "");
        return DYN_OK;
    default:
        return dyn__codec_default(op, f, at, more, err);
    }
}

/* --- Times in the forms of others --- */

/* A time in a DYN_ARG_TIME: microseconds since 1970, and in the low five bits its form. */
static int64_t dyn__time_pack(int64_t us, uint8_t form)
{
    return us * 32 + ((form & 7) - 1) + ((form & 8) >> 1) + ((form & 48) >> 1);
}

static void dyn__write_time(struct dyn__writer *w, const dyn_arg *a)
{
    static const char zones[4][8] = { "Z", "+00:00", "+0000", "" };
    char text[32];
    int64_t us = dyn__floor(a->as.i, 32), s = dyn__floor(us, 1000000), fraction = us - s * 1000000;
    unsigned form = (unsigned)(a->as.i - us * 32), digits = form >> 3;
    dyn__civil c;

    dyn__to_civil(s, &c);
    c.f[6] = (int)(digits == 2 ? fraction / 1000 : fraction);
    size_t n = dyn__write_pattern(text, form & 4 ? "0000-11-22 33:44:55" : "0000-11-22T33:44:55", &c);
    if (digits == 2)
        n += dyn__write_pattern(text + n, ".666", &c);
    else if (digits == 3 || (digits == 0 && fraction))
        n += dyn__write_pattern(text + n, ".666666", &c);
    dyn__put(w, text, n);
    dyn__puts(w, zones[form & 3]);
}

/* Makes the argument of a time. NULL: it can be written; else why not. */
static const char *dyn__time_arg(const dyn_field *f, int64_t us, dyn_arg *a)
{
    uint8_t digits = f->iso & 48;

    if (us < DYN__YEAR_0 * 1000000 || us > DYN__YEAR_9999 * 1000000 + 999999)
        return "the time is outside the years 0000 to 9999";
    if ((digits == DYN_ISO_SECONDS && us % 1000000) || (digits == DYN_ISO_MILLIS && us % 1000))
        return "the fraction of a second has more digits than are written";
    a->kind = DYN_ARG_TIME, a->as.i = dyn__time_pack(us, f->iso), a->as.own.write = dyn__write_time;
    return NULL;
}

/* The microseconds in an argument that is a time. */
static int64_t dyn__time_of(const dyn_arg *a)
{
    return dyn__floor(a->as.i, 32);
}

/* The member's value in microseconds; a count that is far outside stays far outside. */
static int64_t dyn__time_scale(const dyn_field *f, int64_t v)
{
    int64_t most = INT64_MAX / f->micros;

    return (v > most ? most : v < -most ? -most : v) * f->micros;
}

static int dyn__time_convert(const dyn_field *f, const char *what, dyn_arg *a, dyn_error *err)
{
    const char *why = "it is a time: an integer as the member counts, or ISO 8601 text";
    int64_t us = 0;
    bool good = true;

    if (a->kind == DYN_ARG_TIME)
        return DYN_OK;
    if (a->kind == DYN_ARG_TEXT)
        good = dyn__parse_iso_us(a->as.s.ptr, a->as.s.len, &us) && us % f->micros == 0;
    else if (a->kind == DYN_ARG_INT)
        us = dyn__time_scale(f, a->as.i);
    else if (a->kind == DYN_ARG_ISO)
        us = a->as.i * 1000;
    else
        good = false;
    if (good)
        why = dyn__time_arg(f, us, a);
    return (int)(why ? dyn__misfit(err, f, what, "%s", why) : DYN_OK);
}

/* A time's text into its member. Exact: only as it is written with this form. */
static bool dyn__time_store(const dyn_field *f, unsigned char *to, const dyn_str *s, uint8_t exact)
{
    char text[40];
    dyn__writer w = { text, sizeof text, 0, 0, 0, NULL, NULL };
    int64_t us;
    dyn_arg a;

    if (!dyn__parse_iso_us(s->ptr, s->len, &us))
        return false;
    a.as.i = dyn__time_pack(us, exact);
    if (exact)
        dyn__write_time(&w, &a);
    if (exact && (!dyn__eq(text, w.len, s->ptr, s->len) || us % f->micros))
        return false;
    dyn__store_bits(to, 8, (uint64_t)dyn__floor(us, f->micros));
    return true;
}

/* int64_t as ISO 8601 text in a form of choice */
DYN__CODEC(dyn__time_codec)
{
    dyn__decoder *d = (dyn__decoder *)more;
    const dyn_arg *a = (const dyn_arg *)more;
    uint8_t key_form = f->iso_key ? f->iso_key : f->iso;
    const char *why;
    dyn_arg other;
    dyn_str s;

    switch (op) {
    case DYN__CODEC_CHECK:
        if ((f->iso & 7) >= DYN_ISO_Z && (f->iso & 7) <= DYN_ISO_NAIVE && f->iso < 64 && (key_form & 7) >= DYN_ISO_Z && (key_form & 7) <= DYN_ISO_NAIVE)
            return DYN_OK;
        return (int)dyn__fail(err, DYN_INVALID, "model \"%s\": member \"%s\" needs a zone for its time: DYN_ISO_Z, DYN_ISO_OFFSET, DYN_ISO_COMPACT or "
                              "DYN_ISO_NAIVE", ((const dyn_model *)at)->name, f->member);
    case DYN__CODEC_LOAD:
        why = dyn__time_arg(f, dyn__time_scale(f, dyn__load_signed((const unsigned char *)at, 8)), (dyn_arg *)more);
        return (int)(why ? dyn__fail_at(err, f, DYN_INVALID, "attribute \"%s\": %s", dyn__attr(f), why) : DYN_OK);
    case DYN__CODEC_ABSENT:
        return f->omit_zero && dyn__is_zero((const unsigned char *)at, 8);
    case DYN__CODEC_CONVERT:
        return dyn__time_convert(f, (const char *)at, (dyn_arg *)more, err);
    case DYN__CODEC_KEY:
        other = *(const dyn_arg *)at;
        if (other.kind == DYN_ARG_TIME)
            other.as.i = dyn__time_pack(dyn__time_of(&other), key_form), other.as.own.write = dyn__write_time;
        return dyn__codec_default(op, f, &other, more, err);
    case DYN__CODEC_STORE:
        if (a->kind == DYN_ARG_ISO)
            dyn__store_bits((unsigned char *)at, 8, (uint64_t)(f->micros == 1 ? a->as.i * 1000 : a->as.i));
        return a->kind == DYN_ARG_ISO || dyn__time_store(f, (unsigned char *)at, &a->as.s, f->key_only ? key_form : 0);
    case DYN__CODEC_READ:
        s = dyn__own_text(d);
        if (!dyn__time_store(f, (unsigned char *)at, &s, dyn__own_is_key(d) ? f->iso : 0))
            dyn__bad_item(d, f, "attribute \"%s\": \"%S\" is no ISO 8601 time such as 2024-05-17T08:29:02.742Z%s", dyn__attr(f), &s,
                          dyn__own_is_key(d) ? " in the form that is written here, so it could not be found again" : "");
        return DYN_OK;
    default:
        return dyn__codec_default(op, f, at, more, err);
    }
}

/* ======================================================================================================================
 * >>expr   Conditions, filters, keys and updates as text with `?` for values.
 * May call >>base, >>text, >>json and >>model. A text is compiled while it is read, in one pass without a tree: what is written
 * stays in the arena, and what turns out later (a value whose type stands to its right, a parenthesis that is needed after
 * all) is inserted. Names and values are shared by all expressions of a request.
 * ==================================================================================================================== */

#define DYN__MAX_EXPRESSION 4096      /* bytes, before and after */
#define DYN__MAX_OPERATORS  300       /* and functions */
#define DYN__MAX_IN         100
#define DYN__MAX_PK         2048      /* bytes of a partition key's value */
#define DYN__MAX_SK         1024      /* and of a sort key's */

typedef struct dyn__alias {
    struct dyn__alias *next;
    dyn_str            name;
} dyn__alias;

typedef struct dyn__bound {
    struct dyn__bound *next;
    dyn_arg            arg;
} dyn__bound;

/* The names and values of one request; zeroed but for the first members. The place in a list is the placeholder's number. */
typedef struct dyn__exprs {
    dyn_arena        *arena;
    const dyn__known *known;          /* NULL: no model; any name is right and values are taken as they are */
    dyn_error        *err;            /* holds no error yet */
    const char       *what;           /* what errors call a condition; NULL: "condition" */
    bool              joined;         /* the condition will be one side of an AND */
    bool              in_query;       /* the condition is the filter of a Query, which must not name the key */
    size_t            block;          /* bytes of the client's memory, of which the arena is a part: for error.needed */
    dyn__alias       *names;
    dyn__bound       *values;
} dyn__exprs;

/* A path of an update: a target, or a source that a target is made from. */
typedef struct dyn__mention {
    struct dyn__mention *next;
    size_t               from, len;   /* in what is written */
    uint16_t             clause;
    bool                 target;
} dyn__mention;

/* A text while it is read. Tokens: 'a' a name, '"' a quoted name, '0' digits, 'l' <=, 'g' >=, 'n' <>, '!' an error, 0 the end, or
 * the character itself. */
typedef struct dyn__parser {
    dyn__exprs      *x;
    const dyn_expr  *e;
    const char      *what;
    unsigned         number;          /* of the expression in its list, from 1; 1 is not mentioned */
    size_t           at, next;        /* the token begins, ends */
    dyn_str          name;            /* its text, without quotes */
    char             token;
    bool             setting;         /* a value is stored, so it must fit its member */
    uint8_t          depth;
    uint16_t         operators;
    uint16_t         clause;          /* of an update, counted */
    bool             repeatable;
    size_t           used;            /* values taken */
    dyn__writer      out;
    dyn__mention    *mentions;
    const dyn_field *root;            /* the last path's first member; NULL: it has none in the model */
    dyn_str          root_name;       /* and attribute */
    char             where[40];       /* "filter 2, position 9" */
} dyn__parser;

/* One side of a comparison. */
typedef struct dyn__operand {
    const dyn_field *field;           /* where the path leads; NULL: unknown, or size() */
    uint8_t          kind;
    bool             value;           /* a `?` */
    bool             element;         /* the path ends in [n] */
    size_t           at;              /* where it stands in the text */
    size_t           from, len;       /* and in what is written */
    dyn_arg          arg;             /* the value, converted once it is placed */
} dyn__operand;

/* --- Placeholders ---------------------------------------------------------------------------------------------------- */

static void *dyn__expr_alloc(dyn__exprs *x, size_t n, size_t align)
{
    void *p = dyn__alloc(x->arena, n, align);

    if (!p) {
        x->err->needed = dyn__need(x->block, x->arena->missing);
        dyn__fail(x->err, DYN_NO_MEMORY, "the expressions need %u bytes more memory", (uint64_t)x->arena->missing);
    }
    return p;
}

/* "#0" to "#z", "#10" and on. */
static void dyn__put_placeholder(dyn__writer *w, char sigil, size_t id)
{
    char text[16];
    size_t at = sizeof text;

    do
        text[--at] = "0123456789abcdefghijklmnopqrstuvwxyz"[id % 36];
    while (id /= 36);
    text[--at] = sigil;
    dyn__put(w, text + at, sizeof text - at);
}

/* Writes the placeholder of an attribute's name, which must live as long as the request. */
static bool dyn__put_name(dyn__exprs *x, dyn__writer *w, dyn_str name)
{
    dyn__alias **at = &x->names;
    size_t id = 0;

    for (; *at && !dyn__eq((*at)->name.ptr, (*at)->name.len, name.ptr, name.len); id++)
        at = &(*at)->next;
    if (!*at) {
        *at = (dyn__alias *)dyn__expr_alloc(x, sizeof **at, sizeof(void *));
        if (!*at)
            return false;
        (*at)->name = name;
    }
    dyn__put_placeholder(w, '#', id);
    return true;
}

/* Writes the placeholder of a checked value. */
static bool dyn__put_value(dyn__exprs *x, dyn__writer *w, const dyn_arg *arg)
{
    dyn__bound **at = &x->values;
    size_t id = 0;

    for (; *at && !dyn__same_arg(&(*at)->arg, arg); id++)
        at = &(*at)->next;
    if (!*at) {
        *at = (dyn__bound *)dyn__expr_alloc(x, sizeof **at, sizeof(uint64_t));
        if (!*at)
            return false;
        (*at)->arg = *arg;
    }
    dyn__put_placeholder(w, ':', id);
    return true;
}

/* Writes ,"ExpressionAttributeNames":{…}, or nothing. */
static void dyn__write_names(dyn__writer *w, const dyn__exprs *x)
{
    size_t id = 0;

    for (const dyn__alias *a = x->names; a; a = a->next) {
        dyn__puts(w, id ? ",\"" : ",\"ExpressionAttributeNames\":{\"");
        dyn__put_placeholder(w, '#', id++);
        dyn__puts(w, "\":");
        dyn__put_json(w, a->name.ptr, a->name.len);
    }
    if (id)
        dyn__putc(w, '}');
}

/* Writes ,"ExpressionAttributeValues":{…}, or nothing. */
static void dyn__write_values(dyn__writer *w, const dyn__exprs *x)
{
    size_t id = 0;

    for (const dyn__bound *b = x->values; b; b = b->next) {
        dyn__puts(w, id ? ",\"" : ",\"ExpressionAttributeValues\":{\"");
        dyn__put_placeholder(w, ':', id++);
        dyn__puts(w, "\":");
        dyn__write_arg(w, &b->arg);
    }
    if (id)
        dyn__putc(w, '}');
}

/* --- Tokens ---------------------------------------------------------------------------------------------------------- */

/* "filter 2, position 9" for a byte offset. */
static const char *dyn__where(dyn__parser *p, size_t at)
{
    dyn__writer w = { p->where, sizeof p->where - 1, 0, 0, 0, NULL, NULL };
    char buf[24];
    dyn_str s = dyn__decimal_u(buf, p->number);

    dyn__puts(&w, p->what);
    if (p->number > 1) {
        dyn__putc(&w, ' ');
        dyn__put(&w, s.ptr, s.len);
    }
    dyn__puts(&w, ", position ");
    s = dyn__decimal_u(buf, at + 1);
    dyn__put(&w, s.ptr, s.len);
    p->where[w.len] = 0;
    return p->where;
}

/* Says what is wrong at a byte offset of the text; always false. The first error stays. */
static bool dyn__wrong_(dyn__parser *p, size_t at, const char *format, ...)
{
    va_list ap;

    (void)at;                                                  /* unused without error texts */
    if (p->x->err->status < DYN_INVALID) {
        dyn__fail(p->x->err, DYN_INVALID, "%s: ", dyn__where(p, at));
        va_start(ap, format);
        dyn__say_va(p->x->err, format, ap);
        va_end(ap);
    }
    return false;
}
#ifdef DYNREPO_NO_ERROR_TEXT
#define dyn__wrong(p, at, ...) ((void)(0 && dyn__wrong_(p, at, __VA_ARGS__)), dyn__wrong_(p, at, ""))
#else
#define dyn__wrong(p, at, ...) dyn__wrong_(p, at, __VA_ARGS__)
#endif

static bool dyn__expected(dyn__parser *p, const char *what)
{
    dyn_str found = { p->e->text + p->at, p->next - p->at };

    if (!p->token)
        return dyn__wrong(p, p->at, "%s expected, but the text ends here", what);
    return dyn__wrong(p, p->at, "%s expected, found \"%S\"", what, &found);
}

static bool dyn__is_name_char(char c, bool first)
{
    char lower = (char)(c | 0x20);

    return (lower >= 'a' && lower <= 'z') || c == '_' || (!first && c >= '0' && c <= '9');
}

static bool dyn__is_sign(char c)
{
    const char *s = "?(),.[]+-=<>";

    while (*s && *s != c)
        s++;
    return *s != 0;
}

/* The end of a quoted name, which begins behind the quote; it stays a view of the text. */
static size_t dyn__lex_quoted(dyn__parser *p, const char *s, size_t n)
{
    size_t from = n;

    while (s[n] && s[n] != '`')
        n++;
    p->name.ptr = s + from, p->name.len = n - from;
    p->token = '"';
    if (!s[n] || n == from)
        p->token = '!', dyn__wrong(p, p->at, s[n] ? "the quoted name is empty" : "the closing ` is missing");
    else if (!dyn__utf8_ok(s + from, n - from))
        p->token = '!', dyn__wrong(p, p->at, "the name is not valid UTF-8");
    return s[n] ? n + 1 : n;
}

/* Reads the next token. */
static void dyn__lex(dyn__parser *p)
{
    const char *s = p->e->text;
    size_t n = p->next;

    while (s[n] == ' ' || s[n] == '\t' || s[n] == '\n' || s[n] == '\r')
        n++;
    p->at = n;
    p->token = s[n];
    if (dyn__is_name_char(s[n], true)) {
        while (dyn__is_name_char(s[n], false))
            n++;
        p->token = 'a';
    } else if (s[n] >= '0' && s[n] <= '9') {
        while (s[n] >= '0' && s[n] <= '9')
            n++;
        p->token = '0';
    } else if (s[n] == '`') {
        p->next = dyn__lex_quoted(p, s, n + 1);
        return;
    } else if (s[n]) {
        n++;
        if ((p->token == '<' || p->token == '>') && (s[n] == '=' || (s[n] == '>' && p->token == '<')))
            p->token = s[n++] == '>' ? 'n' : p->token == '<' ? 'l' : 'g';
        else if (!dyn__is_sign(p->token)) {
            dyn__wrong(p, p->at, "\"%c\" means nothing here; a value is written as ?, a name as it is or in `backticks`", p->token);
            p->token = '!';
        }
    }
    p->name.ptr = s + p->at, p->name.len = n - p->at;
    p->next = n;
}

/* Goes behind a token that must be here. */
static bool dyn__take(dyn__parser *p, char token)
{
    char what[4] = { '"', token, '"', 0 };

    if (p->token != token)
        return dyn__expected(p, what);
    dyn__lex(p);
    return true;
}

/* Goes behind a word if it is here, in any case. */
static bool dyn__take_keyword(dyn__parser *p, const char *word)
{
    size_t i = 0;

    if (p->token != 'a' || strlen(word) != p->name.len)
        return false;
    while (i < p->name.len && (p->name.ptr[i] & ~0x20) == word[i])
        i++;
    if (i < p->name.len)
        return false;
    dyn__lex(p);
    return true;
}

/* Is the token a name with a parenthesis behind it? */
static bool dyn__is_call(const dyn__parser *p)
{
    size_t n = p->next;

    while (p->e->text[n] == ' ')
        n++;
    return p->token == 'a' && p->e->text[n] == '(';
}

static bool dyn__token_is(const dyn__parser *p, const char *word)
{
    return dyn__eq(p->name.ptr, p->name.len, word, strlen(word));
}

static bool dyn__count_operators(dyn__parser *p, unsigned n)
{
    p->operators = (uint16_t)(p->operators + n);
    return p->operators <= DYN__MAX_OPERATORS || dyn__wrong(p, p->at, "there are more than 300 operators and functions, DynamoDB's limit");
}

/* Starts on a text. Returns how many bytes its translation takes at most; 0: there is no text, or it is wrong. */
static size_t dyn__start(dyn__parser *p, const dyn_expr *e)
{
    size_t most = 16;                                          /* parentheses around it, an AND before it */

    p->e = e;
    p->next = p->used = 0;
    if (!e->text || !*e->text)
        return 0;
    if (strlen(e->text) > DYN__MAX_EXPRESSION)
        return dyn__wrong(p, DYN__MAX_EXPRESSION, "the text is longer than 4096 bytes");
    for (dyn__lex(p); p->token && p->token != '!'; dyn__lex(p)) {
        most += DYN__MAX(p->next - p->at, 5) + 3;              /* a placeholder has at most 4 bytes */
        if (dyn__token_is(p, "missing"))
            most += 64;
    }
    p->next = 0;
    if (p->token)
        return 0;
    dyn__lex(p);
    return most;
}

/* The text must be at its end, and its values used up. */
static bool dyn__end(dyn__parser *p, const char *expected)
{
    if (p->token)
        return dyn__expected(p, expected);
    if (p->used != p->e->count)
        return dyn__wrong(p, p->at, "the text has %u `?`, but %u values are given", (uint64_t)p->used, (uint64_t)p->e->count);
    return true;
}

/* Ends with what was written. */
static dyn_status dyn__finish_text(dyn__parser *p, dyn_str *out)
{
    if (p->out.pos > DYN__MAX_EXPRESSION)
        dyn__wrong(p, p->at, "translated, the text is longer than DynamoDB's 4096 bytes");
    if (p->x->err->status >= DYN_INVALID)
        return p->x->err->status;
    out->ptr = p->out.buf, out->len = p->out.len;
    return DYN_OK;
}

static bool dyn__make_room(dyn__parser *p, size_t most)
{
    p->out.buf = (char *)dyn__expr_alloc(p->x, most, 1);
    p->out.cap = p->out.buf ? most : 0;
    return p->out.buf != NULL;
}

/* Moves the last n bytes written to an earlier place. */
static void dyn__move_back(dyn__writer *w, size_t to, size_t n)
{
    char piece[16];

    n = DYN__MIN(n, sizeof piece);
    memcpy(piece, w->buf + w->len - n, n);
    memmove(w->buf + to + n, w->buf + to, w->len - n - to);
    memcpy(w->buf + to, piece, n);
}

static void dyn__put_in_parentheses(dyn__writer *w, size_t from)
{
    dyn__putc(w, '(');
    dyn__move_back(w, from, 1);
    dyn__putc(w, ')');
}

/* --- Operands -------------------------------------------------------------------------------------------------------- */

/* A member by its name, else by its attribute's. */
static const dyn_field *dyn__find_field(const dyn_model *m, const dyn_str *name)
{
    const dyn_field *found = NULL;

    for (size_t i = 0; i < m->field_count; i++) {
        const dyn_field *f = m->fields + i;
        if (dyn__eq(name->ptr, name->len, f->member, strlen(f->member)))
            return f;
        if (dyn__eq(name->ptr, name->len, dyn__attr(f), strlen(dyn__attr(f))))
            found = f;
    }
    return found;
}

/* Is it the attribute of a key? */
static bool dyn__names_key(const dyn__key *key, const dyn_str *name)
{
    return key->attr.len && dyn__eq(key->attr.ptr, key->attr.len, name->ptr, name->len);
}

/* Is the field in a key's template? */
static bool dyn__is_in_template(const dyn__known *k, const dyn__key *key, const dyn_field *f)
{
    for (size_t i = 0; f && key->attr.len && i < key->part_count; i++)
        if (key->parts[i].field != DYN__NO_FIELD && k->model->fields + key->parts[i].field == f)
            return true;
    return false;
}

/* Finds a path's first name in the model. */
static bool dyn__resolve_root(dyn__parser *p, dyn__operand *o)
{
    const dyn__known *k = p->x->known;

    p->root = NULL;
    p->root_name = p->name;
    if (!k)
        return true;
    p->root = o->field = dyn__find_field(k->model, &p->name);
    bool is_key = dyn__names_key(&k->pk, &p->name) || dyn__names_key(&k->sk, &p->name);
    for (size_t i = 0; i < k->extra_count; i++)
        is_key = is_key || dyn__names_key(k->extras + i, &p->name);
    if (!p->root && !is_key)
        return dyn__wrong(p, p->at, "the model \"%s\" has no member or attribute \"%S\"", k->model->name, &p->name);
    o->kind = DYN_KIND_STR;
    if (p->root) {
        o->kind = p->root->kind;
        p->root_name.ptr = dyn__attr(p->root), p->root_name.len = strlen(p->root_name.ptr);
        if (p->root->key_only)
            return dyn__wrong(p, p->at, "member \"%s\" is in the key only (.key_only), there is no such attribute", p->root->member);
    }
    if (p->x->in_query && (dyn__names_key(&k->pk, &p->root_name) || dyn__names_key(&k->sk, &p->root_name)))
        return dyn__wrong(p, p->at, "\"%S\" is part of the key; the filter of a query cannot use it, the key condition can", &p->name);
    return true;
}

/* One step of a path: a name, or a number in brackets. */
static bool dyn__path_step(dyn__parser *p, dyn__operand *o, bool first)
{
    const dyn_field *f = o->field;
    dyn_str name;

    if (p->token == '[') {
        dyn__lex(p);
        if (p->token != '0' || p->name.len > 9)
            return dyn__expected(p, "an index of the list");
        if (o->kind && dyn__class(o->kind) != 'L')
            return dyn__wrong(p, p->at, "there is no list here: \"%s\" is %s", p->root ? p->root->member : "the key",
                              dyn__class_name(dyn__class(o->kind)));
        o->kind = f ? f->element : (uint8_t)DYN_KIND_NONE;
        o->element = true;
        while (p->name.len > 1 && *p->name.ptr == '0')
            p->name.ptr++, p->name.len--;
        dyn__putc(&p->out, '[');
        dyn__put(&p->out, p->name.ptr, p->name.len);
        dyn__putc(&p->out, ']');
        dyn__lex(p);
        return dyn__take(p, ']');
    }
    if (p->token != 'a' && p->token != '"')
        return dyn__expected(p, first ? "a path or `?`" : "a name");
    if (first && !dyn__resolve_root(p, o))
        return false;
    name = first ? p->root_name : p->name;
    if (!first && o->kind) {
        if (dyn__class(o->kind) != 'M' || !f->nested)
            return dyn__wrong(p, p->at, "there is nothing below \"%s\": it is %s", f ? f->member : "the key",
                              dyn__class_name(dyn__class(o->kind)));
        o->field = dyn__find_field(f->nested, &p->name);
        if (!o->field)
            return dyn__wrong(p, p->at, "the model \"%s\" has no member or attribute \"%S\"", f->nested->name, &p->name);
        o->kind = o->field->kind;
        name.ptr = dyn__attr(o->field), name.len = strlen(name.ptr);
    }
    o->element = false;
    dyn__lex(p);
    return dyn__put_name(p->x, &p->out, name);
}

/* A path: written, and looked up in the models. */
static bool dyn__path(dyn__parser *p, dyn__operand *o)
{
    memset((void *)o, 0, sizeof *o);
    o->at = p->at;
    o->from = p->out.len;
    for (unsigned level = 0; level == 0 || p->token == '.' || p->token == '['; level++) {
        if (level > DYN_MAX_DEPTH)
            return dyn__wrong(p, p->at, "the path goes deeper than 32 levels");
        if (level && p->token == '.') {
            dyn__putc(&p->out, '.');
            dyn__lex(p);
            if (p->token == '[')
                return dyn__expected(p, "a name");
        } else if (!level && p->token == '[')
            return dyn__expected(p, "a path or `?`");
        if (!dyn__path_step(p, o, level == 0))
            return false;
    }
    o->len = p->out.len - o->from;
    return true;
}

/* A `?`: its value is noted; what it becomes depends on what it meets. */
static bool dyn__take_value(dyn__parser *p, dyn__operand *o)
{
    memset((void *)o, 0, sizeof *o);
    o->at = p->at;
    o->from = p->out.len;
    o->value = true;
    if (p->used == p->e->count)
        return dyn__wrong(p, p->at, "this `?` has no value; %u are given", (uint64_t)p->e->count);
    o->arg = p->e->args[p->used++];
    dyn__lex(p);
    return true;
}

/* A path, size(path) or `?`. */
static bool dyn__operand_of(dyn__parser *p, dyn__operand *o)
{
    size_t at = p->at, from = p->out.len;

    if (p->token == '?')
        return dyn__take_value(p, o);
    if (!dyn__is_call(p))
        return dyn__path(p, o);
    if (!dyn__token_is(p, "size"))
        return dyn__wrong(p, at, "\"%S\" cannot stand here; only size() has a value to compare", &p->name);
    dyn__lex(p);
    dyn__lex(p);
    dyn__puts(&p->out, "size(");
    if (!dyn__count_operators(p, 1) || !dyn__path(p, o))
        return false;
    char is = dyn__class(o->kind);
    if (is == 'N' || is == 'B')
        return dyn__wrong(p, o->at, "size() of %s; it is for text, lists, maps and sets", dyn__class_name(is));
    dyn__putc(&p->out, ')');
    o->field = NULL, o->kind = DYN_KIND_NUMBER;
    o->at = at, o->from = from, o->len = p->out.len - from;
    return dyn__take(p, ')');
}

/* Converts the elements of a list for its field, into a copy. */
static bool dyn__convert_items(dyn__parser *p, const dyn__operand *type, dyn__operand *o)
{
    size_t n = o->arg.as.list.count;
    dyn_arg *copy;

    if (p->setting && n > type->field->capacity)
        return dyn__wrong(p, o->at, "member \"%s\" has room for %u elements, the list has %u",
                          type->field->member, (uint64_t)type->field->capacity, (uint64_t)n);
    if (n > p->x->arena->size / sizeof *copy)
        n = p->x->arena->size / sizeof *copy + 1;
    copy = (dyn_arg *)dyn__expr_alloc(p->x, n * sizeof *copy, sizeof(uint64_t));
    for (size_t i = 0; copy && i < n; i++) {
        copy[i] = o->arg.as.list.items[i];
        if (dyn__convert(p->x->err, type->field, type->field->element, copy + i, dyn__where(p, o->at)) != DYN_OK)
            return false;
        if (p->setting && type->field->element == DYN_KIND_TEXT && copy[i].kind == DYN_ARG_TEXT && copy[i].as.s.len >= type->field->size)
            return dyn__wrong(p, o->at, "element %u has %u bytes, \"%s\" holds %u",
                              (uint64_t)i, (uint64_t)copy[i].as.s.len, type->field->member,
                              (uint64_t)type->field->size - 1);
    }
    o->arg.as.list.items = copy;
    return copy != NULL;
}

/* Converts a value to what it meets, and writes it where it belongs. */
static bool dyn__place(dyn__parser *p, const dyn__operand *type, dyn__operand *o)
{
    const dyn_field *f = type->field;
    size_t before = p->out.len;

    if (dyn__convert(p->x->err, f, type->kind, &o->arg, dyn__where(p, o->at)) != DYN_OK)
        return false;
    if (f && f->element && type->kind == f->kind && (o->arg.kind == DYN_ARG_LIST || o->arg.kind == DYN_ARG_SET) && !dyn__convert_items(p, type, o))
        return false;
    if (p->setting && f && dyn__is_codec(type->kind) && f->codec(DYN__CODEC_FITS, f, (void *)dyn__where(p, o->at), &o->arg, p->x->err) != DYN_OK)
        return false;
    if (p->setting && f && type->kind == DYN_KIND_TEXT && o->arg.kind == DYN_ARG_TEXT && o->arg.as.s.len >= f->size)
        return dyn__wrong(p, o->at, "the text has %u bytes, member \"%s\" holds %u",
                          (uint64_t)o->arg.as.s.len, f->member, (uint64_t)f->size - 1);
    if (!dyn__put_value(p->x, &p->out, &o->arg))
        return false;
    o->len = p->out.len - before;
    dyn__move_back(&p->out, o->from, o->len);
    return true;
}

/* Writes the values among n operands, which stand in order, and checks that paths have the type. */
static bool dyn__settle(dyn__parser *p, const dyn__operand *type, dyn__operand *o, size_t n)
{
    size_t shift = 0;
    char is, wants = dyn__class(type->kind);

    for (size_t i = 0; i < n; i++) {
        o[i].from += shift;
        if (o[i].value) {
            if (!dyn__place(p, type, o + i))
                return false;
            shift += o[i].len;
            continue;
        }
        is = dyn__class(o[i].kind);
        if (is && wants && is != wants)
            return dyn__wrong(p, o[i].at, "%s never equals %s", dyn__class_name(is), dyn__class_name(wants));
    }
    return true;
}

/* Copies the names and texts that were compiled, for a request that is made again long after its expressions are gone. Lists and sets
 * stay the caller's. */
static dyn_status dyn__expr_keep(dyn__exprs *x)
{
    for (dyn__alias *a = x->names; a; a = a->next) {
        char *to = (char *)dyn__expr_alloc(x, a->name.len, 1);
        if (!to)
            return DYN_NO_MEMORY;
        memcpy(to, a->name.ptr, a->name.len);
        a->name.ptr = to;
    }
    for (dyn__bound *b = x->values; b; b = b->next) {
        if ((b->arg.kind != DYN_ARG_TEXT && b->arg.kind != DYN_ARG_NUMBER && b->arg.kind != DYN_ARG_BYTES && b->arg.kind != DYN_ARG_MADE)
            || !b->arg.as.s.len)
            continue;
        char *to = (char *)dyn__expr_alloc(x, b->arg.as.s.len, 1);
        if (!to)
            return DYN_NO_MEMORY;
        memcpy(to, b->arg.as.s.ptr, b->arg.as.s.len);
        b->arg.as.s.ptr = to;
    }
    return DYN_OK;
}

/* --- Conditions ------------------------------------------------------------------------------------------------------ */

/* The first operand must differ from the others, DynamoDB says. */
static bool dyn__check_distinct(dyn__parser *p, const dyn__operand *o, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (dyn__eq(p->out.buf + o->from, o->len, p->out.buf + o[i].from, o[i].len))
            return dyn__wrong(p, o[i].at, "the first operand must be distinct from the others");
    return true;
}

/* Whether a is certainly greater than b. */
static bool dyn__is_greater(const dyn_arg *a, const dyn_arg *b)
{
    double d[2];

    if (a->kind == DYN_ARG_TEXT || b->kind == DYN_ARG_TEXT || a->kind >= DYN_ARG_BYTES || b->kind >= DYN_ARG_BYTES) {
        if (a->kind == DYN_ARG_TIME && a->kind == b->kind)
            return a->as.i > b->as.i;
        if (a->kind != b->kind)
            return false;
        int c = memcmp(a->as.s.ptr, b->as.s.ptr, DYN__MIN(a->as.s.len, b->as.s.len));
        return c > 0 || (c == 0 && a->as.s.len > b->as.s.len);
    }
    if (a->kind == DYN_ARG_NUMBER || b->kind == DYN_ARG_NUMBER)
        return false;
    if (a->kind == b->kind && a->kind != DYN_ARG_REAL)
        return a->kind == DYN_ARG_UINT ? a->as.u > b->as.u : a->as.i > b->as.i;
    for (int i = 0; i < 2; i++, a = b)
        d[i] = a->kind == DYN_ARG_REAL ? a->as.d : a->kind == DYN_ARG_UINT ? (double)a->as.u : (double)a->as.i;
    return d[0] > d[1];
}

/* Bounds that are values have one type and an order. */
static bool dyn__check_bounds(dyn__parser *p, const dyn__operand *a, const dyn__operand *b)
{
    if (!a->value || !b->value)
        return true;
    if (dyn__arg_class(&a->arg) != dyn__arg_class(&b->arg))
        return dyn__wrong(p, b->at, "the bounds of BETWEEN differ in type: %s and %s",
                          dyn__class_name(dyn__arg_class(&a->arg)), dyn__class_name(dyn__arg_class(&b->arg)));
    return !dyn__is_greater(&a->arg, &b->arg) || dyn__wrong(p, b->at, "the bounds of BETWEEN are in the wrong order");
}

/* Only text and numbers have an order. */
static bool dyn__check_ordered(dyn__parser *p, const dyn__operand *type, const dyn__operand *o, size_t n)
{
    char is = dyn__class(type->kind);

    for (size_t i = 0; i < n && (!is || is == 'S' || is == 'N' || is == 'Y'); i++)
        if (o[i].value) {
            is = dyn__arg_class(&o[i].arg);
            is = is ? is : '0';
        }
    return !is || is == 'S' || is == 'N' || is == 'Y' || dyn__wrong(p, o->at, "%s has no order; use = or <>", dyn__class_name(is));
}

/* a IN (b, c, …); the keyword and the first operand are read. */
static bool dyn__in_list(dyn__parser *p, dyn__operand *o)
{
    const dyn__operand type = o[0];
    size_t n = 1;

    dyn__puts(&p->out, " IN (");
    if (!dyn__take(p, '(') || !dyn__operand_of(p, o + 1) || !dyn__settle(p, o->value ? o + 1 : &type, o, 2) ||
        !dyn__check_distinct(p, o, 2))
        return false;
    const dyn__operand same = o->value ? o[1] : type;
    for (; p->token == ','; n++) {
        dyn__lex(p);
        dyn__puts(&p->out, ", ");
        if (n == DYN__MAX_IN)
            return dyn__wrong(p, p->at, "IN takes at most 100 operands");
        if (!dyn__operand_of(p, o + 1) || !dyn__settle(p, &same, o + 1, 1) || !dyn__check_distinct(p, o, 2))
            return false;
    }
    dyn__putc(&p->out, ')');
    return dyn__take(p, ')');
}

/* The text of a comparison's token; NULL: it is none. */
static const char *dyn__comparator(char token)
{
    switch (token) {
    case '=': return " = ";
    case 'n': return " <> ";
    case '<': return " < ";
    case 'l': return " <= ";
    case '>': return " > ";
    case 'g': return " >= ";
    default:  return NULL;
    }
}

/* a = b, a BETWEEN b AND c, a IN (b, …) */
static bool dyn__comparison(dyn__parser *p)
{
    dyn__operand o[3];
    const dyn__operand *type = o;
    size_t n = 2;

    if (!dyn__operand_of(p, o) || !dyn__count_operators(p, 1))
        return false;
    char token = p->token;
    const char *op = dyn__comparator(token);
    if (op)
        dyn__lex(p);
    else if (dyn__take_keyword(p, "BETWEEN"))
        op = " BETWEEN ", n = 3;
    else if (dyn__take_keyword(p, "IN"))
        return dyn__in_list(p, o);
    else
        return dyn__expected(p, "a comparison");
    dyn__puts(&p->out, op);
    if (!dyn__operand_of(p, o + 1))
        return false;
    if (n == 3) {
        if (!dyn__take_keyword(p, "AND"))
            return dyn__expected(p, "AND and the upper bound");
        dyn__puts(&p->out, " AND ");
        if (!dyn__operand_of(p, o + 2))
            return false;
    }
    while (type < o + n - 1 && type->value)
        type++;
    return dyn__settle(p, type, o, n) && dyn__check_distinct(p, o, n) && (token == '=' || token == 'n' ||
           dyn__check_ordered(p, type, o, n)) &&
           (n == 2 || dyn__check_bounds(p, o + 1, o + 2));
}

/* attribute_type(path, ?), begins_with(path, x), contains(path, x): what the second operand is to be. */
static bool dyn__second_operand(dyn__parser *p, const char *name, dyn__operand *o)
{
    dyn__operand type = *o;
    char is = dyn__class(o->kind);

    dyn__puts(&p->out, ", ");
    if (!dyn__take(p, ','))
        return false;
    if (*name == 'a' && p->token != '?')
        return dyn__expected(p, "`?` for the name of a type");
    if (*name == 'b' && is && is != 'S' && is != 'Y')
        return dyn__wrong(p, o->at, "begins_with() of %s; it is for text and bytes", dyn__class_name(is));
    if (*name == 'c' && is && is != 'S' && is != 'L' && is != 's')
        return dyn__wrong(p, o->at, "contains() of %s; it is for text, lists and sets", dyn__class_name(is));
    if (*name == 'c' && (is == 'L' || is == 's'))
        type.kind = o->field->element;
    else if (*name == 'c' && !is)
        type.kind = DYN_KIND_NONE;
    else
        type.field = NULL, type.kind = is == 'Y' ? DYN_KIND_CODEC | 'Y' : DYN_KIND_STR;
    if (!dyn__operand_of(p, o + 1) || !dyn__settle(p, &type, o + 1, 1) || !dyn__check_distinct(p, o, 2))
        return false;
    return *name == 'c' || !o[1].value || o[1].arg.kind == DYN_ARG_TEXT || o[1].arg.kind == DYN_ARG_BYTES
           || dyn__wrong(p, o[1].at, "%s() takes text", name);
}

/* Is it the name of one of DynamoDB's types? */
static bool dyn__is_type_name(const dyn_str *s)
{
    static const char names[] = "S N B SS NS BS M L NULL BOOL ";
    size_t at = 0, n;

    for (; names[at]; at += n + 1) {
        for (n = 0; names[at + n] != ' '; n++) { }
        if (dyn__eq(names + at, n, s->ptr, s->len))
            return true;
    }
    return false;
}

/* missing(path): absent or NULL. Its path is written twice. */
static bool dyn__missing(dyn__parser *p)
{
    dyn_arg null_type = dyn_text("NULL");
    dyn__operand o;

    dyn__puts(&p->out, "attribute_not_exists(");
    if (!dyn__count_operators(p, 2) || !dyn__path(p, &o))
        return false;
    dyn__puts(&p->out, ") OR attribute_type(");
    dyn__put(&p->out, p->out.buf + o.from, o.len);
    dyn__puts(&p->out, ", ");
    return dyn__put_value(p->x, &p->out, &null_type);
}

/* A function that is a condition, or a comparison. *top is '|' if what is written is an OR. */
static DYN__APART bool dyn__predicate(dyn__parser *p, char *top)
{
    static const char *const names[] = { "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "missing" };
    dyn__operand o[2];
    size_t i = 0;

    if (!dyn__is_call(p) || dyn__token_is(p, "size"))
        return dyn__comparison(p);
    while (i < 6 && !dyn__token_is(p, names[i]))
        i++;
    if (i == 6)
        return dyn__wrong(p, p->at, "\"%S\" is no function; there are attribute_exists, attribute_not_exists, attribute_type, begins_with, contains, "
                            "missing and size", &p->name);
    dyn__lex(p);
    dyn__lex(p);
    if (!dyn__count_operators(p, 1))
        return false;
    if (i == 5) {
        *top = '|';
        if (!dyn__missing(p))
            return false;
    } else {
        dyn__puts(&p->out, names[i]);
        dyn__putc(&p->out, '(');
        if (!dyn__path(p, o) || (i >= 2 && !dyn__second_operand(p, names[i], o)))
            return false;
        if (i == 2 && !dyn__is_type_name(&o[1].arg.as.s))
            return dyn__wrong(p, o[1].at, "\"%S\" is no type; there are S N B SS NS BS M L NULL BOOL", &o[1].arg.as.s);
    }
    dyn__putc(&p->out, ')');
    return dyn__take(p, ')');
}

static bool dyn__boolean(dyn__parser *p, char *top);

/* NOTs, then a condition or a group, in parentheses if they are needed between what stands around it. */
static bool dyn__term(dyn__parser *p, bool after_and, char *top)
{
    bool negated = false, is_not = false;
    char inner = 0;

    for (; dyn__take_keyword(p, "NOT"); negated = !negated)
        is_not = true;
    if (is_not && !dyn__count_operators(p, 1))
        return false;
    if (negated)
        dyn__puts(&p->out, "NOT ");
    size_t from = p->out.len;
    if (p->token == '(') {
        dyn__lex(p);
        if (!dyn__boolean(p, &inner) || !dyn__take(p, ')'))
            return false;
    } else if (!dyn__predicate(p, &inner))
        return false;
    size_t at = p->at, next = p->next;
    dyn_str name = p->name;
    char token = p->token;
    bool before_and = dyn__take_keyword(p, "AND");
    p->at = at, p->next = next, p->name = name, p->token = token;
    bool wrap = negated ? inner != 0 : inner == '|' && (after_and || before_and);
    if (wrap)
        dyn__put_in_parentheses(&p->out, from);
    *top = negated ? '!' : wrap ? 0 : inner;
    return true;
}

/* Terms joined by AND and OR. *top: '|' an OR, '&' an AND, '!' a NOT, 0: nothing that would need parentheses. */
static bool dyn__boolean(dyn__parser *p, char *top)
{
    bool after_and = false, ors = false, ands = false;
    char term = 0;

    if (++p->depth > DYN_MAX_DEPTH)
        return dyn__wrong(p, p->at, "parentheses are nested deeper than 32 levels");
    for (;;) {
        if (!dyn__term(p, after_and, &term))
            return false;
        ors = ors || term == '|';
        after_and = dyn__take_keyword(p, "AND");
        if (after_and)
            ands = true, dyn__puts(&p->out, " AND ");
        else if (dyn__take_keyword(p, "OR"))
            ors = true, dyn__puts(&p->out, " OR ");
        else
            break;
        if (!dyn__count_operators(p, 1))
            return false;
    }
    p->depth--;
    *top = ors ? '|' : ands ? '&' : term;
    return true;
}

/* ANDs the expressions that have a text; out->len 0: none has. */
static dyn_status dyn__expr_condition(dyn__exprs *x, const dyn_expr *list, size_t n, dyn_str *out)
{
    dyn__parser p;
    size_t most = 0, texts = 0, before;

    memset((void *)&p, 0, sizeof p);
    p.x = x;
    p.what = x->what ? x->what : "condition";
    out->ptr = NULL, out->len = 0;
    for (size_t i = 0; i < n; i++) {
        p.number = (unsigned)i + 1;
        before = most;
        most += dyn__start(&p, list + i);
        texts += most != before;
    }
    if (x->err->status >= DYN_INVALID || !texts || !dyn__make_room(&p, most))
        return x->err->status >= DYN_INVALID ? x->err->status : DYN_OK;
    for (size_t i = 0; i < n; i++) {
        char top = 0;
        p.number = (unsigned)i + 1;
        if (!dyn__start(&p, list + i))
            continue;
        if (p.out.len) {
            dyn__puts(&p.out, " AND ");
            dyn__count_operators(&p, 1);
        }
        before = p.out.len;
        if (!dyn__boolean(&p, &top) || !dyn__end(&p, "AND, OR or the end"))
            return x->err->status;
        if ((texts > 1 || x->joined) && top == '|')
            dyn__put_in_parentheses(&p.out, before);
    }
    return dyn__finish_text(&p, out);
}

DYN_API dyn_status dyn__compile_conditions(struct dyn__exprs *x, const struct dyn_expr *list, size_t n, dyn_str *out)
{
    return dyn__expr_condition(x, list, n, out);
}

/* --- Updates --------------------------------------------------------------------------------------------------------- */

/* Is one of two written paths inside the other, or the same? */
static bool dyn__overlap(const dyn__parser *p, const dyn__mention *a, const dyn__mention *b)
{
    const char *s = p->out.buf + a->from, *t = p->out.buf + b->from;
    size_t n = DYN__MIN(a->len, b->len);

    if (memcmp(s, t, n) != 0)
        return false;
    return a->len == b->len || (a->len > n ? s[n] : t[n]) == '.' || (a->len > n ? s[n] : t[n]) == '[';
}

/* Notes a path. Two targets must not overlap. */
static bool dyn__mention_path(dyn__parser *p, const dyn__operand *o, bool target)
{
    dyn__mention *m = (dyn__mention *)dyn__expr_alloc(p->x, sizeof *m, sizeof(void *));

    if (!m)
        return false;
    m->from = o->from, m->len = o->len;
    m->clause = p->clause;
    m->target = target;
    for (const dyn__mention *other = p->mentions; target && other; other = other->next)
        if (other->target && dyn__overlap(p, m, other))
            return dyn__wrong(p, o->at, "this path overlaps with another that is updated");
    m->next = p->mentions;
    p->mentions = m;
    return true;
}

/* What is updated: not the key. */
static bool dyn__target(dyn__parser *p, dyn__operand *o)
{
    const dyn__known *k = p->x->known;

    p->clause++;
    if (p->token == '?')
        return dyn__expected(p, "a path");
    if (!dyn__path(p, o))
        return false;
    if (k && (dyn__names_key(&k->pk, &p->root_name) || dyn__names_key(&k->sk, &p->root_name)))
        return dyn__wrong(p, o->at, "attribute \"%S\" is part of the key and cannot be updated", &p->root_name);
    if (k && (dyn__is_in_template(k, &k->pk, p->root) || dyn__is_in_template(k, &k->sk, p->root)))
        return dyn__wrong(p, o->at, "member \"%s\" is part of the key and cannot be updated", p->root->member);
    for (size_t i = 0; k && i < k->extra_count; i++)
        if (dyn__is_in_template(k, k->extras + i, p->root))
            return dyn__wrong(p, o->at, "member \"%s\" is in the template of the index attribute \"%S\", which an update would leave as it was; put the whole "
                              "item instead", p->root->member, &k->extras[i].attr);
        else if (dyn__names_key(k->extras + i, &p->root_name))
            return dyn__wrong(p, o->at, "attribute \"%S\" is made by a template of the model; put the whole item instead", &p->root_name);
    return dyn__mention_path(p, o, true);
}

/* A path, `?` or function in SET; *o stays a value if it is a `?`, since + and - may follow. */
static bool dyn__set_operand(dyn__parser *p, const dyn__operand *target, dyn__operand *o)
{
    dyn__operand a;
    char is = dyn__class(target->kind);

    if (p->token == '?')
        return dyn__take_value(p, o);
    if (!dyn__is_call(p))
        return dyn__path(p, o) && dyn__mention_path(p, o, false);
    bool append = dyn__token_is(p, "list_append");
    if (!append && !dyn__token_is(p, "if_not_exists"))
        return dyn__wrong(p, p->at, "\"%S\" is no function of SET; there are if_not_exists and list_append", &p->name);
    if (append && is && is != 'L')
        return dyn__wrong(p, p->at, "list_append() gives a list, the target is %s", dyn__class_name(is));
    if (append)
        p->repeatable = false;
    *o = *target;
    o->at = p->at;
    dyn__puts(&p->out, append ? "list_append(" : "if_not_exists(");
    dyn__lex(p);
    if (++p->depth > DYN_MAX_DEPTH)
        return dyn__wrong(p, p->at, "functions are nested deeper than 32 levels");
    if (!dyn__count_operators(p, 1))
        return false;
    for (int i = 0; i < 2; i++) {
        if (!dyn__take(p, i ? ',' : '('))
            return false;
        if (i)
            dyn__puts(&p->out, ", ");
        if (!append && !i && (p->token == '?' || dyn__is_call(p)))
            return dyn__expected(p, "a path");
        if (!dyn__set_operand(p, target, &a) || !dyn__settle(p, target, &a, 1))
            return false;
        if (append && a.value && a.arg.kind != DYN_ARG_LIST)
            return dyn__wrong(p, a.at, "list_append() takes lists; make one of it with dyn_list()");
    }
    p->depth--;
    dyn__putc(&p->out, ')');
    return dyn__take(p, ')');
}

/* What a number added to a target is: any number, an integer for an integer. */
static void dyn__summand(const dyn__operand *target, dyn__operand *type)
{
    memset((void *)type, 0, sizeof *type);
    type->kind = dyn__is_integer_kind(target->kind) ? DYN_KIND_INT : DYN_KIND_NUMBER;
}

/* path = operand [+ operand] */
static DYN__APART bool dyn__set_clause(dyn__parser *p)
{
    dyn__operand target, type, o[2];
    char is;

    if (!dyn__target(p, &target) || !dyn__take(p, '='))
        return false;
    if (target.element)
        p->repeatable = false;                                 /* behind the end it appends */
    dyn__puts(&p->out, " = ");
    if (!dyn__set_operand(p, &target, o))
        return false;
    if (p->token != '+' && p->token != '-')
        return dyn__settle(p, &target, o, 1);
    is = dyn__class(target.kind);
    if (is && is != 'N')
        return dyn__wrong(p, p->at, "%c gives a number, the target is %s", p->token, dyn__class_name(is));
    dyn__puts(&p->out, p->token == '+' ? " + " : " - ");
    dyn__lex(p);
    if (!dyn__count_operators(p, 1) || !dyn__set_operand(p, &target, o + 1))
        return false;
    if (!o[0].value || !o[1].value)
        p->repeatable = false;
    dyn__summand(&target, &type);
    if (!dyn__settle(p, &type, o, 2))
        return false;
    for (int i = 0; i < 2; i++)
        if (o[i].value && dyn__arg_class(&o[i].arg) != 'N')
            return dyn__wrong(p, o[i].at, "it takes a number, the value is %s", dyn__class_name(dyn__arg_class(&o[i].arg)));
    if (p->token == '+' || p->token == '-')
        return dyn__wrong(p, p->at, "SET takes at most one + or -");
    return true;
}

/* REMOVE path, ADD path ?, DELETE path ? */
static DYN__APART bool dyn__other_clause(dyn__parser *p, char word)
{
    dyn__operand target, type, o;
    char is;

    if (!dyn__target(p, &target))
        return false;
    if (word == 'R') {
        if (target.element)
            p->repeatable = false;                             /* the next one moves up */
        return true;
    }
    is = dyn__class(target.kind);
    if (is && is != 's' && (is != 'N' || word == 'D'))
        return dyn__wrong(p, target.at, word == 'D' ? "DELETE takes elements out of a set; this is %s" : "ADD is for numbers and sets; this is %s",
                            dyn__class_name(is));
    dyn__putc(&p->out, ' ');
    if (p->token != '?')
        return dyn__expected(p, "`?`");
    type = target;
    if (is == 'N')
        dyn__summand(&target, &type);
    if (!dyn__take_value(p, &o) || !dyn__settle(p, &type, &o, 1))
        return false;
    is = dyn__arg_class(&o.arg);
    if (is == 'N' && word == 'A')
        p->repeatable = false;
    else if (is != 's')
        return dyn__wrong(p, o.at, word == 'D' ? "DELETE takes a set, the value is %s" : "ADD takes a number or a set, the value is %s",
                          dyn__class_name(is));
    return true;
}

/* Would a target's new value come from what this update changes, so that a second time gives something else? */
static bool dyn__feeds_itself(const dyn__parser *p)
{
    for (const dyn__mention *s = p->mentions; s; s = s->next)
        for (const dyn__mention *t = p->mentions; !s->target && t; t = t->next)
            if (t->target && dyn__overlap(p, s, t) && (s->clause != t->clause || s->len != t->len))
                return true;
    return false;
}

/* SET, REMOVE, ADD and DELETE. *repeatable: doing it twice is the same as once. */
static DYN__APART dyn_status dyn__expr_update(dyn__exprs *x, const dyn_expr *e, dyn_str *out, bool *repeatable)
{
    static const char *const words[] = { "SET", "REMOVE", "ADD", "DELETE" };
    dyn__parser p;
    unsigned seen = 0;

    memset((void *)&p, 0, sizeof p);
    p.x = x;
    p.what = "update";
    p.repeatable = true;
    out->ptr = NULL, out->len = 0;
    size_t most = dyn__start(&p, e);
    if (!most && x->err->status < DYN_INVALID)
        dyn__wrong(&p, 0, "it is empty; an update has SET, REMOVE, ADD or DELETE");
    if (!most || !dyn__make_room(&p, most))
        return x->err->status;
    do {
        unsigned i = 0;
        size_t at = p.at;
        while (i < 4 && !dyn__take_keyword(&p, words[i]))
            i++;
        if (i == 4)
            dyn__expected(&p, seen ? "\",\", SET, REMOVE, ADD, DELETE or the end" : "SET, REMOVE, ADD or DELETE");
        else if (seen & 1u << i)
            dyn__wrong(&p, at, "%s stands twice; join its parts by \",\"", words[i]);
        if (x->err->status >= DYN_INVALID)
            return x->err->status;
        if (seen)
            dyn__putc(&p.out, ' ');
        seen |= 1u << i;
        p.setting = i == 0;
        dyn__puts(&p.out, words[i]);
        for (bool more = false; ; ) {
            dyn__puts(&p.out, more ? ", " : " ");
            if (!(i == 0 ? dyn__set_clause(&p) : dyn__other_clause(&p, *words[i])))
                return x->err->status;
            more = p.token == ',';
            if (!more)
                break;
            dyn__lex(&p);
        }
    } while (p.token);
    dyn__end(&p, "");
    *repeatable = p.repeatable && !dyn__feeds_itself(&p);
    return dyn__finish_text(&p, out);
}

/* --- Key conditions -------------------------------------------------------------------------------------------------- */

/* One condition of a key condition: on a member, or without a model on a name. */
typedef struct dyn__cond {
    struct dyn__cond *next;
    const dyn_field  *field;
    dyn_str           name;
    size_t            at;
    char              op;             /* a comparison's token, 'b' BETWEEN, 'w' begins_with */
    dyn__operand      a, b;           /* the values, converted */
} dyn__cond;

/* What a key's text ends with behind its last member. */
typedef enum dyn__tail {
    DYN__TAIL_NONE,
    DYN__TAIL_LITERAL,                /* the literal text that comes next in the template */
    DYN__TAIL_LAST,                   /* the same, then U+10FFFF: behind all texts that begin so */
    DYN__TAIL_NEXT                    /* U+0000: the first text behind this one */
} dyn__tail;

/* The name in a key condition: a member of the key. */
static bool dyn__key_member(dyn__parser *p, dyn__cond *c)
{
    const dyn__known *k = p->x->known;

    if (p->token != 'a' && p->token != '"')
        return dyn__expected(p, "a member of the key");
    c->at = p->at;
    c->name = p->name;
    if (k) {
        c->field = dyn__find_field(k->model, &p->name);
        if (!c->field && (dyn__names_key(&k->pk, &p->name) || dyn__names_key(&k->sk, &p->name)))
            return dyn__wrong(p, p->at, "\"%S\" is made from a template; give the members in it", &p->name);
        if (!c->field)
            return dyn__wrong(p, p->at, "the model \"%s\" has no member or attribute \"%S\"", k->model->name, &p->name);
        if (!dyn__is_in_template(k, &k->pk, c->field) && !dyn__is_in_template(k, &k->sk, c->field))
            return dyn__wrong(p, p->at, "member \"%s\" is not in the key; filter by it", c->field->member);
    }
    dyn__lex(p);
    return true;
}

/* Converts a value for the condition's member; a text to begin with may be any. */
static bool dyn__key_value(dyn__parser *p, dyn__cond *c, dyn__operand *o)
{
    uint8_t kind = c->field ? c->field->kind : (uint8_t)DYN_KIND_NONE;
    const dyn_field *f = c->field;

    if (c->op == 'w') {
        bool bytes = kind == (DYN_KIND_CODEC | 'Y') || (!kind && o->arg.kind == DYN_ARG_BYTES);
        if (kind && dyn__class(kind) != 'S' && !bytes)
            return dyn__wrong(p, c->at, "begins_with() of %s; it is for text and bytes", dyn__class_name(dyn__class(kind)));
        kind = bytes ? DYN_KIND_CODEC | 'Y' : DYN_KIND_STR;
        f = NULL;
    }
    if (dyn__convert(p->x->err, f, kind, &o->arg, dyn__where(p, o->at)) != DYN_OK)
        return false;
    char is = dyn__arg_class(&o->arg);
    if (is != 'S' && is != 'N' && is != 'Y')
        return dyn__wrong(p, o->at, "a key is text, a number or bytes, the value is %s", dyn__class_name(is));
    return (o->arg.kind != DYN_ARG_TEXT && o->arg.kind != DYN_ARG_BYTES) || o->arg.as.s.len || dyn__wrong(p, o->at, "the text is empty; a key's must not be");
}

static bool dyn__key_argument(dyn__parser *p, dyn__operand *o)
{
    return p->token == '?' ? dyn__take_value(p, o) : dyn__expected(p, "`?`");
}

/* name = ?, ? = name, name BETWEEN ? AND ?, begins_with(name, ?) */
static bool dyn__key_cond(dyn__parser *p, dyn__cond *c)
{
    static const char mirror[] = "=<>lg", mirrored[] = "=><gl";
    bool first = p->token == '?';

    if (dyn__is_call(p)) {
        if (!dyn__token_is(p, "begins_with"))
            return dyn__expected(p, "begins_with() or a comparison");
        c->op = 'w';
        dyn__lex(p);
        dyn__lex(p);
        if (!dyn__key_member(p, c) || !dyn__take(p, ',') || !dyn__key_argument(p, &c->a) || !dyn__take(p, ')'))
            return false;
        return dyn__key_value(p, c, &c->a);
    }
    if (!(first ? dyn__key_argument(p, &c->a) : dyn__key_member(p, c)))
        return false;
    for (int i = 0; i < 5; i++)
        if (p->token == mirror[i])
            c->op = first ? mirrored[i] : mirror[i];
    if (c->op)
        dyn__lex(p);
    else if (!first && dyn__take_keyword(p, "BETWEEN"))
        c->op = 'b';
    else
        return dyn__expected(p, "= < <= > >= or BETWEEN");
    if (!(first ? dyn__key_member(p, c) : dyn__key_argument(p, &c->a)) || !dyn__key_value(p, c, &c->a))
        return false;
    if (c->op != 'b')
        return true;
    if (!dyn__take_keyword(p, "AND"))
        return dyn__expected(p, "AND and the upper bound");
    return dyn__key_argument(p, &c->b) && dyn__key_value(p, c, &c->b) && dyn__check_bounds(p, &c->a, &c->b);
}

/* The condition on a member. */
static const dyn__cond *dyn__cond_of(const dyn__parser *p, const dyn__cond *list, const dyn__part *part)
{
    while (list && (part->field == DYN__NO_FIELD || list->field != p->x->known->model->fields + part->field))
        list = list->next;
    return list;
}

/* Builds the text of a key: the first `run` parts from their conditions, one more from *last unless that is NULL, the tail. */
static bool dyn__key_text(dyn__parser *p, const dyn__key *key, const dyn__cond *list, size_t run, const dyn_arg *last, dyn__tail tail, dyn_arg *out)
{
    size_t most = key == &p->x->known->pk ? DYN__MAX_PK : DYN__MAX_SK;
    dyn__writer w = { NULL, 0, 0, 0, 0, NULL, NULL };

    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < run + (last ? 1 : 0); i++)
            if (dyn__render_part(&w, p->x->known, key, i, i < run ? &dyn__cond_of(p, list, key->parts + i)->a.arg : last, p->x->err) != DYN_OK)
                return false;
        size_t next = run + (last ? 1 : 0);
        if ((tail == DYN__TAIL_LITERAL || tail == DYN__TAIL_LAST) && next < key->part_count)
            dyn__put(&w, key->parts[next].literal.ptr, key->parts[next].literal.len);
        if (tail == DYN__TAIL_LAST)
            dyn__put(&w, "\xF4\x8F\xBF\xBF", 4);
        if (tail == DYN__TAIL_NEXT)
            dyn__putc(&w, 0);
        if (w.pos > most)
            return dyn__wrong(p, 0, "the key \"%S\" becomes longer than DynamoDB's %u bytes", &key->attr, (uint64_t)most);
        if (pass == 0) {
            w.cap = w.pos;
            w.buf = (char *)dyn__expr_alloc(p->x, w.cap, 1);
            if (!w.buf)
                return false;
            w.pos = 0;
        }
    }
    out->kind = DYN_ARG_TEXT;
    out->as.s.ptr = w.buf, out->as.s.len = w.len;
    return true;
}

/* " AND #1 BETWEEN :1 AND :2" and the like, with one value or two. */
static bool dyn__put_key_cond(dyn__parser *p, dyn_str attr, char op, const dyn_arg *a, const dyn_arg *b)
{
    if (p->out.len)
        dyn__puts(&p->out, " AND ");
    if (op == 'w')
        dyn__puts(&p->out, "begins_with(");
    if (!dyn__put_name(p->x, &p->out, attr))
        return false;
    dyn__puts(&p->out, op == 'w' ? ", " : op == 'b' ? " BETWEEN " : dyn__comparator(op));
    if (!dyn__put_value(p->x, &p->out, a))
        return false;
    if (op == 'b') {
        dyn__puts(&p->out, " AND ");
        return dyn__put_value(p->x, &p->out, b);
    }
    if (op == 'w')
        dyn__putc(&p->out, ')');
    return true;
}

/* A range over an integer or a time in a template: the bounds are values, since each has neighbours. */
static bool dyn__integer_range(dyn__parser *p, const dyn__key *key, const dyn__cond *list, size_t run, const dyn__cond *c)
{
    const dyn__part *part = key->parts + run;
    bool iso = c->a.arg.kind == DYN_ARG_ISO, open = c->op == '<' || c->op == '>';
    const uint64_t year0 = (uint64_t)INT64_C(-62167219200000);
    uint64_t top = iso ? (uint64_t)INT64_C(253402300799999) - year0 : 0, v[2], low = 0, high;
    dyn_arg a[2];

    for (int i = 0; i < (c->op == 'b' ? 2 : 1); i++) {
        const dyn_arg *given = i ? &c->b.arg : &c->a.arg;
        v[i] = given->as.u - year0;
        if (!iso && dyn__part_number(p->x->err, c->field, part->width, given, &v[i]) != DYN_OK)
            return false;
    }
    for (unsigned i = 0; i < part->width && !iso; i++)
        top = top > (UINT64_MAX - 9) / 10 ? UINT64_MAX : 10 * top + 9;
    high = top;
    if (open && v[0] == (c->op == '<' ? 0 : top))
        return dyn__wrong(p, c->at, "nothing in the key is %s than this value of \"%s\"", c->op == '<' ? "less" : "greater",
                          c->field->member);
    if (c->op == '<' || c->op == 'l')
        high = v[0] - (open ? 1 : 0);
    else
        low = v[0] + (open ? 1 : 0);
    if (c->op == 'b')
        high = v[1];
    a[0] = a[1] = c->a.arg;
    a[0].kind = a[1].kind = iso ? DYN_ARG_ISO : DYN_ARG_UINT;
    a[0].as.u = low + (iso ? year0 : 0);
    a[1].as.u = high + (iso ? year0 : 0);
    bool more = run + 1u < key->part_count, ends = more && part[1].field == DYN__NO_FIELD;
    dyn_arg from, to;
    return dyn__key_text(p, key, list, run, a, DYN__TAIL_NONE, &from) &&
           dyn__key_text(p, key, list, run, a + 1, !more ? DYN__TAIL_NONE : ends ? DYN__TAIL_LITERAL : DYN__TAIL_LAST, &to) &&
           dyn__put_key_cond(p, key->attr, 'b', &from, &to);
}

/* A range over a text in a template, which is the last part: closed, so that no other kind of item gets in. */
static bool dyn__text_range(dyn__parser *p, const dyn__key *key, const dyn__cond *list, size_t run, const dyn__cond *c)
{
    bool bare = run == 0 && !key->parts[0].literal.len;
    dyn_arg from, to;

    if (c->op == 'w')
        return dyn__key_text(p, key, list, run, &c->a.arg, DYN__TAIL_NONE, &from) && dyn__put_key_cond(p, key->attr, 'w', &from, NULL);
    if (run + 1u < key->part_count)
        return dyn__wrong(p, c->at, "member \"%s\" is text with more behind it in the key; only = and begins_with() keep to its order",
                          c->field->member);
    if (bare || c->op == 'b')
        return dyn__key_text(p, key, list, run, &c->a.arg, DYN__TAIL_NONE, &from) &&
               (c->op != 'b' || dyn__key_text(p, key, list, run, &c->b.arg, DYN__TAIL_NONE, &to)) &&
                   dyn__put_key_cond(p, key->attr, c->op, &from, &to);
    if (c->op == '<')
        return dyn__wrong(p, c->at, "a text before this one has no closed range; use \"%s <= ?\" and skip the equal one", c->field->member);
    if (c->op == 'l')
        return dyn__key_text(p, key, list, run, NULL, DYN__TAIL_LITERAL, &from) &&
               dyn__key_text(p, key, list, run, &c->a.arg, DYN__TAIL_NONE, &to) && dyn__put_key_cond(p, key->attr, 'b', &from, &to);
    return dyn__key_text(p, key, list, run, &c->a.arg, c->op == '>' ? DYN__TAIL_NEXT : DYN__TAIL_NONE, &from) &&
           dyn__key_text(p, key, list, run, NULL, DYN__TAIL_LAST, &to) && dyn__put_key_cond(p, key->attr, 'b', &from, &to);
}

/* One key: members from left to right by =, then at most one range; what is not given is left open. */
static bool dyn__put_key(dyn__parser *p, const dyn__key *key, const dyn__cond *list, bool partition)
{
    size_t run = 0, members = 0;
    const dyn__cond *c = NULL, *late = NULL;
    const dyn_field *gap = NULL;
    dyn_arg text;

    for (size_t i = 0; i < key->part_count && key->parts[i].field != DYN__NO_FIELD; i++, members++) {
        const dyn__cond *found = dyn__cond_of(p, list, key->parts + i);
        if (!gap && found && found->op == '=')
            run++;
        else if (!gap)
            c = found, gap = p->x->known->model->fields + key->parts[i].field;
        else if (found && !late)
            late = found;
    }
    if (partition && run < members)
        return dyn__wrong(p, c ? c->at : 0, "member \"%s\" of the partition key must be given by =", gap->member);
    if (late)
        return dyn__wrong(p, late->at, "member \"%s\" needs \"%s\" before it by =", late->field->member, gap->member);
    if (key->plain)
        return !(c = dyn__cond_of(p, list, key->parts)) || dyn__put_key_cond(p, key->attr, c->op, &c->a.arg, &c->b.arg);
    if (run == members)
        return dyn__key_text(p, key, list, run, NULL, DYN__TAIL_LITERAL, &text) && dyn__put_key_cond(p, key->attr, '=', &text, NULL);
    if (c)
        return c->op != 'w' && (key->parts[run].width || c->a.arg.kind == DYN_ARG_ISO) ? dyn__integer_range(p, key, list, run, c)
                                                                                      : dyn__text_range(p, key, list, run, c);
    if (!dyn__key_text(p, key, list, run, NULL, DYN__TAIL_LITERAL, &text))
        return false;
    return !text.as.s.len || dyn__put_key_cond(p, key->attr, 'w', &text, NULL);
}

/* Without a model: the partition key by =, then perhaps the sort key, as they are named. */
static bool dyn__put_plain_keys(dyn__parser *p, const dyn__cond *c)
{
    if (c->op != '=')
        return dyn__wrong(p, c->at, "the partition key comes first, by =");
    if (c->next && c->next->next)
        return dyn__wrong(p, c->next->next->at, "a key has at most two attributes");
    return dyn__put_key_cond(p, c->name, '=', &c->a.arg, NULL) && (!c->next ||
           dyn__put_key_cond(p, c->next->name, c->next->op, &c->next->a.arg, &c->next->b.arg));
}

/* The key condition of a Query. */
static dyn_status dyn__expr_key(dyn__exprs *x, const dyn_expr *e, dyn_str *out)
{
    const dyn__known *k = x->known;
    dyn__cond *list = NULL, **at = &list;
    dyn__parser p;

    memset((void *)&p, 0, sizeof p);
    p.x = x;
    p.what = "key condition";
    out->ptr = NULL, out->len = 0;
    if (!dyn__start(&p, e)) {
        dyn__wrong(&p, 0, "it is empty; a query needs the partition key");
        return x->err->status;
    }
    do {
        *at = (dyn__cond *)dyn__expr_alloc(x, sizeof **at, sizeof(uint64_t));
        if (!*at || !dyn__key_cond(&p, *at))
            return x->err->status;
        for (const dyn__cond *other = list; other != *at; other = other->next)
            if (other->field ? other->field == (*at)->field : dyn__eq(other->name.ptr, other->name.len, (*at)->name.ptr, (*at)->name.len))
                dyn__wrong(&p, (*at)->at, "\"%S\" is given twice", &(*at)->name);
        at = &(*at)->next;
    } while (dyn__take_keyword(&p, "AND"));
    if (!dyn__end(&p, "AND or the end") || x->err->status >= DYN_INVALID || !dyn__make_room(&p, 80))
        return x->err->status;
    if (k ? dyn__put_key(&p, &k->pk, list, true) && (!k->sk.attr.len ||
        dyn__put_key(&p, &k->sk, list, false)) : dyn__put_plain_keys(&p, list))
        return dyn__finish_text(&p, out);
    return x->err->status;
}

/* ======================================================================================================================
 * >>sign   AWS Signature Version 4: dyn_sign for any request, dyn__signer for the client's own.
 * Calls >>base and >>text; small builds take BearSSL's SHA-256. A signature is a chain of hashes over mostly the same bytes, so the signer keeps the
 * states of the hash behind everything that stays: per day the key, per second the date, and per target the rest.
 * ==================================================================================================================== */

#ifndef DYN__USER_AGENT
#define DYN__USER_AGENT "dynrepo"
#endif
#define DYN__SIGN_ALGORITHM "AWS4-HMAC-SHA256"
#define DYN__SIGN_END       "aws4_request"
#define DYN__SIGN_LAST      INT64_C(253402300799)   /* 9999-12-31T23:59:59Z: the last second that the date's text can hold */

static void dyn__hex(char *out, const unsigned char *in, size_t n)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[in[i] >> 4];
        out[2 * i + 1] = digits[in[i] & 15];
    }
}

/* Text that may stand in a header and in a scope: not empty, and only visible ASCII. */
static bool dyn__is_visible(dyn_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < 0x21 || s.ptr[i] > 0x7e)
            return false;
    return s.len > 0;
}

/* The bytes of a header's name: RFC 9110, 5.6.2. */
static bool dyn__is_token_char(char c)
{
    static const uint32_t set[8] = { 0, 0x03ff6cfaU, 0xc7fffffeU, 0x57ffffffU, 0, 0, 0, 0 };

    return (set[(unsigned char)c >> 5] >> (c & 31)) & 1;
}

static char dyn__lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static dyn_str dyn__sign_text(const char *p, size_t n)
{
    dyn_str s;

    s.ptr = p, s.len = n;
    return s;
}

/* --- SHA-256 (FIPS 180-4) ------------------------------------------------------------------------------------------ */

#if defined(DYNREPO_SMALL) || UINTPTR_MAX <= 0xffffffff
typedef br_sha256_context dyn__sha;
#define dyn__sha_init      br_sha256_init
#define dyn__sha_update    br_sha256_update
#define dyn__sha_out       br_sha256_out
#define dyn__sha_state     br_sha256_state
#define dyn__sha_set_state br_sha256_set_state
#else
/* BearSSL's is made to be small; this one takes a fifth less time, of which a request spends a quarter here. */
typedef struct dyn__sha {
    uint32_t      state[8];
    uint64_t      count;          /* bytes so far */
    unsigned char block[64];
} dyn__sha;

static const uint32_t dyn__sha_k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};

/* The three rotations of a sum are nested, and Maj(a, b, c) takes a ^ b from the step before: both save instructions. */
#define DYN__ROTR(x, n) ((x) >> (n) | (x) << (32 - (n)))
#define DYN__SHA_STEP(a, b, c, d, e, f, g, h, n, word) do { \
        uint32_t t_ = h + DYN__ROTR(e ^ DYN__ROTR(e ^ DYN__ROTR(e, 14), 5), 6) + (g ^ (e & (f ^ g))) + dyn__sha_k[n] + (word), ab_ = a ^ b; \
        d += t_; \
        h = t_ + DYN__ROTR(a ^ DYN__ROTR(a ^ DYN__ROTR(a, 9), 11), 2) + (b ^ (ab_ & bc)); \
        bc = ab_; \
    } while (0)
#define DYN__SHA_FIRST(n) w[n]
#define DYN__SHA_NEXT(n) (w[n] += (DYN__ROTR(w[((n) + 1) & 15], 7) ^ DYN__ROTR(w[((n) + 1) & 15], 18) ^ w[((n) + 1) & 15] >> 3) + w[((n) + 9) & 15] \
        + (DYN__ROTR(w[((n) + 14) & 15], 17) ^ DYN__ROTR(w[((n) + 14) & 15], 19) ^ w[((n) + 14) & 15] >> 10))
#define DYN__SHA_8(i, n, word) \
    DYN__SHA_STEP(a, b, c, d, e, f, g, h, i + n, word(n));         DYN__SHA_STEP(h, a, b, c, d, e, f, g, i + n + 1, word(n + 1)); \
    DYN__SHA_STEP(g, h, a, b, c, d, e, f, i + n + 2, word(n + 2)); DYN__SHA_STEP(f, g, h, a, b, c, d, e, i + n + 3, word(n + 3)); \
    DYN__SHA_STEP(e, f, g, h, a, b, c, d, i + n + 4, word(n + 4)); DYN__SHA_STEP(d, e, f, g, h, a, b, c, i + n + 5, word(n + 5)); \
    DYN__SHA_STEP(c, d, e, f, g, h, a, b, i + n + 6, word(n + 6)); DYN__SHA_STEP(b, c, d, e, f, g, h, a, i + n + 7, word(n + 7))

static void dyn__sha_block(uint32_t s[8], const unsigned char *p)
{
    uint32_t w[16], a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7], bc = b ^ c;

    for (size_t i = 0; i < 16; i++, p += 4)
        w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    DYN__SHA_8(0, 0, DYN__SHA_FIRST);
    DYN__SHA_8(0, 8, DYN__SHA_FIRST);
    for (size_t i = 16; i < 64; i += 16) {
        DYN__SHA_8(i, 0, DYN__SHA_NEXT);
        DYN__SHA_8(i, 8, DYN__SHA_NEXT);
    }
    s[0] += a, s[1] += b, s[2] += c, s[3] += d, s[4] += e, s[5] += f, s[6] += g, s[7] += h;
}

static void dyn__sha_init(dyn__sha *sha)
{
    static const uint32_t start[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

    memcpy(sha->state, start, sizeof start);
    sha->count = 0;
}

static void dyn__sha_update(dyn__sha *sha, const void *data, size_t n)
{
    const unsigned char *p = (const unsigned char *)data;
    size_t have = (size_t)sha->count % 64;

    sha->count += n;
    if (have > 0 && have + n >= 64) {
        memcpy(sha->block + have, p, 64 - have);
        dyn__sha_block(sha->state, sha->block);
        p += 64 - have, n -= 64 - have, have = 0;
    }
    for (; n >= 64; p += 64, n -= 64)
        dyn__sha_block(sha->state, p);
    if (n > 0)
        memcpy(sha->block + have, p, n);
}

static void dyn__sha_words(unsigned char *out, const uint32_t *s, size_t count)
{
    for (; count > 0; count--, out += 4) {
        uint32_t v = *s++;
        out[0] = (unsigned char)(v >> 24), out[1] = (unsigned char)(v >> 16), out[2] = (unsigned char)(v >> 8), out[3] = (unsigned char)v;
    }
}

/* The hash of what there is so far; more may follow. */
static void dyn__sha_out(const dyn__sha *sha, unsigned char out[32])
{
    unsigned char block[64];
    uint32_t s[8], bits[2] = { (uint32_t)(sha->count >> 29), (uint32_t)(sha->count << 3) };
    size_t n = (size_t)sha->count % 64;

    memcpy(s, sha->state, sizeof s);
    memcpy(block, sha->block, n);
    block[n++] = 0x80;
    memset(block + n, 0, 64 - n);
    if (n > 56) {
        dyn__sha_block(s, block);
        memset(block, 0, 56);
    }
    dyn__sha_words(block + 56, bits, 2);
    dyn__sha_block(s, block);
    dyn__sha_words(out, s, 8);
}

/* The state behind whole blocks, and going on from one. */
static void dyn__sha_state(const dyn__sha *sha, unsigned char out[32])
{
    dyn__sha_words(out, sha->state, 8);
}

static void dyn__sha_set_state(dyn__sha *sha, const unsigned char in[32], uint64_t count)
{
    for (size_t i = 0; i < 8; i++, in += 4)
        sha->state[i] = (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
    sha->count = count;
}
#endif

static void dyn__sha_put(dyn__sha *sha, dyn_str s)
{
    if (s.len > 0)
        dyn__sha_update(sha, s.ptr, s.len);
}

/* An HMAC-SHA-256 key (RFC 2104) as the two states of SHA-256 that it leads to: two blocks less per use, and no key in memory. */
typedef struct dyn__hmac_key {
    unsigned char inner[32], outer[32];
} dyn__hmac_key;

/* The state behind one block. */
static void dyn__hmac_pad(unsigned char state[32], dyn__sha *sha, const unsigned char block[64])
{
    dyn__sha_init(sha);
    dyn__sha_update(sha, block, 64);
    dyn__sha_state(sha, state);
}

/* The key is a followed by b; both may be of any length. *sha is scratch, here and below: what it holds afterwards is secret. */
static void dyn__hmac_key_set(dyn__hmac_key *k, dyn__sha *sha, dyn_str a, dyn_str b)
{
    unsigned char block[64];

    memset(block, 0, sizeof block);
    if (a.len <= sizeof block && b.len <= sizeof block - a.len) {
        if (a.len > 0)
            memcpy(block, a.ptr, a.len);
        if (b.len > 0)
            memcpy(block + a.len, b.ptr, b.len);
    } else {
        dyn__sha_init(sha);
        dyn__sha_put(sha, a);
        dyn__sha_put(sha, b);
        dyn__sha_out(sha, block);
    }
    for (size_t i = 0; i < sizeof block; i++)
        block[i] ^= 0x36;
    dyn__hmac_pad(k->inner, sha, block);
    for (size_t i = 0; i < sizeof block; i++)
        block[i] ^= 0x36 ^ 0x5c;
    dyn__hmac_pad(k->outer, sha, block);
    dyn__wipe(block, sizeof block);
}

static void dyn__hmac_begin(const dyn__hmac_key *k, dyn__sha *sha)
{
    dyn__sha_init(sha);
    dyn__sha_set_state(sha, k->inner, 64);
}

/* Ends what dyn__hmac_begin began; *sha is used up. */
static void dyn__hmac_end(const dyn__hmac_key *k, dyn__sha *sha, unsigned char mac[32])
{
    dyn__sha_out(sha, mac);
    dyn__sha_set_state(sha, k->outer, 64);
    dyn__sha_update(sha, mac, 32);
    dyn__sha_out(sha, mac);
}

/* Makes the key of the next stage: the HMAC of text under *k. */
static void dyn__hmac_next(dyn__hmac_key *k, dyn__sha *sha, dyn_str text)
{
    unsigned char mac[32];

    dyn__hmac_begin(k, sha);
    dyn__sha_put(sha, text);
    dyn__hmac_end(k, sha, mac);
    dyn__hmac_key_set(k, sha, dyn__sign_text((const char *)mac, sizeof mac), dyn__sign_text(NULL, 0));
    dyn__wipe(mac, sizeof mac);
}

/* The first stage: what the secret is needed for. */
static void dyn__sign_secret(dyn__hmac_key *k, dyn__sha *sha, dyn_str secret)
{
    dyn__hmac_key_set(k, sha, dyn__sign_text(DYN__LIT("AWS4")), secret);
}

/* From the first stage to the key of a day (the first 8 characters of a date), region and service. */
static void dyn__sign_key(dyn__hmac_key *k, dyn__sha *sha, const char *day, dyn_str region, dyn_str service)
{
    dyn__hmac_next(k, sha, dyn__sign_text(day, 8));
    dyn__hmac_next(k, sha, region);
    dyn__hmac_next(k, sha, service);
    dyn__hmac_next(k, sha, dyn__sign_text(DYN__LIT(DYN__SIGN_END)));
}

/* Hashes "<day>/<region>/<service>/aws4_request". */
static void dyn__sign_scope(dyn__sha *sha, const char *day, dyn_str region, dyn_str service)
{
    dyn__sha_update(sha, day, 8);
    dyn__sha_update(sha, "/", 1);
    dyn__sha_put(sha, region);
    dyn__sha_update(sha, "/", 1);
    dyn__sha_put(sha, service);
    dyn__sha_update(sha, DYN__LIT("/" DYN__SIGN_END));
}

/* Begins the HMAC over the string to sign: everything but the hash of the canonical request. */
static void dyn__sign_begin(const dyn__hmac_key *k, dyn__sha *sha, const char date[16], dyn_str region, dyn_str service)
{
    dyn__hmac_begin(k, sha);
    dyn__sha_update(sha, DYN__LIT(DYN__SIGN_ALGORITHM "\n"));
    dyn__sha_update(sha, date, 16);
    dyn__sha_update(sha, "\n", 1);
    dyn__sign_scope(sha, date, region, service);
    dyn__sha_update(sha, "\n", 1);
}

/* Adds 32 bytes to a hash as hexadecimal text. */
static DYN__APART void dyn__sha_put_hex(dyn__sha *sha, const unsigned char bytes[32])
{
    char hex[64];

    dyn__hex(hex, bytes, 32);
    dyn__sha_update(sha, hex, sizeof hex);
}

/* Ends it: digest is of the canonical request, mac is from dyn__sign_begin and is used up. */
static void dyn__sign_end(const dyn__hmac_key *k, dyn__sha *mac, unsigned char digest[32], char signature[64])
{
    dyn__sha_put_hex(mac, digest);
    dyn__hmac_end(k, mac, digest);
    dyn__hex(signature, digest, 32);
}

/* ---- any request ---- */

enum { DYN__SIGN_DATE = DYN_SIGN_HEADERS_MAX };     /* the number of X-Amz-Date, which is signed besides the headers given */

/* What dyn_sign knows of one request: its headers' numbers in canonical order. */
typedef struct dyn__sign_job {
    const dyn_sign_request *request;
    char          date[17];
    unsigned char order[DYN_SIGN_HEADERS_MAX + 1];
    size_t        count;
} dyn__sign_job;

static dyn_str dyn__sign_name(const dyn__sign_job *j, unsigned number)
{
    return number == DYN__SIGN_DATE ? dyn__sign_text(DYN__LIT("x-amz-date")) : j->request->headers[number].name;
}

/* Compares two names without regard to case, as bytes of their lower-case form: < 0, 0, > 0. */
static int dyn__compare_names(dyn_str a, dyn_str b)
{
    size_t n = DYN__MIN(a.len, b.len);

    for (size_t i = 0; i < n; i++) {
        int d = (unsigned char)dyn__lower(a.ptr[i]) - (unsigned char)dyn__lower(b.ptr[i]);
        if (d != 0)
            return d;
    }
    return a.len < b.len ? -1 : a.len > b.len;
}

/* Puts one header's number where it belongs; equal names keep their order. */
static void dyn__sign_insert(dyn__sign_job *j, unsigned number)
{
    dyn_str name = dyn__sign_name(j, number);
    size_t at = j->count++;

    for (; at > 0 && dyn__compare_names(dyn__sign_name(j, j->order[at - 1]), name) > 0; at--)
        j->order[at] = j->order[at - 1];
    j->order[at] = (unsigned char)number;
}

/* Whether a header may be signed at all: its name a token, its value without control bytes, which could smuggle in a header. */
static bool dyn__sign_header_ok(const dyn_sign_header *h)
{
    for (size_t i = 0; i < h->name.len; i++)
        if (!dyn__is_token_char(h->name.ptr[i]))
            return false;
    for (size_t i = 0; i < h->value.len; i++)
        if (((unsigned char)h->value.ptr[i] < 0x20 && h->value.ptr[i] != '\t') || h->value.ptr[i] == 0x7f)
            return false;
    return h->name.len > 0 && dyn__compare_names(h->name, dyn__sign_text(DYN__LIT("x-amz-date"))) != 0
        && dyn__compare_names(h->name, dyn__sign_text(DYN__LIT("authorization"))) != 0;
}

/* Checks and sorts the headers. False: they cannot be signed. */
static DYN__APART bool dyn__sign_sort(dyn__sign_job *j)
{
    bool host = false;

    j->count = 0;
    if (j->request->header_count > DYN_SIGN_HEADERS_MAX)
        return false;
    for (unsigned i = 0; i < (unsigned)j->request->header_count; i++) {
        if (!dyn__sign_header_ok(&j->request->headers[i]))
            return false;
        if (dyn__compare_names(j->request->headers[i].name, dyn__sign_text(DYN__LIT("host"))) == 0)
            host = true;
        dyn__sign_insert(j, i);
    }
    dyn__sign_insert(j, DYN__SIGN_DATE);
    return host;
}

/* Whether the number-th name in order is the one before it again. */
static bool dyn__sign_again(const dyn__sign_job *j, size_t i)
{
    return i > 0 && dyn__compare_names(dyn__sign_name(j, j->order[i - 1]), dyn__sign_name(j, j->order[i])) == 0;
}

static void dyn__sha_put_lower(dyn__sha *sha, dyn_str s)
{
    char part[32];

    while (s.len > 0) {
        size_t n = DYN__MIN(s.len, sizeof part);
        for (size_t i = 0; i < n; i++)
            part[i] = dyn__lower(s.ptr[i]);
        dyn__sha_update(sha, part, n);
        s.ptr += n, s.len -= n;
    }
}

/* Hashes a header's value: without the blanks around it, and with one space for each run of blanks in it. */
static void dyn__sha_put_value(dyn__sha *sha, dyn_str s)
{
    bool first = true;

    for (size_t i = 0; i < s.len;) {
        size_t start = i;
        while (i < s.len && s.ptr[i] != ' ' && s.ptr[i] != '\t')
            i++;
        if (i > start) {
            if (!first)
                dyn__sha_update(sha, " ", 1);
            dyn__sha_update(sha, s.ptr + start, i - start);
            first = false;
        } else {
            i++;
        }
    }
}

/* Hashes the canonical request but for the body's hash. */
static DYN__APART void dyn__sign_canonical(const dyn__sign_job *j, dyn__sha *sha)
{
    const dyn_sign_request *r = j->request;

    dyn__sha_init(sha);
    dyn__sha_put(sha, r->method);
    dyn__sha_update(sha, "\n", 1);
    dyn__sha_put(sha, r->path.len > 0 ? r->path : dyn__sign_text("/", 1));
    dyn__sha_update(sha, "\n", 1);
    dyn__sha_put(sha, r->query);
    for (size_t i = 0; i < j->count; i++) {
        unsigned number = j->order[i];
        if (dyn__sign_again(j, i)) {
            dyn__sha_update(sha, ",", 1);
        } else {
            dyn__sha_update(sha, "\n", 1);
            dyn__sha_put_lower(sha, dyn__sign_name(j, number));
            dyn__sha_update(sha, ":", 1);
        }
        dyn__sha_put_value(sha, number == DYN__SIGN_DATE ? dyn__sign_text(j->date, 16) : r->headers[number].value);
    }
    dyn__sha_update(sha, "\n\n", 2);
    for (size_t i = 0; i < j->count; i++) {
        if (dyn__sign_again(j, i))
            continue;
        if (i > 0)
            dyn__sha_update(sha, ";", 1);
        dyn__sha_put_lower(sha, dyn__sign_name(j, j->order[i]));
    }
    dyn__sha_update(sha, "\n", 1);
}

/* Computes the signature of a checked and sorted request. */
static DYN__APART void dyn__sign_compute(const dyn__sign_job *j, char signature[64])
{
    const dyn_sign_request *r = j->request;
    dyn__sha sha;                              /* one for all the hashes, in turn */
    unsigned char digest[32];
    dyn__hmac_key key;

    if (r->body_sha256)
        memcpy(digest, r->body_sha256, sizeof digest);
    else {
        dyn__sha_init(&sha);
        dyn__sha_put(&sha, r->body);
        dyn__sha_out(&sha, digest);
    }
    dyn__sign_canonical(j, &sha);
    dyn__sha_put_hex(&sha, digest);
    dyn__sha_out(&sha, digest);
    dyn__sign_secret(&key, &sha, r->secret);
    dyn__sign_key(&key, &sha, j->date, r->region, r->service);
    dyn__sign_begin(&key, &sha, j->date, r->region, r->service);
    dyn__sign_end(&key, &sha, digest, signature);
    dyn__wipe(&key, sizeof key);
    dyn__wipe(&sha, sizeof sha);
}

/* Writes "AWS4-HMAC-SHA256 Credential=<key>/<day>/<region>/<service>/aws4_request, SignedHeaders=". */
static void dyn__write_credential(dyn__writer *w, dyn_str access_key, const char *day, dyn_str region, dyn_str service)
{
    dyn__put(w, DYN__LIT(DYN__SIGN_ALGORITHM " Credential="));
    dyn__put(w, access_key.ptr, access_key.len);
    dyn__putc(w, '/');
    dyn__put(w, day, 8);
    dyn__putc(w, '/');
    dyn__put(w, region.ptr, region.len);
    dyn__putc(w, '/');
    dyn__put(w, service.ptr, service.len);
    dyn__put(w, DYN__LIT("/" DYN__SIGN_END ", SignedHeaders="));
}

/* Writes the Authorization header's value, with zeros for the signature at its end. */
static DYN__APART void dyn__sign_write(const dyn__sign_job *j, dyn__writer *w)
{
    const dyn_sign_request *r = j->request;

    dyn__write_credential(w, r->access_key, j->date, r->region, r->service);
    for (size_t i = 0; i < j->count; i++) {
        dyn_str name = dyn__sign_name(j, j->order[i]);
        if (dyn__sign_again(j, i))
            continue;
        if (i > 0)
            dyn__putc(w, ';');
        for (size_t k = 0; k < name.len; k++)
            dyn__putc(w, dyn__lower(name.ptr[k]));
    }
    dyn__put(w, DYN__LIT(", Signature="));
    for (size_t i = 0; i < 64; i++)
        dyn__putc(w, '0');
}

DYN_API dyn_status dyn_sign(const dyn_sign_request *request, char *authorization, size_t size, size_t *length, char date[17])
{
    dyn__sign_job job;
    dyn__writer w;

    if (request->unix_s < 0 || request->unix_s > DYN__SIGN_LAST || !dyn__is_visible(request->method)
        || !dyn__is_visible(request->access_key) || !dyn__is_visible(request->region) || !dyn__is_visible(request->service)
        || request->secret.len == 0 || (request->path.len > 0 && !dyn__is_visible(request->path))
        || (request->query.len > 0 && !dyn__is_visible(request->query)))
        return DYN_INVALID;
    job.request = request;
    if (!dyn__sign_sort(&job))
        return DYN_INVALID;
    dyn__write_amz_date(job.date, request->unix_s);
    job.date[16] = 0;
    memcpy(date, job.date, sizeof job.date);

    memset(&w, 0, sizeof w);
    w.buf = authorization, w.cap = size > 0 ? size - 1 : 0;
    dyn__sign_write(&job, &w);
    if (length)
        *length = w.pos;
    if (size > 0)
        authorization[size > w.pos ? w.pos : 0] = 0;
    if (size <= w.pos)
        return DYN_TOO_LARGE;
    dyn__sign_compute(&job, authorization + w.pos - 64);
    return DYN_OK;
}

/* ---- the client's own requests: POST / to DynamoDB ---- */

#define DYN__SIGNER_TYPE "application/x-amz-json-1.0"

/* The canonical request of one target in the second of dyn__signer.unix_s, hashed but for the body's hash. */
typedef struct dyn__signer_target {
    dyn__sha sha;
    char   target[40];      /* all of the data plane's; a longer one is hashed each time */
    size_t target_len;      /* 0: nothing is kept */
} dyn__signer_target;

/* Signs the requests of one client with one set of credentials. */
typedef struct dyn__signer {
    dyn_str       token;               /* empty: none; the caller keeps it alive */
    int64_t       unix_s;              /* the second that the states below are for; -1: none */
    char          date[16];            /* of that second: "20150830T123600Z" */
    char          signature[64];       /* of the last request, in hexadecimal */
    char          access_key[128];
    char          region[32];
    uint8_t       access_key_len, region_len, next;   /* next: the target to give up */
    bool          has_key;             /* key is that of day */
    char          day[8];
    dyn__hmac_key secret;              /* the first stage, from which each day's key is made */
    dyn__hmac_key key;
    dyn__sha host;            /* behind "POST … x-amz-date:" */
    dyn__sha dated;           /* behind the date and the token */
    dyn__sha mac;             /* behind all of the string to sign but the hash */
    dyn__signer_target kept[2];
} dyn__signer;

static dyn_str dyn__signer_names(const dyn__signer *s)
{
    if (s->token.len > 0)
        return dyn__sign_text(DYN__LIT("content-type;host;x-amz-date;x-amz-security-token;x-amz-target"));
    return dyn__sign_text(DYN__LIT("content-type;host;x-amz-date;x-amz-target"));
}

/* Prepares for one set of credentials; token stays the caller's, host is as in the Host header. False: one of them is empty (the
 * token may be), has blanks or control bytes, or is longer than its member; nothing may be signed then. */
static bool dyn__signer_open(dyn__signer *s, dyn_str access_key, dyn_str secret, dyn_str token, dyn_str region, dyn_str host)
{
    memset((void *)s, 0, sizeof *s);
    if (!dyn__is_visible(access_key) || access_key.len > sizeof s->access_key || secret.len == 0 || !dyn__is_visible(region)
        || region.len > sizeof s->region || !dyn__is_visible(host) || (token.len > 0 && !dyn__is_visible(token)))
        return false;
    memcpy(s->access_key, access_key.ptr, access_key.len);
    s->access_key_len = (uint8_t)access_key.len;
    memcpy(s->region, region.ptr, region.len);
    s->region_len = (uint8_t)region.len;
    s->token = token;
    s->unix_s = -1;
    dyn__sign_secret(&s->secret, &s->host, secret);
    dyn__sha_init(&s->host);
    dyn__sha_update(&s->host, DYN__LIT("POST\n/\n\ncontent-type:" DYN__SIGNER_TYPE "\nhost:"));
    dyn__sha_put(&s->host, host);
    dyn__sha_update(&s->host, DYN__LIT("\nx-amz-date:"));
    return true;
}

/* Brings what depends on the time up to unix_s: each second the states, each day (UTC) the key. */
static void dyn__signer_tick(dyn__signer *s, int64_t unix_s)
{
    dyn_str region = dyn__sign_text(s->region, s->region_len), service = dyn__sign_text(DYN__LIT("dynamodb"));

    dyn__write_amz_date(s->date, unix_s);
    if (!s->has_key || memcmp(s->day, s->date, sizeof s->day) != 0) {
        memcpy(s->day, s->date, sizeof s->day);
        s->key = s->secret;
        dyn__sign_key(&s->key, &s->mac, s->day, region, service);
        s->has_key = true;
    }
    dyn__sign_begin(&s->key, &s->mac, s->date, region, service);
    s->dated = s->host;
    dyn__sha_update(&s->dated, s->date, sizeof s->date);
    if (s->token.len > 0) {
        dyn__sha_update(&s->dated, DYN__LIT("\nx-amz-security-token:"));
        dyn__sha_put(&s->dated, s->token);
    }
    dyn__sha_update(&s->dated, DYN__LIT("\nx-amz-target:"));
    s->kept[0].target_len = s->kept[1].target_len = 0;
    s->unix_s = unix_s;
}

/* Hashes the canonical request but for the body's hash, or takes it as kept. */
static void dyn__signer_canonical(dyn__signer *s, dyn_str target, dyn__sha *sha)
{
    dyn_str names = dyn__signer_names(s);

    for (size_t i = 0; i < 2; i++) {
        if (s->kept[i].target_len > 0 && dyn__eq(s->kept[i].target, s->kept[i].target_len, target.ptr, target.len)) {
            *sha = s->kept[i].sha;
            return;
        }
    }
    *sha = s->dated;
    dyn__sha_put(sha, target);
    dyn__sha_update(sha, "\n\n", 2);
    dyn__sha_put(sha, names);
    dyn__sha_update(sha, "\n", 1);
    if (target.len <= sizeof s->kept[0].target) {
        dyn__signer_target *keep = &s->kept[s->next];
        keep->sha = *sha;
        memcpy(keep->target, target.ptr, target.len);
        keep->target_len = target.len;
        s->next ^= 1;
    }
}

/* Signs a request: sets s->date and s->signature. target is the value of X-Amz-Target, unix_s from 0 to the year 9999. */
static void dyn__signer_sign(dyn__signer *s, int64_t unix_s, dyn_str target, const unsigned char body_sha256[32])
{
    dyn__sha canonical, mac;
    unsigned char digest[32];

    if (unix_s != s->unix_s)
        dyn__signer_tick(s, unix_s);
    dyn__signer_canonical(s, target, &canonical);
    mac = s->mac;
    dyn__sha_put_hex(&canonical, body_sha256);
    dyn__sha_out(&canonical, digest);
    dyn__sign_end(&s->key, &mac, digest, s->signature);
}

/* Writes the head of the request that was signed last. */
static void dyn__write_head(dyn__writer *w, const dyn__signer *s, dyn_str host, dyn_str target, size_t content_length)
{
    char digits[24];
    dyn_str names = dyn__signer_names(s), length = dyn__decimal_u(digits, content_length);

    dyn__put(w, DYN__LIT("POST / HTTP/1.1\r\nHost: "));
    dyn__put(w, host.ptr, host.len);
    dyn__put(w, DYN__LIT("\r\nContent-Type: " DYN__SIGNER_TYPE "\r\nX-Amz-Date: "));
    dyn__put(w, s->date, sizeof s->date);
    dyn__put(w, DYN__LIT("\r\nX-Amz-Target: "));
    dyn__put(w, target.ptr, target.len);
    if (s->token.len > 0) {
        dyn__put(w, DYN__LIT("\r\nX-Amz-Security-Token: "));
        dyn__put(w, s->token.ptr, s->token.len);
    }
    dyn__put(w, DYN__LIT("\r\nAuthorization: "));
    dyn__write_credential(w, dyn__sign_text(s->access_key, s->access_key_len), s->date, dyn__sign_text(s->region, s->region_len),
                          dyn__sign_text(DYN__LIT("dynamodb")));
    dyn__put(w, names.ptr, names.len);
    dyn__put(w, DYN__LIT(", Signature="));
    dyn__put(w, s->signature, sizeof s->signature);
    dyn__put(w, DYN__LIT("\r\nAccept-Encoding: identity\r\nUser-Agent: " DYN__USER_AGENT "\r\nContent-Length: "));
    dyn__put(w, length.ptr, length.len);
    dyn__put(w, DYN__LIT("\r\n\r\n"));
}

/* ======================================================================================================================
 * >>http   The response side of HTTP/1.1 (RFC 9112), for bytes of any origin, fed in pieces of any size.
 * Calls >>base, >>text (the Date header), and the header name alphabet of >>sign. Keeps no text but what dyn__http holds.
 *
 *   STATUS -> FIELD -> LENGTH ----------------------------------------------------> DONE     every state also leads to BAD
 *     ^         |----> UNTIL_CLOSE -----------------------------------------------> DONE     (dyn__http_closed)
 *     +- 1xx ---+----> SIZE -> DIGIT -> [PAD -> EXT] -> SIZE_LF -> DATA -> DATA_CR -> DATA_LF -> SIZE ...
 *                                                          +-> TRAILER -> [TEXT -> TEXT_LF -> TRAILER] -> END_LF -> DONE
 * ==================================================================================================================== */

enum {
    DYN__HTTP_STATUS, DYN__HTTP_FIELD,                                        /* the head */
    DYN__HTTP_LENGTH, DYN__HTTP_UNTIL_CLOSE,                                  /* a body as it is */
    DYN__HTTP_SIZE, DYN__HTTP_DIGIT, DYN__HTTP_PAD, DYN__HTTP_EXT, DYN__HTTP_SIZE_LF,   /* the line before a chunk */
    DYN__HTTP_DATA, DYN__HTTP_DATA_CR, DYN__HTTP_DATA_LF,                     /* a chunk and its end */
    DYN__HTTP_TRAILER, DYN__HTTP_TEXT, DYN__HTTP_TEXT_LF, DYN__HTTP_END_LF,   /* behind the last chunk */
    DYN__HTTP_DONE, DYN__HTTP_BAD
};

enum {
    DYN__HTTP_LINE_MAX = 8192,        /* bytes of one line of the head, CRLF included */
    DYN__HTTP_HEAD_MAX = 65536,       /* bytes of the whole head, interim responses included */
    DYN__HTTP_LINES_MAX = 128,        /* the same in lines */
    DYN__HTTP_INTERIM_MAX = 16,       /* 1xx responses before the final one */
    DYN__HTTP_EXTRA_MAX = 65536       /* bytes of chunk extensions and trailers in one body */
};
#define DYN__HTTP_BODY_MAX (UINT64_C(1) << 53)    /* bytes of a body: what any peer can mean by an integer */

typedef struct dyn__http {
    uint64_t    left;                 /* bytes of the body or of the chunk still to come */
    uint64_t    length;               /* of the body: as announced, or counted so far */
    size_t      head_bytes;           /* of all lines so far */
    const char *reason;               /* what was wrong; "": nothing */
    int         status;               /* 200; 0: not yet known */
    uint32_t    crc;                  /* x-amz-crc32, when has_crc */
    uint32_t    retry_after_ms;       /* x-amz-retry-after; 0: none */
    uint32_t    extra;                /* bytes of chunk extensions and trailers so far */
    uint8_t     state, lines, interim, digits;
    bool        chunked, keep_alive, has_length, has_crc, has_age, old;   /* old: HTTP/1.0 */
    bool        encoded;              /* Content-Encoding says other than identity */
    bool        has_date;
    char        date[29];             /* as it came: see dyn__http_date */
    char        request_id[64];       /* terminated, and cut when longer */
    char        error_type[48];       /* the same, without namespace and address */
} dyn__http;

#ifdef DYNREPO_NO_ERROR_TEXT
#define dyn__http_bad(h, text) dyn__http_bad_(h, "malformed")
#else
#define dyn__http_bad(h, text) dyn__http_bad_(h, text)
#endif

/* Ends the response for good; returns what the callers return then. */
static int dyn__http_bad_(dyn__http *h, const char *reason)
{
    h->state = DYN__HTTP_BAD;
    h->keep_alive = false;
    h->reason = reason;
    return -1;
}

/* What was wrong, for an error's text: "the answer has …" stands before it. */
static const char *dyn__http_reason(const dyn__http *h)
{
    return h->reason;
}

static void dyn__http_start(dyn__http *h)
{
    memset(h, 0, sizeof *h);
    h->reason = "";
    h->keep_alive = true;
    h->state = DYN__HTTP_STATUS;
}

/* When the answer was made by the server's clock, in seconds since 1970; 0: it does not say. */
static int64_t dyn__http_date(const dyn__http *h)
{
    int64_t unix_s = 0;

    return h->has_date && dyn__parse_http_date(h->date, sizeof h->date, &unix_s) ? unix_s : 0;
}

/* Finds the first control byte at or behind from (n: there is none). Eight bytes at a time: a byte is below 0x20, or is 0x7f, if
 * taking that away borrows from its top bit. Whether there is one does not depend on the byte order. */
static size_t dyn__http_control(const char *p, size_t from, size_t n)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;

    while (n - from >= 8) {
        uint64_t x, y;
        memcpy(&x, p + from, 8);
        y = x ^ (ones * 0x7f);
        if ((((x - ones * 0x20) & ~x) | ((y - ones) & ~y)) & tops)
            break;
        from += 8;
    }
    while (from < n && (unsigned char)p[from] >= 0x20 && p[from] != 0x7f)
        from++;
    return from;
}

/* Finds the end of the line at p: 1 and its length without CRLF, 0 when more bytes are needed, -1 when it is none of HTTP's. */
static int dyn__http_line(dyn__http *h, const char *p, size_t n, size_t *length)
{
    size_t at = 0, end = DYN__MIN(n, (size_t)DYN__HTTP_LINE_MAX);

    for (;; at++) {
        at = dyn__http_control(p, at, end);
        if (at == end || p[at] != '\t')
            break;
    }
    if (at < end && p[at] == '\n')
        return dyn__http_bad(h, "a line that ends in LF without CR");
    if (at < end && p[at] != '\r')
        return dyn__http_bad(h, "a control byte in its head");
    if (at + 1 < end) {
        *length = at;
        return p[at + 1] == '\n' ? 1 : dyn__http_bad(h, "a CR without LF in its head");
    }
    return end == DYN__HTTP_LINE_MAX ? dyn__http_bad(h, "a line of more than 8 KB in its head") : 0;
}

/* Reads digits only, up to max; a number above it becomes max + 1. False: it is no number. */
static bool dyn__http_number(const char *p, size_t n, uint64_t max, uint64_t *value)
{
    uint64_t v = 0;

    for (size_t i = 0; i < n; i++) {
        unsigned d = (unsigned)((unsigned char)p[i] - '0');
        if (d > 9)
            return false;
        if (v <= max)
            v = v * 10 + d;
    }
    *value = DYN__MIN(v, max + 1);
    return n > 0;
}

/* Compares without regard to case with a text of lower-case letters, digits and '-'. No control byte is among p's, so that
 * setting one bit maps nothing else onto them. */
static bool dyn__http_is(const char *p, size_t n, const char *lower, size_t lower_n)
{
    size_t i = 0;

    if (n != lower_n)
        return false;
    for (; n - i >= 8; i += 8) {
        uint64_t x, y;
        memcpy(&x, p + i, 8);
        memcpy(&y, lower + i, 8);
        if ((x | UINT64_C(0x2020202020202020)) != y)
            return false;
    }
    for (; i < n; i++)
        if ((p[i] | 0x20) != lower[i])
            return false;
    return true;
}

/* "HTTP/1.1 200 OK": the reason phrase may be empty or missing. */
static int dyn__http_status_line(dyn__http *h, const char *p, size_t n)
{
    uint64_t status;

    if (n < 12 || memcmp(p, "HTTP/1.", 7) != 0 || p[7] < '0' || p[7] > '9' || p[8] != ' ' || (n > 12 && p[12] != ' ')
        || !dyn__http_number(p + 9, 3, 999, &status))
        return dyn__http_bad(h, "no status line of HTTP/1.1 at its start");
    if (status < 100 || status > 599)
        return dyn__http_bad(h, "a status outside of 100 to 599");
    if (status == 101)
        return dyn__http_bad(h, "a switch of protocols (101) that was not asked for");
    h->status = (int)status;
    h->old = p[7] == '0';
    h->keep_alive = !h->old;
    h->state = DYN__HTTP_FIELD;
    return 0;
}

static int dyn__http_content_length(dyn__http *h, const char *p, size_t n)
{
    uint64_t v;

    if (!dyn__http_number(p, n, DYN__HTTP_BODY_MAX, &v))
        return dyn__http_bad(h, "a Content-Length that is not a number");
    if (v > DYN__HTTP_BODY_MAX)
        return dyn__http_bad(h, "a Content-Length above 2^53");
    if (h->has_length && v != h->length)
        return dyn__http_bad(h, "two different values of Content-Length");
    h->has_length = true;
    h->length = v;
    return 1;
}

static int dyn__http_transfer_encoding(dyn__http *h, const char *p, size_t n)
{
    if (h->chunked || !dyn__http_is(p, n, DYN__LIT("chunked")))
        return dyn__http_bad(h, "a Transfer-Encoding other than chunked");
    h->chunked = true;
    return 1;
}

/* A list of options; only "close" counts, since to stay open is the rule. */
static void dyn__http_connection(dyn__http *h, const char *p, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t start, end;
        while (i < n && (p[i] == ' ' || p[i] == '\t' || p[i] == ','))
            i++;
        start = i;
        while (i < n && p[i] != ',')
            i++;
        for (end = i; end > start && (p[end - 1] == ' ' || p[end - 1] == '\t');)
            end--;
        if (dyn__http_is(p + start, end - start, DYN__LIT("close")))
            h->keep_alive = false;
    }
}

static int dyn__http_crc(dyn__http *h, const char *p, size_t n)
{
    uint64_t v;

    if (!dyn__http_number(p, n, UINT32_MAX, &v) || v > UINT32_MAX)
        return dyn__http_bad(h, "an x-amz-crc32 that is not a number of 32 bits");
    if (h->has_crc && h->crc != v)
        return dyn__http_bad(h, "two different values of x-amz-crc32");
    h->has_crc = true;
    h->crc = (uint32_t)v;
    return 1;
}

/* Copies as much as fits, terminated; what is neither a blank nor visible ASCII becomes '?'. */
static void dyn__http_copy(char *to, size_t size, const char *p, size_t n)
{
    const uint64_t tops = UINT64_C(0x8080808080808080);
    size_t i = 0, end = DYN__MIN(n, size - 1);

    for (; end - i >= 8; i += 8) {
        uint64_t x;
        memcpy(&x, p + i, 8);
        if (x & tops)
            break;
        memcpy(to + i, &x, 8);
    }
    for (; i < end; i++)
        to[i] = (unsigned char)p[i] > 0x7f ? '?' : p[i];
    to[end] = 0;
}

/* "com.amazon.coral#ThrottlingException:http://…" is ThrottlingException. */
static void dyn__http_error_type(dyn__http *h, const char *p, size_t n)
{
    size_t start = 0, end = 0;

    while (end < n && p[end] != ':')
        if (p[end++] == '#')
            start = end;
    while (start < end && (p[start] == ' ' || p[start] == '\t'))
        start++;
    while (end > start && (p[end - 1] == ' ' || p[end - 1] == '\t'))
        end--;
    dyn__http_copy(h->error_type, sizeof h->error_type, p + start, end - start);
}

static void dyn__http_retry_after(dyn__http *h, const char *p, size_t n)
{
    uint64_t v;

    if (dyn__http_number(p, n, INT32_MAX, &v))
        h->retry_after_ms = (uint32_t)DYN__MIN(v, (uint64_t)INT32_MAX);
}

/* Takes a header that matters here: told apart by length, then by the whole name. 1: taken; 0: none of them; -1: refused. */
static int dyn__http_known(dyn__http *h, const char *name, size_t name_n, const char *p, size_t n)
{
    switch (name_n) {
    case 3:
        if (!dyn__http_is(name, 3, DYN__LIT("age")))
            return 0;
        h->has_age = true;
        return 1;
    case 4:
        if (!dyn__http_is(name, 4, DYN__LIT("date")))
            return 0;
        h->has_date = n == sizeof h->date;
        if (h->has_date)
            memcpy(h->date, p, sizeof h->date);
        return 1;
    case 10:
        if (!dyn__http_is(name, 10, DYN__LIT("connection")))
            return 0;
        dyn__http_connection(h, p, n);
        return 1;
    case 11:
        return dyn__http_is(name, 11, DYN__LIT("x-amz-crc32")) ? dyn__http_crc(h, p, n) : 0;
    case 14:
        return dyn__http_is(name, 14, DYN__LIT("content-length")) ? dyn__http_content_length(h, p, n) : 0;
    case 16:
        if (dyn__http_is(name, 16, DYN__LIT("x-amzn-requestid")))
            dyn__http_copy(h->request_id, sizeof h->request_id, p, n);
        else if (dyn__http_is(name, 16, DYN__LIT("x-amzn-errortype")))
            dyn__http_error_type(h, p, n);
        else if (dyn__http_is(name, 16, DYN__LIT("content-encoding")))
            h->encoded = h->encoded || (n > 0 && !dyn__http_is(p, n, DYN__LIT("identity")));
        else
            return 0;
        return 1;
    case 17:
        if (dyn__http_is(name, 17, DYN__LIT("transfer-encoding")))
            return dyn__http_transfer_encoding(h, p, n);
        if (!dyn__http_is(name, 17, DYN__LIT("x-amz-retry-after")))
            return 0;
        dyn__http_retry_after(h, p, n);
        return 1;
    default:
        return 0;
    }
}

/* Checks the name of a header that is not known here, so that nothing odd is taken for harmless. */
static int dyn__http_unknown(dyn__http *h, const char *p, size_t n)
{
    size_t i = 0;

    while (i < n && dyn__is_token_char(p[i]))
        i++;
    if (i > 0 && i < n && p[i] == ':')
        return 1;
    if (i == n)
        return dyn__http_bad(h, "a header line without ':'");
    if (p[i] == ':')
        return dyn__http_bad(h, "a header without a name");
    if (p[i] != ' ' && p[i] != '\t')
        return dyn__http_bad(h, "a byte in a header's name that is not allowed there");
    if (i == 0)
        return dyn__http_bad(h, "a header line that begins with a blank (folding is no longer allowed)");
    while (i < n && (p[i] == ' ' || p[i] == '\t'))
        i++;
    return i < n && p[i] == ':' ? dyn__http_bad(h, "a blank before the ':' of a header")
                                : dyn__http_bad(h, "a header line without ':' behind its first word");
}

/* One header line, without its CRLF. */
static int dyn__http_field(dyn__http *h, const char *p, size_t n)
{
    size_t colon = 0, start, end = n;
    int known = 0;

    while (colon < n && p[colon] != ':')
        colon++;
    if (colon < n) {
        for (start = colon + 1; start < end && (p[start] == ' ' || p[start] == '\t');)
            start++;
        while (end > start && (p[end - 1] == ' ' || p[end - 1] == '\t'))
            end--;
        known = dyn__http_known(h, p, colon, p + start, end - start);
    }
    return known != 0 ? known : dyn__http_unknown(h, p, n);
}

/* The empty line behind an interim response: all that its headers said is forgotten, but not what counts against the limits. */
static int dyn__http_interim(dyn__http *h)
{
    size_t head_bytes = h->head_bytes;
    uint8_t lines = h->lines, interim = h->interim;

    if (interim == DYN__HTTP_INTERIM_MAX)
        return dyn__http_bad(h, "more than 16 interim (1xx) responses before it");
    dyn__http_start(h);
    h->head_bytes = head_bytes, h->lines = lines;
    h->interim = (uint8_t)(interim + 1);
    return 0;
}

/* The empty line behind the final head: decides how the body ends (RFC 9112, 6.3), and refuses what two readers could take in two
 * ways. */
static int dyn__http_end_of_head(dyn__http *h)
{
    if (h->chunked && h->has_length)
        return dyn__http_bad(h, "both Content-Length and Transfer-Encoding");
    if (h->chunked && h->old)
        return dyn__http_bad(h, "a Transfer-Encoding in HTTP/1.0");
    if (h->status == 204 || h->status == 304) {
        if (h->chunked || (h->status == 204 && h->length > 0))
            h->keep_alive = false;      /* a body is announced that must not be there: what follows cannot be trusted */
        h->chunked = false;
        h->state = DYN__HTTP_DONE;
    } else if (h->chunked) {
        h->state = DYN__HTTP_SIZE;
    } else if (h->has_length) {
        h->left = h->length;
        h->state = h->left > 0 ? DYN__HTTP_LENGTH : DYN__HTTP_DONE;
    } else {
        h->keep_alive = false;
        h->state = DYN__HTTP_UNTIL_CLOSE;
    }
    return 1;
}

/* Takes the complete lines of the head at p; *used is how many bytes they are. The rest must be presented again, with more behind.
 * 1: the final head is complete; 0: more is needed; -1: see dyn__http_reason. */
static int dyn__http_head(dyn__http *h, const char *p, size_t n, size_t *used)
{
    *used = 0;
    while (h->state <= DYN__HTTP_FIELD) {
        size_t length;
        int got = dyn__http_line(h, p + *used, n - *used, &length);
        if (got != 1)
            return got;
        if (h->lines == DYN__HTTP_LINES_MAX)
            return dyn__http_bad(h, "more than 128 lines in its head");
        if (h->head_bytes + length + 2 > DYN__HTTP_HEAD_MAX)
            return dyn__http_bad(h, "a head of more than 64 KB");
        h->lines++;
        h->head_bytes += length + 2;
        if (h->state == DYN__HTTP_STATUS)
            got = dyn__http_status_line(h, p + *used, length);
        else if (length > 0)
            got = dyn__http_field(h, p + *used, length);
        else
            got = h->status < 200 ? dyn__http_interim(h) : dyn__http_end_of_head(h);
        if (got < 0)
            return got;
        *used += length + 2;
    }
    return h->state == DYN__HTTP_BAD ? -1 : 1;
}

/* One digit of a chunk's size. */
static int dyn__http_digit(dyn__http *h, char c)
{
    unsigned d = (unsigned)((unsigned char)c - '0');

    if (d > 9) {
        d = (unsigned)((unsigned char)c | 0x20) - 'a';
        d = d < 6 ? d + 10 : 16;
    }
    if (d > 15)
        return dyn__http_bad(h, "a chunk whose size is not a hexadecimal number");
    if (h->digits == 16)
        return dyn__http_bad(h, "a chunk whose size has more than 16 digits");
    h->digits++;
    h->left = h->left << 4 | d;
    h->state = DYN__HTTP_DIGIT;
    return 0;
}

/* The LF behind a chunk's size. */
static int dyn__http_size_end(dyn__http *h)
{
    if (h->left > DYN__HTTP_BODY_MAX - h->length)
        return dyn__http_bad(h, "chunks of more than 2^53 bytes");
    h->length += h->left;
    h->state = h->left > 0 ? DYN__HTTP_DATA : DYN__HTTP_TRAILER;
    h->digits = 0;
    return 0;
}

/* Moves on if c is what it must be. */
static int dyn__http_expect(dyn__http *h, char c, char wanted, int next, const char *reason)
{
    if (c != wanted)
        return dyn__http_bad_(h, reason);
    h->state = (uint8_t)next;
    return 0;
}

/* A byte of an extension or a trailer, which nobody reads: counted, and checked only for where its line ends. */
static int dyn__http_skip(dyn__http *h, char c, int text, int after_cr)
{
    if (c == '\r') {
        h->state = (uint8_t)after_cr;
        return 0;
    }
    if (((unsigned char)c < 0x20 && c != '\t') || c == 0x7f)
        return dyn__http_bad(h, "a control byte in a chunk extension or trailer");
    if (++h->extra > DYN__HTTP_EXTRA_MAX)
        return dyn__http_bad(h, "more than 64 KB of chunk extensions and trailers");
    h->state = (uint8_t)text;
    return 0;
}

/* One byte of a chunked body that is not payload. */
static int dyn__http_frame(dyn__http *h, char c)
{
    switch (h->state) {
    case DYN__HTTP_SIZE:
        return dyn__http_digit(h, c);
    case DYN__HTTP_DIGIT:
        if (c != '\r' && c != ';' && c != ' ' && c != '\t')
            return dyn__http_digit(h, c);
        return dyn__http_skip(h, c, c == ';' ? DYN__HTTP_EXT : DYN__HTTP_PAD, DYN__HTTP_SIZE_LF);
    case DYN__HTTP_PAD:
        if (c != '\r' && c != ';' && c != ' ' && c != '\t')
            return dyn__http_bad(h, "text behind a chunk's size that is no extension");
        return dyn__http_skip(h, c, c == ';' ? DYN__HTTP_EXT : DYN__HTTP_PAD, DYN__HTTP_SIZE_LF);
    case DYN__HTTP_EXT:
        return dyn__http_skip(h, c, DYN__HTTP_EXT, DYN__HTTP_SIZE_LF);
    case DYN__HTTP_SIZE_LF:
        return c == '\n' ? dyn__http_size_end(h) : dyn__http_bad(h, "a CR without LF behind a chunk's size");
    case DYN__HTTP_DATA_CR:
        return dyn__http_expect(h, c, '\r', DYN__HTTP_DATA_LF, "a chunk that is longer than its size");
    case DYN__HTTP_DATA_LF:
        return dyn__http_expect(h, c, '\n', DYN__HTTP_SIZE, "a CR without LF behind a chunk");
    case DYN__HTTP_TRAILER:
        return dyn__http_skip(h, c, DYN__HTTP_TEXT, DYN__HTTP_END_LF);
    case DYN__HTTP_TEXT:
        return dyn__http_skip(h, c, DYN__HTTP_TEXT, DYN__HTTP_TEXT_LF);
    case DYN__HTTP_TEXT_LF:
        return dyn__http_expect(h, c, '\n', DYN__HTTP_TRAILER, "a CR without LF in a trailer");
    default:
        return dyn__http_expect(h, c, '\n', DYN__HTTP_DONE, "a CR without LF behind its last chunk");
    }
}

/* A chunked body: the payload moves to the front. */
static int dyn__http_chunks(dyn__http *h, char *p, size_t n, size_t *used, size_t *got)
{
    while (*used < n && h->state < DYN__HTTP_DONE) {
        if (h->state == DYN__HTTP_DATA) {
            size_t take = n - *used;
            if (take > h->left)
                take = (size_t)h->left;
            if (*got != *used)
                memmove(p + *got, p + *used, take);
            *got += take, *used += take;
            h->left -= take;
            if (h->left == 0)
                h->state = DYN__HTTP_DATA_CR;
        } else {
            if (dyn__http_frame(h, p[*used]) < 0)
                return -1;
            ++*used;
        }
    }
    return h->state == DYN__HTTP_DONE;
}

/* Takes the bytes of the body at p: *used of them, of which the payload stands at p[0 .. *got) afterwards.
 * 1: the body is complete, and what lies behind *used is not its; 0: more is needed; -1: see dyn__http_reason. */
static int dyn__http_body(dyn__http *h, char *p, size_t n, size_t *used, size_t *got)
{
    *used = *got = 0;
    switch (h->state) {
    case DYN__HTTP_STATUS:
    case DYN__HTTP_FIELD:
        return 0;
    case DYN__HTTP_DONE:
        return 1;
    case DYN__HTTP_BAD:
        return -1;
    case DYN__HTTP_UNTIL_CLOSE:
        *used = *got = n;
        h->length += n;
        return 0;
    case DYN__HTTP_LENGTH:
        *used = *got = n < h->left ? n : (size_t)h->left;
        h->left -= *got;
        if (h->left == 0)
            h->state = DYN__HTTP_DONE;
        return h->left == 0;
    default:
        return dyn__http_chunks(h, p, n, used, got);
    }
}

/* The peer closed: 1 if the response is complete with that, -1 if it was cut off. */
static int dyn__http_closed(dyn__http *h)
{
    h->keep_alive = false;
    if (h->state == DYN__HTTP_UNTIL_CLOSE)
        h->state = DYN__HTTP_DONE;
    if (h->state == DYN__HTTP_DONE)
        return 1;
    return h->state == DYN__HTTP_BAD ? -1 : dyn__http_bad(h, "no end: the peer closed in the middle of it");
}

/* ======================================================================================================================
 * >>stream   TLS over a byte stream: BearSSL's engine, moved without blocking, and whom it trusts.
 * Calls >>base. The engine's own texts (BearSSL's inc/bearssl_ssl.h) are the manual of its states.
 * ==================================================================================================================== */

#ifndef DYNREPO_NO_TLS

/* The clock is never before this day (days since 1970): the day of the release. */
#ifndef DYN__BUILD_DAY
#define DYN__BUILD_DAY 20778
#endif
#define DYN__TLS_STEPS 256     /* records or parts of records moved in one call, so that a peer cannot hold us in a loop */
#define DYN__TLS_MIN_RSA 256   /* bytes of the smallest RSA modulus accepted: 2048 bits */

/* The walk over the first certificate of a chain, byte by byte, to its validity (RFC 5280, 4.1). */
enum {
    DYN__LEAF_CERTIFICATE, DYN__LEAF_TBS, DYN__LEAF_VERSION, DYN__LEAF_SERIAL, DYN__LEAF_ALGORITHM, DYN__LEAF_ISSUER,
    DYN__LEAF_VALIDITY, DYN__LEAF_NOT_BEFORE, DYN__LEAF_NOT_AFTER, DYN__LEAF_DONE
};
typedef struct dyn__leaf {
    uint32_t      length, left;     /* of the element: as read so far; content bytes to come */
    unsigned char step, tag;
    unsigned char header, more;     /* 0: a tag comes, 1: the first length byte, 2: `more` further ones */
    unsigned char n;
    char          time[15];
} dyn__leaf;

/* One TLS connection and what outlives it: the trust anchors and the session of the last host. */
typedef struct dyn__tls {
    const br_x509_class      *x509;      /* first member: BearSSL finds the rest by it */
    br_x509_minimal_context   minimal;   /* does the checking; x509 only looks on */
    br_ssl_client_context     client;
    br_ssl_session_parameters session;   /* of the last complete handshake with the host that the engine has stored */
    const dyn_stream         *stream;    /* NULL: no connection */
    int64_t   now;                       /* Unix seconds; 0: unknown */
    int64_t   leaf_not_before, leaf_not_after;   /* the server's own certificate, Unix seconds; kept when a session is resumed */
    dyn__leaf leaf;
    uint32_t  certificates;              /* of the chain, seen so far */
    int       wants;                     /* DYN_WANT_ bits after DYN_IO_AGAIN */
    int       broken;                    /* how the stream below ended, DYN_IO_CLOSED or DYN_IO_ERROR; 0: it did not */
    bool      ready, session_valid;
    dyn_traffic *traffic;                /* counts what the stream moves; NULL: nobody counts */
    uint8_t   hello_type, agreed;        /* watching the ServerHello: the extension's type; what the server says to smaller records */
    uint16_t  hello_at, hello_next, hello_end;
} dyn__tls;

/* The number of n digits; -1: they are none. */
static int32_t dyn__leaf_number(const char *p, size_t n)
{
    int32_t v = 0;

    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return -1;
        v = v * 10 + (p[i] - '0');
    }
    return v;
}

/* A UTCTime (two digits of the year) or GeneralizedTime as Unix seconds; 0 when it is malformed, which the check of the
 * certificate refuses anyway. Days from a date: H. Hinnant, "chrono-compatible low-level date algorithms". */
static int64_t dyn__leaf_time(const dyn__leaf *leaf)
{
    size_t  wide = leaf->tag == 0x18 ? 4 : 2;
    int32_t part[6];

    if (leaf->n != wide + 11 || leaf->time[leaf->n - 1] != 'Z')
        return 0;
    part[0] = dyn__leaf_number(leaf->time, wide);
    for (size_t i = 1; i < 6; i++)
        part[i] = dyn__leaf_number(leaf->time + wide + 2 * (i - 1), 2);
    for (size_t i = 0; i < 6; i++)
        if (part[i] < 0)
            return 0;
    if (wide == 2)
        part[0] += part[0] < 50 ? 2000 : 1900;   /* RFC 5280, 4.1.2.5.1 */
    if (part[1] < 1 || part[1] > 12)
        return 0;
    int32_t year = part[0] + 400 - (part[1] <= 2), month = (part[1] + 9) % 12;   /* years from March; 400 more: never negative */
    int32_t days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + part[2] - 1 - 719468 - 146097;
    return (int64_t)days * 86400 + (int64_t)part[3] * 3600 + part[4] * 60 + part[5];
}

/* Sets the time that certificates are checked at; s is not before 1970. */
static void dyn__tls_set_time(dyn__tls *t, int64_t s)
{
    br_x509_minimal_set_time(&t->minimal, (uint32_t)(s / 86400) + 719528u, (uint32_t)(s % 86400));
}

/* An element of the certificate is complete. Without a clock the check is made at the later of the release's day and the
 * certificate's first second: what had expired when this was released stays refused. */
static void dyn__leaf_end(dyn__tls *t)
{
    dyn__leaf *leaf = &t->leaf;

    if (leaf->step == DYN__LEAF_NOT_BEFORE) {
        t->leaf_not_before = dyn__leaf_time(leaf);
        if (t->now == 0 && t->leaf_not_before > (int64_t)DYN__BUILD_DAY * 86400)
            dyn__tls_set_time(t, t->leaf_not_before);
    } else if (leaf->step == DYN__LEAF_NOT_AFTER) {
        t->leaf_not_after = dyn__leaf_time(leaf);
    }
    leaf->step++;
    leaf->n = 0;
}

/* Tag and length of an element are complete: enters it, or awaits its content. */
static void dyn__leaf_header(dyn__tls *t)
{
    dyn__leaf *leaf = &t->leaf;

    leaf->header = 0;
    if (leaf->step == DYN__LEAF_CERTIFICATE || leaf->step == DYN__LEAF_TBS || leaf->step == DYN__LEAF_VALIDITY) {
        leaf->step++;
        return;
    }
    if (leaf->step == DYN__LEAF_VERSION && leaf->tag != 0xA0)
        leaf->step = DYN__LEAF_SERIAL;   /* a version 1 certificate has none */
    leaf->left = leaf->length;
    if (leaf->left == 0)
        dyn__leaf_end(t);
}

static void dyn__leaf_byte(dyn__tls *t, unsigned char c)
{
    dyn__leaf *leaf = &t->leaf;

    if (leaf->left > 0) {
        if (leaf->step >= DYN__LEAF_NOT_BEFORE && leaf->n < sizeof leaf->time)
            leaf->time[leaf->n++] = (char)c;
        if (--leaf->left == 0)
            dyn__leaf_end(t);
    } else if (leaf->header == 0) {
        leaf->tag = c, leaf->header = 1;
    } else if (leaf->header == 1) {
        leaf->more = (unsigned char)(c & 0x80 ? c & 0x7f : 0);
        leaf->length = c & 0x80 ? 0 : c;
        leaf->header = 2;
        if (c == 0x80 || leaf->more > 4)
            leaf->step = DYN__LEAF_DONE;   /* no DER; the check of the certificate says so */
        else if (leaf->more == 0)
            dyn__leaf_header(t);
    } else {
        leaf->length = leaf->length << 8 | c;
        if (--leaf->more == 0)
            dyn__leaf_header(t);
    }
}

/* The onlooker: each function reads what it needs and hands everything on to BearSSL's own check, which alone decides. */
static void dyn__x509_start_chain(const br_x509_class **ctx, const char *server_name)
{
    dyn__tls *t = (dyn__tls *)(void *)ctx;

    t->certificates = 0;
    t->leaf_not_before = t->leaf_not_after = 0;
    br_x509_minimal_vtable.start_chain(&t->minimal.vtable, server_name);
}

static void dyn__x509_start_cert(const br_x509_class **ctx, uint32_t length)
{
    dyn__tls *t = (dyn__tls *)(void *)ctx;

    memset(&t->leaf, 0, sizeof t->leaf);
    if (t->certificates > 0)
        t->leaf.step = DYN__LEAF_DONE;
    br_x509_minimal_vtable.start_cert(&t->minimal.vtable, length);
}

static void dyn__x509_append(const br_x509_class **ctx, const unsigned char *buf, size_t len)
{
    dyn__tls *t = (dyn__tls *)(void *)ctx;

    for (size_t i = 0; i < len && t->leaf.step < DYN__LEAF_DONE; i++)
        dyn__leaf_byte(t, buf[i]);
    br_x509_minimal_vtable.append(&t->minimal.vtable, buf, len);
}

static void dyn__x509_end_cert(const br_x509_class **ctx)
{
    dyn__tls *t = (dyn__tls *)(void *)ctx;

    t->certificates++;
    br_x509_minimal_vtable.end_cert(&t->minimal.vtable);
}

static unsigned dyn__x509_end_chain(const br_x509_class **ctx)
{
    dyn__tls *t = (dyn__tls *)(void *)ctx;

    return br_x509_minimal_vtable.end_chain(&t->minimal.vtable);
}

static const br_x509_pkey *dyn__x509_get_pkey(const br_x509_class *const *ctx, unsigned *usages)
{
    const dyn__tls *t = (const dyn__tls *)(const void *)ctx;

    return br_x509_minimal_vtable.get_pkey(&t->minimal.vtable, usages);
}

static const br_x509_class dyn__x509_class = {
    sizeof(dyn__tls), dyn__x509_start_chain, dyn__x509_start_cert, dyn__x509_append, dyn__x509_end_cert, dyn__x509_end_chain,
    dyn__x509_get_pkey
};

/* ECDHE with an authenticated cipher only: the service demands forward secrecy, and nothing else needs to be linked. */
static const uint16_t dyn__tls_suites[] = {
    BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
#ifndef DYNREPO_SMALL
    BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
#endif
    BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
};

/* The implementations behind the suites. Setting one links it, so this function decides about the flash that TLS takes.
 * DYNREPO_SMALL: one generic curve code for P-256 and P-384, which shares its arithmetic with RSA; 15-bit words where the 32-bit
 * multiplication is slow or its time depends on the data (Cortex-M0 and M3). */
static void dyn__tls_profile(br_ssl_engine_context *eng)
{
#ifdef DYNREPO_SMALL
#if defined(__ARM_ARCH_6M__) || defined(__ARM_ARCH_7M__)
    br_ssl_engine_set_ec(eng, &br_ec_prime_i15);
    br_ssl_engine_set_rsavrfy(eng, &br_rsa_i15_pkcs1_vrfy);
    br_ssl_engine_set_ecdsa(eng, &br_ecdsa_i15_vrfy_asn1);
#else
    br_ssl_engine_set_ec(eng, &br_ec_prime_i31);
    br_ssl_engine_set_rsavrfy(eng, &br_rsa_i31_pkcs1_vrfy);
    br_ssl_engine_set_ecdsa(eng, &br_ecdsa_i31_vrfy_asn1);
#endif
    br_ssl_engine_set_gcm(eng, &br_sslrec_in_gcm_vtable, &br_sslrec_out_gcm_vtable);
    br_ssl_engine_set_aes_ctr(eng, &br_aes_ct_ctr_vtable);
    br_ssl_engine_set_ghash(eng, &br_ghash_ctmul32);
    br_ssl_engine_set_chapol(eng, &br_sslrec_in_chapol_vtable, &br_sslrec_out_chapol_vtable);
    br_ssl_engine_set_chacha20(eng, &br_chacha20_ct_run);
    br_ssl_engine_set_poly1305(eng, &br_poly1305_ctmul32_run);
#else
    br_ssl_engine_set_default_ec(eng);
    br_ssl_engine_set_default_rsavrfy(eng);
    br_ssl_engine_set_default_ecdsa(eng);
    br_ssl_engine_set_default_aes_gcm(eng);
    br_ssl_engine_set_default_chapol(eng);
    br_ssl_engine_set_hash(eng, br_sha512_ID, &br_sha512_vtable);
    br_ssl_engine_set_prf_sha384(eng, &br_tls12_sha384_prf);
#endif
    br_ssl_engine_set_hash(eng, br_sha256_ID, &br_sha256_vtable);
    br_ssl_engine_set_hash(eng, br_sha384_ID, &br_sha384_vtable);   /* the chain of Amazon Root CA 4 */
    br_ssl_engine_set_prf_sha256(eng, &br_tls12_sha256_prf);
}

/* Prepares t for any number of connections, one after the other. Buffers and anchors stay in use. An input of 16709 bytes holds
 * every record; 837, 1349, 2373 and 4421 ask the server for records of at most 512, 1024, 2048 and 4096 bytes. */
static void dyn__tls_init(dyn__tls *t, unsigned char *in, size_t in_size, unsigned char *out, size_t out_size,
                          const br_x509_trust_anchor *anchors, size_t count)
{
    br_ssl_engine_context *eng = &t->client.eng;

    memset(t, 0, sizeof *t);
    br_ssl_client_zero(&t->client);
    br_ssl_engine_set_versions(eng, BR_TLS12, BR_TLS12);
    br_ssl_engine_add_flags(eng, BR_OPT_NO_RENEGOTIATION);
    br_ssl_engine_set_suites(eng, dyn__tls_suites, sizeof dyn__tls_suites / sizeof dyn__tls_suites[0]);
    dyn__tls_profile(eng);
    br_x509_minimal_init(&t->minimal, &br_sha256_vtable, anchors, count);
    br_x509_minimal_set_rsa(&t->minimal, br_ssl_engine_get_rsavrfy(eng));
    br_x509_minimal_set_ecdsa(&t->minimal, br_ssl_engine_get_ec(eng), br_ssl_engine_get_ecdsa(eng));
    br_x509_minimal_set_hash(&t->minimal, br_sha256_ID, &br_sha256_vtable);
    br_x509_minimal_set_hash(&t->minimal, br_sha384_ID, &br_sha384_vtable);
#ifndef DYNREPO_SMALL
    br_x509_minimal_set_hash(&t->minimal, br_sha512_ID, &br_sha512_vtable);
#endif
    br_x509_minimal_set_minrsa(&t->minimal, DYN__TLS_MIN_RSA);
    t->x509 = &dyn__x509_class;
    br_ssl_engine_set_x509(eng, &t->x509);
    br_ssl_engine_set_buffers_bidi(eng, in, in_size, out, out_size);
    /* What is asked of the server is by the buffer in; BearSSL took the smaller one, and would ask for records of 1 KB. */
    for (eng->log_max_frag_len = 14; eng->log_max_frag_len > 9 && ((size_t)1 << eng->log_max_frag_len) + 325 > in_size; )
        eng->log_max_frag_len = (unsigned char)(eng->log_max_frag_len == 14 ? 12 : eng->log_max_frag_len - 1);
}

#define DYN__ALERT(n) (BR_ERR_RECV_FATAL_ALERT + (n))

/* A certificate outside of its dates: says which dates, and what the clock has. */
static dyn_status dyn__tls_date_error(const dyn__tls *t, dyn_error *err, const char *host, int code)
{
    char text[3][32];
    dyn_str at[3];
    int64_t s[3];

    s[0] = t->now, s[1] = t->leaf_not_before, s[2] = t->leaf_not_after;
    for (int i = 0; i < 3; i++)
        at[i].ptr = text[i], at[i].len = dyn__write_iso(text[i], s[i] * 1000, false);
    if (!t->now)
        at[0].ptr = "unknown", at[0].len = 7;
    return dyn__fail(err, DYN_TLS_EXPIRED, "host \"%s\": a certificate is expired or not yet valid: the clock says %S, the server's own is valid from %S to "
                     "%S; check the clock (BearSSL error %i)", host, &at[0], &at[1], &at[2], (int64_t)code);
}

/* What the check of the server's certificate found: status, and the text for it (at most 120 bytes, as %s shows). */
static dyn_status dyn__tls_certificate_error(int code, const char **why)
{
    switch (code) {
    case BR_ERR_X509_NOT_TRUSTED:
        *why = "its certificate leads to none of the trusted roots; if the server is your own, give its root as trust anchor";
        return DYN_TLS_UNTRUSTED;
    case BR_ERR_X509_BAD_SERVER_NAME:
        *why = "its certificate is for other names; check the endpoint and where its name leads to";
        return DYN_TLS_WRONG_HOST;
    case BR_ERR_X509_TIME_UNKNOWN:
        *why = "no time to check its certificate at";
        return DYN_NO_CLOCK;
    case BR_ERR_X509_BAD_SIGNATURE:
        *why = "a signature in its certificate chain is wrong: the chain is damaged or forged";
        return DYN_TLS_UNTRUSTED;
    case BR_ERR_X509_WEAK_PUBLIC_KEY:
        *why = "a certificate has an RSA key of less than 2048 bits; the server needs a new one";
        return DYN_TLS_UNTRUSTED;
    case BR_ERR_X509_DN_MISMATCH: case BR_ERR_X509_NOT_CA: case BR_ERR_X509_FORBIDDEN_KEY_USAGE:
        *why = "its certificates are no chain: out of order, or one that is no authority signs another";
        return DYN_TLS_UNTRUSTED;
    default:
        *why = "a certificate cannot be read, or uses what is not supported here; see bearssl_x509.h";
        return DYN_TLS_UNTRUSTED;
    }
}

/* Why TLS failed otherwise. */
static dyn_status dyn__tls_protocol_error(int code, const char **why)
{
    switch (code) {
    case BR_ERR_NO_RANDOM:
        *why = "no random bytes; dyn_system.entropy must give them";
        return DYN_NO_ENTROPY;
    case BR_ERR_UNSUPPORTED_VERSION: case BR_ERR_BAD_VERSION: case DYN__ALERT(BR_ALERT_PROTOCOL_VERSION):
        *why = "the server does not speak TLS 1.2, the only version spoken here, or no TLS at all";
        break;
    case DYN__ALERT(BR_ALERT_HANDSHAKE_FAILURE): case DYN__ALERT(BR_ALERT_INSUFFICIENT_SECURITY): case BR_ERR_BAD_CIPHER_SUITE:
        *why = "no cipher suite in common (here: ECDHE with AES-GCM or ChaCha20), or it demands extended master secret";
        break;
    case BR_ERR_TOO_LARGE:
        *why = "a record is larger than the input buffer, and the server agreed to no smaller ones; 16709 bytes hold any";
        break;
    case BR_ERR_BAD_MAC:
        *why = "a record was damaged or forged on its way";
        break;
    case BR_ERR_BAD_SIGNATURE:
        *why = "the server could not prove that it holds its certificate's key";
        break;
    default:
        *why = code >= BR_ERR_RECV_FATAL_ALERT && code < BR_ERR_SEND_FATAL_ALERT
             ? "the server ended TLS with an alert; its number is the error's less 256 (RFC 5246, 7.2)"
             : "TLS failed; see bearssl_ssl.h";
        break;
    }
    return DYN_TLS_FAILED;
}

/* Says why the connection failed, after one of the functions below returned an error. */
static dyn_status dyn__tls_error(dyn__tls *t, dyn_error *err, const char *host)
{
    int code = br_ssl_engine_last_error(&t->client.eng);
    const char *why = "";
    dyn_status status;

    (void)host;
    if (code == BR_ERR_OK)
        return dyn__fail(err, DYN_DISCONNECTED, "host \"%s\": the connection %s %s", host,
                         t->broken == DYN_IO_ERROR ? "broke" : "was closed by the server",
                         t->ready ? "under TLS" : "during the TLS handshake; is it a TLS port?");
    if (code == BR_ERR_X509_EXPIRED)
        return dyn__tls_date_error(t, err, host, code);
    status = code > BR_ERR_X509_OK && code <= BR_ERR_X509_NOT_TRUSTED ? dyn__tls_certificate_error(code, &why)
                                                                      : dyn__tls_protocol_error(code, &why);
    (void)why;
    return dyn__fail(err, status, "host \"%s\": %s (BearSSL error %i)", host, why, (int64_t)code);
}

/* Is it a numeric address: hexadecimal with colons, or digits and dots only? */
static bool dyn__is_address(const char *host)
{
    bool digits = true;

    for (; *host; host++) {
        if (*host == ':')
            return true;
        if (*host != '.' && (*host < '0' || *host > '9'))
            digits = false;
    }
    return digits;
}

/* Begins a connection over an open stream; nothing is moved yet. unix_s: 0 when unknown. The last session with the same host is
 * offered again: it came from a handshake that was checked in full.
 * DYN_OK · DYN_INVALID (the host is empty, an address or too long) · DYN_NO_ENTROPY. */
static dyn_status dyn__tls_start(dyn__tls *t, const dyn_stream *stream, const char *host, int64_t unix_s, const dyn_system *system,
                                 dyn_error *err)
{
    br_ssl_engine_context *eng = &t->client.eng;
    unsigned char seed[32];
    size_t n = host ? strlen(host) : 0;

    if (n == 0 || n >= sizeof eng->server_name)
        return dyn__fail(err, DYN_INVALID, "TLS: the host name has %u bytes; 1 to 255 are possible", (uint64_t)n);
    if (dyn__is_address(host))
        return dyn__fail(err, DYN_INVALID, "host \"%s\": TLS checks a name, and this is an address; give the name that stands in "
                         "the server's certificate", host);
    if (!system->entropy || !system->entropy(system->user, seed, sizeof seed))
        return dyn__fail(err, DYN_NO_ENTROPY, "TLS needs 32 random bytes: dyn_system.entropy %s",
                         system->entropy ? "returned false" : "is not set");
    br_ssl_engine_inject_entropy(eng, seed, sizeof seed);
    dyn__wipe(seed, sizeof seed);

    if (!dyn__eq(host, n, eng->server_name, strlen(eng->server_name)))
        t->session_valid = false;
    t->now = unix_s > 0 ? unix_s : 0;
    dyn__tls_set_time(t, t->now > 0 ? t->now : (int64_t)DYN__BUILD_DAY * 86400);
    t->stream = stream, t->wants = 0, t->broken = 0, t->ready = false;
    t->hello_at = 0, t->hello_type = 0, t->agreed = 0;
    if (t->session_valid)
        br_ssl_engine_set_session_parameters(eng, &t->session);
    if (!br_ssl_client_reset(&t->client, host, t->session_valid))
        return dyn__tls_error(t, err, host);
    return DYN_OK;
}

/* Hands a part of a finished record to the stream. */
static ptrdiff_t dyn__tls_send(dyn__tls *t, uint32_t wait_ms)
{
    size_t size;
    unsigned char *p = br_ssl_engine_sendrec_buf(&t->client.eng, &size);
    ptrdiff_t n = t->stream->write(t->stream->user, p, size, wait_ms);

    if (n > 0)
        br_ssl_engine_sendrec_ack(&t->client.eng, (size_t)n);
    if (n > 0 && t->traffic)
        t->traffic->sent += (size_t)n;
    return n == 0 ? (ptrdiff_t)DYN_IO_AGAIN : n;
}

/* Looks into the ServerHello (RFC 5246, 7.4.1.3) for the answer to the wish for smaller records (RFC 6066, 4): BearSSL checks that it is the
 * size asked for, but does not tell whether there was one. */
static void dyn__tls_watch(dyn__tls *t, const unsigned char *p, size_t n)
{
    enum { TYPE = 5, LENGTH = 7, SESSION = 43, OVER = 512, VALUE_NEXT = 254, MAX_FRAGMENT = 1 };

    for (size_t i = 0; i < n && t->hello_at < OVER; i++) {
        unsigned at = t->hello_at++;
        if ((at == TYPE && p[i] != 2) || (at > SESSION && at >= t->hello_end))
            t->hello_at = OVER;
        else if (at == LENGTH)
            t->hello_end = (uint16_t)(p[i] << 8);
        else if (at == LENGTH + 1)
            t->hello_end = (uint16_t)DYN__MIN((t->hello_end | p[i]) + 9, OVER);
        else if (at == SESSION)
            t->hello_next = (uint16_t)(at + p[i] + 6);         /* behind the session, cipher suite, compression and the length of the extensions */
        else if (t->hello_type == VALUE_NEXT)
            t->agreed = p[i], t->hello_type = 0;
        else if (at > SESSION && at == t->hello_next)
            t->hello_type = p[i] ? 0xff : 0;
        else if (at > SESSION && at == t->hello_next + 1u)
            t->hello_type |= p[i];
        else if (at > SESSION && at == t->hello_next + 3u) {
            t->hello_next = (uint16_t)(at + p[i] + 1);
            t->hello_type = t->hello_type == MAX_FRAGMENT && p[i] == 1 ? VALUE_NEXT : 0;
        }
    }
}

static ptrdiff_t dyn__tls_receive(dyn__tls *t, uint32_t wait_ms)
{
    size_t size;
    unsigned char *p = br_ssl_engine_recvrec_buf(&t->client.eng, &size);
    ptrdiff_t n = t->stream->read(t->stream->user, p, size, wait_ms);

    if (n > 0) {
        if (t->hello_at < 512)
            dyn__tls_watch(t, p, (size_t)n);
        br_ssl_engine_recvrec_ack(&t->client.eng, (size_t)n);
        if (t->traffic)
            t->traffic->received += (size_t)n;
    }
    return n == 0 ? (ptrdiff_t)DYN_IO_AGAIN : n;
}

static int dyn__tls_again(dyn__tls *t, int wants)
{
    t->wants = wants;
    return DYN_IO_AGAIN;
}

static int dyn__tls_broken(dyn__tls *t, ptrdiff_t how)
{
    t->broken = (int)how;
    return t->broken;
}

/* Moves records until the engine is in one of the wanted states (1), the connection is over, or nothing moves: then DYN_IO_AGAIN,
 * and t->wants says what to wait for. Blocks in at most one call of the stream, so never longer than wait_ms. A reader goes on
 * while its own records cannot leave: the peer may have answered early and stopped listening. */
static int dyn__tls_pump(dyn__tls *t, unsigned wanted, uint32_t wait_ms)
{
    br_ssl_engine_context *eng = &t->client.eng;

    for (int i = 0; i < DYN__TLS_STEPS; i++) {
        unsigned state = br_ssl_engine_current_state(eng);
        bool stuck = false;
        ptrdiff_t n;

        if (state & BR_SSL_CLOSED)
            return br_ssl_engine_last_error(eng) == BR_ERR_OK ? DYN_IO_CLOSED : DYN_IO_ERROR;
        if (state & wanted)
            return 1;
        if (state & BR_SSL_SENDREC) {
            n = dyn__tls_send(t, 0);
            if (n > 0)
                continue;
            stuck = true;
            if (!(wanted & BR_SSL_RECVAPP)) {
                if (n == DYN_IO_AGAIN && wait_ms > 0)
                    n = dyn__tls_send(t, wait_ms), wait_ms = 0;
                if (n == DYN_IO_AGAIN)
                    return dyn__tls_again(t, DYN_WANT_WRITE);
                if (n < 0)
                    return dyn__tls_broken(t, n);
                continue;
            }
        }
        if (!(state & BR_SSL_RECVREC))
            return stuck ? dyn__tls_again(t, DYN_WANT_WRITE) : dyn__tls_broken(t, DYN_IO_ERROR);
        n = dyn__tls_receive(t, stuck ? 0 : wait_ms);
        if (n == DYN_IO_AGAIN)
            return dyn__tls_again(t, DYN_WANT_READ | (stuck ? DYN_WANT_WRITE : 0));
        if (n < 0)
            return dyn__tls_broken(t, n);
        wait_ms = 0;
    }
    return dyn__tls_again(t, DYN_WANT_READ);
}

/* Goes on with the handshake: 1 when it is done and checked, DYN_IO_AGAIN, or an error that dyn__tls_error explains. One call can
 * compute for long (a check of signatures) without looking at wait_ms. */
static int dyn__tls_handshake(dyn__tls *t, uint32_t wait_ms)
{
    int r = dyn__tls_pump(t, BR_SSL_SENDAPP, wait_ms);

    if (r == 1 && !t->ready) {
        t->ready = true;
        if (t->traffic)
            t->traffic->handshakes++;
        br_ssl_engine_get_session_parameters(&t->client.eng, &t->session);
        t->session_valid = t->session.session_id_len > 0;
    } else if (r != 1 && r != DYN_IO_AGAIN) {
        t->session_valid = false;
    }
    return r;
}

/* Reads what has been received and checked; at most one record. DYN_IO_CLOSED also when the peer closed without saying so: whether
 * the answer was complete is decided by its length. */
static ptrdiff_t dyn__tls_read(dyn__tls *t, void *to, size_t n, uint32_t wait_ms)
{
    size_t size;
    int r = dyn__tls_pump(t, BR_SSL_RECVAPP, wait_ms);

    if (r != 1)
        return r;
    unsigned char *p = br_ssl_engine_recvapp_buf(&t->client.eng, &size);
    size = DYN__MIN(size, n);
    if (size == 0)
        return DYN_IO_AGAIN;
    memcpy(to, p, size);
    br_ssl_engine_recvapp_ack(&t->client.eng, size);
    return (ptrdiff_t)size;
}

/* Takes bytes and sends them in records. What was taken but could not leave yet goes with the next write or read. An error is told
 * once nothing was taken before it. */
static ptrdiff_t dyn__tls_write(dyn__tls *t, const void *from, size_t n, uint32_t wait_ms)
{
    br_ssl_engine_context *eng = &t->client.eng;
    size_t done = 0, size;

    while (done < n) {
        int r = dyn__tls_pump(t, BR_SSL_SENDAPP, done > 0 ? 0 : wait_ms);
        if (r != 1)
            return done > 0 ? (ptrdiff_t)done : r;
        unsigned char *p = br_ssl_engine_sendapp_buf(eng, &size);
        size = DYN__MIN(size, n - done);
        memcpy(p, (const unsigned char *)from + done, size);
        br_ssl_engine_sendapp_ack(eng, size);
        br_ssl_engine_flush(eng, 0);
        done += size;
    }
    (void)dyn__tls_pump(t, BR_SSL_SENDAPP, 0);
    return (ptrdiff_t)done;
}

/* The largest record that the server has agreed to send. */
static uint32_t dyn__tls_record_size(const dyn__tls *t)
{
    return t->agreed >= 1 && t->agreed <= 4 ? (uint32_t)256 << t->agreed : 16384;
}

/* Says goodbye when it can be said at once, and lets go of the stream, which it does not close. The session is kept. */
static void dyn__tls_close(dyn__tls *t)
{
    if (t->stream && t->ready && t->broken == 0 && br_ssl_engine_current_state(&t->client.eng) != BR_SSL_CLOSED) {
        br_ssl_engine_close(&t->client.eng);
        for (int i = 0; i < 8 && (br_ssl_engine_current_state(&t->client.eng) & BR_SSL_SENDREC); i++)
            if (dyn__tls_send(t, 0) < 0)
                break;
    }
    t->stream = NULL;
    t->ready = false;
}

/* Reading trust anchors: the contexts of the decoders, at the far end of the arena while its front grows. */
typedef struct dyn__anchor_reader {
    br_pem_decoder_context  pem;
    br_x509_decoder_context x509;
    dyn_arena              *arena;
    unsigned char          *dn;
    size_t                  dn_size, seen;   /* seen: certificates begun */
    bool                    full, inside;    /* full: the arena was too small; inside: a PEM certificate is open */
} dyn__anchor_reader;

static void dyn__anchor_dn(void *user, const void *data, size_t n)
{
    dyn__anchor_reader *r = (dyn__anchor_reader *)user;
    unsigned char *p = (unsigned char *)dyn__alloc(r->arena, n, 1);

    if (!p) {
        r->full = true;
        return;
    }
    if (!r->dn)
        r->dn = p;
    memcpy(p, data, n);   /* behind the piece before it: nothing else is handed out meanwhile */
    r->dn_size += n;
}

static void dyn__anchor_data(void *user, const void *data, size_t n)
{
    br_x509_decoder_push(&((dyn__anchor_reader *)user)->x509, data, n);
}

static void dyn__anchor_begin(dyn__anchor_reader *r)
{
    br_x509_decoder_init(&r->x509, dyn__anchor_dn, r);
    r->dn = NULL, r->dn_size = 0, r->inside = true, r->seen++;
}

/* A copy of bytes in the arena. */
static unsigned char *dyn__anchor_copy(dyn__anchor_reader *r, const unsigned char *p, size_t n)
{
    unsigned char *copy = (unsigned char *)dyn__alloc(r->arena, n, 1);

    if (!copy)
        r->full = true;
    else if (n > 0)
        memcpy(copy, p, n);
    return copy;
}

/* The certificate is complete: makes an anchor of its name and key. */
static dyn_status dyn__anchor_end(dyn__anchor_reader *r, br_x509_trust_anchor *anchor, dyn_error *err)
{
    const br_x509_pkey *key = br_x509_decoder_get_pkey(&r->x509);

    r->inside = false;
    if (!key)
        return dyn__fail(err, DYN_INVALID, "trust anchors: certificate %u cannot be read (BearSSL error %i, see bearssl_x509.h)",
                         (uint64_t)r->seen, (int64_t)br_x509_decoder_last_error(&r->x509));
    anchor->dn.data = r->dn, anchor->dn.len = r->dn_size;
    anchor->flags = br_x509_decoder_isCA(&r->x509) ? BR_X509_TA_CA : 0;
    anchor->pkey = *key;
    if (key->key_type == BR_KEYTYPE_RSA) {
        anchor->pkey.key.rsa.n = dyn__anchor_copy(r, key->key.rsa.n, key->key.rsa.nlen);
        anchor->pkey.key.rsa.e = dyn__anchor_copy(r, key->key.rsa.e, key->key.rsa.elen);
    } else {
        anchor->pkey.key.ec.q = dyn__anchor_copy(r, key->key.ec.q, key->key.ec.qlen);
    }
    return DYN_OK;
}

/* Feeds PEM text; other objects than certificates are passed over. *count anchors are complete. */
static dyn_status dyn__anchor_feed(dyn__anchor_reader *r, const char *p, size_t n, br_x509_trust_anchor *anchors, size_t *count,
                                   dyn_error *err)
{
    while (n > 0) {
        size_t used = br_pem_decoder_push(&r->pem, p, n);
        p += used, n -= used;
        switch (br_pem_decoder_event(&r->pem)) {
        case BR_PEM_BEGIN_OBJ: {
            const char *name = br_pem_decoder_name(&r->pem);
            size_t len = strlen(name);
            bool certificate = dyn__eq(name, len, DYN__LIT("CERTIFICATE")) || dyn__eq(name, len, DYN__LIT("X509 CERTIFICATE"));
            if (certificate)
                dyn__anchor_begin(r);
            br_pem_decoder_setdest(&r->pem, certificate ? dyn__anchor_data : NULL, r);
            break;
        }
        case BR_PEM_END_OBJ:
            if (r->inside && dyn__anchor_end(r, &anchors[*count], err) != DYN_OK)
                return DYN_INVALID;
            *count = r->seen;
            break;
        case BR_PEM_ERROR:
            return dyn__fail(err, DYN_INVALID, "trust anchors: object %u is no valid PEM: a line is no base64, or its END line "
                             "is missing", (uint64_t)(*count + 1));
        default:
            if (used == 0)
                return DYN_OK;
            break;
        }
    }
    return DYN_OK;
}

/* How often "-----BEGIN" stands in a text: no fewer than its certificates. */
static size_t dyn__anchor_count(dyn_str s)
{
    size_t count = 0;

    for (size_t i = 0; i + 10 <= s.len; i++)
        if (memcmp(s.ptr + i, "-----BEGIN", 10) == 0)
            count++;
    return count;
}

/* Decodes s with the reader's contexts into anchors. */
static dyn_status dyn__anchors_decode(dyn__anchor_reader *r, dyn_str s, size_t pem, br_x509_trust_anchor *anchors, size_t *count,
                                      dyn_error *err)
{
    dyn_status status;

    if (pem == 0) {
        dyn__anchor_begin(r);
        br_x509_decoder_push(&r->x509, s.ptr, s.len);
        *count = 1;
        return dyn__anchor_end(r, anchors, err);
    }
    br_pem_decoder_init(&r->pem);
    status = dyn__anchor_feed(r, s.ptr, s.len, anchors, count, err);
    if (status == DYN_OK)
        status = dyn__anchor_feed(r, "\n", 1, anchors, count, err);   /* the last line may lack its end */
    if (status == DYN_OK && r->inside)
        return dyn__fail(err, DYN_INVALID, "trust anchors: certificate %u has no line -----END CERTIFICATE-----",
                         (uint64_t)r->seen);
    if (status == DYN_OK && *count == 0)
        return dyn__fail(err, DYN_INVALID, "trust anchors: the PEM text holds no object of type CERTIFICATE");
    return status;
}

/* Makes trust anchors of certificates: PEM text with any number of them, or one in DER. Names and keys are copied into the arena.
 * DYN_OK · DYN_INVALID · DYN_NO_MEMORY (arena->missing). */
static dyn_status dyn__anchors_load(dyn_arena *arena, dyn_str s, br_x509_trust_anchor **out, size_t *count, dyn_error *err)
{
    size_t pem = dyn__anchor_count(s), mark = arena->used, room = sizeof(dyn__anchor_reader) + sizeof(void *) - 1;
    br_x509_trust_anchor *anchors;
    dyn__anchor_reader *r = NULL;
    dyn_status status = DYN_OK;

    *out = NULL, *count = 0;
    if (pem == 0 && (s.len == 0 || s.ptr[0] != 0x30))
        return dyn__fail(err, DYN_INVALID, "trust anchors: these %u bytes are neither PEM (-----BEGIN CERTIFICATE-----) nor DER (a "
                         "first byte 0x30)", (uint64_t)s.len);
    anchors = (br_x509_trust_anchor *)dyn__alloc(arena, (pem ? pem : 1) * sizeof *anchors, sizeof(void *));
    if (anchors && arena->size - arena->used < room) {
        arena->missing = room - (arena->size - arena->used);
    } else if (anchors) {
        size_t size = arena->size;
        uintptr_t end = (uintptr_t)(arena->base + size - room);
        r = (dyn__anchor_reader *)(void *)(arena->base + size - room + ((0 - end) & (sizeof(void *) - 1)));
        memset(r, 0, sizeof *r);
        r->arena = arena;
        arena->size = size - room;
        status = dyn__anchors_decode(r, s, pem, anchors, count, err);
        arena->size = size;
        arena->peak = DYN__MAX(arena->peak, arena->used + room);
    }
    if (!r || (r->full && status == DYN_OK))
        status = dyn__fail(err, DYN_NO_MEMORY, "trust anchors: the memory lacks at least %u bytes for them",
                           (uint64_t)arena->missing);
    if (status != DYN_OK) {
        arena->used = mark, *count = 0;
        return status;
    }
    *out = anchors;
    return DYN_OK;
}

DYN_API dyn_status dyn_read_certificates(dyn_arena *arena, dyn_str certificates, const void **anchors, size_t *count, dyn_error *error)
{
    br_x509_trust_anchor *made;
    dyn_status s = dyn__anchors_load(arena, certificates, &made, count, error);

    *anchors = made;
    return s;
}

/* The roots that the service's certificates lead to, as tools/anchors writes them. */
/* anchors: begin */
#define DYN__BYTES(a) (unsigned char *)(a), sizeof(a)
#define DYN__ANCHOR_RSA(name) { { DYN__BYTES(dyn__dn_##name) }, BR_X509_TA_CA, \
    { BR_KEYTYPE_RSA, { { DYN__BYTES(dyn__n_##name), DYN__BYTES(dyn__e_##name) } } } }
#define DYN__ANCHOR_EC(name, curve) { { DYN__BYTES(dyn__dn_##name) }, BR_X509_TA_CA, \
    { BR_KEYTYPE_EC, { .ec = { (curve), DYN__BYTES(dyn__q_##name) } } } }
/* Amazon Root CA 1, 2015-05-26 to 2038-01-17,
 * SHA-256 8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e */
static const unsigned char dyn__dn_amazon_1[] = {
0x30,0x39,0x31,0x0b,0x30,0x09,0x06,0x03,0x55,0x04,0x06,0x13,0x02,0x55,0x53,0x31,0x0f,0x30,0x0d,0x06,0x03,0x55,0x04,0x0a,0x13,
0x06,0x41,0x6d,0x61,0x7a,0x6f,0x6e,0x31,0x19,0x30,0x17,0x06,0x03,0x55,0x04,0x03,0x13,0x10,0x41,0x6d,0x61,0x7a,0x6f,0x6e,0x20,
0x52,0x6f,0x6f,0x74,0x20,0x43,0x41,0x20,0x31
};
static const unsigned char dyn__n_amazon_1[] = {
0xb2,0x78,0x80,0x71,0xca,0x78,0xd5,0xe3,0x71,0xaf,0x47,0x80,0x50,0x74,0x7d,0x6e,0xd8,0xd7,0x88,0x76,0xf4,0x99,0x68,0xf7,0x58,
0x21,0x60,0xf9,0x74,0x84,0x01,0x2f,0xac,0x02,0x2d,0x86,0xd3,0xa0,0x43,0x7a,0x4e,0xb2,0xa4,0xd0,0x36,0xba,0x01,0xbe,0x8d,0xdb,
0x48,0xc8,0x07,0x17,0x36,0x4c,0xf4,0xee,0x88,0x23,0xc7,0x3e,0xeb,0x37,0xf5,0xb5,0x19,0xf8,0x49,0x68,0xb0,0xde,0xd7,0xb9,0x76,
0x38,0x1d,0x61,0x9e,0xa4,0xfe,0x82,0x36,0xa5,0xe5,0x4a,0x56,0xe4,0x45,0xe1,0xf9,0xfd,0xb4,0x16,0xfa,0x74,0xda,0x9c,0x9b,0x35,
0x39,0x2f,0xfa,0xb0,0x20,0x50,0x06,0x6c,0x7a,0xd0,0x80,0xb2,0xa6,0xf9,0xaf,0xec,0x47,0x19,0x8f,0x50,0x38,0x07,0xdc,0xa2,0x87,
0x39,0x58,0xf8,0xba,0xd5,0xa9,0xf9,0x48,0x67,0x30,0x96,0xee,0x94,0x78,0x5e,0x6f,0x89,0xa3,0x51,0xc0,0x30,0x86,0x66,0xa1,0x45,
0x66,0xba,0x54,0xeb,0xa3,0xc3,0x91,0xf9,0x48,0xdc,0xff,0xd1,0xe8,0x30,0x2d,0x7d,0x2d,0x74,0x70,0x35,0xd7,0x88,0x24,0xf7,0x9e,
0xc4,0x59,0x6e,0xbb,0x73,0x87,0x17,0xf2,0x32,0x46,0x28,0xb8,0x43,0xfa,0xb7,0x1d,0xaa,0xca,0xb4,0xf2,0x9f,0x24,0x0e,0x2d,0x4b,
0xf7,0x71,0x5c,0x5e,0x69,0xff,0xea,0x95,0x02,0xcb,0x38,0x8a,0xae,0x50,0x38,0x6f,0xdb,0xfb,0x2d,0x62,0x1b,0xc5,0xc7,0x1e,0x54,
0xe1,0x77,0xe0,0x67,0xc8,0x0f,0x9c,0x87,0x23,0xd6,0x3f,0x40,0x20,0x7f,0x20,0x80,0xc4,0x80,0x4c,0x3e,0x3b,0x24,0x26,0x8e,0x04,
0xae,0x6c,0x9a,0xc8,0xaa,0x0d
};
static const unsigned char dyn__e_amazon_1[] = {
0x01,0x00,0x01
};
/* Amazon Root CA 2, 2015-05-26 to 2040-05-26,
 * SHA-256 1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4 */
static const unsigned char dyn__dn_amazon_2[] = {
0x30,0x39,0x31,0x0b,0x30,0x09,0x06,0x03,0x55,0x04,0x06,0x13,0x02,0x55,0x53,0x31,0x0f,0x30,0x0d,0x06,0x03,0x55,0x04,0x0a,0x13,
0x06,0x41,0x6d,0x61,0x7a,0x6f,0x6e,0x31,0x19,0x30,0x17,0x06,0x03,0x55,0x04,0x03,0x13,0x10,0x41,0x6d,0x61,0x7a,0x6f,0x6e,0x20,
0x52,0x6f,0x6f,0x74,0x20,0x43,0x41,0x20,0x32
};
static const unsigned char dyn__n_amazon_2[] = {
0xad,0x96,0x9f,0x2d,0x9c,0x4a,0x4c,0x4a,0x81,0x79,0x51,0x99,0xec,0x8a,0xcb,0x6b,0x60,0x51,0x13,0xbc,0x4d,0x6d,0x06,0xfc,0xb0,
0x08,0x8d,0xdd,0x19,0x10,0x6a,0xc7,0x26,0x0c,0x35,0xd8,0xc0,0x6f,0x20,0x84,0xe9,0x94,0xb1,0x9b,0x85,0x03,0xc3,0x5b,0xdb,0x4a,
0xe8,0xc8,0xf8,0x90,0x76,0xd9,0x5b,0x4f,0xe3,0x4c,0xe8,0x06,0x36,0x4d,0xcc,0x9a,0xac,0x3d,0x0c,0x90,0x2b,0x92,0xd4,0x06,0x19,
0x60,0xac,0x37,0x44,0x79,0x85,0x81,0x82,0xad,0x5a,0x37,0xe0,0x0d,0xcc,0x9d,0xa6,0x4c,0x52,0x76,0xea,0x43,0x9d,0xb7,0x04,0xd1,
0x50,0xf6,0x55,0xe0,0xd5,0xd2,0xa6,0x49,0x85,0xe9,0x37,0xe9,0xca,0x7e,0xae,0x5c,0x95,0x4d,0x48,0x9a,0x3f,0xae,0x20,0x5a,0x6d,
0x88,0x95,0xd9,0x34,0xb8,0x52,0x1a,0x43,0x90,0xb0,0xbf,0x6c,0x05,0xb9,0xb6,0x78,0xb7,0xea,0xd0,0xe4,0x3a,0x3c,0x12,0x53,0x62,
0xff,0x4a,0xf2,0x7b,0xbe,0x35,0x05,0xa9,0x12,0x34,0xe3,0xf3,0x64,0x74,0x62,0x2c,0x3d,0x00,0x49,0x5a,0x28,0xfe,0x32,0x44,0xbb,
0x87,0xdd,0x65,0x27,0x02,0x71,0x3b,0xda,0x4a,0xf7,0x1f,0xda,0xcd,0xf7,0x21,0x55,0x90,0x4f,0x0f,0xec,0xae,0x82,0xe1,0x9f,0x6b,
0xd9,0x45,0xd3,0xbb,0xf0,0x5f,0x87,0xed,0x3c,0x2c,0x39,0x86,0xda,0x3f,0xde,0xec,0x72,0x55,0xeb,0x79,0xa3,0xad,0xdb,0xdd,0x7c,
0xb0,0xba,0x1c,0xce,0xfc,0xde,0x4f,0x35,0x76,0xcf,0x0f,0xf8,0x78,0x1f,0x6a,0x36,0x51,0x46,0x27,0x61,0x5b,0xe9,0x9e,0xcf,0xf0,
0xa2,0x55,0x7d,0x7c,0x25,0x8a,0x6f,0x2f,0xb4,0xc5,0xcf,0x84,0x2e,0x2b,0xfd,0x0d,0x51,0x10,0x6c,0xfb,0x5f,0x1b,0xbc,0x1b,0x7e,
0xc5,0xae,0x3b,0x98,0x01,0x31,0x92,0xff,0x0b,0x57,0xf4,0x9a,0xb2,0xb9,0x57,0xe9,0xab,0xef,0x0d,0x76,0xd1,0xf0,0xee,0xf4,0xce,
0x86,0xa7,0xe0,0x6e,0xe9,0xb4,0x69,0xa1,0xdf,0x69,0xf6,0x33,0xc6,0x69,0x2e,0x97,0x13,0x9e,0xa5,0x87,0xb0,0x57,0x10,0x81,0x37,
0xc9,0x53,0xb3,0xbb,0x7f,0xf6,0x92,0xd1,0x9c,0xd0,0x18,0xf4,0x92,0x6e,0xda,0x83,0x4f,0xa6,0x63,0x99,0x4c,0xa5,0xfb,0x5e,0xef,
0x21,0x64,0x7a,0x20,0x5f,0x6c,0x64,0x85,0x15,0xcb,0x37,0xe9,0x62,0x0c,0x0b,0x2a,0x16,0xdc,0x01,0x2e,0x32,0xda,0x3e,0x4b,0xf5,
0x9e,0x3a,0xf6,0x17,0x40,0x94,0xef,0x9e,0x91,0x08,0x86,0xfa,0xbe,0x63,0xa8,0x5a,0x33,0xec,0xcb,0x74,0x43,0x95,0xf9,0x6c,0x69,
0x52,0x36,0xc7,0x29,0x6f,0xfc,0x55,0x03,0x5c,0x1f,0xfb,0x9f,0xbd,0x47,0xeb,0xe7,0x49,0x47,0x95,0x0b,0x4e,0x89,0x22,0x09,0x49,
0xe0,0xf5,0x61,0x1e,0xf1,0xbf,0x2e,0x8a,0x72,0x6e,0x80,0x59,0xff,0x57,0x3a,0xf9,0x75,0x32,0xa3,0x4e,0x5f,0xec,0xed,0x28,0x62,
0xd9,0x4d,0x73,0xf2,0xcc,0x81,0x17,0x60,0xed,0xcd,0xeb,0xdc,0xdb,0xa7,0xca,0xc5,0x7e,0x02,0xbd,0xf2,0x54,0x08,0x54,0xfd,0xb4,
0x2d,0x09,0x2c,0x17,0x54,0x4a,0x98,0xd1,0x54,0xe1,0x51,0x67,0x08,0xd2,0xed,0x6e,0x7e,0x6f,0x3f,0xd2,0x2d,0x81,0x59,0x29,0x66,
0xcb,0x90,0x39,0x95,0x11,0x1e,0x74,0x27,0xfe,0xdd,0xeb,0xaf
};
static const unsigned char dyn__e_amazon_2[] = {
0x01,0x00,0x01
};
/* Amazon Root CA 3, 2015-05-26 to 2040-05-26,
 * SHA-256 18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4 */
static const unsigned char dyn__dn_amazon_3[] = {
0x30,0x39,0x31,0x0b,0x30,0x09,0x06,0x03,0x55,0x04,0x06,0x13,0x02,0x55,0x53,0x31,0x0f,0x30,0x0d,0x06,0x03,0x55,0x04,0x0a,0x13,
0x06,0x41,0x6d,0x61,0x7a,0x6f,0x6e,0x31,0x19,0x30,0x17,0x06,0x03,0x55,0x04,0x03,0x13,0x10,0x41,0x6d,0x61,0x7a,0x6f,0x6e,0x20,
0x52,0x6f,0x6f,0x74,0x20,0x43,0x41,0x20,0x33
};
static const unsigned char dyn__q_amazon_3[] = {
0x04,0x29,0x97,0xa7,0xc6,0x41,0x7f,0xc0,0x0d,0x9b,0xe8,0x01,0x1b,0x56,0xc6,0xf2,0x52,0xa5,0xba,0x2d,0xb2,0x12,0xe8,0xd2,0x2e,
0xd7,0xfa,0xc9,0xc5,0xd8,0xaa,0x6d,0x1f,0x73,0x81,0x3b,0x3b,0x98,0x6b,0x39,0x7c,0x33,0xa5,0xc5,0x4e,0x86,0x8e,0x80,0x17,0x68,
0x62,0x45,0x57,0x7d,0x44,0x58,0x1d,0xb3,0x37,0xe5,0x67,0x08,0xeb,0x66,0xde
};
/* Amazon Root CA 4, 2015-05-26 to 2040-05-26,
 * SHA-256 e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092 */
static const unsigned char dyn__dn_amazon_4[] = {
0x30,0x39,0x31,0x0b,0x30,0x09,0x06,0x03,0x55,0x04,0x06,0x13,0x02,0x55,0x53,0x31,0x0f,0x30,0x0d,0x06,0x03,0x55,0x04,0x0a,0x13,
0x06,0x41,0x6d,0x61,0x7a,0x6f,0x6e,0x31,0x19,0x30,0x17,0x06,0x03,0x55,0x04,0x03,0x13,0x10,0x41,0x6d,0x61,0x7a,0x6f,0x6e,0x20,
0x52,0x6f,0x6f,0x74,0x20,0x43,0x41,0x20,0x34
};
static const unsigned char dyn__q_amazon_4[] = {
0x04,0xd2,0xab,0x8a,0x37,0x4f,0xa3,0x53,0x0d,0xfe,0xc1,0x8a,0x7b,0x4b,0xa8,0x7b,0x46,0x4b,0x63,0xb0,0x62,0xf6,0x2d,0x1b,0xdb,
0x08,0x71,0x21,0xd2,0x00,0xe8,0x63,0xbd,0x9a,0x27,0xfb,0xf0,0x39,0x6e,0x5d,0xea,0x3d,0xa5,0xc9,0x81,0xaa,0xa3,0x5b,0x20,0x98,
0x45,0x5d,0x16,0xdb,0xfd,0xe8,0x10,0x6d,0xe3,0x9c,0xe0,0xe3,0xbd,0x5f,0x84,0x62,0xf3,0x70,0x64,0x33,0xa0,0xcb,0x24,0x2f,0x70,
0xba,0x88,0xa1,0x2a,0xa0,0x75,0xf8,0x81,0xae,0x62,0x06,0xc4,0x81,0xdb,0x39,0x6e,0x29,0xb0,0x1e,0xfa,0x2e,0x5c
};
/* Starfield Services Root Certificate Authority - G2, 2009-09-01 to 2037-12-31,
 * SHA-256 568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5 */
static const unsigned char dyn__dn_starfield_g2[] = {
0x30,0x81,0x98,0x31,0x0b,0x30,0x09,0x06,0x03,0x55,0x04,0x06,0x13,0x02,0x55,0x53,0x31,0x10,0x30,0x0e,0x06,0x03,0x55,0x04,0x08,
0x13,0x07,0x41,0x72,0x69,0x7a,0x6f,0x6e,0x61,0x31,0x13,0x30,0x11,0x06,0x03,0x55,0x04,0x07,0x13,0x0a,0x53,0x63,0x6f,0x74,0x74,
0x73,0x64,0x61,0x6c,0x65,0x31,0x25,0x30,0x23,0x06,0x03,0x55,0x04,0x0a,0x13,0x1c,0x53,0x74,0x61,0x72,0x66,0x69,0x65,0x6c,0x64,
0x20,0x54,0x65,0x63,0x68,0x6e,0x6f,0x6c,0x6f,0x67,0x69,0x65,0x73,0x2c,0x20,0x49,0x6e,0x63,0x2e,0x31,0x3b,0x30,0x39,0x06,0x03,
0x55,0x04,0x03,0x13,0x32,0x53,0x74,0x61,0x72,0x66,0x69,0x65,0x6c,0x64,0x20,0x53,0x65,0x72,0x76,0x69,0x63,0x65,0x73,0x20,0x52,
0x6f,0x6f,0x74,0x20,0x43,0x65,0x72,0x74,0x69,0x66,0x69,0x63,0x61,0x74,0x65,0x20,0x41,0x75,0x74,0x68,0x6f,0x72,0x69,0x74,0x79,
0x20,0x2d,0x20,0x47,0x32
};
static const unsigned char dyn__n_starfield_g2[] = {
0xd5,0x0c,0x3a,0xc4,0x2a,0xf9,0x4e,0xe2,0xf5,0xbe,0x19,0x97,0x5f,0x8e,0x88,0x53,0xb1,0x1f,0x3f,0xcb,0xcf,0x9f,0x20,0x13,0x6d,
0x29,0x3a,0xc8,0x0f,0x7d,0x3c,0xf7,0x6b,0x76,0x38,0x63,0xd9,0x36,0x60,0xa8,0x9b,0x5e,0x5c,0x00,0x80,0xb2,0x2f,0x59,0x7f,0xf6,
0x87,0xf9,0x25,0x43,0x86,0xe7,0x69,0x1b,0x52,0x9a,0x90,0xe1,0x71,0xe3,0xd8,0x2d,0x0d,0x4e,0x6f,0xf6,0xc8,0x49,0xd9,0xb6,0xf3,
0x1a,0x56,0xae,0x2b,0xb6,0x74,0x14,0xeb,0xcf,0xfb,0x26,0xe3,0x1a,0xba,0x1d,0x96,0x2e,0x6a,0x3b,0x58,0x94,0x89,0x47,0x56,0xff,
0x25,0xa0,0x93,0x70,0x53,0x83,0xda,0x84,0x74,0x14,0xc3,0x67,0x9e,0x04,0x68,0x3a,0xdf,0x8e,0x40,0x5a,0x1d,0x4a,0x4e,0xcf,0x43,
0x91,0x3b,0xe7,0x56,0xd6,0x00,0x70,0xcb,0x52,0xee,0x7b,0x7d,0xae,0x3a,0xe7,0xbc,0x31,0xf9,0x45,0xf6,0xc2,0x60,0xcf,0x13,0x59,
0x02,0x2b,0x80,0xcc,0x34,0x47,0xdf,0xb9,0xde,0x90,0x65,0x6d,0x02,0xcf,0x2c,0x91,0xa6,0xa6,0xe7,0xde,0x85,0x18,0x49,0x7c,0x66,
0x4e,0xa3,0x3a,0x6d,0xa9,0xb5,0xee,0x34,0x2e,0xba,0x0d,0x03,0xb8,0x33,0xdf,0x47,0xeb,0xb1,0x6b,0x8d,0x25,0xd9,0x9b,0xce,0x81,
0xd1,0x45,0x46,0x32,0x96,0x70,0x87,0xde,0x02,0x0e,0x49,0x43,0x85,0xb6,0x6c,0x73,0xbb,0x64,0xea,0x61,0x41,0xac,0xc9,0xd4,0x54,
0xdf,0x87,0x2f,0xc7,0x22,0xb2,0x26,0xcc,0x9f,0x59,0x54,0x68,0x9f,0xfc,0xbe,0x2a,0x2f,0xc4,0x55,0x1c,0x75,0x40,0x60,0x17,0x85,
0x02,0x55,0x39,0x8b,0x7f,0x05
};
static const unsigned char dyn__e_starfield_g2[] = {
0x01,0x00,0x01
};
static const br_x509_trust_anchor dyn__anchors_builtin[] = {
    DYN__ANCHOR_RSA(amazon_1),
    DYN__ANCHOR_RSA(amazon_2),
    DYN__ANCHOR_EC(amazon_3, BR_EC_secp256r1),
    DYN__ANCHOR_EC(amazon_4, BR_EC_secp384r1),
    DYN__ANCHOR_RSA(starfield_g2)
};
/* anchors: end */

#endif /* DYNREPO_NO_TLS */

/* ======================================================================================================================
 * >>os   POSIX: sockets, clocks, random bytes, the environment and profile files.
 * Calls >>base and the C library of a POSIX.1-2008 system.
 * ==================================================================================================================== */

#ifndef DYNREPO_NO_OS

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#if defined(__GLIBC__) && !defined(__USE_XOPEN2K8)
#error "dynrepo.h: the C library hides its sockets; include dynrepo.h first, or compile with -std=gnu99 or -D_DEFAULT_SOURCE"
#endif
#ifdef __has_include
#if __has_include(<sys/random.h>)
#include <sys/random.h>
#define DYN__OS_GETENTROPY
#endif
#endif

#ifdef MSG_NOSIGNAL
#define DYN__OS_SEND_FLAGS MSG_NOSIGNAL
#else
#define DYN__OS_SEND_FLAGS 0              /* there SO_NOSIGPIPE is set on the socket */
#endif
#define DYN__OS_ADDRESS_MS 1000           /* an address that does not answer gives way to the name's next one */

/* Clocks and random bytes. */

/* Linux's coarse clock moves by 1 to 10 ms and costs a fifth: limits of time are looked at eight times in a small operation, and twice a row. */
#ifdef CLOCK_MONOTONIC_COARSE
#define DYN__OS_CLOCK CLOCK_MONOTONIC_COARSE
#else
#define DYN__OS_CLOCK CLOCK_MONOTONIC
#endif

static uint32_t dyn__os_ticks(void *user)
{
    struct timespec now;

    (void)user;
    clock_gettime(DYN__OS_CLOCK, &now);
    return (uint32_t)((uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u);
}

static int64_t dyn__os_unix_ms(void *user)
{
    struct timespec now;

    (void)user;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + (int64_t)now.tv_nsec / 1000000;
}

static bool dyn__os_entropy(void *user, void *to, size_t size)
{
    unsigned char *p = (unsigned char *)to;
    int fd;

    (void)user;
#ifdef DYN__OS_GETENTROPY
    if (size <= 256 && getentropy(p, size) == 0)   /* more is refused by getentropy */
        return true;
#endif
    fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    while (size > 0) {
        ssize_t n = read(fd, p, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        p += n, size -= (size_t)n;
    }
    close(fd);
    return size == 0;
}

static const dyn_system dyn__os_system = { dyn__os_ticks, dyn__os_unix_ms, dyn__os_entropy, NULL };

DYN_API const dyn_system *dyn_posix_system(void)
{
    return &dyn__os_system;
}

/* The socket. */

static void dyn__os_drop_socket(dyn_posix_stream *s)
{
    if (s->socket_1)
        close(s->socket_1 - 1);
    s->socket_1 = 0, s->connecting = false, s->read_ms = s->write_ms = 0;
}

static void dyn__os_close(void *user)
{
    dyn_posix_stream *s = (dyn_posix_stream *)user;

    dyn__os_drop_socket(s);
    if (s->addresses)
        freeaddrinfo((struct addrinfo *)s->addresses);
    s->addresses = s->address = NULL;
}

/* Waits for the socket: true when it is ready. A signal ends the wait early. */
static bool dyn__os_poll(int fd, short events, uint32_t ms)
{
    struct pollfd one;

    one.fd = fd, one.events = events, one.revents = 0;
    return poll(&one, fd < 0 ? 0 : 1, ms > INT_MAX ? INT_MAX : (int)ms) > 0;
}

/* A non-blocking socket that begins to connect to the present address; false: this address is no use. */
static bool dyn__os_begin(dyn_posix_stream *s)
{
    const struct addrinfo *a = (const struct addrinfo *)s->address;
    int one = 1, fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);

    if (fd < 0)
        return false;
    s->socket_1 = fd + 1, s->connecting = true, s->since_ms = dyn__os_ticks(NULL);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, (socklen_t)sizeof one);
#ifdef SO_NOSIGPIPE
    setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &one, (socklen_t)sizeof one);
#endif
    return connect(fd, a->ai_addr, a->ai_addrlen) == 0 || errno == EINPROGRESS || errno == EINTR;
}

/* The connection under way: 1 made, DYN_IO_AGAIN, or DYN_IO_ERROR when this address does not answer. */
static int dyn__os_connected(dyn_posix_stream *s, uint32_t wait_ms)
{
    const struct addrinfo *a = (const struct addrinfo *)s->address;
    int fd = s->socket_1 - 1, error = 0;
    uint32_t waited = dyn__os_ticks(NULL) - s->since_ms;
    socklen_t size = (socklen_t)sizeof error;

    if (a->ai_next)
        wait_ms = DYN__MIN(wait_ms, waited < DYN__OS_ADDRESS_MS ? DYN__OS_ADDRESS_MS - waited : 0);
    if (!dyn__os_poll(fd, POLLOUT, wait_ms))
        return a->ai_next && dyn__os_ticks(NULL) - s->since_ms >= DYN__OS_ADDRESS_MS ? DYN_IO_ERROR : DYN_IO_AGAIN;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0)
        return DYN_IO_ERROR;
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);   /* from here on timeouts limit the waits: no poll before each recv */
    return 1;
}

/* The addresses of host and port. */
static int dyn__os_resolve(dyn_posix_stream *s, const char *host, uint16_t port)
{
    char digits[24], service[6];
    dyn_str text = dyn__decimal_u(digits, port);
    struct addrinfo hints, *list = NULL;
    int e;

    memcpy(service, text.ptr, text.len);
    service[text.len] = 0;
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    e = getaddrinfo(host, service, &hints, &list);
    if (e != 0 || !list)
        return e == EAI_AGAIN || e == EAI_SYSTEM || e == EAI_MEMORY ? DYN_IO_ERROR : DYN_IO_NO_HOST;
    s->addresses = s->address = list;
    return 1;
}

static int dyn__os_open(void *user, const char *host, uint16_t port, uint32_t wait_ms)
{
    dyn_posix_stream *s = (dyn_posix_stream *)user;
    uint32_t start = dyn__os_ticks(NULL);

    if (s->socket_1 && !s->connecting)
        return 1;
    if (!s->addresses) {
        int r = dyn__os_resolve(s, host, port);
        if (r != 1)
            return r;
    }
    while (s->address) {   /* each turn leaves an address behind or returns */
        int r = DYN_IO_ERROR;
        if (s->connecting || dyn__os_begin(s)) {
            uint32_t gone = dyn__os_ticks(NULL) - start;
            r = dyn__os_connected(s, gone < wait_ms ? wait_ms - gone : 0);
        }
        if (r == DYN_IO_AGAIN)
            return r;
        if (r == 1) {
            s->connecting = false;
            freeaddrinfo((struct addrinfo *)s->addresses);
            s->addresses = s->address = NULL;
            return 1;
        }
        dyn__os_drop_socket(s);
        s->address = ((struct addrinfo *)s->address)->ai_next;
    }
    dyn__os_close(s);
    return DYN_IO_ERROR;
}

/* Makes recv or send wait for at most wait_ms. The time limit that is set is kept when it is shorter, but not much; a new one is
 * a power of two, so that calls whose remaining time shrinks slowly share it: a small exchange needs no setsockopt. */
static void dyn__os_limit(int fd, int option, uint32_t *set_ms, uint32_t wait_ms)
{
    uint32_t ms = 1;
    struct timeval tv;

    if (*set_ms != 0 && *set_ms <= wait_ms && *set_ms >= wait_ms / 4)
        return;
    while (ms <= wait_ms / 2)
        ms *= 2;
    tv.tv_sec = (time_t)(ms / 1000);
    tv.tv_usec = (suseconds_t)(ms % 1000 * 1000);
    if (setsockopt(fd, SOL_SOCKET, option, &tv, (socklen_t)sizeof tv) == 0)
        *set_ms = ms;
}

/* What a failed recv or send means. EPIPE and a reset: broken. */
static ptrdiff_t dyn__os_failed(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? DYN_IO_AGAIN : DYN_IO_ERROR;
}

static ptrdiff_t dyn__os_read(void *user, void *to, size_t size, uint32_t wait_ms)
{
    dyn_posix_stream *s = (dyn_posix_stream *)user;
    ssize_t n;

    if (!s->socket_1 || s->connecting)
        return DYN_IO_ERROR;
    if (wait_ms > 0)
        dyn__os_limit(s->socket_1 - 1, SO_RCVTIMEO, &s->read_ms, wait_ms);
    n = recv(s->socket_1 - 1, to, size, wait_ms > 0 ? 0 : MSG_DONTWAIT);
    if (n > 0)
        return (ptrdiff_t)n;
    return n == 0 ? (ptrdiff_t)(size > 0 ? DYN_IO_CLOSED : DYN_IO_AGAIN) : dyn__os_failed();
}

static ptrdiff_t dyn__os_write(void *user, const void *from, size_t size, uint32_t wait_ms)
{
    dyn_posix_stream *s = (dyn_posix_stream *)user;
    ssize_t n;

    if (!s->socket_1 || s->connecting)
        return DYN_IO_ERROR;
    if (wait_ms > 0)
        dyn__os_limit(s->socket_1 - 1, SO_SNDTIMEO, &s->write_ms, wait_ms);
    n = send(s->socket_1 - 1, from, size, DYN__OS_SEND_FLAGS | (wait_ms > 0 ? 0 : MSG_DONTWAIT));
    if (n > 0)
        return (ptrdiff_t)n;
    return n == 0 ? (ptrdiff_t)DYN_IO_AGAIN : dyn__os_failed();
}

static bool dyn__os_alive(void *user)
{
    dyn_posix_stream *s = (dyn_posix_stream *)user;
    char byte;

    if (!s->socket_1 || s->connecting)
        return false;
    return recv(s->socket_1 - 1, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && dyn__os_failed() == DYN_IO_AGAIN;
}

static void dyn__os_wait(void *user, int wants, uint32_t ms)
{
    const dyn_posix_stream *s = (const dyn_posix_stream *)user;
    int events = ((wants & DYN_WANT_READ) ? POLLIN : 0) | ((wants & DYN_WANT_WRITE) ? POLLOUT : 0);

    (void)dyn__os_poll(events ? s->socket_1 - 1 : -1, (short)events, ms);
}

static intptr_t dyn__os_handle(void *user)
{
    return ((const dyn_posix_stream *)user)->socket_1 - 1;
}

DYN_API void dyn_posix_stream_make(dyn_posix_stream *s, dyn_stream *stream)
{
    static const dyn_stream functions = { dyn__os_open, dyn__os_read, dyn__os_write, dyn__os_alive, dyn__os_close, dyn__os_wait, dyn__os_handle,
                                          NULL, false };

    memset((void *)s, 0, sizeof *s);
    *stream = functions;
    stream->user = s;
}

/* The environment and the profile files (AWS SDKs and Tools Reference Guide, "Shared config and credentials files"). */

/* Settings: those already set when the search begins are kept. Empty: not found. */
typedef struct dyn__found {
    dyn_str access_key, secret_key, token, region, endpoint;
} dyn__found;

/* A file read byte by byte through a small buffer. */
typedef struct dyn__os_file {
    int    fd, next;          /* next: the byte in hand; -1: the end */
    size_t at, have;
    unsigned char buf[256];
} dyn__os_file;

/* The search. */
typedef struct dyn__profile {
    dyn_arena  *arena;
    dyn_error  *err;
    dyn__found *found;
    dyn_str     name, services;              /* the profile; the services section that it names */
    dyn_str     url, services_url;           /* endpoint_url of the profile and of its dynamodb service */
    const char *paths[2];                    /* credentials file, config file; "": neither given nor HOME set */
    bool        want_keys, seen, ignore_urls;
} dyn__profile;

static void dyn__os_next(dyn__os_file *f)
{
    if (f->at == f->have) {
        ssize_t n;
        do
            n = read(f->fd, f->buf, sizeof f->buf);
        while (n < 0 && errno == EINTR);
        f->at = 0, f->have = n > 0 ? (size_t)n : 0;
    }
    f->next = f->at < f->have ? f->buf[f->at++] : -1;
}

static bool dyn__os_is_blank(int c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool dyn__os_in_line(const dyn__os_file *f)
{
    return f->next >= 0 && f->next != '\n';
}

/* Skips blanks; how many there were. */
static size_t dyn__os_blanks(dyn__os_file *f)
{
    size_t n = 0;

    for (; dyn__os_is_blank(f->next); n++)
        dyn__os_next(f);
    return n;
}

static void dyn__os_rest_of_line(dyn__os_file *f)
{
    while (dyn__os_in_line(f))
        dyn__os_next(f);
    if (f->next == '\n')
        dyn__os_next(f);
}

static dyn_str dyn__os_trim(const char *p, size_t n)
{
    dyn_str s;

    while (n > 0 && dyn__os_is_blank((unsigned char)p[n - 1]))
        n--;
    while (n > 0 && dyn__os_is_blank((unsigned char)*p))
        p++, n--;
    s.ptr = p, s.len = n;
    return s;
}

/* Copies the line up to stop (which stays) into the arena. In a value (stop 0) a '#' or ';' behind a blank begins a comment.
 * ptr NULL: no memory. */
static dyn_str dyn__os_text(dyn__os_file *f, dyn_arena *arena, int stop)
{
    size_t mark = arena->used, n = 0;
    bool blank = true;
    dyn_str none = { NULL, 0 };

    while (dyn__os_in_line(f) && (stop == 0 || f->next != stop)) {
        char *p;
        if (stop == 0 && blank && (f->next == '#' || f->next == ';'))
            break;
        p = (char *)dyn__alloc(arena, 1, 1);
        if (!p)
            return none;
        *p = (char)f->next;
        blank = dyn__os_is_blank(f->next);
        n++;
        dyn__os_next(f);
    }
    return dyn__os_trim((const char *)arena->base + mark, n);
}

static dyn_str dyn__os_str(const char *s)
{
    dyn_str out;

    out.ptr = s, out.len = s ? strlen(s) : 0;
    return out;
}

/* Is s the word, which is in lower case? Keys of the files are compared so. */
static bool dyn__os_is(dyn_str s, const char *word)
{
    size_t i = 0;

    for (; i < s.len && word[i]; i++) {
        char c = s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? (char)(s.ptr[i] + 32) : s.ptr[i];
        if (c != word[i])
            return false;
    }
    return i == s.len && word[i] == 0;
}

static dyn_status dyn__os_no_memory(const dyn_arena *arena, dyn_error *err)
{
    (void)arena;
    return dyn__fail(err, DYN_NO_MEMORY, "environment and profile files: the memory lacks at least %u bytes for what they say",
                     (uint64_t)arena->missing);
}

/* Copies a C string into the arena, terminated; with a leading "~/" replaced by HOME. "" when there is none; NULL: no memory. */
static const char *dyn__os_copy(dyn_arena *arena, const char *s, bool expand)
{
    const char *home = expand && s && s[0] == '~' && s[1] == '/' ? getenv("HOME") : NULL;
    dyn_str a = dyn__os_str(home), b = dyn__os_str(home ? s + 1 : s);
    char *p = (char *)dyn__alloc(arena, a.len + b.len + 1, 1);

    if (!p)
        return NULL;
    if (a.len > 0)
        memcpy(p, a.ptr, a.len);
    if (b.len > 0)
        memcpy(p + a.len, b.ptr, b.len);
    return p;
}

/* Fills an empty setting from a variable of the environment; an empty variable counts as none. */
static dyn_status dyn__os_env(dyn_arena *arena, const char *variable, dyn_str *to, dyn_error *err)
{
    const char *v = to->len == 0 ? getenv(variable) : NULL;

    if (v && *v) {
        const char *copy = dyn__os_copy(arena, v, false);
        if (!copy)
            return dyn__os_no_memory(arena, err);
        *to = dyn__os_str(copy);
    }
    return DYN_OK;
}

/* What a section of a file is to the search. */
enum { DYN__SECTION_OTHER, DYN__SECTION_PROFILE, DYN__SECTION_SERVICES };

/* Takes the word off the front of *s with the blanks behind it, and quotes around the rest. */
static bool dyn__os_after_word(dyn_str *s, const char *word)
{
    size_t n = strlen(word);
    dyn_str rest;

    if (s->len <= n || memcmp(s->ptr, word, n) != 0 || !dyn__os_is_blank((unsigned char)s->ptr[n]))
        return false;
    rest = dyn__os_trim(s->ptr + n, s->len - n);
    if (rest.len >= 2 && (rest.ptr[0] == '"' || rest.ptr[0] == '\'') && rest.ptr[rest.len - 1] == rest.ptr[0])
        rest.ptr++, rest.len -= 2;
    *s = rest;
    return true;
}

/* The kind of the section whose header is next ('[' in hand). Credentials files name profiles plainly; config files say
 * [profile x], but [default]. */
static int dyn__os_section(dyn__profile *p, dyn__os_file *f, bool config)
{
    size_t mark = p->arena->used;
    int kind = DYN__SECTION_OTHER;
    dyn_str name;

    dyn__os_next(f);
    name = dyn__os_text(f, p->arena, ']');
    if (!name.ptr)
        return -1;
    if (config && dyn__os_after_word(&name, "services")) {
        if (p->services.len > 0 && dyn__eq(name.ptr, name.len, p->services.ptr, p->services.len))
            kind = DYN__SECTION_SERVICES;
    } else if (!config || dyn__os_after_word(&name, "profile") || dyn__eq(name.ptr, name.len, DYN__LIT("default"))) {
        if (dyn__eq(name.ptr, name.len, p->name.ptr, p->name.len))
            kind = DYN__SECTION_PROFILE, p->seen = true;
    }
    p->arena->used = mark;
    return kind;
}

/* Where the value of a key goes; NULL: nowhere. */
static dyn_str *dyn__os_place(dyn__profile *p, int section, bool nested, bool in_dynamodb, dyn_str key, dyn_str *flag)
{
    if (section == DYN__SECTION_SERVICES)
        return nested && in_dynamodb && dyn__os_is(key, "endpoint_url") ? &p->services_url : NULL;
    if (section != DYN__SECTION_PROFILE || nested)
        return NULL;
    if (p->want_keys && dyn__os_is(key, "aws_access_key_id"))
        return &p->found->access_key;
    if (p->want_keys && dyn__os_is(key, "aws_secret_access_key"))
        return &p->found->secret_key;
    if (p->want_keys && dyn__os_is(key, "aws_session_token"))
        return &p->found->token;
    if (dyn__os_is(key, "region"))
        return &p->found->region;
    if (dyn__os_is(key, "endpoint_url"))
        return &p->url;
    if (dyn__os_is(key, "services"))
        return &p->services;
    return dyn__os_is(key, "ignore_configured_endpoint_urls") ? flag : NULL;
}

/* Where the lines of a file stand: in which section, how far the last key of the section itself was indented, and whether that key
 * was "dynamodb". A key indented further belongs to the one above it. */
typedef struct dyn__os_block {
    int    section;
    size_t indent;
    bool   any, in_dynamodb;
} dyn__os_block;

/* One "key = value" line. Only what is wanted is stored. */
static dyn_status dyn__os_setting(dyn__profile *p, dyn__os_file *f, dyn__os_block *b, size_t indent)
{
    size_t mark = p->arena->used;
    dyn_str key = dyn__os_text(f, p->arena, '='), flag = { NULL, 0 }, value, *to;
    bool nested = b->any && indent > b->indent;

    if (!key.ptr)
        return dyn__os_no_memory(p->arena, p->err);
    if (!nested)
        b->any = true, b->indent = indent, b->in_dynamodb = dyn__os_is(key, "dynamodb");
    to = f->next == '=' ? dyn__os_place(p, b->section, nested, b->in_dynamodb, key, &flag) : NULL;
    p->arena->used = mark;
    if (to && to->len == 0) {
        dyn__os_next(f);
        value = dyn__os_text(f, p->arena, 0);
        if (!value.ptr)
            return dyn__os_no_memory(p->arena, p->err);
        if (to == &flag)
            p->ignore_urls = p->ignore_urls || dyn__os_is(value, "true");
        *to = value;
    }
    return DYN_OK;
}

/* Reads one file. A file that is not there or may not be read is as good as none. */
static dyn_status dyn__os_file_read(dyn__profile *p, const char *path, bool config)
{
    dyn__os_file  f;
    dyn__os_block block = { DYN__SECTION_OTHER, 0, false, false };
    dyn_status status = DYN_OK;

    f.fd = *path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (f.fd < 0)
        return DYN_OK;
    f.at = f.have = 0;
    dyn__os_next(&f);
    while (f.next >= 0 && status == DYN_OK) {
        size_t indent = dyn__os_blanks(&f);
        if (f.next == '[') {
            block.section = dyn__os_section(p, &f, config), block.any = false;
            if (block.section < 0)
                status = dyn__os_no_memory(p->arena, p->err);
        } else if (dyn__os_in_line(&f) && f.next != '#' && f.next != ';' && block.section != DYN__SECTION_OTHER) {
            status = dyn__os_setting(p, &f, &block, indent);
        }
        dyn__os_rest_of_line(&f);
    }
    close(f.fd);
    dyn__wipe(f.buf, sizeof f.buf);
    return status;
}

/* A key without its secret is a mistake to be told, not a reason to look elsewhere. Complete keys end the search for keys, so that
 * key, secret and token always come from one place. */
static dyn_status dyn__os_keys_of(dyn__profile *p, const char *where, const char *key, const char *secret)
{
    (void)where, (void)key, (void)secret;
    if (!p->want_keys)
        return DYN_OK;
    if (p->found->access_key.len > 0 && p->found->secret_key.len == 0)
        return dyn__fail(p->err, DYN_NO_CREDENTIALS, "%s: %s is set but %s is not; set both or neither", where, key, secret);
    if (p->found->access_key.len > 0) {
        p->want_keys = false;
    } else {
        dyn_str none = { NULL, 0 };   /* a secret or token without a key is of no use */
        dyn__wipe((void *)(uintptr_t)p->found->secret_key.ptr, p->found->secret_key.len);
        dyn__wipe((void *)(uintptr_t)p->found->token.ptr, p->found->token.len);
        p->found->secret_key = p->found->token = none;
    }
    return DYN_OK;
}

static dyn_status dyn__os_environment(dyn__profile *p, bool keys)
{
    dyn__found *found = p->found;

    if (dyn__os_env(p->arena, "AWS_REGION", &found->region, p->err) != DYN_OK ||
        dyn__os_env(p->arena, "AWS_DEFAULT_REGION", &found->region, p->err) != DYN_OK)
        return DYN_NO_MEMORY;
    if (!p->ignore_urls && (dyn__os_env(p->arena, "AWS_ENDPOINT_URL_DYNAMODB", &found->endpoint, p->err) != DYN_OK ||
                            dyn__os_env(p->arena, "AWS_ENDPOINT_URL", &found->endpoint, p->err) != DYN_OK))
        return DYN_NO_MEMORY;
    if (!keys)
        return DYN_OK;
    if (dyn__os_env(p->arena, "AWS_ACCESS_KEY_ID", &found->access_key, p->err) != DYN_OK)
        return DYN_NO_MEMORY;
    if (found->access_key.len > 0 && (dyn__os_env(p->arena, "AWS_SECRET_ACCESS_KEY", &found->secret_key, p->err) != DYN_OK ||
                                      dyn__os_env(p->arena, "AWS_SESSION_TOKEN", &found->token, p->err) != DYN_OK))
        return DYN_NO_MEMORY;
    return dyn__os_keys_of(p, "environment", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
}

/* The two paths: from the environment, or below HOME. */
static dyn_status dyn__os_paths(dyn__profile *p)
{
    static const char *const variables[2] = { "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE" };
    static const char *const defaults[2] = { "~/.aws/credentials", "~/.aws/config" };

    for (size_t i = 0; i < 2; i++) {
        const char *v = getenv(variables[i]);
        if (!v || !*v)
            v = getenv("HOME") ? defaults[i] : "";
        p->paths[i] = dyn__os_copy(p->arena, v, true);
        if (!p->paths[i])
            return dyn__os_no_memory(p->arena, p->err);
    }
    return DYN_OK;
}

/* Both files; the credentials file wins. The config file is read once more when a services section is named, since that may stand
 * above the profile. */
static dyn_status dyn__os_files(dyn__profile *p, bool must_exist)
{
    for (size_t i = 0; i < 2; i++) {
        dyn_status status = dyn__os_file_read(p, p->paths[i], i == 1);
        if (status == DYN_OK)
            status = dyn__os_keys_of(p, p->paths[i], "aws_access_key_id", "aws_secret_access_key");
        if (status != DYN_OK)
            return status;
    }
    if (!p->seen && must_exist)
        return dyn__fail(p->err, DYN_NO_CREDENTIALS, "profile \"%S\" is neither in \"%s\" nor in \"%s\"; check AWS_PROFILE or the "
                         "profile given", &p->name, p->paths[0], p->paths[1]);
    if (p->services.len > 0 && p->found->endpoint.len == 0 && !p->ignore_urls && p->services_url.len == 0) {
        p->want_keys = false;
        if (dyn__os_file_read(p, p->paths[1], true) != DYN_OK)
            return DYN_NO_MEMORY;
    }
    if (!p->ignore_urls && p->found->endpoint.len == 0)
        p->found->endpoint = p->services_url.len > 0 ? p->services_url : p->url;
    return DYN_OK;
}

#ifndef DYNREPO_NO_TLS
/* The certificates that AWS_CA_BUNDLE names, as every AWS tool takes them: the file's bytes, in the arena. Empty: it is not set. */
static dyn_status dyn__os_trust(dyn_arena *arena, dyn_str *pem, dyn_error *err)
{
    const char *path = getenv("AWS_CA_BUNDLE");
    int fd = path && *path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
    char *to;
    ssize_t n = 0;

    pem->ptr = NULL, pem->len = 0;
    if (!path || !*path)
        return DYN_OK;
    if (size > 0 && lseek(fd, 0, SEEK_SET) == 0) {
        to = (char *)dyn__alloc(arena, (size_t)size, 1);
        if (!to) {
            close(fd);
            return dyn__fail(err, DYN_NO_MEMORY, "AWS_CA_BUNDLE: the %i bytes of \"%s\" do not fit config.memory; let it name a file of the few roots that "
                             "are needed, or give that much more", (int64_t)size, path);
        }
        pem->ptr = to;
        while (pem->len < (size_t)size && (n = read(fd, to + pem->len, (size_t)size - pem->len)) > 0)
            pem->len += (size_t)n;
    }
    if (fd >= 0)
        close(fd);
    if (size <= 0 || pem->len != (size_t)size)
        return dyn__fail(err, DYN_INVALID, "AWS_CA_BUNDLE: the file \"%s\" cannot be read; it names the certificates to trust", path);
    return DYN_OK;
}
#endif

/* Looks for credentials, region and endpoint in the environment and the profile files. profile: NULL is AWS_PROFILE, else
 * "default"; one given here is asked for its keys even if the environment has some. What is set in *found is kept; what is found is
 * copied into the arena; what is not found stays empty. No file is opened when nothing is missing and no profile is named.
 * DYN_OK · DYN_NO_CREDENTIALS (a key without its secret; a named profile that is nowhere) · DYN_NO_MEMORY (arena->missing). */
static dyn_status dyn__os_discover(dyn_arena *arena, const char *profile, dyn__found *found, dyn_error *err)
{
    const char *ignore = getenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), *named = profile ? profile : getenv("AWS_PROFILE");
    size_t mark = arena->used;
    dyn__found before = *found;
    dyn__profile p;
    dyn_status status;

    memset((void *)&p, 0, sizeof p);
    p.arena = arena, p.err = err, p.found = found;
    p.want_keys = found->access_key.len == 0;
    p.ignore_urls = ignore && dyn__os_is(dyn__os_str(ignore), "true");
    status = dyn__os_environment(&p, p.want_keys && !profile);
    if (status == DYN_OK && ((named && *named) || p.want_keys || found->region.len == 0 ||
                             (found->endpoint.len == 0 && !p.ignore_urls))) {
        const char *name = dyn__os_copy(arena, named && *named ? named : "default", false);   /* getenv's text may change */
        p.name = dyn__os_str(name);
        status = name ? dyn__os_paths(&p) : dyn__os_no_memory(arena, err);
        if (status == DYN_OK)
            status = dyn__os_files(&p, named && *named);
    }
    if (status != DYN_OK) {
        dyn__wipe(arena->base + mark, arena->used - mark);
        arena->used = mark;
        *found = before;
    }
    return status;
}

#endif /* DYNREPO_NO_OS */

/* ======================================================================================================================
 * >>exchange   One request and its answer on the client's connection.
 * May call >>base to >>os. A state machine that never blocks unless it is told that it may, and then only inside the stream:
 *
 *   IDLE -> READY -> OPEN -> TLS -> SEND -> HEAD -> BODY -> (answered, to >>call)
 *             ^                                       |
 *             +-- WAIT (between tries) <--------------+-- any failure
 *
 * The answer arrives in a window: [begin, ready) is text of the body to be read, [raw, end) are bytes as they came, which
 * differ only while a chunked body is being put together.
 * ==================================================================================================================== */

enum {
    DYN__IDLE,      /* no call */
    DYN__READY,     /* a try is about to begin */
    DYN__OPEN,      /* connecting */
    DYN__TLS,       /* in the handshake */
    DYN__SEND,
    DYN__HEAD,      /* the answer's head */
    DYN__BODY,
    DYN__PAUSE,     /* in the body of a read, between rows */
    DYN__WAIT,      /* until the next try */
    DYN__VOID       /* there is nothing to send: the call ends at its first step */
};

#define DYN__BODY_MOST (128u << 20) /* bytes of an answer: 16 MB of data with all of it escaped, and some */
#define DYN__ROW_READY 2          /* what a body's reader returns beside DYN__GOOD, MORE, BAD */

struct dyn__state;

/* What differs between operations. */
typedef struct dyn__operation {
    const char *target;           /* X-Amz-Target */
    bool        writes;
    /* Writes part `part` of the body; DYN_DONE: there is none. The same parts come again for each pass. */
    dyn_status (*part)(struct dyn__state *st, size_t part, dyn__writer *w);
    /* Reads text of the answer's body; GOOD: it is complete. */
    int        (*read)(struct dyn__state *st, const char **at, const char *end);
    /* The answer is complete and good: the call's status; DYN_PENDING: the call goes on with another request, phase and body are set. */
    dyn_status (*done)(struct dyn__state *st);
    /* Reads of many rows only: a row is complete, its status. */
    dyn_status (*row)(struct dyn__state *st);
    /* The same: a page was cut after rows of it were handed out; sets the request up to go on behind them, if it can. */
    bool       (*resume)(struct dyn__state *st);
} dyn__operation;

/* The request that is being sent. */
typedef struct dyn__request {
    size_t  length;               /* of the body */
    bool    whole;                /* all of it stands in the window, at out + head_room */
    unsigned char sha[32];        /* of the body */
    dyn__sha pass;       /* of what was sent of it so far */
    size_t  part, part_at;        /* where to go on: a part, and how many bytes stand before it */
    size_t  made;                 /* bytes of the body that were put into the window so far */
    const char *next;             /* what is being sent */
    size_t  left;
} dyn__request;

/* A member of an answer's top level, and what to do with it. */
enum { DYN__M_SKIP, DYN__M_ITEM, DYN__M_ITEMS, DYN__M_KEY, DYN__M_TEXT, DYN__M_UNITS };
typedef struct dyn__member {
    const char *name;
    uint8_t     what;
    uint8_t     which;            /* DYN__M_TEXT: index of the text */
} dyn__member;

enum { DYN__E_OPEN, DYN__E_FIRST, DYN__E_NAME, DYN__E_NEXT, DYN__E_VALUE, DYN__E_ITEM, DYN__E_ITEMS, DYN__E_ITEMS_NEXT, DYN__E_ROW, DYN__E_TEXT, DYN__E_END };
typedef struct dyn__envelope {
    const dyn__member *members;
    uint8_t   count, state, what, which;
    bool      item_seen, key_begun;
    bool      coded;              /* an error's name was found in "code", which goes before "__type" */
    size_t    text_len;
    dyn__skip skip;
} dyn__envelope;

/* The walk over "ConsumedCapacity", which is JSON already: an object, or a list of them. */
typedef struct dyn__units_walk {
    uint8_t depth, base;          /* how deep it is in objects and lists; where the members of a table's units stand: 1, in a list 2 */
    bool    in_text, escaped, split;   /* split: read and write units were told apart */
    uint8_t key_len, number_len;
    char    key[8], section;      /* the beginning of the last text; of the name one level above: 'T' Table, 'L', 'G', 'V' indexes */
    char    number[32];
    dyn_units units;              /* of this answer so far */
} dyn__units_walk;

/* The call that is running. */
typedef struct dyn__call {
    const dyn__operation *op;
    dyn__known     *known;
    const unsigned char *item;    /* put: the struct to write */
    void           *to;           /* get, next: the struct to fill */
    dyn_image      *image, *existing;
    dyn_str         table, prefix;
    dyn_str         key;          /* the inside of "Key":{…} */
    dyn__exprs      exprs;
    dyn_str         condition, change, key_condition;
    const char     *return_values;
    dyn_arena      *arena;        /* the caller's, for texts */
    bool            consistent, repeatable;
    bool            only_once;
    bool            missing_ok;   /* that there is no such table is DYN_NOT_FOUND and no error */
    unsigned char  *key_copy;     /* the key members of *to, to be put back after a failure */
    dyn__raw        document;     /* an answer that is taken as a whole */
    uint32_t        total_ms;
    /* tries */
    uint32_t        attempt;      /* 1 for the first */
    bool            sent;         /* the stream took a byte of this try */
    bool            ambiguous;    /* a try may have been applied although no answer said so */
    bool            skewed;       /* the clock was corrected once already */
    int32_t         cost;         /* of the last retry, from the bucket */
    uint32_t        total_at;     /* when the call must have ended, by ticks_ms */
    /* tables */
    dyn_table_info *info;
    dyn_tables     *tables;
    const dyn_table_options *table_options;
    dyn_table_status until;
    uint32_t        poll_ms, missing;
    const dyn_list_options *list_options;
    dyn_units       units;        /* consumed so far, as answers told */
    dyn__units_walk walk;
    dyn_traffic     before;       /* what the client had moved when the call began */
    dyn_capacity_level capacity;  /* asks for consumed units, and reads them; NULL: nobody wants to know */
    void           *own;          /* what the operation needs beside this, in work memory */
    /* An answer that refuses the request, its name in st->code. DYN_OK: nothing special, the usual is done; DYN_PENDING: the call goes on
     * with another request; DYN_DONE: it was a success after all; else the call ends with this. NULL: nothing is special. */
    dyn_status    (*refused)(struct dyn__state *st);
    void          (*again)(struct dyn__state *st);   /* before a write is sent again that may have been applied; NULL: nothing to do */
    struct dyn__mark *mark;       /* how the write knows its own work; NULL: it does not */
} dyn__call;

/* A read of many rows. */
typedef struct dyn__read {
    dyn_rows *rows;               /* which one is open, never looked into; NULL: none */
    bool      newest_first;
    bool      filtered, collecting;
    size_t    limit, page;        /* rows in all, items for each request; 0: no limit */
    uint64_t  count;              /* good rows so far */
    uint64_t  handed;             /* rows so far, bad ones too */
    uint64_t  in_page;            /* of them from the page being read */
    dyn__raw  last[2], next[2];   /* the key of the last row, and of the one being read */
    dyn__raw  start;              /* where to go on: the inside of ExclusiveStartKey, with braces */
    dyn__raw  page_end;           /* LastEvaluatedKey of the page being read */
} dyn__read;

struct dyn__state {
    dyn_client *client;
    dyn_error  *err;
    dyn_stream  stream;
    dyn_system  system;
#ifndef DYNREPO_NO_OS
    dyn_posix_stream posix;
#endif
    /* settings */
    bool        secure;           /* https */
    uint16_t    port;
    char       *host;             /* terminated */
    dyn_str     host_header, region, prefix, access_key, secret, token;
    uint32_t    connect_ms, attempt_ms, idle_ms, total_ms, attempts, record_size;
    /* memory: [fixed parts][models][work ->  <- results] */
    size_t      size, fixed;      /* of the whole block; of what stands before work */
    unsigned char *block;
    dyn_arena   work;
    size_t      results;          /* bytes at work's far end */
    size_t      images;           /* of them the nearest: texts of the last write's images */
    size_t      text_mark, keep_mark;   /* where the texts of the item being read begin, to be taken back when its try fails */
    bool        marked;
    size_t      peak;
    dyn__known *models;
    char       *out, *in;
    size_t      out_size, in_size, head_room;
#ifndef DYNREPO_NO_TLS
    dyn__tls   *tls;
#endif
    dyn__signer signer;
    /* connection */
    bool        open, reused, used;   /* reused: the request goes out on a kept connection */
    uint32_t    idle_since;
    /* exchange */
    uint8_t     phase;
    int         wants;
    uint32_t    limit_at;         /* when the phase must have moved on */
    uint32_t    paused_at;
    dyn__http   http;
    dyn__request request;
    size_t      begin, ready, raw, end;
    uint32_t    crc;
    bool        complete, peer_closed, discard;
    int       (*read_error)(struct dyn__state *st, const char **at, const char *end);
    dyn__envelope envelope;
    dyn__decoder decoder;
    char        message[200], type[112], code[48];   /* of an error answer; type and code as they came, code without namespace */
    /* across calls */
    dyn__call   call;
    dyn__read   read;
    dyn_rows   *ended;            /* the read that ended last, and how */
    dyn_status  ended_status;
    uint64_t    ended_count;
    int32_t     bucket;
    uint32_t    random;
    int64_t     skew_ms;          /* what to add to the system's clock; with no clock: to the ticks */
    bool        time_known, asking_time;
    int64_t     signed_s;         /* the time the last request was signed with */
    uint32_t    sent_at;
    int64_t     tick_base;        /* high part of the ticks, since they wrap */
    uint32_t    tick_last;
    /* what it comes to */
    dyn_capacity_level capacity;      /* of the config, as the next two */
    dyn_total  *totals;
    size_t      total_count;
    dyn_traffic traffic;              /* since dyn_open */
    /* What follows when the running call has ended with a status: sets another call up and returns DYN_PENDING, or ends it all. */
    dyn_status (*then)(struct dyn__state *st, dyn_status s);
    void       *then_for;         /* whose it is */
};
typedef struct dyn__state dyn__state;

static uint32_t dyn__now(dyn__state *st)
{
    return st->system.ticks_ms(st->system.user);
}

/* Milliseconds until a point in time; 0 when it has passed. */
static uint32_t dyn__until(uint32_t now, uint32_t at)
{
    return (int32_t)(at - now) > 0 ? at - now : 0;
}

/* How long the call may wait at most. */
static uint32_t dyn__left(dyn__state *st)
{
    uint32_t now = dyn__now(st), a = dyn__until(now, st->limit_at), b = dyn__until(now, st->call.total_at);

    return DYN__MIN(a, b);
}

/* A limit in ms as far as ticks that wrap can tell it from one that has passed: 24 days. */
static uint32_t dyn__sane(uint32_t ms, uint32_t otherwise)
{
    return !ms ? otherwise : DYN__MIN(ms, (uint32_t)INT32_MAX);
}

static void dyn__limit(dyn__state *st, uint32_t ms)
{
    st->limit_at = dyn__now(st) + ms;
}

/* Ticks that do not wrap. */
static int64_t dyn__long_ticks(dyn__state *st)
{
    uint32_t now = dyn__now(st);

    if (now < st->tick_last)
        st->tick_base += INT64_C(1) << 32;
    st->tick_last = now;
    return st->tick_base + now;
}

/* The time in Unix milliseconds, corrected; 0: unknown. */
static int64_t dyn__unix_ms(dyn__state *st)
{
    int64_t ms = st->system.unix_ms ? st->system.unix_ms(st->system.user) : 0;

    if (ms > 0) {
        if (st->time_known)
            st->time_known = false, st->skew_ms = 0;   /* a clock has come up; what was learned was for the ticks */
        return ms + st->skew_ms;
    }
    return st->time_known ? dyn__long_ticks(st) + st->skew_ms : 0;
}

static uint32_t dyn__random(dyn__state *st)
{
    st->random ^= st->random << 13;
    st->random ^= st->random >> 17;
    st->random ^= st->random << 5;
    return st->random;
}

/* --- The connection ------------------------------------------------------------------------------------------------ */

static void dyn__disconnect(dyn__state *st)
{
#ifndef DYNREPO_NO_TLS
    if (st->tls && st->secure && !st->stream.secure && st->open)
        dyn__tls_close(st->tls);
#endif
    st->stream.close(st->stream.user);
    st->open = st->used = false;
}

static bool dyn__over_tls(const dyn__state *st)
{
    return st->secure && !st->stream.secure;
}

static ptrdiff_t dyn__wire_write(dyn__state *st, const void *from, size_t n, uint32_t wait_ms)
{
#ifndef DYNREPO_NO_TLS
    if (dyn__over_tls(st)) {
        ptrdiff_t r = dyn__tls_write(st->tls, from, n, wait_ms);
        st->wants = st->tls->wants;
        return r;
    }
#endif
    st->wants = DYN_WANT_WRITE;
    ptrdiff_t r = st->stream.write(st->stream.user, from, n, wait_ms);
    if (r > 0)
        st->traffic.sent += (size_t)r;
    return r;
}

static ptrdiff_t dyn__wire_read(dyn__state *st, void *to, size_t n, uint32_t wait_ms)
{
#ifndef DYNREPO_NO_TLS
    if (dyn__over_tls(st)) {
        ptrdiff_t r = dyn__tls_read(st->tls, to, n, wait_ms);
        st->wants = st->tls->wants;
        return r;
    }
#endif
    st->wants = DYN_WANT_READ;
    ptrdiff_t r = st->stream.read(st->stream.user, to, n, wait_ms);
    if (r > 0)
        st->traffic.received += (size_t)r;
    return r;
}

/* A time limit has passed: says which. */
static dyn_status dyn__timed_out(dyn__state *st, const char *doing)
{
    bool total = dyn__until(dyn__now(st), st->call.total_at) == 0;

    return dyn__fail(st->err, DYN_TIMEOUT, "%s %s:%u: %s; raise config.%s if the network is that slow", doing, st->host, (uint64_t)st->port,
                     total ? "the time for the whole call is over" : "nothing moved for too long",
                     total ? "total_ms" : st->phase <= DYN__TLS ? "connect_ms" : st->phase == DYN__HEAD && !st->end ? "attempt_ms" : "idle_ms");
}

static dyn_status dyn__open_step(dyn__state *st, bool block)
{
    int r = st->stream.open(st->stream.user, st->host, st->port, block ? dyn__left(st) : 0);

    if (r == DYN_IO_AGAIN) {
        st->wants = DYN_WANT_WRITE;
        return dyn__left(st) ? DYN_PENDING : dyn__timed_out(st, "connecting to");
    }
    if (r == DYN_IO_NO_HOST)
        return dyn__fail(st->err, DYN_NO_HOST, "the host name \"%s\" is not known; check the region or the endpoint, and the name service", st->host);
    if (r < 0)
        return dyn__fail(st->err, DYN_UNREACHABLE,
                         "no connection to %s:%u: it refused, or there is no way to it; is the endpoint right and the server up?", st->host,
                         (uint64_t)st->port);
    st->open = true;
    st->traffic.connections++;
    st->phase = DYN__SEND;
#ifndef DYNREPO_NO_TLS
    if (dyn__over_tls(st)) {
        dyn_status s = dyn__tls_start(st->tls, &st->stream, st->host, dyn__unix_ms(st) / 1000, &st->system, st->err);
        if (s != DYN_OK)
            return s;
        dyn__limit(st, st->connect_ms);
        st->phase = DYN__TLS;
    }
#endif
    return DYN_OK;
}

static dyn_status dyn__tls_step(dyn__state *st, bool block)
{
#ifndef DYNREPO_NO_TLS
    int r = dyn__tls_handshake(st->tls, block ? dyn__left(st) : 0);

    if (r == DYN_IO_AGAIN) {
        st->wants = st->tls->wants;
        return dyn__left(st) ? DYN_PENDING : dyn__timed_out(st, "in the TLS handshake (is it a TLS port?) with");
    }
    if (r < 0)
        return dyn__tls_error(st->tls, st->err, st->host);
#endif
    (void)block;
    st->phase = DYN__SEND;
    return DYN_OK;
}

/* --- Sending ------------------------------------------------------------------------------------------------------- */

static void dyn__hash_spill(void *user, const char *p, size_t n)
{
    dyn__sha_update((dyn__sha *)user, p, n);
}

/* Makes the body once, to know its length and hash; what fits the window stays there. */
static dyn_status dyn__hash_body(dyn__state *st)
{
    dyn__request *q = &st->request;
    dyn__writer w = { st->out + st->head_room, st->out_size - st->head_room, 0, 0, 0, dyn__hash_spill, &q->pass };
    dyn_status s = DYN_OK;

    dyn__sha_init(&q->pass);
    for (size_t part = 0; s == DYN_OK; part++)
        s = st->call.op->part(st, part, &w);
    if (s != DYN_DONE)
        return s;
    if (w.pos > 16u << 20)
        return dyn__fail(st->err, DYN_TOO_LARGE, "a request of %u bytes; DynamoDB takes 16 MB", (uint64_t)w.pos);
    dyn__sha_update(&q->pass, w.buf, w.len);
    dyn__sha_out(&q->pass, q->sha);
    q->length = w.pos;
    q->whole = w.len == w.pos;
    return DYN_OK;
}

/* Makes the next piece of a body that is larger than the window, and what the whole of it hashes to when it is the last. */
static DYN__APART dyn_status dyn__next_piece(dyn__state *st)
{
    dyn__request *q = &st->request;
    size_t room = st->out_size - st->head_room, end = q->made + room;
    dyn__writer w = { st->out + st->head_room, room, 0, q->made, q->part_at, NULL, NULL };
    dyn_status s = DYN_OK;
    unsigned char sha[32];

    for (size_t part = q->part; s == DYN_OK && w.pos < end; part++) {
        q->part = part, q->part_at = w.pos;
        s = st->call.op->part(st, part, &w);
    }
    q->next = w.buf, q->left = w.len;
    q->made += w.len;
    dyn__sha_update(&q->pass, w.buf, w.len);
    dyn__sha_out(&q->pass, sha);
    bool good = (s == DYN_OK || s == DYN_DONE) && q->made <= q->length && w.len > 0;
    if (good && q->made == q->length)
        good = memcmp(sha, q->sha, sizeof sha) == 0;
    if (!good) {
        st->err->status = DYN_OK;
        return dyn__fail(st->err, DYN_CHANGED, "the item changed while it was being sent; keep it unchanged until the call has ended");
    }
    return DYN_OK;
}

/* Signs the request and lays its head before what is ready of the body. */
static DYN__APART dyn_status dyn__begin_send(dyn__state *st)
{
    dyn__request *q = &st->request;
    dyn__writer head = { st->out, st->head_room, 0, 0, 0, NULL, NULL };
    dyn_str target = { st->call.op->target, strlen(st->call.op->target) };

    dyn__limit(st, st->idle_ms);
    st->traffic.requests++;
    if (st->asking_time) {
        dyn__puts(&head, "GET / HTTP/1.1\r\nHost: ");
        dyn__put(&head, st->host_header.ptr, st->host_header.len);
        dyn__puts(&head, "\r\nAccept-Encoding: identity\r\n\r\n");
        q->next = st->out, q->left = head.len, q->made = q->length;
        return DYN_OK;
    }
    st->signed_s = dyn__unix_ms(st) / 1000;
    dyn__signer_sign(&st->signer, st->signed_s, target, q->sha);
    dyn__write_head(&head, &st->signer, st->host_header, target, q->length);
    if (head.pos > st->head_room)
        return dyn__fail(st->err, DYN_NO_MEMORY, "the request's head of %u bytes does not fit its window", (uint64_t)head.pos);
    q->part = q->part_at = q->made = 0;
    if (q->whole)
        q->made = q->length, q->left = q->length;
    else {
        dyn__sha_init(&q->pass);
        dyn_status s = dyn__next_piece(st);
        if (s != DYN_OK)
            return s;
    }
    q->next = st->out + st->head_room - head.len;
    memmove(st->out + st->head_room - head.len, st->out, head.len);
    q->left += head.len;
    return DYN_OK;
}

/* Takes what the peer says while a request is still on its way: it may refuse it early. True: there is something that is not
 * an interim answer (1xx), behind which the request goes on. */
static bool dyn__early_answer(dyn__state *st)
{
    ptrdiff_t n = st->end < st->in_size ? dyn__wire_read(st, st->in + st->end, st->in_size - st->end, 0) : 0;

    if (n > 0)
        st->end += (size_t)n;
    st->peer_closed = st->peer_closed || n == DYN_IO_CLOSED || n == DYN_IO_ERROR;
    return st->end == st->in_size || (st->end > 9 && st->in[9] != '1');
}

static dyn_status dyn__send_step(dyn__state *st, bool block)
{
    dyn__request *q = &st->request;

    while (q->left > 0 || q->made < q->length) {
        if (q->left == 0) {
            dyn_status s = dyn__next_piece(st);
            if (s != DYN_OK)
                return s;
        }
        ptrdiff_t n = dyn__wire_write(st, q->next, q->left, block ? dyn__left(st) : 0);
        if (n > 0) {
            st->call.sent = true;
            q->next += n, q->left -= (size_t)n;
            if (q->left > 0 || q->made < q->length)
                dyn__limit(st, st->idle_ms);
            continue;
        }
        int wants = st->wants;
        if (st->call.sent && dyn__early_answer(st)) {
            st->http.keep_alive = false, st->discard = true;
            break;
        }
        if (n == DYN_IO_AGAIN && !st->peer_closed) {
            st->wants = wants | (st->call.sent ? DYN_WANT_READ : 0);
            return dyn__left(st) ? DYN_PENDING : dyn__timed_out(st, "sending to");
        }
        return dyn__fail(st->err, DYN_DISCONNECTED, "the connection to %s:%u broke while the request was sent", st->host, (uint64_t)st->port);
    }
    st->phase = DYN__HEAD;
    st->sent_at = dyn__now(st);
    st->limit_at = st->sent_at + st->attempt_ms;
    return DYN_OK;
}

/* --- Receiving ----------------------------------------------------------------------------------------------------- */

/* Reads more into the window. DYN_OK: there is more, or the peer closed. */
static dyn_status dyn__fill(dyn__state *st, bool block)
{
    if (st->begin > 0 && st->in_size - st->end < st->in_size / 2) {
        memmove(st->in, st->in + st->begin, st->end - st->begin);
        st->ready -= st->begin, st->raw -= st->begin, st->end -= st->begin, st->begin = 0;
    }
    if (st->end == st->in_size) {
        st->err->needed = st->size + st->size;
        return dyn__fail(st->err, DYN_NO_MEMORY,
                         "a line or a name in the answer is longer than the window of %u bytes; give the client more memory", (uint64_t)st->in_size);
    }
    ptrdiff_t n = dyn__wire_read(st, st->in + st->end, st->in_size - st->end, block ? dyn__left(st) : 0);
    if (n > 0) {
        st->end += (size_t)n;
        dyn__limit(st, st->idle_ms);
        return DYN_OK;
    }
    if (n == DYN_IO_AGAIN)
        return dyn__left(st) ? DYN_PENDING : dyn__timed_out(st, "waiting for the answer of");
    st->peer_closed = true;
    if (n == DYN_IO_CLOSED)
        return DYN_OK;
    return dyn__fail(st->err, DYN_DISCONNECTED, "the connection to %s:%u broke before the answer was complete", st->host, (uint64_t)st->port);
}

static dyn_status dyn__head_step(dyn__state *st, bool block)
{
    for (;;) {
        size_t used;
        int r = dyn__http_head(&st->http, st->in + st->begin, st->end - st->begin, &used);
        st->begin += used;
        if (r < 0)
            return dyn__fail(st->err, DYN_PROTOCOL, "the answer of %s:%u is no proper HTTP: %s", st->host, (uint64_t)st->port, dyn__http_reason(&st->http));
        if (r > 0)
            break;
        if (st->peer_closed)
            return dyn__fail(st->err, DYN_DISCONNECTED, "%s:%u closed the connection before it answered", st->host, (uint64_t)st->port);
        dyn_status s = dyn__fill(st, block);
        if (s != DYN_OK)
            return s;
    }
    st->err->http_status = st->http.status;
    st->ready = st->raw = st->begin;
    st->crc = 0;
    st->complete = false;
    st->discard = st->asking_time || (st->http.status != 200 && st->http.encoded);
    memset((void *)&st->envelope, 0, sizeof st->envelope);
    st->decoder.status = DYN_OK;
    st->phase = DYN__BODY;
    if (st->http.encoded && st->http.status == 200)
        return dyn__fail(st->err, DYN_PROTOCOL, "the answer is compressed, which was not asked for");
    return DYN_OK;
}

/* Takes raw bytes of the body over into its text. 1: the body ends with them, 0: more will come, -1: malformed. */
static int dyn__take_body(dyn__state *st)
{
    size_t used, got;

    if (st->raw != st->ready) {
        memmove(st->in + st->ready, st->in + st->raw, st->end - st->raw);
        st->end -= st->raw - st->ready;
        st->raw = st->ready;
    }
    int r = dyn__http_body(&st->http, st->in + st->raw, st->end - st->raw, &used, &got);
    if (got > 0 && st->http.has_crc)
        st->crc = dyn__crc32(st->crc, st->in + st->raw, got);
    st->raw += used;
    st->ready += got;
    if (r == 0 && st->peer_closed)
        r = dyn__http_closed(&st->http);
    return r;
}

/* Lets the operation, or the reader of errors, take what there is. */
static int dyn__read_body(dyn__state *st)
{
    const char *p = st->in + st->begin, *end = st->in + st->ready;
    int r = DYN__GOOD;

    if (!st->complete && !st->discard)
        r = (st->http.status == 200 ? st->call.op->read : st->read_error)(st, &p, end);
    if (r == DYN__GOOD) {
        st->complete = true;
        while (!st->discard && p < end && dyn__is_space(*p))
            p++;
        if (st->discard)
            p = end;
        r = p < end ? DYN__BAD : DYN__GOOD;
    }
    st->begin = (size_t)(p - st->in);
    return r;
}

/* What a body that is cut, no JSON, or not what its checksum says, comes to. */
static dyn_status dyn__bad_body(dyn__state *st, const char *what)
{
    st->err->status = DYN_OK;                  /* what did not fit a model in it matters no more */
    st->err->attribute[0] = 0;
    return dyn__fail(st->err, DYN_CORRUPT, "the answer of %s:%u %s", st->host, (uint64_t)st->port, what);
}

static dyn_status dyn__body_step(dyn__state *st, bool block)
{
    for (;;) {
        int body = dyn__take_body(st);
        if (body >= 0 && st->http.length > DYN__BODY_MOST)
            return dyn__fail(st->err, DYN_PROTOCOL, "the answer of %s:%u is over %u bytes", st->host, (uint64_t)st->port, (uint64_t)DYN__BODY_MOST);
        if (body < 0 && st->peer_closed)
            return dyn__fail(st->err, DYN_DISCONNECTED, "%s:%u closed the connection in the middle of its answer", st->host, (uint64_t)st->port);
        if (body < 0)
            return dyn__fail(st->err, DYN_PROTOCOL, "the answer of %s:%u is no proper HTTP: %s", st->host, (uint64_t)st->port, dyn__http_reason(&st->http));
        bool empty = body == 1 && st->http.length == 0 && (st->http.has_length || st->http.chunked)
                     && (st->call.op->writes || st->http.status != 200 || st->asking_time);   /* what reads has an answer to read */
        int r = empty && !st->complete ? DYN__GOOD : dyn__read_body(st);
        if (r == DYN__ROW_READY)
            return DYN_ROW;
        if (r == DYN__FULL && st->err->status >= DYN_INVALID)
            return st->err->status;
        r = r == DYN__FULL ? DYN__BAD : r;
        if (r < 0 && st->http.status == 200)
            return dyn__bad_body(st, "is no JSON that DynamoDB would send");
        if (r < 0)
            st->discard = true;
        if (body == 1 && st->http.has_crc && st->crc != st->http.crc)
            return dyn__bad_body(st, "is not what its checksum x-amz-crc32 says");
        if (body == 1 && r == DYN__MORE && st->http.status == 200)
            return dyn__bad_body(st, "ends in the middle of its JSON");
        if (body == 1)
            return DYN_OK;
        if (r < 0)
            continue;
        dyn_status s = dyn__fill(st, block);
        if (s != DYN_OK)
            return s;
    }
}

/* A step of the exchange. DYN_OK: the answer is complete; DYN_ROW: the reader has a row; DYN_PENDING; or how it failed. */
static dyn_status dyn__exchange_step(dyn__state *st, bool block)
{
    for (;;) {
        dyn_status s;
        switch (st->phase) {
        case DYN__OPEN: s = dyn__open_step(st, block); break;
        case DYN__TLS:  s = dyn__tls_step(st, block); break;
        case DYN__SEND: s = st->request.next ? dyn__send_step(st, block) : dyn__begin_send(st); break;
        case DYN__HEAD: s = dyn__head_step(st, block); break;
        default:        return dyn__body_step(st, block);
        }
        if (s != DYN_OK)
            return s;
    }
}

/* Is the kept connection as it was left: neither closed, nor with bytes that nobody asked for? */
static bool dyn__is_quiet(dyn__state *st)
{
#ifndef DYNREPO_NO_TLS
    if (dyn__over_tls(st) && (br_ssl_engine_current_state(&st->tls->client.eng) & (BR_SSL_RECVAPP | BR_SSL_CLOSED)))
        return false;
#endif
    if (st->stream.alive)
        return st->stream.alive(st->stream.user);
    return dyn__wire_read(st, st->in, 1, 0) == DYN_IO_AGAIN;
}

/* Begins an exchange: on the kept connection if it is still good, else on a new one. */
static void dyn__exchange_begin(dyn__state *st)
{
    bool kept = st->open && dyn__now(st) - st->idle_since < 50000 && dyn__is_quiet(st);

    if (st->open && !kept)
        dyn__disconnect(st);
    st->reused = kept;
    st->phase = kept ? DYN__SEND : DYN__OPEN;
    st->begin = st->ready = st->raw = st->end = 0;
    st->peer_closed = false;
    st->request.next = NULL;
    st->request.left = 0;
    st->message[0] = st->code[0] = 0;
    st->err->http_status = 0;
    dyn__http_start(&st->http);
    dyn__limit(st, kept ? st->idle_ms : st->connect_ms);
}

/* The answer was taken in whole: keeps the connection if both sides may. */
static void dyn__exchange_end(dyn__state *st)
{
    bool sent = st->request.left == 0 && st->request.made == st->request.length;

    if (!sent || !st->http.keep_alive || st->raw != st->end || st->peer_closed)
        dyn__disconnect(st);
    st->idle_since = dyn__now(st);
}

/* ======================================================================================================================
 * >>call   One call: tries, waits, what an error means, what may be repeated; the client's memory.
 * May call everything above. A try ends in an answer or in a failure; what comes next depends on three things: whether it may
 * have been applied, whether doing it again is the same as doing it once, and the budget of tries.
 * ==================================================================================================================== */

#define DYN__CANARY 0x64796e72u

/* --- What an answer means ------------------------------------------------------------------------------------------ */

enum { DYN__FINAL, DYN__TRANSIENT, DYN__THROTTLE, DYN__SKEW };

/* The service's error names (facts of the service's model and of the AWS SDKs' retry lists), without an "Exception" at their end. */
typedef struct dyn__error_class {
    const char *name;
    uint8_t     status, retry;
} dyn__error_class;

static dyn__error_class dyn__classify(const dyn__state *st)
{
    static const dyn__error_class known[] = {
        { "ConditionalCheckFailed", DYN_CONDITION_FAILED, DYN__FINAL }, { "TransactionConflict", DYN_CONFLICT, DYN__TRANSIENT },
        { "ReplicatedWriteConflict", DYN_CONFLICT, DYN__TRANSIENT }, { "ResourceNotFound", DYN_NO_TABLE, DYN__FINAL },
        { "TableNotFound", DYN_NO_TABLE, DYN__FINAL }, { "ResourceInUse", DYN_IN_USE, DYN__FINAL }, { "TableAlreadyExists", DYN_IN_USE, DYN__FINAL },
        { "TableInUse", DYN_IN_USE, DYN__FINAL }, { "ProvisionedThroughputExceeded", DYN_THROTTLED, DYN__THROTTLE },
        { "RequestLimitExceeded", DYN_THROTTLED, DYN__THROTTLE }, { "Throttling", DYN_THROTTLED, DYN__THROTTLE },
        { "Throttled", DYN_THROTTLED, DYN__THROTTLE }, { "RequestThrottled", DYN_THROTTLED, DYN__THROTTLE },
        { "TooManyRequests", DYN_THROTTLED, DYN__THROTTLE }, { "TransactionInProgress", DYN_THROTTLED, DYN__THROTTLE },
        { "LimitExceeded", DYN_THROTTLED, DYN__THROTTLE }, { "BandwidthLimitExceeded", DYN_THROTTLED, DYN__THROTTLE },
        { "SlowDown", DYN_THROTTLED, DYN__THROTTLE }, { "PriorRequestNotComplete", DYN_THROTTLED, DYN__THROTTLE },
        { "EC2Throttled", DYN_THROTTLED, DYN__THROTTLE }, { "RequestTimeout", DYN_UNAVAILABLE, DYN__TRANSIENT },
        { "InternalServerError", DYN_UNAVAILABLE, DYN__TRANSIENT }, { "InternalFailure", DYN_UNAVAILABLE, DYN__TRANSIENT },
        { "ServiceUnavailable", DYN_UNAVAILABLE, DYN__TRANSIENT }, { "InvalidSignature", DYN_DENIED, DYN__SKEW },
        { "SignatureDoesNotMatch", DYN_DENIED, DYN__SKEW }, { "AuthFailure", DYN_DENIED, DYN__SKEW },
        { "RequestTimeTooSkewed", DYN_DENIED, DYN__SKEW }, { "AccessDenied", DYN_DENIED, DYN__SKEW },
        { "MissingAuthenticationToken", DYN_DENIED, DYN__FINAL }, { "IncompleteSignature", DYN_DENIED, DYN__FINAL },
        { "UnrecognizedClient", DYN_DENIED, DYN__FINAL }, { "ExpiredToken", DYN_DENIED, DYN__FINAL }
    };
    dyn__error_class c = { NULL, DYN_REJECTED, DYN__FINAL };
    int status = st->http.status;
    size_t n = strlen(st->code);

    if (n > 9 && memcmp(st->code + n - 9, "Exception", 9) == 0)
        n -= 9;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (dyn__eq(known[i].name, strlen(known[i].name), st->code, n))
            return known[i];
    if (status == 429)
        c.status = DYN_THROTTLED, c.retry = DYN__THROTTLE;
    else if (status == 413)
        c.status = DYN_TOO_LARGE;
    else if (status == 408 || status == 500 || status == 502 || status == 503 || status == 504)
        c.status = DYN_UNAVAILABLE, c.retry = DYN__TRANSIENT;
    else if (status > 500)
        c.status = DYN_UNAVAILABLE;
    else if (status < 400)
        c.status = DYN_PROTOCOL;
    return c;
}

/* The error's name without namespace and address: "ns#Name:http…" is Name. */
static void dyn__take_code(char *to, size_t size, const char *from)
{
    size_t n = 0;

    for (; *from && *from != ':'; from++) {
        if (*from == '#')
            n = 0;
        else if (n < size - 1)
            to[n++] = *from;
    }
    to[n] = 0;
}

/* --- Results in memory ---------------------------------------------------------------------------------------------- */

/* Gives the memory of the last call back. Results of the last read stay. */
static void dyn__note_peak(dyn__state *st)
{
    st->results = (size_t)((st->block + st->size) - (st->work.base + st->work.size));
    size_t used = st->fixed + st->work.peak + st->results;

    st->work.peak = st->work.used;
    if (used > st->peak)
        st->peak = used;
}

/* Lets go of the texts of the last read. */
static void dyn__drop_results(dyn__state *st)
{
    dyn__note_peak(st);
    st->work.size += st->results;
    st->results = st->images = 0;
}

/* The texts of an item begin here. */
static void dyn__mark_texts(dyn__state *st)
{
    st->marked = true;
    st->text_mark = st->work.size;
    st->keep_mark = st->decoder.keep ? st->decoder.keep->used : 0;
}

/* The item was cut: its texts are taken back. */
static void dyn__rewind_texts(dyn__state *st)
{
    if (!st->marked)
        return;
    dyn__note_peak(st);
    st->work.size = st->text_mark;
    if (st->decoder.keep)
        st->decoder.keep->used = st->keep_mark;
    st->marked = false;
}

/* The images of a write come: those of the write before are let go of, the results of the last read stay. */
static void dyn__begin_images(dyn__state *st)
{
    dyn__note_peak(st);
    st->work.size += st->images;
    st->images = 0;
    dyn__mark_texts(st);
}

/* --- Answers, member by member ------------------------------------------------------------------------------------- */

static void dyn__envelope_start(dyn__state *st, const dyn__member *members, size_t count)
{
    memset((void *)&st->envelope, 0, sizeof st->envelope);
    st->envelope.members = members;
    st->envelope.count = (uint8_t)count;
}

/* Appends to text that is kept as it comes. False: no memory, and the error says so. */
static bool dyn__append_raw(dyn__state *st, dyn__raw *raw, const char *p, size_t n)
{
    if (n > raw->cap - raw->len) {
        size_t cap = DYN__MAX(raw->len + n, 128);
        char *to = (char *)NULL;
        if (raw->cap && raw->ptr + raw->cap == (char *)st->work.base + st->work.used) {   /* the last piece of work memory grows where it is */
            to = dyn__alloc(&st->work, cap - raw->cap, 1) ? raw->ptr : NULL;
        } else
            to = (char *)dyn__alloc(&st->work, cap, 1);
        if (!to) {
            st->err->needed = dyn__need(st->size, st->work.missing);
            dyn__fail(st->err, DYN_NO_MEMORY, "no memory is left for a part of the answer of %u bytes; give the client more memory", (uint64_t)(raw->len + n));
            return false;
        }
        if (raw->len && to != raw->ptr)
            memcpy(to, raw->ptr, raw->len);
        raw->ptr = to, raw->cap = cap;
    }
    if (n)
        memcpy(raw->ptr + raw->len, p, n);
    raw->len += n;
    return true;
}

/* Where the texts of an error go: 0 is the message, 1 and 2 the name. */
static char *dyn__text_place(dyn__state *st, unsigned which, size_t *size)
{
    *size = which == 0 ? sizeof st->message : sizeof st->type;
    return which == 0 ? st->message : st->type;
}

/* The name of a member and its colon. */
static int dyn__envelope_name(dyn__envelope *e, const char **at, const char *end)
{
    const char *p = *at;
    char name[32];
    size_t n = 0;
    int r = dyn__take_char(&p, end, '"');

    if (r == DYN__GOOD)
        r = dyn__take_string(&p, end, name, sizeof name, &n);
    if (r == DYN__FULL) {
        size_t rest = 0;
        r = dyn__take_string(&p, end, NULL, SIZE_MAX, &rest);
        n = 0;
    }
    if (r == DYN__GOOD)
        r = dyn__take_char(&p, end, ':');
    if (r != DYN__GOOD)
        return r;
    e->what = DYN__M_SKIP;
    for (size_t i = 0; i < e->count; i++)
        if (dyn__eq(name, n, e->members[i].name, strlen(e->members[i].name)))
            e->what = e->members[i].what, e->which = e->members[i].which;
    *at = p;
    dyn__skip_start(&e->skip);
    e->key_begun = false;
    e->state = DYN__E_VALUE;
    return r;
}

/* A text of an error answer: as much of it as there is room for. */
static int dyn__envelope_text(dyn__state *st, const char **at, const char *end)
{
    dyn__envelope *e = &st->envelope;
    size_t size;
    char *to = dyn__text_place(st, e->which, &size);
    int r = DYN__FULL;

    if (e->text_len < size - 1)
        r = dyn__take_string(at, end, to, size - 1, &e->text_len);
    to[DYN__MIN(e->text_len, size - 1)] = 0;
    if (r == DYN__FULL) {
        size_t rest = 0;
        e->text_len = size;
        r = dyn__take_string(at, end, NULL, SIZE_MAX, &rest);
    }
    if (r == DYN__GOOD) {
        if (e->which == 2 || (e->which == 1 && !e->coded))
            dyn__take_code(st->code, sizeof st->code, to);
        e->coded = e->coded || e->which == 2;
        e->state = DYN__E_NEXT;
    }
    return r;
}

/* The value behind a member's name begins. */
static int dyn__envelope_value(dyn__state *st, const char **at, const char *end)
{
    dyn__envelope *e = &st->envelope;
    bool fresh = e->skip.state == DYN__SK_VALUE && e->skip.depth == 0;
    char c = fresh ? dyn__peek(at, end) : 0;   /* in the middle of a value a blank may be text */

    if (fresh && !c)
        return DYN__MORE;
    if (e->what == DYN__M_TEXT && c == '"') {
        ++*at;
        e->state = DYN__E_TEXT, e->text_len = 0;
        return DYN__GOOD;
    }
    bool good = st->http.status == 200;
    dyn_image *image = good ? st->call.image : st->call.existing;
    void *item = image ? image->item : good ? st->call.to : NULL;
    if (e->what == DYN__M_ITEM && c == '{' && item) {
        dyn__decode_start(&st->decoder, st->call.known, item);
        st->decoder.partial = image != NULL;
        e->state = DYN__E_ITEM;
        return DYN__GOOD;
    }
    const char *from = *at;
    int r = dyn__skip_run(&e->skip, at, end);
    if (e->what == DYN__M_KEY && e->key_begun == false)
        st->read.page_end.len = 0;             /* a second one replaces the first */
    e->key_begun = e->key_begun || e->what == DYN__M_KEY;
    if (e->what == DYN__M_KEY && !dyn__append_raw(st, &st->read.page_end, from, (size_t)(*at - from)))
        return DYN__FULL;
    if (e->what == DYN__M_UNITS && st->call.capacity)
        st->call.capacity(st, NULL, from, (size_t)(*at - from));
    if (r == DYN__GOOD)
        e->state = DYN__E_NEXT;
    return r;
}

/* An item is complete. */
static int dyn__envelope_item(dyn__state *st, const char **at, const char *end)
{
    dyn_image *image = st->http.status == 200 ? st->call.image : st->call.existing;
    int r = dyn__decode(&st->decoder, at, end);

    if (r != DYN__GOOD)
        return r;
    st->envelope.item_seen = true;
    st->envelope.state = DYN__E_NEXT;
    if (image) {
        image->found = true;
        image->present = st->decoder.frames[0].present;
    }
    return r;
}

/* Reads the top level of an answer; what to do with its members stands in the envelope. */
static int dyn__read_envelope(dyn__state *st, const char **at, const char *end)
{
    dyn__envelope *e = &st->envelope;
    int r = DYN__GOOD;
    char c;

    while (r == DYN__GOOD) {
        switch (e->state) {
        case DYN__E_OPEN:
            r = dyn__take_char(at, end, '{');
            e->state = r == DYN__GOOD ? DYN__E_FIRST : DYN__E_OPEN;
            break;
        case DYN__E_FIRST:
        case DYN__E_NEXT:
            c = dyn__peek(at, end);
            if (c == '}') {
                ++*at;
                e->state = DYN__E_END;
                return DYN__GOOD;
            }
            if (!c)
                r = DYN__MORE;
            else if (e->state == DYN__E_NEXT)
                r = dyn__take_char(at, end, ',');
            if (r == DYN__GOOD)
                e->state = DYN__E_NAME;
            break;
        case DYN__E_NAME:  r = dyn__envelope_name(e, at, end); break;
        case DYN__E_VALUE:
            if (e->what == DYN__M_ITEMS)
                return DYN__ROW_READY;         /* a read of many takes over */
            r = dyn__envelope_value(st, at, end);
            break;
        case DYN__E_TEXT:  r = dyn__envelope_text(st, at, end); break;
        case DYN__E_ITEM:  r = dyn__envelope_item(st, at, end); break;
        case DYN__E_END:   return DYN__GOOD;
        default:           return DYN__ROW_READY;
        }
    }
    return r;
}

static int dyn__read_error(dyn__state *st, const char **at, const char *end)
{
    static const dyn__member members[] = {
        { "message", DYN__M_TEXT, 0 }, { "Message", DYN__M_TEXT, 0 }, { "__type", DYN__M_TEXT, 1 }, { "code", DYN__M_TEXT, 2 }, { "Item", DYN__M_ITEM, 0 }
    };

    if (st->envelope.members != members) {
        dyn__envelope_start(st, members, sizeof members / sizeof members[0]);
        if (st->call.existing)
            dyn__begin_images(st);
    }
    return dyn__read_envelope(st, at, end);
}

/* --- Tries --------------------------------------------------------------------------------------------------------- */

/* Copies the key members of *to away, or back. */
static void dyn__copy_key(dyn__call *c, bool save)
{
    unsigned char *copy = c->key_copy;

    for (int i = 0; i < 2; i++) {
        const dyn__key *key = i ? &c->known->sk : &c->known->pk;
        for (size_t p = 0; p < key->part_count; p++) {
            if (key->parts[p].field == DYN__NO_FIELD)
                continue;
            const dyn_field *f = &c->known->model->fields[key->parts[p].field];
            unsigned char *member = (unsigned char *)c->to + f->offset;
            memcpy(save ? copy : member, save ? member : copy, f->size);
            copy += f->size;
        }
    }
}

/* The open read, if there is one, has ended with s. Its dyn_rows is not touched: it may be gone. It learns of it when it is used. */
static void dyn__end_read(dyn__state *st, dyn_status s)
{
    if (st->read.rows)
        st->ended = st->read.rows, st->ended_status = s, st->ended_count = st->read.count;
    st->read.rows = NULL;
}

/* The call ends with s, and a read with it. */
static dyn_status dyn__end_call(dyn__state *st, dyn_status s)
{
    dyn__call *c = &st->call;

    dyn__end_read(st, s);
    if (st->marked && (c->image || c->existing))
        st->images = st->text_mark - st->work.size;
    st->marked = false;
    st->phase = DYN__IDLE;
    st->err->attempts = c->attempt;
    st->err->maybe_applied = s >= DYN_INVALID && c->op->writes && c->ambiguous;
    if (s != DYN_OK && c->to && c->key_copy)
        dyn__copy_key(c, false);               /* a try that was cut may have changed them, whatever the next one said */
    if (s >= DYN_INVALID)
        memcpy(st->err->code, st->code, sizeof st->err->code);
    if (s >= DYN_INVALID && s != DYN_BAD_ROW) {
        if (st->http.request_id[0])
            memcpy(st->err->request_id, st->http.request_id, sizeof st->err->request_id);
        st->err->retry_ms = st->http.retry_after_ms;
        st->err->status = s;
    }
    dyn__note_peak(st);
    return s;
}

/* Ends a try without an answer; what is left of the connection is not to be trusted. */
static void dyn__forget_try(dyn__state *st)
{
    dyn_error *e = st->err;

    e->status = DYN_OK;
    e->text[0] = e->attribute[0] = 0;
}

/* Full jitter over the doubled base (the SDKs' standard mode of November 2026): milliseconds until the next try. */
static uint32_t dyn__backoff(dyn__state *st, uint32_t base)
{
    uint32_t shift = DYN__MIN(st->call.attempt - 1, 16), cap = base << shift > 20000 || base << shift < base ? 20000 : base << shift;
    uint32_t ms = (uint32_t)(((uint64_t)dyn__random(st) * cap) >> 32), asked = st->http.retry_after_ms;

    if (asked)
        ms = asked < ms ? ms : asked > ms + 5000 ? ms + 5000 : asked;
    return ms;
}

/* Tries again after ms. */
static dyn_status dyn__try_again(dyn__state *st, uint32_t ms)
{
    dyn__forget_try(st);
    st->phase = DYN__WAIT;
    dyn__limit(st, ms);
    return DYN_PENDING;
}

/* May this failure be followed by another try, and when? DYN_PENDING: it will; else the status that the call ends with. */
static dyn_status dyn__retry(dyn__state *st, dyn_status s, uint8_t class_, bool ambiguous)
{
    dyn__call *c = &st->call;
    int32_t cost = class_ == DYN__THROTTLE ? 5 : 14;

    if (ambiguous && c->op->writes && c->sent && !st->asking_time) {
        c->ambiguous = true;
        if ((!c->repeatable || c->only_once) && s != DYN_NO_MEMORY && s != DYN_CHANGED) {
            st->err->status = DYN_OK;
            return dyn__fail(st->err, DYN_UNCERTAIN,
                             "the write may have been applied or not, and doing it twice would differ from once, so it was not repeated; "
                             "read the item to see");
        }
    }
    if (st->reused && s == DYN_DISCONNECTED && !st->end && !st->asking_time && class_ != DYN__FINAL) {
        c->attempt--;                          /* the kept connection had gone stale: no fault of the service, and it can be but once */
        return dyn__try_again(st, 0);
    }
    if (class_ == DYN__FINAL || c->attempt >= st->attempts)
        return s;
    if (st->bucket < cost)
        return s;
    uint32_t ms = dyn__backoff(st, class_ == DYN__THROTTLE ? 1000 : 25);
    if (dyn__until(dyn__now(st), c->total_at) <= ms)
        return s;
    st->bucket -= cost;
    c->cost = cost;
    return dyn__try_again(st, ms);
}

/* Does a failed way there deserve another try? */
static uint8_t dyn__class_of(dyn_status s)
{
    switch (s) {
    case DYN_UNREACHABLE: case DYN_DISCONNECTED: case DYN_TIMEOUT: case DYN_PROTOCOL: case DYN_CORRUPT:
        return DYN__TRANSIENT;
    default:
        return DYN__FINAL;
    }
}

/* A try failed without a usable answer. */
static dyn_status dyn__failed(dyn__state *st, dyn_status s)
{
    dyn__read *rd = &st->read;
    bool timed_out = dyn__until(dyn__now(st), st->call.total_at) == 0;

    dyn__disconnect(st);
    if (st->call.op->resume && rd->in_page > 0) {
        if (s != DYN_CORRUPT && rd->limit && rd->count >= rd->limit) {
            dyn__forget_try(st);
            return DYN_DONE;                   /* nothing was lost that is wanted */
        }
        if (s == DYN_CORRUPT || !st->call.op->resume(st))
            return s;                          /* rows of this page are out already */
        st->call.attempt = 1;                  /* they were progress */
    }
    return dyn__retry(st, s, (uint8_t)(timed_out ? (int)DYN__FINAL : (int)dyn__class_of(s)), true);
}

/* The service's clock in an error's message, "… is now earlier than … (20130609T100015Z - 5 min.)"; 0: none. */
static int64_t dyn__time_in_message(const char *message)
{
    size_t n = strlen(message);
    int64_t s;

    for (size_t i = 0; i + 17 < n; i++)
        if (message[i] == '(' && dyn__parse_amz_date(message + i + 1, 16, &s))
            return s;
    return 0;
}

/* The difference between the service's clock and ours in seconds; 0: unknown. Half of the round trip is not ours to judge. */
static int64_t dyn__measure_skew(dyn__state *st)
{
    int64_t date = dyn__http_date(&st->http);
    uint32_t trip = dyn__now(st) - st->sent_at;

    if (!date)
        date = dyn__time_in_message(st->message);

    if (!date || st->http.has_age || trip > 15 * 60000u)
        return 0;
    return date - (st->signed_s + (int64_t)(trip / 2000));
}

/* A signature was refused: if our clock is off by more than four minutes, corrects it and tries once more. */
static dyn_status dyn__check_skew(dyn__state *st)
{
    int64_t skew = dyn__measure_skew(st);

    if (skew > -240 && skew <= 240)
        return DYN_DENIED;
    st->skew_ms += skew * 1000;
    if (st->call.skewed || st->call.attempt >= st->attempts) {
        st->err->status = DYN_OK;
        return dyn__fail(st->err, DYN_CLOCK_SKEW, "the service's clock is %i s ahead of ours, %s: %s", skew,
                         st->call.skewed ? "and correcting that did not help" : "which is corrected for the next call", st->message);
    }
    st->call.skewed = true;
    return dyn__try_again(st, 0);
}

/* Asks again after a while that grows. */
static dyn_status dyn__ask_again(dyn__state *st)
{
    dyn__call *c = &st->call;

    c->poll_ms = c->poll_ms ? DYN__MIN(c->poll_ms * 2, 5000) : 100;
    if (dyn__until(dyn__now(st), c->total_at) <= c->poll_ms)
        return dyn__fail(st->err, DYN_TIMEOUT, "table \"%S%S\" did not become %s in time; wait longer with options.total_ms", &c->prefix, &c->table,
                         c->until == DYN_TABLE_ACTIVE ? "active" : "gone");
    c->attempt = 0;
    st->phase = DYN__WAIT;
    dyn__limit(st, c->poll_ms);
    return DYN_PENDING;
}

/* The item that was read fits, or does not. */
static dyn_status dyn__item_status(dyn__state *st)
{
    if (st->decoder.status == DYN_NO_MEMORY)
        st->err->needed = dyn__need(st->size, st->err->needed);
    return st->decoder.status;
}

/* An answer that is not 200. */
static dyn_status dyn__refused(dyn__state *st)
{
    dyn__call *c = &st->call;
    dyn__error_class k;

    if (st->http.error_type[0])
        memcpy(st->code, st->http.error_type, sizeof st->code);
    if (c->refused) {
        dyn_status special = c->refused(st);
        if (special != DYN_OK)
            return special == DYN_DONE ? DYN_OK : special;
    }
    k = dyn__classify(st);
    const char *code = st->code[0] ? st->code : "no error name";
    dyn_status s = (dyn_status)k.status;
    if (s == DYN_NO_TABLE && c->missing_ok) {
        if (c->until != DYN_TABLE_ACTIVE)
            return c->until == DYN_TABLE_GONE || (c->op->writes && c->ambiguous) ? DYN_OK : DYN_NOT_FOUND;
        return ++c->missing < 6 ? dyn__ask_again(st) : DYN_NOT_FOUND;   /* a table just created may be unknown for a moment */
    }
    if (s == DYN_CONDITION_FAILED && c->existing && st->envelope.item_seen && st->decoder.status != DYN_OK)
        return dyn__item_status(st);           /* the item that was asked for does not fit: "found" must not be half of it */
    if (s == DYN_CONDITION_FAILED)
        dyn__fail(st->err, s, "the condition did not hold%s", c->ambiguous ? "; an earlier try of this call may have been applied, and may be why" : "");
    else if (s == DYN_NO_TABLE)
        dyn__fail(st->err, s,
                  "there is no table \"%S%S\" in %S: %s; create it, or check region, endpoint and name", &c->prefix, &c->table, &st->region, st->message);
    else if (!st->code[0] && !st->message[0])
        dyn__fail(st->err, s, "%s:%u answered HTTP %i without an error of DynamoDB's; is the endpoint one of DynamoDB?", st->host, (uint64_t)st->port,
                  (int64_t)st->http.status);
    else
        dyn__fail(st->err, s, "%s: %s (HTTP %i)", code, st->message[0] ? st->message : "the service gave no reason", (int64_t)st->http.status);
    if (k.retry == DYN__SKEW)
        return dyn__check_skew(st);
    return dyn__retry(st, s, k.retry, st->http.status >= 500 || st->http.status < 400 || s == DYN_UNAVAILABLE);
}

/* The time was asked for: takes it from the answer's Date. */
static dyn_status dyn__take_time(dyn__state *st)
{
    int64_t date = dyn__http_date(&st->http);

    st->asking_time = false;
#ifndef DYNREPO_NO_TLS
    if (date && dyn__over_tls(st) && (date < st->tls->leaf_not_before || date > st->tls->leaf_not_after))
        date = 0;
#endif
    if (!date)
        return dyn__fail(st->err, DYN_NO_CLOCK, "the time is unknown, and %s told none that its certificate allows; set the clock", st->host);
    st->skew_ms = date * 1000 - dyn__long_ticks(st);
    st->time_known = true;
    st->call.attempt--;
    st->phase = DYN__READY;
    return DYN_PENDING;
}

/* An answer is complete. DYN_PENDING: the call goes on with another try or request; else it ends with what is returned. */
static dyn_status dyn__answered(dyn__state *st)
{
    bool sent = st->request.left == 0 && st->request.made == st->request.length;

    dyn__exchange_end(st);
    if (st->asking_time)
        return dyn__take_time(st);
    if (!sent && st->http.status < 300)
        return dyn__failed(st, dyn__fail(st->err, DYN_PROTOCOL, "%s:%u answered before it had the whole request", st->host, (uint64_t)st->port));
    if (st->http.status != 200)
        return dyn__refused(st);
    st->bucket += st->call.cost ? st->call.cost : 1;
    if (st->bucket > 500)
        st->bucket = 500;
    st->call.cost = 0;
    if (st->skew_ms && st->system.unix_ms && !st->time_known) {
        int64_t skew = dyn__measure_skew(st) + st->skew_ms / 1000;
        if (skew > -60 && skew < 60 && dyn__http_date(&st->http))
            st->skew_ms = 0;                   /* the clock was set right in the meantime */
    }
    return st->call.op->done(st);
}

/* A try begins. */
static void dyn__begin_try(dyn__state *st)
{
    st->call.attempt++;
    st->call.sent = false;
    st->asking_time = !dyn__unix_ms(st);
    st->read.page_end.len = 0;
    st->call.document.len = 0;
    dyn__rewind_texts(st);
    if (st->call.image)
        st->call.image->found = false;
    if (st->call.existing)
        st->call.existing->found = false;
    if (st->call.ambiguous && st->call.again)
        st->call.again(st);
    dyn__exchange_begin(st);
}

/* Moves the request of the call on; with block, waits inside the stream where it can. */
static dyn_status dyn__move(dyn__state *st, bool block)
{
    dyn_status s = DYN_PENDING;

    if (st->phase == DYN__IDLE || st->phase == DYN__PAUSE)
        return dyn__fail(st->err, DYN_INVALID, "no call is running; begin one first");
    while (s == DYN_PENDING && st->phase != DYN__VOID) {
        if (st->phase == DYN__WAIT) {
            st->wants = 0;
            if (dyn__until(dyn__now(st), st->limit_at))
                return DYN_PENDING;
            st->phase = DYN__READY;
        }
        if (st->phase == DYN__READY)
            dyn__begin_try(st);
        s = dyn__exchange_step(st, block);
        if (s == DYN_PENDING)
            return s;
        if (s == DYN_ROW) {
            st->phase = DYN__PAUSE;
            st->paused_at = dyn__now(st);
            return st->call.op->row(st);
        }
        s = s == DYN_OK ? dyn__answered(st) : dyn__failed(st, s);
    }
    return dyn__end_call(st, s == DYN_PENDING ? st->call.op->done(st) : s);
}

/* Moves the call on, and what follows it. */
static dyn_status dyn__step(dyn__state *st, bool block)
{
    dyn_status s;
    bool on;

    do {
        s = dyn__move(st, block);
        on = false;
        while (s != DYN_PENDING && st->then) {
            dyn_status (*then)(dyn__state *, dyn_status) = st->then;
            st->then = NULL;                   /* what it begins may set it again */
            s = then(st, s);
            on = s == DYN_PENDING;             /* it may have all it needs in the window already: nothing to wait for yet */
        }
    } while (on);
    return s;
}

/* Runs the call to its end, waiting in the stream. */
static dyn_status dyn__run(dyn__state *st)
{
    for (;;) {
        dyn_status s = dyn__step(st, true);
        if (s != DYN_PENDING)
            return s;
        dyn_want want = dyn_wants(st->client);
        if (st->stream.wait)
            st->stream.wait(st->stream.user, want.events, want.ms);
    }
}

/* The client's state, if it is open and whole. */
static dyn__state *dyn__state_of(const dyn_client *db)
{
    bool whole = db && db->start_canary == DYN__CANARY && db->end_canary == DYN__CANARY && db->state;

    return whole && db->state->client == db ? db->state : NULL;
}

/* --- Capacity ------------------------------------------------------------------------------------------------------ */

/* Adds units to others. */
static void dyn__add_units(dyn_units *to, const dyn_units *u)
{
    to->total += u->total, to->read += u->read, to->write += u->write;
    to->table += u->table, to->indexes += u->indexes, to->answers += u->answers;
}

/* Enters units into the program's account: in the first line, and in that of the call's model and operation. */
static void dyn__account(dyn__state *st, const dyn_units *u)
{
    const dyn_model *model = st->call.known ? st->call.known->model : NULL;
    const char *operation = st->call.op->target;

    while (*operation && *operation++ != '.')
        ;
    for (size_t i = 0; i < st->total_count; i++) {
        dyn_total *t = &st->totals[i];
        if (i == 0)
            dyn__add_units(&t->units, u);
        else if (!t->operation || (t->model == model && dyn__same(t->operation, operation))) {
            t->model = model, t->operation = operation;
            dyn__add_units(&t->units, u);
            return;
        }
    }
}

/* A number in "ConsumedCapacity" is complete: where it stands says what it counts. */
static void dyn__take_units(dyn__units_walk *k)
{
    dyn_units *u = &k->units;
    double v = 0;
    bool capacity = k->key_len == 8 && memcmp(k->key, "Capacity", 8) == 0, sound = k->number_len > 0 && k->number_len < sizeof k->number;

    sound = sound && dyn__parse_double(k->number, k->number_len, &v) == DYN__NUM_OK && v >= 0;
    k->number_len = 0;
    if (!sound)
        return;
    if (k->depth == k->base) {
        u->total += capacity ? v : 0;
        u->read += *k->key == 'R' ? v : 0, u->write += *k->key == 'W' ? v : 0;
        k->split = k->split || !capacity;
    } else if (capacity && k->depth == k->base + 1 && k->section == 'T')
        u->table += v;
    else if (capacity && k->depth == k->base + 2 && k->section != 'T')
        u->indexes += v;
}

/* A character of "ConsumedCapacity" outside of texts. */
static void dyn__walk_units(dyn__units_walk *k, char c)
{
    bool digit = (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';

    if (digit) {
        if (k->number_len < sizeof k->number)
            k->number[k->number_len++] = c;
        return;
    }
    if (k->number_len)
        dyn__take_units(k);
    if (c == '"')
        k->in_text = true, k->key_len = 0;
    else if (c == '{' || c == '[') {
        if (k->depth == k->base && k->base)
            k->section = *k->key;
        k->depth++;
        if (c == '{' && !k->base)
            k->base = k->depth;
    } else if (c == '}' || c == ']')
        k->depth--;
}

/* Takes a piece of "ConsumedCapacity"; when it is whole, what it says is entered. That it is JSON, and not nested too deep, was checked before. */
static void dyn__read_units(dyn__state *st, const char *p, size_t n)
{
    dyn__units_walk *k = &st->call.walk;
    dyn_units *u = &k->units;

    if (!st->envelope.key_begun)
        memset((void *)k, 0, sizeof *k);
    st->envelope.key_begun = true;
    for (const char *end = p + n; p < end; p++) {
        if (!k->in_text) {
            dyn__walk_units(k, *p);
            if (k->base && !k->depth)
                break;
        } else if (k->escaped || (*p != '"' && *p != '\\')) {
            k->escaped = false;
            if (k->key_len < sizeof k->key)
                k->key[k->key_len++] = *p;
        } else {
            k->escaped = *p == '\\';
            k->in_text = *p != '"';
        }
    }
    if (!k->base || k->depth)
        return;
    k->base = 0;
    if (!k->split && st->call.op->writes)
        u->write = u->total;
    else if (!k->split)
        u->read = u->total;
    u->answers = 1;
    dyn__add_units(&st->call.units, u);
    dyn__account(st, u);
}

/* Both levels: writes the wish into a request, or reads what an answer says to it. */
static void dyn__capacity(dyn__state *st, dyn__writer *w, const char *text, size_t n, const char *level)
{
    if (!w) {
        dyn__read_units(st, text, n);
        return;
    }
    dyn__puts(w, ",\"ReturnConsumedCapacity\":\"");
    dyn__puts(w, level);
    dyn__putc(w, '"');
}

DYN_API void dyn__capacity_total(struct dyn__state *st, struct dyn__writer *w, const char *text, size_t n)
{
    dyn__capacity(st, w, text, n, "TOTAL");
}

DYN_API void dyn__capacity_indexes(struct dyn__state *st, struct dyn__writer *w, const char *text, size_t n)
{
    dyn__capacity(st, w, text, n, "INDEXES");
}

/* ,"ReturnConsumedCapacity":"…" where units are asked for: for the requests of all operations on items. */
static void dyn__write_capacity(dyn__state *st, dyn__writer *w)
{
    if (st->call.capacity)
        st->call.capacity(st, w, NULL, 0);
}

/* --- Beginning a call ---------------------------------------------------------------------------------------------- */

/* An error for memory that ran out in the work area. */
static dyn_status dyn__no_memory(dyn__state *st, const char *what)
{
    st->err->needed = dyn__need(st->size, st->work.missing);
    return dyn__fail(st->err, DYN_NO_MEMORY, "the client's memory is too small for %s: it has %u bytes and needs at least %u", what, (uint64_t)st->size,
                     (uint64_t)st->err->needed);
}

/* The client's own knowledge of a model, which it checks and parses when it meets it first. */
static dyn_status dyn__meet(dyn__state *st, const dyn_model *model, dyn__known **known)
{
    dyn__known *before = st->models;

    *known = dyn__known_find(st->models, model);
    if (*known)
        return DYN_OK;
    dyn_status s = dyn__check_model(model, st->err);
    if (s != DYN_OK)
        return s;
    *known = dyn__known_make(&st->work, model, &st->models);
    if (!*known) {
        st->models = before;
        st->work.used = 0;
        return dyn__no_memory(st, "another model");
    }
    *known = dyn__known_find(st->models, model);
    size_t taken = (st->work.used + 15) & ~(size_t)15;
    if (taken > st->work.size)
        taken = st->work.size;
    st->work.base += taken, st->work.size -= taken, st->fixed += taken;
    st->work.used = st->work.peak = 0;
    return DYN_OK;
}

/* Checks that the client is free and sets the call up. */
static dyn_status dyn__begin(dyn_client *db, const dyn_model *model, const dyn__operation *op, const char *table, uint32_t total_ms, dyn__state **out)
{
    dyn__state *st = dyn__state_of(db);
    dyn__call *c;

    DYNREPO_ASSERT(st && "a call on a client that is not open, or was moved or overwritten");
    *out = st;
    if (!st && db) {
        memset((void *)&db->error, 0, sizeof db->error);
        return dyn__fail(&db->error, DYN_INVALID, "the client is not open, or was moved or overwritten since dyn_open");
    }
    if (!st)
        return DYN_INVALID;
    if (st->phase != DYN__IDLE || st->read.rows) {
        if (st->phase == DYN__IDLE || st->phase == DYN__PAUSE)
            dyn__fail(st->err, DYN_BUSY,
                      "a read of this client is still open; take its rows with dyn_collect first, end it with dyn_finish, or use a second client");
        return DYN_BUSY;
    }
    memset((void *)st->err, 0, sizeof *st->err);
    c = &st->call;
    memset((void *)c, 0, sizeof *c);
    st->then = NULL;
    c->op = op;
    c->capacity = st->capacity;
    c->before = st->traffic;
    st->work.used = 0;
    if (model) {
        dyn_status s = dyn__meet(st, model, &c->known);
        if (s != DYN_OK)
            return s;
        c->table.ptr = table ? table : model->table;
        c->table.len = strlen(c->table.ptr);
        if (!table)
            c->prefix = st->prefix;
    }
    c->exprs.arena = &st->work;
    c->exprs.block = st->size;
    c->exprs.known = c->known;
    c->exprs.err = st->err;
    c->total_ms = dyn__sane(total_ms, st->total_ms);
    c->repeatable = true;
    st->decoder.models = st->models;
    st->decoder.err = st->err;
    st->decoder.work = &st->work;
    st->decoder.keep = NULL;
    st->decoder.own.cap = 0;
    st->decoder.want_key = st->decoder.partial = st->decoder.from_key = false;
    memset((void *)&st->read, 0, sizeof st->read);
    st->http.request_id[0] = 0;
    st->read_error = dyn__read_error;          /* an operation may have its own */
    return DYN_OK;
}

/* The call is set up: makes its body, and lets it begin with the next step. */
static dyn_status dyn__start_call(dyn__state *st)
{
    dyn_status s = dyn__hash_body(st);

    if (s != DYN_OK)
        return s;
    st->call.total_at = dyn__now(st) + st->call.total_ms;
    st->call.attempt = 0;
    st->phase = DYN__READY;
    st->wants = 0;
    return DYN_OK;
}

/* A blocking call out of its beginning. */
static dyn_status dyn__finish_call(dyn_client *db, dyn_status begun)
{
    return begun == DYN_OK ? dyn__run(db->state) : begun;
}

DYN_API dyn_status dyn_step(dyn_client *db)
{
    dyn__state *st = dyn__state_of(db);

    return st ? dyn__step(st, false) : DYN_INVALID;
}

DYN_API dyn_want dyn_wants(const dyn_client *db)
{
    dyn__state *st = dyn__state_of(db);
    dyn_want want;

    want.events = 0, want.ms = 0, want.handle = -1;
    if (!st || st->phase == DYN__IDLE || st->phase == DYN__PAUSE)
        return want;
    if (st->phase == DYN__WAIT)
        want.ms = dyn__until(dyn__now(st), st->limit_at);
    else if (st->phase != DYN__READY && st->phase != DYN__VOID) {
        want.events = st->wants;
        want.ms = dyn__left(st);
        if (st->phase == DYN__OPEN && want.ms > 1000)
            want.ms = 1000;                    /* a stream may want to try a name's next address */
        want.handle = st->stream.handle ? st->stream.handle(st->stream.user) : -1;
    }
    return want;
}

DYN_API void dyn_cancel(dyn_client *db)
{
    dyn__state *st = dyn__state_of(db);

    if (!st || (st->phase == DYN__IDLE && !st->read.rows))
        return;
    if (st->phase != DYN__IDLE && st->phase != DYN__WAIT && st->phase != DYN__READY && st->phase != DYN__VOID)
        dyn__disconnect(st);
    bool under_way = !st->asking_time && (st->phase == DYN__SEND || st->phase == DYN__HEAD || st->phase == DYN__BODY);
    memset((void *)st->err, 0, sizeof *st->err);
    dyn__fail(st->err, DYN_CANCELLED, "the call was cancelled");
    if (st->phase != DYN__IDLE && st->phase != DYN__PAUSE) {
        st->call.ambiguous = st->call.ambiguous || (under_way && st->call.sent);
        dyn__end_call(st, DYN_CANCELLED);
    }
    dyn__end_read(st, DYN_CANCELLED);
    st->phase = DYN__IDLE;
    st->then = NULL;
}

DYN_API size_t dyn_memory_peak(const dyn_client *db)
{
    dyn__state *st = dyn__state_of(db);

    if (!st)
        return 0;
    size_t now = st->fixed + st->work.peak + (size_t)((st->block + st->size) - (st->work.base + st->work.size));
    return DYN__MAX(now, st->peak);
}

DYN_API dyn_metered dyn_meter(const dyn_client *db)
{
    const dyn__state *st = dyn__state_of(db);
    dyn_metered m;

    memset((void *)&m, 0, sizeof m);
    if (!st)
        return m;
    m.all = m.call = st->traffic;
    m.call.sent -= st->call.before.sent, m.call.received -= st->call.before.received;
    m.call.requests -= st->call.before.requests, m.call.connections -= st->call.before.connections, m.call.handshakes -= st->call.before.handshakes;
    return m;
}

DYN_API dyn_units dyn_capacity(const dyn_client *db)
{
    const dyn__state *st = dyn__state_of(db);
    dyn_units none;

    memset((void *)&none, 0, sizeof none);
    return st ? st->call.units : none;
}

DYN_API uint32_t dyn_record_size(const dyn_client *db)
{
#ifndef DYNREPO_NO_TLS
    dyn__state *st = dyn__state_of(db);

    if (st && st->tls && st->open)
        return dyn__tls_record_size(st->tls);
#endif
    (void)db;
    return 0;
}

/* --- Opening and closing ------------------------------------------------------------------------------------------- */

/* Copies text into the fixed part of the memory, terminated. NULL: no room. */
static char *dyn__keep_text(dyn_arena *a, const char *p, size_t n)
{
    char *to = (char *)dyn__alloc(a, n + 1, 1);

    if (to && n)
        memcpy(to, p, n);
    return to;
}

static dyn_str dyn__str(const char *s)
{
    dyn_str r = { s, s ? strlen(s) : 0 };

    return r;
}

static bool dyn__begins(dyn_str s, const char *with)
{
    size_t n = strlen(with);

    return s.len >= n && memcmp(s.ptr, with, n) == 0;
}

/* The domain that a region's services are in (the partitions of the SDKs' endpoint rules). */
static const char *dyn__domain(dyn_str region)
{
    static const char *const domains[][2] = {
        { "cn-", "amazonaws.com.cn" }, { "eusc-", "amazonaws.eu" },         { "us-iso-", "c2s.ic.gov" },
        { "us-isob-", "sc2s.sgov.gov" }, { "eu-isoe-", "cloud.adc-e.uk" },  { "us-isof-", "csp.hci.ic.gov" }, { "eu-isof-", "csp.hci.ic.gov" }
    };

    for (size_t i = 0; i < sizeof domains / sizeof domains[0]; i++)
        if (dyn__begins(region, domains[i][0]))
            return domains[i][1];
    return "amazonaws.com";
}

/* Takes "https://host:port" apart; host is copied. */
static dyn_status dyn__take_endpoint(dyn__state *st, dyn_arena *a, dyn_str url)
{
    dyn_str given = url;
    size_t n = 0, end;
    uint32_t port = 0;

    if (dyn__begins(url, "https://"))
        st->secure = true, st->port = 443, n = 8;
    else if (dyn__begins(url, "http://"))
        st->secure = false, st->port = 80, n = 7;
    url.ptr += n, url.len -= n;
    if (url.len && url.ptr[url.len - 1] == '/')
        url.len--;
    bool literal = url.len && url.ptr[0] == '[';
    for (end = 0; end < url.len && (url.ptr[end] != ':' || literal); end++) {
        char c = url.ptr[end];
        if (literal && c == ']')
            literal = false;
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_'
              || c == '[' || c == ']' || c == ':'))
            n = 0;
    }
    for (size_t i = end + 1; i < url.len; i++) {
        if (url.ptr[i] < '0' || url.ptr[i] > '9' || port > 65535)
            n = 0;
        port = port * 10 + (uint32_t)(url.ptr[i] - '0');
    }
    if (!n || !end || end > 253 || (end < url.len && (!port || port > 65535)))
        return dyn__fail(st->err, DYN_INVALID, "endpoint \"%S\": it must be http://host, https://host, or one of them with :port, and no path", &given);
    bool standard = end == url.len || port == st->port;
    if (end < url.len)
        st->port = (uint16_t)port;
    st->host_header.ptr = dyn__keep_text(a, url.ptr, standard ? end : url.len);
    st->host_header.len = standard ? end : url.len;
    bool bracketed = url.ptr[0] == '[';
    st->host = dyn__keep_text(a, url.ptr + bracketed, end - 2 * (size_t)bracketed);
    return st->host && st->host_header.ptr ? DYN_OK : DYN_NO_MEMORY;
}

/* The service's own endpoint for a region. */
static dyn_status dyn__default_endpoint(dyn__state *st, dyn_arena *a, const char *begin)
{
    char url[128];
    dyn__writer w = { url, sizeof url, 0, 0, 0, NULL, NULL };

    if (dyn__eq(st->region.ptr, st->region.len, "local", 5)) {
        st->region = dyn__str("us-east-1");
        return dyn__take_endpoint(st, a, dyn__str("http://localhost:8000"));
    }
    dyn__puts(&w, begin);
    dyn__put(&w, st->region.ptr, st->region.len);
    dyn__putc(&w, '.');
    dyn__puts(&w, dyn__domain(st->region));
    dyn_str s = { url, w.len };
    return dyn__take_endpoint(st, a, s);
}

/* Fills in what the config leaves out. */
static dyn_status dyn__discover(dyn__state *st, dyn_arena *a, const dyn_config *config)
{
    dyn_str region = dyn__str(config->region), endpoint = dyn__str(config->endpoint);

    st->access_key = dyn__str(config->access_key), st->secret = dyn__str(config->secret_key), st->token = dyn__str(config->session_token);
    if (st->access_key.len && !st->secret.len)
        return dyn__fail(st->err, DYN_NO_CREDENTIALS, "config.access_key is set, but config.secret_key is not");
#ifndef DYNREPO_NO_OS
    dyn__found found;
    found.access_key = st->access_key, found.secret_key = st->secret, found.token = st->token, found.region = region, found.endpoint = endpoint;
    dyn_status s = dyn__os_discover(a, config->profile, &found, st->err);
    if (s != DYN_OK)
        return s;
    region = found.region, endpoint = found.endpoint;
    st->access_key = found.access_key, st->secret = found.secret_key, st->token = found.token;
#endif
    for (size_t i = 0; i < region.len; i++)
        if (!((region.ptr[i] >= 'a' && region.ptr[i] <= 'z') || (region.ptr[i] >= '0' && region.ptr[i] <= '9') || region.ptr[i] == '-') || region.len > 32)
            return dyn__fail(st->err, DYN_INVALID, "region \"%S\": it is no region's name, such as eu-central-1", &region);
    if (!region.len)
        return dyn__fail(st->err, DYN_INVALID, "no region: set config.region, or AWS_REGION in the environment, to one such as eu-central-1");
    if (!st->access_key.len)
        return dyn__fail(st->err, DYN_NO_CREDENTIALS, "no credentials: set config.access_key and secret_key, "
                         "or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile in ~/.aws/credentials");
    st->region.ptr = dyn__keep_text(a, region.ptr, region.len), st->region.len = region.len;
    if (!st->region.ptr)
        return DYN_NO_MEMORY;
    if (config->find_endpoint)
        return config->find_endpoint(st, a, config, endpoint);
    return endpoint.len ? dyn__take_endpoint(st, a, endpoint) : dyn__default_endpoint(st, a, "https://dynamodb.");
}

#ifndef DYNREPO_NO_TLS
/* The TLS engine, its buffers and the roots to trust. */
static dyn_status dyn__open_tls(dyn__state *st, dyn_arena *a, const dyn_config *config)
{
    uint32_t record = st->record_size;
    size_t in_size = record + 325u, out_size = 1024 + 85, count = sizeof dyn__anchors_builtin / sizeof dyn__anchors_builtin[0];
    const br_x509_trust_anchor *anchors = dyn__anchors_builtin;
    unsigned char *in, *out;
    dyn_str trust = config->trust;
    dyn_status (*read_trust)(dyn_arena *, dyn_str, const void **, size_t *, dyn_error *) = config->read_trust;

    if (dyn__is_address(st->host))
        return dyn__fail(st->err, DYN_INVALID, "endpoint https://%S: TLS checks a name, and this is an address; give the name that stands in the "
                         "server's certificate", &st->host_header);
    if (record != 16384 && record != 4096 && record != 2048 && record != 1024 && record != 512)
        return dyn__fail(st->err, DYN_INVALID, "config.record_size is %u; it can be 512, 1024, 2048, 4096 or 16384", (uint64_t)record);
    st->tls = (dyn__tls *)dyn__alloc(a, sizeof *st->tls, 16);
    in = st->tls ? (unsigned char *)dyn__alloc(a, in_size, 16) : NULL;
    out = in ? (unsigned char *)dyn__alloc(a, out_size, 16) : NULL;
    if (!out)
        return DYN_NO_MEMORY;
#ifndef DYNREPO_NO_OS
    if (!read_trust)
        read_trust = dyn_read_certificates;
    if (!trust.len) {
        dyn_status s = dyn__os_trust(a, &trust, st->err);
        if (s != DYN_OK)
            return s;
    }
#endif
    if (trust.len && !read_trust)
        return dyn__fail(st->err, DYN_INVALID, "config.trust is set without config.read_trust; set both with DYN_TRUST(text, size)");
    if (trust.len) {
        const void *own;
        dyn_status s = read_trust(a, trust, &own, &count, st->err);
        if (s != DYN_OK)
            return s;
        anchors = (const br_x509_trust_anchor *)own;
    }
    dyn__tls_init(st->tls, in, in_size, out, out_size, anchors, count);
    st->tls->traffic = &st->traffic;
    return DYN_OK;
}
#endif

/* Divides what is left of the memory: windows out and in, and the work area. */
static dyn_status dyn__open_windows(dyn__state *st, dyn_arena *a)
{
    size_t rest = a->size - a->used, most = 65536;

    st->head_room = 512 + st->host_header.len + st->region.len + st->access_key.len + st->token.len;
    st->out_size = DYN__MAX(DYN__MIN(rest / 5, most / 4), 256) + st->head_room;
    st->in_size = DYN__MAX(DYN__MIN(rest / 4, most), 1024);
    st->out = (char *)dyn__alloc(a, st->out_size, 16);
    st->in = st->out ? (char *)dyn__alloc(a, st->in_size, 16) : NULL;
    if (!st->in)
        return DYN_NO_MEMORY;
    st->fixed = a->used;
    st->work.base = a->base + a->used;
    st->work.size = a->size - a->used;
    if (st->work.size >= 512)
        return DYN_OK;
    a->missing = 512 - st->work.size;
    return DYN_NO_MEMORY;
}

static void dyn__open_settings(dyn__state *st, const dyn_config *config)
{
    st->connect_ms = dyn__sane(config->connect_ms, 3100);
    st->attempt_ms = dyn__sane(config->attempt_ms, 5000);
    st->idle_ms = dyn__sane(config->idle_ms, 5000);
    st->total_ms = dyn__sane(config->total_ms, 30000);
    st->attempts = config->attempts ? config->attempts : 4;
    st->record_size = config->record_size ? config->record_size : 16384;
    st->bucket = 500;
    st->capacity = config->capacity, st->totals = config->totals, st->total_count = config->total_count;
    if (config->stream)
        st->stream = *config->stream;
    if (config->system)
        st->system = *config->system;
#ifndef DYNREPO_NO_OS
    if (!config->stream)
        dyn_posix_stream_make(&st->posix, &st->stream);
    if (!config->system)
        st->system = *dyn_posix_system();
#endif
    if (!st->system.ticks_ms)
        return;
    st->tick_last = dyn__now(st);
    st->random = st->tick_last ^ (uint32_t)(uintptr_t)st;
    if (st->system.entropy)
        (void)st->system.entropy(st->system.user, &st->random, sizeof st->random);
    st->random |= 1;
}

/* The secret's text is wiped where it is a copy of ours; the signer keeps what it needs of it. */
static void dyn__wipe_secret(dyn__state *st)
{
    uintptr_t at = (uintptr_t)st->secret.ptr, block = (uintptr_t)st->block;

    if (st->secret.len && at >= block && at < block + st->size)
        dyn__wipe(st->block + (at - block), st->secret.len);
    st->secret.len = 0;
}

static DYN__APART dyn_status dyn__open_state(dyn__state *st, dyn_arena *a, const dyn_config *config)
{
    dyn_status s;
    dyn_str prefix = dyn__str(config->table_prefix), token;

    dyn__open_settings(st, config);
    if (!st->stream.open || !st->stream.read || !st->stream.write || !st->stream.close || !st->system.ticks_ms)
        return dyn__fail(st->err, DYN_INVALID, "config.stream must have open, read, write and close, and config.system ticks_ms");
    s = dyn__discover(st, a, config);
    if (s != DYN_OK)
        return s;
    token = st->token;
    st->token.ptr = dyn__keep_text(a, token.ptr, token.len);
    st->prefix.ptr = dyn__keep_text(a, prefix.ptr, prefix.len), st->prefix.len = prefix.len;
    if (!st->token.ptr || !st->prefix.ptr)
        return DYN_NO_MEMORY;
    if (!dyn__signer_open(&st->signer, st->access_key, st->secret, st->token, st->region, st->host_header))
        return dyn__fail(st->err, DYN_INVALID,
                         "the access key, secret or session token has blanks or control characters in it, or the access key is longer than 128");
    if (dyn__over_tls(st)) {
#ifdef DYNREPO_NO_TLS
        return dyn__fail(st->err, DYN_INVALID,
                         "endpoint https://%S: this build has no TLS (DYNREPO_NO_TLS); give a stream that is secure by itself", &st->host_header);
#else
        s = dyn__open_tls(st, a, config);
        if (s != DYN_OK)
            return s;
#endif
    }
    return dyn__open_windows(st, a);
}

DYN_API dyn_status dyn__open(dyn_client *client, const dyn_config *config, size_t client_size, size_t config_size, uint32_t version)
{
    dyn_arena a;
    dyn_status s;
    dyn_error *err = &client->error;

    if (client_size != sizeof *client || config_size != sizeof *config || version != DYNREPO_VERSION)
        return DYN_INVALID;                    /* not even the error's place in the struct is certain */
    memset((void *)client, 0, sizeof *client);
    client->start_canary = client->end_canary = DYN__CANARY;
    if (config->start_canary_ || config->end_canary_)
        return dyn__fail(err, DYN_INVALID, "the config is not zeroed where nothing is set: write dyn_config c = { … } or memset it");
    memset((void *)&a, 0, sizeof a);
    a.base = (unsigned char *)config->memory;
    a.size = config->memory ? config->memory_size : 0;
    dyn__state *st = (dyn__state *)dyn__alloc(&a, sizeof *st, 16);
    if (st) {
        st->client = client, st->err = err, st->block = a.base, st->size = a.size;
        s = dyn__open_state(st, &a, config);
        dyn__wipe_secret(st);
    } else
        s = DYN_NO_MEMORY;
    if (s == DYN_NO_MEMORY) {
        err->needed = a.size + a.missing + (st && st->in_size ? 0 : 2048);
        dyn__fail(err, s, "config.memory has %u bytes; at least %u are needed to open a client", (uint64_t)a.size, (uint64_t)err->needed);
        err->status = s;
    }
    if (s == DYN_OK)
        client->state = st;
    else if (st)
        dyn__wipe(a.base, a.size);
    return s;
}

DYN_API void dyn_close(dyn_client *db)
{
    dyn__state *st = dyn__state_of(db);

    if (st) {
        dyn_cancel(db);
        dyn__disconnect(st);
        dyn__wipe(st->block, st->size);
    }
    if (db)
        db->state = NULL, db->start_canary = db->end_canary = 0;
}

/* --- Errors -------------------------------------------------------------------------------------------------------- */

DYN_API const dyn_error *dyn_last_error(const dyn_client *db)
{
    return &db->error;
}

DYN_API const char *dyn_status_name(dyn_status status)
{
    static const char *const names[] = {
        "DYN_OK", "DYN_ROW", "DYN_DONE", "DYN_PENDING", "DYN_NOT_FOUND", "DYN_INVALID", "DYN_NO_MEMORY", "DYN_BUSY", "DYN_CHANGED", "DYN_TOO_LARGE",
        "DYN_NO_CREDENTIALS", "DYN_NO_ENTROPY", "DYN_NO_CLOCK", "DYN_CANCELLED", "DYN_BAD_ROW", "DYN_CORRUPT", "DYN_CONDITION_FAILED", "DYN_CONFLICT",
        "DYN_NO_TABLE", "DYN_IN_USE", "DYN_REJECTED", "DYN_DENIED", "DYN_CLOCK_SKEW", "DYN_THROTTLED", "DYN_UNAVAILABLE", "DYN_UNCERTAIN", "DYN_NO_HOST",
        "DYN_UNREACHABLE", "DYN_DISCONNECTED", "DYN_TIMEOUT", "DYN_PROTOCOL", "DYN_TLS_FAILED", "DYN_TLS_UNTRUSTED", "DYN_TLS_WRONG_HOST", "DYN_TLS_EXPIRED"
    };

    return (unsigned)status < sizeof names / sizeof names[0] ? names[status] : "no dyn_status";
}

static void dyn__describe_error(dyn__writer *w, const dyn_error *e)
{
    char digits[24];

    dyn__puts(w, dyn_status_name(e->status));
    if (e->text[0])
        dyn__puts(w, ": "), dyn__puts(w, e->text);
    if (e->maybe_applied && e->status != DYN_UNCERTAIN)
        dyn__puts(w, "; the write may have been applied");
    if (e->code[0] && !dyn__begins(dyn__str(e->text), e->code))
        dyn__puts(w, " ["), dyn__puts(w, e->code), dyn__puts(w, "]");
    if (e->attempts > 1) {
        dyn_str n = dyn__decimal_u(digits, e->attempts);
        dyn__puts(w, "; "), dyn__put(w, n.ptr, n.len), dyn__puts(w, " tries");
    }
    if (e->request_id[0])
        dyn__puts(w, " [request "), dyn__puts(w, e->request_id), dyn__puts(w, "]");
}

DYN_API DYN__APART size_t dyn_format_error(const dyn_error *e, char *text, size_t size)
{
    dyn__writer w = { text, size ? size - 1 : 0, 0, 0, 0, NULL, NULL };

    dyn__describe_error(&w, e);
    if (size)
        text[w.len] = 0;
    return w.pos;
}

static void dyn__spill_sink(void *user, const char *p, size_t n)
{
    const dyn_sink *sink = (const dyn_sink *)user;

    sink->write(sink->user, p, n);
}

DYN_API void dyn_write_error(const dyn_error *e, const dyn_sink *sink)
{
    char buf[64];
    dyn_sink to = *sink;
    dyn__writer w = { buf, sizeof buf, 0, 0, 0, dyn__spill_sink, &to };

    dyn__describe_error(&w, e);
    dyn__spill_sink(&to, buf, w.len);
}

DYN_API bool dyn_is_transient(dyn_status s)
{
    return s == DYN_CONFLICT || s == DYN_THROTTLED || s == DYN_UNAVAILABLE || s == DYN_UNREACHABLE || s == DYN_DISCONNECTED
           || s == DYN_TIMEOUT || s == DYN_NO_HOST || s == DYN_CORRUPT || s == DYN_IN_USE || s == DYN_BUSY;
}

DYN_API bool dyn_is_callers_fault(dyn_status s)
{
    return (s >= DYN_INVALID && s <= DYN_NO_ENTROPY) || s == DYN_BAD_ROW || s == DYN_REJECTED || s == DYN_NO_TABLE;
}

DYN_API uint32_t dyn_retry_after_ms(const dyn_client *db)
{
    const dyn_error *e = &db->error;

    if (!dyn_is_transient(e->status))
        return 0;
    return e->retry_ms ? e->retry_ms : e->status == DYN_THROTTLED ? 1000 : 100;
}

#ifndef DYNREPO_NO_OS
/* Writes to standard error; what it does not take is lost. */
static void dyn__stderr(void *user, const void *data, size_t size)
{
    const char *p = (const char *)data;

    (void)user;
    while (size > 0) {
        ptrdiff_t n = write(2, p, size);
        if (n <= 0)
            return;
        p += n, size -= (size_t)n;
    }
}

DYN_API void dyn_print_error(const dyn_client *db)
{
    dyn_sink sink;

    sink.write = dyn__stderr, sink.user = NULL;
    dyn_write_error(&db->error, &sink);
    dyn__stderr(NULL, "\n", 1);
}
#endif

/* --- UUIDs --------------------------------------------------------------------------------------------------------- */

/* Version 4, or 7: 48 bits of time in front. */
static dyn_status dyn__uuid(dyn__state *st, bool timed, unsigned char id[16])
{
    int64_t ms = timed ? dyn__unix_ms(st) : 0;

    if (!st->system.entropy || !st->system.entropy(st->system.user, id, 16))
        return dyn__fail(st->err, DYN_NO_ENTROPY, "a UUID needs random bytes: dyn_system.entropy %s", st->system.entropy ? "returned false" : "is not set");
    if (timed && ms <= 0)
        return dyn__fail(st->err, DYN_NO_CLOCK, "a UUID of version 7 needs the time: dyn_system.unix_ms does not know it, and no answer told it yet");
    for (int i = 5; i >= 0 && timed; i--, ms >>= 8)
        id[i] = (unsigned char)ms;
    id[6] = (unsigned char)((id[6] & 0x0f) | (timed ? 0x70 : 0x40));
    id[8] = (unsigned char)((id[8] & 0x3f) | 0x80);
    return DYN_OK;
}

static dyn_status dyn__uuid_of(dyn_client *db, bool timed, unsigned char id[16])
{
    dyn__state *st = dyn__state_of(db);

    if (!st)
        return DYN_INVALID;
    if (st->phase == DYN__IDLE)
        memset((void *)st->err, 0, sizeof *st->err);           /* a running call keeps its own */
    return dyn__uuid(st, timed, id);
}

DYN_API dyn_status dyn_uuid_v4(dyn_client *db, unsigned char id[16])
{
    return dyn__uuid_of(db, false, id);
}

DYN_API dyn_status dyn_uuid_v7(dyn_client *db, unsigned char id[16])
{
    return dyn__uuid_of(db, true, id);
}

/* ======================================================================================================================
 * >>op   The operations: items, queries, tables.
 * May call everything above. Each operation is a dyn__operation: what its body is made of, how its answer is read.
 * ==================================================================================================================== */

/* --- Bodies -------------------------------------------------------------------------------------------------------- */

/* {"TableName":"…" */
static void dyn__write_table(dyn__state *st, dyn__writer *w)
{
    dyn__put(w, DYN__LIT("{\"TableName\":\""));
    dyn__put_escaped(w, st->call.prefix.ptr, st->call.prefix.len);
    dyn__put_escaped(w, st->call.table.ptr, st->call.table.len);
    dyn__putc(w, '"');
}

/* ,"name":"text" */
static void dyn__write_text(dyn__writer *w, const char *name, dyn_str text)
{
    if (!text.len)
        return;
    dyn__puts(w, ",\"");
    dyn__puts(w, name);
    dyn__puts(w, "\":");
    dyn__put_json(w, text.ptr, text.len);
}

/* What a write wants back, and its end. */
static void dyn__write_wishes(dyn__state *st, dyn__writer *w)
{
    dyn__call *c = &st->call;

    dyn__write_text(w, "ReturnValues", dyn__str(c->return_values));
    if (c->existing)
        dyn__puts(w, ",\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\"");
    dyn__write_capacity(st, w);
    dyn__putc(w, '}');
}

/* What conditions, names, values and wishes for images add to a write. */
static void dyn__write_tail(dyn__state *st, dyn__writer *w)
{
    dyn__call *c = &st->call;

    dyn__write_text(w, "UpdateExpression", c->change);
    dyn__write_text(w, "ConditionExpression", c->condition);
    dyn__write_names(w, &c->exprs);
    dyn__write_values(w, &c->exprs);
    dyn__write_wishes(st, w);
}

static void dyn__write_key_member(dyn__state *st, dyn__writer *w)
{
    dyn__put(w, DYN__LIT(",\"Key\":{"));
    dyn__put(w, st->call.key.ptr, st->call.key.len);
    dyn__putc(w, '}');
}

static dyn_status dyn__get_part(dyn__state *st, size_t part, dyn__writer *w)
{
    if (part > 0)
        return DYN_DONE;
    dyn__write_table(st, w);
    dyn__write_key_member(st, w);
    if (st->call.consistent)
        dyn__puts(w, ",\"ConsistentRead\":true");
    dyn__write_capacity(st, w);
    dyn__putc(w, '}');
    return DYN_OK;
}

/* Update and delete: the key and the tail. */
static dyn_status dyn__change_part(dyn__state *st, size_t part, dyn__writer *w)
{
    if (part > 0)
        return DYN_DONE;
    dyn__write_table(st, w);
    dyn__write_key_member(st, w);
    dyn__write_tail(st, w);
    return DYN_OK;
}

/* Put: the table, each part of the item, the tail. */
static dyn_status dyn__put_part(dyn__state *st, size_t part, dyn__writer *w)
{
    size_t parts = dyn__item_parts(st->call.known);

    if (part == 0) {
        dyn__write_table(st, w);
        dyn__put(w, DYN__LIT(",\"Item\":{"));
        return DYN_OK;
    }
    if (part <= parts)
        return dyn__write_item_part(w, st->call.known, part - 1, st->call.item, st->err);
    if (part > parts + 1)
        return DYN_DONE;
    dyn__putc(w, '}');
    dyn__write_tail(st, w);
    return DYN_OK;
}

/* --- One item ------------------------------------------------------------------------------------------------------ */

/* Writes the inside of "Key":{…} into work memory, from a struct or from values. */
static dyn_status dyn__make_key(dyn__state *st, const unsigned char *item, const dyn_key *key)
{
    dyn__call *c = &st->call;
    const dyn__known *k = c->known;
    size_t pk_args = 0, sk_args = 0;

    for (size_t i = 0; i < k->pk.part_count; i++)
        pk_args += k->pk.parts[i].field != DYN__NO_FIELD;
    for (size_t i = 0; i < k->sk.part_count; i++)
        sk_args += k->sk.parts[i].field != DYN__NO_FIELD;
    if (key && key->count != pk_args + sk_args)
        return dyn__fail(st->err, DYN_INVALID, "model \"%s\": a key of %u values was given, its key has %u members", k->model->name, (uint64_t)key->count,
                         (uint64_t)(pk_args + sk_args));
    if (key && !key->convert)
        return dyn__fail(st->err, DYN_INVALID, "the key was filled in by hand; make it with DYN_KEY or dyn_key_of");
    dyn__writer w = { (char *)st->work.base + st->work.used, st->work.size - st->work.used, 0, 0, 0, NULL, NULL };
    dyn_status s = dyn__write_key(&w, k, &k->pk, item, key, key ? key->args : NULL, st->err);
    if (s == DYN_OK && k->sk.attr.len) {
        dyn__putc(&w, ',');
        s = dyn__write_key(&w, k, &k->sk, item, key, key ? key->args + pk_args : NULL, st->err);
    }
    if (s != DYN_OK)
        return s;
    c->key.ptr = (const char *)dyn__alloc_written(&st->work, w.pos);
    c->key.len = w.pos;
    return c->key.ptr ? DYN_OK : dyn__no_memory(st, "the key");
}

/* Remembers the key members of *to, which an answer overwrites: they must be right again after a failure. */
static dyn_status dyn__save_key(dyn__state *st)
{
    dyn__call *c = &st->call;
    const dyn__known *k = c->known;
    size_t n = 0;

    for (int i = 0; i < 2; i++) {
        const dyn__key *key = i ? &k->sk : &k->pk;
        for (size_t p = 0; p < key->part_count; p++)
            n += key->parts[p].field == DYN__NO_FIELD ? 0 : k->model->fields[key->parts[p].field].size;
    }
    c->key_copy = (unsigned char *)dyn__alloc(&st->work, n, 1);
    if (!c->key_copy)
        return dyn__no_memory(st, "the key");
    dyn__copy_key(c, true);
    return DYN_OK;
}

static int dyn__read_get(dyn__state *st, const char **at, const char *end)
{
    static const dyn__member members[] = { { "Item", DYN__M_ITEM, 0 }, { "ConsumedCapacity", DYN__M_UNITS, 0 } };

    if (!st->envelope.members) {
        dyn__envelope_start(st, members, 2);
        dyn__drop_results(st);
        dyn__mark_texts(st);
    }
    return dyn__read_envelope(st, at, end);
}

static int dyn__read_write(dyn__state *st, const char **at, const char *end)
{
    static const dyn__member members[] = { { "Attributes", DYN__M_ITEM, 0 }, { "ConsumedCapacity", DYN__M_UNITS, 0 } };

    if (!st->envelope.members) {
        dyn__envelope_start(st, members, 2);
        if (st->call.image)
            dyn__begin_images(st);
    }
    return dyn__read_envelope(st, at, end);
}

static dyn_status dyn__get_done(dyn__state *st)
{
    return st->envelope.item_seen ? dyn__item_status(st) : DYN_NOT_FOUND;
}

static dyn_status dyn__write_done(dyn__state *st)
{
    dyn_status s = st->envelope.item_seen ? dyn__item_status(st) : DYN_OK;

    st->call.ambiguous = s != DYN_OK;          /* applied it was, though what it returned cannot be kept */
    return s;
}

static const dyn__operation dyn__op_get = { "DynamoDB_20120810.GetItem", false, dyn__get_part, dyn__read_get, dyn__get_done, NULL, NULL };
static const dyn__operation dyn__op_put = { "DynamoDB_20120810.PutItem", true, dyn__put_part, dyn__read_write, dyn__write_done, NULL, NULL };
static const dyn__operation dyn__op_update = { "DynamoDB_20120810.UpdateItem", true, dyn__change_part, dyn__read_write, dyn__write_done, NULL, NULL };
static const dyn__operation dyn__op_delete = { "DynamoDB_20120810.DeleteItem", true, dyn__change_part, dyn__read_write, dyn__write_done, NULL, NULL };

static dyn_status dyn__begin_get(dyn_client *db, const dyn_model *model, void *item, const dyn_key *key, const dyn_get_options *o)
{
    dyn__state *st;
    dyn_status s = dyn__begin(db, model, &dyn__op_get, o ? o->table : NULL, o ? o->total_ms : 0, &st);

    if (s == DYN_OK)
        s = dyn__make_key(st, key ? NULL : (const unsigned char *)item, key);
    if (s != DYN_OK)
        return s;
    st->call.to = item;
    st->call.consistent = o && o->consistent;
    if (o && o->capacity)
        st->call.capacity = o->capacity;
    st->decoder.keep = o ? o->arena : NULL;
    if (!key)
        s = dyn__save_key(st);
    return s == DYN_OK ? dyn__start_call(st) : s;
}

/* Compiles .when or .where with the compiler that their expressions name. */
static dyn_status dyn__conditions(dyn__state *st, const dyn_expr *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!list[i].text || !*list[i].text)
            continue;
        if (!list[i].compile)
            return dyn__fail(st->err, DYN_INVALID, "the expression \"%s\" was filled in by hand; make it with DYN_EXPR or dyn_expr_of", list[i].text);
        return list[i].compile(&st->call.exprs, list, n, &st->call.condition);
    }
    return DYN_OK;
}

/* What the options of a write say. */
static dyn_status dyn__take_options(dyn__state *st, const dyn_write_options *o, bool update)
{
    dyn__call *c = &st->call;

    if (!o)
        return DYN_OK;
    if (o->start_canary_ || o->end_canary_)
        return dyn__fail(st->err, DYN_INVALID, "the options are not zeroed where nothing is set: write dyn_write_options o = { … } or memset it");
    if (o->into && (!update || o->old))
        return dyn__fail(st->err, DYN_INVALID,
                         update ? "options.old and options.into together: DynamoDB returns one of them; ask for one"
                                : "options.into: only an update makes a new item to return; the item after a put is the one that was put");
    c->image = o->into ? o->into : o->old;
    c->existing = o->existing;
    c->return_values = o->into ? "ALL_NEW" : o->old ? "ALL_OLD" : NULL;
    c->only_once = o->old != NULL;             /* the second time it would be the item that the first time wrote */
    st->decoder.keep = o->arena;
    c->capacity = o->capacity ? o->capacity : c->capacity;
    if ((c->image && !c->image->item) || (c->existing && !c->existing->item))
        return dyn__fail(st->err, DYN_INVALID, "an image needs .item, a struct of the model to put the stored item into");
    if (c->image)
        c->image->found = false;
    if (c->existing)
        c->existing->found = false;
    return dyn__conditions(st, o->when, sizeof o->when / sizeof o->when[0]);
}

/* Sets a write up, but for what an update changes: so a program that only puts does not link the compiler of updates. */
static dyn_status dyn__prepare_write(dyn_client *db, const dyn_model *model, const dyn__operation *op, const void *item, const dyn_key *key,
                                     const dyn_write_options *o, dyn__state **out)
{
    bool sound = !o || (!o->start_canary_ && !o->end_canary_);
    dyn_status s = dyn__begin(db, model, op, o && sound ? o->table : NULL, o && sound ? o->total_ms : 0, out);

    if (s == DYN_OK && op->part != dyn__put_part)
        s = dyn__make_key(*out, (const unsigned char *)item, key);
    if (s != DYN_OK)
        return s;
    (*out)->call.item = (const unsigned char *)item;
    return dyn__take_options(*out, o, op == &dyn__op_update);
}

/* A write is set up: what its model and its options add to it, then it begins. */
static dyn_status dyn__launch(dyn__state *st, const dyn_write_options *o)
{
    dyn_status s = st->call.known->on_write ? st->call.known->on_write(st) : DYN_OK;

    if (s == DYN_OK && o && o->once)
        s = o->once(st);
    return s == DYN_OK ? dyn__start_call(st) : s;
}

static dyn_status dyn__begin_write(dyn_client *db, const dyn_model *model, const dyn__operation *op, const void *item, const dyn_key *key,
                                   const dyn_write_options *o)
{
    dyn__state *st;
    dyn_status s = dyn__prepare_write(db, model, op, item, key, o, &st);

    return s == DYN_OK ? dyn__launch(st, o) : s;
}

static dyn_status dyn__begin_update(dyn_client *db, const dyn_model *model, const void *item, const dyn_key *key, const dyn_expr *change,
                                    const dyn_write_options *o)
{
    dyn__state *st;
    dyn_status s = dyn__prepare_write(db, model, &dyn__op_update, item, key, o, &st);

    if (s == DYN_OK)
        s = dyn__expr_update(&st->call.exprs, change, &st->call.change, &st->call.repeatable);
    return s == DYN_OK ? dyn__launch(st, o) : s;
}

DYN_API dyn_status dyn_get_begin(dyn_client *db, const dyn_model *model, void *item, const dyn_get_options *options)
{
    return dyn__begin_get(db, model, item, NULL, options);
}

DYN_API dyn_status dyn_get_key_begin(dyn_client *db, const dyn_model *model, void *item, dyn_key key, const dyn_get_options *options)
{
    return dyn__begin_get(db, model, item, &key, options);
}

DYN_API dyn_status dyn_put_begin(dyn_client *db, const dyn_model *model, const void *item, const dyn_write_options *options)
{
    return dyn__begin_write(db, model, &dyn__op_put, item, NULL, options);
}

DYN_API dyn_status dyn_update_begin(dyn_client *db, const dyn_model *model, const void *item, dyn_expr change, const dyn_write_options *options)
{
    return dyn__begin_update(db, model, item, NULL, &change, options);
}

DYN_API dyn_status dyn_update_key_begin(dyn_client *db, const dyn_model *model, dyn_key key, dyn_expr change, const dyn_write_options *options)
{
    return dyn__begin_update(db, model, NULL, &key, &change, options);
}

DYN_API dyn_status dyn_delete_begin(dyn_client *db, const dyn_model *model, const void *item, const dyn_write_options *options)
{
    return dyn__begin_write(db, model, &dyn__op_delete, item, NULL, options);
}

DYN_API dyn_status dyn_delete_key_begin(dyn_client *db, const dyn_model *model, dyn_key key, const dyn_write_options *options)
{
    return dyn__begin_write(db, model, &dyn__op_delete, NULL, &key, options);
}

DYN_API dyn_status dyn_get(dyn_client *db, const dyn_model *model, void *item, const dyn_get_options *options)
{
    return dyn__finish_call(db, dyn_get_begin(db, model, item, options));
}

DYN_API dyn_status dyn_get_key(dyn_client *db, const dyn_model *model, void *item, dyn_key key, const dyn_get_options *options)
{
    return dyn__finish_call(db, dyn_get_key_begin(db, model, item, key, options));
}

DYN_API dyn_status dyn_put(dyn_client *db, const dyn_model *model, const void *item, const dyn_write_options *options)
{
    return dyn__finish_call(db, dyn_put_begin(db, model, item, options));
}

DYN_API dyn_status dyn_update(dyn_client *db, const dyn_model *model, const void *item, dyn_expr change, const dyn_write_options *options)
{
    return dyn__finish_call(db, dyn_update_begin(db, model, item, change, options));
}

DYN_API dyn_status dyn_update_key(dyn_client *db, const dyn_model *model, dyn_key key, dyn_expr change, const dyn_write_options *options)
{
    return dyn__finish_call(db, dyn_update_key_begin(db, model, key, change, options));
}

DYN_API dyn_status dyn_delete(dyn_client *db, const dyn_model *model, const void *item, const dyn_write_options *options)
{
    return dyn__finish_call(db, dyn_delete_begin(db, model, item, options));
}

DYN_API dyn_status dyn_delete_key(dyn_client *db, const dyn_model *model, dyn_key key, const dyn_write_options *options)
{
    return dyn__finish_call(db, dyn_delete_key_begin(db, model, key, options));
}

/* --- Many items ---------------------------------------------------------------------------------------------------- */

static void dyn__write_number(dyn__writer *w, const char *name, uint64_t v)
{
    char digits[24];
    dyn_str s = dyn__decimal_u(digits, v);

    dyn__puts(w, name);
    dyn__put(w, s.ptr, s.len);
}

static dyn_status dyn__rows_part(dyn__state *st, size_t part, dyn__writer *w)
{
    dyn__read *rd = &st->read;
    dyn__call *c = &st->call;
    size_t left = rd->limit && !rd->filtered ? rd->limit - (size_t)rd->count : 0;
    size_t limit = rd->page && left ? DYN__MIN(rd->page, left) : rd->page ? rd->page : left;

    if (part > 0)
        return DYN_DONE;
    dyn__write_table(st, w);
    dyn__write_text(w, "KeyConditionExpression", c->key_condition);
    dyn__write_text(w, "FilterExpression", c->condition);
    dyn__write_names(w, &c->exprs);
    dyn__write_values(w, &c->exprs);
    if (limit)
        dyn__write_number(w, ",\"Limit\":", limit);
    if (rd->newest_first)
        dyn__puts(w, ",\"ScanIndexForward\":false");
    if (c->consistent)
        dyn__puts(w, ",\"ConsistentRead\":true");
    dyn__write_capacity(st, w);
    if (rd->start.len) {
        dyn__puts(w, ",\"ExclusiveStartKey\":");
        dyn__put(w, rd->start.ptr, rd->start.len);
    }
    dyn__putc(w, '}');
    return DYN_OK;
}

/* Texts of the row before are let go of, unless rows are collected. */
static void dyn__drop_row(dyn__state *st)
{
    if (!st->read.handed || !st->read.collecting)
        dyn__drop_results(st);
}

/* One item of "Items":[…]. */
static int dyn__read_row(dyn__state *st, const char **at, const char *end)
{
    dyn__envelope *e = &st->envelope;
    int r;

    if (e->state == DYN__E_ITEMS || e->state == DYN__E_ITEMS_NEXT) {
        char c = dyn__peek(at, end);
        if (!c)
            return DYN__MORE;
        if (c == ']') {
            ++*at;
            e->state = DYN__E_NEXT;
            return DYN__GOOD;
        }
        if (e->state == DYN__E_ITEMS_NEXT) {
            r = dyn__take_char(at, end, ',');
            if (r != DYN__GOOD)
                return r;
        }
        dyn__drop_row(st);
        dyn__mark_texts(st);
        dyn__decode_start(&st->decoder, st->call.known, st->call.to);
        e->state = DYN__E_ROW;
    }
    r = dyn__decode(&st->decoder, at, end);
    if (r != DYN__GOOD)
        return r;
    st->marked = false;
    e->state = DYN__E_ITEMS_NEXT;
    return DYN__ROW_READY;
}

static int dyn__read_rows(dyn__state *st, const char **at, const char *end)
{
    static const dyn__member members[] = { { "Items", DYN__M_ITEMS, 0 }, { "LastEvaluatedKey", DYN__M_KEY, 0 },
                                            { "ConsumedCapacity", DYN__M_UNITS, 0 } };
    dyn__envelope *e = &st->envelope;
    int r = DYN__GOOD;

    if (!e->members)
        dyn__envelope_start(st, members, 3);
    while (r == DYN__GOOD) {
        if (e->state == DYN__E_VALUE && e->what == DYN__M_ITEMS) {
            r = dyn__take_char(at, end, '[');
            if (r == DYN__GOOD)
                e->state = DYN__E_ITEMS;
        } else if (e->state == DYN__E_ITEMS || e->state == DYN__E_ITEMS_NEXT || e->state == DYN__E_ROW)
            r = dyn__read_row(st, at, end);
        else {
            r = dyn__read_envelope(st, at, end);
            if (e->state == DYN__E_END)
                return r;
            r = r == DYN__ROW_READY ? DYN__GOOD : r;
        }
    }
    return r;
}

/* A read is left in the middle of a page: a few bytes are taken so that the connection can be kept, more are not worth it. False: the
 * page was taken to its end and is not what its checksum says. */
static bool dyn__abandon(dyn__state *st)
{
    for (int i = 0; i < 8; i++) {
        int body;
        if (st->http.left > 4096 || st->http.chunked)
            break;
        st->discard = true;
        body = dyn__take_body(st);
        st->begin = st->ready;
        if (body == 1) {
            dyn__exchange_end(st);
            return !st->http.has_crc || st->crc == st->http.crc;
        }
        if (body < 0 || st->peer_closed || dyn__fill(st, false) != DYN_OK)
            break;
    }
    dyn__disconnect(st);
    return true;
}

/* Ends the open read with a status. */
static dyn_status dyn__close_rows(dyn__state *st, dyn_status s)
{
    if (st->phase == DYN__PAUSE) {
        dyn_status had = st->err->status;
        bool good = dyn__abandon(st);
        if (had < DYN_INVALID) {                /* what went wrong while draining concerns nobody; a first error stays anyway */
            dyn__forget_try(st);
            st->err->status = had;
        }
        if (!good && s < DYN_INVALID)
            s = dyn__bad_body(st, "is not what its checksum x-amz-crc32 says: the rows of the last page cannot be trusted");
    }
    st->phase = DYN__IDLE;
    dyn__end_read(st, s);
    return s;
}

/* Brings a dyn_rows up to what its client knows of it. NULL: the read is not open any more. */
static dyn__state *dyn__rows_state(dyn_rows *rows)
{
    dyn__state *st = rows->open ? dyn__state_of(rows->db) : NULL;

    if (!rows->open)
        return NULL;
    if (st && st->read.rows == rows) {
        rows->count = st->read.count;
        return st;
    }
    rows->open = false;
    rows->status = DYN_CANCELLED;              /* the client was closed, or used for another read since */
    if (st && st->ended == rows)
        rows->status = st->ended_status, rows->count = st->ended_count;
    return NULL;
}

/* A row is complete. */
static dyn_status dyn__row_done(dyn__state *st)
{
    dyn__read *rd = &st->read;
    dyn_status s = st->decoder.status;

    if (rd->limit && rd->count >= rd->limit)
        return dyn__close_rows(st, DYN_DONE);  /* more than was asked for */
    for (int i = 0; i < 2; i++) {
        dyn__raw swap = rd->last[i];
        rd->last[i] = st->decoder.key[i];
        st->decoder.key[i] = swap;
        st->decoder.key[i].len = 0;
    }
    rd->handed++, rd->in_page++;
    st->err->attempts = st->call.attempt;
    if (s == DYN_BAD_ROW) {
        dyn_str pk = { rd->last[0].ptr, rd->last[0].len }, sk = { rd->last[1].ptr, rd->last[1].len };
        dyn__say(st->err, "; in the item with the key %S%s%S", &pk, sk.len ? ", " : "", &sk);
        st->err->status = DYN_BAD_ROW;
        return s;
    }
    if (s != DYN_OK) {
        st->err->needed = dyn__need(st->size, st->err->needed);
        return dyn__close_rows(st, s);
    }
    rd->count++;
    return DYN_ROW;
}

/* Sets the next page up, behind the key in `start`. */
static dyn_status dyn__next_page(dyn__state *st)
{
    st->read.in_page = 0;
    dyn_status s = dyn__start_call(st);
    return s == DYN_OK ? DYN_PENDING : s;
}

/* A page is complete. */
static dyn_status dyn__page_done(dyn__state *st)
{
    dyn__read *rd = &st->read;
    dyn__raw swap = rd->start;

    if (rd->page_end.len < 3 || *rd->page_end.ptr != '{' || (rd->limit && rd->count >= rd->limit))
        return DYN_DONE;
    rd->start = rd->page_end;
    rd->page_end = swap;
    rd->page_end.len = 0;
    return dyn__next_page(st);
}

/* A page was cut after rows were handed out: goes on behind the last complete one. */
static bool dyn__resume_rows(dyn__state *st)
{
    dyn__read *rd = &st->read;
    const dyn__known *k = st->call.known;

    rd->start.len = 0;
    for (int i = 0; i < 2; i++) {
        const dyn__key *key = i ? &k->sk : &k->pk;
        char name[256 + 8];
        dyn__writer w = { name, sizeof name, 0, 0, 0, NULL, NULL };
        if (!key->attr.len)
            continue;
        dyn__putc(&w, i ? ',' : '{');
        dyn__put_json(&w, key->attr.ptr, key->attr.len);
        dyn__putc(&w, ':');
        if (!rd->last[i].len || w.pos > w.cap || !dyn__append_raw(st, &rd->start, name, w.len)
            || !dyn__append_raw(st, &rd->start, rd->last[i].ptr, rd->last[i].len))
            return false;
    }
    if (!dyn__append_raw(st, &rd->start, "}", 1))
        return false;
    rd->in_page = 0;
    dyn_error *e = st->err;
    dyn_status status = e->status;
    char text = e->text[0], attribute = e->attribute[0];
    dyn__forget_try(st);                        /* else a failure in writing the new body would not be told */
    if (dyn__hash_body(st) != DYN_OK)
        return false;
    e->status = status, e->text[0] = text, e->attribute[0] = attribute;
    return true;
}

static const dyn__operation dyn__op_query = { "DynamoDB_20120810.Query", false, dyn__rows_part, dyn__read_rows,
                                              dyn__page_done, dyn__row_done, dyn__resume_rows };
static const dyn__operation dyn__op_scan = { "DynamoDB_20120810.Scan", false, dyn__rows_part, dyn__read_rows, dyn__page_done, dyn__row_done, dyn__resume_rows };

/* A Scan sees every item of the table: the literal beginnings of the model's key templates keep those of other models out. */
static dyn_status dyn__scan_filter(dyn__state *st)
{
    dyn__call *c = &st->call;
    const dyn__known *k = c->known;
    dyn_str filter = c->condition;
    char text[128];
    dyn__writer w = { text, sizeof text, 0, 0, 0, NULL, NULL };

    for (int i = 0; i < 2; i++) {
        const dyn__key *key = i ? &k->sk : &k->pk;
        dyn_arg literal;
        if (!key->attr.len || key->plain || !key->parts[0].literal.len)
            continue;
        literal.kind = DYN_ARG_TEXT, literal.as.s = key->parts[0].literal;
        bool whole = key->parts[0].field == DYN__NO_FIELD;
        dyn__puts(&w, w.pos ? " AND " : "");
        dyn__puts(&w, whole ? "" : "begins_with(");
        bool good = dyn__put_name(&c->exprs, &w, key->attr);
        dyn__puts(&w, whole ? " = " : ", ");
        good = good && dyn__put_value(&c->exprs, &w, &literal);
        dyn__puts(&w, whole ? "" : ")");
        if (!good)
            return dyn__no_memory(st, "the filter");
    }
    if (!w.pos)
        return DYN_OK;
    char *out = (char *)dyn__alloc(&st->work, w.len + filter.len + 8, 1);
    if (!out)
        return dyn__no_memory(st, "the filter");
    dyn__writer all = { out, w.len + filter.len + 8, 0, 0, 0, NULL, NULL };
    dyn__put(&all, text, w.len);
    dyn__puts(&all, filter.len ? " AND " : "");
    dyn__put(&all, filter.ptr, filter.len);
    c->condition.ptr = out, c->condition.len = all.len;
    return DYN_OK;
}

static dyn_status dyn__begin_rows(dyn_client *db, dyn_rows *rows, const dyn_model *model, const dyn_query *q, bool scan)
{
    static const dyn_query everything;
    dyn__state *st;
    dyn_status s;

    if (!q)
        q = &everything;
    bool sound = !q->start_canary_ && !q->end_canary_;
    st = dyn__state_of(db);
    if (st && st->read.rows == rows) {
        if (st->phase != DYN__IDLE && st->phase != DYN__PAUSE)
            return DYN_BUSY;
        dyn__close_rows(st, DYN_OK);           /* begun again without dyn_finish */
    }
    rows->db = db, rows->model = model, rows->count = 0, rows->open = false;
    s = rows->status = dyn__begin(db, model, scan ? &dyn__op_scan : &dyn__op_query, sound ? q->table : NULL, sound ? q->total_ms : 0, &st);
    if (s != DYN_OK)
        return s;
    dyn__call *c = &st->call;
    dyn__read *rd = &st->read;
    if (!sound)
        return rows->status = dyn__fail(st->err, DYN_INVALID, "the query is not zeroed where nothing is set: write dyn_query q = { … } or memset it");
    if (scan && (q->newest_first || (q->key.text && *q->key.text)))
        s = dyn__fail(st->err, DYN_INVALID, "dyn_scan reads the whole table, in no order: .key and .newest_first belong to dyn_select");
    else if (!scan)
        s = dyn__expr_key(&c->exprs, &q->key, &c->key_condition);
    c->exprs.what = "filter", c->exprs.in_query = !scan, c->exprs.joined = scan;
    if (s == DYN_OK)
        s = dyn__conditions(st, q->where, sizeof q->where / sizeof q->where[0]);
    if (s == DYN_OK && scan)
        s = dyn__scan_filter(st);
    c->consistent = q->consistent;
    c->capacity = q->capacity ? q->capacity : c->capacity;
    rd->newest_first = q->newest_first;
    rd->limit = q->limit, rd->page = q->page;
    rd->filtered = c->condition.len > 0;
    st->decoder.keep = q->arena;
    st->decoder.want_key = true;
    memset((void *)st->decoder.key, 0, sizeof st->decoder.key);
    if (s == DYN_OK)
        s = dyn__expr_keep(&c->exprs);
    if (s == DYN_OK)
        s = dyn__start_call(st);
    st->phase = DYN__IDLE;                     /* until the first dyn_next */
    rows->open = s == DYN_OK;
    rd->rows = s == DYN_OK ? rows : NULL;
    return rows->status = s;
}

DYN_API dyn_status dyn_select(dyn_client *db, dyn_rows *rows, const dyn_model *model, const dyn_query *query)
{
    return dyn__begin_rows(db, rows, model, query, false);
}

DYN_API dyn_status dyn_scan(dyn_client *db, dyn_rows *rows, const dyn_model *model, const dyn_query *query)
{
    return dyn__begin_rows(db, rows, model, query, true);
}

DYN_API dyn_status dyn_next_begin(dyn_rows *rows, void *item, size_t size)
{
    dyn__state *st = dyn__rows_state(rows);

    if (!st)
        return rows->status == DYN_OK ? DYN_INVALID : rows->status;
    if (st->phase != DYN__IDLE && st->phase != DYN__PAUSE)
        return DYN_BUSY;
    memset((void *)st->err, 0, sizeof *st->err);
    if (size != rows->model->size)
        return dyn__fail(st->err, DYN_INVALID,
                         "dyn_next: the destination has %u bytes, a \"%s\" has %u", (uint64_t)size, rows->model->name, (uint64_t)rows->model->size);
    if (st->read.limit && st->read.count >= st->read.limit && (st->phase != DYN__PAUSE || st->read.filtered))
        return dyn__close_rows(st, DYN_DONE);  /* else the page ends here too: what is left of it tells whether its checksum is right */
    st->call.to = item;
    if (st->phase == DYN__PAUSE) {
        uint32_t away = dyn__now(st) - st->paused_at;   /* the time between rows is the program's */
        st->limit_at += away;
        st->call.total_at += away;
        st->phase = DYN__BODY;
        return DYN_OK;
    }
    st->call.total_at = dyn__now(st) + st->call.total_ms;
    st->phase = DYN__READY;
    return DYN_OK;
}

DYN_API dyn_status dyn_next(dyn_rows *rows, void *item, size_t size)
{
    dyn_status s = dyn_next_begin(rows, item, size);

    if (s == DYN_OK)
        s = dyn__run(rows->db->state);
    (void)dyn__rows_state(rows);
    return s;
}

DYN_API dyn_status dyn_finish(dyn_rows *rows)
{
    dyn__state *st = dyn__rows_state(rows);

    if (st) {
        if (st->phase != DYN__IDLE && st->phase != DYN__PAUSE)
            dyn_cancel(rows->db);
        else
            dyn__close_rows(st, DYN_OK);
        (void)dyn__rows_state(rows);
    }
    return rows->status >= DYN_INVALID && rows->status != DYN_BAD_ROW ? rows->status : DYN_OK;
}

/* Is there another row? It is read into work memory and forgotten. */
static dyn_status dyn__one_more(dyn_rows *rows)
{
    dyn__state *st = dyn__state_of(rows->db);
    void *place = dyn__alloc(&st->work, rows->model->size, 16);
    dyn_status s = place ? dyn_next(rows, place, rows->model->size) : dyn__no_memory(st, "a look whether there are more rows");

    if (s != DYN_ROW && s != DYN_BAD_ROW)
        return s;
    return dyn__fail(st->err, DYN_TOO_LARGE,
                     "there are more rows than the %u that there is room for; give a larger array, or a limit", rows->count - (s == DYN_ROW));
}

DYN_API dyn_status dyn_collect(dyn_rows *rows, void *items, size_t size, size_t capacity, size_t *count)
{
    dyn__state *st = dyn__rows_state(rows);
    dyn_status s = DYN_OK;

    *count = 0;
    if (st)
        st->read.collecting = true;
    while (s == DYN_OK && rows->open) {
        if (*count == capacity) {
            s = dyn__one_more(rows);
            break;
        }
        s = dyn_next(rows, (unsigned char *)items + *count * size, size);
        if (s == DYN_ROW)
            s = DYN_OK, ++*count;
    }
    dyn_status end = dyn_finish(rows);
    return s == DYN_DONE || s == DYN_OK ? end : s;
}

/* --- Batches -------------------------------------------------------------------------------------------------------
 * A chunk is what goes into one request and is settled before the next: slots in work memory, each with its key's text behind it. Slots are
 * sent by table; an answer finds its slots by table and key, whatever its order and spelling. */

#define DYN__BATCH_GETS   100         /* keys and writes in one request, DynamoDB's limits */
#define DYN__BATCH_WRITES 25
#define DYN__BATCH_BYTES  ((16u << 20) - 64)   /* of a request's body, less what closes it */

enum {
    DYN__B_WAITING,      /* to be sent */
    DYN__B_SENT,         /* in the request that is under way */
    DYN__B_BACK,         /* its answer gives it back unprocessed */
    DYN__B_FOUND, DYN__B_BAD,         /* its answer has it; it fits its struct or does not */
    DYN__B_DONE          /* settled */
};

typedef struct dyn__batch_table {
    struct dyn__batch_table *next;
    dyn_str     prefix, name;
    dyn__known *known;            /* of a model that is kept in it: all have the same key attributes */
} dyn__batch_table;

/* One item of a chunk. The inside of its key's JSON stands right behind it. */
typedef struct dyn__batch_slot {
    struct dyn__batch_slot *next;     /* of the chunk */
    struct dyn__batch_slot *send;     /* of the request: by table */
    struct dyn__batch_slot *same;     /* another slot of the chunk has the same key and is sent in its place; NULL: none */
    dyn__batch_table *table;
    dyn__known *known;
    size_t      index;            /* of the caller's entry */
    uint32_t    hash;             /* of the key */
    uint32_t    first;            /* the body's part that it begins with; 0: not known yet */
    uint16_t    len, at[2], size[2];   /* of the key's text; where in it the values of pk and sk stand */
    uint8_t     state;
    bool        remove, opens;    /* opens: the first of its table in the request */
} dyn__batch_slot;

/* Where the reader of answers stands: containers from the outside in, and what comes next in the innermost. */
enum { DYN__BL_TABLES, DYN__BL_REQUEST, DYN__BL_LIST, DYN__BL_WRITE, DYN__BL_WHICH, DYN__BL_ITEM };
enum { DYN__BS_OPEN, DYN__BS_FIRST, DYN__BS_NEXT, DYN__BS_NAME, DYN__BS_SKIP, DYN__BS_KEEP };

/* What is told of the first item that did not fit. */
typedef struct dyn__batch_note {
    char text[320], attribute[64];
} dyn__batch_note;

/* A running batch: dyn__call.own. */
typedef struct dyn__batch {
    /* what the caller wants */
    size_t      count;
    dyn_batch_item *items;            /* dyn_batch_get */
    const dyn_batch_change *changes;  /* dyn_batch_write */
    dyn_batch_source source;          /* dyn_batch_write_from */
    void       *source_user;
    dyn_batch_change now;             /* what it gave last, while held */
    size_t      held_index;
    bool        held;
    const dyn_model *model;           /* of the functions for arrays of structs: */
    const unsigned char *structs;
    dyn_status *statuses;
    dyn_mask   *masks;
    bool        writes, remove, consistent;
    const char *table;
    uint8_t    *left;
    dyn_batch_progress progress;
    void       *progress_user;
    /* the chunk */
    size_t      next;             /* the first entry that was in none yet */
    size_t      mark;             /* work memory up to here outlives it */
    dyn__batch_slot *slots, *last, *send, *at, *over;
    dyn__batch_table *tables;
    uint32_t    parts;            /* of the body; 0: not known yet */
    uint32_t    tries;            /* rounds without progress */
    size_t      begin;            /* where in the body the slot that is being written begins */
    bool        dropped;          /* the results of the read before were let go of */
    bool        missing;
    /* its answer */
    uint8_t     state, depth, levels[6];
    bool        back;             /* in UnprocessedKeys or UnprocessedItems */
    dyn__batch_table *table_now;
    dyn__raw    key[2], *keep;    /* of the item being read; the value that is being kept */
    dyn__raw    item;             /* its text, when it does not stand in the window as a whole */
    const char *from;             /* its text in the window, from here on */
    dyn__batch_note *bad;         /* of the first item that did not fit, at work's far end; NULL: none */
    bool        fresh;            /* it is of the present answer */
} dyn__batch;

static dyn__batch *dyn__batch_of(dyn__state *st)
{
    return (dyn__batch *)st->call.own;
}

static const char *dyn__slot_key(const dyn__batch_slot *slot)
{
    return (const char *)(slot + 1);
}

/* The value of one of a slot's keys, as it is sent. */
static dyn_str dyn__slot_value(const dyn__batch_slot *slot, int which)
{
    dyn_str s = { dyn__slot_key(slot) + slot->at[which], slot->size[which] };

    return s;
}

/* FNV-1a. */
static uint32_t dyn__fold(uint32_t hash, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ (unsigned char)p[i]) * 16777619u;
    return hash;
}

/* The next piece of a JSON string's text, of at most 64 bytes: DYN__FULL when there is more. */
static int dyn__key_piece(const char **at, const char *end, char piece[64], size_t *n)
{
    *n = 0;
    return dyn__take_string(at, end, piece, 64, n);
}

/* A hash of the value of a key, an AttributeValue as text: the same for all spellings of a text and of a number. */
static uint32_t dyn__key_hash(uint32_t hash, dyn_str value)
{
    const char *p = value.ptr, *end = p + value.len, *digits;
    dyn__numeral t;
    char piece[64], tag = '?';
    size_t n;
    int r = DYN__FULL;

    if (dyn__take_tag(&p, end, &tag) != DYN__GOOD)
        return hash;
    if (tag == 'N' && dyn__take_digits(&p, end, &digits, &n) == DYN__GOOD && dyn__scan_number(digits, n, &t)) {
        for (const char *d = t.first; d && d <= t.last; d++)
            if (*d != '.')
                hash = dyn__fold(hash, d, 1);
        return hash + (uint32_t)t.exp10;
    }
    if (dyn__take_char(&p, end, '"') != DYN__GOOD)
        return hash;
    while (r == DYN__FULL) {
        r = dyn__key_piece(&p, end, piece, &n);
        hash = dyn__fold(hash, piece, n);
    }
    return hash;
}

/* Are two numbers the same, 7 and 7.0 and 70E-1? */
static bool dyn__same_number(const char *a, size_t an, const char *b, size_t bn)
{
    dyn__numeral x, y;

    if (!dyn__scan_number(a, an, &x) || !dyn__scan_number(b, bn, &y) || x.count != y.count)
        return false;
    if (x.count == 0)
        return true;
    if (x.exp10 != y.exp10 || x.negative != y.negative)
        return false;
    for (a = x.first, b = y.first; a <= x.last && b <= y.last; a++, b++) {
        a += *a == '.', b += *b == '.';
        if (*a != *b)
            return false;
    }
    return true;
}

/* Are two values of a key the same, whatever their spelling? */
static bool dyn__same_value(dyn_str a, dyn_str b)
{
    const char *p = a.ptr, *q = b.ptr, *x, *y;
    char tag[2], pieces[2][64];
    size_t xn, yn;

    if (dyn__eq(a.ptr, a.len, b.ptr, b.len))
        return true;
    if (dyn__take_tag(&p, a.ptr + a.len, &tag[0]) != DYN__GOOD || dyn__take_tag(&q, b.ptr + b.len, &tag[1]) != DYN__GOOD || tag[0] != tag[1])
        return false;
    if (tag[0] == 'N')
        return dyn__take_digits(&p, a.ptr + a.len, &x, &xn) == DYN__GOOD && dyn__take_digits(&q, b.ptr + b.len, &y, &yn) == DYN__GOOD
               && dyn__same_number(x, xn, y, yn);
    if (dyn__take_char(&p, a.ptr + a.len, '"') != DYN__GOOD || dyn__take_char(&q, b.ptr + b.len, '"') != DYN__GOOD)
        return false;
    for (;;) {
        int r = dyn__key_piece(&p, a.ptr + a.len, pieces[0], &xn), s = dyn__key_piece(&q, b.ptr + b.len, pieces[1], &yn);
        if (r != s || xn != yn || memcmp(pieces[0], pieces[1], xn) != 0)
            return false;
        if (r != DYN__FULL)
            return r == DYN__GOOD;
    }
}

/* --- Batches: gathering a chunk --- */

/* The caller's entry, as a change whatever the operation. */
static dyn_status dyn__batch_entry(dyn__batch *b, size_t index, dyn_batch_change *c)
{
    memset((void *)c, 0, sizeof *c);
    if (b->source) {
        if (!b->held || b->held_index != index) {
            b->held = false;
            memset((void *)&b->now, 0, sizeof b->now);
            dyn_status s = b->source(b->source_user, index, &b->now);
            if (s != DYN_OK)
                return s < DYN_INVALID ? DYN_INVALID : s;
            b->held = true, b->held_index = index;
        }
        *c = b->now;
        return DYN_OK;
    }
    if (b->changes)
        *c = b->changes[index];
    else if (b->items)
        c->model = b->items[index].model, c->item = b->items[index].item, c->key = b->items[index].key, c->table = b->items[index].table;
    else
        c->model = b->model, c->item = b->structs + index * b->model->size, c->remove = b->remove;
    return DYN_OK;
}

/* Says which entry an error is about. */
static dyn_status dyn__batch_fault(dyn__state *st, size_t index, dyn_status s)
{
    if (st->err->status < DYN_INVALID)
        dyn__fail(st->err, s, "the source of the changes gave up");
    dyn__say(st->err, "; this is number %u of the batch, counted from 0", (uint64_t)index);
    return s;
}

/* Is the entry complete, and nothing in it that is not for it? */
static dyn_status dyn__batch_check(dyn__state *st, const dyn_batch_change *c)
{
    const dyn__batch *b = dyn__batch_of(st);
    bool by_key = c->key.count > 0;

    if (!c->model)
        return dyn__fail(st->err, DYN_INVALID, "an entry of a batch needs a .model");
    if (!c->item && !(b->writes && by_key))
        return dyn__fail(st->err, DYN_INVALID, "a \"%s\" without .item%s", c->model->name, b->writes ? "" : ", the struct to read it into");
    if (b->writes && !c->remove && by_key)
        return dyn__fail(st->err, DYN_INVALID, "a \"%s\" to put has a .key; only what is to be removed is told by a key alone (.remove)", c->model->name);
    return DYN_OK;
}

/* Meets the model of a change. Models stand in front of work memory, so the batch, alone there now, moves behind it. */
static DYN__APART dyn_status dyn__batch_meet(dyn__state *st, const dyn_model *model)
{
    dyn__batch copy = *dyn__batch_of(st), *b;
    dyn__known *known;

    if (dyn__known_find(st->models, model))
        return DYN_OK;
    dyn_status s = dyn__meet(st, model, &known);
    st->work.used = 0;
    st->decoder.models = st->models;
    b = (dyn__batch *)dyn__alloc(&st->work, sizeof *b, sizeof(uint64_t));
    if (!b)
        return dyn__no_memory(st, "a batch");
    *b = copy;
    b->mark = st->work.used;
    st->call.own = b;
    return s;
}

/* The chunk's table that an entry names, made when it is new. */
static dyn__batch_table *dyn__batch_table_of(dyn__state *st, dyn__known *known, const char *own)
{
    dyn__batch *b = dyn__batch_of(st);
    const char *given = own ? own : b->table;
    dyn_str name = dyn__str(given ? given : known->model->table), prefix = { "", 0 };
    dyn__batch_table *t;

    if (!given)
        prefix = st->prefix;
    for (t = b->tables; t; t = t->next)
        if (dyn__eq(t->name.ptr, t->name.len, name.ptr, name.len) && dyn__eq(t->prefix.ptr, t->prefix.len, prefix.ptr, prefix.len))
            return t;
    t = (dyn__batch_table *)dyn__alloc(&st->work, sizeof *t, sizeof(uint64_t));
    if (!t) {
        dyn__no_memory(st, "a batch");
        return NULL;
    }
    t->prefix = prefix, t->name = name, t->known = known;
    t->next = b->tables;
    b->tables = t;
    return t;
}

/* Writes the slot's key behind it, and notes where its values are. */
static dyn_status dyn__batch_key(dyn__state *st, dyn__batch_slot *slot, const dyn_batch_change *c)
{
    bool by_key = c->key.count > 0;
    size_t n = 0;

    st->call.known = slot->known;
    dyn_status s = dyn__make_key(st, by_key ? NULL : (const unsigned char *)c->item, by_key ? &c->key : NULL);
    if (s != DYN_OK)
        return s;
    const char *text = st->call.key.ptr, *end = text + st->call.key.len, *p = text;
    if (st->call.key.len > 65535)
        return dyn__fail(st->err, DYN_INVALID, "a key of a \"%s\" is %u bytes long; DynamoDB takes 2048 for pk and 1024 for sk", slot->known->model->name,
                         (uint64_t)st->call.key.len);
    slot->len = (uint16_t)st->call.key.len;
    slot->hash = 2166136261u;
    for (int i = 0; i < 2 && p < end; i++) {
        dyn__skip skip;
        p += i ? 2 : 1;                        /* a comma, and the quote */
        (void)dyn__take_string(&p, end, NULL, SIZE_MAX, &n);
        slot->at[i] = (uint16_t)(++p - text);
        dyn__skip_start(&skip);
        (void)dyn__skip_run(&skip, &p, end);
        slot->size[i] = (uint16_t)(p - text - slot->at[i]);
        slot->hash = dyn__key_hash(slot->hash, dyn__slot_value(slot, i));
    }
    return DYN_OK;
}

/* Do two slots mean the same item? */
static bool dyn__same_slot(const dyn__batch_slot *a, const dyn__batch_slot *b)
{
    return a->hash == b->hash && a->table == b->table && dyn__same_value(dyn__slot_value(a, 0), dyn__slot_value(b, 0))
           && (!a->size[1] || dyn__same_value(dyn__slot_value(a, 1), dyn__slot_value(b, 1)));
}

/* Adds an entry to the chunk. Of two writes of one item the later is sent, of two reads the first. */
static dyn_status dyn__batch_add(dyn__state *st, size_t index)
{
    dyn__batch *b = dyn__batch_of(st);
    dyn_batch_change c;
    dyn_status s = dyn__batch_entry(b, index, &c);

    if (s == DYN_OK)
        s = dyn__batch_check(st, &c);
    if (s != DYN_OK)
        return s;
    dyn__known *known = dyn__known_find(st->models, c.model);
    if (!known)
        return dyn__fail(st->err, DYN_CHANGED, "the source of a batch gave another model than the time before");
    dyn__batch_table *table = dyn__batch_table_of(st, known, c.table);
    dyn__batch_slot *slot = table ? (dyn__batch_slot *)dyn__alloc(&st->work, sizeof *slot, sizeof(uint64_t)) : NULL;
    if (!slot)
        return dyn__no_memory(st, "a batch");
    if (!dyn__eq(known->pk.attr.ptr, known->pk.attr.len, table->known->pk.attr.ptr, table->known->pk.attr.len)
        || !dyn__eq(known->sk.attr.ptr, known->sk.attr.len, table->known->sk.attr.ptr, table->known->sk.attr.len))
        return dyn__fail(st->err, DYN_INVALID, "the models \"%s\" and \"%s\" name the same table \"%S%S\", but other key attributes",
                         table->known->model->name, known->model->name, &table->prefix, &table->name);
    slot->table = table, slot->known = known, slot->index = index, slot->remove = c.remove;
    s = dyn__batch_key(st, slot, &c);
    if (s != DYN_OK)
        return s;
    for (dyn__batch_slot *other = b->slots; other; other = other->next)
        if (!other->same && dyn__same_slot(other, slot)) {
            (b->writes ? other : slot)->same = b->writes ? slot : other;
            break;
        }
    if (b->last)
        b->last->next = slot;
    else
        b->slots = slot;
    b->last = slot;
    return DYN_OK;
}

/* The models of the entries that may come into the next chunk. */
static dyn_status dyn__batch_models(dyn__state *st, size_t most)
{
    dyn__batch *b = dyn__batch_of(st);
    dyn_batch_change c;

    for (size_t i = b->next; i < b->count && i - b->next < most; i++) {
        dyn_status s = dyn__batch_entry(b, i, &c);
        if (s == DYN_OK && c.model)
            s = dyn__batch_meet(st, c.model);
        if (s != DYN_OK)
            return dyn__batch_fault(st, i, s);
        b = dyn__batch_of(st);
    }
    return DYN_OK;
}

/* Gathers the next chunk: as many entries as a request may have, and as fit half of the work memory. The other half is for the answer. */
static dyn_status dyn__batch_gather(dyn__state *st)
{
    dyn__batch *b = dyn__batch_of(st);
    size_t most = b->writes ? DYN__BATCH_WRITES : DYN__BATCH_GETS, n = 0, used;

    st->work.used = b->mark;
    dyn_status s = dyn__batch_models(st, b->writes || !b->next ? b->writes ? most : b->count : 0);
    if (s != DYN_OK)
        return s;
    b = dyn__batch_of(st);
    b->slots = b->last = b->send = b->at = b->over = NULL;
    b->tables = NULL;
    memset((void *)b->key, 0, sizeof b->key);
    for (int i = 0; i < 2; i++)                /* in front, so that an item's text behind them grows where it is */
        b->key[i].ptr = (char *)dyn__alloc(&st->work, 128, 1), b->key[i].cap = b->key[i].ptr ? 128 : 0;
    memset((void *)&b->item, 0, sizeof b->item);
    b->tries = 0;
    for (; b->next < b->count && n < most; b->next++) {
        if (b->masks && memcmp(&b->masks[b->next], &dyn__known_find(st->models, b->model)->all, sizeof *b->masks) == 0)
            continue;                          /* complete already */
        used = st->work.used;
        if (n && used - b->mark > (st->work.size - b->mark) / 2)
            break;
        s = dyn__batch_add(st, b->next);
        if (s == DYN_NO_MEMORY && n) {
            st->work.used = used;
            dyn__forget_try(st);
            break;
        }
        if (s != DYN_OK)
            return dyn__batch_fault(st, b->next, s);
        n++;
    }
    dyn_str several = { "(one of those of the batch)", 27 }, none = { "", 0 };
    if (b->tables)
        st->call.table = b->tables->next ? several : b->tables->name, st->call.prefix = b->tables->next ? none : b->tables->prefix;
    return DYN_OK;
}

/* Strings the slots that are to be sent together by table. */
static void dyn__batch_thread(dyn__batch *b)
{
    dyn__batch_slot **tail = &b->send;
    const dyn__batch_table *before = NULL;

    for (dyn__batch_table *t = b->tables; t; t = t->next)
        for (dyn__batch_slot *slot = b->slots; slot; slot = slot->next)
            if (slot->table == t && slot->state == DYN__B_SENT && !slot->same) {
                slot->first = 0;
                slot->opens = before != t;
                before = t;
                *tail = slot;
                tail = &slot->send;
            }
    *tail = NULL;
    b->send->first = 1;
    b->at = NULL;
    b->parts = 0;
}

/* Makes the request of what waits; what is over 16 MB goes on waiting. */
static dyn_status dyn__batch_request(dyn__state *st)
{
    dyn__batch *b = dyn__batch_of(st);
    dyn__batch_slot *slot;
    dyn_status s;

    for (slot = b->slots; slot; slot = slot->next)
        if (slot->state == DYN__B_WAITING)
            slot->state = DYN__B_SENT;
    for (;;) {
        dyn__batch_thread(b);
        b->over = NULL;
        s = dyn__hash_body(st);
        if (s != DYN_TOO_LARGE || !b->over)
            break;
        for (slot = b->over; slot; slot = slot->send)
            slot->state = DYN__B_WAITING;
    }
    for (slot = b->slots; slot; slot = slot->next) {
        const dyn__batch_slot *sent = slot;
        while (sent->same)
            sent = sent->same;
        if (slot->state == DYN__B_SENT)
            slot->state = sent->state;
    }
    st->call.attempt = 0;
    st->call.ambiguous = false;
    st->phase = s == DYN_OK ? DYN__READY : DYN__IDLE;
    st->wants = 0;
    return s;
}

/* Sets the next chunk up. DYN_PENDING: it is under way; DYN_DONE: there is none. */
static dyn_status dyn__batch_chunk(dyn__state *st)
{
    dyn_status s = dyn__batch_gather(st);

    if (s == DYN_OK && !dyn__batch_of(st)->slots)
        return DYN_DONE;
    if (s == DYN_OK)
        s = dyn__batch_request(st);
    st->call.total_at = dyn__now(st) + st->call.total_ms;
    return s == DYN_OK ? DYN_PENDING : s;
}

/* Some of the chunk came back unprocessed: sends that again after a while, unless that is hopeless. */
static dyn_status dyn__batch_again(dyn__state *st, size_t left, size_t sent, bool back)
{
    dyn__batch *b = dyn__batch_of(st);

    if (left < sent) {
        b->tries = 0;
        st->call.total_at = dyn__now(st) + st->call.total_ms;
    } else
        b->tries++;
    st->call.attempt = b->tries ? b->tries : 1;
    uint32_t ms = back ? dyn__backoff(st, b->tries ? 1000 : 100) : 0;
    if (b->tries >= st->attempts || dyn__until(dyn__now(st), st->call.total_at) <= ms)
        return dyn__fail(st->err, DYN_THROTTLED, "the service left %u of %u %s unprocessed, %u times in a row: the table's throughput is used up; "
                         "go on later with those that are left, or raise it", (uint64_t)left, (uint64_t)sent, b->writes ? "writes" : "keys",
                         (uint64_t)b->tries);
    dyn_status s = dyn__batch_request(st);
    if (s != DYN_OK)
        return s;
    if (ms) {
        st->phase = DYN__WAIT;
        dyn__limit(st, ms);
    }
    return DYN_PENDING;
}

/* What has become of an entry. */
static void dyn__batch_settle(dyn__batch *b, size_t i, dyn_status s)
{
    if (b->items)
        b->items[i].status = s;
    if (b->statuses)
        b->statuses[i] = s;
    if (b->left && s == DYN_OK)
        b->left[i / 8] = (uint8_t)(b->left[i / 8] & ~(1u << (i % 8)));
    if (b->masks && s == DYN_NOT_FOUND)
        memset((void *)&b->masks[i], 0, sizeof b->masks[i]);
}

/* An answer is complete: settles what it settles. DYN_DONE: nothing is left to do at all. */
static dyn_status dyn__batch_answered(dyn__state *st)
{
    dyn__batch *b = dyn__batch_of(st);
    size_t left = 0, sent = 0;
    bool back = false;

    st->call.ambiguous = false;
    st->marked = b->fresh = false;             /* the texts of what was read stay */
    for (dyn__batch_slot *slot = b->slots; slot; slot = slot->next) {
        static const dyn_status statuses[] = { DYN_PENDING, DYN_NOT_FOUND, DYN_THROTTLED, DYN_OK, DYN_BAD_ROW };
        if (slot->state == DYN__B_DONE)
            continue;
        sent++;
        dyn_status s = b->writes && slot->state == DYN__B_SENT ? DYN_OK : statuses[slot->state];
        dyn__batch_settle(b, slot->index, s);
        b->missing = b->missing || s == DYN_NOT_FOUND;
        back = back || slot->state == DYN__B_BACK;
        slot->state = s == DYN_THROTTLED || s == DYN_PENDING ? DYN__B_WAITING : DYN__B_DONE;
        left += slot->state == DYN__B_WAITING;
    }
    if (left)
        return dyn__batch_again(st, left, sent, back);
    if (b->progress && b->slots)
        b->progress(b->progress_user, b->next, b->count);
    return dyn__batch_chunk(st);
}

/* --- Batches: reading an answer --- */

/* A table of the chunk by its name; an ARN may come back as the name in it. */
static dyn__batch_table *dyn__batch_find(dyn__batch *b, const char *name, size_t n)
{
    dyn__batch_table *t = b->tables;

    for (; t; t = t->next) {
        if (t->prefix.len + t->name.len == n && dyn__eq(name, t->prefix.len, t->prefix.ptr, t->prefix.len)
            && dyn__eq(name + t->prefix.len, t->name.len, t->name.ptr, t->name.len))
            break;
        if (t->name.len > n && dyn__begins(t->name, "arn:") && t->name.ptr[t->name.len - n - 1] == '/'
            && memcmp(t->name.ptr + t->name.len - n, name, n) == 0)
            break;
    }
    return t;
}

/* Is this slot what the key that was read names? */
static bool dyn__batch_is(const dyn__batch *b, const dyn__batch_slot *slot, uint32_t hash)
{
    if (slot->hash != hash || slot->table != b->table_now || slot->state == DYN__B_WAITING || slot->state == DYN__B_DONE)
        return false;
    for (int i = 0; i < 2; i++) {
        dyn_str value = { b->key[i].ptr, b->key[i].len };
        if (slot->size[i] ? !value.len || !dyn__same_value(dyn__slot_value(slot, i), value) : value.len > 0)
            return false;
    }
    return true;
}

/* Decodes a text of known length. */
static int dyn__batch_decode(dyn__decoder *d, const char *text, size_t n)
{
    const char *p = text;

    return dyn__decode(d, &p, text + n);
}

/* An item that does not fit its struct: notes the first, and puts the key members right. */
static dyn_status dyn__batch_bad(dyn__state *st, const dyn__batch_slot *slot, unsigned char *to)
{
    dyn__batch *b = dyn__batch_of(st);
    dyn__decoder *d = &st->decoder;
    dyn_str pk = dyn__slot_value(slot, 0), sk = dyn__slot_value(slot, 1);

    if (!b->bad) {
        if (st->work.size - st->work.used < sizeof *b->bad) {
            st->work.missing = sizeof *b->bad;
            st->err->status = DYN_OK;
            return dyn__no_memory(st, "an error's text");
        }
        st->work.size -= sizeof *b->bad;
        b->bad = (dyn__batch_note *)(st->work.base + st->work.size);
        b->fresh = true;
        dyn__say(st->err, "; in the item with the key %S%s%S, number %u of the batch", &pk, sk.len ? ", " : "", &sk, (uint64_t)slot->index);
        memcpy(b->bad->text, st->err->text, sizeof b->bad->text);
        memcpy(b->bad->attribute, st->err->attribute, sizeof b->bad->attribute);
    }
    dyn__decode_start(d, slot->known, to);
    d->partial = true;
    (void)dyn__batch_decode(d, "{", 1);
    (void)dyn__batch_decode(d, dyn__slot_key(slot), slot->len);
    (void)dyn__batch_decode(d, "}", 1);
    dyn__forget_try(st);
    return DYN_OK;
}

/* An item into the struct of each slot that it is for. */
static int dyn__batch_fill(dyn__state *st, dyn__batch_slot *slot, const char *text, size_t n)
{
    dyn__batch *b = dyn__batch_of(st);
    dyn__decoder *d = &st->decoder;
    unsigned char *to = b->items ? (unsigned char *)b->items[slot->index].item : (unsigned char *)(uintptr_t)b->structs + slot->index * b->model->size;

    dyn__decode_start(d, slot->known, to);
    d->partial = false;
    int r = dyn__batch_decode(d, text, n);
    if (r != DYN__GOOD)
        return r == DYN__MORE ? DYN__BAD : r;
    slot->state = d->status == DYN_OK ? DYN__B_FOUND : DYN__B_BAD;
    if (b->items)
        b->items[slot->index].present = d->frames[0].present;
    if (b->masks)
        b->masks[slot->index] = d->frames[0].present;
    if (d->status == DYN_NO_MEMORY) {
        (void)dyn__item_status(st);
        return DYN__FULL;
    }
    return d->status == DYN_OK || dyn__batch_bad(st, slot, to) == DYN_OK ? DYN__GOOD : DYN__FULL;
}

/* An item or a key was read to its end: finds its slots. One that nobody asked for is an answer that cannot be trusted. */
static int dyn__batch_item_done(dyn__state *st, const char *end)
{
    dyn__batch *b = dyn__batch_of(st);
    uint32_t hash = 2166136261u;
    size_t found = 0;
    int r = DYN__GOOD;

    if (!b->back && b->item.len && !dyn__append_raw(st, &b->item, b->from, (size_t)(end - b->from)))
        return DYN__FULL;
    const char *text = b->item.len ? b->item.ptr : b->from;
    size_t n = b->item.len ? b->item.len : (size_t)(end - b->from);
    for (int i = 0; i < 2; i++) {
        dyn_str value = { b->key[i].ptr, b->key[i].len };
        if (value.len)
            hash = dyn__key_hash(hash, value);
    }
    for (dyn__batch_slot *slot = b->slots; slot && r == DYN__GOOD; slot = slot->next) {
        if (!dyn__batch_is(b, slot, hash))
            continue;
        found++;
        if (b->back)
            slot->state = DYN__B_BACK;
        else
            r = dyn__batch_fill(st, slot, text, n);
    }
    if (!found) {
        dyn_str pk = { b->key[0].ptr, b->key[0].len }, sk = { b->key[1].ptr, b->key[1].len };
        dyn__fail(st->err, DYN_CORRUPT, "the answer of %s:%u has an item of \"%S%S\" that was not asked for, with the key %S%s%S", st->host, (uint64_t)st->port,
                  &b->table_now->prefix, &b->table_now->name, &pk, sk.len ? ", " : "", &sk);
        return DYN__FULL;
    }
    return r;
}

/* Goes into a container. */
static int dyn__batch_enter(dyn__batch *b, uint8_t level)
{
    b->levels[b->depth++] = level;
    b->state = DYN__BS_OPEN;
    return DYN__GOOD;
}

/* A member's value is passed over; keep: and its text kept. */
static int dyn__batch_pass(dyn__state *st, dyn__raw *keep)
{
    dyn__batch *b = dyn__batch_of(st);

    dyn__skip_start(&st->envelope.skip);
    b->keep = keep;
    if (keep)
        keep->len = 0;                         /* a second one replaces the first */
    b->state = keep ? DYN__BS_KEEP : DYN__BS_SKIP;
    return DYN__GOOD;
}

/* The name of a member, and what to do with its value. */
static int dyn__batch_name(dyn__state *st, const char **at, const char *end)
{
    dyn__batch *b = dyn__batch_of(st);
    const char *p = *at;
    char name[320];
    size_t n = 0, rest = 0;
    int r = dyn__take_char(&p, end, '"');

    if (r == DYN__GOOD)
        r = dyn__take_string(&p, end, name, sizeof name, &n);
    if (r == DYN__FULL) {                      /* longer than any that is known */
        r = dyn__take_string(&p, end, NULL, SIZE_MAX, &rest);
        n = 0;
    }
    if (r == DYN__GOOD)
        r = dyn__take_char(&p, end, ':');
    if (r != DYN__GOOD)
        return r;
    *at = p;
    switch (b->levels[b->depth - 1]) {
    case DYN__BL_TABLES: {
        dyn_str s = { name, n };
        b->table_now = dyn__batch_find(b, name, n);
        if (b->table_now)
            return dyn__batch_enter(b, b->back && !b->writes ? DYN__BL_REQUEST : DYN__BL_LIST);
        dyn__fail(st->err, DYN_CORRUPT, "the answer of %s:%u names the table \"%S\", which was not asked", st->host, (uint64_t)st->port, &s);
        return DYN__FULL;
    }
    case DYN__BL_REQUEST:
        return dyn__eq(name, n, "Keys", 4) ? dyn__batch_enter(b, DYN__BL_LIST) : dyn__batch_pass(st, NULL);
    case DYN__BL_WRITE:
        return dyn__eq(name, n, "PutRequest", 10) || dyn__eq(name, n, "DeleteRequest", 13) ? dyn__batch_enter(b, DYN__BL_WHICH) : dyn__batch_pass(st, NULL);
    case DYN__BL_WHICH:
        return dyn__eq(name, n, "Item", 4) || dyn__eq(name, n, "Key", 3) ? dyn__batch_enter(b, DYN__BL_ITEM) : dyn__batch_pass(st, NULL);
    default:
        break;
    }
    const dyn__known *k = b->table_now->known;
    bool pk = dyn__eq(name, n, k->pk.attr.ptr, k->pk.attr.len), sk = k->sk.attr.len && dyn__eq(name, n, k->sk.attr.ptr, k->sk.attr.len);
    return dyn__batch_pass(st, pk ? &b->key[0] : sk ? &b->key[1] : NULL);
}

/* What stands between values: the end of the container, a comma, a name, an element. */
static int dyn__batch_between(dyn__state *st, const char **at, const char *end)
{
    dyn__batch *b = dyn__batch_of(st);
    uint8_t level = b->levels[b->depth - 1];
    char c = dyn__peek(at, end);
    int r = DYN__GOOD;

    if (!c)
        return DYN__MORE;
    if (b->state != DYN__BS_NAME && c == (level == DYN__BL_LIST ? ']' : '}')) {
        ++*at;
        if (level == DYN__BL_ITEM)
            r = dyn__batch_item_done(st, *at);
        b->depth--;
        b->state = DYN__BS_NEXT;
        return r;
    }
    if (b->state == DYN__BS_NEXT) {
        b->state = DYN__BS_NAME;
        return dyn__take_char(at, end, ',');
    }
    if (level == DYN__BL_LIST)
        return dyn__batch_enter(b, b->back && b->writes ? DYN__BL_WRITE : DYN__BL_ITEM);
    return dyn__batch_name(st, at, end);
}

/* A container begins. */
static int dyn__batch_open(dyn__batch *b, const char **at, const char *end)
{
    uint8_t level = b->levels[b->depth - 1];

    if (!dyn__peek(at, end))
        return DYN__MORE;
    if (level == DYN__BL_ITEM) {
        b->from = *at;
        b->key[0].len = b->key[1].len = b->item.len = 0;
    }
    b->state = DYN__BS_FIRST;
    return dyn__take_char(at, end, level == DYN__BL_LIST ? '[' : '{');
}

/* Reads on in a member of the answer that is told by tables. */
static int dyn__batch_run(dyn__state *st, const char **at, const char *end)
{
    dyn__batch *b = dyn__batch_of(st);
    int r = DYN__GOOD;

    b->from = *at;
    while (r == DYN__GOOD && b->depth) {
        if (b->state == DYN__BS_OPEN)
            r = dyn__batch_open(b, at, end);
        else if (b->state == DYN__BS_SKIP || b->state == DYN__BS_KEEP) {
            const char *from = *at;
            r = dyn__skip_run(&st->envelope.skip, at, end);
            if (b->state == DYN__BS_KEEP && !dyn__append_raw(st, b->keep, from, (size_t)(*at - from)))
                return DYN__FULL;
            if (r == DYN__GOOD)
                b->state = DYN__BS_NEXT;
        } else
            r = dyn__batch_between(st, at, end);
    }
    bool inside = b->depth && b->levels[b->depth - 1] == DYN__BL_ITEM && b->state != DYN__BS_OPEN;
    if (r == DYN__MORE && inside && !b->back && *at > b->from && !dyn__append_raw(st, &b->item, b->from, (size_t)(*at - b->from)))
        return DYN__FULL;
    return r;
}

/* The answer of a batch. */
static int dyn__batch_read(dyn__state *st, const char **at, const char *end, const dyn__member *members, size_t member_count)
{
    dyn__batch *b = dyn__batch_of(st);
    dyn__envelope *e = &st->envelope;
    int r = DYN__GOOD;

    if (!e->members) {
        dyn__envelope_start(st, members, member_count);
        b->depth = 0;
        if (!b->writes) {
            if (!b->dropped)
                dyn__drop_results(st);
            b->dropped = true;
            dyn__mark_texts(st);
        }
        for (dyn__batch_slot *slot = b->slots; slot; slot = slot->next)
            if (slot->state != DYN__B_WAITING && slot->state != DYN__B_DONE)
                slot->state = DYN__B_SENT;     /* what an answer said that was cut is void */
        if (b->fresh)
            b->bad = NULL;
    }
    while (r == DYN__GOOD) {
        if (b->depth) {
            r = dyn__batch_run(st, at, end);
            if (!b->depth && r == DYN__GOOD)
                e->state = DYN__E_NEXT;
            continue;
        }
        r = dyn__read_envelope(st, at, end);
        if (e->state == DYN__E_END)
            return r;
        if (r == DYN__ROW_READY) {
            b->back = e->which != 0;
            r = dyn__batch_enter(b, DYN__BL_TABLES);
        }
    }
    return r;
}

static int dyn__read_batch_get(dyn__state *st, const char **at, const char *end)
{
    static const dyn__member members[] = { { "Responses", DYN__M_ITEMS, 0 }, { "UnprocessedKeys", DYN__M_ITEMS, 1 }, { "ConsumedCapacity", DYN__M_UNITS, 0 } };

    return dyn__batch_read(st, at, end, members, 3);
}

static int dyn__read_batch_write(dyn__state *st, const char **at, const char *end)
{
    static const dyn__member members[] = { { "UnprocessedItems", DYN__M_ITEMS, 1 }, { "ConsumedCapacity", DYN__M_UNITS, 0 } };

    return dyn__batch_read(st, at, end, members, 2);
}

/* --- Batches: bodies --- */

/* The name of a table as a member of RequestItems, behind what ends the one before. */
static void dyn__batch_write_table(dyn__writer *w, const dyn__batch_table *t, bool first)
{
    dyn__puts(w, first ? "{\"RequestItems\":{\"" : ",\"");
    dyn__put_escaped(w, t->prefix.ptr, t->prefix.len);
    dyn__put_escaped(w, t->name.ptr, t->name.len);
    dyn__puts(w, "\":");
}

/* The slot that part `part` belongs to. */
static dyn__batch_slot *dyn__batch_slot_at(dyn__batch *b, size_t part)
{
    dyn__batch_slot *slot = b->at && part >= b->at->first ? b->at : b->send;

    while (slot->send && slot->send->first && part >= slot->send->first)
        slot = slot->send;
    b->at = slot;
    return slot;
}

/* A key for each part: numbers begin with 1, as those of slots do. */
static dyn_status dyn__batch_get_part(dyn__state *st, size_t part, dyn__writer *w)
{
    dyn__batch *b = dyn__batch_of(st);

    if (part == 0)
        return DYN_OK;
    if (b->parts && part >= b->parts)
        return DYN_DONE;
    dyn__batch_slot *slot = dyn__batch_slot_at(b, part);
    if (slot->opens) {
        dyn__batch_write_table(w, slot->table, slot == b->send);
        dyn__puts(w, "{\"Keys\":[");
    } else
        dyn__putc(w, ',');
    dyn__putc(w, '{');
    dyn__put(w, dyn__slot_key(slot), slot->len);
    dyn__putc(w, '}');
    if (slot->send)
        slot->send->first = (uint32_t)part + 1;
    if (!slot->send || slot->send->table != slot->table)
        dyn__puts(w, b->consistent ? "],\"ConsistentRead\":true}" : "]}");
    if (!slot->send) {
        dyn__putc(w, '}');
        dyn__write_capacity(st, w);
        dyn__putc(w, '}');
        b->parts = (uint32_t)part + 1;
    }
    return DYN_OK;
}

/* A piece of a slot's put. DYN_DONE: it ends with this piece. */
static dyn_status dyn__batch_put_piece(dyn__state *st, dyn__batch_slot *slot, size_t piece, dyn__writer *w)
{
    dyn_batch_change c;
    dyn_status s = dyn__batch_entry(dyn__batch_of(st), slot->index, &c);

    if (s == DYN_OK && (c.model != slot->known->model || c.remove != slot->remove || !c.item))
        s = dyn__fail(st->err, DYN_CHANGED, "the source of a batch gave another change than the time before");
    if (s == DYN_OK)
        s = dyn__write_item_part(w, slot->known, piece, (const unsigned char *)c.item, st->err);
    return s == DYN_OK || s == DYN_DONE ? s : dyn__batch_fault(st, slot->index, s);
}

/* The parts of a put are those of its item. */
static dyn_status dyn__batch_write_part(dyn__state *st, size_t part, dyn__writer *w)
{
    dyn__batch *b = dyn__batch_of(st);

    if (part == 0)
        return DYN_OK;
    if (b->parts && part >= b->parts)
        return DYN_DONE;
    dyn__batch_slot *slot = dyn__batch_slot_at(b, part);
    size_t piece = part - slot->first;
    if (piece == 0) {
        b->begin = w->pos;
        if (slot->opens)
            dyn__batch_write_table(w, slot->table, slot == b->send);
        dyn__putc(w, slot->opens ? '[' : ',');
        dyn__puts(w, slot->remove ? "{\"DeleteRequest\":{\"Key\":{" : "{\"PutRequest\":{\"Item\":{");
    }
    if (slot->remove)
        dyn__put(w, dyn__slot_key(slot), slot->len);
    else {
        dyn_status s = dyn__batch_put_piece(st, slot, piece, w);
        if (s != DYN_DONE)
            return s;
    }
    dyn__puts(w, "}}}");
    if (w->pos > DYN__BATCH_BYTES && slot != b->send) {
        b->over = slot;
        return DYN_TOO_LARGE;
    }
    if (slot->send)
        slot->send->first = (uint32_t)part + 1;
    if (!slot->send || slot->send->table != slot->table)
        dyn__putc(w, ']');
    if (!slot->send) {
        dyn__putc(w, '}');
        dyn__write_capacity(st, w);
        dyn__putc(w, '}');
        b->parts = (uint32_t)part + 1;
    }
    return DYN_OK;
}

/* --- Batches: the calls --- */

/* All requests are settled, or one cannot be. */
static dyn_status dyn__batch_end(dyn__state *st, dyn_status s)
{
    dyn__batch *b = dyn__batch_of(st);

    if (s != DYN_DONE)
        return s;
    if (b && b->bad) {
        memcpy(st->err->text, b->bad->text, sizeof b->bad->text);
        memcpy(st->err->attribute, b->bad->attribute, sizeof b->bad->attribute);
        return st->err->status = DYN_BAD_ROW;
    }
    return b && b->missing ? DYN_NOT_FOUND : DYN_OK;
}

static dyn_status dyn__batch_done(dyn__state *st)
{
    return dyn__batch_end(st, dyn__batch_answered(st));
}

static const dyn__operation dyn__op_batch_get = { "DynamoDB_20120810.BatchGetItem", false, dyn__batch_get_part, dyn__read_batch_get,
                                                  dyn__batch_done, NULL, NULL };
static const dyn__operation dyn__op_batch_write = { "DynamoDB_20120810.BatchWriteItem", true, dyn__batch_write_part, dyn__read_batch_write,
                                                    dyn__batch_done, NULL, NULL };

/* Sets a batch up in work memory. */
static dyn_status dyn__begin_batch(dyn_client *db, const dyn__operation *op, size_t count, uint32_t total_ms, dyn__state **st, dyn__batch **b)
{
    dyn_status s = dyn__begin(db, NULL, op, NULL, total_ms, st);

    if (s != DYN_OK)
        return s;
    *b = (dyn__batch *)dyn__alloc(&(*st)->work, sizeof **b, sizeof(uint64_t));
    if (!*b)
        return dyn__no_memory(*st, "a batch");
    (*b)->count = count, (*b)->writes = op->writes;
    (*b)->mark = (*st)->work.used;
    (*st)->call.own = *b;
    return DYN_OK;
}

/* Begins the first request. A batch without entries that are to be sent is a call that ends at its first step. */
static dyn_status dyn__start_batch(dyn__state *st)
{
    dyn_status s = dyn__batch_chunk(st);

    if (s == DYN_DONE)
        st->phase = DYN__VOID;
    return s == DYN_PENDING || s == DYN_DONE ? DYN_OK : s;
}

static dyn_status dyn__begin_batch_get(dyn_client *db, const dyn_batch_get_options *o, const dyn__batch *wanted)
{
    dyn__state *st;
    dyn__batch *b;

    for (size_t i = 0; i < wanted->count; i++) {
        if (wanted->items)
            wanted->items[i].status = DYN_PENDING;
        if (wanted->statuses)
            wanted->statuses[i] = DYN_PENDING;
    }
    dyn_status s = dyn__begin_batch(db, &dyn__op_batch_get, wanted->count, o ? o->total_ms : 0, &st, &b);
    if (s != DYN_OK)
        return s;
    b->items = wanted->items, b->model = wanted->model, b->structs = wanted->structs, b->statuses = wanted->statuses, b->masks = wanted->masks;
    if (o) {
        b->consistent = o->consistent, b->table = o->table;
        b->progress = o->progress, b->progress_user = o->progress_user;
        st->call.capacity = o->capacity ? o->capacity : st->call.capacity;
        st->decoder.keep = o->arena;
    }
    return dyn__start_batch(st);
}

static dyn_status dyn__begin_batch_write(dyn_client *db, const dyn_batch_write_options *o, const dyn__batch *wanted)
{
    dyn__state *st;
    dyn__batch *b;

    if (o && o->left && wanted->count)
        memset(o->left, 0xff, (wanted->count + 7) / 8);
    if (o && o->left && wanted->count % 8)
        o->left[wanted->count / 8] = (uint8_t)((1u << wanted->count % 8) - 1);
    dyn_status s = dyn__begin_batch(db, &dyn__op_batch_write, wanted->count, o ? o->total_ms : 0, &st, &b);
    if (s != DYN_OK)
        return s;
    b->changes = wanted->changes, b->source = wanted->source, b->source_user = wanted->source_user;
    b->model = wanted->model, b->structs = wanted->structs, b->remove = wanted->remove;
    if (o) {
        b->left = o->left, b->table = o->table;
        st->call.capacity = o->capacity ? o->capacity : st->call.capacity;
        b->progress = o->progress, b->progress_user = o->progress_user;
    }
    return dyn__start_batch(st);
}

DYN_API dyn_status dyn_batch_get_begin(dyn_client *db, dyn_batch_item *items, size_t count, const dyn_batch_get_options *options)
{
    dyn__batch wanted;

    memset((void *)&wanted, 0, sizeof wanted);
    wanted.items = items, wanted.count = count;
    return dyn__begin_batch_get(db, options, &wanted);
}

DYN_API dyn_status dyn_get_many_begin(dyn_client *db, const dyn_model *model, void *items, size_t count, dyn_status *statuses,
                                      const dyn_batch_get_options *options)
{
    dyn__batch wanted;

    memset((void *)&wanted, 0, sizeof wanted);
    wanted.model = model, wanted.structs = (const unsigned char *)items, wanted.count = count, wanted.statuses = statuses;
    return dyn__begin_batch_get(db, options, &wanted);
}

DYN_API dyn_status dyn_complete_begin(dyn_client *db, const dyn_model *model, void *items, size_t count, dyn_mask *masks,
                                      const dyn_batch_get_options *options)
{
    dyn__batch wanted;

    memset((void *)&wanted, 0, sizeof wanted);
    wanted.model = model, wanted.structs = (const unsigned char *)items, wanted.count = count, wanted.masks = masks;
    return dyn__begin_batch_get(db, options, &wanted);
}

DYN_API dyn_status dyn_batch_write_begin(dyn_client *db, const dyn_batch_change *changes, size_t count, const dyn_batch_write_options *options)
{
    dyn__batch wanted;

    memset((void *)&wanted, 0, sizeof wanted);
    wanted.changes = changes, wanted.count = count;
    return dyn__begin_batch_write(db, options, &wanted);
}

DYN_API dyn_status dyn_batch_write_from_begin(dyn_client *db, dyn_batch_source source, void *user, size_t count, const dyn_batch_write_options *options)
{
    dyn__batch wanted;

    memset((void *)&wanted, 0, sizeof wanted);
    wanted.source = source, wanted.source_user = user, wanted.count = count;
    return dyn__begin_batch_write(db, options, &wanted);
}

DYN_API dyn_status dyn_put_many_begin(dyn_client *db, const dyn_model *model, const void *items, size_t count, const dyn_batch_write_options *options)
{
    dyn__batch wanted;

    memset((void *)&wanted, 0, sizeof wanted);
    wanted.model = model, wanted.structs = (const unsigned char *)items, wanted.count = count;
    return dyn__begin_batch_write(db, options, &wanted);
}

DYN_API dyn_status dyn_delete_many_begin(dyn_client *db, const dyn_model *model, const void *items, size_t count, const dyn_batch_write_options *options)
{
    dyn__batch wanted;

    memset((void *)&wanted, 0, sizeof wanted);
    wanted.model = model, wanted.structs = (const unsigned char *)items, wanted.count = count, wanted.remove = true;
    return dyn__begin_batch_write(db, options, &wanted);
}

DYN_API dyn_status dyn_batch_get(dyn_client *db, dyn_batch_item *items, size_t count, const dyn_batch_get_options *options)
{
    return dyn__finish_call(db, dyn_batch_get_begin(db, items, count, options));
}

DYN_API dyn_status dyn_get_many(dyn_client *db, const dyn_model *model, void *items, size_t count, dyn_status *statuses,
                                const dyn_batch_get_options *options)
{
    return dyn__finish_call(db, dyn_get_many_begin(db, model, items, count, statuses, options));
}

DYN_API dyn_status dyn_complete(dyn_client *db, const dyn_model *model, void *items, size_t count, dyn_mask *masks, const dyn_batch_get_options *options)
{
    return dyn__finish_call(db, dyn_complete_begin(db, model, items, count, masks, options));
}

DYN_API dyn_status dyn_batch_write(dyn_client *db, const dyn_batch_change *changes, size_t count, const dyn_batch_write_options *options)
{
    return dyn__finish_call(db, dyn_batch_write_begin(db, changes, count, options));
}

DYN_API dyn_status dyn_batch_write_from(dyn_client *db, dyn_batch_source source, void *user, size_t count, const dyn_batch_write_options *options)
{
    return dyn__finish_call(db, dyn_batch_write_from_begin(db, source, user, count, options));
}

DYN_API dyn_status dyn_put_many(dyn_client *db, const dyn_model *model, const void *items, size_t count, const dyn_batch_write_options *options)
{
    return dyn__finish_call(db, dyn_put_many_begin(db, model, items, count, options));
}

DYN_API dyn_status dyn_delete_many(dyn_client *db, const dyn_model *model, const void *items, size_t count, const dyn_batch_write_options *options)
{
    return dyn__finish_call(db, dyn_delete_many_begin(db, model, items, count, options));
}

/* --- Tables -------------------------------------------------------------------------------------------------------- */

/* Takes the answer as a whole, checking that it is one JSON value. */
static int dyn__read_document(dyn__state *st, const char **at, const char *end)
{
    const char *from = *at;

    if (!st->call.document.len)
        dyn__skip_start(&st->envelope.skip);
    int r = dyn__skip_run(&st->envelope.skip, at, end);
    return dyn__append_raw(st, &st->call.document, from, (size_t)(*at - from)) ? r : DYN__FULL;
}

/* A document as jsmn's tokens. */
typedef struct dyn__tokens {
    const char *text;
    jsmntok_t  *at;
    int         count;
} dyn__tokens;

static dyn_status dyn__tokenize(dyn__state *st, dyn__tokens *t)
{
    dyn__raw *d = &st->call.document;
    jsmn_parser p;

    jsmn_init(&p);
    t->text = d->ptr;
    t->count = jsmn_parse(&p, d->ptr, d->len, NULL, 0);
    if (t->count < 1)
        return dyn__bad_body(st, "is no JSON that DynamoDB would send");
    t->at = (jsmntok_t *)dyn__alloc(&st->work, (size_t)t->count * sizeof *t->at, sizeof(void *));
    if (!t->at)
        return dyn__no_memory(st, "the answer's parts");
    jsmn_init(&p);
    if (jsmn_parse(&p, d->ptr, d->len, t->at, (unsigned)t->count) != t->count || t->at[0].type != JSMN_OBJECT)
        return dyn__bad_body(st, "is no JSON object");
    return DYN_OK;
}

/* The value of a member of an object; 0: there is none. */
static int dyn__find_token(const dyn__tokens *t, int object, const char *name)
{
    for (int i = object + 1; i < t->count && t->at[i].start < t->at[object].end; i++)
        if (t->at[i].parent == object && dyn__eq(t->text + t->at[i].start, (size_t)(t->at[i].end - t->at[i].start), name, strlen(name)) && i + 1 < t->count)
            return i + 1;
    return 0;
}

static dyn_str dyn__token_text(const dyn__tokens *t, int i)
{
    dyn_str s = { i ? t->text + t->at[i].start : "", i ? (size_t)(t->at[i].end - t->at[i].start) : 0 };

    return s;
}

/* A string's text, unescaped, kept until the next read. */
static dyn_status dyn__keep_token(dyn__state *st, const dyn__tokens *t, int i, dyn_str *out)
{
    dyn_str raw = dyn__token_text(t, i);
    const char *p = raw.ptr;

    out->len = 0;
    if (raw.len > st->work.size - st->work.used) {
        st->work.missing = raw.len;
        return dyn__no_memory(st, "the names in the answer");
    }
    st->work.size -= raw.len;
    out->ptr = (char *)st->work.base + st->work.size;
    if (dyn__take_string(&p, raw.ptr + raw.len, (char *)st->work.base + st->work.size, raw.len, &out->len) == DYN__BAD)
        return dyn__bad_body(st, "has a name that is no text");
    return DYN_OK;
}

/* {"TableName":"…"} */
static dyn_status dyn__name_part(dyn__state *st, size_t part, dyn__writer *w)
{
    if (part > 0)
        return DYN_DONE;
    dyn__write_table(st, w);
    dyn__putc(w, '}');
    return DYN_OK;
}

/* The type letter of a key's attribute in the table. */
static char dyn__attribute_type(const dyn__known *k, const dyn__key *key)
{
    return key->plain ? dyn__key_type(&k->model->fields[key->parts[0].field]) : 'S';
}

static dyn_status dyn__accept(dyn__state *st)
{
    (void)st;
    return DYN_OK;
}

/* An answer of which only the success matters. */
static int dyn__ignore(dyn__state *st, const char **at, const char *end)
{
    static const dyn__member members[] = { { "", DYN__M_SKIP, 0 } };

    if (!st->envelope.members)
        dyn__envelope_start(st, members, 1);
    return dyn__read_envelope(st, at, end);
}

/* The next element of a list behind `before` (the list itself: the first); 0: there is none. */
static int dyn__next_token(const dyn__tokens *t, int list, int before)
{
    for (int i = before + 1; list && i < t->count && t->at[i].start < t->at[list].end; i++)
        if (t->at[i].parent == list)
            return i;
    return 0;
}

/* The text of an object's member as it stands; empty: there is none. */
static dyn_str dyn__member_text(const dyn__tokens *t, int object, const char *name)
{
    return dyn__token_text(t, object ? dyn__find_token(t, object, name) : 0);
}

static bool dyn__text_is(dyn_str s, const char *text)
{
    return dyn__eq(s.ptr, s.len, text, strlen(text));
}

/* A number of an object; 0: there is none. */
static uint64_t dyn__member_number(const dyn__tokens *t, int object, const char *name)
{
    dyn_str s = dyn__member_text(t, object, name);
    uint64_t v = 0;

    return dyn__parse_u64(s.ptr, s.len, &v) == DYN__NUM_OK ? v : 0;
}

/* Which of n texts it is; 0, the first, when it is none of them. */
static uint8_t dyn__which_text(dyn_str s, const char *const *texts, uint8_t n)
{
    for (uint8_t i = 1; i < n; i++)
        if (dyn__text_is(s, texts[i]))
            return i;
    return 0;
}

static const char *const dyn__states[] = { "", "CREATING", "UPDATING", "DELETING", "ACTIVE" };
static const char *const dyn__views[] = { "", "", "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES" };
static const char *const dyn__classes[] = { "", "STANDARD", "STANDARD_INFREQUENT_ACCESS" };
static const char *const dyn__projections[] = { "ALL", "KEYS_ONLY", "INCLUDE" };

/* The type of an attribute, by its name as it stands in the answer; 0: unknown. */
static char dyn__live_type(const dyn__tokens *t, int table, dyn_str name)
{
    int types = dyn__find_token(t, table, "AttributeDefinitions");

    for (int i = dyn__next_token(t, types, types); i; i = dyn__next_token(t, types, i)) {
        dyn_str other = dyn__member_text(t, i, "AttributeName"), type = dyn__member_text(t, i, "AttributeType");
        if (type.len && dyn__eq(name.ptr, name.len, other.ptr, other.len))
            return *type.ptr;
    }
    return 0;
}

/* Room for what an answer is decoded to, kept until the next read. */
static void *dyn__result_room(dyn__state *st, size_t n)
{
    uintptr_t end = (uintptr_t)st->work.base + st->work.size;
    size_t pad = (size_t)(end - n) & (sizeof(uint64_t) - 1), left = st->work.size - st->work.used;

    if (n + pad > left) {
        st->work.missing = n + pad - left;
        dyn__no_memory(st, "the parts of the answer");
        return NULL;
    }
    st->work.size -= n + pad;
    return memset(st->work.base + st->work.size, 0, n);
}

/* The attributes that an index takes along. */
static dyn_status dyn__take_include(dyn__state *st, const dyn__tokens *t, int list, dyn_index_info *x)
{
    size_t n = 0;
    dyn_status s = DYN_OK;

    for (int i = dyn__next_token(t, list, list); i; i = dyn__next_token(t, list, i))
        n++;
    dyn_str *names = n ? (dyn_str *)dyn__result_room(st, n * sizeof *names) : NULL;
    if (n && !names)
        return DYN_NO_MEMORY;
    x->include = names;
    for (int i = dyn__next_token(t, list, list); i && s == DYN_OK; i = dyn__next_token(t, list, i))
        s = dyn__keep_token(st, t, i, &names[x->include_count++]);
    return s;
}

/* One element of LocalSecondaryIndexes or GlobalSecondaryIndexes. */
static dyn_status dyn__take_index(dyn__state *st, const dyn__tokens *t, int table, int at, dyn_index_info *x)
{
    int schema = dyn__find_token(t, at, "KeySchema"), projection = dyn__find_token(t, at, "Projection"),
        units = dyn__find_token(t, at, "ProvisionedThroughput");
    dyn_status s = dyn__keep_token(st, t, dyn__find_token(t, at, "IndexName"), &x->name);

    x->status = (dyn_table_status)dyn__which_text(dyn__member_text(t, at, "IndexStatus"), dyn__states, 5);
    x->backfilling = dyn__text_is(dyn__member_text(t, at, "Backfilling"), "true");
    x->projection = dyn__which_text(dyn__member_text(t, projection, "ProjectionType"), dyn__projections, 3);
    x->item_count = dyn__member_number(t, at, "ItemCount");
    x->size_bytes = dyn__member_number(t, at, "IndexSizeBytes");
    x->read_units = dyn__member_number(t, units, "ReadCapacityUnits");
    x->write_units = dyn__member_number(t, units, "WriteCapacityUnits");
    for (int i = dyn__next_token(t, schema, schema); i && s == DYN_OK; i = dyn__next_token(t, schema, i)) {
        bool hash = dyn__text_is(dyn__member_text(t, i, "KeyType"), "HASH");
        uint8_t *n = hash ? &x->pk_count : &x->sk_count;
        if (*n == 4)
            return dyn__bad_body(st, "has an index of more than four keys");
        (hash ? x->pk_type : x->sk_type)[*n] = dyn__live_type(t, table, dyn__member_text(t, i, "AttributeName"));
        s = dyn__keep_token(st, t, dyn__find_token(t, i, "AttributeName"), &(hash ? x->pk : x->sk)[(*n)++]);
    }
    return s == DYN_OK && projection ? dyn__take_include(st, t, dyn__find_token(t, projection, "NonKeyAttributes"), x) : s;
}

/* All indexes of a table. */
static dyn_status dyn__take_indexes(dyn__state *st, const dyn__tokens *t, int table, dyn_table_info *info)
{
    static const char *const lists[] = { "LocalSecondaryIndexes", "GlobalSecondaryIndexes" };
    dyn_index_info *x = NULL;
    size_t n = 0;
    dyn_status s = DYN_OK;

    for (int k = 0; k < 4; k++) {
        int list = dyn__find_token(t, table, lists[k % 2]);
        if (k == 2 && n) {
            x = (dyn_index_info *)dyn__result_room(st, n * sizeof *x);
            if (!x)
                return DYN_NO_MEMORY;
            info->indexes = x;
        }
        for (int i = dyn__next_token(t, list, list); i && s == DYN_OK; i = dyn__next_token(t, list, i)) {
            if (k < 2) {
                n++;
                continue;
            }
            x[info->index_count].local = k == 2;
            s = dyn__take_index(st, t, table, i, &x[info->index_count]);
            if (k == 2)
                x[info->index_count].status = info->status;
            info->index_count++;
        }
    }
    return s;
}

/* What a table is set to beside its keys. */
static dyn_status dyn__take_settings(dyn__state *st, const dyn__tokens *t, int table, dyn_table_info *info)
{
    int billing = dyn__find_token(t, table, "BillingModeSummary"), units = dyn__find_token(t, table, "ProvisionedThroughput"),
        most = dyn__find_token(t, table, "OnDemandThroughput"), stream = dyn__find_token(t, table, "StreamSpecification"),
        class_ = dyn__find_token(t, table, "TableClassSummary");
    dyn_str created = dyn__member_text(t, table, "CreationDateTime");
    double seconds = 0;
    dyn_status s;

    info->on_demand = dyn__text_is(dyn__member_text(t, billing, "BillingMode"), "PAY_PER_REQUEST");
    info->read_units = dyn__member_number(t, units, "ReadCapacityUnits");
    info->write_units = dyn__member_number(t, units, "WriteCapacityUnits");
    info->max_read_units = dyn__member_number(t, most, "MaxReadRequestUnits");     /* -1, none, is no number here */
    info->max_write_units = dyn__member_number(t, most, "MaxWriteRequestUnits");
    bool on = dyn__text_is(dyn__member_text(t, stream, "StreamEnabled"), "true");
    info->stream = on ? (dyn_view)dyn__which_text(dyn__member_text(t, stream, "StreamViewType"), dyn__views, 6) : DYN_VIEW_OFF;
    info->table_class = (dyn_table_class)dyn__which_text(dyn__member_text(t, class_, "TableClass"), dyn__classes, 3);
    if (info->table_class == DYN_CLASS_SAME)
        info->table_class = DYN_CLASS_STANDARD;                /* a table whose class was never changed has no summary */
    info->protected_ = dyn__text_is(dyn__member_text(t, table, "DeletionProtectionEnabled"), "true");
    if (created.len && dyn__parse_double(created.ptr, created.len, &seconds) == DYN__NUM_OK && seconds > 0 && seconds < 1e12)
        info->created_ms = (int64_t)(seconds * 1000 + 0.5);
    s = dyn__keep_token(st, t, dyn__find_token(t, table, "TableStatus"), &info->status_text);
    if (s == DYN_OK)
        s = dyn__keep_token(st, t, dyn__find_token(t, table, "LatestStreamArn"), &info->stream_arn);
    return s == DYN_OK ? dyn__keep_token(st, t, dyn__find_token(t, table, "LatestStreamLabel"), &info->stream_label) : s;
}

/* A TableDescription. */
static dyn_status dyn__take_table(dyn__state *st, const dyn__tokens *t, int table, dyn_table_info *info)
{
    int schema = dyn__find_token(t, table, "KeySchema");
    dyn_status s = DYN_OK;

    info->status = (dyn_table_status)dyn__which_text(dyn__member_text(t, table, "TableStatus"), dyn__states, 5);
    info->item_count = dyn__member_number(t, table, "ItemCount");
    info->size_bytes = dyn__member_number(t, table, "TableSizeBytes");
    for (int i = dyn__next_token(t, schema, schema); i && s == DYN_OK; i = dyn__next_token(t, schema, i)) {
        bool hash = dyn__text_is(dyn__member_text(t, i, "KeyType"), "HASH");
        *(hash ? &info->pk_type : &info->sk_type) = dyn__live_type(t, table, dyn__member_text(t, i, "AttributeName"));
        s = dyn__keep_token(st, t, dyn__find_token(t, i, "AttributeName"), hash ? &info->pk : &info->sk);
    }
    if (s == DYN_OK)
        s = dyn__keep_token(st, t, dyn__find_token(t, table, "TableName"), &info->name);
    if (s == DYN_OK)
        s = dyn__keep_token(st, t, dyn__find_token(t, table, "TableArn"), &info->arn);
    if (s == DYN_OK)
        s = dyn__take_settings(st, t, table, info);
    return s == DYN_OK ? dyn__take_indexes(st, t, table, info) : s;
}

static dyn_status dyn__describe_done(dyn__state *st)
{
    dyn__tokens t;
    dyn_status s;

    dyn__drop_results(st);
    s = dyn__tokenize(st, &t);
    if (s != DYN_OK)
        return s;
    int table = dyn__find_token(&t, 0, "Table");
    return table ? dyn__take_table(st, &t, table, st->call.info) : dyn__bad_body(st, "has no Table");
}

/* One question of a wait: goes on until the table is as wanted. */
static dyn_status dyn__wait_done(dyn__state *st)
{
    dyn__call *c = &st->call;
    dyn_str document = { c->document.ptr, c->document.len }, state = { "", 0 };

    (void)dyn_json_get(document, "Table.TableStatus", &state);
    if (c->until == DYN_TABLE_ACTIVE && dyn__eq(state.ptr, state.len, "\"ACTIVE\"", 8))
        return DYN_OK;
    return dyn__ask_again(st);
}

static dyn_status dyn__list_part(dyn__state *st, size_t part, dyn__writer *w)
{
    const dyn_list_options *o = st->call.list_options;

    if (part > 0)
        return DYN_DONE;
    dyn__write_number(w, "{\"Limit\":", o && o->limit ? o->limit : 100);
    if (o)
        dyn__write_text(w, "ExclusiveStartTableName", o->start);
    dyn__putc(w, '}');
    return DYN_OK;
}

static dyn_status dyn__list_done(dyn__state *st)
{
    dyn_tables *out = st->call.tables;
    dyn__tokens t;
    dyn_status s;

    dyn__drop_results(st);
    s = dyn__tokenize(st, &t);
    if (s != DYN_OK)
        return s;
    int names = dyn__find_token(&t, 0, "TableNames");
    for (int i = names + 1; names && i < t.count && s == DYN_OK; i++)
        if (t.at[i].parent == names && out->count < sizeof out->names / sizeof out->names[0])
            s = dyn__keep_token(st, &t, i, &out->names[out->count++]);
    out->more = dyn__find_token(&t, 0, "LastEvaluatedTableName") != 0;
    return s;
}

static const dyn__operation dyn__op_remove = { "DynamoDB_20120810.DeleteTable", true, dyn__name_part, dyn__ignore, dyn__accept, NULL, NULL };
static const dyn__operation dyn__op_describe = { "DynamoDB_20120810.DescribeTable", false, dyn__name_part, dyn__read_document, dyn__describe_done, NULL, NULL };
static const dyn__operation dyn__op_wait = { "DynamoDB_20120810.DescribeTable", false, dyn__name_part, dyn__read_document, dyn__wait_done, NULL, NULL };
static const dyn__operation dyn__op_list = { "DynamoDB_20120810.ListTables", false, dyn__list_part, dyn__read_document, dyn__list_done, NULL, NULL };

static dyn_status dyn__begin_table(dyn_client *db, const dyn_model *model, const dyn__operation *op, const dyn_table_options *o, dyn__state **st)
{
    uint32_t total = o ? o->total_ms : 0;
    dyn_status s = dyn__begin(db, model, op, o ? o->table : NULL, op == &dyn__op_wait && !total ? 300000 : total, st);

    if (s == DYN_OK)
        (*st)->call.table_options = o;
    return s;
}

DYN_API dyn_status dyn_delete_table_begin(dyn_client *db, const dyn_model *model, const dyn_table_options *options)
{
    dyn__state *st;
    dyn_status s = dyn__begin_table(db, model, &dyn__op_remove, options, &st);

    if (s == DYN_OK)
        st->call.missing_ok = true;
    return s == DYN_OK ? dyn__start_call(st) : s;
}

DYN_API dyn_status dyn_describe_table_begin(dyn_client *db, const dyn_model *model, dyn_table_info *info, const dyn_table_options *options)
{
    dyn__state *st;
    dyn_status s = dyn__begin_table(db, model, &dyn__op_describe, options, &st);

    if (s != DYN_OK)
        return s;
    memset((void *)info, 0, sizeof *info);
    st->call.info = info;
    st->call.missing_ok = true;
    return dyn__start_call(st);
}

DYN_API dyn_status dyn_wait_table_begin(dyn_client *db, const dyn_model *model, dyn_table_status until, const dyn_table_options *options)
{
    dyn__state *st;
    dyn_status s = dyn__begin_table(db, model, &dyn__op_wait, options, &st);

    if (s != DYN_OK)
        return s;
    if (until != DYN_TABLE_ACTIVE && until != DYN_TABLE_GONE)
        return dyn__fail(st->err, DYN_INVALID, "dyn_wait_table waits for DYN_TABLE_ACTIVE or DYN_TABLE_GONE");
    st->call.until = until;
    st->call.missing_ok = true;
    return dyn__start_call(st);
}

DYN_API dyn_status dyn_list_tables_begin(dyn_client *db, dyn_tables *tables, const dyn_list_options *options)
{
    dyn__state *st;
    dyn_status s = dyn__begin(db, NULL, &dyn__op_list, NULL, options ? options->total_ms : 0, &st);

    if (s != DYN_OK)
        return s;
    if (options && options->limit > 100)
        return dyn__fail(st->err, DYN_INVALID, "dyn_list_tables: the limit %u is over 100", (uint64_t)options->limit);
    tables->count = 0, tables->more = false;
    st->call.tables = tables;
    st->call.list_options = options;
    return dyn__start_call(st);
}

DYN_API dyn_status dyn_delete_table(dyn_client *db, const dyn_model *model, const dyn_table_options *options)
{
    return dyn__finish_call(db, dyn_delete_table_begin(db, model, options));
}

DYN_API dyn_status dyn_describe_table(dyn_client *db, const dyn_model *model, dyn_table_info *info, const dyn_table_options *options)
{
    return dyn__finish_call(db, dyn_describe_table_begin(db, model, info, options));
}

DYN_API dyn_status dyn_wait_table(dyn_client *db, const dyn_model *model, dyn_table_status until, const dyn_table_options *options)
{
    return dyn__finish_call(db, dyn_wait_table_begin(db, model, until, options));
}

DYN_API dyn_status dyn_list_tables(dyn_client *db, dyn_tables *tables, const dyn_list_options *options)
{
    return dyn__finish_call(db, dyn_list_tables_begin(db, tables, options));
}

/* --- Tables in full ---------------------------------------------------------------------------------------------------
 * What models and options ask of a table, and the way from the table as it is to there: one step, one request, until nothing differs. */

/* An index that a model asks for. */
typedef struct dyn__wanted {
    const dyn__known       *k;
    const dyn__known_index *x;
} dyn__wanted;

/* The steps of a migration. */
enum {
    DYN__S_NONE, DYN__S_TABLE, DYN__S_BILLING, DYN__S_MOST, DYN__S_NO_STREAM, DYN__S_STREAM, DYN__S_CLASS, DYN__S_PROTECTION, DYN__S_NO_INDEX, DYN__S_INDEX,
    DYN__S_UNITS, DYN__S_TTL
};
typedef struct dyn__table_step {
    uint8_t kind;
    size_t  wanted;               /* index: which of those that models ask for */
    int     token;                /* deleted index: its name in the description … */
    uint32_t name;                /* … and that name's checksum: the description is gone when the next step is looked for */
} dyn__table_step;

/* What calls on tables keep in work memory. */
typedef struct dyn__admin {
    const dyn_table_options *o;
    const dyn__known **known;     /* the models */
    size_t        known_count;
    dyn__wanted  *wanted;
    size_t        wanted_count;
    dyn_str       ttl;            /* attribute; len 0: none is asked for */
    bool          ttl_on;
    const dyn_sink *to;
    uint32_t      steps, *steps_out;
    bool          apply;          /* migrate, and do not only compare */
    bool          created, told;  /* the table was made by this call; what is left alone was told */
    uint8_t       same;           /* how often the table looked as if the last step had not been taken */
    size_t        mark;           /* work memory behind what stays */
    dyn__table_step step, last;   /* the first that is found; the one that was taken last */
    dyn__tokens   live;           /* the description */
    int           table;          /* in it */
    dyn_ttl_info *ttl_info;
    const dyn__operation *ops;    /* what it goes on with, by number */
} dyn__admin;
enum { DYN__OP_CREATE, DYN__OP_UPDATE, DYN__OP_LOOK, DYN__OP_STEP, DYN__OP_SET_TTL, DYN__OP_ASK_TTL };

static dyn__admin *dyn__admin_of(dyn__state *st)
{
    return (dyn__admin *)st->call.own;
}

/* Key attribute n of the table and of all indexes asked for; NULL behind the last. One without a name: the table has no sort key. */
static const dyn__key *dyn__key_at(const dyn__admin *a, size_t n, const dyn__known **k)
{
    *k = a->known[0];
    if (n < 2)
        return n ? &(*k)->sk : &(*k)->pk;
    n -= 2;
    for (size_t i = 0; i < a->wanted_count; i++) {
        *k = a->wanted[i].k;
        if (n < a->wanted[i].x->key_count)
            return &a->wanted[i].x->keys[n];
        n -= a->wanted[i].x->key_count;
    }
    return NULL;
}

/* The attribute that is meant by a name in .include: a member's, or itself. */
static dyn_str dyn__include_attr(const dyn_model *m, const char *name)
{
    uint8_t field = dyn__find_member(m, name, strlen(name));

    return dyn__str(field == DYN__NO_FIELD ? name : dyn__attr(m->fields + field));
}

/* --- What models ask for, merged --- */

/* Two models that ask for the same index must mean the same. */
static bool dyn__same_index(const dyn__wanted *a, const dyn__wanted *b)
{
    const dyn_index *x = a->x->index, *y = b->x->index;

    if (a->x->pk_count != b->x->pk_count || a->x->key_count != b->x->key_count || x->local != y->local || x->projection != y->projection ||
        x->read_units != y->read_units || x->write_units != y->write_units)
        return false;
    for (size_t i = 0; i < a->x->key_count; i++)
        if (!dyn__eq(a->x->keys[i].attr.ptr, a->x->keys[i].attr.len, b->x->keys[i].attr.ptr, b->x->keys[i].attr.len))
            return false;
    for (size_t i = 0; i < 20; i++) {
        dyn_str p = dyn__include_attr(a->k->model, x->include[i] ? x->include[i] : "");
        bool found = !p.len;
        for (size_t j = 0; j < 20 && !found; j++) {
            dyn_str q = dyn__include_attr(b->k->model, y->include[j] ? y->include[j] : "");
            found = dyn__eq(p.ptr, p.len, q.ptr, q.len);
        }
        if (!found || !x->include[i] != !y->include[i])
            return false;
    }
    return true;
}

/* Collects the indexes of all models, each once. */
static dyn_status dyn__merge_indexes(dyn__state *st, dyn__admin *a)
{
    size_t most = 0;

    for (size_t i = 0; i < a->known_count; i++)
        most += a->known[i]->model->index_count;
    a->wanted = (dyn__wanted *)dyn__alloc(&st->work, most * sizeof *a->wanted, sizeof(void *));
    if (!a->wanted)
        return dyn__no_memory(st, "the indexes");
    for (size_t i = 0; i < a->known_count; i++)
        for (size_t j = 0; j < a->known[i]->model->index_count; j++) {
            dyn__wanted *w = &a->wanted[a->wanted_count];
            size_t at = 0;
            w->k = a->known[i], w->x = &a->known[i]->indexes[j];
            while (at < a->wanted_count && !dyn__same(a->wanted[at].x->index->name, w->x->index->name))
                at++;
            if (at == a->wanted_count)
                a->wanted_count++;
            else if (!dyn__same_index(&a->wanted[at], w))
                return dyn__fail(st->err, DYN_INVALID,
                                 "index \"%s\" is not the same in the models \"%s\" and \"%s\": give it the same keys, projection and units",
                                 w->x->index->name, a->wanted[at].k->model->name, w->k->model->name);
        }
    return DYN_OK;
}

/* Models in one table must agree on its key, and on the type of each attribute that is a key somewhere. */
static dyn_status dyn__check_merged(dyn__state *st, const dyn__admin *a)
{
    const dyn__known *first = a->known[0], *k, *l;
    const dyn__key *key, *other;

    for (size_t i = 1; i < a->known_count; i++)
        for (int j = 0; j < 2; j++) {
            key = j ? &first->sk : &first->pk, other = j ? &a->known[i]->sk : &a->known[i]->pk;
            if (!dyn__eq(key->attr.ptr, key->attr.len, other->attr.ptr, other->attr.len) ||
                (key->attr.len && dyn__attribute_type(first, key) != dyn__attribute_type(a->known[i], other)))
                return dyn__fail(st->err, DYN_INVALID, "models \"%s\" and \"%s\" share a table, and their %s keys differ: \"%S\" and \"%S\"",
                                 first->model->name, a->known[i]->model->name, j ? "sort" : "partition", &key->attr, &other->attr);
        }
    for (size_t n = 0; (key = dyn__key_at(a, n, &k)) != NULL; n++)
        for (size_t m = 0; m < n && key->attr.len; m++) {
            other = dyn__key_at(a, m, &l);
            if (dyn__eq(key->attr.ptr, key->attr.len, other->attr.ptr, other->attr.len) && dyn__attribute_type(k, key) != dyn__attribute_type(l, other))
                return dyn__fail(st->err, DYN_INVALID, "attribute \"%S\" is a key of type %c in model \"%s\" and of type %c in \"%s\"", &key->attr,
                                 dyn__attribute_type(l, other), l->model->name, dyn__attribute_type(k, key), k->model->name);
        }
    return DYN_OK;
}

/* The attribute by which items expire, of options or models. */
static dyn_status dyn__merge_ttl(dyn__state *st, dyn__admin *a)
{
    a->ttl_on = true;
    if (a->o->ttl) {
        a->ttl = dyn__str(a->o->ttl);
        return a->ttl.len && a->ttl.len <= 255 ? DYN_OK : dyn__fail(st->err, DYN_INVALID, "options.ttl must be an attribute's name of 1 to 255 bytes");
    }
    return DYN_OK;
}

/* What options cannot say together. */
static dyn_status dyn__check_table_options(dyn__state *st, const dyn_table_options *o)
{
    if (!o->read_units != !o->write_units)
        return dyn__fail(st->err, DYN_INVALID, "read_units and write_units belong together: give both, or none for billing per request");
    if (o->billing == DYN_BILLING_ON_DEMAND && o->read_units)
        return dyn__fail(st->err, DYN_INVALID, "options.billing is DYN_BILLING_ON_DEMAND: there are no read_units and write_units then");
    if (o->billing == DYN_BILLING_PROVISIONED && !o->read_units)
        return dyn__fail(st->err, DYN_INVALID, "options.billing is DYN_BILLING_PROVISIONED: give read_units and write_units with it");
    if (o->max_read_units < -1 || o->max_write_units < -1)
        return dyn__fail(st->err, DYN_INVALID, "options.max_read_units and max_write_units are 1 or more, or -1 for no limit");
    if ((o->max_read_units || o->max_write_units) && o->read_units && !o->index)
        return dyn__fail(st->err, DYN_INVALID,
                         "options.max_read_units and max_write_units are for billing per request, read_units and write_units for provisioned");
    for (size_t i = 0; i < o->tag_count; i++)
        if (!o->tags || !o->tags[i].key || !*o->tags[i].key || !o->tags[i].value)
            return dyn__fail(st->err, DYN_INVALID, "options.tags[%u] needs a key and a value", (uint64_t)i);
    return DYN_OK;
}

/* --- Request bodies --- */

/* ,"AttributeDefinitions":[…] of the key attributes from number `from` on, `count` of them, each once. */
static void dyn__write_definitions(dyn__writer *w, const dyn__admin *a, size_t from, size_t count)
{
    const dyn__known *k, *l;
    const dyn__key *key;
    const char *comma = "";

    dyn__puts(w, ",\"AttributeDefinitions\":[");
    for (size_t n = from; n - from < count && (key = dyn__key_at(a, n, &k)) != NULL; n++) {
        bool again = !key->attr.len;
        for (size_t m = from; m < n && !again; m++) {
            const dyn__key *other = dyn__key_at(a, m, &l);
            again = dyn__eq(key->attr.ptr, key->attr.len, other->attr.ptr, other->attr.len);
        }
        if (again)
            continue;
        dyn__puts(w, comma), dyn__puts(w, "{\"AttributeName\":");
        dyn__put_json(w, key->attr.ptr, key->attr.len);
        dyn__puts(w, ",\"AttributeType\":\""), dyn__putc(w, dyn__attribute_type(k, key)), dyn__puts(w, "\"}");
        comma = ",";
    }
    dyn__putc(w, ']');
}

/* "KeySchema":[…] */
static void dyn__write_schema(dyn__writer *w, const dyn__key *keys, size_t pk_count, size_t count)
{
    dyn__puts(w, "\"KeySchema\":[");
    for (size_t i = 0; i < count; i++) {
        dyn__puts(w, i ? ",{\"AttributeName\":" : "{\"AttributeName\":");
        dyn__put_json(w, keys[i].attr.ptr, keys[i].attr.len);
        dyn__puts(w, i < pk_count ? ",\"KeyType\":\"HASH\"}" : ",\"KeyType\":\"RANGE\"}");
    }
    dyn__putc(w, ']');
}

/* ,"ProvisionedThroughput":{…} */
static void dyn__write_units(dyn__writer *w, uint64_t read_units, uint64_t write_units)
{
    dyn__write_number(w, ",\"ProvisionedThroughput\":{\"ReadCapacityUnits\":", read_units);
    dyn__write_number(w, ",\"WriteCapacityUnits\":", write_units);
    dyn__putc(w, '}');
}

/* ,"OnDemandThroughput":{…} when options ask for it. */
static void dyn__write_most(dyn__writer *w, const dyn_table_options *o)
{
    const char *comma = "";

    if (!o->max_read_units && !o->max_write_units)
        return;
    dyn__puts(w, ",\"OnDemandThroughput\":{");
    for (int i = 0; i < 2; i++) {
        char digits[24];
        int32_t v = i ? o->max_write_units : o->max_read_units;
        dyn_str s = dyn__decimal(digits, v);
        if (!v)
            continue;
        dyn__puts(w, comma), dyn__puts(w, i ? "\"MaxWriteRequestUnits\":" : "\"MaxReadRequestUnits\":"), dyn__put(w, s.ptr, s.len);
        comma = ",";
    }
    dyn__putc(w, '}');
}

/* The units of an index when the table's are provisioned: its own, the options', or those that the table has. */
static void dyn__index_units(const dyn__admin *a, const dyn_index *x, uint64_t units[2])
{
    int live = a->live.count ? dyn__find_token(&a->live, a->table, "ProvisionedThroughput") : 0;

    units[0] = x && x->read_units ? x->read_units : a->o->read_units ? a->o->read_units : dyn__member_number(&a->live, live, "ReadCapacityUnits");
    units[1] = x && x->write_units ? x->write_units : a->o->write_units ? a->o->write_units : dyn__member_number(&a->live, live, "WriteCapacityUnits");
}

/* {"IndexName":…} in full, with units if they are provisioned. */
static void dyn__write_index(dyn__writer *w, const dyn__admin *a, const dyn__wanted *i, bool provisioned)
{
    const dyn_index *x = i->x->index;
    const char *comma = "";
    uint64_t units[2];

    dyn__puts(w, "{\"IndexName\":");
    dyn__put_json(w, x->name, strlen(x->name));
    dyn__putc(w, ',');
    dyn__write_schema(w, i->x->keys, i->x->pk_count, i->x->key_count);
    dyn__puts(w, ",\"Projection\":{\"ProjectionType\":\""), dyn__puts(w, dyn__projections[x->projection]), dyn__putc(w, '"');
    if (x->projection == DYN_PROJECT_INCLUDE) {
        dyn__puts(w, ",\"NonKeyAttributes\":[");
        for (size_t n = 0; n < 20; n++) {
            if (!x->include[n])
                continue;
            dyn_str attr = dyn__include_attr(i->k->model, x->include[n]);
            dyn__puts(w, comma), dyn__put_json(w, attr.ptr, attr.len);
            comma = ",";
        }
        dyn__putc(w, ']');
    }
    dyn__putc(w, '}');
    dyn__index_units(a, x, units);
    if (provisioned && !x->local)
        dyn__write_units(w, units[0], units[1]);
    dyn__putc(w, '}');
}

/* ,"StreamSpecification":{…} */
static void dyn__write_stream(dyn__writer *w, dyn_view view)
{
    dyn__puts(w, ",\"StreamSpecification\":{\"StreamEnabled\":");
    if (view == DYN_VIEW_OFF)
        dyn__puts(w, "false}");
    else
        dyn__puts(w, "true,\"StreamViewType\":\""), dyn__puts(w, dyn__views[view]), dyn__puts(w, "\"}");
}

/* The stream, class and protection that options ask for. */
static void dyn__write_settings(dyn__writer *w, const dyn_table_options *o)
{
    if (o->stream != DYN_VIEW_SAME)
        dyn__write_stream(w, o->stream);
    if (o->table_class != DYN_CLASS_SAME)
        dyn__puts(w, ",\"TableClass\":\""), dyn__puts(w, dyn__classes[o->table_class]), dyn__putc(w, '"');
    if (o->protection != DYN_SWITCH_SAME)
        dyn__puts(w, o->protection == DYN_SWITCH_ON ? ",\"DeletionProtectionEnabled\":true" : ",\"DeletionProtectionEnabled\":false");
}

/* [{"Key":…,"Value":…}] */
static void dyn__write_tags(dyn__writer *w, const dyn_tag *tags, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        dyn__puts(w, i ? ",{\"Key\":" : "[{\"Key\":"), dyn__put_json(w, tags[i].key, strlen(tags[i].key));
        dyn__puts(w, ",\"Value\":"), dyn__put_json(w, tags[i].value, strlen(tags[i].value));
        dyn__putc(w, '}');
    }
    dyn__putc(w, ']');
}

static dyn_status dyn__create_part(dyn__state *st, size_t part, dyn__writer *w)
{
    const dyn__admin *a = dyn__admin_of(st);
    const dyn_table_options *o = a->o;
    const dyn__key keys[2] = { a->known[0]->pk, a->known[0]->sk };
    dyn_table_options settings = *o;

    if (part > 0)
        return DYN_DONE;
    if (o->stream == DYN_VIEW_OFF)
        settings.stream = DYN_VIEW_SAME;       /* a new table has none */
    dyn__write_table(st, w);
    dyn__write_definitions(w, a, 0, SIZE_MAX);
    dyn__putc(w, ',');
    dyn__write_schema(w, keys, 1, keys[1].attr.len ? 2 : 1);
    for (int local = 1; local >= 0; local--) {
        const char *before = local ? ",\"LocalSecondaryIndexes\":[" : ",\"GlobalSecondaryIndexes\":[";
        for (size_t i = 0; i < a->wanted_count; i++) {
            if (a->wanted[i].x->index->local != (local != 0))
                continue;
            dyn__puts(w, before);
            dyn__write_index(w, a, &a->wanted[i], o->read_units > 0);
            before = ",";
        }
        if (*before && !before[1])
            dyn__putc(w, ']');
    }
    dyn__puts(w, o->read_units ? ",\"BillingMode\":\"PROVISIONED\"" : ",\"BillingMode\":\"PAY_PER_REQUEST\"");
    if (o->read_units)
        dyn__write_units(w, o->read_units, o->write_units);
    dyn__write_most(w, o);
    dyn__write_settings(w, &settings);
    if (o->tag_count) {
        dyn__puts(w, ",\"Tags\":");
        dyn__write_tags(w, o->tags, o->tag_count);
    }
    dyn__putc(w, '}');
    return DYN_OK;
}

/* {"Update":{"IndexName":…,"ProvisionedThroughput":…}}; the name as JSON. */
static void dyn__write_index_units(dyn__writer *w, dyn_str name, const uint64_t units[2])
{
    dyn__puts(w, "{\"Update\":{\"IndexName\":\""), dyn__put(w, name.ptr, name.len), dyn__putc(w, '"');
    dyn__write_units(w, units[0], units[1]);
    dyn__puts(w, "}}");
}

/* The index asked for with this name, as the description has it; NULL: there is none. */
static const dyn__wanted *dyn__wanted_by_token(const dyn__admin *a, int token)
{
    dyn_str name = dyn__token_text(&a->live, token);

    for (size_t i = 0; i < a->wanted_count; i++)
        if (dyn__text_is(name, a->wanted[i].x->index->name))
            return &a->wanted[i];
    return NULL;
}

/* The billing of the whole table: when it becomes provisioned, each index needs units too. */
static void dyn__write_billing(dyn__writer *w, const dyn__admin *a)
{
    const dyn_table_options *o = a->o;
    const char *before = ",\"GlobalSecondaryIndexUpdates\":[";
    uint64_t units[2];

    dyn__puts(w, o->read_units ? ",\"BillingMode\":\"PROVISIONED\"" : ",\"BillingMode\":\"PAY_PER_REQUEST\"");
    if (!o->read_units)
        return;
    dyn__write_units(w, o->read_units, o->write_units);
    if (a->live.count) {
        int billing = dyn__find_token(&a->live, a->table, "BillingModeSummary"), list = dyn__find_token(&a->live, a->table, "GlobalSecondaryIndexes");
        if (!dyn__text_is(dyn__member_text(&a->live, billing, "BillingMode"), "PAY_PER_REQUEST"))
            return;                            /* they have theirs */
        for (int i = dyn__next_token(&a->live, list, list); i; i = dyn__next_token(&a->live, list, i), before = ",") {
            int name = dyn__find_token(&a->live, i, "IndexName");
            const dyn__wanted *x = dyn__wanted_by_token(a, name);
            dyn__index_units(a, x ? x->x->index : NULL, units);
            dyn__puts(w, before), dyn__write_index_units(w, dyn__token_text(&a->live, name), units);
        }
    }
    for (size_t i = 0; i < a->wanted_count && !a->live.count; i++) {
        const dyn_index *x = a->wanted[i].x->index;
        if (x->local || a->o->billing != DYN_BILLING_PROVISIONED)
            continue;
        dyn__index_units(a, x, units);
        dyn__puts(w, before), dyn__write_index_units(w, dyn__str(x->name), units);
        before = ",";
    }
    if (before[0] && !before[1])
        dyn__putc(w, ']');
}

/* dyn_update_table: all that options ask for in one request. */
static dyn_status dyn__update_part(dyn__state *st, size_t part, dyn__writer *w)
{
    const dyn__admin *a = dyn__admin_of(st);
    const dyn_table_options *o = a->o;

    if (part > 0)
        return DYN_DONE;
    dyn__write_table(st, w);
    if (o->index) {
        dyn__puts(w, ",\"GlobalSecondaryIndexUpdates\":[{\"Update\":{\"IndexName\":"), dyn__put_json(w, o->index, strlen(o->index));
        if (o->read_units)
            dyn__write_units(w, o->read_units, o->write_units);
        dyn__write_most(w, o);
        dyn__puts(w, "}}]");
    } else {
        if (o->read_units || o->billing != DYN_BILLING_SAME)
            dyn__write_billing(w, a);
        dyn__write_most(w, o);
    }
    dyn__write_settings(w, o);
    dyn__putc(w, '}');
    return DYN_OK;
}

/* One step of a migration. */
static dyn_status dyn__step_part(dyn__state *st, size_t part, dyn__writer *w)
{
    const dyn__admin *a = dyn__admin_of(st);
    const dyn__table_step *step = &a->step;
    const dyn__wanted *x = &a->wanted[step->wanted];
    dyn_table_options only;
    size_t from = 2;

    if (part > 0)
        return DYN_DONE;
    memset((void *)&only, 0, sizeof only);
    dyn__write_table(st, w);
    int billing = dyn__find_token(&a->live, a->table, "BillingModeSummary");
    bool provisioned = !dyn__text_is(dyn__member_text(&a->live, billing, "BillingMode"), "PAY_PER_REQUEST");
    switch (step->kind) {
    case DYN__S_BILLING:    dyn__write_billing(w, a); break;
    case DYN__S_MOST:       dyn__write_most(w, a->o); break;
    case DYN__S_NO_STREAM:  only.stream = DYN_VIEW_OFF; break;
    case DYN__S_STREAM:     only.stream = a->o->stream; break;
    case DYN__S_CLASS:      only.table_class = a->o->table_class; break;
    case DYN__S_PROTECTION: only.protection = a->o->protection; break;
    case DYN__S_NO_INDEX: {
        dyn_str name = dyn__token_text(&a->live, step->token);
        dyn__puts(w, ",\"GlobalSecondaryIndexUpdates\":[{\"Delete\":{\"IndexName\":\""), dyn__put(w, name.ptr, name.len), dyn__puts(w, "\"}}]");
        break;
    }
    case DYN__S_INDEX:
        for (size_t i = 0; i < step->wanted; i++)
            from += a->wanted[i].x->key_count;
        dyn__write_definitions(w, a, from, x->x->key_count);
        dyn__puts(w, ",\"GlobalSecondaryIndexUpdates\":[{\"Create\":");
        dyn__write_index(w, a, x, provisioned);
        dyn__puts(w, "}]");
        break;
    default: {
        uint64_t units[2];
        dyn__index_units(a, x->x->index, units);
        dyn__puts(w, ",\"GlobalSecondaryIndexUpdates\":["), dyn__write_index_units(w, dyn__str(x->x->index->name), units), dyn__putc(w, ']');
    }
    }
    dyn__write_settings(w, &only);
    dyn__putc(w, '}');
    return DYN_OK;
}

/* {"TableName":…,"TimeToLiveSpecification":…} */
static dyn_status dyn__ttl_part(dyn__state *st, size_t part, dyn__writer *w)
{
    const dyn__admin *a = dyn__admin_of(st);

    if (part > 0)
        return DYN_DONE;
    dyn__write_table(st, w);
    dyn__puts(w, ",\"TimeToLiveSpecification\":{\"Enabled\":"), dyn__puts(w, a->ttl_on ? "true" : "false");
    dyn__puts(w, ",\"AttributeName\":"), dyn__put_json(w, a->ttl.ptr, a->ttl.len), dyn__puts(w, "}}");
    return DYN_OK;
}

/* --- Telling steps --- */

static void dyn__tell_units(dyn__writer *w, uint64_t read_units, uint64_t write_units)
{
    dyn__write_number(w, "", read_units), dyn__puts(w, " read and "), dyn__write_number(w, "", write_units), dyn__puts(w, " write units");
}

/* Keys, as (pk a, b, sk c). */
static void dyn__tell_keys(dyn__writer *w, const dyn__key *keys, size_t pk_count, size_t count)
{
    dyn__puts(w, " (pk ");
    for (size_t i = 0; i < count; i++) {
        dyn__puts(w, i == 0 ? "" : i == pk_count ? ", sk " : ", ");
        dyn__put(w, keys[i].attr.ptr, keys[i].attr.len);
    }
}

/* A step, in words. */
static void dyn__tell_step(dyn__writer *w, const dyn__admin *a, const dyn__table_step *step)
{
    const dyn_table_options *o = a->o;
    const dyn__wanted *x = &a->wanted[step->wanted];
    dyn_str name = dyn__token_text(&a->live, step->token);
    uint64_t units[2];

    switch (step->kind) {
    case DYN__S_TABLE: {
        const dyn__key keys[2] = { a->known[0]->pk, a->known[0]->sk };
        dyn__puts(w, "create the table"), dyn__tell_keys(w, keys, 1, keys[1].attr.len ? 2 : 1);
        for (size_t i = 0; i < a->wanted_count; i++)
            dyn__puts(w, i ? ", " : "; with "), dyn__puts(w, a->wanted[i].x->index->name);
        dyn__putc(w, ')');
        break;
    }
    case DYN__S_BILLING:
        dyn__puts(w, o->read_units ? "bill provisioned throughput, " : "bill per request");
        if (o->read_units)
            dyn__tell_units(w, o->read_units, o->write_units);
        break;
    case DYN__S_MOST:       dyn__puts(w, "set the most units in a second"); break;
    case DYN__S_NO_STREAM:  dyn__puts(w, "disable the stream"); break;
    case DYN__S_STREAM:     dyn__puts(w, "enable the stream, "), dyn__puts(w, dyn__views[o->stream]); break;
    case DYN__S_CLASS:      dyn__puts(w, "set the table class "), dyn__puts(w, dyn__classes[o->table_class]); break;
    case DYN__S_PROTECTION: dyn__puts(w, o->protection == DYN_SWITCH_ON ? "protect from deletion" : "protect from deletion no more"); break;
    case DYN__S_NO_INDEX:   dyn__puts(w, "delete index "), dyn__put(w, name.ptr, name.len); break;
    case DYN__S_INDEX:
        dyn__puts(w, "create index "), dyn__puts(w, x->x->index->name), dyn__tell_keys(w, x->x->keys, x->x->pk_count, x->x->key_count);
        dyn__puts(w, "; "), dyn__puts(w, dyn__projections[x->x->index->projection]), dyn__putc(w, ')');
        break;
    case DYN__S_UNITS:
        dyn__index_units(a, x->x->index, units);
        dyn__puts(w, "set index "), dyn__puts(w, x->x->index->name), dyn__puts(w, " to "), dyn__tell_units(w, units[0], units[1]);
        break;
    default:
        dyn__puts(w, "enable TTL on "), dyn__put(w, a->ttl.ptr, a->ttl.len);
    }
}

/* A line to the sink: a step, or what is said of a thing. */
static DYN__APART void dyn__tell(const dyn__admin *a, const dyn__table_step *step, const char *before, dyn_str thing, const char *behind)
{
    char buf[64];
    dyn_sink to;

    if (!a->to || !a->to->write)
        return;
    to = *a->to;
    dyn__writer w = { buf, sizeof buf, 0, 0, 0, dyn__spill_sink, &to };
    if (step)
        dyn__tell_step(&w, a, step);
    dyn__puts(&w, before), dyn__put(&w, thing.ptr, thing.len), dyn__puts(&w, behind);
    dyn__putc(&w, '\n');
    dyn__spill_sink(&to, buf, w.len);
}

/* A difference was found that a step can settle. */
static void dyn__differs(dyn__admin *a, uint8_t kind, size_t wanted, int token)
{
    dyn__table_step step;
    dyn_str name = dyn__token_text(&a->live, token), nothing = { "", 0 };

    step.kind = kind, step.wanted = wanted, step.token = token;
    step.name = dyn__crc32(0, name.ptr, name.len);
    a->steps++;
    if (a->step.kind == DYN__S_NONE)
        a->step = step;
    if (!a->apply)
        dyn__tell(a, &step, "", nothing, "");
}

/* One that no step can settle; the first is the error. `before` is "cannot: " and what kind of thing it is. */
static void dyn__cannot(dyn__state *st, const char *before, dyn_str name, const char *why)
{
    dyn__tell(dyn__admin_of(st), NULL, before, name, why);
    dyn__fail(st->err, DYN_INVALID, "table \"%S%S\": %s%S%s", &st->call.prefix, &st->call.table, before + 8, &name, why);
}

/* --- Comparing --- */

/* Is a text of the description this one? */
static bool dyn__token_equals(const dyn__tokens *t, int i, dyn_str text)
{
    char name[256];
    dyn_str raw = dyn__token_text(t, i);
    const char *p = raw.ptr;
    size_t n = 0;

    return i && dyn__take_string(&p, raw.ptr + raw.len, name, sizeof name, &n) == DYN__MORE && dyn__eq(name, n, text.ptr, text.len);
}

/* Is a KeySchema made of these keys, in this order and of these types? */
static bool dyn__same_schema(const dyn__admin *a, int schema, const dyn__known *k, const dyn__key *keys, size_t pk_count, size_t count)
{
    const dyn__tokens *t = &a->live;
    size_t pk = 0, sk = pk_count;

    for (int i = dyn__next_token(t, schema, schema); i; i = dyn__next_token(t, schema, i)) {
        int name = dyn__find_token(t, i, "AttributeName");
        size_t at = dyn__text_is(dyn__member_text(t, i, "KeyType"), "HASH") ? pk++ : sk++;
        if (pk > pk_count || sk > count || !dyn__token_equals(t, name, keys[at].attr) ||
            dyn__live_type(t, a->table, dyn__token_text(t, name)) != dyn__attribute_type(k, &keys[at]))
            return false;
    }
    return pk == pk_count && sk == count;
}

/* Does an index take the same attributes along? */
static bool dyn__same_projection(const dyn__admin *a, int at, const dyn__wanted *x)
{
    const dyn__tokens *t = &a->live;
    const dyn_index *def = x->x->index;
    int projection = dyn__find_token(t, at, "Projection"), list = projection ? dyn__find_token(t, projection, "NonKeyAttributes") : 0;
    size_t live = 0, found = 0, wanted = 0;

    if (!dyn__text_is(dyn__member_text(t, projection, "ProjectionType"), dyn__projections[def->projection]))
        return false;
    for (size_t n = 0; n < 20; n++)
        wanted += def->include[n] != NULL;
    for (int i = dyn__next_token(t, list, list); i; i = dyn__next_token(t, list, i)) {
        live++;
        for (size_t n = 0; n < 20; n++)
            if (def->include[n] && dyn__token_equals(t, i, dyn__include_attr(x->k->model, def->include[n]))) {
                found++;
                break;
            }
    }
    return live == wanted && found == wanted;
}

/* One index of the table as it is. */
static void dyn__compare_index(dyn__state *st, int at, bool local, bool provisioned)
{
    dyn__admin *a = dyn__admin_of(st);
    int name = dyn__find_token(&a->live, at, "IndexName"), units = dyn__find_token(&a->live, at, "ProvisionedThroughput");
    const dyn__wanted *x = dyn__wanted_by_token(a, name);
    dyn_str text = dyn__token_text(&a->live, name);

    if (dyn__text_is(dyn__member_text(&a->live, at, "IndexStatus"), "DELETING"))
        return;
    if (!x && !local && a->o->delete_indexes)
        dyn__differs(a, DYN__S_NO_INDEX, 0, name);
    else if (!x && !a->told)
        dyn__tell(a, NULL, "left alone: index ", text, local ? ", which no model names" : ", which no model names; options.delete_indexes would delete it");
    if (!x)
        return;
    if (x->x->index->local != local)
        dyn__cannot(st, "cannot: index ", text, local ? " is a local one, and the model's is not" : " is no local one, and the model's is");
    else if (!dyn__same_schema(a, dyn__find_token(&a->live, at, "KeySchema"), x->k, x->x->keys, x->x->pk_count, x->x->key_count))
        dyn__cannot(st, "cannot: index ", text, " has other keys than the model's; make it under a new name, and delete this one when it is not needed");
    else if (!dyn__same_projection(a, at, x))
        dyn__cannot(st, "cannot: index ", text,
                    " has another projection than the model's; make it under a new name, and delete this one when it is not needed");
    else if (!local && provisioned && (x->x->index->read_units || a->o->read_units)) {
        uint64_t want[2];
        dyn__index_units(a, x->x->index, want);
        if (dyn__member_number(&a->live, units, "ReadCapacityUnits") != want[0] || dyn__member_number(&a->live, units, "WriteCapacityUnits") != want[1])
            dyn__differs(a, DYN__S_UNITS, (size_t)(x - a->wanted), 0);
    }
}

/* Is the most that options ask for what the table has? -1 is none, and so is what is not there. */
static bool dyn__same_most(int32_t wanted, uint64_t live)
{
    return !wanted || live == (wanted > 0 ? (uint64_t)wanted : 0);
}

/* Billing, stream, class, protection: what options name. True: the table is provisioned, and stays so. */
static bool dyn__compare_settings(dyn__admin *a)
{
    const dyn__tokens *t = &a->live;
    const dyn_table_options *o = a->o;
    int billing = dyn__find_token(t, a->table, "BillingModeSummary"), units = dyn__find_token(t, a->table, "ProvisionedThroughput"),
        most = dyn__find_token(t, a->table, "OnDemandThroughput"), stream = dyn__find_token(t, a->table, "StreamSpecification"),
        class_ = dyn__find_token(t, a->table, "TableClassSummary");
    bool on_demand = dyn__text_is(dyn__member_text(t, billing, "BillingMode"), "PAY_PER_REQUEST");

    if (o->read_units ? on_demand || dyn__member_number(t, units, "ReadCapacityUnits") != o->read_units ||
                        dyn__member_number(t, units, "WriteCapacityUnits") != o->write_units
                      : o->billing == DYN_BILLING_ON_DEMAND && !on_demand)
        dyn__differs(a, DYN__S_BILLING, 0, 0);
    if (!dyn__same_most(o->max_read_units, dyn__member_number(t, most, "MaxReadRequestUnits")) ||
        !dyn__same_most(o->max_write_units, dyn__member_number(t, most, "MaxWriteRequestUnits")))
        dyn__differs(a, DYN__S_MOST, 0, 0);
    bool on = dyn__text_is(dyn__member_text(t, stream, "StreamEnabled"), "true");
    bool other = !dyn__text_is(dyn__member_text(t, stream, "StreamViewType"), dyn__views[o->stream]);
    if (o->stream != DYN_VIEW_SAME && on && other)
        dyn__differs(a, DYN__S_NO_STREAM, 0, 0);               /* a stream's view cannot be changed while it is on */
    if (o->stream > DYN_VIEW_OFF && (!on || other))
        dyn__differs(a, DYN__S_STREAM, 0, 0);
    dyn_str live_class = dyn__member_text(t, class_, "TableClass");
    if (o->table_class != DYN_CLASS_SAME && !dyn__text_is(live_class.len ? live_class : dyn__str("STANDARD"), dyn__classes[o->table_class]))
        dyn__differs(a, DYN__S_CLASS, 0, 0);
    bool kept = dyn__text_is(dyn__member_text(t, a->table, "DeletionProtectionEnabled"), "true");
    if (o->protection != DYN_SWITCH_SAME && kept != (o->protection == DYN_SWITCH_ON))
        dyn__differs(a, DYN__S_PROTECTION, 0, 0);
    return !on_demand && o->billing != DYN_BILLING_ON_DEMAND;
}

/* Looks for all differences between the description and what is asked for. */
static void dyn__compare_table(dyn__state *st)
{
    static const char *const lists[] = { "LocalSecondaryIndexes", "GlobalSecondaryIndexes" };
    dyn__admin *a = dyn__admin_of(st);
    const dyn__known *first = a->known[0];
    const dyn__key keys[2] = { first->pk, first->sk };

    a->step.kind = DYN__S_NONE, a->steps = 0;
    if (!dyn__same_schema(a, dyn__find_token(&a->live, a->table, "KeySchema"), first, keys, 1, keys[1].attr.len ? 2 : 1))
        dyn__cannot(st, "cannot: the table's key is not that of model ", dyn__str(first->model->name),
                    ", and a table keeps its key for good; use another table");
    bool provisioned = dyn__compare_settings(a);
    for (int k = 0; k < 2; k++) {
        int list = dyn__find_token(&a->live, a->table, lists[k]);
        for (int i = dyn__next_token(&a->live, list, list); i; i = dyn__next_token(&a->live, list, i))
            dyn__compare_index(st, i, k == 0, provisioned);
    }
    for (size_t n = 0; n < a->wanted_count; n++) {
        const dyn_index *x = a->wanted[n].x->index;
        bool there = false;
        for (int k = 0; k < 2; k++) {
            int list = dyn__find_token(&a->live, a->table, lists[k]);
            for (int i = dyn__next_token(&a->live, list, list); i; i = dyn__next_token(&a->live, list, i))
                there = there || dyn__text_is(dyn__member_text(&a->live, i, "IndexName"), x->name);
        }
        if (!there && x->local)
            dyn__cannot(st, "cannot: index ", dyn__str(x->name), " is a local one, which can only be made together with its table");
        else if (!there)
            dyn__differs(a, DYN__S_INDEX, n, 0);
    }
    a->told = true;
}

/* Are the table and its global indexes ready for the next change? */
static bool dyn__all_active(const dyn__admin *a)
{
    int list = dyn__find_token(&a->live, a->table, "GlobalSecondaryIndexes");

    for (int i = dyn__next_token(&a->live, list, list); i; i = dyn__next_token(&a->live, list, i))
        if (dyn__find_token(&a->live, i, "IndexStatus") && !dyn__text_is(dyn__member_text(&a->live, i, "IndexStatus"), "ACTIVE"))
            return false;
    return dyn__text_is(dyn__member_text(&a->live, a->table, "TableStatus"), "ACTIVE");
}

/* --- From one request to the next --- */

/* The call goes on with another request. Answers read so far are forgotten, but for those that `keep` them: the request is made of them. */
static dyn_status dyn__next_request(dyn__state *st, int op, bool keep)
{
    dyn__call *c = &st->call;
    dyn__admin *a = dyn__admin_of(st);

    if (!keep) {
        st->work.used = a->mark;
        memset((void *)&c->document, 0, sizeof c->document);
        memset((void *)&a->live, 0, sizeof a->live);
    }
    c->op = &a->ops[op];
    c->attempt = 0;
    c->ambiguous = false;
    st->phase = DYN__READY;
    dyn_status s = dyn__hash_body(st);
    return s == DYN_OK ? DYN_PENDING : s;
}

/* The same after a while. */
static dyn_status dyn__next_later(dyn__state *st, int op)
{
    dyn_status s = dyn__next_request(st, op, false);

    return s == DYN_PENDING ? dyn__ask_again(st) : s;
}

/* Nothing is left to do, or to compare. */
static dyn_status dyn__admin_end(dyn__state *st)
{
    dyn__admin *a = dyn__admin_of(st);

    if (a->steps_out)
        *a->steps_out = a->steps;
    return st->err->status >= DYN_INVALID ? st->err->status : DYN_OK;
}

/* The table was created. With a TTL, or in a migration, it goes on when the table is there. */
static dyn_status dyn__create_done(dyn__state *st)
{
    dyn__admin *a = dyn__admin_of(st);

    if (!a->apply && !a->ttl.len)
        return DYN_OK;
    a->apply = a->created = true;
    return dyn__next_later(st, DYN__OP_LOOK);
}

static dyn_status dyn__step_done(dyn__state *st)
{
    return dyn__next_later(st, DYN__OP_LOOK);
}

/* Takes the first step that was found. The same again right after it was taken: the service may not tell of it yet. */
static dyn_status dyn__take_step(dyn__state *st)
{
    dyn__admin *a = dyn__admin_of(st);
    dyn_str nothing = { "", 0 };

    if (a->step.kind == a->last.kind && a->step.wanted == a->last.wanted && a->step.name == a->last.name) {
        if (a->same++ < 6)
            return dyn__next_later(st, DYN__OP_LOOK);
        return dyn__fail(st->err, DYN_REJECTED, "table \"%S%S\": a change was accepted, and the table is as it was before; dyn_table_diff tells which",
                         &st->call.prefix, &st->call.table);
    }
    a->same = 0;
    a->last = a->step;
    st->call.poll_ms = 0;
    dyn__tell(a, &a->step, "", nothing, "");
    return dyn__next_request(st, DYN__OP_STEP, true);
}

/* The table was described: compares, and takes a step or looks at the TTL. */
static dyn_status dyn__look_done(dyn__state *st)
{
    dyn__admin *a = dyn__admin_of(st);
    dyn_status s = dyn__tokenize(st, &a->live);

    if (s != DYN_OK)
        return s;
    a->table = dyn__find_token(&a->live, 0, "Table");
    if (!a->table)
        return dyn__bad_body(st, "has no Table");
    if (a->apply && !dyn__all_active(a))
        return dyn__next_later(st, DYN__OP_LOOK);
    dyn__compare_table(st);
    if (a->apply && st->err->status >= DYN_INVALID)
        return st->err->status;
    if (a->apply && a->step.kind != DYN__S_NONE)
        return dyn__take_step(st);
    return a->ttl.len || !a->apply ? dyn__next_request(st, DYN__OP_ASK_TTL, false) : dyn__admin_end(st);
}

/* The TTL was described. */
static dyn_status dyn__ttl_done(dyn__state *st)
{
    dyn__admin *a = dyn__admin_of(st);
    dyn_str nothing = { "", 0 };

    if (a->ttl_info)
        dyn__drop_results(st);
    dyn_status s = dyn__tokenize(st, &a->live);
    if (s != DYN_OK)
        return s;
    int about = dyn__find_token(&a->live, 0, "TimeToLiveDescription"), name = about ? dyn__find_token(&a->live, about, "AttributeName") : 0;
    dyn_str state = dyn__member_text(&a->live, about, "TimeToLiveStatus"), raw = dyn__token_text(&a->live, name);
    bool changing = dyn__text_is(state, "ENABLING") || dyn__text_is(state, "DISABLING"), on = dyn__text_is(state, "ENABLED") || dyn__text_is(state, "ENABLING");
    if (a->ttl_info) {
        a->ttl_info->on = on, a->ttl_info->changing = changing;
        return dyn__keep_token(st, &a->live, name, &a->ttl_info->attribute);
    }
    if (on && !a->ttl.len)
        dyn__tell(a, NULL, "left alone: TTL on ", raw, ", which no model names");
    else if (on && !dyn__token_equals(&a->live, name, a->ttl))
        dyn__cannot(st, "cannot: TTL is on attribute ", raw, ", another than is asked for; switch it off with dyn_set_ttl first, an hour before");
    else if (!on && changing && a->ttl.len)
        dyn__cannot(st, "cannot: TTL on ", raw, " is being switched off; try again in an hour");
    else if (!on && a->ttl.len)
        dyn__differs(a, DYN__S_TTL, 0, 0);
    if (st->err->status >= DYN_INVALID || !a->apply || a->step.kind != DYN__S_TTL)
        return dyn__admin_end(st);
    dyn__tell(a, &a->step, "", nothing, "");
    return dyn__next_request(st, DYN__OP_SET_TTL, true);
}

/* A refusal in the middle: no table yet, another change that is running, or one of our own of which the answer was lost. */
static dyn_status dyn__admin_refused(dyn__state *st)
{
    dyn__admin *a = dyn__admin_of(st);
    dyn__call *c = &st->call;
    dyn__error_class k = dyn__classify(st);
    dyn__table_step step;
    dyn_str nothing = { "", 0 };

    memset((void *)&step, 0, sizeof step);
    if (k.status == DYN_NO_TABLE && c->op == &a->ops[DYN__OP_LOOK] && a->created)
        return dyn__next_later(st, DYN__OP_LOOK);
    if (k.status == DYN_NO_TABLE && c->op == &a->ops[DYN__OP_LOOK]) {
        step.kind = DYN__S_TABLE;
        dyn__tell(a, &step, "", nothing, "");
        a->steps = 1;
        if (a->apply)
            return dyn__next_request(st, DYN__OP_CREATE, false);
        step.kind = DYN__S_TTL;
        if (a->ttl.len)
            a->steps++, dyn__tell(a, &step, "", nothing, "");
        c->missing_ok = true, c->until = DYN_TABLE_GONE;       /* the comparison ends here, and well */
        (void)dyn__admin_end(st);
        return DYN_OK;
    }
    if (!a->apply || !c->op->writes || !(k.status == DYN_IN_USE || (k.status == DYN_REJECTED && c->ambiguous)))
        return DYN_OK;
    a->created = a->created || c->op == &a->ops[DYN__OP_CREATE];
    return dyn__next_later(st, c->op == &a->ops[DYN__OP_SET_TTL] ? DYN__OP_ASK_TTL : DYN__OP_LOOK);
}

static const dyn__operation dyn__admin_ops[] = {
    { "DynamoDB_20120810.CreateTable", true, dyn__create_part, dyn__ignore, dyn__create_done, NULL, NULL },
    { "DynamoDB_20120810.UpdateTable", true, dyn__update_part, dyn__ignore, dyn__accept, NULL, NULL },
    { "DynamoDB_20120810.DescribeTable", false, dyn__name_part, dyn__read_document, dyn__look_done, NULL, NULL },
    { "DynamoDB_20120810.UpdateTable", true, dyn__step_part, dyn__ignore, dyn__step_done, NULL, NULL },
    { "DynamoDB_20120810.UpdateTimeToLive", true, dyn__ttl_part, dyn__ignore, dyn__accept, NULL, NULL },
    { "DynamoDB_20120810.DescribeTimeToLive", false, dyn__name_part, dyn__read_document, dyn__ttl_done, NULL, NULL }
};

/* --- Beginning --- */

/* Meets the further models of options; they must be of the same table. */
static dyn_status dyn__meet_models(dyn__state *st, const dyn_table_options *o, const dyn_model *model)
{
    dyn__known *k;

    for (size_t i = 0; i < o->model_count; i++) {
        const dyn_model *m = o->models ? o->models[i] : NULL;
        if (!m)
            return dyn__fail(st->err, DYN_INVALID, "options.models[%u] is NULL", (uint64_t)i);
        dyn_status s = dyn__meet(st, m, &k);
        if (s != DYN_OK)
            return s;
        if (!o->table && !dyn__same(m->table, model->table))
            return dyn__fail(st->err, DYN_INVALID, "models \"%s\" and \"%s\" do not share a table: theirs are \"%s\" and \"%s\"", model->name, m->name,
                             model->table, m->table);
    }
    st->decoder.models = st->models;
    return DYN_OK;
}

/* Sets up what a call on a table asks for. */
static dyn_status dyn__begin_admin(dyn_client *db, const dyn_model *model, int op, const dyn_table_options *o, uint32_t total_ms,
                                   dyn__state **out)
{
    static const dyn_table_options nothing;
    dyn__state *st;
    dyn__admin *a;

    o = o ? o : &nothing;
    dyn_status s = dyn__begin(db, model, &dyn__admin_ops[op], o->table, o->total_ms ? o->total_ms : total_ms, out);
    st = *out;
    if (s == DYN_OK)
        s = dyn__meet_models(st, o, model);
    if (s == DYN_OK)
        s = dyn__check_table_options(st, o);
    if (s != DYN_OK)
        return s;
    a = (dyn__admin *)dyn__alloc(&st->work, sizeof *a, 16);
    if (a)
        a->known = (const dyn__known **)dyn__alloc(&st->work, (o->model_count + 1) * sizeof *a->known, sizeof(void *));
    if (!a || !a->known)
        return dyn__no_memory(st, "a call on a table");
    a->o = o, a->ops = dyn__admin_ops;
    a->known[a->known_count++] = st->call.known;
    for (size_t i = 0; i < o->model_count; i++)
        if (o->models[i] != model)
            a->known[a->known_count++] = dyn__known_find(st->models, o->models[i]);
    st->call.own = a;
    s = dyn__merge_indexes(st, a);
    if (s == DYN_OK)
        s = dyn__check_merged(st, a);
    if (s == DYN_OK)
        s = dyn__merge_ttl(st, a);
    a->mark = st->work.used;
    st->call.until = DYN_TABLE_ACTIVE;
    st->call.refused = dyn__admin_refused;
    return s;
}

DYN_API dyn_status dyn_create_table_begin(dyn_client *db, const dyn_model *model, const dyn_table_options *options)
{
    dyn__state *st;
    dyn_status s = dyn__begin_admin(db, model, DYN__OP_CREATE, options, options && options->ttl ? 300000 : 0, &st);

    return s == DYN_OK ? dyn__start_call(st) : s;
}

DYN_API dyn_status dyn_update_table_begin(dyn_client *db, const dyn_model *model, const dyn_table_options *options)
{
    static const dyn_table_options nothing;
    const dyn_table_options *o = options ? options : &nothing;
    dyn__state *st;
    dyn_status s = dyn__begin_admin(db, model, DYN__OP_UPDATE, options, 0, &st);

    if (s == DYN_OK && !o->read_units && !o->max_read_units && !o->max_write_units && o->billing == DYN_BILLING_SAME && o->stream == DYN_VIEW_SAME
        && o->table_class == DYN_CLASS_SAME && o->protection == DYN_SWITCH_SAME)
        s = dyn__fail(st->err, DYN_INVALID, "dyn_update_table: the options name nothing to change");
    if (s == DYN_OK && o->index && !o->read_units && !o->max_read_units && !o->max_write_units)
        s = dyn__fail(st->err, DYN_INVALID, "dyn_update_table: options.index \"%s\" needs the units that it is to have", o->index);
    return s == DYN_OK ? dyn__start_call(st) : s;
}

/* Compares or migrates. */
static dyn_status dyn__begin_migration(dyn_client *db, const dyn_model *model, const dyn_sink *to, uint32_t *steps, const dyn_table_options *o, bool apply)
{
    dyn__state *st;
    dyn_status s = dyn__begin_admin(db, model, DYN__OP_LOOK, o, apply ? 3600000 : 0, &st);

    if (s != DYN_OK)
        return s;
    if (o && o->index)
        return dyn__fail(st->err, DYN_INVALID, "options.index belongs to dyn_update_table; an index has its units in its model");
    dyn__admin *a = dyn__admin_of(st);
    a->to = to, a->steps_out = steps, a->apply = apply;
    if (steps)
        *steps = 0;
    return dyn__start_call(st);
}

DYN_API dyn_status dyn_table_diff_begin(dyn_client *db, const dyn_model *model, const dyn_sink *to, uint32_t *steps, const dyn_table_options *options)
{
    return dyn__begin_migration(db, model, to, steps, options, false);
}

DYN_API dyn_status dyn_table_migrate_begin(dyn_client *db, const dyn_model *model, const dyn_sink *to, const dyn_table_options *options)
{
    return dyn__begin_migration(db, model, to, NULL, options, true);
}

DYN_API dyn_status dyn_set_ttl_begin(dyn_client *db, const dyn_model *model, const char *attribute, bool on, const dyn_table_options *options)
{
    dyn__state *st;
    dyn_status s = dyn__begin_admin(db, model, DYN__OP_SET_TTL, options, 0, &st);

    if (s != DYN_OK)
        return s;
    if (!attribute || !*attribute || strlen(attribute) > 255)
        return dyn__fail(st->err, DYN_INVALID, "dyn_set_ttl: the attribute's name must have 1 to 255 bytes; it is needed to switch off too");
    dyn__admin_of(st)->ttl = dyn__str(attribute);
    dyn__admin_of(st)->ttl_on = on;
    return dyn__start_call(st);
}

DYN_API dyn_status dyn_describe_ttl_begin(dyn_client *db, const dyn_model *model, dyn_ttl_info *info, const dyn_table_options *options)
{
    dyn__state *st;
    dyn_status s = dyn__begin_admin(db, model, DYN__OP_ASK_TTL, options, 0, &st);

    if (s != DYN_OK)
        return s;
    memset((void *)info, 0, sizeof *info);
    dyn__admin_of(st)->ttl_info = info;
    return dyn__start_call(st);
}

/* --- Tags --- */

/* What calls on tags keep in work memory. */
typedef struct dyn__tagging {
    const dyn_tag     *tags;
    const char *const *keys;
    size_t    count;
    dyn_tags *out;
    dyn_str   arn, next;          /* the table's, and where the next page begins: as they stand in JSON */
    const dyn__operation *then;   /* what the table's ARN is asked for */
    size_t    mark;
} dyn__tagging;

/* {"ResourceArn":"…", and what goes with it. */
static dyn_status dyn__tags_part(dyn__state *st, size_t part, dyn__writer *w)
{
    const dyn__tagging *t = (const dyn__tagging *)st->call.own;

    if (part > 0)
        return DYN_DONE;
    dyn__puts(w, "{\"ResourceArn\":\""), dyn__put(w, t->arn.ptr, t->arn.len), dyn__putc(w, '"');
    if (t->tags) {
        dyn__puts(w, ",\"Tags\":");
        dyn__write_tags(w, t->tags, t->count);
    }
    for (size_t i = 0; t->keys && i < t->count; i++)
        dyn__puts(w, i ? "," : ",\"TagKeys\":["), dyn__put_json(w, t->keys[i], strlen(t->keys[i]));
    dyn__puts(w, t->keys ? "]" : "");
    if (t->next.len)
        dyn__puts(w, ",\"NextToken\":\""), dyn__put(w, t->next.ptr, t->next.len), dyn__putc(w, '"');
    dyn__putc(w, '}');
    return DYN_OK;
}

/* Keeps a text of the answer for the next request, in place of the answer. */
static dyn_status dyn__tags_next(dyn__state *st, dyn_str raw, dyn_str *keep)
{
    dyn__tagging *t = (dyn__tagging *)st->call.own;
    dyn__call *c = &st->call;
    char *to = (char *)st->work.base + t->mark;

    memmove(to, raw.ptr, raw.len);                             /* the answer stands behind the mark */
    keep->ptr = to, keep->len = raw.len;
    st->work.used = t->mark + raw.len;
    memset((void *)&c->document, 0, sizeof c->document);
    c->op = t->then;
    c->attempt = 0;
    c->ambiguous = false;
    st->phase = DYN__READY;
    dyn_status s = dyn__hash_body(st);
    return s == DYN_OK ? DYN_PENDING : s;
}

/* The table was described: its ARN is what tags are asked by. */
static dyn_status dyn__arn_done(dyn__state *st)
{
    dyn__tagging *t = (dyn__tagging *)st->call.own;
    dyn__tokens doc;
    dyn_status s = dyn__tokenize(st, &doc);

    if (s != DYN_OK)
        return s;
    int table = dyn__find_token(&doc, 0, "Table");
    dyn_str arn = dyn__member_text(&doc, table, "TableArn");
    if (!arn.len)
        return dyn__bad_body(st, "has no TableArn");
    s = dyn__tags_next(st, arn, &t->arn);
    t->mark += t->arn.len;
    return s;
}

/* A page of tags. */
static dyn_status dyn__tags_done(dyn__state *st)
{
    dyn__tagging *t = (dyn__tagging *)st->call.own;
    dyn_tags *out = t->out;
    dyn__tokens doc;

    if (!t->next.len)
        dyn__drop_results(st);
    dyn_status s = dyn__tokenize(st, &doc);
    if (s != DYN_OK)
        return s;
    int list = dyn__find_token(&doc, 0, "Tags"), next = dyn__find_token(&doc, 0, "NextToken");
    for (int i = dyn__next_token(&doc, list, list); i && s == DYN_OK; i = dyn__next_token(&doc, list, i)) {
        if (out->count == sizeof out->keys / sizeof out->keys[0])
            return dyn__bad_body(st, "has more tags than a table can have");
        s = dyn__keep_token(st, &doc, dyn__find_token(&doc, i, "Key"), &out->keys[out->count]);
        if (s == DYN_OK)
            s = dyn__keep_token(st, &doc, dyn__find_token(&doc, i, "Value"), &out->values[out->count++]);
    }
    dyn_str token = dyn__token_text(&doc, next);
    bool more = next && doc.at[next].type == JSMN_STRING && token.len && !dyn__eq(token.ptr, token.len, t->next.ptr, t->next.len);
    return s == DYN_OK && more ? dyn__tags_next(st, token, &t->next) : s;
}

static const dyn__operation dyn__op_arn = { "DynamoDB_20120810.DescribeTable", false, dyn__name_part, dyn__read_document, dyn__arn_done, NULL, NULL };
static const dyn__operation dyn__op_tag = { "DynamoDB_20120810.TagResource", true, dyn__tags_part, dyn__ignore, dyn__accept, NULL, NULL };
static const dyn__operation dyn__op_untag = { "DynamoDB_20120810.UntagResource", true, dyn__tags_part, dyn__ignore, dyn__accept, NULL, NULL };
static const dyn__operation dyn__op_tags = { "DynamoDB_20120810.ListTagsOfResource", false, dyn__tags_part, dyn__read_document, dyn__tags_done, NULL, NULL };

/* Sets a call on tags up. */
static dyn_status dyn__begin_tags(dyn_client *db, const dyn_model *model, const dyn__operation *op, const dyn_table_options *o, size_t count, dyn__state **out)
{
    dyn__state *st;
    bool given = o && o->table && dyn__begins(dyn__str(o->table), "arn:");
    dyn_status s = dyn__begin(db, model, given ? op : &dyn__op_arn, o ? o->table : NULL, o ? o->total_ms : 0, out);

    st = *out;
    if (s != DYN_OK)
        return s;
    if (op != &dyn__op_tags && !count)
        return dyn__fail(st->err, DYN_INVALID, "there are no tags to set or to take away");
    dyn__tagging *t = (dyn__tagging *)dyn__alloc(&st->work, sizeof *t, 16);
    if (!t)
        return dyn__no_memory(st, "a call on tags");
    t->count = count, t->then = op;
    if (given)
        t->arn = st->call.table;
    for (size_t i = 0; given && i < t->arn.len; i++)
        if ((unsigned char)t->arn.ptr[i] <= ' ' || t->arn.ptr[i] == '"' || t->arn.ptr[i] == '\\')
            return dyn__fail(st->err, DYN_INVALID, "options.table \"%S\" is no ARN", &t->arn);
    t->mark = st->work.used;
    st->call.own = t;
    return DYN_OK;
}

DYN_API dyn_status dyn_tag_table_begin(dyn_client *db, const dyn_model *model, const dyn_tag *tags, size_t count, const dyn_table_options *options)
{
    dyn__state *st;
    dyn_status s = dyn__begin_tags(db, model, &dyn__op_tag, options, count, &st);

    for (size_t i = 0; s == DYN_OK && i < count; i++)
        if (!tags[i].key || !*tags[i].key || !tags[i].value)
            s = dyn__fail(st->err, DYN_INVALID, "dyn_tag_table: tags[%u] needs a key and a value", (uint64_t)i);
    if (s != DYN_OK)
        return s;
    ((dyn__tagging *)st->call.own)->tags = tags;
    return dyn__start_call(st);
}

DYN_API dyn_status dyn_untag_table_begin(dyn_client *db, const dyn_model *model, const char *const *keys, size_t count, const dyn_table_options *options)
{
    dyn__state *st;
    dyn_status s = dyn__begin_tags(db, model, &dyn__op_untag, options, count, &st);

    for (size_t i = 0; s == DYN_OK && i < count; i++)
        if (!keys[i] || !*keys[i])
            s = dyn__fail(st->err, DYN_INVALID, "dyn_untag_table: keys[%u] is empty", (uint64_t)i);
    if (s != DYN_OK)
        return s;
    ((dyn__tagging *)st->call.own)->keys = keys;
    return dyn__start_call(st);
}

DYN_API dyn_status dyn_list_tags_begin(dyn_client *db, const dyn_model *model, dyn_tags *tags, const dyn_table_options *options)
{
    dyn__state *st;
    dyn_status s = dyn__begin_tags(db, model, &dyn__op_tags, options, 0, &st);

    if (s != DYN_OK)
        return s;
    tags->count = 0;
    ((dyn__tagging *)st->call.own)->out = tags;
    return dyn__start_call(st);
}

DYN_API dyn_status dyn_create_table(dyn_client *db, const dyn_model *model, const dyn_table_options *options)
{
    return dyn__finish_call(db, dyn_create_table_begin(db, model, options));
}

DYN_API dyn_status dyn_update_table(dyn_client *db, const dyn_model *model, const dyn_table_options *options)
{
    return dyn__finish_call(db, dyn_update_table_begin(db, model, options));
}

DYN_API dyn_status dyn_table_diff(dyn_client *db, const dyn_model *model, const dyn_sink *to, uint32_t *steps, const dyn_table_options *options)
{
    return dyn__finish_call(db, dyn_table_diff_begin(db, model, to, steps, options));
}

DYN_API dyn_status dyn_table_migrate(dyn_client *db, const dyn_model *model, const dyn_sink *to, const dyn_table_options *options)
{
    return dyn__finish_call(db, dyn_table_migrate_begin(db, model, to, options));
}

DYN_API dyn_status dyn_set_ttl(dyn_client *db, const dyn_model *model, const char *attribute, bool on, const dyn_table_options *options)
{
    return dyn__finish_call(db, dyn_set_ttl_begin(db, model, attribute, on, options));
}

DYN_API dyn_status dyn_describe_ttl(dyn_client *db, const dyn_model *model, dyn_ttl_info *info, const dyn_table_options *options)
{
    return dyn__finish_call(db, dyn_describe_ttl_begin(db, model, info, options));
}

DYN_API dyn_status dyn_tag_table(dyn_client *db, const dyn_model *model, const dyn_tag *tags, size_t count, const dyn_table_options *options)
{
    return dyn__finish_call(db, dyn_tag_table_begin(db, model, tags, count, options));
}

DYN_API dyn_status dyn_untag_table(dyn_client *db, const dyn_model *model, const char *const *keys, size_t count, const dyn_table_options *options)
{
    return dyn__finish_call(db, dyn_untag_table_begin(db, model, keys, count, options));
}

DYN_API dyn_status dyn_list_tags(dyn_client *db, const dyn_model *model, dyn_tags *tags, const dyn_table_options *options)
{
    return dyn__finish_call(db, dyn_list_tags_begin(db, model, tags, options));
}

/* --- JSON documents ------------------------------------------------------------------------------------------------ */

/* Behind the JSON value that begins at *at; false: there is no whole one before end. A number may end with the text. */
static bool dyn__json_pass(const char **at, const char *end)
{
    dyn__skip s;

    dyn__skip_start(&s);
    int r = dyn__skip_run(&s, at, end);
    return r == DYN__GOOD || (r == DYN__MORE && s.depth == 0
                              && (s.state == DYN__SK_ZERO || s.state == DYN__SK_INT || s.state == DYN__SK_FRACTION || s.state == DYN__SK_EXPONENT));
}

DYN_API bool dyn_json_check(dyn_str json, size_t *at)
{
    const char *p = json.len ? json.ptr : "", *begin = p, *end = p + json.len;
    bool good = dyn__json_pass(&p, end);

    if (good)
        (void)dyn__peek(&p, end);
    if (at)
        *at = (size_t)(p - begin);
    return good && p == end;
}

DYN_API bool dyn_json_next(dyn_str json, size_t *at, dyn_str *name, dyn_str *value)
{
    const char *begin = json.len ? json.ptr : "", *end = begin + json.len, *p = begin, *from;
    char open = dyn__peek(&p, end);
    size_t len = 0;
    dyn_str member = { "", 0 };

    if ((open != '{' && open != '[') || *at > json.len)
        return false;
    p = *at ? begin + *at : p + 1;
    char c = dyn__peek(&p, end);
    if (c == '}' || c == ']')
        return false;
    if (*at && dyn__take_char(&p, end, ',') != DYN__GOOD)
        return false;
    if (open == '{') {
        if (dyn__take_char(&p, end, '"') != DYN__GOOD)
            return false;
        member.ptr = p;
        if (dyn__take_string(&p, end, NULL, SIZE_MAX, &len) != DYN__GOOD)
            return false;
        member.len = (size_t)(p - 1 - member.ptr);
        if (dyn__take_char(&p, end, ':') != DYN__GOOD)
            return false;
    }
    (void)dyn__peek(&p, end);
    from = p;
    if (!dyn__json_pass(&p, end))
        return false;
    value->ptr = from, value->len = (size_t)(p - from);
    if (name)
        *name = member;
    *at = (size_t)(p - begin);
    return true;
}

/* Is the inside of a JSON string, unescaped, this text? */
static bool dyn__json_is(dyn_str inside, const char *text, size_t n)
{
    const char *p = inside.ptr, *end = inside.ptr + inside.len;
    int r = DYN__FULL;

    while (r == DYN__FULL) {
        char piece[32];
        size_t got = 0;
        r = dyn__take_string(&p, end, piece, sizeof piece, &got);
        if (got > n || memcmp(piece, text, got) != 0)
            return false;
        text += got, n -= got;
    }
    return n == 0 && p == end;
}

/* One step of a path, [number] or name: from *value into it. */
static bool dyn__json_step(const char **path, dyn_str *value)
{
    const char *p = *path, *name = p;
    dyn_str member, found;
    size_t at = 0, n = 0;
    uint64_t index = UINT64_MAX;

    if (*p == '[') {
        for (index = 0, p++; *p >= '0' && *p <= '9' && index < UINT32_MAX; p++)
            index = index * 10 + (uint64_t)(*p - '0');
        if (p == name + 1 || *p++ != ']')
            return false;
    } else if (*p == '`') {
        for (name = ++p; *p && *p != '`'; p++)
            n++;
        if (*p++ != '`')
            return false;
    } else
        for (; *p && *p != '.' && *p != '['; p++)
            n++;
    *path = p + (*p == '.' && p[1] != 0);
    for (uint64_t i = 0; dyn_json_next(*value, &at, &member, &found); i++) {
        bool element = value->len && member.ptr[0] == 0 && !member.len;
        if (index != UINT64_MAX ? i == index && element : dyn__json_is(member, name, n) && !element) {
            *value = found;
            return true;
        }
    }
    return false;
}

DYN_API bool dyn_json_get(dyn_str json, const char *path, dyn_str *value)
{
    dyn_str v = json;
    const char *p = json.len ? json.ptr : "", *end = p + json.len;

    while (*path)
        if (!dyn__json_step(&path, &v))
            return false;
    if (v.ptr == json.ptr) {
        (void)dyn__peek(&p, end);
        v.ptr = p;
        if (!dyn__json_pass(&p, end))
            return false;
        v.len = (size_t)(p - v.ptr);
    }
    *value = v;
    return true;
}

DYN_API dyn_status dyn_json_text(dyn_str json, char *text, size_t size, size_t *length)
{
    const char *p = json.ptr;
    size_t len = 0;
    int r = json.len >= 2 && *p++ == '"' && size ? dyn__take_string(&p, json.ptr + json.len, text, size - 1, &len) : DYN__BAD;

    if (size)
        text[r == DYN__GOOD ? len : 0] = 0;
    if (length)
        *length = r == DYN__GOOD ? len : 0;
    return r == DYN__GOOD ? DYN_OK : r == DYN__FULL ? DYN_TOO_LARGE : DYN_INVALID;
}

/* A number without its quotes, if it has some. */
static dyn_str dyn__json_number(dyn_str json)
{
    if (json.len >= 2 && json.ptr[0] == '"' && json.ptr[json.len - 1] == '"')
        json.ptr++, json.len -= 2;
    return json;
}

DYN_API bool dyn_json_int(dyn_str json, int64_t *v)
{
    dyn_str n = dyn__json_number(json);

    return n.len && dyn__parse_i64(n.ptr, n.len, v) == DYN__NUM_OK;
}

DYN_API bool dyn_json_real(dyn_str json, double *v)
{
    dyn_str n = dyn__json_number(json);

    return n.len && dyn__parse_double(n.ptr, n.len, v) == DYN__NUM_OK;
}

/* --- Raw calls ----------------------------------------------------------------------------------------------------- */

/* What a raw call keeps in work memory. */
typedef struct dyn__raw_call {
    dyn__operation op;
    dyn_str        body, *answer;
    void         (*write)(void *user, const dyn_sink *to);
    void          *user;
    dyn_arena     *arena;
    char           target[96];
} dyn__raw_call;

static void dyn__sink_writer(void *user, const void *data, size_t size)
{
    dyn__put((dyn__writer *)user, (const char *)data, size);
}

static dyn_status dyn__raw_part(dyn__state *st, size_t part, dyn__writer *w)
{
    dyn__raw_call *raw = (dyn__raw_call *)st->call.own;

    if (part > 0)
        return DYN_DONE;
    if (raw->write) {
        dyn_sink to;
        to.write = dyn__sink_writer, to.user = w;
        raw->write(raw->user, &to);
    } else
        dyn__put(w, raw->body.ptr, raw->body.len);
    return DYN_OK;
}

/* Hands the document out. */
static dyn_status dyn__raw_answer(dyn__state *st)
{
    dyn__raw_call *raw = (dyn__raw_call *)st->call.own;
    dyn__raw *d = &st->call.document;
    dyn_str text = { d->len ? d->ptr : "{}", d->len ? d->len : 2 };

    if (raw->arena && d->len) {
        char *to = (char *)dyn__alloc(raw->arena, text.len, 1);
        if (!to) {
            st->err->needed = raw->arena->size + raw->arena->missing;
            return dyn__fail(st->err, DYN_NO_MEMORY, "options.arena has no room for an answer of %u bytes", (uint64_t)text.len);
        }
        memcpy(to, text.ptr, text.len);
        text.ptr = to;
    }
    *raw->answer = text;
    return DYN_OK;
}

/* An error's body, for dyn__read_error and kept as it came. */
static int dyn__read_error_document(dyn__state *st, const char **at, const char *end)
{
    const char *from = *at;
    int r = dyn__read_error(st, at, end);

    return dyn__append_raw(st, &st->call.document, from, (size_t)(*at - from)) ? r : DYN__FULL;
}

static dyn_status dyn__raw_refused(dyn__state *st)
{
    dyn__error_class k = dyn__classify(st);
    dyn_str document = { st->call.document.ptr, st->call.document.len };

    if (k.retry == DYN__FINAL && document.len && dyn_json_check(document, NULL)) {
        dyn_status s = dyn__raw_answer(st);
        if (s != DYN_OK)
            return s;
    }
    if (k.status == DYN_NO_TABLE)
        return dyn__fail(st->err, DYN_NO_TABLE, "%s: %s", st->code, st->message);
    return DYN_OK;
}

/* May this operation be sent again, judged by its name? It changes nothing, or the same when done twice. */
static bool dyn__raw_reads(dyn_str name)
{
    static const char *const reads[] = { "Get", "List", "Describe", "Query", "Scan", "BatchGet", "TransactGet", "SearchVectors" };

    for (size_t i = 0; i < sizeof reads / sizeof reads[0]; i++)
        if (dyn__begins(name, reads[i]))
            return true;
    return false;
}

/* The name of an operation or of an API: letters, digits and _ only. */
static bool dyn__is_word(dyn_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') || (s.ptr[i] >= '0' && s.ptr[i] <= '9') || s.ptr[i] == '_'))
            return false;
    return s.len > 0 && s.len < 40;
}

DYN_API dyn_status dyn_raw_begin(dyn_client *db, const char *operation, dyn_str body, dyn_str *answer, const dyn_raw_options *options)
{
    static const dyn__operation nothing = { "", true, dyn__raw_part, dyn__read_document, dyn__raw_answer, NULL, NULL };
    static const char *const streams[] = { "ListStreams", "DescribeStream", "GetShardIterator", "GetRecords" };
    dyn__state *st;
    dyn_status s = dyn__begin(db, NULL, &nothing, NULL, options ? options->total_ms : 0, &st);
    dyn_str name = dyn__str(operation), api = dyn__str(options && options->api ? options->api : "DynamoDB_20120810");
    size_t at;

    answer->ptr = "", answer->len = 0;
    if (s != DYN_OK)
        return s;
    for (size_t i = 0; i < 4 && !(options && options->api); i++)
        if (dyn__eq(name.ptr, name.len, streams[i], strlen(streams[i])))
            api = dyn__str("DynamoDBStreams_20120810");
    if (!dyn__is_word(name) || !dyn__is_word(api))
        return dyn__fail(st->err, DYN_INVALID, "dyn_raw: \"%S\" is no operation's name; \"DescribeTable\" would be one", dyn__is_word(api) ? &name : &api);
    if (!body.ptr)
        body = dyn__str("{}");
    if (!(options && options->write) && (!dyn_json_check(body, &at) || body.ptr[0] != '{'))
        return dyn__fail(st->err, DYN_INVALID, "dyn_raw: the body of %S is no JSON object, at position %u", &name, body.ptr[0] != '{' ? 0 : (uint64_t)at);
    dyn__raw_call *raw = (dyn__raw_call *)dyn__alloc(&st->work, sizeof *raw, 16);
    if (!raw)
        return dyn__no_memory(st, "a raw call");
    dyn__writer w = { raw->target, sizeof raw->target - 1, 0, 0, 0, NULL, NULL };
    dyn__put(&w, api.ptr, api.len), dyn__putc(&w, '.'), dyn__put(&w, name.ptr, name.len);
    raw->op = nothing;
    raw->op.target = raw->target;
    raw->op.writes = !dyn__raw_reads(name);
    raw->body = body, raw->answer = answer;
    if (options)
        raw->write = options->write, raw->user = options->user, raw->arena = options->arena;
    st->call.own = raw;
    st->call.op = &raw->op;
    st->call.refused = dyn__raw_refused;
    st->read_error = dyn__read_error_document;
    int repeat = options ? options->repeat : (int)DYN_REPEAT_BY_NAME;
    st->call.repeatable = repeat == DYN_REPEAT_YES || (repeat == DYN_REPEAT_BY_NAME && (!raw->op.writes || dyn__begins(name, "BatchWrite")));
    return dyn__start_call(st);
}

DYN_API dyn_status dyn_raw(dyn_client *db, const char *operation, dyn_str body, dyn_str *answer, const dyn_raw_options *options)
{
    return dyn__finish_call(db, dyn_raw_begin(db, operation, body, answer, options));
}

/* --- Answers that are a list --------------------------------------------------------------------------------------- */

/* An answer with an array in one member: the text of each element is kept whole and given to `take`, which returns GOOD to go on. The
 * first member of what such an operation keeps. */
typedef struct dyn__elements {
    dyn__member members[2];       /* the array's, and another whose text is kept in read.page_end */
    size_t      count;            /* elements taken in this answer */
    int       (*take)(struct dyn__state *st, dyn_str element);
} dyn__elements;

/* One element, up to its end. */
static int dyn__read_element(dyn__state *st, const char **at, const char *end)
{
    dyn__elements *l = (dyn__elements *)st->call.own;
    dyn__envelope *e = &st->envelope;
    dyn__raw *d = &st->call.document;
    const char *from = *at;
    int r;

    if (e->state != DYN__E_ROW) {
        char c = dyn__peek(at, end);
        if (!c)
            return DYN__MORE;
        if (c == ']') {
            ++*at;
            e->state = DYN__E_NEXT;
            return DYN__GOOD;
        }
        if (e->state == DYN__E_ITEMS_NEXT) {
            r = dyn__take_char(at, end, ',');
            if (r != DYN__GOOD)
                return r;
        }
        e->state = DYN__E_ROW;
        dyn__skip_start(&e->skip);
        d->len = 0;
        from = *at;
    }
    r = dyn__skip_run(&e->skip, at, end);
    if (!dyn__append_raw(st, d, from, (size_t)(*at - from)))
        return DYN__FULL;
    if (r != DYN__GOOD)
        return r;
    dyn_str element = { d->ptr, d->len };
    e->state = DYN__E_ITEMS_NEXT;
    l->count++;
    return l->take(st, element);
}

static int dyn__read_elements(dyn__state *st, const char **at, const char *end)
{
    dyn__elements *l = (dyn__elements *)st->call.own;
    dyn__envelope *e = &st->envelope;
    int r = DYN__GOOD;

    if (!e->members) {
        dyn__envelope_start(st, l->members, 2);
        l->count = 0;
    }
    while (r == DYN__GOOD) {
        if (e->state == DYN__E_VALUE && e->what == DYN__M_ITEMS) {
            r = dyn__take_char(at, end, '[');
            if (r == DYN__GOOD)
                e->state = DYN__E_ITEMS;
        } else if (e->state == DYN__E_ITEMS || e->state == DYN__E_ITEMS_NEXT || e->state == DYN__E_ROW)
            r = dyn__read_element(st, at, end);
        else {
            r = dyn__read_envelope(st, at, end);
            if (e->state == DYN__E_END)
                return r;
            r = r == DYN__ROW_READY ? DYN__GOOD : r;
        }
    }
    return r;
}

/* An item whose text is at hand into an image of its own. False: it is no item. */
static bool dyn__decode_image(dyn__state *st, const dyn_model *model, dyn_image *image, dyn_str text)
{
    dyn__known *k = dyn__known_find(st->models, model);
    const char *p = text.ptr, *end = p + text.len;

    if (!k)
        return false;
    dyn__decode_start(&st->decoder, k, image->item);
    st->decoder.partial = true;
    if (dyn__decode(&st->decoder, &p, end) != DYN__GOOD)
        return false;
    image->found = st->decoder.status == DYN_OK;
    image->present = st->decoder.frames[0].present;
    return true;
}

/* --- PartiQL ------------------------------------------------------------------------------------------------------- */

/* A statement made ready: both texts lie in work memory. */
typedef struct dyn__ready {
    dyn_str text;                 /* the inside of a JSON string */
    dyn_str parameters;           /* AttributeValues with commas between */
} dyn__ready;

/* What a call with statements keeps. */
typedef struct dyn__partiql {
    dyn__elements  list;
    dyn__ready    *ready;
    dyn_statement *statements;    /* NULL: a SELECT with rows */
    size_t         count;
    size_t         page;
    bool           transaction, consistent;
    dyn_str        token;
    char           token_text[36];
    dyn_status     status;        /* of the first that failed */
    size_t         failed;        /* and its number, from 1 */
} dyn__partiql;

/* A statement that is being written: its text, or its parameters. */
typedef struct dyn__making {
    dyn__state          *st;
    const dyn_statement *s;
    const dyn__known    *known;
    dyn_str              item;    /* as JSON, or empty */
    bool                 parameters;
    size_t               args, written;   /* of the expression's values; of parameters */
    dyn__writer         *w;
} dyn__making;

/* The parameter's place in the text, or its value. */
static void dyn__make_parameter(dyn__making *m, dyn_str value)
{
    if (!m->parameters)
        dyn__putc(m->w, '?');
    else {
        if (m->written++)
            dyn__putc(m->w, ',');
        dyn__put(m->w, value.ptr, value.len);
    }
}

/* A `?`: the next value. */
static dyn_status dyn__make_value(dyn__making *m)
{
    const dyn_expr *e = &m->s->text;
    dyn_arg a;

    if (m->args == e->count)
        return dyn__fail(m->st->err, DYN_INVALID, "the statement has more ? than the %u values given: %s", (uint64_t)e->count, e->text);
    a = e->args[m->args++];
    if (!m->parameters) {
        dyn__putc(m->w, '?');
        return dyn__check_arg(m->st->err, NULL, &a, "statement", 0);
    }
    if (m->written++)
        dyn__putc(m->w, ',');
    dyn_status s = dyn__check_arg(m->st->err, NULL, &a, "statement", 0);
    if (s == DYN_OK)
        dyn__write_arg(m->w, &a);
    return s;
}

/* {item}: {'name':?,…}. */
static void dyn__make_item(dyn__making *m)
{
    dyn_str name, value;

    if (!m->parameters)
        dyn__putc(m->w, '{');
    for (size_t at = 0, n = 0; dyn_json_next(m->item, &at, &name, &value); n++) {
        if (!m->parameters) {
            dyn__puts(m->w, n ? ",'" : "'");
            for (size_t i = 0; i < name.len; i++) {
                if (name.ptr[i] == '\'')
                    dyn__putc(m->w, '\'');
                dyn__putc(m->w, name.ptr[i]);
            }
            dyn__puts(m->w, "':");
        }
        dyn__make_parameter(m, value);
    }
    if (!m->parameters)
        dyn__putc(m->w, '}');
}

/* :member: the length of its name in the text, 0: it is none. */
static size_t dyn__make_member(dyn__making *m, const char *name, dyn_status *s)
{
    size_t n = 0;

    while ((name[n] >= 'a' && name[n] <= 'z') || (name[n] >= 'A' && name[n] <= 'Z') || (name[n] >= '0' && name[n] <= '9') || name[n] == '_')
        n++;
    for (size_t i = 0; n && m->item.len && i < m->known->model->field_count; i++) {
        const dyn_field *f = &m->known->model->fields[i];
        const char *attr = dyn__attr(f);
        dyn_str member, value;
        size_t at = 0;
        if (!dyn__eq(f->member, strlen(f->member), name, n))
            continue;
        while (dyn_json_next(m->item, &at, &member, &value))
            if (dyn__json_is(member, attr, strlen(attr))) {
                dyn__make_parameter(m, value);
                return n;
            }
        *s = dyn__fail(m->st->err, DYN_INVALID, "the statement's :%s is not there in the item; it would not be stored", f->member);
        return n;
    }
    return 0;
}

/* {table} and {item}: how many bytes of the text it takes; 0: it is neither. */
static size_t dyn__make_name(dyn__making *m, const char *p, dyn_status *s)
{
    if (dyn__begins(dyn__str(p), "{table}")) {
        if (!m->known)
            *s = dyn__fail(m->st->err, DYN_INVALID, "{table} in a statement without a model: %s", m->s->text.text);
        else if (!m->parameters) {
            const char *table = m->known->model->table;
            dyn__puts(m->w, "\\\"");
            dyn__put_escaped(m->w, m->st->prefix.ptr, m->st->prefix.len);
            dyn__put_escaped(m->w, table, strlen(table));
            dyn__puts(m->w, "\\\"");
        }
        return 7;
    }
    if (dyn__begins(dyn__str(p), "{item}")) {
        if (!m->item.len)
            *s = dyn__fail(m->st->err, DYN_INVALID, "{item} in a statement without a model and an item: %s", m->s->text.text);
        dyn__make_item(m);
        return 6;
    }
    return 0;
}

/* Writes the text of a statement, or its parameters. */
static dyn_status dyn__make_text(dyn__making *m)
{
    const char *p = m->s->text.text;
    char quote = 0;
    dyn_status s = DYN_OK;

    while (*p && s == DYN_OK) {
        size_t taken = 0;
        if (quote)
            quote = *p == quote ? (char)0 : quote;
        else if (*p == '\'' || *p == '"')
            quote = *p;
        else if (*p == '?') {
            s = dyn__make_value(m);
            taken = 1;
        } else if (*p == ':') {
            taken = dyn__make_member(m, p + 1, &s);
            taken += taken > 0;
        } else if (*p == '{')
            taken = dyn__make_name(m, p, &s);
        if (!taken && !m->parameters)
            dyn__put_escaped(m->w, p, 1);
        p += taken ? taken : 1;
    }
    if (s == DYN_OK && quote)
        s = dyn__fail(m->st->err, DYN_INVALID, "a %c is not closed in the statement: %s", quote, m->s->text.text);
    if (s == DYN_OK && m->args < m->s->text.count)
        s = dyn__fail(m->st->err, DYN_INVALID, "the statement has %u ?, and %u values were given: %s", (uint64_t)m->args, (uint64_t)m->s->text.count,
                      m->s->text.text);
    return s;
}

/* Takes what was written at the front of work memory. */
static dyn_status dyn__keep_written(dyn__state *st, const dyn__writer *w, dyn_str *out)
{
    out->len = w->pos;
    out->ptr = (const char *)dyn__alloc_written(&st->work, w->pos);
    return out->ptr ? DYN_OK : dyn__no_memory(st, "the statement");
}

static void dyn__write_at_front(dyn__state *st, dyn__writer *w)
{
    memset((void *)w, 0, sizeof *w);
    w->buf = (char *)st->work.base + st->work.used, w->cap = st->work.size - st->work.used;
}

/* The struct that a statement is about, as JSON. */
static dyn_status dyn__make_item_json(dyn__state *st, const dyn__known *k, const void *item, dyn_str *out)
{
    dyn__writer w;
    dyn_status s = DYN_OK;

    dyn__write_at_front(st, &w);
    dyn__putc(&w, '{');
    for (size_t part = 0; s == DYN_OK; part++)
        s = dyn__write_item_part(&w, k, part, (const unsigned char *)item, st->err);
    dyn__putc(&w, '}');
    return s == DYN_DONE ? dyn__keep_written(st, &w, out) : s;
}

/* Makes a statement ready. */
static dyn_status dyn__make_statement(dyn__state *st, const dyn_statement *statement, dyn__ready *ready)
{
    dyn__making m;
    dyn__writer w;
    dyn_status s = DYN_OK;

    memset((void *)&m, 0, sizeof m);
    m.st = st, m.s = statement, m.w = &w;
    m.known = statement->model ? dyn__known_find(st->models, statement->model) : NULL;
    if (!statement->text.text || !*statement->text.text)
        return dyn__fail(st->err, DYN_INVALID, "a statement is empty; give .text = DYN_EXPR(\"SELECT …\")");
    size_t n = strlen(statement->text.text);
    if (!dyn__utf8_ok(statement->text.text, n))
        return dyn__fail(st->err, DYN_INVALID, "a statement is not valid UTF-8");
    if (n > 8192)
        return dyn__fail(st->err, DYN_TOO_LARGE, "a statement of %u bytes; DynamoDB takes 8192", (uint64_t)n);
    if (((statement->into && !statement->into->item) || (statement->existing && !statement->existing->item))
        || ((statement->into || statement->existing || statement->item) && !statement->model))
        return dyn__fail(st->err, DYN_INVALID, "a statement with .item or an image needs .model, and an image .item, a struct of it");
    if (statement->item)
        s = dyn__make_item_json(st, m.known, statement->item, &m.item);
    for (int i = 0; i < 2 && s == DYN_OK; i++) {
        m.parameters = i == 1, m.args = 0;
        dyn__write_at_front(st, &w);
        s = dyn__make_text(&m);
        if (s == DYN_OK)
            s = dyn__keep_written(st, &w, i ? &ready->parameters : &ready->text);
    }
    return s;
}

/* Does the statement begin with this word? */
static bool dyn__statement_is(const dyn_statement *s, const char *word)
{
    const char *p = s->text.text ? s->text.text : "";

    while (dyn__is_space(*p) || *p == '(')
        p++;
    for (; *word; word++, p++)
        if ((*p >= 'a' && *p <= 'z' ? *p - 32 : *p) != *word)
            return false;
    return !((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || *p == '_');
}

static bool dyn__statement_reads(const dyn_statement *s)
{
    return dyn__statement_is(s, "SELECT") || dyn__statement_is(s, "EXISTS");
}

/* May it be sent again without a difference? An INSERT fails then, and says so. */
static bool dyn__statement_repeats(const dyn_statement *s, const dyn_execute_options *o)
{
    if (o && o->repeat != DYN_REPEAT_BY_NAME)
        return o->repeat == DYN_REPEAT_YES;
    return dyn__statement_reads(s) || dyn__statement_is(s, "INSERT") || (dyn__statement_is(s, "DELETE") && !s->into);
}

/* "Statement":…,"Parameters":…, and a wish for the item that fails a condition. */
static void dyn__write_statement(dyn__writer *w, const dyn__ready *r, bool existing)
{
    dyn__puts(w, "\"Statement\":\"");
    dyn__put(w, r->text.ptr, r->text.len);
    dyn__putc(w, '"');
    if (r->parameters.len) {
        dyn__puts(w, ",\"Parameters\":[");
        dyn__put(w, r->parameters.ptr, r->parameters.len);
        dyn__putc(w, ']');
    }
    if (existing)
        dyn__puts(w, ",\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\"");
}

/* One statement: what is common to writes and SELECTs. */
static dyn_status dyn__statement_part(dyn__state *st, size_t part, dyn__writer *w)
{
    dyn__partiql *q = (dyn__partiql *)st->call.own;
    dyn__read *rd = &st->read;
    size_t left = rd->limit ? rd->limit - (size_t)rd->count : 0, limit = q->page && left ? DYN__MIN(q->page, left) : q->page ? q->page : left;

    if (part > 0)
        return DYN_DONE;
    dyn__putc(w, '{');
    dyn__write_statement(w, q->ready, st->call.existing != NULL);
    if (q->consistent)
        dyn__puts(w, ",\"ConsistentRead\":true");
    if (limit)
        dyn__write_number(w, ",\"Limit\":", limit);
    if (rd->start.len) {
        dyn__puts(w, ",\"NextToken\":");
        dyn__put(w, rd->start.ptr, rd->start.len);
    }
    dyn__putc(w, '}');
    return DYN_OK;
}

/* A batch or a transaction: one part for each statement. */
static dyn_status dyn__statements_part(dyn__state *st, size_t part, dyn__writer *w)
{
    dyn__partiql *q = (dyn__partiql *)st->call.own;

    if (part > q->count)
        return DYN_DONE;
    if (part == q->count) {
        dyn__putc(w, ']');
        if (q->transaction)
            dyn__write_text(w, "ClientRequestToken", q->token);
        dyn__putc(w, '}');
        return DYN_OK;
    }
    dyn__puts(w, part ? ",{" : q->transaction ? "{\"TransactStatements\":[{" : "{\"Statements\":[{");
    dyn__write_statement(w, q->ready + part, q->statements[part].existing != NULL);
    if (q->statements[part].consistent && !q->transaction)
        dyn__puts(w, ",\"ConsistentRead\":true");
    dyn__putc(w, '}');
    return DYN_OK;
}

/* What an error's name comes to, in an answer that has one for each statement. */
static dyn_status dyn__status_of_code(const char *code)
{
    static const dyn__error_class known[] = {
        { "None", DYN_OK, 0 }, { "ConditionalCheckFailed", DYN_CONDITION_FAILED, 0 }, { "DuplicateItem", DYN_CONDITION_FAILED, 0 },
        { "TransactionConflict", DYN_CONFLICT, 1 }, { "ProvisionedThroughputExceeded", DYN_THROTTLED, 1 }, { "ThrottlingError", DYN_THROTTLED, 1 },
        { "RequestLimitExceeded", DYN_THROTTLED, 1 }, { "InternalServerError", DYN_UNAVAILABLE, 0 }, { "ResourceNotFound", DYN_NO_TABLE, 0 },
        { "AccessDenied", DYN_DENIED, 0 }
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (dyn__same(known[i].name, code))
            return (dyn_status)known[i].status;
    return DYN_REJECTED;
}

/* Notes what became of statement i: an object with Code, Message and perhaps Item. */
static bool dyn__statement_failed(dyn__state *st, size_t i, dyn_str reason)
{
    dyn__partiql *q = (dyn__partiql *)st->call.own;
    dyn_statement *s = q->statements + i;
    dyn_str v;

    if (!dyn_json_get(reason, "Code", &v) || dyn_json_text(v, s->code, sizeof s->code, NULL) != DYN_OK)
        return false;
    s->status = dyn__status_of_code(s->code);
    if (s->status == DYN_OK) {
        s->code[0] = 0;
        return true;
    }
    if (dyn_json_get(reason, "Message", &v)) {
        const char *p = v.ptr + 1;
        size_t n = 0;
        if (*v.ptr == '"')
            (void)dyn__take_string(&p, v.ptr + v.len, s->message, sizeof s->message - 1, &n);
        s->message[n] = 0;
    }
    if (s->existing && dyn_json_get(reason, "Item", &v) && !dyn__decode_image(st, s->model, s->existing, v))
        return false;
    if (!q->failed)
        q->failed = i + 1, q->status = s->status;
    return true;
}

/* One of a batch's or transaction's answers, in the order of the statements. */
static int dyn__take_response(dyn__state *st, dyn_str element)
{
    dyn__partiql *q = (dyn__partiql *)st->call.own;
    size_t i = q->list.count - 1;
    dyn_str v;

    if (i >= q->count || *element.ptr != '{')
        return DYN__BAD;
    dyn_statement *s = q->statements + i;
    if (dyn_json_get(element, "Error", &v))
        return dyn__statement_failed(st, i, v) ? DYN__GOOD : DYN__BAD;
    if (!dyn_json_get(element, "Item", &v) || !s->into)
        return DYN__GOOD;
    if (!dyn__decode_image(st, s->model, s->into, v))
        return DYN__BAD;
    s->status = dyn__item_status(st);
    if (s->status != DYN_OK && !q->failed)
        q->failed = i + 1, q->status = s->status;
    return DYN__GOOD;
}

/* What a single statement returned. */
static int dyn__take_returned(dyn__state *st, dyn_str element)
{
    dyn__partiql *q = (dyn__partiql *)st->call.own;
    dyn_statement *s = q->statements;

    if (!s->into || q->list.count > 1)
        return DYN__GOOD;
    if (!dyn__decode_image(st, s->model, s->into, element))
        return DYN__BAD;
    q->status = dyn__item_status(st);
    return DYN__GOOD;
}

/* The answer to statements begins: what an earlier try left is forgotten. */
static int dyn__read_statements(dyn__state *st, const char **at, const char *end)
{
    dyn__partiql *q = (dyn__partiql *)st->call.own;

    if (!st->envelope.members) {
        dyn__begin_images(st);
        q->failed = 0, q->status = DYN_OK;
        for (size_t i = 0; i < q->count; i++) {
            dyn_statement *s = q->statements + i;
            s->status = DYN_OK, s->code[0] = s->message[0] = 0;
            if (s->into)
                s->into->found = false;
            if (s->existing)
                s->existing->found = false;
        }
    }
    return dyn__read_elements(st, at, end);
}

/* The texts of images that were read outside of call.image stay as those do. */
static void dyn__keep_images(dyn__state *st)
{
    if (st->marked)
        st->images = st->text_mark - st->work.size;
    st->marked = false;
}

static dyn_status dyn__statements_done(dyn__state *st)
{
    dyn__partiql *q = (dyn__partiql *)st->call.own;

    dyn__keep_images(st);
    st->call.ambiguous = q->status != DYN_OK;
    if (q->list.count < q->count && q->list.take == dyn__take_response && !q->transaction)   /* a transaction of writes may answer {} */
        return dyn__bad_body(st, "has fewer responses than there were statements");
    if (!q->failed)
        return q->status;
    dyn_statement *s = q->statements + q->failed - 1;
    if (q->status >= DYN_CONDITION_FAILED) {
        char digits[24];
        dyn_str n = dyn__decimal_u(digits, q->failed);
        dyn__fail(st->err, q->status, "statement %u of %u: %s: %s", (uint64_t)q->failed, (uint64_t)q->count, s->code, s->message);
        memcpy(st->err->attribute, n.ptr, n.len);
        st->err->attribute[n.len] = 0;
        memcpy(st->code, s->code, sizeof st->code);
    }
    return q->status;
}

/* An INSERT of what is there, or a transaction that was cancelled. */
static dyn_status dyn__statement_refused(dyn__state *st)
{
    dyn__partiql *q = (dyn__partiql *)st->call.own;
    dyn_str document = { st->call.document.ptr, st->call.document.len }, reasons, reason;
    bool again = true;
    size_t i = 0;

    if (dyn__same(st->code, "ResourceNotFoundException"))
        return dyn__fail(st->err, DYN_NO_TABLE, "%s: %s", st->code, st->message);
    if (dyn__same(st->code, "DuplicateItemException"))
        return dyn__fail(st->err, DYN_CONDITION_FAILED, "there is such an item already%s", st->call.ambiguous
                         ? "; an earlier try of this call may have been applied, and may be why" : "");
    if (!dyn__same(st->code, "TransactionCanceledException") || !q->transaction)
        return DYN_OK;
    dyn__begin_images(st);
    q->failed = 0;
    if (dyn_json_check(document, NULL) && dyn_json_get(document, "CancellationReasons", &reasons))
        for (size_t at = 0; i < q->count && dyn_json_next(reasons, &at, NULL, &reason); i++) {
            dyn_statement *s = q->statements + i;
            s->code[0] = s->message[0] = 0;
            if (!dyn__statement_failed(st, i, reason))
                return dyn__bad_body(st, "has a cancellation reason that is none");
            again = again && (s->status == DYN_OK || s->status == DYN_CONFLICT || s->status == DYN_THROTTLED);
        }
    dyn__keep_images(st);
    if (!q->failed)
        return DYN_OK;
    dyn_status status = q->status;
    (void)dyn__statements_done(st);
    st->call.ambiguous = false;
    return again ? dyn__retry(st, status, status == DYN_THROTTLED ? DYN__THROTTLE : DYN__TRANSIENT, false) : status;
}

/* A page of a SELECT. */
static int dyn__read_select(dyn__state *st, const char **at, const char *end)
{
    static const dyn__member members[] = { { "Items", DYN__M_ITEMS, 0 }, { "NextToken", DYN__M_KEY, 0 } };

    if (!st->envelope.members)
        dyn__envelope_start(st, members, 2);
    return dyn__read_rows(st, at, end);
}

static dyn_status dyn__select_done(dyn__state *st)
{
    dyn__read *rd = &st->read;
    dyn__raw swap = rd->start;

    if (rd->page_end.len < 3 || *rd->page_end.ptr != '"' || (rd->limit && rd->count >= rd->limit))
        return DYN_DONE;
    rd->start = rd->page_end;
    rd->page_end = swap;
    rd->page_end.len = 0;
    return dyn__next_page(st);
}

/* Rows of the page are out; only whole pages can be asked for again. */
static bool dyn__no_resume(dyn__state *st)
{
    (void)st;
    return false;
}

static const dyn__operation dyn__op_execute = { "DynamoDB_20120810.ExecuteStatement", true, dyn__statement_part, dyn__read_statements,
                                                dyn__statements_done, NULL, NULL };
static const dyn__operation dyn__op_execute_select = { "DynamoDB_20120810.ExecuteStatement", false, dyn__statement_part, dyn__read_select,
                                                       dyn__select_done, dyn__row_done, dyn__no_resume };
static const dyn__operation dyn__op_execute_batch = { "DynamoDB_20120810.BatchExecuteStatement", true, dyn__statements_part, dyn__read_statements,
                                                      dyn__statements_done, NULL, NULL };
static const dyn__operation dyn__op_read_batch = { "DynamoDB_20120810.BatchExecuteStatement", false, dyn__statements_part, dyn__read_statements,
                                                   dyn__statements_done, NULL, NULL };
static const dyn__operation dyn__op_execute_transaction = { "DynamoDB_20120810.ExecuteTransaction", true, dyn__statements_part, dyn__read_statements,
                                                            dyn__statements_done, NULL, NULL };

/* Begins a call with statements and makes them ready. */
static dyn_status dyn__begin_statements(dyn_client *db, const dyn__operation *op, const dyn_statement *statements, size_t count,
                                        const dyn_execute_options *o, dyn__state **out)
{
    const dyn_model *model = count == 1 ? statements->model : NULL;
    dyn__state *st;
    dyn__known *known;
    dyn_status s = dyn__begin(db, model, op, NULL, o ? o->total_ms : 0, out);

    st = *out;
    for (size_t i = 0; i < count && s == DYN_OK && !model; i++)
        if (statements[i].model)
            s = dyn__meet(st, statements[i].model, &known);
    if (s != DYN_OK)
        return s;
    st->decoder.models = st->models;
    st->decoder.keep = o ? o->arena : NULL;
    dyn__partiql *q = (dyn__partiql *)dyn__alloc(&st->work, sizeof *q, 16);
    if (!q)
        return dyn__no_memory(st, "the statements");
    q->ready = (dyn__ready *)dyn__alloc(&st->work, count * sizeof *q->ready, sizeof(void *));
    if (!q->ready)
        return dyn__no_memory(st, "the statements");
    st->call.own = q;
    st->call.refused = dyn__statement_refused;
    q->count = count;
    for (size_t i = 0; i < count && s == DYN_OK; i++) {
        s = dyn__make_statement(st, statements + i, q->ready + i);
        st->call.repeatable = st->call.repeatable && dyn__statement_repeats(statements + i, o);
    }
    return s;
}

/* Where the answers of statements go. */
static void dyn__take_statements(dyn__state *st, dyn_statement *statements, const char *name, int (*take)(dyn__state *st, dyn_str element))
{
    dyn__partiql *q = (dyn__partiql *)st->call.own;

    q->statements = statements;
    q->list.members[0].name = name, q->list.members[0].what = DYN__M_ITEMS;
    q->list.members[1].name = "NextToken";
    q->list.take = take;
}

DYN_API dyn_status dyn_execute_begin(dyn_client *db, dyn_statement *statement, const dyn_execute_options *options)
{
    dyn__state *st;
    dyn_status s = dyn__begin_statements(db, &dyn__op_execute, statement, 1, options, &st);

    if (s != DYN_OK)
        return s;
    if (dyn__statement_reads(statement))
        return dyn__fail(st->err, DYN_INVALID, "dyn_execute is for INSERT, UPDATE and DELETE; a SELECT has rows: dyn_execute_select");
    dyn__take_statements(st, statement, "Items", dyn__take_returned);
    st->call.existing = statement->existing;
    return dyn__start_call(st);
}

DYN_API dyn_status dyn_execute(dyn_client *db, dyn_statement *statement, const dyn_execute_options *options)
{
    dyn_status s = dyn_execute_begin(db, statement, options);

    return statement->status = dyn__finish_call(db, s);
}

/* Sets a batch or transaction up. */
static dyn_status dyn__begin_many(dyn_client *db, const dyn__operation *op, dyn_statement *statements, size_t count, size_t most,
                                  const dyn_execute_options *o, dyn__state **st)
{
    dyn_status s = dyn__begin_statements(db, op, statements, count && count <= most ? count : 0, o, st);

    if (s != DYN_OK)
        return s;
    if (!count || count > most)
        return dyn__fail((*st)->err, DYN_INVALID, "%u statements; it can be 1 to %u", (uint64_t)count, (uint64_t)most);
    for (size_t i = 0; i < count; i++)
        statements[i].status = DYN_OK, statements[i].code[0] = statements[i].message[0] = 0;
    dyn__take_statements(*st, statements, "Responses", dyn__take_response);
    return DYN_OK;
}

DYN_API dyn_status dyn_execute_batch_begin(dyn_client *db, dyn_statement *statements, size_t count, const dyn_execute_options *options)
{
    dyn__state *st;
    dyn_status s = dyn__begin_many(db, &dyn__op_execute_batch, statements, count, 25, options, &st);
    size_t reads = 0;

    if (s != DYN_OK)
        return s;
    for (size_t i = 0; i < count; i++)
        reads += dyn__statement_reads(statements + i);
    if (reads && reads != count)
        return dyn__fail(st->err, DYN_INVALID, "a batch of statements is all SELECTs or all writes; this one has %u SELECTs of %u", (uint64_t)reads,
                         (uint64_t)count);
    st->call.op = reads ? &dyn__op_read_batch : &dyn__op_execute_batch;
    return dyn__start_call(st);
}

/* 16 random bytes as a UUID of version 4 (RFC 9562). */
static dyn_status dyn__make_uuid(dyn__state *st, char text[36])
{
    unsigned char r[16];

    if (!st->system.entropy || !st->system.entropy(st->system.user, r, sizeof r))
        return dyn__fail(st->err, DYN_NO_ENTROPY, "a client token needs random bytes, and config.system.entropy gives none; set it, or give options.token");
    r[6] = (unsigned char)((r[6] & 15) | 0x40), r[8] = (unsigned char)((r[8] & 63) | 0x80);
    for (size_t i = 0, at = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text[at++] = '-';
        text[at++] = "0123456789abcdef"[r[i] >> 4], text[at++] = "0123456789abcdef"[r[i] & 15];
    }
    return DYN_OK;
}

DYN_API dyn_status dyn_execute_transaction_begin(dyn_client *db, dyn_statement *statements, size_t count, const dyn_execute_options *options)
{
    dyn__state *st;
    dyn_status s = dyn__begin_many(db, &dyn__op_execute_transaction, statements, count, 100, options, &st);

    if (s != DYN_OK)
        return s;
    dyn__partiql *q = (dyn__partiql *)st->call.own;
    q->transaction = true;
    q->token = options ? options->token : q->token;
    if (q->token.len > 36)
        return dyn__fail(st->err, DYN_INVALID, "options.token has %u characters; it can have 1 to 36", (uint64_t)q->token.len);
    if (!q->token.len) {
        s = dyn__make_uuid(st, q->token_text);
        if (s != DYN_OK)
            return s;
        q->token.ptr = q->token_text, q->token.len = sizeof q->token_text;
    }
    st->call.repeatable = true;                /* by the token */
    st->read_error = dyn__read_error_document;
    return dyn__start_call(st);
}

DYN_API dyn_status dyn_execute_batch(dyn_client *db, dyn_statement *statements, size_t count, const dyn_execute_options *options)
{
    return dyn__finish_call(db, dyn_execute_batch_begin(db, statements, count, options));
}

DYN_API dyn_status dyn_execute_transaction(dyn_client *db, dyn_statement *statements, size_t count, const dyn_execute_options *options)
{
    return dyn__finish_call(db, dyn_execute_transaction_begin(db, statements, count, options));
}

/* Is everything of an item selected? */
static bool dyn__selects_all(const char *text)
{
    while (*text && *text != '*' && (dyn__is_space(*text) || (*text >= 'A' && *text <= 'Z') || (*text >= 'a' && *text <= 'z')))
        text++;
    return *text == '*';
}

DYN_API dyn_status dyn_execute_select(dyn_client *db, dyn_rows *rows, const dyn_statement *statement, const dyn_execute_options *options)
{
    dyn__state *st = dyn__state_of(db);

    if (st && st->read.rows == rows) {
        if (st->phase != DYN__IDLE && st->phase != DYN__PAUSE)
            return DYN_BUSY;
        dyn__close_rows(st, DYN_OK);           /* begun again without dyn_finish */
    }
    rows->db = db, rows->model = statement->model, rows->count = 0, rows->open = false;
    dyn_status s = dyn__begin_statements(db, &dyn__op_execute_select, statement, 1, options, &st);
    if (s == DYN_OK && !statement->model)
        s = dyn__fail(st->err, DYN_INVALID, "dyn_execute_select needs .model, of which its rows are; for rows as JSON: dyn_raw, ExecuteStatement");
    if (s == DYN_OK && !dyn__statement_reads(statement))
        s = dyn__fail(st->err, DYN_INVALID, "dyn_execute_select is for SELECT; for INSERT, UPDATE and DELETE: dyn_execute");
    if (s == DYN_OK) {
        dyn__partiql *q = (dyn__partiql *)st->call.own;
        q->consistent = statement->consistent;
        st->read.limit = options ? options->limit : 0;
        q->page = options ? options->page : 0;
        st->decoder.want_key = true;
        st->decoder.partial = !dyn__selects_all(statement->text.text);
        memset((void *)st->decoder.key, 0, sizeof st->decoder.key);
        s = dyn__start_call(st);
        st->phase = DYN__IDLE;                 /* until the first dyn_next */
        rows->open = s == DYN_OK;
        st->read.rows = s == DYN_OK ? rows : NULL;
    }
    return rows->status = s;
}

/* --- Change streams: which streams there are ----------------------------------------------------------------------- */

DYN_API dyn_status dyn__streams_endpoint(struct dyn__state *st, dyn_arena *arena, const dyn_config *config, dyn_str found)
{
    dyn_str own = dyn__str(config->endpoint);

#ifndef DYNREPO_NO_OS
    const char *ignore = getenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    if (!own.len && !(ignore && dyn__same(ignore, "true"))) {
        dyn_status s = dyn__os_env(arena, "AWS_ENDPOINT_URL_DYNAMODB_STREAMS", &own, st->err);
        if (s != DYN_OK)
            return s;
    }
#endif
    if (!own.len)
        own = found;
    return own.len ? dyn__take_endpoint(st, arena, own) : dyn__default_endpoint(st, arena, "https://streams.dynamodb.");
}

/* A member of a JSON object that is a string, without its quotes; empty: there is none. */
static dyn_str dyn__json_inside(dyn_str json, const char *path)
{
    dyn_str v = { "", 0 }, none = { "", 0 };

    if (!dyn_json_get(json, path, &v) || v.len < 2 || *v.ptr != '"')
        return none;
    v.ptr++, v.len -= 2;
    return v;
}

/* What dyn_list_streams keeps. */
typedef struct dyn__streams_call {
    dyn__elements    list;
    dyn_str          table;
    dyn_stream_info *out;
    size_t           capacity, *count;
    bool             kept;        /* texts are in the results */
} dyn__streams_call;

/* Keeps text among the results until the next read. */
static bool dyn__keep_result(dyn__state *st, dyn_str *text)
{
    if (text->len > st->work.size - st->work.used) {
        st->work.missing = text->len;
        dyn__no_memory(st, "the names of the streams");
        return false;
    }
    st->work.size -= text->len;
    text->ptr = (const char *)memcpy(st->work.base + st->work.size, text->ptr, text->len);
    return true;
}

static int dyn__take_stream(dyn__state *st, dyn_str element)
{
    dyn__streams_call *q = (dyn__streams_call *)st->call.own;
    dyn_stream_info info;

    info.arn = dyn__json_inside(element, "StreamArn"), info.table = dyn__json_inside(element, "TableName");
    info.label = dyn__json_inside(element, "StreamLabel");
    if (!info.arn.len)
        return DYN__BAD;
    if (*q->count < q->capacity) {
        if (!dyn__keep_result(st, &info.arn) || !dyn__keep_result(st, &info.table) || !dyn__keep_result(st, &info.label))
            return DYN__FULL;
        q->out[*q->count] = info;
    }
    ++*q->count;
    return DYN__GOOD;
}

static dyn_status dyn__streams_part(dyn__state *st, size_t part, dyn__writer *w)
{
    dyn__streams_call *q = (dyn__streams_call *)st->call.own;

    if (part > 0)
        return DYN_DONE;
    dyn__puts(w, "{\"Limit\":100");
    dyn__write_text(w, "TableName", q->table);
    if (st->read.start.len) {
        dyn__puts(w, ",\"ExclusiveStartStreamArn\":");
        dyn__put(w, st->read.start.ptr, st->read.start.len);
    }
    dyn__putc(w, '}');
    return DYN_OK;
}

/* A try that is cut leaves no half page. */
static int dyn__read_streams(dyn__state *st, const char **at, const char *end)
{
    dyn__streams_call *q = (dyn__streams_call *)st->call.own;

    if (!st->envelope.members) {
        if (!q->kept)
            dyn__drop_results(st);
        else
            *q->count -= DYN__MIN(*q->count, q->list.count);
        q->kept = true;
        q->list.count = 0;
    }
    return dyn__read_elements(st, at, end);
}

/* Is there another page? Then its start is set. */
static bool dyn__another_page(dyn__state *st)
{
    dyn__read *rd = &st->read;
    dyn__raw swap = rd->start;

    if (rd->page_end.len < 3 || *rd->page_end.ptr != '"')
        return false;
    rd->start = rd->page_end;
    rd->page_end = swap;
    rd->page_end.len = 0;
    return true;
}

static dyn_status dyn__streams_done(dyn__state *st)
{
    dyn__streams_call *q = (dyn__streams_call *)st->call.own;

    q->list.count = 0;
    if (dyn__another_page(st))
        return dyn__next_page(st);
    if (*q->count > q->capacity)
        return dyn__fail(st->err, DYN_TOO_LARGE, "there are %u streams, and room for %u", (uint64_t)*q->count, (uint64_t)q->capacity);
    return DYN_OK;
}

static const dyn__operation dyn__op_streams = { "DynamoDBStreams_20120810.ListStreams", false, dyn__streams_part, dyn__read_streams, dyn__streams_done,
                                                NULL, NULL };

/* The service's own endpoint for tables knows no streams. */
static dyn_status dyn__check_streams_host(dyn__state *st)
{
    dyn_str host = dyn__str(st->host);

    if (dyn__begins(host, "dynamodb.") && st->secure)
        return dyn__fail(st->err, DYN_INVALID, "%s has no change streams; open a client for them: dyn_config c = { …, DYN_STREAMS }", st->host);
    return DYN_OK;
}

DYN_API dyn_status dyn_list_streams_begin(dyn_client *db, const char *table, dyn_stream_info *list, size_t capacity, size_t *count)
{
    dyn__state *st;
    dyn_status s = dyn__begin(db, NULL, &dyn__op_streams, NULL, 0, &st);

    *count = 0;
    if (s == DYN_OK)
        s = dyn__check_streams_host(st);
    if (s != DYN_OK)
        return s;
    dyn__streams_call *q = (dyn__streams_call *)dyn__alloc(&st->work, sizeof *q, 16);
    if (!q)
        return dyn__no_memory(st, "the list of streams");
    q->table = dyn__str(table);
    q->out = list, q->capacity = capacity, q->count = count;
    q->list.members[0].name = "Streams", q->list.members[0].what = DYN__M_ITEMS;
    q->list.members[1].name = "LastEvaluatedStreamArn", q->list.members[1].what = DYN__M_KEY;
    q->list.take = dyn__take_stream;
    st->call.own = q;
    return dyn__start_call(st);
}

DYN_API dyn_status dyn_list_streams(dyn_client *db, const char *table, dyn_stream_info *list, size_t capacity, size_t *count)
{
    return dyn__finish_call(db, dyn_list_streams_begin(db, table, list, capacity, count));
}

/* --- Change streams: shards ---------------------------------------------------------------------------------------- */

/* What dyn_change_next keeps: one call that asks for the stream, its shards, an iterator, records, as needed. */
typedef struct dyn__changes_call {
    dyn__elements list;           /* of ListStreams, then of GetRecords */
    const dyn__operation *ops;    /* the four of them */
    dyn_changes  *ch;
    dyn_change   *out;
    dyn_str       record;         /* the change that is handed out */
    bool          described;      /* the shards were asked for in this call */
    size_t        idle;           /* shards in a row that had nothing new */
    unsigned      pages;          /* of the present shard in a row */
    unsigned      renewed;        /* iterators that expired in a row */
    char          label[32];      /* of the newest stream so far */
    dyn_status    status;         /* of the record's images */
} dyn__changes_call;

static dyn_status dyn__changes_go_on(dyn__state *st);

static dyn__changes_call *dyn__changes_of(dyn__state *st)
{
    return (dyn__changes_call *)st->call.own;
}

/* Copies the inside of a JSON string that has nothing to unescape. False: it does not fit, or has. */
static bool dyn__copy_plain(char *to, size_t size, dyn_str from)
{
    if (from.len >= size || dyn__plain_run(from.ptr, from.len) != from.len)
        return false;
    memcpy(to, from.ptr, from.len);
    to[from.len] = 0;
    return true;
}

static dyn_shard *dyn__find_shard(dyn_changes *ch, dyn_str id)
{
    for (size_t i = 0; i < ch->count; i++)
        if (dyn__eq(ch->shards[i].id, strlen(ch->shards[i].id), id.ptr, id.len))
            return ch->shards + i;
    return NULL;
}

/* A place for another shard: behind the others, or that of one which is read to its end and has no child waiting. */
static dyn_shard *dyn__free_shard(dyn_changes *ch)
{
    dyn_shard *s = ch->count < ch->capacity ? ch->shards + ch->count : NULL;

    if (s)
        ch->count++;
    for (size_t i = 0; i < ch->count && !s; i++) {
        bool wanted = ch->shards[i].state != DYN_SHARD_DONE;
        for (size_t k = 0; k < ch->count && !wanted; k++)
            wanted = ch->shards[k].state == DYN_SHARD_NEW && dyn__same(ch->shards[k].parent, ch->shards[i].id);
        if (!wanted)
            s = ch->shards + i;
    }
    if (s)
        memset(s, 0, sizeof *s);
    return s;
}

/* May this shard be read now? Its parent, if it is known, is done. */
static bool dyn__shard_is_ready(dyn_changes *ch, const dyn_shard *s)
{
    dyn_shard *parent = s->parent[0] ? dyn__find_shard(ch, dyn__str(s->parent)) : NULL;

    return s->state != DYN_SHARD_DONE && (!parent || parent->state == DYN_SHARD_DONE);
}

/* A shard of the description. */
static dyn_status dyn__note_shard(dyn__state *st, dyn_changes *ch, dyn_str shard)
{
    dyn_str id = dyn__json_inside(shard, "ShardId"), parent = dyn__json_inside(shard, "ParentShardId");
    dyn_shard *s = dyn__find_shard(ch, id);

    if (!s) {
        s = dyn__free_shard(ch);
        if (!s)
            return dyn__fail(st->err, DYN_NO_MEMORY, "the stream has more than the %u shards that there is room for; give dyn_changes_open a larger array",
                             (uint64_t)ch->capacity);
        if (!id.len || !dyn__copy_plain(s->id, sizeof s->id, id))
            return dyn__bad_body(st, "has a shard without a proper name");
        s->from = ch->begun ? (uint8_t)DYN_FROM_OLDEST : ch->options.from;   /* an end tells nothing: its newest is its end */
    }
    if (!dyn__copy_plain(s->parent, sizeof s->parent, parent))
        return dyn__bad_body(st, "has a shard without a proper parent");
    return DYN_OK;
}

static dyn_status dyn__describe_stream_part(dyn__state *st, size_t part, dyn__writer *w)
{
    size_t most = (st->work.size - st->work.used) / 600;     /* a shard is some 250 bytes, and its text may be copied as it grows */

    if (part > 0)
        return DYN_DONE;
    dyn__puts(w, "{\"StreamArn\":\"");
    dyn__puts(w, dyn__changes_of(st)->ch->arn);
    dyn__write_number(w, "\",\"Limit\":", most < 1 ? 1 : most > 100 ? 100 : most);
    if (st->read.start.len) {
        dyn__puts(w, ",\"ExclusiveStartShardId\":");
        dyn__put(w, st->read.start.ptr, st->read.start.len);
    }
    dyn__putc(w, '}');
    return DYN_OK;
}

static dyn_status dyn__describe_stream_done(dyn__state *st)
{
    dyn_changes *ch = dyn__changes_of(st)->ch;
    dyn_str document = { st->call.document.ptr, st->call.document.len }, shards, shard, last;
    dyn_status s = DYN_OK;

    if (!dyn_json_get(document, "StreamDescription.Shards", &shards))
        return dyn__bad_body(st, "has no StreamDescription");
    for (size_t at = 0; s == DYN_OK && dyn_json_next(shards, &at, NULL, &shard); )
        s = dyn__note_shard(st, ch, shard);
    if (s != DYN_OK)
        return s;
    st->read.start.len = 0;
    if (dyn_json_get(document, "StreamDescription.LastEvaluatedShardId", &last) && *last.ptr == '"') {
        if (!dyn__append_raw(st, &st->read.start, last.ptr, last.len))
            return st->err->status;
        return dyn__next_page(st);
    }
    ch->fresh = ch->begun = dyn__changes_of(st)->described = true;
    return dyn__changes_go_on(st);
}

/* --- Change streams: iterators and records ------------------------------------------------------------------------- */

static dyn_status dyn__iterator_part(dyn__state *st, size_t part, dyn__writer *w)
{
    static const char *const types[] = { "TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER" };
    dyn_changes *ch = dyn__changes_of(st)->ch;
    const dyn_shard *s = ch->shards + ch->at;

    if (part > 0)
        return DYN_DONE;
    dyn__puts(w, "{\"StreamArn\":\"");
    dyn__puts(w, ch->arn);
    dyn__puts(w, "\",\"ShardId\":\"");
    dyn__puts(w, s->id);
    dyn__puts(w, "\",\"ShardIteratorType\":\"");
    dyn__puts(w, types[s->from & 3]);
    if (s->from >= DYN_FROM_AT) {
        dyn__puts(w, "\",\"SequenceNumber\":\"");
        dyn__puts(w, s->sequence);
    }
    dyn__puts(w, "\"}");
    return DYN_OK;
}

static dyn_status dyn__iterator_done(dyn__state *st)
{
    dyn_changes *ch = dyn__changes_of(st)->ch;
    dyn_shard *s = ch->shards + ch->at;
    dyn_str document = { st->call.document.ptr, st->call.document.len }, v;

    s->state = DYN_SHARD_OPEN;
    if (!dyn_json_get(document, "ShardIterator", &v) || (*v.ptr == '"' && dyn_json_text(v, s->iterator, sizeof s->iterator, NULL) != DYN_OK))
        return dyn__bad_body(st, "has no proper ShardIterator");
    if (*v.ptr != '"')
        s->state = DYN_SHARD_DONE;
    return dyn__changes_go_on(st);
}

static dyn_status dyn__records_part(dyn__state *st, size_t part, dyn__writer *w)
{
    dyn_changes *ch = dyn__changes_of(st)->ch;
    const char *iterator = ch->shards[ch->at].iterator;

    if (part > 0)
        return DYN_DONE;
    dyn__puts(w, "{\"ShardIterator\":");
    dyn__put_json(w, iterator, strlen(iterator));
    if (ch->options.page)
        dyn__write_number(w, ",\"Limit\":", ch->options.page);
    dyn__putc(w, '}');
    return DYN_OK;
}

/* Is the item with these keys one of the model's, by the literal beginnings of its key templates? */
static bool dyn__keys_are_of(const dyn__known *k, dyn_str keys)
{
    for (int i = 0; i < 2; i++) {
        const dyn__key *key = i ? &k->sk : &k->pk;
        dyn_str name, value, literal = key->attr.len && !key->plain ? key->parts[0].literal : key->attr, text;
        size_t at = 0;
        bool good = !key->attr.len || key->plain || !literal.len;
        while (!good && dyn_json_next(keys, &at, &name, &value)) {
            if (!dyn__json_is(name, key->attr.ptr, key->attr.len) || !dyn_json_get(value, "S", &text) || *text.ptr != '"')
                continue;
            char begin[64];
            size_t n = 0, most = DYN__MIN(literal.len, sizeof begin);
            const char *p = text.ptr + 1;
            (void)dyn__take_string(&p, text.ptr + text.len, begin, most, &n);
            good = n == most && memcmp(begin, literal.ptr, most) == 0 && (key->parts[0].field != DYN__NO_FIELD || (literal.len > most || *p == '"'));
        }
        if (!good)
            return false;
    }
    return true;
}

/* An image of a record, or its keys. */
static bool dyn__take_image(dyn__state *st, dyn_image *image, dyn_str record, const char *path)
{
    dyn_str item;

    image->found = false;
    if (!image->item || !dyn_json_get(record, path, &item) || *item.ptr != '{')
        return true;
    st->decoder.from_key = image == &dyn__changes_of(st)->out->keys;
    bool good = dyn__decode_image(st, dyn__changes_of(st)->ch->model, image, item);
    st->decoder.from_key = false;
    if (!good)
        return false;
    if (dyn__changes_of(st)->status == DYN_OK)
        dyn__changes_of(st)->status = dyn__item_status(st);
    return true;
}

/* Fills the caller's change. False: it is none that the service would send. */
static bool dyn__fill_change(dyn__state *st, dyn_change *c, const dyn_shard *shard, dyn_str record)
{
    static const char *const kinds[] = { "", "INSERT", "MODIFY", "REMOVE" };
    dyn_str name = dyn__json_inside(record, "eventName"), v, type = dyn__json_inside(record, "userIdentity.type");
    double seconds = 0;
    int64_t size = 0;

    c->kind = (dyn_change_kind)0;
    for (int i = 1; i < 4; i++)
        if (dyn__eq(name.ptr, name.len, kinds[i], strlen(kinds[i])))
            c->kind = (dyn_change_kind)i;
    c->event_id = dyn__json_inside(record, "eventID");
    c->user = dyn__json_inside(record, "userIdentity.principalId");
    if (!type.len)
        type = dyn__json_inside(record, "userIdentity.Type"), c->user = dyn__json_inside(record, "userIdentity.PrincipalId");
    c->expired = c->kind == DYN_CHANGE_REMOVE && dyn__eq(type.ptr, type.len, "Service", 7)
                 && dyn__eq(c->user.ptr, c->user.len, "dynamodb.amazonaws.com", 22);
    if (dyn_json_get(record, "dynamodb.ApproximateCreationDateTime", &v))
        (void)dyn_json_real(v, &seconds);
    if (dyn_json_get(record, "dynamodb.SizeBytes", &v))
        (void)dyn_json_int(v, &size);
    c->unix_ms = seconds > 0 && seconds < 1e12 ? (int64_t)(seconds * 1000 + 0.5) : 0;
    c->size_bytes = size > 0 ? (uint64_t)size : 0;
    c->sequence = dyn__str(shard->sequence);
    c->shard = dyn__str(shard->id);
    c->record = record;
    dyn__changes_of(st)->status = DYN_OK;
    return c->kind && dyn__take_image(st, &c->keys, record, "dynamodb.Keys") && dyn__take_image(st, &c->before, record, "dynamodb.OldImage")
           && dyn__take_image(st, &c->after, record, "dynamodb.NewImage");
}

static int dyn__take_record(dyn__state *st, dyn_str record)
{
    dyn__changes_call *q = dyn__changes_of(st);
    dyn_shard *s = q->ch->shards + q->ch->at;
    dyn_str sequence = dyn__json_inside(record, "dynamodb.SequenceNumber"), keys = { "{}", 2 };

    if (!sequence.len || !dyn__copy_plain(s->sequence, sizeof s->sequence, sequence))
        return DYN__BAD;
    s->from = DYN_FROM_BEHIND;
    (void)dyn_json_get(record, "dynamodb.Keys", &keys);
    if (!dyn__keys_are_of(st->call.known, keys))
        return DYN__GOOD;
    if (!q->ch->options.arena)
        dyn__drop_results(st);                 /* the texts of the change before */
    return dyn__fill_change(st, q->out, s, record) ? DYN__ROW_READY : DYN__BAD;
}

/* A change is ready. */
static dyn_status dyn__change_ready(dyn__state *st)
{
    dyn__changes_call *q = dyn__changes_of(st);
    dyn_status s = q->status;

    st->read.handed++, st->read.in_page++, st->read.count++;
    st->err->attempts = st->call.attempt;
    if (s == DYN_BAD_ROW) {
        dyn__say(st->err, "; in the change %s of shard %s", q->ch->shards[q->ch->at].sequence, q->ch->shards[q->ch->at].id);
        st->err->status = DYN_BAD_ROW;
        return s;
    }
    return s == DYN_OK ? DYN_ROW : dyn__close_rows(st, s);
}

/* A page of records is read. */
static dyn_status dyn__records_done(dyn__state *st)
{
    dyn__changes_call *q = dyn__changes_of(st);
    dyn_changes *ch = q->ch;
    dyn_shard *s = ch->shards + ch->at;
    dyn_str next = { st->read.page_end.ptr, st->read.page_end.len };

    q->renewed = 0;
    if (next.len < 3 || *next.ptr != '"') {    /* the shard is closed, and this was its end; its children may be unknown yet */
        s->state = DYN_SHARD_DONE;
        s->iterator[0] = 0;
        ch->fresh = false;
        q->idle = q->pages = 0;
    } else {
        if (dyn_json_text(next, s->iterator, sizeof s->iterator, NULL) != DYN_OK)
            s->iterator[0] = 0;                /* asked for again by the sequence number */
        q->idle = q->list.count ? 0 : q->idle + 1;
        q->pages++;
        if (!q->list.count || q->pages == 8)
            ch->at++, q->pages = 0;
    }
    return dyn__changes_go_on(st);
}

/* The page was cut: goes on behind the last change. */
static bool dyn__resume_changes(dyn__state *st)
{
    dyn_changes *ch = dyn__changes_of(st)->ch;
    dyn_error *e = st->err;
    dyn_status status = e->status;
    char text = e->text[0];

    ch->shards[ch->at].iterator[0] = 0;
    dyn__forget_try(st);
    if (dyn__changes_go_on(st) != DYN_PENDING)
        return false;
    e->status = status, e->text[0] = text;
    return true;
}

/* --- Change streams: the call -------------------------------------------------------------------------------------- */

/* A stream of the table: the newest counts. */
static int dyn__take_newest(dyn__state *st, dyn_str element)
{
    dyn__changes_call *q = dyn__changes_of(st);
    dyn_str arn = dyn__json_inside(element, "StreamArn"), label = dyn__json_inside(element, "StreamLabel");
    size_t n = DYN__MIN(label.len, sizeof q->label - 1), have = strlen(q->label);
    int order = memcmp(label.ptr, q->label, DYN__MIN(n, have));

    if (q->ch->arn[0] && (order < 0 || (order == 0 && n <= have)))
        return DYN__GOOD;
    if (!arn.len || !dyn__copy_plain(q->ch->arn, sizeof q->ch->arn, arn))
        return DYN__BAD;
    memcpy(q->label, label.ptr, n);
    q->label[n] = 0;
    return DYN__GOOD;
}

static dyn_status dyn__newest_part(dyn__state *st, size_t part, dyn__writer *w)
{
    if (part > 0)
        return DYN_DONE;
    dyn__write_table(st, w);
    if (st->read.start.len) {
        dyn__puts(w, ",\"ExclusiveStartStreamArn\":");
        dyn__put(w, st->read.start.ptr, st->read.start.len);
    }
    dyn__putc(w, '}');
    return DYN_OK;
}

static dyn_status dyn__newest_done(dyn__state *st)
{
    dyn_changes *ch = dyn__changes_of(st)->ch;

    if (dyn__another_page(st))
        return dyn__next_page(st);
    st->read.start.len = 0;
    if (!ch->arn[0])
        return DYN_NOT_FOUND;
    return dyn__changes_go_on(st);
}

enum { DYN__OP_NEWEST, DYN__OP_SHARDS, DYN__OP_ITERATOR, DYN__OP_RECORDS };

static void dyn__expect_list(dyn__changes_call *q, const char *name, const char *next, int (*take)(struct dyn__state *st, dyn_str element))
{
    memset((void *)&q->list, 0, sizeof q->list);
    q->list.members[0].name = name, q->list.members[0].what = DYN__M_ITEMS;
    q->list.members[1].name = next, q->list.members[1].what = DYN__M_KEY;
    q->list.take = take;
}

/* Sets up the next request: for the stream, its shards, an iterator or records. DYN_DONE: there is nothing new. */
static dyn_status dyn__changes_go_on(dyn__state *st)
{
    dyn__changes_call *q = dyn__changes_of(st);
    dyn_changes *ch = q->ch;
    size_t ready = 0, found = ch->count;

    if (!ch->arn[0]) {
        dyn__expect_list(q, "Streams", "LastEvaluatedStreamArn", dyn__take_newest);
        st->call.op = q->ops + DYN__OP_NEWEST;
        return dyn__next_page(st);
    }
    if (!ch->fresh && !(q->described && ch->count)) {
        st->call.op = q->ops + DYN__OP_SHARDS;
        return dyn__next_page(st);
    }
    for (size_t i = 0; i < ch->count; i++) {
        size_t k = (ch->at + i) % ch->count;
        if (dyn__shard_is_ready(ch, ch->shards + k)) {
            found = found == ch->count ? k : found;
            ready++;
        }
    }
    if (!ready && !q->described) {             /* all shards are read to their ends: there may be others now */
        st->call.op = q->ops + DYN__OP_SHARDS;
        return dyn__next_page(st);
    }
    if (!ready || q->idle >= ready)
        return DYN_DONE;
    ch->at = found;
    if (ch->shards[found].iterator[0]) {
        dyn__expect_list(q, "Records", "NextShardIterator", dyn__take_record);
        st->call.op = q->ops + DYN__OP_RECORDS;
    } else
        st->call.op = q->ops + DYN__OP_ITERATOR;
    return dyn__next_page(st);
}

/* What is special about the refusals of streams. */
static dyn_status dyn__changes_refused(dyn__state *st)
{
    dyn__changes_call *q = dyn__changes_of(st);
    dyn_changes *ch = q->ch;
    bool asks_shard = st->call.op >= q->ops + DYN__OP_ITERATOR;
    bool gone = dyn__begins(dyn__str(st->code), "ResourceNotFound"), expired = dyn__begins(dyn__str(st->code), "ExpiredIterator");
    dyn_shard *s = ch->shards + (asks_shard ? ch->at : 0);

    if (asks_shard && expired && q->renewed++ < 3) {
        bool blind = s->from == DYN_FROM_NOW;
        s->iterator[0] = 0;
        if (!blind)
            return dyn__changes_go_on(st);
        return dyn__fail(st->err, DYN_REJECTED, "%s: no change of shard %s was seen before and none was asked for in the last 15 minutes, so those since are "
                         "lost; ask more often. The next call goes on with what comes from now on", st->code, s->id);
    }
    if (asks_shard && (dyn__begins(dyn__str(st->code), "TrimmedDataAccess") || (gone && s->state != DYN_SHARD_NEW))) {
        s->iterator[0] = s->sequence[0] = 0;
        s->from = DYN_FROM_OLDEST;
        if (gone)
            s->state = DYN_SHARD_DONE, ch->fresh = false;
        return dyn__fail(st->err, DYN_REJECTED, "%s: shard %s: changes older than 24 hours are gone, and some of them were not read yet; the next call goes on "
                         "with the oldest that is left", st->code, s->id);
    }
    if (gone)
        return dyn__fail(st->err, DYN_NO_TABLE, "%s: %s", st->code, st->message);
    return DYN_OK;
}

static const dyn__operation dyn__changes_ops[] = {
    { "DynamoDBStreams_20120810.ListStreams", false, dyn__newest_part, dyn__read_elements, dyn__newest_done, NULL, NULL },
    { "DynamoDBStreams_20120810.DescribeStream", false, dyn__describe_stream_part, dyn__read_document, dyn__describe_stream_done, NULL, NULL },
    { "DynamoDBStreams_20120810.GetShardIterator", false, dyn__iterator_part, dyn__read_document, dyn__iterator_done, NULL, NULL },
    { "DynamoDBStreams_20120810.GetRecords", false, dyn__records_part, dyn__read_elements, dyn__records_done, dyn__change_ready, dyn__resume_changes }
};

DYN_API dyn_status dyn_change_next_begin(dyn_changes *changes, dyn_change *change)
{
    dyn__state *st = dyn__rows_state(&changes->rows);
    dyn_rows *rows = &changes->rows;

    if (st) {
        if (st->phase != DYN__PAUSE)
            return DYN_BUSY;
        memset((void *)st->err, 0, sizeof *st->err);
        dyn__changes_of(st)->out = change;
        uint32_t away = dyn__now(st) - st->paused_at;   /* the time between changes is the program's */
        st->limit_at += away, st->call.total_at += away;
        st->phase = DYN__BODY;
        return DYN_OK;
    }
    dyn_status s = dyn__begin(changes->db, changes->model, dyn__changes_ops, changes->options.table, changes->options.total_ms, &st);
    if (s == DYN_OK)
        s = dyn__check_streams_host(st);
    if (s != DYN_OK)
        return s;
    dyn__changes_call *q = (dyn__changes_call *)dyn__alloc(&st->work, sizeof *q, 16);
    if (!q)
        return dyn__no_memory(st, "a read of changes");
    q->ch = changes, q->out = change;
    q->ops = dyn__changes_ops;
    st->call.own = q;
    st->call.refused = dyn__changes_refused;
    st->decoder.keep = changes->options.arena;
    s = dyn__changes_go_on(st);
    if (s != DYN_PENDING)
        return s;
    rows->db = changes->db, rows->model = changes->model, rows->count = 0, rows->open = true;
    st->read.rows = rows;
    return DYN_OK;
}

DYN_API dyn_status dyn_change_next(dyn_changes *changes, dyn_change *change)
{
    dyn_status s = dyn__finish_call(changes->db, dyn_change_next_begin(changes, change));

    (void)dyn__rows_state(&changes->rows);
    return s;
}

DYN_API void dyn_changes_pause(dyn_changes *changes)
{
    dyn__state *st = dyn__rows_state(&changes->rows);

    if (!st)
        return;
    if (st->phase == DYN__PAUSE) {
        changes->shards[changes->at].iterator[0] = 0;   /* the rest of the page is asked for again */
        dyn__close_rows(st, DYN_OK);
    } else
        dyn_cancel(changes->db);
    (void)dyn__rows_state(&changes->rows);
}

/* --- Change streams: places ---------------------------------------------------------------------------------------- */

/* "1 arn", then a line "shard state sequence" for each, then a line with the CRC-32 of all that in hexadecimal. */
DYN_API dyn_status dyn_changes_checkpoint(const dyn_changes *changes, char *text, size_t size, size_t *length)
{
    dyn__writer w = { text, size, 0, 0, 0, NULL, NULL };

    dyn__puts(&w, "1 ");
    dyn__puts(&w, changes->arn[0] ? changes->arn : "-");
    for (size_t i = 0; i < changes->count; i++) {
        const dyn_shard *s = changes->shards + i;
        dyn__putc(&w, '\n');
        dyn__puts(&w, s->id);
        dyn__putc(&w, ' ');
        dyn__putc(&w, s->state == DYN_SHARD_DONE ? 'd' : (char)('0' + s->from));
        dyn__puts(&w, s->sequence[0] ? " " : " -");
        dyn__puts(&w, s->sequence);
    }
    uint32_t crc = w.len == w.pos ? dyn__crc32(0, text, w.len) : 0;
    dyn__putc(&w, '\n');
    for (int shift = 28; shift >= 0; shift -= 4)
        dyn__putc(&w, "0123456789abcdef"[crc >> shift & 15]);
    if (length)
        *length = w.pos;
    bool fits = w.pos < size;
    if (size)
        text[fits ? w.pos : 0] = 0;
    return fits ? DYN_OK : DYN_TOO_LARGE;
}

/* The next word of a checkpoint, up to a blank or a line's end. */
static dyn_str dyn__checkpoint_word(dyn_str *text)
{
    dyn_str word = *text;

    for (word.len = 0; word.len < text->len && word.ptr[word.len] != ' ' && word.ptr[word.len] != '\n'; word.len++) { }
    size_t taken = DYN__MIN(word.len + 1, text->len);
    text->ptr += taken, text->len -= taken;
    return word;
}

/* Sets a place of a checkpoint, or the program's own. */
static dyn_status dyn__set_place(dyn_changes *ch, dyn_error *err, dyn_str id, uint8_t state, uint8_t from, dyn_str sequence)
{
    dyn_shard *s = dyn__find_shard(ch, id);
    bool digits = sequence.len < sizeof s->sequence && (sequence.len > 0 || from < DYN_FROM_AT || state == DYN_SHARD_DONE);

    for (size_t i = 0; i < sequence.len; i++)
        digits = digits && sequence.ptr[i] >= '0' && sequence.ptr[i] <= '9';
    if (!id.len || id.len >= sizeof s->id || dyn__plain_run(id.ptr, id.len) != id.len || !digits || from > DYN_FROM_BEHIND)
        return dyn__fail(err, DYN_INVALID, "shard \"%S\", sequence number \"%S\": they are a shard's name and up to 40 digits", &id, &sequence);
    if (!s)
        s = dyn__free_shard(ch);
    if (!s)
        return dyn__fail(err, DYN_NO_MEMORY, "there is room for %u shards, and the checkpoint has more; give dyn_changes_open a larger array",
                         (uint64_t)ch->capacity);
    memcpy(s->id, id.ptr, id.len), s->id[id.len] = 0;
    memcpy(s->sequence, sequence.ptr, sequence.len), s->sequence[sequence.len] = 0;
    s->state = state, s->from = from;
    s->iterator[0] = 0;
    ch->begun = true;
    return DYN_OK;
}

static dyn_status dyn__take_checkpoint(dyn_changes *ch, dyn_error *err, dyn_str text)
{
    dyn_str version, arn;
    char crc[9] = "";
    dyn_status s = DYN_OK;

    if (text.len > 10 && text.ptr[text.len - 9] == '\n') {
        uint32_t v = dyn__crc32(0, text.ptr, text.len - 9);
        for (int i = 0; i < 8; i++)
            crc[i] = "0123456789abcdef"[v >> (28 - 4 * i) & 15];
    }
    if (!crc[0] || memcmp(crc, text.ptr + text.len - 8, 8) != 0 || text.ptr[0] != '1')
        return dyn__fail(err, DYN_INVALID, "the checkpoint is not one that dyn_changes_checkpoint wrote, or it was changed since");
    text.len -= 9;
    version = dyn__checkpoint_word(&text);
    arn = dyn__checkpoint_word(&text);
    if (version.len != 1 || arn.len >= sizeof ch->arn || (ch->arn[0] && !dyn__eq(arn.ptr, arn.len, ch->arn, strlen(ch->arn))))
        return dyn__fail(err, DYN_INVALID, "the checkpoint is of the stream %S, not of the one in options.arn", &arn);
    if (!dyn__eq(arn.ptr, arn.len, "-", 1))
        memcpy(ch->arn, arn.ptr, arn.len), ch->arn[arn.len] = 0;
    while (text.len && s == DYN_OK) {
        dyn_str id = dyn__checkpoint_word(&text), state = dyn__checkpoint_word(&text), sequence = dyn__checkpoint_word(&text);
        char c = state.len ? *state.ptr : '?';
        if (sequence.len && *sequence.ptr == '-')
            sequence.len = 0;
        s = dyn__set_place(ch, err, id, c == 'd' ? (uint8_t)DYN_SHARD_DONE : (uint8_t)DYN_SHARD_NEW, c == 'd' ? (uint8_t)0 : (uint8_t)(c - '0'), sequence);
    }
    return s;
}

DYN_API dyn_status dyn_changes_open(dyn_changes *changes, dyn_client *db, const dyn_model *model, dyn_shard *shards, size_t capacity,
                                    const dyn_changes_options *options)
{
    dyn_error *err = &db->error;

    memset((void *)changes, 0, sizeof *changes);
    changes->db = db, changes->model = model, changes->shards = shards, changes->capacity = capacity;
    dyn__state *st = dyn__state_of(db);
    if (st && (st->phase != DYN__IDLE || st->read.rows))
        return DYN_BUSY;
    memset((void *)err, 0, sizeof *err);
    if (!st)
        return dyn__fail(err, DYN_INVALID, "the client is not open, or was moved or overwritten since dyn_open");
    if (options)
        changes->options = *options;
    dyn_str arn = dyn__str(changes->options.arn);
    if (!shards || !capacity)
        return dyn__fail(err, DYN_INVALID, "dyn_changes_open needs room for one dyn_shard at least; sixteen are plenty for a small table");
    if (arn.len && !dyn__copy_plain(changes->arn, sizeof changes->arn, arn))
        return dyn__fail(err, DYN_INVALID, "options.arn \"%S\": it is no stream's ARN", &arn);
    if (changes->options.page > 1000)
        return dyn__fail(err, DYN_INVALID, "options.page is %u; it can be 1 to 1000", (uint64_t)changes->options.page);
    if (changes->options.from > DYN_FROM_NOW)
        return dyn__fail(err, DYN_INVALID, "options.from is DYN_FROM_OLDEST or DYN_FROM_NOW; for a place in a shard: dyn_changes_seek");
    return changes->options.checkpoint.len ? dyn__take_checkpoint(changes, err, changes->options.checkpoint) : DYN_OK;
}

DYN_API dyn_status dyn_changes_seek(dyn_changes *changes, const char *shard, int from, const char *sequence)
{
    dyn_error *err = &changes->db->error;

    dyn_changes_pause(changes);
    memset((void *)err, 0, sizeof *err);
    if (from < DYN_FROM_OLDEST || from > DYN_FROM_BEHIND || (from >= DYN_FROM_AT) != (sequence && *sequence))
        return dyn__fail(err, DYN_INVALID, "dyn_changes_seek: DYN_FROM_AT and DYN_FROM_BEHIND need a sequence number, the others none");
    return dyn__set_place(changes, err, dyn__str(shard), (uint8_t)DYN_SHARD_NEW, (uint8_t)from, dyn__str(sequence));
}

/* ======================================================================================================================
 * >>repo   A repository: contents of partitions by a convention.
 * May call everything above. The struct of the user's model is the first part of a row; what the convention keeps stands behind it,
 * as members of a model that is made when the repository is opened. So each call is one of >>op, or a chain of them.
 * ==================================================================================================================== */

/* The convention's own members of a row. */
typedef struct dyn__beside {
    dyn_str  pk, sk;
    uint64_t version;
    int64_t  expires, created_us, changed_us;
} dyn__beside;
enum { DYN__B_PK, DYN__B_SK, DYN__B_VERSION, DYN__B_EXPIRES, DYN__B_CREATED, DYN__B_CHANGED, DYN__B_COUNT };
static const dyn_field dyn__beside_fields[DYN__B_COUNT] = {
    DYN_STR(dyn__beside, pk), DYN_STR(dyn__beside, sk), DYN_INT(dyn__beside, version, .optional = true, .initial = "1"),
    DYN_SECONDS(dyn__beside, expires, .omit_zero = true),
    DYN_ISO(dyn__beside, created_us, .omit_zero = true), DYN_ISO(dyn__beside, changed_us, .omit_zero = true)
};

enum { DYN__REPO_ARGS = 40, DYN__REPO_TEXT = 1024, DYN__REPO_KEY = 256 };

typedef struct dyn__repo {
    dyn_client       *db;
    dyn_model         model;      /* the user's, and the convention's members behind */
    const dyn_model  *user;
    dyn_convention    how;
    dyn_str           pk_head, sk_head, separator;   /* what keys begin with, separators included */
    bool              consistent;
    unsigned char    *row;
    dyn__beside      *beside;     /* in the row */
    char             *key_text[3];   /* room for a partition key, a sort key, the end of a range */
    size_t            key_size;
    char             *text;       /* room for the text of an expression */
    size_t            text_size;
    int64_t           now;        /* the time of the running call, as stamps keep it */
    char              own[256];   /* what the repository sets in an update */
    dyn_arg           own_args[6];
    dyn_arg          *args;       /* and for its values */
    dyn_write_options write;      /* of the running call */
    dyn_get_options   get;
    void             *item;
    dyn_content      *out;
    dyn_rows         *rows;
    size_t            limit, handed;   /* with whole: rows wanted, 0: all; and given out */
    bool              whole;      /* rows whose id only begins with the last id of the prefix are passed over */
    dyn_str           prefix;
} dyn__repo;

/* --- Opening ------------------------------------------------------------------------------------------------------- */

/* Joins texts, each with what stands behind it, into memory of the repository. A text that is NULL is left out. */
static dyn_status dyn__repo_join(dyn_arena *a, dyn_str *out, const char *const *texts, const char *const *behind, size_t count)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++)
        n += texts[i] ? strlen(texts[i]) + strlen(behind[i]) : 0;
    char *p = (char *)dyn__alloc(a, n + 1, 1);
    if (!p)
        return DYN_NO_MEMORY;
    dyn__writer w = { p, n, 0, 0, 0, NULL, NULL };
    for (size_t i = 0; i < count; i++)
        if (texts[i])
            dyn__puts(&w, texts[i]), dyn__puts(&w, behind[i]);
    out->ptr = p, out->len = n;
    return DYN_OK;
}

/* One of the convention's members: with its attribute's name, at its place in a row. */
static void dyn__repo_field(dyn__repo *r, dyn_field *fields, size_t which, const char *attr)
{
    dyn_field *f = fields + r->model.field_count;

    if (!attr)
        return;
    memcpy((void *)f, &dyn__beside_fields[which], sizeof *f);
    f->member = f->attr = attr;
    f->offset += (uint32_t)((unsigned char *)r->beside - r->row);
    r->model.field_count++;
}

/* Lays out fields, row and room for texts. */
static dyn_status dyn__repo_lay_out(dyn_arena *a, dyn__repo *r, const dyn_repo_config *c)
{
    static const char *const pk = "pk", *const sk = "sk";
    size_t n = r->user->field_count, at = (r->user->size + 15) & ~(size_t)15, size = at + sizeof(dyn__beside);
    dyn_field *fields = (dyn_field *)dyn__alloc(a, (n + DYN__B_COUNT) * sizeof *fields, sizeof(uint64_t));

    r->row = (unsigned char *)dyn__alloc(a, size, 16);
    r->text_size = c->text_size ? c->text_size : (size_t)DYN__REPO_TEXT;
    r->text = (char *)dyn__alloc(a, r->text_size, 1);
    r->args = (dyn_arg *)dyn__alloc(a, DYN__REPO_ARGS * sizeof *r->args, sizeof(uint64_t));
    r->key_size = c->key_size ? c->key_size : (size_t)DYN__REPO_KEY;
    for (int i = 0; i < 3; i++)
        r->key_text[i] = (char *)dyn__alloc(a, r->key_size, 1);
    if (!fields || !r->row || !r->text || !r->args || !r->key_text[2])
        return DYN_NO_MEMORY;
    r->beside = (dyn__beside *)(void *)(r->row + at);
    memcpy((void *)fields, r->user->fields, n * sizeof *fields);
    memcpy((void *)&r->model, r->user, sizeof r->model);
    r->model.fields = fields, r->model.size = size, r->model.nulls = r->model.nulls || r->how.nulls;
    if (c->table)
        r->model.table = c->table;
    if (r->how.keys == DYN_KEYS_OF_IDS) {
        r->model.pk = c->pk ? c->pk : pk, r->model.sk = c->sk ? c->sk : sk;
        dyn__repo_field(r, fields, DYN__B_PK, r->model.pk);
        dyn__repo_field(r, fields, DYN__B_SK, r->model.sk);
    }
    dyn__repo_field(r, fields, DYN__B_VERSION, r->how.version);
    dyn__repo_field(r, fields, DYN__B_EXPIRES, r->how.expires);
    dyn__repo_field(r, fields, DYN__B_CREATED, r->how.created);
    dyn__repo_field(r, fields, DYN__B_CHANGED, r->how.changed);
    return DYN_OK;
}

/* What keys begin with. */
static dyn_status dyn__repo_heads(dyn_arena *a, dyn__repo *r, const dyn_repo_config *c)
{
    const char *separator = c->separator ? c->separator : "#";
    const char *const texts[4] = { c->tenant, c->prefix, c->name, c->type }, *const behind[4] = { "@", separator, separator, separator };

    r->separator = dyn__str(separator);
    if (dyn__repo_join(a, &r->pk_head, texts, behind, 3) != DYN_OK)
        return DYN_NO_MEMORY;
    return dyn__repo_join(a, &r->sk_head, texts + 3, behind + 3, 1);
}

DYN_API dyn_status dyn_repo_open(dyn_repo *repo, dyn_client *db, const dyn_model *model, const dyn_repo_config *c)
{
    dyn__state *st = dyn__state_of(db);
    dyn_arena a = { (unsigned char *)c->memory, c->memory ? c->memory_size : 0, 0, 0, 0 };

    memset((void *)repo, 0, sizeof *repo);
    if (!st)
        return DYN_INVALID;
    if (st->phase != DYN__IDLE || st->read.rows)
        return DYN_BUSY;
    memset((void *)st->err, 0, sizeof *st->err);
    if (c->start_canary_ || c->end_canary_)
        return dyn__fail(st->err, DYN_INVALID, "the repository's config is not zeroed where nothing is set: write dyn_repo_config c = { … } or memset it");
    dyn_status s = dyn__check_fields(model, 1, st->err);
    if (s != DYN_OK)
        return s;
    if (model->field_count + DYN__B_COUNT > DYN_MAX_FIELDS)
        return dyn__fail(st->err, DYN_INVALID, "model \"%s\": a repository adds up to %u members to the %u it may have", model->name, (uint64_t)DYN__B_COUNT,
                         (uint64_t)DYN_MAX_FIELDS);
    dyn__repo *r = (dyn__repo *)dyn__alloc(&a, sizeof *r, 16);
    if (r) {
        r->db = db, r->user = model, r->how = c->convention, r->consistent = c->consistent;
        s = dyn__repo_lay_out(&a, r, c);
        if (s == DYN_OK)
            s = dyn__repo_heads(&a, r, c);
    }
    if (!r || s != DYN_OK) {
        st->err->needed = c->memory_size + 2 * a.missing + 64 + model->field_count * sizeof(dyn_field) + model->size + DYN__REPO_TEXT + 3 * DYN__REPO_KEY
                          + DYN__REPO_ARGS * sizeof(dyn_arg);
        return dyn__fail(st->err, DYN_NO_MEMORY, "the repository's memory is too small: it has %u bytes; %u are enough", (uint64_t)c->memory_size,
                         (uint64_t)st->err->needed);
    }
    for (dyn__known *k = st->models; k; k = k->older)
        if (k->model == &r->model)
            k->model = NULL;                   /* of a repository that lay here before */
    dyn__known *known;
    st->work.used = 0;
    s = dyn__meet(st, &r->model, &known);
    if (s != DYN_OK)
        return s;
    repo->db = db, repo->state = r;
    return DYN_OK;
}

/* --- Keys ---------------------------------------------------------------------------------------------------------- */

/* The repository of an open handle, on a client that is free. */
static dyn__repo *dyn__repo_of(dyn_repo *repo, dyn_status *s)
{
    dyn__state *st = repo ? dyn__state_of(repo->db) : NULL;

    *s = DYN_INVALID;
    if (!st || !repo->state)
        return NULL;
    if (st->phase != DYN__IDLE || st->read.rows) {
        *s = DYN_BUSY;
        return NULL;
    }
    memset((void *)st->err, 0, sizeof *st->err);
    repo->state->now = dyn__unix_ms(st);
    return repo->state;
}

/* One id, escaped where the convention says so. */
static dyn_status dyn__repo_put_id(dyn__repo *r, dyn__writer *w, dyn_str id, dyn_error *err)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t n = r->separator.len;

    for (size_t i = 0; i < id.len; i++) {
        bool odd = n && n <= id.len - i && memcmp(id.ptr + i, r->separator.ptr, n) == 0;
        if (odd && r->how.odd_ids == DYN_IDS_REFUSE)
            return dyn__fail(err, DYN_INVALID, "the id \"%S\" contains the separator \"%S\"; choose another, or let the convention's odd_ids escape it", &id,
                             &r->separator);
        if (r->how.odd_ids == DYN_IDS_ESCAPE && (odd || id.ptr[i] == '%')) {
            unsigned char c = (unsigned char)id.ptr[i];
            dyn__putc(w, '%'), dyn__putc(w, hex[c >> 4]), dyn__putc(w, hex[c & 15]);
        } else
            dyn__putc(w, id.ptr[i]);
    }
    return DYN_OK;
}

/* A key's text: its head, then the ids with separators between. */
static dyn_status dyn__repo_key(dyn__repo *r, int which, dyn_str head, dyn_key ids, dyn_str *out, dyn_error *err)
{
    dyn__writer w = { r->key_text[which], r->key_size, 0, 0, 0, NULL, NULL };
    char digits[24];

    dyn__put(&w, head.ptr, head.len);
    for (size_t i = 0; i < ids.count; i++) {
        dyn_arg a = ids.args[i];
        dyn_str id = a.as.s;
        if (a.kind == DYN_ARG_INT || a.kind == DYN_ARG_UINT)
            id = a.kind == DYN_ARG_INT ? dyn__decimal(digits, a.as.i) : dyn__decimal_u(digits, a.as.u);
        else if (a.kind != DYN_ARG_TEXT)
            return dyn__fail(err, DYN_INVALID, "id %u is neither a text nor an integer", (uint64_t)(i + 1));
        if (i)
            dyn__put(&w, r->separator.ptr, r->separator.len);
        if (dyn__repo_put_id(r, &w, id, err) != DYN_OK)
            return DYN_INVALID;
    }
    if (w.pos > r->key_size)
        return dyn__fail(err, DYN_INVALID, "the key of these ids has %u bytes; the repository was opened for %u: give config.key_size", (uint64_t)w.pos,
                         (uint64_t)r->key_size);
    out->ptr = w.buf, out->len = w.len;
    return DYN_OK;
}

/* Which values the key of a call has: the two texts, or the members of the model's own key. */
static dyn_status dyn__repo_place(dyn__repo *r, dyn_key partition, dyn_key content, dyn_key *key)
{
    dyn_error *err = &r->db->error;

    dyn_key_of(key, r->args, 2);
    if (r->how.keys == DYN_KEYS_OF_IDS) {
        dyn_str pk, sk;
        if (dyn__repo_key(r, 0, r->pk_head, partition, &pk, err) != DYN_OK || dyn__repo_key(r, 1, r->sk_head, content, &sk, err) != DYN_OK)
            return DYN_INVALID;
        r->args[0] = dyn_slice(pk), r->args[1] = dyn_slice(sk);
        return DYN_OK;
    }
    if (partition.count + content.count > 16)
        return dyn__fail(err, DYN_INVALID, "a key of %u values; it has at most 16", (uint64_t)(partition.count + content.count));
    key->count = partition.count + content.count;
    for (size_t i = 0; i < key->count; i++)
        r->args[i] = i < partition.count ? partition.args[i] : content.args[i - partition.count];
    return DYN_OK;
}

/* Takes an escaped id back, in place. */
static void dyn__repo_unescape(dyn_str *id)
{
    char *p = (char *)(uintptr_t)id->ptr;      /* a text that was read lies in memory of the client, or the caller's arena */
    size_t n = 0;

    for (size_t i = 0; i < id->len; i++) {
        int32_t v = -1;
        if (p[i] == '%' && id->len - i > 2) {
            char hex[4] = { '0', '0', p[i + 1], p[i + 2] };
            v = dyn__hex4(hex);
        }
        p[n++] = (char)(v >= 0 ? v : p[i]);
        i += v >= 0 ? 2 : 0;
    }
    id->len = n;
}

/* Splits a key's text behind its head into ids. More than there is room for stay together in the last. */
static uint32_t dyn__repo_split(const dyn__repo *r, dyn_str key, dyn_str head, dyn_str ids[DYN_MAX_IDS])
{
    uint32_t count = 0;
    size_t at = key.len >= head.len && memcmp(key.ptr, head.ptr, head.len) == 0 ? head.len : 0, n = r->separator.len;

    if (at == key.len)
        return 0;
    for (size_t start = at; ; at++) {
        bool end = at >= key.len, cut = !end && n && count + 1 < DYN_MAX_IDS && n <= key.len - at && memcmp(key.ptr + at, r->separator.ptr, n) == 0;
        if (!end && !cut)
            continue;
        ids[count].ptr = key.ptr + start, ids[count].len = at - start;
        count++;
        if (end)
            break;
        at += n - 1, start = at + 1;
    }
    for (uint32_t i = 0; i < count && r->how.odd_ids == DYN_IDS_ESCAPE; i++)
        dyn__repo_unescape(&ids[i]);
    return count;
}

/* A row is complete: gives the user's part and what is kept beside. */
static void dyn__repo_give(dyn__repo *r)
{
    const dyn__beside *b = r->beside;
    dyn_content *out = r->out;

    if (r->item)
        memcpy(r->item, r->row, r->user->size);
    if (!out)
        return;
    memset((void *)out, 0, sizeof *out);
    if (r->how.keys == DYN_KEYS_OF_IDS) {
        out->partition_count = dyn__repo_split(r, b->pk, r->pk_head, out->partition);
        out->content_count = dyn__repo_split(r, b->sk, r->sk_head, out->content);
    }
    out->version = r->how.version ? b->version : 0;
    out->expires = b->expires, out->created_us = b->created_us, out->changed_us = b->changed_us;
}

/* --- One content --------------------------------------------------------------------------------------------------- */

static dyn__repo *dyn__repo_running(dyn__state *st)
{
    return (dyn__repo *)st->then_for;
}

/* A get has ended. */
static dyn_status dyn__repo_got(dyn__state *st, dyn_status s)
{
    if (s == DYN_OK || s == DYN_ROW)
        dyn__repo_give(dyn__repo_running(st));
    return s;
}

/* What follows when the call that was begun ends. */
static dyn_status dyn__repo_then(dyn__repo *r, dyn_status begun, dyn_status (*then)(dyn__state *st, dyn_status s))
{
    if (begun == DYN_OK)
        r->db->state->then = then, r->db->state->then_for = r;
    return begun;
}

DYN_API dyn_status dyn_repo_get_begin(dyn_repo *repo, dyn_key partition, dyn_key content, void *item, dyn_content *out, const dyn_get_options *options)
{
    dyn_status s;
    dyn__repo *r = dyn__repo_of(repo, &s);
    dyn_key key;

    if (!r)
        return s;
    s = dyn__repo_place(r, partition, content, &key);
    if (s != DYN_OK)
        return s;
    memset((void *)&r->get, 0, sizeof r->get);
    if (options)
        memcpy((void *)&r->get, options, sizeof r->get);
    r->get.consistent = r->get.consistent || r->consistent;
    r->item = item, r->out = out;
    return dyn__repo_then(r, dyn_get_key_begin(r->db, &r->model, r->row, key, &r->get), dyn__repo_got);
}

DYN_API dyn_status dyn_repo_get(dyn_repo *repo, dyn_key partition, dyn_key content, void *item, dyn_content *out, const dyn_get_options *options)
{
    return dyn__finish_call(repo->db, dyn_repo_get_begin(repo, partition, content, item, out, options));
}

/* Appends to the text of an expression that the repository makes: a format of %s texts and %n names, which are put in backticks. */
static void dyn__repo_say(dyn__writer *w, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    for (; *format; format++) {
        if (*format != '%') {
            dyn__putc(w, *format);
            continue;
        }
        bool name = *++format == 'n';
        dyn__puts(w, name ? "`" : "");
        dyn__puts(w, va_arg(ap, const char *));
        dyn__puts(w, name ? "`" : "");
    }
    va_end(ap);
}

/* The conditions of a write: the user's, and in the last place the repository's own, whose text and values follow what stands in r->text
 * and r->args already. An item without the attribute has version 1, as it is read. */
static dyn_status dyn__repo_conditions(dyn__repo *r, const dyn_repo_write *o, uint64_t version, int exists, size_t text_used, size_t args_used)
{
    dyn_write_options *to = &r->write;
    dyn__writer w = { r->text + text_used, r->text_size - text_used - 1, 0, 0, 0, NULL, NULL };
    const dyn__known *k = dyn__known_find(r->db->state->models, &r->model);
    char pk[256];
    size_t n = 0;

    memset((void *)to, 0, sizeof *to);
    if (o && (o->start_canary_ || o->end_canary_))
        return dyn__fail(&r->db->error, DYN_INVALID, "the options are not zeroed where nothing is set: write dyn_repo_write o = { … } or memset it");
    for (size_t i = 0; o && i < sizeof o->when / sizeof o->when[0]; i++)
        to->when[i] = o->when[i];
    if (o)
        to->existing = o->existing, to->total_ms = o->total_ms;
    memcpy(pk, k->pk.attr.ptr, k->pk.attr.len);
    pk[k->pk.attr.len] = 0;
    if (exists)
        dyn__repo_say(&w, exists > 0 ? "attribute_exists(%n)" : "attribute_not_exists(%n)", pk);
    if (version && !r->how.version)
        return dyn__fail(&r->db->error, DYN_INVALID, "a version is given, but the convention \"%s\" keeps none", r->how.name ? r->how.name : "");
    if (version) {
        dyn__repo_say(&w, w.len ? " AND " : "");
        dyn__repo_say(&w, version == 1 ? "(%n = ? OR attribute_not_exists(%n))" : "%n = ?", r->how.version, r->how.version);
        r->args[args_used + n++] = dyn_uint(version);
    }
    if (w.pos > w.cap)
        return dyn__fail(&r->db->error, DYN_TOO_LARGE, "the expression is too long for the repository");
    w.buf[w.len] = 0;
    if (w.len)
        dyn_expr_of(&to->when[3], w.buf, r->args + args_used, n);
    return DYN_OK;
}

DYN_API dyn_status dyn_repo_put_begin(dyn_repo *repo, dyn_key partition, dyn_key content, const void *item, const dyn_repo_write *o)
{
    dyn_status s;
    dyn__repo *r = dyn__repo_of(repo, &s);
    dyn_str pk, sk;
    bool create = o && o->create;

    if (!r)
        return s;
    memcpy(r->row, item, r->user->size);
    memset((void *)r->beside, 0, sizeof *r->beside);
    if (r->how.keys == DYN_KEYS_OF_IDS) {
        if (dyn__repo_key(r, 0, r->pk_head, partition, &pk, &r->db->error) != DYN_OK || dyn__repo_key(r, 1, r->sk_head, content, &sk, &r->db->error) != DYN_OK)
            return DYN_INVALID;
        r->beside->pk = pk, r->beside->sk = sk;
    }
    create = create || (r->how.create_only && !(o && o->replace) && !(o && o->expected));
    if (create && o && o->expected)
        return dyn__fail(&r->db->error, DYN_INVALID, "options.create and options.expected together: an item that is not there has no version");
    s = dyn__repo_conditions(r, o, o ? o->expected : 0, create ? -1 : 0, 0, 0);
    if (s != DYN_OK)
        return s;
    r->beside->version = o && o->expected ? o->expected + 1 : o && o->version ? o->version : 1;
    r->beside->expires = o ? o->expires : 0;
    r->beside->created_us = r->beside->changed_us = r->now;
    return dyn_put_begin(r->db, &r->model, r->row, &r->write);
}

DYN_API dyn_status dyn_repo_put(dyn_repo *repo, dyn_key partition, dyn_key content, const void *item, const dyn_repo_write *options)
{
    return dyn__finish_call(repo->db, dyn_repo_put_begin(repo, partition, content, item, options));
}

DYN_API dyn_status dyn_repo_delete_begin(dyn_repo *repo, dyn_key partition, dyn_key content, const dyn_repo_write *o)
{
    dyn_status s;
    dyn__repo *r = dyn__repo_of(repo, &s);
    dyn_key key;

    if (!r)
        return s;
    s = dyn__repo_place(r, partition, content, &key);
    if (s == DYN_OK)
        s = dyn__repo_conditions(r, o, o ? o->version : 0, o && o->must_exist ? 1 : 0, 0, 16);
    return s == DYN_OK ? dyn_delete_key_begin(r->db, &r->model, key, &r->write) : s;
}

DYN_API dyn_status dyn_repo_delete(dyn_repo *repo, dyn_key partition, dyn_key content, const dyn_repo_write *options)
{
    return dyn__finish_call(repo->db, dyn_repo_delete_begin(repo, partition, content, options));
}

/* --- Changing one -------------------------------------------------------------------------------------------------- */

/* Where a clause's keyword ends in the text of an update; 0: it has no such clause. *values: how many `?` stand before. Names in backticks are
 * passed over. */
static size_t dyn__repo_clause(const char *text, const char *word, size_t *values)
{
    size_t n = strlen(word);

    *values = 0;
    for (const char *p = text; *p; p++) {
        if (*p == '`') {
            for (p++; *p && *p != '`'; p++) { }
            if (!*p)
                break;
        } else if (*p == '?')
            ++*values;
        else if ((p == text || p[-1] == ' ' || p[-1] == '\n' || p[-1] == '\t' || p[-1] == '`') && dyn__http_is(p, n, word, n)
                 && (p[n] == ' ' || p[n] == '\n' || p[n] == '\t' || p[n] == '`'))
            return (size_t)(p - text) + n;
    }
    return 0;
}

/* What the repository itself sets in an update: version, stamps, expiry. */
typedef struct dyn__repo_sets {
    dyn__writer w;                /* their text, without SET */
    dyn_arg    *args;
    size_t      count;
} dyn__repo_sets;

static void dyn__repo_set(dyn__repo_sets *to, const char *format, const char *attr, dyn_arg value)
{
    if (!attr)
        return;
    dyn__repo_say(&to->w, to->w.pos ? ", " : "");
    dyn__repo_say(&to->w, format, attr, attr);
    to->args[to->count++] = value;
}

/* Version, stamps and expiry. With a version that must be stored the next one is told, so that the update can be repeated. */
static void dyn__repo_own(dyn__repo *r, const dyn_repo_write *o, dyn__repo_sets *sets)
{
    if (o && o->version)
        dyn__repo_set(sets, "%n = ?", r->how.version, dyn_uint(o->version + 1));
    else if (r->how.version) {
        dyn__repo_set(sets, "%n = if_not_exists(%n, ?)", r->how.version, dyn_int(0));
        dyn__repo_say(&sets->w, " + ?");
        sets->args[sets->count++] = dyn_int(1);
    }
    dyn__repo_set(sets, "%n = if_not_exists(%n, ?)", r->how.created, dyn_int(r->now));
    dyn__repo_set(sets, "%n = ?", r->how.changed, dyn_int(r->now));
    if (o && o->expires)
        dyn__repo_set(sets, "%n = ?", r->how.expires, dyn_int(o->expires));
}

/* The user's update with what the repository sets in it: behind the user's SET, or in one of its own. *used: how much of r->text and r->args is
 * taken. */
static dyn_status dyn__repo_change(dyn__repo *r, dyn_expr change, const dyn_repo_write *o, dyn_expr *out, size_t *text_used, size_t *args_used)
{
    dyn_error *err = &r->db->error;
    const char *text = change.text ? change.text : "";
    char *own = r->own;
    dyn_arg *own_args = r->own_args;
    dyn__repo_sets sets = { { own, sizeof r->own - 1, 0, 0, 0, NULL, NULL }, own_args, 0 };
    size_t set_values, remove_values, set_at = dyn__repo_clause(text, "set", &set_values), used = *args_used, before;

    if (o && (o->expires || o->never_expires) && (!r->how.expires || (o->expires && o->never_expires)))
        return dyn__fail(err, DYN_INVALID, r->how.expires ? "options.expires and options.never_expires exclude each other"
                                                          : "an expiry is given, but the convention \"%s\" keeps none", r->how.name ? r->how.name : "");
    dyn__repo_own(r, o, &sets);
    if (sets.w.pos > sets.w.cap || change.count + sets.count + 1 > DYN__REPO_ARGS - used)
        return dyn__fail(err, DYN_INVALID, "an update of a repository has at most %u values", (uint64_t)(DYN__REPO_ARGS - used - 7));
    own[sets.w.len] = 0;
    size_t remove_at = o && o->never_expires ? dyn__repo_clause(text, "remove", &remove_values) : 0;
    dyn__writer w = { r->text, r->text_size, 0, 0, 0, NULL, NULL };
    if (!set_at && sets.count)
        dyn__repo_say(&w, "SET %s ", own), before = 0;
    else
        before = set_values;
    size_t first = remove_at && remove_at < set_at ? remove_at : set_at, second = first == set_at ? remove_at : set_at;
    for (size_t from = 0, i = 0; i < 3; i++) {
        size_t to = i == 0 ? first : i == 1 ? second : strlen(text);
        if (to < from || (i < 2 && !to))
            continue;
        dyn__put(&w, text + from, to - from);
        from = to;
        if (i < 2 && to == set_at && sets.count)
            dyn__repo_say(&w, " %s,", own);
        else if (i < 2 && to == remove_at)
            dyn__repo_say(&w, " %n,", r->how.expires);
    }
    if (o && o->never_expires && !remove_at)
        dyn__repo_say(&w, " REMOVE %n", r->how.expires);
    dyn__putc(&w, 0);
    if (w.pos > w.cap)
        return dyn__fail(err, DYN_TOO_LARGE, "the update's text has no room in the repository: give config.text_size %u", (uint64_t)w.pos + 256);
    for (size_t i = 0, from = 0, mine = 0; i < change.count + sets.count; i++)
        r->args[used + i] = i >= before && mine < sets.count ? own_args[mine++] : change.args[from++];
    dyn_expr_of(out, r->text, r->args + used, change.count + sets.count);
    *text_used = w.len, *args_used = used + change.count + sets.count;
    return DYN_OK;
}

DYN_API dyn_status dyn_repo_update_begin(dyn_repo *repo, dyn_key partition, dyn_key content, dyn_expr change, const dyn_repo_write *o)
{
    dyn_status s;
    dyn__repo *r = dyn__repo_of(repo, &s);
    size_t text_used = 0, args_used = 16;
    dyn_key key;
    dyn_expr all;

    if (!r)
        return s;
    bool must = (r->how.must_exist && !(o && o->create)) || (o && o->must_exist);
    s = dyn__repo_place(r, partition, content, &key);
    if (s == DYN_OK)
        s = dyn__repo_change(r, change, o, &all, &text_used, &args_used);
    if (s == DYN_OK)
        s = dyn__repo_conditions(r, o, o ? o->version : 0, must ? 1 : 0, text_used, args_used);
    return s == DYN_OK ? dyn_update_key_begin(r->db, &r->model, key, all, &r->write) : s;
}

DYN_API dyn_status dyn_repo_update(dyn_repo *repo, dyn_key partition, dyn_key content, dyn_expr change, const dyn_repo_write *options)
{
    return dyn__finish_call(repo->db, dyn_repo_update_begin(repo, partition, content, change, options));
}

/* --- Many contents ------------------------------------------------------------------------------------------------- */

/* Values of the model's own key, as a key condition: equality on all that are given, the last of a range between two. */
static dyn_status dyn__repo_model_range(dyn__repo *r, const dyn_repo_query *q, dyn__writer *w, size_t *count)
{
    const dyn__known *k = dyn__known_find(r->db->state->models, &r->model);
    bool range = q->from.count || q->to.count;
    dyn_key sort = range ? q->from : q->prefix;
    size_t given = q->partition.count + sort.count, at = 0;

    if (range && (q->from.count != q->to.count || !q->from.count))
        return dyn__fail(&r->db->error, DYN_INVALID, "a range of the model's own key has the same members in .from and .to");
    for (int i = 0; i < 2; i++) {
        const dyn__key *key = i ? &k->sk : &k->pk;
        for (size_t p = 0; p < key->part_count && at < given; p++) {
            if (key->parts[p].field == DYN__NO_FIELD)
                continue;
            const dyn_arg *arg = at < q->partition.count ? q->partition.args + at : sort.args + (at - q->partition.count);
            bool last = range && at + 1 == given;
            dyn__repo_say(w, at ? " AND " : "");
            dyn__repo_say(w, last ? "%n BETWEEN ? AND ?" : "%n = ?", k->model->fields[key->parts[p].field].member);
            r->args[(*count)++] = *arg;
            if (last)
                r->args[(*count)++] = q->to.args[q->to.count - 1];
            at++;
        }
    }
    if (at == given)
        return DYN_OK;
    return dyn__fail(&r->db->error, DYN_INVALID, "%u ids are given; the key of model \"%s\" has %u members", (uint64_t)given, r->user->name, (uint64_t)at);
}

/* The key condition of ids: a partition, and the contents whose keys begin with a text or lie between two. */
static dyn_status dyn__repo_ids_range(dyn__repo *r, const dyn_repo_query *q, dyn__writer *w, size_t *count)
{
    bool range = q->from.count || q->to.count;
    dyn_error *err = &r->db->error;
    dyn_str pk, from, to;

    if (dyn__repo_key(r, 0, r->pk_head, q->partition, &pk, err) != DYN_OK || dyn__repo_key(r, 1, r->sk_head, range ? q->from : q->prefix, &from, err) != DYN_OK
        || (range && dyn__repo_key(r, 2, r->sk_head, q->to, &to, err) != DYN_OK))
        return DYN_INVALID;
    r->args[(*count)++] = dyn_slice(pk), r->args[(*count)++] = dyn_slice(from);
    if (range && dyn__eq(from.ptr, from.len, to.ptr, to.len) && !q->exact)
        range = false;
    dyn__repo_say(w, range ? "%n = ? AND %n BETWEEN ? AND ?" : from.len ? "%n = ? AND begins_with(%n, ?)" : "%n = ?", r->model.pk, r->model.sk);
    if (!range && !from.len)
        --*count;
    if (range && q->to_prefix) {               /* nothing stands behind the highest character */
        if (to.len + 4 > r->key_size)
            return dyn__fail(err, DYN_INVALID, "the key of .to is too long for config.key_size");
        memcpy(r->key_text[2] + to.len, "\xf4\x8f\xbf\xbf", 4);
        to.len += 4;
    }
    if (range)
        r->args[(*count)++] = dyn_slice(to);
    r->whole = q->whole_ids && !range && q->prefix.count;
    r->prefix = from;
    return DYN_OK;
}

DYN_API dyn_status dyn_repo_list(dyn_repo *repo, dyn_rows *rows, const dyn_repo_query *q)
{
    dyn_status s;
    dyn__repo *r = dyn__repo_of(repo, &s);
    size_t count = 0;
    dyn_query query;

    memset((void *)rows, 0, sizeof *rows);
    rows->status = s;
    if (!r)
        return s;
    dyn__writer w = { r->text, r->text_size - 1, 0, 0, 0, NULL, NULL };
    if (q->start_canary_ || q->end_canary_)
        return rows->status = dyn__fail(&r->db->error, DYN_INVALID,
                                        "the query is not zeroed where nothing is set: write dyn_repo_query q = { … } or memset it");
    if ((q->from.count || q->to.count) && q->prefix.count)
        return rows->status = dyn__fail(&r->db->error, DYN_INVALID, ".prefix and .from exclude each other");
    r->whole = false;
    s = r->how.keys == DYN_KEYS_OF_IDS ? dyn__repo_ids_range(r, q, &w, &count) : dyn__repo_model_range(r, q, &w, &count);
    if (s != DYN_OK)
        return rows->status = s;
    w.buf[w.len] = 0;
    memset((void *)&query, 0, sizeof query);
    dyn_expr_of(&query.key, r->text, r->args, count);
    memcpy((void *)query.where, q->where, sizeof query.where);
    query.newest_first = q->newest_first, query.page = q->page, query.arena = q->arena, query.total_ms = q->total_ms;
    query.consistent = q->consistent || r->consistent;
    query.limit = r->whole ? 0 : q->limit;
    r->limit = r->whole ? q->limit : 0, r->handed = 0;
    return dyn_select(r->db, rows, &r->model, &query);
}

/* Does a row belong to the prefix of whole ids? */
static bool dyn__repo_belongs(const dyn__repo *r)
{
    dyn_str sk = r->beside->sk;
    size_t n = r->prefix.len;

    return !r->whole || sk.len == n || (sk.len >= n + r->separator.len && memcmp(sk.ptr + n, r->separator.ptr, r->separator.len) == 0);
}

/* A row has come, or the end: a row that does not belong is passed over. */
static dyn_status dyn__repo_row(dyn__state *st, dyn_status s)
{
    dyn__repo *r = dyn__repo_running(st);

    if (s != DYN_ROW)
        return s;
    if (!dyn__repo_belongs(r)) {
        s = dyn_next_begin(r->rows, r->row, r->model.size);
        st->then = dyn__repo_row;
        return s == DYN_OK ? DYN_PENDING : s;
    }
    dyn__repo_give(r);
    r->handed++;
    return s;
}

DYN_API dyn_status dyn_repo_next_begin(dyn_repo *repo, dyn_rows *rows, void *item, dyn_content *out)
{
    dyn__repo *r = repo->state;
    dyn__state *st = r && rows->open ? dyn__rows_state(rows) : NULL;

    if (!r)
        return rows->status ? rows->status : DYN_INVALID;
    if (st && r->limit && r->handed >= r->limit)
        return dyn__close_rows(st, DYN_DONE);
    r->item = item, r->out = out, r->rows = rows;
    return dyn__repo_then(r, dyn_next_begin(rows, r->row, r->model.size), dyn__repo_row);
}

DYN_API dyn_status dyn_repo_next(dyn_repo *repo, dyn_rows *rows, void *item, dyn_content *out)
{
    dyn_status s = dyn_repo_next_begin(repo, rows, item, out);

    if (s == DYN_OK)
        s = dyn__run(rows->db->state);
    (void)dyn__rows_state(rows);
    return s;
}

/* --- Writes that know their own work ------------------------------------------------------------------------------- */

/* What a write with a DYN_WRITE_ID keeps. */
typedef struct dyn__mark {
    const dyn_field *field;
    char      id[33];
    dyn_image stored;             /* what made a repeat's condition fail, when the caller does not want to see it */
    bool      asking;
} dyn__mark;

/* 32 random hex digits, terminated. */
static dyn_status dyn__random_hex(dyn__state *st, char out[33])
{
    unsigned char raw[16];

    if (!st->system.entropy || !st->system.entropy(st->system.user, raw, sizeof raw))
        return dyn__fail(st->err, DYN_NO_ENTROPY, "there are no random bytes for a write id or a token; give config.system.entropy, or your own token");
    dyn__hex(out, raw, sizeof raw);
    out[32] = 0;
    return DYN_OK;
}

/* A write is sent again: from now on a condition that fails brings the stored item, which tells whose work it is. */
static void dyn__mark_ask(dyn__state *st)
{
    dyn__call *c = &st->call;
    dyn__mark *m = c->mark;

    if (m->asking)
        return;
    m->asking = true;
    if (c->existing)
        return;                                /* it was asked for from the beginning */
    c->existing = &m->stored;
    st->request.whole = false;
    (void)dyn__hash_body(st);                  /* what fails here fails again when it is sent, as DYN_CHANGED */
}

/* A repeat's condition failed. DYN_DONE: because of this very call, whose id the stored item carries. */
static dyn_status dyn__mark_refused(dyn__state *st)
{
    dyn__call *c = &st->call;
    dyn__mark *m = c->mark;
    dyn_image *seen = c->existing;

    if (!m->asking || !seen || !dyn__same(st->code, "ConditionalCheckFailedException"))
        return DYN_OK;
    bool own = st->envelope.item_seen && dyn__mask_has(&seen->present, (size_t)(m->field - c->known->model->fields))
               && dyn__same((const char *)seen->item + m->field->offset, m->id);
    if (own && c->image) {
        memcpy(c->image->item, seen->item, c->known->model->size);
        c->image->found = true, c->image->present = seen->present;
    }
    if (own)
        seen->found = false, c->ambiguous = false;
    if (own || seen == &m->stored)
        dyn__forget_try(st);                   /* whether it fits the model was not the question */
    if (seen == &m->stored && !(own && c->image)) {
        dyn__rewind_texts(st);
        c->existing = NULL, m->asking = own;
        st->envelope.item_seen = false;
    }
    return own ? DYN_DONE : DYN_OK;
}

/* Puts a new id into what a put writes, in a copy of the struct, or into what an update sets. */
static dyn_status dyn__mark_store(dyn__state *st, dyn__mark *m)
{
    dyn__call *c = &st->call;
    size_t size = c->known->model->size;
    char name[16], set[64];
    dyn_str old = c->change, attr = { dyn__attr(m->field), strlen(dyn__attr(m->field)) };
    dyn__writer n = { name, sizeof name, 0, 0, 0, NULL, NULL }, w = { set, sizeof set, 0, 0, 0, NULL, NULL };
    dyn_arg id;

    if (!c->change.len) {
        unsigned char *copy = (unsigned char *)dyn__alloc(&st->work, size, 16);
        if (!copy)
            return dyn__no_memory(st, "a copy of the struct with its write id");
        memcpy(copy, c->item, size);
        memcpy(copy + m->field->offset, m->id, sizeof m->id);
        c->item = copy;
        return DYN_OK;
    }
    id.kind = DYN_ARG_TEXT, id.as.s.ptr = m->id, id.as.s.len = 32;
    if (!dyn__put_name(&c->exprs, &n, attr))
        return DYN_NO_MEMORY;
    dyn__put(&w, name, n.len);
    dyn__puts(&w, " = ");
    if (!dyn__put_value(&c->exprs, &w, &id))
        return DYN_NO_MEMORY;
    char *to = (char *)dyn__alloc(&st->work, old.len + w.len + 8, 1);
    if (!to)
        return dyn__no_memory(st, "the update with its write id");
    dyn__writer out = { to, old.len + w.len + 8, 0, 0, 0, NULL, NULL };
    size_t at = 0;                             /* behind SET, which stands in front or behind a blank; names and values are placeholders */
    while (at + 4 <= old.len && !(memcmp(old.ptr + at, "SET ", 4) == 0 && (at == 0 || old.ptr[at - 1] == ' ')))
        at++;
    bool sets = at + 4 <= old.len;
    at = sets ? at + 4 : old.len;
    dyn__put(&out, old.ptr, at);
    dyn__puts(&out, sets ? "" : " SET ");
    dyn__put(&out, w.buf, w.len);
    dyn__puts(&out, sets ? ", " : "");
    dyn__put(&out, old.ptr + at, old.len - at);
    c->change.ptr = to, c->change.len = out.len;
    return DYN_OK;
}

DYN_API dyn_status dyn__mark_write(struct dyn__state *st)
{
    dyn__call *c = &st->call;
    const dyn_model *model = c->known->model;
    dyn__mark *m;

    if (!c->change.len && c->op->part != dyn__put_part)
        return DYN_OK;                         /* a delete leaves nothing to carry an id */
    m = (dyn__mark *)dyn__alloc(&st->work, sizeof *m, sizeof(uint64_t));
    if (!m)
        return dyn__no_memory(st, "a write id");
    for (m->field = model->fields; m->field->on_write != c->known->on_write; )
        m->field++;
    dyn_status s = dyn__random_hex(st, m->id);
    if (s == DYN_OK)
        s = dyn__mark_store(st, m);
    if (s != DYN_OK || !c->condition.len || c->only_once || !c->repeatable)
        return s;
    m->stored.item = dyn__alloc(&st->work, model->size, 16);
    if (!m->stored.item)
        return dyn__no_memory(st, "the item that a repeat may meet");
    c->mark = m, c->again = dyn__mark_ask, c->refused = dyn__mark_refused;
    return DYN_OK;
}

/* --- Transactions -------------------------------------------------------------------------------------------------- */

#define DYN__TX_MOST  100         /* actions */
#define DYN__TX_TOKEN 36          /* characters of a token */
#define DYN__TX_KEEPS (9 * 60000) /* ms that a token surely holds: a minute less than the service says */

enum { DYN__TX_OUTER, DYN__TX_FIRST, DYN__TX_NEXT, DYN__TX_INSIDE };

/* One action, put into the call when its turn comes. */
typedef struct dyn__tx_part {
    dyn__known    *known;
    const unsigned char *item;
    dyn_str        key, condition, change;
    dyn__alias    *names;
    dyn__bound    *values;
    unsigned char *key_copy;      /* reads: the key members of the struct */
} dyn__tx_part;

/* A transaction; a write with DYN_ONCE is one of a single action that stands in the call itself (parts is NULL). */
typedef struct dyn__tx {
    dyn_tx_write *writes;
    dyn_tx_read  *reads;
    size_t        count;
    dyn__tx_part *parts;
    size_t       *first;          /* of each action, and of what stands behind the last: the number of its first part of the body */
    size_t        made;           /* how many actions' ends are known, so that first[made] is */
    const dyn__operation *op;     /* of the single action */
    void         *own;            /* and what it needs */
    dyn_image    *image;          /* one that is wanted; NULL: none is */
    uint32_t      begun_at;
    char          token[DYN__TX_TOKEN + 4];
    /* the answer's list of items or reasons */
    uint8_t       state;
    size_t        at;
    dyn__envelope outer;
    dyn_status    bad;            /* of the first item in it that does not fit */
    /* the reason that counts */
    size_t        failed;         /* the action, from 1; 0: none */
    uint8_t       retry;
    dyn_status    status;
    char          code[48], why[32], message[96];
} dyn__tx;

/* Puts an action into the call, so that what writes and reads single items serves here too. */
static void dyn__tx_load(dyn__state *st, const dyn__tx *tx, size_t i)
{
    dyn__call *c = &st->call;

    if (!tx->parts)
        return;
    const dyn__tx_part *p = tx->parts + i;
    const char *table = tx->writes ? tx->writes[i].table : tx->reads[i].table;
    c->known = p->known, c->exprs.known = p->known;
    c->table = dyn__str(table ? table : p->known->model->table);
    c->prefix = st->prefix;
    if (table)
        c->prefix.len = 0;
    c->key = p->key, c->item = p->item, c->condition = p->condition, c->change = p->change;
    c->exprs.names = p->names, c->exprs.values = p->values;
    c->existing = tx->writes ? tx->writes[i].existing : NULL;
    c->to = tx->reads ? tx->reads[i].item : NULL;
    c->key_copy = p->key_copy;
}

/* The operation whose body an action's is. */
static const dyn__operation *dyn__tx_inner(const dyn__tx *tx, size_t i)
{
    if (!tx->parts)
        return tx->op;
    return tx->reads ? &dyn__op_get : tx->writes[i].kind == DYN_TX_KIND_PUT ? &dyn__op_put :
           tx->writes[i].kind == DYN_TX_KIND_UPDATE ? &dyn__op_update : &dyn__op_delete;
}

/* What an action is called in the body. */
static const char *dyn__tx_name(const dyn__tx *tx, size_t i)
{
    const dyn__operation *op = dyn__tx_inner(tx, i);

    if (tx->writes && tx->writes[i].kind == DYN_TX_KIND_CHECK)
        return "ConditionCheck";
    return tx->reads ? "Get" : op == &dyn__op_put ? "Put" : op == &dyn__op_delete ? "Delete" : "Update";
}

/* The parts of each action's body, one action after the other. Where each begins is learned anew in each pass from front to back. */
static dyn_status dyn__tx_body(dyn__state *st, size_t part, dyn__writer *w)
{
    dyn__call *c = &st->call;
    dyn__tx *tx = (dyn__tx *)c->own;
    dyn_capacity_level capacity = c->capacity;
    size_t i = 0;

    if (part == 0) {
        dyn__puts(w, "{\"TransactItems\":[");
        tx->first[0] = 1, tx->made = 0;
        return DYN_OK;
    }
    while (i < tx->made && part >= tx->first[i + 1])
        i++;
    if (i == tx->count) {
        if (part > tx->first[i])
            return DYN_DONE;
        dyn__putc(w, ']');
        dyn__write_text(w, "ClientRequestToken", dyn__str(tx->token));
        dyn__write_capacity(st, w);
        dyn__putc(w, '}');
        return DYN_OK;
    }
    dyn__tx_load(st, tx, i);
    if (part == tx->first[i]) {
        dyn__puts(w, i ? ",{\"" : "{\"");
        dyn__puts(w, dyn__tx_name(tx, i));
        dyn__puts(w, "\":");
    }
    c->own = tx->own, c->capacity = NULL;
    dyn_status s = dyn__tx_inner(tx, i)->part(st, part - tx->first[i], w);
    c->own = tx, c->capacity = capacity;
    if (s != DYN_DONE)
        return s;
    dyn__putc(w, '}');
    if (i == tx->made)
        tx->first[++tx->made] = part + 1;
    return DYN_OK;
}

/* --- The answers of transactions --- */

/* What a reason's code means. */
static dyn_status dyn__tx_status(const char *code, uint8_t *retry)
{
    static const dyn__error_class known[] = {
        { "ConditionalCheckFailed", DYN_CONDITION_FAILED, DYN__FINAL }, { "TransactionConflict", DYN_CONFLICT, DYN__TRANSIENT },
        { "ProvisionedThroughputExceeded", DYN_THROTTLED, DYN__THROTTLE }, { "ThrottlingError", DYN_THROTTLED, DYN__THROTTLE },
        { "RequestLimitExceeded", DYN_THROTTLED, DYN__THROTTLE }, { "ItemCollectionSizeLimitExceeded", DYN_TOO_LARGE, DYN__FINAL },
        { "AccessDenied", DYN_DENIED, DYN__FINAL }, { "DuplicateItem", DYN_CONDITION_FAILED, DYN__FINAL },
        { "None", DYN_OK, DYN__FINAL }, { "", DYN_OK, DYN__FINAL }
    };

    *retry = DYN__FINAL;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (dyn__same(known[i].name, code)) {
            *retry = known[i].retry;
            return (dyn_status)known[i].status;
        }
    return DYN_REJECTED;
}

/* Text, cut to its place. */
static void dyn__cut(char *to, size_t size, const char *from)
{
    size_t n = DYN__MIN(strlen(from), size - 1);

    memcpy(to, from, n);
    to[n] = 0;
}

/* The answer's list begins, or begins anew with another try: nothing is known of any action. */
static void dyn__tx_forget(dyn__tx *tx)
{
    tx->state = DYN__TX_OUTER, tx->at = tx->failed = 0, tx->bad = DYN_OK;
    tx->code[0] = 0;
    for (size_t i = 0; tx->writes && i < tx->count; i++) {
        dyn_tx_write *a = tx->writes + i;
        a->status = DYN_OK, a->code[0] = a->message[0] = 0;
        if (a->existing)
            a->existing->found = false;
    }
    for (size_t i = 0; tx->reads && i < tx->count; i++)
        tx->reads[i].found = false, tx->reads[i].status = DYN_OK;
}

/* One reason is complete: notes it, and whether it is the one that the call ends with. */
static void dyn__tx_reason(dyn__state *st, dyn__tx *tx)
{
    uint8_t retry;
    dyn_status s = dyn__tx_status(st->code, &retry);
    bool first = s != DYN_OK && (!tx->failed || (tx->retry != DYN__FINAL && retry == DYN__FINAL));

    if (tx->writes && s != DYN_OK) {
        dyn__cut(tx->writes[tx->at].code, sizeof tx->writes[tx->at].code, st->code);
        dyn__cut(tx->writes[tx->at].message, sizeof tx->writes[tx->at].message, st->message);
    }
    if (tx->writes)
        tx->writes[tx->at].status = s;
    if (tx->reads)
        tx->reads[tx->at].status = s;
    if (first) {
        tx->failed = tx->at + 1, tx->retry = retry, tx->status = s;
        dyn__cut(tx->why, sizeof tx->why, st->code);
        dyn__cut(tx->message, sizeof tx->message, st->message);
    } else if (s != DYN_OK && tx->retry == DYN__TRANSIENT && retry == DYN__THROTTLE)
        tx->retry = retry;
}

/* One element of the list is complete. */
static void dyn__tx_element(dyn__state *st, dyn__tx *tx)
{
    bool item = st->envelope.item_seen;
    dyn_status s = item ? dyn__item_status(st) : DYN_OK;

    if (st->http.status != 200)
        dyn__tx_reason(st, tx);
    else {
        tx->reads[tx->at].found = item && s == DYN_OK;
        tx->reads[tx->at].status = item ? s : DYN_NOT_FOUND;
    }
    if (s != DYN_OK && tx->bad == DYN_OK) {
        tx->bad = s;
        if (tx->parts)
            dyn__say(st->err, "; the item of action %u", (uint64_t)(tx->at + 1));
    }
    tx->at++;
}

/* Goes on in the list: Responses, whose elements hold an item or none, or CancellationReasons. */
static int dyn__tx_list(dyn__state *st, dyn__tx *tx, const char **at, const char *end)
{
    static const dyn__member inside[] = { { "Item", DYN__M_ITEM, 0 }, { "Code", DYN__M_TEXT, 2 }, { "Message", DYN__M_TEXT, 0 } };
    int r;

    if (tx->state != DYN__TX_INSIDE) {
        char c = dyn__peek(at, end);
        if (!c)
            return DYN__MORE;
        if (c == ']') {
            ++*at;
            st->envelope = tx->outer;
            st->envelope.state = DYN__E_NEXT;
            if (tx->code[0])
                memcpy(st->code, tx->code, sizeof st->code);
            tx->state = DYN__TX_OUTER;
            return DYN__GOOD;
        }
        r = tx->state == DYN__TX_NEXT ? dyn__take_char(at, end, ',') : DYN__GOOD;
        if (r != DYN__GOOD || tx->at == tx->count)
            return r != DYN__GOOD ? r : DYN__BAD;
        dyn__tx_load(st, tx, tx->at);
        dyn__envelope_start(st, inside, sizeof inside / sizeof inside[0]);
        st->code[0] = st->message[0] = 0;
        tx->state = DYN__TX_INSIDE;
    }
    r = dyn__read_envelope(st, at, end);
    if (r == DYN__GOOD) {
        dyn__tx_element(st, tx);
        tx->state = DYN__TX_NEXT;
    }
    return r;
}

/* An answer's top level, and the list in it. */
static int dyn__tx_read(dyn__state *st, dyn__tx *tx, const char **at, const char *end)
{
    int r = DYN__GOOD;

    while (r == DYN__GOOD) {
        dyn__envelope *e = &st->envelope;
        if (tx->state != DYN__TX_OUTER) {
            r = dyn__tx_list(st, tx, at, end);
            continue;
        }
        r = dyn__read_envelope(st, at, end);
        if (r != DYN__ROW_READY)
            return r;
        r = tx->at ? DYN__BAD : dyn__take_char(at, end, '[');   /* a second list is none of the service's */
        if (r != DYN__GOOD)
            return r;
        tx->outer = *e;
        memcpy(tx->code, st->code, sizeof tx->code);
        tx->state = DYN__TX_FIRST;
    }
    return r;
}

static int dyn__tx_read_error(dyn__state *st, const char **at, const char *end)
{
    static const dyn__member members[] = {
        { "message", DYN__M_TEXT, 0 }, { "Message", DYN__M_TEXT, 0 }, { "__type", DYN__M_TEXT, 1 }, { "code", DYN__M_TEXT, 2 },
        { "CancellationReasons", DYN__M_ITEMS, 0 }
    };
    dyn__tx *tx = (dyn__tx *)st->call.own;

    if (!st->envelope.members) {
        dyn__envelope_start(st, members, sizeof members / sizeof members[0]);
        dyn__tx_forget(tx);
        if (tx->image)
            dyn__begin_images(st);
    }
    return dyn__tx_read(st, tx, at, end);
}

static int dyn__tx_read_write(dyn__state *st, const char **at, const char *end)
{
    static const dyn__member members[] = { { "ConsumedCapacity", DYN__M_UNITS, 0 } };
    dyn__tx *tx = (dyn__tx *)st->call.own;

    if (!st->envelope.members) {
        dyn__envelope_start(st, members, 1);
        dyn__tx_forget(tx);
        if (tx->count > 1)
            st->call.known = NULL;             /* the units are of several models */
    }
    return dyn__read_envelope(st, at, end);
}

static int dyn__tx_read_get(dyn__state *st, const char **at, const char *end)
{
    static const dyn__member members[] = { { "Responses", DYN__M_ITEMS, 0 }, { "ConsumedCapacity", DYN__M_UNITS, 0 } };
    dyn__tx *tx = (dyn__tx *)st->call.own;

    if (!st->envelope.members) {
        dyn__envelope_start(st, members, 2);
        dyn__tx_forget(tx);
        dyn__drop_results(st);
        dyn__mark_texts(st);
    }
    return dyn__tx_read(st, tx, at, end);
}

static dyn_status dyn__tx_write_done(dyn__state *st)
{
    dyn__tx *tx = (dyn__tx *)st->call.own;

    st->call.ambiguous = false;
    st->call.existing = tx->parts ? NULL : st->call.existing;
    return DYN_OK;
}

static dyn_status dyn__tx_get_done(dyn__state *st)
{
    dyn__tx *tx = (dyn__tx *)st->call.own;

    if (tx->at == tx->count)
        return tx->bad;
    return dyn__bad_body(st, "does not have as many items as were asked for");
}

static const dyn__operation dyn__op_tx_write = { "DynamoDB_20120810.TransactWriteItems", true, dyn__tx_body, dyn__tx_read_write,
                                                 dyn__tx_write_done, NULL, NULL };
static const dyn__operation dyn__op_tx_get = { "DynamoDB_20120810.TransactGetItems", false, dyn__tx_body, dyn__tx_read_get,
                                               dyn__tx_get_done, NULL, NULL };

/* Cancelled: says which action did it and why. */
static dyn_status dyn__tx_cancelled(dyn__state *st, dyn__tx *tx)
{
    dyn__call *c = &st->call;
    dyn_status s = tx->status;
    char number[24];
    dyn__writer w = { st->err->attribute, sizeof st->err->attribute - 1, 0, 0, 0, NULL, NULL };

    if (dyn__now(st) - tx->begun_at < DYN__TX_KEEPS)
        c->ambiguous = false;                  /* an earlier try that had been applied would have been told by its token */
    dyn__tx_load(st, tx, tx->failed - 1);
    c->existing = tx->image;
    dyn__cut(st->code, sizeof st->code, tx->why);
    if (!tx->parts && s == DYN_CONDITION_FAILED)
        dyn__fail(st->err, s, "the condition did not hold");
    else if (st->err->status < DYN_INVALID) {
        if (tx->parts) {
            dyn_str n = dyn__decimal_u(number, tx->failed);
            dyn__puts(&w, "action ");
            dyn__put(&w, n.ptr, n.len);
            st->err->attribute[w.len] = 0;
        }
        dyn__fail(st->err, s, "the transaction was cancelled: action %u of %u (%s, model \"%s\"): %s%s%s", (uint64_t)tx->failed, (uint64_t)tx->count,
                  dyn__tx_name(tx, tx->failed - 1), c->known->model->name,
                  s == DYN_CONDITION_FAILED ? "its condition did not hold" : s == DYN_CONFLICT ? "something else was writing to the item" : tx->why,
                  s == DYN_CONDITION_FAILED || s == DYN_CONFLICT || !tx->message[0] ? "" : ": ",
                  s == DYN_CONDITION_FAILED || s == DYN_CONFLICT ? "" : tx->message);
    }
    return dyn__retry(st, s, tx->retry, false);
}

/* A transaction was refused. */
static dyn_status dyn__tx_refused(dyn__state *st)
{
    dyn__call *c = &st->call;
    dyn__tx *tx = (dyn__tx *)c->own;

    if (tx->state != DYN__TX_OUTER && !st->http.error_type[0])
        memcpy(st->code, tx->code, sizeof st->code);   /* it ended within its reasons, where the name stood elsewhere */
    if (tx->bad != DYN_OK && tx->writes)
        c->existing = tx->image;
    if (tx->bad != DYN_OK)
        return tx->bad;
    if (dyn__same(st->code, "TransactionCanceledException") && tx->failed)
        return dyn__tx_cancelled(st, tx);
    if (dyn__same(st->code, "IdempotentParameterMismatchException"))
        return dyn__fail(st->err, DYN_REJECTED, "the token \"%s\" was used for another transaction within the last ten minutes; give each its own, or none",
                         tx->token);
    if (dyn__same(st->code, "ResourceNotFoundException") && tx->count > 1) {
        dyn__fail(st->err, DYN_NO_TABLE, "one of the transaction's tables does not exist in %S; create it, or check region, endpoint and name:", &st->region);
        for (size_t i = 0; i < tx->count; i++) {
            size_t k = 0;
            while (k < i && tx->parts[k].known != tx->parts[i].known)
                k++;
            dyn__tx_load(st, tx, i);
            if (k == i)
                dyn__say(st->err, " \"%S%S\"", &c->prefix, &c->table);
        }
        return DYN_NO_TABLE;
    }
    return DYN_OK;
}

/* --- Beginning a transaction --- */

/* What both kinds and DYN_ONCE have in common. */
static dyn_status dyn__tx_make(dyn__state *st, size_t count, dyn__tx **out)
{
    dyn__tx *tx = (dyn__tx *)dyn__alloc(&st->work, sizeof *tx, sizeof(uint64_t));

    *out = tx;
    if (tx) {
        tx->count = count;
        tx->first = (size_t *)dyn__alloc(&st->work, (count + 1) * sizeof *tx->first, sizeof(size_t));
    }
    if (!tx || !tx->first)
        return dyn__no_memory(st, "a transaction");
    tx->begun_at = dyn__now(st);
    return DYN_OK;
}

/* All is set up: from here on the call is the transaction's. */
static dyn_status dyn__tx_start(dyn__state *st, dyn__tx *tx)
{
    dyn__call *c = &st->call;

    c->own = tx;
    c->refused = dyn__tx_refused, c->again = NULL, c->mark = NULL;
    c->repeatable = true, c->only_once = false;
    st->read_error = dyn__tx_read_error;
    dyn__tx_forget(tx);
    return DYN_OK;
}

DYN_API dyn_status dyn__send_once(struct dyn__state *st)
{
    dyn__call *c = &st->call;
    dyn__tx *tx;

    if (c->image)
        return dyn__fail(st->err, DYN_INVALID, "options.once with %s: a transaction returns no items; read it afterwards, or leave once out",
                         c->return_values && dyn__same(c->return_values, "ALL_OLD") ? "old" : "into");
    dyn_status s = dyn__tx_make(st, 1, &tx);
    if (s == DYN_OK)
        s = dyn__random_hex(st, tx->token);
    if (s != DYN_OK)
        return s;
    tx->op = c->op, tx->own = c->own, tx->image = c->existing;
    c->op = &dyn__op_tx_write;
    return dyn__tx_start(st, tx);
}

/* Begins a call for count actions, and meets their models before anything else takes work memory. */
static dyn_status dyn__tx_begin(dyn_client *db, const dyn__operation *op, const dyn_tx_write *writes, const dyn_tx_read *reads, size_t count,
                                const dyn_tx_options *o, dyn__state **out, dyn__tx **tx)
{
    bool sound = !o || (!o->start_canary_ && !o->end_canary_);
    dyn_status s = dyn__begin(db, NULL, op, NULL, o && sound ? o->total_ms : 0, out);
    dyn__state *st = *out;

    if (s != DYN_OK)
        return s;
    if (!sound)
        return dyn__fail(st->err, DYN_INVALID, "the options are not zeroed where nothing is set: write dyn_tx_options o = { … } or memset it");
    if (count < 1 || count > DYN__TX_MOST)
        return dyn__fail(st->err, DYN_INVALID, "a transaction of %u actions; DynamoDB takes 1 to 100", (uint64_t)count);
    for (size_t i = 0; i < count && s == DYN_OK; i++) {
        dyn__known *known;
        const dyn_model *model = writes ? writes[i].model : reads[i].model;
        if (!model || (writes ? writes[i].kind < DYN_TX_KIND_PUT || writes[i].kind > DYN_TX_KIND_CHECK : !reads[i].item))
            return dyn__fail(st->err, DYN_INVALID, "action %u of the transaction has no model, kind or item; make it with a DYN_TX_ macro", (uint64_t)(i + 1));
        s = dyn__meet(st, model, &known);
    }
    st->decoder.models = st->models;
    if (s == DYN_OK)
        s = dyn__tx_make(st, count, tx);
    if (s != DYN_OK)
        return s;
    (*tx)->parts = (dyn__tx_part *)dyn__alloc(&st->work, count * sizeof *(*tx)->parts, sizeof(uint64_t));
    if (!(*tx)->parts)
        return dyn__no_memory(st, "a transaction");
    st->decoder.keep = o ? o->arena : NULL;
    if (o && o->capacity)
        st->call.capacity = o->capacity;
    return DYN_OK;
}

/* Where an action's set-up failed. */
static dyn_status dyn__tx_blame(dyn__state *st, dyn__tx *tx, size_t i, dyn_status s)
{
    dyn__say(st->err, "; in action %u of the transaction (%s, model \"%s\")", (uint64_t)(i + 1), dyn__tx_name(tx, i), tx->parts[i].known->model->name);
    (void)i;
    return s;
}

/* Sets one action up in the call and keeps what came of it. */
static dyn_status dyn__tx_set(dyn__state *st, dyn__tx *tx, size_t i)
{
    dyn__call *c = &st->call;
    dyn__tx_part *p = tx->parts + i;
    dyn_tx_write *a = tx->writes ? tx->writes + i : NULL;
    const dyn_key *key = a ? &a->key : &tx->reads[i].key;
    const void *item = a ? a->item : tx->reads[i].item;
    dyn_status s = DYN_OK;

    p->known = dyn__known_find(st->models, a ? a->model : tx->reads[i].model);
    p->item = (const unsigned char *)item;
    dyn__tx_load(st, tx, i);
    c->repeatable = true;
    if (!key->args && !item)
        s = dyn__fail(st->err, DYN_INVALID, "there is neither a struct nor a key");
    else if (a && a->kind == DYN_TX_KIND_PUT && !item)
        s = dyn__fail(st->err, DYN_INVALID, "a put needs a struct");
    else if (a && a->existing && !a->existing->item)
        s = dyn__fail(st->err, DYN_INVALID, "an image needs .item, a struct of the model to put the stored item into");
    if (s == DYN_OK)
        s = dyn__make_key(st, key->args ? NULL : p->item, key->args ? key : NULL);
    if (s == DYN_OK && tx->reads && !key->args)
        s = dyn__save_key(st);
    if (s == DYN_OK && a)
        s = dyn__conditions(st, a->when, sizeof a->when / sizeof a->when[0]);
    if (s == DYN_OK && a && a->kind == DYN_TX_KIND_UPDATE)
        s = dyn__expr_update(&c->exprs, &a->change, &c->change, &c->repeatable);
    if (s == DYN_OK && a && a->kind == DYN_TX_KIND_CHECK && !c->condition.len)
        s = dyn__fail(st->err, DYN_INVALID, "a check is a condition only; give it .when");
    if (s == DYN_OK && a && p->known->on_write) {
        c->op = dyn__tx_inner(tx, i);
        s = p->known->on_write(st);
        c->op = &dyn__op_tx_write;
    }
    p->key = c->key, p->item = c->item, p->condition = c->condition, p->change = c->change;
    p->names = c->exprs.names, p->values = c->exprs.values;
    p->key_copy = c->key_copy;
    if (s == DYN_OK && a && a->existing)
        tx->image = a->existing;
    return s == DYN_OK ? DYN_OK : dyn__tx_blame(st, tx, i, s);
}

/* Is an action's item that of an earlier one? DynamoDB takes one action for each. */
static dyn_status dyn__tx_distinct(dyn__state *st, dyn__tx *tx, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        dyn__tx_load(st, tx, k);
        dyn_str table = st->call.table, prefix = st->call.prefix;
        dyn__tx_load(st, tx, i);
        if (dyn__eq(tx->parts[i].key.ptr, tx->parts[i].key.len, tx->parts[k].key.ptr, tx->parts[k].key.len) && prefix.len == st->call.prefix.len
            && dyn__eq(table.ptr, table.len, st->call.table.ptr, st->call.table.len))
            return dyn__fail(st->err, DYN_INVALID, "actions %u and %u of the transaction are on the same item, {%S} in \"%S\"; DynamoDB takes one for "
                             "each item", (uint64_t)(k + 1), (uint64_t)(i + 1), &tx->parts[i].key, &table);
    }
    return DYN_OK;
}

DYN_API dyn_status dyn_transact_write_begin(dyn_client *db, dyn_tx_write *actions, size_t count, const dyn_tx_options *options)
{
    dyn__state *st;
    dyn__tx *tx;
    dyn_status s = dyn__tx_begin(db, &dyn__op_tx_write, actions, NULL, count, options, &st, &tx);
    const char *token = options ? options->token : NULL;

    if (s != DYN_OK)
        return s;
    tx->writes = actions;
    if (token && (!*token || strlen(token) > DYN__TX_TOKEN))
        return dyn__fail(st->err, DYN_INVALID, "the token \"%s\" has %u characters; DynamoDB takes 1 to 36", token, (uint64_t)strlen(token));
    if (token)
        dyn__cut(tx->token, sizeof tx->token, token);
    else
        s = dyn__random_hex(st, tx->token);
    for (size_t i = 0; i < count && s == DYN_OK; i++) {
        s = dyn__tx_set(st, tx, i);
        if (s == DYN_OK)
            s = dyn__tx_distinct(st, tx, i);
    }
    if (s == DYN_OK)
        s = dyn__tx_start(st, tx);
    return s == DYN_OK ? dyn__start_call(st) : s;
}

/* A read has ended: after a failure the key members are what they were. */
static dyn_status dyn__tx_get_ended(dyn__state *st, dyn_status s)
{
    dyn__tx *tx = (dyn__tx *)st->then_for;

    for (size_t i = 0; s != DYN_OK && i < tx->count; i++) {
        dyn__tx_load(st, tx, i);
        if (st->call.key_copy)
            dyn__copy_key(&st->call, false);
    }
    return s;
}

DYN_API dyn_status dyn_transact_get_begin(dyn_client *db, dyn_tx_read *reads, size_t count, const dyn_tx_options *options)
{
    dyn__state *st;
    dyn__tx *tx;
    dyn_status s = dyn__tx_begin(db, &dyn__op_tx_get, NULL, reads, count, options, &st, &tx);

    if (s != DYN_OK)
        return s;
    tx->reads = reads;
    if (options && options->token)
        return dyn__fail(st->err, DYN_INVALID, "options.token belongs to dyn_transact_write; a read needs none");
    for (size_t i = 0; i < count && s == DYN_OK; i++) {
        s = dyn__tx_set(st, tx, i);
        if (s == DYN_OK)
            s = dyn__tx_distinct(st, tx, i);
    }
    if (s == DYN_OK)
        s = dyn__tx_start(st, tx);
    if (s == DYN_OK)
        s = dyn__start_call(st);
    if (s == DYN_OK)
        st->then = dyn__tx_get_ended, st->then_for = tx;
    return s;
}

DYN_API dyn_status dyn_transact_write(dyn_client *db, dyn_tx_write *actions, size_t count, const dyn_tx_options *options)
{
    return dyn__finish_call(db, dyn_transact_write_begin(db, actions, count, options));
}

DYN_API dyn_status dyn_transact_get(dyn_client *db, dyn_tx_read *reads, size_t count, const dyn_tx_options *options)
{
    return dyn__finish_call(db, dyn_transact_get_begin(db, reads, count, options));
}

/* --- Saving changes ------------------------------------------------------------------------------------------------ */

/* A member that differs: it is set to what it is in `base`, or removed (base NULL). */
typedef struct dyn__change {
    struct dyn__change  *next;
    const dyn_field     *field;
    const unsigned char *base;
    unsigned             depth;
    dyn_str              path;    /* in placeholders */
} dyn__change;

typedef struct dyn__changes {
    dyn__change *first, **end;
    size_t       text;            /* bytes that the update's text takes at most */
    bool         whole;           /* nested structs are sent as a whole */
} dyn__changes;

/* ":_3": no value of a condition is called so. */
static void dyn__put_change_value(dyn__writer *w, size_t i)
{
    char digits[24];
    dyn_str s = dyn__decimal_u(digits, i);

    dyn__puts(w, ":_");
    dyn__put(w, s.ptr, s.len);
}

/* As an update, but the values that are set come from the struct, one part for each. */
static dyn_status dyn__changes_part(dyn__state *st, size_t part, dyn__writer *w)
{
    dyn__call *c = &st->call;
    const dyn__change *change = ((dyn__changes *)c->own)->first;
    size_t id = 0, sets = 0;

    for (const dyn__change *each = change; each; each = each->next)
        sets += each->base != NULL;
    if (part == 0) {
        dyn__write_table(st, w);
        dyn__write_key_member(st, w);
        dyn__write_text(w, "UpdateExpression", c->change);
        dyn__write_text(w, "ConditionExpression", c->condition);
        dyn__write_names(w, &c->exprs);
        dyn__puts(w, c->exprs.values || sets ? ",\"ExpressionAttributeValues\":{" : "");
        for (const dyn__bound *b = c->exprs.values; b; b = b->next) {
            dyn__puts(w, id ? ",\"" : "\"");
            dyn__put_placeholder(w, ':', id++);
            dyn__puts(w, "\":");
            dyn__write_arg(w, &b->arg);
        }
        return DYN_OK;
    }
    if (part > sets) {
        if (part > sets + 1)
            return DYN_DONE;
        dyn__puts(w, c->exprs.values || sets ? "}" : "");
        dyn__write_wishes(st, w);
        return DYN_OK;
    }
    for (id = 0; !change->base || ++id < part; )
        change = change->next;
    dyn__puts(w, c->exprs.values || part > 1 ? ",\"" : "\"");
    dyn__put_change_value(w, part - 1);
    dyn__puts(w, "\":");
    return dyn__write_value(w, change->field, change->base, change->depth, st->err);
}

static const dyn__operation dyn__op_changes = { "DynamoDB_20120810.UpdateItem", true, dyn__changes_part, dyn__read_write, dyn__write_done, NULL, NULL };

/* The hash of what a member is written as. */
static dyn_status dyn__digest(dyn__state *st, const dyn_field *f, const unsigned char *base, unsigned depth, unsigned char out[32])
{
    dyn__sha sha;
    char buf[64];
    dyn__writer w = { buf, sizeof buf, 0, 0, 0, dyn__hash_spill, &sha };

    dyn__sha_init(&sha);
    dyn_status s = dyn__write_value(&w, f, base, depth, st->err);
    dyn__sha_update(&sha, buf, w.len);
    dyn__sha_out(&sha, out);
    return s;
}

/* Are the members written as the same? */
static DYN__APART dyn_status dyn__compare(dyn__state *st, const dyn_field *f, const unsigned char *a, const unsigned char *b, unsigned depth, bool *same)
{
    unsigned char x[32], y[32];
    dyn_status s = dyn__digest(st, f, a, depth, x);

    if (s == DYN_OK)
        s = dyn__digest(st, f, b, depth, y);
    *same = s == DYN_OK && memcmp(x, y, sizeof x) == 0;
    return s;
}

/* Notes one member that differs. */
static dyn_status dyn__note_change(dyn__state *st, dyn__changes *all, const dyn_field *f, const unsigned char *base, unsigned depth, dyn_str above,
                                   dyn_str *path)
{
    dyn__change *c = base || !path ? (dyn__change *)dyn__alloc(&st->work, sizeof *c, sizeof(uint64_t)) : NULL;
    char name[16];
    dyn_str attr = { dyn__attr(f), strlen(dyn__attr(f)) };
    dyn__writer w = { name, sizeof name, 0, 0, 0, NULL, NULL };

    if (!dyn__put_name(&st->call.exprs, &w, attr))
        return DYN_NO_MEMORY;
    size_t n = above.len + (above.len ? 1 : 0) + w.len;
    char *to = (char *)dyn__alloc(&st->work, n, 1);
    if (!to || (!c && !path))
        return dyn__no_memory(st, "the changes");
    memcpy(to, above.ptr, above.len);
    if (above.len)
        to[above.len] = '.';
    memcpy(to + n - w.len, name, w.len);
    if (path) {
        path->ptr = to, path->len = n;
        return DYN_OK;
    }
    c->field = f, c->base = base, c->depth = depth;
    c->path.ptr = to, c->path.len = n;
    *all->end = c, all->end = &c->next;
    all->text += n + 32;
    return DYN_OK;
}

/* Finds what differs between two structs of a model, nested ones member by member. */
static dyn_status dyn__find_changes(dyn__state *st, dyn__changes *all, const dyn_model *m, const unsigned char *a, const unsigned char *b, unsigned depth,
                                    dyn_str above)
{
    const dyn__known *k = st->call.known;
    dyn_status s = DYN_OK;

    for (size_t i = 0; i < m->field_count && s == DYN_OK; i++) {
        const dyn_field *f = &m->fields[i];
        bool gone = dyn__is_absent(f, b), was = !dyn__is_absent(f, a), same = gone && !was;
        if (f->on_write || f->key_only || same)
            continue;
        if (was && !gone)
            s = dyn__compare(st, f, a, b, depth, &same);
        if (s != DYN_OK || same)
            continue;
        if (depth == 1 && (dyn__is_in_template(k, &k->pk, f) || dyn__is_in_template(k, &k->sk, f)))
            return dyn__fail_at(st->err, f, DYN_INVALID, "member \"%s\" is part of the key and differs between before and after; an item's key cannot be "
                                "changed: put a new item and delete the old one", f->member);
        if (f->kind == DYN_KIND_MAP && was && !gone && !all->whole) {
            dyn_str path;
            s = dyn__note_change(st, all, f, NULL, depth, above, &path);
            if (s == DYN_OK)
                s = dyn__find_changes(st, all, f->nested, a + f->offset, b + f->offset, depth + 1, path);
        } else
            s = dyn__note_change(st, all, f, gone ? NULL : b, depth, above, NULL);
    }
    return s;
}

/* "SET #0 = :_0, #1.#2 = :_1 REMOVE #3" */
static dyn_status dyn__write_changes(dyn__state *st, dyn__changes *all)
{
    dyn__call *c = &st->call;
    char *to = (char *)dyn__alloc(&st->work, all->text + 16, 1);
    dyn__writer w = { to, to ? all->text + 16 : 0, 0, 0, 0, NULL, NULL };
    size_t id = 0;

    if (!to)
        return dyn__no_memory(st, "the changes");
    for (int removes = 0; removes < 2; removes++) {
        bool any = false;
        for (const dyn__change *each = all->first; each; each = each->next) {
            if (removes == (each->base != NULL))
                continue;
            dyn__puts(&w, any ? ", " : !removes ? "SET " : w.len ? " REMOVE " : "REMOVE ");
            dyn__put(&w, each->path.ptr, each->path.len);
            any = true;
            if (removes)
                continue;
            dyn__puts(&w, " = ");
            dyn__put_change_value(&w, id++);
        }
    }
    c->change.ptr = to, c->change.len = w.len;
    if (w.len > DYN__MAX_EXPRESSION)
        return dyn__fail(st->err, DYN_TOO_LARGE, "the changes make an update of %u bytes, DynamoDB takes 4096; save less of them at a time, or dyn_put "
                         "the item", (uint64_t)w.len);
    return DYN_OK;
}

/* The item must exist: attribute_exists(pk), in front of other conditions. */
static dyn_status dyn__must_exist(dyn__state *st)
{
    dyn__call *c = &st->call;
    char name[16];
    dyn__writer n = { name, sizeof name, 0, 0, 0, NULL, NULL };

    if (!dyn__put_name(&c->exprs, &n, c->known->pk.attr))
        return DYN_NO_MEMORY;
    size_t most = n.len + c->condition.len + 32;
    char *to = (char *)dyn__alloc(&st->work, most, 1);
    if (!to)
        return dyn__no_memory(st, "the condition");
    dyn__writer w = { to, most, 0, 0, 0, NULL, NULL };
    dyn__puts(&w, "attribute_exists(");
    dyn__put(&w, name, n.len);
    dyn__puts(&w, c->condition.len ? ") AND " : ")");
    dyn__put(&w, c->condition.ptr, c->condition.len);
    c->condition.ptr = to, c->condition.len = w.len;
    return DYN_OK;
}

DYN_API dyn_status dyn_save_changes_begin(dyn_client *db, const dyn_model *model, const void *before, const void *after,
                                          const dyn_write_options *options)
{
    bool sound = !options || (!options->start_canary_ && !options->end_canary_);
    dyn_str top = { "", 0 };
    dyn__state *st;
    dyn_status s = dyn__begin(db, model, &dyn__op_changes, options && sound ? options->table : NULL, options && sound ? options->total_ms : 0, &st);

    if (s == DYN_OK)
        s = dyn__make_key(st, (const unsigned char *)after, NULL);
    if (s != DYN_OK)
        return s;
    bool upsert = options && sound && options->upsert;
    st->call.exprs.joined = !upsert;
    st->call.item = (const unsigned char *)after;
    s = dyn__take_options(st, options, true);
    dyn__changes *all = (dyn__changes *)dyn__alloc(&st->work, sizeof *all, sizeof(uint64_t));
    if (s == DYN_OK && !all)
        s = dyn__no_memory(st, "the changes");
    if (s != DYN_OK)
        return s;
    all->end = &all->first, all->whole = upsert;
    st->call.own = all;
    s = dyn__find_changes(st, all, model, (const unsigned char *)before, (const unsigned char *)after, 1, top);
    if (s != DYN_OK || !all->first)
        return s == DYN_OK ? DYN_DONE : s;
    s = dyn__write_changes(st, all);
    if (s == DYN_OK && !upsert)
        s = dyn__must_exist(st);
    return s == DYN_OK ? dyn__launch(st, options) : s;
}

DYN_API dyn_status dyn_save_changes(dyn_client *db, const dyn_model *model, const void *before, const void *after, const dyn_write_options *options)
{
    dyn_status s = dyn_save_changes_begin(db, model, before, after, options);

    return s == DYN_DONE ? DYN_OK : dyn__finish_call(db, s);
}

#ifdef __cplusplus
}
#endif

#endif /* DYNREPO_IMPLEMENTATION */

/* ---------------------------------------------------------------------------------------------------------------------
 * MIT License
 *
 * Copyright (c) 2026 dynrepo contributors
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy
 * of this software and associated documentation files (the "Software"), to deal
 * in the Software without restriction, including without limitation the rights
 * to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
 * copies of the Software, and to permit persons to whom the Software is
 * furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all
 * copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 * IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
 * FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
 * AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 * LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 * OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
 * SOFTWARE.
 */
