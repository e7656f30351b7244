// What the stand-in takes in the body of a message or a response. Strict, so that a misspelt key is noticed, and written
// apart from src/discord/limits.ts, so that a wrong limit there is noticed too. Only what the bot uses.
import { z } from 'zod';

/** Discord counts code points. */
export function charactersIn(value: string): number {
  return Array.from(value).length;
}

export function text(min: number, max: number) {
  return z.string().refine((value) => charactersIn(value) >= min && charactersIn(value) <= max, {
    error: `must be between ${min} and ${max} in length`,
  });
}

const snowflake = z.string().regex(/^\d{17,20}$/);

const embed = z.strictObject({
  title: text(1, 256).optional(),
  description: text(1, 4096).optional(),
  color: z.int().min(0).max(0xffffff).optional(),
  fields: z
    .array(z.strictObject({ name: text(1, 256), value: text(1, 1024), inline: z.boolean().optional() }))
    .max(25)
    .optional(),
  footer: z.strictObject({ text: text(1, 2048) }).optional(),
  image: z.strictObject({ url: z.string().regex(/^(attachment|https?):\/\/\S+$/) }).optional(),
});

const button = z.strictObject({
  type: z.literal(2),
  style: z.int().min(1).max(4),
  label: text(1, 80),
  custom_id: text(1, 100),
  disabled: z.boolean().optional(),
});

const row = z.strictObject({ type: z.literal(1), components: z.array(button).min(1).max(5) });

export type Embed = z.infer<typeof embed>;
export type ActionRow = z.infer<typeof row>;

function charactersOf({ title = '', description = '', footer, fields = [] }: Embed): number {
  return [title, description, footer?.text ?? '', ...fields.flatMap(({ name, value }) => [name, value])]
    .map(charactersIn)
    .reduce((sum, count) => sum + count, 0);
}

function areUnique(rows: readonly ActionRow[]): boolean {
  const ids = rows.flatMap(({ components }) => components.map(({ custom_id }) => custom_id));
  return new Set(ids).size === ids.length;
}

export const message = z.strictObject({
  content: text(0, 2000).nullish(),
  embeds: z
    .array(embed)
    .max(10)
    .refine((embeds) => embeds.reduce((sum, one) => sum + charactersOf(one), 0) <= 6000, {
      error: 'embeds must have at most 6000 characters together',
    })
    .optional(),
  components: z.array(row).max(5).refine(areUnique, { error: 'custom_id is there twice' }).optional(),
  attachments: z
    .array(z.strictObject({ id: z.string().regex(/^\d+$/), description: text(0, 1024).optional() }))
    .max(10)
    .optional(),
  allowed_mentions: z
    .strictObject({
      parse: z.array(z.enum(['users', 'roles', 'everyone'])).optional(),
      users: z.array(snowflake).max(100).optional(),
      replied_user: z.boolean().optional(),
    })
    .optional(),
  flags: z.int().min(0).optional(),
  tts: z.literal(false).optional(),
  enforce_nonce: z.boolean().optional(),
});

export type MessageBody = z.infer<typeof message>;

/** A message in a channel; those of webhooks and interactions have no nonce. */
export const posting = message.extend({ nonce: z.union([text(1, 25), z.int()]).optional() });

export type PostBody = z.infer<typeof posting>;

export const choice = z.strictObject({ name: text(1, 100), value: z.union([text(1, 100), z.number()]) });

export const callback = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal(4), data: message }),
  z.strictObject({ type: z.literal(5), data: z.strictObject({ flags: z.int().min(0) }).optional() }),
  z.strictObject({ type: z.literal(6) }),
  z.strictObject({ type: z.literal(7), data: message }),
  z.strictObject({ type: z.literal(8), data: z.strictObject({ choices: z.array(choice).max(25) }) }),
]);

export type CallbackBody = z.infer<typeof callback>;

export const directChannel = z.strictObject({ recipient_id: snowflake });
