"""Twin of DynamORM: update_table V1 to V2 (four operations) to V3 (two) to what is there already (none). The table is one that this test keeps, by the rules of the
API reference: an UpdateTable changes units, or makes, deletes or changes one index, or the stream; an index is made and deleted while the table is updating, and
another change meanwhile is refused. Run by tests/support/run.py."""
import os
import subprocess
import unittest

import golden


class Table:
    def __init__(self):
        self.about, self.updates, self.busy, self.ended = None, [], 0, []

    def __call__(self, operation, body):
        return {"CreateTable": self.create, "DescribeTable": self.describe, "UpdateTable": self.update,
                "DescribeTimeToLive": lambda _: {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}}[operation](body)

    def create(self, body):
        self.about = {k: body[k] for k in ("TableName", "KeySchema", "AttributeDefinitions", "ProvisionedThroughput")}
        self.about["GlobalSecondaryIndexes"] = []
        return {"TableDescription": self.describe({})["Table"]}

    def describe(self, _):
        if self.busy:
            self.busy -= 1
        elif self.ended:
            self.ended.pop()()
        updating = self.busy or self.ended
        about = dict(self.about, TableStatus="UPDATING" if updating else "ACTIVE")
        if not about["GlobalSecondaryIndexes"]:
            del about["GlobalSecondaryIndexes"]
        return {"Table": about}

    def update(self, body):
        assert not self.busy and not self.ended, "ResourceInUseException"
        changes = {k: v for k, v in body.items() if k not in ("TableName", "AttributeDefinitions", "BillingMode")}
        assert len(changes) == 1, changes
        (kind, change), = changes.items()
        self.updates.append(kind if kind != "GlobalSecondaryIndexUpdates" else "%s %s" % next((k, v["IndexName"]) for k, v in change[0].items()))
        self.busy = 2
        getattr(self, kind)(change, body)
        return {"TableDescription": {}}

    def ProvisionedThroughput(self, units, _):
        assert units != self.about["ProvisionedThroughput"], "The provisioned throughput for the table will not change"
        self.about["ProvisionedThroughput"] = units

    def StreamSpecification(self, stream, _):
        self.about["StreamSpecification"] = stream

    def GlobalSecondaryIndexUpdates(self, changes, body):
        (kind, change), = changes[0].items()
        there = self.about["GlobalSecondaryIndexes"]
        if kind == "Create":
            assert change["ProvisionedThroughput"]
            for d in body["AttributeDefinitions"]:
                if d not in self.about["AttributeDefinitions"]:
                    self.about["AttributeDefinitions"].append(d)
            index = dict(change, IndexStatus="CREATING")
            there.append(index)
            self.ended = [lambda: index.update(IndexStatus="ACTIVE")]
            return
        index, = [i for i in there if i["IndexName"] == change["IndexName"]]
        if kind == "Delete":
            index["IndexStatus"] = "DELETING"
            self.ended = [lambda: there.remove(index)]
        else:
            index.update(change)


class Versions(unittest.TestCase):
    def test_update_table_v1_v2_v3(self):
        listener = golden.Listener()
        listener.answers = table = Table()
        tool = subprocess.Popen([os.path.join(os.environ["DYNREPO_TEST_BUILD"], "dynamorm_golden_tool"), "http://127.0.0.1:%d" % listener.server_address[1]],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            for version, operations in [
                    ("create", []),
                    ("v2", ["ProvisionedThroughput", "StreamSpecification", "Create index1", "Create index2"]), ("v2", []),
                    ("v3", ["Delete index1", "Update index2"]), ("v3", [])]:
                table.updates = []
                tool.stdin.write(version + "\n")
                tool.stdin.flush()
                self.assertEqual(tool.stdout.readline(), "DYN_OK\t\n")
                self.assertEqual(sorted(table.updates), sorted(operations))
        finally:
            tool.stdin.close()
            tool.wait(20)
            tool.stdout.close()
            listener.shutdown()
            listener.server_close()
        self.assertEqual(table.about["ProvisionedThroughput"], {"ReadCapacityUnits": 10, "WriteCapacityUnits": 10})
        self.assertEqual([i["IndexName"] for i in table.about["GlobalSecondaryIndexes"]], ["index2"])
        self.assertEqual(table.about["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"], {"ReadCapacityUnits": 10, "WriteCapacityUnits": 10})


if __name__ == "__main__":
    unittest.main()
