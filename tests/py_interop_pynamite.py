"""The same items in C and in Python, by the conventions of pynamite and of dynamo-items. Neither has a package that can be installed: boto3 writes and reads here
exactly what they send and expect. The C side is tests/interop/pynamite_tool.c. Run by tests/support/run.py, behind the gate."""
import datetime
import decimal
import enum
import json
import os
import random
import subprocess
import unittest
import uuid
from decimal import Decimal

import boto3
import boto3.dynamodb.types
from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

TOOL = os.environ["DYNREPO_TEST_BUILD"] + "/pynamite_tool"
ITEMS = 1000
UTC = datetime.timezone.utc
# The engine writes 1E+60 out with all its zeros, which boto3 would refuse as more than 38 digits; nothing but zeros is lost.
boto3.dynamodb.types.DYNAMODB_CONTEXT.traps[decimal.Rounded] = False
EPOCH = datetime.datetime(1970, 1, 1)


class Statuses(enum.Enum):
    pending = "pending"
    failed = "failed"
    complete = "complete"


def micros(text):
    return (datetime.datetime.fromisoformat(text) - EPOCH) // datetime.timedelta(microseconds=1)


def wire(item):
    """DynamoDB's JSON of an item, bytes as base64."""
    import base64
    s = TypeSerializer()

    def plain(v):
        kind, x = next(iter(v.items()))
        if kind == "B":
            return {"B": base64.b64encode(bytes(x)).decode()}
        if kind == "BS":
            return {"BS": [base64.b64encode(bytes(b)).decode() for b in x]}
        if kind == "L":
            return {"L": [plain(e) for e in x]}
        if kind == "M":
            return {"M": {k: plain(e) for k, e in x.items()}}
        return v
    return {k: plain(s.serialize(v)) for k, v in item.items()}


def unwire(item):
    import base64
    d = TypeDeserializer()

    def plain(v):
        kind, x = next(iter(v.items()))
        if kind == "B":
            return {"B": base64.b64decode(x)}
        if kind == "BS":
            return {"BS": [base64.b64decode(b) for b in x]}
        if kind == "L":
            return {"L": [plain(e) for e in x]}
        if kind == "M":
            return {"M": {k: plain(e) for k, e in x.items()}}
        return v
    return {k: d.deserialize(plain(v)) for k, v in item.items()}


