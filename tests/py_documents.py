"""examples/documents.c does what its comments say. Run by tests/support/run.py, behind the gate."""
import os
import subprocess
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Example(unittest.TestCase):
    def test_the_example_stores_and_reads_documents_and_an_image(self):
        subprocess.run(["make", "-s", "--no-print-directory", "build/examples/documents"], cwd=TOP, check=True, stdout=subprocess.DEVNULL)
        p = subprocess.run([TOP + "/build/examples/documents"], capture_output=True, text=True, timeout=60,
                           env=dict(os.environ, AWS_ENDPOINT_URL_DYNAMODB=os.environ["DYNREPO_ENDPOINT"]))
        self.assertEqual((p.returncode, p.stderr), (0, ""))
        self.assertEqual(p.stdout.splitlines(), ['u1: 2 sensors, outlet 64.5, 6 samples, the last 9, at 48.41, mode {"S":"boost"}',
                                                 "fw-1.2: 204800 bytes, the same; within 16 KB"])


if __name__ == "__main__":
    unittest.main()
