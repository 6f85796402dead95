// A room by an event stream, and a POST for each message. A browser connects again by itself, with the last id.

export function byStream({ room, name, happened, state }) {
  const source = new EventSource(`/api/rooms/${room}/events?name=${encodeURIComponent(name)}`);
  source.addEventListener('open', () => state('connected'));
  source.addEventListener('error', () => state('connecting again …'));
  for (const event of ['present', 'joined', 'left', 'message', 'missed']) {
    source.addEventListener(event, ({ data }) => happened(event, JSON.parse(data)));
  }

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
      if (!answer || answer.status >= 500) {
        await new Promise((resolve) => setTimeout(resolve, 300));
        continue;
      }
      const { key } = outbox.shift();
      if (!answer.ok) happened('refused', { key, ...(await answer.json().catch(() => ({}))) });
    }
    isSending = false;
  }

  return (said) => {
    outbox.push(said);
    send();
  };
}
