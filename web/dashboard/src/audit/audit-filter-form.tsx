import { ROLES } from "@aarohan/contract";
import { address } from "../address/address.ts";
import { roleWords } from "../shell/role-words.ts";
import { AUDIT_FILTERS, type AuditFilter, type AuditFilters } from "./audit-filters.ts";
import { auditWords } from "./words.ts";

/** Shown only when it is asked for: each look is an event of the trail. */
export function AuditFilterForm({ filters }: { readonly filters: AuditFilters }) {
  const words = auditWords();
  function submit(event: SubmitEvent): void {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const given = new FormData(event.currentTarget);
    address.filter(Object.fromEntries(AUDIT_FILTERS.map((name) => [name, String(given.get(name) ?? "")])));
  }
  return (
    <form class="filters" aria-label={words.filters} onSubmit={submit}>
      <Day name="from" label={words.from} filters={filters} />
      <Day name="until" label={words.until} filters={filters} />
      <Text name="agent" label={words.agent} filters={filters} />
      <Text name="altid" label={words.altid} filters={filters} />
      <Choice name="agent-role" label={words.role} filters={filters} options={roleOptions()} />
      <Choice name="subtype" label={words.subtype} filters={filters} options={kindOptions()} />
      <Text name="entity-type" label={words.entityType} filters={filters} />
      <Choice name="outcome" label={words.outcome} filters={filters} options={outcomeOptions()} />
      <Text name="entity" label={words.entity} filters={filters} />
      <Text name="_id" label={words.id} filters={filters} />
      <div class="cluster actions">
        <button type="submit" class="button button-primary">
          {words.apply}
        </button>
        <a href="/audit">{words.clear}</a>
      </div>
    </form>
  );
}

type Options = readonly (readonly [value: string, text: string])[];

function roleOptions(): Options {
  return ROLES.map((role) => [role, roleWords(role)]);
}

function kindOptions(): Options {
  const words = auditWords();
  return [
    ["read", words.read],
    ["search-type", words.search],
    ["operation", words.operation],
  ];
}

/** Outcomes of FHIR R4 AuditEvent. */
function outcomeOptions(): Options {
  const words = auditWords();
  return [
    ["0", words.success],
    ["4", words.refused],
    ["8", words.failed],
  ];
}

interface FieldProps {
  readonly name: AuditFilter;
  readonly label: string;
  readonly filters: AuditFilters;
}

function Text({ name, label, filters }: FieldProps) {
  return (
    <label class="field">
      {label}
      <input name={name} defaultValue={filters[name] ?? ""} spellcheck={false} />
    </label>
  );
}

function Day({ name, label, filters }: FieldProps) {
  return (
    <label class="field">
      {label}
      <input type="date" name={name} defaultValue={filters[name] ?? ""} />
    </label>
  );
}

function Choice({ name, label, filters, options }: FieldProps & { readonly options: Options }) {
  return (
    <label class="field">
      {label}
      <select name={name} defaultValue={filters[name] ?? ""}>
        <option value="">{auditWords().any}</option>
        {options.map(([value, text]) => (
          <option key={value} value={value} selected={value === filters[name]}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
