import { extent } from '../extent.js';
import { type Markup, markup } from './markup.js';
import { linearScale, logScale, type Scale, tickText } from './scale.js';

export interface Series {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** 1 to 8: the colour, and with it the dashes. */
  readonly ink: number;
  /** Thin and pale, as a background to another; with dots, where points are few; solid otherwise. */
  readonly style?: 'faint' | 'dots';
}

export interface PlotSettings {
  readonly title: string;
  /** What stands beside the title, such as the last value. */
  readonly aside?: string;
  readonly unit?: string;
  readonly logY?: boolean;
  /** Counts: the axis begins at 0. */
  readonly counts?: boolean;
  /** As wide as the page where it is wide, as tall as the others on a telephone: two pictures, of which one is shown. */
  readonly wide?: boolean;
  /** A point to ring, with what it is. */
  readonly mark?: { readonly x: number; readonly y: number; readonly text: string };
  /** Dashed lines at these x, with what happened there. */
  readonly events?: readonly { readonly x: number; readonly text: string }[];
  /** Largest x, where it is known before. */
  readonly end?: number;
}

const margin = { left: 52, right: 14, top: 12, bottom: 26 };

/** A line plot as an SVG picture in a figure, with what its script needs to tell values under the pointer. */
export const plot = (series: readonly Series[], settings: PlotSettings): Markup =>
  settings.wide
    ? markup`${picture(series, settings, ' wide')}${picture(series, { ...settings, wide: false }, ' narrow')}`
    : picture(series, settings, '');

function picture(series: readonly Series[], settings: PlotSettings, shape: string): Markup {
  const { title, aside, unit = '', logY = false, counts = false, wide = false, mark, events = [] } = settings;
  const drawn = series.map((one) => finite(one, logY)).filter(({ x }) => x.length > 0);
  if (drawn.length === 0)
    return markup`<figure class="plot${shape}"><figcaption><b>${title}</b></figcaption><p class="none">nothing measured yet</p></figure>`;
  const [width, height] = wide ? [960, 300] : [470, 220];
  const across = width - margin.left - margin.right;
  const down = height - margin.top - margin.bottom;
  const xs = linearScale(0, Math.max(settings.end ?? 0, ...drawn.map(({ x }) => x.at(-1)!)), wide ? 8 : 5);
  const ys = counts ? linearScale(0, Math.max(4, 1.2 * extent(drawn.flatMap(({ y }) => y))[1]), 4) : yScale(drawn, logY, wide ? 6 : 4);
  const px = (x: number): number => round(margin.left + across * xs.place(x));
  const py = (y: number): number => round(margin.top + down * (1 - ys.place(y)));
  const path = ({ x, y }: Series): string => x.map((v, i) => `${i === 0 ? 'M' : 'L'}${px(v)} ${py(y[i])}`).join('');
  const label = `${title}: ${drawn.map(spoken).join('; ')}`;
  const alone = new Set(drawn.map(({ ink }) => ink)).size === 1;
  return markup`<figure class="plot${shape}${alone ? ' alone' : ''}">
<figcaption><b>${title}</b>${aside !== undefined && markup`<span>${aside}</span>`}${drawn.length > 1 && legend(drawn)}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}" data-plot="${data(drawn, px, py, unit)}">
<g class="grid">${ys.ticks.map((t) => markup`<path d="M${margin.left} ${py(t)}h${across}"/>`)}</g>
<g class="ticks">${ys.ticks.map((t) => markup`<text x="${margin.left - 8}" y="${py(t) + 3.5}" text-anchor="end">${tickText(t)}</text>`)}
${xs.ticks.map((t) => markup`<text x="${px(t)}" y="${height - 7}" text-anchor="middle">${tickText(t)}</text>`)}</g>
<path class="axis" d="M${margin.left} ${margin.top + down}h${across}"/>
${events.map(({ x, text }) => markup`<path class="event" d="M${px(x)} ${margin.top}v${down}"><title>${text}</title></path>`)}
${drawn.map((one) => markup`<path class="line ink${one.ink} ${one.style ?? ''}" d="${path(one)}"/>${one.style === 'dots' && one.x.length < 200 && dotsOf(one, px, py)}`)}
${mark && markup`<circle class="mark" cx="${px(mark.x)}" cy="${py(mark.y)}" r="5"><title>${mark.text}</title></circle>`}
</svg></figure>`;
}

const round = (v: number): number => Math.round(10 * v) / 10;

function finite(one: Series, logY: boolean): Series {
  const keep = one.y.map((y, i) => Number.isFinite(y) && Number.isFinite(one.x[i]) && (!logY || y > 0));
  return { ...one, x: one.x.filter((_, i) => keep[i]), y: one.y.filter((_, i) => keep[i]) };
}

/** All of the bold lines; of the faint ones, which are noise about them, the middle 98 %. */
function yScale(drawn: readonly Series[], logY: boolean, count: number): Scale {
  const shown = drawn.flatMap(({ y, style }) => {
    if (style !== 'faint') return [...y];
    const sorted = [...y].sort((a, b) => a - b);
    return sorted.slice(Math.floor(0.01 * sorted.length), Math.ceil(0.99 * sorted.length));
  });
  const [low, high] = extent(shown);
  if (logY) return logScale(low / 1.1, high * 1.1, count);
  const room = 0.06 * (high - low || Math.abs(high) || 1);
  return linearScale(low >= 0 && low < 0.4 * high ? 0 : low - room, high + room, count);
}

const spoken = ({ name, x, y }: Series): string => {
  const [low, high] = extent(y);
  return `${name} from ${brief(y[0])} at step ${x[0]} to ${brief(y.at(-1)!)} at step ${x.at(-1)}, lowest ${brief(low)}, highest ${brief(high)}`;
};

const brief = (v: number): string => String(Number(v.toPrecision(4)));

const legend = (series: readonly Series[]): Markup =>
  markup`<span class="legend">${series.map(({ name, ink, style }) => markup`<span><svg viewBox="0 0 22 8" aria-hidden="true"><path class="line ink${ink} ${style ?? ''}" d="M1 4h20"/></svg>${name}</span>`)}</span>`;

const dotsOf = ({ x, y, ink }: Series, px: (x: number) => number, py: (y: number) => number): readonly Markup[] =>
  x.map((v, i) => markup`<circle class="dot ink${ink}" cx="${px(v)}" cy="${py(y[i])}" r="2.2"/>`);

/** Places and values for the script: what is drawn, at most some 400 points of a series. */
function data(series: readonly Series[], px: (x: number) => number, py: (y: number) => number, unit: string): string {
  return JSON.stringify({
    unit,
    series: series.map(({ name, x, y, ink }) => {
      const every = Math.ceil(x.length / 400);
      const some = x.flatMap((v, i) => (i % every === 0 || i === x.length - 1 ? [[v, Number(y[i].toPrecision(5)), px(v), py(y[i])]] : []));
      return { name, ink, points: some };
    }),
  });
}
