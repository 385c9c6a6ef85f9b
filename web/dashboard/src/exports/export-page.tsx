import { formatInstant, formatNumber } from "@aarohan/kit";
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { address } from "../address/address.ts";
import { createAsked } from "../gateway/asked.ts";
import { assertGatewayError } from "../gateway/create-gateway.ts";
import { gateway } from "../gateway/gateway.ts";
import type { GatewayError } from "../gateway/gateway-error.ts";
import { Answer } from "../pieces/answer.tsx";
import { formatBytes } from "../pieces/byte-size.ts";
import { saveFrom } from "../pieces/save-from.ts";
import { ScrollRegion } from "../pieces/scroll-region.tsx";
import { Trouble } from "../pieces/trouble.tsx";
import { session } from "../session/session.ts";
import { roleWords } from "../shell/role-words.ts";
import { shellWords } from "../shell/words.ts";
import { SnippetPanel } from "../snippets/snippet-panel.tsx";
import { exportSnippets, kickOffSnippets, type Snippets } from "../snippets/snippets.ts";
import { assertAvailable } from "./available-file.ts";
import { ExportActions } from "./export-actions.tsx";
import { hasFiles, type ListedExport } from "./export-job.ts";
import { ExportProgress } from "./export-progress.tsx";
import { isRepeatable, kickOffPath, requestOfJob } from "./export-request.ts";
import { StateBadge, StateSaid, StateText } from "./export-state.tsx";
import { type Manifest, type ManifestFile, readManifest } from "./manifest.ts";
import { useExportList } from "./use-export-list.ts";
import { exportWords } from "./words.ts";

/** One export: what it is, how far it is, and its files. */
export function ExportPage() {
  const words = exportWords();
  const list = useExportList();
  const id = address.path.value.slice("/exports/".length);
  return (
    <>
      <p>
        <a href="/exports">{words.back}</a>
      </p>
      <Answer to={list.jobs} onRetry={list.refresh}>
        {(jobs) => {
          const job = jobs.find((each) => each.id === id);
          if (job === undefined) return <h1>{words.unknown}</h1>;
          return (
            <>
              <h1>
                {shellWords().exportDetail} · {formatInstant(job.created)} <StateBadge state={job.state} />
              </h1>
              <StateSaid state={job.state} />
              <StateText job={job} isStill={list.still.value.has(job.id)} />
              <ExportProgress job={job} />
              <ExportFacts job={job} />
              <ExportActions job={job} onRemove={list.remove} />
              {hasFiles(job) && <Files job={job} />}
              {(hasFiles(job) || isRepeatable(job)) && <SnippetPanel snippets={snippetsOf(job)} />}
            </>
          );
        }}
      </Answer>
    </>
  );
}

/** Files to have, or the order to repeat. */
function snippetsOf(job: ListedExport): Partial<Snippets> {
  if (hasFiles(job)) return exportSnippets({ origin: location.origin, role: session.named.value }, job);
  return kickOffSnippets({
    url: `${location.origin}${kickOffPath(requestOfJob(job))}`,
    role: session.named.value,
  });
}

function ExportFacts({ job }: { readonly job: ListedExport }) {
  const words = exportWords();
  const instants = [
    [words.ordered, job.created],
    [words.ended, job.ended],
    [words.upTo, job.transactionTime],
    [words.expires, hasFiles(job) ? job.expires : undefined],
  ] as const;
  return (
    <dl class="facts">
      {instants.map(([name, instant]) =>
        instant === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{formatInstant(instant)}</dd>
          </div>
        ),
      )}
      <div>
        <dt>{words.format}</dt>
        <dd>{job.format}</dd>
      </div>
      <div>
        <dt>{words.types}</dt>
        <dd>{job.types.join(", ")}</dd>
      </div>
      <div>
        <dt>{words.role}</dt>
        <dd>{roleWords(job.role)}</dd>
      </div>
    </dl>
  );
}

function Files({ job }: { readonly job: ListedExport }) {
  const words = exportWords();
  const manifest = useMemo(() => createAsked<Manifest>(), []);
  const load = () =>
    manifest.ask(async (signal) =>
      readManifest(await gateway.json(`/fhir/$export-poll-status?job=${job.id}`, { signal })),
    );
  useEffect(() => {
    void load();
  }, [job.id]);
  return (
    <Answer to={manifest.now} onRetry={load}>
      {({ output, deleted, error, policy }) => (
        <>
          <FileTable title={words.downloads} files={output} />
          <p class="hint">{words.downloadLimit}</p>
          <FileTable title={words.deletedFiles} files={deleted} />
          <FileTable title={words.errorFiles} files={error} />
          <Checksums files={[...output, ...deleted, ...error]} />
          {policy !== "" && (
            <p class="hint">
              {words.policy}: <code>{policy}</code>
            </p>
          )}
        </>
      )}
    </Answer>
  );
}

function FileTable({ title, files }: { readonly title: string; readonly files: readonly ManifestFile[] }) {
  if (files.length === 0) return null;
  const words = exportWords();
  return (
    <ScrollRegion label={title}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{words.file}</th>
            <th scope="col">{words.type}</th>
            <th scope="col" class="number">
              {words.rows}
            </th>
            <th scope="col" class="number">
              {words.size}
            </th>
            <th scope="col">{words.checksum}</th>
          </tr>
        </thead>
        <tbody>
          {files.map((file) => (
            <FileRow key={file.path} file={file} />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function FileRow({ file }: { readonly file: ManifestFile }) {
  const error = useSignal<GatewayError | undefined>(undefined);

  async function start(event: MouseEvent): Promise<void> {
    event.preventDefault();
    try {
      error.value = undefined;
      await assertAvailable(gateway, file.path);
      saveFrom(file.path, file.name);
    } catch (caught) {
      assertGatewayError(caught);
      error.value = caught;
    }
  }

  return (
    <tr>
      <th scope="row">
        <a
          href={file.path}
          download={file.name}
          aria-label={`${exportWords().download} ${file.name}`}
          onClick={start}
        >
          {file.name}
        </a>
        {error.value !== undefined && <Trouble error={error.value} />}
      </th>
      <td>{file.type}</td>
      <td class="number">{formatNumber(file.count)}</td>
      <td class="number">{formatBytes(file.fileSize)}</td>
      <td>
        <code class="checksum">{file.sha256}</code>
      </td>
    </tr>
  );
}

/** What `sha256sum --check` reads. */
function Checksums({ files }: { readonly files: readonly ManifestFile[] }) {
  if (files.length === 0) return null;
  const lines = files.map(({ sha256, name }) => `${sha256}  ${name}`);
  const words = exportWords();
  return (
    <details>
      <summary>{words.verify}</summary>
      <ScrollRegion label={words.verify}>
        <pre>{`sha256sum --check <<'END'\n${lines.join("\n")}\nEND`}</pre>
      </ScrollRegion>
    </details>
  );
}
