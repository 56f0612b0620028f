import { inNode } from '../platform.js';
import {
  cell,
  CELLS,
  computeTiles,
  type FromWorker,
  instantiateOn,
  spinner,
  spinWhile,
  WORKER_SPINS,
  type TileExports,
  type ToWorker,
} from './control.js';

/** One thread of the pool: takes messages when it is told that there are some, and otherwise waits for runs. */
const { listen, post } = connect();
const jobs = new Map<number, TileExports>();
let cells: Int32Array | undefined;
let base = 0;
let received = 0;

listen((message) => {
  received++;
  const answer = take(message);
  if (answer) post(answer);
  if (cells) serve(cells, base, received);
});

function take(message: ToWorker): FromWorker | undefined {
  if (message.kind === 'start') {
    cells = new Int32Array(message.control);
    base = message.index * CELLS;
    return { id: 0 };
  }
  if (message.kind === 'drop') {
    jobs.delete(message.id);
    return undefined;
  }
  try {
    jobs.set(message.id, instantiateOn(message.module, message.memory));
    return { id: message.id };
  } catch (error) {
    return { id: message.id, problem: String(error) };
  }
}

/** Computes runs as they are asked for; returns to the event loop once there is mail. */
function serve(cells: Int32Array, base: number, received: number): void {
  const turns = spinner(WORKER_SPINS);
  for (;;) {
    const bell = Atomics.load(cells, base + cell.bell);
    if (Atomics.load(cells, base + cell.mail) !== received) return;
    const asked = Atomics.load(cells, base + cell.asked);
    if (asked !== Atomics.load(cells, base + cell.done)) {
      compute(cells, base, asked);
      continue;
    }
    if (turns.saw(spinWhile(cells, base + cell.bell, bell, turns.next()))) continue;
    Atomics.store(cells, base + cell.asleep, 1);
    Atomics.wait(cells, base + cell.bell, bell);
    Atomics.store(cells, base + cell.asleep, 0);
  }
}

function compute(cells: Int32Array, base: number, asked: number): void {
  const read = (place: keyof typeof cell): number => Atomics.load(cells, base + cell[place]);
  try {
    const work = { first: read('first'), end: read('end'), tile: read('tile'), batch: read('batch'), arena: read('arena') };
    computeTiles(jobs.get(read('job'))!, work, () => Atomics.add(cells, base + cell.progress, 1));
  } catch {
    Atomics.store(cells, base + cell.failed, asked);
  }
  Atomics.store(cells, base + cell.done, asked);
  if (read('awaited') === 1) Atomics.notify(cells, base + cell.done);
}

function connect(): { listen(take: (message: ToWorker) => void): void; post(answer: FromWorker): void } {
  if (inNode()) {
    const port = process.getBuiltinModule('node:worker_threads').parentPort!;
    return { listen: (take) => void port.on('message', take), post: (answer) => port.postMessage(answer) };
  }
  const scope = globalThis as unknown as { onmessage: (event: MessageEvent<ToWorker>) => void; postMessage(answer: FromWorker): void };
  return {
    listen: (take) => void (scope.onmessage = ({ data }) => take(data)),
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's messages have no target origin
    post: (answer) => scope.postMessage(answer),
  };
}
