/**
 * The contract's types, in the shape `openapi-typescript` generates them.
 * `npm run gen` replaces this file from the OpenAPI document.
 */

type Json<T> = { headers: { [name: string]: unknown }; content: { 'application/json': T } };
type Empty = { headers: { [name: string]: unknown }; content?: never };
type Failed = {
  headers: { [name: string]: unknown };
  content: { 'application/problem+json': components['schemas']['ProblemDetails'] };
};
type Params<Path = never, Query = never, Header = never> = {
  query?: Query;
  header?: Header;
  path: Path;
  cookie?: never;
};
type NoParams<Query = never, Header = never> = { query?: Query; header?: Header; path?: never; cookie?: never };
type Body<T> = { content: { 'application/json': T } };
type Key = { 'Idempotency-Key'?: string };
type Match = { 'If-Match': string };
type Get<P, Out> = { parameters: P; requestBody?: never; responses: { 200: Json<Out>; default: Failed } };
type Send<P, In, Status extends number, Out> = {
  parameters: P;
  requestBody: Body<In>;
  responses: { [S in Status]: Json<Out> } & { default: Failed };
};
type Act<P, Status extends number, Out> = {
  parameters: P;
  requestBody?: never;
  responses: { [S in Status]: Json<Out> } & { default: Failed };
};
type ActEmpty<P> = { parameters: P; requestBody?: never; responses: { 204: Empty; default: Failed } };
type Matched<Path, Out> = { parameters: { query?: never; header: Match; path: Path; cookie?: never }; requestBody?: never; responses: { 200: Json<Out>; 202: Json<Out>; default: Failed } };
type MatchedSend<Path, In, Out> = { parameters: { query?: never; header: Match; path: Path; cookie?: never }; requestBody: Body<In>; responses: { 200: Json<Out>; default: Failed } };
type MatchedEmpty<Path> = { parameters: { query?: never; header: Match; path: Path; cookie?: never }; requestBody?: never; responses: { 204: Empty; default: Failed } };
type Page = { cursor?: string; limit?: number };
type Id = { id: string };
type S = components['schemas'];

export interface paths {
  '/api/auth/me': { get: Get<NoParams, S['Me']> };
  '/api/orgs': {
    get: Get<NoParams, S['OrgList']>;
    post: Send<NoParams<never, Key>, S['CreateOrg'], 201, S['Org']>;
  };
  '/api/orgs/{id}': {
    get: Get<Params<Id>, S['Org']>;
    patch: MatchedSend<Id, S['UpdateOrg'], S['Org']>;
  };
  '/api/orgs/{id}/activate': { post: ActEmpty<Params<Id>> };
  '/api/orgs/{id}/leave': { post: ActEmpty<Params<Id>> };
  '/api/orgs/{id}/members': { get: Get<Params<Id>, S['MemberList']> };
  '/api/orgs/{id}/members/{user_id}': {
    patch: Send<Params<Id & { user_id: string }>, { role: S['Role'] }, 200, S['Member']>;
    delete: ActEmpty<Params<Id & { user_id: string }>>;
  };
  '/api/orgs/{id}/invitations': {
    get: Get<Params<Id>, S['InvitationList']>;
    post: Send<Params<Id, never, Key>, S['CreateInvitation'], 201, S['Invitation']>;
  };
  '/api/orgs/{id}/invitations/{invitation_id}': { delete: ActEmpty<Params<Id & { invitation_id: string }>> };
  '/api/invitations/accept': { post: Send<NoParams, { token: string }, 200, S['Accepted']> };
  '/api/orgs/{id}/audit': { get: Get<Params<Id, Page>, S['AuditPage']> };
  '/api/accounts': { get: Get<NoParams, S['AccountList']> };
  '/api/accounts/connect/page': { post: Send<NoParams, Record<string, never>, 201, S['Account']> };
  '/api/accounts/connect/bluesky': { post: Send<NoParams, S['ConnectBluesky'], 201, S['Account']> };
  '/api/accounts/connect/mastodon': { post: Send<NoParams, S['ConnectMastodon'], 200, S['AuthorizeUrl']> };
  '/api/accounts/{id}/check': { post: Act<Params<Id>, 200, S['Account']> };
  '/api/accounts/{id}': { delete: ActEmpty<Params<Id>> };
  '/api/media': {
    get: Get<NoParams<Page & { q?: string }>, S['FilePage']>;
    post: Send<NoParams<never, Key>, S['CreateFile'], 201, S['CreatedFile']>;
  };
  '/api/media/{id}': {
    get: Get<Params<Id>, S['File']>;
    patch: MatchedSend<Id, S['UpdateFile'], S['File']>;
    delete: ActEmpty<Params<Id>>;
  };
  '/api/media/{id}/complete': { post: Act<Params<Id>, 200, S['File']> };
  '/api/posts': {
    get: Get<NoParams<Page & { from?: string; to?: string; status?: S['PostStatus']; account?: string }>, S['PostPage']>;
    post: Send<NoParams<never, Key>, S['PostInput'], 201, S['Post']>;
  };
  '/api/posts/validate': { post: Send<NoParams, S['PostInput'], 200, S['Validation']> };
  '/api/posts/{id}': {
    get: Get<Params<Id>, S['Post']>;
    put: MatchedSend<Id, S['PostInput'], S['Post']>;
    delete: MatchedEmpty<Id>;
  };
  '/api/posts/{id}/schedule': { post: MatchedSend<Id, S['ScheduleInput'], S['Post']> };
  '/api/posts/{id}/unschedule': { post: Matched<Id, S['Post']> };
  '/api/posts/{id}/publish': { post: Matched<Id, S['Post']> };
  '/api/posts/{id}/duplicate': { post: Act<Params<Id, never, Key>, 201, S['Post']> };
  '/api/posts/{id}/deliveries/{account_id}/retry': { post: Act<Params<Id & { account_id: string }>, 202, S['Post']> };
}

