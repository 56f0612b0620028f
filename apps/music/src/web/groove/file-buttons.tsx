import { useRef } from 'preact/hooks';
import { pieceEndings } from '../../codec/piece-file.js';
import { saveFile } from '../state/save-file.js';
import type { BeatDesk } from './beat-desk.js';

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
          const [file] = event.currentTarget.files ?? [];
          if (file) openBeatFile(desk, file);
          event.currentTarget.value = '';
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

/** Lays the drums of a file on the desk, and says what could not be kept. */
export function openBeatFile(desk: BeatDesk, file: File): void {
  const { studio, announcer, report } = desk.session;
  studio.call('readBeat', { file }).then(({ groove, tempo, remarks }) => {
    desk.put(groove);
    desk.change({ tempo });
    announcer.say([`${file.name} is on the desk.`, ...remarks.map((remark) => `${remark}.`)].join(' '));
    if (remarks.length > 0) desk.remark(`${file.name}: ${remarks.join('; ')}`);
  }, report);
}
