import { formatNumber } from "@aarohan/kit";
import { isActive, type ListedExport } from "./export-job.ts";
import { exportWords } from "./words.ts";

/** How far an export is, as a whole and by type; nothing once it has ended. */
export function ExportProgress({ job }: { readonly job: ListedExport }) {
  if (!isActive(job)) return null;
  const words = exportWords();
  return (
    <div>
      <Bar label={words.progress} name={words.progress} percent={job.percent} />
      {(job.progress ?? []).map(({ type, percent }) => (
        <Bar key={type} label={words.progressOf(type)} name={type} percent={percent} />
      ))}
    </div>
  );
}

function Bar({ label, name, percent }: { label: string; name: string; percent: number }) {
  return (
    <div class="progress">
      <span class="progress-name">{name}</span>
      <progress aria-label={label} max="100" value={percent} />
      <span class="number">{exportWords().percent(formatNumber(percent))}</span>
    </div>
  );
}
