"""pydantic-dynamo and the C side on one table: each reads, updates, versions, lists and deletes what the other wrote. Run by tests/support/run.py, behind
the gate, which judges the signatures of both; the Python library runs in a venv of its own (tools/setup test)."""
import datetime
import json
import os
import random
import subprocess
import unittest
from decimal import Decimal

import boto3

HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(os.path.dirname(HERE), "build", "interop", "pydantic_dynamo", "bin", "python")
TOOL = os.environ["DYNREPO_TEST_BUILD"] + "/pydantic_dynamo_tool"
MANY = 1000
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
LEVELS = ["low", "in the middle", "high"]


def hexed(text):
    return text.encode().hex()


def ids(list_):
    return ",".join(map(hexed, list_)) if list_ else "-"


def unids(field):
    return [] if field == "-" else [bytes.fromhex(i).decode() for i in field.split(",")]


def micros(iso):
    return (datetime.datetime.fromisoformat(iso) - EPOCH) // datetime.timedelta(microseconds=1)


def untag(v):
    """A value in DynamoDB's JSON, as the Python library would give it."""
    (kind, inner), = v.items()
    if kind == "M":
        return {k: untag(x) for k, x in inner.items()}
    if kind == "L":
        return [untag(x) for x in inner]
    if kind == "N":
        return int(inner) if Decimal(inner) == int(Decimal(inner)) and len(inner) < 15 else inner
    return None if kind == "NULL" else inner


