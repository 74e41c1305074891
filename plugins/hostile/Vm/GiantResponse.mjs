import { attack } from './tries.mjs';

export default attack(() => {
  let blocks = 256;
  const block = new Uint8Array(1 << 20);
  return new Response(new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('did: answers 256 MB: '));
    },
    pull(controller) {
      if (blocks-- > 0) controller.enqueue(block);
      else controller.close();
    },
  }));
});
