//! Checked settings, as the fields that they are sent as.

use actix_web::HttpResponse;
use actix_web::body::BoxBody;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};

use super::origin::Allowed;
use super::settings::{Cors, Origins};
use super::vary_by_origin;

/// What one part of the program grants.
pub struct Policy {
    /// `None`: any.
    origins: Option<Vec<Allowed>>,
    credentials: bool,
    methods: HeaderValue,
    request_headers: Option<HeaderValue>,
    max_age: Option<HeaderValue>,
    pub expose: Option<HeaderValue>,
}

/// What the page of one origin is granted.
pub struct Granted {
    origin: HeaderValue,
    credentials: bool,
}

impl Policy {
    /// Checks settings; `None` for a part without CORS. The error says what to write.
    pub fn new(cors: Cors) -> Result<Option<Self>, String> {
        let origins = match cors.origins {
            Origins::Nowhere => return Ok(None),
            Origins::Any if cors.credentials => {
                return Err("`any_origin()` with `credentials()`: no browser takes both. Name the origins".to_owned());
            }
            Origins::Any => None,
            Origins::These(texts) if texts.is_empty() => {
                return Err("no origin is allowed: write `origin(\"https://app.example\")`".to_owned());
            }
            Origins::These(texts) => Some(texts.iter().map(|text| Allowed::parse(text)).collect::<Result<_, _>>()?),
        };
        let names = |what: &str, texts: Vec<String>| -> Result<Option<HeaderValue>, String> {
            for text in &texts {
                HeaderName::try_from(text)
                    .map_err(|_| format!("`{what}([{text:?}])`: write names of headers, and no `*`"))?;
                if text == "*" {
                    return Err(format!("`{what}([\"*\"])`: name the headers"));
                }
            }
            Ok(list(&texts))
        };
        let mut methods = cors.methods.unwrap_or_else(|| ["GET", "HEAD", "POST"].map(str::to_owned).to_vec());
        for method in &methods {
            if method == "*" || Method::from_bytes(method.as_bytes()).is_err() || *method != method.to_uppercase() {
                return Err(format!("`methods([{method:?}])`: write names of methods in capitals, such as `PUT`"));
            }
        }
        methods.dedup();
        Ok(Some(Self {
            origins,
            credentials: cors.credentials,
            methods: list(&methods).ok_or("`methods([])`: name one at least, or leave it out")?,
            request_headers: names("headers", cors.headers)?,
            expose: names("expose", cors.expose)?,
            max_age: cors.max_age.map(|age| HeaderValue::from(age.as_secs())),
        }))
    }

    /// Whether the answer depends on the origin of the request.
    pub fn varies(&self) -> bool {
        self.origins.is_some()
    }

    /// What a request is granted, if its origin is allowed.
    pub fn grant(&self, headers: &HeaderMap) -> Option<Granted> {
        let Some(allowed) = &self.origins else {
            return Some(Granted { origin: HeaderValue::from_static("*"), credentials: false });
        };
        let mut sent = headers.get_all(header::ORIGIN);
        let (origin, None) = (sent.next()?, sent.next()) else { return None };
        let is_allowed = allowed.iter().any(|allowed| allowed.is(origin.as_bytes()));
        is_allowed.then(|| Granted { origin: origin.clone(), credentials: self.credentials })
    }

    /// The answer to a preflight: all that the part grants to an allowed origin, and nothing to another one.
    pub fn preflight(&self, granted: Option<Granted>) -> HttpResponse {
        let mut response = HttpResponse::with_body(StatusCode::NO_CONTENT, BoxBody::new(()));
        let headers = response.headers_mut();
        if let Some(granted) = granted {
            granted.write(headers);
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, self.methods.clone());
            let others = [
                (header::ACCESS_CONTROL_ALLOW_HEADERS, &self.request_headers),
                (header::ACCESS_CONTROL_MAX_AGE, &self.max_age),
            ];
            for (name, value) in others {
                if let Some(value) = value {
                    headers.insert(name, value.clone());
                }
            }
        }
        if self.varies() {
            vary_by_origin(headers);
        }
        response
    }
}

impl Granted {
    pub fn write(&self, headers: &mut HeaderMap) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, self.origin.clone());
        if self.credentials {
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
    }
}

fn list(texts: &[String]) -> Option<HeaderValue> {
    if texts.is_empty() { None } else { HeaderValue::try_from(texts.join(", ")).ok() }
}
