#pragma once

#include <string>
#include <vector>

#include "config/mistake.h"

namespace tidings::config {

/// A value that somebody wrote for a key, not yet understood.
struct Setting {
  Origin origin;
  /// `store.retention`, or a path that is no key at all.
  std::string path;
  std::string text;
  /// Set instead of `text` when the value is a list.
  std::vector<std::string> list;
  bool is_list = false;
  /// Of a file, from 1.
  int line = 0;
};

/// What was read from one source, with everything that is wrong with its form.
struct Settings {
  std::vector<Setting> settings;
  std::vector<Mistake> mistakes;
};

}  // namespace tidings::config
