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


if __name__ == "__main__":
    unittest.main()
