// examples/auth as a process, and a browser without pages that asks it.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

/** A port that nobody has at the moment. */
export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts the program for an issuer. `log()` is what it has logged since it was asked last. */
export async function start(program, issuer, port, more = {}) {
  const env = { ...process.env, ...more, OIDC_ISSUER: issuer, PORT: String(port), RUST_LOG: 'start_runtime::oidc=info', NO_COLOR: '1' };
  const child = spawn(program, [], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  process.on('exit', () => child.kill());
  let out = '';
  let log = '';
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (log += data));
  for (let tries = 0; !out.includes('Listening on') && tries < 200; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the program ended: ${log}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    base: `http://127.0.0.1:${port}`,
    stop: () => child.kill(),
    /** What was logged: the pipe may be a little behind the answer. */
    async log() {
      await new Promise((resolve) => setTimeout(resolve, 30));
      const text = log;
      log = '';
      return text;
    },
  };
}

/** Keeps cookies by name, as far as a test needs it. */
export class Browser {
  jar = new Map();

  constructor(base) {
    this.base = base;
  }

  async ask(path, { method = 'GET', headers = {} } = {}) {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(new URL(path, this.base), {
      method,
      redirect: 'manual',
      headers: { ...(cookie && { cookie }), ...headers },
    });
    const set = answer.headers.getSetCookie();
    for (const line of set) {
      const [pair] = line.split(';');
      const at = pair.indexOf('=');
      if (/; Max-Age=0/i.test(line)) this.jar.delete(pair.slice(0, at));
      else this.jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const text = await answer.text();
    return { status: answer.status, location: answer.headers.get('location'), headers: answer.headers, set, text };
  }

  /** Begins to sign in. Returns what the provider would be asked. */
  async login(query = '') {
    const answer = await this.ask(`/api/auth/login${query}`);
    if (answer.status !== 302) throw new Error(`${answer.status} ${answer.text}`);
    return { ...Object.fromEntries(new URL(answer.location).searchParams), answer };
  }

  callback(params) {
    return this.ask(`/api/auth/callback?${new URLSearchParams(params)}`);
  }

  attempts() {
    return [...this.jar.keys()].filter((name) => name.startsWith('sign-in-'));
  }
}
