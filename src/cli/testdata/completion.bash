# bash completion of tidings: source <(tidings completion bash)
_tidings() {
  local current="${COMP_WORDS[COMP_CWORD]}" path="${COMP_WORDS[1]}" words='' field='' value
  local previous="${COMP_WORDS[COMP_CWORD-1]}"
  case "$path" in
    report|list|tail|before|changes|facets|histogram|export)
      case "$previous" in
        --endpoint|--id|--instance|--layer|--name|--service|--state|--type) field="${previous#--}" ;;
      esac ;;
  esac
  if [[ -z $field && $COMP_CWORD -eq 2 && $current != -* ]]; then
    case "$path" in
      end) field=open-id ;;
      get) field=id ;;
      delete) field=id ;;
    esac
  fi
  if [[ -n $field ]]; then
    COMPREPLY=()
    while IFS= read -r value; do
      COMPREPLY+=("$(printf '%q' "$value")")
    done < <(tidings complete "$field" --word="$current" 2>/dev/null)
    return
  fi
  if [[ $COMP_CWORD -gt 2 && ${COMP_WORDS[1]} == config ]]; then
    path="config ${COMP_WORDS[2]}"
  fi
  if [[ $COMP_CWORD -eq 1 ]]; then
    path=''
  fi
  case "$path" in
    '') words='serve report end list get tail before changes facets histogram export import demo delete status doctor health bench store config token completion help version' ;;
    'serve') words='-h --help --config --data-dir --set' ;;
    'report') words='-h --help --id --uuid --service --service-name --instance --instance-name --endpoint --endpoint-name --layer --name --type --message --start --start-time --end --end-time -f --file --address --token-file --ca-file --cert-file --key-file' ;;
    'end') words='-h --help --address --token-file --ca-file --cert-file --key-file' ;;
    'list') words='-h --help --service --instance --endpoint --layer --name --type --state --id --from --since --to --until -q --query --derived --min-duration --max-duration --limit --all --order -o --output --address --token-file --ca-file --cert-file --key-file' ;;
    'get') words='-h --help -o --output --address --token-file --ca-file --cert-file --key-file' ;;
    'tail') words='-h --help --service --instance --endpoint --layer --name --type --state --id -q --query --derived --min-duration --max-duration -n --last --since -o --output --tries --address --token-file --ca-file --cert-file --key-file' ;;
    'before') words='-h --help --service --instance --endpoint --layer --name --type --state --id -q --query --derived --min-duration --max-duration --window --limit -o --output --address --token-file --ca-file --cert-file --key-file' ;;
    'changes') words='-h --help --service --instance --endpoint --layer --name --type --state --id --from --since --to --until -q --query --derived --min-duration --max-duration --all-levels -o --output --address --token-file --ca-file --cert-file --key-file' ;;
    'facets') words='-h --help --service --instance --endpoint --layer --name --type --state --id --from --since --to --until -q --query --derived --min-duration --max-duration --top --prefix -o --output --address --token-file --ca-file --cert-file --key-file' ;;
    'histogram') words='-h --help --service --instance --endpoint --layer --name --type --state --id --from --since --to --until -q --query --derived --min-duration --max-duration --step --buckets --tz --count -o --output --address --token-file --ca-file --cert-file --key-file' ;;
    'export') words='-h --help --service --instance --endpoint --layer --name --type --state --id --from --since --to --until -q --query --derived --min-duration --max-duration --format -f --file --address --token-file --ca-file --cert-file --key-file' ;;
    'import') words='-h --help --format --resume-after --address --token-file --ca-file --cert-file --key-file' ;;
    'demo') words='-h --help --end --remove --address --token-file --ca-file --cert-file --key-file' ;;
    'delete') words='-h --help --address --token-file --ca-file --cert-file --key-file' ;;
    'status') words='-h --help -o --output --address --token-file --ca-file --cert-file --key-file' ;;
    'doctor') words='-h --help --address --token-file --ca-file --cert-file --key-file' ;;
    'health') words='-h --help --address --token-file --ca-file --cert-file --key-file' ;;
    'bench') words='-h --help --protocol --connections --in-flight --batch --ends --events --duration --rate --idle --seed --no-floor -o --output --address --token-file --ca-file --cert-file --key-file --grpc-address' ;;
    'store') words='check compact stats backup restore -h --help' ;;
    'store check') words='-h --help --repair --config --data-dir --set' ;;
    'store compact') words='-h --help --config --data-dir --set --address --token-file --ca-file --cert-file --key-file' ;;
    'store stats') words='-h --help --config --data-dir --set --address --token-file --ca-file --cert-file --key-file' ;;
    'store backup') words='-h --help --config --data-dir --set --address --token-file --ca-file --cert-file --key-file' ;;
    'store restore') words='-h --help --config --data-dir --set' ;;
    'config') words='check show -h --help' ;;
    'config check') words='-h --help --config --data-dir --set' ;;
    'config show') words='-h --help --config --data-dir --set --origin' ;;
    'token') words='create -h --help' ;;
    'token create') words='-h --help --name --scope --file' ;;
    'completion') words='-h --help' ;;
    'help') words='-h --help' ;;
    'version') words='-h --help' ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F _tidings tidings
