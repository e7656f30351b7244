import { serve } from './serve.ts';
import type { Tasks } from './task-types.ts';

export default serve<Tasks>(async () => {
  const { HANDLERS } = await import('./tasks.ts');
  return HANDLERS;
});
