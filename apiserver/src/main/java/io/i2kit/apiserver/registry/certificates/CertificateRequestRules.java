package io.i2kit.apiserver.registry.certificates;

import io.i2kit.apiserver.registry.Names;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** {@code validateCertificateSigningRequest}. */
final class CertificateRequestRules {
    private static final List<String> USAGES = List.of(
            "any",
            "cert sign",
            "client auth",
            "code signing",
            "content commitment",
            "crl sign",
            "data encipherment",
            "decipher only",
            "digital signature",
            "email protection",
            "encipher only",
            "ipsec end system",
            "ipsec tunnel",
            "ipsec user",
            "key agreement",
            "key encipherment",
            "microsoft sgc",
            "netscape sgc",
            "ocsp signing",
            "s/mime",
            "server auth",
            "signing",
            "timestamping");
    private static final Set<String> ALWAYS_TRUE = Set.of("Approved", "Denied", "Failed");
    private static final List<String> STATUSES = List.of("False", "True", "Unknown");
    private static final long MIN_SECONDS = 600;
    private static final int MAX_DOMAIN = 253;
    private static final int MAX_SIGNER = 571;

    private CertificateRequestRules() {}

    static void spec(JsonNode spec, FieldChecks checks) {
        try {
            SigningRequest.parse(Base64.getDecoder().decode(FieldChecks.text(spec, "request")));
        } catch (SigningRequest.MalformedException e) {
            checks.invalid("spec.request", spec.path("request"), String.valueOf(e.getMessage()));
        }
        JsonNode usages = spec.path("usages");
        if (usages.isEmpty()) {
            checks.required("spec.usages", "");
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < usages.size(); i++) {
            String usage = usages.path(i).asString("");
            if (!USAGES.contains(usage)) {
                checks.notSupported("spec.usages[" + i + "]", usages.path(i), USAGES);
            }
            if (!seen.add(usage)) {
                checks.duplicate("spec.usages[" + i + "]", usage);
            }
        }
        signer(FieldChecks.text(spec, "signerName"), checks);
        JsonNode seconds = spec.path("expirationSeconds");
        if (seconds.isNumber() && seconds.asLong() < MIN_SECONDS) {
            checks.invalid(
                    "spec.expirationSeconds", seconds, "may not specify a duration less than 600 seconds (10 minutes)");
        }
    }

    /** {@code ValidateSignerName}: a domain, a slash, a path of names. */
    static void signer(String name, FieldChecks checks) {
        String path = "spec.signerName";
        if (name.isEmpty()) {
            checks.required(path, "");
            return;
        }
        if (name.equals("kubernetes.io/legacy-unknown")) {
            checks.invalid(path, name, "the legacy signerName is not allowed via this API version");
            return;
        }
        String[] parts = name.split("/", -1);
        if (parts.length != 2) {
            checks.invalid(
                    path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
            return;
        }
        if (parts[0].length() > MAX_DOMAIN) {
            checks.tooLong(path, MAX_DOMAIN);
        }
        segment(parts[0], Names::dns1123Label, checks);
        if (!parts[0].contains(".")) {
            checks.invalid(path, parts[0], "should be a domain with at least two segments separated by dots");
        }
        segment(parts[1], Names::dns1123Subdomain, checks);
        if (name.length() > MAX_SIGNER) {
            checks.tooLong(path, MAX_SIGNER);
        }
    }

    private interface NameRule {
        void check(String name, boolean prefix, Consumer<String> problems);
    }

    /** The first bad part between dots is told. */
    private static void segment(String segment, NameRule rule, FieldChecks checks) {
        for (String part : segment.split("\\.", -1)) {
            List<String> problems = new ArrayList<>();
            rule.check(part, false, problems::add);
            problems.forEach(problem -> checks.invalid(
                    "spec.signerName", segment, "validating label " + FieldChecks.quoted(part) + ": " + problem));
            if (!problems.isEmpty()) {
                return;
            }
        }
    }

    static void status(JsonNode status, FieldChecks checks) {
        JsonNode conditions = status.path("conditions");
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < conditions.size(); i++) {
            String path = "status.conditions[" + i + "]";
            String type = FieldChecks.text(conditions.path(i), "type");
            if (type.isEmpty()) {
                checks.required(path + ".type", "");
            }
            checks.oneOf(conditions.path(i), "status", path, ALWAYS_TRUE.contains(type) ? List.of("True") : STATUSES);
            if (type.equals("Approved") && seen.contains("Denied")
                    || type.equals("Denied") && seen.contains("Approved")) {
                checks.invalid("status.conditions", type, "Approved and Denied conditions are mutually exclusive");
            }
            if (!seen.add(type)) {
                checks.duplicate(path + ".type", type);
            }
        }
        String certificate = FieldChecks.text(status, "certificate");
        if (!certificate.isEmpty() && !isCertificates(certificate)) {
            checks.invalid(
                    "status.certificate", "<certificate data>", "must contain at least one CERTIFICATE PEM block");
        }
    }

    private static boolean isCertificates(String base64) {
        try (ByteArrayInputStream pem =
                new ByteArrayInputStream(Base64.getDecoder().decode(base64))) {
            return !CertificateFactory.getInstance("X.509")
                    .generateCertificates(pem)
                    .isEmpty();
        } catch (CertificateException | java.io.IOException e) {
            return false;
        }
    }
}
