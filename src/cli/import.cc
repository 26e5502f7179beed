#include <array>
#include <cerrno>
#include <deque>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/status.h"
#include "cli/commands.h"
#include "cli/display_text.h"
#include "cli/import_file.h"
#include "cli/progress.h"
#include "cli/report_upload.h"

namespace tidings::cli {
namespace {

constexpr uint64_t kToldMistakes = 100;

struct ImportOptions {
  ConnectionFlags connection;
  std::string file;
  std::string form;
  uint64_t resume_after = 0;
};

/// One more would keep the server no busier: it has one to store while the next one arrives.
constexpr size_t kMostUnderWay = 2;

/// A piece on its way to the server.
struct SentPiece {
  ImportFile::Piece piece;
  std::future<absl::StatusOr<net::ClientResponse>> response;
};

/// A file on its way to the server: while pieces are under way, the next one is read.
class Import {
 public:
  /// One for each piece that is under way.
  using Clients = std::array<std::unique_ptr<ApiClient>, kMostUnderWay>;

  Import(
      ImportFile file,
      uint64_t resume_after,
      std::optional<uint64_t> size,
      const Clients& clients,
      Context& context
  )
      : context_(context),
        progress_(context, size),
        clients_(clients),
        upload_(*clients.front(), context, progress_),
        file_(std::move(file)),
        settled_line_(resume_after) {}

  int Run() {
    // From now on an interrupt is waited for.
    if (context_.interrupted()) {
      return kInterrupted;
    }
    absl::Status failure;
    for (bool is_last = false; !is_last;) {
      ImportFile::Piece piece = file_.Read();
      if (pieces_ > 0 && context_.interrupted()) {
        const ExitCode code = SettleAllBut(0);
        return BreakOff(code == kOk ? kInterrupted : code);
      }
      is_last = piece.is_last;
      failure = piece.failure;
      TellMistakes(piece);
      if (const ExitCode code = SettleAllBut(kMostUnderWay - 1); code != kOk) {
        return BreakOff(code);
      }
      Send(std::move(piece));
    }
    const ExitCode code = SettleAllBut(0);
    return code == kOk ? Finish(failure) : BreakOff(code);
  }

 private:
  void Send(ImportFile::Piece piece) {
    // Whoever sent the piece that was under way for longest is free again.
    ApiClient& client = *clients_[pieces_++ % clients_.size()];
    SentPiece& sent = under_way_.emplace_back(SentPiece{.piece = std::move(piece), .response = {}});
    if (!sent.piece.reports.origins.empty()) {
      // A deque's elements stay where they are.
      sent.response = std::async(std::launch::async, [&text = sent.piece.reports.text, &client] {
        return ReportUpload::Post(std::move(text), client);
      });
    }
  }

  /// Waits, oldest first, until so many are under way; stops at the first that failed.
  ExitCode SettleAllBut(size_t left) {
    while (under_way_.size() > left) {
      SentPiece& sent = under_way_.front();
      const ImportFile::Piece& piece = sent.piece;
      if (sent.response.valid()) {
        if (const ExitCode code = upload_.Take(sent.response.get(), piece.reports); code != kOk) {
          return code;
        }
      }
      settled_line_ = piece.last_line;
      events_ += piece.events;
      progress_.Show(piece.bytes, events_);
      under_way_.pop_front();
    }
    return kOk;
  }

  void TellMistakes(const ImportFile::Piece& piece) {
    for (const std::string& mistake : piece.mistakes) {
      if (++mistakes_ <= kToldMistakes) {
        progress_.Clear();
        context_.err << fmt::format("tidings: {}\n", OneLine(mistake));
      }
    }
  }

  /// Tells where to go on; returns the code.
  ExitCode BreakOff(ExitCode code) {
    progress_.Clear();
    if (settled_line_ > 0) {
      context_.err << fmt::format(
          "tidings: everything up to line {} is stored; --resume-after {} goes on there\n",
          settled_line_,
          settled_line_
      );
    }
    return code;
  }

