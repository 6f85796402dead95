//! Attempts at a provider of OpenID Connect: the crate `openidconnect` makes and checks what goes over the wire.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{TimeDelta, Utc};
use openidconnect::core::CoreResponseType;
use openidconnect::core::{CoreClient, CoreClientAuthMethod, CoreIdToken, CoreTokenResponse};
use openidconnect::{
    AccessTokenHash, AuthType, AuthenticationFlow, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError,
    TokenResponse as _,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use super::attempt::Attempt;
use super::client::HttpError;
use super::config::{Oidc, SKEW};
use super::fault::{Fault, chain};
use super::provider::{Metadata, Provider};
use super::signed_in::SignedIn;

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

fn client(oidc: &Oidc, metadata: &Metadata, redirect: &str) -> Result<Client, Fault> {
    let redirect = RedirectUrl::new(redirect.to_owned())
        .map_err(|error| Fault::refused(format!("the callback `{redirect}` is no URL: {error}")))?;
    let secret = oidc.client_secret.clone().map(ClientSecret::new);
    let client = CoreClient::from_provider_metadata(metadata.clone(), ClientId::new(oidc.client_id.clone()), secret);
    // Unless a provider says otherwise, a secret goes into a header (OpenID Connect Discovery, section 3).
    let known = metadata.token_endpoint_auth_methods_supported();
    let takes = |method| known.is_none_or(|known| known.contains(&method));
    let in_body = !takes(CoreClientAuthMethod::ClientSecretBasic) && takes(CoreClientAuthMethod::ClientSecretPost);
    let client = if in_body { client.set_auth_type(AuthType::RequestBody) } else { client };
    Ok(client.set_redirect_uri(redirect))
}

/// Where the browser goes, and what has to be known when it comes back. Its other members are the caller's.
pub fn begin(oidc: &Oidc, metadata: &Metadata, redirect: &str) -> Result<(Url, [String; 3]), Fault> {
    let client = client(oidc, metadata, redirect)?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
    let request = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
    let scopes = oidc.scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new);
    let (url, state, nonce) = request.add_scopes(scopes).set_pkce_challenge(challenge).url();
    Ok((url, [state.into_secret(), nonce.secret().clone(), verifier.into_secret()]))
}

/// Exchanges the code of an attempt, and checks what comes of it.
pub async fn complete(
    oidc: &Oidc,
    provider: &Provider,
    metadata: Arc<Metadata>,
    attempt: &Attempt,
    code: String,
) -> Result<SignedIn, Fault> {
    let issuer = metadata.issuer().as_str().to_owned();
    let client = client(oidc, &metadata, &attempt.redirect)?;
    let tokens = exchange(&client, provider, attempt, code).await?;
    let id_token = tokens.id_token().ok_or_else(|| Fault::refused("the provider has sent no ID token"))?;
    let access_token = tokens.access_token().secret().clone();
    match check(&client, id_token, &attempt.nonce, &tokens) {
        Ok(()) => {}
        // The provider may have changed its keys since they were fetched.
        Err(error) if is_about_keys(&error) => {
            let newer = provider.newer(&issuer, &metadata).await?;
            let client = self::client(oidc, &newer, &attempt.redirect)?;
            check(&client, id_token, &attempt.nonce, &tokens).map_err(refused)?;
        }
        Err(error) => return Err(refused(error)),
    }
    let text = id_token.to_string();
    let mut claims = payload(&text)?;
    if let Some(endpoint) = metadata.userinfo_endpoint()
        && ["email", "name"].iter().any(|name| !claims.contains_key(*name))
    {
        let more = user(provider, endpoint.url().as_str(), &access_token).await?;
        // Who it is about is the first thing to be checked (OpenID Connect Core, section 5.3.2).
        if more.get("sub") != claims.get("sub") {
            return Err(Fault::refused("the user endpoint tells of another user than the ID token"));
        }
        for (name, value) in more {
            claims.entry(name).or_insert(value);
        }
    }
    let mut signed_in = SignedIn::from_claims(issuer, claims, access_token)
        .ok_or_else(|| Fault::refused("the ID token names nobody"))?;
    signed_in.refresh_token = tokens.refresh_token().map(|token| token.secret().clone());
    signed_in.id_token = Some(text);
    Ok(signed_in)
}

