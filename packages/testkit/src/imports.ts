import { posix } from 'node:path';
import { withoutComments } from './source-tree.js';

/** One import or re-export of a module. */
export interface Import {
  readonly specifier: string;
  /** Whether it vanishes when compiled. */
  readonly typeOnly: boolean;
}

/** A part of the repository and what it may import, itself aside. */
export interface Layer {
  readonly name: string;
  /** The paths that belong to it begin with this; of several fitting layers, that with the longest prefix counts. */
  readonly prefix: string;
  /** Names of layers, and packages: 'sharp', or 'node:*' and '@scope/*' for a family. */
  readonly mayImport: readonly string[];
  /** The same, for imports of types alone. */
  readonly mayImportTypes?: readonly string[];
}

/** The modules that a source names in static and dynamic imports and re-exports. */
export function readImports(source: string): Import[] {
  const text = withoutComments(source);
  const found: Import[] = [];
  for (const [, type, names, specifier] of text.matchAll(/\b(?:import|export)\s+(type\s+)?([\w*\s{},$]+?)\s*\bfrom\s*["']([^"']+)["']/g)) {
    const listed = /^\{([^}]*)\}$/
      .exec(names.trim())?.[1]
      .split(',')
      .filter((name) => name.trim() !== '');
    found.push({ specifier, typeOnly: type !== undefined || (listed?.every((name) => /^\s*type\s/.test(name)) ?? false) });
  }
  for (const [, specifier] of text.matchAll(/(?<!["'])\bimport\s*["']([^"']+)["']/g)) found.push({ specifier, typeOnly: false });
  for (const [, keyword, specifier] of text.matchAll(/(\btypeof\s+)?\bimport\(\s*["']([^"']+)["']\s*\)/g)) {
    found.push({ specifier, typeOnly: keyword !== undefined });
  }
  return found;
}

/**
 * Every import that its layer may not make, as "file: imports 'what' (layer may not import layer)". Files outside all
 * layers are not looked at. Packages, those of the workspace included, go by their names.
 */
export function forbiddenImports(sources: ReadonlyMap<string, string>, layers: readonly Layer[]): string[] {
  const layerOf = (path: string): Layer | undefined =>
    layers.filter(({ prefix }) => path.startsWith(prefix)).sort((a, b) => b.prefix.length - a.prefix.length)[0];
  const targetOf = (file: string, specifier: string): string => {
    if (!specifier.startsWith('.')) return specifier;
    const path = posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts');
    return layerOf(path)?.name ?? path;
  };
  return [...sources].flatMap(([file, source]) => {
    const layer = layerOf(file);
    if (!layer) return [];
    return readImports(source).flatMap(({ specifier, typeOnly }) => {
      const target = targetOf(file, specifier);
      const allowed = [layer.name, ...layer.mayImport, ...(typeOnly ? (layer.mayImportTypes ?? []) : [])];
      if (allowed.some((rule) => covers(rule, target))) return [];
      return [`${file}: imports '${specifier}' (${layer.name} may not import ${typeOnly ? 'types of ' : ''}${target})`];
    });
  });
}

/** A rule covers its own name, what lies below it, and with '*' at its end whatever begins like it. */
const covers = (rule: string, target: string): boolean =>
  rule.endsWith('*') ? target.startsWith(rule.slice(0, -1)) : target === rule || target.startsWith(`${rule}/`);
