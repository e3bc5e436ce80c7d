"""The examples that share tables with pynamite and dynamo-items, run against the engine behind the gate, and what they must print. Run by
tests/support/run.py after `make examples`."""
import datetime
import json
import os
import subprocess
import unittest

EXAMPLES = os.path.join(os.path.dirname(os.environ["DYNREPO_TEST_BUILD"]), "examples")


def run(name):
    env = dict(os.environ, AWS_ENDPOINT_URL_DYNAMODB=os.environ["DYNREPO_ENDPOINT"])
    p = subprocess.run([os.path.join(EXAMPLES, name)], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    return p.returncode, p.stdout


def line(text):
    """A line with a document in it, whose attributes come in any order."""
    at = text.find("{")
    return text if at < 0 else (text[:at], json.loads(text[at:]))


class Examples(unittest.TestCase):
    maxDiff = None

    def test_pynamite(self):
        status, out = run("pynamite")
        self.assertEqual(status, 0, out)
        text, model = out[:out.index('{"ModelName"')], json.loads(out[out.index('{"ModelName"'):])
        lines = [line(t) for t in text.splitlines() if not t.startswith("table ")]
        self.assertIn("table youtubeclone.com", text.splitlines())
        self.assertIn(lines.pop(0), ["put 193 bytes", "put 179 bytes"])    # one put in a thousand has no fraction in its stamps
        shirley = {"email": "shirley@example.net", "fullName": "Shirley Rodriguez",
                   "userPreferences": {"language": "en", "sort": "date", "sortDirection": "ascending"}}
        console = {"folder": "Cloud", "title": "AWS Console"}
        schema = lines.index("youtubeclone.com is ACTIVE, its key PK and SK")
        self.assertEqual(lines[:schema], [
            ("123 CUST#123 ", shirley),
            ("123 https://aws.amazon.com ", {"folder": "Cloud", "url": "https://aws.amazon.com"}),
            ("123 CUST#123 ", shirley),
            ("123 https://aws.amazon.com ", {"folder": "Work", "url": "https://aws.amazon.com", "title": "AWS", "updateDate": "2020-03-25T09:16:46-07:00"}),
            ("123 https://console.aws.amazon.com ", console),
            ("123 https://console.aws.amazon.com ", console),
            ("123 CUST#123 ", {"userPreferences": {"language": "en"}}),
            ("123 CUST#123 ", {}),
            "321.CUST#321: DYN_NOT_FOUND",
            ("USER #ACTIVE#ACC_45438981 ", {"firstname": "John", "email": "john@example.com", "verified": True}),
            ("USER #ACTIVE#ACC_15464279 ", {"firstname": "Penny", "email": "penny@example.com", "verified": True}),
            ("VIDEO #VID_15464279 ", {"Title": "How to make soup", "views": 3, "author": "ACC_15464279", "__shadow_ban_level": ["ELEVATED"]}),
            ("CHANNEL #penny_makes_things ", {"author": "ACC_15464279", "videos": 1, "subscribers": 2}),
            "again: DYN_CONDITION_FAILED",
            ("example record ", {"count": 0}),
            "made and changed at the same time: 1",
            ("example record ", {"count": 9}),
            ("example record ", {"count": 0})])
        kinds = {}
        for t in lines[schema + 1:]:
            if t.startswith("    "):
                kinds[kind].add(t.strip())
            elif not t.startswith("partition "):
                kind = t
                kinds[kind] = set()
        self.assertEqual(kinds["USER* #ACTIVE#* 2"], {"firstname S 2", "email S 2", "verified BOOL 2", "_created S 2", "_updated S 2"})
        self.assertEqual(kinds["* CUST#* 1"], {"email S 1", "fullName S 1", "userPreferences M 1", "_created S 1", "_updated S 1"})
        self.assertEqual(set(kinds), {"* CUST#* 1", "* * 2", "USER* #ACTIVE#* 2", "CHANNEL* #* 1", "VIDEO* #* 1", "7 documents"})
        self.assertEqual({t for t in lines if t[:10] == "partition "}, {"partition 123: 3", "partition CHANNEL: 1", "partition USER: 2", "partition VIDEO: 1"})
        self.workbench(model)

    def workbench(self, model):
        """The file's members in their order, and every attribute of its data among those that it declares, with that type."""
        self.assertEqual(list(model), ["ModelName", "ModelMetadata", "DataModel"])
        self.assertEqual(list(model["ModelMetadata"]), ["Author", "DateCreated", "DateLastModified", "Description", "AWSService", "Version"])
        self.assertEqual((model["ModelMetadata"]["AWSService"], model["ModelMetadata"]["Version"]), ("Amazon DynamoDB", "3.0"))
        datetime.datetime.strptime(model["ModelMetadata"]["DateCreated"], "%b %d, %Y, %I:%M %p")
        [table] = model["DataModel"]
        self.assertEqual(list(table), ["TableName", "KeyAttributes", "NonKeyAttributes", "TableData", "DataAccess", "BillingMode"])
        self.assertEqual(table["KeyAttributes"], {"PartitionKey": {"AttributeName": "PK", "AttributeType": "S"},
                                                  "SortKey": {"AttributeName": "SK", "AttributeType": "S"}})
        self.assertEqual((table["DataAccess"], table["BillingMode"]), ({"MySql": {}}, "PAY_PER_REQUEST"))
        types = {a["AttributeName"]: a["AttributeType"] for a in table["NonKeyAttributes"]}
        self.assertEqual(len(types), len(table["NonKeyAttributes"]))
        self.assertEqual(len(table["TableData"]), 7)
        for item in table["TableData"]:
            for name, value in item.items():
                self.assertEqual(list(value), [types.get(name, "S")])
                self.assertTrue(name in types or name in ("PK", "SK"))

    def test_dynamo_items(self):
        """The items of its README, attribute by attribute, an enum in a key, and a clash that is told."""
        status, out = run("dynamo_items")
        self.assertEqual(status, 0, out)
        lines = out.splitlines()
        self.assertEqual(lines.pop(0), "in dynamo-items, retry 0")
        self.assertEqual(json.loads(lines.pop(0)), {
            "pk": {"S": "CC#aaf0637a-6221-4bbb-bf6d-edc4c04a6118"}, "command_id": {"S": "aaf0637a-6221-4bbb-bf6d-edc4c04a6118"},
            "retry": {"N": "0"}, "status": {"S": "pending"}})
        self.assertEqual(json.loads(lines[0]), {"Command.command_id": "CC", "CommandV2.device_id": "CD", "CommandV2.command_id": "CCO",
                                                "CommandV2Log.device_id": "CD", "CommandV2Log.timestamp": "CT", "Summary.status": "SUM", "Release.number": "RN"})
        self.assertRegex(lines[1], '"Command.command_id" and "CommandV2.device_id" have the same prefix "CC"')
        self.assertEqual(lines[2], "retry 0")
        self.assertEqual(json.loads(lines[3]), {
            "pk": {"S": "CC#aaf0637a-6221-4bbb-bf6d-edc4c04a6118"}, "sk": {"S": "A"}, "command_id": {"S": "aaf0637a-6221-4bbb-bf6d-edc4c04a6118"},
            "retry": {"N": "0"}, "status": {"S": "pending"}})
        self.assertEqual(json.loads(lines[4]), {
            "pk": {"S": "CD#3939ba91-7687-4df4-8ed3-db531a66f989"}, "sk": {"S": "CCO#186a3ca1-f1df-4975-a9dd-39f11015b4a1"},
            "command_id": {"S": "186a3ca1-f1df-4975-a9dd-39f11015b4a1"}, "device_id": {"S": "3939ba91-7687-4df4-8ed3-db531a66f989"},
            "retry": {"N": "0"}, "status": {"S": "pending"}})
        self.assertEqual(json.loads(lines[5]), {
            "pk": {"S": "CD#3939ba91-7687-4df4-8ed3-db531a66f989"}, "sk": {"S": "CT#2023-08-27 01:10:36.357227"},
            "device_id": {"S": "3939ba91-7687-4df4-8ed3-db531a66f989"}, "log": {"S": "Something happened!"}, "timestamp": {"S": "2023-08-27T01:10:36.357227"}})
        self.assertEqual(json.loads(lines[6]), {"pk": {"S": "SUM#Statuses.failed"}, "sk": {"S": "A"}, "status": {"S": "failed"}, "count": {"N": "3"}})
        self.assertEqual(json.loads(lines[7]), {"pk": {"S": "RN#12"}, "sk": {"S": "A"}, "number": {"N": "12"}, "downloads": {"N": "0"}})
        self.assertEqual(lines[8:], ["a command", "Something happened!"])


if __name__ == "__main__":
    unittest.main()
