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
const TEXTS: [&str; 31] = [
    "a", "b", "ab", "a.b", "a-b", "A", "é", "a%2Fb", "%2541", "%41", "%61", "a.b.b", "a..b", "a-b-a.b", "ab.b", "aab",
    "abab", "aaaa", "aaaaa", "éé", "aéb", "%C3%A9", "a-", "-b", ".b", "b.", "x", "a%20b", "aa-b.b", "é.é", "",
];

fn random_shape(numbers: &mut Numbers) -> Shape {
    let mut shape: Shape = (0..numbers.below(4))
        .map(|_| match numbers.below(8) {
            0..=2 => Segment::Literal(numbers.pick(&LITERALS)),
            3..=5 => Segment::Mixed(numbers.pick(&MIXED)),
            _ => Segment::Param,
        })
        .collect();
    match numbers.below(8) {
        0 => shape.push(Segment::Rest),
        1 => shape.push(Segment::OptionalRest),
        _ => {}
    }
    shape
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
    let segments: String = (0..numbers.below(5)).map(|_| format!("/{}", numbers.pick(&TEXTS))).collect();
    let end = ["", "", "/", "//"][numbers.below(4)];
    let path = format!("{segments}{end}");
    if path.is_empty() { "/".to_owned() } else { path }
}

fn values(found: &Match, text: &str) -> Vec<String> {
    found.values.iter().map(|span| slice(text, *span).to_owned()).collect()
}

fn look_up(router: &Router, raw: &str) -> [Option<(usize, Vec<String>)>; 2] {
    let Found { text, api, page } = router.find(raw).unwrap_or_else(|error| panic!("{raw}: {error}"));
    [api, page].map(|found| found.map(|found| (found.shape, values(&found, &text))))
}

#[test]
fn the_router_agrees_with_the_obvious_matcher() {
    let mut numbers = Numbers(0x5747_1991);
    let mut matches = 0;
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
            let raw = random_path(&mut numbers);
            let segments = segments(&raw);
            let api = best(&shapes, &segments);
            let page = best(&pages, &segments).map(|(index, values)| (shapes.len() + index, values));
            matches += usize::from(api.is_some());
            assert_eq!(look_up(&router, &raw), [api, page], "round {round}: `{raw}` on {shapes:?} and pages {pages:?}");
        }
    }
    assert!(matches > 50_000, "only {matches} of 240,000 paths matched anything: the test looks away");
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
fn a_known_shape_is_found_again() {
    let mut router = Router::default();
    let shape = [Segment::Literal("a"), Segment::Mixed(MIXED[0]), Segment::Rest];
    assert_eq!(router.insert(Api, &shape), Inserted::New(0));
    assert_eq!(router.insert(Api, &[]), Inserted::New(1));
    assert_eq!(router.insert(Page, &shape), Inserted::New(2));
    assert_eq!(router.insert(Api, &shape), Inserted::Known(0));
    assert_eq!(router.insert(Api, &[]), Inserted::Known(1));
    assert_eq!(router.insert(Page, &shape), Inserted::Known(2));
}
