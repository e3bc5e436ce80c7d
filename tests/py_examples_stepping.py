"""The examples of calls that are stepped, and of tables written out and read in, run against the engine behind the gate, and what they must print. Run by
tests/support/run.py after `make examples`."""
import os
import subprocess
import unittest

EXAMPLES = os.path.join(os.path.dirname(os.environ["DYNREPO_TEST_BUILD"]), "examples")


def run(name):
    env = dict(os.environ, AWS_ENDPOINT_URL_DYNAMODB=os.environ["DYNREPO_ENDPOINT"])
    p = subprocess.run([os.path.join(EXAMPLES, name)], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    return p.returncode, p.stdout.splitlines()


class Examples(unittest.TestCase):
    maxDiff = None

    def test_items_batches_reads_and_a_pool(self):
        self.assertEqual(run("stepping"), (0, [
            "single   62.5, then 70.0", "batch    50 and 51 degrees, too hot", "count    9 over 70 degrees", "cursor   goes on at minute 32",
            "page     4, and there is more", "collect  9, the first at minute 31",
            "scan     30 readings, 1 alarm", "pool     30 readings deleted by two clients", "the loop went on meanwhile"]))

    def test_writes_that_belong_together(self):
        self.assertEqual(run("stepping_writes"), (0, [
            "writer   5 changes in 1 batch", "commit   1 action", "order    1 is taken, 2 left", "order    2 is refused, 2 left", "partiql  10 of rice",
            "stream   1, rice changed more than once", 'raw      the orders\' table is "ACTIVE"']))

    def test_tables(self):
        index = "create index by-owner (pk owner; ALL)"
        self.assertEqual(run("stepping_tables"), (0, [
            index, "1 step; migrating:", index, "index    by-owner on owner", "ttl      on", "tags     1", "table    tickets",
            "the program went on meanwhile", "line     one connection, the last call 1 request"]))

    def test_a_repository_and_a_relation(self):
        self.assertEqual(run("stepping_repo"), (0, [
            "single   19.5, cloudy, version 2", "delete   version 1: DYN_CONDITION_FAILED", "once     1 of 3 differed", "count    2 in November",
            "list     2026-12-01 3, clear", "list     2026-11-22 -2, snow",
            "collect  3, the last 2026-12-01", "page     of 2", "page     of 1", "any      of kind 0, rain", "deleted  3", "owner    ann, 0731 2, made, one of 1",
            "owner    ann is DYN_NOT_FOUND", "the loop went on meanwhile"]))

    def test_backup(self):
        status, out = run("backup")
        self.assertEqual(status, 0, out)
        self.assertEqual(out[:3], ["put      USER#ann, its size told", "get      3 attributes", "list     2 of ann"])
        note, profile = ["    _created S 1", "    _updated S 1", "    text S 1"], ["    _created S 1", "    _updated S 1", "    age N 1", "    name S 1",
                                                                                    "    town S 1"]
        self.assertEqual(out[3], "USER#* NOTE#* 1")
        self.assertEqual(sorted(out[4:7]), note)
        self.assertEqual(out[7], "USER#* PROFILE* 1")
        self.assertEqual(sorted(out[8:13]), profile)
        self.assertEqual(out[13:], [
            "kind     USER# NOTE#: 3 attributes are texts", "kind     USER# PROFILE: 4 attributes are texts", "look     1 partition with 2 documents",
            "export   lines", "export   a model for NoSQL Workbench", "import   2 documents, the copy is DYN_OK", 'bare     {"M":{"n":{"N":"1"}}}'])


if __name__ == "__main__":
    unittest.main()
