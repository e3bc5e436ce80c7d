"""Random items from boto3 through C and back: every type, 38 digits, 32 levels, any Unicode, odd names. What boto3 wrote and C read and wrote again must
be what boto3 reads then, and so must what C built of a value's text; plain JSON and structs are compared with Python's json. tests/value_tool.c is the
C side; DYN_SEED and DYN_COUNT change the run. Run by tests/support/run.py."""
import base64
import decimal
import json
import os
import random
import struct
import subprocess
import unittest
import uuid
from datetime import datetime, timezone
from decimal import Decimal

import boto3

TOOL = os.environ["DYNREPO_TEST_BUILD"] + "/value_tool"
SEED = int(os.environ.get("DYN_SEED", "20261121"))
COUNT = int(os.environ.get("DYN_COUNT", "1000"))
CHARACTERS = ['"', "\\", "/", "\n", "\t", "\b", "\x00", "\x01", "\x1f", "\x7f", "\x85", "\u00e9", "\u20ac", "\u2028", "\ufeff", "\uffff", "\U0001f600",
              "\U0010ffff", "\ue000", "e\u0301", "a", "Z", "0", " ", "'", "{", "]", ":", ",", "#", "`", ".", "[0]"]
TYPES = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "M", "L"]
decimal.getcontext().prec = 60


def text(d, least=0):
    return "".join(d.choice(CHARACTERS) if d.random() < 0.8 else chr(d.choice([d.randrange(0xd800), d.randrange(0xe000, 0x110000)]))
                   for _ in range(max(least, d.choice([0, 1, 2, 3, 5, 12]))))


def number(d):
    """Digits in a form that DynamoDB takes: up to 38 significant ones, from 1e-130 to 9.9e125."""
    kind = d.randrange(6)
    if kind == 0:
        return str(d.randrange(-200, 200))
    if kind == 1:
        return d.choice(["0", "-0", "0.0", "1E-130", "-1e-130", "9." + "9" * 37 + "E+125", "-9." + "9" * 37 + "e125", "1e0", "100e-2", "0.1", "000123", "1.50",
                         "12345678901234567890123456789012345678", "0." + "0" * 91 + "1" * 38, "1" + "0" * 100])
    digits = str(d.randrange(1, 10 ** d.randrange(1, 39)))
    sign = d.choice(["", "-"])
    if kind < 4:
        at = d.randrange(len(digits) + 1)
        return sign + (digits[:at] or "0") + ("." + digits[at:] if digits[at:] else "")
    exponent = d.randrange(-130 + len(digits) - 1, 126 - len(digits) + 1)
    return sign + digits + d.choice("eE") + ("+" if exponent >= 0 and d.random() < 0.5 else "") + str(exponent)


def several(d, make, least=1):
    return [make() for _ in range(d.randrange(least, 5))]


def distinct(values, key=lambda v: v):
    return list({key(v): v for v in values}.values())


def value(d, level):
    """A value as boto3's client takes it. `level` levels may still be below it."""
    kind = d.choice(TYPES if level > 0 else TYPES[:8])
    if kind == "S":
        return {"S": text(d)}
    if kind == "N":
        return {"N": number(d)}
    if kind == "B":
        return {"B": d.randbytes(d.choice([0, 1, 2, 3, 4, 30]))}
    if kind == "BOOL":
        return {"BOOL": d.random() < 0.5}
    if kind == "NULL":
        return {"NULL": True}
    if kind == "SS":
        return {"SS": distinct(several(d, lambda: text(d)))}
    if kind == "NS":
        return {"NS": distinct(several(d, lambda: number(d)), Decimal)}
    if kind == "BS":
        return {"BS": distinct(several(d, lambda: d.randbytes(d.randrange(5))))}
    if kind == "M":
        return {"M": {text(d, 1): value(d, level - 1) for _ in range(d.randrange(4))}}
    return {"L": several(d, lambda: value(d, level - 1), 0)}


def deep(d, levels):
    """A value with so many levels of maps and lists in it."""
    v = {"S": text(d)}
    for _ in range(levels):
        v = d.choice([{"M": {text(d, 1): v}}, {"L": [v]}])
    return v


def item(d):
    out = {text(d, 1): value(d, d.choice([0, 1, 2, 3])) for _ in range(d.randrange(8))}
    if d.random() < 0.1:
        out["deep"] = deep(d, 31)
    out.pop("id", None)
    return out


