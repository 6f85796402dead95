use std::collections::BTreeMap;

use actix_web::Either;
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use super::guarded::{Origin, WantedParam};
use super::need::Need;
use super::problem::{PROBLEM_TYPE, problem_reference};
use super::procedure::ProcedureOutput;
use super::schemas::Schemas;
use super::security::SecurityScheme;
use super::signature::{Answer, BodyKind, Declared, Parameter, RequestBody};
use super::tidy;
use crate::http::ParamPlace;
use crate::response::IntoStatus;

/// Reads the text of a parameter, or says why it cannot be read.
pub type ReadsParam = fn(&str) -> Result<(), String>;

/// Schemes that a request must satisfy together, with their scopes.
pub type Requirement = BTreeMap<String, Vec<String>>;

/// A type that documents itself: an extractor, an error or a response of your own.
///
/// A handler that takes the type as an argument, returns it, or fails with it, includes it in its operation; you need
/// not do anything else. A type without this trait works the same, but the docs say less about it.
///
/// ```
/// use actix_web::{FromRequest, HttpRequest, dev::Payload};
/// use start_runtime::openapi::{Documented, Operation, SecurityScheme};
/// use start_runtime::prelude::*;
///
/// struct User(String);
///
/// impl FromRequest for User {
///     type Error = Problem;
///     type Future = std::future::Ready<Result<Self, Problem>>;
///
///     fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
///         let token = http.headers().get("authorization").and_then(|value| value.to_str().ok());
///         let user = token.and_then(|token| token.strip_prefix("Bearer ")).map(|name| User(name.into()));
///         std::future::ready(user.ok_or_else(|| Problem::unauthorized("who is asking?")))
///     }
/// }
///
/// impl Documented for User {
///     fn document(operation: &mut Operation<'_>) {
///         operation.security(SecurityScheme::bearer("token"));
///         operation.response(401, "No token, or an unknown one").problem();
///     }
/// }
///
/// #[api_route("/api/me")]
/// async fn GET(user: User) -> String {
///     user.0
/// }
/// # fn main() {}
/// ```
///
/// An extractor that is made of others can delegate to them: `Query::<Page>::document(operation)`. `Option`, `Result`,
/// `Either` and tuples of types that document themselves document themselves, too.
pub trait Documented {
    /// Adds what the type knows to the operation of a route.
    fn document(operation: &mut Operation<'_>);
}

impl<T: Documented> Documented for Option<T> {
    fn document(operation: &mut Operation<'_>) {
        operation.optional(T::document);
    }
}

/// The handler receives the error, and decides what to do about it: nothing is refused before.
impl<T: Documented, E> Documented for Result<T, E> {
    fn document(operation: &mut Operation<'_>) {
        operation.optional(T::document);
    }
}

impl<L: Documented, R: Documented> Documented for Either<L, R> {
    fn document(operation: &mut Operation<'_>) {
        operation.either(L::document, R::document);
    }
}

macro_rules! tuples {
    ($(($($T:ident)*))*) => {$(
        impl<$($T: Documented),*> Documented for ($($T,)*) {
            fn document(operation: &mut Operation<'_>) {
                $($T::document(operation);)*
            }
        }
    )*};
}

tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) }

