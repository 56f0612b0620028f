export { exportFlowOnnx, type ExportFlowOnnxOptions } from './export-flow.js';
