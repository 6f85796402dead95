//! Signing in by a provider: `OIDC_ISSUER=https://accounts.example.com cargo run -p auth`.
//!
//! | variable | what it says | unless set |
//! |---|---|---|
//! | `OIDC_ISSUER` | who signs users in; http on this machine only | the next three say it |
//! | `OAUTH2_AUTHORIZE`, `OAUTH2_TOKEN`, `OAUTH2_USER` | the URLs of a provider that has no issuer, such as GitHub | the program does not start |
//! | `OIDC_CLIENT_ID` | what the provider calls this program | `interop` |
//! | `OIDC_CLIENT_SECRET` | the secret of the client | `interop-secret` |
//! | `START_SESSION_SECRET` | what seals the cookies | a random one: a restart signs everybody out |
//!
//! The provider has to know the callback. It is made of the host that the browser asks, so it is
//! `http://127.0.0.1:3000/api/auth/callback` or `http://localhost:3000/api/auth/callback`.

mod page;

use std::{env, io};

use serde::{Deserialize, Serialize};
use start_runtime::{Csrf, OAuth2, Oidc, Secrets, SessionConfig, SignedInUser, prelude::*};

const SECRET: &str = "START_SESSION_SECRET";

/// What the program itself keeps of a visitor.
#[derive(Default, Serialize, Deserialize)]
struct Visitor {
    sign_ins: u32,
}

/// Who is signed in.
#[api_route("/api/auth/me", tag = "auth")]
async fn GET(user: SignedInUser) -> SignedInUser {
    user
}

#[start_runtime::main]
async fn main() -> io::Result<()> {
    let secrets = match env::var_os(SECRET) {
        Some(_) => Secrets::from_env(SECRET)?,
        None => Secrets::random(),
    };
    let oidc = oidc()?.secrets(secrets.clone());
    let start = Start::new().session(SessionConfig::new(secrets)).sign_in(oidc);
    // The route refuses pages of other sites itself, and lets clients that are no browsers sign out.
    start.csrf(Csrf::new().except("/api/auth/logout")).serve().await
}

fn oidc() -> io::Result<Oidc> {
    let (id, secret) = (variable("OIDC_CLIENT_ID"), variable("OIDC_CLIENT_SECRET"));
    let client = (id.unwrap_or_else(|| "interop".to_owned()), secret.unwrap_or_else(|| "interop-secret".to_owned()));
    let oidc = match (variable("OIDC_ISSUER"), variable("OAUTH2_AUTHORIZE")) {
        (Some(issuer), _) => Oidc::new(issuer, client.0, client.1),
        (None, Some(authorize)) => {
            let (token, user) = (url("OAUTH2_TOKEN")?, url("OAUTH2_USER")?);
            Oidc::oauth2(OAuth2 { authorize, token, user }, client.0, client.1)
        }
        (None, None) => {
            return Err(io::Error::other(
                "OIDC_ISSUER is not set: set it to the issuer of your provider, such as https://accounts.example.com",
            ));
        }
    };
    Ok(oidc
        .on_sign_in(|signed_in, event| async move {
            let mut session = event.session::<Visitor>().await?;
            session.update(|visitor| visitor.sign_ins += 1);
            // Whoever knew the session of the visitor has nothing of that of the user.
            session.rotate();
            Ok(signed_in.user())
        })
        .on_sign_out(|event| async move {
            event.session::<Visitor>().await?.clear();
            Ok(())
        }))
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn url(name: &str) -> io::Result<String> {
    variable(name).ok_or_else(|| io::Error::other(format!("OAUTH2_AUTHORIZE is set, and {name} is not")))
}
