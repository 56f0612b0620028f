import { assertFinite, type NdArray, ndarray, sizeOf } from '@advect/base/array';
import type { Parameters, VelocityField } from '../field/field.js';
import { isTangent, tangentField } from '../field/tangent.js';
import { AdvectError } from '@advect/base/errors';
import { integer, optional, readOptions, seed, value } from '@advect/base/options';
import { key, split } from '../random/index.js';
import type { Manifold } from '../manifold/index.js';
import { standardNormal, uniformOn } from './base.js';
import { checkParameters, rowsOfEvents } from './checks.js';
import type {
  Base,
  DecodeOptions,
  EncodeOptions,
  Flow,
  LogDensity,
  LogProbOptions,
  SampleOptions,
  SampleWithLogProbOptions,
  TrajectoryOptions,
  Transform,
} from './flow.js';
import { takesLate } from './late-parameters.js';
import { type Departure, travelWithDensity } from './log-density.js';
import { chooseTrace } from './divergence-choice.js';
import {
  conditionReaders,
  decodeReaders,
  densityRefusals,
  divergenceReaders,
  drawReaders,
  sampleReaders,
  solverReaders,
  solverErrorReaders,
} from './options.js';
import { travel } from './travel.js';
import { rowKeys } from './row-key.js';
import { projection } from './transforms/projection.js';
import { importanceBound } from './importance-bound.js';
import { dataEvent, toDataSpace, toDataSpaceWithLogDet, toModelSpace } from './transforms/index.js';

/** What a flow is made of. */
export interface CnfOptions {
  /** The velocity field, such as `mlp({ dim: 2, hidden: [64, 64] })`. */
  readonly field: VelocityField;
  /**
   * What the samples lie on, such as `sphere(2)`; the field is then one of the space around it (`mlp({ dim: 3 })`), made tangent
   * here. Log-densities are by the manifold's own volume. Default: flat space.
   */
  readonly manifold?: Manifold;
  /** The distribution at t = 0. Default: standard normal, or uniform on the manifold. */
  readonly base?: Base;
  /** From data to the space of the field, in order. Default: none. */
  readonly transforms?: readonly Transform[];
  /** Of the fresh weights. Default 0. */
  readonly seed?: number;
  /** Weights to start from instead of fresh ones. */
  readonly parameters?: Parameters;
}

/**
 * Makes a continuous normalizing flow: dx/dt = u(x, t) from t = 0 (base) to t = 1 (data), and
 * log p(x(1)) = log p₀(x(0)) − ∫₀¹ div u dt.
 *
 * Reference: Chen et al. (2018), Neural ordinary differential equations, §4; Grathwohl et al. (2019), FFJORD.
 */
