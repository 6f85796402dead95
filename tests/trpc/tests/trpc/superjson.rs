//! A router with superjson, byte by byte. `tests/conformance` asks one by the real clients.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{Stream, StreamExt as _, stream};
use garde::Validate;
use serde::{Deserialize, Serialize};
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::serde_json::{self, Value, json};
use start_runtime::test::{TestApp, app_with};
use start_runtime::trpc::superjson::{BigInt, Date, Map, Set};
use start_runtime::{Start, prelude::*, trpc};

use crate::calls::input;

fn router() -> trpc::Router {
    trpc::router!(transformer = superjson)
}

fn app() -> TestApp {
    app_with(Start::new().trpc_router("/s", router()))
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Default)]
struct Owl {
    hatched: Option<Date<String>>,
    feathers: BigInt<u64>,
    letters: Map<BTreeMap<u32, String>>,
    names: Set<BTreeSet<String>>,
    wide: i64,
    weight: f64,
}

#[trpc::query]
async fn owl(input: Owl) -> Owl {
    input
}

/// Through the program itself, where a date is a text.
#[trpc::query]
async fn nested(input: Owl, event: APIEvent) -> Result<Owl, trpc::Error> {
    event.trpc("owl", input).await
}

#[trpc::query]
async fn any(input: trpc::Maybe<Value>) -> trpc::Maybe<Value> {
    input
}

#[derive(Deserialize, JsonSchema, Validate)]
struct Aged {
    #[garde(range(max = 30))]
    age: u64,
}

#[trpc::query]
async fn aged(input: Aged) -> u64 {
    input.age
}

#[trpc::query]
async fn wrong() -> Date<u8> {
    Date(1)
}

#[trpc::query]
async fn refused() -> BTreeMap<String, Date<String>> {
    BTreeMap::from([("constructor".to_owned(), Date(String::new()))])
}

#[trpc::query]
async fn numbers() -> impl Stream<Item = BigInt<u8>> {
    stream::iter([1, 2]).map(BigInt)
}

#[trpc::subscription]
async fn dates() -> impl Stream<Item = trpc::Tracked<Date<&'static str>>> {
    stream::iter([trpc::tracked(1, Date("2026-01-02"))])
}

async fn asked(app: &TestApp, path: &str) -> (u16, String) {
    let answer = app.get(format!("/s/{path}")).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[start_runtime::test]
async fn values_are_those_of_javascript_in_both_directions() {
    let app = app();
    let meta = json!({ "values": { "hatched": ["Date"], "feathers": ["bigint"], "letters": ["map"], "names": ["set"], "wide": ["bigint"], "weight": ["number"] }, "v": 1 });
    let owl = json!({ "json": { "hatched": "2026-01-02T03:04:05.006Z", "feathers": "7", "letters": [[1, "a"]], "names": ["b"], "wide": "-9007199254740993", "weight": "NaN" }, "meta": meta });
    for path in ["owl", "nested"] {
        let (status, text) = asked(&app, &format!("{path}?input={}", input(&owl))).await;
        let expected = if path == "owl" { 200 } else { 500 };
        assert_eq!(status, expected, "{text}");
        if status == 200 {
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), json!({ "result": { "data": owl } }), "{path}");
        }
    }
    let plain = json!({ "json": { "hatched": null, "feathers": 7, "letters": { "1": "a" }, "names": ["b", "b"], "wide": 9, "weight": 0 } });
    let meta = json!({ "values": { "feathers": ["bigint"], "letters": ["map"], "names": ["set"] }, "v": 1 });
    let sent = json!({ "json": { "hatched": null, "feathers": "7", "letters": [[1, "a"]], "names": ["b"], "wide": 9, "weight": 0.0 }, "meta": meta });
    for path in ["owl", "nested"] {
        let (_, text) = asked(&app, &format!("{path}?input={}", input(&plain))).await;
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), json!({ "result": { "data": sent } }), "{path}");
    }
}

#[start_runtime::test]
async fn what_breaks_a_rule_is_named_by_its_place() {
    let app = app();
    let cases = [
        (
            "aged",
            json!({ "json": { "age": "31" }, "meta": { "values": { "age": ["bigint"] }, "v": 1 } }),
            json!(["age"]),
        ),
        ("aged", json!({ "json": { "age": "x" } }), json!(["age"])),
        (
            "owl",
            json!({ "json": { "hatched": null, "feathers": "-1", "letters": {}, "names": [], "wide": 1, "weight": 1 }, "meta": { "values": { "feathers": ["bigint"] } } }),
            json!(["feathers"]),
        ),
    ];
    for (path, sent, place) in cases {
        let (status, text) = asked(&app, &format!("{path}?input={}", input(&sent))).await;
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((status, &answer["error"]["json"]["data"]["issues"][0]["path"]), (400, &place), "{sent}: {text}");
    }
}

#[start_runtime::test]
async fn what_superjson_cannot_read_is_an_error_of_the_program() {
    let app = app();
    for path in ["wrong", "refused"] {
        assert_eq!(asked(&app, path).await.0, 500, "{path}");
    }
}

