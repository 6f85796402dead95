//! Signing in by a provider: OpenID Connect, and OAuth 2 without it.
//!
//! - A sign-in is one attempt with one cookie, which is sealed, lasts for minutes, and is deleted when the provider has
//!   answered. So nothing is kept on the server, and two tabs do not get in each other's way.
//! - Nothing that a provider or a browser says is trusted before it is checked: state, issuer, nonce, signature, audience,
//!   times, and where the user goes afterwards.
//! - Why an attempt is refused is in the log. The client reads only that it is to begin again.

mod attempt;
mod client;
mod config;
mod fault;
mod guard;
mod openid;
mod plain;
mod provider;
mod return_path;
mod routes;
mod settings;
mod signed_in;
mod user_cookie;

use std::sync::Arc;

use crate::base::StartError;
use crate::kernel::built_in::route_at;
use crate::kernel::{BannerLine, Capability, Opening, Route, Settings};
pub use config::{OAuth2, Oidc};
pub use guard::signed_in_user;
use provider::Provider;
pub use signed_in::{SignedIn, SignedInUser};

pub const CAPABILITY: Capability = Capability { open, command: None };

/// What the routes work with.
struct Opened {
    oidc: Oidc,
    provider: Provider,
    keys: user_cookie::Keys,
}

/// Checks the settings, and adds the routes.
fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    let Some(all) = settings.take::<Vec<Oidc>>() else { return Ok(()) };
    let Ok([oidc]) = <[Oidc; 1]>::try_from(all) else {
        return Err(StartError::new("`Start::sign_in` is called twice: a program signs in by one provider"));
    };
    oidc.check()?;
    for (function, name, methods, adapter) in routes::ALL {
        let path = format!("{}/{name}", oidc.path);
        let route = route_at(function, &path, adapter)
            .map_err(|reason| StartError::new(format!("`Oidc::path({:?})`: {reason}", oidc.path)))?;
        let route: &'static Route = Box::leak(Box::new(Route { methods, ..*route }));
        if let Some(by) = opening.routes_at(route).find(|route| !route.optional) {
            return Err(taken(&path, by));
        }
        opening.routes.push(route);
    }
    opening.session_cookies.push(user_cookie::NAME.to_owned());
    opening.banner.push(BannerLine::note(format!("sign-in: by {}", oidc.named())));
    let (provider, keys) = (Provider::new(&oidc)?, user_cookie::Keys::new(&oidc));
    opening.state.insert(Arc::new(Opened { oidc, provider, keys }));
    Ok(())
}

fn taken(path: &str, by: &Route) -> StartError {
    StartError::new(format!(
        "the route {path} of `Start::sign_in` stands in the way of a route:\n  {} {}  at {}  (crate {})\n\
         Give it another path, or `Start::sign_in` another one: `Oidc::path(\"/auth\")`",
        by.methods.join(", "),
        by.pattern,
        by.place(),
        by.crate_name()
    ))
}
