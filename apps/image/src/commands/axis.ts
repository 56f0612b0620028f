import { AdvectError } from '@advect/base/errors';
import { didYouMean } from '@advect/base/options';
import { kebab } from '@advect/node';
import type { PictureForm } from '../data/picture-set.js';
import type { Label } from '../model/label.js';
import { isAdaptive, type Method } from '../model/solver.js';
import { readLabels } from './labels.js';
import { drawOptions, seriesOptions } from './series-options.js';
import { solverOptions } from './solver-options.js';

/** Settings that an axis of a grid may go through. */
const settings = {
  solver: solverOptions.solver,
  steps: solverOptions.steps,
  tol: solverOptions.tol,
  guidance: drawOptions.guidance,
  temperature: drawOptions.temperature,
  seed: drawOptions.seed,
  index: seriesOptions.index,
  label: seriesOptions.label,
} as const;

export type AxisName = keyof typeof settings;

/** What is set at one place of a grid. */
export interface CellSettings {
  readonly solver?: Method;
  readonly steps?: number;
  readonly tol?: number;
  readonly guidance?: number;
  readonly temperature?: number;
  readonly seed?: number;
  readonly index?: number;
  readonly label?: Label;
}

/** One setting and the values that it goes through. */
export interface Axis {
  readonly name: AxisName;
  readonly values: readonly { readonly text: string; readonly set: CellSettings }[];
}

/**
 * Reads `OPTION=v1,v2,…`; whole numbers may be ranges such as 1-5. Throws `invalid-option` for a setting that no axis has, with
 * the nearest, for a value that the setting itself would not take, and for one that comes twice.
 */
export function readAxis(given: string, flag: '--x' | '--y', form: PictureForm): Axis {
  const [, word = given, list = ''] = /^([^=]+)=(.+)$/s.exec(given) ?? [];
  const name = axisName(word, flag);
  const words = list.split(',').flatMap((text) => (name === 'label' ? [text.trim()] : range(text.trim())));
  if (list === '' || words.includes('')) {
    throw new AdvectError('invalid-option', `${flag} is '${given}', which lacks values`, `Write ${flag} ${kebab(name)}=A,B,C.`);
  }
  const values =
    name === 'label' ? readLabels(words, form.classes).map(({ name: text, label }) => ({ text, set: { label } })) : words.map(setting);
  const twice = values.find(({ text }, i) => values.findIndex((other) => other.text === text) < i);
  if (twice) throw new AdvectError('invalid-option', `${flag} has ${twice.text} twice`, 'Give each value once.');
  return { name, values };

  function setting(text: string): Axis['values'][number] {
    return { text, set: { [name]: settings[name].read([text], `${flag} ${name}`) } };
  }
}

function axisName(word: string, flag: string): AxisName {
  const known = Object.entries(settings).map(([name, { aliases = [] }]) => [name as AxisName, [name, ...aliases].map(kebab)] as const);
  const found = known.find(([, names]) => names.includes(kebab(word.trim())));
  if (found) return found[0];
  const names = known.map(([name]) => name);
  throw new AdvectError(
    'invalid-option',
    `${flag} is '${word}', which is no setting of an axis`,
    `${didYouMean(word, names)}An axis is one of ${names.join(', ')}: ${flag} steps=4,8,16.`,
  );
}

const range = (text: string): readonly string[] => {
  const [from, to] = /^(\d+)-(\d+)$/.exec(text)?.slice(1).map(Number) ?? [1, 0];
  return to >= from && to - from < 1000 ? Array.from({ length: to - from + 1 }, (_, i) => String(from + i)) : [text];
};

/**
 * Throws `invalid-option` where an axis would change nothing: it is also the other one's, or set beside it; a tolerance where
 * steps are equal; guidance where there is no class to guide to.
 *
 * @param usual what holds where no axis says otherwise
 */
export function refuseIdleAxes(
  axes: readonly Axis[],
  usual: { readonly solver: Method; readonly steps?: number; readonly label: Label },
  given: readonly string[],
): void {
  const names = axes.map(({ name }) => name);
  const idle = (name: string, why: string, hint: string): AdvectError =>
    new AdvectError('invalid-option', `the axis ${name} would change nothing: ${why}`, hint);
  if (names.length === 2 && names[0] === names[1]) throw idle(names[0], 'it is both axes', 'Give two different settings.');
  const set = names.find((name) => given.includes(name));
  if (set) throw new AdvectError('invalid-option', `--${set} is given, and an axis goes through it, too`, 'Leave one of the two out.');
  const valuesOf = (name: AxisName) => axes.find((axis) => axis.name === name)?.values.map(({ set }) => set);
  if (names.includes('tol')) {
    const equal = (valuesOf('solver') ?? [{ solver: usual.solver }]).find(({ solver }) => !isAdaptive(solver!));
    if (equal) throw idle('tol', `${equal.solver} takes equal steps`, 'Give --solver dopri5, bosh3 or tsit5, or an axis of steps.');
    if (given.includes('steps') || names.includes('steps')) throw idle('tol', 'steps are equal', 'Leave --steps and an axis of steps out.');
  }
  const labels = valuesOf('label')?.map(({ label }) => label!) ?? [usual.label];
  if (names.includes('guidance') && labels.every((label) => label === -1)) {
    throw idle('guidance', 'there is no class to guide to', 'Give a class with --label, or another axis.');
  }
}
