// Sends what GraphiQL asks for to the address of the page: queries and mutations as JSON, subscriptions as a stream of
// events (GraphQL over Server-Sent Events, distinct connections).
(() => {
    const post = (params, headers, accept, signal) => fetch(location.pathname, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers, accept },
        body: JSON.stringify(params),
        signal,
    });

    async function* answers(params, headers, signal) {
        const answer = await post(params, headers, 'text/event-stream', signal);
        if (!(answer.headers.get('content-type') ?? '').startsWith('text/event-stream')) {
            yield await answer.json();
            return;
        }
        const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
        let rest = '';
        for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
            const events = (rest + piece.value).split('\n\n');
            rest = events.pop();
            for (const event of events) {
                const name = /^event: (.*)$/m.exec(event)?.[1];
                if (name === 'complete') return;
                if (name === 'next') yield JSON.parse(/^data: (.*)$/m.exec(event)[1]);
            }
        }
    }

    // A generator that waits for the next answer would end no sooner than with it.
    const stream = (params, headers) => {
        const leave = new AbortController();
        const inner = answers(params, headers, leave.signal);
        const end = { done: true, value: undefined };
        const next = async () => {
            try {
                const answer = await inner.next();
                return leave.signal.aborted ? end : answer;
            } catch (error) {
                if (leave.signal.aborted) return end;
                throw error;
            }
        };
        const leaves = async () => {
            leave.abort();
            return end;
        };
        return { [Symbol.asyncIterator]: () => ({ next, return: leaves }), next, return: leaves };
    };

    // GraphiQL parses what is written a moment later, so its document may be that of before.
    const TOKEN = /"""(?:\\"""|[^])*?"""|"(?:\\.|[^"\\\n])*"|#.*|[{}()]|[A-Za-z_]\w*/g;
    const isSubscription = ({ query, operationName }) => {
        let depth = 0;
        let words = [];
        for (const [token] of (query ?? '').matchAll(TOKEN)) {
            if ('{('.includes(token)) {
                const [kind, name] = words;
                const isMeant = token === '{' && depth === 0 && (!operationName || name === operationName);
                if (isMeant && kind === 'subscription') return true;
                depth += 1;
            } else if ('})'.includes(token)) {
                depth -= 1;
                if (token === '}' && depth === 0) words = [];
            } else if (depth === 0 && /^\w/.test(token)) {
                words.push(token);
            }
        }
        return false;
    };

    const fetcher = async (params, options = {}) => {
        const headers = options.headers ?? {};
        if (isSubscription(params)) return stream(params, headers);
        const answer = await post(params, headers, 'application/graphql-response+json, application/json;q=0.9');
        return answer.json();
    };

    ReactDOM.createRoot(document.getElementById('graphiql')).render(React.createElement(GraphiQL, { fetcher }));
})();
