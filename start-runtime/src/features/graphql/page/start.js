// Sends what GraphiQL asks for to the address of the page: queries and mutations as JSON, subscriptions as a stream of
// events (GraphQL over Server-Sent Events, distinct connections).
(() => {
    const post = (params, headers, accept, signal) => fetch(location.pathname, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers, accept },
        body: JSON.stringify(params),
        signal,
    });

    async function* stream(params, headers) {
        const leave = new AbortController();
        try {
            const answer = await post(params, headers, 'text/event-stream', leave.signal);
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
        } finally {
            leave.abort();
        }
    }

    const isSubscription = ({ operationName }, document) => document?.definitions.some((definition) =>
        definition.kind === 'OperationDefinition'
        && definition.operation === 'subscription'
        && (!operationName || definition.name?.value === operationName)) ?? false;

    const fetcher = async (params, options = {}) => {
        const headers = options.headers ?? {};
        if (isSubscription(params, options.documentAST)) return stream(params, headers);
        const answer = await post(params, headers, 'application/graphql-response+json, application/json;q=0.9');
        return answer.json();
    };

    ReactDOM.createRoot(document.getElementById('graphiql')).render(React.createElement(GraphiQL, { fetcher }));
})();
