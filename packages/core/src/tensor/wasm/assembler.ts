/** WebAssembly instructions as bytes. Only what our kernels use; names follow the specification's text format. */
export type Code = readonly number[];

const unsigned = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...unsigned(n >>> 7)]);
const signed = (n: number): number[] => (n >= -64 && n < 64 ? [n & 127] : [(n & 127) | 128, ...signed(n >> 7)]);
const vector = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()];
const simd = (opcode: number, ...immediate: number[]): Code => [0xfd, ...unsigned(opcode), ...immediate];
const bytes = (...code: number[]): Code => code;
const floatBytes = (x: number): number[] => [...new Uint8Array(Float32Array.of(x).buffer)];

export const type = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const;

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, ...value: Code[]): Code => [...value.flat(), 0x21, ...unsigned(local)];

export const i32 = {
  const: (n: number): Code => [0x41, ...signed(n)],
  add: [0x6a] as Code,
  sub: [0x6b] as Code,
  mul: [0x6c] as Code,
  ge: [0x4e] as Code,
} as const;

export const f32 = {
  const: (x: number): Code => [0x43, ...floatBytes(x)],
  load: (offset: number): Code => [0x2a, 2, ...unsigned(offset)],
  store: [0x38, 2, 0] as Code,
  add: [0x92] as Code,
  mul: [0x94] as Code,
};

export const f32x4 = {
  const: (x: number): Code => simd(12, ...floatBytes(x), ...floatBytes(x), ...floatBytes(x), ...floatBytes(x)),
  load: (offset: number): Code => simd(0, 0, ...unsigned(offset)),
  loadSplat: (offset: number): Code => simd(9, 2, ...unsigned(offset)),
  store: (offset: number): Code => simd(11, 0, ...unsigned(offset)),
  storeFirst: simd(90, 2, 0, 0),
  add: simd(228),
  sub: simd(229),
  mul: simd(230),
  div: simd(231),
  min: simd(232),
  max: simd(233),
} as const;

/** Repeats the body while the condition holds, tested before each turn. */
export const whileLoop = (condition: Code, body: Code): Code => [
  ...bytes(0x02, 0x40),
  ...condition,
  ...bytes(0x45, 0x0d, 0, 0x03, 0x40),
  ...body,
  ...condition,
  ...bytes(0x0d, 0, 0x0b, 0x0b),
];

/** `local += step` for an i32. */
export const advance = (local: number, step: Code): Code => set(local, get(local), step, i32.add);

export const ifElse = (condition: Code, then: Code, otherwise: Code): Code => [
  ...condition,
  ...bytes(0x04, 0x40),
  ...then,
  0x05,
  ...otherwise,
  0x0b,
];

/** A function of i32 parameters without a result. `locals` are the types of the locals after the parameters. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  readonly locals: readonly number[];
  readonly body: Code;
}

/** A module of functions over an imported memory `env.memory`, in the binary format. */
export function assemble(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const section = (id: number, content: number[]): number[] => [id, ...unsigned(content.length), ...content];
  const text = (s: string): number[] => vector([...new TextEncoder().encode(s)].map((byte) => [byte]));
  const types = functions.map((f) => [0x60, ...vector(Array.from({ length: f.parameters }, () => [type.i32])), 0]);
  const bodies = functions.map((f) => {
    const code = [...vector(f.locals.map((t) => [1, t])), ...f.body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...bytes(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0),
    ...section(1, vector(types)),
    ...section(2, vector([[...text('env'), ...text('memory'), 2, 0, 0]])),
    ...section(3, vector(functions.map((_, i) => unsigned(i)))),
    ...section(7, vector(functions.map((f, i) => [...text(f.name), 0, ...unsigned(i)]))),
    ...section(10, vector(bodies)),
  ]);
}
