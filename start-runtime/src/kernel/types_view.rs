//! What a capability adds to the types that a program writes for clients: the command `types` and `Start::write_types`
//! show it, and know nothing of it.
//!
//! A view is asked for by a flag of that command. The capability adds the flag: its own `command` has the name `types`
//! (see [`Subcommand`](super::Subcommand)).

use serde_json::Value;

use crate::describe::Schemas;

/// A part of a program that clients know by types of their own, such as the procedures of an RPC protocol.
#[derive(Clone, Copy)]
#[allow(dead_code, reason = "the command `types` reads it, which is a capability")]
pub struct TypesView {
    /// How it is asked for: `trpc` for `types --trpc`.
    pub flag: &'static str,
    /// What it may be asked for with, the first one unless something is: `types --trpc 10`.
    pub forms: &'static [&'static str],
    /// The names that its text declares: no type of the program gets one of them.
    pub reserved: &'static [&'static str],
    /// Describes the part as JSON of any form, with the schemas of types in it. `None` if the program has no such part.
    pub describe: fn(&mut Schemas) -> Option<Value>,
    /// TypeScript for it in one of the forms. What was described has references to the named schemas now, whose
    /// declarations stand before the text.
    pub render: fn(&Value, &dyn PrintTypes, form: &str) -> String,
    /// The schemas of what the part receives, each by a name that clients know.
    pub inputs: fn(&Value) -> Vec<(String, Value)>,
}

/// Types of TypeScript for schemas.
#[allow(dead_code, reason = "the views of capabilities call it")]
pub trait PrintTypes {
    /// The type of a schema. Its further lines are indented by `indent`.
    fn of(&self, schema: &Value, indent: usize) -> String;
    /// The type of the values as a transformer writes them: for what stands in a description with the mark
    /// [`TRANSFORMED`](crate::describe::TRANSFORMED).
    fn of_transformed(&self, schema: &Value, indent: usize) -> String;
}