export interface components {
  schemas: {
    Role: 'owner' | 'admin' | 'editor' | 'author' | 'viewer' | 'teacher' | 'hr' | 'finance';
    Platform: 'page' | 'bluesky' | 'mastodon';
    Me: { user_id: string; email: string; name: string; org?: S['MeOrg'] | null };
    MeOrg: { id: string; name: string; slug: string; zone: string; role: S['Role'] };
    OrgList: { items: S['OrgSummary'][] };
    OrgSummary: { id: string; name: string; slug: string; role: S['Role']; active: boolean };
    Org: {
      id: string;
      name: string;
      slug: string;
      zone: string;
      /** `#rrggbb` */
      accent: string;
      about: string;
      require_alt_text: boolean;
      version: number;
      created_at: string;
    };
    CreateOrg: { name: string; slug: string; zone: string };
    UpdateOrg: {
      name?: string | null;
      slug?: string | null;
      zone?: string | null;
      accent?: string | null;
      about?: string | null;
      require_alt_text?: boolean | null;
    };
    Member: { user_id: string; email: string; name: string; role: S['Role']; joined_at: string };
    MemberList: { items: S['Member'][] };
    Invitation: {
      id: string;
      email: string;
      role: S['Role'];
      invited_by: string;
      created_at: string;
      expires_at: string;
      status: 'pending' | 'accepted' | 'expired';
    };
    InvitationList: { items: S['Invitation'][] };
    CreateInvitation: { email: string; role: S['Role'] };
    Accepted: { org_id: string; name: string; role: S['Role'] };
    AuditEntry: {
      id: string;
      at: string;
      actor?: { user_id: string; name: string } | null;
      action: string;
      target?: string | null;
      summary: string;
    };
    AuditPage: { items: S['AuditEntry'][]; next_cursor?: string | null };
    Account: {
      id: string;
      platform: S['Platform'];
      name: string;
      handle: string;
      avatar_url?: string | null;
      url?: string | null;
      instance?: string | null;
      status: 'healthy' | 'reconnect' | 'disconnected' | 'error';
      status_detail?: string | null;
      checked_at: string;
      connected_at: string;
      limits?: { [name: string]: unknown } | null;
    };
    AccountList: { items: S['Account'][] };
    ConnectBluesky: { identifier: string; app_password: string; service?: string | null };
    ConnectMastodon: { instance: string };
    AuthorizeUrl: { authorize_url: string };
    File: {
      id: string;
      name: string;
      type: string;
      /** Bytes. */
      size: number;
      status: 'uploading' | 'ready';
      width?: number | null;
      height?: number | null;
      duration_ms?: number | null;
      alt: string;
      url?: string | null;
      thumb_url?: string | null;
      created_at: string;
      version: number;
    };
    FilePage: { items: S['File'][]; next_cursor?: string | null };
    CreateFile: { name: string; type: string; size: number };
    CreatedFile: { file: S['File']; upload: S['Upload'] };
    Upload: { method: string; url: string; headers: { [name: string]: string }; expires_at: string };
    UpdateFile: { alt?: string | null; name?: string | null };
    PostStatus: 'draft' | 'scheduled' | 'publishing' | 'published' | 'partial' | 'failed' | 'attention';
    Target: { account_id: string; text?: string | null; media?: string[] | null };
    PostInput: { text: string; media: string[]; targets: S['Target'][] };
    PostSummary: {
      id: string;
      version: number;
      status: S['PostStatus'];
      excerpt: string;
      cover?: { file_id: string; thumb_url?: string | null } | null;
      schedule?: S['Schedule'] | null;
      targets: S['TargetSummary'][];
      created_at: string;
      updated_at: string;
    };
    TargetSummary: {
      account_id: string;
      platform: S['Platform'];
      state: S['DeliveryState'];
      permalink?: string | null;
    };
    PostPage: { items: S['PostSummary'][]; next_cursor?: string | null };
    Schedule: { local: string; zone: string; at: string };
    ScheduleInput: { local: string; zone: string; disambiguation?: 'earlier' | 'later' | null };
    Post: {
      id: string;
      version: number;
      revision: number;
      status: S['PostStatus'];
      text: string;
      media: S['PostMedia'][];
      targets: S['PostTarget'][];
      schedule?: S['Schedule'] | null;
      deliveries: S['Delivery'][];
      created_by: string;
      created_at: string;
      updated_at: string;
    };
    PostMedia: {
      file_id: string;
      type: string;
      alt: string;
      url?: string | null;
      thumb_url?: string | null;
      width?: number | null;
      height?: number | null;
    };
    PostTarget: { account_id: string; platform: S['Platform']; text?: string | null; media?: string[] | null };
    DeliveryState: 'pending' | 'publishing' | 'published' | 'retrying' | 'failed' | 'unknown' | 'canceled';
    Delivery: {
      account_id: string;
      platform: S['Platform'];
      state: S['DeliveryState'];
      due_at: string;
      published_at?: string | null;
      late_ms?: number | null;
      late: boolean;
      remote_id?: string | null;
      permalink?: string | null;
      error?: { class: string; message: string; advice: string } | null;
      next_attempt_at?: string | null;
      attempts: S['Attempt'][];
    };
    Attempt: {
      number: number;
      started_at: string;
      ended_at?: string | null;
      outcome?: string | null;
      detail?: string | null;
    };
    Validation: { problems: S['Problem'][]; counts: S['Count'][] };
    Count: { account_id: string; used: number; limit: number; unit: string };
    Problem: {
      /** JSON pointer into the request. */
      pointer: string;
      account_id?: string | null;
      code: string;
      severity: 'error' | 'warning';
      detail: string;
      fix: string;
    };
    TimeChoice: {
      label: string;
      local: string;
      zone: string;
      at: string;
      disambiguation?: 'earlier' | 'later' | null;
    };
    ProblemDetails: {
      type: string;
      title: string;
      status: number;
      detail: string;
      request_id: string;
      errors?: S['Problem'][] | null;
      choices?: S['TimeChoice'][] | null;
      /** Seconds. */
      retry_after?: number | null;
    };
  };
}
