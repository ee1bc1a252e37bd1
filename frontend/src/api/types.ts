/**
 * Short names for the contract's types. What an operation answers is named after the operation, so that a type
 * renamed in the document changes nothing here.
 */
import type { components, paths } from './schema';

type Schemas = components['schemas'];
type Body<Response> = Response extends { content: { 'application/json': infer Json } } ? Json : never;
/** What an operation answers when it succeeds. */
export type Answer<Operation> = Operation extends { responses: { 200: infer Response } }
  ? Body<Response>
  : never;
type Item<List> = List extends { items: (infer Each)[] } ? Each : never;

export type Role = Schemas['Role'];
export type Platform = Schemas['Platform'];
export type Me = Answer<paths['/api/auth/me']['get']>;
export type MeOrg = NonNullable<Me['org']>;
export type Org = Answer<paths['/api/orgs/{id}']['get']>;
export type OrgSummary = Item<Answer<paths['/api/orgs']['get']>>;
export type Member = Item<Answer<paths['/api/orgs/{id}/members']['get']>>;
export type Invitation = Item<Answer<paths['/api/orgs/{id}/invitations']['get']>>;
export type AuditEntry = Item<Answer<paths['/api/orgs/{id}/audit']['get']>>;
export type Account = Item<Answer<paths['/api/accounts']['get']>>;
export type MediaFile = Answer<paths['/api/media/{id}']['get']>;
export type Upload = Schemas['Upload'];
export type Post = Answer<paths['/api/posts/{id}']['get']>;
export type PostInput = Schemas['PostInput'];
export type PostTarget = Post['targets'][number];
/** A part of a thread, after the first. */
export type Part = Schemas['Part'];
export type Format = Schemas['Format'];
/** What stands for a film until it plays, or on a link's card. */
export type ChosenCover = Schemas['ChosenCover'];
/** Subtitles for a film: a file, and the tag of its language. */
export type ChosenSubtitles = Schemas['ChosenSubtitles'];
/** The value of one of a network's settings. */
export type Setting = Schemas['Setting'];
export type Settings = Record<string, Setting>;
export type PostStatus = Schemas['PostStatus'];
export type PostSummary = Item<Answer<paths['/api/posts']['get']>>;
export type PostPage = Answer<paths['/api/posts']['get']>;
export type PostMedia = Post['media'][number];
export type Delivery = Post['deliveries'][number];
export type DeliveryDecision = NonNullable<Delivery['decision']>;
/** How a published post does, as its network told it a moment ago. */
export type PostInsights = Answer<paths['/api/accounts/{id}/posts/{post_id}/insights']['get']>;
export type DeliveryState = Schemas['DeliveryState'];
export type ScheduleInput = Schemas['ScheduleInput'];
export type Validation = Answer<paths['/api/posts/validate']['post']>;
/** What becomes of a sheet, row by row. */
export type ImportReport = Answer<paths['/api/posts/import']['post']>;
export type ImportRow = ImportReport['rows'][number];
export type ImportInput = Schemas['ImportInput'];
export type RepeatRule = Schemas['RepeatRule'];
export type Weekday = Schemas['Weekday'];
export type Occurrence = Schemas['Occurrence'];
export type SeriesList = Answer<paths['/api/series']['get']>;
export type SeriesSummary = Item<SeriesList>;
export type Series = Answer<paths['/api/series/{id}']['get']>;
export type SeriesInput = Schemas['SeriesInput'];
export type SlotTime = Schemas['SlotTime'];
export type AccountSlots = Answer<paths['/api/accounts/{id}/slots']['get']>;
/** One rule broken by one field. */
export type FieldProblem = Schemas['Problem'];
export type TimeChoice = Schemas['TimeChoice'];

/** The body of every error answer (RFC 9457). */
export interface ProblemDetails {
  /** `urn:atelier:problem:<slug>` */
  type: string;
  title: string;
  status: number;
  detail: string;
  request_id?: string;
  errors?: FieldProblem[] | null;
  choices?: TimeChoice[] | null;
  /** Seconds. */
  retry_after?: number | null;
}
