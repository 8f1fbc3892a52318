# SPDX-License-Identifier: Apache-2.0
#
# zsh_completion.zsh PROGRAM: types into an interactive zsh and looks what its tabulator key makes of
# it. Started by zsh_completion.sh.
emulate -L zsh
zmodload zsh/zpty zsh/zselect || exit 77

program=$1
folder=$(mktemp -d)
trap 'zpty -d shell 2>/dev/null; rm -rf $folder' EXIT
mkdir $folder/functions
$program completion zsh >$folder/functions/_durable || exit 1
print '{}' >$folder/history-of-order.json

# Ctrl-X writes the line as it stands to a file, and empties it. With a first argument `sourced` the
# script is read as docs/cli.md says for bash, else it is found in fpath.
begin() {
  zpty -d shell 2>/dev/null
  zpty -b shell "cd $folder && HOME=$folder TERM=dumb zsh -f -i"
  zpty -w shell "PS1=; fpath=($folder/functions \$fpath); autoload -Uz compinit; compinit -u -d $folder/dump"
  [[ $1 = sourced ]] && zpty -w shell "source $folder/functions/_durable"
  zpty -w shell 'keep() { print -r -- "$BUFFER" >line.new; mv line.new line; BUFFER=; }; zle -N keep; bindkey "^X" keep; bindkey "^I" complete-word'
}

failed=0
# becomes TEXT LINE: the text with a tabulator behind it.
becomes() {
  local said tries=0
  rm -f $folder/line
  zpty -w -n shell "$1"$'\t\x18'
  while [[ ! -e $folder/line ]]; do
    zpty -r -t shell said >/dev/null  # so that the shell is never held up by what it prints
    zselect -t 2                      # hundredths of a second
    (( ++tries < 1000 )) || { print -u2 "no answer to: $1"; exit 1; }
  done
  said=$(<$folder/line)
  [[ ${said%% } = $2 ]] || { print -u2 "expected: $2\nfound:    $said"; failed=1; }
}

for way in found sourced; do
  begin $way
  becomes 'durable repl' 'durable replay'
  becomes 'durable callback hea' 'durable callback heartbeat'
  becomes 'durable invoke order --quie' 'durable invoke order --quiet'
  becomes 'durable server --store-type mem' 'durable server --store-type memory'
  becomes 'durable list --status SUC' 'durable list --status SUCCEEDED'
  becomes 'durable replay hist' 'durable replay history-of-order.json'
  becomes 'durable completion z' 'durable completion zsh'
done
exit $failed
