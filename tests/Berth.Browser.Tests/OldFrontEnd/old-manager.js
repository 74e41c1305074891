// The page on which a user looks through their modules, and shows or hides them.
'use strict';

const params = new URLSearchParams(location.search);

function choice(label, names, chosen, name) {
  const select = document.createElement('select');
  select.setAttribute('aria-label', label);
  for (const text of ['', ...names]) select.append(new Option(text || 'all', text, false, text === chosen));
  select.onchange = () => {
    params.set(name, select.value);
    void list();
  };
  main.append(select);
}

async function toggle(module, box) {
  const { message } = await client.patch(`/api/v1/plugins/${module.pluginId}/modules/${module.id}`, { enabled: box.checked });
  main.querySelector('[role=status]').textContent = message;
}

async function list() {
  const query = new URLSearchParams([...params].filter(([name, value]) => name !== 'api' && value));
  const { modules, totalItems } = await client.get(`/api/v1/plugins/manager?${query}`);
  main.querySelector('h2').textContent = `${totalItems} modules`;
  main.querySelector('ul').replaceChildren(...modules.map((module) => {
    const item = document.createElement('li');
    const label = document.createElement('label');
    const box = Object.assign(document.createElement('input'), { type: 'checkbox', checked: module.enabled });
    box.onchange = () => toggle(module, box).catch(complain);
    label.append(box, ` ${module.displayName}`);
    item.append(label);
    return item;
  }));
}

async function open() {
  const [{ categories }, { tags }] = await Promise.all([client.get('/api/v1/plugins/categories'), client.get('/api/v1/plugins/tags')]);
  choice('Category', categories, params.get('category'), 'category');
  choice('Tags', tags, params.get('tags'), 'tags');
  main.append(document.createElement('h2'), document.createElement('ul'), document.createElement('p'));
  main.querySelector('p').setAttribute('role', 'status');
  await list();
}

window.opened = open().catch(complain).then(() => main.setAttribute('data-state', 'open'));
