#compdef tidings
# zsh completion of tidings: tidings completion zsh > "${fpath[1]}/_tidings"
_tidings() {
  local -a commands words_after values
  local field='' previous="${words[CURRENT-1]}"
  commands=(
    'serve:Run the server'
    'report:Report an event, or reports from a file; prints the id'
    'end:End an event'
    'list:List events, newest first'
    'get:Show one event'
    'tail:Show what changes, as it happens'
    'before:What was open at a time, and what changed before it'
    'changes:The last change of each service'
    'facets:Values of fields, and how many events have them'
    'histogram:Draw events over time'
    'export:Write all events that match, oldest first'
    'import:Bring exported events into the server'
    'demo:Fill the server with a day of a shop: something to look at'
    'delete:Withdraw an event'
    'status:How the server is'
    'doctor:Look for what is wrong with the server, and how to mend it'
    'health:Whether the server is ready: exit code 0 if it is'
    'bench:Measure how fast a server takes reports, with load of a shape'
    'store:Check, compact, back up and restore'
    'config:Check and show the configuration'
    'token:Make tokens for clients'
    'completion:Print a script that completes commands in a shell'
    'help:How to use a command'
    'version:The version of this program'
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command_path="${words[2]}"
  case "$command_path" in
    report|list|tail|before|changes|facets|histogram|export)
      case "$previous" in
        --endpoint|--id|--instance|--layer|--name|--service|--state|--type) field="${previous#--}" ;;
      esac ;;
  esac
  if [[ -z $field && $CURRENT -eq 3 && $PREFIX != -* ]]; then
    case "$command_path" in
      end) field=open-id ;;
      get) field=id ;;
      delete) field=id ;;
    esac
  fi
  if [[ -n $field ]]; then
    values=(${(f)"$(tidings complete "$field" --word="$PREFIX" 2>/dev/null)"})
    compadd -a values
    return
  fi
  if [[ $command_path == config ]] && (( CURRENT > 3 )); then
    command_path="config ${words[3]}"
  fi
  case "$command_path" in
    'serve')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--config:The configuration file (YAML)'
        '--data-dir:The data directory, short for --set store.directory=DIR'
        '--set:A value of the configuration, as log.level=debug; repeatable'
      ) ;;
    'report')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--id:The event'\''s id; a random UUID without'
        '--uuid:The event'\''s id; a random UUID without'
        '--service:The service that it happened to'
        '--service-name:The service that it happened to'
        '--instance:Its instance'
        '--instance-name:Its instance'
        '--endpoint:Its endpoint'
        '--endpoint-name:Its endpoint'
        '--layer:Its layer, as K8S, GENERAL, FLINK'
        '--name:What happened, in a word: Deploy, Restart'
        '--type:Normal (default) or Error'
        '--message:What happened, in a sentence; {key} stands for a parameter'
        '--start:When it began; alone: it is open'
        '--start-time:When it began; alone: it is open'
        '--end:When it ended'
        '--end-time:When it ended'
        '-f:Reports: JSON, an array, or NDJSON; - is stdin'
        '--file:Reports: JSON, an array, or NDJSON; - is stdin'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
      ) ;;
    'end')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
      ) ;;
    'list')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--service:Only this service; again for another, -VALUE for all but it, * for any characters'
        '--instance:Only this instance; again for another, -VALUE for all but it, * for any characters'
        '--endpoint:Only this endpoint; again for another, -VALUE for all but it, * for any characters'
        '--layer:Only this layer; again for another, -VALUE for all but it, * for any characters'
        '--name:Only this name; again for another, -VALUE for all but it, * for any characters'
        '--type:Only this type; again for another, -VALUE for all but it, * for any characters'
        '--state:Only this state; again for another, -VALUE for all but it, * for any characters'
        '--id:Only this id; again for another, -VALUE for all but it, * for any characters'
        '--from:In progress at or after this time: ms, RFC 3339, or ago as 15m (default 1h; 0: the beginning)'
        '--since:In progress at or after this time: ms, RFC 3339, or ago as 15m (default 1h; 0: the beginning)'
        '--to:In progress before this time'
        '--until:In progress before this time'
        '-q:As service:checkout -type:Error duration:>10m "free text"'
        '--query:As service:checkout -type:Error duration:>10m "free text"'
        '--derived:Only derived events, or only reported ones'
        '--min-duration:Lasted at least this long, as 10m'
        '--max-duration:Lasted at most this long'
        '--limit:At most so many (default 100)'
        '--all:All of them, page by page'
        '--order:desc: newest start first (default); asc'
        '-o:table, wide, json, ndjson, yaml or csv'
        '--output:table, wide, json, ndjson, yaml or csv'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
      ) ;;
    'get')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '-o:table, wide, json, ndjson, yaml or csv'
        '--output:table, wide, json, ndjson, yaml or csv'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
      ) ;;
    'tail')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--service:Only this service; again for another, -VALUE for all but it, * for any characters'
        '--instance:Only this instance; again for another, -VALUE for all but it, * for any characters'
        '--endpoint:Only this endpoint; again for another, -VALUE for all but it, * for any characters'
        '--layer:Only this layer; again for another, -VALUE for all but it, * for any characters'
        '--name:Only this name; again for another, -VALUE for all but it, * for any characters'
        '--type:Only this type; again for another, -VALUE for all but it, * for any characters'
        '--state:Only this state; again for another, -VALUE for all but it, * for any characters'
        '--id:Only this id; again for another, -VALUE for all but it, * for any characters'
        '-q:As service:checkout -type:Error duration:>10m "free text"'
        '--query:As service:checkout -type:Error duration:>10m "free text"'
        '--derived:Only derived events, or only reported ones'
        '--min-duration:Lasted at least this long, as 10m'
        '--max-duration:Lasted at most this long'
        '-n:So many of the newest events first'
        '--last:So many of the newest events first'
        '--since:All changes since a time, or a sequence of the feed'
        '-o:table, wide, json, ndjson, yaml or csv'
        '--output:table, wide, json, ndjson, yaml or csv'
        '--tries:Ends after so many lost connections (0: never)'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
      ) ;;
    'before')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--service:Only this service; again for another, -VALUE for all but it, * for any characters'
        '--instance:Only this instance; again for another, -VALUE for all but it, * for any characters'
        '--endpoint:Only this endpoint; again for another, -VALUE for all but it, * for any characters'
        '--layer:Only this layer; again for another, -VALUE for all but it, * for any characters'
        '--name:Only this name; again for another, -VALUE for all but it, * for any characters'
        '--type:Only this type; again for another, -VALUE for all but it, * for any characters'
        '--state:Only this state; again for another, -VALUE for all but it, * for any characters'
        '--id:Only this id; again for another, -VALUE for all but it, * for any characters'
        '-q:As service:checkout -type:Error duration:>10m "free text"'
        '--query:As service:checkout -type:Error duration:>10m "free text"'
        '--derived:Only derived events, or only reported ones'
        '--min-duration:Lasted at least this long, as 10m'
        '--max-duration:Lasted at most this long'
        '--window:How long before it to look (default 1h)'
        '--limit:The best ranked so many (default 20)'
        '-o:table, json or yaml'
        '--output:table, json or yaml'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
      ) ;;
    'changes')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--service:Only this service; again for another, -VALUE for all but it, * for any characters'
        '--instance:Only this instance; again for another, -VALUE for all but it, * for any characters'
        '--endpoint:Only this endpoint; again for another, -VALUE for all but it, * for any characters'
        '--layer:Only this layer; again for another, -VALUE for all but it, * for any characters'
        '--name:Only this name; again for another, -VALUE for all but it, * for any characters'
        '--type:Only this type; again for another, -VALUE for all but it, * for any characters'
        '--state:Only this state; again for another, -VALUE for all but it, * for any characters'
        '--id:Only this id; again for another, -VALUE for all but it, * for any characters'
        '--from:In progress at or after this time: ms, RFC 3339, or ago as 15m (default everything; 0: the beginning)'
        '--since:In progress at or after this time: ms, RFC 3339, or ago as 15m (default everything; 0: the beginning)'
        '--to:In progress before this time'
        '--until:In progress before this time'
        '-q:As service:checkout -type:Error duration:>10m "free text"'
        '--query:As service:checkout -type:Error duration:>10m "free text"'
        '--derived:Only derived events, or only reported ones'
        '--min-duration:Lasted at least this long, as 10m'
        '--max-duration:Lasted at most this long'
        '--all-levels:Starts and stops of instances count as changes too'
        '-o:table, json or yaml'
        '--output:table, json or yaml'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
      ) ;;
    'facets')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--service:Only this service; again for another, -VALUE for all but it, * for any characters'
        '--instance:Only this instance; again for another, -VALUE for all but it, * for any characters'
        '--endpoint:Only this endpoint; again for another, -VALUE for all but it, * for any characters'
        '--layer:Only this layer; again for another, -VALUE for all but it, * for any characters'
        '--name:Only this name; again for another, -VALUE for all but it, * for any characters'
        '--type:Only this type; again for another, -VALUE for all but it, * for any characters'
        '--state:Only this state; again for another, -VALUE for all but it, * for any characters'
        '--id:Only this id; again for another, -VALUE for all but it, * for any characters'
        '--from:In progress at or after this time: ms, RFC 3339, or ago as 15m (default 1h; 0: the beginning)'
        '--since:In progress at or after this time: ms, RFC 3339, or ago as 15m (default 1h; 0: the beginning)'
        '--to:In progress before this time'
        '--until:In progress before this time'
        '-q:As service:checkout -type:Error duration:>10m "free text"'
        '--query:As service:checkout -type:Error duration:>10m "free text"'
        '--derived:Only derived events, or only reported ones'
        '--min-duration:Lasted at least this long, as 10m'
        '--max-duration:Lasted at most this long'
        '--top:So many values of each (default 20)'
        '--prefix:Only values that begin so'
        '-o:table, json or yaml'
        '--output:table, json or yaml'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
      ) ;;
    'histogram')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--service:Only this service; again for another, -VALUE for all but it, * for any characters'
        '--instance:Only this instance; again for another, -VALUE for all but it, * for any characters'
        '--endpoint:Only this endpoint; again for another, -VALUE for all but it, * for any characters'
        '--layer:Only this layer; again for another, -VALUE for all but it, * for any characters'
        '--name:Only this name; again for another, -VALUE for all but it, * for any characters'
        '--type:Only this type; again for another, -VALUE for all but it, * for any characters'
        '--state:Only this state; again for another, -VALUE for all but it, * for any characters'
        '--id:Only this id; again for another, -VALUE for all but it, * for any characters'
        '--from:In progress at or after this time: ms, RFC 3339, or ago as 15m (default 1h; 0: the beginning)'
        '--since:In progress at or after this time: ms, RFC 3339, or ago as 15m (default 1h; 0: the beginning)'
        '--to:In progress before this time'
        '--until:In progress before this time'
        '-q:As service:checkout -type:Error duration:>10m "free text"'
        '--query:As service:checkout -type:Error duration:>10m "free text"'
        '--derived:Only derived events, or only reported ones'
        '--min-duration:Lasted at least this long, as 10m'
        '--max-duration:Lasted at most this long'
        '--step:Time of one bar, at least 1s'
        '--buckets:At most so many bars (default 30)'
        '--tz:Days are days of this time zone (default: of the screen)'
        '--count:started (default), ended or active'
        '-o:table, json or yaml'
        '--output:table, json or yaml'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
      ) ;;
    'export')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--service:Only this service; again for another, -VALUE for all but it, * for any characters'
        '--instance:Only this instance; again for another, -VALUE for all but it, * for any characters'
        '--endpoint:Only this endpoint; again for another, -VALUE for all but it, * for any characters'
        '--layer:Only this layer; again for another, -VALUE for all but it, * for any characters'
        '--name:Only this name; again for another, -VALUE for all but it, * for any characters'
        '--type:Only this type; again for another, -VALUE for all but it, * for any characters'
        '--state:Only this state; again for another, -VALUE for all but it, * for any characters'
        '--id:Only this id; again for another, -VALUE for all but it, * for any characters'
        '--from:In progress at or after this time: ms, RFC 3339, or ago as 15m (default everything; 0: the beginning)'
        '--since:In progress at or after this time: ms, RFC 3339, or ago as 15m (default everything; 0: the beginning)'
        '--to:In progress before this time'
        '--until:In progress before this time'
        '-q:As service:checkout -type:Error duration:>10m "free text"'
        '--query:As service:checkout -type:Error duration:>10m "free text"'
        '--derived:Only derived events, or only reported ones'
        '--min-duration:Lasted at least this long, as 10m'
        '--max-duration:Lasted at most this long'
        '--format:ndjson (default) or csv'
        '-f:Where to; standard output without'
        '--file:Where to; standard output without'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
      ) ;;
    'import')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--format:ndjson or csv; without, what the file looks like'
        '--resume-after:Passes over the lines up to this one, which an import that broke off has named'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
      ) ;;
    'demo')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--end:When the day ends; now without'
        '--remove:Withdraw it: with --end that day, else all of them'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
      ) ;;
    'delete')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
      ) ;;
    'status')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '-o:text (default), json or yaml'
        '--output:text (default), json or yaml'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
      ) ;;
    'doctor')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
      ) ;;
    'health')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
      ) ;;
    'bench')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--protocol:grpc (default): each message in a write of its own; grpc-batched; http: JSON arrays over HTTP/1.1; h2: the same over HTTP/2; ndjson: one report a line; otlp-grpc, otlp-http, otlp-json: log records, in protobuf or JSON'
        '--connections:Connections (default 1)'
        '--in-flight:Requests under way on each connection (default 1)'
        '--batch:Reports of one request: call, array or upload (default 100)'
        '--ends:Share of events, 0 to 1, whose end is reported alone, some hundred events later (default 0)'
        '--events:Events to report (default 100000, without --duration)'
        '--duration:Report for so long, as 30s'
        '--rate:Reports per second, sent when they are due; else the next request waits for an answer'
        '--idle:Connections that are opened before, and only held'
        '--seed:Of the data set; another in each run, or no event is new'
        '--no-floor:Do not measure the floor'
        '-o:text (default) or json'
        '--output:text (default) or json'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
        '--grpc-address:host:port of the gRPC or OTLP port; else the server at --address tells it'
      ) ;;
    'store')
      words_after=(
        'check:Read every byte of a stopped store, and tell what is damaged'
        'compact:Rewrite all that can be rewritten'
        'stats:What a store holds'
        'backup:Make a consistent copy beside the data directory'
        'restore:Copy a backup to an empty data directory'
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
      ) ;;
    'store check')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--repair:Cut damage off, and say what'
        '--config:The configuration file (YAML)'
        '--data-dir:The data directory, short for --set store.directory=DIR'
        '--set:A value of the configuration, as log.level=debug; repeatable'
      ) ;;
    'store compact')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--config:The configuration file (YAML)'
        '--data-dir:The data directory, short for --set store.directory=DIR'
        '--set:A value of the configuration, as log.level=debug; repeatable'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
      ) ;;
    'store stats')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--config:The configuration file (YAML)'
        '--data-dir:The data directory, short for --set store.directory=DIR'
        '--set:A value of the configuration, as log.level=debug; repeatable'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
      ) ;;
    'store backup')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--config:The configuration file (YAML)'
        '--data-dir:The data directory, short for --set store.directory=DIR'
        '--set:A value of the configuration, as log.level=debug; repeatable'
        '--address:The server, a URL or host:port; else TIDINGS_ADDRESS, else `address` in ~/.config/tidings/client.yaml, else http://127.0.0.1:12800'
        '--token-file:A file with the token in its first line; else TIDINGS_TOKEN, else `token_file` in client.yaml'
        '--ca-file:The authorities to trust over https, in PEM; else TIDINGS_CA_FILE, else `ca_file` in client.yaml, else CURL_CA_BUNDLE or SSL_CERT_FILE, else the system'\''s'
        '--cert-file:The certificate to show the server, in PEM; else TIDINGS_CERT_FILE, else `cert_file` in client.yaml'
        '--key-file:Its key, if it is not in the same file; else TIDINGS_KEY_FILE, else `key_file` in client.yaml'
      ) ;;
    'store restore')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--config:The configuration file (YAML)'
        '--data-dir:The data directory, short for --set store.directory=DIR'
        '--set:A value of the configuration, as log.level=debug; repeatable'
      ) ;;
    'config')
      words_after=(
        'check:Name all mistakes at once'
        'show:Every value that is in force, as YAML'
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
      ) ;;
    'config check')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--config:The configuration file (YAML)'
        '--data-dir:The data directory, short for --set store.directory=DIR'
        '--set:A value of the configuration, as log.level=debug; repeatable'
      ) ;;
    'config show')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--config:The configuration file (YAML)'
        '--data-dir:The data directory, short for --set store.directory=DIR'
        '--set:A value of the configuration, as log.level=debug; repeatable'
        '--origin:Also where each value came from'
      ) ;;
    'token')
      words_after=(
        'create:Make a token and print it once'
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
      ) ;;
    'token create')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
        '--name:Whose it is'
        '--scope:What it may do: ingest, query or admin; repeatable'
        '--file:The server'\''s auth.tokens_file; made if it is missing'
      ) ;;
    'completion')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
      ) ;;
    'help')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
      ) ;;
    'version')
      words_after=(
        '-h:Print this help message and exit'
        '--help:Print this help message and exit'
      ) ;;
  esac
  _describe word words_after || _files
}
compdef _tidings tidings
