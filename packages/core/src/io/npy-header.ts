import { AdvectError } from '@advect/base/errors';

/** What stands before the elements of a .npy file. */
export interface NpyHeader {
  /** NumPy's name of the element type, such as `<f4`. */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly start: number;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const maxHeader = 2 ** 16;
const maxRank = 32;

/** Reads the header of a .npy file; throws `invalid-file` for anything but the three members that numpy.save writes. */
export function readNpyHeader(bytes: Uint8Array, name: string): NpyHeader {
  const fail = (problem: string): never => {
    throw new AdvectError('invalid-file', `${name} cannot be read: ${problem}`, 'Save it anew with numpy.save.');
  };
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte)) fail('it does not begin as a .npy file does');
  const version = bytes[6];
  if (version < 1 || version > 3) fail(`its format version is ${version}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const prefix = version === 1 ? 10 : 12;
  if (bytes.length < prefix) fail('it ends inside its header');
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > maxHeader || prefix + length > bytes.length) fail(`its header announces ${length} bytes`);
  const text = new TextDecoder('latin1').decode(bytes.subarray(prefix, prefix + length));
  const members = readDictionary(text) ?? fail('its header is no dictionary of plain values');
  const [descr, fortranOrder, shape] = ['descr', 'fortran_order', 'shape'].map((key) => members.get(key));
  if (members.size !== 3 || typeof descr !== 'string' || typeof fortranOrder !== 'boolean' || !Array.isArray(shape)) {
    return fail(`its header has the members ${[...members.keys()].join(', ')} where descr, fortran_order and shape belong`);
  }
  if (shape.length > maxRank || !shape.every(Number.isSafeInteger)) fail(`its shape is (${shape.join(', ')})`);
  return { descr, fortranOrder, shape, start: prefix + length };
}

type Value = string | boolean | readonly number[];

/** A Python dictionary of texts, truth values and tuples of whole numbers; undefined where the text is no such thing. */
function readDictionary(text: string): Map<string, Value> | undefined {
  const body = /^\{(.*)\}\s*$/s.exec(text)?.[1];
  if (body === undefined) return undefined;
  const members = new Map<string, Value>();
  const member = /\s*'(\w{1,40})'\s*:\s*(?:'([^'\\]{0,40})'|(True|False)|\(([\d\s,L]*)\))\s*(?:,|$)/y;
  let at = 0;
  while (body.slice(at).trim() !== '') {
    member.lastIndex = at;
    const match = member.exec(body);
    if (!match || members.has(match[1]) || members.size === 3) return undefined;
    const [, key, string, truth, tuple] = match;
    members.set(key, string ?? (truth === undefined ? sizesOf(tuple) : truth === 'True'));
    at = member.lastIndex;
  }
  return members;
}

const sizesOf = (tuple: string): number[] =>
  tuple
    .split(',')
    .map((size) => size.trim().replace(/L$/, ''))
    .filter((size, i, all) => size !== '' || i < all.length - 1)
    .map((size) => (/^\d{1,16}$/.test(size) ? Number(size) : NaN));
