import { CHUNK_WIDTHS, Cube, type PersonRows } from "@aarohan/measures";
import { describe, expect, it } from "vitest";
import { CubeTable } from "../src/cube-table.ts";
import { MemoryStorage } from "./memory-storage.ts";

const tableOf = ({ sql }: MemoryStorage) => new CubeTable(sql as unknown as SqlStorage);
const ROW = {
  previous: 0,
  next: 0xffff,
  state: "Kerala",
  district: "Kollam",
  setting: 1,
  sex: 2,
  ageBand: 3,
  shownAgeBand: 3,
  tobacco: 1,
  habit: 1,
  organisation: "",
};

/** One screening and one follow-up Task on each day. */
function rowsOn(days: readonly number[]): PersonRows {
  return {
    screenings: days.map((day) => ({
      ...ROW,
      day,
      lesion: 1,
      ai: 1,
      diagnosis: 0,
      recommendations: 0,
      reviewDays: 7,
    })),
    followUps: days.map((day) => ({ ...ROW, day, outcome: 1, followUpDays: 9 })),
  };
}

describe("a stored cube", () => {
  it("is as it was, by cells of the width that the cube has", () => {
    const storage = new MemoryStorage();
    const cube = new Cube();
    cube.add(rowsOn([20_000, 20_001, 20_100]));
    tableOf(storage).save(cube);
    const stored = tableOf(storage).load();
    expect(stored.names).toEqual(cube.names);
    for (const subject of ["screenings", "followUps"] as const) {
      const { size, width, cells } = cube[subject];
      expect(CHUNK_WIDTHS[subject]).toBe(width + 2);
      expect(stored[subject].cells.slice(0, size * width)).toEqual(cells.slice(0, size * width));
    }
  });
});
