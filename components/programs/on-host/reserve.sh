# In a container that has the directory of reservations at /reservations. As long as anybody has one there, nobody's removal
# unmounts the hierarchy.
# Environment: CGROUP
mkdir -p "/reservations$CGROUP"
