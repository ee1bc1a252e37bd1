// The reference Bluesky server (PDS) with a directory (PLC) of its own, on loopback, in memory and a scratch folder.
//
//   node bluesky.mjs [handle ...]
//
// Creates an account and an app password for each handle ("ada" becomes "ada.test"), then prints one line of JSON:
//   {"url": "...", "accounts": [{"handle", "did", "app_password"}]}
// It ends when its standard input closes, so that it never outlives the test run that started it.
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Secp256k1Keypair } from '@atproto/crypto'
import { PDS, envToCfg, envToSecrets } from '@atproto/pds'
import plc from '@did-plc/server'

// The server writes its address into every identity document, so it must be known before it starts.
const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })

const privateKeyHex = () => randomBytes(32).toString('hex')

async function startDirectory() {
  const port = await freePort()
  const server = plc.PlcServer.create({ db: plc.Database.mock(), port })
  await server.start()
  return { url: `http://localhost:${port}`, stop: () => server.destroy() }
}

async function startServer(directoryUrl) {
  const folder = mkdtempSync(join(tmpdir(), 'atelier-bluesky-'))
  const dataDirectory = join(folder, 'data')
  mkdirSync(dataDirectory)
  const port = await freePort()
  const recovery = await Secp256k1Keypair.create()
  const env = {
    devMode: true,
    port,
    hostname: 'localhost',
    dataDirectory,
    blobstoreDiskLocation: join(folder, 'blobs'),
    recoveryDidKey: recovery.did(),
    adminPassword: privateKeyHex(),
    jwtSecret: privateKeyHex(),
    serviceHandleDomains: ['.test'],
    didPlcUrl: directoryUrl,
    plcRotationKeyK256PrivateKeyHex: privateKeyHex(),
    bskyAppViewUrl: 'https://appview.invalid',
    bskyAppViewDid: 'did:example:invalid',
    inviteRequired: false,
    disableSsrfProtection: true,
    rateLimitsEnabled: false,
    crawlers: [],
  }
  const server = await PDS.create(envToCfg(env), envToSecrets(env))
  await server.start()
  const stop = async () => {
    await server.destroy()
    rmSync(folder, { recursive: true, force: true })
  }
  return { url: `http://localhost:${port}`, stop }
}

async function call(url, method, body, token) {
  const answer = await fetch(`${url}/xrpc/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${method} answered ${answer.status}: ${await answer.text()}`)
  return answer.json()
}

async function createAccount(url, name) {
  const handle = name.includes('.') ? name : `${name}.test`
  const account = await call(url, 'com.atproto.server.createAccount', {
    handle,
    email: `${name}@example.test`,
    password: randomBytes(12).toString('hex'),
  })
  const { password } = await call(url, 'com.atproto.server.createAppPassword', { name: 'atelier' }, account.accessJwt)
  return { handle, did: account.did, app_password: password }
}

const directory = await startDirectory()
const server = await startServer(directory.url)
const accounts = []
for (const name of process.argv.slice(2)) accounts.push(await createAccount(server.url, name))

process.stdout.write(`${JSON.stringify({ url: server.url, accounts })}\n`)
process.stdin.resume()
process.stdin.on('end', async () => {
  await server.stop()
  await directory.stop()
  process.exit(0)
})
