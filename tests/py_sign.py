"""Property test of >>sign: random requests, signed by botocore and by sign_tool, must get the same Authorization header.

The oracle is SigV4Auth of the botocore that runs this, called step by step so that the time is ours. sign_tool is SIGN_TOOL, or
build/plain/sign_tool of this checkout. DYN_SEED and DYN_COUNT change the run; the last line says how many requests were compared.
"""
import datetime
import hashlib
import os
import pathlib
import random
import string
import struct
import subprocess
import sys
import unittest
import urllib.parse

import botocore
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOL = os.environ.get("SIGN_TOOL", str(ROOT / "build" / "plain" / "sign_tool"))
SEED = int(os.environ.get("DYN_SEED", "20150830"))
COUNT = int(os.environ.get("DYN_COUNT", "5000"))
BATCH = 500
compared = 0

UNRESERVED = string.ascii_letters + string.digits + "-_.~"
TOKEN = string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~"
# Signed by nobody, or set by the signer.
NOT_FOR_US = {"connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
              "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id", "authorization", "date", "x-amz-date",
              "x-amz-content-sha256", "host"}
TARGETS = ["DynamoDB_20120810." + name for name in (
    "GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "TransactWriteItems",
    "DescribeContinuousBackups", "DescribeKinesisStreamingDestination")] + ["DynamoDBStreams_20120810.GetRecords"]


def field(data):
    if isinstance(data, str):
        data = data.encode()
    return struct.pack("<I", len(data)) + data


def message(*fields):
    return field(str(len(fields))) + b"".join(map(field, fields))


def ask(messages):
    """Sends messages to sign_tool in one go; returns the answers."""
    done = subprocess.run([TOOL], input=b"".join(messages), stdout=subprocess.PIPE, check=True)
    answers, at = [], 0
    while at < len(done.stdout):
        (length,) = struct.unpack_from("<I", done.stdout, at)
        answers.append(done.stdout[at + 4:at + 4 + length].decode())
        at += 4 + length
    return answers


def amz_date(unix_s):
    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=unix_s)).strftime("%Y%m%dT%H%M%SZ")


def botocore_signs(request, credentials, service, region, unix_s):
    """Signs like SigV4Auth.add_auth, at our time. Returns the signer and the request's Authorization header."""
    signer = SigV4Auth(credentials, service, region)
    request.context["timestamp"] = amz_date(unix_s)
    signer._modify_request_before_signing(request)
    signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    signer._inject_signature_to_request(request, signature)
    return signer, request.headers["Authorization"]


class Chance(random.Random):
    def text(self, alphabet, low, high):
        return "".join(self.choices(alphabet, k=self.randint(low, high)))

    def encoded(self, low, high):
        """Text as it stands in a URL: unreserved characters and escapes."""
        return "".join(self.choice(UNRESERVED) if self.random() < 0.8 else "%%%02X" % self.randrange(256)
                       for _ in range(self.randint(low, high)))

    def cased(self, name):
        mixed = "".join(self.choice([c.lower(), c.upper()]) for c in name)
        return self.choice([name, name.lower(), name.upper(), name.title(), mixed])

    def value(self):
        alphabet = self.choice([UNRESERVED, string.ascii_letters + "   \t,;=\"'", "é漢😀 ab", " ", string.punctuation + "  "])
        return self.text(alphabet, 0, self.choice([3, 20, 70, 300]))

    def secret(self):
        return self.text(string.ascii_letters + string.digits + "+/=", 1, self.choice([40, 40, 59, 60, 61, 62, 130]))

    def access_key(self):
        return self.text(string.ascii_uppercase + string.digits, 1, self.choice([20, 128]))

    def time(self):
        return self.choice([self.randrange(0, 253402300800), self.randrange(1500000000, 1900000000),
                            86400 * self.randrange(30000) + self.choice([0, 86399])])

    def body(self):
        return self.randbytes(self.choice([0, 1, 55, 56, 63, 64, 65, 1000]))

    def headers(self):
        names = [self.cased(self.text(TOKEN, 1, self.choice([1, 4, 12, 40]))) for _ in range(self.choice([0, 1, 3, 8, 15]))]
        names = [name for name in names if name.lower() not in NOT_FOR_US]
        names += [self.cased(self.choice(names)) for _ in range(self.choice([0, 0, 1, 5])) if names]
        if self.random() < 0.3:
            names.append(self.cased("X-Amz-Security-Token"))
        headers = [(name, self.value()) for name in names] + [(self.cased("Host"), self.text(UNRESERVED, 1, 60))]
        self.shuffle(headers)
        return headers


