package main

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"net"
	"time"
)

// guestKey derives the machine's private key: HMAC-SHA256 of the instance id under the group's secret is the Ed25519 seed.
func guestKey(secret, instanceID string) (ed25519.PrivateKey, error) {
	raw, err := base64.StdEncoding.DecodeString(secret)
	if err != nil || len(raw) == 0 {
		return nil, fmt.Errorf("metadata has no valid agent secret")
	}
	mac := hmac.New(sha256.New, raw)
	mac.Write([]byte(instanceID))
	return ed25519.NewKeyFromSeed(mac.Sum(nil)), nil
}

// guestCertificate is self-signed: the server compares the public key, not names or times. It is valid for longer than any
// machine lives, since a machine's clock may be wrong.
func guestCertificate(key ed25519.PrivateKey, instanceID, address string) (tls.Certificate, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: instanceID},
		DNSNames:     []string{instanceID},
		NotBefore:    time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(address); ip != nil {
		template.IPAddresses = []net.IP{ip}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// serverTLS accepts only clients whose certificate the cluster's authority has signed.
func serverTLS(agent Agent, instanceID, address string) (*tls.Config, error) {
	key, err := guestKey(agent.Secret, instanceID)
	if err != nil {
		return nil, err
	}
	certificate, err := guestCertificate(key, instanceID, address)
	if err != nil {
		return nil, err
	}
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM([]byte(agent.ClientCA)) {
		return nil, fmt.Errorf("metadata has no valid client certificate authority")
	}
	return &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{certificate},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    authorities,
		NextProtos:   []string{"http/1.1"},
	}, nil
}
