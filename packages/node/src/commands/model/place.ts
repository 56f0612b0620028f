/** The argument of a command that takes a model. */
export const modelPlace = {
  name: 'MODEL',
  description: 'its folder, an address (https://…) of one, or an installed package (npm:NAME)',
  required: true,
} as const;
