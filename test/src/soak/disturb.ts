import type { Fault, FhirServer } from "@aarohan/devkit";

const EVERY_MILLISECONDS = 500;

const FAULTS: readonly (Fault | undefined)[] = [
  { kind: "close", times: 20 },
  undefined,
  { kind: "answer", status: 500, body: "broken", times: 20 },
  { kind: "delay", milliseconds: 400, times: 30 },
  { kind: "answer", status: 503, headers: { "Retry-After": "1" }, body: "{}", times: 20 },
  undefined,
  { kind: "break", body: '{"resourceType":"Bundle","type":"searchset","entry":[', times: 20 },
  { kind: "answer", status: 200, headers: { "Content-Type": "text/html" }, body: "<p>", times: 20 },
  { kind: "flood", bytes: 8_000_000, resourceBytes: 50_000, times: 2 },
  undefined,
  { kind: "hang", times: 5 },
];

/** The server behind does something else wrong twice a second, while the work goes on, and is well afterwards. */
export async function disturb(server: FhirServer | undefined, work: () => Promise<void>): Promise<void> {
  if (server === undefined) throw new Error("only the embedded server does wrong when it is told to");
  let turn = 0;
  const timer = setInterval(() => {
    server.fault = FAULTS[turn % FAULTS.length];
    turn += 1;
  }, EVERY_MILLISECONDS);
  try {
    await work();
  } finally {
    clearInterval(timer);
    server.fault = undefined;
  }
}
