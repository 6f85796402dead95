//! Doc comments in every spelling, and arguments that are there under conditions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use start_runtime::{Query, prelude::*};

/**
 * A type in a block.
 *
 * ```
 * # use hidden;
 * shown();
 * ```
 */
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Block {
    #[doc = concat!("The field ", "`a`.")]
    pub a: Option<u8>,
    /// The field `b`.
    ///
    /// ```
    /// # use hidden;
    /// shown();
    /// ```
    pub b: Option<u8>,
}

#[api_route("/comments")]
mod routes {
    use super::*;

    /**
     * In a block.
     *
     * The rest,
     *   with code.
     */
    #[api_route(GET, "/block")]
    async fn block() -> Option<Block> {
        None
    }

    /** * In one line. */
    #[api_route(GET, "/line")]
    async fn line() {}

    /** In a block

    without stars. More. */
    #[api_route(GET, "/bare")]
    async fn bare() {}

    #[doc = concat!("By ", "`concat!`.\n\n", "Of ", env!("CARGO_PKG_NAME"), ".")]
    #[api_route(GET, "/concat")]
    async fn concat() {}

    #[doc = include_str!("comments.md")]
    #[api_route(GET, "/include")]
    async fn include() {}

    /// A comment,
    #[doc = "and a text."]
    ///
    /// And more.
    #[doc(alias = "both")]
    #[api_route(GET, "/mixed")]
    async fn mixed() {}

    /// With an example.
    ///
    /// ```
    /// # use something;
    /// #
    /// let all = vec![1];
    /// ## not hidden
    /// ```
    ///
    /// ```sh
    /// # a comment
    /// ```
    #[api_route(GET, "/example")]
    async fn example() {}

    #[cfg_attr(all(), doc = "Under a condition.")]
    #[cfg_attr(any(), doc = "Never.")]
    #[cfg_attr(all(), deprecated)]
    #[api_route(GET, "/conditional")]
    async fn conditional() {}

    /// The fields of a query.
    #[api_route(GET, "/query")]
    async fn query(Query(block): Query<Block>) -> bool {
        block.a.is_some()
    }
}

/// Arguments that are there, and that are not.
#[api_route("/conditions")]
mod conditions {
    use super::*;

    #[api_route(GET, "/off/[id]")]
    async fn off(
        #[allow(unused_variables)] id: u32,
        #[cfg(any())] missing: NoSuchType,
        #[cfg(any())] other: String,
        #[cfg(any())] _: &str,
        #[cfg_attr(all(), cfg(any()))] third: Json<NoSuchType>,
    ) -> u32 {
        id
    }

    #[api_route(GET, "/on/[id]")]
    async fn on(
        #[cfg(not(any()))] id: u32,
        #[cfg(not(any()))] Query(block): Query<Block>,
        #[cfg_attr(any(), cfg(any()))] event: APIEvent,
    ) -> String {
        format!("{id} {:?} {}", block.a, event.request.path())
    }

    #[api_route(GET, "/either/[id]")]
    async fn either(#[cfg(any())] id: u32, #[cfg(not(any()))] id: String) -> String {
        id
    }

    #[api_route(GET, "/bad/[id]")]
    async fn bad(#[cfg(not(any()))] id: u32, #[cfg(any())] id: String, Query(block): Query<Block>) -> String {
        format!("{id} {:?}", block.b)
    }
}
