// node run.mjs CHROMIUM PROGRAM [flow|github|hostile …]

import { check, finish } from '../conformance/clients/check.mjs';

const [chromium, program, ...chosen] = process.argv.slice(2);
for (const name of chosen.length > 0 ? chosen : ['hostile', 'github', 'flow']) {
  try {
    const { run } = await import(`./${name}.mjs`);
    await run(program, chromium);
  } catch (error) {
    check(`${name}, to its end`, error.stack, undefined);
  }
}
finish();
// What a client has left behind, when it broke off, keeps nobody waiting.
process.exit();
