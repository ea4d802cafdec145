# Removes the image that this resource built, and older builds of the same repository that nobody uses any more. What machines
# run stays: sandboxes that refer to a base follow it when their owners say so.
# Environment: IMAGE_ID, IMAGE_NAME, REPOSITORY, LABEL, ONE_SHOT
set -eu

# Podman keeps what each step of a build came to as an image without a name, and beside it the container that did the step: those go
# too, unless something else is made of them. (Docker takes them along by itself.)
remove_steps() {
    [ -n "$1" ] || return 0
    names=$(docker image inspect --format='{{join .RepoTags ""}}' "$1" 2>/dev/null) || return 0
    all=$(docker image ls --all --quiet --no-trunc)
    # shellcheck disable=SC2086 # each id is a word
    parents=$(docker image inspect --format='{{.Parent}}' $all 2>/dev/null) || : # one has gone meanwhile
    if [ -z "$names" ] && ! printf '%s\n' "$parents" | grep -qxF "$1"; then
        docker image rm --force "$1"
    fi
}

# A newer build may have taken the name over.
current=$(docker image inspect --format='{{.Id}}' "$IMAGE_NAME" 2>/dev/null) || current=

# Each by itself: an engine that doesn't answer would be hidden by what comes after a pipe.
builds=$(docker image ls --quiet --no-trunc "$REPOSITORY")
nameless=$(docker image ls --quiet --no-trunc --filter dangling=true --filter "label=$LABEL")
for id in $(printf '%s\n' "$builds" "$nameless" | sort -u); do
    [ "$id" != "$current" ] || [ "$id" = "$IMAGE_ID" ] || continue
    # A `pulumi up` that was killed may have left a container that was to run once, and never did.
    left=$(docker ps --all --quiet --filter "ancestor=$id" --filter "label=$ONE_SHOT" --filter status=created)
    # shellcheck disable=SC2086 # each id is a word
    [ -z "$left" ] || docker rm --force --volumes $left >/dev/null
    users=$(docker ps --all --filter "ancestor=$id" --format '{{.Names}}')
    if [ -n "$users" ]; then
        # shellcheck disable=SC2086 # on one line
        echo "$id stays, it is used by" $users
        continue
    fi
    names=$(docker image inspect --format='{{range .RepoTags}}{{println .}}{{end}}' "$id") || continue
    # A name that somebody else gave it stays theirs, and the image with it.
    ours=$(printf '%s\n' "$names" | grep "^$REPOSITORY:") || :
    steps=$(docker image inspect --format='{{.Parent}}' "$id") || continue
    # shellcheck disable=SC2086 # each name is a word
    docker image rm ${ours:-$id} || : # Podman says that a step is in use
    remove_steps "$steps" || :
done
