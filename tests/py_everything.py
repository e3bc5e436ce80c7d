"""examples/everything.c and examples/values.c do what their comments say. Run by tests/support/run.py, behind the gate."""
import os
import subprocess
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Examples(unittest.TestCase):
    def run_example(self, name):
        subprocess.run(["make", "-s", "--no-print-directory", "build/examples/" + name], cwd=TOP, check=True, stdout=subprocess.DEVNULL)
        p = subprocess.run([TOP + "/build/examples/" + name], capture_output=True, text=True, timeout=60,
                           env=dict(os.environ, AWS_ENDPOINT_URL_DYNAMODB=os.environ["DYNREPO_ENDPOINT"]))
        self.assertEqual((p.returncode, p.stderr), (0, ""), p.stdout)
        return p.stdout.splitlines()

    def test_every_kind_of_member_comes_back(self):
        self.assertEqual(self.run_example("everything"), ["nick, 12.5, 3 in many, route of 2, maybe 2.5, no int: 1", "what came back is what was put"])

    def test_values_are_built_read_and_signed(self):
        self.assertEqual(self.run_example("values"), [
            'name "Ada Lovelace", 36 years, 2 languages, 4 bytes of picture, no boss',
            "30 bytes in the table",
            "256 bytes of JSON, 32 levels deep",         # 32 times {"L":[ and ]}
            "matching: b",
            "stepped: DYN_NOT_FOUND",
            "refused: the program's fault, not transient, wait 0 ms",
            "signed 20150830T123600Z",
        ])


if __name__ == "__main__":
    unittest.main()
