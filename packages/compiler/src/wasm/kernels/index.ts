export { addressOf, type Place } from './block.js';
export { type BlockPosition, type Epilogue, type Lanes, storeLanes } from './gemm.js';
export { type BatchAxis, type Matmul, matmul, type MatmulPosition, matmulScratch, type Matrix } from './matmul.js';
export { loadRows, type RowTransfer, storeRows } from './rows.js';
export { type Convolution, type ConvShape } from './conv.js';
export { conv2d } from './conv2d.js';
export { conv2dInput, conv2dInputScratch } from './conv2d-input.js';
export { conv2dFilter, conv2dFilterScratch, type FilterGradient } from './conv2d-filter.js';
export { type RowMatmul, rowMatmul } from './row-matmul.js';
