/** Stock software that a machine has to run as a real host does. */
export interface Service {
    /** Debian's package; its job is tests/e2e/services/jobs/<package>.sh. */
    readonly package: string;
    /** What has to be active, as a pattern where the name has a version in it. */
    readonly unit: string;
    /** Packages that its job asks with. */
    readonly tools?: readonly string[];
    /** Part of `npm test`; the others only of `npm run test:services`. */
    readonly core?: boolean;
    /** Why no machine without more rights can have it. */
    readonly impossible?: Impossible;
}

interface Impossible {
    readonly reason: string;
    /** What the unit's state and journal say of it. */
    readonly says: RegExp;
}

/** In the order in which they are installed, each beside all those before it. */
export const services: readonly Service[] = [
    { package: "redis-server", unit: "redis-server.service", core: true },
    { package: "memcached", unit: "memcached.service", tools: ["netcat-openbsd"], core: true },
    // Its unit reloads it by /bin/kill.
    { package: "haproxy", unit: "haproxy.service", tools: ["procps"], core: true },
    { package: "prometheus-node-exporter", unit: "prometheus-node-exporter.service", core: true },
    { package: "polkitd", unit: "polkit.service", core: true },
    { package: "prometheus", unit: "prometheus.service" },
    { package: "nginx", unit: "nginx.service" },
    { package: "apache2", unit: "apache2.service" },
    { package: "mariadb-server", unit: "mariadb.service" },
    { package: "postgresql", unit: "postgresql@*.service" },
    { package: "rabbitmq-server", unit: "rabbitmq-server.service" },
    { package: "bind9", unit: "named.service", tools: ["bind9-dnsutils"] },
    { package: "rsyslog", unit: "rsyslog.service" },
    { package: "cron", unit: "cron.service" },
    { package: "openssh-server", unit: "ssh.service" },
    // After rsyslog and ssh: on Debian 12 it reads the file that they write.
    { package: "fail2ban", unit: "fail2ban.service" },
    { package: "postfix", unit: "postfix*.service" },
    { package: "dovecot-imapd", unit: "dovecot.service" },
    { package: "php-fpm", unit: "php*-fpm.service", tools: ["libfcgi-bin"] },
    { package: "squid", unit: "squid.service" },
    { package: "tor", unit: "tor@default.service" },
    {
        package: "chrony",
        unit: "chrony.service",
        impossible: {
            reason: "the clock is the host's: without CAP_SYS_TIME, its unit skips itself",
            says: /ConditionCapability=CAP_SYS_TIME/,
        },
    },
    {
        package: "docker.io",
        unit: "docker.service",
        impossible: {
            reason: "containers take mounts and packet filters: CAP_SYS_ADMIN and CAP_NET_ADMIN",
            says: /[Pp]ermission denied|[Oo]peration not permitted/,
        },
    },
    // The last one: names are then asked for by it.
    { package: "systemd-resolved", unit: "systemd-resolved.service", tools: ["bind9-dnsutils"] },
];
