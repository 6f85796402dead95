// A WebSocket by hand: the handshake as text, frames byte for byte.

import { createHash } from 'node:crypto';
import net from 'node:net';

export const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** The head of a request. `changes` replace headers by their names; null leaves one out, a list sends several. */
export function handshake(port, path, changes = {}, line = `GET ${path} HTTP/1.1`) {
  const headers = {
    Host: `127.0.0.1:${port}`,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': KEY,
    ...changes,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    (value === null ? [] : [value].flat()).map((one) => `${name}: ${one}\r\n`),
  );
  return `${line}\r\n${lines.join('')}\r\n`;
}

/**
 * A frame of a client: `first` is its first byte. `options.mask` is false for none, `options.length` writes another length,
 * `options.width` in another way (0, 2 or 8 bytes).
 */
export function frame(first, payload = '', { mask = true, length, width } = {}) {
  const bytes = Buffer.from(payload);
  const said = length ?? bytes.length;
  width ??= said < 126 ? 0 : said < 65536 ? 2 : 8;
  const head = Buffer.alloc(2 + width);
  head[0] = first;
  head[1] = (mask ? 0x80 : 0) | (width === 0 ? said : width === 2 ? 126 : 127);
  if (width === 2) head.writeUInt16BE(said, 2);
  if (width === 8) head.writeBigUInt64BE(BigInt(said), 2);
  if (!mask) return Buffer.concat([head, bytes]);
  return Buffer.concat([head, MASK, bytes.map((byte, index) => byte ^ MASK[index % 4])]);
}

export const text = (payload) => frame(0x81, payload);
export const binary = (payload) => frame(0x82, payload);
export const close = (code, reason = '') => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(code);
  return frame(0x88, Buffer.concat([bytes, Buffer.from(reason)]));
};

/** A connection whose frames are taken one after the other. */
export class Raw {
  constructor(port, options = {}) {
    this.port = port;
    this.bytes = Buffer.alloc(0);
    this.state = 'open';
    this.waiting = [];
    this.opened = Date.now();
    this.socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true, ...options });
    this.socket.on('data', (data) => {
      this.bytes = Buffer.concat([this.bytes, data]);
      this.wake();
    });
    this.socket.on('end', () => this.over('closed'));
    this.socket.on('error', () => this.over('reset'));
    this.socket.on('close', () => this.over('closed'));
  }

  over(state) {
    if (this.state === 'open') {
      this.state = state;
      this.ended = Date.now();
    }
    this.wake();
  }

  wake() {
    for (const wake of this.waiting.splice(0)) wake();
  }

  send(...pieces) {
    if (this.socket.writable) this.socket.write(Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'latin1'))));
    return this;
  }

  /** Waits until `found` returns something, the connection is over or the time is. */
  async until(found, ms = 3000) {
    const end = Date.now() + ms;
    for (;;) {
      const value = found();
      if (value !== undefined) return value;
      const left = end - Date.now();
      if (left <= 0 || this.state !== 'open') return undefined;
      await Promise.race([new Promise((wake) => this.waiting.push(wake)), pause(left)]);
    }
  }

  /** The head of the answer, with lower-case names; what comes behind it stays. */
  async head(ms) {
    const end = await this.until(() => {
      const at = this.bytes.indexOf('\r\n\r\n');
      return at < 0 ? undefined : at;
    }, ms);
    if (end === undefined) return { status: this.state };
    const [line, ...lines] = this.bytes.subarray(0, end).toString('latin1').split('\r\n');
    this.bytes = this.bytes.subarray(end + 4);
    const headers = {};
    for (const header of lines) {
      const [name, ...value] = header.split(':');
      const key = name.toLowerCase();
      headers[key] = key in headers ? `${headers[key]}, ${value.join(':').trim()}` : value.join(':').trim();
    }
    return { status: Number(line.split(' ')[1]), headers };
  }

  /** Opens a socket. `behind` comes in the same segment. */
  async open(path, changes = {}, behind = []) {
    this.send(handshake(this.port, path, changes), ...behind);
    const head = await this.head();
    if (head.status !== 101) throw new Error(`${path}: ${head.status}`);
    return this;
  }

  /** The next frame as text: `text hi`, `binary 00ff`, `close 1000 reason`, `ping …`; or how the connection has ended. */
  async frame(ms) {
    const found = await this.until(() => {
      if (this.bytes.length < 2) return undefined;
      let [start, length] = [2, this.bytes[1] & 0x7f];
      if (this.bytes[1] & 0x80) return { first: this.bytes[0], payload: Buffer.from('MASKED') };
      if (length === 126) {
        if (this.bytes.length < 4) return undefined;
        [start, length] = [4, this.bytes.readUInt16BE(2)];
      } else if (length === 127) {
        if (this.bytes.length < 10) return undefined;
        [start, length] = [10, Number(this.bytes.readBigUInt64BE(2))];
      }
      if (this.bytes.length < start + length) return undefined;
      const payload = this.bytes.subarray(start, start + length);
      const first = this.bytes[0];
      this.bytes = this.bytes.subarray(start + length);
      return { first, payload };
    }, ms);
    if (!found) return this.state === 'open' ? 'nothing' : this.state;
    const { first, payload } = found;
    this.last = payload;
    if (!(first & 0x80)) return `fragment ${first & 15}`;
    if (first & 0x70) return `reserved bits ${first}`;
    switch (first & 0x0f) {
      case 1:
        return payload.length > 200 ? `text of ${payload.length}` : `text ${payload}`;
      case 2:
        return payload.length > 100 ? `binary of ${payload.length}` : `binary ${payload.toString('hex')}`;
      case 8:
        return payload.length === 0 ? 'close' : `close ${payload.readUInt16BE(0)}`;
      case 9:
        return `ping`;
      case 10:
        return `pong ${payload}`;
      default:
        return `opcode ${first & 15}`;
    }
  }

  /** The next frame that is no ping of the server; pings are answered. */
  async message(ms) {
    for (;;) {
      const found = await this.frame(ms);
      if (found !== 'ping') return found;
      this.send(frame(0x8a, this.last));
    }
  }

  /** Messages up to the end of the connection or a pause. */
  async rest(ms = 3000) {
    const all = [];
    for (;;) {
      const next = await this.message(ms);
      all.push(next);
      if (['nothing', 'closed', 'reset'].includes(next)) return all.join(', ');
    }
  }

  /** How long until the server has ended its side, in milliseconds from now. */
  async timeToEnd(most) {
    const from = Date.now();
    await this.until(() => undefined, most);
    return this.state === 'open' ? Infinity : Math.max(0, this.ended - from);
  }

  end() {
    this.socket.end();
    return this;
  }

  destroy() {
    this.socket.destroy();
  }

  reset() {
    this.socket.resetAndDestroy();
  }
}

export const accept = (key) =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
