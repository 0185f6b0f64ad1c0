package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	imdsAddress = "http://169.254.169.254"
	imdsTimeout = 5 * time.Second

	// tokenLife is the longest that version 2 of the service gives (EC2 User Guide): six hours.
	tokenLife = 6 * time.Hour

	maxIMDSAnswer = 1 << 20
)

// imds is a client of version 2 of EC2's instance metadata service: every request carries a token of the session.
type imds struct {
	base   string
	client *http.Client

	mu      sync.Mutex
	token   string
	renewAt time.Time
}

// newIMDS makes a client; control is called with each new connection's socket before it connects.
func newIMDS(base string, control func(network, address string, c syscall.RawConn) error) *imds {
	dialer := &net.Dialer{Timeout: imdsTimeout, Control: control}
	return &imds{base: base, client: &http.Client{
		Timeout:   imdsTimeout,
		Transport: &http.Transport{DialContext: dialer.DialContext, MaxIdleConns: 1, IdleConnTimeout: time.Minute},
	}}
}

// imdsError is an answer other than success.
type imdsError struct {
	path   string
	status int
}

func (e *imdsError) Error() string {
	return fmt.Sprintf("metadata service: %s: %d %s", e.path, e.status, http.StatusText(e.status))
}

func isMissing(err error) bool {
	var answer *imdsError
	return errors.As(err, &answer) && answer.status == http.StatusNotFound
}

// get reads a path below /latest. A token that the service no longer knows is replaced once.
func (i *imds) get(path string) ([]byte, error) {
	body, _, err := i.request(path)
	return body, err
}

func (i *imds) text(path string) (string, error) {
	body, err := i.get(path)
	return strings.TrimSpace(string(body)), err
}

// time is the service's clock.
func (i *imds) time() (time.Time, error) {
	_, header, err := i.request("meta-data/instance-id")
	if err != nil {
		return time.Time{}, err
	}
	there, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		// Not promised by the service; the machine's own clock has to do then.
		return time.Now(), nil
	}
	return there, nil
}

func (i *imds) request(path string) ([]byte, http.Header, error) {
	for again := false; ; again = true {
		token, err := i.session(again)
		if err != nil {
			return nil, nil, err
		}
		request, err := http.NewRequest(http.MethodGet, i.base+"/latest/"+path, nil)
		if err != nil {
			return nil, nil, err
		}
		request.Header.Set("X-aws-ec2-metadata-token", token)
		body, header, status, err := i.do(request)
		if err != nil {
			return nil, nil, err
		}
		if status == http.StatusUnauthorized && !again {
			continue
		}
		if status != http.StatusOK {
			return nil, nil, &imdsError{path, status}
		}
		return body, header, nil
	}
}

// session gives a token, an old one while it holds.
func (i *imds) session(renew bool) (string, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !renew && time.Now().Before(i.renewAt) {
		return i.token, nil
	}
	request, err := http.NewRequest(http.MethodPut, i.base+"/latest/api/token", nil)
	if err != nil {
		return "", err
	}
	request.Header.Set("X-aws-ec2-metadata-token-ttl-seconds", strconv.Itoa(int(tokenLife/time.Second)))
	body, _, status, err := i.do(request)
	if err != nil {
		return "", err
	}
	if status != http.StatusOK {
		return "", &imdsError{"api/token", status}
	}
	i.token, i.renewAt = string(body), time.Now().Add(tokenLife/2)
	return i.token, nil
}

func (i *imds) do(request *http.Request) ([]byte, http.Header, int, error) {
	response, err := i.client.Do(request)
	if err != nil {
		return nil, nil, 0, fmt.Errorf("metadata service: %w", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxIMDSAnswer))
	return body, response.Header, response.StatusCode, err
}

// awsCredentials are those of the instance's role.
type awsCredentials struct {
	Code            string
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	Token           string
}

func (i *imds) roleCredentials() (*awsCredentials, error) {
	const root = "meta-data/iam/security-credentials/"
	role, err := i.text(root)
	if isMissing(err) {
		return nil, fmt.Errorf("the instance has no role (instance profile)")
	}
	if err != nil {
		return nil, err
	}
	role, _, _ = strings.Cut(role, "\n")
	text, err := i.get(root + role)
	if err != nil {
		return nil, err
	}
	c := &awsCredentials{}
	if err := json.Unmarshal(text, c); err != nil {
		return nil, fmt.Errorf("credentials of role %s: %w", role, err)
	}
	if c.Code != "" && c.Code != "Success" {
		return nil, fmt.Errorf("credentials of role %s: %s", role, c.Code)
	}
	return c, nil
}
