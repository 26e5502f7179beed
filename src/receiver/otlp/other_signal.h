#pragma once

#include <string>
#include <string_view>

namespace tidings::otlp {

/// What somebody is told who sends traces or metrics here; `path` is where they were sent, of gRPC
/// or of HTTP.
std::string AdviceFor(std::string_view path);

}  // namespace tidings::otlp
