import { type NdArray, ndarray, sizeOf } from '@advect/base/array';
import type { ImportUnetOptions } from '#src/import/index.js';
import { writeSafetensors } from '#src/io/index.js';

/** The smallest U-Net that torchcfm's `UNetModel` makes: two channels, one level, one block. */
export const tinyUnetSettings: ImportUnetOptions = { event: [2, 2, 1], channels: 2, multipliers: [1], blocks: 1, attention: [], groups: 1 };

/** The safetensors of its `state_dict()`, by the original's names and shapes. */
export function tinyUnet(): Uint8Array {
  const tensors = new Map<string, NdArray>();
  const put = (name: string, ...shape: number[]): void => {
    tensors.set(name, ndarray(new Float32Array(sizeOf(shape)).fill(0.5), shape));
  };
  const layer = (name: string, outputs: number, ...others: number[]): void => {
    put(`${name}.weight`, outputs, ...others);
    put(`${name}.bias`, outputs);
  };
  const block = (name: string, inputs: number): void => {
    layer(`${name}.in_layers.0`, inputs);
    layer(`${name}.in_layers.2`, 2, inputs, 3, 3);
    layer(`${name}.emb_layers.1`, 2, 8);
    layer(`${name}.out_layers.0`, 2);
    layer(`${name}.out_layers.3`, 2, 2, 3, 3);
    if (inputs !== 2) layer(`${name}.skip_connection`, 2, inputs, 1, 1);
  };
  layer('time_embed.0', 8, 2);
  layer('time_embed.2', 8, 8);
  layer('input_blocks.0.0', 2, 1, 3, 3);
  block('input_blocks.1.0', 2);
  block('middle_block.0', 2);
  layer('middle_block.1.norm', 2);
  layer('middle_block.1.qkv', 6, 2, 1);
  layer('middle_block.1.proj_out', 2, 2, 1);
  block('middle_block.2', 2);
  block('output_blocks.0.0', 4);
  block('output_blocks.1.0', 4);
  layer('out.0', 2);
  layer('out.2', 1, 2, 3, 3);
  return writeSafetensors(tensors);
}
