import { describe, expect, it } from "vitest";
import { codeOf, evaluated, expected } from "./evaluate.js";

type Row = [expression: unknown, result: unknown];

const day = new Date(Date.UTC(2024, 1, 29, 13, 14, 15, 16));

const utc = (...parts: [number, number, number?, number?, number?, number?, number?]) => new Date(Date.UTC(...parts));

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
