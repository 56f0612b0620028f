declare module 'abcjs/src/api/abc_tunebook_svg.js' {
  import type { AbcVisualParams } from 'abcjs';
  /** A sign as it is drawn; `duration` in whole notes. */
  export interface Drawn {
    readonly elem: { readonly type: string; readonly duration: number; readonly elemset?: readonly Element[] };
  }
  export interface DrawnTune {
    makeVoicesArray(): readonly (readonly Drawn[])[];
  }
  const renderAbc: (into: HTMLElement, abc: string, options: AbcVisualParams) => readonly [DrawnTune];
  export default renderAbc;
}

declare module 'abcjs/src/write/svg.js' {
  const Svg: { readonly prototype: { insertStyles(styles: string): void; createDummySvg(): SVGSVGElement; dummySvg?: SVGSVGElement } };
  export default Svg;
}
