import { expect, it } from 'vitest';
import { recordReply } from '../../../src/commands/record/reply.ts';
import type { RecordAnswer } from '../../../src/engine-service/record.ts';
import { replyToText } from '../../../src/terminal/output.ts';
import { mandateOver } from '../../support/mandate.ts';
import { recordAnswer } from '../../support/record-answer.ts';

const now = Date.UTC(2024, 0, 16);
const say = (answer: RecordAnswer): string => replyToText(recordReply({ answer, now }));

it('shows the risk together with the profit, and which record it is', () => {
  const text = say(recordAnswer());
  for (const part of [
    'Record · 21 trading days · us12',
    'losses went beyond the value-at-risk in 5%, 5% promised',
    'Past predictions of profit were +1.10% on average; +1.39% came true',
    'Asked: 13 limits from 3% to 15%, 21 trading days, alpha 95%.',
    'Limit  Kept  Broken  Tail  Predicted    Real',
    '2014-01-15 to 2024-01-15, 120 decision dates',
    'Broken under 5–15%',
    'until 2024-01-15 (1 day old)',
    'Not investment advice.',
  ]) {
    expect(text).toContain(part);
  }
  expect(text).toMatch(/^3% +0 +– +– +– +–$/m);
  expect(text).toMatch(/^8% +120 +6 +1\.\d\d +\+0\.97% +\+\d\.\d\d%$/m);
});

it('is a warning when no limit could be kept', () => {
  const reply = recordReply({ answer: recordAnswer({ dates: 12, smallest: 0.3 }), now });
  expect(reply.tone).toBe('warning');
  expect(reply.body).toContain('None of these limits could be kept on any of 12 past dates.');
});

it('names its walks, and warns of horizons on which the model was not judged', () => {
  const text = say(recordAnswer({ request: { offsets: [0, 5], mandate: mandateOver(126) } }));
  expect(text).toContain('begun 0, 5 days later');
  expect(recordReply({ answer: recordAnswer({ request: { mandate: mandateOver(126) } }), now }).tone).toBe('warning');
});
