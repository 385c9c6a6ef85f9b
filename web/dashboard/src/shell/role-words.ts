import type { Role } from "@aarohan/contract";
import { shellWords } from "./words.ts";

export function roleWords(role: Role): string {
  const words = shellWords();
  switch (role) {
    case "viewer":
      return words.viewer;
    case "data-analyst":
      return words.dataAnalyst;
    case "healthcare-provider":
      return words.healthcareProvider;
    case "system-administrator":
      return words.systemAdministrator;
  }
}
