//! Who is signed in.

pub use crate::accounts::current_user as guard;
