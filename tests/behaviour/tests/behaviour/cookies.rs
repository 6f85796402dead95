//! Cookies: every attribute, on every answer; deleted where they are; signed and private.

use serde::Deserialize;
use start_runtime::cookie::{Cookie, SameSite, time};
use start_runtime::serde_json::json;
use start_runtime::{
    DeletedCookie, FetchResponse, IntoCookie, Partitioned, Response, Secrets, delete_cookie, prelude::*, test,
};

fn set(answer: &FetchResponse) -> Vec<&str> {
    answer.headers().get_all("set-cookie").map(|value| value.to_str().unwrap()).collect()
}

/// The Set-Cookie headers of a response, and the reason why one of them cannot be sent.
async fn sent(cookie: impl IntoCookie) -> (Vec<String>, u16) {
    let response = Response::empty().cookie(cookie);
    let values = response.headers().get_all("set-cookie").map(|value| value.to_str().unwrap().to_owned());
    (values.collect(), response.status_code().as_u16())
}

#[start_runtime::test]
async fn a_cookie_is_sent_with_every_attribute() {
    let built = |name: &'static str| Cookie::build(name, "b");
    let date = time::OffsetDateTime::from_unix_timestamp(1_893_553_445).unwrap();
    let rows = [
        (sent(("a", "b")).await, "a=b; Path=/"),
        (sent(built("a").path("/x")).await, "a=b; Path=/x"),
        (sent(built("a").domain("example.com")).await, "a=b; Path=/; Domain=example.com"),
        (sent(built("a").max_age(time::Duration::seconds(60))).await, "a=b; Path=/; Max-Age=60"),
        (sent(built("a").expires(date)).await, "a=b; Path=/; Expires=Wed, 02 Jan 2030 03:04:05 GMT"),
        (sent(built("a").secure(true).http_only(true)).await, "a=b; HttpOnly; Secure; Path=/"),
        (sent(built("a").same_site(SameSite::Strict)).await, "a=b; SameSite=Strict; Path=/"),
        (sent(built("a").same_site(SameSite::None)).await, "a=b; SameSite=None; Secure; Path=/"),
        (sent(Partitioned(("a", "b"))).await, "a=b; Secure; Path=/; Partitioned"),
        (sent(Partitioned(built("a").finish())).await, "a=b; Secure; Path=/; Partitioned"),
        (
            sent(Partitioned(built("__Host-a").same_site(SameSite::None))).await,
            "__Host-a=b; SameSite=None; Secure; Path=/; Partitioned",
        ),
        (sent(built("__Http-a").secure(true).http_only(true)).await, "__Http-a=b; HttpOnly; Secure; Path=/"),
    ];
    for ((sent, status), expected) in rows {
        assert_eq!((sent, status), (vec![expected.to_owned()], 200));
    }
}

#[start_runtime::test]
async fn a_cookie_that_browsers_ignore_is_an_error() {
    let built = |name: &'static str| Cookie::build(name, "b");
    let rows = [
        ("SameSite=None without Secure", sent(built("a").same_site(SameSite::None).secure(false)).await),
        ("Partitioned without Secure", sent(Partitioned(built("a").secure(false))).await),
        ("a path without a slash", sent(built("a").path("x")).await),
        ("an empty path", sent(built("a").path("")).await),
        ("a long path", sent(built("a").path(format!("/{}", "x".repeat(1024)))).await),
        ("4097 bytes", sent(("a", "x".repeat(4096))).await),
        ("4097 bytes once it is encoded", sent(("a", "ä".repeat(683))).await),
        ("__Http- without HttpOnly", sent(built("__Http-a").secure(true)).await),
        ("__http- without Secure", sent(built("__http-a").http_only(true)).await),
        ("__Host-Http- without HttpOnly", sent(built("__Host-Http-a").secure(true)).await),
    ];
    for (what, (sent, status)) in rows {
        assert_eq!((sent, status), (vec![], 500), "{what}");
    }
    for (what, (sent, status)) in
        [("4096 bytes", sent(("a", "x".repeat(4095))).await), ("encoded", sent(("a", "ä".repeat(682))).await)]
    {
        assert_eq!((sent.len(), status), (1, 200), "{what}");
    }
}

