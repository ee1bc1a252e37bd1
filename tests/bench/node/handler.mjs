// The product's way of reading an organization, as one would write it for Node with AWS's SDK: claims, permission, one
// GetItem, an answer with its version, a log line. Below it the loop that Lambda's own Node runtime runs around a handler.
import http from 'node:http';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({});
const table = process.env.ATELIER_TABLE;

const answer = (status, body, headers = {}) => ({
  statusCode: status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(body),
});

async function readOrganization(event) {
  const claims = event.requestContext?.authorizer?.jwt?.claims;
  if (!claims?.user_id) return answer(401, { type: 'not-signed-in' });
  const id = event.rawPath.split('/').pop();
  if (claims.org_id !== id || !claims.role) return answer(404, { type: 'not-found' });
  const key = { PK: { S: `ORG#${id}` }, SK: { S: 'ORG' } };
  const { Item: item } = await client.send(new GetItemCommand({ TableName: table, Key: key }));
  if (!item) return answer(404, { type: 'not-found' });
  const text = (name) => item[name]?.S ?? null;
  const body = { id: text('id'), name: text('name'), slug: text('slug'), zone: text('zone'), role: claims.role };
  return answer(200, body, { etag: `"${item.version?.N ?? 1}"` });
}

async function handler(event) {
  const started = performance.now();
  const result = await readOrganization(event);
  const { requestId, http: asked } = event.requestContext;
  console.log(JSON.stringify({
    level: 'INFO', message: 'answered', request_id: requestId, method: asked.method, route: event.routeKey,
    status: result.statusCode, millis: Math.round(performance.now() - started),
  }));
  return result;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');

const call = (method, path, body) => new Promise((resolve, reject) => {
  const headers = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const request = http.request({ host, port, agent, method, path: `/2018-06-01/runtime/invocation/${path}`, headers });
  request.on('error', reject);
  request.on('response', (response) => {
    const pieces = [];
    response.on('data', (piece) => pieces.push(piece));
    response.on('end', () => resolve({ headers: response.headers, text: Buffer.concat(pieces).toString() }));
  });
  request.end(body);
});

async function run() {
  for (;;) {
    const next = await call('GET', 'next');
    const id = next.headers['lambda-runtime-aws-request-id'];
    try {
      await call('POST', `${id}/response`, JSON.stringify(await handler(JSON.parse(next.text))));
    } catch (error) {
      await call('POST', `${id}/error`, JSON.stringify({ errorType: error.name, errorMessage: error.message }));
    }
  }
}

run().catch((error) => { console.error(error); process.exit(1); });
