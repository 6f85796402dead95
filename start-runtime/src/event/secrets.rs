//! Secrets that cookies are sealed with.

use std::{env, fmt, io};

use cookie::Key;

use crate::base::StartError;

/// How many bytes a secret has at least: 256 bits.
const SHORTEST: usize = 32;

/// Keeps the keys of cookies apart from those that others derive from the same secret.
const COOKIES: &[u8] = b"start: cookies, 1\0";

/// One or more secrets, the newest first: the newest seals, all of them open. To change a secret, put a new one first,
/// and take the old one out when nothing that it has sealed is in use any more.
///
/// ```
/// use start_runtime::Secrets;
///
/// # fn main() -> std::io::Result<()> {
/// let secrets = Secrets::new("WjPmS3lnbKZ8lOqzG0v2xy4TQ1dXcUaE")?.or("an older one, of 32 bytes or more")?;
/// # drop(secrets);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Secrets {
    secrets: Vec<Vec<u8>>,
    keys: Vec<Key>,
}

impl Secrets {
    /// A secret of at least 32 bytes, best from a random source: `openssl rand -base64 32`.
    ///
    /// # Errors
    /// Returns an error if it is shorter.
    pub fn new(secret: impl AsRef<[u8]>) -> io::Result<Self> {
        Self { secrets: Vec::new(), keys: Vec::new() }.or(secret)
    }

    /// Adds an older secret, which opens what it has sealed and seals nothing any more.
    ///
    /// # Errors
    /// Returns an error if it is shorter than 32 bytes.
    pub fn or(self, secret: impl AsRef<[u8]>) -> io::Result<Self> {
        let secret = secret.as_ref();
        match secret.len() {
            SHORTEST.. => Ok(self.with(secret)),
            length => Err(too_short("a secret", length).into()),
        }
    }

    /// The secrets in this environment variable, separated by white space, the newest first.
    ///
    /// # Errors
    /// Returns an error that says how to make a secret, if the variable is not set, or one in it has less than 32 bytes.
    pub fn from_env(variable: &str) -> io::Result<Self> {
        let text = env::var(variable).map_err(|error| match error {
            env::VarError::NotPresent => missing(variable),
            env::VarError::NotUnicode(_) => StartError::new(format!("{variable} is not UTF-8: {HOW}")),
        })?;
        let mut secrets = Self { secrets: Vec::new(), keys: Vec::new() };
        for (index, secret) in text.split_ascii_whitespace().enumerate() {
            if secret.len() < SHORTEST {
                return Err(too_short(&format!("secret {} in {variable}", index + 1), secret.len()).into());
            }
            secrets = secrets.with(secret.as_bytes());
        }
        if secrets.secrets.is_empty() { Err(missing(variable).into()) } else { Ok(secrets) }
    }

    /// A random secret, which nobody else knows and which ends with the program: for tests, and to try something out.
    pub fn random() -> Self {
        let key = Key::generate();
        Self { secrets: Vec::new(), keys: Vec::new() }.with(key.master())
    }

    fn with(mut self, secret: &[u8]) -> Self {
        self.secrets.push(secret.to_vec());
        self.keys.push(derive(COOKIES, secret));
        self
    }

    /// The keys of signed and private cookies, the newest first.
    pub(crate) fn cookie_keys(&self) -> &[Key] {
        &self.keys
    }

    /// Keys for another purpose, the newest first. Nothing that is sealed for one purpose opens for another.
    #[allow(dead_code, reason = "capabilities seal things, too")]
    pub(crate) fn keys_for(&self, purpose: &[u8]) -> Vec<Key> {
        self.secrets.iter().map(|secret| derive(purpose, secret)).collect()
    }
}

/// Derives a key (HKDF-Expand with SHA-256, RFC 5869, by the `cookie` crate).
fn derive(purpose: &[u8], secret: &[u8]) -> Key {
    Key::derive_from(&[purpose, secret].concat())
}

const HOW: &str = "make one with `openssl rand -base64 32`";

fn missing(variable: &str) -> StartError {
    StartError::new(format!(
        "{variable} is not set: cookies are sealed with the secret in it.\n\
         Set it to at least {SHORTEST} random bytes, and keep it out of the repository: {HOW}"
    ))
}

fn too_short(what: &str, length: usize) -> StartError {
    StartError::new(format!(
        "{what} has {length} bytes, and needs at least {SHORTEST}: {HOW}.\n\
         Several secrets in one environment variable are separated by white space, the newest first"
    ))
}

/// Shows how many there are, and none of them.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.keys.len())
    }
}
