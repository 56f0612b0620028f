import { useRef } from 'preact/hooks';
import { pieceEndings } from '../../codec/piece-file.js';
import { saveFile } from '../state/save-file.js';
import type { BeatDesk } from './beat-desk.js';
import { receiveFiles } from './receive-files.js';

/** Opens a beat, and saves this one. */
export function FileButtons({ desk }: { readonly desk: BeatDesk }) {
  const input = useRef<HTMLInputElement>(null);
  const { session } = desk;
  const save = (form: 'mid' | 'wav') => (): void => {
    const groove = desk.shown.peek();
    const { made } = desk.beat.peek();
    const { tempo, amount, seed } = desk.manner.peek();
    const settled = made && desk.hearing.peek() === 'played' ? { ...made, settings: withAmount(made.settings, amount, tempo) } : undefined;
    session.studio
      .call('writeBeat', { groove, tempo, made: settled, form })
      .then((bytes) => saveFile(session.announcer, `beat-${seed}.${form}`, bytes))
      .catch(session.report);
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        class="unseen"
        tabIndex={-1}
        aria-label="A file of drums"
        accept={pieceEndings}
        onChange={(event) => {
          const input = event.currentTarget;
          void receiveFiles(desk, [...(input.files ?? [])]).finally(() => (input.value = ''));
        }}
      />
      <button type="button" onClick={() => input.current?.click()}>
        Open a beat
      </button>
      <button type="button" onClick={save('mid')}>
        Save MIDI
      </button>
      <button type="button" onClick={save('wav')}>
        Save WAV
      </button>
    </>
  );
}

const withAmount = <S extends { readonly amount?: number; readonly tempo: number }>(settings: S, amount: number, tempo: number): S => ({
  ...settings,
  tempo,
  ...(settings.amount !== undefined && { amount }),
});
