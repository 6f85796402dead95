//! Compares the router with a matcher that is slow and obvious.

mod obvious;

use super::RouteKind::{Api, Page};
use super::{Found, Inserted, Match, Router, Segment, SegmentPart, slice};
use obvious::{Shape, are_rivals, best, segments};

/// A small random number generator (xorshift) with a fixed seed, so that each run is the same.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap_or_default()
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}

const P: SegmentPart = SegmentPart::Param;
const fn t(text: &'static str) -> SegmentPart {
    SegmentPart::Literal(text)
}

const LITERALS: [&str; 9] = ["a", "b", "ab", "a.b", "a-b", "A", "é", "a/b", "%41"];
const MIXED: [&[SegmentPart]; 16] = [
    &[t("a"), P],
    &[t("ab"), P],
    &[P, t("b")],
    &[P, t(".b")],
    &[t("a"), P, t("b")],
    &[P, t("."), P],
    &[P, t("-"), P],
    &[P, t("-"), P, t("."), P],
    &[P, t("."), P, t(".b")],
    &[t("a"), P, t("-"), P],
    &[t("a"), P, t("."), P, t("b")],
    &[P, t("aa"), P],
    &[P, t("a"), P, t("a"), P],
    &[P, t("é"), P],
    &[t("é"), P],
    &[P, t("é")],
];
const MIXED_RESTS: [&[SegmentPart]; 7] = [
    &[P, t("b")],
    &[P, t(".b")],
    &[P, t("."), P],
    &[P, t("-"), P, t("."), P],
    &[P, t("."), P, t(".b")],
    &[P, t("a"), P, t("a"), P],
    &[P, t("é")],
];
const TEXTS: [&str; 31] = [
    "a", "b", "ab", "a.b", "a-b", "A", "é", "a%2Fb", "%2541", "%41", "%61", "a.b.b", "a..b", "a-b-a.b", "ab.b", "aab",
    "abab", "aaaa", "aaaaa", "éé", "aéb", "%C3%A9", "a-", "-b", ".b", "b.", "x", "a%20b", "aa-b.b", "é.é", "",
];

fn random_shape(numbers: &mut Numbers) -> Shape {
    let mut shape: Shape = (0..numbers.below(4)).map(|_| random_segment(numbers)).collect();
    let catch_all = match numbers.below(8) {
        0 => Segment::Rest,
        1 => Segment::OptionalRest,
        2 => Segment::MixedRest(numbers.pick(&MIXED_RESTS)),
        _ => return shape,
    };
    shape.push(catch_all);
    // Half of the catch-alls have no segment behind them, and share their place with others more often.
    if numbers.below(2) == 0 {
        shape.truncate(shape.len().saturating_sub(2));
        shape.push(catch_all);
        let tail = 1 + numbers.below(3);
        shape.extend((0..tail).map(|_| random_segment(numbers)));
    }
    shape
}

fn random_segment(numbers: &mut Numbers) -> Segment {
    match numbers.below(8) {
        0..=2 => Segment::Literal(numbers.pick(&LITERALS)),
        3..=5 => Segment::Mixed(numbers.pick(&MIXED)),
        _ => Segment::Param,
    }
}

/// Whether something stands behind the catch-all of a shape.
fn has_tail(shape: &Shape) -> bool {
    match shape.iter().position(Segment::is_catch_all) {
        Some(at) => at + 1 < shape.len() || matches!(shape[at], Segment::MixedRest(_)),
        None => false,
    }
}

/// Different shapes, without two catch-alls in one place, which the table refuses.
fn random_shapes(numbers: &mut Numbers) -> Vec<Shape> {
    let mut shapes: Vec<Shape> = Vec::new();
    for _ in 0..=numbers.below(12) {
        let shape = random_shape(numbers);
        if !shapes.contains(&shape) && !shapes.iter().any(|other| are_rivals(&shape, other)) {
            shapes.push(shape);
        }
    }
    shapes
}

fn random_path(numbers: &mut Numbers) -> String {
    let segments: String = (0..numbers.below(6)).map(|_| format!("/{}", numbers.pick(&TEXTS))).collect();
    let end = ["", "", "/", "//"][numbers.below(4)];
    let path = format!("{segments}{end}");
    if path.is_empty() { "/".to_owned() } else { path }
}

