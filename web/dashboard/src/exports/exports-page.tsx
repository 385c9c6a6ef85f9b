import { formatInstant, formatNumber } from "@aarohan/kit";
import { Answer } from "../pieces/answer.tsx";
import { formatBytes } from "../pieces/byte-size.ts";
import { ExportActions } from "./export-actions.tsx";
import { hasFiles, type ListedExport } from "./export-job.ts";
import { ExportProgress } from "./export-progress.tsx";
import { StateBadge, StateText } from "./export-state.tsx";
import { useExportList } from "./use-export-list.ts";
import { exportWords } from "./words.ts";

/** All exports of the user, the newest first. */
export function ExportsPage() {
  const words = exportWords();
  const list = useExportList();
  return (
    <>
      <div class="cluster title-row">
        <h1>{words.title}</h1>
        <a class="button button-primary" href="/exports/new">
          {words.newOne}
        </a>
      </div>
      <p class="lead">{words.intro}</p>
      <Answer to={list.jobs} onRetry={list.refresh}>
        {(jobs) =>
          jobs.length === 0 ? (
            <p class="empty-state">{words.none}</p>
          ) : (
            <ul class="job-list">
              {jobs.map((job) => (
                <li key={job.id} class="card">
                  <Job job={job} isStill={list.still.value.has(job.id)} onRemove={list.remove} />
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </>
  );
}

interface JobProps {
  readonly job: ListedExport;
  readonly isStill: boolean;
  readonly onRemove: (id: string) => Promise<void>;
}

function Job({ job, isStill, onRemove }: JobProps) {
  return (
    <article>
      <h2>
        <a href={`/exports/${job.id}`}>{formatInstant(job.created)}</a> <StateBadge state={job.state} />
      </h2>
      <StateText job={job} isStill={isStill} />
      <ExportProgress job={job} />
      <JobFacts job={job} />
      <ExportActions job={job} onRemove={onRemove} />
    </article>
  );
}

function JobFacts({ job }: { readonly job: ListedExport }) {
  const words = exportWords();
  const facts: [string, string][] = [
    [words.format, job.format],
    [words.types, job.types.join(", ")],
  ];
  if (hasFiles(job)) {
    facts.push([words.rows, formatNumber(job.resources)], [words.size, formatBytes(job.bytes)]);
    if (job.expires !== undefined) facts.push([words.expires, formatInstant(job.expires)]);
  }
  return (
    <dl class="inline-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