class Interop(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        if not os.path.exists(VENV):
            raise AssertionError(VENV + " is not there: run tools/setup test")
        cls.prefix = "p%d-" % os.getpid()
        cls.tool = subprocess.Popen([TOOL, cls.prefix], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.c("create")
        cls.peer = subprocess.Popen([VENV, HERE + "/interop/pydantic_dynamo_peer.py", cls.prefix + "films"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                    text=True)
        cls.table = boto3.resource("dynamodb", endpoint_url=os.environ["DYNREPO_ENDPOINT"], region_name=os.environ["AWS_REGION"]).Table(cls.prefix + "films")

    @classmethod
    def tearDownClass(cls):
        cls.c("drop")
        cls.table.meta.client.close()
        for p in (cls.tool, cls.peer):
            p.stdin.close()
            p.wait(10)
            p.stdout.close()

    @classmethod
    def c(cls, *words, status="OK"):
        """One command for C: the lines of its answer, and the number in the last."""
        cls.tool.stdin.write("\t".join(map(str, words)) + "\n")
        cls.tool.stdin.flush()
        lines = []
        while True:
            line = cls.tool.stdout.readline().rstrip("\n").split("\t")
            if line[0] == status:
                cls.number = line[1]
                return lines
            if len(line) < 10:
                raise AssertionError(" ".join(line))
            lines.append(cls.uncontent(line))

    @classmethod
    def py(cls, do, **more):
        cls.peer.stdin.write(json.dumps(dict(more, do=do)) + "\n")
        cls.peer.stdin.flush()
        answer = json.loads(cls.peer.stdout.readline())
        if "error" in answer:
            raise AssertionError(answer["error"])
        return answer["ok"]

    @staticmethod
    def uncontent(line):
        p, c, version, expiry, changed, title, count, price, at, local, day, alarm, level, flag, tags, marks, owner, note, views, extra = line
        name, _, age = owner.partition(":")
        return {"p": unids(p), "c": unids(c), "version": int(version), "expiry": int(expiry), "changed": int(changed), "item": {
            "title": bytes.fromhex(title).decode(), "count": int(count), "price": price, "at": int(at), "local": int(local), "day": day, "alarm": alarm,
            "level": level, "flag": flag == "1", "tags": unids(tags), "marks": unids(marks), "note": None if note == "-" else bytes.fromhex(note).decode(),
            "owner": None if owner == "-" else {"name": bytes.fromhex(name).decode(), "age": int(age) if age else None},
            "views": None if views == "-" else int(views), "extra": untag(json.loads(bytes.fromhex(extra)))}}

    def add(self, content, what="add"):
        """A content for C, with its members as JSON."""
        self.c(what, ids(content["p"]), ids(content["c"]), content.get("version", 0), content.get("expiry", 0),
               json.dumps({k: v for k, v in dict(content["item"], price=RawNumber(content["item"]["price"])).items() if v is not None}, cls=Numbers))

    # ---- random contents

    def setUp(self):
        self.dice = random.Random(self.id())
        self.part = "%d" % self.dice.randrange(10**9)     # partitions of this test

    def text(self, most):
        return "".join(self.dice.choice(["a", "Z", "0", " ", '"', "\\", "\n", "\x7f", "é", "ß", "中", "😀", "'", "/", "`"]) for _ in range(self.dice.randrange(most)))

    def time(self, zone):
        t = EPOCH + datetime.timedelta(microseconds=self.dice.randrange(10**15, 4 * 10**15))
        if self.dice.randrange(2):
            t = t.replace(microsecond=0)
        return t.astimezone(zone).isoformat()

    def any(self, depth):
        """Lists hold no maps beside other values, which the library cannot write."""
        kind = self.dice.randrange(7 if depth else 4)
        if kind >= 4:
            return [self.any(0) for _ in range(self.dice.randrange(4))] if kind == 4 else \
                {"k%d" % i: self.any(depth - 1) for i in range(self.dice.randrange(4))}
        return [None, self.dice.randrange(2) == 1, self.dice.randrange(-10**9, 10**9), self.text(8)][kind]

    def item(self):
        price = Decimal(self.dice.randrange(-10**9, 10**9)).scaleb(-self.dice.randrange(6)).normalize()
        return {"title": self.text(12), "count": self.dice.randrange(-2**62, 2**62), "price": format(price, "f"), "at": self.time(datetime.timezone.utc),
                "local": self.time(datetime.timezone(datetime.timedelta(hours=-5))), "day": "20%02d-0%d-1%d" % (self.dice.randrange(100), self.dice.randrange(1, 10),
                self.dice.randrange(10)), "alarm": self.dice.choice(["03:04:05", "23:59:59.000010", "00:00:00"]), "level": self.dice.choice(LEVELS),
                "flag": self.dice.randrange(2) == 1, "tags": [self.text(6) for _ in range(self.dice.randrange(6))],
                "marks": sorted({self.text(6) for _ in range(self.dice.randrange(1, 6))}), "note": self.dice.choice([None, "", self.text(12)]),
                "owner": self.dice.choice([None, {"name": self.text(9), "age": self.dice.choice([None, self.dice.randrange(120)])}]),
                "views": self.dice.choice([None, 0, self.dice.randrange(10**6)]), "extra": {"k%d" % i: self.any(2) for i in range(self.dice.randrange(4))}}

    def contents(self, n, ids_=None):
        out = {}
        while len(out) < n:
            content = {"p": [self.part, self.dice.choice(["a", "b b", "ü"])][:self.dice.randrange(1, 3)],
                       "c": ["%d" % self.dice.randrange(10**6), self.dice.choice(["x", "y z", "é😀", "%23"])][:self.dice.randrange(1, 3)], "item": self.item()}
            content["expiry"] = self.dice.choice([0, self.dice.randrange(4 * 10**9, 5 * 10**9)])
            content["version"] = self.dice.choice([1, self.dice.randrange(1, 10**6)])
            out[tuple(content["p"]), tuple(content["c"])] = content
        return list(out.values())

    @staticmethod
    def key(content):
        return content["p"], content["c"]

    def same(self, wanted, found):
        """Contents as they were made, and as one side read them."""
        self.assertEqual(len(wanted), len(found))
        for w, f in zip(sorted(wanted, key=self.key), sorted(found, key=self.key)):
            item = dict(f["item"], marks=sorted(f["item"]["marks"]), price=str(Decimal(f["item"]["price"]).normalize()))
            expect = dict(w["item"], price=str(Decimal(w["item"]["price"]).normalize()))
            for name in ("at", "local"):
                expect[name] = micros(expect[name])
                item[name] = micros(item[name]) if isinstance(item[name], str) else item[name]
            self.assertEqual((w["p"], w["c"], w.get("version", 1), w.get("expiry", 0)), (f["p"], f["c"], f["version"], f["expiry"]))
            self.assertEqual(expect, item)

    # ---- tests

    def test_c_reads_what_python_wrote(self):
        contents = self.contents(MANY)
        self.py("put_many", contents=contents)
        for content in contents:
            self.c("add", ids(content["p"]), ids(content["c"]), 0, 0)
        self.same(contents, self.c("get_many"))
        self.same(contents[:1], self.c("get", ids(contents[0]["p"]), ids(contents[0]["c"]), 0, 0))
        for partition in ([self.part], [self.part, "ü"]):
            self.same([c for c in contents if c["p"] == partition], self.c("list", ids(partition), "-", "*", "a", 0))

    def test_python_reads_what_c_wrote(self):
        contents = self.contents(MANY)
        for content in contents:
            self.add(content)
        self.c("put_many")
        self.same(contents, self.py("get_many", keys=[(c["p"], c["c"]) for c in contents]))
        self.add(contents[0], "put")
        self.same(contents[:1], [self.py("get", p=contents[0]["p"], c=contents[0]["c"])])
        self.same([c for c in contents if c["p"] == [self.part]], self.py("list", p=[self.part], c=[]))

    def test_what_c_writes_is_what_python_writes(self):
        """The raw items, attribute by attribute; the stamp's form too."""
        for content in self.contents(200):
            content["item"]["local"] = datetime.datetime.fromisoformat(content["item"]["local"]).astimezone(datetime.timezone.utc).isoformat()
            raw = []
            for side in ("c", "py"):
                if side == "c":
                    self.add(content, "put")
                else:
                    self.py("put", **content)
                key = {"PARTITION_KEY": "shop#films#" + "#".join(content["p"]), "SORT_KEY": "film#" + "#".join(content["c"])}
                item = self.table.get_item(Key=key, ConsistentRead=True)["Item"]
                self.assertRegex(item.pop("_timestamp"), r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00$")
                item["marks"] = sorted(item["marks"])
                raw.append(item)
            self.assertEqual(raw[0], raw[1])

    def test_both_update_one_item_in_turn(self):
        content = self.contents(1)[0]
        content["version"], content["item"]["views"], content["item"]["owner"], before = 1, 0, {"name": "x", "age": 5}, 0
        content["item"]["tags"] = ["t0"]
        self.py("put", **content)
        key = ids(content["p"]), ids(content["c"])
        for turn in range(1, 101):
            at = self.time(datetime.timezone.utc)
            add, tag = self.dice.randrange(1, 9), "t%d" % turn
            tags = content["item"]["tags"]
            content["item"].update(at=at, views=content["item"]["views"] + add, tags=tags + [tag] if turn % 25 == 1 else tags, owner={"name": tag, "age": 5})
            content["expiry"] = 4 * 10**9 + turn
            if turn % 2:
                self.assertEqual(self.py("update", p=content["p"], c=content["c"], version=turn, inc={"views": add}, append={"tags": [tag]} if turn % 25 == 1 else {},
                                         set={"at": at, "owner": {"name": tag}}, expiry=content["expiry"]), "ok")
            else:
                change, values = "SET views = if_not_exists(views, ?) + ?, at = ?, owner.name = ?", ["i:0", "i:%d" % add, "t:%d" % micros(at), "s:" + hexed(tag)]
                if turn % 25 == 1:
                    change, values = change + ", tags = list_append(tags, ?)", values + ["l:" + hexed(tag)]
                self.c("update", *key, turn, content["expiry"], change, *values)
            content["version"] += 1
            for stale in (turn, turn + 5):                 # the version before, and one that is not there yet
                self.c("update", *key, stale, 0, "SET views = ?", "i:7", status="DYN_CONDITION_FAILED")
                self.assertEqual(self.py("update", p=content["p"], c=content["c"], version=stale, set={"views": 7}), "conflict")
            found, = self.c("get", *key, 0, 0)
            self.same([content], [found])
            self.assertGreater(found["changed"], before)
            before = found["changed"]
        self.same([content], [self.py("get", p=content["p"], c=content["c"])])

    def test_an_update_of_nothing_fails_on_both_sides(self):
        self.c("update", ids([self.part]), ids(["none"]), 0, 0, "SET views = ?", "i:7", status="DYN_CONDITION_FAILED")
        self.assertEqual(self.py("update", p=[self.part], c=["none"], set={"views": 7}), "conflict")

    def test_lists_are_the_same(self):
        contents = []
        for n in range(40):
            contents.append({"p": [self.part], "c": ["%d" % n] + ["x"] * (n % 3), "item": dict(self.item(), level=LEVELS[n % 3])})
        self.py("put_many", contents=contents[:20])
        for content in contents[20:]:
            self.add(content)
        self.c("put_many")

        def ids_of(found):
            return [f["c"] for f in found]
        p, part = [self.part], ids([self.part])
        for prefix in ([], ["1"], ["12"], ["12", ""], ["7", "x"], ["no"]):
            for up in (True, False):
                self.assertEqual(ids_of(self.c("list", part, ids(prefix), "*", "a" if up else "d", 0)), ids_of(self.py("list", p=p, c=prefix, up=up)))
        for limit in (1, 5, 39, 40, 100):
            self.assertEqual(ids_of(self.c("list", part, "-", "*", "a", limit)), ids_of(self.py("list", p=p, c=[], limit=limit)))
        for a, b in (("1", "3"), ("10", "19"), ("12", "12"), ("0", "9"), ("5", "50")):
            for up in (True, False):
                if a != b or up:       # Python drops the order when both are equal
                    self.assertEqual(ids_of(self.c("list", part, ids([a]), ids([b]), "a" if up else "d", 0)),
                                     ids_of(self.py("between", **{"p": p, "from": [a], "to": [b], "up": up})))
        self.assertEqual(ids_of(self.c("list", part, "-", "*", "a", 0, "level = ?", LEVELS[1])), ids_of(self.py("list", p=p, c=[], equals={"level": LEVELS[1]})))
        for content in contents[:2]:
            self.py("update", p=p, c=content["c"], set={"note": None})
        missing = ids_of(self.c("list", part, "-", "*", "a", 0, "missing(note)"))
        self.assertEqual(missing, [c["c"] for c in sorted(self.py("list", p=p, c=[]), key=lambda c: "#".join(c["c"])) if c["item"]["note"] is None])
        self.assertEqual(self.py("list", p=p, c=[], not_exists=["note"]), [])      # what Python's own filter finds of its Nones

    def test_deletes_are_the_same(self):
        for remover in ("c", "py"):
            contents = [{"p": [self.part], "c": ["%03d" % n], "item": self.item()} for n in range(137)]
            self.py("put_many", contents=contents)
            if remover == "c":
                self.c("delete_all", ids([self.part]), ids(["0"]), "*", "a", 0)
                self.assertEqual(self.number, "100")
            else:
                self.py("delete", p=[self.part], c=["0"])
            self.same(contents[100:], self.c("list", ids([self.part]), "-", "*", "a", 0))
            self.same(contents[100:], self.py("list", p=[self.part], c=[]))
            self.c("delete", ids([self.part]), ids(["100"]), 1, 0)
            self.assertIsNone(self.py("get", p=[self.part], c=["100"]))

    def test_what_one_side_has_written_the_other_does_not_write_again(self):
        contents = [{"p": [self.part, "%d" % (n % 3)], "c": ["%d" % (n * 7919 % 200)], "item": self.item()} for n in range(200)]
        self.assertEqual(self.py("write_once", contents=contents), 200)
        for content in contents:
            self.add(content)
        self.c("write_once")
        self.assertEqual(self.number, "0")
        for content in contents:
            content["p"][0] += "c"
            self.add(content)
        self.c("write_once")
        self.assertEqual(self.number, "200")
        self.assertEqual(self.py("write_once", contents=contents), 0)

    def test_no_ids_and_odd_ones_find_each_other(self):
        for p, c, read_p, read_c in (([], ["1"], [""], ["1"]), (["e"], [], ["e"], [""]), ([], [], [""], [""]), ([self.part], ["1#2", "3"], [self.part], ["1", "2", "3"])):
            content = {"p": p, "c": c, "item": self.item()}
            self.py("put", **content)
            found, = self.c("get", ids(p), ids(c), 0, 0)
            self.assertEqual((found["p"], found["c"]), (p, c if c != ["1#2", "3"] else read_c))      # C tells none from one empty
            self.add(content, "put")
            found = self.py("get", p=p, c=c)
            self.assertEqual((found["p"], found["c"]), (read_p, read_c))
            self.py("delete", p=p, c=c)


class RawNumber(str):
    """Digits that are written into JSON as they are."""


class Numbers(json.JSONEncoder):
    def iterencode(self, o, _one_shot=False):
        marks = {}

        def mark(v):
            if isinstance(v, RawNumber):
                marks['"<%d>"' % len(marks)] = str(v)
                return "<%d>" % (len(marks) - 1)
            return {k: mark(x) for k, x in v.items()} if isinstance(v, dict) else v
        text = "".join(super().iterencode(mark(o), _one_shot))
        for k, v in marks.items():
            text = text.replace(k, v)
        yield text


if __name__ == "__main__":
    unittest.main()
