# sh -s remove: removes the image that this resource built, and older ones of the same name that nobody uses any more.
# Environment: IMAGE_ID, IMAGE_NAME
set -eu

id_of() {
    docker image inspect --format='{{.Id}}' "$1" 2>/dev/null || true
}

# What machines run stays: sandboxes that refer to a base follow it when their owners say so.
remove_unless_used() {
    users=$(docker ps --all --filter "ancestor=$2" --format '{{.Names}}')
    if [ -n "$users" ]; then
        echo "$2 stays, it is used by" $users
    else
        docker image rm "$1"
    fi
}

remove() {
    # A newer build may have taken the name over.
    if [ "$(id_of "$IMAGE_NAME")" = "$IMAGE_ID" ]; then
        remove_unless_used "$IMAGE_NAME" "$IMAGE_ID"
    fi
    for id in $(docker image ls --quiet --no-trunc --filter dangling=true --filter "label=pulumi-centos-systemd.image=${IMAGE_NAME%:*}"); do
        remove_unless_used "$id" "$id"
    done
}

"$1"
