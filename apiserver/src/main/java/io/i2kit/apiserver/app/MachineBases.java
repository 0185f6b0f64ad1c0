package io.i2kit.apiserver.app;

import io.i2kit.cloud.image.initrd.Base;
import io.i2kit.translator.ClusterSettings.MachineBase;

/** Tells the translator of the images' base. */
final class MachineBases {
    private MachineBases() {}

    static MachineBase of(Base base) {
        return new MachineBase(base.kernelImage(), Base.COMMAND_LINE, base.initImages(), base.identity());
    }
}