  int Finish(const absl::Status& failure) {
    progress_.Clear();
    context_.err << fmt::format(
        "tidings: {}{}\n",
        Describe(upload_.tally()),
        mistakes_ == 0 ? "" : fmt::format("; {} lines are no events", ShowCount(mistakes_))
    );
    if (!failure.ok()) {
      context_.err << fmt::format("tidings: {}\n", OneLine(MessageOf(failure)));
    }
    return failure.ok() && mistakes_ == 0 && upload_.tally().refused == 0 ? kOk : kFailed;
  }

  Context& context_;
  Progress progress_;
  const Clients& clients_;
  ReportUpload upload_;
  ImportFile file_;
  uint64_t settled_line_;
  uint64_t pieces_ = 0;
  uint64_t events_ = 0;
  uint64_t mistakes_ = 0;
  /// Oldest first. The last member: what is under way ends before all else goes.
  std::deque<SentPiece> under_way_;
};

int RunImport(
    const ImportOptions& options,
    std::istream& in,
    std::optional<uint64_t> size,
    const Import::Clients& clients,
    Context& context
) {
  absl::StatusOr<ImportFile> file = ImportFile::Open(in, options.form, options.resume_after);
  if (!file.ok()) {
    return TellUsage(
        context, fmt::format("'{}': {}", OneLine(options.file), MessageOf(file.status()))
    );
  }
  return Import(*std::move(file), options.resume_after, size, clients, context).Run();
}

int RunImportOfFile(const ImportOptions& options, Context& context) {
  Import::Clients clients;
  for (std::unique_ptr<ApiClient>& client : clients) {
    absl::StatusOr<std::unique_ptr<ApiClient>> made =
        ApiClient::Create(options.connection, context);
    if (!made.ok()) {
      return TellUsage(context, MessageOf(made.status()));
    }
    client = *std::move(made);
  }
  if (options.file == "-") {
    return RunImport(options, context.in, std::nullopt, clients, context);
  }
  std::error_code error;
  if (std::filesystem::is_directory(options.file, error)) {
    return TellUsage(
        context, fmt::format("'{}' is a directory; expected a file", OneLine(options.file))
    );
  }
  errno = 0;
  std::ifstream in(options.file, std::ios::binary);
  if (!in.is_open()) {
    return TellUsage(
        context,
        fmt::format(
            "'{}' cannot be read: {}", OneLine(options.file), std::generic_category().message(errno)
        )
    );
  }
  const uint64_t size = std::filesystem::file_size(options.file, error);
  // A pipe has no size.
  return RunImport(
      options, in, error ? std::nullopt : std::optional<uint64_t>(size), clients, context
  );
}

}  // namespace

void AddImport(CLI::App& app, Context& context, Action& action) {
  CLI::App* const command = app.add_subcommand("import", "Bring exported events into the server");
  auto options = std::make_shared<ImportOptions>();
  command
      ->add_option(
          "file",
          options->file,
          "NDJSON or CSV, as tidings export writes them; - for standard input"
      )
      ->required()
      ->type_name("FILE");
  command->add_option("--format", options->form, "ndjson or csv; without, what the file looks like")
      ->check(CLI::IsMember({"ndjson", "csv"}))
      ->type_name("FORM");
  command
      ->add_option(
          "--resume-after",
          options->resume_after,
          "Passes over the lines up to this one, which an import that broke off has named"
      )
      ->check(CLI::NonNegativeNumber)
      ->type_name("LINE");
  AddConnectionFlags(*command, options->connection);
  command->footer(
      "A second import of the same file changes nothing. What the exporting server only knew of\n"
      "itself is not taken over: when it heard of an event, generations, times that it inferred.\n"
      "Derived events need scope `admin`. A line that is no event is told and passed over; the "
      "exit\n"
      "code is then 1.\n\n"
      "Examples:\n"
      "  tidings import events.ndjson\n"
      "  tidings export --address old:12800 | tidings import -\n"
      "  tidings import --resume-after 240000 events.csv"
  );
  command->callback([=, &context, &action] {
    action = [=, &context] { return RunImportOfFile(*options, context); };
  });
}

}  // namespace tidings::cli
