/** The report's script: tells the values of a plot under the pointer. Without it the report is whole. */
export const script = `
for (const svg of document.querySelectorAll('svg[data-plot]')) {
  const { unit, series } = JSON.parse(svg.dataset.plot);
  const make = (name, attributes) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const tip = document.createElement('div');
  tip.className = 'tip';
  let drawn = [];
  const clear = () => { for (const element of drawn) element.remove(); drawn = []; tip.remove(); };
  svg.addEventListener('pointerleave', clear);
  svg.addEventListener('pointermove', (event) => {
    clear();
    const box = svg.getBoundingClientRect();
    const { width, height } = svg.viewBox.baseVal;
    const at = ((event.clientX - box.left) / box.width) * width;
    const nearest = series.map(({ points }) => points.reduce((best, point) => (Math.abs(point[2] - at) < Math.abs(best[2] - at) ? point : best)));
    const place = nearest.reduce((best, point) => (Math.abs(point[2] - at) < Math.abs(best[2] - at) ? point : best));
    drawn = [make('path', { class: 'hair', d: 'M' + place[2] + ' 12V' + (height - 26) })];
    nearest.forEach(([, , x, y], i) => drawn.push(make('circle', { class: 'bead ink' + series[i].ink, cx: x, cy: y, r: 3.5 })));
    svg.append(...drawn);
    tip.textContent = 'step ' + place[0] + nearest.map((point, i) => '\\n' + (series.length > 1 ? series[i].name + ' ' : '') + point[1] + (unit ? ' ' + unit : '') + (point[0] === place[0] ? '' : ' at ' + point[0])).join('');
    svg.parentElement.append(tip);
    const left = svg.offsetLeft === undefined ? 12 : svg.offsetLeft;
    const x = 12 + (place[2] / width) * box.width;
    tip.style.left = Math.min(x + 12, box.width - tip.offsetWidth) + 'px';
    tip.style.top = '40px';
  });
}
`;
