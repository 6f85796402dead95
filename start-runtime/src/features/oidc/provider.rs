//! What is known of the provider: its metadata and keys, fetched when they are needed, and kept for an hour.

use std::sync::Arc;
use std::time::{Duration, Instant};

use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::{AdditionalProviderMetadata, DiscoveryError, IssuerUrl, ProviderMetadata};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::client::{Http, HttpError};
use super::config::{Kind, OAuth2, Oidc, check_url, is_loopback};
use super::fault::{Fault, chain};
use crate::base::StartError;

/// How long the metadata is taken as it is.
const FRESH: Duration = Duration::from_secs(60 * 60);

/// What a provider says of itself, with the members that the crate does not know.
pub type Metadata = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// Other members.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct More {
    /// Where users sign out (OpenID Connect RP-Initiated Logout 1.0, section 2.1).
    pub end_session_endpoint: Option<String>,
    /// Whether the answer to an attempt always names the issuer (RFC 9207, section 3).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for More {}

/// A provider.
pub struct Provider {
    pub http: Http,
    /// Held while the metadata is fetched: who waits for it reads what the one before has fetched.
    known: Mutex<Option<Known>>,
}

struct Known {
    metadata: Arc<Metadata>,
    at: Instant,
}

impl Provider {
    pub fn new(oidc: &Oidc) -> Result<Self, StartError> {
        let asked = match &oidc.kind {
            Kind::OpenId { issuer } => issuer,
            Kind::OAuth2(OAuth2 { token, .. }) => token,
        };
        let is_local = check_url(asked).is_ok_and(|url| is_loopback(&url));
        Ok(Self { http: Http::new(is_local)?, known: Mutex::default() })
    }

    /// The metadata. An old one is better than none, if the provider cannot be asked.
    pub async fn metadata(&self, issuer: &str) -> Result<Arc<Metadata>, Fault> {
        let mut known = self.known.lock().await;
        if let Some(known) = known.as_ref().filter(|known| known.at.elapsed() < FRESH) {
            return Ok(known.metadata.clone());
        }
        match (self.fetch(issuer).await, known.as_mut()) {
            (Ok(metadata), _) => Ok(remember(&mut known, metadata)),
            (Err(Fault::Unavailable(reason)), Some(old)) => {
                tracing::warn!(target: "start_runtime::oidc", "the metadata of {issuer} stays as it was: {reason}");
                Ok(old.metadata.clone())
            }
            (Err(fault), _) => Err(fault),
        }
    }

    /// The metadata with keys that are newer than those of `old`, because these did not fit.
    pub async fn newer(&self, issuer: &str, old: &Arc<Metadata>) -> Result<Arc<Metadata>, Fault> {
        let mut known = self.known.lock().await;
        if let Some(known) = known.as_ref().filter(|known| !Arc::ptr_eq(&known.metadata, old)) {
            return Ok(known.metadata.clone());
        }
        let metadata = self.fetch(issuer).await?;
        Ok(remember(&mut known, metadata))
    }

    async fn fetch(&self, issuer: &str) -> Result<Metadata, Fault> {
        let metadata = match self.discover(issuer).await {
            // The same issuer is written with a slash at its end, and without.
            Err(DiscoveryError::Validation(reason)) => {
                let other = issuer.strip_suffix('/').map_or_else(|| format!("{issuer}/"), str::to_owned);
                self.discover(&other).await.map_err(|_| DiscoveryError::Validation(reason))
            }
            other => other,
        };
        let metadata = metadata.map_err(|error| {
            let more = match &error {
                DiscoveryError::Response(status, _, _) => format!(" ({status})"),
                _ => String::new(),
            };
            Fault::Unavailable(format!("the metadata of {issuer} cannot be fetched: {}{more}", chain(&error)))
        })?;
        check(&metadata)?;
        Ok(metadata)
    }

    async fn discover(&self, issuer: &str) -> Result<Metadata, DiscoveryError<HttpError>> {
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(DiscoveryError::UrlParse)?;
        Metadata::discover_async(issuer, &self.http.sender()).await
    }
}

fn remember(known: &mut Option<Known>, metadata: Metadata) -> Arc<Metadata> {
    let metadata = Arc::new(metadata);
    *known = Some(Known { metadata: metadata.clone(), at: Instant::now() });
    metadata
}

/// A provider with TLS names no place without it.
fn check(metadata: &Metadata) -> Result<(), Fault> {
    let places = [
        Some(metadata.authorization_endpoint().url().as_str()),
        metadata.token_endpoint().map(|url| url.url().as_str()),
        metadata.userinfo_endpoint().map(|url| url.url().as_str()),
        Some(metadata.jwks_uri().url().as_str()),
        metadata.additional_metadata().end_session_endpoint.as_deref(),
    ];
    for place in places.into_iter().flatten() {
        check_url(place).map_err(|reason| Fault::Unavailable(format!("the provider names {place}: {reason}")))?;
    }
    Ok(())
}
