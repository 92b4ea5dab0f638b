import { WarehouseError } from "../shared/errors.js";

/** Where a model is served and under which name; nothing of it but `name` is ever shown or stored. */
export interface ModelEndpoint {
  /** `provider/name` as the user gave it. */
  readonly name: string;
  /** The name that the server knows. */
  readonly model: string;
  readonly baseUrl: string;
  readonly apiKey: string;
}

export interface ModelRequest {
  /** `provider/name`, from `--model` or `WAREHOUSE_MODEL`. */
  readonly model: string;
  /** From `--base-url`; `OPENAI_BASE_URL` serves `openai/…` and names without a known provider. */
  readonly baseUrl?: string | undefined;
  /** The environment with `.env` laid under it. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface Provider {
  readonly baseUrl: string;
  /** The variable that holds the key; `null` where none is needed. */
  readonly keyVariable: string | null;
}

export const officialOpenAi = "https://api.openai.com/v1";

const providers: ReadonlyMap<string, Provider> = new Map([
  ["openai", { baseUrl: officialOpenAi, keyVariable: "OPENAI_API_KEY" }],
  ["deepseek", { baseUrl: "https://api.deepseek.com", keyVariable: "DEEPSEEK_API_KEY" }],
  ["ollama", { baseUrl: "http://127.0.0.1:11434/v1", keyVariable: null }],
]);

/** Sent where a server asks for no key: the client library insists on one. */
export const noKey = "none";

/**
 * Finds the server, the key and the name of a model.
 *
 * A name whose first part is no provider (`meta-llama/Llama-3`) goes whole to the server that `baseUrl` names.
 * @throws WarehouseError `usage` for a name that cannot be resolved, `model_unauthorized` without the key it needs
 */
export function resolveModel({ model, baseUrl: given, env }: ModelRequest): ModelEndpoint {
  const slash = model.indexOf("/");
  const provider = model.slice(0, Math.max(slash, 0));
  const known = providers.get(provider);
  const baseUrl =
    given ?? (known === undefined || provider === "openai" ? env.OPENAI_BASE_URL || undefined : undefined);
  const name = known === undefined ? model : model.slice(slash + 1);
  if (name.trim() === "" || (known === undefined && baseUrl === undefined)) throw unknownProvider(model);
  return {
    name: model,
    model: name,
    baseUrl: checkUrl(baseUrl ?? known?.baseUrl ?? ""),
    apiKey: keyFor(model, known, baseUrl, env),
  };
}

function keyFor(
  model: string,
  provider: Provider | undefined,
  baseUrl: string | undefined,
  env: ModelRequest["env"],
): string {
  const variable = provider === undefined ? "OPENAI_API_KEY" : provider.keyVariable;
  const key = variable === null ? undefined : env[variable]?.trim();
  if (key !== undefined && key !== "") return key;
  if (variable === null || baseUrl !== undefined) return noKey;
  throw new WarehouseError(
    "model_unauthorized",
    `No key for ${model}: set ${variable} in the environment or in a .env file`,
    { details: { model, variable } },
  );
}

function unknownProvider(model: string): WarehouseError {
  const names = [...providers.keys()].map((provider) => `${provider}/…`).join(", ");
  return new WarehouseError(
    "usage",
    `Cannot tell which server has the model ${JSON.stringify(model)}: write ${names}, or name an OpenAI-compatible server with --base-url`,
    { details: { model } },
  );
}

function checkUrl(baseUrl: string): string {
  if (URL.canParse(baseUrl) && /^https?:$/.test(new URL(baseUrl).protocol)) return baseUrl.replace(/\/+$/, "");
  throw new WarehouseError(
    "usage",
    `Not a web address, ${JSON.stringify(baseUrl)}: --base-url looks like http://127.0.0.1:8080/v1`,
    { details: { base_url: baseUrl } },
  );
}
