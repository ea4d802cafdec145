"""Runs in a machine, as its root: tries to get at what isn't the machine's, and prints what came of each attempt as JSON.

Arguments: the cgroup access, the cgroup directories of the sandbox and of the machine, the command line of a process that
isn't the machine's, and the address of a machine of another sandbox, where there is one.
An attempt's outcome is the name of its errno, or `done`; a look's is `hidden`, or what it saw.
"""

import ctypes
import errno
import json
import os
import socket
import stat
import sys

access, sandbox, machine, foreign_process, neighbour = sys.argv[1:]
libc = ctypes.CDLL(None, use_errno=True)
MS_REMOUNT, MS_BIND, CLONE_NEWUSER = 32, 4096, 0x10000000
CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET = 0x20000, 0x20000000, 0x40000000
outcomes = {}


def attempt(what, action, *arguments):
    try:
        outcomes[what] = action(*arguments) or "done"
    except OSError as error:
        outcomes[what] = errno.errorcode[error.errno]


def write(path, value):
    with open(path, "w") as file:
        file.write(value)


def read(path):
    """Docker covers some files with /dev/null, and some kernels don't have them: nothing is in them either way."""
    if not os.path.exists(path):
        return "hidden"
    with open(path, "rb") as file:
        return "done" if file.read(1) else "hidden"


def libc_call(name, *arguments):
    if getattr(libc, name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), name)


def first_disk():
    with open("/proc/partitions") as file:
        major, minor = file.read().split("\n")[2].split()[:2]
    return os.makedev(int(major), int(minor))


NODE = "/var/tmp/device"  # no nodev there, which would be an answer of its own


def make_node(kind, device):
    os.mknod(NODE, kind | 0o600, device)
    os.remove(NODE)


def open_device(kind, device):
    os.mknod(NODE, kind | 0o600, device)
    try:
        os.close(os.open(NODE, os.O_RDONLY))
    finally:
        os.remove(NODE)


def writable_cgroups():
    """The directories that are the machine's own, in every hierarchy that it sees."""
    with open("/proc/self/mountinfo") as file:
        for line in file:
            fields, kind = line.split(" - ")[0].split(), line.split(" - ")[1].split()[0]
            if kind.startswith("cgroup") and os.access(fields[4], os.W_OK):
                yield fields[4]


def open_disk_from_another_cgroup():
    """Device rules hang on cgroups: does the disk open from one that the machine made itself?"""
    for parent in writable_cgroups():
        directory = f"{parent}/escape"
        os.mkdir(directory)
        child = os.fork()
        if child == 0:
            try:
                write(f"{directory}/cgroup.procs", str(os.getpid()))
                open_device(stat.S_IFBLK, first_disk())
                os._exit(0)
            except OSError as error:
                os._exit(error.errno)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.rmdir(directory)
        if code != errno.EPERM:
            raise OSError(code, "not what was expected") if code else ValueError("the disk was opened")
    raise OSError(errno.EPERM, "from each of them")


def in_namespaces(kind, target, filesystem, flags):
    """Mounts in a mount namespace, and one of that kind, where it may make them."""
    child = os.fork()
    if child == 0:
        if libc.unshare(CLONE_NEWNS | kind) == 0 and kind == CLONE_NEWPID and os.fork() != 0:
            os._exit(os.waitstatus_to_exitcode(os.wait()[1]))
        mounted = libc.mount(filesystem, target, filesystem, flags, None) == 0
        os._exit(0 if mounted else ctypes.get_errno())
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code != 0:
        raise OSError(code, "mount")


# Where a cluster puts the key of a Pod that may talk to it.
ACCOUNT = "/var/run/secrets/kubernetes.io"


def processes():
    """Everything that /proc shows, but this process itself, whose arguments name what it looks for."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        if int(pid) != os.getpid():
            try:
                with open(f"/proc/{pid}/cmdline") as file:
                    yield file.read().replace("\0", " ").strip()
            except OSError:
                pass  # it ended meanwhile


def reach(address):
    """Nothing listens there, so who gets through is refused; but a cluster's network may refuse, so there somebody does."""
    try:
        socket.create_connection((address, 9), timeout=2).close()
    except ConnectionRefusedError:
        return "hidden" if access == "pod" else "done"
    except socket.timeout:  # TimeoutError is another one before Python 3.10
        return "hidden"


