//! Content negotiation by the Accept header (RFC 9110, section 12.5.1).

use actix_web::http::header::{self, HeaderMap};

/// Returns the offer that the client prefers, if it accepts any.
pub fn best<'a>(headers: &HeaderMap, offers: &[&'a str]) -> Option<&'a str> {
    let values: Vec<&str> = headers.get_all(header::ACCEPT).filter_map(|value| value.to_str().ok()).collect();
    let ranges: Vec<Range<'_>> = values.iter().flat_map(|value| value.split(',')).filter_map(Range::parse).collect();
    if ranges.is_empty() {
        return offers.first().copied();
    }
    let mut best: Option<(u16, &str)> = None;
    for offer in offers {
        let quality = quality(&ranges, offer);
        if quality > 0 && best.is_none_or(|(so_far, _)| quality > so_far) {
            best = Some((quality, offer));
        }
    }
    best.map(|(_, offer)| offer)
}

/// A media range with its weight in thousandths.
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    params: Vec<&'a str>,
    quality: u16,
}

impl<'a> Range<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut pieces = text.split(';').map(str::trim);
        let (kind, subtype) = pieces.next()?.split_once('/')?;
        let mut range = Self { kind, subtype, params: Vec::new(), quality: 1000 };
        for param in pieces.filter(|piece| !piece.is_empty()) {
            match param.split_once('=') {
                Some((name, value)) if name.trim().eq_ignore_ascii_case("q") => {
                    range.quality = weight(value.trim());
                    // Whatever follows the weight extends Accept and does not narrow the type.
                    break;
                }
                _ => range.params.push(param),
            }
        }
        Some(range)
    }

    /// How specific the range is, if it matches the offer.
    fn precedence(&self, offer: &str) -> Option<usize> {
        let mut pieces = offer.split(';').map(str::trim);
        let (kind, subtype) = pieces.next()?.split_once('/')?;
        let params: Vec<&str> = pieces.collect();
        let fits = |range: &str, offered: &str| range == "*" || range.eq_ignore_ascii_case(offered);
        let has_params = self.params.iter().all(|wanted| params.iter().any(|param| param.eq_ignore_ascii_case(wanted)));
        let named = usize::from(self.kind != "*") + usize::from(self.subtype != "*");
        (fits(self.kind, kind) && fits(self.subtype, subtype) && has_params).then(|| named + self.params.len())
    }
}

/// A weight such as `0.8`, in thousandths. A malformed one counts as the default, 1.
fn weight(text: &str) -> u16 {
    let weight = text.parse::<f32>().ok().filter(|weight| (0.0..=1.0).contains(weight)).unwrap_or(1.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000 fits")]
    let thousandths = (weight * 1000.0).round() as u16;
    thousandths
}

fn quality(ranges: &[Range<'_>], offer: &str) -> u16 {
    let fitting = ranges.iter().filter_map(|range| Some((range.precedence(offer)?, range.quality)));
    fitting.max().map_or(0, |(_, quality)| quality)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{ACCEPT, HeaderMap, HeaderValue};

    #[test]
    fn the_best_offer_wins() {
        let offers = ["application/json", "text/html"];
        let cases = [
            (None, Some("application/json")),
            (Some("*/*"), Some("application/json")),
            (Some("text/html"), Some("text/html")),
            (Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), Some("text/html")),
            (Some("application/json;q=0.5, text/html;q=0.4"), Some("application/json")),
            (Some("application/json;q=0.4, text/html;q=0.5"), Some("text/html")),
            (Some("application/json;q=0, */*"), Some("text/html")),
            (Some("text/*"), Some("text/html")),
            (Some("TEXT/HTML"), Some("text/html")),
            (Some("text/*;q=0.1, application/*;q=0.2"), Some("application/json")),
            (Some("text/html;level=1"), None),
            (Some("image/png"), None),
            (Some("nonsense"), Some("application/json")),
            (Some("text/html;q=0.001, application/json;q=0.002"), Some("application/json")),
        ];
        for (accept, expected) in cases {
            let mut headers = HeaderMap::new();
            if let Some(accept) = accept {
                headers.insert(ACCEPT, HeaderValue::from_static(accept));
            }
            assert_eq!(super::best(&headers, &offers), expected, "{accept:?}");
        }
    }
}
