"""examples/dyntastic.c, run against the engine behind the gate by the environment of dyntastic, and what it must print. Run by tests/support/run.py
after `make examples`."""
import os
import subprocess
import unittest

EXAMPLE = os.path.join(os.path.dirname(os.environ["DYNREPO_TEST_BUILD"]), "examples", "dyntastic")
WANTED = """\
json      {"product_id":"00000000-0000-0000-0000-000000000000","name":"bread","price":3.49}
product   bread, Sourdough Bread, 3.99, without tax
safe_get  DYN_NOT_FOUND
get       my_int 1
all       0 1 2 3 4 5 6
range     0 1 2
filter    0 2 4 6
index     4
optional  3
newest    4 3 2 1
begins    6 5 4
keys      1 rows, my_int is not there, then 2
page      3 items, has more
page      3 items, has more
page      1 items, the last
scan      2
updated   my_int 11, list a b new_element, set of 2, date 2022-02-12, my_field ""
condition DYN_CONDITION_FAILED
writer    6 changes in 1 batch
writer    3 changes in 2 batches
batch_get DYN_NOT_FOUND: DYN_OK, DYN_OK, DYN_NOT_FOUND
committed 2 actions in 1 transaction
committed 10 actions in 3 transactions
"""


class Example(unittest.TestCase):
    maxDiff = None

    def test_the_readme_of_dyntastic_in_c(self):
        prefix = "x%d-" % os.getpid()
        env = dict(os.environ, DYNTASTIC_HOST=os.environ["DYNREPO_ENDPOINT"], DYNTASTIC_REGION=os.environ["AWS_REGION"], MY_TABLE_PREFIX=prefix,
                   MY_TABLE_NAME=prefix + "dyntastic-products")
        p = subprocess.run([EXAMPLE], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        self.assertEqual(p.returncode, 0, p.stdout)
        self.assertEqual(p.stdout, WANTED)


if __name__ == "__main__":
    unittest.main()
