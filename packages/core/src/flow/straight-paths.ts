import { AdvectError } from '@advect/base/errors';
import type { Flow } from './flow.js';
import { mixingTransform } from './transforms/by-entry.js';

/**
 * Throws `unsupported` for a flow that cannot have straight paths from independent standard normal noise, on which its
 * velocity would give ∇log p_t.
 */
export function requireStraightPaths(verb: string, { base, field, manifold }: Flow): void {
  const reason = manifold
    ? 'its points lie on a manifold'
    : base.config.kind !== 'standard-normal'
      ? `its base is '${base.config.kind}', not the standard normal`
      : field.pieces && 'its field is made of pieces in time';
  if (reason) throw noStraightPaths(verb, reason);
}

/** The same for a verb that takes entries by themselves: no transform may mix them. */
export function requireStraightPathsByEntry(verb: string, flow: Flow): void {
  requireStraightPaths(verb, flow);
  const mixing = mixingTransform(flow.transforms);
  if (mixing) throw noStraightPaths(verb, `its transform '${mixing.config.kind}' does not take each entry by itself`);
}

const noStraightPaths = (verb: string, reason: string): AdvectError =>
  new AdvectError(
    'unsupported',
    `${verb}: this flow has no straight paths from independent noise: ${reason}`,
    'Train one by flowMatching() on a standard normal base.',
  );
