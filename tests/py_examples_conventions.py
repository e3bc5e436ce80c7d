"""The examples that share tables with pynamite and dynamo-items, run against the engine behind the gate, and what they must print. Run by
tests/support/run.py after `make examples`."""
import json
import os
import subprocess
import unittest

EXAMPLES = os.path.join(os.path.dirname(os.environ["DYNREPO_TEST_BUILD"]), "examples")


def run(name):
    env = dict(os.environ, AWS_ENDPOINT_URL_DYNAMODB=os.environ["DYNREPO_ENDPOINT"])
    p = subprocess.run([os.path.join(EXAMPLES, name)], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    return p.returncode, p.stdout


def line(text):
    """A line with a document in it, whose attributes come in any order."""
    at = text.find("{")
    return text if at < 0 else (text[:at], json.loads(text[at:]))


class Examples(unittest.TestCase):
    maxDiff = None

    def test_pynamite(self):
        status, out = run("pynamite")
        self.assertEqual(status, 0, out)
        lines = [line(t) for t in out.splitlines()]
        self.assertIn(lines.pop(0), ["put 145 bytes", "put 131 bytes"])    # one put in a thousand has no fraction in its stamps
        self.assertEqual(lines, [
            ("123 https://aws.amazon.com ", {"folder": "Cloud", "url": "https://aws.amazon.com"}),
            ("123 CUST#123 ", {"email": "shirley@example.net", "userPreferences": {"language": "en", "sort": "date"}}),
            ("123 https://aws.amazon.com ", {"folder": "Work", "url": "https://aws.amazon.com", "title": "AWS", "updateDate": "2020-03-25T09:16:46-07:00"}),
            ("123 CUST#123 ", {"userPreferences": {"language": "en"}}),
            ("123 CUST#123 ", {}),
            ("USER #ACTIVE#ACC_15464279 ", {"firstname": "Penny", "verified": True}),
            ("VIDEO #VID_15464279 ", {"Title": "How to make soup", "views": 3, "__shadow_ban_level": ["MODERATE"]}),
            ("CHANNEL #penny_makes_things ", {"videos": 1, "subscribers": 0}),
            "youtubeclone.com is ACTIVE, its key PK and SK",
            "5 documents"])

    def test_dynamo_items(self):
        """The three items of its README, attribute by attribute, an enum in a key, and a clash that is told."""
        status, out = run("dynamo_items")
        self.assertEqual(status, 0, out)
        lines = out.splitlines()
        self.assertEqual(json.loads(lines[0]), {"Command.command_id": "CC", "CommandV2.device_id": "CD", "CommandV2.command_id": "CCO",
                                                "CommandV2Log.device_id": "CD", "CommandV2Log.timestamp": "CT", "Summary.status": "SUM", "Release.number": "RN"})
        self.assertRegex(lines[1], '"Command.command_id" and "CommandV2.device_id" have the same prefix "CC"')
        self.assertEqual(lines[2], "retry 0")
        self.assertEqual(json.loads(lines[3]), {
            "pk": {"S": "CC#aaf0637a-6221-4bbb-bf6d-edc4c04a6118"}, "sk": {"S": "A"}, "command_id": {"S": "aaf0637a-6221-4bbb-bf6d-edc4c04a6118"},
            "retry": {"N": "0"}, "status": {"S": "pending"}})
        self.assertEqual(json.loads(lines[4]), {
            "pk": {"S": "CD#3939ba91-7687-4df4-8ed3-db531a66f989"}, "sk": {"S": "CCO#186a3ca1-f1df-4975-a9dd-39f11015b4a1"},
            "command_id": {"S": "186a3ca1-f1df-4975-a9dd-39f11015b4a1"}, "device_id": {"S": "3939ba91-7687-4df4-8ed3-db531a66f989"},
            "retry": {"N": "0"}, "status": {"S": "pending"}})
        self.assertEqual(json.loads(lines[5]), {
            "pk": {"S": "CD#3939ba91-7687-4df4-8ed3-db531a66f989"}, "sk": {"S": "CT#2023-08-27 01:10:36.357227"},
            "device_id": {"S": "3939ba91-7687-4df4-8ed3-db531a66f989"}, "log": {"S": "Something happened!"}, "timestamp": {"S": "2023-08-27T01:10:36.357227"}})
        self.assertEqual(json.loads(lines[6]), {"pk": {"S": "SUM#Statuses.failed"}, "sk": {"S": "A"}, "status": {"S": "failed"}, "count": {"N": "3"}})
        self.assertEqual(json.loads(lines[7]), {"pk": {"S": "RN#12"}, "sk": {"S": "A"}, "number": {"N": "12"}, "downloads": {"N": "0"}})
        self.assertEqual(lines[8:], ["a command", "Something happened!"])


if __name__ == "__main__":
    unittest.main()
