import { describe, expect, it } from "vitest";
import { BSON } from "mongodb";
import { Timestamp, long } from "../query/literals.js";
import { codeOf, evaluated, expected } from "./evaluate.js";

type Row = [expression: unknown, result: unknown];

const day = new Date(Date.UTC(2024, 1, 29, 13, 14, 15, 16));

const utc = (...parts: [number, number, number?, number?, number?, number?, number?]) => new Date(Date.UTC(...parts));

describe("parts of dates (manual: Date Expression Operators)", () => {
  it.each<Row>([
    [{ $year: day }, 2024],
    [{ $month: day }, 2],
    [{ $dayOfMonth: day }, 29],
    [{ $hour: day }, 13],
    [{ $minute: day }, 14],
    [{ $second: day }, 15],
    [{ $millisecond: day }, 16],
    [{ $dayOfYear: day }, 60],
    [{ $dayOfWeek: day }, 5],
    [{ $week: day }, 8],
    [{ $isoWeek: day }, 9],
    [{ $isoDayOfWeek: day }, 4],
    [{ $isoWeekYear: utc(2021, 0, 3) }, long("2020")],
    [{ $isoDayOfWeek: utc(2024, 2, 3) }, 7],
    [{ $week: utc(2016, 0, 2) }, 0],
    [{ $year: [day] }, 2024],
    [{ $year: null }, null],
    [{ $year: new Timestamp({ t: 1_700_000_000, i: 1 }) }, 2023],
    [{ $year: new BSON.ObjectId("5ab9c3da31c2ab715d421285") }, 2018],
    [{ $hour: { date: day, timezone: "America/New_York" } }, 8],
    [{ $hour: { date: day, timezone: "+05:30" } }, 18],
    [{ $minute: { date: day, timezone: "+0530" } }, 44],
    [{ $hour: { date: day, timezone: "-03" } }, 10],
    [{ $dayOfMonth: { date: day, timezone: "Asia/Tokyo" } }, 29],
    [{ $hour: { date: utc(2024, 6, 1), timezone: "Europe/Berlin" } }, 2],
    [{ $hour: { date: day, timezone: null } }, null],
    [{ $hour: { date: utc(1900, 0, 1), timezone: "America/New_York" } }, 19],
    [
      { $dateToParts: { date: day } },
      { year: 2024, month: 2, day: 29, hour: 13, minute: 14, second: 15, millisecond: 16 },
    ],
    [
      { $dateToParts: { date: day, timezone: "+01:00", iso8601: true } },
      { isoWeekYear: 2024, isoWeek: 9, isoDayOfWeek: 4, hour: 14, minute: 14, second: 15, millisecond: 16 },
    ],
    [{ $dateToParts: { date: null } }, null],
    [{ $dateFromParts: { year: 2017, month: 2, day: 8, hour: 12 } }, utc(2017, 1, 8, 12)],
    [{ $dateFromParts: { year: 2017, month: 14, day: 0 } }, utc(2018, 0, 31)],
    [{ $dateFromParts: { year: 2016, timezone: "America/New_York" } }, utc(2016, 0, 1, 5)],
    [{ $dateFromParts: { isoWeekYear: 2017, isoWeek: 6, isoDayOfWeek: 3, hour: 12 } }, utc(2017, 1, 8, 12)],
    [{ $dateFromParts: { year: 2017, month: null } }, null],
    [{ $dateFromParts: { year: 2017, timezone: null } }, null],
    [{ $dateFromParts: { year: 99 } }, new Date("0099-01-01T00:00:00Z")],
    [{ $tsSecond: new Timestamp({ t: 5, i: 7 }) }, long("5")],
    [{ $tsIncrement: new Timestamp({ t: 5, i: 7 }) }, long("7")],
    [{ $tsSecond: null }, null],
  ])("%j is %j", (expression, result) => {
    expect(evaluated(expression)).toBe(expected(result));
  });

  it.each<[number, unknown]>([
    [16006, { $year: "x" }],
    [40535, { $year: { date: day, x: 1 } }],
    [40539, { $year: { timezone: "UTC" } }],
    [40536, { $year: [day, day] }],
    [40485, { $year: { date: day, timezone: "Mars/Base" } }],
    [40485, { $year: { date: day, timezone: "?" } }],
    [40517, { $year: { date: day, timezone: 5 } }],
    [15, { $year: { $toDate: long("9223372036854775807") } }],
    [40524, { $dateToParts: 5 }],
    [40520, { $dateToParts: { date: day, x: 1 } }],
    [40522, { $dateToParts: {} }],
    [40521, { $dateToParts: { date: day, iso8601: 1 } }],
    [40519, { $dateFromParts: 5 }],
    [40516, { $dateFromParts: { month: 1 } }],
    [40518, { $dateFromParts: { year: 1, x: 1 } }],
    [40489, { $dateFromParts: { isoWeekYear: 2000, year: 1 } }],
    [40525, { $dateFromParts: { year: 2000, isoWeek: 1 } }],
    [40515, { $dateFromParts: { year: 1.5 } }],
    [40523, { $dateFromParts: { year: 0 } }],
    [31095, { $dateFromParts: { isoWeekYear: 10000 } }],
    [31034, { $dateFromParts: { year: 2000, month: 40000 } }],
    [5687301, { $tsSecond: 5 }],
    [5687302, { $tsIncrement: day }],
  ])("answers %i for %j", (code, expression) => {
    expect(codeOf(() => evaluated(expression))).toBe(code);
  });
});
