import { type EngineName, engineTitles, type EngineStatus } from '@advect/web';
import type { Session } from '../state/session.js';
import { engineNames } from '../state/settings.js';

/** Who computes, whether it computes rightly, and what the wall took. */
export function StatusLine({ session }: { readonly session: Session }) {
  const { engine, wall, settings, change, offline } = session;
  const status = engine.value;
  const effort = wall.value?.effort;
  return (
    <footer class="status">
      <div class="field">
        <label for="engine">Computed by</label>
        <select
          id="engine"
          value={settings.value.engine}
          onChange={(event) => change({ engine: event.currentTarget.value as EngineName | 'auto' })}
        >
          {engineNames
            .filter((name) => name === 'auto' || (status?.offered ?? []).includes(name) || name === settings.value.engine)
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
        {effort && <Fact name="Evaluations" value={String(effort.evaluations)} title={effort.diagnosis} />}
        {effort && <Fact name="Time" value={timeInWords(effort.milliseconds)} title={effort.executor} />}
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

const timeInWords = (milliseconds: number): string =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;

const offlineWords = { loading: 'getting ready', ready: 'ready', unsupported: 'not from this address', failed: 'not this time' } as const;

const Fact = ({ name, value, title }: { readonly name: string; readonly value: string; readonly title?: string }) => (
  <div title={title}>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);
