//! Catch-alls with something behind them: text in their last segment, and fixed segments.

use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, json};
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
    page: "/gt/docs/[...path]",
    param: "/gt/docs/[id]",
    markdown: "/gt/docs/[...path].md",
    short_markdown: "/gt/docs/[...path].d",
    of_a_folder: "/gt/docs/[...path]/[file].md",
    edit: "/gt/docs/[...path]/edit",
    edit_markdown: "/gt/docs/[...path].md/edit",
    edit_any: "/gt/docs/[...path]/[what]",
    revision: "/gt/docs/[...path]/rev-[rev]/[what]",
    below: "/gt/docs/guide/[...path].md",
    image: "/gt/og/[...slug]/image.webp",
    png: "/gt/img/{$}.png",
    parts: "/gt/parts/[...path].[name]-[ext]/x",
    json: "/gt/data/[...path]/[file].json",
    wiki_edit: "/gt/wiki/[[...rest]]/edit",
    wiki_exact: "/gt/wiki/edit",
    wiki: "/gt/wiki/$",
    splat_raw: "/gt/splat/$/raw",
    splat_raw_param: "/gt/splat/$/$id",
    braces: "/gt/braces/{$}",
    optional_behind: "/gt/opt/[...rest]/v/[[n]]",
    optional_before: "/gt/lang/[[lang]]/x/[...rest]/end",
    slash_inside: "/gt/slash/[...rest]/a%2Fb",
    group: "/gt/group/[...rest]/(admin)",
    dead_end: "/gt/dead/[a]/[b]/[c]",
    no_dead_end: "/gt/dead/[...rest]/x/y",
}

#[start_runtime::test]
async fn the_tail_has_to_fit_and_the_most_specific_one_answers() {
    let app = test::app();
    let cases = [
        // A plain parameter stands before every catch-all.
        ("/gt/docs/a.md", "param id=a.md"),
        ("/gt/docs/a/b.md", "of_a_folder path=a&file=b"),
        ("/gt/docs/a/b/c.md", "of_a_folder path=a/b&file=c"),
        ("/gt/docs/a/b/c.md/", "of_a_folder path=a/b&file=c"),
        ("/gt/docs/a/b/c.%6Dd", "of_a_folder path=a/b&file=c"),
        ("/gt/docs/a/b%2Fc.md", "of_a_folder path=a&file=b/c"),
        ("/gt/docs/a/b.d", "short_markdown path=a/b"),
        ("/gt/docs/a/.md", "edit_any path=a&what=.md"),
        ("/gt/docs/a/edit", "edit path=a"),
        ("/gt/docs/a/b/edit", "edit path=a/b"),
        ("/gt/docs/a/b.md/edit", "edit_markdown path=a/b"),
        ("/gt/docs/b.md/edit", "edit_markdown path=b"),
        ("/gt/docs/a/b/c", "edit_any path=a/b&what=c"),
        ("/gt/docs/a/rev-7/edit", "revision path=a&rev=7&what=edit"),
        ("/gt/docs/a.md/rev-7/edit", "revision path=a.md&rev=7&what=edit"),
        ("/gt/docs/rev-7/edit", "edit path=rev-7"),
        ("/gt/docs/guide/a.md", "below path=a"),
        ("/gt/docs/guide/a/b.md", "below path=a/b"),
        ("/gt/docs/guide/a/b", "edit_any path=guide/a&what=b"),
        ("/gt/docs/guide.md", "param id=guide.md"),
        ("/gt/og/a/image.webp", "image slug=a"),
        ("/gt/og/a/b%2Fc/image.webp", "image slug=a/b/c"),
        ("/gt/og/image.webp/image.webp", "image slug=image.webp"),
        ("/gt/img/a.png", "png _splat=a"),
        ("/gt/img/a/b.png", "png _splat=a/b"),
        ("/gt/img/a.png.png", "png _splat=a.png"),
        ("/gt/parts/a/b.c.d-e-f/x", "parts path=a/b.c&name=d-e&ext=f"),
        ("/gt/data/a/b/c.json", "json path=a/b&file=c"),
        ("/gt/wiki", "wiki _splat="),
        ("/gt/wiki/edit", "wiki_exact"),
        ("/gt/wiki/edit/", "wiki_exact"),
        ("/gt/wiki/a/edit", "wiki_edit rest=a"),
        ("/gt/wiki/a/b/edit/", "wiki_edit rest=a/b"),
        ("/gt/wiki/a/b", "wiki _splat=a/b"),
        ("/gt/splat/raw", "splat_raw _splat="),
        ("/gt/splat/a/b/raw", "splat_raw _splat=a/b"),
        ("/gt/splat/7", "splat_raw_param _splat=&id=7"),
        ("/gt/splat/a/b/7", "splat_raw_param _splat=a/b&id=7"),
        ("/gt/braces", "braces _splat="),
        ("/gt/braces/a/b", "braces _splat=a/b"),
        ("/gt/opt/a/b/v", "optional_behind rest=a/b"),
        ("/gt/opt/a/b/v/3", "optional_behind rest=a/b&n=3"),
        ("/gt/opt/v/v", "optional_behind rest=v"),
        ("/gt/lang/x/a/end", "optional_before rest=a"),
        ("/gt/lang/de/x/a/b/end", "optional_before lang=de&rest=a/b"),
        ("/gt/slash/a/b/a%2Fb", "slash_inside rest=a/b"),
        ("/gt/group/a/b", "group rest=a/b"),
        ("/gt/dead/1/x/y", "dead_end a=1&b=x&c=y"),
        ("/gt/dead/1/2/x/y", "no_dead_end rest=1/2"),
    ];
    for (path, expected) in cases {
        let answer = app.get(path).await;
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert_eq!((status.as_u16(), text.as_str()), (200, expected), "{path}");
    }
}

