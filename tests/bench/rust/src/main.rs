// peer-rust ENDPOINT OP N WARM     OP: get put query
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::types::AttributeValue as AV;
use aws_sdk_dynamodb::{Client, Config};
use serde::{Deserialize, Serialize};
use std::time::Instant;

#[derive(Serialize, Deserialize, Clone, Debug, Default)]
struct Meta { fw: String, rssi: i32, batt: f64 }
#[derive(Serialize, Deserialize, Clone, Debug, Default)]
struct Item { pk: String, sk: String, seq: i64, temp: f64, ok: bool, note: String, meta: Meta, vals: Vec<f64> }

fn sample() -> Item {
    Item { pk: "device#0001742".into(), sk: "2024-05-17T08:29:02.742Z".into(), seq: 101742, temp: 21.742, ok: true,
        note: "pump two restarted after brown-out, pressure back to nominal.".into(),
        meta: Meta { fw: "1.4.2".into(), rssi: -67, batt: 3.71 }, vals: vec![12.0, -7.0, 1024.0, 3.5] }
}
fn sum(i: &Item) -> f64 { i.seq as f64 + i.vals.iter().sum::<f64>() + i.meta.rssi as f64 }

fn cpu_us() -> f64 {
    unsafe {
        let mut r: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut r);
        (r.ru_utime.tv_sec + r.ru_stime.tv_sec) as f64 * 1e6 + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) as f64
    }
}
fn hwm_kb() -> u64 {
    std::fs::read_to_string("/proc/self/status").ok()
        .and_then(|s| s.lines().find(|l| l.starts_with("VmHWM"))
            .and_then(|l| l.split_whitespace().nth(1).and_then(|v| v.parse().ok()))).unwrap_or(0)
}
fn conf(endpoint: &str) -> aws_sdk_dynamodb::config::Builder {
    Config::builder().behavior_version(BehaviorVersion::latest()).region(Region::new("us-east-1")).endpoint_url(endpoint)
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None, None, "static"))
}
async fn one(c: &Client, op: &str) -> f64 {
    match op {
        "get" => {
            let o = c.get_item().table_name("telemetry").key("pk", AV::S("device#0001742".into()))
                .key("sk", AV::S("2024-05-17T08:29:02.742Z".into())).send().await.unwrap();
            sum(&serde_dynamo::from_item::<_, Item>(o.item.unwrap()).unwrap())
        }
        "put" => {
            let it = serde_dynamo::to_item(sample()).unwrap();
            c.put_item().table_name("telemetry").set_item(Some(it)).send().await.unwrap();
            1.0
        }
        _ => {
            let o = c.query().table_name("telemetry").key_condition_expression("pk = :p")
                .expression_attribute_values(":p", AV::S("device#0001742".into())).send().await.unwrap();
            let v: Vec<Item> = serde_dynamo::from_items(o.items.unwrap()).unwrap();
            v.iter().map(sum).sum()
        }
    }
}

fn main() {
    let a: Vec<String> = std::env::args().collect();
    let (n, warm): (u64, u64) = (a[3].parse().unwrap(), a[4].parse().unwrap());
    let op = a[2].as_str();
    let rt = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    rt.block_on(async {
        let c = Client::from_conf(conf(&a[1]).build());
        for _ in 0..warm { one(&c, op).await; }
        let (t, u, mut check) = (Instant::now(), cpu_us(), 0.0);
        for _ in 0..n { check = one(&c, op).await; }
        let (u, t) = (cpu_us() - u, t.elapsed().as_secs_f64() * 1e6);
        println!("RESULT op={} n={} cpu_us={:.3} wall_us={:.3} rss_kb={} check={}", op, n, u / n as f64, t / n as f64, hwm_kb(), check);
    });
}
