// Counts checks over all clients.

let passed = 0;
let failed = 0;

export function check(name, got, expected) {
  if (JSON.stringify(got) === JSON.stringify(expected)) {
    passed += 1;
  } else {
    failed += 1;
    console.log(`${name}\n  expected ${JSON.stringify(expected)}\n  got      ${JSON.stringify(got)}`);
  }
}

export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
