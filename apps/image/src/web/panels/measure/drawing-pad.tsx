import { useMemo } from 'preact/hooks';
import { useSignal, useSignalEffect } from '@preact/signals';
import type { PictureForm } from '../../../data/picture-set.js';
import type { Session } from '../../state/session.js';
import { paint } from '../../view/paint.js';
import type { Desk } from '../desk/desk.js';
import { brush } from '../pad/brush.js';
import { Pad } from '../pad/pad.js';
import { PadTools } from '../pad/pad-tools.js';
import { raster } from '../pad/raster.js';

interface Props {
  readonly session: Session;
  readonly desk: Desk;
  readonly form: PictureForm;
}

let drawings = 0;
/** How long a hand rests before what it drew is looked at. */
const rest = 500;

/** A pad in the model's own pixels; what is drawn lies on the desk as soon as the hand rests. */
export function DrawingPad({ session, desk, form }: Props) {
  const { size, channels, levels } = form;
  const start = useSignal(desk.subject.peek());
  const onPicture = useSignal(false);
  const key = useMemo(() => `own drawing ${++drawings}`, []);
  const hand = useMemo(() => brush(size, Math.max(0.5, Math.round(size / 14) / 2 + 0.5)), []);
  const colour = useSignal('#ffffff');
  const base = onPicture.value ? start.value?.levels : undefined;
  const paper = useMemo(() => ({ size, channels, values: base ?? new Float32Array(size * size * channels) }), [base]);
  const ink = inkOf(colour.value, channels).map((v) => Math.round((v * (levels - 1)) / 255));

  useSignalEffect(() => {
    const { marks } = hand.drawing.value;
    if (marks.length === 0) return;
    const timer = setTimeout(() => {
      const drawn = Uint8Array.from(raster(paper, marks, 'soft'), Math.round);
      desk.add({ key, name: 'Drawing', levels: drawn, label: -1 });
    }, rest);
    return () => clearTimeout(timer);
  });

  return (
    <div class="drawing">
      <Pad
        label="Drawing"
        brush={hand}
        paper={paper}
        ink={ink}
        rim="soft"
        show={(canvas, values) => paint(canvas, values, form)}
        say={session.announcer.say}
        words={(values, pixel) => `${Math.round((100 * values[pixel * channels]) / (levels - 1))} % light`}
      />
      <PadTools id="drawing" brush={hand} keys={session.keys} />
      <div class="given">
        {channels === 3 ? (
          <label class="ink">
            Ink <input type="color" value={colour.value} onInput={(event) => (colour.value = event.currentTarget.value)} />
          </label>
        ) : (
          <label class="ink">
            Ink{' '}
            <select value={colour.value} onChange={(event) => (colour.value = event.currentTarget.value)}>
              <option value="#ffffff">white</option>
              <option value="#999999">grey</option>
              <option value="#000000">black</option>
            </select>
          </label>
        )}
        <label class="switch">
          <input
            type="checkbox"
            checked={onPicture.value}
            disabled={!start.value}
            onChange={(event) => {
              start.value = desk.subject.peek()?.key === key ? start.value : desk.subject.peek();
              onPicture.value = event.currentTarget.checked;
            }}
          />
          Draw on {start.value?.name ?? 'a picture'}
        </label>
        <button type="button" onClick={hand.clear}>
          Clear
        </button>
      </div>
    </div>
  );
}

/** Red, green and blue of a colour; grey from its red where the model knows no others. */
const inkOf = (colour: string, channels: number): number[] =>
  [1, 3, 5].slice(0, channels).map((at) => parseInt(colour.slice(at, at + 2), 16));
