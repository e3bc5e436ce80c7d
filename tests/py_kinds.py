"""examples/kinds.c does what its comments say. Run by tests/support/run.py, behind the gate."""
import os
import subprocess
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Example(unittest.TestCase):
    def test_the_example_makes_checks_and_refuses(self):
        subprocess.run(["make", "-s", "--no-print-directory", "build/examples/kinds"], cwd=TOP, check=True, stdout=subprocess.DEVNULL)
        p = subprocess.run([TOP + "/build/examples/kinds"], capture_output=True, text=True, timeout=60,
                           env=dict(os.environ, AWS_ENDPOINT_URL_DYNAMODB=os.environ["DYNREPO_ENDPOINT"]))
        self.assertEqual((p.returncode, p.stderr), (0, ""))
        self.assertEqual(p.stdout.splitlines(), ["made a note of our time, version 1, red", "writing to what has changed: DYN_CONDITION_FAILED",
                                                 'attribute "stars": 6 is not allowed, only 0 to 5', 'attribute "title": do not shout',
                                                 "Bread, GIF8, version 3, loaded 1"])


if __name__ == "__main__":
    unittest.main()
