//! How an argument's type is read. The levels, from the top: a value with constraints, `web::Path`, an extractor of
//! Start's, any other extractor, a wrapper whose inner type cannot be read, and a type that cannot be an argument.

use std::marker::PhantomData;

use actix_web::FromRequest;
use actix_web::web;

use super::Probe;
use super::read::{NowhereKind, Read, Reader};
use crate::decode::BadParams;
use crate::extract::{OwnExtractor, Wraps};
use crate::kernel::Call;
use crate::response::{Outcome, actix_outcome};

levels!(argument_kind: ArgumentLevel);
// The lowest level, which is another one for extractor functions.
levels!(argument_kind: LastArgumentLevel);

/// `web::Path`, which needs actix's router.
pub struct ActixPathKind;
/// Extractors of Start's own, which know the argument's name and add to the list of bad parameters.
pub struct OwnKind;
/// Any extractor of actix or of the user.
pub struct ExtractorKind;
/// A wrapper whose inner type cannot be read.
pub struct UnreadableKind<T>(PhantomData<T>);
/// A type that cannot be read from a request.
pub struct NoArgumentKind;

impl<T> ArgumentLevel for &&&&Probe<web::Path<T>> {
    type Kind = ActixPathKind;
    fn argument_kind(&self) -> ActixPathKind {
        ActixPathKind
    }
}

impl<T: OwnExtractor> ArgumentLevel for &&&Probe<T> {
    type Kind = OwnKind;
    fn argument_kind(&self) -> OwnKind {
        OwnKind
    }
}

impl<T: FromRequest> ArgumentLevel for &&Probe<T> {
    type Kind = ExtractorKind;
    fn argument_kind(&self) -> ExtractorKind {
        ExtractorKind
    }
}

impl<W: Wraps> ArgumentLevel for &Probe<W> {
    type Kind = UnreadableKind<W::Value>;
    fn argument_kind(&self) -> Self::Kind {
        UnreadableKind(PhantomData)
    }
}

impl<T> LastArgumentLevel for Probe<T> {
    type Kind = NoArgumentKind;
    fn argument_kind(&self) -> NoArgumentKind {
        NoArgumentKind
    }
}

/// Never implemented: it exists for the error message that the user reads.
#[diagnostic::on_unimplemented(
    message = "`web::Path` does not work in a Start route",
    label = "take the params by their names instead, such as `id: u32` for `[id]`",
    note = "Start has its own router; actix's `web::Path` needs actix's"
)]
pub trait ParamsByName {}

/// Never implemented: it exists for the error message that the user reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a route",
    label = "if it is the body: `Json<{Self}>`; the query: `Query<{Self}>`; state: `Data<{Self}>`; a param: no param of the path has the argument's name",
    note = "an argument is a param of the path by its name, `APIEvent`, `Json<T>`, `Query<T>`, `Form<T>`, `Multipart<T>`, `Header<T>`, `Cookie<T>` (where `T` implements `serde::Deserialize`), `Data<T>`, a type that a function with `#[extractor]` returns, or one that implements `actix_web::FromRequest`"
)]
pub trait RouteArgument {}

impl ActixPathKind {
    pub fn reader<T: ParamsByName>(self, name: &'static str) -> Reader<NowhereKind, T> {
        Reader::named(name)
    }
}

impl OwnKind {
    pub fn reader<T: OwnExtractor>(self, name: &'static str) -> Reader<Self, T> {
        Reader::named(name)
    }
}

impl<T: OwnExtractor> Read for Reader<OwnKind, T> {
    type Value = T;

    async fn read(&mut self, call: &Call, bad: &mut BadParams) -> Result<Option<T>, Outcome> {
        Ok(T::own_extract(call, self.name, bad).await?)
    }
}

impl ExtractorKind {
    pub fn reader<T: FromRequest>(self, name: &'static str) -> Reader<Self, T> {
        Reader::named(name)
    }
}

impl<T: FromRequest> Read for Reader<ExtractorKind, T> {
    type Value = T;

    /// A failed extractor answers as a failed handler does: by the same error's own response.
    async fn read(&mut self, call: &Call, bad: &mut BadParams) -> Result<Option<T>, Outcome> {
        bad.check()?;
        call.publish();
        let future = call
            .exchange()
            .body
            .borrow_mut()
            .lend(call, std::any::type_name::<T>(), |payload| T::from_request(call.http(), payload));
        future.await.map(Some).map_err(|error| actix_outcome(&error.into()))
    }
}

/// Never implemented: it exists for the error message that the user reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a request",
    label = "it does not implement `serde::Deserialize`",
    note = "add `#[derive(serde::Deserialize)]` to `{Self}`",
    note = "if it has that: its fields own what they have, so `String` in place of `&str`, and `Vec<T>` in place of `&[T]`"
)]
pub trait Readable {}

impl<T> UnreadableKind<T> {
    pub fn reader<W>(self, name: &'static str) -> Reader<NowhereKind, W>
    where
        T: Readable,
    {
        Reader::named(name)
    }
}

impl NoArgumentKind {
    pub fn reader<T: RouteArgument>(self, name: &'static str) -> Reader<NowhereKind, T> {
        Reader::named(name)
    }
}
