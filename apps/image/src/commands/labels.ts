import { AdvectError } from '@advect/base/errors';
import { didYouMean } from '@advect/base/options';
import type { Label } from '../model/label.js';

/** A class or a mix of two, and how it is written. */
export interface NamedLabel {
  readonly name: string;
  readonly label: Label;
}

/**
 * The classes that `--label` asks for. Nothing or `all` is each class in turn; `none` is the model without a class; a range
 * such as `2-5` goes from the one to the other in the model's order; `A+B:0.25` is a quarter of B and the rest of A, `A+B` half of each.
 * Throws `invalid-option` for what is no class, with the nearest.
 */
export function readLabels(given: readonly string[], classes: readonly string[]): readonly NamedLabel[] {
  const none: NamedLabel = { name: 'none', label: -1 };
  const everything = classes.length > 0 ? classes.map((name, label) => ({ name, label })) : [none];
  if (given.length === 0) return everything;
  return given.flatMap((name): readonly NamedLabel[] => {
    if (classes.includes(name)) return [{ name, label: classes.indexOf(name) }];
    if (name === 'all') return everything;
    if (name === 'none') return [none];
    const [from, to] = pair(/^(.+)-(.+)$/, name, classes);
    if (from >= 0 && to >= from) return everything.slice(from, to + 1);
    const [a, b, share] = pair(/^(.+?)\+(.+?)(?::([\d.]+))?$/, name, classes);
    if (a >= 0 && b >= 0 && share >= 0 && share <= 1) return [{ name, label: { a, b, share } }];
    throw new AdvectError('invalid-option', `--label is '${name}', which is no class of this model`, hint(name, classes));
  });
}

/** What stands over the items of a series from number `start` on, in turn: their classes, and nothing where there is none. */
export const titlesOf = (labels: readonly NamedLabel[], start: number): string[] =>
  labels.map((_, i) => labels[(start + i) % labels.length].name.replace(/^none$/, ''));

/** Two classes by their numbers, −1 where there is no such class, and a share, half where none is said. */
function pair(form: RegExp, text: string, classes: readonly string[]): readonly [number, number, number] {
  const [, a = '', b = '', share = '0.5'] = form.exec(text) ?? [];
  return [classes.indexOf(a), classes.indexOf(b), Number(share)];
}

function hint(name: string, classes: readonly string[]): string {
  if (classes.length === 0) return 'The model has no classes: leave --label out.';
  const shown = `${classes.slice(0, 20).join(', ')}${classes.length > 20 ? ', …' : ''}`;
  return `${didYouMean(name, classes)}Its classes are: ${shown}; also all and none.`;
}
