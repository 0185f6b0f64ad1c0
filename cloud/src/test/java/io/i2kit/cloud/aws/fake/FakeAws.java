package io.i2kit.cloud.aws.fake;

import io.i2kit.cloud.aws.AwsApis;
import io.i2kit.cloud.aws.api.ObjectsApi;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One account in one region. Every call takes the account's lock, so a moment never passes within one. */
public final class FakeAws {
    public final Calls calls = new Calls();
    public final FakeEc2 ec2 = new FakeEc2(calls);
    public final FakeAutoScaling autoScaling = new FakeAutoScaling(calls, ec2);
    public final FakeLoadBalancing loadBalancing = new FakeLoadBalancing(calls);
    public final FakeFirewalls firewalls = new FakeFirewalls(calls, loadBalancing);
    public final FakeDns dns = new FakeDns(calls);
    /** Objects by key. */
    public final Map<String, byte[]> objects = new TreeMap<>();

    public AwsApis apis() {
        return new AwsApis(ec2, autoScaling, loadBalancing, dns, new FakeObjects(), firewalls);
    }

    /** A moment passes. */
    public void tick() {
        synchronized (calls) {
            autoScaling.tick();
            loadBalancing.tick();
        }
    }

    private final class FakeObjects implements ObjectsApi {
        @Override
        public void put(String bucket, String key, byte[] content) {
            calls.run("PutObject", () -> objects.put(key, content));
        }

        @Override
        public void delete(String bucket, String key) {
            calls.run("DeleteObject", () -> objects.remove(key));
        }

        @Override
        public Optional<byte[]> get(String bucket, String key) {
            return calls.call("GetObject", () -> Optional.ofNullable(objects.get(key)));
        }

        @Override
        public List<Kept> list(String bucket, String prefix) {
            return calls.call(
                    "ListObjectsV2",
                    () -> objects.entrySet().stream()
                            .filter(object -> object.getKey().startsWith(prefix))
                            .map(object -> new Kept(object.getKey(), object.getValue().length, Instant.EPOCH))
                            .toList());
        }
    }
}
