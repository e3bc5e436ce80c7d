"""What the golden tests share. tests/golden/LIBRARY.json holds what a Python library was seen to send: by the name of each call its result and its requests.
LIBRARY_golden_tool makes the same calls in C, each when it is asked for by name, and sends to a listener of the test's own, which takes down what comes.
Two requests are the same when operation, table, keys and items are, and the expressions once names and values are put back for their placeholders; numbers
by value, sets and what AND joins in any order, stamps by their form alone. What differs on purpose is said in the test, with the reason."""
import copy
import http.server
import json
import os
import re
import subprocess
import threading
import unittest
from decimal import Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
STAMPS = {"_timestamp", "_created", "_updated"}
TIME = re.compile(r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?')


def put_back(text, body):
    """An expression with its names and values in place of placeholders. A placeholder of a request that was never right stays."""
    def each(m):
        p = m.group(0)
        if p[0] == "#":
            name = body.get("ExpressionAttributeNames", {}).get(p, p)
            return name if re.match(r"[#\w][\w-]*$", name) else "`%s`" % name
        v = body.get("ExpressionAttributeValues", {}).get(p)
        return p if v is None else plain(v)
    return re.sub(r"[#:]\w+", each, text)


def plain(v):
    (kind, inner), = v.items()
    return str(Decimal(inner).normalize()) if kind == "N" else json.dumps(value(v), sort_keys=True)


def value(v):
    """Numbers by value, sets in an order of their own."""
    if isinstance(v, dict):
        if list(v) == ["N"]:
            return {"N": str(Decimal(v["N"]).normalize())}
        if len(v) == 1 and list(v)[0] in ("SS", "NS", "BS"):
            return {k: sorted(str(Decimal(x).normalize()) if k == "NS" else x for x in s) for k, s in v.items()}
        return {k: value(x) for k, x in v.items()}
    return [value(x) for x in v] if isinstance(v, list) else v


def item(v):
    return {k: json.loads(TIME.sub('"<time>', json.dumps(x))) if k in STAMPS else value(x) for k, x in v.items()}


def outside(text, mark):
    """Where mark stands outside parentheses, the text is cut."""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if not depth and text.startswith(mark, i):
            parts.append(text[start:i].strip())
            start = i + len(mark)
    return parts + [text[start:].strip()]


def update(text, body):
    """Each clause of an update: SET's targets and what they become, and so on."""
    out = {}
    for verb, rest in re.findall(r"\b(SET|REMOVE|ADD|DELETE)\b(.*?)(?=\b(?:SET|REMOVE|ADD|DELETE)\b|$)", text):
        parts = outside(rest, ",")
        if verb == "SET":
            parts = dict([put_back(side, body).strip() for side in (p + "=").split("=", 2)[:2]] for p in parts)
            out[verb] = {k: TIME.sub('"<time>', v) if k in STAMPS else re.sub(r"\s+", " ", v) for k, v in parts.items()}
        else:
            out[verb] = sorted(put_back(p, body) for p in parts)
    return out


def balanced(text):
    depth = 0
    for c in text:
        depth += (c == "(") - (c == ")")
        if depth < 0:
            return False
    return depth == 0


def terms(text, body):
    """The terms of an AND, in any order."""
    text = text.strip()
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
        flat += terms(t, body) if t.startswith("(") and balanced(t[1:-1]) and " OR " not in t else [put_back(t, body).replace(" ( ", " (")]
    return sorted(flat)


def meaning(body):
    """A request's body, or one action of a transaction, without what is a matter of spelling."""
    out = {}
    for name, v in body.items():
        if name == "UpdateExpression":
            out[name] = update(v, body)
        elif name in ("ConditionExpression", "FilterExpression", "KeyConditionExpression"):
            out[name] = terms(v, body)
        elif name == "ProjectionExpression":
            out[name] = sorted(put_back(p, body) for p in outside(v, ","))
        elif name == "Item":
            out[name] = item(v)
        elif name == "TransactItems":
            out[name] = [{kind: meaning(inner) for kind, inner in action.items()} for action in v]
        elif name == "RequestItems":
            out[name] = {table: requests(r) for table, r in v.items()}
        elif name == "ClientRequestToken":
            out[name] = "<token>"
        elif name not in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
            out[name] = value(v)
    if out.get("ConsistentRead") is False:
        del out["ConsistentRead"]          # the default
    if out.get("ScanIndexForward") is True:
        del out["ScanIndexForward"]
    return out


def requests(of_table):
    if isinstance(of_table, dict):
        return meaning(of_table)
    return [{kind: {part: item(v) for part, v in inner.items()} for kind, inner in r.items()} for r in of_table]


def placeholders_are_used(body):
    text = " ".join(v for k, v in body.items() if k.endswith("Expression"))
    given = {p for m in ("ExpressionAttributeNames", "ExpressionAttributeValues") for p in body.get(m, {})}
    return given == set(re.findall(r"[#:]\w+", text))


class Listener(http.server.ThreadingHTTPServer):
    """Takes down each request, and answers by .answers: {operation: body, or a list of one after the other}, or a function of operation and body."""
    daemon_threads = True

    def __init__(self):
        self.got, self.answers = [], {}
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65536                       # head and body in one packet

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        operation = self.headers["X-Amz-Target"].split(".")[1]
        self.server.got.append((operation, body))
        default = {"Items": [], "Count": 0, "ScannedCount": 0} if operation in ("Query", "Scan") else {}
        answers = self.server.answers
        answer = answers(operation, body) if callable(answers) else answers.get(operation, default)
        if isinstance(answer, list):
            answer = answer.pop(0) if answer else default
        answer = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class Golden(unittest.TestCase):
    """Of one library. A subclass says:"""
    maxDiff = None
    LIBRARY = None      # tests/golden/LIBRARY.json, LIBRARY_golden_tool
    CAPTURES = 0        # how many calls were seen
    EVERYWHERE = []     # (why, function of operation and meaning, which changes it): what differs in all requests
    DIFFERS = {}        # call: (why, function of the requests wanted, which gives those of C)
    REFUSED = {}        # call: (status, text that the error has, why): C sends nothing
    NOT_ASKED = {}      # call: why there is nothing to ask for
    ANSWERS = {}        # call: {operation: the answer it gets, or a list of one after the other}

    @classmethod
    def setUpClass(cls):
        if not cls.LIBRARY:
            raise unittest.SkipTest("what the tests share")
        with open(os.path.join(HERE, "..", "golden", cls.LIBRARY + ".json")) as f:
            cls.golden = json.load(f)
        cls.tool_path = os.path.join(os.environ["DYNREPO_TEST_BUILD"], cls.LIBRARY + "_golden_tool")
        cls.listener = Listener()
        cls.tool = subprocess.Popen([cls.tool_path, "http://127.0.0.1:%d" % cls.listener.server_address[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                    text=True)

    @classmethod
    def tearDownClass(cls):
        cls.tool.stdin.close()
        cls.tool.wait(20)
        cls.tool.stdout.close()
        cls.listener.shutdown()
        cls.listener.server_close()

    def call(self, label):
        """What the tool sent, its status, and what it said."""
        self.listener.got, self.listener.answers = [], copy.deepcopy(self.ANSWERS.get(label, {}))
        self.tool.stdin.write(label + "\n")
        self.tool.stdin.flush()
        status, text = self.tool.stdout.readline().rstrip("\n").split("\t", 1)
        for _, body in self.listener.got:
            self.assertTrue(placeholders_are_used(body), body)
        return [(operation, meaning(body)) for operation, body in self.listener.got], status, text

    def wanted(self, label):
        out = [(r["operation"], meaning(r["body"])) for r in self.golden[label]["requests"]]
        for _why, change in self.EVERYWHERE:
            for operation, body in out:
                change(operation, body)
        return out

    def test_each_call_in_c_sends_what_the_library_sends(self):
        for label in self.golden:
            with self.subTest(label):
                if label in self.NOT_ASKED:
                    continue
                got, status, text = self.call(label)
                if label in self.REFUSED:
                    self.assertEqual((got, status), ([], self.REFUSED[label][0]), text)
                    self.assertIn(self.REFUSED[label][1], text)
                    continue
                wanted = self.wanted(label)
                if label in self.DIFFERS:
                    changed = self.DIFFERS[label][1](self.wanted(label))
                    self.assertNotEqual(changed, wanted, "this is no difference")
                    wanted = changed
                self.assertNotEqual(got, [], status + " " + text)
                self.assertEqual(got, wanted, status + " " + text)

    def test_every_call_that_was_seen_is_accounted_for(self):
        known = subprocess.run([self.tool_path], stdout=subprocess.PIPE, text=True, timeout=20, check=True).stdout.splitlines()
        self.assertEqual(len(self.golden), self.CAPTURES)
        self.assertEqual(sorted(known + list(self.NOT_ASKED)), sorted(self.golden))
        for label, seen in self.golden.items():
            if not seen["requests"]:
                self.assertTrue(label in self.NOT_ASKED or label in self.REFUSED or label in self.DIFFERS, label)
        self.assertEqual(set(self.DIFFERS) & set(self.REFUSED), set())
        self.assertLessEqual(set(self.DIFFERS) | set(self.REFUSED) | set(self.ANSWERS), set(known))
