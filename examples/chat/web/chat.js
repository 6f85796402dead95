// One tab in one room: `/?room=owlery&name=Luna`, with `&by=ws` by a WebSocket.

import { bySocket } from './socket.js';
import { byStream } from './stream.js';

const query = new URLSearchParams(location.search);
const room = encodeURIComponent(query.get('room') || 'lobby');
const name = query.get('name') || `guest-${Math.floor(Math.random() * 10000)}`;
const byId = (id) => document.getElementById(id);

// Messages that are shown already: one may come again if its sender did not learn that it had arrived.
const shown = new Set();
// Names by the ids of their members.
let present = new Map();

function add(text, className) {
  const line = document.createElement('li');
  line.textContent = text;
  line.className = className;
  byId('messages').append(line);
}

function showPresent() {
  byId('present').textContent = [...new Set(present.values())].sort().join(', ');
}

const acts = {
  present(members) {
    present = new Map(members.map(({ id, name }) => [id, name]));
    showPresent();
  },
  joined({ id, name }) {
    present.set(id, name);
    showPresent();
  },
  left({ id }) {
    present.delete(id);
    showPresent();
  },
  message({ name, text, key }) {
    if (shown.has(key)) return;
    shown.add(key);
    add(`${name}: ${text}`, 'message');
  },
  missed: () => add('Something may be missing here.', 'note'),
  refused: ({ detail }) => add(`Not sent: ${detail}`, 'note'),
};

const connect = query.get('by') === 'ws' ? bySocket : byStream;
const say = connect({
  room,
  name,
  happened: (event, data) => acts[event]?.(data),
  state: (text) => (byId('state').textContent = text),
});

byId('say').addEventListener('submit', (event) => {
  event.preventDefault();
  say({ name, text: byId('text').value, key: crypto.randomUUID() });
  byId('text').value = '';
});
