"""Random expressions on random items. The engine evaluates each twice: as dynrepo compiled it (tests/expr_tool.c: names and values shared, the fewest
parentheses), and as it is written here, with a placeholder for each occurrence and a parenthesis around each part. Both must choose the same
items, or leave the same item behind. Run by tests/support/run.py."""
import os
import random
import subprocess
import unittest
from decimal import Decimal

import boto3
import botocore.exceptions

TOOL = os.environ["DYNREPO_TEST_BUILD"] + "/expr_tool"
WORDS = ["", "a", "ab", "abc", "b", "ba", "z", "\u00e9", 'q"']
# the C member, and the attribute's path on the table
NUMBERS = {"a": ["a"], "b": ["the b"], "m.x": ["m", "x"]}
TEXTS = {"s": ["size"], "t": ["between"], "m.y": ["m", "y"]}
TYPES = ["S", "N", "BOOL", "NULL", "L", "M", "SS", "NS", "B"]


class Raw:
    """An expression for the engine, written out: a fresh placeholder for each name and value."""

    def __init__(self):
        self.names, self.values = {}, {}

    def path(self, parts):
        out = []
        for part in parts:
            if isinstance(part, int):
                out[-1] += "[%d]" % part
                continue
            name = "#n%d" % len(self.names)
            self.names[name] = part
            out.append(name)
        return ".".join(out)

    def value(self, v):
        name = ":v%d" % len(self.values)
        self.values[name] = v
        return name

    def request(self):
        out = {}
        if self.names:
            out["ExpressionAttributeNames"] = self.names
        if self.values:
            out["ExpressionAttributeValues"] = self.values
        return out


def argument(v):
    """A value as the tool reads it."""
    if v is None:
        return "z:"
    if isinstance(v, bool):
        return "b:%d" % v
    if isinstance(v, int):
        return "i:%d" % v
    if isinstance(v, Decimal):
        return "r:%s" % v
    if isinstance(v, str):
        return "s:" + v.encode().hex()
    if isinstance(v, list):
        return "L:" + ",".join(map(str, v))
    if all(isinstance(x, str) for x in v):
        return "S:" + ",".join(x.encode().hex() or "-" for x in sorted(v))
    return "N:" + ",".join(map(str, sorted(v)))


