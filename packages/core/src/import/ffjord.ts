import { AdvectError } from '@advect/base/errors';
import { number, oneOf, optional, readOptions, value } from '@advect/base/options';
import { conv, mlp, type Parameters, retimed, sequence, type SequenceStep, type VelocityField } from '../field/index.js';
import { affine, cnf, type Flow, type Transform } from '../flow/index.js';
import { type Block, type Diagonal, type Part, readParts } from './ffjord-chain.js';
import { inOtherUnits, type Stride, toParameters } from './ffjord-layers.js';
import { transformList } from './transform-list.js';
import { float32, openWeights } from './weights.js';

export interface ImportFfjordOptions {
  /** Between layers, which the file does not tell: `--nonlinearity`; `train_toy.py` has 'tanh'. */
  readonly activation: 'tanh' | 'softplus' | 'elu' | 'relu' | 'swish';
  /** T of every block (`--time_length`), where the file has no `sqrt_end_time`. */
  readonly endTime?: number;
  /** Shape of one sample, [height, width, channels] for convolutions. Default: flat, as long as the net's output. */
  readonly event?: readonly number[];
  /** Of convolutions, one for each layer (`--strides`): 1, 2 to halve the size, −2 to double it. Default all 1. */
  readonly strides?: readonly Stride[];
  /** From data to the space that the net was trained in, such as `logit({ alpha })` for pictures. Default: none. */
  readonly transforms?: readonly Transform[];
}

/**
 * The flow of the FFJORD reference code's models (`train_toy.py`, `train_tabular.py`, `train_cnf.py` and its `--multiscale`),
 * from the safetensors of the `state_dict()`: one or several blocks of `ODEnet`, linear or convolutional, with any of its
 * layers, and moving batch norm. (The code's own squash convolution cannot run, and its autoencoding, parallel and residual
 * nets are not read.)
 *
 * There time runs from 0 at the data to T at the noise; here each block is `retimed`, several are a `sequence`. Batch norm is
 * fixed once trained: of flat data it moves through the blocks and becomes an `affine` transform at the data; of pictures it
 * is a field of its own, linear in each channel, that is solved with the others. Latents have the layout of the data.
 *
 * @throws AdvectError `invalid-file` for other weights, `invalid-option` where the end time is in neither the file nor the options,
 *   and where pictures come without `event`
 */
export function importFfjord(bytes: Uint8Array, options: ImportFfjordOptions): Flow {
  const o = readOptions<ImportFfjordOptions>('importFfjord', options, {
    activation: oneOf(['tanh', 'softplus', 'elu', 'relu', 'swish'] as const),
    endTime: optional(number({ min: 1e-6, max: 1e6 })),
    event: optional(value<readonly number[]>(isShape, 'a shape, a list of positive whole numbers')),
    strides: optional(value<readonly Stride[]>((v) => Array.isArray(v) && v.every((s) => [1, 2, -2].includes(s)), 'a list of 1, 2 and −2')),
    transforms: transformList,
  });
  const weights = openWeights(bytes, "the weights of FFJORD's reference code");
  const { parts, event } = readParts(weights, o);
  weights.finish();
  const { flow, transforms } = event.length === 1 ? flatFlow(parts, event[0], o) : { flow: pictureFlow(parts, event, o), transforms: [] };
  return cnf({ ...flow, transforms: [...o.transforms!, ...transforms] });
}

const isShape = (v: unknown): boolean => Array.isArray(v) && v.length > 0 && v.every((n) => Number.isInteger(n) && n > 0);

interface Piece {
  readonly field: VelocityField;
  readonly parameters: Parameters;
}

