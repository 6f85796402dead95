//! The docs page: one HTML file that contains its style and script and loads no others.
//!
//! When the program serves it, the page requests the document by a relative link, so it works behind any prefix. When
//! it is opened from disk, it contains the document, because a page from disk must not read other files.
//!
//! It was compared with embeddable pages from other projects (`docs/src/docs-page.md`). The best of them is forty times
//! the size, takes seconds for a thousand operations, encodes the slashes of a catch-all, and has no place for routes
//! that OpenAPI cannot express.

use std::sync::LazyLock;

use actix_web::http::header::{self, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::cached_text::CachedText;
use super::places::DocsPlaces;
use super::prose;

const STYLE: &str = include_str!("page/style.css");

/// Runs before the first paint.
static EARLY: LazyLock<String> = LazyLock::new(|| without_comments(include_str!("page/early.js")));

/// The parts of one script, in this order: a part uses only what the parts before it define, as its first line says
/// (`tests/docs-page` checks this). Only `main.js` has an effect when it is loaded.
const PARTS: &str = concat!(
    include_str!("page/elements.js"),
    include_str!("page/markdown.js"),
    include_str!("page/document.js"),
    include_str!("page/schema.js"),
    include_str!("page/sample.js"),
    include_str!("page/media.js"),
    include_str!("page/operations.js"),
    include_str!("page/auth.js"),
    include_str!("page/request.js"),
    include_str!("page/code.js"),
    include_str!("page/body.js"),
    include_str!("page/result.js"),
    include_str!("page/try.js"),
    include_str!("page/operation.js"),
    include_str!("page/chrome.js"),
    include_str!("page/search.js"),
    include_str!("page/main.js"),
);

/// The script as browsers receive it.
static SCRIPT: LazyLock<String> = LazyLock::new(|| without_comments(PARTS));

/// The name of the document in a site that is opened from disk.
pub const SITE_DOCUMENT: &str = "openapi.json";

/// The differences between a page that is served and one that is opened from disk.
struct Page<'a> {
    title: &'a str,
    /// The link to the document.
    document: &'a str,
    /// The link to the root of the server, if there is one.
    root: &'a str,
    /// The data that the page contains: its prose, and the document if the page cannot request it.
    inlined: String,
    policy: String,
}

/// The page that the running program serves.
pub fn served(title: &str, prose: &str, places: &DocsPlaces) -> CachedText {
    let root = top(&places.page);
    let document = format!("{root}{}", places.document.trim_start_matches('/'));
    let page = Page { title, document: &document, root: &root, inlined: prose.to_owned(), policy: String::new() };
    let policy = format!("{}; connect-src 'self'; frame-ancestors 'none'", policy());
    let headers = vec![
        // The hashes are base64, which is always valid in a header.
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'")),
        ),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    CachedText::new("text/html; charset=utf-8", headers, page.html())
}

/// The page that is opened from disk.
pub fn from_disk(title: &str, document: &Value) -> String {
    let inlined = data("openapi", &document.to_string()) + &prose(document);
    let policy = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">", policy());
    Page { title, document: SITE_DOCUMENT, root: "", inlined, policy }.html()
}

/// The Markdown of a document, as the page reads it.
pub fn prose(document: &Value) -> String {
    data("ui-prose", &Value::Object(prose::trees(document)).to_string())
}

/// JSON in the page. It is no script, so the policy need not allow it.
fn data(id: &str, json: &str) -> String {
    format!("<script type=\"application/json\" id=\"{id}\">{}</script>", json.replace('<', "\\u003c"))
}

/// Returns the path without its last slash, if it has one, as a relative reference.
pub fn without_slash(path: &str) -> Option<String> {
    let last = path.strip_suffix('/')?.rsplit('/').next().filter(|last| !last.is_empty())?;
    Some(format!("../{last}"))
}

/// The relative link from the page to the root of the server (RFC 3986, section 4.2).
fn top(page: &str) -> String {
    match page.matches('/').count() {
        0 | 1 => "./".to_owned(),
        slashes => "../".repeat(slashes - 1),
    }
}

/// A policy that lets the page run its own script and nothing else (Content Security Policy Level 3).
fn policy() -> String {
    let [early, script, style] = [&*EARLY, &*SCRIPT, STYLE].map(|text| STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; script-src 'sha256-{early}' 'sha256-{script}'; style-src 'sha256-{style}'; img-src data:; \
         base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )
}

impl Page<'_> {
    fn html(&self) -> String {
        let Self { inlined, policy, .. } = self;
        let [title, document, root] = [self.title, self.document, self.root].map(escaped);
        format!(
            include_str!("page/index.html"),
            title = title,
            document = document,
            root = root,
            policy = policy,
            inlined = inlined,
            style = STYLE,
            early = *EARLY,
            script = *SCRIPT,
        )
    }
}

/// Removes the lines that contain only a comment. Types and reasons are a fifth of the page, and only readers of the
/// source need them. A template string over several lines could contain a line that looks like a comment; the parts
/// have none, and `tests/docs-page` compares the served script with them.
fn without_comments(script: &str) -> String {
    let mut kept = String::with_capacity(script.len());
    let mut inside = false;
    for line in script.split_inclusive('\n') {
        let text = line.trim();
        let opens = text.starts_with("/*");
        let ends = text.find("*/").map(|at| at + 2);
        // Code may follow the type of a cast.
        let is_block = opens && ends.is_none_or(|end| end == text.len());
        if !(inside || is_block || text.starts_with("//")) {
            kept.push_str(line);
        }
        inside = (inside || opens) && ends.is_none();
    }
    kept
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
