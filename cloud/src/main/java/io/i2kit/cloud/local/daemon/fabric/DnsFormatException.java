package io.i2kit.cloud.local.daemon.fabric;

/** A DNS message that does not follow the rules. */
final class DnsFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    DnsFormatException(String message) {
        super(message);
    }
}
