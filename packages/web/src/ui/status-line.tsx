import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { engineTitles, type EngineStatus } from '../compute/engine-status.js';
import { type EngineChoice, engineChoices } from '../compute/engine-verbs.js';
import type { OfflineState } from '../offline/register.js';

interface Props {
  readonly engine: ReadonlySignal<EngineStatus | undefined>;
  /** Who was asked for. */
  readonly wanted: EngineChoice;
  readonly onEngine: (wanted: EngineChoice) => void;
  readonly offline: ReadonlySignal<OfflineState>;
  /** What else there is to say: `Fact`s. */
  readonly children?: ComponentChildren;
}

/** Who computes, whether it computes rightly, and what else a page says at its foot. */
export function StatusLine({ engine, wanted, onEngine, offline, children }: Props) {
  const status = engine.value;
  return (
    <footer class="status">
      <div class="field">
        <label for="engine">Computed by</label>
        <select id="engine" value={wanted} onChange={(event) => onEngine(event.currentTarget.value as EngineChoice)}>
          {engineChoices
            .filter((name) => name === 'auto' || (status?.offered ?? []).includes(name) || name === wanted)
            .map((name) => (
              <option key={name} value={name}>
                {name === 'auto' ? `the best here${status ? ` (${engineTitles[status.engine]})` : ''}` : engineTitles[name]}
              </option>
            ))}
        </select>
      </div>
      <dl>
        <Fact name="Threads" value={status ? threadsInWords(status) : '…'} title={status?.selfTest.reason} />
        <Fact
          name="Self-test"
          value={status ? `passed in ${status.selfTest.milliseconds.toFixed(0)} ms` : 'running'}
          title={status && `farthest from the known answer: ${status.selfTest.largest.toExponential(1)}`}
        />
        {status && <Fact name="Off by" value={`≤ ${status.selfTest.largest.toExponential(0)}`} />}
        {children}
        <Fact name="Without network" value={offlineWords[offline.value]} />
      </dl>
      {status?.troubles.map((trouble) => (
        <p key={trouble} class="warning">
          {trouble}
        </p>
      ))}
    </footer>
  );
}

/** As many as take part; why it is one, where the page is not isolated. */
function threadsInWords({ selfTest: { threads, reason } }: EngineStatus): string {
  if (threads > 1) return String(threads);
  return reason.includes('cross-origin isolated') ? '1: this server does not isolate the page' : '1';
}

/** "340 ms", "1.2 s". */
export const timeInWords = (milliseconds: number): string =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;

const offlineWords = { loading: 'getting ready', ready: 'ready', unsupported: 'not from this address', failed: 'not this time' } as const;

/** A thing that the status line says. */
export const Fact = ({ name, value, title }: { readonly name: string; readonly value: string; readonly title?: string }) => (
  <div title={title}>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);
