package io.i2kit.apiserver.registry.certificates;

import io.i2kit.apiserver.registry.core.FieldChecks;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code validateTrustBundle}: blocks of PEM, each the certificate of an authority, none of them twice. */
final class TrustAnchors {
    private static final int MAX_BYTES = 1024 * 1024;
    private static final String OMITTED = "<value omitted>";
    private static final Pattern BLOCK = Pattern.compile(
            "^-----BEGIN ([^\\n-]*)-----[ \\t\\r]*\\n(.*?)^-----END \\1-----", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern HEADER = Pattern.compile("^[^\\n:]*:", Pattern.MULTILINE);

    private TrustAnchors() {}

    static void validate(String bundle, String path, FieldChecks checks) {
        if (bundle.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            checks.tooLong(path, MAX_BYTES);
            return;
        }
        Map<String, List<Integer>> seen = new LinkedHashMap<>();
        List<String> faults = new ArrayList<>();
        Matcher block = BLOCK.matcher(bundle);
        for (int i = 0; block.find(); i++) {
            String body = block.group(2);
            String fault = fault(block.group(1), body);
            if (fault.isEmpty()) {
                seen.computeIfAbsent(body.replaceAll("\\s", ""), any -> new ArrayList<>())
                        .add(i);
            } else {
                faults.add("entry " + i + " " + fault);
            }
        }
        if (faults.isEmpty() && seen.isEmpty()) {
            faults.add("at least one trust anchor must be provided");
        }
        if (faults.isEmpty()) {
            seen.values().stream()
                    .filter(places -> places.size() > 1)
                    .forEach(places -> faults.add("duplicate trust anchor (indices "
                            + places.toString().replace(",", "") + ")"));
        }
        faults.forEach(fault -> checks.invalid(path, OMITTED, fault));
    }

    private static String fault(String type, String body) {
        if (!type.equals("CERTIFICATE")) {
            return "has bad block type: " + type;
        }
        if (HEADER.matcher(body).find()) {
            return "has PEM block headers";
        }
        X509Certificate certificate = certificate(body);
        if (certificate == null) {
            return "does not parse as X.509";
        }
        return certificate.getBasicConstraints() < 0 ? "does not have the CA bit set" : "";
    }

    private static @Nullable X509Certificate certificate(String base64) {
        try {
            byte[] der = Base64.getMimeDecoder().decode(base64);
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException | IllegalArgumentException e) {
            return null;
        }
    }
}
