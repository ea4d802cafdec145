# shellcheck shell=bash disable=SC2154 # a part of machine.sh, whose variables it reads
# A node: containerd, the kubelet, and what makes Services and NetworkPolicies true.
pki=/etc/kubernetes/pki

# The kubelet sets these of the kernel, which is not the node's alone: let it read that they are as it wants them.
hide_sysctl() {
  echo "${1#*=}" >"/run/${1//[\/=]/-}"
  mount --bind "/run/${1//[\/=]/-}" "/proc/sys/${1%=*}"
}
for setting in vm/overcommit_memory=1 kernel/panic=10 kernel/panic_on_oops=1 kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  [ ! -e "/proc/sys/${setting%=*}" ] || hide_sysctl "$setting"
done
# What is mounted over hides something: a user namespace may then mount no /proc of its own, unless there is a whole one.
mkdir /run/whole-proc
mount -t proc proc /run/whole-proc

# Disks for volumes: nothing here makes some when a claim comes, so they are there before.
mkdir -p /var/lib/volumes/{1..12}

serve containerd containerd
until ctr version >/dev/null 2>&1; do sleep 0.1; done
ctr --namespace=k8s.io images import /etc/kubernetes/pause.tar

# All that follows waits for long where no API server answers at its first attempt.
until kubectl --kubeconfig=$pki/harness.kubeconfig get --raw=/readyz >/dev/null 2>&1; do sleep 0.2; done
serve kubelet kube kubelet --config=/etc/kubernetes/kubelet.yaml --kubeconfig="$pki/$name.kubeconfig" --hostname-override="$name" --node-ip="$(hostname --ip-address)"
# Conntrack's limits are the kernel's, which is not the node's alone.
serve kube-proxy kube kube-proxy --kubeconfig=$pki/kube-proxy.kubeconfig --hostname-override="$name" --proxy-mode=iptables \
  --cluster-cidr=10.240.0.0/20 --conntrack-max-per-core=0 --conntrack-min=0 \
  --conntrack-tcp-timeout-established=0 --conntrack-tcp-timeout-close-wait=0
until kubectl --kubeconfig=$pki/harness.kubeconfig get node "$name" >/dev/null 2>&1; do sleep 0.2; done
serve netpol netpol $pki/harness.kubeconfig "$name" 10.240.128.0/24
