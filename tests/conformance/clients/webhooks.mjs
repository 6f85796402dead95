// Webhooks, signed by the vendors' own libraries. POSTS is the address of examples/posts, where it is to be asked as well.

import { createHmac } from 'node:crypto';

import { sign } from '@octokit/webhooks-methods';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { Webhook as Svix } from 'svix';

import { check } from './check.mjs';

const env = (name, value) => process.env[name] ?? value;
const STRIPE = env('STRIPE_WEBHOOK_SECRET', 'whsec_test_secret');
const STANDARD = env('STANDARD_WEBHOOK_SECRET', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
const GITHUB = env('GITHUB_WEBHOOK_SECRET', "It's a Secret to Everybody");
const SLACK = env('SLACK_SIGNING_SECRET', '8f742231b10e8888abcd99yyyzzz85a5');
const RECEIVED = [200, { received: true }];
const MISSING = [400, { error: 'Missing signature' }];
const INVALID = [400, { error: 'Invalid signature' }];

const stripe = new Stripe('sk_test_x');
const now = () => Math.floor(Date.now() / 1000);
const header = (payload, more) => stripe.webhooks.generateTestHeaderString({ payload, secret: STRIPE, ...more });
const event = (id, type = 'checkout.session.completed') =>
  JSON.stringify({ id, object: 'event', type, data: { object: { id: 'cs_1', name: 'Åsa 😀' } } }, null, 2);

async function post(url, body, headers) {
  const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  return [answer.status, await answer.json().catch(() => null)];
}

/** The headers, one of them under its name; those without a value are left out. */
const some = (headers) => Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));

/** What holds for every program that takes Stripe's events. */
async function checkStripe(where, url) {
  const body = event(`evt_${where}_${now()}`);
  const send = (signature, sent = body) => post(url, sent, some({ 'stripe-signature': signature }));
  for (const round of [1, 2]) check(`${where}: delivered, time ${round}`, await send(header(body)), RECEIVED);
  check(`${where}: no header`, await send(undefined), MISSING);
  check(`${where}: an empty header`, await send(''), MISSING);
  const other = event('evt_other', 'invoice.paid');
  check(`${where}: another type`, await send(header(other), other), RECEIVED);
  const rolled = `t=${now()},v1=${'0'.repeat(64)},${header(body, { timestamp: now() }).split(',')[1]}`;
  check(`${where}: one of two signatures`, await send(rolled), RECEIVED);
  check(`${where}: an unknown version beside`, await send(`${header(body)},v0=${'1'.repeat(64)},v9=x`), RECEIVED);
  for (const age of [-295, 0, 295]) {
    check(`${where}: ${age} s old`, await send(header(body, { timestamp: now() - age })), RECEIVED);
  }
  const good = header(body);
  const bad = {
    'another secret': header(body, { secret: 'whsec_other' }),
    'too old': header(body, { timestamp: now() - 302 }),
    'too new': header(body, { timestamp: now() + 310 }),
    'another version': header(body, { scheme: 'v0' }),
    'no time': good.replace(/^t=\d+,/, ''),
    'two times': `t=1,${good}`,
    'no number': good.replace(/t=\d+/, 't=now'),
    'a number and more': good.replace(/t=(\d+)/, 't=$1x'),
    'in capitals': good.replace(/v1=(.*)/, (_, hex) => `v1=${hex.toUpperCase()}`),
    cut: good.slice(0, -1),
    'of another body': header('{}'),
    garbage: 'garbage',
  };
  for (const [name, signature] of Object.entries(bad)) check(`${where}: ${name}`, await send(signature), INVALID);
  check(`${where}: written anew`, await send(header(body), JSON.stringify(JSON.parse(body))), INVALID);
  const lines = `${body.replaceAll('\n', '\r\n')}\n`;
  check(`${where}: CRLF`, await send(header(lines), lines), RECEIVED);
  const cut = body.slice(0, 40);
  check(`${where}: signed and no JSON`, await send(header(cut), cut), INVALID);
}

