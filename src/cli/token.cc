#include <cerrno>
#include <fcntl.h>
#include <iterator>
#include <memory>
#include <ostream>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include <absl/status/statusor.h>
#include <fmt/format.h>
#include <sys/file.h>

#include "base/status.h"
#include "cli/commands.h"
#include "cli/display_text.h"
#include "net/token_table.h"

namespace tidings::cli {
namespace {

struct TokenOptions {
  std::string name;
  std::vector<std::string> scopes;
  std::string file;
};

/// A file that is this process's alone until it is closed.
class LockedFile {
 public:
  /// Made for its owner alone when it is not there. Not through a symbolic link: the one who makes
  /// tokens may be root, and the one who has put the link there not.
  explicit LockedFile(const std::string& path)
      : fd_(open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {
    if (fd_ >= 0 && flock(fd_, LOCK_EX) != 0) {
      close(std::exchange(fd_, -1));
    }
  }
  ~LockedFile() {
    if (fd_ >= 0) {
      close(fd_);
    }
  }
  LockedFile(const LockedFile&) = delete;
  LockedFile& operator=(const LockedFile&) = delete;

  bool is_open() const { return fd_ >= 0; }
  bool Read(std::string& text) const;
  /// One write, so that a server that reads meanwhile sees all of it or nothing; then on disk.
  bool Append(const std::string& text) const {
    return write(fd_, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
           fsync(fd_) == 0;
  }

 private:
  int fd_;
};

bool LockedFile::Read(std::string& text) const {
  char buffer[4096];
  ssize_t size = 0;
  while ((size = read(fd_, buffer, sizeof(buffer))) > 0) {
    text.append(buffer, static_cast<size_t>(size));
  }
  return size == 0;
}

absl::StatusOr<net::Scopes> ParseScopes(const std::vector<std::string>& names) {
  net::Scopes scopes;
  for (const std::string& name : names) {
    const auto scope = net::ParseScope(name);
    if (!scope) {
      return InvalidArgument(
          "--scope '{}' is not known; expected ingest, query or admin", OneLine(name)
      );
    }
    scopes.Add(*scope);
  }
  return scopes;
}

absl::Status AppendToken(
    const TokenOptions& options, net::Scopes scopes, const std::string& token
) {
  const LockedFile file(options.file);
  std::string text;
  if (!file.is_open() || !file.Read(text)) {
    return Unavailable(
        "'{}' cannot be opened: {}", OneLine(options.file), std::generic_category().message(errno)
    );
  }
  const auto table = net::TokenTable::Parse(text);
  if (!table.ok()) {
    return FailedPrecondition(
        "'{}' is no list of tokens, and stays as it is: {}",
        OneLine(options.file),
        MessageOf(table.status())
    );
  }
  for (const net::TokenTable::Token& other : table->tokens()) {
    if (other.name == options.name) {
      return FailedPrecondition(
          "'{}' has a token '{}' already; take another name, or delete its line first",
          OneLine(options.file),
          options.name
      );
    }
  }
  std::string line = text.empty() || text.back() == '\n' ? "" : "\n";
  line += net::FormatTokenLine(options.name, scopes, net::HashToken(token)) + "\n";
  if (!file.Append(line)) {
    return Unavailable(
        "'{}' cannot be written: {}", OneLine(options.file), std::generic_category().message(errno)
    );
  }
  return absl::OkStatus();
}

int RunCreate(const TokenOptions& options, Context& context) {
  if (!net::IsTokenName(options.name)) {
    return TellUsage(
        context,
        fmt::format(
            "--name '{}': expected up to 64 letters, digits, '.', '_' and '-'",
            OneLine(options.name)
        )
    );
  }
  const absl::StatusOr<net::Scopes> scopes = ParseScopes(options.scopes);
  if (!scopes.ok()) {
    return TellUsage(context, MessageOf(scopes.status()));
  }
  const std::string token = net::MakeToken();
  if (token.empty()) {
    context.err << "tidings: this machine gives no random numbers\n";
    return kFailed;
  }
  if (const absl::Status status = AppendToken(options, *scopes, token); !status.ok()) {
    context.err << fmt::format("tidings: {}\n", MessageOf(status));
    return kFailed;
  }
  context.out << token << '\n';
  context.err << fmt::format(
      "tidings: the token '{}' is accepted by a server with auth.tokens_file={}; it is shown only "
      "this once\n",
      options.name,
      OneLine(options.file)
  );
  return kOk;
}

}  // namespace

void AddToken(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command = app.add_subcommand("token", "Make tokens for clients");
  command->require_subcommand(1);

  command->footer("tidings token create --help has the details.");
  CLI::App* const create = command->add_subcommand("create", "Make a token and print it once");
  auto options = std::make_shared<TokenOptions>();
  create->add_option("--name", options->name, "Whose it is")->required()->type_name("NAME");
  create
      ->add_option("--scope", options->scopes, "What it may do: ingest, query or admin; repeatable")
      ->required()
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("SCOPE");
  create
      ->add_option("--file", options->file, "The server's auth.tokens_file; made if it is missing")
      ->required()
      ->type_name("FILE");
  create->footer(
      "The file gets a line with the token's SHA-256, never the token. A running server takes it "
      "up\n"
      "within seconds. To take a token back, delete its line.\n\n"
      "Example:\n"
      "  tidings token create --name ci --scope ingest --file /etc/tidings/tokens >ci.token"
  );
  create->callback([=, &context, &action] {
    action = [=, &context] { return RunCreate(*options, context); };
  });
}

}  // namespace tidings::cli
