// The JavaScript client's calls; prints "row<TAB>ok" or "row<TAB>what went wrong" for each.
import * as k8s from '@kubernetes/client-node';

const namespace = process.argv[2];
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
process.exit(0);
