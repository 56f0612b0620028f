import { Card, Figure, Icon, Range, receivedInWords, RunButton, SeedField, withError } from '@advect/web';
import { useEffect } from 'preact/hooks';
import { grooveStyles } from '../../data/grooves.js';
import { barsInWords } from '../roll/note-words.js';
import { soundRuns } from '../sound/audio.js';
import { PlayButton } from '../view/play-button.js';
import type { BeatDesk } from './beat-desk.js';
import { BeatGrid } from './beat-grid.js';
import { FileButtons } from './file-buttons.js';
import { PocketCloud } from './pocket-cloud.js';
import { TapCard } from './tap-card.js';
import type { TapRecorder } from './tap-recorder.js';

export interface GrooveViewProps {
  readonly desk: BeatDesk;
  readonly taps: TapRecorder;
}

/** The groove tab: the beat, what the model does with it, and its pocket. */
export function GrooveView({ desk, taps }: GrooveViewProps) {
  useEffect(desk.drummer.begin, []);
  return (
    <section class="groove" aria-label="Groove">
      <div class="stage">
        <Transport desk={desk} />
        <BeatGrid desk={desk} />
        <p class="hint">
          Press a place to strike it, drag up or down for how hard. By keys: arrows, Space, Shift with ↑ ↓ for how hard and with ← → for how
          late.
          {desk.remarks.value !== '' && <strong> {desk.remarks.value}.</strong>}
        </p>
        <Verbs desk={desk} />
        <Comparison desk={desk} />
        <Card title="The pocket">
          <Measure desk={desk} />
          <PocketCloud desk={desk} />
        </Card>
      </div>
      <aside>
        <MannerCard desk={desk} />
        <TapCard taps={taps} />
      </aside>
    </section>
  );
}

function Transport({ desk }: { readonly desk: BeatDesk }) {
  const { player, canUndo, canRedo, hearing } = desk;
  const { made, drawn } = desk.beat.value;
  const bars = desk.shown.value.steps / 16;
  const struck = desk.shown.value.hits.includes(1);
  const state = player.state.value;
  return (
    <>
      <div class="transport">
        <PlayButton player={player} disabled={!struck} />
        <div class="piece">
          <h2>{made && !(drawn && hearing.value === 'given') ? made.title : 'A beat'}</h2>
          <p>
            {barsInWords(bars)} · ♩ = {desk.manner.value.tempo}
            {struck && !soundRuns.value && state === 'stopped' && <span class="gesture"> · press Play</span>}
            {state === 'preparing' && <span class="gesture"> · rendering …</span>}
          </p>
        </div>
        <div class="transport-tools">
          <button type="button" class="icon" aria-label="Undo" title="Undo (Ctrl + Z)" disabled={!canUndo.value} onClick={desk.undo}>
            <Icon shape="undo" />
          </button>
          <button type="button" class="icon" aria-label="Redo" title="Redo (Ctrl + Y)" disabled={!canRedo.value} onClick={desk.redo}>
            <Icon shape="redo" />
          </button>
        </div>
      </div>
      <div class="bar">
        <label class="inline">
          Bars{' '}
          <select value={bars} onChange={(event) => desk.setBars(Number(event.currentTarget.value))}>
            {[...new Set([1, 2, 4, 8, bars])]
              .sort((a, b) => a - b)
              .map((count) => (
                <option key={count} value={count}>
                  {count}
                </option>
              ))}
          </select>
        </label>
        <div class="actions">
          <button type="button" onClick={() => desk.put(emptied(desk))}>
            Clear
          </button>
          <FileButtons desk={desk} />
        </div>
      </div>
    </>
  );
}

const emptied = ({ shown }: BeatDesk) => {
  const { steps, hits } = shown.peek();
  return { steps, hits: new Uint8Array(hits.length), velocities: new Float32Array(hits.length), offsets: new Float32Array(hits.length) };
};

