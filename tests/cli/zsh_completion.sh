#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# zsh_completion.sh PROGRAM: whether the completion script works in a real zsh. Exits 77 where there
# is none.
command -v zsh >/dev/null || { echo "zsh is not here, so its completion is not tried" >&2; exit 77; }
exec zsh -f "$(dirname "$0")/zsh_completion.zsh" "$1"
