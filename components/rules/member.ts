/** `machines.web.files["/etc/motd"]`: the way to a value, as a person writes it. */
export function member(argument: string, name: string): string {
    if (argument === "") {
        return name;
    }
    return /^[A-Za-z_][\w-]*$/.test(name) ? `${argument}.${name}` : `${argument}[${JSON.stringify(name)}]`;
}