/// A path that fits a shape.
fn fitting_path(numbers: &mut Numbers, shape: &Shape) -> String {
    // The last one is empty.
    let texts = &TEXTS[..TEXTS.len() - 1];
    let mut path = String::new();
    for segment in shape {
        let more = if segment.is_catch_all() { numbers.below(3) } else { 0 };
        for _ in 0..more {
            path.push('/');
            path.push_str(numbers.pick(texts));
        }
        match segment {
            Segment::OptionalRest => {}
            Segment::Literal(text) => path.push_str(&format!("/{}", encoded(text))),
            Segment::Param | Segment::Rest => path.push_str(&format!("/{}", numbers.pick(texts))),
            Segment::Mixed(parts) | Segment::MixedRest(parts) => {
                path.push('/');
                for part in *parts {
                    match part {
                        SegmentPart::Literal(text) => path.push_str(&encoded(text)),
                        SegmentPart::Param => path.push_str(numbers.pick(texts)),
                    }
                }
            }
        }
    }
    if path.is_empty() { "/".to_owned() } else { path }
}

fn encoded(text: &str) -> String {
    text.replace('%', "%25").replace('/', "%2F")
}

fn values(found: &Match, text: &str) -> Vec<String> {
    found.values.iter().map(|span| slice(text, *span).to_owned()).collect()
}

fn look_up(router: &Router, raw: &str) -> [Option<(usize, Vec<String>)>; 2] {
    let Found { text, api, page } = router.find(raw).unwrap_or_else(|error| panic!("{raw}: {error}"));
    [api, page].map(|found| {
        found.map(|found| {
            let values = values(&found, &text);
            let rest: Vec<&str> = found.rest.iter().map(|span| slice(&text, *span)).collect();
            assert!(rest.is_empty() || values.contains(&rest.join("/")), "{raw}: {rest:?} of {values:?}");
            (found.shape, values)
        })
    })
}

#[test]
fn the_router_agrees_with_the_obvious_matcher() {
    let mut numbers = Numbers(0x5747_1991);
    let (mut matches, mut tails, mut rivals) = (0, 0, 0);
    for round in 0..20_000 {
        let shapes = random_shapes(&mut numbers);
        // The page routes have other shapes in a third of the rounds, the same ones in another, and none in the last.
        let pages = match round % 3 {
            0 => random_shapes(&mut numbers),
            1 => shapes.clone(),
            _ => Vec::new(),
        };
        let mut router = Router::default();
        for (index, shape) in shapes.iter().enumerate() {
            assert_eq!(router.insert(Api, shape), Inserted::New(index), "round {round}: {shapes:?}");
        }
        for (index, shape) in pages.iter().enumerate() {
            assert_eq!(router.insert(Page, shape), Inserted::New(shapes.len() + index), "round {round}: {pages:?}");
        }
        for _ in 0..12 {
            let raw = match numbers.below(3) {
                0 => fitting_path(&mut numbers, &shapes[0]),
                _ => random_path(&mut numbers),
            };
            let segments = segments(&raw);
            let api = best(&shapes, &segments);
            let page = best(&pages, &segments).map(|(index, values)| (shapes.len() + index, values));
            matches += usize::from(api.is_some());
            if let Some((index, _)) = api.as_ref().filter(|(index, _)| has_tail(&shapes[*index])) {
                tails += 1;
                let mut others = shapes.clone();
                others.remove(*index);
                others.retain(has_tail);
                rivals += usize::from(best(&others, &segments).is_some());
            }
            assert_eq!(look_up(&router, &raw), [api, page], "round {round}: `{raw}` on {shapes:?} and pages {pages:?}");
        }
    }
    assert!(matches > 50_000, "only {matches} of 240,000 paths matched anything: the test looks away");
    assert!(
        tails > 20_000 && rivals > 1_000,
        "{tails} paths matched a tail, {rivals} of them two: the test looks away"
    );
}

#[test]
fn the_segments_of_a_catch_all_are_those_of_the_path() {
    let mut router = Router::default();
    router.insert(Api, &[Segment::Literal("a"), Segment::Rest]);
    router.insert(Page, &[Segment::OptionalRest]);
    let cases: &[(&str, &[&str], &[&str])] = &[
        ("/a/b/c", &["b", "c"], &["a", "b", "c"]),
        ("/a/b%2Fc/d/", &["b/c", "d"], &["a", "b/c", "d"]),
        ("/%61/b", &["b"], &["a", "b"]),
        ("/a", &[], &["a"]),
        ("/", &[], &[]),
    ];
    for (raw, api, page) in cases {
        let found = router.find(raw).unwrap_or_else(|error| panic!("{raw}: {error}"));
        let rest = |of: &Option<Match>| -> Vec<String> {
            let spans = of.iter().flat_map(|found| &found.rest);
            spans.map(|span| slice(&found.text, *span).to_owned()).collect()
        };
        assert_eq!((rest(&found.api), rest(&found.page)), (owned(api), owned(page)), "{raw}");
    }
}

