//! Which answers may be compressed.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};

/// Whether a response may be compressed, as far as its status and headers say.
pub fn is_eligible(response: &HttpResponse) -> bool {
    let headers = response.headers();
    let has_other_content = matches!(
        response.status(),
        StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED
    );
    !has_other_content
        && !response.status().is_informational()
        && !headers.contains_key(header::CONTENT_ENCODING)
        && !headers.contains_key(header::CONTENT_RANGE)
        && !says_no_transform(headers)
        && headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(packs_well)
}

/// RFC 9111, section 5.2.2.6.
fn says_no_transform(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::CACHE_CONTROL).filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|directive| directive.trim().eq_ignore_ascii_case("no-transform"))
}

/// Whether a content type is one that compression makes smaller.
fn packs_well(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let Some((kind, subtype)) = essence.split_once('/') else { return false };
    match kind {
        // An event has to be sent at once.
        "text" => subtype != "event-stream",
        "application" => {
            is_structured(subtype)
                || matches!(
                    subtype,
                    "ecmascript"
                        | "geo+json"
                        | "graphql"
                        | "javascript"
                        | "json"
                        | "jsonl"
                        | "rtf"
                        | "sql"
                        | "toml"
                        | "wasm"
                        | "x-javascript"
                        | "x-ndjson"
                        | "x-sh"
                        | "x-www-form-urlencoded"
                        | "x-yaml"
                        | "xml"
                        | "xml-dtd"
                        | "yaml"
                )
        }
        "font" => matches!(subtype, "collection" | "otf" | "sfnt" | "ttf"),
        "image" => is_structured(subtype) || matches!(subtype, "bmp" | "vnd.microsoft.icon" | "x-icon"),
        "model" | "message" => is_structured(subtype),
        _ => false,
    }
}

/// RFC 6839 and RFC 9512: `application/problem+json`, `image/svg+xml`.
fn is_structured(subtype: &str) -> bool {
    ["+json", "+xml", "+yaml"].iter().any(|suffix| subtype.ends_with(suffix))
}

#[cfg(test)]
mod tests {
    use super::packs_well;

    #[test]
    fn what_is_packed_already_is_left_alone() {
        let cases = [
            ("text/plain", true),
            ("text/html; charset=utf-8", true),
            ("TEXT/CSV", true),
            ("text/event-stream", false),
            ("text/event-stream; charset=utf-8", false),
            ("application/json", true),
            ("application/problem+json", true),
            ("application/ld+json; profile=\"x\"", true),
            ("application/wasm", true),
            ("application/octet-stream", false),
            ("application/zip", false),
            ("application/gzip", false),
            ("application/pdf", false),
            ("image/png", false),
            ("image/svg+xml", true),
            ("video/mp4", false),
            ("font/woff2", false),
            ("font/ttf", true),
            ("multipart/mixed; boundary=x", false),
            ("nonsense", false),
            ("", false),
        ];
        for (content_type, expected) in cases {
            assert_eq!(packs_well(content_type), expected, "{content_type}");
        }
    }
}
