//! GraphiQL: the page in which a browser writes queries. It loads nothing from other hosts; its files are in the program
//! (`page/make` makes them), and are sent as they are to those who accept gzip, which every browser does.

use std::io::Read as _;
use std::sync::LazyLock;

use actix_web::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::read::GzDecoder;

use crate::event::APIEvent;
use crate::response::{Problem, Response, vary_by};

const SCRIPT: &[u8] = include_bytes!("page/script.js.gz");
const STYLE: &[u8] = include_bytes!("page/style.css.gz");

/// Without the comment that says what it is.
static START: LazyLock<String> = LazyLock::new(|| {
    let lines = include_str!("page/start.js").lines().filter(|line| !line.starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
});

/// Part of the files' names, so that browsers may keep them for ever.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The page or one of its files, if a request asks for it: a GET without a query that accepts HTML.
pub fn answer(event: &APIEvent) -> Option<Result<Response, Problem>> {
    if !matches!(*event.request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let params = event.request.search_params();
    if params.has("query") {
        return None;
    }
    if let Some(name) = params.get("graphiql") {
        let (kind, packed) = match name.split_once('-')?.0 {
            "script" => ("text/javascript; charset=utf-8", SCRIPT),
            "style" => ("text/css; charset=utf-8", STYLE),
            _ => return None,
        };
        return Some(file(event, kind, packed));
    }
    // `*/*` is no wish for a page.
    let accept = event.request.header("accept").unwrap_or_default().to_ascii_lowercase();
    let offers = ["application/json", "application/graphql-response+json", "text/event-stream", "text/html"];
    (accept.contains("text/html") && event.accepts(&offers) == Some("text/html")).then(page)
}

/// The page. A browser runs the scripts of this answer alone (Content Security Policy Level 3, nonces), and GraphiQL asks
/// this origin alone.
fn page() -> Result<Response, Problem> {
    let mut bytes = [0; 18];
    getrandom::getrandom(&mut bytes).map_err(Problem::internal)?;
    let nonce = URL_SAFE_NO_PAD.encode(bytes);
    let html = format!(include_str!("page/index.html"), nonce = nonce, version = VERSION, start = *START);
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:; font-src data:; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let page = Response::html(html)
        .header("content-security-policy", policy)
        .header("referrer-policy", "no-referrer")
        .header("cache-control", "no-store");
    Ok(page)
}

fn file(event: &APIEvent, kind: &str, packed: &'static [u8]) -> Result<Response, Problem> {
    let accepted = event.request.header("accept-encoding").unwrap_or_default().to_ascii_lowercase();
    let accepts = accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some("gzip")
            && !parts
                .any(|part| part.starts_with("q=0") && !part.contains(['1', '2', '3', '4', '5', '6', '7', '8', '9']))
    });
    let response = if accepts {
        Response::new(packed).header("content-encoding", "gzip")
    } else {
        let mut plain = Vec::new();
        GzDecoder::new(packed).read_to_end(&mut plain)?;
        Response::new(plain)
    };
    let response = response.content_type(kind).header("cache-control", "public, max-age=31536000, immutable");
    let mut response = actix_web::HttpResponse::from(response.header("x-content-type-options", "nosniff"));
    vary_by(&mut response, "Accept-Encoding");
    Ok(response.into())
}
