import { describe, expect, it } from "vitest";
import { around, escaped, html, trusted } from "../../../../../src/cli/render/html/html.js";

describe("escaped", () => {
  it.each([
    ["plain Straße 7, 東京", "plain Straße 7, 東京"],
    ["</script><img src=x onerror=alert(1)>", "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"],
    [`" onfocus='x'`, "&quot; onfocus=&#39;x&#39;"],
    ["&lt;b&gt;", "&amp;lt;b&amp;gt;"],
    ["1 Way\r\nTown\rX", "1 Way\nTown\nX"],
    ["\u202egnp.exe\u0000", "\\u202egnp.exe\\u0000"],
    ["half \ud83d", "half \\ud83d"],
  ])("shows %j as it is", (text, shown) => {
    expect(escaped(text)).toBe(shown);
  });
});

describe("html", () => {
  it("escapes what is not markup, in content and in attributes", () => {
    const hostile = `"><script>`;
    expect(html`<a title="${hostile}">${hostile}</a>`.markup).toBe(
      `<a title="&quot;&gt;&lt;script&gt;">&quot;&gt;&lt;script&gt;</a>`,
    );
  });

  it("takes markup, lists of it, numbers and nothing", () => {
    const items = [html`<i>${1}</i>`, html`<i>${"<"}</i>`];
    expect(html`<b>${items}</b>${undefined}${trusted("<hr>")}`.markup).toBe("<b><i>1</i>\n<i>&lt;</i></b><hr>");
  });
});

describe("around", () => {
  it("gives what stands before and after the open place, whatever text looks like it", () => {
    const text = "<!-- middle -->";
    expect(around((place) => html`<b>${text}</b>${place}<i></i>`)).toEqual(["<b>&lt;!-- middle --&gt;</b>", "<i></i>"]);
  });
});
