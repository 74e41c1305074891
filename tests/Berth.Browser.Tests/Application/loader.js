// Shows one module as front ends did before Berth: a classic script tag for containers, import() for ES modules.
'use strict';

const { assets, plugin, module } = JSON.parse(document.getElementById('placement').textContent);
const place = document.getElementById('place');
const address = `${assets}/api/v1/public/plugins/${plugin.database_id}/${plugin.bundlelocation}`;
const defaults = Object.fromEntries(Object.entries(module.configFields).map(([name, field]) => [name, field.default]));
const chosen = JSON.parse(new URLSearchParams(location.search).get('settings') ?? '{}');
// The application answers only requests that carry its header: a plugin gets there through the services it is handed.
const services = { fetch: (path, request = {}) => fetch(path, { ...request, headers: { ...request.headers, 'X-Application': 'yes' } }) };
const props = { ...module.props, ...defaults, ...chosen, services };

const loadScript = (source) => new Promise((resolve, reject) => {
  const script = document.createElement('script');
  script.src = source;
  script.onload = resolve;
  script.onerror = () => reject(new Error(`${source} could not be loaded`));
  document.head.append(script);
});

async function showContainer() {
  await loadScript(address);
  const shared = (library, version) => ({ [version]: { get: () => () => library, loaded: 1, eager: true, from: 'application' } });
  const container = window[plugin.scope];
  await container.init({ react: shared(React, React.version), 'react-dom': shared(ReactDOM, ReactDOM.version) });
  const factory = await container.get(`./${module.name}`);
  const root = ReactDOM.createRoot(place);
  root.render(React.createElement(factory().default, props));
  return { unmount: () => root.unmount() };
}

async function showModule() {
  const { default: plugin } = await import(address);
  return plugin.mount(place, props);
}

window.shown = module.props.moduleType === 'module' ? showModule() : showContainer();
