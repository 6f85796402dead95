use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a provider has said of a user who has just signed in, for the closure of [`Oidc::on_sign_in`](crate::Oidc::on_sign_in).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedIn {
    /// Who says it.
    pub issuer: String,
    /// What names the user at this issuer, and never changes.
    pub sub: String,
    /// The address, if the provider tells it. Users may claim one that is not theirs, unless it is verified.
    pub email: Option<String>,
    /// Whether the provider has verified that the address is the user's.
    pub email_is_verified: bool,
    /// The name, if the provider tells it.
    pub name: Option<String>,
    /// All that the provider has said: the claims of the ID token, and those of its user endpoint.
    pub claims: Map<String, Value>,
    /// For requests to the provider in the name of the user.
    pub access_token: String,
    /// For new access tokens, if the provider has given one.
    pub refresh_token: Option<String>,
    /// The ID token, as it was sent.
    pub id_token: Option<String>,
}

impl SignedIn {
    /// What is kept unless the closure says otherwise.
    pub fn user(&self) -> SignedInUser {
        SignedInUser { sub: self.sub.clone(), email: self.email.clone(), name: self.name.clone() }
    }

    /// Reads the claims of a provider. `None` if they name nobody.
    pub(super) fn from_claims(issuer: String, claims: Map<String, Value>, access_token: String) -> Option<Self> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let first = |names: &[&str]| names.iter().find_map(|name| text(name)).map(str::to_owned);
        // GitHub names users by a number.
        let number = claims.get("id").and_then(Value::as_u64).map(|id| id.to_string());
        let sub = first(&["sub"]).or(number).or_else(|| first(&["id"]))?;
        let (email, name) = (first(&["email"]), first(&["name", "preferred_username", "login"]));
        // Some send it as a text.
        let is_verified = claims.get("email_verified").is_some_and(|value| *value == true || *value == "true");
        Some(Self {
            issuer,
            sub,
            email,
            email_is_verified: is_verified,
            name,
            claims,
            access_token,
            refresh_token: None,
            id_token: None,
        })
    }
}

/// The user who is signed in, as an argument of a handler: the guard of what is not for everybody.
///
/// ```
/// use start_runtime::{SignedInUser, prelude::*};
///
/// #[api_route("/api/me")]
/// async fn GET(user: SignedInUser) -> String {
///     user.name.unwrap_or(user.sub)
/// }
///
/// /// Visitors as well.
/// #[api_route("/api/greeting")]
/// mod greeting {
///     use super::*;
///
///     async fn GET(user: Option<SignedInUser>) -> String {
///         user.and_then(|user| user.name).unwrap_or_else(|| "Hello".to_owned())
///     }
/// }
/// # fn main() {}
/// ```
///
/// A request of nobody is a 401, which the document has. `guard = start_runtime::signed_in_user` checks without an argument.
/// Tests give one: `test::app().with(user)`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SignedInUser {
    /// What names the user at the provider.
    pub sub: String,
    /// The address, if it is known.
    pub email: Option<String>,
    /// The name, if it is known.
    pub name: Option<String>,
}
