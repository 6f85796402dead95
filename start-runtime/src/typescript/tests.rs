use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::{Value, json};

use super::{Types, Zod};
use crate::describe::{NamedSchemas, Schemas};
use crate::kernel::PrintTypes as _;

fn named(schemas: Value) -> NamedSchemas {
    let Value::Object(schemas) = schemas else { panic!("{schemas}") };
    NamedSchemas { schemas, short: BTreeMap::new() }
}

/// A schema, its type, and its Zod schema.
#[test]
fn schemas_become_types() {
    let named = named(json!({
        "Item": { "type": "object", "properties": { "id": { "type": "boolean" } }, "required": ["id"] },
        "Tag": { "oneOf": [{ "const": "a" }, { "const": "b" }] },
    }));
    let item = json!({ "$ref": "#/components/schemas/Item" });
    let cases: Vec<(Value, &str, &str)> = vec![
        (json!(true), "unknown", "json()"),
        (json!({}), "unknown", "json()"),
        (json!(false), "never", "z.never()"),
        (json!({ "type": "null" }), "null", "z.null()"),
        (json!({ "type": "boolean" }), "boolean", "z.boolean()"),
        (json!({ "type": "number", "format": "double" }), "number", "z.number()"),
        (json!({ "type": "number", "exclusiveMinimum": 0, "maximum": 1.5 }), "number", "z.number().gt(0).lte(1.5)"),
        (
            json!({ "type": "integer", "format": "uint8", "minimum": 0, "maximum": 255 }),
            "number",
            "z.int().gte(0).lte(255)",
        ),
        (json!({ "type": "integer", "format": "int64" }), "BigInteger", "z.int()"),
        (json!({ "type": "integer", "format": "uint64", "minimum": 0 }), "BigInteger", "z.int().gte(0)"),
        (json!({ "type": "integer", "format": "int128" }), "BigInteger", "z.int()"),
        (
            json!({ "type": "integer", "format": "uint64", "minimum": 0, "maximum": 100 }),
            "number",
            "z.int().gte(0).lte(100)",
        ),
        (json!({ "type": ["integer", "null"], "format": "uint64" }), "BigInteger | null", "z.int().nullable()"),
        (json!({ "type": "string" }), "string", "chars()"),
        (json!({ "type": "string", "minLength": 1, "maxLength": 4 }), "string", "chars(1, 4)"),
        (json!({ "type": "string", "pattern": "^a/b$" }), "string", r#"chars().regex(new RegExp("^a/b$", 'u'))"#),
        (json!({ "type": "string", "format": "email" }), "string", "z.email({ pattern: z.regexes.html5Email })"),
        (json!({ "type": "string", "format": "password" }), "string", "chars()"),
        (json!({ "type": ["string", "null"] }), "string | null", "chars().nullable()"),
        (json!({ "const": "a\"b" }), r#""a\"b""#, r#"z.literal("a\"b")"#),
        (json!({ "const": -1 }), "-1", "z.literal(-1)"),
        (json!({ "enum": ["a", "b", null] }), r#""a" | "b" | null"#, r#"z.enum(["a", "b"]).nullable()"#),
        (json!({ "enum": [1, true] }), "1 | true", "z.union([z.literal(1), z.literal(true)])"),
        (item.clone(), "Item", "Item"),
        (json!({ "anyOf": [item, { "type": "null" }] }), "Item | null", "Item.nullable()"),
        (json!({ "type": "array", "items": item }), "Item[]", "z.array(Item)"),
        (
            json!({ "type": "array", "items": { "type": ["number", "null"] }, "minItems": 1, "maxItems": 3 }),
            "(number | null)[]",
            "z.array(z.number().nullable()).min(1).max(3)",
        ),
        (
            json!({ "type": "array", "items": { "type": "boolean" }, "minItems": 2, "maxItems": 2 }),
            "[boolean, boolean]",
            "z.tuple([z.boolean(), z.boolean()])",
        ),
        (json!({ "type": "array", "maxItems": 0 }), "[]", "z.tuple([])"),
        // A set is a list of which serde takes equal items, too.
        (
            json!({ "type": "array", "items": { "type": "string" }, "uniqueItems": true }),
            "string[]",
            "z.array(chars())",
        ),
        (
            json!({ "type": "array", "prefixItems": [{ "type": "string" }, item], "minItems": 2, "maxItems": 2 }),
            "[string, Item]",
            "z.tuple([chars(), Item])",
        ),
        (
            json!({ "type": "array", "prefixItems": [{ "type": "string" }, item], "minItems": 1, "items": { "type": "null" } }),
            "[string, Item?, ...null[]]",
            "z.tuple([chars(), Item.optional()]).rest(z.null())",
        ),
        (
            json!({ "type": "object", "additionalProperties": item }),
            "{ [key: string]: Item }",
            "z.record(chars(), Item)",
        ),
        (
            json!({ "type": "object", "patternProperties": { "^\\d+$": item }, "additionalProperties": false }),
            "{ [key: string]: Item }",
            r"z.record(z.string().regex(/^(?:0|[1-9]\d*)$/), Item)",
        ),
        (
            json!({ "type": "object", "properties": { "a-b": { "type": "null" }, "c": item }, "required": ["a-b"] }),
            r#"{ "a-b": null; c?: Item }"#,
            "z.object({\n  \"a-b\": z.null(),\n  c: Item.optional(),\n})",
        ),
        (
            json!({ "type": "object", "properties": { "a": { "type": "null" } }, "additionalProperties": false }),
            "{ a?: null }",
            "z.strictObject({\n  a: z.null().optional(),\n})",
        ),
        (
            json!({ "type": "object", "properties": { "a": { "type": "null" } }, "additionalProperties": { "type": "number" } }),
            "{ a?: null; [key: string]: number | null | undefined }",
            "z.object({\n  a: z.null().optional(),\n}).catchall(z.number())",
        ),
        (json!({ "type": "object" }), "{ [key: string]: unknown }", "z.object({})"),
        (
            json!({ "type": "object", "properties": { "n": { "type": "number" } }, "$ref": "#/components/schemas/Item" }),
            "{ n?: number } & Item",
            "z.object({\n  n: z.number().optional(),\n  id: z.boolean(),\n})",
        ),
        (
            json!({ "type": "object", "$ref": "#/components/schemas/Item", "unevaluatedProperties": false }),
            "{ id: boolean }",
            "z.strictObject({\n  id: z.boolean(),\n})",
        ),
        (
            json!({ "oneOf": [
                { "type": "object", "properties": { "t": { "const": "a" } }, "required": ["t"] },
                { "type": "object", "properties": { "t": { "const": "b" }, "v": item }, "required": ["t", "v"] },
            ] }),
            r#"{ t: "a" } | { t: "b"; v: Item }"#,
            "z.discriminatedUnion(\"t\", [z.object({\n  t: z.literal(\"a\"),\n}), z.object({\n  t: z.literal(\"b\"),\n  v: Item,\n})])",
        ),
        (json!({ "anyOf": [{ "type": "string" }, {}] }), "unknown", "json()"),
        (
            json!({ "type": "integer", "minimum": -128, "maximum": 127, "not": { "const": 0 } }),
            "number",
            "z.int().gte(-128).lte(127).refine((value) => value !== 0, { error: 'not 0' })",
        ),
        (
            json!({ "oneOf": [
                { "type": "object", "properties": { "Included": item }, "required": ["Included"] },
                { "type": "object", "properties": { "Excluded": item }, "required": ["Excluded"] },
                { "const": "Unbounded" },
            ] }),
            r#"{ Included: Item } | { Excluded: Item } | "Unbounded""#,
            "z.union([z.strictObject({\n  Included: Item,\n}), z.strictObject({\n  Excluded: Item,\n}), z.literal(\"Unbounded\")])",
        ),
        (json!({ "not": {} }), "never", "z.never()"),
        (json!({ "$ref": "#/components/schemas/Gone" }), "unknown", "unknown"),
        (json!({ "allOf": [item], "x-start-deferred": true }), "Promise<Item>", "Item"),
        (json!({ "allOf": [item], "x-start-streamed": true }), "AsyncIterable<Item, void, any>", "Item"),
    ];
    for (schema, expected, as_zod) in cases {
        let types = Types::new(&named, [&schema], &[]);
        assert_eq!(types.of(&schema, 0), expected, "{schema}");
        let zod = Zod::new(&named, [&schema], &[]);
        assert_eq!(zod.of(&schema, 0), as_zod, "{schema}");
    }
}

#[test]
fn what_is_sent_as_text_may_have_all_digits() {
    let named = NamedSchemas::default();
    let types = Types::new(&named, [], &[]);
    let cases = [
        (json!({ "type": "integer", "format": "uint64" }), "BigInteger | bigint | string"),
        (json!({ "type": ["integer", "null"], "format": "int64" }), "BigInteger | null | bigint | string"),
        (json!({ "type": "integer", "format": "uint32" }), "number"),
        (json!({ "type": "string" }), "string"),
    ];
    for (schema, expected) in cases {
        assert_eq!(types.of_text(&schema, 0), expected, "{schema}");
    }
}

/// A potion.
#[derive(JsonSchema)]
#[schemars(crate = "schemars")]
struct Potion {
    /// From 1 to 5 */ or more.
    _strength: u64,
    _kind: Kind,
}

#[derive(JsonSchema)]
#[schemars(crate = "schemars")]
enum Kind {
    /// Drops.
    _Drops,
    _Mixed(Vec<Potion>),
}

#[derive(JsonSchema)]
#[schemars(crate = "schemars")]
struct Promise(bool);

fn finished<T: JsonSchema>() -> (Value, NamedSchemas) {
    let mut schemas = Schemas::new();
    let mut document = json!({ "root": schemas.output::<T>() });
    let named = schemas.finish(&mut document, &BTreeMap::new());
    (document["root"].take(), named)
}

#[test]
fn named_types_are_declared_with_their_comments() {
    let (root, named) = finished::<Potion>();
    let types = Types::new(&named, [&root], &[]);
    let expected = "\
export type Kind = \"_Drops\" | { _Mixed: Potion[] };

/** A potion. */
export interface Potion {
  /** From 1 to 5 *\\/ or more. */
  _strength: BigInteger;
  _kind: Kind;
}
";
    let declared = types.declarations();
    assert!(declared.ends_with(expected), "{declared}");
    assert!(declared.starts_with("/**\n * An integer of 64 bits or more"), "{declared}");
    let zod = Zod::new(&named, [&root], &[]).declarations();
    assert!(zod.contains("export const Kind: z.ZodType<Kind> = z.union([z.literal(\"_Drops\"), z.strictObject({\n  _Mixed: z.array(z.lazy(() => Potion)),\n})]);"), "{zod}");
}

#[test]
fn a_type_may_be_called_like_a_global() {
    let (root, named) = finished::<Promise>();
    let types = Types::new(&named, [&root], &[]);
    assert_eq!(types.of(&root, 0), "Promise_");
    assert_eq!(types.declarations(), "export type Promise_ = boolean;\n");
}

mod shop {
    #[derive(schemars::JsonSchema)]
    pub struct Item {
        pub _price: u8,
    }

    #[derive(schemars::JsonSchema)]
    pub struct Only {
        pub _item: Item,
    }
}

mod users {
    #[derive(schemars::JsonSchema)]
    pub struct Item {
        pub _name: bool,
    }
}

#[test]
fn names_are_short_where_no_other_type_has_them() {
    let (root, named) = finished::<(shop::Item, users::Item, Vec<shop::Only>)>();
    let types = Types::new(&named, [&root], &[]);
    let name = |text: &str| text.replace("typescript_tests_", "");
    assert_eq!(name(&types.of(&root, 0)), "[shop_Item, users_Item, Only[]]");
    // Those of other files do not count.
    let types = Types::new(&named, [&root["prefixItems"][1]], &[]);
    assert_eq!(types.of(&root["prefixItems"][1], 0), "Item");
}

/// A schema, its type in JSON, and its type where a transformer writes it.
#[test]
fn values_of_javascript_are_those_where_a_transformer_is() {
    let named = named(json!({
        "Item": { "type": "object", "properties": { "at": { "allOf": [{ "type": "string" }], "x-start-javascript": "Date" } }, "required": ["at"] },
        "Around": { "type": "object", "properties": { "item": { "$ref": "#/components/schemas/Item" } }, "required": ["item"] },
        "Same": { "type": "object", "properties": { "text": { "type": "string" } }, "required": ["text"] },
    }));
    let special = |name: &str, of: Value| json!({ "allOf": [of], "x-start-javascript": name });
    let text = json!({ "type": "string" });
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let map = json!({
        "allOf": [{ "type": "object", "additionalProperties": reference("Item") }],
        "x-start-javascript": [{ "type": "integer", "format": "uint32" }, reference("Item")],
    });
    let cases = [
        (special("Date", text.clone()), "string", "Date"),
        (json!({ "anyOf": [special("Date", text.clone()), { "type": "null" }] }), "string | null", "Date | null"),
        (special("Url", text.clone()), "string", "URL"),
        (special("RegExp", text.clone()), "string", "RegExp"),
        (special("BigInt", json!({ "type": "integer", "format": "uint64" })), "BigInteger", "bigint"),
        (json!({ "type": "integer", "format": "int64" }), "BigInteger", "ExactInteger"),
        (special("Set", json!({ "type": "array", "items": text })), "string[]", "Set<string>"),
        (
            special("Uint8Array", json!({ "type": "array", "items": { "type": "integer", "format": "uint8" } })),
            "number[]",
            "Uint8Array",
        ),
        (json!({ "type": "array", "items": special("Date", text.clone()) }), "string[]", "Date[]"),
        (map, "{ [key: string]: Item }", "Map<number, ItemTransformed>"),
        (reference("Around"), "Around", "AroundTransformed"),
        (reference("Same"), "Same", "Same"),
        (special("Owl", text.clone()), "string", "string"),
    ];
    let both: Vec<Value> =
        cases.iter().map(|(schema, ..)| json!([schema, { "x-start-transformed": true, "of": schema }])).collect();
    let types = Types::new(&named, &both, &[]);
    for (schema, plain, transformed) in &cases {
        assert_eq!(
            (types.of(schema, 0).as_str(), types.of_transformed(schema, 0).as_str()),
            (*plain, *transformed),
            "{schema}"
        );
    }
    let declared = types.declarations();
    for line in [
        "at: string;",
        "at: Date;",
        "item: Item;",
        "item: ItemTransformed;",
        "export type ExactInteger = number | bigint;",
    ] {
        assert!(declared.contains(line), "{line}\n{declared}");
    }
    assert_eq!(declared.matches("interface Same").count(), 1, "{declared}");
    let alone = Types::new(&named, &[json!({ "x-start-transformed": true, "of": reference("Around") })], &[]);
    assert_eq!(alone.of_transformed(&reference("Around"), 0), "Around");
    assert!(!alone.declarations().contains("string"), "{}", alone.declarations());
}
