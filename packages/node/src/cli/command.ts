import type { ColourDepth } from '../terminal-picture.js';
import type { ProgressLine } from '../progress.js';
import type { Options, Values } from './option.js';

/** An argument without a name, such as a file. */
export interface Positional {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** Takes all that follow; only the last positional may. */
  readonly many?: boolean;
}

/** One command of a program, as data. */
export interface Command<O extends Options = Options> {
  readonly name: string;
  readonly summary: string;
  /** Paragraphs printed under the summary by `--help`. */
  readonly details?: string;
  readonly positionals?: readonly Positional[];
  readonly options: O;
  /** Command lines without the program's name, each with what it does. */
  readonly examples?: readonly (readonly [line: string, what: string])[];
  run(context: CommandContext<O>): Promise<void>;
}

/** What a running command may use. Results go to `print`, everything else to `note` and `progress`. */
export interface CommandContext<O extends Options = Options> {
  /** The program's name and version. */
  readonly program: string;
  readonly options: Values<O>;
  /** Which of the options the command line gives, by their keys; the others have their defaults. */
  readonly given: readonly string[];
  /** Where each option that is not left at its default was set: '--steps', 'ADVECT_IMAGE_STEPS', 'advect.config.json'. */
  readonly sources: Readonly<Record<string, string>>;
  readonly positionals: readonly string[];
  /** One line of result, to standard output. */
  print(line: string): void;
  /** A file's bytes as the result, to standard output; throws `invalid-option` where that is a terminal. */
  write(bytes: Uint8Array): void;
  /** One line for the person who waits, to standard error; silent under `--quiet`. */
  note(line: string): void;
  /** One status line on a terminal, a line now and then elsewhere; silent under `--quiet`. */
  readonly progress: ProgressLine;
  /** Results are wanted as JSON, one value a line. */
  readonly json: boolean;
  readonly quiet: boolean;
  /** Fires at the first Ctrl-C. */
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

export interface Terminal {
  readonly columns: number;
  readonly colour: ColourDepth;
  /** Standard output is looked at by a person. */
  readonly interactive: boolean;
}

export interface Program {
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  /** Its word in `advect.config.json` and in names of the environment (`image`: ADVECT_IMAGE_STEPS), where options may be set, too. */
  readonly settings?: string;
  // A program holds commands of many option types; each is checked where it is defined.
  // oxlint-disable-next-line no-explicit-any
  readonly commands: readonly Command<any>[];
}

/** Gives a command's `run` the types of its options. */
export const defineCommand = <const O extends Options>(command: Command<O>): Command<O> => command;
