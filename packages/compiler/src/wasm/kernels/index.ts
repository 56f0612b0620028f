export { addressOf, type Place } from './block.js';
export { type BlockPosition, type Epilogue, type Lanes, storeLanes } from './gemm.js';
export { type BatchAxis, type Matmul, matmul, type MatmulPosition, matmulScratch, type Matrix } from './matmul.js';
export { loadRows, type RowTransfer, storeRows } from './rows.js';
