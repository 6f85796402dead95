//! What the types of a tRPC procedure say: its input, and what it returns or yields.

use schemars::JsonSchema;
use serde_json::Value;

use super::operation::Operation;
use super::signature::BodyKind;
use super::tidy::is_nullable;

/// What a procedure takes.
#[derive(Clone, Debug, PartialEq)]
pub enum ProcedureInput {
    /// Nothing: `void`.
    Nothing,
    /// A value as JSON. The schema is missing if the type has none; `is_optional` says whether a client may leave it out.
    Json { schema: Option<Value>, is_optional: bool },
    /// A form with files: `FormData`.
    Form { schema: Option<Value> },
    /// Bytes: `Uint8Array`, `Blob` or `File`.
    Bytes,
}

/// What a procedure returns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProcedureOutput {
    pub shape: ProducedShape,
    /// Of the value, or of each value of a stream; missing if the type has none.
    pub schema: Option<Value>,
}

/// How a procedure returns its value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProducedShape {
    /// `()`: `undefined`.
    #[default]
    Nothing,
    /// A value.
    Value,
    /// A value, or `undefined`.
    MaybeValue,
    /// A stream of values: an async iterable.
    Stream,
    /// A stream of values with ids, by which a client goes on where it was.
    TrackedStream,
}

/// Marks the schema of a value that arrives later, as a property of an answer: `Promise<T>`.
pub const DEFERRED: &str = "x-start-deferred";
/// Marks the schema of a stream, as a property of an answer: `AsyncIterable<T>`. The schema is that of one value.
pub const STREAMED: &str = "x-start-streamed";

/// Marks the schema of a value that JavaScript has a type of its own for, where a transformer writes it: `"Date"`,
/// `"BigInt"`, `"Set"`, or for a `Map` the schemas of its keys and values.
pub const JAVASCRIPT: &str = "x-start-javascript";

/// Marks what is described for clients whose values pass a transformer: values with a [`JAVASCRIPT`] mark are those of
/// JavaScript in it.
pub const TRANSFORMED: &str = "x-start-transformed";

/// Marks the schema of an input that may be `undefined` beside its values.
pub const MAYBE: &str = "x-start-maybe";

#[doc(hidden)]
#[allow(missing_docs, reason = "called by generated code; not public API")]
impl Operation<'_> {
    pub fn answers_procedures(&mut self, calls: &'static [&'static str]) {
        self.procedure_calls = Some(calls);
    }

    pub fn produces(&mut self, shape: ProducedShape) {
        self.output.shape = shape;
    }

    pub fn produced_type<T: JsonSchema>(&mut self) {
        if let Some(schemas) = &mut self.schemas {
            self.output.schema = Some(schemas.output::<T>());
        }
    }

    pub fn produced_type_without_schema<T>(&mut self) {
        self.undocumented.push(std::any::type_name::<T>());
    }
}

impl Operation<'_> {
    /// What the function that was described takes as the input of a procedure.
    #[allow(dead_code, reason = "capabilities have procedures")]
    pub(crate) fn procedure_input(&self) -> ProcedureInput {
        let reader = self.readers.first().map(|(_, kind)| *kind);
        let body = self.bodies.first();
        let schema = body.map(|body| body.schema.clone()).filter(|schema| !is_anything(schema));
        match body.map(|body| body.kind).or(reader) {
            None => ProcedureInput::Nothing,
            Some(BodyKind::Json) => {
                let is_optional = schema.as_ref().is_some_and(may_be_undefined);
                ProcedureInput::Json { schema, is_optional }
            }
            Some(BodyKind::Multipart | BodyKind::Form) => ProcedureInput::Form { schema },
            Some(BodyKind::Text | BodyKind::Bytes) => ProcedureInput::Bytes,
        }
    }
}

/// Whether a schema stands for a type that has none.
fn is_anything(schema: &Value) -> bool {
    schema.as_object().is_some_and(serde_json::Map::is_empty)
}

/// Whether a client may leave a value out.
fn may_be_undefined(schema: &Value) -> bool {
    *schema == Value::Bool(true) || schema[MAYBE] == true || is_nullable(schema)
}
