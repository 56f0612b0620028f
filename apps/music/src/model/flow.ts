import { cnf, endpointField, type EndpointField, type Flow, transformerNetwork } from '@advect/core';
import { stepsPerBar, voiceCount } from '../score.js';
import { windowSteps } from '../data/windows.js';
import { wishDim } from './condition.js';
import { givenDim, isTold, toldPerStep } from './given.js';
import { codebook, codeSize } from './helix-code.js';

/** Size and start of a new chorale flow. */
export interface FlowSettings {
  /** Width of a token inside the transformer, and the number of its blocks. */
  readonly width: number;
  readonly layers: number;
  /** Whether it is told what of a window is given, and so can harmonise, fill in and go on by its own conditional flow. */
  readonly told: boolean;
  /** Of the fresh weights. */
  readonly seed: number;
}

/**
 * A flow over windows of four voices: 32 eighth notes as tokens of 4 · 5 numbers (`helixCode`, blurred by σ = 0.1), and a
 * transformer that tells the pitch at the end of the way, 47 logits for each voice and step.
 */
export function choraleFlow({ width, layers, told, seed }: FlowSettings): Flow {
  const network = transformerNetwork({
    input: [windowSteps, voiceCount * (codeSize + codebook.length)],
    output: [windowSteps, voiceCount * codebook.length],
    model: width,
    layers,
    heads: 4,
    period: stepsPerBar,
    ...(told ? { conditionDim: givenDim, tokenCondition: toldPerStep } : { conditionDim: wishDim }),
  });
  return cnf({ field: endpointField({ network, codebook, sigma: 0.1, evidence: 'logits+input' }), seed });
}

/** Whether a flow is one of chorales: windows of 32 steps in this code. */
export function isChoraleFlow(flow: Flow): boolean {
  const field = flow.field as Partial<EndpointField>;
  return (
    String(flow.field.event) === String([windowSteps, voiceCount * codeSize]) &&
    (flow.field.conditionDim === wishDim || isTold(flow)) &&
    JSON.stringify(field.codebook) === JSON.stringify(codebook)
  );
}
