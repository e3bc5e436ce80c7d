"""The requests of pydantic-dynamo and those of the same calls in C; see golden.py. Run by tests/support/run.py."""
import json
import os
import unittest

import golden


def full_condition(operation, body):
    """That the key is what it is means that there is an item; one without a version reads as version 1."""
    if operation == "UpdateItem" and "ConditionExpression" in body:
        rest = [c for c in body["ConditionExpression"] if not c.startswith(("pk = ", "sk = "))]
        body["ConditionExpression"] = sorted(["attribute_exists(pk)"] + [
            "(_object_version = 1 OR attribute_not_exists(_object_version))" if c == "_object_version = 1" else c for c in rest])


def empty_set(operation, body):
    if operation == "PutItem" and body["Item"].get("st") == {"NS": []}:
        body["Item"]["st"] = {"L": []}


def sets(**paths):
    def change(requests):
        requests[0][1]["UpdateExpression"]["SET"].update(paths)
        return requests
    return change


def changed(partition, content, more):
    """An update of a content that is there."""
    return [("UpdateItem", {"TableName": "T", "Key": {"pk": {"S": partition}, "sk": {"S": content}}, "ConditionExpression": ["attribute_exists(pk)"],
                            "UpdateExpression": {"SET": dict({"_timestamp": '{"S": "<time>+00:00"}', "_object_version": "if_not_exists(_object_version, 0) + 1"}, **more)}})]


def without_st(requests):
    """The update of the first, and nothing of the member that was an empty dictionary."""
    requests[0][1]["UpdateExpression"] = changed("", "", {"s": '{"S": "q"}'})[0][1]["UpdateExpression"]
    return requests


def none_is_not_s(requests):
    u = requests[0][1]["UpdateExpression"]["SET"]
    u["opt"] = u.pop("s")
    return requests


def as_many_at_once(requests):
    query = requests[0][1]
    query["ConsistentRead"], query["Limit"] = True, 10
    del query["Select"]
    return requests + [("Query", dict(query, ExclusiveStartKey={"pk": {"S": "pre#name#a#b"}, "sk": {"S": "ct#c"}}))]


def the_later(requests):
    puts = requests[0][1]["RequestItems"]["T"]
    puts[:] = puts[1:]
    puts[0]["PutRequest"]["Item"]["st"] = {"L": []}
    return requests


def one_key(requests):
    keys = requests[0][1]["RequestItems"]["T"]["Keys"]
    keys[:] = keys[:1]
    return requests


def consistently(requests):
    requests[0][1]["ConsistentRead"] = True
    return requests


def that_one(requests):
    """From the one to itself, and not what begins with it too."""
    one = requests[0][1]["KeyConditionExpression"]
    one[:] = [one[1], one[0].replace("begins_with(sk, ", "sk BETWEEN ").replace(")", "") + ' AND {"S": "ct#1"}']
    return consistently(requests)


with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden", "pydantic_dynamo.json")) as f:
    GOLDEN = json.load(f)


def stored(label, **more):
    """What a call put, as a list gives it."""
    puts = GOLDEN[label]["requests"][1]["body"]["RequestItems"]["T"]
    return {"Items": [dict(p["PutRequest"]["Item"], **more) for p in puts], "Count": len(puts), "ScannedCount": len(puts)}


KEYS = {"T": {"Keys": [{"pk": {"S": "pre#name#w"}, "sk": {"S": "ct#1"}}]}}
X = ("pre#name#x", "ct#1")


def put_of(label, **more):
    body = golden.meaning(GOLDEN[label]["requests"][0]["body"])
    body["Item"].update(more)
    return [("PutItem", body)]


