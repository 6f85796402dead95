// The documented client against the documented route of hogwarts: `node hogwarts.mjs BASE FOLDER`, where the folder has
// the client of version 11 or 10 installed.

import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { check, finish } from '../conformance/clients/check.mjs';

const [base, folder] = process.argv.slice(2);
const require = createRequire(join(resolve(folder), 'package.json'));
const { createTRPCProxyClient, httpBatchLink, loggerLink } = require('@trpc/client');
const { version } = require('@trpc/client/package.json');

const logged = [];
const log = (...line) => logged.push(line.slice(0, 3).join(' '));
console.error = log;
const print = console.log;
console.log = log;
const client = createTRPCProxyClient({ links: [loggerLink(), httpBatchLink({ url: `${base}/api/trpc` })] });
const answers = await Promise.all([client.hello.query(), client.hello.query('owl')]);
const refused = await client.hello.query(1).catch((error) => error);
const missing = await client.nope.query().catch((error) => error);
console.log = print;

check(`${version}: hello`, answers, ['hello world', 'hello owl']);
check(`${version}: an input of another type`, [refused.data?.code, refused.data?.path], ['BAD_REQUEST', 'hello']);
check(`${version}: no such procedure`, [missing.data?.code, missing.data?.httpStatus], ['NOT_FOUND', 404]);
check(`${version}: each call and each answer is logged`, logged.length, 8);
finish();
