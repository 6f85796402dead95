// A provider that says what its codes tell it to. A code is JSON in base64url: `{ nonce, … }`, and what is to be wrong.

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

import { SignJWT, UnsecuredJWT, exportJWK, generateKeyPair } from 'jose';

export const code = (value) => Buffer.from(JSON.stringify({ at: Math.random(), ...value })).toString('base64url');

const key = async (kid, alg = 'RS256') => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
};

export async function liar() {
  let current = await key('one');
  const other = await key('one');
  const used = new Set();
  const lies = { discoveries: 0, metadata: {}, isDown: false };
  const server = createServer(async (request, response) => {
    const send = (status, value) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    const issuer = `http://127.0.0.1:${server.address().port}`;
    if (lies.isDown) return request.socket.destroy();
    const { pathname } = new URL(request.url, issuer);
    if (pathname === '/.well-known/openid-configuration') {
      lies.discoveries += 1;
      return send(200, {
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        userinfo_endpoint: `${issuer}/me`,
        jwks_uri: `${issuer}/jwks`,
        end_session_endpoint: `${issuer}/end?from=liar`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA', 'none'],
        authorization_response_iss_parameter_supported: true,
        ...lies.metadata,
      });
    }
    if (pathname === '/jwks') return send(200, { keys: [current.jwk] });
    if (pathname === '/me') {
      const { sub, email, name } = JSON.parse(Buffer.from(request.headers.authorization.slice(7), 'base64url'));
      return send(200, { sub: sub ?? 'luna', email: email ?? 'luna@example.com', name: name ?? 'Luna' });
    }
    if (pathname !== '/token') return send(404, {});
    let text = '';
    for await (const chunk of request) text += chunk;
    const sent = new URLSearchParams(text);
    const basic = `Basic ${Buffer.from('interop:interop-secret').toString('base64')}`;
    if (request.headers.authorization !== basic) return send(401, { error: 'invalid_client' });
    const wanted = JSON.parse(Buffer.from(sent.get('code'), 'base64url'));
    if (used.has(sent.get('code'))) return send(400, { error: 'invalid_grant', error_description: 'used\nbefore' });
    used.add(sent.get('code'));
    const challenge = createHash('sha256').update(sent.get('code_verifier') ?? '').digest('base64url');
    if (wanted.challenge && wanted.challenge !== challenge) return send(400, { error: 'invalid_grant', error_description: 'PKCE' });
    if (wanted.answer) return send(wanted.answer, { error: 'server_error' });
    if (wanted.noToken) return send(200, { access_token: 'x', token_type: 'Bearer' });
    const now = Math.floor(Date.now() / 1000);
    const accessToken = Buffer.from(JSON.stringify(wanted.me ?? {})).toString('base64url');
    const claims = { iss: issuer, sub: 'luna', aud: 'interop', iat: now, exp: now + 60, nonce: wanted.nonce, ...wanted.claims };
    for (const [name, offset] of Object.entries(wanted.offsets ?? {})) claims[name] = now + offset;
    let token;
    if (wanted.none) token = new UnsecuredJWT(claims).encode();
    else if (wanted.hmac) token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from('interop-secret'));
    else {
      const signer = wanted.forged ? other : current;
      token = await new SignJWT(claims).setProtectedHeader({ alg: signer.alg, kid: signer.kid }).sign(signer.privateKey);
    }
    if (wanted.cut) token = token.slice(0, -4);
    send(200, { access_token: accessToken, token_type: 'Bearer', id_token: token });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  lies.issuer = `http://127.0.0.1:${server.address().port}`;
  lies.rotate = async (kid, alg) => (current = await key(kid, alg));
  lies.stop = () => server.close();
  return lies;
}
