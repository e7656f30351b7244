import { expect, it } from 'vitest';
import { Keystrokes } from '../../src/discord/keystrokes.ts';

it('works for the newest keystroke of a burst alone', async () => {
  const keystrokes = new Keystrokes();
  const worked: string[] = [];
  const type = (member: string, text: string) =>
    keystrokes.run(
      member,
      async () => {
        worked.push(text);
        return text;
      },
      '',
    );
  const typed = await Promise.all([type('a', 'a'), type('b', 'x'), type('a', 'ap'), type('a', 'app')]);
  expect(typed).toEqual(['', 'x', '', 'app']);
  expect(worked).toEqual(['x', 'app']);
});

it('waits no longer for what was typed before', async () => {
  const keystrokes = new Keystrokes();
  const begun = Promise.withResolvers<AbortSignal>();
  const never = new Promise<string>(() => {});
  const slow = keystrokes.run('a', (signal) => (begun.resolve(signal), never), 'none');
  const signal = await begun.promise;
  expect(await keystrokes.run('a', async () => 'newest', 'none')).toBe('newest');
  expect(await slow).toBe('none');
  expect(signal.aborted).toBe(true);
});

it('passes on what fails', async () => {
  const failing = new Keystrokes().run('a', () => Promise.reject(new Error('a bug')), '');
  await expect(failing).rejects.toThrow('a bug');
});