/// A shape, a path, and the segments of the catch-all if it fits.
type TailCase<'a> = (&'a [Segment], &'a str, Option<&'a [&'a str]>);

#[test]
fn what_stands_behind_a_catch_all_is_no_part_of_its_segments() {
    const MD: &[SegmentPart] = &[P, t(".md")];
    let cases: &[TailCase<'_>] = &[
        (&[Segment::MixedRest(MD)], "/a/b.md", Some(&["a", "b"])),
        (&[Segment::MixedRest(MD)], "/a%2Fb/c%2Fd.md/", Some(&["a/b", "c/d"])),
        (&[Segment::MixedRest(MD)], "/b.md", Some(&["b"])),
        (&[Segment::MixedRest(MD)], "/a/.md", None),
        (&[Segment::MixedRest(MD)], "/", None),
        (&[Segment::MixedRest(MD), Segment::Param], "/a/b%2Emd/c", Some(&["a", "b"])),
        (&[Segment::MixedRest(MD), Segment::Param], "/b.md", None),
        (&[Segment::Rest, Segment::Literal("x/y")], "/a/b/x%2Fy", Some(&["a", "b"])),
        (&[Segment::Rest, Segment::Literal("x/y")], "/a/b/x/y", None),
        (&[Segment::Rest, Segment::Literal("x")], "/x", None),
        (&[Segment::OptionalRest, Segment::Literal("x")], "/x", Some(&[])),
        (&[Segment::OptionalRest, Segment::Literal("x")], "/x/x", Some(&["x"])),
    ];
    for (shape, raw, expected) in cases {
        let mut router = Router::default();
        router.insert(Api, shape);
        let found = router.find(raw).unwrap_or_else(|error| panic!("{raw}: {error}"));
        let rest = found
            .api
            .as_ref()
            .map(|api| -> Vec<&str> { api.rest.iter().map(|span| slice(&found.text, *span)).collect() });
        assert_eq!(rest.as_deref(), *expected, "{raw} on {shape:?}");
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

#[test]
fn a_malformed_path_is_refused_wherever_the_routes_end() {
    let mut router = Router::default();
    router.insert(Api, &[Segment::Literal("a")]);
    router.insert(Api, &[Segment::Literal("b"), Segment::Rest]);
    router.insert(Page, &[Segment::Param]);
    router.insert(Page, &[]);
    for raw in ["/a/../b", "/x/y/..", "/b/c/..", "/b/%zz", "/.", "/a/./", "/x/%FF", "*", ""] {
        assert!(router.find(raw).is_err(), "{raw}");
    }
    for raw in ["/a//", "//a", "/b//c", "//", "/b/c//"] {
        let found = router.find(raw).unwrap_or_else(|error| panic!("{raw}: {error}"));
        assert!(found.api.is_none() && found.page.is_none(), "{raw}");
    }
}

#[test]
fn a_node_fits_into_a_cache_line() {
    assert!(size_of::<super::node::Node>() <= 64, "{} bytes", size_of::<super::node::Node>());
}

#[test]
fn a_known_shape_is_found_again() {
    let mut router = Router::default();
    let shape = [Segment::Literal("a"), Segment::Mixed(MIXED[0]), Segment::Rest];
    assert_eq!(router.insert(Api, &shape), Inserted::New(0));
    assert_eq!(router.insert(Api, &[]), Inserted::New(1));
    assert_eq!(router.insert(Page, &shape), Inserted::New(2));
    assert_eq!(router.insert(Api, &shape), Inserted::Known(0));
    assert_eq!(router.insert(Api, &[]), Inserted::Known(1));
    assert_eq!(router.insert(Page, &shape), Inserted::Known(2));
    let tails = [
        vec![Segment::Rest, Segment::Literal("a")],
        vec![Segment::Rest, Segment::Literal("b")],
        vec![Segment::OptionalRest, Segment::Literal("a")],
        vec![Segment::MixedRest(MIXED_RESTS[0])],
        vec![Segment::MixedRest(MIXED_RESTS[0]), Segment::Literal("a")],
    ];
    for (index, tail) in tails.iter().enumerate() {
        assert_eq!(router.insert(Api, tail), Inserted::New(3 + index));
    }
    for (index, tail) in tails.iter().enumerate() {
        assert_eq!(router.insert(Api, tail), Inserted::Known(3 + index));
    }
}
