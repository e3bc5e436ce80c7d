"""Puts, reads and changes items with DynamORM for tests/py_interop_dynamorm.py, which runs it in that library's own venv: one command a line on stdin, a list
of JSON, the name of a function below and its arguments; one answer a line on stdout. Decimals travel as text."""
import decimal
import json
import os
import sys
import time

from marshmallow import fields
from dynamorm import DynaModel, GlobalIndex, LocalIndex, ProjectInclude, ProjectKeys
from dynamorm.exceptions import ConditionFailed, HashKeyExists

PREFIX = sys.argv[1]


class Thing(DynaModel):
    class Table:
        name = PREFIX + "things"
        hash_key = "holder"
        range_key = "serial"
        read = 5
        write = 5
        resource_kwargs = {"endpoint_url": os.environ["DYNREPO_ENDPOINT"], "region_name": os.environ["AWS_REGION"]}

    class ByTitle(GlobalIndex):
        name = "by-title"
        hash_key = "title"
        range_key = "serial"
        projection = ProjectKeys()
        read = 5
        write = 5

    class ByCount(LocalIndex):
        name = "by-count"
        hash_key = "holder"
        range_key = "count"
        projection = ProjectInclude("flag", "day")

    class Schema:
        holder = fields.String(required=True)
        serial = fields.Integer(required=True)
        title = fields.String()
        flag = fields.Boolean()
        amount = fields.Decimal()
        made = fields.DateTime()
        day = fields.Date()
        span = fields.TimeDelta()
        id = fields.UUID()
        meta = fields.Dict()
        tags = fields.List(fields.String())
        count = fields.Integer()


class Lock(DynaModel):
    """The lock of the library's README; its condition names is_locked too, since two may have the same second."""
    class Table:
        name = PREFIX + "locks"
        hash_key = "name"
        read = 1
        write = 1
        resource_kwargs = Thing.Table.resource_kwargs

    class Schema:
        name = fields.String(required=True)
        updated = fields.Integer(required=True, default=0)
        key = fields.String(allow_none=True)
        is_locked = fields.Boolean(default=False)


def lock(name, key):
    inst = Lock.get(name=name, consistent=True)
    if inst.is_locked:
        return False
    try:
        inst.update(is_locked=True, key=key, updated=int(time.time()), conditions=dict(updated=inst.updated, is_locked=False))
    except ConditionFailed:
        return False
    return True


def unlock(name, key):
    inst = Lock.get(name=name, consistent=True)
    if inst.key != key:
        return False
    inst.update(is_locked=False, key=None, updated=int(time.time()), conditions=dict(updated=inst.updated))
    return True


def new_lock(name):
    Lock(name=name, updated=0, is_locked=False).save()


def native(item):
    """An item of JSON as the values of the schema."""
    thing = Thing(**item)
    return {name: getattr(thing, name) for name in item}


def create():
    Thing.Table.create_table()
    Lock.Table.create_table()


def requests(name, *arguments):
    """The requests that a command sends: their operations and bodies."""
    sent = []
    events = Thing.Table.table.meta.client.meta.events

    def note(model, params, **_):
        sent.append([model.name, json.loads(params["body"])])
    events.register("before-call.dynamodb", note)
    globals()[name](*arguments)
    events.unregister("before-call.dynamodb", note)
    return sent


def drop():
    Thing.Table.delete()
    Lock.Table.delete()


def save(item):
    thing = Thing(**{k: v for k, v in item.items() if v is not None})
    for name in item:
        if item[name] is None:
            setattr(thing, name, None)
    thing.save()


def unique(item):
    """The library names the hash key literally here, so it must be none of DynamoDB's reserved words, such as "owner"."""
    try:
        Thing.put_unique(native(item))
        return True
    except HashKeyExists:
        return False


def batch(*items):
    Thing.put_batch(*[native(i) for i in items])


def get(holder, serial):
    thing = Thing.get(holder=holder, serial=serial, consistent=True)
    return thing and thing.to_dict()


def get_batch(holder, *serials):
    return [t.to_dict() for t in Thing.get_batch([{"holder": holder, "serial": s} for s in serials], consistent=True)]


def query(holder):
    return [t.to_dict() for t in Thing.query(holder=holder).consistent().recursive()]


def page(holder, limit):
    """The serials of one page, and LastEvaluatedKey."""
    found = Thing.query(holder=holder).limit(limit)
    return [[t.serial for t in found], found.last]


def start(holder, last):
    last["serial"] = decimal.Decimal(last["serial"])
    return [t.serial for t in Thing.query(holder=holder).start(last)]


def titled(title):
    return sorted(t.serial for t in Thing.ByTitle.query(title=title))


def counted(holder, least):
    return [[t.serial, t.flag] for t in Thing.ByCount.query(holder=holder, count__gte=least)]


def change(holder, serial, changes, conditions):
    try:
        Thing.update_item(conditions=conditions or None, holder=holder, serial=serial, **changes)
        return True
    except ConditionFailed:
        return False


def partial(holder, serial, title):
    """A partial save of one member."""
    thing = Thing.get(holder=holder, serial=serial, consistent=True)
    thing.title = title
    thing.save(partial=True)


def delete(holder, serial):
    Thing.get(holder=holder, serial=serial, consistent=True).delete()


for line in sys.stdin:
    name, *arguments = json.loads(line)
    try:
        answer = globals()[name](*arguments)
    except Exception as e:
        answer = {"error": "%s: %s: %r" % (name, type(e).__name__, e)}
    print(json.dumps(answer, default=str), flush=True)
