import { stepsPerBar, voiceCount, voiceNames, type Score } from './score.js';

const blocks = ' ▁▂▃▄▅▆▇█';

/**
 * Values of cells as a map of blocks, a line for each voice and a character for each step, bar lines between; eight bars to a line.
 * The fullest block stands for `most` and more.
 */
export function heatText({ steps }: Score, cells: Float32Array, most: number): string {
  const systems: string[] = [];
  const perLine = 8 * stepsPerBar;
  for (let from = 0; from < steps; from += perLine) {
    const lines = voiceNames.map((name, voice) => {
      let line = `${name[0]} |`;
      for (let step = from; step < Math.min(steps, from + perLine); step++) {
        const level = Math.max(0, Math.min(1, cells[step * voiceCount + voice] / most));
        line += blocks[Math.ceil(level * (blocks.length - 1))];
        if ((step + 1) % stepsPerBar === 0 || step + 1 === steps) line += '|';
      }
      return line;
    });
    systems.push(lines.join('\n'));
  }
  return systems.join('\n\n');
}
