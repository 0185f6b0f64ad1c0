package io.i2kit.apiserver.http.stream;

import java.io.InputStream;
import java.io.OutputStream;

/** A client's connection after its upgrade. Reading and writing block: neither side can make the server hold much. */
public interface Connection extends AutoCloseable {
    InputStream in();

    /** Each write goes out as it is; safe for one thread at a time. */
    OutputStream out();

    /** Sends what was written, as far as the client takes it soon, and ends both directions. */
    @Override
    void close();
}
