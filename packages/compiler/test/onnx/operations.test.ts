import { testOperations } from './test-operations.js';

testOperations({});
