"""repo_peer.py LIBRARY ENDPOINT - the work of ../repo.c by a Python library: the same readings in the same table, the same commands on stdin, the same RESULT
lines. What is saved is made once, before, as it is in C. Runs in the library's venv of build/interop; pynamite, which has no package, is boto3 sending what
it sends, without the condition by which its put only creates."""
import asyncio
import datetime
import re
import resource
import sys
import time
from decimal import Decimal
from typing import List

LIBRARY, ENDPOINT = sys.argv[1:]
KEYS = dict(region_name="us-east-1", aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
TABLE, DEVICE, AT = "bench-readings", "0001742", "2024-05-17T08:29:02.742Z"
MEMBERS = {"seq": 101742, "temp": Decimal("21.742"), "ok": True, "note": "pump two restarted after brown-out, pressure back to nominal.",
           "meta": {"fw": "1.4.2", "rssi": -67, "batt": Decimal("3.71")}, "vals": [Decimal(12), Decimal(-7), Decimal(1024), Decimal("3.5")]}


def total(seq, rssi, vals):
    return float(seq + rssi + sum(vals))


async def pydantic_dynamo(ready):
    from aioboto3 import Session
    from pydantic import BaseModel
    from pydantic_dynamo.models import PartitionedContent, UpdateCommand
    from pydantic_dynamo.v2.repository import DynamoRepository

    class Meta(BaseModel):
        fw: str
        rssi: int
        batt: Decimal

    class Reading(BaseModel):
        seq: int
        temp: Decimal
        ok: bool
        note: str
        meta: Meta
        vals: List[Decimal]

    async with Session(**KEYS).resource("dynamodb", endpoint_url=ENDPOINT) as db:
        repo = DynamoRepository[Reading](item_class=Reading, partition_prefix="plant", partition_name="readings", content_type="reading", table_name=TABLE,
                                         partition_key="pk", sort_key="sk", table=await db.Table(TABLE), resource=db)
        content = PartitionedContent[Reading](partition_ids=[DEVICE], content_ids=[AT], item=Reading(**MEMBERS))

        def seen(r):
            return total(r.seq, r.meta.rssi, r.vals)

        async def get():
            return seen((await repo.get([DEVICE], [AT])).content.item)

        async def update():
            await repo.update(["changed"], [AT], UpdateCommand(set_commands={"temp": Decimal("21.5")}, increment_attrs={"seq": 1}))

        async def listed():
            return sum([seen(c.item) async for page in repo.list(["listed"], None) for c in page.contents])
        await ready(put=lambda: repo.put(content), get=get, update=update, list=listed)


async def dyntastic(ready):
    from dyntastic import A, Dyntastic
    from pydantic import BaseModel

    class Meta(BaseModel):
        fw: str
        rssi: int
        batt: Decimal

    class Reading(Dyntastic):
        __table_name__, __table_host__, __table_region__ = TABLE, ENDPOINT, KEYS["region_name"]
        __hash_key__, __range_key__ = "device", "at"
        device: str
        at: str
        seq: int
        temp: Decimal
        ok: bool
        note: str
        meta: Meta
        vals: List[Decimal]

    saved, changed = Reading(device=DEVICE, at=AT, **MEMBERS), Reading(device="changed", at=AT, **MEMBERS)

    def seen(r):
        return total(r.seq, r.meta.rssi, r.vals)

    def update():
        changed.update(A.temp.set(Decimal("21.5")), A.seq.set(A.seq + 1), refresh=False)
        changed.ignore_unrefreshed()
    await ready(put=saved.save, get=lambda: seen(Reading.get(DEVICE, AT)), update=update, list=lambda: sum(map(seen, Reading.query("listed"))))


async def dynamorm(ready):
    from marshmallow import fields
    from dynamorm import DynaModel

    class Reading(DynaModel):
        class Table:
            name, hash_key, range_key, read, write = TABLE, "device", "at", 5, 5
            session_kwargs = KEYS
            resource_kwargs = {"endpoint_url": ENDPOINT}

        class Schema:
            device = fields.String(required=True)
            at = fields.String(required=True)
            seq = fields.Integer()
            temp = fields.Decimal()
            ok = fields.Boolean()
            note = fields.String()
            meta = fields.Dict()
            vals = fields.List(fields.Decimal())

    saved = Reading(device=DEVICE, at=AT, **MEMBERS)

    def seen(r):
        return total(r.seq, r.meta["rssi"], r.vals)
    await ready(put=saved.save, get=lambda: seen(Reading.get(device=DEVICE, at=AT)),
                update=lambda: Reading.update_item(device="changed", at=AT, temp=Decimal("21.5"), seq__plus=1),
                list=lambda: sum(map(seen, Reading.query(device="listed").recursive())))


async def pynamite(ready):
    import boto3
    from boto3.dynamodb.conditions import Key

    table = boto3.resource("dynamodb", endpoint_url=ENDPOINT, **KEYS).Table(TABLE)

    def now():
        return datetime.datetime.utcnow().isoformat()

    def seen(r):
        return total(r["seq"], r["meta"]["rssi"], r["vals"])

    def put():
        at = now()
        table.put_item(Item={"PK": DEVICE, "SK": AT, **MEMBERS, "_created": at, "_updated": at})

    def update():
        table.update_item(Key={"PK": "changed", "SK": AT}, UpdateExpression="SET #t=:t, #s=#s + :i, #u=:u", ReturnValues="UPDATED_NEW",
                          ExpressionAttributeNames={"#t": "temp", "#s": "seq", "#u": "_updated"},
                          ExpressionAttributeValues={":t": Decimal("21.5"), ":i": 1, ":u": now()})

    def listed():
        page = table.query(KeyConditionExpression=Key("PK").eq("listed"))
        found = page["Items"]
        while "LastEvaluatedKey" in page:
            page = table.query(KeyConditionExpression=Key("PK").eq("listed"), ExclusiveStartKey=page["LastEvaluatedKey"])
            found += page["Items"]
        return sum(map(seen, found))
    await ready(put=put, get=lambda: seen(table.get_item(Key={"PK": DEVICE, "SK": AT})["Item"]), update=update, list=listed)


def spent():
    r = resource.getrusage(resource.RUSAGE_SELF)
    return (r.ru_utime + r.ru_stime) * 1e6


async def obey(**operations):
    print("READY", flush=True)
    for line in sys.stdin:
        what, _, n, warm = line.split()
        operation, check = operations[what], None
        for i in range(-int(warm), int(n)):
            if i == 0:
                wall, cpu = time.perf_counter(), spent()
            check = operation()
            if asyncio.iscoroutine(check):
                check = await check
        cpu, wall = spent() - cpu, (time.perf_counter() - wall) * 1e6
        if what in ("put", "update"):
            check = 1
        kb = re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read()).group(1)
        print("RESULT op=%s n=%s cpu_us=%.3f wall_us=%.3f rss_kb=%s check=%s" % (what, n, cpu / int(n), wall / int(n), kb, check), flush=True)


asyncio.run({"pydantic-dynamo": pydantic_dynamo, "dyntastic": dyntastic, "DynamORM": dynamorm, "pynamite": pynamite}[LIBRARY](obey))