def without_zeros(v):
    """The map without the names that dyn_build, which takes them as C strings, cannot write."""
    return {k: {"M": without_zeros(e["M"])} if "M" in e else {"L": [without_zeros({"": x})[""] for x in e["L"]]} if "L" in e else e
            for k, e in v.items() if "\0" not in k}


def norm(v):
    """For comparing: numbers by value, sets in any order."""
    (kind, x), = v.items()
    if kind == "N":
        return kind, Decimal(x)
    if kind == "NS":
        return kind, frozenset(map(Decimal, x))
    if kind in ("SS", "BS"):
        return kind, frozenset(x)
    if kind == "M":
        return kind, {k: norm(e) for k, e in x.items()}
    return kind, [norm(e) for e in x] if kind == "L" else x


def wire(v):
    """The value as DynamoDB's JSON has it."""
    (kind, x), = v.items()
    if kind == "B":
        return {"B": base64.b64encode(x).decode()}
    if kind == "BS":
        return {"BS": [base64.b64encode(e).decode() for e in x]}
    if kind == "M":
        return {"M": {k: wire(e) for k, e in x.items()}}
    return {"L": [wire(e) for e in x]} if kind == "L" else v


def simple(v):
    """What the value is in plain JSON, for comparing: numbers by value, sets sorted."""
    (kind, x), = v.items()
    if kind == "N":
        return Decimal(x)
    if kind == "B":
        return base64.b64encode(x).decode()
    if kind == "NULL":
        return None
    if kind == "M":
        return {k: simple(e) for k, e in x.items()}
    if kind == "L":
        return [simple(e) for e in x]
    if kind == "NS":
        return sorted(map(Decimal, x))
    return sorted(simple({kind[0]: e}) for e in x) if kind in ("SS", "BS") else x


def like(got, wanted):
    """Plain JSON as `simple` has it; where that sorted a set the order is of no matter."""
    if isinstance(got, dict) and isinstance(wanted, dict):
        return got.keys() == wanted.keys() and all(like(got[k], wanted[k]) for k in got)
    if isinstance(got, list) and isinstance(wanted, list):
        if len(got) == len(wanted) and all(map(like, got, wanted)):
            return True
        return all(type(x) in (str, Decimal) for x in got + wanted) and sorted(map(str, map(norm_plain, got))) == sorted(map(str, map(norm_plain, wanted)))
    return type(got) is type(wanted) and got == wanted


def norm_plain(x):
    return x.normalize() + 0 if isinstance(x, Decimal) else "s" + x


def read(plain):
    return json.loads(plain, parse_float=Decimal, parse_int=Decimal)


def write(v, d):
    """JSON with Decimals as they are, perhaps with all escapes."""
    escaped = d.random() < 0.5

    def go(v):
        if isinstance(v, Number):
            return v.digits
        if isinstance(v, dict):
            return "{" + ",".join(json.dumps(k, ensure_ascii=escaped) + ":" + go(e) for k, e in v.items()) + "}"
        if isinstance(v, list):
            return "[" + ", ".join(map(go, v)) + "]"
        return json.dumps(v, ensure_ascii=escaped)
    return go(v)


class Number:
    """A number's digits as JSON may have them."""

    def __init__(self, d):
        self.digits = number(d)
        if self.digits.startswith("000"):
            self.digits = "123"


def plain_value(d, level):
    kind = d.randrange(7 if level else 5)
    if kind == 0:
        return text(d)
    if kind < 3:
        return Number(d)
    if kind < 5:
        return d.choice([True, False, None])
    if kind == 5:
        return {text(d, 1): plain_value(d, level - 1) for _ in range(d.randrange(4))}
    return [plain_value(d, level - 1) for _ in range(d.randrange(4))]


def of_plain(v):
    """What DynamoDB holds of it."""
    if isinstance(v, Number):
        return {"N": v.digits}
    if v is None:
        return {"NULL": True}
    if isinstance(v, bool):
        return {"BOOL": v}
    if isinstance(v, str):
        return {"S": v}
    if isinstance(v, dict):
        return {"M": {k: of_plain(e) for k, e in v.items()}}
    return {"L": [of_plain(e) for e in v]}


