// A certified authorization server that we did not write, over TLS, with rotation and reuse detection as it ships.
// node server.mjs DIR: DIR has ca.crt, srv.crt and srv.key. Prints `READY ISSUER` when it listens.
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
    revocation: { enabled: true },
    introspection: { enabled: true },
    userinfo: { enabled: true },
  },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  cookies: { keys: ['rehearsal'] },
  ttl: { AccessToken: 300, IdToken: 300, RefreshToken: 3600, DeviceCode: 300, Interaction: 600, Session: 3600, Grant: 86400 },
});
server.on('request', provider.callback());
console.log(`READY ${issuer}`);
