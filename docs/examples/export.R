# Reads the files of an export in the current folder: NDJSON with jsonlite, Parquet through DuckDB's command line.
lines <- unlist(lapply(Sys.glob("Patient.*.ndjson"), readLines))
patients <- jsonlite::stream_in(textConnection(lines), verbose = FALSE)
print(table(patients$gender))

observations <- read.csv(pipe("duckdb -csv -c \"SELECT * FROM read_parquet('Observation.*.parquet')\""))
cat(nrow(observations), "observations of", length(unique(observations$patient_id)), "patients\n")
