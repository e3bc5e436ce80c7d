"""The requests of dyntastic and those of the same calls in C; see golden.py. Those of its expressions, one by one, are in test_dyntastic.c. Run by
tests/support/run.py."""
import unittest

import golden


def saves(**v):
    return [("PutItem", {"TableName": "o", "Item": dict({"id": {"S": "1"}}, **v)})]


class Dyntastic(golden.Golden):
    LIBRARY = "dyntastic"
    CAPTURES = 26
    DIFFERS = {
        "save dt_off": ("a time is a moment here, without the offset that it was written with", lambda _: saves(v={"S": "2022-01-02T08:04:05Z"})),
        "save flt": ("boto3 refuses it: a number is a number", lambda _: saves(v={"N": "1.5"})),
        "save eset": ("the service refuses an empty set: it is left out", lambda _: saves()),
        "update nested model": (
            "the library spells the nested member by the field's name here, by its alias in save(); the alias is its name. Nothing is read again: an update tells "
            "what is stored then, where that is asked for", lambda _: [("UpdateItem", {
                "TableName": "o", "Key": {"id": {"S": "1"}}, "UpdateExpression": {"SET": {"n": '{"M": {"F": {"N": "3"}}}'}}})]),
    }
    REFUSED = {"save toobig": ("DYN_INVALID", "38", "refused there too")}
    NOT_ASKED = {
        "save mixset": "no member is a set of texts and numbers",
        "save intkey": "the names in a map are texts",
    }


if __name__ == "__main__":
    unittest.main()
