/** How tunes are made where nothing else is said: chosen on tunes of seed 7, measured on those of another (see the model's card). */
export const composeDefaults = { best: 16, temperature: 0.9, steps: 60, polish: 0.3 } as const;
