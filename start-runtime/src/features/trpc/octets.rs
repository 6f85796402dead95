//! Bytes as the input of a procedure.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::web::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::StreamExt as _;

use crate::decode::BadParams;
use crate::describe::{BodyKind, Documented, Operation};
use crate::event::{APIEvent, RequestStream};
use crate::extract::OwnExtractor;
use crate::kernel::Call;
use crate::response::Problem;

/// Bytes that a client sends as `Uint8Array`, `Blob` or `File`, piece by piece: `input: trpc::OctetStream`. Together they
/// have at most [`Start::stream_limit`](crate::Start::stream_limit) bytes.
///
/// ```
/// use futures_util::StreamExt;
/// use start_runtime::trpc;
///
/// /// How many bytes came.
/// #[trpc::mutation]
/// async fn size(mut input: trpc::OctetStream) -> Result<usize, trpc::Error> {
///     let mut size = 0;
///     while let Some(piece) = input.next().await {
///         size += piece?.len();
///     }
///     Ok(size)
/// }
/// # fn main() {}
/// ```
#[derive(Debug)]
pub struct OctetStream(RequestStream);

impl OctetStream {
    /// Reads all of it into memory.
    ///
    /// # Errors
    /// Returns a 413 if there is more than the limit, and a 400 if the client breaks off.
    pub async fn bytes(mut self) -> Result<Bytes, Problem> {
        let mut all = BytesMut::new();
        while let Some(piece) = self.next().await {
            all.extend_from_slice(&piece?);
        }
        Ok(all.freeze())
    }
}

impl Stream for OctetStream {
    type Item = Result<Bytes, Problem>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(cx)
    }
}

impl OwnExtractor for OctetStream {
    async fn own_extract(call: &Call, _: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
        bad.check()?;
        Ok(Some(Self(APIEvent::new(call).request.stream())))
    }
}

impl Documented for OctetStream {
    fn document(operation: &mut Operation<'_>) {
        operation.body_of_any_type::<Bytes>(BodyKind::Bytes);
    }
}
