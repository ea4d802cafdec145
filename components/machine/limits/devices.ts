import { pathProblems } from "../../rules/path";
import type { BadValue } from "../../rules/problem";
import type { ArgumentTable } from "../argument";

/** A device of the host that the machine may use. */
export interface DeviceArgs {
    /** Device file on the host, `/dev/ttyUSB0`. */
    hostPath: string;
    /**
     * Device file in the machine.
     * @default as on the host
     */
    path?: string;
    /**
     * What the machine may do: `r` read, `w` write, `m` make the device file, in this order.
     * @default "rwm"
     */
    permissions?: string;
}

/** What of the host's hardware a machine may use. */
export interface HardwareArgs {
    /**
     * Devices of the host that the machine may use.
     * @default none: only /dev/null and its like
     */
    devices?: DeviceArgs[];
    /**
     * GPUs that the machine may use, as for `docker run --gpus`: `all`, or `device=0,2`. The host needs the NVIDIA
     * container toolkit.
     * @default none
     */
    gpus?: string;
}

export interface HardwareSpec {
    readonly devices: readonly Required<DeviceArgs>[];
    readonly gpus?: string;
}

function deviceSpec(devices: readonly DeviceArgs[] = []): Pick<HardwareSpec, "devices"> {
    return {
        devices: devices.map(({ hostPath, path = hostPath, permissions = "rwm" }) => ({ hostPath, path, permissions })),
    };
}

const DEVICE = /^\/dev\/[^:]+$/;

/** Everything wrong with one machine's devices. */
function deviceProblems(devices: readonly DeviceArgs[], argument: string): BadValue[] {
    return devices.flatMap(({ hostPath, path, permissions }, index) => {
        const that = `${argument}[${index}]`;
        const device = (name: string, value: string | undefined) =>
            value === undefined ? [] : devicePathProblems(`${that}.${name}`, value);
        return [
            ...device("hostPath", hostPath),
            ...device("path", path),
            ...(permissions === undefined || /^(?=.)r?w?m?$/.test(permissions)
                ? []
                : [{ argument: `${that}.permissions`, value: permissions, allowed: 'some of "rwm", in this order' }]),
        ];
    });
}

/** The engine would resolve `..` on its host: to whatever file is there. */
function devicePathProblems(argument: string, value: string): BadValue[] {
    const allowed = "the absolute path of a device file below /dev";
    const wrong = pathProblems(argument, value, allowed);
    return wrong.length > 0 || DEVICE.test(value) ? wrong : [{ argument, value, allowed }];
}

/** As `docker run --gpus` has it: all of them, or some by number or UUID. */
const GPUS = /^(all|device=[A-Za-z0-9-]+(,[A-Za-z0-9-]+)*)$/;

function gpuProblems(gpus: string, argument: string): BadValue[] {
    return GPUS.test(gpus)
        ? []
        : [{ argument, value: gpus, allowed: '"all", or "device=" and numbers or UUIDs with commas between them' }];
}

export const HARDWARE = {
    devices: { problems: deviceProblems, spec: deviceSpec },
    gpus: { problems: gpuProblems, spec: (gpus) => ({ gpus }) },
} satisfies ArgumentTable<HardwareArgs, HardwareSpec>;
