// uses: codeBlock, decode, h, messageOf, plural, table, textBlock (elements.js); isForm, isText (media.js); gives: answerBox
// Sending a request, and showing what comes back as it comes.

/**
 * fetch cannot set the Cookie header, so cookie parameters exist for the time of the request.
 * @param {string[][]} cookies
 * @returns {() => void} takes them away again
 */
function setCookies(cookies) {
  /** @type {string[]} */
  const undo = [];
  try {
    const present = new Map(document.cookie.split('; ').map((pair) => [pair.split('=')[0], pair]));
    for (const [name, value] of cookies) {
      document.cookie = `${name}=${value}; path=/; samesite=strict`;
      undo.push(present.has(name) ? `${present.get(name)}; path=/` : `${name}=; path=/; max-age=0`);
    }
  } catch {
    /* cookies may be blocked */
  }
  return () =>
    undo.forEach((cookie) => {
      document.cookie = cookie;
    });
}

/** @type {(n: number) => string} */
const bytes = (n) => (n < 1000 ? `${n} B` : n < 1e6 ? `${(n / 1000).toFixed(1)} kB` : `${(n / 1e6).toFixed(1)} MB`);

/** @param {Blob} blob @returns {Promise<string>} */
function dataUrl(blob) {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** @param {BuiltRequest} request @returns {RequestInit} */
function fetchOptions({ method, headers, body }) {
  const list = new Headers();
  for (const [name, value] of headers) list.append(name, value);
  let sent = null;
  if (body?.parts) {
    sent = new FormData();
    for (const part of body.parts) {
      if (part.file) sent.append(part.name, part.file, part.file.name);
      else sent.append(part.name, part.type ? new Blob([part.value], { type: part.type }) : part.value);
    }
  } else if (body) {
    sent = body.file || body.text;
  }
  return { method, headers: list, body: method === 'GET' || method === 'HEAD' ? null : sent, cache: 'no-store' };
}

/**
 * The whole body, shown on the way if it is a stream of events. `told` is called with the size so far.
 * @typedef {{ chunks: Uint8Array<ArrayBuffer>[], size: number, live: boolean }} Received
 * @param {Response} response
 * @param {HTMLElement} box
 * @param {boolean} asked whether the request asks for lines, which tRPC sends with the content type of one value
 * @param {AbortSignal} signal
 * @param {(size: number, note: string) => void} told
 * @returns {Promise<Received>}
 */
async function receive(response, box, asked, signal, told) {
  const live = asked || /event-stream|ndjson|jsonl/.test(response.headers.get('content-type') || '');
  const chunks = [];
  let size = 0;
  if (response.body) {
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    const text = document.createTextNode('');
    if (live) box.replaceChildren(codeBlock(text));
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        chunks.push(value);
        size += value.length;
        if (!live) continue;
        text.appendData(decoder.decode(value, { stream: true }));
        told(size, ', receiving');
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  told(size, signal.aborted ? ', cancelled' : '');
  return { chunks, size, live };
}

/**
 * @param {Uint8Array} content
 * @param {string} type
 * @returns {string}
 */
function textOf(content, type) {
  const charset = /charset="?([^\s;"]+)/i.exec(type)?.[1] || 'utf-8';
  try {
    return new TextDecoder(charset).decode(content);
  } catch {
    return new TextDecoder().decode(content);
  }
}

/**
 * @param {Response} response
 * @param {OperationRecord} record
 * @returns {string}
 */
function fileNameOf(response, record) {
  const named = /filename="?([^";]+)/i.exec(response.headers.get('content-disposition') || '');
  return named
    ? named[1]
    : decode(record.path.slice(record.path.lastIndexOf('/') + 1)).replace(/[{}*]/g, '') || 'response';
}

/**
 * @param {Received} received
 * @param {Response} response
 * @param {string} name
 * @param {(blob: Blob, text: string) => HTMLElement} save gives a link that downloads the body
 * @returns {Promise<HTMLElement[]>}
 */
