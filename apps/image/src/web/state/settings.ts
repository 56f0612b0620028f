import { type EngineChoice, engineChoices, numberIn, presentTexts, type TextState } from '@advect/web';
import type { Label } from '../../model/label.js';
import { methods, type SolverChoice } from '../../model/solver.js';

/** Everything that decides what the page shows; all of it is in the address. */
export interface Settings {
  /** A shipped model's name, or an address of this site. Undefined: one that was dropped, which no address names. */
  readonly model: string | undefined;
  readonly seed: number;
  /** Whether the seed stays when other things change. */
  readonly locked: boolean;
  /** Items of the series that hang on the wall. */
  readonly items: readonly number[];
  /** Labels that the items go through in turn; empty: every class. */
  readonly labels: readonly Label[];
  /** These undefined: as the model says. */
  readonly guidance: number | undefined;
  readonly temperature: number | undefined;
  readonly solver: SolverChoice | undefined;
  /** 0 is noise, 1 the picture. */
  readonly time: number;
  readonly engine: EngineChoice;
  /** The panel that is open; empty for none. */
  readonly panel: string;
}

export const wallSize = 16;

/** Items of a wall at most. */
export const mostItems = 64;

/** Letters that the name or address of a model may have. */
const longestName = 1000;

/** Walls that the key G goes through. */
const wallSizes = [16, 36, 4] as const;

/** The items of the next larger wall, and after the largest of the smallest, from the first one on that hangs now. */
export function nextWall(items: readonly number[]): readonly number[] {
  const place = wallSizes.findIndex((size) => size === items.length);
  const first = items[0] ?? 0;
  return Array.from({ length: wallSizes[(place + 1) % wallSizes.length] }, (_, i) => first + i);
}
const firstItems = Array.from({ length: wallSize }, (_, i) => i);

/** The model of a fresh visit. */
export const usualModel = 'digits';

/** What a fresh visit starts with, but for the seed. */
export const freshSettings = (seed: number): Settings => ({
  model: usualModel,
  seed,
  locked: false,
  items: firstItems,
  labels: [],
  guidance: undefined,
  temperature: undefined,
  solver: undefined,
  time: 1,
  engine: 'auto',
  panel: '',
});

/** Settings as texts; what is as on a fresh visit is left out. */
export function writeSettings(settings: Settings): TextState {
  const { model, seed, locked, items, labels, guidance, temperature, solver, time, engine, panel } = settings;
  const fresh = freshSettings(seed);
  const texts: Record<string, string | undefined> = {
    m: model,
    seed: String(seed),
    lock: locked ? '1' : undefined,
    items: String(items) === String(fresh.items) ? undefined : items.join('.'),
    label: labels.length === 0 ? undefined : labels.map(writeLabel).join('.'),
    guidance: guidance?.toString(),
    temperature: temperature?.toString(),
    solver: solver?.method,
    tol: solver && solver.steps === undefined ? String(solver.tolerance) : undefined,
    steps: solver?.steps === undefined ? undefined : String(solver.steps),
    t: time === 1 ? undefined : String(Number(time.toFixed(3))),
    engine: engine === 'auto' ? undefined : engine,
    panel: panel === '' ? undefined : panel,
  };
  return presentTexts(texts);
}

/** Settings of an address. What is missing or makes no sense is as on a fresh visit: a link may be old, or written by hand. */
export function readSettings(texts: TextState, freshSeed: number): Settings {
  const fresh = freshSettings(numberIn(texts['seed'], 0, Number.MAX_SAFE_INTEGER, true) ?? freshSeed);
  const method = methods.find((known) => known === texts['solver']);
  const steps = numberIn(texts['steps'], 1, 10_000, true);
  const items = texts['items']?.split('.').map((text) => numberIn(text, 0, 1e9, true));
  const labels = texts['label']?.split('.', mostItems).map(readLabel);
  const model = texts['m'];
  return {
    ...fresh,
    model: model && model.length <= longestName ? model : fresh.model,
    locked: texts['lock'] === '1',
    items: items && items.length <= mostItems && items.every((item) => item !== undefined) ? items : fresh.items,
    labels: labels?.every((label) => label !== undefined) ? labels : [],
    guidance: numberIn(texts['guidance'], 0, 20),
    temperature: numberIn(texts['temperature'], 0, 2),
    solver: method && {
      method,
      tolerance: numberIn(texts['tol'], 1e-6, 1) ?? 1e-3,
      ...(steps !== undefined && { steps }),
    },
    time: numberIn(texts['t'], 0, 1) ?? 1,
    engine: engineChoices.find((name) => name === texts['engine']) ?? 'auto',
    panel: /^[a-z]{1,20}$/.exec(texts['panel'] ?? '')?.[0] ?? '',
  };
}

/** `3`, `-1` for none, `3~8~50` for half a three and half an eight. */
const writeLabel = (label: Label): string =>
  typeof label === 'number' ? String(label) : `${label.a}~${label.b}~${Math.round(label.share * 100)}`;

function readLabel(text: string): Label | undefined {
  const [a, b, share] = text.split('~').map((part, i) => numberIn(part, i === 2 ? 0 : -1, i === 2 ? 100 : 1e6, true));
  if (a === undefined || b === undefined || share === undefined) return text.includes('~') ? undefined : a;
  return { a, b, share: share / 100 };
}
