"""Reads a page of every type that may be searched, and has fhir.resources (pydantic models of FHIR) validate each resource."""
import os
from collections import Counter

import requests
from fhir.resources.R4B import get_fhir_model_class

BASE = os.environ.get("FHIR_URL", "http://localhost:8787/fhir")
session = requests.Session()
session.headers["Authorization"] = f"Bearer {os.environ['ACCESS_TOKEN']}"


def get(path):
    answer = session.get(f"{BASE}{path}")
    answer.raise_for_status()
    return answer.json()


def validate(resource):
    return get_fhir_model_class(resource["resourceType"]).model_validate(resource)


statement = get("/metadata")
validate(statement)
# An analyst may search more types than the programme writes.
WRITTEN = "Patient QuestionnaireResponse Observation Encounter ClinicalImpression Condition RiskAssessment Task Measure"
searched = {one["type"] for one in statement["rest"][0]["resource"] if "interaction" in one}
counts = Counter()
for kind in [one for one in WRITTEN.split() if one in searched] + ["OperationDefinition", "SearchParameter"]:
    bundle = get(f"/{kind}?_count=200" if kind in WRITTEN and kind != "Measure" else f"/{kind}")
    validate(bundle)
    for entry in bundle.get("entry", []):
        validate(entry["resource"])
        counts[kind] += 1
report = get("/MeasureReport?measure=screening-coverage&period=2025")
validate(report)
for kind, count in counts.items():
    print(kind, count)
print(sum(counts.values()), "resources are valid")