/** What the model can do with the beat. */
function Verbs({ desk }: { readonly desk: BeatDesk }) {
  const { job, manner } = desk;
  const { model, opening } = desk.drummer;
  const ready = model.value !== undefined && !job.busy.value;
  const struck = desk.shown.value.hits.includes(1);
  const kept = manner.value.kept.length > 0;
  return (
    <div class="verbs" role="group" aria-label="What the model does">
      <button type="button" class="main" disabled={!ready || !struck} onClick={desk.humanise}>
        Humanise
      </button>
      <button type="button" disabled={!ready || !struck} onClick={desk.drum}>
        {kept ? 'Drum around those kept' : 'Drum around it'}
      </button>
      <button type="button" disabled={!ready} onClick={desk.compose}>
        Compose
      </button>
      <button type="button" disabled={!ready || !struck || desk.shown.value.steps >= 128} onClick={desk.goOn}>
        Continue
      </button>
      {job.busy.value && (
        <span class="running">
          <button type="button" onClick={job.cancel}>
            Stop
          </button>
          <progress max={1} {...(job.share.value > 0 && { value: job.share.value })} aria-label="The model plays" />
        </span>
      )}
      {!model.value && (
        <span class="hint">{opening.value ? `The drummer comes: ${receivedInWords(opening.value)}` : 'The drummer is not here yet.'}</span>
      )}
    </div>
  );
}

/** Before and after, and how far. */
function Comparison({ desk }: { readonly desk: BeatDesk }) {
  if (!desk.beat.value.drawn) return null;
  const { amount } = desk.manner.value;
  return (
    <Card title="As given, and as played">
      <div class="chips" role="group" aria-label="What is heard">
        {(['given', 'played'] as const).map((which) => (
          <button
            key={which}
            type="button"
            class="chip"
            aria-pressed={desk.hearing.value === which}
            onClick={() => (desk.hearing.value = which)}
          >
            {which === 'given' ? 'As given' : 'As played'}
          </button>
        ))}
      </div>
      <Range
        id="groove-amount"
        label="How far"
        min={0}
        max={1}
        step={0.05}
        value={amount}
        words={`${Math.round(amount * 100)} %`}
        hint="From the touch that was given to the one that was played, in a straight line."
        onInput={(to) => desk.change({ amount: to })}
      />
    </Card>
  );
}

function Measure({ desk }: { readonly desk: BeatDesk }) {
  const found = desk.measured.value;
  return (
    <div class="measure">
      <RunButton
        job={desk.measuring}
        does="Measure it"
        disabled={!desk.drummer.model.value || !desk.shown.value.hits.includes(1)}
        onRun={desk.measure}
      />
      {found && (
        <dl>
          <Figure name="Bits per stroke" value={withError(found.bits.bitsPerStroke, found.bits.standardError)} />
          {found.standings.length > 0 && (
            <Figure
              name="More usual than"
              value={found.standings.map(({ percentile }) => `${Math.round(percentile)} %`).join(', ')}
              hint={`of ${found.standings[0].count} ${found.standings[0].among} that the model never saw${found.standings.length > 1 ? ': each two bars by themselves' : ''}`}
            />
          )}
        </dl>
      )}
    </div>
  );
}

/** Style, tempo, boldness and seed. */
function MannerCard({ desk }: { readonly desk: BeatDesk }) {
  const { style, tempo, temperature, seed, seedLocked } = desk.manner.value;
  return (
    <Card title="The drummer">
      <div class="field">
        <label for="groove-style">Style</label>
        <select
          id="groove-style"
          value={style ?? ''}
          onChange={(event) => desk.change({ style: grooveStyles.find((name) => name === event.currentTarget.value) })}
        >
          <option value="">as the model hears it</option>
          {grooveStyles.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <Range
        id="groove-tempo"
        label="Tempo"
        min={40}
        max={240}
        step={1}
        value={tempo}
        words={`${Math.round(tempo)} quarters a minute`}
        onInput={(to) => desk.change({ tempo: to })}
      />
      <Range
        id="groove-temperature"
        label="Boldness"
        min={0.5}
        max={1.5}
        step={0.05}
        value={temperature}
        words={temperature.toFixed(2)}
        hint="Scale of the noise: less is more typical, more is bolder; 1.05 varies as the drummers did."
        onInput={(to) => desk.change({ temperature: to })}
      />
      <SeedField
        seed={seed}
        locked={seedLocked}
        onSeed={(to) => desk.change({ seed: to, seedLocked: true })}
        onNew={desk.newSeed}
        onLock={desk.toggleLock}
      />
    </Card>
  );
}
