//! https.

use std::sync::Arc;

use start_runtime::Start;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

use crate::upstream::{Upstream, ok, serve};

#[start_runtime::test]
async fn https_takes_a_certificate_that_is_trusted_and_of_the_host() {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der());
    let chain = vec![CertificateDer::from(certified.cert.der().to_vec())];
    let config =
        ServerConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions();
    let config = config.unwrap().with_no_client_auth().with_single_cert(chain, key.into()).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let upstream = Upstream::new(|_| String::new()).await;
    actix_web::rt::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            actix_web::rt::spawn(async move {
                if let Ok(socket) = acceptor.accept(socket).await {
                    serve(socket, Arc::default(), |seen| ok(&format!("{} {}", seen.target(), seen.field("host"))))
                        .await;
                }
            });
        }
    });
    let named = |url: String| Upstream { url, ..upstream.clone() };
    let url = format!("https://localhost:{port}");
    assert_eq!(named(url.clone()).app().get("/whole/a").await.status(), 502);
    let trusting = || Start::new().trust_certificates(certified.cert.pem());
    let app = named(url).app_of(trusting());
    for _ in 0..3 {
        assert_eq!(app.get("/whole/a").await.text().await.unwrap(), format!("/whole/a localhost:{port}"));
    }
    let other = named(format!("https://127.0.0.1:{port}")).app_of(trusting());
    assert_eq!(other.get("/whole/a").await.status(), 502);
}
