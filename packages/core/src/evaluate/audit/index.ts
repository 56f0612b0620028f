export { audit, type Audit, type AuditOptions } from './audit.js';
export type { AuditCheck } from './check.js';
