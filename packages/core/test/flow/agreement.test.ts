import test from 'ava';
import { sizeOf } from '@advect/base/array';
import { type Arrays, compile, interpret, type Program, trace } from '@advect/compiler';
import { roundingSpread } from '@advect/testkit';
import { type TracedFunction, weightArrays } from '#src/flow/programs/traced.js';
import { key, normals, split, uniforms } from '#src/random/index.js';
import { ready } from '#src/tensor/index.js';
import { cases, functionsOf, weightsOf } from './agreement-cases.js';

test.before(async () => void (await ready()));

type Programs = { readonly [who: string]: Program };
type Numbers = { [name: string]: Float32Array };
type Results = { readonly [name: string]: ArrayLike<number> };

const draw = (name: string, size: number): Float32Array =>
  name === 'scale' ? Float32Array.of(0.01) : name === 't' ? uniforms(split(key(5), name), size) : normals(split(key(5), name), size);

/** The inputs of a function with a number of rows. */
const inputsFor = ({ inputs }: TracedFunction, rows: number): TracedFunction['inputs'] =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [
      name,
      input.rowAxis === undefined ? input : { ...input, shape: input.shape.with(input.rowAxis, rows) },
    ]),
  );

const argumentsFor = (of: TracedFunction, rows: number): Numbers =>
  Object.fromEntries(
    Object.entries(inputsFor(of, rows)).flatMap(([name, { kind, shape }]) =>
      kind === 'parameter' ? [] : [[name, draw(name, sizeOf(shape))] as const],
    ),
  );

/** One piece for each row where a result has rows, else one for all. */
function* pieces(entries: ArrayLike<number>, rows: number): Generator<{ from: number; to: number }> {
  const width = entries.length % rows === 0 ? entries.length / rows : entries.length;
  for (let from = 0; from < entries.length; from += width) yield { from, to: from + width };
}

/** The largest size of an entry; infinite where one is NaN. */
function mostOf(entries: ArrayLike<number>, { from, to }: { from: number; to: number }, beside?: ArrayLike<number>): number {
  let most = 0;
  for (let i = from; i < to; i++) {
    const size = Math.abs(beside ? entries[i] - beside[i] : entries[i]);
    if (!(size <= most)) most = Number.isNaN(size) ? Infinity : size;
  }
  return most;
}

/** Rows of narrow nets make two tiles, so that a second thread has something to do. */
const rowsFor = (name: string): number => (name.startsWith('mlp') ? 70 : 10);

/**
 * What of the results is further from float64 than 1e-5 of the largest entry of its row; where terms cancel, further than five
 * times what rounding at random does to the same function.
 */
async function onRandomNumbers(of: TracedFunction, rows: number, weights: Arrays, programs: Programs): Promise<string[]> {
  const args = argumentsFor(of, rows);
  const graph = trace(of.f, inputsFor(of, rows));
  const { exact, spread } = roundingSpread((round) => interpret(graph, { ...args, ...weights }, { round }), 3);
  const failures: string[] = [];
  for (const [who, program] of Object.entries(programs)) {
    program.bind(weights);
    const results: Results = await program.run(args);
    for (const [name, entries] of Object.entries(exact)) {
      for (const piece of pieces(entries, rows)) {
        const off = mostOf(results[name], piece, entries);
        const allowed = 1e-5 * mostOf(entries, piece) + 5 * mostOf(spread[name], piece);
        if (off > allowed) failures.push(`${who}: ${name} from ${piece.from} is off by ${off} where ${allowed} is allowed`);
      }
    }
  }
  return failures;
}

const extremes = [0, -0, 1e-45, -1e-40, 1e30, -1e30, Infinity, -Infinity, NaN];
interface Place {
  readonly name: string;
  readonly x: number;
}

/** Where a finite input makes numbers overflow, the order of a sum decides between ∞, −∞ and the NaN of both. */
const kindOf = (entry: number, { x }: Place): string =>
  Number.isFinite(entry) ? 'finite' : Number.isFinite(x) ? 'beyond all floats' : String(entry);

/**
 * Where results are not NaN, ∞ and −∞ as those of the eager function are: an extreme number in one row of one argument, for
 * all of them in one run; and, for what is summed over rows, in one entry of each input on its own.
 */
async function onExtremes(of: TracedFunction, weights: Arrays, { eager, ...others }: Programs): Promise<string[]> {
  const failures: string[] = [];
  const compare = async (placeOf: (row: number) => Place, args: Arrays, bound: Arrays, rows: number) => {
    eager.bind(bound);
    const expected: Results = await eager.run(args);
    for (const [who, program] of Object.entries(others)) {
      program.bind(bound);
      const results: Results = await program.run(args);
      for (const [name, entries] of Object.entries(expected)) {
        for (const { from, to } of pieces(entries, rows)) {
          const place = placeOf(from / (to - from));
          for (let i = from; i < to; i++) {
            const [found, wanted] = [results[name][i], entries[i]];
            if (kindOf(found, place) === kindOf(wanted, place)) continue;
            failures.push(`${who}, ${place.name} = ${place.x}: ${name}[${i}] is ${found} where eager gives ${wanted}`);
          }
        }
      }
    }
  };

  const places = Object.entries(of.inputs).flatMap(([name, { rowAxis }]) =>
    rowAxis === undefined ? [] : extremes.map((x) => ({ name, x })),
  );
  const args = argumentsFor(of, places.length);
  places.forEach(({ name, x }, row) => {
    const { shape, rowAxis } = of.inputs[name];
    args[name][row * sizeOf(shape.slice(rowAxis! + 1))] = x;
  });
  await compare((row) => places[row], args, weights, places.length);

  // ∞ as the factor of a sum is not alike: the sum itself may be 0 or have two signs.
  const single = Object.entries(of.inputs).filter(
    ([name, { kind }]) => name !== 'scale' && (kind !== 'parameter' || /1\/|query/.test(name)),
  );
  for (const [i, [name, { kind }]] of single.entries()) {
    const place = { name, x: [1e30, NaN, -Infinity, 1e-40][i % 4] };
    const given = argumentsFor(of, 2);
    const bound = kind === 'parameter' ? { ...weights, [name]: weights[name].slice() } : weights;
    (kind === 'parameter' ? bound : given)[name][0] = place.x;
    await compare(() => place, given, bound, 2);
  }
  return failures;
}

for (const [name, of] of Object.entries(cases)) {
  test.serial(`${name}: every executor agrees, on random and on extreme numbers`, async (t) => {
    const parameters = weightsOf(of.field);
    const weights = weightArrays(parameters);
    for (const [what, traced] of Object.entries(functionsOf(of, parameters))) {
      const by = (executor: 'eager' | 'wasm' | 'onnx', threads: number) => compile(traced.f, traced.inputs, { executor, threads });
      const programs = {
        eager: await by('eager', 1),
        wasm: await by('wasm', 2),
        // Threads share tiles whatever a tile computes: nets with one of the ways of time stand for all.
        ...(what === 'flow matching' && / concat\b(?!-)/.test(name) && { 'wasm on one thread': await by('wasm', 1) }),
        onnx: await by('onnx', 1),
      };
      t.deepEqual(await onRandomNumbers(traced, rowsFor(name), weights, programs), [], what);
      t.deepEqual(await onExtremes(traced, weights, programs), [], what);
      for (const program of Object.values(programs)) program.dispose();
    }
  });
}
