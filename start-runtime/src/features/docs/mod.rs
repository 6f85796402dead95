//! The docs page and the OpenAPI document as routes of the program: built on first use, then kept.
//!
//! A route of the program at the same path replaces them. Without the feature `docs-page`, only the document is served.
//! The page loads nothing from the network.

mod cached_text;
#[cfg(feature = "docs-page")]
mod command;
#[cfg(feature = "docs-page")]
mod page;
mod places;
#[cfg(feature = "docs-page")]
mod prose;
mod settings;

use std::sync::OnceLock;

use actix_web::HttpResponse;

use crate::base::StartError;
use crate::document;
#[cfg(feature = "docs-page")]
use crate::kernel::BannerLine;
use crate::kernel::{Asked, Call, Capability, HandlerFuture, Opening, Route, Settings, Table, built_in};
use crate::response::Outcome;
use crate::router::{RoutePath, Segment};
use cached_text::CachedText;
use places::DocsPlaces;

pub const CAPABILITY: Capability = Capability {
    open,
    #[cfg(feature = "docs-page")]
    command: Some(command::DOCS),
    #[cfg(not(feature = "docs-page"))]
    command: None,
};

/// Adds those of the two routes that no route of the program replaces.
fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    let places: DocsPlaces = settings.take().unwrap_or_default();
    for route in places.routes()? {
        if opening.routes_at(route).next().is_none() {
            #[cfg(feature = "docs-page")]
            if route.declaration.function == PAGE.declaration.function {
                opening.banner.push(BannerLine::at("docs", route.pattern));
            }
            opening.routes.push(route);
        } else if opening.linked.iter().any(|own| own.pattern == route.pattern) {
            let path = route.pattern;
            tracing::info!(
                "{path} is a route of the program, in place of Start's own: `docs_at` and `openapi_at` choose another path for that"
            );
        }
    }
    opening.state.insert(Docs::at(places));
    Ok(())
}

/// The page and the document, each built when it is first requested.
#[derive(Default)]
pub struct Docs {
    document: OnceLock<Document>,
    #[cfg(feature = "docs-page")]
    places: DocsPlaces,
    #[cfg(feature = "docs-page")]
    page: OnceLock<CachedText>,
}

/// The document, and what the page takes from it.
struct Document {
    #[cfg(feature = "docs-page")]
    title: String,
    /// The Markdown of the document, for the page.
    #[cfg(feature = "docs-page")]
    prose: String,
    json: CachedText,
}

#[cfg(feature = "docs-page")]
static PAGE: Route =
    built_in::route("docs", "/docs", &[RoutePath { segments: &[Segment::Literal("docs")], params: &[] }], page);
static DOCUMENT: Route = built_in::route(
    "openapi",
    "/openapi.json",
    &[RoutePath { segments: &[Segment::Literal("openapi.json")], params: &[] }],
    document,
);

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
                #[cfg(feature = "docs-page")]
                prose: page::prose(&document),
                json: CachedText::new("application/json", Vec::new(), document::text(&document)),
            }
        })
    }

    #[cfg(feature = "docs-page")]
    fn page(&self, table: &Table) -> &CachedText {
        self.page.get_or_init(|| {
            let document = self.document(table);
            page::served(&document.title, &document.prose, &self.places)
        })
    }
}

fn document(asked: Asked<'_, '_>) -> Option<HandlerFuture> {
    answer(asked.call()?, |docs, call| docs.document(&call.exchange().worker.app.table).json.answer(call.http()))
}

#[cfg(feature = "docs-page")]
fn page(asked: Asked<'_, '_>) -> Option<HandlerFuture> {
    answer(asked.call()?, |docs, call| match page::without_slash(call.http().path()) {
        // The links of the page are relative.
        Some(location) => crate::response::Response::redirect(location).status(308).into(),
        None => docs.page(&call.exchange().worker.app.table).answer(call.http()),
    })
}

fn answer(call: Call, answer: fn(&Docs, &Call) -> HttpResponse) -> Option<HandlerFuture> {
    Some(Box::pin(async move {
        match call.exchange().worker.app.state.get() {
            Some(docs) => Outcome::Response(answer(docs, &call)),
            None => Outcome::Missing,
        }
    }))
}

#[cfg(feature = "docs-page")]
fn title(document: &serde_json::Value) -> &str {
    document["info"]["title"].as_str().unwrap_or("API")
}
