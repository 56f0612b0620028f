import { type Signal, useSignalEffect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

interface Props {
  readonly title: string;
  readonly shown: Signal<boolean>;
  readonly children: ComponentChildren;
}

/** A dialog of the page's own, which Esc and a click beside it close. */
export function Dialog({ title, shown, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useSignalEffect(() => {
    if (shown.value && !dialog.current?.open) dialog.current?.showModal();
    if (!shown.value) dialog.current?.close();
  });
  return (
    <dialog
      ref={dialog}
      aria-label={title}
      // Esc: what is pressed before the event of closing comes may open it again.
      onCancel={() => (shown.value = false)}
      // The event comes a little after the closing; the dialog may have been opened again since.
      onClose={() => (shown.value = dialog.current?.open === true)}
      onClick={(event) => event.target === dialog.current && (shown.value = false)}
    >
      <div class="dialog">
        <header>
          <h2>{title}</h2>
          <button type="button" class="icon" aria-label="Close" onClick={() => (shown.value = false)}>
            ×
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
