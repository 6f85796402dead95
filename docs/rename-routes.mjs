#!/usr/bin/env node
// Carries a folder of TypeScript route files of SolidStart or TanStack Start over to the names of Start.
//
//   node rename-routes.mjs FROM TO            says what it would do
//   node rename-routes.mjs --write FROM TO    does it
//
//   --flat       keeps TanStack's flat names, for `routes!("src/routes", flat)`
//   --solid, --tanstack   which names FROM has; without it, the files say so
//
// Each new file holds the original as a comment, so that the program compiles from the first moment. Nothing is deleted,
// and nothing that exists is written over. What could not be done is listed at the end.

import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'ANY']

/** All files below a folder: their paths with slashes, sorted. */
function files(folder, below = '') {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? files(folder, `${below}${entry.name}/`) : [below + entry.name]))
    .sort()
}

/** Which methods a file answers: by its exports, or by its `handlers`. */
function methods(text) {
  return METHODS.filter((method) => {
    const exported = new RegExp(`export\\s+(async\\s+)?(function|const|let)\\s+${method}\\b|export\\s*\\{[^}]*\\b${method}\\b[^}]*\\}`)
    const handled = new RegExp(`(handlers|createHandlers|createAPIFileRoute|APIRoute)[\\s\\S]*?\\b${method}\\s*[:(,}]`)
    return exported.test(text) || handled.test(text)
  })
}

/** Why a name cannot be carried over. */
class Cannot extends Error {}

/** A text as a part of a pattern. */
const literal = (text) => text.replace(/[[\](){}$%?#]/g, (char) => encode(char))
const encode = (char) => '%' + char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')

/** The segments of a TanStack name: lists of [character, whether it stood in brackets]. */
function tanstackSegments(stem) {
  const segments = []
  for (const part of stem.split('/')) {
    // A dot in front begins no segment.
    let segment = part.startsWith('.') ? [['.', true]] : []
    for (let at = segment.length; at < part.length; at++) {
      if (part[at] === '[') {
        const end = part.indexOf(']', at)
        if (end < 0) throw new Cannot('`[` is not closed')
        segment.push(...[...part.slice(at + 1, end)].map((char) => [char, true]))
        at = end
      } else if (part[at] === '.') {
        segments.push(segment)
        segment = []
      } else segment.push([part[at], false])
    }
    segments.push(segment)
  }
  return segments.filter((segment) => segment.length > 0)
}

const is = (segment, word) => segment?.every(([, escaped]) => !escaped) && segment.map(([char]) => char).join('') === word
const isPathless = (segment) => segment?.[0]?.[0] === '_' && !segment[0][1]

/** What a TanStack name stands for: segments in Start's spelling, and the name of a file of nested folders. */
function tanstack(stem) {
  const segments = tanstackSegments(stem)
  if (is(segments.at(-1), 'route')) segments.pop()
  let isIndex = segments.length === 0
  if (is(segments.at(-1), 'index')) {
    segments.pop()
    isIndex = true
  } else if (isPathless(segments.at(-1))) throw new Cannot('a layout has no path of its own: handlers have guards instead')
  const said = segments.map((segment) => {
    if (isPathless(segment)) return `(${segment.map(([char]) => char).join('').replace(/^_+/, '')})`
    const isOut = segment.length > 1 && segment.at(-1)[0] === '_' && !segment.at(-1)[1]
    return (isOut ? segment.slice(0, -1) : segment).map(([char, escaped]) => (escaped ? literal(char) : char)).join('')
  })
  return { segments: said, isIndex }
}

/** What a SolidStart name stands for. */
function solid(stem) {
  const segments = stem.split('/')
  let isIndex = false
  if (segments.at(-1) === 'index') {
    segments.pop()
    isIndex = true
  }
  for (const segment of segments) {
    if (/^\(.*\)$/.test(segment)) continue
    if (/[(){}$]/.test(segment)) throw new Cannot(`\`${segment}\` has no equivalent: a group is a whole folder`)
    if ((segment.match(/\[/g) ?? []).length !== (segment.match(/\]/g) ?? []).length) throw new Cannot('brackets do not match')
  }
  return { segments, isIndex }
}

/** The name of a file of nested folders. A text that would leave the file out, or mean its folder, is encoded. */
function nestedName({ segments, isIndex }) {
  const shown = segments.map((segment, at) => {
    const isHidden = /^[_.-]/.test(segment) && segment !== '.well-known'
    const isSpecial = at === segments.length - 1 && !isIndex && (segment === 'index' || segment === 'mod')
    return isHidden || isSpecial ? encode(segment[0]) + segment.slice(1) : segment
  })
  const endsInGroup = shown.length > 0 && /^\(.*\)$/.test(shown.at(-1))
  return [...shown, ...(isIndex || endsInGroup ? ['index'] : [])].join('/') + '.rs'
}

const pathOf = ({ segments }) => '/' + segments.filter((segment) => !/^\(.*\)$/.test(segment)).join('/')

/** The path in an original's `createFileRoute('…')`, without what is not in the URL. */
function toldPath(text) {
  const told = /create(?:API)?FileRoute\(\s*['"`]([^'"`]+)['"`]/.exec(text)?.[1]
  const segments = told?.split('/').filter((segment) => segment && !/^_|^\(.*\)$/.test(segment))
  return segments && '/' + segments.map((segment) => segment.replace(/(?<=.)_$/, '')).join('/')
}

function plan(from, options) {
  const found = files(from).filter((file) => /\.(ts|tsx|js|jsx)$/.test(file))
  const texts = new Map(found.map((file) => [file, readFileSync(join(from, file), 'utf8')]))
  const isTanstack = options.tanstack || (!options.solid && [...texts.values()].some((text) => /create(API)?FileRoute/.test(text)))
  const done = []
  const left = []
  const taken = new Map()
  for (const file of found) {
    const text = texts.get(file)
    const stem = file.replace(/\.(ts|tsx|js|jsx)$/, '')
    try {
      if (file.endsWith('.d.ts') || file.split('/').some((part) => /^[-.]/.test(part) && !/^\.well-known(\.|$)/.test(part))) {
        throw new Cannot('not a route')
      }
      const answered = methods(text)
      if (answered.length === 0) throw new Cannot('no server handlers: a page or a helper')
      const named = isTanstack ? tanstack(stem) : solid(stem)
      const to = options.flat && isTanstack ? `${stem}.rs` : nestedName(named)
      if (taken.has(to)) throw new Cannot(`\`${taken.get(to)}\` is called \`${to}\` already: put both into that file`)
      taken.set(to, file)
      const path = pathOf(named)
      // The path in the text does not say whether a `_` was escaped.
      const told = isTanstack && !/\[[^\]]*_[^\]]*\]/.test(stem) ? toldPath(text) : undefined
      const differs = told !== undefined && literalPath(told) !== literalPath(path)
      done.push({ file, to, path, answered, text, note: differs ? `its createFileRoute says ${told}` : '' })
    } catch (error) {
      if (!(error instanceof Cannot)) throw error
      left.push({ file, reason: error.message })
    }
  }
  return { done, left }
}

