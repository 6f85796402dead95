//! What one request may ask for. All of it is checked before anything is resolved.

use std::time::Duration;

use super::document::MORE_NESTING;
use super::refusal::Refusal;
use super::scan::{scan, values};

/// What one request may ask for, for [`Graphql::limits`](crate::graphql::Graphql::limits). Each has a default; a limit that a
/// request exceeds is a 400 whose error says which.
///
/// ```
/// use std::time::Duration;
/// use start_runtime::graphql::Limits;
///
/// let strict = Limits::default().depth(8).fields(200).time(Duration::from_secs(2));
/// # let _ = strict;
/// ```
///
/// A list multiplies what is asked for, and only the schema knows by how much: give such fields a `complexity` and the
/// schema a `limit_complexity`. These limits of async-graphql hold as well.
#[derive(Clone, Debug)]
pub struct Limits {
    pub(super) depth: usize,
    pub(super) fields: usize,
    pub(super) aliases: usize,
    pub(super) directives: usize,
    pub(super) tokens: usize,
    pub(super) document: usize,
    pub(super) files: usize,
    pub(super) batch: usize,
    pub(super) operations: usize,
    pub(super) body: Option<usize>,
    pub(super) values: usize,
    pub(super) time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 20,
            fields: 1000,
            aliases: 30,
            directives: 50,
            tokens: 5000,
            document: 128 * 1024,
            files: 10,
            batch: 0,
            operations: 100,
            body: None,
            values: 20_000,
            time: Duration::from_secs(30),
        }
    }
}

impl Limits {
    /// How many fields may be inside of each other; 20 unless set. The introspection of GraphiQL needs 15.
    #[must_use]
    pub fn depth(self, depth: usize) -> Self {
        Self { depth, ..self }
    }

    /// How many fields the operations of a document may have together, where those of a fragment count wherever it is
    /// used; 1,000 unless set.
    #[must_use]
    pub fn fields(self, fields: usize) -> Self {
        Self { fields, ..self }
    }

    /// How many fields of a document may have an alias; 30 unless set.
    #[must_use]
    pub fn aliases(self, aliases: usize) -> Self {
        Self { aliases, ..self }
    }

    /// How many directives a document may have; 50 unless set.
    #[must_use]
    pub fn directives(self, directives: usize) -> Self {
        Self { directives, ..self }
    }

    /// How many tokens a document may have; 5,000 unless set. They are counted before the document is parsed.
    #[must_use]
    pub fn tokens(self, tokens: usize) -> Self {
        Self { tokens, ..self }
    }

    /// How many bytes a document may have; 128 KiB unless set. Long texts are variables, which do not count.
    #[must_use]
    pub fn document(self, bytes: usize) -> Self {
        Self { document: bytes, ..self }
    }

    /// How many files an upload may have, and how many variables they may stand for; 10 unless set. Their bytes are those
    /// of the body, which [`Start::stream_limit`](crate::Start::stream_limit) or the route limits.
    #[must_use]
    pub fn files(self, files: usize) -> Self {
        Self { files, ..self }
    }

    /// How many requests one body may have as a list; 0 unless set, which refuses lists. They are executed one after the
    /// other, and share the time.
    #[must_use]
    pub fn batch(self, batch: usize) -> Self {
        Self { batch, ..self }
    }

    /// How many operations one WebSocket, or one stream for several, may have at a time; 100 unless set.
    #[must_use]
    pub fn operations(self, operations: usize) -> Self {
        Self { operations, ..self }
    }

    /// How many bytes a JSON body may have; unless set, what the route or
    /// [`Start::body_limit`](crate::Start::body_limit) says. More than that is a 413.
    #[must_use]
    pub fn body(self, bytes: usize) -> Self {
        Self { body: Some(bytes), ..self }
    }

    /// How many values the JSON of a request may have, which is mostly its variables: an object, a list and each of their
    /// members is one; 20,000 unless set. A value takes some 70 bytes of memory, and may take two of a body.
    #[must_use]
    pub fn values(self, values: usize) -> Self {
        Self { values, ..self }
    }

    /// How long a query or a mutation may be executed; 30 seconds unless set. Then what is left of it is dropped, and the answer is a
    /// 503.
    #[must_use]
    pub fn time(self, time: Duration) -> Self {
        Self { time, ..self }
    }
}

/// What is checked before anything is parsed.
impl Limits {
    pub(super) fn check_document(&self, text: &str) -> Result<(), Refusal> {
        if text.len() > self.document {
            return Err(Refusal::limit(format!("the document has more than {} bytes", self.document)));
        }
        let most_nesting = self.depth + MORE_NESTING;
        let scanned = scan(text, self.tokens, most_nesting);
        if scanned.tokens > self.tokens {
            return Err(Refusal::limit(format!("the document has more than {} tokens", self.tokens)));
        }
        if scanned.nesting > most_nesting {
            return Err(Refusal::limit(format!("the document nests brackets more than {most_nesting} deep")));
        }
        Ok(())
    }

    pub(super) fn check_json(&self, text: &[u8]) -> Result<(), Refusal> {
        // Each value but the first has a byte before it. Almost every text is shorter than that.
        if text.len() > self.values && values(text) > self.values {
            return Err(Refusal::limit(format!("the JSON of the request has more than {} values", self.values)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_what_is_still_taken() {
        let tokens = |most| Limits::default().tokens(most).check_document("{a}").is_ok();
        assert_eq!([2, 3].map(tokens), [false, true]);
        let bytes = |most| Limits::default().document(most).check_document("{a}").is_ok();
        assert_eq!([2, 3].map(bytes), [false, true]);
        let nested = format!("{}{}", "{".repeat(50), "}".repeat(50));
        let depth = |most| Limits::default().depth(most).check_document(&nested).is_ok();
        assert_eq!([5, 6].map(depth), [false, true]);
        let list = format!("[{}0]", "0,".repeat(1000));
        let values = |most| Limits::default().values(most).check_json(list.as_bytes()).is_ok();
        assert_eq!([1001, 1002].map(values), [false, true]);
    }
}
