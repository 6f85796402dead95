//! Who the client is, and how it reached the program: by the connection, or by what trusted proxies say.

use start_runtime::prelude::*;
use start_runtime::test::{self, TestApp};

#[api_route(GET, "/address/client")]
async fn client(event: APIEvent) -> Option<String> {
    event.client_address().map(|address| address.to_string())
}

#[api_route(GET, "/address/fetched")]
async fn fetched(event: APIEvent) -> Result<String, Problem> {
    let client = event.fetch("/address/client").await?.text().await?;
    let url = event.fetch("/address/url").await?.text().await?;
    Ok(format!("{client} {url}"))
}

#[api_route(GET, "/address/url")]
async fn url(event: APIEvent) -> String {
    event.request.url()
}

#[api_route(GET, "/address/problem")]
async fn problem() -> Problem {
    Problem::new(418)
}

type Fields = &'static [(&'static str, &'static str)];

/// A program behind proxies at 127.0.0.1 and in 10.0.0.0/8.
fn behind() -> TestApp {
    test::app_with(Start::new().trusted_proxies(["127.0.0.1", "10.0.0.0/8", ""]))
}

async fn seen(app: &TestApp, headers: &[(&str, &str)]) -> String {
    let mut request = app.get("/address/client");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.await.text().await.unwrap()
}

