export { exportFlowOnnx, type FlowExportOptions } from './export-flow.js';
