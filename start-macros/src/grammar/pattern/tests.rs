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
    let mixed_rest = |text: &str| match mixed(text) {
        Segment::Dynamic(parts) => Segment::MixedRest(parts),
        other => other,
    };
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
        ("/files/{$}", vec![literal("files"), splat("_splat")]),
        ("/[...rest]/edit", vec![rest("rest"), literal("edit")]),
        ("/[[...rest]]/edit", vec![splat("rest"), literal("edit")]),
        ("/$/edit", vec![splat("_splat"), literal("edit")]),
        ("/{$}/$id", vec![splat("_splat"), param("id")]),
        ("/og/[...slug]/image.webp", vec![literal("og"), rest("slug"), literal("image.webp")]),
        ("/[...path]/[file].json", vec![rest("path"), mixed("<file>.json")]),
        ("/[a]/[...b]/[[c]]/[d]", vec![param("a"), rest("b"), optional("c"), param("d")]),
        ("/[...path].md", vec![mixed_rest("<path>.md")]),
        ("/[[...path]].md", vec![mixed_rest("<path>.md")]),
        ("/{$}.png", vec![mixed_rest("<_splat>.png")]),
        ("/{$}.{$ext}", vec![mixed_rest("<_splat>.<ext>")]),
        ("/[...path]-[a].[b]/x", vec![mixed_rest("<path>-<a>.<b>"), literal("x")]),
        ("/[...path]%2F", vec![mixed_rest("<path>/")]),
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
        ("/%3Aid", vec![literal(":id")]),
        ("/%2A", vec![literal("*")]),
        ("/things:batch", vec![literal("things:batch")]),
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
        ("/{id:\\d{2}}/x", 1..11, "write `[id]`"),
        ("/{id:[^/]+}/x", 1..11, "write `[id]`"),
        ("/a/{tail:.*}", 3..12, "write `[...tail]`"),
        ("/a/{*path}", 3..10, "write `[...path]`"),
        ("/a/:id/b", 3..6, "write `[id]`"),
        ("/a/<id>/b", 3..7, "write `[id]`"),
        ("/files/*", 7..8, "write `[...path]`"),
        ("/v1/(\\d+)", 4..9, "a param is `[id]`"),
        ("/$.png", 1..6, "`{$}.png`"),
        ("/{$}{$a}", 4..8, "without text between"),
        ("/pre{$}", 4..7, "write `pre{$first}/$`"),
        ("/pre{$}.png/x", 4..7, "write `pre{$first}/{$}.png`"),
        ("/{...a}", 1..7, "write `[...a]`"),
        ("/[-$a]", 2..5, "not a param name"),
        ("/[$]", 2..3, "not a param name"),
        ("/{$a}{$}", 5..8, "write `{$a}/$`"),
        ("/pre{-$id}", 4..10, "whole segment"),
        ("/pre[[id]]", 4..9, "whole segment"),
        ("/[...a].[[b]]", 8..12, "whole segment"),
        ("/[[b]].md", 1..5, "whole segment"),
        ("/pre[...rest]", 4..13, "write `pre[first]/[[...rest]]`"),
        ("/v-[[...rest]].md", 3..14, "write `v-[first]/[[...rest]].md`"),
        ("/[a].[...rest]", 5..14, "write `[a].[first]/[[...rest]]`"),
        ("/[...].md", 4..5, "needs a name"),
        ("/[...a-b].md", 5..8, "not a param name"),
        ("/[[...rest]", 1..11, "close it with `]]`"),
        ("/[...a", 1..2, "unclosed"),
        ("/[a][b]", 4..7, "without text between"),
        ("/[...a][b]", 7..10, "without text between"),
        ("/[...a]/x/[...b]", 10..16, "a pattern has one catch-all"),
        ("/$/x/{$}.md", 5..11, "a pattern has one catch-all"),
        ("/[...a].[...b]", 8..14, "a pattern has one catch-all"),
        ("/[...a]/x/[id]/[a]", 15..18, "two params are named `a`"),
        ("/[...a].[a]", 1..11, "two params are named `a`"),
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
    let written = |parts: &[Part], dollar: bool| {
        let parts = parts.iter().map(|part| match (part, dollar) {
            (Part::Literal(text), _) => escape(text),
            (Part::Param(name), false) => format!("[{name}]"),
            (Part::Param(name), true) => format!("{{${name}}}"),
        });
        parts.collect::<String>()
    };
    let text: String = segments
        .iter()
        .map(|(segment, dollar)| match (segment, dollar) {
            (Segment::Literal(text), _) => format!("/{}", escape(text)),
            (Segment::Dynamic(parts), dollar) => format!("/{}", written(parts, *dollar)),
            (Segment::MixedRest(parts), _) => format!("/{}", written(parts, false).replacen('[', "[...", 1)),
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

fn any_catch_all() -> impl Strategy<Value = Option<Segment>> {
    let param = || Part::Param("p".into());
    prop_oneof![
        Just(None),
        Just(Some(Segment::Rest("p".into()))),
        Just(Some(Segment::OptionalRest("p".into()))),
        ("[^\u{0}]{1,6}", any::<bool>()).prop_map(move |(text, more)| {
            let behind = more.then(param);
            Some(Segment::MixedRest([param(), Part::Literal(text)].into_iter().chain(behind).collect()))
        }),
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
            Segment::Dynamic(parts) | Segment::MixedRest(parts) => parts.iter_mut().for_each(|part| {
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
        catch_all in any_catch_all(),
        tail in prop::collection::vec((any_segment(), any::<bool>()), 0..3),
    ) {
        segments.extend(catch_all.map(|catch_all| (catch_all, false)));
        segments.extend(tail);
        number(&mut segments);
        let expected: Vec<_> = segments.iter().map(|(segment, _)| segment.clone()).collect();
        prop_assert_eq!(parse(&print(&segments)), Ok(expected), "{}", print(&segments));
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_place_inside_it(text in r"/?([\[\]{}$().%/a-c0-2 é]|\[\.\.\.|\[\[|\{\$|\{\$\}|\{-\$|\]\]){0,12}") {
        if let Err(errors) = parse(&text) {
            prop_assert!(!errors.is_empty());
            for error in errors {
                prop_assert!(text.get(error.range.clone()).is_some(), "{:?} in {:?}", error, text);
            }
        }
    }
}
