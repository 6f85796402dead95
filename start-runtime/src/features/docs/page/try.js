// uses: copy, h, remember, tabs (elements.js); api (document.js); refreshers (auth.js); buildRequest, field, pairRows (request.js); LANGUAGES, colored (code.js); bodyEditor (body.js); answerBox (result.js); gives: tryIt
// The form that sends a request of one operation, and the same request as code.

/**
 * Why a request is not sent, or nothing.
 * @param {BuiltRequest} built
 * @param {Field[]} fields
 * @returns {string[]}
 */
function obstacles(built, fields) {
  if (api.fromDisk)
    return ['A page from disk sends nothing: use the code below, or the docs page of the running program.'];
  if (built.problems.length) {
    fields.find(({ param }) => built.unfilled.includes(param.name))?.input.focus();
    return built.problems;
  }
  const { origin } = new URL(built.url);
  if (origin === location.origin) return [];
  return [`This page may send requests to ${location.origin} only. Use a code sample for ${origin}.`];
}

/** @param {() => BuiltRequest} request @returns {{ node: HTMLElement, refresh: () => void }} */
function samplesOf(request) {
  const code = h('code');
  let language = Math.max(
    0,
    LANGUAGES.findIndex(([name]) => name === remember('start-docs-language')),
  );
  const refresh = () => {
    const [, sample, pattern] = LANGUAGES[language];
    code.replaceChildren(...colored(sample(request()), pattern));
  };
  const copyButton = h(
    'button',
    { type: 'button', onclick: (event) => copy(code.textContent, event.currentTarget) },
    'Copy',
  );
  const node = h(
    'div',
    { class: 'samples' },
    tabs(
      LANGUAGES.map(([name]) => name),
      'Code sample',
      language,
      (index, panel) => {
        if (!panel.firstChild) panel.append(h('pre', { tabindex: 0 }, code));
        if (index !== language) remember('start-docs-language', LANGUAGES[index][0]);
        language = index;
        refresh();
      },
      copyButton,
    ),
  );
  return { node, refresh };
}

/**
 * @param {OperationRecord} record
 * @param {Param[]} params
 * @param {RequestBody} request
 * @returns {HTMLElement[]}
 */
function tryIt(record, params, request) {
  const fields = params.map((param) => field(param));
  /** @type {ReturnType<typeof samplesOf> | null} */
  let samples = null;
  const refresh = () => samples?.refresh();
  const extraHeaders = pairRows('Header', 'header', refresh);
  const editor = bodyEditor(request, refresh);
  const form = { fields, body: editor.read, headers: extraHeaders.read };
  const send = h('button', { class: 'primary', type: 'submit' }, 'Send');
  const answer = answerBox(record, () => {
    send.textContent = 'Send';
  });

  function run() {
    const built = buildRequest(record, form, false);
    const reasons = obstacles(built, fields);
    if (reasons.length) {
      answer.fail(...reasons);
      return;
    }
    send.textContent = 'Cancel';
    answer.run(built);
  }

  const node = h(
    'form',
    {
      class: 'try',
      novalidate: true,
      'aria-label': `Try ${record.method} ${record.path}`,
      onsubmit: (event) => {
        event.preventDefault();
        if (answer.isRunning()) answer.cancel();
        else run();
      },
      onkeydown: (event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        if (!answer.isRunning()) run();
      },
      oninput: refresh,
      onchange: refresh,
    },
    h('h4', {}, api.fromDisk ? 'Values' : 'Try it'),
    api.fromDisk &&
      h('p', { class: 'small muted block' }, 'A page from disk sends nothing: the values go into the code below.'),
    fields.map((one) => one.node),
    editor.node,
    extraHeaders.node,
    !api.fromDisk && h('div', { class: 'send' }, send, h('span', { class: 'small muted' }, 'Ctrl or ⌘ + Enter')),
    answer.node,
  );
  samples = samplesOf(() => buildRequest(record, form, true));
  refreshers.add(refresh);
  return [node, samples.node];
}
