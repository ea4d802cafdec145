// Command nri makes the cgroups of those Pods writable that ask for it, on the node where it runs: a plugin of the node's container
// runtime (https://github.com/containerd/nri). What a Pod sees of cgroups stays its own subtree.
package main

import (
	"context"
	"log"
	"os"

	"github.com/containerd/nri/pkg/api"
	"github.com/containerd/nri/pkg/stub"
)

const cgroups = "/sys/fs/cgroup"

// plugin knows Pods by an annotation, which any user of the cluster may give to a Pod.
type plugin struct{ annotation string }

// CreateContainer is asked for each container before it is made.
func (p plugin) CreateContainer(_ context.Context, pod *api.PodSandbox, container *api.Container) (*api.ContainerAdjustment, []*api.ContainerUpdate, error) {
	if pod.GetAnnotations()[p.annotation] != "writable" {
		return nil, nil, nil
	}
	adjustment := &api.ContainerAdjustment{}
	for _, mount := range container.GetMounts() {
		if mount.Destination == cgroups {
			adjustment.RemoveMount(cgroups)
			adjustment.AddMount(&api.Mount{
				Destination: cgroups, Type: mount.Type, Source: mount.Source, Options: writable(mount.Options),
			})
			log.Printf("%s/%s: cgroups are writable", pod.Namespace, pod.Name)
		}
	}
	return adjustment, nil, nil
}

func writable(options []string) []string {
	kept := []string{"rw"}
	for _, option := range options {
		if option != "ro" {
			kept = append(kept, option)
		}
	}
	return kept
}

func main() {
	// The index says when it is asked, where there are several plugins.
	runtime, err := stub.New(plugin{os.Getenv("ANNOTATION")}, stub.WithPluginName("pulumi-centos-systemd"), stub.WithPluginIdx("10"))
	if err == nil {
		// Until the runtime goes away: the DaemonSet then starts it again.
		err = runtime.Run(context.Background())
	}
	log.Fatal(err)
}
