#pragma once

#include "config/config.h"
#include "config/loader.h"

namespace tidings {

/// Runs a server until SIGTERM or SIGINT and returns the process's exit code: 0 after a drained
/// stop, 1 when it could not start (the reason is on stderr) or an accepted report may not have
/// been answered. Prints one line on stdout when ready; the log goes to stderr. A second signal
/// ends the process at once, with 128 + its number. Tells systemd where NOTIFY_SOCKET is set.
///
/// SIGHUP reads the configuration again and takes up the level of the log, limits, certificates and
/// tokens; what is broken is logged, and stays as it was. Other keys that have changed are named in
/// the log.
///
/// To be called before any other thread runs: it decides which thread gets the signals.
int RunServer(const Config& config, const config::Reader& read_again);

}  // namespace tidings
