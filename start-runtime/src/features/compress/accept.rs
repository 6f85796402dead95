//! The Accept-Encoding header (RFC 9110, section 12.5.3).

use actix_web::http::header::{self, HeaderMap};

use super::Coding;

/// The coding that a client prefers of these; `None` if it prefers none, or accepts none. Where nothing at all is
/// acceptable, the content is sent as it is, which section 12.5.3 allows.
pub fn best(headers: &HeaderMap, offers: &[Coding]) -> Option<Coding> {
    let values: Vec<&str> = headers.get_all(header::ACCEPT_ENCODING).filter_map(|value| value.to_str().ok()).collect();
    let named: Vec<(&str, u16)> = values.iter().flat_map(|value| value.split(',')).filter_map(element).collect();
    let weight =
        |name: &str| named.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, weight)| *weight);
    let mut best: Option<(u16, Coding)> = None;
    for offer in offers {
        let weight = weight(offer.name()).or_else(|| weight("*")).unwrap_or(0);
        if weight > best.map_or(0, |(so_far, _)| so_far) {
            best = Some((weight, *offer));
        }
    }
    let (found, coding) = best?;
    let identity = weight("identity").unwrap_or(0);
    (found >= identity).then_some(coding)
}

/// A coding with its weight in thousandths. `None` for what is none.
fn element(text: &str) -> Option<(&str, u16)> {
    let mut pieces = text.split(';').map(str::trim);
    let name = pieces.next().filter(|name| !name.is_empty())?;
    let mut found = 1000;
    for param in pieces {
        let (key, value) = param.split_once('=')?;
        if !key.trim().eq_ignore_ascii_case("q") {
            return None;
        }
        found = weight(value.trim())?;
    }
    Some((name, found))
}

/// A weight: `0` or `1`, and at most three digits behind a point (section 12.4.2).
fn weight(text: &str) -> Option<u16> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    if rest.len() > 3 || !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{rest:0<3}").parse().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};

    use super::Coding::{self, Brotli, Gzip, Zstd};

    fn best(lines: &[&'static str]) -> Option<Coding> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT_ENCODING, HeaderValue::from_static(line));
        }
        super::best(&headers, &Coding::ALL)
    }

    #[test]
    fn the_coding_with_the_highest_weight_wins() {
        let cases: &[(&[&'static str], Option<Coding>)] = &[
            (&[], None),
            (&[""], None),
            (&[" , ,"], None),
            (&["gzip"], Some(Gzip)),
            (&["GZip"], Some(Gzip)),
            (&["br"], Some(Brotli)),
            (&["zstd"], Some(Zstd)),
            (&["gzip, deflate, br, zstd"], Some(Zstd)),
            (&["gzip", "br;q=0.5"], Some(Gzip)),
            (&["gzip;q=0.5, br;q=0.501"], Some(Brotli)),
            (&["gzip;q=0.001"], Some(Gzip)),
            (&["gzip;q=0"], None),
            (&["gzip;q=0.000, br;Q=1.000"], Some(Brotli)),
            (&["gzip ; q = 0.5"], Some(Gzip)),
            (&["*"], Some(Zstd)),
            (&["*;q=0"], None),
            (&["*;q=0, gzip"], Some(Gzip)),
            (&["zstd;q=0, br;q=0, *"], Some(Gzip)),
            (&["gzip;q=0.5, *"], Some(Zstd)),
            (&["identity"], None),
            (&["identity, gzip;q=0.5"], None),
            (&["identity;q=0.5, gzip;q=0.6"], Some(Gzip)),
            (&["identity;q=0.5, *;q=0.6"], Some(Zstd)),
            (&["identity;q=0"], None),
            (&["identity;q=0, gzip;q=0.1"], Some(Gzip)),
            (&["deflate"], None),
            (&["deflate, compress, x-own"], None),
            (&["deflate, gzip;q=0.1"], Some(Gzip)),
            (&["gzip;q=2"], None),
            (&["gzip;q=1.001"], None),
            (&["gzip;q=-1"], None),
            (&["gzip;q=0.1234"], None),
            (&["gzip;q="], None),
            (&["gzip;"], None),
            (&["gzip;level=1"], None),
            (&["gzip br"], None),
        ];
        for (lines, expected) in cases {
            assert_eq!(best(lines), *expected, "{lines:?}");
        }
    }
}
