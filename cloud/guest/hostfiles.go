package main

import (
	"fmt"
	"strings"
)

// hostsFile is the content that the kubelet writes (pkg/kubelet/kubelet_pods.go, managedHostsFileContent).
func hostsFile(id *Identity) string {
	var b strings.Builder
	b.WriteString("# Kubernetes-managed hosts file.\n" +
		"127.0.0.1\tlocalhost\n" +
		"::1\tlocalhost ip6-localhost ip6-loopback\n" +
		"fe00::0\tip6-localnet\n" +
		"fe00::0\tip6-mcastprefix\n" +
		"fe00::1\tip6-allnodes\n" +
		"fe00::2\tip6-allrouters\n")
	if ip := id.address(); ip != "" {
		names := id.hostname()
		if f := id.fqdn(); f != "" {
			names = f + "\t" + names
		}
		fmt.Fprintf(&b, "%s\t%s\n", ip, names)
	}
	if len(id.metadata.HostAliases) > 0 {
		b.WriteString("\n# Entries added by HostAliases.\n")
		for _, a := range id.metadata.HostAliases {
			fmt.Fprintf(&b, "%s\t%s\n", a.IP, strings.Join(a.Hostnames, "\t"))
		}
	}
	return b.String()
}

// resolvConf is resolv.conf(5): the Pod's name servers, else the cloud's.
func resolvConf(dns DNS, cloud []string) string {
	servers := dns.Nameservers
	if len(servers) == 0 {
		servers = cloud
	}
	var b strings.Builder
	if len(dns.Searches) > 0 {
		fmt.Fprintf(&b, "search %s\n", strings.Join(dns.Searches, " "))
	}
	for _, s := range servers {
		fmt.Fprintf(&b, "nameserver %s\n", s)
	}
	if len(dns.Options) > 0 {
		fmt.Fprintf(&b, "options %s\n", strings.Join(dns.Options, " "))
	}
	return b.String()
}
