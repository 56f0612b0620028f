/** The report's style sheet: light, or dark where the reader's system is; ink that can be told apart by its dashes too. */
export const style = `
:root{color-scheme:light dark;--paper:#f6f7f9;--card:#fff;--ink:#14181f;--soft:#5a6472;--line:#e3e7ec;--grid:#eceff3;--accent:#2457d6;
--ok:#137a4b;--warn:#a05a00;--bad:#b3261e;--i1:#2457d6;--i2:#c2560a;--i3:#0f7f6e;--i4:#a2309a;--i5:#7a6a00;--i6:#b3261e;--i7:#0b7ea8;--i8:#59616d}
@media (prefers-color-scheme:dark){:root{--paper:#0e1116;--card:#161b22;--ink:#e8ecf2;--soft:#97a3b3;--line:#262d37;--grid:#212832;--accent:#82aaff;
--ok:#5fd29a;--warn:#f0b35a;--bad:#ff8a80;--i1:#82aaff;--i2:#ffb067;--i3:#5ad1bd;--i4:#e39bdd;--i5:#dccb5a;--i6:#ff8a80;--i7:#6cc7ee;--i8:#a9b2be}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1120px;margin:0 auto;padding:40px 24px 64px}
header h1{margin:0;font-size:30px;line-height:1.2;letter-spacing:-.02em;display:flex;flex-wrap:wrap;align-items:center;gap:12px;overflow-wrap:anywhere}
header p{margin:6px 0 0;color:var(--soft)}
h2{margin:40px 0 12px;font-size:17px;letter-spacing:-.01em}
.state{font-size:13px;font-weight:600;letter-spacing:0;padding:3px 11px;border-radius:99px;border:1px solid currentColor;color:var(--soft)}
.state.finished,.state.trained{color:var(--ok)}.state.training{color:var(--accent)}.state.interrupted,.state.broken{color:var(--warn)}.state.failed{color:var(--bad)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:28px 0 12px;padding:0}
.tiles div{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:14px 16px}
.tiles dt{color:var(--soft);font-size:13px}.tiles dd{margin:2px 0 0;font-size:20px;font-weight:600;letter-spacing:-.02em;line-height:1.25}
.tiles small{display:block;color:var(--soft);font-size:12.5px;font-weight:400;letter-spacing:0}
.plots{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:12px}
.plot{margin:0;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:12px 12px 6px;min-width:0;position:relative}
.plot.wide{grid-column:1/-1}.plot.narrow{display:none}
figcaption{display:flex;flex-wrap:wrap;gap:2px 12px;align-items:baseline;padding:0 4px 6px}
figcaption>span{color:var(--soft);font-size:13px}
.legend{display:flex;flex-wrap:wrap;gap:2px 14px;margin-left:auto}
.legend span{display:inline-flex;align-items:center;gap:6px;color:var(--ink)}.legend svg{width:22px;height:8px}
.plot>svg{display:block;width:100%;height:auto;touch-action:pan-y}
.none{color:var(--soft);padding:0 4px}
.grid path{stroke:var(--grid)}.axis{stroke:var(--line)}.ticks text{fill:var(--soft);font-size:11px}
.line{fill:none;stroke-width:1.9;stroke-linejoin:round;stroke-linecap:round}.line.faint{stroke-width:1;opacity:.3}
.alone .line{stroke-dasharray:none}.dot{stroke:none}.mark{fill:none;stroke:var(--ink);stroke-width:1.6}.event{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 4;fill:none}
.ink1{stroke:var(--i1)}.ink2{stroke:var(--i2);stroke-dasharray:7 3}.ink3{stroke:var(--i3);stroke-dasharray:2 3.5}.ink4{stroke:var(--i4);stroke-dasharray:9 3 2 3}
.ink5{stroke:var(--i5);stroke-dasharray:12 4}.ink6{stroke:var(--i6);stroke-dasharray:4 4}.ink7{stroke:var(--i7);stroke-dasharray:1 4}.ink8{stroke:var(--i8);stroke-dasharray:6 2 1 2 1 2}
.dot.ink1{fill:var(--i1)}.dot.ink2{fill:var(--i2)}.dot.ink3{fill:var(--i3)}.dot.ink4{fill:var(--i4)}.dot.ink5{fill:var(--i5)}.dot.ink6{fill:var(--i6)}.dot.ink7{fill:var(--i7)}.dot.ink8{fill:var(--i8)}
.hair{stroke:var(--soft);stroke-width:1}.bead{fill:var(--card);stroke-width:2;stroke-dasharray:none}
.tip{position:absolute;pointer-events:none;background:var(--ink);color:var(--paper);border-radius:8px;padding:5px 9px;font-size:12.5px;line-height:1.4;white-space:pre;z-index:1}
.film{display:grid;grid-template-columns:repeat(auto-fill,minmax(240px,1fr));gap:12px;margin:0;padding:0;list-style:none}
.film figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:10px}
.film img{display:block;width:100%;height:auto;border-radius:6px;image-rendering:pixelated}
.film figcaption{padding:6px 2px 0;color:var(--soft);font-size:13px}
.film .last{grid-column:1/-1}
.tables{columns:320px;column-gap:12px}.tables .card{break-inside:avoid;margin-bottom:12px}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:14px 16px;min-width:0;overflow-x:auto}
.card h3{margin:0 0 6px;font-size:14px}
table{border-collapse:collapse;width:100%;font-size:13.5px}th,td{text-align:left;padding:4px 14px 4px 0;border-top:1px solid var(--grid);vertical-align:top}
tr:first-child>*{border-top:0}th{font-weight:400;color:var(--soft);white-space:nowrap}thead th{font-weight:600;color:var(--ink)}td{overflow-wrap:anywhere}.number{text-align:right;white-space:nowrap}
pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,monospace}
details{margin-top:12px}summary{cursor:pointer;color:var(--soft)}
footer{margin-top:40px;color:var(--soft);font-size:13px}
@media (max-width:720px){main{padding:24px 14px 48px}.plots{grid-template-columns:minmax(0,1fr)}.tiles{grid-template-columns:repeat(2,minmax(0,1fr));gap:8px}.tiles div{padding:10px 12px}.tiles dd{font-size:19px}.legend{margin-left:0}.ticks text{font-size:13px}.plot.wide{display:none}.plot.narrow{display:block}.film{grid-template-columns:1fr 1fr}header h1{font-size:24px}}
@media print{.plot,.card,.film figure{break-inside:avoid}}
`;
