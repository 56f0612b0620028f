import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { PictureForm } from '../../../data/picture-set.js';
import type { Session } from '../../state/session.js';
import type { Desk } from '../desk/desk.js';
import { DrawingPad } from './drawing-pad.js';

interface Props {
  readonly session: Session;
  readonly desk: Desk;
  readonly form: PictureForm;
}

/** The ways to bring a picture: a file, the clipboard, drawing. */
export function Given({ session, desk, form }: Props) {
  const files = useRef<HTMLInputElement>(null);
  const drawing = useSignal(false);
  return (
    <>
      <div class="given">
        <button type="button" onClick={() => files.current?.click()}>
          Choose a file
        </button>
        <input
          ref={files}
          class="unseen"
          type="file"
          accept="image/png,image/jpeg,image/webp"
          multiple
          aria-label="Picture files"
          tabIndex={-1}
          onChange={(event) => {
            const input = event.currentTarget;
            void desk.receive([...(input.files ?? [])]).finally(() => (input.value = ''));
          }}
        />
        <button type="button" onClick={() => void pasted(session, desk)}>
          Paste
        </button>
        <button type="button" aria-pressed={drawing.value} onClick={() => (drawing.value = !drawing.value)}>
          Draw
        </button>
      </div>
      {drawing.value && <DrawingPad key={`${form.size} ${form.channels}`} session={session} desk={desk} form={form} />}
    </>
  );
}

/** The pictures of the clipboard, where the visitor lets the page read it. */
async function pasted({ report, announcer }: Session, desk: Desk): Promise<void> {
  try {
    const items = await navigator.clipboard.read();
    const blobs = await Promise.all(
      items.flatMap((item) => item.types.filter((type) => type.startsWith('image/')).map((type) => item.getType(type))),
    );
    if (blobs.length === 0) announcer.say('There is no picture in the clipboard.');
    await desk.receive(blobs.map((blob) => new File([blob], 'pasted picture', { type: blob.type })));
  } catch (thrown) {
    report(thrown);
  }
}
