// A thread that ends its process where a test takes more processor time than it may, waits without end, or eats memory.
import { workerData } from 'node:worker_threads';

const MEMORY = 3e9;
const limits = new Float64Array(workerData);

/** `limits`: processor seconds of the process and wall clock (s) that it may reach. */
setInterval(() => {
  const { user, system } = process.cpuUsage();
  const late = (user + system) / 1e6 > limits[0] || Date.now() / 1e3 > limits[1];
  if (late || process.memoryUsage.rss() > MEMORY) process.kill(process.pid, 'SIGKILL');
}, 200);
