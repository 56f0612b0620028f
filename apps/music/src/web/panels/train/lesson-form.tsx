import { DropZone, type NamedFile } from '@advect/web';
import { useRef } from 'preact/hooks';
import { pieceEndings } from '../../../codec/piece-file.js';
import { stepsPerBar } from '../../../score.js';
import type { Session } from '../../state/session.js';
import type { Material } from './material.js';

interface Props {
  readonly material: Material;
  readonly disabled: boolean;
  readonly session: Session;
}

const busyWords = 'It trains on the pieces that it has: pause it before you add others.';

const chosen = (list: FileList | null): NamedFile[] =>
  [...(list ?? [])].map((file) => ({ name: file.webkitRelativePath || file.name, file }));

/** The pieces to learn from, what was read of them, and what was left out. */
export function LessonForm({ material, disabled, session }: Props) {
  const [files, folder] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)];
  const { gathered, passedOver, reading, name } = material;
  const { found, leftOut } = gathered.value;
  const bars = found.reduce((sum, { content }) => sum + Math.ceil(content.steps / stepsPerBar), 0);
  const remarks = found.flatMap((piece) => piece.remarks.map((remark) => ({ file: piece.name, why: remark })));
  const take = (input: HTMLInputElement): void => void material.read(chosen(input.files)).finally(() => (input.value = ''));
  return (
    <>
      <DropZone page={session} closed={disabled ? busyWords : undefined} take={(dropped) => void material.read(dropped)}>
        <p>Drop a folder of four-part pieces here: MIDI, ABC or MusicXML.</p>
        <div class="row">
          <button type="button" disabled={disabled} onClick={() => folder.current?.click()}>
            Choose a folder
          </button>
          <button type="button" disabled={disabled} onClick={() => files.current?.click()}>
            Choose files
          </button>
        </div>
        <input
          ref={folder}
          class="unseen"
          type="file"
          aria-label="Folder of pieces"
          tabIndex={-1}
          {...{ webkitdirectory: true }}
          onChange={(event) => take(event.currentTarget)}
        />
        <input
          ref={files}
          class="unseen"
          type="file"
          accept={pieceEndings}
          multiple
          aria-label="Pieces to learn from"
          tabIndex={-1}
          onChange={(event) => take(event.currentTarget)}
        />
        {reading.value !== undefined && <progress max={1} value={reading.value} aria-label="Reading pieces" />}
      </DropZone>
      {(found.length > 0 || leftOut.length > 0 || passedOver.value > 0) && (
        <p class="gathered" role="status">
          <strong>{found.length}</strong> {found.length === 1 ? 'piece' : 'pieces'}, {bars} bars
          {leftOut.length > 0 && `; ${leftOut.length} left out`}
          {passedOver.value > 0 && `; ${passedOver.value} ${passedOver.value === 1 ? 'file is' : 'files are'} no notes`}{' '}
          <button type="button" class="quiet" disabled={disabled} onClick={material.clear}>
            Start over
          </button>
        </p>
      )}
      <Reasons title="left out" list={leftOut} class="broken" open />
      <Reasons title="read as far as the grid and the voices hold them" list={remarks} class="remarks" />
      <div class="field">
        <label for="lesson-name">Name of the model</label>
        <input
          id="lesson-name"
          type="text"
          maxLength={40}
          value={name.value}
          disabled={disabled}
          onInput={(event) => (name.value = event.currentTarget.value.replace(/[^\w-]+/g, '-'))}
        />
      </div>
    </>
  );
}

interface ReasonsProps {
  readonly title: string;
  readonly list: readonly { readonly file: string; readonly why: string }[];
  readonly class: string;
  readonly open?: boolean;
}

const mostShown = 50;

function Reasons({ title, list, class: kind, open = false }: ReasonsProps) {
  if (list.length === 0) return null;
  return (
    <details class={`reasons ${kind}`} open={open}>
      <summary>
        {list.length} {title}
      </summary>
      <ul tabIndex={0} aria-label={`${list.length} ${title}`}>
        {list.slice(0, mostShown).map(({ file, why }, i) => (
          <li key={i}>
            <b>{file}</b> {why}
          </li>
        ))}
        {list.length > mostShown && <li>and {list.length - mostShown} more</li>}
      </ul>
    </details>
  );
}
