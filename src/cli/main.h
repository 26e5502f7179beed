#pragma once

namespace tidings::cli {

/// The program `tidings`; returns its exit code.
int Main(int argc, char** argv);

}  // namespace tidings::cli
