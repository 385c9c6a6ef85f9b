/** One worker's side of the runtime's inspector (Chrome DevTools Protocol). */
export interface Inspector {
  /** Rejects with what the runtime says, or after half a minute without an answer. */
  send<Result>(method: string, parameters?: object): Promise<Result>;
  close(): void;
}

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

const ANSWERED_MILLISECONDS = 30_000;

export async function connectInspector(url: string): Promise<Inspector> {
  const socket = new WebSocket(url);
  const waiting = new Map<number, (message: Message) => void>();
  await new Promise((opened, failed) => {
    socket.onopen = opened;
    socket.onerror = () => failed(new Error("the inspector of a worker cannot be reached"));
  });
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    waiting.get(message.id ?? 0)?.(message);
  };
  let last = 0;
  return {
    async send<Result>(method: string, parameters: object = {}) {
      last += 1;
      const id = last;
      const answer = await new Promise<Message>((answered, failed) => {
        const timer = setTimeout(() => failed(new Error(`${method}: no answer`)), ANSWERED_MILLISECONDS);
        waiting.set(id, (message) => {
          clearTimeout(timer);
          answered(message);
        });
        socket.send(JSON.stringify({ id, method, params: parameters }));
      });
      waiting.delete(id);
      if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
      return answer.result as Result;
    },
    close: () => socket.close(),
  };
}
