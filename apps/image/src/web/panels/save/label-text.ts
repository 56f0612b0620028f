import type { Label } from '../../../model/label.js';

/** A label as files and command lines write it: a class's name, `none`, or `A+B:0.25` for a quarter of B and the rest of A. */
export function writeLabel(label: Label, classes: readonly string[]): string {
  const name = (index: number): string => (index < 0 ? 'none' : classes[index]);
  return typeof label === 'number' ? name(label) : `${name(label.a)}+${name(label.b)}:${label.share}`;
}

/** The label of such a text, or nothing where the model has no such class. */
export function readLabel(text: string, classes: readonly string[]): Label | undefined {
  if (classes.includes(text)) return classes.indexOf(text);
  if (text === 'none') return -1;
  const [, a = '', b = '', share = '0.5'] = /^(.+?)\+(.+?)(?::([\d.]+))?$/.exec(text) ?? [];
  const [from, to] = [a, b].map((name) => (name === 'none' ? -1 : classes.indexOf(name)));
  const known = (name: string, index: number): boolean => index >= 0 || name === 'none';
  return known(a, from) && known(b, to) && Number(share) <= 1 ? { a: from, b: to, share: Number(share) } : undefined;
}
