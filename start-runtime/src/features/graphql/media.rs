//! In which media type an answer is sent (GraphQL over HTTP, section "Response").

use actix_web::http::header::{self, HeaderMap};

use crate::http::accept;
use crate::response::Problem;

/// What a client may receive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Media {
    /// The status says nothing of GraphQL: 200 for all that is a GraphQL request.
    Json,
    /// The status says whether something was executed.
    Graphql,
    /// Any number of answers (GraphQL over Server-Sent Events).
    Events,
}

const JSON: &str = "application/json; charset=utf-8";
const EVENTS: &str = "text/event-stream; charset=utf-8";
const GRAPHQL: &str = "application/graphql-response+json; charset=utf-8";

impl Media {
    /// What a request accepts.
    pub fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let values = || headers.get_all(header::ACCEPT).filter_map(|value| value.to_str().ok());
        // `*/*` means the older one, which every client reads; whoever names the newer one can read it.
        let names_graphql =
            values().any(|value| value.to_ascii_lowercase().contains("application/graphql-response+json"));
        let offers = if names_graphql { [GRAPHQL, JSON, EVENTS] } else { [JSON, GRAPHQL, EVENTS] };
        match accept::best(headers, &offers) {
            Some(JSON) => Ok(Self::Json),
            Some(GRAPHQL) => Ok(Self::Graphql),
            Some(_) => Ok(Self::Events),
            None => Err(Problem::new(406).with_detail(
                "answers are `application/graphql-response+json`, `application/json` or `text/event-stream`, and the request accepts none of them",
            )),
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => JSON,
            Self::Graphql => GRAPHQL,
            Self::Events => EVENTS,
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn the_media_type_is_negotiated() {
        let cases = [
            (None, Some(Media::Json)),
            (Some("*/*"), Some(Media::Json)),
            (Some("application/*"), Some(Media::Json)),
            (Some("application/json"), Some(Media::Json)),
            (Some("application/json; charset=utf-8"), Some(Media::Json)),
            (Some("application/json;charset=UTF-8"), Some(Media::Json)),
            (Some("application/graphql-response+json"), Some(Media::Graphql)),
            (Some("Application/GraphQL-Response+JSON"), Some(Media::Graphql)),
            (Some("application/graphql-response+json; charset=utf-8"), Some(Media::Graphql)),
            (Some("application/json, application/graphql-response+json"), Some(Media::Graphql)),
            (Some("application/graphql-response+json;q=0.5, application/json"), Some(Media::Json)),
            (Some("application/graphql-response+json, application/json;q=0.9"), Some(Media::Graphql)),
            (Some("application/graphql-response+json;q=0, */*"), Some(Media::Json)),
            (Some("application/json;q=0, */*"), Some(Media::Graphql)),
            (Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), Some(Media::Json)),
            (Some("text/html"), None),
            (Some("text/event-stream"), Some(Media::Events)),
            (Some("text/event-stream, */*;q=0.1"), Some(Media::Events)),
            (Some("image/png"), None),
            (Some("application/json; charset=latin1"), None),
        ];
        for (accept, expected) in cases {
            let mut headers = HeaderMap::new();
            if let Some(accept) = accept {
                headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            }
            assert_eq!(Media::of(&headers).ok(), expected, "{accept:?}");
        }
    }
}
