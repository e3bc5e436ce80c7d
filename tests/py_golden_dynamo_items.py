"""The requests of dynamo-items and those of the same calls in C; see golden.py. Run by tests/support/run.py."""
import unittest

import golden


class DynamoItems(golden.Golden):
    LIBRARY = "dynamo_items"
    CAPTURES = 10
    DIFFERS = {
        "put float": ("boto3 refuses it: a number is a number", lambda _: [("PutItem", {"TableName": "t2", "Item": {
            "pk": {"S": "FI#1"}, "sk": {"S": "A"}, "id": {"S": "1"}, "f": {"N": "1.5"}}})]),
        "noprefix int sk": ("was seen without its request", lambda _: [("PutItem", {"TableName": "t3", "Item": {
            "pk": {"S": "a"}, "sk": {"S": "5"}, "a": {"S": "a"}, "n": {"N": "5"}}})]),
    }
    REFUSED = {
        "put pk field": ("DYN_INVALID", '"pk" has the name of a key attribute', "the library writes the member over the key that it has made"),
        "get missing": ("DYN_INVALID", '"zz" is no UUID', "the library asks for what no item can have"),
        "get item w/ sk, sk omitted": ("DYN_INVALID", "its key has 2 members", 'the library asks for the sort key "A", which no such item has'),
        "get sk on item without sk": ("DYN_INVALID", "its key has 1 member", "AttributeError there"),
    }


if __name__ == "__main__":
    unittest.main()
