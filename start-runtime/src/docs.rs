//! The docs page and the document, as routes of the program: built on first use, then kept.

mod kept;
#[cfg(feature = "docs-page")]
mod page;
mod place;

use std::sync::OnceLock;

use actix_web::HttpResponse;
use serde_json::Value;

use crate::document;
use crate::kernel::built_in::{self, BUILT_IN};
use crate::kernel::{Call, HandlerFuture, Route, Table};
use crate::response::Outcome;
use crate::router::{RoutePath, Segment};
use kept::Kept;
pub use place::DocsPlaces;

/// Both views, once somebody has asked for them.
#[derive(Default)]
pub struct Docs {
    document: OnceLock<Document>,
    #[cfg(feature = "docs-page")]
    places: DocsPlaces,
    #[cfg(feature = "docs-page")]
    page: OnceLock<Kept>,
}

/// The document, and what the page says before it has read it.
struct Document {
    #[cfg(feature = "docs-page")]
    title: String,
    json: Kept,
}

#[cfg(feature = "docs-page")]
static PAGE: Route =
    built_in::route(PAGE_FUNCTION, "/docs", &[RoutePath { segments: &[Segment::Literal("docs")], params: &[] }], page);
static DOCUMENT: Route = built_in::route(
    "openapi",
    "/openapi.json",
    &[RoutePath { segments: &[Segment::Literal("openapi.json")], params: &[] }],
    document,
);

const PAGE_FUNCTION: &str = "docs";

impl Docs {
    #[cfg_attr(not(feature = "docs-page"), expect(unused_variables, reason = "the page alone has links"))]
    pub fn at(places: DocsPlaces) -> Self {
        Self {
            #[cfg(feature = "docs-page")]
            places,
            ..Self::default()
        }
    }

    fn document(&self, table: &Table) -> &Document {
        self.document.get_or_init(|| {
            let document = document::document(table);
            Document {
                #[cfg(feature = "docs-page")]
                title: title(&document).to_owned(),
                json: Kept::new("application/json", Vec::new(), document::text(&document)),
            }
        })
    }

    #[cfg(feature = "docs-page")]
    fn page(&self, table: &Table) -> &Kept {
        self.page.get_or_init(|| page::served(&self.document(table).title, &self.places))
    }
}

/// Where the page is, if there is one.
pub fn page_path(table: &Table) -> Option<&'static str> {
    let page = |route: &&&'static Route| route.module == BUILT_IN && route.function == PAGE_FUNCTION;
    table.routes().iter().find(page).map(|route| route.pattern)
}

fn document(call: Call) -> HandlerFuture {
    answer(call, |docs, call| docs.document(&call.exchange().worker.app.table).json.answer(call.http()))
}

#[cfg(feature = "docs-page")]
fn page(call: Call) -> HandlerFuture {
    answer(call, |docs, call| match page::without_slash(call.http().path()) {
        // The links of the page are relative.
        Some(location) => crate::response::Response::redirect(location).status(308).into(),
        None => docs.page(&call.exchange().worker.app.table).answer(call.http()),
    })
}

fn answer(call: Call, answer: fn(&Docs, &Call) -> HttpResponse) -> HandlerFuture {
    Box::pin(async move { Outcome::Response(answer(&call.exchange().worker.app.docs, &call)) })
}

/// The files of a site that shows the docs without the program: names and contents.
#[cfg(feature = "docs-page")]
pub fn site(table: &Table) -> [(&'static str, String); 2] {
    let document = document::document(table);
    [("index.html", page::from_disk(title(&document), &document)), (page::SITE_DOCUMENT, document::text(&document))]
}

#[cfg(feature = "docs-page")]
fn title(document: &Value) -> &str {
    document["info"]["title"].as_str().unwrap_or("API")
}
