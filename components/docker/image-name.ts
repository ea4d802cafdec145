/** The images of that name on a host; each build is one of its tags. */
export function imageRepository(name: string): string {
    return `localhost/pulumi-centos-systemd/${name}`;
}

/** Begins the tag by which a build is known as long as it is there. */
export const BUILD_TAG = "build-";
