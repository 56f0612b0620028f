import { AdvectError } from '@advect/base/errors';
import { kebab } from '@advect/node';
import type { Subject } from '../model/run-settings.js';

/** Options that mean nothing to a model of a kind, of all that make music. */
const foreign: Readonly<Record<Subject, readonly string[]>> = {
  chorales: ['style', 'chords'],
  grooves: ['key', 'best', 'polish', 'instrument', 'score', 'chords', 'exact', 'chosen', 'likelihood'],
  melodies: ['style', 'best', 'score', 'draws', 'exact', 'chosen', 'likelihood'],
};

const makes: Readonly<Record<Subject, string>> = { chorales: 'chorales', grooves: 'drums', melodies: 'melodies' };

/** Whether a model of a kind looks at an option. */
export const looksAt = (kind: Subject, name: string): boolean => !foreign[kind].includes(name);

/** Throws `invalid-option` where an option is set that a model of this kind would not look at. */
export function refuseForeign(kind: Subject, given: readonly string[]): void {
  const found = given.find((name) => !looksAt(kind, name));
  if (found === undefined) return;
  const others = (Object.keys(foreign) as Subject[]).filter((other) => looksAt(other, found));
  throw new AdvectError(
    'invalid-option',
    `--${kebab(found)} says nothing to a model of ${makes[kind]}`,
    `Leave it out, or give a model of ${others.join(' or ')} with --model.`,
  );
}
