//! What applies to the whole document: the program's name and version, tags, security schemes, and the user's edits.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::paths::PathOperation;
use crate::base::StartError;
use crate::describe::{Operation, SecurityScheme};
use crate::kernel::{Declaration, Package, Route, Table};
use crate::router::{RouteKind, Segment};

/// The OpenAPI document of the program, for everything that no signature expresses: other servers, a description of the
/// whole, security schemes.
///
/// Title, version, description, licence and contact come from the package's `Cargo.toml`. To change them, write a
/// function with `#[start_runtime::openapi]`. It is called when the document is generated, including by the `openapi`
/// command, before `main`:
///
/// ```
/// use start_runtime::openapi::{OpenApi, SecurityScheme};
///
/// #[start_runtime::openapi]
/// fn about(document: &mut OpenApi) {
///     document.title("Owl Post");
///     document.server("https://owls.example.com", "The real one");
///     document.tag("owls", "Birds that carry letters");
///     document.security_scheme(SecurityScheme::bearer("token").description("From POST /login"));
/// }
/// # fn main() {}
/// ```
#[derive(Debug)]
pub struct OpenApi {
    document: Value,
}

/// A function that edits the document. Only the attribute creates one.
pub struct OpenApiEdit {
    /// Where and how the function was written.
    pub declaration: Declaration,
    /// The function.
    pub edit: fn(&mut OpenApi),
}

inventory::collect!(OpenApiEdit);

/// The package of `main`. Only `#[start_runtime::main]` creates one.
pub struct Program {
    /// The package.
    pub package: Package,
}

inventory::collect!(Program);

impl OpenApi {
    /// Returns the document after all edits. The edits of one file run in the order of its lines.
    pub(super) fn edited(document: Value) -> Value {
        let mut edits: Vec<&OpenApiEdit> = inventory::iter::<OpenApiEdit>().collect();
        edits.sort_by_key(|edit| (edit.declaration.file, edit.declaration.line));
        let mut api = Self { document };
        for edit in edits {
            // Generating the document never panics: an edit that panics is left out.
            let mut edited = Self { document: api.document.clone() };
            match crate::base::panic::catch(|| (edit.edit)(&mut edited)) {
                Ok(()) if edited.document.is_object() => api = edited,
                Ok(()) => tracing::error!("{} leaves no document: it is passed over", edit.declaration.place()),
                Err(panic) => tracing::error!("{} panicked while documenting: {panic}", edit.declaration.place()),
            }
        }
        api.document
    }

    /// Sets the title, in place of the package's name.
    pub fn title(&mut self, text: &str) {
        self.document["info"]["title"] = text.into();
    }

    /// Sets the version, in place of the package's.
    pub fn version(&mut self, text: &str) {
        self.document["info"]["version"] = text.into();
    }

    /// Sets the description (CommonMark), in place of the package's.
    pub fn description(&mut self, text: &str) {
        self.document["info"]["description"] = text.into();
    }

    /// Sets the contact, in place of the package's author. Empty texts are left out.
    pub fn contact(&mut self, name: &str, email: &str, url: &str) {
        let members = [("name", name), ("email", email), ("url", url)].into_iter();
        let members = members.filter(|(_, text)| !text.is_empty());
        self.document["info"]["contact"] =
            members.map(|(name, text)| (name.to_owned(), text.into())).collect::<Map<_, _>>().into();
    }

    /// Adds a server. The first one replaces `/`, the server that the document itself comes from.
    pub fn server(&mut self, url: &str, description: &str) {
        let server = json!({ "url": url.strip_suffix('/').filter(|url| !url.is_empty()).unwrap_or(url), "description": description });
        match &mut self.document["servers"] {
            Value::Array(servers) if *servers != [json!({ "url": "/" })] => servers.push(server),
            servers => *servers = json!([server]),
        }
    }

    /// Describes a tag. A tag that no route has is added to the list.
    pub fn tag(&mut self, name: &str, description: &str) {
        let tag = json!({ "name": name, "description": description });
        if let Some(tags) = self.document["tags"].as_array_mut() {
            match tags.iter_mut().find(|tag| tag["name"] == name) {
                Some(known) => *known = tag,
                None => tags.push(tag),
            }
        }
    }

    /// Adds a security scheme, for routes that name it: `#[api_route("/…", security = "name")]`.
    pub fn security_scheme(&mut self, scheme: SecurityScheme) {
        let (name, value) = scheme.into_parts();
        self.document["components"]["securitySchemes"][name] = value;
    }

    /// The document itself, for all other changes.
    pub fn raw(&mut self) -> &mut Value {
        &mut self.document
    }
}

/// Builds the Info Object from the manifest of the program's package.
pub fn info(table: &Table) -> Value {
    let (title, version) = title(table);
    let package = own_package(table);
    let mut info = json!({ "title": title, "version": version });
    let description = text(package.and_then(|package| package.description));
    info["description"] = description.map_or_else(|| format!("The API of {title}."), str::to_owned).into();
    let contact = contact(package);
    if !contact.is_empty() {
        info["contact"] = contact.into();
    }
    if let Some(license) = text(package.and_then(|package| package.license)) {
        info["license"] = json!({ "name": license, "identifier": license });
    }
    info
}

