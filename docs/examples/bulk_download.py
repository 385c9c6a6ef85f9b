"""Orders a bulk export, waits for it, and brings its files into the current folder (FHIR Bulk Data Access).

ACCESS_TOKEN in the environment; the argument is the format: ndjson, csv or parquet.
"""
import hashlib
import os
import sys
import time

import requests

BASE = os.environ.get("FHIR_URL", "http://localhost:8787/fhir")
FORMAT = sys.argv[1] if len(sys.argv) > 1 else "ndjson"

session = requests.Session()
session.headers["Authorization"] = f"Bearer {os.environ['ACCESS_TOKEN']}"


def ordered():
    order = session.get(
        f"{BASE}/$export",
        params={"_type": "Patient,Observation,QuestionnaireResponse", "_outputFormat": FORMAT},
        headers={"Prefer": "respond-async"},
    )
    order.raise_for_status()
    return order.headers["Content-Location"]


def manifest_of(status_url):
    while True:
        status = session.get(status_url)
        status.raise_for_status()
        if status.status_code == 200:
            return status.json()
        time.sleep(int(status.headers["Retry-After"]))


def download(file):
    """Within the allowance of bytes a minute: Retry-After says when there is more."""
    while (answer := session.get(file["url"])).status_code == 429:
        time.sleep(int(answer.headers["Retry-After"]))
    answer.raise_for_status()
    if hashlib.sha256(answer.content).hexdigest() != file["extension"]["sha-256"]:
        raise ValueError(f"{file['url']} came damaged")
    name = file["url"].rsplit("/", 1)[1]
    with open(name, "wb") as target:
        target.write(answer.content)
    return name


for file in manifest_of(ordered())["output"]:
    print(download(file), file["count"])
