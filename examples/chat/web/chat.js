// One tab in one room: `/?room=owlery&name=Luna`.

const query = new URLSearchParams(location.search);
const room = encodeURIComponent(query.get('room') || 'lobby');
const name = query.get('name') || `guest-${Math.floor(Math.random() * 10000)}`;
const byId = (id) => document.getElementById(id);

// Messages that are shown already: one may come again if its sender did not learn that it had arrived.
const shown = new Set();
let present = [];

function add(text, className) {
  const line = document.createElement('li');
  line.textContent = text;
  line.className = className;
  byId('messages').append(line);
}

function showPresent() {
  byId('present').textContent = [...present].sort().join(', ');
}

const source = new EventSource(`/api/rooms/${room}/events?name=${encodeURIComponent(name)}`);
const on = (event, act) => source.addEventListener(event, ({ data }) => act(JSON.parse(data)));
source.addEventListener('open', () => (byId('state').textContent = 'connected'));
source.addEventListener('error', () => (byId('state').textContent = 'connecting again …'));
on('present', (names) => {
  present = names;
  showPresent();
});
on('joined', (who) => {
  // The list that came first has us already, and perhaps others who have joined since.
  if (!present.includes(who)) present.push(who);
  showPresent();
});
on('left', (who) => {
  const at = present.indexOf(who);
  if (at >= 0) present.splice(at, 1);
  showPresent();
});
on('missed', () => add('Something may be missing here.', 'note'));
on('message', ({ name, text, key }) => {
  if (shown.has(key)) return;
  shown.add(key);
  add(`${name}: ${text}`, 'message');
});

// What was written goes out in order, each until it has arrived.
const outbox = [];
let isSending = false;
async function send() {
  if (isSending) return;
  isSending = true;
  while (outbox.length > 0) {
    const answer = await fetch(`/api/rooms/${room}/messages`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(outbox[0]),
    }).catch(() => undefined);
    if (answer && answer.status < 500) outbox.shift();
    else await new Promise((resolve) => setTimeout(resolve, 300));
  }
  isSending = false;
}

byId('say').addEventListener('submit', (event) => {
  event.preventDefault();
  outbox.push({ name, text: byId('text').value, key: crypto.randomUUID() });
  byId('text').value = '';
  send();
});
