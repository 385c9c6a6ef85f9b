"""Searches, pages, reads and gets refusals through the gateway with the SMART project's fhirclient; prints what it saw as JSON."""
import json
import os
import sys

import requests
from fhirclient import client, server
from fhirclient.models import observation, patient, practitioner


def refusal(response):
    issue = response.json()["issue"][0]
    return f'{response.status_code} {issue["details"]["coding"][0]["code"]}'


def smart(token):
    smart = client.FHIRClient(settings={"app_id": "analyst", "api_base": os.environ["FHIR_URL"]})
    # Reads the CapabilityStatement, and from its security where tokens come from.
    smart.prepare()
    smart.server.auth.access_token = token
    return smart


analyst = smart(os.environ["ACCESS_TOKEN"])
seen = {"token_endpoint": analyst.server.auth._token_uri}

search = patient.Patient.where({"gender": "female", "_count": "7"})
bundles = list(search.perform_iter(analyst.server))
women = [entry.resource for bundle in bundles for entry in bundle.entry or []]
seen["pages"] = len(bundles)
seen["women"] = len({woman.id for woman in women})
seen["genders"] = sorted({woman.gender for woman in women})
names = [name for woman in women for name in woman.name]
seen["names"] = sorted({(name.use, name.family, name.given) for name in names})
seen["read"] = patient.Patient.read(women[0].id, analyst.server).as_json() == women[0].as_json()
found = observation.Observation.where({"subject": f"Patient/{women[0].id}"}).perform_resources(analyst.server)
seen["own observations"] = all(one.subject.reference == f"Patient/{women[0].id}" for one in found)

try:
    patient.Patient.read("nobody", analyst.server)
except server.FHIRNotFoundException as error:
    seen["404"] = refusal(error.response)
try:
    practitioner.Practitioner.where({}).perform(analyst.server)
except server.FHIRPermissionDeniedException as error:
    seen["403"] = refusal(error.response)
try:
    patient.Patient.where({}).perform(smart("x").server)
except server.FHIRUnauthorizedException as error:
    seen["401"] = refusal(error.response)
try:
    for _ in range(101):
        patient.Patient.where({"_count": "1"}).perform(analyst.server)
except requests.HTTPError as error:
    seen["429"] = refusal(error.response)
    seen["retry"] = int(error.response.headers["Retry-After"])
json.dump(seen, sys.stdout)
