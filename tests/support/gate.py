#!/usr/bin/env python3
"""The gate: an HTTP/1.1 proxy that stands before a local DynamoDB-compatible engine in the tests.

Local engines take any signature. The gate judges every request as the service would: it computes the signature again with botocore's
own signer, checks the date, the scope, the headers and the JSON, and answers a wrong one in the service's words. It also makes the
faults that a real network and a real service make; a test asks for them with rules.

    gate.py --engine URL [--listen HOST:PORT] [--tls PORT:CERT:KEY[:CLIENT_CA]]... [--region R] [--host NAME]...
            [--credential ID:SECRET[:TOKEN]]...

Port 0 takes a free one. The first line on stdout is "ready PORT TLSPORT…" in the order of the arguments.

Control, on every port, outside the judgement:
    GET    /__gate/stats           flat JSON: requests, accepted, refused, connections, open, tls_handshakes, tls_resumed, tls_failed,
                                   engine_requests, rules_left. A handshake is surely counted once its connection had an answer, a
                                   request once its answer came; after a reset or a cut ask again until the figure is there
    POST   /__gate/rules           adds one rule or a list of rules;  GET shows those left,  DELETE clears them
    GET    /__gate/last            the last accepted request as JSON;  ?raw=body and ?raw=head give its bytes
    GET    /__gate/log?n=10        the last n requests as a JSON list, oldest first;  &raw=1: "Op TAB accepted|refused TAB status TAB body"
    POST   /__gate/reset           clears rules, counters, log

A rule is {"op": …, "action": …, parameters}. It is used up by the requests it fits, in the order of the list: each request takes the
first rule that fits.
    op        an operation ("PutItem"); null or absent: any DynamoDB operation; "GET", "PUT", "POST": other requests by their method
    path      for those others: the exact target ("/latest/api/token"); absent: any
    times     how often, default 1; -1: always
    skip      let so many fitting requests pass first
    percent   apply to so many of a hundred fitting requests (repeatable: "seed", default 1)
    action    one name, or a list of names where several fit together (["gzip", "chunked"])

Actions that answer in the engine's place ("apply": true: after the engine has carried the request out; default false):
    throttle           ProvisionedThroughputExceededException; "type": another short name; "retry_after_ms": x-amz-retry-after
    error              "type" (short, or whole with #), "message", "status" (400), "extra": {…} further members of the body
    status             "status" (500), "body" (""), "content_type" ("text/plain")
    body               verbatim: "status" (200), "headers" {…} or [[name, value]…], "body" or "body_base64"; Content-Length is added
                       unless given or "no_length": true; "unjudged": true skips the judgement
    raw                "raw" or "raw_base64": these bytes and then close ("keep": true: stay open); "unjudged" as above
    unprocessed        batches: the engine gets the first "keep" entries, the rest comes back as Unprocessed…
Actions on the connection:
    reset_before       RST before anything is applied (under TLS a reset also makes the gate forget the session)
    reset_after_request  the engine applies the request, then RST without one byte of answer
    cut                sends the first "at" bytes of the whole answer ("at_body": of its body), then closes
    stall              the same, then waits "ms" and sends the rest
    drop               no answer at all, closes after "ms" (60000); "apply" as above
    close_after        answers, then closes: "mode": "silent" (default) or "header" (with Connection: close)
Actions on the answer:
    delay_ms           waits "ms" ("when": "before" or "after" the engine, default after)
    split              pieces of "n" bytes (1) with "pause_ms" (0.2) between them
    corrupt            flips bit "bit" (0) of the body's byte "offset" (0; negative counts from the end); the checksum header stays
    bad_crc            the checksum header is one too high;   no_crc: it is left out
    gzip               compresses the body though nobody asked; the checksum is that of the compressed body
    chunked            transfer-encoding chunked, chunks of "chunk" bytes (1000), "extension" (";a=b") and "trailer" ("X-A: b")
    date_skew_s        the gate's clock, in Date and in the judgement, is "s" seconds ahead; "no_date": no Date at all
    continue           sends "count" (1) answers "100 Continue" first
"""
import argparse
import base64
import calendar
import collections
import email.utils
import gzip
import hashlib
import json
import os
import random
import re
import select
import signal
import socket
import ssl
import struct
import sys
import threading
import time
import urllib.parse
import zlib

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

