//! The codes of tRPC's errors.

use std::fmt;
use std::str::FromStr;

use actix_web::http::StatusCode;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $key:literal $number:literal $status:literal;)*) => {
        /// What went wrong, as tRPC knows it: each code has a key, a JSON-RPC 2.0 number and an HTTP status.
        ///
        /// ```
        /// use start_runtime::trpc::Code;
        ///
        /// let code: Code = "NOT_FOUND".parse().unwrap();
        /// assert_eq!((code, code.number(), code.status().as_u16()), (Code::NotFound, -32004, 404));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// All codes, in the order of tRPC's table.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The key, such as `NOT_FOUND`.
            pub const fn key(self) -> &'static str {
                match self {
                    $(Self::$name => $key,)*
                }
            }

            /// The number of JSON-RPC 2.0, such as -32004.
            pub const fn number(self) -> i32 {
                match self {
                    $(Self::$name => $number,)*
                }
            }

            const fn http(self) -> u16 {
                match self {
                    $(Self::$name => $status,)*
                }
            }
        }
    };
}

codes! {
    /// The server received what is not JSON: 400.
    ParseError "PARSE_ERROR" -32700 400;
    /// The input is invalid: 400.
    BadRequest "BAD_REQUEST" -32600 400;
    /// Something that the client cannot help: 500.
    InternalServerError "INTERNAL_SERVER_ERROR" -32603 500;
    /// The server cannot do this yet: 501.
    NotImplemented "NOT_IMPLEMENTED" -32603 501;
    /// A server behind this one failed: 502.
    BadGateway "BAD_GATEWAY" -32603 502;
    /// Try again later: 503.
    ServiceUnavailable "SERVICE_UNAVAILABLE" -32603 503;
    /// A server behind this one took too long: 504.
    GatewayTimeout "GATEWAY_TIMEOUT" -32603 504;
    /// The client has not said who it is: 401.
    Unauthorized "UNAUTHORIZED" -32001 401;
    /// Something has to be paid: 402.
    PaymentRequired "PAYMENT_REQUIRED" -32002 402;
    /// The client is known, and may not do this: 403.
    Forbidden "FORBIDDEN" -32003 403;
    /// There is no such thing: 404.
    NotFound "NOT_FOUND" -32004 404;
    /// The procedure is not called by this method: 405.
    MethodNotSupported "METHOD_NOT_SUPPORTED" -32005 405;
    /// The client took too long: 408.
    Timeout "TIMEOUT" -32008 408;
    /// The request conflicts with the current state: 409.
    Conflict "CONFLICT" -32009 409;
    /// A condition of the request is not met: 412.
    PreconditionFailed "PRECONDITION_FAILED" -32012 412;
    /// The request is too large: 413.
    PayloadTooLarge "PAYLOAD_TOO_LARGE" -32013 413;
    /// The request, or what the client takes, has the wrong format: 415.
    UnsupportedMediaType "UNSUPPORTED_MEDIA_TYPE" -32015 415;
    /// Understood, and impossible: 422.
    UnprocessableContent "UNPROCESSABLE_CONTENT" -32022 422;
    /// The request lacks a condition: 428.
    PreconditionRequired "PRECONDITION_REQUIRED" -32028 428;
    /// Too many requests, or too many streams: 429.
    TooManyRequests "TOO_MANY_REQUESTS" -32029 429;
    /// The client has gone: 499.
    ClientClosedRequest "CLIENT_CLOSED_REQUEST" -32099 499;
}

impl Code {
    /// The HTTP status, such as 404.
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.http()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The code for an HTTP status. One that has none of its own becomes `BAD_REQUEST`, or `INTERNAL_SERVER_ERROR` if it
    /// is not a 4xx.
    pub fn of_status(status: StatusCode) -> Self {
        let number = status.as_u16();
        let others = || Self::ALL.iter().copied().filter(|code| *code != Self::ParseError);
        others().find(|code| code.http() == number).unwrap_or(if status.is_client_error() {
            Self::BadRequest
        } else {
            Self::InternalServerError
        })
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// The error for a text that is no key of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownCode;

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no code of tRPC, such as NOT_FOUND")
    }
}

impl std::error::Error for UnknownCode {}

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(key: &str) -> Result<Self, UnknownCode> {
        Self::ALL.iter().copied().find(|code| code.key() == key).ok_or(UnknownCode)
    }
}
