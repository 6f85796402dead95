//! An argument that no procedure can have. It exists for the error message that the user reads.

use crate::adapter::{NowhereKind, Probe, Reader};

/// The lowest level of arguments.
pub trait ProcedureArgumentLevel {
    type Kind;
    fn argument_kind(&self) -> Self::Kind;
}

/// A type that cannot be read from a request.
pub struct NoProcedureArgumentKind;

impl<T> ProcedureArgumentLevel for Probe<T> {
    type Kind = NoProcedureArgumentKind;
    fn argument_kind(&self) -> NoProcedureArgumentKind {
        NoProcedureArgumentKind
    }
}

/// Never implemented: it exists for the error message that the user reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a procedure",
    label = "if it is the input: `input: {Self}`, or `trpc::Input(…): trpc::Input<{Self}>`; if it is state: `Data<{Self}>`",
    note = "an argument is `input` by its name, `trpc::Input<T>`, `APIEvent`, `Header<T>`, `Cookie<T>`, `Data<T>`, a type that a function with `#[extractor]` returns, or one that implements `actix_web::FromRequest`"
)]
pub trait ProcedureArgument {}

impl NoProcedureArgumentKind {
    pub fn reader<T: ProcedureArgument>(self, name: &'static str) -> Reader<NowhereKind, T> {
        Reader::named(name)
    }
}
