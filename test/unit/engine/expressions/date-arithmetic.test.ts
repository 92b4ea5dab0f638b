import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { long } from "../query/literals.js";
import { isoWeekOf, millisOfIsoWeek, partsOf, millisOf } from "../../../../src/engine/expressions/dates/calendar.js";
import { codeOf, evaluated, expected } from "./evaluate.js";

type Row = [expression: unknown, result: unknown];

const day = new Date(Date.UTC(2024, 1, 29, 13, 14, 15, 16));

const utc = (...parts: [number, number, number?, number?, number?, number?, number?]) => new Date(Date.UTC(...parts));

describe("date arithmetic (manual: $dateAdd, $dateSubtract, $dateDiff, $dateTrunc)", () => {
  it.each<Row>([
    [{ $dateAdd: { startDate: utc(2020, 9, 31), unit: "month", amount: 1 } }, utc(2020, 10, 30)],
    [
      { $dateAdd: { startDate: utc(2020, 11, 31, 12, 10, 5), unit: "quarter", amount: 2 } },
      utc(2021, 5, 30, 12, 10, 5),
    ],
    [{ $dateAdd: { startDate: utc(2020, 1, 29), unit: "year", amount: 1 } }, utc(2021, 1, 28)],
    [{ $dateAdd: { startDate: day, unit: "hour", amount: 2 } }, new Date(day.getTime() + 7_200_000)],
    [{ $dateAdd: { startDate: day, unit: "week", amount: long("1") } }, new Date(day.getTime() + 7 * 86_400_000)],
    [
      { $dateAdd: { startDate: utc(2024, 2, 9, 17), unit: "day", amount: 1, timezone: "America/New_York" } },
      utc(2024, 2, 10, 16),
    ],
    [{ $dateAdd: { startDate: null, unit: "day", amount: 1 } }, null],
    [{ $dateSubtract: { startDate: utc(2024, 2, 31), unit: "month", amount: 1 } }, utc(2024, 1, 29)],
    [{ $dateSubtract: { startDate: day, unit: "millisecond", amount: 16 } }, utc(2024, 1, 29, 13, 14, 15)],
    [{ $dateDiff: { startDate: utc(2020, 11, 31, 23), endDate: utc(2021, 0, 1), unit: "year" } }, long("1")],
    [{ $dateDiff: { startDate: utc(2021, 0, 1), endDate: utc(2020, 0, 1), unit: "quarter" } }, long("-4")],
    [{ $dateDiff: { startDate: utc(2021, 0, 1, 23), endDate: utc(2021, 0, 2, 1), unit: "day" } }, long("1")],
    [{ $dateDiff: { startDate: utc(2021, 0, 1, 0, 59), endDate: utc(2021, 0, 1, 1), unit: "hour" } }, long("1")],
    [{ $dateDiff: { startDate: utc(2021, 0, 1), endDate: utc(2021, 0, 1, 0, 1), unit: "second" } }, long("60")],
    [{ $dateDiff: { startDate: utc(2024, 2, 2), endDate: utc(2024, 2, 3), unit: "week" } }, long("1")],
    [
      { $dateDiff: { startDate: utc(2024, 2, 2), endDate: utc(2024, 2, 3), unit: "week", startOfWeek: "Mon" } },
      long("0"),
    ],
    [
      { $dateDiff: { startDate: utc(2024, 2, 2), endDate: utc(2024, 2, 4), unit: "week", startOfWeek: "monday" } },
      long("1"),
    ],
    [
      {
        $dateDiff: {
          startDate: utc(2024, 0, 1, 3),
          endDate: utc(2024, 0, 1, 6),
          unit: "day",
          timezone: "America/New_York",
        },
      },
      long("1"),
    ],
    [
      {
        $dateDiff: {
          startDate: utc(2024, 0, 1, 0, 20),
          endDate: utc(2024, 0, 1, 0, 40),
          unit: "hour",
          timezone: "+05:30",
        },
      },
      long("1"),
    ],
    [{ $dateDiff: { startDate: day, endDate: null, unit: "day" } }, null],
    [{ $dateTrunc: { date: day, unit: "day" } }, utc(2024, 1, 29)],
    [{ $dateTrunc: { date: day, unit: "month" } }, utc(2024, 1, 1)],
    [{ $dateTrunc: { date: day, unit: "quarter" } }, utc(2024, 0, 1)],
    [{ $dateTrunc: { date: day, unit: "year", binSize: 10 } }, utc(2020, 0, 1)],
    [{ $dateTrunc: { date: utc(1999, 5, 1), unit: "year", binSize: 10 } }, utc(1990, 0, 1)],
    [{ $dateTrunc: { date: day, unit: "week", startOfWeek: "monday" } }, utc(2024, 1, 26)],
    [{ $dateTrunc: { date: day, unit: "week" } }, utc(2024, 1, 25)],
    [{ $dateTrunc: { date: day, unit: "hour", binSize: 2 } }, utc(2024, 1, 29, 12)],
    [{ $dateTrunc: { date: day, unit: "minute", binSize: 15 } }, utc(2024, 1, 29, 13)],
    [{ $dateTrunc: { date: day, unit: "day", timezone: "America/New_York" } }, utc(2024, 1, 29, 5)],
    [{ $dateTrunc: { date: null, unit: "day" } }, null],
  ])("%j is %j", (expression, result) => {
    expect(evaluated(expression)).toBe(expected(result));
  });

  it.each<[number, unknown]>([
    [5166400, { $dateAdd: 5 }],
    [5166401, { $dateAdd: { startDate: day, unit: "day", amount: 1, x: 1 } }],
    [5166402, { $dateAdd: { startDate: day, unit: "day" } }],
    [5166403, { $dateAdd: { startDate: "x", unit: "day", amount: 1 } }],
    [5166405, { $dateAdd: { startDate: day, unit: "day", amount: 1.5 } }],
    [5166406, { $dateAdd: { startDate: day, unit: "day", amount: 1e15 } }],
    [15, { $dateAdd: { startDate: day, unit: "year", amount: 1e9 } }],
    [9, { $dateAdd: { startDate: day, unit: "eon", amount: 1 } }],
    [5439013, { $dateAdd: { startDate: day, unit: 5, amount: 1 } }],
    [5439015, { $dateDiff: { startDate: day, endDate: day, unit: "week", startOfWeek: 5 } }],
    [9, { $dateDiff: { startDate: day, endDate: day, unit: "week", startOfWeek: "x" } }],
    [5439017, { $dateTrunc: { date: day, unit: "day", binSize: 1.5 } }],
    [5439018, { $dateTrunc: { date: day, unit: "day", binSize: 0 } }],
  ])("answers %i for %j", (code, expression) => {
    expect(codeOf(() => evaluated(expression))).toBe(code);
  });
});

