import type { CommandContext } from '@advect/node';
import { longKeyName, type MusicalKey } from '../data/musical-key.js';
import type { ModelOfKind } from '../files/open-any.js';
import { heldOutOf, standingInWords, standingOf } from '../model/held-out.js';
import type { Piece } from './open-piece.js';

type Context = Pick<CommandContext, 'note' | 'progress' | 'signal' | 'print' | 'json'>;

/** Measures the highest voice of a piece by a model of melodies: bits for each note, bar by bar. */
export async function scoreMelody(
  { note, progress, signal, print, json }: Context,
  { flow, name, manifest }: ModelOfKind,
  piece: Piece,
  settings: { readonly seed: number; readonly key?: MusicalKey },
): Promise<void> {
  if (piece.voices.length > 1) note('the model knows one voice: the soprano is measured');
  const { pieceMelodyBits } = await import('../model/melody-bits.js');
  const heldOut = heldOutOf(manifest);
  progress.update(0, 1, 'measuring');
  const { key, notes, bitsPerNote, standardError, bars } = await pieceMelodyBits(flow, piece.score, {
    ...settings,
    signal,
    ...(heldOut && { bound: { draws: heldOut.draws, levels: heldOut.levels } }),
  });
  progress.clear();
  const standing = heldOut && standingOf(bitsPerNote, piece.score.steps, heldOut, 'whole melodies');
  if (json)
    return print(
      JSON.stringify({ piece: piece.name, model: name, key: longKeyName(key), notes, bitsPerNote, standardError, bars, heldOut: standing }),
    );
  print(`${notes} notes in ${longKeyName(key)}`);
  print(
    `${bitsPerNote.toFixed(2)} ± ${standardError.toFixed(2)} bits per note by the denoising bound${standing ? `: ${standingInWords(standing)}` : ''}; bar by bar:`,
  );
  for (const { bar, bits } of bars) print(`  bar ${String(bar).padStart(3)}  ${bits.toFixed(1).padStart(6)} bits`);
}