#[start_runtime::test]
async fn without_its_tail_a_path_is_a_404() {
    let app = test::app();
    let missing = [
        "/gt/docs",
        "/gt/docs/",
        "/gt/docs//a.md",
        "/gt/docs/a//edit",
        "/gt/og/image.webp",
        "/gt/og/a/image.webp/b",
        "/gt/og/a/IMAGE.webp",
        "/gt/og/a//image.webp",
        "/gt/img/.png",
        "/gt/img/a/.png",
        "/gt/img/a.png/b",
        "/gt/img",
        "/gt/parts/a/b.c/x",
        "/gt/data/c.json",
        "/gt/data/a/.json",
        "/gt/splat",
        "/gt/splat/",
        "/gt/splat//raw",
        "/gt/opt/v",
        "/gt/opt/v/1",
        "/gt/slash/a/a/b",
        "/gt/lang/x/end",
    ];
    for path in missing {
        assert_eq!(app.get(path).await.status(), 404, "{path}");
    }
    for path in ["/gt/img/%zz.png", "/gt/img/a/../b.png", "/gt/img/%FF.png", "/gt/og/%2e/image.webp"] {
        assert_eq!(app.get(path).await.status(), 400, "{path}");
    }
}

#[api_route("/gt/list/[...path].md")]
async fn GET(path: Vec<String>) -> Vec<String> {
    path
}

#[api_route(GET, "/gt/sums/[[...numbers]]/sum")]
async fn sum(numbers: Vec<i32>) -> String {
    numbers.iter().sum::<i32>().to_string()
}

#[api_route(GET, "/gt/sums/[...numbers]-[unit]")]
async fn sum_of_units(numbers: Vec<i32>, unit: String) -> String {
    format!("{} {unit}", numbers.iter().sum::<i32>())
}

#[api_route(GET, "/gt/typed/$/v[major].[minor]/$file")]
async fn typed(splat: String, major: u8, minor: u8, file: String) -> String {
    format!("{splat} {major} {minor} {file}")
}

