use crate::start::Start;

/// Whether ETags are made.
pub struct Etags;

/// Settings of conditional requests.
impl Start {
    /// Gives answers to GET and HEAD an ETag that is a hash of their body, and answers 304 without a body to a client that
    /// has it already (If-None-Match, If-Modified-Since; RFC 9110, section 13). An ETag or a Last-Modified that the handler
    /// sets counts as well.
    ///
    /// Only a 200 whose body is in memory as a whole gets an ETag, and none with `Cache-Control: no-store`. The handler
    /// runs in any case: this saves the way to the client, and [`Versioned`](crate::Versioned) can save more. The document
    /// of the running program has the ETag and the 304.
    ///
    /// ```standalone_crate
    /// use start_runtime::{prelude::*, test};
    ///
    /// #[api_route("/api/owls")]
    /// async fn GET() -> &'static str {
    ///     "hoot"
    /// }
    ///
    /// # start_runtime::__rt::block_on(async {
    /// let app = test::app_with(Start::new().etags());
    /// let first = app.get("/api/owls").await;
    /// let again = app.get("/api/owls").header("If-None-Match", first.header("etag").unwrap()).await;
    /// assert_eq!(again.status(), 304);
    /// # });
    /// ```
    pub fn etags(mut self) -> Self {
        self.settings.insert(Etags);
        self
    }
}
