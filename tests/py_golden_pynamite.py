"""The requests of pynamite and those of the same calls in C; see golden.py. Run by tests/support/run.py."""
import unittest

import golden


def set_to(**paths):
    """The update sends this in place of what the library's placeholders made of it; keys may hold dots and brackets: pass a dict as `more`."""
    more = paths.pop("more", {})

    def change(requests):
        requests[0][1]["UpdateExpression"]["SET"] = dict({k: v for k, v in requests[0][1]["UpdateExpression"].get("SET", {}).items() if k in golden.STAMPS},
                                                         **paths, **more)
        return requests
    return change


def instead(verb, path, text=None):
    def change(requests):
        u = requests[0][1]["UpdateExpression"]
        u[verb] = [path + (" " + text if text else "")]
        for other in ("ADD", "DELETE", "REMOVE"):
            if other != verb:
                u.pop(other, None)
        return requests
    return change


def names_its_key(operation, body):
    if operation == "PutItem":
        body["ConditionExpression"] = [c.replace("(SK)", "(PK)") for c in body["ConditionExpression"]]


def stamps_what_it_makes(operation, body):
    if operation == "UpdateItem":
        stamp = '{"S": "<time>"}'
        body["UpdateExpression"].setdefault("SET", {}).update(_created="if_not_exists(_created, %s)" % stamp, _updated=stamp)
        body["ReturnValues"] = "ALL_NEW"


UPDATED = {"_created": 'if_not_exists(_created, {"S": "<time>"})', "_updated": '{"S": "<time>"}'}
STAMPED = {"_created": {"S": "<time>"}, "_updated": {"S": "<time>"}}


def update(key, more):
    return [("UpdateItem", {"TableName": "P", "Key": key, "ReturnValues": "ALL_NEW", "UpdateExpression": {"SET": dict(more, **UPDATED)}})]


def key(pk, sk):
    return {"PK": {"S": pk}, "SK": {"S": sk}}


class Pynamite(golden.Golden):
    LIBRARY = "pynamite"
    CAPTURES = 43
    EVERYWHERE = [
        ("the library's condition names an attribute SK whatever the key is called; one attribute of the key tells whether there is an item, and that is the first",
         names_its_key),
        ("an update that makes a document gives it a time of making too, as the library planned; all that is stored then comes back, not the changed part",
         stamps_what_it_makes),
    ]
    DIFFERS = {
        "get attrs": ("raises TypeError; its documentation says: chosen attributes. With the key's beside them no item and one without them differ",
                      lambda _: [("GetItem", {"TableName": "P", "Key": key("a", "b.c"), "ProjectionExpression": ["PK", "SK", "n", "x"]})]),
        "upd collide 1/True": ("placeholders made of hashes stand for one value: each has its own here", set_to(a="1", b='{"BOOL": true}', c="1")),
        "upd collide 0/''/False": ("the same", set_to(a="0", b='{"S": ""}', c='{"BOOL": false}')),
        "upd collide 5/-5": ("the same", set_to(a="5", b="-5")),
        "upd collide -1/2": ("the same", set_to(a="-1", b="2")),
        "upd float": ("boto3 refuses it: a number is a number", lambda _: update(key("a", "c6"), {"a": "1.5"})),
        "incr 0.5": ("its placeholder is none", set_to(a="a + 0.5")),
        "incr -1": ("the same", set_to(a="a + -1")),
        "nested incr": ("names an attribute that it does not define", set_to(more={"d.k": "d.k + 1"})),
        "ifne": ("stores a list of what was to be stored", set_to(q='if_not_exists(q, {"S": "MAGIC"})')),
        "setappend": ("its request is none: a set is added", instead("ADD", "a", '{"SS": ["z"]}')),
        "setremove": ("the same", instead("DELETE", "a", '{"SS": ["x"]}')),
        "idx10": ("an index of two digits is part of a name there", set_to(more={"l[10]": "7"})),
        "dynamo.Increment": ("its README's name for what is called otherwise", lambda _: update(key("a", "c1"), {"a": "a + 3"})),
        "dynamo.Key": ("db.batch() of its README does not exist there", lambda _: [("TransactWriteItems", {
            "ClientRequestToken": "<token>", "TransactItems": [
                {"Update": {"TableName": "P", "Key": key("a", "b"), "UpdateExpression": {"SET": dict(UPDATED, n="n + 1")}}},
                {"Delete": {"TableName": "P", "Key": key("a", "c")}}]})]),
        "tenant upd dict": ("was seen without its request", lambda _: update(key("ten@k", "s"), {"a": "1"})),
        "tenant get same dict": ("asks for ten@ten@k: the key that was given is not changed here",
                                 lambda _: [("GetItem", {"TableName": "P", "Key": key("ten@k", "s")})]),
        "Q put": ("was seen without its request", lambda _: other_put()),
        "Q put again overwrites?": ("it does there; the condition names the key, so that it does not here", lambda _: other_put()),
        "schema": ("was seen without its request", lambda _: [("Scan", {"TableName": "P"})]),
        "showpart": ("here the bytes of each partition are told too, which takes the items", lambda _: [("Scan", {"TableName": "P"})]),
        "coll expr": ("makes a text of a condition; here it is sent", lambda _: [("Query", {
            "TableName": "P", "KeyConditionExpression": ['PK = {"S": "USER"}', 'SK BETWEEN {"S": "11.11.11"} AND {"S": "11.11.12"}']})]),
    }
    REFUSED = {
        "scan unconfirmed": ("DYN_INVALID", "confirm", "as the library, which says so and returns None"),
        "key list1": ("DYN_INVALID", "SK", "a key whose second part is NULL is none"),
        "key nodot": ("DYN_INVALID", '"a"', "a key whose second part is empty is none"),
    }
    NOT_ASKED = {"remove_meta": "sends nothing; dyn_docs_bare, in engine_pynamite"}


def other_put():
    return [("PutItem", {"TableName": "Q", "Item": dict({"hk": {"S": "a"}, "rk": {"S": "b"}, "x": {"N": "1"}}, **STAMPED),
                         "ConditionExpression": ["attribute_not_exists(hk)"]})]


if __name__ == "__main__":
    unittest.main()
