// The JavaScript client's calls; prints "row<TAB>ok" or "row<TAB>what went wrong" for each.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import * as k8s from '@kubernetes/client-node';

// For objects; then, to reach a machine, the namespace and the name of a Pod.
const [namespace, space, pod] = process.argv.slice(2);
const config = new k8s.KubeConfig();
config.loadFromDefault();
const core = config.makeApiClient(k8s.CoreV1Api);
const name = 'from-javascript';

async function run(row, action) {
  try {
    await action();
    console.log(`${row}\tok`);
  } catch (fault) {
    console.log(`${row}\t${String(fault.message ?? fault).split('\n')[0]}`);
  }
}

function expect(condition, what) {
  if (!condition) throw new Error(what);
}

const seen = [];
let ended;
const end = new Promise((resolve) => { ended = resolve; });
const informer = k8s.makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`,
  () => core.listNamespacedConfigMap({ namespace }));
for (const event of ['add', 'update', 'delete']) {
  informer.on(event, (object) => {
    if (object.metadata.name !== name) return;
    seen.push(event);
    if (event === 'delete') ended();
  });
}
await informer.start();
await run('create', () => core.createNamespacedConfigMap({ namespace, body: { metadata: { name }, data: { a: '1' } } }));
await run('get', () => core.readNamespacedConfigMap({ namespace, name }));
await run('list', async () => expect((await core.listNamespacedConfigMap({ namespace, limit: 1 })).items.length === 1, 'items'));
await run('patch', () => core.patchNamespacedConfigMap({ namespace, name, body: { data: { b: '2' } } },
  k8s.setHeaderOptions('Content-Type', k8s.PatchStrategy.MergePatch)));
await run('server-side apply', () => core.patchNamespacedConfigMap(
  { namespace, name, fieldManager: 'matrix', body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { c: '3' } } },
  k8s.setHeaderOptions('Content-Type', k8s.PatchStrategy.ServerSideApply)));
await run('conflict', async () => {
  const stale = await core.readNamespacedConfigMap({ namespace, name });
  stale.metadata.resourceVersion = '1';
  const code = await core.replaceNamespacedConfigMap({ namespace, name, body: stale }).then(() => 200, (fault) => fault.code);
  expect(code === 409, `status ${code}`);
});
await run('delete', () => core.deleteNamespacedConfigMap({ namespace, name }));
await Promise.race([end, new Promise((resolve) => { setTimeout(resolve, 20000); })]);
await informer.stop();
await run('watch', async () => expect(seen[0] === 'add' && seen.at(-1) === 'delete', `saw ${seen}`));
await run('discovery', async () => expect((await config.makeApiClient(k8s.ApisApi).getAPIVersions()).groups.length > 5, 'groups'));

async function text(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function execute(...command) {
  return new Promise((resolve, reject) => {
    const out = new PassThrough();
    const printed = text(out);
    new k8s.Exec(config).exec(space, pod, 'web', command, out, new PassThrough().resume(), null, false, async (status) => {
      out.end();
      resolve({ status, out: await printed });
    }).catch(reject);
  });
}

// To the Pod only: the client asks for a compressed archive on the way back and takes it for a plain one.
async function copy() {
  const folder = mkdtempSync(join(tmpdir(), 'matrix-'));
  writeFileSync(join(folder, 'from-javascript'), 'copied');
  await new k8s.Cp(config).cpToPod(space, pod, 'web', folder, '/tmp');
  // It resolves before the data is sent.
  let content = '';
  for (let i = 0; i < 50 && content !== 'copied'; i += 1) {
    await new Promise((resolve) => { setTimeout(resolve, 200); });
    content = (await execute('cat', '/tmp/from-javascript')).out;
  }
  expect(content === 'copied', `content ${content}`);
}

async function forward() {
  const forwarder = new k8s.PortForward(config);
  const server = createServer((socket) => { forwarder.portForward(space, pod, [8080], socket, null, socket); });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const socket = connect(server.address().port, '127.0.0.1');
  socket.write('GET / HTTP/1.0\r\n\r\n');
  const answer = await new Promise((resolve, reject) => {
    let seen = '';
    socket.on('data', (data) => { seen += data; if (seen.includes('200 OK')) resolve(seen); });
    socket.on('error', reject);
    setTimeout(() => reject(new Error(`answer ${seen.slice(0, 40)}`)), 60000);
  });
  expect(answer.includes('200 OK'), 'no answer');
  server.close();
}

if (pod) {
  await run('logs', async () => expect(await core.readNamespacedPodLog({ name: pod, namespace: space, tailLines: 5 }), 'an empty log'));
  await run('exec', async () => {
    expect((await execute('python3', '-c', 'print(6 * 7)')).out.includes('42'), 'no 42');
    const failed = await execute('sh', '-c', 'exit 3');
    expect(failed.status.details.causes[0].message === '3', JSON.stringify(failed.status));
  });
  await run('cp', copy);
  await run('port-forward', forward);
}
process.exit(0);
