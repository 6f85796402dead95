use std::fmt::Display;
use std::time::Duration;

use super::Checks;
use super::check::{Check, LIMIT};
use crate::start::Start;

/// Settings of health routes.
impl Start {
    /// Serves `/health/live` and `/health/ready`, which answer 200 while the program runs. [`Start::check`] does as well,
    /// and says what the program needs to be ready. A store of sessions is asked by itself, as `sessions`: one on a server,
    /// such as Redis, or one of yours; so is that of rate limits if requests are refused without it. A check of yours of the
    /// same name takes its place.
    pub fn health(mut self) -> Self {
        self.settings.edit(|_: &mut Checks| {});
        self
    }

    /// Adds a check to `/health/ready`, which answers 503 while one of them fails, panics, or takes longer than 2 seconds.
    /// `/health/live` asks none: an outage of a database is no reason to restart the program.
    ///
    /// The routes answer GET and HEAD with JSON, and are in no document. A check is asked once at a time, and its answer
    /// counts for a second. Why it failed is in the log; the client reads its name. A check runs on a worker, so it must
    /// not block the thread. Two checks of one name are an error at start-up.
    ///
    /// ```standalone_crate
    /// use start_runtime::{prelude::*, test};
    ///
    /// async fn ping() -> Result<(), std::io::Error> {
    ///     Err(std::io::Error::other("no route to host"))
    /// }
    ///
    /// #[api_route("/api/owls")]
    /// async fn GET() -> &'static str {
    ///     "hoot"
    /// }
    ///
    /// # start_runtime::__rt::block_on(async {
    /// let app = test::app_with(Start::new().check("db", ping));
    /// assert_eq!(app.get("/health/live").await.status(), 200);
    /// assert_eq!(app.get("/health/ready").await.status(), 503);
    /// # });
    /// ```
    pub fn check<F, E>(self, name: impl Into<String>, check: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), E>> + 'static,
        E: Display,
    {
        self.check_within(name, LIMIT, check)
    }

    /// The same for a check that may take so long.
    pub fn check_within<F, E>(
        mut self,
        name: impl Into<String>,
        limit: Duration,
        check: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), E>> + 'static,
        E: Display,
    {
        self.settings.edit(|checks: &mut Checks| checks.0.push(Check::new(name.into(), limit, check)));
        self
    }
}
