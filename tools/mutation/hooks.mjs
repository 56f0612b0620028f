// Module hooks of the process that runs the tests: `ava` is the recorder of tests beside this file, and a module that was
// instrumented is read from there. `?m=TAG` makes modules anew: whatever a module with a tag imports of its package has it too.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

let dist, tests, instrumented;

export function initialize(places) {
  ({ dist, tests, instrumented } = places);
}

export async function resolve(specifier, context, next) {
  if (specifier === 'ava') return { url: new URL('./recorder.mjs', import.meta.url).href, shortCircuit: true };
  const found = await next(specifier, context);
  const tag = /[?&]m=(\w+)/.exec(context.parentURL ?? '')?.[1];
  const own = found.url.startsWith(dist) || found.url.startsWith(tests);
  return tag && own && !found.url.includes('?m=') ? { ...found, url: `${found.url}?m=${tag}` } : found;
}

export async function load(url, context, next) {
  const path = url.split('?')[0];
  if (!path.startsWith(dist)) return next(url, context);
  const made = instrumented + path.slice(dist.length);
  if (!existsSync(fileURLToPath(made))) return next(url, context);
  const { source } = await next(made, { ...context, format: 'module' });
  return { format: 'module', source, shortCircuit: true };
}
