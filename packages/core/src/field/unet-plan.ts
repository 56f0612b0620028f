import type { UnetSettings } from './unet-options.js';

/** One part of a U-Net, in the order in which they run; sizes in channels. */
export type UnetPart =
  | { readonly kind: 'convolution'; readonly name: string; readonly inputs: number; readonly outputs: number }
  | {
      readonly kind: 'block';
      readonly name: string;
      readonly inputs: number;
      readonly outputs: number;
      /** Whether the block also halves or doubles the picture. */
      readonly resize?: 'down' | 'up';
    }
  | { readonly kind: 'attention'; readonly name: string; readonly channels: number }
  | { readonly kind: 'down' | 'up'; readonly name: string; readonly channels: number; readonly convolution: boolean };

/** A U-Net as data: after each step of `down` what it gave is kept, and each step of `up` begins by taking the last kept one. */
export interface UnetPlan {
  readonly down: readonly (readonly UnetPart[])[];
  readonly middle: readonly UnetPart[];
  readonly up: readonly (readonly UnetPart[])[];
  /** Channels before the last layer. */
  readonly channels: number;
}

/**
 * The parts of a U-Net in the order, and under the numbers, of the guided-diffusion reference code: step i of `down` is its
 * `input_blocks.i` (the first one the convolution of the input), step i of `up` its `output_blocks.i`.
 */
export function unetPlan({ event, channels, multipliers, blocks, attention, middleAttention, resample }: UnetSettings): UnetPlan {
  const widths = multipliers.map((m) => m * channels);
  const attended = (name: string, level: number, width: number): UnetPart[] =>
    attention.includes(2 ** level) ? [{ kind: 'attention', name: `${name}/attention`, channels: width }] : [];
  const resized = (name: string, direction: 'down' | 'up', width: number): UnetPart =>
    resample === 'block'
      ? { kind: 'block', name: `${name}/resize`, inputs: width, outputs: width, resize: direction }
      : { kind: direction, name: `${name}/resize`, channels: width, convolution: resample === 'convolution' };

  const down: UnetPart[][] = [[{ kind: 'convolution', name: 'down0/convolution', inputs: event[2], outputs: widths[0] }]];
  const kept = [widths[0]];
  let width = widths[0];
  const step = (parts: (name: string) => UnetPart[]): void => {
    down.push(parts(`down${down.length}`));
    kept.push(width);
  };
  widths.forEach((next, level) => {
    for (let i = 0; i < blocks; i++) {
      const from = width;
      width = next;
      step((name) => [{ kind: 'block', name: `${name}/block`, inputs: from, outputs: next }, ...attended(name, level, next)]);
    }
    if (level + 1 < widths.length) step((name) => [resized(name, 'down', next)]);
  });

  const middle: UnetPart[] = [
    { kind: 'block', name: 'middle/block0', inputs: width, outputs: width },
    ...(middleAttention ? [{ kind: 'attention', name: 'middle/attention', channels: width } as const] : []),
    { kind: 'block', name: 'middle/block1', inputs: width, outputs: width },
  ];

  const up: UnetPart[][] = [];
  for (let level = widths.length - 1; level >= 0; level--) {
    for (let i = 0; i <= blocks; i++) {
      const name = `up${up.length}`;
      const next = widths[level];
      up.push([
        { kind: 'block', name: `${name}/block`, inputs: width + kept.pop()!, outputs: next },
        ...attended(name, level, next),
        ...(level > 0 && i === blocks ? [resized(name, 'up', next)] : []),
      ]);
      width = next;
    }
  }
  return { down, middle, up, channels: width };
}
