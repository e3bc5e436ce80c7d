"""One table, dyntastic and dynrepo: what tests/interop/dyntastic_peer.py saves with the library itself tests/interop/dyntastic_tool.c reads, and
the other way round; they change the same items in turn, and read each other's indexes. Run by tests/support/run.py, behind the gate."""
import base64
import datetime
import json
import os
import random
import re
import subprocess
import unittest
import uuid
from decimal import Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
PYTHON = TOP + "/build/interop/dyntastic/bin/python"
COUNT = 1000


def dumps(v, numbers_as_text=False):
    """JSON with Decimals as numbers, digit for digit, or as texts."""
    if isinstance(v, dict):
        return "{%s}" % ",".join("%s:%s" % (json.dumps(k), dumps(x, numbers_as_text)) for k, x in v.items())
    if isinstance(v, list):
        return "[%s]" % ",".join(dumps(x, numbers_as_text) for x in v)
    if isinstance(v, Decimal):
        return '"%s"' % v if numbers_as_text else str(v)
    return json.dumps(v)


def duration(text):
    m = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?", text)
    return sum(float(part or 0) * unit for part, unit in zip(m.groups(), (86400, 3600, 60, 1)))


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def same_form(item):
    """Either side's plain form as one: times as instants, numbers by value, sets in order."""
    d = dict(item)
    for name in ("madeAt", "lastSeen"):
        if name in d:
            d[name] = instant(d[name])
    d["length"] = round(d["length"] if isinstance(d["length"], float) else duration(d["length"]), 6)
    for name in ("words", "counts", "blobs"):
        if name in d:
            d[name] = sorted(d[name])
    if "price" in d:
        d["price"] = Decimal(d["price"])
    d["values"] = [Decimal(v) for v in d["values"]]
    return d


class Side:
    def __init__(self, command, **more):
        self.p = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **more)

    def close(self):
        self.p.stdin.close()
        self.p.wait(20)
        self.p.stdout.close()


class Python(Side):
    def ask(self, do, **more):
        self.p.stdin.write(dumps(dict(more, do=do), True) + "\n")
        self.p.stdin.flush()
        answer = json.loads(self.p.stdout.readline())
        if "error" in answer:
            raise AssertionError(answer["error"])
        return answer["ok"]


class C(Side):
    def ask(self, do, **more):
        """The items of the answer; the status must be OK."""
        status, items = self.says(do, **more)
        if status != "ok":
            raise AssertionError(status)
        return items

    def says(self, do, **more):
        self.p.stdin.write(dumps(dict(more, do=do)) + "\n")
        self.p.stdin.flush()
        items = []
        while True:
            line = self.p.stdout.readline()
            if not line.startswith("{"):
                return line.rstrip("\n"), items
            items.append(json.loads(line, parse_float=Decimal))


