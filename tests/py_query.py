"""examples/query.c does what its comments say. Run by tests/support/run.py, behind the gate."""
import os
import subprocess
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Example(unittest.TestCase):
    def test_it_counts_pages_recognises_and_adds_up(self):
        subprocess.run(["make", "-s", "--no-print-directory", "build/examples/query"], cwd=TOP, check=True, stdout=subprocess.DEVNULL)
        env = dict(os.environ, AWS_ENDPOINT_URL_DYNAMODB=os.environ["DYNREPO_ENDPOINT"])
        done = subprocess.run([TOP + "/build/examples/query"], env=env, capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        # visits 0 to 11 are in shops 1 and 2 by turns; every fourth (3, 7, 11) has no city
        self.assertEqual(done.stdout.splitlines(), [
            "count    3 of 5",
            "partial  s2 at 7 spent 7, city not asked for",
            "partial  s2 at 9 spent 9, city not asked for",
            'page     4 rows, then {"pk":{"S":"SHOP#s1"},"sk":{"S":"VISIT#000004"},"gsi1pk":{"S":"CITY#Ulm"},"gsi1sk":{"S":"AT#000004"}}',
            'page     4 rows, then {"pk":{"S":"SHOP#s2"},"sk":{"S":"VISIT#000009"},"gsi1pk":{"S":"CITY#Ulm"},"gsi1sk":{"S":"AT#000009"}}',
            "page     1 rows, then no more",
            "owner    Ann", "visit    at 0", "visit    at 2",
            "all      66"])


if __name__ == "__main__":
    unittest.main()
