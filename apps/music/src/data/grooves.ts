import { type Groove, sliceSteps } from '../groove.js';

/** Steps of a window of drums: two bars of sixteenths; and of a bar. */
export const grooveSteps = 32;
export const grooveBar = 16;

/** Styles of the Groove MIDI Dataset, each the first word of what its files say. */
export const grooveStyles = [
  'afrobeat',
  'afrocuban',
  'blues',
  'country',
  'dance',
  'funk',
  'gospel',
  'highlife',
  'hiphop',
  'jazz',
  'latin',
  'middleeastern',
  'neworleans',
  'pop',
  'punk',
  'reggae',
  'rock',
  'soul',
] as const;

export type GrooveStyle = (typeof grooveStyles)[number];

/** What a file of the set says in its name. */
export interface GrooveLabel {
  /** Unknown where the name does not say. */
  readonly style?: GrooveStyle;
  /** Quarter notes in a minute. */
  readonly tempo: number;
}

/** Two bars of a performance. */
export interface GrooveWindow extends GrooveLabel {
  readonly groove: Groove;
  /** Name of the performance. */
  readonly from: string;
}

/** The label in a name such as "drummer1/session1/1_funk-groove1_138_beat_4-4.mid"; undefined for fills and other metres than 4/4. */
export function grooveLabel(name: string): GrooveLabel | undefined {
  const [, first, tempo] = /(?:^|\/)\d+_([a-z]+)[^_]*_(\d+)_beat_4-4\.midi?$/.exec(name) ?? [];
  const style = grooveStyles.find((known) => known === first);
  return style && { style, tempo: Number(tempo) };
}

/** Cuts a performance into windows of two bars, one for each bar that it begins with; silent ones are left out. */
export function grooveWindows(groove: Groove, label: GrooveLabel, from: string): GrooveWindow[] {
  const bars = Math.ceil(groove.steps / grooveBar);
  return Array.from({ length: Math.max(1, bars - 1) }, (_, bar) => ({
    ...label,
    groove: sliceGroove(groove, bar * grooveBar),
    from,
  })).filter(({ groove: window }) => window.hits.includes(1));
}

/** Two bars from a step on, silence behind the end. */
export const sliceGroove = (groove: Groove, start: number): Groove => sliceSteps(groove, start, start + grooveSteps);
