// One request by node:http, which sends any field, several times if need be, and from any address of the loopback.

import http from 'node:http';

/** `fields` is a list of pairs. The answer has its fields as a list of pairs with names in lower case. */
export function ask(base, method, path, fields = [], { body, from } = {}) {
  const { hostname, port } = new URL(base);
  const all = [...fields];
  if (body !== undefined) all.push(['content-length', String(Buffer.byteLength(body))]);
  if (!all.some(([name]) => name.toLowerCase() === 'host')) all.push(['host', `${hostname}:${port}`]);
  return new Promise((resolve, reject) => {
    const options = { hostname, port, method, path, headers: all.flat(), agent: false, localAddress: from };
    const request = http.request(options, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => {
        const pairs = [];
        for (let at = 0; at < answer.rawHeaders.length; at += 2) {
          pairs.push([answer.rawHeaders[at].toLowerCase(), answer.rawHeaders[at + 1]]);
        }
        const text = Buffer.concat(chunks).toString();
        const get = (name) => pairs.filter(([known]) => known === name).map(([, value]) => value).join(', ') || undefined;
        resolve({ status: answer.statusCode, pairs, text, get, json: () => JSON.parse(text) });
      });
      answer.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Whether an answer is a problem with this status that shows nothing of the inside. */
export function isProblem(answer, status) {
  return (
    answer.status === status &&
    answer.get('content-type') === 'application/problem+json' &&
    JSON.parse(answer.text).status === status &&
    !answer.text.includes('boom-secret')
  );
}