#[start_runtime::test]
async fn lines_and_events_are_written_as_a_whole() {
    let app = app();
    let lines = app.get("/s/numbers?batch=1").header("trpc-accept", "application/jsonl").await.text().await.unwrap();
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines[0], r#"{"json":{"0":[[0],[null,0,0]]}}"#);
    assert!(lines.contains(&r#"{"json":[3,1,[["2"]]],"meta":{"values":{"2.0.0":["bigint"]},"v":1}}"#), "{lines:?}");
    assert_eq!(lines.last(), Some(&r#"{"json":[3,0,[[]]]}"#));
    let (_, events) = asked(&app, "dates").await;
    assert!(
        events.contains("data: {\"json\":\"2026-01-02\",\"meta\":{\"values\":[\"Date\"],\"v\":1}}\nid: 1\n"),
        "{events}"
    );
}

#[start_runtime::test]
async fn an_id_that_was_seen_stands_beside_the_input() {
    let app = app();
    for (sent, with) in
        [("", "{}"), ("&input=%7B%22json%22:null,%22meta%22:%7B%22values%22:%5B%22undefined%22%5D%7D%7D", "{}")]
    {
        let (status, events) = asked(&app, &format!("dates?lastEventId=7{sent}")).await;
        assert!(status == 200 && events.contains("event: return"), "{with}: {events}");
    }
}

#[start_runtime::test]
async fn the_document_has_the_envelope_around_inputs_and_answers() {
    let app = app();
    let document: Value = app.get("/openapi.json").await.json().await.unwrap();
    let owl = &document["paths"]["/s/owl"]["get"];
    let sent = &owl["parameters"][0]["content"]["application/json"]["schema"];
    assert_eq!(
        (&sent["required"], &owl["x-trpc"]["output"]["$ref"]),
        (&json!(["json"]), &json!("#/components/schemas/superjson_Owl")),
        "{owl}"
    );
    assert!(sent["properties"]["json"]["$ref"].is_string(), "{sent}");
    let data =
        &owl["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["result"]["properties"]["data"];
    assert_eq!(data["required"], json!(["json"]), "{owl}");
    // What the document says can be sent is read, without `meta` as well.
    let plain = json!({ "json": { "hatched": "2026-11-26T00:00:00Z", "feathers": 3, "letters": {}, "names": ["Hedwig"], "wide": 1, "weight": 1.5 } });
    assert_eq!(app.get(format!("/s/owl?input={}", input(&plain))).await.status(), 200);
}

/// Random choices by a seed: `SplitMix64`.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % most as u64).unwrap_or_default()
    }

    fn one<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    fn path(&mut self) -> String {
        let names: Vec<&str> = (0..=self.below(3))
            .map(|_| self.one(&["a", "b", "0", "1", "", "a\\.b", "\\", "00", "__proto__"]))
            .collect();
        names.join(".")
    }

    fn value(&mut self, level: usize) -> Value {
        match self.below(if level > 3 { 5 } else { 8 }) {
            0 => Value::Null,
            1 => self.below(100).into(),
            2 => self.one(&["", "1", "-9", "1e9", "NaN", "-0", "2026-01-02", "/a/g"]).into(),
            3 => json!([[1, "a"], ["b", {}]]),
            4 => json!({}),
            5 => (0..self.below(4)).map(|_| self.value(level + 1)).collect(),
            _ => json!({ "a": self.value(level + 1), "b": self.value(level + 1), "a.b": self.value(level + 1), "": 1 }),
        }
    }

    fn marks(&mut self, level: usize) -> Value {
        let kinds = ["undefined", "bigint", "Date", "Error", "regexp", "set", "map", "number", "URL", "owl"];
        let kind = match self.below(6) {
            0 => json!(["typed-array", "Uint8Array"]),
            1 if level == 0 => json!(["class", 1]),
            _ => self.one(&kinds).into(),
        };
        match self.below(if level > 2 { 2 } else { 5 }) {
            0 => json!([kind]),
            1 => self.value(3),
            2 => json!([kind, { (self.path()): self.marks(level + 1) }]),
            _ => json!({ (self.path()): self.marks(level + 1), (self.path()): self.marks(level + 1) }),
        }
    }

    fn meta(&mut self) -> Value {
        let equalities = match self.below(4) {
            0 => json!({ (self.path()): [self.path(), self.path()] }),
            1 => json!([[self.path()], { (self.path()): [self.path()] }]),
            2 => self.value(2),
            _ => return json!({ "values": self.marks(0), "v": self.below(2) }),
        };
        json!({ "values": self.marks(0), "referentialEqualities": equalities, "v": self.below(3) })
    }
}

#[start_runtime::test]
async fn whatever_meta_says_is_read_or_refused() {
    let app = app();
    let mut random = Random(16);
    let mut statuses = BTreeMap::new();
    for round in 0..3000 {
        let sent = json!({ "json": random.value(0), "meta": random.meta() });
        let path = ["any", "owl"][round % 2];
        let (status, text) = asked(&app, &format!("{path}?input={}", input(&sent))).await;
        assert!(status == 200 || status == 400, "{sent}: {text}");
        *statuses.entry(status).or_insert(0) += 1;
    }
    assert!(statuses.get(&200).is_some_and(|read| *read > 20), "{statuses:?}");
}
