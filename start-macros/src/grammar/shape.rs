//! The paths that a pattern stands for (its expansions), and their shapes (names erased).

use crate::grammar::pattern::{Part, Segment};

/// More expansions than this are a mistake: each is a separate path in the router and the docs.
pub const MOST_EXPANSIONS: usize = 64;

/// The paths without optional segments that a pattern stands for. Neighbouring optionals fill
/// left to right: `/[[a]]/[[b]]` is `/`, `/[a]` and `/[a]/[b]`. Of two expansions with the same
/// shape, the one that fills further to the left stays.
pub fn expansions(segments: &[Segment]) -> Vec<Vec<Segment>> {
    let mut found: Vec<Vec<Segment>> = vec![Vec::new()];
    let mut rest = segments;
    while let Some(segment) = rest.first() {
        let run = rest.iter().take_while(|segment| matches!(segment, Segment::Optional(_))).count();
        if run == 0 {
            found.iter_mut().for_each(|path| path.push(segment.clone()));
            rest = &rest[1..];
            continue;
        }
        let filled: Vec<Segment> = rest[..run].iter().map(required).collect();
        found = found
            .into_iter()
            .flat_map(|path| {
                (0..=run).rev().map(|count| [path.as_slice(), &filled[..count]].concat()).collect::<Vec<_>>()
            })
            .take(MOST_EXPANSIONS + 1)
            .collect();
        rest = &rest[run..];
    }
    let mut seen = Vec::new();
    found.retain(|path| {
        let shape = shape(path);
        let fresh = !seen.contains(&shape);
        seen.push(shape);
        fresh
    });
    found
}

fn required(segment: &Segment) -> Segment {
    match segment {
        Segment::Optional(name) => Segment::Dynamic(vec![Part::Param(name.clone())]),
        other => other.clone(),
    }
}

/// A path with the names of its parameters erased: equal shapes match the same requests.
pub fn shape(path: &[Segment]) -> Vec<Segment> {
    path.iter()
        .map(|segment| match segment {
            Segment::Literal(text) => Segment::Literal(text.clone()),
            Segment::Dynamic(parts) => Segment::Dynamic(erased(parts)),
            Segment::MixedRest(parts) => Segment::MixedRest(erased(parts)),
            Segment::Optional(_) => Segment::Optional(String::new()),
            Segment::Rest(_) => Segment::Rest(String::new()),
            Segment::OptionalRest(_) => Segment::OptionalRest(String::new()),
        })
        .collect()
}

fn erased(parts: &[Part]) -> Vec<Part> {
    let erased = parts.iter().map(|part| match part {
        Part::Literal(text) => Part::Literal(text.clone()),
        Part::Param(_) => Part::Param(String::new()),
    });
    erased.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::pattern::parse;

    fn expanded(text: &str) -> Vec<String> {
        let segments = parse(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
        let print = |path: &Vec<Segment>| {
            path.iter()
                .map(|segment| match segment {
                    Segment::Literal(text) => format!("/{text}"),
                    Segment::Rest(name) => format!("/[...{name}]"),
                    Segment::OptionalRest(name) => format!("/[[...{name}]]"),
                    other => format!("/[{}]", other.params().join(",")),
                })
                .collect()
        };
        expansions(&segments).iter().map(print).collect()
    }

    #[test]
    fn optionals_fill_from_the_left() {
        let cases: &[(&str, &[&str])] = &[
            ("/", &[""]),
            ("/a/[b]", &["/a/[b]"]),
            ("/[[a]]", &["/[a]", ""]),
            ("/[[a]]/[[b]]", &["/[a]/[b]", "/[a]", ""]),
            ("/[[a]]/x/[[b]]", &["/[a]/x/[b]", "/[a]/x", "/x/[b]", "/x"]),
            ("/[[a]]/[c]/[[b]]", &["/[a]/[c]/[b]", "/[a]/[c]", "/[c]"]),
            ("/[[a]]/[[...rest]]", &["/[a]/[[...rest]]", "/[[...rest]]"]),
            ("/[[a]]/(g)/{-$b}", &["/[a]/[b]", "/[a]", ""]),
            (
                "/[[a]]/[...rest]/[[b]]/x",
                &["/[a]/[...rest]/[b]/x", "/[a]/[...rest]/x", "/[...rest]/[b]/x", "/[...rest]/x"],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(expanded(text), *expected, "{text}");
        }
    }

    #[test]
    fn the_number_of_expansions_is_bounded() {
        let text = "/[[a]]/x/[[b]]/x/[[c]]/x/[[d]]/x/[[e]]/x/[[f]]/x/[[g]]/x/[[h]]";
        assert_eq!(expanded(text).len(), MOST_EXPANSIONS + 1);
    }
}
