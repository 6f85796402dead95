// uses: h, wellFormed (elements.js); isJson (media.js); gives: LANGUAGES, colored
// A request as code, to copy.

/** @type {(text: string) => string} */
const shell = (text) => `'${text.replace(/'/g, "'\\''")}'`;

/** @type {(text: string) => string} */
const js = (text) => JSON.stringify(text).replace(/[\u2028\u2029]/g, (c) => '\\u' + c.charCodeAt(0).toString(16));

/** @param {string} text @returns {string} */
function rust(text) {
  const value = wellFormed(text);
  // A raw string can hold neither a lone carriage return nor, by a default lint, text direction marks.
  const special = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
  if (!/["\\\n]/.test(value) && !special.test(value) && !value.includes('\t')) return `"${value}"`;
  if (!special.test(value)) {
    const hashes = '#'.repeat(Math.max(0, ...(value.match(/"#*/g) || []).map((run) => run.length)));
    return `r${hashes}"${value}"${hashes}`;
  }
  /** @type {Record<string, string>} */
  const short = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return `"${value.replace(/["\\]|[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (c) => short[c] || `\\u{${c.charCodeAt(0).toString(16)}}`)}"`;
}

/** @type {(cookies: string[][]) => string[][]} */
const cookieHeader = (cookies) =>
  cookies.length ? [['cookie', cookies.map(([name, value]) => `${name}=${value}`).join('; ')]] : [];

/** @type {(text: string) => string} */
const curlQuoted = (text) => `"${text.replace(/["\\]/g, '\\$&')}"`;

/**
 * A field that waits for its value is no glob.
 * @type {(url: string, names: string[]) => string}
 */
const withoutFields = (url, names) => names.reduce((text, name) => text.replace(`{${name}}`, ''), url);

/** @param {BuiltRequest} request @returns {string} */
function curlSample({ method, url, unfilled, headers, cookies, body }) {
  const parts = [
    (method === 'GET' ? 'curl ' : method === 'HEAD' ? 'curl --head ' : `curl --request ${method} `) +
      (/[[\]{}]/.test(withoutFields(url, unfilled)) ? '--globoff ' : '') +
      shell(url),
  ];
  for (const [name, value] of [...headers, ...cookieHeader(cookies)])
    parts.push('--header ' + shell(value === '' ? `${name};` : `${name}: ${value}`));
  if (body?.parts) {
    for (const part of body.parts) {
      if (part.file) parts.push('--form ' + shell(`${part.name}=@${curlQuoted(part.file.name)}`));
      else if (part.type) parts.push('--form ' + shell(`${part.name}=${curlQuoted(part.value)};type=${part.type}`));
      else parts.push('--form-string ' + shell(`${part.name}=${part.value}`));
    }
  } else if (body?.file) {
    parts.push('--data-binary ' + shell('@' + body.file.name));
  } else if (body) {
    parts.push('--data-raw ' + shell(body.text));
  }
  return parts.join(' \\\n  ');
}

/**
 * JSON is written as an expression unless JavaScript would read it differently.
 * @param {string} text
 * @param {string} type
 * @returns {string}
 */
function jsBody(text, type) {
  if (isJson(type) && !text.includes('__proto__')) {
    try {
      const value = JSON.parse(text);
      const tidy = JSON.stringify(value, null, 2);
      if (tidy.replace(/\s/g, '') === text.replace(/\s/g, '')) return `JSON.stringify(${tidy.replace(/\n/g, '\n  ')})`;
    } catch {
      /* written as a string */
    }
  }
  return js(text);
}

/** @param {BuiltRequest} request @returns {string} */
function fetchSample({ method, url, headers, cookies, body }) {
  const out = [];
  if (body?.parts) {
    out.push('const form = new FormData();');
    for (const part of body.parts) {
      const value = part.file
        ? 'fileInput.files[0]'
        : part.type
          ? `new Blob([${js(part.value)}], { type: ${js(part.type)} })`
          : js(part.value);
      out.push(`form.append(${js(part.name)}, ${value});`);
    }
  }
  const options = [];
  if (method !== 'GET') options.push(`  method: ${js(method)},`);
  if (headers.length) {
    const names = headers.map(([name]) => name.toLowerCase());
    const list = new Set(names).size < names.length || names.includes('__proto__');
    options.push(
      list ? '  headers: [' : '  headers: {',
      ...headers.map(([name, value]) => (list ? `    [${js(name)}, ${js(value)}],` : `    ${js(name)}: ${js(value)},`)),
      list ? '  ],' : '  },',
    );
  }
  if (cookies.length) options.push('  credentials: "include", // the browser adds the cookies');
  if (body)
    options.push(`  body: ${body.parts ? 'form' : body.file ? 'fileInput.files[0]' : jsBody(body.text, body.type)},`);
  out.push(`const response = await fetch(${js(url)}${options.length ? `, {\n${options.join('\n')}\n}` : ''});`);
  out.push('console.log(response.status, await response.text());');
  return out.join('\n');
}

/** @param {BuiltRequest} request @returns {string} */
function rustSample({ method, url, headers, cookies, body }) {
  const known = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'].includes(method);
  const verb = ['OPTIONS', 'TRACE'].includes(method)
    ? `reqwest::Method::${method}`
    : `reqwest::Method::from_bytes(b"${method}")?`;
  const out = [];
  if (body?.parts) {
    out.push(
      'let form = reqwest::multipart::Form::new()' +
        body.parts
          .map((part) => {
            if (part.file)
              return `\n    .part(${rust(part.name)}, reqwest::multipart::Part::bytes(std::fs::read(${rust(part.file.name)})?).file_name(${rust(part.file.name)}))`;
            if (part.type)
              return `\n    .part(${rust(part.name)}, reqwest::multipart::Part::text(${rust(part.value)}).mime_str(${rust(part.type)})?)`;
            return `\n    .text(${rust(part.name)}, ${rust(part.value)})`;
          })
          .join('') +
        ';',
    );
  }
  out.push('let response = reqwest::Client::new()');
  out.push(known ? `    .${method.toLowerCase()}(${rust(url)})` : `    .request(${verb}, ${rust(url)})`);
  for (const [name, value] of [...headers, ...cookieHeader(cookies)])
    out.push(`    .header(${rust(name)}, ${rust(value)})`);
  if (body)
    out.push(
      body.parts
        ? '    .multipart(form)'
        : body.file
          ? `    .body(std::fs::read(${rust(body.file.name)})?)`
          : `    .body(${rust(body.text)})`,
    );
  out.push('    .send()', '    .await?;', 'println!("{} {}", response.status(), response.text().await?);');
  return out.join('\n');
}

// What is coloured in which language: groups named as the classes.
const SHELL_COLORS = /(?<string>'[^']*')|(?<key>(?<=\s)--?[a-z][a-z-]*)/g;
const JS_COLORS =
  /(?<string>"(?:[^"\\]|\\.)*")|(?<note>\/\/.*)|(?<literal>\b(?:const|await|new|true|false|null)\b)|(?<number>(?<![\w.])-?\d[\d.e+-]*)/g;
const RUST_COLORS = /(?<string>\br(?<hashes>#*)"[^]*?"\k<hashes>|"(?:[^"\\]|\\.)*")|(?<literal>\b(?:let|await)\b)/g;

/**
 * @param {string} text
 * @param {RegExp} pattern
 * @returns {(string | HTMLElement)[]}
 */
function colored(text, pattern) {
  const out = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const groups = match.groups ?? {};
    const kind = Object.keys(groups).find((name) => name !== 'hashes' && groups[name] !== undefined);
    out.push(text.slice(end, match.index), h('span', { class: 'j-' + kind }, match[0]));
    end = match.index + match[0].length;
  }
  return [...out, text.slice(end)];
}

/** @type {[string, (request: BuiltRequest) => string, RegExp][]} */
const LANGUAGES = [
  ['curl', curlSample, SHELL_COLORS],
  ['fetch', fetchSample, JS_COLORS],
  ['Rust', rustSample, RUST_COLORS],
];
