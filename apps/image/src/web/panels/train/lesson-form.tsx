import { DropZone } from '@advect/web';
import type { Signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { Shown } from '../ui/shown.js';
import type { Session } from '../../state/session.js';
import { type Material, most } from './material.js';

interface Props {
  readonly material: Material;
  readonly minutes: Signal<number>;
  readonly disabled: boolean;
  readonly session: Session;
}

const sizes = [8, 16, 24, 28, 32];
const mostShown = 24;

/** The pictures to learn from, and in which form. */
export function LessonForm({ material, minutes, disabled, session }: Props) {
  const [files, folder] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)];
  const { size, colour, mirror, name, pictures, broken, full, reading } = material;
  const form = material.form.value;
  const take = (input: HTMLInputElement): void => void material.read([...(input.files ?? [])]).finally(() => (input.value = ''));
  return (
    <>
      <DropZone
        page={session}
        closed={disabled ? 'It trains on the pictures that it has: stop it before you add others.' : undefined}
        take={(dropped) => void material.read(dropped.map(({ file }) => file))}
      >
        <p>Drop pictures or a folder of them here, forty or so of one kind: all are learned alike, without classes.</p>
        <div class="row">
          <button type="button" disabled={disabled} onClick={() => files.current?.click()}>
            Choose pictures
          </button>
          <button type="button" disabled={disabled} onClick={() => folder.current?.click()}>
            Choose a folder
          </button>
        </div>
        <input
          ref={files}
          class="unseen"
          type="file"
          accept="image/png,image/jpeg,image/webp"
          multiple
          aria-label="Pictures to learn from"
          tabIndex={-1}
          onChange={(event) => take(event.currentTarget)}
        />
        <input
          ref={folder}
          class="unseen"
          type="file"
          aria-label="Folder of pictures to learn from"
          tabIndex={-1}
          {...{ webkitdirectory: true }}
          onChange={(event) => take(event.currentTarget)}
        />
        {reading.value && <progress aria-label="Reading pictures" />}
      </DropZone>
      {pictures.value.length > 0 && (
        <>
          <p>
            {pictures.value.length} {pictures.value.length === 1 ? 'picture' : 'pictures'}
            {full.value && `, no more than ${most} files are taken`}{' '}
            <button type="button" class="quiet" disabled={disabled} onClick={material.clear}>
              Start over
            </button>
          </p>
          <ul class="lesson" aria-label="Pictures to learn from">
            {pictures.value.slice(0, mostShown).map((levels, i) => (
              <li key={i}>
                <Shown levels={levels} form={form} />
              </li>
            ))}
            {pictures.value.length > mostShown && <li class="more">and {pictures.value.length - mostShown} more</li>}
          </ul>
        </>
      )}
      {broken.value.length > 0 && (
        <details class="broken" open>
          <summary>{broken.value.length} could not be read</summary>
          <ul>
            {broken.value.map(({ why }, i) => (
              <li key={i}>{why}</li>
            ))}
          </ul>
        </details>
      )}
      <div class="fields">
        <div class="field">
          <label for="lesson-name">Name</label>
          <input
            id="lesson-name"
            type="text"
            maxLength={40}
            value={name.value}
            disabled={disabled}
            onInput={(event) => (name.value = event.currentTarget.value.replace(/[^\w-]+/g, '-'))}
          />
        </div>
        <div class="field">
          <label for="lesson-size">Size</label>
          <select
            id="lesson-size"
            value={size.value}
            disabled={disabled}
            onChange={(event) => void material.reform({ size: Number(event.currentTarget.value) })}
          >
            {sizes.map((one) => (
              <option key={one} value={one}>
                {one} × {one}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="lesson-minutes">Minutes, at most</label>
          <select
            id="lesson-minutes"
            value={minutes.value}
            disabled={disabled}
            onChange={(event) => (minutes.value = Number(event.currentTarget.value))}
          >
            {[1, 3, 10, 30].map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </div>
        <label class="switch">
          <input
            type="checkbox"
            checked={colour.value}
            disabled={disabled}
            onChange={(event) => void material.reform({ colour: event.currentTarget.checked })}
          />
          In colour
        </label>
        <label class="switch">
          <input
            type="checkbox"
            checked={mirror.value}
            disabled={disabled}
            onChange={(event) => (mirror.value = event.currentTarget.checked)}
          />
          Their mirror images as well
        </label>
      </div>
    </>
  );
}
