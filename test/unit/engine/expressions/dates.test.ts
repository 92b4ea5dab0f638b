import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BSON } from "mongodb";
import { Timestamp, long } from "../query/literals.js";
import { isoWeekOf, millisOfIsoWeek, partsOf, millisOf } from "../../../../src/engine/expressions/dates/calendar.js";
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

describe("dates and texts (manual: $dateToString, $dateFromString)", () => {
  it.each<Row>([
    [{ $dateToString: { date: day } }, "2024-02-29T13:14:15.016Z"],
    [{ $dateToString: { date: day, format: "%Y-%m-%d" } }, "2024-02-29"],
    [
      { $dateToString: { date: day, format: "%H:%M:%S:%L %j %u %w %U %V %G %% %b %B" } },
      "13:14:15:016 060 4 5 08 09 2024 % Feb February",
    ],
    [{ $dateToString: { date: day, format: "%H%z %Z", timezone: "America/New_York" } }, "08-0500 -300"],
    [{ $dateToString: { date: day, timezone: "+02:00" } }, "2024-02-29T15:14:15.016"],
    [{ $dateToString: { date: null } }, null],
    [{ $dateToString: { date: "$missing", onNull: "none" } }, "none"],
    [{ $dateToString: { date: day, format: null } }, null],
    [{ $dateToString: { date: day, timezone: null } }, null],
    [{ $dateFromString: { dateString: "2017-02-08T12:10:40.787" } }, utc(2017, 1, 8, 12, 10, 40, 787)],
    [{ $dateFromString: { dateString: "2017-02-08" } }, utc(2017, 1, 8)],
    [{ $dateFromString: { dateString: "2017-02-08T12:10:40.787Z" } }, utc(2017, 1, 8, 12, 10, 40, 787)],
    [{ $dateFromString: { dateString: "2017-02-08 12:10+02:00" } }, utc(2017, 1, 8, 10, 10)],
    [{ $dateFromString: { dateString: "2017-02-08", timezone: "America/New_York" } }, utc(2017, 1, 8, 5)],
    [{ $dateFromString: { dateString: "20170208T121040" } }, utc(2017, 1, 8, 12, 10, 40)],
    [{ $dateFromString: { dateString: "May 7, 2021 10:30" } }, utc(2021, 4, 7, 10, 30)],
    [{ $dateFromString: { dateString: "Tue, 7 Sept 2021 10:30:05 GMT" } }, utc(2021, 8, 7, 10, 30, 5)],
    [{ $dateFromString: { dateString: "06-15-2018", format: "%m-%d-%Y" } }, utc(2018, 5, 15)],
    [{ $dateFromString: { dateString: "15 June 2018 (a.b)", format: "%d %B %Y (a.b)" } }, utc(2018, 5, 15)],
    [{ $dateFromString: { dateString: "2018-100 %", format: "%Y-%j %%" } }, utc(2018, 3, 10)],
    [{ $dateFromString: { dateString: "2017-W06-3", format: "%G-W%V-%u" } }, utc(2017, 1, 8)],
    [{ $dateFromString: { dateString: "2018-06-15 10:00 +0200", format: "%Y-%m-%d %H:%M %z" } }, utc(2018, 5, 15, 8)],
    [{ $dateFromString: { dateString: "2018-06-15 10:00 +120", format: "%Y-%m-%d %H:%M %Z" } }, utc(2018, 5, 15, 8)],
    [{ $dateFromString: { dateString: "2018-06-15", format: "%Y-%m-%d", timezone: "+01:00" } }, utc(2018, 5, 14, 23)],
    [{ $dateFromString: { dateString: null } }, null],
    [{ $dateFromString: { dateString: null, onNull: "none" } }, "none"],
    [{ $dateFromString: { dateString: "x", onError: "bad" } }, "bad"],
    [{ $dateFromString: { dateString: "2017-02-08", timezone: null } }, null],
    [{ $dateFromString: { dateString: "2017-02-08", format: null } }, null],
  ])("%j is %j", (expression, result) => {
    expect(evaluated(expression)).toBe(expected(result));
  });

  it.each<[number, unknown]>([
    [18629, { $dateToString: 5 }],
    [18534, { $dateToString: { date: day, x: 1 } }],
    [18628, { $dateToString: { format: "%Y" } }],
    [18533, { $dateToString: { date: day, format: 5 } }],
    [18535, { $dateToString: { date: day, format: "%" } }],
    [18536, { $dateToString: { date: day, format: "%q" } }],
    [40540, { $dateFromString: 5 }],
    [40541, { $dateFromString: { dateString: "x", x: 1 } }],
    [40542, { $dateFromString: {} }],
    [241, { $dateFromString: { dateString: 5 } }],
    [241, { $dateFromString: { dateString: "hello" } }],
    [241, { $dateFromString: { dateString: "7 Foo 2021" } }],
    [241, { $dateFromString: { dateString: "2017-02-30" } }],
    [241, { $dateFromString: { dateString: "2017-13-01" } }],
    [241, { $dateFromString: { dateString: "2017-02-08", format: "%d" } }],
    [241, { $dateFromString: { dateString: "31-02-2017", format: "%d-%m-%Y" } }],
    [241, { $dateFromString: { dateString: "2017-02-08T10:00:00Z", timezone: "UTC" } }],
    [18536, { $dateFromString: { dateString: "x", format: "%q" } }],
    [18536, { $dateFromString: { dateString: "x", format: "%d%d" } }],
    [40684, { $dateFromString: { dateString: "x", format: 5 } }],
  ])("answers %i for %j", (code, expression) => {
    expect(codeOf(() => evaluated(expression))).toBe(code);
  });
});

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
