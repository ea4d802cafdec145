# shellcheck shell=bash disable=SC2154 # a part of machine.sh, whose variables it reads
# The API server with what belongs to it, the cluster's DNS, and a registry.
pki=/etc/kubernetes/pki

serve etcd etcd --data-dir /var/lib/etcd --unsafe-no-fsync
serve kube-apiserver kube kube-apiserver \
  --etcd-servers=http://127.0.0.1:2379 --advertise-address=10.240.0.2 --secure-port=6443 \
  --tls-cert-file=$pki/apiserver.crt --tls-private-key-file=$pki/apiserver.key --client-ca-file=$pki/ca.crt \
  --kubelet-certificate-authority=$pki/ca.crt --kubelet-preferred-address-types=InternalIP \
  --kubelet-client-certificate=$pki/apiserver-kubelet-client.crt --kubelet-client-key=$pki/apiserver-kubelet-client.key \
  --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --allow-privileged=true \
  --service-cluster-ip-range=10.240.128.0/24 --service-account-issuer=https://kubernetes.default.svc \
  --service-account-key-file=$pki/service-accounts.pub --service-account-signing-key-file=$pki/service-accounts.key

# Those that speak with the API server give up where it doesn't answer at once.
until kubectl --kubeconfig=$pki/harness.kubeconfig get --raw=/readyz >/dev/null 2>&1; do sleep 0.2; done

serve kube-controller-manager kube kube-controller-manager --kubeconfig=$pki/kube-controller-manager.kubeconfig \
  --root-ca-file=$pki/ca.crt --service-account-private-key-file=$pki/service-accounts.key \
  --use-service-account-credentials --leader-elect=false --bind-address=127.0.0.1 --cert-dir=/run/kube-controller-manager
serve kube-scheduler kube kube-scheduler --kubeconfig=$pki/kube-scheduler.kubeconfig \
  --leader-elect=false --bind-address=127.0.0.1 --cert-dir=/run/kube-scheduler
serve coredns kube coredns -conf /etc/coredns/Corefile

# Two of them on the same files. Docker pushes to 127.0.0.1, which alone it trusts without TLS; nodes can't reach that.
serve registry-of-nodes env REGISTRY_HTTP_ADDR=10.240.0.2:5000 docker-registry serve /etc/docker/registry/config.yml
serve registry env "REGISTRY_HTTP_ADDR=127.0.0.1:$CLUSTER_REGISTRY" \
  nsenter --net=/run/networks/host docker-registry serve /etc/docker/registry/config.yml
