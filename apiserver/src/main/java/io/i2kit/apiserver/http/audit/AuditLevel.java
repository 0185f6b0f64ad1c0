package io.i2kit.apiserver.http.audit;

/** How much of a request is written ({@code audit.k8s.io Level}); each holds what the ones before it hold. */
public enum AuditLevel {
    NONE("None"),
    METADATA("Metadata"),
    /** And the request's body. */
    REQUEST("Request"),
    /** And the answer's body. */
    REQUEST_RESPONSE("RequestResponse");

    private final String text;

    AuditLevel(String text) {
        this.text = text;
    }

    /** As policies and events write it. */
    public String text() {
        return text;
    }

    boolean includes(AuditLevel other) {
        return compareTo(other) >= 0;
    }
}