/** The path without its spelling: escapes are decoded, and `{$}` alone is `$`. */
const literalPath = (path) => path.replace(/%[0-9A-F]{2}/g, decodeURIComponent).replace(/\/\{\$\}(?=\/|$)/g, '/$')

const asComment = ({ file, answered, text }) =>
  [
    `// ${answered.join(', ')} of ${file}: write ${answered.length > 1 ? 'them' : 'it'} here, and delete the original below.`,
    '//',
    ...text.trimEnd().split(/\r?\n/).map((line) => `// ${line}`.trimEnd()),
    '',
  ].join('\n')

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      write: { type: 'boolean' },
      flat: { type: 'boolean' },
      solid: { type: 'boolean' },
      tanstack: { type: 'boolean' },
    },
  })
  if (positionals.length !== 2) {
    console.error('usage: node rename-routes.mjs [--write] [--flat] [--solid | --tanstack] FROM TO')
    process.exit(2)
  }
  const [from, to] = positionals
  const { done, left } = plan(from, values)
  let written = 0
  for (const route of done) {
    console.log(`${route.file} -> ${route.to}  ${route.answered.join(',')} ${route.path}`)
    if (route.note) left.push({ file: route.file, reason: route.note })
    const target = join(to, route.to)
    if (existsSync(target)) {
      left.push({ file: route.file, reason: `${target} exists already, and is left as it is` })
    } else if (values.write) {
      mkdirSync(dirname(target), { recursive: true })
      // `wx` fails if the file has appeared in the meantime.
      writeFileSync(target, asComment(route), { flag: 'wx' })
      written += 1
    }
  }
  if (left.length > 0) console.log('\nNot done:')
  for (const { file, reason } of left) console.log(`  ${file}: ${reason}`)
  console.log(`\n${done.length} names, ${values.write ? `${written} files written` : 'nothing written: add --write'}`)
}

main()
