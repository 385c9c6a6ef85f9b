import { tokenOf } from "./token.ts";

interface PublishedWidget {
  readonly widget: string;
  readonly measure: string;
  readonly origin: string;
}

/** Publishes a widget beside what is published, as a script of an administrator does. */
export async function publishWidget(gateway: string, tokenUrl: string, one: PublishedWidget): Promise<void> {
  const address = `${gateway}/fhir/$settings`;
  const Authorization = `Bearer ${await tokenOf("administrator", tokenUrl)}`;
  const before = await fetch(address, { headers: { Authorization } });
  const { parameter } = Object(await before.json());
  const kept = parameter.filter(
    ({ name }: { name: string }) => name === "denominator" || name === "publishedWidget",
  );
  const part = [
    { name: "widget", valueCode: one.widget },
    { name: "measure", valueId: one.measure },
    { name: "origin", valueUri: one.origin },
  ];
  const changed = await fetch(address, {
    method: "POST",
    headers: {
      Authorization,
      "Content-Type": "application/fhir+json",
      "If-Match": before.headers.get("ETag") ?? "",
    },
    body: JSON.stringify({
      resourceType: "Parameters",
      parameter: [...kept, { name: "publishedWidget", part }],
    }),
  });
  if (!changed.ok) throw new Error(`not published: ${changed.status} ${await changed.text()}`);
}
