import { download } from '@advect/web';
import { useRef } from 'preact/hooks';
import { pieceEndings } from '../../codec/piece-file.js';
import type { BeatDesk } from './beat-desk.js';
import { readBeatFile, writeBeatFile } from './beat-file.js';

/** Opens a beat, and saves this one. */
export function FileButtons({ desk }: { readonly desk: BeatDesk }) {
  const input = useRef<HTMLInputElement>(null);
  const { session } = desk;
  const save = (form: 'mid' | 'wav') => (): void => {
    const { made } = desk.beat.peek();
    const { tempo, amount } = desk.manner.peek();
    const settled = made && desk.hearing.peek() === 'played' ? { ...made, settings: withAmount(made.settings, amount, tempo) } : undefined;
    writeBeatFile(desk.shown.peek(), tempo, settled, form).then(
      (bytes) =>
        download(new Blob([bytes], { type: form === 'mid' ? 'audio/midi' : 'audio/wav' }), `beat-${desk.manner.peek().seed}.${form}`),
      session.report,
    );
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
  readBeatFile(file).then(({ groove, tempo, remarks }) => {
    desk.put(groove);
    desk.change({ tempo });
    desk.session.announcer.say([`${file.name} is on the desk.`, ...remarks.map((remark) => `${remark}.`)].join(' '));
    if (remarks.length > 0) desk.remark(`${file.name}: ${remarks.join('; ')}`);
  }, desk.session.report);
}
