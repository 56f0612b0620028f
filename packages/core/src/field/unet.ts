import { activations } from '../nn/activations.js';
import { attention, initAttention } from '../nn/attention.js';
import { convolve, enlarge, initConvolution, shrink } from '../nn/convolution.js';
import { dense, initDense, multiply } from '../nn/dense.js';
import { activate, concatenate, type Dual, linear, plus, sum, times } from '../nn/dual.js';
import { groupNorm, initGroupNorm } from '../nn/norm.js';
import { timeWaves } from '../nn/time-features.js';
import { type Key, split } from '../random/index.js';
import { tf, type Tensor } from '../tensor/index.js';
import { checkInput, definedOnly } from './check.js';
import { differentiable, type DualFunction } from './differentiable.js';
import type { FieldInput, ParameterTensors, Parameters, VelocityField } from './field.js';
import { readUnetOptions, type UnetOptions } from './unet-options.js';
import { type UnetPart, unetPlan } from './unet-plan.js';

const swish = activations.swish;

/**
 * A velocity field of pictures, [batch, height, width, channels]: a U-Net of residual blocks (group norm, swish, 3 × 3
 * convolution, twice), with the embedding of time and condition in every block and self-attention where it is asked for.
 * Every block starts as its skip connection alone, and the field as u = 0.
 *
 * In the layout of the guided-diffusion reference code, `UNetModel`, which torchcfm uses too: `channels` is its
 * `model_channels`, `multipliers` `channel_mult`, `blocks` `num_res_blocks`, `attention` `attention_resolutions`, `scaleShift`
 * `use_scale_shift_norm`, with 32 `groups`; `frequency` is 1 where times run from 0 to 1, and 1000 where they run to 1000.
 * There is no drop-out.
 *
 * Cost: `velocityAndJvp` costs about one evaluation for each direction.
 * References: Ronneberger, Fischer and Brox (2015); Ho, Jain and Abbeel (2020), appendix B; Dhariwal and Nichol (2021), §3.
 *
 * @throws AdvectError `unknown-option` or `invalid-option`
 */
