"""The same items in C and in Python: what tests/interop_tool.c puts is read by boto3, and what boto3 puts is read by the tool. Run by
tests/support/run.py, behind the gate, which judges the signatures of both."""
import datetime
import decimal
import os
import random
import struct
import subprocess
import unittest
from decimal import Decimal

import boto3
import boto3.dynamodb.types

TOOL = os.environ["DYNREPO_TEST_BUILD"] + "/interop_tool"
COLORS = ["red", "green", "dark blue"]
# The engine writes 1E+100 out with all its zeros, which boto3 would refuse as more than 38 digits; nothing but zeros is lost.
boto3.dynamodb.types.DYNAMODB_CONTEXT.traps[decimal.Rounded] = False
EPOCH = datetime.datetime(1970, 1, 1)


def iso(ms):
    return (EPOCH + datetime.timedelta(milliseconds=ms)).isoformat(timespec="milliseconds") + "Z"


class Interop(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.prefix = "i%d-" % os.getpid()
        cls.tool = subprocess.Popen([TOOL, cls.prefix], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.ask("create")
        cls.table = boto3.resource("dynamodb", endpoint_url=os.environ["DYNREPO_ENDPOINT"], region_name=os.environ["AWS_REGION"]).Table(cls.prefix + "interop")

    @classmethod
    def tearDownClass(cls):
        cls.ask("drop")
        cls.table.meta.client.close()
        cls.tool.stdin.close()
        cls.tool.wait(10)
        cls.tool.stdout.close()

    @classmethod
    def ask(cls, *words):
        cls.tool.stdin.write("\t".join(words) + "\n")
        cls.tool.stdin.flush()
        answer = cls.tool.stdout.readline().rstrip("\n").split("\t")
        if answer[0] != "OK":
            raise AssertionError(" ".join(answer))
        return answer[1:]

    def setUp(self):
        self.dice = random.Random(20261121)

    # ---- random things

    def text(self, most, nul=False):
        """Valid UTF-8 of at most so many bytes, of all its lengths, with quotes and control characters."""
        out = ""
        for _ in range(self.dice.randrange(most)):
            kind = self.dice.randrange(6)
            c = chr([self.dice.randrange(1, 128), self.dice.randrange(32, 127), self.dice.choice([9, 10, 34, 92, 47, 127, 0x2028]), self.dice.randrange(128, 0x800),
                     self.dice.choice([self.dice.randrange(0x800, 0xd800), self.dice.randrange(0xe000, 0x10000)]), self.dice.randrange(0x10000, 0x110000)][kind])
            if nul and self.dice.randrange(40) == 0:
                c = "\0"
            if len((out + c).encode()) > most:
                break
            out += c
        return out

    def real(self):
        while True:
            v = struct.unpack("d", self.dice.randbytes(8))[0] if self.dice.randrange(2) else self.dice.uniform(-1000, 1000)
            if v == 0 or 1e-130 <= abs(v) < 9.9e125:
                return v

    def number(self):
        """A number of DynamoDB as text, in many forms."""
        digits = "".join(self.dice.choice("0123456789") for _ in range(self.dice.randrange(1, 39)))
        if self.dice.randrange(2):
            at = self.dice.randrange(len(digits))
            digits = digits[:at] + "." + digits[at:] if at else digits
        if self.dice.randrange(2):
            digits += "E%d" % self.dice.randrange(-80, 80)
        return self.dice.choice(["", "-"]) + digits

    def thing(self):
        bits = self.dice.randrange(1, 64)
        return {
            "text": self.text(60), "slice": self.text(3000, nul=True), "flag": self.dice.randrange(2) == 1, "i64": self.dice.getrandbits(bits) - (1 << (bits - 1)),
            "u64": self.dice.getrandbits(bits + 1), "real": self.real(), "number": self.number(), "iso": self.dice.randrange(-62135596800000, 253402300800000),
            "seconds": self.dice.randrange(1 << 33), "color": self.dice.randrange(3), "city": self.text(15), "floor": self.dice.randrange(-2**31, 2**31),
            "ints": [self.dice.getrandbits(63) - (1 << 62) for _ in range(self.dice.randrange(9))], "reals": [self.real() for _ in range(self.dice.randrange(9))],
            "words": [self.text(31) for _ in range(self.dice.randrange(9))],
        }

    @staticmethod
    def line(t):
        return [t["text"].encode().hex(), t["slice"].encode().hex(), "%d" % t["flag"], str(t["i64"]), str(t["u64"]), repr(t["real"]), t["number"], str(t["iso"]),
                str(t["seconds"]), str(t["color"]), t["city"].encode().hex(), str(t["floor"]), ",".join(map(str, t["ints"])), ",".join(map(repr, t["reals"])),
                ",".join(w.encode().hex() or "-" for w in t["words"])]

    def compare(self, t, words):
        """What the tool says of an item with what it is."""
        text, cut, flag, i64, u64, real, number, ms, seconds, color, city, floor, ints, reals, texts = words
        self.assertEqual(bytes.fromhex(text).decode(), t["text"])
        self.assertEqual(bytes.fromhex(cut).decode(), t["slice"])
        self.assertEqual((flag == "1", int(i64), int(u64), float(real)), (t["flag"], t["i64"], t["u64"], t["real"]))
        self.assertEqual(Decimal(number), Decimal(t["number"]))
        self.assertEqual((int(ms), int(seconds), int(color), int(floor)), (t["iso"], t["seconds"], t["color"], t["floor"]))
        self.assertEqual(bytes.fromhex(city).decode(), t["city"])
        self.assertEqual([int(i) for i in ints.split(",") if i], t["ints"])
        self.assertEqual([float(r) for r in reals.split(",") if r], t["reals"])
        self.assertEqual(["" if w == "-" else bytes.fromhex(w).decode() for w in texts.split(",") if w], t["words"])

    # ---- tests

    def test_boto3_reads_what_c_wrote(self):
        for serial in range(300):
            t = self.thing()
            self.ask("put", "c:%d" % serial, *self.line(t))
            item = self.table.get_item(Key={"pk": "THING#c", "sk": "S#%09d" % serial})["Item"]
            self.assertEqual(item.pop("pk"), "THING#c")
            self.assertEqual(item.pop("sk"), "S#%09d" % serial)
            self.assertEqual(float(item.pop("real number")), t["real"])
            self.assertEqual([float(r) for r in item.pop("reals")], t["reals"])
            with decimal.localcontext() as exact:
                exact.prec = 60
                self.assertEqual(item.pop("number") - Decimal(t["number"]), 0)
            self.assertEqual(item, {"id": "c", "text": t["text"], "slice": t["slice"], "flag": t["flag"], "i64": t["i64"], "u64": t["u64"], "iso": iso(t["iso"]),
                                    "seconds": t["seconds"], "color": COLORS[t["color"]], "where": {"city": t["city"], "level": t["floor"]}, "ints": t["ints"],
                                    "words": t["words"]})

    def test_c_reads_what_boto3_wrote(self):
        for serial in range(300):
            t = self.thing()
            item = {"pk": "THING#p", "sk": "S#%09d" % serial, "id": "p", "text": t["text"], "slice": t["slice"], "flag": t["flag"], "i64": t["i64"], "u64": t["u64"],
                    "real number": Decimal(repr(t["real"])), "number": Decimal(t["number"]), "iso": iso(t["iso"]), "seconds": t["seconds"], "color": COLORS[t["color"]],
                    "where": {"city": t["city"], "level": t["floor"]}, "ints": t["ints"], "reals": [Decimal(repr(r)) for r in t["reals"]], "words": t["words"],
                    "unknown": {"a": [1, {"b": {"x", "y"}}, None, b"\0\1"], "n": {Decimal(1), Decimal("2.5")}}}
            items = list(item.items())
            self.dice.shuffle(items)
            self.table.put_item(Item=dict(items))
            found = self.ask("get", "p:%d" % serial)
            self.assertEqual(found[:2], ["p", str(serial)])
            self.compare(t, found[2:])

    def test_c_reads_what_c_wrote(self):
        for serial in range(300):
            t = self.thing()
            self.ask("put", "b:%d" % serial, *self.line(t))
            self.compare(t, self.ask("get", "b:%d" % serial)[2:])

    def test_iso_times_in_the_forms_of_python_are_read(self):
        t = self.thing()
        self.ask("put", "t:1", *self.line(t))
        for text, ms in [("2024-05-17T08:29:02Z", 1715934542000), ("2024-05-17T08:29:02.742Z", 1715934542742), ("2024-05-17T08:29:02+00:00", 1715934542000),
                         ("2024-05-17T10:29:02+02:00", 1715934542000)]:
            self.table.update_item(Key={"pk": "THING#t", "sk": "S#000000001"}, UpdateExpression="SET iso = :t", ExpressionAttributeValues={":t": text})
            self.assertEqual(self.ask("get", "t:1")[9], str(ms), text)

    def test_a_range_in_c_finds_the_items_of_boto3(self):
        t = self.thing()
        self.ask("put", "r:0", *self.line(t))
        item = self.table.get_item(Key={"pk": "THING#r", "sk": "S#000000000"})["Item"]
        with self.table.batch_writer() as batch:
            for serial in range(50):
                batch.put_item(Item=dict(item, sk="S#%09d" % serial))
            batch.put_item(Item={"pk": "THING#r", "sk": "S"})
            batch.put_item(Item={"pk": "THING#r", "sk": "T#1"})
        self.assertEqual(self.ask("range", "r", "10", "30"), [str(i) for i in range(10, 31)])
        self.assertEqual(self.ask("range", "r", "0", "999999999"), [str(i) for i in range(50)])


if __name__ == "__main__":
    unittest.main()
