//! Sockets: what the function of a `#[ws_route]` has to have, and what no other function may. Decisions only.

use proc_macro2::Ident;
use quote::ToTokens as _;
use syn::{Expr, FnArg, LitStr, ReturnType, Type};

use crate::item::function::Function;
use crate::route::args::{Args, SOCKET_OPTIONS};
use crate::route::kind::Kind;
use crate::signature::bodies;
use crate::signature::guards::first_generic;
use crate::signature::types::type_text;

/// What only a socket has.
pub struct Socket {
    pub protocols: Vec<LitStr>,
    pub message_limit: Option<Expr>,
}

const ARGUMENT: &str = "the function of a WebSocket takes the socket: write an argument `socket: WebSocket`, or `socket: Socket<In, Out>` for messages in JSON";
const RETURNS: &str = "there is no answer behind the handshake of a WebSocket: return nothing, or a `Result<(), E>`, and send messages with `socket.send(…).await`";

/// Checks a function of any kind. Every mistake is added to `errors`.
pub fn check(args: &Args, kind: Kind, function: &Function, errors: &mut Vec<syn::Error>) -> Option<Socket> {
    let sockets: Vec<&Type> = sockets(function).collect();
    if kind != Kind::Socket {
        for socket in sockets.iter().filter(|socket| is_named(socket, "WebSocket")) {
            let message = format!(
                "`{}` is the argument of a function with `#[ws_route(\"/…\")]`, and this one has `#[{}]`",
                type_text(socket),
                kind.name()
            );
            errors.push(syn::Error::new_spanned(socket, message));
        }
        let socket_only = [
            args.protocols.first().map(|text| text.to_token_stream()),
            args.message_limit.as_ref().map(|limit| limit.to_token_stream()),
        ];
        for (option, name) in socket_only.into_iter().zip(SOCKET_OPTIONS) {
            let message = format!("`{name}` is an option of `#[ws_route]`, and this is `#[{}]`", kind.name());
            errors.extend(option.map(|tokens| syn::Error::new_spanned(tokens, message)));
        }
        return None;
    }
    match sockets.as_slice() {
        [_] => {}
        [] => errors.push(syn::Error::new(function.sig.ident.span(), ARGUMENT)),
        [_, more @ ..] => errors.extend(more.iter().map(|second| {
            syn::Error::new_spanned(second, "a WebSocket is taken once: `socket.split()` makes two halves of it")
        })),
    }
    if function.sig.asyncness.is_none() {
        let message = "the function of a WebSocket waits for messages: write `async fn`";
        errors.push(syn::Error::new(function.sig.fn_token.span, message));
    }
    bodies::check_none(
        "the request for a WebSocket has no body: messages come from the socket, as in `socket.next().await`",
        function,
        errors,
    );
    check_return(function, errors);
    check_options(args, errors);
    Some(Socket { protocols: args.protocols.clone(), message_limit: args.message_limit.clone() })
}

/// The arguments that are sockets by their spelling: an alias is not seen here.
fn sockets(function: &Function) -> impl Iterator<Item = &Type> {
    function.sig.inputs.iter().filter_map(|argument| match argument {
        FnArg::Typed(argument) if is_named(&argument.ty, "WebSocket") || is_named(&argument.ty, "Socket") => {
            Some(&*argument.ty)
        }
        _ => None,
    })
}

fn is_named(ty: &Type, name: &str) -> bool {
    last(ty).is_some_and(|last| last == name)
}

fn last(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| &last.ident),
        Type::Paren(inner) => last(&inner.elem),
        Type::Group(inner) => last(&inner.elem),
        _ => None,
    }
}

/// Nothing, or a `Result` of nothing; the compiler looks into an alias.
fn check_return(function: &Function, errors: &mut Vec<syn::Error>) {
    let ReturnType::Type(_, ty) = &function.sig.output else { return };
    let is_nothing = |ty: &Type| matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty());
    let is_result = last(ty).is_some_and(|last| last.to_string().ends_with("Result"));
    let is_good = match first_generic(ty) {
        _ if is_nothing(ty) => true,
        Some(value) if is_result => is_nothing(value),
        None => is_result,
        Some(_) => false,
    };
    if !is_good && !matches!(&**ty, Type::Never(_) | Type::Macro(_)) {
        errors.push(syn::Error::new_spanned(ty, RETURNS));
    }
}

fn check_options(args: &Args, errors: &mut Vec<syn::Error>) {
    if let Some((_, span)) = args.status {
        errors.push(syn::Error::new(span, "the status of a WebSocket is 101: leave `status` out"));
    }
    if let Some(limit) = &args.body_limit {
        errors.push(syn::Error::new_spanned(limit, "a WebSocket has messages and no body: write `message_limit`"));
    }
    let is_token = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
    };
    for (index, protocol) in args.protocols.iter().enumerate() {
        let text = protocol.value();
        if !is_token(&text) {
            let message = "the name of a protocol is a token (RFC 6455, section 4.1): letters, digits, and signs such as `.` and `-`, without spaces";
            errors.push(syn::Error::new(protocol.span(), message));
        } else if args.protocols[..index].iter().any(|earlier| earlier.value() == text) {
            errors.push(syn::Error::new(protocol.span(), format!("`{text}` is written twice")));
        }
    }
}
