#include "store/embedded/block_pruner.h"

#include <algorithm>

namespace tidings::embedded {
namespace {

/// A damaged summary or filter hides no row: the block is looked at row by row.
absl::StatusOr<Verdict> WithoutHelp(const absl::Status& status) {
  return status.code() == absl::StatusCode::kDataLoss ? absl::StatusOr<Verdict>(Verdict::kUnknown)
                                                      : status;
}

}  // namespace

BlockPruner::BlockPruner(const Filter& filter, const BlockReader& reader)
    : filter_(filter), reader_(reader) {
  CollectWords(filter.where);
  for (const std::string& word : RequiredWords(filter.where)) {
    required_words_.push_back(HashOfWord(word));
  }
}

absl::StatusOr<std::vector<bool>> BlockPruner::PagesOf(Block& block) const {
  std::vector<bool> pages;
  if (block.info().word_parts == 0) {
    return pages;
  }
  for (const uint64_t hash : required_words_) {
    const absl::StatusOr<std::shared_ptr<const WordFilter>> filter =
        reader_.Words(block, WordPartOf(hash, block.info().word_parts));
    if (!filter.ok()) {
      const bool is_damaged = filter.status().code() == absl::StatusCode::kDataLoss;
      return is_damaged ? absl::StatusOr<std::vector<bool>>(std::vector<bool>()) : filter.status();
    }
    pages.resize(block.info().pages, true);
    for (size_t page = 0; page < pages.size(); ++page) {
      pages[page] = pages[page] && (*filter)->MayContain(hash, page);
    }
  }
  return pages;
}

void BlockPruner::CollectWords(const Expression& expression) {
  for (const Expression& child : expression.children) {
    CollectWords(child);
  }
  if (!expression.condition) {
    return;
  }
  const auto* const condition = std::get_if<WordsCondition>(&*expression.condition);
  if (condition == nullptr) {
    return;
  }
  Words words{.condition = condition, .hashes = {}};
  for (const QueryWord& word : condition->words) {
    if (!word.is_prefix) {
      words.hashes.push_back(HashOfWord(word.text));
    }
  }
  words_.push_back(std::move(words));
}

absl::StatusOr<Verdict> BlockPruner::Judge(Block& block) const {
  if (filter_.where.IsEverything()) {
    return Verdict::kYes;
  }
  if (block.info().word_parts == 0) {
    return Verdict::kUnknown;
  }
  const absl::StatusOr<std::shared_ptr<const BlockSummary>> summary = reader_.Summary(block);
  if (!summary.ok()) {
    return WithoutHelp(summary.status());
  }
  absl::Status status;
  const Verdict verdict = tidings::Judge(filter_.where, [&](const Condition& condition) {
    const auto* const words = std::get_if<WordsCondition>(&condition);
    if (words == nullptr) {
      return embedded::Judge(**summary, condition);
    }
    const absl::StatusOr<Verdict> of_words = JudgeWords(block, *words);
    status.Update(of_words.status());
    return of_words.value_or(Verdict::kUnknown);
  });
  return status.ok() ? absl::StatusOr<Verdict>(verdict) : status;
}

absl::StatusOr<Verdict> BlockPruner::JudgeWords(Block& block, const WordsCondition& condition)
    const {
  const auto words = std::find_if(words_.begin(), words_.end(), [&](const Words& one) {
    return one.condition == &condition;
  });
  for (const uint64_t hash : words->hashes) {
    const size_t part = WordPartOf(hash, block.info().word_parts);
    const absl::StatusOr<std::shared_ptr<const WordFilter>> filter = reader_.Words(block, part);
    if (!filter.ok()) {
      return WithoutHelp(filter.status());
    }
    if (!(*filter)->MayContain(hash)) {
      return Verdict::kNo;
    }
  }
  return Verdict::kUnknown;
}

}  // namespace tidings::embedded
