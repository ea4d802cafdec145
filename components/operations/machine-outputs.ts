/** What is known of a machine once it is ready. */
export interface MachineOutputs {
    /** Name of the container, `<sandbox>-<machine>`; on a cluster of the Pod, `<machine>`. */
    readonly container: string;
    /** The container's id, or the Pod's: another one is another machine. */
    readonly id: string;
    /** The machine's address on the sandbox's network. */
    readonly address: string;
    /** Published ports, `127.0.0.1:8080->80/tcp`; on a cluster, those of the machine's own address. */
    readonly ports: string[];
    /** What systemd said of itself when the machine became ready: `running`, or `degraded` where that is allowed. */
    readonly state: string;
    /** Seconds from the start of PID 1 until systemd had finished its start-up. */
    readonly bootSeconds: number;
    /**
     * Major version of the systemd that runs.
     * @asType integer
     */
    readonly systemdVersion: number;
    /** How to call Docker's CLI for it: `docker`, with the host's address where that isn't the usual one. Empty on a cluster. */
    readonly docker: string;
    /** How to call Kubernetes' CLI for it, with its namespace: `kubectl --namespace alice`. Only on a cluster. */
    readonly kubectl?: string;
    /** Command that brings its `ports` to this computer, as long as it runs. Only on a cluster. */
    readonly forward?: string;
    /** The node that the cluster has put it on. Only on a cluster. */
    readonly node?: string;
    /** Command for a login shell. */
    readonly shell: string;
    /** Its groups in the Ansible inventory. */
    readonly groups: string[];
    /** Its block for `ssh -F`, where it has an sshd. */
    readonly sshConfig?: string;
}
