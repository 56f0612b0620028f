import type { Flow } from '@advect/core';
import { scoreToMidi } from '../codec/score-midi.js';
import { writeMidi } from '../codec/midi-write.js';
import { instruments } from '../render/instrument.js';
import { compose } from './compose.js';
import { composeDefaults } from './defaults.js';

/** Four bars from the flow as it is now, always from the same noise, as a MIDI file. */
export async function watchedTune(flow: Flow): Promise<Map<string, Uint8Array>> {
  const [tune] = await compose(flow, { ...composeDefaults, best: 1, seed: 0, index: 0, count: 1, bars: 4 });
  const settings = { tempo: 80, program: instruments.choir.program, title: 'A sample on the way', settings: {} };
  return new Map([['mid', writeMidi(scoreToMidi(tune.score, { ...settings, key: tune.key }))]]);
}
