import { attack } from './tries.mjs';

// What one call was given lies in the plugin's own context, where another one finds it.
let lend;
const lent = new Promise((resolve) => (lend = resolve));
const { fetch: borrow } = attack(async () => {
  const other = await lent;
  try {
    return `reached: ${await (await other.fetch('http://granted.example:8080/')).text()}`;
  } catch (error) {
    return `stopped: ${error?.message}`;
  }
});

export default {
  async fetch(request, berth) {
    if (!new URL(request.url, 'http://host').pathname.endsWith('/other')) return borrow(request, berth);
    lend(berth);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    return new Response('done');
  },
};
