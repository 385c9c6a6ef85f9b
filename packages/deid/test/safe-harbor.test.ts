import type { AnyResource, Json } from "@aarohan/fhir";
import { describe, expect, it } from "vitest";
import { compilePolicy, createAnonymiser, safeHarborPolicy } from "../src/index.ts";
import { codecFor } from "./codec.ts";

const PLAN = compilePolicy(safeHarborPolicy);
const ANONYMISER = createAnonymiser(PLAN, { pseudonyms: codecFor(PLAN), releaseYear: 2026 });

interface Identifier {
  readonly letter: string;
  readonly what: string;
  readonly resource: AnyResource;
  /** Texts of it that must not come out. */
  readonly texts: readonly string[];
}

function patientWith(fields: Record<string, Json>): AnyResource {
  return { resourceType: "Patient", id: "p-1", gender: "female", ...fields };
}

function numbered(letter: string, what: string, system: string, value: string): Identifier {
  return { letter, what, resource: patientWith({ identifier: [{ system, value }] }), texts: [value] };
}

/** 45 CFR 164.514(b)(2)(i): each of the eighteen where FHIR R4 has it, and where people write it. */
const IDENTIFIERS: readonly Identifier[] = [
  {
    letter: "A",
    what: "names, of relatives too",
    resource: patientWith({
      name: [{ text: "Lakshmi Devi", family: "Devi" }],
      contact: [{ name: { text: "Ravikumar" } }],
      text: { status: "generated", div: "<div>लक्ष्मी</div>" },
    }),
    texts: ["Lakshmi", "Devi", "Ravikumar", "लक्ष्मी"],
  },
  {
    letter: "B",
    what: "places below the state",
    resource: patientWith({
      address: [
        {
          line: ["12 Gandhi Road"],
          city: "Koramangala",
          district: "Bangalore Urban",
          state: "Karnataka",
          postalCode: "560034",
          extension: [
            {
              url: "http://hl7.org/fhir/StructureDefinition/geolocation",
              extension: [{ url: "latitude", valueDecimal: 12.9716 }],
            },
          ],
        },
      ],
    }),
    texts: ["Gandhi Road", "Koramangala", "Bangalore", "5600", "12.97"],
  },
  {
    letter: "C",
    what: "days and months of dates",
    resource: patientWith({ birthDate: "1984-03-12", deceasedDateTime: "2025-11-08T10:00:00Z" }),
    texts: ["1984-03", "03-12", "2025-11", "11-08"],
  },
  {
    letter: "C",
    what: "the year of birth, and the age, of who is over 89",
    resource: patientWith({ birthDate: "1931-03-12" }),
    texts: ["1931", "95"],
  },
  {
    letter: "D",
    what: "telephone numbers",
    resource: patientWith({ telecom: [{ system: "phone", value: "+91 98765 43210" }] }),
    texts: ["98765", "43210"],
  },
  {
    letter: "E",
    what: "fax numbers",
    resource: patientWith({ telecom: [{ system: "fax", value: "080-22334455" }] }),
    texts: ["22334455"],
  },
  {
    letter: "F",
    what: "e-mail addresses",
    resource: patientWith({ telecom: [{ system: "email", value: "lakshmi@example.in" }] }),
    texts: ["lakshmi@"],
  },
  numbered("G", "social security numbers (Aadhaar)", "https://uidai.gov.in", "4321 8765 2109"),
  numbered("H", "medical record numbers", "https://hospital.example/mrn", "MRN-77123"),
  numbered("I", "health plan numbers (ABHA, PM-JAY)", "https://healthid.ndhm.gov.in", "91-1234-5678-9012"),
  numbered("J", "account numbers", "https://bank.example/account", "000123456789"),
  numbered(
    "K",
    "certificates and licences (voter's card, driving licence)",
    "https://eci.gov.in",
    "KA/01/123/456789",
  ),
  {
    letter: "L",
    what: "vehicles",
    resource: {
      resourceType: "Observation",
      id: "o-1",
      status: "final",
      code: { text: "Came by ambulance KA-01-AB-1234" },
      valueString: "KA-01-AB-1234",
      note: [{ text: "KA-01-AB-1234" }],
    },
    texts: ["KA-01"],
  },
  {
    letter: "M",
    what: "devices and their serial numbers",
    resource: {
      resourceType: "Device",
      id: "d-1",
      serialNumber: "SN-4455",
      udiCarrier: [{ deviceIdentifier: "UDI-9" }],
    },
    texts: ["SN-4455", "UDI-9"],
  },
  {
    letter: "N",
    what: "web addresses",
    resource: patientWith({
      telecom: [{ system: "url", value: "https://lakshmi.example" }],
      meta: { source: "https://server.example/lakshmi" },
      link: [{ other: { reference: "https://server.example/Patient/9" }, type: "seealso" }],
    }),
    texts: ["lakshmi.example", "server.example"],
  },
  {
    letter: "O",
    what: "network addresses",
    resource: {
      resourceType: "AuditEvent",
      id: "a-1",
      type: { system: "http://dicom.nema.org/resources/ontology/DCM", code: "110100" },
      recorded: "2025-11-08T10:00:00Z",
      agent: [{ requestor: true, network: { address: "203.0.113.7", type: "2" } }],
      source: { observer: { display: "x" } },
    },
    texts: ["203.0.113.7"],
  },
  {
    letter: "P",
    what: "fingerprints and voices",
    resource: {
      resourceType: "Observation",
      id: "o-2",
      status: "final",
      code: { coding: [{ system: "http://loinc.org", code: "62596-2" }] },
      extension: [
        { url: "https://example.org/voice", valueAttachment: { data: "Vm9pY2U=", title: "voice print" } },
      ],
    },
    texts: ["Vm9pY2U", "voice"],
  },
  {
    letter: "Q",
    what: "photographs of a face, and images like them",
    resource: patientWith({
      photo: [{ url: "https://files.example/face.jpg", data: "RmFjZQ==", hash: "aGFzaA==" }],
    }),
    texts: ["face.jpg", "RmFjZQ", "aGFzaA"],
  },
  {
    letter: "R",
    what: "any other number or code of one person, ids of resources too",
    resource: {
      resourceType: "Observation",
      id: "screening-of-lakshmi",
      identifier: [{ value: "accession-88" }],
      status: "final",
      code: { coding: [{ system: "http://loinc.org", code: "62596-2" }] },
      subject: { reference: "Patient/patient-of-lakshmi", identifier: { value: "token-5" } },
      encounter: { reference: "Encounter/visit-9" },
    },
    texts: ["lakshmi", "accession-88", "token-5", "visit-9"],
  },
];

