//! Multipart bodies to the letter: where a part ends, what its headers mean, and what is answered to hostile ones. What those
//! cost is printed by `bench hostile`.

use std::time::Duration;

use start_runtime::MultipartLimits;
use start_runtime::prelude::*;
use start_runtime::serde_json::{Value, from_slice, json};
use start_runtime::test::app;

use crate::wire::Server;

/// Each part as `[name, file name, content type, content]`.
#[api_route(POST, "/grammar/parts")]
async fn all_parts(event: APIEvent) -> Result<Value, Problem> {
    let mut seen = Vec::new();
    let mut parts = event.request.multipart_with(MultipartLimits::new().parts(100_000));
    while let Some(mut part) = parts.next().await? {
        let content = String::from_utf8_lossy(&part.bytes().await?).into_owned();
        seen.push(json!([part.name(), part.file_name(), part.content_type(), content]));
    }
    Ok(json!(seen))
}

/// How many bytes all parts have.
#[api_route(POST, "/grammar/sizes")]
async fn sizes(event: APIEvent) -> Result<usize, Problem> {
    let mut size = 0;
    let mut parts = event.request.multipart();
    while let Some(mut part) = parts.next().await? {
        while let Some(piece) = part.chunk().await? {
            size += piece.len();
        }
    }
    Ok(size)
}

const FORM: &str = "multipart/form-data; boundary=b";

async fn answer(content_type: impl AsRef<str>, body: impl Into<Vec<u8>>) -> (u16, Value) {
    let answer = app().post("/grammar/parts").header("content-type", content_type.as_ref()).body(body.into()).await;
    let (status, bytes) = (answer.status().as_u16(), answer.bytes().await.unwrap());
    assert!(bytes.len() <= 64 * 1024, "an answer of {} bytes", bytes.len());
    (status, from_slice(&bytes).unwrap_or(Value::Null))
}

/// A part with these headers, and what the program sees of it.
async fn part_with(headers: impl AsRef<[u8]>) -> (u16, Value) {
    let body = [b"--b\r\n", headers.as_ref(), b"\r\n\r\nx\r\n--b--\r\n"].concat();
    let (status, answer) = answer(FORM, body).await;
    (status, if status == 200 { answer[0].clone() } else { answer["detail"].clone() })
}

#[start_runtime::test]
async fn a_part_ends_at_a_line_with_the_boundary_and_nowhere_else() {
    let part = |name: &str, content: &str| format!("Content-Disposition: form-data; name={name}\r\n\r\n{content}");
    let (a, b) = (part("a", "1"), part("b", "2"));
    let both = json!([["a", null, null, "1"], ["b", null, null, "2"]]);
    let content = |text: &str| json!([["a", null, null, text]]);
    let bodies = [
        ("plain", format!("--b\r\n{a}\r\n--b\r\n{b}\r\n--b--\r\n"), both.clone()),
        ("no line break at the end", format!("--b\r\n{a}\r\n--b\r\n{b}\r\n--b--"), both.clone()),
        ("padding", format!("--b \r\n{a}\r\n--b\t \t\r\n{b}\r\n--b-- \t\r\n"), both.clone()),
        ("padding at the end", format!("--b\r\n{a}\r\n--b\r\n{b}\r\n--b--  "), both.clone()),
        ("preamble", format!("This is\r\n--no\r\nform.--b\r\n\r\n--b\r\n{a}\r\n--b\r\n{b}\r\n--b--\r\n"), both.clone()),
        ("an empty line first", format!("\r\n--b\r\n{a}\r\n--b\r\n{b}\r\n--b--\r\n"), both.clone()),
        ("epilogue", format!("--b\r\n{a}\r\n--b\r\n{b}\r\n--b--\r\nthat is\r\n--b\r\nall"), both.clone()),
        ("nothing", "--b--\r\n".to_owned(), json!([])),
        ("empty", format!("--b\r\n{}\r\n--b--", part("a", "")), content("")),
        (
            "a part without a body",
            format!("--b\r\n{}--b\r\n{b}\r\n--b--", part("a", "")),
            json!([["a", null, null, ""], ["b", null, null, "2"]]),
        ),
        ("line breaks", format!("--b\r\n{}\r\n--b--", part("a", "\r\n\r\n")), content("\r\n\r\n")),
        ("a bare line feed", format!("--b\r\n{}\r\n--b--", part("a", "1\n--b\r\n")), content("1\n--b\r\n")),
        ("a bare carriage return", format!("--b\r\n{}\r\n--b--", part("a", "1\r--b\r")), content("1\r--b\r")),
        (
            "almost a boundary",
            format!("--b\r\n{}\r\n--b--", part("a", "\r\n--\r\n-b\r\n--B\r\n --b")),
            content("\r\n--\r\n-b\r\n--B\r\n --b"),
        ),
        ("a boundary within a line", format!("--b\r\n{}\r\n--b--", part("a", "x--b--\r\nx")), content("x--b--\r\nx")),
    ];
    for (what, body, expected) in bodies {
        assert_eq!(answer(FORM, body).await, (200, expected), "{what}");
    }
    let broken = [
        ("", "before its last boundary"),
        ("--b", "before its last boundary"),
        ("--b\r\n", "before its last boundary"),
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--", "before its last boundary"),
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\n--b--\n", "before its last boundary"),
        ("--b\nContent-Disposition: form-data; name=a\n\n1\n--b--\n", "no line break follows"),
        ("--bc\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--", "no line break follows"),
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--c", "no line break follows"),
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--\n", "no line break follows"),
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b --\r\n", "no line break follows"),
        ("--b\r\nContent-Disposition: form-data; name=a\r\n--b\r\n\r\n1\r\n--b--", "an empty line ends them"),
        ("--b\r\nContent-Disposition: form-data; name=a\n\r\n1\r\n--b--", "before its last boundary"),
        ("--b\r\n\r\n1\r\n--b--", "Content-Disposition"),
    ];
    for (body, reason) in broken {
        let (status, problem) = answer(FORM, body).await;
        assert!(status == 400 && problem["detail"].as_str().unwrap().contains(reason), "{body:?}: {problem}");
    }
}

