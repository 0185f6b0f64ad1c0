package io.i2kit.apiserver.registry.certificates;

/** Certificates that are valid for a hundred years; nobody has their keys. */
public final class Bundles {
    /** Of an authority. */
    public static final String AUTHORITY = """
            -----BEGIN CERTIFICATE-----
            MIIBbzCCARWgAwIBAgIUHsYLpn0QeLnwSu06b0GqdsPbsZgwCgYIKoZIzj0EAwIw
            DDEKMAgGA1UEAwwBYTAgFw0yNjExMjcwNzM5NDVaGA8yMTI2MTEwMzA3Mzk0NVow
            DDEKMAgGA1UEAwwBYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIQNii77jbHv
            1BEPUYPdS1mQAyr0XvBcYSxamZnFJgv69kTuIwJzj6LBGPeD8yPaY7657hP8n58e
            BP6/ZRNvaEijUzBRMB0GA1UdDgQWBBR7RM1XTgTWgp9im44LfYqbue7f/jAfBgNV
            HSMEGDAWgBR7RM1XTgTWgp9im44LfYqbue7f/jAPBgNVHRMBAf8EBTADAQH/MAoG
            CCqGSM49BAMCA0gAMEUCID7HUrxj5ocn8UMsfvp5NGvAmTOT8qC67h3RIL+ynKx0
            AiEAvvfEYNP3aul2L8PrXLfYoud4I8cpRFv3wlnI5CnWb4I=
            -----END CERTIFICATE-----
            """;

    /** Of none. */
    static final String OTHER = """
            -----BEGIN CERTIFICATE-----
            MIIBazCCARKgAwIBAgIUL07XmPC+bAZM+Q1xgPIr6dkWGPgwCgYIKoZIzj0EAwIw
            DDEKMAgGA1UEAwwBYjAgFw0yNjExMjcwNzM5NDVaGA8yMTI2MTEwMzA3Mzk0NVow
            DDEKMAgGA1UEAwwBYjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLItrv9a9OET
            q/OnRC8snH4C0AWK+9JdxUNABhU0yZiU6hmoscSiyfISYSJsx3nhDpEkbA7jYDUj
            dgcatalbgaujUDBOMB0GA1UdDgQWBBTTDGZXSA3riKNvlYEyDxLdd2xVXjAfBgNV
            HSMEGDAWgBTTDGZXSA3riKNvlYEyDxLdd2xVXjAMBgNVHRMBAf8EAjAAMAoGCCqG
            SM49BAMCA0cAMEQCIBM5TUMsUIWu4LoPw+2o4jVrqn5SRJBSPRDbarOgiN58AiBV
            9NsUgw33mfvj3hi18m4hrUC6Kk+P661yJNc5QxRoxw==
            -----END CERTIFICATE-----
            """;

    private Bundles() {}
}
