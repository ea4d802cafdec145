#!/usr/bin/env bash
# A Kubernetes cluster of three "machines" on this one: namespaces over a Debian chroot, connected by a network of their own.
#
#   CLUSTER_…=… unshare --mount --propagation private bash cluster.sh
#
#   CLUSTER_CHROOT    the root file system of all machines; nothing of it is changed
#   CLUSTER_PROGRAMS  a directory of what Debian doesn't have: kube, netpol, runc-nolimits, crun-nolimits, pause
#   CLUSTER_HOME      a directory that keeps the lock and the logs, and in run/ what goes with the cluster
#   CLUSTER_REGISTRY  the port of 127.0.0.1 for the cluster's registry
#
# Lines on stdout: `waiting`, and `started` once all machines were started. End of stdin ends the cluster. So nothing outlives
# the caller, however it ends: its pipe closes, PID 1 here leaves, and the kernel kills everything in the PID namespace and
# drops mounts and networks; the rest (cgroups, files) is swept.
#
#   this machine   10.240.0.1   to the control plane, and through it to nodes and Pods
#   control-plane  10.240.0.2   to this machine; 10.240.1.1 to the nodes, also the cluster's DNS
#   node-a, -b     10.240.1.11  and .12; their Pods are in 10.240.11.0/24 and 10.240.12.0/24
#   Services       10.240.128.0/24
set -Eeuo pipefail
# Whatever ends this script says so: its last words are all that a skipped test can show.
trap 'echo "cluster.sh, line $LINENO: exit code $? from: $BASH_COMMAND" >&2' ERR
here=$(dirname "$0") home=$CLUSTER_HOME run=$CLUSTER_HOME/run
link=pcs-cluster
cgroup=pcs-cluster
declare -A nodes=([node-a]=11 [node-b]=12)

# Everything that the kernel doesn't drop by itself. Also run before the start: the last run may have been killed.
sweep() {
  ip link del "$link" 2>/dev/null || true
  remove_cgroups
  rm -rf --one-file-system "$run"
}

