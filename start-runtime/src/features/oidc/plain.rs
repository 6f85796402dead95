//! Attempts at a provider of OAuth 2 without OpenID Connect: its user endpoint says who somebody is.

use oauth2::basic::BasicClient;
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, Scope, TokenResponse as _, TokenUrl,
};
use url::Url;

use super::attempt::Attempt;
use super::config::{OAuth2, Oidc};
use super::fault::Fault;
use super::openid::{token_fault, user};
use super::provider::Provider;
use super::signed_in::SignedIn;

fn callback(redirect: &str) -> Result<RedirectUrl, Fault> {
    RedirectUrl::new(redirect.to_owned())
        .map_err(|error| Fault::refused(format!("the callback `{redirect}` is no URL: {error}")))
}

/// Where the browser goes, with a state and the verifier of PKCE. There is no nonce.
pub fn begin(oidc: &Oidc, places: &OAuth2, redirect: &str) -> Result<(Url, [String; 3]), Fault> {
    let authorize = AuthUrl::new(places.authorize.clone()).map_err(|error| Fault::refused(error.to_string()))?;
    let client = BasicClient::new(ClientId::new(oidc.client_id.clone())).set_auth_uri(authorize);
    let client = client.set_redirect_uri(callback(redirect)?);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let request = client.authorize_url(CsrfToken::new_random).add_scopes(oidc.scopes.iter().cloned().map(Scope::new));
    let (url, state) = request.set_pkce_challenge(challenge).url();
    Ok((url, [state.into_secret(), String::new(), verifier.into_secret()]))
}

/// Exchanges the code of an attempt, and asks who it belongs to.
pub async fn complete(
    oidc: &Oidc,
    places: &OAuth2,
    provider: &Provider,
    attempt: &Attempt,
    code: String,
) -> Result<SignedIn, Fault> {
    let token = TokenUrl::new(places.token.clone()).map_err(|error| Fault::refused(error.to_string()))?;
    let client = BasicClient::new(ClientId::new(oidc.client_id.clone())).set_token_uri(token);
    // Every provider takes the secret in the body, and some nowhere else.
    let client = client.set_redirect_uri(callback(&attempt.redirect)?).set_auth_type(AuthType::RequestBody);
    let client = match &oidc.client_secret {
        Some(secret) => client.set_client_secret(ClientSecret::new(secret.clone())),
        None => client,
    };
    let request = client.exchange_code(AuthorizationCode::new(code));
    let request = request.set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier.clone()));
    let tokens = request.request_async(&provider.http.sender()).await.map_err(|error| token_fault(&error))?;
    let access_token = tokens.access_token().secret().clone();
    let claims = user(provider, &places.user, &access_token).await?;
    let mut signed_in = SignedIn::from_claims(oidc.named().to_owned(), claims, access_token)
        .ok_or_else(|| Fault::refused("the user endpoint names nobody: it has neither `sub` nor `id`"))?;
    signed_in.refresh_token = tokens.refresh_token().map(|token| token.secret().clone());
    Ok(signed_in)
}
