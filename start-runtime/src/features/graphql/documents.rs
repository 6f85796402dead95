//! Documents that a request names in place of sending them: those that the program trusts, and those that clients have
//! sent before (automatic persisted queries).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::{fmt, fs, io};

use async_graphql::Value;
use async_graphql::parser::parse_query;
use sha2::{Digest as _, Sha256};

use super::refusal::Refusal;
use crate::base::cut::{VALUE, cut};

/// What clients of Apollo look for; the other codes are of the same kind.
const NOT_FOUND: &str = "PERSISTED_QUERY_NOT_FOUND";
const NOT_SUPPORTED: &str = "PERSISTED_QUERY_NOT_SUPPORTED";
const NOT_TRUSTED: &str = "DOCUMENT_NOT_TRUSTED";

/// What may stand before a hash in the id of a document (GraphQL over HTTP, appendix "Persisted Documents").
const PREFIX: &str = "sha256:";

/// The documents that a program executes, for [`Graphql::trusted`](crate::graphql::Graphql::trusted).
#[derive(Clone)]
pub struct TrustedDocuments(Arc<Trusted>);

#[derive(Default)]
struct Trusted {
    by_id: HashMap<String, Arc<str>>,
    texts: HashSet<Arc<str>>,
}

impl TrustedDocuments {
    /// Documents with their ids.
    ///
    /// # Errors
    /// Returns the id and the place where a document is no GraphQL, or the id that two have.
    pub fn new<I, D>(documents: impl IntoIterator<Item = (I, D)>) -> io::Result<Self>
    where
        I: Into<String>,
        D: Into<String>,
    {
        let mut trusted = Trusted::default();
        let wrong = |text: String| io::Error::new(io::ErrorKind::InvalidData, text);
        for (id, text) in documents {
            let (id, text): (String, Arc<str>) = (id.into(), text.into().into());
            if let Err(error) = parse_query(&*text) {
                return Err(wrong(format!("the trusted document `{id}` is no GraphQL document: {error}")));
            }
            trusted.texts.insert(text.clone());
            let id = id.strip_prefix(PREFIX).map(str::to_owned).unwrap_or(id);
            if trusted.by_id.contains_key(&id) {
                return Err(wrong(format!("two trusted documents have the id `{id}`")));
            }
            trusted.by_id.insert(id, text);
        }
        Ok(Self(Arc::new(trusted)))
    }

    /// The documents of a file, a JSON object of ids and texts: what GraphQL Code Generator (`persistedDocuments`) and
    /// the compiler of Relay (`persistConfig`) write.
    ///
    /// # Errors
    /// Returns why the file cannot be read, or what is wrong in it.
    pub fn from_file(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        let text = fs::read(path).map_err(named)?;
        let all: HashMap<String, String> = serde_json::from_slice(&text).map_err(|error| {
            let text = format!("not a JSON object of ids and documents, `{{\"id\": \"query …\"}}`: {error}");
            named(io::Error::new(io::ErrorKind::InvalidData, text))
        })?;
        Self::new(all).map_err(named)
    }
}

impl fmt::Debug for TrustedDocuments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.by_id.keys()).finish()
    }
}

/// How requests name their documents.
#[derive(Clone, Default)]
pub struct Documents {
    trusted: Option<TrustedDocuments>,
    persisted: Option<Arc<Persisted>>,
}

impl Documents {
    pub fn trust(&mut self, documents: TrustedDocuments) {
        self.trusted = Some(documents);
    }

    pub fn keep(&mut self, bytes: usize) {
        self.persisted = Some(Arc::new(Persisted { most: bytes, kept: Mutex::default() }));
    }

    /// Whether requests may name documents.
    pub fn are_any(&self) -> bool {
        self.trusted.is_some() || self.persisted.is_some()
    }

    /// The text of the document that a request means. `persisted` is what Apollo's clients say of it.
    pub fn find(&self, text: Option<String>, id: Option<String>, persisted: Option<&Value>) -> Result<String, Refusal> {
        let hash = persisted.map(hash_of).transpose()?;
        let id = id.or(hash).map(|id| id.strip_prefix(PREFIX).map(str::to_owned).unwrap_or(id));
        if let Some(trusted) = &self.trusted {
            return trusted.find(text, id);
        }
        match (text, id, &self.persisted) {
            (Some(text), None, _) | (Some(text), Some(_), None) => Ok(text),
            (Some(text), Some(hash), Some(persisted)) => persisted.keep(text, &hash),
            (None, Some(hash), Some(persisted)) => persisted.find(&hash),
            (None, Some(_), None) => Err(Refusal::no_document(
                "the request names a document, and documents are not kept here: send the `query`",
                NOT_SUPPORTED,
            )),
            (None, None, _) => Err(Refusal::malformed("the request has no `query`")),
        }
    }
}

