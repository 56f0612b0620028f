import type { JsonObject } from '@advect/core/io';
import { type Command, defineCommand, type Program } from './command.js';
import type { Option } from './option.js';
import { configFile } from './outside.js';

/**
 * The JSON schema (draft 07) of what `advect.config.json` may set for a program, from its commands' own tables of options:
 * for all commands that have an option, and under a command's name for it alone. Other programs' sections are let be.
 */
export function configSchema({ name, settings = name, commands }: Program): JsonObject {
  const tables = commands.map((command): Command['options'] => command.options);
  const own = commands.map(({ name: command, summary }, i) => [
    command,
    { type: 'object', description: summary, properties: propertiesOf([tables[i]]), additionalProperties: false },
  ]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `${configFile}: settings of ${name}`,
    type: 'object',
    properties: {
      [settings]: {
        type: 'object',
        description: `Options of ${name}: of every command that has them, or under a command's name of that one.`,
        properties: { ...propertiesOf(tables), ...(Object.fromEntries(own) as JsonObject) },
        additionalProperties: false,
      },
    },
  };
}

/** The command that prints the schema of its program. */
export const schemaCommand = (program: () => Program) =>
  defineCommand({
    name: 'schema',
    summary: `Print the JSON schema of ${configFile}, which editors check and complete with.`,
    details: `Name the file that it is kept in as "$schema" at the top of ${configFile}.`,
    options: {},
    examples: [['schema > advect.schema.json', `then "$schema": "./advect.schema.json" in ${configFile}`]],
    run: ({ print }) => Promise.resolve(print(JSON.stringify(configSchema(program()), null, 2))),
  });

/** Options by their names and the names they are known by elsewhere; what differs from command to command may be any of theirs, and has no default. */
function propertiesOf(tables: readonly Command['options'][]): JsonObject {
  const found = new Map<string, Map<string, JsonObject>>();
  const add = (name: string, option: Option<unknown>): void => {
    const ways = found.get(name) ?? new Map<string, JsonObject>();
    const way = JSON.stringify(option.schema);
    const [before, said] = [ways.get(way), describe(option)];
    const differs = before !== undefined && before.description !== said.description;
    found.set(name, ways.set(way, differs ? { ...option.schema, description: option.description } : said));
  };
  for (const [name, option] of tables.flatMap((table) => Object.entries(table))) {
    for (const word of [name, ...(option.aliases ?? [])]) add(word, option);
  }
  return Object.fromEntries(
    [...found].map(([name, ways]) => {
      const each = [...ways.values()];
      return [name, each.length === 1 ? each[0] : { anyOf: each }];
    }),
  );
}

const describe = ({ schema, description, default: usual }: Option<unknown>): JsonObject => ({
  ...schema,
  description: usual === undefined ? description : `${description} (default: ${usual})`,
});
