// One request, with exactly these headers: `fetch` adds some, and unpacks what it gets.

import http from 'node:http';

/** `options.local` is the address that the client comes from. */
export function ask(base, path, { method = 'GET', headers = {}, body, local } = {}) {
  return new Promise((resolve, reject) => {
    const options = { method, headers, localAddress: local, agent: false };
    const request = http.request(base + path, options, (answer) => {
      const chunks = [];
      const times = [];
      answer.on('data', (chunk) => (chunks.push(chunk), times.push(Date.now())));
      answer.on('error', reject);
      answer.on('end', () => {
        resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks), times });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** `problem 412`, or the status. */
export function shown({ status, headers, body }) {
  if (headers['content-type'] !== 'application/problem+json') return status;
  return JSON.parse(body).status === status ? `problem ${status}` : `a wrong problem ${status}`;
}

export const varies = ({ headers }, name) =>
  (headers.vary ?? '').split(',').some((known) => known.trim().toLowerCase() === name.toLowerCase());
