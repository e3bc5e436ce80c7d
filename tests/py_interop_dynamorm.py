"""One table, two programs: DynamORM (tests/interop/dynamorm_peer.py, in its own venv) and C (tests/interop/dynamorm_tool.c) write, read, update, list and
delete the same items, both ways. Run by tests/support/run.py, behind the gate, and by `make interop`."""
import concurrent.futures
import datetime
import json
import os
import random
import re
import subprocess
import unittest
import uuid
from decimal import Decimal

BUILD = os.environ["DYNREPO_TEST_BUILD"]
HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = os.path.join(os.path.dirname(BUILD), "interop", "dynamorm", "bin", "python")
MANY = 1000


def lines(command):
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


class Interop(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        prefix = "do%d-" % os.getpid()
        cls.peer = lines([PYTHON, "-W", "ignore", os.path.join(HERE, "interop", "dynamorm_peer.py"), prefix])
        cls.tool = lines([os.path.join(BUILD, "dynamorm_tool"), prefix])
        cls.py("create")

    @classmethod
    def tearDownClass(cls):
        cls.py("drop")
        for p in (cls.peer, cls.tool):
            p.stdin.close()
            p.wait(20)
            p.stdout.close()

    @classmethod
    def py(cls, *words):
        cls.peer.stdin.write(json.dumps(words) + "\n")
        cls.peer.stdin.flush()
        answer = json.loads(cls.peer.stdout.readline())
        if isinstance(answer, dict) and "error" in answer:
            raise AssertionError(answer["error"])
        return answer

    @classmethod
    def c(cls, *words):
        cls.tool.stdin.write("\t".join(map(str, words)) + "\n")
        cls.tool.stdin.flush()
        return cls.tool.stdout.readline().rstrip("\n").split("\t")

    def done(self, answer):
        self.assertEqual(answer[0], "OK", answer)
        return answer[1:]

    def setUp(self):
        self.dice = random.Random(20261121)
        self.holder = self.id().rsplit("_", 1)[-1]

    # ---- random things

    def text(self, most):
        out = ""
        for _ in range(self.dice.randrange(1, most)):
            c = chr(self.dice.choice([self.dice.randrange(32, 127), self.dice.randrange(160, 0x800), self.dice.choice([34, 92, 0x2028]),
                                      self.dice.randrange(0xe000, 0xfffe), self.dice.randrange(0x10000, 0x110000)]))
            if len((out + c).encode()) >= most:
                break
            out += c
        return out

    def thing(self, serial):
        """An item as JSON tells it; amount is the text of a number."""
        d = self.dice
        made = datetime.datetime.fromtimestamp(d.randrange(4_000_000_000), datetime.timezone.utc).replace(microsecond=d.choice([0, d.randrange(1_000_000)]))
        t = {"holder": self.holder, "serial": serial, "made": made.isoformat(), "day": (made.date()).isoformat(), "span": d.randrange(-10**6, 10**6),
             "id": str(uuid.UUID(int=d.getrandbits(128))), "tags": [self.text(24) for _ in range(d.randrange(6))], "count": d.randrange(-2**40, 2**40)}
        if d.randrange(4):
            t["title"] = self.text(90)
        if d.randrange(4):
            t["flag"] = d.randrange(2) == 1
        if d.randrange(4):
            t["amount"] = "%s%d.%0*d" % (d.choice(["", "-"]), d.randrange(10 ** d.randrange(1, 20)), d.randrange(1, 17), d.randrange(10))
        if d.randrange(4):
            t["meta"] = {"city": self.text(30), "level": d.randrange(-100, 100)}
        return t

    @staticmethod
    def as_json(t):
        """The item as one line, its amount a number of just these digits."""
        text = json.dumps({k: v for k, v in t.items() if k != "amount"})
        return text[:-1] + (', "amount": %s}' % t["amount"] if "amount" in t else "}")

    def same(self, got, t):
        """Every member: got is of C as parsed JSON, or of Python, whose numbers came as text."""
        got = {k: v for k, v in got.items() if v is not None}
        if "amount" in t:
            self.assertEqual(Decimal(str(got.pop("amount"))), Decimal(t["amount"]))
        if "meta" in got:
            got["meta"]["level"] = int(got["meta"]["level"])
        self.assertEqual(got, {k: v for k, v in t.items() if k != "amount"})

    def of_c(self, holder, serial):
        return json.loads(self.done(self.c("get", holder, serial))[0], parse_float=Decimal)

    # ---- tests

    def test_c_reads_what_python_writes_a(self):
        things = [self.thing(i) for i in range(MANY)]
        for t in things[:200]:
            self.py("save", t)
        for at in range(200, MANY, 100):
            self.py("batch", *things[at:at + 100])
        listed = [json.loads(i, parse_float=Decimal) for i in self.done(self.c("list", self.holder))]
        self.assertEqual(len(listed), MANY)
        for t, got in zip(things, listed):
            self.same(got, t)
        for t in self.dice.sample(things, 100):
            self.same(self.of_c(self.holder, t["serial"]), t)
        self.assertEqual(self.done(self.c("count", self.holder)), [str(MANY)])

    def test_python_reads_what_c_writes_b(self):
        things = [self.thing(i) for i in range(MANY)]
        for t in things:
            self.done(self.c("put", self.as_json(t)))
        listed = self.py("query", self.holder)
        self.assertEqual(len(listed), MANY)
        for t, got in zip(things, listed):
            self.same(got, t)
        for t in self.dice.sample(things, 50):
            self.same(self.py("get", self.holder, t["serial"]), t)
        for t, got in zip(things[:100], sorted(self.py("get_batch", self.holder, *range(100)), key=lambda i: i["serial"])):
            self.same(got, t)

    def test_both_update_one_item_in_turn_c(self):
        t = dict(self.thing(1), count=0, tags=[], title="begin")
        self.py("save", t)
        for turn in range(15):
            self.done(self.c("plus", self.holder, 1, 10, "c%d" % turn))
            self.assertTrue(self.py("change", self.holder, 1, {"count__plus": 1, "tags__append": ["p%d" % turn]}, {"count": 11 * turn + 10}))
            self.done(self.c("save", self.holder, 1, "by c %d" % turn))
            self.py("partial", self.holder, 1, self.py("get", self.holder, 1)["title"] + " and python")
        t.update(count=165, title="by c 14 and python", tags=[w for i in range(15) for w in ("c%d" % i, "p%d" % i)])
        self.same(self.of_c(self.holder, 1), t)
        self.same(self.py("get", self.holder, 1), t)

    def test_conditions_hold_on_both_sides_d(self):
        t = dict(self.thing(1), count=5)
        self.done(self.c("put", self.as_json(t)))
        self.assertFalse(self.py("unique", t))
        self.assertTrue(self.py("unique", dict(t, serial=2)))
        self.assertEqual(self.c("unique", self.as_json(dict(t, serial=2))), ["FAILED"])
        self.done(self.c("unique", self.as_json(dict(t, serial=3))))
        self.assertEqual(self.c("when", self.holder, 1, 4), ["FAILED"])
        self.assertFalse(self.py("change", self.holder, 1, {"title": "no"}, {"count": 4}))
        self.done(self.c("when", self.holder, 1, 5))
        self.assertEqual(self.py("get", self.holder, 1)["title"], "taken")

    def test_what_one_deletes_the_other_does_not_find_e(self):
        for serial in range(6):
            self.py("save", self.thing(serial)) if serial % 2 else self.done(self.c("put", self.as_json(self.thing(serial))))
        for serial in (0, 1):
            self.py("delete", self.holder, serial)
            self.assertEqual(self.c("get", self.holder, serial), ["NONE"])
        for serial in (2, 3):
            self.done(self.c("delete", self.holder, serial))
            self.assertIsNone(self.py("get", self.holder, serial))
        self.assertEqual([t["serial"] for t in self.py("query", self.holder)], [4, 5])
        self.assertEqual(len(self.done(self.c("list", self.holder))), 2)

    def test_none_is_absent_in_a_put_and_null_in_an_update_and_c_reads_both_f(self):
        t = {k: v for k, v in self.thing(1).items() if k not in ("flag", "amount")}
        t["title"] = "x"
        self.py("save", dict(t, flag=None, amount=None))
        self.same(self.of_c(self.holder, 1), t)
        self.assertTrue(self.py("change", self.holder, 1, {"flag": None, "amount": None}, None))
        self.same(self.of_c(self.holder, 1), t)

    def test_both_read_the_same_of_indexes_g(self):
        for serial in range(30):
            t = dict(self.thing(serial), title="odd" if serial % 2 else "even", count=serial, flag=serial % 3 == 0)
            self.py("save", t) if serial % 4 < 2 else self.done(self.c("put", self.as_json(t)))
        self.assertEqual(self.done(self.c("titled", "odd")), [str(i) for i in range(1, 30, 2)])
        self.assertEqual(self.py("titled", "odd"), list(range(1, 30, 2)))
        self.assertEqual(self.done(self.c("counted", self.holder, 20)), ["%d:%s" % (i, "true" if i % 3 == 0 else "false") for i in range(20, 30)])
        self.assertEqual(self.py("counted", self.holder, 20), [[i, i % 3 == 0] for i in range(20, 30)])

    def test_c_goes_on_behind_the_page_of_python_h(self):
        for serial in range(20):
            self.done(self.c("put", self.as_json(self.thing(serial))))
        serials, last = self.py("page", self.holder, 7)
        self.assertEqual(serials, list(range(7)))
        rest = [json.loads(i)["serial"] for i in self.done(self.c("list", last["holder"], last["serial"]))]
        self.assertEqual(rest, list(range(7, 20)))
        self.assertEqual(self.py("start", self.holder, last), list(range(7, 20)))

    def test_the_table_that_python_made_is_that_of_the_model_i(self):
        self.assertEqual(self.done(self.c("diff")), ["0"])

    @staticmethod
    def meaning(body):
        """A request without what may differ: the names of placeholders, parentheses, the order of conditions joined by AND, and what is the default anyway."""
        out = {k: v for k, v in body.items() if k not in ("ExpressionAttributeNames", "ExpressionAttributeValues", "ReturnValues") and v is not False
               and (k, v) != ("ScanIndexForward", True)}
        known = dict(body.get("ExpressionAttributeNames", {}))
        known.update({k: json.dumps(v) for k, v in body.get("ExpressionAttributeValues", {}).items()})
        for k in list(out):
            if k.endswith("Expression"):
                text = re.sub(r"[#:]\w+", lambda m: known[m.group(0)], out[k])
                if k in ("KeyConditionExpression", "FilterExpression", "ConditionExpression"):
                    text = sorted(t.strip() for t in re.sub(r"(?<!\w)\((.*?)\)", r"\1", text).split(" AND "))
                out[k] = re.sub(r"\s+", "", text) if isinstance(text, str) else [re.sub(r"\s+", "", t) for t in text]
        return out

    def test_c_asks_what_python_asks_k(self):
        """Each call of the library with its twin in C. The library's update returns what it changed, which nobody reads here."""
        o = self.holder
        t = dict(self.thing(1), holder=o, amount="1.5")
        self.py("save", t)
        for python, c in [(("save", t), ("put", self.as_json(t))), (("unique", dict(t, serial=2)), ("unique", self.as_json(dict(t, serial=2)))),
                          (("get", o, 1), ("get", o, 1)), (("query", o), ("list", o)), (("titled", "x"), ("titled", "x")),
                          (("counted", o, 3), ("counted", o, 3)), (("start", o, {"holder": o, "serial": "4"}), ("list", o, 4)),
                          (("change", o, 1, {"count__plus": 3, "tags__append": ["x"]}, None), ("plus", o, 1, 3, "x")),
                          (("change", o, 1, {"title": "taken"}, {"count": 77}), ("when", o, 1, 77)), (("delete", o, 1), ("delete", o, 1))]:
            operation, wanted = self.py("requests", *python)[-1]
            answer = "\t".join(self.c("explain", *c))
            got = json.JSONDecoder().raw_decode(answer, answer.index("{"))[0]
            with self.subTest(operation=operation, command=c[0]):
                self.assertEqual(self.meaning(got), self.meaning(wanted))

    def test_python_and_c_never_have_the_lock_together_l(self):
        """Both take the lock as often as they can, read a counter that nothing else protects, and write it back with one more."""
        self.py("new_lock", "my-lock")
        self.py("save", dict(self.thing(1), count=0))
        self.assertTrue(self.py("lock", "my-lock", "python"))
        self.assertEqual(self.c("lock", "my-lock", "c"), ["FAILED"])
        self.assertEqual(self.c("unlock", "my-lock", "c"), ["FAILED"])
        self.assertTrue(self.py("unlock", "my-lock", "python"))            # its key is NULL now, where C removes it
        self.done(self.c("lock", "my-lock", "c"))
        self.assertFalse(self.py("lock", "my-lock", "python"))
        self.assertFalse(self.py("unlock", "my-lock", "python"))
        self.done(self.c("unlock", "my-lock", "c"))
        had = {"python": 0, "c": 0}

        def python():
            while had["python"] < 60:
                if self.py("lock", "my-lock", "python"):
                    n = self.py("get", self.holder, 1)["count"]
                    self.assertTrue(self.py("change", self.holder, 1, {"count": n + 1}, None))
                    had["python"] += 1
                    self.assertTrue(self.py("unlock", "my-lock", "python"))

        def c():
            while had["c"] < 60:
                if self.c("lock", "my-lock", "c") == ["OK"]:
                    t = self.of_c(self.holder, 1)
                    t["count"] += 1
                    self.done(self.c("put", json.dumps(t, default=str)))
                    had["c"] += 1
                    self.done(self.c("unlock", "my-lock", "c"))
        with concurrent.futures.ThreadPoolExecutor() as pool:
            for side in [pool.submit(python), pool.submit(c)]:
                side.result(60)
        self.assertEqual(self.of_c(self.holder, 1)["count"], 120)

    def test_the_example_runs_j(self):
        env = dict(os.environ, AWS_ENDPOINT_URL_DYNAMODB=os.environ["DYNREPO_ENDPOINT"])
        p = subprocess.run([os.path.join(os.path.dirname(BUILD), "examples", "dynamorm")], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                           timeout=60)
        self.assertEqual((p.returncode, p.stdout), (0, """orange   DYN_INVALID
thing1   purple
sparse   2, without name
whole    Thing One
nobody's Thing Three
unique   DYN_CONDITION_FAILED
invalid  DYN_INVALID
get      Foo by Mr. Bar
update   Corrected Foo
scan     Bar
count    2 over all pages
query    DYN_INVALID
begins   Corrected Foo
index    Corrected Foo
delete   DYN_INVALID
signals  3 saved, 2 updated
lock     DYN_OK
other    DYN_CONDITION_FAILED
other    DYN_CONDITION_FAILED
other    DYN_OK
user     ann, new here, made
save     Cats is ann's again
replies  2
filter   Purr
thread   Cats of ann
both     Miaow
both     Purr
both     Cats
"""))


if __name__ == "__main__":
    unittest.main()
