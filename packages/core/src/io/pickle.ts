import { AdvectError } from '@advect/base/errors';

/** What a pickle holds, as data: names of classes and functions stay names, and what they would be called with stays beside them. */
export type Pickled = null | boolean | number | string | Uint8Array | Pickled[] | Map<Pickled, Pickled> | PickledName | PickledObject;

/** A class or function of Python, "numpy dtype". */
export interface PickledName {
  readonly kind: 'name';
  readonly name: string;
}

/** An object that Python would make by a call. */
export interface PickledObject {
  readonly kind: 'object';
  readonly of: Pickled;
  readonly args: Pickled;
  /** What Python would set on it afterwards. */
  state?: Pickled;
}

const text = new TextDecoder('latin1');

/**
 * Reads a pickle (protocols 2 to 5) as data: nothing in it is looked up, called or run. Objects that are made by a call come as
 * the name and the arguments of the call. Bytes are views of the file, not copies. Throws `invalid-file` for what is cut
 * off or no pickle, and for opcodes that pickles of arrays and tables do not have.
 *
 * @param onObject told of each object when its state is known
 * Reference: pickletools of the Python standard library.
 */
export function readPickle(bytes: Uint8Array, onObject: (object: PickledObject) => void = () => {}): Pickled {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const memo: Pickled[] = [];
  const marks: number[] = [];
  const stack: Pickled[] = [];
  let at = 0;

  const fail = (problem: string): AdvectError =>
    new AdvectError('invalid-file', `the pickle cannot be read: ${problem} at byte ${at}`, 'Save the array with numpy.save instead.');
  const take = (count: number): number => {
    if (!(count >= 0 && at + count <= bytes.length)) throw fail(`${count} bytes are missing`);
    at += count;
    return at - count;
  };
  const slice = (count: number): Uint8Array => {
    const start = take(count);
    return bytes.subarray(start, start + count);
  };
  const u8 = (): number => bytes[take(1)];
  const u32 = (): number => view.getUint32(take(4), true);
  const u64 = (): number => Number(view.getBigUint64(take(8), true));
  const string = (count: number): string => text.decode(slice(count));
  const line = (): string => {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) throw fail('a line does not end');
    const read = string(end - at);
    at = end + 1;
    return read;
  };
  const pop = (): Pickled => {
    if (stack.length <= (marks.at(-1) ?? 0)) throw fail('something is missing');
    return stack.pop()!;
  };
  const popMark = (): Pickled[] => {
    const mark = marks.pop();
    if (mark === undefined) throw fail('a mark is missing');
    return stack.splice(mark);
  };
  const peek = <T extends Pickled>(isKind: (value: Pickled) => value is T): T => {
    const top = stack.at(-1);
    if (top === undefined || !isKind(top)) throw fail('something of another kind is there');
    return top;
  };
  const setItems = (items: readonly Pickled[]): void => {
    // What an object is filled with besides its state is of no use here.
    const top = stack.at(-1);
    if (top instanceof Map) for (let i = 0; i + 1 < items.length; i += 2) top.set(items[i], items[i + 1]);
  };
  const call = (args: Pickled, of: Pickled): PickledObject => ({ kind: 'object', of, args });
  const recall = (index: number): Pickled => {
    if (!(index in memo)) throw fail(`nothing is kept under ${index}`);
    return memo[index];
  };
  const keep = (index: number): void => {
    if (index > bytes.length || stack.length === 0) throw fail(`it keeps something under ${index}`);
    memo[index] = stack.at(-1)!;
  };

  const operations: ReadonlyMap<number, () => void> = new Map<number, () => void>([
    [
      0x80,
      () => {
        const protocol = u8();
        if (protocol > 5) throw fail(`its protocol is ${protocol}`);
      },
    ],
    [0x95, () => void take(8)],
    [0x28, () => void marks.push(stack.length)],
    [0x63, () => void stack.push({ kind: 'name', name: `${line()} ${line()}` })],
    [
      0x93,
      () => {
        const [name, module] = [pop(), pop()];
        if (typeof name !== 'string' || typeof module !== 'string') throw fail('a name is no text');
        stack.push({ kind: 'name', name: `${module} ${name}` });
      },
    ],
    [0x71, () => keep(u8())],
    [0x72, () => keep(u32())],
    [0x94, () => keep(memo.length)],
    [0x68, () => stack.push(recall(u8()))],
    [0x6a, () => stack.push(recall(u32()))],
    [0x4e, () => stack.push(null)],
    [0x88, () => stack.push(true)],
    [0x89, () => stack.push(false)],
    [0x4a, () => stack.push(view.getInt32(take(4), true))],
    [0x4b, () => stack.push(u8())],
    [0x4d, () => stack.push(view.getUint16(take(2), true))],
    [0x8a, () => stack.push(longOf(slice(u8())))],
    [0x47, () => stack.push(view.getFloat64(take(8)))],
    [0x55, () => stack.push(slice(u8()))],
    [0x54, () => stack.push(slice(u32()))],
    [0x43, () => stack.push(slice(u8()))],
    [0x42, () => stack.push(slice(u32()))],
    [0x8e, () => stack.push(slice(u64()))],
    [0x96, () => stack.push(slice(u64()))],
    [0x58, () => stack.push(string(u32()))],
    [0x8c, () => stack.push(string(u8()))],
    [0x8d, () => stack.push(string(u64()))],
    [0x29, () => stack.push([])],
    [0x5d, () => stack.push([])],
    [0x7d, () => stack.push(new Map())],
    [0x8f, () => stack.push([])],
    [0x74, () => stack.push(popMark())],
    [0x85, () => stack.push([pop()])],
    [0x86, () => stack.push([pop(), pop()].reverse())],
    [0x87, () => stack.push([pop(), pop(), pop()].reverse())],
    [0x61, () => appendTo([pop()])],
    [0x65, () => appendTo(popMark())],
    [0x90, () => appendTo(popMark())],
    [0x73, () => setItems([pop(), pop()].reverse())],
    [0x75, () => setItems(popMark())],
    [0x52, () => stack.push(call(pop(), pop()))],
    [0x81, () => stack.push(call(pop(), pop()))],
    [
      0x62,
      () => {
        const state = pop();
        const object = peek(isObject);
        object.state = state;
        onObject(object);
      },
    ],
    [0x30, () => void pop()],
  ]);
  function appendTo(items: readonly Pickled[]): void {
    const top = stack.at(-1);
    if (Array.isArray(top)) for (const item of items) top.push(item);
  }

  for (;;) {
    const opcode = u8();
    if (opcode === 0x2e) return pop();
    const operation = operations.get(opcode);
    if (!operation) throw fail(`there is the opcode 0x${opcode.toString(16)}`);
    operation();
  }
}

const isObject = (value: Pickled): value is PickledObject =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'object';

/** A whole number of any length, least byte first, in two's complement; beyond 2^53 it is rounded. */
function longOf(bytes: Uint8Array): number {
  let value = 0;
  for (let i = bytes.length - 1; i >= 0; i--) value = value * 256 + bytes[i];
  return bytes.length > 0 && bytes[bytes.length - 1] > 127 ? value - 256 ** bytes.length : value;
}
