//! An answer on its way back to its connection: whether that goes on, and when the answer is complete.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_http::{ConnectionType, Request, Response, Version};
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;

use super::connection::{Connection, OpenRequest};

/// What is known of the connection of a request; a fetched request has none.
pub struct Wire {
    open: OpenRequest,
    is_1_0: bool,
    asks_for_upgrade: bool,
}

impl Wire {
    pub fn of(request: &Request) -> Option<Self> {
        let connection = request.conn_data::<Rc<Connection>>()?.clone();
        let head = request.head();
        Some(Self {
            open: OpenRequest::new(connection),
            is_1_0: head.version < Version::HTTP_11,
            asks_for_upgrade: head.upgrade(),
        })
    }

    pub fn connection(&self) -> &Rc<Connection> {
        self.open.connection()
    }

    /// Closes the connection where it cannot go on, and says so.
    fn settle(&self, response: &mut Response<BoxBody>) {
        // HTTP/1.0 knows no chunks: the end of the connection is the end of the body (RFC 9112, 6.1).
        let ends_with_connection = self.is_1_0 && response.body().size() == BodySize::Stream;
        let head = response.head_mut();
        if head.upgrade() {
            self.connection().upgrade();
            return;
        }
        if ends_with_connection {
            head.no_chunking(true);
        }
        let connection = self.connection();
        let is_last = connection.is_given_up() || connection.stopping().since().is_some();
        if ends_with_connection || self.asks_for_upgrade || is_last {
            head.set_connection_type(ConnectionType::Close);
        }
    }
}

/// The body of an answer. When it is dropped, the answer is complete.
pub struct Answer {
    body: BoxBody,
    _open: Option<OpenRequest>,
}

impl Answer {
    /// A response on its way to a connection; without one it stays as it is.
    pub fn through(wire: Option<Wire>, mut response: Response<BoxBody>) -> Response<Self> {
        if let Some(wire) = &wire {
            wire.settle(&mut response);
        }
        response.map_body(|_, body| Self { body, _open: wire.map(|wire| wire.open) })
    }
}

impl MessageBody for Answer {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.body.as_pin_mut().poll_next(cx)
    }
}
