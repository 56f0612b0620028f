/** How tunes are made where nothing else is said: chosen on the seeds 7 and 8, measured on others (see the model's card). */
export const composeDefaults = { best: 8, temperature: 1, steps: 60, polish: 0.2 } as const;
