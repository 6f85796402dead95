// The parts of the docs page share one scope. This holds the first line of each against what the part uses and gives,
// and nothing may happen before `start()`. Prints the faults, if there are any.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { order, page } from './list.mjs';

const files = readdirSync(page).filter((file) => file.endsWith('.js'));
const faults = files
  .filter((file) => file !== 'early.js' && !order.includes(file))
  .map((file) => `${file}: is in no list of page.rs`);

const { options, fileNames } = ts.getParsedCommandLineOfConfigFile(
  join(import.meta.dirname, 'tsconfig.json'),
  {},
  ts.sys,
);
const program = ts.createProgram(fileNames, options);
const checker = program.getTypeChecker();
const sources = new Map(fileNames.map((name) => [basename(name), program.getSourceFile(name)]));

const isDeclaration = (node) => ts.isFunctionDeclaration(node) || ts.isVariableStatement(node);
const declared = (node) => (ts.isVariableStatement(node) ? [...node.declarationList.declarations] : [node]);

/** What a name stands for: `{ a }` is both a property and a use of `a`. */
function symbolOf(node) {
  if (ts.isShorthandPropertyAssignment(node.parent)) return checker.getShorthandAssignmentValueSymbol(node.parent);
  return checker.getSymbolAtLocation(node);
}

function visit(node, see) {
  if (see(node) !== false) ts.forEachChild(node, (child) => visit(child, see));
}

/** Where each name of the shared scope is declared. */
const home = new Map();
for (const file of order) {
  for (const { name } of sources.get(file).statements.filter(isDeclaration).flatMap(declared)) {
    if (ts.isIdentifier(name)) home.set(checker.getSymbolAtLocation(name), file);
    else faults.push(`${file}: ${name.getText()} takes apart a value before start()`);
  }
}

/** The names of other parts in this one, by part. */
function usesOf(file) {
  const uses = new Map();
  visit(sources.get(file), (node) => {
    const from = ts.isIdentifier(node) && home.get(symbolOf(node));
    if (!from || from === file) return;
    if (!uses.has(from)) uses.set(from, new Set());
    uses.get(from).add(node.text);
  });
  return uses;
}

const uses = new Map([...order, 'early.js'].map((file) => [file, usesOf(file)]));
const sorted = (names) => [...names].sort().join(', ');

for (const [at, file] of order.entries()) {
  const used = order.filter((from) => uses.get(file).has(from));
  const given = new Set(order.flatMap((user) => [...(uses.get(user).get(file) ?? [])]));
  const from = used.map((part) => `${sorted(uses.get(file).get(part))} (${part})`);
  const expected = `// uses: ${from.join('; ') || 'nothing'}; gives: ${sorted(given) || 'nothing'}`;
  const [line] = sources.get(file).text.split('\n', 1);
  if (line !== expected) faults.push(`${file}: its first line is\n    ${line}\n  but has to be\n    ${expected}`);
  for (const part of used.filter((part) => order.indexOf(part) > at))
    faults.push(`${file}: uses ${sorted(uses.get(file).get(part))} of ${part}, which comes later`);
}
if (uses.get('early.js').size) faults.push('early.js: runs before the parts, so it cannot use them');

/** What a statement does when it is loaded, apart from making a constant of nothing but constants. */
function effectsOf(statement) {
  const effects = [];
  visit(statement, (node) => {
    if (ts.isFunctionLike(node)) return false;
    const isCollection = ts.isNewExpression(node) && /^new (Map|Set)\(\)$/.test(node.getText());
    const isAssignment = ts.isBinaryExpression(node) && /^(?![=!<>]=).*=$/.test(node.operatorToken.getText());
    const isStep =
      (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && /\+\+|--/.test(node.getText());
    const isForeign = ts.isIdentifier(node) && !home.has(symbolOf(node)) && isValue(node);
    if (isCollection) return false;
    if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node))
      effects.push(node);
    else if (ts.isAwaitExpression(node) || isAssignment || isStep || isForeign) effects.push(node);
    return true;
  });
  return effects;
}

/** Not the name of a property. */
const isValue = (node) =>
  node.text !== 'undefined' &&
  !((ts.isPropertyAssignment(node.parent) || ts.isPropertyAccessExpression(node.parent)) && node.parent.name === node);

for (const file of order) {
  const statements = [...sources.get(file).statements];
  if (file === order.at(-1) && statements.pop()?.getText() !== 'start();')
    faults.push(`${file}: its last statement has to be start();`);
  for (const statement of statements) {
    const line = sources.get(file).getLineAndCharacterOfPosition(statement.getStart()).line + 1;
    if (!isDeclaration(statement)) faults.push(`${file}:${line}: happens outside start(): ${statement.getText()}`);
    else
      for (const node of effectsOf(statement))
        faults.push(`${file}:${line}: happens outside start(): ${node.getText()}`);
  }
}

for (const fault of faults) console.log(fault);
process.exitCode = faults.length ? 1 : 0;
