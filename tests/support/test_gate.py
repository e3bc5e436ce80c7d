#!/usr/bin/env python3
"""The gate itself, with boto3 as the client: right requests pass, wrong ones are refused in the service's words, faults are as asked."""
import gzip
import http.client
import json
import os
import socket
import ssl
import struct
import time
import unittest
import zlib

import boto3
import botocore.config
import botocore.exceptions
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

HOST, PORT = os.environ["DYNREPO_TEST_GATE"].split(":")
PORT = int(PORT)
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
CERTS = os.environ["DYNREPO_TEST_CERTS"]


def control(method, where, body=None):
    c = http.client.HTTPConnection(HOST, PORT, timeout=10)
    c.request(method, "/__gate/" + where, body=json.dumps(body) if body is not None else None)
    r = c.getresponse()
    data = r.read()
    c.close()
    if r.status != 200:
        raise AssertionError("%d %s" % (r.status, data))
    return data


def rules(*given):
    control("POST", "rules", list(given))


def stats():
    return json.loads(control("GET", "stats"))


def boto(key="AKIDEXAMPLE", secret=SECRET, token=None, region="us-east-1", **more):
    config = botocore.config.Config(retries={"total_max_attempts": 1, "mode": "standard"}, read_timeout=5)
    return boto3.client("dynamodb", endpoint_url=more.pop("url", "http://%s:%d" % (HOST, PORT)), region_name=region, aws_access_key_id=key,
                        aws_secret_access_key=secret, aws_session_token=token, config=config, **more)


def signed(body=b"{}", op="ListTables", at=None, host=None, drop=(), service="dynamodb"):
    """A request signed by botocore, as (headers, body), at a chosen time and with some headers left out of the signature."""
    host = host or "%s:%d" % (HOST, PORT)
    headers = {"Host": host, "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810." + op}
    kept = {k: v for k, v in headers.items() if k.lower() not in drop}
    q = AWSRequest("POST", "http://%s/" % host, headers=kept, data=body)
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at or time.time()))
    q.context["timestamp"] = stamp
    q.headers["X-Amz-Date"] = stamp
    a = SigV4Auth(Credentials("AKIDEXAMPLE", SECRET), service, "us-east-1")
    signature = a.signature(a.string_to_sign(q, a.canonical_request(q)), q)
    a._inject_signature_to_request(q, signature)
    headers.update({"X-Amz-Date": stamp, "Authorization": q.headers["Authorization"]})
    return headers, body


def post(headers, body):
    c = http.client.HTTPConnection(HOST, PORT, timeout=10)
    c.request("POST", "/", body=body, headers=headers)
    r = c.getresponse()
    data = r.read()
    c.close()
    return r, data


def raw(data, tls=None):
    """Sends bytes, returns all that comes until the end; "RST" when that is a reset."""
    s = socket.create_connection((HOST, PORT), timeout=10)
    s.sendall(data)
    found = b""
    try:
        while True:
            part = s.recv(65536)
            if not part:
                return found
            found += part
    except ConnectionResetError:
        return "RST"
    finally:
        s.close()


def request_bytes(close=True):
    headers, body = signed()
    headers["Content-Length"] = str(len(body))
    if close:
        headers["Connection"] = "close"
    return ("POST / HTTP/1.1\r\n" + "".join("%s: %s\r\n" % h for h in headers.items()) + "\r\n").encode() + body


class Base(unittest.TestCase):
    def setUp(self):
        control("POST", "reset")

    def refused(self, code, text, call):
        with self.assertRaises(botocore.exceptions.ClientError) as e:
            call()
        self.assertEqual(e.exception.response["Error"]["Code"], code)
        self.assertIn(text, e.exception.response["Error"]["Message"])


