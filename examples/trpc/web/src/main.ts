// The page: the letters that are there, those that arrive, and a form for the next one.

import { TRPCClientError } from '@trpc/client';
import { client } from './client';
import type { AppRouter, Letter, NewLetter } from './server';

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element #${id}`);
  return found;
}

function show({ id, sender, house, text }: Letter): void {
  const line = document.createElement('li');
  line.textContent = `${id}. ${sender} to ${house}: ${text}`;
  element('letters').append(line);
}

/** What is wrong with a letter, in the words of the program. */
function reason(error: unknown): string {
  if (!(error instanceof TRPCClientError)) return String(error);
  const { data, message } = error as TRPCClientError<AppRouter>;
  const issues = data?.issues?.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return issues?.join('; ') ?? message;
}

async function open(): Promise<void> {
  // One request: both calls are made at once.
  const [greeting, letters] = await Promise.all([client.hello.query('owl'), client.letter.list.query()]);
  element('greeting').textContent = greeting;
  letters.forEach(show);
  client.letter.arrivals.subscribe(
    { lastEventId: letters.at(-1)?.id.toString() },
    {
      onData: ({ data }) => show(data),
      onConnectionStateChange: ({ state }) => {
        element('state').textContent = state === 'pending' ? 'connected' : 'connecting …';
      },
      onError: (error) => {
        element('state').textContent = reason(error);
      },
    },
  );
}

const form = element('send') as HTMLFormElement;
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { sender, house, text } = Object.fromEntries(new FormData(form)) as unknown as NewLetter;
  try {
    await client.letter.send.mutate({ sender, house, text });
    element('refused').textContent = '';
    form.reset();
  } catch (error) {
    element('refused').textContent = reason(error);
  }
});

open().catch((error) => {
  element('state').textContent = reason(error);
});
