import type { Panel } from '@advect/web';
import { computed, signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { writeAbc } from '../../../codec/abc-write.js';
import { pieceOfScore } from '../../../codec/score-piece.js';
import { transposeKey } from '../../../data/musical-key.js';
import { transposeScore } from '../../../score.js';
import { keyInWords } from '../../roll/note-words.js';
import { saveFile } from '../../state/save-file.js';
import type { Session } from '../../state/session.js';
import { nameOf } from '../save/save-panel.js';
import type { Engraving } from './engraver.js';
import { followSheet } from './follow-sheet.js';

const shortScore = [
  [0, 1],
  [2, 3],
] as const;

/** Pixels of the page to a unit of the sheet, about; and how wide four bars need to be. */
const scale = 0.95;
const fourBars = 640;

/** The piece as sheet music, which prints, and follows what sounds. */
export function sheetPanel(session: Session): Panel {
  const { work, settings, player, report, announcer } = session;
  const staves = signal<'two' | 'four'>('two');
  const engraving = signal<Engraving | undefined>(undefined);
  const sheet = computed(() => {
    const { score, key } = work.value;
    const { transpose, tempo } = settings.value;
    const moved = transposeKey(key, transpose);
    const title = `Chorale in ${keyInWords(moved)}`;
    const piece = pieceOfScore(transposeScore(score, transpose), { tempo, key: moved, program: 0, title, settings: {} });
    return { piece: { ...piece, settings: undefined }, title };
  });

  function View() {
    const paper = useRef<HTMLDivElement>(null);
    useEffect(() => {
      const into = paper.current;
      if (!into) return;
      let gone = false;
      let wide = 0;
      const draw = async (): Promise<void> => {
        wide = into.clientWidth;
        try {
          const { engrave } = await import('./engraver.js');
          if (gone) return;
          const width = into.clientWidth / scale;
          const { piece, title } = sheet.value;
          const abc = writeAbc(piece, {
            barsInSystem: width >= fourBars ? 4 : 2,
            ...(staves.value === 'two' && { staves: shortScore }),
          });
          engraving.value = engrave(into, abc, width, title);
        } catch (thrown) {
          report(thrown);
        }
      };
      void draw();
      const sized = new ResizeObserver(() => {
        if (Math.abs(into.clientWidth - wide) > 24) void draw();
      });
      sized.observe(into);
      return () => {
        gone = true;
        sized.disconnect();
      };
    }, [sheet.value, staves.value]);
    const drawn = engraving.value;
    useEffect(() => (drawn ? followSheet(drawn.marks, player) : undefined), [drawn]);
    return (
      <>
        <div class="row sheet-tools">
          <div class="field">
            <label for="sheet-staves">Staves</label>
            <select
              id="sheet-staves"
              value={staves.value}
              onChange={(event) => (staves.value = event.currentTarget.value as 'two' | 'four')}
            >
              <option value="two">Two, as choirs sing from</option>
              <option value="four">Four, one for each voice</option>
            </select>
          </div>
          <button type="button" class="main" disabled={!drawn} onClick={() => print()}>
            Print
          </button>
          <button type="button" disabled={!drawn} onClick={() => saveFile(announcer, `${nameOf(session)}.svg`, drawn!.svg)}>
            Save as SVG
          </button>
        </div>
        <div ref={paper} class="sheet" role="img" aria-label={`${sheet.value.title}, sheet music`} data-ready={drawn !== undefined} />
      </>
    );
  }

  return { id: 'sheet', title: 'Sheet', about: 'The piece as sheet music: it follows what sounds, and prints.', View };
}
