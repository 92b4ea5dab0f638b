import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { type Column, renderTable, tableRenderer } from "../../../../src/cli/render/table.js";
import { plainLook } from "./look.js";

interface Row {
  readonly name: string;
  readonly units: string;
}

const columns: readonly Column<Row>[] = [
  { header: "Name", cell: ({ name }) => name, wrapsTo: 6 },
  { header: "Units", cell: ({ units }) => units, align: "right" },
];

describe("renderTable", () => {
  it("aligns numbers to the right and leaves no blanks at line ends", () => {
    const rows = [
      { name: "Laptop", units: "1,000" },
      { name: "Headphones", units: "7" },
    ];
    expect(renderTable(columns, rows, plainLook())).toMatchInlineSnapshot(`
      "Name        Units
      ──────────  ─────
      Laptop      1,000
      Headphones      7
      "
    `);
  });

  it("counts wide characters as two columns", () => {
    const lines = renderTable(
      columns,
      [
        { name: "日本語", units: "1" },
        { name: "👩‍🚀", units: "2" },
      ],
      plainLook(),
    ).split("\n");
    expect(lines.slice(2, 4).map((line) => stringWidth(line))).toEqual([13, 13]);
  });

  it("wraps what may be wrapped so that a narrow terminal holds it", () => {
    const rows = [{ name: "A name that goes on and on", units: "12" }];
    expect(renderTable(columns, rows, plainLook(20))).toMatchInlineSnapshot(`
      "Name           Units
      ─────────────  ─────
      A name that       12
      goes on and
      on
      "
    `);
  });

  it("leaves optional columns out where even wrapping is not enough", () => {
    const more = [...columns, { header: "Created", cell: () => "2025-01-06", optional: true }];
    const text = renderTable(more, [{ name: "Laptop", units: "1" }], plainLook(20));
    expect(text).not.toContain("Created");
  });

  it("never exceeds the width, whatever the names are", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 80 })), (names) => {
        const rows = names.map((name) => ({ name: name.replaceAll(/\p{C}/gu, "?"), units: "5" }));
        const lines = renderTable(columns, rows, plainLook(30)).split("\n");
        expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(30);
      }),
      { numRuns: 50 },
    );
  });
});

describe("tableRenderer", () => {
  it("keeps the first page's widths and gives the header once", () => {
    const table = tableRenderer(columns, [{ name: "Laptop", units: "10" }], plainLook());
    expect(table.page([{ name: "Laptop", units: "10" }], { header: true })).toContain("Name");
    expect(table.page([{ name: "Phone", units: "5" }], { header: false })).toBe("Phone       5\n");
  });
});
