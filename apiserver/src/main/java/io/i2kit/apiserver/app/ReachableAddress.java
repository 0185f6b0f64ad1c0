package io.i2kit.apiserver.app;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.Comparator;
import java.util.Optional;

/** Where other hosts reach a server: kube-apiserver's {@code --advertise-address} when nobody gives it. */
final class ReachableAddress {
    private ReachableAddress() {}

    /**
     * The address of a host that a server listens at; of 0.0.0.0 and :: the first of this host's own, IPv4 before IPv6. Empty where
     * other hosts do not reach it.
     */
    static Optional<String> of(String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            if (address.isAnyLocalAddress()) {
                return own();
            }
            return isReachable(address) ? Optional.of(address.getHostAddress()) : Optional.empty();
        } catch (UnknownHostException | SocketException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> own() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(network -> Collections.list(network.getInetAddresses()).stream())
                .filter(ReachableAddress::isReachable)
                .min(Comparator.comparingInt(address -> address.getAddress().length))
                .map(InetAddress::getHostAddress);
    }

    private static boolean isReachable(InetAddress address) {
        return !address.isLoopbackAddress() && !address.isLinkLocalAddress() && !address.isMulticastAddress();
    }
}
