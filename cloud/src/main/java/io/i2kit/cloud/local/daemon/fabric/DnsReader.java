package io.i2kit.cloud.local.daemon.fabric;

import java.util.Locale;

/** Reads the parts of a DNS message in order. */
final class DnsReader {
    private final byte[] message;
    private int position;

    DnsReader(byte[] message) {
        this.message = message;
    }

    int position() {
        return position;
    }

    int remaining() {
        return message.length - position;
    }

    int octet() throws DnsFormatException {
        need(1);
        return message[position++] & 0xff;
    }

    int shortInt() throws DnsFormatException {
        return octet() << 8 | octet();
    }

    long unsignedInt() throws DnsFormatException {
        return (long) shortInt() << 16 | shortInt();
    }

    byte[] bytes(int count) throws DnsFormatException {
        need(count);
        byte[] copy = new byte[count];
        System.arraycopy(message, position, copy, 0, count);
        position += count;
        return copy;
    }

    void skip(int count) throws DnsFormatException {
        need(count);
        position += count;
    }

    /** A name in lower case, without the final dot; the root is empty. Pointers may only lead backwards, so they end. */
    String name() throws DnsFormatException {
        StringBuilder name = new StringBuilder();
        int cursor = position;
        int earliest = position;
        boolean jumped = false;
        while (true) {
            int length = at(cursor);
            if ((length & 0xc0) == 0xc0) {
                int target = (length & 0x3f) << 8 | at(cursor + 1);
                if (target >= earliest) {
                    throw new DnsFormatException("a name points forward");
                }
                position = jumped ? position : cursor + 2;
                jumped = true;
                earliest = target;
                cursor = target;
            } else if (length > Dns.LONGEST_LABEL_BYTES) {
                throw new DnsFormatException("a label of unknown kind");
            } else if (length == 0) {
                position = jumped ? position : cursor + 1;
                return name.toString().toLowerCase(Locale.ROOT);
            } else {
                label(name, cursor + 1, length);
                cursor += 1 + length;
            }
        }
    }

    private void label(StringBuilder name, int start, int length) throws DnsFormatException {
        if (!name.isEmpty()) {
            name.append('.');
        }
        for (int i = start; i < start + length; i++) {
            int octet = at(i);
            if (octet <= ' ' || octet >= 0x7f || octet == '.') {
                throw new DnsFormatException("a label with octet " + octet);
            }
            name.append((char) octet);
        }
        if (name.length() + 2 > Dns.LONGEST_NAME_BYTES) { // a length octet for the first label, and the root
            throw new DnsFormatException("a name of more than 255 octets");
        }
    }

    private int at(int index) throws DnsFormatException {
        if (index >= message.length) {
            throw new DnsFormatException("the message ends inside of a name");
        }
        return message[index] & 0xff;
    }

    private void need(int count) throws DnsFormatException {
        if (message.length - position < count) {
            throw new DnsFormatException("the message ends early");
        }
    }
}