class PydanticDynamo(golden.Golden):
    LIBRARY = "pydantic_dynamo"
    CAPTURES = 55
    EVERYWHERE = [
        ("the library asks whether the key is what it is; of an item without a version, which reads as version 1, it refuses version 1", full_condition),
        ("the service refuses an empty set: here it is an empty list, as full ones are lists", empty_set),
    ]
    DIFFERS = {
        "put float": ("boto3 refuses it: a number is a number", lambda _: put_of("put empty set", f={"N": "1.5"}, st={"L": [{"S": "a"}]})),
        "update": ("the next version is told, so that the update can be repeated", sets(_object_version="2")),
        "update wrong ver": ("the same", sets(_object_version="78")),
        "reuse same command": ("ValueError there, since the first use has changed the command", lambda _: 2 * changed(*X, {"s": '{"S": "new"}'})),
        "update empty dict first": ("an empty dictionary makes a request that is none; there is nothing to say about that member", without_st),
        "set None": ("a member that must be there is not set to None", none_is_not_s),
        "delete": ("as many keys are read as are deleted at once, then those behind them, until there are none", as_many_at_once),
        "put_batch dup": ("the service refuses two of one key: the later one is put", the_later),
        "writeonce 1": ("what was just written is not written again", consistently),
        "writeonce 2": ("the same", consistently),
        "writeonce after update (same data, ver 2)": ("written again there, and back at version 1; nothing differs but the version", lambda r: consistently(r[:1])),
        "writeonce [] pid 1": ("one content is looked for, not all that begin with it", that_one),
        "writeonce [] pid 2": ("written again there each time: no ids are read as one that is empty", lambda r: that_one(r[:1])),
        "get_batch unprocessed": ("the library asks for the rest by what is none: here by what the service gave back", lambda _: [
            ("BatchGetItem", {"RequestItems": KEYS}), ("BatchGetItem", {"RequestItems": KEYS})]),
        "get_batch dup keys": ("the service refuses one key twice: it is asked for once", one_key),
        "Any field set to dict": ("KeyError there", lambda _: changed(*X, {"d": '{"M": {"k": {"N": "1"}}}'})),
        "described model nested": ("KeyError there, for what a description does to the schema", lambda _: changed(*X, {"n.t": '{"S": "nn"}'})),
        "increment decimal": ("ValueError there: a number is a number", lambda _: changed(*X, {"dec": "if_not_exists(dec, 0) + 1.5"})),
        "filter nested": ("ValueError there", lambda _: [("Query", {
            "TableName": "T", "FilterExpression": ['n.t = {"S": "z"}'],
            "KeyConditionExpression": ['begins_with(sk, {"S": "ct#"})', 'pk = {"S": "pre#name#x"}']})]),
    }
    REFUSED = {
        "update append None": ("DYN_INVALID", "NULL", "the service refuses it there"),
        "append None": ("DYN_INVALID", "NULL", "the same"),
        "set+append same attr": ("DYN_INVALID", "overlap", "the service refuses it there"),
    }
    NOT_ASKED = {
        "put uuid": "refused there; a kind of member, DYN_UUID, in engine_kinds",
        "put nested list of dt": "refused there; a list of lists is a dyn_value, whose times are texts",
        "put mixed list [1,{dt}]": "the same",
        "put tuple dt": "the same",
        "v1 put version": "was seen without its request; the older class has keys of its own",
    }
    ANSWERS = {
        "delete": {"Query": [stored("writeonce [] pid 1", pk={"S": "pre#name#a#b"}, sk={"S": "ct#c"})]},
        "writeonce 2": {"Query": stored("writeonce 1")},
        "writeonce after update (same data, ver 2)": {"Query": stored("writeonce 1", _object_version={"N": "2"})},
        "writeonce [] pid 2": {"Query": stored("writeonce [] pid 1")},
        "get_batch unprocessed": {"BatchGetItem": [{"Responses": {}, "UnprocessedKeys": KEYS}, {"Responses": {"T": []}, "UnprocessedKeys": {}}]},
        "extra=forbid read back": {"GetItem": {"Item": {"pk": {"S": "pre#name#a"}, "sk": {"S": "cx#1"}, "foo": {"N": "1"}, "_object_version": {"N": "1"},
                                                       "_timestamp": {"S": "2026-11-21T05:59:20+00:00"}, "more": {"S": "x"}}}},
    }

    def test_a_command_used_twice_is_the_same_request(self):
        first, _, _ = self.call("update")
        again, _, _ = self.call("update")
        self.assertEqual(first, again)

    def test_what_stands_beside_the_members_does_not_keep_an_item_from_being_read(self):
        self.assertEqual(self.call("extra=forbid read back")[1], "DYN_OK")


if __name__ == "__main__":
    unittest.main()
