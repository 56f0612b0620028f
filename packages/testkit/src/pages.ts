import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** A program of a Markdown page, with the output that stands after it. */
export interface PageProgram {
  readonly code: string;
  readonly output?: string;
  /** Whether the output has times of one machine, so that its words alone can be promised, and not the order of its lines. */
  readonly timings: boolean;
}

/** The programs (```js) of a page, each with the output (```text, or ```text timings) that follows it, if any. */
export const programsOf = (markdown: string): PageProgram[] =>
  [...markdown.matchAll(/```js\n(.*?)```(?:\s*```text( timings)?\n(.*?)```)?/gs)].map(([, code, timings, output]) => ({
    code,
    output,
    timings: timings !== undefined,
  }));

/** Runs a program of its own in a folder, where it finds packages as files of that folder do, and returns what it prints. */
export async function runProgram(code: string, name: string, folder: URL): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = new URL(`${name}.mjs`, folder);
  await writeFile(file, code);
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(file)]);
  return stdout;
}

/**
 * Where what a program printed differs from what its page promises: in a word, or in a number by more than 5 % and 0.05;
 * undefined if it does not. White space does not count.
 */
export function outputMismatch(printed: string, { output, timings }: PageProgram): string | undefined {
  if (output === undefined) return undefined;
  const [words, promisedWords] = [printed, output].map((text) => (timings ? linesOf(text).toSorted().join('; ') : wordsOf(text)));
  if (words !== promisedWords) return `printed "${words}", the page says "${promisedWords}"`;
  if (timings) return undefined;
  const numbers = numbersOf(printed);
  const promised = numbersOf(output);
  const i = promised.findIndex((value, at) => !(Math.abs(numbers[at] - value) <= 0.05 + 0.05 * Math.abs(value)));
  return i === -1 ? undefined : `printed ${numbers[i]}, the page says ${promised[i]}`;
}

const number = /[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?/g;
const wordsOf = (text: string): string => text.replace(number, '#').replace(/\s+/g, ' ').trim();
const linesOf = (text: string): string[] => text.trim().split('\n').map(wordsOf);
const numbersOf = (text: string): number[] => (text.match(number) ?? []).map(Number);
