/** How a cluster publishes the ports of machines (https://kubernetes.io/docs/concepts/services-networking/service). */
export const ServiceType = {
    /** An address within the cluster. */
    clusterIP: "ClusterIP",
    /** A port of every node. */
    nodePort: "NodePort",
    /** A load balancer of the cloud's. */
    loadBalancer: "LoadBalancer",
} as const;
export type ServiceType = (typeof ServiceType)[keyof typeof ServiceType];
