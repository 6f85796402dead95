// The API, as the page sees it.

/** What went wrong: a sentence for people, and what is wrong with which field. */
export class Failure extends Error {
  constructor(message, status = 0, fields = {}) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

async function ask(method, path, value) {
  const body = value && { body: JSON.stringify(value), headers: { 'Content-Type': 'application/json' } };
  const answer = await fetch(path, { method, ...body }).catch(() => {
    throw new Failure('The server cannot be reached.');
  });
  const isJson = /\bjson\b/.test(answer.headers.get('Content-Type'));
  const said = isJson ? await answer.json() : undefined;
  if (answer.ok) return said;
  // A problem (RFC 9457) names the fields that are wrong by JSON pointers such as `#/title`.
  const fields = Object.fromEntries((said?.errors ?? []).map(({ pointer, detail }) => [pointer?.slice(2), detail]));
  throw new Failure(said?.detail ?? said?.error ?? `The server answered ${answer.status}.`, answer.status, fields);
}

const at = (id) => `/api/posts/${id}`;

export const list = () => ask('GET', '/api/posts');
export const read = (id) => ask('GET', at(id));
export const add = (post) => ask('POST', '/api/posts', post);
export const remove = (id) => ask('DELETE', at(id));
