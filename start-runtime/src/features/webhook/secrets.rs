use std::{env, fmt, io};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::base::StartError;

/// The secrets that a sender signs with, one or more: a delivery is accepted if one of them has signed it. To change a
/// secret, add the new one, change it at the sender, and take the old one out when no delivery with it is under way.
///
/// ```
/// use start_runtime::webhook::{Stripe, WebhookSecrets};
/// use start_runtime::Start;
///
/// let secrets = WebhookSecrets::new("whsec_the_new_one").or("whsec_the_old_one");
/// # drop(
/// Start::new().webhook::<Stripe>(secrets)
/// # );
/// ```
#[derive(Clone)]
pub struct WebhookSecrets {
    /// Where each comes from, for messages, and its text.
    pub(super) all: Vec<(String, String)>,
}

impl WebhookSecrets {
    /// A secret, as the sender shows it. Its form is checked when the program starts.
    pub fn new(secret: impl Into<String>) -> Self {
        Self { all: Vec::new() }.or(secret)
    }

    /// Adds another secret, which is accepted as well.
    #[must_use]
    pub fn or(mut self, secret: impl Into<String>) -> Self {
        let name = format!("secret {}", self.all.len() + 1);
        self.all.push((name, secret.into()));
        self
    }

    /// A random secret, which nobody signs with: every delivery is refused.
    pub fn random() -> Self {
        let mut bytes = [0; 32];
        getrandom::getrandom(&mut bytes).expect("the operating system has random bytes");
        Self::new(STANDARD.encode(bytes))
    }

    /// The secret in this environment variable, such as `STRIPE_WEBHOOK_SECRET`. While the secret is being changed, the old
    /// one is in the variable with `_OLD` behind its name. A line break at the end does not count.
    ///
    /// # Errors
    /// Returns an error that says what to set, if the variable is not set or empty.
    pub fn from_env(variable: &str) -> io::Result<Self> {
        let secret = read(variable)?.ok_or_else(|| missing(variable))?;
        let mut all = vec![(variable.to_owned(), secret)];
        let old = format!("{variable}_OLD");
        if let Some(secret) = read(&old)? {
            all.push((old, secret));
        }
        Ok(Self { all })
    }
}

/// The value of a variable; `None` if it is not set or empty.
fn read(variable: &str) -> Result<Option<String>, StartError> {
    match env::var(variable) {
        Ok(text) => Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()).filter(|text| !text.is_empty())),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => {
            Err(StartError::new(format!("{variable} is not UTF-8: set it to the secret as the sender shows it")))
        }
    }
}

fn missing(variable: &str) -> StartError {
    StartError::new(format!(
        "{variable} is not set: the signatures of webhooks are checked with the secret in it.\n\
         Set it to the secret that the sender shows for this webhook, and keep it out of the repository. While you change \
         it, put the old one into {variable}_OLD"
    ))
}

/// Shows how many there are, and none of them.
impl fmt::Debug for WebhookSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebhookSecrets({})", self.all.len())
    }
}
