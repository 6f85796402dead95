//! What applies to the whole document: the program's name and version, tags, security schemes, and the user's edits.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use super::listed::listed;
use super::paths::PathOperation;
use crate::base::StartError;
use crate::describe::{Operation, Schemas, SecurityScheme, ShortName};
use crate::kernel::{Declaration, ListedOperation, Package, Route, Table};
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
    pub(super) whole: Whole,
    /// Shorter names of the schemas.
    pub(super) short: BTreeMap<String, ShortName>,
}

/// What an edit says that the document has to be generated anew for.
#[derive(Clone, Debug, Default)]
pub struct Whole {
    pub errors: Option<ErrorType>,
    /// Names of schemas, by the id of the type.
    pub names: BTreeMap<String, String>,
    /// Security schemes that are declared with two contents.
    pub conflicts: Vec<String>,
}

/// What the program sends in place of problems.
#[derive(Clone, Debug)]
pub struct ErrorType {
    pub content_type: String,
    pub schema: fn(&mut Schemas) -> Value,
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
    pub(super) fn edited((document, short): (Value, BTreeMap<String, ShortName>)) -> Self {
        let mut edits: Vec<&OpenApiEdit> = inventory::iter::<OpenApiEdit>().collect();
        edits.sort_by_key(|edit| (edit.declaration.file, edit.declaration.line));
        let mut api = Self { document, whole: Whole::default(), short };
        for edit in edits {
            // Generating the document never panics: an edit that panics is left out.
            let mut edited =
                Self { document: api.document.clone(), whole: api.whole.clone(), short: api.short.clone() };
            match crate::base::panic::catch(|| (edit.edit)(&mut edited)) {
                Ok(()) if edited.document.is_object() => api = edited,
                Ok(()) => tracing::error!("{} leaves no document: it is passed over", edit.declaration.place()),
                Err(panic) => tracing::error!("{} panicked while documenting: {panic}", edit.declaration.place()),
            }
        }
        api
    }

    pub(super) fn into_document(self) -> Value {
        self.document
    }

    /// Declares what [`Start::on_error`](crate::Start::on_error) sends in place of problems: JSON of this type. Every error
    /// of the document that would be a problem has its schema, and the content type `application/json`.
    ///
    /// ```
    /// use start_runtime::openapi::OpenApi;
    /// use start_runtime::schemars::{self, JsonSchema};
    /// use start_runtime::{Response, Start};
    ///
    /// #[derive(serde::Serialize, JsonSchema)]
    /// struct Failure {
    ///     error: String,
    /// }
    ///
    /// #[start_runtime::openapi]
    /// fn about(document: &mut OpenApi) {
    ///     document.error_type::<Failure>();
    /// }
    ///
    /// fn start() -> Start {
    ///     Start::new().on_error(|problem, _| {
    ///         let error = problem.detail().unwrap_or(problem.title()).to_owned();
    ///         Response::json(Failure { error }).status(problem.status())
    ///     })
    /// }
    /// # fn main() {}
    /// ```
    pub fn error_type<T: JsonSchema>(&mut self) {
        self.error_type_as::<T>("application/json");
    }

    /// [`OpenApi::error_type`] with another content type.
    pub fn error_type_as<T: JsonSchema>(&mut self, content_type: &str) {
        let errors = ErrorType { content_type: content_type.to_owned(), schema: |schemas| schemas.output::<T>() };
        self.whole.errors = Some(errors);
    }

