package io.i2kit.apiserver.registry.admission;

import io.i2kit.apiserver.registry.AdmissionChain;
import io.i2kit.apiserver.storage.Storage;
import java.time.Clock;
import java.util.List;

/** The plug-ins of every server, in upstream's order ({@code pkg/kubeapiserver/options/plugins.go}), and the addresses of Services. */
public final class StandardAdmission {
    private StandardAdmission() {}

    public static AdmissionChain over(Storage storage, Clock clock) {
        StoredObjects objects = new StoredObjects(storage);
        return new AdmissionChain(List.of(
                new LimitRanger(objects),
                new ServiceAccounts(objects),
                new Priorities(objects),
                new DefaultTolerations(),
                new DefaultClasses(objects),
                new RuntimeClasses(objects),
                new ResourceQuotas(objects, clock),
                new AddressRecords(objects, clock)));
    }
}
