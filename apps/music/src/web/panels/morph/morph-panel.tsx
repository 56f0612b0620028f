import { type Panel, panelJob, Range, RunButton } from '@advect/web';
import { signal } from '@preact/signals';
import type { PieceMorph } from '../../../model/morph-pieces.js';
import { isSilent, joinScores, stepsPerBar } from '../../../score.js';
import { barsInWords, keyInWords } from '../../roll/note-words.js';
import type { Keepsakes, KeptPiece } from '../../state/keepsakes.js';
import { readPiece } from '../../state/piece-text.js';
import type { Session } from '../../state/session.js';
import { SmallRoll } from '../../view/keepsake-strip.js';
import { createListening } from './listening.js';

interface Made extends PieceMorph {
  readonly from: KeptPiece;
  readonly to: KeptPiece;
}

const seed = 0;
const whole = -1;

/** From one kept tune to another along the flow: the tunes between them, and all of them as one. */
export function morphPanel(session: Session, keepsakes: Keepsakes): Panel {
  const { model, studio, work, announcer } = session;
  const { list } = keepsakes;
  const job = panelJob(session);
  const listening = createListening(session);
  const ends = { from: signal<string | undefined>(undefined), to: signal<string | undefined>(undefined) };
  const count = signal(7);
  const made = signal<Made | undefined>(undefined);
  const tuneOf = (side: keyof typeof ends): KeptPiece | undefined => list.value.find(({ key }) => key === ends[side].value);

  const run = (from: KeptPiece, to: KeptPiece): Promise<void> =>
    job.start(async (abort) => {
      listening.stop();
      const [a, b] = [from, to].map(({ piece }) => readPiece(piece));
      if (!a || !b) return;
      const morph = await studio.call(
        'morph',
        { from: a.score, to: b.score, count: count.value, seed, keys: [a.key, b.key] },
        { signal: abort, onProgress: (share) => (job.share.value = share) },
      );
      made.value = { ...morph, from, to };
      announcer.say(`${count.value - 2} tunes between ${from.name} and ${to.name}.`);
    });

  function choose(tune: KeptPiece): void {
    const side = ends.from.value === undefined || !tuneOf('from') ? 'from' : 'to';
    ends[side].value = tune.key;
  }

  function View() {
    const [from, to] = [tuneOf('from'), tuneOf('to')];
    return (
      <div class="columns">
        <div class="column">
          <div class="row">
            <button type="button" disabled={isSilent(work.value.score)} onClick={() => void keepsakes.toggle()}>
              {keepsakes.has(work.value) ? 'Keep it no longer' : 'Keep this piece'}
            </button>
          </div>
          {list.value.length === 0 ? (
            <p class="hint">Keep two pieces, or drop two files on the page: they lie here, in this browser, until they are removed.</p>
          ) : (
            <ul class="shelf" aria-label="Kept tunes">
              {list.value.map((tune) => (
                <ShelfTune
                  key={tune.key}
                  tune={tune}
                  place={tune.key === from?.key ? 'From' : tune.key === to?.key ? 'To' : undefined}
                  onChoose={() => choose(tune)}
                  onDesk={() => keepsakes.show(tune)}
                  onRemove={() => void keepsakes.remove(tune.key)}
                />
              ))}
            </ul>
          )}
          <Range
            id="morph-count"
            label="Tunes in between"
            min={1}
            max={14}
            step={1}
            value={count.value - 2}
            words={String(count.value - 2)}
            onInput={(value) => (count.value = value + 2)}
          />
          <div class="row">
            <RunButton job={job} does="Morph" disabled={!model.value || !from || !to || from === to} onRun={() => void run(from!, to!)} />
            <button type="button" disabled={!from || !to} onClick={() => ([ends.from.value, ends.to.value] = [to!.key, from!.key])}>
              Swap
            </button>
            <button
              type="button"
              disabled={!from && !to}
              onClick={() => {
                ends.from.value = undefined;
                ends.to.value = undefined;
              }}
            >
              Choose anew
            </button>
          </div>
        </div>
        <div class="column">
          {made.value ? (
            <Walk
              made={made.value}
              listening={listening}
              onDesk={(piece) => session.put({ ...piece, locked: new Uint8Array(piece.score.pitches.length) })}
            />
          ) : (
            <p class="hint">
              Choose where it begins, then where it ends. Both tunes are carried back to the noise that they come from; an arc joins the
              two, and its points flow forward to music.
            </p>
          )}
        </div>
      </div>
    );
  }

  return { id: 'morph', title: 'Morph', about: 'From one tune to another along the flow, with real tunes in between.', View };
}

