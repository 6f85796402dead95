//! Headers that make browsers stricter: no guessed types, no frames of others, no URL in `Referer`, and https once it was
//! used.

mod settings;

use actix_web::dev::ServiceRequest;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::base::StartError;
use crate::http::{FetchedFor, client};
use crate::kernel::{Capability, Heads, Meeting, Opening, Settings, head_layer};
use crate::router::Scopes;
use settings::Parts;
pub use settings::SecurityHeaders;

pub const CAPABILITY: Capability = Capability { open, command: None };

fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    let Some(Parts(parts)) = settings.take() else { return Ok(()) };
    let mut checked = Vec::new();
    for (path, headers) in parts {
        let headers = Headers::new(headers).map_err(|text| StartError::new(format!("`security_headers`: {text}")))?;
        checked.push((path, headers));
    }
    let parts = Scopes::new(checked).map_err(|reason| StartError::new(format!("`security_headers_at`: {reason}")))?;
    opening.layers.push(head_layer(Layer { parts }));
    Ok(())
}

struct Layer {
    parts: Scopes<Headers>,
}

/// The headers of one part of the program.
struct Headers {
    always: std::sync::Arc<[(HeaderName, HeaderValue)]>,
    /// What is sent only over https.
    transport: Option<HeaderValue>,
}

/// What one answer gets.
struct Note {
    always: std::sync::Arc<[(HeaderName, HeaderValue)]>,
    transport: Option<HeaderValue>,
}

impl Headers {
    fn new(settings: SecurityHeaders) -> Result<Self, String> {
        let value = |name: &str, text: String| {
            HeaderValue::try_from(&text).map_err(|_| format!("{text:?} cannot be the value of `{name}`"))
        };
        let mut always = Vec::new();
        for (name, text) in settings.fields {
            let known = HeaderName::try_from(&name).map_err(|_| format!("{name:?} is not the name of a header"))?;
            always.push((known, value(&name, text)?));
        }
        let transport = settings.transport.map(|text| value("Strict-Transport-Security", text)).transpose()?;
        Ok(Self { always: always.into(), transport })
    }
}

impl Heads for Layer {
    type Note = Note;

    fn meet(&self, request: &ServiceRequest) -> Meeting<Note> {
        let Some(headers) = self.parts.find(request.uri().path()) else { return Meeting::Pass };
        if FetchedFor::of(request).is_some_and(|fetched| fetched.depth > 0) {
            return Meeting::Pass;
        }
        let transport = headers.transport.clone().filter(|_| client::is_https(request.request()));
        Meeting::Write(Note { always: headers.always.clone(), transport })
    }

    /// What the handler has set comes first.
    fn write(&self, note: &Note, headers: &mut HeaderMap) {
        let transport = note.transport.iter().map(|value| (header::STRICT_TRANSPORT_SECURITY, value.clone()));
        for (name, value) in note.always.iter().cloned().chain(transport) {
            if !headers.contains_key(&name) {
                headers.insert(name, value);
            }
        }
    }
}
