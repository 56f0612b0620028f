import type { Parameters, VelocityField } from '../field/field.js';

/** A part of a way along a flow on which one field holds, with its weights. */
export interface Leg {
  readonly field: VelocityField;
  readonly parameters: Parameters;
  readonly from: number;
  readonly to: number;
}

/** The way from one time to another, in either direction, by the pieces of the field; all in one where it has none. */
export function legsOf(field: VelocityField, parameters: Parameters, from: number, to: number): Leg[] {
  const { pieces } = field;
  if (!pieces) return [{ field, parameters, from, to }];
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const legs = pieces.flatMap((piece, i): Leg[] => {
    const start = i === 0 ? low : Math.max(low, piece.from);
    const end = i === pieces.length - 1 ? high : Math.min(high, piece.to);
    if (start > end || (start === end && low !== high)) return [];
    const own = Object.fromEntries(Object.entries(parameters).filter(([name]) => piece.owns(name)));
    return [{ field: piece.field, parameters: own, from: start, to: end }];
  });
  return from <= to ? legs : legs.reverse().map((leg) => ({ ...leg, from: leg.to, to: leg.from }));
}
