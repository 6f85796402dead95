//! The paths of the docs page and of the document, as the settings name them.

use std::borrow::Cow;

use super::DOCUMENT;
#[cfg(feature = "docs-page")]
use super::PAGE;
use crate::base::StartError;
use crate::kernel::Route;
use crate::kernel::built_in::route_at;

/// The settings of the docs.
#[derive(Clone)]
pub struct DocsPlaces {
    /// Whether the docs are served at all.
    pub served: bool,
    #[cfg(feature = "docs-page")]
    pub page: Cow<'static, str>,
    pub document: Cow<'static, str>,
}

impl Default for DocsPlaces {
    fn default() -> Self {
        Self {
            served: true,
            #[cfg(feature = "docs-page")]
            page: PAGE.pattern.into(),
            document: DOCUMENT.pattern.into(),
        }
    }
}

impl DocsPlaces {
    /// The routes of the docs, at these paths.
    pub fn routes(&self) -> Result<Vec<&'static Route>, StartError> {
        let mut routes = Vec::new();
        if self.served {
            routes.push(moved(&DOCUMENT, &self.document, "openapi_at")?);
            #[cfg(feature = "docs-page")]
            {
                let page = moved(&PAGE, &self.page, "docs_at")?;
                if routes.iter().any(|other| other.paths[0].segments == page.paths[0].segments) {
                    let reason = "the document is there, and the page needs a path of its own".to_owned();
                    return Err(no_place("docs_at", &self.page, &reason));
                }
                routes.push(page);
            }
        }
        Ok(routes)
    }
}

/// Returns the route, moved to another path if the settings name one.
fn moved(route: &'static Route, path: &str, setting: &'static str) -> Result<&'static Route, StartError> {
    if path == route.pattern {
        return Ok(route);
    }
    route_at(route.declaration.function, path, route.adapter).map_err(|reason| no_place(setting, path, &reason))
}

/// The error for a setting whose path cannot have the docs.
fn no_place(setting: &str, path: &str, reason: &str) -> StartError {
    let better = if setting == "docs_at" { "/reference" } else { "/reference/openapi.json" };
    StartError::new(format!("`{setting}({path:?})`: {reason}\nWrite a path such as `{setting}(\"{better}\")`"))
}
