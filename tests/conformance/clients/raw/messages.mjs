// Pieces of messages that the cases are made of.

/** A request without headers but Host; the empty line is to follow. */
export const GET = 'GET /api/hello HTTP/1.1\r\nHost: x\r\n';
export const POST = 'POST /api/echo HTTP/1.1\r\nHost: x\r\n';

/** A whole request. */
export const HELLO = `${GET}\r\n`;

/** A request whose answer tells that it was answered. */
export const SMUGGLED = 'GET /api/cookies HTTP/1.1\r\nHost: x\r\nCookie: smuggled=1\r\n\r\n';

/** A request with this line in place of the request line. */
export const line = (text) => `${text}\r\nHost: x\r\n\r\n`;

/** A request with one more header line. */
export const header = (text) => `${GET}${text}\r\n\r\n`;

/** A request with this line in place of Host. */
export const host = (text) => `GET /api/hello HTTP/1.1\r\n${text}\r\n\r\n`;

/** Five bytes behind this Content-Length. */
export const length = (value, body = 'hello') => `${POST}Content-Length: ${value}\r\n\r\n${body}`;

/** A chunked body behind these header lines. */
export const coding = (lines, body = '5\r\nhello\r\n0\r\n\r\n') => `${POST}${lines}\r\n\r\n${body}`;

/** A chunked body as it is. */
export const chunked = (body) => coding('Transfer-Encoding: chunked', body);

/** What a refusal is beside its status: a problem, and the last answer. */
export const refusal = { end: 'closed', headers: { 'content-type': /^application\/problem\+json/, connection: /^close$/ } };
