/** Short names for the contract's types: the only module that spells out the generated ones. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type Role = Schemas['Role'];
export type Platform = Schemas['Platform'];
export type Me = Schemas['Me'];
export type MeOrg = Schemas['MeOrg'];
export type Org = Schemas['Org'];
export type OrgSummary = Schemas['OrgSummary'];
export type Member = Schemas['Member'];
export type Invitation = Schemas['Invitation'];
export type AuditEntry = Schemas['AuditEntry'];
export type Account = Schemas['Account'];
export type MediaFile = Schemas['File'];
export type Upload = Schemas['Upload'];
export type Post = Schemas['Post'];
export type PostInput = Schemas['PostInput'];
export type PostStatus = Schemas['PostStatus'];
export type PostSummary = Schemas['PostSummary'];
export type PostMedia = Schemas['PostMedia'];
export type Delivery = Schemas['Delivery'];
export type DeliveryState = Schemas['DeliveryState'];
export type ScheduleInput = Schemas['ScheduleInput'];
export type Validation = Schemas['Validation'];
/** One rule broken by one field. */
export type FieldProblem = Schemas['Problem'];
/** The body of every error answer (RFC 9457). */
export type ProblemDetails = Schemas['ProblemDetails'];
export type TimeChoice = Schemas['TimeChoice'];
