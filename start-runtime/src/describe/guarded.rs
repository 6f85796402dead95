//! What an extractor function adds to the operation of a route: its scheme, its refusals, and what it takes itself.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::operation::{Operation, Requirement};
use super::problem::{PROBLEM_TYPE, problem_reference};
use super::scheme::Scheme;
use super::signature::{Answer, Declared};

/// The function that something comes from: a route takes it by way of this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    pub function: &'static str,
    pub file: &'static str,
    pub line: u32,
}

impl Origin {
    /// File and line, such as `src/auth.rs:12`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

/// A parameter of the path that an extractor function takes by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedParam {
    pub name: &'static str,
    pub kind: WantedKind,
    pub by: Origin,
}

/// How often such a parameter is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WantedKind {
    /// In every request.
    One,
    /// Perhaps.
    Optional,
    /// As any number of segments.
    Rest,
}

/// What an extractor function says of itself.
pub struct GuardDocs {
    pub origin: Origin,
    pub schemes: Vec<Scheme>,
    /// Whether it may find nothing without refusing.
    pub may_find_nothing: bool,
    /// Its arguments, its error, and the statuses of its attribute.
    pub describe: fn(&mut Operation<'_>),
}

const NOT_AUTHENTICATED: &str = "The request is not authenticated";

impl Operation<'_> {
    /// Adds an extractor function. `optional`: a request without credentials is let in. Its refusals come before the
    /// handler, and say nothing about what the handler answers.
    pub fn guarded(&mut self, guard: &GuardDocs, optional: bool) {
        let bodies = self.bodies.len();
        let origin = self.origin.replace(guard.origin);
        let answers = std::mem::take(&mut self.answers);
        let declared = std::mem::take(&mut self.declared);
        let failure = self.failure.take();
        let fails_with_anything = std::mem::take(&mut self.fails_with_anything);

        let says_itself = std::mem::replace(&mut self.says_security, !guard.schemes.is_empty());
        let mut security = self.security_of(|operation| {
            (guard.describe)(operation);
            let mut alternatives: Vec<Requirement> = guard.schemes.iter().map(Scheme::requirement).collect();
            if alternatives.is_empty() {
                alternatives.push(Requirement::new());
            }
            operation.require(&alternatives);
        });
        self.named_schemes.extend(guard.schemes.iter().filter_map(|scheme| match scheme {
            Scheme::Named(name) => Some((*name).to_owned()),
            Scheme::Declared(_) => None,
        }));
        self.schemes.extend(guard.schemes.iter().filter_map(|scheme| match scheme {
            Scheme::Declared(scheme) => Some(scheme.clone()),
            Scheme::Named(_) => None,
        }));
        if optional {
            security.retain(|known| !known.is_empty());
            security.insert(0, Requirement::new());
        }
        self.says_security = says_itself;
        // A function that says itself what it needs has taken what may be there into account.
        if !(optional && says_itself) {
            self.require(&security);
        }

        let content = match (self.fails_with_anything, &self.failure) {
            // A response of its own can be of any type.
            (true, _) => Some(("*/*", json!({}))),
            (false, Some(Answer::Json(schema))) => Some(("application/json", schema.clone())),
            (false, Some(Answer::Text)) => Some(("text/plain", json!({ "type": "string" }))),
            (false, _) => Some((PROBLEM_TYPE, problem_reference())),
        };
        let mut own = std::mem::replace(&mut self.answers, answers);
        let said = std::mem::replace(&mut self.declared, declared);
        self.guard_answers_anything |= self.fails_with_anything || self.failure.is_some();
        self.failure = failure;
        self.fails_with_anything = fails_with_anything;
        self.origin = origin;
        self.add_refusals(&mut own, said, guard, content);
        for (status, response) in own {
            merge(&mut self.answers, status, response);
        }
        if self.bodies.len() > bodies {
            self.bodies.truncate(bodies);
            let Origin { function, .. } = guard.origin;
            self.early_bodies.push(format!("`{function}` at {}", guard.origin.place()));
        }
    }

    /// Documents an extractor function whose refusal the handler receives.
    pub fn not_refused(&mut self, document: impl FnOnce(&mut Self)) {
        let answers = self.answers.clone();
        document(self);
        self.answers = answers;
    }

    fn add_refusals(
        &mut self,
        own: &mut BTreeMap<u16, Value>,
        said: BTreeMap<u16, Declared>,
        guard: &GuardDocs,
        content: Option<(&str, Value)>,
    ) {
        let mut refuse = |status: u16, description: &str, named: Option<Value>, headers: Option<Value>| {
            let response = own.entry(status).or_insert_with(|| json!({}));
            response["description"] = description.into();
            if let Some(named) = named {
                if named.as_object().is_some_and(|named| !named.is_empty()) {
                    response["content"] = named;
                }
            } else if response.get("content").is_none()
                && let Some((content_type, schema)) = &content
                && status >= 400
            {
                response["content"][*content_type] = json!({ "schema": schema });
            }
            if let Some(headers) = headers {
                response["headers"] = headers;
            }
        };
        let says_401 = said.contains_key(&401);
        for (status, Declared { description, content, headers }) in said {
            refuse(status, &description, content, headers);
        }
        if !says_401 && !own.contains_key(&401) && (!guard.schemes.is_empty() || guard.may_find_nothing) {
            let response = json!({ "description": NOT_AUTHENTICATED });
            let response = own.entry(401).or_insert(response);
            if let Some((content_type, schema)) = &content {
                response["content"][*content_type] = json!({ "schema": schema });
            }
        }
        // Start itself refuses who has no credentials where the function may find nothing.
        if guard.may_find_nothing
            && let Some(response) = own.get_mut(&401)
            && response.get("content").is_some()
        {
            response["content"][PROBLEM_TYPE] = json!({ "schema": problem_reference() });
        }
    }
}

/// Adds a response to those that are known: the descriptions of both, and the content types of both.
fn merge(known: &mut BTreeMap<u16, Value>, status: u16, response: Value) {
    let Some(first) = known.get_mut(&status) else {
        known.insert(status, response);
        return;
    };
    let text = |response: &Value| response["description"].as_str().unwrap_or_default().to_owned();
    let (one, other) = (text(first), text(&response));
    if !other.is_empty() && !one.split("; ").any(|part| part == other) {
        let both = if one.is_empty() || one == NOT_AUTHENTICATED { other } else { format!("{one}; {other}") };
        first["description"] = both.into();
    }
    for member in ["content", "headers"] {
        for (name, value) in response.get(member).and_then(Value::as_object).into_iter().flatten() {
            first[member][name] = value.clone();
        }
    }
}
