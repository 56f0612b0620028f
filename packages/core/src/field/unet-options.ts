import { AdvectError } from '@advect/base/errors';
import { boolean, integer, number, oneOf, optional, readOptions, type Readers } from '@advect/base/options';
import { conditionWidth, dimensions, widths } from './check.js';
import { type ConditionSettings, conditionSettings, type StartSettings, startSettings } from './settings.js';

/** What the field `unet` is made of. */
export interface UnetOptions extends ConditionSettings, StartSettings {
  /** [height, width, channels] of one picture; height and width divide by 2 once for each multiplier but the first. */
  readonly event: readonly [number, number, number];
  /** Channels at full size, before the first multiplier; a quarter of the width of the embedding of time. Default 32. */
  readonly channels?: number;
  /** Channels at full size, half size, a quarter … as multiples of `channels`. Default [1, 2, 2]. */
  readonly multipliers?: readonly number[];
  /** Residual blocks at each size on the way down; one more on the way up. Default 1. */
  readonly blocks?: number;
  /** Sizes with self-attention as factors of reduction: 1 for full size, 2 for half size, 4 … Default none. */
  readonly attention?: readonly number[];
  /** Whether there is attention at the smallest size, between the way down and the way up. Default true. */
  readonly middleAttention?: boolean;
  /** Attention heads, a divisor of the channels where attention is; or give `headChannels`. Default 1. */
  readonly heads?: number;
  /** Channels of one head, in place of `heads`. */
  readonly headChannels?: number;
  /** Groups of the group norms, a divisor of the channels everywhere. Default 8. */
  readonly groups?: number;
  /** Whether time and condition scale and shift the second norm of a block, instead of being added before it. Default false. */
  readonly scaleShift?: boolean;
  /**
   * How sizes change. `convolution`, the default: by a convolution with stride 2, or after doubling the pixels. `plain`: by
   * means of pixels and doubled pixels. `block`: within a residual block.
   */
  readonly resample?: 'convolution' | 'plain' | 'block';
  /** Highest frequency of the embedding of time, radians from t = 0 to t = 1; the lowest is nearly 10,000 times less. Default 30. */
  readonly frequency?: number;
}

/** The options with every default filled in, and classes counted as the condition's width. */
export type UnetSettings = Required<Omit<UnetOptions, 'headChannels' | 'classes'>> & Pick<UnetOptions, 'headChannels'>;

const positive = integer({ min: 1 });
export const unetReaders: Readers<UnetOptions> = {
  event: dimensions(3) as () => readonly [number, number, number],
  channels: integer({ default: 32, min: 2 }),
  multipliers: widths([1, 2, 2]),
  blocks: integer({ default: 1, min: 1 }),
  attention: widths([]),
  middleAttention: boolean(true),
  heads: integer({ default: 1, min: 1 }),
  headChannels: optional(positive),
  groups: integer({ default: 8, min: 1 }),
  scaleShift: boolean(false),
  resample: oneOf(['convolution', 'plain', 'block'] as const, 'convolution'),
  frequency: number({ default: 30, min: 1e-3, max: 1e5 }),
  ...conditionSettings,
  ...startSettings,
};

/** Reads and checks options; throws `unknown-option` or `invalid-option`. */
export function readUnetOptions(options: UnetOptions): UnetSettings {
  const { classes, ...read } = readOptions<UnetOptions>('unet', options, unetReaders);
  const settings = { ...read, conditionDim: conditionWidth('unet', classes, read.conditionDim) } as UnetSettings;
  checkSettings(settings);
  return settings;
}

function checkSettings({ event, channels, multipliers, attention, middleAttention, groups, heads, headChannels }: UnetSettings): void {
  const refuse = (problem: string, hint: string): never => {
    throw new AdvectError('invalid-option', `unet: ${problem}`, hint);
  };
  const [height, width] = event;
  const smallest = 2 ** (multipliers.length - 1);
  if (multipliers.length === 0) refuse('multipliers is empty', 'Give one multiplier for each size of the picture.');
  if (height % smallest !== 0 || width % smallest !== 0) {
    refuse(
      `a picture of ${height} by ${width} cannot be halved ${multipliers.length - 1} times`,
      'Give fewer multipliers, or pad the pictures.',
    );
  }
  if (channels % 2 !== 0) refuse(`channels is ${channels}`, 'Choose an even number: half are sines, half cosines of time.');
  for (const m of multipliers) {
    if ((m * channels) % groups !== 0) refuse(`${groups} groups do not divide ${m * channels} channels`, 'Choose a divisor.');
  }
  const attended = multipliers.filter(
    (_, level) => attention.includes(2 ** level) || (middleAttention && level === multipliers.length - 1),
  );
  for (const m of attended) {
    const by = headChannels ?? heads;
    if ((m * channels) % by !== 0) {
      refuse(
        `${headChannels === undefined ? `${heads} heads do` : `${headChannels} headChannels do`} not divide ${m * channels} channels`,
        'Choose a divisor.',
      );
    }
  }
  const unused = attention.find((factor) => !multipliers.some((_, level) => 2 ** level === factor));
  if (unused !== undefined)
    refuse(
      `attention names the factor ${unused}, which no size has`,
      `Sizes are reduced by ${multipliers.map((_, level) => 2 ** level).join(', ')}.`,
    );
}
