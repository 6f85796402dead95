use super::places::DocsPlaces;
use crate::kernel::built_in::without_slash;
use crate::start::Start;

/// Settings of the docs.
impl Start {
    /// Serves the docs page at this path; `/docs` unless set. A route of your own at this path replaces it.
    ///
    /// The path has no parameters, like `/reference`; any other path is an error at start-up.
    ///
    /// ```no_run
    /// # fn main() -> std::io::Result<()> {
    /// # actix_web::rt::System::new().block_on(async {
    /// start_runtime::Start::new().docs_at("/reference").openapi_at("/reference/openapi.json").serve().await
    /// # })}
    /// ```
    #[cfg(feature = "docs-page")]
    pub fn docs_at(mut self, path: impl Into<String>) -> Self {
        let path = without_slash(path.into().into());
        self.settings.edit(|places: &mut DocsPlaces| places.page = path);
        self
    }

    /// Serves the OpenAPI document at this path; `/openapi.json` unless set. A route of your own at this path replaces
    /// it.
    ///
    /// The path has no parameters, like `/reference/openapi.json`; any other path is an error at start-up.
    pub fn openapi_at(mut self, path: impl Into<String>) -> Self {
        let path = without_slash(path.into().into());
        self.settings.edit(|places: &mut DocsPlaces| places.document = path);
        self
    }

    /// Serves neither the docs page nor the OpenAPI document. The command line still prints the document.
    pub fn without_docs(mut self) -> Self {
        self.settings.edit(|places: &mut DocsPlaces| places.served = false);
        self
    }
}
