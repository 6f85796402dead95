// A room by a WebSocket: what happens comes as `{event, id, data}`, and messages go the other way.

export function bySocket({ room, name, happened, state }) {
  // What was written goes out in order, each until it has come back.
  const outbox = [];
  let socket;
  let last;

  function open() {
    const url = new URL(`/api/rooms/${room}/socket`, location);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.searchParams.set('name', name);
    if (last) url.searchParams.set('last', last);
    socket = new WebSocket(url);
    socket.addEventListener('message', ({ data }) => heard(JSON.parse(data)));
    socket.addEventListener('close', ({ code, reason }) => {
      // 1008: whatever is wrong will be wrong again.
      if (code === 1008) return state(reason);
      state('connecting again …');
      setTimeout(open, 300 + Math.random() * 700);
    });
  }

  function heard({ event, id, data }) {
    if (id) last = id;
    // It comes first: the room is joined.
    if (event === 'present') {
      state('connected');
      send();
    }
    const isOurs = outbox.length > 0 && data.key === outbox[0].key;
    if (isOurs && event === 'refused' && data.status >= 500) {
      setTimeout(send, 300);
      return;
    }
    happened(event, data);
    if (isOurs) {
      outbox.shift();
      send();
    }
  }

  function send() {
    if (outbox.length > 0 && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(outbox[0]));
  }

  open();
  return (said) => {
    outbox.push(said);
    if (outbox.length === 1) send();
  };
}
