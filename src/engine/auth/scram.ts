import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";
import { ServerError } from "../errors.js";

const iterations = 15_000;

/** What the server keeps of the one user's password. */
export interface Credentials {
  readonly user: string;
  readonly salt: Buffer;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

/**
 * Derives what is kept of a password. The password must be plain ASCII, for which SASLprep changes nothing.
 * Source: RFC 5802 and RFC 7677 (SCRAM-SHA-256)
 */
export function makeCredentials(user: string, password: string): Credentials {
  const salt = randomBytes(28);
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const storedKey = createHash("sha256").update(hmac(salted, "Client Key")).digest();
  return { user, salt, storedKey, serverKey: hmac(salted, "Server Key") };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** One login in progress. */
export class ScramConversation {
  readonly #credentials: Credentials;
  #nonce = "";
  #messages = "";
  #knownUser = false;
  done = false;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  /** Answers the client's first message, `n,,n=user,r=nonce`. */
  first(payload: string): string {
    const fields = /^[ny],,(n=([^,]+),r=([^,]+))$/.exec(payload);
    const [, bare, name, clientNonce] = fields ?? [];
    if (bare === undefined || name === undefined || clientNonce === undefined) throw failed();
    this.#knownUser = name.replaceAll("=2C", ",").replaceAll("=3D", "=") === this.#credentials.user;
    this.#nonce = clientNonce + randomBytes(24).toString("base64");
    const answer = `r=${this.#nonce},s=${this.#credentials.salt.toString("base64")},i=${iterations}`;
    this.#messages = `${bare},${answer}`;
    return answer;
  }

  /** Checks the client's proof, `c=biws,r=nonce,p=proof`, and answers with the server's. */
  final(payload: string): string {
    const fields = /^(c=biws,r=([^,]+)),p=([^,]+)$/.exec(payload);
    const [, withoutProof, nonce, proof] = fields ?? [];
    if (withoutProof === undefined || proof === undefined || nonce !== this.#nonce) throw failed();
    const text = `${this.#messages},${withoutProof}`;
    if (!this.#proves(Buffer.from(proof, "base64"), text) || !this.#knownUser) throw failed();
    this.done = true;
    return `v=${hmac(this.#credentials.serverKey, text).toString("base64")}`;
  }

  #proves(proof: Buffer, text: string): boolean {
    const { storedKey } = this.#credentials;
    const signature = hmac(storedKey, text);
    if (proof.length !== signature.length) return false;
    const clientKey = Buffer.from(proof.map((byte, index) => byte ^ (signature[index] as number)));
    return timingSafeEqual(createHash("sha256").update(clientKey).digest(), storedKey);
  }
}

function failed(): ServerError {
  return new ServerError("AuthenticationFailed", "Authentication failed.");
}
