use std::error::Error as StdError;

use actix_web::web::Bytes;

use super::ServerEvent;

/// What the stream of [`Events`](crate::Events) yields: an event, or a `Result` with one. An error breaks the stream off.
#[diagnostic::on_unimplemented(
    message = "a stream of `{Self}` is no event stream",
    label = "it has to yield `ServerEvent`",
    note = "map each value to an event: `stream.map(ServerEvent::json)`, or `.map(ServerEvent::text)` for text",
    note = "or let `Events::json(stream)` do that"
)]
pub trait EventItem<T> {
    /// The event as it is sent, or why the stream breaks off.
    fn into_piece(self) -> Result<Bytes, Box<dyn StdError>>;
}

impl<T> EventItem<T> for ServerEvent<T> {
    fn into_piece(self) -> Result<Bytes, Box<dyn StdError>> {
        self.into_bytes().map_err(|fault| String::from(fault).into())
    }
}

impl<T, E> EventItem<T> for Result<ServerEvent<T>, E>
where
    E: Into<Box<dyn StdError>>,
{
    fn into_piece(self) -> Result<Bytes, Box<dyn StdError>> {
        self.map_err(Into::into)?.into_piece()
    }
}
