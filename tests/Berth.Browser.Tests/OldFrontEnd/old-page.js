// The page that shows all of a user's plugins.
'use strict';

async function open() {
  const manifest = await client.get('/api/v1/plugins/manifest/designer');
  for (const plugin of Object.values(manifest)) {
    // What is not a container is for pages that know better.
    if (plugin.bundlemethod !== 'webpack') continue;
    try {
      for (const module of await loadPlugin(plugin)) if (module.enabled) show(`${plugin.id} ${module.name}`, module.component, module.props);
    } catch (error) {
      complain(error);
    }
  }
}

window.opened = open().catch(complain).then(() => main.setAttribute('data-state', 'open'));
