import type * as docker from "@pulumi/docker";
import type { Problem } from "../problems";

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

/** The devices as the container gets them; nothing left to the provider's defaults, which it reads back otherwise. */
export function containerDevices(devices: readonly DeviceArgs[] = []): docker.types.input.ContainerDevice[] {
    return devices.map(({ hostPath, path, permissions }) => ({
        hostPath,
        containerPath: path ?? hostPath,
        permissions: permissions ?? "rwm",
    }));
}

const DEVICE = /^\/dev\/[^\u0000-\u001f:]+$/;
/** As `docker run --gpus` has it: all of them, or some by number or UUID. */
const GPUS = /^(all|device=[A-Za-z0-9-]+(,[A-Za-z0-9-]+)*)$/;

/** Everything wrong with one machine's devices. */
export function deviceProblems(devices: readonly DeviceArgs[] = [], argument: string): Problem[] {
    return devices.flatMap(({ hostPath, path, permissions }, index) => {
        const that = `${argument}[${index}]`;
        const device = (name: string, value: string | undefined) =>
            value !== undefined && DEVICE.test(value)
                ? []
                : [{ argument: `${that}.${name}`, value, allowed: "the absolute path of a device file below /dev" }];
        return [
            ...device("hostPath", hostPath),
            ...(path === undefined ? [] : device("path", path)),
            ...(permissions === undefined || /^(?=.)r?w?m?$/.test(permissions)
                ? []
                : [{ argument: `${that}.permissions`, value: permissions, allowed: 'some of "rwm", in this order' }]),
        ];
    });
}

export function gpuProblems(gpus: string | undefined, argument: string): Problem[] {
    return gpus === undefined || GPUS.test(gpus)
        ? []
        : [{ argument, value: gpus, allowed: '"all", or "device=" and numbers or UUIDs with commas between them' }];
}
