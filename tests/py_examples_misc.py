"""The examples of PartiQL, item collections, change streams, explaining, recording and JSON, run against the engine behind the gate, and what they must print. Run by
tests/support/run.py after `make examples`."""
import os
import subprocess
import unittest

EXAMPLES = os.path.join(os.path.dirname(os.environ["DYNREPO_TEST_BUILD"]), "examples")


def run(name, *arguments, url=None):
    env = dict(os.environ, AWS_ENDPOINT_URL_DYNAMODB=url or os.environ["DYNREPO_ENDPOINT"])
    p = subprocess.run([os.path.join(EXAMPLES, name), *arguments], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    return p.returncode, p.stdout


class Examples(unittest.TestCase):
    def test_partiql(self):
        status, out = run("partiql")
        self.assertEqual(status, 0, out)
        self.assertEqual(out, "ann      4300\nbob      1000\nrich     ann\nkey      owner\nraw      the table was made\nelement  {\n")

    def test_collections(self):
        self.assertEqual(run("collections"), (0, """\
all of it
  customer  Ann, since 2019
  order     2026-03-01: paint for 1250, sent
  order     2026-04-20: brush for 300, open
  payment   2026-03-03: 1250, done
the last two
  payment   2026-03-03: 1250, done
  order     2026-04-20: brush for 300, open
above 10
  order     2026-03-01: paint for 1250, sent
  payment   2026-03-03: 1250, done
from the customer to the orders of March
  customer  Ann, since 2019
  order     2026-03-01: paint for 1250, sent
a page
  order     2026-03-01: paint
  order     2026-04-20: brush
a page
  order     2026-04-28: tape
together  tape, brush, paint
refused   DYN_INVALID
deleted   ann's of 2026-03-01
deleted   ann's of 2026-04-20
deleted   ann's of 2026-04-28
"""))

    def test_streams(self):
        status, out = run("streams")
        self.assertEqual(status, 0, out)
        self.assertEqual(out, "streams  there is one\nchange   insert of paint: 0 to 8 hours\nchange   modify of paint: 8 to 12 hours\n"
                              "change   remove of paint: 12 to 0 hours\nresumed  at the modify\nsought   the insert\n")

    def test_explain(self):
        status, out = run("explain")
        self.assertEqual(status, 0, out)
        self.assertRegex(out, r'(?s)^UpdateItem on table "example-visits", http://.*key: .*"page":.*condition: count < \{"N":"1000"\} OR .*'
                              r'change: ADD count \{"N":"1"\}\ncapacity: at least 1 write unit.*not repeated.*trace    GetItem, try 1, .*'
                              r'HTTP 400, ResourceNotFoundException\ntrace    ended with DYN_NO_TABLE\n$')

    def test_record(self):
        status, out = run("record")
        self.assertEqual((status, out), (0, "note     hello\nnote     hello\nplayed   whole\n"))

    def test_json(self):
        status, out = run("json")
        self.assertEqual(status, 0, out)
        self.assertEqual(out.splitlines(), [
            '{"device":"boiler-7","taken_at":1763712000000,"temp":61.5,"charging":true}',
            '{"pk":{"S":"DEVICE#boiler-7"},"sk":{"S":"READING#1763712000000"},"device":{"S":"boiler-7"},"taken_at":{"N":"1763712000000"},"temp":{"N":"61.5"},'
            '"charging":{"BOOL":true}}', "DynamoDB counts 83 bytes", 'attribute "device": the text is not valid UTF-8',
            'member "taken_at": -1 cannot be in a key template; it must be 0 or more',
            '{"fw":"1.2\\n","exact":1234567890123456789.0123456789,"vals":[3,-4],"tags":["lab"],"mac":"AAH/"}',
            "vals[1] is -4, the document has 5 members and 54 bytes", "fw is of type 1", "exact is of type 2", "vals is of type 7", "tags is of type 8",
            "mac is of type 3", "1e2 and 100 are the same"])

    def test_testing(self):
        status, out = run("testing")
        self.assertEqual((status, out.splitlines()), (0, [
            "ok       a reservation asks for enough seats, 1 requests", "ok       a full house is told, 1 requests",
            "ok       a lost answer is not taken for a refusal, 1 requests", "ok       a busy service is asked again and all pages are read, 3 requests",
            'sent     PutItem of "hall#faust"', "ok       a guest is stored with version and stamp, 1 requests"]))

    def test_conventions(self):
        status, out = run("conventions")
        self.assertEqual(status, 0, out)
        self.assertEqual(out.splitlines(), [
            "pydantic-dynamo  keys of ids, version _object_version, expiry _ttl, changed _timestamp, None is NULL",
            "dyntastic        keys of the model, version -, expiry -, changed -, None is absent",
            "dynamo-items     keys of the model, version -, expiry -, changed -, None is NULL",
            "DynamORM         keys of the model, version -, expiry -, changed -, None is absent",
            "pynamite         keys of ids, version -, expiry -, changed _updated, None is NULL",
            "archive          keys of ids, version rev, expiry -, changed changed, None is absent",
            "plan > a/b: The plan, revision 2 by ann, with its stamps", "put again: DYN_CONDITION_FAILED",
            'delete: model "paper": .before_delete refused it: somebody is working on it', "heard of 2 saves and 1 delete"])

    FIRMWARE = ["log      43000 bytes went up and came back: 43000", "item     the log apart within its bound", "memory   enough", "line     %s",
                "modem    everything went through it"]

    def test_firmware(self):
        status, out = run("firmware")
        self.assertEqual((status, out), (0, "\n".join(self.FIRMWARE) % "plain" + "\n"))

    def test_firmware_over_tls_by_its_own_certificate_and_without_a_clock(self):
        if "DYNREPO_TEST_TLS_EC" not in os.environ:
            self.skipTest("needs the gate")
        url = "https://localhost:" + os.environ["DYNREPO_TEST_TLS_EC"]
        status, out = run("firmware", os.environ["DYNREPO_TEST_CERTS"] + "/ec-root.pem", url=url)
        self.assertEqual((status, out), (0, "\n".join(self.FIRMWARE) % "TLS, records of 4096" + "\n"))
        status, out = run("firmware", os.environ["DYNREPO_TEST_CERTS"] + "/other-root.pem", url=url)
        self.assertEqual(status, 1)
        self.assertIn("DYN_TLS_UNTRUSTED", out)


if __name__ == "__main__":
    unittest.main()
