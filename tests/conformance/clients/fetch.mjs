// HTTP by clients that people use: fetch, and undici with pipelining.

import { Client, fetch } from 'undici';
import { check } from './check.mjs';

export async function run(base) {
  const hello = await fetch(`${base}/api/hello`);
  check('GET status', hello.status, 200);
  check('GET content type', hello.headers.get('content-type'), 'application/json');
  check('GET body', await hello.json(), { message: 'Hello World' });

  const head = await fetch(`${base}/api/hello`, { method: 'HEAD' });
  check('HEAD length', head.headers.get('content-length'), hello.headers.get('content-length'));
  check('HEAD body', await head.text(), '');

  for (const [type, body] of [
    ['text/plain; charset=utf-8', 'größe'],
    ['application/json', '{"a":[1,2]}'],
    ['application/octet-stream', new Uint8Array([0, 1, 2, 255])],
    ['text/plain', ''],
  ]) {
    const echo = await fetch(`${base}/api/echo`, { method: 'POST', headers: { 'content-type': type }, body });
    check(`echo type ${type}`, echo.headers.get('content-type'), type);
    check(`echo body ${type}`, [...new Uint8Array(await echo.arrayBuffer())], [...Buffer.from(body)]);
  }

  const stream = new ReadableStream({
    async start(controller) {
      for (const text of ['a', 'bc', 'def']) {
        controller.enqueue(new TextEncoder().encode(text));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      controller.close();
    },
  });
  const streamed = await fetch(`${base}/api/echo`, { method: 'POST', body: stream, duplex: 'half', headers: { 'content-type': 'text/plain' } });
  check('a chunked body', await streamed.text(), 'abcdef');

  const cookies = await fetch(`${base}/api/cookies`, { headers: { cookie: 'a=1; b=two%20words; c="q"; broken; =x' } });
  check('cookies', (await cookies.json()).b, 'two words');

  const client = new Client(base, { pipelining: 8 });
  const answers = await Promise.all(
    Array.from({ length: 64 }, async (_, index) => {
      const { statusCode, body } = await client.request({ path: '/api/echo', method: 'POST', body: `n${index}`, headers: { 'content-type': 'text/plain' }, idempotent: true });
      return `${statusCode} ${await body.text()}`;
    }),
  );
  check('64 pipelined requests', answers, answers.map((_, index) => `200 n${index}`));
  await client.close();

  const missing = await fetch(`${base}/api/nothing`);
  check('404', [missing.status, missing.headers.get('content-type')], [404, 'application/problem+json']);
  const refused = await fetch(`${base}/api/hello`, { method: 'DELETE' });
  check('405', [refused.status, refused.headers.get('allow')], [405, 'GET, HEAD, OPTIONS']);
}
