#include "net/grpc.h"

#include <algorithm>

namespace tidings::net {
namespace {

/// `/package.Service` of `/package.Service/method`; empty when there is no method.
std::string_view ServicePart(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

}  // namespace

void GrpcServices::Add(std::string path, Entry entry) {
  entries_.emplace_back(std::move(path), std::move(entry));
}

void GrpcServices::AddAll(const GrpcServices& other) {
  entries_.insert(entries_.end(), other.entries_.begin(), other.entries_.end());
}

const GrpcServices::Entry* GrpcServices::Find(std::string_view path) const {
  const Entry* whole_service = nullptr;
  const std::string_view service = ServicePart(path);
  for (const auto& [pattern, entry] : entries_) {
    if (pattern == path) {
      return &entry;
    }
    if (!service.empty() && pattern.ends_with("/*") && ServicePart(pattern) == service) {
      whole_service = &entry;
    }
  }
  return whole_service;
}

std::vector<std::string> GrpcServices::ServiceNames() const {
  std::vector<std::string> names;
  for (const auto& [pattern, entry] : entries_) {
    const std::string_view service = ServicePart(pattern);
    if (!service.empty() && entry.listed) {
      names.emplace_back(service.substr(1));
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace tidings::net
