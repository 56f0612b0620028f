const mostDepth = 16;
const [byteType, doubleType, binaryType, listType, structType] = [3, 7, 8, 9, 12];

/**
 * Walks one structure of Thrift's compact protocol from byte `at` and throws where a size that it announces is larger than
 * what is there, a number has more than ten bytes, or structures lie too deep in each other. hyparquet makes lists as long
 * as they say they are, so that this is to be asked first. Cost: one pass over its bytes.
 */
export function checkThrift(view: DataView, at: number): void {
  let offset = at;
  const byte = (): number => view.getUint8(offset++);
  const varint = (): number => {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      const next = byte();
      value += (next & 127) * 2 ** (7 * i);
      if (next < 128) return value;
    }
    throw new Error('a number of more than ten bytes');
  };
  const fits = (size: number, what: string): number => {
    if (size <= view.byteLength - offset) return size;
    throw new Error(`a ${what} announces ${size} of the ${view.byteLength - offset} bytes that are left`);
  };
  const skip = (size: number, what: string): void => {
    offset += fits(size, what);
  };
  const element = (type: number, depth: number): void => {
    if (type === byteType) byte();
    else if (type > byteType && type < doubleType) varint();
    else if (type === doubleType) skip(8, 'number');
    else if (type === binaryType) skip(varint(), 'text');
    else if (type === listType) list(depth);
    else if (type === structType) structure(depth + 1);
    else throw new Error(`a value of the unknown type ${type}`);
  };
  const list = (depth: number): void => {
    const head = byte();
    const type = head & 15;
    const size = fits(head >> 4 === 15 ? varint() : head >> 4, 'list');
    for (let i = 0; i < size; i++) element(type < byteType ? byteType : type, depth + 1);
  };
  const structure = (depth: number): void => {
    if (depth > mostDepth) throw new Error(`structures more than ${mostDepth} deep`);
    for (let head = byte(); (head & 15) !== 0; head = byte()) {
      if (head >> 4 === 0) varint();
      if ((head & 15) >= byteType) element(head & 15, depth);
    }
  };
  structure(0);
}
