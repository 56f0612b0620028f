const compiler = new URL('../../packages/compiler/dist/compile.js', import.meta.url).href;
const counted = new URL('compile.mjs', import.meta.url).href;

/** Gives whoever imports the compiler's `compile` the one that counts. */
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  return found.url === compiler && context.parentURL !== counted ? { ...found, url: counted } : found;
}