/// Builds the contact from the first author (`Ada <ada@example.com>`) and the homepage.
fn contact(package: Option<&Package>) -> Map<String, Value> {
    let mut contact = Map::new();
    let author = text(package.and_then(|package| package.authors)).and_then(|authors| authors.split(':').next());
    let (name, rest) = author.map_or(("", ""), |author| author.split_once('<').unwrap_or((author, "")));
    let email = rest.trim_end_matches('>');
    let url = package.and_then(|package| text(package.homepage).or_else(|| text(package.repository)));
    for (member, text) in [("name", name.trim()), ("email", email), ("url", url.unwrap_or_default())] {
        if !text.is_empty() {
            contact.insert(member.to_owned(), text.into());
        }
    }
    contact
}

/// Cargo sets the variable of a missing key to an empty text.
fn text(value: Option<&'static str>) -> Option<&'static str> {
    value.filter(|text| !text.is_empty())
}

/// The name of the package, else that of the program, and the version of the package.
pub fn title(table: &Table) -> (String, String) {
    let package = own_package(table);
    let name = package.and_then(|package| package.name).map_or_else(program, str::to_owned);
    (name, package.and_then(|package| text(package.version)).unwrap_or("0.0.0").to_owned())
}

fn program() -> String {
    let path = std::env::current_exe().ok();
    path.and_then(|path| Some(path.file_stem()?.to_str()?.to_owned())).unwrap_or_else(|| "API".to_owned())
}

/// The package that the document is about: that of `main`, else that of the first function that edits the document,
/// else the package with the name of the program, else the one with the most routes.
fn own_package(table: &Table) -> Option<&'static Package> {
    if let Some(program) = inventory::iter::<Program>().next() {
        return Some(&program.package);
    }
    let edits = inventory::iter::<OpenApiEdit>().map(|edit| &edit.declaration);
    if let Some(first) = edits.min_by_key(|declaration| (declaration.file, declaration.line)) {
        return Some(&first.package);
    }
    let packages =
        || table.routes().iter().map(|route| &route.declaration.package).filter(|package| package.name.is_some());
    let program = program();
    let count = |package: &Package| packages().filter(|other| other.name == package.name).count();
    let most = || packages().max_by_key(|package| (count(package), std::cmp::Reverse(package.name)));
    packages().find(|package| package.name == Some(program.as_str())).or_else(most)
}

/// The tag of an operation: the one in the attribute, else the first literal segment of the path other than `api`, else
/// `default`.
pub fn tag(place: &PathOperation) -> String {
    if let Some(tag) = place.route.tag {
        return tag.to_owned();
    }
    let segments = place.route.paths.first().map_or(&[][..], |path| path.segments);
    let word = segments.iter().find_map(|segment| match segment {
        Segment::Literal("api") => None,
        Segment::Literal(text) => Some((*text).to_owned()),
        _ => None,
    });
    word.unwrap_or_else(|| "default".to_owned())
}

/// The Security Requirements of a route: those of its types, and those of the attribute.
pub fn security(route: &Route, operation: &Operation<'_>) -> Vec<Value> {
    let mut all: Map<String, Value> = Map::new();
    for (name, scopes) in &operation.security {
        all.insert(name.clone(), json!(scopes));
    }
    for name in route.security {
        all.entry((*name).to_owned()).or_insert_with(|| json!([]));
    }
    if all.is_empty() { Vec::new() } else { vec![all.into()] }
}

/// Returns an error if an attribute names a security scheme that is not declared.
pub fn check_security(table: &Table) -> Result<(), StartError> {
    let named = || table.routes().iter().filter(|route| route.kind == RouteKind::Api && !route.security.is_empty());
    if named().next().is_none() {
        return Ok(());
    }
    let document = super::document(table);
    let schemes = document["components"]["securitySchemes"].as_object();
    let known: BTreeSet<&str> = schemes.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    let unknown = |route: &&'static Route| {
        let name = route.security.iter().find(|name| !known.contains(**name))?;
        Some(format!("`{name}` at {}", route.place()))
    };
    let unknown: Vec<String> = named().filter_map(unknown).collect();
    if unknown.is_empty() { Ok(()) } else { Err(unknown_security(&unknown, &known)) }
}

fn unknown_security(unknown: &[String], known: &BTreeSet<&str>) -> StartError {
    let known = if known.is_empty() { "none".to_owned() } else { known.iter().copied().collect::<Vec<_>>().join(", ") };
    StartError::new(format!(
        "a route asks for a security scheme that nobody declares: {}; there is {known}\n\
         Declare it:\n\n    \
         #[start_runtime::openapi]\n    \
         fn about(document: &mut start_runtime::openapi::OpenApi) {{\n        \
         document.security_scheme(start_runtime::openapi::SecurityScheme::bearer(\"token\"));\n    }}",
        unknown.join(", ")
    ))
}
