import { type ReadonlySignal, signal } from '@preact/signals';
import { droppedFiles } from '../browser/dropped-files.js';

/** Hears of files that are dropped anywhere on the page, by themselves or in folders, or pasted into it; tells whether some hover over it now. What cannot be opened is reported. */
export function listenForFiles(take: (files: readonly File[]) => void, report: (thrown: unknown) => void): ReadonlySignal<boolean> {
  const hovering = signal(false);
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
  addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    hovering.value = true;
  });
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) hovering.value = false;
  });
  addEventListener('drop', (event) => {
    hovering.value = false;
    if (event.defaultPrevented || !hasFiles(event)) return;
    event.preventDefault();
    void droppedFiles(event.dataTransfer!, report).then((found) => {
      if (found.length > 0) take(found.map(({ file }) => file));
    });
  });
  addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) take(files);
  });
  return hovering;
}
