"""examples/batch.c does what its comments say. Run by tests/support/run.py, behind the gate."""
import os
import subprocess
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Example(unittest.TestCase):
    def test_the_example_writes_reads_completes_and_deletes(self):
        subprocess.run(["make", "-s", "--no-print-directory", "build/examples/batch"], cwd=TOP, check=True, stdout=subprocess.DEVNULL)
        p = subprocess.run([TOP + "/build/examples/batch"], capture_output=True, text=True, timeout=60,
                           env=dict(os.environ, AWS_ENDPOINT_URL_DYNAMODB=os.environ["DYNREPO_ENDPOINT"]))
        self.assertEqual((p.returncode, p.stderr), (0, ""))
        lines = p.stdout.splitlines()
        self.assertEqual(lines[:-1], ["write    120 of 120", "read     0 is DYN_OK", "read     1 is DYN_NOT_FOUND", "read     2 is DYN_OK",
                                      "boiler   boiler-7 has 35 kW, and read 60.125", "complete 60.125 60.250 0.000",
                                      "many     120 of 121 are there: DYN_NOT_FOUND"])
        self.assertRegex(lines[-1], r"^deleted  them; \d+ bytes of memory were used$")


if __name__ == "__main__":
    unittest.main()