/// The operation of one route in the document, while its types describe it.
pub struct Operation<'a> {
    /// `None` when only the start-up checks run.
    pub(crate) schemas: Option<&'a mut Schemas>,
    pub(crate) params: Vec<Parameter>,
    /// More than one if the body may have one of several formats.
    pub(crate) bodies: Vec<RequestBody>,
    pub(crate) answer: Answer,
    /// What a procedure of tRPC returns.
    #[allow(dead_code, reason = "capabilities have procedures")]
    pub(crate) output: ProcedureOutput,
    /// The functions that a handler calls which answers clients of tRPC.
    #[allow(dead_code, reason = "capabilities have procedures")]
    pub(crate) procedure_calls: Option<&'static [&'static str]>,
    /// Responses that a type documents itself, by status.
    pub(crate) answers: BTreeMap<u16, Value>,
    /// Responses that the attribute declares, by status.
    pub(crate) declared: BTreeMap<u16, Declared>,
    /// Whether the returned value has documented its status.
    pub(crate) answer_is_documented: bool,
    pub(crate) may_be_missing: bool,
    pub(crate) may_be_empty: bool,
    pub(crate) any_status: bool,
    pub(crate) fails_with_anything: bool,
    /// The value of an error that has any status.
    pub(crate) failure: Option<Answer>,
    /// Whether parameters are checked for more than their type.
    pub(crate) is_constrained: bool,
    /// Alternatives: a request must satisfy all schemes of one of them.
    pub(crate) security: Vec<Requirement>,
    pub(crate) schemes: Vec<SecurityScheme>,
    /// Whether the session of the client is read.
    pub(crate) takes_session: bool,
    pub(crate) extensions: Map<String, Value>,
    /// Types that should have a schema but have none.
    pub(crate) undocumented: Vec<&'static str>,
    pub(crate) needs: Vec<Need>,
    /// State in an `Option`.
    pub(crate) may_need: Vec<Need>,
    /// What reads each typed parameter of the path, by its name.
    pub(crate) readable: Vec<(&'static str, ReadsParam)>,
    /// The types that read the body. Alternatives count once.
    pub(crate) readers: Vec<(&'static str, BodyKind)>,
    /// Parameters that no request can carry, and what to take instead.
    pub(crate) unreadable: Vec<String>,
    /// The extractor function that is being described.
    pub(crate) origin: Option<Origin>,
    /// Whether that function says itself which schemes it accepts.
    pub(crate) says_security: bool,
    /// Parameters of the path that extractor functions take.
    pub(crate) wanted_params: Vec<WantedParam>,
    /// Schemes that extractor functions name, and the program declares elsewhere.
    pub(crate) named_schemes: Vec<String>,
    /// Extractor functions that take a body, which they may not.
    pub(crate) early_bodies: Vec<String>,
    /// Whether an extractor function refuses with responses of its own.
    pub(crate) guard_answers_anything: bool,
}

impl<'a> Operation<'a> {
    pub(crate) fn new(schemas: Option<&'a mut Schemas>) -> Self {
        Self {
            schemas,
            params: Vec::new(),
            bodies: Vec::new(),
            answer: Answer::Anything,
            output: ProcedureOutput::default(),
            procedure_calls: None,
            answers: BTreeMap::new(),
            declared: BTreeMap::new(),
            answer_is_documented: false,
            may_be_missing: false,
            may_be_empty: false,
            any_status: false,
            fails_with_anything: false,
            failure: None,
            is_constrained: false,
            security: vec![Requirement::new()],
            schemes: Vec::new(),
            takes_session: false,
            extensions: Map::new(),
            undocumented: Vec::new(),
            needs: Vec::new(),
            may_need: Vec::new(),
            readable: Vec::new(),
            readers: Vec::new(),
            unreadable: Vec::new(),
            origin: None,
            says_security: false,
            wanted_params: Vec::new(),
            named_schemes: Vec::new(),
            early_bodies: Vec::new(),
            guard_answers_anything: false,
        }
    }

    /// Adds a request header and its type; one with an `Option` may be missing.
    pub fn header<T: JsonSchema>(&mut self, name: &str, description: &str) {
        self.param::<T>(ParamPlace::Header, name, description);
    }

    /// Adds a query parameter and its type; one with an `Option` may be missing.
    pub fn query<T: JsonSchema>(&mut self, name: &str, description: &str) {
        self.param::<T>(ParamPlace::Query, name, description);
    }

    /// Adds a cookie and its type; one with an `Option` may be missing.
    pub fn cookie<T: JsonSchema>(&mut self, name: &str, description: &str) {
        self.param::<T>(ParamPlace::Cookie, name, description);
    }

    fn param<T: JsonSchema>(&mut self, place: ParamPlace, name: &str, description: &str) {
        let Some(schemas) = &mut self.schemas else { return };
        let schema = schemas.input_inline::<T>();
        let required = !tidy::is_nullable(&schema);
        self.push_param(place, name, required, tidy::without_null(schema));
        if let Some(param) = self.params.last_mut() {
            param.description = Some(description.to_owned());
            // The type reads it, and says itself what it refuses.
            param.is_refused = false;
        }
    }

    /// Adds a response with this status. `description` says when it is sent. Add its content to the returned value.
    /// This also works for the status of the handler's own value.
    pub fn response(&mut self, status: impl IntoStatus, description: &str) -> ResponseDoc<'_, 'a> {
        let status = status.into_status().map_or_else(|number| number, |status| status.as_u16());
        let response = self.answers.entry(status).or_insert_with(|| json!({}));
        if let Some(known) = response.get("description").and_then(Value::as_str).filter(|known| *known != description) {
            response["description"] = format!("{known}; {description}").into();
        } else {
            response["description"] = description.into();
        }
        ResponseDoc { status, operation: self }
    }

    /// Adds a security scheme that a request to the route must satisfy.
    pub fn security(&mut self, scheme: SecurityScheme) {
        self.security_scopes(scheme, []);
    }

    /// Adds a security scheme and the scopes that a request needs (OAuth 2, OpenID Connect).
    pub fn security_scopes<const N: usize>(&mut self, scheme: SecurityScheme, scopes: [&str; N]) {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        self.require(&[Requirement::from([(scheme.name().to_owned(), scopes)])]);
        self.schemes.push(scheme);
    }

    /// Documents what may be left out: what `document` adds for an `Option<T>`, which is `None` if there is no good `T`.
    ///
    /// Parameters, headers, cookies and a body need not be there, and a request need not satisfy the security schemes. The
    /// responses are left out, because nothing is refused. `Option<T>`, `Result<T, E>` and the like do this for each
    /// argument that documents itself. Call it for an extractor of your own in which something is optional:
    ///
    /// ```
    /// use start_runtime::openapi::{Documented, Operation, SecurityScheme};
    ///
    /// struct Visitor {
    ///     user: Option<String>,
    /// }
    ///
    /// impl Documented for Visitor {
    ///     fn document(operation: &mut Operation<'_>) {
    ///         operation.optional(|operation| operation.security(SecurityScheme::bearer("token")));
    ///         // in the document: "security": [{}, { "token": [] }]
    ///     }
    /// }
    /// ```
    pub fn optional(&mut self, document: impl FnOnce(&mut Self)) {
        let (params, bodies, needs) = (self.params.len(), self.bodies.len(), self.needs.len());
        let (answers, is_constrained) = (self.answers.clone(), self.is_constrained);
        let mut inside = self.security_of(document);
        inside.insert(0, Requirement::new());
        self.require(&inside);
        for param in self.params.iter_mut().skip(params) {
            param.required = false;
            param.is_refused = false;
        }
        for body in self.bodies.iter_mut().skip(bodies) {
            body.required = false;
            body.is_refused = false;
        }
        self.may_need.extend(self.needs.split_off(needs));
        self.answers = answers;
        self.is_constrained = is_constrained;
    }

    /// Documents two alternatives: a request needs what one of them adds. Parameters that only one of them has need not be
    /// there; the body may have either format; either security scheme will do.
    ///
    /// ```
    /// use start_runtime::openapi::{Documented, Operation, SecurityScheme};
    ///
    /// /// Signed in by a cookie, or with a token.
    /// struct Caller;
    ///
    /// impl Documented for Caller {
    ///     fn document(operation: &mut Operation<'_>) {
    ///         operation.either(
    ///             |operation| operation.security(SecurityScheme::cookie("session", "sid")),
    ///             |operation| operation.security(SecurityScheme::bearer("token")),
    ///         );
    ///         // in the document: "security": [{ "session": [] }, { "token": [] }]
    ///         operation.response(401, "Neither of both").problem();
    ///     }
    /// }
    /// ```
    pub fn either(&mut self, one: impl FnOnce(&mut Self), other: impl FnOnce(&mut Self)) {
        let (start, readers) = (self.params.len(), self.readers.len());
        let mut security = self.security_of(one);
        let middle = self.params.len();
        security.extend(self.security_of(other));
        self.readers.truncate(readers + 1);
        self.require(&security);
        let (before, second) = self.params.split_at_mut(middle);
        let first = &mut before[start..];
        for param in first.iter_mut() {
            param.required &= second.iter().any(|other| other.is_same(param));
        }
        for param in second.iter_mut() {
            param.required &= first.iter().any(|other| other.is_same(param));
        }
    }

    /// The security that `document` asks for, without what was asked for before.
    pub(super) fn security_of(&mut self, document: impl FnOnce(&mut Self)) -> Vec<Requirement> {
        let before = std::mem::replace(&mut self.security, vec![Requirement::new()]);
        document(self);
        std::mem::replace(&mut self.security, before)
    }

    /// A request must also satisfy one of these.
    pub(crate) fn require(&mut self, alternatives: &[Requirement]) {
        let mut all: Vec<Requirement> = Vec::new();
        for known in &self.security {
            for more in alternatives {
                let mut both = known.clone();
                for (name, scopes) in more {
                    let known = both.entry(name.clone()).or_default();
                    known.extend(scopes.iter().cloned());
                    known.sort_unstable();
                    known.dedup();
                }
                if !all.contains(&both) {
                    all.push(both);
                }
            }
        }
        self.security = all;
    }

    /// Adds a member of your own to the operation. Its name must begin with `x-`; any other is ignored.
    pub fn extension(&mut self, name: &str, value: impl Into<Value>) {
        if name.starts_with("x-") {
            self.extensions.insert(name.to_owned(), value.into());
        }
    }

    fn output_schema<T: JsonSchema>(&mut self) -> Value {
        self.schemas.as_mut().map_or_else(|| json!({}), |schemas| schemas.output::<T>())
    }
}

/// A response in the docs while it is being described. Without further calls it has no body.
pub struct ResponseDoc<'o, 'a> {
    status: u16,
    operation: &'o mut Operation<'a>,
}

impl ResponseDoc<'_, '_> {
    /// Adds a JSON body of this type.
    pub fn json<T: JsonSchema>(self) -> Self {
        self.content::<T>("application/json")
    }

    /// Adds a problem as the body (RFC 9457), or what [`OpenApi::error_type`](crate::openapi::OpenApi::error_type) declares
    /// in its place.
    pub fn problem(self) -> Self {
        self.add(PROBLEM_TYPE, problem_reference())
    }

    /// Adds a body of plain text.
    pub fn text(self) -> Self {
        self.add("text/plain", json!({ "type": "string" }))
    }

    /// Adds a body of this content type, with the schema of `T`.
    pub fn content<T: JsonSchema>(self, content_type: &str) -> Self {
        let schema = self.operation.output_schema::<T>();
        self.add(content_type, schema)
    }

    /// Adds a response header with its type and description.
    pub fn header<T: JsonSchema>(self, name: &str, description: &str) -> Self {
        let schema = self.operation.output_schema::<T>();
        let header = json!({ "description": description, "schema": schema });
        self.edit("headers", name, header)
    }

    fn add(self, content_type: &str, schema: Value) -> Self {
        self.edit("content", content_type, json!({ "schema": schema }))
    }

    fn edit(self, member: &str, name: &str, value: Value) -> Self {
        if let Some(response) = self.operation.answers.get_mut(&self.status) {
            response[member][name] = value;
        }
        self
    }
}
