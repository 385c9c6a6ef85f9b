import type { AnyResource } from "@aarohan/fhir";
import { Cube, createFactStore, type FactPorts, readFact, takeFacts } from "../src/index.ts";

/** Every place is told: what may be is another package's matter. */
export const PORTS: FactPorts = { regionOf: (address) => address };

/** The cube of these resources, in the order in which they come. */
export function cubeOf(resources: Iterable<AnyResource>): Cube {
  const store = createFactStore();
  const cube = new Cube();
  for (const resource of resources) {
    const fact = readFact(resource, PORTS);
    if (fact !== undefined) cube.take(takeFacts(store, [fact]));
  }
  return cube;
}