export function unet(options: UnetOptions): VelocityField {
  const settings = readUnetOptions(options);
  const { event, channels, groups, scaleShift, frequency, conditionDim, lastLayer } = settings;
  const plan = unetPlan(settings);
  const parts = [...plan.down, plan.middle, ...plan.up].flat();
  const embedding = 4 * channels;
  const headsOf = (width: number): number => (settings.headChannels ? width / settings.headChannels : settings.heads);

  const init = (key: Key): Parameters => {
    const at = (name: string): Key => split(key, name);
    const convolution = (name: string, inputs: number, outputs: number, how = {}) => initConvolution(at(name), name, inputs, outputs, how);
    const initPart = (part: UnetPart): Parameters => {
      const { name } = part;
      if (part.kind === 'convolution') return convolution(name, part.inputs, part.outputs);
      if (part.kind === 'attention')
        return { ...initGroupNorm(`${name}/norm`, part.channels), ...initAttention(at(name), name, part.channels) };
      if (part.kind !== 'block') return part.convolution ? convolution(name, part.channels, part.channels) : {};
      const { inputs, outputs } = part;
      return {
        ...initGroupNorm(`${name}/norm0`, inputs),
        ...convolution(`${name}/convolution0`, inputs, outputs),
        ...initDense(at(name), `${name}/time`, embedding, scaleShift ? 2 * outputs : outputs),
        ...initGroupNorm(`${name}/norm1`, outputs),
        ...convolution(`${name}/convolution1`, outputs, outputs, { gain: 0 }),
        ...(inputs === outputs ? {} : convolution(`${name}/skip`, inputs, outputs, { window: 1 })),
      };
    };
    return Object.assign(
      {
        ...initDense(at('time'), 'time/in', channels, embedding),
        ...initDense(at('time'), 'time/out', embedding, embedding),
        ...(conditionDim > 0 && initDense(at('label'), 'label', conditionDim, embedding, { bias: false })),
      },
      ...parts.map(initPart),
      initGroupNorm('output/norm', plan.channels),
      convolution('output/convolution', plan.channels, event[2], { gain: lastLayer === 'zero' ? 0 : 1 }),
    ) as Parameters;
  };

  /** Time and condition for every block, [1 or batch, embedding]. */
  const embed = (parameters: ParameterTensors, { t, condition }: FieldInput): Tensor => {
    const hidden = swish.apply(dense(parameters, 'time/in', timeWaves(t, channels, frequency)));
    const time = dense(parameters, 'time/out', hidden);
    return swish.apply(condition ? tf.add(time, multiply(condition, parameters['label/weight'])) : time);
  };

  const block = (parameters: ParameterTensors, { name, resize }: UnetPart & { kind: 'block' }, x: Dual, side: Tensor): Dual => {
    const sized = (v: Dual): Dual => (resize ? linear(v, resize === 'down' ? shrink : enlarge) : v);
    const normed = activate(groupNorm(parameters, `${name}/norm0`, x, groups), swish);
    const h = convolve(parameters, `${name}/convolution0`, sized(normed));
    const time = tf.reshape(dense(parameters, `${name}/time`, side), [side.shape[0], 1, 1, -1]);
    const mixed = scaleShift
      ? scaledAndShifted(groupNorm(parameters, `${name}/norm1`, h, groups), time)
      : groupNorm(parameters, `${name}/norm1`, plus(h, time), groups);
    const outcome = convolve(parameters, `${name}/convolution1`, activate(mixed, swish));
    const skip = parameters[`${name}/skip/weight`] ? convolve(parameters, `${name}/skip`, sized(x)) : sized(x);
    return sum(skip, outcome);
  };

  const apply = (parameters: ParameterTensors, part: UnetPart, x: Dual, side: Tensor): Dual => {
    const { name } = part;
    if (part.kind === 'convolution') return convolve(parameters, name, x);
    if (part.kind === 'block') return block(parameters, part, x, side);
    if (part.kind === 'attention') {
      const [, height, width, depth] = x.value.shape;
      const tokens = linear(groupNorm(parameters, `${name}/norm`, x, groups), (v) => tf.reshape(v, [v.shape[0], height * width, depth]));
      const read = attention(parameters, name, tokens, headsOf(depth));
      return sum(
        x,
        linear(read, (v) => tf.reshape(v, [v.shape[0], height, width, depth])),
      );
    }
    if (part.kind === 'down') return part.convolution ? convolve(parameters, name, x, 2) : linear(x, shrink);
    const large = linear(x, enlarge);
    return part.convolution ? convolve(parameters, name, large) : large;
  };

  const run: DualFunction = (parameters, input, tangents) => {
    checkInput('unet', input, event, conditionDim);
    const side = embed(parameters, input);
    const through = (step: readonly UnetPart[], x: Dual): Dual => step.reduce((h, part) => apply(parameters, part, h, side), x);
    let h: Dual = { value: input.x, tangents };
    const kept = plan.down.map((step) => (h = through(step, h)));
    h = through(plan.middle, h);
    for (const step of plan.up) h = through(step, concatenate(h, kept.pop()!));
    return convolve(parameters, 'output/convolution', activate(groupNorm(parameters, 'output/norm', h, groups), swish));
  };

  return {
    config: { kind: 'unet', ...definedOnly(settings) },
    event: [...event],
    conditionDim,
    init,
    ...differentiable(run),
  };
}

/** x·(1 + scale) + shift, with both side by side in one tensor of twice x's channels. */
function scaledAndShifted(x: Dual, both: Tensor): Dual {
  const [scale, shift] = tf.split(both, 2, 3);
  return plus(times(x, tf.add(scale, 1)), shift);
}
