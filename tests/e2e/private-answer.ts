import { expect } from 'vitest';
import { textOf, type SentInteraction } from '../support/discord/stand-in.ts';

/** Time for an answer that has to draw 15,000 scenarios on a busy machine. */
export const PATIENCE = 60_000;

interface PrivateAnswer {
  /** As people read it: without bold type, and without what keeps a character from being taken for markup. */
  readonly text: string;
  /** Names of files, and what is said of them to who cannot see them. */
  readonly pictures: readonly string[];
}

/** An answer that only who asked sees, with the first sign of it within a second, and pictures that are PNGs. */
export async function privateAnswer(asked: SentInteraction): Promise<PrivateAnswer> {
  const { ms, ephemeral } = await asked.acknowledged();
  expect(ms).toBeLessThan(1000);
  expect(ephemeral).toBe(true);
  const message = await asked.answer(PATIENCE);
  expect(message.ephemeral).toBe(true);
  const pictures = message.files.map(({ name, description, bytes }) => {
    expect(Buffer.from(bytes).subarray(1, 4).toString()).toBe('PNG');
    return `${name}: ${description}`;
  });
  return { text: textOf(message).replaceAll(/\*\*|\\/g, ''), pictures };
}
