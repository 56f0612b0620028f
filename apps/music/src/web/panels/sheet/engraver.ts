import renderAbc, { type DrawnTune } from 'abcjs/src/api/abc_tunebook_svg.js';
import Svg from 'abcjs/src/write/svg.js';

/** Signs of the sheet that sound from one step to another. */
export interface SheetMark {
  readonly from: number;
  readonly to: number;
  readonly nodes: readonly Element[];
}

/** A sheet as it stands on the page. */
export interface Engraving {
  readonly marks: readonly SheetMark[];
  /** The whole of it as one SVG file, black on nothing. */
  readonly svg: string;
}

const namespace = 'http://www.w3.org/2000/svg';

// abcjs writes style sheets and style attributes, which the page's policy forbids; the class stands in for the one that it needs.
Svg.prototype.insertStyles = () => undefined;
Svg.prototype.createDummySvg = function createDummySvg(this: typeof Svg.prototype) {
  if (!this.dummySvg) {
    this.dummySvg = document.createElementNS(namespace, 'svg');
    this.dummySvg.setAttribute('class', 'unseen');
    document.body.append(this.dummySvg);
  }
  return this.dummySvg;
};

/** Steps (eighth notes) in a whole note. */
const stepsPerWhole = 8;

/** White to the left and right of the systems. */
const margin = 2;

function draw(into: HTMLElement, abc: string, width: number, name: string): DrawnTune {
  const [tune] = renderAbc(into, abc, {
    responsive: 'resize',
    staffwidth: width,
    add_classes: true,
    foregroundColor: 'currentColor',
    ariaLabel: name,
    paddingleft: margin,
    paddingright: margin,
    paddingtop: 4,
    paddingbottom: 4,
  });
  return tune;
}

/** How wide the widest system of a sheet is: abcjs draws beyond the width that it was given where the notes need more. */
const widestOf = (sheet: Element): number =>
  [...(sheet.querySelector('svg')?.children ?? [])]
    .filter((child): child is SVGGElement => child instanceof SVGGElement)
    .reduce((most, group) => Math.max(most, Math.ceil(group.getBBox().x + group.getBBox().width - margin)), 0);

/**
 * Engraves a tune in ABC into an element, each system an SVG of its own, so that paper is not cut through staves. `width` is
 * that of a system in units of about a pixel at the usual size of print; where the notes need more, all is smaller. Loads with abcjs,
 * some 130 KB.
 */
export function engrave(into: HTMLElement, abc: string, width: number, name: string): Engraving {
  let tune = draw(into, abc, width, name);
  const widest = widestOf(into);
  if (widest > width + 1) tune = draw(into, abc, widest, name);
  const whole = into.querySelector('svg');
  if (!whole) return { marks: [], svg: '' };
  unstyle(whole);
  // What a tie or the last bar line still needs beyond.
  const { width: asked, height } = whole.viewBox.baseVal;
  const wide = Math.max(asked, widestOf(into) + 2 * margin);
  whole.setAttribute('viewBox', `0 0 ${wide} ${height}`);
  whole.setAttribute('width', String(wide));
  whole.setAttribute('height', String(height));
  const svg = new XMLSerializer().serializeToString(whole);
  const systems = systemsOf(whole);
  unstyle(into);
  into.replaceChildren(...systems);
  return { marks: marksOf(tune), svg };
}

/** Takes away an element's style. Chromium leaves `style=""` where it was set by a program and nobody has asked for it since. */
function unstyle(element: Element): void {
  if (element.hasAttribute('style')) element.removeAttribute('style');
}

/** The systems of a sheet as pictures of their own, with the white above each. */
function systemsOf(whole: SVGSVGElement): SVGSVGElement[] {
  const { width } = whole.viewBox.baseVal;
  const groups = [...whole.children].filter((child): child is SVGGElement => child instanceof SVGGElement);
  const boxes = groups.map((group) => group.getBBox());
  let top = 0;
  return groups.flatMap((group, i) => {
    const bottom = boxes[i].y + boxes[i].height;
    if (boxes[i].height === 0) return [];
    const system = document.createElementNS(namespace, 'svg');
    system.setAttribute('viewBox', `0 ${top} ${width} ${bottom - top + 4}`);
    system.setAttribute('aria-hidden', 'true');
    system.append(group);
    top = bottom;
    return [system];
  });
}

function marksOf(tune: DrawnTune): SheetMark[] {
  return tune.makeVoicesArray().flatMap((voice) => {
    let at = 0;
    return voice.flatMap(({ elem: { type, duration, elemset } }): SheetMark[] => {
      const from = at;
      at += duration * stepsPerWhole;
      return type === 'note' && elemset ? [{ from, to: at, nodes: elemset }] : [];
    });
  });
}