class Interop(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.prefix = "p%d-" % os.getpid()
        cls.tool = subprocess.Popen([TOOL, cls.prefix], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.ask(do="create")
        cls.db = boto3.resource("dynamodb", endpoint_url=os.environ["DYNREPO_ENDPOINT"], region_name=os.environ["AWS_REGION"])
        cls.docs = cls.db.Table(cls.prefix + "pynamite")
        cls.items = cls.db.Table(cls.prefix + "dynamo-items")

    @classmethod
    def tearDownClass(cls):
        cls.ask(do="drop")
        cls.db.meta.client.close()
        cls.tool.stdin.close()
        cls.tool.wait(10)
        cls.tool.stdout.close()

    @classmethod
    def ask(cls, **what):
        cls.tool.stdin.write(json.dumps(what) + "\n")
        cls.tool.stdin.flush()
        answer = json.loads(cls.tool.stdout.readline())
        if "ok" not in answer:
            raise AssertionError(answer)
        return answer["ok"]

    def setUp(self):
        self.dice = random.Random(20261121)

    # ---- random things

    def text(self, most=12):
        return "".join(chr(self.dice.choice([self.dice.randrange(32, 127), self.dice.randrange(0xa1, 0x800), self.dice.randrange(0x10000, 0x10400), 9, 34, 92]))
                       for _ in range(self.dice.randrange(most)))

    def number(self):
        kind = self.dice.randrange(3)
        if kind == 0:
            return self.dice.randrange(-1000, 1000)
        if kind == 1:
            return Decimal("%dE-%d" % (self.dice.randrange(10 ** 37), self.dice.randrange(38)))
        return Decimal("%dE%d" % (self.dice.randrange(1, 999), self.dice.randrange(-60, 60)))

    def value(self, depth=0):
        kind = self.dice.randrange(7 if depth > 2 else 10)
        if kind == 0:
            return self.text()
        if kind == 1:
            return self.number()
        if kind == 2:
            return self.dice.random() < 0.5
        if kind == 3:
            return None
        if kind == 4:
            return Binary(self.dice.randbytes(self.dice.randrange(1, 20)))
        if kind == 5:
            return {self.text() + str(i) for i in range(self.dice.randrange(1, 4))}
        if kind == 6:
            return {self.dice.randrange(-99, 99) for _ in range(self.dice.randrange(1, 4))}
        if kind == 7:
            return [self.value(depth + 1) for _ in range(self.dice.randrange(4))]
        return {"k%d%s" % (i, self.text(3)): self.value(depth + 1) for i in range(self.dice.randrange(4))}

    def document(self):
        return {"a%d" % i: self.value() for i in range(self.dice.randrange(8))}

    def same(self, a, b):
        """As DynamoDB sees it: what one and the other serialise to, sets and members in any order."""
        def normal(v):
            if isinstance(v, Binary):
                return ("B", bytes(v))
            if isinstance(v, bool) or v is None:
                return v
            if isinstance(v, (int, Decimal)):
                return Decimal(v).normalize(decimal.Context(prec=40))
            if isinstance(v, (set, frozenset)):
                return frozenset(normal(e) for e in v)
            if isinstance(v, list):
                return [normal(e) for e in v]
            if isinstance(v, dict):
                return {k: normal(e) for k, e in v.items()}
            return v
        self.assertEqual(normal(a), normal(b))

    # ---- pynamite

    def put(self, pk, sk, item):
        """pynamite's put."""
        now = datetime.datetime.utcnow().isoformat()
        self.docs.put_item(Item={"PK": pk, "SK": sk, **item, "_created": now, "_updated": now}, ConditionExpression="attribute_not_exists(SK)")
        return now

    def test_what_python_puts_c_reads(self):
        for i in range(ITEMS):
            item = self.document()
            now = self.put("py%d" % (i % 10), "b.%d" % i, item)
            got = self.ask(do="get", pk="py%d" % (i % 10), sk="b.%d" % i)
            self.same(unwire(got["item"]), item)
            self.assertEqual((got["created"], got["updated"]), (micros(now), micros(now)))
        for i in range(10):
            self.assertEqual(self.ask(do="list", pk="py%d" % i), sorted("b.%d" % k for k in range(i, ITEMS, 10)))

    def test_what_c_puts_python_reads(self):
        for i in range(ITEMS):
            item = self.document()
            told = self.ask(do="put", pk="c%d" % (i % 10), sk="b.%d" % i, item=wire(item))
            got = self.docs.get_item(Key={"PK": "c%d" % (i % 10), "SK": "b.%d" % i})["Item"]
            self.assertEqual((got.pop("PK"), got.pop("SK")), ("c%d" % (i % 10), "b.%d" % i))
            self.assertRegex(got["_created"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?$")
            self.assertEqual((micros(got.pop("_created")), micros(got.pop("_updated"))), (told["created"], told["updated"]))
            self.same(got, item)
        # a second put of pynamite's finds it there
        with self.assertRaises(self.db.meta.client.exceptions.ConditionalCheckFailedException):
            self.put("c1", "b.1", {})
        self.assertEqual(len(self.docs.query(KeyConditionExpression=boto3.dynamodb.conditions.Key("PK").eq("c3"))["Items"]), ITEMS // 10)

    def test_both_update_in_turn(self):
        """n is counted by both; the time of making stays, that of the last change moves on."""
        now = self.put("turn", "x", {"n": 0, "d": {"k": 1}})
        last = micros(now)
        for i in range(100):
            got = self.ask(do="count", pk="turn", sk="x")
            self.assertEqual((got["item"]["n"]["N"], got["created"]), (str(2 * i + 1), micros(now)))
            self.assertGreaterEqual(got["updated"] + 1000, last)              # C's clock counts milliseconds
            at = datetime.datetime.utcnow().isoformat()
            last = micros(at)
            new = self.docs.update_item(Key={"PK": "turn", "SK": "x"}, UpdateExpression="SET #n=#n + :I_1, #u=:u", ReturnValues="UPDATED_NEW",
                                        ExpressionAttributeNames={"#n": "n", "#u": "_updated"}, ExpressionAttributeValues={":I_1": 1, ":u": at})
            self.assertEqual(new["Attributes"]["n"], 2 * i + 2)
        got = self.ask(do="set", pk="turn", sk="x", item={"d.k": {"N": "5"}})
        self.assertEqual(got["item"]["d"], {"M": {"k": {"N": "5"}}})
        self.ask(do="delete", pk="turn", sk="x")
        self.assertNotIn("Item", self.docs.get_item(Key={"PK": "turn", "SK": "x"}))

    def test_what_python_makes_by_update_has_no_time_of_making(self):
        at = datetime.datetime.utcnow().isoformat()
        self.docs.update_item(Key={"PK": "up", "SK": "x"}, UpdateExpression="SET a=:a, #u=:u", ExpressionAttributeNames={"#u": "_updated"},
                              ExpressionAttributeValues={":a": True, ":u": at})
        got = self.ask(do="get", pk="up", sk="x")
        self.assertEqual((got["created"], got["updated"], got["item"]), (0, micros(at), {"a": {"BOOL": True}}))

    # ---- dynamo-items

    def log(self):
        at = datetime.datetime(2020, 1, 1, tzinfo=UTC) + datetime.timedelta(microseconds=self.dice.randrange(10 ** 14))
        if self.dice.randrange(4) == 0:
            at = at.replace(microsecond=0)
        naive = datetime.datetime(2021, 1, 1) + datetime.timedelta(microseconds=self.dice.randrange(10 ** 14))
        return {"device_id": uuid.UUID(int=self.dice.getrandbits(128)), "timestamp": at, "zoned": naive, "status": self.dice.choice(list(Statuses)),
                "retry": self.dice.randrange(-2 ** 63, 2 ** 63), "price": Decimal(self.dice.randrange(10 ** 6)).scaleb(-2),
                "note": self.dice.choice([None, "", self.text(20)]), "tags": [self.text() for _ in range(self.dice.randrange(8))]}

    @staticmethod
    def dump(item):
        """What pydantic's model_dump(mode="json") makes of it."""
        def value(v):
            if isinstance(v, datetime.datetime):
                return v.isoformat().replace("+00:00", "Z")
            if isinstance(v, enum.Enum):
                return v.value
            return str(v) if isinstance(v, (uuid.UUID, Decimal)) else v
        return {k: value(v) for k, v in item.items()}

    def test_typed_items_go_both_ways(self):
        for i in range(ITEMS):
            item = self.log()
            key = {"pk": "DD#" + str(item["device_id"]), "sk": "DT#" + str(item["timestamp"])}
            dump = self.dump(item)
            asked = {"device_id": dump["device_id"], "timestamp": dump["timestamp"], "zoned": dump["zoned"], "status": "pending", "retry": 0, "price": "", "tags": []}
            self.items.put_item(Item={**key, **dump})
            got = self.ask(do="get_item", type="DeviceLog", item=asked)
            self.assertEqual({"note": None, **got}, dump)
            self.items.delete_item(Key=key)
            self.ask(do="put_item", type="DeviceLog", item=dump)
            self.same(self.items.get_item(Key=key)["Item"], {**key, **dump})

    def test_an_enum_in_a_key_is_its_python_name(self):
        for status in Statuses:
            self.ask(do="put_item", type="Summary", item={"status": status.value, "count": 7})
            self.assertEqual(self.items.get_item(Key={"pk": "SS#" + str(status), "sk": "A"})["Item"],
                             {"pk": "SS#" + str(status), "sk": "A", "status": status.value, "count": 7})


if __name__ == "__main__":
    unittest.main()
