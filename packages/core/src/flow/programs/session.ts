import type { Arrays, ExecutorReport, Program } from '@advect/compiler';
import type { Parameters } from '../../field/field.js';
import { type Pending } from '../../ode/index.js';
import { whenSettled } from '../../ode/settle.js';
import { compileFunction, type ProgramOptions, share, type SharedProgram, type Weights } from './shared.js';
import { type TracedFunction, weightArrays } from './traced.js';

/** The programs of one solve or training step, with its weights. */
export interface Programs {
  /**
   * Runs a function of the owner's that has this name; the first time in the owner's life it is compiled. Synchronous where
   * the program is and has been used in this session.
   */
  run(name: string, traced: () => TracedFunction, args: Arrays): Pending<Arrays>;
  /** Of all programs used so far; of those that differ, the one that fell back. */
  report(): ExecutorReport | undefined;
}

type Found = Promise<SharedProgram | ExecutorReport>;

/** Compiled programs hold no tensors and live as long as their owner; a program run eagerly, as long as a session. */
const compiled = new WeakMap<object, Map<string, Found>>();

/** Lets threads and sessions forget the programs of an owner that is gone. */
const abandoned = new FinalizationRegistry<Map<string, Found>>((programs) => {
  for (const found of programs.values()) found.then((program) => 'run' in program && program.dispose()).catch(() => undefined);
});

/** Opens the programs of an owner (a field) with these weights, and frees what they hold when `body` settles. */
export async function withPrograms<T>(
  owner: object,
  parameters: Parameters,
  options: ProgramOptions,
  body: (programs: Programs) => Promise<T>,
): Promise<T> {
  const weights: Weights = { arrays: weightArrays(parameters) };
  const open = new Map<string, SharedProgram>();
  const temporary: SharedProgram[] = [];
  const obtain = async (name: string, traced: () => TracedFunction): Promise<SharedProgram> => {
    const found = await lookUp(owner, name, traced, options);
    const program = 'run' in found ? found : eager(await compileFunction(traced(), { executor: 'eager' }), found);
    if (program !== found) temporary.push(program);
    open.set(name, program);
    return program;
  };
  try {
    return await body({
      run: (name, traced, args) => whenSettled(open.get(name) ?? obtain(name, traced), (program) => program.run(weights, args)),
      report: () =>
        [...open.values()]
          .map(({ report }) => report)
          .toSorted((a, b) => Number(b.executor === 'eager') - Number(a.executor === 'eager'))[0],
    });
  } finally {
    for (const program of temporary) program.dispose();
  }
}

/** A program of one session, with the report of the first that was made of the function. */
const eager = (program: Program, report: ExecutorReport): SharedProgram => {
  const { run, dispose } = share(program);
  return { report, run, dispose };
};

/** The owner's program, or the report of one that is to run eagerly. */
function lookUp(owner: object, name: string, traced: () => TracedFunction, options: ProgramOptions): Found {
  const { executor = 'auto', threads = 0 } = options;
  const key = `${executor} ${threads} ${name}`;
  const ofOwner = compiled.get(owner) ?? newOwner(owner);
  const known = ofOwner.get(key);
  if (known) return known;
  const made = compileFunction(traced(), options).then((program) => {
    if (program.report.executor !== 'eager') return share(program);
    program.dispose();
    return program.report;
  });
  ofOwner.set(key, made);
  made.catch(() => ofOwner.delete(key));
  return made;
}

function newOwner(owner: object): Map<string, Found> {
  const programs = new Map<string, Found>();
  compiled.set(owner, programs);
  abandoned.register(owner, programs);
  return programs;
}
