package io.i2kit.apiserver.app;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where the API listens.
 *
 * @param host name or address; an IPv6 address without brackets
 * @param port 0 for a free one
 */
record ListenAddress(String host, int port) {
    private static final int LAST_PORT = 65535;

    /** {@code HOST:PORT}, {@code [::1]:PORT}. */
    static ListenAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw new TypeConversionException("'" + text + "' is not HOST:PORT");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port >= 0 && port <= LAST_PORT) {
                return new ListenAddress(host, port);
            }
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is not HOST:PORT");
        }
        throw new TypeConversionException("'" + text + "': the port must be between 0 and " + LAST_PORT);
    }

    /** The same with a port that is really open. */
    ListenAddress at(int actualPort) {
        return new ListenAddress(host, actualPort);
    }

    /** The URL that clients on this host use. */
    String url() {
        String shown = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        return "https://" + (shown.indexOf(':') >= 0 ? "[" + shown + "]" : shown) + ":" + port;
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<ListenAddress> {
        @Override
        public ListenAddress convert(String value) {
            return parse(value);
        }
    }
}