impl TrustedDocuments {
    fn find(&self, text: Option<String>, id: Option<String>) -> Result<String, Refusal> {
        let trusted = &self.0;
        let by_id = |id: &str| trusted.by_id.get(id).map(|text| text.to_string());
        match (text, id) {
            (Some(text), _) if trusted.texts.contains(text.as_str()) => Ok(text),
            (Some(_), _) => Err(Refusal::no_document(
                "only documents that the server knows are executed, and this is none of them",
                NOT_TRUSTED,
            )),
            (None, Some(id)) => by_id(&id).ok_or_else(|| {
                Refusal::no_document(format!("the server has no document `{}`", cut(&id, VALUE)), NOT_FOUND)
            }),
            (None, None) => Err(Refusal::malformed("the request has no `documentId`")),
        }
    }
}

/// The hash that clients of Apollo send.
fn hash_of(persisted: &Value) -> Result<String, Refusal> {
    let wrong =
        || Refusal::malformed("`extensions.persistedQuery` has to be `{ \"version\": 1, \"sha256Hash\": \"…\" }`");
    let Value::Object(members) = persisted else { return Err(wrong()) };
    match (members.get("version"), members.get("sha256Hash")) {
        (Some(Value::Number(version)), Some(Value::String(hash))) if version.as_u64() == Some(1) => Ok(hash.clone()),
        _ => Err(wrong()),
    }
}

/// Documents that clients have sent with their hash.
struct Persisted {
    /// How many bytes of them are kept.
    most: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// By the hash, in hex; with the moment of the last use.
    by_hash: HashMap<String, (Arc<str>, u64)>,
    /// The hashes by that moment: the first gives way.
    by_use: BTreeMap<u64, String>,
    bytes: usize,
    /// How many uses there were.
    uses: u64,
}

impl Persisted {
    fn find(&self, hash: &str) -> Result<String, Refusal> {
        let found = self.kept.lock().unwrap_or_else(PoisonError::into_inner).find(&hash.to_ascii_lowercase());
        // The text of Apollo's server, which some clients look for.
        found.map(|text| text.to_string()).ok_or_else(|| Refusal::no_document("PersistedQueryNotFound", NOT_FOUND))
    }

    fn keep(&self, text: String, hash: &str) -> Result<String, Refusal> {
        let own = hex::encode(Sha256::digest(&text));
        if !own.eq_ignore_ascii_case(hash) {
            return Err(Refusal::malformed(
                "the hash is not that of the `query`: it is SHA-256, in hex, of its bytes in UTF-8",
            ));
        }
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).keep(own, &text, self.most);
        Ok(text)
    }
}

impl Kept {
    fn find(&mut self, hash: &str) -> Option<Arc<str>> {
        let (text, used) = self.by_hash.get_mut(hash)?;
        self.uses += 1;
        if let Some(hash) = self.by_use.remove(used) {
            self.by_use.insert(self.uses, hash);
        }
        *used = self.uses;
        Some(text.clone())
    }

    fn keep(&mut self, hash: String, text: &str, most: usize) {
        let size = size(&hash, text);
        if size > most || self.find(&hash).is_some() {
            return;
        }
        while self.bytes + size > most {
            let Some((_, oldest)) = self.by_use.pop_first() else { break };
            if let Some((text, _)) = self.by_hash.remove(&oldest) {
                self.bytes -= self::size(&oldest, &text);
            }
        }
        self.bytes += size;
        self.uses += 1;
        self.by_use.insert(self.uses, hash.clone());
        self.by_hash.insert(hash, (text.into(), self.uses));
    }
}

/// What a document takes: its text, its hash twice, and the two maps.
fn size(hash: &str, text: &str) -> usize {
    text.len() + 2 * hash.len() + 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_the_longest_time_ago_gives_way() {
        let mut kept = Kept::default();
        let most = 3 * size("a", "{x}");
        ["a", "b", "c"].into_iter().for_each(|hash| kept.keep(hash.to_owned(), "{x}", most));
        assert!(kept.find("a").is_some());
        kept.keep("d".to_owned(), "{x}", most);
        let there: Vec<bool> = ["a", "b", "c", "d"].iter().map(|hash| kept.find(hash).is_some()).collect();
        assert_eq!(there, [true, false, true, true]);
        assert_eq!((kept.bytes, kept.by_use.len()), (most, 3));
        kept.keep("e".to_owned(), &"x".repeat(most), most);
        assert!(kept.find("e").is_none() && kept.by_hash.len() == 3);
    }
}
