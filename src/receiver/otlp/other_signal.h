#pragma once

#include <string>
#include <string_view>

namespace tidings::otlp {

/// What somebody is told who sends traces, metrics or profiles here; `path` is where they were
/// sent, of gRPC or of HTTP.
std::string AdviceFor(std::string_view path);

/// What somebody is told who looks for OTLP at the wrong port or path; an empty address is off.
std::string WhereOtlpIs(std::string_view http_address, std::string_view grpc_address);
/// Whether a path looks as if an OTLP client had sent to it, over HTTP or gRPC.
bool LooksLikeOtlp(std::string_view path);

}  // namespace tidings::otlp
