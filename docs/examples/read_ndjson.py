"""Reads the NDJSON files of an export in the current folder with pandas."""
import glob

import pandas as pd

patients = pd.concat(pd.read_json(file, lines=True) for file in glob.glob("Patient.*.ndjson"))
observations = pd.concat(pd.read_json(file, lines=True) for file in glob.glob("Observation.*.ndjson"))
about = observations["subject"].map(lambda subject: subject["reference"])
known = about.isin("Patient/" + patients["id"])
print(patients.groupby("gender").size().to_string())
print(f"{known.mean():.0%} of {len(observations)} observations are about a patient who is there")