export function cnf(options: CnfOptions): Flow {
  const isObject = (v: unknown): boolean => typeof v === 'object' && v !== null;
  const { manifold } = options ?? {};
  const settings = readOptions<CnfOptions>('cnf', options, {
    field: value<VelocityField>(
      (v) => isObject(v) && (['velocity', 'init'] as const).every((part) => typeof (v as VelocityField)[part] === 'function'),
      'a velocity field, such as mlp({ dim: 2 }),',
    ),
    base: value<Base>(
      (v) => isObject(v) && typeof (v as Base).logProb === 'function',
      'a base distribution',
      manifold ? uniformOn(manifold) : standardNormal(),
    ),
    manifold: optional(value<Manifold>(isObject, 'a manifold, such as sphere(2)')),
    transforms: value<readonly Transform[]>(
      (v) => Array.isArray(v) && v.every((t) => typeof t?.forward === 'function' && typeof t.inverse === 'function'),
      'a list of transforms',
      [],
    ),
    seed: seed(),
    parameters: optional(value<Parameters>(isObject, 'a record of weights')),
  });
  const { base } = settings as Required<CnfOptions>;
  const field = manifold ? tangentField({ field: settings.field, manifold }) : settings.field;
  const transforms = manifold ? [...settings.transforms!, projection(manifold)] : settings.transforms!;
  const fresh = field.init(split(key(settings.seed!), 'weights'));
  const dataShape = dataEvent(transforms, field.event);
  let parameters = fresh;
  let late: (() => Parameters) | undefined;

  const flow: Flow = {
    field,
    base,
    transforms,
    ...(isTangent(field) && { manifold: field.manifold }),
    get parameters() {
      if (late) parameters = late();
      late = undefined;
      return parameters;
    },
    set parameters(given) {
      checkParameters(given, fresh);
      late = undefined;
      parameters = given;
    },

    async sample(count, given) {
      const o = readOptions<SampleOptions>('sample', given, sampleReaders);
      const { arrival, report } = await travel(flow, drawNoise(flow, readCount('sample', count), o), 0, 1, o);
      return { x: toDataSpace(flow.transforms, arrival.x), report };
    },

    async trajectory(count, given) {
      const { times, ...o } = readOptions<TrajectoryOptions>('trajectory', given, {
        ...sampleReaders,
        times: value<readonly number[]>(isRising, 'rising times from 0 to 1', ELEVEN_TIMES),
      });
      const noise = drawNoise(flow, readCount('trajectory', count), o);
      const { arrival, report } = await travel(flow, noise, 0, 1, o, { saveAt: times });
      const frame = count * sizeOf(dataShape);
      const x = new Float32Array(times!.length * frame);
      arrival.saved.forEach((points, i) => x.set(toDataSpace(flow.transforms, points).data, i * frame));
      return { times: times!, x: ndarray(x, [times!.length, count, ...dataShape]), report };
    },

    async sampleWithLogProb(count, given) {
      const o = readOptions<SampleWithLogProbOptions>('sampleWithLogProb', given, {
        ...solverReaders,
        ...conditionReaders,
        ...drawReaders,
        ...divergenceReaders,
        ...solverErrorReaders,
        ...densityRefusals,
      });
      const trace = chooseTrace(o, field);
      if (transforms.some((transform) => transform.dataEvent)) {
        throw new AdvectError(
          'unsupported',
          'sampleWithLogProb: a sample of this flow leaves numbers behind, and its own log-density is not known',
          'Take samples, then ask for their logProb, a lower bound.',
        );
      }
      const noise = drawNoise(flow, readCount('sampleWithLogProb', count), o);
      const probeKeys = rowKeys(split(key(o.seed!), 'probes'), noise);
      const logDet = (arrived: NdArray): Float64Array => toDataSpaceWithLogDet(flow.transforms, arrived).logDet;
      const departure: Departure = { x: noise, from: 0, divergence: { trace, keys: probeKeys }, logDet };
      const { arrived, density } = await travelWithDensity(flow, departure, o);
      return { x: toDataSpace(flow.transforms, arrived), ...density };
    },

    async encode(x, given) {
      const o = readOptions<EncodeOptions>('encode', given, { ...decodeReaders, seed: seed() });
      const data = await rowsOfEvents(dataShape, x, 'encode: x');
      const { y } = toModelSpace(flow.transforms, data, rowKeys(split(key(o.seed!), 'transform'), data));
      const { arrival, report } = await travel(flow, y, 1, 0, o);
      return { z: flow.manifold?.project(arrival.x) ?? arrival.x, report };
    },

    async decode(z, given) {
      const o = readOptions<DecodeOptions>('decode', given, decodeReaders);
      const { arrival, report } = await travel(flow, await rowsOfEvents(field.event, z, 'decode: z'), 0, 1, o);
      return { x: toDataSpace(flow.transforms, arrival.x), report };
    },

    async logProb(x, given) {
      const o = readOptions<LogProbOptions>('logProb', given, {
        ...solverReaders,
        ...conditionReaders,
        ...divergenceReaders,
        ...solverErrorReaders,
        ...densityRefusals,
        seed: seed(),
        samples: integer({ default: 1, min: 1 }),
      });
      const trace = chooseTrace(o, field);
      const data = await rowsOfEvents(dataShape, x, 'logProb: x');
      const noisy = transforms.some(({ bounds }) => bounds);
      if (o.samples! > 1 && !noisy) {
        throw new AdvectError(
          'invalid-option',
          `logProb: ${o.samples} samples of noise were asked for, and no transform of this flow draws any`,
          'Leave out samples: the log-density has no noise to average over.',
        );
      }
      const probeKeys = rowKeys(split(key(o.seed!), 'probes'), data);
      const draw = async (index: number): Promise<LogDensity> => {
        const drawKey = split(key(o.seed!), 'transform');
        const { y, logDet } = toModelSpace(flow.transforms, data, rowKeys(index === 0 ? drawKey : split(drawKey, index), data));
        const departure: Departure = { x: y, from: 1, divergence: { trace, keys: probeKeys }, logDet: () => logDet };
        return (await travelWithDensity(flow, departure, o)).density;
      };
      return noisy ? importanceBound(o.samples!, draw) : draw(0);
    },
  };
  takesLate(flow, (make) => (late = make));
  if (settings.parameters) {
    flow.parameters = settings.parameters;
    for (const [name, array] of Object.entries(settings.parameters)) assertFinite(array, `weight '${name}'`);
  }
  return flow;
}

const ELEVEN_TIMES: readonly number[] = Array.from({ length: 11 }, (_, i) => i / 10);

const isRising = (v: unknown): boolean =>
  Array.isArray(v) && v.length > 0 && v.every((t, i) => Number.isFinite(t) && t >= 0 && t <= 1 && (i === 0 || t > v[i - 1]));

const readCount = (where: string, count: number): number => integer({ min: 0 })(count, `${where}: count`);

function drawNoise({ base, field }: Flow, count: number, { seed: number, start, temperature = 1 }: SampleOptions): NdArray {
  const noise = base.sample(count, split(key(number!), 'noise'), field.event, start!);
  return temperature === 1 ? noise : { shape: noise.shape, data: noise.data.map((v) => v * temperature) };
}
