"""The requests that pydantic-dynamo was seen to send (tests/golden/pydantic_dynamo.json), and what the same calls in C would send: the same operation, keys,
item and expressions, once placeholders are put back. Where they differ on purpose, DIFFERS says why. Nothing is sent. Run by tests/support/run.py."""
import json
import os
import re
import subprocess
import unittest
from decimal import Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
TOOL = os.environ["DYNREPO_TEST_BUILD"] + "/pydantic_dynamo_golden_tool"
DIFFERS = {
    # label: (member of the request, what C has there, why)
    "put empty ids": [("Item", lambda item: dict(item, st={"L": []}), "an empty set is an empty list, where the library sends one that is refused")],
    "update": [("UpdateExpression", lambda sets: dict(sets, _object_version="2"), "the next version is told, so that the update can be repeated")],
    "update wrong ver": [("UpdateExpression", lambda sets: dict(sets, _object_version="78"), "the same")],
    "set None": [("UpdateExpression", lambda sets: {"opt" if k == "s" else k: v for k, v in sets.items()}, "a member that must be there is not set to None")],
    "delete": [("ConsistentRead", lambda _: True, "what was just deleted is not seen again"), ("Limit", lambda _: 10, "as many as the repository deletes at once"),
               ("ProjectionExpression", lambda _: None, "rows are read whole"), ("Select", lambda _: None, "the same")],
}
# Refused before anything is sent, or many requests of which the first cannot be told alone.
NOT_SENT = {"incr NULL attr": "DYN_INVALID"}
NOT_COMPARED = {"put_batch dup"}


def put_back(text, body):
    """An expression with its names and values in place of placeholders."""
    def each(m):
        p = m.group(0)
        if p[0] == "#":
            return body["ExpressionAttributeNames"][p]
        return plain(body["ExpressionAttributeValues"][p])
    return re.sub(r"[#:]\w+", each, text)


def plain(v):
    (kind, inner), = v.items()
    if kind == "N":
        return str(Decimal(inner).normalize())
    if kind == "S" and re.match(r"2026-11-21T.*\+00:00$|20[2-9]\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$", inner):
        return "<time>"
    return json.dumps(v, sort_keys=True)


def sets(text, body):
    """SET's targets and what they become."""
    assert text.startswith("SET ")
    parts, depth, start = [], 0, 4
    for i, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if c == "," and not depth:
            parts.append(text[start:i])
            start = i + 1
    parts.append(text[start:])
    return dict(put_back(p, body).strip().split(" = ", 1) for p in parts)


def terms(text, body):
    """The terms of an AND, in any order."""
    while re.match(r"^\(.*\)$", text) and balanced(text[1:-1]) and " OR " not in text:
        text = text[1:-1]
    out, depth, start, between = [], 0, 0, False
    for m in re.finditer(r"[()]|\bBETWEEN\b| AND ", text):
        w = m.group(0)
        depth += (w == "(") - (w == ")")
        if w == "BETWEEN":
            between = True
        elif w == " AND " and between:
            between = False
        elif w == " AND " and not depth:
            out.append(text[start:m.start()])
            start = m.end()
    out.append(text[start:])
    flat = []
    for t in out:
        flat += terms(t, body) if t.startswith("(") and balanced(t[1:-1]) and " OR " not in t else [put_back(t, body)]
    return sorted(flat)


def balanced(text):
    depth = 0
    for c in text:
        depth += (c == "(") - (c == ")")
        if depth < 0:
            return False
    return depth == 0


def numbers(v):
    """Numbers by value, stamps as a mark."""
    if isinstance(v, dict):
        if list(v) == ["N"]:
            return {"N": str(Decimal(v["N"]).normalize())}
        return {k: {"S": "<time>"} if k == "_timestamp" else numbers(x) for k, x in v.items()}
    return [numbers(x) for x in v] if isinstance(v, list) else v


def meaning(body):
    out = {}
    for name, v in body.items():
        if name == "UpdateExpression":
            out[name] = sets(v, body)
        elif name in ("ConditionExpression", "FilterExpression", "KeyConditionExpression"):
            out[name] = terms(v, body)
        elif name not in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
            out[name] = numbers(v)
    if out.get("ConsistentRead") is False:
        del out["ConsistentRead"]          # the default
    if out.get("ScanIndexForward") is True:
        del out["ScanIndexForward"]
    return out


class Golden(unittest.TestCase):
    maxDiff = None

    def test_the_calls_in_c_send_what_the_library_sends(self):
        with open(os.path.join(HERE, "golden", "pydantic_dynamo.json")) as f:
            golden = json.load(f)
        p = subprocess.run([TOOL], stdout=subprocess.PIPE, text=True, timeout=30, check=True)
        lines = {label: (operation, rest) for label, operation, rest in (line.split("\t", 2) for line in p.stdout.splitlines())}
        self.assertEqual(set(golden) - set(lines) - NOT_COMPARED, set())
        for label, requests in golden.items():
            if label in NOT_COMPARED:
                continue
            operation, rest = lines[label]
            with self.subTest(label):
                if label in NOT_SENT:
                    self.assertEqual(operation, NOT_SENT[label], rest)
                    continue
                self.assertEqual(operation, requests[0]["operation"])
                wanted = meaning(requests[0]["body"])
                condition = wanted.get("ConditionExpression")
                if condition:
                    # that the key is what it is means that there is an item; one without a version reads as version 1
                    condition = ["attribute_exists(pk)"] + [c for c in condition if not c.startswith(("pk = ", "sk = "))]
                    wanted["ConditionExpression"] = sorted("(_object_version = 1 OR attribute_not_exists(_object_version))" if c == "_object_version = 1" else c
                                                           for c in condition)
                for name, change, _why in DIFFERS.get(label, []):
                    wanted[name] = change(wanted.get(name))
                    if wanted[name] is None:
                        del wanted[name]
                self.assertEqual(meaning(json.loads(rest)), wanted)

    def test_a_command_used_twice_is_the_same_request(self):
        p = subprocess.run([TOOL], stdout=subprocess.PIPE, text=True, timeout=30, check=True)
        lines = dict(line.split("\t", 1) for line in p.stdout.splitlines())
        again = [meaning(json.loads(lines[label].split("\t")[1])) for label in ("update", "update again")]
        self.assertEqual(again[0], again[1])


if __name__ == "__main__":
    unittest.main()