describe("properties of dates", () => {
  const moment = fc.integer({ min: -2_000_000_000_000, max: 4_000_000_000_000 });

  it("parts and ISO weeks lead back to the moment", () => {
    fc.assert(
      fc.property(moment, (ms) => {
        expect(millisOf(partsOf(ms))).toBe(ms);
        const { year, week, day: weekday } = isoWeekOf(ms);
        expect(millisOfIsoWeek(year, week, weekday)).toBe(Math.floor(ms / 86_400_000) * 86_400_000);
      }),
    );
  });

  it("text in a zone and back is the moment", () => {
    const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "+03:45");
    const format = "%Y-%m-%dT%H:%M:%S.%L%z";
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000_000_000_000 }), zones, (ms, timezone) => {
        const dateString = { $dateToString: { date: new Date(ms), format, timezone } };
        expect(evaluated({ $dateFromString: { dateString } })).toBe(expected(new Date(ms)));
        expect(evaluated({ $dateFromString: { dateString, format } })).toBe(expected(new Date(ms)));
      }),
      { numRuns: 60 },
    );
  });

  it("$dateDiff undoes $dateAdd", () => {
    const unit = fc.constantFrom("year", "quarter", "month", "week", "day", "hour", "minute", "second");
    fc.assert(
      fc.property(moment, unit, fc.integer({ min: -50, max: 50 }), (ms, name, amount) => {
        const startDate = new Date(ms);
        const endDate = { $dateAdd: { startDate, unit: name, amount } };
        expect(evaluated({ $dateDiff: { startDate, endDate, unit: name } })).toBe(expected(long(String(amount))));
      }),
      { numRuns: 200 },
    );
  });
});
