// What real clients are driven against: git, a Kubernetes API, registries for docker, cargo, pip, go and terraform, and a
// mail server, all on loopback, all of which want a token that the authorization server knows, and note what they got.
//
//   node server.mjs DIRECTORY ISSUER
//
// The directory has srv.crt, srv.key and, once git is used, repos/. Written there: requests.log (a line each: method,
// path, status, the first characters of the token's digest), and read: refused (tokens to refuse, however alive).
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import { spawn } from "node:child_process";
import { join } from "node:path";

const [directory, issuer] = process.argv.slice(2);
const short = (token) => createHash("sha256").update(token).digest("hex").slice(0, 32);
const log = (...words) => appendFileSync(join(directory, "requests.log"), words.join(" ") + "\n");

// `Bearer TOKEN`, `Basic base64(user:TOKEN)`, or a bare token.
function tokenOf(header) {
  if (!header) return undefined;
  const [scheme, rest] = header.split(" ");
  if (rest === undefined) return header;
  if (/^bearer$/i.test(scheme)) return rest;
  return Buffer.from(rest, "base64").toString().split(":").slice(1).join(":") || undefined;
}

async function isGood(token) {
  if (!token) return false;
  const refused = join(directory, "refused");
  if (existsSync(refused) && readFileSync(refused, "utf8").split("\n").includes(token)) return false;
  const answer = await fetch(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } });
  return answer.status === 200;
}

const json = (value) => [200, { "content-type": "application/json" }, JSON.stringify(value)];
const self = (request) => `${request.socket.encrypted ? "https" : "http"}://${request.headers.host}`;

