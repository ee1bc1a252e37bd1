import * as imports from './import';
import * as media from './media';
import * as networks from './networks';
import * as org from './org';
import * as posts from './posts';
import * as series from './series';

/** The whole mocked API. Earlier entries win, so that `/posts/validate` may precede `/posts/:id`. */
export const handlers = [
  ...series.handlers,
  ...imports.handlers,
  ...posts.handlers,
  ...media.handlers,
  ...networks.handlers,
  ...org.handlers,
];
