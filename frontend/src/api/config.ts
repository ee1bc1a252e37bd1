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
}

let pending: Promise<AppConfig> | undefined;

/** The deployment's configuration, fetched once; a failed fetch is tried again at the next call. */
export function loadConfig(): Promise<AppConfig> {
  pending ??= fetch('/config.json')
    .then((response) => {
      if (!response.ok) throw new Error(`config.json answered ${response.status}`);
      return response.json() as Promise<AppConfig>;
    })
    .catch((error: unknown) => {
      pending = undefined;
      throw error;
    });
  return pending;
}
