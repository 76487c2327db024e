// A certified authorization server that we did not write, over TLS, with rotation and reuse detection as it ships.
// node server.mjs DIR [GRACE]: DIR has ca.crt, srv.crt and srv.key. A spent refresh token is taken for GRACE seconds
// more. Prints `READY ISSUER` when it listens. /grants tells how many grants there are,
// /clients/ID whether there is such a client.
import fs from 'node:fs';
import https from 'node:https';
import { Provider } from 'oidc-provider';

const directory = process.argv[2];
const server = https.createServer({
  key: fs.readFileSync(`${directory}/srv.key`),
  cert: fs.readFileSync(`${directory}/srv.crt`),
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `https://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'cli',
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    redirect_uris: ['http://127.0.0.1/callback'],
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    response_types: ['code'],
  }],
  scopes: ['openid', 'offline_access', 'api:read'],
  claims: { openid: ['sub'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  features: {
    devInteractions: { enabled: true },
    deviceFlow: { enabled: true },
    registration: { enabled: true },
    registrationManagement: { enabled: true, rotateRegistrationAccessToken: false },
    revocation: { enabled: true },
    introspection: { enabled: true },
    userinfo: { enabled: true },
  },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  cookies: { keys: ['rehearsal'] },
  ttl: { AccessToken: 300, IdToken: 300, RefreshToken: 3600, DeviceCode: 300, Interaction: 600, Session: 3600, Grant: 86400 },
});
const grace = Number(process.argv[3] ?? 0);
if (grace > 0) {
  const { consume } = provider.RefreshToken.prototype;
  provider.RefreshToken.prototype.consume = async function later() {
    setTimeout(() => consume.call(this).catch(() => {}), grace * 1000);
  };
}
const grants = new Set();
provider.on('grant.success', (ctx) => grants.add(ctx.oidc.entities.Grant.jti));
const answer = provider.callback();
server.on('request', async (request, response) => {
  if (request.url.startsWith('/clients/')) return response.end(String(Boolean(await provider.Client.find(request.url.slice(9)))));
  if (request.url !== '/grants') return answer(request, response);
  const found = await Promise.all([...grants].map((id) => provider.Grant.find(id)));
  response.end(JSON.stringify({ ever: grants.size, now: found.filter(Boolean).length }));
});
console.log(`READY ${issuer}`);
