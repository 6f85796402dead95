//! The route grammar, from both spellings to the values in the handler.

use start_runtime::prelude::*;
use start_runtime::test;

/// A handler that says which pattern answered, and with which values.
macro_rules! routes {
    ($($name:ident: $pattern:literal),* $(,)?) => {$(
        #[api_route(GET, $pattern)]
        async fn $name(event: APIEvent) -> String {
            let values: Vec<String> = event.params.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("{} {}", stringify!($name), values.join("&")).trim_end().to_owned()
        }
    )*};
}

routes! {
    root: "/g",
    literal: "/g/students",
    upper: "/g/Students",
    encoded_literal: "/g/a%20b",
    literal_slash: "/g/one%2Ftwo",
    brackets: "/g/%5Bx%5D",
    in_group: "/g/(auth)/login",
    param: "/g/p/[id]",
    param_edit: "/g/p/[id]/edit",
    dollar: "/g/d/$postId",
    prefixed: "/g/m/year-[year]",
    affixed: "/g/m/pre{$id}suf",
    two: "/g/m/[name].[ext]",
    archive: "/g/m/[name].tar.gz",
    gz: "/g/m/[name].gz",
    any: "/g/m/[any]",
    fixed: "/g/m/new",
    optional: "/g/o/[[lang]]/about",
    two_optionals: "/g/oo/[[a]]/[[b]]",
    dollar_optional: "/g/do/{-$lang}/about",
    written_out: "/g/o/de/about",
    rest: "/g/r/[...rest]",
    rest_special: "/g/r/a/[id]",
    optional_rest: "/g/s/[[...rest]]",
    exact: "/g/s",
    splat: "/g/splat/$",
    dead_end_literal: "/g/b/users/me/x",
    dead_end_param: "/g/b/[a]/[b]",
    suffix_inside: "/g/w/[id].json/edit",
    plain_inside: "/g/w/[id]/edit",
}

#[start_runtime::test]
async fn the_most_specific_route_answers_with_decoded_values() {
    let app = test::app();
    let cases = [
        ("/g", "root"),
        ("/g/", "root"),
        ("/g/students", "literal"),
        ("/g/students/", "literal"),
        ("/g/%73tudents", "literal"),
        ("/g/Students", "upper"),
        ("/g/a%20b", "encoded_literal"),
        ("/g/a b", "encoded_literal"),
        ("/g/one%2Ftwo", "literal_slash"),
        ("/g/%5Bx%5D", "brackets"),
        ("/g/[x]", "brackets"),
        ("/g/login", "in_group"),
        ("/g/p/7", "param id=7"),
        ("/g/p/7/", "param id=7"),
        ("/g/p/a%2Fb", "param id=a/b"),
        ("/g/p/a%252Fb", "param id=a%2Fb"),
        ("/g/p/%E4%BD%A0", "param id=你"),
        ("/g/p/a+b", "param id=a+b"),
        ("/g/p/7/edit", "param_edit id=7"),
        ("/g/d/7", "dollar postId=7"),
        ("/g/m/year-1991", "prefixed year=1991"),
        ("/g/m/year-", "any any=year-"),
        ("/g/m/pre7suf", "affixed id=7"),
        ("/g/m/presuf", "any any=presuf"),
        ("/g/m/a.b.c", "two name=a.b&ext=c"),
        ("/g/m/a.", "any any=a."),
        ("/g/m/x.tar.gz", "archive name=x"),
        ("/g/m/x.gz", "gz name=x"),
        ("/g/m/.gz", "any any=.gz"),
        ("/g/m/new", "fixed"),
        ("/g/o/about", "optional"),
        ("/g/o/fr/about", "optional lang=fr"),
        ("/g/o/de/about", "written_out"),
        ("/g/do/about", "dollar_optional"),
        ("/g/do/fr/about", "dollar_optional lang=fr"),
        ("/g/oo", "two_optionals"),
        ("/g/oo/1", "two_optionals a=1"),
        ("/g/oo/1/2", "two_optionals a=1&b=2"),
        ("/g/r/x", "rest rest=x"),
        ("/g/r/x/y%2Fz", "rest rest=x/y/z"),
        ("/g/r/a/7", "rest_special id=7"),
        ("/g/r/a/7/8", "rest rest=a/7/8"),
        ("/g/s", "exact"),
        ("/g/s/", "exact"),
        ("/g/s/x/y", "optional_rest rest=x/y"),
        ("/g/s/x/y/", "optional_rest rest=x/y"),
        ("/g/splat", "splat _splat="),
        ("/g/splat/", "splat _splat="),
        ("/g/splat/a/b", "splat _splat=a/b"),
        ("/g/b/users/me/x", "dead_end_literal"),
        ("/g/b/users/foo", "dead_end_param a=users&b=foo"),
        ("/g/w/a.json/edit", "suffix_inside id=a"),
        ("/g/w/a.xml/edit", "plain_inside id=a.xml"),
        ("/g/students?x=/g/p/7", "literal"),
    ];
    for (path, expected) in cases {
        let answer = app.get(path).await;
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert_eq!((status.as_u16(), text.as_str()), (200, expected), "{path}");
    }
}