class Values(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.prefix = "v%d-" % os.getpid()
        cls.table = cls.prefix + "values"
        cls.tool = subprocess.Popen([TOOL, cls.prefix], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        cls.db = boto3.client("dynamodb", endpoint_url=os.environ["DYNREPO_ENDPOINT"], region_name=os.environ["AWS_REGION"])
        cls.db.create_table(TableName=cls.table, KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST")

    @classmethod
    def tearDownClass(cls):
        cls.db.delete_table(TableName=cls.table)
        cls.db.close()
        cls.tool.stdin.close()
        cls.tool.wait(10)
        cls.tool.stdout.close()

    def setUp(self):
        self.dice = random.Random(SEED)

    @classmethod
    def ask(cls, *words):
        cls.tool.stdin.write(("\t".join(words) + "\n").encode())
        cls.tool.stdin.flush()
        return cls.tool.stdout.readline().decode().rstrip("\n").split("\t")

    @classmethod
    def put(cls, items):
        for at in range(0, len(items), 25):
            left = {cls.table: [{"PutRequest": {"Item": i}} for i in items[at:at + 25]]}
            while left:
                left = cls.db.batch_write_item(RequestItems=left)["UnprocessedItems"]

    @classmethod
    def get(cls, ids):
        found = {}
        for at in range(0, len(ids), 100):
            left = {cls.table: {"Keys": [{"id": {"S": i}} for i in ids[at:at + 100]]}}
            while left:
                answer = cls.db.batch_get_item(RequestItems=left)
                for i in answer["Responses"][cls.table]:
                    found[i.pop("id")["S"]] = i
                left = answer["UnprocessedKeys"]
        return found

    def same(self, got, wanted):
        self.assertEqual(norm({"M": got}), norm({"M": wanted}))

    # ---- tests

    def test_items_that_c_reads_and_writes_again_stay_as_they_are(self):
        items = {"r%d" % i: item(self.dice) for i in range(COUNT)}
        self.put([dict(v, id={"S": i}) for i, v in items.items()])
        for i in items:
            self.assertEqual(self.ask("rest", i, "to-" + i), ["OK"], items[i])
        for i, got in self.get(["to-" + i for i in items]).items():
            self.same(got, items.pop(i[3:]))
        self.assertEqual(items, {})

    def test_values_that_c_reads_and_writes_again_stay_as_they_are(self):
        items = {"v%d" % i: {"v": deep(self.dice, 31) if i % 10 == 0 else value(self.dice, 4)} for i in range(COUNT)}
        self.put([dict(v, id={"S": i}) for i, v in items.items()])
        for i in items:
            self.assertEqual(self.ask("value", i, "to-" + i), ["OK"], items[i])
        for i, got in self.get(["to-" + i for i in items]).items():
            self.same(got, items.pop(i[3:]))
        self.assertEqual(items, {})

    def test_values_built_by_c_are_what_boto3_reads(self):
        items = {"b%d" % i: without_zeros(item(self.dice)) for i in range(COUNT)}
        for i, v in items.items():
            document = json.dumps(wire({"M": v}), ensure_ascii=self.dice.random() < 0.5)
            self.assertEqual(self.ask("build", i, document), ["OK"], document)
        for i, got in self.get(list(items)).items():
            self.same(got, items.pop(i))
        self.assertEqual(items, {})

    def test_plain_json_becomes_what_boto3_reads_and_comes_back(self):
        items = {}
        for i in range(COUNT // 2):
            v = {text(self.dice, 1): plain_value(self.dice, 4) for _ in range(self.dice.randrange(6))}
            document = write(v, self.dice)
            got = self.ask("plain", "p%d" % i, document)
            self.assertEqual(got[0], "OK", (got, document))
            self.assertTrue(like(read(got[1]), read(document)), (got, document))
            items["p%d" % i] = of_plain(v)["M"]
        for i, got in self.get(list(items)).items():
            self.same(got, items.pop(i))
        self.assertEqual(items, {})

    def test_items_are_shown_as_plain_json(self):
        items = {"s%d" % i: item(self.dice) for i in range(COUNT // 2)}
        self.put([dict(v, id={"S": i}) for i, v in items.items()])
        for i, v in items.items():
            got = self.ask("show", i)
            self.assertEqual(got[0], "OK", (got, v))
            self.assertTrue(like(read(got[1]), simple({"M": v})), (got, v))

    def thing(self):
        """The members of the tool's struct as plain values and as attributes."""
        d = self.dice
        single = lambda: struct.unpack("f", struct.pack("I", d.choice([d.getrandbits(32) & 0xbfffffff, 1, 0x80000000, 0x3dcccccd])))[0]
        real = lambda: d.choice([d.uniform(-1e6, 1e6), float("%.3g" % d.uniform(-1, 1)), d.choice([-1, 1]) * 10.0 ** d.randrange(-120, 120), 0.0, 1e125, 5e-130])
        f = single()
        while f and not 1e-130 < abs(f) < 1e125:
            f = single()
        at = d.randrange(-62167219200000, 253402300800000)
        words = distinct([text(d) for _ in range(d.randrange(6))])
        inner = lambda: (d.randrange(-32768, 32768), text(d))
        several_, in_ = [inner() for _ in range(d.randrange(5))], inner()
        exact, numbers = Number(d).digits, [Number(d).digits for _ in range(d.randrange(5))]
        numeric = lambda v: (Decimal(v), {"N": str(v)})
        of_inner = lambda v: ({"x": Decimal(v[0]), 'a "text"': v[1]}, {"M": {"x": {"N": str(v[0])}, 'a "text"': {"S": v[1]}}})
        reals = [real() for _ in range(d.randrange(6))]
        whole = lambda bits, low: numeric(d.choice([low, low + 2 ** bits - 1, low + d.getrandbits(bits)]))
        free = value(d, 3)
        while free["NULL"] if "NULL" in free else False:
            free = value(d, 3)
        blob, four = d.randbytes(d.randrange(9)), d.randbytes(4)
        out = {"id": ("i" + text(d).replace("\0", "")[:4],) * 2, "small": whole(8, -128), "wide": whole(64, 0), "deep": whole(64, -2 ** 63),
               "real": numeric(repr(real())), "single": numeric(shortest(f)), "yes": (d.random() < 0.5,) * 2, "exact": numeric(exact), "text": (text(d),) * 2,
               "blob": (base64.b64encode(blob).decode(), {"B": blob}), "four": (base64.b64encode(four).decode(), {"B": four}),
               "colour": (d.choice(["red", "dark \u00e9"]),) * 2, "at": (iso(at),) * 2, "uuid": (str(uuid.UUID(bytes=d.randbytes(16))),) * 2, "in": of_inner(in_),
               "several": ([of_inner(x)[0] for x in several_], {"L": [of_inner(x)[1] for x in several_]}),
               "reals": ([Decimal(repr(x)) for x in reals], {"L": [{"N": repr(x)} for x in reals]}),
               "numbers": ([Decimal(x) for x in numbers], {"L": [{"N": x} for x in numbers]}), "free": (simple(free), free)}
        integers = distinct([d.randrange(-2 ** 31, 2 ** 31) for _ in range(d.randrange(7))])
        if integers:
            out["set"] = (list(map(Decimal, integers)), {"NS": list(map(str, integers))})
        if words:
            out["words"] = (words, {"SS": words})
        plain = {k: v[0] for k, v in out.items()}
        return plain, {k: v[1] if isinstance(v[1], dict) else {"BOOL" if isinstance(v[1], bool) else "S": v[1]} for k, v in out.items()}

    def test_structs_come_through_both_forms_of_json(self):
        for _ in range(COUNT):
            plain, attributes = self.thing()
            order = self.dice.sample(sorted(attributes), len(attributes))
            document = json.dumps(wire({"M": {k: attributes[k] for k in order}})["M"], ensure_ascii=self.dice.random() < 0.5)
            got = self.ask("struct", "dynamodb", document)
            self.assertEqual(got[0], "OK", (got, document))
            self.assertTrue(like(read(got[1]), plain), (got[1], plain))
            self.assertEqual(norm({"M": json.loads(got[2])}), norm(wire({"M": attributes})), document)
            again = self.ask("struct", "plain", got[1])
            self.assertEqual(again[0], "OK", (again, got[1]))
            self.assertTrue(like(read(again[1]), plain), (again[1], plain))


def shortest(single):
    """The fewest digits, but at least six, that a float is read back from. (%g drops zeros behind them.)"""
    return next(t for t in ("%.*g" % (n, single) for n in range(6, 10)) if struct.pack("f", float(t)) == struct.pack("f", single))


def iso(ms):
    """2024-05-17T08:29:02.742Z; the year 0 is before Python's first."""
    shifted = ms + 12622780800000 if ms < -62135596800000 else ms           # 400 years
    t = datetime.fromtimestamp(shifted // 1000, timezone.utc)
    year = t.year - (400 if shifted != ms else 0)
    return "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ" % (year, t.month, t.day, t.hour, t.minute, t.second, shifted % 1000)


if __name__ == "__main__":
    unittest.main()
