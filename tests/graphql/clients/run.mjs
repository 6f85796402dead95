// node run.mjs http://127.0.0.1:3000: what people ask with, against examples/graphql.

import { check, finish } from '../../conformance/clients/check.mjs';
import { run as apollo } from './apollo.mjs';
import { run as request } from './request.mjs';
import { run as urql } from './urql.mjs';

const [base] = process.argv.slice(2);
for (const [name, run] of Object.entries({ request, urql, apollo })) {
  await run(base, (subject, got, expected) => check(`${name}: ${subject}`, got, expected));
}
finish();
