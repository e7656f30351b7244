import { describe, expect, it } from 'vitest';
import { worthSentence } from '../../../src/commands/forecast/terminal.ts';
import { runJson, runText } from '../../support/tailcap-here.ts';
