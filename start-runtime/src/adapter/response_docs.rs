//! What `responses(404 = NotFound)` in an attribute says of a type. The levels, from the top: types whose content is known,
//! a type that documents itself, a type with a schema, which is sent as JSON, and types that say nothing.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde_json::{Value, json};

use super::Probe;
use crate::describe::{Documented, Operation, problem_reference};
use crate::response::Problem;

levels!(declared_kind: DeclaredLevel);

/// Types whose content is known.
pub struct KnownContent;
/// Types that document themselves.
pub struct DocumentedContent;
/// Types with a schema.
pub struct JsonContent;
/// Types that cannot be declared.
pub struct NoContent;

/// A type whose content is known.
pub trait KnownBody {
    /// The content by its content type.
    fn content() -> Value;
}

macro_rules! known {
    ($($ty:ty => $content:expr;)*) => {$(
        impl DeclaredLevel for &&&Probe<$ty> {
            type Kind = KnownContent;
            fn declared_kind(&self) -> KnownContent {
                KnownContent
            }
        }

        impl KnownBody for $ty {
            fn content() -> Value {
                $content
            }
        }
    )*};
}

fn text() -> Value {
    json!({ "text/plain": { "schema": { "type": "string" } } })
}

known! {
    Problem => json!({ "application/problem+json": { "schema": problem_reference() } });
    () => json!({});
    String => text();
    &'static str => text();
    Cow<'static, str> => text();
}

impl<T: Documented> DeclaredLevel for &&Probe<T> {
    type Kind = DocumentedContent;
    fn declared_kind(&self) -> DocumentedContent {
        DocumentedContent
    }
}

impl<T: JsonSchema> DeclaredLevel for &Probe<T> {
    type Kind = JsonContent;
    fn declared_kind(&self) -> JsonContent {
        JsonContent
    }
}

impl<T> DeclaredLevel for Probe<T> {
    type Kind = NoContent;
    fn declared_kind(&self) -> NoContent {
        NoContent
    }
}

impl KnownContent {
    pub fn declare<T: KnownBody>(self, docs: &mut Operation<'_>, status: u16) {
        docs.declare_content(status, T::content());
    }
}

impl DocumentedContent {
    pub fn declare<T: Documented>(self, docs: &mut Operation<'_>, status: u16) {
        docs.declare_documented::<T>(status);
    }
}

impl JsonContent {
    pub fn declare<T: JsonSchema>(self, docs: &mut Operation<'_>, status: u16) {
        docs.declare_json::<T>(status);
    }
}

/// Never implemented: it exists for the error message that the user reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be documented as a response",
    label = "it has no schema, and does not document itself",
    note = "add `#[derive(schemars::JsonSchema)]` to `{Self}`, implement `start_runtime::openapi::Documented` for it, or write a text: `404 = \"No such post\"`"
)]
pub trait DeclaredResponse {}

impl NoContent {
    pub fn declare<T: DeclaredResponse>(self, _: &mut Operation<'_>, _: u16) {}
}
