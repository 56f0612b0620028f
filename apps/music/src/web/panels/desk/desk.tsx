import { AdvectError } from '@advect/base/errors';
import { type ReadonlySignal, signal } from '@preact/signals';
import type { ReadScore } from '../../../codec/midi-score.js';
import { keyOfName } from '../../../data/musical-key.js';
import { keyOfPiece } from '../../../model/home.js';
import type { TuneSettings } from '../../../model/tune-settings.js';
import { stepsPerBar, voiceNames } from '../../../score.js';
import { barsInWords } from '../../roll/note-words.js';
import { readPiece } from '../../state/piece-text.js';
import type { Session } from '../../state/session.js';
import { mostBars } from '../../state/settings.js';
import { modelAmong } from '../../state/model-among.js';
import type { Keepsakes } from '../../state/keepsakes.js';
import type { ReadFile } from '../work/read-file.js';

/** A piece that came from outside. */
export interface Laid extends Pick<ReadScore, 'voices' | 'remarks'> {
  readonly name: string;
  readonly bars: number;
}

/** Where pieces from outside come in: what was typed, opened or dropped. */
export interface Desk {
  /** What came last. */
  readonly laid: ReadonlySignal<Laid | undefined>;
  lay(piece: Pick<ReadScore, 'score' | 'voices' | 'key' | 'remarks'> & { readonly name: string }): Laid;
  /** Takes files that were dropped or chosen; `panel` is open afterwards. What cannot be used is told of. */
  receive(files: readonly File[], panel?: string): Promise<Laid | undefined>;
  /** What came last, and what of it could not be kept. */
  readonly Remarks: () => ReturnType<typeof Remarks> | null;
}

/** Files of one drop that are read; the first goes on the desk, and of several all are kept. */
const most = 12;

/** Drums go elsewhere: `takeDrums`. */
export function createDesk(session: Session, keepsakes: Keepsakes, takeDrums: (file: File) => void): Desk {
  const { studio, put, cancel, change, settings, model, trouble, report, announcer, player } = session;
  const laid = signal<Laid | undefined>(undefined);

  const lay: Desk['lay'] = ({ name, score, voices, key, remarks }) => {
    // What is still being composed would take its place.
    cancel();
    player.stop();
    player.seek(0);
    change({ transpose: 0 });
    put({ score, key: keyOfPiece({ score, key }), locked: new Uint8Array(score.pitches.length) }, { origin: { verb: 'open', name } });
    const now = { name, voices, remarks, bars: Math.ceil(score.steps / stepsPerBar) };
    laid.value = now;
    announcer.say([`${name} is on the desk: ${barsInWords(now.bars)}`, ...remarks].join('; '));
    return now;
  };

  /** A file's settings become the page's; its notes are those of the file, of its settings, or what its seed gives. */
  async function restore({ name, piece, settings: made }: ReadFile): Promise<Laid | undefined> {
    const held = made?.notes === undefined ? undefined : readPiece(made.notes);
    const isThisModel = made?.model.sha256 === model.value?.hash;
    if (made) change(pageSettings(made));
    else if (piece) change({ tempo: piece.tempo });
    const notes = piece ?? (held && { score: held.score, key: held.key, voices: [...voiceNames.keys()], remarks: [] });
    const remarks = [
      ...(notes?.remarks ?? []),
      ...(made && !isThisModel ? [`it was made with the model ${made.model.name}, which is not the open one`] : []),
    ];
    const now = notes && lay({ ...notes, key: (made && keyOfName(made.key)) ?? notes.key, name, remarks });
    if (!made || (made.verb ?? 'compose') !== 'compose' || made.bars > mostBars) return now;
    if (isThisModel) await session.compose();
    else if (!now)
      throw new AdvectError(
        'invalid-file',
        `${name} is sound of a tune by the model ${made.model.name}, which is not the open one`,
        'Open that model, then the file again.',
      );
    return now;
  }

  async function receive(files: readonly File[], panel?: string): Promise<Laid | undefined> {
    let first: Laid | undefined;
    trouble.value = undefined;
    try {
      const modelFiles = await modelAmong(files);
      if (modelFiles) {
        await session.open({ files: modelFiles }, undefined);
        return undefined;
      }
    } catch (thrown) {
      report(thrown);
      return undefined;
    }
    for (const file of files.slice(0, most)) {
      try {
        const read = await studio.call('readFile', { file });
        const { piece, drums } = read;
        if (drums) {
          takeDrums(file);
          continue;
        }
        if (!first) {
          change({ panel: panel ?? (settings.value.panel || 'save'), tab: 'chorale' });
          first = await restore(read);
        }
        if (piece && files.length > 1) await keepsakes.keep(read.name, { score: piece.score, key: keyOfPiece(piece) }, piece.tempo);
      } catch (thrown) {
        report(thrown);
      }
    }
    if (files.length > most) announcer.say(`Of ${files.length} files the first ${most} were read.`);
    return first;
  }

  return { laid, lay, receive, Remarks: () => (laid.value ? <Remarks laid={laid.value} /> : null) };
}

function Remarks({ laid: { name, bars, voices, remarks } }: { readonly laid: Laid }) {
  return (
    <div class="laid">
      <p>
        <strong>{name}</strong>: {barsInWords(bars)}, {voices.map((voice) => voiceNames[voice].toLowerCase()).join(', ')}
      </p>
      {remarks.length > 0 && (
        <ul>
          {remarks.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** What a file was made with, as settings of the page. */
const pageSettings = ({ verb, seed, index, bars, key, keyAsked, best, polish, steps, temperature, tempo, instrument }: TuneSettings) => ({
  seed,
  index,
  best,
  polish,
  steps,
  temperature,
  tempo,
  instrument,
  transpose: 0,
  ...((verb ?? 'compose') === 'compose' && bars <= mostBars && { bars, key: keyAsked ? keyOfName(key) : undefined }),
});
