package main

// MachineMetadata is the guest's side of io.i2kit.cloud.model.MachineMetadata; the JSON names are its component names.
type MachineMetadata struct {
	Version                       int               `json:"version"`
	ClusterID                     string            `json:"clusterId"`
	Namespace                     string            `json:"namespace"`
	Owner                         Owner             `json:"owner"`
	Agent                         Agent             `json:"agent"`
	DNS                           DNS               `json:"dns"`
	HostAliases                   []HostAlias       `json:"hostAliases"`
	Hostname                      string            `json:"hostname"`
	Subdomain                     string            `json:"subdomain"`
	RestartPolicy                 string            `json:"restartPolicy"`
	TerminationGracePeriodSeconds int64             `json:"terminationGracePeriodSeconds"`
	Sysctls                       map[string]string `json:"sysctls"`
	FSGroup                       *int64            `json:"fsGroup"`
	Labels                        map[string]string `json:"labels"`
	Annotations                   map[string]string `json:"annotations"`
	ServiceAccountName            string            `json:"serviceAccountName"`
	NodeName                      string            `json:"nodeName"`
	Volumes                       []Volume          `json:"volumes"`
	InitContainers                []Container       `json:"initContainers"`
	Containers                    []Container       `json:"containers"`
}

// Owner is the object whose template the machine runs.
type Owner struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	UID  string `json:"uid"`
}

// Agent configures the guest's own servers.
type Agent struct {
	Secret    string `json:"secret"`
	ClientCA  string `json:"clientCa"`
	Port      int    `json:"port"`
	ReadyPort int    `json:"readyPort"`
}

// DNS is the resolv.conf of the containers.
type DNS struct {
	Nameservers []string `json:"nameservers"`
	Searches    []string `json:"searches"`
	Options     []string `json:"options"`
}

// HostAlias is a line of /etc/hosts.
type HostAlias struct {
	IP        string   `json:"ip"`
	Hostnames []string `json:"hostnames"`
}

// Volume holds files known at boot, an empty directory or a path of the machine.
type Volume struct {
	Name           string       `json:"name"`
	Kind           string       `json:"kind"`
	Files          []VolumeFile `json:"files"`
	Medium         string       `json:"medium"`
	SizeLimitBytes int64        `json:"sizeLimitBytes"`
	HostPath       string       `json:"hostPath"`
}

// VolumeFile is a file of a volume: base64 data, or a downward API field.
type VolumeFile struct {
	Path  string  `json:"path"`
	Mode  int     `json:"mode"`
	Data  *string `json:"data"`
	Field *string `json:"field"`
}

// Container is what the Pod says about one container beyond its config.json.
type Container struct {
	Name                     string        `json:"name"`
	Argv                     []string      `json:"argv"`
	Env                      []EnvVar      `json:"env"`
	WorkingDir               *string       `json:"workingDir"`
	Stdin                    bool          `json:"stdin"`
	StdinOnce                bool          `json:"stdinOnce"`
	TTY                      bool          `json:"tty"`
	Mounts                   []VolumeMount `json:"mounts"`
	Ports                    []Port        `json:"ports"`
	MemoryLimitBytes         int64         `json:"memoryLimitBytes"`
	CPULimitMillis           int64         `json:"cpuLimitMillis"`
	CPURequestMillis         int64         `json:"cpuRequestMillis"`
	StartupProbe             *Probe        `json:"startupProbe"`
	ReadinessProbe           *Probe        `json:"readinessProbe"`
	LivenessProbe            *Probe        `json:"livenessProbe"`
	PostStart                *Handler      `json:"postStart"`
	PreStop                  *Handler      `json:"preStop"`
	TerminationMessagePath   string        `json:"terminationMessagePath"`
	TerminationMessagePolicy string        `json:"terminationMessagePolicy"`
	RestartPolicy            string        `json:"restartPolicy"`
}

// Sidecar tells whether an init container runs beside the others for the whole life of the machine.
func (c *Container) Sidecar() bool { return c.RestartPolicy == "Always" }

// EnvVar is a variable: a value with $(VAR) not yet expanded, or a downward API field.
type EnvVar struct {
	Name  string  `json:"name"`
	Value *string `json:"value"`
	Field *string `json:"field"`
}

// VolumeMount puts a volume, or a path inside it, into a container.
type VolumeMount struct {
	Volume   string `json:"volume"`
	Path     string `json:"path"`
	SubPath  string `json:"subPath"`
	ReadOnly bool   `json:"readOnly"`
}

// Port is a declared container port.
type Port struct {
	Name     string `json:"name"`
	Port     int    `json:"port"`
	Protocol string `json:"protocol"`
}

// Probe has every default filled in by the server.
type Probe struct {
	Handler             Handler `json:"handler"`
	InitialDelaySeconds int     `json:"initialDelaySeconds"`
	TimeoutSeconds      int     `json:"timeoutSeconds"`
	PeriodSeconds       int     `json:"periodSeconds"`
	SuccessThreshold    int     `json:"successThreshold"`
	FailureThreshold    int     `json:"failureThreshold"`
}

// Handler is an action of a probe or a lifecycle hook; exactly one is given.
type Handler struct {
	Exec         []string   `json:"exec"`
	HTTPGet      *HTTPGet   `json:"httpGet"`
	TCPSocket    *TCPSocket `json:"tcpSocket"`
	SleepSeconds *int       `json:"sleepSeconds"`
}

// HTTPGet is an HTTP request; an empty host is the machine's own address.
type HTTPGet struct {
	Host    string   `json:"host"`
	Port    int      `json:"port"`
	Path    string   `json:"path"`
	Scheme  string   `json:"scheme"`
	Headers []Header `json:"headers"`
}

// Header is an HTTP header.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// TCPSocket is a connection attempt; an empty host is the machine's own address.
type TCPSocket struct {
	Host string `json:"host"`
	Port int    `json:"port"`
}

// InstanceMetadata is the cloud's part of the metadata document.
type InstanceMetadata struct {
	ID          string             `json:"id"`
	Zone        string             `json:"zone"`
	MachineType string             `json:"machineType"`
	HostAddress string             `json:"hostAddress"`
	Interfaces  []NetworkInterface `json:"interfaces"`
	Nameservers []string           `json:"nameservers"`
}

// NetworkInterface is a network card, found by its hardware address; the first one's address is the Pod address.
type NetworkInterface struct {
	MAC     string `json:"mac"`
	Address string `json:"address"`
	Gateway string `json:"gateway"`
	MTU     int    `json:"mtu"`
}

// Document is the whole metadata document.
type Document struct {
	Instance InstanceMetadata `json:"instance"`
	Launch   MachineMetadata  `json:"launch"`
}

// Lifecycle is what may change while the machine runs.
type Lifecycle struct {
	Sequence     int64             `json:"sequence"`
	Tags         map[string]string `json:"tags"`
	Terminating  bool              `json:"terminating"`
	GraceSeconds int64             `json:"graceSeconds"`
}
