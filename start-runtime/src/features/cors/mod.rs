//! CORS (Fetch standard, section 3.3): which pages of other origins may call the program, and read its answers.
//!
//! - A preflight is answered here, and never reaches a handler or the program's middleware.
//! - The fields are on every answer of a part of the program, whatever made it.
//! - Only what the settings list is granted, whatever a request asks for.

mod origin;
mod policy;
mod settings;

use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderValue};

use crate::base::StartError;
use crate::http::FetchedFor;
use crate::kernel::{Capability, Heads, Meeting, Opening, Settings, head_layer};
use crate::router::Scopes;
use policy::{Granted, Policy};
pub use settings::Cors;
use settings::Parts;

pub const CAPABILITY: Capability = Capability { open, command: None };

fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    let Some(Parts(parts)) = settings.take() else { return Ok(()) };
    let mut policies = Vec::new();
    for (path, cors) in parts {
        let policy = Policy::new(cors).map_err(|reason| StartError::new(format!("`cors` of {path:?}: {reason}")))?;
        policies.push((path, policy));
    }
    let parts = Scopes::new(policies).map_err(|reason| StartError::new(format!("`cors_at`: {reason}")))?;
    opening.layers.push(head_layer(Layer { parts }));
    Ok(())
}

struct Layer {
    parts: Scopes<Option<Policy>>,
}

/// What is written into the head of an answer.
struct Note {
    granted: Option<Granted>,
    expose: Option<HeaderValue>,
    varies: bool,
}

impl Heads for Layer {
    type Note = Note;

    fn meet(&self, request: &ServiceRequest) -> Meeting<Note> {
        let Some(Some(policy)) = self.parts.find(request.uri().path()) else { return Meeting::Pass };
        // No browser looks at the answer to a fetched request.
        if FetchedFor::of(request).is_some_and(|fetched| fetched.depth > 0) {
            return Meeting::Pass;
        }
        let headers = request.headers();
        let is_preflight = *request.method() == Method::OPTIONS
            && headers.contains_key(header::ORIGIN)
            && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        let granted = policy.grant(headers);
        if is_preflight {
            if granted.is_none() {
                log_refused(request);
            }
            return Meeting::Answer(policy.preflight(granted));
        }
        let expose = granted.as_ref().and_then(|_| policy.expose.clone());
        Meeting::Write(Note { granted, expose, varies: policy.varies() })
    }

    fn write(&self, note: &Note, headers: &mut HeaderMap) {
        if let Some(granted) = &note.granted {
            granted.write(headers);
        }
        if let Some(expose) = &note.expose {
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, expose.clone());
        }
        if note.varies {
            vary_by_origin(headers);
        }
    }
}

/// A shared cache must not answer one origin with what was made for another.
fn vary_by_origin(headers: &mut HeaderMap) {
    let named = |value: &HeaderValue| {
        let names = |text: &str| text.split(',').any(|name| name.trim().eq_ignore_ascii_case("origin"));
        value.to_str().is_ok_and(names)
    };
    if !headers.get_all(header::VARY).any(named) {
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
    }
}

fn log_refused(request: &ServiceRequest) {
    let origin = request.headers().get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    tracing::info!(
        target: "start_runtime::cors",
        "OPTIONS {}: a page of {:?} asks whether it may call this, and its origin is not one of those that `cors` allows",
        request.uri().path(),
        origin.unwrap_or("another origin"),
    );
}