// What is behind the door.
const ROUTES = [
  [/^\/apis?$/, (r) => json(r.url.startsWith("/apis") ? { kind: "APIGroupList", apiVersion: "v1", groups: [] } : { kind: "APIVersions", versions: ["v1"] })],
  [/^\/api\/v1$/, () => json({ kind: "APIResourceList", groupVersion: "v1", resources: [{ name: "pods", singularName: "pod", namespaced: true, kind: "Pod", verbs: ["get", "list"] }] })],
  [/^\/api\/v1\/namespaces\/default\/pods/, () => json({ kind: "PodList", apiVersion: "v1", metadata: {}, items: [{ kind: "Pod", apiVersion: "v1", metadata: { name: "the-pod", namespace: "default" }, spec: {}, status: {} }] })],
  [/^\/v2\/$/, () => json({})],
  [/^\/v2\/app\/manifests\//, () => [200, { "content-type": "application/vnd.docker.distribution.manifest.v2+json" }, readFileSync(join(directory, "manifest.json"))]],
  [/^\/v2\/app\/blobs\//, () => [200, { "content-type": "application/octet-stream" }, readFileSync(join(directory, "blob.json"))]],
  [/^\/index\/config.json$/, (r) => json({ dl: `${self(r)}/crates`, api: self(r), "auth-required": true })],
  [/^\/index\/lo\/an\/loaned$/, () => [200, {}, readFileSync(join(directory, "loaned.json"))]],
  [/^\/crates\//, () => [200, {}, readFileSync(join(directory, "loaned.crate"))]],
  [/^\/simple\/loaned\/$/, () => [200, { "content-type": "text/html" }, '<a href="/files/loaned-1.0-py3-none-any.whl">loaned-1.0-py3-none-any.whl</a>']],
  [/^\/files\//, () => [200, {}, readFileSync(join(directory, "loaned-1.0-py3-none-any.whl"))]],
  [/^\/modules\/ns\/thing\/null\/versions$/, () => json({ modules: [{ versions: [{ version: "1.0.0" }] }] })],
  [/^\/modules\/ns\/thing\/null\/1.0.0\/download$/, () => [204, { "x-terraform-get": `file://${join(directory, "module")}` }, ""]],
  [/^\/go\/example.com\/loaned\/@v\/list$/, () => [200, {}, "v1.0.0\n"]],
  [/^\/go\/example.com\/loaned\/@v\/v1.0.0.(info|mod)$/, (r) => [200, {}, r.url.endsWith("mod") ? "module example.com/loaned\n" : '{"Version":"v1.0.0"}']],
  [/^\/plain$/, () => [200, {}, "let in\n"]],
];

async function answer(request, response) {
  const path = request.url.split("?")[0];
  if (path === "/.well-known/terraform.json") {
    const [status, headers, body] = json({ "modules.v1": "/modules/" });
    return response.writeHead(status, headers).end(body);
  }
  const token = tokenOf(request.headers.authorization);
  const good = await isGood(token);
  const done = (status) => log(request.method, path, status, token ? short(token) : "-");
  if (!good) {
    done(401);
    request.resume();
    const offers = path.startsWith("/basic/") || path.startsWith("/v2/") ? ['Basic realm="x"'] : ['Bearer realm="x"', 'Basic realm="x"'];
    return response.writeHead(401, { "www-authenticate": offers, "content-type": "application/json" }).end('{"kind":"Status","status":"Failure","code":401,"reason":"Unauthorized","message":"Unauthorized"}');
  }
  if (path.startsWith("/git/") || path.startsWith("/basic/")) return git(request, response, path, done);
  const route = ROUTES.find(([pattern]) => pattern.test(path));
  const [status, headers, body] = route ? route[1](request) : [404, {}, "nothing there\n"];
  done(status);
  request.resume();
  response.writeHead(status, headers).end(request.method === "HEAD" ? undefined : body);
}

// git's own server, by CGI.
function git(request, response, path, done) {
  const child = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env.PATH, GIT_PROJECT_ROOT: join(directory, "repos"), GIT_HTTP_EXPORT_ALL: "1", REMOTE_USER: "somebody",
      REQUEST_METHOD: request.method, QUERY_STRING: request.url.split("?")[1] ?? "", PATH_INFO: path.replace(/^\/(git|basic)/, ""),
      CONTENT_TYPE: request.headers["content-type"] ?? "", HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: request.headers["git-protocol"] ?? "",
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  request.pipe(child.stdin);
  const parts = [];
  child.stdout.on("data", (part) => parts.push(part));
  child.on("close", () => {
    const all = Buffer.concat(parts);
    const end = all.indexOf("\r\n\r\n");
    const headers = Object.fromEntries(all.subarray(0, end).toString().split("\r\n").map((line) => line.split(": ")));
    const status = Number(headers.Status?.split(" ")[0] ?? 200);
    delete headers.Status;
    done(status);
    response.writeHead(status, headers).end(all.subarray(end + 4));
  });
}

// A mail server that lets in by XOAUTH2 and OAUTHBEARER (RFC 7628), and takes one message.
function mail(socket) {
  let mode = "commands";
  const say = (line) => socket.write(line + "\r\n");
  say("220 loopback ESMTP");
  const input = [];
  socket.setEncoding("utf8");
  socket.on("error", () => {});
  socket.on("data", async (text) => {
    input.push(text);
    const lines = input.join("").split("\r\n");
    input.splice(0, input.length, lines.pop());
    for (const line of lines) {
      if (mode === "message") {
        if (line === ".") { mode = "commands"; say("250 taken"); }
        continue;
      }
      let [verb, mechanism, response] = line.split(" ");
      if (mode.startsWith("AUTH ")) {
        [verb, mechanism, response] = [...mode.split(" "), line];
        mode = "commands";
      } else if (verb === "AUTH" && response === undefined) {
        mode = line;
        say("334 ");
        continue;
      }
      if (verb === "EHLO") { say("250-loopback"); say("250 AUTH XOAUTH2 OAUTHBEARER"); }
      else if (verb === "AUTH") {
        const token = Buffer.from(response ?? "", "base64").toString().match(/auth=Bearer ([^\x01]+)\x01\x01$/)?.[1];
        const good = await isGood(token);
        log("AUTH", mechanism, good ? 235 : 535, token ? short(token) : "-");
        say(good ? "235 welcome" : "535 no");
      }
      else if (verb === "DATA") { mode = "message"; say("354 go on"); }
      else if (verb === "QUIT") { say("221 bye"); socket.end(); }
      else say("250 fine");
    }
  });
}

const listen = (server) => new Promise((done) => server.listen(0, "127.0.0.1", () => done(server.address().port)));
const tls = { key: readFileSync(join(directory, "srv.key")), cert: readFileSync(join(directory, "srv.crt")) };
const caught = (request, response) => answer(request, response).catch((error) => { log("ERROR", error.message); response.destroy(); });
const ports = { http: await listen(http.createServer(caught)), https: await listen(https.createServer(tls, caught)), smtp: await listen(net.createServer(mail)) };
console.log(JSON.stringify(ports));