    /// Names the schema of a type, in place of the name that its path in its crate gives it. A name with other characters
    /// than letters, digits, `.`, `-` and `_`, and one that another type has, is left out and logged.
    pub fn schema_name<T: JsonSchema>(&mut self, name: &str) {
        let is_good =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
        let id = T::schema_id().into_owned();
        let is_free = self.whole.names.iter().all(|(known, other)| *known == id || other != name);
        if is_good && is_free {
            self.whole.names.insert(id, name.to_owned());
        } else {
            tracing::error!("`{}` cannot be the name of the schema of {id}", name.escape_debug());
        }
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

    /// Adds a security scheme, for routes that name it: `#[api_route("/…", security = "name")]`. If a type declares it as
    /// well, its description is kept where this one has none. Two different contents are an error at start-up.
    pub fn security_scheme(&mut self, scheme: SecurityScheme) {
        let schemes = &mut self.document["components"]["securitySchemes"];
        if !schemes.is_object() {
            *schemes = json!({});
        }
        let Some(known) = schemes.as_object_mut() else { return };
        if let Err(conflict) = add_scheme(known, &scheme) {
            self.whole.conflicts.push(format!("{conflict}, in a function with `#[start_runtime::openapi]`"));
        }
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

/// The Security Requirements of a function: those of its types, and those that its attribute names.
pub fn security(named: &[&str], operation: &Operation<'_>) -> Vec<Value> {
    let mut alternatives = operation.security.clone();
    for alternative in &mut alternatives {
        for name in named {
            alternative.entry((*name).to_owned()).or_default();
        }
    }
    let mut all: Vec<Value> = Vec::new();
    for alternative in alternatives {
        let alternative = json!(alternative);
        if !all.contains(&alternative) {
            all.push(alternative);
        }
    }
    if all == [json!({})] { Vec::new() } else { all }
}

/// Adds a scheme to those that are known. One that is declared twice keeps its description, also if only one of the two
/// has one; two different contents are an error.
pub fn add_scheme(known: &mut Map<String, Value>, scheme: &SecurityScheme) -> Result<(), String> {
    let name = scheme.name();
    let Some(first) = known.get_mut(name) else {
        known.insert(name.to_owned(), scheme.value().clone());
        return Ok(());
    };
    let content = SecurityScheme::raw(name, first.clone()).content();
    if content != scheme.content() {
        return Err(format!("`{name}` is {content}, and it is {}", scheme.content()));
    }
    match (first.get("description"), scheme.value().get("description")) {
        (Some(one), Some(other)) if one != other => Err(format!("`{name}` has the descriptions {one} and {other}")),
        (None, Some(_)) => {
            *first = scheme.value().clone();
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The security schemes of the routes' types, and those that are declared with two contents.
fn schemes(table: &Table, listed: &[ListedOperation]) -> (Map<String, Value>, Vec<String>) {
    let (mut known, mut conflicts) = (Map::new(), Vec::new());
    let mut places: BTreeMap<String, String> = BTreeMap::new();
    let mut add = |schemes: &[SecurityScheme], place: &str| {
        for scheme in schemes {
            let first = places.entry(scheme.name().to_owned()).or_insert_with(|| place.to_owned());
            let conflict = add_scheme(&mut known, scheme).err();
            conflicts.extend(conflict.map(|text| format!("{text}: compare {first} with {place}")));
        }
    };
    for route in table.routes().iter().filter(|route| route.kind == RouteKind::Api) {
        let mut operation = Operation::new(None);
        route.document(&mut operation);
        add(&operation.schemes, &route.place());
    }
    for listed in listed {
        add(&listed.schemes, &listed.place);
    }
    (known, conflicts)
}

/// Returns an error if an attribute names a security scheme that is not declared, or if one is declared twice with
/// different contents.
pub fn check_security(table: &Table) -> Result<(), StartError> {
    let routes = table.routes().iter().filter(|route| route.kind == RouteKind::Api);
    let listed = listed(table, &mut Schemas::new());
    let named = routes.map(|route| (route.place(), named_schemes(route)));
    let named = named.chain(listed.iter().map(|listed| (listed.place.clone(), listed.named_schemes.clone())));
    let named: Vec<_> = named.filter(|(_, names)| !names.is_empty()).collect();
    let (of_types, mut conflicts) = schemes(table, &listed);
    let may_differ = !of_types.is_empty() && inventory::iter::<OpenApiEdit>().next().is_some();
    if conflicts.is_empty() && named.is_empty() && !may_differ {
        return Ok(());
    }
    let api = super::assemble::generated(table);
    conflicts.extend(api.whole.conflicts.clone());
    if !conflicts.is_empty() {
        return Err(StartError::new(format!(
            "a security scheme is declared twice, and not the same:\n  {}\nDeclare it once, in a function that both call, or give one of them another name",
            conflicts.join("\n  ")
        )));
    }
    let document = api.into_document();
    let schemes = document["components"]["securitySchemes"].as_object();
    let known: BTreeSet<&str> = schemes.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    let unknown = |(place, names): &(String, Vec<String>)| {
        let name = names.iter().find(|name| !known.contains(name.as_str()))?;
        Some(format!("`{name}` at {place}"))
    };
    let unknown: Vec<String> = named.iter().filter_map(unknown).collect();
    if unknown.is_empty() { Ok(()) } else { Err(unknown_security(&unknown, &known)) }
}

/// The schemes that a route names without declaring them: in its attribute, and in those of its extractors.
fn named_schemes(route: &'static Route) -> Vec<String> {
    let mut operation = Operation::new(None);
    route.document(&mut operation);
    route.security.iter().map(|name| (*name).to_owned()).chain(operation.named_schemes).collect()
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
