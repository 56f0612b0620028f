import type { CompositionReport } from './composition.js';
import type { CopyTest } from './copies.js';
import type { FrechetRow } from './distances.js';
import type { Likelihood } from './likelihood.js';
import type { Recognition } from './recognition.js';

/** From the plain figure, on the same pictures; far more certain than either figure. */
type Difference = { readonly difference: number; readonly differenceError: number };
type Measured = Omit<Likelihood, 'perPicture'>;

/** What was measured of a model against a set of pictures; what was not is absent. */
export interface Evaluation {
  readonly model: { readonly name: string; readonly weights: string };
  readonly data: {
    readonly name: string;
    readonly title: string;
    readonly licence: string;
    readonly test: number;
    readonly training: number;
  };
  readonly classes: readonly string[];
  readonly seed: number;
  /** Numbers in a picture, and levels of each. */
  readonly dim: number;
  readonly levels: number;
  readonly likelihood?: {
    readonly method: string;
    readonly tolerance: number;
    readonly divergence: string;
    /** All test pictures, one draw each, without a class. */
    readonly plain: Measured;
    /** The same at a tenth of the tolerance, and the difference on the same pictures and noise. */
    readonly tighter?: Measured & Difference;
    /** More draws, whose densities are averaged; and the difference from one draw on the same pictures. */
    readonly weighted?: Measured & Difference & { readonly probes: number };
    /** Equal mixture of the classes, and the difference from the model without a class on the same pictures. */
    readonly mixture?: Measured & Difference;
    /** Each picture given its class, and the same difference. */
    readonly ownClass?: Measured & Difference;
  };
  readonly generated?: {
    readonly count: number;
    readonly solver: string;
    readonly temperature: number;
    readonly guidance: number;
    readonly evaluations: number;
  };
  readonly classifier?: { readonly name: string; readonly weights: string };
  readonly recognition?: { readonly generated: Recognition; readonly real: Recognition };
  readonly frechet?: readonly FrechetRow[];
  readonly copies?: CopyTest;
  readonly composition?: CompositionReport;
}

/**
 * The figures that a model's manifest and card take up, by the names that they have there. What is measured on fewer pictures goes in as
 * the difference on these: its mean beside that of all would tell how these differ.
 */
export function metricsOf({ likelihood, recognition, frechet, copies, composition }: Evaluation): Record<string, number> {
  const figures: Record<string, number | undefined> = {
    'test bits/dim without classes': likelihood?.plain.bitsPerDim,
    'test bits/dim without classes, standard error': likelihood?.plain.standardError,
    'test bits/dim without classes, pictures': likelihood?.plain.pictures,
    'test bits/dim without classes at a tenth of the tolerance, difference': likelihood?.tighter?.difference,
    'test bits/dim, mixture of classes, difference': likelihood?.mixture?.difference,
    'test bits/dim given the class, difference': likelihood?.ownClass?.difference,
    [`test bits/dim, ${likelihood?.weighted?.draws} draws averaged, difference`]: likelihood?.weighted?.difference,
    'generated pictures recognised by a convolutional net, %': recognition && 100 * recognition.generated.all.share,
    'real test pictures recognised by it, %': recognition && 100 * recognition.real.all.share,
    'Fréchet distance from test pictures': frechet?.[0].generated,
    'Fréchet distance of real pictures, as many': frechet?.[0].real,
    'generated pictures nearer to training pictures than 99 % of test pictures, %': copies && 100 * copies.nearerThanFirstPercentile.share,
    'generated pictures of valid parts, %': composition && 100 * composition.valid.share,
    'generated pictures with the part asked for, %': composition?.asked && 100 * composition.asked.share,
  };
  const known = Object.entries(figures).filter((entry): entry is [string, number] => Number.isFinite(entry[1]));
  return Object.fromEntries(known.map(([name, figure]) => [name, Number(figure.toPrecision(5))]));
}
