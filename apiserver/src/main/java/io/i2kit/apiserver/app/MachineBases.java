package io.i2kit.apiserver.app;

import io.i2kit.cloud.image.BuilderKind;
import io.i2kit.cloud.image.Images;
import io.i2kit.cloud.image.initrd.Base;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.translator.ClusterSettings.Footprint;
import io.i2kit.translator.ClusterSettings.MachineBase;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells the translator of the images' base. */
final class MachineBases {
    private MachineBases() {}

    /** Of each architecture. */
    static Map<Architecture, MachineBase> of(ArchitectureImages images, Set<Architecture> architectures) {
        return architectures.stream().collect(Collectors.toMap(each -> each, each -> of(images.of(each))));
    }

    static MachineBase of(Images images) {
        Base base = images.base();
        Footprint footprint = images.builtBy() == BuilderKind.LINUXKIT ? Footprint.LINUXKIT_TOOL : Footprint.BUILTIN;
        return new MachineBase(base.kernelImage(), Base.COMMAND_LINE, base.initImages(), images.identity(), footprint);
    }
}
