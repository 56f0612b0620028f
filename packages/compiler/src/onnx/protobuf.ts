/** Encoded fields, in pieces that are copied only once, when the whole message is written. */
export type Fields = readonly Uint8Array[];

const text = new TextEncoder();

/** A whole number from 0 to 2⁵³ − 1, or a negative one (as ten bytes of two's complement), in base 128. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}

const smallVarint = (value: number): number[] =>
  value >= 0 && value < 128 ? [value] : value >= 0 && value < 16384 ? [(value & 127) | 128, value >> 7] : varint(value);

/** An integer field (protobuf wire type 0). */
export const integerField = (field: number, value: number): Fields => [Uint8Array.from([...smallVarint(field * 8), ...smallVarint(value)])];

/** A float field (wire type 5). */
export function floatField(field: number, value: number): Fields {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [Uint8Array.from([...smallVarint(field * 8 + 5), ...bytes])];
}

/** Bytes (wire type 2); not copied. */
export const bytesField = (field: number, bytes: Uint8Array): Fields => [
  Uint8Array.from([...smallVarint(field * 8 + 2), ...smallVarint(bytes.length)]),
  bytes,
];

export const stringField = (field: number, value: string): Fields => bytesField(field, text.encode(value));

/** Several integers as one packed field. */
export const packedField = (field: number, values: readonly number[]): Fields =>
  bytesField(field, Uint8Array.from(values.flatMap(smallVarint)));

/** A message inside another. */
export const messageField = (field: number, fields: Fields): Fields => [
  Uint8Array.from([...smallVarint(field * 8 + 2), ...smallVarint(sizeOfFields(fields))]),
  ...fields,
];

const sizeOfFields = (fields: Fields): number => fields.reduce((sum, part) => sum + part.length, 0);

/** The message as one array. */
export function encodeFields(fields: Fields): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sizeOfFields(fields));
  let at = 0;
  for (const part of fields) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
