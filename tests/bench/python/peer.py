# peer.py client|resource|pynamodb ENDPOINT OP N WARM      OP: get put query
import re, resource as rs, sys, time

T, PK, SK = "telemetry", "device#0001742", "2024-05-17T08:29:02.742Z"
KW = dict(region_name="us-east-1", aws_access_key_id="AKIDEXAMPLE",
          aws_secret_access_key="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
NOTE = "pump two restarted after brown-out, pressure back to nominal."
RAW = {"pk": {"S": PK}, "sk": {"S": SK}, "seq": {"N": "101742"}, "temp": {"N": "21.742"}, "ok": {"BOOL": True},
       "note": {"S": NOTE}, "meta": {"M": {"fw": {"S": "1.4.2"}, "rssi": {"N": "-67"}, "batt": {"N": "3.71"}}},
       "vals": {"L": [{"N": "12"}, {"N": "-7"}, {"N": "1024"}, {"N": "3.5"}]}}


def client(ep):
    import boto3
    c = boto3.client("dynamodb", endpoint_url=ep, **KW)
    s = lambda i: float(i["seq"]["N"]) + sum(float(v["N"]) for v in i["vals"]["L"]) + float(i["meta"]["M"]["rssi"]["N"])
    return dict(
        get=lambda: s(c.get_item(TableName=T, Key={"pk": {"S": PK}, "sk": {"S": SK}})["Item"]),
        put=lambda: c.put_item(TableName=T, Item=RAW) and 1,
        query=lambda: sum(map(s, c.query(TableName=T, KeyConditionExpression="pk = :p",
                                         ExpressionAttributeValues={":p": {"S": PK}})["Items"])))


def resource(ep):
    import boto3
    from decimal import Decimal as D
    t = boto3.resource("dynamodb", endpoint_url=ep, **KW).Table(T)
    it = {"pk": PK, "sk": SK, "seq": 101742, "temp": D("21.742"), "ok": True, "note": NOTE,
          "meta": {"fw": "1.4.2", "rssi": -67, "batt": D("3.71")}, "vals": [12, -7, 1024, D("3.5")]}
    s = lambda i: float(i["seq"] + sum(i["vals"]) + i["meta"]["rssi"])
    return dict(
        get=lambda: s(t.get_item(Key={"pk": PK, "sk": SK})["Item"]),
        put=lambda: t.put_item(Item=it) and 1,
        query=lambda: sum(map(s, t.query(KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": PK})["Items"])))


def pynamodb(ep):
    from pynamodb.models import Model
    from pynamodb.attributes import (UnicodeAttribute as U, NumberAttribute as N, BooleanAttribute as B,
                                     MapAttribute, ListAttribute)

    class Mt(MapAttribute):
        fw = U(); rssi = N(); batt = N()

    class It(Model):
        class Meta:
            table_name, region, host = T, "us-east-1", ep
            aws_access_key_id, aws_secret_access_key = KW["aws_access_key_id"], KW["aws_secret_access_key"]
        pk = U(hash_key=True); sk = U(range_key=True)
        seq = N(); temp = N(); ok = B(); note = U(); meta = Mt(); vals = ListAttribute(of=N)
    s = lambda i: float(i.seq + sum(i.vals) + i.meta.rssi)
    page = PAGE_ITEMS(ep)
    return dict(
        get=lambda: s(It.get(PK, SK)),
        put=lambda: It(PK, SK, seq=101742, temp=21.742, ok=True, note=NOTE, meta=Mt(fw="1.4.2", rssi=-67, batt=3.71),
                       vals=[12, -7, 1024, 3.5]).save() and 1,
        query=lambda: sum(map(s, It.query(PK, limit=page))))


def PAGE_ITEMS(ep):
    import json, urllib.request
    return json.load(urllib.request.urlopen(ep + "/stats"))["page_items"] if ep.startswith("http:") else 3065


def main():
    layer, ep, op, n, warm = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
    f = dict(client=client, resource=resource, pynamodb=pynamodb)[layer](ep)[op]
    for _ in range(warm):
        f()
    cpu = lambda r: r.ru_utime + r.ru_stime
    r0, t0 = rs.getrusage(rs.RUSAGE_SELF), time.perf_counter()
    for _ in range(n):
        check = f()
    r1, t1 = rs.getrusage(rs.RUSAGE_SELF), time.perf_counter()
    hwm = re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read()).group(1)
    print("RESULT op=%s n=%d cpu_us=%.3f wall_us=%.3f rss_kb=%s check=%s" %
          (op, n, (cpu(r1) - cpu(r0)) / n * 1e6, (t1 - t0) / n * 1e6, hwm, check))


main()
