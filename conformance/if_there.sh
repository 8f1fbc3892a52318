#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# if_there.sh DIR BESIDE COMMAND...: runs COMMAND with the folder of the requirements added: that of
# the environment's DURABLE_CONFORMANCE_DIR, else DIR, else BESIDE if there is such a folder. Where
# there is none it exits with 77, which CTest shows as skipped.
set -u
dir=${DURABLE_CONFORMANCE_DIR:-$1}
beside=$2
shift 2
if [ -z "$dir" ] && [ -d "$beside" ]; then
  dir=$beside
fi
if [ -z "$dir" ]; then
  echo "skipped: DURABLE_CONFORMANCE_DIR names no folder of requirements, and there is no $beside"
  exit 77
fi
exec "$@" "$dir"
