// How front ends loaded plugins before Berth: the manifest with the user's token, a plain script tag for each container,
// and React from a share scope that the page fills.
'use strict';

const { api } = JSON.parse(document.getElementById('settings').textContent);
const main = document.querySelector('main');

/** Like such a front end's HTTP client: every request with the token, and with credentials. */
async function send(method, path, body) {
  const response = await fetch(api + path, {
    method,
    credentials: 'include',
    headers: {
      Accept: 'application/json',
      Authorization: `Bearer ${localStorage.getItem('accessToken')}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = response.status === 204 ? undefined : await response.json();
  if (!response.ok) throw Object.assign(new Error(answer?.detail?.message ?? 'no reason was given'), { status: response.status, answer });
  return answer;
}

const client = {
  get: (path) => send('GET', path),
  post: (path, body) => send('POST', path, body),
  put: (path, body) => send('PUT', path, body),
  patch: (path, body) => send('PATCH', path, body),
  delete: (path) => send('DELETE', path),
};

const shared = (library, version) => ({ [version]: { get: () => () => library, loaded: 1, eager: true, from: 'application' } });
const shareScope = { react: shared(React, React.version), 'react-dom': shared(ReactDOM, ReactDOM.version) };

const loadScript = (source) => new Promise((resolve, reject) => {
  const script = document.createElement('script');
  script.src = source;
  script.onload = resolve;
  script.onerror = () => reject(new Error(`${new URL(source, location).pathname} could not be loaded`));
  document.head.append(script);
});

/** The containers that have been opened, by slug. */
const containers = {};

/** The plugin's modules with their components. */
async function loadPlugin(plugin) {
  // The version in the query was their way past stale caches.
  await loadScript(`${api}/api/v1/public/plugins/${plugin.database_id}/${plugin.bundlelocation}?v=${plugin.version}`);
  const container = window[plugin.scope];
  await container.init(shareScope);
  containers[plugin.id] = container;
  return Promise.all(plugin.modules.map(async (module) => {
    const factory = await container.get(`./${module.name}`);
    return { ...module, component: factory().default };
  }));
}

class Boundary extends React.Component {
  state = {};
  static getDerivedStateFromError(error) { return { error }; }
  render() {
    return this.state.error ? React.createElement('p', { role: 'alert' }, `Reload the page: ${this.state.error.message}`) : this.props.children;
  }
}

/** Shows one component in a section of its own. */
function show(name, component, props) {
  const section = document.createElement('section');
  section.setAttribute('aria-label', name);
  main.append(section);
  ReactDOM.createRoot(section).render(React.createElement(Boundary, null, React.createElement(component, { ...props, services: { api: client } })));
}

/** Says what went wrong where a person sees it. */
function complain(error) {
  const alert = document.createElement('p');
  alert.setAttribute('role', 'alert');
  alert.textContent = error.message;
  main.append(alert);
}
