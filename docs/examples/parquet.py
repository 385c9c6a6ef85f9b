"""Asks the Parquet files of an export in the current folder with DuckDB."""
import duckdb

print(
    duckdb.sql(
        """
        SELECT patients.gender, count(DISTINCT observations.patient_id) AS screened, count(*) AS observations
        FROM read_parquet('Observation.*.parquet') AS observations
        JOIN read_parquet('Patient.*.parquet') AS patients ON observations.patient_id = patients.id
        GROUP BY ALL ORDER BY ALL
        """
    )
)
