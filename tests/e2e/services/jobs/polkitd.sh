# shellcheck shell=sh
# Started by D-Bus, when it is asked.
pkcheck --action-id org.freedesktop.systemd1.manage-units --process $$
