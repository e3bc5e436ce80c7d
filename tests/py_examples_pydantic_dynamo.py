"""The example of a table shared with pydantic-dynamo, and what it must print. Run by tests/support/run.py after `make examples`."""
import os
import subprocess
import unittest

EXAMPLE = os.path.join(os.path.dirname(os.environ["DYNREPO_TEST_BUILD"]), "examples", "pydantic_dynamo")


class Examples(unittest.TestCase):
    def test_pydantic_dynamo(self):
        env = dict(os.environ, AWS_ENDPOINT_URL_DYNAMODB=os.environ["DYNREPO_ENDPOINT"])
        p = subprocess.run([EXAMPLE], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        self.assertEqual((p.returncode, p.stdout), (0, """\
version 1  DYN_CONDITION_FAILED: Daniel Day-Lewis has version 2
get        Daniel Day-Lewis: Talented, but unfriendly in Gangs of New York (version 2)
get_many   Daniel Day-Lewis, Steve Buscemi
filters    1 without a review, 1 with this one, 1 without this one
put_many   5 reviews, 1 of them left out for a later one with its key
all        2022-12-31T23:59:59+00:00  Too long
all        2023-01-15T10:00:00+00:00  I really thought he was the hero of this movie
all        2023-03-02T10:00:00.000250+00:00  He really embodies the New York state of mind
all        2024-05-17T08:29:02+00:00  Again!
2023       2023-01-15T10:00:00+00:00  I really thought he was the hero of this movie
2023       2023-03-02T10:00:00.000250+00:00  He really embodies the New York state of mind
newest     2024-05-17T08:29:02+00:00  Again!
to April   2023-01-15T10:00:00+00:00  I really thought he was the hero of this movie
to April   2023-03-02T10:00:00.000250+00:00  He really embodies the New York state of mind
page       3 reviews, more follow
page       1 reviews, no more
collect    4 reviews, the last of 2024-05-17T08:29:02+00:00
once       0 written, then 1, number 3
once       10000 written, then 0
deleted    2 reviews; the second actor is DYN_NOT_FOUND
"""))


if __name__ == "__main__":
    unittest.main()
