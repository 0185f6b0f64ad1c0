package io.i2kit.apiserver.http.audit;

import java.nio.file.Path;

/**
 * Where the audit log goes.
 *
 * @param maxBytes of the file before it is put aside under a name with the time
 * @param maxBackups how many such files are kept, 0 for all
 */
public record AuditOptions(AuditPolicy policy, Path file, long maxBytes, int maxBackups) {}