interface ShelfTuneProps {
  readonly tune: KeptPiece;
  /** Whether it is an end of the morph. */
  readonly place: 'From' | 'To' | undefined;
  readonly onChoose: () => void;
  readonly onDesk: () => void;
  readonly onRemove: () => void;
}

function ShelfTune({ tune, place, onChoose, onDesk, onRemove }: ShelfTuneProps) {
  const piece = readPiece(tune.piece);
  if (!piece) return null;
  return (
    <li class="shelf-tune">
      <button type="button" class="shelf-choose" aria-pressed={place !== undefined} onClick={onChoose}>
        <SmallRoll score={piece.score} />
        <span>
          {place && <strong>{place}: </strong>}
          {tune.name}, {keyInWords(piece.key)}, {barsInWords(Math.ceil(piece.score.steps / stepsPerBar))}
        </span>
      </button>
      <button type="button" class="quiet" onClick={onDesk} aria-label={`To the desk: ${tune.name}`}>
        To the desk
      </button>
      <button type="button" class="icon" onClick={onRemove} aria-label={`Remove ${tune.name}`}>
        ×
      </button>
    </li>
  );
}

interface WalkProps {
  readonly made: Made;
  readonly listening: ReturnType<typeof createListening>;
  readonly onDesk: (piece: PieceMorph['pieces'][number]) => void;
}

/** The tunes of a morph, each to be played and taken, and all of them as one. */
function Walk({ made: { pieces, from, to, endsExact, roundTrip }, listening, onDesk }: WalkProps) {
  const all = () => ({ score: joinScores(pieces.map(({ score }) => score)), key: pieces[0].key });
  const names = pieces.map((_, i) => (i === 0 ? from.name : i === pieces.length - 1 ? to.name : `${i} of ${pieces.length - 2}`));
  return (
    <section class="part" aria-label={`Morph from ${from.name} to ${to.name}`}>
      <ol class="walk">
        {pieces.map((piece, i) => (
          <li key={i} class="walk-step" data-sounding={listening.to.value === i}>
            <button
              type="button"
              class="shelf-choose"
              aria-pressed={listening.to.value === i}
              onClick={() => listening.toggle(i, piece)}
              aria-label={`${listening.to.value === i ? 'Stop' : 'Play'} ${names[i]}, ${keyInWords(piece.key)}`}
            >
              <SmallRoll score={piece.score} />
              <span>
                {names[i]}, {keyInWords(piece.key)}
              </span>
            </button>
            <button type="button" class="quiet" onClick={() => onDesk(piece)} aria-label={`To the desk: ${names[i]}`}>
              To the desk
            </button>
          </li>
        ))}
      </ol>
      <div class="row">
        <button type="button" class="main" aria-pressed={listening.to.value === whole} onClick={() => listening.toggle(whole, all())}>
          {listening.to.value === whole ? 'Stop' : 'Play all as one'}
        </button>
        <button type="button" onClick={() => onDesk(all())}>
          All to the desk
        </button>
      </div>
      <p class="hint">
        {endsExact
          ? `The two ends came back from the flow note by note, within ${roundTrip.toExponential(1)} of a code.`
          : 'Not all notes of the ends came back: the flow was not followed closely enough there.'}
      </p>
    </section>
  );
}