describe("under the policy safe-harbor nothing leaves of", () => {
  it("all letters of the rule, none left out", () => {
    const letters = [...new Set(IDENTIFIERS.map(({ letter }) => letter))];
    expect(letters.join("")).toBe("ABCDEFGHIJKLMNOPQR");
  });

  it.each(IDENTIFIERS)("($letter) $what", ({ resource, texts }) => {
    const source = JSON.stringify(resource);
    const result = ANONYMISER.anonymise(resource);
    const released = result.kind === "released" ? JSON.stringify(result.resource) : "";
    // What is withheld whole gives nothing away either; but patients are not simply withheld.
    if (resource.resourceType === "Patient") expect(result.kind).toBe("released");
    // Who is over 89 is nowhere written as such: the age is computed.
    expect(texts.some((text) => source.includes(text))).toBe(true);
    expect(texts.filter((text) => released.includes(text))).toEqual([]);
  });
});

describe("under the policy safe-harbor", () => {
  it("the year, the state and the sex leave", () => {
    const result = ANONYMISER.anonymise(
      patientWith({ birthDate: "1984-03-12", address: [{ state: "Karnataka", district: "Mysore" }] }),
    );
    const released = JSON.stringify(result.kind === "released" ? result.resource : {});
    expect(released).toContain('"birthDate":"1984');
    expect(released).toContain('"state":"Karnataka"');
    expect(released).toContain('"gender":"female"');
  });

  it("who is over 89 is 90 and over", () => {
    const result = ANONYMISER.anonymise(patientWith({ birthDate: "1931-03-12" }));
    const released = JSON.stringify(result.kind === "released" ? result.resource : {});
    expect(released).toMatch(/"value":90.*"comparator":">="|"comparator":">=".*"value":90|"low":\{[^}]*90/);
  });
});
