import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { type Asked, createAsked } from "../gateway/asked.ts";
import { assertGatewayError, type Gateway } from "../gateway/create-gateway.ts";
import type { GatewayError } from "../gateway/gateway-error.ts";
import {
  type DenominatorRow,
  type ProgrammeSettings,
  readSettings,
  settingsBody,
  type WidgetRow,
  wrongDenominator,
  wrongWidget,
} from "./programme-settings.ts";

/** Rows as they are typed, before they are saved. */
export interface Draft<Row> {
  readonly rows: ReadonlySignal<readonly Row[]>;
  add(row: Row): void;
  change(index: number, name: keyof Row & string, value: string): void;
  remove(index: number): void;
}

export type Saving =
  | { readonly state: "none" | "saving" | "saved" }
  | { readonly state: "failed"; readonly error: GatewayError };

export interface SettingsModel {
  readonly now: Asked<ProgrammeSettings>["now"];
  readonly denominators: Draft<DenominatorRow>;
  readonly widgets: Draft<WidgetRow>;
  readonly isChanged: ReadonlySignal<boolean>;
  readonly isValid: ReadonlySignal<boolean>;
  readonly saving: ReadonlySignal<Saving>;
  /** Loads what is saved, and forgets what was typed. */
  load(): Promise<void>;
  save(): Promise<void>;
}

const PATH = "/fhir/$settings";

/** What administrators may edit. A version that somebody else has replaced meanwhile is not overwritten. */
export function createSettings(gateway: Gateway): SettingsModel {
  const asked = createAsked<ProgrammeSettings>();
  const denominators = createDraft<DenominatorRow>();
  const widgets = createDraft<WidgetRow>();
  const saving = signal<Saving>({ state: "none" });
  const saved = signal("");
  let version: string | null = null;
  const typed = computed(() =>
    JSON.stringify(settingsBody({ denominators: denominators.rows.value, widgets: widgets.rows.value })),
  );

  async function take(response: Response): Promise<ProgrammeSettings> {
    const settings = readSettings(await response.json());
    version = response.headers.get("ETag");
    denominators.reset(settings.denominators);
    widgets.reset(settings.widgets);
    saved.value = typed.peek();
    return settings;
  }

  async function save(): Promise<void> {
    saving.value = { state: "saving" };
    try {
      const headers = new Headers({ "Content-Type": "application/fhir+json" });
      if (version !== null) headers.set("If-Match", version);
      const body = typed.peek();
      const settings = await take(await gateway.ask(PATH, { method: "POST", headers, body }));
      await asked.ask(async () => settings);
      saving.value = { state: "saved" };
    } catch (error) {
      assertGatewayError(error);
      saving.value = { state: "failed", error };
    }
  }

  return {
    now: asked.now,
    denominators,
    widgets,
    isChanged: computed(() => typed.value !== saved.value),
    isValid: computed(
      () =>
        denominators.rows.value.every((row) => wrongDenominator(row) === undefined) &&
        widgets.rows.value.every((row) => wrongWidget(row) === undefined),
    ),
    saving,
    async load() {
      saving.value = { state: "none" };
      await asked.ask(async (signal) => take(await gateway.ask(PATH, { signal })));
    },
    save,
  };
}

function createDraft<Row extends object>(): Draft<Row> & { reset(rows: readonly Row[]): void } {
  const rows = signal<readonly Row[]>([]);
  return {
    rows,
    add(row) {
      rows.value = [...rows.peek(), row];
    },
    change(index, name, value) {
      rows.value = rows.peek().map((row, at) => (at === index ? { ...row, [name]: value } : row));
    },
    remove(index) {
      rows.value = rows.peek().filter((_, at) => at !== index);
    },
    reset(known) {
      rows.value = known;
    },
  };
}
