// A provider of OAuth 2 without OpenID Connect, as GitHub is one: no issuer, no ID token, users by number, errors with 200,
// and JSON only for who asks for it.

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

import { check } from '../conformance/clients/check.mjs';
import { Browser, freePort, start } from './auth.mjs';

async function github() {
  const state = { user: { id: 583231, login: 'octocat', name: null, email: null }, challenges: new Map(), status: 200 };
  const server = createServer(async (request, response) => {
    const send = (status, value) => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify(value));
    };
    let text = '';
    for await (const chunk of request) text += chunk;
    if (!request.headers['user-agent']) return send(403, { message: 'Request forbidden by administrative rules.' });
    if (request.url === '/user') {
      const known = request.headers.authorization === 'Bearer gho_token';
      return known ? send(state.status, state.user) : send(401, { message: 'Bad credentials' });
    }
    if (request.url !== '/login/oauth/access_token' || request.method !== 'POST') return send(404, {});
    if (!/json/.test(request.headers.accept ?? '')) return response.end('access_token=gho_token&scope=user&token_type=bearer');
    const sent = new URLSearchParams(text);
    if (sent.get('client_id') !== 'interop' || sent.get('client_secret') !== 'interop-secret') {
      return send(200, { error: 'incorrect_client_credentials', error_description: 'The client_id is incorrect.' });
    }
    const challenge = createHash('sha256').update(sent.get('code_verifier') ?? '').digest('base64url');
    if (state.challenges.get(sent.get('code')) !== challenge) {
      return send(200, { error: 'bad_verification_code', error_description: 'The code passed is incorrect or expired.' });
    }
    state.challenges.delete(sent.get('code'));
    send(200, { access_token: 'gho_token', token_type: 'bearer', scope: 'read:user,user:email' });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${server.address().port}`;
  const urls = { OAUTH2_AUTHORIZE: `${base}/login/oauth/authorize`, OAUTH2_TOKEN: `${base}/login/oauth/access_token`, OAUTH2_USER: `${base}/user` };
  return { state, urls, stop: () => server.close() };
}

export async function run(program) {
  const provider = await github();
  const auth = await start(program, '', await freePort(), provider.urls);
  const { state: there, urls } = provider;

  /** Signs in. Returns the answer, the browser, and what was logged. */
  async function signIn(code = String(Math.random()), change = {}) {
    const who = new Browser(auth.base);
    const { state, code_challenge: challenge } = await who.login();
    there.challenges.set(code, challenge);
    const answer = await who.callback({ state, code, ...change });
    return { who, answer, log: await auth.log() };
  }

  try {
    const who = new Browser(auth.base);
    const { answer, state, code_challenge: challenge, nonce, scope, ...asked } = await who.login();
    check('where users sign in', answer.location.startsWith(`${urls.OAUTH2_AUTHORIZE}?`), true);
    check('what is asked of it', [asked, nonce], [
      { response_type: 'code', client_id: 'interop', code_challenge_method: 'S256', redirect_uri: `${auth.base}/api/auth/callback` },
      undefined,
    ]);
    const users = {
      'a number and a login': [there.user, { sub: '583231', email: null, name: 'octocat' }],
      'a name and an address': [
        { id: 1, login: 'luna', name: 'Luna', email: 'luna@example.com' },
        { sub: '1', email: 'luna@example.com', name: 'Luna' },
      ],
      'an id that is a text': [{ id: 'u-1' }, { sub: 'u-1', email: null, name: null }],
      'a sub': [{ sub: 's', id: 7 }, { sub: 's', email: null, name: null }],
    };
    for (const [name, [user, expected]] of Object.entries(users)) {
      there.user = user;
      const { who, answer, log } = await signIn();
      check(`${name}: signed in`, [answer.status, answer.location, log], [302, '/', '']);
      check(`${name}: me`, JSON.parse((await who.ask('/api/auth/me')).text), expected);
    }
    const out = await signIn();
    const left = await out.who.ask('/api/auth/logout', { method: 'POST' });
    check('out', [left.status, left.location, (await out.who.ask('/api/auth/me')).status], [303, '/', 401]);

    const refusals = {
      'a code that is none': [{ code: 'made up' }, /does not exchange the code: bad_verification_code: The code passed/, 400],
      'no code': [{ code: '' }, /has no code/, 400],
      'an error': [{ error: 'access_denied' }, /access_denied/, 400],
      'another state': [{ state: 'a'.repeat(22) }, /no attempt with this state/, 400],
    };
    for (const [name, [change, reason, status]] of Object.entries(refusals)) {
      const { answer, log } = await signIn(undefined, change);
      check(name, [answer.status, reason.test(log) ? 'yes' : log], [status, 'yes']);
      check(`${name}: the client reads no reason`, JSON.parse(answer.text).detail, 'this sign-in cannot be completed: begin again at /api/auth/login');
    }
    there.user = { login: 'nobody' };
    const nameless = await signIn();
    check('a user without an id', [nameless.answer.status, /names nobody/.test(nameless.log)], [400, true]);
    there.status = 500;
    const away = await signIn();
    check('a user endpoint in trouble', [away.answer.status, /user endpoint answers 500/.test(away.log)], [502, true]);
  } finally {
    auth.stop();
    provider.stop();
  }
  const half = { ...urls, OAUTH2_USER: '' };
  const error = await start(program, '', await freePort(), half).then((auth) => auth.stop(), (reason) => reason.message);
  check('one URL is missing', /OAUTH2_USER is not/.test(error), true);
}
