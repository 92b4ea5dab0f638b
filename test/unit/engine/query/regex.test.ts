import { describe, expect, it } from "vitest";
import { capturesOf, compileRegex } from "../../../../src/engine/query/regex/compile.js";

describe("compileRegex", () => {
  it.each<[pattern: string, options: string, matching: string[], other: string[]]>([
    ["abc", "", ["xabcx"], ["ABC", "ab"]],
    ["ABC", "i", ["abc"], ["ab"]],
    ["straße", "i", ["STRAßE"], ["x"]],
    ["a.c", "", ["abc", "a\rc", "a😀c"], ["a\nc", "ac"]],
    ["a.c", "s", ["a\nc"], ["ac"]],
    ["^b", "", ["bc"], ["a\nb"]],
    ["^b", "m", ["a\nb"], ["ab", "a\rb"]],
    ["b$", "", ["ab", "b\n"], ["b\nc", "b\r", "b\n\n"]],
    ["b$", "m", ["b\nc"], ["b\rc"]],
    ["^$", "m", ["", "a\n\nb"], ["a\n"]],
    ["\\Ab\\z", "m", ["b"], ["b\n", "a\nb"]],
    ["b\\Z", "", ["b\n", "b"], ["b\n\n"]],
    ["a b # c", "x", ["ab"], ["a b"]],
    ["a\\ b[ c]#\nd", "x", ["a b d", "a bcd"], ["abcd"]],
    ["a # all of it", "x", ["a"], ["b"]],
    ["a +", "x", ["aa"], [" "]],
    ["(?i)abc", "", ["ABC"], []],
    ["(?is)a.c", "", ["A\nC"], []],
    ["a(?s).c", "", ["a\nc"], []],
    ["a(?s:.)c.", "", ["a\ncd"], ["a\nc\n"]],
    ["(?m-s:^a.)", "s", ["b\nax"], ["a\n"]],
    ["(?x) a b ", "", ["ab"], []],
    ["(?i:a)b", "i", ["AB"], []],
    ["(*UTF8)a", "", ["a"], ["b"]],
    ["\\d+\\D\\w\\W\\s\\S", "", ["12xa- x"], ["12xa-\u00a0x"]],
    ["[\\d_-]+x", "", ["1-_x"], ["ax"]],
    ["^[^\\d]$", "", ["a"], ["1"]],
    ["^[\\S]$", "", ["a", "\u00a0"], [" "]],
    ["^[^\\S]$", "", [" "], ["a"]],
    ["^[^\\S\\n]$", "", [" "], ["a", "\n"]],
    ["^[a\\D]$", "", ["a", "b"], ["1"]],
    ["^[]a]+$", "", ["]a"], ["b"]],
    ["^[^]a]$", "", ["b"], ["]", "a"]],
    ["^[a-]$", "", ["-", "a"], ["b"]],
    ["^[a-\\d]+$", "", ["a-1"], ["b"]],
    ["^[\\-+.]+$", "", ["-+."], ["a"]],
    ["^[\\x41-\\x{43}]$", "", ["B"], ["D"]],
    ["^[\\b]$", "", ["\b"], ["b"]],
    ["^[[:alpha:]_]+$", "", ["abZ_"], ["1"]],
    ["^[[:^digit:]]$", "", ["a"], ["1"]],
    ["^[\\p{L}\\PN]+$", "", ["äx"], ["1"]],
    ["^[$^.*]+$", "", ["^$.*"], ["a"]],
    ["\\bfoo\\b", "", ["a foo b", "éfoo"], ["afoo"]],
    ["a\\Bb", "", ["ab"], ["a b"]],
    ["^\\h\\v$", "", ["\t\n"], ["\n\t"]],
    ["^\\H\\V$", "", ["ab"], ["\ta"]],
    ["^a\\Rb$", "", ["a\r\nb", "a\nb", "a\u2028b"], ["ab"]],
    ["^\\N$", "s", ["a"], ["\n"]],
    ["\\Qa.c\\E+", "", ["a.cc"], ["abc"]],
    ["\\Q(", "", ["("], []],
    ["a\\E", "", ["a"], []],
    ["\\x41\\x{1F600}\\x4\\x", "", ["A😀\u0004\0"], []],
    ["\\101\\o{102}\\0", "", ["AB\0"], []],
    ["\\a\\e\\f\\n\\r\\t\\cA", "", ["\u0007\u001b\f\n\r\t\u0001"], []],
    ["\\-\\_\\@\\/\\~", "", ["-_@/~"], []],
    ["a{2}b{1,}c{1,2}", "", ["aabc"], ["abc"]],
    ["a{,2}", "", ["a{,2}"], ["aa"]],
    ["{a}", "", ["{a}"], []],
    ["a}]", "", ["a}]"], []],
    ["a*?b+?c??", "", ["b"], []],
    ["a++b", "", ["aab"], ["b"]],
    ["^a*+a", "", [], ["aaa"]],
    ["^(?>a*)a", "", [], ["aaa"]],
    ["^(?>a|ab)c", "", ["ac"], ["abc"]],
    ["^(a)(b)\\2\\1$", "", ["abba"], ["abab"]],
    ["^(?<x>a)\\k<x>\\k{x}\\k'x'(?P=x)\\g{x}$", "", ["aaaaaa"], ["aaaaa"]],
    ["^(?P<x>a)(?'y'b)\\g1\\g{-1}$", "", ["abab"], []],
    ["^(a)(?:b|c)(?=d)(?!e)d(?<=d)(?<!e)$", "", ["abd"], ["abe"]],
    ["^(?:(a)b)+\\1$", "", ["ababa"], ["abab"]],
    ["^(a|b)\\1$", "", ["aa", "bb"], ["ab"]],
    ["^(?:c|(a)\\1)$", "", ["aa", "c"], ["a"]],
    ["^(?=(a))\\1$", "", ["a"], ["b"]],
    ["a(?#comment)b", "", ["ab"], []],
    ["^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\10$", "", ["abcdefghijj"], []],
    ["^\\p{Lu}\\p{^Lu}\\P{Lu}\\pN\\p{Greek}\\p{L&}\\p{Any}$", "", ["Aaa1αb!"], ["aaa1αb!"]],
    ["a|b|", "", ["", "x"], []],
  ])("/%s/%s", (pattern, options, matching, other) => {
    const { regex } = compileRegex(pattern, options);
    for (const text of matching) expect([text, regex.test(text)]).toEqual([text, true]);
    for (const text of other) expect([text, regex.test(text)]).toEqual([text, false]);
  });

  it.each<[string, string, number]>([
    ["a", "g", 51108],
    ["(", "", 51091],
    [")", "", 51091],
    ["[a", "", 51091],
    ["*a", "", 51091],
    ["^*", "", 51091],
    ["a**", "", 51091],
    ["\\", "", 51091],
    ["[\\", "", 51091],
    ["[b-a]", "", 51091],
    ["[[:foo:]]", "", 51091],
    ["\\1", "", 51091],
    ["\\k<x>", "", 51091],
    ["(?P=x)", "", 51091],
    ["(?<x>a)(?<x>b)", "", 51091],
    ["(?#", "", 51091],
    ["\\x{110000}", "", 51091],
    ["\\p{Klingon}", "", 51091],
    ["a\0", "", 2],
    ["a(?i)b", "", 115],
    ["a(?-i)b", "i", 115],
    ["(?R)", "", 115],
    ["(?1)", "", 115],
    ["(?(1)a)", "", 115],
    ["(?|a|b)", "", 115],
    ["(*FAIL)", "", 115],
    ["(*UCP)a", "", 115],
    ["(a)|b\\1", "", 115],
    ["(?:(a)|b)\\1", "", 115],
    ["(a|b(c))\\2", "", 115],
    ["(a)?\\1", "", 115],
    ["(?:(a)b)*\\1", "", 115],
    ["(a){0,1}\\1", "", 115],
    ["(?!(a))\\1", "", 115],
    ["(a\\1)", "", 115],
    ["\\K", "", 115],
    ["\\G", "", 115],
    ["\\X", "", 115],
    ["\\g<1>", "", 115],
    ["\\p{Xan}", "", 115],
  ])("refuses /%s/%s with code %i", (pattern, options, code) => {
    expect(() => compileRegex(pattern, options)).toThrow(expect.objectContaining({ code }));
  });

  it("keeps compiled patterns, but not without end", () => {
    const first = compileRegex("kept", "");
    expect(compileRegex("kept", "")).toBe(first);
    for (let index = 0; index < 600; index++) compileRegex(`p${String(index)}`, "");
    expect(compileRegex("kept", "")).not.toBe(first);
  });
});

describe("capturesOf", () => {
  it("gives the groups as the pattern counts them, atomic ones or not", () => {
    const compiled = compileRegex("(?>x+)(a)?(?<n>b)", "");
    const match = compiled.regex.exec("xxb");
    expect(match && capturesOf(match, compiled)).toEqual([undefined, "b"]);
  });
});
