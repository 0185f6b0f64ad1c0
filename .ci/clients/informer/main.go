// What a controller does: typed and dynamic calls, server-side apply, and a shared informer that sees every change.
// Prints "row<TAB>ok" or "row<TAB>what went wrong" for each.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/client-go/util/exec"
)

func report(row string, err error) {
	if err != nil {
		fmt.Printf("%s\t%v\n", row, err)
		return
	}
	fmt.Printf("%s\tok\n", row)
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	namespace := os.Args[1]
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		panic(err)
	}
	config.ContentType = "application/vnd.kubernetes.protobuf"
	config.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	client := kubernetes.NewForConfigOrDie(config)
	maps := client.CoreV1().ConfigMaps(namespace)

	var added, updated, deleted atomic.Int32
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithNamespace(namespace))
	informer := factory.Core().V1().ConfigMaps().Informer()
	count := func(counter *atomic.Int32) func(any) {
		return func(object any) {
			if tombstone, gone := object.(cache.DeletedFinalStateUnknown); gone {
				object = tombstone.Obj
			}
			if object.(*corev1.ConfigMap).Name == "from-go" {
				counter.Add(1)
			}
		}
	}
	_, _ = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    count(&added),
		UpdateFunc: func(_, now any) { count(&updated)(now) },
		DeleteFunc: count(&deleted),
	})
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		report("watch", fmt.Errorf("the informer did not sync"))
		return
	}
	made, err := maps.Create(ctx, &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "from-go"}, Data: map[string]string{"a": "1"},
	}, metav1.CreateOptions{})
	report("create", err)
	_, err = maps.Get(ctx, "from-go", metav1.GetOptions{})
	report("get", err)
	list, err := maps.List(ctx, metav1.ListOptions{Limit: 1})
	if err == nil && len(list.Items) != 1 {
		err = fmt.Errorf("%d items", len(list.Items))
	}
	report("list", err)
	_, err = maps.Patch(ctx, "from-go", types.StrategicMergePatchType, []byte(`{"data":{"b":"2"}}`), metav1.PatchOptions{})
	report("patch", err)
	_, err = maps.Apply(ctx, applycorev1.ConfigMap("from-go", namespace).WithData(map[string]string{"c": "3"}),
		metav1.ApplyOptions{FieldManager: "matrix"})
	report("server-side apply", err)
	if made != nil {
		made.Data["a"] = "stale"
		if _, err = maps.Update(ctx, made, metav1.UpdateOptions{}); err == nil {
			err = fmt.Errorf("a stale update was taken")
		} else {
			err = nil
		}
	}
	report("conflict", err)
	report("delete", maps.Delete(ctx, "from-go", metav1.DeleteOptions{}))
	err = wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, 20*time.Second, true, func(context.Context) (bool, error) {
		return added.Load() == 1 && updated.Load() == 2 && deleted.Load() == 1, nil
	})
	if err != nil {
		err = fmt.Errorf("saw %d added, %d updated, %d deleted", added.Load(), updated.Load(), deleted.Load())
	}
	report("watch", err)
	_, err = client.Discovery().ServerPreferredResources()
	report("discovery", err)
	if len(os.Args) > 3 {
		machine(config, client, os.Args[2], os.Args[3])
	}
}

// machine reaches a Pod's machine.
func machine(config *rest.Config, client kubernetes.Interface, namespace, pod string) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	lines := int64(5)
	log, err := client.CoreV1().Pods(namespace).GetLogs(pod, &corev1.PodLogOptions{TailLines: &lines}).DoRaw(ctx)
	if err == nil && len(log) == 0 {
		err = errors.New("an empty log")
	}
	report("logs", err)
	report("exec", execute(ctx, config, client, namespace, pod))
	report("port-forward", forward(ctx, config, client, namespace, pod))
}

func execute(ctx context.Context, config *rest.Config, client kubernetes.Interface, namespace, pod string) error {
	url := client.CoreV1().RESTClient().Post().Namespace(namespace).Resource("pods").Name(pod).SubResource("exec").VersionedParams(
		&corev1.PodExecOptions{Command: []string{"sh", "-c", "cat; exit 3"}, Stdin: true, Stdout: true}, scheme.ParameterCodec).URL()
	executor, err := remotecommand.NewWebSocketExecutor(config, http.MethodGet, url.String())
	if err != nil {
		return err
	}
	var out bytes.Buffer
	err = executor.StreamWithContext(ctx, remotecommand.StreamOptions{Stdin: bytes.NewBufferString("typed"), Stdout: &out})
	var code exec.CodeExitError
	if !errors.As(err, &code) || code.Code != 3 || out.String() != "typed" {
		return fmt.Errorf("%v, printed %q", err, out.String())
	}
	return nil
}

func forward(ctx context.Context, config *rest.Config, client kubernetes.Interface, namespace, pod string) error {
	url := client.CoreV1().RESTClient().Post().Namespace(namespace).Resource("pods").Name(pod).SubResource("portforward").URL()
	dialer, err := portforward.NewSPDYOverWebsocketDialer(url, config)
	if err != nil {
		return err
	}
	stop, ready := make(chan struct{}), make(chan struct{})
	defer close(stop)
	forwarder, err := portforward.New(dialer, []string{"0:8080"}, stop, ready, io.Discard, io.Discard)
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- forwarder.ForwardPorts() }()
	select {
	case <-ready:
	case err = <-failed:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
	ports, err := forwarder.GetPorts()
	if err != nil {
		return err
	}
	answer, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/", ports[0].Local))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return errors.New(answer.Status)
	}
	return nil
}
