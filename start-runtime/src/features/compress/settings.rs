use super::Compression;
use crate::start::Start;

/// Settings of compression.
impl Start {
    /// Compresses answers with gzip, br or zstd, whichever the client prefers by its Accept-Encoding (RFC 9110, section
    /// 12.5.3). Every answer then has `Vary: Accept-Encoding`.
    ///
    /// These are sent as they are: what is smaller than [`Compression::min_size`]; types that are packed already (images,
    /// video, archives) and types that nobody knows; streams, event streams and files that are read from disk piece by
    /// piece; parts of a file (206); what has a Content-Encoding of its own; what has `Cache-Control: no-transform`.
    ///
    /// A strong ETag becomes weak where the answer is compressed. Where an answer repeats text of the request beside a
    /// secret, its compressed length tells about the secret (the attack BREACH): send it with `no-transform`.
    ///
    /// ```standalone_crate
    /// use start_runtime::{Compression, prelude::*, test};
    ///
    /// #[api_route("/api/owls")]
    /// async fn GET() -> Vec<&'static str> {
    ///     vec!["a barn owl"; 1000]
    /// }
    ///
    /// # start_runtime::__rt::block_on(async {
    /// let app = test::app_with(Start::new().compress(Compression::new()));
    /// let answer = app.get("/api/owls").header("Accept-Encoding", "gzip").await;
    /// assert_eq!(answer.header("content-encoding"), Some("gzip"));
    /// # });
    /// ```
    pub fn compress(mut self, compression: Compression) -> Self {
        self.settings.insert(compression);
        self
    }
}
