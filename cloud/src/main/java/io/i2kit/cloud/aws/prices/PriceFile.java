package io.i2kit.cloud.aws.prices;

import io.i2kit.cloud.image.oci.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table of a data folder that {@code i2kit aws prices} refreshes. */
public record PriceFile(Path path) {
    private static final Logger LOG = LoggerFactory.getLogger(PriceFile.class);

    /** This table when it is there, can be read and is of the region; else the packaged one, and the log says why. */
    public PriceList forRegion(String region) {
        try {
            PriceList kept =
                    PriceList.parse(path.toString(), new String(Files.readAllBytes(path), StandardCharsets.UTF_8));
            if (kept.region().equals(region)) {
                return kept;
            }
            LOG.info(
                    "{} has the prices of {}, not of {}; those of the packaged table are told",
                    path,
                    kept.region(),
                    region);
        } catch (NoSuchFileException e) {
            LOG.debug("{} is not there; the prices of the packaged table are told", path);
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("the table of prices cannot be read, those of the packaged one are told: {}", e.toString());
        }
        return PriceList.packaged();
    }

    /** Replaces the table as a whole. */
    public void write(PriceList list) throws IOException {
        DurableFiles.replace(path, list.text().getBytes(StandardCharsets.UTF_8));
    }
}