@unittest.skipUnless(os.path.exists(PYTHON), "build/interop/dyntastic is not made; run tools/setup test")
class Dyntastic(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        env = dict(os.environ, DYNTASTIC_HOST=os.environ["DYNREPO_ENDPOINT"], DYNTASTIC_REGION=os.environ["AWS_REGION"])
        cls.python = Python([PYTHON, HERE + "/interop/dyntastic_peer.py"], env=env)
        cls.c = C([os.environ["DYNREPO_TEST_BUILD"] + "/dyntastic_tool"])
        cls.tables = []

    @classmethod
    def tearDownClass(cls):
        for name in cls.tables:
            cls.c.ask("table", name=name)
            cls.c.ask("drop")
        cls.python.close()
        cls.c.close()

    def table(self, made_by):
        """A new table with its two indexes, made by one of the two."""
        name = "dyn%d-%d" % (os.getpid(), len(self.tables))
        self.tables.append(name)
        self.python.ask("table", name=name)
        self.c.ask("table", name=name)
        if made_by == "python":
            self.python.ask("create", indexes=[{"keys": ["serial"], "keys_only": False}, {"keys": ["name", "serial"], "keys_only": True}])
        else:
            self.c.ask("create")

    def setUp(self):
        self.dice = random.Random(self.id())
        self.maxDiff = 4000

    # ---- random things

    def text(self, most):
        out = ""
        for _ in range(self.dice.randrange(most)):
            c = chr(self.dice.choice([self.dice.randrange(1, 128), self.dice.randrange(32, 127), self.dice.randrange(128, 0x800), self.dice.randrange(0x800, 0xd800),
                                      self.dice.randrange(0x10000, 0x110000)]))
            if len((out + c).encode()) > most:
                break
            out += c
        return out

    def time(self):
        t = datetime.datetime(1990, 1, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(seconds=self.dice.randrange(2_000_000_000))
        if self.dice.randrange(2):
            t = t.replace(microsecond=self.dice.choice([1, 120000, 999999, self.dice.randrange(1000000)]))
        return t.isoformat().replace("+00:00", "Z")

    def number(self):
        digits = self.dice.randrange(1, 39)
        return Decimal(self.dice.choice(["", "-"]) + str(self.dice.randrange(1, 10 ** digits)) + "E%d" % self.dice.randrange(-60, 40))

    def base64(self):
        return base64.b64encode(self.dice.randbytes(self.dice.randrange(1, 40))).decode()

    def place(self):
        return dict({"City": self.text(30) or "x"}, **({"floor": self.dice.randrange(-5, 100)} if self.dice.randrange(2) else {}))

    def free(self, depth):
        kind = self.dice.randrange(7 if depth else 5)
        if kind == 0:
            return self.text(20)
        if kind == 1:
            return self.dice.randrange(-10 ** 12, 10 ** 12)
        if kind == 2:
            return bool(self.dice.randrange(2))
        if kind == 3:
            return [None, self.dice.randrange(9)]                     # None is absent in a map, and NULL in a list
        if kind == 4:
            return ""
        if kind == 5:
            return [self.free(depth - 1) for _ in range(self.dice.randrange(4))]
        return {"k%d" % i: self.free(depth - 1) for i in range(self.dice.randrange(4))}

    def item(self, shelf, serial):
        d = {"shelf": shelf, "madeAt": self.time(), "serial": serial, "name": self.text(100) or "n", "flag": bool(self.dice.randrange(2)),
             "kind": self.dice.choice(["small", "dark large"]), "level": self.dice.choice([1, 7]), "uid": str(uuid.UUID(bytes=self.dice.randbytes(16))),
             "blob": self.base64(), "day": "%04d-02-%02d" % (self.dice.randrange(1, 10000), self.dice.randrange(1, 29)),
             "length": self.dice.choice(["P1DT2.000005S", "PT0.5S", "P3D", "PT59M1S"]),
             "values": [self.number() for _ in range(self.dice.randrange(6))], "names": [self.text(50) for _ in range(self.dice.randrange(8))],
             "places": [self.place() for _ in range(self.dice.randrange(4))], "free": {"f%d" % i: self.free(2) for i in range(self.dice.randrange(4))}}
        maybe = {"note": lambda: self.text(100), "price": self.number, "lastSeen": self.time, "place": self.place,
                 "words": lambda: sorted({self.text(50) or "w" for _ in range(self.dice.randrange(1, 8))}),
                 "counts": lambda: sorted({self.dice.randrange(-2 ** 63, 2 ** 63) for _ in range(self.dice.randrange(1, 8))}),
                 "blobs": lambda: sorted({self.base64() for _ in range(self.dice.randrange(1, 8))})}
        for name, make in maybe.items():
            if self.dice.randrange(2):
                d[name] = make()
        return d

    def items(self, shelf, count):
        items, keys = [], set()
        while len(items) < count:
            item = self.item(shelf, len(items))
            if item["madeAt"] not in keys:
                keys.add(item["madeAt"])
                items.append(item)
        return items

    def compare(self, wanted, got):
        wanted, got = ({same_form(i)["madeAt"]: same_form(i) for i in items} for items in (wanted, got))
        self.assertEqual(len(got), len(wanted))
        for key, item in wanted.items():
            self.assertEqual(got[key], item)

    # ---- the tests

    def test_what_dyntastic_saves_dynrepo_reads(self):
        self.table("python")
        items = self.items("shelf é", COUNT)
        self.python.ask("save", items=items[:100])
        self.python.ask("save_transaction", items=items[100:300])
        self.python.ask("save_batch", items=items[300:])
        self.compare(items, self.c.ask("query", shelf="shelf é"))
        for item in self.dice.sample(items, 20):
            self.compare([item], self.c.ask("get", shelf=item["shelf"], at=item["madeAt"]))

    def test_what_dynrepo_puts_dyntastic_reads(self):
        self.table("c")
        items = self.items("shelf ü", COUNT)
        self.c.ask("put", items=items[:200])
        for i in range(200, COUNT, 200):
            self.c.ask("put_batch", items=items[i:i + 200])
        self.compare(items, self.python.ask("query", shelf="shelf ü"))
        for item in self.dice.sample(items, 20):
            self.compare([item], [self.python.ask("get", shelf=item["shelf"], at=item["madeAt"])])

    def test_both_change_the_same_items_in_turn(self):
        self.table("c")
        items = self.items("turns", 40)
        self.python.ask("save_batch", items=items)
        for item in items:
            key = {"shelf": "turns", "at": item["madeAt"]}
            wanted = dict(item, serial=item["serial"] + 4, note="w3", names=item["names"] + ["w0", "w1", "w2", "w3"],
                          words=sorted(set(item.get("words", [])) | {"w0", "w1", "w2", "w3"}))
            wanted.pop("lastSeen", None)
            for turn in range(4):
                side = (self.python, self.c)[turn % 2]
                got = side.ask("update", word="w%d" % turn, serial=item["serial"] + turn, **key)
            self.compare([wanted], got)
            self.compare([wanted], [self.python.ask("get", **key)])
            # Both see that the other one was faster.
            self.assertIn("DYN_CONDITION_FAILED", self.c.says("update", word="x", serial=item["serial"], **key)[0])
            with self.assertRaisesRegex(AssertionError, "ConditionalCheckFailed"):
                self.python.ask("update", word="x", serial=item["serial"], **key)

    def test_a_nested_model_that_an_update_spelt_otherwise_is_read(self):
        self.table("python")
        item = dict(self.item("spelt", 1), place={"City": "Ulm"})
        self.python.ask("save", items=[item])
        self.python.ask("update_place", shelf="spelt", at=item["madeAt"], city="Bonn", floor=3)
        self.compare([dict(item, place={"City": "Bonn", "floor": 3})], self.c.ask("get", shelf="spelt", at=item["madeAt"]))

    def test_deletes_and_lists(self):
        self.table("python")
        items = self.items("gone", 60)
        self.c.ask("put_batch", items=items)
        for i, item in enumerate(items[:40]):
            (self.python, self.c)[i % 2].ask("delete", shelf="gone", at=item["madeAt"])
        self.compare(items[40:], self.c.ask("query", shelf="gone"))
        self.compare(items[40:], self.python.ask("query", shelf="gone"))
        self.assertIn("DYN_CONDITION_FAILED", self.c.says("delete", shelf="gone", at=items[0]["madeAt"])[0])
        self.assertIsNone(self.python.ask("get", shelf="gone", at=items[1]["madeAt"]))

    def test_each_reads_the_indexes_that_the_other_made(self):
        for maker in ("python", "c"):
            self.table(maker)
            items = [dict(item, name="same" if item["serial"] % 2 else "other") for item in self.items("indexed", 20)]
            (self.c if maker == "python" else self.python).ask("put_batch" if maker == "python" else "save_batch", items=items)
            self.compare([items[7]], self.c.ask("by_serial", serial=7))
            self.compare([items[7]], self.python.ask("index", index="serial-index", attr="serial", value=7))
            odd = [i for i in items if i["serial"] % 2]
            self.compare(odd, self.c.ask("by_name", word="same"))              # the index has keys alone: completed
            self.compare(odd, self.python.ask("index", index="name_serial-index", attr="name", value="same", load=True))


if __name__ == "__main__":
    unittest.main()