#[api_route("/cookies/[how]")]
async fn POST(how: String, event: APIEvent) -> Result<Response, Problem> {
    let cookies = event.cookies();
    cookies.set(("a", "1"));
    cookies.set(Cookie::build("a", "2").path("/cookies"));
    cookies.set(Partitioned(("a", "3")));
    cookies.set(("a", "4"));
    cookies.delete("b");
    let own = Response::new("own").cookie(("own", "5"));
    match &*how {
        "error" => Err(Problem::conflict("no")),
        "redirect" => Ok(Response::redirect("/elsewhere").cookie(("own", "5"))),
        "empty" => Ok(own.status(204)),
        _ => Ok(own),
    }
}

#[start_runtime::test]
async fn several_cookies_go_with_every_answer() {
    const STAGED: [&str; 4] = [
        "a=2; Path=/cookies",
        "a=3; Secure; Path=/; Partitioned",
        "a=4; Path=/",
        "b=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    ];
    for (how, status, own) in
        [("value", 200, true), ("error", 409, false), ("redirect", 302, true), ("empty", 204, true)]
    {
        let answer = test::app().post(format!("/cookies/{how}")).await;
        let own = own.then_some("own=5; Path=/");
        assert_eq!(answer.status(), status, "{how}");
        assert_eq!(set(&answer), own.into_iter().chain(STAGED).collect::<Vec<_>>(), "{how}");
    }
}

#[api_route("/cookies/delete/[which]")]
async fn DELETE(which: String, event: APIEvent) {
    let delete = |cookie: fn(&APIEvent)| cookie(&event);
    delete(match &*which {
        "name" => |event| event.cookies().delete("a"),
        "text" => |event| {
            let name = "a".to_owned();
            event.cookies().delete(&name);
            drop(name);
        },
        "string" => |event| event.cookies().delete("a".to_owned()),
        "path" => |event| event.cookies().delete(Cookie::build("a", "old").path("/x")),
        "domain" => |event| event.cookies().delete(Cookie::build("a", "").path("/x").domain("example.com").finish()),
        "partition" => |event| event.cookies().delete(Partitioned(("a", ""))),
        "host" => |event| event.cookies().delete("__Host-a"),
        "http" => |event| delete_cookie(event, "__Host-Http-a"),
        "none" => |event| event.cookies().delete(Cookie::build("a", "").same_site(SameSite::None)),
        _ => |event| event.cookies().delete(Cookie::build("__Host-a", "").domain("example.com")),
    });
}

#[start_runtime::test]
async fn a_cookie_is_deleted_where_it_is() {
    const GONE: &str = "Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
    for (which, expected) in [
        ("name", "a=; Path=/; {}"),
        ("text", "a=; Path=/; {}"),
        ("string", "a=; Path=/; {}"),
        ("path", "a=; Path=/x; {}"),
        ("domain", "a=; Path=/x; Domain=example.com; {}"),
        ("partition", "a=; Secure; Path=/; {}; Partitioned"),
        ("host", "__Host-a=; Secure; Path=/; {}"),
        ("http", "__Host-Http-a=; HttpOnly; Secure; Path=/; {}"),
        ("none", "a=; SameSite=None; Secure; Path=/; {}"),
    ] {
        let answer = test::app().delete(format!("/cookies/delete/{which}")).await;
        assert_eq!((answer.status().as_u16(), set(&answer)), (204, vec![&*expected.replace("{}", GONE)]), "{which}");
    }
    let impossible = test::app().delete("/cookies/delete/host-and-domain").await;
    assert_eq!((impossible.status().as_u16(), set(&impossible)), (500, vec![]));
    fn takes_names_and_cookies(_: impl DeletedCookie) {}
    takes_names_and_cookies(Cookie::new("a", ""));
}

#[derive(Deserialize)]
struct Sealed {
    kind: String,
    secret: u8,
    name: String,
}

fn secrets(newest: u8) -> Secrets {
    let secret = |number: u8| [b'a' + number; 32];
    match newest {
        // 9 knows both 1 and 2.
        9 => Secrets::new(secret(2)).unwrap().or(secret(1)).unwrap(),
        number => Secrets::new(secret(number)).unwrap(),
    }
}

#[derive(Deserialize)]
struct Sent {
    name: String,
    path: Option<String>,
}

#[api_route(PUT, "/cookies/sent")]
async fn sent_by_a_client(event: APIEvent, Json(sent): Json<Sent>) -> Result<(), Problem> {
    let mut cookie = Cookie::new(sent.name, "1");
    if let Some(path) = sent.path {
        cookie.set_path(path);
    }
    event.cookies().try_set(cookie)
}

#[start_runtime::test]
async fn a_bad_cookie_of_a_client_is_a_422() {
    for (name, path, status) in [
        ("a", None, 204),
        ("a", Some("/x"), 204),
        ("", None, 422),
        ("a b", None, 422),
        ("a\r\nX-Evil: 1", None, 422),
        ("ä", None, 422),
        ("a", Some("/\r\nX-Evil: 1"), 422),
        ("a", Some("x"), 422),
        ("__Host-a", None, 422),
    ] {
        let body = json!({ "name": name, "path": path });
        let answer = test::app().put("/cookies/sent").json(&body).await;
        assert_eq!((answer.status().as_u16(), set(&answer).len()), (status, usize::from(status == 204)), "{body}");
    }
}

#[api_route("/cookies/sealed")]
mod sealed {
    use super::*;
    use start_runtime::Query;

    async fn GET(event: APIEvent, Query(sealed): Query<Sealed>) -> Option<String> {
        let (cookies, secrets) = (event.cookies(), secrets(sealed.secret));
        match &*sealed.kind {
            "signed" => cookies.signed(&secrets).get(&sealed.name),
            _ => cookies.private(&secrets).get(&sealed.name),
        }
    }

    async fn POST(event: APIEvent, Query(sealed): Query<Sealed>) {
        let (cookies, secrets) = (event.cookies(), secrets(sealed.secret));
        let cookie = Cookie::build(sealed.name, "größe; =1").http_only(true).finish();
        match &*sealed.kind {
            "signed" => cookies.signed(&secrets).set(cookie),
            _ => cookies.private(&secrets).set(cookie),
        }
    }
}

#[start_runtime::test]
async fn sealed_cookies_open_only_as_they_were_sealed() {
    let app = test::app();
    let path = |kind: &str, secret: u8, name: &str| format!("/cookies/sealed?kind={kind}&secret={secret}&name={name}");
    for kind in ["signed", "private"] {
        let answer = app.post(path(kind, 1, "a")).await;
        let (pair, attributes) = set(&answer)[0].split_once("; ").unwrap();
        assert_eq!(attributes, "HttpOnly; Path=/", "{kind}");
        let value = pair.strip_prefix("a=").unwrap();
        assert_eq!(value.contains("gr%C3%B6%C3%9Fe"), kind == "signed", "{kind}: {value}");
        let get = async |secret: u8, name: &str, cookie: String| {
            let answer = app.get(path(kind, secret, name)).header("cookie", cookie).await;
            assert!([200, 404].contains(&answer.status().as_u16()), "{kind}");
            if answer.status() == 200 { Some(answer.text().await.unwrap()) } else { None }
        };
        let good = Some("größe; =1".to_owned());
        assert_eq!(get(1, "a", pair.into()).await, good, "{kind}");
        assert_eq!(get(9, "a", pair.into()).await, good, "{kind}: by an older secret");
        assert_eq!(get(2, "a", pair.into()).await, None, "{kind}: by another secret");
        assert_eq!(get(1, "b", format!("b={value}")).await, None, "{kind}: moved to another name");
        for cut in 0..value.len() {
            assert_eq!(get(1, "a", format!("a={}", &value[..cut])).await, None, "{kind}: {cut} bytes of it");
        }
        for bad in ["", "garbage", "%", "Å", "=", &format!("{value}x"), &value.replacen(&value[..1], "_", 1)] {
            assert_eq!(get(1, "a", format!("a={bad}")).await, None, "{kind}: {bad}");
        }
        let other = if kind == "signed" { "private" } else { "signed" };
        let answer = app.get(path(other, 1, "a")).header("cookie", pair).await;
        assert_eq!(answer.status(), 404, "{kind}: as {other}");
    }
}

#[start_runtime::test]
async fn a_short_secret_is_refused_with_advice() {
    assert!(Secrets::new([0; 32]).is_ok());
    for refused in [Secrets::new([0; 31]), Secrets::new(""), Secrets::new([0; 32]).unwrap().or("short")] {
        let error = refused.unwrap_err().to_string();
        assert!(error.contains("32") && error.contains("openssl rand -base64 32"), "{error}");
    }
    let missing = Secrets::from_env("NOBODY_SETS_THIS").unwrap_err().to_string();
    assert!(missing.contains("NOBODY_SETS_THIS is not set") && missing.contains("openssl rand"), "{missing}");
    let shown = format!("{:?}", Secrets::new("a secret that nobody may ever read").unwrap());
    assert_eq!(shown, "Secrets(1)");
}
