package io.i2kit.apiserver.app;

import io.i2kit.apiserver.http.tls.CertificateAuthority;
import io.i2kit.apiserver.http.tls.TlsManagers;
import java.io.IOException;
import java.util.List;
import javax.net.ssl.KeyManager;

/** The certificate that the server shows to its machines' guests, as a kubelet client of Kubernetes does. */
final class GuestIdentity {
    private GuestIdentity() {}

    static KeyManager[] of(CertificateAuthority authority) throws IOException {
        return new KeyManager[] {
            TlsManagers.keys(authority.client(
                    "apiserver-kubelet-client", "kube-apiserver-kubelet-client", List.of("kubeadm:cluster-admins")))
        };
    }
}
