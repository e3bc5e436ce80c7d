"""Differential test of >>json: random and damaged documents, judged by Python's json module and by dyn__skip_run.

Both must agree on what is JSON. Python takes more than RFC 8259 in three places, which are taken out here: the words NaN, Infinity and
-Infinity; lone surrogates in \\u escapes; and the depth, which dynrepo bounds at 72. json_tool is that of the build, or JSON_TOOL. DYN_SEED and
DYN_COUNT change the run.
"""
import json
import os
import pathlib
import random
import re
import struct
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILT = os.environ.get("DYNREPO_TEST_BUILD", str(ROOT / "build" / "plain"))
TOOL = os.environ.get("JSON_TOOL", os.path.join(BUILT, "json_tool"))
SEED = int(os.environ.get("DYN_SEED", "8259"))
COUNT = int(os.environ.get("DYN_COUNT", "20000"))
DEPTH = 72


def refuse(word):
    raise ValueError(word)


def depth(value):
    """Levels of arrays and objects."""
    deepest, stack = 0, [(value, 0)]
    while stack:
        v, level = stack.pop()
        if isinstance(v, Pairs) or isinstance(v, list):
            deepest = max(deepest, level + 1)
            inner = v if isinstance(v, list) else [x for _, x in v.pairs]
            stack.extend((x, level + 1) for x in inner)
    return deepest


class Pairs:
    """An object with every member, also of names that come twice, whose surrogates and depth count too."""
    def __init__(self, pairs):
        self.pairs = pairs


def lone_surrogate(value):
    stack = [value]
    while stack:
        v = stack.pop()
        if isinstance(v, str):
            if any(0xD800 <= ord(c) < 0xE000 for c in v):
                return True
        elif isinstance(v, Pairs):
            for k, x in v.pairs:
                stack += [k, x]
        elif isinstance(v, list):
            stack += v
    return False


def is_json(data):
    """What RFC 8259 says, by Python."""
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=refuse, object_pairs_hook=Pairs, parse_int=len, parse_float=len)
    except (ValueError, RecursionError):       # UnicodeDecodeError and JSONDecodeError are ValueErrors
        return False
    return not lone_surrogate(value) and depth(value) <= DEPTH


def ask(documents):
    data = b"".join(struct.pack("<I", len(d)) + d for d in documents)
    return subprocess.run([TOOL], input=data, stdout=subprocess.PIPE, check=True, timeout=300).stdout.decode()


CHARACTERS = ['"', "\\", "/", "\n", "\t", "\x00", "\x1f", "\x7f", "é", "€", "\u2028", "😀", "\U0010ffff", "\ue000", "a", "Z", "0", " ", "'", "{", "]", ":", ","]
PIECES = [b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b" ", b"\n", b"\t", b"\r", b"\f", b"\v", b"\0", b"-", b"+", b".", b"e", b"E", b"0", b"1", b"9", b"true", b"false",
          b"null", b"nul", b"NaN", b"Infinity", b"-Infinity", b"\\u", b"\\ud83d", b"\\ude00", b"\\u0000", b"\\n", b"\\x", b"\xc3", b"\xa9", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
          b"\xc0\x80", b"\xef\xbb\xbf", b"//", b"/**/", b"'", b"01", b"1.", b".5", b"1e", b"[]", b"{}", b'""', b'"a":', b",,"]


def text(r):
    return "".join(r.choice(CHARACTERS) for _ in range(r.choice([0, 1, 2, 3, 8, 20])))


def number(r):
    n = r.choice(["", "-"]) + r.choice(["0", str(r.randrange(1, 10)), str(r.randrange(10 ** r.randrange(1, 40)) + 1)])
    if r.random() < 0.4:
        n += "." + str(r.randrange(10 ** r.randrange(1, 30))).zfill(r.randrange(1, 4))
    if r.random() < 0.3:
        n += r.choice("eE") + r.choice(["", "+", "-"]) + str(r.randrange(500)).zfill(r.randrange(1, 4))
    return n


