// node webhooks.mjs SECRET HEADER BODY TIMES: prints the microseconds of Stripe's own library, verified and with JSON.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../conformance/clients/package.json', import.meta.url));
const Stripe = require('stripe');

const [secret, header, text, times] = process.argv.slice(2);
const stripe = new (Stripe.default ?? Stripe)('sk_test_x');
const body = Buffer.from(text);

function measure(once) {
  const rounds = [];
  for (let round = 0; round < 7; round += 1) {
    const start = process.hrtime.bigint();
    for (let time = 0; time < times; time += 1) once();
    rounds.push(Number(process.hrtime.bigint() - start) / 1000 / times);
  }
  return rounds.sort((a, b) => a - b)[3];
}

console.log(measure(() => stripe.webhooks.signature.verifyHeader(body, header, secret, 300)));
console.log(measure(() => stripe.webhooks.constructEvent(body, header, secret)));
