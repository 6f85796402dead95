//! What the document says of sockets.

use schemars::JsonSchema;
use serde_json::json;

use super::answer::SocketOptions;
use super::typed::Socket;
use crate::describe::{Documented, Operation};

/// Documents the handshake of a socket.
pub fn describe_socket(operation: &mut Operation<'_>, options: SocketOptions) {
    operation.response(101, "The connection is a WebSocket from now on (RFC 6455)");
    operation.response(403, "A page of another origin has made the request").problem();
    operation.response(426, "The request does not ask for a WebSocket").problem();
    if !options.protocols.is_empty() {
        operation.extensions.insert("protocols".into(), json!(options.protocols));
    }
}

/// The messages.
impl<In: JsonSchema, Out: JsonSchema> Documented for Socket<In, Out> {
    fn document(operation: &mut Operation<'_>) {
        let Some(schemas) = &mut operation.schemas else { return };
        let (receives, sends) = (schemas.input::<In>(), schemas.output::<Out>());
        operation.extensions.insert("receives".into(), receives);
        operation.extensions.insert("sends".into(), sends);
    }
}