def any_request(chance):
    """A request for dyn_sign: the message for the tool, and the answer that is right."""
    path = "/" + "/".join(segment for segment in (chance.encoded(1, 12) for _ in range(chance.randrange(4))) if segment.strip("."))
    query = "&".join(chance.encoded(1, 8) + "=" + chance.encoded(0, 12) for _ in range(chance.choice([0, 0, 1, 3, 10])))
    headers, body, unix_s = chance.headers(), chance.body(), chance.time()
    request = AWSRequest(method=chance.choice(["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"]),
                         url="https://example.com" + path + ("?" + query if query else ""), data=body)
    for name, value in headers:
        request.headers.add_header(name, value)
    service = chance.text(string.ascii_lowercase + "-", 1, 20)
    region = chance.text(string.ascii_lowercase + string.digits + "-", 1, 30)
    credentials = Credentials(chance.access_key(), chance.secret())
    signer, authorization = botocore_signs(request, credentials, service, region, unix_s)
    given = chance.random() < 0.5
    sent = message("S", request.method, signer._normalize_url_path(urllib.parse.urlsplit(request.url).path),
                   signer.canonical_query_string(request), b"not this" if given else body,
                   hashlib.sha256(body).digest() if given else b"", service, region, credentials.access_key, credentials.secret_key,
                   str(unix_s), *(part for pair in headers for part in pair))
    return sent, "0 %s %s" % (amz_date(unix_s), authorization)


class OwnRequests:
    """Requests of one client after another: the same second, the next one, another day, other credentials."""

    def __init__(self, chance):
        self.chance = chance
        self.change()

    def change(self):
        chance = self.chance
        self.unix_s = chance.time()
        self.region = chance.choice(["us-east-1", "local", chance.text(string.ascii_lowercase + "-", 1, 32)])
        self.host = chance.choice(["dynamodb.%s.amazonaws.com" % self.region, "localhost:8000", chance.text(UNRESERVED, 1, 100)])
        token = chance.choice([None, chance.text(string.ascii_letters + "+/=", 1, chance.choice([10, 300, 1500]))])
        self.credentials = Credentials(chance.access_key(), chance.secret(), token)

    def request(self):
        """The message for the tool, and the head that is right."""
        chance, event = self.chance, self.chance.random()
        if event < 0.05:
            self.change()
        elif event < 0.3:
            self.unix_s = min(self.unix_s + chance.choice([1, 1, 86400]), 253402300799)
        target, body = chance.choice(TARGETS), chance.body()
        request = AWSRequest(method="POST", url="https://%s/" % self.host, data=body)
        for name, value in (("Host", self.host), ("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", target)):
            request.headers.add_header(name, value)
        _, authorization = botocore_signs(request, self.credentials, "dynamodb", self.region, self.unix_s)
        sent = message("D", self.credentials.access_key, self.credentials.secret_key, self.credentials.token or "", self.region,
                       self.host, target, hashlib.sha256(body).digest(), str(self.unix_s), str(len(body)))
        expected = {"host": self.host, "content-type": "application/x-amz-json-1.0", "x-amz-date": amz_date(self.unix_s),
                    "x-amz-target": target, "authorization": authorization, "accept-encoding": "identity",
                    "content-length": str(len(body))}
        if self.credentials.token:
            expected["x-amz-security-token"] = self.credentials.token
        return sent, expected


def read_head(text):
    """The headers of a request's head, without User-Agent, which is not compared."""
    lines = text.split("\r\n")
    if lines[0] != "POST / HTTP/1.1" or lines[-2:] != ["", ""]:
        return text
    headers = dict((name.lower(), value) for name, value in (line.split(": ", 1) for line in lines[1:-2]))
    return headers if headers.pop("user-agent", "").startswith("dynrepo") and len(headers) == len(lines) - 4 else text


class Signatures(unittest.TestCase):
    maxDiff = None

    def compare(self, count, make, read):
        global compared
        while count > 0:
            sent, expected = zip(*(make() for _ in range(min(count, BATCH))))
            got = ask(sent)
            self.assertEqual(len(got), len(expected))
            for i, answer in enumerate(got):
                self.assertEqual(read(answer), expected[i], "request %d of seed %d: %r" % (compared, SEED, sent[i]))
                compared += 1
            count -= len(expected)

    def test_any_request_is_signed_as_botocore_signs_it(self):
        chance = Chance(SEED)
        self.compare(COUNT - COUNT // 2, lambda: any_request(chance), str)

    def test_the_clients_requests_are_signed_as_botocore_signs_them(self):
        requests = OwnRequests(Chance(SEED + 1))
        self.compare(COUNT // 2, requests.request, read_head)


if __name__ == "__main__":
    program = unittest.main(exit=False)
    print("py_sign: %d requests compared with botocore %s, seed %d" % (compared, botocore.__version__, SEED))
    sys.exit(not program.result.wasSuccessful() or compared < COUNT)
