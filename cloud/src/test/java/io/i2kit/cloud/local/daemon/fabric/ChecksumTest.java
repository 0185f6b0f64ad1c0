package io.i2kit.cloud.local.daemon.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChecksumTest {
    @Test
    void sumsLikeRfc1071() {
        byte[] example = {0x00, 0x01, (byte) 0xf2, 0x03, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6, (byte) 0xf7};
        assertThat(Checksum.finish(Checksum.sum(ByteBuffer.wrap(example), 0, 8)))
                .isEqualTo(0xddf2 ^ 0xffff);
    }

    /** The case that RFC 1141 got wrong: RFC 1624, section 4. */
    @Test
    void updatesLikeRfc1624() {
        assertThat(Checksum.update(0xdd2f, Checksum.changeShort(0x5555, 0x3285)))
                .isZero();
    }

    @Test
    void updatingIsTheSameAsComputingAnew() {
        Random random = new Random(1071);
        for (int i = 0; i < 100_000; i++) {
            byte[] data = new byte[12 + random.nextInt(60)];
            random.nextBytes(data);
            if (random.nextInt(4) == 0) {
                Arrays.fill(data, (byte) (random.nextBoolean() ? 0 : 0xff));
                data[data.length - 1] = 1; // all zeros have no second representation
            }
            ByteBuffer buffer = ByteBuffer.wrap(data);
            int before = Checksum.finish(Checksum.sum(buffer, 0, data.length));
            int address = random.nextInt();
            int port = random.nextInt(0x1_0000);
            long changes = Checksum.change(buffer.getInt(0), address)
                    + Checksum.changeShort(buffer.getShort(4) & 0xffff, port);
            buffer.putInt(0, address).putShort(4, (short) port);
            int anew = Frames.onesComplement(data, 0, data.length, 0);
            assertThat(Checksum.update(before, changes)).isEqualTo(anew);
            assertThat(Checksum.finish(Checksum.sum(buffer, 0, data.length))).isEqualTo(anew);
        }
    }
}