async function bodyNodes({ chunks, size }, response, name, save) {
  if (!size) return [h('p', { class: 'small muted' }, 'No body')];
  const type = response.headers.get('content-type') || '';
  const blob = new Blob(chunks, { type: type || 'application/octet-stream' });
  if (/^image\//.test(type))
    return [h('img', { src: await dataUrl(blob), alt: 'Response body' }), save(blob, `Download (${bytes(size)})`)];
  const content = new Uint8Array(await blob.arrayBuffer());
  const readable = isText(type) || isForm(type) || (type === '' && !content.slice(0, 4096).includes(0));
  if (!readable) return [save(blob, `Download ${name} (${bytes(size)})`)];
  const text = textOf(content, type);
  if (text.length <= 1e6) return [textBlock(text)];
  return [textBlock(text.slice(0, 1e6)), save(blob, `Cut after 1 MB; download all (${bytes(size)})`)];
}

/**
 * A place for the answers to one operation's requests.
 * @typedef {{
 *   node: HTMLElement, fail: (...messages: string[]) => void, run: (built: BuiltRequest) => Promise<void>,
 *   isRunning: () => boolean, cancel: () => void,
 * }} AnswerBox
 * @param {OperationRecord} record
 * @param {() => void} onEnd
 * @returns {AnswerBox}
 */
function answerBox(record, onEnd) {
  const node = h('div', { class: 'result', hidden: true });
  /** @type {AbortController | null} */
  let running = null;
  /** @type {string | null} */
  let download = null;

  const show = (/** @type {(Node | string)[]} */ ...content) => {
    node.hidden = false;
    node.replaceChildren(...content);
  };
  const fail = (/** @type {string[]} */ ...messages) =>
    show(
      h(
        'div',
        { role: 'alert' },
        messages.map((message) => h('p', { class: 'bad small' }, message)),
      ),
    );

  /** @type {(response: Response, asked: boolean, signal: AbortSignal, started: number) => Promise<void>} */
  async function answered(response, asked, signal, started) {
    const status = h('span', { class: 'small muted' });
    const list = [...response.headers];
    const box = h('div', {}, h('p', { class: 'small muted' }, 'Receiving …'));
    show(
      h(
        'p',
        { role: 'status' },
        h('span', { class: 'status s' + String(response.status)[0] }, `${response.status} ${response.statusText}`),
        ' ',
        status,
      ),
      response.redirected ? h('p', { class: 'small muted' }, `Redirected to ${response.url}`) : '',
      h(
        'details',
        {},
        h('summary', {}, plural(list.length, 'header')),
        table(
          [],
          list.map(([name, value]) => h('tr', {}, h('td', {}, h('code', {}, name)), h('td', {}, value))),
        ),
      ),
      box,
    );
    /** @type {(size: number, note: string) => void} */
    const told = (size, note) => {
      status.textContent = `${Math.round(performance.now() - started)} ms, ${bytes(size)}${note}`;
    };
    const received = await receive(response, box, asked, signal, told);
    if (received.live) return;
    const name = fileNameOf(response, record);
    /** @type {(blob: Blob, text: string) => HTMLElement} */
    const save = (blob, text) => {
      download = URL.createObjectURL(blob);
      return h('p', { class: 'small' }, h('a', { href: download, download: name }, text));
    };
    box.replaceChildren(...(await bodyNodes(received, response, name, save)));
  }

  async function run(/** @type {BuiltRequest} */ built) {
    if (download) URL.revokeObjectURL(download);
    download = null;
    running = new AbortController();
    const { signal } = running;
    node.setAttribute('aria-busy', 'true');
    const started = performance.now();
    const restore = setCookies(built.cookies);
    try {
      const response = await fetch(built.url, { ...fetchOptions(built), signal });
      restore();
      const asked = built.headers.some(([name, value]) => name === 'trpc-accept' && value === 'application/jsonl');
      await answered(response, asked, signal, started);
    } catch (error) {
      fail(signal.aborted ? 'The request was cancelled.' : `The request failed: ${messageOf(error)}`);
    } finally {
      restore();
      running = null;
      node.removeAttribute('aria-busy');
      onEnd();
    }
  }

  return { node, fail, run, isRunning: () => running !== null, cancel: () => running?.abort() };
}