#[start_runtime::test]
async fn what_matches_nothing_is_a_404_and_what_cannot_match_a_400() {
    let app = test::app();
    let missing = [
        "/G",
        "/g//",
        "/g//students",
        "/g/STUDENTS",
        "/g/p",
        "/g/p/",
        "/g/p//",
        "/g/p//edit",
        "/g/r",
        "/g/r/",
        "/g/r//",
        "/g/r/a//b",
        "/g/s//",
        "/g/splat//",
        "/g/oo/1/2/3",
        "/g/one/two/three",
        "/g/one%252Ftwo",
        "/g/students/x",
    ];
    for path in missing {
        assert_eq!(app.get(path).await.status(), 404, "{path}");
    }
    for path in ["/g/%", "/g/%zz", "/g/%FF", "/g/.", "/g/../g", "/g/%2e%2E/g", "/g/p/%2e"] {
        let answer = app.get(path).await;
        assert_eq!(answer.status(), 400, "{path}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{path}");
    }
}

#[api_route(GET, "/g/typed/[house]/year-[year]/[[page]]")]
async fn typed(house: String, year: u16, page: Option<u8>) -> String {
    format!("{house} {year} {page:?}")
}

#[api_route(GET, "/g/segments/[...path]")]
async fn segments(path: Vec<String>) -> Vec<String> {
    path
}

#[api_route(GET, "/g/numbers/$")]
async fn numbers(splat: Vec<i32>) -> Vec<i32> {
    splat
}

#[api_route(GET, "/g/keyword/[type]/[postId]")]
async fn keyword(r#type: String, post_id: u8) -> String {
    format!("{type} {post_id}", type = r#type)
}

#[start_runtime::test]
async fn params_are_typed_arguments() {
    let app = test::app();
    let cases = [
        ("/g/typed/ravenclaw/year-1991", "ravenclaw 1991 None"),
        ("/g/typed/ravenclaw/year-1991/3", "ravenclaw 1991 Some(3)"),
        ("/g/segments/a/b%2Fc/d", r#"["a","b/c","d"]"#),
        ("/g/segments/a%20b/c/", r#"["a b","c"]"#),
        ("/g/numbers", "[]"),
        ("/g/numbers/1/-2", "[1,-2]"),
        ("/g/keyword/x/7", "x 7"),
    ];
    for (path, expected) in cases {
        assert_eq!(app.get(path).await.text().await.unwrap(), expected, "{path}");
    }
}

#[start_runtime::test]
async fn every_bad_param_is_told() {
    let answer = test::app().get("/g/typed/ravenclaw/year-x/999").await;
    assert_eq!(answer.status(), 400);
    let problem: start_runtime::serde_json::Value = answer.json().await.unwrap();
    let errors = problem["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 2, "{problem}");
    assert_eq!(
        (&errors[0]["name"], &errors[0]["value"], &errors[0]["expected"]),
        (&"year".into(), &"x".into(), &"u16".into())
    );
    assert_eq!(
        (&errors[1]["name"], &errors[1]["value"], &errors[1]["expected"]),
        (&"page".into(), &"999".into(), &"u8".into())
    );
    assert_eq!(test::app().get("/g/numbers/1/x").await.status(), 400);
}

/// A prefix is written once, and applies to the handlers and modules inside.
#[api_route("/g/prefix/[id]")]
mod prefixed_module {
    use super::api_route;

    async fn GET(id: u32) -> String {
        helper(id)
    }

    #[api_route(POST)]
    async fn replace(id: u32) -> String {
        helper(id + 1)
    }

    #[api_route("/notes/[note]")]
    async fn PUT(id: u32, note: String) -> String {
        format!("{} {note}", helper(id))
    }

    #[api_route("/deep")]
    mod deep {
        pub async fn GET(id: u32) -> String {
            super::helper(id * 10)
        }
    }

    fn helper(id: u32) -> String {
        format!("<{id}>")
    }
}

#[start_runtime::test]
async fn a_module_shares_its_prefix() {
    let app = test::app();
    assert_eq!(app.get("/g/prefix/4").await.text().await.unwrap(), "<4>");
    assert_eq!(app.post("/g/prefix/4").await.text().await.unwrap(), "<5>");
    assert_eq!(app.put("/g/prefix/4/notes/x").await.text().await.unwrap(), "<4> x");
    assert_eq!(app.get("/g/prefix/4/deep").await.text().await.unwrap(), "<40>");
}
