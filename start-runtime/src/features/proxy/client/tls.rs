//! TLS, by rustls. The certificates that are trusted are those of Mozilla, and those that the program adds.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::link::Wire;
use super::{Fault, Origin};

/// Made when the first connection needs it, and anew when a certificate is added.
static CONFIG: Mutex<Option<Arc<ClientConfig>>> = Mutex::new(None);
static ADDED: Mutex<Vec<CertificateDer<'static>>> = Mutex::new(Vec::new());

/// Trusts the certificates in this PEM text, too.
pub fn add_root(pem: &[u8]) -> Result<(), String> {
    let added: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let added = added.map_err(|error| error.to_string())?;
    if added.is_empty() {
        return Err("there is no certificate in it".to_owned());
    }
    for certificate in &added {
        RootCertStore::empty().add(certificate.clone()).map_err(|error| error.to_string())?;
    }
    ADDED.lock().unwrap_or_else(PoisonError::into_inner).extend(added);
    *CONFIG.lock().unwrap_or_else(PoisonError::into_inner) = None;
    Ok(())
}

fn config() -> Arc<ClientConfig> {
    let mut config = CONFIG.lock().unwrap_or_else(PoisonError::into_inner);
    config.get_or_insert_with(make).clone()
}

fn make() -> Arc<ClientConfig> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    roots.add_parsable_certificates(ADDED.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned());
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = builder.map(|builder| builder.with_root_certificates(roots).with_no_client_auth());
    let mut config = config.unwrap_or_else(|error| unreachable!("the provider has the default versions: {error}"));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Arc::new(config)
}

/// Secures a connection. The certificate has to be that of the host.
pub async fn handshake(origin: &Origin, wire: Wire) -> Result<TlsStream<Wire>, Fault> {
    let name = ServerName::try_from(origin.host.clone()).map_err(Fault::unreachable)?;
    let secured = TlsConnector::from(config()).connect(name, wire).await;
    secured.map_err(|error: io::Error| Fault::unreachable(error))
}