# The end of the cluster, wherever it has got to. What is mounted there would be in the way.
finish() {
  umount "$run/cgroup2" "$run"/networks/* 2>/dev/null || true
  sweep
}

# Children first. Those of processes that were killed just now may be busy for a moment.
remove_cgroups() {
  local tree _
  tree=$(findmnt --noheadings --types cgroup2 --output TARGET --first-only)/$cgroup
  for _ in {1..50}; do
    [ -d "$tree" ] || return 0
    find "$tree" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.1
  done
}

# The default engine's own mounts were copied into this namespace: holding them would keep its containers' layers busy.
let_go_of_containers() {
  findmnt --noheadings --raw --output TARGET | grep -E '^(/var)?/(run|lib)/(docker|containers?|containerd)(/|$)' | tac |
    while read -r target; do umount --lazy "$target"; done || true
}

in_network() { nsenter --net="$run/networks/$1" "${@:2}"; }

# Names of networks that the machines can enter, as files: their mounts go with this namespace.
prepare_networks() {
  local node other
  mkdir -p "$run/networks"
  for name in host control-plane "${!nodes[@]}"; do touch "$run/networks/$name"; done
  mount --bind /proc/self/ns/net "$run/networks/host"
  for name in control-plane "${!nodes[@]}"; do
    unshare --net="$run/networks/$name" sh -ec 'ip link set lo up; echo 1 >/proc/sys/net/ipv4/ip_forward'
  done

  ip link add name "$link" type veth peer name host0 netns "$run/networks/control-plane"
  ip addr add 10.240.0.1/30 dev "$link"
  ip link set "$link" up
  ip route add 10.240.0.0/16 via 10.240.0.2
  in_network control-plane sh -ec '
    ip addr add 10.240.0.2/30 dev host0; ip link set host0 up; ip route add default via 10.240.0.1
    ip link add nodes type bridge; ip addr add 10.240.1.1/24 dev nodes; ip link set nodes up'
  for node in "${!nodes[@]}"; do
    in_network control-plane ip link add name "$node" type veth peer name eth0 netns "$run/networks/$node"
    in_network control-plane sh -ec "ip link set $node master nodes up; ip route add 10.240.${nodes[$node]}.0/24 via 10.240.1.${nodes[$node]}"
    in_network "$node" sh -ec "ip addr add 10.240.1.${nodes[$node]}/24 dev eth0; ip link set eth0 up; ip route add default via 10.240.1.1"
    for other in "${!nodes[@]}"; do
      [ "$other" = "$node" ] || in_network "$node" ip route add "10.240.${nodes[$other]}.0/24" via "10.240.1.${nodes[$other]}"
    done
  done
}

# One authority, and whom it vouches for. The kubeconfigs have all in them, so that they can be used from anywhere.
prepare_certificates() (
  mkdir -p "$run/pki"
  cd "$run/pki"
  curve="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
  # shellcheck disable=SC2086 # each word of it is a word
  {
    openssl req -x509 $curve -days 30 -subj /CN=cluster-of-the-tests -keyout ca.key -out ca.crt
    certify() { # name, subject, alternative names
      openssl req -new $curve -subj "$2" -addext "subjectAltName=$3" -keyout "$1.key" -out "$1.csr"
      openssl x509 -req -in "$1.csr" -copy_extensions copy -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -out "$1.crt"
    }
    certify apiserver /CN=kube-apiserver IP:10.240.0.2,IP:10.240.128.1,IP:127.0.0.1,DNS:kubernetes,DNS:kubernetes.default.svc
    certify apiserver-kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client DNS:apiserver
    certify admin /O=system:masters/CN=admin DNS:admin
    # What of the harness isn't tested here: it may do everything.
    certify harness /O=system:masters/CN=harness DNS:harness
    certify kube-controller-manager /CN=system:kube-controller-manager DNS:kube-controller-manager
    certify kube-scheduler /CN=system:kube-scheduler DNS:kube-scheduler
    certify kube-proxy /CN=system:kube-proxy DNS:kube-proxy
    for node in "${!nodes[@]}"; do
      certify "$node" "/O=system:nodes/CN=system:node:$node" "DNS:$node,IP:10.240.1.${nodes[$node]}"
    done
    openssl genrsa -out service-accounts.key 2048
    openssl rsa -in service-accounts.key -pubout -out service-accounts.pub
  } >"$home/logs/certificates.log" 2>&1
  for user in admin harness kube-controller-manager kube-scheduler kube-proxy "${!nodes[@]}"; do kubeconfig "$user" >"$user.kubeconfig"; done
)

kubeconfig() {
  cat <<YAML
apiVersion: v1
kind: Config
clusters: [{ name: tests, cluster: { server: "https://10.240.0.2:6443", certificate-authority-data: $(base64 -w0 ca.crt) } }]
users: [{ name: $1, user: { client-certificate-data: $(base64 -w0 "$1.crt"), client-key-data: $(base64 -w0 "$1.key") } }]
contexts: [{ name: tests, context: { cluster: tests, user: $1 } }]
current-context: tests
YAML
}

# The image that a Pod's sandbox runs: one file.
prepare_pause() (
  mkdir -p "$run/pause"
  cd "$run/pause"
  cp "$CLUSTER_PROGRAMS/pause" pause
  tar --create --file=layer.tar pause
  cat >config.json <<JSON
{"architecture": "$(dpkg --print-architecture)", "os": "linux", "config": {"Entrypoint": ["/pause"]},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:$(sha256sum layer.tar | cut -d' ' -f1)"]}}
JSON
  echo '[{"Config": "config.json", "RepoTags": ["localhost/pause:1"], "Layers": ["layer.tar"]}]' >manifest.json
  tar --create --file=../pause.tar manifest.json config.json layer.tar
)

# A machine's files: its role's, with its own words in place of @…@.
prepare_machine() {
  local name=$1 role=$2 number=${3-}
  local files=$run/$name/upper
  mkdir -p "$run/$name"/{root,work,lib} "$home/logs/$name"
  cp -r "$here/rootfs/$role" "$files"
  find "$files" -type f -exec sed -i -e "s/@name@/$name/g" -e "s/@number@/$number/g" {} +
  mkdir -p "$files/etc/kubernetes/pki"
  case $role in
    control-plane) cp "$run"/pki/* "$files/etc/kubernetes/pki" ;;
    node)
      cp "$run"/pki/{ca.crt,"$name".*,kube-proxy.kubeconfig,harness.kubeconfig} "$files/etc/kubernetes/pki"
      cp "$run/pause.tar" "$files/etc/kubernetes"
      # The registry goes by the same name everywhere, but 127.0.0.1 is elsewhere on each machine.
      mkdir -p "$files/etc/containerd/certs.d/127.0.0.1:$CLUSTER_REGISTRY"
      mv "$files/etc/containerd/hosts.toml" "$files/etc/containerd/certs.d/127.0.0.1:$CLUSTER_REGISTRY"
      ;;
  esac
}

start_machine() {
  local name=$1 role=$2
  mkdir "$run/cgroup2/$cgroup/$name"
  (
    # A cgroup namespace begins where the process is that makes it.
    echo 0 >"$run/cgroup2/$cgroup/$name/cgroup.procs"
    exec nsenter --net="$run/networks/$name" unshare --mount --uts --ipc --cgroup --pid --fork --kill-child \
      bash "$here/machine.sh" "$name" "$role" </dev/null >"$home/logs/$name/machine.log" 2>&1 9>&-
  ) &
}

# PID 1 of all machines: it waits for the end of stdin, and takes everything with it when it ends.
if [ "${1-}" = pid-1 ]; then
  mount -t proc proc /proc
  start_machine control-plane control-plane
  for node in "${!nodes[@]}"; do start_machine "$node" node; done
  echo started
  cat >/dev/null
  exit
fi

mkdir -p "$home/logs"
exec 9>"$home/lock"
flock --nonblock 9 || { echo waiting; flock --timeout 1800 9 || { echo "another run has held $home/lock for half an hour" >&2; exit 1; }; }
sweep
trap finish EXIT
let_go_of_containers
mkdir -p "$run/cgroup2"
# The flags of cgroup2 are the machine's, not the mount's: another set here would switch nsdelegate for everybody.
mount -t cgroup2 -o "$(findmnt --noheadings --types cgroup2 --output FS-OPTIONS --first-only)" cgroup2 "$run/cgroup2"
mkdir "$run/cgroup2/$cgroup"
prepare_networks
prepare_certificates
prepare_pause
prepare_machine control-plane control-plane
for node in "${!nodes[@]}"; do prepare_machine "$node" node "${nodes[$node]}"; done
unshare --mount --pid --fork --kill-child bash "$0" pid-1 9>&- || true
