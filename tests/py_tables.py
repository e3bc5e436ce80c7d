"""examples/tables.c does what its comments say. Run by tests/support/run.py, behind the gate."""
import os
import subprocess
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STEPS = ["enable the stream, NEW_AND_OLD_IMAGES", "protect from deletion", "create index by-place (pk city, status, sk placed; INCLUDE)",
         "create index by-token (pk token; ALL)", "enable TTL on expires"]


class Example(unittest.TestCase):
    def test_the_example_creates_compares_migrates_and_tells_what_it_cost(self):
        subprocess.run(["make", "-s", "--no-print-directory", "build/examples/tables"], cwd=TOP, check=True, stdout=subprocess.DEVNULL)
        p = subprocess.run([TOP + "/build/examples/tables"], capture_output=True, text=True, timeout=60,
                           env=dict(os.environ, AWS_ENDPOINT_URL_DYNAMODB=os.environ["DYNREPO_ENDPOINT"]))
        self.assertEqual((p.returncode, p.stderr), (0, ""))
        lines = p.stdout.splitlines()
        self.assertEqual(lines[:13], ["to do:"] + STEPS + ["5 steps; migrating:"] + STEPS + ["0 steps are left"])
        self.assertEqual(lines[13], "orders: active, billed per request, 3 indexes")
        self.assertEqual(sorted(lines[14:17]), ["  by-place: 2 + 1 keys", "  by-token: 1 + 0 keys", "  by-total (local): 1 + 1 keys"])
        self.assertEqual(lines[17], "TTL on expires")
        self.assertEqual(sorted(lines[18:20]), ["tag owner = Ada", "tag team = shop"])
        # 1 KB begun for the table, and for each index that has the item's keys: by-total and by-place (developer guide, capacity)
        self.assertEqual(lines[20:], ["a put: 3 write units, 2 of them for indexes; less than 1 KB was sent", "PutItem of order: 3 units",
                                      "GetItem of order: 0.5 units", "more than 20 requests"])


if __name__ == "__main__":
    unittest.main()
