import { attack } from './tries.mjs';

export default attack(() => {
  if (typeof FinalizationRegistry === 'undefined') return 'stopped: there are no finalizers';
  const registry = new FinalizationRegistry(() => {
    while (true) Math.sqrt(2);
  });
  for (let i = 0; i < 100_000; i++) registry.register({ i }, i);
  return 'did: made objects that never end';
});
