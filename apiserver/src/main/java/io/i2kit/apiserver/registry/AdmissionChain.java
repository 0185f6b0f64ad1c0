package io.i2kit.apiserver.registry;

import io.i2kit.apiserver.storage.Write;
import java.util.ArrayList;
import java.util.List;

/** The plug-ins of a server, in order. */
public record AdmissionChain(List<Admission> plugins) implements Admission {
    /** Of no server: nothing beyond the object is known. */
    public static final AdmissionChain NONE = new AdmissionChain(List.of());

    public AdmissionChain {
        plugins = List.copyOf(plugins);
    }

    @Override
    public void admit(AdmissionRequest request) {
        plugins.forEach(plugin -> plugin.admit(request));
    }

    @Override
    public void validate(AdmissionRequest request) {
        plugins.forEach(plugin -> plugin.validate(request));
    }

    @Override
    public List<Write> alsoWrite(AdmissionRequest request) {
        List<Write> writes = new ArrayList<>();
        plugins.forEach(plugin -> writes.addAll(plugin.alsoWrite(request)));
        return writes;
    }
}
