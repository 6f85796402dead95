//! Names of parameters, as Rust and as patterns spell them.

/// Whether two names are the same but for `_` and case: `post_id` and `postId`.
pub fn is_alike(one: &str, other: &str) -> bool {
    let bare = |name: &str| name.replace('_', "").to_lowercase();
    one == other || bare(one) == bare(other)
}