#[start_runtime::test]
async fn forwarded_addresses_are_read_from_the_right() {
    let proxy = behind().with_address([127, 0, 0, 1]);
    // The value of X-Forwarded-For, and the client.
    let cases = [
        ("192.0.2.1", "192.0.2.1"),
        ("198.51.100.9, 192.0.2.1", "192.0.2.1"),
        ("192.0.2.1, 127.0.0.1", "192.0.2.1"),
        ("192.0.2.1, 10.9.9.9, 127.0.0.1", "192.0.2.1"),
        ("198.51.100.9, 192.0.2.1, 10.9.9.9", "192.0.2.1"),
        ("10.0.0.7, 127.0.0.1", "10.0.0.7"),
        ("10.0.0.7", "10.0.0.7"),
        ("unknown", "127.0.0.1"),
        ("192.0.2.1, unknown", "127.0.0.1"),
        ("192.0.2.1, _hidden, 10.0.0.7", "10.0.0.7"),
        ("192.0.2.1, <script>, 10.0.0.7", "10.0.0.7"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:DB8::0:1]", "2001:db8::1"),
        ("[2001:db8::1]:443, 127.0.0.1:80", "2001:db8::1"),
        ("192.0.2.1:443:443", "127.0.0.1"),
        ("192.0.2.256", "127.0.0.1"),
        (" 192.0.2.1 ,", "192.0.2.1"),
        (",", "127.0.0.1"),
        ("", "127.0.0.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("192.0.2.1, ::ffff:10.0.0.1", "192.0.2.1"),
    ];
    for (value, expected) in cases {
        assert_eq!(seen(&proxy, &[("x-forwarded-for", value)]).await, expected, "{value}");
    }
}

#[start_runtime::test]
async fn forwarded_is_read_as_rfc_7239_says() {
    let proxy = behind().with_address([127, 0, 0, 1]);
    let cases = [
        ("for=192.0.2.1", "192.0.2.1"),
        ("FOR=192.0.2.1;proto=https;by=10.0.0.1", "192.0.2.1"),
        ("proto=https; for=\"192.0.2.1:4711\"", "192.0.2.1"),
        ("for=198.51.100.9, for=192.0.2.1, for=127.0.0.1", "192.0.2.1"),
        ("for=\"[2001:db8::1]:4711\", for=10.0.0.1", "2001:db8::1"),
        ("for=\"192.0.2.1:_port\"", "192.0.2.1"),
        ("for=unknown, for=10.0.0.1", "10.0.0.1"),
        ("for=_secret", "127.0.0.1"),
        ("for=192.0.2.1, proto=https", "127.0.0.1"),
        ("for=192.0.2.1;for=192.0.2.2", "127.0.0.1"),
        ("for=\"192.0.2.9, for=192.0.2.1", "192.0.2.1"),
        ("for=\"198.51.100.9, for=198.51.100.8\", for=192.0.2.1", "192.0.2.1"),
        ("by=\"a, for=198.51.100.8\"", "127.0.0.1"),
        ("rubbish", "127.0.0.1"),
    ];
    for (value, expected) in cases {
        assert_eq!(seen(&proxy, &[("forwarded", value)]).await, expected, "{value}");
    }
    // Most proxies set this one and pass the other through.
    let both = [("x-forwarded-for", "192.0.2.1"), ("forwarded", "for=198.51.100.9")];
    assert_eq!(seen(&proxy, &both).await, "192.0.2.1");
}

#[start_runtime::test]
async fn what_others_than_trusted_proxies_say_is_not_believed() {
    let behind = behind();
    let claims = [
        ("x-forwarded-for", "192.0.2.1"),
        ("forwarded", "for=192.0.2.1;proto=https;host=evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "evil.example"),
        ("x-real-ip", "192.0.2.1"),
        ("cf-connecting-ip", "192.0.2.1"),
    ];
    for claim in claims {
        for (app, address) in
            [(test::app(), [127, 0, 0, 1]), (behind.clone(), [127, 0, 0, 2]), (behind.clone(), [11, 0, 0, 1])]
        {
            let client = app.with_address(address).with_header("host", "owls.example");
            let text = address.map(|part| part.to_string()).join(".");
            assert_eq!(seen(&client, &[claim]).await, text, "{claim:?}");
            let url = client.get("/address/url").header(claim.0, claim.1).await.text().await.unwrap();
            assert_eq!(url, "http://owls.example/address/url", "{claim:?}");
        }
    }
    // Fields that name an address in other ways are not read from anybody.
    let proxy = behind.with_address([127, 0, 0, 1]);
    for name in ["x-real-ip", "cf-connecting-ip", "true-client-ip", "x-client-ip", "via"] {
        assert_eq!(seen(&proxy, &[(name, "192.0.2.1")]).await, "127.0.0.1", "{name}");
    }
}

#[start_runtime::test]
async fn scheme_and_host_are_those_of_the_nearest_proxy() {
    let proxy = behind().with_address([10, 1, 2, 3]).with_header("host", "inner:3000");
    let cases: &[(Fields, &str)] = &[
        (&[], "http://inner:3000"),
        (&[("x-forwarded-proto", "https")], "https://inner:3000"),
        (&[("x-forwarded-proto", "http, HTTPS")], "https://inner:3000"),
        (&[("x-forwarded-proto", "https, http")], "http://inner:3000"),
        (&[("x-forwarded-proto", "gopher")], "http://inner:3000"),
        (&[("x-forwarded-host", "owls.example")], "http://owls.example"),
        (&[("x-forwarded-host", "evil.example, owls.example:81")], "http://owls.example:81"),
        (&[("x-forwarded-host", "not a host")], "http://inner:3000"),
        (&[("forwarded", "proto=https;host=\"owls.example:444\"")], "https://owls.example:444"),
        (&[("forwarded", "proto=https, for=192.0.2.1")], "http://inner:3000"),
        (&[("forwarded", "for=192.0.2.1, proto=https")], "https://inner:3000"),
        (&[("forwarded", "proto=https"), ("x-forwarded-proto", "http")], "http://inner:3000"),
    ];
    for (headers, expected) in cases {
        let mut request = proxy.get("/address/url?x=1");
        for (name, value) in *headers {
            request = request.header(name, value);
        }
        assert_eq!(request.await.text().await.unwrap(), format!("{expected}/address/url?x=1"), "{headers:?}");
    }
}

#[start_runtime::test]
async fn a_fetched_route_sees_the_same_client() {
    let proxy = behind().with_address([127, 0, 0, 1]).with_header("host", "inner");
    let claims = [("x-forwarded-for", "192.0.2.1"), ("forwarded", "for=192.0.2.1;proto=https;host=owls.example")];
    for (name, value) in claims {
        let seen = proxy.get("/address/fetched").header(name, value).await.text().await.unwrap();
        let url = if name == "forwarded" { "https://owls.example" } else { "http://inner" };
        assert_eq!(seen, format!("192.0.2.1 {url}/address/url"), "{name}");
    }
}

#[start_runtime::test]
async fn the_error_hook_sees_the_client() {
    let start = Start::new().trusted_proxies(["127.0.0.1"]).on_error(|problem, context| {
        let address = context.client_address().map(|address| address.to_string()).unwrap_or_default();
        Response::from(problem).header("x-client", &address)
    });
    let proxy = test::app_with(start).with_address([127, 0, 0, 1]).with_header("x-forwarded-for", "192.0.2.1");
    for path in ["/address/problem", "/address/nothing"] {
        assert_eq!(proxy.get(path).await.header("x-client"), Some("192.0.2.1"), "{path}");
    }
}

#[start_runtime::test]
async fn without_a_connection_there_is_no_client() {
    assert_eq!(behind().get("/address/client").header("x-forwarded-for", "192.0.2.1").await.status(), 404);
}

#[start_runtime::test]
async fn a_proxy_that_is_no_address_stops_the_start() {
    for text in ["localhost", "10.0.0.0/40", "10.0.0.1:80"] {
        let start = Start::new().trusted_proxies([text]);
        let Err(error) = start.listen(([127, 0, 0, 1], 0).into()).await else { panic!("{text} is a proxy") };
        let error = error.to_string();
        assert!(error.contains(text) && error.contains("write the address of a proxy"), "{error}");
    }
}
