//! The decision: which handler answers a method and a path, or why none does.

use std::borrow::Cow;

use actix_web::http::{Method, Uri};

use crate::event::{Captured, Names, PathText};
use crate::path::{BadPath, RequestPath};
use crate::route::Segment;
use crate::router::Values;
use crate::table::{Entry, Index, MethodTable, Table};

/// What is to be done with a request.
#[allow(clippy::large_enum_variant, reason = "on the hot path, and gone before anything waits")]
pub enum Resolution<'t> {
    /// A handler answers.
    Handler(Target<'t>),
    /// The automatic answer to OPTIONS, with the value of Allow.
    Options(String),
    /// The path is there, the method is not.
    MethodNotAllowed(String),
    NotFound,
    BadPath(BadPath),
}

/// A handler, with the values of its params.
pub struct Target<'t> {
    pub entry: Entry,
    pub captured: Captured,
    /// The page that answers if the API handler gives nothing.
    pub page: Option<Page<'t>>,
}

/// A page of the same path.
pub struct Page<'t> {
    table: &'t MethodTable,
    captured: Captured,
}

/// Finds what answers. Pure: the command line asks the same question without a request.
pub fn resolve<'t>(table: &'t Table, method: &Method, uri: &Uri) -> Resolution<'t> {
    let page = |needed: bool| if needed && !table.pages().is_empty() { find(table.pages(), uri) } else { Ok(None) };
    let reads = matches!(*method, Method::GET | Method::HEAD);
    let api = match find(table.api(), uri) {
        Ok(api) => api,
        Err(error) => return Resolution::BadPath(error),
    };
    if let Some((methods, captured)) = api {
        if let Some(entry) = methods.entry(method) {
            let captured = captured.named(entry);
            let page = page(reads).ok().flatten().map(|(table, captured)| Page { table, captured });
            return Resolution::Handler(Target { entry, captured, page });
        }
        let page = page(true).ok().flatten();
        if let Some(target) = page.as_ref().filter(|_| reads).and_then(|(pages, _)| pages.entry(method)) {
            let captured = page.map_or_else(Captured::none, |(_, captured)| captured).named(target);
            return Resolution::Handler(Target { entry: target, captured, page: None });
        }
        return without_handler(method, methods.allow(page.map(|(pages, _)| pages)));
    }
    match page(true) {
        Ok(Some((pages, captured))) => match pages.entry(method).filter(|_| reads) {
            Some(entry) => Resolution::Handler(Target { entry, captured: captured.named(entry), page: None }),
            None => without_handler(method, pages.allow(None)),
        },
        Ok(None) => Resolution::NotFound,
        Err(error) => Resolution::BadPath(error),
    }
}

fn without_handler(method: &Method, allow: String) -> Resolution<'static> {
    if *method == Method::OPTIONS { Resolution::Options(allow) } else { Resolution::MethodNotAllowed(allow) }
}

impl Page<'_> {
    /// The page as a handler.
    pub fn into_target(self, method: &Method) -> Option<(Entry, Captured)> {
        let entry = self.table.entry(method)?;
        Some((entry, self.captured.named(entry)))
    }
}

type Found<'t> = Option<(&'t MethodTable, Captured)>;

fn find<'t>(index: &'t Index, uri: &Uri) -> Result<Found<'t>, BadPath> {
    let raw = uri.path();
    if let Some(methods) = index.find_literal(raw) {
        return Ok(Some((methods, Captured::none())));
    }
    let path = RequestPath::parse(raw)?;
    let Some((methods, values)) = index.find(&path) else { return Ok(None) };
    Ok(Some((methods, capture(path, values, methods, uri))))
}

fn capture(path: RequestPath<'_>, values: Values, methods: &MethodTable, uri: &Uri) -> Captured {
    if values.is_empty() {
        return Captured::none();
    }
    let rest = methods.catch_all_at().map_or_else(Vec::new, |index| path.spans_from(index).to_vec());
    let text = match (path.into_text(), uri.path_and_query()) {
        (Cow::Borrowed(_), Some(path)) => PathText::Raw(path.clone()),
        (text, _) => PathText::Decoded(text.into()),
    };
    Captured { names: Names::Pattern(&[]), text, values, rest }
}

impl Captured {
    /// Two methods of one shape may give its params different names.
    fn named(mut self, entry: Entry) -> Self {
        self.names = Names::Pattern(entry.path.params);
        self
    }
}

impl MethodTable {
    /// The place of the catch-all among the segments: the same for all routes of a shape.
    fn catch_all_at(&self) -> Option<usize> {
        let (last, before) = self.any_entry()?.path.segments.split_last()?;
        matches!(last, Segment::Rest | Segment::OptionalRest).then_some(before.len())
    }
}
