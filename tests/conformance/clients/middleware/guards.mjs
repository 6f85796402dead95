// A guard answers before the body is read.

import net from 'node:net';

import { check } from '../check.mjs';

/** What a server sends to this head, until it is quiet or has sent a final answer. */
function statuses(base, head, body) {
  const { hostname, port } = new URL(base);
  return new Promise((resolve) => {
    const socket = net.connect(Number(port), hostname, () => socket.write(head));
    let received = '';
    let isSent = false;
    const done = () => {
      socket.destroy();
      resolve([...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status)));
    };
    socket.setTimeout(5000, done);
    socket.on('error', done);
    socket.on('close', done);
    socket.on('data', (data) => {
      received += data;
      if (!isSent && received.includes(' 100 ')) {
        isSent = true;
        socket.write(body);
      } else if (/HTTP\/1\.1 [2-5]\d\d.*\r\n\r\n/s.test(received)) done();
    });
  });
}

export async function run(base) {
  const url = `${base}/mw/guard/user`;
  for (const [authorization, status] of [
    ['Bearer good', 200],
    ['bearer good', 200],
    ['BEARER good', 200],
    ['Bearer weak', 403],
    ['Bearer Good', 401],
    ['Bearer bad', 401],
    ['Bearer', 401],
    ['Bearer good good', 401],
    ['Basic Z29vZDpnb29k', 401],
    ['good', 401],
    ['', 401],
    ['Bearer good,', 401],
    ['Bearer "good"', 401],
    ['Bearergood', 401],
    ['Bearer=good', 401],
    ['Bearer goodness', 401],
    ['bEaReR weak', 403],
    ['Bearer WEAK', 401],
    ['Digest good', 401],
    [undefined, 401],
  ]) {
    for (const method of ['GET', 'HEAD', 'POST']) {
      const headers = authorization === undefined ? {} : { authorization };
      const answer = await fetch(url, { method, headers, ...(method === 'POST' && { body: 'hello' }) });
      const text = await answer.text();
      const name = `${method} ${authorization}`;
      check(`${name}: status`, answer.status, status);
      check(`${name}: wants Bearer`, /^Bearer( |$)/.test(answer.headers.get('www-authenticate') ?? ''), status === 401);
      const type = status === 200 ? 'application/json' : 'application/problem+json';
      check(`${name}: type`, answer.headers.get('content-type'), type);
      if (method === 'HEAD') check(`${name}: no body`, text, '');
      else if (status !== 200) check(`${name}: problem`, JSON.parse(text).status, status);
      else check(`${name}: who`, JSON.parse(text), method === 'GET' ? { user: 'good' } : { user: 'good', bytes: 5 });
    }
  }

  for (const [method, status] of [['PUT', 405], ['DELETE', 405], ['OPTIONS', 204]]) {
    for (const authorization of ['Bearer good', 'Bearer bad']) {
      const answer = await fetch(url, { method, headers: { authorization } });
      check(`${method} ${authorization}`, [answer.status, answer.headers.get('allow')], [status, 'GET, HEAD, POST, OPTIONS']);
    }
  }
  for (const size of [0, 1, 65_536, 2_097_153, 10 * 1024 * 1024]) {
    for (const type of ['text/plain', 'application/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const answer = await fetch(url, { method: 'POST', headers: { authorization: 'Bearer good', 'content-type': type }, body: new Uint8Array(size) });
      check(`${size} bytes of ${type}`, [answer.status, await answer.json()], [200, { user: 'good', bytes: size }]);
    }
    for (const [token, status] of [['weak', 403], ['bad', 401]]) {
      const answer = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: new Uint8Array(size) });
      check(`${size} bytes of ${token}`, [answer.status, (await answer.json()).status], [status, status]);
    }
  }
  const pieces = new ReadableStream({
    start(controller) {
      for (let piece = 0; piece < 10; piece += 1) controller.enqueue(new Uint8Array(100_000));
      controller.close();
    },
  });
  const chunked = await fetch(url, { method: 'POST', headers: { authorization: 'Bearer good' }, body: pieces, duplex: 'half' });
  check('in pieces', await chunked.json(), { user: 'good', bytes: 1_000_000 });

  const large = await fetch(url, {
    method: 'POST',
    headers: { authorization: 'Bearer good' },
    body: new Uint8Array(10_000_000),
  });
  check('10 MB', await large.json(), { user: 'good', bytes: 10_000_000 });

  for (const [token, expect, length, expected] of [
    ['bad', true, 5, [401]],
    ['weak', true, 5, [403]],
    ['good', true, 5, [100, 200]],
    ['', true, 5, [401]],
    ['bad', true, 10_000_000, [401]],
    ['good', '100-Continue', 5, [100, 200]],
    ['weak', '100-CONTINUE', 5, [403]],
    // A body that was announced and does not come.
    ['bad', false, 1_000_000, [401]],
    ['weak', false, 1_000_000, [403]],
  ]) {
    const head = [
      'POST /mw/guard/user HTTP/1.1',
      'Host: a',
      `Authorization: Bearer ${token}`,
      `Content-Length: ${length}`,
      ...(expect ? [`Expect: ${expect === true ? '100-continue' : expect}`] : []),
    ];
    const name = `${token}, ${expect ? 'with' : 'without'} Expect, ${length} bytes`;
    check(name, await statuses(base, `${head.join('\r\n')}\r\n\r\n`, 'hello'), expected);
  }
}
