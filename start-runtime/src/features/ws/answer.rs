//! What generated code calls for a socket: the handshake, then the arguments, then the 101; the handler runs behind it.

use actix_web::{HttpMessage as _, HttpRequest};
use tracing::Instrument as _;

use super::connection::{Connection, Limits};
use super::handshake::{self, upgrade_required};
use super::settings::Sockets;
use super::shared::Shared;
use super::socket::WebSocket;
use super::task::Task;
use super::typed::Socket;
use crate::adapter::{Answer, Fail, Invoke, Probe, Read, Respond, SplitValue, TakeStatus, read_by};
use crate::base::panic::catch;
use crate::decode::BadParams;
use crate::extract::OwnExtractor;
use crate::http::RequestId;
use crate::kernel::{Call, HandlerFuture};
use crate::response::{Outcome, Problem};
use crate::transport::Upgrade;

/// What the attribute says.
#[derive(Clone, Copy, Debug)]
pub struct SocketOptions {
    pub protocols: &'static [&'static str],
    pub message_limit: Option<usize>,
}

/// In the extensions of a request that becomes a socket: what its argument is made of.
struct Opening(Shared, Option<&'static str>);

/// Answers a call with a socket. Nothing is read before the handshake is judged, and the handler is called once the 101 has
/// gone out.
pub fn run_socket<R, F, S, V, L, E, K>(
    call: Call,
    options: SocketOptions,
    mut readers: R,
    function: F,
    answer: Answer<S, V, L, E, K>,
) -> HandlerFuture
where
    R: Read + 'static,
    R::Value: 'static,
    F: Invoke<R::Value, Output: Future> + 'static,
    S: SplitValue<<F::Output as Future>::Output> + 'static,
    V: TakeStatus<S::Value> + 'static,
    L: Respond<V::Value> + 'static,
    E: TakeStatus<S::Error> + 'static,
    K: Fail<E::Ordered> + 'static,
{
    Box::pin(async move {
        let (opening, response) = match open(&call, options) {
            Ok(open) => open,
            Err(problem) => return problem.into(),
        };
        let arguments = match read_by(&mut readers, &call).await {
            Ok(arguments) => arguments,
            Err(refusal) => return refusal,
        };
        let upgrade = call.http().extensions_mut().remove::<Upgrade>();
        let Some(upgrade) = upgrade else {
            return upgrade_required("a WebSocket needs a connection, and this request came without one").into();
        };
        let inside = call.clone();
        let handler = Box::pin(async move {
            let value = function.invoke(arguments).await;
            answer.outcome(value, &inside)
        });
        let span = tracing::info_span!(target: "start_runtime::access", parent: None, "socket", id = RequestId::of(call.http()).text());
        span.follows_from(tracing::Span::current());
        let task = async move {
            // The client may be gone, and middleware may have answered something else.
            let Ok(tunnel) = upgrade.await else { return };
            let app = &call.exchange().worker.app;
            let limits = Limits { message: message_limit(&call, options), write_timeout: app.timeouts.write };
            let connection = Connection::new(tunnel, opening.clone(), limits, app.stopping.begun());
            Task::new(handler, connection, opening, call).await;
        };
        match catch(|| actix_web::rt::spawn(task.instrument(span))) {
            Ok(_) => Outcome::Response(response.into()),
            Err(reason) => Problem::internal(reason).into(),
        }
    })
}

/// Judges the handshake, and prepares what the argument is made of.
fn open(call: &Call, options: SocketOptions) -> Result<(Shared, crate::response::Response), Problem> {
    let app = &call.exchange().worker.app;
    let default = Sockets::new();
    let sockets = app.state.get::<Sockets>().unwrap_or(&default);
    let handshake = handshake::judge(call.http(), sockets, options.protocols)?;
    let shared = Shared::new((sockets.ping_every, sockets.ping_timeout));
    call.http().extensions_mut().insert(Opening(shared.clone(), handshake.protocol));
    Ok((shared, handshake.response()))
}

fn message_limit(call: &Call, options: SocketOptions) -> usize {
    let settings = call.exchange().worker.app.state.get::<Sockets>();
    options
        .message_limit
        .unwrap_or_else(|| settings.map_or_else(|| Sockets::new().message_limit, |set| set.message_limit))
}

fn socket(http: &HttpRequest) -> Result<WebSocket, Problem> {
    let opening = http.extensions_mut().remove::<Opening>();
    let Opening(shared, protocol) = opening
        .ok_or_else(|| Problem::internal("a `WebSocket` is the argument of a function with `#[ws_route]`, once"))?;
    Ok(WebSocket::new(shared, protocol))
}

impl OwnExtractor for WebSocket {
    async fn own_extract(call: &Call, _: &'static str, _: &mut BadParams) -> Result<Option<Self>, Problem> {
        socket(call.http()).map(Some)
    }
}

impl<In, Out> OwnExtractor for Socket<In, Out> {
    async fn own_extract(call: &Call, _: &'static str, _: &mut BadParams) -> Result<Option<Self>, Problem> {
        socket(call.http()).map(|socket| Some(Self::new(socket)))
    }
}

/// What the handler of a socket returns, or has in its `Result`.
#[diagnostic::on_unimplemented(
    message = "the handler of a WebSocket cannot return `{Self}`",
    label = "there is no answer behind the handshake: return nothing, or a `Result<(), E>`",
    note = "send it with `socket.send(…).await`"
)]
pub trait SocketReturn {}

impl SocketReturn for () {}

/// Refuses other types.
pub fn checked_end<T: SocketReturn>(_: &Probe<T>) {}
