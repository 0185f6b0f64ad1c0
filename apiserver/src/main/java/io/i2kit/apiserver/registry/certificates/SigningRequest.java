package io.i2kit.apiserver.registry.certificates;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/** A PKCS #10 request as {@code spec.request} holds it, with a good signature by its own key. */
public final class SigningRequest {
    private static final String BLOCK = "CERTIFICATE REQUEST";

    private final JcaPKCS10CertificationRequest request;

    private SigningRequest(JcaPKCS10CertificationRequest request) {
        this.request = request;
    }

    /** It is none. */
    public static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }
    }

    /**
     * Reads PEM and checks the signature ({@code ParseCSR}, {@code CheckSignature}).
     *
     * @throws MalformedException when it is no request, or its signature is not that of its key
     */
    public static SigningRequest parse(byte[] pem) throws MalformedException {
        try (PemReader reader = new PemReader(new StringReader(new String(pem, StandardCharsets.US_ASCII)))) {
            PemObject block = reader.readPemObject();
            if (block == null || !block.getType().equals(BLOCK)) {
                throw new MalformedException("PEM block type must be CERTIFICATE REQUEST");
            }
            var request = new JcaPKCS10CertificationRequest(new PKCS10CertificationRequest(block.getContent()));
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(request.getPublicKey()))) {
                throw new MalformedException("x509: the signature of the request is not that of its key");
            }
            return new SigningRequest(request);
        } catch (IOException | OperatorCreationException | PKCSException | java.security.GeneralSecurityException e) {
            throw new MalformedException("x509: malformed certificate request: " + e.getMessage());
        }
    }

    /** The key that is to be certified. */
    public PublicKey publicKey() {
        try {
            return request.getPublicKey();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException("it was read before", e);
        }
    }

    /** The subject's name, in DER. */
    public byte[] subject() {
        try {
            return request.getSubject().getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException("it was read before", e);
        }
    }

    public String commonName() {
        List<String> names = values(BCStyle.CN);
        return names.isEmpty() ? "" : names.getLast();
    }

    public List<String> organizations() {
        return values(BCStyle.O);
    }

    private List<String> values(ASN1ObjectIdentifier type) {
        List<String> values = new ArrayList<>();
        for (RDN part : request.getSubject().getRDNs()) {
            // A part may have several values, as Go's library writes several organizations.
            for (AttributeTypeAndValue value : part.getTypesAndValues()) {
                if (value.getType().equals(type) && value.getValue() instanceof ASN1String text) {
                    values.add(text.getString());
                }
            }
        }
        return values;
    }

    /** Whether it asks for other names: DNS names, addresses, mail addresses or URIs. */
    public boolean hasAlternativeNames() {
        return Arrays.stream(request.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest))
                .map(attribute ->
                        Extensions.getInstance(attribute.getAttrValues().getObjectAt(0)))
                .map(extensions -> GeneralNames.fromExtensions(
                        extensions, org.bouncycastle.asn1.x509.Extension.subjectAlternativeName))
                .anyMatch(names -> names != null && hasAny(names));
    }

    private static boolean hasAny(GeneralNames names) {
        for (GeneralName name : names.getNames()) {
            if (name != null) {
                return true;
            }
        }
        return false;
    }
}