MAX_HEAD = 64 * 1024
MAX_BODY = 16 * 1024 * 1024
WINDOW_S = 300
SERVICE = "com.amazonaws.dynamodb.v20120810#"
CORAL = "com.amazon.coral.service#"
TARGETS = ("DynamoDB_20120810.", "DynamoDBStreams_20120810.")
JSON_TYPE = "application/x-amz-json-1.0"
SIGNATURE_TEXT = ("The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
                  "and signing method. Consult the service documentation for details.")
THROTTLE_TEXT = ("The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning "
                 "level with the UpdateTable API.")
REASONS = {100: "Continue", 200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 409: "Conflict",
           413: "Request Entity Too Large", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway",
           503: "Service Unavailable", 504: "Gateway Timeout"}
TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")

# Access key: (secret, session token or None). Any key with EXPIRED_TOKEN is expired.
KEYS = {"AKIDEXAMPLE": ("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None),
        "ASIAEXAMPLETOKEN": ("sEcReT/With+Slashes", "SESSIONTOKEN==")}
EXPIRED_TOKEN = "EXPIREDTOKEN=="


class Gone(Exception):
    """The client's connection is over."""


class Reset(Gone):
    """The client's connection is to end with RST."""


class Refused(Exception):
    """The answer to a request that does not pass the judgement."""

    def __init__(self, code, message=None, status=400, body=None, content_type=JSON_TYPE):
        self.status, self.content_type = status, content_type
        self.body = error_body(code, message) if body is None else body


def error_body(code, message, extra=None):
    body = {"__type": code if "#" in code else CORAL + code}
    if message is not None:
        body["message"] = message
    body.update(extra or {})
    return json.dumps(body, separators=(",", ":")).encode()


class Request:
    def __init__(self, head):
        self.head = head
        self.body = b""
        lines = head.split(b"\r\n")
        parts = lines[0].split(b" ")
        if len(parts) != 3 or parts[2] != b"HTTP/1.1" or not TOKEN.match(parts[0]) or not parts[1].startswith(b"/"):
            raise ValueError("request line %r" % lines[0])
        self.method, self.target = parts[0].decode(), parts[1].decode("latin-1")
        self.headers, self.pairs = {}, []
        for line in lines[1:]:
            name, colon, value = line.partition(b":")
            if not colon or not TOKEN.match(name) or any(c < 32 and c != 9 or c == 127 for c in value):
                raise ValueError("header line %r" % line)
            key, value = name.decode().lower(), value.strip(b" \t").decode("latin-1")
            if key in self.headers and key in ("host", "content-length", "authorization", "x-amz-date", "x-amz-target", "content-type"):
                raise ValueError("header %s twice" % key)
            self.headers[key] = value
            self.pairs.append((key, value))
        if "transfer-encoding" in self.headers:
            raise ValueError("transfer-encoding in a request")
        length = self.headers.get("content-length", "0")
        if not re.fullmatch("[0-9]{1,18}", length):
            raise ValueError("content-length %r" % length)
        self.length = int(length)
        target = self.headers.get("x-amz-target", "")
        self.op = target.partition(".")[2] if self.method == "POST" and target else self.method
        self.is_call = self.method == "POST" and not self.headers.get("content-type", "").startswith("application/x-www-form")


class Judge(SigV4Auth):
    """botocore's signer over exactly the headers that the request says it signed."""

    def headers_to_sign(self, request):
        return request.headers


class Gate:
    def __init__(self, region, engine):
        self.region, self.engine = region, engine
        self.lock = threading.Lock()
        self.names = ["localhost", "127.0.0.1", "[::1]"]
        self.open = 0
        self.reset()

    def reset(self):
        with self.lock:
            self.counts = collections.Counter()
            self.rules = []
            self.last = None
            self.log = collections.deque(maxlen=4096)

    def count(self, name, by=1):
        with self.lock:
            self.counts[name] += by

    # ---- judgement

    def judge(self, r, port, now):
        """Raises Refused when the service would refuse the request."""
        if r.target != "/":
            raise Refused("", status=404, body=b"<UnknownOperationException/>\n", content_type="text/plain")
        if r.headers.get("content-type", "").lower() not in (JSON_TYPE, "application/json"):
            raise Refused("", status=404, body=b"<UnknownOperationException/>\n", content_type="text/plain")
        if not r.headers.get("x-amz-target", "").startswith(TARGETS):
            raise Refused("UnknownOperationException")
        if "content-length" not in r.headers:
            raise Refused("gate#NoContentLength", "a POST without Content-Length")
        host = r.headers.get("host", "")
        if host not in [name + suffix for name in self.names for suffix in ([":%d" % port] if port not in (80, 443) else [""])]:
            raise Refused("gate#WrongHost", "Host is %r; this is %s:%d" % (host, "localhost", port))
        self.judge_signature(r, now)
        try:
            body = json.loads(r.body.decode("utf-8"), object_pairs_hook=no_duplicates, parse_constant=no_constant)
        except (ValueError, RecursionError) as e:
            raise Refused("SerializationException", "gate: the body is no JSON: %s" % e)
        if not isinstance(body, dict):
            raise Refused("SerializationException", "gate: the body is no JSON object")

    def judge_signature(self, r, now):
        given = r.headers.get("authorization")
        if not given:
            raise Refused("MissingAuthenticationTokenException", "Request is missing Authentication Token")
        fields = {}
        if given.startswith("AWS4-HMAC-SHA256 "):
            for field in given[17:].split(","):
                name, _, value = field.strip().partition("=")
                fields[name] = value
        missing = ["Authorization header requires '%s' parameter." % n for n in ("Credential", "Signature", "SignedHeaders")
                   if not fields.get(n)]
        date = r.headers.get("x-amz-date", "")
        if not date:
            missing.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
        if missing:
            raise Refused("IncompleteSignatureException", " ".join(missing) + " Authorization=" + given.split(" ")[0])
        try:
            at = calendar.timegm(time.strptime(date, "%Y%m%dT%H%M%SZ"))
        except ValueError:
            raise Refused("IncompleteSignatureException", "Date must be in ISO-8601 'basic format'. Got '%s'. See "
                          "http://en.wikipedia.org/wiki/ISO_8601" % date)
        scope = fields["Credential"].split("/")
        if len(scope) != 5:
            raise Refused("IncompleteSignatureException", "Credential must have exactly 5 slash-delimited elements, e.g. "
                          "keyid/date/region/service/term, got '%s'" % fields["Credential"])
        key, day, region, service, term = scope
        signed = fields["SignedHeaders"].split(";")
        required = ["host", "x-amz-date", "x-amz-target"] + (["x-amz-security-token"] if "x-amz-security-token" in r.headers else [])
        for name in required:
            if name not in signed:
                raise Refused("InvalidSignatureException", "'%s' must be a 'SignedHeader' in the AWS Authorization."
                              % ("Host" if name == "host" else name))
        wrong = []
        if region != self.region:
            wrong.append("Credential should be scoped to a valid region, not '%s'. " % region)
        if service != "dynamodb":
            wrong.append("Credential should be scoped to correct service: 'dynamodb'. ")
        if term != "aws4_request":
            wrong.append("Credential should be scoped with a valid terminator: 'aws4_request', not '%s'. " % term)
        if day != date[:8]:
            wrong.append("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from "
                         "'%s'." % (day, date[:8], date))
        if wrong:
            raise Refused("InvalidSignatureException", "".join(wrong))
        if at < now - WINDOW_S:
            raise Refused("InvalidSignatureException", "Signature expired: %s is now earlier than %s (%s - 5 min.)"
                          % (date, basic(now - WINDOW_S), basic(now)))
        if at > now + WINDOW_S:
            raise Refused("InvalidSignatureException", "Signature not yet current: %s is still later than %s (%s + 5 min.)"
                          % (date, basic(now + WINDOW_S), basic(now)))
        token = r.headers.get("x-amz-security-token")
        if token == EXPIRED_TOKEN:
            raise Refused("ExpiredTokenException", "The security token included in the request is expired")
        secret, own_token = KEYS.get(key, (None, None))
        if secret is None or token != own_token:
            raise Refused("UnrecognizedClientException", "The security token included in the request is invalid.")
        canonical, to_sign, signature = self.sign(r, Credentials(key, secret), date, signed)
        if signature != fields["Signature"]:
            raise Refused("InvalidSignatureException", "%s\n\nThe Canonical String for this request should have been\n'%s'\n\n"
                          "The String-to-Sign should have been\n'%s'\n" % (SIGNATURE_TEXT, canonical, to_sign))
        given_hash = r.headers.get("x-amz-content-sha256")
        if given_hash not in (None, hashlib.sha256(r.body).hexdigest()):
            raise Refused("InvalidSignatureException", "x-amz-content-sha256 is not the hash of the body")

    def sign(self, r, credentials, date, signed):
        q = AWSRequest(method=r.method, url="http://gate" + r.target, data=r.body)
        for name, value in r.pairs:
            if name in signed:
                q.headers.add_header(name, value)
        q.context["timestamp"] = date
        judge = Judge(credentials, "dynamodb", self.region)
        canonical = judge.canonical_request(q)
        to_sign = judge.string_to_sign(q, canonical)
        return canonical, to_sign, judge.signature(to_sign, q)

    # ---- rules

    def add_rules(self, text):
        rules = json.loads(text)
        rules = rules if isinstance(rules, list) else [rules]
        for rule in rules:
            actions = rule["action"] if isinstance(rule["action"], list) else [rule["action"]]
            unknown = [a for a in actions if a not in ACTIONS]
            if unknown:
                raise ValueError("unknown action %s; there are: %s" % (unknown[0], " ".join(sorted(ACTIONS))))
            rule["actions"] = set(actions)
            rule["left"] = int(rule.get("times", 1))
            rule["skip"] = int(rule.get("skip", 0))
            rule["dice"] = random.Random(rule.get("seed", 1))
        with self.lock:
            self.rules += rules

    def rule_for(self, r):
        """The rule that this request uses up, or an empty one."""
        if not self.rules:
            return NO_RULE
        with self.lock:
            for rule in self.rules:
                op = rule.get("op")
                if not ((op is None and r.is_call) or op == r.op):
                    continue
                if "path" in rule and rule["path"] != r.target:
                    continue
                if rule["skip"] > 0:
                    rule["skip"] -= 1
                    continue
                if "percent" in rule and rule["dice"].random() * 100 >= rule["percent"]:
                    continue
                if rule["left"] > 0:
                    rule["left"] -= 1
                    if rule["left"] == 0:
                        self.rules.remove(rule)
                return rule
        return NO_RULE

    def remember(self, r, verdict, status):
        with self.lock:
            self.counts["requests"] += 1
            self.counts[verdict] += 1
            if verdict == "accepted":
                self.last = r
            self.log.append((r, verdict, status))
            if len(self.log) > 64 and r.length > 65536:     # big bodies are kept for the last few requests only
                for old, _, _ in list(self.log)[:-64]:
                    if len(old.body) > 65536 and old is not self.last:
                        old.body = old.body[:65536]

    # ---- control

    def control(self, r):
        """Answers /__gate/…: status, content type, body."""
        where, _, query = r.target[len("/__gate/"):].partition("?")
        args = dict(urllib.parse.parse_qsl(query))
        try:
            if (r.method, where) == ("GET", "stats"):
                with self.lock:
                    names = ("requests", "accepted", "refused", "connections", "tls_handshakes", "tls_resumed", "tls_failed",
                             "engine_requests")
                    found = {n: self.counts[n] for n in names}
                    found.update(open=self.open, rules_left=len(self.rules))
                return 200, "application/json", compact(found)
            if (r.method, where) == ("POST", "rules"):
                self.add_rules(r.body)
                return 200, "application/json", b"{}"
            if (r.method, where) == ("GET", "rules"):
                with self.lock:
                    left = [{k: v for k, v in rule.items() if k not in ("dice", "actions")} for rule in self.rules]
                return 200, "application/json", compact(left)
            if (r.method, where) == ("DELETE", "rules"):
                with self.lock:
                    self.rules = []
                return 200, "application/json", b"{}"
            if (r.method, where) == ("POST", "reset"):
                self.reset()
                return 200, "application/json", b"{}"
            if (r.method, where) == ("GET", "last"):
                if self.last is None:
                    return 404, "text/plain", b"nothing was accepted yet\n"
                if args.get("raw") == "body":
                    return 200, "application/octet-stream", self.last.body
                if args.get("raw") == "head":
                    return 200, "application/octet-stream", self.last.head + b"\r\n"
                return 200, "application/json", compact(as_json(self.last))
            if (r.method, where) == ("GET", "log"):
                with self.lock:
                    rows = list(self.log)[-int(args.get("n", 10)):]
                if args.get("raw"):
                    return 200, "text/plain", b"".join(b"%s\t%s\t%d\t%s\n" % (q.op.encode("latin-1"), v.encode(), s, q.body) for q, v, s in rows)
                return 200, "application/json", compact([dict(as_json(q), verdict=v, status=s) for q, v, s in rows])
        except (ValueError, KeyError, TypeError, AttributeError) as e:
            return 400, "text/plain", ("gate: %s: %s\n" % (type(e).__name__, e)).encode()
        return 404, "text/plain", b"gate: no such control; see the top of gate.py\n"


ACTIONS = {"throttle", "error", "status", "body", "raw", "unprocessed", "reset_before", "reset_after_request", "cut", "stall", "drop",
           "close_after", "delay_ms", "split", "corrupt", "bad_crc", "no_crc", "gzip", "chunked", "date_skew_s", "continue"}
INSTEAD = {"throttle", "error", "status", "body"}
NO_RULE = {"actions": frozenset()}


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def as_json(r):
    found = {"op": r.op, "method": r.method, "target": r.target, "headers": dict(r.pairs), "size": r.length}
    try:
        found["body"] = r.body.decode("utf-8")
    except UnicodeDecodeError:
        found["body_base64"] = base64.b64encode(r.body).decode()
    return found


def no_duplicates(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def no_constant(name):
    raise ValueError(name)


def basic(t):
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(t))


class Engine:
    """The connection to the engine that belongs to one client connection."""

    def __init__(self, gate):
        self.gate, self.sock = gate, None

    def close(self):
        if self.sock:
            self.sock.close()
            self.sock = None

    def ask(self, method, target, headers, body):
        """Sends one request; returns status, headers, body."""
        self.gate.count("engine_requests")
        if self.sock and select.select([self.sock], [], [], 0)[0]:
            self.close()                     # the engine closed it meanwhile
        if not self.sock:
            self.sock = socket.create_connection(self.gate.engine, timeout=60)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = ["%s %s HTTP/1.1" % (method, target)]
        head += ["%s: %s" % (n, v) for n, v in headers if n not in ("content-length", "connection", "expect")]
        head.append("content-length: %d\r\n\r\n" % len(body))
        try:
            self.sock.sendall("\r\n".join(head).encode("latin-1") + body)
            return self.answer()
        except (OSError, ValueError):
            self.close()
            raise

    def answer(self):
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.more()
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        if "chunked" in headers.get("transfer-encoding", ""):
            body = self.chunks(body)
        else:
            parts, have, length = [body], len(body), int(headers.get("content-length", "0"))
            while have < length:
                parts.append(self.more())
                have += len(parts[-1])
            body = b"".join(parts)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return int(lines[0].split(" ")[1]), headers, body

    def chunks(self, data):
        found = []
        while True:
            while b"\r\n" not in data:
                data += self.more()
            line, _, data = data.partition(b"\r\n")
            size = int(line.split(b";")[0], 16)
            while len(data) < size + 2:
                data += self.more()
            if size == 0:
                return b"".join(found)
            found.append(data[:size])
            data = data[size + 2:]

    def more(self):
        data = self.sock.recv(262144)
        if not data:
            raise ValueError("the engine closed the connection")
        return data


class Connection:
    """One client connection: reads requests, answers them, until it ends."""

    def __init__(self, gate, sock, port):
        self.gate, self.sock, self.port = gate, sock, port
        self.buffer = b""
        self.engine = Engine(gate)
        self.counted = False

    def serve(self):
        with self.gate.lock:
            self.gate.open += 1
        try:
            try:
                while self.one():
                    pass
            except (OSError, ValueError):
                raise Gone from None
            raise Gone
        except Reset:
            try:
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            except OSError:
                pass
        except Gone:
            self.end()
        finally:
            self.sock.close()
            self.engine.close()
            with self.gate.lock:
                self.gate.open -= 1

    def end(self):
        """Closes as a well-behaved server does: close_notify when there is TLS, then FIN. Without the first, OpenSSL would forget the
        session, and no client that just went away could resume it."""
        try:
            if isinstance(self.sock, ssl.SSLSocket):
                self.sock.settimeout(0.2)
                self.sock.unwrap().shutdown(socket.SHUT_WR)
            else:
                self.sock.shutdown(socket.SHUT_WR)
        except (OSError, ValueError):
            pass

    def more(self):
        data = self.sock.recv(262144)
        if not data:
            raise Gone
        self.buffer += data

    def read(self):
        """The next request, or None after an answer to what is none."""
        while b"\r\n\r\n" not in self.buffer:
            if len(self.buffer) > MAX_HEAD:
                return self.nonsense("head over %d bytes" % MAX_HEAD)
            self.more()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        try:
            r = Request(head)
        except ValueError as e:
            return self.nonsense(str(e))
        if r.length > MAX_BODY:
            self.send(self.assemble(413, [("content-type", "text/plain"), ("connection", "close")], b"", NO_RULE, 0))
            return None
        if r.headers.get("expect", "").lower() == "100-continue":
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        if len(self.buffer) < r.length:
            parts, have = [self.buffer], len(self.buffer)
            while have < r.length:
                data = self.sock.recv(1048576)
                if not data:
                    raise Gone
                parts.append(data)
                have += len(data)
            self.buffer = b"".join(parts)
        r.body, self.buffer = self.buffer[:r.length], self.buffer[r.length:]
        if not self.counted and not r.target.startswith("/__gate/"):
            self.counted = True
            self.gate.count("connections")
        return r

    def nonsense(self, what):
        self.gate.count("requests")
        self.gate.count("refused")
        body = error_body("gate#BadRequest", "gate: " + what)
        self.send(self.assemble(400, [("content-type", JSON_TYPE), ("connection", "close")], body, NO_RULE, 0))

    def one(self):
        """One request and its answer; False when the connection is to end."""
        r = self.read()
        if r is None:
            return False
        if r.target.startswith("/__gate/"):
            status, kind, body = self.gate.control(r)
            self.send(self.assemble(status, [("content-type", kind)], body, NO_RULE, 0))
            return r.headers.get("connection", "").lower() != "close"
        rule = self.gate.rule_for(r)
        actions = rule["actions"]
        now = time.time() + (rule.get("s", 0) if "date_skew_s" in actions else 0)
        status, headers, body, verdict = self.answer_to(r, rule, now)
        self.gate.remember(r, verdict, status)
        if verdict == "accepted" and actions:
            if "reset_after_request" in actions or "reset_before" in actions:
                raise Reset
            if "drop" in actions:
                return self.drop(rule)
            if "raw" in actions:
                self.send(raw_bytes(rule, "raw"))
                return bool(rule.get("keep"))
        return self.deliver(r, rule, now, status, headers, body)

    def answer_to(self, r, rule, now):
        """Judges, asks the engine; returns status, headers, body, verdict."""
        actions = rule["actions"]
        instead = actions & (INSTEAD | {"raw", "drop"})
        if r.is_call and not rule.get("unjudged"):
            try:
                self.gate.judge(r, self.port, now)
            except Refused as e:
                return e.status, [("content-type", e.content_type)], e.body, "refused"
        elif not r.is_call and not instead and (r.method, r.target) != ("GET", "/"):
            return 404, [("content-type", "text/plain")], b"<UnknownOperationException/>\n", "refused"
        if "delay_ms" in actions and rule.get("when") == "before":
            time.sleep(rule.get("ms", 100) / 1000)
        status, headers, body = 0, [], b""
        if "unprocessed" in actions:
            status, headers, body = self.part_of_batch(r, rule)
        elif "reset_before" not in actions and (not instead or rule.get("apply")):
            status, headers, body = self.forward(r, r.body)
        if "delay_ms" in actions and rule.get("when") != "before":
            time.sleep(rule.get("ms", 100) / 1000)
        if instead & INSTEAD:
            status, headers, body = made_up(rule)
        return status, headers, body, "accepted"

    def forward(self, r, body):
        """The engine's answer to a call, the gate's own to GET /."""
        if not r.is_call:
            return 200, [], ("healthy: dynamodb.%s.amazonaws.com " % self.gate.region).encode()
        try:
            status, found, answer = self.engine.ask(r.method, r.target, r.pairs, body)
        except (OSError, ValueError) as e:
            return 502, [("content-type", "text/plain")], ("gate: engine: %s\n" % e).encode()
        keep = ("content-type", "x-amz-crc32", "x-amzn-requestid")
        return status, [(n, found[n]) for n in keep if n in found], answer

    def part_of_batch(self, r, rule):
        """Gives the engine the first entries of a batch only; the others come back as not processed."""
        keep, q = int(rule.get("keep", 1)), json.loads(r.body)
        first, rest = {}, {}
        for table, entries in q.get("RequestItems", {}).items():
            rows = entries if isinstance(entries, list) else entries["Keys"]
            shape = (lambda part, e=entries: part) if isinstance(entries, list) else (lambda part, e=entries: dict(e, Keys=part))
            if rows[:keep]:
                first[table] = shape(rows[:keep])
            if rows[keep:]:
                rest[table] = shape(rows[keep:])
            keep = max(0, keep - len(rows))
        answer = {}
        status, headers = 200, [("content-type", JSON_TYPE)]
        if first:
            status, headers, body = self.forward(r, compact(dict(q, RequestItems=first)))
            if status != 200:
                return status, headers, body
            answer = json.loads(body)
        elif r.op == "BatchGetItem":
            answer = {"Responses": {}}
        answer["UnprocessedKeys" if r.op == "BatchGetItem" else "UnprocessedItems"] = rest
        return status, [h for h in headers if h[0] != "x-amz-crc32"], compact(answer)

    def drop(self, rule):
        """Says nothing until the time is over or the client goes."""
        end = time.monotonic() + rule.get("ms", 60000) / 1000
        while time.monotonic() < end:
            if select.select([self.sock], [], [], min(0.05, max(0, end - time.monotonic())))[0] and not self.sock.recv(4096):
                break
        return False

    def assemble(self, status, headers, body, rule, now):
        """The whole answer as (head, body) bytes, checksum, date and framing included."""
        actions = rule["actions"]
        names = {n.lower() for n, _ in headers}
        verbatim = "body" in actions
        lines = ["HTTP/1.1 %d %s" % (status, rule.get("reason", REASONS.get(status, "Status")))]
        if "gzip" in actions:
            body = gzip.compress(body)
            headers = [h for h in headers if h[0] != "x-amz-crc32"] + [("content-encoding", "gzip")]
            names.discard("x-amz-crc32")
        if not verbatim:
            lines.append("server: Server")
            if "date" not in names and not rule.get("no_date"):
                lines.append("date: " + email.utils.formatdate(now or time.time(), usegmt=True))
            if "x-amzn-requestid" not in names:
                lines.append("x-amzn-requestid: " + base64.b32encode(os.urandom(33)).decode()[:52])
            if "connection" not in names:
                lines.append("connection: " + ("close" if rule.get("mode") == "header" else "keep-alive"))
            if "x-amz-crc32" not in names:
                headers = headers + [("x-amz-crc32", str(zlib.crc32(body)))]
        for name, value in headers:
            if name == "x-amz-crc32" and "no_crc" in actions:
                continue
            if name == "x-amz-crc32" and "bad_crc" in actions:
                value = str((int(value) + 1) & 0xffffffff)
            lines.append("%s: %s" % (name, value))
        if "corrupt" in actions and body:
            at = rule.get("offset", 0) % len(body)
            body = body[:at] + bytes([body[at] ^ (1 << rule.get("bit", 0))]) + body[at + 1:]
        if "chunked" in actions:
            lines.append("transfer-encoding: chunked")
            if rule.get("trailer"):
                lines.append("trailer: " + rule["trailer"].partition(":")[0])
            body = in_chunks(body, int(rule.get("chunk", 1000)), rule.get("extension", ""), rule.get("trailer", ""))
        elif "content-length" not in names and not rule.get("no_length"):
            lines.append("content-length: %d" % len(body))
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n", body

    def deliver(self, r, rule, now, status, headers, body):
        """Sends an answer the way the rule says; False when the connection is to end."""
        actions = rule["actions"]
        head, body = self.assemble(status, headers, body, rule, now)
        if not actions:
            self.send((head, body))
            return r.headers.get("connection", "").lower() != "close"
        if "continue" in actions:
            for _ in range(int(rule.get("count", 1))):
                self.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        whole = head + body
        at = rule.get("at", len(head) + rule["at_body"] if "at_body" in rule else 0)
        if "cut" in actions:
            self.send_in_pieces(whole[:at], rule)
            self.plain_end()
        if "stall" in actions:
            self.send_in_pieces(whole[:at], rule)
            time.sleep(rule.get("ms", 100) / 1000)
            whole = whole[at:]
        self.send_in_pieces(whole, rule)
        if "close_after" in actions or rule.get("no_length"):
            return False
        return r.headers.get("connection", "").lower() != "close"

    def plain_end(self):
        """Ends with FIN and without close_notify."""
        try:
            socket.socket.shutdown(self.sock, socket.SHUT_WR)
        except OSError:
            pass
        raise Gone

    def send_in_pieces(self, data, rule):
        if "split" not in rule["actions"]:
            return self.send(data)
        n, pause = max(1, int(rule.get("n", 1))), rule.get("pause_ms", 0.2) / 1000
        for at in range(0, len(data), n):
            self.send(data[at:at + n])
            time.sleep(pause)

    def send(self, data):
        self.sock.sendall(data[0] + data[1] if isinstance(data, tuple) else data)


def in_chunks(body, n, extension, trailer):
    parts = [b"%x%s\r\n%s\r\n" % (len(body[i:i + n]), extension.encode(), body[i:i + n]) for i in range(0, len(body), max(1, n))]
    return b"".join(parts) + b"0\r\n" + (trailer.encode() + b"\r\n" if trailer else b"") + b"\r\n"


def raw_bytes(rule, name):
    if name + "_base64" in rule:
        return base64.b64decode(rule[name + "_base64"])
    return rule.get(name, "").encode("latin-1" if name == "raw" else "utf-8")


def made_up(rule):
    """Status, headers and body of an answer that comes from the rule and not from the engine."""
    actions = rule["actions"]
    if "body" in actions:
        headers = rule.get("headers", {"content-type": JSON_TYPE})
        headers = list(headers.items()) if isinstance(headers, dict) else [tuple(h) for h in headers]
        return int(rule.get("status", 200)), headers, raw_bytes(rule, "body")
    if "status" in actions:
        return int(rule.get("status", 500)), [("content-type", rule.get("content_type", "text/plain"))], raw_bytes(rule, "body")
    kind = rule.get("type", "ProvisionedThroughputExceededException")
    kind = kind if "#" in kind else SERVICE + kind
    text = rule.get("message", THROTTLE_TEXT if kind.endswith("ProvisionedThroughputExceededException") else "made by the gate")
    headers = [("content-type", JSON_TYPE)]
    if "retry_after_ms" in rule:
        headers.append(("x-amz-retry-after", str(rule["retry_after_ms"])))
    return int(rule.get("status", 400)), headers, error_body(kind, text, rule.get("extra"))


def handle(gate, sock, port, context):
    """The thread of one connection. Nothing a client does may end more than this thread."""
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context:
            sock.settimeout(30)
            try:
                sock = context.wrap_socket(sock, server_side=True)
            except (OSError, ValueError):
                gate.count("tls_failed")
                sock.close()
                return
            gate.count("tls_handshakes")
            if sock.session_reused:
                gate.count("tls_resumed")
        sock.settimeout(300)
        Connection(gate, sock, port).serve()
    except Exception as e:       # noqa: BLE001  a fault of the gate itself: say so, serve the others
        print("gate: %s: %s" % (type(e).__name__, e), file=sys.stderr, flush=True)
        sock.close()


def accept_all(gate, listener, context):
    port = listener.getsockname()[1]
    while True:
        try:
            sock, _ = listener.accept()
        except OSError:
            time.sleep(0.01)
            continue
        threading.Thread(target=handle, args=(gate, sock, port, context), daemon=True).start()


def listen(host, port):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((host, port))
    s.listen(128)
    return s


def tls_context(cert, key, client_ca):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.load_cert_chain(cert, key)
    if client_ca:
        c.load_verify_locations(client_ca)
        c.verify_mode = ssl.CERT_REQUIRED
    return c


def main():
    a = argparse.ArgumentParser(description="judging and fault-making proxy for the tests")
    a.add_argument("--listen", default="127.0.0.1:0")
    a.add_argument("--engine", required=True)
    a.add_argument("--region", default="us-east-1")
    a.add_argument("--host", action="append", default=[])
    a.add_argument("--tls", action="append", default=[])
    a.add_argument("--credential", action="append", default=[])
    args = a.parse_args()
    engine = urllib.parse.urlsplit(args.engine)
    gate = Gate(args.region, (engine.hostname, engine.port or 80))
    gate.names += args.host
    for given in args.credential:
        key, secret, *token = given.split(":", 2)
        KEYS[key] = (secret, token[0] if token else None)
    host, _, port = args.listen.rpartition(":")
    listeners = [(listen(host or "127.0.0.1", int(port)), None)]
    for given in args.tls:
        parts = given.split(":")
        listeners.append((listen(host or "127.0.0.1", int(parts[0])), tls_context(parts[1], parts[2], parts[3] if parts[3:] else None)))
    for listener, context in listeners:
        threading.Thread(target=accept_all, args=(gate, listener, context), daemon=True).start()
    print("ready " + " ".join(str(s.getsockname()[1]) for s, _ in listeners), flush=True)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
