import { spawn } from 'node:child_process';

/** Opens an address in the browser of whoever sits here; whether there was a program to ask. */
export function openBrowser(address: string): Promise<boolean> {
  const [command, ...args] =
    process.platform === 'darwin' ? ['open', address] : process.platform === 'win32' ? ['explorer', address] : ['xdg-open', address];
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