async fn exchange(
    client: &Client,
    provider: &Provider,
    attempt: &Attempt,
    code: String,
) -> Result<CoreTokenResponse, Fault> {
    let request = client
        .exchange_code(AuthorizationCode::new(code))
        .map_err(|error| Fault::unavailable("the provider exchanges no codes", &error))?;
    let request = request.set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier.clone()));
    request.request_async(&provider.http.sender()).await.map_err(|error| token_fault(&error))
}

/// What a token endpoint says that refuses (RFC 6749, section 5.2).
#[derive(Deserialize)]
struct TokenError {
    error: String,
    #[serde(rename = "error_description")]
    description: Option<String>,
}

/// An error of the token endpoint.
pub fn token_fault<T>(error: &RequestTokenError<HttpError, T>) -> Fault
where
    T: openidconnect::ErrorResponse + 'static,
{
    match error {
        RequestTokenError::ServerResponse(_) => {
            Fault::refused(format!("the provider does not exchange the code: {}", chain(error)))
        }
        // GitHub's errors have the status 200.
        RequestTokenError::Parse(reason, body) => Fault::refused(match serde_json::from_slice::<TokenError>(body) {
            Ok(TokenError { error, description }) => {
                format!("the provider does not exchange the code: {error}: {}", description.unwrap_or_default())
            }
            Err(_) => format!("the provider's tokens cannot be read: {}", chain(reason)),
        }),
        _ => Fault::unavailable("the code cannot be exchanged", error),
    }
}

/// Checks an ID token (OpenID Connect Core, section 3.1.3.7), with some leave for clocks.
fn check(
    client: &Client,
    token: &CoreIdToken,
    nonce: &str,
    tokens: &CoreTokenResponse,
) -> Result<(), ClaimsVerificationError> {
    let skew = TimeDelta::from_std(SKEW).unwrap_or_default();
    let verifier = client.id_token_verifier();
    let verifier = verifier.set_time_fn(move || Utc::now() - skew).set_issue_time_verifier_fn(move |issued| {
        if issued > Utc::now() + skew {
            Err(format!("it is issued at {issued}, which is still to come"))
        } else {
            Ok(())
        }
    });
    let claims = token.claims(&verifier, &Nonce::new(nonce.to_owned()))?;
    // An access token of another user does not belong to it.
    if let Some(expected) = claims.access_token_hash() {
        let other = |error: &dyn std::error::Error| ClaimsVerificationError::Other(chain(error));
        let algorithm = token.signing_alg().map_err(|error| other(&error))?;
        let key = token.signing_key(&verifier).map_err(|error| other(&error))?;
        let actual =
            AccessTokenHash::from_token(tokens.access_token(), algorithm, key).map_err(|error| other(&error))?;
        if actual != *expected {
            return Err(ClaimsVerificationError::Other("the access token is not that of the ID token".to_owned()));
        }
    }
    Ok(())
}

fn is_about_keys(error: &ClaimsVerificationError) -> bool {
    use SignatureVerificationError::{AmbiguousKeyId, CryptoError, InvalidKey, NoMatchingKey};
    matches!(
        error,
        ClaimsVerificationError::SignatureVerification(
            AmbiguousKeyId(_) | CryptoError(_) | InvalidKey(_) | NoMatchingKey
        )
    )
}

fn refused(error: ClaimsVerificationError) -> Fault {
    Fault::refused(format!("the ID token is not good: {}", chain(&error)))
}

/// The claims of a token that was checked.
fn payload(token: &str) -> Result<Map<String, Value>, Fault> {
    let middle = token.split('.').nth(1).and_then(|middle| URL_SAFE_NO_PAD.decode(middle.trim_end_matches('=')).ok());
    middle
        .and_then(|json| serde_json::from_slice(&json).ok())
        .ok_or_else(|| Fault::refused("the claims of the ID token cannot be read"))
}

/// Asks who an access token belongs to.
pub async fn user(provider: &Provider, url: &str, access_token: &str) -> Result<Map<String, Value>, Fault> {
    let request = openidconnect::http::Request::builder()
        .uri(url)
        .header("accept", "application/json")
        .header("authorization", format!("Bearer {access_token}"));
    let request: HttpRequest =
        request.body(Vec::new()).map_err(|error| Fault::unavailable("the user endpoint cannot be asked", &error))?;
    let answer = provider.http.send(request).await;
    let answer = answer.map_err(|error| Fault::unavailable("the user endpoint cannot be asked", &error))?;
    if !answer.status().is_success() {
        return Err(Fault::Unavailable(format!("the user endpoint answers {}", answer.status())));
    }
    serde_json::from_slice(answer.body()).map_err(|error| Fault::unavailable("the user endpoint sends no JSON", &error))
}
