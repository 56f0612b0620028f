import { keyNames, type Shortcuts } from '../browser/shortcuts.js';
import { type Signal, useSignal } from '@preact/signals';
import { Dialog } from './dialog.js';

/** The keys, and a way to switch those without Ctrl off. */
export function KeysDialog({ keys, shown }: { readonly keys: Shortcuts; readonly shown: Signal<boolean> }) {
  const single = useSignal(keys.single);
  return (
    <Dialog title="Keys" shown={shown}>
      <dl class="keys">
        {(shown.value ? keys.list() : []).map((shortcut) => (
          <div key={keyNames(shortcut)}>
            <dt>
              <kbd>{keyNames(shortcut)}</kbd>
            </dt>
            <dd>{shortcut.does}</dd>
          </div>
        ))}
      </dl>
      <div class="switch">
        <input
          id="single-keys"
          type="checkbox"
          checked={single.value}
          onChange={(event) => {
            keys.single = event.currentTarget.checked;
            single.value = event.currentTarget.checked;
          }}
        />
        <label for="single-keys">Keys without Ctrl work while no field has the focus</label>
      </div>
    </Dialog>
  );
}
