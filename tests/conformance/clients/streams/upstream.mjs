// An upstream by hand: it reads requests byte for byte, and answers as each check says, well or badly.

import net from 'node:net';

/** Listens at a port. `answer` is asked for each request: `async (connection, request) => …`. */
export class Upstream {
  #server;
  connections = new Set();
  /** How many connections were ever made. */
  made = 0;
  answer = (connection) => connection.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');

  constructor(port) {
    this.port = port;
  }

  start() {
    this.#server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.made += 1;
      const connection = new Connection(socket, this);
      this.connections.add(connection);
      socket.on('close', () => this.connections.delete(connection));
    });
    return new Promise((resolve, reject) => {
      this.#server.on('error', reject);
      this.#server.listen(this.port, '127.0.0.1', resolve);
    });
  }

  /** Goes away, with all connections. */
  stop() {
    for (const { socket } of this.connections) socket.destroy();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  /** Answers requests this way, and returns the next one with the connection that it came on. */
  next(answer) {
    return new Promise((resolve) => {
      this.answer = (connection, request) => {
        resolve({ connection, request });
        return answer(connection, request);
      };
    });
  }
}

class Connection {
  #buffer = Buffer.alloc(0);
  #wake = [];
  #running = false;
  /** `open`, `ended` (FIN) or `broken`. */
  end = 'open';
  requests = 0;

  constructor(socket, upstream) {
    this.socket = socket;
    this.upstream = upstream;
    this.closed = new Promise((resolve) => (this.close = resolve));
    socket.on('data', (data) => {
      this.#buffer = Buffer.concat([this.#buffer, data]);
      this.#news();
    });
    socket.on('end', () => {
      if (this.end === 'open') this.end = 'ended';
      this.close(Date.now());
      this.#news();
      if (!this.#running) socket.end();
    });
    socket.on('error', () => {
      this.end = 'broken';
      this.close(Date.now());
      this.#news();
    });
    socket.on('close', () => {
      if (this.end === 'open') this.end = 'closed';
      this.close(Date.now());
      this.#news();
    });
  }

  async #news() {
    this.#wake.splice(0).forEach((wake) => wake());
    if (this.#running) return;
    this.#running = true;
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end < 0) break;
      const head = this.#buffer.subarray(0, end).toString('latin1');
      this.#buffer = this.#buffer.subarray(end + 4);
      const [line, ...fields] = head.split('\r\n');
      const [method, target, version] = line.split(' ');
      const pairs = fields.map((field) => [field.split(':')[0].toLowerCase(), field.slice(field.indexOf(':') + 1).trim()]);
      this.requests += 1;
      await this.upstream.answer(this, new Sent({ method, target, version, head, pairs }, this));
    }
    this.#running = false;
    if (this.end === 'ended') this.socket.end();
  }

  /** Waits for so many bytes; fewer if the other side ends. */
  async take(length) {
    while (this.#buffer.length < length && this.end === 'open') await new Promise((wake) => this.#wake.push(wake));
    const taken = this.#buffer.subarray(0, length);
    this.#buffer = this.#buffer.subarray(taken.length);
    return taken;
  }

  /** Whatever is there, at least one byte unless the other side ends. */
  async some() {
    while (this.#buffer.length === 0 && this.end === 'open') await new Promise((wake) => this.#wake.push(wake));
    return this.take(this.#buffer.length);
  }

  async line() {
    while (!this.#buffer.includes('\r\n') && this.end === 'open') await new Promise((wake) => this.#wake.push(wake));
    const end = this.#buffer.indexOf('\r\n');
    if (end < 0) return undefined;
    return (await this.take(end + 2)).toString('latin1').trim();
  }

  send(bytes) {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }
}

/** A request as it came. */
class Sent {
  constructor(parts, connection) {
    Object.assign(this, parts);
    this.connection = connection;
  }

  all(name) {
    return this.pairs.filter(([known]) => known === name).map(([, value]) => value);
  }

  get(name) {
    return this.all(name)[0];
  }

  names() {
    return this.pairs.map(([name]) => name);
  }

  /** Reads the body: `{ bytes, complete, chunked }`. */
  async body() {
    const length = this.get('content-length');
    if (length !== undefined) {
      const bytes = await this.connection.take(Number(length));
      return { bytes, complete: bytes.length === Number(length), chunked: false };
    }
    if (this.get('transfer-encoding') === undefined) return { bytes: Buffer.alloc(0), complete: true, chunked: false };
    const pieces = [];
    for (;;) {
      const line = await this.connection.line();
      if (line === undefined) return { bytes: Buffer.concat(pieces), complete: false, chunked: true };
      const size = parseInt(line, 16);
      const piece = await this.connection.take(size);
      pieces.push(piece);
      if (piece.length < size || (await this.connection.line()) === undefined) {
        return { bytes: Buffer.concat(pieces), complete: false, chunked: true };
      }
      if (size === 0) return { bytes: Buffer.concat(pieces), complete: true, chunked: true };
    }
  }
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
