import { CopyButton, copyLink, type Panel, panelJob } from '@advect/web';
import { useRef } from 'preact/hooks';
import { pieceEndings } from '../../../codec/piece-file.js';
import { keyName, transposeKey } from '../../../data/musical-key.js';
import { isSilent } from '../../../score.js';
import { saveFile } from '../../state/save-file.js';
import type { Session } from '../../state/session.js';
import type { Desk } from '../desk/desk.js';
import type { SaveForm } from '../work/write-file.js';
import { tuneToSave } from './tune-to-save.js';

const kinds: readonly { readonly form: SaveForm; readonly title: string; readonly hint: string }[] = [
  { form: 'mid', title: 'MIDI', hint: 'for every music program' },
  { form: 'wav', title: 'WAV', hint: 'the sound, 44.1 kHz, 16 bit' },
  { form: 'musicxml', title: 'MusicXML', hint: 'for notation programs' },
  { form: 'abc', title: 'ABC', hint: 'notes as text' },
];

/** The piece as files that say how it was made, and back again. */
export function savePanel(session: Session, desk: Desk): Panel {
  const { work, settings, manner, model, studio, announcer } = session;
  const job = panelJob(session);

  const save = (form: SaveForm): Promise<void> =>
    job.start(async (signal) => {
      const tune = tuneToSave(work.value, settings.value, manner.value, model.value!);
      const name = `${nameOf(session)}.${form}` as const;
      const bytes = await studio.call('writeFile', { ...tune, form }, { signal, onProgress: (share) => (job.share.value = share) });
      saveFile(announcer, name, bytes);
    });
  const cannotSave = (): boolean => !model.value || job.busy.value || isSilent(work.value.score);
  session.keys.add({ key: 's', does: 'save as MIDI', run: () => void (settings.value.tab === 'chorale' && !cannotSave() && save('mid')) });

  function View() {
    const files = useRef<HTMLInputElement>(null);
    return (
      <div class="columns">
        <div class="column">
          <section class="part" aria-label="Save">
            <h3>Save</h3>
            <ul class="forms">
              {kinds.map(({ form, title, hint }) => (
                <li key={form}>
                  <button type="button" class={form === 'mid' ? 'main' : ''} disabled={cannotSave()} onClick={() => void save(form)}>
                    {title}
                  </button>
                  <span class="hint">{hint}</span>
                </li>
              ))}
              <li>
                <CopyButton does="Copy the link" copy={() => copyLink(session)} />
                <span class="hint">everything on the desk, in an address</span>
              </li>
            </ul>
            {job.busy.value && <progress max={1} {...(job.share.value > 0 && { value: job.share.value })} aria-label="Saving" />}
            <p class="hint">
              Each file says how the tune was made. What a seed gave is, byte for byte, what <code>music compose --seed</code> writes, and{' '}
              <code>--like FILE</code> makes it again. It is saved as it sounds: transposed, at its tempo.
            </p>
          </section>
        </div>
        <div class="column">
          <section class="part" aria-label="Open">
            <h3>Open</h3>
            <div class="row">
              <button type="button" onClick={() => files.current?.click()}>
                Open a file
              </button>
              <input
                ref={files}
                class="unseen"
                type="file"
                multiple
                accept={`${pieceEndings},.wav,.zip`}
                aria-label="A file to open"
                tabIndex={-1}
                onChange={(event) => {
                  const input = event.currentTarget;
                  void desk.receive([...(input.files ?? [])], 'save').finally(() => (input.value = ''));
                }}
              />
            </div>
            <desk.Remarks />
            <p class="hint">
              MIDI, ABC, MusicXML, or a WAV file that was saved here; or drop it anywhere on the page. Up to four voices on a grid of eighth
              notes are read, repeated notes as one that is held; what else does not fit is said. A file of this page brings its settings
              back.
            </p>
          </section>
        </div>
      </div>
    );
  }

  return { id: 'save', title: 'Open & save', about: 'Files that remember how they were made, and bring it back.', View };
}

/** "chorale-7" for what a seed gave, the name of a file that was opened, else "chorale-in-G". */
export function nameOf({ work, settings }: Pick<Session, 'work' | 'settings'>): string {
  const { origin, key } = work.value;
  const { index, transpose } = settings.value;
  if (origin?.verb === 'open') return origin.name;
  if (origin?.verb !== 'compose') return `chorale-in-${keyName(transposeKey(key, transpose))}`;
  return `chorale-${origin.request.seed}${index > 0 ? `-${index}` : ''}`;
}
