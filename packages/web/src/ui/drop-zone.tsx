import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { droppedFiles, type NamedFile } from '../browser/dropped-files.js';
import type { Troubles } from '../state/troubles.js';
import type { Announcer } from './live-region.js';

interface Props {
  /** Why nothing can be taken at the moment, in a sentence that is told to those who drop something; undefined where something can. */
  readonly closed: string | undefined;
  readonly take: (files: readonly NamedFile[]) => void;
  readonly page: Pick<Troubles, 'report'> & { readonly announcer: Announcer };
  readonly children: ComponentChildren;
}

/** A place of a panel where files are dropped, by themselves or in folders; the page does not hear of them. */
export function DropZone({ closed, take, page: { report, announcer }, children }: Props) {
  const refused = useSignal(false);
  useEffect(() => void (refused.value = false), [closed]);
  return (
    <div
      class="dropzone"
      onDrop={(event) => {
        event.preventDefault();
        if (closed !== undefined) {
          refused.value = true;
          announcer.say(closed);
        } else if (event.dataTransfer) void droppedFiles(event.dataTransfer, report).then(take);
      }}
    >
      {children}
      {refused.value && closed !== undefined && <p class="warning">{closed}</p>}
    </div>
  );
}
