# Leaves a kept image with the name that its owner knows, and no other. Machines that run an older build keep that.
# Environment: IMAGE_ID, IMAGE_NAME, TAG
set -eu
[ "$(docker image inspect --format='{{.Id}}' "$IMAGE_NAME" 2>/dev/null)" != "$IMAGE_ID" ] || docker image rm "$TAG"
