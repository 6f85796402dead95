//! Whatever serde makes of a value is valid by the schema that the document has for its type, and by the schema of a
//! body of this type; and the server reads it back as the same value.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime};
use documents::enums::{Adjacent, External, Inner, Internal, Plain, Untagged};
use documents::flattened::{
    Contact, WithAdjacent, WithExternal, WithInternal, WithMap, WithOption, WithStruct, WithTwo, WithUntagged,
};
use documents::structs::{Collections, Newtype, Numbers, Optional, Page, Strict, Times, Tree, TupleStruct};
use documents::{shop, users};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use start_runtime::test;
use uuid::Uuid;

/// Checks many values of one type against the route that receives and returns it.
async fn holds<T>(path: &str, values: impl Strategy<Value = T>)
where
    T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let app = test::app();
    let document: Value = app.get("/openapi.json").await.json().await.unwrap();
    let operation = &document["paths"][path]["post"];
    let schema = |schema: &Value| {
        let mut root = schema.clone();
        root["components"] = document["components"].clone();
        jsonschema::options().should_validate_formats(true).build(&root).unwrap()
    };
    let input = schema(&operation["requestBody"]["content"]["application/json"]["schema"]);
    let output = schema(&operation["responses"]["200"]["content"]["application/json"]["schema"]);
    let mut runner = TestRunner::deterministic();
    for _ in 0..200 {
        let value = values.new_tree(&mut runner).unwrap().current();
        let json = serde_json::to_value(&value).unwrap();
        for (validator, side) in [(&output, "output"), (&input, "input")] {
            let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{path}, {side}: {json}\n{errors:?}");
        }
        let answer = app.post(path).json(&value).await;
        assert_eq!(answer.status(), 200, "{path}: {json}");
        assert_eq!(answer.json::<T>().await.unwrap(), value, "{path}: {json}");
    }
}

fn text() -> impl Strategy<Value = String> {
    "\\PC{0,8}"
}

fn plain() -> impl Strategy<Value = Plain> {
    prop_oneof![Just(Plain::First), Just(Plain::SecondOne), Just(Plain::Third)]
}

fn inner() -> impl Strategy<Value = Inner> {
    (plain(), any::<Option<u8>>()).prop_map(|(plain, optional)| Inner { plain, optional })
}

fn internal() -> impl Strategy<Value = Internal> {
    prop_oneof![
        Just(Internal::Nothing),
        (-1e6..1e6).prop_map(|radius| Internal::Circle { radius }),
        inner().prop_map(Internal::Wrapped),
    ]
}

fn external() -> impl Strategy<Value = External> {
    prop_oneof![
        Just(External::Nothing),
        any::<u32>().prop_map(External::One),
        (any::<u8>(), text()).prop_map(|(byte, text)| External::Two(byte, text)),
        (plain(), proptest::option::of(text())).prop_map(|(plain, text)| External::Named { plain, text }),
    ]
}

fn adjacent() -> impl Strategy<Value = Adjacent> {
    prop_oneof![
        Just(Adjacent::Nothing),
        any::<Vec<u8>>().prop_map(Adjacent::One),
        (any::<bool>(), inner()).prop_map(|(flag, inner)| Adjacent::Two(flag, inner)),
        internal().prop_map(|internal| Adjacent::Named { internal }),
    ]
}

fn untagged() -> impl Strategy<Value = Untagged> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Untagged::Number),
        text().prop_map(Untagged::Text),
        inner().prop_map(Untagged::Inner),
    ];
    leaf.prop_recursive(2, 8, 3, |one| proptest::collection::vec(one, 0..3).prop_map(Untagged::List))
}

fn contact() -> impl Strategy<Value = Contact> {
    prop_oneof![text().prop_map(|mail| Contact::Mail { mail }), any::<u32>().prop_map(|phone| Contact::Phone { phone })]
}

fn with_struct() -> impl Strategy<Value = WithStruct> {
    (any::<u32>(), inner()).prop_map(|(id, inner)| WithStruct { id, inner })
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = text().prop_map(|name| Tree { name, children: Vec::new(), left: None });
    leaf.prop_recursive(3, 12, 3, |tree| {
        (text(), proptest::collection::vec(tree.clone(), 0..3), proptest::option::of(tree))
            .prop_map(|(name, children, left)| Tree { name, children, left: left.map(Box::new) })
    })
}

fn optional() -> impl Strategy<Value = Optional> {
    let fields = (text(), any::<Option<u32>>(), proptest::option::of(text()), any::<Vec<bool>>(), any::<char>());
    let leaf = fields.prop_map(|(always_there, maybe_null, maybe_absent, list, kind)| Optional {
        always_there,
        maybe_null,
        maybe_absent,
        with_default: list.iter().map(bool::to_string).collect(),
        both: None,
        kind,
    });
    leaf.prop_recursive(2, 4, 1, |inner| {
        inner.prop_map(|inner| Optional { both: Some(Box::new(inner.clone())), ..inner })
    })
}

