use super::Oidc;
use crate::start::Start;

/// Registered where signing in is set up, so that the start-up checks can miss it.
pub struct IsSetUp;

/// Settings of signing in.
impl Start {
    /// Lets users sign in by a provider, with these routes below `/api/auth`:
    ///
    /// - `GET login` sends the browser to the provider; `?return_to=/path` is where it goes afterwards
    /// - `GET callback` is where the provider sends it back
    /// - `POST logout` signs the user out, here and at the provider
    ///
    /// A handler that takes [`SignedInUser`](crate::SignedInUser) is for those who are signed in. The provider is asked
    /// when the first user signs in, so the program starts without it.
    pub fn sign_in(mut self, oidc: Oidc) -> Self {
        self.settings.edit(|all: &mut Vec<Oidc>| all.push(oidc));
        self.provide(IsSetUp)
    }
}
