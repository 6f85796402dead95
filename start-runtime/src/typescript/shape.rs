//! What a schema says, without the many ways to say it.

use serde_json::Value;

/// The values that a schema allows.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Anything,
    Nothing,
    Null,
    Boolean,
    /// A text, with the schema that has its constraints.
    Text(Value),
    /// A number, with the schema that has its constraints.
    Number(Value),
    /// One value: a text, a number, a boolean.
    Literal(Value),
    /// A named schema.
    Named(String),
    List(Box<List>),
    Tuple(Tuple),
    Object(Object),
    OneOf(Vec<Shape>),
    /// What all of them allow.
    AllOf(Vec<Shape>),
    /// A value that arrives behind what it is a part of.
    Later(Box<Shape>),
    /// Values that arrive behind what they are a part of.
    Stream(Box<Shape>),
    /// A value that JavaScript has a type of its own for, where a transformer writes it. Anywhere else, it has the shape.
    Special(Special, Box<Shape>),
}

/// A type of JavaScript that JSON has no values of.
#[derive(Clone, Debug, PartialEq)]
pub enum Special {
    /// Its name is all of it.
    Named(String),
    Set,
    Map(Box<Shape>, Box<Shape>),
}

/// A list of values of one shape.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    pub items: Shape,
    pub least: Option<u64>,
    pub most: Option<u64>,
}

/// A list with a shape for each place.
#[derive(Clone, Debug, PartialEq)]
pub struct Tuple {
    pub items: Vec<Shape>,
    /// How many must be there.
    pub least: usize,
    /// The shape of what follows them.
    pub rest: Option<Box<Shape>>,
}

/// Members by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    pub members: Vec<Member>,
    pub rest: Rest,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub name: String,
    pub is_required: bool,
    pub shape: Shape,
    /// The schema, with its annotations.
    pub schema: Value,
}

/// Members that have no name in the schema.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Rest {
    /// Whoever reads the value passes over them.
    #[default]
    Ignored,
    Refused,
    /// They have this shape, and names that match a regular expression, if there is one.
    Of(Vec<(Option<String>, Shape)>),
}

/// Whether a number is an integer of 64 bits or more, which JavaScript reads as a number that may be another.
pub fn is_big(schema: &Value) -> bool {
    const BIG: [&str; 6] = ["int64", "uint64", "int128", "uint128", "int", "uint"];
    schema["format"].as_str().is_some_and(|format| BIG.contains(&format)) && !has_safe_bounds(schema)
}

/// Whether all numbers between the bounds are exact in JavaScript.
fn has_safe_bounds(schema: &Value) -> bool {
    const SAFE: f64 = 9_007_199_254_740_991.0;
    let bound = |names: [&str; 2]| names.iter().find_map(|name| schema[*name].as_f64());
    bound(["minimum", "exclusiveMinimum"]).is_some_and(|least| least >= -SAFE)
        && bound(["maximum", "exclusiveMaximum"]).is_some_and(|most| most <= SAFE)
}
