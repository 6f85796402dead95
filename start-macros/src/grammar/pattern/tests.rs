use super::*;
use proptest::prelude::*;

fn literal(text: &str) -> Segment {
    Segment::Literal(text.into())
}

fn param(name: &str) -> Segment {
    Segment::Dynamic(vec![Part::Param(name.into())])
}

/// `"year-<year>"`: text, with params in angle brackets.
fn mixed(text: &str) -> Segment {
    let pieces = text.split_inclusive('>').flat_map(|piece| {
        let (before, name) = piece.split_once('<').unwrap_or((piece, ""));
        [Part::Literal(before.into()), Part::Param(name.trim_end_matches('>').into())]
    });
    Segment::Dynamic(
        pieces.filter(|part| !matches!(part, Part::Literal(text) | Part::Param(text) if text.is_empty())).collect(),
    )
}

#[test]
fn both_spellings_are_read() {
    let optional = |name: &str| Segment::Optional(name.into());
    let rest = |name: &str| Segment::Rest(name.into());
    let splat = |name: &str| Segment::OptionalRest(name.into());
    let cases: &[(&str, Vec<Segment>)] = &[
        ("/", vec![]),
        ("/students", vec![literal("students")]),
        ("/Students", vec![literal("Students")]),
        ("/[id]", vec![param("id")]),
        ("/$id", vec![param("id")]),
        ("/{$id}", vec![param("id")]),
        ("/$postId", vec![param("postId")]),
        ("/[_a]", vec![param("_a")]),
        ("/[größe]", vec![param("größe")]),
        ("/year-[year]", vec![mixed("year-<year>")]),
        ("/[name].[ext]", vec![mixed("<name>.<ext>")]),
        ("/pre{$id}suf", vec![mixed("pre<id>suf")]),
        ("/[a]-{$b}", vec![mixed("<a>-<b>")]),
        ("/[[lang]]/about", vec![optional("lang"), literal("about")]),
        ("/{-$lang}/about", vec![optional("lang"), literal("about")]),
        ("/files/[...rest]", vec![literal("files"), rest("rest")]),
        ("/files/[[...rest]]", vec![literal("files"), splat("rest")]),
        ("/files/$", vec![literal("files"), splat("_splat")]),
        ("/(auth)/login", vec![literal("login")]),
        ("/(auth)", vec![]),
        ("/files/[...rest]/(group)", vec![literal("files"), rest("rest")]),
        ("/a%20b", vec![literal("a b")]),
        ("/a b", vec![literal("a b")]),
        ("/caf%C3%A9", vec![literal("café")]),
        ("/café", vec![literal("café")]),
        ("/%5Bid%5D", vec![literal("[id]")]),
        ("/a%2Fb", vec![literal("a/b")]),
        ("/100%25", vec![literal("100%")]),
        ("/%2541", vec![literal("%41")]),
        ("/:id", vec![literal(":id")]),
        ("/*", vec![literal("*")]),
        ("/...", vec![literal("...")]),
        ("/[id]%24", vec![mixed("<id>$")]),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text).as_ref(), Ok(expected), "{text}");
    }
}

#[test]
fn each_mistake_is_named_with_its_place() {
    let cases = [
        ("", 0..0, "begins with `/`"),
        ("api", 0..1, "begins with `/`"),
        ("/api/", 4..5, "does not end with `/`"),
        ("//", 0..1, "two slashes"),
        ("/a//b", 2..3, "two slashes"),
        ("/api/[house/x", 5..6, "unclosed `[`"),
        ("/api/{$house/x", 5..6, "unclosed `{`"),
        ("/house]", 6..7, "`]` without `[`"),
        ("/house}", 6..7, "`}` without `{`"),
        ("/[]", 1..2, "needs a name"),
        ("/[[]]", 2..3, "needs a name"),
        ("/[post-id]", 2..9, "not a param name"),
        ("/[1st]", 2..5, "not a param name"),
        ("/[_]", 2..3, "not a param name"),
        ("/[a b]", 2..5, "not a param name"),
        ("/$post-id", 1..9, "`{$post}-id`"),
        ("/pre$id", 4..5, "`{$id}`"),
        ("/a$", 2..3, "`%24`"),
        ("/{id}", 1..5, "write `[id]`"),
        ("/{id:[0-9]+}", 1..12, "write `[id]`"),
        ("/{$}", 1..4, "catch-all"),
        ("/pre{-$id}", 4..10, "whole segment"),
        ("/pre[[id]]", 4..9, "whole segment"),
        ("/pre[...rest]", 4..13, "whole segment"),
        ("/[[...rest]]x", 1..11, "whole segment"),
        ("/[a][b]", 4..7, "without text between"),
        ("/[...rest]/edit", 1..10, "last segment"),
        ("/$/edit", 1..2, "last segment"),
        ("/[id]/x/[id]", 8..12, "two params are named `id`"),
        ("/(a)b", 1..2, "whole segment"),
        ("/a(b)", 2..3, "whole segment"),
        ("/()", 1..3, "plain name"),
        ("/([x])", 1..6, "plain name"),
        ("/a%2", 2..3, "two hex digits"),
        ("/a%zz", 2..3, "two hex digits"),
        ("/%FF", 1..4, "not UTF-8"),
        ("/%C3é", 1..6, "not UTF-8"),
        ("/a?b", 2..3, "no query"),
        ("/a#b", 2..3, "no fragment"),
        ("/./x", 1..2, "400"),
        ("/%2e%2E", 1..7, "400"),
        ("/a\tb", 2..3, "control character"),
    ];
    for (text, range, part) in cases {
        let errors = parse(text).expect_err(text);
        let first = &errors[0];
        assert!(first.message.contains(part), "{text}: {first:?}");
        assert_eq!(first.range.start, range.start, "{text}: {first:?}");
        assert!(first.shown_in(text).contains('^') || text.is_empty(), "{text}: {first:?}");
    }
}

