package io.i2kit.apiserver.openapi;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A protobuf message that is written field by field; what is empty or false is left out, as proto3 does. */
final class ProtobufMessage {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    ProtobufMessage text(int field, String text) {
        if (!text.isEmpty()) {
            bytes(field, text.getBytes(StandardCharsets.UTF_8));
        }
        return this;
    }

    ProtobufMessage flag(int field, boolean value) {
        if (value) {
            varint(field << 3 | VARINT);
            varint(1);
        }
        return this;
    }

    /** A nested message, even when it is empty: its presence counts. */
    ProtobufMessage message(int field, ProtobufMessage message) {
        bytes(field, message.toBytes());
        return this;
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    private void bytes(int field, byte[] bytes) {
        varint(field << 3 | LENGTH_DELIMITED);
        varint(bytes.length);
        out.writeBytes(bytes);
    }

    private void varint(int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.write(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
