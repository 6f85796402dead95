use serde_json::{Value, json};

/// How a client authenticates: a Security Scheme Object of OpenAPI, under its name in the document.
///
/// ```
/// use start_runtime::openapi::SecurityScheme;
///
/// let session = SecurityScheme::cookie("session", "sid").description("Set by POST /login");
/// assert_eq!(session.name(), "session");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SecurityScheme {
    name: String,
    value: Value,
}

impl SecurityScheme {
    /// A token in `Authorization: Bearer …` (RFC 6750).
    pub fn bearer(name: impl Into<String>) -> Self {
        Self::raw(name, json!({ "type": "http", "scheme": "bearer" }))
    }

    /// A user name and a password in `Authorization: Basic …` (RFC 7617).
    pub fn basic(name: impl Into<String>) -> Self {
        Self::raw(name, json!({ "type": "http", "scheme": "basic" }))
    }

    /// A key in a header of its own.
    pub fn header(name: impl Into<String>, header: &str) -> Self {
        Self::raw(name, json!({ "type": "apiKey", "in": "header", "name": header }))
    }

    /// A key in a cookie, such as that of a session.
    pub fn cookie(name: impl Into<String>, cookie: &str) -> Self {
        Self::raw(name, json!({ "type": "apiKey", "in": "cookie", "name": cookie }))
    }

    /// A key in the query. It will appear in logs and browser histories: prefer a header.
    pub fn query(name: impl Into<String>, param: &str) -> Self {
        Self::raw(name, json!({ "type": "apiKey", "in": "query", "name": param }))
    }

    /// OpenID Connect. `url` is the address of the provider's configuration (OpenID Connect Discovery 1.0).
    pub fn open_id_connect(name: impl Into<String>, url: &str) -> Self {
        Self::raw(name, json!({ "type": "openIdConnect", "openIdConnectUrl": url }))
    }

    /// Any Security Scheme Object, such as one for OAuth 2 with its flows.
    pub fn raw(name: impl Into<String>, value: Value) -> Self {
        Self { name: name.into(), value }
    }

    /// Sets the description that people read.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        if let Some(members) = self.value.as_object_mut() {
            members.insert("description".to_owned(), Value::String(text.into()));
        }
        self
    }

    /// The name that operations refer to.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What clients have to do, without the text that people read.
    pub(crate) fn content(&self) -> Value {
        let mut value = self.value.clone();
        if let Some(members) = value.as_object_mut() {
            members.remove("description");
        }
        value
    }

    /// The cookie that the key is in, if it is in one.
    pub(crate) fn cookie_name(&self) -> Option<&str> {
        if self.value["in"] == "cookie" { self.value["name"].as_str() } else { None }
    }

    pub(crate) fn value(&self) -> &Value {
        &self.value
    }
}