#[test]
fn all_mistakes_are_reported() {
    let errors = parse("/[a/x]/[...r]/{id}/[b]/[b]").expect_err("five mistakes");
    assert!(errors.len() >= 4, "{errors:?}");
}

/// Prints segments as a pattern, in one spelling or the other.
fn print(segments: &[(Segment, bool)]) -> String {
    let escape = |text: &str| {
        text.bytes()
            .map(
                |byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02x}") },
            )
            .collect::<String>()
    };
    let text: String = segments
        .iter()
        .map(|(segment, dollar)| match (segment, dollar) {
            (Segment::Literal(text), _) => format!("/{}", escape(text)),
            (Segment::Dynamic(parts), dollar) => {
                let parts = parts.iter().map(|part| match (part, dollar) {
                    (Part::Literal(text), _) => escape(text),
                    (Part::Param(name), false) => format!("[{name}]"),
                    (Part::Param(name), true) => format!("{{${name}}}"),
                });
                format!("/{}", parts.collect::<String>())
            }
            (Segment::Optional(name), false) => format!("/[[{name}]]"),
            (Segment::Optional(name), true) => format!("/{{-${name}}}"),
            (Segment::Rest(name), _) => format!("/[...{name}]"),
            (Segment::OptionalRest(name), _) => format!("/[[...{name}]]"),
        })
        .collect();
    if text.is_empty() { "/".into() } else { text }
}

fn any_segment() -> impl Strategy<Value = Segment> {
    let text = "[^\u{0}]{1,6}".prop_filter("a dot segment is refused", |text| text != "." && text != "..");
    prop_oneof![
        text.clone().prop_map(Segment::Literal),
        Just(Segment::Dynamic(vec![Part::Param("p".into())])),
        (text.clone(), any::<bool>(), any::<bool>(), text).prop_map(|(before, first, both, after)| {
            let param = || Part::Param("p".into());
            Segment::Dynamic(match (first, both) {
                (true, false) => vec![param(), Part::Literal(after)],
                (false, false) => vec![Part::Literal(before), param()],
                (true, true) => vec![param(), Part::Literal(after), param()],
                (false, true) => vec![Part::Literal(before), param(), Part::Literal(after)],
            })
        }),
        Just(Segment::Optional("p".into())),
    ]
}

/// Gives each parameter its own name, so that any list of segments is a valid pattern.
fn number(segments: &mut [(Segment, bool)]) {
    let mut next = 0;
    let mut fresh = |name: &mut String| {
        next += 1;
        *name = format!("p{next}");
    };
    for (segment, _) in segments {
        match segment {
            Segment::Literal(_) => {}
            Segment::Dynamic(parts) => parts.iter_mut().for_each(|part| {
                if let Part::Param(name) = part {
                    fresh(name)
                }
            }),
            Segment::Optional(name) | Segment::Rest(name) | Segment::OptionalRest(name) => fresh(name),
        }
    }
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(
        mut segments in prop::collection::vec((any_segment(), any::<bool>()), 0..6),
        end in prop_oneof![Just(None), Just(Some(Segment::Rest("r".into()))), Just(Some(Segment::OptionalRest("r".into())))],
    ) {
        segments.extend(end.map(|end| (end, false)));
        number(&mut segments);
        let expected: Vec<_> = segments.iter().map(|(segment, _)| segment.clone()).collect();
        prop_assert_eq!(parse(&print(&segments)), Ok(expected), "{}", print(&segments));
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_place_inside_it(text in r"/?([\[\]{}$().%/a-c0-2 é]|\[\.\.\.|\[\[|\{\$|\{-\$|\]\]){0,12}") {
        if let Err(errors) = parse(&text) {
            prop_assert!(!errors.is_empty());
            for error in errors {
                prop_assert!(text.get(error.range.clone()).is_some(), "{:?} in {:?}", error, text);
            }
        }
    }
}
