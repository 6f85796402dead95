// What providers, other sites and other users may try: refused with a problem that says why in the log alone.

import { check } from '../conformance/clients/check.mjs';
import { Browser, freePort, start } from './auth.mjs';
import { code, liar } from './liar.mjs';

const REFUSED = 'this sign-in cannot be completed: begin again at /api/auth/login';

export async function run(program) {
  const provider = await liar();
  const auth = await start(program, provider.issuer, await freePort());
  const iss = provider.issuer;
  const browser = () => new Browser(auth.base);
  const me = async (who) => (await who.ask('/api/auth/me')).status;

  /** Holds an answer against what is promised of a refusal. */
  async function refused(name, answer, reason, status = 400, detail = REFUSED) {
    const problem = answer.headers.get('content-type') === 'application/problem+json' ? JSON.parse(answer.text) : {};
    check(`${name}: the answer`, [answer.status, problem.detail], [status, detail]);
    check(`${name}: nobody is signed in`, answer.set.some((cookie) => cookie.startsWith('signed-in=')), false);
    const log = await auth.log();
    check(`${name}: the log says why`, reason.test(log) ? 'yes' : log, 'yes');
    check(`${name}: in one line`, log.trim().split('\n').length, 1);
  }

  /** Signs in with a code. Returns the answer and the browser. */
  async function signIn(wanted = {}, params = {}) {
    const who = browser();
    const { state, nonce, code_challenge: challenge } = await who.login();
    const answer = await who.callback({ state, iss, code: code({ nonce, challenge, ...wanted }), ...params });
    return { who, answer };
  }

  try {
    const who = browser();
    check('nobody', await me(who), 401);
    const login = await who.login('?return_to=/%3Fx=1');
    const { answer, state, nonce, code_challenge: challenge, ...asked } = login;
    check('what is asked', Object.entries(asked).sort(), [
      ['client_id', 'interop'],
      ['code_challenge_method', 'S256'],
      ['redirect_uri', `${auth.base}/api/auth/callback`],
      ['response_type', 'code'],
      ['scope', asked.scope],
    ]);
    check('scopes', asked.scope.split(' ').sort(), ['email', 'openid', 'profile']);
    check('lengths', [state.length >= 22, nonce.length >= 22, challenge.length], [true, true, 43]);
    const [cookie] = answer.set;
    check('the cookie', cookie.replace(/^sign-in-[\w-]{16}=[^;]+/, ''), '; HttpOnly; SameSite=Lax; Path=/api/auth; Max-Age=600');
    check('nothing is kept by caches', answer.headers.get('cache-control'), 'no-store');
    check('no secret in the cookie', [state, nonce].some((text) => decodeURIComponent(cookie).slice(24).includes(text)), false);
    const done = await who.callback({ state, iss, code: code({ nonce, challenge }) });
    check('signed in', [done.status, done.location], [302, '/?x=1']);
    check('the attempt is over', who.attempts(), []);
    const answered = await who.ask('/api/auth/me');
    check('me', [answered.status, JSON.parse(answered.text)], [200, { sub: 'luna', email: 'luna@example.com', name: 'Luna' }]);
    check('the log of all that', await auth.log(), '');

    // State and codes.
    const again = code({ nonce, challenge });
    await refused('a callback twice', await who.callback({ state, iss, code: again }), /no attempt with this state/);
    await refused('no state', await who.callback({ iss, code: again }), /has no state/);
    for (const odd of ['', 'x', 'ü'.repeat(40), '../../../../../../etc', 'a'.repeat(5000), '\r\nSet-Cookie: a=b;aaaaaaaaaaa']) {
      await refused(`the state ${odd.slice(0, 20)}`, await who.callback({ state: odd, iss, code: again }), /no attempt with this state|none that was made here/);
    }
    await refused('two states', await who.ask(`/api/auth/callback?state=${state}&state=x&iss=${iss}&code=x`), /more than once/);
    {
      const [victim, attacker] = [browser(), browser()];
      const theirs = await attacker.login();
      await victim.login();
      const params = { state: theirs.state, iss, code: code({ nonce: theirs.nonce }) };
      await refused('a sign-in that another browser began', await victim.callback(params), /no attempt with this state/);
      // The cookie of one attempt does not open under the name of another.
      const mine = await victim.login();
      const name = `sign-in-${mine.state.slice(0, 16)}`;
      victim.jar.set(name, attacker.jar.get(`sign-in-${theirs.state.slice(0, 16)}`));
      await refused('the cookie of another attempt', await victim.callback({ ...params, state: mine.state }), /not sealed here/);
      const changed = await victim.login();
      await refused('another end of the state', await victim.callback({ ...params, state: `${changed.state.slice(0, 16)}xxxxxx` }), /not that of the attempt/);
      const garbled = await victim.login();
      victim.jar.set(`sign-in-${garbled.state.slice(0, 16)}`, 'AAAA');
      await refused('a garbled cookie', await victim.callback({ ...params, state: garbled.state }), /not sealed here/);
    }
    {
      const thief = browser();
      const first = await thief.login();
      const kept = new Map(thief.jar);
      const params = { state: first.state, iss, code: code({ nonce: first.nonce, challenge: first.code_challenge }) };
      check('the first time', (await thief.callback(params)).status, 302);
      thief.jar = kept;
      await refused('a code twice', await thief.callback(params), /does not exchange the code.*used before/);
    }

    // What the provider says in the URL.
    await refused('no code', (await signIn({}, { code: '' })).answer, /has no code/);
    await refused('an error', (await signIn({}, { error: 'access_denied', error_description: 'no\r\nway' })).answer, /access_denied.*no/);
    await refused('another issuer', (await signIn({}, { iss: 'https://evil.example' })).answer, /another issuer.*evil/);
    await refused('another issuer, nearly', (await signIn({}, { iss: `${iss}/` })).answer, /another issuer/);
    {
      const silent = browser();
      const { state, nonce } = await silent.login();
      await refused('no issuer', await silent.callback({ state, code: code({ nonce }) }), /does not name its issuer/);
    }

    // What it says in the ID token.
    const tokens = {
      'a foreign nonce': [{ nonce: 'of another' }, /nonce/i],
      'no nonce': [{ nonce: undefined }, /nonce/i],
      'another audience': [{ claims: { aud: 'another' } }, /audience/i],
      'one more audience': [{ claims: { aud: ['interop', 'another'] } }, /audience/i],
      'no audience': [{ claims: { aud: [] } }, /audience/i],
      'another issuer of the token': [{ claims: { iss: 'https://evil.example' } }, /issuer/i],
      'a token that is over': [{ offsets: { exp: -90 } }, /Expired/],
      'a token that is still to come': [{ offsets: { iat: 120 } }, /still to come/],
      'a forged signature': [{ forged: true }, /Signature verification failed/],
      'a cut signature': [{ cut: true }, /Signature|cannot be read|base64/i],
      'no signature': [{ none: true }, /signature|read|alg/i],
      'HMAC with the secret': [{ hmac: true }, /signature|algorithm/i],
      'a wrong at_hash': [{ claims: { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' } }, /access token is not that of the ID token/],
      'no ID token': [{ noToken: true }, /no ID token/],
      'a user endpoint of another user': [{ me: { sub: 'draco' } }, /another user/],
      'the challenge of another attempt': [{ challenge: 'x' }, /PKCE/],
    };
    for (const [name, [wanted, reason]] of Object.entries(tokens)) {
      const { who: nobody, answer } = await signIn(wanted);
      await refused(name, answer, reason);
      check(`${name}: me`, await me(nobody), 401);
    }
    const clocks = { 'a clock that is behind': { exp: -30 }, 'a clock that is ahead': { iat: 30 } };
    for (const [name, offsets] of Object.entries(clocks)) check(name, (await signIn({ offsets })).answer.status, 302);

    // Keys that change.
    const before = provider.discoveries;
    await signIn();
    check('keys are kept', provider.discoveries, before);
    await provider.rotate('two');
    check('new keys with a new name', (await signIn()).answer.status, 302);
    check('they were fetched once', provider.discoveries, before + 1);
    await provider.rotate('two');
    check('new keys with the same name', (await signIn()).answer.status, 302);
    check('and once more', provider.discoveries, before + 2);
    for (const alg of ['PS256', 'ES256', 'EdDSA', 'RS256']) {
      await provider.rotate(alg, alg);
      check(`keys of ${alg}`, (await signIn()).answer.status, 302);
      await auth.log();
      await refused(`keys of ${alg}, cut`, (await signIn({ cut: true })).answer, /Signature|cannot be read|base64/i);
    }
    await auth.log();

    // A provider in trouble.
    const TRY_LATER = 'the provider cannot be asked at the moment: try again later';
    await refused('an answer that is an error', (await signIn({ answer: 500 })).answer, /does not exchange the code|cannot be exchanged/);
    {
      const late = browser();
      const { state, nonce } = await late.login();
      provider.isDown = true;
      await refused('a provider that is away', await late.callback({ state, iss, code: code({ nonce }) }), /cannot be exchanged/, 502, TRY_LATER);
      check('login works without it', (await browser().ask('/api/auth/login')).status, 302);
      provider.isDown = false;
    }

    // Where to go afterwards.
    const elsewhere = ['//evil', '///evil', '/\\evil', '\\\\evil', '\\/evil', '/\\/evil', 'https:evil', 'https:/evil', 'https:\\evil',
      'https://evil', 'HTTPS://evil', 'http:/evil', 'javascript:alert(1)', 'data:text/html,x', '/%2fevil', '%2f%2fevil', '%2F%2Fevil',
      '/%5cevil', '%5c%5cevil', '/%252fevil', '%252f%252fevil', '/%25252fevil', '/%255cevil', '/%09/evil', '/%0a/evil', '/%0d/evil',
      '/%00/evil', '%09//evil', '/\t/evil', '/\n/evil', '/\r/evil', '\t//evil', '\n//evil', ' //evil', '/ /evil\t', '\u0000//evil',
      '/%0d%0aSet-Cookie:a=b', '/\r\nLocation: https://evil', '', 'evil', 'evil.example', '/..//evil', '/../evil', '/%2e%2e//evil',
      '/%2e%2e%2f%2fevil', '/.%2e//evil', '/a/..//evil', '/./', '/.//evil', '@evil', '/x//evil', '?//evil', '#//evil', '\ufeff//evil',
      '／／evil', '/%ff', '/%c0%afevil', '/api/auth/logout', '/api/auth/login', '/api/auth/callback?code=x',
      '/%61pi/auth/logout', `/${'a'.repeat(2000)}`];
    for (const path of elsewhere) {
      const answer = await browser().ask(`/api/auth/login?return_to=${encodeURIComponent(path)}`);
      await refused(`return_to=${path.slice(0, 30)}`, answer, /`return_to` is/);
      check(`return_to=${path.slice(0, 30)}: no attempt`, answer.set, []);
    }
    const raws = ['return_to=//evil', 'return_to=/%5Cevil', 'return_to=/\\evil', 'return_to=%2f%2fevil', 'return_to=/%09/evil',
      'return_to=/%0a/evil', 'return_to=/+/../..//evil', 'return_to=/&return_to=//evil', 'return_to=//evil&return_to=/',
      '%72eturn_to=//evil', 'return_to=%E0%80%AF%E0%80%AFevil'];
    for (const raw of raws) {
      await refused(raw, await browser().ask(`/api/auth/login?${raw}`), /return_to/);
    }
    for (const path of ['/', '/a/b?c=d&e=//f#g', '/größe']) {
      const tab = browser();
      const { state, nonce } = await tab.login(`?return_to=${encodeURIComponent(path)}`);
      const answer = await tab.callback({ state, iss, code: code({ nonce }) });
      check(`return_to=${path}`, [answer.status, answer.location], [302, encodeURI(path)]);
    }
    check('a stranger decides nothing', (await browser().login('?next=//evil')).answer.status, 302);
    // The answer of the provider does not say it, either.
    {
      const tab = browser();
      const { state, nonce } = await tab.login('?return_to=/mine');
      const answer = await tab.callback({ state, iss, code: code({ nonce }), return_to: '//evil', redirect_uri: 'https://evil' });
      check('a path in the answer', [answer.status, answer.location], [302, '/mine']);
    }

    // Tabs.
    {
      const tabs = browser();
      const [one, two] = [await tabs.login('?return_to=/one'), await tabs.login('?return_to=/two')];
      for (const [tab, path] of [[two, '/two'], [one, '/one']]) {
        const answer = await tabs.callback({ state: tab.state, iss, code: code({ nonce: tab.nonce }) });
        check(`the tab ${path}`, [answer.status, answer.location], [302, path]);
      }
      for (let count = 0; count < 12; count += 1) await tabs.login();
      check('attempts that nobody completes do not pile up', tabs.attempts().length, 5);
      const last = await tabs.login();
      check('the last one counts', (await tabs.callback({ state: last.state, iss, code: code({ nonce: last.nonce }) })).status, 302);
    }

    // Out.
    {
      const { who: luna } = await signIn();
      const session = luna.jar.get('session');
      const next = await luna.login();
      await luna.callback({ state: next.state, iss, code: code({ nonce: next.nonce }) });
      check('the session has another cookie', luna.jar.get('session') !== session && session !== undefined, true);
      check('it is kept', /have signed in 2 times/.test((await luna.ask('/')).text), true);
      const stolen = luna.jar.get('signed-in');
      const foreign = await luna.ask('/api/auth/logout', { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } });
      check('another site signs nobody out', [foreign.status, await me(luna)], [403, 200]);
      check('neither does a link', (await luna.ask('/api/auth/logout')).status, 405);
      const evil = 'return_to=//evil&post_logout_redirect_uri=https://evil&next=/%5Cevil';
      const out = await luna.ask(`/api/auth/logout?${evil}`, { method: 'POST' });
      const there = new URL(out.location);
      check('a request does not say where to', [...there.searchParams.keys()].sort(), ['client_id', 'from', 'id_token_hint']);
      check('out', [out.status, there.origin + there.pathname, there.searchParams.get('from')], [303, `${iss}/end`, 'liar']);
      check('with a hint', [there.searchParams.get('client_id'), there.searchParams.get('id_token_hint').split('.').length], ['interop', 3]);
      check('nobody again', [await me(luna), luna.jar.has('signed-in'), luna.jar.has('session')], [401, false, false]);
      check('twice', (await luna.ask(`/api/auth/logout?${evil}`, { method: 'POST' })).location, '/');
      const forger = browser();
      forger.jar.set('signed-in', `${stolen.slice(0, -4)}AAAA`);
      check('a changed cookie is nobody', await me(forger), 401);
      forger.jar.set('signed-in', 'luna');
      check('a made up cookie as well', await me(forger), 401);
    }
    const document = JSON.parse((await browser().ask('/openapi.json')).text);
    const operation = document.paths['/api/auth/me'].get;
    check('the document', [operation.security, '401' in operation.responses], [[{ signedIn: [] }], true]);
    const { type, in: where, name } = document.components.securitySchemes.signedIn;
    check('its scheme', [type, where, name], ['apiKey', 'cookie', 'signed-in']);
  } finally {
    auth.stop();
    provider.stop();
  }
  await metadata(program);
}

/** Metadata that cannot be trusted: the program starts, and nobody signs in. */
async function metadata(program) {
  const lies = {
    'the metadata of another issuer': [{ issuer: 'https://evil.example' }, /unexpected issuer/],
    'a token endpoint without TLS': [{ token_endpoint: 'http://evil.example/token' }, /without TLS/],
    'an authorization endpoint that is a script': [{ authorization_endpoint: 'javascript:alert(1)' }, /scheme is not https|cannot be fetched/],
    'no JSON': [{ jwks_uri: 7 }, /cannot be fetched/],
  };
  for (const [name, [more, reason]] of Object.entries(lies)) {
    const provider = await liar();
    provider.metadata = more;
    const auth = await start(program, provider.issuer, await freePort());
    const answer = await new Browser(auth.base).ask('/api/auth/login');
    const log = await auth.log();
    check(name, [answer.status, reason.test(log) ? 'yes' : log], [502, 'yes']);
    auth.stop();
    provider.stop();
  }
  for (const issuer of ['http://accounts.example.com', 'ftp://127.0.0.1', 'nonsense', '']) {
    const error = await start(program, issuer, await freePort()).then((auth) => auth.stop(), (reason) => reason.message);
    check(`the issuer ${issuer}`, /OIDC_ISSUER is not set|the issuer ".*": (it is no URL|without TLS|its scheme)/.test(error), true);
  }
}
