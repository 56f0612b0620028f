/** Sends the outcome to the server, or how it failed. */
export async function report(name: string, work: () => Promise<unknown>): Promise<void> {
  const outcome = await work().catch((error: unknown) => ({
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }));
  await fetch(`/answer?name=${name}`, { method: 'POST', body: JSON.stringify(outcome) });
}
