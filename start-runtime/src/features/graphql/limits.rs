//! What one request may ask for. All of it is checked before anything is resolved.

use std::time::Duration;

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

    /// How many fields an operation may have, where those of a fragment count wherever it is used; 1,000 unless set.
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

    /// How long a query or a mutation may be executed; 30 seconds unless set. Then what is left of it is dropped, and the answer is a
    /// 503.
    #[must_use]
    pub fn time(self, time: Duration) -> Self {
        Self { time, ..self }
    }
}
