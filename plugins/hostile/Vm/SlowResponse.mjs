import { attack } from './tries.mjs';

export default attack(() => new Response(new ReadableStream({
  async pull(controller) {
    await new Promise((done) => setTimeout(done, 100));
    controller.enqueue(new Uint8Array(1));
  },
})));
