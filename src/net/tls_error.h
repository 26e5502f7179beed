#pragma once

#include <string>

namespace tidings::net {

/// What OpenSSL has noted of the last call, for people; empties the thread's list of errors.
std::string TakeTlsErrors();

}  // namespace tidings::net