#[start_runtime::test]
async fn structs() {
    let whole = (any::<i8>(), any::<u8>(), any::<i16>(), any::<u16>(), any::<i32>(), any::<u32>());
    let rest = (any::<i64>(), any::<u64>(), -1e9_f32..1e9, -1e12..1e12);
    let numbers = (whole, rest).prop_map(|((tiny, byte, small, word, int, long), (big, huge, half, double))| Numbers {
        tiny,
        byte,
        small,
        word,
        int,
        long,
        big,
        huge,
        half,
        double,
    });
    holds("/structs/numbers", numbers).await;
    holds("/structs/optional", optional()).await;
    let collections = (
        any::<HashMap<String, u32>>(),
        any::<BTreeMap<u32, String>>(),
        any::<BTreeSet<String>>(),
        (text(), any::<u8>()),
        any::<[bool; 3]>(),
        any::<Vec<Vec<Option<i32>>>>(),
    );
    let collections = collections.prop_map(|(map, numbered, set, pair, three, nested)| Collections {
        map,
        numbered,
        set,
        pair,
        three,
        nested,
        nothing: (),
    });
    holds("/structs/collections", collections).await;
    let times = (0_i64..4_000_000_000, 0_u32..86_400, any::<u32>(), any::<u128>());
    let times = times.prop_map(|(seconds, second, span, id)| {
        let at = DateTime::from_timestamp(seconds, 0).unwrap();
        let day: NaiveDate = at.date_naive();
        let time = NaiveTime::from_num_seconds_from_midnight_opt(second, 0).unwrap();
        Times {
            at,
            day,
            time,
            local: day.and_time(time),
            span: Duration::from_millis(span.into()),
            id: Uuid::from_u128(id),
        }
    });
    holds("/structs/times", times).await;
    let strict = (any::<u16>(), text());
    let strict = strict
        .prop_map(|(number, text)| Strict { newtype: Newtype(number), tuple: TupleStruct(text, Newtype(number)) });
    holds("/structs/strict", strict).await;
    holds("/structs/tree", tree()).await;
}

#[start_runtime::test]
async fn generics_and_types_of_one_name() {
    let page = (any::<Vec<u8>>(), any::<Option<u8>>()).prop_map(|(items, next)| Page { items, next });
    holds("/structs/pages/numbers", page).await;
    let page = (proptest::collection::vec(tree(), 0..3), proptest::option::of(tree()));
    holds("/structs/pages/trees", page.prop_map(|(items, next)| Page { items, next })).await;
    holds("/shop/item", any::<u32>().prop_map(|price| shop::Item { price })).await;
    holds("/users/item", text().prop_map(|name| users::Item { name })).await;
}

#[start_runtime::test]
async fn enums() {
    holds("/enums/plain", plain()).await;
    holds("/enums/external", external()).await;
    holds("/enums/internal", internal()).await;
    holds("/enums/adjacent", adjacent()).await;
    holds("/enums/untagged", untagged()).await;
}

#[start_runtime::test]
async fn flattened() {
    let id = any::<u32>;
    holds("/flattened/struct", with_struct()).await;
    let option = (id(), proptest::option::of(inner())).prop_map(|(id, inner)| WithOption { id, inner });
    holds("/flattened/option", option).await;
    let map = (id(), proptest::collection::btree_map("[a-h]{3,5}", any::<bool>(), 0..4));
    holds("/flattened/map", map.prop_map(|(id, rest)| WithMap { id, rest })).await;
    holds("/flattened/internal", (id(), internal()).prop_map(|(id, value)| WithInternal { id, value })).await;
    holds("/flattened/adjacent", (id(), adjacent()).prop_map(|(id, value)| WithAdjacent { id, value })).await;
    holds("/flattened/external", (id(), external()).prop_map(|(id, value)| WithExternal { id, value })).await;
    holds("/flattened/untagged", (id(), contact()).prop_map(|(id, contact)| WithUntagged { id, contact })).await;
    holds("/flattened/two", (with_struct(), contact()).prop_map(|(first, contact)| WithTwo { first, contact })).await;
}

#[start_runtime::test]
async fn names_tell_types_of_one_name_apart() {
    let document: Value = test::app().get("/openapi.json").await.json().await.unwrap();
    let schema = |path: &str| {
        document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"].clone()
    };
    assert_eq!(schema("/shop/items"), json!({ "$ref": "#/components/schemas/structs_Page_shop_Item" }));
    assert_eq!(schema("/users/items"), json!({ "$ref": "#/components/schemas/structs_Page_users_Item" }));
    let schemas = document["components"]["schemas"].as_object().unwrap();
    // An `Option` is always present in what is sent, and may be left out of what is received.
    for (name, has_input) in [
        ("structs_Optional", true),
        ("structs_Tree", true),
        ("structs_Numbers", false),
        ("shop_Item", false),
        ("structs_Times", false),
    ] {
        assert!(schemas.contains_key(name), "{name}");
        assert_eq!(schemas.contains_key(&format!("{name}Input")), has_input, "{name}");
    }
}