#[start_runtime::test]
async fn params_around_a_tail_are_typed_arguments() {
    let app = test::app();
    let cases = [
        ("/gt/list/a.md", r#"["a"]"#),
        ("/gt/list/a/b.md", r#"["a","b"]"#),
        ("/gt/list/a%2Fb/c%2Fd.md", r#"["a/b","c/d"]"#),
        ("/gt/list/%E4%BD%A0/x%20y.md/", r#"["你","x y"]"#),
        ("/gt/list/a.md/b.md", r#"["a.md","b"]"#),
        ("/gt/sums/sum", "0"),
        ("/gt/sums/1/2/sum", "3"),
        ("/gt/sums/1/2/3-km", "6 km"),
        ("/gt/sums/-4-km", "-4 km"),
        ("/gt/typed/v1.2/x", " 1 2 x"),
        ("/gt/typed/a/b/v1.2/x", "a/b 1 2 x"),
    ];
    for (path, expected) in cases {
        assert_eq!(app.get(path).await.text().await.unwrap(), expected, "{path}");
    }
    let answer = app.get("/gt/sums/1/x/sum").await;
    assert_eq!(answer.status(), 400);
    let problem: Value = answer.json().await.unwrap();
    assert_eq!((&problem["errors"][0]["name"], &problem["errors"][0]["value"]), (&json!("numbers"), &json!("x")));
    let problem: Value = app.get("/gt/typed/a/vx.999/b").await.json().await.unwrap();
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(2), "{problem}");
}

#[api_route(POST, "/gt/methods/[...path].md")]
async fn write(path: String) -> String {
    format!("wrote {path}")
}

#[page_route("/gt/methods/[...path].md")]
async fn read(path: String) -> String {
    format!("<h1>{path}</h1>")
}

#[api_route(GET, "/gt/methods/[...path]")]
async fn anything(path: String) -> String {
    path
}

#[api_route("/gt/module/[...path]")]
mod module {
    use super::api_route;

    async fn GET(path: String) -> String {
        path
    }

    #[api_route("/raw")]
    mod raw {
        pub async fn DELETE(path: String) -> String {
            format!("deleted {path}")
        }
    }
}

#[start_runtime::test]
async fn the_best_tail_decides_then_the_method() {
    let app = test::app();
    assert_eq!(app.post("/gt/methods/a/b.md").await.text().await.unwrap(), "wrote a/b");
    let page = app.get("/gt/methods/a/b.md").await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.text().await.unwrap(), "<h1>a/b</h1>");
    let refused = app.delete("/gt/methods/a/b.md").await;
    assert_eq!((refused.status().as_u16(), refused.header("allow")), (405, Some("GET, HEAD, POST, OPTIONS")));
    assert_eq!(app.get("/gt/methods/a/b.txt").await.text().await.unwrap(), "a/b.txt");

    let head = app.head("/gt/img/a/b.png").await;
    assert_eq!((head.status().as_u16(), head.header("content-length")), (200, Some("14")));
    assert_eq!(head.text().await.unwrap(), "");
    let refused = app.post("/gt/og/a/b/image.webp").await;
    assert_eq!((refused.status().as_u16(), refused.header("allow")), (405, Some("GET, HEAD, OPTIONS")));
    assert_eq!(app.post("/gt/og/image.webp").await.status(), 404);

    assert_eq!(app.get("/gt/module/a/b").await.text().await.unwrap(), "a/b");
    assert_eq!(app.delete("/gt/module/a/b/raw").await.text().await.unwrap(), "deleted a/b");
    assert_eq!(app.get("/gt/module/a/b/raw").await.status(), 405);
    assert_eq!(app.delete("/gt/module/raw").await.status(), 405);
}

#[start_runtime::test]
async fn the_document_lists_tails_as_templates() {
    let document: Value = test::app().get("/openapi.json").await.json().await.unwrap();
    let get = |path: &str| document["paths"][path]["get"].clone();
    let params = |path: &str| -> Vec<(String, bool)> {
        let operation = get(path);
        let params = operation["parameters"].as_array().unwrap_or_else(|| panic!("{path}: {operation}"));
        let param = |param: &Value| (param["name"].as_str().unwrap().to_owned(), param["x-catch-all"] == true);
        params.iter().map(param).collect()
    };
    let cases: &[(&str, &[(&str, bool)])] = &[
        ("/gt/og/{slug}/image.webp", &[("slug", true)]),
        ("/gt/img/{_splat}.png", &[("_splat", true)]),
        ("/gt/data/{path}/{file}.json", &[("path", true), ("file", false)]),
        ("/gt/parts/{path}.{name}-{ext}/x", &[("path", true), ("name", false), ("ext", false)]),
        (
            "/gt/typed/{_splat}/v{major}.{minor}/{file}",
            &[("_splat", true), ("major", false), ("minor", false), ("file", false)],
        ),
        ("/gt/typed/v{major}.{minor}/{file}", &[("major", false), ("minor", false), ("file", false)]),
        ("/gt/splat/{_splat}/raw", &[("_splat", true)]),
        ("/gt/opt/{rest}/v/{n}", &[("rest", true), ("n", false)]),
        ("/gt/opt/{rest}/v", &[("rest", true)]),
    ];
    for (path, expected) in cases {
        let expected: Vec<(String, bool)> = expected.iter().map(|(name, rest)| ((*name).to_owned(), *rest)).collect();
        assert_eq!(params(path), expected, "{path}");
    }
    assert_eq!(get("/gt/splat/raw")["operationId"], "get_gt_splat_raw");
    assert_eq!(get("/gt/og/{slug}/image.webp")["parameters"][0]["schema"]["type"], "string");
    let exact = get("/gt/wiki/edit");
    assert_eq!(exact["operationId"], "get_gt_wiki_edit");
    assert!(exact["parameters"].is_null(), "the exact route has the path item: {exact}");
    // `/gt/docs/[...path].md` and `/gt/docs/[id]` have templates of their own, `/gt/docs/[...path]` shares one.
    assert_eq!(params("/gt/docs/{path}.md"), [("path".to_owned(), true)]);
    let told = document["x-start-routes"].as_array().unwrap();
    assert!(told.iter().any(|route| route["pattern"] == "/gt/docs/[...path]"), "{told:?}");
    let mut ids: Vec<&str> = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
        .filter_map(|operation| operation["operationId"].as_str())
        .collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "two operations have one id");
}
