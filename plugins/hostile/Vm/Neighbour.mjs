const boot = crypto.randomUUID();

export default {
  async fetch(request, berth) {
    switch (new URL(request.url, 'http://host').pathname) {
      case '/boot':
        await berth.data.set('boot', boot);
        return new Response(await berth.data.get('boot'));
      case '/wait':
        await new Promise((done) => setTimeout(done, 3000));
        return new Response('waited');
      case '/keep':
        return new Response('/tmp/neighbour.txt');
      default:
        return new Response('There is nothing here.', { status: 404 });
    }
  },
};
