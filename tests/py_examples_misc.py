"""The examples of PartiQL, change streams and explaining, run against the engine behind the gate, and what they must print. Run by
tests/support/run.py after `make examples`."""
import os
import subprocess
import unittest

EXAMPLES = os.path.join(os.path.dirname(os.environ["DYNREPO_TEST_BUILD"]), "examples")


def run(name):
    env = dict(os.environ, AWS_ENDPOINT_URL_DYNAMODB=os.environ["DYNREPO_ENDPOINT"])
    p = subprocess.run([os.path.join(EXAMPLES, name)], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    return p.returncode, p.stdout


class Examples(unittest.TestCase):
    def test_partiql(self):
        status, out = run("partiql")
        self.assertEqual(status, 0, out)
        self.assertEqual(out, "ann      4300\nbob      1000\nrich     ann\nkey      owner\nraw      the table was made\nelement  {\n")


if __name__ == "__main__":
    unittest.main()
