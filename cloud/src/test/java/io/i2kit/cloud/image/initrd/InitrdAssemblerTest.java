package io.i2kit.cloud.image.initrd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class InitrdAssemblerTest extends ImageAssemblerContract {
    @Override
    protected ImageAssembler assembler() {
        return new InitrdAssembler();
    }

    @Override
    protected Path efiStub() {
        return work.resolve("no-stub");
    }

    @Override
    protected Booted read(Path output) throws IOException {
        return new Booted(
                Files.readAllBytes(output.resolve("kernel")),
                Files.readAllBytes(output.resolve("initrd.img")),
                Files.readString(output.resolve("cmdline")));
    }

    @Override
    protected List<String> files() {
        return List.of("kernel", "initrd.img", "cmdline");
    }
}