#[start_runtime::test]
async fn no_header_of_a_part_says_where_it_ends_or_how_it_is_encoded() {
    let disposition = "Content-Disposition: form-data; name=a";
    for header in [
        "Content-Length: 1000",
        "Content-Length: 0",
        "Content-Length: x",
        "Content-Length: 1\r\nContent-Length: 99999999999999999999",
        "Transfer-Encoding: chunked",
        "Content-Transfer-Encoding: base64",
        "Content-Transfer-Encoding: quoted-printable",
        "Content-Encoding: gzip",
        "X-Unknown: größe; \"",
        "Content-Type: application/json\r\nX: 1",
    ] {
        for headers in [format!("{disposition}\r\n{header}"), format!("{header}\r\n{disposition}")] {
            let second = "--b\r\nContent-Disposition: form-data; name=b\r\n\r\nsecond\r\n--b--";
            let (status, parts) = answer(FORM, format!("--b\r\n{headers}\r\n\r\n=41 QQ==\r\n{second}")).await;
            assert_eq!((status, &parts[0][3], &parts[1][3]), (200, &json!("=41 QQ=="), &json!("second")), "{headers}");
        }
    }
}

#[start_runtime::test]
async fn names_are_read_as_browsers_and_libraries_write_them() {
    let cases = [
        (r#"name="a""#, json!("a"), Value::Null),
        (r#"name="""#, json!(""), Value::Null),
        ("name=a", json!("a"), Value::Null),
        (r#"NAME="a"; FileName="b""#, json!("a"), json!("b")),
        (r#"filename="b"; name="a""#, json!("a"), json!("b")),
        (r#"name="a"; filename="""#, json!("a"), json!("")),
        (r#"name="a"; filename="a\b.txt""#, json!("a"), json!(r"a\b.txt")),
        (r#"name="c:\x"; filename="C:\dir\c.png""#, json!(r"c:\x"), json!(r"C:\dir\c.png")),
        (r#"name="a"; filename="C:\\dir\\c.png""#, json!("a"), json!(r"C:\dir\c.png")),
        (r#"name="a"; filename="b\""#, json!("a"), json!(r"b\")),
        (r#"name="a"; filename="say \"b\".txt""#, json!("a"), json!(r#"say "b".txt"#)),
        (r#"name="a%22b"; filename="%22b%22.txt""#, json!(r#"a"b"#), json!(r#""b".txt"#)),
        (r#"name="a%0D%0Ab"; filename="b%0d%0a.txt""#, json!("a\r\nb"), json!("b\r\n.txt")),
        (r#"name="a%20b%25"; filename="100%.txt""#, json!("a%20b%25"), json!("100%.txt")),
        (r#"name="a"; filename="x; name=b""#, json!("a"), json!("x; name=b")),
        (r#"name="größe[]"; filename="größe 名.txt""#, json!("größe[]"), json!("größe 名.txt")),
        (r#"name="a"; filename*=UTF-8''gr%C3%B6%C3%9Fe.png"#, json!("a"), json!("größe.png")),
        (r#"name="a"; filename="b"; filename*=UTF-8''c"#, json!("a"), json!("b")),
        (r#"name="a"; filename*=nonsense"#, json!("a"), Value::Null),
        (r#"name="a"; filename*=utf-8'en'b%FF"#, json!("a"), json!("b\u{fffd}")),
        (r#"name="a"; surname="b"; x"#, json!("a"), Value::Null),
        ("name=\"a\";\r\n filename=\"b\"", json!("a"), json!("b")),
    ];
    for (params, name, file_name) in cases {
        let (status, part) = part_with(format!("content-DISPOSITION:form-data; {params}")).await;
        assert_eq!((status, &part[0], &part[1]), (200, &name, &file_name), "{params}: {part}");
    }
    let latin: &[u8] = b"Content-Disposition: form-data; name=\"gr\xf6\xdfe\"; filename=\"\xe9t\xe9.txt\"";
    let (status, part) = part_with(latin).await;
    assert_eq!((status, part), (200, json!(["gr\u{fffd}\u{fffd}e", "\u{fffd}t\u{fffd}.txt", null, "x"])));
    let types = [
        ("image/png", json!("image/png")),
        ("Text/PLAIN; charset=UTF-8", json!("text/plain; charset=UTF-8")),
        ("image/png; größe=1", json!("image/png; größe=1")),
        ("", Value::Null),
        ("nonsense", Value::Null),
    ];
    for (content_type, expected) in types {
        let headers = format!("Content-Disposition: form-data; name=a\r\nContent-Type: {content_type}");
        assert_eq!(part_with(headers).await.1[2], expected, "{content_type}");
    }
}

#[start_runtime::test]
async fn malformed_headers_of_a_part_are_a_400_that_says_why() {
    let cases = [
        ("Content-Disposition: form-data", "without a name"),
        ("Content-Disposition: form-data; filename=a", "without a name"),
        ("Content-Disposition: attachment; name=a", "form-data"),
        ("Content-Disposition: ", "form-data"),
        ("Content-Type: text/plain", "Content-Disposition"),
        ("Content-Disposition: form-data; name=a; name=b", "each parameter once"),
        ("Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b", "each parameter once"),
        ("Content-Disposition: form-data; name=\"a", "malformed Content-Disposition"),
        ("Content-Disposition: form-data; name=\"a\"b", "malformed Content-Disposition"),
        ("Content-Disposition form-data; name=a", "malformed headers"),
        ("Content-Disposition : form-data; name=a", "malformed headers"),
        (": form-data; name=a", "malformed headers"),
        (" Content-Disposition: form-data; name=a", "malformed headers"),
        ("Content-Disposition: form-data; name=a\nX: 1", "malformed headers"),
        ("Content-Disposition: form-data; name=a\rX: 1", "malformed headers"),
        ("Content-Disposition: form-data; name=\"a\0\"", "malformed headers"),
        (&format!("Content-Disposition: form-data; name=a{}", "\r\nX: 1".repeat(32)), "more than 32 lines"),
        (&format!("Content-Disposition: form-data; name=a{}", "; a".repeat(32)), "malformed Content-Disposition"),
        (&format!("Content-Disposition: form-data; name=a{}", "%22".repeat(65)), "malformed Content-Disposition"),
        ("Content-Disposition: form-data; name=a\r\nContent-Type: Multipart/Mixed; boundary=c", "RFC 7578"),
    ];
    for (headers, reason) in cases {
        let (status, detail) = part_with(headers).await;
        assert!(status == 400 && detail.as_str().unwrap().contains(reason), "{headers:?}: {status} {detail}");
    }
}

#[start_runtime::test]
async fn boundaries_are_read_as_clients_write_them() {
    let at = |boundary: &str| {
        format!("--{boundary}\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--{boundary}--\r\n")
    };
    let longest = "b".repeat(70);
    let good = [
        ("boundary=b", "b"),
        ("boundary=\"b\"", "b"),
        ("charset=utf-8;BOUNDARY=b ; x=y", "b"),
        ("boundary=\"a b;c=d\"", "a b;c=d"),
        ("boundary=----=_Part_0_1.2/3:4?5'()+,", "----=_Part_0_1.2/3:4?5'()+,"),
        ("boundary=*****", "*****"),
        ("boundary=--b--", "--b--"),
        (&format!("boundary={longest}"), longest.as_str()),
    ];
    for (param, boundary) in good {
        let found = answer(format!("Multipart/Form-Data; {param}"), at(boundary)).await;
        assert_eq!(found, (200, json!([["a", null, null, "1"]])), "{param}");
    }
    let too_long = format!("boundary={}", "b".repeat(71));
    let bad: [(&str, &str); 9] = [
        ("", "names no boundary"),
        ("boundary", "1 to 70"),
        ("boundary=", "1 to 70"),
        ("boundary=\"\"", "1 to 70"),
        ("boundary=\"b \"", "no space at its end"),
        (too_long.as_str(), "1 to 70"),
        ("boundary=grö", "ASCII"),
        ("boundary=\"b", "malformed"),
        ("boundary=b; boundary=c", "twice"),
    ];
    for (param, reason) in bad {
        let (status, problem) = answer(format!("multipart/form-data; {param}"), at("b")).await;
        assert!(status == 400 && problem["detail"].as_str().unwrap().contains(reason), "{param}: {problem}");
    }
}

#[core::prelude::v1::test]
fn a_body_means_the_same_wherever_it_is_cut() {
    let body = "pre\r\n--b \r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--\r\n--b\r\nContent-Disposition: form-data; name=\"b\"; filename=\"%22\"\r\nContent-Length: 99\r\n\r\n\r\n--b--\r\nepilogue";
    let server = Server::start(Start::new);
    let mut wire = server.connect();
    for cut in 1..body.len() {
        let (first, second) = body.split_at(cut);
        wire.send(format!("POST /grammar/parts HTTP/1.1\r\nhost: x\r\ncontent-type: {FORM}\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{first}\r\n", first.len()));
        std::thread::sleep(Duration::from_millis(1));
        wire.send(format!("{:x}\r\n{second}\r\n0\r\n\r\n", second.len()));
        let (head, answer) = wire.receive();
        assert!(head.starts_with("http/1.1 200"), "cut at {cut}: {head}");
        let parts: Value = from_slice(&answer).unwrap();
        assert_eq!(parts, json!([["a", null, null, "1\r\n--"], ["b", "\"", null, ""]]), "cut at {cut}");
    }
}

#[start_runtime::test]
async fn two_mebibytes_of_the_worst_shape_have_a_short_answer() {
    const SIZE: usize = 2 * 1024 * 1024;
    let part = |headers: &str, content: &str| format!("--b\r\n{headers}\r\n\r\n{content}\r\n");
    let disposition = "Content-Disposition: form-data; name=a; filename=b";
    let filled = |text: &str, length: usize| text.repeat(length / text.len());
    let whole = |parts: String| format!("{parts}--b--\r\n");
    // Parts with as many bytes of headers as they may have.
    let heads = |header: &str| {
        let head = format!("{disposition}\r\nX:{}", filled(header, 64_000));
        whole(part(&head, "").repeat(SIZE / 64_000))
    };
    let names = |text: &str| {
        let head = format!("Content-Disposition: form-data; name=a; filename=\"{}\"", filled(text, 60_000));
        whole(part(&head, "").repeat(SIZE / 60_000))
    };
    let shapes = [
        ("line breaks", 200, whole(part(disposition, &filled("\r\n", SIZE)))),
        ("almost boundaries", 200, whole(part(disposition, &filled("\r\n--", SIZE)))),
        ("carriage returns", 200, whole(part(disposition, &filled("\r", SIZE)))),
        ("preamble", 200, format!("{}\r\n--b--", filled("\r\n--", SIZE))),
        ("padding", 200, format!("--b{}\r\n{disposition}\r\n\r\n\r\n--b--", filled(" ", SIZE))),
        ("epilogue", 200, format!("--b--\r\n{}", filled("\r\n--b--", SIZE))),
        ("no boundary", 400, filled("--c\r\n", SIZE)),
        ("headers", 400, heads("\r\nX:")),
        (
            "few headers",
            200,
            whole(
                part(&format!("{disposition}\r\nX: 1{}", "\r\nX:".repeat(30)), &filled("x", 1900)).repeat(SIZE / 2100),
            ),
        ),
        ("folded headers", 400, heads("\r\n\t")),
        ("params", 400, whole(part(&format!("{disposition}{}", filled(";a", 60_000)), "").repeat(SIZE / 60_000))),
        ("quotes", 400, names("\\\"")),
        ("backslashes", 400, names("\\a")),
        ("escapes", 400, names("%22%0d")),
        (
            "some escapes",
            200,
            whole(part(&format!("{disposition}{}", "%22".repeat(63)), &filled("x", 1800)).repeat(1000)),
        ),
        ("one name", 400, filled("--b\r\nContent-Disposition: form-data; name=a", SIZE)),
        ("parts", 413, whole(part(disposition, "").repeat(SIZE / 50))),
    ];
    for (what, expected, body) in shapes {
        let answer = app().post("/grammar/sizes").header("content-type", FORM).body(body).await;
        let status = answer.status().as_u16();
        let length = answer.bytes().await.unwrap().len();
        assert!(status == expected && length <= 64 * 1024, "{what}: {status}, {length} bytes");
    }
}
