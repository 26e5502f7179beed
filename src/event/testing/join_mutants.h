#pragma once

#include <ostream>
#include <string_view>
#include <vector>

#include "event/testing/law.h"

/// The join with one rule of the law broken: each must fail the law's properties.
namespace tidings::testing {

struct JoinMutant {
  /// What is wrong with it.
  std::string_view name;
  JoinFunction join;
};

inline std::ostream& operator<<(std::ostream& out, const JoinMutant& mutant) {
  return out << mutant.name;
}

std::vector<JoinMutant> AllJoinMutants();

}  // namespace tidings::testing
