package io.i2kit.apiserver.http;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetSocket;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** Takes a connection over from HTTP/1.1. */
final class Upgrades {
    private Upgrades() {}

    /**
     * To be called on the request's event loop.
     *
     * <p>Vert.x offers this for GET and CONNECT only, while clients open SPDY by POST. What it does does not depend on the method,
     * so it is told another one; its version is pinned, and {@code KubectlStreamsTest} fails where this does not work any more.
     */
    static Future<NetSocket> netSocket(HttpServerRequest request) {
        if (request.method() != HttpMethod.POST) {
            return request.toNetSocket();
        }
        HttpServerResponse response = request.response();
        try {
            Method upgrade = response.getClass().getDeclaredMethod("netSocket", HttpMethod.class, MultiMap.class);
            upgrade.setAccessible(true);
            return ((Future<?>) upgrade.invoke(response, HttpMethod.GET, request.headers())).map(NetSocket.class::cast);
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return Future.failedFuture(e);
        } catch (InvocationTargetException e) {
            return Future.failedFuture(e.getCause());
        }
    }
}
