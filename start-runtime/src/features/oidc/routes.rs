//! The three routes: to the provider, back from it, and out.

use std::sync::Arc;

use url::Url;

use super::Opened;
use super::attempt::{Attempt, now};
use super::config::{ATTEMPT, Kind};
use super::fault::Fault;
use super::{openid, plain, return_path, user_cookie};
use crate::event::APIEvent;
use crate::kernel::{Asked, HandlerFuture};
use crate::response::{Outcome, Problem, Response};

/// What answers a call.
type Answers = fn(Asked<'_, '_>) -> Option<HandlerFuture>;

/// The function, the last segment of the path, the methods, and what answers.
pub const ALL: [(&str, &str, &[&str], Answers); 3] = [
    ("login", "login", &["GET"], |asked| answer(asked, |event, opened| Box::pin(login(event, opened)))),
    ("callback", "callback", &["GET"], |asked| answer(asked, |event, opened| Box::pin(callback(event, opened)))),
    ("logout", "logout", &["POST"], |asked| answer(asked, |event, opened| Box::pin(logout(event, opened)))),
];

type Handles = fn(APIEvent, Arc<Opened>) -> std::pin::Pin<Box<dyn Future<Output = Result<Response, Fault>>>>;

fn answer(asked: Asked<'_, '_>, handle: Handles) -> Option<HandlerFuture> {
    let call = asked.call()?;
    Some(Box::pin(async move {
        let Some(opened) = call.exchange().worker.app.state.get::<Arc<Opened>>().cloned() else {
            return Outcome::Missing;
        };
        let event = APIEvent::new(&call);
        // Each answer is for one browser, and the URL of the callback for nobody else.
        event.response.set_header("Cache-Control", "no-store");
        event.response.set_header("Referrer-Policy", "no-referrer");
        match handle(event.clone(), opened.clone()).await {
            Ok(response) => Outcome::Response(response.into()),
            Err(fault) => Outcome::Problem(fault.answer(&event, &opened.oidc.path)),
        }
    }))
}

/// Sends the browser to the provider.
async fn login(event: APIEvent, opened: Arc<Opened>) -> Result<Response, Fault> {
    let oidc = &opened.oidc;
    let return_to = only(&event, "return_to")?.unwrap_or_else(|| oidc.after.clone());
    return_path::check(&return_to)
        .and_then(|()| match return_path::is_below(&return_to, &oidc.path) {
            true => Err("it is a route of signing in"),
            false => Ok(()),
        })
        .map_err(|reason| Fault::refused(format!("`return_to` is {return_to:?}: {reason}")))?;
    let origin = oidc.public_url.clone().unwrap_or_else(|| event.request.origin());
    let redirect = format!("{origin}{}/callback", oidc.path);
    let (url, [state, nonce, verifier]) = match &oidc.kind {
        Kind::OpenId { issuer } => openid::begin(oidc, &*opened.provider.metadata(issuer).await?, &redirect)?,
        Kind::OAuth2(places) => plain::begin(oidc, places, &redirect)?,
    };
    let (issuer, until) = (oidc.named().to_owned(), now() + ATTEMPT.as_secs());
    Attempt { state, nonce, verifier, redirect, return_to, issuer, until }.begin(&event, &opened)?;
    Ok(Response::redirect(url.as_str()))
}

/// Takes the answer of the provider.
async fn callback(event: APIEvent, opened: Arc<Opened>) -> Result<Response, Fault> {
    let oidc = &opened.oidc;
    let state = only(&event, "state")?.ok_or_else(|| Fault::refused("the answer has no state"))?;
    let attempt = Attempt::take(&state, &event, &opened)?;
    if attempt.issuer != oidc.named() {
        return Err(Fault::refused("the attempt began at another provider"));
    }
    let metadata = match &oidc.kind {
        Kind::OpenId { issuer } => Some(opened.provider.metadata(issuer).await?),
        Kind::OAuth2(_) => None,
    };
    // Whose answer it is comes before what it says (RFC 9207, section 2.4).
    match (only(&event, "iss")?, &metadata) {
        (Some(named), Some(metadata)) if named != metadata.issuer().as_str() => {
            return Err(Fault::refused(format!("the answer is that of another issuer: {named:?}")));
        }
        (None, Some(metadata)) if metadata.additional_metadata().authorization_response_iss_parameter_supported => {
            return Err(Fault::refused("the answer does not name its issuer, which this provider always does"));
        }
        _ => {}
    }
    if let Some(error) = only(&event, "error")? {
        let text = event.request.search_params().get("error_description").unwrap_or_default().to_owned();
        return Err(Fault::refused(format!("the provider refuses: {error:?} {text:?}")));
    }
    let code = only(&event, "code")?.filter(|code| !code.is_empty());
    let code = code.ok_or_else(|| Fault::refused("the answer has no code"))?;
    let signed_in = match (&oidc.kind, metadata) {
        (Kind::OAuth2(places), _) => plain::complete(oidc, places, &opened.provider, &attempt, code).await?,
        (Kind::OpenId { .. }, Some(metadata)) => {
            openid::complete(oidc, &opened.provider, metadata, &attempt, code).await?
        }
        (Kind::OpenId { .. }, None) => return Err(Fault::refused("nothing is known of the provider")),
    };
    let id_token = signed_in.id_token.clone();
    let user = match &oidc.keep {
        Some(keep) => keep(signed_in, event.clone()).await.map_err(Fault::Own)?,
        None => signed_in.user(),
    };
    user_cookie::keep(user, id_token, &event, &opened);
    Ok(Response::redirect(&attempt.return_to))
}

/// Signs the user out, here and at the provider.
async fn logout(event: APIEvent, opened: Arc<Opened>) -> Result<Response, Fault> {
    if event.request.header("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        return Err(Fault::Own(Problem::forbidden("a page of another origin signs nobody out")));
    }
    let kept = user_cookie::read(&event, &opened);
    user_cookie::forget(&event);
    if let Some(forget) = &opened.oidc.forget {
        forget(event.clone()).await.map_err(Fault::Own)?;
    }
    let there = match kept {
        Some(kept) => end_session(&opened, kept.id_token).await,
        None => None,
    };
    let location = there.map_or_else(|| opened.oidc.after.clone(), String::from);
    Ok(Response::redirect(location).status(303))
}

/// Where users sign out at the provider (OpenID Connect RP-Initiated Logout 1.0, section 2).
async fn end_session(opened: &Opened, id_token: Option<String>) -> Option<Url> {
    let Kind::OpenId { issuer } = &opened.oidc.kind else { return None };
    let metadata = opened.provider.metadata(issuer).await.ok()?;
    let mut url = Url::parse(metadata.additional_metadata().end_session_endpoint.as_deref()?).ok()?;
    let mut query = url.query_pairs_mut();
    query.append_pair("client_id", &opened.oidc.client_id);
    if let Some(id_token) = id_token {
        query.append_pair("id_token_hint", &id_token);
    }
    if let Some(back) = &opened.oidc.after_sign_out {
        query.append_pair("post_logout_redirect_uri", back);
    }
    drop(query);
    Some(url)
}

/// A parameter of the query that is there once at most.
fn only(event: &APIEvent, name: &str) -> Result<Option<String>, Fault> {
    let params = event.request.search_params();
    let mut values = params.get_all(name).into_iter();
    let value = values.next().map(|value| value.to_string());
    match values.next() {
        Some(_) => Err(Fault::refused(format!("`{name}` is there more than once"))),
        None => Ok(value),
    }
}
