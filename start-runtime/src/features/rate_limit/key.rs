//! Whom a limit counts, if not an address.

use std::fmt::Display;

/// What a function for `rate_limit_by = …` returns: the name of whom a limit counts. `None` is who has no name: then the
/// address counts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot say whom a rate limit counts",
    label = "return a `String`, a number, or an `Option` of one",
    note = "write `async fn user(event: APIEvent) -> Option<String>`, for `rate_limit_by = user`"
)]
pub trait RateKey {
    /// The name.
    fn into_rate_key(self) -> Option<String>;
}

macro_rules! names {
    ($($name:ty)*) => {$(
        impl RateKey for $name {
            fn into_rate_key(self) -> Option<String> {
                Some(shown(&self))
            }
        }
    )*};
}

names! { String &'static str u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 std::net::IpAddr }

fn shown(value: &impl Display) -> String {
    value.to_string()
}

impl<T: RateKey> RateKey for Option<T> {
    fn into_rate_key(self) -> Option<String> {
        self?.into_rate_key()
    }
}
