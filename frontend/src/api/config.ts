/** What the deployment tells the page at start: where to sign in. Served as `/config.json`. */
export interface AppConfig {
  issuer: string;
  client_id: string;
  authorization_endpoint: string;
  token_endpoint: string;
  end_session_endpoint: string;
  revocation_endpoint?: string;
  version: string;
  /** True when one process on this machine runs everything. */
  embedded?: boolean;
  /** Where the embedded default shows the mail it captured. */
  mailbox?: string;
  /** True when all networks are simulated, so that nothing is published to real ones. */
  sandbox?: boolean;
  /** Where the simulated networks show what people would see there. */
  sandbox_url?: string | null;
}

const ADDRESSES = [
  'authorization_endpoint',
  'token_endpoint',
  'end_session_endpoint',
  'revocation_endpoint',
] as const;

/** The endpoints with their origin, which a deployment behind one origin may leave out. */
function absolute(config: AppConfig): AppConfig {
  const complete = { ...config };
  for (const name of ADDRESSES) {
    const given = config[name];
    if (given) complete[name] = new URL(given, location.origin).href;
  }
  return complete;
}

let pending: Promise<AppConfig> | undefined;

/** The deployment's configuration, fetched once; a failed fetch is tried again at the next call. */
export function loadConfig(): Promise<AppConfig> {
  pending ??= fetch('/config.json')
    .then((response) => {
      if (!response.ok) throw new Error(`config.json answered ${response.status}`);
      return response.json() as Promise<AppConfig>;
    })
    .then(absolute)
    .catch((error: unknown) => {
      pending = undefined;
      throw error;
    });
  return pending;
}
