//! The decision which handler answers a method and a path, or why none does.

use std::borrow::Cow;

use actix_web::http::{Method, Uri};

use super::pages::{PageFile, PageFolder};
use crate::kernel::{Captured, Entry, Index, MethodTable, Names, PathText, Table};
use crate::router::{BadPath, RequestPath, Segment, Values};

/// How a request is to be answered.
#[allow(clippy::large_enum_variant, reason = "on the hot path, and gone before anything waits")]
pub enum Resolution {
    /// `by` answers; if that is an API route and it returns nothing, `page` answers: the page of the same path.
    Answer {
        by: Answerer,
        page: Option<Answerer>,
    },
    /// The automatic response to OPTIONS, with the value of Allow.
    Options(String),
    /// The path has routes, but none for the method. The text is the value of Allow.
    MethodNotAllowed(String),
    NotFound,
    BadPath(BadPath),
}

/// What answers a request.
pub enum Answerer {
    /// A handler, with the values of its parameters.
    Route(Entry, Captured),
    /// A file in the folder of static pages.
    File(PageFile),
}

/// Finds what answers a request. The command line uses this too, without a request.
pub fn resolve(table: &Table, folder: Option<&PageFolder>, method: &Method, uri: &Uri) -> Resolution {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    let api = match find(table.api(), uri) {
        Ok(api) => api,
        Err(error) => return Resolution::BadPath(error),
    };
    let Some((methods, captured)) = api else {
        return match page(table, folder, uri) {
            Some(by) if reads => Resolution::Answer { by, page: None },
            Some(_) => without_handler(method, MethodTable::default().allow(true)),
            None => Resolution::NotFound,
        };
    };
    if let Some(entry) = methods.entry(method) {
        let page = if reads { page(table, folder, uri) } else { None };
        return Resolution::Answer { by: Answerer::Route(entry, captured.named(entry)), page };
    }
    match page(table, folder, uri) {
        Some(by) if reads => Resolution::Answer { by, page: None },
        page => without_handler(method, methods.allow(page.is_some())),
    }
}

/// The page of this path: a page route, else a file.
fn page(table: &Table, folder: Option<&PageFolder>, uri: &Uri) -> Option<Answerer> {
    let found = if table.pages().is_empty() { None } else { find(table.pages(), uri).ok().flatten() };
    let route = found.and_then(|(methods, captured)| Some((methods.entry(&Method::GET)?, captured)));
    match route {
        Some((entry, captured)) => Some(Answerer::Route(entry, captured.named(entry))),
        None => folder?.find(uri).map(Answerer::File),
    }
}

fn without_handler(method: &Method, allow: String) -> Resolution {
    if *method == Method::OPTIONS { Resolution::Options(allow) } else { Resolution::MethodNotAllowed(allow) }
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
    /// Two methods of one shape may name its parameters differently.
    fn named(mut self, entry: Entry) -> Self {
        self.names = Names::Pattern(entry.path.params);
        self
    }
}

impl MethodTable {
    /// The index of the catch-all among the segments, which is the same for all routes of a shape.
    fn catch_all_at(&self) -> Option<usize> {
        let (last, before) = self.any_entry()?.path.segments.split_last()?;
        matches!(last, Segment::Rest | Segment::OptionalRest).then_some(before.len())
    }
}