def string(r):
    s = json.dumps(text(r), ensure_ascii=r.random() < 0.5)
    return s.replace("/", "\\/") if r.random() < 0.3 else s if r.random() < 0.5 else re.sub(
        r"\\u([0-9a-f]{4})", lambda m: "\\u" + m.group(1).upper(), s)


def blank(r):
    return "" if r.random() < 0.6 else "".join(r.choice(" \t\r\n") for _ in range(r.randrange(4)))


def value(r, level=0):
    kind = r.randrange(8 if level < 6 else 5)
    if kind < 2:
        return string(r)
    if kind < 4:
        return number(r)
    if kind == 4:
        return r.choice(["true", "false", "null"])
    inner = [blank(r) + (string(r) + blank(r) + ":" + blank(r) if kind > 5 else "") + value(r, level + 1) + blank(r) for _ in range(r.choice([0, 1, 2, 4]))]
    body = ",".join(inner) if inner else blank(r)
    return "{" + body + "}" if kind > 5 else "[" + body + "]"


def document(r):
    return (blank(r) + value(r) + blank(r)).encode("utf-8", "surrogatepass")


def damage(r, data):
    """One to three small changes."""
    data = bytearray(data)
    for _ in range(r.choice([1, 1, 1, 2, 3])):
        at = r.randrange(len(data) + 1)
        how = r.randrange(5)
        if how == 0:
            data[at:at] = r.choice(PIECES)
        elif how == 1:
            del data[at:at + r.choice([1, 1, 2, 5])]
        elif how == 2:
            data[at:at + 1] = r.choice(PIECES)
        elif how == 3 and data:
            data[at % len(data)] = r.randrange(256)
        else:
            other = r.randrange(len(data) + 1)
            data[at:at] = data[other:other + r.randrange(8)]
    return bytes(data)


class AgreesWithPython(unittest.TestCase):
    def compare(self, documents, least_good, least_bad):
        answers = ask(documents)
        self.assertEqual(len(answers), len(documents))
        good = bad = 0
        for data, answer in zip(documents, answers):
            expected = is_json(data)
            good, bad = good + expected, bad + (not expected)
            self.assertEqual(answer, "1" if expected else "0", data)
        self.assertGreaterEqual(good, least_good)
        self.assertGreaterEqual(bad, least_bad)
        print("%d documents compared, %d of them JSON" % (len(documents), good))

    def test_well_formed_documents_are_taken(self):
        r = random.Random(SEED)
        documents = [document(r) for _ in range(COUNT)]
        self.compare(documents, COUNT, 0)

    def test_damaged_documents_are_judged_alike(self):
        r = random.Random(SEED + 1)
        self.compare([damage(r, document(r)) for _ in range(2 * COUNT)], COUNT // 20, COUNT // 2)

    def test_heaps_of_pieces_are_judged_alike(self):
        r = random.Random(SEED + 2)
        self.compare([b"".join(r.choice(PIECES) for _ in range(r.randrange(6))) for _ in range(2 * COUNT)], COUNT // 100, COUNT)

    def test_every_document_of_up_to_two_bytes_is_judged_alike(self):
        documents = [b""] + [bytes([a]) for a in range(256)] + [bytes([a, b]) for a in range(256) for b in range(256)]
        self.compare(documents, 10, 60000)

    def test_short_texts_of_the_grammars_own_characters_are_judged_alike(self):
        letters = [b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"-", b".", b"e", b"0", b"1", b" "]
        documents = [a + b + c + d for a in letters for b in letters for c in letters for d in letters]
        self.compare(documents, 100, 1000)

    def test_the_depth_is_bounded_at_72(self):
        r = random.Random(SEED + 3)
        documents = []
        for level in list(range(60, 90)) * 20:
            kinds = [r.random() < 0.5 for _ in range(level)]
            documents.append(("".join('{"a":' if k else "[" for k in kinds) + "1" + "".join("}" if k else "]" for k in reversed(kinds))).encode())
        self.compare(documents, 200, 200)


if __name__ == "__main__":
    unittest.main()
