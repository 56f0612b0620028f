/** A path's coefficients at one time, and their derivatives by time. */
export interface PathPoint {
  readonly noise: number;
  readonly data: number;
  readonly blur: number;
  readonly noiseRate: number;
  readonly dataRate: number;
  readonly blurRate: number;
}

/** A conditional path from noise x0 to data x1: x_t = noise(t)·x0 + data(t)·x1 + blur(t)·ε, with ε standard normal. */
export interface Path {
  /** First and last time of training. The rates have no bound outside: there the field is what the network makes of it. */
  readonly times: readonly [number, number];
  at(t: number): PathPoint;
}

/** The paths of `flowMatching`; see `FlowMatchingOptions`. */
export type PathName = 'straight' | 'conditional-ot' | 'cosine' | 'variance-preserving' | 'bridge';

export const pathNames: readonly PathName[] = ['straight', 'conditional-ot', 'cosine', 'variance-preserving', 'bridge'];

const QUARTER = Math.PI / 2;

/** Of the variance-preserving diffusion: β rises from the first to the second over the time from data to noise (Song et al. 2021). */
const BETA = [0.1, 20] as const;

/**
 * The path of a name. `sigma` is the constant blur of all but two: the spread at t = 1 of 'conditional-ot', and the
 * diffusion of 'bridge'.
 */
export function pathOf(name: PathName, sigma: number): Path {
  if (name === 'straight') {
    return { times: [0, 1], at: (t) => ({ noise: 1 - t, data: t, noiseRate: -1, dataRate: 1, blur: sigma, blurRate: 0 }) };
  }
  if (name === 'conditional-ot') {
    const shrink = 1 - sigma;
    return { times: [0, 1], at: (t) => ({ noise: 1 - shrink * t, data: t, noiseRate: -shrink, dataRate: 1, blur: 0, blurRate: 0 }) };
  }
  if (name === 'cosine') {
    return {
      times: [0, 1],
      at(t) {
        const [cos, sin] = [Math.cos(QUARTER * t), Math.sin(QUARTER * t)];
        return { noise: cos, data: sin, noiseRate: -QUARTER * sin, dataRate: QUARTER * cos, blur: sigma, blurRate: 0 };
      },
    };
  }
  if (name === 'variance-preserving') {
    return {
      times: [0, 1 - 1e-3],
      at(t) {
        const s = 1 - t;
        const [least, most] = BETA;
        const data = Math.exp(-(s * s * (most - least)) / 4 - (s * least) / 2);
        const dataRate = data * ((s * (most - least)) / 2 + least / 2);
        const noise = Math.sqrt(1 - data * data);
        return { noise, data, noiseRate: (-data * dataRate) / noise, dataRate, blur: sigma, blurRate: 0 };
      },
    };
  }
  return {
    times: [1e-3, 1 - 1e-3],
    at(t) {
      const spread = Math.sqrt(t * (1 - t));
      return { noise: 1 - t, data: t, noiseRate: -1, dataRate: 1, blur: sigma * spread, blurRate: (sigma * (1 - 2 * t)) / (2 * spread) };
    },
  };
}
