//! The docs page and the document, as routes of the program: built on first use, then kept.

use std::sync::OnceLock;

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;

use crate::event::Call;
use crate::openapi;
use crate::response::{Outcome, Response};
use crate::route::{HandlerFuture, Package, Route, RouteKind, RoutePath, Segment};
use crate::table::Table;

/// The page: one file, no framework, nothing from the network.
const PAGE: &str = include_str!("docs/page.html");

/// The page may run its own script and ask its own server, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The crate name of the routes that Start itself brings.
pub const BUILT_IN: &str = "start_runtime";

/// Both views, once somebody has asked for them.
#[derive(Default)]
pub struct Docs {
    document: OnceLock<Bytes>,
    page: OnceLock<Bytes>,
}

/// The routes `/docs` and `/openapi.json`.
pub static ROUTES: [&Route; 2] = [&DOCS, &OPENAPI];

static DOCS: Route = built_in("/docs", &[RoutePath { segments: &[Segment::Literal("docs")], params: &[] }], page);
static OPENAPI: Route =
    built_in("/openapi.json", &[RoutePath { segments: &[Segment::Literal("openapi.json")], params: &[] }], document);

const fn built_in(pattern: &'static str, paths: &'static [RoutePath], handler: fn(Call) -> HandlerFuture) -> Route {
    Route {
        kind: RouteKind::Api,
        methods: &["GET"],
        pattern,
        paths,
        optional: false,
        status: None,
        tag: None,
        hidden: true,
        deprecated: false,
        body_limit: None,
        docs: "",
        function: "docs",
        security: &[],
        package: Package::NONE,
        module: BUILT_IN,
        file: file!(),
        line: line!(),
        handler,
        describe: |_| {},
    }
}

fn document(call: Call) -> HandlerFuture {
    Box::pin(async move {
        let app = &call.exchange().worker.app;
        let json = app.docs.document.get_or_init(|| to_json(&app.table).into());
        Outcome::Response(Response::new(json.clone()).content_type("application/json").into())
    })
}

fn page(call: Call) -> HandlerFuture {
    Box::pin(async move {
        let app = &call.exchange().worker.app;
        let html = app.docs.page.get_or_init(|| render(&app.table, "/openapi.json").into());
        let mut response: HttpResponse = Response::new(html.clone()).content_type("text/html; charset=utf-8").into();
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        Outcome::Response(response)
    })
}

/// The document as text, indented.
pub fn to_json(table: &Table) -> String {
    // A `Value` has text keys only, so it always serializes.
    serde_json::to_string_pretty(&openapi::document(table)).unwrap_or_default() + "\n"
}

/// The page with the document in it, so that it also opens from disk.
fn render(table: &Table, openapi_url: &str) -> String {
    let json = serde_json::to_string(&openapi::document(table)).unwrap_or_default();
    let json = json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    let (title, _) = openapi::title(table);
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let page = PAGE.replace("{{title}}", &escape(&title)).replace("{{openapi_url}}", &escape(openapi_url));
    page.replacen("/*OPENAPI*/", &json, 1)
}
