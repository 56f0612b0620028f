/** The nine drums of a kit, from the ground up: the order in which every groove keeps them. */
export const drums = ['kick', 'snare', 'closedHat', 'openHat', 'lowTom', 'midTom', 'highTom', 'crash', 'ride'] as const;

export type Drum = (typeof drums)[number];

/** The General MIDI note that stands for each drum. */
export const drumNotes: Readonly<Record<Drum, number>> = {
  kick: 36,
  snare: 38,
  closedHat: 42,
  openHat: 46,
  lowTom: 43,
  midTom: 47,
  highTom: 50,
  crash: 49,
  ride: 51,
};

/**
 * Every note that strikes one of the drums. The pads of the Roland TD-11, on which the Groove MIDI Dataset was played, go as
 * its authors put them together (rims to heads, edges to bows, both crash cymbals to one); behind them stand the General
 * MIDI notes that those pads do not send.
 *
 * Reference: Gillick, Roberts, Engel, Eck & Bamman (2019), "Learning to groove with inverse sequence transformations".
 */
const notesOfDrum: Readonly<Record<Drum, readonly number[]>> = {
  kick: [36, 35],
  snare: [38, 37, 40, 39],
  closedHat: [42, 22, 44],
  openHat: [46, 26],
  lowTom: [43, 58, 41],
  midTom: [47, 45],
  highTom: [50, 48],
  crash: [49, 52, 55, 57],
  ride: [51, 53, 59],
};

const drumOf = new Map(drums.flatMap((drum) => notesOfDrum[drum].map((note) => [note, drum] as const)));

/** The drum that a note strikes, or undefined for percussion that the kit has not. */
export const drumOfNote = (note: number): Drum | undefined => drumOf.get(note);
