#!/bin/sh
# The test machine's board: a chip of 54 lines named as on a Pi 4, and a cpuinfo with its revision, which gpiozero asks for.
set -e
modprobe gpio-sim
mountpoint -q /sys/kernel/config || mount -t configfs configfs /sys/kernel/config
chip=/sys/kernel/config/gpio-sim/board
mkdir -p $chip/bank0
echo 54 >$chip/bank0/num_lines
echo pinctrl-bcm2711 >$chip/bank0/label
echo 1 >$chip/live
lines=$(ls -d /sys/devices/platform/gpio-sim.*/gpiochip*)
ln -sfn "$lines" /run/gpio-sim
# A button closes its line to ground; until then the board's own resistor holds it up.
while read -r line; do echo pull-up >"$lines/sim_gpio$line/pull"; done </usr/local/lib/vmtest/buttons
{ cat /proc/cpuinfo; echo "Revision : c03115"; } >/run/cpuinfo
udevadm settle --timeout 60
