import { attack } from './tries.mjs';

export default attack(() => {
  const headers = new Headers();
  for (let i = 0; i < 2000; i++) headers.append(`X-Hostile-${i}`, 'x'.repeat(4000));
  return new Response('did: sent 8 MB of headers', { headers });
});
