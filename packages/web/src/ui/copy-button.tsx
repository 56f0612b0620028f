import { useSignal } from '@preact/signals';

interface Props {
  readonly does: string;
  /** Tells whether it was copied. */
  readonly copy: () => Promise<boolean>;
}

/** How long it says that it has copied, in milliseconds. */
const shown = 2000;

/** Copies something, and says so in its own place. */
export function CopyButton({ does, copy }: Props) {
  const copied = useSignal(false);
  const press = async (): Promise<void> => {
    if (!(await copy())) return;
    copied.value = true;
    setTimeout(() => (copied.value = false), shown);
  };
  return (
    <button type="button" aria-label={does} onClick={() => void press()}>
      {copied.value ? 'Copied ✓' : does}
    </button>
  );
}