/** What holds for Standard Webhooks and for Svix. */
async function checkStandard(name, prefix, signer, url) {
  const body = '{"test": 2432232314, "n":"Å"}';
  const headers = (more = {}) => {
    const { id = 'msg_1', age = 0, sent = body } = more;
    const date = new Date(Date.now() - age * 1000);
    const values = { id, timestamp: String(Math.floor(date / 1000)), signature: signer.sign(id, date, sent), ...more.set };
    return Object.fromEntries(['id', 'timestamp', 'signature'].map((part) => [`${prefix}-${part}`, values[part]]));
  };
  const send = (more, sent = body) => post(url, sent, some(headers(more)));
  check(`${name}: valid`, await send(), RECEIVED);
  const { [`${prefix}-signature`]: signature } = headers();
  check(`${name}: one of several`, await send({ set: { signature: `v1,AAAA v2,x ${signature}` } }), RECEIVED);
  for (const age of [-295, 295]) check(`${name}: ${age} s old`, await send({ age }), RECEIVED);
  for (const age of [-310, 302]) check(`${name}: ${age} s old`, await send({ age }), INVALID);
  for (const part of ['id', 'timestamp', 'signature']) {
    check(`${name}: no ${part}`, await send({ set: { [part]: undefined } }), INVALID);
    check(`${name}: an empty ${part}`, await send({ set: { [part]: '' } }), INVALID);
    check(`${name}: another ${part}`, await send({ set: { [part]: 'x' } }), INVALID);
  }
  check(`${name}: another body`, await send({}, `${body} `), INVALID);
  check(`${name}: no version`, await send({ set: { signature: signature.slice(3) } }), INVALID);
  check(`${name}: without padding`, await send({ set: { signature: signature.replace(/=+$/, '') } }), INVALID);
}

export async function run(base) {
  const url = (name) => `${base}/api/webhooks/${name}`;
  await checkStripe('conformance', url('stripe'));
  if (process.env.POSTS) await checkStripe('posts', `${process.env.POSTS}/api/webhooks/stripe`);
  await checkStandard('standard', 'webhook', new Webhook(STANDARD), url('standard'));
  await checkStandard('svix', 'svix', new Svix(STANDARD), url('svix'));
  await checkStandard('svix, other names', 'webhook', new Svix(STANDARD), url('svix'));

  const github = (body, signature) => post(url('github'), body, some({ 'x-hub-signature-256': signature }));
  for (const body of ['Hello, World!', event('evt_1'), 'a'.repeat(1e6)]) {
    check(`github: ${body.length} bytes`, await github(body, await sign(GITHUB, body)), RECEIVED);
    check('github: another secret', await github(body, await sign('other', body)), INVALID);
    check('github: another body', await github(`${body} `, await sign(GITHUB, body)), INVALID);
  }
  for (const bad of [undefined, '', 'sha256=', 'sha256=00', `sha1=${'0'.repeat(40)}`]) {
    check(`github: ${bad}`, await github('{}', bad), INVALID);
  }

  // Slack has a library for Node, which brings a server: the recipe of its documentation.
  const slack = async (body, type, time = now()) => {
    const signature = `v0=${createHmac('sha256', SLACK).update(`v0:${time}:${body}`).digest('hex')}`;
    const headers = { 'content-type': type, 'x-slack-signature': signature, 'x-slack-request-timestamp': String(time) };
    return post(url('slack'), body, headers);
  };
  const form = 'application/x-www-form-urlencoded';
  check('slack: an event', await slack('{"type":"x"}', 'application/json'), [200, { type: 'x' }]);
  check('slack: a command', await slack('command=%2Fweather&text=a+b', form), [200, { command: '/weather', text: 'a b' }]);
  check('slack: an interaction', await slack('payload=%7B%22type%22%3A1%7D', form), [200, { type: 1 }]);
  check('slack: too old', await slack('{}', 'application/json', now() - 302), INVALID);
}
