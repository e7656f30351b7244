// What the stand-in takes of commands: strict, as schemas.ts.
import { z } from 'zod';
import { charactersIn, choice, text } from './schemas.ts';

const lowerCaseName = z
  .string()
  .regex(/^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u)
  .refine((name) => name === name.toLowerCase(), { error: 'must be lower case' });

const option = z.strictObject({
  type: z.int().min(3).max(11),
  name: lowerCaseName,
  description: text(1, 100),
  required: z.boolean().optional(),
  autocomplete: z.boolean().optional(),
  choices: z.array(choice).max(25).optional(),
  min_value: z.number().optional(),
  max_value: z.number().optional(),
  min_length: z.int().min(0).max(6000).optional(),
  max_length: z.int().min(1).max(6000).optional(),
  channel_types: z.array(z.int().min(0).max(16)).optional(),
});

export type DeployedOption = z.infer<typeof option>;

function areRequiredFirst(options: readonly DeployedOption[]): boolean {
  return options.every(
    ({ required = false }, at) => !required || options.slice(0, at).every((one) => one.required === true),
  );
}

function areNamedOnce(named: readonly { name: string }[]): boolean {
  return new Set(named.map(({ name }) => name)).size === named.length;
}

const NAMED_ONCE = { error: 'names must be unique' };

const options = z
  .array(option)
  .max(25)
  .refine(areRequiredFirst, { error: 'required options must be placed before non-required options' })
  .refine(areNamedOnce, NAMED_ONCE);

const subcommand = z.strictObject({
  type: z.literal(1),
  name: lowerCaseName,
  description: text(1, 100),
  options: options.optional(),
});

export type DeployedSubcommand = z.infer<typeof subcommand>;

const command = z.strictObject({
  type: z.literal(1).optional(),
  name: lowerCaseName,
  description: text(1, 100),
  /** Subcommands, or else other options, never both. */
  options: z.union([z.array(subcommand).min(1).max(25).refine(areNamedOnce, NAMED_ONCE), options]).optional(),
  default_member_permissions: z.string().regex(/^\d+$/).nullish(),
  contexts: z.array(z.int().min(0).max(2)).optional(),
  integration_types: z.array(z.int().min(0).max(1)).optional(),
  nsfw: z.boolean().optional(),
});

export type DeployedCommand = z.infer<typeof command>;

type Part = DeployedCommand | DeployedSubcommand | DeployedOption;

function commandCharacters(part: Part): number {
  const choices = 'choices' in part ? (part.choices ?? []) : [];
  const inner = 'options' in part ? (part.options ?? []) : [];
  const own = [part.name, part.description, ...choices.flatMap((one) => [one.name, String(one.value)])];
  return (
    own.map(charactersIn).reduce((sum, count) => sum + count, 0) +
    inner.reduce((sum, one) => sum + commandCharacters(one), 0)
  );
}

export const commands = z
  .array(command.refine((one) => commandCharacters(one) <= 8000, { error: 'a command has at most 8000 characters' }))
  .max(100)
  .refine(areNamedOnce, NAMED_ONCE);