class Judgement(Base):
    def test_boto3_writes_and_reads_through_the_gate(self):
        db = boto()
        name = "gate-test-%d" % time.time_ns()
        db.create_table(TableName=name, KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
                        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST")
        item = {"k": {"S": "é\"\\ \u2028 key"}, "n": {"N": "1.5"}}
        db.put_item(TableName=name, Item=item)
        self.assertEqual(db.get_item(TableName=name, Key={"k": item["k"]})["Item"], item)
        rules({"op": "BatchWriteItem", "action": "unprocessed", "keep": 1})
        puts = [{"PutRequest": {"Item": {"k": {"S": str(i)}}}} for i in range(3)]
        left = db.batch_write_item(RequestItems={name: puts})["UnprocessedItems"]
        self.assertEqual(left, {name: puts[1:]})
        self.assertEqual(db.scan(TableName=name)["Count"], 2)
        rules({"op": "BatchGetItem", "action": "unprocessed", "keep": 1})
        answer = db.batch_get_item(RequestItems={name: {"Keys": [{"k": {"S": "0"}}, {"k": {"S": "1"}}], "ConsistentRead": True}})
        self.assertEqual(len(answer["Responses"][name]), 1)
        self.assertEqual(answer["UnprocessedKeys"], {name: {"Keys": [{"k": {"S": "1"}}], "ConsistentRead": True}})
        db.delete_table(TableName=name)
        self.assertEqual(stats()["refused"], 0)

    def test_a_session_token_passes(self):
        boto("ASIAEXAMPLETOKEN", "sEcReT/With+Slashes", "SESSIONTOKEN==").list_tables()

    def test_a_wrong_secret_is_refused_with_the_canonical_string(self):
        self.refused("InvalidSignatureException", "The Canonical String for this request should have been\n'POST\n/\n\n",
                     lambda: boto(secret="wrong").list_tables())
        self.assertEqual(stats()["refused"], 1)

    def test_an_unknown_key_is_refused(self):
        self.refused("UnrecognizedClientException", "The security token included in the request is invalid.",
                     lambda: boto(key="AKIDOTHER").list_tables())

    def test_a_missing_token_is_refused(self):
        self.refused("UnrecognizedClientException", "invalid.", lambda: boto("ASIAEXAMPLETOKEN", "sEcReT/With+Slashes").list_tables())

    def test_an_expired_token_is_refused(self):
        self.refused("ExpiredTokenException", "expired", lambda: boto("ASIAEXAMPLETOKEN", "x", "EXPIREDTOKEN==").list_tables())

    def test_another_region_is_refused(self):
        self.refused("InvalidSignatureException", "Credential should be scoped to a valid region, not 'eu-west-1'",
                     lambda: boto(region="eu-west-1").list_tables())

    def test_another_service_is_refused(self):
        r, data = post(*signed(service="s3"))
        self.assertIn(b"Credential should be scoped to correct service: 'dynamodb'", data)

    def test_an_old_date_is_expired_and_a_later_one_not_yet_current(self):
        for shift, text in ((-301, "Signature expired: "), (302, "Signature not yet current: ")):
            r, data = post(*signed(at=time.time() + shift))
            self.assertEqual(r.status, 400)
            self.assertIn(text, json.loads(data)["message"])
            self.assertEqual(int(r.getheader("x-amz-crc32")), zlib.crc32(data))
        for shift in (-297, 297):
            self.assertEqual(post(*signed(at=time.time() + shift))[0].status, 200)

    def test_the_target_must_be_signed(self):
        r, data = post(*signed(drop=("x-amz-target",)))
        self.assertIn(b"'x-amz-target' must be a 'SignedHeader'", data)

    def test_a_changed_body_is_refused(self):
        headers, _ = signed(body=b'{"Limit":1}')
        r, data = post(headers, b'{"Limit":2}')
        self.assertIn(b"does not match the signature you provided", data)

    def test_a_body_that_is_no_json_or_names_twice_is_refused(self):
        for body in (b"{", b"[]", b'{"Limit":1,"Limit":1}', b'{"Limit":NaN}', b'{"a":"\xff"}'):
            r, data = post(*signed(body=body))
            self.assertIn(b"#SerializationException", data)

    def test_no_authorization_and_half_of_one(self):
        headers, body = signed()
        headers["Authorization"] = "AWS4-HMAC-SHA256 Credential=x"
        self.assertIn(b"IncompleteSignatureException", post(headers, body)[1])
        del headers["Authorization"]
        self.assertIn(b"MissingAuthenticationTokenException", post(headers, body)[1])

    def test_another_host_is_refused(self):
        self.assertIn(b"gate#WrongHost", post(*signed(host="dynamodb.us-east-1.amazonaws.com"))[1])

    def test_another_content_type_is_unknown(self):
        headers, body = signed()
        headers["Content-Type"] = "text/plain"
        r, data = post(headers, body)
        self.assertEqual((r.status, data), (404, b"<UnknownOperationException/>\n"))

    def test_get_answers_the_health_text(self):
        c = http.client.HTTPConnection(HOST, PORT)
        c.request("GET", "/")
        r = c.getresponse()
        self.assertEqual(r.read(), b"healthy: dynamodb.us-east-1.amazonaws.com ")
        self.assertEqual(r.getheader("x-amz-crc32"), "3128867991")       # the checksum recorded from the live service
        self.assertIsNotNone(r.getheader("Date"))
        c.close()

    def test_nonsense_is_answered_and_the_gate_lives(self):
        for data in (b"\r\n\r\n", b"GET\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"\x16\x03\x01" + b"\0" * 70000,
                     b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"):
            self.assertIn(b" 400 ", raw(data)[:20])
        s = socket.create_connection((HOST, PORT))
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.sendall(request_bytes()[:-1])
        s.close()
        self.assertEqual(post(*signed())[0].status, 200)


class Rules(Base):
    def test_throttle_once_then_pass(self):
        rules({"op": "ListTables", "action": "throttle", "retry_after_ms": 1500})
        with self.assertRaises(botocore.exceptions.ClientError) as e:
            boto().list_tables()
        self.assertEqual(e.exception.response["Error"]["Code"], "ProvisionedThroughputExceededException")
        self.assertEqual(e.exception.response["ResponseMetadata"]["HTTPHeaders"]["x-amz-retry-after"], "1500")
        boto().list_tables()
        self.assertEqual(stats()["rules_left"], 0)

    def test_a_rule_for_another_operation_waits(self):
        rules({"op": "PutItem", "action": "throttle"})
        boto().list_tables()
        self.assertEqual(stats()["rules_left"], 1)

    def test_skip_and_times(self):
        rules({"action": "status", "status": 500, "body": "oops", "skip": 1, "times": 2})
        self.assertEqual([post(*signed())[0].status for _ in range(4)], [200, 500, 500, 200])

    def test_reset_before_applies_nothing_and_reset_after_does(self):
        for action, asked in (("reset_before", 0), ("reset_after_request", 1)):
            control("POST", "reset")
            rules({"action": action})
            self.assertEqual(raw(request_bytes()), "RST")
            self.assertEqual(stats()["engine_requests"], asked)

    def test_cut_sends_exactly_so_many_bytes(self):
        for at in (0, 1, 17):
            rules({"action": "cut", "at": at})
            self.assertEqual(len(raw(request_bytes())), at)
        rules({"action": "cut", "at_body": 2})
        self.assertEqual(len(raw(request_bytes()).partition(b"\r\n\r\n")[2]), 2)

    def test_split_chunked_and_gzip_together_still_read_right(self):
        rules({"action": ["split", "chunked", "gzip"], "n": 1, "chunk": 3, "extension": ";a=b", "trailer": "X-T: 1"})
        r, data = post(*signed())
        self.assertEqual(r.getheader("content-encoding"), "gzip")
        self.assertEqual(int(r.getheader("x-amz-crc32")), zlib.crc32(data))
        self.assertIn("TableNames", json.loads(gzip.decompress(data)))

    def test_corrupt_and_bad_crc_break_the_checksum(self):
        for rule in ({"action": "corrupt", "offset": -1}, {"action": "bad_crc"}):
            rules(rule)
            r, data = post(*signed())
            self.assertNotEqual(int(r.getheader("x-amz-crc32")), zlib.crc32(data))
        rules({"action": "no_crc"})
        self.assertIsNone(post(*signed())[0].getheader("x-amz-crc32"))

    def test_date_skew_moves_the_date_and_the_judgement(self):
        rules({"action": "date_skew_s", "s": 3600, "times": 2})
        r, data = post(*signed())
        self.assertIn(b"Signature expired", data)
        ahead = time.mktime(time.strptime(r.getheader("Date"), "%a, %d %b %Y %H:%M:%S GMT")) - time.timezone - time.time()
        self.assertAlmostEqual(ahead, 3600, delta=3)
        self.assertEqual(post(*signed(at=time.time() + 3600))[0].status, 200)

    def test_close_after_leaves_a_stale_connection(self):
        rules({"action": "close_after"})
        s = socket.create_connection((HOST, PORT), timeout=5)
        s.sendall(request_bytes(close=False))
        data = b""
        while True:
            part = s.recv(65536)
            if not part:
                break
            data += part
        s.close()
        self.assertIn(b"connection: keep-alive", data)
        self.assertIn(b"TableNames", data)

    def test_continue_body_raw_delay_stall_and_drop(self):
        rules({"action": "continue", "count": 2})
        self.assertTrue(raw(request_bytes()).startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))
        rules({"action": "body", "status": 200, "headers": [["X-A", "b"]], "body": "xyz"})
        self.assertEqual(raw(request_bytes()), b"HTTP/1.1 200 OK\r\nX-A: b\r\ncontent-length: 3\r\n\r\nxyz")
        rules({"action": "raw", "raw": "\xffabc"})
        self.assertEqual(raw(request_bytes()), b"\xffabc")
        for rule in ({"action": "delay_ms", "ms": 200}, {"action": "stall", "at": 20, "ms": 200}, {"action": "drop", "ms": 200}):
            rules(rule)
            begun = time.monotonic()
            found = raw(request_bytes())
            self.assertGreater(time.monotonic() - begun, 0.19)
            self.assertEqual(found == b"", rule["action"] == "drop")

    def test_other_requests_can_be_answered_by_path(self):
        rules({"op": "PUT", "path": "/latest/api/token", "action": "body", "headers": {"X-B": "c"}, "body": "token"})
        self.assertIn(b"\r\n\r\ntoken", raw(b"PUT /latest/api/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        self.assertIn(b" 404 ", raw(b"PUT /latest/api/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))

    def test_an_unknown_action_is_refused(self):
        with self.assertRaises(AssertionError):
            rules({"action": "nothing"})

    def test_last_and_log_tell_what_was_asked(self):
        boto().list_tables(Limit=7)
        post(*signed(body=b"{"))
        self.assertEqual(control("GET", "last?raw=body"), b'{"Limit":7}' if b" " not in control("GET", "last?raw=body") else b'{"Limit": 7}')
        self.assertIn(b"DynamoDB_20120810.ListTables", control("GET", "last?raw=head"))
        self.assertEqual(json.loads(control("GET", "last"))["op"], "ListTables")
        self.assertEqual(control("GET", "log?n=1&raw=1"), b"ListTables\trefused\t400\t{\n")
        self.assertEqual([e["verdict"] for e in json.loads(control("GET", "log?n=5"))], ["accepted", "refused"])


class Tls(Base):
    def url(self, name):
        return "https://localhost:" + os.environ["DYNREPO_TEST_TLS_" + name]

    def test_both_good_leaves_are_accepted_under_their_root(self):
        for name, root in (("RSA", "rsa-root"), ("EC", "ec-root")):
            boto(url=self.url(name), verify="%s/%s.pem" % (CERTS, root)).list_tables()

    def test_every_bad_certificate_is_refused_by_openssl(self):
        for name in ("CA_LESS", "WRONG_HOST", "EXPIRED", "NOT_YET", "SELF_SIGNED", "UNKNOWN_ROOT", "WILDCARD"):
            with self.assertRaises(botocore.exceptions.SSLError, msg=name):
                boto(url=self.url(name), verify=CERTS + "/ec-root.pem").list_tables()

    def test_a_client_certificate_is_asked_for(self):
        c = ssl.create_default_context(cafile=CERTS + "/ec-root.pem")
        for own in (False, True):
            if own:
                c.load_cert_chain(CERTS + "/client.pem", CERTS + "/client.key")
            s = c.wrap_socket(socket.create_connection(("127.0.0.1", int(os.environ["DYNREPO_TEST_TLS_MTLS"])), timeout=5),
                              server_hostname="localhost")
            try:
                s.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                found = s.recv(100)
            except OSError:
                found = b""
            s.close()
            self.assertEqual(found[:12], b"HTTP/1.1 200" if own else b"")

    def test_a_tls_1_2_session_is_resumed(self):
        c = ssl.create_default_context(cafile=CERTS + "/ec-root.pem")
        c.maximum_version = ssl.TLSVersion.TLSv1_2
        c.options |= ssl.OP_NO_TICKET                     # session id, as BearSSL does it
        session = None
        for resumed in (False, True):
            s = c.wrap_socket(socket.create_connection(("127.0.0.1", int(os.environ["DYNREPO_TEST_TLS_EC"]))),
                              server_hostname="localhost", session=session)
            self.assertEqual(s.session_reused, resumed)
            session = s.session
            s.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertEqual(s.recv(12), b"HTTP/1.1 200")     # the client ends its handshake first; now the gate has counted it
            s.close()
        self.assertEqual(stats()["tls_resumed"], 1)


if __name__ == "__main__":
    unittest.main()
