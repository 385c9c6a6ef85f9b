import { describe, expect, it } from "vitest";
import { joinCsv, readCsv } from "../src/table/csv.ts";

describe("CSV", () => {
  it("reads what the gateway writes: quotes, line ends within them, empty fields, a last line without an end", () => {
    const text = 'id,note,n\r\n1,"a ""b"", c\r\nd",\r\n,,3\r\n"=x",y,z';
    expect(readCsv(text)).toEqual({
      columns: ["id", "note", "n"],
      rows: [
        ["1", 'a "b", c\r\nd', ""],
        ["", "", "3"],
        ["=x", "y", "z"],
      ],
    });
  });

  it("reads a table without rows, and one column whose last row is empty", () => {
    expect(readCsv("id,n\r\n")).toEqual({ columns: ["id", "n"], rows: [] });
    expect(readCsv("")).toEqual({ columns: [], rows: [] });
  });

  it("joins pages under one header", () => {
    const pages = ['"id",b\r\n1,2\r\n', '"id",b\r\n3,"x\r\ny"\r\n', '"id",b\r\n'];
    expect(readCsv(joinCsv(pages)).rows).toEqual([
      ["1", "2"],
      ["3", "x\r\ny"],
    ]);
  });
});
