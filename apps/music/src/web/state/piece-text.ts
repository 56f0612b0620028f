import type { MusicalKey } from '../../data/musical-key.js';
import { pitchAt, rest, type Score, voiceCount } from '../../score.js';

/** The piece on the desk: its notes, its key, and one byte for each cell, [step, voice], 1 where the note is locked. */
export interface Piece {
  readonly score: Score;
  readonly key: MusicalKey;
  readonly locked: Uint8Array;
}

const mostSteps = 2048;
const silence = 'xx';

/**
 * A piece as a short text that may stand in an address: the tonic, `m` for minor, then the voices, each as runs of one pitch:
 * `*` for locked ones, two digits of base 36 for the pitch, one for the length.
 */
export function writePiece({ score, key, locked }: Piece): string {
  const voices = Array.from({ length: voiceCount }, (_, voice) => {
    let text = '';
    for (let start = 0; start < score.steps;) {
      const pitch = pitchAt(score, start, voice);
      const lock = locked[start * voiceCount + voice];
      let end = start + 1;
      while (end < score.steps && end - start < 35 && pitchAt(score, end, voice) === pitch && locked[end * voiceCount + voice] === lock)
        end++;
      text += `${lock ? '*' : ''}${pitch === rest ? silence : pitch.toString(36).padStart(2, '0')}${(end - start).toString(36)}`;
      start = end;
    }
    return text;
  });
  return [`${key.tonic}${key.mode === 'minor' ? 'm' : ''}`, ...voices].join('.');
}

/** The piece that a text holds; undefined where it holds none. */
export function readPiece(text: string): Piece | undefined {
  const [key, ...voices] = text.split('.');
  const [, tonic, minor] = /^(\d{1,2})(m?)$/.exec(key) ?? [];
  if (tonic === undefined || Number(tonic) > 11 || voices.length !== voiceCount) return undefined;
  const runs = voices.map(readVoice);
  const steps = runs[0]?.length ?? 0;
  if (steps === 0 || steps > mostSteps || runs.some((cells) => cells?.length !== steps)) return undefined;
  const cells = Array.from({ length: steps }, (_, step) => runs.map((voice) => voice![step])).flat();
  return {
    score: { steps, pitches: Int16Array.from(cells, ({ pitch }) => pitch) },
    key: { tonic: Number(tonic), mode: minor ? 'minor' : 'major' },
    locked: Uint8Array.from(cells, ({ locked }) => Number(locked)),
  };
}

interface Cell {
  readonly pitch: number;
  readonly locked: boolean;
}

function readVoice(text: string): readonly Cell[] | undefined {
  if (!/^(?:\*?(?:xx|[0-3][0-9a-z])[1-9a-z])*$/.test(text)) return undefined;
  const cells = [...text.matchAll(/(\*?)(..)(.)/g)].flatMap(([, lock, pitch, length]) =>
    Array.from<unknown, Cell>({ length: Number.parseInt(length, 36) }, () => ({
      pitch: pitch === silence ? rest : Number.parseInt(pitch, 36),
      locked: lock === '*',
    })),
  );
  return cells.every(({ pitch }) => pitch <= 127) ? cells : undefined;
}
