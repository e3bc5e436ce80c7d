"""examples/transactions.c does what its comments say. Run by tests/support/run.py, behind the gate."""
import os
import subprocess
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Example(unittest.TestCase):
    def test_it_transfers_refuses_reads_and_saves(self):
        subprocess.run(["make", "-s", "--no-print-directory", "build/examples/transactions"], cwd=TOP, check=True, stdout=subprocess.DEVNULL)
        env = dict(os.environ, AWS_ENDPOINT_URL_DYNAMODB=os.environ["DYNREPO_ENDPOINT"])
        for _ in range(2):
            done = subprocess.run([TOP + "/build/examples/transactions"], env=env, capture_output=True, text=True, timeout=60)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(done.stdout.splitlines(), [
                "refused   anna has 70, and not 500",
                "snapshot  anna 70, ben 50, entry 1 is there, entry 2 is not there",
                "after     anna 70 in Jena, ben 55"])


if __name__ == "__main__":
    unittest.main()
