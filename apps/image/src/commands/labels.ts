import { AdvectError } from '@advect/base/errors';
import { didYouMean } from '@advect/base/options';

/**
 * The classes that `--label` asks for, by number. Nothing or `all` is each class in turn; `none` is the model without a
 * class, −1; a range such as `2-5` is taken where classes are whole numbers.
 */
export function readLabels(given: readonly string[], classes: readonly string[]): readonly number[] {
  const everything = classes.length > 0 ? classes.map((_, i) => i) : [-1];
  if (given.length === 0) return everything;
  return given.flatMap((name) => {
    if (classes.includes(name)) return [classes.indexOf(name)];
    if (name === 'all') return everything;
    if (name === 'none') return [-1];
    const range = /^(.+)-(.+)$/.exec(name);
    const [from, to] = range ? [classes.indexOf(range[1]), classes.indexOf(range[2])] : [-1, -1];
    if (from >= 0 && to >= from) return Array.from({ length: to - from + 1 }, (_, i) => from + i);
    throw new AdvectError(
      'invalid-option',
      `--label is '${name}', which is no class of this model`,
      classes.length === 0
        ? 'The model has no classes: leave --label out.'
        : `${didYouMean(name, classes)}Its classes are: ${classes.slice(0, 20).join(', ')}${classes.length > 20 ? ', …' : ''}; also all and none.`,
    );
  });
}
