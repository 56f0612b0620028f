import type { NodeOf } from '../graph/index.js';
import { NotSeparable, type Emitter } from './emitter.js';
import { asRows, commonRows, expanded, spread, takenForRows, type Value } from './value.js';

type Convolution = NodeOf<'conv2d' | 'conv2dInput' | 'conv2dFilter'>;

/** Convolutions over images of rows; [P·B, H, W, C] gives P of them. */
export function convolution(e: Emitter, node: Convolution, values: readonly Value[]): Value {
  const rows = commonRows(values);
  const { op, geometry } = node;
  if (!rows && values[0].shape[0] === e.batch && e.shape(values[0].node)[0] === 1) {
    return convolution(e, node, [takenForRows(e, values[0], 0), ...values.slice(1)]);
  }
  if (!rows) {
    const ids = values.map((value) => expanded(e, value).node);
    return { node: e.emit({ op, geometry }, ids, node.shape, 'float32'), shape: node.shape };
  }
  if (rows.axis !== 0) throw new NotSeparable('a convolution runs along the rows');
  const blocks = rows.outer * rows.inner;
  if (op === 'conv2dFilter') {
    const [x, dy] = values.map((value) => imagesOf(e, asRows(e, value, rows), blocks));
    const parts = x.map((image, i) => e.emit({ op, geometry, rowsLast: true }, [image, dy[i]], node.shape, 'float32'));
    return { node: parts.reduce((sum, part) => e.via((builder) => builder.binary('add', sum, part))), shape: node.shape };
  }
  if (values[1].rows) throw new NotSeparable('each row has a filter of its own');
  const filter = expanded(e, values[1]).node;
  const shape = [...node.shape.slice(1), e.tile];
  const results = imagesOf(e, values[0], blocks).map((image) =>
    e.reshape(e.emit({ op, geometry, rowsLast: true }, [image, filter], shape, 'float32'), [1, ...shape]),
  );
  const joined = results.length === 1 ? results[0] : e.via((builder) => builder.concat(results, 0));
  return { node: joined, shape: node.shape, rows };
}

/** [height, width, channels, rows] for each block of rows. */
function imagesOf(e: Emitter, value: Value, blocks: number): number[] {
  const { node } = spread(e, expanded(e, value));
  const shape = e.shape(node);
  return Array.from({ length: blocks }, (_, i) => {
    const block = e.via((builder) =>
      blocks === 1
        ? node
        : builder.slice(
            node,
            shape.map((__, axis) => (axis === 0 ? i : 0)),
            [1, ...shape.slice(1)],
          ),
    );
    return e.reshape(block, shape.slice(1));
  });
}

/** Slices of a table that is the same for all rows, or of each row's own values at places that are the same for all rows. */
export function gather(e: Emitter, node: NodeOf<'gather'>, x: Value, indices: Value): Value {
  const { axis, shape } = node;
  const counted =
    x.rows || indices.rows ? -1 : indices.shape.findIndex((length, i) => length === e.batch && e.shape(indices.node)[i] === 1);
  if (counted >= 0) return gather(e, node, x, takenForRows(e, indices, counted));
  const places = expanded(e, indices);
  if (!x.rows) {
    const table = expanded(e, x);
    const found = e.via((builder) => builder.gather(table.node, places.node, axis));
    if (!indices.rows) return { node: found, shape };
    // [...before, ...indices, rows, ...after] → the rows last
    const last = axis + indices.shape.length;
    const order = e.shape(found).map((_, i) => i);
    order.push(...order.splice(last, 1));
    return { node: e.transpose(found, order), shape, rows: { ...indices.rows, axis: axis + indices.rows.axis } };
  }
  if (indices.rows) throw new NotSeparable('each row gathers from values of its own');
  if (x.rows.axis === axis) throw new NotSeparable('rows are gathered from the batch');
  const wide = expanded(e, x);
  const rowAxis = x.rows.axis < axis ? x.rows.axis : x.rows.axis + indices.shape.length - 1;
  return { node: e.via((builder) => builder.gather(wide.node, places.node, axis)), shape, rows: { ...x.rows, axis: rowAxis } };
}

/** Tables up to this many entries take their gradient as a product with a one-hot matrix. */
const longestTable = 4096;

export function scatterAdd(e: Emitter, node: NodeOf<'scatterAdd'>, updates: Value, indices: Value): Value {
  const wide = [updates, indices].map((value) => expanded(e, value));
  if (!updates.rows && !indices.rows) {
    return { node: e.via((builder) => builder.scatterAdd(wide[0].node, wide[1].node, node.shape)), shape: node.shape };
  }
  const { rows } = updates;
  if (!indices.rows && rows && rows.axis > 0) {
    const axis = rows.axis;
    const shape = [...node.shape.with(axis, rows.outer * rows.inner), e.shape(wide[0].node).at(-1)!];
    return { node: e.via((builder) => builder.scatterAdd(wide[0].node, wide[1].node, shape)), shape: node.shape, rows };
  }
  if (!indices.rows || (rows && rows.axis !== 0)) throw new NotSeparable('rows are added at places of other rows');
  const entries = node.shape[0];
  if (entries > longestTable) throw new NotSeparable(`a gradient of a table with ${entries} entries, more than ${longestTable}`);
  return oneHotProduct(e, node, asRows(e, wide[0], indices.rows), wide[1]);
}

/** Σ over rows of onehot(index) ⊗ update. */
function oneHotProduct(e: Emitter, node: NodeOf<'scatterAdd'>, updates: Value, indices: Value): Value {
  const entries = node.shape[0];
  const index = spread(e, indices).node;
  const blocks = e.shape(index)[0];
  const counted = e.via((builder) =>
    builder.constant(
      Float32Array.from({ length: entries }, (_, i) => i),
      [entries],
      'int32',
    ),
  );
  const axis = e.reshape(counted, [1, entries, 1]);
  const oneHot = e.via((builder) => builder.binary('equal', axis, e.reshape(index, [blocks, 1, e.tile])));
  const update = spread(e, expanded(e, updates)).node;
  const width = e
    .shape(update)
    .slice(1, -1)
    .reduce((product, length) => product * length, 1);
  const flat = e.reshape(update, [blocks, width, e.tile]);
  const sum = e.via((builder) => builder.matmul(oneHot, flat, { transposeB: true, sumBatch: true, overRows: true }));
  return { node: e.reshape(sum, node.shape), shape: node.shape };
}
