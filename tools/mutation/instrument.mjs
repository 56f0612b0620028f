import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const VERSION = '9.6.1';

// What every instrumented module begins with. Without the record, as in another thread, no mutant is ever on.
const header = `
const stryState = globalThis.mutation ?? { active: -1, hits: undefined };
const stryMutAct_9fa48 = (id) => stryState.active === id;
const stryCov_9fa48 = (...ids) => { if (stryState.hits) for (const id of ids) stryState.hits[id] = 1; };
`;

/**
 * Writes the source files as JavaScript that holds all their mutants, each behind a switch, below `out`; gives the mutants
 * in the order of their numbers, those in the words of an AdvectError with `words: true`.
 */
export async function instrument({ sources, src, out, installed }) {
  const { Instrumenter, babel, typescript } = await load(installed);
  const instrumenter = new Instrumenter(new Proxy({}, { get: (_, name) => (String(name).startsWith('is') ? () => false : () => {}) }));
  const options = { plugins: null, excludedMutations: [], ignorers: [], mutator: {}, noHeader: true };
  const mutants = [];
  for (const file of sources) {
    const content = readFileSync(join(src, file), 'utf8');
    const made = await instrumenter.instrument([{ name: file, mutate: true, content }], options);
    const first = mutants.length;
    const inWords = wordsOfErrors(babel, content, file);
    for (const { location, mutatorName, replacement } of made.mutants) {
      const words = mutatorName === 'StringLiteral' && inWords(location);
      const original = textAt(content, location);
      mutants.push({ id: mutants.length, file, line: location.start.line + 1, mutator: mutatorName, original, replacement, words });
    }
    const numbered = made.files[0].content.replace(/(stry(?:MutAct|Cov)_9fa48\()([^)]*)/g, (_, call, ids) => {
      return call + ids.replace(/"(\d+)"/g, (_, id) => String(first + Number(id)));
    });
    const target = join(out, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    const { code } = await babel.transformAsync(header + numbered, {
      filename: file,
      configFile: false,
      babelrc: false,
      presets: [[typescript, { onlyRemoveTypeImports: true }]],
    });
    writeFileSync(target, code);
  }
  return mutants;
}

/** The files' names and contents, so that results are never taken for those of other sources. */
export function digestOf(sources, src) {
  const hash = createHash('sha256');
  for (const file of sources) hash.update(`${file}\0`).update(readFileSync(join(src, file)));
  return hash.digest('hex');
}

async function load(installed) {
  try {
    const near = createRequire(join(installed, 'node_modules', 'none.js'));
    const entry = near.resolve('@stryker-mutator/instrumenter');
    const { version } = near('@stryker-mutator/instrumenter/package.json');
    if (version !== VERSION) throw new Error(`it is of version ${version}`);
    const beside = createRequire(entry);
    const { Instrumenter } = await import(pathToFileURL(entry).href);
    return { Instrumenter, babel: beside('@babel/core'), typescript: beside('@babel/preset-typescript') };
  } catch (cause) {
    throw new Error(
      `The mutators are not to be had from ${installed}: ${cause.message.split('\n')[0]}\n` +
        `Install them beside the repository: npm i --no-save --prefix ${installed} @stryker-mutator/instrumenter@${VERSION}`,
      { cause },
    );
  }
}

/** Whether a place (lines from zero) lies in the message or the hint of an AdvectError. */
function wordsOfErrors(babel, content, filename) {
  const spans = [];
  const ast = babel.parseSync(content, { filename, configFile: false, babelrc: false, parserOpts: { plugins: ['typescript'] } });
  babel.traverse(ast, {
    NewExpression({ node }) {
      if (node.callee.name === 'AdvectError') spans.push(...node.arguments.slice(1).map(({ loc }) => loc));
    },
  });
  const before = (a, b) => a.line < b.line || (a.line === b.line && a.column <= b.column);
  const oneBased = ({ line, column }) => ({ line: line + 1, column });
  return ({ start, end }) => spans.some((span) => before(span.start, oneBased(start)) && before(oneBased(end), span.end));
}

function textAt(content, { start, end }) {
  const lines = content.split('\n').slice(start.line, end.line + 1);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column);
  lines[0] = lines[0].slice(start.column);
  return lines.join('\n');
}
