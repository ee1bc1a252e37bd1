import { setupServer } from 'msw/node';
import { handlers } from './handlers';

/** The mocked API for tests. */
export const server = setupServer(...handlers);
