import { describe, expect, it } from "vitest";
import { resolveModel } from "../../../src/planner/providers.js";

const keys = { OPENAI_API_KEY: "ok", DEEPSEEK_API_KEY: "dk" };

describe("resolveModel", () => {
  it.each([
    ["openai/gpt-4o-mini", undefined, { model: "gpt-4o-mini", baseUrl: "https://api.openai.com/v1", apiKey: "ok" }],
    [
      "deepseek/deepseek-chat",
      undefined,
      { model: "deepseek-chat", baseUrl: "https://api.deepseek.com", apiKey: "dk" },
    ],
    ["ollama/llama3.2", undefined, { model: "llama3.2", baseUrl: "http://127.0.0.1:11434/v1", apiKey: "none" }],
    ["openai/x", "http://localhost:1/v1/", { model: "x", baseUrl: "http://localhost:1/v1", apiKey: "ok" }],
    ["meta-llama/Llama-3", "http://localhost:1/v1", { model: "meta-llama/Llama-3", apiKey: "ok" }],
  ])("resolves %s with base URL %s", (model, baseUrl, expected) => {
    expect(resolveModel({ model, baseUrl, env: keys })).toMatchObject({ name: model, ...expected });
  });

  it("sends OPENAI_BASE_URL's server what is OpenAI's or nobody's, and no other provider's key", () => {
    const env = { ...keys, OPENAI_BASE_URL: "http://localhost:2/v1" };
    const urlOf = (model: string) => resolveModel({ model, env }).baseUrl;
    expect(urlOf("openai/x")).toBe("http://localhost:2/v1");
    expect(urlOf("some/x")).toBe("http://localhost:2/v1");
    expect(urlOf("deepseek/x")).toBe("https://api.deepseek.com");
  });

  it("needs no key for a server that the user names", () => {
    expect(resolveModel({ model: "openai/x", baseUrl: "http://localhost:1/v1", env: {} }).apiKey).toBe("none");
  });

  it.each([
    ["openai/gpt-4o", undefined, "model_unauthorized", /set OPENAI_API_KEY/],
    ["deepseek/deepseek-chat", undefined, "model_unauthorized", /set DEEPSEEK_API_KEY/],
    ["gpt-4o", undefined, "usage", /openai\/…, deepseek\/…, ollama\/…/],
    ["openai/", undefined, "usage", /Cannot tell/],
    ["openai/x", "ftp://example.org", "usage", /Not a web address/],
    ["constructor/x", undefined, "usage", /Cannot tell/],
  ])("refuses %s with base URL %s", (model, baseUrl, code, message) => {
    expect(() => resolveModel({ model, baseUrl, env: {} })).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }),
    );
  });
});
