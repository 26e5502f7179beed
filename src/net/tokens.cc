#include "net/tokens.h"

#include <utility>

#include <spdlog/spdlog.h>

#include "base/status.h"

namespace tidings::net {

Tokens::Tokens(std::string path, WatchedFiles files, TokenTable table)
    : path_(std::move(path)),
      files_(std::move(files)),
      current_(std::make_shared<const TokenTable>(std::move(table))) {}

absl::StatusOr<std::shared_ptr<Tokens>> Tokens::Load(std::string path) {
  // Before loading: a change meanwhile is then still one.
  WatchedFiles files({path});
  auto table = TokenTable::Load(path);
  if (!table.ok()) {
    return table.status();
  }
  return std::shared_ptr<Tokens>(new Tokens(std::move(path), std::move(files), *std::move(table)));
}

std::shared_ptr<const TokenTable> Tokens::current() const {
  const MutexLock lock(mutex_);
  return current_;
}

absl::Status Tokens::Reload() {
  files_.Remember();
  auto table = TokenTable::Load(path_);
  if (!table.ok()) {
    return table.status();
  }
  spdlog::info("{} tokens are accepted from now on", table->tokens().size());
  const MutexLock lock(mutex_);
  current_ = std::make_shared<const TokenTable>(*std::move(table));
  return absl::OkStatus();
}

void Tokens::ReloadIfChanged() {
  if (!files_.HaveChanged()) {
    return;
  }
  if (const absl::Status status = Reload(); !status.ok()) {
    spdlog::error("the tokens stay as they were: {}", MessageOf(status));
  }
}

}  // namespace tidings::net
