package io.i2kit.cloud.image.initrd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What every machine has whatever runs in it: kernel, guest, container runtime. */
public interface Base {
    /**
     * What the kernel must be told. The root is a ramfs because a tmpfs root holds at most half of the machine's memory; a panic
     * ends the machine at once, so that its cloud sees it.
     */
    String COMMAND_LINE = "console=ttyS0 quiet panic=-1 rootfstype=ramfs";

    /** Changes whenever the base's content does; part of every machine image's name. */
    String identity();

    /**
     * Makes the base, or finds it.
     *
     * @param progress is told what takes time, in words for people
     * @throws IOException when something it is made of cannot be had; the message says what
     */
    Prepared prepare(Consumer<String> progress) throws IOException;

    /** The OCI reference that stands for the kernel in LinuxKit YAML; {@code image push} can publish it. */
    default String kernelImage() {
        return "i2kit/kernel:" + identity();
    }

    /** The OCI references of the init images, as {@link #kernelImage}. */
    default List<String> initImages() {
        return List.of("i2kit/guest:" + identity());
    }

    /**
     * @param kernel a bootable kernel
     * @param segment the archive with {@code /init} and all it needs
     * @param efiStub systemd's EFI stub, which makes one EFI program of kernel and initrd; null when this base has none
     */
    record Prepared(Path kernel, Path segment, @Nullable Path efiStub) {}
}
