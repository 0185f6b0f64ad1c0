package io.i2kit.apiserver.http.auth;

/** Decides whether a request may go on. Must be quick and never fail. */
@FunctionalInterface
public interface Authorizer {
    boolean allows(Attributes attributes);
}