class Expressions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.prefix = "e%d-" % os.getpid()
        cls.tool = subprocess.Popen([TOOL, cls.prefix], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        resource = boto3.resource("dynamodb", endpoint_url=os.environ["DYNREPO_ENDPOINT"], region_name=os.environ["AWS_REGION"])
        cls.table = resource.create_table(TableName=cls.prefix + "expressions", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                                          AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST")
        cls.dice = random.Random(20261121)
        for i in range(60):
            cls.table.put_item(Item=dict(cls.item(), id="%02d" % i))

    @classmethod
    def tearDownClass(cls):
        cls.table.delete()
        cls.table.meta.client.close()
        cls.tool.stdin.close()
        cls.tool.wait(10)
        cls.tool.stdout.close()

    @classmethod
    def ask(cls, *words):
        cls.tool.stdin.write("\t".join(words) + "\n")
        cls.tool.stdin.flush()
        return cls.tool.stdout.readline().rstrip("\n").split("\t")

    # ---- random things

    @classmethod
    def number(cls):
        return cls.dice.choice([cls.dice.randrange(-3, 4), Decimal(cls.dice.randrange(-6, 7)) / 2])

    @classmethod
    def whole(cls):
        return cls.dice.randrange(-3, 4)

    @classmethod
    def word(cls):
        return cls.dice.choice(WORDS)

    @classmethod
    def words(cls):
        return set(cls.dice.sample(WORDS, cls.dice.randrange(1, 4)))

    @classmethod
    def wholes(cls):
        return set(cls.dice.sample(range(-3, 4), cls.dice.randrange(1, 4)))

    @classmethod
    def item(cls):
        d = cls.dice
        m = {"x": cls.whole(), "y": cls.word()}
        every = {"a": cls.whole(), "the b": Decimal(cls.number()), "size": cls.word(), "between": cls.word(), "f": d.randrange(2) == 1,
                 "l": [cls.whole() for _ in range(d.randrange(4))], "ss": cls.words(), "ns": cls.wholes(), "m": {k: v for k, v in m.items() if d.randrange(4)}}
        out = {k: v for k, v in every.items() if d.randrange(4)}
        for k in ("a", "size", "f"):
            if d.randrange(8) == 0:
                out[k] = None
        return out

    def leaf(self, raw):
        """One predicate: the text for C, its values, and the same for the engine."""
        d = self.dice
        kind = d.randrange(12)
        table, make = d.choice([(NUMBERS, self.number), (TEXTS, self.word)])
        path = d.choice(sorted(table))
        if table is NUMBERS and path != "b":
            make = self.whole
        v, w = make(), make()
        if kind < 3:
            op = d.choice(["=", "<>", "<", "<=", ">", ">="])
            if d.randrange(2):
                return "? %s %s" % (op, path), [v], "%s %s %s" % (raw.value(v), op, raw.path(table[path]))
            return "%s %s ?" % (path, op), [v], "%s %s %s" % (raw.path(table[path]), op, raw.value(v))
        if kind == 3:
            other = d.choice([p for p in sorted(table) if p != path])
            op = d.choice(["=", "<>", "<", ">="])
            return "%s %s %s" % (path, op, other), [], "%s %s %s" % (raw.path(table[path]), op, raw.path(table[other]))
        if kind == 4:
            v, w = sorted([v, w], key=lambda x: x.encode() if isinstance(x, str) else x)
            return "%s BETWEEN ? AND ?" % path, [v, w], "%s BETWEEN %s AND %s" % (raw.path(table[path]), raw.value(v), raw.value(w))
        if kind == 5:
            several = [make() for _ in range(d.randrange(1, 5))]
            return "%s IN (%s)" % (path, ", ".join("?" * len(several))), several, "%s IN (%s)" % (raw.path(table[path]), ", ".join(map(raw.value, several)))
        if kind == 6:
            name, place = d.choice([("a", ["a"]), ("s", ["size"]), ("l[1]", ["l", 1]), ("m.y", ["m", "y"]), ("ss", ["ss"]), ("f", ["f"])])
            function = d.choice(["attribute_exists", "attribute_not_exists"])
            return "%s(%s)" % (function, name), [], "%s(%s)" % (function, raw.path(place))
        if kind == 7:
            name, place = d.choice([("a", ["a"]), ("s", ["size"]), ("l", ["l"]), ("m", ["m"]), ("ss", ["ss"]), ("f", ["f"])])
            if d.randrange(2):
                return ("missing(%s)" % name, [],
                        "(attribute_not_exists(%s)) OR (attribute_type(%s, %s))" % (raw.path(place), raw.path(place), raw.value("NULL")))
            type_ = d.choice(TYPES)
            return "attribute_type(%s, ?)" % name, [type_], "attribute_type(%s, %s)" % (raw.path(place), raw.value(type_))
        if kind == 8:
            path, v = d.choice(sorted(TEXTS)), self.word()
            return "begins_with(%s, ?)" % path, [v], "begins_with(%s, %s)" % (raw.path(TEXTS[path]), raw.value(v))
        if kind == 9:
            name, place, v = d.choice([("s", ["size"], self.word()), ("ss", ["ss"], self.word()), ("ns", ["ns"], self.whole()), ("l", ["l"], self.whole())])
            return "contains(%s, ?)" % name, [v], "contains(%s, %s)" % (raw.path(place), raw.value(v))
        if kind == 10:
            name, place = d.choice([("s", ["size"]), ("ss", ["ss"]), ("l", ["l"]), ("m", ["m"]), ("m.y", ["m", "y"])])
            op, v = d.choice(["=", "<", ">="]), d.randrange(5)
            return "size(%s) %s ?" % (name, op), [v], "size(%s) %s %s" % (raw.path(place), op, raw.value(v))
        v = d.randrange(2) == 1
        return "f = ?", [v], "%s = %s" % (raw.path(["f"]), raw.value(v))

    def condition(self, raw, depth):
        """A tree of AND, OR and NOT: text, values, the engine's text, and how strongly the text binds (3 a leaf, 2 NOT, 1 AND, 0 OR)."""
        d = self.dice
        kind = d.randrange(5) if depth else 4
        if kind == 4:
            text, values, out = self.leaf(raw)
            return text, values, out, 3
        if kind == 3:
            text, values, out, binds = self.condition(raw, depth - 1)
            if binds < 2 or d.randrange(3) == 0:
                text = "(%s)" % text
            return "NOT " + text, values, "NOT (%s)" % out, 2
        word, level = ("AND", 1) if kind != 0 else ("OR", 0)
        texts, values, outs = [], [], []
        for _ in range(2):
            text, more, out, binds = self.condition(raw, depth - 1)
            for _ in range((binds < level) + (d.randrange(4) == 0)):
                text = "(%s)" % text
            texts.append(text)
            values += more
            outs.append("(%s)" % out)
        return (" %s " % d.choice([word, word.lower()])).join(texts), values, (" %s " % word).join(outs), level

    # ---- tests

    def test_filters_choose_the_same_items(self):
        chosen = 0
        for _ in range(1500):
            raw = Raw()
            text, values, out, _ = self.condition(raw, self.dice.randrange(4))
            if len(values) > 30:
                continue
            wanted = sorted(i["id"] for i in self.table.scan(FilterExpression=out, **raw.request())["Items"])
            got = self.ask("scan", text, *map(argument, values))
            self.assertEqual((got[0], sorted(got[1:])), ("OK", wanted), (text, values, out))
            chosen += 0 < len(wanted) < 60
        self.assertGreater(chosen, 700)             # else the filters would tell nothing

    def change(self, raw, root):
        """One change of the attribute `root`: its clause, text, values and the engine's text."""
        d = self.dice
        if root == "a":
            v, w, kind = self.whole(), self.whole(), d.randrange(6)
            p = raw.path(["a"])
            return [lambda: ("SET", "a = ?", [v], "%s = %s" % (p, raw.value(v))),
                    lambda: ("SET", "a = a + ?", [v], "%s = %s + %s" % (p, raw.path(["a"]), raw.value(v))),
                    lambda: ("SET", "a = ? - a", [v], "%s = %s - %s" % (p, raw.value(v), raw.path(["a"]))),
                    lambda: ("SET", "a = if_not_exists(a, ?) + ?", [v, w], "%s = if_not_exists(%s, %s) + %s" % (p, raw.path(["a"]), raw.value(v), raw.value(w))),
                    lambda: ("ADD", "a ?", [v], "%s %s" % (p, raw.value(v))),
                    lambda: ("REMOVE", "a", [], p)][kind]()
        if root == "l":
            v, w, kind = [self.whole(), self.whole()], [self.whole()], d.randrange(5)
            if kind == 0:
                return "SET", "l[1] = ?", [w[0]], "%s = %s" % (raw.path(["l", 1]), raw.value(w[0]))
            if kind == 1:
                return "REMOVE", "l[0]", [], raw.path(["l", 0])
            p = raw.path(["l"])
            return [lambda: ("SET", "l = list_append(l, ?)", [v], "%s = list_append(%s, %s)" % (p, raw.path(["l"]), raw.value(v))),
                    lambda: ("SET", "l = list_append(?, l)", [v], "%s = list_append(%s, %s)" % (p, raw.value(v), raw.path(["l"]))),
                    lambda: ("SET", "l = list_append(if_not_exists(l, ?), ?)", [v, w],
                             "%s = list_append(if_not_exists(%s, %s), %s)" % (p, raw.path(["l"]), raw.value(v), raw.value(w)))][kind - 2]()
        if root in ("ss", "ns"):
            clause, v = d.choice(["ADD", "DELETE"]), self.words() if root == "ss" else self.wholes()
            return clause, root + " ?", [v], "%s %s" % (raw.path([root]), raw.value(v))
        if root == "m":
            v = self.whole()
            if d.randrange(2):
                return "SET", "m.x = ?", [v], "%s = %s" % (raw.path(["m", "x"]), raw.value(v))
            return "REMOVE", "m.y", [], raw.path(["m", "y"])
        v = self.word()
        return d.choice([lambda: ("SET", "s = ?", [v], "%s = %s" % (raw.path(["size"]), raw.value(v))),
                         lambda: ("SET", "s = t", [], "%s = %s" % (raw.path(["size"]), raw.path(["between"]))),
                         lambda: ("SET", "s = if_not_exists(t, ?)", [v], "%s = if_not_exists(%s, %s)" % (raw.path(["size"]), raw.path(["between"]), raw.value(v))),
                         lambda: ("REMOVE", "s", [], raw.path(["size"]))])()

    def test_updates_leave_the_same_item(self):
        applied = 0
        for i in range(800):
            raw, clauses = Raw(), {}
            item = self.item()
            for root in self.dice.sample(["a", "l", "ss", "ns", "m", "s"], self.dice.randrange(1, 5)):
                clause, text, values, out = self.change(raw, root)
                clauses.setdefault(clause, []).append((text, values, out))
            order = self.dice.sample(sorted(clauses), len(clauses))
            text = " ".join("%s %s" % (c, ", ".join(t for t, _, _ in clauses[c])) for c in order)
            values = [v for c in order for _, several, _ in clauses[c] for v in several]
            out = " ".join("%s %s" % (c, ", ".join(o for _, _, o in clauses[c])) for c in order)
            for name in ("x%d" % i, "y%d" % i):
                self.table.put_item(Item=dict(item, id=name))
            try:
                self.table.update_item(Key={"id": "x%d" % i}, UpdateExpression=out, **raw.request())
                refused = None
            except botocore.exceptions.ClientError as e:
                refused = e.response["Error"]["Code"]
            got = self.ask("update", "y%d" % i, text, *map(argument, values))
            if refused:
                self.assertEqual(got[0], "DYN_REJECTED", (text, values, item, refused, got))
                self.assertIn(refused, got[1])
            else:
                self.assertEqual(got, ["OK"], (text, values, item))
                applied += 1
            left = [self.table.get_item(Key={"id": name + str(i)})["Item"] for name in "xy"]
            for x in left:
                x.pop("id")
            self.assertEqual(left[0], left[1], (text, values, item))
        self.assertGreater(applied, 400)


if __name__ == "__main__":
    unittest.main()
