"""The Python side of tests/py_interop_pydantic_dynamo.py: pydantic-dynamo on the table that the C side uses. One command a line on stdin, one answer a
line on stdout, both JSON. Runs in a venv of its own, build/interop/pydantic_dynamo."""
import asyncio
import datetime
import enum
import json
import os
import sys
from decimal import Decimal
from typing import Any, Dict, List, Optional, Set

from aioboto3 import Session
from pydantic import BaseModel
from pydantic_dynamo.exceptions import RequestObjectStateError
from pydantic_dynamo.models import FilterCommand, PartitionedContent, UpdateCommand
from pydantic_dynamo.v2.repository import DynamoRepository
from pydantic_dynamo.v2.write_once import WriteOnceRepository


class Level(enum.Enum):
    low = "low"
    mid = "in the middle"
    high = "high"


class Owner(BaseModel):
    name: str
    age: Optional[int]


class Film(BaseModel):
    title: str
    count: int
    price: Decimal
    at: datetime.datetime
    local: datetime.datetime
    day: datetime.date
    alarm: datetime.time
    level: Level
    flag: bool
    tags: List[str]
    marks: Set[str]
    owner: Optional[Owner]
    note: Optional[str]
    views: Optional[int]
    extra: Dict[str, Any]


def plain(v):
    if isinstance(v, enum.Enum):
        return v.value
    if isinstance(v, set):
        return sorted(v)
    if isinstance(v, Decimal):
        return int(v) if v == int(v) and abs(v) < 10**15 else str(v)
    return v.isoformat()


def show(c):
    item = c.item.dict()
    item["price"] = str(item["price"])
    return {"p": c.partition_ids, "c": c.content_ids, "version": c.current_version, "expiry": int(c.expiry.timestamp()) if c.expiry else 0, "item": item}


def content(c):
    return PartitionedContent[Film](partition_ids=c["p"], content_ids=c["c"], item=Film(**c["item"]), current_version=c.get("version") or 1,
                                    expiry=moment(c.get("expiry")))


def moment(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc) if seconds else None


async def do(repo, ask):
    what, filters = ask["do"], None
    if ask.get("equals") or ask.get("not_exists"):
        filters = FilterCommand(equals=ask.get("equals", {}), not_exists=set(ask.get("not_exists", [])))
    if what == "put":
        await repo.put(content(ask))
    elif what == "put_many":
        await repo.put_batch(content(c) for c in ask["contents"])
    elif what == "get":
        found = (await repo.get(ask["p"], ask["c"])).content
        return show(found) if found else None
    elif what == "get_many":
        return [show(c) async for b in repo.get_batch([(p, c) for p, c in ask["keys"]]) for c in b.contents]
    elif what == "list":
        return [show(c) async for b in repo.list(ask["p"], ask["c"], ask.get("up", True), ask.get("limit"), filters) for c in b.contents]
    elif what == "between":
        return [show(c) async for b in repo.list_between(ask["p"], ask["from"], ask["to"], ask.get("up", True), ask.get("limit"), filters) for c in b.contents]
    elif what == "update":
        sets = ask.get("set", {})
        if "at" in sets:
            sets["at"] = datetime.datetime.fromisoformat(sets["at"])
        try:
            await repo.update(ask["p"], ask["c"], UpdateCommand(current_version=ask.get("version"), set_commands=sets, increment_attrs=ask.get("inc", {}),
                                                                append_attrs=ask.get("append", {}), expiry=moment(ask.get("expiry"))), ask.get("must", True))
        except RequestObjectStateError:
            return "conflict"
    elif what == "delete":
        await repo.delete(ask["p"], ask["c"])
    elif what == "write_once":
        return len(await WriteOnceRepository[Film](async_repo=repo).write([content(c) for c in ask["contents"]]))
    return "ok"


async def main():
    async with Session().resource(service_name="dynamodb", endpoint_url=os.environ["DYNREPO_ENDPOINT"], region_name=os.environ["AWS_REGION"]) as resource:
        repo = DynamoRepository[Film](item_class=Film, partition_prefix="shop", partition_name="films", content_type="film", table_name=sys.argv[1],
                                      partition_key="PARTITION_KEY", sort_key="SORT_KEY", table=await resource.Table(sys.argv[1]), resource=resource,
                                      consistent_reads=True)
        for line in sys.stdin:
            try:
                answer = {"ok": await do(repo, json.loads(line))}
            except Exception as e:            # told to the test
                answer = {"error": "%s: %s" % (type(e).__name__, e)}
            print(json.dumps(answer, default=plain), flush=True)


asyncio.run(main())