# What engines, and nodes of clusters, call theirs.
FOREIGN_CGROUPS = ("sandbox_", "docker", "engine", "kubepods", "pcs-cluster")


def foreign_cgroups():
    """Cgroups of the host that a machine with a namespace of its own must not even see."""
    seen = [name for name in os.listdir("/sys/fs/cgroup") if name.startswith(FOREIGN_CGROUPS)]
    return ",".join(seen) or "hidden"


# ---- cgroups outside its own
if access in ("v2-writable", "v2-userns", "podman", "pod"):
    attempt("see the host's cgroups", foreign_cgroups)
    attempt("raise its own limits", write, "/sys/fs/cgroup/cgroup.max.descendants", "max")
else:
    root = "/sys/fs/cgroup" if access == "v2-parent" else "/sys/fs/cgroup/systemd"
    outer = root + sandbox
    attempt("create a cgroup at the root", os.mkdir, f"{root}/escape")
    attempt("create a cgroup beside its own", os.mkdir, f"{outer}/escape")
    attempt("move to the root", write, f"{root}/cgroup.procs", "0")
    attempt("move beside its own", write, f"{outer}/cgroup.procs", "0")
    if access == "v2-parent":
        # A cgroup that it makes beside its container's has no device filter of the engine, where that is a BPF program.
        attempt("make a node for the host's disk", make_node, stat.S_IFBLK, first_disk())
        attempt("raise its own limits", write, f"{root}{machine}/cgroup.max.descendants", "max")
    if access == "v1-parent":
        attempt("raise its own limits", write, "/sys/fs/cgroup/pids/pids.max", "max")
        attempt("allow itself devices", write, "/sys/fs/cgroup/devices/devices.allow", "a")
    if access != "v2-parent":
        # The host's kernel would run what is written there, as the host's root.
        attempt("set the release agent", write, f"{root}/release_agent", "/bin/true")

# ---- mounts and namespaces
attempt("remount /sys/fs/cgroup", libc_call, "mount", None, b"/sys/fs/cgroup", None, MS_REMOUNT | MS_BIND, None)
attempt("mount cgroup2", libc_call, "mount", b"none", b"/mnt", b"cgroup2", 0, None)
attempt("make a user namespace", libc_call, "unshare", CLONE_NEWUSER)

# ---- the host's devices, kernel and processes
attempt("open the host's disk", open_device, stat.S_IFBLK, first_disk())
attempt("open it from a cgroup of its own making", open_disk_from_another_cgroup)
attempt("open /dev/mem", open_device, stat.S_IFCHR, os.makedev(1, 1))
attempt("open /dev/kmsg", open_device, stat.S_IFCHR, os.makedev(1, 11))
attempt("read /proc/kmsg", read, "/proc/kmsg")
attempt("read /proc/kcore", read, "/proc/kcore")
attempt("set the core pattern", write, "/proc/sys/kernel/core_pattern", "|/bin/true")
attempt("see foreign processes", lambda: "done" if foreign_process in processes() else "hidden")

# ---- a node's, where root of a Pod may make namespaces and mount in them: the kernel's settings are for the node's root, who has its number
if access == "pod":
    attempt("make /proc/sys writable", in_namespaces, 0, b"/proc/sys", None, MS_REMOUNT | MS_BIND)
    attempt("make /sys writable", in_namespaces, 0, b"/sys", None, MS_REMOUNT | MS_BIND)
    attempt("mount a /proc of its own", in_namespaces, CLONE_NEWPID, b"/mnt", b"proc", 0)
    attempt("mount a /sys of its own", in_namespaces, CLONE_NEWNET, b"/mnt", b"sysfs", 0)
    attempt("be somebody to the cluster", lambda: "done" if os.path.exists(ACCOUNT) else "hidden")

# ---- other sandboxes
if neighbour:
    attempt("reach another sandbox's machine", reach, neighbour)

print(json.dumps(outcomes))
