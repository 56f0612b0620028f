import { type FunctionBuilder, type FunctionRef, functionBuilder, instructionsOf, type Local } from './function.js';
import { typeCodes, type ValueType } from './values.js';
import { type Writer, writer } from './writer.js';

/** Parameters of a function by name. */
export type Signature = { readonly [name: string]: ValueType };
type LocalsOf<S extends Signature> = { readonly [N in keyof S]: Local<S[N]> };

/** An imported memory, in pages of 64 KiB. A shared one needs a maximum. */
export interface MemoryImport {
  readonly module: string;
  readonly name: string;
  readonly initial: number;
  readonly maximum?: number;
  readonly shared?: boolean;
}

/** Collects functions over one imported memory into a module. */
export interface ModuleBuilder {
  /** An imported function. All imports come before the first `define`. */
  import(module: string, name: string, parameters: readonly ValueType[], result?: ValueType): FunctionRef;
  /**
   * A function; `name` exports it. `body` writes it at once. Inside of it other functions can be called whose definition
   * came before.
   */
  define<S extends Signature>(
    settings: { readonly name?: string; readonly parameters: S; readonly result?: ValueType },
    body: (f: FunctionBuilder, parameters: LocalsOf<S>) => void,
  ): FunctionRef;
  /** The module in the binary format. */
  bytes(): Uint8Array<ArrayBuffer>;
}

/** An empty module. `relaxed` lets code use relaxed SIMD: fused multiply-add where the machine has it. */
export function moduleBuilder(settings: { readonly memory?: MemoryImport; readonly relaxed?: boolean } = {}): ModuleBuilder {
  const { memory, relaxed = false } = settings;
  const types: FunctionRef[] = [];
  const imports: { module: string; name: string; type: number }[] = [];
  const functions: { code: Uint8Array<ArrayBuffer>; type: number; name?: string }[] = [];
  const written = writer(4096);
  const instructions = instructionsOf(written, relaxed);

  const typeOf = (parameters: readonly ValueType[], result?: ValueType): number => {
    const found = types.findIndex((type) => type.result === result && type.parameters.join() === parameters.join());
    return found >= 0 ? found : types.push({ index: types.length, parameters, ...(result && { result }) }) - 1;
  };
  const nextRef = (type: number): FunctionRef => ({ ...types[type], index: imports.length + functions.length });

  return {
    import(module, name, parameters, result) {
      const type = typeOf(parameters, result);
      const ref = nextRef(type);
      imports.push({ module, name, type });
      return ref;
    },
    define({ name, parameters, result }, body) {
      const kinds = Object.values(parameters);
      const type = typeOf(kinds, result);
      const made = functionBuilder(kinds, written, instructions);
      const locals = Object.fromEntries(Object.keys(parameters).map((key, i) => [key, made.parameters[i]]));
      body(made.builder, locals as unknown as LocalsOf<typeof parameters>);
      const ref = nextRef(type);
      functions.push({ code: made.code(), type, ...(name !== undefined && { name }) });
      return ref;
    },
    bytes() {
      const out = writer(1024 + functions.reduce((sum, { code }) => sum + code.length + 16, 0));
      for (const byte of [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.byte(byte);
      section(out, 1, types, (content, { parameters, result }) => {
        content.byte(0x60);
        content.unsigned(parameters.length);
        for (const kind of parameters) content.byte(typeCodes[kind]);
        content.unsigned(result ? 1 : 0);
        if (result) content.byte(typeCodes[result]);
      });
      section(out, 2, [...imports, ...(memory ? [memory] : [])], (content, entry) => {
        content.text(entry.module);
        content.text(entry.name);
        if ('type' in entry) {
          content.byte(0);
          content.unsigned(entry.type);
        } else limits(content, entry);
      });
      section(out, 3, functions, (content, { type }) => content.unsigned(type));
      const exported = functions.map(({ name }, i) => ({ name, index: imports.length + i })).filter(({ name }) => name !== undefined);
      section(out, 7, exported, (content, { name = '', index }) => {
        content.text(name);
        content.byte(0);
        content.unsigned(index);
      });
      section(out, 10, functions, (content, { code }) => {
        content.unsigned(code.length);
        content.append(code);
      });
      return out.bytes().slice();
    },
  };
}

function limits(out: Writer, { initial, maximum, shared = false }: MemoryImport): void {
  out.byte(2);
  out.byte((maximum === undefined ? 0 : 1) | (shared ? 2 : 0));
  out.unsigned(initial);
  if (maximum !== undefined) out.unsigned(maximum);
}

function section<T>(out: Writer, id: number, items: readonly T[], write: (content: Writer, item: T) => void): void {
  if (items.length === 0) return;
  const content = writer();
  content.unsigned(items.length);
  for (const item of items) write(content, item);
  out.byte(id);
  out.unsigned(content.length);
  out.append(content.bytes());
}
