package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"time"
)

const (
	s3Timeout = 20 * time.Second

	// emptyHash is the SHA-256 of no bytes: the body of a GET.
	emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

// s3Reader reads objects of S3.
type s3Reader struct{ client *http.Client }

func newS3Reader() *s3Reader { return &s3Reader{client: &http.Client{Timeout: s3Timeout}} }

// get reads the object that the user data names.
func (s *s3Reader) get(at *ec2UserData, domain string, c *awsCredentials, now time.Time) ([]byte, error) {
	request, err := http.NewRequest(http.MethodGet, objectURL(at, domain), nil)
	if err != nil {
		return nil, err
	}
	signRequest(request, at.Region, c, now)
	response, err := s.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("S3: %w", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxDocument))
	if err != nil {
		return nil, fmt.Errorf("S3: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("S3: object %s of bucket %s: %s %s", at.Key, at.Bucket, response.Status, s3Code(body))
	}
	return body, nil
}

// objectURL is the object's address. A bucket's own host name comes first, as AWS wants it; a bucket with a point in its name
// has no certificate there, and an endpoint of another kind has no names for buckets.
func objectURL(at *ec2UserData, domain string) string {
	path := "/" + escapePath(at.Key)
	if at.Endpoint != "" {
		return strings.TrimSuffix(at.Endpoint, "/") + "/" + at.Bucket + path
	}
	host := "s3." + at.Region + "." + domain
	if strings.Contains(at.Bucket, ".") {
		return "https://" + host + "/" + at.Bucket + path
	}
	return "https://" + at.Bucket + "." + host + path
}

// escapePath keeps what RFC 3986 calls unreserved, and slashes; Signature Version 4 wants exactly that.
func escapePath(key string) string {
	var b strings.Builder
	for i := 0; i < len(key); i++ {
		c := key[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._~/", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// s3Code takes the code out of an error document.
func s3Code(body []byte) string {
	_, rest, found := strings.Cut(string(body), "<Code>")
	code, _, ended := strings.Cut(rest, "</Code>")
	if !found || !ended {
		return ""
	}
	return "(" + code + ")"
}

// signRequest signs a request without a body by AWS Signature Version 4 (IAM User Guide, "Create a signed AWS API request").
func signRequest(r *http.Request, region string, c *awsCredentials, now time.Time) {
	stamp := now.UTC().Format("20060102T150405Z")
	r.Header.Set("X-Amz-Date", stamp)
	r.Header.Set("X-Amz-Content-Sha256", emptyHash)
	if c.Token != "" {
		r.Header.Set("X-Amz-Security-Token", c.Token)
	}
	names, headers := canonicalHeaders(r)
	canonical := strings.Join([]string{
		r.Method, escapedPath(r.URL), r.URL.RawQuery, headers, names, emptyHash}, "\n")
	scope := strings.Join([]string{stamp[:8], region, "s3", "aws4_request"}, "/")
	toSign := strings.Join([]string{"AWS4-HMAC-SHA256", stamp, scope, hexSHA256(canonical)}, "\n")
	key := []byte("AWS4" + c.SecretAccessKey)
	for _, part := range strings.Split(scope, "/") {
		key = hmacSHA256(key, part)
	}
	r.Header.Set("Authorization", fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s/%s,SignedHeaders=%s,Signature=%s",
		c.AccessKeyID, scope, names, hex.EncodeToString(hmacSHA256(key, toSign))))
}

func escapedPath(u *url.URL) string {
	if u.Path == "" {
		return "/"
	}
	return u.EscapedPath()
}

// canonicalHeaders gives the names of the headers, and the headers themselves, sorted and in lower case.
func canonicalHeaders(r *http.Request) (names, lines string) {
	values := map[string]string{"host": r.URL.Host}
	for name, value := range r.Header {
		values[strings.ToLower(name)] = strings.TrimSpace(value[0])
	}
	var sorted []string
	for name := range values {
		sorted = append(sorted, name)
	}
	sort.Strings(sorted)
	var b strings.Builder
	for _, name := range sorted {
		b.WriteString(name + ":" + values[name] + "\n")
	}
	return strings.Join(sorted, ";"), b.String()
}

func hmacSHA256(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

func hexSHA256(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
