import pulumi
from pulumi_centos_systemd import SystemdSandbox

config = pulumi.Config()

# What it is called here stands before the names of its machines on the host.
sandbox = SystemdSandbox(
    pulumi.get_stack(),
    distribution=config.require("distribution"),
    base_image=config.require("baseImage"),
    ttl="8h",
    machines={
        "web": {
            "ports": [{"port": 80}],  # a free one of the host, on 127.0.0.1
            "files": {
                "/usr/local/bin/hello": {"source": "../../../stacks/web/hello", "mode": "0755"},
            },
            "units": {
                "hello.socket": {"source": "../../../stacks/web/hello.socket", "enable": True},
                "hello@.service": {"source": "../../../stacks/web/hello@.service"},
            },
            "provision": [
                {"script": "../provision.sh", "environment": {"TOKEN": config.require_secret("token")}},
            ],
        },
        "node": {"count": 2},
    },
)

pulumi.export("machines", sandbox.machines)