/** What a point becomes by the norms behind a block is undone in front of it and done behind it: then they all stand at the data. */
function flatFlow(parts: readonly Part[], dim: number, { activation }: ImportFfjordOptions): { flow: Piece; transforms: Transform[] } {
  let after: Diagonal = { scale: new Float64Array(dim).fill(1), shift: new Float64Array(dim) };
  const pieces: Piece[] = [];
  for (const part of parts.toReversed()) {
    if ('scale' in part) {
      after = { scale: part.scale.map((v, d) => v * after.scale[d]), shift: part.shift.map((v, d) => after.scale[d] * v + after.shift[d]) };
    } else if ('layers' in part) {
      const layers = inOtherUnits(part.layers, after.scale, after.shift);
      const field = mlp({ dim, activation, ...settingsOf({ ...part, layers }) });
      pieces.unshift({ field: retimed({ field, from: part.endTime, to: 0 }), parameters: toParameters(layers) });
    }
  }
  const moved = after.scale.some((v) => v !== 1) || after.shift.some((v) => v !== 0);
  const transforms = moved
    ? [affine({ scale: Array.from(after.scale, (v) => 1 / v), shift: Array.from(after.shift, (v, d) => -v / after.scale[d]) })]
    : [];
  const steps = pieces.map(({ field }) => field);
  return { flow: inSequence([dim], steps, pieces), transforms };
}

function pictureFlow(parts: readonly Part[], event: readonly number[], { activation }: ImportFfjordOptions): Piece {
  let shape = event as readonly [number, number, number];
  const pieces: Piece[] = [];
  const steps: SequenceStep[] = [];
  for (const part of parts) {
    if ('view' in part) {
      const [height, width, channels] = shape;
      if (part.view === 'squeeze' && (height % 2 !== 0 || width % 2 !== 0)) {
        throw new AdvectError(
          'invalid-option',
          `importFfjord: event is [${event.join(', ')}], of which the file halves ${height} × ${width}`,
          'Give the height and width that it was trained with.',
        );
      }
      shape = part.view === 'squeeze' ? [height / 2, width / 2, channels * 4] : [height, width, channels / 2];
      steps.push(part.view);
      continue;
    }
    const piece =
      'scale' in part
        ? normAsField(part, shape)
        : {
            field: retimed({
              field: conv({
                event: shape,
                activation,
                ...settingsOf(part),
                strides: part.strides,
                coordinates: part.layers[0].coordinates,
              }),
              from: part.endTime,
              to: 0,
            }),
            parameters: toParameters(part.layers),
          };
    pieces.push(piece);
    steps.push(piece.field);
  }
  return inSequence(event, steps, pieces);
}

const settingsOf = ({ layers }: Block) => ({
  hidden: layers.slice(0, -1).map(({ map }) => map.outputs),
  time: layers[0].kind,
  ...(layers[0].hyper && { hyperUnits: layers[0].hyper.outputs }),
  lastLayer: 'random' as const,
});

function inSequence(event: readonly number[], steps: readonly SequenceStep[], pieces: readonly Piece[]): Piece {
  if (steps.length === 1) return pieces[0];
  const named = pieces.flatMap(({ parameters }, i) =>
    Object.entries(parameters).map(([name, weight]) => [`field${i}/${name}`, weight] as const),
  );
  return { field: sequence({ event, steps }), parameters: Object.fromEntries(named) };
}

/** y = scale·x + shift as the end of dx/dt = a·x + b after a time of 1, with eᵃ = scale: a convolution of nothing but its middle. */
function normAsField({ scale, shift }: Diagonal, event: readonly [number, number, number]): Piece {
  const channels = scale.length;
  const rates = scale.map(Math.log);
  const filter = new Float64Array(9 * channels * channels);
  rates.forEach((rate, c) => (filter[(4 * channels + c) * channels + c] = rate));
  return {
    field: retimed({ field: conv({ event, hidden: [], time: 'ignore', lastLayer: 'random' }), from: 1, to: 0 }),
    parameters: {
      'output/weight': float32(filter, 3, 3, channels, channels),
      'output/bias': float32(
        rates.map((rate, c) => (rate === 0 ? shift[c] : (shift[c] * rate) / Math.expm1(rate))),
        channels,
      ),
    },
  };
}
