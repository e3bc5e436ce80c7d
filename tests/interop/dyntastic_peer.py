"""dyntastic's side of tests/py_interop_dyntastic.py: one command a line on stdin, as JSON, one answer a line on stdout. Run by the Python of
build/interop/dyntastic. Bytes travel as base64, numbers as texts, sets as lists in order."""
import base64
import datetime
import decimal
import enum
import json
import sys
import uuid
from decimal import Decimal
from typing import Any, Dict, List, Optional, Set

import boto3.dynamodb.types
from dyntastic import A, Dyntastic, Index, transaction
from pydantic import BaseModel, Field

TABLE = {"name": ""}
# The engine writes 1E+100 out with all its zeros, which boto3 would refuse as more than 38 digits; nothing but zeros is lost.
boto3.dynamodb.types.DYNAMODB_CONTEXT.traps[decimal.Rounded] = False


class Kind(enum.Enum):
    small = "small"
    large = "dark large"


class Level(enum.IntEnum):
    low = 1
    high = 7


class Place(BaseModel):
    model_config = {"populate_by_name": True}
    city: str = Field(alias="City")
    floor: Optional[int] = None


class Thing(Dyntastic):
    __table_name__ = lambda: TABLE["name"]     # noqa: E731
    __hash_key__ = "shelf"
    __range_key__ = "madeAt"

    shelf: str
    at: datetime.datetime = Field(alias="madeAt")
    serial: int
    name: str
    note: Optional[str] = None
    price: Optional[Decimal] = None
    flag: bool
    kind: Kind
    level: Level
    uid: uuid.UUID
    blob: bytes
    day: datetime.date
    length: datetime.timedelta
    seen: Optional[datetime.datetime] = Field(None, alias="lastSeen")
    words: Optional[Set[str]] = None
    counts: Optional[Set[int]] = None
    blobs: Optional[Set[bytes]] = None
    values: List[Decimal]
    names: List[str]
    place: Optional[Place] = None
    places: List[Place]
    free: Dict[str, Any]


def made(item):
    """A Thing of its plain form."""
    d = dict(item)
    for name in ("price",):
        if name in d:
            d[name] = Decimal(d[name])
    d["blob"] = base64.b64decode(d["blob"])
    if "blobs" in d:
        d["blobs"] = {base64.b64decode(b) for b in d["blobs"]}
    d["values"] = [Decimal(v) for v in d["values"]]
    d["serial"] = int(d["serial"])
    return Thing(**d)


def free(v):
    if isinstance(v, dict):
        return {k: free(x) for k, x in v.items()}
    if isinstance(v, list):
        return [free(x) for x in v]
    return int(v) if isinstance(v, Decimal) else v


def plain(t):
    """The plain form of a Thing as dyntastic read it, by attributes; what is None is left out."""
    d = {"shelf": t.shelf, "madeAt": t.at.isoformat(), "serial": t.serial, "name": t.name, "note": t.note, "flag": t.flag, "kind": t.kind.value,
         "price": None if t.price is None else str(t.price), "level": int(t.level), "uid": str(t.uid),
         "blob": base64.b64encode(t.blob).decode(), "day": t.day.isoformat(), "length": t.length.total_seconds(),
         "lastSeen": t.seen and t.seen.isoformat(), "words": t.words and sorted(t.words), "counts": t.counts and sorted(t.counts),
         "blobs": t.blobs and sorted(base64.b64encode(b).decode() for b in t.blobs), "values": [str(v) for v in t.values],
         "names": t.names, "free": free(t.free)}
    places = [{k: v for k, v in (("City", p.city), ("floor", p.floor)) if v is not None} for p in ([t.place] if t.place else []) + t.places]
    d["place"] = places.pop(0) if t.place else None
    d["places"] = places
    return {k: v for k, v in d.items() if v is not None}


def do(c):
    what = c["do"]
    if what == "table":
        TABLE["name"] = c["name"]
        Thing._dynamodb_table_instance = None      # it asks for a table's name once
    elif what == "create":
        Thing.create_table(*(Index(*i["keys"], keys_only=i["keys_only"]) for i in c["indexes"]))
    elif what == "save":
        for item in c["items"]:
            made(item).save()
    elif what == "save_batch":
        with Thing.batch_writer():
            for item in c["items"]:
                made(item).save()
    elif what == "save_transaction":
        with transaction(auto_commit=True, commit_every=50):
            for item in c["items"]:
                made(item).save()
    elif what == "query":
        return [plain(t) for t in Thing.query(c["shelf"])]
    elif what == "get":
        t = Thing.safe_get(c["shelf"], c["at"])
        return t and plain(t)
    elif what == "index":
        keys = {"consistent_read": False, "index": c["index"], "load_full_item": c.get("load", False)}
        return [plain(t) for t in Thing.query(A(c["attr"]) == c["value"], **keys)]
    elif what == "delete":
        Thing.get(c["shelf"], c["at"]).delete()
    elif what == "update":
        t = Thing.get(c["shelf"], c["at"])
        t.update(A.serial.set(A.serial + 1), A.words.add(c["word"]), A.names.append(c["word"]), A.note.set(c["word"]), A.lastSeen.remove(),
                 condition=A.serial == c["serial"], require_condition=True)
        return plain(t)
    elif what == "update_place":
        # update() writes a nested model by its fields' names, where save() writes their aliases.
        Thing.get(c["shelf"], c["at"]).update(A.place.set(Place(city=c["city"], floor=c["floor"])), refresh=False)
    else:
        raise ValueError(what)
    return None


for line in sys.stdin:
    try:
        answer = {"ok": do(json.loads(line))}
    except Exception as e:      # noqa: BLE001: the test shows it
        answer = {"error": "%s: %s" % (type(e).__name__, e)}
    print(json.dumps(answer), flush=True)
