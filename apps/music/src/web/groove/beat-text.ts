import { fromBase64url, toBase64url } from '@advect/web';
import { grooveStyles, type GrooveStyle } from '../../data/grooves.js';
import { type Drum, drums } from '../../drum-kit.js';
import { type Groove, grooveOf, strokesOf } from '../../groove.js';
import { usualDrummer } from './drummer.js';

/** Everything of the groove tab that is in the address. */
export interface BeatSettings {
  /** The model of grooves: a shipped one's name, or an address of this site. Undefined: one that was dropped, which no address names. */
  readonly model: string | undefined;
  readonly given: Groove;
  /** The same strokes as the model plays them; undefined before it has. */
  readonly drawn: Groove | undefined;
  /** How far from the given touch to the drawn one, 0 … 1. */
  readonly amount: number;
  readonly style: GrooveStyle | undefined;
  readonly tempo: number;
  readonly temperature: number;
  readonly seed: number;
  readonly seedLocked: boolean;
  /** Drums that stay while others are played. */
  readonly kept: readonly Drum[];
}

/** Numbers of a stroke: place (two bytes), velocity of 127, offset in 1/120 of a step. */
const bytesOfStroke = 4;

/** A groove as text: a bar count, then its strokes as base64url. */
function grooveText(groove: Groove): string {
  const bytes = strokesOf(groove).flatMap(({ step, drum, velocity, offset }) => {
    const at = step * drums.length + drums.indexOf(drum);
    return [at >> 8, at & 255, Math.max(1, Math.round(velocity * 127)), Math.round(offset * 120) + 128];
  });
  return `${groove.steps / 16}.${toBase64url(Uint8Array.from(bytes))}`;
}

function grooveIn(text: string | null): Groove | undefined {
  const [, bars, packed] = /^([1-8])\.([\w-]*)$/.exec(text ?? '') ?? [];
  if (bars === undefined) return undefined;
  try {
    const bytes = fromBase64url(packed);
    const steps = Number(bars) * 16;
    const strokes = Array.from({ length: Math.floor(bytes.length / bytesOfStroke) }, (_, i) => {
      const [high, low, velocity, offset] = bytes.subarray(i * bytesOfStroke, (i + 1) * bytesOfStroke);
      const at = high * 256 + low;
      return {
        step: Math.floor(at / drums.length),
        drum: drums[at % drums.length],
        velocity: Math.min(127, velocity) / 127,
        offset: Math.max(-60, Math.min(60, offset - 128)) / 120,
      };
    });
    return grooveOf(steps, strokes);
  } catch {
    return undefined;
  }
}

export function writeBeat({ model, given, drawn, amount, style, tempo, temperature, seed, seedLocked, kept }: BeatSettings): string {
  const texts: Record<string, string> = { b: grooveText(given), t: String(tempo), h: String(temperature), x: String(seed) };
  if (model !== undefined && model !== usualDrummer) texts.m = model;
  if (drawn) texts.d = grooveText(drawn);
  if (amount !== 1) texts.a = String(amount);
  if (style) texts.s = style;
  if (seedLocked) texts.l = '1';
  if (kept.length > 0) texts.k = kept.map((drum) => drums.indexOf(drum)).join('');
  return new URLSearchParams(texts).toString();
}

/** What a text holds; what is missing or makes no sense is as in `fresh`. */
export function readBeat(text: string, fresh: BeatSettings): BeatSettings {
  const texts = new URLSearchParams(text);
  const number = (name: string, min: number, max: number, usual: number): number => {
    const value = Number(texts.get(name) ?? NaN);
    return value >= min && value <= max ? value : usual;
  };
  const given = grooveIn(texts.get('b')) ?? fresh.given;
  const drawn = grooveIn(texts.get('d'));
  return {
    model: texts.get('m') ?? fresh.model,
    given,
    drawn: drawn && String(drawn.hits) === String(given.hits) ? drawn : undefined,
    amount: number('a', 0, 1, 1),
    style: grooveStyles.find((style) => style === texts.get('s')),
    tempo: number('t', 40, 240, fresh.tempo),
    temperature: number('h', 0, 2, fresh.temperature),
    seed: Math.floor(number('x', 0, Number.MAX_SAFE_INTEGER, fresh.seed)),
    seedLocked: texts.get('l') === '1',
    kept: drums.filter((_, d) => texts.get('k')?.includes(String(d))),
  };
}
