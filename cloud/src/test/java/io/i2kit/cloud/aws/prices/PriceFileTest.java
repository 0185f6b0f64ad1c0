package io.i2kit.cloud.aws.prices;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PriceFileTest {
    @TempDir
    private Path folder;

    private PriceFile file;

    @BeforeEach
    void file() {
        file = new PriceFile(folder.resolve("aws-prices.csv"));
    }

    private static PriceList list(String region) {
        List<InstanceType> types = PriceList.packaged().types().stream()
                .map(type -> type.at(type.hourlyDollars() * 1.1))
                .toList();
        return new PriceList(region, "2026-11-27", "AWS price list", types);
    }

    @Test
    void whatIsWrittenIsReadForItsRegionOnly() throws IOException {
        PriceList frankfurt = list("eu-central-1");
        file.write(list("us-east-1"));
        file.write(frankfurt);
        assertThat(file.forRegion("eu-central-1")).isEqualTo(frankfurt);
        assertThat(file.forRegion("us-east-1")).isEqualTo(PriceList.packaged());
        assertThat(frankfurt.price("t3.micro", false).orElseThrow().basis())
                .isEqualTo("Linux on demand in eu-central-1, 2026-11-27, AWS price list");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file.path());
        }
    }

    @Test
    void withoutAReadableTableThePackagedOneIsTold() throws IOException {
        assertThat(file.forRegion("eu-central-1")).isEqualTo(PriceList.packaged());
        for (String bad : List.of(
                "",
                "region=eu-central-1\ndate=2026-11-27\nsource=x\n",
                "region=eu-central-1\ndate=2026-11-27\nsource=x\nt3.nano,amd64,0.5,100,NaN\n",
                "region=eu-central-1\ndate=2026-11-27\nsource=x\nt3.nano,amd64,0.5,100,-1\n")) {
            Files.writeString(file.path(), bad);
            assertThat(file.forRegion("eu-central-1")).as(bad).isEqualTo(PriceList.packaged());
        }
        Files.delete(file.path());
        Files.createDirectory(file.path());
        assertThat(file.forRegion("eu-central-1")).isEqualTo(PriceList.packaged());
    }
}
